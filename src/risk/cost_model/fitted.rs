//! A cost model fitted to people.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    CostCell, CostModel,
    fitting::{Fitting, Law},
    observed::Observed,
};
use crate::{
    error::{Error, ErrorKind, Result},
    exposure::MONTHS_A_YEAR,
    population::Population,
    risk::{
        measures::{Estimate, as_float},
        severity::{
            Severity,
            fit::{self, Fit},
        },
    },
};

/// With fewer people than this the mean is not known well enough to be taken as certain.
const FEW: usize = 10_000;
/// Shares of people whose shares of the cost a lognormal law is fitted to.
const SHARES: [f64; 5] = [0.01, 0.05, 0.10, 0.20, 0.50];
/// Decimals of member months.
const DECIMALS: u32 = 6;

/// What a cell of a cost model was fitted to, and how well. It is of the people as they were seen: a model that is rescaled keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellFit {
    /// The cell's name.
    pub cell: String,
    /// How many people were seen in it, each once.
    pub people: usize,
    /// The share of the panel's people that are in it, by their weights.
    pub share: f64,
    /// The mean of what one cost, in major units, with its standard error.
    pub mean: Estimate,
    /// The fitted law with its parameters and its goodness of fit. None where the law is that of the costs themselves.
    pub fit: Option<Fit>,
}

impl CostModel {
    /// What people will cost who are like those of a population.
    ///
    /// Cells are in the order of their columns' values. With whole people in every cell the mean of the panel differs from the
    /// population's by what a part of a person makes; drawn composition has no such difference.
    ///
    /// ```
    /// use capitation::money::{Currency, RoundingMode};
    /// use capitation::population::{Columns, Population};
    /// use capitation::risk::cost_model::{By, CostModel, Fitting};
    /// // Of 40 people the first 30 are young, and cost 0, 10, 20, …, 290; the others cost 1,000 to 1,090.
    /// let cost: Vec<f64> = (0..40).map(|k| 10.0 * f64::from(k) + if k < 30 { 0.0 } else { 700.0 }).collect();
    /// let cell: Vec<&str> = (0..40).map(|k| if k < 29 { "young" } else { "old" }).collect();
    /// let columns = Columns::new().member_months("months", vec![12.0; 40]).cost("cost", cost).cell("age", cell);
    /// let people = Population::from_columns(&columns, Currency::new("GBP")?, RoundingMode::HalfUp)?;
    /// let model = CostModel::from_population(&people, &Fitting::of("actual cost").by(By::Cell).people(4_000))?;
    /// // 11 and 29 of 40.
    /// assert_eq!(model.cells().iter().map(|cell| cell.people()).collect::<Vec<_>>(), [1_100, 2_900]);
    /// // 29 young people cost 140 on average, and 40 people are few: the error of the mean is carried.
    /// assert_eq!(model.fits()[1].mean.mean, 140.0);
    /// assert!(model.cells()[1].relative_error() > 0.1);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] for a measure or a year that is not there, [`ErrorKind::Unit`] for a measure that is no money,
    /// [`ErrorKind::Column`] for a column that is not there, [`ErrorKind::Experience`] for parts of a year of which nothing is
    /// said; [`ErrorKind::Statistic`] where a cell is of fewer than 11 people, nobody in it has a cost, the law cannot be fitted
    /// to it (the cell is named), or its mean is not known; [`ErrorKind::Range`] where the panel has nobody in a cell.
    pub fn from_population(people: &Population, fitting: &Fitting) -> Result<Self> {
        let cells = Observed::cells(people, fitting)?;
        let all = Observed::together(&cells);
        let carries = fitting.mean_errors.unwrap_or_else(|| all.people() < FEW);
        let whole = u32::try_from(all.people()).unwrap_or(u32::MAX);
        let panel = fitting.people.unwrap_or(whole);
        let mut laws = Vec::with_capacity(cells.len());
        let mut fits = Vec::with_capacity(cells.len());
        for cell in &cells {
            let within = |why: Error| why.within(format!("risk cell `{}`", cell.name));
            let (severity, fit) = fitted(cell, fitting.law).map_err(within)?;
            let share = cell.weight() / all.weight();
            fits.push(CellFit {
                cell: cell.name.clone(),
                people: cell.people(),
                share,
                mean: cell.mean(),
                fit,
            });
            laws.push((share, severity));
        }
        let made = if fitting.is_random {
            vec![made(&all, panel, Severity::mixture(laws)?, carries)?]
        } else {
            let shares: Vec<f64> = laws.iter().map(|(share, _)| *share).collect();
            let parts = apportioned(panel, &shares);
            let each = cells.iter().zip(parts).zip(laws);
            each.map(|((cell, people), (share, severity))| {
                if people == 0 {
                    return Err(nobody(&cell.name, panel, share));
                }
                made(cell, people, severity, carries)
            })
            .collect::<Result<_>>()?
        };
        let model = made.into_iter().try_fold(Self::new(people.currency()), Self::with_cell)?;
        Ok(Self { fits, ..model.of_input(&fitting.measure) })
    }
}

/// A cell of so many people.
fn made(observed: &Observed, people: u32, severity: Severity, carries: bool) -> Result<CostCell> {
    let mut cell = CostCell::new(&observed.name, people, severity)?;
    let months = observed.mean_months();
    if months < f64::from(MONTHS_A_YEAR) {
        let months = Decimal::from_f64_retain(months).unwrap_or_default().round_dp(DECIMALS);
        cell = cell.months(months)?;
    }
    if let Some(class) = &observed.class {
        cell = cell.class(class);
    }
    if !carries {
        return Ok(cell);
    }
    let Estimate { mean, se } = observed.mean();
    carrying(cell, se / mean)
}

/// The cell with the error of its mean.
fn carrying(cell: CostCell, error: f64) -> Result<CostCell> {
    if error > 1.0 {
        let problem = format!("the standard error of its mean is {error:.2} times the mean");
        let remedy =
            "put it together with others, or leave errors of means out (`mean_errors`, `mean_error`)";
        let place = format!("risk cell `{}`", cell.name());
        return Err(Error::new(ErrorKind::Statistic, place, problem, remedy));
    }
    cell.mean_error(error)
}

impl CostCell {
    /// The same, with a law that was fitted to costs: where they are of fewer than 10,000 people the mean is taken as known no
    /// better than by its standard error.
    ///
    /// # Errors
    /// [`ErrorKind::Statistic`] where that error is larger than the mean.
    ///
    /// ```
    /// use capitation::risk::{cost_model::CostCell, severity::fit};
    /// let costs: Vec<f64> = (1..=400).map(|row| 50.0 * f64::from(row)).collect();
    /// let fit = fit::gamma(&costs, None)?;
    /// let cell = CostCell::new("all", 8_000, fit.severity.clone())?.known_from(&fit)?;
    /// assert!((cell.relative_error() / 0.0288 - 1.0).abs() < 1e-2); // 0.576 of the mean over √400
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn known_from(self, fit: &Fit) -> Result<Self> {
        match (fit.people, fit.mean_error) {
            (Some(people), Some(error)) if people < as_float(FEW) => carrying(self, error),
            _ => Ok(self),
        }
    }
}

/// The law of a cell's costs, and how it was fitted.
fn fitted(cell: &Observed, law: Law) -> Result<(Severity, Option<Fit>)> {
    let (costs, weights) = (cell.costs.as_slice(), Some(cell.weights.as_slice()));
    let observed = || Severity::empirical(costs, weights);
    let fit = match law {
        Law::Empirical => return Ok((observed()?, None)),
        Law::Lognormal => fit::lognormal(costs, weights)?,
        Law::Gamma => fit::gamma(costs, weights)?,
        Law::LognormalToShares => to_shares(&observed()?)?,
        Law::Spliced { at } => fit::spliced(costs, weights, observed()?.quantile(at)?)?,
        Law::EmpiricalWithTail { at } => fit::with_tail(costs, weights, observed()?.quantile(at)?)?,
    };
    Ok((fit.severity.clone(), Some(fit)))
}

/// To the top shares that say something: of fewer people than have a cost, and of less than all of it.
fn to_shares(observed: &Severity) -> Result<Fit> {
    let chance = observed.chance_of_cost();
    let share = |people: f64| Ok((people, observed.top_share(people)?));
    let shares =
        SHARES.into_iter().filter(|people| *people < chance).map(share).collect::<Result<Vec<_>>>()?;
    let telling = |(people, cost): &(f64, f64)| *cost < 1.0 && *cost > people / chance;
    let shares: Vec<_> = shares.into_iter().filter(telling).collect();
    fit::lognormal_to_shares(&shares, observed.zeros(), observed.mean())
}

/// Whole people in proportion to shares that add up to 1, by the largest remainders; of equal ones the first.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most the panel
fn apportioned(panel: u32, shares: &[f64]) -> Vec<u32> {
    let due: Vec<f64> = shares.iter().map(|share| share * f64::from(panel)).collect();
    let mut people: Vec<u32> = due.iter().map(|due| due.floor() as u32).collect();
    let mut order: Vec<(usize, f64)> = due.iter().map(|due| due.fract()).enumerate().collect();
    order.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let left = panel.saturating_sub(people.iter().sum());
    for (place, _) in order.into_iter().take(left as usize) {
        if let Some(people) = people.get_mut(place) {
            *people += 1;
        }
    }
    people
}

fn nobody(cell: &str, panel: u32, share: f64) -> Error {
    let problem = format!("of {panel} people {:.2} are in it", share * f64::from(panel));
    let remedy = "give a larger panel, make cells larger, or draw who is on it (`random_composition`)";
    Error::new(ErrorKind::Range, format!("risk cell `{cell}`"), problem, remedy)
}
