//! Distributions of sums, each worked out once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{
    combination::{Combination, Two, mean},
    curve::Curve,
};
use crate::{
    decimal,
    error::Result,
    number::{Domain, Shape, Span, Stretch},
    risk::{
        aggregate::{
            Aggregate, BothSums, Costs as _, MeanAbove, RiskCell, Shocks, mean_above, no_variance, of_both,
        },
        cost_model::CostModel,
        question::{Amount, Question},
    },
};

/// Standard deviations above the mean up to which a contract is read; beyond, its last line goes on.
const FAR: f64 = 60.0;
/// The least range of a contract, in minor units: a narrower one would follow every penny of a rounding.
const LEAST: f64 = 1e9;

/// The distributions of the sums that contracts on one population ask for: they depend on the layers of each person's cost
/// alone, so that contracts with the same stop-loss share them.
#[derive(Debug)]
pub(in crate::risk) struct Laws {
    cells: Arc<[RiskCell]>,
    shocks: Shocks,
    sums: Mutex<HashMap<Vec<u64>, Slot>>,
    domains: Mutex<HashMap<usize, Domain>>,
}

type Slot = Arc<OnceLock<Result<Arc<Law>>>>;

/// The distribution of a sum, and its quantiles that were asked for.
#[derive(Debug)]
pub(in crate::risk) struct Law {
    pub(in crate::risk) sum: Arc<Aggregate>,
    quantiles: Mutex<Vec<(f64, f64)>>,
}

impl Law {
    pub(super) fn new(sum: Arc<Aggregate>) -> Self {
        Self { sum, quantiles: Mutex::default() }
    }

    /// The quantile of a level.
    pub(super) fn quantile(&self, level: f64) -> Result<f64> {
        let mut known = self.quantiles.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, quantile)) = known.iter().find(|(other, _)| other.to_bits() == level.to_bits()) {
            return Ok(*quantile);
        }
        let quantile = self.sum.quantile(level)?;
        known.push((level, quantile));
        Ok(quantile)
    }
}

impl Laws {
    /// None yet.
    pub(in crate::risk) fn new(model: &CostModel) -> Result<Self> {
        Ok(Self::of_cells(model, model.in_minor_units()?.into()))
    }

    /// The same with the cells of the model as they are at hand, in minor units.
    pub(in crate::risk) fn of_cells(model: &CostModel, cells: Arc<[RiskCell]>) -> Self {
        Self { cells, shocks: model.moved(), sums: Mutex::default(), domains: Mutex::default() }
    }

    /// The cells of the population, in minor units.
    pub(in crate::risk) fn cells(&self) -> Arc<[RiskCell]> {
        Arc::clone(&self.cells)
    }

    /// The distribution of a combination of amounts.
    pub(super) fn of(&self, amounts: &[Amount], direction: &[Decimal]) -> Result<Arc<Law>> {
        self.along(amounts, &floats(direction))
    }

    /// The same in numbers that need not be exact.
    pub(in crate::risk) fn along(&self, amounts: &[Amount], by: &[f64]) -> Result<Arc<Law>> {
        let slot = {
            let mut sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(sums.entry(key(amounts, by)).or_default())
        };
        // Nobody waits for the map while a sum is worked out.
        slot.get_or_init(|| self.once(amounts, by).map(|sum| Arc::new(Law::new(Arc::new(sum))))).clone()
    }

    /// Refuses a combination of amounts without a mean or a variance.
    pub(super) fn check(&self, amounts: &[Amount], direction: &[Decimal]) -> Result<()> {
        let has_variance = Combination::new(&self.cells, amounts, &floats(direction)).has_variance();
        if has_variance { Ok(()) } else { Err(no_variance()) }
    }

    fn once(&self, amounts: &[Amount], by: &[f64]) -> Result<Aggregate> {
        // What is added is added to the first amount.
        let added = self.shocks.added() * by.first().map_or(0.0, |by| by.abs());
        Aggregate::of(&Combination::new(&self.cells, amounts, by), &self.shocks.with_added(added))
    }

    /// E[f(t); s > a], f being lines end to end and t and s combinations of amounts; none where one of them is lumpy.
    pub(in crate::risk) fn mean_above(
        &self,
        amounts: &[Amount],
        [t, s]: [&[f64]; 2],
        lines: &[Stretch],
        above: f64,
    ) -> Result<Option<MeanAbove>> {
        let (first, second) = (self.along(amounts, t)?, self.along(amounts, s)?);
        let two = Two::new(&self.cells, amounts, [t, s]);
        let sums = BothSums { first: &first.sum, second: &second.sum };
        Ok(mean_above(&two, &self.shocks, sums, lines, above))
    }

    /// Where the amounts of a contract lie: the same for all that ask for as many.
    pub(super) fn domain(&self, question: &Question<'_>) -> Result<Domain> {
        let mut domains = self.domains.lock().unwrap_or_else(PoisonError::into_inner);
        let many = question.amounts.len();
        if let Some(domain) = domains.get(&many) {
            return Ok(domain.clone());
        }
        let domain = self.domain_of(question)?;
        domains.insert(many, domain.clone());
        Ok(domain)
    }

    /// From nothing to so far above the mean that the contract's last line has begun.
    fn domain_of(&self, question: &Question<'_>) -> Result<Domain> {
        let amounts = &question.amounts;
        let costs: Vec<f64> =
            (0..amounts.len()).map(|place| if place < question.measures() { 1.0 } else { 0.0 }).collect();
        let (mean, variance) = Combination::new(&self.cells, amounts, &costs).moments();
        let far = if variance.is_finite() {
            (mean + FAR * variance.sqrt()) * self.shocks.most() + FAR * self.shocks.added()
        } else {
            1e15
        };
        let most = Decimal::from(far.clamp(LEAST, 1e15).ceil().to_i64().unwrap_or(i64::MAX));
        Domain::new(&vec![Span::money(0, most); amounts.len()])
    }

    /// What each amount comes to on average.
    pub(super) fn means(&self, amounts: &[Amount]) -> Result<Vec<f64>> {
        let of = |(at, amount): (usize, &Amount)| {
            let mean = mean(amount, &self.cells, &self.shocks);
            if mean.is_finite() || self.shocks.is_none() {
                return Ok(mean);
            }
            // A layer of costs without a mean has one.
            let alone: Vec<f64> = (0..amounts.len()).map(|place| f64::from(u8::from(place == at))).collect();
            Ok(self.along(amounts, &alone)?.sum.mean())
        };
        amounts.iter().enumerate().map(of).collect()
    }

    /// A result f(t) + r·Z with this mean, whose two parts vary apart; none where they are lumpy.
    pub(super) fn of_both(&self, amounts: &[Amount], shape: &Shape, mean: f64) -> Result<Option<Curve>> {
        let (first, second) = (self.of(amounts, &shape.direction)?, self.of(amounts, &shape.remainder)?);
        let (along, beside) = (floats(&shape.direction), floats(&shape.remainder));
        let lines: Vec<Stretch> = shape.stretches().collect();
        let two = Two::new(&self.cells, amounts, [&along, &beside]);
        let sums = BothSums { first: &first.sum, second: &second.sum };
        let sum = of_both(&two, &self.shocks, sums, &lines, mean);
        let itself = Stretch { from: 0.0, to: 0.0, level: 0.0, slope: 1.0 };
        Ok(sum.map(|sum| Curve::new(vec![itself], Arc::new(sum))))
    }
}

/// Numbers as floats.
fn floats(by: &[Decimal]) -> Vec<f64> {
    by.iter().copied().map(decimal::to_f64).collect()
}

/// What a sum is made of: the layers of each cell with their multiples, to the bit.
fn key(amounts: &[Amount], by: &[f64]) -> Vec<u64> {
    // To the first amount something may be added.
    let mut key = vec![by.first().copied().unwrap_or_default().to_bits()];
    for (amount, by) in amounts.iter().zip(by).filter(|(_, by)| **by != 0.0) {
        key.push(by.to_bits());
        for layer in &amount.of {
            // Of no layer there is no number.
            let (above, limit) = layer.map_or((f64::NAN, f64::NAN), |layer| (layer.above, layer.limit));
            key.extend([above.to_bits(), limit.to_bits()]);
        }
    }
    key
}
