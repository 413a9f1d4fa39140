//! The distribution of what many people cost, and of what a contract makes of it.
//!
//! `cargo bench --bench outlook`; `benches/peers/outlook.py` does the first job in `NumPy`. Least of many rounds on one thread, in
//! microseconds of the clock.

#![allow(clippy::unwrap_used, reason = "a benchmark may stop where it stands")]

use std::{hint::black_box, time::Instant};

use capitation::{
    Contract,
    contract::{SharingBands, StopLoss},
    money::Currency,
    risk::{
        aggregate::{Aggregate, Count, RiskCell},
        cost_model::{CostModel, Shock},
        severity::Severity,
    },
};
use indexmap::IndexMap;

const ROUNDS: usize = 301;

/// The least time of a job, and what it came to.
fn least<T>(rounds: usize, mut job: impl FnMut() -> T) -> (f64, T) {
    let mut best = f64::INFINITY;
    let mut last = job();
    for _ in 0..rounds {
        let start = Instant::now();
        last = black_box(job());
        best = best.min(start.elapsed().as_secs_f64());
    }
    (best * 1e6, last)
}

/// 80,000 claims a year of mean 2,500, each up to 150,000: mean, standard deviation and the 99 % point.
fn accountable_care() {
    let mu = 2_500.0_f64.ln() - 1.534 * 1.534 / 2.0;
    let cell = RiskCell::new(Count::Poisson(80_000.0), Severity::lognormal(mu, 1.534).unwrap());
    let cell = cell.limited(150_000.0);
    let job = || {
        let sum = Aggregate::new(std::slice::from_ref(&cell)).unwrap();
        (sum.mean(), sum.standard_deviation(), sum.quantile(0.99).unwrap(), sum.error())
    };
    let (time, (mean, deviation, high, error)) = least(ROUNDS, job);
    println!(
        "80,000 claims: {time:.1} µs: mean {mean:.4}, sd {deviation:.4}, P99 {high:.4}, error {error:.0e}"
    );
}

/// What all people cost is the provider's.
fn capitation(price: &str) -> Contract {
    let builder = Contract::builder("Capitation", "GBP", "2026-04-01", "2027-03-31");
    builder.capitation(price, "Benchmark").build().unwrap()
}

fn with_stop_loss_and_corridor(price: &str) -> Contract {
    let bands = || SharingBands::new().upto("0.02", "1").beyond("0.5");
    Contract::builder("Capitation with stop-loss and corridor", "GBP", "2026-04-01", "2027-03-31")
        .capitation(price, "Benchmark")
        .stop_loss(&StopLoss::above("100000", "Benchmark"))
        .corridor(&bands(), &bands(), "Benchmark")
        .build()
        .unwrap()
}

/// Twelve cells, each costing a third more than the one before.
fn model(times: u32) -> CostModel {
    let mut model = CostModel::new(Currency::new("GBP").unwrap());
    for cell in 0..12_u32 {
        let mean = 900.0 * 1.32_f64.powi(i32::try_from(cell).unwrap());
        let zeros = 0.3 - 0.02 * f64::from(cell);
        let person = Severity::lognormal(0.0, 1.5).unwrap().with_zeros(zeros).unwrap();
        let person = person.rescaled_to(mean).unwrap();
        model = model.cell(cell.to_string(), times * (12 - cell), person).unwrap();
    }
    model
}

/// What all people cost, each up to 100,000: its distribution, and the 99 % point.
fn twelve_cells(name: &str, model: &CostModel, rounds: usize) {
    let job = || {
        let sum = model.total_cost(100_000.0).unwrap();
        (sum.quantile(0.99).unwrap(), sum.error())
    };
    let (time, (high, error)) = least(rounds, job);
    println!("12 cells, {name}: {time:.0} µs: P99 {high:.2}, error {error:.0e}");
}

/// The provider's result, and every clause's expectation.
fn whole_outlook(contract: &Contract, name: &str, model: &CostModel, rounds: usize) {
    let day = contract.period().start;
    let job = || {
        let outlook = contract.outlook(model, &IndexMap::new(), day).unwrap();
        let provider = outlook.party("provider").unwrap();
        (provider.probability_of_deficit().unwrap(), provider.method().unwrap().1)
    };
    let (time, (deficit, error)) = least(rounds, job);
    println!(
        "outlook of {}, {name}: {time:.0} µs: P(deficit) {deficit:.8}, error {error:.0e}",
        contract.name()
    );
}

fn main() {
    accountable_care();
    for (name, times) in [("10,000 people", 128), ("60 million people", 770_000)] {
        let model = model(times);
        let shocked = model.clone().with_shock(Shock::multiplicative("trend", 0.05).unwrap()).unwrap();
        twelve_cells(name, &model, ROUNDS);
        twelve_cells(&format!("{name}, 5 % shock"), &shocked, ROUNDS);
        #[allow(clippy::cast_precision_loss, reason = "some millions of people")]
        let price = format!("{:.2}", model.mean() / model.people() as f64 / 12.0);
        for contract in [capitation(&price), with_stop_loss_and_corridor(&price)] {
            whole_outlook(&contract, name, &model, 31);
            whole_outlook(&contract, &format!("{name}, 5 % shock"), &shocked, 31);
        }
    }
}
