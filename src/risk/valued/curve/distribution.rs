//! The distribution function of a result, in points.

use serde::Serialize;

use super::{Curve, Piece};

/// The probability of results that lie before the first point, and beyond the last one.
const BEYOND: f64 = 1e-4;
/// How near two points may lie, of the range.
const NEAR: f64 = 1e-9;
/// A lump of less than this is a rounding.
const LEAST: f64 = 1e-10;

/// A point of the distribution of a result.
///
/// Where `below` and `at_most` differ, there is a lump: the result is this very amount with their difference as probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DistributionPoint {
    /// The result, in major units.
    pub amount: f64,
    /// P(result < amount).
    pub below: f64,
    /// P(result ≤ amount).
    pub at_most: f64,
    /// The probability of a result about here for each major unit, without that of a lump.
    pub density: f64,
}

impl Curve {
    /// So many amounts at equal distances that leave one in 10,000 on either side, and between them zero and every lump: in
    /// order, in minor units.
    pub(in crate::risk) fn points(&self, points: u32) -> Vec<DistributionPoint> {
        let (low, high) = (self.quantile(BEYOND), self.quantile(1.0 - BEYOND));
        // What a search finds is this near.
        let near = NEAR * (high - low).max(1.0);
        let mut lumps: Vec<f64> = self.lumps().chain([0.0]).collect();
        lumps.retain(|lump| (low - near..=high + near).contains(lump));
        let steps = f64::from(points.saturating_sub(1).max(1));
        let even = (0..points).map(|place| low + (high - low) * f64::from(place) / steps);
        let mut amounts: Vec<f64> =
            even.filter(|amount| lumps.iter().all(|lump| (amount - lump).abs() > near)).collect();
        amounts.append(&mut lumps);
        // Zero has one sign here.
        for amount in &mut amounts {
            *amount += 0.0;
        }
        amounts.sort_unstable_by(f64::total_cmp);
        amounts.dedup();
        amounts.into_iter().map(|amount| self.point(amount)).collect()
    }

    fn point(&self, amount: f64) -> DistributionPoint {
        let below = self.probability_below(amount, false);
        let at_most = self.probability_below(amount, true).max(below);
        // What two sums of cosines differ by is no lump.
        let at_most = if at_most - below < LEAST { below } else { at_most };
        DistributionPoint { amount, below, at_most, density: self.density(amount) }
    }

    /// What the result is with a probability of its own: where it does not vary with the sum, and where nobody costs
    /// anything.
    fn lumps(&self) -> impl Iterator<Item = f64> {
        let flat = self.pieces.iter().filter(|piece| piece.slope == 0.0).map(|piece| piece.level);
        let at_zero = self.pieces.iter().rev().find(|piece| piece.from <= 0.0).map(|piece| piece.level);
        flat.chain(at_zero)
    }

    fn density(&self, amount: f64) -> f64 {
        let of = |piece: &Piece| {
            let at = (amount - piece.level) / piece.slope;
            let is_on = piece.slope != 0.0 && at >= piece.from && at < piece.to;
            if is_on { self.sum.density(at) / piece.slope.abs() } else { 0.0 }
        };
        self.pieces.iter().map(of).sum()
    }
}
