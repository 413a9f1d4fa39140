//! Which column of a table of activity is what.

use arrow_array::RecordBatch;

use super::columns::{Column, Read, Unfit};
use crate::{
    activity::lines::{Coded, Done, Flaw, Lines, Stay},
    error::{Error, ErrorKind, Result},
    table::Table,
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

    /// The lines of a table, batch by batch: errors tell the row of the table.
    ///
    /// # Errors
    /// As [`LineNames::read`].
    pub fn read_all<'a>(&'a self, batches: &'a [RecordBatch]) -> Result<Vec<Lines<'a>>> {
        self.read_all_from(batches, 0)
    }

    /// As [`read_all`](Self::read_all), of batches that come after so many rows of their table.
    ///
    /// # Errors
    /// As [`LineNames::read`].
    pub fn read_all_from<'a>(&'a self, batches: &'a [RecordBatch], rows: usize) -> Result<Vec<Lines<'a>>> {
        let mut first_row = rows;
        let mut lines = Vec::with_capacity(batches.len());
        for batch in batches {
            lines.push(self.read_from(batch, first_row)?);
            first_row += batch.num_rows();
        }
        Ok(lines)
    }

    /// The lines of a table of one record batch; dictionaries and whole numbers are borrowed.
    ///
    /// A line that lacks a value (null, NaN, or a text of nothing but space), or has one that is none of its kind (a text
    /// that is no date, a fraction of a night, a number of units below zero), has no price where the price depends on it,
    /// and is told by its row.
    ///
    /// # Errors
    /// [`ErrorKind::Column`] where a column is missing, there twice, of a type that cannot be what it is named for, or
    /// where it is not said once how the point of delivery and the length of stay are found; [`ErrorKind::Row`] for a cost
    /// that is missing or below zero: it changes no payment, so that no line is without a price for it.
    pub fn read<'a>(&'a self, batch: &'a RecordBatch) -> Result<Lines<'a>> {
        self.read_from(batch, 0)
    }

    /// The lines of a batch whose first row is this one of its table.
    pub(super) fn read_from<'a>(&'a self, batch: &'a RecordBatch, first_row: usize) -> Result<Lines<'a>> {
        let get = |name: &'a Option<String>, what: &'static str| -> Result<Option<Asked<'a>>> {
            let column = name.as_ref().map(|name| find(batch, name, first_row)).transpose()?;
            Ok(column.map(|column| Asked { column, what }))
        };
        let mut flaws = Vec::new();
        let stay = match (get(&self.stay, "length of stay")?, get(&self.admitted, "admission")?) {
            (Some(stay), None) => Some(Stay::Nights(stay.read(Column::whole, &mut flaws)?)),
            (None, Some(admitted)) => {
                let discharged = get(&self.discharged, "discharge")?.ok_or_else(Self::unclear_stay)?;
                Some(Stay::Dates {
                    admitted: admitted.read(Column::days, &mut flaws)?,
                    discharged: discharged.read(Column::days, &mut flaws)?,
                })
            }
            (None, None) => None,
            (Some(_), Some(_)) => return Err(Self::unclear_stay()),
        };
        let done = match (
            get(&self.method, "admission method")?,
            get(&self.class, "patient classification")?,
            get(&self.point, "point of delivery")?,
        ) {
            (Some(method), Some(class), None) => {
                let stay = stay.ok_or_else(Self::unclear_stay)?;
                if self.units.is_some() {
                    return Err(Self::unclear_units());
                }
                let age = get(&self.age, "age")?;
                Done::Spells {
                    method: method.coded(&mut flaws)?,
                    class: class.coded(&mut flaws)?,
                    stay,
                    age: age.map(|age| age.read(Column::whole, &mut flaws)).transpose()?,
                }
            }
            (None, None, Some(point)) => {
                let units = get(&self.units, "units")?;
                let units = units.map(|units| units.read(Column::units, &mut flaws)).transpose()?;
                Done::Points { point: point.coded(&mut flaws)?, stay, units: units.map(Into::into) }
            }
            _ => return Err(Self::unclear_point()),
        };
        let code = Asked { column: find(batch, &self.code, first_row)?, what: "code" };
        let mut lines = Lines::new(code.coded(&mut flaws)?, done)?;
        if let Some(provider) = get(&self.provider, "provider")? {
            lines = lines.provider(provider.coded(&mut flaws)?)?;
        }
        if let Some(date) = get(&self.date, "date")? {
            lines = lines.date(date.read(Column::days, &mut flaws)?)?;
        }
        if let Some(met) = get(&self.best_practice, "best practice")? {
            lines = lines.best_practice(met.read(Column::flags, &mut flaws)?)?;
        }
        if let Some(is) = get(&self.specialised, "specialised")? {
            lines = lines.specialised(is.read(Column::flags, &mut flaws)?)?;
        }
        if let Some(cost) = get(&self.cost, "cost")? {
            lines = lines.cost(cost.column.pence()?)?;
        }
        Ok(lines.flawed(flaws))
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

/// A column, and what of a line it says.
struct Asked<'a> {
    column: Column<'a>,
    what: &'static str,
}

impl<'a> Asked<'a> {
    /// The values; rows that lack one are noted.
    fn coded(&self, flaws: &mut Vec<Flaw>) -> Result<Coded<'a>> {
        self.note_missing(flaws);
        self.column.coded()
    }

    /// The values; rows that lack one, or have one that is none of its kind, are noted.
    fn read<T>(&self, read: fn(&Column<'a>) -> Result<Read<T>>, flaws: &mut Vec<Flaw>) -> Result<T> {
        self.note_missing(flaws);
        let Read { values, unfit } = read(&self.column)?;
        let flaw =
            |unfit: Unfit| Flaw { row: unfit.row, what: self.what, fault: unfit.fault, value: unfit.value };
        flaws.extend(unfit.into_iter().map(flaw));
        Ok(values)
    }

    fn note_missing(&self, flaws: &mut Vec<Flaw>) {
        flaws.extend(self.column.missing().into_iter().map(|row| Flaw::missing(row, self.what)));
    }
}

/// A column of a batch by its name; the first row of the batch is this one of its table.
pub(super) fn find<'a>(batch: &'a RecordBatch, name: &'a str, first_row: usize) -> Result<Column<'a>> {
    let schema = batch.schema_ref();
    let mut found = schema.fields().iter().enumerate().filter(|(_, field)| field.name() == name);
    match (found.next().and_then(|(place, _)| batch.columns().get(place)), found.next()) {
        (Some(array), None) => Ok(Column::of(name, array, first_row)),
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
