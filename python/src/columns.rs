//! Columns of a Python table by name and by the type that is needed.

use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, BooleanArray,
    cast::AsArray,
    downcast_dictionary_array, downcast_integer,
    types::{
        Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType, Float16Type, Float32Type,
        Float64Type,
    },
};
use arrow_schema::DataType;
use capitation::{Error, ErrorKind, Result};
use pyo3::prelude::*;

use crate::arrow::Chunks;

/// Whole numbers up to here are exact in a float.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0; // 2^53

/// A table by its columns.
#[derive(Debug)]
pub(crate) struct Columns {
    columns: Vec<(String, Vec<ArrayRef>)>,
    rows: usize,
}

impl Columns {
    /// Reads a table that speaks Arrow.
    ///
    /// # Errors
    /// [`ErrorKind::Column`] where the object is not such a table, or is a single column.
    pub(crate) fn read(table: &Bound<'_, PyAny>) -> Result<Self> {
        let chunks = Chunks::read(table)?;
        let rows = chunks.rows();
        let DataType::Struct(fields) = chunks.field.data_type() else {
            return Err(Error::new(
                ErrorKind::Column,
                "table",
                format!("it is a single column of type {}", chunks.field.data_type()),
                "give a table with named columns",
            ));
        };
        let mut columns: Vec<(String, Vec<ArrayRef>)> = fields
            .iter()
            .map(|field| (field.name().clone(), Vec::with_capacity(chunks.arrays.len())))
            .collect();
        for chunk in &chunks.arrays {
            let chunk = chunk.as_struct();
            if chunk.null_count() > 0 {
                return Err(Error::new(
                    ErrorKind::Column,
                    "table",
                    format!("{} rows are null as a whole", chunk.null_count()),
                    "remove them",
                ));
            }
            for ((_, parts), array) in columns.iter_mut().zip(chunk.columns()) {
                parts.push(array.clone());
            }
        }
        Ok(Self { columns, rows })
    }

    /// The names of the columns, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// A column of numbers: any integer, float, decimal or boolean type. Decimals become the nearest float.
    ///
    /// # Errors
    /// [`ErrorKind::Column`] where it is missing, there twice, or of another type; [`ErrorKind::Row`] for a null.
    pub(crate) fn floats(&self, name: &str) -> Result<Vec<f64>> {
        self.convert(name, "numbers", floats)
    }

    /// A column of whole numbers: any integer type, or floats and decimals without a fraction.
    ///
    /// # Errors
    /// As [`Columns::floats`]; and [`ErrorKind::Row`] for a number that is not whole or needs over 64 bits.
    pub(crate) fn integers(&self, name: &str) -> Result<Vec<i64>> {
        self.convert(name, "whole numbers", integers)
    }

    /// A column of text: any string type, a dictionary (categorical) of strings, or whole numbers as digits.
    ///
    /// # Errors
    /// As [`Columns::integers`].
    pub(crate) fn strings(&self, name: &str) -> Result<Vec<String>> {
        self.convert(name, "text or whole numbers", strings)
    }

    fn convert<T>(&self, name: &str, needed: &str, of: fn(&dyn Array) -> Part<T>) -> Result<Vec<T>> {
        let parts = self.column(name)?;
        convert(&format!("column `{name}`"), parts, self.rows, needed, of)
    }

    fn column(&self, name: &str) -> Result<&[ArrayRef]> {
        let mut found = self.columns.iter().filter(|(there, _)| there == name);
        match (found.next(), found.next()) {
            (Some((_, parts)), None) => Ok(parts),
            (Some(_), Some(_)) => Err(Error::new(
                ErrorKind::Column,
                format!("column `{name}`"),
                "the table has more than one column of this name",
                "rename all but one",
            )),
            (None, _) => Err(self.missing(name)),
        }
    }

    fn missing(&self, name: &str) -> Error {
        let listed = self.names().take(30).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let more = self
            .columns
            .len()
            .checked_sub(30)
            .filter(|&n| n > 0)
            .map_or(String::new(), |n| format!(" and {n} more"));
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

/// The numbers of a single column: a series, an array, or a table with one column.
///
/// # Errors
/// As [`Columns::floats`].
pub(crate) fn series(object: &Bound<'_, PyAny>, what: &str) -> Result<Vec<f64>> {
    single(object, what, "numbers", floats)
}

/// The texts of a single column, or its whole numbers as digits.
///
/// # Errors
/// As [`Columns::strings`].
pub(crate) fn texts(object: &Bound<'_, PyAny>, what: &str) -> Result<Vec<String>> {
    single(object, what, "text or whole numbers", strings)
}

fn single<T>(
    object: &Bound<'_, PyAny>,
    what: &str,
    needed: &str,
    of: fn(&dyn Array) -> Part<T>,
) -> Result<Vec<T>> {
    let chunks = Chunks::read(object)?;
    if let DataType::Struct(fields) = chunks.field.data_type() {
        let [field] = fields.as_ref() else {
            return Err(Error::new(
                ErrorKind::Column,
                what,
                format!("it is a table of {} columns", fields.len()),
                "give one column of it",
            ));
        };
        return Columns::read(object)?.convert(field.name(), needed, of);
    }
    convert(what, &chunks.arrays, chunks.rows(), needed, of)
}

/// What one chunk of a column becomes.
enum Part<T> {
    Values(Vec<T>),
    /// The type has no such reading.
    WrongType,
    /// The type has one, but not this value: its row within the chunk, and why.
    WrongValue(usize, String),
}

fn convert<T>(
    place: &str,
    parts: &[ArrayRef],
    rows: usize,
    needed: &str,
    of: fn(&dyn Array) -> Part<T>,
) -> Result<Vec<T>> {
    let mut all = Vec::with_capacity(rows);
    for part in parts {
        let before = all.len();
        if let Some(row) = part.logical_nulls().and_then(|nulls| (0..nulls.len()).find(|&i| nulls.is_null(i)))
        {
            return Err(Error::new(
                ErrorKind::Row,
                format!("{place}, row {}", before + row),
                "the value is missing (null, or NaN in pandas)",
                "fill or remove the row; rows count from 0",
            ));
        }
        match of(part.as_ref()) {
            Part::Values(mut values) => all.append(&mut values),
            Part::WrongType => {
                return Err(Error::new(
                    ErrorKind::Column,
                    place,
                    format!("it has the type {}", part.data_type()),
                    format!("give {needed}"),
                ));
            }
            Part::WrongValue(row, why) => {
                return Err(Error::new(
                    ErrorKind::Row,
                    format!("{place}, row {}", before + row),
                    why,
                    format!("give {needed}; rows count from 0"),
                ));
            }
        }
    }
    Ok(all)
}

/// The values of a primitive array, each through one function.
fn each<P: ArrowPrimitiveType, T>(array: &dyn Array, of: impl Fn(P::Native) -> T) -> Part<T> {
    match array.as_primitive_opt::<P>() {
        Some(array) => Part::Values(array.values().iter().map(|&value| of(value)).collect()),
        None => Part::WrongType,
    }
}

/// The same, where a value may have no reading.
fn try_each<P: ArrowPrimitiveType, T>(
    array: &dyn Array,
    of: impl Fn(P::Native) -> std::result::Result<T, String>,
) -> Part<T> {
    let Some(array) = array.as_primitive_opt::<P>() else { return Part::WrongType };
    let mut values = Vec::with_capacity(array.len());
    for (row, &value) in array.values().iter().enumerate() {
        match of(value) {
            Ok(value) => values.push(value),
            Err(why) => return Part::WrongValue(row, why),
        }
    }
    Part::Values(values)
}

/// Decimals go through their digits: that gives the nearest float, and tells a fraction from none.
fn decimals<P: DecimalType + ArrowPrimitiveType, T>(
    array: &dyn Array,
    of: impl Fn(&str) -> std::result::Result<T, String>,
) -> Part<T> {
    let Some(array) = array.as_primitive_opt::<P>() else { return Part::WrongType };
    let mut values = Vec::with_capacity(array.len());
    for row in 0..array.len() {
        match of(&array.value_as_string(row)) {
            Ok(value) => values.push(value),
            Err(why) => return Part::WrongValue(row, why),
        }
    }
    Part::Values(values)
}

/// A dictionary's own values are read first, then each row picks one of them.
fn dictionary<T: Clone>(array: &dyn Array, of: fn(&dyn Array) -> Part<T>) -> Part<T> {
    downcast_dictionary_array!(
        array => {
            match of(array.values().as_ref()) {
                Part::Values(values) => {
                    let picked: Option<Vec<T>> =
                        array.keys_iter().map(|key| key.and_then(|key| values.get(key).cloned())).collect();
                    picked.map_or(Part::WrongType, Part::Values)
                }
                Part::WrongType => Part::WrongType,
                Part::WrongValue(value, why) => {
                    let row = array.keys_iter().position(|key| key == Some(value)).unwrap_or(0);
                    Part::WrongValue(row, why)
                }
            }
        }
        _ => Part::WrongType,
    )
}

#[allow(clippy::cast_precision_loss, clippy::cast_lossless)] // numbers as floats are what is asked for
fn floats(array: &dyn Array) -> Part<f64> {
    let digits = |text: &str| text.parse::<f64>().map_err(|error| format!("{text} is not a number: {error}"));
    macro_rules! as_float {
        ($kind:ty) => {
            each::<$kind, _>(array, |value| value as f64)
        };
    }
    downcast_integer! {
        array.data_type() => (as_float),
        DataType::Float16 => each::<Float16Type, _>(array, f64::from),
        DataType::Float32 => each::<Float32Type, _>(array, f64::from),
        DataType::Float64 => each::<Float64Type, _>(array, |value| value),
        DataType::Boolean => booleans(array.as_boolean()),
        DataType::Decimal32(..) => decimals::<Decimal32Type, _>(array, digits),
        DataType::Decimal64(..) => decimals::<Decimal64Type, _>(array, digits),
        DataType::Decimal128(..) => decimals::<Decimal128Type, _>(array, digits),
        DataType::Decimal256(..) => decimals::<Decimal256Type, _>(array, digits),
        DataType::Dictionary(..) => dictionary(array, floats),
        _ => Part::WrongType,
    }
}

fn booleans(array: &BooleanArray) -> Part<f64> {
    Part::Values(array.values().iter().map(|value| if value { 1.0 } else { 0.0 }).collect())
}

fn integers(array: &dyn Array) -> Part<i64> {
    macro_rules! as_integer {
        ($kind:ty) => {
            try_each::<$kind, _>(array, |value| {
                #[allow(clippy::unnecessary_fallible_conversions)] // it can fail for some of the types
                i64::try_from(value).map_err(|_| format!("{value} needs more than 64 bits"))
            })
        };
    }
    downcast_integer! {
        array.data_type() => (as_integer),
        DataType::Float16 => try_each::<Float16Type, _>(array, |value| whole(f64::from(value))),
        DataType::Float32 => try_each::<Float32Type, _>(array, |value| whole(f64::from(value))),
        DataType::Float64 => try_each::<Float64Type, _>(array, whole),
        DataType::Decimal32(..) => decimals::<Decimal32Type, _>(array, whole_digits),
        DataType::Decimal64(..) => decimals::<Decimal64Type, _>(array, whole_digits),
        DataType::Decimal128(..) => decimals::<Decimal128Type, _>(array, whole_digits),
        DataType::Decimal256(..) => decimals::<Decimal256Type, _>(array, whole_digits),
        DataType::Dictionary(..) => dictionary(array, integers),
        _ => Part::WrongType,
    }
}

#[allow(clippy::cast_possible_truncation)] // whole and within the exact range
fn whole(value: f64) -> std::result::Result<i64, String> {
    if value.fract() == 0.0 && value.abs() <= LARGEST_EXACT {
        Ok(value as i64)
    } else {
        Err(format!("{value} is not a whole number"))
    }
}

fn whole_digits(text: &str) -> std::result::Result<i64, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.bytes().any(|digit| digit != b'0') {
        return Err(format!("{text} is not a whole number"));
    }
    whole.parse().map_err(|_| format!("{text} needs more than 64 bits"))
}

fn strings(array: &dyn Array) -> Part<String> {
    let own = |text: Option<&str>| text.map(str::to_owned);
    let texts: Option<Vec<String>> = match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().map(own).collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().map(own).collect(),
        DataType::Utf8View => array.as_string_view().iter().map(own).collect(),
        DataType::Dictionary(..) => return dictionary(array, strings),
        _ => {
            return match integers(array) {
                Part::Values(numbers) => Part::Values(numbers.iter().map(ToString::to_string).collect()),
                Part::WrongType => Part::WrongType,
                Part::WrongValue(row, why) => Part::WrongValue(row, why),
            };
        }
    };
    texts.map_or(Part::WrongType, Part::Values)
}

/// The name that is nearest to one that is not there, where one is near enough to be meant.
fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    names
        .map(|there| (strsim::damerau_levenshtein(&wanted, &there.to_lowercase()), there))
        .min_by_key(|&(distance, _)| distance)
        .filter(|&(distance, _)| distance <= (wanted.chars().count() / 3).max(1))
        .map(|(_, there)| there)
}

/// Reads named columns of a table as the package does, for tests: `kind` is floats, integers or strings.
#[pyfunction]
pub(crate) fn _read_column<'py>(
    table: &Bound<'py, PyAny>,
    name: &str,
    kind: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let py = table.py();
    let refused = |error: Error| pyo3::exceptions::PyValueError::new_err(error.to_string());
    let columns = Columns::read(table).map_err(refused)?;
    match kind {
        "floats" => columns.floats(name).map_err(refused)?.into_pyobject(py),
        "integers" => columns.integers(name).map_err(refused)?.into_pyobject(py),
        _ => columns.strings(name).map_err(refused)?.into_pyobject(py),
    }
}

/// Reads one column that stands alone, for tests.
#[pyfunction]
pub(crate) fn _read_series(values: &Bound<'_, PyAny>) -> PyResult<Vec<f64>> {
    series(values, "values").map_err(|error| pyo3::exceptions::PyValueError::new_err(error.to_string()))
}
