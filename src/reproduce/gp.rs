//! What general practices in England were paid, settled again: weighted list × rate.
//!
//! The rate of a contract is the same for all, but what practices were paid for a weighted patient is not: most have
//! opted out of out-of-hours care and have a part deducted, London adds to the list, and no file tells who has opted out.
//! So each year is settled at the median of what its practices were paid, and every practice that lies further from it
//! than one per cent is listed with the reason that the files show, or as unexplained.

mod year;

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use indexmap::IndexMap;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

pub use year::{GpReasons, GpYear, OutsideLondon};

use super::settled::{Contracts, Prepared};
use super::{Stamp, not_empty};
use crate::{
    datasets::{
        Results,
        gp::{GpContract, GpPayment},
    },
    decimal,
    error::{Error, ErrorKind, Result},
    money::inexact,
};

const PROGRAMME: &str = "nhs-primary-care";
const TRACK: &str = "GMS";
const METHOD: &str = "each GMS practice with a list and a global sum settled exactly for twelve months at the median rate \
                      of its year, with nothing further deducted; within 1 % of what was paid, or listed with its reason";

/// Decimals of a rate: far beyond a penny, so that rounding it moves no practice across a bound.
const RATE_PLACES: u32 = 12;

/// Decimals of a difference as a part of what comes out.
const DIFFERENCE_PLACES: u32 = 6;

/// Why what was paid differs from weighted list × rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GpReason {
    /// The practice has no patients in the file of the year before or of the year after. The first year of the files does
    /// not show who opened, nor the last who closed.
    OpenedOrClosed,
    /// It was paid less, and was paid under a PMS contract too in the same year.
    TwoContracts,
    /// It is in London, where the list is adjusted.
    London,
    /// The files show no reason. A practice that did not opt out of out-of-hours care is among these, and one whose list
    /// moved, where a file prints the list of one day and not the average of those that were paid for.
    Unexplained,
}

impl fmt::Display for GpReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OpenedOrClosed => "opened or closed: it has no patients the year before or the year after",
            Self::TwoContracts => "paid less, and under a PMS contract too in the year",
            Self::London => "in London, where the list is adjusted",
            Self::Unexplained => "unexplained; the files do not tell who opted out of out-of-hours care",
        })
    }
}

/// How what was paid compares with weighted list × rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GpVerdict {
    /// The two differ by at most 1 %.
    Near,
    /// They differ by more.
    Differs(GpReason),
    /// The practice is not on a GMS contract, or the file does not tell its contract.
    OtherContract,
    /// It is, and has no weighted patients or no global sum above zero.
    WithoutListOrSum,
}

impl fmt::Display for GpVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Near => f.write_str("within 1 %"),
            Self::Differs(why) => write!(f, "differs: {why}"),
            Self::OtherContract => f.write_str("not compared: it is not on a GMS contract"),
            Self::WithoutListOrSum => f.write_str("not compared: it has no weighted list or no global sum"),
        }
    }
}

/// One published row beside its settlement, told by its line in the file and not by a name. Money is in pounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GpReproduced {
    /// The year in which the financial year begins.
    pub year: i16,
    /// The line of the row in its file, from 1.
    pub line: usize,
    /// Whether the practice is in London.
    pub london: bool,
    /// The weighted list.
    pub weighted: Decimal,
    /// The global sum that was paid.
    pub published: Decimal,
    /// What comes out; none where the row is not compared.
    pub settled: Option<Decimal>,
    /// What was paid beside what comes out, less 1: above zero it was paid more.
    pub difference: Option<Decimal>,
    /// How the two compare.
    pub verdict: GpVerdict,
}

/// What was reproduced, and from what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GpReproduction {
    /// Every row of every file, in order.
    pub rows: Vec<GpReproduced>,
    /// Every year of the files, in order.
    pub years: Vec<GpYear>,
    /// What made the results.
    pub stamp: Stamp,
}

/// Settles every GMS practice with a list and a global sum at the median rate of its year.
///
/// Files of several years show who opened and closed; give all there are.
///
/// # Errors
/// No file; a practice that is there twice in a year; a year that the programme does not have; an amount that cannot be
/// held exactly, naming the line.
pub fn reproduce(files: &[Results<GpPayment>]) -> Result<GpReproduction> {
    not_empty(files)?;
    let known = Known::of(files)?;
    let all: Vec<&GpPayment> = files.iter().flat_map(|file| &file.rows).collect();
    let mut by_year: IndexMap<i16, Vec<&GpPayment>> = IndexMap::new();
    for row in &all {
        by_year.entry(row.year).or_default().push(row);
    }
    by_year.sort_unstable_keys();
    let mut contracts = Contracts::of(PROGRAMME)?;
    let mut rates: HashMap<i16, Option<Decimal>> = HashMap::new();
    let mut outside = Vec::with_capacity(by_year.len());
    for (of, rows) in &by_year {
        let contract = contracts.get(*of, TRACK, &[("rate", "as given")])?;
        rates.insert(*of, median_rate(rows.iter().copied().filter(|row| is_compared(row)))?);
        outside.push(year::outside_london(contract, rows)?);
    }
    let one = |row: &&GpPayment| {
        let contract = contracts.get(row.year, TRACK, &[("rate", "as given")])?;
        let rate = rates.get(&row.year).copied().flatten();
        one(contract, row, rate, &known).map_err(|why| at_line(row, &why))
    };
    let rows: Vec<GpReproduced> = all.iter().map(one).collect::<Result<_>>()?;
    let years = by_year.keys().zip(outside).map(|(of, outside)| {
        let rate = rates.get(of).copied().flatten();
        let rows = rows.iter().filter(|row| row.year == *of);
        year::counted(*of, rate, outside, rows).map_err(|why| why.within(financial_year(*of)))
    });
    let years = years.collect::<Result<_>>()?;
    Ok(GpReproduction { years, rows, stamp: contracts.stamp(files, METHOD.to_owned()) })
}

/// An amount of a row that cannot be held: where the row is, and what in it to look at.
fn at_line(row: &GpPayment, why: &Error) -> Error {
    Error::new(
        why.kind(),
        format!("{}, line {}", financial_year(row.year), row.line),
        format!(
            "weighted list {} and global sum {}: {}",
            row.weighted.normalize(),
            row.global_sum.normalize(),
            why.problem()
        ),
        "compare both with the publisher's file: one of them is beyond any practice's",
    )
}

fn financial_year(begins: i16) -> String {
    format!("{begins}/{:02}", (begins + 1) % 100)
}

/// The years of the files, and who had patients in each.
struct Known<'a> {
    years: HashSet<i16>,
    with_patients: HashSet<(&'a str, i16)>,
}

impl<'a> Known<'a> {
    fn of(files: &'a [Results<GpPayment>]) -> Result<Self> {
        let mut known = Self { years: HashSet::new(), with_patients: HashSet::new() };
        let mut seen = HashSet::new();
        for file in files {
            for row in &file.rows {
                if !seen.insert((row.practice.as_str(), row.year)) {
                    return Err(Error::new(
                        ErrorKind::Row,
                        format!("{}, line {}", file.file, row.line),
                        "the practice is in another file too, in the same year",
                        "give each year once",
                    ));
                }
                known.years.insert(row.year);
                if row.registered > Decimal::ZERO {
                    known.with_patients.insert((row.practice.as_str(), row.year));
                }
            }
        }
        Ok(known)
    }

    /// Whether a practice has no patients the year before or after, of the years that the files have.
    fn opened_or_closed(&self, row: &GpPayment) -> bool {
        [row.year - 1, row.year + 1].into_iter().any(|year| {
            self.years.contains(&year) && !self.with_patients.contains(&(row.practice.as_str(), year))
        })
    }
}

fn is_compared(row: &GpPayment) -> bool {
    row.contract == GpContract::Gms && row.weighted > Decimal::ZERO && row.global_sum > Decimal::ZERO
}

/// The median of global sum for a weighted patient: of an even number the mean of the two in the middle.
fn median_rate<'a>(rows: impl Iterator<Item = &'a GpPayment>) -> Result<Option<Decimal>> {
    let rounded =
        |rate: Decimal| rate.round_dp_with_strategy(RATE_PLACES, RoundingStrategy::MidpointAwayFromZero);
    let mut rates: Vec<Decimal> =
        rows.filter_map(|row| row.global_sum.checked_div(row.weighted)).map(rounded).collect();
    rates.sort_unstable();
    let (low, high) = (rates.len().saturating_sub(1) / 2, rates.len() / 2);
    let (Some(low), Some(high)) = (rates.get(low), rates.get(high)) else { return Ok(None) };
    let both = decimal::add(*low, *high).map_err(|why| inexact("median rate", why))?;
    Ok(both.checked_div(Decimal::TWO).map(rounded))
}

/// What the contract gives for a list at a rate, for twelve months.
fn settle(contract: &Prepared, row: &GpPayment, rate: Decimal) -> Result<Decimal> {
    let given = |name: &str| match name {
        "weighted patients" => Some(row.weighted),
        "agreed rate per weighted patient" => Some(rate),
        "months paid" => Some(Decimal::from(12)),
        _ => None,
    };
    contract.settle(&given)?.get("global sum")
}

fn one(
    contract: &Prepared,
    row: &GpPayment,
    rate: Option<Decimal>,
    known: &Known<'_>,
) -> Result<GpReproduced> {
    let mut found = GpReproduced {
        year: row.year,
        line: row.line,
        london: row.is_in_london(),
        weighted: row.weighted,
        published: row.global_sum,
        settled: None,
        difference: None,
        verdict: GpVerdict::WithoutListOrSum,
    };
    if row.contract != GpContract::Gms {
        found.verdict = GpVerdict::OtherContract;
    }
    let Some(rate) = rate.filter(|_| is_compared(row)) else { return Ok(found) };
    let settled = settle(contract, row, rate)?;
    let beside = row.global_sum.checked_div(settled);
    found.settled = Some(settled);
    found.difference = beside.map(|beside| {
        (beside - Decimal::ONE)
            .round_dp_with_strategy(DIFFERENCE_PLACES, RoundingStrategy::MidpointAwayFromZero)
    });
    found.verdict = if year::is_within(row.global_sum, settled, 1)? {
        GpVerdict::Near
    } else {
        GpVerdict::Differs(reason(row, settled, known)?)
    };
    Ok(found)
}

/// What the files show of a practice that lies further than 1 %; the stronger evidence first.
fn reason(row: &GpPayment, settled: Decimal, known: &Known<'_>) -> Result<GpReason> {
    // A balance of less is a correction of another year.
    let is_paid_as_pms = row.pms_balance > year::per_cent(settled, 1)? && row.global_sum < settled;
    Ok(if known.opened_or_closed(row) {
        GpReason::OpenedOrClosed
    } else if is_paid_as_pms {
        GpReason::TwoContracts
    } else if row.is_in_london() {
        GpReason::London
    } else {
        GpReason::Unexplained
    })
}
