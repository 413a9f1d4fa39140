//! Activity, income and cost, added up.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{CostedLine, less, ratio, sum, times};
use crate::error::Result;

/// Lines without a price: they are counted, and never priced at cost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WithoutPrice {
    /// How many lines there are.
    pub lines: usize,
    /// Their activity.
    pub activity: Decimal,
    /// What it costs.
    pub cost: Decimal,
}

/// What is done, what it costs, and what it is paid at full price: of a code, a point of delivery, or all.
///
/// Income and cost are of the same lines, those with a price, so that they can be put beside each other. Money is in
/// major units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(into = "Written")]
#[non_exhaustive]
pub struct CostSummary {
    /// The code or point of delivery; `all`.
    pub name: String,
    /// How many lines have a price.
    pub lines: usize,
    /// Their activity.
    pub activity: Decimal,
    /// What it is paid at full price: Σ price × activity.
    pub income: Decimal,
    /// What it costs: fixed and marginal.
    pub cost: Decimal,
    /// The part that stays as planned: Σ (unit cost − marginal cost) × planned activity.
    pub fixed: Decimal,
    /// The part that goes with activity: Σ marginal cost × activity.
    pub marginal: Decimal,
    /// The lines without a price.
    pub without_price: WithoutPrice,
}

impl CostSummary {
    pub(super) fn of(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Adds a line with so much activity.
    pub(super) fn add(&mut self, line: &CostedLine, activity: Decimal) -> Result<()> {
        let place = "cost base";
        let fixed = times(place, less(place, line.unit_cost, line.marginal_cost)?, line.plan)?;
        let marginal = times(place, line.marginal_cost, activity)?;
        let cost = sum(place, [fixed, marginal])?;
        let Some(price) = line.price else {
            let left = &mut self.without_price;
            left.lines += 1;
            left.activity = sum(place, [left.activity, activity])?;
            left.cost = sum(place, [left.cost, cost])?;
            return Ok(());
        };
        self.lines += 1;
        self.activity = sum(place, [self.activity, activity])?;
        self.income = sum(place, [self.income, times(place, price, activity)?])?;
        self.cost = sum(place, [self.cost, cost])?;
        self.fixed = sum(place, [self.fixed, fixed])?;
        self.marginal = sum(place, [self.marginal, marginal])?;
        Ok(())
    }

    /// Income as a part of the cost of the same activity, to six decimals, half up; nothing without cost.
    pub fn price_to_cost(&self) -> Option<Decimal> {
        ratio(self.income, self.cost).filter(|_| self.lines > 0)
    }

    /// What the hospital keeps of the cost that one case less saves, where each case is paid its price: marginal cost
    /// less price, as a part of marginal cost. Below nought a case less is a loss. To six decimals, half up; nothing
    /// without marginal cost.
    ///
    /// Payment by results has (mc − p) / mc, block and capitation have 1.
    pub fn power_over_volume(&self) -> Option<Decimal> {
        let kept = self.marginal.checked_sub(self.income)?;
        ratio(kept, self.marginal).filter(|_| self.lines > 0)
    }
}

/// A summary as it is written, with the ratios that follow from it.
#[derive(Serialize)]
struct Written {
    name: String,
    lines: usize,
    activity: Decimal,
    income: Decimal,
    cost: Decimal,
    fixed: Decimal,
    marginal: Decimal,
    price_to_cost: Option<Decimal>,
    power_over_volume: Option<Decimal>,
    without_price: WithoutPrice,
}

impl From<CostSummary> for Written {
    fn from(summary: CostSummary) -> Self {
        let (price_to_cost, power_over_volume) = (summary.price_to_cost(), summary.power_over_volume());
        let CostSummary { name, lines, activity, income, cost, fixed, marginal, without_price } = summary;
        Self {
            name,
            lines,
            activity,
            income,
            cost,
            fixed,
            marginal,
            price_to_cost,
            power_over_volume,
            without_price,
        }
    }
}
