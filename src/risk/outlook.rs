//! What a contract may come to: every party's result as a distribution, without sampling.
//!
//! The contract is evaluated once, with the sums over people as amounts not yet known ([`Payoff`](crate::number::Payoff)); each party's result is
//! then a piecewise linear function of one sum of costs, whose distribution is worked out without drawing a single person
//! ([`Aggregate`](super::aggregate::Aggregate)).

mod distribution;
mod stamp;

use std::sync::Arc;

use indexmap::IndexMap;
use rust_decimal::Decimal;

pub use super::valued::curve::DistributionPoint;
pub use stamp::OutlookStamp;

use super::{
    aggregate::Method,
    cost_model::CostModel,
    measures::{check_accuracy, check_amount, check_level},
    question::{Question, no_party},
    valued::{Curve, Later, Laws, Moved, PartyPayoff, Valued, only_the_mean},
};
use crate::{
    contract::{Contract, Role, Unit},
    decimal,
    error::{Error, ErrorKind, Result},
    exposure::Date,
};

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
    curve: Arc<Later>,
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
        let found = self.parties.iter().find(|party| party.name == name);
        found.ok_or_else(|| no_party(name, self.parties.iter().map(|party| party.name.as_str())))
    }

    /// The same outlook, where every party's distribution function is right to this accuracy.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for an accuracy that is not between 0 and 1; [`ErrorKind::Statistic`] where a party's is less
    /// accurate, with what is reached, or where more than its mean is not worked out.
    ///
    /// ```
    /// use capitation::{Contract, risk::{cost_model::CostModel, severity::Severity}};
    /// use indexmap::IndexMap;
    ///
    /// let contract = Contract::read("templates/stop-loss.toml")?;
    /// let person = Severity::lognormal(7.0, 1.5)?.with_zeros(0.2)?;
    /// let model = CostModel::new(contract.currency()).cell("all", 20_000, person)?;
    /// let day = contract.period().start;
    /// let outlook = contract.outlook(&model, &IndexMap::new(), day)?.right_to(1e-9)?;
    /// assert!(outlook.party("provider")?.method()?.1 <= 1e-9);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn right_to(self, accuracy: f64) -> Result<Self> {
        check_accuracy(accuracy)?;
        for party in &self.parties {
            let (_, error) = party.method()?;
            if error > accuracy {
                return Err(Error::new(
                    ErrorKind::Statistic,
                    format!("party `{}`", party.name),
                    format!("its distribution is right to {error:.0e}, and {accuracy:e} was asked for"),
                    "ask for no more than is reached, give people laws without lumps, or draw years instead (`simulate`)",
                ));
            }
        }
        Ok(self)
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
    /// [`ErrorKind::Statistic`] where the result depends on two amounts that vary apart and are
    /// lumpy: only its mean is known.
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
    /// As [`standard_deviation`](Self::standard_deviation); [`ErrorKind::Range`] for an amount that is not finite.
    pub fn probability_below(&self, amount: f64) -> Result<f64> {
        check_amount(amount)?;
        Ok(self.curve()?.probability_below(amount * self.minor, false))
    }

    /// The least result that is not exceeded with this probability, in major units.
    ///
    /// # Errors
    /// As [`standard_deviation`](Self::standard_deviation); [`ErrorKind::Range`] for a probability that
    /// is not between 0 and 1.
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
        let curve = self.curve.curve().map_err(|why| why.within(format!("party `{}`", self.name)))?;
        curve.ok_or_else(|| only_the_mean(&self.name))
    }
}

impl Contract {
    /// What every party may come to in a year in which people cost as the model says, with the terms of a day.
    ///
    /// `given` has every other input, in major units. Member months need not be given: the model has them.
    ///
    /// # Errors
    /// [`ErrorKind::Experience`] where an input is missing or not asked for, or no input is what
    /// people cost; [`ErrorKind::Currency`] where the model is in another one;
    /// [`ErrorKind::Arithmetic`] where a clause is not piecewise linear in what people cost, by its
    /// name; [`ErrorKind::Range`] where costs have no mean or variance and no cap holds them.
    pub fn outlook(&self, model: &CostModel, given: &IndexMap<String, Decimal>, on: Date) -> Result<Outlook> {
        let question = Question::new(self, model, given, on)?;
        let laws = Arc::new(Laws::of_cells(model, Arc::clone(&question.cells)));
        let stamp = OutlookStamp::of(self, model, given, on);
        work_out(&Valued::new(question, &laws)?, &laws, stamp)
    }
}

fn work_out(valued: &Valued<'_>, laws: &Arc<Laws>, stamp: OutlookStamp) -> Result<Outlook> {
    let payoffs = valued.payoffs(&valued.reading(), &Moved::NOT)?;
    let minor = valued.question.model.minor();
    let parties = valued.results_of(&payoffs)?.into_iter().map(|PartyPayoff { name, role, shape }| {
        let within = |why: Error| why.within(format!("party `{name}`"));
        valued.check(&shape).map_err(within)?;
        let mean = valued.mean(&shape).map_err(within)?;
        let slack = shape.slack.map(decimal::to_f64);
        let curve = Arc::new(valued.later(laws, shape, mean));
        Ok(PartyOutlook { name: name.to_owned(), role, mean, slack, curve, minor })
    });
    let parties = parties.collect::<Result<_>>()?;
    let layout = valued.question.contract.layout();
    let mut clauses = Vec::new();
    let named = layout.names.iter().zip(&layout.units).zip(&payoffs).skip(layout.inputs + layout.terms);
    for ((name, unit), payoff) in named {
        if *unit == Unit::Money {
            let shape = payoff.shape().map_err(|why| why.within(format!("clause `{name}`")))?;
            clauses.push((name.clone(), valued.mean(&shape)? / minor));
        }
    }
    Ok(Outlook { parties, clauses, stamp })
}
