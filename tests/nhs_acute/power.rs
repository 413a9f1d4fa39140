//! Power over volume: what a trust's result changes by for one case avoided, as a share of the case's marginal cost.
//!
//! A case costs the trust £1,000 at the margin and has a price of £2,000: avoided, it saves the one and loses what the
//! contract pays of the other.

use rust_decimal::Decimal;

use super::{Chosen, contract, d, settle};

const MARGINAL_COST: &str = "1000";
const PRICE: &str = "2000";

/// The power over volume of a contract in a year: the change of the trust's surplus when amounts fall by what one case
/// brings, divided by its marginal cost.
#[track_caller]
fn power(
    track: &str,
    year: i16,
    chosen: Chosen<'_>,
    given: &[(&str, &str)],
    falls: &[(&str, &str)],
) -> Decimal {
    let contract = contract(track, year, &[chosen, &[("actual cost", "given")]].concat());
    let surplus = |one_less: bool| {
        let mut year: Vec<(&str, Decimal)> = given.iter().map(|(name, amount)| (*name, d(amount))).collect();
        year.push(("actual cost", d("60000000")));
        if one_less {
            let cost = ("actual cost", MARGINAL_COST);
            for (name, by) in falls.iter().chain([&cost]) {
                let amount = year.iter_mut().find(|(known, _)| known == name).unwrap();
                amount.1 -= d(by);
            }
        }
        settle(&contract, &year).surplus("trust").unwrap().amount()
    };
    (surplus(true) - surplus(false)) / d(MARGINAL_COST)
}

/// An emergency admission avoided.
#[test]
fn of_emergency_admissions() {
    let value: &[(&str, &str)] = &[("value of emergency admissions", PRICE)];
    let one: &[(&str, &str)] = &[("emergency admissions", "1")];
    let by_number = [("activity", "by number and price")];
    let forecast_by_number = [("activity and forecast", "by number and price")];
    let glass = [("break-glass", "full price beyond a band")];
    let admissions = |n| [("value of emergency admissions", n)];
    let above = [admissions("52000000"), [("baseline value", "50000000")]].concat();
    let below = [admissions("48000000"), [("baseline value", "50000000")]].concat();
    let forecast = [("forecast value of emergency admissions", "50000000")];
    let band = [("break-glass band", "0.05")];
    let near = [&admissions("51000000")[..], &forecast, &band].concat();
    let far = [&admissions("55000000")[..], &forecast, &band].concat();
    let few = [&admissions("45000000")[..], &forecast, &band].concat();
    let counted = [("emergency admissions", "26000"), ("price of emergency admissions", PRICE)];
    let counted_forecast = [&counted[..], &[("forecast number of emergency admissions", "25000")]].concat();
    // (mc − paid share × p) ÷ mc
    let table = [
        ("payment by results", 2017, &[][..], &admissions("50000000")[..], value, "-1"),
        ("payment by results", 2017, &by_number[..], &counted[..], one, "-1"),
        ("marginal rate", 2014, &[][..], &below[..], value, "-1"),
        ("marginal rate", 2014, &[][..], &above[..], value, "0.4"), // (1000 − 0.30 × 2000) ÷ 1000
        ("marginal rate", 2017, &[][..], &above[..], value, "-0.4"), // (1000 − 0.70 × 2000) ÷ 1000
        ("block", 2017, &[][..], &[("block amount", "50000000")][..], &[][..], "1"),
        ("blended emergency payment", 2019, &forecast_by_number[..], &counted_forecast[..], one, "0.6"),
        ("blended emergency payment", 2019, &glass[..], &near[..], value, "0.6"), // (1000 − 0.20 × 2000) ÷ 1000
        ("blended emergency payment", 2019, &glass[..], &far[..], value, "-1"),
        ("blended emergency payment", 2019, &glass[..], &few[..], value, "-1"),
        // Emergency care is in the fixed element.
        ("aligned payment and incentive", 2023, &[][..], &[("fixed element", "50000000")][..], &[][..], "1"),
    ];
    for (track, year, chosen, given, falls, expected) in table {
        assert_eq!(power(track, year, chosen, given, falls), d(expected), "{track}, {year}, {chosen:?}");
    }
}

/// An elective case that is not done.
#[test]
fn of_elective_care() {
    let value: &[(&str, &str)] = &[("value of day cases", PRICE)];
    let limited = [("payment limit", "set by the commissioner")];
    let at = |n| {
        [
            ("value of day cases", n),
            ("elective value in 2019/20", "100000000"),
            ("elective allocation", "4000000"),
            ("fixed element", "300000000"),
        ]
    };
    let alone = |n| [("value of day cases", n)];
    let capped = |n| [("value of day cases", n), ("limit on the elective payment", "108000000")];
    let table = [
        ("payment by results", 2017, &[][..], alone("100000000").to_vec(), "-1"),
        ("marginal rate", 2017, &[][..], alone("100000000").to_vec(), "-1"),
        ("blended emergency payment", 2019, &[][..], alone("100000000").to_vec(), "-1"),
        ("aligned payment and incentive", 2022, &[][..], at("106000000").to_vec(), "-0.5"), // 0.75 × 2000
        ("aligned payment and incentive", 2022, &[][..], at("102000000").to_vec(), "-0.5"),
        ("aligned payment and incentive", 2022, &[][..], at("90000000").to_vec(), "1"), // at the floor
        ("aligned payment and incentive", 2023, &[][..], at("110000000")[..2].to_vec(), "-1"),
        ("aligned payment and incentive", 2025, &[][..], alone("110000000").to_vec(), "-1"),
        ("aligned payment and incentive", 2025, &limited[..], capped("107000000").to_vec(), "-1"),
        ("aligned payment and incentive", 2025, &limited[..], capped("110000000").to_vec(), "1"), // done unpaid
        ("activity-based payment", 2025, &[][..], alone("110000000").to_vec(), "-1"),
    ];
    for (track, year, chosen, given, expected) in table {
        assert_eq!(power(track, year, chosen, &given, value), d(expected), "{track}, {year}, {chosen:?}");
    }
}

/// A readmission avoided: worth its cost to the trust where it is not paid for.
#[test]
fn of_readmissions() {
    let threshold = [("readmissions", "unpaid after elective stays and above a threshold")];
    let avoidable = [("readmissions", "unpaid as far as avoidable")];
    let year = [
        ("value of emergency admissions", "10000000"),
        ("readmissions after an elective stay", "200000"),
        ("other readmissions", "600000"),
    ];
    let above = [&year[..], &[("threshold of other readmissions", "450000")]].concat();
    let below = [&year[..], &[("threshold of other readmissions", "700000")]].concat();
    let judged = [&year[..], &[("avoidable share of other readmissions", "0.25")]].concat();
    let after_elective =
        [("value of emergency admissions", PRICE), ("readmissions after an elective stay", PRICE)];
    let other = [("value of emergency admissions", PRICE), ("other readmissions", PRICE)];
    let table = [
        (&threshold, &above, &after_elective, "1"),
        (&threshold, &above, &other, "1"),
        (&threshold, &below, &other, "-1"),
        (&avoidable, &judged, &other, "-0.5"), // (1000 − 0.75 × 2000) ÷ 1000
        (&avoidable, &judged, &after_elective, "-1"),
    ];
    for (chosen, given, falls, expected) in table {
        assert_eq!(power("payment by results", 2017, chosen, given, falls), d(expected), "{chosen:?}");
    }
}
