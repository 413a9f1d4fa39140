//! Interpolation between the points of Chebyshev.

use std::f64::consts::PI;

use crate::risk::measures::as_float;

/// The least and the most points.
const POINTS: [usize; 2] = [8, 64];
/// ln of what interpolation may be off.
const DIGITS: f64 = -28.0;

/// How many points interpolate exp(x) for |x| up to this, times some hundred, to the last digits: 2 (r/2)ⁿ/n! is the error.
pub(super) fn points_for(reach: f64) -> usize {
    if reach == 0.0 {
        return 1;
    }
    let [least, most] = POINTS;
    let mut error = 6.0;
    for points in 1..most {
        error += (reach / 2.0).ln() - as_float(points).ln();
        if points >= least && error < DIGITS {
            return points;
        }
    }
    most
}

/// The points of Chebyshev from −reach to reach; one in the middle where there is no reach.
pub(super) fn chebyshev(reach: f64, points: usize) -> Vec<f64> {
    if points == 1 {
        return vec![0.0];
    }
    (0..points).map(|at| reach * (PI * (as_float(at) + 0.5) / as_float(points)).cos()).collect()
}

/// The weights of the values at the points of Chebyshev for the value at x.
pub(super) fn barycentric(points: &[f64], x: f64) -> Vec<f64> {
    if let Some(at) = points.iter().position(|point| (x - point).abs() < 1e-14 * point.abs().max(1.0)) {
        return (0..points.len()).map(|place| if place == at { 1.0 } else { 0.0 }).collect();
    }
    let raw = points.iter().enumerate().map(|(at, point)| {
        let sign = if at % 2 == 0 { 1.0 } else { -1.0 };
        sign * (PI * (as_float(at) + 0.5) / as_float(points.len())).sin() / (x - point)
    });
    let raw: Vec<f64> = raw.collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|weight| weight / sum).collect()
}
