//! Sums that are made of lumps.

use std::f64::consts::TAU;

use super::{
    lattice::{Lattice, near_whole},
    spectrum::{Weighted, at_frequency},
};

/// An f64 holds every whole number up to this one.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// Lumps that are looked at for what they have in common.
const LOOKED_AT: usize = 12;
/// With more lumps than this a sum has no common step but an exact one.
const FEW: usize = 4_096;
/// Half of the steps by which lumps are moved, in roots of their number: six deviations to both sides.
const SPREADS: f64 = 6.0;
/// A wave of the characteristic function below this is none.
const SILENT: f64 = 1e-12;

/// The step of which every cost is a whole multiple, where all costs are lumps of whole units.
pub(super) fn span(cells: &[Weighted]) -> Option<f64> {
    let mut span = 0_u64;
    for cell in cells {
        if !cell.is_lumps() {
            return None;
        }
        for value in &cell.values {
            if value.fract() != 0.0 || value.abs() >= EXACT {
                return None;
            }
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole, and small enough
            let value = value.abs() as u64;
            span = greatest_common_divisor(span, value);
        }
    }
    #[allow(clippy::cast_precision_loss)] // below 2^53
    (span > 0).then_some(span as f64)
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Whether the sum has waves far beyond those that die out: its lumps lie near the multiples of a step, though not on
/// them. They are looked for where the heaviest lumps, or two of them, turn a whole circle; `moved` is the standard deviation
/// of what moves the whole sum, and smooths it.
pub(super) fn ring(cells: &[Weighted], moved: f64) -> bool {
    let mut heaviest: Vec<(f64, f64)> = cells.iter().flat_map(Weighted::several_lumps).collect();
    if heaviest.is_empty() || heaviest.len() > FEW {
        return false;
    }
    heaviest.sort_by(|one, other| other.1.total_cmp(&one.1));
    heaviest.truncate(LOOKED_AT);
    let values: Vec<f64> = std::iter::once(0.0).chain(heaviest.into_iter().map(|(value, _)| value)).collect();
    let pairs = values
        .iter()
        .enumerate()
        .flat_map(|(at, one)| values.iter().skip(at + 1).map(move |other| one - other));
    pairs.filter(|gap| *gap != 0.0).any(|gap| {
        [1.0, 2.0, 3.0].into_iter().any(|turns| {
            let frequency = turns * TAU / gap.abs();
            let left = (-0.5 * (frequency * moved).powi(2)).exp();
            left > SILENT && at_frequency(cells, frequency).norm() * left > SILENT
        })
    })
}

/// How much of the distribution function a grid can have at the wrong points, where lumps lie between them: each was divided
/// between two points, so that the sum is off by as many steps as the root of the number of costs, and some.
pub(super) fn moved(cells: &[Weighted], grid: &Lattice) -> f64 {
    let is_off =
        |cell: &&Weighted| cell.several_lumps().any(|(value, _)| near_whole(value / grid.step()).is_none());
    let costs: f64 = cells
        .iter()
        .filter(is_off)
        .map(|cell| cell.heads.costs() * cell.several_lumps().map(|(_, weight)| weight).sum::<f64>())
        .sum();
    if costs == 0.0 {
        return 0.0;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a root of a count
    let steps = (SPREADS * costs.sqrt()).ceil() as usize + 1;
    grid.most_within(steps)
}
