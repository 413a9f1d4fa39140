#![allow(clippy::cast_precision_loss)] // small numbers

use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use super::*;

/// Standard normal numbers by Box and Muller (1958).
pub(in crate::risk) fn normals(seed: u64, count: usize) -> Vec<f64> {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let mut unit = || (generator.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0;
    (0..count).map(|_| (-2.0 * (1.0 - unit()).ln()).sqrt() * (std::f64::consts::TAU * unit()).cos()).collect()
}

/// `TVaR` of the standard normal is φ(z)/(1 − a): 1.754983, 2.062713, 2.665214 at 0.9, 0.95, 0.99.
#[test]
fn the_tail_of_a_normal_is_what_theory_says() {
    let draws = normals(5, 400_000);
    for (level, expected) in [(0.9, 1.754_983), (0.95, 2.062_713), (0.99, 2.665_214)] {
        let tail = tail_value(&draws, level).unwrap();
        println!("TVaR {level}: {:.5} ± {:.5}, theory {expected}", tail.mean, tail.se);
        assert!((tail.mean - expected).abs() < 4.0 * tail.se);
    }
    // √((Var(Z | tail) + a (TVaR − z)²)/(n (1 − a))) with Var(Z | tail) = 1 + z TVaR − TVaR², z = 1.644854.
    let (z, t): (f64, f64) = (1.644_854, 2.062_713);
    let theory = ((1.0 + z * t - t * t + 0.95 * (t - z).powi(2)) / (4e5 * 0.05)).sqrt();
    assert!((tail_value(&draws, 0.95).unwrap().se / theory - 1.0).abs() < 0.05);
}

/// Standard errors cover: of 400 samples, the estimate lies within 1.96 of them about 95 times in a hundred.
#[test]
fn standard_errors_cover() {
    let truth = [0.0, 1.0, 2.062_713, 0.5];
    let mut hits = [0; 4];
    for sample in 0..400 {
        let draws = normals(1_000 + sample, 2_000);
        let estimates = [
            mean(&draws).unwrap(),
            standard_deviation(&draws).unwrap(),
            tail_value(&draws, 0.95).unwrap(),
            probability_of_deficit(&draws).unwrap(),
        ];
        for ((hit, estimate), truth) in hits.iter_mut().zip(estimates).zip(truth) {
            *hit += u32::from((estimate.mean - truth).abs() < 1.96 * estimate.se);
        }
    }
    println!("within 1.96 standard errors: {hits:?} of 400");
    // 380 expected, standard deviation 4.4; the tail is a little short, as its documentation says.
    assert!(hits.iter().all(|hit| (360..=396).contains(hit)), "{hits:?}");
}

#[test]
fn a_certain_result_has_no_spread() {
    let certain = [-7.0; 10];
    let none = Estimate { mean: 0.0, se: 0.0 };
    assert_eq!(mean(&certain).unwrap(), Estimate { mean: -7.0, se: 0.0 });
    assert_eq!(standard_deviation(&certain).unwrap(), none);
    assert_eq!(probability_of_deficit(&certain).unwrap(), Estimate { mean: 1.0, se: 0.0 });
    assert_eq!(tail_value_of_deficit(&certain, 0.95).unwrap(), Estimate { mean: 7.0, se: 0.0 });
    assert_eq!(tail_value_of_deficit(&[7.0; 10], 0.95).unwrap(), none);
    assert_eq!(probability_of_deficit(&[0.0, -0.0]).unwrap(), none);
}

/// Two independent 4 % risks of 100 as 625 equally likely cases: value at risk at 95 % adds up, 0 + 0 < 100; `TVaR`
/// does not. By hand: `TVaR` of one is 0.04 x 100/0.05 = 80; of both (0.0016 x 200 + 0.0484 x 100)/0.05 = 103.2.
#[test]
fn value_at_risk_is_not_subadditive_but_its_tail_is() {
    let (mut one, mut both) = (Vec::new(), Vec::new());
    for i in 0..25 {
        for j in 0..25 {
            let (a, b) = (if i == 0 { 100.0 } else { 0.0 }, if j == 0 { 100.0 } else { 0.0 });
            one.push(a);
            both.push(a + b);
        }
    }
    assert_eq!(quantiles(&one, &[0.95]).unwrap()[0].mean.to_bits(), 0.0_f64.to_bits());
    assert_eq!(quantiles(&both, &[0.95]).unwrap()[0].mean.to_bits(), 100.0_f64.to_bits());
    assert!((tail_value(&one, 0.95).unwrap().mean - 80.0).abs() < 1e-9);
    assert!((tail_value(&both, 0.95).unwrap().mean - 103.2).abs() < 1e-9);
}

#[test]
fn what_has_no_measure_is_refused() {
    let cases = [
        (mean(&[]).unwrap_err(), "draws: there are none; draw some panels first"),
        (mean(&[1.0]).unwrap_err(), "draws: one draw has no standard error; draw at least 2, better 10,000"),
        (
            standard_deviation(&[1.0, f64::NAN]).unwrap_err(),
            "draw 1 (the first is 0): NaN is not a finite number; correct the calculation that gave it",
        ),
        (
            tail_value(&[1.0, 2.0], 1.0).unwrap_err(),
            "level: 1 is not a level; give a level of at least 0 and below 1, such as 0.95",
        ),
        (quantiles(&[1.0], &[-0.1]).unwrap_err(), "level: -0.1 is not a level; give a level from 0 to 1"),
        (
            standard_deviation(&[1e200, -1e200]).unwrap_err(),
            "draws: the draws are too large for their squares to be held; count money in minor units, not in smaller ones",
        ),
    ];
    for (error, words) in cases {
        println!("{error}");
        assert_eq!(error.to_string(), words);
    }
}

fn amounts(count: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-1_000_000_i32..1_000_000).prop_map(f64::from), count)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6
}

proptest! {
    /// T28: `TVaR` is monotone, translation invariant, positively homogeneous and subadditive; `TVaR` at 0 is the mean;
    /// it does not fall as the level rises, and is at least the value at risk.
    #[test]
    fn tail_value_is_coherent(
        pairs in (2_usize..60).prop_flat_map(|count| (amounts(count), amounts(count))),
        level in 0.0_f64..0.999,
        higher in 0.0_f64..0.999,
        shift in -1e6_f64..1e6,
        factor in 0.0_f64..100.0,
    ) {
        let (x, y) = pairs;
        let tvar = |draws: &[f64], level| tail_value(draws, level).unwrap().mean;
        let map = |f: &dyn Fn(f64, f64) -> f64| -> Vec<f64> { x.iter().zip(&y).map(|(&x, &y)| f(x, y)).collect() };
        let of_x = tvar(&x, level);
        prop_assert!(tvar(&map(&|x, y| x + y), level) <= of_x + tvar(&y, level) + 1e-6);
        prop_assert!(tvar(&map(&f64::max), level) >= of_x - 1e-6);
        prop_assert!(close(tvar(&map(&|x, _| x + shift), level), of_x + shift));
        prop_assert!((tvar(&map(&|x, _| x * factor), level) - of_x * factor).abs() <= 1e-6 * factor.max(1.0));
        prop_assert!(close(tvar(&x, 0.0), mean(&x).unwrap().mean));
        prop_assert!(tvar(&x, level.max(higher)) >= tvar(&x, level.min(higher)) - 1e-6);
        // Comonotone losses add up: sort both.
        let (mut a, mut b) = (x.clone(), y.clone());
        a.sort_by(f64::total_cmp);
        b.sort_by(f64::total_cmp);
        let sum: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
        prop_assert!(close(tvar(&sum, level), tvar(&a, level) + tvar(&b, level)));
        // The value at risk is the largest loss that at least the tail's share of draws reaches.
        let tail = (1.0 - level) * a.len() as f64;
        let at_risk = a.iter().rev().find(|&&loss| a.iter().filter(|&&other| other >= loss).count() as f64 >= tail);
        prop_assert!(of_x >= at_risk.unwrap() - 1e-6);
    }

    /// Nothing finite makes a measure panic or give what is not a number.
    #[test]
    fn measures_are_finite_or_refused(draws in prop::collection::vec(any::<f64>(), 0..10), level in any::<f64>()) {
        let estimates = [
            mean(&draws), standard_deviation(&draws), probability_of_deficit(&draws),
            tail_value(&draws, level), tail_value_of_deficit(&draws, level),
        ];
        for estimate in estimates.into_iter().flatten() {
            prop_assert!(estimate.mean.is_finite() && estimate.se >= 0.0);
        }
        let _ = quantiles(&draws, &[level]);
    }
}

/// The deviation of a sample quantile is √(p (1 − p)/n)/f(q): for the median of a uniform on 0 to 1 and n = 10,000 it is
/// 0.005, and at level 0.95 it is 0.00218.
#[test]
fn a_quantile_of_uniform_draws_has_the_error_of_theory() {
    let draws: Vec<f64> = (0..10_000).map(|draw| (f64::from(draw) + 0.5) / 10_000.0).collect();
    for (level, theory) in [(0.5, 0.005), (0.95, 0.002_179_449_5)] {
        let quantile = quantiles(&draws, &[level]).unwrap()[0];
        assert!((quantile.mean - level).abs() < 1e-4 && (quantile.se - theory).abs() < 1e-9, "{quantile:?}");
    }
}
