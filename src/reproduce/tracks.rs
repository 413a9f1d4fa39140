//! What would have been paid on another track.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use super::Stamp;
use super::mssp::{End, MinimumRate, input, less, minimum_rate, own_loss};
use super::settled::{Amounts, Contracts};
use crate::{
    datasets::{Results, mssp::MsspResult},
    decimal,
    error::{Error, ErrorKind, Result},
    money::inexact,
};

/// Decimals of the share of a loss that was relieved.
const RELIEF_PLACES: u32 = 12;

/// The minimum savings and loss rate of other two-sided tracks. One-sided tracks have the rate of the table, and the ACO's
/// own track the rate that it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChosenRate {
    /// The rate that the ACO had, where it had chosen one; otherwise that of the table.
    AsItHad,
    /// The rate of the table for a population of this size.
    BySize,
    /// A rate of the ACO's choice: 0, or 0.5 % to 2 % by halves. Too small a population has that of the table.
    Rate(Decimal),
}

/// An ACO's published year under one track. Money is in dollars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TrackResult {
    /// The track.
    pub track: String,
    /// Whether this is the track that the ACO was in.
    pub is_own: bool,
    /// The minimum savings rate, and loss rate on two-sided tracks.
    pub minimum_rate: Decimal,
    /// The rate at which savings are shared.
    pub sharing_rate: Decimal,
    /// The rate at which losses are shared; nothing on one-sided tracks.
    pub loss_rate: Option<Decimal>,
    /// Gross savings, or losses below zero: what reached the minimum.
    pub gross: Decimal,
    /// The most that can be paid.
    pub limit_on_savings: Decimal,
    /// The most that can be owed by the benchmark; nothing on one-sided tracks.
    pub limit_on_losses: Option<Decimal>,
    /// Whether participant revenue, which CMS does not publish, may limit the loss to less.
    pub revenue_may_limit: bool,
    /// What would be paid, or owed below zero. Where revenue may limit the loss, this is the most that could be owed.
    pub net: Decimal,
    /// What CMS published as paid, or owed below zero: on the ACO's own track.
    pub published: Option<Decimal>,
}

/// An ACO's published year under every track of that year, and what made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OnEveryTrack {
    /// A result for each track.
    pub tracks: Vec<TrackResult>,
    /// What made the results.
    pub stamp: Stamp,
}

/// An ACO's published year on the tracks of that year.
#[derive(Debug, Clone, Copy)]
pub struct OtherTracks<'a> {
    file: &'a Results<MsspResult>,
    row: &'a MsspResult,
    rate: ChosenRate,
    revenue: Option<Decimal>,
    /// The share of its own loss that CMS took off.
    relieved: Decimal,
}

impl<'a> OtherTracks<'a> {
    /// The year of one ACO, a row of this file, with a minimum rate for tracks on which it is chosen.
    ///
    /// # Errors
    /// [`Range`](ErrorKind::Range) where the rate is not a share from 0 to 1.
    pub fn new(file: &'a Results<MsspResult>, row: &'a MsspResult, rate: ChosenRate) -> Result<Self> {
        if let ChosenRate::Rate(rate) = rate
            && !(Decimal::ZERO..=Decimal::ONE).contains(&rate)
        {
            let remedy = "give a share: 0.02 for 2 %";
            return Err(Error::new(
                ErrorKind::Range,
                "minimum rate",
                format!("{rate} is not from 0 to 1"),
                remedy,
            ));
        }
        Ok(Self { file, row, rate, revenue: None, relieved: relieved(row)? })
    }

    /// With what Medicare paid the ACO's participants, which limits losses on some tracks and is not published.
    ///
    /// # Errors
    /// [`Range`](ErrorKind::Range) where it is below zero.
    pub fn participant_revenue(mut self, revenue: Decimal) -> Result<Self> {
        if revenue < Decimal::ZERO {
            let problem = format!("{revenue} is below zero");
            return Err(Error::new(
                ErrorKind::Range,
                "participant revenue",
                problem,
                "give dollars of a year",
            ));
        }
        self.revenue = Some(revenue);
        Ok(self)
    }

    /// What would have been paid or owed on every track of the year.
    ///
    /// # Errors
    /// A year that the programme does not have; an amount that cannot be held exactly.
    pub fn settle(&self) -> Result<OnEveryTrack> {
        let mut contracts = Contracts::of("mssp")?;
        let tracks: Vec<String> = contracts.year(self.row.year)?.tracks().map(str::to_owned).collect();
        let tracks = tracks.iter().map(|track| self.on(&mut contracts, track)).collect::<Result<_>>()?;
        let rate = match self.rate {
            ChosenRate::AsItHad => "as it had".to_owned(),
            ChosenRate::BySize => "by size".to_owned(),
            ChosenRate::Rate(rate) => rate.to_string(),
        };
        let revenue = self.revenue.map_or_else(|| "not known".to_owned(), |revenue| revenue.to_string());
        let method = format!(
            "one row settled exactly under the contract of every track of its year; minimum rate {rate}; \
             participant revenue {revenue}"
        );
        Ok(OnEveryTrack { tracks, stamp: contracts.stamp(std::slice::from_ref(self.file), method) })
    }

    /// What would have been paid or owed on every track, had savings been these parts of the benchmark: for each
    /// track its name and an amount for each rate. A negative rate is a loss.
    ///
    /// # Errors
    /// As [`settle`](Self::settle).
    pub fn payments(&self, savings_rates: &[Decimal]) -> Result<Vec<(String, Vec<Decimal>)>> {
        let mut contracts = Contracts::of("mssp")?;
        let tracks: Vec<String> = contracts.year(self.row.year)?.tracks().map(str::to_owned).collect();
        let of = |track: String| {
            let nets = savings_rates.iter().map(|rate| {
                let saved = decimal::multiply(self.row.benchmark.value, *rate);
                // Away from zero: a saving at the minimum rate must not round to below it.
                let saved = saved
                    .map_err(|why| inexact("savings rate", why))?
                    .round_dp_with_strategy(2, RoundingStrategy::AwayFromZero);
                let spent = less(self.row.benchmark.value, saved)?;
                self.amounts(&mut contracts, &track, Some(spent), net)
            });
            let nets = nets.collect::<Result<Vec<_>>>()?;
            Ok((track, nets))
        };
        tracks.into_iter().map(of).collect()
    }

    fn on(&self, contracts: &mut Contracts, track: &str) -> Result<TrackResult> {
        let choices = contracts.year(self.row.year)?.track(track)?;
        let has = |choice: &str| choices.choices().iter().any(|(name, _)| *name == choice);
        let (is_two_sided, has_revenue_limit) = (has("minimum rate"), has("loss limit"));
        self.amounts(contracts, track, None, |amounts| {
            let two_sided = |name| is_two_sided.then(|| amounts.get(name)).transpose();
            Ok(TrackResult {
                track: track.to_owned(),
                is_own: self.row.track == track,
                minimum_rate: amounts.get("minimum rate")?,
                sharing_rate: amounts.get("final sharing rate")?,
                loss_rate: two_sided("loss sharing rate")?,
                gross: less(amounts.get("gross savings")?, amounts.get("gross loss")?)?,
                limit_on_savings: amounts.get("limit on shared savings")?,
                limit_on_losses: two_sided("limit on losses")?,
                revenue_may_limit: has_revenue_limit && self.revenue.is_none(),
                net: net(amounts)?,
                published: (self.row.track == track).then_some(self.row.earned.value),
            })
        })
    }

    /// Settles the row under a track and looks at the amounts. Populations below the table have the rate that CMS set.
    fn amounts<T>(
        &self,
        contracts: &mut Contracts,
        track: &str,
        spent: Option<Decimal>,
        look: impl Fn(&Amounts<'_>) -> Result<T>,
    ) -> Result<T> {
        let is_own = self.row.track == track;
        let asked = if is_own { ChosenRate::AsItHad } else { self.rate };
        let (rate, chosen) = match asked {
            ChosenRate::Rate(rate) => ("chosen", rate),
            ChosenRate::AsItHad if minimum_rate(contracts, self.row)? == MinimumRate::Chosen => {
                ("chosen", self.row.minimum_rate.value)
            }
            ChosenRate::AsItHad | ChosenRate::BySize => ("by size", Decimal::ZERO),
        };
        let limit = if self.revenue.is_some() { "by benchmark and revenue" } else { "by benchmark alone" };
        let low_revenue = self.row.low_revenue.filter(|_| !is_own);
        let given = |name: &str| match (name, low_revenue) {
            ("chosen minimum rate", _) => Some(chosen),
            ("participant revenue", _) => self.revenue,
            ("expenditure", _) if spent.is_some() => spent,
            ("share of beneficiaries affected", _) => Some(self.relieved),
            ("share of months affected", _) => Some(Decimal::ONE),
            // On a track that has the rule, it is for ACOs of low revenue.
            ("reduced sharing", Some(low)) => Some(Decimal::from(u8::from(low))),
            _ => input(self.row, name, End::Published),
        };
        // What was relieved of its own loss is the same share of any other.
        let is_as_it_was = is_own && spent.is_none();
        let relief = if is_as_it_was { "as granted" } else { "by shares" };
        let with = |rate, one_sided| {
            vec![
                ("one-sided minimum rate", one_sided),
                ("minimum rate", rate),
                ("loss limit", limit),
                ("extreme circumstances", relief),
            ]
        };
        let year = self.row.year;
        let amounts = match contracts.get(year, track, &with(rate, "by size"))?.settle(&given) {
            Err(why) if why.kind() == ErrorKind::Range => {
                contracts.get(year, track, &with("set by CMS", "set by CMS"))?.settle(&given)?
            }
            amounts => amounts?,
        };
        look(&amounts)
    }
}

/// The share of an ACO's own loss, within the limit by benchmark, that CMS took off for extreme circumstances.
fn relieved(row: &MsspResult) -> Result<Decimal> {
    if row.relief.is_zero() {
        return Ok(Decimal::ZERO);
    }
    let loss = own_loss(row)?;
    let share = row.relief.checked_div(loss).map(|share| share.round_dp(RELIEF_PLACES));
    // Without a loss of its own that counted there is nothing that relief was a share of.
    Ok(share.unwrap_or_default().min(Decimal::ONE))
}

fn net(amounts: &Amounts<'_>) -> Result<Decimal> {
    less(amounts.get("shared savings")?, amounts.get("shared loss")?)
}
