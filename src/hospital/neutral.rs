//! The amount at which a contract costs the payer at plan what the first one costs.

use rust_decimal::Decimal;

use super::{less, sum, times};
use super::{
    result::SetAmount,
    settled::{Ready, Source},
    tally::Tally,
};
use crate::{
    decimal::Exact,
    error::{Error, ErrorKind, Result},
    money::{Rounding, inexact},
};

/// Decimals that are tried.
const PLACES: i32 = 10;
/// How far the outlay may be from the common one, as a part of it; where it can be met to the penny it is.
const TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 6);
/// Steps before the search gives up; a straight line takes two.
const STEPS: usize = 60;

/// The part of an amount by which it is moved to see whether it decides what is paid.
const STEP: Decimal = Decimal::from_parts(1, 0, 0, false, 2);
const REMEDY: &str = "give the amount, set another input, or compare contracts as they are written";

/// What is set: an input, or the contract's scaled term with its written value.
enum Unknown {
    Input(String),
    Term(String, Decimal),
}

/// The contract with an input that was asked for, or else its scaled term, set so that the payer's outlay at plan is
/// `target`.
pub(super) fn set(
    ready: &Ready,
    input: Option<&str>,
    target: Decimal,
    plan: &Tally,
) -> Result<(Ready, SetAmount)> {
    let unknown = match input {
        Some(input) => Unknown::Input(input.to_owned()),
        None => scaled(ready)?,
    };
    let (name, start) = match &unknown {
        Unknown::Input(name) => (name, target),
        Unknown::Term(name, written) => (name, *written),
    };
    let place = "outlay at plan";
    let above = |value: Decimal| less(place, with(ready, &unknown, value)?.flows(plan, plan)?.outlay, target);
    let refuse = |problem: String| Err(Error::new(ErrorKind::Comparison, ready.place(), problem, REMEDY));
    // A share cannot be doubled, and nought may divide something: the second point lies half way down.
    let half = if start.is_zero() { Decimal::ONE } else { digits(start, Decimal::TWO)? };
    let mut best = (start, above(start)?);
    let mut other = (half, above(half)?);
    for _ in 0..STEPS {
        let (rise, run) = (less(place, best.1, other.1)?, less(place, best.0, other.0)?);
        let slope = digits(rise, run).unwrap_or_default();
        if best.1.is_zero() || slope.is_zero() {
            break;
        }
        let next = less(place, best.0, digits(best.1, slope)?)?;
        if next == best.0 || next == other.0 {
            break;
        }
        let cannot_be = |why: Error| {
            let problem = format!(
                "`{name}` would have to be {} for it to cost the payer {target} at plan",
                next.normalize()
            );
            Error::new(ErrorKind::Comparison, ready.place(), format!("{problem}: {}", why.problem()), REMEDY)
        };
        let tried = (next, above(next).map_err(cannot_be)?);
        (best, other) = if tried.1.abs() <= best.1.abs() { (tried, best) } else { (best, tried) };
    }
    let (value, residual) = best;
    if residual.abs() > times(place, target.abs(), TOLERANCE)? {
        return refuse(format!(
            "no value of `{name}` was found at which it costs the payer {target} at plan: at {value} it costs {}",
            sum(place, [target, residual])?
        ));
    }
    check_unique(ready, &unknown, value, plan)?;
    let (is_term, written) = match &unknown {
        Unknown::Input(_) => (false, None),
        Unknown::Term(_, written) => (true, Some(*written)),
    };
    let made = SetAmount { name: name.clone(), is_term, written, value: value.normalize(), residual };
    Ok((with(ready, &unknown, value)?, made))
}

/// Refuses what is said to pay for work and pays nothing: an amount of nought, or one that does not decide the outlay.
pub(super) fn check_pays(ready: &Ready, name: &str, plan: &Tally) -> Result<()> {
    let (unknown, value) = match ready.source(name) {
        Some(Source::Given(amount) | Source::Set(amount)) => (Unknown::Input(name.to_owned()), *amount),
        Some(Source::Taken(..)) => return Ok(()),
        None => {
            let term = ready.contract.document().terms.get(name).and_then(|term| term.values.as_ref());
            let Some(value) = term.and_then(|values| values.on(ready.day)) else { return Ok(()) };
            (Unknown::Term(name.to_owned(), value.0), value.0)
        }
    };
    if value.is_zero() {
        return Err(Error::new(
            ErrorKind::Comparison,
            format!("{}, covered by `{name}`", ready.place()),
            "it is nought, and pays for nothing",
            "give the amount that pays for what no input counts",
        ));
    }
    // A price can be agreed for all that goes with a case; a share pays for what is not counted only if it pays
    // something where nothing is counted.
    let document = ready.contract.document();
    let unit = document.inputs.get(name).or_else(|| Some(&document.terms.get(name)?.unit));
    let is_price = unit.is_some_and(|unit| unit.has_money());
    let nothing = plan.nothing();
    let asked = [(plan, "nothing"), (&nothing, "what is counted alone")];
    for (done, problem) in asked.into_iter().take(if is_price { 1 } else { 2 }) {
        if let Some([value, moved, outlay]) = same_outlay(ready, &unknown, value, done, plan)? {
            return Err(Error::new(
                ErrorKind::Comparison,
                format!("{}, covered by `{name}`", ready.place()),
                format!("it pays for {problem}: at {value} and at {moved} the payer pays {outlay}"),
                "name the input or term that pays for what no input counts, such as a fixed element",
            ));
        }
    }
    Ok(())
}

/// Refuses an amount beside which another costs the same: it would be one of many.
fn check_unique(ready: &Ready, unknown: &Unknown, value: Decimal, plan: &Tally) -> Result<()> {
    let name = match unknown {
        Unknown::Input(name) | Unknown::Term(name, _) => name,
    };
    let Some([value, moved, outlay]) = same_outlay(ready, unknown, value, plan, plan)? else { return Ok(()) };
    let problem = format!(
        "`{name}` does not decide what it costs: at {value} and at {moved} it costs the payer {outlay} at plan"
    );
    Err(Error::new(ErrorKind::Comparison, ready.place(), problem, REMEDY))
}

/// An amount beside this one that costs the payer the same, and what; none where each costs something else.
fn same_outlay(
    ready: &Ready,
    unknown: &Unknown,
    value: Decimal,
    done: &Tally,
    plan: &Tally,
) -> Result<Option<[Decimal; 3]>> {
    let place = "outlay at plan";
    let Ok(flows) = with(ready, unknown, value)?.flows(done, plan) else { return Ok(None) };
    let outlay = flows.outlay;
    // A hundredth of it either way moves whatever it moves by more than rounding does.
    let step = if value.is_zero() { Decimal::ONE } else { times(place, value.abs(), STEP)? };
    for moved in [sum(place, [value, step])?, less(place, value, step)?] {
        // What the contract refuses is no other amount.
        let beside = with(ready, unknown, moved).and_then(|other| other.flows(done, plan));
        if beside.is_ok_and(|flows| flows.outlay == outlay) {
            return Ok(Some([value, moved, outlay].map(|amount| amount.normalize())));
        }
    }
    Ok(None)
}

/// A quotient to the decimals that are tried.
fn digits(dividend: Decimal, divisor: Decimal) -> Result<Decimal> {
    Rounding::half_up(PLACES).quotient(dividend, divisor).map_err(|why| inexact("outlay at plan", why))
}

fn scaled(ready: &Ready) -> Result<Unknown> {
    let refuse = |problem: String, remedy: &str| {
        Err(Error::new(ErrorKind::Comparison, ready.place(), problem, remedy))
    };
    let document = ready.contract.document();
    let Some(name) = &document.scaled else {
        return refuse(
            "it names no term that may be scaled, and no input of it is to be set".to_owned(),
            "name the input that is set to cost the payer the same at plan, such as `block amount`",
        );
    };
    let term = document.terms.get(name).and_then(|term| term.values.as_ref());
    match term.and_then(|values| values.on(ready.day)) {
        Some(written) => Ok(Unknown::Term(name.clone(), written.0)),
        None => refuse(format!("its scaled term `{name}` has no value on {}", ready.day), "add the value"),
    }
}

fn with(ready: &Ready, unknown: &Unknown, value: Decimal) -> Result<Ready> {
    let mut ready = ready.clone();
    match unknown {
        Unknown::Input(name) => {
            for (_, source) in ready.sources.iter_mut().filter(|(input, _)| input == name) {
                *source = Source::Set(value.normalize());
            }
        }
        Unknown::Term(name, _) => {
            ready.contract = ready.contract.with_term(name, Exact(value.normalize()))?;
        }
    }
    Ok(ready)
}
