//! The performance-year results of ACO REACH and of Global and Professional Direct Contracting.

use std::path::Path;

use rust_decimal::Decimal;
use serde::Serialize;

use super::Results;
use super::number::{Numbers, Rounded};
use super::published::{Column, Published, REGULATOR, Range};
use crate::error::Result;

const fn column(what: &'static str, names: &'static [&'static str]) -> Column {
    Column { what, names }
}

const YEAR: Column = column("performance year", &["perf_year", "performance_year", "year", "PY"]);
const ACO: Column = column("ACO", &["aco_id", "ACO_ID", "dce_id"]);
const NAME: Column = column("name of the ACO", &["aco_name", "dce_name"]);
const ARRANGEMENT: Column = column("risk arrangement", &["risk_arrangement", "risk_arrangement_type"]);
const RETENTION: Column = column("retention withhold", &["retention_withhold"]);
const BENCHMARK: Column = column("final benchmark", &["final_benchmark"]);
const INCREASE: Column = column("increase for health equity", &["heba_up_amt"]);
const DECREASE: Column = column("decrease for health equity", &["heba_down_amt"]);
const COST: Column = column("net cost of care", &["tot_cost_care_net"]);
const GROSS: Column = column("gross savings", &["gross_savings"]);
const SHARED: Column = column("shared savings", &["shared_savings"]);
const PAID: Column = column("shared savings after sequestration", &["shared_savings_seq"]);

/// The tracks of the programme.
const TRACKS: [&str; 2] = ["Global", "Professional"];

/// The results of one ACO in one performance year. Money is in dollars.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ReachResult {
    /// The performance year.
    pub year: i16,
    /// The ACO's number.
    pub aco: String,
    /// The ACO's name.
    pub name: String,
    /// The track: `Global` or `Professional`.
    pub track: String,
    /// The share of the benchmark withheld until the ACO has stayed (`retention_withhold`).
    pub retention: Decimal,
    /// The final benchmark (`final_benchmark`).
    pub benchmark: Rounded,
    /// What the health equity benchmark adjustment adds (`heba_up_amt`).
    pub increase: Decimal,
    /// What it takes, as a number above zero (`heba_down_amt` without its sign).
    pub decrease: Decimal,
    /// The cost of care after stop-loss charges and payouts (`tot_cost_care_net`).
    pub cost: Rounded,
    /// Benchmark less cost (`gross_savings`).
    pub gross: Rounded,
    /// The ACO's share (`shared_savings`).
    pub shared: Rounded,
    /// What was paid, or owed below zero (`shared_savings_seq`).
    pub paid: Rounded,
}

/// Reads a results file. `year` is needed where neither a column nor the file's name tells it.
///
/// # Errors
/// As [`mssp::read`](super::mssp::read).
pub fn read(path: impl AsRef<Path>, year: Option<i16>) -> Result<Results<ReachResult>> {
    use Range::{Any, NotNegative, Positive, Share};
    let file = Published::read(path.as_ref(), REGULATOR)?;
    let years = file.years(YEAR, year)?;
    let (aco, name, arrangement) = (file.require(ACO)?, file.require(NAME)?, file.require(ARRANGEMENT)?);
    let retention = file.numbers(RETENTION, Share)?;
    let (increase, decrease) = (file.numbers(INCREASE, NotNegative)?, file.numbers(DECREASE, Any)?);
    let benchmark = file.all_numbers(BENCHMARK, Positive)?;
    let cost = file.all_numbers(COST, NotNegative)?;
    let (gross, shared) = (file.all_numbers(GROSS, Any)?, file.all_numbers(SHARED, Any)?);
    let paid = file.all_numbers(PAID, Any)?;
    let row = |row: usize| {
        let number = |numbers: &Numbers, column: Column| {
            numbers.get(row).ok_or_else(|| {
                file.refuse(row, column, "there is no value".to_owned(), "leave the row out of the file")
            })
        };
        let optional = |numbers: &Option<Numbers>| {
            numbers.as_ref().and_then(|numbers| numbers.get(row)).map_or(Decimal::ZERO, |number| number.value)
        };
        let text = file.text(row, arrangement);
        let track = TRACKS.into_iter().find(|track| track.eq_ignore_ascii_case(text)).ok_or_else(|| {
            let problem = format!("`{text}` is not a track that is known");
            file.refuse(row, ARRANGEMENT, problem, "use `Global` or `Professional`")
        })?;
        Ok(ReachResult {
            year: years.get(row).copied().unwrap_or_default(),
            aco: file.text(row, aco).to_owned(),
            name: file.text(row, name).to_owned(),
            track: track.to_owned(),
            retention: optional(&retention),
            benchmark: number(&benchmark, BENCHMARK)?,
            increase: optional(&increase),
            decrease: optional(&decrease).abs(),
            cost: number(&cost, COST)?,
            gross: number(&gross, GROSS)?,
            shared: number(&shared, SHARED)?,
            paid: number(&paid, PAID)?,
        })
    };
    file.results(row)
}
