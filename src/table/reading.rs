//! What an array's values are as numbers, whole numbers or text.

use std::{borrow::Cow, fmt};

use arrow_array::{
    Array, ArrowPrimitiveType,
    cast::AsArray,
    downcast_dictionary_array, downcast_integer,
    types::{
        Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType, Float16Type, Float32Type,
        Float64Type, UInt64Type,
    },
};
use arrow_schema::DataType;

/// Whole numbers up to here are exact in a float.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0; // 2^53

/// A value that has no such reading, as it is written, and what is wrong with it in words that follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unfit {
    pub(crate) value: String,
    problem: &'static str,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.value, self.problem)
    }
}

/// A value, or that it has no such reading.
type Value<T> = Result<T, Unfit>;

fn unfit<T>(value: impl fmt::Display, problem: &'static str) -> Value<T> {
    Err(Unfit { value: value.to_string(), problem })
}

const NOT_WHOLE: &str = "is not a whole number";
const TOO_LONG: &str = "needs more than 64 bits";

/// Reads the value in a row that is there and not null. An array whose type has no such reading has none.
pub(super) type Reading<'a, T> = Box<dyn Fn(usize) -> Value<T> + 'a>;

#[allow(clippy::cast_precision_loss, clippy::cast_lossless)] // numbers as floats are what is asked for
pub(super) fn floats(array: &dyn Array) -> Option<Reading<'_, f64>> {
    macro_rules! as_float {
        ($kind:ty) => {
            each::<$kind, _>(array, |value| Ok(value as f64))
        };
    }
    downcast_integer! {
        array.data_type() => (as_float),
        // A narrow float stands for the decimal it was written as: 123.45, and not the binary fraction beside it.
        DataType::Float16 => each::<Float16Type, _>(array, |value| float_of_digits(&value.to_string())),
        DataType::Float32 => each::<Float32Type, _>(array, |value| float_of_digits(&value.to_string())),
        DataType::Float64 => each::<Float64Type, _>(array, Ok),
        DataType::Boolean => {
            let array = array.as_boolean_opt()?;
            Some(Box::new(|row| Ok(if array.value(row) { 1.0 } else { 0.0 })))
        }
        DataType::Decimal32(..) => decimals::<Decimal32Type, _>(array, float_of_digits),
        DataType::Decimal64(..) => decimals::<Decimal64Type, _>(array, float_of_digits),
        DataType::Decimal128(..) => decimals::<Decimal128Type, _>(array, float_of_digits),
        DataType::Decimal256(..) => decimals::<Decimal256Type, _>(array, float_of_digits),
        DataType::Dictionary(..) => dictionary(array, floats),
        DataType::Null => Some(nothing()),
        _ => None,
    }
}

pub(super) fn integers(array: &dyn Array) -> Option<Reading<'_, i64>> {
    macro_rules! as_integer {
        ($kind:ty) => {
            each::<$kind, _>(array, |value| {
                #[allow(clippy::unnecessary_fallible_conversions)] // it can fail for some of the types
                i64::try_from(value).or_else(|_| unfit(value, TOO_LONG))
            })
        };
    }
    downcast_integer! {
        array.data_type() => (as_integer),
        DataType::Float16 => each::<Float16Type, _>(array, |value| whole(f64::from(value))),
        DataType::Float32 => each::<Float32Type, _>(array, |value| whole(f64::from(value))),
        DataType::Float64 => each::<Float64Type, _>(array, whole),
        DataType::Decimal32(..) => decimals::<Decimal32Type, _>(array, whole_of_digits),
        DataType::Decimal64(..) => decimals::<Decimal64Type, _>(array, whole_of_digits),
        DataType::Decimal128(..) => decimals::<Decimal128Type, _>(array, whole_of_digits),
        DataType::Decimal256(..) => decimals::<Decimal256Type, _>(array, whole_of_digits),
        DataType::Dictionary(..) => dictionary(array, integers),
        DataType::Null => Some(nothing()),
        _ => None,
    }
}

pub(super) fn strings(array: &dyn Array) -> Option<Reading<'_, Cow<'_, str>>> {
    match array.data_type() {
        DataType::Utf8 => {
            let array = array.as_string_opt::<i32>()?;
            Some(Box::new(|row| Ok(array.value(row).into())))
        }
        DataType::LargeUtf8 => {
            let array = array.as_string_opt::<i64>()?;
            Some(Box::new(|row| Ok(array.value(row).into())))
        }
        DataType::Utf8View => {
            let array = array.as_string_view_opt()?;
            Some(Box::new(|row| Ok(array.value(row).into())))
        }
        DataType::Dictionary(..) => dictionary(array, strings),
        DataType::UInt64 => each::<UInt64Type, _>(array, |value| Ok(value.to_string().into())),
        _ => {
            let number = integers(array)?;
            Some(Box::new(move |row| Ok(number(row)?.to_string().into())))
        }
    }
}

/// A column of nulls alone has no type of its own.
fn nothing<'a, T: 'a>() -> Reading<'a, T> {
    Box::new(|_| unfit("the value", "is missing"))
}

fn each<'a, P: ArrowPrimitiveType, T: 'a>(
    array: &'a dyn Array,
    of: fn(P::Native) -> Value<T>,
) -> Option<Reading<'a, T>> {
    let array = array.as_primitive_opt::<P>()?;
    Some(Box::new(move |row| of(array.value(row))))
}

/// Decimals go through their digits: that gives the nearest float, and tells a fraction from none.
fn decimals<'a, P: DecimalType + ArrowPrimitiveType, T: 'a>(
    array: &'a dyn Array,
    of: fn(&str) -> Value<T>,
) -> Option<Reading<'a, T>> {
    let array = array.as_primitive_opt::<P>()?;
    Some(Box::new(move |row| of(&array.value_as_string(row))))
}

/// Each row of a dictionary picks one of its values; values that no row picks are not looked at.
fn dictionary<'a, T: 'a>(
    array: &'a dyn Array,
    of: fn(&'a dyn Array) -> Option<Reading<'a, T>>,
) -> Option<Reading<'a, T>> {
    downcast_dictionary_array!(
        array => {
            let value = of(array.values().as_ref())?;
            Some(Box::new(move |row| {
                array.key(row).map_or_else(|| unfit("the value", "is missing"), &value)
            }))
        }
        _ => None,
    )
}

fn float_of_digits(digits: &str) -> Value<f64> {
    digits.parse().or_else(|_| unfit(digits, "is not a number"))
}

#[allow(clippy::cast_possible_truncation)] // whole and within the exact range
fn whole(value: f64) -> Value<i64> {
    if value.fract() == 0.0 && value.abs() <= LARGEST_EXACT {
        Ok(value as i64)
    } else {
        unfit(value, NOT_WHOLE)
    }
}

fn whole_of_digits(digits: &str) -> Value<i64> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if fraction.bytes().any(|digit| digit != b'0') {
        return unfit(digits, NOT_WHOLE);
    }
    whole.parse().or_else(|_| unfit(digits, TOO_LONG))
}
