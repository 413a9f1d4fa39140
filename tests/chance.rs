//! Savings by chance alone, against closed forms.

#![allow(clippy::unwrap_used)] // a test may fail

use capitation::ErrorKind;
use capitation::risk::{
    chance::{SavingsByChance, normal_payout, normal_probability},
    severity::Severity,
};

#[track_caller]
fn near(found: f64, expected: f64, within: f64, what: &str) {
    assert!((found - expected).abs() <= within, "{what}: {found} is not {expected} within {within:e}");
}

/// s sd φ(m/sd) with m = 2 %, before s: 0.01 φ(2) = 0.00053991, 0.02 φ(1) = 0.0048394, 0.04 φ(1/2) = 0.0140826.
#[test]
fn what_is_paid_for_no_saving_in_the_normal_case() {
    for (deviation, payout) in [(0.01, 0.000_539_910), (0.02, 0.004_839_414), (0.04, 0.014_082_613)] {
        near(normal_payout(deviation, 0.02), payout, 1e-9, "payout");
    }
    // Φ(−2), Φ(−1), and a half where there is no minimum.
    near(normal_probability(0.01, 0.02), 0.022_750_131_948, 1e-12, "two deviations");
    near(normal_probability(0.02, 0.02), 0.158_655_253_931, 1e-12, "one deviation");
    near(normal_probability(0.3, 0.0), 0.5, 1e-15, "no minimum");
    assert_eq!(normal_payout(0.0, 0.02).to_bits(), 0.0_f64.to_bits());
}

/// 400 people with gamma costs of shape 1/2 cost a gamma amount of shape 200. Below x lie F₂₀₀(x) of the probability and
/// 200 θ F₂₀₁(x) of the mean.
#[test]
fn a_sum_of_gamma_costs_in_closed_form() {
    let person = Severity::gamma(0.5, 6_000.0).unwrap();
    let all = |shape: f64| Severity::gamma(shape, 6_000.0).unwrap();
    let mean = 200.0 * 6_000.0;
    for rate in [0.0, 0.02, 0.039, 0.1, 0.2] {
        let chance = SavingsByChance::new(&person, f64::INFINITY, 400.0, rate).unwrap();
        let at = (1.0 - rate) * mean;
        let (below, first) = (all(200.0).cdf(at), mean * all(201.0).cdf(at));
        near(chance.probability, below, 1e-9, "probability");
        near(chance.payout, below - first / mean, 1e-9, "payout");
        near(chance.deviation, 1.0 / 200.0_f64.sqrt(), 1e-12, "deviation");
        assert!(chance.error < 1e-9);
    }
}

/// More people save less by chance; what chance pays does not depend on the unit of money.
#[test]
fn larger_panels_save_less_by_chance() {
    let person = Severity::lognormal_of_mean(10_000.0, 1.7).unwrap();
    near(person.mean(), 10_000.0, 1e-8, "mean");
    near(person.limited_second_moment(f64::INFINITY), 1e8 * (1.0 + 1.7 * 1.7), 1e-3, "second moment");
    let cap = person.quantile(0.99).unwrap();
    let of = |people: f64| SavingsByChance::new(&person, cap, people, 0.02).unwrap();
    let mut before = 1.0;
    for people in [1_000.0, 5_000.0, 20_000.0, 60_000.0] {
        let chance = of(people);
        assert!(chance.probability < before && chance.payout < chance.deviation, "{people}: {chance:?}");
        before = chance.probability;
    }
    let cents = SavingsByChance::new(&person.scaled(100.0).unwrap(), 100.0 * cap, 5_000.0, 0.02).unwrap();
    near(cents.probability, of(5_000.0).probability, 1e-10, "in cents");
}

#[test]
fn what_cannot_be_is_refused() {
    let person = || Severity::gamma(0.5, 6_000.0).unwrap();
    let kind = |person: &Severity, cap, people, rate| {
        SavingsByChance::new(person, cap, people, rate).unwrap_err().kind()
    };
    assert_eq!(kind(&person(), f64::INFINITY, 5_000.0, 1.0), ErrorKind::Range);
    assert_eq!(kind(&person(), f64::INFINITY, 5_000.0, f64::NAN), ErrorKind::Range);
    assert_eq!(kind(&person(), f64::INFINITY, 0.0, 0.02), ErrorKind::Range);
    assert_eq!(kind(&Severity::pareto(1.5, 10.0).unwrap(), f64::INFINITY, 10.0, 0.02), ErrorKind::Range);
    assert_eq!(kind(&Severity::certain(0.0).unwrap(), f64::INFINITY, 10.0, 0.02), ErrorKind::Statistic);
    let why = SavingsByChance::new(&person(), f64::INFINITY, 5_000.0, 2.0).unwrap_err();
    assert_eq!(
        why.to_string(),
        "minimum savings rate: 2 is no rate; give a share of the benchmark from 0 up to 1, such as 0.02"
    );
    let why = Severity::lognormal_of_mean(10.0, 0.0).unwrap_err().to_string();
    assert_eq!(
        why,
        "severity, lognormal, variation: 0 is out of range; give a coefficient of variation above 0, such as 1.7"
    );
}
