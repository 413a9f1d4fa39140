//! Numbers that are not exact any more, in decimals that are short enough to go on with.

use std::{borrow::Cow, sync::Arc};

use rust_decimal::Decimal;

use super::{
    direction::Direction,
    line::{Joined, Line},
    varying::{Varying, plus_multiple, sum},
};
use crate::{
    decimal::{self, Inexact},
    number::Refused,
};

/// All the digits that a product with the amounts may have.
pub(super) const MOST: u32 = 28;

/// Digits that leave room for sums with other numbers.
pub(super) const SHORT: u32 = 22;

/// A coefficient that was cut, and what is missed by it at the most.
type Cut = (Decimal, Decimal);

impl Varying {
    /// A number that is not exact any more: its divisor is divided out. One of several amounts keeps it as long as it is
    /// linear, so that its direction stays in small numbers.
    pub(super) fn near(&self) -> Result<Self, Refused> {
        if self.over == Decimal::ONE || self.curve.is_none() && self.domain.spans().len() > 1 {
            return Ok(self.clone());
        }
        self.shortened(Decimal::ONE, MOST)
    }

    /// The number times another, with its divisor divided out, in decimals whose products with the amounts have at most so
    /// many digits; what the decimals leave is in the bound.
    pub(super) fn shortened(&self, by: Decimal, most: u32) -> Result<Self, Refused> {
        let cut = |x: Decimal, size: Decimal| self.cut(x, by, size, most);
        let plus = |x: Decimal, y: Decimal| x.checked_add(y).ok_or(Inexact::Overflow);
        // Multiples of a direction are cut and not the direction, so that it stays what it is.
        let (direction, lines, rest) = match (self.lines(), &self.curve) {
            (Ok(Some((direction, lines))), _) => (Some(direction), lines, Vec::new()),
            (Err(Refused::Apart), Some(curve)) => {
                let (lines, rest) = self.folded(curve)?;
                (Some(Arc::clone(&curve.direction)), Cow::Owned(lines), rest)
            }
            (Err(why), _) => return Err(why),
            _ => (None, Cow::Owned(Vec::new()), Vec::new()),
        };
        let mut near = Self {
            slack: self.slack.and_then(|slack| slack.checked_mul(by.abs())),
            stair: None,
            ..Self::constant(Decimal::ZERO, &self.domain)
        };
        let mut left = Decimal::ZERO;
        if let Some((along, multiple)) = Direction::of(&rest, &self.domain)? {
            let (multiple, missed) = cut(multiple, along.size()?)?;
            left = plus(left, missed)?;
            near.rest = plus_multiple(&[], &along, multiple)?;
        }
        if let Some(direction) = direction {
            let (size, mut most_missed) = (direction.size()?, Decimal::ZERO);
            let mut shorter = Joined::with_capacity(lines.len());
            for line in lines.iter() {
                let ((a, of_a), (b, of_b)) = (cut(line.a, Decimal::ONE)?, cut(line.b, size)?);
                most_missed = most_missed.max(plus(of_a, of_b)?);
                shorter.push(Line { a, b, ..*line });
            }
            left = plus(left, most_missed)?;
            near = near.of_lines(&direction, shorter)?;
        } else {
            let (constant, missed) = cut(self.constant, Decimal::ONE)?;
            left = plus(left, missed)?;
            near.constant = constant;
        }
        near.slack = sum(near.slack, Some(left));
        near.stair = self.stair.as_ref().and_then(|stair| stair.scaled(by).ok()).map(Box::new);
        Ok(near)
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
