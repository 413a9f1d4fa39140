//! A combination of a contract's amounts as a sum of costs.

use crate::risk::{
    aggregate::{Costs, Heads, Paired, Pairs, RiskCell, Shocks, Weighted},
    question::{Amount, Layer},
    severity::Family,
};

/// Of two sums at once costs are followed to where one of them occurs with this probability only.
const OUTSIDE: f64 = 1e-11;

/// Σ over people of a combination of amounts.
#[derive(Debug)]
pub(super) struct Combination<'a> {
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
        cell.weighted(&self.kinks, to, frequency * self.steepest(), |cost| self.of(cost))
    }

    /// The most that it rises or falls by with a cost.
    fn steepest(&self) -> f64 {
        self.layers.iter().map(|(_, by)| by.abs()).sum()
    }
}

impl<'a> Combination<'a> {
    pub(super) fn new(cells: &'a [RiskCell], amounts: &[Amount], by: &[f64]) -> Self {
        Self { cells, of_cells: (0..cells.len()).map(|place| OfCell::new(place, amounts, by)).collect() }
    }

    fn each(&self) -> impl Iterator<Item = (&RiskCell, &OfCell)> {
        self.cells.iter().zip(&self.of_cells)
    }

    /// Whether it has a mean and a variance.
    pub(super) fn has_variance(&self) -> bool {
        self.each().all(|(cell, of)| of.end().is_finite() || cell.has_variance())
    }
}

impl Costs for Combination<'_> {
    fn is_nothing(&self) -> bool {
        self.of_cells.iter().all(|of| of.layers.is_empty())
    }

    fn cells(&self) -> usize {
        self.cells.len()
    }

    fn weighted(&self, cell: usize, factor: f64, outside: f64, frequency: f64) -> Weighted {
        let (Some(cell), Some(of)) = (self.cells.get(cell), self.of_cells.get(cell)) else {
            return Weighted::none();
        };
        let cell = cell.times(factor);
        of.weighted(&cell, cell.far(outside, of.end()), frequency)
    }

    fn cumulants_of(&self, cell: usize, factor: f64) -> Option<[f64; 3]> {
        let (cell, of) = (self.cells.get(cell)?, self.of_cells.get(cell)?);
        let [mean, variance, third] = of
            .end()
            .is_infinite()
            .then(|| of.weighted(&cell.times(factor), f64::INFINITY, 0.0).cumulants())?;
        let third = if cell.has_third_moment() { third } else { of.slope().signum() * f64::INFINITY };
        Some([mean, variance, third])
    }

    fn moments(&self) -> (f64, f64) {
        if !self.has_variance() {
            return (f64::INFINITY, f64::INFINITY);
        }
        let of = |(cell, of): (&RiskCell, &OfCell)| of.weighted(cell, of.end(), 0.0).cumulants();
        self.each().map(of).fold((0.0, 0.0), |(mean, variance), [m, v, _]| (mean + m, variance + v))
    }
}

/// Two combinations of the amounts of the same people.
#[derive(Debug)]
pub(super) struct Two<'a> {
    first: Combination<'a>,
    second: Combination<'a>,
    added: [f64; 2],
}

impl<'a> Two<'a> {
    pub(super) fn new(cells: &'a [RiskCell], amounts: &[Amount], [first, second]: [&[f64]; 2]) -> Self {
        let added = [first, second].map(|by| by.first().copied().unwrap_or_default());
        let of = |by| Combination::new(cells, amounts, by);
        Self { first: of(first), second: of(second), added }
    }
}

impl Pairs for Two<'_> {
    fn cells(&self) -> usize {
        self.first.cells.len()
    }

    fn paired(&self, cell: usize, factor: f64, frequencies: [f64; 2]) -> Paired {
        let both = [&self.first, &self.second].map(|one| one.of_cells.get(cell));
        let (Some(cell), [Some(first), Some(second)]) = (self.first.cells.get(cell), both) else {
            return Paired {
                heads: Heads::none(),
                first: Vec::new(),
                second: Vec::new(),
                weights: Vec::new(),
            };
        };
        let cell = cell.times(factor);
        let mut kinks = [first.kinks.as_slice(), second.kinks.as_slice()].concat();
        kinks.sort_unstable_by(f64::total_cmp);
        kinks.dedup();
        let [by_first, by_second] = frequencies;
        let frequency = by_first * first.steepest() + by_second * second.steepest();
        let to = cell.far(OUTSIDE, first.end().max(second.end()));
        let Family { values, weights } = cell.points(&kinks, to, frequency);
        Paired {
            heads: cell.heads(),
            first: values.iter().map(|cost| first.of(*cost)).collect(),
            second: values.iter().map(|cost| second.of(*cost)).collect(),
            weights,
        }
    }

    fn added(&self) -> [f64; 2] {
        self.added
    }
}

/// The expectation of an amount over the people of all cells, each moved by its factor.
pub(super) fn mean(amount: &Amount, cells: &[RiskCell], shocks: &Shocks) -> f64 {
    let of = |(place, (cell, layer)): (usize, (&RiskCell, &Option<Layer>))| {
        let Some(Layer { above, limit }) = layer else { return 0.0 };
        let spread = shocks.variance_of(place).sqrt();
        // The difference of two means would lose the digits of a small layer far out.
        let beyond = if limit.is_finite() { cell.excess_mean(above + limit, spread) } else { 0.0 };
        cell.excess_mean(*above, spread) - beyond
    };
    cells.iter().zip(&amount.of).enumerate().map(of).sum()
}

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;

    use super::*;
    use crate::{
        number::Stretch,
        risk::{
            aggregate::{Aggregate, BothSums, Count, of_both},
            severity::Severity,
        },
    };

    /// What is below an attachment and what is above it add up to all of it: the sum of both, worked out as two sums that vary
    /// apart, has the distribution of one, and so it has under a shock.
    #[test]
    fn two_parts_of_a_cost_add_up_to_it() {
        let person = |mean: f64| {
            let law = Severity::lognormal(0.0, 1.2).unwrap().with_zeros(0.2).unwrap();
            RiskCell::new(Count::People(4_000.0), law.rescaled_to(mean).unwrap())
        };
        let cells = [person(3_300.0), person(9_900.0)];
        let layer = |above, limit| Amount { of: vec![Some(Layer { above, limit }); 2] };
        let amounts = [layer(0.0, 40_000.0), layer(40_000.0, 260_000.0)];
        let added = |amount: f64| Shocks::new(DMatrix::zeros(2, 0), amount);
        for shocks in [Shocks::none(2), Shocks::new(DMatrix::from_element(2, 1, 0.03), 0.0), added(1e6)] {
            let with = |by: f64| shocks.with_added(by * shocks.added());
            let sum =
                |by: &[f64]| Aggregate::of(&Combination::new(&cells, &amounts, by), &with(by[0])).unwrap();
            let all = sum(&[1.0, 1.0]);
            let (below, above) = (sum(&[1.0, 0.0]), sum(&[0.0, 1.0]));
            let two = Two::new(&cells, &amounts, [&[1.0, 0.0], &[0.0, 1.0]]);
            let sums = BothSums { first: &below, second: &above };
            let itself = Stretch { from: 0.0, to: 0.0, level: 0.0, slope: 1.0 };
            let both = of_both(&two, &shocks, sums, &[itself], all.mean()).unwrap();
            assert!(both.error() < 1e-7, "{:e}", both.error());
            let spread = all.standard_deviation();
            assert!((both.standard_deviation() / spread - 1.0).abs() < 1e-8);
            assert!(
                (both.skewness() - all.skewness()).abs() < 1e-5,
                "{} {}",
                both.skewness(),
                all.skewness()
            );
            for deviations in [-3.0, -1.0, 0.0, 0.5, 2.0, 5.0] {
                let at = all.mean() + deviations * spread;
                let off = (both.cdf(at) - all.cdf(at)).abs();
                assert!(off <= both.error() + all.error(), "{deviations}: {off:e} of {:e}", both.error());
            }
        }
    }
}
