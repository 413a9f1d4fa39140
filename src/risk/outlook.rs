//! What a contract may come to: every party's result as a distribution, without sampling.
//!
//! The contract is evaluated once, with the sums over people as amounts not yet known ([`Payoff`]); each party's result is
//! then a piecewise linear function of one sum of costs, whose distribution is worked out without drawing a single person
//! ([`Aggregate`]).

mod amounts;
mod model;
mod result;
mod stamp;

use std::sync::Arc;

use indexmap::IndexMap;
use rust_decimal::{Decimal, prelude::ToPrimitive};

pub use model::CostModel;
pub use stamp::OutlookStamp;

use amounts::{Amount, Combination};
use result::{Curve, check_level};

use super::aggregate::{Aggregate, Method, RiskCell};
use crate::{
    contract::{Contract, PersonLayerOn, Role, Threshold, Unit},
    decimal,
    error::{Error, ErrorKind, Result},
    exposure::Date,
    money,
    number::{Domain, Number, Payoff, Shape, Span},
    population::MEMBER_MONTHS,
    settlement::to_counted,
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
    /// [`ErrorKind::Statistic`] where the result depends on two amounts that vary apart, and only its mean is known.
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
                "its result depends on two amounts that vary apart from each other, and only its mean is worked out",
                "ask for its mean, or for another party",
            )
        })
    }
}

impl Contract {
    /// What every party may come to in a year in which people cost as the model says, with the terms of a day.
    ///
    /// `given` has every other input, in major units. Member months need not be given: the model's people are there for
    /// twelve each.
    ///
    /// # Errors
    /// [`ErrorKind::Experience`] where an input is missing or not asked for, or no input is what people cost;
    /// [`ErrorKind::Currency`] where the model is in another one; [`ErrorKind::Arithmetic`] where a clause is not piecewise
    /// linear in what people cost, by its name; [`ErrorKind::Range`] where costs have no mean or variance and no cap holds
    /// them.
    pub fn outlook(&self, model: &CostModel, given: &IndexMap<String, Decimal>, on: Date) -> Result<Outlook> {
        if model.currency() != self.currency() {
            return Err(Error::new(
                ErrorKind::Currency,
                format!("contract `{}`", self.name()),
                format!("it is in {}, and the cost model in {}", self.currency(), model.currency()),
                "convert one of them first, at a rate and date you can state",
            ));
        }
        Asked { contract: self, model, given, cells: model.in_minor_units()? }.work_out(on)
    }
}

struct Asked<'a> {
    contract: &'a Contract,
    model: &'a CostModel,
    given: &'a IndexMap<String, Decimal>,
    cells: Vec<RiskCell>,
}

impl Asked<'_> {
    fn work_out(&self, on: Date) -> Result<Outlook> {
        let plan = self.contract.plan(on)?;
        let mut amounts = vec![Amount::COST];
        for layer in plan.person_layers() {
            amounts.push(self.layer(layer)?);
        }
        let domain = self.domain(&amounts)?;
        let unknown = |place: usize| Payoff::unknown(place, &domain);
        let inputs = self.inputs(&unknown(0)?)?;
        let layers = (1..amounts.len()).map(unknown).collect::<Result<Vec<_>>>()?;
        let mut payoffs = Vec::new();
        plan.reading::<Payoff>().run(&inputs, &layers, &mut payoffs)?;
        let means: Vec<f64> = amounts.iter().map(|amount| amount.mean(&self.cells)).collect();
        let mut sums = Sums { cells: &self.cells, amounts: &amounts, known: Vec::new() };
        let minor = money::power_of_ten(self.contract.currency().exponent()).map_or(1.0, decimal::to_f64);
        let parties = self
            .results(&payoffs)?
            .into_iter()
            .map(|(name, role, result)| {
                let shape = result.shape().map_err(|why| why.within(format!("party `{name}`")))?;
                let is_apart = shape.remainder.iter().any(|part| !part.is_zero());
                let curve = sums.curve(&shape)?;
                let mean = curve.mean() + along(&shape.remainder, &means);
                let slack = shape.slack.map(decimal::to_f64);
                Ok(PartyOutlook { name, role, mean, slack, curve: (!is_apart).then_some(curve), minor })
            })
            .collect::<Result<_>>()?;
        let layout = self.contract.layout();
        let mut clauses = Vec::new();
        let named = layout.names.iter().zip(&layout.units).zip(&payoffs).skip(layout.inputs + layout.terms);
        for ((name, unit), payoff) in named {
            if *unit == Unit::Money {
                let shape = payoff.shape().map_err(|why| why.within(format!("clause `{name}`")))?;
                let mean = sums.curve(&shape)?.mean() + along(&shape.remainder, &means);
                clauses.push((name.clone(), mean / minor));
            }
        }
        let stamp = OutlookStamp::of(self.contract, self.model, self.given, on);
        Ok(Outlook { parties, clauses, stamp })
    }

    /// A layer of each person's cost.
    fn layer(&self, layer: &PersonLayerOn) -> Result<Amount> {
        let place = || format!("clause `{}`", layer.clause);
        if layer.input != self.model.measure() {
            let problem =
                format!("it acts on each person's `{}`, which the cost model does not have", layer.input);
            let remedy = format!("name it as the model's input; it is `{}`", self.model.measure());
            return Err(Error::new(ErrorKind::Experience, place(), problem, remedy));
        }
        let threshold = |threshold: &Option<Threshold>, absent: f64| match threshold {
            None => Ok(absent),
            Some(Threshold::All(value)) => Ok(decimal::to_f64(*value)),
            Some(Threshold::ByClass(_)) => Err(Error::new(
                ErrorKind::Experience,
                place(),
                "its thresholds differ by class, and the people of a cost model have none",
                "give one threshold for all",
            )),
        };
        Ok(Amount { above: threshold(&layer.above, 0.0)?, limit: threshold(&layer.limit, f64::INFINITY)? })
    }

    /// From nothing to so far above the mean that the contract's last line has begun.
    fn domain(&self, amounts: &[Amount]) -> Result<Domain> {
        let cost = Combination::new(&self.cells, &[Amount::COST], vec![1.0]);
        let (mean, variance) = super::aggregate::Costs::moments(&cost);
        let far = if variance.is_finite() { mean + FAR * variance.sqrt() } else { 1e15 };
        let most = Decimal::from(far.clamp(LEAST, 1e15).ceil().to_i64().unwrap_or(i64::MAX));
        Domain::new(&vec![Span::money(0, most); amounts.len()])
    }

    fn inputs(&self, cost: &Payoff) -> Result<Vec<Payoff>> {
        let document = self.contract.document();
        let measure = self.model.measure();
        let asks = |name: &str| document.inputs.contains_key(name);
        if let Some(name) = self.given.keys().find(|name| !asks(name) || *name == measure) {
            let (problem, remedy) = if asks(name) {
                ("it is what the cost model is of", "leave it out")
            } else {
                ("the contract does not ask for it", "leave it out, or correct its name")
            };
            return Err(Error::new(ErrorKind::Experience, format!("input `{name}`"), problem, remedy));
        }
        if !asks(measure) {
            let known: Vec<String> = document.inputs.keys().map(|name| format!("`{name}`")).collect();
            let remedy = format!("name what people cost: one of {}", known.join(", "));
            let problem = format!("the contract does not ask for `{measure}`");
            return Err(Error::new(ErrorKind::Experience, "cost model", problem, remedy));
        }
        let exponent = self.contract.currency().exponent();
        let months = Decimal::from(self.model.people()) * Decimal::from(12);
        let input = |(name, unit): (&String, &Unit)| {
            if name == measure {
                return Ok(cost.clone());
            }
            let given = self.given.get(name).copied();
            let given = given.or_else(|| (name == MEMBER_MONTHS).then_some(months));
            let Some(amount) = given else {
                let problem = "it was not given, and the cost model does not have it";
                return Err(Error::new(
                    ErrorKind::Experience,
                    format!("input `{name}`"),
                    problem,
                    format!("give it as {unit}"),
                ));
            };
            to_counted(amount, *unit, exponent).map(Payoff::from)
        };
        document.inputs.iter().map(input).collect()
    }

    /// What each party gets less what it pays and bears.
    fn results(&self, payoffs: &[Payoff]) -> Result<Vec<(String, Role, Payoff)>> {
        let document = self.contract.document();
        let layout = self.contract.layout();
        let mut results = vec![Payoff::zero(); document.parties.len()];
        let mut add = |party: usize, amount: usize, sign: bool| -> Result<()> {
            let (Some(result), Some(amount)) = (results.get_mut(party), payoffs.get(amount)) else {
                return Ok(());
            };
            let sum = if sign { result.plus(amount) } else { result.minus(amount) };
            *result = sum.map_err(|why| {
                let name = document.parties.get_index(party).map_or("", |(name, _)| name.as_str());
                crate::contract::refused(format!("party `{name}`"), why)
            })?;
            Ok(())
        };
        for transfer in &layout.transfers {
            add(transfer.to, transfer.amount, true)?;
            add(transfer.from, transfer.amount, false)?;
        }
        for (input, party) in &layout.bears {
            add(*party, *input, false)?;
        }
        let named = document.parties.iter().zip(results);
        Ok(named.map(|((name, role), result)| (name.clone(), *role, result)).collect())
    }
}

/// Sums of costs in the directions that were asked for.
struct Sums<'a> {
    cells: &'a [RiskCell],
    amounts: &'a [Amount],
    known: Vec<(Vec<Decimal>, Arc<Aggregate>)>,
}

impl Sums<'_> {
    fn curve(&mut self, shape: &Shape) -> Result<Curve> {
        Ok(Curve::new(shape.stretches().collect(), self.of(&shape.direction)?))
    }

    fn of(&mut self, direction: &[Decimal]) -> Result<Arc<Aggregate>> {
        if let Some((_, known)) = self.known.iter().find(|(known, _)| known == direction) {
            return Ok(Arc::clone(known));
        }
        let by: Vec<f64> = direction.iter().copied().map(decimal::to_f64).collect();
        let sum = Arc::new(Aggregate::of(&Combination::new(self.cells, self.amounts, by))?);
        self.known.push((direction.to_vec(), Arc::clone(&sum)));
        Ok(sum)
    }
}

/// What a combination of amounts comes to on average.
fn along(by: &[Decimal], means: &[f64]) -> f64 {
    by.iter().zip(means).map(|(by, mean)| decimal::to_f64(*by) * mean).sum()
}
