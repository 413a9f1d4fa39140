//! What an outlook was made of.

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::{contract::Contract, exposure::Date, risk::cost_model::CostModel};

/// What an outlook was made of: it goes wherever the outlook goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OutlookStamp {
    /// The version of this crate.
    pub version: String,
    /// The fingerprint of the contract.
    pub contract: String,
    /// The day whose terms apply.
    pub terms_of: Date,
    /// The fingerprint of the cost model.
    pub model: String,
    /// How many people it has.
    pub people: u64,
    /// Inputs that were given, as they were given.
    pub given: IndexMap<String, String>,
    /// Terms whose source could not be checked.
    pub unverified: Vec<String>,
}

impl OutlookStamp {
    pub(in crate::risk) fn of(
        contract: &Contract,
        model: &CostModel,
        given: &IndexMap<String, Decimal>,
        terms_of: Date,
    ) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            contract: contract.fingerprint(),
            terms_of,
            model: model.fingerprint(),
            people: model.people(),
            given: given.iter().map(|(name, amount)| (name.clone(), amount.to_string())).collect(),
            unverified: contract.unverified().map(str::to_owned).collect(),
        }
    }
}
