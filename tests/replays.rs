//! Contracts that failed or held, settled from what was published about them: every printed figure that follows from
//! others comes out, or is listed with the reason why it does not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail

#[path = "replays/alzira.rs"]
mod alzira;
#[path = "replays/bedfordshire.rs"]
mod bedfordshire;
#[path = "replays/deficit.rs"]
mod deficit;
#[path = "replays/kinzigtal.rs"]
mod kinzigtal;
#[path = "replays/unitingcare.rs"]
mod unitingcare;

use capitation::contract::Role;
use capitation::settlement::Party;
use capitation::{Contract, Experience, Statement};
use rust_decimal::Decimal;

fn contract(name: &str) -> Contract {
    Contract::read(format!("examples/replays/{name}.toml")).unwrap()
}

/// The same contract with one term changed.
fn with_term(name: &str, term: &str, value: &str) -> Contract {
    let mut document = contract(name).document().clone();
    let term = document.terms.get_mut(term).unwrap();
    term.values = Some(capitation::contract::Dated::Always(value.parse().unwrap()));
    Contract::new(document).unwrap()
}

/// Settled on the contract's first day; what moves between parties must add up.
fn settle(contract: &Contract, given: &[(&str, &str)]) -> Statement {
    let given = given.iter().try_fold(Experience::new(), |given, (name, value)| given.with(*name, value));
    let statement = contract.settle(&given.unwrap(), contract.period().start).unwrap();
    conserves(&statement);
    statement
}

/// Transfers net to zero, and the payer's outlay is the cost of care and what is left to the others.
fn conserves(statement: &Statement) {
    let total = |of: fn(&Party) -> Decimal| -> Decimal { statement.parties().iter().map(of).sum() };
    assert_eq!(total(|p| p.received), total(|p| p.paid));
    assert_eq!(total(|p| p.borne) + total(|p| p.surplus), Decimal::ZERO);
    let payers = statement.parties().iter().filter(|p| p.role == Role::Payer);
    let outlay: Decimal = payers.map(|p| p.paid - p.received + p.borne).sum();
    let others = statement.parties().iter().filter(|p| p.role != Role::Payer);
    assert_eq!(outlay, total(|p| p.borne) + others.map(|p| p.surplus).sum::<Decimal>());
}

fn amount(statement: &Statement, name: &str) -> Decimal {
    statement.amount(name).unwrap()
}

fn surplus(statement: &Statement, party: &str) -> Decimal {
    statement.surplus(party).unwrap().amount()
}

/// A decimal as it is written.
fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}
