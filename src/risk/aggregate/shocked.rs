//! The distribution of a sum that something moves together.

use std::f64::consts::{PI, TAU};

use num_complex::Complex;
use rayon::prelude::*;

use super::{
    Aggregate, Costs, ENOUGH, GOOD, Held, Method, ROUNDING, SMOOTH,
    cosine::{Cosine, MOST},
    grid, grid_step,
    lattice::{self, Lattice},
    lumps,
    mixing::{self, FAR, Mixed, Mixing},
    narrowest, no_room,
    shocks::Shocks,
    spectrum::{self, Wave, Weighted},
    window::{Window, window},
};
use crate::{error::Result, risk::measures::as_float};

/// A term below this is a rounding of the mean over shocks.
const DIES_OUT: f64 = 1e-15;
/// The logarithm of a probability that is none, where it is to be interpolated.
const NEVER: f64 = -700.0;
/// Frequencies that are worked out together: some of the last are not needed.
const AHEAD: usize = 8;
/// How many more waves a lognormal factor has for its spread.
const MORE: f64 = 2.5;
/// An error of the expansion up to which no grid is tried where cells are moved in many ways.
const ROUGH: f64 = 1e-2;
/// Grids are coarser than without shocks, since many are mixed.
const COARSER: f64 = 64.0;

/// A sum given every number that moves it, at the points of each cell.
struct Given {
    mixing: Mixing,
    /// By cell and point.
    at: Vec<Vec<Weighted>>,
    added: f64,
    /// About the standard deviation of the sum from all that moves it.
    moved: f64,
}

pub(super) fn shocked(costs: &impl Costs, shocks: &Shocks) -> Result<Aggregate> {
    // Among the threads that share its waves: each share handed to them from outside costs a wait.
    rayon::scope(|_| among_threads(costs, shocks))
}

fn among_threads(costs: &impl Costs, shocks: &Shocks) -> Result<Aggregate> {
    let means: Vec<f64> = costs.all(1e-6, 0.0).iter().map(|cell| cell.cumulants()[0]).collect();
    let rough = roughly(costs, shocks, &means);
    if rough <= 0.0 {
        return Ok(Aggregate::certain(costs.moments().0));
    }
    let moved = shocks.variance_of_sum(&means).sqrt().hypot(shocks.added());
    // The law of a factor has more waves than a normal one.
    let highest = SMOOTH * (MORE * shocks.widest()).exp() / rough;
    let of = |outside: f64, highest: f64| {
        let mixing = Mixing::new(shocks, &means, highest);
        Given::new(costs, mixing, [shocks.added(), moved], outside, highest)
    };
    let given = |outside: f64| {
        let given = of(outside, highest);
        let window = given.window(outside);
        (given, window)
    };
    let (given, window) = narrowest(given, |(_, window)| window.high - window.low, rough)?;
    let [mean, variance, third] = given.cumulants(costs);
    let deviation = variance.sqrt();
    let within = |by_cosines: &Option<(Held, Method, f64)>, enough: f64| {
        by_cosines.as_ref().is_some_and(|(.., error)| *error <= enough)
    };
    let mut found = given.by_cosines(window, highest);
    if !within(&found, GOOD) && !given.mixing.is_rough() {
        let highest = MOST * PI / (window.high - window.low);
        found = of(window.outside, highest).by_cosines(window, highest);
    }
    let (law, method, error) = match found {
        Some(found) if found.2 <= if given.mixing.is_rough() { ROUGH } else { ENOUGH } => found,
        // What an expansion leaves out that does not die out is an estimate; that of grids is a bound.
        found => given.on_grids(costs, shocks, window, deviation).or(found).ok_or_else(no_room)?,
    };
    let unresolved = given.unresolved(window, deviation);
    Ok(Aggregate { law, method, mean, variance, third, error: error + unresolved + window.outside })
}

/// About the standard deviation, to know which frequencies matter.
fn roughly(costs: &impl Costs, shocks: &Shocks, means: &[f64]) -> f64 {
    let (_, variance) = costs.moments();
    (variance + shocks.variance_of_sum(means) + shocks.added().powi(2)).sqrt()
}

/// What a variance is where nothing varies, from roundings.
fn rounding(cells: &[Weighted]) -> f64 {
    let squares = |cell: &Weighted| {
        let most = cell.values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        cell.heads.costs() * most * most
    };
    4.0 * f64::EPSILON * cells.iter().map(squares).sum::<f64>()
}

/// A wave at its next frequencies, which are worked out together so that threads can share the waves.
struct Ahead<'a> {
    wave: Wave<'a>,
    logs: [Complex<f64>; AHEAD],
}

impl<'a> Ahead<'a> {
    fn new(wave: Wave<'a>) -> Self {
        Self { wave, logs: [Complex::ZERO; AHEAD] }
    }

    fn go_on(&mut self) {
        for log in &mut self.logs {
            *log = self.wave.next_log();
        }
    }
}

impl Given {
    fn new(costs: &impl Costs, mixing: Mixing, [added, moved]: [f64; 2], outside: f64, highest: f64) -> Self {
        #[allow(clippy::cast_precision_loss)] // cells are few
        let share = outside / costs.cells() as f64;
        let at = |cell: usize| -> Vec<Weighted> {
            let points = mixing.points(cell).par_iter();
            points.map(|log| costs.weighted(cell, log.exp(), share, highest)).collect()
        };
        let at = (0..costs.cells()).into_par_iter().map(at).collect();
        Self { mixing, at, added, moved }
    }

    /// All cells at their first points, or at their last but one: the ends of what moves them.
    fn end(&self, is_last: bool) -> Vec<Weighted> {
        let of = |points: &Vec<Weighted>| {
            let place = if is_last { points.len().saturating_sub(2) } else { 0 };
            points.get(place).cloned()
        };
        self.at.iter().filter_map(of).collect()
    }

    /// All cells at the points that are between others, near the middle.
    fn middle(&self) -> Vec<Weighted> {
        self.at.iter().filter_map(|points| points.last().cloned()).collect()
    }

    /// Mean, variance and third central moment, with what costs have beyond those that are followed.
    fn cumulants(&self, costs: &impl Costs) -> [f64; 3] {
        let of = |(cell, points): (usize, &Vec<Weighted>)| {
            let each = points.iter().zip(self.mixing.points(cell));
            let whole = |(followed, log): (&Weighted, &f64)| {
                costs.cumulants_of(cell, log.exp()).unwrap_or_else(|| followed.cumulants())
            };
            each.map(whole).collect()
        };
        let mut given: Vec<Vec<[f64; 3]>> = self.at.iter().enumerate().map(of).collect();
        // What is infinite is so at every point, and cannot be interpolated.
        let mut endless = None;
        for [_, _, third] in given.iter_mut().flatten().filter(|[.., third]| third.is_infinite()) {
            endless = Some(std::mem::take(third));
        }
        let [mean, variance, third] = self.mixing.cumulants(&given);
        [mean, variance + self.added * self.added, endless.unwrap_or(third)]
    }

    /// A range that holds the sum: the ends of what moves it, and what is left given them.
    fn window(&self, outside: f64) -> Window {
        let ends = [self.end(false), self.end(true)];
        let (mut low, mut high, mut left) = (0.0, 0.0, 0.0);
        for points in &self.at {
            let means = points.iter().map(|cell| cell.cumulants()[0]);
            let (least, most) =
                means.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), mean| (l.min(mean), m.max(mean)));
            low += least;
            high += most;
        }
        let (mut below, mut above) = (0.0_f64, 0.0_f64);
        for cells in &ends {
            let cumulants = super::total(cells);
            if cumulants[1] <= rounding(cells) {
                // What does not vary is where it is.
                continue;
            }
            let given = window(cells, cumulants, outside);
            below = below.max(cumulants[0] - given.low);
            above = above.max(given.high - cumulants[0]);
            left += given.outside;
        }
        let is_positive = self.at.iter().flatten().flat_map(|cell| &cell.values).all(|value| *value >= 0.0);
        let added = FAR * self.added;
        let low = low - below;
        let low = if is_positive { low.max(0.0) } else { low };
        Window { low: low - added, high: high + above + added, outside: outside + left }
    }

    /// What people who differ leave open, at the ends of what moves them and in the middle.
    fn unresolved(&self, window: Window, deviation: f64) -> f64 {
        if !self.at.iter().flatten().any(Weighted::is_of_many_laws) {
            return 0.0;
        }
        let some = [self.end(false), self.middle(), self.end(true)];
        some.iter().map(|cells| super::unresolved(cells, window, deviation)).fold(0.0, f64::max)
    }

    /// The probability that nobody has a cost, and nothing is added: the mean over what moves costs, since who is above an
    /// attachment hangs on it.
    fn nothing(&self) -> f64 {
        if self.added > 0.0 {
            return 0.0;
        }
        let log = |cell: &Weighted| Complex::from(spectrum::log_nothing(cell).max(NEVER));
        let logs: Vec<Vec<Complex<f64>>> =
            self.at.iter().map(|points| points.iter().map(log).collect()).collect();
        spectrum::if_any(self.mixing.mean(&logs, 0.0).mean.re)
    }

    fn by_cosines(&self, window: Window, highest: f64) -> Option<(Held, Method, f64)> {
        if lumps::ring(&self.middle(), self.moved) {
            return None;
        }
        let step = PI / (window.high - window.low);
        let mut waves: Vec<Ahead<'_>> =
            self.at.iter().flatten().map(|cell| Ahead::new(Wave::new(cell, step))).collect();
        let mut turned = 0.0;
        let work_out = || -> Vec<Mixed> {
            waves.par_iter_mut().for_each(Ahead::go_on);
            let before = turned;
            turned += as_float(AHEAD) * step;
            let mean = |at: usize| self.mean_at(&waves, at, before + as_float(at + 1) * step);
            (0..AHEAD).into_par_iter().map(mean).collect()
        };
        let mut means = std::iter::repeat_with(work_out).flatten();
        let next = || means.next().unwrap_or_default();
        let expanded = Cosine::of(next, self.nothing(), window, highest, DIES_OUT)?;
        if self.mixing.is_rough() && !expanded.has_died_out {
            return None;
        }
        let terms = expanded.cosine.terms();
        Some((Held::Cosine(expanded.cosine), Method::Cosines(terms), expanded.error + ROUNDING))
    }

    /// The mean over what moves costs at the next frequency but so many.
    fn mean_at(&self, waves: &[Ahead<'_>], at: usize, frequency: f64) -> Mixed {
        let mut logs = waves.iter().map(|wave| wave.logs.get(at).copied().unwrap_or_default());
        let logs: Vec<Vec<Complex<f64>>> =
            self.at.iter().map(|points| logs.by_ref().take(points.len()).collect()).collect();
        let damped = (-0.5 * (frequency * self.added).powi(2)).exp();
        let Mixed { mean, error, shifts } = self.mixing.mean(&logs, frequency);
        let shifts = shifts.map(|each| each.map(|shift| shift * damped));
        Mixed { mean: mean * damped, error: error * damped, shifts }
    }

    /// By two grids, as without shocks; the mean over shocks is of so many of them.
    fn on_grids(
        &self,
        costs: &impl Costs,
        shocks: &Shocks,
        window: Window,
        deviation: f64,
    ) -> Option<(Held, Method, f64)> {
        let step = grid_step(&self.middle(), window, deviation * COARSER);
        let (first, points) = grid(window, step);
        let drawn = mixing::drawn(shocks);
        let highest = TAU / step * 3.0;
        #[allow(clippy::cast_precision_loss)] // cells are few
        let share = window.outside / costs.cells() as f64;
        let cells = |logs: &Vec<f64>| -> Vec<Weighted> {
            let each = logs.iter().enumerate();
            each.map(|(cell, log)| costs.weighted(cell, log.exp(), share, highest).without_lumps()).collect()
        };
        let at = |step: f64, first: i64, points: usize, every: usize| {
            let some = drawn.iter().step_by(every);
            let masses = lattice::mixed(
                some.map(|(weight, logs)| (*weight, cells(logs))),
                self.added,
                step,
                first,
                points,
            )?;
            Some(Lattice::new(step, first, masses))
        };
        let (fine_first, third) = (3 * first - 1, step / 3.0);
        let coarse = at(step, first, points, 1)?;
        let half = at(step, first, points, 2)?;
        let fine = at(third, fine_first, 3 * points, 1)?;
        let (best, error) = lattice::corrected(&coarse, &fine, fine_first);
        let error = error + coarse.farthest_from(&half) + fine.most_at_a_point() / 2.0;
        Some((Held::Lattice(best), Method::Grid(3 * points), error + ROUNDING))
    }
}
