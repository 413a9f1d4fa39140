//! The population of columns that have been checked.

use indexmap::IndexMap;

use super::columns::{Column, Columns};
use super::deprivation::Deprivation;
use super::measure::{self, Measure, MeasureUnit, RoundingDifference};
use super::people::{Calendar, Classes, People};
use super::table::check_weights;
use super::{ACTUAL_COST, MEMBER_MONTHS, MEMBERS, NEED_WEIGHTED, Population, fingerprint, scale_of};
use crate::error::{Error, ErrorKind, Result};
use crate::fixed;
use crate::money::{Currency, RoundingMode};

const COUNT_SCALE: i64 = 1_000_000;

/// Makes the population of columns that have been checked.
pub(super) fn build(
    columns: &Columns<'_>,
    people: People,
    currency: Currency,
    scale: i64,
    rounding: RoundingMode,
) -> Result<Population> {
    check_weights(columns)?;
    let mut builder = Builder { measures: IndexMap::new(), differences: Vec::new() };
    let count = (MeasureUnit::Count, COUNT_SCALE, RoundingMode::HalfUp);
    let money = (MeasureUnit::Money, scale, rounding);
    if let Some(column) = &columns.member_months {
        builder.read(MEMBER_MONTHS, column, count)?;
    }
    let ones = vec![COUNT_SCALE; columns.len()];
    builder.add(MEMBERS, MeasureUnit::Count, COUNT_SCALE, ones, "one for each row".to_owned())?;
    if let Some(column) = &columns.cost {
        builder.read(ACTUAL_COST, column, money)?;
    }
    let need = columns.need.as_ref().map(|column| builder.weigh(column)).transpose()?;
    for (measure, column) in &columns.settings {
        builder.read(measure, column, money)?;
    }
    for (measure, column) in &columns.activity {
        builder.read(measure, column, count)?;
    }

    let Builder { measures, differences } = builder;
    let classes = columns.class.as_ref().map(Classes::new);
    let cells = columns.cell.as_ref().map(Classes::new);
    let deprivation = columns.deprivation.as_ref().map(|(column, scale)| Deprivation::new(column, *scale));
    let texts = [classes.as_ref(), cells.as_ref()];
    let mut parts = fingerprint::keys(columns, need.as_deref(), texts, deprivation.as_ref());
    parts.extend(measures.iter().map(|(name, measure)| fingerprint::measure(name, measure)));
    let fingerprint = fingerprint::of(currency.code(), &parts);
    Ok(Population {
        len: columns.len(),
        currency,
        measures,
        people,
        calendar: columns.year.as_ref().map(Calendar::new),
        classes,
        cells,
        weights: columns.weight.as_ref().map(|column| column.values.to_vec()),
        need,
        deprivation,
        rounding_differences: differences,
        fingerprint,
    })
}

/// The measures made so far and what rounding did to them.
struct Builder {
    measures: IndexMap<String, Measure>,
    differences: Vec<RoundingDifference>,
}

impl Builder {
    fn add(
        &mut self,
        name: &str,
        unit: MeasureUnit,
        scale: i64,
        values: Vec<i64>,
        column: String,
    ) -> Result<()> {
        let place = format!("column `{column}`");
        let measure = Measure::new(unit, scale, values, column).ok_or_else(|| too_large(place))?;
        self.measures.insert(name.to_owned(), measure);
        Ok(())
    }

    fn read(
        &mut self,
        name: &str,
        column: &Column<'_, f64>,
        (unit, scale, rounding): (MeasureUnit, i64, RoundingMode),
    ) -> Result<()> {
        let (values, difference) =
            measure::read(name, &column.name, &column.values, scale_of(scale), rounding);
        self.differences.push(difference);
        self.add(name, unit, scale, values, column.name.clone())
    }

    /// Reads the need weights and adds the member months times need: exact products, half up to millionths.
    fn weigh(&mut self, column: &Column<'_, f64>) -> Result<Vec<i64>> {
        let (need, difference) =
            measure::read("need", &column.name, &column.values, fixed::MILLION, RoundingMode::HalfUp);
        self.differences.push(difference);
        let months = self.measures.get(MEMBER_MONTHS).map(Measure::values).unwrap_or_default();
        let million = i128::from(COUNT_SCALE);
        let (mut difference, mut rows_changed) = (0_i128, 0);
        let mut values = Vec::with_capacity(need.len());
        for (&months, &need) in months.iter().zip(&need) {
            let product = i128::from(months) * i128::from(need);
            let rounded = (product + million / 2) / million;
            let change = rounded * million - product;
            difference += change;
            rows_changed += usize::from(change != 0);
            values.push(i64::try_from(rounded).map_err(|_| too_large(format!("column `{}`", column.name)))?);
        }
        let derived = format!("{MEMBER_MONTHS} x {}", column.name);
        #[allow(clippy::cast_precision_loss)] // a report of a small difference
        let difference = difference as f64 / 1e12;
        self.differences.push(RoundingDifference {
            measure: NEED_WEIGHTED.to_owned(),
            column: derived.clone(),
            difference,
            rows_changed,
        });
        self.add(NEED_WEIGHTED, MeasureUnit::Count, COUNT_SCALE, values, derived)?;
        Ok(need)
    }
}

fn too_large(place: String) -> Error {
    Error::new(
        ErrorKind::Arithmetic,
        place,
        "its total is larger than 9,223,372,036,854,775,807 steps",
        "check the unit of the column, or split the table",
    )
}
