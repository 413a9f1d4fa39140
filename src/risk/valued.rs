//! Contracts on one population: each read as payoffs, with the laws of sums worked out once for all of them.

mod combination;
pub(super) mod curve;
mod later;
mod laws;
mod moved;

use std::sync::Arc;

pub(super) use curve::Curve;
pub(super) use later::Later;
pub(super) use laws::Laws;
pub(super) use moved::Moved;

use rust_decimal::Decimal;

use laws::Law;

use super::question::{Amount, Question};
use crate::{
    contract::{Reading, Role},
    decimal,
    error::{Error, ErrorKind, Result},
    number::{Domain, Number as _, Payoff, Shape, Stretch},
};

/// A contract that is asked on a population.
#[derive(Debug)]
pub(super) struct Valued<'a> {
    pub(super) question: Question<'a>,
    laws: &'a Laws,
    domain: Domain,
    means: Vec<f64>,
}

/// What a party gets less what it pays and bears, as a function of amounts not known.
#[derive(Debug)]
pub(super) struct PartyPayoff<'a> {
    pub(super) name: &'a str,
    pub(super) role: Role,
    pub(super) shape: Shape,
}

/// The distribution of a result, in minor units.
#[derive(Debug)]
pub(super) struct Distribution {
    curve: Curve,
    law: Arc<Law>,
}

impl Distribution {
    pub(super) fn mean(&self) -> f64 {
        self.curve.mean()
    }

    pub(super) fn standard_deviation(&self) -> f64 {
        self.curve.variance(self.curve.mean()).sqrt()
    }

    /// How far its distribution function may be from the true one.
    pub(super) fn error(&self) -> f64 {
        self.law.sum.error()
    }

    /// The probability of a result below an amount.
    pub(super) fn probability_below(&self, amount: f64) -> f64 {
        self.curve.probability_below(amount, false)
    }

    /// The mean result of the worst 1 − `level` of years.
    pub(super) fn mean_of_worst(&self, level: f64) -> Result<f64> {
        self.curve.mean_of_worst_by(1.0 - level, |level| self.law.quantile(level))
    }
}

impl<'a> Valued<'a> {
    pub(super) fn new(question: Question<'a>, laws: &'a Laws) -> Result<Self> {
        let domain = laws.domain(&question)?;
        let means = laws.means(&question.amounts)?;
        Ok(Self { question, laws, domain, means })
    }

    /// What all people cost on average, in minor units.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] where it is infinite; [`ErrorKind::Statistic`] where it is nought.
    pub(super) fn expected_cost(&self) -> Result<f64> {
        let cost: f64 = self.means.iter().take(self.question.measures()).sum();
        let refused =
            |kind, problem: &str, remedy: &str| Err(Error::new(kind, "cost model", problem, remedy));
        if !cost.is_finite() {
            return refused(ErrorKind::Range, "the mean cost is infinite", "give a tail that has a mean");
        }
        if cost <= 0.0 {
            return refused(ErrorKind::Statistic, "nobody costs anything", "give at least one cell a cost");
        }
        Ok(cost)
    }

    /// The distributions of its sums.
    pub(super) fn laws(&self) -> &'a Laws {
        self.laws
    }

    /// The contract with its terms, as payoffs.
    pub(super) fn reading(&self) -> Reading<Payoff> {
        self.question.plan.reading()
    }

    /// Every amount of the waterfall where costs and prices are these multiples of the unknown amounts.
    pub(super) fn payoffs(&self, reading: &Reading<Payoff>, moved: &Moved) -> Result<Vec<Payoff>> {
        let question = &self.question;
        let unknown = (0..question.amounts.len()).map(|place| Payoff::unknown(place, &self.domain));
        let unknown = unknown.collect::<Result<Vec<_>>>()?;
        let times = |by: Decimal, amount: &Payoff| {
            if by == Decimal::ONE {
                return Ok(amount.clone());
            }
            amount.times(&by.into()).map_err(|why| crate::contract::refused("cost", why))
        };
        let costs = unknown.iter().map(|amount| times(moved.cost, amount)).collect::<Result<Vec<_>>>()?;
        let (measures, layers) = costs.split_at(question.measures().min(costs.len()));
        let priced = match question.priced(&unknown) {
            Some(cost) => times(moved.price, cost)?,
            None => Payoff::zero(),
        };
        let mut payoffs = Vec::new();
        reading.run(&question.inputs_at(measures, &priced)?, layers, &mut payoffs)?;
        Ok(payoffs)
    }

    /// Every party's result, of all amounts of the waterfall.
    pub(super) fn results_of(&self, payoffs: &[Payoff]) -> Result<Vec<PartyPayoff<'a>>> {
        let results = self.question.results(payoffs)?.into_iter().map(|(name, role, result)| {
            let shape = result.shape().map_err(|why| why.within(format!("party `{name}`")))?;
            Ok(PartyPayoff { name, role, shape })
        });
        results.collect()
    }

    /// The same where costs and prices are these multiples of the unknown amounts.
    pub(super) fn results(&self, reading: &Reading<Payoff>, moved: &Moved) -> Result<Vec<PartyPayoff<'a>>> {
        self.results_of(&self.payoffs(reading, moved)?)
    }

    /// Refuses a result that costs without a mean or a variance decide.
    pub(super) fn check(&self, shape: &Shape) -> Result<()> {
        if is_apart(shape) { Ok(()) } else { self.laws.check(&self.question.amounts, &shape.direction) }
    }

    /// The distribution of a result with this mean, by the laws that this was made with.
    pub(super) fn later(&self, laws: &Arc<Laws>, shape: Shape, mean: f64) -> Later {
        Later::new(Arc::clone(laws), self.question.amounts.as_slice().into(), shape, mean)
    }

    /// The distribution of a party's result.
    ///
    /// # Errors
    /// [`ErrorKind::Statistic`] where it depends on two amounts that vary apart, in lumps or with a heavy tail.
    pub(super) fn distribution(&self, party: &PartyPayoff<'_>) -> Result<Distribution> {
        let PartyPayoff { name, shape, .. } = party;
        if is_apart(shape) {
            let curve = self.laws.of_both(&self.question.amounts, shape, self.mean(shape)?)?;
            let curve = curve.ok_or_else(|| only_the_mean(name))?;
            let law = Arc::new(Law::new(Arc::clone(&curve.sum)));
            return Ok(Distribution { curve, law });
        }
        let law = self.laws.of(&self.question.amounts, &shape.direction)?;
        let curve = Curve::new(shape.stretches().collect(), Arc::clone(&law.sum));
        Ok(Distribution { curve, law })
    }

    /// The mean of a result, in minor units.
    pub(super) fn mean(&self, shape: &Shape) -> Result<f64> {
        self.mean_of(shape, 1.0, &self.question.amounts, &self.means)
    }

    /// The mean of a result after what each person costs became this part of what it was, with the shape as it was before.
    pub(super) fn mean_after(&self, shape: &Shape, part: f64) -> Result<f64> {
        let amounts = moved::amounts(&self.question.amounts, part);
        self.mean_of(shape, part, &amounts, &self.means_of(&amounts)?)
    }

    /// The same of a shape in which the costs are multiplied already.
    pub(super) fn mean_within(&self, shape: &Shape, part: f64) -> Result<f64> {
        let amounts = moved::amounts(&self.question.amounts, part);
        self.mean_of(shape, 1.0, &amounts, &self.means_of(&amounts)?)
    }

    fn means_of(&self, amounts: &[Amount]) -> Result<Vec<f64>> {
        if amounts == self.question.amounts { Ok(self.means.clone()) } else { self.laws.means(amounts) }
    }

    /// The mean of f(part × t) + part × r·Z, over the amounts.
    fn mean_of(&self, shape: &Shape, part: f64, amounts: &[Amount], means: &[f64]) -> Result<f64> {
        let along = |by: &[Decimal]| -> f64 {
            by.iter().zip(means).map(|(by, mean)| decimal::to_f64(*by) * mean).sum()
        };
        let apart = part * along(&shape.remainder);
        let lines: Vec<Stretch> = shape.stretches().map(|line| narrowed(line, part)).collect();
        // A line needs no distribution.
        if let [line] = lines.as_slice() {
            let on_line = if line.slope == 0.0 { 0.0 } else { line.slope * along(&shape.direction) };
            return Ok(line.level + on_line + apart);
        }
        let law = self.laws.of(amounts, &shape.direction)?;
        Ok(Curve::new(lines, Arc::clone(&law.sum)).mean() + apart)
    }
}

/// What is said of a result of which no more than the mean can be worked out.
pub(super) fn only_the_mean(party: &str) -> Error {
    Error::new(
        ErrorKind::Statistic,
        format!("party `{party}`"),
        "its result depends on two amounts that vary apart, in lumps or with a heavy tail: only its mean is worked out",
        "ask for its mean, or draw years instead (`simulate`)",
    )
}

/// Whether a part of a result varies apart from the rest.
fn is_apart(shape: &Shape) -> bool {
    shape.remainder.iter().any(|part| !part.is_zero())
}

/// The line as a function of an amount of which the old one is this part.
fn narrowed(line: Stretch, part: f64) -> Stretch {
    Stretch { from: line.from / part, to: line.to / part, level: line.level, slope: line.slope * part }
}
