//! What happened: experiences that fit the free waterfalls.

use std::fmt;

use capitation::{
    Contract,
    contract::{PersonLayerOn, Plan, Threshold},
    exposure::Date,
    settlement::{Experience, People},
};
use proptest::{collection::vec, prelude::*};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{draft::first_day, terms::CLASSES};

/// A million: exposure is held in millionths of a month.
pub(crate) const MILLION: i64 = 1_000_000;

/// One person's year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Person {
    /// Millionths of a month.
    pub(crate) months: i64,
    /// A place in the list of classes.
    pub(crate) class: u32,
    /// In minor units.
    pub(crate) cost: i64,
    /// In minor units.
    pub(crate) drugs: i64,
}

/// What happened to a population under any free waterfall.
#[derive(Clone)]
pub(crate) struct Happened {
    pub(crate) people: Vec<Person>,
    pub(crate) activity: Decimal,
    pub(crate) quality: Decimal,
    pub(crate) need: Decimal,
    /// What each party has from outside, in minor units.
    pub(crate) outside: [i64; 4],
    /// Whether the terms of the second half of the year apply.
    pub(crate) later: bool,
}

impl fmt::Debug for Happened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "on {}, activity {}, quality {}, need {}",
            self.on(),
            self.activity,
            self.quality,
            self.need
        )?;
        writeln!(f, "outside income in minor units {:?}", self.outside)?;
        self.people.iter().try_for_each(|person| writeln!(f, "{person:?}"))
    }
}

/// A person's year; one in ten has a recovery instead of a cost.
fn people(whole_years: bool) -> impl Strategy<Value = Vec<Person>> {
    let months = if whole_years {
        Just(12 * MILLION).boxed()
    } else {
        prop_oneof![Just(12 * MILLION), (1..=12i64).prop_map(|m| m * MILLION), 1..=12 * MILLION].boxed()
    };
    let cost = || prop_oneof![2 => Just(0i64), 7 => 0i64..500_000, 1 => -20_000i64..0];
    let person = (months, 0u32..3, cost(), cost());
    vec(person.prop_map(|(months, class, cost, drugs)| Person { months, class, cost, drugs }), 0..12)
}

/// Experiences with exposures of any length.
pub(crate) fn experiences() -> impl Strategy<Value = Happened> {
    experiences_of(people(false))
}

/// Experiences of people who are covered for the whole year.
pub(crate) fn whole_years() -> impl Strategy<Value = Happened> {
    experiences_of(people(true))
}

fn experiences_of(people: impl Strategy<Value = Vec<Person>>) -> impl Strategy<Value = Happened> {
    let counted = (0i64..2_000).prop_map(Decimal::from);
    let quality = (0i64..=100).prop_map(|percent| Decimal::new(percent, 2));
    let need = (0i64..=20_000).prop_map(|parts| Decimal::new(parts, 4));
    let outside = prop::array::uniform4(0i64..10_000_000);
    (people, counted, quality, need, outside, any::<bool>()).prop_map(
        |(people, activity, quality, need, outside, later)| Happened {
            people,
            activity,
            quality,
            need,
            outside,
            later,
        },
    )
}

impl Happened {
    /// The day whose terms apply.
    pub(crate) fn on(&self) -> Date {
        if self.later { Date::new(2026, 12, 31).unwrap() } else { first_day() }
    }

    /// The people as columns.
    pub(crate) fn people(&self) -> People<'static> {
        let column = |of: fn(&Person) -> i64| self.people.iter().map(of).collect::<Vec<_>>();
        let classes: Vec<u32> = self.people.iter().map(|p| p.class).collect();
        let labels: Vec<String> = CLASSES.iter().map(ToString::to_string).collect();
        People::new(column(|p| p.months))
            .and_then(|people| people.with_class(classes, labels))
            .and_then(|people| people.with_amount("actual cost", column(|p| p.cost)))
            .and_then(|people| people.with_amount("drug cost", column(|p| p.drugs)))
            .unwrap()
    }

    /// What the contract asks for, with the people one by one.
    pub(crate) fn experience(&self, contract: &Contract) -> Experience<'static> {
        self.without_people(contract).with_people(self.people())
    }

    /// What the contract asks for, with the people added up.
    pub(crate) fn in_total(&self, contract: &Contract) -> Experience<'static> {
        let exponent = contract.currency().exponent();
        let total = |of: fn(&Person) -> i64, places| Decimal::new(self.people.iter().map(of).sum(), places);
        let totals = [
            ("member months", total(|p| p.months, 6)),
            ("actual cost", total(|p| p.cost, exponent)),
            ("drug cost", total(|p| p.drugs, exponent)),
        ];
        asked(self.without_people(contract), contract, totals)
    }

    fn without_people(&self, contract: &Contract) -> Experience<'static> {
        let given = [("activity", self.activity), ("quality", self.quality), ("need", self.need)];
        let experience = asked(Experience::new(), contract, given);
        let exponent = contract.currency().exponent();
        contract.document().parties.keys().zip(self.outside).fold(experience, |experience, (party, minor)| {
            experience.with_outside_income(party, Decimal::new(minor, exponent))
        })
    }

    /// The sum over people of each layer, worked out person by person, in minor units.
    pub(crate) fn layers(&self, plan: &Plan) -> Vec<Decimal> {
        let sum = |layer: &PersonLayerOn| self.people.iter().map(|person| layer_of(layer, person)).sum();
        plan.person_layers().iter().map(sum).collect()
    }

    /// The inputs in the order of the contract, money in minor units.
    pub(crate) fn counted(&self, contract: &Contract) -> Vec<Decimal> {
        let total = |of: fn(&Person) -> i64| self.people.iter().map(of).sum::<i64>();
        let input = |name: &String| match name.as_str() {
            "member months" => Decimal::new(total(|p| p.months), 6),
            "actual cost" => total(|p| p.cost).into(),
            "drug cost" => total(|p| p.drugs).into(),
            "activity" => self.activity,
            "quality" => self.quality,
            "need" => self.need,
            other => panic!("no input is called {other}"),
        };
        contract.document().inputs.keys().map(input).collect()
    }
}

/// What a layer takes of one person's amount.
fn layer_of(layer: &PersonLayerOn, person: &Person) -> Decimal {
    let threshold = |threshold: &Option<Threshold>| {
        let annual = threshold.as_ref().map(|threshold| match threshold {
            Threshold::All(value) => *value,
            Threshold::ByClass(values) => values[person.class as usize],
        });
        annual.map(|annual| if layer.annualised { prorated(annual, person.months) } else { annual })
    };
    let amount = Decimal::from(if layer.input == "actual cost" { person.cost } else { person.drugs });
    let beyond = threshold(&layer.above).map_or(amount, |above| (amount - above).max(Decimal::ZERO));
    threshold(&layer.limit).map_or(beyond, |limit| beyond.min(limit))
}

/// A threshold for twelve months cut to a part of them, half up to the minor unit.
fn prorated(annual: Decimal, months: i64) -> Decimal {
    let part = annual * Decimal::from(months) / Decimal::from(12 * MILLION);
    part.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
}

/// The amounts that the contract asks for.
fn asked<const N: usize>(
    experience: Experience<'static>,
    contract: &Contract,
    amounts: [(&str, Decimal); N],
) -> Experience<'static> {
    amounts
        .into_iter()
        .filter(|(name, _)| contract.document().inputs.contains_key(*name))
        .fold(experience, |experience, (name, amount)| experience.with_decimal(name, amount))
}
