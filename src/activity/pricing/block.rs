//! Rows in blocks that stay within the nearest cache: each column is turned into plain numbers, then priced.

use std::ops::Range;

use super::{
    arithmetic::{at_factor, owed},
    diagnosis::Finding,
    prepared::{
        ADULT, LONGEST_STAY, NO_AGE, NO_ENTRY, NO_MONTH, NO_STAY, OLDEST, Points, Prepared, Short,
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
#[allow(clippy::cast_possible_truncation)] // 22
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
    /// The sum of the hashes of the lines, modulo 2⁶⁴; 0 where none is asked for.
    pub(crate) fingerprint: u64,
}

/// The columns of one block.
#[derive(Debug)]
pub(super) struct Block {
    /// The place of each row's entry: first that of its code, then that of what was done.
    entries: Vec<u32>,
    pub(super) methods: Vec<u8>,
    /// Patient classifications, then all that the slot of a spell depends on but the method.
    pub(super) kinds: Vec<u8>,
    pub(super) stays: Vec<i32>,
    pub(super) ages: Vec<i32>,
    /// Factor and group.
    providers: Vec<(u32, u32)>,
    months: Vec<u8>,
    /// The hashes of the texts of each row.
    pub(super) texts: Vec<u64>,
    payments: Vec<u64>,
    rules: Vec<u8>,
    long_stay_days: Vec<u32>,
}

impl Block {
    fn new() -> Self {
        Self {
            entries: vec![NO_ENTRY; ROWS],
            methods: vec![0; ROWS],
            kinds: vec![0; ROWS],
            stays: vec![0; ROWS],
            ages: vec![NO_AGE; ROWS],
            providers: vec![(ONE, 0); ROWS],
            months: vec![0; ROWS],
            texts: vec![0; ROWS],
            payments: vec![0; ROWS],
            rules: vec![NO_RULE; ROWS],
            long_stay_days: vec![0; ROWS],
        }
    }
}

/// How far the entry of every kind of spell is from the first of its code, so that a row needs one look: by method,
/// classification, whether the stay can be, how short it is, and same day.
pub(super) type SlotsOfSpells = [u32; 256];

fn slots_of_spells(of: impl Fn(Slot) -> Slot) -> SlotsOfSpells {
    let mut slots = [NO_ENTRY; 256];
    for (place, into) in (0_u8..=255).zip(&mut slots) {
        let short = match (place >> 1) & 3 {
            0 => Short::No,
            1 => Short::Yes,
            _ => Short::Unknown,
        };
        let stay_can_be = place & 8 == 0;
        let slot = slot_of_spell(place >> 6, (place >> 4) & 3, short, place & 1 == 1);
        if let Some(slot) = Slot::ALL.get(usize::from(slot)).filter(|_| stay_can_be) {
            *into = of(*slot) as u32;
        }
    }
    slots
}

/// What is the same for every block of some lines.
struct Known {
    spells: SlotsOfSpells,
    /// Where the criteria of the best-practice price are met.
    best: SlotsOfSpells,
    /// Factor and group of each distinct provider.
    providers: Vec<(u32, u32)>,
    /// Whether one of them has no factor.
    some_without_factor: bool,
}

impl Prepared<'_, '_> {
    /// Prices rows block by block; `reject` is asked about each row without a price.
    pub(super) fn each_block<S: Sink>(
        &self,
        rows: Range<usize>,
        sink: &mut S,
        mut reject: impl FnMut(usize, &mut S) -> Result<()>,
    ) -> Result<()> {
        let factors = self.providers.as_ref().map_or(&[][..], |found| &found.values);
        let groups = sink.groups().iter().copied().chain(std::iter::repeat(NO_GROUP));
        let known = Known {
            spells: slots_of_spells(|slot| slot),
            best: slots_of_spells(|slot| slot.best().unwrap_or(slot)),
            providers: factors.iter().copied().zip(groups).collect(),
            some_without_factor: factors.contains(&0),
        };
        let mut block = Block::new();
        let mut start = rows.start;
        while start < rows.end {
            let count = ROWS.min(rows.end - start);
            self.fill(start, count, &known, &mut block);
            let fingerprint =
                if self.pricing.fingerprinting { self.fingerprint(start, count, &mut block) } else { 0 };
            let unpaid = self.pay(start, count, &mut block);
            let paid = Paid {
                payments: block.payments.get(..count).unwrap_or_default(),
                rules: block.rules.get(..count).unwrap_or_default(),
                long_stay_days: block.long_stay_days.get(..count).unwrap_or_default(),
                providers: block.providers.get(..count).unwrap_or_default(),
                months: block.months.get(..count).unwrap_or_default(),
                fingerprint,
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
    fn fill(&self, start: usize, count: usize, known: &Known, block: &mut Block) {
        let entries = block.entries.get_mut(..count).unwrap_or_default();
        self.lines.code.keys.fill_mapped(start, &self.codes.values, NO_ENTRY, entries);
        self.fill_stays(start, block.stays.get_mut(..count).unwrap_or_default());
        match &self.lines.done {
            Done::Spells { .. } => self.find_spells(start, count, known, block),
            Done::Points { .. } => self.find_points(start, count, block),
        }
        if let Some(provider) = &self.lines.provider {
            let providers = block.providers.get_mut(..count).unwrap_or_default();
            provider.keys.fill_mapped(start, &known.providers, (0, NO_GROUP), providers);
        }
        let is_outside = self.fill_months(start, block.months.get_mut(..count).unwrap_or_default());
        if is_outside || known.some_without_factor {
            let faults = block.providers.iter().zip(&block.months).take(count);
            for (entry, ((factor, _), month)) in block.entries.iter_mut().zip(faults) {
                if *factor == 0 || *month == NO_MONTH {
                    *entry = NO_ENTRY;
                }
            }
        }
        let first = self.flaws.partition_point(|flaw| flaw.row < start);
        for flaw in self.flaws.iter().skip(first).take_while(|flaw| flaw.row < start + count) {
            if let Some(entry) = block.entries.get_mut(flaw.row - start) {
                *entry = NO_ENTRY;
            }
        }
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

    /// The months of a block; true where a day is in none.
    fn fill_months(&self, start: usize, months: &mut [u8]) -> bool {
        let Some(dates) = &self.lines.date else { return false };
        let mut is_outside = false;
        for (month, day) in months.iter_mut().zip(dates.get(start..).unwrap_or_default()) {
            let place = usize::try_from(day.wrapping_sub(self.year_begins)).unwrap_or(usize::MAX);
            *month = self.months.get(place).copied().unwrap_or(NO_MONTH);
            is_outside |= *month == NO_MONTH;
        }
        is_outside
    }

    /// From the first entry of each row's code to the entry of its spell.
    fn find_spells(&self, start: usize, count: usize, known: &Known, block: &mut Block) {
        let (Points::Spells { methods, classes }, Done::Spells { method, class, age, .. }) =
            (&self.points, &self.lines.done)
        else {
            return;
        };
        method.keys.fill_mapped(
            start,
            &methods.values,
            3,
            block.methods.get_mut(..count).unwrap_or_default(),
        );
        let kinds = block.kinds.get_mut(..count).unwrap_or_default();
        class.keys.fill_mapped(start, &classes.values, 3, kinds);
        if let Some(age) = age {
            age.fill(start, NO_AGE, block.ages.get_mut(..count).unwrap_or_default());
        }
        for ((kind, age), stay) in kinds.iter_mut().zip(&block.ages).zip(&block.stays) {
            let (is_adult, is_unknown) = (*age >= ADULT, !(0..=OLDEST).contains(age));
            let short = u8::from(*stay < 2) * (u8::from(is_adult) | (u8::from(is_unknown) << 1));
            // Below zero a stay becomes longer than any.
            let cannot_be = u8::from(stay.cast_unsigned() > LONGEST_STAY);
            *kind = (*kind << 4) | (cannot_be << 3) | (short << 1) | u8::from(*stay == 0);
        }
        let places =
            block.methods.iter().zip(kinds.iter()).map(|(method, kind)| usize::from((method << 6) | kind));
        let entries = block.entries.iter_mut().zip(places);
        match &self.lines.best_practice {
            None => {
                for (entry, place) in entries {
                    *entry += known.spells.get(place).copied().unwrap_or(NO_ENTRY);
                }
            }
            Some(met) => {
                for ((entry, place), met) in entries.zip(met.get(start..).unwrap_or_default()) {
                    let slots = if *met { &known.best } else { &known.spells };
                    *entry += slots.get(place).copied().unwrap_or(NO_ENTRY);
                }
            }
        }
    }

    /// From the first entry of each row's code to the entry of its point of delivery.
    fn find_points(&self, start: usize, count: usize, block: &mut Block) {
        let Points::Named { point, slots } = &self.points else { return };
        let met = self.lines.best_practice.as_deref().unwrap_or_default();
        let stays = block.stays.iter().take(count);
        for (at, (entry, stay)) in block.entries.iter_mut().zip(stays).enumerate() {
            let key = point.keys.get(start + at).and_then(|key| usize::try_from(key).ok());
            let slot = key.and_then(|key| Slot::ALL.get(usize::from(*slots.values.get(key)?)));
            let is_best = met.get(start + at).copied().unwrap_or(false);
            let slot = slot.map(|slot| if is_best { slot.best().unwrap_or(*slot) } else { *slot });
            let can_be = stay.cast_unsigned() <= LONGEST_STAY;
            *entry = slot.filter(|_| can_be).map_or(NO_ENTRY, |slot| *entry + slot as u32);
        }
    }

    /// Prices a block that has been filled; gives the number of rows without a price.
    fn pay(&self, start: usize, count: usize, block: &mut Block) -> usize {
        if self.has_parts() {
            let unpaid = self.pay_by(count, block, |at, entry, pence, factor| {
                owed(pence, self.parts(start + at, entry / SLOTS_A_ROW, factor)?)
            });
            // A line of many units has no days of its own.
            if self.units().is_some() {
                block.long_stay_days.fill(0);
            }
            unpaid
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
