//! What a contract may come to.

use std::sync::Arc;

use capitation::{
    Contract,
    exposure::Date,
    risk::{
        aggregate::Method,
        cost_model::CostModel,
        outlook::{Outlook, PartyOutlook},
    },
};
use indexmap::IndexMap;
use pyo3::prelude::*;
use rust_decimal::Decimal;

use crate::{
    errors::{OrRaise, Room},
    frontier::of_risk,
    results::json,
    shown::by,
};

/// A clause that is money: its name, who pays and who is paid, and its expectation.
type ClauseRow = (String, Option<String>, Option<String>, f64);

/// Who pays a clause and who is paid; nobody where it is an amount on the way.
pub(crate) fn payer_and_payee(contract: &Contract, clause: &str) -> (Option<String>, Option<String>) {
    let clauses = &contract.document().clause;
    let pays = clauses.iter().find(|other| other.name == clause).and_then(|clause| clause.pays.as_ref());
    pays.map(|pays| (pays.from.clone(), pays.to.clone())).unzip()
}

/// What a contract may come to under a cost model.
#[pyclass(name = "Outlook", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyOutlook {
    inner: Arc<Outlook>,
    contract: Contract,
}

impl PyOutlook {
    pub(crate) fn of(
        py: Python<'_>,
        contract: &Contract,
        model: &CostModel,
        given: &IndexMap<String, Decimal>,
        on: Date,
        accuracy: Option<f64>,
    ) -> PyResult<Self> {
        // A missing input is what it is for a settlement too.
        let outlook = of_risk(py.detach(|| {
            let outlook = contract.outlook(model, given, on)?;
            match accuracy {
                Some(accuracy) => outlook.right_to(accuracy),
                None => Ok(outlook),
            }
        }))?;
        Ok(Self { inner: Arc::new(outlook), contract: contract.clone() })
    }

    pub(crate) fn core(&self) -> &Outlook {
        &self.inner
    }
}

#[pymethods]
impl PyOutlook {
    #[getter]
    fn contract(&self) -> &str {
        self.contract.name()
    }

    #[getter]
    fn currency(&self) -> String {
        self.contract.currency().code().to_owned()
    }

    #[getter]
    fn people(&self) -> u64 {
        self.inner.stamp().people
    }

    #[getter]
    fn parties(&self) -> Vec<PyPartyOutlook> {
        let names = self.inner.parties().iter().map(|party| party.name().to_owned());
        names.map(|name| PyPartyOutlook { outlook: Arc::clone(&self.inner), name }).collect()
    }

    fn party(&self, name: String) -> PyResult<PyPartyOutlook> {
        self.inner.party(&name).or_raise_in(Room::Risk)?;
        Ok(PyPartyOutlook { outlook: Arc::clone(&self.inner), name })
    }

    #[getter]
    fn clauses(&self) -> IndexMap<String, f64> {
        self.inner.clauses().iter().cloned().collect()
    }

    /// Every clause that is money, for tables and charts.
    fn _clauses(&self) -> Vec<ClauseRow> {
        let row = |(name, mean): &(String, f64)| {
            let (from, to) = payer_and_payee(&self.contract, name);
            (name.clone(), from, to, *mean)
        };
        self.inner.clauses().iter().map(row).collect()
    }

    /// The stamp as JSON.
    fn _stamp(&self) -> PyResult<String> {
        json(self.inner.stamp())
    }

    #[getter]
    fn stamp<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by("capitation.outlooks", "stamp", slf)
    }

    #[getter]
    fn plot<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by("capitation.outlooks", "OutlookPlots", slf)
    }

    #[pyo3(signature = (table="parties", *, points=400))]
    fn to_frame<'py>(slf: &Bound<'py, Self>, table: &str, points: i64) -> PyResult<Bound<'py, PyAny>> {
        let module = slf.py().import("capitation.outlooks")?;
        module.call_method1("outlook_frame", (slf, table, points))
    }

    #[pyo3(name = "_repr_html_")]
    fn repr_html<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by("capitation.outlooks", "outlook_html", slf)
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by("capitation.outlooks", "outlook_text", slf)
    }
}

/// What a contract may come to for one party.
#[pyclass(name = "PartyOutlook", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyPartyOutlook {
    outlook: Arc<Outlook>,
    name: String,
}

impl PyPartyOutlook {
    fn party(&self) -> PyResult<&PartyOutlook> {
        self.outlook.party(&self.name).or_raise_in(Room::Risk)
    }
}

#[pymethods]
impl PyPartyOutlook {
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    #[getter]
    fn role(&self) -> PyResult<String> {
        Ok(self.party()?.role().to_string())
    }

    #[getter]
    fn mean(&self) -> PyResult<f64> {
        Ok(self.party()?.mean())
    }

    #[getter]
    fn slack(&self) -> PyResult<Option<f64>> {
        Ok(self.party()?.slack())
    }

    #[getter]
    fn standard_deviation(&self) -> PyResult<f64> {
        self.party()?.standard_deviation().or_raise_in(Room::Risk)
    }

    #[getter]
    fn skewness(&self) -> PyResult<f64> {
        self.party()?.skewness().or_raise_in(Room::Risk)
    }

    #[getter]
    fn probability_of_deficit(&self) -> PyResult<f64> {
        self.party()?.probability_of_deficit().or_raise_in(Room::Risk)
    }

    fn probability_below(&self, amount: f64) -> PyResult<f64> {
        self.party()?.probability_below(amount).or_raise_in(Room::Risk)
    }

    fn quantile(&self, probability: f64) -> PyResult<f64> {
        self.party()?.quantile(probability).or_raise_in(Room::Risk)
    }

    fn mean_of_worst(&self, level: f64) -> PyResult<f64> {
        self.party()?.mean_of_worst(level).or_raise_in(Room::Risk)
    }

    #[getter]
    fn method(&self) -> PyResult<String> {
        let (method, _) = self.party()?.method().or_raise_in(Room::Risk)?;
        Ok(match method {
            Method::Certain => "certain".to_owned(),
            Method::Cosines(terms) => format!("{terms} cosines"),
            Method::Grid(points) => format!("a grid of {points} points"),
            Method::Exact(points) => format!("exact on {points} points"),
            _ => "another".to_owned(),
        })
    }

    #[getter]
    fn error(&self) -> PyResult<f64> {
        Ok(self.party()?.method().or_raise_in(Room::Risk)?.1)
    }

    /// Points of the distribution: amount, P(below), P(at most), density.
    fn _distribution(&self, py: Python<'_>, points: i64) -> PyResult<Vec<(f64, f64, f64, f64)>> {
        // What is no such number is refused by its own words there.
        let points = u32::try_from(points).unwrap_or(0);
        let party = self.party()?;
        let found = py.detach(|| party.distribution(points)).or_raise_in(Room::Risk)?;
        Ok(found.into_iter().map(|point| (point.amount, point.below, point.at_most, point.density)).collect())
    }

    fn __repr__(&self) -> PyResult<String> {
        let party = self.party()?;
        let spread = party.standard_deviation().ok().zip(party.probability_of_deficit().ok());
        let told = spread.map_or("only its mean is known".to_owned(), |(deviation, deficit)| {
            format!("standard deviation {deviation:.2}, P(deficit) {deficit:.4}")
        });
        Ok(format!("PartyOutlook({:?}, {}, mean {:.2}, {told})", self.name, party.role(), party.mean()))
    }
}
