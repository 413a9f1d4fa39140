//! What is owed: a contract settled on what happened, exactly and line by line.

mod bridge;
mod examples;
mod experience;
mod given;
mod people;
mod reading;
mod statement;

pub use bridge::{Bridge, Change};
pub use examples::ExampleResult;
pub use experience::Experience;
pub(crate) use experience::check_range;
pub(crate) use given::whole_minor_units;
pub use people::People;
pub(crate) use people::PreparedLayer;
pub use statement::{Line, LineRole, Party, Payment, Statement};

use rust_decimal::Decimal;

use crate::{
    contract::{Contract, Plan, Unit},
    decimal,
    error::Result,
    exposure::Date,
    money::{inexact, power_of_ten},
};

impl Contract {
    /// What each party owes on what happened, with the terms of one day.
    ///
    /// The amounts are exact. Rounding happens where a clause says so; where money moves it must come out in
    /// whole minor units, so that no penny is lost between the parties.
    ///
    /// # Errors
    /// [`Experience`](crate::ErrorKind::Experience) where an input is missing or not known or a paid amount is not whole
    /// pennies, [`Range`](crate::ErrorKind::Range) where an input is outside its range or its limit, [`Period`](crate::ErrorKind::Period) where the
    /// day is outside the contract, [`Arithmetic`](crate::ErrorKind::Arithmetic) where a result cannot be held exactly.
    ///
    /// ```
    /// use capitation::{Contract, exposure::Date, settlement::Experience};
    /// # let contract = Contract::from_toml(include_str!("../templates/capitation.toml"))?;
    /// let happened = Experience::new().with("member months", "12000")?.with("actual cost", "4700000.00")?;
    /// let statement = contract.settle(&happened, Date::new(2026, 4, 1)?)?;
    /// assert_eq!(statement.amount("envelope").unwrap().to_string(), "4950000.00");
    /// assert_eq!(statement.surplus("provider").unwrap().to_string(), "£250,000.00");
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn settle(&self, experience: &Experience<'_>, on: Date) -> Result<Statement> {
        let plan = self.plan(on)?;
        let inputs = experience.inputs(self)?;
        self.check_limits(&[inputs.as_slice(), &plan.terms].concat())?;
        let over_people = experience.over_people(self, &plan)?;
        let amounts = evaluate(&plan, &inputs, &over_people)?;
        self.check_limits(&amounts)?;
        Statement::new(self, plan, on, over_people, amounts, experience)
    }
}

fn evaluate(plan: &Plan, inputs: &[Decimal], over_people: &[Decimal]) -> Result<Vec<Decimal>> {
    let mut amounts = Vec::new();
    plan.reading::<Decimal>().run(inputs, over_people, &mut amounts)?;
    Ok(amounts)
}

/// An amount as it is counted: money in minor units.
pub(crate) fn to_counted(value: Decimal, unit: Unit, exponent: u32) -> Result<Decimal> {
    if !unit.has_money() {
        return Ok(value);
    }
    power_of_ten(exponent)
        .and_then(|step| decimal::multiply(value, step))
        .map_err(|why| inexact("amount", why))
}

/// An amount as it is written: money in major units, with at least the decimals of the minor unit.
pub(crate) fn to_written(value: Decimal, unit: Unit, exponent: u32) -> Result<Decimal> {
    if !unit.has_money() {
        return Ok(value);
    }
    let moved = decimal::multiply(value, Decimal::new(1, exponent)).map_err(|why| inexact("amount", why))?;
    let mut shown = moved.normalize();
    if shown.scale() < exponent {
        shown.rescale(exponent);
    }
    Ok(shown)
}
