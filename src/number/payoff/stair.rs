//! A rounded line: a stair of as many steps as it rounds to.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{
    direction::Direction,
    line::{Joined, Line, turn},
};
use crate::{
    decimal::{self, Inexact},
    money::{Rounding, RoundingMode},
};

/// plus + times × round((a + b·t) / over): what is settled of a line that was rounded once, so that a gate on it turns at
/// the penny at which the settlement does.
#[derive(Debug, Clone)]
pub(super) struct Stair {
    pub(super) direction: Arc<Direction>,
    line: Line,
    over: Decimal,
    rounding: Rounding,
    times: Decimal,
    plus: Decimal,
}

impl Stair {
    pub(super) fn new(direction: Arc<Direction>, line: Line, over: Decimal, rounding: Rounding) -> Self {
        Self { direction, line, over, rounding, times: Decimal::ONE, plus: Decimal::ZERO }
    }

    pub(super) fn scaled(&self, by: Decimal) -> Result<Self, Inexact> {
        let (times, plus) = (decimal::multiply(self.times, by)?, decimal::multiply(self.plus, by)?);
        Ok(Self { times, plus, ..self.clone() })
    }

    pub(super) fn raised(&self, by: Decimal) -> Result<Self, Inexact> {
        Ok(Self { plus: decimal::add(self.plus, by)?, ..self.clone() })
    }

    /// What is settled at a step.
    pub(super) fn value(&self, step: i128) -> Result<Decimal, Inexact> {
        let line = self.line.value(self.direction.at(step)?)?;
        decimal::add(self.plus, decimal::multiply(self.times, self.rounding.quotient(line, self.over)?)?)
    }

    /// Whether it is at least nought at the first step, and the first step, with its t, from which it is otherwise.
    pub(super) fn turns(&self) -> Result<(bool, Option<(i128, Decimal)>), Inexact> {
        let (first, last) = (self.direction.first, self.direction.last);
        let passes = |step: i128| Ok::<_, Inexact>(self.value(step)? >= Decimal::ZERO);
        let (begins, ends) = (passes(first)?, passes(last)?);
        if begins == ends {
            return Ok((begins, None));
        }
        // plus + times·(a + b·t)/over = 0, as a line would have it.
        let level = self.plus.checked_div(self.times).and_then(|level| level.checked_mul(self.over));
        let near = level.and_then(|level| (-level - self.line.a).checked_div(self.line.b));
        let guess = near.and_then(|near| self.direction.step(near));
        let step = turn(first, last, guess, |step| Ok::<_, Inexact>(passes(step)? == ends))?;
        Ok((begins, Some((step, self.direction.at(step)?))))
    }
}

/// The size of the steps to which a rounding rounds.
pub(super) fn step_of(rounding: Rounding) -> Result<Decimal, Inexact> {
    match u32::try_from(rounding.places) {
        Ok(places) => Ok(Decimal::new(1, places)),
        Err(_) => crate::money::power_of_ten(rounding.places.unsigned_abs()),
    }
}

/// The most that a rounding moves a number.
pub(super) fn most_moved(rounding: Rounding) -> Result<Decimal, Inexact> {
    let step = step_of(rounding)?;
    Ok(match rounding.mode {
        RoundingMode::HalfUp | RoundingMode::HalfEven => step / Decimal::TWO,
        _ => step,
    })
}

/// One line over a divisor, from its first step to `end`, as the exact steps of its rounding; `left` is how many more there
/// may be. `None` where there would be more.
pub(super) fn expand(
    line: &Line,
    end: i128,
    over: Decimal,
    rounding: Rounding,
    direction: &Direction,
    left: &mut usize,
    into: &mut Joined,
) -> Result<Option<()>, Inexact> {
    let value = |step: i128| {
        let line = line.value(direction.at(step)?)?;
        rounding.quotient(line, over)
    };
    let (mut from, mut level, last) = (line.from, value(line.from)?, value(end)?);
    let size = step_of(rounding)?;
    let steps = (last - level).abs().checked_div(size).ok_or(Inexact::Overflow)?;
    if steps > Decimal::from(*left) {
        return Ok(None);
    }
    let mut at = line.at;
    // How many steps of t each of its own takes.
    let wide = size.checked_mul(over).and_then(|wide| wide.checked_div(line.b));
    let wide =
        wide.and_then(|wide| wide.abs().checked_div(direction.grain())).map_or(1, |w| w.trunc().mantissa());
    loop {
        into.push(Line { from, at, a: level, b: Decimal::ZERO });
        *left = left.saturating_sub(1);
        if level == last {
            return Ok(Some(()));
        }
        from =
            turn(from, end, Some(from.saturating_add(wide)), |step| Ok::<_, Inexact>(value(step)? != level))?;
        (level, at) = (value(from)?, direction.at(from)?);
    }
}
