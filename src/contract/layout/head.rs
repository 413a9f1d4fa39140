//! The checks of what stands around the clauses: the head of the contract, and its worked examples.

use super::{At, Checked, fault, names::did_you_mean};
use crate::{
    contract::{Document, Role},
    error::ErrorKind,
};

pub(super) fn check(document: &Document) -> Checked<()> {
    let missing =
        |key, problem: &str, remedy: &str| Err(fault(At::Key(key), ErrorKind::Value, problem, remedy));
    if document.name.trim().is_empty() {
        return missing("name", "the contract has no name", "name it as the parties do");
    }
    if document.period.end < document.period.start {
        return Err(fault(
            At::Key("period"),
            ErrorKind::Period,
            format!("it ends on {}, before it starts on {}", document.period.end, document.period.start),
            "swap the two dates",
        ));
    }
    if document.parties.len() < 2 {
        return missing("parties", "a contract has at least two parties", "name a payer and a provider");
    }
    if let Some((name, _)) = document.parties.iter().find(|(name, _)| name.trim().is_empty()) {
        return Err(fault(
            At::Party(name.clone()),
            ErrorKind::Name,
            "the name is blank",
            "give the party a name",
        ));
    }
    for role in [Role::Payer, Role::Provider] {
        if !document.parties.values().any(|known| *known == role) {
            return Err(fault(
                At::Key("parties"),
                ErrorKind::Value,
                format!("no party is the {role}"),
                format!("give one party the role \"{role}\""),
            ));
        }
    }
    if let Some(name) = document.measured.keys().find(|name| !document.inputs.contains_key(*name)) {
        return Err(fault(
            At::Key("measured"),
            ErrorKind::Unknown,
            format!("`{name}` is not an input"),
            did_you_mean(name, "say how an input is measured, one of", document.inputs.keys()),
        ));
    }
    if document.clause.is_empty() {
        return missing("clause", "the contract has no clauses", "add at least one [[clause]]");
    }
    Ok(())
}

/// That somebody pays: what distinguishes a contract from a calculation.
pub(super) fn check_payments(document: &Document) -> Checked<()> {
    if document.clause.iter().any(|clause| clause.pays.is_some()) {
        return Ok(());
    }
    Err(fault(
        At::Key("clause"),
        ErrorKind::Value,
        "no clause pays anyone",
        "add `pays = { from = ..., to = ... }` where money moves",
    ))
}

pub(super) fn check_examples(document: &Document) -> Checked<()> {
    for (index, example) in document.example.iter().enumerate() {
        let at = At::Example(index, example.name.clone());
        if let Some(name) =
            example.gives.keys().find(|name| !document.clause.iter().any(|c| c.name == **name))
        {
            return Err(fault(
                at,
                ErrorKind::Unknown,
                format!("`{name}` is not a clause"),
                did_you_mean(
                    name,
                    "name a clause whose amount is known, one of",
                    document.clause.iter().map(|clause| &clause.name),
                ),
            ));
        }
        if example.gives.is_empty() {
            return Err(fault(
                at,
                ErrorKind::Value,
                "it gives nothing",
                "add the amounts that must come out under `gives`",
            ));
        }
        if let Some(on) = example.on
            && !document.period.contains(on)
        {
            return Err(fault(
                at,
                ErrorKind::Period,
                format!("{on} is outside the contract, {}", document.period),
                "choose a day that the contract covers",
            ));
        }
    }
    Ok(())
}
