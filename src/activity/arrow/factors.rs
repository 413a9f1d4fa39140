//! Market forces factors from record batches.

use arrow_array::RecordBatch;

use super::tariff::decimal;
use crate::{activity::market_forces::MarketForces, error::Result, table::Table};

impl MarketForces {
    /// The factors of a table's columns of providers and of factors (feature `arrow`).
    ///
    /// # Errors
    /// As [`MarketForces::new`]; [`ErrorKind::Column`](crate::ErrorKind::Column) for a column that is not there or of the
    /// wrong type, [`ErrorKind::Row`](crate::ErrorKind::Row) for a null.
    pub fn from_record_batches(batches: &[RecordBatch], provider: &str, factor: &str) -> Result<Self> {
        let table = Table::new(batches)?;
        let providers = table.strings(provider)?;
        let factors = table.floats(factor)?;
        let place = |row: usize| format!("column `{factor}`, row {row} (the first row is 0)");
        let factors = factors.iter().enumerate().map(|(row, value)| decimal(*value, || place(row)));
        let factors = factors.collect::<Result<Vec<_>>>()?;
        Self::new(providers.into_iter().map(std::borrow::Cow::into_owned).zip(factors))
    }
}
