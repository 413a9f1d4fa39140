//! Terms: the numbers that were agreed, each dated and with its source.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::unit::Unit;
use crate::{decimal::Exact, exposure::Date};

/// A value from its date on, until the next date.
///
/// A value without a date holds from the start of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Dated<T> {
    /// Values by the date from which each holds.
    From(BTreeMap<Date, T>),
    /// One value for the whole contract.
    Always(T),
}

impl<T> Dated<T> {
    /// The value that holds on a day; none before the first date.
    pub fn on(&self, day: Date) -> Option<&T> {
        match self {
            Self::Always(value) => Some(value),
            Self::From(values) => values.range(..=day).next_back().map(|(_, value)| value),
        }
    }

    /// Every value with the date from which it holds, earliest first.
    pub fn iter(&self) -> impl Iterator<Item = (Option<Date>, &T)> {
        let (always, from) = match self {
            Self::Always(value) => (Some((None, value)), None),
            Self::From(values) => (None, Some(values.iter().map(|(day, value)| (Some(*day), value)))),
        };
        always.into_iter().chain(from.into_iter().flatten())
    }

    /// Whether there is no value at all.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::From(values) if values.is_empty())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Dated<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DatedVisitor(PhantomData))
    }
}

/// A map is a set of dates, anything else the one value. An untagged enum would lose the place of an error.
struct DatedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> de::Visitor<'de> for DatedVisitor<T> {
    type Value = Dated<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, or values by date such as { 2026-04-01 = \"412.50\" }")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        BTreeMap::deserialize(de::value::MapAccessDeserializer::new(map)).map(Dated::From)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        T::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(Dated::Always)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        T::deserialize(de::value::StrDeserializer::new(text)).map(Dated::Always)
    }

    fn visit_i64<E: de::Error>(self, whole: i64) -> Result<Self::Value, E> {
        T::deserialize(de::value::I64Deserializer::new(whole)).map(Dated::Always)
    }

    fn visit_u64<E: de::Error>(self, whole: u64) -> Result<Self::Value, E> {
        T::deserialize(de::value::U64Deserializer::new(whole)).map(Dated::Always)
    }

    fn visit_f64<E: de::Error>(self, float: f64) -> Result<Self::Value, E> {
        T::deserialize(de::value::F64Deserializer::new(float)).map(Dated::Always)
    }
}

/// One band of a piecewise-linear share: this share of the part up to `upto`, beyond the band before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Where the band ends; the last band has none and is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upto: Option<Exact>,
    /// The share of the part that falls in the band, from 0 to 1.
    pub share: Exact,
}

/// A value that holds from a key on, until the next row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The smallest key of the row.
    pub from: Exact,
    /// The value of the row.
    pub value: Exact,
}

/// A point of a line; between two points the value is interpolated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The key.
    pub at: Exact,
    /// The value at the key.
    pub value: Exact,
}

/// A number, or a small table of numbers, that was agreed.
///
/// It has exactly one of `values`, `bands`, `steps`, `points` and `by_class`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The unit of the value; of `bands`, the unit of `upto`.
    pub unit: Unit,
    /// Where it is written: a clause, a schedule, a regulation, a published table.
    pub source: String,
    /// What it is, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Whether the source could not be checked; every statement that uses the term says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unverified: bool,
    /// A single number, by date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Dated<Exact>>,
    /// Bands of a gain or a loss.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bands: Option<Dated<Vec<Band>>>,
    /// The unit of the key of `steps` and `points`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<Unit>,
    /// A table whose value holds from each key on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Dated<Vec<Step>>>,
    /// A table interpolated between its points; beyond the last point the last value holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Dated<Vec<Point>>>,
    /// A number for each class of person, for thresholds that act on one person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_class: Option<IndexMap<String, Dated<Exact>>>,
}

impl Term {
    /// A single number that holds for the whole contract.
    pub fn value(unit: Unit, value: Exact, source: impl Into<String>) -> Self {
        Self { values: Some(Dated::Always(value)), ..Self::empty(unit, source) }
    }

    /// A piecewise-linear share; `unit` is that of `upto`.
    pub fn bands(unit: Unit, bands: Vec<Band>, source: impl Into<String>) -> Self {
        Self { bands: Some(Dated::Always(bands)), ..Self::empty(unit, source) }
    }

    /// A line through points, looked up by an amount of unit `of`.
    pub fn points(of: Unit, unit: Unit, points: Vec<Point>, source: impl Into<String>) -> Self {
        Self { of: Some(of), points: Some(Dated::Always(points)), ..Self::empty(unit, source) }
    }

    /// A threshold for each class of person.
    pub fn by_class(unit: Unit, classes: IndexMap<String, Exact>, source: impl Into<String>) -> Self {
        let classes = classes.into_iter().map(|(class, value)| (class, Dated::Always(value))).collect();
        Self { by_class: Some(classes), ..Self::empty(unit, source) }
    }

    fn empty(unit: Unit, source: impl Into<String>) -> Self {
        Self {
            unit,
            source: source.into(),
            about: None,
            unverified: false,
            values: None,
            bands: None,
            of: None,
            steps: None,
            points: None,
            by_class: None,
        }
    }
}

impl Term {
    /// The days on which a value of the term begins to hold.
    pub(super) fn days(&self) -> impl Iterator<Item = Date> {
        fn of<T>(values: Option<&Dated<T>>) -> Vec<Date> {
            values.into_iter().flat_map(Dated::iter).filter_map(|(day, _)| day).collect()
        }
        let classes = self.by_class.iter().flat_map(|classes| classes.values());
        [of(self.values.as_ref()), of(self.bands.as_ref()), of(self.steps.as_ref()), of(self.points.as_ref())]
            .into_iter()
            .flatten()
            .chain(classes.flat_map(|values| of(Some(values))))
    }
}
