//! What made an allocation.

use serde::Serialize;

use super::{Formula, Places};

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
    /// Terms of the formula whose source could not be checked.
    pub unverified: Vec<String>,
}

impl Made {
    pub(super) fn of(formula: &Formula, places: &Places) -> Self {
        let contract = formula.contract();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            formula: contract.name().to_owned(),
            contract: contract.fingerprint(),
            places: places.fingerprint(),
            unverified: contract.unverified().map(str::to_owned).collect(),
        }
    }
}
