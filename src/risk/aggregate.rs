//! The distribution of a sum of many people's costs, without sampling.
//!
//! People are independent given their risk cell, so the characteristic function of the sum is a product of one factor a
//! cell to the power of its head count: ten thousand people are as much work as sixty million. Where it dies out, the
//! distribution is a short sum of cosines (Fang and Oosterlee, A novel pricing method for European options based on
//! Fourier-cosine series expansions, SIAM J. Sci. Comput. 31, 2008); where it does not, since few people have a cost and
//! single lumps show, it is worked out on a grid by the fast Fourier transform (Grübel and Hermesmeier, Computation of
//! compound distributions I, ASTIN Bulletin 29, 1999). Which of the two, how wide a range and how many terms follow from
//! the costs, and the error that is reached is told.

mod cell;
mod cosine;
mod count;
mod different;
mod heads;
mod lattice;
mod law;
mod lumps;
mod mixing;
mod pair;
mod shocked;
mod shocks;
mod spectrum;
mod window;

pub use cell::RiskCell;
pub use count::Count;
pub(crate) use different::{Band, Different, POINTS, POWERS, Part};
pub(crate) use heads::Heads;
pub(crate) use mixing::{SHIFTS, main_number, ways};
pub(crate) use pair::{MeanAbove, Paired, Pairs, Sums as BothSums, mean_above, of_both};
pub(crate) use shocks::Shocks;
pub(crate) use spectrum::Weighted;

use std::f64::consts::PI;

use cosine::{Cosine, DIES_OUT, Expanded, MOST};
use lattice::Lattice;
use law::{Below, Law};
use mixing::Mixed;
use spectrum::Spectrum;
use window::{Window, window};

use super::measures::{bad_level, check_tail};
use crate::error::{Error, ErrorKind, Result};

/// The widest range for cosines, in standard deviations: 4,096 terms reach so far.
const WIDEST: f64 = 1_400.0;
/// What may lie outside of the range, at first, and more where the range would be wider than so many standard deviations: terms
/// and values of a cost both grow with it, and so the work with its square. A last digit of what is told is not worth it.
const OUTSIDE: [(f64, f64); 4] = [(1e-15, 250.0), (1e-12, 250.0), (1e-10, WIDEST), (1e-8, f64::INFINITY)];
/// Frequencies up to here, over the standard deviation, matter where many people have costs.
const SMOOTH: f64 = 11.0;
/// The most points of a grid on which every cost lies.
const MOST_EXACT: f64 = 65_536.0;
/// The highest density of a normal law, of deviation 1; twice of it bounds that of a sum.
const HIGHEST: f64 = 0.8;
/// The expansion's error up to which it is taken, before the grid is tried.
const GOOD: f64 = 1e-9;
/// The same where grids are much work.
const ENOUGH: f64 = 1e-6;
/// What roundings may come to.
const ROUNDING: f64 = 1e-14;

/// What a sum is made of.
pub(crate) trait Costs: Sync {
    /// How many cells there are.
    fn cells(&self) -> usize;

    /// The costs of a cell, each multiplied by a factor, as values with probabilities, such that E[exp(iuX)] is right up to
    /// this frequency. Costs so high that one of them occurs with the probability `outside` only are one value.
    fn weighted(&self, cell: usize, factor: f64, outside: f64, frequency: f64) -> Weighted;

    /// Mean and variance of the sum, of all there is.
    fn moments(&self) -> (f64, f64);

    /// Mean, variance and third central moment of a cell's sum where costs have no end, each multiplied by a factor: what is
    /// followed of them is not all. The last is infinite where a tail is that heavy.
    fn cumulants_of(&self, cell: usize, factor: f64) -> Option<[f64; 3]>;

    /// The third central moment of the sum, of all there is, from that of what is followed of each cell.
    fn third(&self, followed: &[Weighted]) -> f64 {
        let of = |(cell, followed): (usize, &Weighted)| {
            let [_, _, third] = self.cumulants_of(cell, 1.0).unwrap_or_else(|| followed.cumulants());
            third
        };
        followed.iter().enumerate().map(of).sum()
    }

    /// The costs of all cells as they are.
    fn all(&self, outside: f64, frequency: f64) -> Vec<Weighted> {
        #[allow(clippy::cast_precision_loss)] // cells are few
        let share = outside / self.cells() as f64;
        (0..self.cells()).map(|cell| self.weighted(cell, 1.0, share, frequency)).collect()
    }
    /// Whether there is nothing at all to add up.
    fn is_nothing(&self) -> bool {
        false
    }
}

/// How a distribution was worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// It is certain: there is nothing to work out.
    Certain,
    /// A sum of so many cosines.
    Cosines(usize),
    /// Probabilities at so many points of a grid, between which they are spread.
    Grid(usize),
    /// Probabilities at so many points, on which every possible sum lies.
    Exact(usize),
}

/// The distribution of a sum of costs.
#[derive(Debug, Clone)]
pub struct Aggregate {
    law: Held,
    method: Method,
    mean: f64,
    variance: f64,
    third: f64,
    error: f64,
}

#[derive(Debug, Clone)]
enum Held {
    Certain(f64),
    Cosine(Cosine),
    Lattice(Lattice),
}

impl Aggregate {
    /// The distribution of what all cells cost together.
    ///
    /// # Errors
    /// [`ErrorKind::Experience`] without a cell; [`ErrorKind::Range`] for a count that cannot be, and for costs whose mean or
    /// variance is infinite and that no cap holds.
    ///
    /// ```
    /// use capitation::risk::{aggregate::{Aggregate, Count, RiskCell}, severity::Severity};
    /// // 1,000 people, of whom 80 % have a cost, each up to 150,000.
    /// let person = Severity::lognormal(7.0, 1.534)?.with_zeros(0.2)?;
    /// let sum = Aggregate::new(&[RiskCell::new(Count::People(1_000.0), person).limited(150_000.0)])?;
    /// assert!((sum.cdf(sum.quantile(0.99)?) - 0.99).abs() < 1e-12);
    /// assert!(sum.error() < 1e-9);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn new(cells: &[RiskCell]) -> Result<Self> {
        Self::moved(cells, &Shocks::none(cells.len()))
    }

    /// The same of cells that something moves together.
    pub(crate) fn moved(cells: &[RiskCell], shocks: &Shocks) -> Result<Self> {
        Self::of(&cell::Cells::new(cells)?, shocks)
    }

    /// Works the distribution out.
    pub(crate) fn of(costs: &impl Costs, shocks: &Shocks) -> Result<Self> {
        let (mean, variance) = costs.moments();
        if !(mean.is_finite() && variance.is_finite()) {
            return Err(no_variance());
        }
        // A factor on nothing is nothing, of which no spread is known.
        if costs.is_nothing() && shocks.added() == 0.0 {
            return Ok(Self::certain(0.0));
        }
        if !shocks.is_none() {
            return shocked::shocked(costs, shocks);
        }
        if variance <= 0.0 {
            return Ok(Self::certain(mean));
        }
        let deviation = variance.sqrt();
        let spread = |outside| {
            let cells = costs.all(outside, SMOOTH / deviation);
            let cumulants = total(&cells);
            let window = window(&cells, cumulants, outside);
            (cells, cumulants, Window { outside: window.outside + outside, ..window })
        };
        let found = narrowest(spread, |(.., window)| window.high - window.low, deviation)?;
        let (cells, _, window) = found;
        let third = costs.third(&cells);
        let (law, method, error) = held(costs, &cells, window, deviation)?;
        let error = error + unresolved(&cells, window, deviation) + window.outside;
        Ok(Self { law, method, mean, variance, third, error })
    }

    fn certain(amount: f64) -> Self {
        let law = Held::Certain(amount);
        Self { law, method: Method::Certain, mean: amount, variance: 0.0, third: 0.0, error: 0.0 }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The standard deviation.
    pub fn standard_deviation(&self) -> f64 {
        self.variance.sqrt()
    }

    /// The skewness; 0 where nothing varies.
    pub fn skewness(&self) -> f64 {
        if self.variance > 0.0 { self.third / self.variance.powf(1.5) } else { 0.0 }
    }

    /// How it was worked out.
    pub fn method(&self) -> Method {
        self.method
    }

    /// What lies below a point, between which and the end nothing is lost: at infinity it is the mean and the variance of all
    /// there is. P(S ≤ x), E[S; S ≤ x] and E[S²; S ≤ x].
    pub(crate) fn moments_below(&self, x: f64) -> [f64; 3] {
        let law = self.law.as_law();
        if x >= law.high() {
            return [1.0, self.mean, self.variance + self.mean * self.mean];
        }
        if x < law.low() {
            return [0.0; 3];
        }
        let (low, Below { mass, first, second, .. }) = (law.low(), law.below(x));
        [mass, first + low * mass, second + 2.0 * low * first + low * low * mass]
    }

    /// What lies at or below a point as distances t from the low end of the range, where large numbers do not cancel:
    /// P(S ≤ x), E[t; S ≤ x], E[t²; S ≤ x] and E[t³; S ≤ x]. At infinity it is all there is.
    pub(crate) fn distances_below(&self, x: f64) -> [f64; 4] {
        let law = self.law.as_law();
        if x >= law.high() {
            let mean = self.mean - law.low();
            let second = self.variance + mean * mean;
            return [1.0, mean, second, self.third + 3.0 * mean * self.variance + mean.powi(3)];
        }
        if x < law.low() {
            return [0.0; 4];
        }
        let Below { mass, first, second, third } = law.below(x);
        [mass, first, second, third]
    }

    /// A point so little below this one that a lump at this one is not below it.
    pub(crate) fn just_below(&self, x: f64) -> f64 {
        if x.is_finite() { self.law.as_law().just_below(x) } else { x }
    }

    /// The range in which it is held.
    pub(crate) fn range(&self) -> (f64, f64) {
        let law = self.law.as_law();
        (law.low(), law.high())
    }

    /// How far the distribution function may be from the true one, anywhere.
    pub fn error(&self) -> f64 {
        self.error.min(1.0)
    }

    /// The probability of at most this.
    pub fn cdf(&self, x: f64) -> f64 {
        let law = self.law.as_law();
        if x < law.low() {
            return 0.0;
        }
        if x >= law.high() { 1.0 } else { law.mass_below(x).clamp(0.0, 1.0) }
    }

    /// The density; of lumps, their probability over the step of the grid.
    pub fn density(&self, x: f64) -> f64 {
        self.law.as_law().density(x).max(0.0)
    }

    /// The least amount that is not exceeded with this probability.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a probability outside 0 to 1.
    pub fn quantile(&self, probability: f64) -> Result<f64> {
        if !(0.0..=1.0).contains(&probability) {
            return Err(bad_level(probability, "give a level from 0 to 1"));
        }
        Ok(self.law.as_law().quantile(probability))
    }

    /// The premium of an aggregate stop-loss before loading: E[(S − d)⁺].
    pub fn stop_loss(&self, attachment: f64) -> f64 {
        let law = self.law.as_law();
        let below = law.below(attachment.clamp(law.low(), law.high()));
        // E(S − d)⁺ = E S − d + E(d − S)⁺, so that what lies beyond the range is in it.
        let short = (attachment - law.low()) * below.mass - below.first;
        (self.mean - attachment + short.max(0.0)).max(0.0)
    }

    /// The mean of the worst 1 − `level` of years: the tail value at risk of a cost.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a level outside 0 to 1, or of 1.
    pub fn tvar(&self, level: f64) -> Result<f64> {
        check_tail(level)?;
        let at = self.law.as_law().quantile(level);
        Ok(at + self.stop_loss(at) / (1.0 - level))
    }
}

/// That costs have no mean or no variance.
pub(crate) fn no_variance() -> Error {
    let remedy = "cap each person's cost (a stop-loss, a truncation), or give a tail index that has both";
    Error::new(ErrorKind::Range, "cost", "its mean or its variance is infinite", remedy)
}

/// What is found of the range outside of which there is the least, of those that are narrow enough.
fn narrowest<T>(spread: impl Fn(f64) -> T, width: impl Fn(&T) -> f64, deviation: f64) -> Result<T> {
    let found = OUTSIDE.into_iter().map(|(outside, widest)| (spread(outside), widest));
    let mut narrow = found.filter(|(found, widest)| width(found) <= widest * deviation);
    narrow.next().map(|(found, _)| found).ok_or_else(no_room)
}

fn no_room() -> Error {
    let problem = "no grid that can be held has room for it";
    Error::new(ErrorKind::Range, "cost", problem, "cap each person's cost, or give a lighter tail")
}

fn total(cells: &[Weighted]) -> [f64; 3] {
    cells.iter().map(Weighted::cumulants).fold([0.0; 3], |[a, b, c], [x, y, z]| [a + x, b + y, c + z])
}

/// The distribution within a range by the method that fits, and the error of its distribution function there.
fn held(
    costs: &impl Costs,
    cells: &[Weighted],
    window: Window,
    deviation: f64,
) -> Result<(Held, Method, f64)> {
    let width = window.high - window.low;
    let step = lumps::span(cells);
    if let Some(step) = step.filter(|step| width / step <= MOST_EXACT) {
        let (first, points) = grid(window, step);
        if let Some(masses) = lattice::masses(cells, step, first, points) {
            return Ok((Held::Lattice(Lattice::new(step, first, masses)), Method::Exact(points), ROUNDING));
        }
    }
    let highest = SMOOTH / deviation;
    let expand = |cells: &[Weighted], highest: f64| {
        let mut spectrum = Spectrum::new(cells, PI / width);
        let next = || Mixed { mean: spectrum.next(), ..Mixed::default() };
        Cosine::of(next, spectrum::nothing(cells), window, highest, DIES_OUT)
    };
    let mut expanded = expand(cells, highest);
    let is_good = |expanded: &Option<Expanded>| expanded.as_ref().is_some_and(|it| it.error <= GOOD);
    if !is_good(&expanded) && width <= WIDEST * deviation {
        let highest = MOST * PI / width;
        expanded = expand(&costs.all(window.outside, highest), highest);
    }
    // Cosines draw a line through the lumps of a sum on which every amount is a multiple of one step.
    let between = step.map_or(0.0, |step| step / deviation * HIGHEST / 2.0);
    let by_cosines = expanded.filter(|_| !lumps::ring(cells, 0.0)).map(|expanded| {
        let terms = expanded.cosine.terms();
        (Held::Cosine(expanded.cosine), Method::Cosines(terms), expanded.error + between + ROUNDING)
    });
    // Grids of many laws are much work.
    let enough = if cells.iter().any(Weighted::is_of_many_laws) { ENOUGH } else { GOOD };
    if let Some(good) = by_cosines.clone().filter(|(.., error)| *error <= enough) {
        return Ok(good);
    }
    let on_grids = on_grids(costs, cells, window, deviation);
    better(by_cosines, on_grids)
}

/// What the distribution function may be off by since people who differ are given by a few laws.
fn unresolved(cells: &[Weighted], window: Window, deviation: f64) -> f64 {
    spectrum::unresolved(cells, [PI / (window.high - window.low), MOST * SMOOTH / deviation])
}

/// Of two ways the one with the smaller error.
fn better(
    one: Option<(Held, Method, f64)>,
    other: Option<(Held, Method, f64)>,
) -> Result<(Held, Method, f64)> {
    let best = one.into_iter().chain(other).min_by(|(.., one), (.., other)| one.total_cmp(other));
    best.ok_or_else(no_room)
}

/// The first point of a grid over a range, in steps from zero, and how many there are: an even number of small factors.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a range of at most some millions of steps
fn grid(window: Window, step: f64) -> (i64, usize) {
    let first = (window.low / step).floor();
    let points = ((window.high / step).ceil() - first + 1.0).max(2.0) as usize;
    (first as i64, points.next_power_of_two())
}

/// The step of a grid that is fine enough.
fn grid_step(cells: &[Weighted], window: Window, deviation: f64) -> f64 {
    let width = window.high - window.low;
    let wanted = (width / deviation * 1_024.0).clamp(32_768.0, 262_144.0);
    // The highest lump lies on the grid, so that its jump is where it is.
    let lump = cells.iter().filter_map(Weighted::highest_lump).fold(0.0, f64::max);
    let step = width / wanted;
    if lump > 0.0 && step < lump { lump / (lump / step).ceil() } else { step }
}

/// By two grids, of which the finer corrects the coarser.
fn on_grids(
    costs: &impl Costs,
    cells: &[Weighted],
    window: Window,
    deviation: f64,
) -> Option<(Held, Method, f64)> {
    let step = grid_step(cells, window, deviation);
    let (first, points) = grid(window, step);
    let dense = costs.all(window.outside, std::f64::consts::TAU / step * 3.0);
    let make = if window.low >= 0.0 { Lattice::of_costs } else { Lattice::new };
    let coarse = make(step, first, lattice::masses(&dense, step, first, points)?);
    let (fine_first, third) = (3 * first - 1, step / 3.0);
    let fine = make(third, fine_first, lattice::masses(&dense, third, fine_first, 3 * points)?);
    let (best, error) = lattice::corrected(&coarse, &fine, fine_first);
    let error = error + lumps::moved(cells, &fine) + dense.iter().map(Weighted::coarse).sum::<f64>();
    Some((Held::Lattice(best), Method::Grid(3 * points), error + ROUNDING))
}

impl Held {
    fn as_law(&self) -> &dyn Law {
        match self {
            Self::Certain(amount) => amount,
            Self::Cosine(cosine) => cosine,
            Self::Lattice(lattice) => lattice,
        }
    }
}

/// An amount that is certain.
impl Law for f64 {
    fn below(&self, x: f64) -> Below {
        let mass = if x >= *self { 1.0 } else { 0.0 };
        Below { mass, ..Below::default() }
    }

    fn mass_below(&self, x: f64) -> f64 {
        self.below(x).mass
    }

    fn density(&self, x: f64) -> f64 {
        if x.total_cmp(self).is_eq() { f64::INFINITY } else { 0.0 }
    }

    fn quantile(&self, _: f64) -> f64 {
        *self
    }

    fn low(&self) -> f64 {
        *self
    }

    fn high(&self) -> f64 {
        *self
    }
}
