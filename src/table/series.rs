//! One column.

use std::borrow::Cow;

use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType,
    cast::AsArray,
    types::{Float64Type, Int64Type},
};

use super::reading::{self, Reading};
use crate::error::{Error, ErrorKind, Result};

/// One column: the chunks of its values, read by the type that is needed.
///
/// ```
/// # use std::sync::Arc;
/// use arrow_array::{ArrayRef, Int32Array};
/// use capitation::table::Series;
///
/// let year = Series::new("year", vec![Arc::new(Int32Array::from(vec![Some(2024), None])) as ArrayRef]);
/// assert_eq!(
///     year.integers().unwrap_err().to_string(),
///     "year, row 1: the value is missing (null, or NaN in pandas); fill or remove the row; rows count from 0"
/// );
/// ```
#[derive(Debug, Clone)]
pub struct Series {
    place: String,
    chunks: Vec<ArrayRef>,
}

impl Series {
    /// The column that these chunks are the parts of, in order; errors name it as `place`.
    pub fn new(place: impl Into<String>, chunks: Vec<ArrayRef>) -> Self {
        Self { place: place.into(), chunks }
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.chunks.iter().map(Array::len).sum()
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Numbers: any integer, float, decimal or boolean type. Decimals become the nearest float.
    ///
    /// Doubles in one chunk are borrowed, all else is copied.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Column`] where the type is another; [`ErrorKind::Row`] for a null.
    pub fn floats(&self) -> Result<Cow<'_, [f64]>> {
        match self.borrowed::<Float64Type>() {
            Some(values) => Ok(values.into()),
            None => self.read("numbers", reading::floats, None).map(Cow::Owned),
        }
    }

    /// Numbers as [`Series::floats`], where a null is no error and no number (NaN), to be told by row later.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Column`] where the type is another.
    pub fn floats_or_nan(&self) -> Result<Cow<'_, [f64]>> {
        match self.borrowed::<Float64Type>() {
            Some(values) => Ok(values.into()),
            None => self.read("numbers", reading::floats, Some(&f64::NAN)).map(Cow::Owned),
        }
    }

    /// Whole numbers: any integer type, or floats and decimals without a fraction.
    ///
    /// Integers of 64 bits in one chunk are borrowed, all else is copied.
    ///
    /// # Errors
    ///
    /// As [`Series::floats`]; and [`ErrorKind::Row`] for a number that is not whole or needs over 64 bits.
    pub fn integers(&self) -> Result<Cow<'_, [i64]>> {
        match self.borrowed::<Int64Type>() {
            Some(values) => Ok(values.into()),
            None => self.read("whole numbers", reading::integers, None).map(Cow::Owned),
        }
    }

    /// Texts, borrowed: any string type, a dictionary (categorical) of strings; or whole numbers as digits.
    ///
    /// # Errors
    ///
    /// As [`Series::integers`].
    pub fn strings(&self) -> Result<Vec<Cow<'_, str>>> {
        self.read("text or whole numbers", reading::strings, None)
    }

    /// Whole numbers as [`Series::integers`], where a null is `null`, to be told by row later.
    ///
    /// # Errors
    ///
    /// As [`Series::integers`], without the null.
    pub(crate) fn integers_or(&self, null: i64) -> Result<Vec<i64>> {
        self.read("whole numbers", reading::integers, Some(&null))
    }

    /// Texts as [`Series::strings`], where a null is the empty text, to be told by row later.
    ///
    /// # Errors
    ///
    /// As [`Series::strings`], without the null.
    pub(crate) fn texts_or_empty(&self) -> Result<Vec<Cow<'_, str>>> {
        self.read("text or whole numbers", reading::strings, Some(&Cow::Borrowed("")))
    }

    /// The values as they lie in memory, where they are of this very type, in one chunk and without a null.
    fn borrowed<P: ArrowPrimitiveType>(&self) -> Option<&[P::Native]> {
        let [chunk] = self.chunks.as_slice() else { return None };
        let array = chunk.as_primitive_opt::<P>()?;
        (array.null_count() == 0).then(|| array.values().as_ref())
    }

    /// Reads every value; a null is `missing`, or an error where there is nothing that it could be.
    fn read<'a, T: Clone>(
        &'a self,
        needed: &str,
        reading: fn(&'a dyn Array) -> Option<Reading<'a, T>>,
        missing: Option<&T>,
    ) -> Result<Vec<T>> {
        let wrong_value = |row: usize, problem: &str, remedy: String| {
            Error::new(ErrorKind::Row, format!("{}, row {row}", self.place), problem, remedy)
        };
        let mut values = Vec::with_capacity(self.len());
        for chunk in &self.chunks {
            let nulls = chunk.logical_nulls();
            let first = nulls.as_ref().and_then(|nulls| nulls.iter().position(|valid| !valid));
            if let Some(row) = first.filter(|_| missing.is_none()) {
                return Err(wrong_value(
                    values.len() + row,
                    "the value is missing (null, or NaN in pandas)",
                    "fill or remove the row; rows count from 0".to_owned(),
                ));
            }
            let Some(value) = reading(chunk.as_ref()) else {
                return Err(Error::new(
                    ErrorKind::Column,
                    &self.place,
                    format!("it has the type {}", chunk.data_type()),
                    format!("give {needed}"),
                ));
            };
            for row in 0..chunk.len() {
                if let (Some(missing), Some(nulls)) = (missing, &nulls)
                    && nulls.is_null(row)
                {
                    values.push(missing.clone());
                    continue;
                }
                values.push(value(row).map_err(|why| {
                    wrong_value(values.len(), &why, format!("give {needed}; rows count from 0"))
                })?);
            }
        }
        Ok(values)
    }
}
