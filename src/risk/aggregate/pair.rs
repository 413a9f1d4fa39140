//! The distribution of f(T) + Y, where T and Y are sums over the same people that vary apart.
//!
//! The characteristic function of the two together, E[exp(i(uT + vY))], is a product over people as that of one is. For each v
//! it is expanded in cosines of T, over which exp(ivf(T)) is integrated in closed form, piece by piece: that is the
//! characteristic function of f(T) + Y at v.

use std::f64::consts::PI;

use num_complex::Complex;

use super::{
    Aggregate, Held, Law, Method, ROUNDING,
    cosine::Cosine,
    count::Count,
    mixing::{Mixed, Mixing},
    shocks::Shocks,
    window::Window,
};
use crate::{number::Stretch, risk::measures::as_float};

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
/// A wave this small, so often in a row, has died out.
const SILENT: f64 = 1e-15;
const IN_A_ROW: usize = 4;

/// The costs of a cell as pairs of what they add to both sums, with probabilities.
#[derive(Debug, Clone)]
pub(crate) struct Paired {
    pub(crate) count: Count,
    pub(crate) first: Vec<f64>,
    pub(crate) second: Vec<f64>,
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
    let first = waves(step).transformed(lines, step).norm();
    let deviation = (-2.0 * first.ln()).max(0.0).sqrt() / step;
    if !deviation.is_finite() || deviation <= 0.0 {
        return None;
    }
    let highest = (HIGHEST / deviation).min(MOST * step);
    let waves = waves(highest);
    let mut at = 0.0;
    let next = || {
        at += step;
        Mixed { mean: waves.transformed(lines, at), error: 0.0 }
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

/// The characteristic function of both sums together.
struct Waves {
    mixing: Mixing,
    /// By cell and point of what moves it.
    tables: Vec<Vec<Table>>,
    added: [f64; 2],
    low: f64,
    width: f64,
    terms: usize,
}

impl Waves {
    fn new(pairs: &impl Pairs, shocks: &Shocks, sums: Sums<'_>, frequencies: [f64; 2], terms: usize) -> Self {
        let [of_first, of_second] = frequencies;
        let still = |cell: usize| pairs.paired(cell, 1.0, [0.0, 0.0]);
        let swing = |cell: usize| {
            let Paired { count, first, second, weights } = still(cell);
            let mean = |values: &[f64]| values.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>().abs();
            count.cumulants()[0] * (mean(&first) * of_first + mean(&second) * of_second)
        };
        let swings: Vec<f64> = (0..pairs.cells()).map(swing).collect();
        let mixing = Mixing::new(shocks, &swings, 1.0);
        let (low, high) = sums.first.range();
        let step = PI / (high - low);
        let of = |cell: usize| {
            let points = mixing.points(cell).iter();
            points.map(|log| Table::new(pairs.paired(cell, log.exp(), frequencies), step, terms)).collect()
        };
        let tables = (0..pairs.cells()).map(of).collect();
        let added = pairs.added().map(|by| by * shocks.added());
        Self { mixing, tables, added, low, width: high - low, terms }
    }

    /// E[exp(iv(f(T) + Y))].
    fn transformed(&self, lines: &[Stretch], v: f64) -> Complex<f64> {
        let turned: Vec<Vec<Turned>> =
            self.tables.iter().map(|points| points.iter().map(|table| table.turned(v)).collect()).collect();
        let [by_first, by_second] = self.added;
        let lump = if by_first == 0.0 {
            self.mean(&turned, |_, turned| turned.lump) * damped(by_second * v)
        } else {
            Complex::ZERO
        };
        let step = PI / self.width;
        let mut sum = lump * value_at_nought(lines, v);
        let mut quiet = 0;
        for k in 0..self.terms {
            let u = as_float(k) * step;
            let both = [1.0, -1.0].map(|sign| {
                let mean = self.mean(&turned, |table, turned| table.delta(k, sign, turned));
                mean * damped(sign * u * by_first + v * by_second) - lump
            });
            quiet = if both.iter().all(|one| one.norm() < SILENT) { quiet + 1 } else { 0 };
            if quiet == IN_A_ROW {
                break;
            }
            let [forward, back] = both;
            let turn = Complex::cis(-u * self.low);
            let half = if k == 0 { 0.5 } else { 1.0 };
            let coefficient = (forward * turn + back * turn.conj()) * half / self.width;
            sum += coefficient * self.integral(lines, u, v);
        }
        sum
    }

    /// The mean of the product over cells, from E[exp(…)] − 1 of one cost of each.
    fn mean(&self, turned: &[Vec<Turned>], of: impl Fn(&Table, &Turned) -> Complex<f64>) -> Complex<f64> {
        let logs: Vec<Vec<Complex<f64>>> = self
            .tables
            .iter()
            .zip(turned)
            .map(|(tables, turned)| {
                let each = tables.iter().zip(turned);
                each.map(|(table, turned)| table.count.log_generating(of(table, turned))).collect()
            })
            .collect();
        self.mixing.mean(&logs, 1.0).mean
    }

    /// ∫ exp(ivf(x)) cos(u(x − low)) dx over the range.
    fn integral(&self, lines: &[Stretch], u: f64, v: f64) -> Complex<f64> {
        let of = |(line, from, to): (&Stretch, f64, f64)| {
            let (middle, width) = (f64::midpoint(from, to), to - from);
            let each = [u, -u].map(|u| {
                let half = 0.5 * (v * line.slope + u) * width;
                let sinc = if half.abs() < 1e-8 { 1.0 } else { half.sin() / half };
                let angle = v * (line.level + line.slope * middle) + u * (middle - self.low);
                Complex::cis(angle) * (0.5 * width * sinc)
            });
            each.iter().sum::<Complex<f64>>()
        };
        within(lines, self.low, self.low + self.width).map(of).sum()
    }
}

/// exp(ivf(0)).
fn value_at_nought(lines: &[Stretch], v: f64) -> Complex<f64> {
    let line = lines.iter().rev().find(|line| line.from <= 0.0).or(lines.first());
    Complex::cis(v * line.map_or(0.0, |line| line.level))
}

/// What a normal number of this deviation leaves of a wave.
fn damped(deviation: f64) -> f64 {
    (-0.5 * deviation * deviation).exp()
}

/// The waves of the first sum of one cell at all its frequencies: exp(iux) − 1 of each value.
struct Table {
    count: Count,
    weights: Vec<f64>,
    second: Vec<f64>,
    /// Whether a value adds nothing to the first sum.
    is_lump: Vec<bool>,
    re: Vec<Vec<f64>>,
    im: Vec<Vec<f64>>,
    /// Their mean, by frequency.
    means: Vec<Complex<f64>>,
}

/// The waves of the second sum at one frequency: weight × (exp(ivy) − 1) of each value.
struct Turned {
    re: Vec<f64>,
    im: Vec<f64>,
    mean: Complex<f64>,
    /// Of values that add nothing to the first sum, all others being left out.
    lump: Complex<f64>,
}

impl Table {
    fn new(paired: Paired, step: f64, terms: usize) -> Self {
        let Paired { count, first, second, weights } = paired;
        let (mut re, mut im, mut means) = (Vec::new(), Vec::new(), Vec::new());
        for k in 0..terms {
            let u = as_float(k) * step;
            let each: Vec<Complex<f64>> = first.iter().map(|x| minus_one(u * x)).collect();
            means.push(each.iter().zip(&weights).map(|(wave, weight)| wave * *weight).sum());
            re.push(each.iter().map(|wave| wave.re).collect());
            im.push(each.iter().map(|wave| wave.im).collect());
        }
        let is_lump = first.iter().map(|x| *x == 0.0).collect();
        Self { count, weights, second, is_lump, re, im, means }
    }

    fn turned(&self, v: f64) -> Turned {
        let waves = self.second.iter().zip(&self.weights).map(|(y, weight)| minus_one(v * y) * *weight);
        let waves: Vec<Complex<f64>> = waves.collect();
        let lump = waves
            .iter()
            .zip(&self.weights)
            .zip(&self.is_lump)
            .map(|((wave, weight), is_lump)| if *is_lump { *wave } else { Complex::from(-weight) });
        Turned {
            mean: waves.iter().sum(),
            lump: lump.sum(),
            re: waves.iter().map(|wave| wave.re).collect(),
            im: waves.iter().map(|wave| wave.im).collect(),
        }
    }

    /// E[exp(i(±uX + vY))] − 1 of one cost: (1 + a)(1 + b) − 1 of each value, so that what is small keeps its digits.
    fn delta(&self, k: usize, sign: f64, turned: &Turned) -> Complex<f64> {
        let (Some(re), Some(im), Some(mean)) = (self.re.get(k), self.im.get(k), self.means.get(k)) else {
            return Complex::ZERO;
        };
        let (mut real, mut imaginary) = (0.0, 0.0);
        for ((a_re, a_im), (b_re, b_im)) in turned.re.iter().zip(&turned.im).zip(re.iter().zip(im)) {
            let b_im = sign * b_im;
            real += a_re * b_re - a_im * b_im;
            imaginary += a_re * b_im + a_im * b_re;
        }
        turned.mean + Complex::new(mean.re, sign * mean.im) + Complex::new(real, imaginary)
    }
}

/// exp(iθ) − 1.
fn minus_one(angle: f64) -> Complex<f64> {
    let half = (0.5 * angle).sin();
    Complex::new(-2.0 * half * half, angle.sin())
}
