//! The normal approximation of a sum or a result, to put beside what is worked out.
//!
//! It has the mean and the deviation and no more: a sum of costs is skewed, and its far tail is many times what this says
//! (a compound Poisson sum of ten gamma costs exceeds 2.5 times its mean sixteen times as often).

use serde::Serialize;

use super::{
    measures::{bad_level, check_tail},
    severity::{
        normal_quantile,
        special::{normal_below, normal_density},
    },
};
use crate::error::{Error, ErrorKind, Result};

/// A normal law by its mean and standard deviation.
///
/// ```
/// use capitation::risk::normal::Normal;
/// // The loss ratio of a pool of a million members whose deviation is 0.05 about 0.75: a loss, above 0.85, in one year of 44.
/// let ratio = Normal::new(0.75, 0.05)?;
/// assert!((ratio.above(0.85) - 0.0228).abs() < 5e-5);
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Normal {
    mean: f64,
    deviation: f64,
}

impl Normal {
    /// By mean and standard deviation.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] where one is not finite, or the deviation is below 0.
    pub fn new(mean: f64, deviation: f64) -> Result<Self> {
        if mean.is_finite() && deviation.is_finite() && deviation >= 0.0 {
            return Ok(Self { mean, deviation });
        }
        let problem = format!("its mean is {mean} and its standard deviation {deviation}");
        let remedy = "give finite numbers, and a deviation of at least 0";
        Err(Error::new(ErrorKind::Range, "normal approximation", problem, remedy))
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The standard deviation.
    pub fn standard_deviation(&self) -> f64 {
        self.deviation
    }

    /// The probability of at most this.
    pub fn below(&self, x: f64) -> f64 {
        self.standing(x).map_or(f64::from(u8::from(x >= self.mean)), normal_below)
    }

    /// The probability of more than this.
    pub fn above(&self, x: f64) -> f64 {
        self.standing(x).map_or(f64::from(u8::from(x < self.mean)), |z| normal_below(-z))
    }

    /// What is not exceeded with this probability.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a probability that is not between 0 and 1.
    pub fn quantile(&self, probability: f64) -> Result<f64> {
        if probability > 0.0 && probability < 1.0 {
            return Ok(self.mean + self.deviation * normal_quantile(probability));
        }
        Err(bad_level(probability, "give a level between 0 and 1"))
    }

    /// The mean of what lies above the quantile of this level.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a level outside 0 to 1, or of 1.
    pub fn tvar(&self, level: f64) -> Result<f64> {
        check_tail(level)?;
        let density = if level > 0.0 { normal_density(normal_quantile(level)) } else { 0.0 };
        Ok(self.mean + self.deviation * density / (1.0 - level))
    }

    /// E[(X − d)⁺].
    pub fn stop_loss(&self, attachment: f64) -> f64 {
        let Some(z) = self.standing(attachment) else { return (self.mean - attachment).max(0.0) };
        (self.deviation * (normal_density(z) - z * normal_below(-z))).max(0.0)
    }

    /// How many deviations above the mean; nothing where it does not vary.
    fn standing(&self, x: f64) -> Option<f64> {
        (self.deviation > 0.0).then(|| (x - self.mean) / self.deviation)
    }
}

#[cfg(test)]
mod tests;
