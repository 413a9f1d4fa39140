//! The characteristic function of a sum, at equally spaced frequencies.

use num_complex::Complex;

use super::count::Count;

/// Values taken together, so that the compiler can do several at once.
const LANES: usize = 8;
/// Steps of a recurrence before it is begun anew: each adds a rounding.
const RESTART: usize = 128;
/// Below this exponent a factor is nothing beside any other.
const NOTHING: f64 = -60.0;

/// The costs of a risk cell as values with probabilities, of which the rest is no cost; and how many there are.
#[derive(Debug, Clone)]
pub(crate) struct Weighted {
    pub(crate) count: Count,
    /// In the order of `weights`.
    pub(crate) values: Vec<f64>,
    /// At least 0, at most 1 in all.
    pub(crate) weights: Vec<f64>,
    /// How many of the values, the last ones, are lumps: each has its probability for itself, where the others stand for
    /// what lies between them.
    pub(crate) lumps: usize,
}

impl Weighted {
    /// Of nobody.
    pub(crate) fn none() -> Self {
        Self { count: Count::People(0.0), values: Vec::new(), weights: Vec::new(), lumps: 0 }
    }

    /// The first three cumulants of the cell's sum.
    pub(crate) fn cumulants(&self) -> [f64; 3] {
        let moment = |power: i32| -> f64 {
            self.values.iter().zip(&self.weights).map(|(value, weight)| weight * value.powi(power)).sum()
        };
        let [mean, second, third] = [moment(1), moment(2), moment(3)];
        let variance = second - mean * mean;
        let skew = third - 3.0 * mean * second + 2.0 * mean.powi(3);
        compound(self.count.cumulants(), [mean, variance, skew])
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
        let lumps = self.values.iter().zip(&self.weights).rev().take(self.lumps);
        lumps.filter(|(_, weight)| **weight > 0.0).map(|(value, _)| *value).reduce(f64::max)
    }

    /// The logarithm of E[exp(θS)].
    pub(super) fn log_moment(&self, tilt: f64) -> f64 {
        let each = self.values.iter().zip(&self.weights);
        self.count.log_generating_real(each.map(|(value, weight)| weight * (tilt * value).exp_m1()).sum())
    }
}

/// The characteristic function of the sum of all cells at one frequency.
pub(super) fn at_frequency(cells: &[Weighted], frequency: f64) -> Complex<f64> {
    let log = |cell: &Weighted| {
        let each = cell.values.iter().zip(&cell.weights);
        let delta: Complex<f64> =
            each.map(|(value, weight)| (Complex::cis(frequency * value) - 1.0) * *weight).sum();
        cell.count.log_generating(delta)
    };
    cells.iter().map(log).sum::<Complex<f64>>().exp()
}

/// The probability that nobody has a cost; nothing where it changes no digit.
pub(super) fn nothing(cells: &[Weighted]) -> f64 {
    let log = |cell: &Weighted| cell.count.log_generating_real(-cell.weights.iter().sum::<f64>().min(1.0));
    let nothing = cells.iter().map(log).sum::<f64>().exp();
    if nothing > 1e-17 { nothing } else { 0.0 }
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

/// E[exp(ikωX)] − 1 of one cost, from one k to the next.
#[derive(Debug)]
pub(super) struct Wave<'a> {
    count: &'a Count,
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

impl<'a> Wave<'a> {
    pub(super) fn new(cell: &'a Weighted, step: f64) -> Self {
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
        Self { count: &cell.count, step, at: 0, lanes: lanes.collect(), values }
    }

    /// The logarithm of the characteristic function of the cell's sum at the next frequency.
    pub(super) fn next_log(&mut self) -> Complex<f64> {
        let delta = self.next();
        self.count.log_generating(delta)
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
        let (mut re, mut im) = ([0.0; LANES], [0.0; LANES]);
        for lane in &mut self.lanes {
            lane.advance(&mut re, &mut im);
        }
        Complex::new(re.iter().sum(), im.iter().sum())
    }
}

impl Lane {
    /// (1 + z)(1 + c) − 1, so that a small z keeps its digits.
    #[inline]
    #[allow(clippy::indexing_slicing)] // arrays of the same length
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
