//! One contract of a family: its power, its risk and what it costs.

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{Basis, Family, family::empty, ground::Grounds, solve};
use crate::{
    decimal,
    error::Result,
    exposure::Date,
    risk::{
        measures::as_float,
        power::{Power, party_of, power},
        question::Question,
        result_risk::ResultRisk,
        valued::{Laws, Moved, PartyPayoff, Valued},
    },
};

/// One contract of a family: its power, its risk and what it costs the payer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FrontierPoint {
    /// Its place in the family.
    pub member: usize,
    /// What it is called.
    pub label: String,
    /// Where it lies on each axis of its grid.
    pub settings: IndexMap<String, String>,
    /// Terms that were solved for it.
    pub solved: Vec<SolvedTerm>,
    /// What the provider keeps of a saved pound.
    pub power: Power,
    /// The provider's risk, after its fixed cost.
    pub risk: ResultRisk,
    /// What the payer pays on average, less what it is paid, with the costs that it bears; in major units.
    pub outlay: f64,
    /// A contract that beats it, by its place in the frontier's points: at least its power at no more risk and no more outlay.
    pub beaten_by: Option<usize>,
}

/// A term that was solved.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SolvedTerm {
    /// The term.
    pub term: String,
    /// Its value as written.
    pub written: Decimal,
    /// Its value as solved.
    pub solved: Decimal,
    /// How far what it was solved for is then missed, as a part of it.
    pub residual: f64,
}

pub(super) fn point(
    grounds: &Grounds,
    laws: &Laws,
    family: &Family,
    place: usize,
    on: Date,
    basis: &Basis,
    target: Option<f64>,
) -> Result<FrontierPoint> {
    let (Some(member), Some(ground)) = (family.members.get(place), grounds.of(place)) else {
        return Err(empty());
    };
    let cells = || Ok(laws.cells());
    let question = Question::with_cells(&member.contract, &ground.model, &ground.given, on, cells)?;
    let valued = Valued::new(question, laws)?;
    let mut reading = valued.reading();
    let solved = solve::terms(&valued, &mut reading, on, basis, target)?;
    let results = valued.results(&reading, &Moved::NOT)?;
    let provider = party_of(&results, &basis.provider)?;
    Ok(FrontierPoint {
        member: place,
        label: member.label.clone(),
        settings: member.settings.clone(),
        solved,
        power: power(&valued, &reading, provider, &basis.saving)?,
        risk: risk(&valued, provider, basis, target)?,
        outlay: solve::outlay(&valued, &results)? / ground.model.minor(),
        beaten_by: None,
    })
}

/// The provider's risk, of what is left after its fixed cost. What solving a term leaves open of a result is no deficit.
fn risk(
    valued: &Valued<'_>,
    provider: &PartyPayoff<'_>,
    basis: &Basis,
    target: Option<f64>,
) -> Result<ResultRisk> {
    let left = solve::CLOSE * target.unwrap_or(0.0);
    let model = valued.question.model;
    let minor = model.minor();
    let (fixed, reserve) = (decimal::to_f64(basis.fixed_cost), decimal::to_f64(basis.reserve));
    let people = as_float(usize::try_from(model.people()).unwrap_or(usize::MAX));
    let result = valued.distribution(provider)?;
    let a_head = |amount: f64| (amount / minor - fixed) / people;
    Ok(ResultRisk {
        mean: a_head(result.mean()),
        standard_deviation: result.standard_deviation() / minor / people,
        tvar: -a_head(result.mean_of_worst(basis.level)?),
        level: basis.level,
        probability_of_deficit: result.probability_below(fixed * minor - left),
        reserve,
        probability_beyond_reserve: result.probability_below((fixed - reserve) * minor - left),
        error: result.error(),
    })
}
