//! Money, rounding by name, and the division of a sum without loss.

use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::{
    decimal::{self, Exact, Inexact},
    error::{Error, ErrorKind, Result},
};

/// A currency by its ISO 4217 code, with the number of decimals of its minor unit.
///
/// ```
/// use capitation::money::Currency;
/// assert_eq!(Currency::new("GBP")?.exponent(), 2);
/// assert_eq!(Currency::new("JPY")?.exponent(), 0);
/// assert!(Currency::new("pounds").is_err());
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency {
    code: [u8; 3],
}

/// Currencies whose minor unit is not a hundredth. Source: ISO 4217:2015, list one, column "minor unit".
const OTHER_EXPONENTS: [(&str, u32); 23] = [
    ("BIF", 0),
    ("CLP", 0),
    ("DJF", 0),
    ("GNF", 0),
    ("ISK", 0),
    ("JPY", 0),
    ("KMF", 0),
    ("KRW", 0),
    ("PYG", 0),
    ("RWF", 0),
    ("UGX", 0),
    ("VND", 0),
    ("VUV", 0),
    ("XAF", 0),
    ("XOF", 0),
    ("XPF", 0),
    ("BHD", 3),
    ("IQD", 3),
    ("JOD", 3),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("TND", 3),
];

impl Currency {
    /// A currency by its three-letter code in capitals.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] where the text is not three capital letters.
    pub fn new(code: &str) -> Result<Self> {
        match <[u8; 3]>::try_from(code.as_bytes()) {
            Ok(bytes) if bytes.iter().all(u8::is_ascii_uppercase) => Ok(Self { code: bytes }),
            _ => Err(Error::new(
                ErrorKind::Value,
                "currency",
                format!("`{code}` is not a currency code"),
                "write the three capital letters of ISO 4217, such as GBP or USD",
            )),
        }
    }

    /// The three-letter code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or("???")
    }

    /// How many decimals the minor unit has: 2 for pence and cents.
    pub fn exponent(&self) -> u32 {
        OTHER_EXPONENTS.iter().find(|(code, _)| *code == self.code()).map_or(2, |(_, exponent)| *exponent)
    }

    /// The symbol put before an amount: `£`, `$`, `€`, `¥`, `A$`, or the code and a space.
    pub fn symbol(&self) -> String {
        match self.code() {
            "GBP" => "£".to_owned(),
            "USD" => "$".to_owned(),
            "EUR" => "€".to_owned(),
            "JPY" => "¥".to_owned(),
            "AUD" => "A$".to_owned(),
            "CAD" => "C$".to_owned(),
            "NZD" => "NZ$".to_owned(),
            code => format!("{code} "),
        }
    }

    /// What its minor units are called, several of them.
    pub(crate) fn minor_units(self) -> &'static str {
        match self.code() {
            "GBP" => "pence",
            "USD" | "EUR" | "AUD" | "CAD" | "NZD" => "cents",
            _ => "minor units",
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = Error;

    fn try_from(code: String) -> Result<Self> {
        Self::new(&code)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl schemars::JsonSchema for Currency {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "The three capital letters of ISO 4217.",
            "type": "string",
            "pattern": "^[A-Z]{3}$",
        })
    }
}

/// How a number is rounded; always named, since the modes differ by real money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundingMode {
    /// To the nearest; a half goes away from zero. The commercial rule.
    HalfUp,
    /// To the nearest; a half goes to the even digit.
    HalfEven,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
    /// Towards minus infinity.
    Floor,
    /// Towards plus infinity.
    Ceiling,
}

impl RoundingMode {
    pub(crate) fn strategy(self) -> RoundingStrategy {
        match self {
            Self::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Self::HalfEven => RoundingStrategy::MidpointNearestEven,
            Self::Down => RoundingStrategy::ToZero,
            Self::Up => RoundingStrategy::AwayFromZero,
            Self::Floor => RoundingStrategy::ToNegativeInfinity,
            Self::Ceiling => RoundingStrategy::ToPositiveInfinity,
        }
    }
}

impl fmt::Display for RoundingMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HalfUp => "half up",
            Self::HalfEven => "half even",
            Self::Down => "down",
            Self::Up => "up",
            Self::Floor => "towards minus infinity",
            Self::Ceiling => "towards plus infinity",
        })
    }
}

/// A rounding: how, and to how many decimals (negative: to tens, hundreds).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// How a number between two steps is rounded.
    pub mode: RoundingMode,
    /// Decimals kept: 2 is pence for an amount in pounds, −3 is thousands.
    #[schemars(range(min = -12, max = 12))]
    pub places: i32,
}

impl Rounding {
    /// Half up to this many decimals.
    pub const fn half_up(places: i32) -> Self {
        Self { mode: RoundingMode::HalfUp, places }
    }

    /// The rounded value.
    ///
    /// # Errors
    /// [`Inexact::Overflow`] where a rounding to tens or more leaves the range of a decimal.
    pub fn apply(self, value: Decimal) -> Result<Decimal, Inexact> {
        match u32::try_from(self.places) {
            Ok(places) => Ok(value.round_dp_with_strategy(places, self.mode.strategy())),
            Err(_) => self.quotient(value, Decimal::ONE),
        }
    }

    /// A quotient rounded once, by long division: one digit after the other until the last that is kept, and then
    /// what is left decides.
    ///
    /// # Errors
    /// [`Inexact::DivisionByZero`], or [`Inexact::Overflow`] where the rounded quotient has more digits than a decimal
    /// holds.
    pub(crate) fn quotient(self, dividend: Decimal, divisor: Decimal) -> Result<Decimal, Inexact> {
        let (top, bottom) = (dividend.mantissa().unsigned_abs(), divisor.mantissa().unsigned_abs());
        if bottom == 0 {
            return Err(Inexact::DivisionByZero);
        }
        // Both are below 2^96, so ten times a remainder is far below 2^128.
        let (mut digits, mut rest) = (top / bottom, top % bottom);
        let mut scale = dividend.scale().cast_signed() - divisor.scale().cast_signed();
        while scale < self.places && rest != 0 {
            let next = digits.checked_mul(10).and_then(|digits| digits.checked_add(rest * 10 / bottom));
            digits = next.ok_or(Inexact::Overflow)?;
            rest = rest * 10 % bottom;
            scale += 1;
        }
        // What is cut, beside half a step: either a remainder of the division, or digits beyond the places.
        let (exact, half);
        if scale > self.places {
            // More tens than a number of this size has leave nothing.
            let tens = 10u128.checked_pow((scale - self.places).unsigned_abs()).unwrap_or(u128::MAX);
            let cut = digits % tens;
            (exact, half) = (cut == 0 && rest == 0, cut.cmp(&(tens / 2)).then(rest.cmp(&0)));
            (digits, scale) = (digits / tens, self.places);
        } else {
            (exact, half) = (rest == 0, (rest * 2).cmp(&bottom));
        }
        let negative = dividend.is_sign_negative() != divisor.is_sign_negative();
        let away = match self.mode {
            RoundingMode::HalfUp => half.is_ge(),
            RoundingMode::HalfEven => half.is_gt() || half.is_eq() && digits % 2 == 1,
            RoundingMode::Down => false,
            RoundingMode::Up => true,
            RoundingMode::Floor => negative,
            RoundingMode::Ceiling => !negative,
        };
        digits += u128::from(away && !exact);
        let whole = i128::try_from(digits).map_err(|_| Inexact::Overflow)?;
        let size = match u32::try_from(scale) {
            Ok(places) => Decimal::try_from_i128_with_scale(whole, places).map_err(|_| Inexact::Overflow)?,
            Err(_) => decimal::multiply(
                Decimal::try_from_i128_with_scale(whole, 0).map_err(|_| Inexact::Overflow)?,
                power_of_ten(scale.unsigned_abs())?,
            )?,
        };
        Ok(if negative && !size.is_zero() { -size.normalize() } else { size.normalize() })
    }
}

impl fmt::Display for Rounding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.places {
            0 => write!(f, "{} to whole units", self.mode),
            1.. => write!(f, "{} to {} decimals", self.mode, self.places),
            _ => write!(f, "{} to 1{}", self.mode, "0".repeat(self.places.unsigned_abs() as usize)),
        }
    }
}

/// Ten to this power, as a decimal.
///
/// # Errors
/// [`Inexact::Overflow`] above the 28th power.
pub(crate) fn power_of_ten(power: u32) -> Result<Decimal, Inexact> {
    10i128
        .checked_pow(power)
        .and_then(|n| Decimal::try_from_i128_with_scale(n, 0).ok())
        .ok_or(Inexact::Overflow)
}

/// An exact amount of money in one currency, in major units (pounds, dollars).
///
/// There is no operator: every sum says what happens when it cannot be held, and two currencies never meet.
///
/// ```
/// use capitation::money::{Currency, Money};
/// let gbp = Currency::new("GBP")?;
/// let paid = Money::parse("100.00", gbp)?;
/// let parts = paid.split(&[1, 1, 1])?;
/// assert_eq!(parts.iter().map(ToString::to_string).collect::<Vec<_>>(), ["£33.34", "£33.33", "£33.33"]);
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

impl Money {
    /// An amount in major units.
    pub fn new(amount: Decimal, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// No money.
    pub fn zero(currency: Currency) -> Self {
        Self::new(Decimal::ZERO, currency)
    }

    /// An amount as it is written: `"412.50"`.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] where the text is not a plain decimal of at most 28 digits.
    pub fn parse(text: &str, currency: Currency) -> Result<Self> {
        text.parse::<Exact>()
            .map(|amount| Self::new(amount.0, currency))
            .map_err(|e| Error::new(ErrorKind::Value, "amount", e.to_string(), "quote it as it is printed"))
    }

    /// An amount counted in minor units (pence, cents).
    ///
    /// # Errors
    /// [`ErrorKind::Arithmetic`] where moving the point loses a digit.
    pub fn from_minor(minor: Decimal, currency: Currency) -> Result<Self> {
        let step = Decimal::new(1, currency.exponent());
        decimal::multiply(minor, step)
            .map(|amount| Self::new(amount, currency))
            .map_err(|e| inexact("amount", e))
    }

    /// The amount in major units.
    pub fn amount(&self) -> Decimal {
        self.amount
    }

    /// The currency.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The amount counted in minor units.
    ///
    /// # Errors
    /// [`ErrorKind::Arithmetic`] where it is too large.
    pub fn minor(&self) -> Result<Decimal> {
        power_of_ten(self.currency.exponent())
            .and_then(|step| decimal::multiply(self.amount, step))
            .map(|minor| minor.normalize())
            .map_err(|e| inexact("amount", e))
    }

    /// The sum of two amounts.
    ///
    /// # Errors
    /// [`ErrorKind::Currency`] for two currencies, [`ErrorKind::Arithmetic`] where the sum cannot be held.
    pub fn plus(&self, other: &Self) -> Result<Self> {
        self.same_currency(other)?;
        decimal::add(self.amount, other.amount)
            .map(|amount| Self::new(amount, self.currency))
            .map_err(|e| inexact("sum", e))
    }

    /// The difference of two amounts.
    ///
    /// # Errors
    /// As [`Money::plus`].
    pub fn minus(&self, other: &Self) -> Result<Self> {
        self.same_currency(other)?;
        decimal::subtract(self.amount, other.amount)
            .map(|amount| Self::new(amount, self.currency))
            .map_err(|e| inexact("difference", e))
    }

    /// The amount rounded to the minor unit.
    #[must_use]
    pub fn to_minor_unit(&self, mode: RoundingMode) -> Self {
        let amount = self.amount.round_dp_with_strategy(self.currency.exponent(), mode.strategy());
        Self::new(amount, self.currency)
    }

    /// The amount divided by weights into parts of whole minor units that add up to it exactly.
    ///
    /// # Errors
    /// [`ErrorKind::Arithmetic`] where the amount is not whole minor units or the weights add up to zero.
    pub fn split(&self, weights: &[u32]) -> Result<Vec<Self>> {
        let weights: Vec<Decimal> = weights.iter().map(|&w| Decimal::from(w)).collect();
        split_exactly(self.minor()?, &weights)
            .map_err(|e| inexact("split", e))?
            .into_iter()
            .map(|part| Self::from_minor(part, self.currency))
            .collect()
    }

    fn same_currency(&self, other: &Self) -> Result<()> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Currency,
            "sum of money",
            format!("{} meets {}", self.currency, other.currency),
            "convert one of them first, at a rate and date you can state",
        ))
    }
}

impl fmt::Display for Money {
    /// `£1,234.50`; a loss as `-£1,234.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.currency.exponent().max(self.amount.normalize().scale());
        let mut amount = self.amount.abs();
        amount.rescale(places);
        let text = amount.to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let sign = if self.amount.is_sign_negative() && !self.amount.is_zero() { "-" } else { "" };
        write!(f, "{sign}{}{}", self.currency.symbol(), grouped(whole))?;
        if fraction.is_empty() { Ok(()) } else { write!(f, ".{fraction}") }
    }
}

/// Digits in groups of three.
pub(crate) fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The error of exact arithmetic that could not be done, at a place.
pub(crate) fn inexact(place: impl Into<String>, why: Inexact) -> Error {
    let (problem, remedy) = match why {
        Inexact::Overflow => {
            ("the result is larger than 28 digits hold", "check the amounts and their units for a slip")
        }
        Inexact::Digits => (
            "the result has more digits than can be held exactly",
            "round one of its operands earlier with `round`, or give an input with fewer digits",
        ),
        Inexact::DivisionByZero => {
            ("a division by zero", "make sure that what it is divided by cannot be zero")
        }
        Inexact::NegativeWeight => ("a weight is negative", "divide by weights of at least 0"),
        Inexact::NoWeight => {
            ("its weights add up to 0, so that nobody gets a part", "give a weight above 0 to one of them")
        }
    };
    Error::new(ErrorKind::Arithmetic, place, problem, remedy)
}

/// A whole number of units divided by weights into whole parts whose sum is the number, by largest remainder.
///
/// Each part is its exact share rounded down; the units that are left go one each to the largest remainders,
/// the earlier part first where remainders tie. A negative sum is divided as its opposite.
/// Weights are at least 0 and not all 0.
///
/// # Errors
/// [`Inexact::NoWeight`] for weights that sum to zero, [`Inexact::Digits`] for a sum that is not whole,
/// [`Inexact::NegativeWeight`], [`Inexact::Overflow`] for sums that are too large.
pub fn split_exactly(sum: Decimal, weights: &[Decimal]) -> Result<Vec<Decimal>, Inexact> {
    if !sum.fract().is_zero() {
        return Err(Inexact::Digits);
    }
    if weights.iter().any(|w| w.is_sign_negative() && !w.is_zero()) {
        return Err(Inexact::NegativeWeight);
    }
    if sum.is_sign_negative() {
        let parts = split_exactly(-sum, weights)?;
        return Ok(parts.into_iter().map(|part| if part.is_zero() { part } else { -part }).collect());
    }
    let total = weights.iter().try_fold(Decimal::ZERO, |total, &w| decimal::add(total, w))?;
    if total.is_zero() {
        return Err(Inexact::NoWeight);
    }
    // The part and its remainder by division with remainder: sum·w = part·total + remainder, all exact.
    let mut parts = Vec::with_capacity(weights.len());
    let mut left = sum;
    for (index, &weight) in weights.iter().enumerate() {
        let product = decimal::multiply(sum, weight)?;
        let mut part = product.checked_div(total).ok_or(Inexact::Overflow)?.trunc();
        let mut remainder = decimal::subtract(product, decimal::multiply(part, total)?)?;
        // The quotient was rounded to 28 digits before it was cut; mend it where that crossed a whole number.
        if remainder.is_sign_negative() && !remainder.is_zero() {
            part = decimal::subtract(part, Decimal::ONE)?;
            remainder = decimal::add(remainder, total)?;
        }
        left = decimal::subtract(left, part)?;
        parts.push((index, part, remainder));
    }
    parts.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    for (_, part, _) in &mut parts {
        if left.is_zero() {
            break;
        }
        *part = decimal::add(*part, Decimal::ONE)?;
        left = decimal::subtract(left, Decimal::ONE)?;
    }
    parts.sort_by_key(|(index, _, _)| *index);
    Ok(parts.into_iter().map(|(_, part, _)| part).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        text.parse::<Exact>().unwrap().0
    }

    #[test]
    fn money_prints_as_a_finance_team_writes_it() {
        let print = |text, code| Money::parse(text, Currency::new(code).unwrap()).unwrap().to_string();
        assert_eq!(print("1234567.5", "GBP"), "£1,234,567.50");
        assert_eq!(print("-0.05", "USD"), "-$0.05");
        assert_eq!(print("-0", "USD"), "$0.00");
        assert_eq!(print("1000", "JPY"), "¥1,000");
        assert_eq!(print("1000", "CHF"), "CHF 1,000.00");
        assert_eq!(print("1.005", "EUR"), "€1.005");
    }

    #[test]
    fn two_currencies_never_meet() {
        let pounds = Money::parse("1", Currency::new("GBP").unwrap()).unwrap();
        let dollars = Money::parse("1", Currency::new("USD").unwrap()).unwrap();
        assert_eq!(pounds.plus(&dollars).unwrap_err().kind(), ErrorKind::Currency);
        assert_eq!(pounds.minus(&dollars).unwrap_err().problem(), "GBP meets USD");
    }

    /// The modes on the halves that tell them apart.
    #[test]
    fn rounding_modes_differ_at_the_half() {
        let cases = [
            (RoundingMode::HalfUp, "2.67", "2.68", "-2.67"),
            (RoundingMode::HalfEven, "2.66", "2.68", "-2.66"),
            (RoundingMode::Down, "2.66", "2.67", "-2.66"),
            (RoundingMode::Up, "2.67", "2.68", "-2.67"),
            (RoundingMode::Floor, "2.66", "2.67", "-2.67"),
            (RoundingMode::Ceiling, "2.67", "2.68", "-2.66"),
        ];
        for (mode, a, b, c) in cases {
            let to_pence = Rounding { mode, places: 2 };
            assert_eq!(to_pence.apply(d("2.665")), Ok(d(a)), "{mode}");
            assert_eq!(to_pence.apply(d("2.675")), Ok(d(b)), "{mode}");
            assert_eq!(to_pence.apply(d("-2.665")), Ok(d(c)), "{mode}");
        }
    }

    #[test]
    fn rounding_to_hundreds_sees_the_last_digit() {
        let to_hundreds = |mode| Rounding { mode, places: -2 };
        assert_eq!(to_hundreds(RoundingMode::HalfUp).apply(d("149.999")), Ok(d("100")));
        assert_eq!(to_hundreds(RoundingMode::HalfUp).apply(d("150")), Ok(d("200")));
        assert_eq!(to_hundreds(RoundingMode::HalfEven).apply(d("250.0000000001")), Ok(d("300")));
        assert_eq!(to_hundreds(RoundingMode::HalfEven).apply(d("250")), Ok(d("200")));
        assert_eq!(to_hundreds(RoundingMode::Floor).apply(d("-100.01")), Ok(d("-200")));
        assert_eq!(to_hundreds(RoundingMode::Ceiling).apply(d("100.01")), Ok(d("200")));
        assert_eq!(to_hundreds(RoundingMode::Up).apply(d("12300")), Ok(d("12300")));
    }

    #[test]
    fn a_split_gives_the_odd_pennies_to_the_largest_remainders() {
        assert_eq!(
            split_exactly(d("10000"), &[d("1"), d("1"), d("1")]),
            Ok(vec![d("3334"), d("3333"), d("3333")])
        );
        assert_eq!(split_exactly(d("-5"), &[d("0.5"), d("0.5")]), Ok(vec![d("-3"), d("-2")]));
        assert_eq!(split_exactly(d("7"), &[d("0"), d("3")]), Ok(vec![d("0"), d("7")]));
        assert_eq!(split_exactly(d("7"), &[d("0")]), Err(Inexact::NoWeight));
        assert_eq!(split_exactly(d("7.5"), &[d("1")]), Err(Inexact::Digits));
        assert_eq!(split_exactly(d("7"), &[d("-1"), d("2")]), Err(Inexact::NegativeWeight));
    }

    proptest! {
        #[test]
        fn a_split_loses_nothing_and_is_within_a_unit_of_fair(
            sum in -1_000_000_000_000i64..1_000_000_000_000,
            weights in prop::collection::vec(0u32..100_000, 1..12),
        ) {
            prop_assume!(weights.iter().any(|&w| w > 0));
            let exact: Vec<Decimal> = weights.iter().map(|&w| Decimal::from(w)).collect();
            let parts = split_exactly(Decimal::from(sum), &exact).unwrap();
            prop_assert_eq!(parts.iter().sum::<Decimal>(), Decimal::from(sum));
            let total: u64 = weights.iter().map(|&w| u64::from(w)).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let fair = i128::from(sum) * i128::from(*weight);
                let gap = part.mantissa() * i128::from(total) - fair;
                prop_assert!(gap.unsigned_abs() < u128::from(total), "{part} of {sum} for {weight} in {total}");
            }
        }
    }
}
