//! A cell of a price list or of a table of factors, and the number that it is.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::{
    error::{Error, ErrorKind, Result},
    table::Series,
};

/// A cell as it stands in its column.
pub(super) enum Cell<'a> {
    Text(Cow<'a, str>),
    Number(f64),
}

/// The cells of a column of numbers or texts.
///
/// # Errors
/// [`ErrorKind::Column`] for another type: yes and no are neither a price nor a factor.
pub(super) fn cells(column: &Series) -> Result<Vec<Cell<'_>>> {
    column.refuse_flags("numbers or texts")?;
    cells_or_flags(column)
}

/// The cells of a column of numbers or texts, or of booleans as 1 and 0.
pub(super) fn cells_or_flags(column: &Series) -> Result<Vec<Cell<'_>>> {
    if let Ok(numbers) = column.floats_or_nan() {
        return Ok(numbers.iter().map(|number| Cell::Number(*number)).collect());
    }
    Ok(column.texts_or_empty()?.into_iter().map(Cell::Text).collect())
}

/// The number of a cell, nothing where it is empty or a dash; `%` are read where a share is asked for.
pub(super) fn number(cell: &Cell<'_>, is_share: bool, place: impl Fn() -> String) -> Result<Option<Decimal>> {
    match cell {
        Cell::Number(number) if number.is_nan() => Ok(None),
        Cell::Number(number) => decimal(*number, place).map(Some),
        Cell::Text(text) => {
            let plain = text.trim().trim_start_matches('£');
            if plain.is_empty() || plain == "-" {
                return Ok(None);
            }
            let value = match plain.strip_suffix('%') {
                Some(digits) if is_share => {
                    written(digits.trim_end()).and_then(|it| it.checked_div(Decimal::ONE_HUNDRED))
                }
                _ => written(plain),
            };
            value.map(Some).ok_or_else(|| {
                Error::new(
                    ErrorKind::Row,
                    place(),
                    format!("`{text}` is no number"),
                    "write it as 1829.50 or 1,829.50, or leave it empty",
                )
            })
        }
    }
}

/// The decimal that a float was written as.
fn decimal(value: f64, place: impl Fn() -> String) -> Result<Decimal> {
    value.to_string().parse::<Decimal>().map_err(|_| {
        Error::new(
            ErrorKind::Row,
            place(),
            format!("{value} is no number that can be held exactly"),
            "correct it",
        )
    })
}

/// Digits with a point before the decimals, and commas in every third place before the point or in none.
fn written(text: &str) -> Option<Decimal> {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |text| ("-", text));
    let (whole, decimals) =
        text.split_once('.').map_or((text, None), |(whole, decimals)| (whole, Some(decimals)));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let in_threes = first.len() <= 3 && groups.clone().all(|group| group.len() == 3);
    let is_whole = (first.len() == whole.len() || in_threes) && is_digits(first) && groups.all(is_digits);
    // A spreadsheet may write a half as .5.
    if !(is_whole || whole.is_empty() && decimals.is_some()) || !decimals.is_none_or(is_digits) {
        return None;
    }
    Decimal::from_str_exact(&format!("{sign}0{}", text.replace(',', ""))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number as it is written plainly; "none" where the cell is empty, "refused" where it is no number.
    fn read(text: &str, is_share: bool) -> String {
        match number(&Cell::Text(text.into()), is_share, || "cell".to_owned()) {
            Ok(Some(value)) => value.normalize().to_string(),
            Ok(None) => "none".to_owned(),
            Err(_) => "refused".to_owned(),
        }
    }

    #[test]
    fn commas_stand_between_groups_of_three_digits_or_it_is_no_number() {
        for (text, value) in [
            ("1,829", "1829"),
            ("£1,829.50", "1829.5"),
            ("12,345,678.9", "12345678.9"),
            ("1829.50", "1829.5"),
            (" 7 ", "7"),
            ("-5", "-5"),
            (".5", "0.5"),
        ] {
            assert_eq!(read(text, false), value, "{text}");
        }
        for text in [
            "1829,50", "1,82", "1,8290", ",829", "1,829,5", "1_000", "25%", "1e3", "1.", ".", "1.829,50",
            "+1", "1 829",
        ] {
            assert_eq!(read(text, false), "refused", "{text}");
        }
        for text in ["", " ", "-", "£"] {
            assert_eq!(read(text, false), "none", "{text}");
        }
    }

    #[test]
    fn a_share_may_be_in_hundredths() {
        assert_eq!(read("45%", true), "0.45");
        assert_eq!(read("22.5 %", true), "0.225");
        assert_eq!(read("0.45", true), "0.45");
        assert_eq!(read("4,5%", true), "refused");
    }
}
