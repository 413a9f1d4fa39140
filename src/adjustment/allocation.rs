//! Money shared out among places by the need of their people.

mod effect;
mod formula;
mod made;
mod places;

pub use effect::{Effect, Gain};
pub use formula::Formula;
pub use made::{ComponentSum, Made};
pub use places::Places;

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Serialize;

use super::amounts::{check_total, divide_by_weight, per_head, plus, quotient, ratio, sum};
use crate::{
    error::{Error, ErrorKind, Result},
    money::{Currency, Money},
    text::nearest,
};

/// Decimals of an index that is shown.
const INDEX: i32 = 6;
/// Decimals of a share of the whole that is shown.
const SHARE: i32 = 10;

/// What one place is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Target {
    /// The code of the place, or the name of the larger place.
    pub place: String,
    /// How many places it is made of.
    pub places: usize,
    /// Registered people.
    pub registered: Decimal,
    /// People weighted by need and cost.
    pub weighted: Decimal,
    /// Weighted people for each registered one, beside the same of all places: above 1 is more need than the mean. Half
    /// up to six decimals.
    pub need_index: Decimal,
    /// The part of all weighted people, half up to ten decimals.
    pub share: Decimal,
    /// What it is due, in major units, whole pennies.
    pub target: Decimal,
    /// The same for one registered person, half up to the penny.
    pub per_head: Decimal,
}

/// What each of many places is due, by a [`Formula`]. Totals are the sums of the lines, exactly.
///
/// ```
/// use capitation::{Currency, Money, adjustment::{Formula, Places}};
/// use rust_decimal::Decimal;
///
/// let formula = Formula::nhs_core(2021)?;
/// let mut places = Places::new(["mean", "poor health"])?;
/// for column in formula.columns() {
///     let of_two = match column {
///         "weighted population, avoidable mortality" => [800, 1200],
///         "market forces factor" | "emergency ambulance cost adjustment" => [1, 1],
///         _ => [1000, 1000],
///     };
///     places = places.with(column, of_two.map(Decimal::from).to_vec())?;
/// }
/// let total = Money::parse("1000000.00", Currency::new("GBP")?)?;
/// let ten = formula.divide(&places, total)?;
/// // Of £1m, 90 % by use, alike for both, and 10 % as 800 to 1,200.
/// assert_eq!(ten.places[1].target.to_string(), "510000.00");
///
/// let fifteen = formula.with_inequality_share(Decimal::new(15, 2))?.divide(&places, total)?;
/// let effect = fifteen.beside(&ten)?;
/// assert_eq!(effect.places[1].gain.to_string(), "5000.00");
/// assert_eq!(effect.gained, effect.lost);
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Allocation {
    /// Place by place, in their order.
    pub places: Vec<Target>,
    /// All registered people.
    pub registered: Decimal,
    /// All weighted people.
    pub weighted: Decimal,
    /// What all are due, in major units.
    pub target: Decimal,
    /// The currency of all amounts.
    pub currency: Currency,
    /// What made it.
    pub made: Made,
    #[serde(skip)]
    groups: IndexMap<String, Vec<String>>,
}

/// Refuses weighted people that are nobody: there is nothing to share out by.
fn check_need(weighted: Decimal) -> Result<()> {
    if !weighted.is_zero() {
        return Ok(());
    }
    let problem = "it adds up to nothing: nobody has any need";
    let remedy = "give weighted populations above zero for at least one place";
    Err(Error::new(ErrorKind::Arithmetic, "overall weighted population", problem, remedy))
}

/// A place's code, its people, its weighted people and its amount.
type Line = (String, Decimal, Decimal, Decimal);

impl Allocation {
    /// From what the formula gave each place; a total goes before the formula's own amounts.
    fn new(
        mut lines: Vec<Line>,
        total: Option<Money>,
        places: &Places,
        made: Made,
        currency: Currency,
    ) -> Result<Self> {
        if let Some(total) = total {
            check_total(total, currency)?;
            let weights: Vec<Decimal> = lines.iter().map(|line| line.2).collect();
            check_need(sum("all places", &weights)?)?;
            for (line, part) in lines.iter_mut().zip(divide_by_weight("total", total, &weights)?) {
                line.3 = part;
            }
        }
        let lines = lines.into_iter().map(|line| (line, 1)).collect();
        Self::of_lines(lines, made, currency, places.groups().clone())
    }

    fn of_lines(
        lines: Vec<(Line, usize)>,
        made: Made,
        currency: Currency,
        groups: IndexMap<String, Vec<String>>,
    ) -> Result<Self> {
        let all = "all places";
        let registered = sum(all, lines.iter().map(|((_, registered, _, _), _)| registered))?;
        let weighted = sum(all, lines.iter().map(|((_, _, weighted, _), _)| weighted))?;
        let target = sum(all, lines.iter().map(|((_, _, _, target), _)| target))?;
        check_need(weighted)?;
        let mean = ratio(all, weighted, registered)?;
        let places = lines.into_iter().map(|((place, registered, weight, target), places)| {
            Ok(Target {
                need_index: quotient(&place, ratio(&place, weight, registered)?, mean, INDEX)?,
                share: quotient(&place, weight, weighted, SHARE)?,
                per_head: per_head(&place, target, registered, currency)?,
                weighted: weight,
                place,
                places,
                registered,
                target,
            })
        });
        Ok(Self {
            places: places.collect::<Result<_>>()?,
            registered,
            weighted,
            target,
            currency,
            made,
            groups,
        })
    }

    /// The larger places that were named: networks, boards, regions.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.groups.keys().map(String::as_str)
    }

    /// The allocation of larger places: each is the sum of its places, in the order in which they first appear.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) where no such grouping was given.
    pub fn by(&self, group: &str) -> Result<Self> {
        let mut sums: IndexMap<&str, (Line, usize)> = IndexMap::new();
        for (line, name) in self.places.iter().zip(self.members(group)?) {
            let zero = || ((name.clone(), Decimal::ZERO, Decimal::ZERO, Decimal::ZERO), 0);
            let ((_, registered, weighted, target), places) = sums.entry(name).or_insert_with(zero);
            *registered = plus(name, *registered, line.registered)?;
            *weighted = plus(name, *weighted, line.weighted)?;
            *target = plus(name, *target, line.target)?;
            *places += line.places;
        }
        Self::of_lines(sums.into_values().collect(), self.made.clone(), self.currency, IndexMap::new())
    }

    /// Each place's need beside that of the larger place it belongs to: (weighted / registered) of the place by the same
    /// of the larger one, half up to six decimals. Not the same as its need beside all places.
    ///
    /// # Errors
    /// As [`by`](Self::by); [`Arithmetic`](ErrorKind::Arithmetic) where a larger place has no weighted people.
    pub fn need_within(&self, group: &str) -> Result<Vec<Decimal>> {
        let larger = self.by(group)?;
        let mut means = IndexMap::new();
        for of in &larger.places {
            means.insert(of.place.as_str(), ratio(&of.place, of.weighted, of.registered)?);
        }
        let one = |(line, name): (&Target, &String)| {
            let mean = means.get(name.as_str()).copied().unwrap_or_default();
            quotient(&line.place, ratio(&line.place, line.weighted, line.registered)?, mean, INDEX)
        };
        self.places.iter().zip(self.members(group)?).map(one).collect()
    }

    fn members(&self, group: &str) -> Result<&[String]> {
        self.groups.get(group).map(Vec::as_slice).ok_or_else(|| {
            let remedy = match nearest(group, self.groups()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if self.groups.is_empty() => "name the larger place of each with the places".to_owned(),
                None => format!(
                    "use one of {}",
                    self.groups().map(|g| format!("`{g}`")).collect::<Vec<_>>().join(", ")
                ),
            };
            Error::new(ErrorKind::Unknown, "places", format!("they are not grouped by `{group}`"), remedy)
        })
    }
}
