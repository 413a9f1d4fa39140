//! People at the door, and people drawn: a million rows checked, and 200 million people drawn into panels.
//!
//! `cargo bench --bench people`. Least of five rounds, in seconds on the clock.

#![allow(clippy::unwrap_used, reason = "a benchmark may stop where it stands")]

use std::{ops::ControlFlow, time::Instant};

use capitation::money::{Currency, RoundingMode};
use capitation::population::{Columns, Population};
use capitation::risk::panels::{Panels, draw_sums};

fn make(columns: &Columns<'_>) -> Population {
    Population::from_columns(columns, Currency::new("USD").unwrap(), RoundingMode::HalfUp).unwrap()
}

fn least(what: &str, mut job: impl FnMut()) {
    let round = || {
        let start = Instant::now();
        job();
        start.elapsed().as_secs_f64()
    };
    let least = std::iter::repeat_with(round).take(5).fold(f64::INFINITY, f64::min);
    println!("{what}: {least:.3} s");
}

/// A million rows of nine columns, by kind of person id.
fn door() {
    let rows = 1_000_000_u32;
    let spread = |row: u32| i64::from(row.wrapping_mul(0x9E37_79B9) >> 4);
    let person: Vec<i64> = (0..rows).map(|row| spread(row % 250_000)).collect();
    let names: Vec<String> = person.iter().map(|id| format!("person-{id:016x}")).collect();
    let texts: Vec<&str> = names.iter().map(String::as_str).collect();
    let year: Vec<i64> = (0..rows).map(|row| 2020 + i64::from(row / 250_000)).collect();
    let cost: Vec<f64> =
        (0..rows).map(|row| f64::from(row.wrapping_mul(0x9E37_79B9) >> 12) / 977.0).collect();
    let months = vec![12.0; rows as usize];
    let columns = || {
        Columns::new()
            .year("year", &year[..])
            .member_months("months", &months[..])
            .cost("cost", &cost[..])
            .setting("inpatient", "inp", &cost[..])
            .setting("drugs", "rx", &cost[..])
            .activity("admissions", "adm", &months[..])
            .activity("visits", "vis", &months[..])
            .need("need", &months[..])
    };
    let whole = columns().person("id", &person[..]);
    least("a million rows, whole-number ids", || drop(make(&whole)));
    let text = columns().person("id", &texts[..]);
    least("a million rows, text ids", || drop(make(&text)));
    let alone = columns();
    least("a million rows, no ids", || drop(make(&alone)));
}

/// Ten thousand draws of panels up to 20,000 people with six measures.
fn panels() {
    let rows = 20_190_u32;
    let population = make(
        &Columns::new()
            .person("id", (0..rows).map(|row| i64::from(row % 5_912)).collect::<Vec<_>>())
            .year("y", (0..rows).map(|row| i64::from(row / 5_912)).collect::<Vec<_>>())
            .member_months("m", vec![12.0; rows as usize])
            .cost("c", vec![1.0; rows as usize]),
    );
    let columns: Vec<Vec<i64>> =
        (1..=6).map(|k: i64| (0..i64::from(rows)).map(|row| row * k % 100_003).collect()).collect();
    let columns: Vec<&[i64]> = columns.iter().map(Vec::as_slice).collect();
    let panels = Panels::new([500, 2_000, 5_000, 20_000], 10_000, 1).unwrap();
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        least(&format!("200 million people drawn, six measures, {threads} threads"), || {
            pool.install(|| {
                drop(draw_sums(&population, &columns, &panels, |_, _| ControlFlow::Continue(())).unwrap());
            });
        });
    }
}

fn main() {
    door();
    panels();
}
