//! What moves the costs of many people together, as independent parts.

use nalgebra::DMatrix;

use super::mixing::FAR;

/// What moves the costs of cells together: factors of mean 1 whose logarithms are sums of independent standard normal numbers,
/// a row for each cell and a column for each number, and an amount added to the sum of all.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shocks {
    loadings: DMatrix<f64>,
    added: f64,
}

/// Where a covariance is taken for a sum of a common part and own parts, and how far it may be from it, of its largest entry.
const SAME: f64 = 1e-12;

/// The logarithms of the factors of the cells, but for their means.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Moved {
    /// One number for all, by which each cell is moved so far, and another number for each cell alone.
    Together { common: Vec<f64>, own: Vec<f64> },
    /// Several numbers, in no such way: a row for each cell.
    Apart(DMatrix<f64>),
}

impl Shocks {
    /// By these loadings, and with this standard deviation of the amount that is added.
    pub(crate) fn new(loadings: DMatrix<f64>, added: f64) -> Self {
        Self { loadings, added }
    }

    /// Nothing that moves costs together.
    pub(crate) fn none(cells: usize) -> Self {
        Self::new(DMatrix::zeros(cells, 0), 0.0)
    }

    pub(crate) fn is_none(&self) -> bool {
        self.loadings.amax() == 0.0 && self.added == 0.0
    }

    /// The standard deviation of the amount that is added.
    pub(crate) fn added(&self) -> f64 {
        self.added
    }

    /// The same with another amount that is added.
    pub(crate) fn with_added(&self, added: f64) -> Self {
        Self { loadings: self.loadings.clone(), added }
    }

    /// The variance of the logarithm of a cell's factor.
    pub(crate) fn variance_of(&self, cell: usize) -> f64 {
        self.loadings.row(cell).norm_squared()
    }

    /// The most that any factor comes to, but for a chance of 1e-16.
    pub(crate) fn most(&self) -> f64 {
        (FAR * self.widest()).exp()
    }

    /// The widest spread of a cell's factor: the standard deviation of its logarithm.
    pub(crate) fn widest(&self) -> f64 {
        (0..self.loadings.nrows()).map(|cell| self.variance_of(cell).sqrt()).fold(0.0, f64::max)
    }

    /// About the variance of a sum with these means by cell, of shocks alone.
    pub(super) fn variance_of_sum(&self, means: &[f64]) -> f64 {
        let moved = |column: nalgebra::DVectorView<'_, f64>| -> f64 {
            column.iter().zip(means).map(|(by, mean)| by * mean).sum::<f64>().powi(2)
        };
        self.loadings.column_iter().map(moved).sum()
    }

    /// The loadings: a row for each cell, a column for each number.
    pub(crate) fn loadings(&self) -> &DMatrix<f64> {
        &self.loadings
    }

    /// In a common part and own parts, where that can be: then the work is in one number, and in one for each cell.
    pub(super) fn moved(&self) -> Moved {
        let covariance = &self.loadings * self.loadings.transpose();
        one_factor(&covariance).unwrap_or_else(|| Moved::Apart(self.loadings.clone()))
    }
}

/// Loadings λ with C = λλᵀ + a diagonal that is not below 0.
fn one_factor(covariance: &DMatrix<f64>) -> Option<Moved> {
    let cells = covariance.nrows();
    let at = |i: usize, j: usize| covariance.get((i, j)).copied().unwrap_or_default();
    let pairs = || (0..cells).flat_map(move |i| (i + 1..cells).map(move |j| (i, j)));
    let strongest = pairs().max_by(|(i, j), (k, l)| at(*i, *j).abs().total_cmp(&at(*k, *l).abs()));
    let mut common = vec![0.0; cells];
    if let Some((i, j)) = strongest.filter(|(i, j)| at(*i, *j) != 0.0) {
        let third = (0..cells)
            .filter(|k| *k != i && *k != j)
            .max_by(|k, l| (at(i, *k) * at(j, *k)).abs().total_cmp(&(at(i, *l) * at(j, *l)).abs()));
        let of_three = third
            .map(|k| at(i, j) * at(i, k) / at(j, k))
            .filter(|square| square.is_finite() && *square > 0.0);
        // Two alone leave open how much is common: as much as their correlation.
        let square = of_three.unwrap_or_else(|| at(i, j).abs() * (at(i, i) / at(j, j)).sqrt());
        let of_first = square.sqrt();
        for (k, loading) in common.iter_mut().enumerate() {
            *loading = if k == i { of_first } else { at(i, k) / of_first };
        }
    }
    let largest = covariance.amax();
    let of = |k: usize| common.get(k).copied().unwrap_or_default();
    let is_product = pairs().all(|(i, j)| (at(i, j) - of(i) * of(j)).abs() <= SAME * largest);
    let left = |k: usize| at(k, k) - of(k) * of(k);
    let is_left = (0..cells).all(|k| left(k) >= -SAME * largest);
    let own = (0..cells).map(|k| if left(k) > SAME * largest { left(k).sqrt() } else { 0.0 }).collect();
    (is_product && is_left).then_some(Moved::Together { common, own })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn together(loadings: DMatrix<f64>) -> (Vec<f64>, Vec<f64>) {
        match Shocks::new(loadings, 0.0).moved() {
            Moved::Together { common, own } => (common, own),
            Moved::Apart(_) => panic!("it was not divided"),
        }
    }

    fn near(found: &[f64], expected: &[f64]) {
        assert!(
            found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9),
            "{found:?} is not {expected:?}"
        );
    }

    #[test]
    fn one_shock_for_all_is_common() {
        let (common, own) = together(DMatrix::from_row_slice(3, 1, &[0.05, 0.05, 0.05]));
        near(&common, &[0.05, 0.05, 0.05]);
        near(&own, &[0.0; 3]);
    }

    #[test]
    fn means_that_are_not_known_are_own() {
        let (common, own) = together(DMatrix::from_row_slice(2, 2, &[0.03, 0.0, 0.0, 0.04]));
        near(&common, &[0.0; 2]);
        near(&own, &[0.03, 0.04]);
        let shock_and_errors = [0.05, 0.03, 0.0, 0.05, 0.0, 0.04, 0.0, 0.0, 0.0];
        let (common, own) = together(DMatrix::from_row_slice(3, 3, &shock_and_errors));
        near(&own[2..], &[0.0]);
        near(&[common[0] * common[1]], &[0.0025]);
        near(
            &[common[0].hypot(own[0]), common[1].hypot(own[1])],
            &[0.05_f64.hypot(0.03), 0.05_f64.hypot(0.04)],
        );
    }

    /// Three cells of which each two share a number of their own: no common part gives all three covariances and the
    /// variances.
    #[test]
    fn what_cannot_be_divided_is_left() {
        let loadings = DMatrix::from_row_slice(3, 3, &[1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, -1.0, 1.0]) * 0.05;
        let shocks = Shocks::new(loadings.clone(), 0.0);
        assert_eq!(shocks.moved(), Moved::Apart(loadings));
        assert!((shocks.variance_of(0) - 0.005).abs() < 1e-15);
    }
}
