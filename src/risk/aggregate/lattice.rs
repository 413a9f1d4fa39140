//! A distribution as probabilities on a grid.

use std::sync::Arc;

use num_complex::Complex;
use rayon::prelude::*;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::{
    law::{Below, Law},
    spectrum::Weighted,
};

/// Neighbours that differ by more than this part of both are no curve.
const STEEP: f64 = 0.2;
/// Laws are worked out in so many pieces at once.
const PIECES: usize = 8;
/// Less than this is a rounding.
const LEAST: f64 = 1e-14;
/// So much of a step is nothing; and so much of an amount may be a rounding.
const SAME: f64 = 1e-9;
const ROUNDED: f64 = 4.0 * f64::EPSILON;

/// Probabilities at the points `first`, `first` + `step`, …: those of lumps lie at the points, all others are spread
/// evenly over the step around each.
#[derive(Debug, Clone)]
pub(super) struct Lattice {
    first: f64,
    step: f64,
    /// The point at nought, where no sum is below it: what is spread around that point lies above it.
    nought: Option<usize>,
    lumps: Vec<f64>,
    smooth: Vec<f64>,
    /// What lies before each point's step, of both kinds.
    lumps_before: Vec<Below>,
    smooth_before: Vec<Below>,
}

/// The probabilities of the sum at the points of a grid, from that of its range's low end on: of the whole sum, and of
/// the part of it in which everybody's cost is a lump.
pub(super) struct Masses {
    pub(super) all: Vec<f64>,
    pub(super) lumps: Vec<f64>,
}

/// The distribution of the sum on a grid of so many steps from `first` steps above zero on.
///
/// A cost between two points is divided between them so that its mean is kept. What lies outside of the grid comes in at
/// its other end; the range is chosen so that it is nearly nothing.
pub(super) fn masses(cells: &[Weighted], step: f64, first: i64, points: usize) -> Option<Masses> {
    let waves = Transforms::new(points, step);
    let logs = waves.logs(cells)?;
    let exp = |log: &[Complex<f64>; 2]| log.map(Complex::exp);
    waves.back(&logs.iter().map(exp).collect::<Vec<_>>(), first)
}

/// The same of a mixture of sums with these weights, to which a normal amount of this deviation is added.
pub(super) fn mixed(
    parts: impl Iterator<Item = (f64, Vec<Weighted>)>,
    added: f64,
    step: f64,
    first: i64,
    points: usize,
) -> Option<Masses> {
    let waves = Transforms::new(points, step);
    let mut sums = vec![[Complex::ZERO; 2]; points / 2 + 1];
    let mut weights = 0.0;
    for (weight, cells) in parts {
        weights += weight;
        for ([all, lumps], log) in sums.iter_mut().zip(waves.logs(&cells)?) {
            let [of_all, of_lumps] = log.map(Complex::exp);
            *all += of_all * weight;
            *lumps += of_lumps * weight;
        }
    }
    let mut turn = 0.0;
    for [all, lumps] in &mut sums {
        let frequency: f64 = turn * added / step;
        *all *= (-0.5 * frequency * frequency).exp() / weights;
        *lumps *= if added > 0.0 { 0.0 } else { 1.0 / weights };
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let every = points as f64;
        turn += std::f64::consts::TAU / every;
    }
    waves.back(&sums, first)
}

/// Transforms of so many points.
struct Transforms {
    forward: Arc<dyn RealToComplex<f64>>,
    back: Arc<dyn ComplexToReal<f64>>,
    points: usize,
    step: f64,
}

impl Transforms {
    fn new(points: usize, step: f64) -> Self {
        let mut planner = RealFftPlanner::<f64>::new();
        let (forward, back) = (planner.plan_fft_forward(points), planner.plan_fft_inverse(points));
        Self { forward, back, points, step }
    }

    /// The logarithm of the transform of the sum, and of that of the part in which everybody's cost is a lump.
    fn logs(&self, cells: &[Weighted]) -> Option<Vec<[Complex<f64>; 2]>> {
        let mut logs = vec![[Complex::ZERO; 2]; self.points / 2 + 1];
        for cell in cells {
            // Pieces are the same whatever the threads.
            let piece = |laws: &[usize]| {
                let mut logs = vec![[Complex::ZERO; 2]; logs.len()];
                laws.iter().try_for_each(|law| self.add_law(&mut logs, cell, *law)).map(|()| logs)
            };
            let laws: Vec<usize> = (0..cell.laws().len()).collect();
            if let [one] = laws.as_slice() {
                self.add_law(&mut logs, cell, *one)?;
                continue;
            }
            let pieces: Vec<_> = laws.par_chunks(laws.len().div_ceil(PIECES).max(1)).map(piece).collect();
            for piece in pieces {
                for (log, other) in logs.iter_mut().zip(piece?) {
                    log.iter_mut().zip(other).for_each(|(log, other)| *log += other);
                }
            }
        }
        Some(logs)
    }

    /// Adds the logarithms of what the costs of one law come to.
    fn add_law(&self, logs: &mut [[Complex<f64>; 2]], cell: &Weighted, law: usize) -> Option<()> {
        let weights = cell.laws().nth(law)?;
        let smooth = cell.values.len() - cell.lumps.min(cell.values.len());
        let (below, lumps) = (cell.values.split_at(smooth), weights.split_at(smooth));
        let ((values, lump_values), (weights_below, lump_weights)) = (below, lumps);
        let mut of_lumps = vec![0.0; self.points];
        deposit(&mut of_lumps, lump_values, lump_weights, self.step);
        let nothing = 1.0 - weights.iter().sum::<f64>();
        if let Some(zero) = of_lumps.first_mut() {
            *zero += nothing;
        }
        let mut all = of_lumps.clone();
        deposit(&mut all, values, weights_below, self.step);
        let log = |delta: Complex<f64>| cell.heads.log_of(law, delta);
        self.add_log(logs, all, 0, log)?;
        if smooth < cell.values.len() {
            return self.add_log(logs, of_lumps, 1, log);
        }
        // No cost is a lump too, and its transform is the same everywhere.
        let log = log((nothing - 1.0).into());
        for [_, lumps] in logs {
            *lumps += log;
        }
        Some(())
    }

    /// Adds the logarithm of the transform of a sum, from what one cost is on the grid.
    fn add_log(
        &self,
        logs: &mut [[Complex<f64>; 2]],
        mut of_one: Vec<f64>,
        which: usize,
        log_of: impl Fn(Complex<f64>) -> Complex<f64>,
    ) -> Option<()> {
        let mut transformed = self.forward.make_output_vec();
        self.forward.process(&mut of_one, &mut transformed).ok()?;
        for (log, phi) in logs.iter_mut().zip(transformed) {
            *log.get_mut(which)? += log_of(phi - 1.0);
        }
        Some(())
    }

    /// The probabilities, from those transformed.
    fn back(&self, values: &[[Complex<f64>; 2]], first: i64) -> Option<Masses> {
        let inverse = |which: usize| -> Option<Vec<f64>> {
            let value = |both: &[Complex<f64>; 2]| both.get(which).copied().unwrap_or_default();
            let mut phi: Vec<Complex<f64>> = values.iter().map(value).collect();
            // The two ends of a real transform are real.
            for end in [0, self.points / 2] {
                phi.get_mut(end)?.im = 0.0;
            }
            let mut masses = self.back.make_output_vec();
            self.back.process(&mut phi, &mut masses).ok()?;
            #[allow(clippy::cast_precision_loss)] // far below 2^53
            let every = self.points as f64;
            for mass in &mut masses {
                *mass /= every;
            }
            let turn = usize::try_from(first.rem_euclid(i64::try_from(self.points).ok()?)).ok()?;
            masses.rotate_left(turn);
            Some(masses)
        };
        Some(Masses { all: inverse(0)?, lumps: inverse(1)? })
    }
}

/// Adds some of a cell's costs to a grid that goes round.
fn deposit(grid: &mut [f64], values: &[f64], weights: &[f64], step: f64) {
    let Ok(points) = i64::try_from(grid.len()) else { return };
    for (value, weight) in values.iter().zip(weights) {
        let at = value / step;
        let whole = near_whole(at).unwrap_or_else(|| at.floor());
        let part = (at - whole).clamp(0.0, 1.0);
        #[allow(clippy::cast_possible_truncation)] // a cost is not 2^63 steps long
        let place = whole as i64;
        for (place, share) in [(place, 1.0 - part), (place + 1, part)] {
            let place = usize::try_from(place.rem_euclid(points)).unwrap_or(0);
            if let Some(mass) = grid.get_mut(place) {
                *mass += weight * share;
            }
        }
    }
}

/// The whole number that this one is, but for the rounding of a division.
pub(super) fn near_whole(number: f64) -> Option<f64> {
    let whole = number.round();
    ((number - whole).abs() <= 1e-9 * whole.abs().max(1.0)).then_some(whole)
}

impl Lattice {
    /// From probabilities on a grid; what is not a lump is spread.
    pub(super) fn new(step: f64, first: i64, masses: Masses) -> Self {
        let Masses { all, lumps } = masses;
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let first = first as f64 * step;
        let smooth: Vec<f64> = all.iter().zip(&lumps).map(|(all, lump)| all - lump).collect();
        let spread = step * step / 12.0;
        // Distances are counted from half a step before the first point, where the range begins.
        let before = |masses: &[f64], spread: f64| {
            let (mut sum, mut before) = (Below::default(), Vec::with_capacity(masses.len() + 1));
            let mut distance = step / 2.0;
            before.push(sum);
            for mass in masses {
                sum.mass += mass;
                sum.first += mass * distance;
                sum.second += mass * (distance * distance + spread);
                sum.third += mass * distance * (distance * distance + 3.0 * spread);
                distance += step;
                before.push(sum);
            }
            before
        };
        let (lumps_before, smooth_before) = (before(&lumps, 0.0), before(&smooth, spread));
        Self { first, step, nought: None, lumps, smooth, lumps_before, smooth_before }
    }

    /// The same of sums of which none is below nought.
    pub(super) fn of_costs(step: f64, first: i64, mut masses: Masses) -> Self {
        let nought = usize::try_from(-first).ok().filter(|place| *place < masses.all.len());
        if let Some(nought) = nought {
            // What a correction left below belongs to nought.
            for mass in [&mut masses.all, &mut masses.lumps] {
                let (below, from) = mass.split_at_mut(nought);
                if let Some(at) = from.first_mut() {
                    *at += below.iter_mut().map(std::mem::take).sum::<f64>();
                }
            }
        }
        Self { nought, ..Self::new(step, first, masses) }
    }

    /// Of what is spread around a point, the part that lies before a part of its step.
    fn part_before(&self, point: usize, part: f64) -> f64 {
        if self.nought == Some(point) { (2.0 * part - 1.0).max(0.0) } else { part }
    }

    /// The distribution function at the upper end of a point's step.
    pub(super) fn at_end_of(&self, point: usize) -> f64 {
        let of = |before: &[Below]| before.get(point + 1).map_or(1.0, |below| below.mass);
        of(&self.lumps_before) + of(&self.smooth_before)
    }

    /// The distance between two points.
    pub(super) fn step(&self) -> f64 {
        self.step
    }

    /// The most probability of lumps that so many points in a row have.
    pub(super) fn most_within(&self, points: usize) -> f64 {
        let upto = |place: usize| self.lumps_before.get(place).map_or(0.0, |below| below.mass);
        let last = self.points();
        (0..last).map(|from| upto((from + points).min(last)) - upto(from)).fold(0.0, f64::max)
    }

    /// The most that is spread around a point.
    pub(super) fn most_at_a_point(&self) -> f64 {
        self.smooth.iter().copied().fold(0.0, f64::max)
    }

    /// How far the distribution function is from that of another grid of the same points, at most.
    pub(super) fn farthest_from(&self, other: &Self) -> f64 {
        (0..self.points()).map(|at| (self.at_end_of(at) - other.at_end_of(at)).abs()).fold(0.0, f64::max)
    }

    /// How many points there are.
    pub(super) fn points(&self) -> usize {
        self.lumps.len()
    }

    /// In steps, how far a point may be from one of the grid and still be it.
    fn same(&self, x: f64) -> f64 {
        SAME + ROUNDED * (x.abs() + self.first.abs()) / self.step
    }

    /// The place of the last point at or below, and of the point around which x lies; none before the range.
    fn places(&self, x: f64) -> (Option<usize>, Option<usize>, f64) {
        let at = (x - self.first) / self.step;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked just before
        let place = |at: f64| (at >= 0.0).then(|| (at as usize).min(self.points().saturating_sub(1)));
        let whole = if (at - at.round()).abs() <= self.same(x) { at.round() } else { at.floor() };
        (place(whole), place((at + 0.5).floor()), at + 0.5)
    }
}

impl Law for Lattice {
    fn below(&self, x: f64) -> Below {
        let (lump, around, steps) = self.places(x);
        let lumps = lump.and_then(|place| self.lumps_before.get(place + 1)).copied().unwrap_or_default();
        let Some(around) = around else { return lumps };
        let before = self.smooth_before.get(around).copied().unwrap_or_default();
        let mass = self.smooth.get(around).copied().unwrap_or_default();
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let from = around as f64;
        let part = (steps - from).clamp(0.0, 1.0);
        let (from, to) = (from * self.step, (from + part) * self.step);
        let held = mass * self.part_before(around, part);
        Below {
            mass: lumps.mass + before.mass + held,
            first: lumps.first + before.first + held * f64::midpoint(from, to),
            second: lumps.second + before.second + held * (from * from + from * to + to * to) / 3.0,
            third: lumps.third + before.third + held * (from + to) * (from * from + to * to) / 4.0,
        }
    }

    fn just_below(&self, x: f64) -> f64 {
        (x - 2.0 * self.same(x) * self.step).min(x.next_down())
    }

    fn mass_below(&self, x: f64) -> f64 {
        self.below(x).mass
    }

    fn density(&self, x: f64) -> f64 {
        let (lump, around, _) = self.places(x);
        let at = |masses: &[f64], place: Option<usize>| {
            place.and_then(|place| masses.get(place)).copied().unwrap_or_default()
        };
        let is_cut = around.is_some() && around == self.nought;
        let spread = match (is_cut, x < 0.0) {
            (false, _) => 1.0,
            (true, true) => 0.0,
            (true, false) => 2.0,
        };
        (spread * at(&self.smooth, around) + at(&self.lumps, lump)) / self.step
    }

    fn low(&self) -> f64 {
        self.first - self.step / 2.0
    }

    #[allow(clippy::cast_precision_loss)] // far below 2^53
    fn high(&self) -> f64 {
        self.low() + self.points() as f64 * self.step
    }

    #[allow(clippy::cast_precision_loss)] // far below 2^53
    fn quantile(&self, probability: f64) -> f64 {
        let ends = (0..self.points()).map(|point| self.at_end_of(point)).collect::<Vec<_>>();
        let point =
            ends.partition_point(|end| *end < probability - LEAST).min(self.points().saturating_sub(1));
        // Within a step: half of what is smooth, then the lump at the point, then the other half.
        let before = |befores: &[Below]| befores.get(point).map_or(0.0, |below| below.mass);
        let left = probability - before(&self.lumps_before) - before(&self.smooth_before);
        let of = |masses: &[f64]| masses.get(point).copied().unwrap_or_default().max(0.0);
        let (smooth, lump) = (of(&self.smooth), of(&self.lumps));
        let part = if self.nought == Some(point) {
            0.5 + 0.5 * ((left - lump).max(0.0) / smooth)
        } else if left <= smooth / 2.0 {
            left / smooth
        } else if left <= smooth / 2.0 + lump + LEAST {
            0.5
        } else {
            (left - lump) / smooth
        };
        let part = if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.5 };
        self.first + (point as f64 + part - 0.5) * self.step
    }
}

/// Lets the coarse grid correct the fine one, three times as fine, whose errors are a ninth: at the ends of the coarse
/// steps, (9 × fine − coarse)/8. Gives the fine grid so corrected and a bound of what is left: what was corrected, and
/// what a straight line within a step is off a curve. Where neighbours differ much there is no curve: the law begins there, or
/// rises without end, and all that a step holds may lie at one end of it.
pub(super) fn corrected(coarse: &Lattice, fine: &Lattice, fine_first: i64) -> (Lattice, f64) {
    let (mut all, mut furthest, mut before) = (Vec::with_capacity(fine.points()), 0.0_f64, 0.0);
    let masses = fine.lumps.iter().zip(&fine.smooth).map(|(lump, smooth)| lump + smooth).collect::<Vec<_>>();
    for (point, three) in masses.chunks(3).enumerate() {
        let correction = (fine.at_end_of(3 * point + 2) - coarse.at_end_of(point)) / 8.0;
        furthest = furthest.max(correction.abs());
        all.extend(three.iter().map(|mass| mass + (correction - before) / 3.0));
        before = correction;
    }
    // What lies around nought is in half of a step.
    let density = |place: usize| {
        let mass = fine.smooth.get(place).copied().unwrap_or_default();
        if fine.nought == Some(place) { 2.0 * mass } else { mass }
    };
    let curve_of = |place: usize| {
        let (one, other) = (density(place), density(place + 1));
        let apart = (one - other).abs();
        if apart > STEEP * (one + other) { one.max(other) } else { apart / 8.0 }
    };
    let curved = (fine.nought.unwrap_or(0)..fine.points()).map(curve_of).fold(0.0, f64::max);
    let masses = Masses { all, lumps: fine.lumps.clone() };
    let make = if fine.nought.is_some() { Lattice::of_costs } else { Lattice::new };
    (make(fine.step, fine_first, masses), furthest + curved)
}
