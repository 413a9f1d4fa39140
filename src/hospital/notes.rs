//! What a result rests on, a sentence each.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::{
    change::Change,
    cost_base::CostBase,
    quantity::{REST, rest},
    result::{NotCounted, UnderContract},
    tally::Tally,
    to_the_penny,
};
use crate::error::Result;

/// The notes of a result: what is fixed, what each contract counts and what pays for the rest, what was left out.
pub(super) fn notes(
    base: &CostBase,
    plan: &Tally,
    contracts: &[UnderContract],
    neutral: bool,
) -> Result<Vec<String>> {
    let mut notes = vec![
        "fixed cost stays as planned whatever is done; marginal cost goes with each case, at once".to_owned(),
        "the mean case of a point of delivery has its mean price and marginal cost, each to the minor unit, half up"
            .to_owned(),
    ];
    notes.extend(counted(contracts));
    notes.extend(other_services(base, contracts));
    notes.extend(nought(contracts));
    notes.extend(less_than_one(plan));
    notes.extend(left_out(base)?);
    if !base.rounding_difference().is_zero() {
        notes.push(format!(
            "unit costs to four decimals, half up: the cost of planned activity changed by {}",
            base.rounding_difference()
        ));
    }
    let first = contracts.first().map_or("", |contract| contract.name.as_str());
    notes.push(if neutral {
        format!("every contract costs the payer at plan what `{first}` costs")
    } else {
        "contracts are as written, but for what is said to be set".to_owned()
    });
    Ok(notes)
}

/// What pays for priced work that no input counts.
fn counted(contracts: &[UnderContract]) -> Vec<String> {
    let blocks: Vec<&str> = contracts
        .iter()
        .filter(|contract| !contract.counts_activity)
        .map(|contract| contract.name.as_str())
        .collect();
    let mut notes = Vec::new();
    if !blocks.is_empty() {
        notes.push(format!("{}: no input counts activity; what is paid is for all of it", blocks.join(", ")));
    }
    for contract in contracts {
        let Some(first) = contract.not_counted.first() else { continue };
        let by: Vec<String> = first.paid_by.iter().map(|name| format!("`{name}`")).collect();
        let points: Vec<String> = contract.not_counted.iter().map(NotCounted::to_string).collect();
        let verb = if by.len() == 1 { "pays" } else { "pay" };
        let (name, by, points) = (&contract.name, by.join(" and "), points.join(", "));
        notes.push(format!("{name}: {by} {verb} for what no input counts: {points}"));
    }
    notes
}

/// Which points of delivery `all other services` are.
fn other_services(base: &CostBase, contracts: &[UnderContract]) -> Option<String> {
    let asks = |contract: &&UnderContract| {
        contract.inputs.iter().any(|input| input.by_name && input.input.ends_with(REST))
    };
    let names: Vec<&str> = contracts.iter().filter(asks).map(|contract| contract.name.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    let priced = |point: &str| base.lines().iter().any(|line| line.point == point && line.price.is_some());
    let points: Vec<String> = rest(base)
        .into_iter()
        .map(|point| if priced(point) { point.to_owned() } else { format!("{point}, which has no price") })
        .collect();
    let points = if points.is_empty() { "no point of delivery".to_owned() } else { points.join("; ") };
    Some(format!("`{REST}` under {}: {points}", names.join(", ")))
}

/// Inputs that were found by name and come to nothing, by the contracts that ask for them.
fn nought(contracts: &[UnderContract]) -> Vec<String> {
    let mut asking: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for contract in contracts {
        for input in contract.inputs.iter().filter(|input| input.by_name && input.at_plan.is_zero()) {
            asking.entry(&input.input).or_default().push(&contract.name);
        }
    }
    let mut together: IndexMap<Vec<&str>, Vec<&str>> = IndexMap::new();
    for (input, names) in asking {
        together.entry(names).or_default().push(input);
    }
    let said = |(names, inputs): (Vec<&str>, Vec<&str>)| {
        format!("nought at plan under {}: {}", names.join(", "), inputs.join(", "))
    };
    together.into_iter().map(said).collect()
}

/// Points of delivery at which there is not one case to leave out.
fn less_than_one(plan: &Tally) -> Option<String> {
    let few = plan.points.values().filter(|at| at.activity > Decimal::ZERO && at.activity < Decimal::ONE);
    let few: Vec<&str> = few.map(|at| at.name.as_str()).collect();
    (!few.is_empty()).then(|| format!("no case less of {}: fewer than one is planned", few.join(", ")))
}

fn left_out(base: &CostBase) -> Result<Option<String>> {
    let left = base.total(&Change::plan())?.without_price;
    Ok((left.lines > 0).then(|| {
        format!(
            "left out for want of a price: {} of {} lines, with activity of {} that costs {}",
            left.lines,
            base.lines().len(),
            left.activity.normalize(),
            to_the_penny(left.cost)
        )
    }))
}
