//! Distributions of sums, each worked out once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rust_decimal::Decimal;

use crate::{
    decimal,
    error::Result,
    number::Domain,
    risk::{
        aggregate::{Aggregate, RiskCell, Shocks},
        cost_model::CostModel,
        outlook::{self, combination::Combination},
        question::{Amount, Question},
    },
};

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
pub(super) struct Law {
    pub(super) sum: Arc<Aggregate>,
    quantiles: Mutex<Vec<(f64, f64)>>,
}

impl Law {
    fn new(sum: Aggregate) -> Self {
        Self { sum: Arc::new(sum), quantiles: Mutex::default() }
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
        let cells = model.in_minor_units()?.into();
        let shocks = Shocks::new(model.loadings(), model.added());
        Ok(Self { cells, shocks, sums: Mutex::default(), domains: Mutex::default() })
    }

    /// The cells of the population, in minor units.
    pub(in crate::risk) fn cells(&self) -> Arc<[RiskCell]> {
        Arc::clone(&self.cells)
    }

    /// The distribution of a combination of amounts.
    pub(super) fn of(&self, amounts: &[Amount], direction: &[Decimal]) -> Result<Arc<Law>> {
        let by: Vec<f64> = direction.iter().copied().map(decimal::to_f64).collect();
        let slot = {
            let mut sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(sums.entry(key(amounts, &by)).or_default())
        };
        // What is added is added to the first amount.
        let shocks = || self.shocks.with_added(self.shocks.added() * by.first().map_or(0.0, |by| by.abs()));
        // Nobody waits for the map while a sum is worked out.
        let sum = || Aggregate::of(&Combination::new(&self.cells, amounts, &by), &shocks());
        slot.get_or_init(|| sum().map(|sum| Arc::new(Law::new(sum)))).clone()
    }

    /// Where the amounts of a contract lie: the same for all that ask for as many.
    pub(super) fn domain(&self, question: &Question<'_>) -> Result<Domain> {
        let mut domains = self.domains.lock().unwrap_or_else(PoisonError::into_inner);
        let many = question.amounts.len();
        if let Some(domain) = domains.get(&many) {
            return Ok(domain.clone());
        }
        let domain = outlook::domain(question)?;
        domains.insert(many, domain.clone());
        Ok(domain)
    }
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
