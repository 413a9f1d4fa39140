//! What an amount can be at all, held against what it came to.

use rust_decimal::Decimal;

use crate::{
    contract::{
        Contract, Unit,
        layout::{BoundAt, End, Limited},
    },
    error::{Error, ErrorKind, Result},
    money::Money,
};

impl Limited {
    fn is_beyond(&self, amount: Decimal, bound: Decimal) -> bool {
        match self.end {
            End::Least => amount < bound,
            End::Most => amount > bound,
        }
    }
}

impl Contract {
    /// Refuses an amount beyond its limit. `amounts` are those known so far, in the contract's order and in minor units: at
    /// the door the inputs and terms, and after the last clause all, since a limit may be of a clause or name one.
    pub(crate) fn check_limits(&self, amounts: &[Decimal]) -> Result<()> {
        self.check_limits_of(|place| Ok(amounts.get(place).copied()))
    }

    /// Refuses inputs beyond their limits that are known apart from all else: `counted` gives each by name and unit, in minor
    /// units.
    pub(crate) fn check_limits_of_inputs(
        &self,
        counted: impl Fn(&str, Unit) -> Result<Option<Decimal>>,
    ) -> Result<()> {
        let layout = &self.layout;
        self.check_limits_of(|place| match (layout.names.get(place), layout.units.get(place)) {
            (Some(name), Some(unit)) if place < layout.inputs => counted(name, *unit),
            _ => Ok(None),
        })
    }

    /// Refuses an amount beyond its limit, as far as `known` gives the amounts by their places.
    fn check_limits_of(&self, known: impl Fn(usize) -> Result<Option<Decimal>>) -> Result<()> {
        for limited in &self.layout.limits {
            let bound = match limited.bound {
                BoundAt::Number(number) => Some(number),
                BoundAt::Place(place) => known(place)?,
            };
            if let (Some(amount), Some(bound)) = (known(limited.amount)?, bound)
                && limited.is_beyond(amount, bound)
            {
                return Err(self.beyond(limited, amount, bound)?);
            }
        }
        Ok(())
    }

    fn beyond(&self, limited: &Limited, amount: Decimal, bound: Decimal) -> Result<Error> {
        let name_of = |place: usize| self.layout.names.get(place).map_or("", String::as_str);
        let unit = self.layout.units.get(limited.amount).copied().unwrap_or(Unit::Ratio);
        let (above, least) = match limited.end {
            End::Least => ("below", "least"),
            End::Most => ("above", "most"),
        };
        let why = limited.why.as_ref().map_or_else(String::new, |why| format!(": {why}"));
        let (amount, bound) = (self.shown(unit, amount)?, self.shown(unit, bound)?);
        let name = name_of(limited.amount);
        let (mut problem, mut remedy) = match limited.bound {
            BoundAt::Number(_) => (
                format!("{amount} is {above} {bound}, the {least} that it can be"),
                format!("give at {least} {bound}"),
            ),
            BoundAt::Place(place) => (
                format!("{amount} is {above} `{}`, which is {bound}", name_of(place)),
                format!("give at {least} {bound}, or correct `{}`", name_of(place)),
            ),
        };
        problem.push_str(&why);
        let is_input = limited.amount < self.layout.inputs;
        if !is_input {
            remedy = format!("correct what it is made of: {}", self.made_of(limited.amount));
        }
        let place = format!("{} `{name}`", if is_input { "input" } else { "clause" });
        Ok(Error::new(ErrorKind::Range, place, problem, remedy))
    }

    /// The operands of a clause, by its place among all amounts.
    fn made_of(&self, place: usize) -> String {
        let first = self.layout.inputs + self.layout.terms;
        let clause = place.checked_sub(first).and_then(|clause| self.document.clause.get(clause));
        let operands = clause.map_or_else(Vec::new, |clause| clause.rule.operands());
        let quoted: Vec<String> = operands.into_iter().map(|name| format!("`{name}`")).collect();
        quoted.join(", ")
    }

    /// An amount as it is read: money with its currency, another without digits that say nothing.
    fn shown(&self, unit: Unit, counted: Decimal) -> Result<String> {
        if unit.has_money() {
            return Money::from_minor(counted, self.currency()).map(|money| money.to_string());
        }
        Ok(counted.normalize().to_string())
    }
}
