//! The outlook of costs that something moves together, against closed forms, numbers drawn, and itself.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

use capitation::{
    Contract,
    money::Currency,
    risk::{
        cost_model::{CostCell, CostModel, Shock},
        outlook::Outlook,
        severity::Severity,
    },
};
use indexmap::IndexMap;

fn template(name: &str) -> Contract {
    Contract::read(format!("{}/templates/{name}.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn outlook(contract: &Contract, model: &CostModel) -> Outlook {
    contract.outlook(model, &IndexMap::new(), contract.period().start).unwrap()
}

fn person(mean: f64) -> Severity {
    Severity::lognormal(0.0, 1.5).unwrap().with_zeros(0.2).unwrap().rescaled_to(mean).unwrap()
}

fn model(people: u32) -> CostModel {
    CostModel::new(Currency::new("GBP").unwrap())
        .cell("under 65", 3 * people, person(3_300.0))
        .unwrap()
        .cell("65 and over", people, person(9_900.0))
        .unwrap()
}

#[track_caller]
fn near(found: f64, expected: f64, within: f64, what: &str) {
    assert!((found - expected).abs() <= within, "{what}: {found} is not {expected} within {within:e}");
}

/// What all cost together is what the provider has less.
fn cost(model: &CostModel, at: f64) -> f64 {
    let outlook = outlook(&template("capitation"), model);
    let provider = outlook.party("provider").unwrap();
    // 4,950.00 a year for everybody is paid; a cost of at most `at` is a result of at least the rest.
    #[allow(clippy::cast_precision_loss)] // people
    let paid = 4_950.0 * model.people() as f64;
    1.0 - provider.probability_below(paid - at).unwrap()
}

/// E[fS] = E[S], and E[(fS)²] = E[S²] exp(s²).
#[test]
fn a_common_factor_has_its_moments() {
    for (people, spread) in
        [(20, 0.05), (500, 0.05), (50_000, 0.01), (50_000, 0.3), (15_000_000, 0.05), (15_000_000, 0.3)]
    {
        let contract = template("capitation");
        let still = outlook(&contract, &model(people));
        let moved = model(people).with_shock(Shock::multiplicative("trend", spread).unwrap()).unwrap();
        let moved = outlook(&contract, &moved);
        let of = |outlook: &Outlook| {
            let provider = outlook.party("provider").unwrap();
            (provider.mean(), provider.standard_deviation().unwrap().powi(2), provider.method().unwrap().1)
        };
        let ((mean, variance, _), (moved_mean, moved_variance, error)) = (of(&still), of(&moved));
        let cost = model(people).mean();
        near((moved_mean - mean) / cost, 0.0, 1e-14, "mean");
        let expected = (variance + cost * cost) * (spread * spread).exp() - cost * cost;
        near(moved_variance / expected, 1.0, 1e-11, "variance");
        assert!(error < if people < 1_000 { 1e-6 } else { 1e-11 }, "{people} people, {spread}: {error:e}");
    }
}

/// What people cost before any contract is what the provider of a capitation has less, and moves as its moments say.
#[test]
fn what_people_cost_in_all_is_under_all_that_moves_it() {
    let (spread, added) = (0.05_f64, 90.0);
    let still = model(500).total_cost(f64::INFINITY).unwrap();
    let moved = model(500)
        .with_shock(Shock::multiplicative("trend", spread).unwrap())
        .unwrap()
        .with_shock(Shock::additive("pay award", added).unwrap())
        .unwrap();
    let total = moved.total_cost(f64::INFINITY).unwrap();
    let mean = moved.mean();
    near(total.mean() / mean, 1.0, 1e-13, "mean");
    let factor = (still.standard_deviation().powi(2) + mean * mean) * (spread * spread).exp() - mean * mean;
    let expected = factor + (2_000.0 * added).powi(2);
    near(total.standard_deviation().powi(2) / expected, 1.0, 1e-11, "variance");
    for share in [0.8, 0.95, 1.0, 1.1, 1.4] {
        let at = share * mean;
        near(total.cdf(at), cost(&moved, at), 1e-9, "what is left of a capitation");
    }
    let limited = moved.total_cost(50_000.0).unwrap();
    assert!(limited.mean() < total.mean() && limited.standard_deviation() < total.standard_deviation());
    for amount in [-1.0, f64::NAN] {
        assert!(moved.total_cost(amount).unwrap_err().to_string().contains("limit"));
    }
}

/// E[(fS)³] = E[S³] E[f³], and the third moment is of all there is.
#[test]
fn a_common_factor_has_its_skewness() {
    let law = Severity::lognormal(7.0, 2.0).unwrap().with_zeros(0.2).unwrap();
    let model = CostModel::new(Currency::new("GBP").unwrap()).cell("all", 8_000, law).unwrap();
    let spread = 0.1_f64;
    let still = model.total_cost(f64::INFINITY).unwrap();
    let moved = model.with_shock(Shock::multiplicative("t", spread).unwrap()).unwrap();
    let moved = moved.total_cost(f64::INFINITY).unwrap();
    let (mean, variance) = (still.mean(), still.standard_deviation().powi(2));
    let raw = [mean, variance + mean * mean, {
        let third = still.skewness() * variance.powf(1.5);
        third + 3.0 * variance * mean + mean.powi(3)
    }];
    let square = spread * spread;
    let [second, third] = [raw[1] * square.exp(), raw[2] * (3.0 * square).exp()];
    let variance = second - mean * mean;
    let expected = (third - 3.0 * mean * second + 2.0 * mean.powi(3)) / variance.powf(1.5);
    near(moved.skewness() / expected, 1.0, 1e-8, "skewness");
}

/// Costs that are certain are lognormal under a shock, and the error that is told says how right they are.
#[test]
fn certain_costs_under_a_shock_tell_a_true_error() {
    let normal = |z: f64| 0.5 * libm::erfc(-z / 2.0_f64.sqrt());
    for spread in [0.001, 0.005, 0.05, 0.3, 0.6] {
        let person = Severity::certain(1_200.0).unwrap();
        let model = CostModel::new(Currency::new("GBP").unwrap()).cell("all", 1_000, person).unwrap();
        let model = model.with_shock(Shock::multiplicative("t", spread).unwrap()).unwrap();
        let sum = model.total_cost(f64::INFINITY).unwrap();
        for step in -30..=30 {
            let z = f64::from(step) / 10.0;
            let at = 1.2e6 * (spread * z - spread * spread / 2.0).exp();
            near(sum.cdf(at), normal(z), sum.error() + 1e-14, "distribution");
        }
        let within = if (0.005..0.5).contains(&spread) { 1e-11 } else { 0.05 };
        assert!(sum.error() < within, "{spread}: {}", sum.error());
    }
}

#[test]
fn all_that_moves_costs_together_is_told_in_words() {
    let model = model(500)
        .with_shock(Shock::multiplicative("trend", 0.07).unwrap())
        .unwrap()
        .with_shock(Shock::additive("pay award", 60.5).unwrap().of_cells(["under 65"]))
        .unwrap();
    let cell = CostCell::new("children", 100, person(900.0)).unwrap().mean_error(0.1).unwrap();
    let model = model.with_cell(cell).unwrap();
    let covariance = [[0.01, 0.002, 0.0], [0.002, 0.01, 0.0], [0.0, 0.0, 0.01]];
    let expected = [
        "trend, a factor with a spread of 7 %",
        "pay award, an amount with a spread of 60.5 a person year (of under 65 alone)",
        "a covariance between risk cells",
        "the error of a mean",
    ];
    assert_eq!(model.correlated(&covariance).unwrap().what_moves(), expected);
}

/// A million people who cost the same, moved together: the sum is lognormal.
#[test]
fn what_is_certain_and_moved_is_lognormal() {
    let normal = |z: f64| 0.5 * libm::erfc(-z / 2.0_f64.sqrt());
    for spread in [0.01, 0.05, 0.2] {
        let model = CostModel::new(Currency::new("GBP").unwrap());
        let model = model.cell("all", 1_000_000, Severity::certain(5_000.0).unwrap()).unwrap();
        let model = model.with_shock(Shock::multiplicative("trend", spread).unwrap()).unwrap();
        for z in [-4.0, -1.5, -0.2, 0.0, 1.0, 3.0, 5.0] {
            let at = 5e9 * f64::exp(spread * z - spread * spread / 2.0);
            // The amounts of a result are whole pence of five billion, 2e-12 of the cost.
            near(cost(&model, at), normal(z), 1e-10, &format!("spread {spread}, P(Z ≤ {z})"));
        }
    }
}

/// The same with an amount for each person year: the sum is normal.
#[test]
fn what_is_certain_and_added_to_is_normal() {
    let normal = |z: f64| 0.5 * libm::erfc(-z / 2.0_f64.sqrt());
    let model = CostModel::new(Currency::new("GBP").unwrap());
    let model = model.cell("all", 1_000, Severity::certain(5_000.0).unwrap()).unwrap();
    let model = model.with_shock(Shock::additive("pay award", 30.0).unwrap()).unwrap();
    let model = model.with_shock(Shock::additive("winter", 40.0).unwrap()).unwrap();
    for z in [-4.0, -1.5, 0.0, 1.0, 3.0] {
        near(cost(&model, 5e6 + 50_000.0 * z), normal(z), 1e-10, &format!("P(Z ≤ {z})"));
    }
}

/// Two cells that cost the same for certain, each with a mean known to 10 % and 20 %: the sum of two lognormals, integrated
/// over the first by Simpson's rule.
#[test]
fn means_that_are_not_known_are_apart() {
    let normal = |z: f64| 0.5 * libm::erfc(-z / 2.0_f64.sqrt());
    let cell = |name: &str, error| {
        CostCell::new(name, 1_000, Severity::certain(5_000.0).unwrap()).unwrap().mean_error(error).unwrap()
    };
    let model = CostModel::new(Currency::new("GBP").unwrap());
    let model = model.with_cell(cell("one", 0.1)).unwrap().with_cell(cell("two", 0.2)).unwrap();
    let factor = |spread: f64, z: f64| 5e6 * (spread * z - spread * spread / 2.0).exp();
    for at in [7e6, 9e6, 1e7, 1.1e7, 1.4e7] {
        let density = |z: f64| (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt();
        let below = |z: f64| {
            let left = at - factor(0.1, z);
            if left <= 0.0 { 0.0 } else { normal(((left / 5e6).ln() + 0.02) / 0.2) * density(z) }
        };
        let steps = 4_000;
        let step = 16.0 / f64::from(steps);
        let weight = |k: i32| {
            if k == 0 || k == steps {
                1.0
            } else if k % 2 == 1 {
                4.0
            } else {
                2.0
            }
        };
        let integral: f64 =
            (0..=steps).map(|k| weight(k) * below(f64::from(k) * step - 8.0)).sum::<f64>() * step / 3.0;
        near(cost(&model, at), integral, 1e-9, &format!("P(S ≤ {at})"));
    }
}

/// What a stop-loss is worth rises with a shock, though the mean cost does not: the mean over the factor of what each person is
/// above the attachment, by Simpson's rule.
#[test]
fn a_stop_loss_is_worth_more_under_a_shock() {
    let contract = template("stop-loss");
    let worth = |model: &CostModel| {
        let outlook = outlook(&contract, model);
        outlook.clauses().iter().find(|(name, _)| name == "cost above the attachment").unwrap().1
    };
    let moved = model(500).with_shock(Shock::multiplicative("trend", 0.2).unwrap()).unwrap();
    let above = |z: f64| {
        let factor = (0.2 * z - 0.02).exp();
        let of =
            |people: f64, mean: f64| people * person(mean).scaled(factor).unwrap().excess_mean(100_000.0);
        of(1_500.0, 3_300.0) + of(500.0, 9_900.0)
    };
    let steps = 400;
    let step = 16.0 / f64::from(steps);
    let weight = |k: i32| match k {
        k if k == 0 || k == steps => 1.0,
        k if k % 2 == 1 => 4.0,
        _ => 2.0,
    };
    let at = |k: i32| f64::from(k) * step - 8.0;
    let density = |z: f64| (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt();
    let sum: f64 = (0..=steps).map(|k| weight(k) * above(at(k)) * density(at(k))).sum();
    let expected = sum * step / 3.0;
    assert!(expected > 1.03 * worth(&model(500)));
    near(worth(&moved) / expected, 1.0, 1e-9, "cost above the attachment");
}

/// Three cells that are moved in three ways, of which no common one can be made: moments are those of the formula
/// E[f g] = exp(Cov), within the error of the rule over the three numbers.
#[test]
fn a_covariance_has_its_moments() {
    let covariance = [[0.0025, 0.0015, -0.0005], [0.0015, 0.0036, 0.001], [-0.0005, 0.001, 0.0049]];
    let means = [3_300.0 * 50_000.0, 9_900.0 * 20_000.0, 20_000.0 * 5_000.0];
    let still = CostModel::new(Currency::new("GBP").unwrap())
        .cell("young", 50_000, person(3_300.0))
        .unwrap()
        .cell("old", 20_000, person(9_900.0))
        .unwrap()
        .cell("ill", 5_000, person(20_000.0))
        .unwrap();
    let moved = still.clone().correlated(&covariance).unwrap();
    let contract = template("capitation");
    let of = |model: &CostModel| {
        let outlook = outlook(&contract, model);
        let provider = outlook.party("provider").unwrap();
        (provider.mean(), provider.standard_deviation().unwrap().powi(2), provider.method().unwrap().1)
    };
    let ((mean, variance, _), (moved_mean, moved_variance, error)) = (of(&still), of(&moved));
    let total: f64 = means.iter().sum();
    near((moved_mean - mean) / total, 0.0, 1e-6, "mean");
    // Every cell's own variance grows by the square of its factor, and the means move.
    let own = 0.2_f64;
    let second = |mean: f64| mean * mean / (1.0 - own) * 1.5_f64.powi(2).exp();
    let people = [50_000.0, 20_000.0, 5_000.0];
    let expected: f64 = (0..3)
        .flat_map(|i| (0..3).map(move |j| (i, j)))
        .map(|(i, j)| {
            let each: f64 = means[i] / people[i];
            let chance = if i == j {
                people[i]
                    * (second(each) * f64::exp(covariance[i][i]) - each * each * f64::exp(covariance[i][i]))
            } else {
                0.0
            };
            chance + means[i] * means[j] * (f64::exp(covariance[i][j]) - 1.0)
        })
        .sum();
    assert!(variance < expected);
    // Of what is left beside the number that moves the sum, 256 ways are taken: a part of 1.4e-4 of the variance is missed.
    near(moved_variance / expected, 1.0, 2e-4, "variance");
    assert!(error > 1e-9 && error < 1e-3, "{error:e}");
}
