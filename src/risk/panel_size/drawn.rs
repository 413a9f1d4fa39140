//! What people cost who are drawn at random from a population.

use crate::risk::aggregate::{Costs, Count, RiskCell, Shocks, Weighted};

/// Steps of a search by halving.
const HALVINGS: usize = 100;

/// So many people, each drawn from the cells by their sizes.
#[derive(Debug)]
pub(super) struct Drawn<'a> {
    cells: &'a [RiskCell],
    shares: Vec<f64>,
    people: f64,
}

impl<'a> Drawn<'a> {
    pub(super) fn new(cells: &'a [RiskCell], people: f64) -> Self {
        let counts: Vec<f64> = cells.iter().map(|cell| cell.count().cumulants()[0]).collect();
        let all: f64 = counts.iter().sum();
        Self { cells, shares: counts.into_iter().map(|count| count / all).collect(), people }
    }

    /// What moves the cost of a person drawn: what moves the cells, by what each costs.
    pub(super) fn moved(&self, shocks: &Shocks) -> Shocks {
        let costs: Vec<f64> = self.each().map(|(cell, share)| share * cell.severity().mean()).collect();
        shocks.averaged(&costs)
    }

    /// The probability that one of them costs more than this.
    pub(super) fn one_above(&self, cost: f64) -> f64 {
        self.each().map(|(cell, share)| share * cell.severity().survival(cost)).sum()
    }

    /// What half of them cost at most, one by one, below an amount that hardly one exceeds.
    pub(super) fn median_of_one(&self, most: f64) -> f64 {
        if self.one_above(0.0) <= 0.5 {
            return 0.0;
        }
        let (mut low, mut high) = (0.0, most);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if self.one_above(middle) > 0.5 { low = middle } else { high = middle }
        }
        high
    }

    fn each(&self) -> impl Iterator<Item = (&RiskCell, f64)> {
        self.cells.iter().zip(self.shares.iter().copied())
    }
}

impl Costs for Drawn<'_> {
    /// One cell, whose law is the mixture of all.
    fn cells(&self) -> usize {
        1
    }

    fn weighted(&self, _: usize, factor: f64, outside: f64, frequency: f64) -> Weighted {
        let (mut values, mut weights) = (Vec::new(), Vec::new());
        let (mut lumps, mut lump_weights) = (Vec::new(), Vec::new());
        for (cell, share) in self.each() {
            let cell = cell.times(factor);
            // A cost so high that one of the panel's is above it with a part of the probability.
            let level = (outside / (self.people * share)).min(1.0);
            let far = cell.severity().upper_quantile(level).unwrap_or(f64::INFINITY);
            let of = cell.weighted(&[], far, frequency, |cost| cost);
            let smooth = of.values.len() - of.lumps.min(of.values.len());
            for (place, (value, weight)) in of.values.into_iter().zip(of.weights).enumerate() {
                let (values, weights) = if place < smooth {
                    (&mut values, &mut weights)
                } else {
                    (&mut lumps, &mut lump_weights)
                };
                values.push(value);
                weights.push(weight * share);
            }
        }
        let many = lumps.len();
        values.append(&mut lumps);
        weights.append(&mut lump_weights);
        Weighted { count: Count::People(self.people), values, weights, lumps: many }
    }

    fn moments_of(&self, _: usize, factor: f64) -> Option<(f64, f64)> {
        // No cost has an end.
        let (mean, variance) = self.moments();
        Some((mean * factor, variance * factor * factor))
    }

    fn moments(&self) -> (f64, f64) {
        let moment = |of: &dyn Fn(&RiskCell) -> f64| -> f64 {
            self.each().map(|(cell, share)| share * of(cell)).sum()
        };
        let mean = moment(&|cell| cell.severity().mean());
        let second = moment(&|cell| cell.severity().limited_second_moment(f64::INFINITY));
        (self.people * mean, self.people * (second - mean * mean))
    }
}
