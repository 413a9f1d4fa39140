//! How many costs a cell has of each of its laws.

use num_complex::Complex;

use super::{count::Count, different::Different, spectrum::compound};

/// How many costs there are: of one law where people are alike, and of each of several where they differ.
#[derive(Debug, Clone)]
pub(crate) enum Heads {
    Alike(Count),
    Different(Different),
}

impl Heads {
    /// Nobody.
    pub(crate) fn none() -> Self {
        Self::Alike(Count::People(0.0))
    }

    /// The expected number of costs, of all laws.
    pub(crate) fn costs(&self) -> f64 {
        match self {
            Self::Alike(count) => count.cumulants()[0],
            Self::Different(people) => people.costs().sum(),
        }
    }

    /// The mean over costs of what is given by law, times the number of costs.
    pub(crate) fn total(&self, by_law: impl IntoIterator<Item = f64>) -> f64 {
        let mut by_law = by_law.into_iter();
        match self {
            Self::Alike(count) => by_law.next().unwrap_or_default() * count.cumulants()[0],
            Self::Different(people) => people.costs().zip(by_law).map(|(costs, each)| costs * each).sum(),
        }
    }

    /// The first three cumulants of the sum, from mean, variance and third central moment of a cost by law.
    pub(super) fn cumulants(&self, each: &[[f64; 3]]) -> [f64; 3] {
        match self {
            Self::Alike(count) => compound(count.cumulants(), each.first().copied().unwrap_or_default()),
            Self::Different(people) => people.cumulants(each),
        }
    }

    /// The most costs that there can be.
    pub(super) fn most(&self) -> f64 {
        match self {
            Self::Alike(count) => count.most(),
            Self::Different(people) => people.people(),
        }
    }

    /// The logarithm of the characteristic function of the sum, from that of a cost less 1 by law.
    pub(super) fn log_generating(&self, deltas: &[Complex<f64>]) -> Complex<f64> {
        match self {
            Self::Alike(count) => count.log_generating(deltas.first().copied().unwrap_or_default()),
            Self::Different(people) => people.log_generating(deltas),
        }
    }

    /// The part that one law has in it.
    pub(super) fn log_of(&self, law: usize, delta: Complex<f64>) -> Complex<f64> {
        match self {
            Self::Alike(count) => count.log_generating(delta),
            Self::Different(people) => people.log_of(law, delta),
        }
    }

    /// No less than the same of real numbers; infinite where there is no such moment.
    pub(super) fn log_generating_real(&self, deltas: &[f64]) -> f64 {
        match self {
            Self::Alike(count) => count.log_generating_real(deltas.first().copied().unwrap_or_default()),
            Self::Different(people) => people.log_generating_real(deltas),
        }
    }

    /// How far the logarithm may be off, and a bound of its real part that is not.
    pub(super) fn missed(&self, deltas: &[Complex<f64>]) -> [f64; 2] {
        match self {
            Self::Alike(_) => [0.0, self.log_generating(deltas).re],
            Self::Different(people) => [people.missed(deltas), people.log_bound(deltas)],
        }
    }
}
