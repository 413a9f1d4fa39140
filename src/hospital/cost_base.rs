//! The table: activity, cost and price by currency and point of delivery.

use indexmap::{IndexMap, IndexSet};
use rust_decimal::Decimal;
use serde::Serialize;

use super::{change::Change, marginal_share::MarginalShare, meant, summary::CostSummary, times};
use crate::{
    error::{Error, ErrorKind, Result},
    fingerprint::Fingerprint,
    money::{Currency, Rounding},
};

/// Unit costs are kept to a hundredth of a penny.
pub(super) const COST_PLACES: u32 = 4;
/// Decimals that activity may have.
const ACTIVITY_PLACES: u32 = 6;
/// No activity, unit cost or price of a line is above this.
const MOST: i64 = 1_000_000_000;

/// What is known of one currency at one point of delivery. Money is in major units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostLine {
    /// The currency: HRG, attendance type, …
    pub code: String,
    /// The point of delivery. Those with the names of [`PointOfDelivery`](crate::activity::PointOfDelivery) can be priced
    /// by a tariff and are found by the inputs of contracts; any other name stands for itself, unless it is nearly one of
    /// theirs.
    pub point: String,
    /// Spells, attendances or days planned for the year.
    pub plan: Decimal,
    /// How many there were; given for every line or for none.
    pub actual: Option<Decimal>,
    /// What one costs on average at planned activity.
    pub unit_cost: Decimal,
    /// What one is paid at full price, where there is a price. Nought says that it is paid nothing by itself.
    pub price: Option<Decimal>,
}

/// A line of a cost base, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CostedLine {
    /// The currency.
    pub code: String,
    /// The point of delivery.
    pub point: String,
    /// Planned activity.
    pub plan: Decimal,
    /// Actual activity, where it is known.
    pub actual: Option<Decimal>,
    /// What one costs on average, to a hundredth of a penny.
    pub unit_cost: Decimal,
    /// The part of it that goes when there is one less.
    pub marginal_cost: Decimal,
    /// What one is paid at full price.
    pub price: Option<Decimal>,
    /// Why there is no price, where there is none.
    pub without_price: Option<String>,
}

/// A hospital's activity, cost and prices by currency and point of delivery.
///
/// Unit costs are rounded to four decimals, half up, when they come in, and what that changes in all is told
/// ([`CostBase::rounding_difference`]); everything after is exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostBase {
    pub(super) currency: Currency,
    pub(super) lines: Vec<CostedLine>,
    pub(super) share: MarginalShare,
    pub(super) priced_by: Vec<String>,
    rounding_difference: Decimal,
}

impl CostBase {
    /// A cost base of these lines.
    ///
    /// # Errors
    /// [`ErrorKind::Row`] naming the line: for one without a code or a point or there twice; activity, cost or price
    /// below nought or above a thousand million; activity with more than six decimals, a price with more than four;
    /// actual activity of some lines alone. [`ErrorKind::Unknown`] where a point has no marginal share, or its name is
    /// nearly one that tariffs and contracts know (`NEL`, `Day case`): no tariff would price it, and contracts would take it
    /// for another service.
    /// [`ErrorKind::Column`] without lines.
    pub fn new(currency: Currency, lines: &[CostLine], share: &MarginalShare) -> Result<Self> {
        let Some(first) = lines.first() else {
            let remedy = "give a line for each currency and point of delivery";
            return Err(Error::new(ErrorKind::Column, "cost base", "it has no lines", remedy));
        };
        let has_actual = first.actual.is_some();
        let mut known = IndexSet::new();
        let mut difference = Decimal::ZERO;
        for line in lines {
            check(line, has_actual)?;
            if !known.insert((line.code.trim(), line.point.trim())) {
                return Err(refuse(line, "it has two rows", "add them up into one"));
            }
            // Told for information, so that its own last digit may be rounded.
            let moved = rounded(line.unit_cost).checked_sub(line.unit_cost).unwrap_or_default();
            let moved = moved.checked_mul(line.plan).unwrap_or_default();
            difference = difference.checked_add(moved).unwrap_or_default();
        }
        let points: IndexSet<&str> = known.iter().map(|(_, point)| *point).collect();
        points.iter().try_for_each(|point| meant::check(point))?;
        share.check_points(&points.into_iter().collect::<Vec<_>>())?;
        let lines = lines.iter().map(|line| costed(line, share)).collect::<Result<_>>()?;
        Ok(Self {
            currency,
            lines,
            share: share.clone(),
            priced_by: Vec::new(),
            rounding_difference: difference.round_dp(4),
        })
    }

    /// The currency of every amount.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The lines, in the order in which they were given.
    pub fn lines(&self) -> &[CostedLine] {
        &self.lines
    }

    /// The points of delivery, in the order of the lines.
    pub fn points(&self) -> Vec<&str> {
        self.lines.iter().map(|line| line.point.as_str()).collect::<IndexSet<_>>().into_iter().collect()
    }

    /// Whether a line of this point of delivery has a price.
    pub(super) fn has_price_at(&self, point: &str) -> bool {
        self.lines.iter().any(|line| line.point == point && line.price.is_some())
    }

    /// Whether actual activity is known.
    pub fn has_actual(&self) -> bool {
        self.lines.iter().all(|line| line.actual.is_some())
    }

    /// By how much the rounding of unit costs to four decimals changed the cost of planned activity.
    pub fn rounding_difference(&self) -> Decimal {
        self.rounding_difference
    }

    /// Where prices come from: the fingerprints of the tariff and of the market forces factors; empty where they were
    /// given with the lines.
    pub fn priced_by(&self) -> &[String] {
        &self.priced_by
    }

    /// Activity, income and cost of each code, over its points of delivery.
    ///
    /// # Errors
    /// [`ErrorKind::Arithmetic`] where an amount cannot be held exactly; [`ErrorKind::Unknown`] for a change at a point
    /// that no line is of, [`ErrorKind::Experience`] for actual activity that is not given.
    pub fn by_code(&self, change: &Change) -> Result<Vec<CostSummary>> {
        self.grouped(change, |line| &line.code)
    }

    /// Activity, income and cost of each point of delivery.
    ///
    /// # Errors
    /// As [`CostBase::by_code`].
    pub fn by_point(&self, change: &Change) -> Result<Vec<CostSummary>> {
        self.grouped(change, |line| &line.point)
    }

    /// Activity, income and cost in all.
    ///
    /// # Errors
    /// As [`CostBase::by_code`].
    pub fn total(&self, change: &Change) -> Result<CostSummary> {
        let all = self.grouped(change, |_| "all")?;
        Ok(all.into_iter().next().unwrap_or_else(|| CostSummary::of("all")))
    }

    /// The lines without a price, each with why it has none.
    pub fn without_price(&self) -> impl Iterator<Item = &CostedLine> {
        self.lines.iter().filter(|line| line.price.is_none())
    }

    /// `sha256:` and the digest of the lines.
    pub fn fingerprint(&self) -> String {
        let mut fingerprint = Fingerprint::of("cost base 1");
        fingerprint.text(self.currency.code());
        for line in &self.lines {
            let number =
                |value: Option<Decimal>| value.map_or_else(String::new, |it| it.normalize().to_string());
            fingerprint.text(&line.code);
            fingerprint.text(&line.point);
            for value in
                [Some(line.plan), line.actual, Some(line.unit_cost), Some(line.marginal_cost), line.price]
            {
                fingerprint.text(&number(value));
            }
        }
        fingerprint.written()
    }

    fn grouped<'a>(
        &'a self,
        change: &Change,
        by: impl Fn(&'a CostedLine) -> &'a str,
    ) -> Result<Vec<CostSummary>> {
        change.check(self)?;
        let mut groups: IndexMap<&str, CostSummary> = IndexMap::new();
        for line in &self.lines {
            let name = by(line);
            let activity = change.activity(line)?;
            groups.entry(name).or_insert_with(|| CostSummary::of(name)).add(line, activity)?;
        }
        Ok(groups.into_values().collect())
    }
}

fn refuse(line: &CostLine, problem: impl Into<String>, remedy: &str) -> Error {
    let place = format!("cost base, `{}` at `{}`", line.code, line.point);
    Error::new(ErrorKind::Row, place, problem, remedy)
}

fn check(line: &CostLine, has_actual: bool) -> Result<()> {
    if line.code.trim().is_empty() || line.point.trim().is_empty() {
        return Err(refuse(line, "it lacks its code or its point of delivery", "give both for each line"));
    }
    if line.actual.is_some() != has_actual {
        let problem = "some lines have their actual activity and others have not";
        return Err(refuse(
            line,
            problem,
            "give it for every line, nought where nothing was done, or for none",
        ));
    }
    let most = Decimal::from(MOST);
    let each = [
        ("planned activity", Some(line.plan), ACTIVITY_PLACES),
        ("actual activity", line.actual, ACTIVITY_PLACES),
        ("unit cost", Some(line.unit_cost), u32::MAX),
        ("price", line.price, COST_PLACES),
    ];
    for (what, value, places) in each {
        let Some(value) = value else { continue };
        if !(Decimal::ZERO..=most).contains(&value) {
            let problem = format!("its {what}, {value}, is not from 0 to a thousand million");
            return Err(refuse(
                line,
                problem,
                "net corrections against what they correct, and check the unit",
            ));
        }
        if value.normalize().scale() > places {
            let problem = format!("its {what}, {value}, has more than {places} decimals");
            return Err(refuse(line, problem, "give it as it was counted or agreed"));
        }
    }
    Ok(())
}

fn rounded(unit_cost: Decimal) -> Decimal {
    Rounding::half_up(4).apply(unit_cost).unwrap_or(unit_cost)
}

fn costed(line: &CostLine, share: &MarginalShare) -> Result<CostedLine> {
    let unit_cost = rounded(line.unit_cost);
    let point = line.point.trim();
    let share = share.at(point).unwrap_or_default();
    let without_price = line.price.is_none().then(|| "no price was given".to_owned());
    Ok(CostedLine {
        code: line.code.trim().to_owned(),
        point: point.to_owned(),
        plan: line.plan,
        actual: line.actual,
        unit_cost,
        marginal_cost: times("marginal cost", unit_cost, share)?.normalize(),
        price: line.price,
        without_price,
    })
}
