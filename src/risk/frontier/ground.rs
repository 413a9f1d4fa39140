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

impl Grounds {
    pub(super) fn new(family: &Family, model: &CostModel, given: &IndexMap<String, Decimal>) -> Result<Self> {
        let names: Vec<&str> = given
            .keys()
            .map(String::as_str)
            .chain(model.proportions().iter().map(|(input, _)| input.as_str()))
            .collect();
        let asks = |contract: &Contract, name: &str| contract.document().inputs.contains_key(name);
        let nobody = |name: &&&str| !family.members.iter().any(|member| asks(&member.contract, name));
        if let Some(name) = names.iter().find(nobody) {
            let place = format!("input `{name}`");
            let remedy = "leave it out, or correct its name";
            return Err(Error::new(
                ErrorKind::Experience,
                place,
                "no contract of the family asks for it",
                remedy,
            ));
        }
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
        Ok(Self(grounds, of))
    }

    /// That of a contract by its place.
    pub(super) fn of(&self, place: usize) -> Option<&Ground> {
        self.1.get(place).and_then(|ground| self.0.get(*ground))
    }
}
