//! Published unit costs, read as they are, and made into a cost base.

use std::path::PathBuf;

use capitation::{
    Currency,
    datasets::{
        Results,
        costs::{self, CostRow},
    },
    hospital::{CostBase, PublishedCosts},
};
use pyo3::prelude::*;

use crate::{
    errors::{OrRaise, Room},
    hospital::{PyCostBase, share},
    results::json,
};

/// A file of reference costs or of the National Cost Collection.
#[pyclass(name = "_Costs", module = "capitation._capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyCosts {
    file: Results<CostRow>,
}

#[pymethods]
impl PyCosts {
    #[new]
    fn new(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let file = py.detach(|| costs::read(path)).or_raise_in(Room::Results)?;
        Ok(Self { file })
    }

    fn to_json(&self) -> PyResult<String> {
        json(&self.file)
    }

    /// The cost base of these settings in one year, and the rows that make no line.
    fn cost_base(
        &self,
        year: Option<&str>,
        points: Vec<(String, String)>,
        marginal_share: &Bound<'_, PyAny>,
    ) -> PyResult<(PyCostBase, String)> {
        let share = share(marginal_share)?;
        let points: Vec<(&str, &str)> =
            points.iter().map(|(setting, point)| (setting.as_str(), point.as_str())).collect();
        let published = PublishedCosts::of_year(&self.file.rows, year, &points).or_raise_in(Room::Results)?;
        let gbp = Currency::new("GBP").or_raise()?;
        let base = CostBase::new(gbp, &published.lines, &share).or_raise_in(Room::Activity)?;
        Ok((PyCostBase { inner: base }, json(&published.left_out)?))
    }
}
