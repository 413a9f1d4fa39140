//! Settling one year of a million people under individual stop-loss, on one thread, from columns.
//!
//! `cargo bench --bench settlement`; `benches/peers/settlement.py` does the same work in `NumPy` and polars on the
//! columns that this writes when it is given a path: `cargo bench --bench settlement -- columns.bin`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a benchmark may fail

use std::io::Write;
use std::time::Instant;

use capitation::exposure::Date;
use capitation::random::{Purpose, Stream};
use capitation::settlement::People;
use capitation::{Contract, Experience, Statement};

const PEOPLE: usize = 1_000_000;
const ROUNDS: usize = 101;
const YEAR: i64 = 12_000_000;

/// Lognormal costs (log-mean 7, log-deviation 1.534) with a fifth of zeros, in cents: the distribution of the
/// concentration benchmark.
#[allow(clippy::cast_possible_truncation)] // below 2^63 by far
fn costs() -> Vec<i64> {
    let mut stream = Stream::new(3, Purpose::new(*b"bench\0\0\0"), [0, 0], 0);
    let mut cost = |_| {
        let (first, second, third) = (stream.next_unit(), stream.next_unit(), stream.next_unit());
        let normal = (-2.0 * (1.0 - first).ln()).sqrt() * (std::f64::consts::TAU * second).cos();
        if third < 0.2 { 0 } else { (100.0 * (7.0 + 1.534 * normal).exp()).round() as i64 }
    };
    (0..PEOPLE).map(&mut cost).collect()
}

/// A fifth of the people are there for a part of the year, in millionths of a month.
#[allow(clippy::cast_possible_truncation)] // at most 12 million
fn part_years() -> Vec<i64> {
    let mut stream = Stream::new(3, Purpose::new(*b"bench\0\0\0"), [0, 1], 0);
    let mut months = |_| {
        let (whether, part) = (stream.next_unit(), stream.next_unit());
        if whether < 0.8 { YEAR } else { 1 + (part * 11_999_999.0) as i64 }
    };
    (0..PEOPLE).map(&mut months).collect()
}

fn contract(annualised: bool) -> Contract {
    let text = include_str!("../templates/stop-loss.toml");
    let text = text.replace("annualised = true", &format!("annualised = {annualised}"));
    // A threshold that people of this distribution reach: 1.6 % of them.
    let text = text.replace("values = \"100000.00\"", "values = \"25000.00\"");
    let (head, _) = text.split_once("[[example]]").unwrap();
    Contract::from_toml(head).unwrap()
}

fn settle(contract: &Contract, months: &[i64], cost: &[i64]) -> Statement {
    let people = People::new(months).unwrap().with_amount("actual cost", cost).unwrap();
    contract.settle(&Experience::new().with_people(people), Date::new(2026, 4, 1).unwrap()).unwrap()
}

/// The least and the middle of the rounds, in milliseconds.
fn time(what: &str, mut job: impl FnMut() -> String) {
    let mut taken = Vec::with_capacity(ROUNDS);
    let mut answer = String::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        answer = job();
        taken.push(start.elapsed().as_secs_f64() * 1e3);
    }
    taken.sort_by(f64::total_cmp);
    println!("{what:48} least {:7.3} ms, median {:7.3} ms   {answer}", taken[0], taken[ROUNDS / 2]);
}

fn write(path: &str, columns: &[&[i64]]) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    for value in columns.iter().copied().flatten() {
        file.write_all(&value.to_le_bytes())?;
    }
    file.flush()
}

fn main() {
    let (cost, part) = (costs(), part_years());
    let whole = vec![YEAR; PEOPLE];
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    if let Some(path) = path {
        write(&path, &[&cost, &part]).unwrap();
        println!("columns written to {path}");
    }
    let (annualised, plain) = (contract(true), contract(false));
    let told = |statement: &Statement| {
        let amount = |name| statement.amount(name).unwrap();
        format!(
            "above {}, surplus {}",
            amount("cost above the attachment"),
            statement.surplus("provider").unwrap()
        )
    };
    for (what, contract, months) in [
        ("not annualised, whole years", &plain, &whole),
        ("annualised, whole years", &annualised, &whole),
        ("annualised, a fifth part years", &annualised, &part),
    ] {
        time(what, || told(&settle(contract, months, &cost)));
    }
}
