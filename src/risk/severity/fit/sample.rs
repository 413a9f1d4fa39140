//! The costs that a law is fitted to.

use super::goodness::Goodness;
use super::{Fit, Parameter, no_fit, parameter};
use crate::error::Result;
use crate::fixed::Sum;
use crate::risk::severity::empirical::Empirical;
use crate::risk::severity::{Law, Severity, refused};

/// Costs above 0, sorted and equal ones put together, each with its chance, and the people without one.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    observed: Severity,
    atoms: Vec<(f64, f64)>,
    /// How many people the rows are worth, and how many rows there are.
    people: f64,
    rows: f64,
}

impl Sample {
    pub(super) fn new(costs: &[f64], weights: Option<&[f64]>) -> Result<Self> {
        let observed = Severity::empirical(costs, weights)?;
        let Law::Empirical(law) = &observed.law else {
            return Err(no_fit("costs", "they are no atoms", "give costs"));
        };
        let atoms: Vec<(f64, f64)> = law.atoms().collect();
        if atoms.len() < 2 {
            let problem = format!("{} different costs above 0 have no spread", atoms.len());
            return Err(no_fit("costs", &problem, "give more costs, or use `certain` or `empirical`"));
        }
        let (mut sum, mut squares, mut rows) = (0.0, 0.0, 0.0);
        for row in 0..costs.len() {
            let weight = weights.and_then(|weights| weights.get(row)).copied().unwrap_or(1.0);
            sum += weight;
            squares += weight * weight;
            rows += if weight > 0.0 { 1.0 } else { 0.0 };
        }
        Ok(Self { atoms, people: sum * sum / squares, rows, observed })
    }

    /// Those whose cost is above an amount, of which there must be ten that differ.
    pub(super) fn above(&self, amount: f64) -> Result<Self> {
        if !(amount >= 0.0 && amount.is_finite()) {
            let problem = format!("{amount} is no amount that costs can exceed");
            return Err(refused("fit, threshold", &problem, "give an amount of at least 0"));
        }
        let part = self.part(|cost| cost > amount);
        if part.atoms.len() < 10 {
            let problem = format!("{} different costs exceed {amount}", part.atoms.len());
            return Err(no_fit(
                "a tail",
                &problem,
                "give a lower threshold: ten are needed, better a hundred",
            ));
        }
        Ok(part)
    }

    /// Those with a cost up to an amount, of which there must be two that differ.
    pub(super) fn up_to(&self, amount: f64) -> Result<Self> {
        let part = self.part(|cost| cost <= amount);
        if part.atoms.len() < 2 {
            let problem = format!("{} different costs lie at or below {amount}", part.atoms.len());
            return Err(no_fit("a body", &problem, "splice at a higher amount"));
        }
        Ok(part)
    }

    fn part(&self, of: impl Fn(f64) -> bool) -> Self {
        let kept: Vec<(f64, f64)> = self.atoms.iter().copied().filter(|(cost, _)| of(*cost)).collect();
        let mut chance = Sum::default();
        for (_, part) in &kept {
            chance.add(*part);
        }
        let chance = chance.value();
        let share = chance * self.observed.chance_of_cost();
        let law = Empirical::new(kept);
        let atoms = law.atoms().collect();
        let observed = Severity { zeros: 0.0, law: Law::Empirical(law) };
        Self { observed, atoms, people: share * self.people, rows: share * self.rows }
    }

    pub(super) fn atoms(&self) -> &[(f64, f64)] {
        &self.atoms
    }

    pub(super) fn observed(&self) -> &Severity {
        &self.observed
    }

    /// The mean over people with a cost.
    pub(super) fn mean(&self, of: impl Fn(f64) -> f64) -> f64 {
        let mut sum = Sum::default();
        for (cost, chance) in &self.atoms {
            sum.add(chance * of(*cost));
        }
        sum.value()
    }

    pub(super) fn zeros(&self) -> f64 {
        self.observed.zeros()
    }

    /// How many people the rows with a cost are worth in a standard error.
    pub(super) fn people_with_cost(&self) -> f64 {
        self.people * self.observed.chance_of_cost()
    }

    /// What part of the costs of another sample these are.
    pub(super) fn share_of(&self, whole: &Self) -> f64 {
        self.people_with_cost() / whole.people_with_cost()
    }

    pub(super) fn zeros_parameter(&self) -> Parameter {
        let zeros = self.zeros();
        parameter("zeros", zeros, (zeros * (1.0 - zeros) / self.people).sqrt())
    }

    /// The fit that has this mean of the logarithm of the likelihood of a cost.
    pub(super) fn fitted(&self, severity: Severity, parameters: Vec<Parameter>, each: f64) -> Fit {
        let goodness = Goodness::of_costs(self, &severity);
        let log_likelihood = Some(each * self.rows * self.observed.chance_of_cost());
        let observed = &self.observed;
        let (mean, second) = (observed.mean(), observed.limited_second_moment(f64::INFINITY));
        let mean_error = ((second / mean / mean - 1.0).max(0.0) / self.people).sqrt();
        let (people, mean_error) = (Some(self.people), Some(mean_error));
        Fit { severity, parameters, log_likelihood, distance: None, people, mean_error, goodness }
    }
}
