//! The contract file as it is written: inputs, terms and clauses, and who is party to it.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{limit::Limit, rule::Rule, term::Term, unit::Unit};
use crate::{
    decimal::Exact,
    exposure::{Date, Period},
    money::{Currency, Rounding},
};

/// What a party does in the contract; comparisons add up results by role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Who buys care for a population: a commissioner (ICB, CCG), CMS, an insurer.
    Payer,
    /// Who is paid and bears the cost of care: a trust, an ACO, a primary care network.
    Provider,
    /// A fund that others pay into and draw from.
    Pool,
    /// An outside carrier of risk, paid a premium.
    Reinsurer,
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Payer => "payer",
            Self::Provider => "provider",
            Self::Pool => "pool",
            Self::Reinsurer => "reinsurer",
        })
    }
}

/// Which way a clause's amount moves; a negative amount moves the other way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pays {
    /// The party that pays.
    pub from: String,
    /// The party that is paid.
    pub to: String,
}

/// One step of the waterfall: a new name for one rule over names above it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// The name of the amount that the clause defines.
    pub name: String,
    /// What it is.
    pub rule: Rule,
    /// How it is rounded, in decimals of the written unit; unrounded where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<Rounding>,
    /// The parties between which the amount moves, where money moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pays: Option<Pays>,
    /// Where the clause is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Whether the source could not be checked, or leaves the rule open; every statement that uses the clause says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unverified: bool,
    /// The row of the regulator's own statement, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// What the amount is, in a sentence for a reader who does not see the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

impl Clause {
    /// A clause that defines `name` by a rule, unrounded and moving no money.
    pub fn new(name: impl Into<String>, rule: Rule) -> Self {
        Self {
            name: name.into(),
            rule,
            round: None,
            pays: None,
            source: None,
            unverified: false,
            row: None,
            about: None,
        }
    }
}

/// One person of a worked example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExamplePerson {
    /// Member months, above 0 and at most 12.
    pub months: Exact,
    /// The class for thresholds by class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The person's amount of each input that is measured person by person.
    pub amounts: IndexMap<String, Exact>,
}

/// A worked example that the contract must reproduce: `capitation check` settles it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What the example shows.
    pub name: String,
    /// Where it is printed, or how it was worked out.
    pub source: String,
    /// The day whose terms apply; the first day of the contract where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
    /// The inputs.
    #[serde(default)]
    pub given: IndexMap<String, Exact>,
    /// The people, where a clause acts on each person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<ExamplePerson>,
    /// The amounts that must come out, by clause.
    pub gives: IndexMap<String, Exact>,
}

/// A contract file, before its names, units and ranges are checked.
///
/// It is read and written as TOML or JSON. Only [`Contract::new`](super::Contract::new) makes it a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    title = "Contract",
    description = "How a provider of health care is paid: inputs, terms and clauses."
)]
pub struct Document {
    /// What the contract is called.
    pub name: String,
    /// What it is for, in a sentence or two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The currency of every amount.
    pub currency: Currency,
    /// The days it covers.
    pub period: Period,
    /// The parties and what each does.
    pub parties: IndexMap<String, Role>,
    /// What must be measured, with units.
    pub inputs: IndexMap<String, Unit>,
    /// How inputs are measured, in a sentence each.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub measured: IndexMap<String, String>,
    /// What an input, or what a clause makes of inputs, can be at all; beyond it, what was given is refused.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub limits: IndexMap<String, Limit>,
    /// Who bears each measured cost.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub bears: IndexMap<String, String>,
    /// The term that a budget-neutral comparison scales.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaled: Option<String>,
    /// What was agreed.
    #[serde(default)]
    pub terms: IndexMap<String, Term>,
    /// What follows, in order.
    pub clause: Vec<Clause>,
    /// Worked examples that must come out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub example: Vec<Example>,
}
