//! A measure: what is added up over people, in whole steps.

use crate::fixed::{self, Sum};
use crate::money::RoundingMode;

/// What a measure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MeasureUnit {
    /// Money, held in minor units of the population's currency (cents, pence).
    Money,
    /// A count, held in millionths.
    Count,
}

/// One measure of a population: one whole number a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    unit: MeasureUnit,
    scale: i64,
    values: Vec<i64>,
    total: i64,
    column: String,
}

impl Measure {
    /// A measure of these values; `None` when their total is beyond an `i64`.
    pub(crate) fn new(unit: MeasureUnit, scale: i64, values: Vec<i64>, column: String) -> Option<Self> {
        let total = values.iter().try_fold(0_i64, |total, &value| total.checked_add(value))?;
        Some(Self { unit, scale, values, total, column })
    }

    /// What it counts.
    pub fn unit(&self) -> MeasureUnit {
        self.unit
    }

    /// How many steps make one: 100 for money with cents, 1,000,000 for counts.
    pub fn scale(&self) -> i64 {
        self.scale
    }

    /// One value a row, not negative: minor units for money, millionths for counts.
    pub fn values(&self) -> &[i64] {
        &self.values
    }

    /// The sum of all rows, in the same steps.
    pub fn total(&self) -> i64 {
        self.total
    }

    /// The caller's name of the column it was read from; for a derived measure, how it was derived.
    pub fn column(&self) -> &str {
        &self.column
    }
}

/// What turning one column into whole steps did to its total.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundingDifference {
    /// The measure, or `need` for the need weights.
    pub measure: String,
    /// The caller's name of the column.
    pub column: String,
    /// The total after rounding less the total before: major units for money, units for counts.
    pub difference: f64,
    /// How many rows changed at all.
    pub rows_changed: usize,
}

/// A column in whole steps, and what rounding did to its total. The values have been checked.
#[allow(clippy::cast_precision_loss)] // at most 10¹⁵ steps
pub(crate) fn read(
    measure: &str,
    column: &str,
    values: &[f64],
    scale: f64,
    rounding: RoundingMode,
) -> (Vec<i64>, RoundingDifference) {
    let (mut difference, mut rows_changed) = (Sum::default(), 0);
    let steps = values
        .iter()
        .map(|&value| {
            let steps = fixed::steps(value, scale, rounding);
            let change = steps as f64 / scale - value;
            if change != 0.0 {
                rows_changed += 1;
                difference.add(change);
            }
            steps
        })
        .collect();
    let difference = RoundingDifference {
        measure: measure.to_owned(),
        column: column.to_owned(),
        difference: difference.value(),
        rows_changed,
    };
    (steps, difference)
}
