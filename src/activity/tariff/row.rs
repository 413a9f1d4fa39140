//! One code's prices, as written and as checked.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::entry::Entry;
use crate::{
    activity::delivery::{PricedBy, SLOTS, Slot},
    error::{Error, ErrorKind, Result},
    fingerprint::Fingerprint,
    money::{Rounding, RoundingMode},
};

/// The prices of one code, in pounds; what a tariff does not have is left out.
///
/// The names are those of Annex A of the National Tariff. `combined` and a price of its own for day cases or ordinary
/// elective spells exclude each other there; where both are given, the one of its own is paid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TariffRow {
    /// The code: HRG, or treatment function of an outpatient attendance.
    pub code: String,
    /// What it is.
    pub name: Option<String>,
    /// Combined day case and ordinary elective spell price.
    pub combined: Option<Decimal>,
    /// Day case spell price.
    pub day_case: Option<Decimal>,
    /// Ordinary elective spell price.
    pub elective: Option<Decimal>,
    /// Ordinary elective long-stay trim point, in days.
    pub elective_trim_days: Option<u32>,
    /// Non-elective spell price.
    pub non_elective: Option<Decimal>,
    /// Non-elective long-stay trim point, in days.
    pub non_elective_trim_days: Option<u32>,
    /// Long-stay payment for each day above a trim point.
    pub daily_rate: Option<Decimal>,
    /// Whether the reduced short-stay emergency price applies to the code; nothing where the table does not say.
    pub short_stay_applies: Option<bool>,
    /// The share of the non-elective price that a short-stay emergency is paid, from 0 to 1, where there is no
    /// `short_stay` price; the product is rounded to the penny, half up.
    pub short_stay_share: Option<Decimal>,
    /// Reduced short-stay emergency price.
    pub short_stay: Option<Decimal>,
    /// Best-practice price, in place of the ordinary one where its criteria are met.
    pub best_practice: Option<Decimal>,
    /// Where it applies: any of `DC`, `EL`, `NE`, separated by anything.
    pub best_practice_where: Option<String>,
    /// Top-up for specialised services, as a share of the price: 0.24 is 24 %.
    pub top_up: Option<Decimal>,
    /// Price of a procedure in an outpatient clinic.
    pub outpatient_procedure: Option<Decimal>,
    /// First attendance, one profession.
    pub first_attendance: Option<Decimal>,
    /// Follow-up attendance, one profession.
    pub follow_up: Option<Decimal>,
    /// First attendance, several professions.
    pub first_multi_professional: Option<Decimal>,
    /// Follow-up attendance, several professions.
    pub follow_up_multi_professional: Option<Decimal>,
    /// Accident and emergency attendance.
    pub emergency_attendance: Option<Decimal>,
}

impl TariffRow {
    fn prices(&self) -> [(&'static str, Option<Decimal>); 13] {
        [
            ("combined", self.combined),
            ("day_case", self.day_case),
            ("elective", self.elective),
            ("non_elective", self.non_elective),
            ("daily_rate", self.daily_rate),
            ("short_stay", self.short_stay),
            ("best_practice", self.best_practice),
            ("outpatient_procedure", self.outpatient_procedure),
            ("first_attendance", self.first_attendance),
            ("follow_up", self.follow_up),
            ("first_multi_professional", self.first_multi_professional),
            ("follow_up_multi_professional", self.follow_up_multi_professional),
            ("emergency_attendance", self.emergency_attendance),
        ]
    }

    /// Puts what the row says into a fingerprint.
    pub(super) fn stamp(&self, fingerprint: &mut Fingerprint) {
        fingerprint.text(self.code.trim());
        let shares = [("short_stay_share", self.short_stay_share), ("top_up", self.top_up)];
        for (name, value) in self.prices().into_iter().chain(shares) {
            let Some(value) = value else { continue };
            fingerprint.text(name);
            fingerprint.text(&value.normalize().to_string());
        }
        let trims = [("elective", self.elective_trim_days), ("non-elective", self.non_elective_trim_days)];
        for (name, days) in trims {
            let Some(days) = days else { continue };
            fingerprint.text(name);
            fingerprint.text(&days.to_string());
        }
        fingerprint.text(match self.short_stay_applies {
            None => "",
            Some(true) => "yes",
            Some(false) => "no",
        });
        fingerprint.text(self.best_practice_where.as_deref().unwrap_or(""));
    }
}

/// A price that was left out when a tariff was read, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// The code.
    pub code: String,
    /// The price: `combined`, …
    pub price: String,
    /// What the table says of it.
    pub reason: String,
}

/// The highest price there can be, in pence: £10 million.
const HIGHEST: u32 = 1_000_000_000;
/// The highest daily rate, in pence: £100,000. With the longest stay and the highest factor it stays within 63 bits.
const HIGHEST_DAILY: u32 = 10_000_000;
/// The longest stay a trim point can be at, in days.
const LONGEST: u32 = 36_525;
/// Top-ups and factors are counted in millionths.
const MILLION: u32 = 1_000_000;

/// What an adult's emergency of less than two days is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShortStay {
    /// The reduced price, in pence.
    Reduced(u32),
    /// What it would be paid were it longer: the row says that no reduction applies.
    Full,
    /// The row says nothing: the full price is not theirs.
    Unsaid,
}

/// A row that has been checked: pence, millionths, days.
#[derive(Debug, Clone)]
pub(crate) struct Checked {
    pub(crate) code: Box<str>,
    pub(crate) name: Option<Box<str>>,
    combined: Option<u32>,
    day_case: Option<u32>,
    elective: Option<u32>,
    elective_trim: Option<u32>,
    non_elective: Option<u32>,
    non_elective_trim: Option<u32>,
    daily_rate: Option<u32>,
    pub(crate) short_stay: ShortStay,
    best_practice: Option<u32>,
    best_in: [bool; 3],
    /// In millionths.
    pub(crate) top_up: u32,
    single: [Option<u32>; 6],
}

impl Checked {
    pub(super) fn of(row: &TariffRow) -> Result<Self> {
        let code = row.code.trim().to_owned();
        if !code.chars().any(char::is_alphanumeric) {
            let remedy = "leave out rows that are not prices, such as headings and notes";
            return Err(Error::new(
                ErrorKind::Row,
                format!("tariff, code `{code}`"),
                "it is no code",
                remedy,
            ));
        }
        let checked = Self::values(row, &code);
        checked.map_err(|why| why.within(format!("tariff, code `{code}`")))
    }

    fn values(row: &TariffRow, code: &str) -> Result<Self> {
        let pence = |name: &str, price: Option<Decimal>| price.map(|price| pence(name, price)).transpose();
        let days = |name: &str, days: Option<u32>| days.map(|days| trim(name, days)).transpose();
        let non_elective = pence("non_elective", row.non_elective)?.and_then(is_price);
        let best_practice = pence("best_practice", row.best_practice)?.and_then(is_price);
        Ok(Self {
            code: code.into(),
            name: row.name.as_deref().map(Into::into),
            combined: pence("combined", row.combined)?.and_then(is_price),
            day_case: pence("day_case", row.day_case)?.and_then(is_price),
            elective: pence("elective", row.elective)?.and_then(is_price),
            elective_trim: days("elective_trim_days", row.elective_trim_days)?,
            non_elective,
            non_elective_trim: days("non_elective_trim_days", row.non_elective_trim_days)?,
            daily_rate: pence("daily_rate", row.daily_rate)?.and_then(is_price),
            short_stay: short_stay(row, non_elective)?,
            best_practice,
            best_in: best_in(row, best_practice.is_some())?,
            top_up: top_up(row)?,
            single: [
                pence("outpatient_procedure", row.outpatient_procedure)?.and_then(is_price),
                pence("first_attendance", row.first_attendance)?.and_then(is_price),
                pence("follow_up", row.follow_up)?.and_then(is_price),
                pence("first_multi_professional", row.first_multi_professional)?.and_then(is_price),
                pence("follow_up_multi_professional", row.follow_up_multi_professional)?.and_then(is_price),
                pence("emergency_attendance", row.emergency_attendance)?.and_then(is_price),
            ],
        })
    }

    pub(super) fn has_best_practice(&self) -> bool {
        self.best_practice.is_some()
    }

    /// What is paid in each slot, in the order of [`Slot::ALL`].
    pub(super) fn entries(&self) -> [Entry; SLOTS] {
        let spell = |price: Option<u32>, rule, trim| {
            price.map_or(Entry::EMPTY, |price| Entry::spell(price, rule, trim, self.daily_rate))
        };
        let flat = |price: Option<u32>, rule| price.map_or(Entry::EMPTY, |price| Entry::flat(price, rule));
        let combined = |own: Option<u32>, rule| match own {
            Some(price) => (Some(price), rule),
            None => (self.combined, PricedBy::Combined),
        };
        let (day_case, by) = combined(self.day_case, PricedBy::DayCase);
        let day_case = flat(day_case, by);
        let (elective, by) = combined(self.elective, PricedBy::Elective);
        let elective = spell(elective, by, self.elective_trim);
        let non_elective = spell(self.non_elective, PricedBy::NonElective, self.non_elective_trim);
        let short_or = |otherwise: Entry| match self.short_stay {
            ShortStay::Reduced(price) => Entry::flat(price, PricedBy::ShortStay),
            ShortStay::Full => otherwise,
            ShortStay::Unsaid => Entry::EMPTY,
        };
        // Without the age a price is known only where a short stay has none of its own.
        let at_any_age = |otherwise: Entry| match self.short_stay {
            ShortStay::Full => otherwise,
            ShortStay::Reduced(_) | ShortStay::Unsaid => Entry::EMPTY,
        };
        let [best_day_case, best_elective, best_non_elective] = self.best();
        // No rule says which of the two a short stay is paid that has both.
        let best_short = |otherwise: Entry, best: Option<Entry>| match best {
            None => short_or(otherwise),
            Some(best) => at_any_age(best),
        };
        let days = flat(self.daily_rate, PricedBy::LongStayDays);
        let [procedure, first, follow_up, first_multi, follow_up_multi, emergency] = self.single;
        Slot::ALL.map(|slot| match slot {
            Slot::DayCase => day_case,
            Slot::Elective => elective,
            Slot::NonElective => non_elective,
            Slot::ShortStay => short_or(non_elective),
            Slot::ShortStayDayCase => short_or(day_case),
            Slot::UnknownAge => at_any_age(non_elective),
            Slot::UnknownAgeDayCase => at_any_age(day_case),
            Slot::BestDayCase => best_day_case.unwrap_or(day_case),
            Slot::BestElective => best_elective.unwrap_or(elective),
            Slot::BestNonElective => best_non_elective.unwrap_or(non_elective),
            Slot::BestShortStay => best_short(non_elective, best_non_elective),
            Slot::BestShortStayDayCase => best_short(day_case, best_day_case),
            Slot::BestUnknownAge => at_any_age(best_non_elective.unwrap_or(non_elective)),
            Slot::BestUnknownAgeDayCase => at_any_age(best_day_case.unwrap_or(day_case)),
            Slot::ElectiveDays | Slot::NonElectiveDays => days,
            Slot::OutpatientProcedure => flat(procedure, PricedBy::OutpatientProcedure),
            Slot::FirstAttendance => flat(first, PricedBy::FirstAttendance),
            Slot::FollowUp => flat(follow_up, PricedBy::FollowUp),
            Slot::FirstMultiProfessional => flat(first_multi, PricedBy::FirstMultiProfessional),
            Slot::FollowUpMultiProfessional => flat(follow_up_multi, PricedBy::FollowUpMultiProfessional),
            Slot::EmergencyAttendance => flat(emergency, PricedBy::EmergencyAttendance),
        })
    }
}

impl Checked {
    /// The best-practice price of a day case, an elective and a non-elective spell, where it applies.
    fn best(&self) -> [Option<Entry>; 3] {
        let [in_day_case, in_elective, in_non_elective] = self.best_in;
        let price = |applies: bool| self.best_practice.filter(|_| applies);
        let spell = |price: u32, trim| Entry::spell(price, PricedBy::BestPractice, trim, self.daily_rate);
        [
            price(in_day_case).map(|price| Entry::flat(price, PricedBy::BestPractice)),
            price(in_elective).map(|price| spell(price, self.elective_trim)),
            price(in_non_elective).map(|price| spell(price, self.non_elective_trim)),
        ]
    }
}

/// A published table shows a code without a national price as zero or as a dash.
fn is_price(pence: u32) -> Option<u32> {
    (pence > 0).then_some(pence)
}

fn refuse(name: &str, problem: impl std::fmt::Display, remedy: &str) -> Error {
    Error::new(ErrorKind::Row, format!("price `{name}`"), problem.to_string(), remedy)
}

fn pence(name: &str, price: Decimal) -> Result<u32> {
    let pence = price.checked_mul(Decimal::ONE_HUNDRED).filter(|pence| pence.fract().is_zero());
    let Some(pence) = pence else {
        return Err(refuse(
            name,
            format!("{price} is not in whole pence"),
            "give pounds to the penny, unscaled",
        ));
    };
    let highest = if name == "daily_rate" { HIGHEST_DAILY } else { HIGHEST };
    match pence.to_u32() {
        Some(pence) if pence <= highest => Ok(pence),
        _ => {
            let problem = format!("{price} is not from 0 to £{}", highest / 100);
            Err(refuse(name, problem, "check the unit: prices are in pounds"))
        }
    }
}

fn trim(name: &str, days: u32) -> Result<u32> {
    if (1..=LONGEST).contains(&days) {
        return Ok(days);
    }
    let remedy = "give days above 0; leave it empty where the code has none";
    Err(refuse(name, format!("{days} days is not a trim point"), remedy))
}

fn is_share(value: Decimal) -> bool {
    Decimal::ZERO <= value && value <= Decimal::ONE
}

fn short_stay(row: &TariffRow, non_elective: Option<u32>) -> Result<ShortStay> {
    if let Some(share) = row.short_stay_share.filter(|share| !is_share(*share)) {
        let remedy = "give a share of the non-elective price from 0 to 1: 70 % is 0.7";
        return Err(refuse("short_stay_share", format!("{share} is not a share"), remedy));
    }
    if row.short_stay_applies == Some(false) {
        return Ok(ShortStay::Full);
    }
    let own = row.short_stay.map(|price| pence("short_stay", price)).transpose()?.and_then(is_price);
    let by_share = match (row.short_stay_share, non_elective) {
        (Some(share), Some(price)) => is_price(reduced(share, price)?),
        _ => None,
    };
    if let (Some(own), Some(full)) = (own, non_elective)
        && own > full
    {
        let problem = format!("it is more than the non-elective price, {full} pence");
        return Err(refuse("short_stay", problem, "give the reduced price, or a share of the full one"));
    }
    // Published prices are in whole pounds.
    if let (Some(own), Some(by_share)) = (own, by_share)
        && own.abs_diff(by_share) > 100
    {
        let problem =
            format!("it is {own} pence, and `short_stay_share` of the non-elective price {by_share}");
        return Err(refuse("short_stay", problem, "give one of the two, or correct the other"));
    }
    match own.or(by_share) {
        Some(price) => Ok(ShortStay::Reduced(price)),
        None if row.short_stay_applies == Some(true) => {
            let remedy = "give `short_stay`, or `short_stay_share` with a non-elective price";
            Err(refuse("short_stay", "the reduced price applies, and there is none", remedy))
        }
        None => Ok(ShortStay::Unsaid),
    }
}

/// A share of a price in pence, rounded to the penny, half up.
fn reduced(share: Decimal, price: u32) -> Result<u32> {
    let rounding = Rounding { mode: RoundingMode::HalfUp, places: 0 };
    let product = share.checked_mul(Decimal::from(price)).and_then(|pence| rounding.apply(pence).ok());
    product.and_then(|pence| pence.to_u32()).ok_or_else(|| {
        let remedy = "give a share in whole per cent";
        refuse("short_stay_share", format!("{share} has too many digits"), remedy)
    })
}

fn best_in(row: &TariffRow, has_price: bool) -> Result<[bool; 3]> {
    if !has_price {
        return Ok([false; 3]);
    }
    let written = row.best_practice_where.as_deref().unwrap_or("").to_uppercase();
    let words: Vec<&str> = written.split(|letter: char| !letter.is_alphanumeric()).collect();
    let found = ["DC", "EL", "NE"].map(|setting| words.contains(&setting));
    let known = words.iter().all(|word| word.is_empty() || ["DC", "EL", "NE"].contains(word));
    if found.contains(&true) && known {
        return Ok(found);
    }
    let remedy = "write DC, EL or NE, or several of them, in `best_practice_where`";
    Err(refuse("best_practice", format!("`{written}` does not say where it applies"), remedy))
}

/// In millionths.
fn top_up(row: &TariffRow) -> Result<u32> {
    let Some(share) = row.top_up else { return Ok(0) };
    let millionths = share.checked_mul(Decimal::from(MILLION)).filter(|value| value.fract().is_zero());
    match millionths.and_then(|value| value.to_u32()) {
        Some(value) if is_share(share) => Ok(value),
        _ => {
            let remedy = "give a share of the price from 0 to 1 with at most six decimals: 24 % is 0.24";
            Err(refuse("top_up", format!("{share} is not a top-up"), remedy))
        }
    }
}
