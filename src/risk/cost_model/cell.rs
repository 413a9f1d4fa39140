//! A risk cell of a cost model.

use rust_decimal::Decimal;

use crate::{
    error::{Error, ErrorKind, Result},
    exposure::MONTHS_A_YEAR,
    risk::severity::Severity,
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
}

impl CostCell {
    /// So many people, each there for twelve months, in which one costs as the law says, in major units.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] without people.
    pub fn new(name: impl Into<String>, people: u32, severity: Severity) -> Result<Self> {
        let name = name.into();
        if people == 0 {
            let place = format!("risk cell `{name}`");
            return Err(Error::new(
                ErrorKind::Range,
                place,
                "nobody is in it",
                "leave it out, or give its people",
            ));
        }
        let months = Decimal::from(MONTHS_A_YEAR);
        Ok(Self { name, people, severity, months, class: None, input: None, mean_error: 0.0 })
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
    /// [`ErrorKind::Range`] for an error that is negative or above 1.
    pub fn mean_error(self, error: f64) -> Result<Self> {
        if !(0.0..=1.0).contains(&error) {
            let problem = format!("the relative error of its mean is {error}");
            return Err(self.refused(&problem, "give one from 0 to 1, 0.05 for 5 %"));
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

    /// The law of what one costs in the months that they are there, in major units.
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
        Ok(Self { severity, ..self.clone() })
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
