//! Roundings of numbers that vary.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{
    Payoff,
    direction::Direction,
    line::{Joined, Line, with_ends},
    stair::{Stair, expand, most_moved, step_of},
    varying::{Varying, sum},
};
use crate::{decimal, decimal::Inexact, money::Rounding, number::Refused};

/// How many steps a rounding may have in the whole domain to be followed step by step.
const STEPS: usize = 4096;

/// The number rounded: exactly where it is flat, a whole number of steps at every amount, or has few steps in the whole
/// domain; else the number itself, with what a rounding moves in its bound.
pub(super) fn rounded(number: &Varying, rounding: Rounding) -> Result<Payoff, Refused> {
    if number.exact() {
        if is_whole(number, rounding)? {
            return Ok(number.clone().into());
        }
        match number.lines() {
            Ok(Some((direction, lines))) => {
                if let Some(steps) = in_steps(&lines, &direction, number.over, rounding)? {
                    let base = Varying::constant(Decimal::ZERO, &number.domain);
                    return Ok(base.of_lines(&direction, steps)?.into());
                }
            }
            Ok(None) => return Ok(Payoff::from(rounding.quotient(number.constant, number.over)?)),
            Err(Refused::Apart) => {}
            Err(why) => return Err(why),
        }
    }
    let mut near = number.near()?;
    near.slack = sum(near.slack, Some(most_moved(rounding)?));
    near.stair = if number.exact() { stair(number, rounding)? } else { None };
    Ok(near.into())
}

/// What is settled of a linear number that is rounded.
fn stair(number: &Varying, rounding: Rounding) -> Result<Option<Box<Stair>>, Inexact> {
    if number.curve.is_some() {
        return Ok(None);
    }
    let Some((direction, b)) = Direction::of(&number.rest, &number.domain)? else { return Ok(None) };
    let line = Line { from: direction.first, at: direction.at(direction.first)?, a: number.constant, b };
    Ok(Some(Box::new(Stair::new(direction, line, number.over, rounding))))
}

/// Whether every value is a whole number of steps already.
fn is_whole(number: &Varying, rounding: Rounding) -> Result<bool, Inexact> {
    if number.over != Decimal::ONE {
        return Ok(false);
    }
    let step = step_of(rounding)?;
    let spans = number.domain.spans();
    let rest =
        number.rest.iter().zip(spans).all(|(r, span)| whole_by(*r, Decimal::new(1, span.places), step));
    let lines = |curve: &super::varying::Curve| {
        let grain = curve.direction.grain();
        curve.lines.iter().all(|line| whole(line.a, step) && whole_by(line.b, grain, step))
    };
    Ok(whole(number.constant, step) && rest && number.curve.as_ref().is_none_or(lines))
}

fn whole(value: Decimal, step: Decimal) -> bool {
    value.checked_rem(step).is_some_and(|rest| rest.is_zero())
}

fn whole_by(slope: Decimal, grain: Decimal, step: Decimal) -> bool {
    slope.is_zero() || decimal::multiply(slope, grain).is_ok_and(|rise| whole(rise, step))
}

/// The lines rounded, each step by itself; none where there are more than [`STEPS`].
fn in_steps(
    lines: &[Line],
    direction: &Arc<Direction>,
    over: Decimal,
    rounding: Rounding,
) -> Result<Option<Joined>, Inexact> {
    let step = step_of(rounding)?;
    let grain = direction.grain();
    let mut left = STEPS;
    let mut joined = Joined::with_capacity(lines.len());
    for (line, end) in with_ends(lines, direction.last) {
        if line.b.is_zero() {
            joined.push(Line { a: rounding.quotient(line.a, over)?, ..*line });
        } else if over == Decimal::ONE && whole(line.a, step) && whole_by(line.b, grain, step) {
            joined.push(*line);
        } else if expand(line, end, over, rounding, direction, &mut left, &mut joined)?.is_none() {
            return Ok(None);
        }
    }
    Ok(Some(joined))
}
