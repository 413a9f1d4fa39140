//! One column.

use std::borrow::Cow;

use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType,
    cast::AsArray,
    types::{Float64Type, Int64Type},
};

use arrow_schema::DataType;

use super::reading::{self, Reading, Unfit};
use crate::error::{Error, ErrorKind, Result};

/// The values that have no such reading, by their rows in the column.
pub(crate) type UnfitRows = Vec<(usize, Unfit)>;

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
    /// The row of the table that the first value stands in.
    first_row: usize,
}

impl Series {
    /// The column that these chunks are the parts of, in order; errors name it as `place`.
    pub fn new(place: impl Into<String>, chunks: Vec<ArrayRef>) -> Self {
        Self { place: place.into(), chunks, first_row: 0 }
    }

    /// The column as a part of a longer one: errors count its first value as this row.
    #[must_use]
    pub fn starting_at(mut self, first_row: usize) -> Self {
        self.first_row = first_row;
        self
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

    /// Whole numbers as [`Series::integers`], where a null and a number that is not whole is `none`; the rows of these
    /// numbers are given beside them, to be told later.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Column`] where the type is another.
    pub(crate) fn integers_or(&self, none: i64) -> Result<(Vec<i64>, UnfitRows)> {
        let mut unfit = Vec::new();
        let values = self.read_with("whole numbers", reading::integers, Some(&none), |row, why| {
            unfit.push((row, why));
            Ok(none)
        })?;
        Ok((values, unfit))
    }

    /// Texts as [`Series::strings`], where a null is the empty text, to be told by row later.
    ///
    /// # Errors
    ///
    /// As [`Series::strings`], without the null.
    pub(crate) fn texts_or_empty(&self) -> Result<Vec<Cow<'_, str>>> {
        self.read("text or whole numbers", reading::strings, Some(&Cow::Borrowed("")))
    }

    /// Texts as [`Series::strings`], where a null is the empty text and a number that is not whole is as it is written, both
    /// to be told by row later.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Column`] where the type is another.
    pub(crate) fn texts_as_written(&self) -> Result<Vec<Cow<'_, str>>> {
        let none = Cow::Borrowed("");
        self.read_with("text or whole numbers", reading::strings, Some(&none), |_, why| Ok(why.value.into()))
    }

    /// Refuses a column of booleans where its numbers would be read: yes is not 1 of anything.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Column`] where it is one.
    pub(crate) fn refuse_flags(&self, needed: &str) -> Result<()> {
        let is_flags = |chunk: &ArrayRef| match chunk.data_type() {
            DataType::Dictionary(_, values) => **values == DataType::Boolean,
            of => *of == DataType::Boolean,
        };
        match self.chunks.iter().find(|chunk| is_flags(chunk)) {
            Some(chunk) => Err(self.wrong_type(chunk.data_type(), needed)),
            None => Ok(()),
        }
    }

    fn wrong_type(&self, of: &DataType, needed: &str) -> Error {
        let problem = format!("it has the type {}", super::described(of));
        Error::new(ErrorKind::Column, &self.place, problem, format!("give {needed}"))
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
        self.read_with(needed, reading, missing, |row, why| {
            let place = format!("{}, row {}", self.place, self.first_row + row);
            Err(Error::new(
                ErrorKind::Row,
                place,
                why.to_string(),
                format!("give {needed}; rows count from 0"),
            ))
        })
    }

    /// As `read`, where `unfit` says what stands for a value that has no such reading, by its row in the column.
    fn read_with<'a, T: Clone>(
        &'a self,
        needed: &str,
        reading: fn(&'a dyn Array) -> Option<Reading<'a, T>>,
        missing: Option<&T>,
        mut unfit: impl FnMut(usize, Unfit) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut values = Vec::with_capacity(self.len());
        for chunk in &self.chunks {
            let nulls = chunk.logical_nulls();
            let first = nulls.as_ref().and_then(|nulls| nulls.iter().position(|valid| !valid));
            if let Some(row) = first.filter(|_| missing.is_none()) {
                return Err(Error::new(
                    ErrorKind::Row,
                    format!("{}, row {}", self.place, self.first_row + values.len() + row),
                    "the value is missing (null, or NaN in pandas)",
                    "fill or remove the row; rows count from 0",
                ));
            }
            let Some(value) = reading(chunk.as_ref()) else {
                return Err(self.wrong_type(chunk.data_type(), needed));
            };
            for row in 0..chunk.len() {
                if let (Some(missing), Some(nulls)) = (missing, &nulls)
                    && nulls.is_null(row)
                {
                    values.push(missing.clone());
                    continue;
                }
                let at = values.len();
                values.push(value(row).or_else(|why| unfit(at, why))?);
            }
        }
        Ok(values)
    }
}
