//! Cost models made of people, and at another level of costs.

use capitation::risk::cost_model::{By, CellFit, CostModel, Fitting, Law, PartialYears};
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
};

use crate::{
    errors::{OrRaise, Room},
    population::PyPopulation,
    results::json,
    severity::PySeverity,
    simulate::whole,
};

/// What is asked of the people, as it was given.
pub(crate) struct Asked<'a, 'py> {
    pub(crate) input: &'a str,
    pub(crate) years: Option<Vec<i64>>,
    pub(crate) by: Option<&'a Bound<'py, PyAny>>,
    pub(crate) law: &'a str,
    pub(crate) at: Option<f64>,
    pub(crate) people: Option<&'a Bound<'py, PyAny>>,
    pub(crate) random_composition: bool,
    pub(crate) person_years: bool,
    pub(crate) mean_errors: Option<bool>,
    pub(crate) partial_years: Option<&'a str>,
}

impl Asked<'_, '_> {
    pub(crate) fn fitted(self, py: Python<'_>, people: &PyPopulation) -> PyResult<CostModel> {
        let mut fitting = Fitting::of(self.input).law(law(self.law, self.at)?);
        if let Some(years) = self.years {
            fitting = fitting.in_years(years);
        }
        for column in self.by.map_or(Ok(Vec::new()), columns)? {
            fitting = fitting.by(column);
        }
        if let Some(people) = self.people {
            fitting = fitting.people(whole(people, "people", u64::from(u32::MAX))?);
        }
        if self.random_composition {
            fitting = fitting.random_composition();
        }
        if self.person_years {
            fitting = fitting.person_years();
        }
        if let Some(carried) = self.mean_errors {
            fitting = fitting.mean_errors(carried);
        }
        if let Some(word) = self.partial_years {
            fitting = fitting.partial_years(partial_years(word)?);
        }
        py.detach(|| CostModel::from_population(&people.inner, &fitting)).or_raise_in(Room::Risk)
    }
}

/// One column, or several.
fn columns(by: &Bound<'_, PyAny>) -> PyResult<Vec<By>> {
    let names = match by.extract::<String>() {
        Ok(one) => vec![one],
        Err(_) => by.extract::<Vec<String>>().map_err(|_| {
            let given = by.repr().map_or_else(|_| String::new(), |text| text.to_string());
            PyTypeError::new_err(format!(
                "by={given} is no column, nor a list of them; name \"cell\", \"class\" or \"deprivation\""
            ))
        })?,
    };
    let column = |name: &String| match name.as_str() {
        "cell" => Ok(By::Cell),
        "class" => Ok(By::Class),
        "deprivation" => Ok(By::Deprivation),
        other => {
            Err(PyValueError::new_err(format!("by=\"{other}\"; name \"cell\", \"class\" or \"deprivation\"")))
        }
    };
    names.iter().map(column).collect()
}

fn law(name: &str, at: Option<f64>) -> PyResult<Law> {
    let needed = || {
        let told =
            format!("law=\"{name}\" needs at: the share of people up to whom the body goes, such as 0.99");
        at.ok_or_else(|| PyTypeError::new_err(told))
    };
    let law = match name {
        "spliced" => return needed().map(|at| Law::Spliced { at }),
        "empirical_with_tail" => return needed().map(|at| Law::EmpiricalWithTail { at }),
        "empirical" => Law::Empirical,
        "lognormal" => Law::Lognormal,
        "gamma" => Law::Gamma,
        "lognormal_to_shares" => Law::LognormalToShares,
        other => {
            return Err(PyValueError::new_err(format!(
                "law=\"{other}\"; name \"empirical\", \"lognormal\", \"gamma\", \"lognormal_to_shares\", \"spliced\" or \
                 \"empirical_with_tail\""
            )));
        }
    };
    match at {
        None => Ok(law),
        Some(at) => Err(PyTypeError::new_err(format!(
            "law=\"{name}\" has no tail of its own (at={at}); leave at out, or name \"spliced\" or \"empirical_with_tail\""
        ))),
    }
}

fn partial_years(word: &str) -> PyResult<PartialYears> {
    match word {
        "as_they_are" => Ok(PartialYears::AsTheyAre),
        "apart" => Ok(PartialYears::Apart),
        other => Err(PyValueError::new_err(format!(
            "partial_years=\"{other}\"; name \"as_they_are\" or \"apart\", or leave it out where everybody is there for twelve \
             months"
        ))),
    }
}

/// A cell's fit: its name, people, their share, the mean with its standard error, the fit as JSON and the law.
pub(crate) type FitRow = (String, usize, f64, (f64, f64), Option<(String, PySeverity)>);

pub(crate) fn fits(model: &CostModel) -> PyResult<Vec<FitRow>> {
    let row = |found: &CellFit| {
        let fit = found.fit.as_ref();
        let fit = fit.map(|fit| Ok::<_, PyErr>((json(fit)?, PySeverity { inner: fit.severity.clone() })));
        let mean = (found.mean.mean, found.mean.se);
        Ok((found.cell.clone(), found.people, found.share, mean, fit.transpose()?))
    };
    model.fits().iter().map(row).collect()
}
