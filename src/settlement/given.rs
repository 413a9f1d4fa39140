//! Amounts that are given apart from all else, as in a comparison: what they cannot be is said before anything is settled.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::{experience::check_range, to_counted, to_written};
use crate::{
    contract::{Contract, Unit},
    error::{Error, ErrorKind, Result},
    money::{Currency, Rounding, RoundingMode, inexact},
};

impl Contract {
    /// Refuses amounts that are given apart from all else, as in a comparison, where they are beyond their limits or money
    /// with a part of a minor unit; in major units.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] and [`ErrorKind::Value`], naming the input.
    pub(crate) fn check_given(&self, given: &IndexMap<String, Decimal>) -> Result<()> {
        let currency = self.currency();
        self.check_limits_of_inputs(|name, unit| counted(given, name, unit, currency))?;
        for (name, unit) in &self.document().inputs {
            if let Some(amount) = given.get(name) {
                whole_minor_units(&format!("input `{name}`"), *amount, *unit, currency)?;
            }
        }
        Ok(())
    }

    /// Refuses amounts that are beyond their limits, or that no amount of their unit can be; in major units.
    ///
    /// # Errors
    /// [`ErrorKind::Range`], naming the input.
    pub(crate) fn check_given_limits(&self, given: &IndexMap<String, Decimal>) -> Result<()> {
        let currency = self.currency();
        for (name, unit) in &self.document().inputs {
            if let Some(amount) = counted(given, name, *unit, currency)? {
                check_range(amount, *unit).map_err(|(problem, remedy)| {
                    Error::new(ErrorKind::Range, format!("input `{name}`"), problem, remedy)
                })?;
            }
        }
        self.check_limits_of_inputs(|name, unit| counted(given, name, unit, currency))
    }
}

/// An amount as it is counted, if it was given.
fn counted(
    given: &IndexMap<String, Decimal>,
    name: &str,
    unit: Unit,
    currency: Currency,
) -> Result<Option<Decimal>> {
    let counted = given.get(name).map(|amount| to_counted(*amount, unit, currency.exponent()));
    counted.transpose().map_err(|why| why.within(format!("input `{name}`")))
}

/// Money that was paid or spent is whole in minor units; what is not was worked out, and rounding it is a decision.
pub(super) fn part_of_a_penny(place: String, counted: Decimal, currency: Currency) -> Result<Error> {
    let exponent = currency.exponent();
    let rounded = Rounding { mode: RoundingMode::HalfUp, places: 0 }
        .apply(counted)
        .map_err(|why| inexact(&place, why))?;
    let shown = |counted| to_written(counted, Unit::Money, exponent);
    Ok(Error::new(
        ErrorKind::Value,
        place,
        format!("{} is not in whole {}", shown(counted)?, currency.minor_units()),
        format!("round it before, and say so: half up it is {}", shown(rounded)?),
    ))
}

/// Refuses money with a part of a minor unit.
pub(crate) fn whole_minor_units(place: &str, amount: Decimal, unit: Unit, currency: Currency) -> Result<()> {
    let counted = to_counted(amount, unit, currency.exponent()).map_err(|why| why.within(place))?;
    if unit == Unit::Money && !counted.fract().is_zero() {
        return Err(part_of_a_penny(place.to_owned(), counted, currency)?);
    }
    Ok(())
}
