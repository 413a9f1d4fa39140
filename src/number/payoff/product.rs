//! Products and quotients of two numbers that vary: legal where one is flat on every common piece.

use rust_decimal::Decimal;

use super::{
    Form, Payoff,
    line::{Joined, Line, common},
    near::SHORT,
    varying::{Curve, Varying, sum},
};
use crate::{
    decimal::{self, Inexact},
    number::Refused,
};

/// The product of two numbers that vary.
pub(super) fn times(one: &Payoff, two: &Payoff) -> Result<Payoff, Refused> {
    let (one, two) = match (&one.0, &two.0) {
        (Form::Varying(one), Form::Varying(two)) => (one, two),
        (Form::Varying(number), Form::Known(known)) | (Form::Known(known), Form::Varying(number)) => {
            return Ok(number.scaled(*known)?.into());
        }
        (Form::Known(one), Form::Known(two)) => return Ok(decimal::multiply(*one, *two)?.into()),
    };
    if !one.domain.is(&two.domain) {
        return Err(Refused::Apart);
    }
    let over = decimal::multiply(one.over, two.over)?;
    let slack = slack_of_product(one, two);
    let base = Varying { over, slack, ..Varying::constant(Decimal::ZERO, &one.domain) };
    let direction = match (one.lines(), two.lines()) {
        (Ok(Some((direction, _))), _) | (_, Ok(Some((direction, _)))) => direction,
        (Ok(None), Ok(None)) => {
            let constant = decimal::multiply(one.constant, two.constant)?;
            return Ok(Varying { constant, ..base }.into());
        }
        // A remainder in another direction is a factor that varies too.
        _ => return Err(Refused::NotLinear),
    };
    let not_linear = |why| if why == Refused::Apart { Refused::NotLinear } else { why };
    let (p, q) =
        (one.lines_along(&direction).map_err(not_linear)?, two.lines_along(&direction).map_err(not_linear)?);
    let mut lines = Joined::with_capacity(p.len() + q.len());
    for (p, q) in common(&p, &q) {
        let (by, of) = match (p.b.is_zero(), q.b.is_zero()) {
            (_, true) => (q.a, p),
            (true, false) => (p.a, q),
            (false, false) => return Err(Refused::NotLinear),
        };
        lines.push(of.times(by)?);
    }
    Ok(base.of_lines(&direction, lines)?.into())
}

/// |xy − x′y′| ≤ |x|·|y − y′| + |y|·|x − x′| + |x − x′|·|y − y′|.
fn slack_of_product(one: &Varying, two: &Varying) -> Option<Decimal> {
    let (p, q) = (one.slack?, two.slack?);
    let part = |number: &Varying, slack: Decimal| {
        if slack.is_zero() { Some(slack) } else { number.size()?.checked_mul(slack) }
    };
    sum(sum(part(one, q), part(two, p)), p.checked_mul(q))
}

/// The quotient by a number that varies: flat on each of its pieces, and nowhere nought.
pub(super) fn per(of: &Payoff, by: &Varying) -> Result<Varying, Refused> {
    let Some((direction, divisors)) = by.lines()? else {
        // It does not vary, but may not be what it seems.
        let number = of.varying(&by.domain);
        let quotient = quotient(&number, by.constant, by.over)?;
        let least = by.constant.abs().checked_div(by.over);
        let dividend = quotient.slack.zip(least).and_then(|(slack, least)| slack.checked_mul(least));
        let slack = least.and_then(|least| slack_of_quotient(dividend, number.size(), least, by.slack));
        return Ok(Varying { slack, ..quotient });
    };
    if divisors.iter().any(|line| !line.b.is_zero()) {
        return Err(Refused::NotLinear);
    }
    if divisors.iter().any(|line| line.a.is_zero()) {
        return Err(Inexact::DivisionByZero.into());
    }
    let least = divisors.iter().map(|line| line.a.abs()).min().unwrap_or_default();
    let number = of.varying(&by.domain);
    let dividends = number.lines_along(&direction)?;
    let mut lines = Joined::with_capacity(divisors.len() + dividends.len());
    let mut left = Decimal::ZERO;
    for (dividend, divisor) in common(&dividends, &divisors) {
        // One piece at a time, each over its own divisor, and that divided out.
        let piece = Varying {
            curve: Some(Curve { direction: direction.clone(), lines: vec![dividend] }),
            ..Varying::constant(Decimal::ZERO, &by.domain)
        };
        let piece = quotient(&piece, divisor.a, by.over)?;
        let piece = Varying { over: decimal::multiply(piece.over, number.over)?, ..piece }
            .shortened(Decimal::ONE, SHORT)?;
        left = left.max(piece.slack.unwrap_or_default());
        let line = piece.lines_along(&direction)?.first().copied().ok_or(Refused::NotLinear)?;
        lines.push(Line { from: dividend.from, at: dividend.at, ..line });
    }
    let least = least.checked_div(by.over).ok_or(Inexact::Overflow)?;
    let slack = sum(slack_of_quotient(number.slack, number.size(), least, by.slack), Some(left));
    let base = Varying { slack, ..Varying::constant(Decimal::ZERO, &by.domain) };
    Ok(base.of_lines(&direction, lines)?)
}

/// A number over a known divisor that is itself over another: x·over / divisor.
pub(super) fn quotient(number: &Varying, divisor: Decimal, over: Decimal) -> Result<Varying, Refused> {
    if divisor.is_zero() {
        return Err(Inexact::DivisionByZero.into());
    }
    let sign = if divisor.is_sign_negative() { -over } else { over };
    let mut quotient = if sign == Decimal::ONE { number.clone() } else { number.scaled(sign)? };
    if let Ok(over) = decimal::multiply(quotient.over, divisor.abs()) {
        quotient.over = over;
    } else {
        quotient = quotient.shortened(Decimal::ONE, SHORT)?;
        quotient.over = divisor.abs();
    }
    quotient.slack = quotient.slack.and_then(|slack| slack.checked_div(divisor.abs()));
    quotient.stair = None;
    Ok(quotient)
}

/// |x/y − x′/y′| ≤ (|x − x′| + |x/y|·|y − y′|) / (|y| − |y − y′|), where the divisor cannot come near nought. `least` is the
/// least of |y|.
fn slack_of_quotient(
    of: Option<Decimal>,
    size: Option<Decimal>,
    least: Decimal,
    by: Option<Decimal>,
) -> Option<Decimal> {
    let (of, by) = (of?, by?);
    let nearest = least.checked_sub(by).filter(|nearest| *nearest > Decimal::ZERO)?;
    let of_divisor = if by.is_zero() { by } else { size?.checked_div(least)?.checked_mul(by)? };
    of.checked_add(of_divisor)?.checked_div(nearest)
}
