//! The performance-year results of the Medicare Shared Savings Program, as CMS publishes them each autumn.
//!
//! The files are on data.cms.gov under "Performance Year Financial and Quality Results". Column names, marks and the
//! way shares are printed change over the years; [`read`] makes one table of any of them.

use std::path::Path;

use rust_decimal::Decimal;
use serde::Serialize;

use super::Results;
use super::number::{Numbers, Rounded};
use super::published::{Column, Published, REGULATOR, Range};
use crate::error::{Error, ErrorKind, Result};

const fn column(what: &'static str, names: &'static [&'static str]) -> Column {
    Column { what, names }
}

const YEAR: Column = column("performance year", &["year", "performance_year", "PY"]);
const ACO: Column = column("ACO", &["ACO_ID", "ACO_Num", "ACO", "ACO_Name"]);
const NAME: Column = column("name of the ACO", &["ACO_Name"]);
const TRACK: Column = column("track", &["Current_Track", "Track"]);
const BENEFICIARIES: Column = column("assigned beneficiaries", &["N_AB"]);
const PERSON_YEARS: Column = column("person years", &["N_AB_Year_PY", "N_AB_Year"]);
const UPDATED: Column = column("benchmark per person year", &["UpdatedBnchmk"]);
const BENCHMARK: Column = column("benchmark", &["ABtotBnchmk"]);
const EXPENDITURE: Column = column("expenditure", &["ABtotExp"]);
const DIFFERENCE: Column = column("benchmark less expenditure", &["BnchmkMinExp"]);
const MINIMUM_RATE: Column = column("minimum savings rate", &["MinSavPerc"]);
const GROSS: Column = column("gross savings or losses", &["GenSaveLoss"]);
const EARNED: Column = column("earned savings or owed losses", &["EarnSaveLoss"]);
const RELIEF: Column = column("disaster adjustment", &["DisAdj"]);
const QUALITY: Column = column("quality score", &["QualScore"]);
const STANDARD: Column = column("quality standard met", &["Met_QPS"]);
const ALTERNATIVE: Column = column("alternative quality standard met", &["Met_AltQPS"]);
const SHARE_RATE: Column = column("final sharing rate", &["FinalShareRate"]);
const REDUCED: Column = column("reduced sharing", &["ReducedSS"]);
const GUARDRAIL: Column = column("guardrail", &["Guardrail"]);
const REVENUE_LIMIT: Column = column("loss limited by revenue", &["RevLossLimit"]);
const PRORATED: Column = column("losses by months", &["Prorate_Shared_Losses"]);
const TERMINATED: Column = column("end within the year", &["Impact_Mid_Year_Termination"]);
const REVENUE: Column = column("revenue of participants", &["Rev_Exp_Cat"]);
const START: Column = column("start of the agreement", &["Current_Start_Date", "Start_Date"]);

/// The columns that mark one track each, with its name; in files that have no column of tracks.
const TRACK_FLAGS: [(Column, &str); 12] = [
    (column("Track 1", &["Current_Track_1"]), "Track 1"),
    (column("Track 2", &["Current_Track_2"]), "Track 2"),
    (column("Track 3", &["Current_Track_3"]), "Track 3"),
    (column("Track 1+", &["Current_Track_1_Plus"]), "Track 1+"),
    (column("BASIC A", &["Current_BASIC_A"]), "BASIC A"),
    (column("BASIC B", &["Current_BASIC_B"]), "BASIC B"),
    (column("BASIC C", &["Current_BASIC_C"]), "BASIC C"),
    (column("BASIC D", &["Current_BASIC_D"]), "BASIC D"),
    (column("BASIC E", &["Current_BASIC_E"]), "BASIC E"),
    (column("ENHANCED", &["Current_ENHANCED"]), "ENHANCED"),
    (column("Track 1", &["Track1"]), "Track 1"),
    (column("Track 2", &["Track2"]), "Track 2"),
];

/// What stands in a column of tracks, and the track.
const TRACK_CODES: [(&str, &str); 10] = [
    ("A", "BASIC A"),
    ("B", "BASIC B"),
    ("C", "BASIC C"),
    ("D", "BASIC D"),
    ("E", "BASIC E"),
    ("EN", "ENHANCED"),
    ("1", "Track 1"),
    ("2", "Track 2"),
    ("3", "Track 3"),
    ("1+", "Track 1+"),
];

/// The results of one ACO in one performance year. Money is in dollars, shares from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the file")]
pub struct MsspResult {
    /// The performance year.
    pub year: i16,
    /// The ACO's number where it is published, else its name.
    pub aco: String,
    /// The ACO's name.
    pub name: String,
    /// The track, named as in the programme: `Track 1`, `BASIC E`, `ENHANCED`.
    pub track: String,
    /// Assigned beneficiaries (`N_AB`).
    pub beneficiaries: Decimal,
    /// Person years (`N_AB_Year_PY`).
    pub person_years: Option<Decimal>,
    /// The updated benchmark for one person year (`UpdatedBnchmk`).
    pub benchmark_per_person_year: Option<Decimal>,
    /// The benchmark (`ABtotBnchmk`).
    pub benchmark: Rounded,
    /// The expenditure (`ABtotExp`).
    pub expenditure: Rounded,
    /// Benchmark less expenditure (`BnchmkMinExp`), which is rounded once where their difference is rounded twice.
    pub difference: Rounded,
    /// The minimum savings rate (`MinSavPerc`).
    pub minimum_rate: Rounded,
    /// Gross savings, or losses below zero (`GenSaveLoss`).
    pub gross: Rounded,
    /// What was earned, or owed below zero (`EarnSaveLoss`).
    pub earned: Rounded,
    /// What CMS took off a loss for extreme and uncontrollable circumstances, of the part of the year that the dollars
    /// of this row are about (`DisAdj` without its sign).
    pub relief: Decimal,
    /// Whether the quality standard was met: `Met_QPS`; before 2016, whether there was a sharing rate at all.
    pub standard_met: bool,
    /// Whether the alternative quality standard was met (`Met_AltQPS`); none in files without that column.
    pub alternative_met: Option<bool>,
    /// The quality score (`QualScore`); 1 where reporting was enough, `P4R` or a blank of one that met the standard.
    pub quality: Rounded,
    /// The final sharing rate (`FinalShareRate`).
    pub share_rate: Option<Rounded>,
    /// Whether savings below the minimum rate are shared (`ReducedSS`); in files without that column, whether gross
    /// savings were published although they are below it.
    pub reduced_sharing: bool,
    /// Whether the guardrail set the benchmark (`Guardrail`); none in files without that column.
    pub guardrail: Option<bool>,
    /// Whether participants are small beside the ACO's patients' expenditure (`Rev_Exp_Cat`: low revenue).
    pub low_revenue: Option<bool>,
    /// Whether CMS says that participant revenue limited the loss (`RevLossLimit`).
    pub limited_by_revenue: Option<bool>,
    /// Whether the agreement ended within the year (`Prorate_Shared_Losses`, `Impact_Mid_Year_Termination`).
    pub ended_early: bool,
    /// Which year of its agreement this is, from 1.
    pub agreement_year: Option<Decimal>,
    /// Months of the year that the dollars of the row are about: 12, or fewer for an agreement of part of a year.
    pub months: Decimal,
}

/// Reads a results file of any year. `year` is needed where neither a column nor the file's name tells it.
///
/// # Errors
/// [`File`](crate::ErrorKind::File) where it cannot be read, [`Column`](crate::ErrorKind::Column) where a column is missing,
/// [`Row`](crate::ErrorKind::Row) with line and column where a value cannot be right: no number, a share outside 0 to 1,
/// negative person years, a track that is not known. Nothing is half read.
pub fn read(path: impl AsRef<Path>, year: Option<i16>) -> Result<Results<MsspResult>> {
    let file = Published::read(path.as_ref(), REGULATOR)?;
    let columns = Columns::of(&file, year)?;
    file.results(|row| columns.row(&file, row))
}

/// The row of an ACO, by its number or its name, and the file that it is in.
///
/// # Errors
/// [`Unknown`](crate::ErrorKind::Unknown) where it is not there, or is there for several years and none is named.
pub fn find<'a>(
    files: &'a [Results<MsspResult>],
    aco: &str,
    year: Option<i16>,
) -> Result<(&'a Results<MsspResult>, &'a MsspResult)> {
    let refuse = |problem: String, remedy: &str| {
        Err(Error::new(ErrorKind::Unknown, format!("ACO `{aco}`"), problem, remedy))
    };
    let rows = files.iter().flat_map(|file| file.rows.iter().map(move |row| (file, row)));
    let its: Vec<_> = rows.filter(|(_, row)| row.aco == aco || row.name == aco).collect();
    let years: Vec<String> = its.iter().map(|(_, row)| row.year.to_string()).collect();
    let years = years.join(", ");
    let of_year = its.iter().filter(|(_, row)| year.is_none_or(|year| row.year == year));
    match of_year.collect::<Vec<_>>().as_slice() {
        [found] => Ok(**found),
        [] if its.is_empty() => {
            refuse("it is not in the files".to_owned(), "give the number or the name as the file has it")
        }
        [] => {
            let problem = format!("it is not there for {}", year.unwrap_or_default());
            refuse(problem, &format!("it is for {years}"))
        }
        _ => refuse(format!("it is there more than once, for {years}"), "say which year"),
    }
}

/// The columns of one file, read and checked.
struct Columns {
    years: Vec<i16>,
    aco: usize,
    name: usize,
    tracks: Vec<&'static str>,
    beneficiaries: Numbers,
    person_years: Option<Numbers>,
    updated: Option<Numbers>,
    benchmark: Numbers,
    expenditure: Numbers,
    difference: Numbers,
    minimum_rate: Numbers,
    gross: Numbers,
    earned: Numbers,
    relief: Option<Numbers>,
    quality: Numbers,
    standard: Option<Vec<Option<bool>>>,
    alternative: Option<Vec<Option<bool>>>,
    share_rate: Option<Numbers>,
    reduced: Option<Vec<Option<bool>>>,
    guardrail: Option<Vec<Option<bool>>>,
    revenue_limit: Option<Vec<Option<bool>>>,
    prorated: Option<Vec<bool>>,
    terminated: Option<Vec<bool>>,
    revenue: Option<usize>,
    start: Option<usize>,
}

impl Columns {
    fn of(file: &Published, year: Option<i16>) -> Result<Self> {
        use Range::{Any, NotNegative, Positive, Share};
        let standard = file.flags(STANDARD)?;
        let share_rate = file.numbers(SHARE_RATE, Share)?;
        if standard.is_none() && share_rate.is_none() {
            file.require(STANDARD)?;
        }
        Ok(Self {
            years: file.years(YEAR, year)?,
            aco: file.require(ACO)?,
            name: file.require(NAME)?,
            tracks: tracks(file)?,
            beneficiaries: file.all_numbers(BENEFICIARIES, Positive)?,
            person_years: file.numbers(PERSON_YEARS, NotNegative)?,
            updated: file.numbers(UPDATED, NotNegative)?,
            benchmark: file.all_numbers(BENCHMARK, Positive)?,
            expenditure: file.all_numbers(EXPENDITURE, NotNegative)?,
            difference: file.all_numbers(DIFFERENCE, Any)?,
            minimum_rate: file.all_numbers(MINIMUM_RATE, Share)?,
            gross: file.all_numbers(GROSS, Any)?,
            earned: file.all_numbers(EARNED, Any)?,
            relief: file.numbers(RELIEF, Any)?,
            quality: file.numbers_or_word(QUALITY, Share, ("P4R", Decimal::ONE))?,
            standard,
            alternative: file.flags(ALTERNATIVE)?,
            share_rate,
            reduced: file.flags(REDUCED)?,
            guardrail: file.flags(GUARDRAIL)?,
            revenue_limit: file.flags(REVENUE_LIMIT)?,
            prorated: file.marks(PRORATED),
            terminated: file.marks(TERMINATED),
            revenue: file.find(REVENUE),
            start: file.find(START),
        })
    }

    fn row(&self, file: &Published, row: usize) -> Result<MsspResult> {
        let year = self.years.get(row).copied().unwrap_or_default();
        let optional = |numbers: &Option<Numbers>| numbers.as_ref().and_then(|numbers| numbers.get(row));
        let value = |numbers: &Option<Numbers>| optional(numbers).map(|number| number.value);
        let flag =
            |flags: &Option<Vec<Option<bool>>>| flags.as_ref().and_then(|f| f.get(row).copied().flatten());
        let number = |numbers: &Numbers, column: Column| {
            numbers.get(row).ok_or_else(|| {
                file.refuse(row, column, "there is no value".to_owned(), "leave the row out of the file")
            })
        };
        let benchmark = number(&self.benchmark, BENCHMARK)?;
        let difference = number(&self.difference, DIFFERENCE)?;
        let minimum_rate = number(&self.minimum_rate, MINIMUM_RATE)?;
        let gross = number(&self.gross, GROSS)?;
        let per_person = value(&self.updated).zip(value(&self.person_years));
        let months = months(benchmark.value, per_person);
        let relief = value(&self.relief).unwrap_or_default().abs();
        let standard_met = match &self.standard {
            Some(_) => flag(&self.standard).unwrap_or(false),
            None => value(&self.share_rate).is_some_and(|rate| !rate.is_zero()),
        };
        let low_revenue = self.revenue.and_then(|at| match file.text(row, at).to_lowercase() {
            text if text.starts_with("low") => Some(true),
            text if text.starts_with("high") => Some(false),
            _ => None,
        });
        let began = self.start.and_then(|at| file.year_of_day(row, at));
        Ok(MsspResult {
            year,
            aco: file.text(row, self.aco).to_owned(),
            name: file.text(row, self.name).to_owned(),
            track: (*self.tracks.get(row).unwrap_or(&"")).to_owned(),
            beneficiaries: number(&self.beneficiaries, BENEFICIARIES)?.value,
            person_years: value(&self.person_years),
            benchmark_per_person_year: value(&self.updated),
            benchmark,
            expenditure: number(&self.expenditure, EXPENDITURE)?,
            difference,
            minimum_rate,
            gross,
            earned: number(&self.earned, EARNED)?,
            // The adjustment is published for the whole year.
            relief: relief.checked_mul(months).map_or(relief, |relief| relief / Decimal::from(12)),
            standard_met,
            alternative_met: self.alternative.is_some().then(|| flag(&self.alternative).unwrap_or(false)),
            quality: self.quality.get(row).unwrap_or_else(|| unscored(standard_met)),
            share_rate: optional(&self.share_rate),
            reduced_sharing: match &self.reduced {
                Some(_) => flag(&self.reduced).unwrap_or(false),
                None => {
                    low_revenue != Some(false)
                        && shares_below_minimum(
                            difference.value,
                            gross.value,
                            minimum_rate.value,
                            benchmark.value,
                        )
                }
            },
            guardrail: self.guardrail.is_some().then(|| flag(&self.guardrail).unwrap_or(false)),
            low_revenue,
            limited_by_revenue: flag(&self.revenue_limit),
            ended_early: [&self.prorated, &self.terminated]
                .into_iter()
                .flatten()
                .any(|marks| marks.get(row) == Some(&true)),
            agreement_year: began.and_then(|began| agreement_year(began, year)),
            months,
        })
    }
}

/// The track of every row, from a column of tracks or from a column for each.
fn tracks(file: &Published) -> Result<Vec<&'static str>> {
    if let Some(at) = file.find(TRACK) {
        let track = |row: usize| {
            let text = file.text(row, at);
            let names = TRACK_CODES.iter().map(|(_, name)| (*name, *name));
            let known = TRACK_CODES.into_iter().chain(names);
            known
                .into_iter()
                .find(|(code, _)| code.eq_ignore_ascii_case(text))
                .map(|(_, name)| name)
                .ok_or_else(|| {
                    let problem = format!("`{text}` is not a track that is known");
                    file.refuse(
                        row,
                        TRACK,
                        problem,
                        "use a code such as `E`, `EN` or `1+`, or the track's name",
                    )
                })
        };
        return file.each(track);
    }
    let mut flags = Vec::new();
    for (column, name) in TRACK_FLAGS {
        if let Some(marks) = file.flags(column)? {
            flags.push((marks, name));
        }
    }
    if flags.is_empty() {
        file.require(TRACK)?;
    }
    let track = |row: usize| {
        let marked = |(marks, _): &&(Vec<Option<bool>>, &str)| marks.get(row) == Some(&Some(true));
        let mut names = flags.iter().filter(marked).map(|(_, name)| *name);
        match (names.next(), names.next()) {
            (Some(name), None) => Ok(name),
            (first, _) => {
                let problem =
                    if first.is_none() { "no track is marked" } else { "more than one track is marked" };
                Err(file.refuse(row, TRACK, problem.to_owned(), "mark the one track that the ACO was in"))
            }
        }
    };
    file.each(track)
}

/// The months of the year that a total is about: 12, unless the total of fewer months was published beside the amount
/// for a person's whole year.
fn months(benchmark: Decimal, per_person: Option<(Decimal, Decimal)>) -> Decimal {
    let twelve = Decimal::from(12);
    let part = per_person
        .and_then(|(each, years)| each.checked_mul(years))
        .filter(|whole| !whole.is_zero())
        .and_then(|whole| benchmark.checked_mul(twelve)?.checked_div(whole));
    let Some(part) = part else { return twelve };
    let whole = part.round();
    // Rounding in the published numbers moves it by far less than a tenth of a month.
    let is_near = (part - whole).abs() < Decimal::new(1, 1);
    if is_near && whole >= Decimal::ONE && whole < twelve { whole } else { twelve }
}

/// Whether gross savings were published below the minimum.
fn shares_below_minimum(saved: Decimal, gross: Decimal, rate: Decimal, benchmark: Decimal) -> bool {
    let minimum = benchmark.checked_mul(rate);
    gross > Decimal::ZERO && saved > Decimal::ZERO && minimum.is_some_and(|minimum| saved < minimum)
}

/// The score of an ACO that has none: all of it where reporting was enough to meet the standard, and else nothing.
fn unscored(standard_met: bool) -> Rounded {
    Rounded { value: if standard_met { Decimal::ONE } else { Decimal::ZERO }, half_unit: Decimal::ZERO }
}

/// Which year of an agreement a performance year is.
fn agreement_year(began: i16, year: i16) -> Option<Decimal> {
    let which = year.checked_sub(began)?.checked_add(1)?;
    (which >= 1).then(|| Decimal::from(which))
}
