//! What the lines with a price come to by point of delivery, at one change of activity.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::{change::Change, cost_base::CostBase, mean, sum, summary::CostSummary};
use crate::error::Result;

/// One case more or less, at what it is paid in full and what it costs at the margin.
#[derive(Debug, Clone)]
pub(super) struct Unit<'a> {
    pub(super) point: &'a str,
    pub(super) code: Option<&'a str>,
    pub(super) price: Decimal,
    pub(super) marginal_cost: Decimal,
}

/// The lines with a price, added up by point of delivery.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    pub(super) name: String,
    pub(super) points: IndexMap<String, CostSummary>,
}

impl Tally {
    pub(super) fn of(base: &CostBase, change: &Change) -> Result<Self> {
        let points = base.by_point(change)?.into_iter().map(|summary| (summary.name.clone(), summary));
        Ok(Self { name: change.name().to_owned(), points: points.collect() })
    }

    /// The same points with nothing done.
    pub(super) fn nothing(&self) -> Self {
        let points = self.points.keys().map(|name| (name.clone(), CostSummary::of(name)));
        Self { name: "nothing".to_owned(), points: points.collect() }
    }

    /// The sum over points of delivery.
    pub(super) fn sum(&self, of: fn(&CostSummary) -> Decimal) -> Result<Decimal> {
        sum("cost base", self.points.values().map(of))
    }

    /// The mean case of a point, to the minor unit, half up; nothing where nothing is done there.
    pub(super) fn mean_unit<'a>(&self, point: &'a str, places: u32) -> Option<Unit<'a>> {
        let at = self.points.get(point)?;
        Some(Unit {
            point,
            code: None,
            price: mean(at.income, at.activity, places)?,
            marginal_cost: mean(at.marginal, at.activity, places)?,
        })
    }

    /// The same with so many cases more (or less) of one kind.
    pub(super) fn with(&self, unit: &Unit<'_>, more: Decimal) -> Result<Self> {
        let mut changed = self.clone();
        if let Some(at) = changed.points.get_mut(unit.point) {
            let place = "one case more or less";
            let (price, cost) =
                (super::times(place, unit.price, more)?, super::times(place, unit.marginal_cost, more)?);
            at.activity = sum(place, [at.activity, more])?;
            at.income = sum(place, [at.income, price])?;
            at.marginal = sum(place, [at.marginal, cost])?;
            at.cost = sum(place, [at.cost, cost])?;
        }
        Ok(changed)
    }
}
