//! An outlook of 100,000 people who all differ, under individual stop-loss and a corridor.
//!
//! `cargo bench --bench people_who_differ`; `benches/peers/people_who_differ.py` does the same work in `NumPy` with classes of
//! risk. Least of many rounds by the clock, on one thread and on as many as there are; sorting the people is a part of it.

#![allow(clippy::unwrap_used, reason = "a benchmark may stop where it stands")]

use std::time::Instant;

use capitation::{
    Contract,
    contract::{SharingBands, StopLoss},
    risk::{
        cost_model::{CostCell, CostModel},
        outlook::Outlook,
        severity::Severity,
    },
};
use indexmap::IndexMap;

const PEOPLE: u32 = 100_000;
const ROUNDS: usize = 101;
const CHANCE: f64 = 0.8;
const TOTAL: f64 = 1.534;
const BETWEEN: f64 = 0.8;

/// Expected costs and chances: row i has the risk of the normal number whose probability is (i + 1/2) / 100,000.
fn people(within: f64) -> (Vec<f64>, Vec<f64>) {
    let risk = Severity::lognormal(0.0, 1.0).unwrap();
    let of = |row: u32| {
        let normal = risk.quantile((f64::from(row) + 0.5) / f64::from(PEOPLE)).unwrap().ln();
        let chance = (CHANCE + 0.08 * normal).clamp(0.4, 0.98);
        let scale = (2_000.0 / CHANCE).ln() - TOTAL * TOTAL / 2.0 + BETWEEN * normal;
        (chance * (scale + within * within / 2.0).exp(), chance)
    };
    (0..PEOPLE).map(of).unzip()
}

/// What is below 150,000 of each person's cost is the provider's, at this price; beyond 2 % half of what is over or left.
fn contract(price: &str) -> Contract {
    let bands = || SharingBands::new().upto("0.02", "1").beyond("0.5");
    Contract::builder("Capitation with stop-loss and corridor", "USD", "2026-01-01", "2026-12-31")
        .capitation(price, "Benchmark")
        .stop_loss(&StopLoss::above("150000", "Benchmark"))
        .corridor(&bands(), &bands(), "Benchmark")
        .build()
        .unwrap()
}

fn told(outlook: &Outlook) -> [f64; 4] {
    let provider = outlook.party("provider").unwrap();
    let (deviation, deficit) =
        (provider.standard_deviation().unwrap(), provider.probability_of_deficit().unwrap());
    [provider.mean(), deviation, 100.0 * deficit, provider.method().unwrap().1]
}

fn main() {
    let within = (TOTAL * TOTAL - BETWEEN * BETWEEN).sqrt();
    let (expected, chances) = people(within);
    let shape = Severity::lognormal(0.0, within).unwrap();
    let model = || {
        let currency = contract("1").currency();
        CostModel::of_people(currency, &shape, &expected, Some(&chances)).unwrap()
    };
    let asked = |contract: &Contract, model: &CostModel| {
        told(&contract.outlook(model, &IndexMap::new(), contract.period().start).unwrap())
    };
    // A price of 2 % more than what is expected of people up to the attachment.
    let without = contract("0");
    let outlook = without.outlook(&model(), &IndexMap::new(), without.period().start).unwrap();
    let recovered = outlook.clauses().iter().find(|(name, _)| name == "stop-loss recovery");
    let stop_loss = recovered.map_or(0.0, |(_, mean)| *mean);
    let cost = model().mean() - stop_loss;
    let contract = contract(&format!("{:.6}", 1.02 * cost / 12.0 / f64::from(PEOPLE)));

    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (mut sorting, mut all, mut last) = (f64::INFINITY, f64::INFINITY, [0.0; 4]);
        for _ in 0..ROUNDS {
            pool.install(|| {
                let start = Instant::now();
                let model = model();
                sorting = sorting.min(start.elapsed().as_secs_f64());
                last = asked(&contract, &model);
                all = all.min(start.elapsed().as_secs_f64());
            });
        }
        let [mean, deviation, deficit, error] = last;
        println!(
            "{threads} thread{}: {:.2} ms, {:.2} of it for sorting; mean {mean:.0}, deviation {deviation:.0}, P(deficit) {deficit:.6} %, error told {error:.0e}",
            if threads == 1 { "" } else { "s" },
            all * 1e3,
            sorting * 1e3,
        );
    };
    run(1);
    run(std::thread::available_parallelism().map_or(1, usize::from));

    // Of at most 250 to a cell each has a law for themselves: nothing is sorted.
    let pieces = expected.chunks(250).zip(chances.chunks(250)).enumerate();
    let one_by_one =
        pieces.fold(CostModel::new(contract.currency()), |model, (place, (expected, chances))| {
            let cell = CostCell::of_people(place.to_string(), &shape, expected, Some(chances)).unwrap();
            model.with_cell(cell).unwrap()
        });
    let [mean, deviation, deficit, error] = asked(&contract, &one_by_one);
    println!(
        "one by one: mean {mean:.0}, deviation {deviation:.0}, P(deficit) {deficit:.6} %, error told {error:.0e}"
    );
}
