//! What must hold of a table as a whole.

use super::columns::Columns;
use super::{ACTUAL_COST, MEMBER_MONTHS, MEMBERS, NEED_WEIGHTED};
use crate::error::{Error, ErrorKind, Result};
use crate::money::Currency;

const BUILT_IN: [&str; 4] = [MEMBER_MONTHS, MEMBERS, ACTUAL_COST, NEED_WEIGHTED];

/// Checks what concerns the table as a whole; gives the minor units in a major unit.
pub(super) fn check_table(columns: &Columns<'_>, currency: Currency) -> Result<i64> {
    let refuse = |place: &str, problem: String, remedy: &str| {
        Err(Error::new(ErrorKind::Column, place, problem, remedy))
    };
    let Some(months) = &columns.member_months else {
        return refuse(
            "population",
            "no column of member months is given".to_owned(),
            "name the column of exposure in months; a person covered all year has 12",
        );
    };
    if columns.cost.is_none() {
        let remedy = "name the column of cost in major units such as dollars";
        return refuse("population", "no column of cost is given".to_owned(), remedy);
    }
    let rows = months.values.len();
    if rows == 0 {
        return refuse(
            "population",
            "the table has no rows".to_owned(),
            "give one row for each person and year",
        );
    }
    if u32::try_from(rows).is_err() {
        let remedy = "split the table and add up the results";
        return refuse("population", format!("the table has {rows} rows, more than 4,294,967,295"), remedy);
    }
    for (name, length) in lengths(columns) {
        if length != rows {
            let problem = format!("it has {length} rows where column `{}` has {rows}", months.name);
            return refuse(&format!("column `{name}`"), problem, "give every column one value for each row");
        }
    }
    check_names(columns)?;
    10_i64.checked_pow(currency.exponent()).filter(|&scale| scale <= 1_000_000_000).ok_or_else(|| {
        Error::new(
            ErrorKind::Currency,
            format!("currency {}", currency.code()),
            format!("its minor unit has {} decimals", currency.exponent()),
            "use a currency with at most 9",
        )
    })
}

fn lengths<'c>(columns: &'c Columns<'_>) -> Vec<(&'c str, usize)> {
    let mut lengths: Vec<(&str, usize)> = Vec::new();
    if let Some((name, ids)) = &columns.person {
        lengths.push((name, ids.len()));
    }
    lengths.extend(columns.year.as_ref().map(|column| (column.name.as_str(), column.values.len())));
    let floats = columns.cost.iter().chain(columns.settings.iter().map(|(_, column)| column));
    let floats = floats.chain(columns.activity.iter().map(|(_, column)| column));
    let floats = floats.chain(&columns.need).chain(&columns.weight);
    let floats = floats.chain(columns.deprivation.iter().map(|(column, _)| column));
    lengths.extend(floats.map(|column| (column.name.as_str(), column.values.len())));
    let texts = columns.class.iter().chain(&columns.cell);
    lengths.extend(texts.map(|column| (column.name.as_str(), column.values.len())));
    lengths
}

fn check_names(columns: &Columns<'_>) -> Result<()> {
    let mut seen: Vec<&str> = BUILT_IN.to_vec();
    for (measure, column) in columns.settings.iter().chain(&columns.activity) {
        let problem = if measure.trim().is_empty() {
            "the measure has no name".to_owned()
        } else if BUILT_IN.contains(&measure.as_str()) {
            format!("`{measure}` is the name of a measure that every population may have")
        } else if seen.contains(&measure.as_str()) {
            format!("`{measure}` is the name of an earlier measure")
        } else {
            seen.push(measure);
            continue;
        };
        let place = format!("column `{}`", column.name);
        return Err(Error::new(ErrorKind::Name, place, problem, "give the measure a name of its own"));
    }
    Ok(())
}

/// Refuses weights by which nobody would ever be drawn.
pub(super) fn check_weights(columns: &Columns<'_>) -> Result<()> {
    match &columns.weight {
        Some(weight) if weight.values.iter().all(|&value| value == 0.0) => Err(Error::new(
            ErrorKind::Column,
            format!("column `{}`", weight.name),
            "every weight is 0",
            "give at least one row a weight, or leave the column out",
        )),
        _ => Ok(()),
    }
}
