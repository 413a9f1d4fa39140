//! One year of the pace of change.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{PaceOfChange, Policy, distance};
use crate::{
    adjustment::amounts::{divide, minus, plus, quotient, ratio, ratio_down, sum, times},
    error::{Error, ErrorKind, Result},
    money::{Currency, Money, Rounding, RoundingMode, inexact},
};

/// Decimals of an amount by which whole pennies are divided: a hundredth of a penny.
const WEIGHT: i32 = 4;

/// Less than this below the least is the rounding of the common growth.
const HAIR: Decimal = Decimal::from_parts(1, 0, 0, false, 4);

/// One place in one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Moved {
    /// The place.
    pub place: String,
    /// What it gets before, in major units.
    pub opening: Decimal,
    /// Opening / target − 1 before, targets being the opening total by weight. Half up to fourteen decimals, as every ratio
    /// here.
    pub distance_before: Decimal,
    /// What convergence adds, as a part of the opening; below zero takes. Where the place is held at the least growth, what is
    /// left of it.
    pub convergence: Decimal,
    /// Allocation / opening − 1.
    pub growth: Decimal,
    /// Whether it is held at the least growth.
    pub held: bool,
    /// What it gets, in whole pennies.
    pub allocation: Decimal,
    /// What it should get of this year's total, by weight, in whole pennies.
    pub target: Decimal,
    /// Allocation / target − 1.
    pub distance_after: Decimal,
}

/// One year: everybody's allocation, which adds up to the total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PaceYear {
    /// What all get, in major units.
    pub total: Decimal,
    /// The growth of a place without convergence: what the total allows, down to fourteen decimals. Where all are held at the
    /// least growth, that of the total.
    pub common_growth: Decimal,
    /// Place by place, in their order.
    pub places: Vec<Moved>,
    /// The currency of all amounts.
    pub currency: Currency,
}

/// What a place would get beside common growth, and the least that it may get: nothing, where no floor was asked for.
struct Wanted {
    opening: Decimal,
    moved: Decimal,
    least: Decimal,
    held: bool,
}

impl PaceOfChange {
    /// The allocations of a year in which all together get `total`, in whole pennies.
    ///
    /// The total is met to the penny, by largest remainder; nobody falls below the least growth, which is rounded up to the
    /// penny; and the order of distances from target is kept, but for a penny, as long as `closes` of the total's growth
    /// (1.05 for 5 % more) is not above 1 plus the common growth.
    ///
    /// # Errors
    /// [`Range`](ErrorKind::Range) where the policy has no meaning, or the total does not pay the least growth for all: by how much;
    /// [`Currency`](ErrorKind::Currency), [`Arithmetic`](ErrorKind::Arithmetic) as [`targets`](Self::targets).
    pub fn year(&self, policy: &Policy, total: Money) -> Result<PaceYear> {
        policy.check()?;
        let before = self.targets(self.opening()?)?;
        let after = self.targets(total)?;
        let mut wanted = self.wanted(policy, total, &after)?;
        self.check_paid(&wanted, total)?;
        let common = common_growth(&mut wanted, total.amount())?;
        let allocations = self.whole_pennies(&mut wanted, common, total)?;
        let mut places = Vec::with_capacity(self.places.len());
        let each = self.places.iter().zip(&wanted).zip(before.iter().zip(&after)).zip(&allocations);
        for (((place, wanted), (before, after)), allocation) in each {
            let growth = ratio(place, minus(place, *allocation, wanted.opening)?, wanted.opening)?;
            let convergence = if wanted.held {
                minus(place, growth, common)?
            } else {
                ratio(place, wanted.moved, wanted.opening)?
            };
            places.push(Moved {
                place: place.clone(),
                opening: wanted.opening,
                distance_before: distance(place, wanted.opening, *before)?,
                convergence,
                growth,
                held: wanted.held,
                allocation: *allocation,
                target: *after,
                distance_after: distance(place, *allocation, *after)?,
            });
        }
        Ok(PaceYear { total: total.amount(), common_growth: common, places, currency: self.currency })
    }

    /// What convergence moves, and the least of each; targets are those of this year's total.
    fn wanted(&self, policy: &Policy, total: Money, targets: &[Decimal]) -> Result<Vec<Wanted>> {
        let all = self.opening()?.amount();
        let penny = self.currency.exponent().cast_signed();
        let one = |((code, opening), target): ((&String, &Decimal), &Decimal)| {
            // A gap in the money of this year, so that a part of it is the same part of the distance.
            let grown = quotient(code, times(code, *opening, total.amount())?, all, WEIGHT)?;
            let gap = beyond(code, grown, *target, policy.within)?;
            let mut moved = minus(code, Decimal::ZERO, times(code, gap, policy.closes)?)?;
            if let Some(most) = policy.at_most {
                let most = times(code, *opening, most)?;
                moved = moved.clamp(-most, most);
            }
            let least = match policy.least_growth {
                Some(growth) => times(code, *opening, plus(code, Decimal::ONE, growth)?)?,
                None => Decimal::ZERO,
            };
            let up = Rounding { mode: RoundingMode::Ceiling, places: penny };
            let least = up.apply(least).map_err(|why| inexact(code.as_str(), why))?;
            Ok(Wanted { opening: *opening, moved, least, held: false })
        };
        self.places.iter().zip(&self.openings).zip(targets).map(one).collect()
    }

    /// That the total pays the least of everybody.
    fn check_paid(&self, wanted: &[Wanted], total: Money) -> Result<()> {
        let least = sum("least growth", wanted.iter().map(|place| &place.least))?;
        if total.amount() >= least {
            return Ok(());
        }
        let short = Money::new(minus("total", least, total.amount())?, self.currency);
        Err(Error::new(
            ErrorKind::Range,
            "total",
            format!("{total} does not pay the least growth for all: it is {short} short"),
            "raise the total, or lower the least growth",
        ))
    }

    /// Whole pennies that add up to the total; a place that would round below its least is held there and the rest shared
    /// out anew.
    fn whole_pennies(&self, wanted: &mut [Wanted], common: Decimal, total: Money) -> Result<Vec<Decimal>> {
        loop {
            let rest = minus("total", total.amount(), held(wanted)?)?;
            let mut weights = Vec::with_capacity(wanted.len());
            for (code, place) in self.places.iter().zip(wanted.iter()) {
                weights.push(if place.held { Decimal::ZERO } else { place.at(code, common)? });
            }
            if wanted.iter().all(|place| place.held) {
                return Ok(wanted.iter().map(|place| place.least).collect());
            }
            let parts = divide("total", Money::new(rest, self.currency), &weights, WEIGHT)?;
            let mut again = false;
            for (place, part) in wanted.iter_mut().zip(&parts) {
                if !place.held && *part < place.least {
                    (place.held, again) = (true, true);
                }
            }
            if !again {
                let one = |(place, part): (&Wanted, Decimal)| if place.held { place.least } else { part };
                return Ok(wanted.iter().zip(parts).map(one).collect());
            }
        }
    }
}

impl Wanted {
    /// Opening × (1 + common growth) + what convergence moves.
    fn at(&self, code: &str, common: Decimal) -> Result<Decimal> {
        plus(code, times(code, self.opening, plus(code, Decimal::ONE, common)?)?, self.moved)
    }
}

/// What of grown opening − target lies beyond the tolerance around the target.
fn beyond(code: &str, opening: Decimal, target: Decimal, within: Decimal) -> Result<Decimal> {
    let edge = times(code, target, within)?;
    let gap = minus(code, opening, target)?;
    let over = minus(code, gap, edge)?.max(Decimal::ZERO);
    let under = plus(code, gap, edge)?.min(Decimal::ZERO);
    plus(code, over, under)
}

/// What those get who are held at their least.
fn held(wanted: &[Wanted]) -> Result<Decimal> {
    sum("held", wanted.iter().filter(|place| place.held).map(|place| &place.least))
}

/// The growth that the total allows: who would fall below the least is held there, which leaves less for all others, until
/// nobody more is. Each round holds at least one place more, so it ends; and as the total pays the least of all, all are
/// held only where it pays no more than that.
fn common_growth(wanted: &mut [Wanted], total: Decimal) -> Result<Decimal> {
    let at = "common growth";
    loop {
        let free = || wanted.iter().filter(|place| !place.held);
        let openings = sum(at, free().map(|place| &place.opening))?;
        if openings.is_zero() {
            let openings = sum(at, wanted.iter().map(|place| &place.opening))?;
            return ratio_down(at, minus(at, total, openings)?, openings);
        }
        let left = minus(at, minus(at, total, held(wanted)?)?, sum(at, free().map(|place| &place.moved))?)?;
        // Never above what the total allows: pennies that are left are shared out after.
        let common = ratio_down(at, minus(at, left, openings)?, openings)?;
        let mut again = false;
        for place in wanted.iter_mut().filter(|place| !place.held) {
            // A hundredth of a penny is what the last digits of the growth can make.
            if place.at(at, common)? < minus(at, place.least, HAIR)? {
                (place.held, again) = (true, true);
            }
        }
        if !again {
            return Ok(common);
        }
    }
}
