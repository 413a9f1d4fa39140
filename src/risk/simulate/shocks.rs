//! What moves costs together in drawn years.

use nalgebra::DMatrix;

use crate::{
    random::{Purpose, Stream},
    risk::{
        cost_model::{CostModel, ShockKind},
        severity::normal_quantile,
    },
};

/// Half of the distance between two fractions, so that none is 0.
const HALF: f64 = 1.0 / 18_014_398_509_481_984.0;

/// Kinds of shocks, which do not share numbers.
const MULTIPLICATIVE: u64 = 0;
const CORRELATED: u64 = 1;
const ADDITIVE: u64 = 2;

/// The factors of the cells, and what is added to the cost of all.
#[derive(Debug)]
pub(super) struct Shocks {
    seed: u64,
    /// A row for each cell, a column for each normal number.
    loadings: DMatrix<f64>,
    /// Of each cell the logarithm's mean, which gives its factor a mean of 1.
    drifts: Vec<f64>,
    /// How many columns are of shocks to several cells, and of the covariance.
    multiplicative: usize,
    correlated: usize,
    /// The cells of the other columns, whose means are not known.
    unknown: Vec<u64>,
    added: f64,
}

impl Shocks {
    pub(super) fn new(model: &CostModel, seed: u64) -> Self {
        let loadings = model.loadings();
        let drifts = loadings.row_iter().map(|row| -row.norm_squared() / 2.0).collect();
        let cells = (0_u64..).zip(model.cells());
        let unknown: Vec<u64> =
            cells.filter(|(_, cell)| cell.relative_error() > 0.0).map(|(place, _)| place).collect();
        let of_kind = |kind| model.shocks().iter().filter(|shock| shock.kind() == kind).count();
        let multiplicative = of_kind(ShockKind::Multiplicative);
        let correlated = loadings.ncols().saturating_sub(multiplicative + unknown.len());
        Self { seed, loadings, drifts, multiplicative, correlated, unknown, added: model.added() }
    }

    /// The factor of each cell in a year of a scenario.
    pub(super) fn factors(&self, scenario: u64, year: u64) -> Vec<f64> {
        let mut factors = self.drifts.clone();
        let normals = self.of_year(scenario, year).chain(self.of_scenario(scenario));
        for (column, normal) in self.loadings.column_iter().zip(normals) {
            for (factor, loading) in factors.iter_mut().zip(column.iter()) {
                *factor += loading * normal;
            }
        }
        for factor in &mut factors {
            *factor = factor.exp();
        }
        factors
    }

    /// What is added to the cost of all in a year of a scenario.
    pub(super) fn added(&self, scenario: u64, year: u64) -> f64 {
        if self.added > 0.0 {
            self.added * self.normal(Purpose::SHOCKS, [scenario, year], ADDITIVE)
        } else {
            0.0
        }
    }

    fn of_year(&self, scenario: u64, year: u64) -> impl Iterator<Item = f64> {
        let kind = |kind, count| {
            let mut stream = Stream::new(self.seed, Purpose::SHOCKS, [scenario, year], kind);
            (0..count).map(move |_| normal(&mut stream))
        };
        kind(MULTIPLICATIVE, self.multiplicative).chain(kind(CORRELATED, self.correlated))
    }

    /// What is not known of a mean is the same in every year.
    fn of_scenario(&self, scenario: u64) -> impl Iterator<Item = f64> {
        self.unknown.iter().map(move |cell| self.normal(Purpose::MEANS, [scenario, 0], *cell))
    }

    fn normal(&self, purpose: Purpose, coordinates: [u64; 2], item: u64) -> f64 {
        normal(&mut Stream::new(self.seed, purpose, coordinates, item))
    }
}

/// A standard normal number from the next draw.
fn normal(stream: &mut Stream) -> f64 {
    normal_quantile(stream.next_unit() + HALF)
}
