//! Rows in blocks that stay within the nearest cache: each column is turned into plain numbers, then priced.

use std::ops::Range;

use super::{
    arithmetic::{at_factor, owed},
    diagnosis::Finding,
    prepared::{
        ADULT, LONGEST_STAY, NO_AGE, NO_MONTH, NO_ROW, NO_SLOT, NO_STAY, OLDEST, Points, Prepared, Short,
        slot_of_spell,
    },
};
use crate::{
    activity::{
        delivery::{SLOTS, Slot},
        lines::{Done, Lines, Stay},
        market_forces::ONE,
    },
    error::Result,
};

/// Rows a block.
const ROWS: usize = 1024;
#[allow(clippy::cast_possible_truncation)] // 16
const SLOTS_A_ROW: u32 = SLOTS as u32;
/// The rule of a row without a price.
pub(crate) const NO_RULE: u8 = u8::MAX;
/// The group of a row whose provider is in none.
pub(crate) const NO_GROUP: u32 = u32::MAX;

/// What is done with what a block gives.
pub(crate) trait Sink {
    /// Before the first block of these lines.
    fn begin(&mut self, lines: &Lines<'_>) -> Result<()>;
    /// For each distinct provider of the lines, in which group it is.
    fn groups(&self) -> &[u32];
    /// What rows from `start` on were paid.
    fn take(&mut self, lines: &Lines<'_>, start: usize, paid: &Paid<'_>) -> Result<()>;
    /// A row without a price.
    fn reject(&mut self, row: usize, finding: Finding, cost: Option<i64>);
}

/// What the rows of a block were paid, each column of the same length.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paid<'a> {
    /// In pence.
    pub(crate) payments: &'a [u64],
    /// The place of the rule, [`NO_RULE`] where there is no price.
    pub(crate) rules: &'a [u8],
    /// Days above the trim point.
    pub(crate) long_stay_days: &'a [u32],
    /// The provider's factor, and its group.
    pub(crate) providers: &'a [(u32, u32)],
    /// The month of the financial year, 0 where there are no dates.
    pub(crate) months: &'a [u8],
}

/// The columns of one block.
#[derive(Debug)]
struct Block {
    entries: Vec<u32>,
    slots: Vec<u8>,
    classes: Vec<u8>,
    stays: Vec<i32>,
    ages: Vec<i32>,
    /// Factor and group.
    providers: Vec<(u32, u32)>,
    months: Vec<u8>,
    payments: Vec<u64>,
    rules: Vec<u8>,
    long_stay_days: Vec<u32>,
}

impl Block {
    fn new() -> Self {
        Self {
            entries: vec![NO_ROW; ROWS],
            slots: vec![NO_SLOT; ROWS],
            classes: vec![NO_SLOT; ROWS],
            stays: vec![0; ROWS],
            ages: vec![NO_AGE; ROWS],
            providers: vec![(ONE, 0); ROWS],
            months: vec![0; ROWS],
            payments: vec![0; ROWS],
            rules: vec![NO_RULE; ROWS],
            long_stay_days: vec![0; ROWS],
        }
    }
}

impl Block {
    /// From the first entry of a row's code to the entry of what was done; to none where the row has a fault.
    #[allow(clippy::needless_bitwise_bool)] // without branches, so that the columns are gone through side by side
    fn find_entries(&mut self, count: usize) {
        let known = self.slots.iter().zip(&self.stays).zip(&self.providers).zip(&self.months);
        for (entry, (((slot, stay), (factor, _)), month)) in self.entries.iter_mut().zip(known).take(count) {
            // Below zero a stay becomes longer than any.
            let is_faulty = (stay.cast_unsigned() > LONGEST_STAY)
                | (*slot == NO_SLOT)
                | (*factor == 0)
                | (*month == NO_MONTH)
                | (*entry == NO_ROW);
            *entry = if is_faulty { NO_ROW } else { entry.wrapping_add(u32::from(*slot)) };
        }
    }
}

/// The slot of every kind of spell, so that a row needs one look: by method, classification, how short, same day.
fn slots_of_spells() -> [u8; 128] {
    let mut slots = [NO_SLOT; 128];
    for (place, slot) in (0_u8..).zip(&mut slots) {
        let short = match (place >> 1) & 3 {
            0 => Short::No,
            1 => Short::Yes,
            _ => Short::Unknown,
        };
        *slot = slot_of_spell(place >> 5, (place >> 3) & 3, short, place & 1 == 1);
    }
    slots
}

/// The slot in which the best-practice price of each slot is.
fn best_slots() -> [u8; SLOTS] {
    Slot::ALL.map(|slot| slot.best().unwrap_or(slot) as u8)
}

impl Prepared<'_, '_> {
    /// Prices rows block by block; `reject` is asked about each row without a price.
    pub(super) fn each_block<S: Sink>(
        &self,
        rows: Range<usize>,
        sink: &mut S,
        mut reject: impl FnMut(usize, &mut S) -> Result<()>,
    ) -> Result<()> {
        let spells = slots_of_spells();
        let groups = sink.groups().iter().copied().chain(std::iter::repeat(NO_GROUP));
        let providers: Vec<(u32, u32)> = self.factors.iter().copied().zip(groups).collect();
        let mut block = Block::new();
        let mut start = rows.start;
        while start < rows.end {
            let count = ROWS.min(rows.end - start);
            self.fill(start, count, &spells, &providers, &mut block);
            let unpaid = self.pay(start, count, &mut block);
            let paid = Paid {
                payments: block.payments.get(..count).unwrap_or_default(),
                rules: block.rules.get(..count).unwrap_or_default(),
                long_stay_days: block.long_stay_days.get(..count).unwrap_or_default(),
                providers: block.providers.get(..count).unwrap_or_default(),
                months: block.months.get(..count).unwrap_or_default(),
            };
            if unpaid > 0 {
                for (at, _) in paid.rules.iter().enumerate().filter(|(_, rule)| **rule == NO_RULE) {
                    reject(start + at, sink)?;
                }
            }
            sink.take(self.lines, start, &paid)?;
            start += count;
        }
        Ok(())
    }

    /// Turns the columns of a block into numbers.
    fn fill(&self, start: usize, count: usize, spells: &[u8; 128], known: &[(u32, u32)], block: &mut Block) {
        let entries = block.entries.get_mut(..count).unwrap_or_default();
        self.lines.code.keys.fill_mapped(start, &self.rows, NO_ROW, entries);
        self.fill_stays(start, block.stays.get_mut(..count).unwrap_or_default());
        self.fill_slots(start, count, spells, block);
        if let Some(provider) = &self.lines.provider {
            let providers = block.providers.get_mut(..count).unwrap_or_default();
            provider.keys.fill_mapped(start, known, (0, NO_GROUP), providers);
        }
        if let Some(dates) = &self.lines.date {
            let months = block.months.get_mut(..count).unwrap_or_default();
            for (month, day) in months.iter_mut().zip(dates.get(start..).unwrap_or_default()) {
                let place = usize::try_from(day.wrapping_sub(self.year_begins)).unwrap_or(usize::MAX);
                *month = self.months.get(place).copied().unwrap_or(NO_MONTH);
            }
        }
        let missing = &self.lines.missing;
        let first = missing.partition_point(|(row, _)| *row < start);
        for (row, _) in missing.iter().skip(first).take_while(|(row, _)| *row < start + count) {
            if let Some(entry) = block.entries.get_mut(row - start) {
                *entry = NO_ROW;
            }
        }
        block.find_entries(count);
    }

    fn fill_stays(&self, start: usize, stays: &mut [i32]) {
        match self.stay() {
            None => {}
            Some(Stay::Nights(nights)) => nights.fill(start, NO_STAY, stays),
            Some(Stay::Dates { admitted, discharged }) => {
                let days = admitted.iter().zip(discharged.iter()).skip(start);
                for (stay, (admitted, discharged)) in stays.iter_mut().zip(days) {
                    *stay = discharged.checked_sub(*admitted).unwrap_or(NO_STAY);
                }
            }
        }
    }

    fn fill_slots(&self, start: usize, count: usize, spells: &[u8; 128], block: &mut Block) {
        let slots = block.slots.get_mut(..count).unwrap_or_default();
        match (&self.points, &self.lines.done) {
            (Points::Named { point, slots: named }, _) => {
                point.keys.fill_mapped(start, named, NO_SLOT, slots);
            }
            (Points::Spells { methods, classes }, Done::Spells { method, class, age, .. }) => {
                // The slots hold the methods until they are made of them.
                method.keys.fill_mapped(start, methods, 3, slots);
                let class_places = block.classes.get_mut(..count).unwrap_or_default();
                class.keys.fill_mapped(start, classes, 3, class_places);
                let ages = block.ages.get_mut(..count).unwrap_or_default();
                if let Some(age) = age {
                    age.fill(start, NO_AGE, ages);
                }
                let known = class_places.iter().zip(ages.iter()).zip(&block.stays);
                for (slot, ((class, age), stay)) in slots.iter_mut().zip(known) {
                    let (is_adult, is_unknown) = (*age >= ADULT, !(0..=OLDEST).contains(age));
                    let short = u8::from(*stay < 2) * (u8::from(is_adult) | (u8::from(is_unknown) << 1));
                    let place = (*slot << 5) | (*class << 3) | (short << 1) | u8::from(*stay == 0);
                    *slot = spells.get(usize::from(place)).copied().unwrap_or(NO_SLOT);
                }
            }
            (Points::Spells { .. }, Done::Points { .. }) => slots.fill(NO_SLOT),
        }
        if let Some(met) = &self.lines.best_practice {
            let best = best_slots();
            for (slot, _) in slots.iter_mut().zip(met.iter().skip(start)).filter(|(_, met)| **met) {
                *slot = best.get(usize::from(*slot)).copied().unwrap_or(NO_SLOT);
            }
        }
    }

    /// Prices a block that has been filled; gives the number of rows without a price.
    fn pay(&self, start: usize, count: usize, block: &mut Block) -> usize {
        if self.has_parts() {
            self.pay_by(count, block, |at, entry, pence, factor| {
                owed(pence, self.parts(start + at, entry / SLOTS_A_ROW, factor)?)
            })
        } else {
            self.pay_by(count, block, |_, _, pence, factor| Some(at_factor(pence, factor)))
        }
    }

    /// Prices a block, a unit price becoming what is owed by `owed`: of row, entry, pence and factor.
    #[inline]
    fn pay_by(
        &self,
        count: usize,
        block: &mut Block,
        owed: impl Fn(usize, u32, u64, u32) -> Option<u64>,
    ) -> usize {
        let all = self.entries();
        let mut unpaid = 0;
        let known = block.entries.iter().zip(&block.stays).zip(&block.providers);
        let out = block.payments.iter_mut().zip(&mut block.rules).zip(&mut block.long_stay_days);
        for (at, (((place, stay), (factor, _)), ((payment, rule), days))) in
            known.zip(out).take(count).enumerate()
        {
            let paid = all.get(*place as usize).and_then(|entry| {
                let (pence, above) = entry.pence(stay.cast_unsigned())?;
                Some((owed(at, *place, pence, *factor)?, entry.rule() as u8, above))
            });
            unpaid += usize::from(paid.is_none());
            (*payment, *rule, *days) = paid.unwrap_or((0, NO_RULE, 0));
        }
        unpaid
    }
}
