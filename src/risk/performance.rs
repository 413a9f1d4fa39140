//! Insurance risk apart from performance risk: how much of what a result varies by is chance, and how much is what nobody
//! knew.
//!
//! With means, trend and effort known, people still cost more or less than expected, each for itself: that is insurance risk,
//! and pools away as 1/√N. What moves all of them together (shocks, a covariance of cells, means that are not known) is
//! performance risk, and stays however many there are. The two are told apart by the same contract under the same model
//! without and with what moves costs together:
//!
//! ```text
//! Var(R) = Var(R by chance alone) + rest
//! ```
//!
//! For a result that is a line in cost this is the law of total variance, up to a factor on the first part of as little as the
//! variance of the shocks themselves. Where a contract cuts gains or losses off, a spread that moves years into the cut can make
//! a result vary less: the rest may then be below nought, and is told so.

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{cost_model::CostModel, outlook::PartyOutlook};
use crate::{
    contract::{Contract, Role},
    error::Result,
    exposure::Date,
};

/// What one party's result varies by, in major units.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RiskBySource {
    /// The party.
    pub party: String,
    /// Its role.
    pub role: Role,
    /// How many people the model has.
    pub people: u64,
    /// The mean result with all that moves costs.
    pub mean: f64,
    /// The standard deviation by chance alone: insurance risk.
    pub by_chance: f64,
    /// The standard deviation with all.
    pub with_all: f64,
    /// The part of the variance with all that is not chance: performance risk. Below 0 where the contract cuts off so much
    /// that chance alone varies more; nothing where the result does not vary.
    pub performance: Option<f64>,
}

impl Contract {
    /// What every party's result varies by, by chance alone and with all that moves costs together, under a cost model and with
    /// the terms of a day.
    ///
    /// # Errors
    /// As [`outlook`](Self::outlook); [`ErrorKind::Statistic`](crate::ErrorKind::Statistic) where only the mean of a result is
    /// known.
    ///
    /// ```
    /// use capitation::{Contract, risk::{cost_model::{CostModel, Shock}, severity::Severity}};
    /// let contract = Contract::read("templates/capitation.toml")?;
    /// let person = Severity::lognormal(7.0, 1.5)?.with_zeros(0.15)?;
    /// let model = CostModel::new(contract.currency()).cell("all", 8_000, person)?;
    /// let model = model.with_shock(Shock::multiplicative("trend", 0.03)?)?;
    /// let by_source = contract.risk_by_source(&model, &Default::default(), contract.period().start)?;
    /// let provider = by_source.iter().find(|row| row.party == "provider").unwrap();
    /// assert!(provider.with_all > provider.by_chance && provider.performance > Some(0.4));
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn risk_by_source(
        &self,
        model: &CostModel,
        given: &IndexMap<String, Decimal>,
        on: Date,
    ) -> Result<Vec<RiskBySource>> {
        let all = self.outlook(model, given, on)?;
        let chance = self.outlook(&model.by_chance_alone()?, given, on)?;
        let both = all.parties().iter().zip(chance.parties());
        both.map(|(all, chance)| of_party(model.people(), all, chance)).collect()
    }
}

fn of_party(people: u64, all: &PartyOutlook, chance: &PartyOutlook) -> Result<RiskBySource> {
    let (by_chance, with_all) = (chance.standard_deviation()?, all.standard_deviation()?);
    Ok(RiskBySource {
        party: all.name().to_owned(),
        role: all.role(),
        people,
        mean: all.mean(),
        by_chance,
        with_all,
        performance: (with_all > 0.0).then(|| 1.0 - (by_chance / with_all).powi(2)),
    })
}

/// The same for one party, by the size of the panel: the people of the model in their proportions. `given` makes the other
/// inputs for a number of people, since amounts of a whole panel (a benchmark, a block) are others for another size.
///
/// # Errors
/// As [`CostModel::of_size`] and [`Contract::risk_by_source`]; [`ErrorKind::Unknown`](crate::ErrorKind::Unknown) where the
/// contract has no such party.
pub fn risk_by_panel_size(
    contract: &Contract,
    model: &CostModel,
    given: impl Fn(u32) -> IndexMap<String, Decimal>,
    on: Date,
    party: &str,
    sizes: &[u32],
) -> Result<Vec<RiskBySource>> {
    let row = |people: &u32| -> Result<RiskBySource> {
        let (model, given) = (model.of_size(*people)?, given(*people));
        let all = contract.outlook(&model, &given, on)?;
        let chance = contract.outlook(&model.by_chance_alone()?, &given, on)?;
        of_party(model.people(), all.party(party)?, chance.party(party)?)
    };
    sizes.iter().map(|people| row(people).map_err(|why| why.within(format!("{people} people")))).collect()
}
