//! The terms that free waterfalls draw on: numbers and tables, some with a second value from half-year on.

use std::{collections::BTreeMap, fmt};

use capitation::{
    contract::{Band, Dated, Point, Step, Term, Unit},
    decimal::Exact,
    exposure::Date,
};
use indexmap::IndexMap;
use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use super::draft::first_day;

/// The classes of people for thresholds by class.
pub(crate) const CLASSES: [&str; 3] = ["aged", "disabled", "other"];

/// A number, or one until the middle of the contract and another from then on.
fn dated<T: fmt::Debug + Clone>(value: impl Strategy<Value = T> + Clone) -> impl Strategy<Value = Dated<T>> {
    (value.clone(), prop::option::weighted(0.2, value)).prop_map(|(first, later)| match later {
        None => Dated::Always(first),
        Some(later) => {
            Dated::From(BTreeMap::from([(first_day(), first), (Date::new(2026, 10, 1).unwrap(), later)]))
        }
    })
}

/// A number from `low` to `high` steps of `10^-places`.
fn number(low: i64, high: i64, places: u32) -> impl Strategy<Value = Exact> + Clone {
    (low..=high).prop_map(move |steps| Exact(Decimal::new(steps, places)))
}

fn share() -> impl Strategy<Value = Exact> + Clone {
    number(0, 100, 2)
}

/// Rising bands, with this many decimals in their bounds.
fn bands(widest: i64, places: u32) -> impl Strategy<Value = Vec<Band>> + Clone {
    (vec((1..=widest, share()), 0..3), share()).prop_map(move |(inner, last)| {
        let mut end = 0;
        let mut bands: Vec<Band> = Vec::new();
        for (width, share) in inner {
            end += width;
            bands.push(Band { upto: Some(Exact(Decimal::new(end, places))), share });
        }
        bands.push(Band { upto: None, share: last });
        bands
    })
}

/// Rows with rising keys from `first` on.
fn rows(
    first: i64,
    widest: i64,
    places: u32,
    value: impl Strategy<Value = Exact> + Clone,
) -> impl Strategy<Value = Vec<(Exact, Exact)>> + Clone {
    vec((1..=widest, value), 1..4).prop_map(move |rows| {
        let mut key = first;
        let mut out = Vec::new();
        for (width, value) in rows {
            out.push((Exact(Decimal::new(key, places)), value));
            key += width;
        }
        out
    })
}

fn term(unit: Unit, set: impl FnOnce(&mut Term)) -> Term {
    // A term has one form: start from a number, and take it away again.
    let mut term = Term::value(unit, Exact(Decimal::ZERO), "schedule 1");
    term.values = None;
    set(&mut term);
    term
}

fn of_values(unit: Unit, value: impl Strategy<Value = Exact> + Clone) -> impl Strategy<Value = Term> {
    dated(value).prop_map(move |values| term(unit, |term| term.values = Some(values)))
}

fn of_bands(unit: Unit, widest: i64, places: u32) -> impl Strategy<Value = Term> {
    dated(bands(widest, places)).prop_map(move |bands| term(unit, |term| term.bands = Some(bands)))
}

fn of_steps(
    (of, first, widest, places): (Unit, i64, i64, u32),
    unit: Unit,
    value: impl Strategy<Value = Exact> + Clone,
) -> impl Strategy<Value = Term> {
    let steps = rows(first, widest, places, value)
        .prop_map(|rows| rows.into_iter().map(|(from, value)| Step { from, value }).collect::<Vec<_>>());
    dated(steps).prop_map(move |steps| {
        term(unit, |term| {
            term.of = Some(of);
            term.steps = Some(steps);
        })
    })
}

fn of_points(
    (of, first, widest, places): (Unit, i64, i64, u32),
    unit: Unit,
    value: impl Strategy<Value = Exact> + Clone,
) -> impl Strategy<Value = Term> {
    let points = rows(first, widest, places, value)
        .prop_map(|rows| rows.into_iter().map(|(at, value)| Point { at, value }).collect::<Vec<_>>());
    dated(points).prop_map(move |points| {
        term(unit, |term| {
            term.of = Some(of);
            term.points = Some(points);
        })
    })
}

fn of_classes(value: impl Strategy<Value = Exact> + Clone) -> impl Strategy<Value = Term> {
    prop::array::uniform3(dated(value)).prop_map(|values| {
        let by_class = CLASSES.iter().map(ToString::to_string).zip(values).collect();
        term(Unit::Money, |term| term.by_class = Some(by_class))
    })
}

/// Every term that a clause may use, amounts of money with the decimals of the currency.
pub(super) fn terms(exponent: u32) -> impl Strategy<Value = IndexMap<String, Term>> {
    let e = exponent;
    let money = |high| number(0, high, e);
    let numbers = (
        of_values(Unit::MoneyPerCount, prop_oneof![money(50_000), number(0, 5_000_000, e + 2)]),
        of_values(Unit::Money, number(-1_000_000, 1_000_000, e)),
        of_values(Unit::Money, money(3_000_000)),
        of_values(Unit::Ratio, number(0, 30_000, 4)),
        of_values(Unit::Share, share()),
        of_values(Unit::Count, number(0, 500, 0)),
        of_values(Unit::Money, money(200_000)),
    );
    let tables = (
        of_bands(Unit::Money, 500_000, e),
        of_bands(Unit::Money, 500_000, e),
        of_bands(Unit::Ratio, 20, 2),
        of_bands(Unit::Ratio, 20, 2),
        of_steps((Unit::Count, 0, 200, 0), Unit::Share, share()),
        of_points((Unit::Share, 0, 50, 2), Unit::Ratio, number(0, 20_000, 4)),
        of_points((Unit::Count, 0, 200, 0), Unit::Money, money(1_000_000)),
        of_points((Unit::Money, -1_000_000_000, 1_500_000_000, e), Unit::Share, share()),
        of_classes(money(200_000)),
    );
    (numbers, tables).prop_map(|(a, b)| {
        let named = [
            ("price", a.0),
            ("fee", a.1),
            ("ceiling", a.2),
            ("level", a.3),
            ("rate", a.4),
            ("size", a.5),
            ("attachment", a.6),
            ("gain bands", b.0),
            ("loss bands", b.1),
            ("relative gain bands", b.2),
            ("relative loss bands", b.3),
            ("rate by size", b.4),
            ("factor by quality", b.5),
            ("fee by size", b.6),
            ("rate by gain", b.7),
            ("limit by class", b.8),
        ];
        named.into_iter().map(|(name, term)| (name.to_owned(), term)).collect()
    })
}
