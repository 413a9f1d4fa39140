//! Arrow arrays as the columns that lines are made of, without a copy where types allow.

use std::borrow::Cow;

use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType,
    cast::AsArray,
    types::{
        ArrowDictionaryKeyType, Date32Type, Date64Type, Float16Type, Float32Type, Float64Type, Int8Type,
        Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
        TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
};
use arrow_schema::{DataType, TimeUnit};

use crate::{
    activity::{fault::Fault, lines::Coded, whole::Whole},
    error::{Error, ErrorKind, Result},
    exposure::Date,
    fixed::{self, MILLION},
    money::RoundingMode,
    table::{Series, described},
};

/// A column of one batch, and where rows lack a value.
///
/// Rows are given as those of the batch, and told as those of the table.
pub(super) struct Column<'a> {
    name: &'a str,
    array: &'a dyn Array,
    series: Series,
    first_row: usize,
}

/// The most units that a line can stand for, and the most pounds that it can cost.
const MOST_UNITS: f64 = 1e9;
const MOST_POUNDS: f64 = 1e11;
/// Codes given as numbers up to here are looked up by their number.
const LARGEST_CODE: i64 = 9_999;

/// What a column was read as, with the rows of the values that are none of their kind.
pub(super) struct Read<T> {
    pub(super) values: T,
    pub(super) unfit: Vec<Unfit>,
}

/// A value that is none of its kind.
pub(super) struct Unfit {
    pub(super) row: usize,
    pub(super) fault: Fault,
    /// As it is written.
    pub(super) value: String,
}

impl<T> Read<T> {
    /// The values, where all are of their kind.
    pub(super) fn all(self, column: &Column<'_>) -> Result<T> {
        self.unfit.first().map_or(Ok(self.values), |unfit| Err(column.refusal(unfit)))
    }
}

impl<'a> Column<'a> {
    /// The column of this name in a batch whose first row is this one of its table.
    pub(super) fn of(name: &'a str, array: &'a ArrayRef, first_row: usize) -> Self {
        let series = Series::new(format!("column `{name}`"), vec![array.clone()]).starting_at(first_row);
        Self { name, array: array.as_ref(), series, first_row }
    }

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
            format!("it has the type {}", described(self.array.data_type())),
            format!("give {needed}"),
        )
    }

    /// The refusal of one value.
    pub(super) fn wrong_value(&self, row: usize, problem: impl Into<String>, remedy: &str) -> Error {
        let row = self.first_row + row;
        let place = format!("column `{}`, row {row} (the first row is 0)", self.name);
        Error::new(ErrorKind::Row, place, problem, remedy)
    }

    /// The refusal of the first value that cannot be read.
    fn refusal(&self, unfit: &Unfit) -> Error {
        let problem = format!("`{}` {}", unfit.value, unfit.fault.problem());
        self.wrong_value(unfit.row, problem, unfit.fault.remedy())
    }

    /// Codes: a dictionary of texts, texts, or numbers.
    pub(super) fn coded(&self) -> Result<Coded<'a>> {
        // What stands in memory at a null is any key: such a column is read one by one, a null being the empty text.
        if self.array.logical_null_count() == 0 {
            if let Some(coded) = dictionary(self.array) {
                return Ok(coded);
            }
            if let Some(coded) = whole(self.array).and_then(numbered) {
                return Ok(coded);
            }
        }
        let texts = self.series.texts_as_written()?;
        Ok(Coded::of(texts.into_iter().map(|text| Cow::Owned(text.into_owned()))))
    }

    /// Texts, or whole numbers as digits.
    pub(super) fn texts(&self) -> Result<Vec<String>> {
        Ok(self.series.texts_or_empty()?.into_iter().map(Cow::into_owned).collect())
    }

    /// Whole numbers; -1 where there is none.
    pub(super) fn whole(&self) -> Result<Read<Whole<'a>>> {
        if let Some(whole) = whole(self.array).filter(|_| self.array.logical_null_count() == 0) {
            return Ok(Read { values: whole, unfit: Vec::new() });
        }
        let (values, unfit) = self.series.integers_or(-1)?;
        let missing = self.missing();
        let unfit = unfit.into_iter().filter(|(row, _)| missing.binary_search(row).is_err());
        let unfit = unfit.map(|(row, why)| Unfit { row, fault: Fault::NotWhole, value: why.value }).collect();
        Ok(Read { values: values.into(), unfit })
    }

    /// Days since 1 January 1970, from dates, timestamps, or texts such as 2017-04-30; day 0 where there is none.
    ///
    /// A moment is a day in UTC alone: in any other zone the day is that of the place, and not of the count.
    pub(super) fn days(&self) -> Result<Read<Cow<'a, [i32]>>> {
        let days = match self.array.data_type() {
            DataType::Timestamp(_, Some(zone)) if !is_utc(zone) => return Err(self.wrong_zone(zone)),
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
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => return self.written_days(),
            DataType::Dictionary(_, of) if of.is_string() => return self.written_days(),
            DataType::Dictionary(..) => return self.picked_days(),
            DataType::Null => Some(vec![0; self.array.len()].into()),
            _ => None,
        };
        let values = days.ok_or_else(|| self.wrong_type("dates, or texts such as 2017-04-30"))?;
        Ok(Read { values, unfit: Vec::new() })
    }

    /// The days of a dictionary whose values are dates.
    fn picked_days(&self) -> Result<Read<Cow<'a, [i32]>>> {
        let Some(dictionary) = self.array.as_any_dictionary_opt() else {
            return Err(self.wrong_type("dates, or texts such as 2017-04-30"));
        };
        let of = dictionary.values();
        let days = Column { array: of.as_ref(), series: self.series.clone(), ..*self }.days()?.values;
        if days.is_empty() {
            return Ok(Read { values: vec![0; self.array.len()].into(), unfit: Vec::new() });
        }
        let keys = dictionary.normalized_keys();
        let values: Vec<i32> =
            keys.into_iter().map(|key| days.get(key).copied().unwrap_or_default()).collect();
        Ok(Read { values: values.into(), unfit: Vec::new() })
    }

    fn wrong_zone(&self, zone: &str) -> Error {
        Error::new(
            ErrorKind::Column,
            format!("column `{}`", self.name),
            format!("it holds moments in the zone `{zone}`, and not days"),
            "give the local date: `.dt.date()` in polars, `.dt.tz_localize(None)` in pandas",
        )
    }

    fn days_of_ticks<P: ArrowPrimitiveType<Native = i64>>(&self, a_day: i64) -> Option<Cow<'a, [i32]>> {
        let ticks = self.array.as_primitive_opt::<P>()?;
        let days =
            ticks.values().iter().map(|tick| i32::try_from(tick.div_euclid(a_day)).unwrap_or(i32::MAX));
        Some(Cow::Owned(days.collect()))
    }

    fn written_days(&self) -> Result<Read<Cow<'a, [i32]>>> {
        let texts = self.series.texts_or_empty()?;
        let mut unfit = Vec::new();
        let day = |(row, text): (usize, &Cow<'_, str>)| {
            let text = text.trim();
            // A row without a text is told as missing.
            if text.is_empty() {
                return 0;
            }
            let Ok(day) = text.parse::<Date>() else {
                unfit.push(Unfit { row, fault: Fault::NoDate, value: text.to_owned() });
                return 0;
            };
            day.days_since_1970()
        };
        let values: Vec<i32> = texts.iter().enumerate().map(day).collect();
        Ok(Read { values: values.into(), unfit })
    }

    /// Yes or no: booleans, or 1 and 0; no where there is none.
    pub(super) fn flags(&self) -> Result<Read<Vec<bool>>> {
        let floats = self.series.floats_or_nan()?;
        let mut unfit = Vec::new();
        let flag = |(row, value): (usize, &f64)| {
            let is_yes = value.total_cmp(&1.0).is_eq();
            if !is_yes && *value != 0.0 && !value.is_nan() {
                unfit.push(Unfit { row, fault: Fault::NoFlag, value: value.to_string() });
            }
            is_yes
        };
        let values = floats.iter().enumerate().map(flag).collect();
        Ok(Read { values, unfit })
    }

    /// Units in millionths; 0 where there are none.
    pub(super) fn units(&self) -> Result<Read<Vec<i64>>> {
        let floats = self.series.floats_or_nan()?;
        let mut unfit = Vec::new();
        let steps = |(row, value): (usize, &f64)| {
            if value.is_nan() {
                return 0;
            }
            let steps = (0.0..=MOST_UNITS).contains(value).then(|| millionths(*value)).flatten();
            steps.unwrap_or_else(|| {
                unfit.push(Unfit { row, fault: Fault::UnitsOutOfRange, value: value.to_string() });
                0
            })
        };
        let values = floats.iter().enumerate().map(steps).collect();
        Ok(Read { values, unfit })
    }

    /// Pence of pounds, half up.
    ///
    /// A cost changes no payment, and so keeps no line from having one: it is there and can be, or the table is refused.
    pub(super) fn pence(&self) -> Result<Vec<i64>> {
        if let Some(row) = self.missing().first() {
            return Err(self.wrong_value(*row, "the cost is missing", "fill it, or leave the column out"));
        }
        let pence = |(row, value): (usize, &f64)| {
            if (0.0..=MOST_POUNDS).contains(value) {
                return Ok(fixed::steps(*value, 100.0, RoundingMode::HalfUp));
            }
            let remedy = "net refunds against what they correct, and check the unit";
            Err(self.wrong_value(row, format!("{value} is not from 0 to £100 billion"), remedy))
        };
        self.series.floats_or_nan()?.iter().enumerate().map(pence).collect()
    }
}

/// The millionths that a float was written as; nothing where it has more than six decimals. The noise of sums of floats,
/// a few units in the sixteenth digit, is no decimal.
#[allow(clippy::cast_precision_loss)] // below 2^53 by far
fn millionths(value: f64) -> Option<i64> {
    let steps = fixed::steps(value, MILLION, RoundingMode::HalfUp);
    let noise = 1e-3 + value * MILLION * 1e-15;
    ((value * MILLION - steps as f64).abs() <= noise).then_some(steps)
}

/// Whether clocks of this zone always show universal time.
fn is_utc(zone: &str) -> bool {
    const NAMES: [&str; 7] = ["UTC", "Etc/UTC", "Z", "+00:00", "-00:00", "+0000", "+00"];
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(zone))
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

/// Codes that are small numbers are their own places; others have none, and would have no text to be told by.
fn numbered(keys: Whole<'_>) -> Option<Coded<'_>> {
    let small = |row| keys.get(row).filter(|key| (0..=LARGEST_CODE).contains(key));
    let highest = (0..keys.len()).try_fold(0, |highest, row| Some(small(row)?.max(highest)))?;
    Some(Coded { values: (0..=highest).map(|code| code.to_string().into()).collect(), keys })
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
