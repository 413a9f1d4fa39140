//! What comes out: a cost base under contracts.

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

use super::{summary::CostSummary, to_the_penny};
use crate::money::Currency;

/// An input or term that was set so that the contract costs the payer at plan what the first one costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SetAmount {
    /// The input or the term.
    pub name: String,
    /// Whether it is a term of the contract; an input otherwise.
    pub is_term: bool,
    /// What the contract had written, for a term.
    pub written: Option<Decimal>,
    /// What it was set to.
    pub value: Decimal,
    /// By how much the outlay at plan is still above that of the first contract.
    pub residual: Decimal,
}

/// What an input of a contract was taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct InputTaken {
    /// The input.
    pub input: String,
    /// In words: a quantity of the cost base, or that it was given or set.
    pub from: String,
    /// Whether the name alone said what is meant.
    pub by_name: bool,
    /// What it comes to at plan.
    pub at_plan: Decimal,
}

/// Priced work at a point of delivery that no input of a contract counts. Money is in major units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NotCounted {
    /// The point of delivery.
    pub point: String,
    /// Its planned activity, of lines with a price.
    pub activity: Decimal,
    /// What that comes to at full price.
    pub income: Decimal,
    /// What it costs.
    pub cost: Decimal,
    /// The inputs or terms that were named to pay for it.
    pub paid_by: Vec<String>,
}

impl fmt::Display for NotCounted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [activity, income, cost] =
            [self.activity, self.income, self.cost].map(|it| to_the_penny(it).normalize());
        write!(f, "{} (activity {activity}, at full price {income}, cost {cost})", self.point)
    }
}

/// A contract at one change of activity. Money is in major units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Outcome {
    /// The change; `plan` is activity as planned.
    pub change: String,
    /// What the hospital is paid.
    pub payment: Decimal,
    /// Its cost that stays as planned.
    pub fixed_cost: Decimal,
    /// Its cost that goes with activity.
    pub marginal_cost: Decimal,
    /// What is left to it: payment − cost.
    pub result: Decimal,
    /// What the payers pay, to the hospital and to others.
    pub outlay: Decimal,
    /// What other parties receive: a pool, a reinvestment fund. Outlay = payment + this.
    pub others: Decimal,
    /// By how much the result is above that at plan.
    pub result_against_plan: Decimal,
    /// By how much the outlay is above that at plan.
    pub outlay_against_plan: Decimal,
}

/// What one case more or less does, as the difference of two settlements. Money is in major units.
///
/// Hospital + payer + others = the cost that is saved, or −(the cost that is added): what is paid goes from one to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SpellEffect {
    /// The change of activity from which it is one more or less.
    pub change: String,
    /// The point of delivery.
    pub point: String,
    /// The code, where it is a case of one; nothing for the mean case of the point.
    pub code: Option<String>,
    /// −1 for one less, 1 for one more.
    pub cases: i8,
    /// The price of the case in full.
    pub price: Decimal,
    /// What it costs at the margin.
    pub marginal_cost: Decimal,
    /// By how much the hospital's payment changes.
    pub payment: Decimal,
    /// By how much its result changes: payment − cost.
    pub hospital: Decimal,
    /// By how much the payers are better off.
    pub payer: Decimal,
    /// By how much other parties are better off.
    pub others: Decimal,
    /// For one less: the hospital's change as a part of marginal cost, to six decimals, half up. 1 keeps all that is
    /// saved; below nought it loses. Nothing for one more, and without marginal cost.
    pub power_over_volume: Option<Decimal>,
}

/// A cost base under one contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnderContract {
    /// What it is called here.
    pub name: String,
    /// The contract's fingerprint, with what was set.
    pub fingerprint: String,
    /// What was set so that it costs the payer at plan what the first contract costs; nothing where it is as written.
    pub set: Option<SetAmount>,
    /// What each input was taken from.
    pub inputs: Vec<InputTaken>,
    /// Whether any of them counts activity: a block or a capita does not, and pays for all that is done.
    pub counts_activity: bool,
    /// The priced work that none of them counts, and what pays for it.
    pub not_counted: Vec<NotCounted>,
    /// At plan, and at each change.
    pub outcomes: Vec<Outcome>,
    /// One case less and one more, by point of delivery, at plan and at each change.
    pub spells: Vec<SpellEffect>,
    /// Its terms whose source could not be checked.
    pub unverified: Vec<String>,
}

/// What a result was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stamp {
    /// The version of this crate.
    pub version: String,
    /// The fingerprint of the cost base.
    pub cost_base: String,
    /// Where its prices come from.
    pub prices: Vec<String>,
    /// The share of cost that is marginal, in words.
    pub marginal_share: String,
    /// What else the result rests on, a sentence each.
    pub notes: Vec<String>,
}

/// A cost base under contracts, side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnderContracts {
    /// The currency of every amount.
    pub currency: Currency,
    /// The cost base by point of delivery, at plan.
    pub points: Vec<CostSummary>,
    /// Each contract, in the order in which they were given.
    pub contracts: Vec<UnderContract>,
    /// What the result was made of.
    pub stamp: Stamp,
}

impl UnderContracts {
    /// A contract by its name.
    pub fn contract(&self, name: &str) -> Option<&UnderContract> {
        self.contracts.iter().find(|contract| contract.name == name)
    }

    /// A contract at one change of activity; `plan` is activity as planned.
    pub fn outcome(&self, contract: &str, change: &str) -> Option<&Outcome> {
        self.contract(contract)?.outcomes.iter().find(|outcome| outcome.change == change)
    }

    /// What one mean case of a point less does, at plan.
    pub fn of_one_less(&self, contract: &str, point: &str) -> Option<&SpellEffect> {
        self.contract(contract)?.spells.iter().find(|effect| {
            effect.change == super::change::PLAN
                && effect.point == point
                && effect.code.is_none()
                && effect.cases < 0
        })
    }

    /// The result as JSON, amounts as decimal texts.
    ///
    /// # Errors
    /// None that can occur.
    pub fn to_json(&self) -> crate::Result<String> {
        serde_json::to_string(self).map_err(|why| {
            crate::Error::new(crate::ErrorKind::Syntax, "result", why.to_string(), "report this")
        })
    }
}
