//! Lines with their distinct texts looked up, so that a row is a handful of numbers.

use std::borrow::Cow;

use super::{
    Pricing,
    arithmetic::{MILLION, Parts, owed},
    diagnosis::{self, Finding},
    lookups::{Found, Lookups},
};
use crate::{
    activity::{
        admission::{Admission, PatientClass},
        delivery::{PointOfDelivery, SLOTS, Slot},
        lines::{Coded, Done, Flaw, Lines, Stay},
        market_forces::ONE,
        priced::PricedLine,
        tariff::Entry,
    },
    error::{Error, ErrorKind, Result},
    exposure::Date,
};

/// Where there is no entry, for a code that the tariff does not have: beyond the last of any tariff, and twice of it is
/// still a place.
pub(super) const NO_ENTRY: u32 = 1 << 30;
/// What is no slot.
pub(super) const NO_SLOT: u8 = u8::MAX;
/// What is no length of stay: longer than any.
pub(super) const NO_STAY: i32 = i32::MAX;
/// The longest stay there can be.
pub(super) const LONGEST_STAY: u32 = 36_525;
/// What is no month.
pub(super) const NO_MONTH: u8 = u8::MAX;
/// What is no age.
pub(super) const NO_AGE: i32 = -1;
/// From this age on a short-stay emergency has the reduced price.
///
/// Source: HFMA, Introduction to payment by results: "adults"; the published implementations of the 2017–19 tariff have 19.
pub(super) const ADULT: i32 = 19;
/// The oldest age there can be.
pub(super) const OLDEST: i32 = 130;

/// The most units a line can stand for, in millionths: a thousand million.
pub(super) const MOST_UNITS: u64 = 1_000_000_000 * MILLION;

/// How the point of delivery of a row is found.
#[derive(Debug)]
pub(super) enum Points<'a> {
    /// From admission method and patient classification, each by its distinct texts.
    Spells { methods: Found<u8>, classes: Found<u8> },
    /// From a name.
    Named { point: &'a Coded<'a>, slots: Found<u8> },
}

/// Lines that have been looked up.
#[derive(Debug)]
pub(super) struct Prepared<'a, 't> {
    pub(super) pricing: Pricing<'t>,
    pub(super) lines: &'a Lines<'a>,
    /// What keeps rows from having a price by this tariff and these factors, in ascending order of rows.
    pub(super) flaws: Vec<&'a Flaw>,
    /// For each distinct code the place of its first entry.
    pub(super) codes: Found<u32>,
    pub(super) points: Points<'a>,
    /// For each distinct provider its factor in millionths, 0 where there is none.
    pub(super) providers: Option<Found<u32>>,
    /// Days since 1970 of the first of April.
    pub(super) year_begins: i32,
    /// The month of the financial year, April being 0, of each of its days.
    pub(super) months: Vec<u8>,
}

impl<'a, 't> Prepared<'a, 't> {
    pub(super) fn of(pricing: &Pricing<'t>, lines: &'a Lines<'a>, known: &mut Lookups) -> Result<Self> {
        let tariff = pricing.tariff;
        check_columns(pricing, lines)?;
        let slots = u32::try_from(SLOTS).unwrap_or(u32::MAX);
        let first_entry = |code: &str| {
            let place = tariff.place(code).and_then(|place| place.checked_mul(slots));
            place.filter(|place| *place < NO_ENTRY).unwrap_or(NO_ENTRY)
        };
        let points = match &lines.done {
            Done::Spells { method, class, .. } => Points::Spells {
                methods: known.methods.of("admission method", method, method_place),
                classes: known.classes.of("patient classification", class, class_place),
            },
            Done::Points { point, .. } => {
                let slot = |name: &str| {
                    PointOfDelivery::of_name(name).map_or(NO_SLOT, |point| Slot::of(point) as u8)
                };
                Points::Named { point, slots: known.points.of("point of delivery", point, slot) }
            }
        };
        let factor = |name: &str| match pricing.factors {
            Some(forces) => forces.millionths_of(name).unwrap_or(0),
            None => ONE,
        };
        let providers =
            lines.provider.as_ref().map(|provider| known.providers.of("provider", provider, factor));
        let period = tariff.period()?;
        let year_begins = period.start.days_since_1970();
        let months = months(period.start, period.end);
        let codes = known.codes.of("code", &lines.code, first_entry);
        let flaws = flaws(pricing, lines);
        Ok(Self { pricing: *pricing, lines, flaws, codes, points, providers, year_begins, months })
    }

    /// What the line cost, where that is known.
    pub(super) fn cost(&self, row: usize) -> Option<i64> {
        self.lines.cost.as_ref().and_then(|cost| cost.get(row).copied())
    }

    pub(super) fn stay(&self) -> Option<&'a Stay<'a>> {
        match &self.lines.done {
            Done::Spells { stay, .. } => Some(stay),
            Done::Points { stay, .. } => stay.as_ref(),
        }
    }

    pub(super) fn units(&self) -> Option<&'a Cow<'a, [i64]>> {
        match &self.lines.done {
            Done::Spells { .. } => None,
            Done::Points { units, .. } => units.as_ref(),
        }
    }

    /// Whether a line's payment may need units or a top-up.
    pub(super) fn has_parts(&self) -> bool {
        self.units().is_some() || (self.lines.specialised.is_some() && self.pricing.tariff.has_top_ups())
    }

    /// What multiplies the unit price of a row.
    pub(super) fn parts(&self, row: usize, place: u32, factor: u32) -> Option<Parts> {
        let units = match self.units() {
            Some(units) => {
                u64::try_from(units.get(row).copied()?).ok().filter(|units| *units <= MOST_UNITS)?
            }
            None => MILLION,
        };
        let is_specialised =
            self.lines.specialised.as_ref().and_then(|is| is.get(row).copied()).unwrap_or(false);
        let top_up = if is_specialised { self.pricing.tariff.row(place)?.top_up } else { 0 };
        Some(Parts { factor, units, top_up })
    }

    /// The line with every number that makes its payment; an error tells the row as `shown`.
    pub(super) fn line(&self, row: usize, shown: usize) -> Result<PricedLine> {
        let known = diagnosis::Row::of(self, row);
        let priced = known.priced(self).and_then(|entry| {
            let (pence, days) = entry.pence(known.stay?)?;
            let parts = self.parts(row, known.place?, known.factor?)?;
            Some((entry, days, parts, owed(pence, parts)?))
        });
        match priced {
            Some((entry, days, parts, payment)) => Ok(PricedLine::of(
                self.pricing.tariff,
                self.lines.code.text(row),
                entry,
                days,
                parts,
                payment,
            )),
            None => Err(self.diagnose(row).refusal(shown)),
        }
    }

    /// Why a row has no price.
    pub(super) fn diagnose(&self, row: usize) -> Finding {
        diagnosis::diagnose(self, row)
    }

    pub(super) fn entries(&self) -> &'t [Entry] {
        self.pricing.tariff.entries()
    }
}

/// The flaws of values that a price depends on; on an age it depends for some spells, which ask for it.
fn flaws<'a>(pricing: &Pricing<'_>, lines: &'a Lines<'_>) -> Vec<&'a Flaw> {
    if lines.flaws.is_empty() {
        return Vec::new();
    }
    let needs_best_practice = pricing.tariff.has_best_practice_prices();
    let needs_specialised = pricing.tariff.has_top_ups();
    let matters = |flaw: &&Flaw| match flaw.what {
        "provider" => pricing.factors.is_some(),
        "best practice" => needs_best_practice,
        "specialised" => needs_specialised,
        "age" => false,
        _ => true,
    };
    lines.flaws.iter().filter(matters).collect()
}

/// Which of the lines' columns this tariff and these factors cannot do without.
fn check_columns(pricing: &Pricing<'_>, lines: &Lines<'_>) -> Result<()> {
    let needs =
        |column: &str, problem: &str, remedy: &str| Error::new(ErrorKind::Column, column, problem, remedy);
    if pricing.factors.is_some() && lines.provider.is_none() {
        let remedy = "name the provider's column, or give no factors: prices are then before them";
        return Err(needs(
            "provider",
            "there are market forces factors, and lines do not say whose they are",
            remedy,
        ));
    }
    let tariff = pricing.tariff;
    if tariff.has_short_stay_prices()
        && let Done::Spells { age: None, .. } = lines.done
    {
        let remedy = "name the column with the age on admission";
        return Err(needs("age", "the tariff has short-stay emergency prices, which are for adults", remedy));
    }
    if tariff.has_best_practice_prices() && lines.best_practice.is_none() {
        let remedy = "name the column that says so for each line, or leave the prices out of the tariff";
        let problem =
            "the tariff has best-practice prices, and lines do not say whether their criteria are met";
        return Err(needs("best practice", problem, remedy));
    }
    if tariff.has_top_ups() && lines.specialised.is_none() {
        let remedy = "name the column that says so for each line, or leave the top-ups out of the tariff";
        let problem = "the tariff has top-ups, and lines do not say which are specialised services";
        return Err(needs("specialised", problem, remedy));
    }
    Ok(())
}

/// Where an admission method stands in the table of slots.
fn method_place(code: &str) -> u8 {
    match Admission::of_code(code) {
        Some(Admission::Elective) => 0,
        Some(Admission::OtherNonElective) => 1,
        Some(Admission::Emergency) => 2,
        None => 3,
    }
}

/// Where a patient classification stands in the table of slots.
fn class_place(code: &str) -> u8 {
    match PatientClass::of_code(code) {
        Some(PatientClass::Ordinary) => 0,
        Some(PatientClass::DayCase) => 1,
        Some(PatientClass::RegularAttender) => 2,
        None => 3,
    }
}

/// How short a stay is, for the price of an emergency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Short {
    No,
    Yes,
    /// Under two days, at an age that is not known.
    Unknown,
}

/// The slot of a spell, by the order in which the tariff asks: an adult's short emergency, a day case, elective or not.
pub(super) fn slot_of_spell(method: u8, class: u8, short: Short, same_day: bool) -> u8 {
    let is_day_case = match class {
        0 => false,
        1 => same_day,
        _ => return NO_SLOT,
    };
    let slot = match (method, short, is_day_case) {
        (3.., ..) => return NO_SLOT,
        (2, Short::Unknown, true) => Slot::UnknownAgeDayCase,
        (2, Short::Unknown, false) => Slot::UnknownAge,
        (2, Short::Yes, true) => Slot::ShortStayDayCase,
        (2, Short::Yes, false) => Slot::ShortStay,
        (_, _, true) => Slot::DayCase,
        (0, ..) => Slot::Elective,
        (_, _, false) => Slot::NonElective,
    };
    slot as u8
}

fn months(first: Date, last: Date) -> Vec<u8> {
    let (mut day, mut months) = (first, Vec::with_capacity(366));
    while day <= last {
        // April is 0, March 11.
        months.push(u8::try_from((day.month() + 8).rem_euclid(12)).unwrap_or(NO_MONTH));
        match day.tomorrow() {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    months
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_of_a_financial_year() {
        let period = (Date::new(2019, 4, 1).unwrap(), Date::new(2020, 3, 31).unwrap());
        let months = months(period.0, period.1);
        assert_eq!(months.len(), 366);
        assert_eq!((months[0], months[29], months[30], months[365]), (0, 0, 1, 11));
        // 29 February 2020 is day 334 from 1 April 2019.
        assert_eq!((months[334], months[335]), (10, 11));
    }

    #[test]
    fn the_tariff_asks_in_this_order() {
        let slot = |method, class, short, same_day| slot_of_spell(method, class, short, same_day);
        assert_eq!(slot(2, 0, Short::Yes, true), Slot::ShortStay as u8);
        assert_eq!(slot(2, 1, Short::Yes, true), Slot::ShortStayDayCase as u8);
        assert_eq!(slot(2, 0, Short::No, false), Slot::NonElective as u8);
        assert_eq!(slot(0, 1, Short::Yes, true), Slot::DayCase as u8);
        assert_eq!(slot(0, 1, Short::Yes, false), Slot::Elective as u8);
        assert_eq!(slot(1, 0, Short::Yes, true), Slot::NonElective as u8);
        assert_eq!(slot(2, 0, Short::Unknown, true), Slot::UnknownAge as u8);
        assert_eq!(slot(2, 1, Short::Unknown, true), Slot::UnknownAgeDayCase as u8);
        assert_eq!(slot(1, 0, Short::Unknown, true), Slot::NonElective as u8);
        assert_eq!(slot(0, 2, Short::No, true), NO_SLOT);
        assert_eq!(slot(3, 0, Short::No, true), NO_SLOT);
    }
}
