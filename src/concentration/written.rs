//! Tallies and boundaries as they are written, and the checks that they pass when read back.

use serde::{Deserialize, Serialize};

use super::bin::{Bin, FINE, RESIDUE};
use super::boundary::{Atom, Boundary};
use super::wide::{UNIT, Wide};
use crate::error::{Error, ErrorKind, Result};

/// The key of infinity: amounts lie below.
const KEYS: u32 = 0x7ff << FINE;

/// A tally as it is written: one list for each bin, in ascending order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename = "Tally", deny_unknown_fields)]
pub(super) struct Written {
    /// Bits of the fraction that choose a bin.
    fine: u32,
    /// Rows that stayed out because their weight is 0.
    left_out: u64,
    bins: WrittenBins,
}

/// The bins with what is needed of each.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenBins {
    Empty,
    /// Key, rows, and the low and high 64 bits of the sum of the values' lower bits.
    Counted(Vec<(u32, u64, u64, u64)>),
    /// Key, rows, and the sums of weight and of weight × lower bits in units of 2⁻¹¹⁶.
    Weighted(Vec<(u32, u64, Wide, Wide)>),
}

impl Written {
    pub(super) fn new(weighted: Option<bool>, left_out: u64, bins: &[Bin]) -> Self {
        let counted = |bin: &Bin| {
            let (low, high) = bin.residue.above(UNIT);
            (bin.key, bin.rows, low, high)
        };
        let bins = match weighted {
            None => WrittenBins::Empty,
            Some(false) => WrittenBins::Counted(bins.iter().map(counted).collect()),
            Some(true) => WrittenBins::Weighted(
                bins.iter().map(|bin| (bin.key, bin.rows, bin.weight, bin.residue)).collect(),
            ),
        };
        Self { fine: FINE, left_out, bins }
    }

    /// Whether rows have weights, how many stayed out, and the bins, each of them possible.
    pub(super) fn read(self) -> Result<(Option<bool>, u64, Vec<Bin>)> {
        if self.fine != FINE {
            return Err(damaged("tally", &format!("its bins are chosen by {} bits, not {FINE}", self.fine)));
        }
        let (weighted, bins): (_, Vec<Bin>) = match self.bins {
            WrittenBins::Empty => (None, Vec::new()),
            WrittenBins::Counted(bins) => {
                let bin = |(key, rows, low, high): (u32, u64, u64, u64)| {
                    let residue = u128::from(high) << 64 | u128::from(low);
                    Bin { key, rows, weight: Wide::rows(rows), residue: Wide::shifted(residue, UNIT) }
                };
                (Some(false), bins.into_iter().map(bin).collect())
            }
            WrittenBins::Weighted(bins) => {
                let bin = |(key, rows, weight, residue)| Bin { key, rows, weight, residue };
                (Some(true), bins.into_iter().map(bin).collect())
            }
        };
        let mut before = None;
        for bin in &bins {
            if before >= Some(bin.key) || bin.key >= KEYS {
                return Err(damaged(
                    "tally",
                    &format!("bin {} is out of order or beyond any number", bin.key),
                ));
            }
            before = Some(bin.key);
            // A weight is below 2⁴⁸, so that many rows at most weigh that much.
            let heaviest = Wide::shifted(u128::from(bin.rows), UNIT + 48);
            let most = bin.weight.times(RESIDUE);
            let possible = bin.rows > 0
                && !bin.weight.is_zero()
                && bin.weight.at_most(heaviest)
                && most.is_some_and(|most| bin.residue.at_most(most));
            if !possible {
                return Err(damaged(
                    "tally",
                    &format!("no {} rows have the sums of bin {}", bin.rows, bin.key),
                ));
            }
        }
        Ok((weighted, self.left_out, bins))
    }
}

/// A boundary as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename = "Boundary", deny_unknown_fields)]
pub(super) struct WrittenBoundary {
    /// The keys of the bins that are wanted.
    keys: Vec<u32>,
    /// The bits of an amount, its rows and their weight.
    found: Vec<(u64, u64, Wide)>,
}

impl From<Boundary> for WrittenBoundary {
    fn from(boundary: Boundary) -> Self {
        let (keys, found) = boundary.parts();
        let found = found.map(|(bits, atom)| (bits, atom.rows, atom.weight)).collect();
        Self { keys: keys.to_vec(), found }
    }
}

impl TryFrom<WrittenBoundary> for Boundary {
    type Error = Error;
    fn try_from(written: WrittenBoundary) -> Result<Self> {
        if written.keys.iter().any(|key| *key >= KEYS) {
            return Err(damaged("boundary", "it looks for bins beyond any number"));
        }
        // Rows that do not fit are found out when the boundary meets its tally.
        let mut boundary = Self::around(written.keys.into_iter());
        for (bits, rows, weight) in written.found {
            boundary.put(bits, Atom { rows, weight });
        }
        Ok(boundary)
    }
}

fn damaged(what: &str, problem: &str) -> Error {
    Error::new(ErrorKind::Value, format!("written {what}"), problem, "write it again from the rows")
}
