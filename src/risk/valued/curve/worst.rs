//! The worst years of a result that only falls, or only rises, with the sum.

use super::Curve;
use crate::error::Result;

impl Curve {
    /// The mean of the worst years, this share of all, by `at`, the quantiles of the sum.
    ///
    /// Where the result only falls with the sum, its worst years are those of the highest sums, and where it only rises
    /// those of the lowest, so that no search is needed.
    pub(in crate::risk) fn mean_of_worst_by(
        &self,
        share: f64,
        at: impl FnOnce(f64) -> Result<f64>,
    ) -> Result<f64> {
        if self.runs(-1.0) {
            return self.mean_of_highest(share, at);
        }
        if self.runs(1.0) {
            return self.mean_of_lowest(share, at);
        }
        Ok(self.mean_of_worst(share))
    }

    /// Whether it nowhere goes against this sign: upwards, or downwards where it is below zero.
    fn runs(&self, sign: f64) -> bool {
        let (least, most) = self.sum.range();
        let mut before = None;
        for piece in self.pieces.iter().filter(|piece| piece.to >= least && piece.from <= most) {
            if piece.slope * sign < 0.0 {
                return false;
            }
            let value = |x: f64| piece.level + piece.slope * x;
            let start = value(piece.from.max(least));
            // Lines that meet do so but for roundings.
            if before.is_some_and(|before: f64| (start - before) * sign < -1e-9 * before.abs().max(1.0)) {
                return false;
            }
            before = Some(value(piece.to.min(most)));
        }
        true
    }

    /// Its value at a sum.
    pub(super) fn value(&self, x: f64) -> f64 {
        let piece = self.pieces.iter().rev().find(|piece| piece.from <= x).or(self.pieces.first());
        piece.map_or(0.0, |piece| piece.level + piece.slope * x)
    }

    /// E[result; from < S ≤ to] and P(from < S ≤ to).
    pub(super) fn between(&self, from: f64, to: f64) -> [f64; 2] {
        let below = |x: f64| {
            let [mass, first, ..] = self.sum.moments_below(x);
            (mass, first)
        };
        let mut sums = [0.0; 2];
        for piece in self.pieces.iter().filter(|piece| piece.to > from && piece.from <= to) {
            let (start, end) =
                (from.max(self.sum.just_below(piece.from)), to.min(self.sum.just_below(piece.to)));
            let ((mass_to, first_to), (mass_from, first_from)) = (below(end), below(start));
            let (mass, first) = (mass_to - mass_from, first_to - first_from);
            sums[0] += piece.level * mass + piece.slope * first;
            sums[1] += mass;
        }
        sums
    }
}
