//! Equally spaced points of a normal number.

use std::f64::consts::TAU;

/// A standard normal number is farther from nought than this with probability 1e-16.
pub(in crate::risk::aggregate) const FAR: f64 = 8.3;
/// The least and the most points to either side of nought.
const HALF: [f64; 2] = [23.0, 1_024.0];

/// Equally spaced points of a standard normal number, and their weights.
#[derive(Debug, Clone)]
pub(super) struct Normal {
    pub(super) points: Vec<f64>,
    pub(super) weights: Vec<f64>,
    step: f64,
}

impl Normal {
    /// For waves that turn by `swing` × exp(`spread` × z).
    pub(super) fn new(spread: f64, swing: f64) -> Self {
        let fastest = swing * spread * (FAR * spread).exp();
        let [least, most] = HALF;
        let half = (FAR * fastest.max(FAR) / TAU * 1.1).clamp(least, most).ceil();
        let step = FAR / half;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most a thousand
        let half = half as i32;
        let points: Vec<f64> = (-half..=half).map(|at| f64::from(at) * step).collect();
        let weights: Vec<f64> = points.iter().map(|z| (-z * z / 2.0).exp()).collect();
        let sum: f64 = weights.iter().sum();
        Self { points, weights: weights.into_iter().map(|weight| weight / sum).collect(), step }
    }

    /// The one point of a number that moves nothing.
    pub(super) fn none() -> Self {
        Self { points: vec![0.0], weights: vec![1.0], step: 0.0 }
    }

    /// How far such waves may be added up wrongly: where they turn as fast as the points follow each other.
    pub(super) fn waves(&self, spread: f64, swing: f64) -> f64 {
        if self.step == 0.0 {
            return 0.0;
        }
        let limit = TAU / self.step;
        let at = |tenth: i32| {
            let z = f64::from(tenth) * FAR / 16.0;
            let left = (limit - swing * spread * (spread * z).exp()).max(0.0);
            2.0 * (-0.5 * (z * z + left * left)).exp()
        };
        (-16..=16).map(at).fold(0.0, f64::max)
    }
}
