//! The distribution of a party's result in points, and its skewness, against closed forms.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

use capitation::{
    Contract, ErrorKind,
    risk::{
        cost_model::{CostModel, Shock},
        outlook::{DistributionPoint, Outlook},
        severity::Severity,
    },
};
use indexmap::IndexMap;

/// What four people of a gamma law with shape 1 cost together has shape 4, in units of £1,000.
const THETA: f64 = 1_000.0;
/// The payer pays what care costs up to here.
const LIMIT: f64 = 5_000.0;

fn contract() -> Contract {
    contract_of(r#"rule.cap = { of = "actual cost", at = "limit" }"#)
}

fn contract_of(rule: &str) -> Contract {
    Contract::from_toml(&format!(
        r#"
        name = "Cost up to a limit"
        currency = "GBP"
        period = {{ start = 2026-04-01, end = 2027-03-31 }}
        parties = {{ payer = "payer", provider = "provider" }}
        inputs = {{ "actual cost" = "money" }}
        bears = {{ "actual cost" = "provider" }}

        [terms.limit]
        unit = "money"
        source = "Illustration"
        values = "5000.00"

        [[clause]]
        name = "cost up to the limit"
        {rule}
        pays = {{ from = "payer", to = "provider" }}
        "#
    ))
    .unwrap()
}

fn outlook(contract: &Contract, people: u32, severity: Severity) -> Outlook {
    let model = CostModel::new(contract.currency()).cell("all", people, severity).unwrap();
    contract.outlook(&model, &IndexMap::new(), contract.period().start).unwrap()
}

fn exponential() -> Severity {
    Severity::gamma(1.0, THETA).unwrap()
}

/// P(S ≤ x) of a gamma law of whole shape k: 1 − e⁻ˣ Σ xⁱ/i! for i < k.
fn gamma_cdf(k: u32, x: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 0.0);
    for i in 0..k {
        sum += term;
        term *= x / f64::from(i + 1);
    }
    1.0 - (-x).exp() * sum
}

#[track_caller]
fn near(found: f64, expected: f64, within: f64, what: &str) {
    assert!((found - expected).abs() <= within, "{what}: {found} is not {expected} within {within:e}");
}

/// E[min(S, d)ʲ] = θʲ (3 + j)!/3! P(4 + j, d/θ) + dʲ (1 − P(4, d/θ)): with d/θ = 5.
#[test]
fn the_skewness_of_a_capped_result() {
    let outlook = outlook(&contract(), 4, exponential());
    let x = LIMIT / THETA;
    let moment = |j: u32, rising: f64| {
        let j_float = f64::from(j);
        rising * gamma_cdf(4 + j, x) + x.powf(j_float) * (1.0 - gamma_cdf(4, x))
    };
    let (one, two, three) = (moment(1, 4.0), moment(2, 20.0), moment(3, 120.0));
    let variance = two - one * one;
    let third = three - 3.0 * one * two + 2.0 * one.powi(3);
    let payer = outlook.party("payer").unwrap();
    near(payer.mean() / THETA, -one, 1e-6, "mean");
    near(payer.standard_deviation().unwrap() / THETA, variance.sqrt(), 1e-6, "standard deviation");
    near(payer.skewness().unwrap(), -third / variance.powf(1.5), 1e-5, "skewness");
}

/// The skewness of a gamma law of shape a is 2/√a; a result that falls with cost has its opposite.
#[test]
fn a_result_that_follows_cost_has_the_skewness_of_cost() {
    let capitation =
        Contract::read(format!("{}/templates/capitation.toml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for people in [50, 400, 1_000_000] {
        let outlook = outlook(&capitation, people, exponential());
        let provider = outlook.party("provider").unwrap();
        let expected = -2.0 / f64::from(people).sqrt();
        near(provider.skewness().unwrap(), expected, 1e-7, &people.to_string());
        near(outlook.party("payer").unwrap().skewness().unwrap(), 0.0, 0.0, "what is certain leans nowhere");
    }
}

/// The payer's result is −5,000 with the probability that cost is above, 1 − P(4, 5) = 0.265026; above it the density is
/// that of the gamma law, x³ e⁻ˣ/6.
#[test]
fn a_lump_is_a_jump_and_the_rest_has_a_density() {
    let outlook = outlook(&contract(), 4, exponential());
    let points = outlook.party("payer").unwrap().distribution(101).unwrap();
    let first = points.first().unwrap();
    near(first.amount, -LIMIT, 0.0, "the worst result");
    near(first.below, 0.0, 0.0, "nothing is below");
    near(first.at_most, 0.265_025_9, 1e-6, "the chance of the limit");
    for point in points.iter().skip(1) {
        let x = -point.amount / THETA;
        near(point.at_most, 1.0 - gamma_cdf(4, x), 2e-6, &format!("at most {}", point.amount));
        near(point.below, point.at_most, 0.0, "no other lump");
        near(
            point.density * THETA,
            x.powi(3) * (-x).exp() / 6.0,
            2e-4,
            &format!("density at {}", point.amount),
        );
    }
    assert!(
        points
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if a.amount < b.amount && a.at_most <= b.below + 1e-12))
    );
}

/// Of ten people each costs £3,000 with the chance of 0.1, and nothing else: 0.9¹⁰ of years cost nothing.
#[test]
fn a_year_without_cost_is_a_lump_of_its_own() {
    let severity = Severity::certain(3_000.0).unwrap().with_zeros(0.9).unwrap();
    let outlook = outlook(&contract(), 10, severity);
    let lumps = |party: &str| -> Vec<DistributionPoint> {
        let points = outlook.party(party).unwrap().distribution(11).unwrap();
        points.into_iter().filter(|point| point.at_most > point.below).collect()
    };
    let payer = lumps("payer");
    let chances: Vec<(f64, f64)> =
        payer.iter().map(|point| (point.amount, point.at_most - point.below)).collect();
    // −5,000 where two or more have a cost; nothing where nobody has. A year with one is between the points.
    let none = 0.9_f64.powi(10);
    let one = 10.0 * 0.1 * 0.9_f64.powi(9);
    let [(limit, of_limit), .., (nothing, of_nothing)] = chances.as_slice() else { panic!("{chances:?}") };
    near(*limit, -LIMIT, 0.0, "the limit");
    near(*of_limit, 1.0 - none - one, 1e-12, "two or more");
    near(*nothing, 0.0, 0.0, "no cost");
    near(*of_nothing, none, 1e-12, "nobody");
}

/// Of ten people each costs £2,500 with the chance of 0.1. A payment for cost of at least £5,000 is due where two have one:
/// a cost that lies on a gate has passed it.
#[test]
fn a_lump_on_a_gate_has_passed_it() {
    let gated = contract_of(r#"rule.gate = { of = "limit", measure = "actual cost", at_least = "limit" }"#);
    let severity = Severity::certain(2_500.0).unwrap().with_zeros(0.9).unwrap();
    let outlook = outlook(&gated, 10, severity);
    let (none, one) = (0.9_f64.powi(10), 10.0 * 0.1 * 0.9_f64.powi(9));
    let payer = outlook.party("payer").unwrap();
    near(payer.probability_of_deficit().unwrap(), 1.0 - none - one, 1e-12, "two or more");
    near(payer.mean(), -LIMIT * (1.0 - none - one), 1e-8, "mean");
    // The provider has nothing but its cost, or the payment less it: zero where nobody has a cost, or two.
    let two = 45.0 * 0.01 * 0.9_f64.powi(8);
    let provider = outlook.party("provider").unwrap();
    near(provider.probability_of_deficit().unwrap(), 1.0 - none - two, 1e-12, "one, or more than two");
}

/// What does not depend on cost is not moved by what moves costs: 12,000 × 412.50 with a trend as without.
#[test]
fn a_clause_that_is_certain_stays_so_under_a_shock() {
    let capitation =
        Contract::read(format!("{}/templates/capitation.toml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let model = CostModel::new(capitation.currency()).cell("all", 1_000, exponential()).unwrap();
    let model = model.with_shock(Shock::multiplicative("trend", 0.03).unwrap()).unwrap();
    let outlook = capitation.outlook(&model, &IndexMap::new(), capitation.period().start).unwrap();
    for (name, mean) in outlook.clauses() {
        near(*mean, 4_950_000.0, 0.0, name);
    }
    near(outlook.party("payer").unwrap().standard_deviation().unwrap(), 0.0, 0.0, "what is certain");
}

#[test]
fn what_is_certain_is_one_point() {
    let outlook = outlook(&contract(), 3, Severity::certain(1_234.56).unwrap());
    let points = outlook.party("payer").unwrap().distribution(400).unwrap();
    let [point] = points.as_slice() else { panic!("{points:?}") };
    near(point.amount, -3.0 * 1_234.56, 1e-9, "three times the cost");
    assert_eq!((point.below.to_bits(), point.at_most.to_bits()), (0.0_f64.to_bits(), 1.0_f64.to_bits()));
    assert_eq!(outlook.party("payer").unwrap().skewness().unwrap().to_bits(), 0.0_f64.to_bits());
}

#[test]
fn too_few_points_are_refused() {
    let outlook = outlook(&contract(), 4, exponential());
    let payer = outlook.party("payer").unwrap();
    for points in [0, 1, 100_001] {
        let why = payer.distribution(points).unwrap_err();
        assert_eq!(why.kind(), ErrorKind::Range);
        assert_eq!(
            why.to_string(),
            format!("distribution: {points} points were asked for; ask for 2 to 100,000")
        );
    }
}

/// What is asked for holds against the closed form, or is refused with what is reached.
#[test]
fn an_accuracy_is_held_or_refused() {
    let asked = 1e-9;
    let exact = outlook(&contract(), 40, exponential()).right_to(asked).unwrap();
    let provider = exact.party("provider").unwrap();
    for cost in [25_000.0, 40_000.0, 60_000.0] {
        let truth = 1.0 - gamma_cdf(40, cost / THETA);
        near(provider.probability_below(LIMIT - cost).unwrap(), truth, asked, "the provider bears the rest");
    }
    let reached = provider.method().unwrap().1;
    let why = outlook(&contract(), 40, exponential()).right_to(reached / 2.0).unwrap_err();
    assert_eq!(why.kind(), ErrorKind::Statistic);
    assert!(why.to_string().contains(&format!("is right to {reached:.0e}")), "{why}");
    for accuracy in [0.0, -1e-9, 1.0, f64::NAN] {
        let why = outlook(&contract(), 4, exponential()).right_to(accuracy).unwrap_err();
        assert_eq!(why.kind(), ErrorKind::Range, "{why}");
    }
}
