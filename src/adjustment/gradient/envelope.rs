//! The envelope of a population with deprivation and without.

use std::collections::HashSet;

use rust_decimal::Decimal;
use serde::Serialize;

use super::{FIFTHS, Gradient, PeopleOf, fifth_name, row};
use crate::{
    adjustment::amounts::{divide, minus, per_head, plus, quotient, sum, times},
    error::{Error, ErrorKind, Result},
    money::{Currency, Money, RoundingMode},
};

/// Decimals of an amount by which whole pennies are divided.
const WEIGHT: i32 = 4;
/// Decimals of a part that is shown.
const PART: i32 = 6;

/// The envelope of one fifth of deprivation. Amounts are in pounds, whole pennies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FifthEnvelope {
    /// The fifth, from 1, the most deprived.
    pub quintile: u8,
    /// What it is called: the first is Core20.
    pub name: String,
    /// How many people there are.
    pub people: Decimal,
    /// What their care costs, by age, sex and deprivation.
    pub with_deprivation: Decimal,
    /// What they would be given by age and sex alone, at the mean of all fifths of the nation.
    pub without_deprivation: Decimal,
    /// What leaving out deprivation gives them; below zero takes from them.
    pub difference: Decimal,
    /// The same as a part of what their care costs, half up to six decimals; none where there is nobody.
    pub part: Option<Decimal>,
    /// Cost for one person, half up to the penny; none where there is nobody.
    pub cost_per_head: Option<Decimal>,
    /// The difference for one person.
    pub difference_per_head: Option<Decimal>,
}

/// The envelope of a population by age, sex and deprivation, beside the same by age and sex alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Envelope {
    /// The financial year of the costs.
    pub year: String,
    /// Fifth by fifth, the most deprived first.
    pub fifths: Vec<FifthEnvelope>,
    /// All people.
    pub people: Decimal,
    /// What care costs for all, in whole pennies.
    pub with_deprivation: Decimal,
    /// What all are given by age and sex alone. For the people of the gradient itself it is the same; for a place that is
    /// more deprived than the nation it is less, and that is what the place loses.
    pub without_deprivation: Decimal,
    /// The currency: pounds.
    pub currency: Currency,
    /// The fingerprint of the gradient.
    pub gradient: String,
    /// The version of this crate.
    pub version: String,
}

impl Gradient {
    /// What care costs for these people by age, sex and deprivation, and what they would be given by age and sex alone.
    ///
    /// Each total is rounded half up to the penny and shared out to fifths without loss.
    ///
    /// # Errors
    /// [`Row`](crate::ErrorKind::Row) where an age, sex or fifth is not in the gradient or is there twice, or there are fewer than
    /// no people;
    /// [`Arithmetic`](crate::ErrorKind::Arithmetic) where people have so many decimals that a cost cannot be held exactly, or there is
    /// nobody.
    pub fn envelope(&self, people: &[PeopleOf]) -> Result<Envelope> {
        let zero = [Decimal::ZERO; FIFTHS];
        let (mut counts, mut with, mut without) = (zero, zero, zero);
        let mut known = HashSet::with_capacity(people.len());
        for of in people {
            let (cost, mean) = self.rates(of)?;
            let place = format!("age {}, {}, fifth {}", of.age, of.sex, of.quintile);
            if !known.insert((of.age, of.sex, of.quintile)) {
                return Err(row(place, "it is there twice", "add up its people into one row"));
            }
            let at = usize::from(of.quintile) - 1;
            let add = |sums: &mut [Decimal; FIFTHS], more: Decimal| -> Result<()> {
                if let Some(sum) = sums.get_mut(at) {
                    *sum = plus(&place, *sum, more)?;
                }
                Ok(())
            };
            add(&mut counts, of.people)?;
            add(&mut with, times(&place, of.people, cost)?)?;
            add(&mut without, times(&place, of.people, mean)?)?;
        }
        if sum("people", &counts)?.is_zero() {
            let problem = "they add up to nobody";
            let remedy = "give how many there are of each age, sex and fifth";
            return Err(Error::new(ErrorKind::Arithmetic, "people", problem, remedy));
        }
        let total = |parts: &[Decimal; FIFTHS]| -> Result<Money> {
            Ok(Money::new(sum("envelope", parts)?, self.currency).to_minor_unit(RoundingMode::HalfUp))
        };
        let (total_with, total_without) = (total(&with)?, total(&without)?);
        let with = divide("envelope", total_with, &with, WEIGHT)?;
        let without = divide("envelope", total_without, &without, WEIGHT)?;
        let mut fifths = Vec::with_capacity(FIFTHS);
        for (quintile, (people, (with, without))) in
            (1..).zip(counts.into_iter().zip(with.into_iter().zip(without)))
        {
            fifths.push(self.fifth(quintile, people, with, without)?);
        }
        Ok(Envelope {
            year: self.year.clone(),
            fifths,
            people: sum("people", &counts)?,
            with_deprivation: total_with.amount(),
            without_deprivation: total_without.amount(),
            currency: self.currency,
            gradient: self.fingerprint.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    fn fifth(&self, quintile: u8, people: Decimal, with: Decimal, without: Decimal) -> Result<FifthEnvelope> {
        let name = fifth_name(quintile);
        let difference = minus(name, without, with)?;
        let each = |amount| {
            if people.is_zero() { Ok(None) } else { per_head(name, amount, people, self.currency).map(Some) }
        };
        Ok(FifthEnvelope {
            quintile,
            name: name.to_owned(),
            people,
            with_deprivation: with,
            without_deprivation: without,
            difference,
            part: if with.is_zero() { None } else { Some(quotient(name, difference, with, PART)?) },
            cost_per_head: each(with)?,
            difference_per_head: each(difference)?,
        })
    }

    /// Cost per head of a cell, and the mean of its age and sex.
    fn rates(&self, of: &PeopleOf) -> Result<(Decimal, Decimal)> {
        let place = || format!("age {}, {}, fifth {}", of.age, of.sex, of.quintile);
        if of.people.is_sign_negative() && !of.people.is_zero() {
            return Err(row(
                place(),
                &format!("{} people are fewer than none", of.people),
                "count them anew",
            ));
        }
        let fifths = self.cells.get(&(of.age, of.sex)).zip(self.means.get(&(of.age, of.sex)));
        let Some((fifths, mean)) = fifths else {
            let remedy = if of.age > self.oldest {
                format!(
                    "its last age is {0}: where that stands for all who are older, count them as {0}; where it is one year \
                     like the others, leave them out and say so",
                    self.oldest
                )
            } else {
                "use ages that the gradient has".to_owned()
            };
            return Err(row(place(), &format!("the gradient of {} does not have it", self.year), &remedy));
        };
        let fifth = usize::from(of.quintile).checked_sub(1).and_then(|at| fifths.get(at));
        let (_, cost) = fifth.ok_or_else(|| row(place(), "there are five fifths", "number them 1 to 5"))?;
        Ok((*cost, *mean))
    }
}
