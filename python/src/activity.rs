//! Tariffs, market forces factors, and activity priced by them.

use std::{path::PathBuf, sync::Arc};

use arrow_array::RecordBatch;
use capitation::{
    Error, ErrorKind,
    activity::{
        Fault, MarketForces, Priced, Pricing, Tariff, Totals,
        arrow::{LineNames, TariffColumn, TariffNames},
    },
};
use indexmap::IndexMap;
use pyo3::{exceptions::PyTypeError, prelude::*, types::PyCapsule};
use rust_decimal::Decimal;

use crate::{
    arrow::{self, Parts},
    columns::{batch, batches},
    decimals::{Number, to_python},
    errors::{OrRaise, Room, collects},
    programme::FirstYear,
    shown::{by_shown, by_tables},
};

/// A named column that there is not.
fn unknown_column(name: &str, known: &[&str]) -> PyErr {
    PyTypeError::new_err(format!("there is no column `{name}` to name; name one of {}", known.join(", ")))
}

/// A price list for one financial year.
#[pyclass(name = "Tariff", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyTariff {
    pub(crate) inner: Arc<Tariff>,
}

#[pymethods]
impl PyTariff {
    #[staticmethod]
    #[pyo3(signature = (table, *, year, columns=None, flags=None, on_error="raise"))]
    fn from_table(
        py: Python<'_>,
        table: &Bound<'_, PyAny>,
        year: FirstYear,
        columns: Option<IndexMap<String, String>>,
        flags: Option<IndexMap<String, String>>,
        on_error: &str,
    ) -> PyResult<Self> {
        let known = TariffColumn::ALL.map(TariffColumn::name);
        let column = |name: &str| TariffColumn::of_name(name).ok_or_else(|| unknown_column(name, &known));
        let mut names = TariffNames::new();
        for (what, name) in columns.iter().flatten() {
            names = names.with(column(what)?, name);
        }
        for (what, name) in flags.iter().flatten() {
            names = names.flag(column(what)?, name);
        }
        let collect = collects(on_error)?;
        let batches = batches(table).or_raise_in(Room::Activity)?;
        let read = py.detach(|| {
            if collect {
                Tariff::from_record_batches_collecting(year.0, &batches, &names)
            } else {
                Tariff::from_record_batches(year.0, &batches, &names)
            }
        });
        Ok(Self { inner: Arc::new(read.or_raise_in(Room::Activity)?) })
    }

    fn with_sheet(&self, other: &Self) -> PyResult<Self> {
        let both = (*self.inner).clone().with_sheet((*other.inner).clone()).or_raise_in(Room::Activity)?;
        Ok(Self { inner: Arc::new(both) })
    }

    #[getter]
    fn year(&self) -> String {
        self.inner.year()
    }

    #[getter]
    fn fingerprint(&self) -> &str {
        self.inner.fingerprint()
    }

    #[getter]
    fn withheld(&self) -> Vec<(String, String, String)> {
        let each = self.inner.withheld().iter();
        each.map(|price| (price.code.clone(), price.price.clone(), price.reason.clone())).collect()
    }

    #[getter]
    fn unused(&self) -> &[String] {
        self.inner.unused()
    }

    #[pyo3(signature = (activity, *, mff, on_error="raise", **columns))]
    fn price(
        &self,
        py: Python<'_>,
        activity: &Bound<'_, PyAny>,
        mff: Option<&PyMarketForces>,
        on_error: &str,
        columns: Option<IndexMap<String, String>>,
    ) -> PyResult<PyPriced> {
        let collect = collects(on_error)?;
        let names = line_names(columns.unwrap_or_default())?;
        let batches = batches(activity).or_raise_in(Room::Activity)?;
        let factors = mff.map(|mff| mff.inner.clone());
        let priced = py.detach(|| {
            let pricing = pricing(&self.inner, factors.as_deref(), collect);
            pricing.price(&names.read_all(&batches)?)
        });
        let inner = priced.or_raise_in(Room::Activity)?;
        Ok(PyPriced { inner, tariff: self.inner.clone(), factors, names, batches })
    }

    #[pyo3(signature = (activity, *, mff, on_error="raise", fingerprint=true, **columns))]
    fn totals(
        &self,
        py: Python<'_>,
        activity: &Bound<'_, PyAny>,
        mff: Option<&PyMarketForces>,
        on_error: &str,
        fingerprint: bool,
        columns: Option<IndexMap<String, String>>,
    ) -> PyResult<PyTotals> {
        let collect = collects(on_error)?;
        let names = line_names(columns.unwrap_or_default())?;
        let factors = mff.map(|mff| mff.inner.clone());
        let pricing = pricing(&self.inner, factors.as_deref(), collect);
        let pricing = if fingerprint { pricing } else { pricing.without_fingerprint() };
        if let Ok(path) = activity.extract::<PathBuf>() {
            let totals = py.detach(|| pricing.totals_of_parquet(path, &names));
            return Ok(PyTotals { inner: totals.or_raise_in(Room::Activity)? });
        }
        let mut parts = Parts::open(activity).or_raise_in(Room::Activity)?;
        let mut totals = Totals::new(&pricing);
        // A part at a time, so that a table need not fit into memory, and Ctrl-C is heard between them.
        while py.detach(|| add_next(&mut parts, &names, &pricing, &mut totals)).or_raise_in(Room::Activity)? {
            py.check_signals()?;
        }
        Ok(PyTotals { inner: totals })
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __repr__(&self) -> String {
        let withheld = self.inner.withheld().len();
        let left = match withheld {
            0 => String::new(),
            1 => ", 1 price left out".to_owned(),
            _ => format!(", {withheld} prices left out"),
        };
        format!("Tariff({}, {} codes{left})", self.inner.year(), self.inner.len())
    }
}

fn pricing<'t>(tariff: &'t Tariff, factors: Option<&'t MarketForces>, collect: bool) -> Pricing<'t> {
    let pricing = Pricing::new(tariff, factors);
    if collect { pricing.collecting() } else { pricing }
}

/// Rows that are read before they are priced together, on the threads there are.
const ROWS_AT_A_TIME: usize = 1 << 21;

/// Adds the next parts of a table; false at its end.
fn add_next(
    parts: &mut Parts,
    names: &LineNames,
    pricing: &Pricing<'_>,
    totals: &mut Totals,
) -> capitation::Result<bool> {
    let (mut part, mut rows) = (Vec::new(), 0);
    while rows < ROWS_AT_A_TIME {
        let Some(chunk) = parts.next_part()? else { break };
        let batch = batch(&chunk)?;
        rows += batch.num_rows();
        part.push(batch);
    }
    totals.add(pricing, &names.read_all_from(&part, totals.rows())?)?;
    Ok(!part.is_empty())
}

/// Names one more column.
type With = fn(LineNames, String) -> LineNames;

/// Which column of a table of activity is what, by the names of Python's arguments.
fn line_names(mut columns: IndexMap<String, String>) -> PyResult<LineNames> {
    const KNOWN: [&str; 14] = [
        "code",
        "admission_method",
        "patient_class",
        "point",
        "stay",
        "admitted",
        "discharged",
        "age",
        "provider",
        "date",
        "units",
        "best_practice",
        "specialised",
        "cost",
    ];
    let pairs = |one: &str, other: &str| {
        PyTypeError::new_err(format!("`{one}` and `{other}` go together; name both columns"))
    };
    let mut take = |name: &str| columns.shift_remove(name);
    let code =
        take("code").ok_or_else(|| PyTypeError::new_err("name the column with the codes: code=\"hrg\""))?;
    let mut names = LineNames::new(code);
    match (take("admission_method"), take("patient_class")) {
        (Some(method), Some(class)) => names = names.spells(method, class),
        (None, None) => {}
        _ => return Err(pairs("admission_method", "patient_class")),
    }
    match (take("admitted"), take("discharged")) {
        (Some(admitted), Some(discharged)) => names = names.dates(admitted, discharged),
        (None, None) => {}
        _ => return Err(pairs("admitted", "discharged")),
    }
    let single: [(&str, With); 9] = [
        ("point", LineNames::point),
        ("stay", LineNames::stay),
        ("age", LineNames::age),
        ("provider", LineNames::provider),
        ("date", LineNames::date),
        ("units", LineNames::units),
        ("best_practice", LineNames::best_practice),
        ("specialised", LineNames::specialised),
        ("cost", LineNames::cost),
    ];
    for (what, with) in single {
        if let Some(column) = take(what) {
            names = with(names, column);
        }
    }
    match columns.keys().next() {
        Some(unknown) => Err(unknown_column(unknown, &KNOWN)),
        None => Ok(names),
    }
}

/// The market forces factor of each provider.
#[pyclass(name = "MarketForces", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyMarketForces {
    pub(crate) inner: Arc<MarketForces>,
}

#[pymethods]
impl PyMarketForces {
    #[new]
    fn new(factors: IndexMap<String, Number>) -> PyResult<Self> {
        let factors = factors.into_iter().map(|(provider, factor)| (provider, factor.0));
        Ok(Self { inner: Arc::new(MarketForces::new(factors).or_raise_in(Room::Activity)?) })
    }

    #[staticmethod]
    #[pyo3(signature = (table, *, provider, factor))]
    fn from_table(table: &Bound<'_, PyAny>, provider: &str, factor: &str) -> PyResult<Self> {
        let batches = batches(table).or_raise_in(Room::Activity)?;
        let read =
            MarketForces::from_record_batches(&batches, provider, factor).or_raise_in(Room::Activity)?;
        Ok(Self { inner: Arc::new(read) })
    }

    fn __getitem__<'py>(&self, py: Python<'py>, provider: &str) -> PyResult<Bound<'py, PyAny>> {
        match self.inner.factor(provider) {
            Some(factor) => to_python(py, factor),
            None => Err(pyo3::exceptions::PyKeyError::new_err(provider.to_owned())),
        }
    }

    fn __len__(&self) -> usize {
        self.inner.providers().len()
    }

    #[getter]
    fn fingerprint(&self) -> &str {
        self.inner.fingerprint()
    }

    fn __repr__(&self) -> String {
        format!("MarketForces({} providers)", self.inner.providers().len())
    }
}

/// What has no price: fault, subject, lines, cost, first row.
type Unpriced<'py> = Vec<(&'static str, String, u64, Option<Bound<'py, PyAny>>, usize)>;

fn unpriced<'py>(py: Python<'py>, unpriced: &capitation::activity::Unpriced) -> PyResult<Unpriced<'py>> {
    let group = |group: &capitation::activity::UnpricedGroup| {
        let cost =
            group.cost.map(|pence| to_python(py, pounds(pence).or_raise_in(Room::Activity)?)).transpose()?;
        Ok((Fault::problem(group.fault), group.subject.clone(), group.lines, cost, group.first_row))
    };
    unpriced.groups().into_iter().map(group).collect()
}

/// A sum of costs, which lines without end could make longer than a decimal.
fn pounds(pence: i128) -> capitation::Result<Decimal> {
    Decimal::try_from_i128_with_scale(pence, 2)
        .map_err(|_| Error::new(ErrorKind::Arithmetic, "cost", "it has too many digits", "check the unit"))
}

pub(crate) fn pence(pence: u64) -> Decimal {
    Decimal::from_i128_with_scale(i128::from(pence), 2)
}

/// How many lines have no price, in words that follow how many lines there are.
fn without_price(unpriced: &capitation::activity::Unpriced) -> String {
    match unpriced.lines() {
        0 => String::new(),
        lines => format!(", {lines} without a price"),
    }
}

/// What a result was made of, for its stamp.
fn made_of(
    year: &str,
    tariff: &str,
    market_forces: Option<&str>,
    (rows, activity): (usize, Option<String>),
) -> Vec<(&'static str, String)> {
    let forces = market_forces.map_or_else(|| "none: prices are before it".to_owned(), str::to_owned);
    vec![
        ("capitation", env!("CARGO_PKG_VERSION").to_owned()),
        ("tariff", format!("{year}, {tariff}")),
        ("market forces factor", forces),
        ("rounding", "each line to the penny, half up".to_owned()),
        ("lines", format!("{rows}, {}", activity.as_deref().unwrap_or("without a fingerprint"))),
    ]
}

/// The payment of each line of activity.
#[pyclass(name = "PricedActivity", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyPriced {
    pub(crate) inner: Priced,
    tariff: Arc<Tariff>,
    factors: Option<Arc<MarketForces>>,
    names: LineNames,
    batches: Vec<RecordBatch>,
}

#[pymethods]
impl PyPriced {
    fn __len__(&self) -> usize {
        self.inner.len()
    }

    #[getter]
    fn total<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, pence(self.inner.total().or_raise_in(Room::Activity)?))
    }

    #[getter]
    fn _unpriced<'py>(&self, py: Python<'py>) -> PyResult<Unpriced<'py>> {
        unpriced(py, self.inner.unpriced())
    }

    #[getter]
    fn _stamp(&self) -> Vec<(&'static str, String)> {
        let lines = (self.inner.len(), self.inner.activity());
        made_of(self.inner.year(), self.inner.tariff(), self.inner.market_forces(), lines)
    }

    /// The sum that made the payment of a line.
    fn explain(&self, row: i64) -> PyResult<String> {
        // A row below zero is none of any table, and is told as one beyond the last.
        let at = usize::try_from(row).map_err(|_| {
            let problem = format!("there are {} lines", self.inner.len());
            Error::new(ErrorKind::Range, format!("row {row}"), problem, "give a row from 0 to one less")
        });
        let at = at.or_raise_in(Room::Activity)?;
        let lines = self.names.read_all(&self.batches);
        let pricing = Pricing::new(&self.tariff, self.factors.as_deref());
        let line = lines.and_then(|lines| pricing.line(&lines, at));
        Ok(line.or_raise_in(Room::Activity)?.to_string())
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema; // a wish that the protocol lets a producer leave unheard
        arrow::capsule(py, self.inner.to_record_batch().or_raise_in(Room::Activity)?)
    }

    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by_tables("priced_frame", slf)
    }

    fn unpriced<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by_tables("unpriced_frame", slf)
    }

    #[pyo3(name = "_repr_html_")]
    fn repr_html<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by_shown("priced_html", slf)
    }

    fn __repr__(&self) -> String {
        let left = without_price(self.inner.unpriced());
        format!("PricedActivity({} lines{left}, tariff of {})", self.inner.len(), self.inner.year())
    }
}

/// Payments by provider, month and rule.
#[pyclass(name = "ActivityTotals", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyTotals {
    inner: Totals,
}

/// Provider, month, rule, lines, payment, long-stay days, cost.
type TotalsRow<'py> = (String, usize, &'static str, u64, Bound<'py, PyAny>, u64, Option<Bound<'py, PyAny>>);

#[pymethods]
impl PyTotals {
    #[getter]
    fn lines(&self) -> usize {
        self.inner.rows()
    }

    #[getter]
    fn total<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, pence(self.inner.total().or_raise_in(Room::Activity)?.payment))
    }

    #[getter]
    fn cost<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let pounds = |pence: u128| pounds(i128::try_from(pence).unwrap_or(i128::MAX));
        self.inner.cost().map(|cost| to_python(py, pounds(cost).or_raise_in(Room::Activity)?)).transpose()
    }

    #[getter]
    fn _rows<'py>(&self, py: Python<'py>) -> PyResult<Vec<TotalsRow<'py>>> {
        let row = |(provider, month, rule, cell, cost): (
            &str,
            usize,
            capitation::activity::PricedBy,
            _,
            Option<u64>,
        )| {
            let cell: capitation::activity::Cell = cell;
            let cost = cost.map(|cost| to_python(py, pence(cost))).transpose()?;
            let payment = to_python(py, pence(cell.payment))?;
            Ok((provider.to_owned(), month, rule.words(), cell.lines, payment, cell.long_stay_days, cost))
        };
        self.inner.iter().map(row).collect()
    }

    #[getter]
    fn _is_dated(&self) -> bool {
        self.inner.is_dated()
    }

    #[getter]
    fn _unpriced<'py>(&self, py: Python<'py>) -> PyResult<Unpriced<'py>> {
        unpriced(py, self.inner.unpriced())
    }

    #[getter]
    fn _stamp(&self) -> Vec<(&'static str, String)> {
        let lines = (self.inner.rows(), self.inner.activity());
        made_of(self.inner.year(), self.inner.tariff(), self.inner.market_forces(), lines)
    }

    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by_tables("totals_frame", slf)
    }

    fn unpriced<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by_tables("unpriced_frame", slf)
    }

    #[pyo3(name = "_repr_html_")]
    fn repr_html<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by_shown("totals_html", slf)
    }

    fn __repr__(&self) -> String {
        let left = without_price(self.inner.unpriced());
        format!("ActivityTotals({} lines{left}, tariff of {})", self.inner.rows(), self.inner.year())
    }
}
