//! One row looked at by itself: what is known of it, and why it has no price.

use rust_decimal::Decimal;

use super::prepared::{
    ADULT, LONGEST_STAY, MOST_UNITS, NO_SLOT, OLDEST, Points, Prepared, Short, slot_of_spell,
};
use crate::{
    activity::{
        delivery::Slot,
        fault::Fault,
        lines::{Done, Flaw, Stay},
        tariff::{Entry, Gap, ShortStay},
    },
    error::{Error, ErrorKind},
    exposure::Date,
};

/// Why one row has no price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) fault: Fault,
    /// What rows with the same fault are listed by: a code, a provider; empty where values say nothing.
    pub(crate) subject: String,
    /// What a reader is shown.
    shown: String,
    hint: Option<String>,
}

impl Finding {
    fn new(fault: Fault, subject: impl Into<String>, shown: impl Into<String>) -> Self {
        Self { fault, subject: subject.into(), shown: shown.into(), hint: None }
    }

    /// The refusal of all lines for this one.
    pub(crate) fn refusal(&self, row: usize) -> Error {
        let hint =
            self.hint.as_ref().map(|near| format!("did you mean `{near}`? otherwise ")).unwrap_or_default();
        Error::new(
            ErrorKind::Row,
            format!("row {row} (the first row is 0)"),
            format!("{} {}", self.shown, self.fault.problem()),
            format!("{hint}{}", self.fault.remedy()),
        )
    }
}

/// What is known of a row, found as the blocks find it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Whether it has all its values, and a day in the tariff's year.
    is_whole: bool,
    pub(super) place: Option<u32>,
    pub(super) slot: Option<Slot>,
    pub(super) stay: Option<u32>,
    pub(super) factor: Option<u32>,
}

impl Row {
    pub(super) fn of(prepared: &Prepared<'_, '_>, row: usize) -> Self {
        let stay = stay(prepared, row)
            .and_then(|stay| u32::try_from(stay).ok())
            .filter(|stay| *stay <= LONGEST_STAY);
        Self {
            is_whole: flaw(prepared, row).is_none() && faulty_date(prepared, row).is_none(),
            place: prepared.pricing.tariff.place(prepared.lines.code.text(row)),
            slot: slot(prepared, row, stay),
            stay: if prepared.stay().is_some() { stay } else { Some(0) },
            factor: factor(prepared, row),
        }
    }

    pub(super) fn entry<'t>(&self, prepared: &Prepared<'_, 't>) -> Option<&'t Entry> {
        prepared.pricing.tariff.entry(self.place?, self.slot?)
    }

    /// The entry of a row without a fault of its own.
    pub(super) fn priced<'t>(&self, prepared: &Prepared<'_, 't>) -> Option<&'t Entry> {
        self.entry(prepared).filter(|_| self.is_whole)
    }
}

/// The first value that is missing or cannot be read.
fn flaw<'a>(prepared: &Prepared<'a, '_>, row: usize) -> Option<&'a Flaw> {
    let at = prepared.flaws.partition_point(|flaw| flaw.row < row);
    prepared.flaws.get(at).copied().filter(|flaw| flaw.row == row)
}

fn of_flaw(flaw: &Flaw) -> Finding {
    let what = flaw.what;
    match flaw.fault {
        Fault::Missing => Finding::new(Fault::Missing, what, format!("the {what}")),
        fault => Finding::new(fault, &flaw.value, format!("{what} `{}`", flaw.value)),
    }
}

/// In days, below zero where the row says so.
fn stay(prepared: &Prepared<'_, '_>, row: usize) -> Option<i64> {
    match prepared.stay()? {
        Stay::Nights(nights) => nights.get(row),
        Stay::Dates { admitted, discharged } => {
            Some(i64::from(*discharged.get(row)?) - i64::from(*admitted.get(row)?))
        }
    }
}

fn age(prepared: &Prepared<'_, '_>, row: usize) -> Option<i64> {
    match &prepared.lines.done {
        Done::Spells { age: Some(age), .. } => age.get(row),
        _ => None,
    }
}

fn factor(prepared: &Prepared<'_, '_>, row: usize) -> Option<u32> {
    let Some(provider) = &prepared.lines.provider else { return Some(crate::activity::market_forces::ONE) };
    let key = usize::try_from(provider.keys.get(row)?).ok()?;
    prepared.providers.as_ref()?.values.get(key).copied().filter(|factor| *factor > 0)
}

fn is_best_practice(prepared: &Prepared<'_, '_>, row: usize) -> bool {
    prepared.lines.best_practice.as_ref().and_then(|met| met.get(row).copied()).unwrap_or(false)
}

fn slot(prepared: &Prepared<'_, '_>, row: usize, stay: Option<u32>) -> Option<Slot> {
    let place = match (&prepared.points, &prepared.lines.done) {
        (Points::Spells { methods, classes }, Done::Spells { method, class, .. }) => {
            let of = |map: &[u8], key: Option<i64>| map.get(usize::try_from(key?).ok()?).copied();
            let stay = stay?;
            let short = match age(prepared, row).and_then(|age| i32::try_from(age).ok()) {
                _ if stay >= 2 => Short::No,
                Some(age) if (ADULT..=OLDEST).contains(&age) => Short::Yes,
                Some(age) if (0..ADULT).contains(&age) => Short::No,
                _ => Short::Unknown,
            };
            let (method, class) =
                (of(&methods.values, method.keys.get(row))?, of(&classes.values, class.keys.get(row))?);
            slot_of_spell(method, class, short, stay == 0)
        }
        (Points::Named { point, slots }, _) => {
            let key = usize::try_from(point.keys.get(row)?).ok()?;
            slots.values.get(key).copied().unwrap_or(NO_SLOT)
        }
        _ => NO_SLOT,
    };
    let slot = Slot::ALL.get(usize::from(place)).copied()?;
    Some(if is_best_practice(prepared, row) { slot.best().unwrap_or(slot) } else { slot })
}

/// The first thing that keeps a row from having a price.
pub(super) fn diagnose(prepared: &Prepared<'_, '_>, row: usize) -> Finding {
    let lines = prepared.lines;
    if let Some(flaw) = flaw(prepared, row) {
        return of_flaw(flaw);
    }
    let known = Row::of(prepared, row);
    let code = lines.code.text(row);
    if let Some(finding) = faulty_stay(prepared, row).or_else(|| faulty_date(prepared, row)) {
        return finding;
    }
    let Some(slot) = known.slot else { return without_a_slot(prepared, row) };
    if known.factor.is_none() {
        let provider = lines.provider.as_ref().map_or("", |provider| provider.text(row));
        let mut finding = Finding::new(Fault::UnknownProvider, provider, format!("provider `{provider}`"));
        finding.hint =
            prepared.pricing.factors.and_then(|forces| forces.nearest(provider)).map(str::to_owned);
        return finding;
    }
    let Some(entry) = known.entry(prepared) else {
        let mut finding = Finding::new(Fault::UnknownCode, code, format!("code `{code}`"));
        finding.hint = prepared.pricing.tariff.nearest(code).map(str::to_owned);
        return finding;
    };
    match entry.gap(known.stay.unwrap_or(0)) {
        Some(gap) => without_a_price(prepared, row, slot, gap),
        None => too_much(prepared, row),
    }
}

/// Why a code that is in the tariff has no price for what was done.
fn without_a_price(prepared: &Prepared<'_, '_>, row: usize, slot: Slot, gap: Gap) -> Finding {
    use Slot::{
        BestShortStay, BestShortStayDayCase, BestUnknownAge, BestUnknownAgeDayCase, ShortStay as Short,
        ShortStayDayCase, UnknownAge, UnknownAgeDayCase,
    };

    let tariff = prepared.pricing.tariff;
    let code = prepared.lines.code.text(row).trim();
    let columns = match gap {
        Gap::Price => slot.columns(),
        Gap::TrimPoint => &["elective_trim_days", "non_elective_trim_days"],
        Gap::DailyRate => &["daily_rate"],
    };
    let withheld = tariff.withheld().iter();
    if let Some(price) = withheld.into_iter().find(|it| it.code == code && columns.contains(&&*it.price)) {
        let shown = format!("`{code}` as {}: its {} ({})", slot.words(), price.price, price.reason);
        return Finding::new(Fault::Withheld, code, shown);
    }
    let short_stay = tariff.place(code).and_then(|place| tariff.row(place)).map(|row| row.short_stay);
    let fault = match (gap, slot, short_stay) {
        (Gap::TrimPoint, ..) => Fault::NoTrimPoint,
        (Gap::DailyRate, ..) => Fault::NoDailyRate,
        (
            Gap::Price,
            UnknownAge | UnknownAgeDayCase | BestUnknownAge | BestUnknownAgeDayCase,
            Some(ShortStay::Reduced(_) | ShortStay::Unsaid),
        ) => return faulty_age(prepared, row),
        (
            Gap::Price,
            Short | ShortStayDayCase | BestShortStay | BestShortStayDayCase,
            Some(ShortStay::Unsaid),
        ) => Fault::NoShortStayPrice,
        (Gap::Price, BestShortStay | BestShortStayDayCase, Some(ShortStay::Reduced(_))) => {
            Fault::ShortStayOrBestPractice
        }
        (Gap::Price, ..) => Fault::NoPrice,
    };
    Finding::new(fault, code, format!("`{code}` as {}", slot.words()))
}

fn faulty_age(prepared: &Prepared<'_, '_>, row: usize) -> Finding {
    if let Some(flaw) = prepared.lines.flaw(row, "age") {
        return of_flaw(flaw);
    }
    match age(prepared, row) {
        Some(age) => Finding::new(Fault::AgeOutOfRange, "", format!("{age}")),
        None => Finding::new(Fault::Missing, "age", "the age of a short-stay emergency"),
    }
}

/// A line that has a price and no payment.
fn too_much(prepared: &Prepared<'_, '_>, row: usize) -> Finding {
    let units = prepared.units().and_then(|units| units.get(row).copied()).unwrap_or_default();
    let shown = Decimal::new(units, 6).normalize();
    if u64::try_from(units).is_ok_and(|units| units <= MOST_UNITS) {
        Finding::new(Fault::PaymentTooLarge, "", format!("the payment for {shown} units"))
    } else {
        Finding::new(Fault::UnitsOutOfRange, "", shown.to_string())
    }
}

fn faulty_stay(prepared: &Prepared<'_, '_>, row: usize) -> Option<Finding> {
    let stay_column = prepared.stay()?;
    let Some(days) = stay(prepared, row) else {
        return Some(Finding::new(Fault::StayTooLong, "", "the number"));
    };
    if days < 0 {
        let fault = match stay_column {
            Stay::Nights(_) => Fault::NegativeStay,
            Stay::Dates { .. } => Fault::DischargeBeforeAdmission,
        };
        return Some(Finding::new(fault, "", shown_stay(stay_column, row, days)));
    }
    let too_long = days > i64::from(LONGEST_STAY);
    too_long.then(|| Finding::new(Fault::StayTooLong, "", shown_stay(stay_column, row, days)))
}

/// A stay as the row has it: nights, or its dates.
fn shown_stay(column: &Stay<'_>, row: usize, days: i64) -> String {
    match column {
        Stay::Nights(_) => format!("{days} days"),
        Stay::Dates { admitted, discharged } => {
            let day = |dates: &[i32]| dates.get(row).map_or_else(String::new, |day| shown_day(*day));
            format!("{} to {}", day(admitted), day(discharged))
        }
    }
}

fn shown_day(day: i32) -> String {
    Date::of_days_since_1970(day)
        .map_or_else(|| "a day beyond the calendar".to_owned(), |day| day.to_string())
}

fn faulty_date(prepared: &Prepared<'_, '_>, row: usize) -> Option<Finding> {
    let day = *prepared.lines.date.as_ref()?.get(row)?;
    let inside = i64::from(day) - i64::from(prepared.year_begins);
    let is_inside = usize::try_from(inside).is_ok_and(|inside| inside < prepared.months.len());
    let year = prepared.pricing.tariff.year();
    (!is_inside).then(|| Finding::new(Fault::OutsideYear, "", format!("{}, beside {year},", shown_day(day))))
}

/// Why no point of delivery was found.
fn without_a_slot(prepared: &Prepared<'_, '_>, row: usize) -> Finding {
    let (method, class) = match &prepared.lines.done {
        Done::Spells { method, class, .. } => (method.text(row), class.text(row)),
        Done::Points { point, .. } => {
            let name = point.text(row);
            return Finding::new(Fault::UnknownPoint, name, format!("`{name}`"));
        }
    };
    let (methods, classes) = match &prepared.points {
        Points::Spells { methods, classes } => (&*methods.values, &*classes.values),
        Points::Named { .. } => (&[][..], &[][..]),
    };
    let place =
        |coded: Option<i64>, map: &[u8]| coded.and_then(|key| map.get(usize::try_from(key).ok()?).copied());
    let (method_is, class_is) = match &prepared.lines.done {
        Done::Spells { method, class, .. } => {
            (place(method.keys.get(row), methods), place(class.keys.get(row), classes))
        }
        Done::Points { .. } => (None, None),
    };
    if method_is.is_none_or(|method| method > 2) {
        return Finding::new(Fault::UnknownMethod, method, format!("admission method `{method}`"));
    }
    if class_is == Some(2) {
        return Finding::new(Fault::RegularAttender, class, format!("patient classification `{class}`"));
    }
    Finding::new(Fault::UnknownClass, class, format!("patient classification `{class}`"))
}
