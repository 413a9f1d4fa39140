//! A number that is a function of amounts not yet known: a payoff.
//!
//! A contract that is evaluated once with payoffs says what is owed at every amount of its domain:
//!
//! ```text
//! value = f(t) + r·Z        t = d·Z
//! ```
//!
//! where Z are the amounts that are not known (the cost of all people, the part of it above an attachment, activity at its
//! prices), d is a direction in whole numbers, f is piecewise linear with jumps, and r is a remainder that varies beside it.
//! Coefficients are decimals and quotients are kept over their divisors, so that a gate turns at the very penny at which it
//! turns in the settlement. Only what a rounding moves is left out, and `slack` bounds it: a line that is rounded is
//! followed step by step where it has few steps in the whole domain, and is itself where it has more.
//!
//! What is not of this form is refused: a product of two factors that both vary ([`Refused::NotLinear`](super::Refused::NotLinear)), and a choice by an
//! amount, between amounts, that vary apart from each other ([`Refused::Apart`](super::Refused::Apart)).

mod choice;
mod direction;
mod domain;
mod line;
mod near;
mod product;
mod reading;
mod rounded;
mod shape;
mod stair;
mod varying;

use std::borrow::Cow;

use rust_decimal::Decimal;

pub use domain::{Domain, Span};
pub use shape::{Piece, Shape, Stretch};

use self::varying::Varying;
use crate::error::{Error, ErrorKind, Result};

/// A number that is known, or varies with amounts that are not.
///
/// One-sided shared savings on a benchmark of £10 million: half of a saving of at least 2 %, and nothing below.
///
/// ```
/// use capitation::number::{Domain, Number, Payoff, Span};
/// use rust_decimal::Decimal;
///
/// // The cost in pence, from £8 million to £12 million.
/// let domain = Domain::new(&[Span::money(800_000_000, 1_200_000_000)])?;
/// let cost = Payoff::unknown(0, &domain)?;
/// let benchmark = Payoff::from(Decimal::from(1_000_000_000));
/// let shared = || {
///     let saving = benchmark.minus(&cost)?;
///     let minimum = benchmark.times(&Decimal::new(2, 2).into())?;
///     let counts = Payoff::choose(&saving, &minimum, &saving, &Payoff::zero())?;
///     counts.times(&Decimal::new(5, 1).into())
/// };
/// let shared: Payoff = shared().map_err(|why| format!("{why:?}"))?;
///
/// // At a cost of £9.8 million the saving is 2 % to the penny; a penny more and it does not count.
/// let at = |pence: i64| shared.value(&[pence.into()]).map(|(value, _)| value);
/// assert_eq!(at(980_000_000)?, Decimal::from(10_000_000));
/// assert_eq!(at(980_000_001)?, Decimal::ZERO);
///
/// let shape = shared.shape()?;
/// let lines: Vec<_> = shape.stretches().map(|line| (line.from, line.level, line.slope)).collect();
/// assert_eq!(lines, [(8e8, 5e8, -0.5), (9.8e8, 0.0, 0.0)]);
/// assert_eq!(shape.slack, Some(Decimal::ZERO));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Payoff(Form);

#[derive(Debug, Clone)]
enum Form {
    Known(Decimal),
    Varying(Varying),
}

impl Payoff {
    /// An amount of the domain itself, by its place in it.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] where the domain has no such place.
    pub fn unknown(place: usize, domain: &Domain) -> Result<Self> {
        let many = domain.spans().len();
        if place >= many {
            return Err(Error::new(
                ErrorKind::Unknown,
                format!("amount {place} of the domain"),
                format!("the domain has {many}, counted from 0"),
                "name one of them",
            ));
        }
        let rest = (0..many).map(|i| Decimal::from(u8::from(i == place))).collect();
        Ok(Varying { rest, ..Varying::constant(Decimal::ZERO, domain) }.into())
    }

    /// The value, if it does not vary.
    pub fn known(&self) -> Option<Decimal> {
        match &self.0 {
            Form::Known(value) => Some(*value),
            Form::Varying(_) => None,
        }
    }

    /// How far it may be from what is settled at any amounts of the domain; `None` where there is no bound, because a gate
    /// is decided by an amount that is itself only near what is settled.
    pub fn slack(&self) -> Option<Decimal> {
        match &self.0 {
            Form::Known(_) => Some(Decimal::ZERO),
            Form::Varying(number) => number.slack,
        }
    }

    /// The value where the amounts are these, in the order of the domain and in its units, and how far it may be from what
    /// is settled there.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] where an amount is missing, outside its span or between two of its steps;
    /// [`ErrorKind::Arithmetic`] where the value cannot be held.
    pub fn value(&self, amounts: &[Decimal]) -> Result<(Decimal, Option<Decimal>)> {
        let number = match &self.0 {
            Form::Known(value) => return Ok((*value, Some(Decimal::ZERO))),
            Form::Varying(number) => number,
        };
        let spans = number.domain.spans();
        if amounts.len() != spans.len() {
            return Err(Error::new(
                ErrorKind::Range,
                "payoff",
                format!("{} amounts are given, and it varies with {}", amounts.len(), spans.len()),
                "give each amount of its domain",
            ));
        }
        for (place, (amount, span)) in amounts.iter().zip(spans).enumerate() {
            if !span.holds(*amount) {
                return Err(Error::new(
                    ErrorKind::Range,
                    format!("amount {place} of the domain"),
                    format!(
                        "{amount} is not between {} and {} with at most {} decimals",
                        span.least, span.most, span.places
                    ),
                    "give an amount of the domain, or make the payoff on a wider one",
                ));
            }
        }
        let (value, left) = number.value(amounts).map_err(|why| crate::money::inexact("payoff", why))?;
        Ok((value, varying::sum(number.slack, Some(left))))
    }

    /// The number as one that could vary.
    fn varying(&self, domain: &Domain) -> Cow<'_, Varying> {
        match &self.0 {
            Form::Known(value) => Cow::Owned(Varying::constant(*value, domain)),
            Form::Varying(number) => Cow::Borrowed(number),
        }
    }
}
