//! A contract in drawn years, against closed forms, the outlook, settlement, and paths worked out by hand.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail

mod paths;
mod refused;

use std::ops::ControlFlow;

use capitation::{
    Contract,
    decimal::to_f64,
    risk::{
        cost_model::{CostCell, CostModel, Shock},
        measures::Estimate,
        severity::Severity,
        simulate::{Simulated, Simulation},
    },
    settlement::{Experience, People},
};
use indexmap::IndexMap;
use rust_decimal::Decimal;

fn template(name: &str) -> Contract {
    Contract::read(format!("{}/templates/{name}.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn lognormal(mean: f64, sigma: f64, zeros: f64) -> Severity {
    Severity::lognormal(0.0, sigma).unwrap().with_zeros(zeros).unwrap().rescaled_to(mean).unwrap()
}

/// People below 65 and above, whose mean is near the £4,950 a year that the templates pay.
fn model(contract: &Contract) -> CostModel {
    CostModel::new(contract.currency())
        .cell("under 65", 150, lognormal(3_300.0, 1.5, 0.2))
        .unwrap()
        .cell("65 and over", 50, lognormal(9_900.0, 1.5, 0.05))
        .unwrap()
}

fn given(amounts: &[(&str, &str)]) -> IndexMap<String, Decimal> {
    amounts.iter().map(|(name, amount)| ((*name).to_owned(), d(amount))).collect()
}

fn simulate(contract: &Contract, model: &CostModel, amounts: &[(&str, &str)], how: &Simulation) -> Simulated {
    contract.simulate(model, &given(amounts), contract.period().start, how).unwrap()
}

#[track_caller]
fn within_errors(found: Estimate, expected: f64, what: &str) {
    let off = (found.mean - expected).abs();
    assert!(off <= 4.0 * found.se + 1e-9 * expected.abs(), "{what}: {found:?} is not {expected}");
}

/// A contract in which the provider is paid for nothing and bears all: its result is less the sum.
fn bearer() -> Contract {
    let text = r#"
name = "Bearer"
currency = "GBP"
period = { start = 2026-04-01, end = 2029-03-31 }
parties = { payer = "payer", provider = "provider" }
inputs = { "actual cost" = "money", "fee" = "money" }
bears = { "actual cost" = "provider" }

[[clause]]
name = "payment"
rule.sum = ["fee"]
pays = { from = "payer", to = "provider" }
"#;
    Contract::from_toml(text).unwrap()
}

/// Mean and standard deviation of a sum are those of one cost, times people and the root of it.
#[test]
fn sums_have_the_moments_of_their_laws() {
    let contract = bearer();
    let laws = [
        ("lognormal", lognormal(2_000.0, 1.2, 0.2)),
        ("gamma", Severity::gamma(0.4, 5_000.0).unwrap().with_zeros(0.1).unwrap()),
        ("generalised Pareto", Severity::generalized_pareto(100.0, 0.15, 2_000.0).unwrap()),
        ("atoms", Severity::empirical(&[0.0, 10.0, 250.0, 90_000.0], Some(&[3.0, 5.0, 2.0, 0.01])).unwrap()),
        ("rare", Severity::gamma(2.0, 40_000.0).unwrap().with_zeros(0.995).unwrap()),
        ("spliced", Severity::spliced(lognormal(2_000.0, 1.2, 0.2), 20_000.0, 0.01, 0.1, 9_000.0).unwrap()),
        (
            "atoms with a tail",
            Severity::empirical(&[0.0, 400.0, 3_000.0], None).unwrap().with_zeros(0.1).unwrap(),
        ),
    ];
    let how = Simulation::new(4_000, 3).unwrap();
    for (name, law) in laws {
        let law = if name == "atoms with a tail" {
            Severity::spliced(law, 5_000.0, 0.02, 0.1, 9_000.0).unwrap()
        } else {
            law
        };
        let people = 300;
        let mean = law.mean();
        let variance = law.limited_second_moment(f64::INFINITY) - mean * mean;
        let model = CostModel::new(contract.currency()).cell("all", people, law).unwrap();
        let drawn = simulate(&contract, &model, &[("fee", "0")], &how);
        let provider = drawn.party("provider").unwrap();
        let people = f64::from(people);
        within_errors(provider.mean().unwrap(), -people * mean, name);
        within_errors(provider.standard_deviation().unwrap(), (people * variance).sqrt(), name);
    }
}

/// Templates that ask for nothing but member months, which the model has, and what people cost.
const OF_COST: [&str; 3] = ["capitation", "corridor", "stop-loss"];

fn against_the_outlook(contract: &Contract, amounts: &[(&str, &str)]) {
    let model = model(contract);
    let exact = contract.outlook(&model, &given(amounts), contract.period().start).unwrap();
    let drawn = simulate(contract, &model, amounts, &Simulation::new(20_000, 5).unwrap());
    for party in drawn.parties() {
        let is = |found: Estimate, exact: f64, what: &str| {
            let what = format!("{}, {}, {what}", contract.name(), party.name());
            let off = (found.mean - exact).abs();
            assert!(off <= 4.0 * found.se + 0.02, "{what}: {found:?} is not {exact}");
        };
        let outlook = exact.party(party.name()).unwrap();
        assert_eq!(outlook.role(), party.role());
        is(party.mean().unwrap(), outlook.mean(), "mean");
        is(party.standard_deviation().unwrap(), outlook.standard_deviation().unwrap(), "standard deviation");
        is(party.probability_of_deficit().unwrap(), outlook.probability_of_deficit().unwrap(), "deficit");
        is(
            party.probability_below(-50_000.0).unwrap(),
            outlook.probability_below(-50_000.0).unwrap(),
            "ruin",
        );
        let levels = [0.05, 0.25, 0.5, 0.75, 0.95];
        for (level, found) in levels.into_iter().zip(party.quantiles(&levels).unwrap()) {
            is(found, outlook.quantile(level).unwrap(), &format!("quantile {level}"));
        }
        is(party.mean_of_worst(0.95).unwrap(), outlook.mean_of_worst(0.95).unwrap(), "worst twentieth");
    }
    for ((name, found), (other, exact)) in drawn.clauses().iter().zip(exact.clauses()) {
        assert_eq!(name, other);
        within_errors(*found, *exact, name);
    }
}

#[test]
fn drawn_years_agree_with_the_outlook() {
    for name in OF_COST {
        against_the_outlook(&template(name), &[]);
    }
    for name in ["shared-savings", "shared-savings-two-sided"] {
        against_the_outlook(&template(name), &[("admissions", "250"), ("visits", "1500")]);
    }
}

/// Under a cost that is certain every party gets what is settled, to the penny, in every drawn year.
#[test]
fn a_certain_cost_is_settled_to_the_penny() {
    for name in OF_COST {
        let contract = template(name);
        for pence in [1_i64, 99_999, 412_500, 495_000, 600_001, 15_000_017] {
            let severity = Severity::certain(to_f64(Decimal::new(pence, 2))).unwrap();
            let model = CostModel::new(contract.currency()).cell("all", 24, severity).unwrap();
            let drawn = simulate(&contract, &model, &[], &Simulation::new(2, 1).unwrap());
            let people = People::new(vec![12_000_000; 24]).unwrap();
            let people = people.with_amount("actual cost", vec![pence; 24]).unwrap();
            let happened = Experience::new().with_people(people);
            let settled = contract.settle(&happened, contract.period().start).unwrap();
            for party in settled.parties() {
                let owed = to_f64(party.surplus * Decimal::ONE_HUNDRED);
                assert_eq!(
                    drawn.party(&party.name).unwrap().draws(),
                    [owed; 2],
                    "{name}, {}, {pence}",
                    party.name
                );
            }
        }
    }
}

/// Two people see the same in both contracts, whatever is done with it.
#[test]
fn two_contracts_see_the_same_people() {
    let (bearer, paid) = (bearer(), template("capitation"));
    let model = model(&bearer);
    let how = Simulation::new(500, 9).unwrap();
    let one = simulate(&bearer, &model, &[("fee", "0")], &how);
    let same = simulate(&bearer, &model, &[("fee", "0")], &how);
    assert_eq!(one, same);
    let other = simulate(&paid, &model, &[], &how);
    // 200 people for 12 months at 412.50.
    let payment = 200.0 * 12.0 * 41_250.0;
    let cost_of = |drawn: &Simulated| drawn.party("provider").unwrap().draws().to_vec();
    for (one, other) in cost_of(&one).into_iter().zip(cost_of(&other)) {
        assert_eq!((other - payment).to_bits(), one.to_bits());
    }
    let another_seed = simulate(&bearer, &model, &[("fee", "0")], &Simulation::new(500, 10).unwrap());
    assert_ne!(cost_of(&one), cost_of(&another_seed));
}

/// Person i of cell c costs the quantile at the i-th 32 bits of the published stream.
#[test]
fn draws_are_where_the_stream_says() {
    use capitation::random::{Purpose, Stream};
    let contract = bearer();
    let law = lognormal(2_000.0, 1.4, 0.3);
    let model = CostModel::new(contract.currency()).cell("some", 40, law.clone()).unwrap();
    let model = model.cell("others", 1_001, law.scaled(3.0).unwrap()).unwrap();
    let how = Simulation::new(3, 77).unwrap().horizon(2).unwrap();
    let drawn = simulate(&contract, &model, &[("fee", "0")], &how);
    for year in 0..2_u16 {
        for (scenario, found) in (0_u64..).zip(drawn.party_in("provider", year).unwrap().draws()) {
            let mut sum = 0.0;
            for (cell, people, scale) in [(0, 40_u32, 100.0), (1, 1_001, 300.0)] {
                let mut stream = Stream::new(77, Purpose::PEOPLE, [scenario, year.into()], cell);
                for _ in 0..people.div_ceil(2) {
                    let draw = stream.next_u64();
                    #[allow(clippy::cast_possible_truncation)] // its two halves
                    for word in [draw as u32, (draw >> 32) as u32] {
                        let share = (f64::from(word) + 0.5) / 4_294_967_296.0;
                        sum += (scale * law.upper_quantile(share).unwrap()).round();
                    }
                }
                if people % 2 == 1 {
                    // The last half belongs to nobody.
                    stream.seek(u64::from(people / 2));
                    let share = f64::from(u32::try_from(stream.next_u64() >> 32).unwrap());
                    sum -= (scale * law.upper_quantile((share + 0.5) / 4_294_967_296.0).unwrap()).round();
                }
            }
            // A polynomial is within 5e-7 of a cost, and one in some thousands rounds to another penny.
            assert!((found + sum).abs() < 3e-7 * sum, "{found} is not {sum}");
        }
    }
}

/// Var(F Σx) = E F² (n Var x + n² μ²) − n² μ² of a factor common to all, with E F² = e^(s²); and what is added has its own.
#[test]
fn shocks_widen_the_sum_as_the_formula_says() {
    let contract = bearer();
    let law = lognormal(2_000.0, 1.0, 0.2);
    let (mean, second) = (law.mean(), law.limited_second_moment(f64::INFINITY));
    let (n, variance) = (400.0, second - mean * mean);
    let plain = || CostModel::new(contract.currency()).cell("all", 400, law.clone()).unwrap();
    let how = Simulation::new(20_000, 21).unwrap();
    let spread = |model: &CostModel| {
        let drawn = simulate(&contract, model, &[("fee", "0")], &how);
        let provider = drawn.party("provider").unwrap();
        within_errors(provider.mean().unwrap(), -n * mean, "mean");
        provider.standard_deviation().unwrap()
    };
    let of_factor = |log: f64| (log.exp() * (n * variance + (n * mean).powi(2)) - (n * mean).powi(2)).sqrt();
    within_errors(spread(&plain()), of_factor(0.0), "no shock");
    let shocked = plain().with_shock(Shock::multiplicative("trend", 0.08).unwrap()).unwrap();
    within_errors(spread(&shocked), of_factor(0.0064), "multiplicative");
    let twice = shocked.with_shock(Shock::multiplicative("winter", 0.06).unwrap()).unwrap();
    within_errors(spread(&twice), of_factor(0.01), "two of them");
    let added = plain().with_shock(Shock::additive("drift", 250.0).unwrap()).unwrap();
    within_errors(spread(&added), (n * variance + (n * 250.0).powi(2)).sqrt(), "additive");
    let cell = CostCell::new("all", 400, law.clone()).unwrap().mean_error(0.07).unwrap();
    let unsure = CostModel::new(contract.currency()).with_cell(cell).unwrap();
    within_errors(spread(&unsure), of_factor(0.0049), "a mean that is not known");
    // Two cells of 200: the logarithms have variances .01 and .04 and a covariance of .01.
    let two = CostModel::new(contract.currency()).cell("a", 200, law.clone()).unwrap();
    let two = two.cell("b", 200, law.clone()).unwrap().correlated(&[[0.01, 0.01], [0.01, 0.04]]).unwrap();
    let half = n * mean / 2.0;
    let own = |log: f64| log.exp() * n * variance / 2.0 + half * half * (log.exp() - 1.0);
    let both = own(0.01) + own(0.04) + 2.0 * half * half * (0.01_f64.exp() - 1.0);
    within_errors(spread(&two), both.sqrt(), "correlated");
}

/// Shares of risk add up to one, and what pays for nothing bears all of it.
#[test]
fn the_shares_of_risk_add_up() {
    let contract = template("corridor");
    let drawn = simulate(&contract, &model(&contract), &[], &Simulation::new(2_000, 2).unwrap());
    let shares = drawn.risk_shares(0.95).unwrap();
    let sum: f64 = shares.iter().map(|(_, share)| share.variance.unwrap().mean).sum();
    let tail: f64 = shares.iter().map(|(_, share)| share.tail.unwrap().mean).sum();
    assert!((sum - 1.0).abs() < 1e-9 && (tail - 1.0).abs() < 1e-9, "{sum}, {tail}");
    let bearer = bearer();
    let alone = simulate(&bearer, &model(&bearer), &[("fee", "0")], &Simulation::new(200, 2).unwrap());
    let shares = alone.risk_shares(0.9).unwrap();
    assert!((shares[1].1.variance.unwrap().mean - 1.0).abs() < 1e-12);
}

#[test]
fn progress_is_told_and_can_stop() {
    let contract = template("corridor");
    let (model, how) = (model(&contract), Simulation::new(500, 2).unwrap());
    let mut told = Vec::new();
    let run = contract.simulate_with(&model, &given(&[]), contract.period().start, &how, |done, all| {
        told.push((done, all));
        ControlFlow::Continue(())
    });
    assert_eq!(run.unwrap().unwrap(), simulate(&contract, &model, &[], &how));
    assert!(told.len() > 10 && told.is_sorted() && told.last() == Some(&(500, 500)), "{told:?}");
    let mut calls = 0;
    let stopped = contract.simulate_with(&model, &given(&[]), contract.period().start, &how, |_, _| {
        calls += 1;
        ControlFlow::Break(())
    });
    assert!(stopped.unwrap().is_none() && calls == 1);
}
