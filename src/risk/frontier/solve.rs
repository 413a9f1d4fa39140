//! Terms that are solved: the one that makes a contract cost the payer what it may, and a premium.

use rust_decimal::Decimal;

use super::{Basis, Family, Outlay, SolvedTerm};
use crate::{
    contract::{Contract, Reading, Role, Unit},
    decimal,
    error::{Error, ErrorKind, Result},
    exposure::Date,
    number::Payoff,
    risk::{
        cost_model::CostModel,
        valued::{Moved, PartyPayoff, Valued},
    },
    root::{bracket, decimal_of, find},
};

/// How close the outlay must come to the common one, as a part of it.
const TOLERANCE: f64 = 1e-6;
/// How close it is brought, where nothing jumps.
pub(super) const CLOSE: f64 = 1e-10;
/// How often an outlay and a premium are solved in turns.
const TURNS: usize = 40;
/// Steps along a secant before ends are looked for.
const STEPS: usize = 12;

/// What each contract may cost the payer, in minor units.
pub(super) fn target(model: &CostModel, basis: &Basis) -> Result<Option<f64>> {
    let amount = match basis.outlay {
        Outlay::AsWritten => return Ok(None),
        Outlay::Amount(amount) => decimal::to_f64(amount),
        Outlay::ExpectedCost => model.mean() + decimal::to_f64(basis.fixed_cost),
    };
    if amount.is_finite() && amount > 0.0 {
        return Ok(Some(amount * model.minor()));
    }
    let problem = format!("the common outlay is {amount}");
    Err(Error::new(ErrorKind::Range, "outlay", problem, "give one above 0, or compare contracts as written"))
}

/// What payers pay less what they are paid, with the costs that they bear, in minor units.
pub(super) fn outlay(valued: &Valued<'_>, results: &[PartyPayoff<'_>]) -> Result<f64> {
    Ok(-mean_of(valued, results, |role| role == Role::Payer)?)
}

fn mean_of(valued: &Valued<'_>, results: &[PartyPayoff<'_>], counts: impl Fn(Role) -> bool) -> Result<f64> {
    let of = results.iter().filter(|party| counts(party.role)).map(|party| valued.mean(&party.shape));
    of.sum()
}

/// A term of a contract that is a single number.
struct Term<'a> {
    name: &'a str,
    written: Decimal,
    unit: Unit,
}

impl<'a> Term<'a> {
    fn of(contract: &'a Contract, name: &'a str, on: Date) -> Result<Self> {
        let term = contract.document().terms.get(name);
        let value = term.and_then(|term| Some((term.unit, term.values.as_ref()?.on(on)?.0)));
        let (unit, written) = value.ok_or_else(|| {
            let problem = format!("it is not a single number with a value on {on}");
            Error::new(ErrorKind::Unknown, format!("term `{name}`"), problem, "name one that is")
        })?;
        Ok(Self { name, written, unit })
    }

    /// Puts a value into a reading; gives what was put there.
    fn set(&self, valued: &Valued<'_>, reading: &mut Reading<Payoff>, value: f64) -> Result<Decimal> {
        let unwritable = || {
            let problem = format!("its value would be {value:e}, which cannot be written");
            let remedy = "check the amounts and their units for a slip";
            Error::new(ErrorKind::Arithmetic, format!("term `{}`", self.name), problem, remedy)
        };
        let exact = if value.is_finite() { decimal_of(value) } else { None }.ok_or_else(unwritable)?;
        let exponent = valued.question.contract.currency().exponent();
        let counted = crate::settlement::to_counted(exact, self.unit, exponent)?;
        reading.set_term(self.name, counted.into())?;
        Ok(exact)
    }
}

/// That some contract has the premium.
pub(super) fn check_premium(family: &Family, basis: &Basis) -> Result<()> {
    let Some(premium) = &basis.premium else { return Ok(()) };
    if family.members.iter().any(|member| member.contract.document().terms.contains_key(&premium.term)) {
        return Ok(());
    }
    let place = format!("premium `{}`", premium.term);
    let remedy = "name the term of the premium, or leave it out";
    Err(Error::new(ErrorKind::Unknown, place, "no contract of the family has such a term", remedy))
}

/// Solves the outlay and the premium, in turns where each moves the other: what a carrier pays may hang on the price, and a
/// payer may pay the premium.
pub(super) fn terms(
    valued: &Valued<'_>,
    reading: &mut Reading<Payoff>,
    on: Date,
    basis: &Basis,
    target: Option<f64>,
) -> Result<Vec<SolvedTerm>> {
    let Some(target) = target else { return Ok(premium(valued, reading, on, basis)?.into_iter().collect()) };
    let (mut scaled, mut paid, mut short) = (None, None, 0.0_f64);
    for _ in 0..TURNS {
        if let Some(found) = outlay_to(valued, reading, on, target, scaled.as_ref())? {
            scaled = Some(found);
        }
        let Some(found) = premium(valued, reading, on, basis)? else {
            return Ok(scaled.into_iter().collect());
        };
        let is_same = paid.as_ref().is_some_and(|before: &SolvedTerm| before.solved == found.solved);
        paid = Some(found);
        short = outlay(valued, &valued.results(reading, &Moved::NOT)?)? - target;
        if is_same || short.abs() <= target * CLOSE {
            break;
        }
    }
    if short.abs() <= target * TOLERANCE {
        return Ok(paid.into_iter().chain(scaled).collect());
    }
    let place = format!("contract `{}`", valued.question.contract.name());
    let problem =
        "its price and its premium move each other, and no pair of them was found that holds for both";
    let remedy =
        "leave the premium as it is written, or scale a term that what the carrier pays does not depend on";
    Err(Error::new(ErrorKind::Comparison, place, problem, remedy))
}

/// The premium at which the carrier keeps its loading; nothing where the contract has none. It is linear in the term.
fn premium(
    valued: &Valued<'_>,
    reading: &mut Reading<Payoff>,
    on: Date,
    basis: &Basis,
) -> Result<Option<SolvedTerm>> {
    let contract = valued.question.contract;
    let premium = basis.premium.as_ref();
    let Some(premium) = premium.filter(|it| contract.document().terms.contains_key(&it.term)) else {
        return Ok(None);
    };
    let term = Term::of(contract, &premium.term, on)?;
    let is_carrier = |role| !matches!(role, Role::Payer | Role::Provider);
    let mut kept_at = |value: f64| {
        term.set(valued, reading, value)?;
        mean_of(valued, &valued.results(reading, &Moved::NOT)?, is_carrier)
    };
    let (without, with_one) = (kept_at(0.0)?, kept_at(1.0)?);
    let (paid_out, a_unit) = (-without, with_one - without);
    if a_unit.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) {
        let place = format!("premium `{}`", premium.term);
        let problem = "no reinsurer or pool gets more where it is higher";
        let remedy = "name what such a carrier is paid; a payer's own stop-loss is in its outlay";
        return Err(Error::new(ErrorKind::Value, place, problem, remedy));
    }
    // What is less than a minor unit is a rounding of nothing.
    if paid_out < -1.0 {
        let place = format!("premium `{}`", premium.term);
        let minor = valued.question.model.minor();
        let problem = format!(
            "the carrier is expected to be paid {:.2} more than it pays out before any premium, which would be below nought",
            -paid_out / minor
        );
        let remedy = "leave the premium as it is written, or let the carrier bear losses alone";
        return Err(Error::new(ErrorKind::Comparison, place, problem, remedy));
    }
    let wanted = paid_out.max(0.0) * (1.0 + decimal::to_f64(premium.loading));
    let solved = term.set(valued, reading, wanted / a_unit)?;
    let kept = mean_of(valued, &valued.results(reading, &Moved::NOT)?, is_carrier)?;
    let residual = if wanted > 0.0 { (kept + paid_out) / wanted - 1.0 } else { 0.0 };
    Ok(Some(SolvedTerm { term: premium.term.clone(), written: term.written, solved, residual }))
}

/// The scaled term at which the contract costs the payer this much, from the value that it was last solved to; nothing where it
/// does so as it is.
fn outlay_to(
    valued: &Valued<'_>,
    reading: &mut Reading<Payoff>,
    on: Date,
    target: f64,
    last: Option<&SolvedTerm>,
) -> Result<Option<SolvedTerm>> {
    let contract = valued.question.contract;
    let short =
        |reading: &Reading<Payoff>| Ok(outlay(valued, &valued.results(reading, &Moved::NOT)?)? - target);
    let at_start = short(reading)?;
    if at_start.abs() <= target * CLOSE {
        return Ok(None);
    }
    let refused = |problem: String, remedy: &str| {
        Err(Error::new(ErrorKind::Comparison, format!("contract `{}`", contract.name()), problem, remedy))
    };
    let Some(name) = &contract.document().scaled else {
        return refused(
            "it does not say which term is scaled to the common outlay".to_owned(),
            "add scaled = \"...\" to the contract, or compare contracts as they are written",
        );
    };
    let term = Term::of(contract, name, on)?;
    if term.written <= Decimal::ZERO {
        let problem = format!(
            "its scaled term `{name}` is {}, and no multiple of it moves the outlay up",
            term.written
        );
        return refused(problem, "write a value above zero, or scale another term");
    }
    let start = (decimal::to_f64(last.map_or(term.written, |last| last.solved)), at_start);
    let mut outlay_at = |value: f64| -> Result<f64> {
        term.set(valued, reading, value)?;
        short(reading)
    };
    let root = if let Some(root) = secant(start, target, &mut outlay_at)? {
        root
    } else if let Some((low, high)) = bracket(start.0, &mut outlay_at)? {
        find(low, high, target * CLOSE, &mut outlay_at)?
    } else {
        let problem = format!(
            "no value of `{name}` from a thousandth to a thousand times {} gives the common outlay",
            term.written
        );
        return refused(problem, "scale another term, or compare contracts as they are written");
    };
    let solved = term.set(valued, reading, root)?;
    let residual = short(reading)? / target;
    if residual.abs().partial_cmp(&TOLERANCE).is_none_or(std::cmp::Ordering::is_gt) {
        let problem = format!(
            "the outlay jumps past the common one at `{name}` = {solved}: the nearest is {residual:+.1e} of it away"
        );
        return refused(problem, "scale a term that the contract's gate does not depend on");
    }
    Ok(Some(SolvedTerm { term: name.clone(), written: term.written, solved, residual }))
}

/// The crossing along secants from a first value, where they get there: an outlay is nearly a line in its price.
fn secant(
    start: (f64, f64),
    target: f64,
    outlay_at: &mut impl FnMut(f64) -> Result<f64>,
) -> Result<Option<f64>> {
    let first = start.0 * target / (start.1 + target);
    let (mut before, mut now) = (start, if first > 0.0 && first.is_finite() { first } else { start.0 * 2.0 });
    for _ in 0..STEPS {
        let at = outlay_at(now)?;
        if at.abs() <= target * CLOSE {
            return Ok(Some(now));
        }
        let next = now - at * (now - before.0) / (at - before.1);
        before = (now, at);
        // A term that leaves its range is looked for between ends.
        if !(next > start.0 / 1_000.0 && next < start.0 * 1_000.0) {
            return Ok(None);
        }
        now = next;
    }
    Ok(None)
}
