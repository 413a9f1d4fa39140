//! How far a fitted law is from what was seen.

use serde::{Deserialize, Serialize};

use super::sample::Sample;
use crate::risk::severity::Severity;

/// The shares of people that are compared.
const SHARES: [f64; 5] = [0.01, 0.05, 0.10, 0.20, 0.50];

/// Observed against fitted. The two distances are of the costs above 0; they say how far off, and no more: their usual
/// critical values are for laws whose parameters were not fitted to the same costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Goodness {
    /// The largest difference between the observed and the fitted distribution function. None for a fit to shares, and where
    /// the costs themselves are the body.
    pub kolmogorov_smirnov: Option<f64>,
    /// A²: the squared difference over F (1 − F), averaged over the fitted law, times the number of people (Kish's where
    /// there are weights). It sees the tails. None where there is no such difference.
    pub anderson_darling: Option<f64>,
    /// The top shares of 1, 5, 10, 20 and 50 % of people, or those that were given.
    pub top_shares: Vec<TopShare>,
    /// The mean over all people.
    pub mean: Compared,
    /// The Gini coefficient over all people.
    pub gini: Compared,
}

/// What a share of people with the highest costs have of all cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TopShare {
    /// The share of people.
    pub people: f64,
    /// Their share of the cost.
    pub cost: Compared,
}

/// One statistic of what was seen and of the law.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// As it was seen, or given.
    pub observed: Option<f64>,
    /// Of the fitted law; None where it does not exist, since the mean is infinite.
    pub fitted: Option<f64>,
}

impl Goodness {
    pub(super) fn of_costs(sample: &Sample, law: &Severity) -> Self {
        let observed = sample.observed();
        let shares = SHARES.map(|people| (people, observed.top_share(people).ok()));
        let (largest, squared) = distances(sample, law);
        Self {
            kolmogorov_smirnov: Some(largest),
            anderson_darling: Some(squared * sample.people_with_cost()),
            ..Self::of(law, &shares, Some(observed.mean()), observed.gini().ok())
        }
    }

    pub(super) fn of(
        law: &Severity,
        shares: &[(f64, Option<f64>)],
        mean: Option<f64>,
        gini: Option<f64>,
    ) -> Self {
        let top = |(people, observed): &(f64, Option<f64>)| TopShare {
            people: *people,
            cost: Compared { observed: *observed, fitted: law.top_share(*people).ok() },
        };
        Self {
            kolmogorov_smirnov: None,
            anderson_darling: None,
            top_shares: shares.iter().map(top).collect(),
            mean: Compared { observed: mean, fitted: Some(law.mean()).filter(|mean| mean.is_finite()) },
            gini: Compared { observed: gini, fitted: law.gini().ok() },
        }
    }
}

/// The largest difference of the distribution functions, and ∫ (Fₙ − F)²/(F (1 − F)) dF, which between two costs, where
/// Fₙ is a constant c, has the antiderivative c² ln F − (1 − c)² ln(1 − F) − F.
fn distances(sample: &Sample, law: &Severity) -> (f64, f64) {
    let chance = law.chance_of_cost();
    // Sums that end at 1 and at 0 to the bit: what is left over would count as infinite in the tail.
    let observed = sample.observed().law.positive();
    let term =
        |weight: f64, from: f64, to: f64| if weight > 0.0 { weight * weight * (to / from).ln() } else { 0.0 };
    let (mut largest, mut squared) = (0.0_f64, 0.0);
    let (mut seen, mut left) = (0.0, 1.0);
    let (mut below, mut above) = (0.0, 1.0);
    for (cost, _) in sample.atoms() {
        let (next_below, next_above) =
            ((law.cdf(*cost) - law.zeros()) / chance, law.survival(*cost) / chance);
        squared += term(seen, below, next_below) - term(left, above, next_above) - (next_below - below);
        largest = largest.max((seen - next_below).abs());
        (seen, left) = (observed.cdf(*cost), observed.survival(*cost));
        largest = largest.max((seen - next_below).abs());
        (below, above) = (next_below, next_above);
    }
    (largest, squared + term(seen, below, 1.0) - above)
}
