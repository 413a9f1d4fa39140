//! Which column of a table is what.

use crate::error::{Error, ErrorKind, Result};
use crate::population::{Columns, DeprivationScale, Ids};
use crate::table::Table;

/// Which column of a table is what: as [`Columns`], by name.
///
/// Cost is required, and exposure once: in member months or in person years.
///
/// ```
/// use capitation::population::arrow::ColumnNames;
/// let names = ColumnNames::new()
///     .person("zper")
///     .year("year")
///     .person_years("time")
///     .cost("meddol")
///     .activity("admissions", "totadm");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnNames {
    cost: Option<String>,
    member_months: Option<String>,
    person_years: Option<String>,
    person: Option<String>,
    year: Option<String>,
    settings: Vec<(String, String)>,
    activity: Vec<(String, String)>,
    need: Option<String>,
    class: Option<String>,
    cell: Option<String>,
    weight: Option<String>,
    deprivation: Option<(String, DeprivationScale)>,
}

impl ColumnNames {
    /// No names yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the care cost, in major units of the currency (dollars, pounds), not negative. Required.
    #[must_use]
    pub fn cost(mut self, column: impl Into<String>) -> Self {
        self.cost = Some(column.into());
        self
    }

    /// Exposure in member months, above 0 and at most 12. This or [`person_years`](Self::person_years) is required.
    #[must_use]
    pub fn member_months(mut self, column: impl Into<String>) -> Self {
        self.member_months = Some(column.into());
        self
    }

    /// Exposure in person years, above 0 and at most 1. This or [`member_months`](Self::member_months) is required.
    #[must_use]
    pub fn person_years(mut self, column: impl Into<String>) -> Self {
        self.person_years = Some(column.into());
        self
    }

    /// Who each row is about, as whole numbers or text. Without it every row is a person of its own.
    #[must_use]
    pub fn person(mut self, column: impl Into<String>) -> Self {
        self.person = Some(column.into());
        self
    }

    /// The year each row is about. Required when a person has more than one row.
    #[must_use]
    pub fn year(mut self, column: impl Into<String>) -> Self {
        self.year = Some(column.into());
        self
    }

    /// The cost in one care setting, in major units, under the name `measure` that contracts use. It is part of the
    /// cost, and a row in which it is more than the cost, by more than a minor unit, is refused.
    #[must_use]
    pub fn setting(mut self, measure: impl Into<String>, column: impl Into<String>) -> Self {
        self.settings.push((measure.into(), column.into()));
        self
    }

    /// A count of activity (admissions, visits), under the name `measure` that contracts use.
    #[must_use]
    pub fn activity(mut self, measure: impl Into<String>, column: impl Into<String>) -> Self {
        self.activity.push((measure.into(), column.into()));
        self
    }

    /// A need weight: a person of weight 2 is expected to need twice what one of weight 1 does.
    #[must_use]
    pub fn need(mut self, column: impl Into<String>) -> Self {
        self.need = Some(column.into());
        self
    }

    /// The class of each row, for terms that differ by class (thresholds by age group or entitlement).
    #[must_use]
    pub fn class(mut self, column: impl Into<String>) -> Self {
        self.class = Some(column.into());
        self
    }

    /// The risk cell of each row, in words: people whose costs are taken to have one law when a cost model is fitted to them.
    #[must_use]
    pub fn cell(mut self, column: impl Into<String>) -> Self {
        self.cell = Some(column.into());
        self
    }

    /// A survey weight: how many people of the whole population a row stands for.
    #[must_use]
    pub fn weight(mut self, column: impl Into<String>) -> Self {
        self.weight = Some(column.into());
        self
    }

    /// How deprived the place is where the person of each row lives, and what the numbers are: whole ones, 1 the most
    /// deprived.
    #[must_use]
    pub fn deprivation(mut self, column: impl Into<String>, scale: DeprivationScale) -> Self {
        self.deprivation = Some((column.into(), scale));
        self
    }

    /// Reads the named columns and hands them on. Where bad rows are collected, a null among numbers is one of them; a
    /// null person, year, class or cell says nothing that a row could be known by, and refuses the table.
    pub(super) fn read<T>(
        &self,
        table: &Table,
        collecting: bool,
        make: impl FnOnce(&Columns<'_>) -> Result<T>,
    ) -> Result<T> {
        let floats = |name: &str| if collecting { table.floats_or_nan(name) } else { table.floats(name) };
        let mut columns = Columns::new();
        if let Some(name) = &self.cost {
            columns = columns.cost(name, floats(name)?);
        }
        columns = match (&self.member_months, &self.person_years) {
            (Some(name), None) => columns.member_months(name, floats(name)?),
            (None, Some(name)) => columns.person_years(name, floats(name)?),
            (Some(_), Some(_)) => return Err(exposure("both member months and person years are named")),
            (None, None) => return Err(exposure("no column of exposure is named")),
        };
        let texts;
        if let Some(name) = &self.person {
            columns = if let Ok(ids) = table.integers(name) {
                columns.person(name, Ids::Integers(ids))
            } else {
                texts = table.strings(name)?;
                columns.person(name, texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>())
            };
        }
        if let Some(name) = &self.year {
            columns = columns.year(name, table.integers(name)?);
        }
        for (measure, name) in &self.settings {
            columns = columns.setting(measure, name, floats(name)?);
        }
        for (measure, name) in &self.activity {
            columns = columns.activity(measure, name, floats(name)?);
        }
        if let Some(name) = &self.need {
            columns = columns.need(name, floats(name)?);
        }
        let labels;
        if let Some(name) = &self.class {
            labels = table.strings(name)?;
            columns = columns.class(name, labels.iter().map(AsRef::as_ref).collect::<Vec<&str>>());
        }
        let cells;
        if let Some(name) = &self.cell {
            cells = table.strings(name)?;
            columns = columns.cell(name, cells.iter().map(AsRef::as_ref).collect::<Vec<&str>>());
        }
        if let Some(name) = &self.weight {
            columns = columns.weight(name, floats(name)?);
        }
        if let Some((name, scale)) = &self.deprivation {
            columns = columns.deprivation(name, *scale, floats(name)?);
        }
        make(&columns)
    }
}

fn exposure(problem: &str) -> Error {
    Error::new(
        ErrorKind::Column,
        "population",
        problem,
        "give exposure once: member_months (at most 12 a row) or person_years (at most 1)",
    )
}
