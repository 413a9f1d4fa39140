//! A number that carries its exact value and a bound on how far the `f64` reading can be from it.
//!
//! Each primitive bounds its own error from the errors that come in, on paper and not by running floats:
//!
//! - an operation whose operands are exact and whose result is a double is exact (IEEE 754); any other adds one
//!   unit in the last place;
//! - a product passes each error on times the other factor, a quotient divided by the divisor;
//! - a rounding takes an error away, or makes it one step where the values that the error allows are rounded to two
//!   steps;
//! - a choice decides alike unless the measure is as near to the threshold as the errors of both, and then the
//!   error is the distance of the two sides;
//! - a part of a split of whole pennies may be one penny away, since an odd penny goes by remainders.

use capitation::{
    decimal::to_f64,
    money::{self, Rounding},
    number::{Number, Refused},
};
use rust_decimal::Decimal;

/// An exact value, and how far the float may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tracked {
    pub(crate) exact: Decimal,
    /// At least |float − exact|; infinite where nothing can be said.
    pub(crate) error: f64,
}

/// Whether a decimal is a double.
fn is_double(value: Decimal) -> bool {
    let value = value.normalize();
    let mut digits = value.mantissa().unsigned_abs();
    // m·10⁻ˢ is m/5ˢ·2⁻ˢ.
    for _ in 0..value.scale() {
        if !digits.is_multiple_of(5) {
            return false;
        }
        digits /= 5;
    }
    digits == 0 || digits >> digits.trailing_zeros() < 1 << 53
}

impl Tracked {
    /// The result of one operation on operands with these errors passed on.
    fn after(exact: Decimal, passed_on: f64) -> Self {
        if passed_on == 0.0 && is_double(exact) {
            return Self { exact, error: 0.0 };
        }
        // Twice the unit in the last place, so that the rounding of the bound itself is covered.
        Self { exact, error: passed_on * (1.0 + 1e-9) + 2.0 * f64::EPSILON * (size(exact) + passed_on) }
    }

    fn size(&self) -> f64 {
        size(self.exact)
    }

    /// A value that was rounded in steps, in the float as in the decimal.
    fn rounded_at(self, exact: Decimal, rounding: Rounding) -> Result<Self, Refused> {
        if !self.error.is_finite() {
            return Ok(Self { exact, error: f64::INFINITY });
        }
        // The float is moved to the steps' scale and back: one operation more each way.
        let scaled = match u32::try_from(rounding.places) {
            Ok(places) => self.exact.checked_mul(Decimal::from(10u64.pow(places))),
            Err(_) => self.exact.checked_div(Decimal::from(10u64.pow(rounding.places.unsigned_abs()))),
        };
        let moves = if scaled.is_some_and(is_double) { 0.0 } else { 2.0 * f64::EPSILON * self.size() };
        let error = self.error + moves;
        if error == 0.0 {
            return Ok(Self::after(exact, 0.0));
        }
        let margin = Decimal::from_f64_retain(2.0 * error).unwrap_or_default() + Decimal::new(1, 27);
        let low = rounding.apply(self.exact - margin)?;
        let high = rounding.apply(self.exact + margin)?;
        Ok(Self::after(exact, to_f64((exact - low).max(high - exact))))
    }
}

fn size(value: Decimal) -> f64 {
    to_f64(value.abs())
}

impl Number for Tracked {
    type Error = Refused;

    fn exact(value: Decimal) -> Self {
        Self::after(value, 0.0)
    }

    fn plus(&self, other: &Self) -> Result<Self, Refused> {
        Ok(Self::after(self.exact.plus(&other.exact)?, self.error + other.error))
    }

    fn minus(&self, other: &Self) -> Result<Self, Refused> {
        Ok(Self::after(self.exact.minus(&other.exact)?, self.error + other.error))
    }

    fn times(&self, by: &Self) -> Result<Self, Refused> {
        let nothing = |number: &Self| number.exact.is_zero() && number.error == 0.0;
        let error = if nothing(self) || nothing(by) {
            0.0
        } else {
            self.size() * by.error + by.size() * self.error + self.error * by.error
        };
        Ok(Self::after(self.exact.times(&by.exact)?, error))
    }

    fn per(&self, by: &Self, rounding: Option<Rounding>) -> Result<Self, Refused> {
        let result = self.exact.per(&by.exact, rounding)?;
        // To 28 digits, which is far below the error of a double.
        let quotient = self.exact.checked_div(by.exact).unwrap_or(result);
        let least = by.size() - by.error;
        let error =
            if least > 0.0 { (self.error + size(quotient) * by.error) / least } else { f64::INFINITY };
        let quotient = Self::after(quotient, error);
        match rounding {
            Some(rounding) => quotient.rounded_at(result, rounding),
            None => Ok(Self { exact: result, ..quotient }),
        }
    }

    fn choose(measure: &Self, threshold: &Self, then: &Self, other: &Self) -> Result<Self, Refused> {
        let distance = size(measure.exact.minus(&threshold.exact)?);
        let margin = measure.error + threshold.error;
        let alike = margin == 0.0 || distance > margin * (1.0 + 1e-9);
        let chosen = if measure.exact >= threshold.exact { then } else { other };
        if alike {
            return Ok(*chosen);
        }
        let apart = size(then.exact.minus(&other.exact)?);
        Ok(Self { exact: chosen.exact, error: apart + then.error.max(other.error) })
    }

    fn smaller(&self, other: &Self) -> Result<Self, Refused> {
        Ok(Self { exact: self.exact.smaller(&other.exact)?, error: self.error.max(other.error) })
    }

    fn larger(&self, other: &Self) -> Result<Self, Refused> {
        Ok(Self { exact: self.exact.larger(&other.exact)?, error: self.error.max(other.error) })
    }

    fn where_at_least(self, measure: &Self, first: &Self) -> Result<Self, Refused> {
        let exact = self.exact.where_at_least(&measure.exact, &first.exact)?;
        // Below the table the float is not a number.
        let margin = measure.error + first.error;
        let alike = margin == 0.0 || size(measure.exact - first.exact) > margin * (1.0 + 1e-9);
        Ok(Self { exact, error: if alike { self.error } else { f64::INFINITY } })
    }

    fn rounded(&self, rounding: Rounding) -> Result<Self, Refused> {
        self.rounded_at(rounding.apply(self.exact)?, rounding)
    }

    fn split(&self, weights: &[Self]) -> Result<Vec<Self>, Refused> {
        let exact: Vec<Decimal> = weights.iter().map(|w| w.exact).collect();
        let total: f64 = exact.iter().map(|w| size(*w)).sum();
        let unsure: f64 = weights.iter().map(|w| w.error).sum();
        let parts = money::split_exactly(self.exact, &exact)?;
        // How far a fair share may move; the part is within a penny of it, before and after.
        let least = total - unsure;
        let moved = if least > 0.0 {
            self.error + 2.0 * (self.size() + self.error) * (unsure / least + 4.0 * f64::EPSILON)
        } else {
            f64::INFINITY
        };
        let sure = self.error == 0.0 && moved < 0.25;
        let error = if sure { 1.0 } else { 2.0 + moved };
        Ok(parts.into_iter().map(|exact| Self { exact, error }).collect())
    }
}
