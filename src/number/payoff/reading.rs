//! A payoff as the number that a contract is evaluated with.

use rust_decimal::Decimal;

use super::{
    Form, Payoff,
    choice::{Doubt, Gap, choose},
    near::SHORT,
    product,
    rounded::rounded,
    varying::{Varying, sum},
};
use crate::{
    decimal::Inexact,
    money::{self, Rounding},
    number::{Number, Refused},
};

impl Number for Payoff {
    type Error = Refused;

    fn exact(value: Decimal) -> Self {
        Self(Form::Known(value))
    }

    fn plus(&self, other: &Self) -> Result<Self, Refused> {
        match (&self.0, &other.0) {
            (Form::Known(a), Form::Known(b)) => a.plus(b).map(Self::from),
            (Form::Known(known), Form::Varying(number)) | (Form::Varying(number), Form::Known(known)) => {
                Ok(number.raised(*known)?.into())
            }
            (Form::Varying(_), Form::Varying(_)) => {
                leniently(self, other, |one, two| one.with(two, Decimal::ONE))
            }
        }
    }

    fn minus(&self, other: &Self) -> Result<Self, Refused> {
        match (&self.0, &other.0) {
            (Form::Known(a), Form::Known(b)) => a.minus(b).map(Self::from),
            (Form::Varying(number), Form::Known(known)) => Ok(number.raised(-*known)?.into()),
            (Form::Known(known), Form::Varying(number)) => {
                Ok(number.scaled(Decimal::NEGATIVE_ONE)?.raised(*known)?.into())
            }
            (Form::Varying(_), Form::Varying(_)) => {
                leniently(self, other, |one, two| one.with(two, Decimal::NEGATIVE_ONE))
            }
        }
    }

    /// One factor is flat on every piece that both have.
    fn times(&self, by: &Self) -> Result<Self, Refused> {
        match (&self.0, &by.0) {
            (Form::Known(a), Form::Known(b)) => a.times(b).map(Self::from),
            (Form::Known(known), Form::Varying(number)) | (Form::Varying(number), Form::Known(known)) => {
                // Nought times anything is nought, but of what has no bound.
                if known.is_zero() {
                    return Ok(Self::zero());
                }
                Ok(number.scaled(*known)?.into())
            }
            (Form::Varying(_), Form::Varying(_)) => leniently(self, by, product::times),
        }
    }

    /// The divisor is known, or flat on every piece.
    fn per(&self, by: &Self, rounding: Option<Rounding>) -> Result<Self, Refused> {
        let quotient = match (&self.0, &by.0) {
            (Form::Known(a), Form::Known(b)) => return a.per(b, rounding).map(Self::from),
            (Form::Varying(number), Form::Known(by)) => product::quotient(number, *by, Decimal::ONE)?,
            (_, Form::Varying(by)) => product::per(self, by)?,
        };
        match rounding {
            Some(rounding) => rounded(&quotient, rounding),
            None => quotient.even().map(Self::from).ok_or(Refused::Unrounded),
        }
    }

    fn choose(measure: &Self, threshold: &Self, then: &Self, other: &Self) -> Result<Self, Refused> {
        let gap = Gap::of(measure, threshold, true)?;
        leniently(then, other, |then, other| choose(&gap, then, other, Doubt::Unbounded))
    }

    fn smaller(&self, other: &Self) -> Result<Self, Refused> {
        let gap = Gap::of(self, other, false)?;
        leniently(other, self, |then, other| choose(&gap, then, other, Doubt::Meets))
    }

    fn larger(&self, other: &Self) -> Result<Self, Refused> {
        let gap = Gap::of(self, other, false)?;
        leniently(self, other, |then, other| choose(&gap, then, other, Doubt::Meets))
    }

    /// The measure reaches the first at every amount of the domain.
    fn where_at_least(self, measure: &Self, first: &Self) -> Result<Self, Refused> {
        match Gap::of(measure, first, true)? {
            Gap::Whole { passes: true } => Ok(self),
            Gap::Doubtful { domain, passes: true } => {
                let number = self.varying(&domain).into_owned();
                Ok(Varying { slack: None, stair: None, ..number }.into())
            }
            _ => Err(Refused::BelowLeast),
        }
    }

    fn rounded(&self, rounding: Rounding) -> Result<Self, Refused> {
        match &self.0 {
            Form::Known(value) => value.rounded(rounding).map(Self::from),
            Form::Varying(number) => rounded(number, rounding),
        }
    }

    /// Weights are known; a part is less than one whole unit from its share.
    fn split(&self, weights: &[Self]) -> Result<Vec<Self>, Refused> {
        let known: Option<Vec<Decimal>> = weights.iter().map(Self::known).collect();
        let known = known.ok_or(Refused::NotLinear)?;
        let number = match &self.0 {
            Form::Known(sum) => {
                return Ok(money::split_exactly(*sum, &known)?.into_iter().map(Self::from).collect());
            }
            Form::Varying(number) => number,
        };
        // What is wrong with the weights is wrong for every sum.
        money::split_exactly(Decimal::ZERO, &known)?;
        let total = known.iter().try_fold(Decimal::ZERO, |sum, weight| crate::decimal::add(sum, *weight))?;
        let part = |weight: &Decimal| {
            if weight.is_zero() {
                return Ok(Self::zero());
            }
            let part = product::quotient(&number.scaled(*weight)?, total, Decimal::ONE)?;
            let part = part.near()?;
            let slack = sum(part.slack, Some(Decimal::ONE));
            Ok(Self::from(Varying { slack, stair: None, ..part }))
        };
        known.iter().map(part).collect()
    }
}

/// An operation on two numbers; where it needs more digits than there are, those of them that are near only are made
/// shorter.
fn leniently(
    one: &Payoff,
    two: &Payoff,
    operation: impl Fn(&Payoff, &Payoff) -> Result<Payoff, Refused>,
) -> Result<Payoff, Refused> {
    match operation(one, two) {
        Err(Refused::Inexact(Inexact::Digits)) => operation(&one.shorter()?, &two.shorter()?),
        result => result,
    }
}

impl Payoff {
    fn shorter(&self) -> Result<Self, Refused> {
        match &self.0 {
            Form::Varying(number) if !number.exact() => Ok(number.shortened(Decimal::ONE, SHORT)?.into()),
            _ => Ok(self.clone()),
        }
    }

    /// The sum with a number times a sign.
    fn with(&self, other: &Self, sign: Decimal) -> Result<Self, Refused> {
        match (&self.0, &other.0) {
            (Form::Varying(one), Form::Varying(two)) => Ok(one.plus(two, sign)?.into()),
            (_, Form::Known(known)) => self.plus(&(*known * sign).into()),
            (Form::Known(known), Form::Varying(two)) => Ok(two.scaled(sign)?.raised(*known)?.into()),
        }
    }
}

impl From<Decimal> for Payoff {
    fn from(value: Decimal) -> Self {
        Self(Form::Known(value))
    }
}

impl From<Varying> for Payoff {
    /// What does not vary after all is known.
    fn from(number: Varying) -> Self {
        Self(number.settled().map_or(Form::Varying(number), Form::Known))
    }
}

impl Varying {
    /// The number with every divisor divided out, where all come out even.
    fn even(mut self) -> Option<Self> {
        if self.over == Decimal::ONE {
            return Some(self);
        }
        let over = self.over;
        let out = |x: &mut Decimal| {
            let quotient = x.checked_div(over)?.normalize();
            let even = crate::decimal::multiply(quotient, over) == Ok(*x);
            even.then(|| *x = quotient)
        };
        out(&mut self.constant)?;
        self.rest.iter_mut().try_for_each(out)?;
        for line in self.curve.iter_mut().flat_map(|curve| &mut curve.lines) {
            out(&mut line.a)?;
            out(&mut line.b)?;
        }
        self.over = Decimal::ONE;
        Some(self)
    }
}
