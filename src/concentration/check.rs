//! What a column must be before anything is computed from it.

use crate::error::{Error, ErrorKind, Result};

/// The least weight that counts: 2⁻⁶⁴. Below it a sum of weights would lose bits.
pub(super) const LEAST_WEIGHT: f64 = 5.421_010_862_427_522e-20;

/// Weights stay below this: 2⁴⁸.
pub(super) const WEIGHT_LIMIT: f64 = 281_474_976_710_656.0;

fn row(column: &str, row: usize, problem: String, remedy: &str) -> Error {
    Error::new(ErrorKind::Row, format!("{column}, row {row} (the first is row 0)"), problem, remedy)
}

/// An amount: finite and not negative.
pub(super) fn value(at: usize, value: f64) -> Result<()> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    let problem = if value < 0.0 {
        format!("{value} is negative")
    } else {
        format!("{value} is not a number that can be summed")
    };
    Err(row("values", at, problem, "give amounts of 0 or more, with credits netted or left out beforehand"))
}

/// A ranking variable: finite.
pub(super) fn ranking(at: usize, value: f64) -> Result<()> {
    if value.is_finite() {
        return Ok(());
    }
    Err(row("ranking", at, format!("{value} has no rank"), "leave the row out or give it a number"))
}

/// A weight: 0, or within the range whose sums are exact.
pub(super) fn weight(at: usize, weight: f64) -> Result<()> {
    if (LEAST_WEIGHT..WEIGHT_LIMIT).contains(&weight) || weight.abs() <= 0.0 {
        return Ok(());
    }
    let (problem, remedy) = if weight < 0.0 {
        (format!("{weight} is negative"), "give weights of 0 or more; 0 leaves a row out")
    } else if weight.is_finite() {
        (
            format!("{weight:e} is outside {LEAST_WEIGHT:e} to {WEIGHT_LIMIT:e}"),
            "multiply all weights by one number: shares do not depend on it",
        )
    } else {
        (format!("{weight} is not a number"), "give weights of 0 or more; 0 leaves a row out")
    };
    Err(row("weights", at, problem, remedy))
}

/// Two columns of one table.
pub(super) fn lengths(column: &str, length: usize, values: usize) -> Result<()> {
    if length == values {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Column,
        column,
        format!("{length} rows beside {values} rows of values"),
        "give one for each value, in the same order",
    ))
}

/// A share of people or of money.
pub(super) fn share(what: &str, share: f64) -> Result<()> {
    if (0.0..=1.0).contains(&share) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Range, what, format!("{share} is not a share"), "write a number from 0 to 1"))
}

/// There is somebody to rank.
pub(super) fn not_empty(rows: u64, left_out: u64) -> Result<()> {
    match (rows, left_out) {
        (0, 0) => Err(Error::new(
            ErrorKind::Statistic,
            "values",
            "there are no rows",
            "give the amount of at least one person",
        )),
        (0, _) => Err(Error::new(
            ErrorKind::Statistic,
            "weights",
            format!("all {left_out} weights are 0"),
            "give at least one row a weight above 0",
        )),
        _ => Ok(()),
    }
}

/// There is something to share, and a double can hold it.
pub(super) fn total(total: f64, rows: u64) -> Result<()> {
    if total.is_infinite() {
        return Err(Error::new(
            ErrorKind::Arithmetic,
            "values",
            "the total is larger than any double",
            "give the amounts in a larger unit",
        ));
    }
    if total > 0.0 {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Statistic,
        "values",
        format!("all {rows} amounts are 0, and a share of nothing is undefined"),
        "ask only where something was spent",
    ))
}

/// Amounts and their weights, row by row.
pub(super) fn columns(values: &[f64], weights: &[f64]) -> Result<()> {
    lengths("weights", weights.len(), values.len())?;
    for (at, (of, by)) in values.iter().zip(weights).enumerate() {
        value(at, *of)?;
        weight(at, *by)?;
    }
    Ok(())
}
