//! Pieces of a curve: lines, each from one step of its direction on.

use rust_decimal::Decimal;

use super::direction::Direction;
use crate::decimal::{self, Inexact};

/// The line a + b·t from the step `from` on, until the next begins.
///
/// Amounts lie on steps, so that a jump lies between two of them and needs no value of its own: what is met to the penny
/// is the first step of the next line. `at` is where the lines meet or jump among all numbers, for whoever integrates: at
/// `from`, or less than a step below it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) from: i128,
    pub(super) at: Decimal,
    pub(super) a: Decimal,
    pub(super) b: Decimal,
}

impl Line {
    pub(super) fn value(&self, t: Decimal) -> Result<Decimal, Inexact> {
        if self.b.is_zero() {
            return Ok(self.a);
        }
        decimal::add(self.a, decimal::multiply(self.b, t)?)
    }

    /// The value, cut to the digits that a decimal holds.
    pub(super) fn near(&self, t: Decimal) -> Result<Decimal, Inexact> {
        match self.value(t) {
            Err(Inexact::Digits) => {
                self.b.checked_mul(t).and_then(|x| x.checked_add(self.a)).ok_or(Inexact::Overflow)
            }
            value => value,
        }
    }

    /// The same line with another added to it.
    pub(super) fn plus(&self, a: Decimal, b: Decimal) -> Result<Self, Inexact> {
        let sum = |x: Decimal, y: Decimal| if y.is_zero() { Ok(x) } else { decimal::add(x, y) };
        Ok(Self { a: sum(self.a, a)?, b: sum(self.b, b)?, ..*self })
    }

    pub(super) fn times(&self, by: Decimal) -> Result<Self, Inexact> {
        Ok(Self { a: decimal::multiply(self.a, by)?, b: decimal::multiply(self.b, by)?, ..*self })
    }

    /// Where the line crosses nought between two steps at which its sign differs: the first step that has the sign of
    /// `end`, and the t itself. A line that is nought has the sign of one above it.
    pub(super) fn crossing(
        &self,
        from: i128,
        end: i128,
        direction: &Direction,
        value: impl Fn(&Self, Decimal) -> Result<Decimal, Inexact>,
    ) -> Result<(i128, Decimal), Inexact> {
        let passes = |step: i128| Ok(value(self, direction.at(step)?)? >= Decimal::ZERO);
        let target = passes(end)?;
        let at = (-self.a).checked_div(self.b).ok_or(Inexact::Overflow)?;
        let step = turn(from, end, direction.step(at), |step| Ok::<_, Inexact>(passes(step)? == target))?;
        Ok((step, at))
    }
}

/// The first step after `from` and up to `end` from which a condition holds: it does not at `from`, does at `end`, and
/// changes once. The guess is near it.
pub(super) fn turn<E>(
    from: i128,
    end: i128,
    guess: Option<i128>,
    holds: impl Fn(i128) -> Result<bool, E>,
) -> Result<i128, E> {
    let (mut before, mut after) = (from, end);
    // From the guess in steps that double, then by halves.
    let mut stride = 1;
    let mut near = guess.map_or(i128::midpoint(from, end), |guess| guess.clamp(from, end));
    while after - before > 1 && (before < near && near < after || stride == 1) {
        near = near.clamp(before + 1, after - 1);
        if holds(near)? {
            after = near;
            near -= stride;
        } else {
            before = near;
            near += stride;
        }
        stride *= 2;
    }
    while after - before > 1 {
        let middle = i128::midpoint(before, after);
        if holds(middle)? { after = middle } else { before = middle }
    }
    Ok(after)
}

/// Lines put together in order, where two that follow each other and are one line stay one.
#[derive(Debug, Default)]
pub(super) struct Joined(pub(super) Vec<Line>);

impl Joined {
    pub(super) fn with_capacity(lines: usize) -> Self {
        Self(Vec::with_capacity(lines))
    }

    pub(super) fn push(&mut self, line: Line) {
        match self.0.last() {
            Some(last) if last.a == line.a && last.b == line.b => {}
            _ => self.0.push(line),
        }
    }
}

/// Each line with the last step that it holds at.
pub(super) fn with_ends(lines: &[Line], last: i128) -> impl Iterator<Item = (&Line, i128)> {
    let next = lines.iter().skip(1).map(|line| line.from - 1);
    lines.iter().zip(next.chain(std::iter::once(last)))
}

/// The lines of two curves on their common pieces.
pub(super) fn common<'a>(one: &'a [Line], two: &'a [Line]) -> impl Iterator<Item = (Line, Line)> + 'a {
    let (mut p, mut q) = (one, two);
    let mut first = true;
    std::iter::from_fn(move || {
        if !first {
            // The next piece of either begins where the nearer of the two does.
            let next = |lines: &[Line]| lines.get(1).map(|line| line.from);
            match (next(p), next(q)) {
                (None, None) => return None,
                (Some(a), Some(b)) if a == b => {
                    p = p.get(1..)?;
                    q = q.get(1..)?;
                }
                (Some(a), b) if b.is_none_or(|b| a < b) => p = p.get(1..)?,
                _ => q = q.get(1..)?,
            }
        }
        first = false;
        let (p, q) = (p.first()?, q.first()?);
        let later = if p.from >= q.from { p } else { q };
        let here = |line: &Line| Line { from: later.from, at: later.at, ..*line };
        Some((here(p), here(q)))
    })
}
