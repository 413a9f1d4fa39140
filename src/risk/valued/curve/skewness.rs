//! How lopsided a result is.

use super::{Curve, Piece};

impl Curve {
    /// The third central moment over the cube of the standard deviation; 0 where nothing varies.
    pub(in crate::risk) fn skewness(&self, mean: f64) -> f64 {
        let variance = self.variance(mean);
        // What does not vary, but for roundings, leans to neither side.
        if variance <= 1e-24 * mean * mean || variance <= 0.0 {
            return 0.0;
        }
        let low = self.sum.range().0;
        let mut before = [0.0; 4];
        let mut third = 0.0;
        for piece in &self.pieces {
            let upto = self.sum.distances_below(self.sum.just_below(piece.to));
            third += cubed(piece, low, mean, [0, 1, 2, 3].map(|power: usize| on(&upto, &before, power)));
            before = upto;
        }
        third / variance.powf(1.5)
    }
}

/// What lies between two points, of one power.
fn on(upto: &[f64; 4], before: &[f64; 4], power: usize) -> f64 {
    upto.get(power).zip(before.get(power)).map_or(0.0, |(upto, before)| upto - before)
}

/// E[(a + s t)³] on a piece, where a + s t is the result less its mean, t above the low end.
fn cubed(piece: &Piece, low: f64, mean: f64, [mass, first, second, third]: [f64; 4]) -> f64 {
    let (a, s) = (piece.level + piece.slope * low - mean, piece.slope);
    if s == 0.0 {
        // Whatever moments the sum has or has not there.
        return a * a * a * mass;
    }
    a * a * a * mass + 3.0 * a * a * s * first + 3.0 * a * s * s * second + s * s * s * third
}
