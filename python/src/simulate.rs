//! What a contract comes to in drawn years.

use std::sync::Arc;

use arrow_array::{Float64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use capitation::{
    Contract, Error, ErrorKind,
    exposure::Date,
    risk::{
        cost_model::CostModel,
        measures::Estimate,
        simulate::{PartyDraws, Rebase, Simulated, Simulation},
    },
};
use indexmap::IndexMap;
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{IntoPyDict, PyCapsule},
};
use rust_decimal::Decimal;

use crate::{
    arrow,
    errors::{OrRaise, Room},
    outlook::payer_and_payee,
    progress::{Progress, told},
    results::json,
    shown::by,
};

/// Drawn years where their number is not named.
const YEARS: usize = 10_000;

/// An estimate as the package's record of it.
pub(crate) fn estimate(py: Python<'_>, found: Estimate) -> PyResult<Bound<'_, PyAny>> {
    let parts = [("mean", found.mean), ("se", found.se)].into_py_dict(py)?;
    py.import("capitation.model")?.getattr("Estimate")?.call((), Some(&parts))
}

/// A whole number up to the largest of its kind.
pub(crate) fn whole<T: TryFrom<u64>>(number: &Bound<'_, PyAny>, name: &str, most: u64) -> PyResult<T> {
    let given = number.repr()?.to_string();
    let out_of_range = || {
        let problem = format!("{given} is not a whole number from 0 to {most}");
        Err(Error::new(ErrorKind::Range, name, problem, "correct the number")).or_raise_in(Room::Risk)
    };
    match number.extract::<u64>() {
        Ok(found) => T::try_from(found).or_else(|_| out_of_range()),
        Err(why) if why.is_instance_of::<PyTypeError>(number.py()) => {
            Err(PyTypeError::new_err(format!("{name}={given} is no whole number")))
        }
        Err(_) => out_of_range(),
    }
}

/// What is drawn, from the arguments of `simulate`.
pub(crate) fn how(
    seed: &Bound<'_, PyAny>,
    years: Option<&Bound<'_, PyAny>>,
    horizon: Option<&Bound<'_, PyAny>>,
    trend: f64,
    discount: Option<f64>,
    rebase: Option<&Bound<'_, PyAny>>,
) -> PyResult<Simulation> {
    let seed = whole(seed, "seed", u64::MAX)?;
    let years = years.map_or(Ok(YEARS), |years| whole(years, "years", usize::MAX as u64))?;
    let horizon = horizon.map_or(Ok(1), |years| whole(years, "horizon", u64::from(u16::MAX)))?;
    let rebased = rebase.map_or(Ok(Vec::new()), rebases)?;
    let made = || {
        let mut how = Simulation::new(years, seed)?.horizon(horizon)?.trend(trend)?;
        if let Some(rate) = discount {
            how = how.discount(rate)?;
        }
        rebased.into_iter().try_fold(how, Simulation::rebase)
    };
    made().or_raise_in(Room::Risk)
}

/// One rebased input, or several.
fn rebases(given: &Bound<'_, PyAny>) -> PyResult<Vec<Rebase>> {
    if let Ok(one) = given.cast::<PyRebase>() {
        return Ok(vec![one.get().inner.clone()]);
    }
    let wrong = |_: PyErr| {
        let given = given.repr().map_or_else(|_| String::new(), |text| text.to_string());
        PyTypeError::new_err(format!("rebase={given} is no Rebase, nor a list of them"))
    };
    let several: Vec<Bound<'_, PyRebase>> = given.extract().map_err(wrong)?;
    Ok(several.iter().map(|one| one.get().inner.clone()).collect())
}

/// An input that is made of what people cost in earlier years.
#[pyclass(name = "Rebase", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyRebase {
    inner: Rebase,
    #[pyo3(get)]
    input: String,
    #[pyo3(get)]
    weights: Vec<f64>,
    #[pyo3(get)]
    history: Vec<f64>,
    #[pyo3(get)]
    trend: f64,
    #[pyo3(get)]
    every: u16,
    #[pyo3(get)]
    of: Option<String>,
    #[pyo3(get)]
    add_back: Option<(String, f64)>,
}

#[pymethods]
impl PyRebase {
    #[new]
    #[pyo3(signature = (input, *, weights, history, trend=0.0, every=None, of=None, add_back=None),
        text_signature = "(input, *, weights, history, trend=0.0, every=1, of=None, add_back=None)")]
    fn new(
        input: String,
        weights: Vec<f64>,
        history: Vec<f64>,
        trend: f64,
        every: Option<&Bound<'_, PyAny>>,
        of: Option<String>,
        add_back: Option<(String, f64)>,
    ) -> PyResult<Self> {
        let every = every.map_or(Ok(1), |years| whole(years, "every", u64::from(u16::MAX)))?;
        let made = || {
            let mut made = Rebase::new(&*input, &*weights, &*history)?.trend(trend)?.every(every)?;
            if let Some(amount) = &of {
                made = made.of(amount);
            }
            match &add_back {
                Some((amount, share)) => made.add_back(amount, *share),
                None => Ok(made),
            }
        };
        let inner = made().or_raise_in(Room::Risk)?;
        Ok(Self { inner, input, weights, history, trend, every, of, add_back })
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.inner == other.inner
    }

    fn __repr__(&self) -> String {
        let of = self.of.as_ref().map_or(String::new(), |amount| format!(", of={amount:?}"));
        let add_back = self.add_back.as_ref();
        let add_back =
            add_back.map_or(String::new(), |(amount, share)| format!(", add_back=({amount:?}, {share})"));
        format!(
            "Rebase({:?}, weights={:?}, history={:?}, trend={}, every={}{of}{add_back})",
            self.input, self.weights, self.history, self.trend, self.every
        )
    }
}

/// A clause that is money in a contract year: its name, who pays and who is paid, its mean and the standard error.
type ClauseRow = (u16, String, Option<String>, Option<String>, f64, f64);
/// A party's share of the risk: its name, of the variance and of the tail, each with its standard error.
type ShareRow = (String, Option<(f64, f64)>, Option<(f64, f64)>);

/// What a contract came to in drawn years.
#[pyclass(name = "Simulated", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PySimulated {
    inner: Arc<Simulated>,
    contract: Contract,
}

impl PySimulated {
    pub(crate) fn of(
        py: Python<'_>,
        contract: &Contract,
        model: &CostModel,
        given: &IndexMap<String, Decimal>,
        on: Date,
        how: &Simulation,
        progress: Option<Progress>,
    ) -> PyResult<Self> {
        let (mut told, bar) = told(py, progress, "years")?;
        let ran = py.detach(|| contract.simulate_with(model, given, on, how, |done, of| told.tell(done, of)));
        if let Some(bar) = bar {
            bar.call_method0("close")?;
        }
        // What is missing or of another currency is what it is for a settlement too; the rest is of what was asked.
        let ran = match ran {
            Err(why) if is_of_the_question(why.kind()) => Err(why).or_raise_in(Room::Risk),
            other => other.or_raise(),
        };
        match ran? {
            Some(simulated) => Ok(Self { inner: Arc::new(simulated), contract: contract.clone() }),
            None => Err(told.why("the simulation")),
        }
    }

    fn horizon_years(&self) -> u16 {
        self.inner.simulation().horizon_years()
    }

    fn draws_of(&self, name: String, year: Option<u16>) -> PyPartyDraws {
        PyPartyDraws { simulated: Arc::clone(&self.inner), name, year }
    }
}

fn is_of_the_question(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Range
            | ErrorKind::Value
            | ErrorKind::Unknown
            | ErrorKind::Unit
            | ErrorKind::Name
            | ErrorKind::Statistic
    )
}

#[pymethods]
impl PySimulated {
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
    fn years(&self) -> usize {
        self.inner.simulation().years()
    }

    #[getter]
    fn seed(&self) -> u64 {
        self.inner.simulation().seed()
    }

    #[getter]
    fn horizon(&self) -> u16 {
        self.horizon_years()
    }

    #[getter]
    fn parties(&self) -> Vec<PyPartyDraws> {
        self.inner.parties().iter().map(|party| self.draws_of(party.name().to_owned(), None)).collect()
    }

    #[pyo3(signature = (name, year=None))]
    fn party(&self, name: String, year: Option<&Bound<'_, PyAny>>) -> PyResult<PyPartyDraws> {
        let year = year.map(|year| whole(year, "contract year", u64::from(u16::MAX))).transpose()?;
        let found = self.draws_of(name, year);
        found.party()?;
        Ok(found)
    }

    #[pyo3(signature = (party, year=None))]
    fn draws<'py>(
        slf: &Bound<'py, Self>,
        party: String,
        year: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let found = Bound::new(slf.py(), slf.get().party(party, year)?)?;
        PyPartyDraws::draws(&found)
    }

    #[getter]
    fn clauses<'py>(&self, py: Python<'py>) -> PyResult<IndexMap<String, Bound<'py, PyAny>>> {
        estimates(py, self.inner.clauses())
    }

    fn clauses_in<'py>(
        &self,
        py: Python<'py>,
        year: &Bound<'py, PyAny>,
    ) -> PyResult<IndexMap<String, Bound<'py, PyAny>>> {
        let year = whole(year, "contract year", u64::from(u16::MAX))?;
        estimates(py, self.inner.clauses_in(year).or_raise_in(Room::Risk)?)
    }

    fn risk_shares<'py>(slf: &Bound<'py, Self>, level: f64) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("capitation.simulations")?.call_method1("risk_shares", (slf, level))
    }

    /// Every clause that is money in every contract year, for tables and charts.
    fn _clauses(&self) -> PyResult<Vec<ClauseRow>> {
        let mut rows = Vec::new();
        for year in 0..self.horizon_years() {
            for (name, Estimate { mean, se }) in self.inner.clauses_in(year).or_raise_in(Room::Risk)? {
                let (from, to) = payer_and_payee(&self.contract, name);
                rows.push((year, name.clone(), from, to, *mean, *se));
            }
        }
        Ok(rows)
    }

    fn _risk_shares(&self, level: f64) -> PyResult<Vec<ShareRow>> {
        let shares = self.inner.risk_shares(level).or_raise_in(Room::Risk)?;
        let pair = |found: Option<Estimate>| found.map(|found| (found.mean, found.se));
        Ok(shares.into_iter().map(|(name, of)| (name, pair(of.variance), pair(of.tail))).collect())
    }

    /// The stamp as JSON.
    fn _stamp(&self) -> PyResult<String> {
        json(self.inner.stamp())
    }

    #[getter]
    fn stamp<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by("capitation.simulations", "stamp", slf)
    }

    #[getter]
    fn plot<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by("capitation.simulations", "SimulatedPlots", slf)
    }

    #[pyo3(signature = (table="parties", *, level=0.95))]
    fn to_frame<'py>(slf: &Bound<'py, Self>, table: &str, level: f64) -> PyResult<Bound<'py, PyAny>> {
        let module = slf.py().import("capitation.simulations")?;
        module.call_method1("simulated_frame", (slf, table, level))
    }

    #[pyo3(name = "_repr_html_")]
    fn repr_html<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by("capitation.simulations", "simulated_html", slf)
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by("capitation.simulations", "simulated_text", slf)
    }
}

fn estimates<'py>(
    py: Python<'py>,
    clauses: &[(String, Estimate)],
) -> PyResult<IndexMap<String, Bound<'py, PyAny>>> {
    clauses.iter().map(|(name, found)| Ok((name.clone(), estimate(py, *found)?))).collect()
}

/// One party's results in drawn years.
#[pyclass(name = "PartyDraws", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyPartyDraws {
    simulated: Arc<Simulated>,
    name: String,
    year: Option<u16>,
}

impl PyPartyDraws {
    fn party(&self) -> PyResult<&PartyDraws> {
        let found = match self.year {
            None => self.simulated.party(&self.name),
            Some(year) => self.simulated.party_in(&self.name, year),
        };
        found.or_raise_in(Room::Risk)
    }

    fn asked<'py>(
        &self,
        py: Python<'py>,
        question: impl FnOnce(&PartyDraws) -> capitation::Result<Estimate> + Send,
    ) -> PyResult<Bound<'py, PyAny>> {
        let party = self.party()?;
        estimate(py, py.detach(|| question(party)).or_raise_in(Room::Risk)?)
    }
}

#[pymethods]
impl PyPartyDraws {
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    #[getter]
    fn role(&self) -> PyResult<String> {
        Ok(self.party()?.role().to_string())
    }

    #[getter]
    fn year(&self) -> Option<u16> {
        self.year
    }

    #[getter]
    fn mean<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.asked(py, PartyDraws::mean)
    }

    #[getter]
    fn standard_deviation<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.asked(py, PartyDraws::standard_deviation)
    }

    #[getter]
    fn probability_of_deficit<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.asked(py, PartyDraws::probability_of_deficit)
    }

    fn probability_below<'py>(&self, py: Python<'py>, amount: f64) -> PyResult<Bound<'py, PyAny>> {
        self.asked(py, |party| party.probability_below(amount))
    }

    fn quantile<'py>(&self, py: Python<'py>, probability: f64) -> PyResult<Bound<'py, PyAny>> {
        let missing = || Error::new(ErrorKind::Statistic, "quantile", "there is none", "draw more years");
        let only = |found: Vec<Estimate>| found.first().copied().ok_or_else(missing);
        self.asked(py, |party| party.quantiles(&[probability]).and_then(only))
    }

    fn quantiles<'py>(&self, py: Python<'py>, probabilities: Vec<f64>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let party = self.party()?;
        let found = py.detach(|| party.quantiles(&probabilities)).or_raise_in(Room::Risk)?;
        found.into_iter().map(|found| estimate(py, found)).collect()
    }

    fn mean_of_worst<'py>(&self, py: Python<'py>, level: f64) -> PyResult<Bound<'py, PyAny>> {
        self.asked(py, |party| party.mean_of_worst(level))
    }

    #[getter]
    fn draws<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by("capitation.simulations", "draws", slf)
    }

    fn __len__(&self) -> PyResult<usize> {
        Ok(self.party()?.draws().len())
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema; // a wish that the protocol lets a producer leave unheard
        let draws = Float64Array::from(self.party()?.draws_in_major_units());
        let schema = Schema::new(vec![Field::new("result", DataType::Float64, false)]);
        let batch = RecordBatch::try_new(Arc::new(schema), vec![Arc::new(draws)]);
        arrow::capsule(py, batch.map_err(|why| PyValueError::new_err(why.to_string()))?)
    }

    fn __repr__(&self) -> PyResult<String> {
        let party = self.party()?;
        let (mean, deviation) =
            (party.mean().or_raise_in(Room::Risk)?, party.standard_deviation().or_raise_in(Room::Risk)?);
        let deficit = party.probability_of_deficit().or_raise_in(Room::Risk)?;
        let year = self.year.map_or(String::new(), |year| format!(", contract year {year}"));
        Ok(format!(
            "PartyDraws({:?}, {}{year}, {} draws, mean {:.2} ± {:.2}, standard deviation {:.2} ± {:.2}, P(deficit) {:.4} ± {:.4})",
            self.name,
            party.role(),
            party.draws().len(),
            mean.mean,
            mean.se,
            deviation.mean,
            deviation.se,
            deficit.mean,
            deficit.se
        ))
    }
}
