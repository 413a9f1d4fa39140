//! Exact numbers at the border: `decimal.Decimal`, `int` or a plain decimal text, and never a float.

use capitation::{decimal::Exact, exposure::Date, money::RoundingMode};
use indexmap::IndexMap;
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    sync::PyOnceLock,
    types::{PyBool, PyInt, PyString, PyType},
};
use rust_decimal::Decimal;

use crate::errors::OrRaise;

static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();

fn decimal_type(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    DECIMAL.import(py, "decimal", "Decimal")
}

/// An exact number from Python.
pub(crate) struct Number(pub(crate) Decimal);

impl<'a, 'py> FromPyObject<'a, 'py> for Number {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let py = object.py();
        if object.is_instance_of::<PyBool>() {
            return Err(PyTypeError::new_err(
                "a bool is not an amount; give a Decimal, an int or a decimal text",
            ));
        }
        let text = if object.is_instance(decimal_type(py)?)? {
            if !object.call_method0("is_finite")?.extract::<bool>()? {
                return Err(PyValueError::new_err(format!(
                    "{} is not an amount; give a finite number",
                    object.str()?
                )));
            }
            // A huge exponent would be written out as millions of zeros.
            if object.call_method0("adjusted")?.extract::<i64>()? > 28 {
                return Err(PyValueError::new_err("the number has more than 28 digits before the point"));
            }
            object.call_method1("__format__", ("f",))?.extract::<String>()?
        } else if object.is_instance_of::<PyInt>() || object.is_instance_of::<PyString>() {
            object.str()?.to_string()
        } else if let Ok(whole) = object.call_method0("__index__") {
            // The whole numbers of NumPy, as a sum of pandas gives them.
            whole.str()?.to_string()
        } else {
            return Err(PyTypeError::new_err(format!(
                "{} is a {}, and an amount must be exact; give a Decimal, an int or a decimal text such as \"412.50\"",
                object.repr()?,
                object.get_type().name()?
            )));
        };
        text.parse::<Exact>().map(|exact| Self(exact.0)).map_err(|why| PyValueError::new_err(why.to_string()))
    }
}

/// Exact numbers by name, from a dict.
pub(crate) struct Amounts(pub(crate) IndexMap<String, Decimal>);

impl<'a, 'py> FromPyObject<'a, 'py> for Amounts {
    type Error = PyErr;

    /// The refusal of one says whose it is.
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let py = object.py();
        let mut amounts = IndexMap::new();
        for (name, amount) in object.extract::<IndexMap<String, Bound<'py, PyAny>>>()? {
            let number = amount.extract::<Number>().map_err(|why| {
                let text = format!("input `{name}`: {}", why.value(py));
                if why.is_instance_of::<PyTypeError>(py) {
                    PyTypeError::new_err(text)
                } else {
                    PyValueError::new_err(text)
                }
            })?;
            amounts.insert(name, number.0);
        }
        Ok(Self(amounts))
    }
}

/// A decimal as `decimal.Decimal`.
pub(crate) fn to_python(py: Python<'_>, value: Decimal) -> PyResult<Bound<'_, PyAny>> {
    decimal_type(py)?.call1((value.to_string(),))
}

/// A day from a `datetime.date` or a text such as `2026-04-01`.
pub(crate) fn date(object: &Bound<'_, PyAny>) -> PyResult<Date> {
    object.str()?.to_string().parse::<Date>().or_raise()
}

pub(crate) fn rounding(name: &str) -> PyResult<RoundingMode> {
    Ok(match name {
        "half_up" => RoundingMode::HalfUp,
        "half_even" => RoundingMode::HalfEven,
        "down" => RoundingMode::Down,
        "up" => RoundingMode::Up,
        "floor" => RoundingMode::Floor,
        "ceiling" => RoundingMode::Ceiling,
        _ => {
            return Err(PyValueError::new_err(format!(
                "`{name}` is not a rounding; name half_up, half_even, down, up, floor or ceiling"
            )));
        }
    })
}
