//! Programmes: dated families of contracts.

use capitation::contract::{Programme, ProgrammeYear};
use indexmap::IndexMap;
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyBool, PyInt, PyString},
};

use crate::{contract::PyContract, errors::OrRaise};

/// Whether an object is a whole number, of Python or of `NumPy`; a truth value is none.
fn is_whole(object: Borrowed<'_, '_, PyAny>) -> bool {
    let is_flag = object.is_instance_of::<PyBool>();
    !is_flag && (object.is_instance_of::<PyInt>() || object.hasattr("__index__").unwrap_or(false))
}

/// A year as it is said: an int, or a text such as `2019/20`.
pub(crate) struct Year(String);

impl<'a, 'py> FromPyObject<'a, 'py> for Year {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if is_whole(object) || object.is_instance_of::<PyString>() {
            return Ok(Self(object.str()?.to_string()));
        }
        let problem = format!("{} is not a year; give an int, or a text such as \"2019/20\"", object.repr()?);
        Err(PyTypeError::new_err(problem))
    }
}

/// The year in which a financial year begins, as an int.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FirstYear(pub(crate) i16);

impl<'a, 'py> FromPyObject<'a, 'py> for FirstYear {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let year = object.extract().ok().filter(|year| is_whole(object) && (1..=9999).contains(year));
        year.map(Self).ok_or_else(|| {
            let shown = object.repr().map_or_else(|_| "it".to_owned(), |text| text.to_string());
            PyValueError::new_err(format!("{shown} is not a year; give an int such as 2019, for 2019/20 too"))
        })
    }
}

/// A programme in one of its years.
#[pyclass(name = "Programme", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyProgramme {
    inner: ProgrammeYear,
}

#[pymethods]
impl PyProgramme {
    #[staticmethod]
    fn read(path: std::path::PathBuf, year: Year) -> PyResult<Self> {
        Programme::read(path)
            .and_then(|programme| programme.year_said(&year.0))
            .or_raise()
            .map(|inner| Self { inner })
    }

    #[staticmethod]
    fn schema() -> String {
        format!("{:#}", Programme::schema())
    }

    #[getter]
    fn name(&self) -> &str {
        self.inner.programme().name()
    }

    #[getter]
    fn about(&self) -> &str {
        &self.inner.programme().document().about
    }

    #[getter]
    fn year(&self) -> i16 {
        self.inner.year()
    }

    #[getter]
    fn year_said(&self) -> String {
        self.inner.said()
    }

    #[getter]
    fn fingerprint(&self) -> &str {
        self.inner.programme().fingerprint()
    }

    #[getter]
    fn tracks(&self) -> Vec<String> {
        self.inner.tracks().map(str::to_owned).collect()
    }

    fn choices(&self, track: &str) -> PyResult<IndexMap<String, Vec<String>>> {
        let track = self.inner.track(track).or_raise()?;
        let owned = |options: Vec<&str>| options.into_iter().map(str::to_owned).collect();
        Ok(track.choices().into_iter().map(|(name, options)| (name.to_owned(), owned(options))).collect())
    }

    #[pyo3(signature = (track, choices=None))]
    fn contract(&self, track: &str, choices: Option<IndexMap<String, String>>) -> PyResult<PyContract> {
        let mut track = self.inner.track(track).or_raise()?;
        for (choice, option) in choices.iter().flatten() {
            track = track.choose(choice, option).or_raise()?;
        }
        track.contract().or_raise().map(|inner| PyContract { inner })
    }

    fn explain(&self) -> String {
        self.inner.explain()
    }

    fn __repr__(&self) -> String {
        format!("Programme({}, {}: {})", self.name(), self.inner.said(), self.tracks().join(", "))
    }
}

/// One of the programmes that come with the package, in one of its years.
#[pyfunction]
#[pyo3(name = "programme")]
pub(crate) fn programme_of(name: &str, year: Year) -> PyResult<PyProgramme> {
    Programme::named(name)
        .and_then(|programme| programme.year_said(&year.0))
        .or_raise()
        .map(|inner| PyProgramme { inner })
}

/// The programmes that come with the package: each one's name, what it is called, and its years.
#[pyfunction]
pub(crate) fn programmes() -> PyResult<Vec<(String, String, Vec<i16>)>> {
    Programme::names()
        .map(|name| {
            let programme = Programme::named(name).or_raise()?;
            Ok((name.to_owned(), programme.name().to_owned(), programme.years()))
        })
        .collect()
}
