//! Top shares where people are ranked by one thing and hold another.

use super::check;
use super::stamp::{Known, Stamp};
use super::steps::{Builder, Steps};
use super::twofold::{Twofold, scaled};
use super::{bin, bounded::Bounded};
use crate::error::Result;

/// Who the people are that a top share is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Denominator {
    /// Every row with a weight above 0.
    Everyone,
    /// Only rows whose amount is above 0.
    Users,
}

/// How an amount is spread over people who are ranked by another variable: next year's cost by this year's, cost by
/// number of visits, cost by risk score.
///
/// The people with the highest ranking come first. People with the same ranking are taken in proportion: where a share
/// ends among them, each of them counts by the same fraction, so the order of the rows does not matter. The person at
/// the boundary is thereby counted fractionally too.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedConcentration {
    steps: Steps,
    left_out: u64,
    among: Denominator,
}

/// One row that takes part.
struct Row {
    ranking: f64,
    value: f64,
    weight: f64,
}

/// The concentration of `values` over people ranked by `ranking`, highest first.
///
/// `weights` is the number of people that each row stands for; without it every row is one person. To use a window
/// of several years, total each person's rows first with [`total_by_person`](super::total_by_person).
///
/// # Errors
/// Columns of different lengths; an infinite or missing (NaN) number or a negative amount or weight, naming its row; no
/// rows, no weight above 0, or nothing but zeros.
pub fn ranked_concentration(
    ranking: &[f64],
    values: &[f64],
    weights: Option<&[f64]>,
    among: Denominator,
) -> Result<RankedConcentration> {
    check::lengths("ranking", ranking.len(), values.len())?;
    if let Some(weights) = weights {
        check::columns(values, weights)?;
    }
    let mut left_out = 0;
    let mut rows = Vec::with_capacity(values.len());
    let weights = weights.unwrap_or_default().iter().copied().chain(std::iter::repeat(1.0));
    for (at, ((ranking, value), weight)) in ranking.iter().zip(values).zip(weights).enumerate() {
        check::value(at, *value)?;
        check::ranking(at, *ranking)?;
        if weight <= 0.0 {
            left_out += 1;
        } else if among == Denominator::Everyone || *value > 0.0 {
            // Adding zero turns minus zero into zero.
            rows.push(Row { ranking: ranking + 0.0, value: value + 0.0, weight });
        }
    }
    if rows.is_empty() && among == Denominator::Users {
        check::total(0.0, u64::try_from(values.len()).unwrap_or(u64::MAX))?;
    }
    // The later keys only fix the order of the sum.
    rows.sort_unstable_by(|a, b| {
        let order = b.ranking.total_cmp(&a.ranking).then(b.value.total_cmp(&a.value));
        order.then(b.weight.total_cmp(&a.weight))
    });
    let largest = rows.iter().fold(0.0_f64, |largest, row| largest.max(row.value));
    let power = bin::exponent(bin::key(largest.to_bits()));
    let mut builder = Builder::new(power, 0);
    for tied in rows.chunk_by(|a, b| a.ranking.total_cmp(&b.ranking).is_eq()) {
        let (mut people, mut amount, mut count) = (Twofold::ZERO, Twofold::ZERO, 0);
        for row in tied {
            people = people + row.weight;
            amount = amount + Twofold::from(row.weight) * scaled(row.value, -power);
            count += 1;
        }
        builder.group(count, people, amount, None);
    }
    let steps = builder.finish(left_out)?;
    Ok(RankedConcentration { steps, left_out, among })
}

/// The share of the sum of `values` that the `people` (a share, 0 to 1) with the highest `ranking` hold.
///
/// For several shares of the same columns use [`ranked_concentration`].
///
/// ```
/// use capitation::concentration::{Denominator, top_share_ranked_by};
/// let visits = [9.0, 2.0, 2.0, 0.0];
/// let cost = [300.0, 500.0, 100.0, 100.0];
/// // The top half: the visitor of nine, and half of each of the two who came twice.
/// let share = top_share_ranked_by(&visits, &cost, None, Denominator::Everyone, 0.5)?;
/// assert_eq!(share, 0.6);
/// # Ok::<(), capitation::Error>(())
/// ```
///
/// # Errors
/// As [`ranked_concentration`]; `people` is not a number from 0 to 1.
pub fn top_share_ranked_by(
    ranking: &[f64],
    values: &[f64],
    weights: Option<&[f64]>,
    among: Denominator,
    people: f64,
) -> Result<f64> {
    ranked_concentration(ranking, values, weights, among)?.top_share(people)
}

impl RankedConcentration {
    /// The share of the total that the first `people` (a share, 0 to 1) of the ranking hold.
    ///
    /// # Errors
    /// `people` is not a number from 0 to 1.
    pub fn top_share(&self, people: f64) -> Result<f64> {
        check::share("share of people", people)?;
        Ok(Bounded::value(self.steps.top_share(people)))
    }

    /// The sum of all amounts, each times its weight, in the unit they were given in.
    pub fn total(&self) -> f64 {
        self.steps.total()
    }

    /// The number of people in the denominator: the sum of the weights, or of the rows where there are none.
    pub fn people(&self) -> f64 {
        self.steps.people()
    }

    /// What made these statistics: version, hash of the values, method.
    pub fn stamp(&self) -> Stamp {
        Stamp::of(&self.steps, Known::RankedByAnother, self.among)
    }

    /// The number of rows in the denominator.
    pub fn rows(&self) -> u64 {
        self.steps.rows()
    }

    /// Rows that stayed out because their weight is 0.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }
}
