//! A risk cell of a cost model.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{WIDEST, different::Sorted};
use crate::{
    error::{Error, ErrorKind, Result},
    exposure::MONTHS_A_YEAR,
    risk::{
        aggregate::{Count, RiskCell},
        severity::Severity,
    },
};

/// Member months are counted in millionths.
const DECIMALS: u32 = 6;

/// People whose costs have one law: how many, for how long each, and what is known of them beside.
///
/// ```
/// use capitation::risk::{cost_model::CostCell, severity::Severity};
/// let person = Severity::lognormal(8.0, 1.4)?;
/// // Known from 2,500 people, so that its mean may be 5 % off.
/// let cell = CostCell::new("65 and over", 10_000, person)?.class("aged").mean_error(0.05)?;
/// assert_eq!(cell.people(), 10_000);
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CostCell {
    name: String,
    people: u32,
    severity: Severity,
    months: Decimal,
    class: Option<String>,
    input: Option<String>,
    mean_error: f64,
    /// Who they are, where they differ; and what the costs of each are multiplied by.
    different: Option<(Arc<Sorted>, f64)>,
}

impl CostCell {
    /// So many people, each there for twelve months, in which one costs as the law says, in major units.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] without people.
    pub fn new(name: impl Into<String>, people: u32, severity: Severity) -> Result<Self> {
        let name = name.into();
        if people == 0 {
            return Err(nobody(&name));
        }
        let months = Decimal::from(MONTHS_A_YEAR);
        Ok(Self {
            name,
            people,
            severity,
            months,
            class: None,
            input: None,
            mean_error: 0.0,
            different: None,
        })
    }

    /// As many people as rows, each there for twelve months, who differ: each costs `expected` in the mean, in major units, and has
    /// a cost at all with a chance of their own; where there is one, it is the shape at the scale that this mean asks for.
    /// Without a column of chances it is that of the shape for everybody. See
    /// [`CostModel::of_people`](super::CostModel::of_people).
    ///
    /// # Errors
    /// [`ErrorKind::Range`] without people, for a row, by its number from 0, whose mean is negative or no number, or whose
    /// chance is not from 0 to 1, or 0 with a mean above 0, and where means are too far apart for a narrow shape;
    /// [`ErrorKind::Value`] for columns of different lengths, for a shape that is neither lognormal nor gamma, and for one with
    /// a chance of no cost beside a column of chances.
    pub fn of_people(
        name: impl Into<String>,
        shape: &Severity,
        expected: &[f64],
        chances: Option<&[f64]>,
    ) -> Result<Self> {
        let name = name.into();
        let place = || format!("risk cell `{name}`");
        let people = u32::try_from(expected.len()).map_err(|_| {
            let problem = format!("{} people are in it", expected.len());
            Error::new(ErrorKind::Range, place(), problem, "give several cells")
        })?;
        if people == 0 {
            return Err(nobody(&name));
        }
        let sorted = Sorted::new(shape, expected, chances).map_err(|why| why.within(place()))?;
        let average = sorted.average().map_err(|why| why.within(place()))?;
        Ok(Self { different: Some((Arc::new(sorted), 1.0)), ..Self::new(name, people, average)? })
    }

    /// The same where each is there for so many months, above 0 and up to 12; the severity is of the cost in them.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for another number of months, or one with more than six decimals.
    pub fn months(self, months: Decimal) -> Result<Self> {
        if months.normalize().scale() > DECIMALS {
            let problem = format!("each of its people is there for {months} months");
            return Err(self.refused(&problem, "round it to six decimals"));
        }
        if months <= Decimal::ZERO || months > Decimal::from(MONTHS_A_YEAR) {
            let problem = format!("each of its people is there for {months} months");
            return Err(self.refused(&problem, "give a number above 0 and up to 12"));
        }
        Ok(Self { months, ..self })
    }

    /// The same of a class, by which a contract's thresholds may differ (an enrolment type).
    #[must_use]
    pub fn class(self, class: impl Into<String>) -> Self {
        Self { class: Some(class.into()), ..self }
    }

    /// The same where what they cost is an input of the contract for itself, other than that of the model.
    #[must_use]
    pub fn of_input(self, input: impl Into<String>) -> Self {
        Self { input: Some(input.into()), ..self }
    }

    /// The same where the mean is not known better than this: the standard error of its logarithm, 0.05 for 5 %. The true
    /// mean is then taken as lognormal about the one that is given, apart from those of all other cells.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for an error that is negative or above 0.6.
    pub fn mean_error(self, error: f64) -> Result<Self> {
        if !(0.0..=WIDEST).contains(&error) {
            let problem = format!("the relative error of its mean is {error:?}");
            return Err(self.refused(&problem, "give one from 0 to 0.6, 0.05 for 5 %"));
        }
        Ok(Self { mean_error: error, ..self })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many people are in it.
    pub fn people(&self) -> u32 {
        self.people
    }

    /// The law of what one costs in the months that they are there, in major units. Where people differ, it is that of someone
    /// with the mean chance and the mean cost.
    pub fn severity(&self) -> &Severity {
        &self.severity
    }

    /// How long each is there, in months.
    pub fn member_months_each(&self) -> Decimal {
        self.months
    }

    /// The standard error of the logarithm of its mean.
    pub fn relative_error(&self) -> f64 {
        self.mean_error
    }

    /// The same where each costs so many times as much.
    pub(super) fn scaled(&self, factor: f64) -> Result<Self> {
        let severity = self.severity.scaled(factor);
        let severity = severity.map_err(|why| why.within(format!("risk cell `{}`", self.name)))?;
        let different = self.different.as_ref();
        let different = different.map(|(sorted, scale)| (Arc::clone(sorted), scale * factor));
        Ok(Self { severity, different, ..self.clone() })
    }

    /// Whether its people differ: each has a mean cost, and a chance of one, of their own.
    pub fn is_of_different_people(&self) -> bool {
        self.different.is_some()
    }

    /// The mean of what all of them cost, in major units.
    pub(super) fn mean(&self) -> f64 {
        let people = f64::from(self.people);
        match &self.different {
            Some((sorted, scale)) => sorted.mean_each() * scale * people,
            None => people * self.severity.mean(),
        }
    }

    /// Its people and what each costs, with so many units of money to a major one.
    pub(in crate::risk) fn with_units(&self, minor: f64) -> Result<RiskCell> {
        let people = f64::from(self.people);
        if let Some((sorted, scale)) = &self.different {
            return Ok(sorted.cell(people, scale * minor));
        }
        let severity = self.severity.scaled(minor);
        let severity = severity.map_err(|why| why.within(format!("risk cell `{}`", self.name)))?;
        Ok(RiskCell::new(Count::People(people), severity))
    }

    pub(super) fn sorted(&self) -> Option<(&Sorted, f64)> {
        self.different.as_ref().map(|(sorted, scale)| (&**sorted, *scale))
    }

    /// The same with another law.
    pub(super) fn with_severity(&self, severity: Severity) -> Self {
        Self { severity, ..self.clone() }
    }

    /// The same with another number of people, above 0.
    pub(super) fn with_people(&self, people: u32) -> Self {
        Self { people, ..self.clone() }
    }

    /// The input that its people's costs add up to, where it is not that of the model.
    pub fn input_name(&self) -> Option<&str> {
        self.input.as_deref()
    }

    /// The class by which thresholds are chosen.
    pub fn class_name(&self) -> Option<&str> {
        self.class.as_deref()
    }

    fn refused(&self, problem: &str, remedy: &str) -> Error {
        Error::new(ErrorKind::Range, format!("risk cell `{}`", self.name), problem, remedy)
    }
}

fn nobody(cell: &str) -> Error {
    let place = format!("risk cell `{cell}`");
    Error::new(ErrorKind::Range, place, "nobody is in it", "leave it out, or give its people")
}
