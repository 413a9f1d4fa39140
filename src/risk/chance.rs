//! Savings that are there by chance alone.
//!
//! Where savings are shared above a minimum rate and losses are not, a provider that changes nothing is paid in the years in
//! which its people happen to cost less. How often, and how much, follows from the number of people and the law of one
//! person's cost.

use serde::Serialize;

use super::{
    aggregate::{Aggregate, Count, RiskCell},
    severity::{
        Severity,
        special::{normal_below, normal_density},
    },
};
use crate::error::{Error, ErrorKind, Result};

/// What chance alone makes of a minimum savings rate, where nothing is saved in truth: the benchmark is what people cost on
/// average, and it is known. A benchmark that is itself an estimate, a trend that was missed, and whatever moves all people
/// together, make savings by chance likelier than this.
///
/// ```
/// use capitation::risk::{chance::SavingsByChance, severity::Severity};
/// // 5,000 people whose costs vary by 1.7 times the mean, each counted up to the 99th percentile; a minimum rate of 3.9 %.
/// let person = Severity::lognormal_of_mean(10_000.0, 1.7)?;
/// let cap = person.quantile(0.99)?;
/// let chance = SavingsByChance::new(&person, cap, 5_000.0, 0.039)?;
/// // Cut off so, the coefficient of variation is 1.3312: over √5,000.
/// assert!((chance.deviation - 0.018826).abs() < 1e-6);
/// // By the normal law it is less: costs are skewed, and years below the mean are more and nearer to it.
/// assert!(chance.probability < chance.normal && chance.probability > 0.005);
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SavingsByChance {
    /// The standard deviation of what all cost, over its mean.
    pub deviation: f64,
    /// The probability of a saving of at least the minimum rate, from the distribution of the sum.
    pub probability: f64,
    /// The same by the normal law.
    pub normal: f64,
    /// The expectation of savings that reach the minimum rate, from their first dollar, over the benchmark. Times the sharing
    /// rate it is what is paid for no saving.
    pub payout: f64,
    /// The same by the normal law: [`normal_payout`].
    pub normal_payout: f64,
    /// How far the distribution function of the sum may be from the true one.
    pub error: f64,
}

impl SavingsByChance {
    /// Of so many people, each with a cost of this law up to a cap (infinite where there is none), at a minimum rate: 0.02 for
    /// 2 %. The unit of money does not matter.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] when the rate is not from 0 to 1 (1 excluded), there are no people, or the costs have no mean or
    /// variance that the cap holds; [`ErrorKind::Statistic`] where nobody has a cost.
    pub fn new(person: &Severity, cap: f64, people: f64, minimum_rate: f64) -> Result<Self> {
        if !(0.0..1.0).contains(&minimum_rate) {
            return Err(Error::new(
                ErrorKind::Range,
                "minimum savings rate",
                format!("{minimum_rate} is no rate"),
                "give a share of the benchmark from 0 up to 1, such as 0.02",
            ));
        }
        let cell = RiskCell::new(Count::People(people), person.clone()).limited(cap);
        let sum = Aggregate::new(&[cell])?;
        let benchmark = sum.mean();
        if benchmark <= 0.0 {
            let remedy = "give a law with a cost, and a cap above 0";
            return Err(Error::new(ErrorKind::Statistic, "benchmark", "nobody has a cost", remedy));
        }
        let deviation = sum.standard_deviation() / benchmark;
        let [probability, below, _] = sum.moments_below((1.0 - minimum_rate) * benchmark);
        Ok(Self {
            deviation,
            probability: probability.clamp(0.0, 1.0),
            normal: normal_probability(deviation, minimum_rate),
            payout: (probability - below / benchmark).max(0.0),
            normal_payout: normal_payout(deviation, minimum_rate),
            error: sum.error(),
        })
    }
}

/// The probability of a saving of at least `minimum_rate` by chance, where what all cost is normal about the benchmark with this
/// standard deviation, over the benchmark: Φ(−m/sd).
pub fn normal_probability(deviation: f64, minimum_rate: f64) -> f64 {
    if deviation <= 0.0 {
        return if minimum_rate <= 0.0 { 1.0 } else { 0.0 };
    }
    normal_below(-minimum_rate / deviation)
}

/// What is to be shared by chance where nothing is saved, over the benchmark and before the sharing rate: sd φ(m/sd) in the
/// normal case, with m the minimum rate and savings shared from the first dollar.
///
/// ```
/// use capitation::risk::chance::normal_payout;
/// // A minimum rate of 2 %, and a standard deviation of 1, 2 and 4 %.
/// let payouts = [0.01, 0.02, 0.04].map(|deviation| (1e5 * normal_payout(deviation, 0.02)).round() / 1e5);
/// assert_eq!(payouts, [0.00054, 0.00484, 0.01408]);
/// ```
pub fn normal_payout(deviation: f64, minimum_rate: f64) -> f64 {
    if deviation <= 0.0 {
        return 0.0;
    }
    deviation * normal_density(minimum_rate / deviation)
}
