//! Sums of costs in the directions that shares of risk ask for.

use std::{cell::RefCell, sync::Arc};

use rust_decimal::Decimal;

use crate::{
    decimal,
    error::Result,
    number::{Shape, Stretch},
    risk::{
        aggregate::{Aggregate, BothSums, Method, RiskCell, Shocks, mean_above},
        outlook::combination::{Combination, Two},
        question::{Amount, Question},
    },
};

/// Two directions are one where their parts differ by less than this, of the largest.
const SAME: f64 = 1e-13;

/// Distributions by direction, each worked out once.
#[derive(Debug)]
pub(super) struct Sums<'a> {
    cells: &'a [RiskCell],
    amounts: &'a [Amount],
    shocks: Shocks,
    known: RefCell<Vec<(Vec<f64>, Arc<Aggregate>)>>,
}

impl<'a> Sums<'a> {
    pub(super) fn new(question: &'a Question<'_>) -> Self {
        let shocks = Shocks::new(question.model.loadings(), question.model.added());
        Self { cells: &question.cells, amounts: &question.amounts, shocks, known: RefCell::default() }
    }

    /// The distribution of a combination of the amounts.
    pub(super) fn of(&self, by: &[f64]) -> Result<Arc<Aggregate>> {
        if let Some((_, sum)) = self.known.borrow().iter().find(|(known, _)| known == by) {
            return Ok(Arc::clone(sum));
        }
        let sum = Arc::new(self.once(by)?);
        self.known.borrow_mut().push((by.to_vec(), Arc::clone(&sum)));
        Ok(sum)
    }

    /// The same of a direction that is not asked for again.
    pub(super) fn once(&self, by: &[f64]) -> Result<Aggregate> {
        // What is added is added to the first amount.
        let added = self.shocks.added() * by.first().map_or(0.0, |by| by.abs());
        Aggregate::of(&Combination::new(self.cells, self.amounts, by), &self.shocks.with_added(added))
    }

    /// E[f(t); y > a] at an amount, of two combinations of the amounts; none where one is lumpy.
    pub(super) fn mean_above(
        &self,
        [t, y]: [&[f64]; 2],
        lines: &[Stretch],
        above: f64,
    ) -> Result<Option<f64>> {
        let (first, second) = (self.of(t)?, self.of(y)?);
        let two = Two::new(self.cells, self.amounts, [t, y]);
        let sums = BothSums { first: &first, second: &second };
        Ok(mean_above(&two, &self.shocks, sums, lines, &[above]).and_then(|found| found.first().copied()))
    }
}

/// A result as a function of two sums: f(t) + y. A line is in y.
#[derive(Debug)]
pub(super) struct Parts {
    /// Nothing where all of it is a line.
    pub(super) bent: Option<(Vec<f64>, Vec<Stretch>)>,
    pub(super) linear: Vec<f64>,
    pub(super) level: f64,
}

impl Parts {
    pub(super) fn of(shape: &Shape, amounts: usize) -> Self {
        let at = |by: &[Decimal], place: usize| by.get(place).copied().map_or(0.0, decimal::to_f64);
        let each = |slope: f64| -> Vec<f64> {
            (0..amounts)
                .map(|place| slope * at(&shape.direction, place) + at(&shape.remainder, place))
                .collect()
        };
        let lines: Vec<Stretch> = shape.stretches().collect();
        match lines.as_slice() {
            [line] => Self { bent: None, linear: each(line.slope), level: line.level },
            _ => Self {
                bent: Some((shape.direction.iter().copied().map(decimal::to_f64).collect(), lines)),
                linear: each(0.0),
                level: 0.0,
            },
        }
    }
}

/// By how much one direction is a multiple of another; nothing where it points elsewhere.
pub(super) fn multiple(of: &[f64], by: &[f64]) -> Option<f64> {
    let largest = |by: &[f64]| by.iter().fold(0.0_f64, |most, part| most.max(part.abs()));
    let (place, pivot) =
        by.iter().enumerate().max_by(|(_, one), (_, two)| one.abs().total_cmp(&two.abs()))?;
    let ratio = of.get(place)? / pivot;
    let near = SAME * largest(of).max(f64::MIN_POSITIVE);
    of.iter().zip(by).all(|(of, by)| (of - ratio * by).abs() <= near).then_some(ratio)
}

/// Whether a sum has a density, so that a slope of what is made of it is one.
pub(super) fn is_smooth(sum: &Aggregate) -> bool {
    matches!(sum.method(), Method::Cosines(_))
}
