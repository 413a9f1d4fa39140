//! What the NHS paid general practices in England: one row a practice and year, as NHS Digital publishes it in
//! "NHS Payments to General Practice", brought together in one file with plain column names.

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

/// The file is not as its publisher has it, so that errors do not say so.
const KIND: Kind = Kind {
    is: "one CSV with a row for each practice and year, joined from the yearly files of NHS Payments to General Practice",
    named: "",
    source: "the publisher's file of that year",
};

const YEAR: Column = column("financial year", &["year", "financial_year"]);
const PRACTICE: Column = column("practice", &["practice_code"]);
const REGION: Column = column("region", &["region"]);
const COMMISSIONER: Column = column("commissioner", &["ccg_or_sub_icb"]);
const CONTRACT: Column = column("kind of contract", &["contract_type"]);
const DISPENSING: Column = column("whether it dispenses", &["dispensing"]);
const RURALITY: Column = column("rurality", &["rurality"]);
const REGISTERED: Column = column("registered patients", &["registered_patients"]);
const WEIGHTED: Column = column("weighted patients", &["weighted_patients"]);
const GLOBAL_SUM: Column = column("global sum", &["global_sum"]);
const CORRECTION: Column = column("correction factor payment", &["mpig_correction"]);
const PMS: Column = column("balance of PMS expenditure", &["pms_balance"]);
const QOF: Column = column("QOF payment", &["qof_payment"]);
const PREMISES: Column = column("premises payment", &["premises"]);
const LOCAL: Column = column("local incentive schemes", &["local_incentive_schemes"]);
const TOTAL: Column = column("total payments", &["total_payments"]);
const AFTER: Column = column("total payments less deductions", &["total_payments_minus_deductions"]);

/// The kind of contract that a practice holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GpContract {
    /// General Medical Services: the national contract, paid by the global sum.
    Gms,
    /// Personal Medical Services: agreed locally.
    Pms,
    /// Alternative Provider Medical Services.
    Apms,
    /// The file does not tell.
    Unknown,
}

impl fmt::Display for GpContract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gms => "GMS",
            Self::Pms => "PMS",
            Self::Apms => "APMS",
            Self::Unknown => "unknown",
        })
    }
}

/// What one practice was paid in one financial year. Money is in pounds; an amount below zero was taken back.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GpPayment {
    /// The year in which the financial year begins: 2014 for 2014/15.
    pub year: i16,
    /// The line of the file, from 1, by which a row can be told without naming a practice.
    pub line: usize,
    /// The code of the practice.
    pub practice: String,
    /// The region, as it was called in that year.
    pub region: String,
    /// The commissioner: a clinical commissioning group or part of an integrated care board.
    pub commissioner: String,
    /// The kind of contract.
    pub contract: GpContract,
    /// Whether the practice dispenses medicines, where the file tells it.
    pub dispensing: Option<bool>,
    /// Whether it is a rural practice, where the file tells it.
    pub rural: Option<bool>,
    /// Registered patients, as printed.
    pub registered: Decimal,
    /// Weighted patients, as printed. By what was paid for them they are an average over the year from 2018/19 on, and the
    /// list of the last quarter in 2017/18: `tests/real_primary_care.rs` shows it.
    pub weighted: Decimal,
    /// The global sum.
    pub global_sum: Decimal,
    /// The correction factor payment of the minimum practice income guarantee.
    pub correction: Decimal,
    /// The balance of PMS expenditure.
    pub pms_balance: Decimal,
    /// The Quality and Outcomes Framework.
    pub qof: Decimal,
    /// Premises.
    pub premises: Decimal,
    /// Local incentive schemes.
    pub local_schemes: Decimal,
    /// Total payments.
    pub total: Decimal,
    /// Total payments less deductions.
    pub total_after_deductions: Decimal,
}

impl GpPayment {
    /// Whether the practice is in London, by the name of its region.
    pub fn is_in_london(&self) -> bool {
        self.region.to_ascii_lowercase().contains("london")
    }
}

/// Reads a file of payments to practices.
///
/// # Errors
/// [`File`](crate::ErrorKind::File) where it cannot be read, [`Column`](crate::ErrorKind::Column) where a column is missing,
/// [`Row`](crate::ErrorKind::Row) with line and column where a value cannot be right: no financial year, no number, a list
/// below zero, a kind of contract that is not known, a practice that is there twice in a year. Nothing is half read.
pub fn read(path: impl AsRef<Path>) -> Result<Results<GpPayment>> {
    let file = Published::read(path.as_ref(), KIND)?;
    let columns = Columns::of(&file)?;
    let results = file.results(|row| columns.row(&file, row))?;
    once_a_year(&file, &results.rows)?;
    Ok(results)
}

/// That each practice is there once in a year: twice would count its patients and its money twice.
fn once_a_year(file: &Published, rows: &[GpPayment]) -> Result<()> {
    let mut seen: HashMap<(&str, i16), usize> = HashMap::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        if let Some(line) = seen.insert((&row.practice, row.year), row.line) {
            let problem = format!("it is on line {line} too, in the same year");
            return Err(file.refuse(at, PRACTICE, problem, "keep one row for each practice and year"));
        }
    }
    Ok(())
}

/// The columns of one file, read and checked.
struct Columns {
    year: usize,
    practice: usize,
    region: usize,
    commissioner: usize,
    contract: usize,
    dispensing: usize,
    rurality: Option<usize>,
    registered: Numbers,
    weighted: Numbers,
    global_sum: Numbers,
    correction: Numbers,
    pms_balance: Numbers,
    qof: Numbers,
    premises: Numbers,
    local_schemes: Numbers,
    total: Numbers,
    total_after_deductions: Numbers,
}

impl Columns {
    fn of(file: &Published) -> Result<Self> {
        use Range::{Any, NotNegative};
        Ok(Self {
            year: file.require(YEAR)?,
            practice: file.require(PRACTICE)?,
            region: file.require(REGION)?,
            commissioner: file.require(COMMISSIONER)?,
            contract: file.require(CONTRACT)?,
            dispensing: file.require(DISPENSING)?,
            rurality: file.find(RURALITY),
            registered: file.all_numbers(REGISTERED, NotNegative)?,
            weighted: file.all_numbers(WEIGHTED, NotNegative)?,
            global_sum: file.all_numbers(GLOBAL_SUM, Any)?,
            correction: file.all_numbers(CORRECTION, Any)?,
            pms_balance: file.all_numbers(PMS, Any)?,
            qof: file.all_numbers(QOF, Any)?,
            premises: file.all_numbers(PREMISES, Any)?,
            local_schemes: file.all_numbers(LOCAL, Any)?,
            total: file.all_numbers(TOTAL, Any)?,
            total_after_deductions: file.all_numbers(AFTER, Any)?,
        })
    }

    fn row(&self, file: &Published, row: usize) -> Result<GpPayment> {
        // Every column was read without gaps.
        let number = |numbers: &Numbers| numbers.get(row).map(|number| number.value).unwrap_or_default();
        let practice = file.text(row, self.practice);
        if practice.is_empty() {
            let remedy = "fill it from the publisher's file, or leave the row out";
            return Err(file.refuse(row, PRACTICE, "there is no code".to_owned(), remedy));
        }
        Ok(GpPayment {
            year: financial_year(file, row, self.year)?,
            line: file.line(row),
            practice: practice.to_owned(),
            region: file.text(row, self.region).to_owned(),
            commissioner: file.text(row, self.commissioner).to_owned(),
            contract: contract(file, row, self.contract)?,
            dispensing: told(file, row, self.dispensing, DISPENSING, ("yes", "no"))?,
            rural: match self.rurality {
                Some(at) => told(file, row, at, RURALITY, ("rural", "urban"))?,
                None => None,
            },
            registered: number(&self.registered),
            weighted: number(&self.weighted),
            global_sum: number(&self.global_sum),
            correction: number(&self.correction),
            pms_balance: number(&self.pms_balance),
            qof: number(&self.qof),
            premises: number(&self.premises),
            local_schemes: number(&self.local_schemes),
            total: number(&self.total),
            total_after_deductions: number(&self.total_after_deductions),
        })
    }
}

/// The year in which a financial year begins: 2014 of `2014/15`.
fn financial_year(file: &Published, row: usize, at: usize) -> Result<i16> {
    let text = file.text(row, at);
    let year = text.split_once(['/', '-']).and_then(|(first, last)| {
        let begins: i16 = first.parse().ok().filter(|year| (2000..2100).contains(year))?;
        let ends: i16 = last.parse().ok()?;
        let follows = if last.len() == 4 { begins + 1 } else { (begins + 1) % 100 };
        (matches!(last.len(), 2 | 4) && ends == follows).then_some(begins)
    });
    year.ok_or_else(|| {
        let problem = format!("`{text}` is not a financial year");
        file.refuse(row, YEAR, problem, "write it as 2014/15")
    })
}

fn contract(file: &Published, row: usize, at: usize) -> Result<GpContract> {
    let text = file.text(row, at);
    match text.to_ascii_uppercase().as_str() {
        "GMS" => Ok(GpContract::Gms),
        "PMS" => Ok(GpContract::Pms),
        "APMS" => Ok(GpContract::Apms),
        "" | "UNKNOWN" => Ok(GpContract::Unknown),
        _ => {
            let problem = format!("`{text}` is not a kind of contract that is known");
            Err(file.refuse(row, CONTRACT, problem, "use `GMS`, `PMS`, `APMS` or `UNKNOWN`"))
        }
    }
}

/// Which of two words stands in a cell; none where the publisher did not know.
fn told(
    file: &Published,
    row: usize,
    at: usize,
    column: Column,
    (yes, no): (&str, &str),
) -> Result<Option<bool>> {
    let text = file.text(row, at).to_ascii_lowercase();
    match text.as_str() {
        "" | "unknown" | "missing" => Ok(None),
        word if word == yes => Ok(Some(true)),
        word if word == no => Ok(Some(false)),
        word => {
            let problem = format!("`{word}` is neither `{yes}` nor `{no}`");
            Err(file.refuse(row, column, problem, "use one of the two, or `unknown`"))
        }
    }
}
