//! An input that is made of what people cost in earlier years.

use super::how::share_a_year;
use crate::error::{Error, ErrorKind, Result};

/// How far weights may add up to something other than 1.
const WEIGHTS: f64 = 1e-9;

/// An input of the contract, such as a benchmark, that is made of the costs of earlier years: the weighted mean of the k latest
/// years' cost per member month, each brought forward by a trend.
///
/// The base years of a contract year are the k years before it was last rebased, which is every year, or every n years from the
/// first on. In contract year t, last rebased in r ≤ t, the input is
///
/// Σ wⱼ (costⱼ + share × savingsⱼ) (1 + trend)^(t − j), over j = r − k, …, r − 1,
///
/// per member month where the contract has it as money per count; where it has it as money, times the member months of the
/// year and rounded half to even to whole minor units. Years before the first come from the history that is given.
///
/// ```
/// use capitation::risk::simulate::Rebase;
/// // The Medicare Shared Savings Program's weights of a first agreement period, renewed every five years.
/// let benchmark = Rebase::new("benchmark", [0.1, 0.3, 0.6], [905.0, 940.0, 968.0])?.trend(0.05)?.every(5)?;
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Rebase {
    pub(super) input: String,
    pub(super) weights: Vec<f64>,
    pub(super) history: Vec<f64>,
    pub(super) trend: f64,
    pub(super) every: u16,
    pub(super) of: Option<String>,
    pub(super) savings: Option<(String, f64)>,
}

impl Rebase {
    /// Weights of the latest years, the earliest first, which add up to 1; and for each the cost per member month before the
    /// first contract year, in major units, the earliest first.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] where there are no weights, one is below 0 or they do not add up to 1, where there is not one cost
    /// for each, or a cost is not at least 0.
    pub fn new(
        input: impl Into<String>,
        weights: impl Into<Vec<f64>>,
        history: impl Into<Vec<f64>>,
    ) -> Result<Self> {
        let (input, weights, history) = (input.into(), weights.into(), history.into());
        let sum: f64 = weights.iter().sum();
        let problem = if weights.is_empty() {
            Some(("it has no base years".to_owned(), "give a weight for each"))
        } else if let Some(weight) = weights.iter().find(|weight| !(0.0..=1.0).contains(*weight)) {
            Some((format!("{weight} is not a weight"), "give shares from 0 to 1"))
        } else if (sum - 1.0).abs() > WEIGHTS {
            Some((
                format!("its weights add up to {sum}"),
                "give weights that add up to 1, such as 0.1, 0.3, 0.6",
            ))
        } else if history.len() != weights.len() {
            let problem = format!("{} base years have a weight and {} a cost", weights.len(), history.len());
            Some((problem, "give the cost per member month of each base year before the first contract year"))
        } else {
            let cost = history.iter().find(|cost| !(**cost >= 0.0 && cost.is_finite()));
            cost.map(|cost| (format!("{cost} is no cost per member month"), "give amounts of at least 0"))
        };
        if let Some((problem, remedy)) = problem {
            return Err(refused(&input, problem, remedy));
        }
        Ok(Self { input, weights, history, trend: 0.0, every: 1, of: None, savings: None })
    }

    /// The same where a year's cost is brought forward by this share for each year (0.04 for 4 %); as it was without it.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a share that is not above −1 and at most 1.
    pub fn trend(mut self, a_year: f64) -> Result<Self> {
        self.trend = share_a_year(&format!("trend of rebased `{}`", self.input), a_year)?;
        Ok(self)
    }

    /// The same where base years are chosen anew every so many years; between, the older ones are brought forward. Every year
    /// where it is not named.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for 0.
    pub fn every(mut self, years: u16) -> Result<Self> {
        if years == 0 {
            return Err(refused(&self.input, "it is rebased every 0 years".to_owned(), "give at least 1"));
        }
        self.every = years;
        Ok(self)
    }

    /// The same where the cost of a year is another amount of money of the contract, an input or a clause: costs below a
    /// truncation, say. The history is then of that amount too. What people cost where it is not named.
    #[must_use]
    pub fn of(mut self, amount: impl Into<String>) -> Self {
        self.of = Some(amount.into());
        self
    }

    /// The same where a share of an amount of the contract is added to the cost of the year it was earned in: savings that
    /// were shared, so that who saves does not lower the next benchmark by all of it. An amount below 0 lowers it. The history
    /// has in it already what is to be added.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a share that is not from 0 to 1.
    pub fn add_back(mut self, amount: impl Into<String>, share: f64) -> Result<Self> {
        if !(0.0..=1.0).contains(&share) {
            let problem = format!("{share} of earlier savings is added back");
            return Err(refused(&self.input, problem, "give a share from 0 to 1"));
        }
        self.savings = Some((amount.into(), share));
        Ok(self)
    }

    /// How it is made, in a sentence that tells one from any other.
    pub(super) fn words(&self) -> String {
        let list = |numbers: &[f64]| numbers.iter().map(f64::to_string).collect::<Vec<_>>().join(", ");
        let of = self.of.as_deref().map_or("what people cost".to_owned(), |name| format!("`{name}`"));
        let (weights, history) = (list(&self.weights), list(&self.history));
        let savings = self
            .savings
            .as_ref()
            .map_or(String::new(), |(name, share)| format!(", with {share} of `{name}`"));
        format!(
            "{of} per member month of the latest years, weighted {weights}{savings}, brought forward by {} a year, every {} \
             years, from {history}",
            self.trend, self.every
        )
    }

    /// The amount per member month of a contract year, with what earlier ones came to per member month.
    pub(super) fn amount(&self, year: u16, history: &[f64], drawn: &[f64]) -> f64 {
        let (year, since) = (usize::from(year), usize::from(year - year % self.every));
        let bases = self.weights.len();
        let grown = 1.0 + self.trend;
        let of_base = |(base, weight): (usize, &f64)| {
            // Years are counted from the first of the history.
            let at = since + base;
            let cost = history.get(at).or_else(|| drawn.get(at.checked_sub(bases)?)).copied();
            let ahead = i32::try_from(year + bases - at).unwrap_or(i32::MAX);
            weight * cost.unwrap_or(f64::NAN) * grown.powi(ahead)
        };
        self.weights.iter().enumerate().map(of_base).sum()
    }
}

fn refused(input: &str, problem: String, remedy: &str) -> Error {
    Error::new(ErrorKind::Range, format!("rebased input `{input}`"), problem, remedy)
}
