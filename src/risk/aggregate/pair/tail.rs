//! What a function of one sum comes to where another sum is high.

use std::f64::consts::PI;

use num_complex::Complex;

use super::{HIGHEST, MORE, MOST, Pairs, Shocks, Sums, TOGETHER, Waves, within};
use crate::{
    number::Stretch,
    risk::{aggregate::Method, measures::as_float},
};

/// A term this small beside the largest, so often in a row, has died out.
const SILENT: f64 = 1e-13;
const IN_A_ROW: usize = 4;
/// Probability that may lie to either side of where S is followed: a long tail would ask for many terms and moves nothing.
const OUTSIDE: f64 = 1e-10;
/// Terms that have not fallen to this beside the largest are of sums that are lumpy.
const LUMPY: f64 = 1e-4;

/// E[f(T); S > a], and what it may be off by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MeanAbove {
    pub(crate) mean: f64,
    /// What terms that were left out come to.
    pub(crate) cut: f64,
    /// The probability of what was not followed.
    pub(crate) outside: f64,
}

/// E[f(T); S > a] at an amount, f being lines end to end; none where one of the sums is lumpy.
///
/// E[f(T) exp(ivS)] is expanded in cosines of T, over which f is integrated in closed form; it is the transform of the measure
/// E[f(T); S in ds], which is expanded in cosines of S. f should have a mean of about nought.
pub(crate) fn mean_above(
    pairs: &impl Pairs,
    shocks: &Shocks,
    sums: Sums<'_>,
    lines: &[Stretch],
    above: f64,
) -> Option<MeanAbove> {
    let Method::Cosines(of_first) = sums.first.method() else { return None };
    if !matches!(sums.second.method(), Method::Cosines(_)) {
        return None;
    }
    let (from, to) = sums.first.range();
    let [low, high] = [OUTSIDE, 1.0 - OUTSIDE].map(|level| sums.second.quantile(level).ok());
    let (low, high) = (low?, high?);
    let (width, above) = (high - low, above.clamp(low, high));
    let step = PI / width;
    let highest = (HIGHEST / sums.second.standard_deviation()).min(MOST * step);
    let frequencies = [PI / (to - from) * as_float(MORE * of_first), highest];
    let waves = Waves::new(pairs, shocks, sums, frequencies, MORE * of_first);
    let mut terms = Terms::default();
    let mut mean = 0.0;
    for begin in (0..).step_by(TOGETHER) {
        let some: Vec<f64> = (begin..begin + TOGETHER).map(|place| as_float(place) * step).collect();
        for (v, weighted) in some.iter().zip(waves.weighted(lines, &some)) {
            let coefficient = weighted * Complex::cis(-v * low);
            let (half, integral) =
                if *v == 0.0 { (0.5, high - above) } else { (1.0, -(v * (above - low)).sin() / v) };
            mean += half * 2.0 / width * coefficient.re * integral;
            // The first is nought where the mean is.
            if *v > 0.0 && terms.died_out(coefficient.norm()) {
                return Some(MeanAbove { mean, cut: 0.0, outside: 2.0 * OUTSIDE });
            }
            if *v > highest {
                return terms.rest().map(|cut| MeanAbove { mean, cut, outside: 2.0 * OUTSIDE });
            }
        }
    }
    None
}

/// How large terms are.
#[derive(Default)]
struct Terms {
    largest: f64,
    last: [f64; IN_A_ROW],
    count: usize,
}

impl Terms {
    fn died_out(&mut self, size: f64) -> bool {
        self.largest = self.largest.max(size);
        self.last.rotate_left(1);
        self.last[IN_A_ROW - 1] = size;
        self.count += 1;
        self.count >= IN_A_ROW && self.latest() < SILENT * self.largest
    }

    fn latest(&self) -> f64 {
        self.last.iter().copied().fold(0.0, f64::max)
    }

    /// Σ 2/(πk) of terms beyond, that fall at least as 1/k from here on; none where they have hardly fallen.
    fn rest(&self) -> Option<f64> {
        (self.latest() < LUMPY * self.largest).then(|| 2.0 / PI * self.latest())
    }
}

impl Waves {
    /// E[f(T) exp(ivS)] at each frequency v.
    fn weighted(&self, lines: &[Stretch], frequencies: &[f64]) -> Vec<Complex<f64>> {
        let at_nought = lines.iter().rev().find(|line| line.from <= 0.0).or(lines.first());
        let at_nought = Complex::from(at_nought.map_or(0.0, |line| line.level));
        self.expanded(frequencies, |_| at_nought, |u, _| Complex::from(self.weight(lines, u)))
    }

    /// ∫ f(x) cos(u(x − low)) dx over the range.
    fn weight(&self, lines: &[Stretch], u: f64) -> f64 {
        let of = |(line, from, to): (&Stretch, f64, f64)| {
            let (middle, width) = (f64::midpoint(from, to), to - from);
            let (half, angle) = (0.5 * u * width, u * (middle - self.low));
            let level = line.level + line.slope * middle;
            // With y from the middle: ∫ cos uy dy = width × sinc, and ∫ y sin uy dy.
            let (even, odd) = if half < 1e-4 {
                (width * (1.0 - half * half / 6.0), u * width.powi(3) / 12.0)
            } else {
                let even = width * half.sin() / half;
                (even, (even - width * half.cos()) / u)
            };
            level * even * angle.cos() - line.slope * odd * angle.sin()
        };
        within(lines, self.low, self.low + self.width).map(of).sum()
    }
}
