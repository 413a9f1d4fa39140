//! The population as each contract of a family asks for it.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::Family;
use crate::{
    contract::Contract,
    error::{Error, ErrorKind, Result},
    risk::cost_model::CostModel,
};

/// The model and what was given, for those contracts that ask for the same of it.
#[derive(Debug)]
pub(super) struct Ground {
    asked: Vec<bool>,
    pub(super) model: CostModel,
    pub(super) given: IndexMap<String, Decimal>,
}

/// One ground for each set of inputs that contracts ask for.
#[derive(Debug)]
pub(super) struct Grounds(Vec<Ground>, Vec<usize>);

/// The inputs that were given, or that the model has in proportion to cost.
fn names<'a>(model: &'a CostModel, given: &'a IndexMap<String, Decimal>) -> Vec<&'a str> {
    let proportional = model.proportions().iter().map(|(input, _)| input.as_str());
    given.keys().map(String::as_str).chain(proportional).collect()
}

fn asks(contract: &Contract, name: &str) -> bool {
    contract.document().inputs.contains_key(name)
}

/// That some contract asks for each input.
pub(super) fn check_given(
    family: &Family,
    model: &CostModel,
    given: &IndexMap<String, Decimal>,
) -> Result<()> {
    let nobody = |name: &&&str| !family.members.iter().any(|member| asks(&member.contract, name));
    let Some(name) = names(model, given).iter().find(nobody).copied() else { return Ok(()) };
    let (problem, remedy) = ("no contract of the family asks for it", "leave it out, or correct its name");
    Err(Error::new(ErrorKind::Experience, format!("input `{name}`"), problem, remedy))
}

impl Grounds {
    pub(super) fn new(family: &Family, model: &CostModel, given: &IndexMap<String, Decimal>) -> Self {
        let names = names(model, given);
        let (mut grounds, mut of): (Vec<Ground>, Vec<usize>) = (Vec::new(), Vec::new());
        for member in &family.members {
            let asked: Vec<bool> = names.iter().map(|name| asks(&member.contract, name)).collect();
            let known = grounds.iter().position(|ground| ground.asked == asked);
            of.push(known.unwrap_or(grounds.len()));
            if known.is_none() {
                let model = model.asked_for(|name| asks(&member.contract, name));
                let taken = given.iter().filter(|(name, _)| asks(&member.contract, name));
                let given = taken.map(|(name, amount)| (name.clone(), *amount)).collect();
                grounds.push(Ground { asked, model, given });
            }
        }
        Self(grounds, of)
    }

    /// That of a contract by its place.
    pub(super) fn of(&self, place: usize) -> Option<&Ground> {
        self.1.get(place).and_then(|ground| self.0.get(*ground))
    }
}
