//! The slope of a function at nought, by central differences.

use crate::error::Result;

/// A number, and how far it may be from the true one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub(super) value: f64,
    pub(super) error: f64,
}

impl Found {
    pub(super) const NOUGHT: Self = Self { value: 0.0, error: 0.0 };

    pub(super) fn times(self, by: f64) -> Self {
        Self { value: by * self.value, error: by.abs() * self.error }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { value: self.value + other.value, error: self.error + other.error }
    }
}

/// The slope at nought: differences over one, two and four steps to either side, whose errors in the square and in the fourth
/// power of the step are taken out (Richardson, Phil. Trans. R. Soc. A 210, 1911). The error is how far the last correction
/// goes, and what errors of the function come to over the step.
pub(super) fn slope_at_nought(step: f64, of: impl Fn(f64) -> Result<Found>) -> Result<Found> {
    let mut noise = 0.0_f64;
    let mut over = |by: f64| {
        let (up, down) = (of(by * step)?, of(-by * step)?);
        noise = noise.max((up.error + down.error) / (2.0 * by * step));
        Ok::<f64, crate::error::Error>((up.value - down.value) / (2.0 * by * step))
    };
    let (one, two, four) = (over(1.0)?, over(2.0)?, over(4.0)?);
    let (near, far) = ((4.0 * one - two) / 3.0, (4.0 * two - four) / 3.0);
    let value = (16.0 * near - far) / 15.0;
    Ok(Found { value, error: (value - near).abs() + noise })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail
mod tests {
    use super::*;

    /// The sine has slope 1; what is left of its series is below h⁶, and the error that is told holds it.
    #[test]
    fn the_sine_at_nought() {
        let found = slope_at_nought(0.05, |x| Ok(Found { value: x.sin(), error: 0.0 })).unwrap();
        assert!((found.value - 1.0).abs() <= found.error && found.error < 1e-5, "{found:?}");
        assert!((found.value - 1.0).abs() < 1e-8);
    }

    /// An error of the function counts by its size over the step.
    #[test]
    fn an_error_of_the_function_is_told() {
        let found = slope_at_nought(0.01, |x| Ok(Found { value: x, error: 1e-9 })).unwrap();
        assert!((found.error - 1e-7).abs() < 1e-12, "{found:?}");
    }
}
