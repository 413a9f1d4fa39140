//! Numbers as they are printed, and how finely.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

/// Decimals beyond which the digits of a published number are the noise of a binary float.
const NOISE: u32 = 12;

/// A published number and half of the unit that its column is printed in: what it stood for lies within that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rounded {
    /// The number.
    pub value: Decimal,
    /// Half of the smallest unit in which its column is printed.
    pub half_unit: Decimal,
}

impl Rounded {
    /// The least that it can have been before rounding.
    pub fn low(self) -> Decimal {
        self.value.saturating_sub(self.half_unit)
    }

    /// The most that it can have been before rounding.
    pub fn high(self) -> Decimal {
        self.value.saturating_add(self.half_unit)
    }
}

/// One column of numbers: a value where there is one, and how finely the column is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) values: Vec<Option<Decimal>>,
    pub(super) half_unit: Decimal,
}

impl Numbers {
    /// The number in a row, where there is one.
    pub(super) fn get(&self, row: usize) -> Option<Rounded> {
        let value = self.values.get(row).copied().flatten()?;
        Some(Rounded { value, half_unit: self.half_unit })
    }
}

/// What stands for a value that is not there.
const MARKS: [&str; 12] =
    ["*", ".", "-", "--", "NA", "N/A", "#N/A", "nan", "none", "null", "suppressed", "not applicable"];

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    /// Nothing, or a mark for what is suppressed.
    Missing,
    Number {
        value: Decimal,
        percent: bool,
    },
    /// Something else.
    Other,
}

/// Reads a number as published: `89,403`, `7.17%`, `$1,234`, `(56)`, `8904.0`.
pub(super) fn cell(text: &str) -> Cell {
    let text = text.trim();
    let is_mark = |mark: &&str| text.eq_ignore_ascii_case(mark);
    if text.is_empty() || MARKS.iter().any(is_mark) {
        return Cell::Missing;
    }
    let (text, negative) = match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inside) => (inside, true),
        None => (text, false),
    };
    let (text, percent) = match text.strip_suffix('%') {
        Some(number) => (number.trim_end(), true),
        None => (text, false),
    };
    let (text, minus) = match text.strip_prefix('-') {
        Some(number) => (number, true),
        None => (text, false),
    };
    let Some(digits) = without_separators(text.strip_prefix('$').unwrap_or(text)) else { return Cell::Other };
    // More digits than a decimal holds are the noise of a float too.
    let value = Decimal::from_str_exact(&digits).or_else(|_| digits.parse::<Decimal>());
    let Ok(value) = value else { return Cell::Other };
    let value = value.round_dp_with_strategy(NOISE, RoundingStrategy::MidpointAwayFromZero).normalize();
    Cell::Number { value: if negative || minus { -value } else { value }, percent }
}

/// The digits of a number without its thousands separators, if it is one and they stand where they should.
fn without_separators(text: &str) -> Option<String> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, part)| (whole, Some(part)));
    // A point may stand without a digit on one side of it, but not on both.
    if whole.is_empty() && fraction.is_none_or(str::is_empty) {
        return None;
    }
    let groups: Vec<&str> = whole.split(',').collect();
    let (first, rest) = groups.split_first()?;
    let is_grouped = (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    let holds = groups.iter().copied().chain(fraction).all(digits) && (rest.is_empty() || is_grouped);
    let or_zero = |part: &str| if part.is_empty() { "0".to_owned() } else { part.to_owned() };
    holds.then(|| format!("{}.{}", or_zero(&groups.concat()), or_zero(fraction.unwrap_or_default())))
}

/// Half of the last place that any of these values has.
pub(super) fn half_unit(values: &[Option<Decimal>]) -> Decimal {
    let places = values.iter().flatten().map(|value| value.normalize().scale()).max().unwrap_or(0);
    Decimal::new(5, (places + 1).min(Decimal::MAX_SCALE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str, percent: bool) -> Cell {
        Cell::Number { value: text.parse().unwrap(), percent }
    }

    #[test]
    fn numbers_as_they_are_published() {
        assert_eq!(cell("89,403"), number("89403", false));
        assert_eq!(cell(" -1,175,345,650 "), number("-1175345650", false));
        assert_eq!(cell("7.17%"), number("7.17", true));
        assert_eq!(cell("8904.0"), number("8904", false));
        assert_eq!(cell("$1,234.50"), number("1234.5", false));
        assert_eq!(cell("(56)"), number("-56", false));
        assert_eq!(cell(".5"), number("0.5", false));
        assert_eq!(cell("0.9643999999999999"), number("0.9644", false));
        assert_eq!(cell("75558439.9116"), number("75558439.9116", false));
    }

    #[test]
    fn what_is_missing_and_what_is_no_number() {
        for text in ["", " ", "*", ".", "-", "n/a", "Suppressed"] {
            assert_eq!(cell(text), Cell::Missing, "{text}");
        }
        for text in ["P4R", "1e9", "12,34", "1,2345", ",5", "12.3.4", "1 234", "%", "--5", "٣"] {
            assert_eq!(cell(text), Cell::Other, "{text}");
        }
    }

    #[test]
    fn a_column_is_printed_as_finely_as_its_finest_value() {
        let column: Vec<_> = ["0.5", "0.92", "1"].map(|text| Some(text.parse().unwrap())).to_vec();
        assert_eq!(half_unit(&column).to_string(), "0.005");
        assert_eq!(half_unit(&[Some(Decimal::from(7)), None]).to_string(), "0.5");
    }
}
