//! Contracts that are set side by side.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::{Axis, Basis, axis::STEPS};
use crate::{
    contract::{Contract, Role, Unit},
    decimal,
    error::{Error, ErrorKind, Result},
    population::MEMBER_MONTHS,
    risk::cost_model::CostModel,
    root::decimal_of,
};

/// The most contracts in one family.
const MOST: usize = 1_000_000;
/// Where the terms of references are written.
const SOURCE: &str = "Reference, scaled to the outlay";

/// Contracts that are set side by side: a template with terms that vary, any others, or both.
///
/// ```
/// use capitation::{Contract, risk::frontier::{Axis, Family}};
/// let template = Contract::read("templates/stop-loss.toml")?;
/// let family = Family::grid(&template, &[
///     Axis::of_term("attachment", &["25000", "50000", "100000"])?,
///     Axis::of_term("provider's share above the attachment", &["0", "0.1", "0.2"])?,
/// ])?;
/// assert_eq!(family.len(), 9);
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Family {
    pub(super) members: Vec<Member>,
    /// The grids among them, between whose points a path may lie.
    pub(super) grids: Vec<Grid>,
}

/// A template with what varies of it, and the place of its first contract.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    template: Contract,
    pub(super) axes: Vec<Axis>,
    first: usize,
    /// What the labels of its contracts begin with.
    name: String,
}

/// One contract of a family.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) label: String,
    pub(super) settings: IndexMap<String, String>,
    pub(super) contract: Contract,
}

impl Family {
    /// A template at every point of a grid: each of the first axis's points with each of the second's, and so on.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for an axis without a point, or more than a million contracts; [`ErrorKind::Unknown`] for a term
    /// that the template does not have; and as [`Contract::new`] where a contract cannot be with its settings.
    pub fn grid(template: &Contract, axes: &[Axis]) -> Result<Self> {
        if let Some(empty) = axes.iter().find(|axis| axis.points.is_empty()) {
            let place = format!("axis `{}`", empty.name);
            return Err(Error::new(ErrorKind::Range, place, "it has no point", "give at least one value"));
        }
        let many = axes.iter().try_fold(1_usize, |many, axis| many.checked_mul(axis.points.len()));
        let Some(many) = many.filter(|many| *many <= MOST) else {
            let problem = "its grid has more than a million contracts";
            return Err(Error::new(ErrorKind::Range, "family", problem, "give fewer values"));
        };
        let grid = Grid { template: template.clone(), axes: axes.to_vec(), first: 0, name: String::new() };
        let at = |place: usize| grid.member(&grid.position(place)).unwrap_or_else(|| Err(empty()));
        let members = (0..many).map(at).collect::<Result<_>>()?;
        Ok(Self { members, grids: vec![grid] })
    }

    /// These contracts, each with what it is called.
    pub fn of(contracts: impl IntoIterator<Item = (impl Into<String>, Contract)>) -> Self {
        let member = |(label, contract): (_, Contract)| Member {
            label: Into::into(label),
            settings: IndexMap::new(),
            contract,
        };
        Self { members: contracts.into_iter().map(member).collect(), grids: Vec::new() }
    }

    /// The same where every contract is called by this name first: two grids over the same axes are told apart by it.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        for label in self.members.iter_mut().map(|member| &mut member.label) {
            *label = format!("{name}, {label}");
        }
        for grid in &mut self.grids {
            grid.name = format!("{name}, {}", grid.name);
        }
        self
    }

    /// That no two contracts are called the same: they are asked for by their labels.
    pub(super) fn check_labels(&self) -> Result<()> {
        let mut known = HashSet::with_capacity(self.members.len());
        let Some(twice) = self.members.iter().find(|member| !known.insert(member.label.as_str())) else {
            return Ok(());
        };
        let problem = format!("two contracts are called `{}`", twice.label);
        let remedy = "name each of its parts, as in family.named(\"...\"), before they are put together";
        Err(Error::new(ErrorKind::Value, "family", problem, remedy))
    }

    /// The same with another family's contracts behind.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        let behind = self.members.len();
        self.grids.extend(other.grids.into_iter().map(|grid| Grid { first: grid.first + behind, ..grid }));
        self.members.extend(other.members);
        self
    }

    /// The same with the three that every contract lies between, for the payer and the provider of the first one: cost
    /// reimbursement (of a fixed cost too), full capitation, and payment by results where the model has one input in
    /// proportion to cost, which is then what activity is paid at its prices. Each pays what care is expected to cost, unless the
    /// basis asks for another common outlay.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a family without a contract; [`ErrorKind::Unknown`] where the first one has no payer or no
    /// provider.
    pub fn with_references(self, model: &CostModel, basis: &Basis) -> Result<Self> {
        let first = self.members.first().ok_or_else(empty)?.contract.clone();
        let cost = model.mean() + decimal::to_f64(basis.fixed_cost);
        // At first what pays for the expected cost, which is all there is where contracts stay as they are written.
        let price = |input: &str, counted: f64, unit: Unit, of: Unit| Payment {
            inputs: json!({ input: of }),
            terms: json!({ "price": { "unit": unit, "source": SOURCE, "values": written(cost / counted) } }),
            rule: json!({ "times": { "of": input, "by": "price" } }),
            scaled: Some("price"),
        };
        let months = decimal::to_f64(model.member_months());
        let capitation = price(MEMBER_MONTHS, months, Unit::MoneyPerCount, Unit::Count);
        let mut references = vec![
            ("cost reimbursement", reference(&first, model, "reimbursement", reimbursement(model, basis))?),
            ("full capitation", reference(&first, model, "capitation", capitation)?),
        ];
        if let [(input, ratio)] = model.proportions() {
            let at_prices = decimal::to_f64(*ratio) * model.mean();
            let by_results = price(input, at_prices, Unit::Ratio, Unit::Money);
            references
                .push(("payment by results", reference(&first, model, "payment for activity", by_results)?));
        }
        Ok(self.and(Self::of(references)))
    }

    /// How many contracts there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// A contract by its place, as it was given.
    pub fn contract(&self, place: usize) -> Option<&Contract> {
        self.members.get(place).map(|member| &member.contract)
    }
}

pub(super) fn empty() -> Error {
    Error::new(ErrorKind::Range, "family", "it has no contract", "give at least one")
}

impl Grid {
    /// How many points it has.
    fn points(&self) -> usize {
        self.axes.iter().map(|axis| axis.points.len()).product()
    }

    /// Where a contract of the family lies on its axes, in steps; nothing for one that is not of this grid.
    pub(super) fn of_member(&self, member: usize) -> Option<Vec<u32>> {
        let place = member.checked_sub(self.first)?;
        (place < self.points()).then(|| self.position(place))
    }

    /// Where its points lie on the axes, of which the last runs fastest.
    fn position(&self, place: usize) -> Vec<u32> {
        let mut rest = place;
        let on_axis = |axis: &Axis| {
            let many = axis.points.len().max(1);
            let point = rest % many;
            rest /= many;
            u32::try_from(point).unwrap_or(u32::MAX).saturating_mul(STEPS)
        };
        let mut position: Vec<u32> = self.axes.iter().rev().map(on_axis).collect();
        position.reverse();
        position
    }

    /// The contract at a position; nothing where an axis has nothing there.
    pub(super) fn member(&self, position: &[u32]) -> Option<Result<Member>> {
        let mut document = self.template.document().clone();
        let on_axis = |(axis, place): (&Axis, &u32)| {
            let (label, points) = axis.at(*place, &document)?;
            Some((axis.name.clone(), label, points))
        };
        let set: Vec<_> = self.axes.iter().zip(position).map(on_axis).collect::<Option<_>>()?;
        let mut settings = IndexMap::new();
        for (name, label, points) in set {
            if let Some(Err(why)) =
                points.iter().map(|setting| setting.set(&mut document)).find(Result::is_err)
            {
                return Some(Err(why));
            }
            settings.insert(name, label);
        }
        let words: Vec<String> = settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let label = if words.is_empty() { document.name.clone() } else { words.join(", ") };
        let label = format!("{}{label}", self.name);
        // Examples were worked out with other terms.
        document.example.clear();
        let contract = Contract::new(document).map_err(|why| why.within(&label));
        Some(contract.map(|contract| Member { label, settings, contract }))
    }
}

/// The one payment of a reference.
struct Payment {
    inputs: Value,
    terms: Value,
    rule: Value,
    scaled: Option<&'static str>,
}

/// A price as a contract has it; 1 where there is none.
fn written(price: f64) -> String {
    let price = if price.is_finite() && price > 0.0 { decimal_of(price) } else { None };
    price.map_or_else(|| "1".to_owned(), |price| price.to_string())
}

/// What care costs, whatever it is.
fn reimbursement(model: &CostModel, basis: &Basis) -> Payment {
    let mut of: Vec<&str> = model.measures();
    let mut payment = Payment { inputs: json!({}), terms: json!({}), rule: Value::Null, scaled: None };
    if !basis.fixed_cost.is_zero() {
        of.push("fixed cost");
        let value = basis.fixed_cost.normalize().to_string();
        let term = json!({ "unit": Unit::Money, "source": SOURCE, "values": value });
        payment.terms = json!({ "fixed cost": term });
        payment.scaled = Some("fixed cost");
    }
    payment.rule = json!({ "sum": of });
    payment
}

/// A contract of one payment to the provider, which bears what care costs.
fn reference(like: &Contract, model: &CostModel, name: &str, payment: Payment) -> Result<Contract> {
    let parties = &like.document().parties;
    let party = |role: Role, what: &str| {
        parties.iter().find(|(_, other)| **other == role).map(|(name, _)| name.as_str()).ok_or_else(|| {
            let place = format!("contract `{}`", like.name());
            let remedy = "put a contract with both before the others";
            Error::new(ErrorKind::Unknown, place, format!("it has no {what}"), remedy)
        })
    };
    let (payer, provider) = (party(Role::Payer, "payer")?, party(Role::Provider, "provider")?);
    let mut inputs = payment.inputs;
    let mut bears = json!({});
    for measure in model.measures() {
        if let (Some(inputs), Some(bears)) = (inputs.as_object_mut(), bears.as_object_mut()) {
            inputs.insert(measure.to_owned(), json!(Unit::Money));
            bears.insert(measure.to_owned(), json!(provider));
        }
    }
    let document = json!({
        "name": name,
        "currency": like.currency(),
        "period": like.period(),
        "parties": { payer: Role::Payer, provider: Role::Provider },
        "inputs": inputs,
        "bears": bears,
        "scaled": payment.scaled,
        "terms": payment.terms,
        "clause": [{
            "name": name,
            "rule": payment.rule,
            "round": { "mode": "half_up", "places": like.currency().exponent() },
            "pays": { "from": payer, "to": provider },
        }],
    });
    Contract::from_json(&document.to_string())
}
