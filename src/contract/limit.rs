//! Limits: what an amount can be at all.

mod check;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::decimal::Exact;

/// One end of a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// A number in the unit of the amount, money in major units.
    Number(Exact),
    /// Another amount of the contract by its name: an input, a term with `values` or a clause, in the same unit.
    Amount(String),
}

/// What an input, or what a clause makes of inputs, can be at all: beyond it, what was given is a slip and is refused,
/// never settled.
///
/// The unit of an input has limits of its own, which need not be written: a count is not negative, and a share is from 0
/// to 1. A limit says more: that a year has at most twelve months, that those counted are among those eligible.
///
/// ```
/// use capitation::contract::{Bound, Limit};
/// let limit: Limit = toml::from_str(r#"least = "0"
/// most = "patients eligible""#).unwrap();
/// assert_eq!(limit.most, Some(Bound::Amount("patients eligible".to_owned())));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The least that it can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<Bound>,
    /// The most that it can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<Bound>,
    /// Why, in words that can follow a colon: `a year has twelve months`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Limit {
    /// The ends that there are.
    pub(crate) fn bounds(&self) -> impl Iterator<Item = &Bound> {
        self.least.iter().chain(&self.most)
    }

    /// The same limit without the ends that name an amount which `keep` does not know; none where nothing is left.
    pub(super) fn keeping(&self, keep: impl Fn(&str) -> bool) -> Option<Self> {
        let known = |bound: &Option<Bound>| bound.clone().filter(|bound| bound.name().is_none_or(&keep));
        let kept = Self { least: known(&self.least), most: known(&self.most), why: self.why.clone() };
        let says_something = kept.bounds().next().is_some();
        says_something.then_some(kept)
    }

    /// The same limit with every name and word changed.
    pub(super) fn try_map<E>(&self, change: impl Fn(&str) -> Result<String, E>) -> Result<Self, E> {
        let bound = |bound: &Bound| match bound {
            Bound::Number(number) => Ok(Bound::Number(*number)),
            Bound::Amount(name) => change(name).map(Bound::Amount),
        };
        Ok(Self {
            least: self.least.as_ref().map(bound).transpose()?,
            most: self.most.as_ref().map(bound).transpose()?,
            why: self.why.as_deref().map(&change).transpose()?,
        })
    }
}

impl Bound {
    /// The amount that it names, where it names one.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Number(_) => None,
            Self::Amount(name) => Some(name),
        }
    }
}

impl From<&str> for Bound {
    /// A plain decimal is a number, and any other text the name of an amount.
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Amount(text.to_owned()), Self::Number)
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Amount(name) => name.fmt(f),
        }
    }
}

impl Serialize for Bound {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BoundVisitor)
    }
}

struct BoundVisitor;

impl de::Visitor<'_> for BoundVisitor {
    type Value = Bound;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal in quotes, an integer, or the name of another amount")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Bound, E> {
        Ok(Bound::from(text))
    }

    fn visit_i64<E: de::Error>(self, whole: i64) -> Result<Bound, E> {
        Ok(Bound::Number(Exact(whole.into())))
    }

    fn visit_u64<E: de::Error>(self, whole: u64) -> Result<Bound, E> {
        Ok(Bound::Number(Exact(whole.into())))
    }

    fn visit_f64<E: de::Error>(self, float: f64) -> Result<Bound, E> {
        Exact::deserialize(de::value::F64Deserializer::new(float)).map(Bound::Number)
    }
}

impl schemars::JsonSchema for Bound {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Bound".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A decimal in quotes, an integer, or the name of another amount of the contract; never a float.",
            "type": ["string", "integer"],
        })
    }
}
