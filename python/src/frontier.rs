//! Power against risk: families of contracts on one population, and those of them that no other beats.

use capitation::{
    Contract, ErrorKind,
    contract::SharingBands,
    exposure::Date,
    risk::{
        cost_model::CostModel,
        design::{Design, Limits, design},
        frontier::{
            Axis, Basis, Family, Frontier, Outlay, PathPoint, PowerOver, RiskBy, Setting, frontier, path,
        },
        power::{Power, Saving},
    },
};
use indexmap::IndexMap;
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyDict, PyString},
};
use rust_decimal::Decimal;

use crate::{
    contract::PyContract,
    cost_model::PyCostModel,
    decimals::{Amounts, Number, date, to_python},
    errors::{OrRaise, Room},
    results::json,
    simulate::whole,
};

/// What a question to risk refuses: a missing input is what it is for a settlement too, and the rest is of risk.
pub(crate) fn of_risk<T>(found: capitation::Result<T>) -> PyResult<T> {
    match &found {
        Err(why)
            if matches!(
                why.kind(),
                ErrorKind::Range | ErrorKind::Value | ErrorKind::Unknown | ErrorKind::Statistic
            ) =>
        {
            found.or_raise_in(Room::Risk)
        }
        _ => found.or_raise(),
    }
}

/// What a party keeps of what it saves.
#[pyclass(name = "Power", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyPower {
    inner: Power,
}

impl PyPower {
    pub(crate) fn of(
        py: Python<'_>,
        contract: &Contract,
        model: &CostModel,
        given: &IndexMap<String, Decimal>,
        on: Date,
        (provider, saving): (&str, Option<Number>),
    ) -> PyResult<Self> {
        let saving = saving_of(saving)?;
        let power = py.detach(|| contract.power(model, given, on, provider, &saving));
        of_risk(power).map(|inner| Self { inner })
    }
}

fn saving_of(saving: Option<Number>) -> PyResult<Saving> {
    saving.map_or_else(|| Ok(Saving::default()), |part| of_risk(Saving::of(part.0)))
}

#[pymethods]
impl PyPower {
    #[getter]
    fn unit_cost(&self) -> f64 {
        self.inner.unit_cost
    }

    #[getter]
    fn volume(&self) -> f64 {
        self.inner.volume
    }

    #[getter]
    fn saved<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, self.inner.saved)
    }

    #[getter]
    fn held(&self) -> Vec<String> {
        self.inner.held.clone()
    }

    #[getter]
    fn slack(&self) -> Option<f64> {
        self.inner.slack
    }

    fn __repr__(&self) -> String {
        let Power { unit_cost, volume, saved, .. } = &self.inner;
        format!("Power(volume {volume:.4}, unit cost {unit_cost:.4}, at {saved} of cost saved)")
    }
}

/// Contracts that are set side by side.
#[pyclass(name = "Family", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyFamily {
    inner: Family,
}

#[pymethods]
impl PyFamily {
    #[staticmethod]
    fn grid(template: &PyContract, axes: IndexMap<String, Bound<'_, PyAny>>) -> PyResult<Self> {
        let axes = axes.iter().map(|(name, points)| axis(name, points)).collect::<PyResult<Vec<_>>>()?;
        of_risk(Family::grid(&template.inner, &axes)).map(|inner| Self { inner })
    }

    #[staticmethod]
    fn of(contracts: IndexMap<String, PyRef<'_, PyContract>>) -> Self {
        Self { inner: Family::of(contracts.iter().map(|(name, it)| (name.clone(), it.inner.clone()))) }
    }

    fn named(&self, name: &str) -> Self {
        Self { inner: self.inner.clone().named(name) }
    }

    fn __add__(&self, other: &Self) -> Self {
        Self { inner: self.inner.clone().and(other.inner.clone()) }
    }

    fn contract(&self, place: i64) -> PyResult<PyContract> {
        let many = self.inner.len();
        let found = usize::try_from(place).ok().and_then(|place| self.inner.contract(place));
        let found = found.cloned().map(|inner| PyContract { inner });
        found.ok_or_else(|| {
            pyo3::exceptions::PyIndexError::new_err(format!("there is no contract {place}; there are {many}"))
        })
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __repr__(&self) -> String {
        let many = self.inner.len();
        format!("Family({many} contract{})", if many == 1 { "" } else { "s" })
    }
}

/// Says of which axis a refusal is.
fn of_axis(py: Python<'_>, name: &str, why: &PyErr) -> PyErr {
    let text = format!("axis `{name}`: {}", why.value(py));
    if why.is_instance_of::<PyTypeError>(py) {
        PyTypeError::new_err(text)
    } else {
        PyValueError::new_err(text)
    }
}

/// Values of a term by its name, or settings of several terms by what they are called.
fn axis(name: &str, points: &Bound<'_, PyAny>) -> PyResult<Axis> {
    let py = points.py();
    let of = |why: PyErr| of_axis(py, name, &why);
    if let Ok(points) = points.cast::<PyDict>() {
        let mut axis = Axis::new(name);
        for (label, terms) in points {
            let terms = terms.cast::<PyDict>().map_err(|_| {
                of(PyTypeError::new_err(
                    "what a point sets is a dict of terms: {\"label\": {\"term\": \"25000\"}}",
                ))
            })?;
            let settings = terms.iter().map(|(term, to)| setting(&term.extract::<String>()?, &to));
            let settings = settings.collect::<PyResult<_>>().map_err(of)?;
            axis = axis.point(label.extract::<String>().map_err(of)?, settings);
        }
        return Ok(axis);
    }
    if points.is_instance_of::<PyString>() {
        return Err(of(PyTypeError::new_err("one text is no list of values; write [\"25000\", \"50000\"]")));
    }
    let values = points.try_iter().map_err(of)?;
    let text = |value: PyResult<Bound<'_, PyAny>>| Ok(value?.extract::<Number>()?.0.to_string());
    let values = values.map(text).collect::<PyResult<Vec<String>>>().map_err(of)?;
    of_risk(Axis::of_term(name, &values.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// A number, or bands as (end, share), the last end None.
fn setting(term: &str, to: &Bound<'_, PyAny>) -> PyResult<Setting> {
    if to.is_instance_of::<PyString>() || to.try_iter().is_err() {
        return of_risk(Setting::value(term, &to.extract::<Number>()?.0.to_string()));
    }
    let bands = to.extract::<Vec<(Option<Number>, Number)>>()?;
    let bands = bands.iter().fold(SharingBands::new(), |all, (upto, share)| match upto {
        Some(upto) => all.upto(&upto.0.to_string(), &share.0.to_string()),
        None => all.beyond(&share.0.to_string()),
    });
    of_risk(Setting::bands(term, &bands))
}

/// On what basis contracts are set side by side, as the arguments of Python say it.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Asked {
    provider: String,
    outlay: String,
    saving: Number,
    level: f64,
    reserve: Number,
    fixed_cost: Number,
    premium: Option<(String, Number)>,
    power: String,
    risk: String,
    references: bool,
}

impl Asked {
    fn basis(&self) -> PyResult<Basis> {
        let basis = || -> capitation::Result<Basis> {
            let mut basis = Basis::of(self.provider.as_str())
                .saving(Saving::of(self.saving.0)?)
                .level(self.level)?
                .reserve(self.reserve.0)?
                .fixed_cost(self.fixed_cost.0)?;
            if let Some((term, loading)) = &self.premium {
                basis = basis.premium(term.as_str(), loading.0)?;
            }
            Ok(basis)
        };
        Ok(of_risk(basis())?.outlay(self.outlay()?).by(self.power()?, self.risk()?))
    }

    fn outlay(&self) -> PyResult<Outlay> {
        Ok(match self.outlay.as_str() {
            "expected cost" => Outlay::ExpectedCost,
            "as written" => Outlay::AsWritten,
            other => {
                Outlay::Amount(other.parse::<capitation::decimal::Exact>().map(|it| it.0).map_err(|_| {
                    PyValueError::new_err(format!(
                        "outlay=\"{other}\"; name \"expected cost\" or \"as written\", or give an amount"
                    ))
                })?)
            }
        })
    }

    fn power(&self) -> PyResult<PowerOver> {
        match self.power.as_str() {
            "volume" => Ok(PowerOver::Volume),
            "unit cost" => Ok(PowerOver::UnitCost),
            other => {
                Err(PyValueError::new_err(format!("power=\"{other}\"; name \"volume\" or \"unit cost\"")))
            }
        }
    }

    fn risk(&self) -> PyResult<RiskBy> {
        Ok(match self.risk.as_str() {
            "standard deviation" => RiskBy::StandardDeviation,
            "tvar" => RiskBy::Tvar,
            "deficit" => RiskBy::Deficit,
            "beyond reserve" => RiskBy::BeyondReserve,
            other => {
                return Err(PyValueError::new_err(format!(
                    "risk=\"{other}\"; name \"standard deviation\", \"tvar\", \"deficit\" or \"beyond reserve\""
                )));
            }
        })
    }

    fn family(&self, family: &PyFamily, model: &CostModel, basis: &Basis) -> PyResult<Family> {
        let family = family.inner.clone();
        if self.references { of_risk(family.with_references(model, basis)) } else { Ok(family) }
    }
}

/// The day that was named, or the first one of the first contract's period.
fn day(family: &Family, on: Option<&Bound<'_, PyAny>>) -> PyResult<Date> {
    match (on, family.contract(0)) {
        (Some(on), _) => date(on),
        (None, Some(first)) => PyContract { inner: first.clone() }.day(None, "frontier"),
        (None, None) => Err(of_risk::<()>(Err(capitation::Error::new(
            ErrorKind::Range,
            "family",
            "it has no contract",
            "give at least one",
        )))
        .map_or_else(|why| why, |()| PyValueError::new_err("family"))),
    }
}

/// A frontier as the core works it out, with the family that it is of.
#[pyclass(name = "_Frontier", module = "capitation._capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyFrontier {
    inner: Frontier,
    family: Family,
    path: Vec<PathPoint>,
}

#[pymethods]
impl PyFrontier {
    #[new]
    #[pyo3(signature = (family, model, asked, *, levels=None, on=None, given=None))]
    fn new(
        py: Python<'_>,
        family: &PyFamily,
        model: &PyCostModel,
        asked: Asked,
        levels: Option<&Bound<'_, PyAny>>,
        on: Option<&Bound<'_, PyAny>>,
        given: Option<Amounts>,
    ) -> PyResult<Self> {
        let (basis, given) = (asked.basis()?, given.map(|given| given.0).unwrap_or_default());
        let on = day(&family.inner, on)?;
        let family = asked.family(family, &model.inner, &basis)?;
        let Some(levels) = levels else {
            let inner = of_risk(py.detach(|| frontier(&family, &model.inner, &given, on, &basis)))?;
            return Ok(Self { inner, family, path: Vec::new() });
        };
        let levels = whole(levels, "path", u64::from(u16::MAX))?;
        let found = of_risk(py.detach(|| path(&family, &model.inner, &given, on, &basis, levels)))?;
        let family = found.family().clone();
        Ok(Self { inner: found.frontier, family, path: found.path })
    }

    /// Levels of risk, each with the place of the contract that has the most power there.
    fn path(&self) -> Vec<(f64, usize)> {
        self.path.iter().map(|at| (at.level, at.place)).collect()
    }

    /// All of it as JSON.
    fn to_json(&self) -> PyResult<String> {
        json(&self.inner)
    }

    /// The contract of a point, with the terms that were solved for it.
    fn contract(&self, place: usize) -> PyResult<PyContract> {
        let found =
            self.inner.points.get(place).ok_or_else(|| {
                pyo3::exceptions::PyIndexError::new_err(format!("there is no point {place}"))
            })?;
        of_risk(self.family.contract_of(found)).map(|inner| PyContract { inner })
    }
}

/// A contract chosen within limits, as the core works it out.
#[pyclass(name = "_Design", module = "capitation._capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyDesign {
    inner: Design,
    family: Family,
}

#[pymethods]
impl PyDesign {
    #[new]
    #[pyo3(signature = (family, model, asked, limits, *, on=None, given=None))]
    fn new(
        py: Python<'_>,
        family: &PyFamily,
        model: &PyCostModel,
        asked: Asked,
        limits: (Option<f64>, Option<f64>, Option<f64>),
        on: Option<&Bound<'_, PyAny>>,
        given: Option<Amounts>,
    ) -> PyResult<Self> {
        let (basis, given) = (asked.basis()?, given.map(|given| given.0).unwrap_or_default());
        let (deficit, tvar, deviation) = limits;
        let limits = || -> capitation::Result<Limits> {
            let mut limits = Limits::new().reserve(asked.reserve.0)?;
            if let Some(most) = deficit {
                limits = limits.probability_of_deficit(most)?;
            }
            if let Some(most) = tvar {
                limits = limits.tvar(most)?;
            }
            deviation.map_or(Ok(limits.clone()), |most| limits.standard_deviation(most))
        };
        let limits = of_risk(limits())?;
        let on = day(&family.inner, on)?;
        let family = asked.family(family, &model.inner, &basis)?;
        let inner = of_risk(py.detach(|| design(&family, &model.inner, &given, on, &basis, &limits)))?;
        Ok(Self { inner, family })
    }

    /// All of it as JSON.
    fn to_json(&self) -> PyResult<String> {
        json(&self.inner)
    }

    #[getter]
    fn contract(&self) -> PyContract {
        PyContract { inner: self.inner.contract.clone() }
    }

    #[getter]
    fn frontier(&self) -> PyFrontier {
        PyFrontier { inner: self.inner.frontier.clone(), family: self.family.clone(), path: Vec::new() }
    }
}
