//! The number a contract is evaluated with.
//!
//! Each rule is written once, over [`Number`], and read with whichever number the question needs: [`Decimal`]
//! for what is owed, `f64` for what may happen in a drawn year. The interface is made of the rules' primitives
//! and has one branch, [`Number::choose`], and no comparison, so that a function of amounts not yet known can be a
//! number too: a [`Payoff`].
//!
//! **Every reading counts money in minor units** (pence, cents). Whole pence are exact in `f64` up to 9e15, so
//! a gate that is met to the penny is met in every reading, and a result that is zero is zero.

mod payoff;

use std::convert::Infallible;

use rust_decimal::Decimal;

use crate::{
    decimal::{self, Inexact},
    money::{self, Rounding, RoundingMode},
};

pub use payoff::{Domain, Payoff, Piece, Shape, Span, Stretch};

/// Why a number refused an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// The exact result cannot be held, or does not exist.
    Inexact(Inexact),
    /// A quotient that does not come out even, and no rounding was named.
    Unrounded,
    /// The measure is below the least that has a meaning: the first row of a table, or zero for the base of bands.
    BelowLeast,
    /// Both factors vary, or a divisor does: the result would not be piecewise linear in the amounts not known.
    NotLinear,
    /// A choice between, or by, amounts that vary apart from each other: the result would not bend in one direction alone.
    Apart,
}

impl From<Inexact> for Refused {
    fn from(why: Inexact) -> Self {
        Self::Inexact(why)
    }
}

impl From<Infallible> for Refused {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// What a rule asks of a number. See the [module](self) for why it has these primitives and no others.
///
/// The error is an associated type so that the `f64` reading, which runs millions of times, has none: there,
/// a division by zero or a measure below a table gives a value that is not finite, and the caller checks for it
/// once at the end.
pub trait Number: Clone {
    /// Why an operation was refused.
    type Error: Into<Refused>;

    /// An agreed amount as a number.
    fn exact(value: Decimal) -> Self;

    /// Zero.
    fn zero() -> Self {
        Self::exact(Decimal::ZERO)
    }

    /// The sum.
    ///
    /// # Errors
    /// Where the number cannot hold it; the same for every operation below.
    fn plus(&self, other: &Self) -> Result<Self, Self::Error>;

    /// The difference.
    ///
    /// # Errors
    /// As [`Number::plus`].
    fn minus(&self, other: &Self) -> Result<Self, Self::Error>;

    /// The product.
    ///
    /// # Errors
    /// As [`Number::plus`].
    fn times(&self, by: &Self) -> Result<Self, Self::Error>;

    /// The quotient, rounded as named; the two are one operation because a third is never exact.
    ///
    /// # Errors
    /// [`Refused::Unrounded`] where it does not come out even and no rounding is named.
    fn per(&self, by: &Self, rounding: Option<Rounding>) -> Result<Self, Self::Error>;

    /// `then` where `measure` is at least `threshold`, `other` elsewhere: the only branch there is.
    ///
    /// # Errors
    /// As [`Number::plus`].
    fn choose(measure: &Self, threshold: &Self, then: &Self, other: &Self) -> Result<Self, Self::Error>;

    /// The smaller of two.
    ///
    /// # Errors
    /// As [`Number::plus`].
    fn smaller(&self, other: &Self) -> Result<Self, Self::Error> {
        Self::choose(self, other, other, self)
    }

    /// The larger of two.
    ///
    /// # Errors
    /// As [`Number::plus`].
    fn larger(&self, other: &Self) -> Result<Self, Self::Error> {
        Self::choose(self, other, self, other)
    }

    /// This number where `measure` is at least `first`, the first row of a table; no number below it.
    ///
    /// # Errors
    /// [`Refused::BelowLeast`].
    fn where_at_least(self, measure: &Self, first: &Self) -> Result<Self, Self::Error>;

    /// The number rounded as named.
    ///
    /// # Errors
    /// As [`Number::plus`].
    fn rounded(&self, rounding: Rounding) -> Result<Self, Self::Error>;

    /// The number divided by weights into parts of whole units that add up to it.
    ///
    /// # Errors
    /// Where the weights add up to zero.
    fn split(&self, weights: &[Self]) -> Result<Vec<Self>, Self::Error>;
}

impl Number for Decimal {
    type Error = Refused;

    fn exact(value: Decimal) -> Self {
        value
    }

    fn plus(&self, other: &Self) -> Result<Self, Refused> {
        Ok(decimal::add(*self, *other)?)
    }

    fn minus(&self, other: &Self) -> Result<Self, Refused> {
        Ok(decimal::subtract(*self, *other)?)
    }

    fn times(&self, by: &Self) -> Result<Self, Refused> {
        Ok(decimal::multiply(*self, *by)?)
    }

    fn per(&self, by: &Self, rounding: Option<Rounding>) -> Result<Self, Refused> {
        if let Some(rounding) = rounding {
            return Ok(rounding.quotient(*self, *by)?);
        }
        if by.is_zero() {
            return Err(Inexact::DivisionByZero.into());
        }
        let quotient = self.checked_div(*by).ok_or(Inexact::Overflow)?;
        let exact = decimal::multiply(quotient.normalize(), *by) == Ok(*self);
        if exact { Ok(quotient) } else { Err(Refused::Unrounded) }
    }

    fn choose(measure: &Self, threshold: &Self, then: &Self, other: &Self) -> Result<Self, Refused> {
        Ok(if measure >= threshold { *then } else { *other })
    }

    fn where_at_least(self, measure: &Self, first: &Self) -> Result<Self, Refused> {
        if measure >= first { Ok(self) } else { Err(Refused::BelowLeast) }
    }

    fn rounded(&self, rounding: Rounding) -> Result<Self, Refused> {
        Ok(rounding.apply(*self)?)
    }

    fn split(&self, weights: &[Self]) -> Result<Vec<Self>, Refused> {
        Ok(money::split_exactly(*self, weights)?)
    }
}

impl Number for f64 {
    type Error = Infallible;

    #[inline]
    fn exact(value: Decimal) -> Self {
        decimal::to_f64(value)
    }

    #[inline]
    fn zero() -> Self {
        0.0
    }

    #[inline]
    fn plus(&self, other: &Self) -> Result<Self, Infallible> {
        Ok(self + other)
    }

    #[inline]
    fn minus(&self, other: &Self) -> Result<Self, Infallible> {
        Ok(self - other)
    }

    #[inline]
    fn times(&self, by: &Self) -> Result<Self, Infallible> {
        Ok(self * by)
    }

    #[inline]
    fn per(&self, by: &Self, rounding: Option<Rounding>) -> Result<Self, Infallible> {
        let quotient = self / by;
        match rounding {
            Some(rounding) => quotient.rounded(rounding),
            None => Ok(quotient),
        }
    }

    #[inline]
    fn choose(measure: &Self, threshold: &Self, then: &Self, other: &Self) -> Result<Self, Infallible> {
        Ok(if reaches(*measure, *threshold) { *then } else { *other })
    }

    #[inline]
    fn smaller(&self, other: &Self) -> Result<Self, Infallible> {
        Ok(if other < self { *other } else { *self })
    }

    #[inline]
    fn larger(&self, other: &Self) -> Result<Self, Infallible> {
        Ok(if other > self { *other } else { *self })
    }

    #[inline]
    fn where_at_least(self, measure: &Self, first: &Self) -> Result<Self, Infallible> {
        Ok(if reaches(*measure, *first) { self } else { f64::NAN })
    }

    #[inline]
    fn rounded(&self, rounding: Rounding) -> Result<Self, Infallible> {
        // Powers of ten are exact to 1e22; dividing by one keeps whole steps whole where multiplying by its
        // inverse would not.
        let scale = POWERS.get(rounding.places.unsigned_abs() as usize).copied().unwrap_or(f64::NAN);
        let steps = if rounding.places >= 0 { self * scale } else { self / scale };
        let whole = round_whole(unstrayed(steps), rounding.mode);
        Ok(if rounding.places >= 0 { whole / scale } else { whole * scale })
    }

    fn split(&self, weights: &[Self]) -> Result<Vec<Self>, Infallible> {
        let total: f64 = weights.iter().sum();
        let sign = if *self < 0.0 { -1.0 } else { 1.0 };
        let sum = self.abs();
        let mut parts: Vec<(usize, f64, f64)> = weights
            .iter()
            .enumerate()
            .map(|(i, w)| {
                let share = sum * w / total;
                (i, share.floor(), share - share.floor())
            })
            .collect();
        let left = sum - parts.iter().map(|p| p.1).sum::<f64>();
        parts.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
        let mut given = 0.0;
        for part in &mut parts {
            if given + 1.0 > left {
                break;
            }
            part.1 += 1.0;
            given += 1.0;
        }
        parts.sort_by_key(|p| p.0);
        Ok(parts.into_iter().map(|p| p.1 * sign).collect())
    }
}

/// How far an amount may stray from its exact value by the roundings of binary arithmetic, as a part of it: a few units
/// of the last place. Of a billion pounds in pence it is less than a ten-thousandth of a penny.
const STRAY: f64 = 4.0 * f64::EPSILON;

/// Whether a measure reaches a threshold, which may have strayed: 7 % of £100 is £7 and not a shade more, so that a gate
/// that is met to the penny is met here too.
#[inline]
fn reaches(measure: f64, threshold: f64) -> bool {
    measure >= threshold - STRAY * threshold.abs()
}

/// A number of steps, put back on the whole step that it strayed from: a directed rounding would make a step of a shade.
#[inline]
fn unstrayed(steps: f64) -> f64 {
    let whole = steps.round();
    if (steps - whole).abs() <= STRAY * whole.abs() { whole } else { steps }
}

/// Up to the coarsest rounding of a contract, −12 places of a currency with three decimals.
const POWERS: [f64; 16] =
    [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

#[inline]
fn round_whole(value: f64, mode: RoundingMode) -> f64 {
    match mode {
        RoundingMode::HalfUp => value.round(),
        RoundingMode::HalfEven => value.round_ties_even(),
        RoundingMode::Down => value.trunc(),
        RoundingMode::Up => {
            if value < 0.0 {
                value.floor()
            } else {
                value.ceil()
            }
        }
        RoundingMode::Floor => value.floor(),
        RoundingMode::Ceiling => value.ceil(),
    }
}

#[cfg(test)]
#[allow(clippy::cast_precision_loss, clippy::float_cmp)] // whole pence far below 2^53 are exact
mod tests {
    use super::*;
    use crate::decimal::Exact;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        text.parse::<Exact>().unwrap().0
    }

    #[test]
    fn a_third_is_refused_without_a_rounding() {
        assert_eq!(d("1").per(&d("3"), None), Err(Refused::Unrounded));
        assert_eq!(d("1").per(&d("3"), Some(Rounding::half_up(4))), Ok(d("0.3333")));
        assert_eq!(d("1").per(&d("8"), None), Ok(d("0.125")));
        assert_eq!(d("1").per(&d("0"), None), Err(Refused::Inexact(Inexact::DivisionByZero)));
    }

    /// 1 / 3 shows 28 threes and 2 / 3 ends in a 7: neither may cross a half by its own rounding.
    #[test]
    fn a_quotient_is_rounded_once() {
        // (0.5 − 1e−28)/1 rounds to 0; through a quotient by 3 the 28-digit quotient shows as exactly 0.5.
        let dividend = d("1.4999999999999999999999999999");
        assert_eq!(dividend.per(&d("3"), Some(Rounding::half_up(0))), Ok(d("0")));
        assert_eq!(d("1.5").per(&d("3"), Some(Rounding::half_up(0))), Ok(d("1")));
        let up = Rounding { mode: RoundingMode::Ceiling, places: 0 };
        assert_eq!(d("3").per(&d("3"), Some(up)), Ok(d("1")));
    }

    #[test]
    fn floats_counting_pence_do_not_cross_a_gate() {
        // 3 % of 14,120,000 pence is 423,600 to the penny; in pounds the same gate fails in floats.
        let (benchmark, rate) = (14_120_000.0_f64, 0.03);
        let minimum = benchmark.times(&rate).unwrap().rounded(Rounding::half_up(0)).unwrap();
        assert_eq!(f64::choose(&423_600.0, &minimum, &1.0, &0.0).unwrap().to_bits(), 1.0_f64.to_bits());
    }

    /// 100.00 × 0.07 is 700.0000000000001 pence in floats.
    #[test]
    fn a_product_that_strays_meets_its_gate_and_is_not_rounded_up() {
        let minimum = 10_000.0_f64.times(&0.07).unwrap();
        assert!(minimum > 700.0);
        assert_eq!(f64::choose(&700.0, &minimum, &1.0, &0.0).unwrap(), 1.0);
        assert_eq!(f64::choose(&699.0, &minimum, &1.0, &0.0).unwrap(), 0.0);
        let up = |places| Rounding { mode: RoundingMode::Up, places };
        assert_eq!(minimum.rounded(up(0)).unwrap(), 700.0);
        assert_eq!(10_000_000.0_f64.times(&0.07).unwrap().rounded(up(-5)).unwrap(), 700_000.0);
        assert_eq!((0.1 + 0.2).rounded(Rounding { mode: RoundingMode::Down, places: 1 }).unwrap(), 0.3);
        assert_eq!(700.4_f64.rounded(up(0)).unwrap(), 701.0);
    }

    proptest! {
        /// The two readings differ by less than half the last place per rounding.
        #[test]
        fn decimal_and_float_split_alike(sum in -10_000_000i64..10_000_000, weights in prop::collection::vec(1u32..1000, 1..8)) {
            let exact = Decimal::from(sum).split(&weights.iter().map(|&w| Decimal::from(w)).collect::<Vec<_>>()).unwrap();
            let float = (sum as f64).split(&weights.iter().map(|&w| f64::from(w)).collect::<Vec<_>>()).unwrap();
            prop_assert_eq!(float.iter().sum::<f64>().to_bits(), (sum as f64 + 0.0).to_bits());
            for (e, f) in exact.iter().zip(&float) {
                prop_assert!((decimal::to_f64(*e) - f).abs() <= 1.0);
            }
        }

        #[test]
        fn rounding_agrees_on_whole_pence(value in -1_000_000_000i64..1_000_000_000, places in -4i32..=0) {
            for mode in [RoundingMode::HalfUp, RoundingMode::HalfEven, RoundingMode::Down, RoundingMode::Up, RoundingMode::Floor, RoundingMode::Ceiling] {
                let rounding = Rounding { mode, places };
                let exact = Decimal::from(value).rounded(rounding).unwrap();
                let float = (value as f64).rounded(rounding).unwrap();
                prop_assert_eq!(decimal::to_f64(exact), float + 0.0);
            }
        }
    }
}
