//! Numbers as a reader sees them: one rule for money, shares and estimates.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use crate::{
    contract::Unit,
    decimal,
    money::{Currency, Money, grouped},
    risk::measures::Estimate,
};

const MINUS: &str = "\u{2212}";
pub(super) const PERCENT: &str = "\u{a0}%";
/// An error this small beside its estimate is the rounding of floats, not of draws.
const NO_ERROR: f64 = 1e-6;

/// A number, and its standard error where it has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Shown {
    pub(super) number: String,
    pub(super) error: Option<String>,
}

impl From<String> for Shown {
    fn from(number: String) -> Self {
        Self { number, error: None }
    }
}

/// What stands around the number of an estimate, and its decimals where it has no error.
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    prefix: String,
    suffix: &'static str,
    exact: usize,
    plus: bool,
}

impl Frame {
    pub(super) fn money(currency: Currency) -> Self {
        Self { prefix: currency.symbol(), exact: minor_digits(currency), ..Self::default() }
    }

    pub(super) fn percent(exact: usize) -> Self {
        Self { suffix: PERCENT, exact, ..Self::default() }
    }

    /// The same with a plus before what is above zero.
    pub(super) fn signed(self) -> Self {
        Self { plus: true, ..self }
    }

    /// The number to the place of the second figure of its error.
    pub(super) fn show(&self, value: Estimate) -> Shown {
        let certain = value.se <= NO_ERROR * value.mean.abs().max(1.0);
        let places = if certain { i32::try_from(self.exact).unwrap_or(2) } else { error_places(value.se) };
        let number = to_places(value.mean, places);
        let framed = format!("{}{number}{}", self.prefix, self.suffix);
        Shown {
            number: signed(value.mean, &number, framed, self.plus),
            error: (!certain).then(|| to_places(value.se, places)),
        }
    }
}

pub(super) fn minor_digits(currency: Currency) -> usize {
    usize::try_from(currency.exponent()).unwrap_or(2)
}

/// Zero has no sign, and what is rounded to zero neither.
fn signed(value: f64, digits: &str, text: String, plus: bool) -> String {
    let zero = digits.bytes().all(|b| matches!(b, b'0' | b'.' | b','));
    match (zero, value < 0.0) {
        (false, true) => format!("{MINUS}{text}"),
        (false, false) if plus => format!("+{text}"),
        _ => text,
    }
}

/// How many decimals an estimate with this error is printed with (negative: before the point): the error keeps
/// two figures.
#[allow(clippy::cast_possible_truncation)] // a power of ten of a double
fn error_places(error: f64) -> i32 {
    let places = 1 - error.log10().floor() as i32;
    // 0.0996 becomes 0.10, which has its second figure one place earlier.
    if rounded(error, places) < 10f64.powi(2 - places) { places } else { places - 1 }
}

fn rounded(value: f64, places: i32) -> f64 {
    let step = 10f64.powi(places);
    (value * step).round_ties_even() / step
}

/// The size of a number with this many decimals, in groups of three digits.
fn to_places(value: f64, places: i32) -> String {
    let size = value.abs();
    group(&match usize::try_from(places) {
        Ok(places) => format!("{size:.places$}"),
        Err(_) => format!("{:.0}", rounded(size, places)),
    })
}

/// A number without a sign, the digits before its point in groups of three.
pub(super) fn group(digits: &str) -> String {
    match digits.split_once('.') {
        Some((whole, fraction)) => format!("{}.{fraction}", grouped(whole)),
        None => grouped(digits),
    }
}

/// An exact amount with all its digits, and at least those of the minor unit: `−$1,234.50`.
pub(super) fn owed(amount: Decimal, currency: Currency) -> String {
    with_minus(&Money::new(amount, currency).to_string())
}

/// The minus of print in place of the hyphen of a keyboard.
fn with_minus(text: &str) -> String {
    text.strip_prefix('-').map_or_else(|| text.to_owned(), |size| format!("{MINUS}{size}"))
}

/// An exact amount of a statement in its unit; no digit is dropped.
pub(super) fn amount(amount: Decimal, unit: Unit, currency: Currency) -> String {
    let plain = |value: Decimal| {
        let size = group(&value.abs().to_string());
        if value.is_sign_negative() && !value.is_zero() { format!("{MINUS}{size}") } else { size }
    };
    match unit {
        Unit::Money => owed(amount, currency),
        Unit::MoneyPerCount => format!("{} each", owed(amount, currency)),
        Unit::Share => match decimal::multiply(amount, Decimal::ONE_HUNDRED) {
            Ok(percent) => format!("{}{PERCENT}", plain(percent.normalize())),
            Err(_) => plain(amount),
        },
        Unit::Count | Unit::Ratio => plain(amount),
    }
}

/// The size of an estimated amount with this many decimals; a half as it is written rounds up.
pub(super) fn about(value: f64, currency: Currency, digits: usize) -> String {
    let size = value.abs();
    let places = u32::try_from(digits).unwrap_or(2);
    let digits = match Decimal::from_str_exact(&size.to_string()) {
        Ok(exact) => {
            let mut exact = exact.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
            exact.rescale(places);
            exact.to_string()
        }
        // Larger, or smaller, than a decimal holds.
        Err(_) => format!("{size:.digits$}"),
    };
    let number = group(&digits);
    signed(value, &number, format!("{}{number}", currency.symbol()), false)
}

/// An amount to about three figures: `$26k`, `−$1.2m`.
pub(super) fn compact(value: f64, currency: Currency) -> String {
    let size = value.abs();
    for (unit, name) in UNITS {
        if size >= 0.9995 * unit {
            let scaled = size / unit;
            let digits = if scaled < 99.95 { format!("{scaled:.1}") } else { group(&format!("{scaled:.0}")) };
            let sign = if value < 0.0 { MINUS } else { "" };
            return format!("{sign}{}{digits}{name}", currency.symbol());
        }
    }
    about(value, currency, if size >= 10.0 || size == 0.0 { 0 } else { minor_digits(currency) })
}

/// An amount of a scale, as short as it can be: `$200k`, `$1.5m`.
pub(super) fn tick(value: f64, currency: Currency) -> String {
    let size = value.abs();
    let (unit, name) = UNITS.into_iter().find(|(unit, _)| size >= *unit).unwrap_or((1.0, ""));
    let digits = format!("{:.3}", size / unit);
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    if digits == "0" {
        return "0".to_owned();
    }
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, ""), |(whole, fraction)| (whole, fraction));
    let point = if fraction.is_empty() { "" } else { "." };
    let sign = if value < 0.0 { MINUS } else { "" };
    format!("{sign}{}{}{point}{fraction}{name}", currency.symbol(), grouped(whole))
}

const UNITS: [(f64, &str); 4] = [(1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k")];

/// A share as a percentage: `57.5 %`.
pub(super) fn percent(share: f64, digits: usize) -> String {
    let number = group(&format!("{:.digits$}", share.abs() * 100.0));
    signed(share, &number, format!("{number}{PERCENT}"), false)
}

/// A probability with its standard error, or the bound on it where it was seen in no draw, or in all.
pub(super) fn chance(value: Estimate, draws: usize) -> Shown {
    match unseen(value, draws) {
        Some((Unseen::Below, bound)) => Shown::from(format!("below {bound}")),
        Some((Unseen::Above, bound)) => Shown::from(format!("above {bound}")),
        None => Frame::percent(1).show(in_percent(value)),
    }
}

/// On which side of its bound a probability lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unseen {
    Below,
    Above,
}

/// The bound on a probability that was seen in no draw, or in all: it is not known to be 0 or 1, but by the rule of
/// three within 3/n of it.
#[allow(clippy::cast_precision_loss)] // draws are far below 2^53
pub(super) fn unseen(value: Estimate, draws: usize) -> Option<(Unseen, String)> {
    let within = (3.0 / draws.max(1) as f64).min(1.0);
    if value.mean <= 0.0 {
        Some((Unseen::Below, percent(within, 2)))
    } else if value.mean >= 1.0 {
        Some((Unseen::Above, percent(1.0 - within, 2)))
    } else {
        None
    }
}

pub(super) fn in_percent(value: Estimate) -> Estimate {
    Estimate { mean: 100.0 * value.mean, se: 100.0 * value.se }
}

/// A whole number in groups of three digits.
pub(super) fn count(number: impl std::fmt::Display) -> String {
    grouped(&number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd() -> Currency {
        Currency::new("USD").unwrap()
    }

    #[test]
    fn an_estimate_is_shown_to_the_second_figure_of_its_error() {
        for (mean, se, number, error) in [
            (866_733.4, 538.7, "$866,730", Some("540")),
            (2_361.0, 96.4, "$2,361", Some("96")),
            (-0.05, 0.0123, "−$0.050", Some("0.012")),
            (0.0, 0.0, "$0.00", None),
            (1.5, 1e-15, "$1.50", None),
            (-0.001, 0.0, "$0.00", None),
            (1234.5, 0.0996, "$1,234.50", Some("0.10")),
            (1234.5, 9.96, "$1,234", Some("10")),
            (2.5e17, 3.1e12, "$250,000,000,000,000,000", Some("3,100,000,000,000")),
        ] {
            let shown = Frame::money(usd()).show(Estimate { mean, se });
            assert_eq!((shown.number.as_str(), shown.error.as_deref()), (number, error), "{mean} ± {se}");
        }
        let share = Frame::percent(2).signed().show(Estimate { mean: 0.25, se: 0.0 });
        assert_eq!(share.number, "+0.25\u{a0}%");
    }

    #[test]
    fn amounts_round_up_from_the_half_and_zero_has_no_sign() {
        assert_eq!(about(356.5, usd(), 0), "$357");
        assert_eq!(about(-357.5, usd(), 0), "−$358");
        assert_eq!(about(-0.004, usd(), 2), "$0.00");
        assert_eq!(about(1e40, usd(), 0).len(), "$".len() + 41 + 13);
        assert_eq!(about(0.125, Currency::new("KWD").unwrap(), 3), "KWD 0.125");
        assert_eq!(owed(Decimal::new(-1_234_500, 2), usd()), "−$12,345.00");
        assert_eq!(owed(Decimal::new(1234, 0), Currency::new("JPY").unwrap()), "¥1,234");
        assert_eq!(amount(Decimal::new(25, 3), Unit::Share, usd()), "2.5\u{a0}%");
        assert_eq!(amount(Decimal::new(12_345_678, 4), Unit::Ratio, usd()), "1,234.5678");
    }

    #[test]
    fn short_amounts_keep_about_three_figures() {
        for (value, short) in [
            (0.0, "$0"),
            (3.456, "$3.46"),
            (999.6, "$1.0k"),
            (75_693.43, "$75.7k"),
            (941_693.0, "$942k"),
            (-1_234_567.0, "−$1.2m"),
            (4.2e13, "$42.0tn"),
        ] {
            assert_eq!(compact(value, usd()), short);
        }
        for (value, short) in
            [(0.0, "0"), (-2e5, "−$200k"), (1.5e6, "$1.5m"), (0.25, "$0.25"), (1e15, "$1,000tn")]
        {
            assert_eq!(tick(value, usd()), short);
        }
    }

    #[test]
    fn a_chance_that_was_not_seen_is_bounded() {
        let at = |mean| chance(Estimate { mean, se: 0.0 }, 300).number;
        assert_eq!(at(0.0), "below 1.00\u{a0}%");
        assert_eq!(at(1.0), "above 99.00\u{a0}%");
        assert_eq!(at(0.5), "50.0\u{a0}%");
    }
}
