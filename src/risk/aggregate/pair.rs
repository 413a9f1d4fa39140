//! The distribution of f(T) + Y, where T and Y are sums over the same people that vary apart.
//!
//! The characteristic function of the two together, E[exp(i(uT + vY))], is a product over people as that of one is. For each v
//! it is expanded in cosines of T, over which exp(ivf(T)) is integrated in closed form, piece by piece: that is the
//! characteristic function of f(T) + Y at v.

mod tail;
mod waves;

use std::{collections::VecDeque, f64::consts::PI};

use super::{
    Aggregate, Held, Law, Method, ROUNDING, cosine::Cosine, heads::Heads, mixing::Mixed, shocks::Shocks,
    window::Window,
};
use crate::{number::Stretch, risk::measures::as_float};
pub(crate) use tail::{MeanAbove, mean_above};
use waves::{TOGETHER, Waves};

/// Frequencies of T beyond those that its own distribution has, since Y may turn with it.
const MORE: usize = 2;
/// Frequencies of the result up to here, over its standard deviation, are followed.
const HIGHEST: f64 = 30.0;
/// The most terms of the result.
const MOST: f64 = 512.0;
/// The most terms of T: a sum that needs more is nearly lumpy, and the work grows with them and with the result's.
const TERMS: usize = 600;
/// A term below this is a rounding.
const DIES_OUT: f64 = 1e-13;
/// An expansion with more error than this is none: the result has lumps.
const WORST: f64 = 1e-4;

/// The costs of a cell as pairs of what they add to both sums, with probabilities.
#[derive(Debug, Clone)]
pub(crate) struct Paired {
    pub(crate) heads: Heads,
    pub(crate) first: Vec<f64>,
    pub(crate) second: Vec<f64>,
    /// A row for each law of costs, one after another.
    pub(crate) weights: Vec<f64>,
}

/// What two sums over the same people are made of.
pub(crate) trait Pairs {
    /// How many cells there are.
    fn cells(&self) -> usize;
    /// A cell's costs, each multiplied by a factor, right up to these frequencies of both sums.
    fn paired(&self, cell: usize, factor: f64, frequencies: [f64; 2]) -> Paired;
    /// What a number that is added to all costs adds to both sums.
    fn added(&self) -> [f64; 2];
}

/// Two sums, each by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sums<'a> {
    pub(crate) first: &'a Aggregate,
    pub(crate) second: &'a Aggregate,
}

/// The distribution of f(T) + Y with this mean, f being lines end to end; none where the sums are lumpy.
pub(crate) fn of_both(
    pairs: &impl Pairs,
    shocks: &Shocks,
    sums: Sums<'_>,
    lines: &[Stretch],
    mean: f64,
) -> Option<Aggregate> {
    let Method::Cosines(terms) = sums.first.method() else { return None };
    if terms > TERMS {
        return None;
    }
    let (low, high) = sums.first.range();
    let range = result_range(sums, lines);
    let step = PI / (range.high - range.low);
    let of_first = PI / (high - low) * as_float(MORE * terms);
    let waves = |of_second: f64| Waves::new(pairs, shocks, sums, [of_first, of_second], MORE * terms);
    // The first term tells the spread, and so how far terms go.
    let first = waves(step).transformed(lines, &[step]).first()?.norm();
    let deviation = (-2.0 * first.ln()).max(0.0).sqrt() / step;
    if !deviation.is_finite() || deviation <= 0.0 {
        return None;
    }
    let highest = (HIGHEST / deviation).min(MOST * step);
    let waves = waves(highest);
    let (mut at, mut ready) = (0.0, VecDeque::new());
    let next = || {
        if ready.is_empty() {
            let frequencies: Vec<f64> = (1..=TOGETHER).map(|ahead| at + as_float(ahead) * step).collect();
            at += as_float(TOGETHER) * step;
            ready.extend(waves.transformed(lines, &frequencies));
        }
        Mixed { mean: ready.pop_front().unwrap_or_default(), ..Mixed::default() }
    };
    let expanded = Cosine::of(next, 0.0, range, highest, DIES_OUT)?;
    let error = expanded.error + range.outside + 4.0 * sums.first.error() + ROUNDING * as_float(terms);
    if error > WORST {
        return None;
    }
    let method = Method::Cosines(expanded.cosine.terms());
    let all = expanded.cosine.below(range.high);
    let variance = (all.second - all.first * all.first / all.mass) / all.mass;
    let third = third_moment(&expanded.cosine, range, mean);
    Some(Aggregate { law: Held::Cosine(expanded.cosine), method, mean, variance, third, error })
}

/// The ends of f over the range of the first sum, and those of the second.
fn result_range(Sums { first, second }: Sums<'_>, lines: &[Stretch]) -> Window {
    let (from, to) = first.range();
    let ends =
        within(lines, from, to).flat_map(|(line, from, to)| [from, to].map(|x| line.level + line.slope * x));
    let (low, high) =
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)));
    let (least, most) = second.range();
    Window { low: low + least, high: high + most, outside: first.error() + second.error() }
}

/// Lines with the part of the range over which each holds.
fn within(lines: &[Stretch], low: f64, high: f64) -> impl Iterator<Item = (&Stretch, f64, f64)> {
    let last = lines.len().saturating_sub(1);
    let ends = move |(place, line)| {
        let line: &Stretch = line;
        let from = if place == 0 { low } else { line.from.clamp(low, high) };
        let to = if place == last { high } else { line.to.clamp(low, high) };
        (line, from, to)
    };
    lines.iter().enumerate().map(ends).filter(|(_, from, to)| to > from)
}

/// E[(X − mean)³], by Simpson's rule over the density.
fn third_moment(law: &Cosine, range: Window, mean: f64) -> f64 {
    const STEPS: i32 = 2_048;
    let step = (range.high - range.low) / f64::from(STEPS);
    let weight = |at: i32| match at {
        0 | STEPS => 1.0,
        at if at % 2 == 1 => 4.0,
        _ => 2.0,
    };
    let at = |place: i32| {
        let x = range.low + f64::from(place) * step;
        weight(place) * law.density(x) * (x - mean).powi(3)
    };
    (0..=STEPS).map(at).sum::<f64>() * step / 3.0
}
