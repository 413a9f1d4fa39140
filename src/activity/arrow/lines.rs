//! Which column of a table of activity is what.

use arrow_array::RecordBatch;

use super::columns::Column;
use crate::{
    activity::lines::{Done, Lines, Stay},
    error::{Error, ErrorKind, Result},
    fixed::MILLION,
    table::{Series, Table},
};

/// Which column of a table of activity is what.
///
/// The code is required, and what says the point of delivery: admission method, patient classification and length of
/// stay (or both dates) of spells, or a column that names the point of delivery of each line.
///
/// ```
/// use capitation::activity::arrow::LineNames;
/// let spells = LineNames::new("hrg")
///     .spells("admimeth", "classpat")
///     .stay("speldur")
///     .age("startage")
///     .provider("procode")
///     .date("disdate");
/// let attendances = LineNames::new("tfc").point("point_of_delivery").units("attendances");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineNames {
    code: String,
    method: Option<String>,
    class: Option<String>,
    point: Option<String>,
    stay: Option<String>,
    admitted: Option<String>,
    discharged: Option<String>,
    age: Option<String>,
    provider: Option<String>,
    date: Option<String>,
    units: Option<String>,
    best_practice: Option<String>,
    specialised: Option<String>,
    cost: Option<String>,
}

impl LineNames {
    /// The column with the code: HRG, or treatment function.
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: code.into(), ..Self::default() }
    }

    /// The columns with admission method and patient classification, by the codes of the NHS Data Dictionary.
    #[must_use]
    pub fn spells(mut self, method: impl Into<String>, class: impl Into<String>) -> Self {
        (self.method, self.class) = (Some(method.into()), Some(class.into()));
        self
    }

    /// The column with the name of the point of delivery: `day_case`, `elective`, `first_attendance`, …
    #[must_use]
    pub fn point(mut self, column: impl Into<String>) -> Self {
        self.point = Some(column.into());
        self
    }

    /// Length of stay in nights, net of days that are paid for in other ways.
    #[must_use]
    pub fn stay(mut self, column: impl Into<String>) -> Self {
        self.stay = Some(column.into());
        self
    }

    /// Days of admission and discharge, from which the length of stay follows.
    #[must_use]
    pub fn dates(mut self, admitted: impl Into<String>, discharged: impl Into<String>) -> Self {
        (self.admitted, self.discharged) = (Some(admitted.into()), Some(discharged.into()));
        self
    }

    /// Age on admission, in years.
    #[must_use]
    pub fn age(mut self, column: impl Into<String>) -> Self {
        self.age = Some(column.into());
        self
    }

    /// The provider's code.
    #[must_use]
    pub fn provider(mut self, column: impl Into<String>) -> Self {
        self.provider = Some(column.into());
        self
    }

    /// The day that decides financial year and month.
    #[must_use]
    pub fn date(mut self, column: impl Into<String>) -> Self {
        self.date = Some(column.into());
        self
    }

    /// How many spells, attendances or days a line stands for, to six decimals.
    #[must_use]
    pub fn units(mut self, column: impl Into<String>) -> Self {
        self.units = Some(column.into());
        self
    }

    /// Whether the criteria of the best-practice price are met.
    #[must_use]
    pub fn best_practice(mut self, column: impl Into<String>) -> Self {
        self.best_practice = Some(column.into());
        self
    }

    /// Whether the line is a specialised service of an eligible provider, which top-ups are for.
    #[must_use]
    pub fn specialised(mut self, column: impl Into<String>) -> Self {
        self.specialised = Some(column.into());
        self
    }

    /// What the line cost, in pounds; rounded to the penny, half up.
    #[must_use]
    pub fn cost(mut self, column: impl Into<String>) -> Self {
        self.cost = Some(column.into());
        self
    }

    /// The columns that are named.
    #[cfg(feature = "parquet")]
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        let named = [
            &self.method,
            &self.class,
            &self.point,
            &self.stay,
            &self.admitted,
            &self.discharged,
            &self.age,
            &self.provider,
            &self.date,
            &self.units,
            &self.best_practice,
            &self.specialised,
            &self.cost,
        ];
        std::iter::once(self.code.as_str()).chain(named.into_iter().flatten().map(String::as_str))
    }

    /// The lines of one record batch; dictionaries and whole numbers are borrowed.
    ///
    /// A line that lacks a value (null, NaN, or a text of nothing but space) has no price, and is told by its row.
    ///
    /// # Errors
    /// [`ErrorKind::Column`] where a column is missing, there twice, of a type that cannot be what it is named for, or
    /// where it is not said once how the point of delivery and the length of stay are found; [`ErrorKind::Row`] for a
    /// number of units or a cost below zero, and for a text that is no date.
    pub fn read<'a>(&'a self, batch: &'a RecordBatch) -> Result<Lines<'a>> {
        let mut missing = Vec::new();
        let mut get = |name: &'a Option<String>, what: &'static str| -> Result<Option<Column<'a>>> {
            let Some(name) = name else { return Ok(None) };
            let column = find(batch, name)?;
            missing.extend(column.missing().into_iter().map(|row| (row, what)));
            Ok(Some(column))
        };
        let stay = match (get(&self.stay, "length of stay")?, get(&self.admitted, "admission")?) {
            (Some(stay), None) => Some(Stay::Nights(stay.whole()?)),
            (None, Some(admitted)) => {
                let Some(discharged) = get(&self.discharged, "discharge")? else {
                    return Err(Self::unclear_stay());
                };
                Some(Stay::Dates { admitted: admitted.days()?, discharged: discharged.days()? })
            }
            (None, None) => None,
            (Some(_), Some(_)) => return Err(Self::unclear_stay()),
        };
        let method = get(&self.method, "admission method")?;
        let done = match (
            method,
            get(&self.class, "patient classification")?,
            get(&self.point, "point of delivery")?,
        ) {
            (Some(method), Some(class), None) => {
                let stay = stay.ok_or_else(Self::unclear_stay)?;
                if self.units.is_some() {
                    return Err(Self::unclear_units());
                }
                // An age is only missing where a price depends on it.
                let age = self.age.as_ref().map(|name| find(batch, name)?.ages()).transpose()?;
                Done::Spells { method: method.coded()?, class: class.coded()?, stay, age }
            }
            (None, None, Some(point)) => {
                let units = get(&self.units, "units")?.map(|units| units.steps(MILLION, 999_999_999.0));
                Done::Points { point: point.coded()?, stay, units: units.transpose()?.map(Into::into) }
            }
            _ => return Err(Self::unclear_point()),
        };
        let code = find(batch, &self.code)?;
        let provider = get(&self.provider, "provider")?;
        let date = get(&self.date, "date")?;
        let best_practice = get(&self.best_practice, "best practice")?;
        let specialised = get(&self.specialised, "specialised")?;
        missing.extend(code.missing().into_iter().map(|row| (row, "code")));
        let mut lines = Lines::new(code.coded()?, done)?.missing(missing);
        if let Some(provider) = provider {
            lines = lines.provider(provider.coded()?)?;
        }
        if let Some(date) = date {
            lines = lines.date(date.days()?)?;
        }
        if let Some(met) = best_practice {
            lines = lines.best_practice(met.flags()?)?;
        }
        if let Some(is) = specialised {
            lines = lines.specialised(is.flags()?)?;
        }
        if let Some(cost) = &self.cost {
            lines = lines.cost(find(batch, cost)?.cost()?)?;
        }
        Ok(lines)
    }

    fn unclear_stay() -> Error {
        Error::new(
            ErrorKind::Column,
            "length of stay",
            "it is not said once how long patients stayed",
            "name the column with nights, or both columns with admission and discharge",
        )
    }

    fn unclear_point() -> Error {
        Error::new(
            ErrorKind::Column,
            "point of delivery",
            "it is not said once how it is found",
            "name admission method and patient classification of spells, or the column with the point of delivery",
        )
    }

    fn unclear_units() -> Error {
        Error::new(
            ErrorKind::Column,
            "units",
            "lines that are spells stand for one each",
            "leave the units out, or name the column with the point of delivery",
        )
    }
}

impl Column<'_> {
    /// Pence; a cost that is not known cannot be added up.
    fn cost(&self) -> Result<Vec<i64>> {
        if let Some(row) = self.missing().first() {
            return Err(self.wrong_value(*row, "the cost is missing", "fill it, or leave the column out"));
        }
        self.steps(100.0, 1e11)
    }
}

/// A column of a batch by its name.
pub(super) fn find<'a>(batch: &'a RecordBatch, name: &'a str) -> Result<Column<'a>> {
    let schema = batch.schema_ref();
    let mut found = schema.fields().iter().enumerate().filter(|(_, field)| field.name() == name);
    match (found.next().and_then(|(place, _)| batch.columns().get(place)), found.next()) {
        (Some(array), None) => Ok(Column {
            name,
            array: array.as_ref(),
            series: Series::new(format!("column `{name}`"), vec![array.clone()]),
        }),
        // The table says it better: which columns there are, and which is near.
        _ => Err(match Table::new(std::slice::from_ref(batch))?.column(name) {
            Err(why) => why,
            Ok(_) => Error::new(
                ErrorKind::Column,
                format!("column `{name}`"),
                "it cannot be read",
                "check the table",
            ),
        }),
    }
}
