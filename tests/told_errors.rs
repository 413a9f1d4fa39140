//! The error that a distribution tells is a bound, also where a law rises without end or begins with a jump.

#![allow(clippy::unwrap_used)] // a test may fail

use capitation::{
    Contract,
    risk::{
        aggregate::{Aggregate, Count, Method, RiskCell},
        cost_model::{CostCell, CostModel, Shock},
        severity::Severity,
        simulate::Simulation,
    },
};
use indexmap::IndexMap;

/// P(S ≤ x) of n people with a gamma cost each, with a chance: a binomial mixture of gamma laws.
fn binomial_gamma(people: u32, chance: f64, shape: f64, scale: f64, x: f64) -> f64 {
    let mut weight = (1.0 - chance).powf(f64::from(people));
    let mut sum = weight;
    for costs in 1..=people {
        weight *= f64::from(people - costs + 1) / f64::from(costs) * chance / (1.0 - chance);
        if weight > 1e-18 {
            let law = Severity::gamma(f64::from(costs) * shape, scale).unwrap();
            sum += weight * (1.0 - law.survival(x));
        }
    }
    sum
}

fn sum(people: u32, law: &Severity) -> Aggregate {
    Aggregate::new(&[RiskCell::new(Count::People(f64::from(people)), law.clone())]).unwrap()
}

/// Points near nothing, where errors are largest, and over the whole law.
fn points(sum: &Aggregate) -> impl Iterator<Item = f64> {
    let deviation = sum.standard_deviation();
    let near = [0.0, 1e-9, 1e-6, 1e-3, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0];
    let over = [0.01, 0.03, 0.1, 0.2, 0.5, 1.0, 1.4, 2.0, 4.0, 8.0].map(move |part| part * deviation);
    near.into_iter().chain(over)
}

#[test]
fn sums_of_gamma_costs_are_within_the_error_that_is_told() {
    for (people, chance, shape) in [
        (2, 0.999_999_9, 0.3),
        (3, 0.999_999_9, 0.3),
        (30, 0.999_999_9, 0.001),
        (7, 0.999_999_9, 0.05),
        (3, 0.8, 0.2),
        (50, 0.1, 0.2),
        (3_000, 0.001, 0.2),
        (50, 0.001, 1.0),
    ] {
        let law = Severity::gamma(shape, 20_000.0).unwrap().with_zeros(1.0 - chance).unwrap();
        let found = sum(people, &law);
        for x in points(&found) {
            let off = (found.cdf(x) - binomial_gamma(people, chance, shape, 20_000.0, x)).abs();
            assert!(
                off <= found.error(),
                "{people} × {chance} × gamma({shape}) at {x}: off by {off:.1e}, told {:.1e}, {:?}",
                found.error(),
                found.method()
            );
        }
    }
}

/// One person: the sum is the cost.
#[test]
fn one_person_is_within_the_error_that_is_told() {
    for law in [
        Severity::gamma(0.3, 12_000.0).unwrap(),
        Severity::gamma(0.05, 12_000.0).unwrap(),
        Severity::generalized_pareto(0.0, 0.45, 2_000.0).unwrap(),
        Severity::lomax(2.2, 1_818.0).unwrap(),
        Severity::pareto(2.5, 1_000.0).unwrap(),
    ] {
        let found = sum(1, &law);
        for x in points(&found) {
            let off = (1.0 - found.cdf(x) - law.survival(x)).abs();
            assert!(off <= found.error(), "{law:?} at {x}: off by {off:.1e}, told {:.1e}", found.error());
        }
    }
}

/// A smooth law of one person needs no more than cosines, and has their accuracy: the logarithm of a characteristic function keeps its
/// digits where that function is small.
#[test]
fn one_person_with_a_smooth_cost_is_right_to_rounding() {
    for law in [
        Severity::gamma(30.0, 130.0).unwrap(),
        Severity::gamma(1_000.0, 4.0).unwrap(),
        Severity::lognormal(7.0, 0.05).unwrap(),
    ] {
        let found = sum(1, &law);
        assert!(matches!(found.method(), Method::Cosines(_)));
        for deviations in [-8.0, -2.0, -0.2, 0.0, 1.0, 4.0, 8.0] {
            let x = found.mean() + deviations * found.standard_deviation();
            let off = (1.0 - found.cdf(x) - law.survival(x)).abs();
            assert!(off < 1e-12, "{law:?} at {deviations} deviations: off by {off:.1e}");
        }
    }
}

/// What a reinsurer carries of few people whom a covariance moves: nobody is above the attachment in some years, and in how many
/// hangs on what moves them. Against drawn years, settled one by one.
#[test]
fn a_covariance_tells_a_true_error() {
    let contract =
        Contract::read(format!("{}/templates/stop-loss.toml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let person = |mean: f64, sigma: f64, zeros: f64| {
        let law = Severity::lognormal(0.0, sigma).unwrap().with_zeros(zeros).unwrap();
        law.rescaled_to(mean).unwrap()
    };
    let cell = |name: &str, people: u32, person: Severity, months: &str| {
        CostCell::new(name, people, person).unwrap().months(months.parse().unwrap()).unwrap()
    };
    let still = CostModel::new(contract.currency())
        .with_cell(cell("a", 300, person(2_600.0, 1.6, 0.2), "6"))
        .unwrap()
        .with_cell(cell("b", 200, person(9_000.0, 1.5, 0.05), "12"))
        .unwrap()
        .with_cell(cell("c", 100, person(5_000.0, 1.2, 0.0), "3"))
        .unwrap();
    let covariance = [[0.04, 0.03, -0.01], [0.03, 0.09, 0.0], [-0.01, 0.0, 0.0225]];
    let apart = still.clone().correlated(&covariance).unwrap();
    let winter = Shock::multiplicative("winter", 0.1).unwrap();
    let models = [
        still.with_shock(Shock::multiplicative("trend", 0.3).unwrap()).unwrap(),
        apart.clone(),
        apart.with_shock(winter.of_cells(["b", "c"])).unwrap(),
    ];
    let day = contract.period().start;
    for (place, model) in models.iter().enumerate() {
        let outlook = contract.outlook(model, &IndexMap::new(), day).unwrap();
        let found = outlook.party("reinsurer").unwrap();
        let (_, error) = found.method().unwrap();
        let how = Simulation::new(40_000, 11).unwrap();
        let drawn = contract.simulate(model, &IndexMap::new(), day, &how).unwrap();
        let drawn = drawn.party("reinsurer").unwrap();
        for amount in [-600_000.0, -100_000.0, -15_000.0, -100.0, 0.0] {
            let (told, seen) =
                (found.probability_below(amount).unwrap(), drawn.probability_below(amount).unwrap());
            let off = (told - seen.mean).abs();
            assert!(
                off <= error + 4.0 * seen.se,
                "model {place} below {amount}: {told} is not {} ± {:.1e}, told {error:.1e}",
                seen.mean,
                seen.se
            );
        }
    }
}
