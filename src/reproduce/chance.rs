//! How many ACOs of the Medicare Shared Savings Program cross their minimum savings rate by chance alone, beside how many did.

use indexmap::IndexMap;
use rayon::prelude::*;
use rust_decimal::Decimal;
use serde::Serialize;

use super::not_empty;
use crate::{
    datasets::{Results, mssp::MsspResult},
    decimal,
    error::Result,
    risk::{chance::SavingsByChance, severity::Severity},
};

const METHOD: &str = "modelled: the law of one person's cost is given and not of the results files; the benchmark is its \
                      mean, and nothing moves people together";

/// An ACO in a performance year.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AcoByChance {
    /// The performance year.
    pub year: i16,
    /// The ACO's number where it is published, else its name.
    pub aco: String,
    /// Person years where they are published, else assigned beneficiaries.
    pub people: f64,
    /// The minimum savings rate that was published for it.
    pub minimum_rate: f64,
    /// What chance alone makes of it.
    pub chance: SavingsByChance,
    /// Whether it did: benchmark less expenditure was above 0 and at least the minimum rate of the benchmark.
    pub crossed: bool,
}

/// A performance year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct YearByChance {
    /// The performance year.
    pub year: i16,
    /// How many ACOs there are.
    pub acos: usize,
    /// The share of them that crosses its minimum rate by chance alone, on average over years.
    pub by_chance: f64,
    /// The same by the normal law.
    pub normal: f64,
    /// The share of them that did.
    pub crossed: f64,
}

/// All of them, and what they were made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MsspByChance {
    /// Every row of every file, in order.
    pub rows: Vec<AcoByChance>,
    /// The version of this crate.
    pub version: String,
    /// The name of each results file and the fingerprint of its bytes.
    pub files: IndexMap<String, String>,
    /// The law of one person's cost, which is an assumption.
    pub person: Severity,
    /// What each person's cost is cut off at.
    pub cap: f64,
    /// How it was worked out.
    pub method: &'static str,
}

/// Every row's probability of crossing its own published minimum savings rate by chance alone, at its own size: one person costs
/// as `person` says, up to `cap` (the national 99th percentile, 42 CFR 425.604), in any unit of money, and nothing is saved in
/// truth. The files do not say how much people's costs vary, so that this is modelled: ask for the least and the most that it
/// may be.
///
/// # Errors
/// Without a file; as [`SavingsByChance::new`], naming the row.
pub fn mssp_by_chance(files: &[Results<MsspResult>], person: &Severity, cap: f64) -> Result<MsspByChance> {
    not_empty(files)?;
    let rows: Vec<&MsspResult> = files.iter().flat_map(|file| &file.rows).collect();
    let one = |row: &&MsspResult| {
        of_row(row, person, cap).map_err(|why| why.within(format!("{} of {}", row.aco, row.year)))
    };
    Ok(MsspByChance {
        rows: rows.par_iter().map(one).collect::<Result<_>>()?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        files: files.iter().map(|file| (file.file.clone(), file.fingerprint.clone())).collect(),
        person: person.clone(),
        cap,
        method: METHOD,
    })
}

impl MsspByChance {
    /// By performance year, in the order in which they come.
    pub fn by_year(&self) -> Vec<YearByChance> {
        let mut years: IndexMap<i16, Vec<&AcoByChance>> = IndexMap::new();
        for row in &self.rows {
            years.entry(row.year).or_default().push(row);
        }
        let of_year = |(year, rows): (i16, Vec<&AcoByChance>)| {
            #[allow(clippy::cast_precision_loss)] // some hundreds
            let mean = |of: &dyn Fn(&AcoByChance) -> f64| {
                rows.iter().map(|row| of(row)).sum::<f64>() / rows.len() as f64
            };
            YearByChance {
                year,
                acos: rows.len(),
                by_chance: mean(&|row| row.chance.probability),
                normal: mean(&|row| row.chance.normal),
                crossed: mean(&|row| f64::from(u8::from(row.crossed))),
            }
        };
        years.into_iter().map(of_year).collect()
    }
}

fn of_row(row: &MsspResult, person: &Severity, cap: f64) -> Result<AcoByChance> {
    let years = row.person_years.filter(|years| *years > Decimal::ZERO);
    let people = decimal::to_f64(years.unwrap_or(row.beneficiaries));
    let minimum_rate = decimal::to_f64(row.minimum_rate.value);
    let saved = row.difference.value;
    let least = row.minimum_rate.value.checked_mul(row.benchmark.value);
    Ok(AcoByChance {
        year: row.year,
        aco: row.aco.clone(),
        people,
        minimum_rate,
        chance: SavingsByChance::new(person, cap, people, minimum_rate)?,
        crossed: saved > Decimal::ZERO && least.is_some_and(|least| saved >= least),
    })
}
