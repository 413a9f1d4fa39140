//! What a party's result has of the variance and of the tail of all results together.

use std::sync::Arc;

use super::{
    antiderivative::Antiderivative,
    parts::{Parts, is_smooth, multiple},
    slope::{Found, slope_at_nought},
};
use crate::{
    error::{Error, ErrorKind, Result},
    number::Stretch,
    risk::{
        aggregate::{Aggregate, MeanAbove, Method},
        question::Amount,
        valued::{Curve, Laws},
    },
};

/// The step of a slope, of the standard deviation of the whole.
const STEP: f64 = 0.005;
/// What roundings of a variance may come to, of it.
const ROUNDING: f64 = 1e-13;
/// What is cut off or misplaced of a distribution lies within so many standard deviations, as good as always.
const FAR: f64 = 10.0;

/// The sum of what all parties lose, but for what is certain of it.
#[derive(Debug)]
pub(super) struct Whole<'a> {
    laws: &'a Laws,
    amounts: Vec<Amount>,
    by: Vec<f64>,
    law: Arc<Aggregate>,
}

impl<'a> Whole<'a> {
    /// The sum that these parts of all parties' results together fall by.
    ///
    /// # Errors
    /// [`ErrorKind::Statistic`] where it does not vary.
    pub(super) fn new(laws: &'a Laws, amounts: Vec<Amount>, all: &Parts) -> Result<Self> {
        let by: Vec<f64> = all.linear.iter().map(|part| -part).collect();
        let nothing = || {
            let problem =
                "the results of all parties together do not vary, so that there is no risk to share";
            let remedy = "name in `bears` who bears what care costs, and give the model people whose cost is not certain";
            Error::new(ErrorKind::Statistic, "shares of risk", problem, remedy)
        };
        if by.iter().all(|part| *part == 0.0) {
            return Err(nothing());
        }
        let law = Arc::clone(&laws.along(&amounts, &by)?.sum);
        if law.method() == Method::Certain || law.standard_deviation() <= 0.0 {
            return Err(nothing());
        }
        Ok(Self { laws, amounts, by, law })
    }

    fn of(&self, by: &[f64]) -> Result<Arc<Aggregate>> {
        Ok(Arc::clone(&self.laws.along(&self.amounts, by)?.sum))
    }

    pub(super) fn law(&self) -> &Aggregate {
        &self.law
    }

    /// The mean of a result.
    pub(super) fn mean(&self, parts: &Parts) -> Result<f64> {
        let bent = self.bent(parts)?.map_or(0.0, |bent| bent.mean);
        let linear = if parts.linear.iter().all(|part| *part == 0.0) {
            0.0
        } else {
            match multiple(&parts.linear, &self.by) {
                Some(times) => times * self.law.mean(),
                None => self.of(&parts.linear)?.mean(),
            }
        };
        Ok(parts.level + bent + linear)
    }

    /// The covariance of a result and the sum of all results.
    pub(super) fn covariance(&self, parts: &Parts) -> Result<Found> {
        let bent = match self.bent(parts)? {
            None => Found::NOUGHT,
            Some(bent) => self.covariance_of_bent(&bent)?,
        };
        // What all get is what falls by the sum.
        Ok(bent.plus(self.covariance_of_line(&parts.linear)?).times(-1.0))
    }

    /// How far a result is below its mean, in the worst years of the sum, of each of these shares of all.
    pub(super) fn tails(&self, parts: &Parts, shares: &[f64]) -> Result<Vec<Found>> {
        let bent = match self.bent(parts)? {
            None => vec![Found::NOUGHT; shares.len()],
            Some(bent) => self.tails_of_bent(&bent, shares)?,
        };
        let each = |(share, bent): (&f64, Found)| {
            Ok(bent.plus(self.tail_of_line(&parts.linear, *share)?).times(-1.0))
        };
        shares.iter().zip(bent).map(each).collect()
    }

    /// How far the sum is above its mean in its worst years.
    pub(super) fn worst(&self, share: f64) -> Result<Found> {
        let value = self.law.tvar(1.0 - share)? - self.law.mean();
        Ok(Found { value, error: noise(&self.law, share) })
    }

    fn covariance_of_line(&self, by: &[f64]) -> Result<Found> {
        let variance = self.law.standard_deviation().powi(2);
        if let Some(times) = multiple(by, &self.by) {
            return Ok(Found { value: times * variance, error: 0.0 });
        }
        let own = self.of(by)?;
        if own.method() == Method::Certain {
            return Ok(Found::NOUGHT);
        }
        // Both as wide as each other, so that neither variance hides the other.
        let scale = self.law.standard_deviation() / own.standard_deviation();
        let variance = |sign: f64| -> Result<f64> {
            Ok(self.of(&plus(&self.by, sign * scale, by))?.standard_deviation().powi(2))
        };
        let (up, down) = (variance(1.0)?, variance(-1.0)?);
        Ok(Found { value: (up - down) / (4.0 * scale), error: ROUNDING * (up + down) / scale })
    }

    /// Cov(f(T), S) is the slope of E[F(T + hS)] at h = 0, where F′ = f and S is taken about its mean.
    fn covariance_of_bent(&self, bent: &Bent) -> Result<Found> {
        let swing = bent.swing();
        if let Some(times) = multiple(&self.by, &bent.by) {
            let value = times * bent.curve.covariance_with_sum();
            let error = bent.law.error() * FAR * self.law.standard_deviation() * swing;
            return Ok(Found { value, error });
        }
        self.check_smooth(&bent.law)?;
        let (deviation, mean) = (bent.law.standard_deviation(), self.law.mean());
        let scale = deviation / self.law.standard_deviation();
        let of = Antiderivative::new(&bent.lines, bent.mean, bent.law.mean());
        let moved = |step: f64| {
            let sum = self.of(&plus(&bent.by, step * scale, &self.by))?;
            let value = of.mean(&sum, step * scale * mean);
            Ok(Found { value, error: sum.error() * swing * deviation })
        };
        Ok(slope_at_nought(STEP, moved)?.times(1.0 / scale))
    }

    /// E[Y | S in its worst years] is the slope of the tail value of S + hY at h = 0 (Tasche 1999).
    fn tail_of_line(&self, by: &[f64], share: f64) -> Result<Found> {
        if let Some(times) = multiple(by, &self.by) {
            return Ok(self.worst(share)?.times(times));
        }
        let own = self.of(by)?;
        if own.method() == Method::Certain {
            return Ok(Found::NOUGHT);
        }
        self.check_smooth(&self.law)?;
        let scale = self.law.standard_deviation() / own.standard_deviation();
        let moved = |step: f64| {
            let sum = self.of(&plus(&self.by, step * scale, by))?;
            Ok(Found { value: sum.tvar(1.0 - share)? - sum.mean(), error: noise(&sum, share) })
        };
        Ok(slope_at_nought(STEP, moved)?.times(1.0 / scale))
    }

    fn tails_of_bent(&self, bent: &Bent, shares: &[f64]) -> Result<Vec<Found>> {
        if let Some(times) = multiple(&self.by, &bent.by) {
            return shares.iter().map(|share| bent.tail(*share, times > 0.0)).collect();
        }
        if shares.is_empty() || bent.swing() <= 0.0 {
            return Ok(vec![Found::NOUGHT; shares.len()]);
        }
        self.check_smooth(&bent.law)?;
        shares.iter().map(|share| self.tail_apart(bent, *share)).collect()
    }

    /// How far f is above its mean where the sum of all is highest, which is another sum than f's own.
    fn tail_apart(&self, bent: &Bent, share: f64) -> Result<Found> {
        let line = |line: &Stretch| Stretch { level: line.level - bent.mean, ..*line };
        let lines: Vec<Stretch> = bent.lines.iter().map(line).collect();
        let above = self.law.quantile(1.0 - share)?;
        let directions = [bent.by.as_slice(), &self.by];
        let found = self.laws.mean_above(&self.amounts, directions, &lines, above)?;
        let MeanAbove { mean, cut, outside } = found.ok_or_else(lumpy)?;
        let error = cut + (FAR * (bent.law.error() + self.law.error()) + outside) * bent.swing();
        Ok(Found { value: mean / share, error: error / share })
    }

    fn bent(&self, parts: &Parts) -> Result<Option<Bent>> {
        let Some((by, lines)) = &parts.bent else { return Ok(None) };
        let law = self.of(by)?;
        let curve = Curve::new(lines.clone(), Arc::clone(&law));
        let mean = curve.mean();
        Ok(Some(Bent { by: by.clone(), lines: lines.clone(), law, curve, mean }))
    }

    fn check_smooth(&self, sum: &Aggregate) -> Result<()> {
        if is_smooth(sum) && is_smooth(&self.law) { Ok(()) } else { Err(lumpy()) }
    }
}

/// f(T).
#[derive(Debug)]
struct Bent {
    by: Vec<f64>,
    lines: Vec<Stretch>,
    law: Arc<Aggregate>,
    curve: Curve,
    mean: f64,
}

impl Bent {
    /// How far f is above its mean where its own sum is highest, or lowest.
    fn tail(&self, share: f64, is_highest: bool) -> Result<Found> {
        let at = |level: f64| self.law.quantile(level);
        let value = if is_highest {
            self.curve.mean_of_highest(share, at)?
        } else {
            self.curve.mean_of_lowest(share, at)?
        };
        Ok(Found { value: value - self.mean, error: self.law.error() * self.swing() / share })
    }

    /// How far f goes over the sums that come about.
    fn swing(&self) -> f64 {
        let (mean, far) = (self.law.mean(), FAR * self.law.standard_deviation());
        let (low, high) = self.law.range();
        let (low, high) = (low.max(mean - far), high.min(mean + far));
        let last = self.lines.len().saturating_sub(1);
        let ends = self.lines.iter().enumerate().flat_map(|(place, line)| {
            let from = if place == 0 { low } else { line.from.clamp(low, high) };
            let to = if place == last { high } else { line.to.clamp(low, high) };
            [from, to].map(|x| line.level + line.slope * x)
        });
        let (lowest, highest) =
            ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), at| (least.min(at), most.max(at)));
        highest - lowest
    }
}

/// What an error of the distribution function comes to in a tail value.
fn noise(sum: &Aggregate, share: f64) -> f64 {
    sum.error() * FAR * sum.standard_deviation() / share
}

fn plus(one: &[f64], times: f64, other: &[f64]) -> Vec<f64> {
    one.iter().zip(other).map(|(one, other)| one + times * other).collect()
}

fn lumpy() -> Error {
    Error::new(
        ErrorKind::Statistic,
        "shares of risk",
        "a result depends on two amounts that vary apart, and one of them comes in lumps: few people have it",
        "draw years instead (`simulate`, and `risk_shares` of what is drawn)",
    )
}
