//! Dates, periods and exposure: how long people are covered.

use std::fmt;

use jiff::{Span, civil};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::{Error, ErrorKind, Result};

/// Member months in a person year.
pub const MONTHS_A_YEAR: u32 = 12;

/// A calendar date: `2026-04-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

impl Date {
    /// A date by year, month and day.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] where there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self> {
        civil::Date::new(year, month, day).map(Self).map_err(|_| no_date(&format!("{year}-{month}-{day}")))
    }
}

impl Date {
    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, January being 1.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// Days since 1 January 1970; below zero before it.
    pub fn days_since_1970(self) -> i32 {
        let since = self.0.duration_since(civil::date(1970, 1, 1)).as_hours().div_euclid(24);
        i32::try_from(since).unwrap_or(i32::MAX)
    }

    /// The date this many days after 1 January 1970; nothing where it is outside the calendar.
    pub fn of_days_since_1970(days: i32) -> Option<Self> {
        let span = Span::new().try_days(days).ok()?;
        civil::date(1970, 1, 1).checked_add(span).ok().map(Self)
    }

    /// The same day so many years later; 28 February for the 29th where there is none.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] after the last day there is.
    ///
    /// ```
    /// use capitation::exposure::Date;
    /// let leap = Date::new(2028, 2, 29)?;
    /// assert_eq!((leap.years_later(4)?, leap.years_later(1)?), (Date::new(2032, 2, 29)?, Date::new(2029, 2, 28)?));
    /// assert!(leap.years_later(9_000).is_err());
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn years_later(self, years: u16) -> Result<Self> {
        let later = self.0.checked_add(Span::new().years(years));
        later.map(Self).map_err(|_| no_date(&format!("{self} and {years} years")))
    }

    /// The day after.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] after the last day there is.
    pub fn tomorrow(self) -> Result<Self> {
        self.0.tomorrow().map(Self).map_err(|_| no_date(&self.to_string()))
    }

    /// The day before.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] before the first day there is.
    pub fn yesterday(self) -> Result<Self> {
        self.0.yesterday().map(Self).map_err(|_| no_date(&self.to_string()))
    }
}

fn no_date(text: &str) -> Error {
    Error::new(
        ErrorKind::Value,
        "date",
        format!("`{text}` is not a date"),
        "write year, month and day: 2026-04-01",
    )
}

impl std::str::FromStr for Date {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        // The parser would take times and other calendars' forms too; a contract has one form.
        if text.len() != 10 {
            return Err(no_date(text));
        }
        text.parse().map(Self).map_err(|_| no_date(text))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Date;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date, such as 2026-04-01")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Date, E> {
                text.parse().map_err(|e: Error| E::custom(format!("{}; {}", e.problem(), e.remedy())))
            }

            /// A date without quotes is a value of its own in TOML and arrives as a map.
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Date, A::Error> {
                let stamp = toml::value::Datetime::deserialize(de::value::MapAccessDeserializer::new(map))?;
                self.visit_str(&stamp.to_string())
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

impl schemars::JsonSchema for Date {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "description": "Year, month and day.", "type": "string", "format": "date" })
    }
}

/// The days a contract covers, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day.
    pub start: Date,
    /// The last day.
    pub end: Date,
}

impl Period {
    /// Whether a day lies in the period.
    pub fn contains(&self, day: Date) -> bool {
        self.start <= day && day <= self.end
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.start, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_one_form() {
        assert_eq!("2026-04-01".parse::<Date>().unwrap(), Date::new(2026, 4, 1).unwrap());
        for text in ["2026-4-1", "2026-02-30", "01-04-2026", "20260401", "2026-04-01T00:00"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_needs_no_quotes_in_toml() {
        let period: Period = toml::from_str("start = 2026-04-01\nend = \"2027-03-31\"").unwrap();
        assert_eq!(period.to_string(), "2026-04-01 to 2027-03-31");
        let error = toml::from_str::<Period>("start = 2026-04-01T10:00:00Z\nend = 2027-03-31").unwrap_err();
        assert!(error.message().contains("is not a date"), "{error}");
    }
}
