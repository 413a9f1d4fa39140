//! Who bears the risk: each party's share by Euler allocation.

use serde::{Deserialize, Serialize};

use super::measures::{Estimate, as_float, check, check_tail};
use crate::error::{Error, ErrorKind, Result};
use crate::fixed::Sum;

/// Groups of draws that the jackknife leaves out one at a time.
const GROUPS: usize = 50;

/// A spread below this part of the largest result is rounding, not risk.
const ROUNDING: f64 = 1e-12;

/// One party's share of the whole risk. The shares of all parties sum to one; a negative one hedges.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RiskShare {
    /// The share of the variance, Cov(Xᵢ, ΣX)/Var(ΣX); `None` when the sum does not vary.
    pub variance: Option<Estimate>,
    /// The share of the tail, E[Xᵢ − E Xᵢ | ΣX in its worst part]/E[ΣX − E ΣX | the same]; `None` when the sum does
    /// not vary.
    pub tail: Option<Estimate>,
}

/// Each party's share of the variance, and of the worst 1 − `level`, of the sum of all parties' results.
///
/// `results` holds one row a party and one result a draw, gains being positive: the worst is where the sum is lowest.
/// Shares are by Euler's theorem on homogeneous functions (Tasche 1999, Risk contributions and performance
/// measurement; Embrechts, Frey and `McNeil`, Quantitative Risk Management). The tail holds n (1 − level)
/// draws; draws of the same sum at its edge count in equal parts, so the order of draws does not matter.
///
/// Standard errors are by the delete-a-group jackknife over 50 groups of draws (fewer when there are fewer draws):
/// draw d is in group d mod 50, and se² = (G − 1)/G Σ (θ₍g₎ − θ̄)² (Shao and Tu 1995, The Jackknife and Bootstrap). A
/// share is `None` also when the sum does not vary once some group is left out: then its error cannot be estimated.
///
/// # Errors
///
/// [`ErrorKind::Statistic`] when there are no parties, fewer than 2 draws, a result that is not finite, or parties
/// with different numbers of draws; [`ErrorKind::Range`] when the level is not at least 0 and below 1.
///
/// ```
/// use capitation::risk::transfer::risk_shares;
/// // The provider takes three quarters of every deviation, the payer a quarter.
/// let shares = risk_shares(&[&[3.0, -6.0, 3.0, 0.0], &[1.0, -2.0, 1.0, 0.0]], 0.5)?;
/// assert!((shares[0].variance.unwrap().mean - 0.75).abs() < 1e-12);
/// assert!((shares[1].tail.unwrap().mean - 0.25).abs() < 1e-12);
/// # Ok::<(), capitation::Error>(())
/// ```
pub fn risk_shares(results: &[&[f64]], level: f64) -> Result<Vec<RiskShare>> {
    let sample = Sample::new(results, level)?;
    let variance = jackknife(&sample, |without| sample.variance_shares(without));
    let tail = jackknife(&sample, |without| sample.tail_shares(without));
    Ok(variance.into_iter().zip(tail).map(|(variance, tail)| RiskShare { variance, tail }).collect())
}

/// The estimate from all draws, with a standard error from leaving out each group in turn.
fn jackknife(
    sample: &Sample<'_>,
    shares: impl Fn(Option<usize>) -> Option<Vec<f64>>,
) -> Vec<Option<Estimate>> {
    let parties = sample.results.len();
    let whole = shares(None);
    let without: Option<Vec<Vec<f64>>> = (0..sample.groups).map(|group| shares(Some(group))).collect();
    let (Some(whole), Some(without)) = (whole, without) else { return vec![None; parties] };
    let groups = as_float(sample.groups);
    whole
        .iter()
        .enumerate()
        .map(|(party, &mean)| {
            let left = || without.iter().filter_map(|shares| shares.get(party));
            let centre = left().sum::<f64>() / groups;
            let squares: f64 = left().map(|share| (share - centre) * (share - centre)).sum();
            Some(Estimate { mean, se: ((groups - 1.0) / groups * squares).sqrt() })
        })
        .collect()
}

/// The parties' results, their means and their sum.
struct Sample<'a> {
    results: &'a [&'a [f64]],
    means: Vec<f64>,
    /// The sum of the parties' results by draw: exact, and so are its ties, when results are whole numbers.
    sums: Vec<f64>,
    /// Draws from the lowest sum to the highest.
    order: Vec<u32>,
    groups: usize,
    level: f64,
    /// What counts as no spread.
    nothing: f64,
}

impl<'a> Sample<'a> {
    fn new(results: &'a [&'a [f64]], level: f64) -> Result<Self> {
        let refuse = |place: String, problem: String, remedy| {
            Err(Error::new(ErrorKind::Statistic, place, problem, remedy))
        };
        let Some(first) = results.first() else {
            return refuse("parties".to_owned(), "there are none".to_owned(), "give each party's results");
        };
        check_tail(level)?;
        for (party, draws) in results.iter().enumerate() {
            let place = format!("party {party} (the first is 0)");
            check(draws).map_err(|error| error.within(&place))?;
            if draws.len() != first.len() {
                let problem = format!("it has {} draws where the first has {}", draws.len(), first.len());
                return refuse(place, problem, "give every party's result in the same draws");
            }
        }
        let Ok(count) = u32::try_from(first.len()) else {
            let problem = format!("{} are more than 4,294,967,295", first.len());
            return refuse("draws".to_owned(), problem, "use fewer draws");
        };
        let means: Vec<f64> = results
            .iter()
            .map(|draws| {
                let mut total = Sum::default();
                for &draw in *draws {
                    total.add(draw);
                }
                total.value() / as_float(draws.len())
            })
            .collect();
        let mut sums = vec![0.0; first.len()];
        for draws in results {
            for (sum, draw) in sums.iter_mut().zip(*draws) {
                *sum += draw;
            }
        }
        let mut order: Vec<u32> = (0..count).collect();
        let sum_of = |draw: u32| sums.get(draw as usize).copied().unwrap_or_default();
        order.sort_by(|&a, &b| sum_of(a).total_cmp(&sum_of(b)));
        let largest =
            results.iter().flat_map(|draws| draws.iter()).fold(0.0_f64, |most, x| most.max(x.abs()));
        Ok(Self {
            results,
            means,
            groups: GROUPS.min(first.len()),
            sums,
            order,
            level,
            nothing: largest * ROUNDING,
        })
    }

    fn in_group(&self, draw: usize, group: Option<usize>) -> bool {
        group.is_some_and(|group| draw % self.groups == group)
    }

    fn deviation(&self, party: usize, draw: usize) -> f64 {
        match (self.results.get(party).and_then(|draws| draws.get(draw)), self.means.get(party)) {
            (Some(result), Some(mean)) => result - mean,
            _ => 0.0,
        }
    }

    /// Cov(Xᵢ, ΣX)/Var(ΣX) over the draws that are not in the group.
    fn variance_shares(&self, without: Option<usize>) -> Option<Vec<f64>> {
        let kept = || self.sums.iter().enumerate().filter(|(draw, _)| !self.in_group(*draw, without));
        let count = as_float(kept().count());
        let centre = kept().map(|(_, sum)| sum).sum::<f64>() / count;
        let variance: f64 = kept().map(|(_, sum)| (sum - centre) * (sum - centre)).sum();
        if (variance / count).sqrt() <= self.nothing {
            return None;
        }
        let parties = 0..self.results.len();
        // Centring one of the two factors is enough.
        let covariance =
            |party| kept().map(|(draw, sum)| self.deviation(party, draw) * (sum - centre)).sum::<f64>();
        let shares: Vec<f64> = parties.map(|party| covariance(party) / variance).collect();
        shares.iter().all(|share| share.is_finite()).then_some(shares)
    }

    /// E[Xᵢ − E Xᵢ | tail]/E[ΣX − E ΣX | tail] over the draws that are not in the group.
    fn tail_shares(&self, without: Option<usize>) -> Option<Vec<f64>> {
        let parties = self.results.len();
        let mut means = vec![0.0; parties];
        let mut kept = Vec::with_capacity(self.order.len());
        for &draw in &self.order {
            let draw = draw as usize;
            if !self.in_group(draw, without) {
                kept.push(draw);
                for (party, mean) in means.iter_mut().enumerate() {
                    *mean += self.deviation(party, draw);
                }
            }
        }
        let count = as_float(kept.len());
        let size = count * (1.0 - self.level);
        let mut left = size;
        let mut tail = vec![0.0; parties];
        // Draws of one sum come in or stay out together, or count in part together.
        for equal in kept.chunk_by(|&a, &b| self.sums.get(a) == self.sums.get(b)) {
            let share = (left / as_float(equal.len())).min(1.0);
            if share <= 0.0 {
                break;
            }
            for (party, total) in tail.iter_mut().enumerate() {
                *total += share * equal.iter().map(|&draw| self.deviation(party, draw)).sum::<f64>();
            }
            left -= as_float(equal.len());
        }
        let excess: Vec<f64> =
            tail.iter().zip(&means).map(|(tail, mean)| tail / size - mean / count).collect();
        let whole: f64 = excess.iter().sum();
        if whole.abs() <= self.nothing {
            return None;
        }
        let shares: Vec<f64> = excess.iter().map(|excess| excess / whole).collect();
        shares.iter().all(|share| share.is_finite()).then_some(shares)
    }
}

#[cfg(test)]
mod tests;
