//! Who lives where it is most deprived, what they cost, and what a person of theirs is worth under each contract.

mod effects;
mod sample;
mod withheld;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use self::{
    effects::{Effect, Effects, over_panels},
    sample::{Ratio, Sample},
    withheld::{ALL, CORE20, ELSE, Set, Spread, fifth},
};
use super::{
    Compare,
    neutral::Neutral,
    prepared::{Panelled, Prepared},
};
use crate::{
    decimal::{self, Inexact},
    error::Result,
    money::inexact,
    population::{
        ACTUAL_COST, Deprivation, MEMBER_MONTHS, MEMBERS, Measure, MeasureUnit, NEED_WEIGHTED, Population,
    },
    risk::measures::Estimate,
};

/// The name of the most deprived fifth: NHS England's, of the national population by the national index.
pub const CORE20_NAME: &str = "Core20";
/// The member months of a thousand people in a year.
const THOUSAND_YEARS: f64 = 12_000.0;

/// A population by deprivation: the most deprived fifth of the nation (Core20) beside everybody else, and all fifths.
///
/// The fifths are the nation's: a local population may have any share of its people in each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segments {
    /// The column that they were read from.
    pub column: String,
    /// What its numbers are, 1 the most deprived: `decile`.
    pub scale: String,
    /// Core20, everybody else, everybody, then the fifths from the second to the fifth.
    pub rows: Vec<Segment>,
    /// Core20 less everybody else, under each contract; none where either is withheld or empty.
    pub selection: Vec<SegmentEffect>,
    /// Core20 less everybody else, under a price per head that is the same for everybody and pays for everybody's cost.
    pub equal_price: Option<Estimate>,
    /// The same under a price per need-weighted head, where there is need.
    pub need_weighted_price: Option<Estimate>,
}

/// One segment. Amounts are exact sums over the rows as they are; estimates count each row by its chance to be drawn,
/// and their errors say how far other people like these would be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// Its name.
    pub name: String,
    /// The fifths it has, from 1, the most deprived.
    pub fifths: Vec<u8>,
    /// Distinct people; none where withheld, or where they would tell how many moved between fifths and these are few.
    pub people: Option<usize>,
    /// Rows: a person's years.
    pub person_years: Option<usize>,
    /// Member months.
    #[serde(deserialize_with = "decimal::read_option")]
    pub member_months: Option<Decimal>,
    /// Their share of all member months.
    pub share_of_member_months: Option<f64>,
    /// What their care cost, in major units.
    #[serde(deserialize_with = "decimal::read_option")]
    pub cost: Option<Decimal>,
    /// Its share of all cost.
    pub share_of_cost: Option<f64>,
    /// Cost for each member month.
    pub cost_per_member_month: Option<Estimate>,
    /// Need-weighted member months for each member month, where there is need.
    pub need: Option<Estimate>,
    /// What a price per head that is the same for everybody, and pays for everybody's cost, leaves for each member month.
    pub equal_price: Option<Estimate>,
    /// The same of a price per need-weighted head, where there is need.
    pub need_weighted_price: Option<Estimate>,
    /// Each activity.
    pub activity: Vec<SegmentActivity>,
    /// Each contract, in their order.
    pub contracts: Vec<SegmentEffect>,
    /// Whether it is withheld: it, or everybody else, is about too few people, or it would give such a segment away.
    pub suppressed: bool,
}

/// One activity of a segment; none where those who have any are too few, or would give such away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentActivity {
    /// The activity.
    pub activity: String,
    /// How much of it there was.
    #[serde(deserialize_with = "decimal::read_option")]
    pub total: Option<Decimal>,
    /// For a thousand people in a year.
    pub per_thousand_years: Option<Estimate>,
}

/// What one member month more of a segment does under a contract, in major units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentEffect {
    /// The contract.
    pub contract: String,
    /// What it does to the providers' results together; their whole cost is borne by whoever bears it.
    pub margin: Option<Estimate>,
    /// What it does to the payers' outlay.
    pub outlay: Option<Estimate>,
}

/// The sets that are told, each with its name.
const SETS: [(&str, Set); 7] = [
    (CORE20_NAME, CORE20),
    ("everybody else", ELSE),
    ("everybody", ALL),
    ("second fifth", 0b0_0010),
    ("third fifth", 0b0_0100),
    ("fourth fifth", 0b0_1000),
    ("least deprived fifth", 0b1_0000),
];

/// The population by deprivation; none where it has no such column.
pub(super) fn segments(
    asked: &Compare<'_>,
    prepared: &Prepared<'_>,
    panelled: &Panelled<'_>,
    neutrals: &[Neutral],
    at: usize,
) -> Result<Option<Segments>> {
    let Some(deprivation) = asked.population.deprivation() else { return Ok(None) };
    let told = Told::new(asked, deprivation);
    let mut rows = SETS.iter().map(|(name, set)| told.row(name, *set)).collect::<Result<Vec<_>>>()?;
    let mut selection = Vec::new();
    for (contract, neutral) in asked.contracts.iter().zip(neutrals) {
        let effects = Effects::new(neutral, prepared, panelled, at)?;
        selection.push(told.contract(contract.name(), &effects, &mut rows)?);
    }
    let (equal_price, need_weighted_price) = told.between_prices();
    Ok(Some(Segments {
        equal_price,
        need_weighted_price,
        column: deprivation.column().to_owned(),
        scale: deprivation.scale().to_string(),
        rows,
        selection,
    }))
}

/// The population, and what of it may be told.
struct Told<'a> {
    population: &'a Population,
    fifths: &'a [u8],
    least: usize,
    sample: Sample<'a>,
    everybody: Spread,
    hidden: Set,
    /// What a minor unit is worth.
    minor: f64,
    cost: Vec<f64>,
    need: Option<Vec<f64>>,
}

impl<'a> Told<'a> {
    #[allow(clippy::cast_precision_loss)] // pence and millionths of one row are far below 2^53
    fn new(asked: &Compare<'a>, deprivation: &'a Deprivation) -> Self {
        let population = asked.population;
        let fifths = deprivation.fifths();
        let least = asked.least_reported;
        let everybody = Spread::of(population, fifths, |_| true);
        let weights = population.weights();
        let is_drawn = |row: usize| weights.is_none_or(|w| w.get(row).is_some_and(|weight| *weight > 0.0));
        let drawn = Spread::of(population, fifths, is_drawn);
        let minor = 10f64.powi(-i32::try_from(population.currency().exponent()).unwrap_or(0));
        let column = |name: &str, step: f64| {
            let values = population.measures().get(name)?.values();
            Some(values.iter().map(|value| *value as f64 * step).collect::<Vec<f64>>())
        };
        Self {
            population,
            fifths,
            least,
            sample: Sample::new(population, fifths),
            // Rates are about those who can be drawn, sums about everybody.
            hidden: everybody.withheld(least) | drawn.withheld(least),
            everybody,
            minor,
            cost: column(ACTUAL_COST, minor).unwrap_or_default(),
            need: column(NEED_WEIGHTED, 1e-6),
        }
    }

    /// The sum of a measure over a set, exactly.
    fn sum(&self, measure: &Measure, set: Set) -> Result<Decimal> {
        let rows = measure.values().iter().zip(self.fifths);
        let inside = rows.filter(|(_, number)| fifth(**number) & set != 0);
        let steps: i128 = inside.map(|(value, _)| i128::from(*value)).sum();
        let places = measure.scale().ilog10();
        let sum = Decimal::try_from_i128_with_scale(steps, places);
        let sum = sum.map_err(|_| inexact("segment", Inexact::Overflow))?;
        Ok(if measure.unit() == MeasureUnit::Count { sum.normalize() } else { sum })
    }

    fn row(&self, name: &str, set: Set) -> Result<Segment> {
        let fifths = (1..=5).filter(|number| fifth(*number) & set != 0).collect();
        if !self.everybody.tells(set, self.hidden, self.least) {
            return Ok(Segment::withheld(name, fifths, self.activities().map(|(name, _)| name)));
        }
        let months = self.population.measure(MEMBER_MONTHS)?;
        let cost = self.population.measure(ACTUAL_COST)?;
        let share = |measure: &Measure| -> Result<Option<f64>> {
            let (part, whole) = (self.sum(measure, set)?, self.sum(measure, ALL)?);
            let share = decimal::to_f64(part) / decimal::to_f64(whole);
            Ok((!whole.is_zero()).then_some(share))
        };
        let tells_people = self.everybody.tells_people(self.least);
        let prices = self.prices(set);
        Ok(Segment {
            name: name.to_owned(),
            fifths,
            people: tells_people.then(|| self.everybody.people(set)),
            person_years: Some(self.fifths.iter().filter(|number| fifth(**number) & set != 0).count()),
            member_months: Some(self.sum(months, set)?),
            share_of_member_months: share(months)?,
            cost: Some(self.sum(cost, set)?),
            share_of_cost: share(cost)?,
            cost_per_member_month: prices.cost,
            need: prices.need,
            equal_price: prices.equal,
            need_weighted_price: prices.weighted,
            activity: self
                .activities()
                .map(|(name, m)| self.activity(name, m, set))
                .collect::<Result<_>>()?,
            contracts: Vec::new(),
            suppressed: false,
        })
    }

    /// Cost for each member month, and what a price that covers everybody's cost leaves of it.
    fn prices(&self, set: Set) -> Prices {
        let sample = &self.sample;
        let (Some(own), Some(all)) = (sample.a_month(set, &self.cost), sample.a_month(ALL, &self.cost))
        else {
            return Prices::default();
        };
        // A price that pays for everybody's cost leaves nothing on everybody, with no error.
        let left = |mean: f64, se: f64| {
            if set == ALL { Estimate { mean: 0.0, se: 0.0 } } else { Estimate { mean, se } }
        };
        let equal = left(all.value - own.value, sample.error(&[(1.0, &all), (-1.0, &own)]));
        let need = self.need.as_ref().and_then(|need| {
            let weight = sample.a_month(set, need)?;
            let price = sample.ratio(ALL, &self.cost, need)?;
            let parts = [(weight.value, &price), (price.value, &weight), (-1.0, &own)];
            let left = left(price.value * weight.value - own.value, sample.error(&parts));
            Some((Estimate { mean: weight.value, se: sample.error(&[(1.0, &weight)]) }, left))
        });
        Prices {
            cost: Some(Estimate { mean: own.value, se: sample.error(&[(1.0, &own)]) }),
            equal: Some(equal),
            need: need.map(|(weight, _)| weight),
            weighted: need.map(|(_, left)| left),
        }
    }

    /// What each of the two prices leaves on Core20, less what it leaves on everybody else.
    fn between_prices(&self) -> (Option<Estimate>, Option<Estimate>) {
        let sample = &self.sample;
        let both = [CORE20, ELSE].iter().all(|set| self.everybody.tells(*set, self.hidden, self.least));
        let costs = sample.a_month(CORE20, &self.cost).zip(sample.a_month(ELSE, &self.cost));
        let Some((core, rest)) = costs.filter(|_| both) else { return (None, None) };
        let of = |mean: f64, parts: &[(f64, &Ratio<'_>)]| Estimate { mean, se: sample.error(parts) };
        let equal = of(rest.value - core.value, &[(1.0, &rest), (-1.0, &core)]);
        let weighted = self.need.as_ref().and_then(|need| {
            let (more, less) = (sample.a_month(CORE20, need)?, sample.a_month(ELSE, need)?);
            let price = sample.ratio(ALL, &self.cost, need)?;
            let apart = more.value - less.value;
            Some(of(
                price.value * apart + equal.mean,
                &[(apart, &price), (price.value, &more), (-price.value, &less), (1.0, &rest), (-1.0, &core)],
            ))
        });
        (Some(equal), weighted)
    }

    /// The activities that the population counts.
    fn activities(&self) -> impl Iterator<Item = (&'a str, &'a Measure)> {
        let measures = self.population.measures().iter().map(|(name, measure)| (name.as_str(), measure));
        measures.filter(|(name, measure)| {
            measure.unit() == MeasureUnit::Count && ![MEMBER_MONTHS, MEMBERS, NEED_WEIGHTED].contains(name)
        })
    }

    #[allow(clippy::cast_precision_loss)] // counts of one row are far below 2^53
    fn activity(&self, name: &str, measure: &Measure, set: Set) -> Result<SegmentActivity> {
        let has = |row: usize| measure.values().get(row).is_some_and(|value| *value > 0);
        let those = Spread::of(self.population, self.fifths, has);
        let is_told = those.tells(set, those.withheld(self.least), self.least);
        let values: Vec<f64> = measure.values().iter().map(|value| *value as f64 / 1e6).collect();
        let rate = self.sample.a_month(set, &values).filter(|_| is_told).map(|rate| Estimate {
            mean: rate.value * THOUSAND_YEARS,
            se: self.sample.error(&[(1.0, &rate)]) * THOUSAND_YEARS,
        });
        Ok(SegmentActivity {
            activity: name.to_owned(),
            total: if is_told { Some(self.sum(measure, set)?) } else { None },
            per_thousand_years: rate,
        })
    }

    /// Adds what a contract does to each segment that is told; gives Core20 less everybody else.
    fn contract(&self, name: &str, effects: &Effects<'_>, rows: &mut [Segment]) -> Result<SegmentEffect> {
        let (margins, outlays) = effects.worth();
        let spreads = effects.spreads(self.fifths);
        // More that is hidden tells less: each column's own rule holds under all of them together.
        let hidden = spreads.iter().fold(self.hidden, |hidden, those| hidden | those.withheld(self.least));
        let mut told = Vec::new();
        for ((_, set), row) in SETS.iter().zip(rows.iter_mut()) {
            let is_told = self.everybody.tells(*set, hidden, self.least)
                && spreads.iter().all(|those| those.tells(*set, hidden, self.least));
            let effect = if is_told { effects.of(*set, &self.sample)? } else { None };
            let estimate = |changes: fn(&Effect) -> &[f64], worth: &[f64]| {
                let Some(effect) = &effect else { return Ok(None) };
                let people =
                    self.sample.a_month(*set, worth).map(|ratio| self.sample.error(&[(1.0, &ratio)]));
                over_panels(changes(effect), people.unwrap_or(0.0), self.minor).map(Some)
            };
            row.contracts.push(SegmentEffect {
                contract: name.to_owned(),
                margin: estimate(|effect| &effect.margin, &margins)?,
                outlay: estimate(|effect| &effect.outlay, &outlays)?,
            });
            told.push(effect);
        }
        let mut told = told.into_iter();
        let both = told.next().flatten().zip(told.next().flatten());
        let apart = |changes: fn(&Effect) -> &[f64], worth: &[f64]| {
            let Some((core, rest)) = &both else { return Ok(None) };
            let apart: Vec<f64> =
                changes(core).iter().zip(changes(rest)).map(|(core, rest)| core - rest).collect();
            let ratios = self.sample.a_month(CORE20, worth).zip(self.sample.a_month(ELSE, worth));
            let people = ratios.map(|(core, rest)| self.sample.error(&[(1.0, &core), (-1.0, &rest)]));
            over_panels(&apart, people.unwrap_or(0.0), self.minor).map(Some)
        };
        Ok(SegmentEffect {
            contract: name.to_owned(),
            margin: apart(|effect| &effect.margin, &margins)?,
            outlay: apart(|effect| &effect.outlay, &outlays)?,
        })
    }
}

#[derive(Default)]
struct Prices {
    cost: Option<Estimate>,
    equal: Option<Estimate>,
    need: Option<Estimate>,
    weighted: Option<Estimate>,
}

impl Segment {
    fn withheld<'a>(name: &str, fifths: Vec<u8>, activities: impl Iterator<Item = &'a str>) -> Self {
        let nothing = |activity: &str| SegmentActivity {
            activity: activity.to_owned(),
            total: None,
            per_thousand_years: None,
        };
        Self {
            name: name.to_owned(),
            fifths,
            people: None,
            person_years: None,
            member_months: None,
            share_of_member_months: None,
            cost: None,
            share_of_cost: None,
            cost_per_member_month: None,
            need: None,
            equal_price: None,
            need_weighted_price: None,
            activity: activities.map(nothing).collect(),
            contracts: Vec::new(),
            suppressed: true,
        }
    }

    /// The estimates it has.
    pub(super) fn estimates(&self) -> impl Iterator<Item = &Estimate> {
        let own = [&self.cost_per_member_month, &self.need, &self.equal_price, &self.need_weighted_price];
        let activity = self.activity.iter().map(|each| &each.per_thousand_years);
        let contracts = self.contracts.iter().flat_map(|each| [&each.margin, &each.outlay]);
        own.into_iter().chain(activity).chain(contracts).flatten()
    }

    /// Whether it tells nothing, as one that is withheld has to.
    pub(super) fn is_silent(&self) -> bool {
        let counts = [self.people, self.person_years];
        let amounts = [self.member_months, self.cost];
        counts.iter().all(Option::is_none)
            && amounts.iter().chain(self.activity.iter().map(|each| &each.total)).all(Option::is_none)
            && [self.share_of_member_months, self.share_of_cost].iter().all(Option::is_none)
            && self.estimates().next().is_none()
    }
}

impl Segments {
    /// A segment by its name.
    pub fn segment(&self, name: &str) -> Option<&Segment> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// The most deprived fifth.
    pub fn core20(&self) -> Option<&Segment> {
        self.segment(CORE20_NAME)
    }
}
