//! Contracts, read or built, and settled.

use capitation::{Contract, Experience, contract::Document, exposure::Date};
use indexmap::IndexMap;
use pyo3::{exceptions::PyTypeError, prelude::*, types::PyDict};
use rust_decimal::Decimal;

use crate::{
    columns::list,
    cost_model::{PyCostModel, as_model},
    decimals::{Amounts, Number, date, to_python},
    errors::{OrRaise, raise},
    frontier::PyPower,
    outlook::PyOutlook,
    population::PyPopulation,
    progress::Progress,
    shares::{Asked, PyAssumption},
    shown::by_shown,
    simulate::{self, PySimulated},
    statement::PyStatement,
};

/// An example, a clause, what it should be, what it came to, and whether the two agree.
type ExampleRow<'py> = (String, String, Bound<'py, PyAny>, Bound<'py, PyAny>, bool);

/// An agreement between parties on who pays whom for what.
#[pyclass(name = "Contract", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyContract {
    pub(crate) inner: Contract,
}

impl PyContract {
    /// The day whose terms apply: the first one, unless a term changes later.
    pub(crate) fn day(&self, on: Option<&Bound<'_, PyAny>>, asked: &str) -> PyResult<Date> {
        match (on, self.inner.changes().first()) {
            (Some(day), _) => date(day),
            (None, None) => Ok(self.inner.period().start),
            (None, Some(change)) => Err(raise(&capitation::Error::new(
                capitation::ErrorKind::Period,
                format!("contract `{}`", self.inner.name()),
                format!("a term changes on {change}, and no day is named"),
                format!("name the day whose terms apply: {asked}(..., on=date)"),
            ))),
        }
    }

    /// This contract on a model, with the other inputs, on a day that may have to be named.
    fn asked<'a>(
        &'a self,
        model: &'a PyCostModel,
        (on, asked): (Option<&Bound<'_, PyAny>>, &str),
        given: Option<Amounts>,
    ) -> PyResult<Asked<'a>> {
        let given = given.map(|given| given.0).unwrap_or_default();
        Ok(Asked { contract: &self.inner, model: &model.inner, given, on: self.day(on, asked)? })
    }
}

#[pymethods]
impl PyContract {
    #[staticmethod]
    fn read(path: std::path::PathBuf) -> PyResult<Self> {
        Contract::read(path).or_raise().map(|inner| Self { inner })
    }

    #[staticmethod]
    fn from_toml(text: &str) -> PyResult<Self> {
        Contract::from_toml(text).or_raise().map(|inner| Self { inner })
    }

    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        Contract::from_json(text).or_raise().map(|inner| Self { inner })
    }

    #[staticmethod]
    fn schema() -> String {
        format!("{:#}", Contract::schema())
    }

    fn to_toml(&self) -> PyResult<String> {
        self.inner.to_toml().or_raise()
    }

    fn to_json(&self) -> PyResult<String> {
        let document: &Document = self.inner.document();
        serde_json::to_string_pretty(document).map_err(|why| PyTypeError::new_err(why.to_string()))
    }

    #[getter]
    fn name(&self) -> &str {
        self.inner.name()
    }

    #[getter]
    fn currency(&self) -> String {
        self.inner.currency().code().to_owned()
    }

    #[getter]
    fn parties(&self) -> IndexMap<String, String> {
        let parties = self.inner.document().parties.iter();
        parties.map(|(name, role)| (name.clone(), role.to_string())).collect()
    }

    #[getter]
    fn inputs(&self) -> IndexMap<String, String> {
        let inputs = self.inner.document().inputs.iter();
        inputs.map(|(name, unit)| (name.clone(), unit.to_string())).collect()
    }

    #[getter]
    fn unverified(&self) -> Vec<String> {
        self.inner.unverified().map(str::to_owned).collect()
    }

    #[getter]
    fn fingerprint(&self) -> String {
        self.inner.fingerprint()
    }

    fn explain(&self) -> String {
        self.inner.explain()
    }

    fn check_examples<'py>(&self, py: Python<'py>) -> PyResult<Vec<ExampleRow<'py>>> {
        let results = self.inner.check_examples().or_raise()?;
        results
            .into_iter()
            .map(|r| {
                let holds = r.holds();
                Ok((r.example, r.clause, to_python(py, r.expected)?, to_python(py, r.came_to)?, holds))
            })
            .collect()
    }

    #[pyo3(signature = (experience, *, on=None, year=None, given=None, outside_income=None))]
    fn settle(
        &self,
        py: Python<'_>,
        experience: &Bound<'_, PyAny>,
        on: Option<&Bound<'_, PyAny>>,
        year: Option<i64>,
        given: Option<Amounts>,
        outside_income: Option<Amounts>,
    ) -> PyResult<PyStatement> {
        let day = self.day(on, "settle")?;
        let given: IndexMap<String, Decimal> = given.map(|given| given.0).unwrap_or_default();
        let mut happened = if let Ok(population) = experience.cast::<PyPopulation>() {
            let population = population.get();
            py.detach(|| Experience::of(&population.inner, &self.inner, year, &given)).or_raise()?
        } else if let Ok(amounts) = experience.cast::<PyDict>() {
            if year.is_some() || !given.is_empty() {
                return Err(PyTypeError::new_err(
                    "`year` and `given` go with a population; put every amount in the dict",
                ));
            }
            let mut happened = Experience::new();
            for (name, amount) in amounts.extract::<Amounts>()?.0 {
                happened = happened.with_measured(name, amount);
            }
            happened
        } else {
            return Err(PyTypeError::new_err("give a dict of amounts by input, or a Population"));
        };
        for (party, amount) in outside_income.into_iter().flat_map(|income| income.0) {
            happened = happened.with_outside_income(party, amount);
        }
        let statement = py.detach(|| self.inner.settle(&happened, day)).or_raise()?;
        Ok(PyStatement { inner: statement })
    }

    #[pyo3(signature = (model, *, on=None, given=None, accuracy=None))]
    fn outlook(
        &self,
        py: Python<'_>,
        model: &Bound<'_, PyAny>,
        on: Option<&Bound<'_, PyAny>>,
        given: Option<Amounts>,
        accuracy: Option<f64>,
    ) -> PyResult<PyOutlook> {
        let day = self.day(on, "outlook")?;
        let given = given.map(|given| given.0).unwrap_or_default();
        PyOutlook::of(py, &self.inner, &as_model(model)?.get().inner, &given, day, accuracy)
    }

    #[pyo3(signature = (model, *, seed, years=None, on=None, given=None, horizon=None, trend=0.0, discount=None,
        rebase=None, progress=Some(Progress::Auto)), text_signature = "($self, model, *, seed, years=10000, on=None, \
        given=None, horizon=1, trend=0.0, discount=None, rebase=None, progress='auto')")]
    #[allow(clippy::too_many_arguments)] // one for each thing that is asked, all by name
    fn simulate(
        &self,
        py: Python<'_>,
        model: &Bound<'_, PyAny>,
        seed: &Bound<'_, PyAny>,
        years: Option<&Bound<'_, PyAny>>,
        on: Option<&Bound<'_, PyAny>>,
        given: Option<Amounts>,
        horizon: Option<&Bound<'_, PyAny>>,
        trend: f64,
        discount: Option<f64>,
        rebase: Option<&Bound<'_, PyAny>>,
        progress: Option<Progress>,
    ) -> PyResult<PySimulated> {
        let day = self.day(on, "simulate")?;
        let given = given.map(|given| given.0).unwrap_or_default();
        let how = simulate::how(seed, years, horizon, trend, discount, rebase)?;
        PySimulated::of(py, &self.inner, &as_model(model)?.get().inner, &given, day, &how, progress)
    }

    #[pyo3(signature = (model, provider="provider", *, on=None, given=None, saving=None))]
    #[allow(clippy::too_many_arguments)] // by name
    fn power(
        &self,
        py: Python<'_>,
        model: &Bound<'_, PyAny>,
        provider: &str,
        on: Option<&Bound<'_, PyAny>>,
        given: Option<Amounts>,
        saving: Option<Number>,
    ) -> PyResult<PyPower> {
        let day = self.day(on, "power")?;
        let given = given.map(|given| given.0).unwrap_or_default();
        PyPower::of(py, &self.inner, &as_model(model)?.get().inner, &given, day, (provider, saving))
    }

    #[pyo3(signature = (model, *, worst=None, above=None, on=None, given=None),
        text_signature = "($self, model, *, worst=[0.95], above=[], on=None, given=None)")]
    #[allow(clippy::too_many_arguments)] // by name
    fn risk_transfer<'py>(
        slf: &Bound<'py, Self>,
        model: &Bound<'py, PyAny>,
        worst: Option<&Bound<'py, PyAny>>,
        above: Option<&Bound<'py, PyAny>>,
        on: Option<&Bound<'py, PyAny>>,
        given: Option<Amounts>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let model = as_model(model)?;
        let (py, asked) = (slf.py(), slf.get().asked(model.get(), (on, "risk_transfer"), given)?);
        let worst = worst.map(|worst| list(worst, "worst", "levels, such as 0.95")).transpose()?;
        let above = above.map(|above| list(above, "above", "amounts")).transpose()?;
        let found = asked.transfer(py, worst.unwrap_or_else(|| vec![0.95]), above.unwrap_or_default())?;
        py.import("capitation.shares")?.call_method1("RiskTransfer", (found, slf))
    }

    #[pyo3(signature = (model, *, on=None, given=None))]
    fn risk_by_source<'py>(
        slf: &Bound<'py, Self>,
        model: &Bound<'py, PyAny>,
        on: Option<&Bound<'py, PyAny>>,
        given: Option<Amounts>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let model = as_model(model)?;
        let (py, asked) = (slf.py(), slf.get().asked(model.get(), (on, "risk_by_source"), given)?);
        let found = (asked.by_source(py)?, slf, &model, asked.on.to_string());
        py.import("capitation.shares")?.call_method1("RiskBySource", found)
    }

    #[pyo3(signature = (model, assumptions, *, party="provider", retention=0.0, by="mean", on=None, given=None))]
    #[allow(clippy::too_many_arguments)] // by name
    fn sensitivity<'py>(
        slf: &Bound<'py, Self>,
        model: &Bound<'py, PyAny>,
        assumptions: &Bound<'py, PyAny>,
        party: &str,
        retention: f64,
        by: &str,
        on: Option<&Bound<'py, PyAny>>,
        given: Option<Amounts>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let model = as_model(model)?;
        let (py, asked) = (slf.py(), slf.get().asked(model.get(), (on, "sensitivity"), given)?);
        let assumptions: Vec<PyRef<'py, PyAssumption>> =
            list(assumptions, "assumptions", "capitation.Assumption")?;
        let assumptions: Vec<_> = assumptions.iter().map(|one| one.inner.clone()).collect();
        let found = asked.sensitivity(py, &assumptions, (party, retention, by))?;
        py.import("capitation.sensitivities")?.call_method1("Sensitivity", (found, slf, by))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.inner == other.inner
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.inner.fingerprint().hash(&mut hasher);
        hasher.finish()
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let build = slf.get_type().getattr("from_json")?;
        Ok((build, (slf.get().to_json()?,)))
    }

    #[pyo3(name = "_repr_html_")]
    fn repr_html<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by_shown("contract_html", slf)
    }

    fn __repr__(&self) -> String {
        format!("Contract({:?}, {}, {})", self.inner.name(), self.inner.period(), self.inner.currency())
    }

    fn __str__(&self) -> String {
        self.inner.explain()
    }
}
