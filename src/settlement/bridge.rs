//! Why two settlements differ: which line moved, and which cause moved it.

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Statement, evaluate, statement::Settled, to_written};
use crate::{
    contract::{Plan, Unit},
    decimal,
    error::{Error, ErrorKind, Result},
    money::{Currency, Money, inexact},
};

/// One step of a bridge: what changed and what it did to the party's net receipts, in major units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The line, input or term that changed.
    pub name: String,
    /// What it was, where it is a single amount.
    pub before: Option<Decimal>,
    /// What it is.
    pub after: Option<Decimal>,
    /// What the change did to the party's net receipts.
    pub effect: Decimal,
}

/// The way from one statement to another for one party.
///
/// `lines` are the payments that differ and add up to the whole difference. `causes` are the inputs and terms that
/// differ, each changed alone in the first contract; what they do only together is the `interaction`. Causes need
/// two statements whose contracts have the same names and rules, and each change alone must make a contract that settles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bridge {
    /// The party.
    pub party: String,
    /// Its net receipts in the first statement.
    pub from: Decimal,
    /// Its net receipts in the second.
    pub to: Decimal,
    /// Payments that differ.
    pub lines: Vec<Change>,
    /// Inputs and terms that differ, each with its effect alone; none where the contracts differ in shape, where one
    /// change alone cannot be settled, or where a statement was read back with its comparison.
    pub causes: Option<Vec<Change>>,
    /// What the causes do only together.
    pub interaction: Option<Decimal>,
    currency: Currency,
}

impl Statement {
    /// The way from this statement to another for one party's net receipts.
    ///
    /// # Errors
    /// [`ErrorKind::Currency`] for two currencies, [`ErrorKind::Unknown`] where one of them has no such party,
    /// [`ErrorKind::Arithmetic`] where a difference cannot be held.
    pub fn bridge(&self, to: &Self, party: &str) -> Result<Bridge> {
        let known = |statement: &Self| {
            statement.net(party).ok_or_else(|| {
                Error::new(
                    ErrorKind::Unknown,
                    format!("contract `{}`", statement.contract()),
                    format!("`{party}` is not a party"),
                    "name a party of both contracts",
                )
            })
        };
        let (before, after) = (known(self)?, known(to)?);
        let total = after.minus(&before)?;
        let lines = payments_that_differ(self, to, party)?;
        let causes = match (&self.settled, &to.settled) {
            (Some(from), Some(to)) => causes(from, to, party)?,
            _ => None,
        };
        let interaction = match &causes {
            Some(causes) => {
                let alone = causes.iter().try_fold(Decimal::ZERO, |sum, c| decimal::add(sum, c.effect));
                let alone = alone.map_err(|why| inexact("bridge", why))?;
                Some(decimal::subtract(total.amount(), alone).map_err(|why| inexact("bridge", why))?)
            }
            None => None,
        };
        Ok(Bridge {
            party: party.to_owned(),
            from: before.amount(),
            to: after.amount(),
            lines,
            causes,
            interaction,
            currency: self.currency(),
        })
    }

    /// The party's net receipts on each payment, by clause.
    fn flows(&self, party: &str) -> Result<Vec<(String, Decimal)>> {
        let mut flows: Vec<(String, Decimal)> = Vec::new();
        for line in self.lines() {
            let Some(pays) = &line.pays else { continue };
            if pays.to == party {
                flows.push((line.name.clone(), line.amount));
            } else if pays.from == party {
                let out =
                    decimal::subtract(Decimal::ZERO, line.amount).map_err(|why| inexact("bridge", why))?;
                flows.push((line.name.clone(), out));
            }
        }
        Ok(flows)
    }
}

fn payments_that_differ(from: &Statement, to: &Statement, party: &str) -> Result<Vec<Change>> {
    let (before, after) = (from.flows(party)?, to.flows(party)?);
    let of = |flows: &[(String, Decimal)], name: &str| {
        flows.iter().find(|(known, _)| known == name).map(|(_, amount)| *amount)
    };
    let added = after.iter().filter(|(name, _)| of(&before, name).is_none());
    let mut changes = Vec::new();
    for (name, _) in before.iter().chain(added) {
        let (was, is) = (of(&before, name), of(&after, name));
        let effect = decimal::subtract(is.unwrap_or_default(), was.unwrap_or_default())
            .map_err(|why| inexact("bridge", why))?;
        if !effect.is_zero() {
            changes.push(Change { name: name.clone(), before: was, after: is, effect });
        }
    }
    Ok(changes)
}

/// Something that differs between two runs of contracts of one shape.
enum Difference {
    Amount(usize),
    Table(usize),
    OverPeople(usize),
}

fn causes(from: &Settled, to: &Settled, party: &str) -> Result<Option<Vec<Change>>> {
    let (a, b) = (from.contract.layout(), to.contract.layout());
    if a.names != b.names || a.steps != b.steps || a.tables != b.tables || a.transfers != b.transfers {
        return Ok(None);
    }
    let agreed = a.inputs + a.terms;
    let mut differences: Vec<(String, Difference)> = Vec::new();
    for (place, name) in a.names.iter().enumerate().take(agreed) {
        if from.amounts.get(place) != to.amounts.get(place) {
            differences.push((name.clone(), Difference::Amount(place)));
        }
    }
    for (place, name) in a.tables.iter().enumerate() {
        if !from.plan.same_table(&to.plan, place) {
            differences.push((name.clone(), Difference::Table(place)));
        }
    }
    for (place, layer) in from.plan.person_layers().iter().enumerate() {
        if from.over_people.get(place) != to.over_people.get(place) {
            differences.push((format!("{}, over people", layer.clause), Difference::OverPeople(place)));
        }
    }
    let base = net_of(from, party, &from.amounts);
    let base = base?;
    let mut out = Vec::new();
    for (name, difference) in differences {
        // A mixture of two valid runs need not be one itself: a divisor may come out at zero.
        let Ok((net, before, after)) = changed(from, to, &difference, party) else { return Ok(None) };
        let effect = decimal::subtract(net, base).map_err(|why| inexact("bridge", why))?;
        let effect = to_written(effect, Unit::Money, from.contract.currency().exponent())?;
        out.push(Change { name, before, after, effect });
    }
    Ok(Some(out))
}

/// The party's net receipts with one thing changed, and what it was and is.
fn changed(
    from: &Settled,
    to: &Settled,
    difference: &Difference,
    party: &str,
) -> Result<(Decimal, Option<Decimal>, Option<Decimal>)> {
    let layout = from.contract.layout();
    let exponent = from.contract.currency().exponent();
    let mut plan = from.plan.clone();
    let mut inputs: Vec<Decimal> = from.amounts.iter().take(layout.inputs).copied().collect();
    let mut over_people = from.over_people.clone();
    let (mut before, mut after) = (None, None);
    let mut show = |was: Option<&Decimal>, is: Option<&Decimal>, unit| -> Result<()> {
        before = was.map(|v| to_written(*v, unit, exponent)).transpose()?;
        after = is.map(|v| to_written(*v, unit, exponent)).transpose()?;
        Ok(())
    };
    match difference {
        Difference::Amount(place) => {
            let value = to.amounts.get(*place).copied().unwrap_or_default();
            let unit = layout.units.get(*place).copied().unwrap_or(Unit::Ratio);
            show(from.amounts.get(*place), Some(&value), unit)?;
            match place.checked_sub(layout.inputs) {
                None => {
                    if let Some(slot) = inputs.get_mut(*place) {
                        *slot = value;
                    }
                }
                Some(term) => plan.set_term_at(term, value),
            }
        }
        Difference::Table(place) => plan.copy_table(&to.plan, *place),
        Difference::OverPeople(place) => {
            let value = to.over_people.get(*place).copied().unwrap_or_default();
            show(from.over_people.get(*place), Some(&value), Unit::Money)?;
            if let Some(slot) = over_people.get_mut(*place) {
                *slot = value;
            }
        }
    }
    let amounts = evaluate(&plan, &inputs, &over_people)?;
    Ok((net_of(from, party, &amounts)?, before, after))
}

fn net_of(settled: &Settled, party: &str, amounts: &[Decimal]) -> Result<Decimal> {
    let document = settled.contract.document();
    let place = document.parties.get_index_of(party);
    let mut net = Decimal::ZERO;
    for transfer in &settled.contract.layout().transfers {
        let amount = amounts.get(transfer.amount).copied().unwrap_or_default();
        let sum = match (Some(transfer.to) == place, Some(transfer.from) == place) {
            (true, _) => decimal::add(net, amount),
            (_, true) => decimal::subtract(net, amount),
            _ => Ok(net),
        };
        net = sum.map_err(|why| inexact("bridge", why))?;
    }
    Ok(net)
}

impl Plan {
    fn same_table(&self, other: &Self, place: usize) -> bool {
        self.table(place).zip(other.table(place)).is_some_and(|(a, b)| a == b)
    }
}

impl fmt::Display for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let money = |amount| Money::new(amount, self.currency).to_string();
        writeln!(f, "{}: from {} to {}", self.party, money(self.from), money(self.to))?;
        writeln!(f, "  payments that moved")?;
        for line in &self.lines {
            writeln!(f, "    {}: {}", line.name, money(line.effect))?;
        }
        if let (Some(causes), Some(interaction)) = (&self.causes, self.interaction) {
            writeln!(f, "  causes, each alone")?;
            for cause in causes {
                let values = match (cause.before, cause.after) {
                    (Some(before), Some(after)) => format!(" ({before} to {after})"),
                    _ => String::new(),
                };
                writeln!(f, "    {}{values}: {}", cause.name, money(cause.effect))?;
            }
            writeln!(f, "    together only: {}", money(interaction))?;
        }
        Ok(())
    }
}
