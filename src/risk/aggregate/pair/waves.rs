//! The characteristic function of two sums over the same people together, for many frequencies at once.

use std::f64::consts::PI;

use nalgebra::DMatrix;
use num_complex::Complex;

use super::{Paired, Pairs, Sums, within};
use crate::{
    number::Stretch,
    risk::{
        aggregate::{heads::Heads, mixing::Mixing, shocks::Shocks, spectrum::minus_one},
        measures::as_float,
    },
};

/// Frequencies of the result that are worked out together, each costs' waves being met once for all of them.
pub(super) const TOGETHER: usize = 64;
/// Frequencies of T that are worked out at a time.
const AT_A_TIME: usize = 64;
/// A wave this small, so often in a row, has died out.
const SILENT: f64 = 1e-15;
const IN_A_ROW: usize = 4;

/// The characteristic function of both sums together.
pub(super) struct Waves {
    mixing: Mixing,
    /// By cell and point of what moves it.
    tables: Vec<Vec<Table>>,
    added: [f64; 2],
    pub(super) low: f64,
    pub(super) width: f64,
    terms: usize,
}

/// What is known of the result at one frequency: the sum over those of T so far.
struct Growing {
    v: f64,
    lump: Complex<f64>,
    sum: Complex<f64>,
    quiet: usize,
}

impl Waves {
    /// Right up to these frequencies of both sums, with so many of the first.
    pub(super) fn new(
        pairs: &impl Pairs,
        shocks: &Shocks,
        sums: Sums<'_>,
        frequencies: [f64; 2],
        terms: usize,
    ) -> Self {
        let [of_first, of_second] = frequencies;
        let still = |cell: usize| pairs.paired(cell, 1.0, [0.0, 0.0]);
        let swing = |cell: usize| {
            let Paired { heads, first, second, weights } = still(cell);
            let of = |values: &[f64]| -> f64 {
                let law = |law: &[f64]| values.iter().zip(law).map(|(x, w)| x * w).sum();
                heads.total(weights.chunks(values.len().max(1)).map(law)).abs()
            };
            of(&first) * of_first + of(&second) * of_second
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

    /// E[exp(iv(f(T) + Y))] at each frequency v.
    pub(super) fn transformed(&self, lines: &[Stretch], frequencies: &[f64]) -> Vec<Complex<f64>> {
        self.expanded(frequencies, |v| value_at_nought(lines, v), |u, v| self.integral(lines, u, v))
    }

    /// E[g(T, v) exp(ivY)] at each frequency v, g being given by what it is at nought and by its integral with cos(u(x − low))
    /// over the range.
    pub(super) fn expanded(
        &self,
        frequencies: &[f64],
        at_nought: impl Fn(f64) -> Complex<f64>,
        integral: impl Fn(f64, f64) -> Complex<f64>,
    ) -> Vec<Complex<f64>> {
        let turned = self.of_each(|table| table.turned(frequencies));
        let begun = frequencies.iter().enumerate().map(|(at, v)| {
            let lump = self.lump(&turned, at, *v);
            Growing { v: *v, lump, sum: lump * at_nought(*v), quiet: 0 }
        });
        let mut all: Vec<Growing> = begun.collect();
        for (block, from) in (0..self.terms).step_by(AT_A_TIME).enumerate() {
            let terms = from..(from + AT_A_TIME).min(self.terms);
            let met = self.with_each(&turned, |table, turned| table.met(block, turned));
            for (at, one) in all.iter_mut().enumerate() {
                for k in terms.clone() {
                    if one.quiet < IN_A_ROW {
                        self.add(one, k, &integral, |sign| {
                            self.mean(&met, |met| met.log(k - from, at, sign))
                        });
                    }
                }
            }
            if all.iter().all(|one| one.quiet == IN_A_ROW) {
                break;
            }
        }
        all.into_iter().map(|one| one.sum).collect()
    }

    /// Adds what the result has at one frequency of T, from the mean of the waves that turn with it and against it.
    fn add(
        &self,
        one: &mut Growing,
        k: usize,
        integral: impl Fn(f64, f64) -> Complex<f64>,
        mean: impl Fn(f64) -> Complex<f64>,
    ) {
        let [by_first, by_second] = self.added;
        let u = as_float(k) * PI / self.width;
        let both =
            [1.0, -1.0].map(|sign| mean(sign) * damped(sign * u * by_first + one.v * by_second) - one.lump);
        one.quiet = if both.iter().all(|wave| wave.norm() < SILENT) { one.quiet + 1 } else { 0 };
        if one.quiet == IN_A_ROW {
            return;
        }
        let [forward, back] = both;
        let turn = Complex::cis(-u * self.low);
        let half = if k == 0 { 0.5 } else { 1.0 };
        let coefficient = (forward * turn + back * turn.conj()) * half / self.width;
        one.sum += coefficient * integral(u, one.v);
    }

    /// What is left where nobody adds to the first sum.
    fn lump(&self, turned: &[Vec<Turned>], at: usize, v: f64) -> Complex<f64> {
        let [by_first, by_second] = self.added;
        if by_first != 0.0 {
            return Complex::ZERO;
        }
        let lumps = self.with_each(turned, |table, turned| {
            (&table.heads, turned.lumps.get(at).map_or(&[][..], Vec::as_slice))
        });
        self.mean(&lumps, |(heads, lumps)| heads.log_generating(lumps)) * damped(by_second * v)
    }

    fn of_each<T>(&self, of: impl Fn(&Table) -> T) -> Vec<Vec<T>> {
        self.tables.iter().map(|points| points.iter().map(&of).collect()).collect()
    }

    fn with_each<'a, T>(
        &'a self,
        turned: &'a [Vec<Turned>],
        of: impl Fn(&'a Table, &'a Turned) -> T,
    ) -> Vec<Vec<T>> {
        let each = self.tables.iter().zip(turned);
        each.map(|(tables, turned)| tables.iter().zip(turned).map(|(one, other)| of(one, other)).collect())
            .collect()
    }

    /// The mean of the product over cells, from the logarithm of each.
    fn mean<T>(&self, each: &[Vec<T>], log: impl Fn(&T) -> Complex<f64>) -> Complex<f64> {
        let logs: Vec<Vec<Complex<f64>>> =
            each.iter().map(|points| points.iter().map(&log).collect()).collect();
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
    heads: Heads,
    /// A column for each law of costs.
    weights: DMatrix<f64>,
    second: Vec<f64>,
    /// Whether a value adds nothing to the first sum.
    is_lump: Vec<bool>,
    /// Their real and imaginary parts, so many frequencies after another: a row for each, a column for each value.
    blocks: Vec<[DMatrix<f64>; 2]>,
    /// Their means, by frequency: one for each law.
    means: Vec<Vec<Complex<f64>>>,
}

/// The waves of the second sum: weight × (exp(ivy) − 1) of each value.
struct Turned {
    /// By law: a row for each value; a column for each frequency, first of the real parts and then of the imaginary ones.
    parts: Vec<DMatrix<f64>>,
    /// By frequency and law.
    means: Vec<Vec<Complex<f64>>>,
    /// Of values that add nothing to the first sum, all others being left out.
    lumps: Vec<Vec<Complex<f64>>>,
}

/// Waves of the first sum times those of the second, added up over values.
struct Met<'a> {
    table: &'a Table,
    turned: &'a Turned,
    from: usize,
    /// By law, of the real parts and the imaginary ones: a row for each frequency of the first.
    parts: Vec<[DMatrix<f64>; 2]>,
}

impl Table {
    fn new(paired: Paired, step: f64, terms: usize) -> Self {
        let Paired { heads, first, second, weights } = paired;
        let laws = weights.len() / first.len().max(1);
        let weights = DMatrix::from_vec(first.len(), laws, weights);
        let (mut blocks, mut means) = (Vec::new(), Vec::with_capacity(terms));
        for from in (0..terms).step_by(AT_A_TIME) {
            let many = AT_A_TIME.min(terms - from);
            let (mut re, mut im) =
                (Vec::with_capacity(many * first.len()), Vec::with_capacity(many * first.len()));
            for x in &first {
                for k in from..from + many {
                    let wave = minus_one(as_float(k) * step * x);
                    re.push(wave.re);
                    im.push(wave.im);
                }
            }
            let block = [re, im].map(|waves| DMatrix::from_vec(many, first.len(), waves));
            let [re, im] = block.each_ref().map(|waves| waves * &weights);
            let each = re.row_iter().zip(im.row_iter());
            means.extend(each.map(|(re, im)| {
                re.iter().zip(&im).map(|(re, im)| Complex::new(*re, *im)).collect::<Vec<_>>()
            }));
            blocks.push(block);
        }
        let is_lump = first.iter().map(|x| *x == 0.0).collect();
        Self { heads, weights, second, is_lump, blocks, means }
    }

    fn turned(&self, frequencies: &[f64]) -> Turned {
        let each = |v: &f64| self.second.iter().map(|y| minus_one(v * y)).collect::<Vec<_>>();
        let waves: Vec<Vec<Complex<f64>>> = frequencies.iter().map(each).collect();
        let part = |weights: &[f64]| {
            let all = || waves.iter().flat_map(|waves| weights.iter().zip(waves));
            let (re, im) =
                (all().map(|(weight, wave)| weight * wave.re), all().map(|(weight, wave)| weight * wave.im));
            DMatrix::from_iterator(weights.len(), 2 * waves.len(), re.chain(im))
        };
        let mean = |weights: &[f64], waves: &[Complex<f64>]| -> Complex<f64> {
            weights.iter().zip(waves).map(|(weight, wave)| wave * *weight).sum()
        };
        let lump = |weights: &[f64], waves: &[Complex<f64>]| -> Complex<f64> {
            let each = weights.iter().zip(waves).zip(&self.is_lump);
            each.map(
                |((weight, wave), is_lump)| if *is_lump { wave * *weight } else { Complex::from(-weight) },
            )
            .sum()
        };
        Turned {
            parts: self.laws().map(part).collect(),
            means: waves.iter().map(|waves| self.laws().map(|law| mean(law, waves)).collect()).collect(),
            lumps: waves.iter().map(|waves| self.laws().map(|law| lump(law, waves)).collect()).collect(),
        }
    }

    /// The weights of each law.
    fn laws(&self) -> impl Iterator<Item = &[f64]> {
        self.weights.as_slice().chunks(self.second.len().max(1))
    }

    /// Both sums' waves together, at the frequencies of a block.
    fn met<'a>(&'a self, block: usize, turned: &'a Turned) -> Met<'a> {
        let of = |parts: &DMatrix<f64>| {
            let block = self.blocks.get(block);
            block.map_or_else(
                || [DMatrix::zeros(0, 0), DMatrix::zeros(0, 0)],
                |waves| waves.each_ref().map(|waves| waves * parts),
            )
        };
        let parts = turned.parts.iter().map(of).collect();
        Met { table: self, turned, from: block * AT_A_TIME, parts }
    }
}

impl Met<'_> {
    /// The logarithm of the cell's E[exp(i(±uX + vY))], from that of one cost less 1: (1 + a)(1 + b) − 1 of each value, so
    /// that what is small keeps its digits.
    fn log(&self, k: usize, at: usize, sign: f64) -> Complex<f64> {
        let many = self.turned.means.len();
        let of = |waves: &DMatrix<f64>, column: usize| waves.get((k, column)).copied().unwrap_or(0.0);
        let (means, turned) = (self.table.means.get(self.from + k), self.turned.means.get(at));
        let both = means.into_iter().flatten().zip(turned.into_iter().flatten());
        let mut each = both.zip(&self.parts).map(|((mean, turned), [re, im])| {
            let real = of(re, at) - sign * of(im, many + at);
            let imaginary = sign * of(im, at) + of(re, many + at);
            turned + Complex::new(mean.re, sign * mean.im) + Complex::new(real, imaginary)
        });
        match &self.table.heads {
            // Most cells have one law.
            Heads::Alike(count) => each.next().map_or(Complex::ZERO, |delta| count.log_generating(delta)),
            heads @ Heads::Different(_) => heads.log_generating(&each.collect::<Vec<_>>()),
        }
    }
}
