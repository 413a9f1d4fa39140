//! Against published arithmetic.

#![allow(clippy::unwrap_used)] // a test may fail

use super::Normal;

/// Cox, Professional caregiver insurance risk (2013): loss ratios of 0.75 with a deviation of 0.05 at a million members and 15 %
/// of expenses. It is arithmetic and no calibration: a member's costs vary some twenty times less. Columns: members, the
/// deviation, P(ratio ≤ 0.80), P(≤ 0.85), P(> 0.90), P(> 0.95), 0.75 + 3 deviations, 0.80 − a deviation.
#[test]
fn a_published_table_of_pool_sizes() {
    let rows = [
        (308e6, 0.00285, 1.0000, 1.0000, 0.0, 0.0, 0.7585, 0.7972),
        (10e6, 0.01581, 0.9992, 1.0000, 0.0, 0.0, 0.7974, 0.7842),
        (1e6, 0.0500, 0.8413, 0.9772, 0.0013, 0.0000, 0.9000, 0.7500),
        (100e3, 0.1581, 0.6241, 0.7365, 0.1714, 0.1030, 1.2243, 0.6419),
        (10e3, 0.5000, 0.5398, 0.5793, 0.3821, 0.3446, 2.2500, 0.3000),
    ];
    for (members, deviation, profit, no_loss, loss, large, three, one) in rows {
        let ratio = Normal::new(0.75, 0.05 * (1e6_f64 / members).sqrt()).unwrap();
        let found = [
            ratio.standard_deviation(),
            ratio.below(0.80),
            ratio.below(0.85),
            ratio.above(0.90),
            ratio.above(0.95),
            ratio.mean() + 3.0 * ratio.standard_deviation(),
            0.80 - ratio.standard_deviation(),
        ];
        for (found, printed) in found.into_iter().zip([deviation, profit, no_loss, loss, large, three, one]) {
            // Four decimals are printed.
            assert!((found - printed).abs() <= 5.1e-5, "{members} members: {found} is not {printed}");
        }
    }
}

/// `TVaR` of the normal law at 0.9, 0.95 and 0.99 (R, 6 decimals), and E(Z)⁺ = φ(0) = 0.398942.
#[test]
fn tails_of_the_normal_law() {
    let standard = Normal::new(0.0, 1.0).unwrap();
    for (level, tvar) in [(0.9, 1.754_983), (0.95, 2.062_713), (0.99, 2.665_214)] {
        assert!((standard.tvar(level).unwrap() - tvar).abs() < 5e-7);
    }
    assert!((standard.stop_loss(0.0) - 0.398_942_28).abs() < 5e-9);
    assert!((standard.quantile(0.975).unwrap() - 1.959_964).abs() < 5e-7);
    // TVaR at 0 is the mean; what does not vary is where it is.
    let certain = Normal::new(3.0, 0.0).unwrap();
    assert!((Normal::new(7.0, 2.0).unwrap().tvar(0.0).unwrap() - 7.0).abs() < 1e-15);
    assert!((certain.stop_loss(1.0) - 2.0).abs() < 1e-15 && certain.above(3.0) < 1e-15);
    assert!(
        Normal::new(0.0, -1.0).is_err() && standard.quantile(1.0).is_err() && standard.tvar(1.0).is_err()
    );
}
