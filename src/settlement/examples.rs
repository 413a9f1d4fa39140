//! The worked examples of a contract, settled.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::{Experience, People, people::months_from, to_counted};
use crate::{
    contract::{Contract, Example, Unit},
    error::{Error, ErrorKind, Result},
};

/// What a worked example came to, for one amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleResult {
    /// The example.
    pub example: String,
    /// The clause.
    pub clause: String,
    /// What the example says.
    pub expected: Decimal,
    /// What the contract gives.
    pub came_to: Decimal,
}

impl ExampleResult {
    /// Whether the two are the same number.
    pub fn holds(&self) -> bool {
        self.expected == self.came_to
    }
}

impl Contract {
    /// Settles the contract's own worked examples and gives every amount beside what it should be.
    ///
    /// # Errors
    /// Where an example cannot be settled at all, naming the example.
    pub fn check_examples(&self) -> Result<Vec<ExampleResult>> {
        let mut results = Vec::new();
        for example in &self.document().example {
            let came = self
                .settle_example(example)
                .map_err(|why| why.within(format!("example `{}`", example.name)))?;
            results.extend(came);
        }
        Ok(results)
    }

    fn settle_example(&self, example: &Example) -> Result<Vec<ExampleResult>> {
        let mut experience = Experience::new();
        for (name, amount) in &example.given {
            experience = experience.with_measured(name, amount.0);
        }
        if !example.people.is_empty() {
            experience = experience.with_people(self.people_of(example)?);
        }
        let statement = self.settle(&experience, example.on.unwrap_or(self.period().start))?;
        let line = |(clause, expected): (&String, &crate::decimal::Exact)| {
            let came_to = statement.amount(clause).unwrap_or_default();
            ExampleResult {
                example: example.name.clone(),
                clause: clause.clone(),
                expected: expected.0,
                came_to,
            }
        };
        Ok(example.gives.iter().map(line).collect())
    }

    fn people_of(&self, example: &Example) -> Result<People<'static>> {
        let exponent = self.currency().exponent();
        let mut months = Vec::new();
        let mut labels: Vec<String> = Vec::new();
        let mut codes = Vec::new();
        let mut amounts: IndexMap<&str, Vec<i64>> = IndexMap::new();
        for (row, person) in example.people.iter().enumerate() {
            let place = format!("person {row}");
            months.push(months_from(person.months, &place)?);
            if let Some(class) = &person.class {
                let code = labels.iter().position(|known| known == class).unwrap_or_else(|| {
                    labels.push(class.clone());
                    labels.len() - 1
                });
                codes.push(u32::try_from(code).unwrap_or(u32::MAX));
            }
            for (name, amount) in &person.amounts {
                let minor = to_counted(amount.0, Unit::Money, exponent)?;
                let minor = Some(minor.normalize()).filter(|m| m.fract().is_zero());
                let minor = minor.and_then(|m| i64::try_from(m).ok()).ok_or_else(|| {
                    Error::new(
                        ErrorKind::Value,
                        place.clone(),
                        format!("{amount} is not an amount to the penny"),
                        "write the amount in whole minor units",
                    )
                })?;
                amounts.entry(name).or_default().push(minor);
            }
        }
        let mut people = People::new(months)?;
        if !codes.is_empty() {
            people = people.with_class(codes, labels)?;
        }
        for (name, column) in amounts {
            people = people.with_amount(name, column)?;
        }
        Ok(people)
    }
}
