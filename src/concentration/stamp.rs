//! What a statistic was made of, so that it can be made again.

use std::fmt;

use serde::Serialize;

use super::ranked::Denominator;
use super::steps::Steps;

/// How the people of a ranking are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Every amount by itself, sorted.
    OneByOne,
    /// The bins of one pass.
    Binned,
    /// The bins of one pass, and a second pass over the people whom a share cuts through.
    BinnedWithBoundary,
    /// Ranked by another variable, sorted.
    RankedByAnother,
}

impl Known {
    fn words(self) -> &'static str {
        match self {
            Self::OneByOne => "every amount ranked by itself",
            Self::Binned => "amounts in bins at most 1/4096 of their value wide, with bounds",
            Self::BinnedWithBoundary => {
                "amounts in bins at most 1/4096 of their value wide, those at the named shares one by one"
            }
            Self::RankedByAnother => "ranked by another variable, ties in proportion",
        }
    }
}

/// What made a statistic: the version, the hash of the values, and the method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stamp {
    /// The version of this crate.
    pub version: String,
    /// `sha256:` and the digest of what every statistic is computed from: each step of the ranking, from the dearest to the
    /// cheapest, with its rows, its people and its amount. It does not depend on the order of the rows, on how they were
    /// cut into chunks, or on the machine. Where amounts are ranked by themselves, any other amount gives another
    /// digest; where they are in bins, amounts that differ within a bin and leave its sum as it is do not, nor do they
    /// change a statistic. A second pass for other shares of people knows other amounts one by one, and has another
    /// digest.
    pub values: String,
    /// How people were ranked, and who is in the denominator.
    pub method: String,
}

impl Stamp {
    pub(super) fn of(steps: &Steps, known: Known, among: Denominator) -> Self {
        let denominator = match among {
            Denominator::Everyone => "of everybody",
            Denominator::Users => "of users only",
        };
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            values: steps.fingerprint(),
            method: format!("{}; {denominator}; the person on a boundary counted in part", known.words()),
        }
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "capitation {}; {}; values {}", self.version, self.method, self.values)
    }
}
