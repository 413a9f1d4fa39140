//! The marginal pound: what one admission more, one avoided, and one pound of cost saved do to each party.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::{
    neutral::Neutral,
    prepared::{Column, Panelled, Prepared},
    result::{Marginal, PartyEffect},
};
use crate::{
    contract::{Contract, Unit},
    decimal,
    error::{Error, ErrorKind, Result},
    population::{ACTUAL_COST, MEMBER_MONTHS, Measure},
    risk::{
        measures::{self, Estimate},
        panels::chances,
    },
    settlement::{PreparedLayer, to_counted},
};

/// How large a step is taken to measure what a unit does, as a part of the panel's whole activity or cost. A gate
/// is crossed in some panels only; one unit would cross it in almost none of the drawn ones.
pub(super) const STEP: f64 = 0.01;

/// What a unit of activity costs the provider, and which share of it goes with the unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarginalCost {
    share: Decimal,
    unit_costs: IndexMap<String, Decimal>,
}

impl MarginalCost {
    /// The share of an average unit's cost that is saved when there is one less, from 0 to 1.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] outside that range.
    pub fn new(share: Decimal) -> Result<Self> {
        if (Decimal::ZERO..=Decimal::ONE).contains(&share) {
            return Ok(Self { share, unit_costs: IndexMap::new() });
        }
        Err(Error::new(
            ErrorKind::Range,
            "marginal share of cost",
            format!("{share} is not a share"),
            "give a number from 0 (every cost is fixed) to 1 (every cost goes with the unit)",
        ))
    }

    /// The same with the average cost of one unit of an activity, in major units.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a negative cost.
    pub fn with_unit_cost(mut self, activity: impl Into<String>, cost: Decimal) -> Result<Self> {
        let activity = activity.into();
        if cost < Decimal::ZERO {
            return Err(Error::new(
                ErrorKind::Range,
                format!("unit cost of `{activity}`"),
                format!("{cost} is negative"),
                "give what one costs on average, at least 0",
            ));
        }
        self.unit_costs.insert(activity, cost);
        Ok(self)
    }

    /// The share of an average unit's cost that is saved when there is one less.
    pub fn share(&self) -> Decimal {
        self.share
    }

    /// Average cost by activity, in major units.
    pub fn unit_costs(&self) -> &IndexMap<String, Decimal> {
        &self.unit_costs
    }
}

/// One thing that happens at the margin.
struct Event<'a> {
    what: String,
    activity: Option<&'a str>,
    /// Units more (1) or fewer (−1).
    sign: f64,
    /// Minor units of cost for each unit of activity, which need not be whole; for cost itself, the one unit.
    cost: f64,
}

/// What each event does to each party under one contract, at one panel size.
pub(super) fn effects(
    contract: &Contract,
    neutral: &Neutral,
    prepared: &Prepared<'_>,
    panelled: &Panelled<'_>,
    size: (usize, usize),
    marginal: Option<&MarginalCost>,
) -> Result<Vec<Marginal>> {
    let (size_place, members) = size;
    let base = panelled.ledgers(&neutral.priced, size_place, &[])?;
    let exponent = contract.currency().exponent();
    let minor = 10f64.powi(i32::try_from(exponent).unwrap_or(0));
    let mut out = Vec::new();
    for event in events(contract, marginal, exponent)? {
        let Some(step) = prepared.step(&event, members) else { continue };
        let shift = prepared.shift(&event, step);
        let moved = panelled.ledgers(&neutral.priced, size_place, &shift)?;
        let mut results = Vec::new();
        for (place, name) in contract.document().parties.keys().enumerate() {
            let (before, after) = (base.result(place), moved.result(place));
            let change: Vec<f64> =
                after.iter().zip(&before).map(|(after, before)| (after - before) / step / minor).collect();
            let Estimate { mean, se } = measures::mean(&change)?;
            results.push(PartyEffect { party: name.clone(), mean, se });
        }
        out.push(Marginal { what: event.what, activity: event.activity.map(str::to_owned), results });
    }
    Ok(out)
}

fn events<'a>(
    contract: &Contract,
    marginal: Option<&'a MarginalCost>,
    exponent: u32,
) -> Result<Vec<Event<'a>>> {
    let mut events = Vec::new();
    for (activity, cost) in marginal.iter().flat_map(|m| &m.unit_costs) {
        let share = marginal.map_or(Decimal::ZERO, MarginalCost::share);
        let whole = to_counted(*cost, Unit::Money, exponent)?;
        let cost =
            decimal::multiply(whole, share).map_err(|why| crate::money::inexact("marginal cost", why))?;
        let cost = decimal::to_f64(cost);
        for (word, sign) in [("more", 1.0), ("avoided", -1.0)] {
            events.push(Event {
                what: format!("one {} {word}", singular(activity)),
                activity: Some(activity),
                sign,
                cost,
            });
        }
    }
    let currency = contract.currency();
    let unit = match currency.code() {
        "GBP" => "pound",
        "USD" => "dollar",
        "EUR" => "euro",
        code => code,
    };
    let cost = 10f64.powi(i32::try_from(exponent).unwrap_or(0));
    events.push(Event { what: format!("one {unit} of cost saved"), activity: None, sign: -1.0, cost });
    Ok(events)
}

fn singular(activity: &str) -> String {
    match (activity.strip_suffix("ies"), activity.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(stem)) => stem.to_owned(),
        (None, None) => activity.to_owned(),
    }
}

#[allow(clippy::cast_precision_loss)] // totals of people and pence are far below 2^53
impl Prepared<'_> {
    /// How many units a step is: a hundredth of what a panel has, in whole units so that a price comes out to the
    /// penny, and at least one.
    fn step(&self, event: &Event<'_>, members: usize) -> Option<f64> {
        let (name, unit) = match event.activity {
            Some(activity) => (activity, 1e6),
            None => (ACTUAL_COST, event.cost),
        };
        let total = self.population().measures().get(name)?.total() as f64 / unit;
        let per_row = total / self.population().len() as f64;
        Some((per_row * members as f64 * STEP).round().max(1.0))
    }

    /// Whether a measure is the cost of care: by name, or a care setting that is all of it under a name of its own.
    fn is_whole_cost(&self, measure: &str) -> bool {
        let measures = self.population().measures();
        let same = |one: &Measure, other: &Measure| {
            one.unit() == other.unit() && one.total() == other.total() && one.values() == other.values()
        };
        measure == ACTUAL_COST
            || measures
                .get(measure)
                .zip(measures.get(ACTUAL_COST))
                .is_some_and(|(one, other)| same(one, other))
    }

    /// What a step of events does to the sum of each column.
    fn shift(&self, event: &Event<'_>, step: f64) -> Vec<f64> {
        (0..self.columns().len())
            .map(|place| match self.column(place) {
                Some(Column { layer: Some((_, ready)), measure, .. }) if self.is_whole_cost(measure) => {
                    self.layer_change(event, ready) * step
                }
                Some(Column { layer: None, measure, .. }) if self.is_whole_cost(measure) => {
                    event.sign * event.cost * step
                }
                Some(Column { layer: None, measure, .. }) if Some(measure.as_str()) == event.activity => {
                    event.sign * step
                }
                _ => 0.0,
            })
            .collect()
    }

    /// What one event does to a layer on average: an admission happens to people as admissions do, and a pound is
    /// saved where pounds are spent, each row counting by its chance to be drawn.
    fn layer_change(&self, event: &Event<'_>, ready: &PreparedLayer) -> f64 {
        let measures = self.population().measures();
        let (Some(costs), Some(months), Some(weights)) = (
            measures.get(ACTUAL_COST),
            measures.get(MEMBER_MONTHS),
            measures.get(event.activity.unwrap_or(ACTUAL_COST)),
        ) else {
            return 0.0;
        };
        let codes = self.population().classes().map_or(&[][..], crate::population::Classes::codes);
        // A layer is of whole minor units; what a fraction of one does is in proportion.
        let whole = event.cost.ceil();
        if whole == 0.0 {
            return 0.0;
        }
        #[allow(clippy::cast_possible_truncation)] // beyond 2^63 it is the largest, and no cost is
        let step = whole as i64;
        let (mut sum, mut total) = (0.0, 0.0);
        let rows =
            costs.values().iter().zip(months.values()).zip(weights.values()).zip(chances(self.population()));
        for (row, (((&cost, &months), &weight), chance)) in rows.enumerate() {
            if weight == 0 {
                continue;
            }
            let weight = weight as f64 * chance;
            let class = codes.get(row).copied().unwrap_or(0);
            let moved =
                if event.sign > 0.0 { cost.saturating_add(step) } else { cost.saturating_sub(step).max(0) };
            let change = ready.take(moved, months, class) - ready.take(cost, months, class);
            sum += change as f64 * weight;
            total += weight;
        }
        if total > 0.0 { sum / total * (event.cost / whole) } else { 0.0 }
    }
}
