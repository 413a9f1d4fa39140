//! A fingerprint of the lines that were priced, whatever their order and however they lie in memory.
//!
//! Each line has a hash of 64 bits of what it is priced by: code and provider, whether the patient's admission was elective,
//! an emergency or neither, as what, stay, age, day, flags, units, cost; and of what it lacks. The fingerprint is their sum. So two tables with
//! the same lines have the same fingerprint, in any order, in one part or many, as texts or dictionaries. It tells a table
//! from another by mistake; it is no proof against forgery.

use std::borrow::Cow;

use twox_hash::XxHash3_64;

use super::{
    arithmetic::MILLION,
    block::Block,
    prepared::{Points, Prepared},
};
use crate::activity::{lines::Flaw, whole::Whole};

/// A first and a second number that are odd and have no pattern: the fractions of π.
const FIRST: u64 = 0x243f_6a88_85a3_08d3;
const SECOND: u64 = 0x1319_8a2e_0370_7345;

/// One unit, in millionths: what a line stands for where there is no column of units.
const A_UNIT: i64 = MILLION.cast_signed();

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

/// What a line is hashed by, but for columns that few tables have.
#[derive(Debug, Clone, Copy)]
struct Line {
    /// The sum of the hashes of its texts.
    texts: u64,
    stay: i32,
    age: i32,
    day: i32,
    /// How a patient was admitted, and as what.
    kind: i32,
}

impl Line {
    #[inline]
    fn hash(self) -> u64 {
        mix(mix(self.texts ^ both(self.stay, self.age), FIRST) ^ both(self.day, self.kind), SECOND)
    }
}

impl Prepared<'_, '_> {
    /// The sum of the hashes of the lines from `start` on.
    pub(super) fn fingerprint(&self, start: usize, count: usize, block: &mut Block) -> u64 {
        self.fill_texts(start, block.texts.get_mut(..count).unwrap_or_default());
        let block = &*block;
        let columns =
            block.texts.iter().zip(&block.stays).zip(&block.ages).zip(&block.methods).zip(&block.kinds);
        let lines = columns.take(count).map(|((((texts, stay), age), method), kind)| {
            let kind = (i32::from(*method) << 8) | i32::from(*kind);
            Line { texts: *texts, stay: *stay, age: *age, day: 0, kind }
        });
        let dates = self.lines.date.as_deref().and_then(|dates| dates.get(start..));
        let sum = match (self.has_more(), dates) {
            (false, None) => lines.map(Line::hash).fold(0, u64::wrapping_add),
            (false, Some(dates)) => lines
                .zip(dates)
                .map(|(line, day)| Line { day: *day, ..line }.hash())
                .fold(0, u64::wrapping_add),
            (true, _) => (0..count).map(|at| self.hash_of(start, at, block, &[])).fold(0, u64::wrapping_add),
        };
        self.with_flaws(start, count, block, sum)
    }

    /// Whether lines have columns that few tables have.
    fn has_more(&self) -> bool {
        let lines = self.lines;
        let has_flags = lines.best_practice.is_some() || lines.specialised.is_some();
        has_flags || lines.cost.is_some() || self.units().is_some()
    }

    /// The sum with each line that lacks a value, or has one that cannot be read, by what it has and what it lacks.
    fn with_flaws(&self, start: usize, count: usize, block: &Block, mut sum: u64) -> u64 {
        let flaws = &self.lines.flaws;
        let mut at = flaws.partition_point(|flaw| flaw.row < start);
        while let Some(first) = flaws.get(at).filter(|flaw| flaw.row < start + count) {
            let of_row = flaws.get(at..).unwrap_or_default();
            let of_row =
                of_row.get(..of_row.partition_point(|flaw| flaw.row == first.row)).unwrap_or_default();
            let lacks = of_row.iter().map(|flaw| {
                let seed = XxHash3_64::oneshot(flaw.what.as_bytes());
                XxHash3_64::oneshot_with_seed(seed, flaw.value.as_bytes())
            });
            let lacks = lacks.fold(0, u64::wrapping_add);
            let place = first.row - start;
            sum = sum.wrapping_sub(self.hash_of(start, place, block, &[]));
            sum = sum.wrapping_add(mix(self.hash_of(start, place, block, of_row) ^ lacks, FIRST));
            at += of_row.len();
        }
        sum
    }

    /// The hash of one line of a block; what stands where a value is missing says nothing.
    fn hash_of(&self, start: usize, at: usize, block: &Block, flaws: &[Flaw]) -> u64 {
        fn at_row<T: Copy + Default>(column: Option<&[T]>, row: usize) -> T {
            column.and_then(|column| column.get(row).copied()).unwrap_or_default()
        }
        let (lines, row) = (self.lines, start + at);
        let lacks = |what: &[&str]| flaws.iter().any(|flaw| what.contains(&flaw.what));
        let flag = |flags: &Option<Cow<'_, [bool]>>| i32::from(at_row(flags.as_deref(), row));
        let best_or_special = (flag(&lines.best_practice) << 16) | (flag(&lines.specialised) << 17);
        let kind =
            (i32::from(at_row(Some(&block.methods), at)) << 8) | i32::from(at_row(Some(&block.kinds), at));
        let stay_is_missing = lacks(&["length of stay", "admission", "discharge"]);
        let kind_is_missing =
            stay_is_missing || lacks(&["age", "admission method", "patient classification"]);
        let line = Line {
            texts: at_row(Some(&block.texts), at).wrapping_sub(self.hash_of_missing_texts(row, lacks)),
            stay: if stay_is_missing { 0 } else { at_row(Some(&block.stays), at) },
            age: if lacks(&["age"]) { 0 } else { at_row(Some(&block.ages), at) },
            day: if lacks(&["date"]) { 0 } else { at_row(lines.date.as_deref(), row) },
            kind: if kind_is_missing { 0 } else { kind } | best_or_special,
        };
        let units = self.units().map(|units| at_row(Some(units), row)).filter(|units| *units != A_UNIT);
        let cost = lines.cost.as_deref().map(|costs| at_row(Some(costs), row));
        match (units, cost) {
            (None, None) => line.hash(),
            (units, cost) => {
                // None of it is not nought of it.
                let [units, cost] =
                    [units, cost].map(|it| it.map_or(0, |it| it.wrapping_add(1).cast_unsigned()));
                mix(mix(line.hash() ^ units, FIRST) ^ cost, SECOND)
            }
        }
    }

    /// The sum of the hashes of texts that stand where a value is missing.
    fn hash_of_missing_texts(&self, row: usize, lacks: impl Fn(&[&str]) -> bool) -> u64 {
        let hash = |keys: &Whole<'_>, hashes: &[u64]| {
            let key = keys.get(row).and_then(|key| usize::try_from(key).ok());
            key.and_then(|key| hashes.get(key).copied()).unwrap_or(0)
        };
        let mut sum: u64 = 0;
        if lacks(&["code"]) {
            sum = sum.wrapping_add(hash(&self.lines.code.keys, &self.codes.hashes));
        }
        if let (Points::Named { point, slots }, true) = (&self.points, lacks(&["point of delivery"])) {
            sum = sum.wrapping_add(hash(&point.keys, &slots.hashes));
        }
        if let (Some(provider), Some(found), true) =
            (&self.lines.provider, &self.providers, lacks(&["provider"]))
        {
            sum = sum.wrapping_add(hash(&provider.keys, &found.hashes));
        }
        sum
    }

    /// The sum of the hashes of the texts of each line.
    fn fill_texts(&self, start: usize, texts: &mut [u64]) {
        self.lines.code.keys.fill_mapped(start, &self.codes.hashes, 0, texts);
        if let Points::Named { point, slots } = &self.points {
            point.keys.add_mapped(start, &slots.hashes, texts);
        }
        if let (Some(provider), Some(found)) = (&self.lines.provider, &self.providers) {
            provider.keys.add_mapped(start, &found.hashes, texts);
        }
    }
}
