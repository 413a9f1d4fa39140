//! A tariff: a price list by code, as the user holds it.

mod entry;
mod row;

use std::collections::HashMap;

pub use row::{TariffRow, Withheld};

pub(crate) use entry::{Entry, Gap};
pub(crate) use row::ShortStay;

use self::row::Checked;
use super::delivery::{SLOTS, Slot};
use crate::{
    error::{Error, ErrorKind, Result},
    exposure::{Date, Period},
    fingerprint::Fingerprint,
    text::nearest,
};

/// A price list for one financial year: for each code (HRG, treatment function) a price by point of delivery, trim
/// points, and a daily rate.
///
/// Prices are pounds in whole pence and come before the market forces factor. A price of zero is no price.
///
/// ```
/// use capitation::activity::{Tariff, TariffRow};
///
/// let knee = TariffRow {
///     code: "HN22E".to_owned(),
///     combined: Some("5528".parse().unwrap()),
///     elective_trim_days: Some(7),
///     non_elective: Some("5528".parse().unwrap()),
///     non_elective_trim_days: Some(31),
///     daily_rate: Some("227".parse().unwrap()),
///     ..TariffRow::default()
/// };
/// let tariff = Tariff::new(2017, vec![knee])?;
/// assert_eq!(tariff.year(), "2017/18");
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tariff {
    first_year: i16,
    rows: Vec<Checked>,
    by_code: HashMap<Box<str>, u32>,
    /// [`SLOTS`] for each row.
    entries: Vec<Entry>,
    withheld: Vec<Withheld>,
    unused: Vec<String>,
    fingerprint: String,
}

impl Tariff {
    /// The tariff of the financial year that begins on 1 April of `first_year`.
    ///
    /// # Errors
    /// [`ErrorKind::Row`] naming the code: for a code without letters or digits or there twice, a price that is negative,
    /// not in whole pence, or above £10 million, a share that is not from 0 to 1, a trim point that is no number of days,
    /// a short-stay or best-practice price that lacks what says where it applies. [`ErrorKind::Column`] without rows.
    /// [`ErrorKind::Period`] for a year that is not written with four digits.
    pub fn new(first_year: i16, rows: Vec<TariffRow>) -> Result<Self> {
        if rows.is_empty() {
            let remedy = "give the table of admitted-care prices, one row for each code";
            return Err(Error::new(ErrorKind::Column, "tariff", "it has no rows", remedy));
        }
        if !(1_000..=9_998).contains(&first_year) {
            let remedy = "give the calendar year in which it begins: 2017 for 2017/18";
            let problem = format!("{first_year} is no financial year");
            return Err(Error::new(ErrorKind::Period, "tariff", problem, remedy));
        }
        let mut fingerprint = Fingerprint::of("tariff 1");
        fingerprint.text(&first_year.to_string());
        let mut by_code = HashMap::with_capacity(rows.len());
        let mut checked = Vec::with_capacity(rows.len());
        for (row, place) in rows.into_iter().zip(0_u32..) {
            row.stamp(&mut fingerprint);
            let row = Checked::of(&row)?;
            if by_code.insert(row.code.clone(), place).is_some() {
                return Err(Error::new(
                    ErrorKind::Row,
                    format!("tariff, code `{}`", row.code),
                    "it has two rows",
                    "leave one row for each code",
                ));
            }
            checked.push(row);
        }
        let entries = checked.iter().flat_map(Checked::entries).collect();
        let fingerprint = fingerprint.written();
        Ok(Self {
            first_year,
            rows: checked,
            by_code,
            entries,
            withheld: Vec::new(),
            unused: Vec::new(),
            fingerprint,
        })
    }

    /// The tariff with the rows of another sheet of the same year: outpatient attendances, accident and emergency.
    ///
    /// # Errors
    /// [`ErrorKind::Row`] where a code is in both; [`ErrorKind::Period`] where the years differ.
    pub fn with_sheet(mut self, other: Self) -> Result<Self> {
        if self.first_year != other.first_year {
            return Err(Error::new(
                ErrorKind::Period,
                "tariff",
                format!("one sheet is of {}, another of {}", self.year(), other.year()),
                "give sheets of one financial year",
            ));
        }
        if let Some(row) = other.rows.iter().find(|row| self.by_code.contains_key(&row.code)) {
            return Err(Error::new(
                ErrorKind::Row,
                format!("tariff, code `{}`", row.code),
                "two sheets have it",
                "put all prices of a code into one row",
            ));
        }
        self.rows.extend(other.rows);
        self.by_code = self.rows.iter().zip(0_u32..).map(|(row, place)| (row.code.clone(), place)).collect();
        self.entries.extend(other.entries);
        self.withheld.extend(other.withheld);
        self.unused.extend(other.unused);
        let mut both = Fingerprint::of("tariff sheets 1");
        both.text(&self.fingerprint);
        both.text(&other.fingerprint);
        self.fingerprint = both.written();
        Ok(self)
    }

    /// The tariff, with what was left out of it told beside its results.
    #[cfg(feature = "arrow")]
    #[must_use]
    pub(crate) fn withholding(mut self, withheld: Vec<Withheld>) -> Self {
        self.withheld = withheld;
        self
    }

    /// The tariff, with the columns of its table that it does not use.
    #[cfg(feature = "arrow")]
    #[must_use]
    pub(crate) fn leaving(mut self, unused: Vec<String>) -> Self {
        self.unused = unused;
        self
    }

    /// The financial year: `2017/18`.
    pub fn year(&self) -> String {
        format!("{}/{:02}", self.first_year, (self.first_year + 1).rem_euclid(100))
    }

    /// The days of the financial year.
    ///
    /// # Errors
    /// None that can occur: the year was checked.
    pub fn period(&self) -> Result<Period> {
        Ok(Period { start: Date::new(self.first_year, 4, 1)?, end: Date::new(self.first_year + 1, 3, 31)? })
    }

    /// How many codes it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no codes: never.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether a code has a reduced short-stay emergency price. A code of which the table does not say whether it is
    /// reduced has no price for short stays: the non-elective price is not theirs.
    pub fn has_short_stay_prices(&self) -> bool {
        self.rows.iter().any(|row| matches!(row.short_stay, ShortStay::Reduced(_)))
    }

    /// Whether a code has a best-practice price.
    pub fn has_best_practice_prices(&self) -> bool {
        self.rows.iter().any(Checked::has_best_practice)
    }

    /// Whether a code has a top-up.
    pub fn has_top_ups(&self) -> bool {
        self.rows.iter().any(|row| row.top_up > 0)
    }

    /// The prices that were left out when the table was read, with the reason.
    pub fn withheld(&self) -> &[Withheld] {
        &self.withheld
    }

    /// The columns of the table that nothing was read from, in their order: what they say changes no price.
    pub fn unused(&self) -> &[String] {
        &self.unused
    }

    /// `sha256:` and the digest of the rows.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The name of a code, where the table has one.
    pub fn name(&self, code: &str) -> Option<&str> {
        self.row(self.place(code)?).and_then(|row| row.name.as_deref())
    }

    /// The place of a code.
    pub(crate) fn place(&self, code: &str) -> Option<u32> {
        self.by_code.get(code.trim()).copied()
    }

    pub(crate) fn row(&self, place: u32) -> Option<&Checked> {
        self.rows.get(usize::try_from(place).ok()?)
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn entry(&self, place: u32, slot: Slot) -> Option<&Entry> {
        self.entries.get(usize::try_from(place).ok()? * SLOTS + slot as usize)
    }

    /// The code that was meant.
    pub(crate) fn nearest(&self, code: &str) -> Option<&str> {
        nearest(code, self.rows.iter().map(|row| &*row.code))
    }
}
