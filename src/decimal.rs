//! Decimals read strictly: quoted or whole, never a float, never rounded; and arithmetic that is exact or an error.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A decimal number as it is written in a contract: a quoted decimal or an integer.
///
/// A binary float cannot hold most amounts of money (0.1 is not a tenth), so one in a file is an error, and so
/// are an exponent, a thousands separator, a sign without digits, and more digits than can be held exactly (28).
///
/// ```
/// use capitation::decimal::Exact;
/// assert_eq!("412.50".parse::<Exact>()?.to_string(), "412.50");
/// assert!("1e3".parse::<Exact>().is_err());
/// assert!("0.12345678901234567890123456789012".parse::<Exact>().is_err());
/// # Ok::<(), capitation::decimal::NotADecimal>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(pub Decimal);

/// Why a text is not a decimal that this crate reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotADecimal {
    /// The text has other characters than a sign, digits and one point.
    #[error("`{0}` is not a decimal number; {remedy}", remedy = instead(.0))]
    Characters(String),
    /// The number has more digits than a decimal holds exactly.
    #[error("`{0}` has more digits than can be held exactly; write at most 28")]
    Digits(String),
}

/// What to write in place of a text that is not a plain decimal.
fn instead(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !matches!(c, ',' | '_' | ' ' | '£' | '$' | '€')).collect();
    let share = plain.strip_suffix('%').and_then(|share| share.parse::<Exact>().ok());
    if let Some(share) = share.and_then(|share| share.0.checked_div(Decimal::ONE_HUNDRED)) {
        return format!("write {}, a part of one", share.normalize());
    }
    if plain.parse::<Exact>().is_ok() {
        return format!("write {plain}, without separators or signs of currency");
    }
    match Decimal::from_scientific(&plain) {
        Ok(number) if plain.contains(['e', 'E']) => format!("write it out: {}", number.normalize()),
        _ => "write digits with at most one point, such as \"412.50\"".to_owned(),
    }
}

impl FromStr for Exact {
    type Err = NotADecimal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return Err(NotADecimal::Characters(text.to_owned()));
        }
        Decimal::from_str_exact(text).map(Self).map_err(|_| NotADecimal::Digits(text.to_owned()))
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExactVisitor)
    }
}

struct ExactVisitor;

impl de::Visitor<'_> for ExactVisitor {
    type Value = Exact;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal in quotes, such as \"412.50\", or an integer")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Exact, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, whole: i64) -> Result<Exact, E> {
        Ok(Exact(Decimal::from(whole)))
    }

    fn visit_u64<E: de::Error>(self, whole: u64) -> Result<Exact, E> {
        Ok(Exact(Decimal::from(whole)))
    }

    fn visit_f64<E: de::Error>(self, float: f64) -> Result<Exact, E> {
        if !float.is_finite() {
            return Err(E::custom(format!(
                "{float} is not an amount; write a decimal in quotes, such as \"412.50\""
            )));
        }
        Err(E::custom(format!(
            "{float} is a binary float, which cannot hold most amounts exactly; put it in quotes: \"{float}\""
        )))
    }
}

impl schemars::JsonSchema for Exact {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A decimal in quotes, or an integer; never a float.",
            "anyOf": [{ "type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$" }, { "type": "integer" }],
        })
    }
}

/// A decimal in a result that is read back, as strictly as one in a contract.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    Exact::deserialize(deserializer).map(|exact| exact.0)
}

/// The same, where there may be none.
pub(crate) fn read_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    Option::<Exact>::deserialize(deserializer).map(|exact| exact.map(|exact| exact.0))
}

/// The same, of named amounts.
pub(crate) fn read_named<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(String, Decimal)>, D::Error> {
    let named = Vec::<(String, Exact)>::deserialize(deserializer)?;
    Ok(named.into_iter().map(|(name, exact)| (name, exact.0)).collect())
}

/// A decimal as the nearest `f64`.
///
/// A mantissa and a power of ten that are both exact give it by one division; all others go through the digits, since
/// `Decimal::to_f64` misses the nearest double for about one value in ten.
#[allow(clippy::cast_precision_loss)] // below 2^53
pub fn to_f64(value: Decimal) -> f64 {
    let mantissa = value.mantissa();
    match TENS.get(value.scale() as usize) {
        Some(tens) if mantissa.unsigned_abs() < 1 << 53 => mantissa as f64 / tens,
        _ => value.to_string().parse().unwrap_or(f64::NAN),
    }
}

/// The powers of ten that a double holds exactly.
const TENS: [f64; 23] = [
    1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// Why exact arithmetic stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inexact {
    /// The result is larger than a decimal holds.
    Overflow,
    /// The result has more digits than a decimal holds.
    Digits,
    /// A division by zero.
    DivisionByZero,
    /// A weight below zero.
    NegativeWeight,
    /// Weights that add up to zero.
    NoWeight,
}

/// `a + b`, exact or an error.
///
/// # Errors
/// [`Inexact::Overflow`], or [`Inexact::Digits`] where a digit would be lost.
pub fn add(a: Decimal, b: Decimal) -> Result<Decimal, Inexact> {
    let sum = a.checked_add(b).ok_or(Inexact::Overflow)?;
    kept_scale(sum, a, b)
}

/// `a - b`, exact or an error.
///
/// # Errors
/// As [`add`].
pub fn subtract(a: Decimal, b: Decimal) -> Result<Decimal, Inexact> {
    let difference = a.checked_sub(b).ok_or(Inexact::Overflow)?;
    kept_scale(difference, a, b)
}

/// A sum lost digits if its scale is below what the operands, without trailing zeros, need.
fn kept_scale(sum: Decimal, a: Decimal, b: Decimal) -> Result<Decimal, Inexact> {
    if sum.scale() >= a.scale().max(b.scale())
        || sum.scale() >= a.normalize().scale().max(b.normalize().scale())
    {
        Ok(sum)
    } else {
        Err(Inexact::Digits)
    }
}

/// `a × b`, exact or an error.
///
/// # Errors
/// As [`add`].
pub fn multiply(a: Decimal, b: Decimal) -> Result<Decimal, Inexact> {
    if a.is_zero() || b.is_zero() {
        return Ok(Decimal::ZERO);
    }
    if let Some(product) = a.checked_mul(b).filter(|p| p.scale() == a.scale() + b.scale()) {
        return Ok(product);
    }
    let (a, b) = (a.normalize(), b.normalize());
    let product = a.checked_mul(b).ok_or(Inexact::Overflow)?;
    if product.scale() == a.scale() + b.scale() { Ok(product) } else { Err(Inexact::Digits) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse::<Exact>().unwrap().0
    }

    #[test]
    fn texts_that_are_not_plain_decimals_are_refused() {
        for text in ["", "-", ".", "1.", ".5", "1e3", "1_000", "1,000", "+1", " 1", "NaN", "0x10", "1.2.3"] {
            assert_eq!(text.parse::<Exact>(), Err(NotADecimal::Characters(text.to_owned())), "{text}");
        }
        let long = "123456789012345678901234567890";
        assert_eq!(long.parse::<Exact>(), Err(NotADecimal::Digits(long.to_owned())));
    }

    #[test]
    fn what_was_meant_is_shown_where_it_can_be_told() {
        for (text, remedy) in [
            ("50%", "write 0.5, a part of one"),
            ("4.83 %", "write 0.0483, a part of one"),
            ("12,000,000", "write 12000000, without separators or signs of currency"),
            ("£12000000.50", "write 12000000.50, without separators or signs of currency"),
            ("1e9", "write it out: 1000000000"),
            ("half", "write digits with at most one point, such as \"412.50\""),
        ] {
            let why = text.parse::<Exact>().unwrap_err().to_string();
            assert_eq!(why, format!("`{text}` is not a decimal number; {remedy}"));
        }
    }

    #[test]
    fn floats_in_a_file_are_refused_with_the_way_out() {
        let error = serde_json::from_str::<Exact>("0.1").unwrap_err().to_string();
        assert!(error.contains("0.1 is a binary float") && error.contains("put it in quotes"), "{error}");
        assert_eq!(serde_json::from_str::<Exact>("12").unwrap(), Exact(d("12")));
        assert_eq!(serde_json::from_str::<Exact>("\"0.10\"").unwrap().to_string(), "0.10");
    }

    #[test]
    fn arithmetic_is_exact_or_an_error() {
        assert_eq!(multiply(d("0.12345678901234567"), d("1234567890.123456789012")), Err(Inexact::Digits));
        assert_eq!(multiply(d("2.50"), d("4.000")), Ok(d("10")));
        assert_eq!(add(d("79228162514264337593543950335"), d("1")), Err(Inexact::Overflow));
        assert_eq!(add(d("7922816251426433759354395033"), d("0.001")), Err(Inexact::Digits));
        assert_eq!(subtract(d("0.30"), d("0.1")), Ok(d("0.2")));
    }

    #[test]
    fn floats_are_the_nearest_double() {
        for text in ["0.1", "1234567.89", "0.3", "202476952.2"] {
            assert_eq!(to_f64(d(text)).to_bits(), text.parse::<f64>().unwrap().to_bits());
        }
    }
}
