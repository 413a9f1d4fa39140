//! What a function of one sum comes to where another sum is high.

use std::f64::consts::PI;

use num_complex::Complex;

use super::{HIGHEST, IN_A_ROW, MORE, Pairs, Shocks, Sums, Waves, as_f64, within};
use crate::{number::Stretch, risk::aggregate::Method};

/// Terms of the second sum beyond those that its own distribution has.
const LONGER: usize = 2;
/// A term this small beside the largest, so often in a row, has died out.
const SILENT: f64 = 1e-13;

/// E[f(T); S > a] at each of these amounts, f being lines end to end; none where one of the sums is lumpy.
///
/// E[f(T) exp(ivS)] is expanded in cosines of T, over which f is integrated in closed form; it is the transform of the measure
/// E[f(T); S in ds], which is expanded in cosines of S. f should have a mean of about nought.
pub(crate) fn mean_above(
    pairs: &impl Pairs,
    shocks: &Shocks,
    sums: Sums<'_>,
    lines: &[Stretch],
    above: &[f64],
) -> Option<Vec<f64>> {
    let Method::Cosines(terms) = sums.first.method() else { return None };
    let Method::Cosines(of_second) = sums.second.method() else { return None };
    let ((from, to), (low, high)) = (sums.first.range(), sums.second.range());
    let step = PI / (high - low);
    let highest = (step * as_f64(LONGER * of_second)).min(HIGHEST / sums.second.standard_deviation());
    let frequencies = [PI / (to - from) * as_f64(MORE * terms), highest];
    let waves = Waves::new(pairs, shocks, sums, frequencies, MORE * terms);
    let mut means = vec![0.0; above.len()];
    let (mut largest, mut quiet) = (0.0_f64, 0);
    for (place, v) in (0..=LONGER * of_second).map(|place| (place, as_f64(place) * step)) {
        if v > highest || quiet == IN_A_ROW {
            break;
        }
        let coefficient = waves.weighted(lines, v) * Complex::cis(-v * low);
        largest = largest.max(coefficient.norm());
        // The first is nought where the mean is.
        quiet = if place > 0 && coefficient.norm() < SILENT * largest { quiet + 1 } else { 0 };
        for (mean, above) in means.iter_mut().zip(above) {
            let above = above.clamp(low, high);
            let (half, integral) =
                if place == 0 { (0.5, high - above) } else { (1.0, -(v * (above - low)).sin() / v) };
            *mean += half * 2.0 / (high - low) * coefficient.re * integral;
        }
    }
    Some(means)
}

impl Waves {
    /// E[f(T) exp(ivS)].
    fn weighted(&self, lines: &[Stretch], v: f64) -> Complex<f64> {
        let at_nought = lines.iter().rev().find(|line| line.from <= 0.0).or(lines.first());
        let at_nought = at_nought.map_or(0.0, |line| line.level);
        self.expanded(v, Complex::from(at_nought), |u| Complex::from(self.weight(lines, u)))
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
