//! The range that holds a sum, and how surely.

use super::spectrum::Weighted;

/// How far a range may go, in standard deviations on either side.
const WIDEST: f64 = 4_000.0;
/// By how much a range is widened that does not hold enough, and one that holds far from enough.
const WIDEN: [f64; 2] = [1.15, 1.6];
/// How often a smaller tilt is tried, and how much smaller.
const HALVINGS: usize = 48;
const PART: f64 = 0.7;

/// A range of the sum and a bound of the probability that the sum is outside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) outside: f64,
}

/// The narrowest range found that holds the sum but for this probability.
///
/// The bound is Chernoff's, P(S ≥ b) ≤ E[exp(θS)] exp(−θb) at a θ near the best: it holds for any.
pub(super) fn window(cells: &[Weighted], cumulants: [f64; 3], outside: f64) -> Window {
    let [mean, variance, third] = cumulants;
    let deviation = variance.sqrt();
    let (least, most) = extremes(cells);
    let reach = |sign: f64, end: f64| {
        let mut width = (-2.0 * outside.ln()).sqrt();
        loop {
            let at = mean + sign * width * deviation;
            if sign * (at - end) >= 0.0 {
                return (end, 0.0);
            }
            let bound = chernoff(cells, at, tilt(at - mean, variance, third), outside);
            if bound <= outside || width > WIDEST {
                return (at, bound.min(1.0));
            }
            width *= if bound < outside.sqrt() { WIDEN[0] } else { WIDEN[1] };
        }
    };
    let ((low, below), (high, above)) = (reach(-1.0, least), reach(1.0, most));
    Window { low, high, outside: below + above }
}

/// Where the derivative of the cumulant function, as far as its third term, reaches this distance from the mean.
fn tilt(distance: f64, variance: f64, third: f64) -> f64 {
    let root = variance.mul_add(variance, 2.0 * third * distance);
    if third.abs() * distance.abs() < 1e-6 * variance * variance || root <= 0.0 {
        return distance / variance;
    }
    (root.sqrt() - variance) / third
}

/// The bound at a tilt; where that is not enough, the best of those below it, since a skewed sum has its best there.
fn chernoff(cells: &[Weighted], at: f64, tilt: f64, enough: f64) -> f64 {
    let (mut best, mut tilt) = (f64::INFINITY, tilt);
    for _ in 0..HALVINGS {
        let log: f64 = cells.iter().map(|cell| cell.log_moment(tilt)).sum();
        let bound = (log - tilt * at).exp();
        let is_worse = bound > best;
        if bound < best {
            best = bound;
        }
        if best <= enough || (is_worse && best < 1.0) {
            break;
        }
        tilt *= PART;
    }
    best
}

/// The least and the most that the sum can be.
fn extremes(cells: &[Weighted]) -> (f64, f64) {
    let mut ends = (0.0, 0.0);
    for cell in cells {
        let [least, most] = cell.values.iter().fold([0.0_f64; 2], |[l, m], v| [l.min(*v), m.max(*v)]);
        let count = cell.heads.most();
        ends.0 += if least < 0.0 { least * count } else { 0.0 };
        ends.1 += if most > 0.0 { most * count } else { 0.0 };
    }
    ends
}
