//! What a simulation was made of.

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Serialize;

use super::how::Simulation;
use crate::{contract::Contract, exposure::Date, risk::cost_model::CostModel};

/// What a simulation was made of: it goes wherever its results go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SimulatedStamp {
    /// The version of this crate.
    pub version: String,
    /// The fingerprint of the contract.
    pub contract: String,
    /// For each contract year the day whose terms apply.
    pub terms_of: Vec<Date>,
    /// The fingerprint of the cost model.
    pub model: String,
    /// How many people it has.
    pub people: u64,
    /// Inputs that were given, as they were given.
    pub given: IndexMap<String, String>,
    /// Terms whose source could not be checked.
    pub unverified: Vec<String>,
    /// How many years, or paths of years, were drawn.
    pub years: usize,
    /// The seed of the streams.
    pub seed: u64,
    /// Growth of costs from year to year.
    pub trend: String,
    /// The rate by which results of later years count for less on the whole path.
    pub discount: String,
    /// Inputs made of earlier costs, each in words.
    pub rebased: IndexMap<String, String>,
}

impl SimulatedStamp {
    pub(super) fn of(
        contract: &Contract,
        model: &CostModel,
        given: &IndexMap<String, Decimal>,
        terms_of: Vec<Date>,
        how: &Simulation,
    ) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            contract: contract.fingerprint(),
            terms_of,
            model: model.fingerprint(),
            people: model.people(),
            given: given.iter().map(|(name, amount)| (name.clone(), amount.to_string())).collect(),
            unverified: contract.unverified().map(str::to_owned).collect(),
            years: how.years,
            seed: how.seed,
            trend: how.trend.to_string(),
            discount: how.discount.to_string(),
            rebased: how.rebased.iter().map(|rebase| (rebase.input.clone(), rebase.words())).collect(),
        }
    }
}
