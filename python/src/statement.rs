//! Statements and the bridges between them.

use capitation::{Statement, settlement::Bridge};
use pyo3::{
    exceptions::{PyKeyError, PyValueError},
    prelude::*,
};

use crate::{decimals::to_python, errors::OrRaise};

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

    fn __repr__(&self) -> String {
        format!("Statement({:?}, terms of {})", self.inner.contract(), self.inner.on())
    }

    fn __str__(&self) -> String {
        self.inner.explain()
    }
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

    fn __repr__(&self) -> String {
        self.inner.to_string()
    }
}
