//! The question: this cost base, under these contracts, at these changes of activity.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::{
    change::{Change, PLAN},
    cost_base::CostBase,
    neutral,
    notes::notes,
    quantity::Quantity,
    result::{Stamp, UnderContract, UnderContracts},
    settled::{Ready, Source},
    tally::{Tally, Unit},
};
use crate::{
    contract::{Contract, Role, Unit as Measure},
    error::{Error, ErrorKind, Result},
    exposure::Date,
    settlement::whole_minor_units,
    text::nearest,
};

/// What an input is to be, as the caller says.
#[derive(Debug, Clone)]
enum Asked {
    Given(Decimal),
    Taken(Quantity),
    Set,
}

/// A cost base, contracts and changes of activity, ready to be settled.
///
/// An input of a contract is found by its name where that says what is meant (`actual cost`, `value of day cases`,
/// `forecast number of emergency admissions`); every other one is given, taken from a quantity of the cost base, or set
/// so that the contract costs the payer at plan what the first one costs. What one input is taken from holds for every
/// contract that asks for it.
///
/// `emergency admissions` are the points of delivery `non_elective`, `short_stay_emergency` and
/// `non_elective_long_stay_days`. Maternity and transfers, which a contract may treat otherwise, are to have a point of
/// their own then: they come under `all other services`.
///
/// Lines without a price are not part of it: neither their cost nor their activity enters a contract. And where inputs of a
/// contract count activity, those of every point of delivery with a price are to be counted, or an input or term is named
/// that pays for the rest ([`covered_by`](Under::covered_by)): so results compare payment and cost of the same work. A
/// contract none of whose inputs counts activity, as a block, pays for all of it.
#[derive(Debug, Clone)]
pub struct Under<'a> {
    base: &'a CostBase,
    contracts: Vec<(String, &'a Contract)>,
    changes: Vec<Change>,
    inputs: IndexMap<String, Asked>,
    /// The first input that was asked for more than once.
    twice: Option<String>,
    covered_by: Vec<String>,
    neutral: bool,
    on: Option<Date>,
    hospital: Option<String>,
    cases: Vec<(String, String)>,
}

impl CostBase {
    /// This cost base under contracts, each with the name that it has in the results. The first one sets the outlay of
    /// those that are made to cost the payer the same.
    pub fn under<'a, N: Into<String>>(
        &'a self,
        contracts: impl IntoIterator<Item = (N, &'a Contract)>,
    ) -> Under<'a> {
        Under {
            base: self,
            contracts: contracts.into_iter().map(|(name, contract)| (name.into(), contract)).collect(),
            changes: Vec::new(),
            inputs: IndexMap::new(),
            twice: None,
            covered_by: Vec::new(),
            neutral: false,
            on: None,
            hospital: None,
            cases: Vec::new(),
        }
    }
}

impl Under<'_> {
    /// One more change of activity; activity as planned is always there.
    #[must_use]
    pub fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// An input that is the same whatever is done: a baseline, a block amount, member months. Money in major units.
    #[must_use]
    pub fn given(mut self, input: impl Into<String>, amount: Decimal) -> Self {
        self.ask(input.into(), Asked::Given(amount));
        self
    }

    /// An input that is a quantity of the cost base; what its name alone would say gives way.
    #[must_use]
    pub fn taken(mut self, input: impl Into<String>, quantity: Quantity) -> Self {
        self.ask(input.into(), Asked::Taken(quantity));
        self
    }

    /// An input that is set so that its contract costs the payer at plan what the first contract costs: a block amount, a
    /// fixed element.
    #[must_use]
    pub fn set(mut self, input: impl Into<String>) -> Self {
        self.ask(input.into(), Asked::Set);
        self
    }

    fn ask(&mut self, input: String, asked: Asked) {
        if self.inputs.insert(input.clone(), asked).is_some() {
            self.twice.get_or_insert(input);
        }
    }

    /// An input or a term that pays for priced work which no input of its contract counts: the fixed element beside elective
    /// care by activity. Results list what it pays for ([`UnderContract::not_counted`]).
    #[must_use]
    pub fn covered_by(mut self, input_or_term: impl Into<String>) -> Self {
        self.covered_by.push(input_or_term.into());
        self
    }

    /// Every contract but the first costs the payer at plan what the first one costs: by the input that is set, or else
    /// by the contract's scaled term. A contract that has neither is left as it is where it costs the same already, as a
    /// blended payment does whose forecast is the plan, and refused otherwise.
    #[must_use]
    pub fn budget_neutral(mut self) -> Self {
        self.neutral = true;
        self
    }

    /// The day whose terms apply; needed where terms of a contract change in its period. The first day otherwise.
    #[must_use]
    pub fn on(mut self, day: Date) -> Self {
        self.on = Some(day);
        self
    }

    /// The party that is the hospital; needed where a contract has several providers.
    #[must_use]
    pub fn hospital(mut self, party: impl Into<String>) -> Self {
        self.hospital = Some(party.into());
        self
    }

    /// Tells what one case of this code at this point of delivery does, beside the mean case of every point.
    #[must_use]
    pub fn case(mut self, code: impl Into<String>, point: impl Into<String>) -> Self {
        self.cases.push((code.into(), point.into()));
        self
    }

    /// Settles every contract at plan and at each change.
    ///
    /// # Errors
    /// [`ErrorKind::Experience`] naming the input that a contract needs and that was not given, an input that no contract
    /// asks for or that is asked for twice, or a hospital that cannot be told from other providers; [`ErrorKind::Unit`] where a quantity has another
    /// unit than the input; [`ErrorKind::Comparison`] where a contract cannot be made to cost the same or two of its inputs
    /// are to be set, where inputs count some of the priced work and nothing pays for the rest, where no line has a price,
    /// or without contracts; [`ErrorKind::Name`] for two contracts or changes of one name;
    /// [`ErrorKind::Currency`] for a contract in another currency; what [`Contract::settle`] says.
    pub fn settle(&self) -> Result<UnderContracts> {
        self.check()?;
        let plan = Change::plan();
        let tallies = std::iter::once(&plan)
            .chain(&self.changes)
            .map(|change| Tally::of(self.base, change))
            .collect::<Result<Vec<_>>>()?;
        let Some(at_plan) = tallies.first() else { return Err(no_contracts()) };
        let mut contracts = Vec::with_capacity(self.contracts.len());
        let mut target = None;
        for (name, contract) in &self.contracts {
            let mut ready = self.ready(name, contract)?;
            let not_counted = ready.not_counted(&tallies, &self.covered_by)?;
            let input = self.input_to_set(&ready)?;
            let set = match (target, input) {
                (None, Some(input)) => return Err(first_is_set(&ready, input)),
                (Some(target), Some(_)) => Some(neutral::set(&ready, input, target, at_plan)?),
                (Some(target), None) if self.neutral && ready.flows(at_plan, at_plan)?.outlay != target => {
                    Some(neutral::set(&ready, None, target, at_plan)?)
                }
                _ => None,
            };
            let set = set.map(|(neutral, set)| {
                ready = neutral;
                set
            });
            for name in not_counted.first().map_or(&[][..], |at| &at.paid_by) {
                neutral::check_pays(&ready, name, at_plan)?;
            }
            let outcomes = ready.outcomes(&tallies)?;
            target = target.or(outcomes.first().map(|outcome| outcome.outlay));
            let mut spells = Vec::new();
            for now in &tallies {
                spells.extend(ready.effects(now, at_plan, &self.units(now)?)?);
            }
            contracts.push(UnderContract {
                name: name.clone(),
                fingerprint: ready.contract.fingerprint(),
                set,
                inputs: ready.inputs(at_plan)?,
                counts_activity: ready.counts_activity(),
                not_counted,
                outcomes,
                spells,
                unverified: contract.unverified().map(str::to_owned).collect(),
            });
        }
        let points = self.base.by_point(&plan)?;
        let stamp = self.stamp(at_plan, &contracts)?;
        Ok(UnderContracts { currency: self.base.currency, points, contracts, stamp })
    }

    fn check(&self) -> Result<()> {
        if self.contracts.is_empty() {
            return Err(no_contracts());
        }
        let twice = |place: String, remedy: &str| {
            Err(Error::new(ErrorKind::Name, place, "there are two of this name", remedy))
        };
        for (place, (name, contract)) in self.contracts.iter().enumerate() {
            if self.contracts.iter().take(place).any(|(known, _)| known == name) {
                return twice(format!("contract `{name}`"), "give each contract a name of its own");
            }
            if contract.currency() != self.base.currency {
                let problem =
                    format!("it is in {}, and the cost base in {}", contract.currency(), self.base.currency);
                let remedy = "convert one of them first, at a rate and date you can state";
                return Err(Error::new(ErrorKind::Currency, format!("contract `{name}`"), problem, remedy));
            }
        }
        for (place, change) in self.changes.iter().enumerate() {
            let known = self.changes.iter().take(place).any(|known| known.name() == change.name());
            if known || change.name() == PLAN {
                return twice(format!("change `{}`", change.name()), "activity as planned is always there");
            }
            change.check(self.base)?;
        }
        if self.base.lines.iter().all(|line| line.price.is_none()) {
            let remedy = "price the lines by a tariff, or give prices";
            return Err(Error::new(ErrorKind::Comparison, "cost base", "no line has a price", remedy));
        }
        self.check_inputs()
    }

    fn check_inputs(&self) -> Result<()> {
        if let Some(input) = &self.twice {
            return Err(Error::new(
                ErrorKind::Experience,
                format!("input `{input}`"),
                "it is asked for more than once",
                "give it, take it from a quantity of the cost base, or set it: one of them",
            ));
        }
        for (input, asked) in &self.inputs {
            if let Asked::Taken(quantity) = asked {
                quantity.check(input, self.base)?;
            }
            let declared =
                || self.contracts.iter().flat_map(|(_, contract)| contract.document().inputs.keys());
            if declared().any(|known| known == input) {
                continue;
            }
            let remedy = match nearest(input, declared().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "leave it out".to_owned(),
            };
            let place = format!("input `{input}`");
            return Err(Error::new(ErrorKind::Experience, place, "no contract asks for it", remedy));
        }
        self.check_covered_by()
    }

    fn check_covered_by(&self) -> Result<()> {
        let documents = || self.contracts.iter().map(|(_, contract)| contract.document());
        let known: Vec<&String> =
            documents().flat_map(|document| document.inputs.keys().chain(document.terms.keys())).collect();
        let Some(name) = self.covered_by.iter().find(|name| !known.contains(name)) else { return Ok(()) };
        let remedy = match nearest(name, known.iter().map(|name| name.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name one that pays for what no input counts, or leave it out".to_owned(),
        };
        let place = format!("covered by `{name}`");
        Err(Error::new(ErrorKind::Experience, place, "no contract has such an input or term", remedy))
    }

    /// The input of a contract that is to be set: at most one, since one outlay decides one amount.
    fn input_to_set(&self, ready: &Ready) -> Result<Option<&str>> {
        let inputs = &ready.contract.document().inputs;
        let mut set = self
            .inputs
            .iter()
            .filter(|(name, asked)| matches!(asked, Asked::Set) && inputs.contains_key(name.as_str()))
            .map(|(name, _)| name.as_str());
        match (set.next(), set.next()) {
            (Some(one), Some(other)) => Err(Error::new(
                ErrorKind::Comparison,
                ready.place(),
                format!("both `{one}` and `{other}` are to be set, and one outlay decides one amount"),
                "set one of them and give the other",
            )),
            (one, _) => Ok(one),
        }
    }

    fn ready(&self, name: &str, contract: &Contract) -> Result<Ready> {
        let place = format!("contract `{name}`");
        let day = match (self.on, contract.changes().first()) {
            (Some(day), _) => day,
            (None, None) => contract.period().start,
            (None, Some(change)) => {
                let problem = format!("a term changes on {change}, and no day is named");
                return Err(Error::new(ErrorKind::Period, place, problem, "name the day whose terms apply"));
            }
        };
        let hospital = self.party(contract).map_err(|why| why.within(&place))?;
        let inputs = contract.document().inputs.iter();
        let sources = inputs
            .map(|(input, unit)| Ok((input.clone(), self.source(input, *unit)?)))
            .collect::<Result<Vec<_>>>()
            .map_err(|why| why.within(&place))?;
        Ok(Ready { name: name.to_owned(), contract: contract.clone(), day, hospital, sources })
    }

    fn party(&self, contract: &Contract) -> Result<String> {
        let parties = &contract.document().parties;
        if let Some(named) = &self.hospital {
            return match parties.get(named) {
                Some(Role::Provider) => Ok(named.clone()),
                _ => Err(Error::new(
                    ErrorKind::Experience,
                    format!("hospital `{named}`"),
                    "it is no provider of this contract",
                    "name the provider that bears the cost; the same in every contract",
                )),
            };
        }
        let mut providers = parties.iter().filter(|(_, role)| **role == Role::Provider).map(|(name, _)| name);
        match (providers.next(), providers.next()) {
            (Some(only), None) => Ok(only.clone()),
            (None, _) => Err(Error::new(
                ErrorKind::Experience,
                "hospital",
                "the contract has no provider",
                "give the party that is paid the role provider",
            )),
            (Some(one), Some(other)) => Err(Error::new(
                ErrorKind::Experience,
                "hospital",
                format!("both `{one}` and `{other}` are providers"),
                "name the party that is the hospital",
            )),
        }
    }

    fn source(&self, input: &str, unit: Measure) -> Result<Source> {
        let place = || format!("input `{input}`");
        match self.inputs.get(input) {
            Some(Asked::Given(amount)) => {
                whole_minor_units(&place(), *amount, unit, self.base.currency)?;
                Ok(Source::Given(*amount))
            }
            Some(Asked::Set) => Ok(Source::Set(Decimal::ZERO)),
            Some(Asked::Taken(quantity)) if quantity.unit() == unit => Ok(Source::Taken(quantity.clone(), false)),
            Some(Asked::Taken(quantity)) => {
                let problem = format!("it is {unit}, and {quantity} is {}", quantity.unit());
                Err(Error::new(ErrorKind::Unit, place(), problem, "take a quantity of its unit, or give it"))
            }
            None => Quantity::of_input(input, unit, self.base).map(|found| Source::Taken(found, true)).ok_or_else(
                || {
                    Error::new(
                        ErrorKind::Experience,
                        place(),
                        format!("it is {unit}, and its name does not say what of the cost base it is"),
                        "give it, take it from a quantity of the cost base, or set it to cost the payer the same at plan",
                    )
                },
            ),
        }
    }

    /// The mean case of each point at which something is done, and the cases that were asked for.
    fn units<'t>(&'t self, now: &'t Tally) -> Result<Vec<Unit<'t>>> {
        let places = self.base.currency.exponent();
        let mut units: Vec<Unit<'_>> =
            now.points.keys().filter_map(|point| now.mean_unit(point, places)).collect();
        for (code, point) in &self.cases {
            let line = self.base.lines.iter().find(|line| line.code == *code && line.point == *point);
            let refuse = |problem: &str| {
                let place = format!("case of `{code}` at `{point}`");
                Err(Error::new(ErrorKind::Unknown, place, problem, "name a line that has a price"))
            };
            let Some(line) = line else { return refuse("there is no such line") };
            let Some(price) = line.price else { return refuse("it has no price") };
            let marginal_cost = line.marginal_cost;
            units.push(Unit { point: &line.point, code: Some(&line.code), price, marginal_cost });
        }
        Ok(units)
    }

    fn stamp(&self, plan: &Tally, contracts: &[UnderContract]) -> Result<Stamp> {
        let base = self.base;
        Ok(Stamp {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            cost_base: base.fingerprint(),
            prices: if base.priced_by.is_empty() {
                vec!["given with the lines".to_owned()]
            } else {
                base.priced_by.clone()
            },
            marginal_share: base.share.words(),
            notes: notes(base, plan, contracts, self.neutral)?,
        })
    }
}

fn no_contracts() -> Error {
    Error::new(
        ErrorKind::Comparison,
        "cost base under contracts",
        "there are no contracts",
        "give at least one",
    )
}

fn first_is_set(ready: &Ready, input: &str) -> Error {
    let problem =
        format!("its input `{input}` is to be set, and it is the first contract, which sets the outlay");
    let remedy = "put another contract first, or give the amount";
    Error::new(ErrorKind::Comparison, ready.place(), problem, remedy)
}
