//! How concentrated cost is.

use capitation::{Concentration, concentration};
use pyo3::prelude::*;

use crate::{columns::series, errors::OrRaise};

/// How concentrated values are over people.
#[pyclass(name = "Concentration", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyConcentration {
    inner: Concentration,
}

#[pymethods]
impl PyConcentration {
    fn top_share(&self, people: f64) -> PyResult<f64> {
        self.inner.top_share(people).or_raise()
    }

    #[getter]
    fn gini(&self) -> f64 {
        self.inner.gini()
    }

    #[getter]
    fn half_held_by(&self) -> f64 {
        self.inner.half_held_by()
    }

    #[pyo3(signature = (points=100))]
    fn lorenz(&self, points: u32) -> PyResult<Vec<(f64, f64)>> {
        self.inner.lorenz(points).or_raise()
    }

    fn held_by(&self, amount: f64) -> PyResult<f64> {
        self.inner.held_by(amount).or_raise()
    }

    #[getter]
    fn total(&self) -> f64 {
        self.inner.total()
    }

    #[getter]
    fn people(&self) -> f64 {
        self.inner.people()
    }

    #[getter]
    fn left_out(&self) -> u64 {
        self.inner.left_out()
    }

    #[getter]
    fn zero_share(&self) -> f64 {
        self.inner.zero_share()
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!(
            "Concentration({} people, top 1 % hold {:.1} %, top 5 % hold {:.1} %, half held by {:.1} %, Gini {:.3})",
            self.inner.people(),
            100.0 * self.top_share(0.01)?,
            100.0 * self.top_share(0.05)?,
            100.0 * self.inner.half_held_by(),
            self.inner.gini()
        ))
    }
}

/// How concentrated values are over people, each with a weight where weights are given.
#[pyfunction]
#[pyo3(name = "concentration", signature = (values, weights=None))]
pub(crate) fn concentration_of(
    py: Python<'_>,
    values: &Bound<'_, PyAny>,
    weights: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyConcentration> {
    let values = numbers(values, "values")?;
    let weights = weights.map(|weights| numbers(weights, "weights")).transpose()?;
    let inner = py.detach(|| concentration(&values, weights.as_deref())).or_raise()?;
    Ok(PyConcentration { inner })
}

/// A column that speaks Arrow, or any sequence of numbers (a list, an array).
fn numbers(object: &Bound<'_, PyAny>, what: &str) -> PyResult<Vec<f64>> {
    if object.hasattr("__arrow_c_stream__")? || object.hasattr("__arrow_c_array__")? {
        return series(object, what).or_raise();
    }
    object.extract()
}
