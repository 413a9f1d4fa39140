//! Populations from Arrow record batches: the same as from slices, and what is refused in which words.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail

use std::sync::Arc;

use arrow_array::types::{ArrowPrimitiveType, Float16Type, Int8Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float16Array, Float32Array,
    Float64Array, Int8Array, Int16Array, Int64Array, LargeStringArray, NullArray, RecordBatch, StringArray,
    StringViewArray, UInt64Array,
};
use capitation::money::{Currency, RoundingMode};
use capitation::population::{Columns, Population};
use capitation::{Error, ErrorKind, Result};
use capitation::{
    population::arrow::ColumnNames,
    table::{Series, Table},
};

fn pounds() -> Currency {
    Currency::new("GBP").unwrap()
}

fn array(array: impl Array + 'static) -> ArrayRef {
    Arc::new(array)
}

fn batch<'n>(columns: impl IntoIterator<Item = (&'n str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

fn half(value: f32) -> <Float16Type as ArrowPrimitiveType>::Native {
    <<Float16Type as ArrowPrimitiveType>::Native>::from_f32(value)
}

fn pence(values: impl IntoIterator<Item = i128>) -> Decimal128Array {
    Decimal128Array::from_iter_values(values).with_precision_and_scale(38, 2).unwrap()
}

/// Four rows about three people, of many types.
fn rows() -> RecordBatch {
    let areas: DictionaryArray<Int8Type> = ["north", "south", "north", "south"].into_iter().collect();
    batch([
        ("who", array(StringArray::from(vec!["a", "a", "b", "c"]))),
        ("yr", array(Int16Array::from(vec![2024, 2025, 2025, 2025]))),
        ("years", array(Float32Array::from(vec![1.0, 0.5, 0.25, 1.0]))),
        ("spent", array(pence([1_000, 10, 12_345, 0]))),
        ("hospital", array(Float64Array::from(vec![10.0, 0.0, 100.0, 0.0]))),
        ("adm", array(BooleanArray::from(vec![true, false, true, false]))),
        ("score", array(Float16Array::from(vec![half(1.0), half(1.5), half(0.25), half(2.0)]))),
        ("area", array(areas)),
        ("stands for", array(UInt64Array::from(vec![1, 2, 3, 4]))),
    ])
}

fn names() -> ColumnNames {
    ColumnNames::new()
        .person("who")
        .year("yr")
        .person_years("years")
        .cost("spent")
        .setting("hospital cost", "hospital")
        .activity("admissions", "adm")
        .need("score")
        .class("area")
        .cell("area")
        .weight("stands for")
}

fn population(batches: &[RecordBatch], names: &ColumnNames) -> Result<Population> {
    Population::from_record_batches(batches, names, pounds(), RoundingMode::HalfUp)
}

#[test]
fn chunks_give_the_people_that_slices_give() {
    let columns = Columns::new()
        .person("who", vec!["a", "a", "b", "c"])
        .year("yr", vec![2024, 2025, 2025, 2025])
        .member_months("years", vec![12.0, 6.0, 3.0, 12.0])
        .cost("spent", vec![10.0, 0.1, 123.45, 0.0])
        .setting("hospital cost", "hospital", vec![10.0, 0.0, 100.0, 0.0])
        .activity("admissions", "adm", vec![1.0, 0.0, 1.0, 0.0])
        .need("score", vec![1.0, 1.5, 0.25, 2.0])
        .class("area", vec!["north", "south", "north", "south"])
        .cell("area", vec!["north", "south", "north", "south"])
        .weight("stands for", vec![1.0, 2.0, 3.0, 4.0]);
    let slices = Population::from_columns(&columns, pounds(), RoundingMode::HalfUp).unwrap();
    let rows = rows();
    for split in 0..=rows.num_rows() {
        let chunks = [rows.slice(0, split), rows.slice(split, rows.num_rows() - split)];
        let found = population(&chunks, &names()).unwrap();
        assert_eq!(found.fingerprint(), slices.fingerprint());
        assert_eq!(found, slices);
    }
}

#[test]
fn bad_rows_are_counted_over_all_batches() {
    let months = |values| batch([("m", array(Float64Array::from_iter_values(values)))]);
    let batches = [months([12.0, 1.0]), months([13.0, 0.0]), months([6.0, 5.0])];
    let names = ColumnNames::new().member_months("m").cost("m");
    let (found, rejected) =
        Population::from_record_batches_collecting(&batches, &names, pounds(), RoundingMode::HalfUp).unwrap();
    assert_eq!((found.len(), rejected.len()), (4, 2));
    let rows: Vec<_> = rejected.reasons().iter().flat_map(|reason| reason.rows().to_vec()).collect();
    assert_eq!(rows, [2, 3]);
}

#[test]
fn whole_numbers_tell_people_apart() {
    let people = |ids: ArrayRef| {
        let exposure = array(Float64Array::from(vec![1.0, 1.0, 1.0]));
        let names = ColumnNames::new().person("id").year("yr").person_years("e").cost("e");
        let years = array(Int64Array::from(vec![1, 2, 1]));
        population(&[batch([("id", ids), ("yr", years), ("e", exposure)])], &names)
    };
    let integers = people(array(Int64Array::from(vec![7, 7, 9]))).unwrap();
    let decimals = people(array(pence([700, 700, 900]))).unwrap();
    assert_eq!(integers.people(), 2);
    assert_eq!(integers.fingerprint(), decimals.fingerprint());
}

#[test]
fn numbers_and_texts_of_every_type() {
    let floats = |values: ArrayRef| Series::new("x", vec![values]).floats().unwrap().into_owned();
    let integers = |values: ArrayRef| Series::new("x", vec![values]).integers().unwrap().into_owned();
    let strings = |values: ArrayRef| {
        let series = Series::new("x", vec![values]);
        series.strings().unwrap().into_iter().map(String::from).collect::<Vec<_>>()
    };
    assert_eq!(floats(array(Float16Array::from(vec![half(0.5), half(-2.0)]))), [0.5, -2.0]);
    assert_eq!(floats(array(pence([10, 12_345_678_901_234_567, -700]))), [0.1, 123_456_789_012_345.67, -7.0]);
    assert_eq!(integers(array(Float16Array::from(vec![half(3.0)]))), [3]);
    assert_eq!(integers(array(pence([500, -300]))), [5, -3]);
    assert_eq!(strings(array(UInt64Array::from(vec![0, 42]))), ["0", "42"]);
    assert_eq!(strings(array(LargeStringArray::from(vec!["a", ""]))), ["a", ""]);
    assert_eq!(strings(array(StringViewArray::from(vec!["a", "longer than twelve bytes"])))[1].len(), 24);
    assert!(
        Series::new("x", vec![]).is_empty() && floats(array(Int8Array::from(Vec::<i8>::new()))).is_empty()
    );
}

/// Values of a dictionary that no row picks are no reason to refuse it.
#[test]
fn a_dictionary_is_what_its_rows_pick() {
    let picked = |keys: Vec<Option<i8>>, values: ArrayRef| {
        let dictionary = DictionaryArray::<Int8Type>::try_new(Int8Array::from(keys), values).unwrap();
        Series::new("x", vec![array(dictionary)])
    };
    let texts = || array(StringArray::from(vec![Some("a"), None, Some("b")]));
    assert_eq!(picked(vec![Some(2), Some(0)], texts()).strings().unwrap(), ["b", "a"]);
    let error = picked(vec![Some(2), Some(1)], texts()).strings().unwrap_err();
    assert!(error.to_string().starts_with("x, row 1: the value is missing"), "{error}");
    let error = picked(vec![Some(2), Some(0), None], texts()).strings().unwrap_err();
    assert!(error.to_string().starts_with("x, row 2: the value is missing"), "{error}");
    let numbers = || array(Float64Array::from(vec![2.5, 3.0]));
    assert_eq!(*picked(vec![Some(1), Some(1)], numbers()).integers().unwrap(), [3, 3]);
    let error = picked(vec![Some(1), Some(0)], numbers()).integers().unwrap_err();
    assert_eq!(
        error.to_string(),
        "x, row 1: 2.5 is not a whole number; give whole numbers; rows count from 0"
    );
}

fn refusal<T: std::fmt::Debug>(result: Result<T>) -> (ErrorKind, String) {
    let error: Error = result.unwrap_err();
    (error.kind(), error.to_string())
}

#[test]
fn a_column_that_cannot_be_read_is_refused() {
    let table = Table::new(&[
        batch([
            ("cost", array(Float64Array::from(vec![1.0, 2.0]))),
            ("when", array(Date32Array::from(vec![0, 1]))),
            ("big", array(UInt64Array::from(vec![0, 1]))),
        ]),
        batch([
            ("cost", array(Float64Array::from(vec![Some(3.5), None]))),
            ("when", array(Date32Array::from(vec![2, 3]))),
            ("big", array(UInt64Array::from(vec![2, u64::MAX]))),
        ]),
    ])
    .unwrap();
    let column = |words: &str| (ErrorKind::Column, words.to_owned());
    let row = |words: &str| (ErrorKind::Row, words.to_owned());
    assert_eq!(
        refusal(table.floats("csot")),
        column(
            "column `csot`: the table has no such column; did you mean `cost`? the columns are `cost`, `when`, `big`"
        )
    );
    assert_eq!(
        refusal(table.floats("inpatient days")),
        column(
            "column `inpatient days`: the table has no such column; the columns are `cost`, `when`, `big`"
        )
    );
    assert_eq!(
        refusal(table.floats("cost")),
        row(
            "column `cost`, row 3: the value is missing (null, or NaN in pandas); fill or remove the row; rows count from 0"
        )
    );
    assert_eq!(
        refusal(table.floats("when")),
        column("column `when`: it has the type Date32 (dates); give numbers")
    );
    assert_eq!(
        refusal(table.strings("when")),
        column("column `when`: it has the type Date32 (dates); give text or whole numbers")
    );
    assert_eq!(
        refusal(table.integers("big")),
        row(
            "column `big`, row 3: 18446744073709551615 needs more than 64 bits; give whole numbers; rows count from 0"
        )
    );
    let nulls = Series::new("x", vec![array(NullArray::new(2))]);
    assert!(refusal(nulls.floats()).1.starts_with("x, row 0: the value is missing"));
    let part = Series::new("x", vec![array(pence([100, 150]))]);
    assert!(refusal(part.integers()).1.starts_with("x, row 1: 1.50 is not a whole number"));
}

#[test]
fn batches_of_different_tables_are_refused() {
    let cost = || ("cost", array(Float64Array::from(vec![1.0])));
    let year = || ("year", array(Int64Array::from(vec![1])));
    let text = || ("year", array(StringArray::from(vec!["1"])));
    let both = |other: RecordBatch| refusal(Table::new(&[batch([cost(), year()]), other])).1;
    assert_eq!(
        both(batch([cost()])),
        "record batch 1 (the first is 0): it has 1 columns where the first has 2; give the batches of one table"
    );
    assert_eq!(
        both(batch([cost(), text()])),
        "record batch 1 (the first is 0): column `year` of type Utf8 stands where the first has `year` of type Int64; give the batches of one table"
    );
    assert!(
        both(batch([year(), cost()]))
            .contains("column `year` of type Int64 stands where the first has `cost`")
    );
    assert_eq!(
        refusal(Table::new(&[])).1,
        "table: it has no record batches; give at least one; one without rows tells which columns there are"
    );
}

#[test]
fn exposure_is_named_once_and_cost_too() {
    let rows = [rows()];
    let said = |names: &ColumnNames| refusal(population(&rows, names)).1;
    let once = "give exposure once: member_months (at most 12 a row) or person_years (at most 1)";
    assert_eq!(
        said(&names().member_months("years")),
        format!("population: both member months and person years are named; {once}")
    );
    assert_eq!(
        said(&ColumnNames::new().cost("spent")),
        format!("population: no column of exposure is named; {once}")
    );
    assert!(said(&ColumnNames::new().person_years("years")).contains("no column of cost is given"));
    assert_eq!(
        refusal(population(&[rows[0].slice(0, 0)], &names())).1,
        "population: the table has no rows; give one row for each person and year"
    );
}
