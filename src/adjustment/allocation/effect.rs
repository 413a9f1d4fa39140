//! Who gains and who loses by another formula.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Allocation, Made};
use crate::{
    adjustment::amounts::{minus, per_head, plus, quotient},
    error::{Error, ErrorKind, Result},
    money::Currency,
};

/// Decimals of a change in part: a ten thousandth of a per cent.
const PART: i32 = 6;

/// What one place gains, or loses below zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Gain {
    /// The place.
    pub place: String,
    /// Registered people.
    pub registered: Decimal,
    /// What it was due before, in major units.
    pub before: Decimal,
    /// What it is due after.
    pub after: Decimal,
    /// What it gains.
    pub gain: Decimal,
    /// The same for one registered person, half up to the penny.
    pub per_head: Decimal,
    /// The same as a part of what it was due before, half up to six decimals; none where that was nothing.
    pub part: Option<Decimal>,
}

/// What another formula, or another health-inequalities share, gives to whom and takes from whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Effect {
    /// Place by place, in their order.
    pub places: Vec<Gain>,
    /// What places that gain gain together, in major units.
    pub gained: Decimal,
    /// What places that lose lose together, above zero.
    pub lost: Decimal,
    /// How many people live in places that gain.
    pub people_who_gain: Decimal,
    /// How many people live in places that lose.
    pub people_who_lose: Decimal,
    /// The currency of all amounts.
    pub currency: Currency,
    /// What made the allocation before, and the one after.
    pub made: [Made; 2],
}

impl Allocation {
    /// What this allocation gives to each place beside another of the same places.
    ///
    /// Where both share out the same total, what is gained is what is lost, to the penny.
    ///
    /// # Errors
    /// [`Comparison`](ErrorKind::Comparison) where the places, their order or their people are not the same;
    /// [`Currency`](ErrorKind::Currency) where two currencies meet.
    pub fn beside(&self, before: &Self) -> Result<Effect> {
        if self.currency != before.currency {
            let problem = format!("{} meets {}", self.currency, before.currency);
            let remedy = "compare allocations in one currency";
            return Err(Error::new(ErrorKind::Currency, "allocations", problem, remedy));
        }
        let people = |of: &Self| -> Vec<(String, Decimal)> {
            of.places.iter().map(|line| (line.place.clone(), line.registered)).collect()
        };
        if people(self) != people(before) {
            let problem = "they are not of the same places with the same people in the same order";
            let remedy = "make both from the same places";
            return Err(Error::new(ErrorKind::Comparison, "allocations", problem, remedy));
        }
        let zero = Decimal::ZERO;
        let mut effect = Effect {
            places: Vec::with_capacity(self.places.len()),
            gained: zero,
            lost: zero,
            people_who_gain: zero,
            people_who_lose: zero,
            currency: self.currency,
            made: [before.made.clone(), self.made.clone()],
        };
        for (after, before) in self.places.iter().zip(&before.places) {
            let at = after.place.as_str();
            let gain = minus(at, after.target, before.target)?;
            if gain > zero {
                effect.gained = plus(at, effect.gained, gain)?;
                effect.people_who_gain = plus(at, effect.people_who_gain, after.registered)?;
            } else if gain < zero {
                effect.lost = minus(at, effect.lost, gain)?;
                effect.people_who_lose = plus(at, effect.people_who_lose, after.registered)?;
            }
            let part =
                if before.target.is_zero() { None } else { Some(quotient(at, gain, before.target, PART)?) };
            effect.places.push(Gain {
                place: after.place.clone(),
                registered: after.registered,
                before: before.target,
                after: after.target,
                gain,
                per_head: per_head(at, gain, after.registered, self.currency)?,
                part,
            });
        }
        Ok(effect)
    }
}
