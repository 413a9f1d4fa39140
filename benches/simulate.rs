//! A thousand years of 100,000 people under individual stop-loss and a corridor, drawn one by one.
//!
//! `cargo bench --bench simulate`; `benches/peers/simulate.py` does the same work in `NumPy`. Least of seven rounds, on one thread
//! unless `RAYON_NUM_THREADS` says otherwise. `cargo bench --bench simulate -- once` does one round of the first job, to see how
//! much memory it takes.

#![allow(clippy::unwrap_used, reason = "a benchmark may stop where it stands")]

use std::time::Instant;

use capitation::{
    Contract,
    risk::{
        cost_model::CostModel,
        severity::Severity,
        simulate::{Simulated, Simulation},
    },
};
use indexmap::IndexMap;

const YEARS: usize = 1_000;
const PEOPLE: u32 = 100_000;

/// What is above 150,000 of a person's cost is the payer's; of what differs from 200 million by more than a fiftieth the provider
/// bears a half, up to a tenth.
const CONTRACT: &str = r#"
name = "Stop-loss and corridor"
currency = "USD"
period = { start = 2026-01-01, end = 2026-12-31 }
parties = { payer = "payer", provider = "provider" }
inputs = { "actual cost" = "money", "target" = "money" }
bears = { "actual cost" = "payer" }

[terms."attachment"]
unit = "money"
source = "Illustration"
values = "150000"

[terms."bands"]
unit = "ratio"
source = "Illustration"
bands = [{ upto = "0.02", share = "0" }, { upto = "0.12", share = "0.5" }, { share = "0" }]

[[clause]]
name = "cost below the attachment"
rule.per_person = { of = "actual cost", layer = { limit = "attachment" }, annualised = false }

[[clause]]
name = "saving"
rule.difference = { of = "target", less = "cost below the attachment" }

[[clause]]
name = "saving of the target"
rule.per = { of = "saving", by = "target" }
round = { mode = "half_up", places = 12 }

[[clause]]
name = "share of the target"
rule.bands = { of = "saving of the target", gains = "bands", losses = "bands" }

[[clause]]
name = "payment"
rule.times = { of = "target", by = "share of the target" }
round = { mode = "half_up", places = 2 }
pays = { from = "payer", to = "provider" }
"#;

/// Processor seconds of this process, on all of its threads.
fn processor() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let of = |task: std::fs::DirEntry| {
        let stat = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        stat.split(' ').next()?.parse::<f64>().ok()
    };
    tasks.filter_map(of).sum::<f64>() / 1e9
}

fn run(model: &CostModel) -> Simulated {
    let contract = Contract::from_toml(CONTRACT).unwrap();
    let given = IndexMap::from([("target".to_owned(), 200_000_000.into())]);
    contract.simulate(model, &given, contract.period().start, &Simulation::new(YEARS, 7).unwrap()).unwrap()
}

fn time(what: &str, rounds: usize, model: &CostModel) {
    let (mut clock, mut core) = (f64::INFINITY, f64::INFINITY);
    let mut told = String::new();
    for _ in 0..rounds {
        let (start, before) = (Instant::now(), processor());
        let drawn = run(model);
        (clock, core) = (clock.min(start.elapsed().as_secs_f64()), core.min(processor() - before));
        let provider = drawn.party("provider").unwrap();
        let cost = drawn.clauses().first().map_or(f64::NAN, |(_, mean)| mean.mean);
        let deficit = provider.probability_of_deficit().unwrap().mean;
        told = format!("capped cost {cost:.0}, P(deficit) {deficit:.3}");
    }
    let each = 1e9 / (f64::from(PEOPLE) * 1_000.0);
    println!(
        "{what:40} {clock:.3} s, {:.2} ns a person-year; on the core {:.2} ns   {told}",
        clock * each,
        core * each
    );
}

fn lognormal(mean: f64, zeros: f64) -> Severity {
    Severity::lognormal(0.0, 1.534).unwrap().with_zeros(zeros).unwrap().rescaled_to(mean).unwrap()
}

fn main() {
    let threads =
        std::env::var("RAYON_NUM_THREADS").ok().and_then(|threads| threads.parse().ok()).unwrap_or(1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let new = || CostModel::new(capitation::Currency::new("USD").unwrap());
    let alike = new().cell("all", PEOPLE, lognormal(2_000.0, 0.2)).unwrap();
    if std::env::args().any(|argument| argument == "once") {
        pool.install(|| time("people alike", 1, &alike));
        return;
    }
    let mut twelve = new();
    for cell in 0..12_u32 {
        let (people, part) = (PEOPLE / 12 + u32::from(cell < PEOPLE % 12), f64::from(cell));
        twelve = twelve
            .cell(
                format!("cell {cell}"),
                people,
                lognormal(2_000.0 * 1.15_f64.powf(part - 5.5), 0.3 - 0.02 * part),
            )
            .unwrap();
    }
    let costs: Vec<f64> = (0..20_000)
        .map(|place| lognormal(2_000.0, 0.2).quantile((f64::from(place) + 0.5) / 20_000.0).unwrap())
        .collect();
    let empirical = new().cell("all", PEOPLE, Severity::empirical(&costs, None).unwrap()).unwrap();
    let gamma = Severity::gamma(0.4, 6_250.0).unwrap().with_zeros(0.2).unwrap();
    let gamma = new().cell("all", PEOPLE, gamma).unwrap();
    pool.install(|| {
        time("people alike, lognormal", 7, &alike);
        time("twelve cells, lognormal", 7, &twelve);
        time("people alike, gamma", 7, &gamma);
        time("people alike, 20,000 atoms", 7, &empirical);
    });
}
