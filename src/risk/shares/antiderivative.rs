//! The integral of a piecewise linear function, and what it comes to on average.

use crate::{number::Stretch, risk::aggregate::Aggregate};

/// F with F′ = f, f being lines end to end: continuous, and a square on each line.
#[derive(Debug)]
pub(super) struct Antiderivative {
    squares: Vec<Square>,
    centre: f64,
}

/// `constant` + `level` × x + `slope` × x²/2, x being a distance from the centre, up to an end.
#[derive(Debug)]
struct Square {
    to: f64,
    constant: f64,
    level: f64,
    slope: f64,
}

impl Antiderivative {
    /// Of f less `mean`, so that large numbers do not cancel, and about a centre.
    pub(super) fn new(lines: &[Stretch], mean: f64, centre: f64) -> Self {
        let mut squares: Vec<Square> = Vec::new();
        let last = lines.len().saturating_sub(1);
        for (place, line) in lines.iter().enumerate() {
            let (level, slope) = (line.level + line.slope * centre - mean, line.slope);
            let constant = squares.last().map_or(0.0, |before| {
                let x = before.to - centre;
                before.constant + (before.level - level) * x + (before.slope - slope) * x * x / 2.0
            });
            let to = if place == last { f64::INFINITY } else { line.to };
            squares.push(Square { to, constant, level, slope });
        }
        Self { squares, centre }
    }

    /// E[F(S − moved)].
    pub(super) fn mean(&self, sum: &Aggregate, moved: f64) -> f64 {
        let from_centre = sum.range().0 - moved - self.centre;
        let mut before = [0.0; 4];
        let mut mean = 0.0;
        for square in &self.squares {
            let upto = sum.distances_below(square.to + moved);
            let [mass, first, second] = [0, 1, 2].map(|power: usize| {
                let at = |moments: &[f64; 4]| moments.get(power).copied().unwrap_or_default();
                at(&upto) - at(&before)
            });
            before = upto;
            let about = first + from_centre * mass;
            let squared = second + 2.0 * from_centre * first + from_centre * from_centre * mass;
            mean += square.constant * mass + square.level * about + square.slope * squared / 2.0;
        }
        mean
    }
}
