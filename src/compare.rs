//! The main job: contracts side by side on one population.
//!
//! Every contract meets the same drawn panels of people. Unless told otherwise the comparison is budget neutral:
//! each contract's one scaled term is solved so that the payer's expected outlay is the same under all, at one
//! named panel size. What then differs is who carries the risk, and what the next admission does to whom.

mod assumptions;
mod by_year;
mod marginal;
mod neutral;
mod prepared;
mod reading;
mod result;
mod segments;
mod table;

use std::ops::ControlFlow;

use indexmap::IndexMap;
use rust_decimal::Decimal;

pub use crate::population::LEAST_REPORTED;
pub use marginal::MarginalCost;
pub use result::{
    Assumption, Basis, Comparison, ConcentrationRow, Concentrations, ContractResult, Marginal, PartyAtSize,
    PartyEffect, PartyRow, SizeResult, Solved, Stamp, YearResult,
};
pub use segments::{CORE20_NAME, Segment, SegmentActivity, SegmentEffect, Segments};

use self::prepared::{Panelled, Prepared};
use crate::{
    contract::{Contract, Role},
    error::{Error, ErrorKind, Result},
    exposure::Date,
    population::{Measure, MeasureUnit, Population},
    risk::panels::{Panels, draw_sums},
};

/// What a comparison is asked to do.
///
/// ```
/// use capitation::{Contract, Population, compare::Compare};
/// # use capitation::{Currency, money::RoundingMode, population::Columns};
/// # fn main() -> capitation::Result<()> {
/// # let columns = Columns::new()
/// #     .member_months("months", vec![12.0; 16])
/// #     .cost("cost", [0.0, 0.0, 30.0, 60.0, 90.0, 120.0, 400.0, 5000.0].repeat(2))
/// #     .activity("admissions", "adm", [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0].repeat(2))
/// #     .activity("visits", "visits", [0.0, 1.0, 1.0, 2.0, 3.0, 4.0, 4.0, 9.0].repeat(2));
/// # let population = Population::from_columns(&columns, Currency::new("USD")?, RoundingMode::HalfUp)?;
/// let contracts = [
///     Contract::from_toml(include_str!("../examples/contracts/payment-by-results.toml"))?,
///     Contract::from_toml(include_str!("../examples/contracts/capitation.toml"))?,
/// ];
/// let comparison = Compare::new(&population, &contracts).sizes([100, 1_000], 1_000).draws(200).run()?;
/// println!("{comparison}");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Compare<'a> {
    population: &'a Population,
    contracts: &'a [Contract],
    sizes: Vec<usize>,
    panel: usize,
    draws: usize,
    seed: u64,
    neutral: bool,
    marginal: Option<MarginalCost>,
    given: IndexMap<String, Decimal>,
    on: Option<Date>,
    least_reported: usize,
}

/// Panel sizes where none are named: a large practice's contract, a network, a small and a middling ACO.
pub const SIZES: [usize; 4] = [500, 2_000, 5_000, 20_000];
/// The panel size at which a comparison is budget neutral where none is named: the least that Medicare lets an
/// accountable care organisation have (42 CFR 425.110(a)).
pub const PANEL: usize = 5_000;
/// Drawn panels of each size where no number is named.
pub const DRAWS: usize = 10_000;
/// The seed of the draws where none is named.
pub const SEED: u64 = 1;

/// More panels than this are not drawn: their results would not fit into memory.
const MOST_DRAWS: usize = 10_000_000;

impl<'a> Compare<'a> {
    /// A comparison of these contracts on this population. The first contract, as it is written, sets the outlay
    /// that the others are scaled to.
    pub fn new(population: &'a Population, contracts: &'a [Contract]) -> Self {
        Self {
            population,
            contracts,
            sizes: SIZES.to_vec(),
            panel: PANEL,
            draws: DRAWS,
            seed: SEED,
            neutral: true,
            marginal: None,
            given: IndexMap::new(),
            on: None,
            least_reported: LEAST_REPORTED,
        }
    }

    /// Panel sizes, and the one of them at which outlays are made equal.
    #[must_use]
    pub fn sizes(mut self, sizes: impl Into<Vec<usize>>, panel: usize) -> Self {
        self.sizes = sizes.into();
        self.panel = panel;
        self
    }

    /// How many panels of each size are drawn.
    #[must_use]
    pub fn draws(mut self, draws: usize) -> Self {
        self.draws = draws;
        self
    }

    /// The seed of the draws: the same seed gives the same result to the bit.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Leaves every contract as it is written, whatever it costs the payer.
    #[must_use]
    pub fn as_written(mut self) -> Self {
        self.neutral = false;
        self
    }

    /// What an admission, a visit, costs the provider, and which share of it is saved when there is one less.
    ///
    /// A price is not a cost, and most of a hospital's cost stays when one patient does not come; there is no
    /// default. Without it, what one admission more or less does is not computed, and the result says so.
    #[must_use]
    pub fn marginal_cost(mut self, marginal: MarginalCost) -> Self {
        self.marginal = Some(marginal);
        self
    }

    /// An input that the population does not have, the same in every panel: a quality score, a baseline. Money is in
    /// major units.
    #[must_use]
    pub fn given(mut self, input: impl Into<String>, amount: Decimal) -> Self {
        self.given.insert(input.into(), amount);
        self
    }

    /// The day whose terms apply; needed where a term changes within a contract's period.
    #[must_use]
    pub fn on(mut self, day: Date) -> Self {
        self.on = Some(day);
        self
    }

    /// The least number of people that anything is told of; eleven unless it is named. Lower it where that is allowed.
    #[must_use]
    pub fn least_reported(mut self, people: usize) -> Self {
        self.least_reported = people;
        self
    }

    /// Runs the comparison.
    ///
    /// # Errors
    /// [`Comparison`](ErrorKind::Comparison) where contracts cannot be compared or no value of the scaled term gives
    /// the common outlay, [`Currency`](ErrorKind::Currency) where a contract and the population are in different
    /// currencies, [`Experience`](ErrorKind::Experience) where a contract needs an input that nobody gives.
    pub fn run(&self) -> Result<Comparison> {
        let run = self.run_with(|_, _| ControlFlow::Continue(()))?;
        run.ok_or_else(|| Error::new(ErrorKind::Comparison, "comparison", "it was stopped", "run it again"))
    }

    /// Runs the comparison and tells how far it is, in drawn panels done and to do; `None` where it was told to stop.
    ///
    /// # Errors
    /// As [`Compare::run`].
    pub fn run_with(
        &self,
        progress: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Option<Comparison>> {
        self.check()?;
        let panels = Panels::new(self.sizes.clone(), self.draws, self.seed)?;
        let days = self.contracts.iter().map(|c| self.day_of(c)).collect::<Result<Vec<_>>>()?;
        let mut prepared = Prepared::new(self.population, &self.given);
        let written = self
            .contracts
            .iter()
            .zip(&days)
            .map(|(contract, day)| prepared.add(contract, *day))
            .collect::<Result<Vec<_>>>()?;
        let Some(sums) = draw_sums(self.population, &prepared.columns(), &panels, progress)? else {
            return Ok(None);
        };
        let panelled = Panelled::new(&prepared, &sums);
        let place = panels.sizes().iter().position(|size| *size == self.panel).unwrap_or(0);
        let solved = if self.neutral {
            neutral::solve(self.contracts, &days, &written, &panelled, place)?
        } else {
            written.into_iter().map(neutral::Neutral::as_written).collect()
        };
        result::assemble(self, &panels, &days, &prepared, &panelled, &solved, place).map(Some)
    }

    fn day_of(&self, contract: &Contract) -> Result<Date> {
        match (self.on, contract.changes().first()) {
            (Some(day), _) => Ok(day),
            (None, None) => Ok(contract.period().start),
            (None, Some(change)) => Err(Error::new(
                ErrorKind::Period,
                format!("contract `{}`", contract.name()),
                format!("a term changes on {change}, and no day is named"),
                "name the day whose terms apply",
            )),
        }
    }

    fn check(&self) -> Result<()> {
        let refuse = |problem: String, remedy: &str| {
            Err(Error::new(ErrorKind::Comparison, "comparison", problem, remedy))
        };
        if self.contracts.is_empty() {
            return refuse("there is no contract".to_owned(), "give at least one; two make a comparison");
        }
        for (index, contract) in self.contracts.iter().enumerate() {
            if self.contracts.iter().take(index).any(|other| other.name() == contract.name()) {
                return refuse(
                    format!("two contracts are called `{}`", contract.name()),
                    "give each its own name, since results are told apart by it",
                );
            }
            if contract.currency() != self.population.currency() {
                return Err(Error::new(
                    ErrorKind::Currency,
                    format!("contract `{}`", contract.name()),
                    format!(
                        "it is in {}, and the population is in {}",
                        contract.currency(),
                        self.population.currency()
                    ),
                    "convert one of them first, at a rate and date you can state",
                ));
            }
            if contract.document().bears.is_empty() {
                return refuse(
                    format!("contract `{}` does not say who bears the cost of care", contract.name()),
                    "add bears = { \"actual cost\" = \"provider\" }",
                );
            }
        }
        let least = self.least_reported;
        let people = self.population.people_weighed();
        if people < least {
            return refuse(
                format!("it would be about {people} people, and nothing is told of fewer than {least}"),
                "give more people, or lower `least_reported` where that is allowed",
            );
        }
        if let Some(size) = self.sizes.iter().find(|size| **size < least) {
            return refuse(
                format!(
                    "panels of {size} would show single people, and nothing is told of fewer than {least}"
                ),
                "name larger panels, or lower `least_reported` where that is allowed",
            );
        }
        if self.sizes.is_empty() {
            return refuse("there is no panel size".to_owned(), "name at least one, such as 5,000");
        }
        if self.draws > MOST_DRAWS {
            return refuse(
                format!("{} panels of each size do not fit into memory", self.draws),
                "draw at most 10,000,000; ten thousand are enough for most questions",
            );
        }
        if !self.sizes.contains(&self.panel) {
            return refuse(
                format!("the panel of {} at which outlays are made equal is not among the sizes", self.panel),
                "name one of the sizes",
            );
        }
        for activity in self.marginal.iter().flat_map(|marginal| marginal.unit_costs().keys()) {
            let measured = self.population.measures().get(activity).map(Measure::unit);
            if measured != Some(MeasureUnit::Count) {
                return refuse(
                    format!("the population does not count `{activity}`, which has a unit cost"),
                    "take it away, or correct its name",
                );
            }
        }
        for contract in self.contracts {
            contract
                .check_given(&self.given)
                .map_err(|why| why.within(format!("contract `{}`", contract.name())))?;
        }
        let unused = self.given.keys().find(|name| {
            !self.contracts.iter().any(|contract| contract.document().inputs.contains_key(*name))
        });
        if let Some(name) = unused {
            return refuse(
                format!("no contract asks for the given `{name}`"),
                "take it away, or correct its name",
            );
        }
        Ok(())
    }
}

/// The places of a contract's parties that have a role.
fn places_of(contract: &Contract, role: Role) -> Vec<usize> {
    let parties = contract.document().parties.values().enumerate();
    parties.filter(|(_, known)| **known == role).map(|(place, _)| place).collect()
}
