//! What is asked of a contract under a cost model: the sums over people that it depends on, its other inputs, and what each
//! party comes to. The same for every reading.

use std::sync::Arc;

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::{
    aggregate::RiskCell,
    cost_model::{CostCell, CostModel},
};
use crate::{
    contract::{Contract, PersonLayerOn, Plan, Role, Threshold, Unit, refused},
    decimal,
    error::{Error, ErrorKind, Result},
    exposure::{Date, MONTHS_A_YEAR},
    number::Number,
    population::MEMBER_MONTHS,
    settlement::to_counted,
};

/// A contract on a day, a cost model, and what else was given.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) contract: &'a Contract,
    pub(super) model: &'a CostModel,
    pub(super) given: &'a IndexMap<String, Decimal>,
    pub(super) plan: Plan,
    /// The cells of the model, in minor units.
    pub(super) cells: Arc<[RiskCell]>,
    /// What is not known: what people cost, by input, then the layers that clauses take of it.
    pub(super) amounts: Vec<Amount>,
    measures: usize,
}

/// A sum over people of a layer of what each costs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Amount {
    /// The layer of each cell's people; none of those whose cost is another input.
    pub(super) of: Vec<Option<Layer>>,
}

/// A layer of one person's cost in minor units; all of it where there are no thresholds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Layer {
    /// Where it begins.
    pub(super) above: f64,
    /// How much it holds, infinite where there is no limit.
    pub(super) limit: f64,
}

impl Layer {
    /// All of the cost.
    pub(super) const ALL: Self = Self { above: 0.0, limit: f64::INFINITY };

    /// Of one person's cost.
    #[inline]
    pub(super) fn of(&self, cost: f64) -> f64 {
        (cost - self.above).max(0.0).min(self.limit)
    }

    /// Where it has a kink, in order.
    pub(super) fn kinks(&self) -> impl Iterator<Item = f64> {
        [self.above, self.above + self.limit].into_iter().filter(|kink| *kink > 0.0 && kink.is_finite())
    }
}

impl<'a> Question<'a> {
    pub(super) fn new(
        contract: &'a Contract,
        model: &'a CostModel,
        given: &'a IndexMap<String, Decimal>,
        on: Date,
    ) -> Result<Self> {
        let cells = || Ok(model.in_minor_units()?.into());
        Self::with_cells(contract, model, given, on, cells)
    }

    /// The same with the cells of the model as they are at hand, in minor units.
    pub(super) fn with_cells(
        contract: &'a Contract,
        model: &'a CostModel,
        given: &'a IndexMap<String, Decimal>,
        on: Date,
        cells: impl FnOnce() -> Result<Arc<[RiskCell]>>,
    ) -> Result<Self> {
        if model.currency() != contract.currency() {
            return Err(Error::new(
                ErrorKind::Currency,
                format!("contract `{}`", contract.name()),
                format!("it is in {}, and the cost model in {}", contract.currency(), model.currency()),
                "convert one of them first, at a rate and date you can state",
            ));
        }
        let cells = cells()?;
        let plan = contract.plan(on)?;
        let measures = model.measures();
        let of = |measure: &str, layer: &dyn Fn(usize) -> Result<Layer>| {
            let each = model.cells().iter().enumerate().map(|(place, cell)| {
                let is_of = cell.input_name().unwrap_or(model.measure()) == measure;
                is_of.then(|| layer(place)).transpose()
            });
            Ok::<_, Error>(Amount { of: each.collect::<Result<_>>()? })
        };
        let mut amounts =
            measures.iter().map(|measure| of(measure, &|_| Ok(Layer::ALL))).collect::<Result<Vec<_>>>()?;
        for layer in plan.person_layers() {
            if !measures.contains(&layer.input.as_str()) {
                let place = format!("clause `{}`", layer.clause);
                let problem =
                    format!("it acts on each person's `{}`, which the cost model does not have", layer.input);
                let remedy = format!("name it as the model's input; it is `{}`", measures.join("`, `"));
                return Err(Error::new(ErrorKind::Experience, place, problem, remedy));
            }
            amounts.push(of(&layer.input, &|place| layer_of(layer, model, place))?);
        }
        let question = Self { contract, model, given, plan, cells, amounts, measures: measures.len() };
        question.check(&measures)?;
        contract.check_given_limits(given)?;
        Ok(question)
    }

    /// Each input is there once: from the model, or given.
    fn check(&self, measures: &[&str]) -> Result<()> {
        let document = self.contract.document();
        let asks = |name: &str| document.inputs.contains_key(name);
        let place = |name: &str| format!("input `{name}`");
        let of_model = |name: &str| {
            measures.contains(&name) || self.model.proportions().iter().any(|(input, _)| input == name)
        };
        if let Some(name) = self.given.keys().find(|name| !asks(name) || of_model(name)) {
            let (problem, remedy) = if asks(name) {
                ("the cost model has it", "leave it out")
            } else {
                ("the contract does not ask for it", "leave it out, or correct its name")
            };
            return Err(Error::new(ErrorKind::Experience, place(name), problem, remedy));
        }
        let months = self.model.member_months();
        if let Some(given) = self.given.get(MEMBER_MONTHS).filter(|given| **given != months) {
            let problem = format!("{given} is given, and the people of the cost model add up to {months}");
            let remedy = "leave it out, or give cells their people and months";
            return Err(Error::new(ErrorKind::Experience, place(MEMBER_MONTHS), problem, remedy));
        }
        let proportions = self.model.proportions().iter().map(|(input, _)| input.as_str());
        if let Some(measure) = measures.iter().copied().chain(proportions).find(|measure| !asks(measure)) {
            let known: Vec<String> = document.inputs.keys().map(|name| format!("`{name}`")).collect();
            let remedy = format!("name what people cost: one of {}", known.join(", "));
            let problem = format!("the contract does not ask for `{measure}`");
            return Err(Error::new(ErrorKind::Experience, "cost model", problem, remedy));
        }
        // What is proportional to cost may be activity.
        let fits = |name: &str, unit: Unit| {
            unit == Unit::Money || (unit == Unit::Count && !measures.contains(&name))
        };
        if let Some((name, unit)) =
            document.inputs.iter().find(|(name, unit)| of_model(name) && !fits(name, **unit))
        {
            let problem = format!("the cost model has it as money, and the contract asks for it as {unit}");
            return Err(Error::new(ErrorKind::Unit, place(name), problem, "give it, or name another input"));
        }
        let missing = document
            .inputs
            .iter()
            .find(|(name, _)| !of_model(name) && *name != MEMBER_MONTHS && !self.given.contains_key(*name));
        match missing {
            None => Ok(()),
            Some((name, unit)) => {
                let problem = "it was not given, and the cost model does not have it";
                Err(Error::new(ErrorKind::Experience, place(name), problem, format!("give it as {unit}")))
            }
        }
    }

    /// How many of the amounts are what people cost, by input; the others are layers of it.
    pub(super) fn measures(&self) -> usize {
        self.measures
    }

    /// Every input in the contract's order, with what people cost by input.
    pub(super) fn inputs<N: Number>(&self, costs: &[N]) -> Result<Vec<N>> {
        self.inputs_at(costs, &self.priced(costs).cloned().unwrap_or_else(N::zero))
    }

    /// Of what people cost by input, that to which others are proportional.
    pub(super) fn priced<'c, N>(&self, costs: &'c [N]) -> Option<&'c N> {
        let place = self.model.measures().iter().position(|measure| *measure == self.model.measure());
        place.and_then(|place| costs.get(place))
    }

    /// The same where what is proportional to the cost follows another amount than it.
    pub(super) fn inputs_at<N: Number>(&self, costs: &[N], priced: &N) -> Result<Vec<N>> {
        let measures = self.model.measures();
        let exponent = self.contract.currency().exponent();
        let input = |(name, unit): (&String, &Unit)| {
            let cost = |name: &str| measures.iter().position(|m| *m == name).and_then(|at| costs.get(at));
            if let Some(cost) = cost(name) {
                return Ok(cost.clone());
            }
            if let Some((_, ratio)) = self.model.proportions().iter().find(|(input, _)| input == name) {
                // Costs are in minor units; activity is so much to a major one.
                let each = if unit.has_money() { 0 } else { exponent };
                let ratio = decimal::multiply(*ratio, Decimal::new(1, each))
                    .map_err(|why| crate::money::inexact(format!("input `{name}`"), why))?;
                let times = priced.times(&N::exact(ratio));
                return times.map_err(|why| refused(format!("input `{name}`"), why.into()));
            }
            let given = self.given.get(name).copied();
            // That all other inputs are given was checked.
            let amount = given.unwrap_or_else(|| self.model.member_months());
            to_counted(amount, *unit, exponent).map(|amount| N::exact(amount))
        };
        self.contract.document().inputs.iter().map(input).collect()
    }

    /// Every party with what it gets less what it pays and bears, of all amounts of the waterfall.
    pub(super) fn results<N: Number>(&self, amounts: &[N]) -> Result<Vec<(&'a str, Role, N)>> {
        self.results_after(amounts, usize::MAX)
    }

    /// The same where only the first so many amounts of the contract are paid, in the order of the waterfall.
    pub(super) fn results_after<N: Number>(
        &self,
        amounts: &[N],
        paid: usize,
    ) -> Result<Vec<(&'a str, Role, N)>> {
        let document = self.contract.document();
        let layout = self.contract.layout();
        let mut results = vec![N::zero(); document.parties.len()];
        let mut add = |party: usize, amount: usize, is_gain: bool| -> Result<()> {
            let (Some(result), Some(amount)) = (results.get_mut(party), amounts.get(amount)) else {
                return Ok(());
            };
            let sum = if is_gain { result.plus(amount) } else { result.minus(amount) };
            *result = sum.map_err(|why| {
                let name = document.parties.get_index(party).map_or("", |(name, _)| name.as_str());
                refused(format!("party `{name}`"), why.into())
            })?;
            Ok(())
        };
        for transfer in layout.transfers.iter().take(paid) {
            add(transfer.to, transfer.amount, true)?;
            add(transfer.from, transfer.amount, false)?;
        }
        for (input, party) in &layout.bears {
            add(*party, *input, false)?;
        }
        let named = document.parties.iter().zip(results);
        Ok(named.map(|((name, role), result)| (name.as_str(), *role, result)).collect())
    }
}

/// What a clause takes of each person of a cell.
fn layer_of(layer: &PersonLayerOn, model: &CostModel, place: usize) -> Result<Layer> {
    let cell = model.cells().get(place);
    let class = cell.and_then(CostCell::class_name);
    let refused = |problem: String, remedy: &str| {
        Error::new(ErrorKind::Experience, format!("clause `{}`", layer.clause), problem, remedy)
    };
    let of_cell = || cell.map_or(String::new(), |cell| format!("risk cell `{}`", cell.name()));
    let threshold = |threshold: &Option<Threshold>, absent: f64| match threshold {
        None => Ok(absent),
        Some(Threshold::All(value)) => Ok(decimal::to_f64(*value)),
        Some(Threshold::ByClass(values)) => {
            let Some(class) = class else {
                let problem = format!("its thresholds differ by class, and {} has none", of_cell());
                return Err(refused(problem, "give each cell its class"));
            };
            values.get(class).map(|value| decimal::to_f64(*value)).ok_or_else(|| {
                let known: Vec<String> = values.keys().map(|name| format!("`{name}`")).collect();
                let problem = format!("it has no threshold for class `{class}` of {}", of_cell());
                refused(problem, &format!("its classes are {}", known.join(", ")))
            })
        }
    };
    let months = cell.map_or(Decimal::ZERO, CostCell::member_months_each);
    let part = if layer.annualised { decimal::to_f64(months) / f64::from(MONTHS_A_YEAR) } else { 1.0 };
    // Minor units are whole, also of a part of a year.
    let whole = |amount: f64| if layer.annualised { (amount * part).round() } else { amount };
    Ok(Layer {
        above: whole(threshold(&layer.above, 0.0)?),
        limit: whole(threshold(&layer.limit, f64::INFINITY)?),
    })
}

/// That a contract has no party of this name.
pub(super) fn no_party<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
    let problem = format!("the contract has no party `{name}`");
    Error::new(ErrorKind::Unknown, "party", problem, format!("its parties are {}", known.join(", ")))
}
