//! A naive sorting oracle, and costs as they come.

use capitation::concentration::{Concentration, STANDARD_SHARES};
use proptest::prelude::*;

/// Rows by falling amount.
fn falling(values: &[f64], weights: &[f64]) -> Vec<(f64, f64)> {
    let mut rows: Vec<_> = values.iter().copied().zip(weights.iter().copied()).collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    rows
}

fn total(values: &[f64], weights: &[f64]) -> f64 {
    values.iter().zip(weights).map(|(v, w)| v * w).sum()
}

pub(crate) fn top_share(values: &[f64], weights: &[f64], p: f64) -> f64 {
    let (mut left, mut held) = (p * weights.iter().sum::<f64>(), 0.0);
    for (value, weight) in falling(values, weights) {
        let taken = weight.min(left);
        held += taken * value;
        left -= taken;
    }
    held / total(values, weights)
}

/// The mean difference of all pairs over twice the mean.
pub(crate) fn gini(values: &[f64], weights: &[f64]) -> f64 {
    let people: f64 = weights.iter().sum();
    let row = |(x, w): (&f64, &f64)| -> f64 {
        values.iter().zip(weights).map(|(y, v)| w * v * (x - y).abs()).sum()
    };
    values.iter().zip(weights).map(row).sum::<f64>() / (2.0 * people * total(values, weights))
}

pub(crate) fn held_by(values: &[f64], weights: &[f64], share: f64) -> f64 {
    let (mut left, mut people) = (share * total(values, weights), 0.0);
    for (value, weight) in falling(values, weights) {
        if left <= 0.0 || value <= 0.0 {
            break;
        }
        people += weight.min(left / value);
        left -= (value * weight).min(left);
    }
    people / weights.iter().sum::<f64>()
}

/// Gini of sorted rows by ranks: (2 Σ i xᵢ)/(n Σ xᵢ) − (n + 1)/n.
pub(crate) fn rank_gini(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    // Sums in blocks, so that rounding stays small.
    let sum = |of: &dyn Fn(usize, f64) -> f64| -> f64 {
        let block = |(b, rows): (usize, &[f64])| -> f64 {
            rows.iter().enumerate().map(|(i, x)| of(b * 512 + i + 1, *x)).sum()
        };
        sorted.chunks(512).enumerate().map(block).sum()
    };
    2.0 * sum(&|i, x| i as f64 / n * x) / sum(&|_, x| x) - (n + 1.0) / n
}

/// A cost: often nothing, often tied, sometimes one of many in the same bin, with a long tail.
pub(crate) fn amount() -> impl Strategy<Value = f64> {
    prop_oneof![
        2 => Just(0.0),
        2 => (1_u16..40).prop_map(|v| f64::from(v) * 12.5),
        1 => Just(100.01),
        1 => 100.0..100.05_f64,
        4 => (-4.0..12.0_f64).prop_map(f64::exp),
    ]
}

pub(crate) fn amounts(most: usize) -> impl Strategy<Value = Vec<f64>> {
    (proptest::collection::vec(amount(), 1..most), 0.01..1e4_f64).prop_map(|(mut values, spender)| {
        values.push(spender);
        values
    })
}

pub(crate) fn weighted_rows() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let weight = prop_oneof![1 => Just(0.0), 4 => 0.001..20_000.0_f64, 2 => (1_u8..5).prop_map(f64::from)];
    proptest::collection::vec((amount(), weight), 1..120).prop_map(|mut rows| {
        rows.push((55.5, 3.25));
        rows.into_iter().unzip()
    })
}

/// Every statistic, for comparison to the bit. The total comes first.
pub(crate) fn bits(of: &Concentration) -> Vec<u64> {
    let mut all = vec![of.total(), of.people(), of.zero_share(), of.gini(), of.half_held_by()];
    all.extend(of.lorenz(41).unwrap().into_iter().map(|(_, y)| y));
    for p in STANDARD_SHARES {
        let share = of.top_share_bounds(p).unwrap();
        all.extend([share.value(), share.low(), share.high(), of.held_by(p).unwrap()]);
    }
    all.into_iter().map(f64::to_bits).collect()
}
