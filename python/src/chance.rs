//! Savings that are there by chance alone.

use capitation::risk::chance::SavingsByChance;
use pyo3::prelude::*;

use crate::{frontier::of_risk, results::json, severity::PySeverity};

/// What chance alone makes of a minimum savings rate, as JSON.
#[pyfunction]
#[pyo3(signature = (person, people, minimum_rate, cap))]
pub(crate) fn _savings_by_chance(
    py: Python<'_>,
    person: &PySeverity,
    people: f64,
    minimum_rate: f64,
    cap: Option<f64>,
) -> PyResult<String> {
    let cap = cap.unwrap_or(f64::INFINITY);
    json(&of_risk(py.detach(|| SavingsByChance::new(&person.inner, cap, people, minimum_rate)))?)
}
