//! A distribution as a sum of cosines.

use std::f64::consts::PI;

use num_complex::Complex;

use super::{
    law::{Below, Law},
    mixing::{Mixed, SHIFTS},
    window::Window,
};
use crate::risk::measures::{self, as_float};

/// From here on a coefficient changes no digit.
pub(super) const DIES_OUT: f64 = 1e-17;
/// Steps of a search; halving alone needs so many.
const STEPS: usize = 64;
/// Points at which shifts of a rule are compared, and the standard errors of so few that are sure to hold.
const LOOKED_AT: usize = 128;
const SURE: f64 = 5.0;
/// Coefficients that must be so small one after another.
const IN_A_ROW: usize = 4;
/// The most coefficients: a sum that needs more is made of lumps.
pub(super) const MOST: f64 = 4_096.0;

/// The density as Σ Fₖ cos(kπ(x − low)/(high − low)) over the width of the range, F₀ = 1 (Fang and Oosterlee 2008): the
/// others are twice the characteristic function at kπ/(high − low), and everything that is asked of the distribution is a closed sum.
#[derive(Debug, Clone)]
pub(super) struct Cosine {
    low: f64,
    width: f64,
    coefficients: Vec<f64>,
    /// The probability of no cost at all, which no density has.
    nothing: f64,
}

/// An expansion and the error of its distribution function from the terms that are left out.
#[derive(Debug)]
pub(super) struct Expanded {
    pub(super) cosine: Cosine,
    pub(super) error: f64,
    /// Whether the terms fell below the floor; the error of those that are left out is an estimate otherwise.
    pub(super) has_died_out: bool,
}

impl Cosine {
    /// As many terms as the characteristic function needs to fall below the floor, of which the first has the frequency
    /// π/width; none where it has not up to the highest frequency for which it stands. `nothing` is the probability of no
    /// cost, which no density has.
    pub(super) fn of(
        mut phi: impl FnMut() -> Mixed,
        nothing: f64,
        window: Window,
        highest: f64,
        floor: f64,
    ) -> Option<Expanded> {
        let width = window.high - window.low;
        let step = PI / width;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most 4,096
        let most = (highest / step).clamp(1.0, MOST) as usize;
        let turn = Complex::cis(-step * window.low);
        let mut coefficients = Vec::with_capacity(64);
        coefficients.push(1.0 - nothing);
        let (mut quiet, mut sizes, mut missed) = (0, Vec::new(), 0.0);
        let mut apart: [Vec<f64>; SHIFTS] = Default::default();
        let mut shift = Complex::ONE;
        let made = |coefficients| Self { low: window.low, width, coefficients, nothing };
        while coefficients.len() <= most {
            let Mixed { mean, error, shifts } = phi();
            #[allow(clippy::cast_precision_loss)] // at most 4,096
            let k = coefficients.len() as f64;
            // The phase is begun anew now and then, since it grows stale.
            shift = if coefficients.len().is_multiple_of(64) {
                Complex::cis(-step * window.low * k)
            } else {
                shift * turn
            };
            let phi = mean - nothing;
            let size = phi.norm();
            missed += 2.0 / PI * error / k;
            let coefficient = 2.0 * (phi * shift).re;
            coefficients.push(coefficient);
            for (apart, by) in apart.iter_mut().zip(shifts.iter().flatten()) {
                apart.push(2.0 * (by * shift).re);
            }
            sizes.push(coefficient.abs() / 2.0);
            quiet = if size < floor.max(error) { quiet + 1 } else { 0 };
            if quiet == IN_A_ROW {
                let error = floor + missed + spread(&apart);
                return Some(Expanded { cosine: made(coefficients), error, has_died_out: true });
            }
        }
        let error = extrapolated(&sizes)?;
        // The terms of the second half made the estimate, and are used too.
        let error = error + missed + spread(&apart);
        Some(Expanded { cosine: made(coefficients), error, has_died_out: false })
    }
}

/// What the distribution function may be off by, from what the expansions of several shifts of a rule differ by: five standard
/// errors of their mean, where they are most.
fn spread(apart: &[Vec<f64>; SHIFTS]) -> f64 {
    if apart.iter().all(Vec::is_empty) {
        return 0.0;
    }
    let at = |point: usize| {
        let y = as_float(point) / as_float(LOOKED_AT);
        let differ = |apart: &Vec<f64>| -> f64 {
            let each = apart.iter().zip(Turns::new(y)).zip(1..);
            each.map(|((by, (sine, _)), k)| by * sine / (PI * as_float(k))).sum()
        };
        measures::mean(&apart.each_ref().map(differ)).map_or(1.0, |mean| SURE * mean.se)
    };
    (1..LOOKED_AT).map(at).fold(0.0, f64::max)
}

/// The rest of Σ |φₖ| 2/(πk) beyond the terms there are, as if they went on falling as they did from their middle on; none
/// where they hardly fall.
fn extrapolated(sizes: &[f64]) -> Option<f64> {
    let last = sizes.len();
    let highest = |part: std::ops::Range<usize>| {
        sizes.get(part).unwrap_or_default().iter().copied().fold(0.0, f64::max)
    };
    let eighth = last / 8;
    let (middle, end) = (highest(last / 2 - eighth..last / 2), highest(last - eighth..last));
    let fall = end / middle;
    (fall < 0.9).then(|| 2.0 / PI * end * std::f64::consts::LN_2 / (1.0 - fall))
}

impl Cosine {
    /// How many terms there are.
    pub(super) fn terms(&self) -> usize {
        self.coefficients.len()
    }
}

/// The sine and cosine of kπy for k = 1, 2, …
struct Turns {
    now: Complex<f64>,
    by: Complex<f64>,
}

impl Turns {
    fn new(y: f64) -> Self {
        Self { now: Complex::ONE, by: Complex::cis(PI * y) }
    }
}

impl Iterator for Turns {
    type Item = (f64, f64);

    fn next(&mut self) -> Option<(f64, f64)> {
        self.now *= self.by;
        Some((self.now.im, self.now.re))
    }
}

impl Cosine {
    /// The place of a point in the range, from 0 to 1.
    fn place(&self, x: f64) -> f64 {
        ((x - self.low) / self.width).clamp(0.0, 1.0)
    }

    fn first(&self) -> f64 {
        self.coefficients.first().copied().unwrap_or_default()
    }

    /// Coefficients from the second on, with 1/(kπ), and the sine and cosine of kπy.
    fn terms_at(&self, y: f64) -> impl Iterator<Item = (f64, f64, (f64, f64))> {
        let mut k = 0.0;
        self.coefficients.iter().skip(1).zip(Turns::new(y)).map(move |(coefficient, turn)| {
            k += 1.0;
            (*coefficient, 1.0 / (k * PI), turn)
        })
    }
}

impl Law for Cosine {
    fn below(&self, x: f64) -> Below {
        let (y, first) = (self.place(x), self.first());
        let square = y * y;
        let (mut mass, mut one, mut two) = (first * y, first * square / 2.0, first * square * y / 3.0);
        let mut three = first * square * square / 4.0;
        for (coefficient, over, (sine, cosine)) in self.terms_at(y) {
            let scaled = coefficient * over;
            mass += scaled * sine;
            // The integrals of y cos kπy, and of y² and y³ by parts.
            let by_one = y * sine + (cosine - 1.0) * over;
            one += scaled * by_one;
            two += scaled * (square * sine + 2.0 * over * (y * cosine - sine * over));
            three += scaled * (square * (y * sine + 3.0 * over * cosine) - 6.0 * over * over * by_one);
        }
        let nothing = if x >= 0.0 { self.nothing } else { 0.0 };
        Below {
            mass: mass + nothing,
            first: one * self.width - nothing * self.low,
            second: two * self.width * self.width + nothing * self.low * self.low,
            third: three * self.width.powi(3) - nothing * self.low.powi(3),
        }
    }

    fn mass_below(&self, x: f64) -> f64 {
        let y = self.place(x);
        let each = self.terms_at(y).map(|(coefficient, over, (sine, _))| coefficient * over * sine);
        let mass = self.first() * y + each.sum::<f64>();
        if x >= 0.0 { mass + self.nothing } else { mass }
    }

    fn density(&self, x: f64) -> f64 {
        if x < self.low || x > self.high() {
            return 0.0;
        }
        let each = self.terms_at(self.place(x)).map(|(coefficient, _, (_, cosine))| coefficient * cosine);
        (self.first() + each.sum::<f64>()) / self.width
    }

    /// Newton's steps from the middle on, within ends that close in.
    fn quantile(&self, probability: f64) -> f64 {
        if self.low >= 0.0 && probability <= self.nothing {
            return 0.0;
        }
        let (mut low, mut high) = (self.low(), self.high());
        let mut x = f64::midpoint(low, high);
        for _ in 0..STEPS {
            let gap = self.mass_below(x) - probability;
            if gap < 0.0 {
                low = x;
            } else {
                high = x;
            }
            let newton = x - gap / self.density(x);
            let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
            let moved = (next - x).abs();
            x = next;
            if moved <= 1e-15 * self.width {
                break;
            }
        }
        x
    }

    fn low(&self) -> f64 {
        self.low
    }

    fn high(&self) -> f64 {
        self.low + self.width
    }
}
