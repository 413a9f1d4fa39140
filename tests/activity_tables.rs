//! Tables of activity: what stands in a column where a value is missing, whatever the type.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, Float32Array, Float64Array, Int8Array, Int32Array,
    LargeStringArray, RecordBatch, StringArray, StringViewArray,
    types::{Int8Type, Int32Type},
};
use capitation::activity::{
    Admissions, Fault, Pricing, Tariff, TariffRow,
    arrow::{AdmissionNames, HowAdmitted, LineNames},
};

/// One code with a price of each kind, and a top-up, so that every column matters.
fn tariff() -> Tariff {
    let knee = TariffRow {
        code: "HN22E".to_owned(),
        combined: Some(5528.into()),
        best_practice: Some(6000.into()),
        best_practice_where: Some("DC EL".to_owned()),
        elective_trim_days: Some(7),
        daily_rate: Some(227.into()),
        top_up: Some("0.24".parse().unwrap()),
        ..TariffRow::default()
    };
    Tariff::new(2017, vec![knee]).unwrap()
}

fn names() -> LineNames {
    LineNames::new("code")
        .spells("method", "class")
        .dates("admitted", "discharged")
        .provider("trust")
        .best_practice("best")
        .specialised("special")
}

/// Two spells of which nothing is missing.
fn columns() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("code", Arc::new(StringArray::from(vec!["HN22E", "HN22E"]))),
        ("method", Arc::new(Int8Array::from(vec![11, 11]))),
        ("class", Arc::new(Int8Array::from(vec![1, 1]))),
        ("admitted", Arc::new(StringArray::from(vec!["2017-04-01", "2017-04-02"]))),
        ("discharged", Arc::new(StringArray::from(vec!["2017-04-03", "2017-04-04"]))),
        ("trust", Arc::new(StringArray::from(vec!["RXA", "RXA"]))),
        ("best", Arc::new(BooleanArray::from(vec![true, true]))),
        ("special", Arc::new(BooleanArray::from(vec![true, true]))),
    ]
}

/// The table with one column in place of its own.
fn with(name: &str, array: &ArrayRef) -> RecordBatch {
    let columns = columns().into_iter();
    RecordBatch::try_from_iter(
        columns.map(|(known, own)| (known, if known == name { array.clone() } else { own })),
    )
    .unwrap()
}

/// Asserts that the second row lacks a value, and the first has a payment.
fn assert_second_is_missing(name: &str, array: &ArrayRef) {
    let told = format!("`{name}` as {}", array.data_type());
    let batch = with(name, array);
    let (tariff, names) = (tariff(), names());
    let lines = names.read(&batch).unwrap();
    let priced = Pricing::new(&tariff, None).collecting().price(&[lines]).unwrap();
    let faults: Vec<Fault> = priced.unpriced().by_fault().into_iter().map(|(fault, _)| fault).collect();
    assert_eq!((faults, priced.rule(0).is_some()), (vec![Fault::Missing], true), "{told}");
    assert_eq!(priced.payment(1), None, "{told}");
}

#[test]
fn a_text_of_nothing_but_space_is_missing() {
    for (name, value) in [
        ("code", "HN22E"),
        ("method", "11"),
        ("class", "1"),
        ("admitted", "2017-04-01"),
        ("discharged", "2017-04-03"),
        ("trust", "RXA"),
    ] {
        for blank in [Some(""), Some("  "), None] {
            let values = [Some(value), blank];
            assert_second_is_missing(name, &(Arc::new(StringArray::from_iter(values)) as ArrayRef));
            assert_second_is_missing(name, &(Arc::new(LargeStringArray::from_iter(values)) as ArrayRef));
            assert_second_is_missing(name, &(Arc::new(StringViewArray::from_iter(values)) as ArrayRef));
            let small: DictionaryArray<Int8Type> = values.into_iter().collect();
            assert_second_is_missing(name, &(Arc::new(small) as ArrayRef));
            let large: DictionaryArray<Int32Type> = values.into_iter().collect();
            assert_second_is_missing(name, &(Arc::new(large) as ArrayRef));
        }
    }
}

#[test]
fn a_flag_that_is_no_number_is_missing_and_not_a_no() {
    for name in ["best", "special"] {
        assert_second_is_missing(name, &(Arc::new(BooleanArray::from(vec![Some(true), None])) as ArrayRef));
        assert_second_is_missing(name, &(Arc::new(Float64Array::from(vec![1.0, f64::NAN])) as ArrayRef));
        assert_second_is_missing(name, &(Arc::new(Float32Array::from(vec![1.0, f32::NAN])) as ArrayRef));
    }
}

#[test]
fn blanks_of_a_slice_are_found_where_they_are() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["", "2017-04-01", ""]));
    assert_second_is_missing("admitted", &texts.slice(1, 2));
    let dictionary: ArrayRef =
        Arc::new(["", "HN22E", " "].into_iter().collect::<DictionaryArray<Int8Type>>());
    assert_second_is_missing("code", &dictionary.slice(1, 2));
}

#[test]
fn admissions_without_a_date_are_refused_by_row() {
    let batch = RecordBatch::try_from_iter([
        ("patient", Arc::new(Int32Array::from(vec![1, 1])) as ArrayRef),
        ("admitted", Arc::new(StringArray::from(vec!["2017-04-01", " "]))),
        ("discharged", Arc::new(StringArray::from(vec!["2017-04-03", "2017-04-04"]))),
        ("emergency", Arc::new(Float64Array::from(vec![1.0, 1.0]))),
        ("elective", Arc::new(Float64Array::from(vec![0.0, f64::NAN]))),
    ])
    .unwrap();
    let names = |admitted: &str| AdmissionNames {
        patient: "patient".to_owned(),
        admitted: admitted.to_owned(),
        discharged: "discharged".to_owned(),
        how: HowAdmitted::Flags { emergency: "emergency".to_owned(), elective: "elective".to_owned() },
        excluded: None,
    };
    let refusal = |admitted| {
        Admissions::from_record_batches(std::slice::from_ref(&batch), &names(admitted)).unwrap_err()
    };
    assert_eq!(
        refusal("admitted").to_string(),
        "column `admitted`, row 1 (the first row is 0): the value is missing; fill it, or leave the row out"
    );
    assert_eq!(
        refusal("discharged").to_string(),
        "column `elective`, row 1 (the first row is 0): the value is missing; fill it, or leave the row out"
    );
}
