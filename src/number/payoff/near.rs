//! Numbers that are not exact any more, in decimals that are short enough to go on with.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{
    line::Line,
    varying::{Curve, Varying, sum},
};
use crate::decimal::{self, Inexact};

/// All the digits that a product with the amounts may have.
pub(super) const MOST: u32 = 28;

/// Digits that leave room for sums with other numbers.
pub(super) const SHORT: u32 = 22;

/// A coefficient that was cut, and what is missed by it at the most.
type Cut = (Decimal, Decimal);

impl Varying {
    /// A number that is not exact any more: its divisor is divided out. One of several amounts keeps it as long as it is
    /// linear, so that its direction stays in small numbers.
    pub(super) fn near(&self) -> Result<Self, Inexact> {
        if self.over == Decimal::ONE || self.curve.is_none() && self.domain.spans().len() > 1 {
            return Ok(self.clone());
        }
        self.shortened(Decimal::ONE, MOST)
    }

    /// The number times another, with its divisor divided out, in decimals whose products with the amounts have at most so
    /// many digits; what the decimals leave is in the bound.
    pub(super) fn shortened(&self, by: Decimal, most: u32) -> Result<Self, Inexact> {
        let cut = |x: Decimal, size: Decimal| self.cut(x, by, size, most);
        let plus = |x: Decimal, y: Decimal| x.checked_add(y).ok_or(Inexact::Overflow);
        let (constant, mut left) = cut(self.constant, Decimal::ONE)?;
        let mut rest = Vec::with_capacity(self.rest.len());
        for (r, span) in self.rest.iter().zip(self.domain.spans()) {
            let (r, missed) = cut(*r, span.least.abs().max(span.most.abs()))?;
            left = plus(left, missed)?;
            rest.push(r);
        }
        let mut curve = None;
        if let Some(Curve { direction, lines }) = &self.curve {
            let (size, mut most_missed) = (direction.size()?, Decimal::ZERO);
            let mut shorter = Vec::with_capacity(lines.len());
            for line in lines {
                let ((a, of_a), (b, of_b)) = (cut(line.a, Decimal::ONE)?, cut(line.b, size)?);
                most_missed = most_missed.max(plus(of_a, of_b)?);
                shorter.push(Line { a, b, ..*line });
            }
            left = plus(left, most_missed)?;
            curve = Some(Curve { direction: Arc::clone(direction), lines: shorter });
        }
        let slack = self.slack.and_then(|slack| slack.checked_mul(by.abs()));
        Ok(Self {
            domain: self.domain.clone(),
            over: Decimal::ONE,
            constant,
            rest,
            curve,
            slack: sum(slack, Some(left)),
            stair: self.stair.as_ref().and_then(|stair| stair.scaled(by).ok()).map(Box::new),
        })
    }

    /// A coefficient of something of this size.
    fn cut(&self, x: Decimal, by: Decimal, size: Decimal, most: u32) -> Result<Cut, Inexact> {
        let product = x.checked_mul(by).ok_or(Inexact::Overflow)?;
        let quotient = product.checked_div(self.over).ok_or(Inexact::Overflow)?;
        // What does not come out even is good to its last place.
        let last =
            |even: bool, result: Decimal| if even { Decimal::ZERO } else { Decimal::new(1, result.scale()) };
        let of_product = last(decimal::multiply(x, by) == Ok(product), product).checked_div(self.over);
        let of_quotient = last(decimal::multiply(quotient.normalize(), self.over) == Ok(product), quotient);
        // Ten digits before the point are left for what is added to it.
        let places = most.saturating_sub(digits(size) + digits(quotient)).min(most.saturating_sub(10));
        let short = quotient.round_dp(places);
        let missed = sum(of_product, sum(Some(of_quotient), Some((quotient - short).abs())));
        let missed = missed.and_then(|missed| missed.checked_mul(size)).ok_or(Inexact::Overflow)?;
        Ok((short, missed))
    }
}

/// How many digits stand before the point.
fn digits(x: Decimal) -> u32 {
    x.trunc().mantissa().unsigned_abs().checked_ilog10().map_or(0, |digits| digits + 1)
}
