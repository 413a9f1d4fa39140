//! A cost base from Arrow record batches (feature `arrow`).

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use rust_decimal::Decimal;

use super::{CostBase, CostLine, MarginalShare};
use crate::{
    error::{Error, ErrorKind, Result},
    money::Currency,
    table::Table,
};

/// Which column of a table is what.
///
/// ```
/// use capitation::hospital::CostNames;
/// let names = CostNames::new("currency_code", "department_code", "activity", "unit_cost")
///     .rename("EL", "elective")
///     .rename("DC", "day_case");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostNames {
    code: String,
    point: String,
    plan: String,
    unit_cost: String,
    actual: Option<String>,
    price: Option<String>,
    points: BTreeMap<String, String>,
}

impl CostNames {
    /// The columns with code, point of delivery, planned activity and unit cost.
    pub fn new(
        code: impl Into<String>,
        point: impl Into<String>,
        plan: impl Into<String>,
        unit_cost: impl Into<String>,
    ) -> Self {
        Self {
            code: code.into(),
            point: point.into(),
            plan: plan.into(),
            unit_cost: unit_cost.into(),
            actual: None,
            price: None,
            points: BTreeMap::new(),
        }
    }

    /// The column with actual activity.
    #[must_use]
    pub fn actual(mut self, column: impl Into<String>) -> Self {
        self.actual = Some(column.into());
        self
    }

    /// The column with prices; a null is no price.
    #[must_use]
    pub fn price(mut self, column: impl Into<String>) -> Self {
        self.price = Some(column.into());
        self
    }

    /// Another name for a point of delivery of the table; others are kept as they are.
    #[must_use]
    pub fn rename(mut self, printed: impl Into<String>, point: impl Into<String>) -> Self {
        self.points.insert(printed.into(), point.into());
        self
    }
}

impl CostBase {
    /// A cost base from a table; numbers are read as the decimals that their floats were written as.
    ///
    /// # Errors
    /// As [`CostBase::new`]; [`ErrorKind::Column`] for a column that is missing or of another type, [`ErrorKind::Row`] for
    /// a null where there must be a number.
    pub fn from_record_batches(
        batches: &[RecordBatch],
        names: &CostNames,
        currency: Currency,
        share: &MarginalShare,
    ) -> Result<Self> {
        let table = Table::new(batches)?;
        let (codes, points) = (table.strings(&names.code)?, table.strings(&names.point)?);
        if codes.is_empty() {
            return Self::new(currency, &[], share);
        }
        if let Some(unknown) = names.points.keys().find(|name| !points.iter().any(|point| point == *name)) {
            let place = format!("point of delivery `{unknown}`");
            let remedy = "rename points of delivery that the table has";
            return Err(Error::new(ErrorKind::Unknown, place, "no row is of it", remedy));
        }
        let plan = numbers(&table, &names.plan)?;
        let unit_cost = numbers(&table, &names.unit_cost)?;
        let optional =
            |column: &Option<String>| column.as_ref().map(|name| numbers(&table, name)).transpose();
        let (actual, price) = (optional(&names.actual)?, optional(&names.price)?);
        let mut lines = Vec::with_capacity(codes.len());
        for (row, (code, point)) in codes.iter().zip(&points).enumerate() {
            let at = |numbers: &[Option<Decimal>]| numbers.get(row).copied().flatten();
            let needed = |numbers: &[Option<Decimal>], name: &str| {
                at(numbers).ok_or_else(|| {
                    let place = format!("column `{name}`, row {row} (the first row is 0)");
                    Error::new(ErrorKind::Row, place, "the value is missing", "fill it, or leave the row out")
                })
            };
            let point = names.points.get(point.trim()).map_or(point.as_ref(), String::as_str);
            lines.push(CostLine {
                code: code.clone().into_owned(),
                point: point.to_owned(),
                plan: needed(&plan, &names.plan)?,
                actual: match (&actual, &names.actual) {
                    (Some(actual), Some(name)) => Some(needed(actual, name)?),
                    _ => None,
                },
                unit_cost: needed(&unit_cost, &names.unit_cost)?,
                price: price.as_deref().and_then(at),
            });
        }
        Self::new(currency, &lines, share)
    }
}

/// The numbers of a column; nothing where one is missing.
fn numbers(table: &Table, name: &str) -> Result<Vec<Option<Decimal>>> {
    let values = table.floats_or_nan(name)?;
    let number = |(row, value): (usize, &f64)| {
        if value.is_nan() {
            return Ok(None);
        }
        value.to_string().parse::<Decimal>().map(Some).map_err(|_| {
            let place = format!("column `{name}`, row {row} (the first row is 0)");
            Error::new(ErrorKind::Row, place, format!("{value} cannot be held as a decimal"), "correct it")
        })
    };
    values.iter().enumerate().map(number).collect()
}
