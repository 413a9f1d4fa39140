//! The only branch: which of two numbers holds where a measure reaches its threshold.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{
    Form, Payoff,
    direction::Direction,
    domain::Domain,
    line::{Joined, Line, with_ends},
    varying::{Varying, flat, sum},
};
use crate::{
    decimal::{self, Inexact},
    number::Refused,
};

/// Where a gap, a measure less its threshold, is at least nought.
pub(super) enum Gap {
    /// Everywhere in the domain, or nowhere.
    Whole { passes: bool },
    /// As it seems, everywhere or nowhere; but the settlement may be on the other side.
    Doubtful { domain: Domain, passes: bool },
    /// From each of these steps on, until the next.
    Turns { domain: Domain, direction: Arc<Direction>, turns: Vec<Turn>, sure: bool },
}

pub(super) struct Turn {
    from: i128,
    at: Decimal,
    passes: bool,
}

impl Gap {
    /// Where a measure is at least its threshold. A measure that was rounded once is followed by its steps if that is
    /// asked for, and by its line if not.
    pub(super) fn of(measure: &Payoff, threshold: &Payoff, by_steps: bool) -> Result<Self, Refused> {
        match (&measure.0, &threshold.0) {
            (Form::Known(measure), Form::Known(threshold)) => {
                Ok(Self::Whole { passes: measure >= threshold })
            }
            (Form::Varying(measure), Form::Known(threshold)) => Self::from(measure, *threshold, by_steps),
            (Form::Known(measure), Form::Varying(threshold)) => {
                Self::from(&threshold.scaled(Decimal::NEGATIVE_ONE)?, -*measure, by_steps)
            }
            (Form::Varying(measure), Form::Varying(threshold)) => {
                match measure.plus(threshold, Decimal::NEGATIVE_ONE) {
                    Ok(gap) => Self::from(&gap, Decimal::ZERO, by_steps),
                    Err(Refused::Apart) => {
                        let (low, high) = (measure.ends()?, threshold.ends()?);
                        let low = (divided(low.0, measure)?, divided(low.1, measure)?);
                        let high = (divided(high.0, threshold)?, divided(high.1, threshold)?);
                        let slack = sum(measure.slack, threshold.slack).ok_or(Refused::Apart)?;
                        let ends = (decimal::subtract(low.0, high.1)?, decimal::subtract(low.1, high.0)?);
                        Self::apart(ends, slack)
                    }
                    Err(why) => Err(why),
                }
            }
        }
    }

    fn from(measure: &Varying, threshold: Decimal, by_steps: bool) -> Result<Self, Refused> {
        if by_steps && let Some(stair) = &measure.stair {
            let (passes, turn) = stair.raised(-threshold)?.turns()?;
            let Some((from, at)) = turn else { return Ok(Self::Whole { passes }) };
            let direction = Arc::clone(&stair.direction);
            let first = Turn { from: direction.first, at: direction.at(direction.first)?, passes };
            let turns = vec![first, Turn { from, at, passes: !passes }];
            return Ok(Self::Turns { domain: measure.domain.clone(), direction, turns, sure: true });
        }
        // Over the divisor, the slack is as many times larger.
        let level = decimal::multiply(threshold, measure.over)?;
        let slack = measure.slack.and_then(|slack| slack.checked_mul(measure.over));
        let Some(curve) = &measure.curve else {
            let constant = decimal::subtract(measure.constant, level)?;
            return match Direction::of(&measure.rest, &measure.domain)? {
                None => Ok(Self::whole(measure, constant >= Decimal::ZERO, clear(constant, slack))),
                Some((direction, b)) => {
                    let line =
                        Line { from: direction.first, at: direction.at(direction.first)?, a: constant, b };
                    Self::along(measure, direction, &[line], (Decimal::ZERO, Decimal::ZERO), slack)
                }
            };
        };
        let Some(multiple) = curve.direction.multiple(&measure.rest) else {
            let (least, most) = measure.ends()?;
            let ends = (decimal::subtract(least, level)?, decimal::subtract(most, level)?);
            return Self::apart(ends, slack.ok_or(Refused::Apart)?);
        };
        let more = (decimal::subtract(measure.constant, level)?, multiple);
        Self::along(measure, Arc::clone(&curve.direction), &curve.lines, more, slack)
    }

    /// A gap of amounts that vary apart is decided where it is everywhere on one side.
    fn apart((least, most): (Decimal, Decimal), slack: Decimal) -> Result<Self, Refused> {
        if least >= slack {
            Ok(Self::Whole { passes: true })
        } else if most < -slack {
            Ok(Self::Whole { passes: false })
        } else {
            Err(Refused::Apart)
        }
    }

    /// Along lines, each with the same line added to it.
    fn along(
        measure: &Varying,
        direction: Arc<Direction>,
        lines: &[Line],
        more: (Decimal, Decimal),
        slack: Option<Decimal>,
    ) -> Result<Self, Refused> {
        let mut turns: Vec<Turn> = Vec::with_capacity(lines.len() + 1);
        let mut sure = true;
        // What is near only need not be worked out to the last digit.
        let exact = slack == Some(Decimal::ZERO);
        let value = |line: &Line, t| if exact { line.value(t) } else { line.near(t) };
        let mut now = |from, at, passes| match turns.last() {
            Some(last) if last.passes == passes => {}
            _ => turns.push(Turn { from, at, passes }),
        };
        for (line, end) in with_ends(lines, direction.last) {
            let gap = line.plus(more.0, more.1)?;
            let first = value(&gap, direction.at(gap.from)?)?;
            let last = if gap.b.is_zero() { first } else { value(&gap, direction.at(end)?)? };
            let (begins, ends) = (first >= Decimal::ZERO, last >= Decimal::ZERO);
            now(gap.from, gap.at, begins);
            if begins != ends {
                let (step, at) = gap.crossing(gap.from, end, &direction, value)?;
                now(step, at, ends);
            }
            sure = sure && (exact || begins == ends && clear(first, slack) && clear(last, slack));
        }
        match turns.as_slice() {
            [] => Err(Refused::NotLinear),
            [only] => Ok(Self::whole(measure, only.passes, sure)),
            _ => Ok(Self::Turns { domain: measure.domain.clone(), direction, turns, sure }),
        }
    }

    fn whole(measure: &Varying, passes: bool, sure: bool) -> Self {
        if sure { Self::Whole { passes } } else { Self::Doubtful { domain: measure.domain.clone(), passes } }
    }
}

fn divided(x: Decimal, number: &Varying) -> Result<Decimal, Inexact> {
    x.checked_div(number.over).ok_or(Inexact::Overflow)
}

/// Whether a gap is on its side however far the settlement may be from it.
fn clear(gap: Decimal, slack: Option<Decimal>) -> bool {
    slack.is_some_and(|slack| if gap >= Decimal::ZERO { gap >= slack } else { gap < -slack })
}

/// What a choice asks of a number whose settlement may be on the other side of the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// A jump: there is no bound.
    Unbounded,
    /// The two sides meet where the gap is nought, so that the other is as near.
    Meets,
}

/// `then` where the gap is at least nought, `other` elsewhere.
pub(super) fn choose(gap: &Gap, then: &Payoff, other: &Payoff, doubt: Doubt) -> Result<Payoff, Refused> {
    match gap {
        Gap::Whole { passes } => Ok(if *passes { then.clone() } else { other.clone() }),
        Gap::Doubtful { domain, passes } => {
            let (then, other) = (then.varying(domain), other.varying(domain));
            let slack = bound(&then, &other, false, doubt);
            let chosen = if *passes { then } else { other };
            Ok(Varying { slack, stair: None, ..chosen.into_owned() }.into())
        }
        Gap::Turns { domain, direction, turns, sure } => {
            let (then, other) = (then.varying(domain), other.varying(domain));
            let slack = bound(&then, &other, *sure, doubt);
            let (then, other) = Varying::together(&then, &other)?;
            let lines = sides(direction, turns, &then, &other)?;
            // What divisors left when they were divided out is in the bounds of both.
            let slack = slack.and_then(|slack| {
                let both = then.slack?.max(other.slack?);
                Some(slack.max(both))
            });
            let base = Varying {
                domain: domain.clone(),
                over: other.over,
                constant: other.constant,
                rest: other.rest.clone(),
                curve: None,
                slack,
                stair: None,
            };
            Ok(base.of_lines(direction, lines)?.into())
        }
    }
}

/// How far the choice may be from what is settled.
fn bound(then: &Varying, other: &Varying, sure: bool, doubt: Doubt) -> Option<Decimal> {
    let both = then.slack?.max(other.slack?);
    (sure || doubt == Doubt::Meets).then_some(both)
}

/// The lines of a choice above the constant and the rest of `other`: a remainder that both sides share stays outside.
fn sides(
    direction: &Arc<Direction>,
    turns: &[Turn],
    then: &Varying,
    other: &Varying,
) -> Result<Joined, Refused> {
    let apart = decimal::subtract(then.constant, other.constant)?;
    let multiple = match (then.rest.as_slice(), other.rest.as_slice()) {
        (one, two) if one == two => Decimal::ZERO,
        (one, []) => direction.multiple(one).ok_or(Refused::Apart)?,
        ([], two) => -direction.multiple(two).ok_or(Refused::Apart)?,
        (one, two) => {
            let less = one.iter().zip(two).map(|(r, s)| decimal::subtract(*r, *s));
            direction.multiple(&less.collect::<Result<Vec<_>, _>>()?).ok_or(Refused::Apart)?
        }
    };
    let nought = [flat(Decimal::ZERO, direction)?];
    let (of_then, of_other) = (bent(then, direction, &nought)?, bent(other, direction, &nought)?);
    let mut joined = Joined::with_capacity(turns.len() + of_then.len() + of_other.len());
    let ends = turns.iter().skip(1).map(|turn| turn.from - 1).chain(std::iter::once(direction.last));
    for (turn, end) in turns.iter().zip(ends) {
        let (lines, more) = if turn.passes {
            (of_then, (apart, multiple))
        } else {
            (of_other, (Decimal::ZERO, Decimal::ZERO))
        };
        let before = lines.partition_point(|line| line.from <= turn.from).max(1) - 1;
        for line in lines.iter().skip(before).take_while(|line| line.from <= end) {
            let line = line.plus(more.0, more.1)?;
            let here =
                if line.from < turn.from { Line { from: turn.from, at: turn.at, ..line } } else { line };
            joined.push(here);
        }
    }
    Ok(joined)
}

/// The lines of a number beside its constant and its rest.
fn bent<'a>(number: &'a Varying, direction: &Direction, nought: &'a [Line]) -> Result<&'a [Line], Refused> {
    match &number.curve {
        None => Ok(nought),
        Some(curve) if *curve.direction == *direction => Ok(&curve.lines),
        Some(_) => Err(Refused::Apart),
    }
}
