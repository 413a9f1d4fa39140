//! A result and the sum that it is made of, together.

use super::Curve;
use crate::error::Result;

impl Curve {
    /// Cov(f(S), S).
    pub(in crate::risk) fn covariance_with_sum(&self) -> f64 {
        let (centre, mean) = (self.sum.mean(), self.mean());
        let of = |piece: &super::Piece| {
            let [mass, first, second] = piece.on();
            let (about, square) =
                (first - centre * mass, second - 2.0 * centre * first + centre * centre * mass);
            (piece.level + piece.slope * centre - mean) * about + piece.slope * square
        };
        self.pieces.iter().map(of).sum()
    }

    /// E[f(S)] over the highest sums, this share of all; a lump at its end counts in part.
    pub(in crate::risk) fn mean_of_highest(
        &self,
        share: f64,
        at: impl FnOnce(f64) -> Result<f64>,
    ) -> Result<f64> {
        let from = at(1.0 - share)?;
        let [above, mass] = self.between(from, f64::INFINITY);
        Ok((above + (share - mass) * self.value(from)) / share)
    }

    /// E[f(S)] over the lowest sums, this share of all; a lump at its end counts in part.
    pub(in crate::risk) fn mean_of_lowest(
        &self,
        share: f64,
        at: impl FnOnce(f64) -> Result<f64>,
    ) -> Result<f64> {
        let to = at(share)?;
        let [below, mass] = self.between(f64::NEG_INFINITY, self.sum.just_below(to));
        Ok((below + (share - mass) * self.value(to)) / share)
    }
}
