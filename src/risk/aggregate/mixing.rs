//! The mean over what moves costs together, from values at a few points of it.
//!
//! What a cell's logarithm of a characteristic function is at a factor exp(x) is smooth in x: it is worked out at the points of
//! Chebyshev and interpolated between them (Berrut and Trefethen, Barycentric Lagrange interpolation, SIAM Review 46, 2004).
//! The mean over a normal number is a sum at equally spaced points, which for smooth functions is right to the last digits
//! (Trefethen and Weideman, The exponentially convergent trapezoidal rule, SIAM Review 56, 2014); Gauss–Hermite points, which
//! lie farther apart, leave a comb in a distribution of many people, whose conditional laws are narrow.

mod interpolation;
mod normal;
mod ways;

use std::f64::consts::TAU;

use nalgebra::{DMatrix, DVector};
use num_complex::Complex;

use super::shocks::{Moved, Shocks};
use crate::risk::measures::as_float;
use interpolation::{barycentric, chebyshev, points_for};
pub(super) use normal::FAR;
use normal::Normal;
use ways::{MANY, principal};
pub(crate) use ways::{SHIFTS, ways};

/// Where between two points interpolation is looked at, and how much worse it may be elsewhere.
const BETWEEN: f64 = 0.45;
const WORSE: f64 = 4.0;
/// What rounding may come to, in units of the last place of what a wave has turned by.
const EPSILONS: f64 = 2.0;
/// A factor below this is none.
const SILENT: f64 = 1e-15;
/// A mean is none where the logarithms are below this.
const NOTHING: f64 = -60.0;

/// How a mean over all that moves costs is taken from values at points: over one number that all cells have in common, at
/// the points of Chebyshev of which there is a mean over what else moves them.
#[derive(Debug, Clone)]
pub(super) struct Mixing {
    cells: Vec<CellMixing>,
    common: Common,
    /// How many ways, around each point of the common number, all cells are moved together by what else there is.
    ways: Option<usize>,
}

/// Of one cell.
#[derive(Debug, Clone)]
struct CellMixing {
    /// The logarithms of the factor at which values are given; the last is between others, to tell how well they interpolate.
    points: Vec<f64>,
    /// What the others say of the value at the last.
    last: Vec<f64>,
    /// For each outer point one row, or one for each inner point around it: weights of the given values.
    rows: Vec<Vec<f64>>,
    /// Where a cell has a part of its own: its points.
    own: Option<Normal>,
}

impl CellMixing {
    /// Of values given at these distances from a centre.
    fn new(centre: f64, by: f64, given: &[f64], rows: Vec<Vec<f64>>, own: Option<Normal>) -> Self {
        let middle = given.len() / 2;
        let between = match (given.get(middle.wrapping_sub(1)), given.get(middle)) {
            (Some(one), Some(other)) => one + BETWEEN * (other - one),
            _ => 0.0,
        };
        let points = given.iter().chain([&between]).map(|x| centre + by * x).collect();
        Self { points, last: barycentric(given, between), rows, own }
    }

    /// How far a value that was interpolated is from the one that was given.
    fn miss(&self, logs: &[Complex<f64>]) -> f64 {
        let given = logs.last().copied().unwrap_or_default();
        if given.re < NOTHING { 0.0 } else { (dot(&self.last, logs) - given).norm() }
    }
}

/// One common number: its points, the rows that interpolate to them, and how the sum of all cells swings with it.
#[derive(Debug, Clone)]
struct Common {
    normal: Normal,
    rows: Vec<Vec<f64>>,
    spread: f64,
    mean: f64,
}

/// A mean, and how far it may be off; where it is taken over some ways, by how much that of each shift of the rule differs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mixed {
    pub(super) mean: Complex<f64>,
    pub(super) error: f64,
    pub(super) shifts: Option<[Complex<f64>; SHIFTS]>,
}

impl Mixing {
    /// For sums of cells with these means, at frequencies up to the highest.
    pub(super) fn new(shocks: &Shocks, means: &[f64], highest: f64) -> Self {
        match shocks.moved() {
            Moved::Together { common, own } => Self::together(shocks, &common, &own, means, highest),
            Moved::Apart(loadings) => Self::apart(shocks, &loadings, means, highest),
        }
    }

    fn together(shocks: &Shocks, common: &[f64], own: &[f64], means: &[f64], highest: f64) -> Self {
        let (outer, common_part) = Common::new(common, means, highest);
        let cell = |(place, ((by, own), mean)): (usize, ((&f64, &f64), &f64))| {
            let centre = -shocks.variance_of(place) / 2.0;
            if *own == 0.0 {
                // Values are given at the outer points themselves.
                return CellMixing::new(centre, *by, &outer, Vec::new(), None);
            }
            let inner = Normal::new(*own, mean.abs() * highest);
            let reach = FAR * (by.abs() + own);
            let given = chebyshev(reach, points_for(reach));
            let around = |outer: &f64| -> Vec<Vec<f64>> {
                inner.points.iter().map(|inner| barycentric(&given, by * outer + own * inner)).collect()
            };
            let rows = outer.iter().flat_map(around).collect();
            CellMixing::new(centre, 1.0, &given, rows, Some(inner))
        };
        let cells = common.iter().zip(own).zip(means).enumerate().map(cell).collect();
        Self { cells, common: common_part, ways: None }
    }

    /// The common number is the one by which the sum is moved, as far as it is linear; all that is left moves it hardly, and
    /// few ways of it are enough.
    fn apart(shocks: &Shocks, loadings: &DMatrix<f64>, means: &[f64], highest: f64) -> Self {
        let (common, left) = main_number(loadings, means);
        let (outer, common_part) = Common::new(&common, means, highest);
        let ways = ways(left.ncols(), MANY);
        let cell = |(place, by): (usize, &f64)| {
            let centre = -shocks.variance_of(place) / 2.0;
            let moved =
                |way: &Vec<f64>| -> f64 { left.row(place).iter().zip(way).map(|(by, z)| by * z).sum() };
            let moved: Vec<f64> = ways.iter().map(moved).collect();
            let reach = moved.iter().fold(FAR * by.abs(), |reach, x| reach.max(FAR * by.abs() + x.abs()));
            let given = chebyshev(reach, points_for(reach));
            let around = |outer: &f64| -> Vec<Vec<f64>> {
                moved.iter().map(|moved| barycentric(&given, by * outer + moved)).collect()
            };
            let rows = outer.iter().flat_map(around).collect();
            CellMixing::new(centre, 1.0, &given, rows, None)
        };
        let cells = common.iter().enumerate().map(cell).collect();
        Self { cells, common: common_part, ways: Some(ways.len()) }
    }

    /// The logarithms of the factor at which a cell's values are to be given.
    pub(super) fn points(&self, cell: usize) -> &[f64] {
        self.cells.get(cell).map_or(&[], |cell| &cell.points)
    }

    /// Whether more points would not bring more digits: what moves cells is followed in some ways only.
    pub(super) fn is_rough(&self) -> bool {
        self.ways.is_some()
    }

    /// The mean of the product over cells of the exponentials, from their logarithms at the points of each, at a frequency.
    pub(super) fn mean(&self, logs: &[Vec<Complex<f64>>], frequency: f64) -> Mixed {
        let Common { normal, rows, spread, mean: swing } = &self.common;
        let places = rows.first().map_or(0, Vec::len);
        let (mean, shifts) = if let Some(ways) = self.ways {
            let each = self.shifts(ways, logs, places).map(|sums| self.over_common(&sums));
            let mean = each.iter().sum::<Complex<f64>>() / as_float(SHIFTS);
            (mean, Some(each.map(|shift| shift - mean)))
        } else {
            let mut sums = vec![Complex::ZERO; places];
            for (cell, logs) in self.cells.iter().zip(logs) {
                match &cell.own {
                    Some(own) => cell.add_own(own, logs, &mut sums),
                    None => sums.iter_mut().zip(logs).for_each(|(sum, log)| *sum += log),
                }
            }
            (self.over_common(&sums), None)
        };
        let rounding = EPSILONS * f64::EPSILON * (1.0 + frequency * swing);
        let waves = normal.waves(*spread, frequency * swing);
        Mixed { mean, error: self.miss(logs) * mean.norm() + rounding + waves, shifts }
    }

    /// The mean over the common number, from logarithms at its points.
    fn over_common(&self, sums: &[Complex<f64>]) -> Complex<f64> {
        let Common { normal, rows, .. } = &self.common;
        normal.weights.iter().zip(rows).map(|(weight, row)| exp(dot(row, sums)) * *weight).sum()
    }

    /// At each point of the common number the logarithm of the mean over the ways of each shift.
    fn shifts(&self, ways: usize, logs: &[Vec<Complex<f64>>], places: usize) -> [Vec<Complex<f64>>; SHIFTS] {
        let mut before = [0.0; SHIFTS];
        let mut sums = [(); SHIFTS].map(|()| Vec::with_capacity(places));
        for place in 0..places {
            let mut at: Vec<Complex<f64>> = vec![Complex::ZERO; ways];
            for (cell, logs) in self.cells.iter().zip(logs) {
                let rows = cell.rows.get(place * ways..(place + 1) * ways).unwrap_or_default();
                at.iter_mut().zip(rows).for_each(|(sum, row)| *sum += dot(row, logs));
            }
            let centre = at.first().copied().unwrap_or_default();
            for ((sums, before), some) in sums.iter_mut().zip(&mut before).zip(at.chunks(ways / SHIFTS)) {
                let all: Complex<f64> = some.iter().map(|log| exp(log - centre)).sum();
                sums.push(centre + followed(all / as_float(some.len()), before));
            }
        }
        sums
    }

    fn miss(&self, logs: &[Vec<Complex<f64>>]) -> f64 {
        WORSE * self.cells.iter().zip(logs).map(|(cell, logs)| cell.miss(logs)).sum::<f64>()
    }

    /// The moments of the sum over cells, from mean, variance and third central moment at the points of each: those of a
    /// mixture.
    pub(super) fn cumulants(&self, given: &[Vec<[f64; 3]>]) -> [f64; 3] {
        let outer = self.conditional(given);
        let mean: f64 = outer.iter().map(|(weight, [mean, ..])| weight * mean).sum();
        mixture(outer.iter().map(|(weight, each)| (*weight, *each)), mean)
    }

    /// Weights, and the three moments given what is common.
    fn conditional(&self, given: &[Vec<[f64; 3]>]) -> Vec<(f64, [f64; 3])> {
        let Common { normal, rows, .. } = &self.common;
        let points = rows.first().map_or(0, Vec::len);
        let of = |place: usize| match self.ways {
            Some(ways) => {
                let way = |way: usize| {
                    let row = place * ways + way;
                    let each = self.cells.iter().zip(given);
                    sum(each.map(|(cell, values)| at(cell.rows.get(row).map_or(&[], Vec::as_slice), values)))
                };
                let moments: Vec<[f64; 3]> = (0..ways).map(way).collect();
                let weight = 1.0 / as_float(ways);
                let mean = moments.iter().map(|[mean, ..]| weight * mean).sum();
                mixture(moments.into_iter().map(|each| (weight, each)), mean)
            }
            None => sum(self.cells.iter().zip(given).map(|(cell, values)| cell.moments(place, values))),
        };
        let sums: Vec<[f64; 3]> = (0..points).map(of).collect();
        normal.weights.iter().zip(rows).map(|(weight, row)| (*weight, at(row, &sums))).collect()
    }
}

/// Loadings of the one number by which the sum of cells with these means is moved, as far as it is linear, and of what is left.
pub(crate) fn main_number(loadings: &DMatrix<f64>, means: &[f64]) -> (Vec<f64>, DMatrix<f64>) {
    let towards = loadings.transpose() * DVector::from_column_slice(means);
    let towards = towards.normalize();
    let towards = if towards.iter().all(|by| by.is_finite()) { towards } else { towards * 0.0 };
    let common = loadings * &towards;
    let left = principal(&(loadings - &common * towards.transpose()));
    (common.iter().copied().collect(), left)
}

/// Interpolated moments.
fn at(row: &[f64], values: &[[f64; 3]]) -> [f64; 3] {
    sum(row.iter().zip(values).map(|(by, moments)| moments.map(|moment| by * moment)))
}

fn sum(moments: impl Iterator<Item = [f64; 3]>) -> [f64; 3] {
    moments.fold([0.0; 3], |[a, b, c], [x, y, z]| [a + x, b + y, c + z])
}

impl Common {
    /// Its points of Chebyshev, and the number, by which cells are moved so far.
    fn new(common: &[f64], means: &[f64], highest: f64) -> (Vec<f64>, Self) {
        let spread = common.iter().fold(0.0_f64, |widest, by| widest.max(by.abs()));
        let outer = chebyshev(FAR, points_for(spread * FAR));
        let mean: f64 = means.iter().map(|mean| mean.abs()).sum();
        let normal = if spread == 0.0 { Normal::none() } else { Normal::new(spread, mean * highest) };
        let rows = normal.points.iter().map(|number| barycentric(&outer, *number)).collect();
        (outer, Self { normal, rows, spread, mean })
    }
}

impl CellMixing {
    /// The moments of the cell's sum at a point of the common number.
    fn moments(&self, place: usize, values: &[[f64; 3]]) -> [f64; 3] {
        let Some(Normal { weights, .. }) = &self.own else {
            return values.get(place).copied().unwrap_or_default();
        };
        let rows = self.rows.get(place * weights.len()..(place + 1) * weights.len()).unwrap_or_default();
        let moments: Vec<[f64; 3]> = rows.iter().map(|row| at(row, values)).collect();
        let mean = weights.iter().zip(&moments).map(|(weight, [mean, ..])| weight * mean).sum();
        mixture(weights.iter().copied().zip(moments), mean)
    }

    /// Adds the logarithm of the mean over the cell's own part, at each outer point.
    fn add_own(&self, own: &Normal, logs: &[Complex<f64>], sums: &mut [Complex<f64>]) {
        let weights = &own.weights;
        let mut before = 0.0;
        for (rows, sum) in self.rows.chunks(weights.len()).zip(sums) {
            let at: Vec<Complex<f64>> = rows.iter().map(|row| dot(row, logs)).collect();
            let centre = at.get(weights.len() / 2).copied().unwrap_or_default();
            let ratio: Complex<f64> =
                at.iter().zip(weights).map(|(log, weight)| exp(log - centre) * *weight).sum();
            *sum += centre + followed(ratio, &mut before);
        }
    }
}

/// The logarithm, whose angle goes on from the one before, so that it can be interpolated.
fn followed(ratio: Complex<f64>, before: &mut f64) -> Complex<f64> {
    let log = if ratio.norm() > SILENT { ratio.ln() } else { Complex::new(SILENT.ln(), *before) };
    let angle = log.im + TAU * ((*before - log.im) / TAU).round();
    *before = angle;
    Complex::new(log.re, angle)
}

/// The moments of a mixture with this mean.
fn mixture(parts: impl Iterator<Item = (f64, [f64; 3])>, mean: f64) -> [f64; 3] {
    parts.fold([mean, 0.0, 0.0], |[_, variance, third], (weight, [m, v, t])| {
        let off = m - mean;
        [mean, variance + weight * (v + off * off), third + weight * (t + 3.0 * v * off + off.powi(3))]
    })
}

fn exp(log: Complex<f64>) -> Complex<f64> {
    if log.re < NOTHING { Complex::ZERO } else { log.exp() }
}

fn dot(row: &[f64], values: &[Complex<f64>]) -> Complex<f64> {
    row.iter().zip(values).fold(Complex::ZERO, |sum, (by, value)| sum + value * *by)
}

/// Points of all that moves costs: a weight, and the logarithm of each cell's factor.
pub(super) fn drawn(shocks: &Shocks) -> Vec<(f64, Vec<f64>)> {
    let rows = shocks.loadings();
    let logs = |of: &dyn Fn(usize) -> f64| -> Vec<f64> {
        (0..rows.nrows()).map(|cell| of(cell) - shocks.variance_of(cell) / 2.0).collect()
    };
    match shocks.moved() {
        Moved::Together { common, own } if own.iter().all(|own| *own == 0.0) => {
            let Normal { points, weights, .. } = Normal::new(0.0, 0.0);
            let of = |number: f64| logs(&|cell| common.get(cell).map_or(0.0, |by| by * number));
            weights.into_iter().zip(points.into_iter().map(of)).collect()
        }
        _ => {
            let moved =
                |cell: usize, by: &[f64]| -> f64 { rows.row(cell).iter().zip(by).map(|(l, z)| l * z).sum() };
            let of = |by: &Vec<f64>| logs(&|cell| moved(cell, by));
            ways(rows.ncols(), MANY).iter().map(|by| (1.0, of(by))).collect()
        }
    }
}
