//! The contract with the most power within a limit of risk, and what the limit costs.

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    cost_model::CostModel,
    frontier::{Basis, Family, Frontier, FrontierPoint, frontier, not_negative},
};
use crate::{
    contract::Contract,
    error::{Error, ErrorKind, Result},
    exposure::Date,
};

/// What the provider's risk must not exceed.
///
/// ```
/// use capitation::risk::design::Limits;
/// // At most one year in twenty with a deficit of more than 400,000, and 60 a head in the worst twentieth of years.
/// let limits = Limits::new().probability_of_deficit(0.05)?.reserve("400000".parse()?)?.tvar(60.0)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Limits {
    deficit: Option<f64>,
    reserve: Decimal,
    tvar: Option<f64>,
    deviation: Option<f64>,
}

impl Limits {
    /// No limit yet, and no reserve.
    pub fn new() -> Self {
        Self::default()
    }

    /// The most that the probability of a deficit above the reserve may be.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for one that is not from 0 to 1.
    pub fn probability_of_deficit(self, most: f64) -> Result<Self> {
        if (0.0..=1.0).contains(&most) {
            return Ok(Self { deficit: Some(most), ..self });
        }
        let problem = format!("{most} is not a probability");
        Err(Error::new(
            ErrorKind::Range,
            "probability of deficit",
            problem,
            "give one from 0 to 1, 0.05 for 5 %",
        ))
    }

    /// What there is to meet a deficit with, in major units.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] below zero.
    pub fn reserve(self, reserve: Decimal) -> Result<Self> {
        Ok(Self { reserve: not_negative("reserve", reserve)?, ..self })
    }

    /// The most that the mean loss of the worst years may be, in major units a head; of how many years, the basis says.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for what is not a number.
    pub fn tvar(self, most: f64) -> Result<Self> {
        Ok(Self { tvar: Some(amount("tail value at risk", most, f64::NEG_INFINITY)?), ..self })
    }

    /// The most that the standard deviation of the result may be, in major units a head.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] below zero.
    pub fn standard_deviation(self, most: f64) -> Result<Self> {
        Ok(Self { deviation: Some(amount("standard deviation", most, 0.0)?), ..self })
    }

    fn each(&self) -> Vec<Limit> {
        let of = |measure, most: Option<f64>| most.map(|most| Limit { measure, most });
        let all = [
            of(Measure::BeyondReserve, self.deficit),
            of(Measure::Tvar, self.tvar),
            of(Measure::StandardDeviation, self.deviation),
        ];
        all.into_iter().flatten().collect()
    }
}

fn amount(what: &str, most: f64, least: f64) -> Result<f64> {
    if most.is_finite() && most >= least {
        return Ok(most);
    }
    let problem = format!("its limit is {most}");
    Err(Error::new(ErrorKind::Range, what, problem, "give an amount a head in major units"))
}

/// A measure of the provider's risk that is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Measure {
    /// The probability of a deficit above the reserve.
    BeyondReserve,
    /// The mean loss of the worst years, a head.
    Tvar,
    /// The standard deviation of the result, a head.
    StandardDeviation,
}

impl Measure {
    fn of(self, point: &FrontierPoint) -> f64 {
        match self {
            Self::BeyondReserve => point.risk.probability_beyond_reserve,
            Self::Tvar => point.risk.tvar,
            Self::StandardDeviation => point.risk.standard_deviation,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::BeyondReserve => "probability of a deficit above the reserve",
            Self::Tvar => "mean loss of the worst years a head",
            Self::StandardDeviation => "standard deviation a head",
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Limit {
    measure: Measure,
    most: f64,
}

impl Limit {
    fn holds(&self, point: &FrontierPoint) -> bool {
        self.measure.of(point) <= self.most
    }

    /// By how much it is passed, as a part of it.
    fn passed(&self, point: &FrontierPoint) -> f64 {
        let over = (self.measure.of(point) - self.most).max(0.0);
        if over > 0.0 { over / self.most.abs().max(f64::MIN_POSITIVE) } else { 0.0 }
    }
}

/// The contract with the most power within the limits, and what the limits cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Design {
    /// The contract that was chosen, with the terms that were solved for it.
    pub contract: Contract,
    /// Its power, its risk and what it costs the payer.
    pub chosen: FrontierPoint,
    /// The contract with the most power, whatever its risk.
    pub unlimited: FrontierPoint,
    /// The power that the limits cost: that of the one less that of the other.
    pub power_given_up: f64,
    /// What the payer would pay more for the contract without a limit, in major units; 0 where all cost it the same.
    pub outlay_difference: f64,
    /// What each limit costs by itself.
    pub prices: Vec<LimitPrice>,
    /// All contracts, with what the frontier was made of.
    pub frontier: Frontier,
}

/// What a limit costs: the power that would be won if it alone were lifted.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LimitPrice {
    /// What is limited.
    pub measure: Measure,
    /// The most that it may be.
    pub limit: f64,
    /// What it is in the contract that was chosen.
    pub chosen: f64,
    /// The power won without this limit, the others still holding; 0 where it does not bind.
    pub power_lost: f64,
    /// The next contract with more power that only this limit rules out: the one with the least of the measure. Nothing
    /// where it rules out none.
    pub next: Option<NextContract>,
}

/// The next contract on the other side of a limit.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NextContract {
    /// Its place in the frontier's points.
    pub place: usize,
    /// What the limit would have to be.
    pub measure: f64,
    /// The shadow price of the limit: power won for each unit by which the limit is raised to reach it.
    pub power_per_unit: f64,
}

/// The contract of a family with the most power whose risk is within the limits, at the outlay of the basis, and the price of the
/// limits. Of contracts with the same power the one with the least risk is taken.
///
/// # Errors
/// As [`frontier`]; [`ErrorKind::Range`] without a limit, and where no contract is within the limits: it names the nearest.
///
/// ```
/// use capitation::{Contract, risk::{cost_model::CostModel, severity::Severity}};
/// use capitation::risk::{design::{Limits, design}, frontier::{Axis, Basis, Family}};
/// let template = Contract::read("templates/stop-loss.toml")?;
/// let attachments = Axis::of_term("attachment", &["10000", "25000", "50000", "100000", "200000"])?;
/// let person = Severity::lognormal(7.3, 1.6)?.with_zeros(0.15)?;
/// let model = CostModel::new(template.currency()).cell("all", 8_000, person)?;
/// let family = Family::grid(&template, &[attachments])?;
/// let basis = Basis::of("provider").premium("stop-loss premium per member month", "0".parse()?)?;
/// let limits = Limits::new().probability_of_deficit(0.05)?.reserve("1000000".parse()?)?;
/// let day = template.period().start;
/// let design = design(&family, &model, &Default::default(), day, &basis, &limits)?;
/// assert!(design.chosen.risk.probability_beyond_reserve <= 0.05);
/// assert!(design.chosen.power.volume < design.unlimited.power.volume);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn design(
    family: &Family,
    model: &CostModel,
    given: &IndexMap<String, Decimal>,
    on: Date,
    basis: &Basis,
    limits: &Limits,
) -> Result<Design> {
    let each = limits.each();
    if each.is_empty() {
        let remedy = "limit the probability of a deficit, the tail or the standard deviation";
        return Err(Error::new(ErrorKind::Range, "limits", "there is none", remedy));
    }
    let basis = basis.clone().reserve(limits.reserve)?;
    let frontier = frontier(family, model, given, on, &basis)?;
    let power = |point: &FrontierPoint| basis.power_of(point);
    let within = |limits: &[Limit]| best(&frontier, &basis, limits).cloned();
    let (Some(chosen), Some(unlimited)) = (within(&each), within(&[])) else {
        return Err(nobody(&frontier, &each));
    };
    let price = |limit: &Limit| {
        let others: Vec<Limit> =
            each.iter().filter(|other| other.measure != limit.measure).copied().collect();
        let without = within(&others).map_or(0.0, |best| power(&best) - power(&chosen));
        LimitPrice {
            measure: limit.measure,
            limit: limit.most,
            chosen: limit.measure.of(&chosen),
            power_lost: without,
            next: next(&frontier, &basis, &chosen, *limit, &others),
        }
    };
    Ok(Design {
        contract: family.contract_of(&chosen)?,
        power_given_up: power(&unlimited) - power(&chosen),
        outlay_difference: if basis.is_common() { 0.0 } else { unlimited.outlay - chosen.outlay },
        prices: each.iter().map(price).collect(),
        chosen,
        unlimited,
        frontier,
    })
}

/// The most power within limits; of equals the least risk, and of these the first.
fn best<'f>(frontier: &'f Frontier, basis: &Basis, limits: &[Limit]) -> Option<&'f FrontierPoint> {
    let within = frontier.points.iter().filter(|point| limits.iter().all(|limit| limit.holds(point)));
    // Powers that differ by roundings are the same.
    let rank = |point: &FrontierPoint| ((basis.power_of(point) * 1e9).round(), -basis.risk_of(point));
    within.reduce(|best, point| {
        let ((power, safety), (best_power, best_safety)) = (rank(point), rank(best));
        if power > best_power || (power >= best_power && safety > best_safety) { point } else { best }
    })
}

/// The contract of more power with the least of a measure above its limit, within the others.
fn next(
    frontier: &Frontier,
    basis: &Basis,
    chosen: &FrontierPoint,
    limit: Limit,
    others: &[Limit],
) -> Option<NextContract> {
    let of = |point: &FrontierPoint| limit.measure.of(point);
    let more = |point: &FrontierPoint| basis.power_of(point) - basis.power_of(chosen);
    let beyond = frontier.points.iter().enumerate().filter(|(_, point)| {
        !limit.holds(point) && more(point) > 1e-9 && others.iter().all(|other| other.holds(point))
    });
    let (place, point) = beyond.min_by(|(_, one), (_, two)| of(one).total_cmp(&of(two)))?;
    let power_per_unit = more(point) / (of(point) - limit.most);
    Some(NextContract { place, measure: of(point), power_per_unit })
}

/// The contract that passes its limits by the least, and by how much.
fn nobody(frontier: &Frontier, limits: &[Limit]) -> Error {
    let worst = |point: &FrontierPoint| limits.iter().map(|limit| limit.passed(point)).fold(0.0, f64::max);
    let nearest = frontier.points.iter().min_by(|one, two| worst(one).total_cmp(&worst(two)));
    let many = frontier.points.len();
    let Some(nearest) = nearest else {
        return Error::new(ErrorKind::Range, "limits", "there is no contract", "give one");
    };
    let passed = limits.iter().filter(|limit| !limit.holds(nearest));
    let passed: Vec<String> = passed
        .map(|limit| {
            let found = limit.measure.of(nearest);
            format!("a {} of {found:.4} where {} is the most", limit.measure.words(), limit.most)
        })
        .collect();
    let problem = format!(
        "none of {many} contracts is within them; the nearest, `{}`, has {}",
        nearest.label,
        passed.join(" and ")
    );
    Error::new(
        ErrorKind::Range,
        "limits",
        problem,
        "allow more, hold a larger reserve, or put safer contracts into the family",
    )
}
