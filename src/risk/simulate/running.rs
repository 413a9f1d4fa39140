//! A mean that is made as draws come in.

use crate::risk::measures::Estimate;

/// Of draws in one order: how many, their mean, and the sum of squares about it (Welford 1962).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Running {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Running {
    pub(super) fn add(&mut self, draw: f64) {
        self.count += 1.0;
        let from = draw - self.mean;
        self.mean += from / self.count;
        self.squares += from * (draw - self.mean);
    }

    /// The mean and its standard error in major units, of which one has so many minor ones; of two draws or more.
    pub(super) fn mean(&self, minor: f64) -> Estimate {
        let variance = self.squares / (self.count - 1.0);
        Estimate { mean: self.mean / minor, se: (variance / self.count).sqrt() / minor }
    }
}
