//! The second pass: the people whose bin a share cuts through, one by one.

use std::collections::BTreeMap;
use std::collections::btree_map;

use serde::{Deserialize, Serialize};

use super::bin::{self, Bin, COARSE, FINE, RESIDUE};
use super::check;
use super::wide::Wide;
use super::written::WrittenBoundary;
use crate::error::{Error, ErrorKind, Result};

/// Places in the filter: one for each value of the fraction bits that choose a bin.
const PLACES: usize = 1 << (FINE + 1);

/// Rows looked at together: in nearly every such lot nobody is wanted.
const LOT: usize = 32;

/// What a second pass over the same rows collects for a [`Tally`](super::Tally): the amounts in the few bins that a
/// share cuts through.
///
/// It is made by [`Tally::boundary`](super::Tally::boundary), filled with the rows that the tally has seen, and given
/// to [`Tally::refine`](super::Tally::refine), which checks that they are the same. Like a tally it depends only on
/// which rows went into it: chunks may come in any order, and the boundaries of partitions merge. It is small, a few
/// thousand amounts at 50 million rows, and can be sent to where the rows are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WrittenBoundary", into = "WrittenBoundary")]
pub struct Boundary {
    keys: Vec<u32>,
    filter: Box<[u8; PLACES]>,
    atoms: BTreeMap<u64, Atom>,
}

/// The people who hold one and the same amount.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Atom {
    pub(super) rows: u64,
    pub(super) weight: Wide,
}

impl Boundary {
    /// A boundary that wants the rows in these bins.
    pub(super) fn around(keys: impl Iterator<Item = u32>) -> Self {
        let mut keys: Vec<_> = keys.collect();
        keys.sort_unstable();
        keys.dedup();
        let mut filter = Box::new([0; PLACES]);
        for key in &keys {
            if let Some(wanted) = filter.get_mut(place(u64::from(*key) << COARSE)) {
                *wanted = 1;
            }
        }
        Self { keys, filter, atoms: BTreeMap::new() }
    }

    /// Looks through rows without weights. What the first pass refused need not be refused again: rows that are
    /// not wanted are not looked at.
    pub fn add(&mut self, values: &[f64]) {
        let (lots, rest) = values.as_chunks::<LOT>();
        for lot in lots {
            if any_wanted(&self.filter, lot) {
                self.add_lot(lot);
            }
        }
        self.add_lot(rest);
    }

    #[inline(never)]
    fn add_lot(&mut self, values: &[f64]) {
        for value in values {
            if self.wanted(*value) != 0 {
                self.insert(*value, Atom { rows: 1, weight: Wide::rows(1) });
            }
        }
    }

    /// Looks through rows with weights; rows of weight 0 stay out.
    ///
    /// # Errors
    /// As [`Tally::add_weighted`](super::Tally::add_weighted).
    pub fn add_weighted(&mut self, values: &[f64], weights: &[f64]) -> Result<()> {
        check::columns(values, weights)?;
        for (value, weight) in values.iter().zip(weights) {
            if self.wanted(*value) != 0 && *weight > 0.0 {
                self.insert(*value, Atom { rows: 1, weight: bin::weight(*weight) });
            }
        }
        Ok(())
    }

    /// Adds what another boundary of the same tally has found.
    ///
    /// # Errors
    /// The two want different bins: they were made by different tallies or for different shares.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.keys != other.keys {
            return Err(other_rows("two boundaries that look for different amounts cannot be merged"));
        }
        for (bits, atom) in &other.atoms {
            self.insert(f64::from_bits(*bits), *atom);
        }
        Ok(())
    }

    /// How many rows it holds.
    pub fn rows(&self) -> u64 {
        self.atoms.values().map(|atom| atom.rows).sum()
    }

    /// Not 0 for every value of a wanted bin, and for one in about a thousand others.
    fn wanted(&self, value: f64) -> u8 {
        self.filter.get(place(value.to_bits())).copied().unwrap_or(0)
    }

    fn insert(&mut self, value: f64, found: Atom) {
        let bits = value.abs().to_bits();
        if self.keys.binary_search(&bin::key(bits)).is_ok() {
            let atom = self.atoms.entry(bits).or_default();
            atom.rows = atom.rows.saturating_add(found.rows);
            // An overflow leaves a sum that the check against the tally refuses.
            atom.weight = atom.weight.plus(found.weight).unwrap_or_default();
        }
    }

    /// The amounts found in a bin, ascending, if it is one that was wanted.
    pub(super) fn atoms(&self, key: u32) -> Option<btree_map::Range<'_, u64, Atom>> {
        self.keys.binary_search(&key).ok()?;
        let low = u64::from(key) << COARSE;
        Some(self.atoms.range(low..=low | RESIDUE))
    }

    /// Whether the rows found are exactly those that the first pass counted in the same bins.
    pub(super) fn check(&self, bins: &[Bin]) -> Result<()> {
        for key in &self.keys {
            let mut found = Some(Bin { key: *key, rows: 0, weight: Wide::ZERO, residue: Wide::ZERO });
            for (bits, atom) in self.atoms(*key).into_iter().flatten() {
                let residue = atom.weight.times(bits & RESIDUE);
                let one =
                    residue.map(|residue| Bin { key: *key, rows: atom.rows, weight: atom.weight, residue });
                found = found.zip(one).and_then(|(found, one)| found.plus(&one));
            }
            let counted = bins.binary_search_by_key(key, |bin| bin.key).ok().and_then(|at| bins.get(at));
            if counted != found.as_ref() {
                let (low, high) = (bin::lowest(*key), bin::highest(*key));
                let (first, second) = (counted.map_or(0, |bin| bin.rows), found.map_or(0, |bin| bin.rows));
                return Err(other_rows(&format!(
                    "from {low} to {high} the first pass counted {first} rows, the second {second}, or other amounts"
                )));
            }
        }
        Ok(())
    }

    /// The bins wanted and the amounts found, as they are written.
    pub(super) fn parts(&self) -> (&[u32], impl Iterator<Item = (u64, Atom)>) {
        (&self.keys, self.atoms.iter().map(|(bits, atom)| (*bits, *atom)))
    }

    /// Puts back amounts that were written.
    pub(super) fn put(&mut self, bits: u64, atom: Atom) {
        self.insert(f64::from_bits(bits), atom);
    }
}

/// Whether one of these rows may be in a wanted bin. Without a branch for each row.
#[inline]
fn any_wanted(filter: &[u8; PLACES], values: &[f64; LOT]) -> bool {
    let wanted = |value: &f64| filter.get(place(value.to_bits())).copied().unwrap_or(0);
    values.iter().map(wanted).fold(0, |any, wanted| any | wanted) != 0
}

fn other_rows(problem: &str) -> Error {
    Error::new(
        ErrorKind::Statistic,
        "second pass",
        problem,
        "go over the same rows with the same weights twice",
    )
}

/// The fraction bits that choose a bin within its doubling.
#[allow(clippy::cast_possible_truncation, reason = "the mask leaves 12 bits")]
fn place(bits: u64) -> usize {
    (bits >> COARSE) as usize & (PLACES - 1)
}
