//! What an input of a contract is measured by: a quantity of the cost base.

use rust_decimal::Decimal;

use super::{cost_base::CostBase, sum, summary::CostSummary, tally::Tally};
use crate::{
    activity::PointOfDelivery as Point,
    contract::Unit,
    error::{Error, ErrorKind, Result},
    text::nearest,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measured {
    Value,
    Number,
    Cost,
}

/// A quantity of the cost base, over its lines with a price: their value at full price, their number, or their cost; in
/// all or at some points of delivery; at the activity of each change, or always at plan.
///
/// ```
/// use capitation::hospital::Quantity;
/// let baseline = Quantity::value().at_points(["non_elective", "short_stay_emergency"]).at_plan();
/// assert_eq!(baseline.to_string(), "value at full price of non_elective, short_stay_emergency, at plan");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    measured: Measured,
    points: Option<Vec<String>>,
    at_plan: bool,
}

/// What the programmes of the NHS call activity, and its points of delivery.
const NAMED: [(&str, &[Point]); 8] = [
    ("A&E attendances", &[Point::EmergencyAttendance]),
    (
        "emergency admissions",
        &[Point::NonElective, Point::ShortStayEmergency, Point::NonElectiveLongStayDays],
    ),
    ("same-day emergency care", &[]),
    ("day cases", &[Point::DayCase]),
    ("ordinary elective admissions", &[Point::Elective, Point::ElectiveLongStayDays]),
    ("outpatient procedures", &[Point::OutpatientProcedure]),
    ("first outpatient attendances", &[Point::FirstAttendance, Point::FirstMultiProfessional]),
    ("follow-up attendances", &[Point::FollowUp, Point::FollowUpMultiProfessional]),
];
/// What they call the rest.
pub(super) const REST: &str = "all other services";
/// Days of a stay that is counted already.
const DAYS: [Point; 2] = [Point::ElectiveLongStayDays, Point::NonElectiveLongStayDays];

impl Quantity {
    const fn of(measured: Measured) -> Self {
        Self { measured, points: None, at_plan: false }
    }

    /// What activity is paid at full price.
    pub const fn value() -> Self {
        Self::of(Measured::Value)
    }

    /// How many spells, attendances or days there are.
    pub const fn number() -> Self {
        Self::of(Measured::Number)
    }

    /// What activity costs: fixed and marginal.
    pub const fn cost() -> Self {
        Self::of(Measured::Cost)
    }

    /// The same at these points of delivery alone.
    #[must_use]
    pub fn at_points<P: Into<String>>(mut self, points: impl IntoIterator<Item = P>) -> Self {
        self.points = Some(points.into_iter().map(Into::into).collect());
        self
    }

    /// The same at planned activity, whatever is done.
    #[must_use]
    pub fn at_plan(mut self) -> Self {
        self.at_plan = true;
        self
    }

    /// The quantity that an input of this name means, in the words of the NHS's programmes: `value of day cases`,
    /// `emergency admissions`, `forecast value of A&E attendances`, `actual cost`.
    pub(super) fn of_input(name: &str, unit: Unit, base: &CostBase) -> Option<Self> {
        if (name, unit) == ("actual cost", Unit::Money) {
            return Some(Self::cost());
        }
        let (measured, at_plan, noun) = match unit {
            Unit::Money => match (name.strip_prefix("value of "), name.strip_prefix("forecast value of ")) {
                (Some(noun), _) => (Measured::Value, false, noun),
                (_, Some(noun)) => (Measured::Value, true, noun),
                _ => return None,
            },
            Unit::Count => match name.strip_prefix("forecast number of ") {
                Some(noun) => (Measured::Number, true, noun),
                None => (Measured::Number, false, name),
            },
            _ => return None,
        };
        let counted = |point: &Point| measured == Measured::Value || !DAYS.contains(point);
        let points: Vec<String> = if noun == REST {
            rest(base).into_iter().map(str::to_owned).collect()
        } else {
            let (_, of) = NAMED.iter().find(|(known, _)| *known == noun)?;
            of.iter().filter(|point| counted(point)).map(|point| point.name().to_owned()).collect()
        };
        Some(Self { measured, points: Some(points), at_plan })
    }

    /// Refuses a point that no line with a price is of or that is named twice, and no points at all.
    pub(super) fn check(&self, input: &str, base: &CostBase) -> Result<()> {
        let place = format!("input `{input}`");
        let named = self.points.as_deref().unwrap_or_default();
        if self.points.is_some() && named.is_empty() {
            let remedy = "name the points of delivery, or leave them out for all";
            return Err(Error::new(ErrorKind::Name, place, "it is taken from no point of delivery", remedy));
        }
        let twice =
            (1..).zip(named).find(|(next, point)| named.iter().skip(*next).any(|other| other == *point));
        if let Some((_, point)) = twice {
            let problem = format!("`{point}` is named twice, and would be counted twice");
            return Err(Error::new(ErrorKind::Name, place, problem, "name it once"));
        }
        let points = base.points();
        let unknown = named.iter().find(|point| !points.contains(&point.as_str()));
        let Some(point) = unknown else {
            return match named.iter().find(|point| !base.has_price_at(point)) {
                Some(point) => Err(unpriced(place, point)),
                None => Ok(()),
            };
        };
        let remedy = match nearest(point, points.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? the points are {}", points.join(", ")),
            None => format!("the points are {}", points.join(", ")),
        };
        Err(Error::new(ErrorKind::Unknown, place, format!("no line is of `{point}`"), remedy))
    }

    /// Whether it counts what is done at a point.
    pub(super) fn is_of(&self, point: &str) -> bool {
        self.points.as_ref().is_none_or(|points| points.iter().any(|known| known == point))
    }

    /// Whether it is a cost.
    pub(super) fn is_cost(&self) -> bool {
        self.measured == Measured::Cost
    }

    /// The unit that it has.
    pub(super) fn unit(&self) -> Unit {
        if self.measured == Measured::Number { Unit::Count } else { Unit::Money }
    }

    pub(super) fn amount(&self, now: &Tally, plan: &Tally) -> Result<Decimal> {
        let tally = if self.at_plan { plan } else { now };
        let of: fn(&CostSummary) -> Decimal = match self.measured {
            Measured::Value => |at| at.income,
            Measured::Number => |at| at.activity,
            Measured::Cost => |at| at.cost,
        };
        match &self.points {
            None => tally.sum(of),
            Some(points) => {
                sum("cost base", points.iter().filter_map(|point| tally.points.get(point)).map(of))
            }
        }
    }
}

/// The refusal of a point whose lines are all left out, for want of a price.
pub(super) fn unpriced(place: String, point: &str) -> Error {
    let problem = format!("no line of `{point}` has a price, so that its activity is left out");
    Error::new(ErrorKind::Comparison, place, problem, "price its lines, or leave it out here")
}

/// The points of delivery that the programmes have no name for.
pub(super) fn rest(base: &CostBase) -> Vec<&str> {
    let named = |point: &&str| NAMED.iter().any(|(_, of)| of.iter().any(|known| known.name() == *point));
    base.points().into_iter().filter(|point| !named(point)).collect()
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.measured {
            Measured::Value => "value at full price",
            Measured::Number => "number",
            Measured::Cost => "cost",
        })?;
        match &self.points {
            None => f.write_str(" of everything")?,
            Some(points) if points.is_empty() => f.write_str(" of nothing: no such point of delivery")?,
            Some(points) => write!(f, " of {}", points.join(", "))?,
        }
        if self.at_plan { f.write_str(", at plan") } else { Ok(()) }
    }
}
