//! Who bears the risk, what of it is chance, and what a result hangs on.

use capitation::{
    Contract,
    exposure::Date,
    risk::{
        cost_model::CostModel,
        performance::risk_by_panel_size,
        sensitivity::{Assumption, Figure},
        shares::Tail,
    },
};
use indexmap::IndexMap;
use pyo3::{exceptions::PyValueError, prelude::*};
use rust_decimal::Decimal;

use crate::{
    contract::PyContract,
    cost_model::PyCostModel,
    decimals::{Amounts, Number},
    frontier::of_risk,
    results::json,
    severity::PySeverity,
    simulate::whole,
};

/// A contract on a model with the other inputs, on a day.
pub(crate) struct Asked<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) model: &'a CostModel,
    pub(crate) given: IndexMap<String, Decimal>,
    pub(crate) on: Date,
}

impl Asked<'_> {
    /// Who bears the risk before and after each payment, as JSON.
    pub(crate) fn transfer(&self, py: Python<'_>, worst: Vec<f64>, above: Vec<f64>) -> PyResult<String> {
        let tails: Vec<Tail> =
            worst.into_iter().map(Tail::Worst).chain(above.into_iter().map(Tail::Above)).collect();
        let found = py.detach(|| self.contract.risk_transfer(self.model, &self.given, self.on, &tails));
        json(&of_risk(found)?)
    }

    /// What each party's result varies by, as JSON.
    pub(crate) fn by_source(&self, py: Python<'_>) -> PyResult<String> {
        json(&of_risk(py.detach(|| self.contract.risk_by_source(self.model, &self.given, self.on)))?)
    }

    /// What a party's result hangs on, as JSON.
    pub(crate) fn sensitivity(
        &self,
        py: Python<'_>,
        assumptions: &[Assumption],
        (party, retention, by): (&str, f64, &str),
    ) -> PyResult<String> {
        let figure = figure(by)?;
        let found = py.detach(|| {
            self.contract.sensitivity(self.model, &self.given, self.on, party, retention, assumptions)
        });
        json(&of_risk(found)?.sorted_by(figure))
    }
}

fn figure(name: &str) -> PyResult<Figure> {
    Ok(match name {
        "mean" => Figure::Mean,
        "standard_deviation" => Figure::StandardDeviation,
        "probability_of_deficit" => Figure::ProbabilityOfDeficit,
        "stop_loss" => Figure::StopLoss,
        _ => {
            return Err(PyValueError::new_err(format!(
                "`{name}` is no figure; name mean, standard_deviation, probability_of_deficit or stop_loss"
            )));
        }
    })
}

/// The inputs that were given for each number of people.
pub(crate) fn by_size(sizes: &[u32], given: Vec<Amounts>) -> impl Fn(u32) -> IndexMap<String, Decimal> {
    let given: IndexMap<u32, IndexMap<String, Decimal>> =
        sizes.iter().copied().zip(given.into_iter().map(|given| given.0)).collect();
    move |people| given.get(&people).cloned().unwrap_or_default()
}

/// What one party's result varies by, by the size of the panel, with the inputs of each size, as JSON.
#[pyfunction]
pub(crate) fn _risk_by_panel_size(
    py: Python<'_>,
    contract: &PyContract,
    model: &PyCostModel,
    sizes: Vec<u32>,
    given: Vec<Amounts>,
    party: &str,
    on: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let day = contract.day(on, "risk_by_panel_size")?;
    let of = by_size(&sizes, given);
    let found = py.detach(|| risk_by_panel_size(&contract.inner, &model.inner, of, day, party, &sizes));
    json(&of_risk(found)?)
}

/// An assumption with a low and a high value.
#[pyclass(name = "Assumption", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyAssumption {
    pub(crate) inner: Assumption,
}

impl From<Assumption> for PyAssumption {
    fn from(inner: Assumption) -> Self {
        Self { inner }
    }
}

#[pymethods]
impl PyAssumption {
    #[staticmethod]
    fn costs(low: f64, high: f64) -> Self {
        Assumption::costs(low, high).into()
    }

    #[staticmethod]
    fn people(low: &Bound<'_, PyAny>, high: &Bound<'_, PyAny>) -> PyResult<Self> {
        let people = |of: &Bound<'_, PyAny>, name: &str| whole(of, name, u64::from(u32::MAX));
        Ok(Assumption::people(people(low, "low")?, people(high, "high")?).into())
    }

    #[staticmethod]
    fn spread(shock: String, low: f64, high: f64) -> Self {
        Assumption::spread(shock, low, high).into()
    }

    #[staticmethod]
    fn law(cell: String, low: &PySeverity, high: &PySeverity) -> Self {
        Assumption::law(cell, low.inner.clone(), high.inner.clone()).into()
    }

    #[staticmethod]
    fn zeros(cell: String, low: f64, high: f64) -> Self {
        Assumption::zeros(cell, low, high).into()
    }

    #[staticmethod]
    fn term(name: String, low: Number, high: Number) -> Self {
        Assumption::term(name, low.0, high.0).into()
    }

    #[staticmethod]
    fn given(input: String, low: Number, high: Number) -> Self {
        Assumption::given(input, low.0, high.0).into()
    }

    #[staticmethod]
    fn model(name: String, low: &PyCostModel, high: &PyCostModel) -> Self {
        Assumption::model(name, low.inner.clone(), high.inner.clone()).into()
    }

    fn named(&self, name: String) -> Self {
        self.inner.clone().named(name).into()
    }

    #[getter]
    fn name(&self) -> String {
        self.inner.name()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.inner == other.inner
    }

    fn __repr__(&self) -> String {
        format!("Assumption({})", self.inner.name())
    }
}
