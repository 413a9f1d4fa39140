//! Contracts between the points of a grid: at each of some levels of risk the one with the most power.
//!
//! From the grid's best contracts their neighbours at half a step on each axis are looked at, then at a quarter, and so on, as
//! long as that gives a contract more power at some level. That is direct multisearch (Custódio, Madeira, Vaz and Vicente,
//! Direct multisearch for multiobjective optimization, SIAM J. Optim. 21, 2011), which polls about the contracts that no other
//! beats, here about those that count at one of the levels. It needs no derivative, and every contract that it looks at
//! is one that could be signed: its terms are rounded before anything is worked out.

use std::collections::{BTreeSet, HashSet};

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    Asked, Basis, Family, Frontier, FrontierPoint,
    axis::{Axis, STEPS},
    family::Member,
};
use crate::{
    error::{Error, ErrorKind, Result},
    exposure::Date,
    risk::{cost_model::CostModel, measures::as_float},
};

/// Times that the neighbours are looked at with one step, at most.
const SWEEPS: usize = 4;
/// Risks and powers that differ by less, as a part of the largest, are the same.
const SAME: f64 = 1e-9;

/// A frontier with contracts between the points of its grids.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct FrontierPath {
    /// The family's contracts, and behind them those that were found between.
    pub frontier: Frontier,
    /// At each level of risk the contract with the most power, from the least risk to the most.
    pub path: Vec<PathPoint>,
    /// How many contracts were looked at between the points of the grids.
    pub looked_at: usize,
    #[serde(skip)]
    family: Family,
}

/// The contract with the most power whose risk is within a level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PathPoint {
    /// The most that the risk may be, by the measure of the basis.
    pub level: f64,
    /// The contract's place in the frontier's points.
    pub place: usize,
}

impl FrontierPath {
    /// The family with the contracts that were found between, of which [`Family::contract_of`] gives each with its terms.
    pub fn family(&self) -> &Family {
        &self.family
    }
}

/// At each of so many levels of risk, equally far from each other from the least of the family's best contracts to the most,
/// the contract with the most power: one of the family, or one between the points of its grids. Between two neighbours on an
/// axis that set the same terms each term may lie anywhere, bands edge by edge and share by share; amounts are rounded to
/// whole major units, prices to minor ones, ratios and shares to a thousandth. At no level has it less power than the family's best.
///
/// # Errors
/// As [`frontier`](super::frontier); [`ErrorKind::Range`] for less than 2 levels; [`ErrorKind::Value`] for a family without a
/// grid, and where contracts do not cost the payer the same.
///
/// ```
/// use capitation::{Contract, risk::{cost_model::CostModel, severity::Severity}};
/// use capitation::risk::frontier::{Axis, Basis, Family, path};
/// let template = Contract::read("templates/stop-loss.toml")?;
/// let shares = Axis::of_term("provider's share above the attachment", &["0", "1"])?;
/// let family = Family::grid(&template, &[shares])?;
/// let person = Severity::gamma(0.3, 16_500.0)?;
/// let model = CostModel::new(template.currency()).cell("all", 2_000, person)?;
/// let basis = Basis::of("provider").premium("stop-loss premium per member month", "0".parse()?)?;
/// let path = path(&family, &model, &Default::default(), template.period().start, &basis, 5)?;
/// let share = |at: usize| path.frontier.points[path.path[at].place].settings[0].clone();
/// assert_eq!((share(0), share(4)), ("0".to_owned(), "1".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn path(
    family: &Family,
    model: &CostModel,
    given: &IndexMap<String, Decimal>,
    on: Date,
    basis: &Basis,
    levels: usize,
) -> Result<FrontierPath> {
    check(family, basis, levels)?;
    let asked = Asked::new(family, model, given, on, basis)?;
    let read = asked.read(family);
    let mut search = Search::new(&asked, family, &read);
    let Some(levels) = search.levels(levels) else {
        let frontier = asked.frontier(family, read)?;
        return Ok(FrontierPath { frontier, path: Vec::new(), looked_at: 0, family: family.clone() });
    };
    let mut step = STEPS / 2;
    while step > 0 {
        for _ in 0..SWEEPS {
            if !search.sweep(&levels, step) {
                break;
            }
        }
        step /= 2;
    }
    search.told(read, &levels)
}

fn check(family: &Family, basis: &Basis, levels: usize) -> Result<()> {
    let refused = |kind, problem: &str, remedy: &str| Err(Error::new(kind, "path", problem, remedy));
    if levels < 2 {
        let remedy = "give at least 2, the least risk and the most";
        return refused(ErrorKind::Range, &format!("so few levels of risk make none: {levels}"), remedy);
    }
    if !basis.is_common() {
        let problem = "contracts cost the payer what they do, and more power may be only dearer";
        return refused(ErrorKind::Value, problem, "let all of them cost the same");
    }
    if family.grids.is_empty() && !family.is_empty() {
        let problem = "the family has no grid between whose points a contract could lie";
        return refused(ErrorKind::Value, problem, "vary terms of a template (`Family::grid`)");
    }
    Ok(())
}

/// Where a contract lies: in which grid, and where on each of its axes.
type Position = (usize, Vec<u32>);

/// A contract that was read.
struct Spot {
    position: Option<Position>,
    point: FrontierPoint,
    /// Of one that is not of the family.
    found: Option<Member>,
}

/// The contracts that were looked at so far.
struct Search<'a> {
    asked: &'a Asked<'a>,
    family: &'a Family,
    spots: Vec<Spot>,
    tried: HashSet<Position>,
    contracts: HashSet<String>,
    looked_at: usize,
}

impl<'a> Search<'a> {
    fn new(asked: &'a Asked<'a>, family: &'a Family, read: &[Result<FrontierPoint>]) -> Self {
        let position = |member: usize| {
            let mut grids = family.grids.iter().enumerate();
            grids.find_map(|(grid, of)| Some((grid, of.of_member(member)?)))
        };
        let tried = (0..family.len()).filter_map(position).collect();
        let spot = |point: &FrontierPoint| Spot {
            position: position(point.member),
            point: point.clone(),
            found: None,
        };
        let spots = read.iter().flatten().map(spot).collect();
        let contracts = family.members.iter().map(|member| member.contract.fingerprint()).collect();
        Self { asked, family, spots, tried, contracts, looked_at: 0 }
    }

    fn power(&self, spot: &Spot) -> f64 {
        self.asked.basis.power_of(&spot.point)
    }

    fn risk(&self, spot: &Spot) -> f64 {
        self.asked.basis.risk_of(&spot.point)
    }

    /// From the least risk there is to the least risk of the most power; nothing where no contract was read.
    fn levels(&self, many: usize) -> Option<Vec<f64>> {
        let least = self.spots.iter().map(|spot| self.risk(spot)).min_by(f64::total_cmp)?;
        let most = self.best(f64::INFINITY).and_then(|best| self.spots.get(best))?;
        let (most, steps) = (self.risk(most), as_float(many.saturating_sub(1)));
        Some((0..many).map(|level| least + (most - least) * as_float(level) / steps).collect())
    }

    /// The most power within a level of risk; of equals the least risk, and of these the first.
    fn best(&self, level: f64) -> Option<usize> {
        let within = |spot: &Spot| self.risk(spot) <= level + SAME * level.abs();
        let better = |one: &Spot, two: &Spot| {
            let more = self.power(one) - self.power(two);
            more > SAME || (more >= -SAME && self.risk(one) < self.risk(two))
        };
        let mut best: Option<(usize, &Spot)> = None;
        for (place, spot) in self.spots.iter().enumerate().filter(|(_, spot)| within(spot)) {
            if best.is_none_or(|(_, other)| better(spot, other)) {
                best = Some((place, spot));
            }
        }
        best.map(|(place, _)| place)
    }

    /// The least risk above a level with more power than the best within it.
    fn beyond(&self, level: f64, best: usize) -> Option<usize> {
        let power = self.power(self.spots.get(best)?);
        let is_beyond = |(_, spot): &(usize, &Spot)| {
            self.risk(spot) > level + SAME * level.abs() && self.power(spot) > power + SAME
        };
        let beyond = self.spots.iter().enumerate().filter(is_beyond);
        let least = beyond.min_by(|(_, one), (_, two)| self.risk(one).total_cmp(&self.risk(two)));
        least.map(|(place, _)| place)
    }

    /// Looks at the neighbours of what counts at each level; whether one of them is better there.
    fn sweep(&mut self, levels: &[f64], step: u32) -> bool {
        let before: Vec<Option<usize>> = levels.iter().map(|level| self.best(*level)).collect();
        let mut centres = BTreeSet::new();
        for (level, best) in levels.iter().zip(&before) {
            let Some(best) = *best else { continue };
            centres.insert(best);
            centres.extend(self.beyond(*level, best));
        }
        let mut found: Vec<(Position, Member)> = Vec::new();
        for centre in centres {
            let Some(position) = self.spots.get(centre).and_then(|spot| spot.position.clone()) else {
                continue;
            };
            self.look_about(&position, step, &mut found);
        }
        if found.is_empty() {
            return false;
        }
        self.looked_at += found.len();
        let (positions, members): (Vec<Position>, Vec<Member>) = found.into_iter().unzip();
        let batch = Family { members, grids: Vec::new() };
        let read = self.asked.read(&batch);
        for ((point, member), position) in read.into_iter().zip(batch.members).zip(positions) {
            // What cannot be read is no contract to go on from.
            if let Ok(point) = point {
                self.spots.push(Spot { position: Some(position), point, found: Some(member) });
            }
        }
        let power = |place: Option<usize>| {
            place.and_then(|place| self.spots.get(place)).map_or(f64::NEG_INFINITY, |spot| self.power(spot))
        };
        levels.iter().zip(before).any(|(level, before)| power(self.best(*level)) > power(before) + SAME)
    }

    /// The neighbours on each axis that were not looked at yet.
    fn look_about(&mut self, (grid, at): &Position, step: u32, found: &mut Vec<(Position, Member)>) {
        let Some(of) = self.family.grids.get(*grid) else { return };
        for (place, axis) in of.axes.iter().enumerate() {
            for up in [false, true] {
                // Where there is nothing between two points, to the next one.
                for step in [step, STEPS] {
                    let Some(position) = moved(at, place, axis, step, up) else { continue };
                    let key = (*grid, position);
                    if self.tried.contains(&key) {
                        break;
                    }
                    let Some(member) = of.member(&key.1) else { continue };
                    self.tried.insert(key.clone());
                    if let Ok(member) = member
                        && self.contracts.insert(member.contract.fingerprint())
                    {
                        found.push((key, member));
                    }
                    break;
                }
            }
        }
    }

    /// The family's frontier with what was found for the levels.
    fn told(self, mut read: Vec<Result<FrontierPoint>>, levels: &[f64]) -> Result<FrontierPath> {
        let chosen: Vec<Option<usize>> = levels.iter().map(|level| self.best(*level)).collect();
        let mut family = self.family.clone();
        let mut members: Vec<Option<usize>> = Vec::with_capacity(self.spots.len());
        for (place, spot) in self.spots.into_iter().enumerate() {
            let Some(member) = spot.found else {
                members.push(Some(spot.point.member));
                continue;
            };
            members.push(chosen.contains(&Some(place)).then_some(family.members.len()));
            if chosen.contains(&Some(place)) {
                read.push(Ok(FrontierPoint { member: family.members.len(), ..spot.point }));
                family.members.push(member);
            }
        }
        let frontier = self.asked.frontier(&family, read)?;
        let place_of = |spot: usize| {
            let member = members.get(spot).copied().flatten()?;
            frontier.points.iter().position(|point| point.member == member)
        };
        let each = levels.iter().zip(&chosen);
        let path = each
            .filter_map(|(level, spot)| Some(PathPoint { level: *level, place: place_of((*spot)?)? }))
            .collect();
        Ok(FrontierPath { frontier, path, looked_at: self.looked_at, family })
    }
}

/// A position a step away on one axis; nothing beyond its ends.
fn moved(at: &[u32], place: usize, axis: &Axis, step: u32, up: bool) -> Option<Vec<u32>> {
    let mut position = at.to_vec();
    let on_axis = position.get_mut(place)?;
    let to = if up { on_axis.checked_add(step)? } else { on_axis.checked_sub(step)? };
    *on_axis = to;
    (to <= axis.end()).then_some(position)
}
