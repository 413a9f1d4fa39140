//! One party's result as a distribution.

use crate::{
    error::{Error, ErrorKind, Result},
    number::Stretch,
    risk::aggregate::{Aggregate, Method},
};

/// Steps of a search by halving.
const HALVINGS: usize = 80;

/// A piecewise linear function of a sum of costs, in minor units.
#[derive(Debug, Clone)]
pub(super) struct Curve {
    /// The first begins and the last ends nowhere.
    lines: Vec<Stretch>,
    pub(super) sum: Aggregate,
}

/// Where the sum's lines end, and what it has up to there.
struct Piece {
    from: f64,
    to: f64,
    level: f64,
    slope: f64,
    /// Probability, E[S] and E[S²] on it.
    on: [f64; 3],
}

impl Curve {
    pub(super) fn new(lines: Vec<Stretch>, sum: Aggregate) -> Self {
        Self { lines, sum }
    }

    /// The pieces within the range that the sum has, the first and the last without an end.
    fn pieces(&self) -> Vec<Piece> {
        let last = self.lines.len().saturating_sub(1);
        let mut before = [0.0; 3];
        let piece = |(place, line): (usize, &Stretch)| {
            let to = if place == last { f64::INFINITY } else { line.to };
            // A jump belongs to the line that begins there.
            let upto = self.sum.moments_below(just_below(to));
            let on = [0, 1, 2].map(|power: usize| {
                let of = |moments: &[f64; 3]| moments.get(power).copied().unwrap_or_default();
                of(&upto) - of(&before)
            });
            before = upto;
            let from = if place == 0 { f64::NEG_INFINITY } else { line.from };
            Piece { from, to, level: line.level, slope: line.slope, on }
        };
        self.lines.iter().enumerate().map(piece).collect()
    }

    /// The result where the sum is certain.
    fn certain(&self) -> Option<f64> {
        let amount = (self.sum.method() == Method::Certain).then(|| self.sum.mean())?;
        let line = self.lines.iter().rev().find(|line| line.from <= amount).or(self.lines.first())?;
        Some(line.level + line.slope * amount)
    }

    pub(super) fn mean(&self) -> f64 {
        if let Some(certain) = self.certain() {
            return certain;
        }
        self.pieces().iter().map(|piece| piece.level * piece.on[0] + piece.slope * piece.on[1]).sum()
    }

    pub(super) fn variance(&self, mean: f64) -> f64 {
        if self.certain().is_some() {
            return 0.0;
        }
        let centre = self.sum.mean();
        let of = |piece: &Piece| {
            let [mass, first, second] = piece.on;
            // About the mean of the sum, so that large numbers do not cancel.
            let (about, square) =
                (first - centre * mass, second - 2.0 * centre * first + centre * centre * mass);
            let level = piece.level + piece.slope * centre - mean;
            level * level * mass + 2.0 * level * piece.slope * about + piece.slope * piece.slope * square
        };
        self.pieces().iter().map(of).sum::<f64>().max(0.0)
    }

    /// The probability of a result below an amount, or of at most it.
    pub(super) fn probability_below(&self, amount: f64, at_most: bool) -> f64 {
        if let Some(certain) = self.certain() {
            return if certain < amount || (at_most && certain <= amount) { 1.0 } else { 0.0 };
        }
        let cdf = |x: f64| if x == f64::INFINITY { 1.0 } else { self.sum.cdf(x) };
        let below = |x: f64| cdf(just_below(x));
        let of = |piece: &Piece| {
            if piece.slope == 0.0 {
                let counts = piece.level < amount || (at_most && piece.level <= amount);
                return if counts { piece.on[0] } else { 0.0 };
            }
            let crossing = ((amount - piece.level) / piece.slope).clamp(piece.from, piece.to);
            let (start, end) = (below(piece.from), below(piece.to));
            let part = match (piece.slope > 0.0, at_most) {
                (true, true) => cdf(crossing).min(end) - start,
                (true, false) => below(crossing) - start,
                (false, true) => end - below(crossing),
                (false, false) => end - cdf(crossing).min(end),
            };
            part.max(0.0)
        };
        self.pieces().iter().map(of).sum::<f64>().clamp(0.0, 1.0)
    }

    /// The least amount that the result does not exceed with this probability.
    pub(super) fn quantile(&self, probability: f64) -> f64 {
        if let Some(certain) = self.certain() {
            return certain;
        }
        let (mut low, mut high) = self.ends();
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if self.probability_below(middle, true) < probability { low = middle } else { high = middle }
        }
        // A flat piece is met at its own value.
        let near =
            |line: &&Stretch| line.slope == 0.0 && (line.level - high).abs() <= 1e-9 * high.abs().max(1.0);
        self.lines.iter().find(near).map_or(high, |line| line.level)
    }

    /// The mean of the worst years, this share of all.
    pub(super) fn mean_of_worst(&self, share: f64) -> f64 {
        if let Some(certain) = self.certain() {
            return certain;
        }
        let at = self.quantile(share);
        let short = |piece: &Piece| {
            if piece.slope == 0.0 {
                return (piece.level - at).min(0.0) * piece.on[0];
            }
            let crossing = ((at - piece.level) / piece.slope).clamp(piece.from, piece.to);
            let (from, to) = if piece.slope > 0.0 { (piece.from, crossing) } else { (crossing, piece.to) };
            let of = |x: f64| {
                if x == f64::NEG_INFINITY { [0.0; 3] } else { self.sum.moments_below(just_below(x)) }
            };
            let ([mass, first, _], [mass_before, first_before, _]) = (of(to), of(from));
            (piece.level - at) * (mass - mass_before) + piece.slope * (first - first_before)
        };
        at + self.pieces().iter().map(short).sum::<f64>().min(0.0) / share
    }

    /// The least and the most of the result over the range of the sum.
    fn ends(&self) -> (f64, f64) {
        let (least, most) = self.sum.range();
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for piece in self.pieces() {
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

/// The last number before this one: what lies below a point without what lies at it.
fn just_below(x: f64) -> f64 {
    if x.is_finite() { x.next_down() } else { x }
}

/// A level that a tail can have.
pub(super) fn check_level(level: f64) -> Result<()> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    let problem = format!("{level} is no level");
    Err(Error::new(ErrorKind::Range, "level", problem, "give one between 0 and 1, such as 0.95"))
}
