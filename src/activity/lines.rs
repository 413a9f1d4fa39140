//! Lines of activity: columns, as they lie in memory.

use std::borrow::Cow;

use super::{fault::Fault, whole::Whole};
use crate::error::{Error, ErrorKind, Result};

/// A column of texts: for each row the place of its text among the distinct ones.
#[derive(Debug, Clone)]
pub struct Coded<'a> {
    /// For each row a place in `values`.
    pub keys: Whole<'a>,
    /// The distinct texts, from place 0.
    pub values: Vec<Cow<'a, str>>,
}

impl<'a> Coded<'a> {
    /// The column of these texts.
    pub fn of(texts: impl IntoIterator<Item = impl Into<Cow<'a, str>>>) -> Self {
        let mut places = indexmap::IndexSet::new();
        let keys: Vec<u32> = texts
            .into_iter()
            .map(|text| u32::try_from(places.insert_full(text.into()).0).unwrap_or(u32::MAX))
            .collect();
        Self { keys: keys.into(), values: places.into_iter().collect() }
    }

    pub(crate) fn text(&self, row: usize) -> &str {
        let place = self.keys.get(row).and_then(|key| usize::try_from(key).ok());
        place.and_then(|place| self.values.get(place)).map_or("", |text| text)
    }

    /// What each distinct text is.
    pub(crate) fn map<T>(&self, of: impl FnMut(&str) -> T) -> Vec<T> {
        let mut of = of;
        self.values.iter().map(|text| of(text)).collect()
    }
}

/// How long patients stayed.
#[derive(Debug, Clone)]
pub enum Stay<'a> {
    /// Nights, net of days that are paid for in other ways (critical care, rehabilitation).
    Nights(Whole<'a>),
    /// Admission and discharge, in days since 1 January 1970.
    Dates {
        /// The day of admission.
        admitted: Cow<'a, [i32]>,
        /// The day of discharge.
        discharged: Cow<'a, [i32]>,
    },
}

impl Stay<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Nights(nights) => nights.len(),
            Self::Dates { admitted, .. } => admitted.len(),
        }
    }
}

/// What was done, and what the price depends on.
#[derive(Debug, Clone)]
pub enum Done<'a> {
    /// Spells, one a row: the point of delivery follows from what is known of the patient.
    Spells {
        /// Admission method, by the codes of the NHS Data Dictionary.
        method: Coded<'a>,
        /// Patient classification, by the same.
        class: Coded<'a>,
        /// Length of stay.
        stay: Stay<'a>,
        /// Age on admission in years; needed where the tariff has short-stay emergency prices.
        age: Option<Whole<'a>>,
    },
    /// Lines that say their point of delivery, by the names of [`PointOfDelivery`](super::PointOfDelivery).
    Points {
        /// The point of delivery.
        point: Coded<'a>,
        /// Length of stay, where lines are single spells.
        stay: Option<Stay<'a>>,
        /// How many spells, attendances or days a line stands for, in millionths; one where left out.
        units: Option<Cow<'a, [i64]>>,
    },
}

/// Lines of activity: a table, or a part of one, as columns of the same length.
///
/// ```
/// use capitation::activity::{Coded, Done, Lines, Stay};
///
/// let lines = Lines::new(
///     Coded::of(["HN22E", "DZ11V"]),
///     Done::Spells {
///         method: Coded::of(["11", "21"]),
///         class: Coded::of(["1", "1"]),
///         stay: Stay::Nights(vec![4_i16, 20].into()),
///         age: Some(vec![67_u8, 80].into()),
///     },
/// )?;
/// assert_eq!(lines.len(), 2);
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    pub(crate) code: Coded<'a>,
    pub(crate) done: Done<'a>,
    pub(crate) provider: Option<Coded<'a>>,
    pub(crate) date: Option<Cow<'a, [i32]>>,
    pub(crate) best_practice: Option<Cow<'a, [bool]>>,
    pub(crate) specialised: Option<Cow<'a, [bool]>>,
    pub(crate) cost: Option<Cow<'a, [i64]>>,
    /// In ascending order of rows.
    pub(crate) flaws: Vec<Flaw>,
}

/// A value that a line lacks, or has and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Flaw {
    pub(crate) row: usize,
    /// Which value: `provider`, `date`, …
    pub(crate) what: &'static str,
    /// [`Fault::Missing`], or what is wrong with the value.
    pub(crate) fault: Fault,
    /// The value as it is written; empty where there is none.
    pub(crate) value: String,
}

impl Flaw {
    pub(crate) fn missing(row: usize, what: &'static str) -> Self {
        Self { row, what, fault: Fault::Missing, value: String::new() }
    }
}

impl<'a> Lines<'a> {
    /// Lines of these codes (HRG, treatment function).
    ///
    /// # Errors
    /// [`ErrorKind::Column`] where columns differ in length.
    pub fn new(code: Coded<'a>, done: Done<'a>) -> Result<Self> {
        let lines = Self {
            code,
            done,
            provider: None,
            date: None,
            best_practice: None,
            specialised: None,
            cost: None,
            flaws: Vec::new(),
        };
        let lengths: Vec<(&str, usize)> = match &lines.done {
            Done::Spells { method, class, stay, age } => {
                let mut lengths = vec![
                    ("admission method", method.keys.len()),
                    ("patient classification", class.keys.len()),
                    ("length of stay", stay.len()),
                ];
                if let Stay::Dates { discharged, .. } = stay {
                    lengths.push(("discharge", discharged.len()));
                }
                lengths.extend(age.as_ref().map(|age| ("age", age.len())));
                lengths
            }
            Done::Points { point, stay, units } => {
                let mut lengths = vec![("point of delivery", point.keys.len())];
                lengths.extend(stay.as_ref().map(|stay| ("length of stay", stay.len())));
                if let Some(Stay::Dates { discharged, .. }) = stay {
                    lengths.push(("discharge", discharged.len()));
                }
                lengths.extend(units.as_ref().map(|units| ("units", units.len())));
                lengths
            }
        };
        for (what, length) in lengths {
            lines.check_length(what, length)?;
        }
        Ok(lines)
    }

    /// The provider of each line; needed where there are market forces factors.
    ///
    /// # Errors
    /// As [`Lines::new`].
    pub fn provider(mut self, provider: Coded<'a>) -> Result<Self> {
        self.check_length("provider", provider.keys.len())?;
        self.provider = Some(provider);
        Ok(self)
    }

    /// The day that decides the financial year and the month of each line (discharge, attendance), in days since
    /// 1 January 1970. Without it all lines are taken to be of the tariff's year, and totals have no months.
    ///
    /// # Errors
    /// As [`Lines::new`].
    pub fn date(mut self, date: impl Into<Cow<'a, [i32]>>) -> Result<Self> {
        let date = date.into();
        self.check_length("date", date.len())?;
        self.date = Some(date);
        Ok(self)
    }

    /// Whether the criteria of the best-practice price are met; needed where the tariff has such prices.
    ///
    /// # Errors
    /// As [`Lines::new`].
    pub fn best_practice(mut self, met: impl Into<Cow<'a, [bool]>>) -> Result<Self> {
        let met = met.into();
        self.check_length("best practice", met.len())?;
        self.best_practice = Some(met);
        Ok(self)
    }

    /// Whether the line is a specialised service of an eligible provider, which the top-up is for; needed where the
    /// tariff has top-ups.
    ///
    /// # Errors
    /// As [`Lines::new`].
    pub fn specialised(mut self, is: impl Into<Cow<'a, [bool]>>) -> Result<Self> {
        let is = is.into();
        self.check_length("specialised", is.len())?;
        self.specialised = Some(is);
        Ok(self)
    }

    /// What the line cost to deliver, in pence. A price is not a cost: it changes no payment and is added up beside it.
    ///
    /// # Errors
    /// As [`Lines::new`]; [`ErrorKind::Row`] for a cost below zero or above £100 billion.
    pub fn cost(mut self, pence: impl Into<Cow<'a, [i64]>>) -> Result<Self> {
        let pence = pence.into();
        self.check_length("cost", pence.len())?;
        if let Some(row) = pence.iter().position(|pence| !(0..=10_000_000_000_000).contains(pence)) {
            return Err(Error::new(
                ErrorKind::Row,
                format!("cost, row {row} (the first row is 0)"),
                format!(
                    "{} pence is not from 0 to £100 billion",
                    pence.get(row).copied().unwrap_or_default()
                ),
                "net refunds against what they correct, and check the unit",
            ));
        }
        self.cost = Some(pence);
        Ok(self)
    }

    /// Rows that lack a value, with what they lack: `code`, `provider`, … They have no price where it depends on the value:
    /// a `provider` is only missing where there are market forces factors, `best practice` and `specialised` where the
    /// tariff has such prices, and `age` where the spell is a short emergency.
    #[must_use]
    pub fn missing(self, rows: Vec<(usize, &'static str)>) -> Self {
        self.flawed(rows.into_iter().map(|(row, what)| Flaw::missing(row, what)).collect())
    }

    /// What lines lack, and what of them cannot be read.
    #[must_use]
    pub(crate) fn flawed(mut self, mut flaws: Vec<Flaw>) -> Self {
        flaws.sort_unstable();
        self.flaws = flaws;
        self
    }

    /// What is wrong with a value of a row.
    pub(crate) fn flaw(&self, row: usize, what: &str) -> Option<&Flaw> {
        let first = self.flaws.partition_point(|flaw| flaw.row < row);
        self.flaws.iter().skip(first).take_while(|flaw| flaw.row == row).find(|flaw| flaw.what == what)
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.code.keys.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn check_length(&self, what: &str, length: usize) -> Result<()> {
        check_length(what, length, "codes", self.len())
    }
}

/// Refuses a column of another length than the one that the others are measured by.
pub(crate) fn check_length(what: &str, length: usize, of: &str, wanted: usize) -> Result<()> {
    if length == wanted {
        return Ok(());
    }
    let problem = format!("it has {length} rows where the {of} have {wanted}");
    Err(Error::new(ErrorKind::Column, what, problem, "give columns of one table"))
}
