//! How concentrated cost is.

use capitation::{
    Concentration,
    concentration::{
        Denominator, RankedConcentration, Stamp, concentration, ranked_concentration, total_by_person,
    },
};
use indexmap::IndexMap;
use pyo3::{exceptions::PyValueError, prelude::*};

use crate::{
    columns::{self, series},
    errors::{OrRaise, Room},
    shown::by_shown,
};

/// More points than this draw no better curve.
const MOST_POINTS: u32 = 100_000;

/// How concentrated values are over people.
#[pyclass(name = "Concentration", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyConcentration {
    inner: Concentration,
    summed: bool,
}

#[pymethods]
impl PyConcentration {
    fn top_share(&self, people: f64) -> PyResult<f64> {
        self.inner.top_share(people).or_raise_in(Room::Statistic)
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
    fn lorenz(&self, points: i64) -> PyResult<Vec<(f64, f64)>> {
        let points = u32::try_from(points)
            .ok()
            .filter(|points| *points <= MOST_POINTS)
            .ok_or_else(|| PyValueError::new_err(format!("{points} points; ask for 2 to {MOST_POINTS}")))?;
        self.inner.lorenz(points).or_raise_in(Room::Statistic)
    }

    fn held_by(&self, amount: f64) -> PyResult<f64> {
        self.inner.held_by(amount).or_raise_in(Room::Statistic)
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

    #[getter]
    fn stamp(&self) -> IndexMap<&'static str, String> {
        stamp(self.inner.stamp(), self.summed)
    }

    #[pyo3(name = "_repr_html_")]
    fn repr_html<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by_shown("concentration_html", slf)
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
#[pyo3(name = "concentration", signature = (values, weights=None, *, person=None, denominator="everyone"))]
pub(crate) fn concentration_of(
    py: Python<'_>,
    values: &Bound<'_, PyAny>,
    weights: Option<&Bound<'_, PyAny>>,
    person: Option<&Bound<'_, PyAny>>,
    denominator: &str,
) -> PyResult<PyConcentration> {
    let among = among(denominator)?;
    let mut values = numbers(values, "values")?;
    if let Some(person) = person {
        refuse_weights(weights)?;
        values = total_by_person(&ids(person)?, &values).or_raise_in(Room::Statistic)?.1;
    }
    let weights = weights.map(|weights| numbers(weights, "weights")).transpose()?;
    let all = py.detach(|| concentration(&values, weights.as_deref())).or_raise_in(Room::Statistic)?;
    let inner = match among {
        Denominator::Users => all.users(),
        Denominator::Everyone => all,
    };
    Ok(PyConcentration { inner, summed: person.is_some() })
}

/// A column of numbers; where it is none that is a statistic that is not defined.
fn numbers(object: &Bound<'_, PyAny>, what: &str) -> PyResult<Vec<f64>> {
    columns::numbers(object, what, Room::Statistic)
}

/// How concentrated values are over people who are ranked by something else.
#[pyclass(name = "RankedConcentration", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyRankedConcentration {
    inner: RankedConcentration,
    summed: bool,
}

#[pymethods]
impl PyRankedConcentration {
    fn top_share(&self, people: f64) -> PyResult<f64> {
        self.inner.top_share(people).or_raise_in(Room::Statistic)
    }

    #[getter]
    fn total(&self) -> f64 {
        self.inner.total()
    }

    #[getter]
    fn stamp(&self) -> IndexMap<&'static str, String> {
        stamp(self.inner.stamp(), self.summed)
    }

    #[getter]
    fn people(&self) -> f64 {
        self.inner.people()
    }
}

/// What made a statistic, in the words of every table's stamp.
fn stamp(stamp: Stamp, summed: bool) -> IndexMap<&'static str, String> {
    let window = if summed { "; the rows of each person added up first" } else { "" };
    let method = format!("{}{window}", stamp.method);
    IndexMap::from([("capitation", stamp.version), ("values", stamp.values), ("method", method)])
}

/// The concentration of values over people ranked by another variable, highest first.
#[pyfunction]
#[pyo3(name = "ranked_concentration", signature = (ranking, values, weights=None, *, person=None, denominator="everyone"))]
pub(crate) fn ranked_concentration_of(
    py: Python<'_>,
    ranking: &Bound<'_, PyAny>,
    values: &Bound<'_, PyAny>,
    weights: Option<&Bound<'_, PyAny>>,
    person: Option<&Bound<'_, PyAny>>,
    denominator: &str,
) -> PyResult<PyRankedConcentration> {
    let among = among(denominator)?;
    let (mut ranking, mut values) = (numbers(ranking, "ranking")?, numbers(values, "values")?);
    if let Some(person) = person {
        refuse_weights(weights)?;
        let person = ids(person)?;
        ranking = total_by_person(&person, &ranking).or_raise_in(Room::Statistic)?.1;
        values = total_by_person(&person, &values).or_raise_in(Room::Statistic)?.1;
    }
    let weights = weights.map(|weights| numbers(weights, "weights")).transpose()?;
    let inner = py
        .detach(|| ranked_concentration(&ranking, &values, weights.as_deref(), among))
        .or_raise_in(Room::Statistic)?;
    Ok(PyRankedConcentration { inner, summed: person.is_some() })
}

fn among(denominator: &str) -> PyResult<Denominator> {
    match denominator {
        "everyone" => Ok(Denominator::Everyone),
        "users" => Ok(Denominator::Users),
        other => {
            Err(PyValueError::new_err(format!("denominator=\"{other}\"; name \"everyone\" or \"users\"")))
        }
    }
}

/// A person's weight is not a row's: which of them would count cannot be known.
fn refuse_weights(weights: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
    if weights.is_none() {
        return Ok(());
    }
    Err(PyValueError::new_err(
        "`person` adds up rows and `weights` are of rows; add up each person's rows first and give one weight a person",
    ))
}

/// Who each row is about, as whole numbers or texts, told apart by their text.
fn ids(person: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if person.hasattr("__arrow_c_stream__")? || person.hasattr("__arrow_c_array__")? {
        let series = series(person, "person").or_raise_in(Room::Statistic)?;
        let ids = series.strings().or_raise_in(Room::Statistic)?;
        return Ok(ids.into_iter().map(String::from).collect());
    }
    person.try_iter()?.map(|id| Ok(id?.str()?.to_string())).collect()
}
