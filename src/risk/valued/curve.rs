//! One party's result as a distribution.

mod distribution;
mod skewness;
mod with_sum;
mod worst;

use std::{mem::replace, sync::Arc};

pub use distribution::DistributionPoint;

use crate::{
    number::Stretch,
    risk::aggregate::{Aggregate, Method},
};

/// Steps of a search by halving.
const HALVINGS: usize = 80;

/// A piecewise linear function of a sum of costs, in minor units.
#[derive(Debug, Clone)]
pub(in crate::risk) struct Curve {
    /// The first begins and the last ends nowhere.
    pieces: Vec<Piece>,
    pub(in crate::risk) sum: Arc<Aggregate>,
}

/// A line, and what the sum has before it and up to its end: probability, E[S] and E[S²].
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: f64,
    to: f64,
    level: f64,
    slope: f64,
    before: [f64; 3],
    upto: [f64; 3],
}

impl Piece {
    /// What the sum has on it.
    fn on(&self) -> [f64; 3] {
        let ([mass, first, second], [mass_before, first_before, second_before]) = (self.upto, self.before);
        [mass - mass_before, first - first_before, second - second_before]
    }

    /// Where the line has an amount; an end of it where it has it nowhere.
    fn crossing(&self, amount: f64) -> f64 {
        ((amount - self.level) / self.slope).clamp(self.from, self.to)
    }
}

impl Curve {
    pub(in crate::risk) fn new(lines: Vec<Stretch>, sum: Arc<Aggregate>) -> Self {
        let lines = if sum.method() == Method::Certain { at(&lines, sum.mean()) } else { lines };
        let last = lines.len().saturating_sub(1);
        let mut before = [0.0; 3];
        let piece = |(place, line): (usize, &Stretch)| {
            let from = if place == 0 { f64::NEG_INFINITY } else { line.from };
            let to = if place == last { f64::INFINITY } else { line.to };
            // A jump belongs to the line that begins there.
            let upto = sum.moments_below(sum.just_below(to));
            Piece { from, to, level: line.level, slope: line.slope, before: replace(&mut before, upto), upto }
        };
        Self { pieces: lines.iter().enumerate().map(piece).collect(), sum }
    }

    pub(in crate::risk) fn mean(&self) -> f64 {
        let of = |piece: &Piece| {
            let [mass, first, _] = piece.on();
            piece.level * mass + piece.slope * first
        };
        self.pieces.iter().map(of).sum()
    }

    pub(in crate::risk) fn variance(&self, mean: f64) -> f64 {
        let centre = self.sum.mean();
        let of = |piece: &Piece| {
            let [mass, first, second] = piece.on();
            // About the mean of the sum, so that large numbers do not cancel.
            let (about, square) =
                (first - centre * mass, second - 2.0 * centre * first + centre * centre * mass);
            let level = piece.level + piece.slope * centre - mean;
            level * level * mass + 2.0 * level * piece.slope * about + piece.slope * piece.slope * square
        };
        self.pieces.iter().map(of).sum::<f64>().max(0.0)
    }

    /// The probability of a result below an amount, or of at most it.
    pub(in crate::risk) fn probability_below(&self, amount: f64, at_most: bool) -> f64 {
        let below = |x: f64| self.sum.cdf(self.sum.just_below(x));
        let of = |piece: &Piece| {
            let ([start, ..], [end, ..]) = (piece.before, piece.upto);
            if piece.slope == 0.0 {
                let counts = piece.level < amount || (at_most && piece.level <= amount);
                return if counts { end - start } else { 0.0 };
            }
            let crossing = piece.crossing(amount);
            let part = match (piece.slope > 0.0, at_most) {
                (true, true) => self.sum.cdf(crossing).min(end) - start,
                (true, false) => below(crossing) - start,
                (false, true) => end - below(crossing),
                (false, false) => end - self.sum.cdf(crossing).min(end),
            };
            part.max(0.0)
        };
        self.pieces.iter().map(of).sum::<f64>().clamp(0.0, 1.0)
    }

    /// The least amount that the result does not exceed with this probability.
    pub(in crate::risk) fn quantile(&self, probability: f64) -> f64 {
        let (mut low, mut high) = self.ends();
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if self.probability_below(middle, true) < probability { low = middle } else { high = middle }
        }
        // A flat piece is met at its own value.
        let near =
            |line: &&Piece| line.slope == 0.0 && (line.level - high).abs() <= 1e-9 * high.abs().max(1.0);
        self.pieces.iter().find(near).map_or(high, |line| line.level)
    }

    /// The mean of the worst years, this share of all.
    pub(in crate::risk) fn mean_of_worst(&self, share: f64) -> f64 {
        let at = self.quantile(share);
        let short = |piece: &Piece| {
            if piece.slope == 0.0 {
                return (piece.level - at).min(0.0) * piece.on()[0];
            }
            let crossing = self.sum.moments_below(self.sum.just_below(piece.crossing(at)));
            let (from, to) =
                if piece.slope > 0.0 { (piece.before, crossing) } else { (crossing, piece.upto) };
            let ([mass, first, _], [mass_before, first_before, _]) = (to, from);
            (piece.level - at) * (mass - mass_before) + piece.slope * (first - first_before)
        };
        at + self.pieces.iter().map(short).sum::<f64>().min(0.0) / share
    }

    /// The least and the most of the result over the range of the sum.
    fn ends(&self) -> (f64, f64) {
        let (least, most) = self.sum.range();
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for piece in &self.pieces {
            let (from, to) = (piece.from.max(least), piece.to.min(most));
            if from > to {
                continue;
            }
            for x in [from, to] {
                let value = piece.level + piece.slope * x;
                (low, high) = (low.min(value), high.max(value));
            }
        }
        (low - 1.0, high)
    }
}

/// The one line of a sum that is certain: its value there.
fn at(lines: &[Stretch], amount: f64) -> Vec<Stretch> {
    let line = lines.iter().rev().find(|line| line.from <= amount).or(lines.first());
    let level = line.map_or(0.0, |line| line.level + line.slope * amount);
    vec![Stretch { from: amount, to: amount, level, slope: 0.0 }]
}
