//! The lognormal law below a cut, and to shares.

use std::f64::consts::TAU;

use super::goodness::Goodness;
use super::sample::Sample;
use super::{Fit, Parameter, no_fit, parameter};
use crate::error::Result;
use crate::risk::severity::special::{Level, normal_at, normal_below, normal_density};
use crate::risk::severity::{Severity, refused};

/// A lognormal law with this mean whose top shares come nearest to those given, by least squares: `sigma`, `mu`.
///
/// `shares` are pairs: a share of all people, those with the highest costs, and their share of the cost. `zeros` is the
/// share of people without a cost. One pair is met exactly, if it can be; more have a [`Fit::distance`], and a standard
/// error of `sigma` from what is left over. That of `mu` is what follows from it, the mean being known.
///
/// # Errors
///
/// [`ErrorKind::Range`](crate::ErrorKind::Range) when there is no pair, a share of people is not between 0 and
/// 1 − `zeros`, a share of the cost is not below 1 and above what people with a cost would have if all cost the same,
/// or the mean is not above 0.
///
/// ```
/// use capitation::risk::severity::fit;
/// // 5 % of people hold half of the cost; 15 % have none.
/// let fit = fit::lognormal_to_shares(&[(0.05, 0.5)], 0.15, 4_700.0)?;
/// assert!((fit.parameter("sigma").unwrap().value - 1.564726).abs() < 1e-6);
/// assert!((fit.severity.mean() - 4_700.0).abs() < 1e-9);
/// # Ok::<(), capitation::Error>(())
/// ```
pub fn lognormal_to_shares(shares: &[(f64, f64)], zeros: f64, mean: f64) -> Result<Fit> {
    if !(0.0..1.0).contains(&zeros) {
        let problem = format!("{zeros} is not a share of people without a cost");
        return Err(refused("fit to shares, zeros", &problem, "give a share of at least 0 and below 1"));
    }
    if shares.is_empty() {
        return Err(refused("fit to shares", "there are none", "give at least one, such as (0.05, 0.5)"));
    }
    let mut targets = Vec::with_capacity(shares.len());
    for (people, cost) in shares {
        let of_users = people / (1.0 - zeros);
        if !(*people > 0.0 && of_users < 1.0 && *cost > of_users && *cost < 1.0) {
            let problem =
                format!("{people} of people cannot have {cost} of the cost where {zeros} have none");
            let remedy = "give shares of all people, the highest costs first, between 0 and 1";
            return Err(refused("fit to shares", &problem, remedy));
        }
        targets.push((normal_at(Level::above(of_users)), *cost));
    }
    let sigma = spread(&targets);
    let residuals: f64 = targets.iter().map(|(z, cost)| (normal_below(sigma - z) - cost).powi(2)).sum();
    let slopes: f64 = targets.iter().map(|(z, _)| normal_density(sigma - z).powi(2)).sum();
    let count: f64 = targets.iter().map(|_| 1.0).sum();
    let se = (shares.len() > 1).then(|| (residuals / (count - 1.0) / slopes).sqrt());

    let law = Severity::lognormal(0.0, sigma)?.with_zeros(zeros)?;
    let severity = law.rescaled_to(mean)?;
    let mu = (mean / (1.0 - zeros)).ln() - 0.5 * sigma * sigma;
    let parameters = vec![
        Parameter { name: "mu".to_owned(), value: mu, se: se.map(|se| sigma * se) },
        Parameter { name: "sigma".to_owned(), value: sigma, se },
    ];
    let given: Vec<(f64, Option<f64>)> = shares.iter().map(|(people, cost)| (*people, Some(*cost))).collect();
    let goodness = Goodness::of(&severity, &given, Some(mean), None);
    Ok(Fit {
        severity,
        parameters,
        log_likelihood: None,
        distance: Some((residuals / count).sqrt()),
        people: None,
        mean_error: None,
        goodness,
    })
}

/// The σ of least squares: the best of a grid, then Gauss–Newton, which does not leave the grid's cell.
fn spread(targets: &[(f64, f64)]) -> f64 {
    let squares = |sigma: f64| -> f64 {
        targets.iter().map(|(z, cost)| (normal_below(sigma - z) - cost).powi(2)).sum()
    };
    let grid = (1..=400_u16).map(|step| f64::from(step) / 40.0);
    let best = grid.fold(1.0, |best, sigma| if squares(sigma) < squares(best) { sigma } else { best });
    let mut sigma = best;
    for _ in 0..200 {
        let (mut slope, mut curvature) = (0.0, 0.0);
        for (z, cost) in targets {
            let density = normal_density(sigma - z);
            slope += density * (normal_below(sigma - z) - cost);
            curvature += density * density;
        }
        let next = (sigma - slope / curvature).clamp((best - 0.025).max(1e-3), best + 0.025);
        if (next - sigma).abs() <= 1e-15 * sigma || !next.is_finite() {
            break;
        }
        sigma = next;
    }
    sigma
}

/// A lognormal law of which only what is below a cut was seen.
pub(super) struct CutOff {
    pub(super) mu: f64,
    pub(super) sigma: f64,
    /// The mean of the logarithm of the likelihood.
    pub(super) each: f64,
    variances: (f64, f64),
}

impl CutOff {
    pub(super) fn parameters(&self, people: f64) -> Vec<Parameter> {
        let (of_mu, of_sigma) = self.variances;
        vec![
            parameter("mu", self.mu, (of_mu / people).sqrt()),
            parameter("sigma", self.sigma, (of_sigma / people).sqrt()),
        ]
    }
}

/// By the EM algorithm on the first two moments of the logarithms: those above the cut are as many, and as large, as the
/// law of the step before says (Dempster, Laird and Rubin 1977, section 4.2).
pub(super) fn cut_off(sample: &Sample, at: f64) -> Result<CutOff> {
    let cut = at.ln();
    let first = sample.mean(f64::ln);
    let spread = sample.mean(|cost| (cost.ln() - first).powi(2));
    // Everything is measured from the mean of the logarithms that were seen.
    let cut_from = cut - first;
    let (mut mu, mut sigma) = (0.0, spread.sqrt());
    for round in 0.. {
        let z = (cut_from - mu) / sigma;
        let unseen = normal_below(-z) / normal_below(z);
        let hazard = if unseen > 0.0 { normal_density(z) / normal_below(-z) } else { 0.0 };
        let (mean, square) = (mu + sigma * hazard, 1.0 + z * hazard);
        let second = mu * mu + 2.0 * mu * sigma * hazard + sigma * sigma * square;
        let whole = 1.0 + unseen;
        let next_mu = unseen * mean / whole;
        let next_sigma = ((spread + unseen * second) / whole - next_mu * next_mu).sqrt();
        let moved = (next_mu - mu).abs() + (next_sigma - sigma).abs();
        (mu, sigma) = (next_mu, next_sigma);
        if moved <= 1e-14 * sigma {
            break;
        }
        if round > 100_000 || !moved.is_finite() || sigma > 1e3 * spread.sqrt() {
            let problem = format!("the costs up to {at} are not the lower part of such a law");
            return Err(no_fit(
                "a lognormal body",
                &problem,
                "splice at another amount, or use the costs as a body",
            ));
        }
    }
    let each = |mu: f64, sigma: f64| {
        let z = (cut_from - mu) / sigma;
        -sigma.ln() - 0.5 * TAU.ln() - 0.5 * (spread + mu * mu) / (sigma * sigma) - normal_below(z).ln()
    };
    // The information by differences of second order: half of the digits remain, which is enough for an error.
    let h = 1e-4 * sigma;
    let middle = each(mu, sigma);
    let of_mu = -(each(mu + h, sigma) - 2.0 * middle + each(mu - h, sigma)) / (h * h);
    let of_sigma = -(each(mu, sigma + h) - 2.0 * middle + each(mu, sigma - h)) / (h * h);
    let crossed = -(each(mu + h, sigma + h) - each(mu + h, sigma - h) - each(mu - h, sigma + h)
        + each(mu - h, sigma - h))
        / (4.0 * h * h);
    let determinant = of_mu * of_sigma - crossed * crossed;
    let variances = (of_sigma / determinant, of_mu / determinant);
    Ok(CutOff { mu: mu + first, sigma, each: middle - first, variances })
}
