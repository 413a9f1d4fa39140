//! Published results: read, settled again, and settled on other tracks. What comes out goes to Python as JSON.

use std::path::PathBuf;

use capitation::{
    datasets::{Results, gp, mssp, reach},
    decimal::Exact,
    reproduce::{
        ChosenRate, OtherTracks, Reproduction, mssp_by_chance, reproduce_gp, reproduce_mssp, reproduce_reach,
        statement_mssp,
    },
    risk::severity::Severity,
};
use pyo3::{exceptions::PyValueError, prelude::*};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::{
    decimals::Number,
    errors::{OrRaise, Room},
    frontier::of_risk,
    programme::FirstYear,
    severity::PySeverity,
    statement::PyStatement,
};

/// A way to have a minimum rate, by name, or the rate.
#[derive(FromPyObject)]
pub(crate) enum MinimumRate {
    Named(String),
    Number(Number),
}

fn decimal(text: &str) -> PyResult<Decimal> {
    let exact: Exact = text.parse().map_err(|_| {
        PyValueError::new_err(format!(
            "minimum_rate=\"{text}\"; give \"as it had\", \"by size\" or a share such as \"0.02\""
        ))
    })?;
    Ok(exact.0)
}

/// What goes to Python, as text.
pub(crate) fn json<T: Serialize>(value: &T) -> PyResult<String> {
    serde_json::to_string(value).map_err(|why| PyValueError::new_err(why.to_string()))
}

fn read_all<R>(
    paths: Vec<PathBuf>,
    read: impl Fn(PathBuf) -> capitation::Result<Results<R>>,
) -> PyResult<Vec<Results<R>>> {
    paths.into_iter().map(read).collect::<capitation::Result<_>>().or_raise_in(Room::Results)
}

fn reproduced(reproduction: capitation::Result<Reproduction>) -> PyResult<String> {
    let reproduction = reproduction.or_raise_in(Room::Results)?;
    json(&(&reproduction, reproduction.counts()))
}

/// Results files of the Medicare Shared Savings Program.
#[pyclass(name = "_MsspResults", module = "capitation._capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyMsspResults {
    files: Vec<Results<mssp::MsspResult>>,
}

#[pymethods]
impl PyMsspResults {
    #[new]
    #[pyo3(signature = (paths, year=None))]
    fn new(py: Python<'_>, paths: Vec<PathBuf>, year: Option<FirstYear>) -> PyResult<Self> {
        let files = py.detach(|| read_all(paths, |path| mssp::read(path, year.map(|year| year.0))))?;
        Ok(Self { files })
    }

    fn to_json(&self) -> PyResult<String> {
        json(&self.files)
    }

    fn reproduce(&self, py: Python<'_>) -> PyResult<String> {
        reproduced(py.detach(|| reproduce_mssp(&self.files)))
    }

    /// Every row's probability of crossing its minimum savings rate by chance alone, under each law of a person's cost.
    fn by_chance(
        &self,
        py: Python<'_>,
        persons: Vec<PyRef<'_, PySeverity>>,
        percentile: f64,
    ) -> PyResult<Vec<String>> {
        let laws: Vec<Severity> = persons.iter().map(|person| person.inner.clone()).collect();
        let each = |law: Severity| {
            let found = of_risk(py.detach(|| mssp_by_chance(&self.files, &law, law.quantile(percentile)?)))?;
            json(&(&found, found.by_year()))
        };
        laws.into_iter().map(each).collect()
    }

    #[pyo3(signature = (aco, year))]
    fn statement(&self, aco: &str, year: Option<FirstYear>) -> PyResult<PyStatement> {
        let (_, row) = mssp::find(&self.files, aco, year.map(|year| year.0)).or_raise_in(Room::Results)?;
        statement_mssp(row).or_raise_in(Room::Results).map(|inner| PyStatement { inner })
    }

    /// One ACO's year on every track, and what each would have paid at these rates of savings.
    #[pyo3(signature = (aco, year, minimum_rate, participant_revenue, savings_rates))]
    fn other_tracks(
        &self,
        aco: &str,
        year: Option<FirstYear>,
        minimum_rate: MinimumRate,
        participant_revenue: Option<Number>,
        savings_rates: Vec<Number>,
    ) -> PyResult<String> {
        let (file, row) = mssp::find(&self.files, aco, year.map(|year| year.0)).or_raise_in(Room::Results)?;
        let rate = match minimum_rate {
            MinimumRate::Named(name) if name == "as it had" => ChosenRate::AsItHad,
            MinimumRate::Named(name) if name == "by size" => ChosenRate::BySize,
            MinimumRate::Named(name) => ChosenRate::Rate(decimal(&name)?),
            MinimumRate::Number(rate) => ChosenRate::Rate(rate.0),
        };
        let tracks = || -> capitation::Result<_> {
            let mut asked = OtherTracks::new(file, row, rate)?;
            if let Some(revenue) = participant_revenue {
                asked = asked.participant_revenue(revenue.0)?;
            }
            let rates: Vec<Decimal> = savings_rates.iter().map(|rate| rate.0).collect();
            Ok((asked.settle()?, asked.payments(&rates)?))
        };
        let (settled, payments) = tracks().or_raise_in(Room::Results)?;
        json(&(row, settled, payments))
    }
}

/// Results files of ACO REACH.
#[pyclass(name = "_ReachResults", module = "capitation._capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyReachResults {
    files: Vec<Results<reach::ReachResult>>,
}

#[pymethods]
impl PyReachResults {
    #[new]
    #[pyo3(signature = (paths, year=None))]
    fn new(py: Python<'_>, paths: Vec<PathBuf>, year: Option<FirstYear>) -> PyResult<Self> {
        let files = py.detach(|| read_all(paths, |path| reach::read(path, year.map(|year| year.0))))?;
        Ok(Self { files })
    }

    fn to_json(&self) -> PyResult<String> {
        json(&self.files)
    }

    fn reproduce(&self, py: Python<'_>) -> PyResult<String> {
        reproduced(py.detach(|| reproduce_reach(&self.files)))
    }
}

/// What the NHS paid general practices in England.
#[pyclass(name = "_GpPayments", module = "capitation._capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyGpPayments {
    files: Vec<Results<gp::GpPayment>>,
}

#[pymethods]
impl PyGpPayments {
    #[new]
    fn new(py: Python<'_>, paths: Vec<PathBuf>) -> PyResult<Self> {
        let files = py.detach(|| read_all(paths, gp::read))?;
        Ok(Self { files })
    }

    fn to_json(&self) -> PyResult<String> {
        json(&self.files)
    }

    fn reproduce(&self, py: Python<'_>) -> PyResult<String> {
        json(&py.detach(|| reproduce_gp(&self.files)).or_raise_in(Room::Results)?)
    }
}
