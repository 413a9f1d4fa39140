//! A combination of a contract's amounts as a sum of costs.

use crate::risk::{
    aggregate::{Costs, RiskCell, Weighted},
    question::{Amount, Layer},
};

/// Σ over people of a combination of amounts.
#[derive(Debug)]
pub(in crate::risk) struct Combination<'a> {
    cells: &'a [RiskCell],
    of_cells: Vec<OfCell>,
}

/// What is made of each cost of a cell: Σ by × layer.
#[derive(Debug)]
struct OfCell {
    layers: Vec<(Layer, f64)>,
    kinks: Vec<f64>,
}

impl OfCell {
    fn new(place: usize, amounts: &[Amount], by: &[f64]) -> Self {
        let of_cell = |(amount, by): (&Amount, &f64)| Some((amount.of.get(place).copied()??, *by));
        let layers: Vec<(Layer, f64)> =
            amounts.iter().zip(by).filter(|(_, by)| **by != 0.0).filter_map(of_cell).collect();
        let mut kinks: Vec<f64> = layers.iter().flat_map(|(layer, _)| layer.kinks()).collect();
        kinks.sort_unstable_by(f64::total_cmp);
        kinks.dedup();
        Self { layers, kinks }
    }

    fn of(&self, cost: f64) -> f64 {
        self.layers.iter().map(|(layer, by)| by * layer.of(cost)).sum()
    }

    /// What it rises by with a cost beyond every kink.
    fn slope(&self) -> f64 {
        self.layers.iter().filter(|(layer, _)| layer.limit.is_infinite()).map(|(_, by)| by).sum()
    }

    /// Beyond this cost nothing changes; infinite where it goes on.
    fn end(&self) -> f64 {
        if self.slope() == 0.0 { self.kinks.last().copied().unwrap_or(0.0) } else { f64::INFINITY }
    }

    fn weighted(&self, cell: &RiskCell, to: f64, frequency: f64) -> Weighted {
        let steepest: f64 = self.layers.iter().map(|(_, by)| by.abs()).sum();
        cell.weighted(&self.kinks, to, frequency * steepest, |cost| self.of(cost))
    }
}

impl<'a> Combination<'a> {
    pub(in crate::risk) fn new(cells: &'a [RiskCell], amounts: &[Amount], by: &[f64]) -> Self {
        Self { cells, of_cells: (0..cells.len()).map(|place| OfCell::new(place, amounts, by)).collect() }
    }

    fn each(&self) -> impl Iterator<Item = (&RiskCell, &OfCell)> {
        self.cells.iter().zip(&self.of_cells)
    }
}

impl Costs for Combination<'_> {
    fn weighted(&self, outside: f64, frequency: f64) -> Vec<Weighted> {
        #[allow(clippy::cast_precision_loss)] // cells are few
        let share = outside / self.cells.len() as f64;
        self.each().map(|(cell, of)| of.weighted(cell, of.end().min(cell.far(share)), frequency)).collect()
    }

    fn moments(&self) -> (f64, f64) {
        let is_infinite = |(cell, of): (&RiskCell, &OfCell)| {
            of.end().is_infinite() && cell.severity().limited_second_moment(f64::INFINITY).is_infinite()
        };
        if self.each().any(is_infinite) {
            return (f64::INFINITY, f64::INFINITY);
        }
        let of = |(cell, of): (&RiskCell, &OfCell)| of.weighted(cell, of.end(), 0.0).cumulants();
        self.each().map(of).fold((0.0, 0.0), |(mean, variance), [m, v, _]| (mean + m, variance + v))
    }
}

/// The expectation of an amount over the people of all cells.
pub(in crate::risk) fn mean(amount: &Amount, cells: &[RiskCell]) -> f64 {
    let of = |(cell, layer): (&RiskCell, &Option<Layer>)| {
        let Some(Layer { above, limit }) = layer else { return 0.0 };
        let severity = cell.severity();
        // The difference of two means would lose the digits of a small layer far out.
        let beyond = if limit.is_finite() { severity.excess_mean(above + limit) } else { 0.0 };
        cell.count().cumulants()[0] * (severity.excess_mean(*above) - beyond)
    };
    cells.iter().zip(&amount.of).map(of).sum()
}
