//! The characteristic function of a sum, at equally spaced frequencies.

use std::f64::consts::PI;

use nalgebra::DMatrix;
use num_complex::Complex;
use pulp::{Arch, NullaryFnOnce};

use super::{different, heads::Heads};
use crate::risk::severity::nodes::LIMIT;

/// Values taken together, so that the compiler can do several at once.
const LANES: usize = 8;
/// Steps of a recurrence before it is begun anew: each adds a rounding.
const RESTART: usize = 128;
/// Frequencies that are worked out together where there are many laws.
const TOGETHER: usize = 32;
/// By how much more each frequency is at which errors are looked at.
const RATIO: f64 = 0.5;
/// Below this exponent a factor is nothing beside any other.
const NOTHING: f64 = -60.0;

/// The costs of a risk cell as values with probabilities, of which the rest is no cost; and how many there are.
#[derive(Debug, Clone)]
pub(crate) struct Weighted {
    pub(crate) heads: Heads,
    /// In the order of `weights`.
    pub(crate) values: Vec<f64>,
    /// At least 0, at most 1 in all; a row for each law of costs, one after another.
    pub(crate) weights: Vec<f64>,
    /// How many of the values, the last ones, are lumps: each has its probability for itself, where the others stand for
    /// what lies between them.
    pub(crate) lumps: usize,
}

impl Weighted {
    /// Of nobody.
    pub(crate) fn none() -> Self {
        Self { heads: Heads::none(), values: Vec::new(), weights: Vec::new(), lumps: 0 }
    }

    /// The weights of each law.
    pub(super) fn laws(&self) -> impl DoubleEndedIterator<Item = &[f64]> + ExactSizeIterator {
        self.weights.chunks(self.values.len().max(1))
    }

    /// Whether there are many of them: what each costs to work out then counts.
    pub(super) fn is_of_many_laws(&self) -> bool {
        matches!(self.heads, Heads::Different(_))
    }

    /// By law, the mean of what the values have become.
    fn means<T: Copy>(&self, of: &[T], add: impl Fn(T, T, f64) -> T, zero: T) -> Vec<T> {
        let law = |law: &[f64]| of.iter().zip(law).fold(zero, |sum, (each, weight)| add(sum, *each, *weight));
        self.laws().map(law).collect()
    }

    /// The first three cumulants of the cell's sum.
    pub(crate) fn cumulants(&self) -> [f64; 3] {
        let powers: Vec<[f64; 3]> = self.values.iter().map(|x| [*x, x * x, x * x * x]).collect();
        let add = |sum: [f64; 3], each: [f64; 3], weight: f64| {
            [sum[0] + weight * each[0], sum[1] + weight * each[1], sum[2] + weight * each[2]]
        };
        let central = |[mean, second, third]: [f64; 3]| {
            [mean, second - mean * mean, third - 3.0 * mean * second + 2.0 * mean.powi(3)]
        };
        let each: Vec<[f64; 3]> = self.means(&powers, add, [0.0; 3]).into_iter().map(central).collect();
        self.heads.cumulants(&each)
    }

    /// The same with no lump marked.
    pub(super) fn without_lumps(self) -> Self {
        Self { lumps: 0, ..self }
    }

    /// Whether all costs are lumps.
    pub(super) fn is_lumps(&self) -> bool {
        self.lumps >= self.values.len()
    }

    /// Its lumps with their weights where there are several: one alone is what lies beyond a cap.
    pub(super) fn several_lumps(&self) -> impl Iterator<Item = (f64, f64)> {
        let lumps = if self.is_lumps() || self.lumps > 1 { self.lumps } else { 0 };
        let all = self.values.iter().copied().zip(self.weights.iter().copied());
        all.skip(self.values.len().saturating_sub(lumps))
    }

    /// The highest lump that has a probability.
    pub(super) fn highest_lump(&self) -> Option<f64> {
        let of = |law: &[f64]| {
            let lumps = self.values.iter().zip(law).rev().take(self.lumps);
            lumps.filter(|(_, weight)| **weight > 0.0).map(|(value, _)| *value).reduce(f64::max)
        };
        self.laws().filter_map(of).reduce(f64::max)
    }

    /// What the distribution function of the sum may be off by where costs are so spread out that they could not be followed as
    /// finely as was asked for: what one value stands for may lie to either side of it.
    pub(super) fn coarse(&self) -> f64 {
        if self.values.len() < LIMIT {
            return 0.0;
        }
        let smooth = self.values.len() - self.lumps.min(self.values.len());
        let most = |law: &[f64]| law.iter().take(smooth).copied().fold(0.0, f64::max);
        // In a sum of several costs the others smooth what one of them has: about the probability of up to three.
        let costs = self.heads.costs();
        let few = if costs < 3.0 {
            costs.min(1.0)
        } else {
            (-costs).exp() * costs * (1.0 + costs * (0.5 + costs / 6.0))
        };
        few * self.laws().map(most).fold(0.0, f64::max)
    }

    /// The logarithm of E[exp(θS)], or what is above it.
    pub(super) fn log_moment(&self, tilt: f64) -> f64 {
        if let Heads::Alike(count) = &self.heads {
            // Most cells have one law.
            let each = self.values.iter().zip(&self.weights);
            return count
                .log_generating_real(each.map(|(value, weight)| weight * (tilt * value).exp_m1()).sum());
        }
        let grown: Vec<f64> = self.values.iter().map(|value| (tilt * value).exp_m1()).collect();
        self.heads.log_generating_real(&self.means(&grown, |sum, each, weight| sum + weight * each, 0.0))
    }

    /// By law, E[exp(iuX)] − 1.
    pub(super) fn deltas(&self, frequency: f64) -> Vec<Complex<f64>> {
        let turned: Vec<Complex<f64>> =
            self.values.iter().map(|value| Complex::cis(frequency * value) - 1.0).collect();
        self.means(&turned, |sum, each, weight| sum + each * weight, Complex::ZERO)
    }
}

/// The characteristic function of the sum of all cells at one frequency.
pub(super) fn at_frequency(cells: &[Weighted], frequency: f64) -> Complex<f64> {
    let log = |cell: &Weighted| cell.heads.log_generating(&cell.deltas(frequency));
    cells.iter().map(log).sum::<Complex<f64>>().exp()
}

/// The probability that nobody has a cost; nothing where it changes no digit.
pub(super) fn nothing(cells: &[Weighted]) -> f64 {
    if_any(cells.iter().map(log_nothing).sum::<f64>().exp())
}

/// The logarithm of the probability that nobody of a cell has a cost.
pub(super) fn log_nothing(cell: &Weighted) -> f64 {
    let none: Vec<f64> = cell.laws().map(|law| -law.iter().sum::<f64>().min(1.0)).collect();
    cell.heads.log_generating_real(&none)
}

/// A probability; nothing where it changes no digit.
pub(super) fn if_any(probability: f64) -> f64 {
    if probability > 1e-17 { probability } else { 0.0 }
}

/// By how much the distribution function may be off since people who differ are given by a few laws, between these frequencies.
pub(super) fn unresolved(cells: &[Weighted], [from, to]: [f64; 2]) -> f64 {
    if !cells.iter().any(Weighted::is_of_many_laws) {
        return 0.0;
    }
    let ratio = 1.0 + RATIO;
    let at = |frequency: f64| {
        let add = |[log, missed, bound]: [f64; 3], cell: &Weighted| {
            let deltas = cell.deltas(frequency);
            let [more, most] = cell.heads.missed(&deltas);
            [log + cell.heads.log_generating(&deltas).re, missed + more, bound + most]
        };
        let [log, missed, bound] = cells.iter().fold([0.0; 3], add);
        different::error(log, missed, bound)
    };
    let frequencies = std::iter::successors(Some(from / ratio), |u| Some(u * ratio));
    let sum: f64 = frequencies.take_while(|u| *u <= to).map_while(at).sum();
    2.0 / PI * ratio.ln() * sum
}

/// The cumulants of a sum of as many costs as a count says, from those of both.
pub(crate) fn compound(count: [f64; 3], cost: [f64; 3]) -> [f64; 3] {
    let ([n1, n2, n3], [mean, variance, third]) = (count, cost);
    [n1 * mean, n1 * variance + n2 * mean * mean, n1 * third + 3.0 * n2 * mean * variance + n3 * mean.powi(3)]
}

/// φ(kω) for k = 1, 2, …, of the sum of all cells: one sine and cosine a value, and products from then on.
#[derive(Debug)]
pub(super) struct Spectrum<'a> {
    cells: Vec<Wave<'a>>,
}

impl<'a> Spectrum<'a> {
    pub(super) fn new(cells: &'a [Weighted], step: f64) -> Self {
        Self { cells: cells.iter().map(|cell| Wave::new(cell, step)).collect() }
    }

    /// At the next frequency.
    pub(super) fn next(&mut self) -> Complex<f64> {
        let mut log = Complex::ZERO;
        for wave in &mut self.cells {
            log += wave.next_log();
        }
        if log.re < NOTHING { Complex::ZERO } else { log.exp() }
    }
}

/// The logarithm of the characteristic function of a cell's sum at kω, from one k to the next.
#[derive(Debug)]
pub(super) enum Wave<'a> {
    OfOneLaw(OneLaw<'a>),
    OfLaws(Laws<'a>),
}

impl<'a> Wave<'a> {
    pub(super) fn new(cell: &'a Weighted, step: f64) -> Self {
        if cell.is_of_many_laws() {
            Self::OfLaws(Laws::new(cell, step))
        } else {
            Self::OfOneLaw(OneLaw::new(cell, step))
        }
    }

    /// At the next frequency.
    pub(super) fn next_log(&mut self) -> Complex<f64> {
        match self {
            Self::OfOneLaw(wave) => {
                let delta = wave.next();
                wave.heads.log_generating(&[delta])
            }
            Self::OfLaws(waves) => waves.next_log(),
        }
    }
}

/// E[exp(ikωX)] − 1 of the costs of many laws, as products of matrices.
#[derive(Debug)]
pub(super) struct Laws<'a> {
    cell: &'a Weighted,
    step: f64,
    at: usize,
    /// A row for each law, a column for each value.
    weights: DMatrix<f64>,
    /// A row for each law; a column for each frequency, first of the real parts and then of the imaginary ones.
    deltas: DMatrix<f64>,
}

impl<'a> Laws<'a> {
    fn new(cell: &'a Weighted, step: f64) -> Self {
        let (laws, values) = (cell.laws().len(), cell.values.len());
        let weights = DMatrix::from_row_slice(laws, values, &cell.weights);
        Self { cell, step, at: 0, weights, deltas: DMatrix::zeros(0, 0) }
    }

    fn next_log(&mut self) -> Complex<f64> {
        let place = self.at % TOGETHER;
        if place == 0 {
            self.work_out();
        }
        self.at += 1;
        let (re, im) = (self.deltas.column(place), self.deltas.column(TOGETHER + place));
        let deltas: Vec<Complex<f64>> = re.iter().zip(&im).map(|(re, im)| Complex::new(*re, *im)).collect();
        self.cell.heads.log_generating(&deltas)
    }

    fn work_out(&mut self) {
        let values = &self.cell.values;
        let mut parts = [Vec::with_capacity(TOGETHER * values.len()), Vec::new()];
        for ahead in 1..=TOGETHER {
            #[allow(clippy::cast_precision_loss)] // a few thousand
            let angle = (self.at + ahead) as f64 * self.step;
            let [re, im] = &mut parts;
            for value in values {
                let wave = minus_one(angle * value);
                re.push(wave.re);
                im.push(wave.im);
            }
        }
        let [mut waves, mut imaginary] = parts;
        waves.append(&mut imaginary);
        self.deltas = &self.weights * DMatrix::from_vec(values.len(), 2 * TOGETHER, waves);
    }
}

/// exp(iθ) − 1.
pub(super) fn minus_one(angle: f64) -> Complex<f64> {
    let half = (0.5 * angle).sin();
    Complex::new(-2.0 * half * half, angle.sin())
}

/// E[exp(ikωX)] − 1 of one cost, from one k to the next.
#[derive(Debug)]
pub(super) struct OneLaw<'a> {
    heads: &'a Heads,
    step: f64,
    at: usize,
    lanes: Vec<Lane>,
    values: Vec<[f64; LANES]>,
}

/// exp(ikωx) − 1 and exp(iωx) − 1 of a few values, and their weights.
#[derive(Debug, Clone, Copy)]
struct Lane {
    re: [f64; LANES],
    im: [f64; LANES],
    step_re: [f64; LANES],
    step_im: [f64; LANES],
    weight: [f64; LANES],
}

impl<'a> OneLaw<'a> {
    fn new(cell: &'a Weighted, step: f64) -> Self {
        let in_lanes = |all: &[f64]| -> Vec<[f64; LANES]> {
            let lane = |some: &[f64]| {
                let mut lane = [0.0; LANES];
                lane.iter_mut().zip(some).for_each(|(to, from)| *to = *from);
                lane
            };
            all.chunks(LANES).map(lane).collect()
        };
        let values = in_lanes(&cell.values);
        let lanes = values.iter().zip(in_lanes(&cell.weights)).map(|(values, weight)| {
            let (step_re, step_im) = turned(values, step);
            Lane { re: [0.0; LANES], im: [0.0; LANES], step_re, step_im, weight }
        });
        Self { heads: &cell.heads, step, at: 0, lanes: lanes.collect(), values }
    }

    fn next(&mut self) -> Complex<f64> {
        if self.at.is_multiple_of(RESTART) && self.at > 0 {
            #[allow(clippy::cast_precision_loss)] // a few thousand
            let angle = self.at as f64 * self.step;
            for (lane, values) in self.lanes.iter_mut().zip(&self.values) {
                (lane.re, lane.im) = turned(values, angle);
            }
        }
        self.at += 1;
        // With the widest instructions there are: the same bits, since none of them joins a product and a sum.
        Arch::new().dispatch(Advance(&mut self.lanes))
    }
}

/// Takes all lanes one frequency further, and adds them up.
struct Advance<'a>(&'a mut [Lane]);

impl NullaryFnOnce for Advance<'_> {
    type Output = Complex<f64>;

    #[inline(always)]
    #[allow(clippy::inline_always)] // it is compiled for wider instructions where it is called
    fn call(self) -> Complex<f64> {
        let (mut re, mut im) = ([0.0; LANES], [0.0; LANES]);
        for lane in self.0 {
            lane.advance(&mut re, &mut im);
        }
        Complex::new(re.iter().sum(), im.iter().sum())
    }
}

impl Lane {
    /// (1 + z)(1 + c) − 1, so that a small z keeps its digits.
    #[inline(always)]
    #[allow(clippy::indexing_slicing)] // arrays of the same length
    #[allow(clippy::inline_always)] // where it is called it is compiled for wider instructions
    fn advance(&mut self, re: &mut [f64; LANES], im: &mut [f64; LANES]) {
        for l in 0..LANES {
            let (now_re, now_im) = (self.re[l], self.im[l]);
            let (step_re, step_im) = (self.step_re[l], self.step_im[l]);
            self.re[l] = now_re + step_re + (now_re * step_re - now_im * step_im);
            self.im[l] = now_im + step_im + (now_re * step_im + now_im * step_re);
            re[l] += self.weight[l] * self.re[l];
            im[l] += self.weight[l] * self.im[l];
        }
    }
}

/// exp(iθx) − 1.
fn turned(values: &[f64; LANES], angle: f64) -> ([f64; LANES], [f64; LANES]) {
    let half = values.map(|value| (0.5 * angle * value).sin());
    (half.map(|sine| -2.0 * sine * sine), values.map(|value| (angle * value).sin()))
}
