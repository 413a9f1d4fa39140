//! Panels of people who are drawn at random from all risk cells.

use nalgebra::DMatrix;
use rayon::prelude::*;

use crate::{
    error::Result,
    risk::{
        aggregate::{Aggregate, Costs, Count, RiskCell, SHIFTS, Shocks, Weighted, main_number, ways},
        cost_model::CostModel,
        measures::{self, as_float},
        severity::Severity,
    },
};

/// The least points of each shift of the rule by which cells are moved apart: it moves a panel hardly, and each point is a
/// distribution.
const WAYS: usize = 8;
/// Halvings of a range.
const HALVINGS: usize = 60;

/// People of all cells, in the proportions in which they are drawn.
pub(super) struct Drawn {
    cells: Vec<Cell>,
    /// Loadings of the number that moves the sum, and of what else moves cells apart.
    common: Vec<f64>,
    left: DMatrix<f64>,
    /// The covariance of the logarithms of the cells' factors.
    covariance: DMatrix<f64>,
    /// The standard deviation of what is added for each person of a panel.
    added_each: f64,
    /// The law of somebody whom nothing moves.
    still: Severity,
}

struct Cell {
    share: f64,
    law: Severity,
    mean: f64,
    second: f64,
}

/// What a panel costs: moments, and its law.
pub(super) struct Panel<'a> {
    pub(super) expected: f64,
    pub(super) variance: f64,
    pub(super) skewness: f64,
    pub(super) laws: Laws<'a>,
}

/// The law of what a panel costs: one, or the mean of several; of one person whom nothing moves it is known.
pub(super) enum Laws<'a> {
    Known(&'a Severity),
    Mean(Vec<Aggregate>),
}

/// A probability, and how far it may be from the true one.
pub(super) struct Told {
    pub(super) probability: f64,
    pub(super) error: f64,
}

impl Drawn {
    pub(super) fn new(model: &CostModel) -> Result<Self> {
        let (cells, shocks) = (model.in_minor_units()?, model.moved());
        let each = || cells.iter().filter_map(RiskCell::alike);
        let people: f64 = each().map(|(count, _)| count.cumulants()[0]).sum();
        let cell = |(count, law): (&Count, &Severity)| Cell {
            share: count.cumulants()[0] / people,
            law: law.clone(),
            mean: law.mean(),
            second: law.limited_second_moment(f64::INFINITY),
        };
        let cells: Vec<Cell> = each().map(cell).collect();
        let means: Vec<f64> = cells.iter().map(|cell| cell.share * cell.mean).collect();
        let (common, left) = main_number(shocks.loadings(), &means);
        let covariance = shocks.loadings() * shocks.loadings().transpose();
        let still = Severity::mixture(cells.iter().map(|cell| (cell.share, cell.law.clone())).collect())?;
        Ok(Self { cells, common, left, covariance, added_each: shocks.added() / people, still })
    }
}

impl Drawn {
    pub(super) fn panel(&self, size: u32) -> Result<Panel<'_>> {
        let size = f64::from(size);
        let laws = self.laws(size)?;
        let expected = size * self.mean();
        let mut variance = size * self.variance_of_one() + size * (size - 1.0) * self.covariance_of_two();
        variance += (size * self.added_each).powi(2);
        let skewness = laws.third_about(expected) / variance.powf(1.5);
        let skewness = if variance > 0.0 { skewness } else { 0.0 };
        Ok(Panel { expected, variance, skewness, laws })
    }

    fn mean(&self) -> f64 {
        self.cells.iter().map(|cell| cell.share * cell.mean).sum()
    }

    /// Var(F X) of somebody: E[F²] is exp of the variance of a factor's logarithm.
    fn variance_of_one(&self) -> f64 {
        let square =
            |(place, cell): (usize, &Cell)| cell.share * cell.second * self.between(place, place).exp();
        self.cells.iter().enumerate().map(square).sum::<f64>() - self.mean().powi(2)
    }

    /// Cov(F X, F' X') of two people: by their factors alone.
    fn covariance_of_two(&self) -> f64 {
        let with = |one: usize, cell: &Cell| -> f64 {
            let each = self.cells.iter().enumerate();
            each.map(|(other, of)| {
                let both = cell.share * cell.mean * of.share * of.mean;
                both * self.between(one, other).exp_m1()
            })
            .sum()
        };
        self.cells.iter().enumerate().map(|(place, cell)| with(place, cell)).sum()
    }

    fn between(&self, one: usize, other: usize) -> f64 {
        self.covariance.get((one, other)).copied().unwrap_or_default()
    }

    fn laws(&self, size: f64) -> Result<Laws<'_>> {
        if size <= 1.0 && self.covariance.amax() == 0.0 && self.added_each == 0.0 {
            return Ok(Laws::Known(&self.still));
        }
        let widest = self.common.iter().fold(0.0_f64, |widest, by| widest.max(by.abs()));
        let shocks = Shocks::new(DMatrix::from_element(1, 1, widest), size * self.added_each);
        let ways = if self.left.ncols() == 0 { vec![Vec::new()] } else { ways(self.left.ncols(), WAYS) };
        let of = |way: &Vec<f64>| {
            let moved = |row: usize| self.left.row(row).iter().zip(way).map(|(by, z)| by * z).sum();
            let apart = (0..self.cells.len()).map(moved).collect();
            Aggregate::of(&Given { drawn: self, size, widest, apart }, &shocks)
        };
        ways.par_iter().map(of).collect::<Result<Vec<_>>>().map(Laws::Mean)
    }
}

/// People who are drawn, given what moves cells apart.
struct Given<'a> {
    drawn: &'a Drawn,
    size: f64,
    /// The loading of the number that moves the sum, of the cell that it moves most: by its factor the number is told.
    widest: f64,
    /// By how much the logarithms of the cells' factors are moved beside.
    apart: Vec<f64>,
}

impl Given<'_> {
    /// All of them, where the cell that is moved most has this factor.
    fn people(&self, factor: f64) -> RiskCell {
        let Drawn { cells, common, covariance, still, .. } = self.drawn;
        let number = if self.widest > 0.0 { factor.ln() / self.widest + self.widest / 2.0 } else { 0.0 };
        let of = |(place, ((cell, by), apart)): (usize, ((&Cell, &f64), &f64))| {
            let log = by * number + apart - covariance.get((place, place)).copied().unwrap_or_default() / 2.0;
            // What cannot be scaled has moments that no float holds: it stays, and its sums are infinite.
            (cell.share, cell.law.scaled(log.exp()).unwrap_or_else(|_| cell.law.clone()))
        };
        let laws = cells.iter().zip(common).zip(&self.apart).enumerate().map(of).collect();
        let somebody = Severity::mixture(laws).unwrap_or_else(|_| still.clone());
        RiskCell::new(Count::People(self.size), somebody)
    }
}

impl Costs for Given<'_> {
    fn cells(&self) -> usize {
        1
    }

    fn weighted(&self, _: usize, factor: f64, outside: f64, frequency: f64) -> Weighted {
        let people = self.people(factor);
        people.weighted(&[], people.far(outside, f64::INFINITY), frequency, |cost| cost)
    }

    fn moments(&self) -> (f64, f64) {
        self.people(1.0).moments()
    }

    fn cumulants_of(&self, _: usize, factor: f64) -> Option<[f64; 3]> {
        Some(self.people(factor).cumulants())
    }
}

impl Laws<'_> {
    /// The probability of more than an amount.
    pub(super) fn above(&self, amount: f64) -> Told {
        match self {
            Self::Known(law) => Told { probability: law.survival(amount), error: 0.0 },
            Self::Mean(laws) => {
                let each: Vec<f64> = laws.iter().map(|law| (1.0 - law.cdf(amount)).max(0.0)).collect();
                let error = mean(laws.iter().map(Aggregate::error)) + spread(&each);
                Told { probability: mean(each.into_iter()), error: error.min(1.0) }
            }
        }
    }

    pub(super) fn median(&self) -> Result<f64> {
        match self {
            Self::Known(law) => law.quantile(0.5),
            Self::Mean(laws) => {
                let each = laws.iter().map(|law| law.quantile(0.5)).collect::<Result<Vec<f64>>>()?;
                let (mut low, mut high) =
                    each.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| {
                        (low.min(*at), high.max(*at))
                    });
                for _ in 0..HALVINGS {
                    let middle = f64::midpoint(low, high);
                    let below = mean(laws.iter().map(|law| law.cdf(middle)));
                    if below < 0.5 { low = middle } else { high = middle }
                }
                Ok(high)
            }
        }
    }

    /// The third moment about the mean of all.
    fn third_about(&self, expected: f64) -> f64 {
        match self {
            Self::Known(law) => {
                let [_, _, third] = RiskCell::new(Count::People(1.0), (*law).clone()).cumulants();
                third
            }
            Self::Mean(laws) => mean(laws.iter().map(|law| {
                let (deviation, off) = (law.standard_deviation(), law.mean() - expected);
                law.skewness() * deviation.powi(3) + 3.0 * deviation * deviation * off + off.powi(3)
            })),
        }
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let many = as_float(values.len());
    values.sum::<f64>() / many
}

/// Three standard errors of the mean of what shifts of the rule say; nothing where there is one law.
fn spread(each: &[f64]) -> f64 {
    if each.len() < SHIFTS {
        return 0.0;
    }
    let shifts: Vec<f64> = each.chunks(each.len() / SHIFTS).map(|some| mean(some.iter().copied())).collect();
    measures::mean(&shifts).map_or(1.0, |mean| 3.0 * mean.se)
}
