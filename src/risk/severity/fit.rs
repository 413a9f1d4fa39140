//! Laws of one person's cost fitted to costs that were seen, or to shares that were published.
//!
//! Costs are fitted by maximum likelihood, people without a cost as the probability of none. A lognormal law that is
//! fitted so has the spread of the logarithms, and its largest costs are then too large: spenders of the US survey MEPS
//! 2012–2015 have a standard deviation of ln cost of 1.70 to 1.73, which puts 29 % of the cost on the top 1 % where 22 %
//! was measured. Where shares matter, fit shares ([`lognormal_to_shares`]), or splice a tail ([`spliced`]); the
//! [`Goodness`] of every fit shows which of them are met.
//!
//! Weights are taken as a survey's: standard errors count (Σw)²/Σw² people (Kish). Rows that stand for several people
//! each are to be repeated. A standard error is of sampling alone: it holds if the law is of the kind that was fitted.

mod goodness;
mod lognormal;
mod sample;
mod tail;

use serde::{Deserialize, Serialize};
use statrs::function::gamma::digamma;

use super::Severity;
use crate::error::{Error, ErrorKind, Result};
pub use goodness::{Compared, Goodness, TopShare};
pub use lognormal::lognormal_to_shares;
use sample::Sample;

/// A fitted law, with what is known of how well it fits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The law.
    pub severity: Severity,
    /// Its parameters, by the names of its constructor, with standard errors.
    pub parameters: Vec<Parameter>,
    /// The logarithm of the likelihood of the costs above 0 that were fitted, weights being scaled to a mean of 1.
    /// None for a fit to shares.
    pub log_likelihood: Option<f64>,
    /// The root of the mean squared difference between given and fitted shares. None for a fit to costs.
    pub distance: Option<f64>,
    /// How many people the costs are worth in a standard error, those without a cost included. None for a fit to shares.
    #[serde(default)]
    pub people: Option<f64>,
    /// The standard error of the mean of their costs, relative to it: what a panel's mean is not known better than. None for a fit
    /// to shares.
    #[serde(default)]
    pub mean_error: Option<f64>,
    /// Observed against fitted.
    pub goodness: Goodness,
}

/// A fitted parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name, such as `sigma`.
    pub name: String,
    /// Its estimate.
    pub value: f64,
    /// Its standard error, from the observed information. None where one number was fitted to one.
    pub se: Option<f64>,
}

impl Fit {
    /// The estimate of the parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// A lognormal law for costs above 0, and the share of people without one: `mu`, `sigma`, `zeros`.
///
/// # Errors
///
/// [`ErrorKind::Range`] as [`Severity::empirical`]; [`ErrorKind::Statistic`] when fewer than two costs above 0 differ.
///
/// ```
/// use capitation::risk::severity::fit;
/// // ln cost is 1, 2 and 3: mean 2, variance 2/3; one of four people has no cost.
/// let costs = [1.0_f64.exp(), 2.0_f64.exp(), 0.0, 3.0_f64.exp()];
/// let fit = fit::lognormal(&costs, None)?;
/// let sigma = fit.parameter("sigma").unwrap();
/// assert!((sigma.value - (2.0_f64 / 3.0).sqrt()).abs() < 1e-15);
/// assert!((sigma.se.unwrap() - sigma.value / 6.0_f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), capitation::Error>(())
/// ```
pub fn lognormal(costs: &[f64], weights: Option<&[f64]>) -> Result<Fit> {
    let sample = Sample::new(costs, weights)?;
    let mu = sample.mean(f64::ln);
    let sigma = sample.mean(|cost| (cost.ln() - mu).powi(2)).sqrt();
    let people = sample.people_with_cost();
    let severity = Severity::lognormal(mu, sigma)?.with_zeros(sample.zeros())?;
    let parameters = vec![
        parameter("mu", mu, sigma / people.sqrt()),
        parameter("sigma", sigma, sigma / (2.0 * people).sqrt()),
        sample.zeros_parameter(),
    ];
    // Of each cost −ln x − ln(σ √(2π)) − z²/2, and the mean of z² is 1.
    let each = -mu - sigma.ln() - 0.5 * (std::f64::consts::TAU.ln() + 1.0);
    Ok(sample.fitted(severity, parameters, each))
}

/// A gamma law for costs above 0, and the share of people without one: `shape`, `scale`, `zeros`.
///
/// # Errors
///
/// As [`lognormal`].
pub fn gamma(costs: &[f64], weights: Option<&[f64]>) -> Result<Fit> {
    let sample = Sample::new(costs, weights)?;
    let mean = sample.mean(|cost| cost);
    let logarithms = sample.mean(f64::ln);
    let shape = gamma_shape(mean.ln() - logarithms)?;
    let scale = mean / shape;
    // The inverse of the information ψ′(a), 1/θ; 1/θ, a/θ² of each cost.
    let people = sample.people_with_cost();
    let curvature = trigamma(shape);
    let determinant = shape * curvature - 1.0;
    let severity = Severity::gamma(shape, scale)?.with_zeros(sample.zeros())?;
    let parameters = vec![
        parameter("shape", shape, (shape / determinant / people).sqrt()),
        parameter("scale", scale, scale * (curvature / determinant / people).sqrt()),
        sample.zeros_parameter(),
    ];
    let each = (shape - 1.0) * logarithms - shape - shape * scale.ln() - super::special::ln_gamma(shape);
    Ok(sample.fitted(severity, parameters, each))
}

/// A generalised Pareto law for what exceeds `threshold`: `xi`, `beta`. Costs up to there stay out.
///
/// The likelihood is searched along its profile in ξ/β (Grimshaw 1993, Technometrics 35: 185–191) and then climbed by
/// Newton's method on both parameters.
///
/// # Errors
///
/// [`ErrorKind::Range`] as [`Severity::empirical`], or when the threshold is negative or not finite;
/// [`ErrorKind::Statistic`] when fewer than ten different costs exceed it, or their likelihood has no maximum with a ξ
/// above −1/2, below which standard errors do not exist (Smith 1985).
pub fn gpd(costs: &[f64], weights: Option<&[f64]>, threshold: f64) -> Result<Fit> {
    let sample = Sample::new(costs, weights)?.above(threshold)?;
    let excesses = tail::Excesses::of(&sample, threshold);
    let found = excesses.fit()?;
    let severity = Severity::generalized_pareto(threshold, found.xi, found.beta)?;
    let parameters = found.parameters(sample.people_with_cost());
    Ok(sample.fitted(severity, parameters, found.each))
}

/// A lognormal body up to `at` and a generalised Pareto tail above it: `mu`, `sigma`, `above`, `xi`, `beta`, `zeros`.
///
/// The body is fitted to the costs up to `at` as a lognormal law that is cut off there, the tail to those above, and the
/// share of costs above is the one that was seen: so the two fits do not depend on each other.
///
/// # Errors
///
/// As [`gpd`], and [`ErrorKind::Statistic`] when the costs up to `at` do not look like the lower part of a lognormal law.
pub fn spliced(costs: &[f64], weights: Option<&[f64]>, at: f64) -> Result<Fit> {
    let sample = Sample::new(costs, weights)?;
    let exceeding = sample.above(at)?;
    let tail = tail::Excesses::of(&exceeding, at).fit()?;
    let below = sample.up_to(at)?;
    let body = lognormal::cut_off(&below, at)?;
    let above = exceeding.share_of(&sample);
    let severity =
        Severity::spliced(Severity::lognormal(body.mu, body.sigma)?, at, above, tail.xi, tail.beta)?
            .with_zeros(sample.zeros())?;
    let mut parameters = body.parameters(below.people_with_cost());
    parameters.push(parameter("above", above, (above * (1.0 - above) / sample.people_with_cost()).sqrt()));
    parameters.extend(tail.parameters(exceeding.people_with_cost()));
    parameters.push(sample.zeros_parameter());
    let each = (1.0 - above) * ((1.0 - above).ln() + body.each) + above * (above.ln() + tail.each);
    Ok(sample.fitted(severity, parameters, each))
}

/// The costs up to `at` as they were seen, and a generalised Pareto tail above it: `above`, `xi`, `beta`, `zeros`.
///
/// The share of costs above is the one that was seen; the likelihood is that of the costs above `at`. There are no distances of
/// distribution functions, since below `at` there is nothing between them.
///
/// # Errors
///
/// As [`gpd`].
pub fn with_tail(costs: &[f64], weights: Option<&[f64]>, at: f64) -> Result<Fit> {
    let sample = Sample::new(costs, weights)?;
    let exceeding = sample.above(at)?;
    let tail = tail::Excesses::of(&exceeding, at).fit()?;
    let above = exceeding.share_of(&sample);
    let severity = sample.observed().clone().with_tail(at, tail.xi, tail.beta)?;
    let mut parameters =
        vec![parameter("above", above, (above * (1.0 - above) / sample.people_with_cost()).sqrt())];
    parameters.extend(tail.parameters(exceeding.people_with_cost()));
    parameters.push(sample.zeros_parameter());
    let mut fit = sample.fitted(severity, parameters, above * tail.each);
    fit.goodness.kolmogorov_smirnov = None;
    fit.goodness.anderson_darling = None;
    Ok(fit)
}

/// The shape a with ln a − ψ(a) = `gap`, by Newton's method on 1/a (Minka 2002, Estimating a gamma distribution).
fn gamma_shape(gap: f64) -> Result<f64> {
    let mut shape = (3.0 - gap + ((gap - 3.0).powi(2) + 24.0 * gap).sqrt()) / (12.0 * gap);
    for _ in 0..100 {
        let over = shape.ln() - digamma(shape) - gap;
        let next = 1.0 / (1.0 / shape + over / (shape * shape * (1.0 / shape - trigamma(shape))));
        if !(next > 0.0 && next.is_finite()) {
            break;
        }
        if (next - shape).abs() <= 1e-14 * shape {
            return Ok(next);
        }
        shape = next;
    }
    if shape > 0.0 && (shape.ln() - digamma(shape) - gap).abs() <= 1e-10 * gap {
        return Ok(shape);
    }
    Err(no_fit(
        "gamma",
        "the likelihood has no maximum that was found",
        "look at the costs, or fit another law",
    ))
}

/// ψ′(x): by its recurrence up to 20, and from there by its asymptotic series.
fn trigamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < 20.0 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = [1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0]
        .iter()
        .rev()
        .fold(0.0, |sum, coefficient| sum * square + coefficient);
    sum + 1.0 / x + 0.5 * square + series * square / x
}

fn parameter(name: &str, value: f64, se: f64) -> Parameter {
    Parameter { name: name.to_owned(), value, se: Some(se) }
}

fn no_fit(law: &str, problem: &str, remedy: &str) -> Error {
    Error::new(ErrorKind::Statistic, format!("severity, fit of {law}"), problem, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ψ′(1) = π²/6, ψ′(1/2) = π²/2; at 0.05 and 100 by mpmath.
    #[test]
    fn the_trigamma_function_is_right() {
        let pi = std::f64::consts::PI;
        let known = [(1.0, pi * pi / 6.0), (0.5, pi * pi / 2.0), (100.0, 0.010_050_166_663_333_571)];
        for (x, expected) in known {
            assert!((trigamma(x) / expected - 1.0).abs() < 1e-14, "{x}: {}", trigamma(x));
        }
    }
}
