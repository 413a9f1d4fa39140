//! What a contract may come to: every party's result as a distribution, without sampling.
//!
//! The contract is evaluated once, with the sums over people as amounts not yet known ([`Payoff`]); each party's result is
//! then a piecewise linear function of one sum of costs, whose distribution is worked out without drawing a single person
//! ([`Aggregate`]).

pub(super) mod combination;
mod distribution;
pub(super) mod result;
mod stamp;

use std::sync::Arc;

use indexmap::IndexMap;
use rust_decimal::{Decimal, prelude::ToPrimitive};

pub use result::DistributionPoint;
pub use stamp::OutlookStamp;

use combination::{Combination, Two, mean};
use result::{Curve, check_level};

use super::{
    aggregate::{Aggregate, BothSums, Costs as _, Method, RiskCell, Shocks, of_both},
    cost_model::CostModel,
    question::{Amount, Question},
};
use crate::{
    contract::{Contract, Role, Unit},
    decimal,
    error::{Error, ErrorKind, Result},
    exposure::Date,
    number::{Domain, Payoff, Shape, Span, Stretch},
};

/// Standard deviations above the mean up to which a contract is read; beyond, its last line goes on.
const FAR: f64 = 60.0;
/// The least range of a contract, in minor units: a narrower one would follow every penny of a rounding.
const LEAST: f64 = 1e9;

/// What a contract may come to under a cost model.
#[derive(Debug, Clone)]
pub struct Outlook {
    parties: Vec<PartyOutlook>,
    clauses: Vec<(String, f64)>,
    stamp: OutlookStamp,
}

/// What a contract may come to for one party.
#[derive(Debug, Clone)]
pub struct PartyOutlook {
    name: String,
    role: Role,
    mean: f64,
    slack: Option<f64>,
    curve: Option<Curve>,
    minor: f64,
}

impl Outlook {
    /// Every party, in the contract's order.
    pub fn parties(&self) -> &[PartyOutlook] {
        &self.parties
    }

    /// One party.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] where the contract has no such party.
    pub fn party(&self, name: &str) -> Result<&PartyOutlook> {
        self.parties.iter().find(|party| party.name == name).ok_or_else(|| {
            let known: Vec<String> = self.parties.iter().map(|party| format!("`{}`", party.name)).collect();
            let problem = format!("the contract has no party `{name}`");
            Error::new(ErrorKind::Unknown, "party", problem, format!("its parties are {}", known.join(", ")))
        })
    }

    /// What it was made of.
    pub fn stamp(&self) -> &OutlookStamp {
        &self.stamp
    }

    /// The expectation of every clause that is an amount of money, in major units and in the contract's order.
    pub fn clauses(&self) -> &[(String, f64)] {
        &self.clauses
    }
}

impl PartyOutlook {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The mean result, in major units.
    pub fn mean(&self) -> f64 {
        self.mean / self.minor
    }

    /// How far roundings of the contract may move any of its amounts, in major units; nothing where there is no bound.
    pub fn slack(&self) -> Option<f64> {
        self.slack.map(|slack| slack / self.minor)
    }

    /// The standard deviation of the result, in major units.
    ///
    /// # Errors
    /// [`ErrorKind::Statistic`] where the result depends on two amounts that vary apart and are lumpy: only its mean is known.
    pub fn standard_deviation(&self) -> Result<f64> {
        Ok(self.curve()?.variance(self.mean).sqrt() / self.minor)
    }

    /// The probability of a result below zero.
    ///
    /// # Errors
    /// As [`standard_deviation`](Self::standard_deviation).
    pub fn probability_of_deficit(&self) -> Result<f64> {
        self.probability_below(0.0)
    }

    /// The probability of a result below an amount, in major units: of ruin, where the amount is a reserve below zero.
    ///
    /// # Errors
    /// As [`standard_deviation`](Self::standard_deviation).
    pub fn probability_below(&self, amount: f64) -> Result<f64> {
        Ok(self.curve()?.probability_below(amount * self.minor, false))
    }

    /// The least result that is not exceeded with this probability, in major units.
    ///
    /// # Errors
    /// As [`standard_deviation`](Self::standard_deviation); [`ErrorKind::Range`] for a probability that is not between 0 and
    /// 1.
    pub fn quantile(&self, probability: f64) -> Result<f64> {
        check_level(probability)?;
        Ok(self.curve()?.quantile(probability) / self.minor)
    }

    /// The mean result of the worst 1 − `level` of years, in major units: the tail value at risk, as a result.
    ///
    /// # Errors
    /// As [`quantile`](Self::quantile).
    pub fn mean_of_worst(&self, level: f64) -> Result<f64> {
        check_level(level)?;
        Ok(self.curve()?.mean_of_worst(1.0 - level) / self.minor)
    }

    /// How the distribution was worked out, and how far its distribution function may be from the true one.
    ///
    /// # Errors
    /// As [`standard_deviation`](Self::standard_deviation).
    pub fn method(&self) -> Result<(Method, f64)> {
        let sum = &self.curve()?.sum;
        Ok((sum.method(), sum.error()))
    }

    fn curve(&self) -> Result<&Curve> {
        self.curve.as_ref().ok_or_else(|| {
            Error::new(
                ErrorKind::Statistic,
                format!("party `{}`", self.name),
                "its result depends on two amounts that vary apart and in lumps, and only its mean is worked out",
                "ask for its mean, or draw years instead (`simulate`)",
            )
        })
    }
}

impl Contract {
    /// What every party may come to in a year in which people cost as the model says, with the terms of a day.
    ///
    /// `given` has every other input, in major units. Member months need not be given: the model has them.
    ///
    /// # Errors
    /// [`ErrorKind::Experience`] where an input is missing or not asked for, or no input is what people cost;
    /// [`ErrorKind::Currency`] where the model is in another one; [`ErrorKind::Arithmetic`] where a clause is not piecewise
    /// linear in what people cost, by its name; [`ErrorKind::Range`] where costs have no mean or variance and no cap holds
    /// them.
    pub fn outlook(&self, model: &CostModel, given: &IndexMap<String, Decimal>, on: Date) -> Result<Outlook> {
        let question = Question::new(self, model, given, on)?;
        let stamp = OutlookStamp::of(self, model, given, on);
        work_out(&question, stamp)
    }
}

fn work_out(question: &Question<'_>, stamp: OutlookStamp) -> Result<Outlook> {
    let Question { contract, cells, amounts, .. } = question;
    let domain = domain(question)?;
    let unknown = |place: usize| Payoff::unknown(place, &domain);
    let (costs, layers): (Vec<usize>, Vec<usize>) =
        (0..amounts.len()).partition(|place| *place < question.measures());
    let costs = costs.into_iter().map(unknown).collect::<Result<Vec<_>>>()?;
    let layers = layers.into_iter().map(unknown).collect::<Result<Vec<_>>>()?;
    let mut payoffs = Vec::new();
    question.plan.reading::<Payoff>().run(&question.inputs(&costs)?, &layers, &mut payoffs)?;
    let shocks = Shocks::new(question.model.loadings(), question.model.added());
    let mut sums = Sums { cells, amounts, shocks, known: Vec::new() };
    let means = sums.means()?;
    let minor = question.model.minor();
    let parties = question.results(&payoffs)?.into_iter().map(|(name, role, result)| {
        let shape = result.shape().map_err(|why| why.within(format!("party `{name}`")))?;
        let is_apart = shape.remainder.iter().any(|part| !part.is_zero());
        let curve = sums.curve(&shape)?;
        let mean = curve.mean() + along(&shape.remainder, &means);
        let slack = shape.slack.map(decimal::to_f64);
        let curve = if is_apart { sums.of_both(&shape, mean)? } else { Some(curve) };
        Ok(PartyOutlook { name: name.to_owned(), role, mean, slack, curve, minor })
    });
    let parties = parties.collect::<Result<_>>()?;
    let layout = contract.layout();
    let mut clauses = Vec::new();
    let named = layout.names.iter().zip(&layout.units).zip(&payoffs).skip(layout.inputs + layout.terms);
    for ((name, unit), payoff) in named {
        if *unit == Unit::Money {
            let shape = payoff.shape().map_err(|why| why.within(format!("clause `{name}`")))?;
            let mean = sums.curve(&shape)?.mean() + along(&shape.remainder, &means);
            clauses.push((name.clone(), mean / minor));
        }
    }
    Ok(Outlook { parties, clauses, stamp })
}

/// From nothing to so far above the mean that the contract's last line has begun.
pub(super) fn domain(question: &Question<'_>) -> Result<Domain> {
    let Question { cells, amounts, .. } = question;
    let costs: Vec<f64> =
        (0..amounts.len()).map(|place| if place < question.measures() { 1.0 } else { 0.0 }).collect();
    let (mean, variance) = Combination::new(cells, amounts, &costs).moments();
    let shocks = Shocks::new(question.model.loadings(), question.model.added());
    let far = if variance.is_finite() {
        (mean + FAR * variance.sqrt()) * shocks.most() + FAR * shocks.added()
    } else {
        1e15
    };
    let most = Decimal::from(far.clamp(LEAST, 1e15).ceil().to_i64().unwrap_or(i64::MAX));
    Domain::new(&vec![Span::money(0, most); amounts.len()])
}

/// Sums of costs in the directions that were asked for.
struct Sums<'a> {
    cells: &'a [RiskCell],
    amounts: &'a [Amount],
    shocks: Shocks,
    known: Vec<(Vec<Decimal>, Arc<Aggregate>)>,
}

impl Sums<'_> {
    /// What each amount comes to on average.
    fn means(&mut self) -> Result<Vec<f64>> {
        if self.shocks.is_none() {
            return Ok(self.amounts.iter().map(|amount| mean(amount, self.cells)).collect());
        }
        let one =
            |at: usize| (0..self.amounts.len()).map(|place| Decimal::from(u8::from(place == at))).collect();
        let each: Vec<Vec<Decimal>> = (0..self.amounts.len()).map(one).collect();
        each.iter().map(|direction| Ok(self.of(direction)?.mean())).collect()
    }

    fn curve(&mut self, shape: &Shape) -> Result<Curve> {
        Ok(Curve::new(shape.stretches().collect(), self.of(&shape.direction)?))
    }

    /// A result f(t) + r·Z, whose two parts vary apart; none where they are lumpy.
    fn of_both(&mut self, shape: &Shape, mean: f64) -> Result<Option<Curve>> {
        let (first, second) = (self.of(&shape.direction)?, self.of(&shape.remainder)?);
        let floats = |by: &[Decimal]| -> Vec<f64> { by.iter().copied().map(decimal::to_f64).collect() };
        let (along, beside) = (floats(&shape.direction), floats(&shape.remainder));
        let lines: Vec<Stretch> = shape.stretches().collect();
        let two = Two::new(self.cells, self.amounts, [&along, &beside]);
        let sums = BothSums { first: &first, second: &second };
        let sum = of_both(&two, &self.shocks, sums, &lines, mean);
        let itself = Stretch { from: 0.0, to: 0.0, level: 0.0, slope: 1.0 };
        Ok(sum.map(|sum| Curve::new(vec![itself], Arc::new(sum))))
    }

    fn of(&mut self, direction: &[Decimal]) -> Result<Arc<Aggregate>> {
        if let Some((_, known)) = self.known.iter().find(|(known, _)| known == direction) {
            return Ok(Arc::clone(known));
        }
        let by: Vec<f64> = direction.iter().copied().map(decimal::to_f64).collect();
        // What is added is added to the first amount.
        let added = self.shocks.added() * by.first().map_or(0.0, |by| by.abs());
        let sum =
            Aggregate::of(&Combination::new(self.cells, self.amounts, &by), &self.shocks.with_added(added))?;
        let sum = Arc::new(sum);
        self.known.push((direction.to_vec(), Arc::clone(&sum)));
        Ok(sum)
    }
}

/// What a combination of amounts comes to on average.
fn along(by: &[Decimal], means: &[f64]) -> f64 {
    by.iter().zip(means).map(|(by, mean)| decimal::to_f64(*by) * mean).sum()
}
