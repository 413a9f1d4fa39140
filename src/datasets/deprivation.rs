//! What the NHS spends on people by single year of age, sex and deprivation, in England.
//!
//! Cells as of Asaria, *Health care costs in the English NHS: reference tables for average annual NHS spend by age, sex and
//! deprivation group*, Centre for Health Economics, University of York, research paper 147 (2017): columns `age`, `sex`,
//! `imd_quintile`, `year`, `population`, `nhs_cost_per_head`, and what is behind it. The cost per head is more than inpatient
//! and outpatient cost and medicines by what visits to a GP cost, which has no column.

use std::{collections::HashMap, fmt, path::Path};

use rust_decimal::Decimal;
use serde::Serialize;

use super::Results;
use super::number::Numbers;
use super::published::{Column, Kind, Published, Range};
use crate::error::Result;

const fn column(what: &'static str, names: &'static [&'static str]) -> Column {
    Column { what, names }
}

const KIND: Kind = Kind {
    is: "a CSV with a row for each age, sex, fifth and year, made from the tables of the University of York's paper 147",
    named: "",
    source: "the tables of the paper",
};

const AGE: Column = column("age", &["age"]);
const SEX: Column = column("sex", &["sex"]);
const QUINTILE: Column = column("fifth of deprivation", &["imd_quintile", "quintile"]);
const YEAR: Column = column("financial year", &["year", "financial_year"]);
const POPULATION: Column = column("population", &["population"]);
const COST: Column = column("cost per head", &["nhs_cost_per_head"]);
const INPATIENT: Column = column("inpatient cost", &["inpatient_cost"]);
const OUTPATIENT: Column = column("outpatient cost", &["outpatient_cost"]);
const MEDICINES: Column = column("cost of medicines prescribed by GPs", &["gp_pharma_cost"]);
const VISITS: Column = column("visits to a GP", &["gp_visits"]);

/// Sex, as registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Sex {
    /// Female.
    #[serde(rename = "F")]
    Female,
    /// Male.
    #[serde(rename = "M")]
    Male,
}

impl Sex {
    /// From the way it is written: F or M, female or male, in capitals or not.
    pub fn read(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "f" | "female" => Some(Self::Female),
            "m" | "male" => Some(Self::Male),
            _ => None,
        }
    }
}

impl fmt::Display for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Female => "F",
            Self::Male => "M",
        })
    }
}

/// People of one age, sex and fifth of deprivation in one year. Money is in pounds of that year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CostCell {
    /// The financial year, such as `2014/15`.
    pub year: String,
    /// Age in years, one year each: in the file of the York tables fewer people are 85, the highest, than 84, so that it is not
    /// "85 and older".
    pub age: u8,
    /// Sex.
    pub sex: Sex,
    /// The fifth of neighbourhoods by deprivation: 1 is the most deprived.
    pub quintile: u8,
    /// How many people there are.
    pub population: Decimal,
    /// What the NHS spends on one of them in the year (`nhs_cost_per_head`), visits to a GP included.
    pub cost_per_head: Decimal,
    /// What it spends on all of them in hospital as inpatients, where the file has it.
    pub inpatient: Option<Decimal>,
    /// What it spends on all of them as outpatients.
    pub outpatient: Option<Decimal>,
    /// What it spends on medicines that GPs prescribe to all of them.
    pub medicines: Option<Decimal>,
    /// How often all of them visit a GP; the file does not say what a visit costs.
    pub visits: Option<Decimal>,
}

impl CostCell {
    /// A cell of one's own, without what is behind its cost.
    pub fn new(
        year: impl Into<String>,
        (age, sex, quintile): (u8, Sex, u8),
        population: Decimal,
        cost_per_head: Decimal,
    ) -> Self {
        Self {
            year: year.into(),
            age,
            sex,
            quintile,
            population,
            cost_per_head,
            inpatient: None,
            outpatient: None,
            medicines: None,
            visits: None,
        }
    }
}

/// Reads a file of cells: age by sex by fifth of deprivation by year, in any order.
///
/// # Errors
/// As [`mssp::read`](super::mssp::read); [`Row`](crate::ErrorKind::Row) too, with file, line and column, where an age is not a
/// whole number below 130, a sex is neither F nor M, a fifth is not 1 to 5, a year is not written like 2014/15, or a cell is
/// there twice.
pub fn read(path: impl AsRef<Path>) -> Result<Results<CostCell>> {
    use Range::{NotNegative, Positive};
    let file = Published::read(path.as_ref(), KIND)?;
    let (sex, year) = (file.require(SEX)?, file.require(YEAR)?);
    let ages = file.all_numbers(AGE, NotNegative)?;
    let quintiles = file.all_numbers(QUINTILE, Positive)?;
    let population = file.all_numbers(POPULATION, Positive)?;
    let cost = file.all_numbers(COST, NotNegative)?;
    let parts = [INPATIENT, OUTPATIENT, MEDICINES, VISITS].map(|column| file.numbers(column, NotNegative));
    let [inpatient, outpatient, medicines, visits] = parts;
    let (inpatient, outpatient, medicines, visits) = (inpatient?, outpatient?, medicines?, visits?);
    let mut seen = HashMap::new();
    file.results(|row| {
        let value = |numbers: &Numbers| numbers.get(row).map(|number| number.value);
        let optional = |numbers: &Option<Numbers>| numbers.as_ref().and_then(value);
        let whole = |numbers: &Numbers, column: Column, most: u8| {
            let number = value(numbers).unwrap_or_default();
            let found = number.is_integer().then(|| u8::try_from(number).ok()).flatten();
            found.filter(|number| *number <= most).ok_or_else(|| {
                let problem = format!("{} is not a whole number up to {most}", number.normalize());
                file.refuse(row, column, problem, "correct the cell, or leave the row out")
            })
        };
        let text = file.text(row, sex);
        let sex = Sex::read(text).ok_or_else(|| {
            file.refuse(row, SEX, format!("`{text}` is not a sex that is known"), "write F or M")
        })?;
        let year = file.text(row, year).to_owned();
        if !is_financial_year(&year) {
            let problem = format!("`{year}` is not a financial year");
            return Err(file.refuse(row, YEAR, problem, "write it like 2014/15"));
        }
        let (age, quintile) = (whole(&ages, AGE, 129)?, whole(&quintiles, QUINTILE, 5)?);
        if let Some(first) = seen.insert((year.clone(), age, sex, quintile), row) {
            let problem = format!(
                "age {age}, {sex}, fifth {quintile} of {year} is there before: {}",
                file.place(first, QUINTILE)
            );
            return Err(file.refuse(row, QUINTILE, problem, "leave one of the two out"));
        }
        Ok(CostCell {
            year,
            age,
            sex,
            quintile,
            population: value(&population).unwrap_or_default(),
            cost_per_head: value(&cost).unwrap_or_default(),
            inpatient: optional(&inpatient),
            outpatient: optional(&outpatient),
            medicines: optional(&medicines),
            visits: optional(&visits),
        })
    })
}

/// Whether a text is a year and the last two digits of the next: `2014/15`.
fn is_financial_year(text: &str) -> bool {
    let Some((first, last)) = text.split_once('/') else { return false };
    let digits =
        |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    let number = |part: &str| part.parse::<u16>().ok();
    digits(first, 4)
        && digits(last, 2)
        && number(first).zip(number(last)).is_some_and(|(first, last)| (first + 1) % 100 == last)
}
