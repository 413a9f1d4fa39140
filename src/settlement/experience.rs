//! What happened: the inputs of a settlement.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::{given::part_of_a_penny, people::People, to_counted, to_written};
use crate::{
    contract::{Contract, Plan, Unit},
    decimal::Exact,
    error::{Error, ErrorKind, Result},
    population::{MEMBER_MONTHS, MeasureUnit, Population},
};

/// What was measured in the period: an amount for each input of the contract, and the people one by one where a
/// clause acts on each person.
///
/// An amount is written in the unit of its input, money in major units. Exposure and costs that are given for
/// each person need not be given again; where they are, the two must agree to the penny.
#[derive(Debug, Clone, Default)]
pub struct Experience<'a> {
    amounts: IndexMap<String, Amount>,
    people: Option<People<'a>>,
    outside_income: IndexMap<String, Decimal>,
    /// The fingerprint of the population that it was taken from.
    population: Option<String>,
}

/// One amount, as it is written.
#[derive(Debug, Clone, Copy)]
struct Amount {
    written: Decimal,
    /// Whether it was measured, and not worked out from something else.
    is_measured: bool,
}

impl<'a> Experience<'a> {
    /// Nothing measured yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more amount as it was measured, written as a plain decimal. Money is in whole minor units, as it
    /// was paid or spent; the settlement refuses parts of a penny.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] where the text is not a plain decimal.
    pub fn with(self, input: impl Into<String>, amount: &str) -> Result<Self> {
        let input = input.into();
        match amount.parse::<Exact>() {
            Ok(exact) => Ok(self.with_measured(input, exact.0)),
            Err(why) => {
                let says = why.to_string();
                let (problem, remedy) = says.split_once("; ").unwrap_or((&says, "write a plain decimal"));
                Err(Error::new(ErrorKind::Value, format!("input `{input}`"), problem, remedy))
            }
        }
    }

    /// The same with one more amount as it was measured: money in whole minor units.
    #[must_use]
    pub fn with_measured(mut self, input: impl Into<String>, amount: Decimal) -> Self {
        self.amounts.insert(input.into(), Amount { written: amount, is_measured: true });
        self
    }

    /// The same with one more amount that was worked out, such as activity at its prices: money may have parts of a penny,
    /// which the clauses round.
    #[must_use]
    pub fn with_decimal(mut self, input: impl Into<String>, amount: Decimal) -> Self {
        self.amounts.insert(input.into(), Amount { written: amount, is_measured: false });
        self
    }

    /// The same with people.
    #[must_use]
    pub fn with_people(mut self, people: People<'a>) -> Self {
        self.people = Some(people);
        self
    }

    /// The same with what a party receives from outside the contract, in major units: a payer's allocation, a
    /// provider's other income.
    #[must_use]
    pub fn with_outside_income(mut self, party: impl Into<String>, amount: Decimal) -> Self {
        self.outside_income.insert(party.into(), amount);
        self
    }

    /// What each party receives from outside, by party.
    pub(super) fn outside_income(&self) -> &IndexMap<String, Decimal> {
        &self.outside_income
    }

    /// The fingerprint of the population that it was taken from.
    pub(super) fn population(&self) -> Option<&str> {
        self.population.as_deref()
    }

    /// How many people are given one by one.
    pub(super) fn people_given(&self) -> Option<usize> {
        self.people.as_ref().map(People::len)
    }

    /// The contract's inputs in its order, with money in minor units.
    pub(super) fn inputs(&self, contract: &Contract) -> Result<Vec<Decimal>> {
        let declared = &contract.document().inputs;
        self.refuse_unknown(contract)?;
        let given: Vec<Option<Decimal>> =
            declared.iter().map(|(name, unit)| self.input(name, *unit, contract)).collect::<Result<_>>()?;
        let not_given = |(_, given): &(_, &Option<Decimal>)| given.is_none();
        let missing: Vec<(&str, Unit)> = declared
            .iter()
            .zip(&given)
            .filter(not_given)
            .map(|((name, unit), _)| (name.as_str(), *unit))
            .collect();
        if missing.is_empty() {
            return Ok(given.into_iter().flatten().collect());
        }
        Err(all_missing(contract, &missing))
    }

    fn refuse_unknown(&self, contract: &Contract) -> Result<()> {
        let document = contract.document();
        // A person's amount that no clause asks for is harmless; a total that none asks for is a slip.
        let not_declared = self.amounts.keys().find(|name| !document.inputs.contains_key(*name));
        if let Some(name) = not_declared {
            let known: Vec<String> = document.inputs.keys().map(|known| format!("`{known}`")).collect();
            return Err(Error::new(
                ErrorKind::Experience,
                format!("input `{name}`"),
                format!("contract `{}` does not ask for it", document.name),
                format!("it asks for {}", known.join(", ")),
            ));
        }
        if let Some(name) = self.outside_income.keys().find(|name| !document.parties.contains_key(*name)) {
            let known: Vec<String> = document.parties.keys().map(|known| format!("`{known}`")).collect();
            return Err(Error::new(
                ErrorKind::Experience,
                format!("outside income of `{name}`"),
                format!("contract `{}` has no such party", document.name),
                format!("its parties are {}", known.join(", ")),
            ));
        }
        Ok(())
    }

    /// An input as it is counted, where it was given.
    fn input(&self, name: &str, unit: Unit, contract: &Contract) -> Result<Option<Decimal>> {
        let place = || format!("input `{name}`");
        let exponent = contract.currency().exponent();
        let given = self.amounts.get(name).map(|a| to_counted(a.written, unit, exponent)).transpose();
        let given = given.map_err(|why| why.within(place()))?;
        let of_people = self.people.as_ref().and_then(|people| match unit {
            Unit::Count if name == MEMBER_MONTHS => Some(people.member_months()),
            Unit::Money => people.total(name),
            _ => None,
        });
        let amount = match (given, of_people) {
            (Some(given), Some(summed)) if given != summed => {
                let shown = |amount| to_written(amount, unit, exponent);
                return Err(Error::new(
                    ErrorKind::Experience,
                    place(),
                    format!("{} is given, and the people add up to {}", shown(given)?, shown(summed)?),
                    "correct one of the two, or give the people alone",
                ));
            }
            (Some(amount), _) | (None, Some(amount)) => amount,
            (None, None) => return Ok(None),
        };
        check_range(amount, unit)
            .map_err(|(problem, remedy)| Error::new(ErrorKind::Range, place(), problem, remedy))?;
        let is_measured = self.amounts.get(name).is_some_and(|amount| amount.is_measured);
        if is_measured && unit == Unit::Money && !amount.fract().is_zero() {
            return Err(part_of_a_penny(place(), amount, contract.currency())?);
        }
        Ok(Some(amount))
    }

    /// The sums over people of the contract's layers.
    pub(super) fn over_people(&self, contract: &Contract, plan: &Plan) -> Result<Vec<Decimal>> {
        let layers = plan.person_layers();
        let Some(people) = &self.people else {
            return match layers.first() {
                None => Ok(Vec::new()),
                Some(layer) => Err(Error::new(
                    ErrorKind::Experience,
                    format!("clause `{}`", layer.clause),
                    format!(
                        "contract `{}` acts on each person's `{}`, and no people were given",
                        contract.name(),
                        layer.input
                    ),
                    "give the people's months and costs one by one",
                )),
            };
        };
        layers.iter().map(|layer| people.sum_of_layer(layer)).collect()
    }
}

/// What to say of inputs that were not given: all of them, so that one correction is enough.
fn all_missing(contract: &Contract, missing: &[(&str, Unit)]) -> Error {
    let needs = format!("contract `{}` needs", contract.name());
    if let [(name, unit)] = missing {
        let problem = format!("{needs} it, and it was not given");
        return Error::new(
            ErrorKind::Experience,
            format!("input `{name}`"),
            problem,
            format!("give it as {unit}"),
        );
    }
    let each: Vec<String> = missing.iter().map(|(name, unit)| format!("`{name}` as {unit}")).collect();
    Error::new(
        ErrorKind::Experience,
        "inputs",
        format!("{needs} {} more than were given", missing.len()),
        format!("give {}", each.join(", ")),
    )
}

/// A count is not negative and a share lies between 0 and 1; money may have either sign (recoveries).
pub(crate) fn check_range(amount: Decimal, unit: Unit) -> Result<(), (String, &'static str)> {
    match unit {
        Unit::Count if amount < Decimal::ZERO => {
            Err((format!("{amount} is negative"), "give a count of at least 0"))
        }
        Unit::Share if !(Decimal::ZERO..=Decimal::ONE).contains(&amount) => {
            Err((format!("{amount} is not a share"), "give a number from 0 to 1"))
        }
        _ => Ok(()),
    }
}

impl Experience<'static> {
    /// What a population had in one year, or in all its rows where no year is named: the inputs that a contract asks
    /// for by the names of the population's measures, and the rest as `given`, in major units.
    ///
    /// # Errors
    /// [`ErrorKind::Experience`] where an input is neither measured nor given, or nobody was there that year.
    pub fn of(
        population: &Population,
        contract: &Contract,
        year: Option<i64>,
        given: &IndexMap<String, Decimal>,
    ) -> Result<Self> {
        let rows = population.rows_of_year(year);
        if rows.is_empty() {
            return Err(Error::new(
                ErrorKind::Experience,
                "population",
                "nobody was there that year",
                format!("name one of its years, {:?}", population.years()),
            ));
        }
        let column = |values: &[i64]| -> Vec<i64> {
            rows.iter().map(|row| values.get(*row).copied().unwrap_or_default()).collect()
        };
        let mut people = People::new(column(population.measure(MEMBER_MONTHS)?.values()))?;
        if let Some(classes) = population.classes() {
            let codes: Vec<u32> =
                rows.iter().map(|row| classes.codes().get(*row).copied().unwrap_or_default()).collect();
            people = people.with_class(codes, classes.labels().to_vec())?;
        }
        let mut experience = Self { population: Some(population.fingerprint().to_owned()), ..Self::new() };
        for (name, unit) in &contract.document().inputs {
            if let Some(amount) = given.get(name) {
                experience = experience.with_measured(name, *amount);
                continue;
            }
            let Some(measure) = population.measures().get(name) else { continue };
            match (measure.unit(), unit) {
                (MeasureUnit::Money, Unit::Money) => {
                    people = people.with_amount(name, column(measure.values()))?;
                }
                (MeasureUnit::Count, Unit::Count) if name != MEMBER_MONTHS => {
                    let sum: i128 = column(measure.values()).iter().map(|count| i128::from(*count)).sum();
                    let sum = Decimal::try_from_i128_with_scale(sum, 6).unwrap_or(Decimal::MAX);
                    experience = experience.with_decimal(name, sum.normalize());
                }
                _ => {}
            }
        }
        Ok(experience.with_people(people))
    }
}
