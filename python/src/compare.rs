//! The main job, with the interpreter free to run while people are drawn.

use capitation::{Compare, Comparison, Currency, compare::MarginalCost, report::Chart};
use indexmap::IndexMap;
use pyo3::{exceptions::PyValueError, prelude::*};

use crate::{
    contract::PyContract,
    decimals::{Number, date},
    errors::OrRaise,
    population::PyPopulation,
    progress::Told,
};

/// A finished comparison.
#[pyclass(name = "_Comparison", module = "capitation._capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyComparison {
    inner: Comparison,
}

#[pymethods]
impl PyComparison {
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        Comparison::from_json(text).map(|inner| Self { inner }).or_raise()
    }

    fn to_json(&self) -> PyResult<String> {
        self.inner.to_json().or_raise()
    }

    fn to_html(&self) -> PyResult<String> {
        self.inner.to_html().or_raise()
    }

    /// The title and the subtitle of a chart.
    #[pyo3(signature = (chart, contract = ""))]
    fn caption(&self, chart: &str, contract: &str) -> PyResult<(String, String)> {
        let chart = match chart {
            "margin_fan" => Chart::MarginFan,
            "risk" => Chart::Risk,
            "risk_of_tail" => Chart::RiskOfTail,
            "lorenz" => Chart::Lorenz,
            "statement" => Chart::Statement(contract),
            _ => return Err(PyValueError::new_err(format!("there is no chart `{chart}`"))),
        };
        let caption = self.inner.caption(chart).or_raise()?;
        Ok((caption.title, caption.subtitle))
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }
}

/// What stands before an amount of a currency, and how many decimals its minor unit has.
#[pyfunction]
pub(crate) fn _currency(code: &str) -> PyResult<(String, u32)> {
    Currency::new(code).map(|currency| (currency.symbol(), currency.exponent())).or_raise()
}

#[pyfunction]
#[pyo3(name = "_compare", signature = (population, contracts, *, sizes, panel, draws, seed, neutral, marginal_share,
    unit_costs, given, on, least_reported, progress))]
#[allow(clippy::too_many_arguments)] // one for each question, all by name
pub(crate) fn compare(
    py: Python<'_>,
    population: &Bound<'_, PyPopulation>,
    contracts: Vec<Bound<'_, PyContract>>,
    sizes: Vec<usize>,
    panel: usize,
    draws: usize,
    seed: u64,
    neutral: bool,
    marginal_share: Option<Number>,
    unit_costs: IndexMap<String, Number>,
    given: IndexMap<String, Number>,
    on: Option<&Bound<'_, PyAny>>,
    least_reported: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<PyComparison> {
    let contracts: Vec<capitation::Contract> = contracts.iter().map(|c| c.get().inner.clone()).collect();
    let population = &population.get().inner;
    let mut asked = Compare::new(population, &contracts)
        .sizes(sizes, panel)
        .draws(draws)
        .seed(seed)
        .least_reported(least_reported);
    if !neutral {
        asked = asked.as_written();
    }
    if let Some(share) = marginal_share {
        let mut marginal = MarginalCost::new(share.0).or_raise()?;
        for (activity, cost) in unit_costs {
            marginal = marginal.with_unit_cost(activity, cost.0).or_raise()?;
        }
        asked = asked.marginal_cost(marginal);
    }
    for (input, amount) in given {
        asked = asked.given(input, amount.0);
    }
    if let Some(day) = on {
        asked = asked.on(date(day)?);
    }
    let mut told = Told::new(progress);
    let ran = py.detach(|| asked.run_with(|done, of| told.tell(done, of)));
    match ran.or_raise()? {
        Some(inner) => Ok(PyComparison { inner }),
        None => Err(told.why("the comparison")),
    }
}
