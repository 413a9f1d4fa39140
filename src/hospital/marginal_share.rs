//! Which share of the cost of one case goes when the case does.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use crate::{
    error::{Error, ErrorKind, Result},
    text::nearest,
};

/// Decimals that a share or a change may have.
pub(super) const SHARE_PLACES: u32 = 4;

/// The share of a unit's cost that is marginal: saved when there is one less, added when there is one more. The rest is
/// fixed and stays as planned.
///
/// There is no default: it depends on the service and on how long one waits, since beds and staff can go later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarginalShare {
    all: Option<Decimal>,
    by_point: IndexMap<String, Decimal>,
}

impl MarginalShare {
    /// The same share of the cost of everything, from 0 (all cost is fixed) to 1 (all of it goes with the case), with at
    /// most four decimals.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] outside that range or with more decimals.
    pub fn of_all(share: Decimal) -> Result<Self> {
        check(share, "marginal share")?;
        Ok(Self { all: Some(share), by_point: IndexMap::new() })
    }

    /// A share for each point of delivery; every point of the cost base must be there.
    ///
    /// # Errors
    /// As [`MarginalShare::of_all`], naming the point; [`ErrorKind::Name`] for a point that is there twice.
    pub fn by_point<P: Into<String>>(shares: impl IntoIterator<Item = (P, Decimal)>) -> Result<Self> {
        let mut by_point = IndexMap::new();
        for (point, share) in shares {
            let point: String = point.into();
            check(share, &format!("marginal share of `{point}`"))?;
            if by_point.insert(point.clone(), share).is_some() {
                let place = format!("marginal share of `{point}`");
                return Err(Error::new(ErrorKind::Name, place, "it is given twice", "leave one"));
            }
        }
        Ok(Self { all: None, by_point })
    }

    /// The share at a point of delivery.
    pub fn at(&self, point: &str) -> Option<Decimal> {
        self.all.or_else(|| self.by_point.get(point).copied())
    }

    /// Refuses shares that leave a point out, or are of a point that is not there.
    pub(super) fn check_points(&self, points: &[&str]) -> Result<()> {
        let place = |point: &str| format!("marginal share of `{point}`");
        if let Some(point) = points.iter().find(|point| self.at(point).is_none()) {
            let remedy = "give a share from 0 to 1 for each point of delivery, or one for all";
            return Err(Error::new(ErrorKind::Unknown, place(point), "it is not given", remedy));
        }
        if let Some(point) = self.by_point.keys().find(|point| !points.contains(&point.as_str())) {
            let remedy = match nearest(point, points.iter().copied()) {
                Some(near) => format!("did you mean `{near}`? the points are {}", points.join(", ")),
                None => format!("the points are {}", points.join(", ")),
            };
            return Err(Error::new(ErrorKind::Unknown, place(point), "no line is of this point", remedy));
        }
        Ok(())
    }

    /// In words: `0.4 of every unit's cost`, `0.4 of elective, 0.2 of day_case`.
    pub(super) fn words(&self) -> String {
        if let Some(share) = self.all {
            return format!("{} of every unit's cost", share.normalize());
        }
        let each = self.by_point.iter().map(|(point, share)| format!("{} of {point}", share.normalize()));
        each.collect::<Vec<_>>().join(", ")
    }
}

fn check(share: Decimal, place: &str) -> Result<()> {
    let refuse = |problem: &str| {
        let remedy =
            "give a number from 0 (every cost is fixed) to 1 (every cost goes with the case), such as 0.35";
        Err(Error::new(ErrorKind::Range, place, format!("{share} {problem}"), remedy))
    };
    if !(Decimal::ZERO..=Decimal::ONE).contains(&share) {
        return refuse("is not a share");
    }
    if share.normalize().scale() > SHARE_PLACES {
        return refuse("has more than four decimals, and is an estimate");
    }
    Ok(())
}
