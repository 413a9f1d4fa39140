//! What is drawn: how many years, and what goes on from one to the next.

use super::rebase::Rebase;
use crate::error::{Error, ErrorKind, Result};

/// The most years of one path.
const LONGEST: u16 = 100;

/// How many years are drawn, from which seed, and what goes on from one year to the next.
///
/// ```
/// use capitation::risk::simulate::{Rebase, Simulation};
/// // 10,000 times three years in which costs grow by 4 %, and a benchmark of which a new one is made each year.
/// let benchmark = Rebase::new("benchmark", [0.1, 0.3, 0.6], [390.0, 401.0, 418.0])?.trend(0.04)?;
/// let how = Simulation::new(10_000, 1)?.horizon(3)?.trend(0.04)?.rebase(benchmark)?;
/// assert_eq!((how.years(), how.horizon_years()), (10_000, 3));
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    pub(super) years: usize,
    pub(super) seed: u64,
    pub(super) horizon: u16,
    pub(super) trend: f64,
    pub(super) discount: f64,
    pub(super) rebased: Vec<Rebase>,
    /// Scenarios between two reports; only tests name it.
    pub(super) batch: Option<usize>,
}

impl Simulation {
    /// So many drawn years (scenarios, where each is the first of several years), at least 2.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for fewer than 2: one has no standard error.
    pub fn new(years: usize, seed: u64) -> Result<Self> {
        if years < 2 {
            let problem =
                if years == 0 { "no year is drawn" } else { "one drawn year has no standard error" };
            return refused("drawn years", problem.to_owned(), "draw at least 2, better 10,000");
        }
        Ok(Self { years, seed, horizon: 1, trend: 0.0, discount: 0.0, rebased: Vec::new(), batch: None })
    }

    /// The same over so many years in a row, each with other costs of the same people; 1 where it is not named.
    ///
    /// Contract years have the terms of the same day of later years as far as the contract's period goes, and beyond it those
    /// of the last such day: a renewal on the same terms.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a horizon of 0 years, or above 100.
    pub fn horizon(mut self, years: u16) -> Result<Self> {
        if !(1..=LONGEST).contains(&years) {
            return refused(
                "horizon",
                format!("it is {years} years"),
                "give a number of years from 1 to 100",
            );
        }
        self.horizon = years;
        Ok(self)
    }

    /// The same where costs grow by this share from each year to the next (0.04 for 4 %): what each person costs, and what
    /// additive shocks add. The first year is the model's. Without it costs do not grow.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a share that is not above −1 and at most 1.
    pub fn trend(mut self, a_year: f64) -> Result<Self> {
        self.trend = share_a_year("trend of costs", a_year)?;
        Ok(self)
    }

    /// The same where a result of a later year counts for less on the whole path: over (1 + rate) for each year after the
    /// first. Without it all years count alike.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a rate that is not above −1 and at most 1.
    pub fn discount(mut self, rate: f64) -> Result<Self> {
        self.discount = share_a_year("discount rate", rate)?;
        Ok(self)
    }

    /// The same where an input of the contract is made of what people cost before.
    ///
    /// # Errors
    /// [`ErrorKind::Name`] where the input is rebased already.
    pub fn rebase(mut self, rebase: Rebase) -> Result<Self> {
        if self.rebased.iter().any(|other| other.input == rebase.input) {
            let place = format!("input `{}`", rebase.input);
            return Err(Error::new(ErrorKind::Name, place, "it is rebased twice", "rebase it once"));
        }
        self.rebased.push(rebase);
        Ok(self)
    }

    /// How many years, or paths of years, are drawn.
    pub fn years(&self) -> usize {
        self.years
    }

    /// The seed of the streams.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How many years follow each other.
    pub fn horizon_years(&self) -> u16 {
        self.horizon
    }

    /// Growth of costs from the first year to another.
    pub(super) fn growth(&self, year: u16) -> f64 {
        (1.0 + self.trend).powi(i32::from(year))
    }

    /// What a result of a year counts for on the whole path.
    pub(super) fn present_value(&self, year: u16) -> f64 {
        (1.0 + self.discount).powi(-i32::from(year))
    }
}

/// A rate of growth that can be one.
pub(super) fn share_a_year(place: &str, rate: f64) -> Result<f64> {
    if rate > -1.0 && rate <= 1.0 {
        return Ok(rate);
    }
    refused(place, format!("it is {rate} a year"), "give a share above -1 and up to 1, 0.04 for 4 %")
}

fn refused<T>(place: &str, problem: String, remedy: &str) -> Result<T> {
    Err(Error::new(ErrorKind::Range, place, problem, remedy))
}
