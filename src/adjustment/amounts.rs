//! Sums, quotients and divisions of the formulas in this room: exact, or rounded by name.

use rust_decimal::Decimal;

use crate::{
    decimal,
    error::{Error, ErrorKind, Result},
    money::{Currency, Money, Rounding, RoundingMode, inexact, split_exactly},
};

/// Decimals of a quotient that is worked with further.
const FINE: i32 = 14;

/// The sum of all.
pub(super) fn sum<'a>(place: &str, values: impl IntoIterator<Item = &'a Decimal>) -> Result<Decimal> {
    values.into_iter().try_fold(Decimal::ZERO, |sum, value| plus(place, sum, *value))
}

pub(super) fn plus(place: &str, a: Decimal, b: Decimal) -> Result<Decimal> {
    decimal::add(a, b).map_err(|why| inexact(place, why))
}

pub(super) fn minus(place: &str, a: Decimal, b: Decimal) -> Result<Decimal> {
    decimal::subtract(a, b).map_err(|why| inexact(place, why))
}

pub(super) fn times(place: &str, a: Decimal, b: Decimal) -> Result<Decimal> {
    decimal::multiply(a, b).map_err(|why| inexact(place, why))
}

/// A quotient, half up to this many decimals.
pub(super) fn quotient(place: &str, of: Decimal, by: Decimal, places: i32) -> Result<Decimal> {
    Rounding::half_up(places).quotient(of, by).map_err(|why| inexact(place, why))
}

/// A quotient that is worked with further, half up to fourteen decimals.
pub(super) fn ratio(place: &str, of: Decimal, by: Decimal) -> Result<Decimal> {
    quotient(place, of, by, FINE)
}

/// The same, never above the quotient.
pub(super) fn ratio_down(place: &str, of: Decimal, by: Decimal) -> Result<Decimal> {
    let rounding = Rounding { mode: RoundingMode::Floor, places: FINE };
    rounding.quotient(of, by).map_err(|why| inexact(place, why))
}

/// An amount for one of so many people, half up to the minor unit, with all of its decimals.
pub(super) fn per_head(place: &str, amount: Decimal, people: Decimal, currency: Currency) -> Result<Decimal> {
    let mut each = quotient(place, amount, people, currency.exponent().cast_signed())?;
    each.rescale(currency.exponent());
    Ok(each)
}

/// Half up to this many decimals.
pub(super) fn rounded(place: &str, value: Decimal, places: i32) -> Result<Decimal> {
    Rounding::half_up(places).apply(value).map_err(|why| inexact(place, why))
}

/// Refuses a total in another currency, or one below zero.
pub(super) fn check_total(total: Money, currency: Currency) -> Result<()> {
    if total.currency() != currency {
        let problem = format!("it is in {}, and other amounts are in {currency}", total.currency());
        let remedy = "give all amounts in one currency";
        return Err(Error::new(ErrorKind::Currency, "total", problem, remedy));
    }
    if total.amount() < Decimal::ZERO {
        let problem = format!("{total} is below zero");
        return Err(Error::new(ErrorKind::Range, "total", problem, "give what all get together"));
    }
    Ok(())
}

/// An amount of whole pennies divided by weights, into whole pennies that add up to it, by largest remainder.
///
/// Weights are taken half up to `places` decimals, so that penny times weight has no more digits than can be held.
pub(super) fn divide(place: &str, total: Money, weights: &[Decimal], places: i32) -> Result<Vec<Decimal>> {
    let weights = weights.iter().map(|weight| rounded(place, *weight, places)).collect::<Result<Vec<_>>>()?;
    let parts = split_exactly(total.minor()?, &weights).map_err(|why| inexact(place, why))?;
    parts.into_iter().map(|part| Ok(Money::from_minor(part, total.currency())?.amount())).collect()
}
