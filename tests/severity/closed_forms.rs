//! Values that were worked out elsewhere.

use capitation::risk::severity::Severity;

use crate::relative;

/// Formulas of the laws evaluated with 40 digits by mpmath 1.3: law with its parameters, d, P(X > d), P(X ≤ d),
/// E min(X, d), E(X − d)⁺, E min(X, d)².
const REFERENCE: &str = include_str!("reference.txt");

#[test]
fn closed_forms_hold_their_digits_in_both_tails() {
    let mut rows = 0;
    for line in REFERENCE.lines() {
        let (law, numbers) = line.split_once(' ').unwrap();
        let numbers: Vec<f64> = numbers.split(' ').map(|number| number.parse().unwrap()).collect();
        let (law, rest) = match law {
            "ln" => (Severity::lognormal(numbers[0], numbers[1]), &numbers[2..]),
            "ga" => (Severity::gamma(numbers[0], numbers[1]), &numbers[2..]),
            _ => (Severity::generalized_pareto(numbers[0], numbers[1], numbers[2]), &numbers[3..]),
        };
        let (law, d) = (law.unwrap(), rest[0]);
        for (name, found, expected) in [
            ("survival", law.survival(d), rest[1]),
            ("cdf", law.cdf(d), rest[2]),
            ("limited mean", law.limited_mean(d), rest[3]),
            ("excess mean", law.excess_mean(d), rest[4]),
            ("limited second moment", law.limited_second_moment(d), rest[5]),
        ] {
            // A last digit of d alone moves the chance by so much.
            let moved = d.next_up();
            let inherent = match name {
                "survival" => relative(law.survival(moved), found),
                "cdf" => relative(law.cdf(moved), found),
                "excess mean" => relative(law.excess_mean(moved), found),
                _ => 0.0,
            };
            let error = relative(found, expected);
            assert!(error <= 1e-12 + 2.0 * inherent, "{line}\n{name}: {found} is {error:e} away");
        }
        rows += 1;
    }
    assert_eq!(rows, 108);
}

/// Stop-loss premiums of LN(0, 1): 0.887143, 0.534851, 0.178195, 0.052357.
#[test]
fn stop_loss_premiums_of_the_standard_lognormal() {
    let law = Severity::lognormal(0.0, 1.0).unwrap();
    for (d, expected) in [(1.0, 0.887_143), (2.0, 0.534_851), (5.0, 0.178_195), (10.0, 0.052_357)] {
        assert!((law.excess_mean(d) - expected).abs() < 5e-7, "{d}: {}", law.excess_mean(d));
    }
}

/// Top 1, 5, 10, 20 and 50 % and the Gini coefficient, as printed to four digits.
#[test]
fn concentration_follows_from_the_parameters() {
    let lognormal = |sigma| Severity::lognormal(7.0, sigma).unwrap();
    let pareto = |alpha| Severity::pareto(alpha, 100.0).unwrap();
    for (law, expected) in [
        (lognormal(1.644_854), [0.2478, 0.5000, 0.6418, 0.7891, 0.9500, 0.7552]),
        (lognormal(1.801_947), [0.3000, 0.5624, 0.6986, 0.8316, 0.9642, 0.7974]),
        (pareto(1.301_030), [0.3445, 0.5000, 0.5870, 0.6891, 0.8518, 0.6242]),
        (pareto(1.353_985), [0.3000, 0.4569, 0.5477, 0.6565, 0.8343, 0.5855]),
        (pareto(1.160_964), [0.5281, 0.6601, 0.7267, 0.8000, 0.9084, 0.7565]),
        (lognormal(1.564_726).with_zeros(0.15).unwrap(), [0.2420, 0.5000, 0.6472, 0.8004, 0.9631, 0.7717]),
    ] {
        for (share, expected) in [0.01, 0.05, 0.1, 0.2, 0.5].into_iter().zip(expected) {
            let found = law.top_share(share).unwrap();
            assert!((found - expected).abs() <= 5.1e-5, "{law:?} at {share}: {found}, not {expected}");
        }
        let gini = law.gini().unwrap();
        assert!((gini - expected[5]).abs() <= 5.1e-5, "{law:?}: {gini}");
    }
}

/// Of a lognormal, Φ(σ − z) and 2 Φ(σ/√2) − 1 = erf(σ/2); of a Pareto, p^(1 − 1/α); of an exponential, 1/2.
#[test]
fn concentration_is_right_to_the_last_digits() {
    let pareto = Severity::pareto(1.25, 3.0).unwrap();
    for share in [1e-9_f64, 1e-3, 0.2, 0.9] {
        assert!(relative(pareto.top_share(share).unwrap(), share.powf(0.2)) < 1e-13);
    }
    assert!(relative(pareto.gini().unwrap(), 1.0 / 1.5) < 1e-14);
    assert!(relative(Severity::gamma(1.0, 7.0).unwrap().gini().unwrap(), 0.5) < 1e-14);
    // erf(1/2), Abramowitz and Stegun table 7.1.
    assert!((Severity::lognormal(0.0, 1.0).unwrap().gini().unwrap() - 0.520_499_877_8).abs() < 1e-10);
    // Half of a law that is spliced from two pieces of one law is that law.
    let whole = Severity::lomax(2.5, 10.0).unwrap();
    // Above u a Lomax law is a generalised Pareto law of scale (θ + u)/α.
    let spliced = whole.clone().with_tail(4.0, 0.4, 14.0 / 2.5).unwrap();
    for share in [0.001, 0.05, 0.5, 0.95] {
        let (one, other) = (spliced.top_share(share).unwrap(), whole.top_share(share).unwrap());
        assert!(relative(one, other) < 1e-13, "{share}: {one} {other}");
    }
    assert!(relative(spliced.gini().unwrap(), whole.gini().unwrap()) < 1e-13);
    let body = Severity::lognormal(1.0, 1.5).unwrap();
    let nearly = body.clone().with_tail(1e7, 0.5, 1.0).unwrap();
    assert!(relative(nearly.gini().unwrap(), libm::erf(0.75)) < 1e-9);
}

/// Five people: 0, 0, 35, 120, 845. The Gini coefficient is Σ (2i − 6) xᵢ/(5 · 1000) = (0·35 + 2·120 + 4·845)/5000.
#[test]
fn atoms_give_what_is_counted() {
    let five = Severity::empirical(&[35.0, 0.0, 845.0, 0.0, 120.0], None).unwrap();
    assert_eq!(five.zeros(), 0.4);
    assert!(relative(five.mean(), 200.0) < 1e-15);
    assert!(relative(five.gini().unwrap(), 0.724) < 1e-15);
    assert!(relative(five.top_share(0.2).unwrap(), 0.845) < 1e-15);
    assert!(relative(five.top_share(0.3).unwrap(), 0.905) < 1e-15); // and half of 120
    assert!(relative(five.limited_mean(100.0), (35.0 + 100.0 + 100.0) / 5.0) < 1e-15);
    assert!(relative(five.limited_second_moment(100.0), (35.0 * 35.0 + 2e4) / 5.0) < 1e-15);
    assert!(relative(five.excess_mean(100.0), (20.0 + 745.0) / 5.0) < 1e-15);
    let quantiles: Vec<f64> =
        [0.0, 0.4, 0.41, 0.6, 0.61, 0.8, 0.81, 1.0].iter().map(|p| five.quantile(*p).unwrap()).collect();
    assert_eq!(quantiles, [0.0, 0.0, 35.0, 35.0, 120.0, 120.0, 845.0, 845.0]);
    let certain = Severity::certain(12.0).unwrap();
    assert_eq!(
        (certain.mean(), certain.gini().unwrap(), certain.cdf(11.9), certain.cdf(12.0)),
        (12.0, 0.0, 0.0, 1.0)
    );
}

/// z of 1 − 1e-15 and of 1e-300 by mpmath.
#[test]
fn quantiles_far_out_keep_their_digits() {
    let law = Severity::lognormal(0.0, 1.0).unwrap();
    let z = 7.941_345_326_170_996_5_f64;
    assert!(relative(law.upper_quantile(1e-15).unwrap(), z.exp()) < 1e-14);
    assert!(relative(law.quantile(1e-300).unwrap(), (-37.047_096_299_361_2_f64).exp()) < 1e-12);
    // Of an exponential law: −ln.
    let exponential = Severity::gamma(1.0, 1.0).unwrap();
    for q in [1e-300_f64, 1e-15, 0.01, 0.5, 0.99] {
        assert!(relative(exponential.upper_quantile(q).unwrap(), -q.ln()) < 1e-13, "{q}");
    }
    assert!(relative(exponential.quantile(1e-12).unwrap(), 1e-12) < 1e-11);
}
