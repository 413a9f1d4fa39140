//! People who all differ, as a few laws.
//!
//! The logarithm of the characteristic function of what many people cost is Σ ln(1 + p δ(m)), p being someone's chance of a
//! cost and δ(m) + 1 the characteristic function of that cost, which depends on the logarithm m of their scale. Over a narrow part
//! of scales it is a polynomial of m, so that people count as weights at the Chebyshev points of their part; and about a middle
//! chance it is a series in what chances differ by, so that at each point the sums of a few powers are all that is asked.

use std::{f64::consts::PI, sync::Arc};

use num_complex::Complex;

use super::{count::ln_1p, spectrum::compound};

/// Points of a part of scales.
pub(crate) const POINTS: usize = 7;
/// Powers of what chances differ by, from 0 on.
pub(crate) const POWERS: usize = 5;
/// From here on the series is not used: it would end too late.
const SLOW: f64 = 0.5;
/// No logarithm of a factor that counts is smaller.
const NOTHING: f64 = -60.0;

/// People who all differ.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Different {
    parts: Arc<[Part]>,
    people: f64,
    /// So many times as many people.
    times: f64,
}

/// Those of nearly the same scale.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    /// The logarithms of the scales of the points: [`POINTS`] of them, or one that is everybody's.
    pub(crate) logs: Vec<f64>,
    pub(crate) bands: Vec<Band>,
}

/// Those of nearly the same chance among them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Band {
    pub(crate) people: f64,
    /// The chance that the others are given as a difference from, and the largest difference.
    pub(crate) centre: f64,
    pub(crate) reach: f64,
    /// By point: Σ weight × differenceᵐ.
    pub(crate) sums: Vec<[f64; POWERS]>,
}

impl Different {
    pub(crate) fn new(parts: Arc<[Part]>, people: f64, times: f64) -> Self {
        Self { parts, people, times }
    }

    /// The logarithm of the scale of each law.
    pub(crate) fn logs(&self) -> Vec<f64> {
        self.parts.iter().flat_map(|part| part.logs.iter().copied()).collect()
    }

    /// How many there are.
    pub(super) fn people(&self) -> f64 {
        self.people * self.times
    }

    /// The expected number of costs of each law.
    pub(crate) fn costs(&self) -> impl Iterator<Item = f64> {
        let of = |part: &Part, at: usize| part.bands.iter().map(|band| band.cumulants(at)[0]).sum::<f64>();
        self.parts.iter().flat_map(move |part| (0..part.logs.len()).map(move |at| of(part, at) * self.times))
    }

    /// The first three cumulants of the sum, from mean, variance and third central moment of a cost of each law.
    pub(super) fn cumulants(&self, each: &[[f64; 3]]) -> [f64; 3] {
        let add = |sum: [f64; 3], (part, each): (&Part, &[[f64; 3]])| {
            let of = |sum: [f64; 3], (at, cost): (usize, &[f64; 3])| {
                let bands = part.bands.iter().map(|band| compound(band.cumulants(at), *cost));
                bands.fold(sum, |[a, b, c], [x, y, z]| [a + x, b + y, c + z])
            };
            each.iter().enumerate().fold(sum, of)
        };
        self.with(each).fold([0.0; 3], add).map(|cumulant| cumulant * self.times)
    }

    /// Σ ln(1 + chance × δ), from the δ of each law.
    pub(super) fn log_generating(&self, deltas: &[Complex<f64>]) -> Complex<f64> {
        let of = |(part, deltas): (&Part, &[Complex<f64>])| {
            let each = part.bands.iter().map(|band| band.log_generating(deltas));
            each.sum::<Complex<f64>>()
        };
        self.with(deltas).map(of).sum::<Complex<f64>>() * self.times
    }

    /// The same of one law.
    pub(super) fn log_of(&self, mut law: usize, delta: Complex<f64>) -> Complex<f64> {
        for part in &*self.parts {
            if law < part.logs.len() {
                return part.bands.iter().map(|band| band.log_of(law, delta)).sum::<Complex<f64>>()
                    * self.times;
            }
            law -= part.logs.len();
        }
        Complex::ZERO
    }

    /// No less than Σ ln(1 + chance × δ) of real δ.
    pub(super) fn log_generating_real(&self, deltas: &[f64]) -> f64 {
        let of = |(part, deltas): (&Part, &[f64])| {
            part.bands.iter().map(|band| band.log_generating_real(deltas)).sum::<f64>()
        };
        self.with(deltas).map(of).sum::<f64>() * self.times
    }

    /// How far [`log_generating`](Self::log_generating) may be off: by the last terms of both expansions that are there, as if
    /// nobody's made up for another's. Infinite where a series is not used.
    pub(super) fn missed(&self, deltas: &[Complex<f64>]) -> f64 {
        self.with(deltas).map(|(part, deltas)| part.missed(deltas)).sum::<f64>() * self.times
    }

    /// No less than the logarithm of the characteristic function's modulus: |1 + pδ|² ≤ 1 + 2p(1 − p) Re δ.
    pub(super) fn log_bound(&self, deltas: &[Complex<f64>]) -> f64 {
        let of = |(part, deltas): (&Part, &[Complex<f64>])| {
            let nearest = deltas.iter().map(|delta| delta.re).fold(f64::NEG_INFINITY, f64::max);
            let variance: f64 = part.bands.iter().map(Band::variance).sum();
            variance * nearest.min(0.0)
        };
        self.with(deltas).map(of).sum::<f64>() * self.times
    }

    fn with<'a, T>(&'a self, mut each: &'a [T]) -> impl Iterator<Item = (&'a Part, &'a [T])> {
        self.parts.iter().map(move |part| {
            let (some, rest) = each.split_at(part.logs.len().min(each.len()));
            each = rest;
            (part, some)
        })
    }
}

impl Part {
    fn missed(&self, deltas: &[Complex<f64>]) -> f64 {
        let last = last_coefficient(deltas);
        self.bands.iter().map(|band| band.missed(deltas, last)).sum()
    }
}

/// The modulus of the coefficient of the highest polynomial of Chebyshev, from the values at its points; nothing of one point.
fn last_coefficient(deltas: &[Complex<f64>]) -> f64 {
    if deltas.len() < POINTS {
        return 0.0;
    }
    #[allow(clippy::cast_precision_loss)] // a few points
    let (count, degree) = (POINTS as f64, (POINTS - 1) as f64);
    let mut place = 0.5;
    let mut sum = Complex::ZERO;
    for delta in deltas {
        sum += delta * (degree * PI * place / count).cos();
        place += 1.0;
    }
    (sum * (2.0 / count)).norm()
}

impl Band {
    /// The first three cumulants of the number of costs at a point.
    fn cumulants(&self, at: usize) -> [f64; 3] {
        let [zeroth, first, second, third, ..] = self.sums.get(at).copied().unwrap_or_default();
        let c = self.centre;
        let mean = c * zeroth + first;
        let squares = c * (c * zeroth + 2.0 * first) + second;
        let cubes = c * (c * (c * zeroth + 3.0 * first) + 3.0 * second) + third;
        [mean, mean - squares, mean - 3.0 * squares + 2.0 * cubes]
    }

    /// Σ p(1 − p) over its people.
    fn variance(&self) -> f64 {
        (0..self.sums.len()).map(|at| self.cumulants(at)[1]).sum::<f64>().max(0.0)
    }

    fn log_generating(&self, deltas: &[Complex<f64>]) -> Complex<f64> {
        deltas.iter().enumerate().map(|(at, delta)| self.log_of(at, *delta)).sum()
    }

    /// ln(1 + cδ) + ln(1 + qε), where q is what a chance differs by from c and ε = δ/(1 + cδ).
    fn log_of(&self, at: usize, delta: Complex<f64>) -> Complex<f64> {
        let Some([zeroth, first, second, third, fourth]) = self.sums.get(at) else {
            return Complex::ZERO;
        };
        let centre = delta * self.centre;
        let base = ln_1p(centre) * *zeroth;
        if self.reach == 0.0 {
            return base;
        }
        let over = delta / (centre + 1.0);
        if over.norm() * self.reach > SLOW {
            return base;
        }
        let series = over * (third / 3.0 - over * (fourth / 4.0)) - second / 2.0;
        let series = over * series + *first;
        base + over * series
    }

    fn log_generating_real(&self, deltas: &[f64]) -> f64 {
        let furthest = |delta: &f64| (delta / (1.0 + self.centre * delta)).abs() * self.reach;
        if deltas.iter().map(furthest).fold(0.0, f64::max) > SLOW
            || deltas.iter().any(|delta| self.centre * delta <= -1.0)
        {
            // The logarithm is concave: no more than everybody with the mean chance, at the most of the scales.
            let most = deltas.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let costs: f64 = (0..self.sums.len()).map(|at| self.cumulants(at)[0]).sum();
            return self.people * (most * (costs / self.people).clamp(0.0, 1.0)).max(-1.0).ln_1p();
        }
        let each = deltas.iter().enumerate();
        each.map(|(at, delta)| self.log_of(at, Complex::from(*delta)).re).sum()
    }

    /// What the series of chances leaves out, and what polynomials of the scale do, the last of which has this coefficient in δ.
    fn missed(&self, deltas: &[Complex<f64>], last: f64) -> f64 {
        let of = |delta: &Complex<f64>| {
            let base = (delta * self.centre + 1.0).norm();
            (self.reach * delta.norm() / base, base)
        };
        let (far, smallest) = deltas
            .iter()
            .map(of)
            .fold((0.0_f64, f64::INFINITY), |(f, l), (far, base)| (f.max(far), l.min(base)));
        if far > SLOW {
            return f64::INFINITY;
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_precision_loss)]
        // a few powers
        let series = far.powi(POWERS as i32) / (POWERS as f64 * (1.0 - far));
        self.people * (2.0 * series + (self.centre + self.reach) * last / smallest)
    }
}

/// The error of a characteristic function, whose modulus has this logarithm, from that of its logarithm and from a bound; none
/// where the bound is so low that nothing is left of it.
pub(super) fn error(log: f64, missed: f64, bound: f64) -> Option<f64> {
    if bound < NOTHING {
        return None;
    }
    let most = 2.0 * bound.exp();
    Some(if missed < -NOTHING { (log.exp() * missed.exp_m1()).min(most) } else { most })
}
