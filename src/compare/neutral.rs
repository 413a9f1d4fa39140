//! Budget neutrality: the value of a contract's scaled term at which the payer's expected outlay is the common one.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::prepared::{Panelled, Priced};
use crate::{
    contract::Contract,
    decimal::{self, Exact},
    error::{Error, ErrorKind, Result},
    exposure::Date,
    root::{bracket, decimal_of, find},
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
