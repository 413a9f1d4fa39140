//! A direction: which whole multiples of the unknown amounts a curve is a function of.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::domain::{Domain, Span, ends};
use crate::{
    decimal::{self, Inexact},
    money::power_of_ten,
};

/// t = d·Z, with d primitive whole numbers of which the first that is not nought is above it. So two numbers that are
/// functions of one amount have one direction, however each is scaled.
#[derive(Debug, PartialEq)]
pub(super) struct Direction {
    pub(super) by: Vec<Decimal>,
    /// Decimals of t: every amount of the domain lies on a step of this size.
    places: u32,
    /// 10 to the places.
    tens: Decimal,
    /// The least and the most of t, in steps.
    pub(super) first: i128,
    pub(super) last: i128,
}

impl Direction {
    pub(super) fn new(by: Vec<Decimal>, spans: &[Span]) -> Result<Self, Inexact> {
        let varying = by.iter().zip(spans).filter(|(d, _)| !d.is_zero());
        let places = varying.map(|(_, span)| span.places).max().unwrap_or(0);
        let (least, most) = ends(&by, spans)?;
        let tens = power_of_ten(places)?;
        let steps = |t: Decimal| decimal::multiply(t, tens).map(|steps| steps.trunc().mantissa());
        Ok(Self { first: steps(least)?, last: steps(most)?, by, places, tens })
    }

    /// The direction of Σ r·Z and the multiple λ of it that the sum is; none where nothing varies.
    pub(super) fn of(by: &[Decimal], domain: &Domain) -> Result<Option<(Arc<Self>, Decimal)>, Inexact> {
        let mut varying = by.iter().enumerate().filter(|(_, r)| !r.is_zero());
        let Some((place, first)) = varying.next() else { return Ok(None) };
        if varying.next().is_none() {
            return Ok(domain.axis(place).map(|axis| (Arc::clone(axis), *first)));
        }
        let normal: Vec<Decimal> = by.iter().map(Decimal::normalize).collect();
        let scale = normal.iter().map(Decimal::scale).max().unwrap_or(0);
        let whole = |r: &Decimal| {
            let tens = 10i128.checked_pow(scale - r.scale())?;
            r.mantissa().checked_mul(tens)
        };
        let whole: Vec<i128> = normal.iter().map(whole).collect::<Option<_>>().ok_or(Inexact::Digits)?;
        let common = whole.iter().fold(0, |common, n| greatest_common_divisor(common, n.unsigned_abs()));
        let common = i128::try_from(common).map_err(|_| Inexact::Overflow)?;
        let common = if first.is_sign_negative() { -common } else { common };
        let decimal =
            |n: i128, scale| Decimal::try_from_i128_with_scale(n, scale).map_err(|_| Inexact::Digits);
        let primitive =
            whole.iter().map(|n| decimal(n.checked_div(common).unwrap_or(0), 0)).collect::<Result<_, _>>()?;
        let direction = Self::new(primitive, domain.spans())?;
        Ok(Some((Arc::new(direction), decimal(common, scale)?)))
    }

    /// The λ for which r = λ·d; none where r has another direction. No entries are all noughts.
    pub(super) fn multiple(&self, by: &[Decimal]) -> Option<Decimal> {
        let (first, r) = self.by.iter().zip(by).find(|(d, _)| !d.is_zero()).unzip();
        let (Some(first), Some(r)) = (first, r) else { return Some(Decimal::ZERO) };
        // d is primitive, so that a true multiple always comes out even.
        let multiple = if *first == Decimal::ONE { *r } else { r.checked_div(*first)?.normalize() };
        let same = |(d, r): (&Decimal, &Decimal)| decimal::multiply(*d, multiple) == Ok(*r);
        self.by.iter().zip(by).all(same).then_some(multiple)
    }

    /// The λ that leaves r − λ·d without its first amount, where that comes out even.
    pub(super) fn share(&self, by: &[Decimal]) -> Decimal {
        let first = self.by.iter().zip(by).find(|(d, _)| !d.is_zero());
        let share = first.and_then(|(d, r)| {
            let share = r.checked_div(*d)?.normalize();
            (decimal::multiply(share, *d) == Ok(*r)).then_some(share)
        });
        share.unwrap_or_default()
    }

    /// The t at a step.
    pub(super) fn at(&self, step: i128) -> Result<Decimal, Inexact> {
        Decimal::try_from_i128_with_scale(step, self.places).map_err(|_| Inexact::Digits)
    }

    /// The step at or below a t.
    pub(super) fn step(&self, t: Decimal) -> Option<i128> {
        let steps = if self.places == 0 { t } else { t.checked_mul(self.tens)? };
        Some(steps.floor().mantissa())
    }

    /// The size of a step.
    pub(super) fn grain(&self) -> Decimal {
        Decimal::new(1, self.places)
    }

    /// The most that t is from nought.
    pub(super) fn size(&self) -> Result<Decimal, Inexact> {
        Ok(self.at(self.first)?.abs().max(self.at(self.last)?.abs()))
    }

    /// The t of these amounts.
    pub(super) fn of_amounts(&self, amounts: &[Decimal]) -> Result<Decimal, Inexact> {
        let products = self.by.iter().zip(amounts).map(|(d, z)| decimal::multiply(*d, *z));
        products.into_iter().try_fold(Decimal::ZERO, |sum, product| decimal::add(sum, product?))
    }
}

fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
