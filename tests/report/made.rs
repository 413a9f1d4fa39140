//! Comparisons to report: small made-up people, the contracts of the demonstration.

use std::sync::OnceLock;

use capitation::compare::{Comparison, ContractResult, MarginalCost};
use capitation::money::RoundingMode;
use capitation::population::Columns;
use capitation::{Compare, Contract, Currency, Population};

pub(crate) const PANEL: usize = 400;

/// 240 people with two years each: a third cost nothing, and 27 cost most, above the attachment of the stop-loss.
pub(crate) fn columns<'a>(unit: f64) -> Columns<'a> {
    let rows = || (0..480u32).map(|row| (row / 2, row % 2));
    let cost = |(person, year): (u32, u32)| {
        let days = f64::from((person * 7 + year * 3) % 11);
        let each = if person % 9 == 1 { 4_100.0 + 300.0 * days } else { 9.0 * days };
        if person % 3 == 0 { 0.0 } else { unit * each }
    };
    let whole = |of: fn((u32, u32)) -> u32| rows().map(of).map(f64::from).collect::<Vec<_>>();
    Columns::new()
        .person("person", rows().map(|(person, _)| i64::from(person)).collect::<Vec<_>>())
        .year("year", rows().map(|(_, year)| 2024 + i64::from(year)).collect::<Vec<_>>())
        .member_months("months", whole(|(person, _)| if person % 5 == 0 { 7 } else { 12 }))
        .cost("cost", rows().map(cost).collect::<Vec<_>>())
        .activity("admissions", "adm", whole(|(person, _)| 6 * u32::from(person % 9 == 1)))
        .activity("visits", "gp", whole(|(person, year)| (person + year) % 6))
}

pub(crate) fn people(columns: &Columns<'_>, currency: &str) -> Population {
    Population::from_columns(columns, Currency::new(currency).unwrap(), RoundingMode::HalfUp).unwrap()
}

/// The contracts of these names, changed before they are read.
pub(crate) fn contracts(names: &[&str], change: impl Fn(String) -> String) -> Vec<Contract> {
    let read = |name: &&str| {
        let path = format!("{}/examples/contracts/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        // Worked examples would be wrong under other terms.
        let text = text.split("[[example]]").next().unwrap().to_owned();
        // These people cost more than those of the experiment.
        Contract::from_toml(&change(text.replace("\"14.31\"", "\"62.00\""))).unwrap()
    };
    names.iter().map(read).collect()
}

pub(crate) const NAMES: [&str; 4] =
    ["payment-by-results", "capitation", "capitation-stop-loss-corridor", "shared-savings-one-sided"];

pub(crate) fn marginal_cost() -> MarginalCost {
    let cost = MarginalCost::new("0.6".parse().unwrap()).unwrap();
    let cost = cost.with_unit_cost("admissions", "891.25".parse().unwrap()).unwrap();
    cost.with_unit_cost("visits", "24.86".parse().unwrap()).unwrap()
}

pub(crate) fn asked<'a>(people: &'a Population, contracts: &'a [Contract]) -> Compare<'a> {
    Compare::new(people, contracts).sizes([100, PANEL, 1_600], PANEL).draws(200)
}

/// Four contracts with everything that a comparison can hold.
pub(crate) fn whole() -> Comparison {
    static WHOLE: OnceLock<Comparison> = OnceLock::new();
    let run = || {
        let (people, contracts) = (people(&columns(1.0), "USD"), contracts(&NAMES, |text| text));
        asked(&people, &contracts).marginal_cost(marginal_cost()).run().unwrap()
    };
    WHOLE.get_or_init(run).clone()
}

/// The same under another name; the reference stays the reference.
pub(crate) fn renamed(mut comparison: Comparison, place: usize, name: &str) -> Comparison {
    if comparison.basis.reference == comparison.contracts[place].name {
        name.clone_into(&mut comparison.basis.reference);
    }
    name.clone_into(&mut comparison.contracts[place].name);
    comparison
}

/// What an event does to the provider.
pub(crate) fn on_provider(contract: &ContractResult, what: &str) -> f64 {
    let event = contract.marginal.iter().find(|event| event.what == what).unwrap();
    event.results.iter().find(|effect| effect.party == "provider").unwrap().mean
}
