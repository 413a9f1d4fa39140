//! From where places are to where their targets are: distance from target and the pace of change.

mod path;
mod policy;
mod year;

pub use path::{PacePath, Reached};
pub use policy::Policy;
pub use year::{Moved, PaceYear};

use rust_decimal::Decimal;

use super::{
    Allocation,
    amounts::{check_total, divide_by_weight, minus, ratio, sum},
};
use crate::{
    error::{Error, ErrorKind, Result},
    money::{Currency, Money},
};

/// What places get now, and the weights by which they should: distances from target, and the years that close them.
///
/// A distance from target is opening / target − 1, above zero where a place has more than its target. Targets are the
/// opening total shared out by weight, so that distances add up to no money.
///
/// ```
/// use capitation::{Currency, Money, adjustment::{PaceOfChange, Policy}};
/// use rust_decimal::Decimal;
///
/// let gbp = Currency::new("GBP")?;
/// let pounds = |text: &str| Money::parse(text, gbp);
/// let pace = PaceOfChange::new(
///     ["over", "under"],
///     &[pounds("110.00")?, pounds("90.00")?],
///     &[1.into(), 1.into()],
/// )?;
/// assert_eq!(pace.distances()?, [Decimal::new(1, 1), Decimal::new(-1, 1)]);
///
/// // £210 next year; a fifth of each distance is closed, on top of 5 % for both: of a gap of £10 × 1.05.
/// let policy = Policy::closing(Decimal::new(2, 1));
/// let year = pace.year(&policy, pounds("210.00")?)?;
/// assert_eq!(year.common_growth, Decimal::new(5, 2));
/// assert_eq!(year.places[0].allocation.to_string(), "113.40"); // 110 × 1.05 − 2.10
/// assert_eq!(year.places[1].allocation.to_string(), "96.60"); // 90 × 1.05 + 2.10
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaceOfChange {
    places: Vec<String>,
    openings: Vec<Decimal>,
    weights: Vec<Decimal>,
    currency: Currency,
}

impl PaceOfChange {
    /// From the opening allocation of each place, in whole pennies, and the weights of targets: weighted populations, or
    /// target amounts.
    ///
    /// # Errors
    /// [`Column`](ErrorKind::Column) for columns of other lengths, [`Name`](ErrorKind::Name) for a place without a code or there
    /// twice, [`Row`](ErrorKind::Row) where an opening or a weight is not above zero or an opening is not whole pennies,
    /// [`Currency`](ErrorKind::Currency) where two currencies meet.
    pub fn new<S: Into<String>>(
        places: impl IntoIterator<Item = S>,
        openings: &[Money],
        weights: &[Decimal],
    ) -> Result<Self> {
        let places = super::Places::new(places)?;
        let column = |name: &str, length: usize| {
            if length == places.len() {
                return Ok(());
            }
            let problem = format!("it has {length} rows where there are {} places", places.len());
            let remedy = "give one value for each place";
            Err(Error::new(ErrorKind::Column, format!("column `{name}`"), problem, remedy))
        };
        column("opening", openings.len())?;
        column("weight", weights.len())?;
        let Some(currency) = openings.first().map(Money::currency) else {
            return Err(Error::new(
                ErrorKind::Column,
                "column `opening`",
                "it is empty",
                "give each place one",
            ));
        };
        for ((code, opening), weight) in places.codes().iter().zip(openings).zip(weights) {
            check(code, opening, *weight, currency)?;
        }
        let openings = openings.iter().map(Money::amount).collect();
        Ok(Self { places: places.codes().to_vec(), openings, weights: weights.to_vec(), currency })
    }

    /// From opening allocations to the targets of an allocation of the same places.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn towards(targets: &Allocation, openings: &[Money]) -> Result<Self> {
        let weights: Vec<Decimal> = targets.places.iter().map(|place| place.weighted).collect();
        Self::new(targets.places.iter().map(|place| place.place.as_str()), openings, &weights)
    }

    /// The codes of the places, in order.
    pub fn places(&self) -> &[String] {
        &self.places
    }

    /// `sha256:` and the digest of places, openings and weights: what results are stamped with.
    ///
    /// # Errors
    /// None that can happen: the columns are as long as the places.
    pub fn fingerprint(&self) -> Result<String> {
        let places = super::Places::new(self.places.iter().map(String::as_str))?;
        let places = places.with("opening", self.openings.clone())?.with("weight", self.weights.clone())?;
        Ok(places.fingerprint())
    }

    /// What all places get now.
    ///
    /// # Errors
    /// [`Arithmetic`](ErrorKind::Arithmetic) where the sum cannot be held.
    pub fn opening(&self) -> Result<Money> {
        Ok(Money::new(sum("openings", &self.openings)?, self.currency))
    }

    /// The target of each place where this total is shared out by weight, in whole pennies.
    ///
    /// Weights may be people, amounts or shares of one: they are taken with as many digits as they times the total can hold
    /// exactly, 15 where the total has 13.
    ///
    /// # Errors
    /// [`Currency`](ErrorKind::Currency) for another currency, [`Range`](ErrorKind::Range) for a total below zero,
    /// [`Arithmetic`](ErrorKind::Arithmetic) for one that is not whole pennies.
    pub fn targets(&self, total: Money) -> Result<Vec<Decimal>> {
        check_total(total, self.currency)?;
        divide_by_weight("total", total, &self.weights)
    }

    /// Each place's opening distance from target, a ratio: 0.05 is 5 % over.
    ///
    /// # Errors
    /// [`Arithmetic`](ErrorKind::Arithmetic) where a place's target is not a penny.
    pub fn distances(&self) -> Result<Vec<Decimal>> {
        let targets = self.targets(self.opening()?)?;
        let each = self.places.iter().zip(&self.openings).zip(&targets);
        each.map(|((code, opening), target)| distance(code, *opening, *target)).collect()
    }
}

/// amount / target − 1, half up to fourteen decimals.
fn distance(place: &str, amount: Decimal, target: Decimal) -> Result<Decimal> {
    if target.is_zero() {
        let problem = "it is not a penny, and nothing has a distance from it";
        let remedy = "raise the total, or leave out places that are due nothing";
        return Err(Error::new(ErrorKind::Arithmetic, format!("place `{place}`, target"), problem, remedy));
    }
    ratio(place, minus(place, amount, target)?, target)
}

fn check(code: &str, opening: &Money, weight: Decimal, currency: Currency) -> Result<()> {
    let refuse = |kind, what: &str, problem: String, remedy: &str| {
        Err(Error::new(kind, format!("place `{code}`, {what}"), problem, remedy))
    };
    if opening.currency() != currency {
        let problem = format!("{} meets {currency}", opening.currency());
        return refuse(ErrorKind::Currency, "opening", problem, "give all amounts in one currency");
    }
    if opening.amount() <= Decimal::ZERO {
        let problem = format!("{opening} is not above zero");
        return refuse(ErrorKind::Row, "opening", problem, "leave out places that get nothing yet");
    }
    if !opening.minor()?.fract().is_zero() {
        let problem = format!("{opening} is not whole pennies");
        return refuse(ErrorKind::Row, "opening", problem, "round it, by a rule that you can name");
    }
    if weight <= Decimal::ZERO {
        let problem = format!("{weight} is not above zero");
        return refuse(ErrorKind::Row, "weight", problem, "leave out places that are due nothing");
    }
    Ok(())
}
