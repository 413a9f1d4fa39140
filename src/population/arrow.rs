//! Populations from Arrow record batches (feature `arrow`).
//!
//! Record batches are those of the crates `arrow` and `arrow-array`, version 60. [`ColumnNames`] says which column is
//! what, and [`Population::from_record_batches`] reads and checks them.

mod names;

use arrow_array::RecordBatch;

pub use self::names::ColumnNames;

use super::{Population, Rejected};
use crate::error::Result;
use crate::money::{Currency, RoundingMode};
use crate::table::Table;

impl Population {
    /// As [`from_columns`](Self::from_columns), from the record batches of one table, in their order (feature `arrow`).
    ///
    /// Numbers may have any integer, float, decimal or boolean type; text may be a dictionary.
    ///
    /// # Errors
    ///
    /// As [`from_columns`](Self::from_columns); [`ErrorKind::Column`](crate::ErrorKind::Column) when there are no
    /// batches or they differ in their columns, when a named column is not there, there twice or of a type that cannot
    /// be what it is named for, and when exposure is not named once; [`ErrorKind::Row`](crate::ErrorKind::Row) for a
    /// null and for a year that is not whole.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use arrow_array::{ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray};
    /// use capitation::money::{Currency, RoundingMode};
    /// use capitation::population::{Population, arrow::ColumnNames};
    ///
    /// let batch = RecordBatch::try_from_iter([
    ///     ("id", Arc::new(StringArray::from(vec!["a", "a", "b"])) as ArrayRef),
    ///     ("yr", Arc::new(Int32Array::from(vec![2024, 2025, 2025]))),
    ///     ("years", Arc::new(Float64Array::from(vec![1.0, 1.0, 0.5]))),
    ///     ("spent", Arc::new(Float64Array::from(vec![120.0, 80.25, 0.0]))),
    /// ])?;
    /// let names = ColumnNames::new().person("id").year("yr").person_years("years").cost("spent");
    /// let population =
    ///     Population::from_record_batches(&[batch], &names, Currency::new("GBP")?, RoundingMode::HalfUp)?;
    /// assert_eq!(population.people(), 2);
    /// assert_eq!(population.measure("member months")?.total(), 30_000_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_record_batches(
        batches: &[RecordBatch],
        names: &ColumnNames,
        currency: Currency,
        rounding: RoundingMode,
    ) -> Result<Self> {
        names.read(&Table::new(batches)?, false, |columns| Self::from_columns(columns, currency, rounding))
    }

    /// As [`from_columns_collecting`](Self::from_columns_collecting), from the record batches of one table, in their
    /// order (feature `arrow`). Rows count from 0 over all batches.
    ///
    /// # Errors
    ///
    /// As [`from_record_batches`](Self::from_record_batches), where a null among numbers is a row left out and a null
    /// person, year, class or cell still refuses the table, and as [`from_columns_collecting`](Self::from_columns_collecting).
    pub fn from_record_batches_collecting(
        batches: &[RecordBatch],
        names: &ColumnNames,
        currency: Currency,
        rounding: RoundingMode,
    ) -> Result<(Self, Rejected)> {
        names.read(&Table::new(batches)?, true, |columns| {
            Self::from_columns_collecting(columns, currency, rounding)
        })
    }
}
