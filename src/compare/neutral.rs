//! Budget neutrality: the value of a contract's scaled term at which the payer's expected outlay is the common one.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::prepared::{Panelled, Priced};
use crate::{
    contract::Contract,
    decimal::{self, Exact},
    error::{Error, ErrorKind, Result},
    exposure::Date,
};

/// How close the outlay must come to the common one, as a part of it.
pub(super) const TOLERANCE: f64 = 1e-6;

/// A contract as it enters the comparison.
#[derive(Debug)]
pub(super) struct Neutral {
    pub(super) priced: Priced,
    pub(super) solved: Option<SolvedTerm>,
    /// The contract with the solved term in place, for exact settlements.
    pub(super) contract: Option<Contract>,
}

/// What was solved.
#[derive(Debug, Clone)]
pub(super) struct SolvedTerm {
    pub(super) term: String,
    pub(super) written: Decimal,
    pub(super) solved: Decimal,
    pub(super) residual: f64,
}

impl Neutral {
    pub(super) fn as_written(priced: Priced) -> Self {
        Self { priced, solved: None, contract: None }
    }
}

/// Scales every contract but the first to the first one's expected outlay in panels of one size.
pub(super) fn solve(
    contracts: &[Contract],
    days: &[Date],
    written: &[Priced],
    panelled: &Panelled<'_>,
    size: usize,
) -> Result<Vec<Neutral>> {
    let mut common: Option<f64> = None;
    let mut out = Vec::with_capacity(contracts.len());
    for ((contract, day), priced) in contracts.iter().zip(days).zip(written) {
        let Some(target) = common else {
            common = Some(panelled.total_outlay(priced, &priced.reading, size)?);
            out.push(Neutral::as_written(priced.clone()));
            continue;
        };
        out.push(scale_to(target, contract, *day, priced, panelled, size)?);
    }
    Ok(out)
}

fn scale_to(
    target: f64,
    contract: &Contract,
    day: Date,
    priced: &Priced,
    panelled: &Panelled<'_>,
    size: usize,
) -> Result<Neutral> {
    let refuse = |problem: String, remedy: &str| {
        Err(Error::new(ErrorKind::Comparison, format!("contract `{}`", contract.name()), problem, remedy))
    };
    let Some(name) = &contract.document().scaled else {
        return refuse(
            "it does not say which term a budget-neutral comparison scales".to_owned(),
            "add scaled = \"...\" to the contract, or compare contracts as they are written",
        );
    };
    let term = contract.document().terms.get(name);
    let value = term.and_then(|term| Some((term.unit, *term.values.as_ref()?.on(day)?)));
    let Some((unit, written)) = value else {
        return refuse(format!("its scaled term `{name}` has no value on {day}"), "add the value");
    };
    let exponent = if unit.has_money() { contract.currency().exponent() } else { 0 };
    let mut reading = priced.reading.clone();
    let mut outlay_at = |value: f64| -> Result<f64> {
        reading.set_term(name, value * 10f64.powi(i32::try_from(exponent).unwrap_or(0)))?;
        Ok(panelled.total_outlay(priced, &reading, size)? - target)
    };
    if target == 0.0 {
        return refuse(
            "the first contract costs the payer nothing, so there is no outlay to scale it to".to_owned(),
            "put another contract first, or compare contracts as they are written",
        );
    }
    if written.0 <= Decimal::ZERO {
        return refuse(
            format!(
                "its scaled term `{name}` is {}, and no multiple of it moves the outlay up",
                written.0.normalize()
            ),
            "write a value above zero, or scale another term",
        );
    }
    let start = decimal::to_f64(written.0);
    let Some((low, high)) = bracket(start, &mut outlay_at)? else {
        return refuse(
            format!(
                "no value of `{name}` from a thousandth to a thousand times {} gives the common outlay",
                written.0.normalize()
            ),
            "scale another term, or compare contracts as they are written",
        );
    };
    let root = find(low, high, target.abs() * TOLERANCE * 1e-4, &mut outlay_at)?;
    // Twelve digits: what is told is what was used.
    let Some(solved) = decimal_of(root).map(Exact) else {
        return refuse(
            format!("the value of `{name}` that gives the common outlay, {root:e}, is too large to write"),
            "check the amounts and their units for a slip",
        );
    };
    let residual = outlay_at(decimal::to_f64(solved.0))? / target;
    if residual.abs().partial_cmp(&TOLERANCE).is_none_or(Ordering::is_gt) {
        return refuse(
            format!(
                "the outlay jumps past the common one at `{name}` = {}: the nearest is {residual:+.1e} of it away",
                solved.0.normalize()
            ),
            "draw more panels, or scale a term that the contract's gate does not depend on",
        );
    }
    let contract = contract.with_term(name, solved)?;
    let priced = Priced { reading: contract.plan(day)?.reading(), ..priced.clone() };
    let solved = SolvedTerm { term: name.clone(), written: written.0, solved: solved.0, residual };
    Ok(Neutral { priced, solved: Some(solved), contract: Some(contract) })
}

/// A float to fifteen digits, and at most twelve decimals.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 0 and 12
fn decimal_of(value: f64) -> Option<Decimal> {
    let places = (14.0 - value.abs().log10().floor()).clamp(0.0, 12.0) as usize;
    format!("{value:.places$}").parse::<Exact>().ok().map(|exact| exact.0.normalize())
}

/// A value of the term, and how far the outlay is then from the common one.
type Tried = (f64, f64);

/// Two values between which the outlay crosses the common one.
fn bracket(start: f64, outlay_at: &mut impl FnMut(f64) -> Result<f64>) -> Result<Option<(Tried, Tried)>> {
    let at_start = outlay_at(start)?;
    if at_start == 0.0 {
        return Ok(Some(((start, at_start), (start, at_start))));
    }
    let (mut below, mut above) = ((start, at_start), (start, at_start));
    for _ in 0..10 {
        let down = below.0 / 2.0;
        let next = (down, outlay_at(down)?);
        if next.1 * below.1 <= 0.0 {
            return Ok(Some((next, below)));
        }
        below = next;
        let up = above.0 * 2.0;
        let next = (up, outlay_at(up)?);
        if next.1 * above.1 <= 0.0 {
            return Ok(Some((above, next)));
        }
        above = next;
    }
    Ok(None)
}

/// The crossing between two values, by false position with the Illinois correction; a jump ends it where the
/// two values meet.
fn find(
    mut low: Tried,
    mut high: Tried,
    close: f64,
    outlay_at: &mut impl FnMut(f64) -> Result<f64>,
) -> Result<f64> {
    let mut kept_low = false;
    let mut kept_high = false;
    for round in 0..120 {
        if low.1 == 0.0 {
            return Ok(low.0);
        }
        let width = high.0 - low.0;
        if high.1 == 0.0 || width.abs() <= 1e-15 * high.0.abs() {
            return Ok(if high.1.abs() < low.1.abs() { high.0 } else { low.0 });
        }
        let secant = high.0 - high.1 * width / (high.1 - low.1);
        // Halving now and then keeps a staircase of gates from holding one end for ever.
        let next =
            if round % 4 == 3 || !(secant > low.0 && secant < high.0) { low.0 + width / 2.0 } else { secant };
        let value = outlay_at(next)?;
        if value.abs() <= close {
            return Ok(next);
        }
        if value * low.1 < 0.0 {
            high = (next, value);
            if kept_low {
                low.1 /= 2.0;
            }
            (kept_low, kept_high) = (true, false);
        } else {
            low = (next, value);
            if kept_high {
                high.1 /= 2.0;
            }
            (kept_low, kept_high) = (false, true);
        }
    }
    Ok(low.0 + (high.0 - low.0) / 2.0)
}
