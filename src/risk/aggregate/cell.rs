//! Risk cells: people whose costs have one law.

use std::borrow::Cow;

use super::{Costs, Weighted, count::Count, different::Different, heads::Heads, spectrum::compound};
use crate::{
    error::{Error, ErrorKind, Result},
    risk::severity::{Family, Nodes, Severity, excess::excess_mean},
};

/// By how much less, as a logarithm, a cost that one of many exceeds may be than of one at the highest scale.
const FARTHER: f64 = 30.0;
/// Halvings of a range of logarithms.
const HALVINGS: usize = 48;

/// People of one risk cell: how many costs they have, and the law of one.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskCell {
    of: Of,
    limit: f64,
}

#[derive(Debug, Clone, PartialEq)]
enum Of {
    Alike(Count, Severity),
    /// People who differ, the shape of their costs, and the logarithm of a factor for all.
    Different(Different, Severity, f64),
}

impl RiskCell {
    /// So many costs of this law.
    pub fn new(count: Count, severity: Severity) -> Self {
        Self { of: Of::Alike(count, severity), limit: f64::INFINITY }
    }

    /// People who differ, with costs of this shape, and all of them multiplied by a factor. The shape is lognormal or gamma.
    pub(crate) fn different(people: Different, shape: Severity, factor: f64) -> Self {
        Self { of: Of::Different(people, shape, factor.ln()), limit: f64::INFINITY }
    }

    /// Its count and its law where people are alike.
    pub(crate) fn alike(&self) -> Option<(&Count, &Severity)> {
        match &self.of {
            Of::Alike(count, severity) => Some((count, severity)),
            Of::Different(..) => None,
        }
    }

    /// How many costs there are of each law.
    pub(crate) fn heads(&self) -> Heads {
        match &self.of {
            Of::Alike(count, _) => Heads::Alike(count.clone()),
            Of::Different(people, ..) => Heads::Different(people.clone()),
        }
    }

    /// The same with each cost up to a limit: a truncation, or what an individual stop-loss leaves.
    #[must_use]
    pub fn limited(mut self, limit: f64) -> Self {
        self.limit = limit;
        self
    }

    /// The same with every cost multiplied by a factor, before any limit.
    pub(crate) fn times(&self, factor: f64) -> Cow<'_, Self> {
        if factor.total_cmp(&1.0).is_eq() {
            return Cow::Borrowed(self);
        }
        let of = match &self.of {
            // What cannot be scaled has moments that no float holds: it stays, and its sums are infinite.
            Of::Alike(count, severity) => {
                Of::Alike(count.clone(), severity.scaled(factor).unwrap_or_else(|_| severity.clone()))
            }
            Of::Different(people, shape, log) => {
                Of::Different(people.clone(), shape.clone(), log + factor.ln())
            }
        };
        Cow::Owned(Self { of, ..*self })
    }

    /// A cost that with this probability nobody exceeds, or this one where it is lower.
    pub(crate) fn far(&self, outside: f64, most: f64) -> f64 {
        match &self.of {
            Of::Alike(count, severity) => {
                let [mean, ..] = count.cumulants();
                let far = severity.upper_quantile((outside / mean).min(1.0));
                far.unwrap_or(f64::INFINITY).min(most)
            }
            Of::Different(..) => self.far_of_different(outside, most),
        }
    }

    fn far_of_different(&self, outside: f64, most: f64) -> f64 {
        let exceeded = |cost: f64| self.total(|law, scale| law.survival(cost / scale));
        if most.is_finite() && exceeded(most) >= outside {
            return most;
        }
        let Of::Different(people, shape, log) = &self.of else { return most };
        let each = outside / self.heads().costs();
        // By logarithms, from what one of them exceeds to what even at the highest scale nobody does.
        let highest = people.logs().into_iter().fold(f64::NEG_INFINITY, f64::max) + log;
        let ends = [each.min(0.5), (each * 1e-3).max(f64::MIN_POSITIVE)];
        let [mut low, mut high] =
            ends.map(|p| shape.upper_quantile(p).unwrap_or(f64::INFINITY).ln() + highest);
        low -= FARTHER;
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if exceeded(middle.exp()) > outside { low = middle } else { high = middle }
        }
        high.exp().min(most)
    }

    /// What a law says of one cost, from the shape and its scale, over all costs.
    fn total(&self, of: impl Fn(&Severity, f64) -> f64) -> f64 {
        match &self.of {
            Of::Alike(count, severity) => count.cumulants()[0] * of(severity, 1.0),
            Of::Different(people, shape, factor) => {
                let each = people.costs().zip(people.logs());
                each.map(|(costs, log)| costs * of(shape, (log + factor).exp())).sum()
            }
        }
    }

    /// What all of them are expected to cost above an amount each, where a factor with this spread multiplies all costs.
    pub(crate) fn excess_mean(&self, above: f64, spread: f64) -> f64 {
        self.total(|law, scale| scale * excess_mean(law, above / scale, spread))
    }

    /// Whether costs that nothing caps have a mean and a variance.
    pub(crate) fn has_variance(&self) -> bool {
        let (Of::Alike(_, severity) | Of::Different(_, severity, _)) = &self.of;
        severity.mean().is_finite() && severity.limited_second_moment(f64::INFINITY).is_finite()
    }

    /// Whether costs that nothing caps have a third moment.
    pub(crate) fn has_third_moment(&self) -> bool {
        let (Of::Alike(_, severity) | Of::Different(_, severity, _)) = &self.of;
        severity.has_third_moment()
    }

    /// Mean and variance of the sum.
    pub(crate) fn moments(&self) -> (f64, f64) {
        if let Of::Alike(count, severity) = &self.of {
            let mean = severity.limited_mean(self.limit);
            let second = severity.limited_second_moment(self.limit);
            let [mean, variance, _] = compound(count.cumulants(), [mean, second - mean * mean, 0.0]);
            return (mean, variance);
        }
        let [mean, variance, _] = self.weighted(&[], self.limit, 0.0, |cost| cost).cumulants();
        (mean, variance)
    }

    /// Mean, variance and third central moment of the sum, of all there is.
    pub(crate) fn cumulants(&self) -> [f64; 3] {
        let (mean, variance) = self.moments();
        let third = if self.has_third_moment() || self.limit.is_finite() {
            let [_, _, third] = self.weighted(&[], self.limit, 0.0, |cost| cost).cumulants();
            third
        } else {
            f64::INFINITY
        };
        [mean, variance, third]
    }

    /// Costs with weights for each law: all from `to` on as one, kinks at the breaks, right for waves up to a frequency.
    pub(crate) fn points(&self, breaks: &[f64], to: f64, frequency: f64) -> Family {
        match &self.of {
            Of::Alike(_, severity) => {
                let mut nodes = Nodes::default();
                severity.nodes(breaks, to, frequency, &mut nodes);
                Family { values: nodes.values, weights: nodes.weights }
            }
            Of::Different(people, shape, factor) => {
                let logs: Vec<f64> = people.logs().into_iter().map(|log| log + factor).collect();
                // The shape was checked when they were made.
                shape.family(&logs, breaks, to, frequency).unwrap_or_default()
            }
        }
    }

    /// What `of` makes of each cost, with its probability: all from `to` on as one, kinks at the breaks, right for waves up to
    /// a frequency of the cost.
    pub(crate) fn weighted(
        &self,
        breaks: &[f64],
        to: f64,
        frequency: f64,
        of: impl Fn(f64) -> f64,
    ) -> Weighted {
        let Family { values: costs, weights } = self.points(breaks, to, frequency);
        let law = self.alike().map(|(_, severity)| severity);
        if let Some(severity) = law.filter(|law| law.has_lumps() && !law.is_lumps()) {
            return self.with_lumps_last(severity, costs.into_iter().zip(weights), to, of);
        }
        let values: Vec<f64> = costs.iter().map(|cost| of(*cost)).collect();
        // What comes to nothing is a part of the chance of nothing, which is a lump.
        let weights = if values.contains(&0.0) {
            let law = |law: &[f64]| -> Vec<f64> {
                values
                    .iter()
                    .zip(law)
                    .filter(|(value, _)| **value != 0.0)
                    .map(|(_, weight)| *weight)
                    .collect()
            };
            weights.chunks(values.len()).flat_map(law).collect()
        } else {
            weights
        };
        let values: Vec<f64> = values.into_iter().filter(|value| *value != 0.0).collect();
        let lumps =
            if law.is_some_and(Severity::is_lumps) { values.len() } else { usize::from(to.is_finite()) };
        Weighted { heads: self.heads(), lumps: lumps.min(values.len()), values, weights }
    }

    /// Of a law of which only a part is lumps.
    fn with_lumps_last(
        &self,
        severity: &Severity,
        nodes: impl Iterator<Item = (f64, f64)>,
        to: f64,
        of: impl Fn(f64) -> f64,
    ) -> Weighted {
        let (lumps, smooth): (Vec<_>, Vec<_>) = nodes
            .map(|(cost, weight)| (cost, of(cost), weight))
            .filter(|(_, value, _)| *value != 0.0)
            .partition(|(cost, ..)| *cost >= to || severity.is_lump(*cost));
        let count = lumps.len();
        let (values, weights) =
            smooth.into_iter().chain(lumps).map(|(_, value, weight)| (value, weight)).unzip();
        Weighted { heads: self.heads(), lumps: count, values, weights }
    }
}

/// Cells that have been checked.
#[derive(Debug)]
pub(super) struct Cells(Vec<RiskCell>);

impl Cells {
    pub(super) fn new(cells: &[RiskCell]) -> Result<Self> {
        if cells.is_empty() {
            let remedy = "give at least one cell with people";
            return Err(Error::new(ErrorKind::Experience, "risk cells", "there are none", remedy));
        }
        let checked = |(at, cell): (usize, &RiskCell)| {
            let place = format!("risk cell {at}");
            if cell.limit.is_nan() || cell.limit < 0.0 {
                let problem = format!("its limit is {}", cell.limit);
                return Err(Error::new(ErrorKind::Range, place, problem, "give a limit of at least 0"));
            }
            let Of::Alike(count, severity) = &cell.of else { return Ok(cell.clone()) };
            Ok(RiskCell { of: Of::Alike(count.checked(&place)?, severity.clone()), ..*cell })
        };
        cells.iter().enumerate().map(checked).collect::<Result<_>>().map(Self)
    }
}

impl Costs for Cells {
    fn cells(&self) -> usize {
        self.0.len()
    }

    fn weighted(&self, cell: usize, factor: f64, outside: f64, frequency: f64) -> Weighted {
        let of = |cell: &RiskCell| cell.weighted(&[], cell.far(outside, cell.limit), frequency, |cost| cost);
        self.0.get(cell).map_or_else(Weighted::none, |cell| of(&cell.times(factor)))
    }

    fn cumulants_of(&self, cell: usize, factor: f64) -> Option<[f64; 3]> {
        let cell = self.0.get(cell).filter(|cell| cell.limit.is_infinite())?;
        Some(cell.times(factor).cumulants())
    }

    fn moments(&self) -> (f64, f64) {
        self.0
            .iter()
            .map(RiskCell::moments)
            .fold((0.0, 0.0), |(mean, variance), (m, v)| (mean + m, variance + v))
    }
}
