//! The sums over people that a contract depends on, and the law of what it makes of them.

use crate::risk::aggregate::{Costs, RiskCell, Weighted};

/// A sum over people of a layer of what each costs; all of it where there are no thresholds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Amount {
    /// Where the layer begins.
    pub(super) above: f64,
    /// How much it holds, infinite where there is no limit.
    pub(super) limit: f64,
}

impl Amount {
    /// What people cost in all.
    pub(super) const COST: Self = Self { above: 0.0, limit: f64::INFINITY };

    /// Of one person's cost.
    fn of(&self, cost: f64) -> f64 {
        (cost - self.above).max(0.0).min(self.limit)
    }

    /// Where it has a kink, in order.
    fn kinks(&self) -> impl Iterator<Item = f64> {
        [self.above, self.above + self.limit].into_iter().filter(|kink| *kink > 0.0 && kink.is_finite())
    }

    /// Its expectation over the people of all cells.
    pub(super) fn mean(&self, cells: &[RiskCell]) -> f64 {
        let of = |cell: &RiskCell| {
            let severity = cell.severity();
            // The difference of two means would lose the digits of a small layer far out.
            let mean = severity.excess_mean(self.above)
                - if self.limit.is_finite() { severity.excess_mean(self.above + self.limit) } else { 0.0 };
            cell.count().cumulants()[0] * mean
        };
        cells.iter().map(of).sum()
    }
}

/// Σ over people of a combination of amounts, as a sum of costs.
#[derive(Debug)]
pub(super) struct Combination<'a> {
    cells: &'a [RiskCell],
    amounts: &'a [Amount],
    by: Vec<f64>,
    kinks: Vec<f64>,
}

impl<'a> Combination<'a> {
    pub(super) fn new(cells: &'a [RiskCell], amounts: &'a [Amount], by: Vec<f64>) -> Self {
        let used = amounts.iter().zip(&by).filter(|(_, by)| **by != 0.0);
        let mut kinks: Vec<f64> = used.flat_map(|(amount, _)| amount.kinks()).collect();
        kinks.sort_unstable_by(f64::total_cmp);
        kinks.dedup();
        Self { cells, amounts, by, kinks }
    }

    fn of(&self, cost: f64) -> f64 {
        self.amounts.iter().zip(&self.by).map(|(amount, by)| by * amount.of(cost)).sum()
    }

    /// What it rises by with a cost beyond every kink.
    fn slope(&self) -> f64 {
        let endless = self.amounts.iter().zip(&self.by).filter(|(amount, _)| amount.limit.is_infinite());
        endless.map(|(_, by)| by).sum()
    }

    /// Beyond this cost nothing changes; infinite where it goes on.
    fn end(&self) -> f64 {
        if self.slope() == 0.0 { self.kinks.last().copied().unwrap_or(0.0) } else { f64::INFINITY }
    }

    fn weighted_to(&self, cell: &RiskCell, to: f64, frequency: f64) -> Weighted {
        let steepest: f64 = self.by.iter().map(|by| by.abs()).sum();
        cell.weighted(&self.kinks, to, frequency * steepest, |cost| self.of(cost))
    }
}

impl Costs for Combination<'_> {
    fn weighted(&self, outside: f64, frequency: f64) -> Vec<Weighted> {
        #[allow(clippy::cast_precision_loss)] // cells are few
        let share = outside / self.cells.len() as f64;
        let of = |cell: &RiskCell| self.weighted_to(cell, self.end().min(cell.far(share)), frequency);
        self.cells.iter().map(of).collect()
    }

    fn moments(&self) -> (f64, f64) {
        let end = self.end();
        if end.is_infinite() {
            let heaviest = |cell: &RiskCell| cell.severity().limited_second_moment(f64::INFINITY);
            let second = self.cells.iter().map(heaviest).fold(0.0, f64::max);
            if second.is_infinite() {
                return (f64::INFINITY, f64::INFINITY);
            }
        }
        let of = |cell: &RiskCell| self.weighted_to(cell, end, 0.0).cumulants();
        self.cells.iter().map(of).fold((0.0, 0.0), |(mean, variance), [m, v, _]| (mean + m, variance + v))
    }
}
