//! Activity in Parquet files: the same totals as in memory, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Date32Array, DictionaryArray, Float64Array, Int8Array, Int16Array, RecordBatch, StringArray,
    types::Int16Type,
};
use capitation::{
    ErrorKind,
    activity::{Fault, MarketForces, Pricing, Tariff, TariffRow, arrow::LineNames},
};
use parquet::{arrow::ArrowWriter, file::properties::WriterProperties};
use tempfile::NamedTempFile;

const ROWS: usize = 200_000;

fn tariff() -> Tariff {
    let row = |code: &str, price: u32| TariffRow {
        code: code.to_owned(),
        combined: Some(price.into()),
        elective_trim_days: Some(7),
        non_elective: Some((price + 250).into()),
        non_elective_trim_days: Some(12),
        daily_rate: Some(227.into()),
        short_stay_applies: Some(true),
        short_stay_share: Some("0.45".parse().unwrap()),
        ..TariffRow::default()
    };
    Tariff::new(2017, vec![row("HN22E", 5528), row("DZ11V", 1200), row("EB03E", 1301)]).unwrap()
}

fn factors() -> MarketForces {
    let factors = [("RXA", "1"), ("RXB", "1.032"), ("RXC", "1.179944")];
    MarketForces::new(factors.map(|(provider, factor)| (provider, factor.parse().unwrap()))).unwrap()
}

/// Spells in a fixed order of every kind; one row has a code that the tariff does not know.
fn spells(unknown: Option<usize>) -> RecordBatch {
    let code = |row: usize| if Some(row) == unknown { "??" } else { ["HN22E", "DZ11V", "EB03E"][row % 3] };
    let codes: DictionaryArray<Int16Type> = (0..ROWS).map(code).collect();
    let providers: DictionaryArray<Int16Type> =
        (0..ROWS).map(|row| ["RXA", "RXB", "RXC"][row / 7 % 3]).collect();
    let method = (0..ROWS).map(|row| [11_i8, 12, 21, 28, 31][row / 3 % 5]);
    let stays = (0..ROWS).map(|row| i16::try_from(row * 31 % 40).unwrap());
    let days = (0..ROWS).map(|row| 17_257 + i32::try_from(row % 365).unwrap());
    RecordBatch::try_from_iter([
        ("unused", Arc::new(StringArray::from_iter_values((0..ROWS).map(|row| row.to_string()))) as ArrayRef),
        ("hrg", Arc::new(codes)),
        ("method", Arc::new(Int8Array::from_iter_values(method))),
        ("class", Arc::new(Int8Array::from_iter_values((0..ROWS).map(|row| [1_i8, 2][row % 2])))),
        ("nights", Arc::new(Int16Array::from_iter_values(stays))),
        (
            "age",
            Arc::new(Int16Array::from_iter_values((0..ROWS).map(|row| i16::try_from(row % 100).unwrap()))),
        ),
        ("trust", Arc::new(providers)),
        ("discharged", Arc::new(Date32Array::from_iter_values(days))),
    ])
    .unwrap()
}

fn names() -> LineNames {
    LineNames::new("hrg")
        .spells("method", "class")
        .stay("nights")
        .age("age")
        .provider("trust")
        .date("discharged")
}

/// The spells in a file of their own, in row groups of 30,000.
fn written(spells: &RecordBatch) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(30_000)).build();
    let mut writer = ArrowWriter::try_new(file.reopen().unwrap(), spells.schema(), Some(properties)).unwrap();
    writer.write(spells).unwrap();
    writer.close().unwrap();
    file
}

#[test]
fn a_file_gives_the_totals_of_its_table() {
    let (tariff, factors, spells, names) = (tariff(), factors(), spells(None), names());
    let file = written(&spells);
    let pricing = Pricing::new(&tariff, Some(&factors));
    let by_table = pricing.totals(&[names.read(&spells).unwrap()]).unwrap();
    let by_file = pricing.totals_of_parquet(file.path(), &names).unwrap();
    assert_eq!(by_file.rows(), ROWS);
    assert!(by_file.unpriced().is_empty());
    assert!(by_file.total().unwrap().payment > 0);
    assert!(by_file.iter().eq(by_table.iter()));
}

#[test]
fn the_row_of_a_file_is_named_or_collected() {
    let (tariff, factors, names) = (tariff(), factors(), names());
    let file = written(&spells(Some(123_456)));
    let pricing = Pricing::new(&tariff, Some(&factors));
    let why = pricing.totals_of_parquet(file.path(), &names).unwrap_err();
    let collected = pricing.collecting().totals_of_parquet(file.path(), &names).unwrap();
    assert_eq!(why.place(), "row 123456 (the first row is 0)");
    let group = collected.unpriced().groups()[0];
    assert_eq!((group.fault, group.lines, group.first_row), (Fault::UnknownCode, 1, 123_456));
    assert_eq!(collected.rows(), ROWS);
}

/// A table with one column more.
fn with(spells: &RecordBatch, name: &str, column: ArrayRef) -> RecordBatch {
    let known = spells.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
    let columns = known.into_iter().zip(spells.columns().iter().cloned());
    RecordBatch::try_from_iter(columns.chain([(name.to_owned(), column)])).unwrap()
}

#[test]
fn a_value_that_cannot_be_is_named_by_its_row_in_the_file() {
    let (tariff, spells) = (tariff(), spells(None));
    let pricing = Pricing::new(&tariff, None);
    let costs = |row: usize| if row == 150_000 { -1.0 } else { 1_000.0 };
    let file =
        written(&with(&spells, "cost", Arc::new(Float64Array::from_iter_values((0..ROWS).map(costs)))));
    let why = pricing.totals_of_parquet(file.path(), &names().cost("cost")).unwrap_err();
    assert_eq!(why.place(), "column `cost`, row 150000 (the first row is 0)");
    let days = (0..ROWS).map(|row| if row == 199_999 { "2017-04-31" } else { "2017-04-30" });
    let file = written(&with(&spells, "day", Arc::new(StringArray::from_iter_values(days))));
    let why = pricing.totals_of_parquet(file.path(), &names().date("day")).unwrap_err();
    assert_eq!(why.place(), "row 199999 (the first row is 0)");
}

#[test]
fn a_dot_in_the_name_of_a_column_is_part_of_it() {
    let (tariff, spells) = (tariff(), spells(None));
    let spells = with(&spells, "spell.hrg", spells.column_by_name("hrg").unwrap().clone());
    let names = LineNames::new("spell.hrg").spells("method", "class").stay("nights").age("age");
    let pricing = Pricing::new(&tariff, None);
    let by_table = pricing.totals(&[names.read(&spells).unwrap()]).unwrap();
    let by_file = pricing.totals_of_parquet(written(&spells).path(), &names).unwrap();
    assert!(by_file.iter().eq(by_table.iter()));
}

/// Every byte of what a file says of itself is changed in turn. The file is refused, or a value that it now holds is, or it
/// has other totals. A changed sign of a length makes the decoder panic: that is told like the rest.
#[test]
fn a_damaged_file_is_refused_and_ends_no_process() {
    let (tariff, names) = (tariff(), names());
    let whole = std::fs::read(written(&spells(None).slice(0, 300)).path()).unwrap();
    // The file ends with its description, the length of that in four bytes, and the four letters of the format.
    let length = whole[whole.len() - 8..][..4].try_into().map(u32::from_le_bytes).unwrap();
    let described = whole.len() - 8 - length as usize..whole.len();
    let file = NamedTempFile::new().unwrap();
    let (mut refused, mut panicked) = (0, 0);
    for at in described {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        std::fs::write(file.path(), bytes).unwrap();
        let Err(why) = Pricing::new(&tariff, None).totals_of_parquet(file.path(), &names) else { continue };
        assert!(
            [ErrorKind::File, ErrorKind::Row, ErrorKind::Column].contains(&why.kind()),
            "byte {at}: {why}"
        );
        refused += usize::from(why.kind() == ErrorKind::File);
        panicked += usize::from(why.to_string().contains("cannot be read (it is damaged)"));
    }
    assert!(refused > 100 && panicked > 0, "{refused}, {panicked}");
}

#[test]
fn what_is_no_such_file_is_refused() {
    let tariff = tariff();
    let pricing = Pricing::new(&tariff, None);
    let why = pricing.totals_of_parquet("nowhere.parquet", &names()).unwrap_err();
    assert_eq!((why.kind(), why.place()), (ErrorKind::File, "nowhere.parquet"));
    let why =
        pricing.totals_of_parquet(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"), &names()).unwrap_err();
    assert_eq!(why.kind(), ErrorKind::File);
    let file = written(&spells(None));
    let why = pricing.totals_of_parquet(file.path(), &names().age("aeg")).unwrap_err();
    assert!(why.to_string().contains("did you mean `age`? the columns are `unused`, `hrg`"), "{why}");
}
