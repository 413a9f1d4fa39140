//! Each rule at, below and above its thresholds, worked out by hand to the penny.

use rust_decimal::Decimal;

use super::{Chosen, contract, d, net, settle};

const EMERGENCY: &str = "value of emergency admissions";

/// pay = min(V, B) + m × max(0, V − B), with a baseline of £10,000,000.00.
#[test]
fn the_marginal_rate_at_its_baseline() {
    // Year, value, paid, retained. 30 % of 1p is 0.3p, nothing; 30 % of £1.67 is 50.1p; 70 % of it is 116.9p.
    let cases = [
        (2010, "9999999.99", "9999999.99", "0"),
        (2010, "10000000.00", "10000000.00", "0"),
        (2010, "10000000.01", "10000000.00", "0.01"),
        (2010, "10000001.67", "10000000.50", "1.17"),
        (2014, "13000000.00", "10900000.00", "2100000.00"),
        (2015, "13000000.00", "10900000.00", "2100000.00"),
        (2016, "10000001.67", "10000001.17", "0.50"),
        (2018, "13000000.00", "12100000.00", "900000.00"),
    ];
    for (year, value, paid, retained) in cases {
        let statement = settle(
            &contract("marginal rate", year, &[]),
            &[
                (EMERGENCY, d(value)),
                ("baseline value", d("10000000.00")),
                ("value of A&E attendances", d("70.00")),
            ],
        );
        assert_eq!(statement.amount("payment for emergency admissions"), Some(d(paid)), "{year}, {value}");
        assert_eq!(net(&statement, "reinvestment fund"), d(retained), "{year}, {value}");
        // Attendances are not admissions: they are paid in full.
        assert_eq!(net(&statement, "trust"), d(paid) + d("70.00"), "{year}, {value}");
        assert_eq!(net(&statement, "commissioner"), -(d(value) + d("70.00")), "{year}, {value}");
    }
}

#[test]
fn readmissions_at_the_threshold() {
    let chosen: Chosen<'_> = &[("readmissions", "unpaid after elective stays and above a threshold")];
    // After an elective stay, others, and what is not paid with a threshold of £450,000.00.
    let cases = [
        ("0", "449999.99", "0"),
        ("0", "450000.00", "0"),
        ("0", "450000.01", "0.01"),
        ("200000.00", "450000.00", "200000.00"),
        ("200000.00", "600000.00", "350000.00"),
    ];
    for (elective, other, unpaid) in cases {
        let statement = settle(
            &contract("payment by results", 2011, chosen),
            &[
                (EMERGENCY, d("10000000.00")),
                ("readmissions after an elective stay", d(elective)),
                ("other readmissions", d(other)),
                ("threshold of other readmissions", d("450000.00")),
            ],
        );
        assert_eq!(net(&statement, "trust"), d("10000000.00") - d(unpaid), "{elective}, {other}");
        assert_eq!(net(&statement, "reinvestment fund"), d(unpaid), "{elective}, {other}");
    }
}

/// Where both rules bite, the order moves (1 − m) of what is not paid: 70 % of £500,000 at 30 %.
#[test]
fn the_order_of_readmissions_and_the_marginal_rate() {
    let paid = |order, value| {
        let chosen = [("readmissions", "unpaid as far as avoidable"), ("order of readmissions", order)];
        let statement = settle(
            &contract("marginal rate", 2013, &chosen),
            &[
                (EMERGENCY, value),
                ("baseline value", d("10000000")),
                ("other readmissions", d("2000000")),
                ("avoidable share of other readmissions", d("0.25")),
            ],
        );
        net(&statement, "trust")
    };
    let (before, after) = ("before the marginal rate", "after the marginal rate");
    // Above: 10,000,000 + 30 % of 1,500,000 = 10,450,000, or 10,000,000 + 30 % of 2,000,000 − 500,000 = 10,100,000.
    assert_eq!(paid(before, d("12000000")), d("10450000"));
    assert_eq!(paid(after, d("12000000")), d("10100000"));
    // Below the baseline both are V − R.
    assert_eq!(paid(before, d("9000000")), d("8500000"));
    assert_eq!(paid(after, d("9000000")), d("8500000"));
    // Between, R lifts V over the baseline: 9,800,000, or 10,000,000 + 30 % of 300,000 − 500,000 = 9,590,000.
    assert_eq!(paid(before, d("10300000")), d("9800000"));
    assert_eq!(paid(after, d("10300000")), d("9590000"));
}

/// A forecast of £50,000,000.00, a fifth of the price, and a band of 5 %, £2,500,000.00 on either side.
#[test]
fn the_blended_payment_at_forecast_and_at_the_ends_of_the_band() {
    // Value, paid without a break-glass clause, paid with one.
    let cases = [
        ("50000000.00", "50000000.00", "50000000.00"),
        ("50000000.02", "50000000.00", "50000000.00"), // 0.4p
        ("50000000.03", "50000000.01", "50000000.01"), // 0.6p
        ("49999999.97", "49999999.99", "49999999.99"),
        ("52500000.00", "50500000.00", "50500000.00"), // the upper end exactly
        ("52500010.00", "50500002.00", "50500010.00"), // £10 beyond, in full
        ("47500000.00", "49500000.00", "49500000.00"), // the lower end exactly
        ("47499990.00", "49499998.00", "49499990.00"),
        ("0", "40000000.00", "2000000.00"), // four fifths; or 50m − 0.5m − 47.5m
    ];
    for (value, without, with) in cases {
        for model in ["A", "B"] {
            let paid = |chosen: Chosen<'_>, band: &[(&str, Decimal)]| {
                let given =
                    [(EMERGENCY, d(value)), ("forecast value of emergency admissions", d("50000000.00"))];
                let contract = contract("blended emergency payment", 2019, chosen);
                net(&settle(&contract, &[&given[..], band].concat()), "trust")
            };
            assert_eq!(paid(&[("model", model)], &[]), d(without), "{value}, {model}");
            let glass = [("model", model), ("break-glass", "full price beyond a band")];
            assert_eq!(paid(&glass, &[("break-glass band", d("0.05"))]), d(with), "{value}, {model}");
        }
    }
}

/// `HSJ` 7026392: the commissioner has an 80 % discount on emergency activity above plan.
#[test]
fn the_discount_above_plan_is_80_per_cent() {
    let contract = contract("blended emergency payment", 2019, &[]);
    let forecast = ("forecast value of emergency admissions", d("50000000"));
    let cost = |value| -net(&settle(&contract, &[(EMERGENCY, value), forecast]), "commissioner");
    let (plan, above) = (cost(d("50000000")), cost(d("53000000")));
    assert_eq!(Decimal::ONE - (above - plan) / d("3000000"), d("0.8"));
}

/// 75 % of what differs from 104 % of £100,000,000.00, not below 75 % of an allocation of £4,000,000.00.
#[test]
fn elective_recovery_at_its_target_and_at_its_floor() {
    let contract = contract("aligned payment and incentive", 2022, &[]);
    let cases = [
        ("104000000.00", "0"),
        ("104000000.01", "0.01"), // 0.75p
        ("104000100.00", "75.00"),
        ("103999900.00", "-75.00"),
        ("100000000.00", "-3000000.00"), // the floor exactly: 75 % of 4,000,000 below target
        ("99999999.00", "-3000000.00"),
        ("0", "-3000000.00"),
        ("120000000.00", "12000000.00"), // no cap above
    ];
    for (value, adjustment) in cases {
        let statement = settle(
            &contract,
            &[
                ("value of day cases", d(value)),
                ("elective value in 2019/20", d("100000000.00")),
                ("elective allocation", d("4000000.00")),
                ("fixed element", d("250000000.00")),
            ],
        );
        assert_eq!(statement.amount("elective adjustment"), Some(d(adjustment)), "{value}");
        assert_eq!(net(&statement, "trust"), d("250000000.00") + d(adjustment), "{value}");
    }
}

/// From 2023/24 every case is paid at its unit price; the target is shown and changes nothing that is paid.
#[test]
fn elective_care_at_unit_prices_and_its_targets() {
    let value = ("value of ordinary elective admissions", d("109000000.00"));
    let base = ("elective value in 2019/20", d("100000000.00"));
    let fixed = ("fixed element", d("200000000.00"));
    for year in [2023, 2024] {
        let national = settle(&contract("aligned payment and incentive", year, &[]), &[value, base, fixed]);
        assert_eq!(national.amount("elective target"), Some(d("107000000.00")));
        assert_eq!(national.amount("elective care above target"), Some(d("2000000.00")));
        // HFMA, 16 June 2023: targets of systems from 103 % to 114 %.
        for (target, above) in [("1.03", "6000000.00"), ("1.14", "-5000000.00")] {
            let own = settle(
                &contract("aligned payment and incentive", year, &[("elective target", "of the system")]),
                &[value, base, fixed, ("elective target of the system", d(target))],
            );
            assert_eq!(own.amount("elective care above target"), Some(d(above)));
            assert_eq!(net(&own, "trust"), d("309000000.00"));
        }
        assert_eq!(net(&national, "trust"), d("309000000.00"));
    }
    let last = settle(&contract("aligned payment and incentive", 2025, &[]), &[value, fixed]);
    assert_eq!(net(&last, "trust"), d("309000000.00"));
}

#[test]
fn the_limit_on_elective_payment() {
    let limited = [("payment limit", "set by the commissioner")];
    for (value, paid) in [
        ("107999999.99", "107999999.99"),
        ("108000000.00", "108000000.00"),
        ("108000000.01", "108000000.00"),
        ("120000000.00", "108000000.00"),
    ] {
        for year in [2024, 2025] {
            let given =
                [("value of day cases", d(value)), ("limit on the elective payment", d("108000000.00"))];
            let statement = settle(&contract("activity-based payment", year, &limited), &given);
            assert_eq!(net(&statement, "trust"), d(paid), "{year}, {value}");
        }
    }
}

/// A forecast of £1,000 with a band of 5 %: within it a fifth of the difference, and outside the price of what was done.
#[test]
fn everything_at_full_price_outside_a_band() {
    let chosen = [("break-glass", "full price of everything outside a band")];
    let contract = contract("blended emergency payment", 2019, &chosen);
    for (done, paid) in [
        ("1000", "1000"),
        ("1049.95", "1009.99"), // 1,000 + 49.95 / 5
        ("1050", "1010"),       // at the end of the band: 1,000 + 50 / 5
        ("1050.01", "1050.01"),
        ("1100", "1100"),
        ("950.05", "990.01"), // 1,000 − 49.95 / 5
        ("950", "990"),       // 1,000 − 50 / 5
        ("949.99", "949.99"),
        ("0", "0"),
    ] {
        let given = [
            ("value of emergency admissions", d(done)),
            ("forecast value of emergency admissions", d("1000")),
            ("break-glass band", d("0.05")),
        ];
        assert_eq!(net(&settle(&contract, &given), "trust"), d(paid), "{done}");
    }
}
