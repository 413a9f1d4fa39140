//! A comparison that was saved is read back the same to the last digit, and what does not hold together is refused.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail

use capitation::compare::MarginalCost;
use capitation::money::RoundingMode;
use capitation::population::Columns;
use capitation::{Compare, Comparison, Contract, Currency, ErrorKind, Population};
use serde_json::{Value, json};

fn comparison() -> Comparison {
    let cost = |row: u32| 17.0 * f64::from(row % 13) * f64::from(row % 7);
    let columns = Columns::new()
        .person("person", (0..60).map(|row| row / 2).collect::<Vec<i64>>())
        .year("year", (0..60).map(|row| 2024 + row % 2).collect::<Vec<i64>>())
        .member_months("months", (0..60u32).map(|row| 12.0 - f64::from(row % 4)).collect::<Vec<_>>())
        .cost("cost", (0..60).map(cost).collect::<Vec<_>>())
        .activity("admissions", "adm", (0..60).map(|row| f64::from(row % 3)).collect::<Vec<_>>())
        .activity("visits", "gp", (0..60).map(|row| f64::from(row % 5)).collect::<Vec<_>>());
    let people =
        Population::from_columns(&columns, Currency::new("USD").unwrap(), RoundingMode::HalfUp).unwrap();
    let contracts = ["payment-by-results", "capitation"]
        .map(|name| Contract::read(format!("examples/contracts/{name}.toml")).unwrap());
    let marginal = MarginalCost::new("0.6".parse().unwrap()).unwrap();
    let marginal = marginal.with_unit_cost("admissions", "891.25".parse().unwrap()).unwrap();
    Compare::new(&people, &contracts).sizes([50, 200], 200).draws(50).marginal_cost(marginal).run().unwrap()
}

#[test]
fn it_is_read_back_the_same_to_the_last_digit() {
    let comparison = comparison();
    let saved = comparison.to_json().unwrap();
    let read = Comparison::from_json(&saved).unwrap();
    assert_eq!(read.to_json().unwrap(), saved);
    assert_eq!(read.to_string(), comparison.to_string());
    let [before, after] = [&comparison, &read].map(|c| c.contracts[1].statement.as_ref().unwrap());
    assert_eq!(after.explain(), before.explain());
    assert_eq!(after.lines(), before.lines());
    // What it was made from is not saved: a bridge tells the lines that differ, and no causes.
    let bridge = after.bridge(before, "provider").unwrap();
    assert_eq!((bridge.lines.len(), bridge.causes), (0, None));
}

/// A comparison with one value of its JSON replaced.
fn refused(place: &str, value: Value) -> String {
    let mut json: Value = serde_json::from_str(&comparison().to_json().unwrap()).unwrap();
    *json.pointer_mut(place).unwrap() = value;
    let why = Comparison::from_json(&json.to_string()).unwrap_err();
    assert_eq!(why.kind(), ErrorKind::Comparison);
    assert!(why.remedy().contains("to_json"), "{why}");
    // By the other way in, too.
    assert!(serde_json::from_value::<Comparison>(json).is_err());
    format!("{}: {}", why.place(), why.problem())
}

#[test]
fn what_is_owed_is_never_a_float() {
    for place in [
        "/contracts/0/by_year/0/margin",
        "/contracts/0/statement/lines/0/amount",
        "/contracts/0/statement/parties/1/surplus",
        "/contracts/1/solved/solved",
        "/basis/marginal_share",
    ] {
        let why = refused(place, json!(0.5));
        let path = place.trim_start_matches('/').replace("/0", "[0]").replace("/1", "[1]").replace('/', ".");
        assert!(why.starts_with(&format!("comparison, {path}: 0.5 is a binary float")), "{why}");
    }
    let why = refused("/contracts/0/by_year/0/margin", json!("1e3"));
    assert!(why.contains("`1e3` is not a decimal number"), "{why}");
}

#[test]
fn what_does_not_hold_together_is_refused() {
    for (place, value, words) in [
        (
            "/contracts/0/statement/parties/1/surplus",
            json!("1.00"),
            "what party `provider` receives, pays and keeps",
        ),
        (
            "/contracts/0/by_year/0/suppressed",
            json!(true),
            "contract `Payment by results`: a year that is withheld has amounts",
        ),
        (
            "/contracts/0/name",
            json!("Capitation"),
            "comparison: its reference `Payment by results` is not a contract of it",
        ),
        ("/basis/reference", json!("none"), "its reference `none` is not a contract"),
        ("/basis/panel", json!(3), "its panel of 3 is not among its sizes"),
        ("/sizes", json!([200, 50]), "its sizes are not one or more that increase from above 0"),
        ("/sizes", json!([0, 200]), "its sizes are not one or more that increase from above 0"),
        ("/sizes", json!([50, 100, 200]), "its rows are not one for each size, in their order"),
        ("/contracts/1/parties/0/name", json!("someone"), "its results are not one for each party"),
        ("/contracts/1/marginal/0/results", json!([]), "`one admission more` is not told of each party"),
        ("/contracts/0/by_size/1/outlay/se", json!(-1.0), "panels of 200: an estimate is not a number with"),
        (
            "/contracts/0/by_size/1/probability_of_deficit/mean",
            json!(1.5),
            "its chance of a deficit is not from 0 to 1",
        ),
        ("/contracts/0/by_size/1/margin_quantiles", json!({}), "the levels of its quantiles"),
        (
            "/contracts/0/statement/currency",
            json!("GBP"),
            "its statement has other parties or another currency",
        ),
        ("/concentration/people/top", json!([[0.5, 7.0]]), "its shares of cost are not from 0 to 1"),
        ("/contracts", json!([]), "it has no contract"),
        ("/currency", json!("dollars"), "`dollars` is not a currency code"),
        ("/contracts/0/by_size/0/outlay/mean", json!(null), "invalid type: null"),
        ("/stamp", json!({}), "missing field `version`"),
    ] {
        let why = refused(place, value);
        assert!(why.contains(words), "{place}: {why}");
    }
}

#[test]
fn another_text_is_refused_with_its_place() {
    for (text, words) in [
        ("", "EOF while parsing"),
        ("{}", "missing field `currency`"),
        ("{\"currency\": \"USD\", \"colour\": 1}", "unknown field `colour`"),
    ] {
        let why = Comparison::from_json(text).unwrap_err();
        assert!(why.kind() == ErrorKind::Comparison && why.to_string().contains(words), "{why}");
    }
    let twice = comparison().to_json().unwrap().repeat(2);
    assert!(Comparison::from_json(&twice).unwrap_err().problem().contains("trailing characters"));
}
