//! How the risk of a panel falls, or does not fall, with its size.
//!
//! The deviation of what a panel costs, as a part of its mean, falls with the root of its size. The chance that it overspends by
//! a tenth does not: of panels of one person most cost less than the mean, since a few people cost most of the money, and
//! only as people are added does it come to be as likely as not that one of those few is among them. It rises first, is highest
//! at some tens of people, and falls when the deviation is well below a tenth.

mod drawn;

use rayon::prelude::*;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::Serialize;

use super::{
    cost_model::{CostCell, CostModel},
    measures::as_float,
    normal::Normal,
};
use crate::{
    error::{Error, ErrorKind, Result},
    money,
};
use drawn::{Drawn, Panel};

/// The part of a head's cost up to which a panel is as all are.
const OTHERWISE: f64 = 1e-3;

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
/// which risk cell is a matter of chance too. Where several numbers move cells apart, some ways of all but the main one are taken, and
/// the spread between them is part of the error.
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
    let people = Drawn::new(model)?;
    let row = |size: &u32| {
        if *size == 0 {
            let remedy = "give panels of at least one person";
            return Err(Error::new(ErrorKind::Range, "panel size", "nobody is in it", remedy));
        }
        of_size(*size, &people, model.minor())
    };
    sizes.par_iter().map(row).collect()
}

fn of_size(size: u32, people: &Drawn, minor: f64) -> Result<PanelSize> {
    let Panel { expected, variance, skewness, laws } = people.panel(size)?;
    if expected <= 0.0 {
        let remedy = "give at least one cell a cost";
        return Err(Error::new(ErrorKind::Statistic, "cost model", "nobody costs anything", remedy));
    }
    let deviation = variance.sqrt();
    let normal = Normal::new(expected, deviation)?;
    // What is certain is no more than expected, whatever a float makes of it.
    let above = |part: f64| laws.above(part * expected * (1.0 + 1e-12));
    let (overspend, by_a_tenth) = (above(1.0), above(1.1));
    Ok(PanelSize {
        people: size,
        expected_cost: expected / minor,
        relative_deviation: deviation / expected,
        skewness,
        median: laws.median()? / expected,
        overspend: overspend.probability,
        overspend_by_a_tenth: by_a_tenth.probability,
        by_a_tenth_if_normal: normal.above(1.1 * expected),
        error: overspend.error.max(by_a_tenth.error),
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

    /// In what a panel of so many people, in whole people of each cell, is otherwise than all of them: what a head costs, and
    /// cells of which it has nobody. Nothing where a head costs the same to a thousandth.
    ///
    /// # Errors
    /// As [`of_size`](Self::of_size).
    ///
    /// ```
    /// use capitation::{money::Currency, risk::{cost_model::CostModel, severity::Severity}};
    /// let model = CostModel::new(Currency::new("GBP")?)
    ///     .cell("younger", 7_500, Severity::certain(3_300.0)?)?
    ///     .cell("older", 2_500, Severity::certain(9_900.0)?)?;
    /// assert_eq!(model.differs_at_size(4)?, None);
    /// let three = model.differs_at_size(3)?.unwrap_or_default();
    /// assert_eq!(three, "at 3 people a head costs 11.1 % more than of all");
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn differs_at_size(&self, people: u32) -> Result<Option<String>> {
        let panel = self.of_size(people)?;
        let each =
            |model: &Self| model.mean() / as_float(usize::try_from(model.people()).unwrap_or(usize::MAX));
        let off = each(&panel) / each(self) - 1.0;
        if off.abs() < OTHERWISE || !off.is_finite() {
            return Ok(None);
        }
        let way = if off > 0.0 { "more" } else { "less" };
        let gone = self.cells().iter().map(CostCell::name);
        let gone: Vec<&str> =
            gone.filter(|name| !panel.cells().iter().any(|cell| cell.name() == *name)).collect();
        let nobody =
            if gone.is_empty() { String::new() } else { format!(", and nobody is of {}", gone.join(", ")) };
        Ok(Some(format!(
            "at {people} people a head costs {:.1} % {way} than of all{nobody}",
            100.0 * off.abs()
        )))
    }
}
