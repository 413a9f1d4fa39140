//! Arrow arrays as the columns that lines are made of, without a copy where types allow.

use std::borrow::Cow;

use arrow_array::{
    Array, ArrowPrimitiveType,
    cast::AsArray,
    types::{
        ArrowDictionaryKeyType, Date32Type, Date64Type, Float16Type, Float32Type, Float64Type, Int8Type,
        Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
        TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
};
use arrow_schema::{DataType, TimeUnit};

use crate::{
    activity::{lines::Coded, whole::Whole},
    error::{Error, ErrorKind, Result},
    exposure::Date,
    fixed,
    money::RoundingMode,
    table::Series,
};

/// A column of one batch, and where rows lack a value.
pub(super) struct Column<'a> {
    pub(super) name: &'a str,
    pub(super) array: &'a dyn Array,
    pub(super) series: Series,
}

/// Codes given as numbers up to here are looked up by their number.
const LARGEST_CODE: i64 = 9_999;

impl<'a> Column<'a> {
    /// The rows without a value: nulls, texts of nothing but space, and floats that are no number.
    pub(super) fn missing(&self) -> Vec<usize> {
        let mut rows = blanks(self.array);
        if let Some(nulls) = self.array.logical_nulls().filter(|nulls| nulls.null_count() > 0) {
            rows.extend(nulls.iter().enumerate().filter(|(_, valid)| !valid).map(|(row, _)| row));
            rows.sort_unstable();
            rows.dedup();
        }
        rows
    }

    fn wrong_type(&self, needed: &str) -> Error {
        Error::new(
            ErrorKind::Column,
            format!("column `{}`", self.name),
            format!("it has the type {}", self.array.data_type()),
            format!("give {needed}"),
        )
    }

    /// The refusal of one value.
    pub(super) fn wrong_value(&self, row: usize, problem: impl Into<String>, remedy: &str) -> Error {
        let place = format!("column `{}`, row {row} (the first row is 0)", self.name);
        Error::new(ErrorKind::Row, place, problem, remedy)
    }

    /// Codes: a dictionary of texts, texts, or numbers.
    pub(super) fn coded(&self) -> Result<Coded<'a>> {
        if let Some(coded) = dictionary(self.array) {
            return Ok(coded);
        }
        if let Some(coded) = whole(self.array).and_then(numbered) {
            return Ok(coded);
        }
        // A null is told by its row, and has no text.
        let texts = self.series.texts_or_empty()?;
        Ok(Coded::of(texts.into_iter().map(|text| Cow::Owned(text.into_owned()))))
    }

    /// Texts, or whole numbers as digits.
    pub(super) fn texts(&self) -> Result<Vec<String>> {
        Ok(self.series.texts_or_empty()?.into_iter().map(Cow::into_owned).collect())
    }

    /// Whole numbers; what stands at a null says nothing.
    pub(super) fn whole(&self) -> Result<Whole<'a>> {
        if let Some(whole) = whole(self.array) {
            return Ok(whole);
        }
        let values = self.series.integers_or(-1)?;
        Ok(values.into())
    }

    /// Whole numbers of which a null is the lowest there is, and no age.
    pub(super) fn ages(&self) -> Result<Whole<'a>> {
        if self.array.logical_null_count() == 0 {
            self.whole()
        } else {
            Ok(self.series.integers_or(i64::MIN)?.into())
        }
    }

    /// Days since 1 January 1970, from dates, timestamps, or texts such as 2017-04-30; day 0 where there is no value.
    pub(super) fn days(&self) -> Result<Cow<'a, [i32]>> {
        match self.array.data_type() {
            DataType::Date32 => self
                .array
                .as_primitive_opt::<Date32Type>()
                .map(|dates| Cow::Borrowed(dates.values().as_ref())),
            DataType::Date64 => self.days_of_ticks::<Date64Type>(86_400_000),
            DataType::Timestamp(TimeUnit::Second, _) => self.days_of_ticks::<TimestampSecondType>(86_400),
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                self.days_of_ticks::<TimestampMillisecondType>(86_400_000)
            }
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                self.days_of_ticks::<TimestampMicrosecondType>(86_400_000_000)
            }
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                self.days_of_ticks::<TimestampNanosecondType>(86_400_000_000_000)
            }
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..) => {
                return self.written_days().map(Cow::Owned);
            }
            _ => None,
        }
        .ok_or_else(|| self.wrong_type("dates, or texts such as 2017-04-30"))
    }

    fn days_of_ticks<P: ArrowPrimitiveType<Native = i64>>(&self, a_day: i64) -> Option<Cow<'a, [i32]>> {
        let ticks = self.array.as_primitive_opt::<P>()?;
        let days =
            ticks.values().iter().map(|tick| i32::try_from(tick.div_euclid(a_day)).unwrap_or(i32::MAX));
        Some(Cow::Owned(days.collect()))
    }

    fn written_days(&self) -> Result<Vec<i32>> {
        let texts = self.series.texts_or_empty()?;
        let day = |(row, text): (usize, &Cow<'_, str>)| {
            let text = text.trim();
            // Its row is told as missing.
            if text.is_empty() {
                return Ok(0);
            }
            let day = text.parse::<Date>().map(Date::days_since_1970);
            day.map_err(|why| self.wrong_value(row, why.problem(), why.remedy()))
        };
        texts.iter().enumerate().map(day).collect()
    }

    /// Yes or no: booleans, or 1 and 0; no where there is no value.
    pub(super) fn flags(&self) -> Result<Vec<bool>> {
        let values = self.series.floats_or_nan()?;
        let flag = |(row, value): (usize, &f64)| match *value {
            value if value == 0.0 || value.is_nan() => Ok(false),
            value if (value - 1.0).abs() < f64::EPSILON => Ok(true),
            value => {
                Err(self.wrong_value(row, format!("{value} is not yes or no"), "give booleans, or 1 and 0"))
            }
        };
        values.iter().enumerate().map(flag).collect()
    }

    /// Steps of one `scale`-th, half up, at most `most` of them; 0 where there is no value.
    pub(super) fn steps(&self, scale: f64, most: f64) -> Result<Vec<i64>> {
        let values = self.series.floats_or_nan()?;
        let step = |(row, value): (usize, &f64)| {
            if value.is_nan() {
                return Ok(0);
            }
            if (0.0..=most).contains(value) {
                return Ok(fixed::steps(*value, scale, RoundingMode::HalfUp));
            }
            let remedy = "net corrections against what they correct, and check the unit";
            Err(self.wrong_value(row, format!("{value} is not from 0 to {most}"), remedy))
        };
        values.iter().enumerate().map(step).collect()
    }
}

/// The rows of texts of nothing but space, and of floats that are no number; rows that are null may be among them.
fn blanks(array: &dyn Array) -> Vec<usize> {
    macro_rules! rows_of {
        ($values:expr, $is_blank:expr) => {
            $values
                .enumerate()
                .filter(|(_, value)| value.is_some_and($is_blank))
                .map(|(row, _)| row)
                .collect()
        };
    }
    macro_rules! texts {
        ($array:expr) => {
            $array.map_or(Vec::new(), |texts| rows_of!(texts.iter(), |text| text.trim().is_empty()))
        };
    }
    macro_rules! floats {
        ($kind:ty) => {
            array
                .as_primitive_opt::<$kind>()
                .map_or(Vec::new(), |floats| rows_of!(floats.iter(), |it| it.is_nan()))
        };
    }
    match array.data_type() {
        DataType::Float16 => floats!(Float16Type),
        DataType::Float32 => floats!(Float32Type),
        DataType::Float64 => floats!(Float64Type),
        DataType::Utf8 => texts!(array.as_string_opt::<i32>()),
        DataType::LargeUtf8 => texts!(array.as_string_opt::<i64>()),
        DataType::Utf8View => texts!(array.as_string_view_opt()),
        DataType::Dictionary(..) => array.as_any_dictionary_opt().map_or(Vec::new(), |dictionary| {
            let blank = blanks(dictionary.values().as_ref());
            if blank.is_empty() {
                return blank;
            }
            let keys = dictionary.normalized_keys();
            (0..).zip(keys).filter(|(_, key)| blank.binary_search(key).is_ok()).map(|(row, _)| row).collect()
        }),
        _ => Vec::new(),
    }
}

/// An array of whole numbers as it lies in memory.
fn whole(array: &dyn Array) -> Option<Whole<'_>> {
    macro_rules! borrowed {
        ($kind:ty) => {
            array.as_primitive_opt::<$kind>().map(|array| {
                let values: &[<$kind as ArrowPrimitiveType>::Native] = array.values().as_ref();
                Whole::from(values)
            })
        };
    }
    match array.data_type() {
        DataType::Int8 => borrowed!(Int8Type),
        DataType::Int16 => borrowed!(Int16Type),
        DataType::Int32 => borrowed!(Int32Type),
        DataType::Int64 => borrowed!(Int64Type),
        DataType::UInt8 => borrowed!(UInt8Type),
        DataType::UInt16 => borrowed!(UInt16Type),
        DataType::UInt32 => borrowed!(UInt32Type),
        DataType::UInt64 => borrowed!(UInt64Type),
        _ => None,
    }
}

/// Codes that are small numbers are their own places.
fn numbered(keys: Whole<'_>) -> Option<Coded<'_>> {
    let highest = (0..keys.len()).filter_map(|row| keys.get(row)).max().unwrap_or(0);
    (highest <= LARGEST_CODE)
        .then(|| Coded { values: (0..=highest).map(|code| code.to_string().into()).collect(), keys })
}

/// A dictionary of texts: its keys as they lie in memory.
fn dictionary(array: &dyn Array) -> Option<Coded<'_>> {
    macro_rules! of_keys {
        ($kind:ty) => {
            texts_by::<$kind>(array)
        };
    }
    let DataType::Dictionary(keys, _) = array.data_type() else { return None };
    match **keys {
        DataType::Int8 => of_keys!(Int8Type),
        DataType::Int16 => of_keys!(Int16Type),
        DataType::Int32 => of_keys!(Int32Type),
        DataType::Int64 => of_keys!(Int64Type),
        DataType::UInt8 => of_keys!(UInt8Type),
        DataType::UInt16 => of_keys!(UInt16Type),
        DataType::UInt32 => of_keys!(UInt32Type),
        DataType::UInt64 => of_keys!(UInt64Type),
        _ => None,
    }
}

fn texts_by<K: ArrowDictionaryKeyType>(array: &dyn Array) -> Option<Coded<'_>> {
    let dictionary = array.as_dictionary_opt::<K>()?;
    let values = dictionary.values().as_ref();
    let texts: Vec<Cow<'_, str>> = match values.data_type() {
        DataType::Utf8 => {
            values.as_string_opt::<i32>()?.iter().map(|text| text.unwrap_or("").into()).collect()
        }
        DataType::LargeUtf8 => {
            values.as_string_opt::<i64>()?.iter().map(|text| text.unwrap_or("").into()).collect()
        }
        DataType::Utf8View => {
            values.as_string_view_opt()?.iter().map(|text| text.unwrap_or("").into()).collect()
        }
        _ => return None,
    };
    Some(Coded { keys: whole(dictionary.keys())?, values: texts })
}
