//! Which priced work a contract counts in no input, and what pays for it.

use super::{
    result::NotCounted,
    settled::{Ready, Source},
    tally::Tally,
};
use crate::error::{Error, ErrorKind, Result};

impl Ready {
    /// The points of delivery with income that no quantity among the inputs is of; none where no input counts activity, as
    /// of a block. What is named in `covered_by` and is an input or term of the contract pays for them.
    ///
    /// # Errors
    /// [`ErrorKind::Comparison`] where nothing is named that pays for them, or what is named is a quantity of its own.
    pub(super) fn not_counted(&self, tallies: &[Tally], covered_by: &[String]) -> Result<Vec<NotCounted>> {
        let paid_by = self.paid_by(covered_by)?;
        if !self.counts_activity() {
            return Ok(Vec::new());
        }
        let Some(plan) = tallies.first() else { return Ok(Vec::new()) };
        let is_paid = |point: &str| {
            tallies.iter().any(|now| now.points.get(point).is_some_and(|at| !at.income.is_zero()))
        };
        let missed: Vec<NotCounted> = plan
            .points
            .values()
            .filter(|at| is_paid(&at.name) && !self.counts(&at.name))
            .map(|at| NotCounted {
                point: at.name.clone(),
                activity: at.activity,
                income: at.income,
                cost: at.cost,
                paid_by: paid_by.clone(),
            })
            .collect();
        if missed.is_empty() || !paid_by.is_empty() {
            return Ok(missed);
        }
        let told: Vec<String> = missed.iter().map(NotCounted::to_string).collect();
        let told = told.join(" or ");
        Err(Error::new(
            ErrorKind::Comparison,
            self.place(),
            format!("no input counts {told}: they would cost and be paid nothing"),
            "name the input or term that pays for them (covered by), such as a fixed element, take an input from a \
             quantity of them, or leave their lines out of the cost base",
        ))
    }

    /// Whether any input is a quantity of activity, by its name or as the caller says.
    pub(super) fn counts_activity(&self) -> bool {
        self.sources.iter().any(|(_, source)| is_of_activity(source))
    }

    fn counts(&self, point: &str) -> bool {
        self.sources.iter().any(|(_, source)| match source {
            Source::Taken(quantity, _) if is_of_activity(source) => quantity.is_of(point),
            _ => false,
        })
    }

    /// What an input of this name is taken from, where there is one.
    pub(super) fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|(input, _)| input == name).map(|(_, source)| source)
    }

    /// Of the names that pay for the rest, those that this contract has.
    fn paid_by(&self, covered_by: &[String]) -> Result<Vec<String>> {
        let mut paid_by = Vec::new();
        for name in covered_by {
            let source = self.source(name);
            if let Some(Source::Taken(quantity, _)) = source {
                return Err(Error::new(
                    ErrorKind::Comparison,
                    format!("{}, covered by `{name}`", self.place()),
                    format!("it is {quantity}, and pays for nothing else"),
                    "name an input that is given or set, or a term",
                ));
            }
            if source.is_some() || self.contract.document().terms.contains_key(name) {
                paid_by.push(name.clone());
            }
        }
        Ok(paid_by)
    }
}

/// What a cost is by the input's name alone is told of, and not paid.
fn is_of_activity(source: &Source) -> bool {
    matches!(source, Source::Taken(quantity, by_name) if !(*by_name && quantity.is_cost()))
}
