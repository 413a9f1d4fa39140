//! A number that varies with amounts not yet known.

use std::{borrow::Cow, sync::Arc};

use rust_decimal::Decimal;

use super::{
    direction::Direction,
    domain::Domain,
    line::{Joined, Line, common, with_ends},
    near::{MOST, SHORT},
    stair::Stair,
};
use crate::{
    decimal::{self, Inexact},
    number::Refused,
};

/// (constant + rest·Z + f(d·Z)) / over, within `slack` of what is settled.
#[derive(Debug, Clone)]
pub(super) struct Varying {
    pub(super) domain: Domain,
    /// Above nought. What comes of a quotient is kept over its divisor, so that a third is exact.
    pub(super) over: Decimal,
    pub(super) constant: Decimal,
    /// One for each amount; no entries are all noughts.
    pub(super) rest: Vec<Decimal>,
    pub(super) curve: Option<Curve>,
    /// How far it may be from the settled amount at any amounts of the domain; none where there is no bound.
    pub(super) slack: Option<Decimal>,
    /// What is settled exactly, where that is one rounding of a linear number.
    pub(super) stair: Option<Box<Stair>>,
}

/// At least two lines of one direction.
#[derive(Debug, Clone)]
pub(super) struct Curve {
    pub(super) direction: Arc<Direction>,
    pub(super) lines: Vec<Line>,
}

/// A direction, and a number as lines of it.
pub(super) type Along<'a> = (Arc<Direction>, Cow<'a, [Line]>);

/// The least and the most of a number.
pub(super) type Ends = (Decimal, Decimal);

pub(super) fn sum(one: Option<Decimal>, two: Option<Decimal>) -> Option<Decimal> {
    one?.checked_add(two?)
}

impl Varying {
    /// A known number as one that could vary.
    pub(super) fn constant(value: Decimal, domain: &Domain) -> Self {
        Self {
            domain: domain.clone(),
            over: Decimal::ONE,
            constant: value,
            rest: Vec::new(),
            curve: None,
            slack: Some(Decimal::ZERO),
            stair: None,
        }
    }

    /// Lines put together as a number: one line alone is a linear number.
    pub(super) fn of_lines(mut self, direction: &Arc<Direction>, lines: Joined) -> Result<Self, Inexact> {
        self.curve = None;
        self.stair = None;
        match lines.0.as_slice() {
            [] => {}
            [line] => {
                self.constant = decimal::add(self.constant, line.a)?;
                self.rest = plus_multiple(&self.rest, direction, line.b)?;
            }
            _ => self.curve = Some(Curve { direction: Arc::clone(direction), lines: lines.0 }),
        }
        Ok(self)
    }

    pub(super) fn exact(&self) -> bool {
        self.slack == Some(Decimal::ZERO)
    }

    /// The value of a number that does not vary after all, where it is exact and comes out even.
    pub(super) fn settled(&self) -> Option<Decimal> {
        if self.curve.is_some() || self.rest.iter().any(|r| !r.is_zero()) || !self.exact() {
            return None;
        }
        if self.over == Decimal::ONE {
            return Some(self.constant);
        }
        let value = self.constant.checked_div(self.over)?.normalize();
        (decimal::multiply(value, self.over) == Ok(self.constant)).then_some(value)
    }

    /// The same number over a multiple of its divisor.
    pub(super) fn over(&self, more: Decimal) -> Result<Self, Inexact> {
        let mut scaled = self.scaled_exactly(more)?;
        scaled.over = decimal::multiply(self.over, more)?;
        scaled.slack = self.slack;
        scaled.stair.clone_from(&self.stair);
        Ok(scaled)
    }

    /// Times a number that is not nought.
    pub(super) fn scaled(&self, by: Decimal) -> Result<Self, Refused> {
        match self.scaled_exactly(by) {
            Err(Inexact::Digits) if !self.exact() => self.shortened(by, MOST),
            scaled => Ok(scaled?),
        }
    }

    fn scaled_exactly(&self, by: Decimal) -> Result<Self, Inexact> {
        let times = |x: &Decimal| decimal::multiply(*x, by);
        let lines = |curve: &Curve| {
            let lines = curve.lines.iter().map(|line| line.times(by)).collect::<Result<_, _>>()?;
            Ok(Curve { direction: Arc::clone(&curve.direction), lines })
        };
        Ok(Self {
            domain: self.domain.clone(),
            over: self.over,
            constant: times(&self.constant)?,
            rest: self.rest.iter().map(times).collect::<Result<_, _>>()?,
            curve: self.curve.as_ref().map(lines).transpose()?,
            slack: self.slack.and_then(|slack| slack.checked_mul(by.abs())),
            stair: self.stair.as_ref().and_then(|stair| stair.scaled(by).ok()).map(Box::new),
        })
    }

    /// A number that is known added to it.
    pub(super) fn raised(&self, by: Decimal) -> Result<Self, Refused> {
        let raise = |number: &Self| {
            let constant = decimal::add(number.constant, times(by, number.over)?)?;
            let stair = number.stair.as_ref().and_then(|stair| stair.raised(by).ok()).map(Box::new);
            Ok::<_, Inexact>(Self { constant, stair, ..number.clone() })
        };
        match raise(self) {
            Err(Inexact::Digits) if !self.exact() => Ok(raise(&self.shortened(Decimal::ONE, SHORT)?)?),
            raised => Ok(raised?),
        }
    }

    /// Both over one divisor.
    pub(super) fn together<'a>(
        one: &'a Self,
        two: &'a Self,
    ) -> Result<(Cow<'a, Self>, Cow<'a, Self>), Refused> {
        if !one.domain.is(&two.domain) {
            return Err(Refused::Apart);
        }
        if one.over == two.over {
            return Ok((Cow::Borrowed(one), Cow::Borrowed(two)));
        }
        let exact = || Ok::<_, Inexact>((one.over(two.over)?, two.over(one.over)?));
        let (one, two) = match exact() {
            Ok(both) => both,
            // Divisors of many digits: decimals, and what they leave is in the bound.
            Err(_) => (one.shortened(Decimal::ONE, SHORT)?, two.shortened(Decimal::ONE, SHORT)?),
        };
        Ok((Cow::Owned(one), Cow::Owned(two)))
    }

    /// The sum, or with −1 the difference.
    pub(super) fn plus(&self, other: &Self, sign: Decimal) -> Result<Self, Refused> {
        let (one, two) = Self::together(self, other)?;
        let signed = |x: Decimal| if sign.is_sign_negative() { -x } else { x };
        let mut sum = Self {
            domain: one.domain.clone(),
            over: one.over,
            constant: decimal::add(one.constant, signed(two.constant))?,
            rest: plus(&one.rest, &two.rest, signed)?,
            curve: None,
            slack: sum(one.slack, two.slack),
            stair: None,
        };
        match (&one.curve, &two.curve) {
            (None, None) => Ok(sum),
            (Some(curve), None) => {
                sum.curve = Some(curve.clone());
                Ok(sum)
            }
            (None, Some(curve)) => {
                let mut curve = curve.clone();
                for line in &mut curve.lines {
                    (line.a, line.b) = (signed(line.a), signed(line.b));
                }
                sum.curve = Some(curve);
                Ok(sum)
            }
            (Some(p), Some(q)) if p.direction == q.direction => {
                let mut lines = Joined::with_capacity(p.lines.len() + q.lines.len());
                for (p, q) in common(&p.lines, &q.lines) {
                    lines.push(p.plus(signed(q.a), signed(q.b))?);
                }
                Ok(sum.of_lines(&p.direction, lines)?)
            }
            _ => Err(Refused::Apart),
        }
    }

    /// The one direction that the number is a function of, with all of it as lines; none where it is flat.
    ///
    /// # Errors
    /// [`Refused::Apart`] where it is a function of amounts that vary apart.
    pub(super) fn lines(&self) -> Result<Option<Along<'_>>, Refused> {
        let Some(curve) = &self.curve else {
            let Some((direction, b)) = Direction::of(&self.rest, &self.domain)? else { return Ok(None) };
            let at = direction.at(direction.first)?;
            let line = Line { from: direction.first, at, a: self.constant, b };
            return Ok(Some((direction, Cow::Owned(vec![line]))));
        };
        let direction = Arc::clone(&curve.direction);
        let multiple = direction.multiple(&self.rest).ok_or(Refused::Apart)?;
        if multiple.is_zero() && self.constant.is_zero() {
            return Ok(Some((direction, Cow::Borrowed(&curve.lines))));
        }
        let lines = curve.lines.iter().map(|line| line.plus(self.constant, multiple));
        Ok(Some((direction, Cow::Owned(lines.collect::<Result<_, _>>()?))))
    }

    /// All of it as lines of this direction.
    pub(super) fn lines_along(&self, direction: &Arc<Direction>) -> Result<Cow<'_, [Line]>, Refused> {
        match self.lines()? {
            Some((own, lines)) if own == *direction => Ok(lines),
            Some(_) => Err(Refused::Apart),
            None => Ok(Cow::Owned(vec![flat(self.constant, direction)?])),
        }
    }

    /// The lines of a curve with the constant and as much of the rest as goes along them, and what is left of the rest.
    pub(super) fn folded(&self, curve: &Curve) -> Result<(Vec<Line>, Vec<Decimal>), Inexact> {
        let share = curve.direction.share(&self.rest);
        let lines = curve.lines.iter().map(|line| line.plus(self.constant, share));
        Ok((lines.collect::<Result<_, _>>()?, plus_multiple(&self.rest, &curve.direction, -share)?))
    }

    /// Ends that it does not leave; over its divisor.
    pub(super) fn ends(&self) -> Result<Ends, Inexact> {
        let (lines, rest) = match &self.curve {
            None => ((self.constant, self.constant), self.domain.ends(&self.rest)?),
            Some(curve) => {
                let (lines, rest) = self.folded(curve)?;
                (ends_of(&lines, &curve.direction)?, self.domain.ends(&rest)?)
            }
        };
        Ok((decimal::add(lines.0, rest.0)?, decimal::add(lines.1, rest.1)?))
    }

    /// The most that it is from nought.
    pub(super) fn size(&self) -> Option<Decimal> {
        let (least, most) = self.ends().ok()?;
        least.abs().max(most.abs()).checked_div(self.over)
    }

    /// The value at these amounts, and how far it may be from its exact value where that has too many digits.
    pub(super) fn value(&self, amounts: &[Decimal]) -> Result<(Decimal, Decimal), Inexact> {
        match self.sum_at(amounts, decimal::add, decimal::multiply) {
            Ok(sum) => Ok((sum.checked_div(self.over).ok_or(Inexact::Overflow)?, Decimal::ZERO)),
            Err(Inexact::Digits) => {
                let left = std::cell::Cell::new(Decimal::ZERO);
                let cut = |x: Option<Decimal>| {
                    let x = x.ok_or(Inexact::Overflow)?;
                    left.set(left.get().checked_add(Decimal::new(1, x.scale())).ok_or(Inexact::Overflow)?);
                    Ok(x)
                };
                let sum = self.sum_at(amounts, |x, y| cut(x.checked_add(y)), |x, y| cut(x.checked_mul(y)))?;
                let out = |x: Decimal| x.checked_div(self.over).ok_or(Inexact::Overflow);
                Ok((out(sum)?, out(left.get())?))
            }
            Err(why) => Err(why),
        }
    }

    fn sum_at(
        &self,
        amounts: &[Decimal],
        add: impl Fn(Decimal, Decimal) -> Result<Decimal, Inexact>,
        multiply: impl Fn(Decimal, Decimal) -> Result<Decimal, Inexact>,
    ) -> Result<Decimal, Inexact> {
        let mut sum = self.constant;
        for (r, z) in self.rest.iter().zip(amounts).filter(|(r, _)| !r.is_zero()) {
            sum = add(sum, multiply(*r, *z)?)?;
        }
        let Some(curve) = &self.curve else { return Ok(sum) };
        let t = curve.direction.of_amounts(amounts)?;
        let step = curve.direction.step(t).ok_or(Inexact::Overflow)?;
        let place = curve.lines.partition_point(|line| line.from <= step).max(1) - 1;
        let Some(line) = curve.lines.get(place) else { return Ok(sum) };
        sum = add(sum, line.a)?;
        if line.b.is_zero() { Ok(sum) } else { add(sum, multiply(line.b, t)?) }
    }
}

/// A line that is the same all along a direction.
pub(super) fn flat(value: Decimal, direction: &Direction) -> Result<Line, Inexact> {
    Ok(Line { from: direction.first, at: direction.at(direction.first)?, a: value, b: Decimal::ZERO })
}

/// The least and the most of lines.
pub(super) fn ends_of(lines: &[Line], direction: &Direction) -> Result<Ends, Inexact> {
    let mut ends: Option<Ends> = None;
    for (line, end) in with_ends(lines, direction.last) {
        let first = line.value(direction.at(line.from)?)?;
        let last = if line.b.is_zero() { first } else { line.value(direction.at(end)?)? };
        let (low, high) = ends.unwrap_or((first, first));
        ends = Some((low.min(first).min(last), high.max(first).max(last)));
    }
    Ok(ends.unwrap_or_default())
}

/// A product of which one is most often one.
pub(super) fn times(x: Decimal, by: Decimal) -> Result<Decimal, Inexact> {
    if by == Decimal::ONE { Ok(x) } else { decimal::multiply(x, by) }
}

/// Coefficients added up, the second ones with a sign.
fn plus(
    one: &[Decimal],
    two: &[Decimal],
    signed: impl Fn(Decimal) -> Decimal,
) -> Result<Vec<Decimal>, Inexact> {
    if two.is_empty() {
        return Ok(one.to_vec());
    }
    if one.is_empty() {
        return Ok(two.iter().map(|r| signed(*r)).collect());
    }
    one.iter().zip(two).map(|(p, q)| decimal::add(*p, signed(*q))).collect()
}

/// r + λ·d.
pub(super) fn plus_multiple(
    rest: &[Decimal],
    direction: &Direction,
    multiple: Decimal,
) -> Result<Vec<Decimal>, Inexact> {
    if multiple.is_zero() {
        return Ok(rest.to_vec());
    }
    let along = direction.by.iter().map(|d| times(multiple, *d)).collect::<Result<Vec<_>, _>>()?;
    plus(rest, &along, |r| r)
}
