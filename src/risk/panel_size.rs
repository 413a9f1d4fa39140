//! How the risk of a panel falls, or does not fall, with its size.
//!
//! The deviation of what a panel costs, as a part of its mean, falls with the root of its size. The chance that it overspends by
//! a tenth does not: of panels of one person most cost less than the mean, since a few people cost most of the money, and
//! only as people are added does it come to be as likely as not that one of those few is among them. It rises first, is highest
//! at some tens of people, and falls when the deviation is well below a tenth.

use rayon::prelude::*;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::Serialize;

use super::{
    aggregate::{Aggregate, Count, RiskCell},
    cost_model::CostModel,
    normal::Normal,
    severity::Severity,
};
use crate::{
    error::{Error, ErrorKind, Result},
    money,
};

/// What a panel of one size may cost, beside what it is expected to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PanelSize {
    /// How many people.
    pub people: u32,
    /// What they are expected to cost, in major units.
    pub expected_cost: f64,
    /// The standard deviation of what they cost, as a part of the expected cost.
    pub relative_deviation: f64,
    /// The skewness of what they cost.
    pub skewness: f64,
    /// What half of panels cost at most, as a part of the expected cost: well below 1 where most panels underspend.
    pub median: f64,
    /// The probability that they cost more than expected.
    pub overspend: f64,
    /// The probability that they cost over a tenth more than expected.
    pub overspend_by_a_tenth: f64,
    /// The last by the normal approximation, whose probability of an overspend is always a half.
    pub by_a_tenth_if_normal: f64,
    /// How far the probabilities may be from the true ones.
    pub error: f64,
}

/// What panels of these sizes may cost. Each is drawn at random from the people of the model, so that how many of them are of
/// which risk cell is a matter of chance too. A shock that moves cells apart moves such a panel by their mean, each by what it costs.
///
/// # Errors
/// [`ErrorKind::Range`] for a panel of nobody, and where costs have no mean or variance; [`ErrorKind::Statistic`] where nobody
/// costs anything.
///
/// ```
/// use capitation::{money::Currency, risk::{cost_model::CostModel, panel_size::by_panel_size, severity::Severity}};
/// let person = Severity::lognormal(7.0, 1.565)?.with_zeros(0.15)?;
/// let model = CostModel::new(Currency::new("GBP")?).cell("all", 8_000, person)?;
/// let sizes = by_panel_size(&model, &[1, 30, 8_000, 50_000, 300_000, 1_500_000])?;
/// let by_a_tenth: Vec<f64> = sizes.iter().map(|size| size.overspend_by_a_tenth).collect();
/// assert!(by_a_tenth[0] < by_a_tenth[1], "it rises first");
/// assert!(by_a_tenth[2] > by_a_tenth[3] && by_a_tenth[5] < 1e-6, "and falls then");
/// # Ok::<(), capitation::Error>(())
/// ```
pub fn by_panel_size(model: &CostModel, sizes: &[u32]) -> Result<Vec<PanelSize>> {
    model.check_alike("results by panel size are")?;
    let cells = model.in_minor_units()?;
    let each = || cells.iter().filter_map(RiskCell::alike);
    let people_of = |count: &Count| count.cumulants()[0];
    let person = Severity::mixture(each().map(|(count, law)| (people_of(count), law.clone())).collect())?;
    let costs: Vec<f64> = each().map(|(count, law)| people_of(count) * law.mean()).collect();
    let shocks = model.moved().averaged(&costs);
    let row = |people: &u32| {
        if *people == 0 {
            let remedy = "give panels of at least one person";
            return Err(Error::new(ErrorKind::Range, "panel size", "nobody is in it", remedy));
        }
        #[allow(clippy::cast_precision_loss)] // people
        let of_model = f64::from(*people) / model.people() as f64;
        let shocks = shocks.with_added(shocks.added() * of_model);
        let panel = RiskCell::new(Count::People(f64::from(*people)), person.clone());
        let cost = Aggregate::moved(&[panel], &shocks)?;
        // Of one person whom nothing moves the law is known, and no sum is needed.
        let one = (*people == 1 && shocks.is_none()).then_some(&person);
        of_size(*people, one, &cost, model.minor())
    };
    sizes.par_iter().map(row).collect()
}

fn of_size(people: u32, one: Option<&Severity>, cost: &Aggregate, minor: f64) -> Result<PanelSize> {
    let expected = cost.mean();
    if expected <= 0.0 {
        let remedy = "give at least one cell a cost";
        return Err(Error::new(ErrorKind::Statistic, "cost model", "nobody costs anything", remedy));
    }
    let normal = Normal::new(expected, cost.standard_deviation())?;
    // What is certain is no more than expected, whatever a float makes of it.
    let point = |part: f64| part * expected * (1.0 + 1e-12);
    let summed = |part: f64| (1.0 - cost.cdf(point(part))).max(0.0);
    let above = |part: f64| one.map_or_else(|| summed(part), |person| person.survival(point(part)));
    let median = one.map_or_else(|| cost.quantile(0.5), |person| person.quantile(0.5))?;
    Ok(PanelSize {
        people,
        expected_cost: expected / minor,
        relative_deviation: cost.standard_deviation() / expected,
        skewness: cost.skewness(),
        median: median / expected,
        overspend: above(1.0),
        overspend_by_a_tenth: above(1.1),
        by_a_tenth_if_normal: normal.above(1.1 * expected),
        error: if one.is_some() { 0.0 } else { cost.error() },
    })
}

impl CostModel {
    /// The same with so many people in all, in the proportions of its cells to the nearest person: the largest remainders are
    /// rounded up, and a cell that would have nobody is left out.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for nobody; [`ErrorKind::Experience`] for a model without a cell; [`ErrorKind::Value`] where a cell
    /// would be left out that a covariance is of.
    pub fn of_size(&self, people: u32) -> Result<Self> {
        let refused = |kind, problem: &str, remedy: &str| {
            Err(Error::new(kind, format!("cost model of {people} people"), problem, remedy))
        };
        let all = self.people();
        if all == 0 {
            return refused(
                ErrorKind::Experience,
                "it has no risk cell",
                "give at least one cell with people",
            );
        }
        if people == 0 {
            return refused(ErrorKind::Range, "nobody is in it", "give at least one person");
        }
        let weights: Vec<Decimal> = self.cells().iter().map(|cell| Decimal::from(cell.people())).collect();
        let parts = money::split_exactly(people.into(), &weights);
        let parts = parts.map_err(|why| money::inexact("people of the cells", why))?;
        let parts: Vec<u32> = parts.iter().map(|part| part.to_u32().unwrap_or(u32::MAX)).collect();
        if self.is_correlated() && parts.contains(&0) {
            let problem = "a cell would be left out that its covariance is of";
            return refused(ErrorKind::Value, problem, "give more people, or fewer cells");
        }
        Ok(self.with_people(&parts))
    }
}
