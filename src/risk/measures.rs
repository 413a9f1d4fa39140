//! Measures of a result over many draws, each with its standard error.
//!
//! Draws are taken to be independent. A standard error says how far the estimate may be from what infinitely many
//! draws would give; it says nothing about how well the population stands for the people to come.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::fixed::Sum;

/// An estimate and its standard error, in the same unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The estimate.
    pub mean: f64,
    /// Its standard error: the standard deviation of the estimate over repeated sets of draws.
    pub se: f64,
}

/// The mean of the draws; its standard error is the standard deviation over √n.
///
/// # Errors
///
/// [`ErrorKind::Statistic`] when there are fewer than 2 draws or one is not finite.
///
/// ```
/// use capitation::risk::measures::mean;
/// let estimate = mean(&[1.0, 2.0, 3.0, 4.0])?;
/// assert_eq!(estimate.mean, 2.5);
/// assert!((estimate.se - (5.0_f64 / 12.0).sqrt()).abs() < 1e-15);
/// # Ok::<(), capitation::Error>(())
/// ```
pub fn mean(draws: &[f64]) -> Result<Estimate> {
    let count = check(draws)?;
    let moments = Moments::of(draws, count);
    finite(Estimate { mean: moments.mean, se: (moments.variance() / count).sqrt() })
}

/// The standard deviation of the draws (divisor n − 1).
///
/// The standard error is by the delta method from Var(s²) ≈ (m₄ − s⁴ (n − 3)/(n − 1))/n, with m₄ the fourth central
/// moment (Kendall and Stuart, The Advanced Theory of Statistics, vol. 1): it holds for skewed results too,
/// other than s/√(2n).
///
/// # Errors
///
/// [`ErrorKind::Statistic`] when there are fewer than 2 draws or one is not finite.
pub fn standard_deviation(draws: &[f64]) -> Result<Estimate> {
    let count = check(draws)?;
    let moments = Moments::of(draws, count);
    let variance = moments.variance();
    if variance == 0.0 {
        return Ok(Estimate { mean: 0.0, se: 0.0 });
    }
    let fourth = moments.fourth / count;
    let of_variance = (fourth - variance * variance * (count - 3.0) / (count - 1.0)) / count;
    let deviation = variance.sqrt();
    finite(Estimate { mean: deviation, se: of_variance.max(0.0).sqrt() / (2.0 * deviation) })
}

/// The quantiles of the draws at these levels, linear between order statistics: Hyndman and Fan (1996), type 7.
///
/// The standard error needs no distribution: how many of n draws lie below a quantile of level p is binomial, with
/// deviation √(n p (1 − p)), and half of the distance between the order statistics so far below and above it is the
/// error. Where they would lie outside the draws the outermost are taken, and the error is too small.
///
/// # Errors
///
/// [`ErrorKind::Statistic`] when there are no draws or one is not finite; [`ErrorKind::Range`] when a level is not
/// from 0 to 1.
///
/// ```
/// use capitation::risk::measures::quantiles;
/// let at = quantiles(&[3.0, 1.0, 2.0], &[0.0, 0.25, 0.5])?;
/// assert_eq!(at.iter().map(|quantile| quantile.mean).collect::<Vec<_>>(), [1.0, 1.5, 2.0]);
/// # Ok::<(), capitation::Error>(())
/// ```
pub fn quantiles(draws: &[f64], levels: &[f64]) -> Result<Vec<Estimate>> {
    check_finite(draws)?;
    let mut sorted = draws.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    levels
        .iter()
        .map(|&level| {
            if !(0.0..=1.0).contains(&level) {
                return Err(bad_level(level, "give a level from 0 to 1"));
            }
            let last = as_float(sorted.len().saturating_sub(1));
            let at = |place: f64| {
                let place = place.clamp(0.0, last);
                let index = as_index(place.floor());
                let of = |index| sorted.get(index).or(sorted.last()).copied().unwrap_or_default();
                let (low, part) = (of(index), place.fract());
                // Without this a part of zero would bring in a neighbour that is not meant.
                if part > 0.0 { low + part * (of(index + 1) - low) } else { low }
            };
            let place = level * last;
            let deviation = (as_float(sorted.len()) * level * (1.0 - level)).sqrt();
            finite(Estimate { mean: at(place), se: (at(place + deviation) - at(place - deviation)) / 2.0 })
        })
        .collect()
}

/// The share of draws with a result below zero; its standard error is √(p (1 − p)/n).
///
/// When no draw, or every draw, is a deficit the standard error is 0 although the share is not certain: with no
/// deficit in n draws the probability is below 3/n with 95 % confidence.
///
/// # Errors
///
/// [`ErrorKind::Statistic`] when there are fewer than 2 draws or one is not finite.
pub fn probability_of_deficit(results: &[f64]) -> Result<Estimate> {
    let count = check(results)?;
    let share = as_float(results.iter().filter(|&&result| result < 0.0).count()) / count;
    Ok(Estimate { mean: share, se: (share * (1.0 - share) / count).sqrt() })
}

/// The tail value at risk of a loss: the mean of the worst 1 − `level` of the draws (`TVaR`, expected shortfall).
///
/// The tail holds m = n (1 − level) draws, of which the last counts in part when m is not whole, as in Acerbi and
/// Tasche (2002), On the coherence of expected shortfall. So the measure is coherent in every sample, and
/// at level 0 it is the mean.
///
/// The standard error is √(Var(max(0, L − q))/n)/(1 − level) with q the value at risk. That is the same as
/// √((Var(L | tail) + level (t − q)²)/(n (1 − level))) with t the tail value at risk: Manistre and Hancock (2005),
/// Variance of the CTE estimator, North American Actuarial Journal 9(2). It is too small when the tail holds few
/// draws.
///
/// # Errors
///
/// [`ErrorKind::Statistic`] when there are fewer than 2 draws or one is not finite; [`ErrorKind::Range`] when the
/// level is not at least 0 and below 1.
///
/// ```
/// use capitation::risk::measures::tail_value;
/// // The worst 30 % of five draws is one and a half draws: (10 + 0.5 x 4)/1.5.
/// let tail = tail_value(&[1.0, 10.0, 2.0, 4.0, 3.0], 0.7)?;
/// assert!((tail.mean - 8.0).abs() < 1e-12);
/// # Ok::<(), capitation::Error>(())
/// ```
pub fn tail_value(losses: &[f64], level: f64) -> Result<Estimate> {
    let count = check(losses)?;
    check_tail(level)?;
    let tail = (count * (1.0 - level)).min(count);
    let whole = as_index(tail.floor());
    let mut worst = losses.to_vec();
    let descending = |a: &f64, b: &f64| b.total_cmp(a);
    // The draw that counts in part, or the last whole one when none does, is the value at risk.
    let part = tail - tail.floor();
    let last = if part > 0.0 { whole } else { whole.saturating_sub(1) }.min(worst.len() - 1);
    let (above, &mut at_risk, _) = worst.select_nth_unstable_by(last, descending);
    above.sort_unstable_by(descending);

    // Losses count as their distance from the value at risk, so the draw at the edge adds nothing, in part or whole.
    let mut beyond = Sum::default();
    let mut squares = Sum::default();
    for loss in above.iter() {
        let distance = loss - at_risk;
        beyond.add(distance);
        squares.add(distance * distance);
    }
    let beyond = beyond.value();
    let variance = ((squares.value() - beyond * beyond / count) / (count - 1.0)).max(0.0);
    finite(Estimate { mean: at_risk + beyond / tail, se: (variance / count).sqrt() / (1.0 - level) })
}

/// The tail value at risk of the deficit max(0, −result), at `level`: see [`tail_value`].
///
/// # Errors
///
/// As [`tail_value`].
pub fn tail_value_of_deficit(results: &[f64], level: f64) -> Result<Estimate> {
    check(results)?;
    let deficits: Vec<f64> = results.iter().map(|&result| if result < 0.0 { -result } else { 0.0 }).collect();
    tail_value(&deficits, level)
}

/// Central moments, about the mean.
struct Moments {
    count: f64,
    mean: f64,
    second: f64,
    fourth: f64,
}

impl Moments {
    fn of(draws: &[f64], count: f64) -> Self {
        let mut total = Sum::default();
        for &draw in draws {
            total.add(draw);
        }
        let mean = total.value() / count;
        let (mut second, mut fourth) = (Sum::default(), Sum::default());
        for draw in draws {
            let square = (draw - mean) * (draw - mean);
            second.add(square);
            fourth.add(square * square);
        }
        Self { count, mean, second: second.value(), fourth: fourth.value() }
    }

    fn variance(&self) -> f64 {
        self.second / (self.count - 1.0)
    }
}

fn check_finite(draws: &[f64]) -> Result<()> {
    if draws.is_empty() {
        let remedy = "draw some panels first";
        return Err(Error::new(ErrorKind::Statistic, "draws", "there are none", remedy));
    }
    match draws.iter().enumerate().find(|(_, draw)| !draw.is_finite()) {
        None => Ok(()),
        Some((index, draw)) => Err(Error::new(
            ErrorKind::Statistic,
            format!("draw {index} (the first is 0)"),
            format!("{draw} is not a finite number"),
            "correct the calculation that gave it",
        )),
    }
}

/// The number of draws, at least 2 and all finite.
pub(super) fn check(draws: &[f64]) -> Result<f64> {
    check_finite(draws)?;
    if draws.len() < 2 {
        let remedy = "draw at least 2, better 10,000";
        return Err(Error::new(ErrorKind::Statistic, "draws", "one draw has no standard error", remedy));
    }
    Ok(as_float(draws.len()))
}

/// A level that leaves a tail above it.
pub(super) fn check_tail(level: f64) -> Result<()> {
    if (0.0..1.0).contains(&level) {
        return Ok(());
    }
    Err(bad_level(level, "give a level of at least 0 and below 1, such as 0.95"))
}

/// A level that leaves something on both sides.
pub(super) fn check_level(level: f64) -> Result<()> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    Err(bad_level(level, "give a level between 0 and 1, such as 0.95"))
}

/// An amount that a probability is asked for.
pub(super) fn check_amount(amount: f64) -> Result<()> {
    if amount.is_finite() {
        return Ok(());
    }
    let problem = format!("{amount} is no amount");
    Err(Error::new(ErrorKind::Range, "amount", problem, "give a number in major units"))
}

/// How far a probability may be from the true one.
pub(super) fn check_accuracy(accuracy: f64) -> Result<()> {
    if accuracy > 0.0 && accuracy < 1.0 {
        return Ok(());
    }
    let problem = format!("{accuracy} is no accuracy of a probability");
    Err(Error::new(ErrorKind::Range, "accuracy", problem, "give one between 0 and 1, such as 1e-9"))
}

pub(super) fn bad_level(level: f64, remedy: &str) -> Error {
    Error::new(ErrorKind::Range, "level", format!("{level} is not a level"), remedy)
}

fn finite(estimate: Estimate) -> Result<Estimate> {
    if estimate.mean.is_finite() && estimate.se.is_finite() {
        return Ok(estimate);
    }
    let problem = "the draws are too large for their squares to be held";
    Err(Error::new(ErrorKind::Statistic, "draws", problem, "count money in minor units, not in smaller ones"))
}

#[allow(clippy::cast_precision_loss)] // numbers of draws
pub(super) fn as_float(count: usize) -> f64 {
    count as f64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to the number of draws
fn as_index(place: f64) -> usize {
    debug_assert!(place.partial_cmp(&0.0).is_some_and(Ordering::is_ge));
    place as usize
}

#[cfg(test)]
pub(super) mod tests;
