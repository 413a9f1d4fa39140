//! What is assumed, at a low and a high value.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use crate::{
    contract::{Contract, Dated},
    decimal::Exact,
    error::{Error, ErrorKind, Result},
    risk::{cost_model::CostModel, severity::Severity},
};

/// An assumption with a low and a high value, both the caller's.
///
/// ```
/// use capitation::risk::{sensitivity::Assumption, severity::Severity};
/// // The same mean, and another tail.
/// let law = |sigma| Severity::lognormal(0.0, sigma)?.with_zeros(0.15)?.rescaled_to(4_900.0);
/// let tail = Assumption::law("all", law(1.4)?, law(1.6)?);
/// assert_eq!(tail.name(), "the law of `all`");
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Assumption {
    name: Option<String>,
    values: Values,
}

#[derive(Debug, Clone, PartialEq)]
enum Values {
    Costs([f64; 2]),
    People([u32; 2]),
    Spread(String, [f64; 2]),
    Law(String, Box<[Severity; 2]>),
    Zeros(String, [f64; 2]),
    Term(String, [Decimal; 2]),
    Given(String, [Decimal; 2]),
    Model(Box<[CostModel; 2]>),
}

/// A contract, a model and inputs with one assumption at one of its values.
pub(super) type Moved = (Contract, CostModel, IndexMap<String, Decimal>);

impl Assumption {
    fn new(values: Values) -> Self {
        Self { name: None, values }
    }

    /// What each person costs, times a factor: 0.97 and 1.03 for three per cent to either side.
    pub fn costs(low: f64, high: f64) -> Self {
        Self::new(Values::Costs([low, high]))
    }

    /// How many people there are in all, in the proportions of the cells. Inputs that are given stay as they are.
    pub fn people(low: u32, high: u32) -> Self {
        Self::new(Values::People([low, high]))
    }

    /// The spread of a shock that the model has; none of it for 0.
    pub fn spread(shock: impl Into<String>, low: f64, high: f64) -> Self {
        Self::new(Values::Spread(shock.into(), [low, high]))
    }

    /// The law of what one person of a risk cell costs.
    pub fn law(cell: impl Into<String>, low: Severity, high: Severity) -> Self {
        Self::new(Values::Law(cell.into(), Box::new([low, high])))
    }

    /// The part of a risk cell's people who cost nothing, what those cost who cost something being as it is: the mean moves too.
    pub fn zeros(cell: impl Into<String>, low: f64, high: f64) -> Self {
        Self::new(Values::Zeros(cell.into(), [low, high]))
    }

    /// A term of the contract that is one number, in its own unit, for the whole period.
    pub fn term(name: impl Into<String>, low: Decimal, high: Decimal) -> Self {
        Self::new(Values::Term(name.into(), [low, high]))
    }

    /// An input that is given, in major units.
    pub fn given(input: impl Into<String>, low: Decimal, high: Decimal) -> Self {
        Self::new(Values::Given(input.into(), [low, high]))
    }

    /// Anything else of the cost model: two models.
    pub fn model(name: impl Into<String>, low: CostModel, high: CostModel) -> Self {
        Self { name: Some(name.into()), values: Values::Model(Box::new([low, high])) }
    }

    /// The same under a name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// What is assumed, in words.
    pub fn name(&self) -> String {
        if let Some(name) = &self.name {
            return name.clone();
        }
        match &self.values {
            Values::Costs([low, high]) => format!("what people cost (× {low} to {high})"),
            Values::People([low, high]) => format!("the number of people ({low} to {high})"),
            Values::Spread(shock, [low, high]) => format!("the spread of `{shock}` ({low} to {high})"),
            Values::Law(cell, _) => format!("the law of `{cell}`"),
            Values::Zeros(cell, [low, high]) => {
                format!("the share of `{cell}` without a cost ({low} to {high})")
            }
            Values::Term(name, [low, high]) | Values::Given(name, [low, high]) => {
                format!("`{name}` ({low} to {high})")
            }
            Values::Model(_) => "the cost model".to_owned(),
        }
    }

    /// Everything at the low and at the high value.
    pub(super) fn both(
        &self,
        contract: &Contract,
        model: &CostModel,
        given: &IndexMap<String, Decimal>,
    ) -> [Result<Moved>; 2] {
        let of_model = |model: Result<CostModel>| Ok((contract.clone(), model?, given.clone()));
        match &self.values {
            Values::Costs(both) => both.map(|factor| of_model(model.scaled(factor))),
            Values::People(both) => both.map(|people| of_model(model.of_size(people))),
            Values::Spread(shock, both) => both.map(|spread| of_model(model.with_spread(shock, spread))),
            Values::Law(cell, both) => both.each_ref().map(|law| of_model(model.with_law(cell, law.clone()))),
            Values::Zeros(cell, both) => both.map(|zeros| of_model(model.with_zeros(cell, zeros))),
            Values::Term(name, both) => {
                both.map(|value| Ok((with_term(contract, name, value)?, model.clone(), given.clone())))
            }
            Values::Given(name, both) => {
                both.map(|value| Ok((contract.clone(), model.clone(), with_given(given, name, value)?)))
            }
            Values::Model(both) => both.each_ref().map(|model| of_model(Ok(model.clone()))),
        }
    }
}

fn with_given(
    given: &IndexMap<String, Decimal>,
    name: &str,
    value: Decimal,
) -> Result<IndexMap<String, Decimal>> {
    let mut given = given.clone();
    match given.get_mut(name) {
        Some(amount) => *amount = value,
        None => return Err(unknown("input", name, "was not given", given.keys().map(String::as_str))),
    }
    Ok(given)
}

fn with_term(contract: &Contract, name: &str, value: Decimal) -> Result<Contract> {
    let mut document = contract.document().clone();
    let Some(term) = document.terms.get_mut(name).filter(|term| term.values.is_some()) else {
        let numbers = contract.document().terms.iter().filter(|(_, term)| term.values.is_some());
        let known = numbers.map(|(name, _)| name.as_str());
        return Err(unknown("term", name, "is not one number of the contract", known));
    };
    term.values = Some(Dated::Always(Exact(value)));
    Contract::new(document)
}

fn unknown<'a>(what: &str, name: &str, problem: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
    let remedy =
        if known.is_empty() { "there is none".to_owned() } else { format!("there are {}", known.join(", ")) };
    Error::new(ErrorKind::Unknown, what, format!("`{name}` {problem}"), remedy)
}
