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

/// Refuses a total in another currency, one below zero, or one that is not whole pennies.
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
    if !total.minor()?.fract().is_zero() {
        let problem = format!("{total} is not a whole number of the smallest coin, such as pennies");
        let remedy = "round it, by a rule that you can name";
        return Err(Error::new(ErrorKind::Arithmetic, "total", problem, remedy));
    }
    Ok(())
}

/// An amount of whole pennies divided by weights, into whole pennies that add up to it, by largest remainder.
///
/// Weights are taken half up to `places` decimals, so that penny times weight has no more digits than can be held.
pub(super) fn divide(place: &str, total: Money, weights: &[Decimal], places: i32) -> Result<Vec<Decimal>> {
    let weights = weights.iter().map(|weight| rounded(place, *weight, places)).collect::<Result<Vec<_>>>()?;
    if sum(place, &weights)?.is_zero() {
        let problem = format!("the weights by which {total} is shared out add up to nothing");
        let remedy = "give at least one of them a weight above zero";
        return Err(Error::new(ErrorKind::Arithmetic, place, problem, remedy));
    }
    let parts = split_exactly(total.minor()?, &weights).map_err(|why| inexact(place, why))?;
    parts.into_iter().map(|part| Ok(Money::from_minor(part, total.currency())?.amount())).collect()
}

/// Digits that a decimal always holds.
const DIGITS: i32 = 28;

/// The same by weights of any size, such as people, pounds or shares of one: with as many digits as the product of total and
/// weights can hold, so that rounding a weight moves no part by a hundredth of a penny of an amount below a million million.
pub(super) fn divide_by_weight(place: &str, total: Money, weights: &[Decimal]) -> Result<Vec<Decimal>> {
    let all = sum("weights", weights)?;
    let places = DIGITS - digits_above_point(total.minor()?) - digits_above_point(all);
    divide(place, total, weights, places.min(DIGITS))
}

/// How many digits stand before the point; below nought for noughts after it.
fn digits_above_point(value: Decimal) -> i32 {
    let value = value.normalize();
    let digits = value.mantissa().unsigned_abs().checked_ilog10().map_or(0, |log| log.cast_signed() + 1);
    digits - value.scale().cast_signed()
}
