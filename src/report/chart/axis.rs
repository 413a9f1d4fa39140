//! Scales: from numbers to pixels, and where their marks stand.

/// A straight scale from numbers to pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// The numbers from `low` to `high`, laid on the pixels from `from` to `to`. Where the two numbers are the same,
    /// there is a little room around them.
    pub(super) fn new(low: f64, high: f64, from: f64, to: f64) -> Self {
        if high > low {
            Self { low, high, from, to }
        } else {
            Self { low: low - 0.01, high: low + 0.01, from, to }
        }
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// Round numbers within the scale, at most about so many.
    pub(super) fn ticks(&self, most: usize) -> Vec<f64> {
        let step = self.step(most);
        let first = (self.low / step).ceil();
        let places = (0..=2 * most.max(1)).map(|place| (first + to_float(place)) * step);
        places.take_while(|tick| *tick <= self.high * (1.0 + 1e-12)).collect()
    }

    /// The distance of two ticks: 1, 2 or 5 times a power of ten.
    pub(super) fn step(&self, most: usize) -> f64 {
        let least = (self.high - self.low) / to_float(most.max(1));
        let power = 10f64.powf(least.log10().floor());
        [1.0, 2.0, 5.0]
            .into_iter()
            .map(|times| times * power)
            .find(|step| *step >= least)
            .unwrap_or(10.0 * power)
    }
}

#[allow(clippy::cast_precision_loss)] // a handful of ticks, numbers of people
pub(super) fn to_float(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let ticks = |low, high| Scale::new(low, high, 0.0, 100.0).ticks(6);
        assert_eq!(ticks(-60.0, 47.0), [-60.0, -40.0, -20.0, 0.0, 20.0, 40.0]);
        assert_eq!(ticks(0.0, 1.09e6), [0.0, 2e5, 4e5, 6e5, 8e5, 1e6]);
        for (low, high) in [(0.0, 0.0), (-3e-9, 1e-9), (0.0, 1e18), (-1.0, 0.0)] {
            let found = ticks(low, high);
            assert!((1..=8).contains(&found.len()), "{low} to {high}: {found:?}");
            assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
        }
        assert!(Scale::new(5.0, 5.0, 0.0, 10.0).at(5.0).is_finite());
    }
}
