//! Limits of amounts, with names resolved to places.

use rust_decimal::Decimal;

use super::{At, Checked, Fault, Layout, fault, names::did_you_mean};
use crate::{
    contract::{Bound, Document, Limit, Unit},
    decimal::{self, Exact},
    error::ErrorKind,
    money::power_of_ten,
};

/// One end of a limit on one amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limited {
    /// The place of the amount: an input or a clause.
    pub(crate) amount: usize,
    pub(crate) end: End,
    pub(crate) bound: BoundAt,
    pub(crate) why: Option<String>,
}

/// Which end of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Least,
    Most,
}

/// What an amount is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BoundAt {
    /// A number as it is counted: money in minor units.
    Number(Decimal),
    /// The place of another amount.
    Place(usize),
}

/// The limits of a contract; `layout` knows every name.
pub(super) fn of(document: &Document, layout: &Layout) -> Checked<Vec<Limited>> {
    let mut limits = Vec::new();
    for (name, limit) in &document.limits {
        let at = At::Limit(name.clone());
        let clauses = document.clause.iter().map(|clause| &clause.name);
        let known = document.inputs.keys().chain(clauses);
        let Some(amount) = layout.place(name).filter(|_| known.clone().any(|known| known == name)) else {
            let remedy = did_you_mean(name, "limit one of", known);
            return Err(fault(
                at,
                ErrorKind::Unknown,
                format!("`{name}` is neither an input nor a clause"),
                remedy,
            ));
        };
        let unit = layout.units.get(amount).copied().unwrap_or(Unit::Ratio);
        check(&at, limit, unit)?;
        for (end, bound) in [(End::Least, &limit.least), (End::Most, &limit.most)] {
            let Some(bound) = bound else { continue };
            let bound = resolved(&at, bound, amount, unit, document, layout)?;
            limits.push(Limited { amount, end, bound, why: limit.why.clone() });
        }
    }
    // An input is told before the clause that it is beyond its limit for.
    limits.sort_by_key(|limited| limited.amount);
    Ok(limits)
}

/// That it says something, and more than the unit says already.
fn check(at: &At, limit: &Limit, unit: Unit) -> Checked<()> {
    let refuse = |problem: String, remedy: &str| Err(fault(at.clone(), ErrorKind::Range, problem, remedy));
    if limit.bounds().next().is_none() {
        return refuse("it limits nothing".to_owned(), "add `least` or `most`, or take it away");
    }
    let number = |bound: &Option<Bound>| match bound {
        Some(Bound::Number(Exact(number))) => Some(*number),
        _ => None,
    };
    let (least, most) = (number(&limit.least), number(&limit.most));
    if let (Some(least), Some(most)) = (least, most)
        && most < least
    {
        return refuse(format!("the most, {most}, is below the least, {least}"), "swap the two");
    }
    for number in [least, most].into_iter().flatten() {
        if unit == Unit::Count && number < Decimal::ZERO {
            return refuse(
                format!("{number} is negative, and a count is not"),
                "write a number of at least 0",
            );
        }
        if unit == Unit::Share && !(Decimal::ZERO..=Decimal::ONE).contains(&number) {
            return refuse(
                format!("{number} is outside 0 to 1, where every share is"),
                "write a number from 0 to 1, or give it the unit ratio",
            );
        }
    }
    Ok(())
}

fn resolved(
    at: &At,
    bound: &Bound,
    amount: usize,
    unit: Unit,
    document: &Document,
    layout: &Layout,
) -> Checked<BoundAt> {
    let refuse =
        |kind, problem: String, remedy: String| -> Fault { fault(at.clone(), kind, problem, remedy) };
    let name = match bound {
        Bound::Number(number) => {
            let counted = if unit.has_money() {
                power_of_ten(document.currency.exponent()).and_then(|step| decimal::multiply(number.0, step))
            } else {
                Ok(number.0)
            };
            return counted.map(BoundAt::Number).map_err(|_| {
                let problem = format!("{number} has more digits than can be held exactly");
                refuse(ErrorKind::Range, problem, "write a shorter number".to_owned())
            });
        }
        Bound::Amount(name) => name,
    };
    let Some(place) = layout.place(name) else {
        let remedy = did_you_mean(name, "write a plain decimal, or name one of", layout.names.iter());
        let problem = format!("`{name}` is neither a decimal nor an input, a term with `values` or a clause");
        return Err(refuse(ErrorKind::Unknown, problem, remedy));
    };
    if place == amount {
        let remedy = "write a number, or name another amount".to_owned();
        return Err(refuse(ErrorKind::Name, format!("`{name}` limits itself"), remedy));
    }
    let other = layout.units.get(place).copied().unwrap_or(unit);
    if !other.fits(unit) {
        let problem = format!("`{name}` is {other}, and what it limits is {unit}");
        return Err(refuse(ErrorKind::Unit, problem, format!("name an amount that is {unit}")));
    }
    Ok(BoundAt::Place(place))
}
