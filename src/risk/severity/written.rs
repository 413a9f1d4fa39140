//! A severity as it is written, and read back through the checks of its constructors.

use serde::{Deserialize, Serialize};

use super::mixture::Component;
use super::{Law, Severity};
use crate::error::{Error, Result};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename = "Severity", deny_unknown_fields)]
pub(super) struct Written {
    /// The probability of no cost.
    #[serde(default)]
    zeros: f64,
    /// What a cost is where there is one.
    cost: Cost,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Cost {
    Lognormal { mu: f64, sigma: f64 },
    Gamma { shape: f64, scale: f64 },
    GeneralizedPareto { threshold: f64, xi: f64, beta: f64 },
    Spliced { body: Box<Cost>, at: f64, above: Option<f64>, xi: f64, beta: f64 },
    Empirical { values: Vec<f64>, weights: Vec<f64> },
    Mixture(Vec<Kind>),
    None,
}

/// A law of a mixture, of costs above 0.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    weight: f64,
    cost: Cost,
}

impl From<Severity> for Written {
    fn from(severity: Severity) -> Self {
        Self { zeros: severity.zeros, cost: Cost::of(severity.law) }
    }
}

impl Cost {
    fn of(law: Law) -> Self {
        match law {
            Law::Lognormal(law) => Self::Lognormal { mu: law.mu, sigma: law.sigma },
            Law::Gamma(law) => Self::Gamma { shape: law.shape, scale: law.scale },
            Law::Tail(law) => {
                Self::GeneralizedPareto { threshold: law.threshold, xi: law.xi, beta: law.beta }
            }
            Law::Empirical(law) if law.values.is_empty() => Self::None,
            Law::Empirical(law) => Self::Empirical { values: law.values, weights: law.weights },
            Law::Spliced(law) => {
                let above = law.free_share();
                let tail = law.tail;
                let body = Box::new(Self::of(law.body));
                Self::Spliced { body, at: tail.threshold, above, xi: tail.xi, beta: tail.beta }
            }
            Law::Mixture(law) => {
                let kind = |part: Component| Kind { weight: part.weight, cost: Self::of(part.law) };
                Self::Mixture(law.into_parts().into_iter().map(kind).collect())
            }
        }
    }

    fn read(self) -> Result<Severity> {
        match self {
            Self::Lognormal { mu, sigma } => Severity::lognormal(mu, sigma),
            Self::Gamma { shape, scale } => Severity::gamma(shape, scale),
            Self::GeneralizedPareto { threshold, xi, beta } => {
                Severity::generalized_pareto(threshold, xi, beta)
            }
            Self::Spliced { body, at, above: Some(above), xi, beta } => {
                Severity::spliced(body.read()?, at, above, xi, beta)
            }
            Self::Spliced { body, at, above: None, xi, beta } => body.read()?.with_tail(at, xi, beta),
            Self::Empirical { values, weights } => Severity::empirical(&values, Some(&weights)),
            Self::Mixture(kinds) => {
                let kinds = kinds.into_iter().map(|kind| Ok((kind.weight, kind.cost.read()?)));
                Severity::mixture(kinds.collect::<Result<_>>()?)
            }
            Self::None => Severity::certain(0.0),
        }
    }
}

impl TryFrom<Written> for Severity {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        written.cost.read()?.with_zeros(written.zeros)
    }
}
