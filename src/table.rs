//! Tables as they come from elsewhere: Arrow record batches read column by column, by the type that is needed (feature
//! `arrow`).
//!
//! Record batches are those of the crates `arrow` and `arrow-array`, version 60. [`Table`] gives columns by name, a
//! [`Series`] reads one as numbers, whole numbers or texts; what cannot be read is refused by column and row.

mod reading;
mod series;

use std::borrow::Cow;

use arrow_array::RecordBatch;
use arrow_schema::DataType;

pub use self::series::Series;

use crate::error::{Error, ErrorKind, Result};
use crate::text::nearest;

/// How many names an error lists.
const LISTED: usize = 30;

/// Record batches of one table, read column by column.
///
/// ```
/// # use std::sync::Arc;
/// use arrow_array::{ArrayRef, Int16Array, RecordBatch};
/// use capitation::table::Table;
///
/// let batch = RecordBatch::try_from_iter([("visits", Arc::new(Int16Array::from(vec![3, 0])) as ArrayRef)])?;
/// let table = Table::new(&[batch.clone(), batch])?;
/// assert_eq!(*table.floats("visits")?, [3.0, 0.0, 3.0, 0.0]);
/// assert_eq!(
///     table.floats("visit").unwrap_err().to_string(),
///     "column `visit`: the table has no such column; did you mean `visits`? the columns are `visits`"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<(String, Series)>,
}

impl Table {
    /// The table that these batches are the parts of, in order. Their data is shared, not copied.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Column`] when there are no batches, or one has other columns than the first: in number, name, order
    /// or type.
    pub fn new(batches: &[RecordBatch]) -> Result<Self> {
        let Some((first, others)) = batches.split_first() else {
            return Err(Error::new(
                ErrorKind::Column,
                "table",
                "it has no record batches",
                "give at least one; one without rows tells which columns there are",
            ));
        };
        for (number, other) in (1..).zip(others) {
            check_same(first, other, number)?;
        }
        let schema = first.schema_ref();
        let columns = schema.fields().iter().enumerate().map(|(place, field)| {
            let chunks = batches.iter().filter_map(|batch| batch.columns().get(place).cloned()).collect();
            (field.name().clone(), Series::new(format!("column `{}`", field.name()), chunks))
        });
        Ok(Self { columns: columns.collect() })
    }

    /// The names of the columns, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// A column by name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Column`] where it is missing, with the columns there are and the nearest name, or there twice.
    pub fn column(&self, name: &str) -> Result<&Series> {
        let mut found = self.columns.iter().filter(|(there, _)| there == name);
        match (found.next(), found.next()) {
            (Some((_, series)), None) => Ok(series),
            (Some(_), Some(_)) => Err(Error::new(
                ErrorKind::Column,
                format!("column `{name}`"),
                "the table has more than one column of this name",
                "rename all but one",
            )),
            (None, _) => Err(self.missing(name)),
        }
    }

    /// The numbers of a column, as [`Series::floats`].
    ///
    /// # Errors
    ///
    /// As [`Table::column`] and [`Series::floats`].
    pub fn floats(&self, name: &str) -> Result<Cow<'_, [f64]>> {
        self.column(name)?.floats()
    }

    /// The numbers of a column, as [`Series::floats_or_nan`].
    ///
    /// # Errors
    ///
    /// As [`Table::column`] and [`Series::floats_or_nan`].
    pub fn floats_or_nan(&self, name: &str) -> Result<Cow<'_, [f64]>> {
        self.column(name)?.floats_or_nan()
    }

    /// The whole numbers of a column, as [`Series::integers`].
    ///
    /// # Errors
    ///
    /// As [`Table::column`] and [`Series::integers`].
    pub fn integers(&self, name: &str) -> Result<Cow<'_, [i64]>> {
        self.column(name)?.integers()
    }

    /// The texts of a column, as [`Series::strings`].
    ///
    /// # Errors
    ///
    /// As [`Table::column`] and [`Series::strings`].
    pub fn strings(&self, name: &str) -> Result<Vec<Cow<'_, str>>> {
        self.column(name)?.strings()
    }

    fn missing(&self, name: &str) -> Error {
        let listed = self.names().take(LISTED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let more = match self.columns.len().saturating_sub(LISTED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let remedy = if listed.is_empty() {
            "the table has no columns".to_owned()
        } else {
            match nearest(name, self.names()) {
                Some(near) => format!("did you mean `{near}`? the columns are {listed}{more}"),
                None => format!("the columns are {listed}{more}"),
            }
        };
        Error::new(ErrorKind::Column, format!("column `{name}`"), "the table has no such column", remedy)
    }
}

/// A type as a refusal says it: the name it has in Arrow, and in words what values it holds.
pub(crate) fn described(kind: &DataType) -> String {
    let values = if let DataType::Dictionary(_, values) = kind { values } else { kind };
    let words = match values {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "texts",
        DataType::Date32 | DataType::Date64 => "dates",
        DataType::Timestamp(..) => "moments",
        DataType::Boolean => "yes or no",
        _ => return kind.to_string(),
    };
    format!("{kind} ({words})")
}

/// Refuses a batch of another table. Metadata and whether nulls are allowed may differ.
fn check_same(first: &RecordBatch, other: &RecordBatch, number: usize) -> Result<()> {
    let (wanted, found) = (first.schema_ref().fields(), other.schema_ref().fields());
    let problem = if wanted.len() == found.len() {
        let differs = |(a, b): &(&arrow_schema::FieldRef, &arrow_schema::FieldRef)| {
            a.name() != b.name() || a.data_type() != b.data_type()
        };
        let Some((wanted, found)) = wanted.iter().zip(found).find(differs) else { return Ok(()) };
        let (name, kind) = (found.name(), found.data_type());
        format!(
            "column `{name}` of type {kind} stands where the first has `{}` of type {}",
            wanted.name(),
            wanted.data_type()
        )
    } else {
        format!("it has {} columns where the first has {}", found.len(), wanted.len())
    };
    let place = format!("record batch {number} (the first is 0)");
    Err(Error::new(ErrorKind::Column, place, problem, "give the batches of one table"))
}
