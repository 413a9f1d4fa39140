//! A fingerprint of the lines that were priced, whatever their order and however they lie in memory.
//!
//! Each line has a hash of 64 bits of the values that it is priced by; the fingerprint is their sum. So two tables with
//! the same lines have the same fingerprint, in any order, in one part or many, as texts or dictionaries. It tells a table
//! from another by mistake; it is no proof against forgery.

use super::prepared::{Points, Prepared};
use crate::activity::lines::Done;

/// A first and a second number that are odd and have no pattern: the fractions of π.
const FIRST: u64 = 0x243f_6a88_85a3_08d3;
const SECOND: u64 = 0x1319_8a2e_0370_7345;

/// The product in 128 bits, its halves laid over each other.
#[inline]
#[allow(clippy::cast_possible_truncation)] // the halves are meant
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Two numbers of 32 bits in one.
#[inline]
fn both(low: i32, high: i32) -> u64 {
    u64::from(low.cast_unsigned()) | (u64::from(high.cast_unsigned()) << 32)
}

/// The hash of a line: of its texts, and of stay and age, day and flags.
#[inline]
fn of_line(texts: u64, stay: i32, age: i32, day: i32, flags: i32) -> u64 {
    mix(mix(texts ^ both(stay, age), FIRST) ^ both(day, flags), SECOND)
}

impl Prepared<'_, '_> {
    /// The sum of the hashes of the lines from `start` on, whose stays and ages are given; `texts` is room for as many.
    pub(super) fn fingerprint(&self, start: usize, stays: &[i32], ages: &[i32], texts: &mut [u64]) -> u64 {
        self.fill_texts(start, texts);
        let lines = self.lines;
        let numbers = texts.iter().zip(stays).zip(ages);
        let days = lines.date.as_deref().and_then(|days| days.get(start..));
        let has_more = lines.best_practice.is_some()
            || lines.specialised.is_some()
            || lines.cost.is_some()
            || self.units().is_some();
        let mut sum = match days {
            _ if has_more => {
                let hashes = numbers.enumerate().map(|(at, ((texts, stay), age))| {
                    self.of_line_with_more(start + at, *texts, *stay, *age)
                });
                hashes.fold(0, u64::wrapping_add)
            }
            None => {
                let hashes = numbers.map(|((texts, stay), age)| of_line(*texts, *stay, *age, 0, 0));
                hashes.fold(0, u64::wrapping_add)
            }
            Some(days) => {
                let hashes = numbers
                    .zip(days)
                    .map(|(((texts, stay), age), day)| of_line(*texts, *stay, *age, *day, 0));
                hashes.fold(0, u64::wrapping_add)
            }
        };
        // What stands where a value is missing says nothing: such a line counts by what it lacks.
        let first = lines.missing.partition_point(|(row, _)| *row < start);
        let mut before = None;
        for (row, what) in lines.missing.iter().skip(first).take_while(|(row, _)| *row < start + texts.len())
        {
            let at = row - start;
            if let (Some(texts), Some(stay), Some(age)) = (texts.get(at), stays.get(at), ages.get(at))
                && before.replace(row) != Some(row)
            {
                sum = sum.wrapping_sub(self.of_line_with_more(*row, *texts, *stay, *age));
            }
            sum = sum.wrapping_add(twox_hash::XxHash3_64::oneshot(what.as_bytes()));
        }
        sum
    }

    /// The hash of a line with every column that there can be.
    fn of_line_with_more(&self, row: usize, texts: u64, stay: i32, age: i32) -> u64 {
        let lines = self.lines;
        let flag = |flags: &Option<std::borrow::Cow<'_, [bool]>>| {
            i32::from(flags.as_ref().and_then(|flags| flags.get(row).copied()).unwrap_or(false))
        };
        let number = |numbers: Option<&std::borrow::Cow<'_, [i64]>>| {
            numbers.and_then(|numbers| numbers.get(row).copied()).unwrap_or(0).cast_unsigned()
        };
        let day = lines.date.as_ref().and_then(|days| days.get(row).copied()).unwrap_or(0);
        let flags = flag(&lines.best_practice) | (flag(&lines.specialised) << 1);
        let hash = of_line(texts, stay, age, day, flags);
        match (number(self.units()), number(lines.cost.as_ref())) {
            (0, 0) => hash,
            (units, cost) => mix(mix(hash ^ units, FIRST) ^ cost, SECOND),
        }
    }

    /// The sum of the hashes of the texts of each line.
    fn fill_texts(&self, start: usize, texts: &mut [u64]) {
        self.lines.code.keys.fill_mapped(start, &self.codes.hashes, 0, texts);
        match (&self.points, &self.lines.done) {
            (Points::Spells { methods, classes }, Done::Spells { method, class, .. }) => {
                method.keys.add_mapped(start, &methods.hashes, texts);
                class.keys.add_mapped(start, &classes.hashes, texts);
            }
            (Points::Named { point, slots }, _) => point.keys.add_mapped(start, &slots.hashes, texts),
            _ => {}
        }
        if let (Some(provider), Some(found)) = (&self.lines.provider, &self.providers) {
            provider.keys.add_mapped(start, &found.hashes, texts);
        }
    }
}
