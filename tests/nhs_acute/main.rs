//! The activity contracts of the English NHS: each rule at, below and above its thresholds, its laws, and its power over volume.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

#[path = "../support/data.rs"]
mod data;
mod laws;
mod power;
mod prices;
mod thresholds;

#[path = "../support/ways.rs"]
mod ways;

use capitation::contract::{Contract, Programme, Rule};
use capitation::settlement::{Experience, Statement};
use rust_decimal::Decimal;
use ways::ways;

/// What is chosen of a track: choice and option.
type Chosen<'a> = &'a [(&'a str, &'a str)];

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn programme() -> Programme {
    Programme::named("nhs-acute").unwrap()
}

fn contract(track: &str, year: i16, chosen: Chosen<'_>) -> Contract {
    let mut track = programme().year(year).unwrap().track(track).unwrap();
    for (choice, option) in chosen {
        track = track.choose(choice, option).unwrap();
    }
    track.contract().unwrap()
}

/// A year in which everything that is not given is nought.
fn settle(contract: &Contract, given: &[(&str, Decimal)]) -> Statement {
    let inputs = &contract.document().inputs;
    let unknown = given.iter().find(|(name, _)| !inputs.contains_key(*name));
    assert!(unknown.is_none(), "{}: {unknown:?}", contract.name());
    let mut happened = Experience::new();
    for name in inputs.keys() {
        let amount =
            given.iter().find(|(known, _)| known == name).map_or(Decimal::ZERO, |(_, amount)| *amount);
        happened = happened.with_decimal(name.clone(), amount);
    }
    contract
        .settle(&happened, contract.period().start)
        .unwrap_or_else(|why| panic!("{}: {why}", contract.name()))
}

/// What a party is left with.
fn net(statement: &Statement, party: &str) -> Decimal {
    statement.net(party).unwrap().amount()
}

/// Every contract that the programme can make.
fn all() -> Vec<Contract> {
    let mut contracts = Vec::new();
    for year in programme().years() {
        let year = programme().year(year).unwrap();
        for track in year.tracks() {
            let ways = ways(&year.track(track).unwrap());
            contracts.extend(ways.iter().map(|way| way.contract().unwrap_or_else(|why| panic!("{why}"))));
        }
    }
    contracts
}

#[test]
fn the_tracks_of_each_year() {
    let tracks = |year| programme().year(year).unwrap().tracks().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(programme().years(), (2010..=2025).collect::<Vec<_>>());
    assert_eq!(tracks(2010), ["payment by results", "marginal rate", "block"]);
    assert_eq!(tracks(2018), ["payment by results", "marginal rate", "block"]);
    assert_eq!(tracks(2019), ["payment by results", "block", "blended emergency payment"]);
    assert_eq!(tracks(2020), ["block"]);
    assert_eq!(tracks(2021), ["block"]);
    assert_eq!(tracks(2022), ["block", "aligned payment and incentive"]);
    assert_eq!(tracks(2025), ["block", "aligned payment and incentive", "activity-based payment"]);
}

/// A choice is on offer from the year in which its rule began.
#[test]
fn what_can_be_chosen_in_a_year() {
    let options = |track: &str, year, choice: &str| -> Vec<String> {
        let track = programme().year(year).unwrap().track(track).unwrap();
        let found = track.choices().into_iter().find(|(name, _)| *name == choice);
        found.map_or(Vec::new(), |(_, options)| options.into_iter().map(str::to_owned).collect())
    };
    assert_eq!(options("marginal rate", 2010, "readmissions").len(), 1);
    assert_eq!(options("marginal rate", 2011, "readmissions").len(), 2);
    assert_eq!(options("marginal rate", 2012, "readmissions").len(), 3);
    assert_eq!(options("payment by results", 2018, "readmissions").len(), 3);
    assert_eq!(options("payment by results", 2019, "readmissions").len(), 0);
    assert_eq!(options("marginal rate", 2013, "baseline"), ["as set"]);
    assert_eq!(options("marginal rate", 2014, "baseline"), ["as set", "adjusted"]);
    assert_eq!(options("marginal rate", 2014, "tariff option").len(), 0);
    assert_eq!(
        options("marginal rate", 2015, "tariff option"),
        ["default tariff option", "enhanced tariff option"]
    );
    assert_eq!(options("marginal rate", 2016, "tariff option").len(), 0);
    assert_eq!(options("aligned payment and incentive", 2022, "elective target").len(), 0);
    assert_eq!(options("aligned payment and incentive", 2023, "payment limit").len(), 0);
    assert_eq!(options("aligned payment and incentive", 2024, "payment limit").len(), 2);
    assert_eq!(options("aligned payment and incentive", 2025, "elective target").len(), 0);
}

/// What could not be checked is never a silent constant: it says so, or the user gives it.
#[test]
fn what_is_unverified_says_so_in_the_statement() {
    let settled =
        |track, year, chosen: Chosen<'_>| settle(&contract(track, year, chosen), &[]).unverified().to_vec();
    assert_eq!(settled("marginal rate", 2014, &[]), [""; 0]);
    assert_eq!(settled("marginal rate", 2015, &[]), [""; 0]);
    assert_eq!(settled("marginal rate", 2015, &[("tariff option", "enhanced tariff option")]), [""; 0]);
    assert_eq!(settled("blended emergency payment", 2019, &[]), [""; 0]);
    for reading in ["full price beyond a band", "full price of everything outside a band"] {
        assert_eq!(
            settled("blended emergency payment", 2019, &[("break-glass", reading)]),
            ["added beyond the band"]
        );
    }
    assert_eq!(settled("aligned payment and incentive", 2022, &[]), [""; 0]);
    assert_eq!(settled("block", 2025, &[("block amount", "rolled forward by given factors")]), [""; 0]);
    let rolled = |year, from| settled("block", year, &[("block amount", from)]);
    assert_eq!(rolled(2016, "rolled forward from 2015/16"), [""; 0]);
    assert_eq!(rolled(2023, "rolled forward from 2022/23"), ["cost uplift factor, 2023/24"]);
    assert_eq!(
        rolled(2025, "rolled forward from 2023/24"),
        ["cost uplift factor, 2024/25", "efficiency factor, 2024/25"]
    );
    // The band of a break-glass clause, a threshold, a baseline and a target of a system are the user's own.
    let inputs = contract("blended emergency payment", 2019, &[("break-glass", "full price beyond a band")]);
    assert!(inputs.document().inputs.contains_key("break-glass band"));
}

/// Inputs that a contract lists and no clause reads would be asked for in vain.
#[test]
fn every_input_is_read() {
    for contract in all() {
        let document = contract.document();
        let read = |name: &String| document.clause.iter().any(|clause| reads(&clause.rule, name));
        let unread: Vec<_> = document.inputs.keys().filter(|name| !read(name)).collect();
        assert!(unread.is_empty(), "{}: {unread:?}", contract.name());
    }
}

fn reads(rule: &Rule, name: &str) -> bool {
    rule.operands().into_iter().any(|operand| operand == name)
}
