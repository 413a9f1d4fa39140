//! What made an allocation.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Formula, Places};
use crate::{
    adjustment::amounts::{minus, quotient, sum},
    error::Result,
    money::Money,
};

/// Decimals of a part that is told.
const PART: i32 = 9;

/// What a weighted population adds up to, beside the registered list: nothing where it is normalised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ComponentSum {
    /// The input of the formula.
    pub name: String,
    /// What it adds up to over all places.
    pub people: Decimal,
    /// The same as a part of the registered list, less 1, half up to nine decimals.
    pub beside_list: Decimal,
}

/// What made an allocation: it goes with every table and chart of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Made {
    /// The version of this crate.
    pub version: String,
    /// The formula's name.
    pub formula: String,
    /// The fingerprint of its contract.
    pub contract: String,
    /// The fingerprint of the places.
    pub places: String,
    /// What was shared out, in major units; nothing where each place is due the contract's own amount.
    pub total: Option<Decimal>,
    /// What each weighted population adds up to.
    pub sums: Vec<ComponentSum>,
    /// Terms of the formula whose source could not be checked.
    pub unverified: Vec<String>,
}

impl Made {
    pub(super) fn of(formula: &Formula, places: &Places, total: Option<Money>) -> Result<Self> {
        let contract = formula.contract();
        let list = sum("registered list", Formula::registered(places)?)?;
        let one = |(name, people): (&str, &[Decimal])| {
            let people = sum(name, people)?;
            let beside_list = quotient(name, minus(name, people, list)?, list, PART)?;
            Ok(ComponentSum {
                name: name.to_owned(),
                people: people.normalize(),
                beside_list: beside_list.normalize(),
            })
        };
        Ok(Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            formula: contract.name().to_owned(),
            contract: contract.fingerprint(),
            places: places.fingerprint(),
            total: total.map(|total| total.amount()),
            sums: formula.weighted(places)?.into_iter().map(one).collect::<Result<_>>()?,
            unverified: contract.unverified().map(str::to_owned).collect(),
        })
    }
}
