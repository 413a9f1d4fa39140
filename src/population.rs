//! Who is covered: people as columns, checked once at the door.
//!
//! A [`Population`] holds one row for each person and year. Amounts are whole numbers from the door on: money in
//! minor units of one currency, counts in millionths. So sums are exact and do not depend on their order.

#[cfg(feature = "arrow")]
pub mod arrow;
mod build;
mod columns;
mod deprivation;
mod fault;
mod fingerprint;
mod measure;
mod people;
mod rejected;
mod table;

use indexmap::IndexMap;

pub use self::columns::{Columns, Ids};
pub use self::deprivation::{Deprivation, DeprivationScale, FIFTHS};
pub use self::fault::Fault;
pub use self::measure::{Measure, MeasureUnit, RoundingDifference};
pub use self::people::Classes;
pub use self::rejected::{Rejected, Rejection};

use self::build::build;
use self::fault::Finding;
use self::people::{Calendar, People};
use self::table::check_table;
use crate::error::{Error, ErrorKind, Result};
use crate::money::{Currency, RoundingMode};

/// The measure of exposure that every population has.
pub const MEMBER_MONTHS: &str = "member months";
/// The measure that is one for each row.
pub const MEMBERS: &str = "members";
/// The measure of cost that every population has.
pub const ACTUAL_COST: &str = "actual cost";
/// Member months times need, where there is a need column.
pub const NEED_WEIGHTED: &str = "need-weighted member months";

/// Nothing is told of fewer people than this where no other number is named: the cell-size rule of CMS, since the
/// input is about people's health.
pub const LEAST_REPORTED: usize = 11;

/// People as checked columns: one row for each person and year.
///
/// ```
/// use capitation::money::{Currency, RoundingMode};
/// use capitation::population::{Columns, Population};
/// # fn main() -> capitation::Result<()> {
/// let columns = Columns::new()
///     .person("id", vec![7, 7, 9])
///     .year("year", vec![2024, 2025, 2025])
///     .member_months("months", vec![12.0, 12.0, 4.5])
///     .cost("cost", vec![120.0, 80.254, 0.0])
///     .activity("admissions", "adm", vec![1.0, 0.0, 0.0]);
/// let population = Population::from_columns(&columns, Currency::new("GBP")?, RoundingMode::HalfUp)?;
/// assert_eq!(population.people(), 2);
/// assert_eq!(population.measure("actual cost")?.values(), [12_000, 8_025, 0]);
/// assert_eq!(population.measure("member months")?.total(), 28_500_000);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    len: usize,
    currency: Currency,
    measures: IndexMap<String, Measure>,
    people: People,
    calendar: Option<Calendar>,
    classes: Option<Classes>,
    cells: Option<Classes>,
    weights: Option<Vec<f64>>,
    need: Option<Vec<i64>>,
    deprivation: Option<Deprivation>,
    rounding_differences: Vec<RoundingDifference>,
    fingerprint: String,
}

impl Population {
    /// Checks the columns and turns them into whole numbers; the first bad value refuses the table.
    ///
    /// Costs become minor units of `currency` by `rounding`; counts, months and need become millionths, half up.
    /// A float is read as the decimal it was written as, so 1.10 is 110 cents in every rounding. What rounding did
    /// to each total is kept in [`rounding_differences`](Self::rounding_differences).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Column`] when a required column is missing, the table is empty, lengths differ, or all weights
    /// are zero; [`ErrorKind::Name`] when two measures have one name; [`ErrorKind::Row`] when a value is missing,
    /// infinite, negative or too large, an exposure is not above 0 and at most 12 months,
    /// a deprivation is not a whole number of its scale, or a person has two rows
    /// for one year; [`ErrorKind::Arithmetic`] when a total cannot be held. A row error names the column, the row
    /// (the first row is 0), the value and the remedy.
    pub fn from_columns(columns: &Columns<'_>, currency: Currency, rounding: RoundingMode) -> Result<Self> {
        let scale = check_table(columns, currency)?;
        let refuse = &mut |finding: &Finding<'_>| Err(finding.refusal());
        fault::find(columns, scale_of(scale), refuse)?;
        let people = People::new(columns.person.as_ref().map(|(_, ids)| ids), columns.len());
        people.repeats(columns, refuse)?;
        build(columns, people, currency, scale, rounding)
    }

    /// As [`from_columns`](Self::from_columns), but leaves bad rows out and says which and why.
    ///
    /// When a person has several rows for one year, which of them is right cannot be known: all are left out. The
    /// population is made of the remaining rows, in their order.
    ///
    /// # Errors
    ///
    /// As [`from_columns`](Self::from_columns), except for [`ErrorKind::Row`]; [`ErrorKind::Column`] when no row
    /// remains.
    ///
    /// ```
    /// use capitation::money::{Currency, RoundingMode};
    /// use capitation::population::{Columns, Population};
    /// # fn main() -> capitation::Result<()> {
    /// let columns =
    ///     Columns::new().member_months("months", vec![12.0, 13.0]).cost("cost", vec![5.0, f64::NAN]);
    /// let (population, rejected) =
    ///     Population::from_columns_collecting(&columns, Currency::new("GBP")?, RoundingMode::HalfUp)?;
    /// assert_eq!((population.len(), rejected.len(), rejected.reasons().len()), (1, 1, 2));
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_columns_collecting(
        columns: &Columns<'_>,
        currency: Currency,
        rounding: RoundingMode,
    ) -> Result<(Self, Rejected)> {
        let scale = check_table(columns, currency)?;
        let mut rejected = Rejected::default();
        fault::find(columns, scale_of(scale), &mut |finding| {
            rejected.add(finding.column, finding.fault, finding.row);
            Ok(())
        })?;
        let kept = remaining(columns.len(), &rejected)?;
        let clean;
        let mut columns = if rejected.is_empty() {
            columns
        } else {
            clean = columns.keep(&kept);
            &clean
        };
        let mut people = People::new(columns.person.as_ref().map(|(_, ids)| ids), columns.len());

        let single;
        let mut repeated = std::collections::BTreeSet::new();
        let mut why = None;
        people.repeats(columns, &mut |finding| {
            why = Some((finding.column.to_owned(), finding.fault));
            repeated.insert(people.of_row.get(finding.row).copied().zip(year_of(columns, finding.row)));
            Ok(())
        })?;
        if let Some((column, fault)) = why {
            for (row, (&original, &person)) in kept.iter().zip(&people.of_row).enumerate() {
                if repeated.contains(&Some(person).zip(year_of(columns, row))) {
                    rejected.add(&column, fault, original as usize);
                }
            }
            let left: Vec<u32> = (0_u32..)
                .zip(&kept)
                .filter(|(_, original)| !rejected.rows.contains(&(**original as usize)))
                .map(|(row, _)| row)
                .collect();
            if left.is_empty() {
                return Err(nothing_left(&rejected));
            }
            single = columns.keep(&left);
            columns = &single;
            people = People::new(columns.person.as_ref().map(|(_, ids)| ids), columns.len());
        }
        let population = build(columns, people, currency, scale, rounding)?;
        Ok((population, rejected))
    }

    /// The number of rows: person years, where a person has one row a year.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no rows; never so, since an empty table is refused.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The currency of every amount of money.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// Every measure under its name: member months, members, actual cost, need-weighted member months where there
    /// is a need column, then the care settings and the activities in the order given.
    pub fn measures(&self) -> &IndexMap<String, Measure> {
        &self.measures
    }

    /// One measure by name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unknown`] when there is none of that name; the error lists the names there are.
    pub fn measure(&self, name: &str) -> Result<&Measure> {
        self.measures.get(name).ok_or_else(|| {
            let names: Vec<String> = self.measures.keys().map(|name| format!("`{name}`")).collect();
            Error::new(
                ErrorKind::Unknown,
                "population",
                format!("there is no measure `{name}`"),
                format!("use one of {}, or give a column that name", names.join(", ")),
            )
        })
    }

    /// The number of distinct people.
    pub fn people(&self) -> usize {
        self.people.groups.len()
    }

    /// Who each row is about: people are numbered from 0 in the order in which they first appear.
    pub fn person_of_row(&self) -> &[u32] {
        &self.people.of_row
    }

    /// The number of people whose weight is above zero: those of whom panels and statistics tell something. All of them
    /// where there are no weights.
    pub fn people_weighed(&self) -> usize {
        let Some(weights) = self.weights() else { return self.people() };
        let counts = |row: &u32| weights.get(*row as usize).is_some_and(|weight| *weight > 0.0);
        (0..self.people()).filter(|person| self.rows_of_person(*person).iter().any(counts)).count()
    }

    /// The rows of one person, ascending; empty when there is no such person.
    pub fn rows_of_person(&self, person: usize) -> &[u32] {
        self.people.groups.rows_of(person)
    }

    /// Rows grouped by person: the rows of person `p` are `rows[offsets[p]..offsets[p + 1]]`.
    pub fn rows_by_person(&self) -> (&[u32], &[u32]) {
        (self.people.groups.offsets(), self.people.groups.rows())
    }

    /// The distinct years, ascending; empty when the table has no year column.
    pub fn years(&self) -> &[i64] {
        self.calendar.as_ref().map_or(&[], |calendar| &calendar.years)
    }

    /// The year of each row, where the table has a year column.
    pub fn year_of_row(&self) -> Option<&[i64]> {
        self.calendar.as_ref().map(|calendar| calendar.of_row.as_slice())
    }

    /// The rows about one year, ascending; empty when there is none.
    pub fn rows_in(&self, year: i64) -> &[u32] {
        self.calendar.as_ref().map_or(&[], |calendar| calendar.rows_in(year))
    }

    /// The rows about one year, or all rows where no year is named, ascending.
    pub(crate) fn rows_of_year(&self, year: Option<i64>) -> Vec<usize> {
        match year {
            Some(year) => self.rows_in(year).iter().map(|row| *row as usize).collect(),
            None => (0..self.len).collect(),
        }
    }

    /// The class of each row, where the table has a class column.
    pub fn classes(&self) -> Option<&Classes> {
        self.classes.as_ref()
    }

    /// The risk cell of each row, where the table has a column of them.
    pub fn cells(&self) -> Option<&Classes> {
        self.cells.as_ref()
    }

    /// The survey weight of each row, where the table has a weight column; not negative, not all zero.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// The need weight of each row in millionths, where the table has a need column.
    pub fn need(&self) -> Option<&[i64]> {
        self.need.as_deref()
    }

    /// The fifth of the nation by deprivation that each row is in, where the table has such a column.
    pub fn deprivation(&self) -> Option<&Deprivation> {
        self.deprivation.as_ref()
    }

    /// The total of a measure for each person, over all the person's rows, in the measure's own steps.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unknown`] when there is no measure of that name.
    pub fn person_totals(&self, name: &str) -> Result<Vec<i64>> {
        let measure = self.measure(name)?;
        let mut totals = vec![0_i64; self.people()];
        for (&person, &value) in self.people.of_row.iter().zip(measure.values()) {
            if let Some(total) = totals.get_mut(person as usize) {
                // No part of a total that fits, of values that are not negative, can be too large.
                *total += value;
            }
        }
        Ok(totals)
    }

    /// What rounding did to the total of each column, in the order of the columns.
    pub fn rounding_differences(&self) -> &[RoundingDifference] {
        &self.rounding_differences
    }

    /// `sha256:` and the hash of every column's use, name and checked values, and of the currency.
    ///
    /// It does not depend on the order of columns in the table or on how they were held in memory. It depends on
    /// the order of rows, since what is drawn does.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

fn year_of(columns: &Columns<'_>, row: usize) -> Option<i64> {
    columns.year.as_ref().map_or(Some(0), |column| column.values.get(row).copied())
}

#[allow(clippy::cast_precision_loss)] // at most 10⁹
fn scale_of(scale: i64) -> f64 {
    scale as f64
}

/// The rows that were not rejected.
fn remaining(rows: usize, rejected: &Rejected) -> Result<Vec<u32>> {
    let kept: Vec<u32> =
        (0_u32..).zip(0..rows).filter(|(_, row)| !rejected.rows.contains(row)).map(|(row, _)| row).collect();
    if kept.is_empty() { Err(nothing_left(rejected)) } else { Ok(kept) }
}

fn nothing_left(rejected: &Rejected) -> Error {
    let reason = rejected.reasons().first();
    let reason = reason.map_or_else(String::new, |reason| {
        format!(": the first reason is that a value of column `{}` {}", reason.column(), reason.fault())
    });
    Error::new(
        ErrorKind::Column,
        "population",
        format!("all {} rows are rejected{reason}", rejected.len()),
        "check that each column is given for what it is, in the right unit",
    )
}
