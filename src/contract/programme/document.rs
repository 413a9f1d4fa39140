//! A programme file as it is written.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{
    contract::{Bound, Clause, Dated, Example, ExamplePerson, Limit, Role, Term, Unit},
    decimal::Exact,
    error::{Error, ErrorKind, Result},
    exposure::{Date, Period},
    money::Currency,
};

/// The editions of a term by the day from which each is in force.
pub type Editions = BTreeMap<Date, Term>;

/// Clauses that belong together, under a name by which tracks take them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The name.
    pub name: String,
    /// The clauses, in order. One whose name has a list in braces is repeated for each member before the next follows; a
    /// `sum` adds up all members of a list that the clause's name does not have.
    pub clause: Vec<Clause>,
}

/// Something that the parties choose: each option puts other parts into the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is chosen.
    pub name: String,
    /// What it means.
    pub about: String,
    /// The option that holds where none is named.
    pub default: String,
    /// The parts of each option. An option whose parts are dated is on offer from the first of the dates; the default is
    /// always on offer and has one list.
    pub options: IndexMap<String, Dated<Vec<String>>>,
}

impl Choice {
    /// The options on offer on a day, the default first.
    pub(super) fn in_order(&self, day: Date) -> Vec<&str> {
        let on_offer = self.options.iter().filter(|(_, parts)| parts.on(day).is_some());
        let others = on_offer.map(|(option, _)| option).filter(|option| **option != self.default);
        std::iter::once(&self.default).chain(others).map(String::as_str).collect()
    }

    /// The parts of an option on a day.
    pub(super) fn parts(&self, option: &str, day: Date) -> &[String] {
        self.options.get(option).and_then(|parts| parts.on(day)).map_or(&[], Vec::as_slice)
    }
}

/// One of the programme's agreements: which parts it is made of, and the terms of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// The name.
    pub name: String,
    /// What it is, in a sentence.
    pub about: String,
    /// The days on which it is on offer or runs on.
    pub period: Period,
    /// The names of parts and choices, in the order of the arithmetic, by date.
    pub parts: Dated<Vec<String>>,
    /// Terms of this track alone; they go before the programme's.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub terms: IndexMap<String, Editions>,
}

/// A worked example of one track in one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeExample {
    /// What the example shows.
    pub name: String,
    /// Where it is printed, or how it was worked out.
    pub source: String,
    /// The track.
    pub track: String,
    /// The year.
    pub year: i16,
    /// What is chosen.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub choices: IndexMap<String, String>,
    /// The inputs. One whose name has a list in braces is given for every member that is not given alone.
    pub given: IndexMap<String, Exact>,
    /// The people, where a clause acts on each person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<ExamplePerson>,
    /// The amounts that must come out, by clause.
    pub gives: IndexMap<String, Exact>,
}

impl ProgrammeExample {
    pub(super) fn example(&self) -> Example {
        Example {
            name: self.name.clone(),
            source: self.source.clone(),
            on: None,
            given: self.given.clone(),
            people: self.people.clone(),
            gives: self.gives.clone(),
        }
    }
}

/// The month and day on which a programme's years begin: `04-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct YearBegins {
    month: i8,
    day: i8,
}

impl YearBegins {
    fn is_new_year(self) -> bool {
        (self.month, self.day) == (1, 1)
    }
}

impl TryFrom<String> for YearBegins {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        let parts = text.split_once('-').and_then(|(m, d)| Some((m.parse().ok()?, d.parse().ok()?)));
        // A leap day does not begin a year in most years.
        let valid = parts.filter(|(month, day)| Date::new(2001, *month, *day).is_ok());
        let (month, day) = valid.ok_or_else(|| {
            format!("`{text}` is not a day of the year; write month and day, such as 04-01")
        })?;
        Ok(Self { month, day })
    }
}

impl From<YearBegins> for String {
    fn from(begins: YearBegins) -> Self {
        format!("{:02}-{:02}", begins.month, begins.day)
    }
}

/// A programme file: what all its contracts share, the parts they are made of, and the tracks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    title = "Programme",
    description = "A dated family of contracts: parts, choices, tracks, and editions of every term."
)]
pub struct ProgrammeDocument {
    /// What the programme is called.
    pub name: String,
    /// What it is, in a sentence or two.
    pub about: String,
    /// The currency of every amount.
    pub currency: Currency,
    /// The month and day on which its years begin.
    pub year_begins: YearBegins,
    /// The parties and what each does.
    pub parties: IndexMap<String, Role>,
    /// Files beside this one that hold more of the same: lists, inputs, terms, parts, choices and examples.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// Lists of names. A name with a list in braces, such as `risk score, {type}`, is written out for each member.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub each: IndexMap<String, Vec<String>>,
    /// Everything that a part may need measured, with units.
    #[serde(default)]
    pub inputs: IndexMap<String, Unit>,
    /// How each input is measured.
    #[serde(default)]
    pub measured: IndexMap<String, String>,
    /// What an input, or what a clause makes of inputs, can be at all; beyond it, what was given is refused.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub limits: IndexMap<String, Limit>,
    /// Who bears each measured cost.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub bears: IndexMap<String, String>,
    /// The terms that tracks share, each with its editions.
    #[serde(default)]
    pub terms: IndexMap<String, Editions>,
    /// The parts.
    #[serde(default)]
    pub part: Vec<Part>,
    /// What the parties choose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choice: Vec<Choice>,
    /// The tracks.
    pub track: Vec<Track>,
    /// Worked examples that must come out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub example: Vec<ProgrammeExample>,
}

impl ProgrammeDocument {
    pub(super) fn part(&self, name: &str) -> Option<&Part> {
        self.part.iter().find(|part| part.name == name)
    }

    pub(super) fn choice(&self, name: &str) -> Option<&Choice> {
        self.choice.iter().find(|choice| choice.name == name)
    }

    /// A year as it is said: 2022, or 2019/20 where it does not begin on 1 January.
    pub(super) fn said(&self, year: i16) -> String {
        if self.year_begins.is_new_year() {
            return year.to_string();
        }
        format!("{year}/{:02}", (i32::from(year) + 1).rem_euclid(100))
    }

    /// The days of a year.
    pub(super) fn days_of(&self, year: i16) -> Result<Period> {
        let first = |year| Date::new(year, self.year_begins.month, self.year_begins.day);
        Ok(Period { start: first(year)?, end: first(year.saturating_add(1))?.yesterday()? })
    }

    /// The year of the programme that a day lies in.
    pub(super) fn year_of(&self, day: Date) -> i16 {
        let begun = Date::new(day.year(), self.year_begins.month, self.year_begins.day);
        if begun.is_ok_and(|begun| day < begun) { day.year() - 1 } else { day.year() }
    }

    /// That every name which a track or a choice uses is there, once.
    pub(super) fn check(&self) -> Result<()> {
        let names = self.part.iter().map(|part| &part.name).chain(self.choice.iter().map(|c| &c.name));
        let mut seen: Vec<&String> = Vec::new();
        for name in names {
            if seen.contains(&name) {
                let problem = format!("`{name}` is the name of an earlier part or choice");
                return Err(fault(format!("`{name}`"), problem, "give each a name of its own".to_owned()));
            }
            seen.push(name);
        }
        for choice in &self.choice {
            let place = format!("choice `{}`", choice.name);
            match choice.options.get(&choice.default) {
                Some(Dated::Always(_)) => {}
                Some(Dated::From(_)) => {
                    let problem = format!("its default, `{}`, is on offer from a date only", choice.default);
                    return Err(fault(place, problem, "give the default one list of parts".to_owned()));
                }
                None => {
                    let problem = format!("its default, `{}`, is not one of its options", choice.default);
                    return Err(fault(place, problem, "name one of the options as the default".to_owned()));
                }
            }
            for name in choice.options.values().flat_map(Dated::iter).flat_map(|(_, parts)| parts) {
                if self.part(name).is_none() {
                    let remedy = "add the part, or correct the name".to_owned();
                    return Err(fault(place, format!("there is no part `{name}`"), remedy));
                }
            }
        }
        self.check_tracks()
    }

    /// That limits are of amounts, and name amounts, that some contract of the programme has.
    pub(super) fn check_limits(&self) -> Result<()> {
        for (name, limit) in &self.limits {
            let place = format!("limit of `{name}`");
            let is_amount = |name: &str| {
                self.inputs.contains_key(name)
                    || self.part.iter().flat_map(|part| &part.clause).any(|clause| clause.name == name)
            };
            if !is_amount(name) {
                let remedy = "declare it under `inputs`, or correct the name".to_owned();
                return Err(fault(place, format!("`{name}` is neither an input nor a clause"), remedy));
            }
            let is_known = |name: &&str| is_amount(name) || self.terms.contains_key(*name);
            if let Some(name) = limit.bounds().filter_map(Bound::name).find(|name| !is_known(name)) {
                let problem = format!("`{name}` is neither a decimal nor an input, a term or a clause");
                return Err(fault(place, problem, "write a plain decimal, or correct the name".to_owned()));
            }
        }
        Ok(())
    }

    fn check_tracks(&self) -> Result<()> {
        let mut seen: Vec<&str> = Vec::new();
        for track in &self.track {
            let place = format!("track `{}`", track.name);
            if seen.contains(&track.name.as_str()) {
                let remedy = "give each track one entry and date its parts and terms".to_owned();
                return Err(fault(place, "there is an earlier track of this name".to_owned(), remedy));
            }
            seen.push(&track.name);
            if track.period.end < track.period.start {
                return Err(fault(
                    place,
                    "its period ends before it starts".to_owned(),
                    "swap the two dates".to_owned(),
                ));
            }
            if track.parts.on(track.period.start).is_none() {
                let problem = format!("it has no parts on {}, its first day", track.period.start);
                return Err(fault(place, problem, "date the first list of parts by then".to_owned()));
            }
            for (_, names) in track.parts.iter() {
                let unknown =
                    names.iter().find(|name| self.part(name).is_none() && self.choice(name).is_none());
                if let Some(name) = unknown {
                    let remedy = "add the part, or correct the name".to_owned();
                    return Err(fault(place, format!("there is no part or choice `{name}`"), remedy));
                }
            }
        }
        Ok(())
    }
}

fn fault(place: String, problem: String, remedy: String) -> Error {
    Error::new(ErrorKind::Name, place, problem, remedy)
}
