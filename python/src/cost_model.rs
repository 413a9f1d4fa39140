//! What people will cost, by risk cell, and what moves their costs together.

use capitation::{
    Currency, population,
    risk::{
        cost_model::{CostCell, CostModel, Fitting, Shock, ShockKind},
        severity::{Severity, fit::Fit},
    },
};
use pyo3::{exceptions::PyTypeError, prelude::*};
use rust_decimal::Decimal;

use crate::{
    columns::{list, numbers},
    decimals::{Number, to_python},
    errors::{OrRaise, Room},
    fitting::{Asked, FitRow, fits},
    population::PyPopulation,
    severity::PySeverity,
    shown::by,
};

/// What moves the costs of many people together in a year.
#[pyclass(name = "Shock", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyShock {
    inner: Shock,
}

fn kind_of(shock: &Shock) -> &'static str {
    match shock.kind() {
        ShockKind::Multiplicative => "multiplicative",
        ShockKind::Additive => "additive",
        _ => "other",
    }
}

#[pymethods]
impl PyShock {
    #[staticmethod]
    fn multiplicative(name: String, spread: f64) -> PyResult<Self> {
        Shock::multiplicative(name, spread).or_raise_in(Room::Risk).map(|inner| Self { inner })
    }

    #[staticmethod]
    fn additive(name: String, spread: f64) -> PyResult<Self> {
        Shock::additive(name, spread).or_raise_in(Room::Risk).map(|inner| Self { inner })
    }

    fn of_cells(&self, cells: &Bound<'_, PyAny>) -> PyResult<Self> {
        let cells: Vec<String> = list(cells, "cells", "names of risk cells")?;
        Ok(Self { inner: self.inner.clone().of_cells(cells) })
    }

    #[getter]
    fn name(&self) -> &str {
        self.inner.name()
    }

    #[getter]
    fn kind(&self) -> &'static str {
        kind_of(&self.inner)
    }

    #[getter]
    fn spread(&self) -> f64 {
        self.inner.spread()
    }

    #[getter]
    fn cells(&self) -> Option<Vec<String>> {
        self.inner.cells().map(<[String]>::to_vec)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.inner == other.inner
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        let of = self.inner.cells().map_or(String::new(), |cells| format!(".of_cells({cells:?})"));
        format!("Shock.{}({:?}, {}){of}", kind_of(&self.inner), self.inner.name(), self.inner.spread())
    }
}

/// A risk cell: name, people, months each, class, input, error of the mean, law, and whether its people differ.
type CellRow<'py> = (String, u32, Bound<'py, PyAny>, Option<String>, String, f64, PySeverity, bool);

/// What people will cost in a year.
#[pyclass(name = "CostModel", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyCostModel {
    pub(crate) inner: CostModel,
}

/// A cost model as it is, or that of a population: the costs of its people as they are, as many as they are.
pub(crate) fn as_model<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyCostModel>> {
    if let Ok(model) = object.cast::<PyCostModel>() {
        return Ok(model.clone());
    }
    let Ok(population) = object.cast::<PyPopulation>() else {
        let found = object.get_type().name().map_or_else(|_| String::new(), |name| name.to_string());
        let told =
            format!("a {found} says nothing of what people will cost; give a CostModel, or a Population");
        return Err(PyTypeError::new_err(told));
    };
    let py = object.py();
    let fitting = Fitting::of(population::ACTUAL_COST);
    let people = population.get();
    let model = py.detach(|| CostModel::from_population(&people.inner, &fitting));
    Bound::new(py, made(model)?)
}

/// A law as it is, or what was fitted with all that is known of it.
fn law(severity: &Bound<'_, PyAny>, cell: &str) -> PyResult<(Severity, Option<Fit>)> {
    if let Ok(severity) = severity.extract::<PyRef<'_, PySeverity>>() {
        return Ok((severity.inner.clone(), None));
    }
    let told = || {
        let found = severity.get_type().name().map_or_else(|_| String::new(), |name| name.to_string());
        let told = "give a Severity, or what `fit_severity` made";
        PyTypeError::new_err(format!("risk cell `{cell}`: a {found} is no law of costs; {told}"))
    };
    let written: String = severity.getattr("_text").and_then(|text| text.extract()).map_err(|_| told())?;
    let fit: Fit = serde_json::from_str(&written).map_err(|_| told())?;
    Ok((fit.severity.clone(), Some(fit)))
}

fn made(model: capitation::Result<CostModel>) -> PyResult<PyCostModel> {
    model.or_raise_in(Room::Risk).map(|inner| PyCostModel { inner })
}

#[pymethods]
impl PyCostModel {
    #[new]
    #[pyo3(signature = (currency, *, input="actual cost"))]
    fn new(currency: &str, input: &str) -> PyResult<Self> {
        let currency = Currency::new(currency).or_raise_in(Room::Risk)?;
        Ok(Self { inner: CostModel::new(currency).of_input(input) })
    }

    #[pyo3(signature = (name, people, severity, *, months=None, class_=None, input=None, mean_error=None))]
    #[allow(clippy::too_many_arguments)] // one for each thing that can be known of a cell, by name
    fn cell(
        &self,
        name: String,
        people: &Bound<'_, PyAny>,
        severity: &Bound<'_, PyAny>,
        months: Option<Number>,
        class_: Option<String>,
        input: Option<String>,
        mean_error: Option<f64>,
    ) -> PyResult<Self> {
        let (severity, fit) = law(severity, &name)?;
        let people = people.extract::<u32>().map_err(|why| {
            let told = format!(
                "risk cell `{name}`: {} is no number of people; give a whole number up to {}",
                people.repr().map_or_else(|_| String::new(), |text| text.to_string()),
                u32::MAX
            );
            if why.is_instance_of::<PyTypeError>(people.py()) {
                PyTypeError::new_err(told)
            } else {
                pyo3::exceptions::PyValueError::new_err(told)
            }
        })?;
        let cell = || {
            let months =
                months.map_or_else(|| Decimal::from(capitation::exposure::MONTHS_A_YEAR), |months| months.0);
            let mut cell = CostCell::new(name, people, severity)?.months(months)?;
            cell = match (mean_error, &fit) {
                (Some(error), _) => cell.mean_error(error)?,
                (None, Some(fit)) => cell.known_from(fit)?,
                (None, None) => cell,
            };
            if let Some(class) = class_ {
                cell = cell.class(class);
            }
            if let Some(input) = input {
                cell = cell.of_input(input);
            }
            self.inner.clone().with_cell(cell)
        };
        made(cell())
    }

    fn with_shock(&self, shock: &PyShock) -> PyResult<Self> {
        made(self.inner.clone().with_shock(shock.inner.clone()))
    }

    fn correlated(&self, covariance: Vec<Vec<f64>>) -> PyResult<Self> {
        made(self.inner.clone().correlated(&covariance))
    }

    fn proportional(&self, input: String, ratio: Number) -> PyResult<Self> {
        made(self.inner.clone().proportional(input, ratio.0))
    }

    #[getter]
    fn currency(&self) -> String {
        self.inner.currency().code().to_owned()
    }

    #[getter]
    fn input(&self) -> &str {
        self.inner.measure()
    }

    #[getter]
    fn people(&self) -> u64 {
        self.inner.people()
    }

    #[getter]
    fn member_months<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, self.inner.member_months())
    }

    #[getter]
    fn mean(&self) -> f64 {
        self.inner.mean()
    }

    /// In what panels of these sizes, in whole people of each cell, are otherwise than all.
    fn _differs_at(&self, sizes: Vec<u32>) -> PyResult<Vec<String>> {
        let told = sizes.iter().filter_map(|size| self.inner.differs_at_size(*size).transpose());
        told.collect::<capitation::Result<_>>().or_raise_in(Room::Risk)
    }

    #[getter]
    fn what_moves(&self) -> Vec<String> {
        self.inner.what_moves()
    }

    #[getter]
    fn shocks(&self) -> Vec<PyShock> {
        self.inner.shocks().iter().map(|shock| PyShock { inner: shock.clone() }).collect()
    }

    #[getter]
    fn fingerprint(&self) -> String {
        self.inner.fingerprint()
    }

    /// Every cell, for the tables.
    fn _cells<'py>(&self, py: Python<'py>) -> PyResult<Vec<CellRow<'py>>> {
        let row = |cell: &CostCell| {
            Ok((
                cell.name().to_owned(),
                cell.people(),
                to_python(py, cell.member_months_each().normalize())?,
                cell.class_name().map(str::to_owned),
                cell.input_name().unwrap_or(self.inner.measure()).to_owned(),
                cell.relative_error(),
                PySeverity { inner: cell.severity().clone() },
                cell.is_of_different_people(),
            ))
        };
        self.inner.cells().iter().map(row).collect()
    }

    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by("capitation.outlooks", "cost_model_frame", slf)
    }

    fn __len__(&self) -> usize {
        self.inner.cells().len()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.inner == other.inner
    }

    #[pyo3(name = "_repr_html_")]
    fn repr_html<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by("capitation.outlooks", "cost_model_html", slf)
    }

    fn __repr__(&self) -> String {
        let (cells, shocks) = (self.inner.cells().len(), self.inner.shocks().len());
        format!(
            "CostModel({} people in {cells} risk cell{}, {shocks} shock{}, {})",
            self.inner.people(),
            if cells == 1 { "" } else { "s" },
            if shocks == 1 { "" } else { "s" },
            self.inner.currency()
        )
    }

    // Made of people, and at another level of costs.

    #[staticmethod]
    fn of<'py>(people: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        as_model(people)
    }

    #[staticmethod]
    #[pyo3(signature = (currency, shape, expected, chances=None, *, input="actual cost"))]
    fn of_people(
        currency: &str,
        shape: &PySeverity,
        expected: &Bound<'_, PyAny>,
        chances: Option<&Bound<'_, PyAny>>,
        input: &str,
    ) -> PyResult<Self> {
        let currency = Currency::new(currency).or_raise_in(Room::Risk)?;
        let expected = numbers(expected, "expected", Room::Risk)?;
        let chances = chances.map(|chances| numbers(chances, "chances", Room::Risk)).transpose()?;
        let model = CostModel::of_people(currency, &shape.inner, &expected, chances.as_deref());
        made(model.map(|model| model.of_input(input)))
    }

    #[staticmethod]
    #[pyo3(signature = (population, *, input="actual cost", years=None, by=None, law="empirical", at=None, people=None,
        random_composition=false, person_years=false, mean_errors=None, partial_years=None))]
    #[allow(clippy::too_many_arguments)] // one for each thing that can be asked, all by name
    fn from_population(
        py: Python<'_>,
        population: &Bound<'_, PyPopulation>,
        input: &str,
        years: Option<Vec<i64>>,
        by: Option<&Bound<'_, PyAny>>,
        law: &str,
        at: Option<f64>,
        people: Option<&Bound<'_, PyAny>>,
        random_composition: bool,
        person_years: bool,
        mean_errors: Option<bool>,
        partial_years: Option<&str>,
    ) -> PyResult<Self> {
        let asked = Asked {
            input,
            years,
            by,
            law,
            at,
            people,
            random_composition,
            person_years,
            mean_errors,
            partial_years,
        };
        asked.fitted(py, population.get()).map(|inner| Self { inner })
    }

    fn scaled(&self, factor: f64) -> PyResult<Self> {
        made(self.inner.scaled(factor))
    }

    fn rescaled_to(&self, mean: f64) -> PyResult<Self> {
        made(self.inner.rescaled_to(mean))
    }

    fn _fits(&self) -> PyResult<Vec<FitRow>> {
        fits(&self.inner)
    }

    #[getter]
    fn fits<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by("capitation.cell_fits", "CellFits", slf)
    }
}
