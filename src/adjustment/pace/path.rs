//! Many years of the pace of change.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{PaceOfChange, PaceYear, Policy};
use crate::{
    error::{Error, ErrorKind, Result},
    money::Money,
};

/// Years one after the other, each opening where the last closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PacePath {
    /// The years, in order; at least one.
    pub years: Vec<PaceYear>,
    /// The fingerprint of the places, openings and weights it began with.
    pub fingerprint: String,
    /// The version of this crate.
    pub version: String,
}

/// When a place comes near its target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reached {
    /// The place.
    pub place: String,
    /// Its distance from target before the first year.
    pub opening_distance: Decimal,
    /// Its distance after the last.
    pub closing_distance: Decimal,
    /// The years until it is near and stays so: 0 where it is from the beginning, none where it is not at the end.
    pub years: Option<usize>,
}

impl PaceOfChange {
    /// Year after year under one policy, with the total of each year. Weights stay as they are: where lists or needs change,
    /// take the years one by one with [`year`](Self::year).
    ///
    /// # Errors
    /// [`Period`](ErrorKind::Period) where no total is given; otherwise as [`year`](Self::year), with the year's number from 1.
    pub fn path(&self, policy: &Policy, totals: &[Money]) -> Result<PacePath> {
        if totals.is_empty() {
            let remedy = "give the total of each year";
            return Err(Error::new(ErrorKind::Period, "path", "there is no year", remedy));
        }
        let mut here = self.clone();
        let mut years = Vec::with_capacity(totals.len());
        for (number, total) in (1..).zip(totals) {
            let year: PaceYear =
                here.year(policy, *total).map_err(|why| why.within(format!("year {number}")))?;
            here.openings = year.places.iter().map(|place| place.allocation).collect();
            if let Some(place) = year.places.iter().find(|place| place.allocation.is_zero()) {
                let problem = "nothing is left of its allocation".to_owned();
                let remedy = "ask for a least growth, or close less of the gap in a year";
                let at = format!("year {number}, place `{}`", place.place);
                return Err(Error::new(ErrorKind::Range, at, problem, remedy));
            }
            years.push(year);
        }
        Ok(PacePath {
            years,
            fingerprint: self.fingerprint()?,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }
}

impl PacePath {
    /// How long each place takes until it is within this distance of its target, either way, and stays there.
    ///
    /// # Errors
    /// [`Range`](ErrorKind::Range) where the distance is below zero.
    pub fn reached(&self, within: Decimal) -> Result<Vec<Reached>> {
        if within < Decimal::ZERO {
            let problem = format!("{within} is below zero");
            return Err(Error::new(
                ErrorKind::Range,
                "within",
                problem,
                "give a distance, such as 0.01 for 1 %",
            ));
        }
        let Some(first) = self.years.first() else { return Ok(Vec::new()) };
        let one = |(row, place): (usize, &super::Moved)| {
            let after =
                self.years.iter().filter_map(|year| year.places.get(row)).map(|place| place.distance_after);
            let distances: Vec<Decimal> = std::iter::once(place.distance_before).chain(after).collect();
            let far = distances.iter().rposition(|distance| distance.abs() > within);
            let years = far.map_or(0, |last| last + 1);
            Reached {
                place: place.place.clone(),
                opening_distance: place.distance_before,
                closing_distance: distances.last().copied().unwrap_or_default(),
                years: (years < distances.len()).then_some(years),
            }
        };
        Ok(first.places.iter().enumerate().map(one).collect())
    }
}
