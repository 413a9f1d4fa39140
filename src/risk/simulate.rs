//! What a contract may come to in drawn years: the second reading of a contract, beside the settlement of what happened and the
//! outlook without sampling.
//!
//! Every person of a cost model is drawn in every year, the layers of a contract are taken of each, and the waterfall is run on
//! the sums. So it has an answer where an outlook has none: where a result depends on amounts that vary apart, and over several
//! years in which a benchmark is made of earlier costs.
//!
//! # The stream
//!
//! This is a published contract, on that of [`random`](crate::random). With one seed the cost of person i of risk cell c in year
//! t of scenario s (all from 0) depends on (s, t, c, i) and on the law of the cell alone: not on the contract, nor on how many
//! scenarios, years or other cells there are, nor on threads. So two contracts with one model and one seed see the same people.
//!
//! - **Costs.** The key stream of [`Purpose::PEOPLE`], coordinates (s, t) and item c is cut into numbers of 32 bits, lowest byte
//!   first; the i-th, w, puts person i at the share (w + ½)/2³² of all people from the most expensive down. Those beyond the
//!   chance of a cost have none. The cost is the quantile of the law there, from a table whose polynomials are within 5e-7 of it
//!   (relative; and 1e-9 of the mean). In both far ends (beyond 2⁻¹⁷ of those with a cost), where the law has jumps or is too
//!   steep for a polynomial, at places between two atoms, in cells where less than one in 64 has a cost, and for laws after the
//!   first 128 forms or in cells of fewer than 8 people, the law itself is asked, with 53 further bits: draw i of
//!   [`Purpose::FINER`], same coordinates and item, upper bits. Atoms and zeros have their probabilities to 2⁻³² or better.
//! - **Factors.** The cost is multiplied by the factor of its cell, e^(Σ Lε − ΣL²/2), and by the growth of costs, and only then
//!   rounded, half to even, to whole minor units. Multiplicative shocks take the draws 0, 1, … of [`Purpose::SHOCKS`],
//!   coordinates (s, t), item 0, in the order of the model; the covariance of the cells those of item 1; what is added to all
//!   draw 0 of item 2. Means that are not known take draw 0 of [`Purpose::MEANS`], coordinates (s, 0), item c: they are the same in all
//!   years of a scenario. Each is a fraction of 53 bits and a half step, through the quantile of the normal law.
//!
//! Sums of whole minor units are exact in a float up to 2⁵³ of them, in any order; a scenario beyond it is refused. What is
//! rounded moves the sum of n people by about 0.3 √n minor units and its mean by nothing.
//!
//! [`Purpose::PEOPLE`]: crate::random::Purpose::PEOPLE
//! [`Purpose::FINER`]: crate::random::Purpose::FINER
//! [`Purpose::SHOCKS`]: crate::random::Purpose::SHOCKS
//! [`Purpose::MEANS`]: crate::random::Purpose::MEANS

mod atoms;
mod bounded;
mod how;
mod path;
mod people;
mod rebase;
mod result;
mod running;
mod shocks;
mod stamp;
mod table;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use indexmap::IndexMap;
use rayon::prelude::*;
use rust_decimal::Decimal;

pub use how::Simulation;
pub use rebase::Rebase;
pub use result::{PartyDraws, Simulated};
pub use stamp::SimulatedStamp;

use path::{Path, Paths, with_rebased};
use running::Running;

use super::cost_model::CostModel;
use crate::{
    contract::{Contract, Role},
    error::{Error, ErrorKind, Result},
    exposure::Date,
};

/// The most people that are drawn between two reports, so that an interruption is heard soon.
const PEOPLE_A_BATCH: u64 = 20_000_000;

impl Contract {
    /// What every party comes to in drawn years in which people cost as the model says, with the terms of a day.
    ///
    /// `given` has every other input, in major units, the same in every year; but for inputs that are rebased. Member months
    /// need not be given: the model has them.
    ///
    /// # Errors
    /// [`ErrorKind::Experience`] where an input is missing or not asked for, or no input is what people cost;
    /// [`ErrorKind::Currency`] where the model is in another one; [`ErrorKind::Range`] where results have no mean or variance,
    /// because costs have none and no cap holds them, or draws do not fit into memory; [`ErrorKind::Arithmetic`] where a year's
    /// costs are beyond 2⁵³ minor units, or an amount is no number; [`ErrorKind::Unknown`] and [`ErrorKind::Unit`] for names of
    /// rebased inputs.
    ///
    /// ```
    /// use capitation::{Contract, risk::{cost_model::CostModel, severity::Severity, simulate::Simulation}};
    /// let contract = Contract::from_toml(include_str!("../../templates/corridor.toml"))?;
    /// let person = Severity::lognormal(0.0, 1.5)?.with_zeros(0.15)?.rescaled_to(4_900.0)?;
    /// let model = CostModel::new(contract.currency()).cell("all", 2_000, person)?;
    /// let how = Simulation::new(1_000, 7)?;
    /// let drawn = contract.simulate(&model, &Default::default(), contract.period().start, &how)?;
    /// let mean = drawn.party("provider")?.mean()?;
    /// let exact = contract.outlook(&model, &Default::default(), contract.period().start)?.party("provider")?.mean();
    /// assert!((mean.mean - exact).abs() < 4.0 * mean.se);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn simulate(
        &self,
        model: &CostModel,
        given: &IndexMap<String, Decimal>,
        on: Date,
        how: &Simulation,
    ) -> Result<Simulated> {
        let run = self.simulate_with(model, given, on, how, |_, _| ControlFlow::Continue(()))?;
        run.ok_or_else(|| Error::new(ErrorKind::Statistic, "simulation", "it was stopped", "run it again"))
    }

    /// Simulates and tells how far it is, in scenarios done and to do; `None` where it was told to stop. The calling thread is
    /// told, about a hundred times or whenever some ten million people were drawn.
    ///
    /// # Errors
    /// As [`simulate`](Self::simulate).
    pub fn simulate_with(
        &self,
        model: &CostModel,
        given: &IndexMap<String, Decimal>,
        on: Date,
        how: &Simulation,
        progress: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Option<Simulated>> {
        let all = with_rebased(given, how)?;
        let paths = Paths::new(self, model, &all, on, how)?;
        paths.check()?;
        let stamp = SimulatedStamp::of(self, model, given, paths.days().collect(), how);
        let Some((draws, clauses)) = drawn(self, model, &paths, how, progress)? else { return Ok(None) };
        Ok(Some(assembled(self, model, &paths, how, (draws, clauses), stamp)))
    }
}

/// Every party's results by contract year, and every clause's mean.
type Drawn = (Vec<Vec<f64>>, Vec<Running>);

fn drawn(
    contract: &Contract,
    model: &CostModel,
    paths: &Paths<'_>,
    how: &Simulation,
    mut progress: impl FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Option<Drawn>> {
    let series = usize::from(how.horizon) * contract.document().parties.len();
    let mut draws = room_for(series, how.years)?;
    let mut clauses = vec![Running::default(); usize::from(how.horizon) * paths.clauses().len()];
    let batch = how.batch.unwrap_or_else(|| batch_of(how, model.people()));
    let mut done = 0;
    while done < how.years {
        let end = (done + batch).min(how.years);
        let batch: Result<Vec<Path>> =
            (done..end).into_par_iter().map(|scenario| paths.of(scenario as u64)).collect();
        for path in batch? {
            for (series, result) in draws.iter_mut().zip(path.results) {
                // Of nought without a sign.
                series.push(result + 0.0);
            }
            for (clause, amount) in clauses.iter_mut().zip(path.clauses) {
                clause.add(amount);
            }
        }
        done = end;
        if progress(done, how.years).is_break() {
            return Ok(None);
        }
    }
    Ok(Some((draws, clauses)))
}

fn room_for(series: usize, years: usize) -> Result<Vec<Vec<f64>>> {
    let refused = |_| {
        let problem = format!("{series} x {years} results do not fit into memory");
        Error::new(ErrorKind::Range, "drawn years", problem, "draw fewer years")
    };
    let mut draws = Vec::new();
    for _ in 0..series {
        let mut one: Vec<f64> = Vec::new();
        one.try_reserve_exact(years).map_err(refused)?;
        draws.push(one);
    }
    Ok(draws)
}

/// Scenarios between two reports: a hundredth of all, but of no more than some people, and enough to share.
fn batch_of(how: &Simulation, people: u64) -> usize {
    let each = people.saturating_mul(u64::from(how.horizon)).max(1);
    let most = usize::try_from(PEOPLE_A_BATCH / each).unwrap_or(usize::MAX).max(1);
    how.years.div_ceil(100).min(most).max(4 * rayon::current_num_threads())
}

fn assembled(
    contract: &Contract,
    model: &CostModel,
    paths: &Paths<'_>,
    how: &Simulation,
    (draws, clauses): Drawn,
    stamp: SimulatedStamp,
) -> Simulated {
    let minor = model.minor();
    let parties = &contract.document().parties;
    let mut years: Vec<Vec<PartyDraws>> = Vec::new();
    let mut draws = draws.into_iter();
    for _ in 0..how.horizon {
        let of = |((name, role), draws): ((&String, &Role), Vec<f64>)| PartyDraws {
            name: name.clone(),
            role: *role,
            draws,
            minor,
        };
        years.push(parties.iter().zip(draws.by_ref().take(parties.len())).map(of).collect());
    }
    let (whole, by_year) = match <[Vec<PartyDraws>; 1]>::try_from(years) {
        Ok([only]) => (only, Vec::new()),
        Err(years) => (over_all(&years, how), years),
    };
    let names = |place: &usize| contract.layout().names.get(*place).cloned().unwrap_or_default();
    let of_year = |means: &[Running]| {
        paths.clauses().iter().map(names).zip(means.iter().map(|running| running.mean(minor))).collect()
    };
    let each = paths.clauses().len().max(1);
    let clauses = clauses.chunks(each).map(of_year).collect();
    Simulated { parties: whole, by_year, clauses, how: how.clone(), stamp }
}

/// The sum of each party's results over all years, discounted.
fn over_all(years: &[Vec<PartyDraws>], how: &Simulation) -> Vec<PartyDraws> {
    let mut whole: Vec<PartyDraws> = years.first().cloned().unwrap_or_default();
    for (year, parties) in (0_u16..).zip(years).skip(1) {
        let value = how.present_value(year);
        for (whole, party) in whole.iter_mut().zip(parties) {
            for (sum, result) in whole.draws.iter_mut().zip(&party.draws) {
                *sum += value * result;
            }
        }
    }
    whole
}
