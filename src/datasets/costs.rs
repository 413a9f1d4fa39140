//! What care cost the English NHS, by currency and setting: reference costs and the National Cost Collection.

use std::path::Path;

use rust_decimal::Decimal;
use serde::Serialize;

use super::Results;
use super::number::Numbers;
use super::published::{Column, Kind, Published, Range};
use crate::error::Result;

const fn column(what: &'static str, names: &'static [&'static str]) -> Column {
    Column { what, names }
}

const KIND: Kind = Kind {
    is: "a CSV with a row for each currency and setting, as a sheet of reference costs or the National Cost Collection",
    named: "",
    source: "the published schedule",
};

const YEAR: Column = column("financial year", &["year", "financial year"]);
const SETTING: Column = column("setting", &["setting", "department code", "department"]);
const CODE: Column = column("currency", &["currency code", "HRG", "HRG code"]);
const DESCRIPTION: Column = column("description", &["currency description", "currency desc"]);
const SERVICE: Column = column("service", &["service code"]);
const ACTIVITY: Column = column("activity", &["activity", "number of FCEs", "number of attendances"]);
const UNIT_COST: Column = column("unit cost", &["unit cost", "national average unit cost"]);
const COST: Column = column("total cost", &["total cost", "cost"]);

/// What the activity of one currency in one setting cost, over all providers of England. Money is in pounds.
///
/// A cost is what providers report to have spent, and not a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CostRow {
    /// The financial year as printed (`2017/18`), where there is a column of it.
    pub year: Option<String>,
    /// The setting or department as printed: `EL`, `NEL`, `Ambulance`, …
    pub setting: String,
    /// The currency: HRG, attendance type, …
    pub code: String,
    /// What the currency is.
    pub description: String,
    /// The treatment function or service, where the row is of one.
    pub service: Option<String>,
    /// How many spells, attendances or days there were.
    pub activity: Option<Decimal>,
    /// The mean cost of one, where it is printed.
    pub unit_cost: Option<Decimal>,
    /// What they cost together.
    pub cost: Option<Decimal>,
}

/// Reads a schedule of unit costs.
///
/// # Errors
/// As [`mssp::read`](super::mssp::read); a cost or an activity below zero is refused.
pub fn read(path: impl AsRef<Path>) -> Result<Results<CostRow>> {
    let file = Published::read(path.as_ref(), KIND)?;
    let (setting, code) = (file.require(SETTING)?, file.require(CODE)?);
    let (year, description, service) = (file.find(YEAR), file.find(DESCRIPTION), file.find(SERVICE));
    let activity = file.numbers(ACTIVITY, Range::NotNegative)?;
    let unit_cost = file.numbers(UNIT_COST, Range::NotNegative)?;
    file.require(COST)?;
    let cost = file.numbers(COST, Range::NotNegative)?;
    file.results(|row| {
        let text = |at: Option<usize>| {
            at.map(|at| file.text(row, at)).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let number = |numbers: &Option<Numbers>| {
            numbers.as_ref().and_then(|numbers| numbers.get(row)).map(|number| number.value)
        };
        Ok(CostRow {
            year: text(year),
            setting: file.text(row, setting).to_owned(),
            code: file.text(row, code).to_owned(),
            description: text(description).unwrap_or_default(),
            service: text(service),
            activity: number(&activity),
            unit_cost: number(&unit_cost),
            cost: number(&cost),
        })
    })
}
