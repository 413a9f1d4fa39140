//! A hospital's cost base, and its settlement under contracts.

use capitation::{
    Contract, Currency, Error, ErrorKind,
    activity::Pricing,
    hospital::{Change, CostBase, CostNames, MarginalShare, Quantity},
};
use indexmap::IndexMap;
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
};
use rust_decimal::Decimal;

use crate::{
    activity::{PyMarketForces, PyTariff},
    columns::batches,
    contract::PyContract,
    decimals::{Number, date, to_python},
    errors::{OrRaise, Room},
};

/// A `Quantity` of the Python package, by its attributes.
#[derive(FromPyObject)]
struct QuantityInput {
    of: String,
    points: Option<Vec<String>>,
    at_plan: bool,
}

impl QuantityInput {
    fn quantity(self) -> PyResult<Quantity> {
        let mut quantity = match self.of.as_str() {
            "value" => Quantity::value(),
            "number" => Quantity::number(),
            "cost" => Quantity::cost(),
            other => {
                return Err(PyValueError::new_err(format!(
                    "`{other}` is no quantity; name value, number or cost"
                )));
            }
        };
        if let Some(points) = self.points {
            quantity = quantity.at_points(points);
        }
        Ok(if self.at_plan { quantity.at_plan() } else { quantity })
    }
}

/// Activity above or below plan, by point of delivery, with its name.
type NamedChange = (String, IndexMap<String, Number>);

/// Activity, cost and prices by currency and point of delivery.
#[pyclass(name = "_CostBase", module = "capitation._capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyCostBase {
    pub(crate) inner: CostBase,
}

/// One share of marginal cost, or one for each point of delivery.
pub(crate) fn share(given: &Bound<'_, PyAny>) -> PyResult<MarginalShare> {
    if !given.hasattr("keys")? {
        return MarginalShare::of_all(given.extract::<Number>()?.0).or_raise_in(Room::Activity);
    }
    let mut shares = Vec::new();
    for (point, share) in given.extract::<IndexMap<String, Bound<'_, PyAny>>>()? {
        // A float says itself why it is none; the point says where.
        let read = share.extract::<Number>().map_err(|why| {
            let told = format!("marginal share of `{point}`: {}", why.value(given.py()));
            if why.is_instance_of::<PyTypeError>(given.py()) {
                PyTypeError::new_err(told)
            } else {
                PyValueError::new_err(told)
            }
        })?;
        shares.push((point, read.0));
    }
    MarginalShare::by_point(shares).or_raise_in(Room::Activity)
}

/// The change of this name: `plan`, `actual`, or one that was made.
fn change_of(name: &str, shares: Option<IndexMap<String, Number>>) -> PyResult<Change> {
    match (name, shares) {
        (_, Some(shares)) => {
            let named = shares
                .into_iter()
                .try_fold(Change::named(name), |change, (point, share)| change.by(point, share.0));
            named.or_raise()
        }
        ("plan", None) => Ok(Change::plan()),
        ("actual", None) => Ok(Change::actual()),
        (other, None) => Err(PyValueError::new_err(format!("at=\"{other}\"; name \"plan\" or \"actual\""))),
    }
}

fn written<T: serde::Serialize>(value: &T) -> PyResult<String> {
    serde_json::to_string(value).map_err(|why| PyTypeError::new_err(why.to_string()))
}

#[pymethods]
impl PyCostBase {
    #[staticmethod]
    #[pyo3(signature = (table, *, code, point, plan, unit_cost, marginal_share, actual, price, points, currency))]
    #[allow(clippy::too_many_arguments)] // one for each column, all by name
    fn from_table(
        py: Python<'_>,
        table: &Bound<'_, PyAny>,
        code: &str,
        point: &str,
        plan: &str,
        unit_cost: &str,
        marginal_share: &Bound<'_, PyAny>,
        actual: Option<&str>,
        price: Option<&str>,
        points: Option<IndexMap<String, String>>,
        currency: &str,
    ) -> PyResult<Self> {
        let mut names = CostNames::new(code, point, plan, unit_cost);
        if let Some(actual) = actual {
            names = names.actual(actual);
        }
        if let Some(price) = price {
            names = names.price(price);
        }
        for (printed, point) in points.into_iter().flatten() {
            names = names.rename(printed, point);
        }
        let share = share(marginal_share)?;
        let currency = Currency::new(currency).or_raise()?;
        let batches = batches(table).or_raise_in(Room::Activity)?;
        let read = py.detach(|| CostBase::from_record_batches(&batches, &names, currency, &share));
        Ok(Self { inner: read.or_raise_in(Room::Activity)? })
    }

    #[pyo3(signature = (tariff, *, mff, provider))]
    fn priced_by(
        &self,
        py: Python<'_>,
        tariff: &PyTariff,
        mff: Option<&PyMarketForces>,
        provider: Option<&str>,
    ) -> PyResult<Self> {
        let factors = mff.map(|mff| mff.inner.clone());
        let priced = py.detach(|| {
            let pricing = Pricing::new(&tariff.inner, factors.as_deref());
            self.inner.clone().priced_by_tariff(&pricing, provider)
        });
        Ok(Self { inner: priced.or_raise_in(Room::Activity)? })
    }

    #[getter]
    fn currency(&self) -> String {
        self.inner.currency().code().to_owned()
    }

    #[getter]
    fn fingerprint(&self) -> String {
        self.inner.fingerprint()
    }

    #[getter]
    fn prices(&self) -> Vec<String> {
        self.inner.priced_by().to_vec()
    }

    #[getter]
    fn rounding_difference<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, self.inner.rounding_difference())
    }

    fn lines(&self) -> PyResult<String> {
        written(&self.inner.lines())
    }

    /// Summaries by `code`, by `point`, or of `all`, as JSON.
    fn summaries(&self, by: &str, at: &str) -> PyResult<String> {
        let change = change_of(at, None)?;
        let summaries = match by {
            "code" => self.inner.by_code(&change),
            "point" => self.inner.by_point(&change),
            _ => self.inner.total(&change).map(|all| vec![all]),
        };
        written(&summaries.or_raise()?)
    }

    /// The result as JSON, and as text.
    #[pyo3(signature = (contracts, *, changes, actual, given, taken, set_inputs, covered_by, budget_neutral, on, hospital, cases))]
    #[allow(clippy::too_many_arguments)] // one for each question, all by name
    fn under(
        &self,
        py: Python<'_>,
        contracts: Vec<(String, Py<PyContract>)>,
        changes: Vec<NamedChange>,
        actual: bool,
        given: IndexMap<String, Number>,
        taken: IndexMap<String, QuantityInput>,
        set_inputs: Vec<String>,
        covered_by: Vec<String>,
        budget_neutral: bool,
        on: Option<&Bound<'_, PyAny>>,
        hospital: Option<String>,
        cases: Vec<(String, String)>,
    ) -> PyResult<(String, String)> {
        let contracts: Vec<(String, &Contract)> =
            contracts.iter().map(|(name, contract)| (name.clone(), &contract.get().inner)).collect();
        let mut under = self.inner.under(contracts);
        if actual {
            under = under.change(Change::actual());
        }
        for (name, shares) in changes {
            under = under.change(change_of(&name, Some(shares))?);
        }
        for (input, amount) in given {
            let amount: Decimal = amount.0;
            under = under.given(input, amount);
        }
        for (input, quantity) in taken {
            under = under.taken(input, quantity.quantity()?);
        }
        for input in set_inputs {
            under = under.set(input);
        }
        for name in covered_by {
            under = under.covered_by(name);
        }
        for (code, point) in cases {
            under = under.case(code, point);
        }
        if budget_neutral {
            under = under.budget_neutral();
        }
        if let Some(on) = on {
            under = under.on(date(on)?);
        }
        if let Some(hospital) = hospital {
            under = under.hospital(hospital);
        }
        let settled = py.detach(|| {
            let settled = under.settle()?;
            let json = settled.to_json()?;
            Ok::<_, Error>((json, settled.to_string()))
        });
        // A contract that cannot be compared is not a table that cannot be read.
        settled
            .map_err(|why| match why.kind() {
                ErrorKind::Column | ErrorKind::Row => {
                    Error::new(ErrorKind::Comparison, why.place(), why.problem(), why.remedy())
                }
                _ => why,
            })
            .or_raise()
    }

    fn __len__(&self) -> usize {
        self.inner.lines().len()
    }
}
