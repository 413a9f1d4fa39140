//! Which contracts no other beats.

use super::{Basis, FrontierPoint};

/// Differences below this part of the largest are roundings.
const ROUNDING: f64 = 1e-9;

/// What counts of a contract, in steps of what counts as the same.
#[derive(Debug, Clone, Copy)]
struct Rank {
    place: usize,
    power: f64,
    risk: f64,
    outlay: f64,
}

impl Rank {
    /// Whether it is at least as good in everything, and better in something.
    fn beats(&self, other: &Self) -> bool {
        let no_worse = self.power >= other.power && self.risk <= other.risk && self.outlay <= other.outlay;
        no_worse && (self.power > other.power || self.risk < other.risk || self.outlay < other.outlay)
    }
}

/// Says of each point what beats it; gives the others, from the least risk to the most.
pub(super) fn settle(points: &mut [FrontierPoint], basis: &Basis) -> Vec<usize> {
    let mut ranks = ranks(points, basis);
    // What beats another comes before it.
    ranks.sort_by(|one, two| {
        let by_risk = one.risk.total_cmp(&two.risk).then(two.power.total_cmp(&one.power));
        by_risk.then(one.outlay.total_cmp(&two.outlay)).then(one.place.cmp(&two.place))
    });
    let mut efficient: Vec<Rank> = Vec::new();
    for rank in ranks {
        let beaten_by = efficient.iter().rev().find(|other| other.beats(&rank)).map(|other| other.place);
        if let Some(point) = points.get_mut(rank.place) {
            point.beaten_by = beaten_by;
        }
        if beaten_by.is_none() {
            efficient.push(rank);
        }
    }
    efficient.into_iter().map(|rank| rank.place).collect()
}

fn ranks(points: &[FrontierPoint], basis: &Basis) -> Vec<Rank> {
    let largest = |of: &dyn Fn(&FrontierPoint) -> f64| points.iter().map(|p| of(p).abs()).fold(0.0, f64::max);
    let risk = |point: &FrontierPoint| basis.risk_of(point);
    let (most_risk, most_outlay) = (largest(&risk), largest(&|point| point.outlay));
    let steps = |amount: f64, most: f64| if most > 0.0 { (amount / (most * ROUNDING)).round() } else { 0.0 };
    let rank = |(place, point): (usize, &FrontierPoint)| Rank {
        place,
        power: steps(basis.power_of(point), 1.0),
        risk: steps(risk(point), most_risk),
        outlay: if basis.is_common() { 0.0 } else { steps(point.outlay, most_outlay) },
    };
    points.iter().enumerate().map(rank).collect()
}
