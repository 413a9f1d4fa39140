//! A population at the door: what is refused and in which words, what is kept, and the RAND experiment's table.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail

use std::collections::BTreeSet;
use std::path::Path;

use capitation::money::{Currency, RoundingMode};
use capitation::population::{Columns, DeprivationScale, Fault, MeasureUnit, Population, Rejection};
use capitation::{Error, ErrorKind, Result};
use proptest::prelude::*;

fn dollars() -> Currency {
    Currency::new("USD").unwrap()
}

fn make(columns: &Columns<'_>) -> Result<Population> {
    Population::from_columns(columns, dollars(), RoundingMode::HalfUp)
}

/// Three rows about two people that are accepted.
fn good<'a>() -> Columns<'a> {
    Columns::new()
        .person("id", vec![1, 1, 2])
        .year("yr", vec![2024, 2025, 2025])
        .member_months("months", vec![12.0, 12.0, 6.0])
        .cost("cost", vec![10.0, 20.0, 30.0])
}

fn refusal(columns: &Columns<'_>) -> Error {
    let error = make(columns).unwrap_err();
    println!("{error}");
    error
}

fn assert_refusals(kind: ErrorKind, cases: Vec<(Columns<'_>, &str)>) {
    for (columns, words) in cases {
        let error = refusal(&columns);
        assert_eq!((error.kind(), error.to_string().as_str()), (kind, words));
    }
}

#[test]
fn a_table_that_is_no_population_is_refused() {
    assert_refusals(
        ErrorKind::Column,
        vec![
            (
                Columns::new().cost("cost", vec![1.0]),
                "population: no column of member months is given; name the column of exposure in months; a person covered all year has 12",
            ),
            (
                Columns::new().member_months("months", vec![1.0]),
                "population: no column of cost is given; name the column of cost in major units such as dollars",
            ),
            (
                Columns::new().member_months("months", vec![]).cost("cost", vec![]),
                "population: the table has no rows; give one row for each person and year",
            ),
            (
                good().weight("w", vec![0.0; 3]),
                "column `w`: every weight is 0; give at least one row a weight, or leave the column out",
            ),
        ],
    );
    assert_refusals(
        ErrorKind::Name,
        vec![
            (
                good().activity("member months", "adm", vec![0.0; 3]),
                "column `adm`: `member months` is the name of a measure that every population may have; give the measure a name of its own",
            ),
            (
                good().activity("visits", "a", vec![0.0; 3]).setting("visits", "b", vec![0.0; 3]),
                "column `a`: `visits` is the name of an earlier measure; give the measure a name of its own",
            ),
            (
                good().setting(" ", "b", vec![0.0; 3]),
                "column `b`: the measure has no name; give the measure a name of its own",
            ),
        ],
    );
}

#[test]
fn a_bad_value_is_refused_by_column_row_and_value() {
    let nan = f64::NAN;
    let below_zero = "(the first row is 0): -1 is below zero; net refunds and reversals against what they correct, or leave the row out";
    let [cost, count, need, weight] = [("inpdol", 0), ("mdvis", 1), ("need", 1), ("w", 1)]
        .map(|(name, row)| format!("column `{name}`, row {row} {below_zero}"));
    assert_refusals(
        ErrorKind::Row,
        vec![
            (good().setting("inpatient", "inpdol", vec![-1.0, 1.0, 1.0]), &cost),
            (good().activity("visits", "mdvis", vec![1.0, -1.0, 1.0]), &count),
            (
                good().cost("meddol", vec![80.0, 100.0, 5.0]).setting(
                    "inpatient",
                    "inpdol",
                    vec![80.0, 100.02, 0.0],
                ),
                "column `inpdol`, row 1 (the first row is 0): 100.02, beside 100 in column `meddol`, is more than the whole cost that it is part of; give the cost of all care settings together as the cost, or leave the setting out",
            ),
            (good().need("need", vec![1.0, -1.0, 1.0]), &need),
            (good().weight("w", vec![1.0, -1.0, 1.0]), &weight),
            (
                good().cost("meddol", vec![1.0, nan, nan]),
                "column `meddol`, row 1 (the first row is 0): NaN is not a value; fill it (a cost or a count of nothing is 0), or leave the row out",
            ),
            (
                good().cost("meddol", vec![1.0, 1.0, f64::INFINITY]),
                "column `meddol`, row 2 (the first row is 0): inf is not finite; correct the division or the reading that gave it, or leave the row out",
            ),
            (
                good().cost("meddol", vec![1.0, 1e14, 1.0]),
                "column `meddol`, row 1 (the first row is 0): 100000000000000 has more than the 15 digits that can be held exactly; check the unit of the column; costs are in major units such as dollars",
            ),
            (
                good().member_months("months", vec![1.0, 0.0, 1.0]),
                "column `months`, row 1 (the first row is 0): 0 is not an exposure above 0 member months; give months of cover (a person year is 12), or leave out people who were not covered",
            ),
            (
                good().member_months("months", vec![1.0, 1.0, 365.0]),
                "column `months`, row 2 (the first row is 0): 365 is more than the 12 member months of a year; give months, not days, and one row for each person and year",
            ),
            (
                good().person("id", vec!["a", "b", ""]),
                "column `id`, row 2 (the first row is 0): `` is not a value; fill it (a cost or a count of nothing is 0), or leave the row out",
            ),
            (
                good().class("band", vec!["a", "", "b"]),
                "column `band`, row 1 (the first row is 0): `` is not a value; fill it (a cost or a count of nothing is 0), or leave the row out",
            ),
            (
                good().year("yr", vec![2025, 2025, 2025]),
                "column `id`, row 1 (the first row is 0): person 1 of year 2025, seen before in row 0, has two rows for one year; add up the rows of each person and year before they come here",
            ),
            (
                Columns::new()
                    .person("id", vec!["x", "y", "x"])
                    .member_months("m", vec![1.0; 3])
                    .cost("c", vec![1.0; 3]),
                "column `id`, row 2 (the first row is 0): person `x`, seen before in row 0, has two rows and no column says for which years; name the column that holds the year, or add up the rows of each person",
            ),
        ],
    );
}

/// Lengths are compared for every column there can be.
#[test]
fn every_column_must_be_as_long_as_the_others() {
    let short = || vec![1.0];
    let cases = [
        good().person("id", vec![1]),
        good().year("yr", vec![1]),
        good().cost("cost", short()),
        good().setting("s", "s", short()),
        good().activity("a", "a", short()),
        good().need("n", short()),
        good().class("c", vec!["x"]),
        good().weight("w", short()),
    ];
    for columns in cases {
        let error = refusal(&columns);
        assert_eq!(error.kind(), ErrorKind::Column);
        assert_eq!(error.problem(), "it has 1 rows where column `months` has 3");
    }
}

#[test]
fn a_total_that_cannot_be_held_is_refused() {
    // 11,000 rows of 9e12 dollars, each within range, come to 9.9e18 cents, more than 2^63.
    let columns = Columns::new().member_months("m", vec![12.0; 11_000]).cost("cost", vec![9e12; 11_000]);
    let error = refusal(&columns);
    assert_eq!(
        error.to_string(),
        "column `cost`: its total is larger than 9,223,372,036,854,775,807 steps; check the unit of the column, or split the table"
    );
    assert_eq!(error.kind(), ErrorKind::Arithmetic);
}

#[test]
fn a_measure_that_is_not_there_is_refused_with_the_names_there_are() {
    let error = make(&good()).unwrap().measure("visits").unwrap_err();
    assert_eq!(
        error.to_string(),
        "population: there is no measure `visits`; use one of `member months`, `members`, `actual cost`, or give a column that name"
    );
}

#[test]
fn measures_are_whole_numbers_under_the_names_contracts_use() {
    let columns = good()
        .cost("cost", vec![10.005, 20.0, 30.1])
        .need("need", vec![1.5, 0.5, 1.0 / 3.0])
        .setting("inpatient", "inp", vec![0.0, 1.0, 2.0])
        .activity("visits", "vis", vec![0.0, 1.0, 2.5])
        .class("band", vec!["old", "old", "young"])
        .weight("w", vec![1.0, 3.0, 0.0]);
    let population = make(&columns).unwrap();
    let names: Vec<&str> = population.measures().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["member months", "members", "actual cost", "need-weighted member months", "inpatient", "visits"]
    );
    let values = |name: &str| population.measure(name).unwrap().values().to_vec();
    assert_eq!(values("members"), [1_000_000; 3]);
    assert_eq!(values("actual cost"), [1001, 2000, 3010]);
    // 6 months x 0.333333 = 1.999998
    assert_eq!(values("need-weighted member months"), [18_000_000, 6_000_000, 1_999_998]);
    assert_eq!(values("visits"), [0, 1_000_000, 2_500_000]);
    let inpatient = population.measure("inpatient").unwrap();
    assert_eq!((inpatient.unit(), inpatient.scale(), inpatient.column()), (MeasureUnit::Money, 100, "inp"));
    assert_eq!(population.person_totals("actual cost").unwrap(), [3001, 3010]);
    assert_eq!(population.weights(), Some(&[1.0, 3.0, 0.0][..]));

    let difference = |name: &str| {
        let all = population.rounding_differences();
        all.iter().find(|difference| difference.measure == name).unwrap().clone()
    };
    // 10.005 became 10.01; 1/3 became 0.333333.
    assert!((difference("actual cost").difference - 0.005).abs() < 1e-12);
    assert_eq!(difference("actual cost").rows_changed, 1);
    assert!((difference("need").difference + 1e-6 / 3.0).abs() < 1e-12);
    assert!(difference("need-weighted member months").difference.abs() < 1e-15);
}

#[test]
fn rows_are_grouped_by_person_year_and_class() {
    let population = make(&good().class("band", vec!["old", "old", "young"])).unwrap();
    assert_eq!(population.years(), [2024, 2025]);
    assert_eq!(population.rows_in(2025), [1, 2]);
    assert!(population.rows_in(1999).is_empty());
    assert_eq!(population.person_of_row(), [0, 0, 1]);
    assert_eq!(population.rows_of_person(0), [0, 1]);
    assert_eq!(population.rows_by_person(), (&[0, 2, 3][..], &[0, 1, 2][..]));
    let classes = population.classes().unwrap();
    assert_eq!(
        (classes.labels().len(), classes.codes(), classes.label(2)),
        (2, &[0, 0, 1][..], Some("young"))
    );

    let nobody_named = Columns::new().member_months("m", vec![1.0; 4]).cost("c", vec![1.0; 4]);
    let population = make(&nobody_named).unwrap();
    assert_eq!((population.people(), population.years().len()), (4, 0));
}

#[test]
fn a_currency_without_pence_counts_whole_units() {
    let yen = Currency::new("JPY").unwrap();
    let columns = Columns::new().member_months("m", vec![1.0]).cost("c", vec![1234.5]);
    let population = Population::from_columns(&columns, yen, RoundingMode::HalfEven).unwrap();
    assert_eq!(population.measure("actual cost").unwrap().values(), [1234]);
}

#[test]
fn bad_rows_are_left_out_counted_and_listed() {
    let columns = Columns::new()
        .person("id", vec![1, 1, 2, 2, 3, 4, 5])
        .year("yr", vec![1, 2, 1, 1, 1, 1, 1])
        .member_months("months", vec![12.0, 0.0, 12.0, 12.0, 13.0, 12.0, 6.0])
        .cost("cost", vec![1.0, f64::NAN, 1.0, 1.0, 1.0, -1.0, 2.0]);
    let (population, rejected) =
        Population::from_columns_collecting(&columns, dollars(), RoundingMode::HalfUp).unwrap();
    println!("{rejected}");
    let listed: Vec<(&str, Fault, &[usize])> =
        rejected.reasons().iter().map(|reason| (reason.column(), reason.fault(), reason.rows())).collect();
    assert_eq!(
        listed,
        [
            ("months", Fault::NoExposure, &[1][..]),
            ("months", Fault::ExposureAboveYear, &[4]),
            ("cost", Fault::Missing, &[1]),
            ("cost", Fault::Negative, &[5]),
            ("id", Fault::RepeatedPersonYear, &[2, 3]),
        ]
    );
    assert_eq!(rejected.rows().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!((population.len(), population.people()), (2, 2));
    assert_eq!(population.measure("actual cost").unwrap().values(), [100, 200]);

    let all_bad = Columns::new().member_months("m", vec![0.0]).cost("c", vec![1.0]);
    let error = Population::from_columns_collecting(&all_bad, dollars(), RoundingMode::HalfUp).unwrap_err();
    assert_eq!(
        error.to_string(),
        "population: all 1 rows are rejected: the first reason is that a value of column `m` is not an exposure above 0 member months; check that each column is given for what it is, in the right unit"
    );
}

#[test]
fn weights_that_are_all_zero_once_bad_rows_are_out_are_refused() {
    let columns = good().weight("w", vec![0.0, 1.0, 0.0]).cost("cost", vec![1.0, -1.0, 1.0]);
    let error = Population::from_columns_collecting(&columns, dollars(), RoundingMode::HalfUp).unwrap_err();
    assert_eq!(
        error.to_string(),
        "column `w`: every weight is 0; give at least one row a weight, or leave the column out"
    );
}

/// Each of the two was rounded to the penny before it came here, one up and the other down.
#[test]
fn a_care_setting_may_pass_the_whole_by_a_penny() {
    for (whole, part, passes) in
        [(100.0, 100.01, true), (0.0, 0.01, true), (4e9, 4e9 + 0.01, true), (0.0, 0.02, false)]
    {
        let columns = Columns::new().member_months("m", vec![12.0]).cost("c", vec![whole]).setting(
            "inpatient",
            "i",
            vec![part],
        );
        let read = Population::from_columns(&columns, dollars(), RoundingMode::HalfUp);
        assert_eq!(read.is_ok(), passes, "{part} of {whole}");
    }
}

/// The list of faults is complete: each one is met.
#[test]
fn every_fault_can_be_met() {
    let mut met: BTreeSet<Fault> = BTreeSet::new();
    let bad: [(Option<i64>, f64, f64); 10] = [
        (Some(2), f64::NAN, 1.0),
        (Some(2), 1.0, f64::INFINITY),
        (Some(2), 1.0, -1.0),
        (Some(2), 1.0, 1e15),
        (Some(2), 0.0, 1.0),
        (Some(2), 13.0, 1.0),
        (Some(1), 1.0, 1.0),
        (None, 1.0, 1.0),
        (Some(2), 1.0, 0.5),
        // Its whole pounds are its deprivation too.
        (Some(2), 1.0, 6.0),
    ];
    for (year, months, cost) in bad {
        let mut columns = Columns::new()
            .person("id", vec![1, 1, 2])
            .member_months("m", vec![1.0, months, 1.0])
            .cost("c", vec![1.0, cost, 1.0])
            .setting("inpatient", "i", vec![1.0, 1.0, 1.0]);
        if (cost - 6.0).abs() < 0.5 {
            columns = columns.deprivation("imd", DeprivationScale::Quintile, vec![1.0, cost, 1.0]);
        }
        if let Some(year) = year {
            columns = columns.year("y", vec![1, year, 1]);
        }
        let (_, rejected) =
            Population::from_columns_collecting(&columns, dollars(), RoundingMode::HalfUp).unwrap();
        met.extend(rejected.reasons().iter().map(Rejection::fault));
    }
    assert_eq!(met, Fault::ALL.into_iter().collect());
}

/// Ends of each scale, and of each fifth. The 32,844 areas of the English index of 2019 are 6,568.8 to a fifth.
#[test]
fn each_scale_has_its_fifths() {
    let fifths = |scale: DeprivationScale, values: &[f64]| {
        let columns = Columns::new()
            .member_months("m", vec![1.0; values.len()])
            .cost("c", vec![1.0; values.len()])
            .deprivation("imd", scale, values);
        let people = make(&columns).unwrap();
        let column = people.deprivation().unwrap();
        assert_eq!((column.column(), column.scale()), ("imd", scale));
        assert_eq!(column.rows().iter().sum::<usize>(), values.len());
        column.fifths().to_vec()
    };
    assert_eq!(fifths(DeprivationScale::Quintile, &[1.0, 2.0, 3.0, 4.0, 5.0]), [1, 2, 3, 4, 5]);
    let tens: Vec<f64> = (1..=10).map(f64::from).collect();
    assert_eq!(fifths(DeprivationScale::Decile, &tens), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    assert_eq!(
        fifths(DeprivationScale::Percentile, &[1.0, 20.0, 21.0, 80.0, 81.0, 100.0]),
        [1, 1, 2, 4, 5, 5]
    );
    let ranks = [1.0, 6_568.0, 6_569.0, 13_137.0, 13_138.0, 26_275.0, 26_276.0, 32_844.0];
    assert_eq!(fifths(DeprivationScale::Rank { of: 32_844 }, &ranks), [1, 1, 2, 2, 3, 4, 5, 5]);
}

#[test]
fn nobody_is_put_into_a_fifth_that_was_not_said() {
    let of = |scale, value: f64| good().deprivation("imd", scale, vec![1.0, 2.0, value]);
    let place = "column `imd`, row 2 (the first row is 0): ";
    let remedy = "; say which scale the column has (1 is the most deprived), or leave the row out";
    for (scale, value, problem) in [
        (
            DeprivationScale::Quintile,
            6.0,
            "6, for a quintile from 1 to 5, is not a whole number of that scale",
        ),
        (DeprivationScale::Decile, 0.0, "0, for a decile from 1 to 10, is not a whole number of that scale"),
        (
            DeprivationScale::Decile,
            1.5,
            "1.5, for a decile from 1 to 10, is not a whole number of that scale",
        ),
        (
            DeprivationScale::Percentile,
            -1.0,
            "-1, for a percentile from 1 to 100, is not a whole number of that scale",
        ),
        (
            DeprivationScale::Rank { of: 1_909 },
            1_910.0,
            "1910, for a rank of 1909 from 1 to 1909, is not a whole number of that scale",
        ),
    ] {
        assert_eq!(refusal(&of(scale, value)).to_string(), format!("{place}{problem}{remedy}"));
    }
    let missing = refusal(&of(DeprivationScale::Decile, f64::NAN)).to_string();
    assert!(missing.starts_with(&format!("{place}NaN is not a value")), "{missing}");
    let (kept, rejected) = Population::from_columns_collecting(
        &good().deprivation("imd", DeprivationScale::Decile, vec![f64::NAN, 2.0, 11.0]),
        dollars(),
        RoundingMode::HalfUp,
    )
    .unwrap();
    assert_eq!((kept.len(), kept.deprivation().unwrap().fifths(), rejected.len()), (1, &[1][..], 2));
    let short = refusal(&good().deprivation("imd", DeprivationScale::Decile, vec![1.0]));
    assert_eq!((short.kind(), short.place()), (ErrorKind::Column, "column `imd`"));
}

#[test]
fn a_scale_is_said_in_words() {
    for (words, scale) in [
        ("quintile", DeprivationScale::Quintile),
        ("decile", DeprivationScale::Decile),
        ("percentile", DeprivationScale::Percentile),
        ("rank of 33755", DeprivationScale::Rank { of: 33_755 }),
    ] {
        assert_eq!((words.parse(), scale.to_string().as_str()), (Ok(scale), words));
    }
    let why = |words: &str| words.parse::<DeprivationScale>().unwrap_err();
    assert_eq!(
        why("deciles").to_string(),
        "scale of deprivation: `deciles` is not a scale of deprivation; was `decile` meant?; say quintile, decile, \
         percentile, or rank of N with the number of areas that the index ranks; 1 is the most deprived on each"
    );
    for words in ["rank", "rank of", "rank of 4", "rank of -5", "score", ""] {
        assert_eq!(why(words).kind(), ErrorKind::Unknown, "{words}");
    }
}

/// That every other population keeps its fingerprint is `the_fingerprint_stays_what_it_is`.
#[test]
fn deprivation_is_in_the_fingerprint_where_it_is_given() {
    let of = |columns: &Columns<'_>| make(columns).unwrap().fingerprint().to_owned();
    let with = |scale, values: Vec<f64>| of(&good().deprivation("imd", scale, values));
    let decile = with(DeprivationScale::Decile, vec![1.0, 1.0, 9.0]);
    assert_ne!(decile, of(&good()));
    assert_ne!(decile, with(DeprivationScale::Decile, vec![1.0, 3.0, 9.0]));
    assert_ne!(decile, with(DeprivationScale::Percentile, vec![1.0, 1.0, 81.0]));
}

#[test]
fn the_fingerprint_knows_values_names_and_uses_but_not_layout() {
    let base = || good().activity("a", "x", vec![1.0; 3]).activity("b", "y", vec![2.0; 3]);
    let of = |columns: Columns<'_>| make(&columns).unwrap().fingerprint().to_owned();
    let print = of(base());
    assert!(print.starts_with("sha256:") && print.len() == 71);
    assert_eq!(print, of(base()));
    let borrowed = [1.0; 3];
    assert_eq!(print, of(good().activity("b", "y", vec![2.0; 3]).activity("a", "x", &borrowed[..])));
    let others = [
        of(good()),
        of(base().cost("other", vec![10.0, 20.0, 30.0])),
        of(base().cost("cost", vec![10.0, 20.0, 30.01])),
        of(base().year("yr", vec![2024, 2025, 2026])),
        of(base().person("id", vec!["1", "1", "2"])),
        of(base().class("band", vec!["x", "x", "y"])),
        of(base().cell("band", vec!["x", "x", "y"])),
        of(base().weight("w", vec![1.0; 3])),
        of(base().need("n", vec![1.0; 3])),
        Population::from_columns(&base(), Currency::new("GBP").unwrap(), RoundingMode::HalfUp)
            .unwrap()
            .fingerprint()
            .to_owned(),
    ];
    let distinct: BTreeSet<&String> = others.iter().chain([&print]).collect();
    assert_eq!(distinct.len(), others.len() + 1);
}

/// Computed with Python's `hashlib` from the same columns: a later version must give the same, or say that it does not.
#[test]
fn the_fingerprint_stays_what_it_is() {
    let columns = good().class("band", vec!["old", "old", "young"]).weight("w", vec![1.0, 0.5, 2.0]);
    let expected = "sha256:11c9d8654c205cc9ac364f593dde130ab38a9d1aa7b4acee10f53dde12dcf994";
    assert_eq!(make(&columns).unwrap().fingerprint(), expected);
}

/// Risk cells are texts of their own beside classes: kept with their rows, and checked as those are.
#[test]
fn rows_have_risk_cells() {
    let columns = good().class("band", vec!["old", "old", "young"]).cell("risk", vec!["ill", "well", "ill"]);
    let population = make(&columns).unwrap();
    let cells = population.cells().unwrap();
    assert_eq!(
        (cells.column(), cells.labels(), cells.codes()),
        ("risk", &["ill".to_owned(), "well".to_owned()][..], &[0, 1, 0][..])
    );
    assert_eq!(population.classes().unwrap().label(2), Some("young"));
    assert!(make(&good()).unwrap().cells().is_none());
    let refused = refusal(&good().cell("risk", vec!["ill", " ", "ill"]));
    assert_eq!(refused.kind(), ErrorKind::Row);
    assert!(refused.to_string().starts_with("column `risk`, row 1 (the first row is 0): ` ` is not a value"));
    let short = refusal(&good().cell("risk", vec!["ill"]));
    assert_eq!(
        (short.kind(), short.to_string().as_str()),
        (
            ErrorKind::Column,
            "column `risk`: it has 1 rows where column `months` has 3; give every column one value for each row"
        )
    );
    // Rows that are left out take their cells with them.
    let columns = good().cell("risk", vec!["ill", "", "well"]);
    let (kept, rejected) =
        Population::from_columns_collecting(&columns, dollars(), RoundingMode::HalfUp).unwrap();
    assert_eq!((rejected.len(), kept.cells().unwrap().codes()), (1, &[0, 1][..]));
}

/// The RAND Health Insurance Experiment's table; counts and totals computed from the file with Python's `csv`,
/// `math.floor` and `math.fsum`.
#[test]
fn the_rand_experiment_comes_in_whole_cents() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/people/randhie_cameron_trivedi.csv.gz");
    let Ok(file) = std::fs::File::open(&path) else {
        println!("skipped: {} is absent", path.display());
        return;
    };
    let mut table = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let headers = table.headers().unwrap().clone();
    let places = ["zper", "year", "time", "meddol", "totadm", "mdvis"]
        .map(|name| headers.iter().position(|header| header == name).unwrap());
    let (mut person, mut year) = (Vec::new(), Vec::new());
    let mut floats: [Vec<f64>; 4] = Default::default();
    for record in table.records() {
        let record = record.unwrap();
        person.push(record[places[0]].parse::<i64>().unwrap());
        year.push(record[places[1]].parse::<i64>().unwrap());
        for (column, &place) in floats.iter_mut().zip(&places[2..]) {
            column.push(record[place].parse::<f64>().unwrap());
        }
    }
    let [time, cost, admissions, visits] = floats;
    let columns = Columns::new()
        .person("zper", person)
        .year("year", year)
        .member_months("time x 12", time.iter().map(|time| 12.0 * time).collect::<Vec<_>>())
        .cost("meddol", cost)
        .activity("admissions", "totadm", admissions)
        .activity("visits", "mdvis", visits);
    let population = make(&columns).unwrap();
    assert_eq!((population.people(), population.len()), (5_912, 20_190));
    assert_eq!(population.years(), [1, 2, 3, 4, 5]);
    let by_year: Vec<usize> = (1..=5).map(|year| population.rows_in(year).len()).collect();
    assert_eq!(by_year, [5_638, 5_575, 5_548, 1_715, 1_714]);
    let months = population.measure("member months").unwrap();
    assert_eq!(months.values().iter().filter(|&&months| months < 1_000_000).count(), 1);
    let total = |name: &str| population.measure(name).unwrap().total();
    assert_eq!(total("actual cost"), 346_395_597);
    assert_eq!(total("admissions"), 2_276_000_000);
    assert_eq!(total("visits"), 57_752_000_000);
    assert_eq!(total("member months"), 242_027_083_857);
    let cost = &population.rounding_differences()[1];
    println!("{cost:?}");
    assert!((cost.difference - 0.125_060_440_5).abs() < 1e-9);
}

proptest! {
    /// Nothing that a column can hold makes the door panic, and what is collected is what would be refused.
    #[test]
    fn the_door_never_panics(
        rows in prop::collection::vec((0_i64..9, 0_i64..4, any::<f64>(), any::<f64>(), any::<f64>()), 0..12),
        plain in any::<bool>(),
    ) {
        let tame = |value: f64| {
            if plain && value.is_finite() { (value.abs() % 12.0).max(0.01) } else { value }
        };
        let floats = |value: fn(&(i64, i64, f64, f64, f64)) -> f64| -> Vec<f64> {
            rows.iter().map(|row| tame(value(row))).collect()
        };
        let columns = || Columns::new()
            .person("id", rows.iter().map(|row| row.0).collect::<Vec<_>>())
            .year("year", rows.iter().map(|row| row.1).collect::<Vec<_>>())
            .member_months("m", floats(|row| row.2))
            .cost("c", floats(|row| row.3))
            .need("n", floats(|row| row.4));
        let strict = make(&columns());
        match Population::from_columns_collecting(&columns(), dollars(), RoundingMode::HalfUp) {
            Ok((population, rejected)) => {
                prop_assert_eq!(population.len() + rejected.len(), rows.len());
                prop_assert_eq!(strict.is_ok(), rejected.is_empty());
                if let Ok(strict) = strict {
                    prop_assert_eq!(strict, population);
                }
            }
            Err(_) => prop_assert!(strict.is_err()),
        }
    }
}
