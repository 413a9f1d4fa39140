//! Risk cells: people whose costs have one law.

use std::borrow::Cow;

use super::{Costs, Weighted, count::Count, spectrum::compound};
use crate::{
    error::{Error, ErrorKind, Result},
    risk::severity::{Nodes, Severity},
};

/// People who are alike: how many costs they have, and the law of one.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskCell {
    count: Count,
    severity: Severity,
    limit: f64,
}

impl RiskCell {
    /// So many costs of this law.
    pub fn new(count: Count, severity: Severity) -> Self {
        Self { count, severity, limit: f64::INFINITY }
    }

    pub(crate) fn count(&self) -> &Count {
        &self.count
    }

    pub(crate) fn severity(&self) -> &Severity {
        &self.severity
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
        // What cannot be scaled has moments that no float holds: it stays, and its sums are infinite.
        let severity = self.severity.scaled(factor).unwrap_or_else(|_| self.severity.clone());
        Cow::Owned(Self { severity, ..self.clone() })
    }

    /// A cost that with this probability nobody exceeds.
    pub(crate) fn far(&self, outside: f64) -> f64 {
        let [mean, ..] = self.count.cumulants();
        self.severity.upper_quantile((outside / mean).min(1.0)).unwrap_or(f64::INFINITY)
    }

    /// Mean and variance of the sum.
    fn moments(&self) -> (f64, f64) {
        let mean = self.severity.limited_mean(self.limit);
        let second = self.severity.limited_second_moment(self.limit);
        let [mean, variance, _] = compound(self.count.cumulants(), [mean, second - mean * mean, 0.0]);
        (mean, variance)
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
        let mut nodes = Nodes::default();
        self.severity.nodes(breaks, to, frequency, &mut nodes);
        // What comes to nothing is a part of the chance of nothing, which is a lump.
        let each = nodes.values.iter().zip(&nodes.weights).map(|(cost, weight)| (of(*cost), *weight));
        let each = each.filter(|(value, _)| *value != 0.0);
        if self.severity.has_lumps() && !self.severity.is_lumps() {
            return self.with_lumps_last(&nodes, to, of);
        }
        let (values, weights): (Vec<f64>, Vec<f64>) = each.unzip();
        let lumps = if self.severity.is_lumps() { values.len() } else { usize::from(to.is_finite()) };
        Weighted { count: self.count.clone(), lumps: lumps.min(values.len()), values, weights }
    }

    /// Of a law of which only a part is lumps.
    fn with_lumps_last(&self, nodes: &Nodes, to: f64, of: impl Fn(f64) -> f64) -> Weighted {
        let each = nodes.values.iter().zip(&nodes.weights).map(|(cost, weight)| (*cost, of(*cost), *weight));
        let (lumps, smooth): (Vec<_>, Vec<_>) = each
            .filter(|(_, value, _)| *value != 0.0)
            .partition(|(cost, ..)| *cost >= to || self.severity.is_lump(*cost));
        let count = lumps.len();
        let (values, weights) =
            smooth.into_iter().chain(lumps).map(|(_, value, weight)| (value, weight)).unzip();
        Weighted { count: self.count.clone(), lumps: count, values, weights }
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
            let count = cell.count.checked(&place)?;
            if cell.limit.is_nan() || cell.limit < 0.0 {
                let problem = format!("its limit is {}", cell.limit);
                return Err(Error::new(ErrorKind::Range, place, problem, "give a limit of at least 0"));
            }
            Ok(RiskCell { count, ..cell.clone() })
        };
        cells.iter().enumerate().map(checked).collect::<Result<_>>().map(Self)
    }
}

impl Costs for Cells {
    fn cells(&self) -> usize {
        self.0.len()
    }

    fn weighted(&self, cell: usize, factor: f64, outside: f64, frequency: f64) -> Weighted {
        let of =
            |cell: &RiskCell| cell.weighted(&[], cell.limit.min(cell.far(outside)), frequency, |cost| cost);
        self.0.get(cell).map_or_else(Weighted::none, |cell| of(&cell.times(factor)))
    }

    fn moments_of(&self, cell: usize, factor: f64) -> Option<(f64, f64)> {
        let cell = self.0.get(cell).filter(|cell| cell.limit.is_infinite())?;
        Some(cell.times(factor).moments())
    }

    fn moments(&self) -> (f64, f64) {
        self.0
            .iter()
            .map(RiskCell::moments)
            .fold((0.0, 0.0), |(mean, variance), (m, v)| (mean + m, variance + v))
    }
}
