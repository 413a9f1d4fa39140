//! People as checked columns.

use capitation::{
    Currency, Error, ErrorKind, Population,
    population::{Deprivation, DeprivationScale, FIFTHS, MeasureUnit, Rejected, arrow::ColumnNames},
};
use indexmap::IndexMap;
use pyo3::prelude::*;
use rust_decimal::Decimal;

use crate::{
    columns::batches,
    decimals::{self, to_python},
    errors::{OrRaise, Room, collects},
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
        settings=None, activity=None, need=None, class_=None, cell=None, weight=None, deprivation=None, deprivation_scale=None, rounding="half_up", on_error="raise"))]
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
        cell: Option<&str>,
        weight: Option<&str>,
        deprivation: Option<&str>,
        deprivation_scale: Option<&str>,
        rounding: &str,
        on_error: &str,
    ) -> PyResult<Self> {
        let currency = Currency::new(currency).or_raise_in(Room::Population)?;
        let rounding = decimals::rounding(rounding)?;
        let collect = collects(on_error)?;
        let mut names = ColumnNames::new().cost(cost);
        names = with(names, member_months, ColumnNames::member_months);
        names = with(names, person_years, ColumnNames::person_years);
        names = with(names, person, ColumnNames::person);
        names = with(names, year, ColumnNames::year);
        names = with(names, need, ColumnNames::need);
        names = with(names, class_, ColumnNames::class);
        names = with(names, cell, ColumnNames::cell);
        names = with(names, weight, ColumnNames::weight);
        if let Some((column, scale)) = scaled(deprivation, deprivation_scale).or_raise_in(Room::Population)? {
            names = names.deprivation(column, scale);
        }
        for (measure, column) in settings.iter().flatten() {
            names = names.setting(measure, column);
        }
        for (measure, column) in activity.iter().flatten() {
            names = names.activity(measure, column);
        }
        let batches = batches(table).or_raise_in(Room::Population)?;
        let checked = py.detach(|| {
            if collect {
                Population::from_record_batches_collecting(&batches, &names, currency, rounding)
                    .map(|(population, rejected)| (population, Some(rejected)))
            } else {
                Population::from_record_batches(&batches, &names, currency, rounding)
                    .map(|population| (population, None))
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
    fn fifths(&self) -> Option<[usize; FIFTHS]> {
        self.inner.deprivation().map(Deprivation::rows)
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

fn with(
    names: ColumnNames,
    column: Option<&str>,
    what: fn(ColumnNames, String) -> ColumnNames,
) -> ColumnNames {
    match column {
        Some(column) => what(names, column.to_owned()),
        None => names,
    }
}

/// A column of deprivation with its scale: each needs the other.
fn scaled(column: Option<&str>, scale: Option<&str>) -> Result<Option<(String, DeprivationScale)>, Error> {
    match (column, scale) {
        (None, None) => Ok(None),
        (Some(column), Some(scale)) => Ok(Some((column.to_owned(), scale.parse()?))),
        (Some(column), None) => Err(Error::new(
            ErrorKind::Column,
            format!("column `{column}`"),
            "its scale of deprivation is not said",
            "give deprivation_scale: quintile, decile, percentile, or rank of N; 1 is the most deprived on each",
        )),
        (None, Some(scale)) => Err(Error::new(
            ErrorKind::Column,
            "deprivation_scale",
            format!("`{scale}` is the scale of no column"),
            "name the column with deprivation, or leave the scale out",
        )),
    }
}
