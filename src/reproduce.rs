//! Published results settled again: does the contract give what the regulator paid?
//!
//! A row of a results file is settled under the contract of its track and year, exactly, and what comes out is put
//! beside what was published. Published numbers are rounded, so a row is also settled at the ends of what they can have
//! been: [`Verdict`] tells a payment that comes out to the dollar from one that lies where rounding allows, and says why
//! a row does neither.

mod chance;
pub mod gp;
pub mod mssp;
pub mod reach;
mod settled;
mod tracks;

pub use chance::{AcoByChance, MsspByChance, YearByChance, mssp_by_chance};
pub use gp::{GpReproduction, reproduce as reproduce_gp};
pub use mssp::{reproduce as reproduce_mssp, statement as statement_mssp};
pub use reach::reproduce as reproduce_reach;
pub use tracks::{ChosenRate, OnEveryTrack, OtherTracks, TrackResult};

use std::fmt;

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};

/// How a settled amount compares with the published one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// It is the published amount, to the dollar.
    Exact,
    /// The published amount lies in the interval that the rounding of the other published numbers allows.
    WithinRounding,
    /// It differs, for a reason that the published data show.
    Explained(String),
    /// It differs.
    Missed(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.write_str("exact"),
            Self::WithinRounding => f.write_str("within rounding"),
            Self::Explained(why) => write!(f, "explained: {why}"),
            Self::Missed(why) => write!(f, "missed: {why}"),
        }
    }
}

/// One published row beside its settlement. Money is in dollars; what was owed is below zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reproduced {
    /// The performance year.
    pub year: i16,
    /// The ACO's number where it is published, else its name.
    pub aco: String,
    /// The ACO's name.
    pub name: String,
    /// The track.
    pub track: String,
    /// The gross savings or losses that were published, and those that come out.
    pub gross: (Decimal, Decimal),
    /// What was published as paid, or owed.
    pub published: Decimal,
    /// What comes out.
    pub settled: Decimal,
    /// The least and the most that can come out, by the rounding of what was published.
    pub interval: (Decimal, Decimal),
    /// How the two compare.
    pub verdict: Verdict,
}

/// What was reproduced, and from what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reproduction {
    /// Every row of every file, in order.
    pub rows: Vec<Reproduced>,
    /// What made the results.
    pub stamp: Stamp,
}

impl Reproduction {
    /// How many rows of each year reproduce.
    pub fn counts(&self) -> Vec<Count> {
        Count::by_year(&self.rows)
    }
}

/// What made the results, so that they can be made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stamp {
    /// The version of this crate.
    pub version: String,
    /// The name of the programme and the fingerprint of its file.
    pub programme: (String, String),
    /// The name of each results file and the fingerprint of its bytes.
    pub files: IndexMap<String, String>,
    /// How the rows were settled.
    pub method: String,
    /// Terms whose source could not be checked, by track.
    pub unverified: Vec<String>,
}

const METHOD: &str = "each row settled exactly under the contract of its track and year, and at the ends of what its \
                      rounded numbers can have been";

/// That there is something to reproduce.
fn not_empty<R>(files: &[crate::datasets::Results<R>]) -> Result<()> {
    if files.is_empty() {
        return Err(Error::new(
            ErrorKind::File,
            "results",
            "no file is given",
            "give at least one results file",
        ));
    }
    Ok(())
}

/// How many rows of a year reproduce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Count {
    /// The performance year.
    pub year: i16,
    /// All rows.
    pub rows: usize,
    /// Rows in which something was paid.
    pub savers: usize,
    /// Rows in which something was owed, or would have been.
    pub losers: usize,
    /// Rows that come out to the dollar.
    pub exact: usize,
    /// Rows that come out within the rounding of what was published, and not to the dollar.
    pub within_rounding: usize,
    /// Rows that differ for a reason that the data show.
    pub explained: usize,
    /// Rows that differ.
    pub missed: usize,
}

impl Count {
    fn by_year(rows: &[Reproduced]) -> Vec<Self> {
        let mut years: Vec<i16> = rows.iter().map(|row| row.year).collect();
        years.sort_unstable();
        years.dedup();
        years.into_iter().map(|year| Self::of(year, rows.iter().filter(|row| row.year == year))).collect()
    }

    fn of<'a>(year: i16, rows: impl Iterator<Item = &'a Reproduced>) -> Self {
        let mut count = Self { year, ..Self::default() };
        for row in rows {
            count.rows += 1;
            count.savers += usize::from(row.gross.1 > Decimal::ZERO);
            count.losers += usize::from(row.gross.1 < Decimal::ZERO);
            match row.verdict {
                Verdict::Exact => count.exact += 1,
                Verdict::WithinRounding => count.within_rounding += 1,
                Verdict::Explained(_) => count.explained += 1,
                Verdict::Missed(_) => count.missed += 1,
            }
        }
        count
    }
}

/// Whether two amounts are the same to the dollar: their difference rounds to at most one.
fn same_to_the_dollar(one: Decimal, other: Decimal) -> bool {
    one.checked_sub(other).is_some_and(|apart| apart.abs() <= Decimal::ONE)
}
