//! One contract settled on the cost base.

use rust_decimal::Decimal;

use super::{less, ratio, sum, times};
use super::{
    quantity::Quantity,
    result::{InputTaken, Outcome, SpellEffect},
    tally::{Tally, Unit},
};
use crate::{
    Experience,
    contract::{Contract, Role},
    error::Result,
    exposure::Date,
};

/// What an input is taken from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// An amount, the same at every change.
    Given(Decimal),
    /// A quantity of the cost base; whether the input's name alone said which.
    Taken(Quantity, bool),
    /// Set to what the first contract costs at plan.
    Set(Decimal),
}

/// A contract with everything that a settlement needs but activity.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    pub(super) name: String,
    pub(super) contract: Contract,
    pub(super) day: Date,
    /// The party that is the hospital.
    pub(super) hospital: String,
    pub(super) sources: Vec<(String, Source)>,
}

/// The money that moves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flows {
    pub(super) payment: Decimal,
    pub(super) outlay: Decimal,
    pub(super) others: Decimal,
}

impl Ready {
    /// What moves when `now` is done and `plan` was planned.
    pub(super) fn flows(&self, now: &Tally, plan: &Tally) -> Result<Flows> {
        let mut happened = Experience::new();
        for (input, source) in &self.sources {
            let amount = match source {
                Source::Given(amount) | Source::Set(amount) => *amount,
                Source::Taken(quantity, _) => quantity.amount(now, plan)?,
            };
            happened = happened.with_decimal(input, amount);
        }
        let statement = self.contract.settle(&happened, self.day).map_err(|why| why.within(self.place()))?;
        let place = "payments under the contract";
        let mut flows = Flows { payment: Decimal::ZERO, outlay: Decimal::ZERO, others: Decimal::ZERO };
        for party in statement.parties() {
            let net = less(place, party.received, party.paid)?;
            let (at, amount) = if party.name == self.hospital {
                (&mut flows.payment, net)
            } else if party.role == Role::Payer {
                (&mut flows.outlay, -net)
            } else {
                (&mut flows.others, net)
            };
            *at = sum(place, [*at, amount])?;
        }
        Ok(flows)
    }

    pub(super) fn place(&self) -> String {
        format!("contract `{}`", self.name)
    }

    /// What each input was taken from, in words.
    pub(super) fn inputs(&self, plan: &Tally) -> Result<Vec<InputTaken>> {
        let taken = |(input, source): &(String, Source)| {
            let (from, by_name, at_plan) = match source {
                Source::Given(amount) => ("given".to_owned(), false, *amount),
                Source::Set(amount) => {
                    ("set to cost the payer at plan what the first contract costs".to_owned(), false, *amount)
                }
                Source::Taken(quantity, by_name) => {
                    (quantity.to_string(), *by_name, quantity.amount(plan, plan)?)
                }
            };
            Ok(InputTaken { input: input.clone(), from, by_name, at_plan })
        };
        self.sources.iter().map(taken).collect()
    }

    /// The outcome at plan and at each change; the first tally is plan.
    pub(super) fn outcomes(&self, tallies: &[Tally]) -> Result<Vec<Outcome>> {
        let Some(plan) = tallies.first() else { return Ok(Vec::new()) };
        let place = "result of the hospital";
        let mut outcomes: Vec<Outcome> = Vec::new();
        for now in tallies {
            let flows = self.flows(now, plan)?;
            let (fixed_cost, marginal_cost) = (now.sum(|at| at.fixed)?, now.sum(|at| at.marginal)?);
            let result = less(place, flows.payment, sum(place, [fixed_cost, marginal_cost])?)?;
            let at_plan =
                outcomes.first().map_or((result, flows.outlay), |first| (first.result, first.outlay));
            outcomes.push(Outcome {
                change: now.name.clone(),
                payment: flows.payment,
                fixed_cost,
                marginal_cost,
                result,
                outlay: flows.outlay,
                others: flows.others,
                result_against_plan: less(place, result, at_plan.0)?,
                outlay_against_plan: less(place, flows.outlay, at_plan.1)?,
            });
        }
        Ok(outcomes)
    }

    /// What one case less and one more does, from `now`.
    pub(super) fn effects(&self, now: &Tally, plan: &Tally, units: &[Unit<'_>]) -> Result<Vec<SpellEffect>> {
        let before = self.flows(now, plan)?;
        let place = "effect of one case";
        let mut effects = Vec::with_capacity(2 * units.len());
        for unit in units {
            for cases in [-1_i8, 1] {
                let more = Decimal::from(cases);
                let changed = now.with(unit, more)?;
                // There is not one to leave out.
                if changed.points.get(unit.point).is_none_or(|at| at.activity < Decimal::ZERO) {
                    continue;
                }
                let after = self.flows(&changed, plan)?;
                let payment = less(place, after.payment, before.payment)?;
                let hospital = less(place, payment, times(place, unit.marginal_cost, more)?)?;
                let kept = ratio(hospital, unit.marginal_cost).filter(|_| cases < 0);
                effects.push(SpellEffect {
                    change: now.name.clone(),
                    point: unit.point.to_owned(),
                    code: unit.code.map(str::to_owned),
                    cases,
                    price: unit.price,
                    marginal_cost: unit.marginal_cost,
                    payment,
                    hospital,
                    payer: less(place, before.outlay, after.outlay)?,
                    others: less(place, after.others, before.others)?,
                    power_over_volume: kept,
                });
            }
        }
        Ok(effects)
    }
}
