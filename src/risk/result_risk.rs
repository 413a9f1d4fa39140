//! The risk of one party's result, per head.

use serde::Serialize;

use super::{
    measures::as_float,
    outlook::{Outlook, PartyOutlook},
};
use crate::error::{Error, ErrorKind, Result};

/// The risk of one party's result. Amounts are in major units, for each person of the cost model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ResultRisk {
    /// The mean result.
    pub mean: f64,
    /// Its standard deviation.
    pub standard_deviation: f64,
    /// The mean loss of the worst 1 − `level` of years; below 0 where even they are a gain.
    pub tvar: f64,
    /// The level of the tail.
    pub level: f64,
    /// The probability of a result below zero.
    pub probability_of_deficit: f64,
    /// What there is to meet a deficit with, in all.
    pub reserve: f64,
    /// The probability of a deficit above the reserve.
    pub probability_beyond_reserve: f64,
    /// How far the probabilities may be from the true ones.
    pub error: f64,
}

impl ResultRisk {
    /// The risk of a party's result: the tail is the worst 1 − `level` of years, and the reserve is in major units.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] where the outlook has no such party; [`ErrorKind::Statistic`] where only the mean of its result is
    /// known; [`ErrorKind::Range`] for a level that is not between 0 and 1, and a reserve below zero.
    pub fn of(outlook: &Outlook, party: &str, level: f64, reserve: f64) -> Result<Self> {
        let party: &PartyOutlook = outlook.party(party)?;
        if reserve.partial_cmp(&0.0).is_none_or(std::cmp::Ordering::is_lt) {
            let problem = format!("{reserve} is below zero");
            return Err(Error::new(ErrorKind::Range, "reserve", problem, "give 0 or more"));
        }
        let people = as_float(usize::try_from(outlook.stamp().people).unwrap_or(usize::MAX));
        Ok(Self {
            mean: party.mean() / people,
            standard_deviation: party.standard_deviation()? / people,
            tvar: -party.mean_of_worst(level)? / people,
            level,
            probability_of_deficit: party.probability_of_deficit()?,
            reserve,
            probability_beyond_reserve: party.probability_below(-reserve)?,
            error: party.method()?.1,
        })
    }
}
