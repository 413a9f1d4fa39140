//! Places as columns, checked at the door.

use std::collections::HashSet;

use indexmap::IndexMap;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::{
    error::{Error, ErrorKind, Result},
    fingerprint::Fingerprint,
};

/// A thousand million: there are not so many people, and a product of larger numbers could not be held exactly.
const LARGEST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// Decimals kept of a number that comes as a float: as many as NHS England publishes.
const DECIMALS: u32 = 9;

/// Places that money is shared out among: practices, wards, boards. A code each, columns of numbers, and the larger
/// places that they belong to.
///
/// ```
/// use capitation::adjustment::Places;
/// let places = Places::new(["north", "south"])?
///     .with("registered list", vec![1000.into(), 2000.into()])?
///     .with_group("board", ["all", "all"])?;
/// assert_eq!(places.len(), 2);
/// assert!(Places::new(["north", "north"]).is_err());
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    codes: Vec<String>,
    columns: IndexMap<String, Vec<Decimal>>,
    groups: IndexMap<String, Vec<String>>,
}

impl Places {
    /// Places by their codes, in order.
    ///
    /// # Errors
    /// [`Name`](ErrorKind::Name) where a code is blank or there twice, or there is none at all.
    pub fn new<S: Into<String>>(codes: impl IntoIterator<Item = S>) -> Result<Self> {
        let codes: Vec<String> = codes.into_iter().map(Into::into).collect();
        let refuse = |place: String, problem: String, remedy: &str| {
            Err(Error::new(ErrorKind::Name, place, problem, remedy))
        };
        if codes.is_empty() {
            return refuse("places".to_owned(), "there are none".to_owned(), "give at least one");
        }
        let mut seen = HashSet::new();
        for (row, code) in codes.iter().enumerate() {
            if code.trim().is_empty() {
                return refuse(
                    row_of(row),
                    "the code of the place is blank".to_owned(),
                    "give each place a code of its own",
                );
            }
            if !seen.insert(code.as_str()) {
                let twice = codes.len() - codes.iter().collect::<HashSet<_>>().len();
                let problem =
                    format!("place `{code}` is there before; {twice} rows in all repeat an earlier place");
                return refuse(
                    row_of(row),
                    problem,
                    "give each place one row: add up the rows of one place first",
                );
            }
        }
        Ok(Self { codes, columns: IndexMap::new(), groups: IndexMap::new() })
    }

    /// The same with a column of numbers.
    ///
    /// # Errors
    /// [`Column`](ErrorKind::Column) where it has another length than the codes; [`Name`](ErrorKind::Name) where there is a
    /// column of this name.
    pub fn with(mut self, column: impl Into<String>, values: Vec<Decimal>) -> Result<Self> {
        let column = column.into();
        self.check_length(&column, values.len())?;
        if self.columns.contains_key(&column) {
            let place = format!("column `{column}`");
            let remedy = "name each column once";
            return Err(Error::new(ErrorKind::Name, place, "it is there already", remedy));
        }
        self.columns.insert(column, values);
        Ok(self)
    }

    /// The same with a column of floats, each taken half up to nine decimals, in which such columns are published.
    ///
    /// # Errors
    /// As [`with`](Self::with); [`Row`](ErrorKind::Row) where one is not a number, or is too large.
    pub fn with_floats(self, column: impl Into<String>, values: &[f64]) -> Result<Self> {
        let column = column.into();
        self.check_length(&column, values.len())?;
        let decimal = |(value, code): (&f64, &String)| {
            let read = value.is_finite().then(|| value.to_string().parse::<Decimal>().ok()).flatten();
            let read = read.filter(|read| read.abs() < LARGEST);
            let exact =
                |read: Decimal| read.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointAwayFromZero);
            read.map(exact).ok_or_else(|| {
                let problem = format!("{value} is not a number that can be held");
                let remedy = "correct the cell, or leave the place out";
                Error::new(ErrorKind::Row, format!("place `{code}`, {column}"), problem, remedy)
            })
        };
        let values = values.iter().zip(&self.codes).map(decimal).collect::<Result<_>>()?;
        self.with(column, values)
    }

    /// The same with the larger place that each belongs to: a network, a board, a region.
    ///
    /// # Errors
    /// [`Column`](ErrorKind::Column) where it has another length than the codes, [`Row`](ErrorKind::Row) where a place belongs
    /// to none.
    pub fn with_group<S: Into<String>>(
        mut self,
        group: impl Into<String>,
        names: impl IntoIterator<Item = S>,
    ) -> Result<Self> {
        let group = group.into();
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        self.check_length(&group, names.len())?;
        let mut blank = names.iter().zip(&self.codes).filter(|(name, _)| name.trim().is_empty());
        if let Some((_, code)) = blank.next() {
            let problem = match blank.count() {
                0 => format!("it belongs to no {group}"),
                more => format!("it belongs to no {group}, and {more} more do not"),
            };
            let remedy = "name one for each, such as `none`, or leave the places out";
            return Err(Error::new(ErrorKind::Row, format!("place `{code}`"), problem, remedy));
        }
        self.groups.insert(group, names);
        Ok(self)
    }

    fn check_length(&self, column: &str, length: usize) -> Result<()> {
        if length == self.codes.len() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Column,
            format!("column `{column}`"),
            format!("it has {length} rows where there are {} places", self.codes.len()),
            "give one value for each place",
        ))
    }

    /// How many places there are.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is none: never, since that is refused.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The codes, in order.
    pub fn codes(&self) -> &[String] {
        &self.codes
    }

    /// The columns of numbers by name.
    pub fn columns(&self) -> &IndexMap<String, Vec<Decimal>> {
        &self.columns
    }

    /// The larger places that each belongs to, by what they are called.
    pub fn groups(&self) -> &IndexMap<String, Vec<String>> {
        &self.groups
    }

    /// The same with another column in the place of one.
    pub(super) fn replaced(&self, column: &str, values: Vec<Decimal>) -> Self {
        let mut places = self.clone();
        places.columns.insert(column.to_owned(), values);
        places
    }

    /// `sha256:` and the digest of all that the places hold, whatever trailing zeros numbers have.
    pub fn fingerprint(&self) -> String {
        let mut fingerprint = Fingerprint::of("places 1");
        fingerprint.length(self.codes.len());
        fingerprint.length(self.columns.len());
        let mut texts = |name: &str, values: &mut dyn Iterator<Item = String>| {
            fingerprint.text(name);
            for value in values {
                fingerprint.text(&value);
            }
        };
        texts("code", &mut self.codes.iter().cloned());
        for (name, values) in &self.columns {
            texts(name, &mut values.iter().map(|value| value.normalize().to_string()));
        }
        for (name, values) in &self.groups {
            texts(name, &mut values.iter().cloned());
        }
        fingerprint.written()
    }
}

/// Where a row is, counted from 0 as tables do.
fn row_of(row: usize) -> String {
    format!("row {row} (the first is 0)")
}
