//! What a party must hold, what it costs to pass risk on, and how risk falls with the size of a panel.

use capitation::risk::{
    panel_size::by_panel_size,
    reserve::{
        Loading, aggregate_stop_loss, capital, capital_by_panel_size, individual_stop_loss,
        premiums_by_panel_size,
    },
};
use pyo3::prelude::*;

use crate::{
    contract::PyContract, cost_model::PyCostModel, decimals::Amounts, frontier::of_risk, outlook::PyOutlook,
    results::json, shares::by_size,
};

/// The capital of a party for one year of each of so many, as JSON.
#[pyfunction]
pub(crate) fn _capital(outlook: &PyOutlook, party: &str, one_in: Vec<u32>) -> PyResult<String> {
    json(&of_risk(outlook.core().party(party).and_then(|party| capital(party, &one_in)))?)
}

/// The capital of a party by the size of the panel, with the inputs of each size, as JSON.
#[pyfunction]
pub(crate) fn _capital_by_panel_size(
    py: Python<'_>,
    contract: &PyContract,
    model: &PyCostModel,
    sizes: Vec<u32>,
    given: Vec<Amounts>,
    party: &str,
    on: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let day = contract.day(on, "capital_by_panel_size")?;
    let of = by_size(&sizes, given);
    let found = py.detach(|| capital_by_panel_size(&contract.inner, &model.inner, of, day, party, &sizes));
    json(&of_risk(found)?)
}

/// What stop-loss costs, of each person or of all together, as JSON.
#[pyfunction]
pub(crate) fn _stop_loss_premium(
    py: Python<'_>,
    model: &PyCostModel,
    attachment: f64,
    of_all: bool,
    loading: f64,
) -> PyResult<String> {
    let premium = || {
        let loading = Loading::of(loading)?;
        if of_all {
            return aggregate_stop_loss(&model.inner, attachment, loading);
        }
        individual_stop_loss(&model.inner, attachment, loading)
    };
    json(&of_risk(py.detach(premium))?)
}

/// What stop-loss on the cost of all costs by the size of the panel, as JSON.
#[pyfunction]
pub(crate) fn _premiums_by_panel_size(
    py: Python<'_>,
    model: &PyCostModel,
    sizes: Vec<u32>,
    attachment: f64,
    loading: f64,
) -> PyResult<String> {
    let premiums = || premiums_by_panel_size(&model.inner, &sizes, attachment, Loading::of(loading)?);
    json(&of_risk(py.detach(premiums))?)
}

/// What panels of these sizes may cost, as JSON.
#[pyfunction]
pub(crate) fn _panel_sizes(py: Python<'_>, model: &PyCostModel, sizes: Vec<u32>) -> PyResult<String> {
    json(&of_risk(py.detach(|| by_panel_size(&model.inner, &sizes)))?)
}
