//! The cost at a place among all people, from a table.

use crate::risk::severity::Severity;

/// Bits of the place within an octave: 32 bins.
const WITHIN: u32 = 5;
/// Bins of one side: 32 octaves, from the median out.
const SIDE: usize = 32 << WITHIN;
/// Octaves that have polynomials, down to a share of 2⁻¹⁷; beyond them every cost is asked of the law itself.
const OCTAVES: i32 = 16;
/// The least share that is told apart.
const LEAST: f64 = 1.0 / 4_294_967_296.0;
/// How far a polynomial may be from the law, as a part of the cost.
const ERROR: f64 = 5e-7;
/// The same for small costs, as a part of the typical one.
const SMALL: f64 = 1e-9;

/// The costs of a law without people who have none, by the share of people who cost more.
///
/// Shares are told by the octave and the bin within it of the nearer end, 0 or 1, which are bits of the float; in each bin
/// stands a polynomial of the third degree through the law at four points. Where one is further from the law than a part of
/// 5e-7 of the cost at any of five points between (a jump, a kink, a steep end), and in both far ends, there is none, and the
/// place is asked of the law itself.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// As many as the mask of a place, so that no check is left in the loop.
    rows: Box<[[f64; 4]; 2 * SIDE]>,
}

impl Table {
    pub(super) fn of(severity: &Severity) -> Self {
        let mut rows = none();
        let typical = typical(severity);
        for upper in [true, false] {
            for bin in bins() {
                let cost = |end: f64| {
                    let asked = if upper { severity.upper_quantile(end) } else { severity.quantile(end) };
                    asked.unwrap_or(f64::NAN)
                };
                if let Some(row) = rows.get_mut(place(bin.0, !upper)) {
                    *row = cubic(bin, cost, typical);
                }
            }
        }
        // Whoever has no cost is put at the lower end.
        if let Some(row) = rows.get_mut(place(LEAST, true)) {
            *row = [0.0; 4];
        }
        Self { rows }
    }

    /// The cost that a share of people exceed, 0 for a share of 1 or more; not a number where the law must be asked.
    #[inline]
    pub(super) fn at(&self, share: f64) -> f64 {
        // No branch: which side it is cannot be foretold.
        let lower = (0.5 - share).is_sign_negative();
        let rest = 1.0 - share;
        let end = if rest < share { rest } else { share };
        let end = if end > LEAST { end } else { LEAST };
        let [level, slope, bend, twist] = self.rows.get(place(end, lower)).copied().unwrap_or([f64::NAN; 4]);
        ((twist * end + bend) * end + slope) * end + level
    }

    /// How many of the bins that the law was asked for have no polynomial.
    #[cfg(test)]
    pub(super) fn asked(&self) -> usize {
        let empty = |(start, _): &(f64, f64), lower| self.rows[place(*start, lower)][0].is_nan();
        bins().map(|bin| usize::from(empty(&bin, false)) + usize::from(empty(&bin, true))).sum()
    }
}

/// No polynomial anywhere.
#[allow(clippy::large_stack_arrays)] // never made: the slice is as long as the array
fn none() -> Box<[[f64; 4]; 2 * SIDE]> {
    let rows = vec![[f64::NAN; 4]; 2 * SIDE].into_boxed_slice();
    rows.try_into().unwrap_or_else(|_| Box::new([[f64::NAN; 4]; 2 * SIDE]))
}

/// The row of a share of the nearer end.
#[inline]
#[allow(clippy::cast_possible_truncation)] // masked
fn place(end: f64, lower: bool) -> usize {
    // The lowest bits of the exponent tell 32 octaves apart.
    let bin = (end.to_bits() >> (52 - WITHIN)) as usize & (SIDE - 1);
    bin | usize::from(lower) << (5 + WITHIN)
}

/// The bins that may have polynomials, each by where it begins and ends.
fn bins() -> impl Iterator<Item = (f64, f64)> {
    let parts = 1 << WITHIN;
    (2..2 + OCTAVES).rev().flat_map(move |octave| {
        let low = 2.0_f64.powi(-octave);
        (0..parts).map(move |part| {
            let at = |part: i32| low * (1.0 + f64::from(part) / f64::from(parts));
            (at(part), at(part + 1))
        })
    })
}

/// The polynomial in the share itself; not a number where it is too far from the cost.
fn cubic((from, to): (f64, f64), cost: impl Fn(f64) -> f64, typical: f64) -> [f64; 4] {
    let (centre, half) = (f64::midpoint(from, to), (to - from) / 2.0);
    let at = |step: f64| cost(centre + half * step);
    // Chebyshev's points, and divided differences between them.
    let [a, b] = [(std::f64::consts::PI / 8.0).cos(), (3.0 * std::f64::consts::PI / 8.0).cos()];
    let steps = [-a, -b, b, a];
    let [c0, c1, c2, c3] = steps.map(at);
    let (d01, d12, d23) = ((c1 - c0) / (a - b), (c2 - c1) / (2.0 * b), (c3 - c2) / (a - b));
    let (e0, e1) = ((d12 - d01) / (a + b), (d23 - d12) / (a + b));
    let f0 = (e1 - e0) / (2.0 * a);
    let polynomial = |x: f64| c0 + (x + a) * (d01 + (x + b) * (e0 + (x - b) * f0));
    let is_near = |step: &f64| {
        let exact = at(*step);
        (polynomial(*step) - exact).abs() <= ERROR * exact + SMALL * typical
    };
    if ![-1.0, -0.7, 0.0, 0.7, 1.0].iter().all(is_near) {
        return [f64::NAN; 4];
    }
    // From Newton's form to powers of the step, and from these to powers of the share.
    let powers =
        [c0 + a * d01 + a * b * e0 - a * b * b * f0, d01 + (a + b) * e0 - b * b * f0, e0 + a * f0, f0];
    let [p0, p1, p2, p3] = powers;
    let (s, m) = (1.0 / half, -centre / half);
    [
        p0 + m * (p1 + m * (p2 + m * p3)),
        s * (p1 + m * (2.0 * p2 + 3.0 * m * p3)),
        s * s * (p2 + 3.0 * m * p3),
        s * s * s * p3,
    ]
}

/// A cost beside which others are small: the mean, of a law that has one.
fn typical(severity: &Severity) -> f64 {
    let mean = severity.mean();
    if mean.is_finite() { mean } else { severity.quantile(0.5).unwrap_or(0.0) }
}
