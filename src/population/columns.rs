//! What a caller hands over: columns under the caller's own names.

use std::borrow::Cow;

use super::deprivation::DeprivationScale;
use crate::exposure::MONTHS_A_YEAR;

/// One column of a table: the caller's own name for it and one value a row.
///
/// The name is what errors speak of, so that a reader finds the column in the table he has.
#[derive(Debug, Clone)]
pub(crate) struct Column<'a, T: Clone> {
    pub(crate) name: String,
    pub(crate) values: Cow<'a, [T]>,
}

impl<'a, T: Clone> Column<'a, T> {
    fn new(name: impl Into<String>, values: impl Into<Cow<'a, [T]>>) -> Self {
        Self { name: name.into(), values: values.into() }
    }

    /// The same column with these rows only, in this order.
    pub(crate) fn keep(&self, rows: &[u32]) -> Self {
        let values: Vec<T> = rows.iter().filter_map(|&row| self.values.get(row as usize).cloned()).collect();
        Self { name: self.name.clone(), values: Cow::Owned(values) }
    }
}

/// Who a row is about: identifiers as whole numbers or as text.
///
/// Identifiers serve to tell people apart and go into the fingerprint; they are not kept.
#[derive(Debug, Clone)]
pub enum Ids<'a> {
    /// Whole numbers.
    Integers(Cow<'a, [i64]>),
    /// Text; an empty one is refused.
    Strings(Cow<'a, [&'a str]>),
}

impl Ids<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Integers(values) => values.len(),
            Self::Strings(values) => values.len(),
        }
    }

    /// The identifier in a row, in words.
    pub(crate) fn words(&self, row: usize) -> String {
        match self {
            Self::Integers(values) => values.get(row).map(ToString::to_string),
            Self::Strings(values) => values.get(row).map(|id| format!("`{id}`")),
        }
        .unwrap_or_default()
    }
}

impl<'a> From<&'a [i64]> for Ids<'a> {
    fn from(values: &'a [i64]) -> Self {
        Self::Integers(Cow::Borrowed(values))
    }
}

impl From<Vec<i64>> for Ids<'_> {
    fn from(values: Vec<i64>) -> Self {
        Self::Integers(Cow::Owned(values))
    }
}

impl<'a> From<&'a [&'a str]> for Ids<'a> {
    fn from(values: &'a [&'a str]) -> Self {
        Self::Strings(Cow::Borrowed(values))
    }
}

impl<'a> From<Vec<&'a str>> for Ids<'a> {
    fn from(values: Vec<&'a str>) -> Self {
        Self::Strings(Cow::Owned(values))
    }
}

/// The columns of a table about people, one row for each person and year, not yet checked.
///
/// Columns are borrowed or owned. Exposure and cost are required; [`Population::from_columns`] says so when
/// one is missing. Every method takes the caller's own name of the column first.
///
/// [`Population::from_columns`]: crate::population::Population::from_columns
///
/// ```
/// use capitation::population::Columns;
/// let months = [12.0, 6.5];
/// let columns = Columns::new()
///     .member_months("exposure", &months[..])
///     .cost("meddol", vec![120.25, 0.0])
///     .person("zper", vec![125_024, 125_025]);
/// assert_eq!(columns.len(), 2);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Columns<'a> {
    pub(crate) member_months: Option<Column<'a, f64>>,
    pub(crate) cost: Option<Column<'a, f64>>,
    pub(crate) person: Option<(String, Ids<'a>)>,
    pub(crate) year: Option<Column<'a, i64>>,
    pub(crate) settings: Vec<(String, Column<'a, f64>)>,
    pub(crate) activity: Vec<(String, Column<'a, f64>)>,
    pub(crate) need: Option<Column<'a, f64>>,
    pub(crate) class: Option<Column<'a, &'a str>>,
    pub(crate) cell: Option<Column<'a, &'a str>>,
    pub(crate) weight: Option<Column<'a, f64>>,
    pub(crate) deprivation: Option<(Column<'a, f64>, DeprivationScale)>,
}

impl<'a> Columns<'a> {
    /// No columns yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Exposure in member months, above 0 and at most 12 (a person year is 12 member months). Required.
    #[must_use]
    pub fn member_months(mut self, column: impl Into<String>, values: impl Into<Cow<'a, [f64]>>) -> Self {
        self.member_months = Some(Column::new(column, values));
        self
    }

    /// Exposure in person years, above 0 and at most 1: twelve member months each. In place of
    /// [`member_months`](Self::member_months).
    #[must_use]
    pub fn person_years(self, column: impl Into<String>, values: impl Into<Cow<'a, [f64]>>) -> Self {
        let mut values = values.into().into_owned();
        for value in &mut values {
            *value *= f64::from(MONTHS_A_YEAR);
        }
        self.member_months(column, values)
    }

    /// What the care cost, in major units of the currency (dollars, pounds), not negative. Required.
    #[must_use]
    pub fn cost(mut self, column: impl Into<String>, values: impl Into<Cow<'a, [f64]>>) -> Self {
        self.cost = Some(Column::new(column, values));
        self
    }

    /// Who each row is about. Without it every row is a person of its own.
    #[must_use]
    pub fn person(mut self, column: impl Into<String>, ids: impl Into<Ids<'a>>) -> Self {
        self.person = Some((column.into(), ids.into()));
        self
    }

    /// The year each row is about. Required when a person has more than one row.
    #[must_use]
    pub fn year(mut self, column: impl Into<String>, values: impl Into<Cow<'a, [i64]>>) -> Self {
        self.year = Some(Column::new(column, values));
        self
    }

    /// The cost in one care setting, in major units, under the name `measure` that contracts use. It is part of the
    /// cost, and a row in which it is more than the cost, by more than a minor unit, is refused.
    #[must_use]
    pub fn setting(
        mut self,
        measure: impl Into<String>,
        column: impl Into<String>,
        values: impl Into<Cow<'a, [f64]>>,
    ) -> Self {
        self.settings.push((measure.into(), Column::new(column, values)));
        self
    }

    /// A count of activity (admissions, visits), under the name `measure` that contracts use.
    #[must_use]
    pub fn activity(
        mut self,
        measure: impl Into<String>,
        column: impl Into<String>,
        values: impl Into<Cow<'a, [f64]>>,
    ) -> Self {
        self.activity.push((measure.into(), Column::new(column, values)));
        self
    }

    /// A need weight: a person of weight 2 is expected to need twice what one of weight 1 does.
    #[must_use]
    pub fn need(mut self, column: impl Into<String>, values: impl Into<Cow<'a, [f64]>>) -> Self {
        self.need = Some(Column::new(column, values));
        self
    }

    /// The class of each row, for terms that differ by class (thresholds by age group or entitlement).
    #[must_use]
    pub fn class(mut self, column: impl Into<String>, values: impl Into<Cow<'a, [&'a str]>>) -> Self {
        self.class = Some(Column::new(column, values));
        self
    }

    /// The risk cell of each row, in words: people whose costs are taken to have one law when a cost model is fitted to them,
    /// such as `65 and over, women, with a chronic condition`.
    #[must_use]
    pub fn cell(mut self, column: impl Into<String>, values: impl Into<Cow<'a, [&'a str]>>) -> Self {
        self.cell = Some(Column::new(column, values));
        self
    }

    /// A survey weight: how many people of the whole population a row stands for.
    #[must_use]
    pub fn weight(mut self, column: impl Into<String>, values: impl Into<Cow<'a, [f64]>>) -> Self {
        self.weight = Some(Column::new(column, values));
        self
    }

    /// How deprived the place is where the person of each row lives, by the national index, and what the numbers are:
    /// whole ones, 1 the most deprived. Every row is put into a fifth of the nation; the most deprived is Core20.
    ///
    /// A column that numbers from the least deprived has to be turned round before it comes here: nothing in the numbers
    /// tells the two apart.
    ///
    /// ```
    /// use capitation::{Currency, Population, money::RoundingMode};
    /// use capitation::population::{Columns, DeprivationScale};
    /// let columns = Columns::new()
    ///     .member_months("months", vec![12.0; 4])
    ///     .cost("cost", vec![900.0, 700.0, 800.0, 200.0])
    ///     .deprivation("imd_decile", DeprivationScale::Decile, vec![1.0, 2.0, 3.0, 10.0]);
    /// let people = Population::from_columns(&columns, Currency::new("GBP")?, RoundingMode::HalfUp)?;
    /// assert_eq!(people.deprivation().map(|column| column.fifths()), Some(&[1, 1, 2, 5][..]));
    /// # Ok::<(), capitation::Error>(())
    /// ```
    #[must_use]
    pub fn deprivation(
        mut self,
        column: impl Into<String>,
        scale: DeprivationScale,
        values: impl Into<Cow<'a, [f64]>>,
    ) -> Self {
        self.deprivation = Some((Column::new(column, values), scale));
        self
    }

    /// The number of rows: the length of the exposure column, 0 when there is none.
    pub fn len(&self) -> usize {
        self.member_months.as_ref().map_or(0, |column| column.values.len())
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same columns with these rows only, in this order.
    pub(crate) fn keep(&self, rows: &[u32]) -> Self {
        let named = |columns: &[(String, Column<'a, f64>)]| {
            columns.iter().map(|(measure, column)| (measure.clone(), column.keep(rows))).collect()
        };
        let person = self.person.as_ref().map(|(name, ids)| {
            let at = |row: &u32| *row as usize;
            let ids = match ids {
                Ids::Integers(values) => {
                    Ids::Integers(rows.iter().filter_map(|row| values.get(at(row)).copied()).collect())
                }
                Ids::Strings(values) => {
                    Ids::Strings(rows.iter().filter_map(|row| values.get(at(row)).copied()).collect())
                }
            };
            (name.clone(), ids)
        });
        Self {
            member_months: self.member_months.as_ref().map(|column| column.keep(rows)),
            cost: self.cost.as_ref().map(|column| column.keep(rows)),
            person,
            year: self.year.as_ref().map(|column| column.keep(rows)),
            settings: named(&self.settings),
            activity: named(&self.activity),
            need: self.need.as_ref().map(|column| column.keep(rows)),
            class: self.class.as_ref().map(|column| column.keep(rows)),
            cell: self.cell.as_ref().map(|column| column.keep(rows)),
            weight: self.weight.as_ref().map(|column| column.keep(rows)),
            deprivation: self.deprivation.as_ref().map(|(column, scale)| (column.keep(rows), *scale)),
        }
    }
}
