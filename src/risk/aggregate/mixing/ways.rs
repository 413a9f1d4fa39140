//! Points of several normal numbers at once.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use crate::{
    random::{Purpose, Stream},
    risk::{measures::as_float, severity::normal_quantile},
};

/// Points of a lattice rule, each with its mirror image, and how often it is shifted.
pub(super) const MANY: usize = 32;
pub(crate) const SHIFTS: usize = 4;

/// Loadings of as few numbers as give the same covariance, the most important first.
pub(super) fn principal(loadings: &DMatrix<f64>) -> DMatrix<f64> {
    let eigen = SymmetricEigen::new(loadings * loadings.transpose());
    let largest = eigen.eigenvalues.amax();
    let mut columns: Vec<(f64, DVector<f64>)> = eigen
        .eigenvalues
        .iter()
        .zip(eigen.eigenvectors.column_iter())
        .filter(|(value, _)| **value > 1e-12 * largest)
        .map(|(value, vector)| (*value, vector * value.sqrt()))
        .collect();
    columns.sort_by(|one, other| other.0.total_cmp(&one.0));
    let entries = columns.iter().flat_map(|(_, column)| column.iter().copied());
    DMatrix::from_iterator(loadings.nrows(), columns.len(), entries)
}

/// Points of several standard normal numbers: a lattice rule by powers of a root (Roberts' sequence), shifted several times so
/// that the spread between shifts tells the error; each point comes with its mirror image. At least so many points a shift.
pub(crate) fn ways(numbers: usize, least: usize) -> Vec<Vec<f64>> {
    // The one root above 1 of x^(d + 1) = x + 1.
    let power = as_float(numbers) + 1.0;
    let root = (0..64).fold(2.0_f64, |root, _| (1.0 + root).powf(1.0 / power));
    let steps: Vec<f64> = (1..=numbers).map(|at| root.powf(-as_float(at))).collect();
    let mut stream = Stream::new(0, Purpose::new(*b"lattice\0"), [0, 0], 0);
    let rule = least.max(3 * numbers);
    let mut ways = Vec::with_capacity(2 * rule * SHIFTS);
    for _ in 0..SHIFTS {
        let starts: Vec<f64> = (0..numbers).map(|_| stream.next_unit()).collect();
        let mut points: Vec<Vec<f64>> = Vec::with_capacity(rule);
        for point in 1..=rule {
            let of = |(start, step): (&f64, &f64)| {
                normal_quantile((start + as_float(point) * step).fract().clamp(1e-12, 1.0 - 1e-12))
            };
            points.push(starts.iter().zip(&steps).map(of).collect());
        }
        for way in standardised(points) {
            ways.push(way.iter().map(|z| -z).collect());
            ways.push(way);
        }
    }
    ways
}

/// The same points, turned and stretched so that with their mirror images they have no covariance and variances of 1: what is
/// quadratic in them is then right.
fn standardised(points: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let (count, numbers) = (points.len(), points.first().map_or(0, Vec::len));
    let matrix = DMatrix::from_row_iterator(count, numbers, points.iter().flatten().copied());
    let covariance = matrix.transpose() * &matrix / as_float(count);
    let Some(inverse) = covariance.cholesky().and_then(|lower| lower.l().try_inverse()) else {
        return points;
    };
    let turned = matrix * inverse.transpose();
    turned.row_iter().map(|row| row.iter().copied().collect()).collect()
}
