//! What can be wrong with a row, and how each is found.

use std::fmt;

use super::columns::{Columns, Ids};
use super::deprivation;
use crate::error::{Error, ErrorKind, Result};
use crate::fixed;

/// Why a row cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fault {
    /// The value is missing: not a number, or an empty text.
    Missing,
    /// The value is infinite.
    Infinite,
    /// The value is below zero.
    Negative,
    /// The value has more digits, down to the minor unit or the millionth, than can be held exactly.
    TooLarge,
    /// The exposure is not above zero, to six decimals.
    NoExposure,
    /// The exposure is longer than a year.
    ExposureAboveYear,
    /// The person has another row for the same year.
    RepeatedPersonYear,
    /// The person has another row, and no column says which year each is about.
    RepeatedPerson,
    /// The cost in one care setting is more than the person's whole cost.
    SettingAboveWhole,
    /// The number is not a whole one of the column's scale of deprivation.
    OffScale,
}

impl Fault {
    /// Every fault there is.
    pub const ALL: [Self; 10] = [
        Self::Missing,
        Self::Infinite,
        Self::Negative,
        Self::TooLarge,
        Self::NoExposure,
        Self::ExposureAboveYear,
        Self::RepeatedPersonYear,
        Self::RepeatedPerson,
        Self::SettingAboveWhole,
        Self::OffScale,
    ];

    /// What is wrong, in words that follow the value.
    fn problem(self) -> &'static str {
        match self {
            Self::Missing => "is not a value",
            Self::Infinite => "is not finite",
            Self::Negative => "is below zero",
            Self::TooLarge => "has more than the 15 digits that can be held exactly",
            Self::NoExposure => "is not an exposure above 0 member months",
            Self::ExposureAboveYear => "is more than the 12 member months of a year",
            Self::RepeatedPersonYear => "has two rows for one year",
            Self::RepeatedPerson => "has two rows and no column says for which years",
            Self::SettingAboveWhole => "is more than the whole cost that it is part of",
            Self::OffScale => "is not a whole number of that scale",
        }
    }

    /// What to do about it.
    fn remedy(self) -> &'static str {
        match self {
            Self::Missing => "fill it (a cost or a count of nothing is 0), or leave the row out",
            Self::Infinite => "correct the division or the reading that gave it, or leave the row out",
            Self::Negative => "net refunds and reversals against what they correct, or leave the row out",
            Self::TooLarge => "check the unit of the column; costs are in major units such as dollars",
            Self::NoExposure => {
                "give months of cover (a person year is 12), or leave out people who were not covered"
            }
            Self::ExposureAboveYear => "give months, not days, and one row for each person and year",
            Self::RepeatedPersonYear => "add up the rows of each person and year before they come here",
            Self::RepeatedPerson => "name the column that holds the year, or add up the rows of each person",
            Self::SettingAboveWhole => {
                "give the cost of all care settings together as the cost, or leave the setting out"
            }
            Self::OffScale => "say which scale the column has (1 is the most deprived), or leave the row out",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem())
    }
}

/// One fault in one row of one column.
pub(crate) struct Finding<'a> {
    pub(crate) column: &'a str,
    pub(crate) row: usize,
    pub(crate) fault: Fault,
    value: &'a dyn fmt::Display,
}

impl<'a> Finding<'a> {
    pub(super) fn new(column: &'a str, row: usize, fault: Fault, value: &'a dyn fmt::Display) -> Self {
        Self { column, row, fault, value }
    }

    /// The refusal of the whole table for this one row.
    pub(crate) fn refusal(&self) -> Error {
        Error::new(
            ErrorKind::Row,
            format!("column `{}`, row {} (the first row is 0)", self.column, self.row),
            format!("{} {}", self.value, self.fault.problem()),
            self.fault.remedy(),
        )
    }
}

/// What happens with a finding: it ends the reading, or it is written down.
pub(crate) type Sink<'s> = dyn FnMut(&Finding<'_>) -> Result<()> + 's;

/// What is wrong with an amount that is counted in steps of one `scale`-th.
fn amount(value: f64, scale: f64) -> Option<Fault> {
    if value >= 0.0 && value * scale <= fixed::LARGEST {
        None
    } else if value.is_nan() {
        Some(Fault::Missing)
    } else if value < 0.0 {
        Some(if value.is_infinite() { Fault::Infinite } else { Fault::Negative })
    } else if value.is_infinite() {
        Some(Fault::Infinite)
    } else {
        Some(Fault::TooLarge)
    }
}

fn exposure(value: f64) -> Option<Fault> {
    // Half a millionth of a month is what six decimals round up to something.
    if (0.000_000_5..=12.0).contains(&value) {
        None
    } else if value.is_nan() {
        Some(Fault::Missing)
    } else if value.is_infinite() {
        Some(Fault::Infinite)
    } else if value > 12.0 {
        Some(Fault::ExposureAboveYear)
    } else {
        Some(Fault::NoExposure)
    }
}

fn scan(
    column: &str,
    values: &[f64],
    check: impl Fn(f64) -> Option<Fault>,
    sink: &mut Sink<'_>,
) -> Result<()> {
    for (row, &value) in values.iter().enumerate() {
        if let Some(fault) = check(value) {
            sink(&Finding { column, row, fault, value: &value })?;
        }
    }
    Ok(())
}

fn scan_text(column: &str, values: &[&str], sink: &mut Sink<'_>) -> Result<()> {
    for (row, text) in values.iter().enumerate() {
        if text.trim().is_empty() {
            sink(&Finding { column, row, fault: Fault::Missing, value: &format_args!("`{text}`") })?;
        }
    }
    Ok(())
}

/// A part may pass the whole by one minor unit: each was rounded before it came here.
fn is_above(part: f64, whole: f64, scale: f64) -> bool {
    let (part, whole) = (part * scale, whole * scale);
    part - whole > 1.0 + whole * 4.0 * f64::EPSILON
}

/// Looks for care settings that cost more than the person did: a carve-out would pay out more than was spent.
fn scan_settings(columns: &Columns<'_>, scale: f64, sink: &mut Sink<'_>) -> Result<()> {
    let Some(cost) = &columns.cost else { return Ok(()) };
    for (_, setting) in &columns.settings {
        let rows = setting.values.iter().zip(cost.values.iter()).enumerate();
        for (row, (part, whole)) in rows.filter(|(_, (part, whole))| is_above(**part, **whole, scale)) {
            let value = format_args!("{part}, beside {whole} in column `{}`,", cost.name);
            sink(&Finding { column: &setting.name, row, fault: Fault::SettingAboveWhole, value: &value })?;
        }
    }
    Ok(())
}

/// Looks at every value of every column by itself, and at the parts of a cost; `scale` is minor units in a major unit.
pub(crate) fn find(columns: &Columns<'_>, scale: f64, sink: &mut Sink<'_>) -> Result<()> {
    if let Some((name, Ids::Strings(ids))) = &columns.person {
        scan_text(name, ids, sink)?;
    }
    if let Some(column) = &columns.member_months {
        scan(&column.name, &column.values, exposure, sink)?;
    }
    let money = columns.cost.iter().chain(columns.settings.iter().map(|(_, column)| column));
    for column in money {
        scan(&column.name, &column.values, |value| amount(value, scale), sink)?;
    }
    scan_settings(columns, scale, sink)?;
    let counts = columns.activity.iter().map(|(_, column)| column).chain(&columns.need);
    for column in counts {
        scan(&column.name, &column.values, |value| amount(value, fixed::MILLION), sink)?;
    }
    if let Some(column) = &columns.weight {
        scan(&column.name, &column.values, |value| amount(value, 1.0), sink)?;
    }
    for column in columns.class.iter().chain(&columns.cell) {
        scan_text(&column.name, &column.values, sink)?;
    }
    deprivation::scan(columns, sink)
}

/// Reports a person's second row for a year, naming both rows.
pub(crate) fn report_repeat(
    columns: &Columns<'_>,
    first: usize,
    second: usize,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let Some((name, ids)) = &columns.person else { return Ok(()) };
    let id = ids.words(second);
    let year = columns.year.as_ref().and_then(|column| column.values.get(second));
    let (fault, value) = match year {
        Some(year) => {
            (Fault::RepeatedPersonYear, format!("person {id} of year {year}, seen before in row {first},"))
        }
        None => (Fault::RepeatedPerson, format!("person {id}, seen before in row {first},")),
    };
    sink(&Finding { column: name, row: second, fault, value: &value })
}
