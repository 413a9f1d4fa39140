//! The generalised Pareto law by maximum likelihood.

use super::sample::Sample;
use super::{Parameter, no_fit, parameter};
use crate::error::Result;

/// What exceeds a threshold, with chances.
pub(super) struct Excesses {
    atoms: Vec<(f64, f64)>,
    mean: f64,
    largest: f64,
}

/// The maximum.
pub(super) struct Found {
    pub(super) xi: f64,
    pub(super) beta: f64,
    /// The mean of the logarithm of the likelihood.
    pub(super) each: f64,
    /// The inverse of the information of one excess: variances of ξ and β.
    variances: (f64, f64),
}

impl Found {
    pub(super) fn parameters(&self, people: f64) -> Vec<Parameter> {
        let (of_xi, of_beta) = self.variances;
        vec![
            parameter("xi", self.xi, (of_xi / people).sqrt()),
            parameter("beta", self.beta, (of_beta / people).sqrt()),
        ]
    }
}

/// Mean of the logarithm of the likelihood with its slopes and curvatures in (ξ, β).
#[derive(Debug, Clone, Copy, Default)]
struct Slopes {
    each: f64,
    xi: f64,
    beta: f64,
    xi_xi: f64,
    xi_beta: f64,
    beta_beta: f64,
}

impl Excesses {
    pub(super) fn of(sample: &Sample, threshold: f64) -> Self {
        let atoms: Vec<(f64, f64)> =
            sample.atoms().iter().map(|(cost, chance)| (cost - threshold, *chance)).collect();
        let mean = atoms.iter().map(|(excess, chance)| chance * excess).sum();
        let largest = atoms.last().map_or(0.0, |(excess, _)| *excess);
        Self { atoms, mean, largest }
    }

    pub(super) fn fit(&self) -> Result<Found> {
        let none = |problem: &str| {
            let remedy = "give another threshold, and look whether the costs above it have an end";
            Err(no_fit("a generalised Pareto tail", problem, remedy))
        };
        let Some((mut xi, mut beta)) = self.start() else {
            return none("the likelihood has no maximum");
        };
        let mut at = self.slopes(xi, beta);
        for _ in 0..200 {
            let determinant = at.xi_xi * at.beta_beta - at.xi_beta * at.xi_beta;
            // Uphill by Newton where the likelihood is concave, along the slope where it is not.
            let (step_xi, step_beta) = if determinant > 0.0 && at.xi_xi < 0.0 {
                (
                    (at.xi_beta * at.beta - at.beta_beta * at.xi) / determinant,
                    (at.xi_beta * at.xi - at.xi_xi * at.beta) / determinant,
                )
            } else {
                (0.1 * at.xi, 0.1 * at.beta * beta * beta)
            };
            let mut part = 1.0;
            let next = loop {
                let (to_xi, to_beta) = (xi + part * step_xi, beta + part * step_beta);
                let inside = to_beta > 0.0 && to_beta + to_xi * self.largest > 0.0;
                let found = if inside { self.slopes(to_xi, to_beta) } else { Slopes::default() };
                if inside && found.each >= at.each - 1e-14 * at.each.abs() {
                    break Some((to_xi, to_beta, found));
                }
                part *= 0.5;
                if part < 1e-10 {
                    break None;
                }
            };
            let Some((to_xi, to_beta, found)) = next else { break };
            let moved = (to_xi - xi).abs() + (to_beta / beta - 1.0).abs();
            (xi, beta, at) = (to_xi, to_beta, found);
            if moved < 1e-13 {
                break;
            }
        }
        let determinant = at.xi_xi * at.beta_beta - at.xi_beta * at.xi_beta;
        if at.xi.abs() > 1e-7 || (at.beta * beta).abs() > 1e-7 || determinant <= 0.0 || at.xi_xi >= 0.0 {
            return none("the likelihood has no maximum that was found");
        }
        if xi <= -0.5 {
            return none(&format!("its maximum is at xi {xi}, where standard errors do not exist"));
        }
        let variances = (-at.beta_beta / determinant, -at.xi_xi / determinant);
        Ok(Found { xi, beta, each: at.each, variances })
    }

    /// The best of a grid along the profile: for a given t = ξ/β the best ξ is the mean of ln(1 + t y).
    fn start(&self) -> Option<(f64, f64)> {
        let growing = (-32..=32_i8).map(|step| (f64::from(step) / 4.0).exp() / self.mean);
        let falling = (1..=40_u8).map(|step| -(-(-f64::from(step) / 8.0).exp_m1()) / self.largest);
        let mut best: Option<(f64, f64, f64)> = None;
        for t in growing.chain(falling) {
            let xi: f64 = self.atoms.iter().map(|(excess, chance)| chance * (t * excess).ln_1p()).sum();
            let beta = xi / t;
            let each = -beta.ln() - xi - 1.0;
            if xi > -0.9 && beta > 0.0 && best.is_none_or(|(most, ..)| each > most) {
                best = Some((each, xi, beta));
            }
        }
        best.map(|(_, xi, beta)| (xi, beta))
    }

    fn slopes(&self, xi: f64, beta: f64) -> Slopes {
        let mut sum = Slopes::default();
        for (excess, chance) in &self.atoms {
            let z = excess / beta;
            let w = xi * z;
            let g = 1.0 + w;
            // (ln g − w/g)/w², (1/g² − 2 of it)/w, and ln g over w, by their series where they cancel.
            let (first, second, ratio) = if w.abs() < 1e-3 {
                (
                    0.5 + w * (-2.0 / 3.0 + w * (0.75 - 0.8 * w)),
                    -2.0 / 3.0 + w * (1.5 + w * (-2.4 + w * 10.0 / 3.0)),
                    1.0 + w * (-0.5 + w * (1.0 / 3.0 - 0.25 * w)),
                )
            } else {
                let logarithm = w.ln_1p();
                let first = (logarithm - w / g) / (w * w);
                (first, (1.0 / (g * g) - 2.0 * first) / w, logarithm / w)
            };
            sum.each += chance * (-beta.ln() - z * ratio - w.ln_1p());
            sum.xi += chance * (z * z * first - z / g);
            sum.beta += chance * ((1.0 + xi) * z / g - 1.0) / beta;
            sum.xi_xi += chance * (z * z * z * second + z * z / (g * g));
            sum.xi_beta += chance * z * (1.0 - z) / (g * g * beta);
            sum.beta_beta += chance * (1.0 - (1.0 + xi) * z * (2.0 + w) / (g * g)) / (beta * beta);
        }
        sum
    }
}
