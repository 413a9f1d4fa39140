//! People as they were seen, in cells.

use std::collections::BTreeMap;

use super::fitting::{By, Fitting, PartialYears};
use crate::{
    error::{Error, ErrorKind, Result},
    exposure::MONTHS_A_YEAR,
    fixed::{MILLION, Sum},
    population::{LEAST_REPORTED, MEMBER_MONTHS, MeasureUnit, Population},
    risk::measures::Estimate,
};

/// Names of the fifths by deprivation, from the most deprived.
const FIFTHS: [&str; 5] =
    ["most deprived fifth", "second fifth", "third fifth", "fourth fifth", "least deprived fifth"];
/// Twelve months in millionths.
const WHOLE: i64 = 12_000_000;

/// The people of one cell.
#[derive(Debug, Default)]
pub(super) struct Observed {
    pub(super) name: String,
    pub(super) class: Option<String>,
    /// One for each row, in major units.
    pub(super) costs: Vec<f64>,
    /// One for each row, above 0, up to a common factor.
    pub(super) weights: Vec<f64>,
    /// Who each row is about; rows of one person stand together.
    persons: Vec<u32>,
    /// Member months of each row.
    months: Vec<f64>,
}

impl Observed {
    /// The people of a population as they are asked for, in the order of the cells' names; each cell of enough people.
    pub(super) fn cells(people: &Population, asked: &Fitting) -> Result<Vec<Self>> {
        let rows = rows(people, asked)?;
        check_whole(people, asked, &rows)?;
        let measure = people.measure(&asked.measure)?;
        if measure.unit() != MeasureUnit::Money {
            let problem = format!("`{}` is a count", asked.measure);
            return Err(refused(ErrorKind::Unit, &problem, "name a cost: `actual cost`, or a care setting"));
        }
        let columns = asked.by.iter().map(|by| labels(people, *by)).collect::<Result<Vec<_>>>()?;
        let months = people.measure(MEMBER_MONTHS)?.values();
        #[allow(clippy::cast_precision_loss)] // at most 10⁹
        let scale = measure.scale() as f64;
        let mut cells: BTreeMap<Vec<u32>, Self> = BTreeMap::new();
        for (row, person, weight) in rows {
            let mut key: Vec<u32> = columns.iter().map(|column| (column.code)(row)).collect();
            let months = months.get(row).copied().unwrap_or_default();
            let is_part = asked.partial_years == PartialYears::Apart && months < WHOLE;
            key.push(u32::from(is_part));
            let cell = cells.entry(key).or_insert_with(|| Self::named(row, &columns, is_part));
            #[allow(clippy::cast_precision_loss)] // at most 10¹⁵ steps
            let in_major = |steps: i64, scale: f64| steps as f64 / scale;
            cell.costs.push(in_major(measure.values().get(row).copied().unwrap_or_default(), scale));
            cell.months.push(in_major(months, MILLION));
            cell.weights.push(weight);
            cell.persons.push(person);
        }
        let cells: Vec<Self> = cells.into_values().collect();
        cells.iter().try_for_each(Self::check)?;
        Ok(cells)
    }

    fn named(row: usize, columns: &[Labels<'_>], is_part: bool) -> Self {
        let mut words: Vec<String> = columns.iter().map(|column| (column.label)(row)).collect();
        let class = columns.iter().position(|column| column.by == By::Class);
        let class = class.and_then(|place| words.get(place).cloned());
        if words.is_empty() {
            words.push("everybody".to_owned());
        }
        if is_part {
            words.push("part of the year".to_owned());
        }
        Self { name: words.join(", "), class, ..Self::default() }
    }

    /// All of them as one.
    pub(super) fn together(cells: &[Self]) -> Self {
        let mut all = Self { name: "everybody".to_owned(), ..Self::default() };
        let mut rows: Vec<(u32, f64, f64, f64)> = Vec::new();
        for cell in cells {
            let each = cell.persons.iter().zip(&cell.costs).zip(&cell.weights).zip(&cell.months);
            rows.extend(each.map(|(((person, cost), weight), months)| (*person, *cost, *weight, *months)));
        }
        rows.sort_by_key(|(person, ..)| *person);
        for (person, cost, weight, months) in rows {
            all.persons.push(person);
            all.costs.push(cost);
            all.weights.push(weight);
            all.months.push(months);
        }
        all
    }

    /// How many different people they are.
    pub(super) fn people(&self) -> usize {
        self.persons.chunk_by(|one, other| one == other).count()
    }

    /// What they weigh.
    pub(super) fn weight(&self) -> f64 {
        sum(self.weights.iter().copied())
    }

    /// How long each is there on average, in months.
    pub(super) fn mean_months(&self) -> f64 {
        let weighted = self.months.iter().zip(&self.weights).map(|(months, weight)| months * weight);
        (sum(weighted) / self.weight()).min(f64::from(MONTHS_A_YEAR))
    }

    /// The weighted mean of their costs, and its standard error: that of a ratio, with the rows of one person as one
    /// observation (Cochran, Sampling Techniques, 3rd ed., 1977, 6.3). A survey's strata and clusters are not in it.
    pub(super) fn mean(&self) -> Estimate {
        let weight = self.weight();
        let rows = || self.costs.iter().zip(&self.weights);
        let mean = sum(rows().map(|(cost, weight)| weight * cost)) / weight;
        let mut from = rows().map(|(cost, weight)| weight * (cost - mean));
        let of_person = |rows: &[u32]| from.by_ref().take(rows.len()).sum::<f64>().powi(2);
        let squares: f64 = self.persons.chunk_by(|one, other| one == other).map(of_person).sum();
        #[allow(clippy::cast_precision_loss)] // numbers of people
        let people = self.people() as f64;
        Estimate { mean, se: (squares * people / (people - 1.0)).sqrt() / weight }
    }

    fn check(&self) -> Result<()> {
        let place = format!("risk cell `{}`", self.name);
        if self.people() < LEAST_REPORTED {
            let problem = format!("it is of fewer than {LEAST_REPORTED} people");
            let remedy = "make cells larger: fewer columns, or wider values of a column; nothing is told of so few people";
            return Err(Error::new(ErrorKind::Statistic, place, problem, remedy));
        }
        if self.costs.iter().all(|cost| *cost <= 0.0) {
            let remedy = "put them together with others; a mean of nothing has no error that could be told";
            return Err(Error::new(ErrorKind::Statistic, place, "nobody in it has a cost", remedy));
        }
        Ok(())
    }
}

/// What a column says of a row.
struct Labels<'a> {
    by: By,
    code: Box<dyn Fn(usize) -> u32 + 'a>,
    label: Box<dyn Fn(usize) -> String + 'a>,
}

fn labels(people: &Population, by: By) -> Result<Labels<'_>> {
    let none = |what: &str, remedy: &str| {
        refused(ErrorKind::Column, &format!("the population has no column of {what}"), remedy)
    };
    let of_text = |classes: Option<_>, what, remedy| {
        let classes: &crate::population::Classes = classes.ok_or_else(|| none(what, remedy))?;
        Ok(Labels {
            by,
            code: Box::new(|row| classes.codes().get(row).copied().unwrap_or_default()),
            label: Box::new(|row| classes.label(row).unwrap_or_default().to_owned()),
        })
    };
    match by {
        By::Cell => of_text(people.cells(), "risk cells", "name one with `cell` when the population is read"),
        By::Class => {
            of_text(people.classes(), "classes", "name one with `class` when the population is read")
        }
        By::Deprivation => {
            let remedy = "name one with `deprivation` when the population is read";
            let fifths = people.deprivation().ok_or_else(|| none("deprivation", remedy))?.fifths();
            let fifth = |row: usize| fifths.get(row).copied().unwrap_or_default();
            let name = move |row| FIFTHS.get(usize::from(fifth(row)).wrapping_sub(1)).copied();
            Ok(Labels {
                by,
                code: Box::new(move |row| u32::from(fifth(row))),
                label: Box::new(move |row| name(row).unwrap_or_default().to_owned()),
            })
        }
    }
}

/// Rows of the years that are asked for, with their person and their weight, which is above 0; person by person.
fn rows(people: &Population, asked: &Fitting) -> Result<Vec<(usize, u32, f64)>> {
    let years = asked.years.as_deref();
    if let Some(years) = years {
        check_years(people, years)?;
    }
    let of_year = people.year_of_row();
    let is_asked = |row: usize| {
        let year = of_year.and_then(|of_row| of_row.get(row));
        years.is_none_or(|years| year.is_some_and(|year| years.contains(year)))
    };
    let mut rows = Vec::new();
    for person in 0..people.people() {
        let its = people.rows_of_person(person).iter().map(|row| *row as usize);
        let its: Vec<usize> = its.filter(|row| is_asked(*row)).collect();
        #[allow(clippy::cast_precision_loss)] // a few rows a person
        let share = if asked.counts_rows { 1.0 } else { 1.0 / its.len().max(1) as f64 };
        for row in its {
            let weight =
                people.weights().map_or(1.0, |weights| weights.get(row).copied().unwrap_or_default());
            let person = people.person_of_row().get(row).copied().unwrap_or_default();
            rows.push((row, person, weight * share));
        }
    }
    rows.retain(|(.., weight)| *weight > 0.0);
    if rows.is_empty() {
        let remedy = "give people a weight above 0 in these years, or leave the column of weights out";
        return Err(refused(ErrorKind::Statistic, "nobody who is asked for has a weight", remedy));
    }
    Ok(rows)
}

fn check_years(people: &Population, years: &[i64]) -> Result<()> {
    let known = people.years();
    let listed = |years: &[i64]| years.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if years.is_empty() {
        return Err(refused(
            ErrorKind::Range,
            "no year is named",
            "name at least one, or none for all of them",
        ));
    }
    if known.is_empty() {
        let problem = format!("the population has no column of years, and {} are asked for", listed(years));
        return Err(refused(ErrorKind::Column, &problem, "name one with `year` when the population is read"));
    }
    match years.iter().find(|year| !known.contains(year)) {
        None => Ok(()),
        Some(year) => {
            let problem = format!("nobody is there in {year}");
            Err(refused(ErrorKind::Unknown, &problem, &format!("its years are {}", listed(known))))
        }
    }
}

/// Refuses people who are there for a part of a year where it is not said what is done with them.
fn check_whole(people: &Population, asked: &Fitting, rows: &[(usize, u32, f64)]) -> Result<()> {
    if asked.partial_years != PartialYears::Refused {
        return Ok(());
    }
    let months = people.measure(MEMBER_MONTHS)?.values();
    let is_part = |row: usize| months.get(row).is_some_and(|months| *months < WHOLE);
    let parts = rows.iter().filter(|(row, ..)| is_part(*row)).count();
    if parts == 0 {
        return Ok(());
    }
    let problem = format!("{parts} of {} rows are of less than twelve months", rows.len());
    let remedy = "say what they are with `partial_years`: as they are, or apart; to leave them out loses those who died or were born";
    Err(refused(ErrorKind::Experience, &problem, remedy))
}

fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let mut sum = Sum::default();
    values.for_each(|value| sum.add(value));
    sum.value()
}

fn refused(kind: ErrorKind, problem: &str, remedy: &str) -> Error {
    Error::new(kind, "cost model of a population", problem, remedy)
}
