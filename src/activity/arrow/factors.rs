//! Market forces factors from record batches.

use arrow_array::RecordBatch;

use super::cell::{cells, number};
use crate::{
    activity::market_forces::MarketForces,
    error::{Error, ErrorKind, Result},
    table::Table,
};

impl MarketForces {
    /// The factors of a table's columns of providers and of factors, which are numbers or texts (feature `arrow`).
    ///
    /// # Errors
    /// As [`MarketForces::new`]; [`ErrorKind::Column`] for a column that is not there or of the wrong type,
    /// [`ErrorKind::Row`] for a factor that is missing, or a text that is no number.
    pub fn from_record_batches(batches: &[RecordBatch], provider: &str, factor: &str) -> Result<Self> {
        let table = Table::new(batches)?;
        let providers = table.strings(provider)?;
        let place = |row: usize| format!("column `{factor}`, row {row} (the first row is 0)");
        let factors = cells(table.column(factor)?)?.into_iter().enumerate().map(|(row, cell)| {
            number(&cell, false, || place(row))?.ok_or_else(|| {
                Error::new(
                    ErrorKind::Row,
                    place(row),
                    "the factor is missing",
                    "fill it, or leave the row out",
                )
            })
        });
        let factors = factors.collect::<Result<Vec<_>>>()?;
        Self::new(providers.into_iter().map(std::borrow::Cow::into_owned).zip(factors))
    }
}
