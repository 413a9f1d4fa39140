//! Statements and the bridges between them.

use capitation::{
    Statement,
    settlement::{Bridge, Line},
};
use pyo3::{
    exceptions::{PyKeyError, PyValueError},
    prelude::*,
    types::{PyDict, PyIterator, PyList},
};

use crate::{
    decimals::to_python,
    errors::OrRaise,
    shown::{by_shown, by_tables},
};

/// What is owed, line by line, and what it comes to for each party.
#[pyclass(name = "Statement", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyStatement {
    pub(crate) inner: Statement,
}

#[pymethods]
impl PyStatement {
    #[getter]
    fn contract(&self) -> &str {
        self.inner.contract()
    }

    #[getter]
    fn currency(&self) -> String {
        self.inner.currency().code().to_owned()
    }

    #[getter]
    fn on(&self) -> String {
        self.inner.on().to_string()
    }

    #[getter]
    fn unverified(&self) -> Vec<String> {
        self.inner.unverified().to_vec()
    }

    #[getter]
    fn lines<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        self.inner.lines().iter().map(|line| line_of(py, line)).collect()
    }

    #[getter]
    fn parties<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let parties = PyDict::new(py);
        for party in self.inner.parties() {
            let row = PyDict::new(py);
            row.set_item("role", party.role.to_string())?;
            row.set_item("received", to_python(py, party.received)?)?;
            row.set_item("paid", to_python(py, party.paid)?)?;
            row.set_item("borne", to_python(py, party.borne)?)?;
            row.set_item("outside_income", to_python(py, party.outside_income)?)?;
            row.set_item("surplus", to_python(py, party.surplus)?)?;
            parties.set_item(&party.name, row)?;
        }
        Ok(parties)
    }

    fn __getitem__<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        if let Some(amount) = self.inner.amount(name) {
            return to_python(py, amount);
        }
        Err(PyKeyError::new_err(format!("no line `{name}`; there are {}", self.keys().join(", "))))
    }

    fn keys(&self) -> Vec<String> {
        self.inner.lines().iter().map(|line| line.name.clone()).collect()
    }

    fn net<'py>(&self, py: Python<'py>, party: &str) -> PyResult<Bound<'py, PyAny>> {
        let net = self.inner.net(party).ok_or_else(|| self.no_party(party))?;
        to_python(py, net.amount())
    }

    fn surplus<'py>(&self, py: Python<'py>, party: &str) -> PyResult<Bound<'py, PyAny>> {
        let surplus = self.inner.surplus(party).ok_or_else(|| self.no_party(party))?;
        to_python(py, surplus.amount())
    }

    fn explain(&self) -> String {
        self.inner.explain()
    }

    fn to_json(&self) -> PyResult<String> {
        serde_json::to_string(&self.inner).map_err(|why| PyValueError::new_err(why.to_string()))
    }

    fn bridge(&self, to: &Self, party: &str) -> PyResult<PyBridge> {
        self.inner.bridge(&to.inner, party).or_raise().map(|inner| PyBridge { inner })
    }

    fn __len__(&self) -> usize {
        self.inner.lines().len()
    }

    fn __contains__(&self, name: &str) -> bool {
        self.inner.amount(name).is_some()
    }

    fn __iter__(slf: &Bound<'_, Self>) -> PyResult<Py<PyIterator>> {
        Ok(PyList::new(slf.py(), slf.get().keys())?.try_iter()?.unbind())
    }

    /// The lines as an Arrow table.
    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by_tables("statement_frame", slf)
    }

    #[pyo3(name = "_repr_html_")]
    fn repr_html<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by_shown("statement_html", slf)
    }

    fn __repr__(&self) -> String {
        format!("Statement({:?}, terms of {})", self.inner.contract(), self.inner.on())
    }

    fn __str__(&self) -> String {
        self.inner.explain()
    }
}

fn line_of<'py>(py: Python<'py>, line: &Line) -> PyResult<Bound<'py, PyDict>> {
    let row = PyDict::new(py);
    row.set_item("name", &line.name)?;
    row.set_item("role", format!("{:?}", line.role).to_lowercase())?;
    row.set_item("rule", &line.words)?;
    let operands = PyDict::new(py);
    for (name, amount) in &line.operands {
        operands.set_item(name, to_python(py, *amount)?)?;
    }
    row.set_item("operands", operands)?;
    row.set_item("amount", to_python(py, line.amount)?)?;
    row.set_item("unit", line.unit.to_string())?;
    row.set_item("rounding", line.rounding.as_ref())?;
    row.set_item("note", line.note.as_ref())?;
    row.set_item("source", line.source.as_ref())?;
    row.set_item("unverified", line.unverified)?;
    row.set_item("row", line.row.as_ref())?;
    row.set_item("about", line.about.as_ref())?;
    row.set_item("pays", line.pays.as_ref().map(|pays| (&pays.from, &pays.to)))?;
    Ok(row)
}

impl PyStatement {
    fn no_party(&self, party: &str) -> PyErr {
        let names: Vec<&str> = self.inner.parties().iter().map(|party| party.name.as_str()).collect();
        PyKeyError::new_err(format!("no party `{party}`; there are {}", names.join(", ")))
    }
}

/// The way from one statement to another for one party.
#[pyclass(name = "Bridge", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyBridge {
    inner: Bridge,
}

#[pymethods]
impl PyBridge {
    fn to_json(&self) -> PyResult<String> {
        serde_json::to_string(&self.inner).map_err(|why| PyValueError::new_err(why.to_string()))
    }

    #[pyo3(name = "_repr_html_")]
    fn repr_html<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by_shown("bridge_html", slf)
    }

    fn __repr__(&self) -> String {
        self.inner.to_string()
    }
}
