//! Power against risk: a family of contracts on one population, and those of them that no other beats.
//!
//! A contract that leaves a provider more of what it saves leaves it more of the risk, and only some of them give the most power
//! for their risk. Each is read as payoffs; the distributions of sums are worked out once for all contracts with the same
//! stop-loss, so that ten thousand contracts on one population are a matter of seconds. Unless told otherwise each costs
//! the payer the same on average, so that what differs is the incentive and who bears the risk.

mod axis;
mod basis;
mod dominance;
mod family;
mod ground;
mod path;
mod point;
mod solve;

use indexmap::IndexMap;
use rayon::prelude::*;
use rust_decimal::Decimal;
use serde::Serialize;

pub use axis::{Axis, Setting};
pub(super) use basis::not_negative;
pub use basis::{Basis, Outlay, PowerOver, RiskBy};
pub use family::Family;
pub use path::{FrontierPath, PathPoint, path};
pub use point::{FrontierPoint, SolvedTerm};

use super::{cost_model::CostModel, valued::Laws};
use crate::{contract::Contract, decimal::Exact, error::Result, exposure::Date};
use ground::Grounds;

/// Contracts with their power, their risk and what they cost the payer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Frontier {
    /// Every contract that could be read, in the order of the family.
    pub points: Vec<FrontierPoint>,
    /// The contracts that no other beats, by their places in `points`, from the least risk to the most, and so from the least
    /// power to the most where all cost the payer the same.
    pub efficient: Vec<usize>,
    /// Contracts that could not be read, with the reason.
    pub refused: Vec<RefusedContract>,
    /// What it was made of.
    pub stamp: FrontierStamp,
}

/// A contract that could not be read as asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RefusedContract {
    /// Its place in the family.
    pub member: usize,
    /// What it is called.
    pub label: String,
    /// Why it could not be read.
    pub reason: String,
}

/// What a frontier was made of: it goes wherever the frontier goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FrontierStamp {
    /// The version of this crate.
    pub version: String,
    /// The fingerprint of the cost model.
    pub model: String,
    /// How many people it has.
    pub people: u64,
    /// The day whose terms apply.
    pub terms_of: Date,
    /// Inputs that were given, as they were given.
    pub given: IndexMap<String, String>,
    /// The contracts' common expected outlay, in major units; nothing where each is as it is written.
    pub outlay: Option<String>,
    /// On what basis contracts are set side by side, by name: whose power and risk, what is saved, the tail, the reserve, a fixed
    /// cost, the premium that is solved, and by what a contract is better than another.
    pub basis: IndexMap<String, String>,
    /// Terms whose source could not be checked.
    pub unverified: Vec<String>,
}

/// Power, risk and outlay of every contract of a family, and which of them no other beats: none has at least its power at no
/// more risk and no more outlay, and is better in one of them.
///
/// `given` has the inputs that the model does not have, in major units; a contract takes those that it asks for. A contract
/// that cannot be read is listed with the reason.
///
/// # Errors
/// [`ErrorKind::Range`](crate::ErrorKind::Range) for a family without a contract; [`ErrorKind::Value`](crate::ErrorKind::Value) for
/// one of which two contracts are called the same; [`ErrorKind::Experience`](crate::ErrorKind::Experience)
/// for an input that no contract asks for; [`ErrorKind::Unknown`](crate::ErrorKind::Unknown) for a premium that no contract
/// has; and the first contract's refusal where none can be read.
///
/// ```
/// use capitation::{Contract, risk::{cost_model::CostModel, severity::Severity}};
/// use capitation::risk::frontier::{Axis, Basis, Family, frontier};
/// let template = Contract::read("templates/stop-loss.toml")?;
/// let attachments = Axis::of_term("attachment", &["25000", "50000", "100000"])?;
/// let person = Severity::lognormal(7.3, 1.6)?.with_zeros(0.15)?;
/// let model = CostModel::new(template.currency()).cell("all", 8_000, person)?;
/// // The reinsurer takes what it expects to pay out, and a tenth more.
/// let basis = Basis::of("provider").premium("stop-loss premium per member month", "0.1".parse()?)?;
/// let family = Family::grid(&template, &[attachments])?.with_references(&model, &basis)?;
/// let frontier = frontier(&family, &model, &Default::default(), template.period().start, &basis)?;
/// let efficient: Vec<&str> = frontier.efficient().map(|point| point.label.as_str()).collect();
/// assert_eq!(efficient.first(), Some(&"cost reimbursement"));
/// assert_eq!(efficient.last(), Some(&"full capitation"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn frontier(
    family: &Family,
    model: &CostModel,
    given: &IndexMap<String, Decimal>,
    on: Date,
    basis: &Basis,
) -> Result<Frontier> {
    let asked = Asked::new(family, model, given, on, basis)?;
    asked.frontier(family, asked.read(family))
}

/// What is asked of each contract of a family.
struct Asked<'a> {
    model: &'a CostModel,
    given: &'a IndexMap<String, Decimal>,
    on: Date,
    basis: &'a Basis,
    laws: Laws,
    target: Option<f64>,
}

impl<'a> Asked<'a> {
    fn new(
        family: &Family,
        model: &'a CostModel,
        given: &'a IndexMap<String, Decimal>,
        on: Date,
        basis: &'a Basis,
    ) -> Result<Self> {
        if family.is_empty() {
            return Err(family::empty());
        }
        family.check_labels()?;
        solve::check_premium(family, basis)?;
        ground::check_given(family, model, given)?;
        let (laws, target) = (Laws::new(model)?, solve::target(model, basis)?);
        Ok(Self { model, given, on, basis, laws, target })
    }

    /// Each contract, or why it could not be read.
    fn read(&self, family: &Family) -> Vec<Result<FrontierPoint>> {
        let grounds = Grounds::new(family, self.model, self.given);
        let read = |place: usize| {
            point::point(&grounds, &self.laws, family, place, self.on, self.basis, self.target)
        };
        (0..family.len()).into_par_iter().map(read).collect()
    }

    /// What no other beats of the contracts that were read.
    fn frontier(&self, family: &Family, read: Vec<Result<FrontierPoint>>) -> Result<Frontier> {
        let (mut points, mut refused, mut first) = (Vec::with_capacity(read.len()), Vec::new(), None);
        for (member, (found, of)) in read.into_iter().zip(&family.members).enumerate() {
            match found {
                Ok(point) => points.push(point),
                Err(why) => {
                    refused.push(RefusedContract {
                        member,
                        label: of.label.clone(),
                        reason: why.to_string(),
                    });
                    first.get_or_insert(why.within(&of.label));
                }
            }
        }
        if let (true, Some(why)) = (points.is_empty(), first) {
            return Err(why);
        }
        let efficient = dominance::settle(&mut points, self.basis);
        Ok(Frontier { points, efficient, refused, stamp: self.stamp(family) })
    }

    fn stamp(&self, family: &Family) -> FrontierStamp {
        let mut unverified: Vec<String> = Vec::new();
        for name in family.members.iter().flat_map(|member| member.contract.unverified()) {
            if !unverified.iter().any(|known| known == name) {
                unverified.push(name.to_owned());
            }
        }
        FrontierStamp {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            model: self.model.fingerprint(),
            people: self.model.people(),
            terms_of: self.on,
            given: self.given.iter().map(|(name, amount)| (name.clone(), amount.to_string())).collect(),
            outlay: self.target.map(|minor| format!("{:.2}", minor / self.model.minor())),
            basis: self.basis.told(),
            unverified,
        }
    }
}

impl Frontier {
    /// The contracts that no other beats, from the least risk to the most.
    pub fn efficient(&self) -> impl Iterator<Item = &FrontierPoint> {
        self.efficient.iter().filter_map(|place| self.points.get(*place))
    }
}

impl Family {
    /// The contract of a point with the terms that were solved for it, to settle or to keep.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`](crate::ErrorKind::Unknown) where the point is of another family.
    pub fn contract_of(&self, point: &FrontierPoint) -> Result<Contract> {
        let refused = || {
            let place = format!("contract `{}`", point.label);
            let (problem, remedy) = ("it is not of this family", "ask the family of the frontier");
            crate::Error::new(crate::ErrorKind::Unknown, place, problem, remedy)
        };
        let member = self.members.get(point.member).filter(|member| member.label == point.label);
        let mut contract = member.ok_or_else(refused)?.contract.clone();
        for term in &point.solved {
            contract = contract.with_term(&term.term, Exact(term.solved))?;
        }
        Ok(contract)
    }
}
