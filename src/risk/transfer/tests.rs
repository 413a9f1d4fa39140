use proptest::prelude::*;

use super::super::measures::tests::normals;
use super::*;

/// Independent normals of standard deviation 3 and 4: shares of variance 9/25 and 16/25, and of every tail the same,
/// since E[X | X + Y] is linear in the sum.
#[test]
fn independent_normals_share_by_variance() {
    let a: Vec<f64> = normals(1, 40_000).iter().map(|z| 3.0 * z + 10.0).collect();
    let b: Vec<f64> = normals(2, 40_000).iter().map(|z| 4.0 * z - 5.0).collect();
    let shares = risk_shares(&[&a, &b], 0.95).unwrap();
    for (share, expected) in shares.iter().zip([0.36, 0.64]) {
        let (variance, tail) = (share.variance.unwrap(), share.tail.unwrap());
        println!("variance {variance:?}, tail {tail:?}, theory {expected}");
        assert!((variance.mean - expected).abs() < 4.0 * variance.se);
        assert!((tail.mean - expected).abs() < 4.0 * tail.se);
        assert!(variance.se < 0.01 && tail.se < 0.02);
    }
}

/// Standard errors cover: of 200 samples, the share lies within 1.96 of them about 95 times in a hundred.
#[test]
fn standard_errors_cover() {
    let mut hits = [0; 2];
    for sample in 0..200 {
        let a: Vec<f64> = normals(2 * sample, 2_000).iter().map(|z| 3.0 * z).collect();
        let b: Vec<f64> = normals(2 * sample + 1, 2_000).iter().map(|z| 4.0 * z).collect();
        let share = risk_shares(&[&a, &b], 0.9).unwrap()[0];
        for (hit, estimate) in hits.iter_mut().zip([share.variance.unwrap(), share.tail.unwrap()]) {
            *hit += u32::from((estimate.mean - 0.36).abs() < 1.96 * estimate.se);
        }
    }
    println!("within 1.96 standard errors: {hits:?} of 200");
    // 190 expected, standard deviation 3.1.
    assert!(hits.iter().all(|hit| (176..=199).contains(hit)), "{hits:?}");
}

/// A party paid more when the whole does worse hedges: its share is negative, and the shares still sum to one.
#[test]
fn a_hedge_has_a_negative_share() {
    let whole = normals(3, 1_000);
    let bearer: Vec<f64> = whole.iter().map(|z| 1.5 * z).collect();
    let hedge: Vec<f64> = whole.iter().map(|z| -0.5 * z).collect();
    let shares = risk_shares(&[&bearer, &hedge, &[7.0; 1_000]], 0.95).unwrap();
    for (share, expected) in shares.iter().zip([1.5, -0.5, 0.0]) {
        assert!((share.variance.unwrap().mean - expected).abs() < 1e-9);
        assert!((share.tail.unwrap().mean - expected).abs() < 1e-9);
        assert!(share.tail.unwrap().se < 1e-9);
    }
}

#[test]
fn no_risk_has_no_shares() {
    let none = RiskShare { variance: None, tail: None };
    assert_eq!(risk_shares(&[&[0.1; 60], &[0.2; 60]], 0.95).unwrap(), [none; 2]);
    // Two parties that cancel to the penny.
    let up = [1.0, 2.0, 3.0, 4.5];
    assert_eq!(risk_shares(&[&up, &up.map(|x| 10.0 - x)], 0.5).unwrap(), [none; 2]);
    // One odd draw of a hundred: without its group nothing varies.
    let mut odd = [0.0; 100];
    odd[17] = -1.0;
    assert_eq!(risk_shares(&[&odd], 0.95).unwrap(), [none]);
    // The tail at level 0 is everything.
    assert_eq!(risk_shares(&[&up], 0.0).unwrap()[0].tail, None);
}

#[test]
fn what_has_no_shares_is_refused() {
    let cases = [
        (risk_shares(&[], 0.95).unwrap_err(), "parties: there are none; give each party's results"),
        (
            risk_shares(&[&[1.0, 2.0], &[1.0, 2.0, 3.0]], 0.95).unwrap_err(),
            "party 1 (the first is 0): it has 3 draws where the first has 2; give every party's result in the same draws",
        ),
        (
            risk_shares(&[&[1.0, f64::INFINITY]], 0.95).unwrap_err(),
            "party 0 (the first is 0), draw 1 (the first is 0): inf is not a finite number; correct the calculation that gave it",
        ),
        (
            risk_shares(&[&[1.0, 2.0]], 1.0).unwrap_err(),
            "level: 1 is not a level; give a level of at least 0 and below 1, such as 0.95",
        ),
    ];
    for (error, words) in cases {
        println!("{error}");
        assert_eq!(error.to_string(), words);
    }
}

proptest! {
    /// Shares sum to one, and do not depend on the order of draws at a tie, on the scale or on a shift.
    #[test]
    fn shares_sum_to_one(
        draws in prop::collection::vec([-50_i32..50, -50..50, -50..50], 2..120),
        level in 0.0_f64..0.99,
    ) {
        let party = |place: usize| -> Vec<f64> { draws.iter().map(|draw| f64::from(draw[place])).collect() };
        let (a, b, c) = (party(0), party(1), party(2));
        let shares = risk_shares(&[&a, &b, &c], level).unwrap();
        let sum = |of: fn(&RiskShare) -> Option<Estimate>| -> Option<f64> {
            shares.iter().map(|share| of(share).map(|share| share.mean)).sum()
        };
        for total in [sum(|share| share.variance), sum(|share| share.tail)].into_iter().flatten() {
            prop_assert!((total - 1.0).abs() < 1e-6, "{total}");
        }
        let moved = |draws: &[f64]| -> Vec<f64> { draws.iter().rev().map(|x| 2.0 * x + 64.0).collect() };
        let other = risk_shares(&[&moved(&a), &moved(&b), &moved(&c)], level).unwrap();
        for (share, other) in shares.iter().zip(&other) {
            if let (Some(share), Some(other)) = (share.variance, other.variance) {
                prop_assert!((share.mean - other.mean).abs() < 1e-6 * (1.0 + share.mean.abs()));
            }
            // Below a tail of one draw the ratio may be ill-conditioned, not the definition.
            if let (Some(share), Some(other)) = (share.tail, other.tail) {
                prop_assert!((share.mean - other.mean).abs() < 1e-6 * (1.0 + share.mean.abs()));
            }
        }
    }
}
