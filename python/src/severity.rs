//! The law of one person's cost, and its fits.

use capitation::risk::severity::{Severity, fit};
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
};

use crate::{
    columns::numbers,
    errors::{OrRaise, Room},
    results::json,
    shown::by,
};

/// One person's cost in a year as a distribution.
#[pyclass(name = "Severity", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PySeverity {
    pub(crate) inner: Severity,
}

/// One number, or a column of them.
enum Numbers {
    One(f64),
    Many(Vec<f64>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Numbers {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        match object.extract::<f64>() {
            Ok(one) => Ok(Self::One(one)),
            Err(_) => numbers(&object, "x", Room::Risk).map(Self::Many),
        }
    }
}

impl Numbers {
    /// What is made of each, in the shape that was given.
    fn map<'py>(
        &self,
        py: Python<'py>,
        of: impl Fn(f64) -> capitation::Result<f64> + Send + Sync,
    ) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::One(one) => Ok(of(*one).or_raise_in(Room::Risk)?.into_pyobject(py)?.into_any()),
            Self::Many(many) => {
                let made =
                    py.detach(|| many.iter().copied().map(of).collect::<capitation::Result<Vec<f64>>>());
                made.or_raise_in(Room::Risk)?.into_pyobject(py)
            }
        }
    }
}

fn made(severity: capitation::Result<Severity>) -> PyResult<PySeverity> {
    severity.or_raise_in(Room::Risk).map(|inner| PySeverity { inner })
}

/// Costs with their weights, where there are any.
fn columns(
    costs: &Bound<'_, PyAny>,
    weights: Option<&Bound<'_, PyAny>>,
) -> PyResult<(Vec<f64>, Option<Vec<f64>>)> {
    let costs = numbers(costs, "costs", Room::Risk)?;
    Ok((costs, weights.map(|weights| numbers(weights, "weights", Room::Risk)).transpose()?))
}

#[pymethods]
impl PySeverity {
    #[staticmethod]
    fn lognormal(mu: f64, sigma: f64) -> PyResult<Self> {
        made(Severity::lognormal(mu, sigma))
    }

    #[staticmethod]
    fn gamma(shape: f64, scale: f64) -> PyResult<Self> {
        made(Severity::gamma(shape, scale))
    }

    #[staticmethod]
    fn pareto(alpha: f64, minimum: f64) -> PyResult<Self> {
        made(Severity::pareto(alpha, minimum))
    }

    #[staticmethod]
    fn lomax(alpha: f64, scale: f64) -> PyResult<Self> {
        made(Severity::lomax(alpha, scale))
    }

    #[staticmethod]
    fn generalized_pareto(threshold: f64, xi: f64, beta: f64) -> PyResult<Self> {
        made(Severity::generalized_pareto(threshold, xi, beta))
    }

    #[staticmethod]
    #[pyo3(signature = (body, *, at, above, xi, beta))]
    fn spliced(body: &Self, at: f64, above: f64, xi: f64, beta: f64) -> PyResult<Self> {
        made(Severity::spliced(body.inner.clone(), at, above, xi, beta))
    }

    #[staticmethod]
    #[pyo3(signature = (costs, weights=None))]
    fn empirical(
        py: Python<'_>,
        costs: &Bound<'_, PyAny>,
        weights: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let (costs, weights) = columns(costs, weights)?;
        made(py.detach(|| Severity::empirical(&costs, weights.as_deref())))
    }

    #[staticmethod]
    fn mixture(parts: Vec<(f64, Py<Self>)>) -> PyResult<Self> {
        let laws = parts.iter().map(|(weight, law)| (*weight, law.get().inner.clone())).collect();
        made(Severity::mixture(laws))
    }

    #[staticmethod]
    fn certain(amount: f64) -> PyResult<Self> {
        made(Severity::certain(amount))
    }

    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        let read = serde_json::from_str(text);
        // What a law refuses is in the message, and so is where the text is none.
        read.map(|inner| Self { inner }).map_err(|why| PyValueError::new_err(format!("severity: {why}")))
    }

    fn to_json(&self) -> PyResult<String> {
        json(&self.inner)
    }

    #[pyo3(signature = (*, at, xi, beta))]
    fn with_tail(&self, at: f64, xi: f64, beta: f64) -> PyResult<Self> {
        made(self.inner.clone().with_tail(at, xi, beta))
    }

    fn with_zeros(&self, share: f64) -> PyResult<Self> {
        made(self.inner.clone().with_zeros(share))
    }

    fn scaled(&self, factor: f64) -> PyResult<Self> {
        made(self.inner.scaled(factor))
    }

    fn rescaled_to(&self, mean: f64) -> PyResult<Self> {
        made(self.inner.rescaled_to(mean))
    }

    #[getter]
    fn zeros(&self) -> f64 {
        self.inner.zeros()
    }

    #[getter]
    fn mean(&self) -> f64 {
        self.inner.mean()
    }

    #[getter]
    fn gini(&self) -> PyResult<f64> {
        self.inner.gini().or_raise_in(Room::Risk)
    }

    fn cdf<'py>(&self, py: Python<'py>, x: Numbers) -> PyResult<Bound<'py, PyAny>> {
        x.map(py, |x| Ok(self.inner.cdf(x)))
    }

    fn survival<'py>(&self, py: Python<'py>, x: Numbers) -> PyResult<Bound<'py, PyAny>> {
        x.map(py, |x| Ok(self.inner.survival(x)))
    }

    fn quantile<'py>(&self, py: Python<'py>, p: Numbers) -> PyResult<Bound<'py, PyAny>> {
        p.map(py, |p| self.inner.quantile(p))
    }

    fn upper_quantile<'py>(&self, py: Python<'py>, q: Numbers) -> PyResult<Bound<'py, PyAny>> {
        q.map(py, |q| self.inner.upper_quantile(q))
    }

    fn limited_mean<'py>(&self, py: Python<'py>, limit: Numbers) -> PyResult<Bound<'py, PyAny>> {
        limit.map(py, |limit| Ok(self.inner.limited_mean(limit)))
    }

    fn excess_mean<'py>(&self, py: Python<'py>, attachment: Numbers) -> PyResult<Bound<'py, PyAny>> {
        attachment.map(py, |attachment| Ok(self.inner.excess_mean(attachment)))
    }

    fn top_share<'py>(&self, py: Python<'py>, people: Numbers) -> PyResult<Bound<'py, PyAny>> {
        people.map(py, |people| self.inner.top_share(people))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.inner == other.inner
    }

    fn __hash__(&self) -> PyResult<u64> {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.to_json()?.hash(&mut hasher);
        Ok(hasher.finish())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let build = slf.get_type().getattr("from_json")?;
        Ok((build, (slf.get().to_json()?,)))
    }

    #[pyo3(name = "_repr_html_")]
    fn repr_html<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by("capitation.fits", "severity_html", slf)
    }

    fn __repr__(&self) -> PyResult<String> {
        let written =
            serde_json::to_value(&self.inner).map_err(|why| PyTypeError::new_err(why.to_string()))?;
        Ok(called(&written))
    }
}

/// A written law as the call that makes it.
fn called(written: &serde_json::Value) -> String {
    let zeros = written.get("zeros").and_then(serde_json::Value::as_f64).unwrap_or(0.0);
    let cost = written.get("cost").map_or(String::new(), call_of);
    // Where nothing costs anything the zeros are all there is.
    if zeros > 0.0 && !cost.ends_with("certain(0.0)") { format!("{cost}.with_zeros({zeros})") } else { cost }
}

fn call_of(cost: &serde_json::Value) -> String {
    let Some((kind, fields)) = cost.as_object().and_then(|cost| cost.iter().next()) else {
        return "Severity.certain(0.0)".to_owned();
    };
    let field = |name: &str| fields.get(name).map_or(String::new(), ToString::to_string);
    let named = |names: &[&str]| {
        let each: Vec<String> = names.iter().map(|name| format!("{name}={}", field(name))).collect();
        each.join(", ")
    };
    match kind.as_str() {
        "lognormal" => format!("Severity.lognormal({})", named(&["mu", "sigma"])),
        "gamma" => format!("Severity.gamma({})", named(&["shape", "scale"])),
        "generalized_pareto" => {
            format!("Severity.generalized_pareto({})", named(&["threshold", "xi", "beta"]))
        }
        "spliced" => {
            let body = fields.get("body").map_or(String::new(), call_of);
            if fields.get("above").is_none_or(serde_json::Value::is_null) {
                format!("{body}.with_tail({})", named(&["at", "xi", "beta"]))
            } else {
                format!("Severity.spliced({body}, {})", named(&["at", "above", "xi", "beta"]))
            }
        }
        "mixture" => {
            format!("Severity.mixture({} laws)", fields.as_array().map_or(0, Vec::len))
        }
        _ => match fields.get("values").and_then(serde_json::Value::as_array).map(Vec::as_slice) {
            Some([one]) => format!("Severity.certain({one})"),
            Some(many) => format!("Severity.empirical({} different costs)", many.len()),
            None => "Severity.certain(0.0)".to_owned(),
        },
    }
}

/// A fit as JSON, the fitted law, and the law of the costs that it was fitted to.
type Fitted = (String, PySeverity, PySeverity);

#[pyfunction]
pub(crate) fn _fit_severity(
    py: Python<'_>,
    costs: &Bound<'_, PyAny>,
    weights: Option<&Bound<'_, PyAny>>,
    law: &str,
    threshold: Option<f64>,
) -> PyResult<Fitted> {
    let (costs, weights) = columns(costs, weights)?;
    let weights_of = weights.as_deref();
    let at = || {
        threshold.ok_or_else(|| {
            PyTypeError::new_err(format!(
                "law=\"{law}\" needs a threshold: the cost from which the tail is fitted"
            ))
        })
    };
    let none = || match threshold {
        None => Ok(()),
        Some(at) => Err(PyTypeError::new_err(format!(
            "law=\"{law}\" has no threshold ({at}); leave it out, or fit \"gpd\" or \"spliced\""
        ))),
    };
    let found = match law {
        "lognormal" => none().map(|()| py.detach(|| fit::lognormal(&costs, weights_of))),
        "gamma" => none().map(|()| py.detach(|| fit::gamma(&costs, weights_of))),
        "gpd" => at().map(|at| py.detach(|| fit::gpd(&costs, weights_of, at))),
        "spliced" => at().map(|at| py.detach(|| fit::spliced(&costs, weights_of, at))),
        other => Err(PyValueError::new_err(format!(
            "law=\"{other}\"; name \"lognormal\", \"gamma\", \"gpd\" (a generalised Pareto tail) or \"spliced\""
        ))),
    };
    let found = found?.or_raise_in(Room::Risk)?;
    let observed = if law == "gpd" {
        let above = threshold.unwrap_or(0.0);
        let weight = |row: usize| weights_of.map_or(1.0, |weights| weights.get(row).copied().unwrap_or(1.0));
        let (costs, weights): (Vec<f64>, Vec<f64>) = costs
            .iter()
            .enumerate()
            .filter(|(_, cost)| **cost > above)
            .map(|(row, cost)| (*cost, weight(row)))
            .unzip();
        Severity::empirical(&costs, Some(&weights))
    } else {
        py.detach(|| Severity::empirical(&costs, weights_of))
    };
    Ok((json(&found)?, PySeverity { inner: found.severity }, made(observed)?))
}

#[pyfunction]
pub(crate) fn _lognormal_to_shares(
    shares: Vec<(f64, f64)>,
    zeros: f64,
    mean: f64,
) -> PyResult<(String, PySeverity)> {
    let found = fit::lognormal_to_shares(&shares, zeros, mean).or_raise_in(Room::Risk)?;
    Ok((json(&found)?, PySeverity { inner: found.severity }))
}
