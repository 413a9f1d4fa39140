//! A change of activity from plan.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::{
    cost_base::{CostBase, CostedLine},
    exact,
    marginal_share::SHARE_PLACES,
    quantity,
};
use crate::{
    decimal,
    error::{Error, ErrorKind, Result},
    text::nearest,
};

/// The name of activity as planned.
pub(super) const PLAN: &str = "plan";

/// How much is done: as planned, as it was, or so much above or below plan by point of delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    name: String,
    done: Done,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Done {
    Plan,
    Actual,
    By(IndexMap<String, Decimal>),
}

impl Change {
    /// As planned.
    pub fn plan() -> Self {
        Self { name: PLAN.to_owned(), done: Done::Plan }
    }

    /// As it was: the lines' actual activity.
    pub fn actual() -> Self {
        Self { name: "actual".to_owned(), done: Done::Actual }
    }

    /// Activity as planned, but at the points of delivery that are named next.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), done: Done::By(IndexMap::new()) }
    }

    /// The same with activity at one point of delivery above plan by this share of it: −0.1 is a tenth below.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] below −1, above 10, or with more than four decimals; [`ErrorKind::Name`] where the point is
    /// named twice, or activity is already as planned or as it was.
    pub fn by(mut self, point: impl Into<String>, share: Decimal) -> Result<Self> {
        let point = point.into();
        let place = format!("change `{}` at `{point}`", self.name);
        if share < Decimal::NEGATIVE_ONE || share > Decimal::TEN || share.normalize().scale() > SHARE_PLACES {
            let problem = format!("{share} is not a share of plan from -1 to 10 with at most four decimals");
            return Err(Error::new(ErrorKind::Range, place, problem, "write -0.1 for a tenth below plan"));
        }
        let Done::By(shares) = &mut self.done else {
            let remedy = "begin with Change::named";
            return Err(Error::new(ErrorKind::Name, place, "it is activity as it stands", remedy));
        };
        if shares.insert(point, share).is_some() {
            return Err(Error::new(ErrorKind::Name, place, "it is given twice", "leave one"));
        }
        Ok(self)
    }

    /// What the change is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Refuses a change at a point that no line is of, and actual activity that is not known.
    pub(super) fn check(&self, base: &CostBase) -> Result<()> {
        let place = format!("change `{}`", self.name);
        match &self.done {
            Done::Actual if !base.has_actual() => {
                let remedy = "give each line's actual activity, or a change by point of delivery";
                Err(Error::new(ErrorKind::Experience, place, "actual activity is not given", remedy))
            }
            Done::By(shares) => {
                let points = base.points();
                let Some(point) = shares.keys().find(|point| !points.contains(&point.as_str())) else {
                    let unpriced = shares.keys().find(|point| !base.has_price_at(point));
                    return unpriced.map_or(Ok(()), |point| Err(quantity::unpriced(place, point)));
                };
                let listed = points.join(", ");
                let remedy = match nearest(point, points.into_iter()) {
                    Some(near) => format!("did you mean `{near}`? the points are {listed}"),
                    None => format!("the points are {listed}"),
                };
                Err(Error::new(ErrorKind::Unknown, place, format!("no line is of `{point}`"), remedy))
            }
            _ => Ok(()),
        }
    }

    /// The activity of a line.
    pub(super) fn activity(&self, line: &CostedLine) -> Result<Decimal> {
        match &self.done {
            Done::Plan => Ok(line.plan),
            Done::Actual => Ok(line.actual.unwrap_or(line.plan)),
            Done::By(shares) => match shares.get(&line.point) {
                None => Ok(line.plan),
                Some(share) => exact(
                    "activity",
                    decimal::add(Decimal::ONE, *share)
                        .and_then(|factor| decimal::multiply(line.plan, factor)),
                ),
            },
        }
    }
}
