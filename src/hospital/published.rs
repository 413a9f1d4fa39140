//! Published unit costs as the lines of a cost base.

use indexmap::{IndexMap, IndexSet};
use rust_decimal::Decimal;
use serde::Serialize;

use super::{CostLine, cost_base::COST_PLACES, mean, sum};
use crate::{
    datasets::costs::CostRow,
    error::{Error, ErrorKind, Result},
    text::nearest,
};

/// Decimals of a mean: a cost base rounds it once, and tells what that does to the whole cost.
const MEAN_PLACES: u32 = 12;

/// A published row that makes no line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LeftOut {
    /// The currency.
    pub code: String,
    /// The setting as printed.
    pub setting: String,
    /// Its activity, where it is printed.
    pub activity: Option<Decimal>,
    /// Its cost, where it is printed.
    pub cost: Option<Decimal>,
    /// Why it makes none.
    pub reason: &'static str,
}

/// The lines that published costs make, and the rows that make none.
///
/// ```no_run
/// use capitation::{datasets::costs, hospital::PublishedCosts};
///
/// let published = costs::read("National schedule of NHS costs.csv")?;
/// // The settings as the file prints them: `DC` and `EL` in reference costs up to 2017/18.
/// let points = [("Daycase", "day_case"), ("Elective Inpatients", "elective")];
/// let costs = PublishedCosts::of(&published.rows, &points)?;
/// for row in &costs.left_out {
///     println!("{} of {}: {}", row.code, row.setting, row.reason); // 425 of the file of 2024/25
/// }
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublishedCosts {
    /// A line for each currency and point of delivery, without a price: activity is planned activity, and the unit cost is
    /// cost over activity, to four decimals, half up.
    pub lines: Vec<CostLine>,
    /// The rows without activity or without cost.
    pub left_out: Vec<LeftOut>,
}

impl PublishedCosts {
    /// Rows of the settings that are named, each with its point of delivery; rows of other settings are not looked at.
    ///
    /// Rows of one currency and point (several services) are added up.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] for a setting that no row is of; [`ErrorKind::Name`] for one that is named twice;
    /// [`ErrorKind::Period`] where rows are of several years; [`ErrorKind::Arithmetic`] where a sum cannot be held exactly.
    pub fn of(rows: &[CostRow], points: &[(&str, &str)]) -> Result<Self> {
        Self::of_year(rows, None, points)
    }

    /// The same of the rows of one financial year (`2017/18`), where a file has several; of all rows where none is named.
    ///
    /// # Errors
    /// As [`of`](Self::of); [`ErrorKind::Period`] where no row is of that year.
    pub fn of_year(rows: &[CostRow], year: Option<&str>, points: &[(&str, &str)]) -> Result<Self> {
        let rows = rows_of(rows, year)?;
        check(&rows, points)?;
        let mut sums: IndexMap<(&str, &str), (Decimal, Decimal)> = IndexMap::new();
        let mut left_out = Vec::new();
        for row in rows {
            let Some((_, point)) = points.iter().find(|(setting, _)| *setting == row.setting) else {
                continue;
            };
            let (Some(activity), Some(cost)) = (row.activity.filter(|it| !it.is_zero()), row.cost) else {
                let reason = if row.cost.is_none() { "no cost is printed" } else { "no activity is printed" };
                let (code, setting) = (row.code.clone(), row.setting.clone());
                left_out.push(LeftOut { code, setting, activity: row.activity, cost: row.cost, reason });
                continue;
            };
            let known = sums.entry((&row.code, point)).or_default();
            *known = (
                sum("published activity", [known.0, activity])?,
                // Printed to ever so many digits: money from here on.
                sum("published cost", [known.1, cost.round_dp(COST_PLACES)])?,
            );
        }
        let line = |((code, point), (plan, cost)): ((&str, &str), (Decimal, Decimal))| {
            Some(CostLine {
                code: code.to_owned(),
                point: point.to_owned(),
                plan,
                actual: None,
                unit_cost: mean(cost, plan, MEAN_PLACES)?,
                price: None,
            })
        };
        let lines = sums.into_iter().filter_map(line).collect();
        Ok(Self { lines, left_out })
    }
}

/// The rows of one year; all where none is named and there is one alone.
fn rows_of<'a>(rows: &'a [CostRow], year: Option<&str>) -> Result<Vec<&'a CostRow>> {
    let years: IndexSet<&str> = rows.iter().filter_map(|row| row.year.as_deref()).collect();
    let listed = || years.iter().copied().collect::<Vec<_>>().join(", ");
    match year {
        None if years.len() > 1 => {
            let problem = format!("its rows are of {}", listed());
            Err(Error::new(ErrorKind::Period, "published costs", problem, "name one year"))
        }
        None => Ok(rows.iter().collect()),
        Some(year) if years.contains(year) => {
            Ok(rows.iter().filter(|row| row.year.as_deref() == Some(year)).collect())
        }
        Some(year) => {
            let remedy = if years.is_empty() {
                "leave the year out: the file has no column of it".to_owned()
            } else {
                format!("name one of {}", listed())
            };
            let problem = format!("no row is of {year}");
            Err(Error::new(ErrorKind::Period, "published costs", problem, remedy))
        }
    }
}

/// Refuses a setting that no row is of, and one that is named twice.
fn check(rows: &[&CostRow], points: &[(&str, &str)]) -> Result<()> {
    let settings: IndexSet<&str> = rows.iter().map(|row| row.setting.as_str()).collect();
    for (place, (setting, _)) in points.iter().enumerate() {
        let at = format!("setting `{setting}`");
        if points.iter().take(place).any(|(known, _)| known == setting) {
            return Err(Error::new(ErrorKind::Name, at, "it is named twice", "leave one"));
        }
        if settings.contains(setting) {
            continue;
        }
        let listed = settings.iter().copied().collect::<Vec<_>>().join(", ");
        let remedy = match nearest(setting, settings.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? the settings are {listed}"),
            None => format!("the settings are {listed}"),
        };
        return Err(Error::new(ErrorKind::Unknown, at, "no row is of it", remedy));
    }
    Ok(())
}
