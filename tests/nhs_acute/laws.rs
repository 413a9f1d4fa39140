//! Laws of the tracks, as properties.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{all, contract, net, settle};
use capitation::contract::{Bound, Contract, Unit};

const URGENT: [&str; 3] = ["A&E attendances", "emergency admissions", "same-day emergency care"];

/// An amount of money in pence, up to £100 million.
fn pence() -> impl Strategy<Value = Decimal> {
    (0i64..10_000_000_000).prop_map(|pence| Decimal::new(pence, 2))
}

/// A share to a tenth of a per cent.
fn share() -> impl Strategy<Value = Decimal> {
    (0i64..=1000).prop_map(|thousandths| Decimal::new(thousandths, 3))
}

/// The number, the forecast and the price of each kind of urgent and emergency care.
type Kinds = [(i64, i64, i64); 3];

fn kinds() -> impl Strategy<Value = Kinds> {
    let kind = || (0i64..100_000, 0i64..100_000, 0i64..1_000_000);
    [kind(), kind(), kind()]
}

fn blended(model: &str, kinds: &Kinds, band: Option<Decimal>) -> (Decimal, Decimal) {
    let glass = if band.is_some() { "full price beyond a band" } else { "none" };
    let chosen = [("model", model), ("break-glass", glass), ("activity and forecast", "by number and price")];
    let names =
        URGENT.map(|kind| ["", "forecast number of ", "price of "].map(|head| format!("{head}{kind}")));
    let mut given: Vec<(&str, Decimal)> = Vec::new();
    for ([number, forecast, price], (done, planned, pence)) in names.iter().zip(kinds) {
        given.push((number, Decimal::from(*done)));
        given.push((forecast, Decimal::from(*planned)));
        given.push((price, Decimal::new(*pence, 2)));
    }
    given.extend(band.map(|band| ("break-glass band", band)));
    let statement = settle(&contract("blended emergency payment", 2019, &chosen), &given);
    (net(&statement, "trust"), statement.amount("urgent and emergency care at tariff").unwrap())
}

fn marginal(year: i16, value: Decimal, baseline: Decimal) -> Decimal {
    let given = [("value of emergency admissions", value), ("baseline value", baseline)];
    net(&settle(&contract("marginal rate", year, &[]), &given), "trust")
}

fn recovery(value: Decimal, base: Decimal, allocation: Decimal) -> Decimal {
    let given = [
        ("value of day cases", value),
        ("elective value in 2019/20", base),
        ("elective allocation", allocation),
        ("fixed element", allocation),
    ];
    net(&settle(&contract("aligned payment and incentive", 2022, &[]), &given), "trust") - allocation
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// F·p + 0.2·(A − F)·p = 0.8·F·p + 0.2·A·p, with several kinds of activity, with and without a band, to the penny.
    #[test]
    fn model_a_equals_model_b(kinds in kinds(), band in share()) {
        prop_assert_eq!(blended("A", &kinds, None), blended("B", &kinds, None));
        prop_assert_eq!(blended("A", &kinds, Some(band)), blended("B", &kinds, Some(band)));
    }

    /// A band of nought is payment by results.
    #[test]
    fn a_blended_payment_without_a_band_to_hold_is_payment_by_results(kinds in kinds()) {
        let (paid, tariff) = blended("A", &kinds, Some(Decimal::ZERO));
        prop_assert_eq!(paid, tariff);
    }

    /// A fixed payment damps: what is paid lies between the forecast and the tariff value.
    #[test]
    fn a_blended_payment_lies_between_forecast_and_tariff(kinds in kinds(), band in share()) {
        let forecast = blended("A", &kinds.map(|(_, forecast, price)| (forecast, forecast, price)), None).1;
        for band in [None, Some(band)] {
            let (paid, tariff) = blended("A", &kinds, band);
            prop_assert!(forecast.min(tariff) <= paid && paid <= forecast.max(tariff), "{forecast} {paid} {tariff}");
        }
    }

    #[test]
    fn a_marginal_rate_is_increasing_and_never_above_the_tariff(
        value in pence(), more in pence(), baseline in pence(), year in 2010i16..=2018,
    ) {
        let paid = marginal(year, value, baseline);
        prop_assert!(paid <= marginal(year, value + more, baseline));
        prop_assert!(paid <= value);
        // 70 % of a penny is a penny; of two it is one.
        if value - baseline >= Decimal::new(2, 2) {
            prop_assert!(paid < value);
        }
        prop_assert_eq!(marginal(year, value.min(baseline), baseline), value.min(baseline));
    }

    /// The higher rate never pays less, and a higher baseline neither.
    #[test]
    fn a_marginal_rate_rises_with_the_rate_and_the_baseline(value in pence(), baseline in pence(), more in pence()) {
        prop_assert!(marginal(2014, value, baseline) <= marginal(2016, value, baseline));
        prop_assert!(marginal(2014, value, baseline) <= marginal(2014, value, baseline + more));
    }

    /// Whatever is withheld goes into the fund: the commissioner's outlay is the tariff value under every rule.
    #[test]
    fn the_commissioner_pays_the_tariff_whatever_is_withheld(
        value in pence(), baseline in pence(), parts in (share(), share()), shares in (share(), share()),
        order in prop_oneof![Just("before the marginal rate"), Just("after the marginal rate")],
    ) {
        let after_elective = (value * parts.0 * Decimal::new(5, 1)).round_dp(2);
        let other = (value * parts.1 * Decimal::new(5, 1)).round_dp(2);
        let chosen = [("readmissions", "unpaid as far as avoidable"), ("order of readmissions", order)];
        // No more can be taken off at full tariff than was paid for all admissions.
        let avoidable = after_elective * shares.0 + other * shares.1 + Decimal::new(2, 2);
        prop_assume!(order == "before the marginal rate" || avoidable <= marginal(2014, value, baseline));
        let statement = settle(&contract("marginal rate", 2014, &chosen), &[
            ("value of emergency admissions", value),
            ("baseline value", baseline),
            ("readmissions after an elective stay", after_elective),
            ("other readmissions", other),
            ("avoidable share of readmissions after an elective stay", shares.0),
            ("avoidable share of other readmissions", shares.1),
        ]);
        prop_assert_eq!(net(&statement, "commissioner"), -value);
        prop_assert_eq!(net(&statement, "trust") + net(&statement, "reinvestment fund"), value);
        prop_assert_eq!(
            Some(net(&statement, "reinvestment fund")), statement.amount("withheld for reinvestment")
        );
    }

    /// Three quarters of the allocation, to the penny, is the most that is deducted; more activity never pays less.
    #[test]
    fn elective_recovery_is_increasing_and_stops_at_its_floor(
        value in pence(), more in pence(), base in pence(), allocation in pence(),
    ) {
        let adjustment = recovery(value, base, allocation);
        prop_assert!(adjustment <= recovery(value + more, base, allocation));
        prop_assert!(adjustment >= -(allocation * Decimal::new(75, 2)) - Decimal::new(5, 3));
        // Without anything at risk nothing is deducted.
        prop_assert!(recovery(value, base, Decimal::ZERO) >= Decimal::ZERO);
    }

    /// With no fixed element the aligned payment is payment by results for elective care, and activity-based payment.
    #[test]
    fn without_a_fixed_element_the_aligned_payment_is_payment_by_results(
        day_cases in pence(), admissions in pence(), base in pence(),
    ) {
        let value = [("value of day cases", day_cases), ("value of ordinary elective admissions", admissions)];
        let by_results = net(&settle(&contract("payment by results", 2018, &[]), &value), "trust");
        let based = net(&settle(&contract("activity-based payment", 2023, &[]), &value), "trust");
        let target = [("elective value in 2019/20", base)];
        for (year, given) in [(2023, [&value[..], &target].concat()), (2025, value.to_vec())] {
            let aligned = settle(&contract("aligned payment and incentive", year, &[]), &given);
            prop_assert_eq!(net(&aligned, "trust"), by_results);
        }
        prop_assert_eq!(based, by_results);
    }
}

/// A block has no measure of activity at all, and what care costs moves no money.
#[test]
fn a_block_does_not_move() {
    for year in 2010..=2025 {
        let block = contract("block", year, &[("actual cost", "given")]);
        assert_eq!(block.document().inputs.keys().collect::<Vec<_>>(), ["actual cost", "block amount"]);
        for cost in [0, 40_000_000, 90_000_000] {
            let given = [("block amount", Decimal::from(50_000_000)), ("actual cost", Decimal::from(cost))];
            assert_eq!(net(&settle(&block, &given), "trust"), Decimal::from(50_000_000));
        }
    }
}

/// An amount brought within what it can be: within its limits that are numbers, and readmissions small beside all admissions.
fn possible(contract: &Contract, name: &str, amount: Decimal) -> Decimal {
    let limit = contract.document().limits.get(name).cloned().unwrap_or_default();
    let amount = match (limit.least, limit.most) {
        (Some(Bound::Number(least)), _) if amount < least.0 => least.0,
        (_, Some(Bound::Number(most))) if amount > most.0 => most.0,
        _ => amount,
    };
    let is_among_admissions = matches!(name, "readmissions after an elective stay" | "other readmissions");
    if is_among_admissions { amount % Decimal::TWO } else { amount }
}

/// Under every contract of the programme what one party pays another receives, and surpluses sum to the cost of care.
#[test]
fn every_contract_conserves_money() {
    let contracts = all();
    for (at, contract) in contracts.iter().enumerate() {
        let inputs = &contract.document().inputs;
        let draws = inputs.iter().enumerate().map(|(place, (name, unit))| {
            // Whole numbers that differ by contract and place, with odd pence: nothing here is round.
            let seed = i64::try_from((at * 7919 + place * 104_729) % 99_991).unwrap();
            let amount = match unit {
                Unit::Share => Decimal::new(seed % 1000, 3),
                Unit::Ratio => Decimal::new(900 + seed % 300, 3),
                Unit::Count => Decimal::from(seed),
                Unit::Money | Unit::MoneyPerCount => Decimal::new(seed * 37, 2),
            };
            // The allocation is a small part of the fixed element.
            let amount =
                if name == "elective allocation" { amount.round_dp(0) / Decimal::from(100) } else { amount };
            (name.as_str(), possible(contract, name, amount))
        });
        let given: Vec<_> = draws.collect();
        let statement = settle(contract, &given);
        let parties = statement.parties();
        let total =
            |of: fn(&capitation::settlement::Party) -> Decimal| parties.iter().map(of).sum::<Decimal>();
        assert_eq!(total(|party| party.received), total(|party| party.paid), "{}", contract.name());
        let cost =
            given.iter().find(|(name, _)| *name == "actual cost").map_or(Decimal::ZERO, |(_, cost)| *cost);
        assert_eq!(total(|party| party.surplus), -cost, "{}", contract.name());
    }
    println!("{} contracts", contracts.len());
}

/// Every payment is in whole pence, whatever fractions lie before it.
#[test]
fn every_payment_is_in_whole_pence() {
    for contract in all() {
        let share = |unit: &Unit| {
            if *unit == Unit::Share { Decimal::new(333, 3) } else { Decimal::new(1_234_567, 2) }
        };
        let inputs = contract.document().inputs.clone();
        let given: Vec<_> = inputs
            .iter()
            .map(|(name, unit)| (name.as_str(), possible(&contract, name, share(unit))))
            .collect();
        for line in settle(&contract, &given).lines().iter().filter(|line| line.pays.is_some()) {
            assert_eq!(line.amount, line.amount.round_dp(2), "{}: {}", contract.name(), line.name);
        }
    }
}
