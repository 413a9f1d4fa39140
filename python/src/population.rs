//! People as checked columns.

use capitation::{
    Currency, Population,
    population::{Columns as Door, MeasureUnit, Rejected},
};
use indexmap::IndexMap;
use pyo3::{exceptions::PyValueError, prelude::*};
use rust_decimal::Decimal;

use crate::{
    columns::Columns,
    decimals::{self, to_python},
    errors::{OrRaise, Room},
    shown::by_shown,
};

/// People as checked columns: one row for each person and year.
#[pyclass(name = "Population", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyPopulation {
    pub(crate) inner: Population,
    rejected: Option<Rejected>,
}

#[pymethods]
impl PyPopulation {
    #[staticmethod]
    #[pyo3(signature = (table, *, cost, currency, member_months=None, person_years=None, person=None, year=None,
        settings=None, activity=None, need=None, class_=None, weight=None, rounding="half_up", on_error="raise"))]
    #[allow(clippy::too_many_arguments)] // one for each kind of column, all by name
    fn from_table(
        py: Python<'_>,
        table: &Bound<'_, PyAny>,
        cost: &str,
        currency: &str,
        member_months: Option<&str>,
        person_years: Option<&str>,
        person: Option<&str>,
        year: Option<&str>,
        settings: Option<IndexMap<String, String>>,
        activity: Option<IndexMap<String, String>>,
        need: Option<&str>,
        class_: Option<&str>,
        weight: Option<&str>,
        rounding: &str,
        on_error: &str,
    ) -> PyResult<Self> {
        let currency = Currency::new(currency).or_raise_in(Room::Population)?;
        let rounding = decimals::rounding(rounding)?;
        let collect = match on_error {
            "raise" => false,
            "collect" => true,
            other => {
                return Err(PyValueError::new_err(format!(
                    "on_error=\"{other}\"; name \"raise\" or \"collect\""
                )));
            }
        };
        let columns = Columns::read(table).or_raise_in(Room::Population)?;
        let mut door = Door::new().cost(cost, columns.floats(cost).or_raise_in(Room::Population)?);
        door = match (member_months, person_years) {
            (Some(name), None) => {
                door.member_months(name, columns.floats(name).or_raise_in(Room::Population)?)
            }
            (None, Some(name)) => {
                let years = columns.floats(name).or_raise_in(Room::Population)?;
                door.member_months(name, years.into_iter().map(|years| 12.0 * years).collect::<Vec<f64>>())
            }
            _ => {
                return Err(PyValueError::new_err(
                    "give exposure once: member_months (at most 12 a row) or person_years (at most 1)",
                ));
            }
        };
        let texts;
        if let Some(name) = person {
            door = if let Ok(ids) = columns.integers(name) {
                door.person(name, ids)
            } else {
                texts = columns.strings(name).or_raise_in(Room::Population)?;
                door.person(name, texts.iter().map(String::as_str).collect::<Vec<&str>>())
            };
        }
        if let Some(name) = year {
            door = door.year(name, columns.integers(name).or_raise_in(Room::Population)?);
        }
        for (measure, name) in settings.iter().flatten() {
            door = door.setting(measure, name, columns.floats(name).or_raise_in(Room::Population)?);
        }
        for (measure, name) in activity.iter().flatten() {
            door = door.activity(measure, name, columns.floats(name).or_raise_in(Room::Population)?);
        }
        if let Some(name) = need {
            door = door.need(name, columns.floats(name).or_raise_in(Room::Population)?);
        }
        if let Some(name) = weight {
            door = door.weight(name, columns.floats(name).or_raise_in(Room::Population)?);
        }
        let labels;
        if let Some(name) = class_ {
            labels = columns.strings(name).or_raise_in(Room::Population)?;
            door = door.class(name, labels.iter().map(String::as_str).collect::<Vec<&str>>());
        }
        let checked = py.detach(|| {
            if collect {
                Population::from_columns_collecting(&door, currency, rounding)
                    .map(|(population, rejected)| (population, Some(rejected)))
            } else {
                Population::from_columns(&door, currency, rounding).map(|population| (population, None))
            }
        });
        let (inner, rejected) = checked.or_raise_in(Room::Population)?;
        Ok(Self { inner, rejected })
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    #[getter]
    fn people(&self) -> usize {
        self.inner.people()
    }

    #[getter]
    fn years(&self) -> Vec<i64> {
        self.inner.years().to_vec()
    }

    #[getter]
    fn currency(&self) -> String {
        self.inner.currency().code().to_owned()
    }

    #[getter]
    fn measures(&self) -> Vec<String> {
        self.inner.measures().keys().cloned().collect()
    }

    #[getter]
    fn fingerprint(&self) -> &str {
        self.inner.fingerprint()
    }

    #[getter]
    fn rounding_differences(&self) -> Vec<(String, f64, usize)> {
        let differences = self.inner.rounding_differences().iter();
        differences.map(|d| (d.column.clone(), d.difference, d.rows_changed)).collect()
    }

    #[getter]
    fn rejected(&self) -> Vec<(String, String, Vec<usize>)> {
        let reasons = self.rejected.iter().flat_map(Rejected::reasons);
        reasons.map(|r| (r.column().to_owned(), r.fault().to_string(), r.rows().to_vec())).collect()
    }

    fn total<'py>(&self, py: Python<'py>, measure: &str) -> PyResult<Bound<'py, PyAny>> {
        let measure = self.inner.measure(measure).or_raise()?;
        let places = measure.scale().ilog10();
        let total = Decimal::new(measure.total(), places);
        to_python(py, if measure.unit() == MeasureUnit::Count { total.normalize() } else { total })
    }

    #[pyo3(name = "_repr_html_")]
    fn repr_html<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by_shown("population_html", slf)
    }

    fn __repr__(&self) -> String {
        format!(
            "Population({} people, {} rows, {}, measures: {})",
            self.inner.people(),
            self.inner.len(),
            self.inner.currency(),
            self.measures().join(", ")
        )
    }
}
