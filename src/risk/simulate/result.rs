//! What came of the drawn years.

use super::{how::Simulation, stamp::SimulatedStamp};
use crate::{
    contract::Role,
    error::{Error, ErrorKind, Result},
    risk::{
        measures::{self, Estimate},
        question::no_party,
        transfer::{RiskShare, risk_shares},
    },
};

/// Draws that a tail must hold for an estimate of it: with fewer its error is not known either.
const LEAST_DRAWS: f64 = 5.0;

/// What a contract came to in drawn years.
///
/// Every estimate has the standard error of so many draws; that the model may be wrong is not in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    pub(super) parties: Vec<PartyDraws>,
    /// Of several years, each by itself; none where there is but one.
    pub(super) by_year: Vec<Vec<PartyDraws>>,
    pub(super) clauses: Vec<Vec<(String, Estimate)>>,
    pub(super) how: Simulation,
    pub(super) stamp: SimulatedStamp,
}

/// One party's results in drawn years, of one contract year or of a whole path of them.
#[derive(Debug, Clone, PartialEq)]
pub struct PartyDraws {
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) draws: Vec<f64>,
    pub(super) minor: f64,
}

impl Simulated {
    /// Every party in the contract's order: the sum of its results over all contract years, discounted where a rate was given.
    pub fn parties(&self) -> &[PartyDraws] {
        &self.parties
    }

    /// One party, over all contract years.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] where the contract has no such party.
    pub fn party(&self, name: &str) -> Result<&PartyDraws> {
        named(&self.parties, name)
    }

    /// One party in one contract year, the first being 0; not discounted.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] where the contract has no such party; [`ErrorKind::Range`] where the year was not drawn.
    pub fn party_in(&self, name: &str, year: u16) -> Result<&PartyDraws> {
        self.check_year(year)?;
        named(self.by_year.get(usize::from(year)).unwrap_or(&self.parties), name)
    }

    /// The mean of every clause that is an amount of money in a contract year (the first is 0), in major units and in the
    /// contract's order.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] where the year was not drawn.
    pub fn clauses_in(&self, year: u16) -> Result<&[(String, Estimate)]> {
        self.check_year(year)?;
        Ok(self.clauses.get(usize::from(year)).map(Vec::as_slice).unwrap_or_default())
    }

    /// The mean of every clause that is an amount of money in the first contract year, in major units and in the contract's
    /// order.
    pub fn clauses(&self) -> &[(String, Estimate)] {
        self.clauses.first().map(Vec::as_slice).unwrap_or_default()
    }

    /// Each party's share of the variance and of the worst 1 − `level` of the sum of all results, over all contract years:
    /// [`risk_shares`].
    ///
    /// # Errors
    /// As there.
    pub fn risk_shares(&self, level: f64) -> Result<Vec<(String, RiskShare)>> {
        let draws: Vec<&[f64]> = self.parties.iter().map(PartyDraws::draws).collect();
        let shares = risk_shares(&draws, level)?;
        Ok(self.parties.iter().map(|party| party.name.clone()).zip(shares).collect())
    }

    /// What was drawn.
    pub fn simulation(&self) -> &Simulation {
        &self.how
    }

    /// What it was made of.
    pub fn stamp(&self) -> &SimulatedStamp {
        &self.stamp
    }

    fn check_year(&self, year: u16) -> Result<()> {
        let horizon = self.how.horizon_years();
        if year < horizon {
            return Ok(());
        }
        let problem = format!("{horizon} years were drawn, and it is {year}");
        Err(Error::new(ErrorKind::Range, "contract year", problem, "give a year from 0, or a longer horizon"))
    }
}

fn named<'a>(parties: &'a [PartyDraws], name: &str) -> Result<&'a PartyDraws> {
    let found = parties.iter().find(|party| party.name == name);
    found.ok_or_else(|| no_party(name, parties.iter().map(|party| party.name.as_str())))
}

impl PartyDraws {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Its result in every drawn year, in the order of the scenarios and in minor units, in which amounts that are paid are
    /// whole. A scenario is the same under every contract that is drawn with the same model and seed.
    pub fn draws(&self) -> &[f64] {
        &self.draws
    }

    /// The same in major units, which floats do not hold to the last minor unit.
    pub fn draws_in_major_units(&self) -> Vec<f64> {
        self.draws.iter().map(|draw| draw / self.minor).collect()
    }

    /// The mean result, in major units.
    ///
    /// # Errors
    /// [`ErrorKind::Statistic`] where results are too large for their squares.
    pub fn mean(&self) -> Result<Estimate> {
        measures::mean(&self.draws).map(|found| self.major(found))
    }

    /// The standard deviation of the result, in major units.
    ///
    /// # Errors
    /// As [`mean`](Self::mean).
    pub fn standard_deviation(&self) -> Result<Estimate> {
        measures::standard_deviation(&self.draws).map(|found| self.major(found))
    }

    /// The results that are not exceeded with these probabilities, in major units.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a probability that is not from 0 to 1; [`ErrorKind::Statistic`] where fewer than five draws are
    /// expected on one side of one: they say neither where it is nor how surely.
    pub fn quantiles(&self, probabilities: &[f64]) -> Result<Vec<Estimate>> {
        for probability in probabilities.iter().filter(|probability| (0.0..=1.0).contains(*probability)) {
            self.check_beyond(probability.min(1.0 - probability))?;
        }
        let found = measures::quantiles(&self.draws, probabilities)?;
        Ok(found.into_iter().map(|found| self.major(found)).collect())
    }

    /// The mean result of the worst 1 − `level` of years, in major units: the tail value at risk, as a result.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a level that is not at least 0 and below 1; [`ErrorKind::Statistic`] where fewer than five draws
    /// are that bad: they say neither what it is nor how surely.
    pub fn mean_of_worst(&self, level: f64) -> Result<Estimate> {
        measures::check_tail(level)?;
        self.check_beyond(1.0 - level)?;
        let losses: Vec<f64> = self.draws.iter().map(|draw| -draw).collect();
        let found = self.major(measures::tail_value(&losses, level)?);
        Ok(Estimate { mean: -found.mean, ..found })
    }

    /// The probability of a result below zero. Where no draw, or every one, is below it the standard error is 0 and means
    /// nothing: with none of n the probability is below 3/n with 95 % confidence.
    ///
    /// # Errors
    /// [`ErrorKind::Statistic`] where a result is not a number.
    pub fn probability_of_deficit(&self) -> Result<Estimate> {
        measures::probability_of_deficit(&self.draws)
    }

    /// The probability of a result below an amount, in major units: of ruin, where the amount is a reserve below zero.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for an amount that is not finite.
    pub fn probability_below(&self, amount: f64) -> Result<Estimate> {
        measures::check_amount(amount)?;
        // A draw is whole minor units, and so is nearly every amount that is asked about.
        let least = amount * self.minor;
        let least = if (least - least.round()).abs() < 1e-6 { least.round() } else { least };
        let over: Vec<f64> = self.draws.iter().map(|draw| draw - least).collect();
        measures::probability_of_deficit(&over)
    }

    /// Refuses a share of the draws that is too few of them.
    fn check_beyond(&self, share: f64) -> Result<()> {
        let drawn = measures::as_float(self.draws.len());
        // A share that is a rounding below five draws is five.
        if drawn * share > LEAST_DRAWS - 1e-6 {
            return Ok(());
        }
        let problem = format!("of {drawn} drawn years {:.1} are beyond it", drawn * share);
        let remedy = if share > 0.0 {
            format!(
                "draw at least {:.0} years, or ask the outlook, which draws none",
                (LEAST_DRAWS / share).ceil()
            )
        } else {
            "ask for one that some years are beyond, or look at the draws themselves".to_owned()
        };
        Err(Error::new(ErrorKind::Statistic, format!("party `{}`, level", self.name), problem, remedy))
    }

    fn major(&self, found: Estimate) -> Estimate {
        Estimate { mean: found.mean / self.minor, se: found.se / self.minor }
    }
}
