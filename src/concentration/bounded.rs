//! A number and the interval that surely holds it.

use serde::Serialize;

/// A statistic with its lower and upper bound.
///
/// The bounds come from the method: what is known of the values allows nothing outside them. Rounding in the last
/// sums adds at most 1e-14 of the statistic. Where everything is known the three numbers are equal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bounded {
    value: f64,
    low: f64,
    high: f64,
}

impl Bounded {
    pub(super) fn exact(value: f64) -> Self {
        Self { value, low: value, high: value }
    }

    pub(super) fn between(low: f64, value: f64, high: f64) -> Self {
        Self { value: value.clamp(low.min(high), high.max(low)), low, high }
    }

    /// The best estimate.
    pub fn value(self) -> f64 {
        self.value
    }

    /// The statistic is not below this.
    pub fn low(self) -> f64 {
        self.low
    }

    /// The statistic is not above this.
    pub fn high(self) -> f64 {
        self.high
    }

    /// The most by which [`value`](Self::value) can be wrong; 0 where the method is exact.
    pub fn error(self) -> f64 {
        (self.value - self.low).max(self.high - self.value)
    }
}
