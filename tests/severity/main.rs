//! One person's cost as a distribution: closed forms against 40 digits, nodes against closed and finer sums, refusals.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]
#![allow(clippy::float_cmp, reason = "what is exact is compared exactly")]
#![allow(clippy::excessive_precision, reason = "reference values stand as they were given")]

mod closed_forms;
#[path = "../support/data.rs"]
mod data;
mod fits;
mod laws;
mod mixtures;
mod nodes;
mod refusals;

use capitation::risk::severity::Severity;

/// How far a number is from what it should be, relative to that.
fn relative(found: f64, expected: f64) -> f64 {
    if found == expected { 0.0 } else { ((found - expected) / expected).abs() }
}

/// Laws of every kind, in amounts of some thousands.
fn laws() -> Vec<(&'static str, Severity)> {
    let lognormal = || Severity::lognormal(7.0, 1.534).unwrap();
    let atoms = || Severity::empirical(&[120.0, 4_000.0, 55.5, 120.0, 0.0, 81_000.0], None).unwrap();
    vec![
        ("lognormal", lognormal()),
        ("narrow lognormal", Severity::lognormal(8.0, 0.1).unwrap()),
        ("gamma", Severity::gamma(0.7, 4_000.0).unwrap()),
        ("spiked gamma", Severity::gamma(0.05, 60_000.0).unwrap().with_zeros(0.3).unwrap()),
        ("exponential", Severity::gamma(1.0, 3_000.0).unwrap()),
        ("Pareto I", Severity::pareto(2.3, 900.0).unwrap()),
        ("Lomax", Severity::lomax(1.8, 2_500.0).unwrap()),
        ("heavy tail", Severity::generalized_pareto(0.0, 1.2, 500.0).unwrap()),
        ("ending tail", Severity::generalized_pareto(100.0, -0.4, 5_000.0).unwrap()),
        ("atoms", atoms()),
        ("weighted atoms", Severity::empirical(&[10.0, 0.0, 30.0], Some(&[0.2, 1.5, 0.7])).unwrap()),
        ("certain", Severity::certain(1_234.0).unwrap().with_zeros(0.25).unwrap()),
        ("lognormal, zeros", lognormal().with_zeros(0.15).unwrap()),
        ("continued", lognormal().with_tail(20_000.0, 0.35, 14_000.0).unwrap()),
        ("spliced", Severity::spliced(lognormal(), 20_000.0, 0.01, 0.35, 14_000.0).unwrap()),
        ("spliced gamma", {
            let body = Severity::gamma(0.4, 9_000.0).unwrap().with_zeros(0.2).unwrap();
            Severity::spliced(body, 30_000.0, 0.03, 0.2, 9_000.0).unwrap()
        }),
        ("mixture", {
            let older = Severity::gamma(0.7, 9_000.0).unwrap().with_zeros(0.05).unwrap();
            Severity::mixture(vec![(4.0, lognormal().with_zeros(0.2).unwrap()), (1.0, older)]).unwrap()
        }),
        ("mixture with tails", {
            let tail = lognormal().with_tail(20_000.0, 0.35, 14_000.0).unwrap();
            Severity::mixture(vec![(0.7, tail), (0.3, Severity::pareto(2.3, 900.0).unwrap())]).unwrap()
        }),
        ("mixture of atoms", {
            let other = Severity::empirical(&[120.0, 900.5], None).unwrap();
            Severity::mixture(vec![(2.0, atoms()), (3.0, other)]).unwrap()
        }),
        ("mixture with atoms", Severity::mixture(vec![(0.2, atoms()), (0.8, lognormal())]).unwrap()),
        ("spliced atoms", Severity::spliced(atoms(), 4_000.0, 0.02, 0.4, 6_000.0).unwrap()),
    ]
}
