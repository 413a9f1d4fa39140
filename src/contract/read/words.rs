//! What a parser says of a contract file, in the words of this crate.

use serde_path_to_error::{Path, Segment};

use crate::text::nearest;

const SEE_SCHEMA: &str = "as `capitation schema` shows";

/// A problem and its remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Says {
    pub(super) problem: String,
    pub(super) remedy: String,
}

impl Says {
    fn new(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { problem: problem.into(), remedy: remedy.into() }
    }

    /// From a parser's message and the text that it is about.
    pub(super) fn of(message: &str, text: Option<&str>) -> Self {
        let message = message.replace('\n', ", ");
        // The types of this crate say both, and a currency its place too.
        let own = message.strip_prefix("currency: ").unwrap_or(&message);
        if let Some((problem, remedy)) = own.split_once("; ") {
            return Self::new(problem, remedy);
        }
        if let Some(keys) = message.strip_prefix("unexpected keys in table: ")
            && let Some((unknown, known)) = keys.split_once(", available keys: ")
        {
            let known: Vec<&str> = known.split(", ").collect();
            let listed: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
            let problem = format!("unknown field `{unknown}`, expected {}", listed.join(" and "));
            return Self::new(problem, correct_spelling(unknown, &known));
        }
        if message.starts_with("unknown field") || message.starts_with("unknown variant") {
            let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
            let (unknown, known) = names.split_first().map_or(("", [].as_slice()), |(u, k)| (*u, k));
            let remedy = correct_spelling(unknown, known);
            return Self::new(message, remedy);
        }
        if let Some(field) = message.strip_prefix("missing field ") {
            return Self::new(format!("{field} is missing"), format!("add it, {SEE_SCHEMA}"));
        }
        if message.starts_with("wanted exactly 1 element") {
            return Self::new(
                "a clause has one rule, and this one has several or none",
                "give each rule a clause",
            );
        }
        if message == "duplicate key" {
            let key = text.map_or_else(String::new, |key| format!(" `{key}`"));
            return Self::new(format!("the key{key} is written twice"), "keep one of them");
        }
        if message.starts_with("invalid date") {
            return Self::new(message, "write year, month and day: 2026-04-01");
        }
        if message.starts_with("invalid type") {
            return Self::new(message, format!("write it {SEE_SCHEMA}"));
        }
        Self::new(message, "write it as TOML or JSON asks, with names and amounts in double quotes")
    }
}

fn correct_spelling(unknown: &str, known: &[&str]) -> String {
    match nearest(unknown, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of these, {SEE_SCHEMA}"),
    }
}

/// A path in a document in words: ``clause `envelope`, `round.mode` ``. `name` gives the name of an element of a list.
pub(super) fn place(path: &Path, name: impl Fn(&str, usize) -> Option<String>) -> Option<String> {
    let segments: Vec<&Segment> = path.iter().collect();
    let key = |segment: &&Segment| match segment {
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Seq { .. } | Segment::Unknown => None,
    };
    let (lead, rest) = match segments.as_slice() {
        [Segment::Map { key: section }, Segment::Seq { index }, rest @ ..] => {
            let named = name(section, *index).map(|name| format!("{section} `{name}`"));
            (Some(named.unwrap_or_else(|| format!("{section} number {}", index + 1))), rest)
        }
        [Segment::Map { key: section }, Segment::Map { key: term }, rest @ ..] if section == "terms" => {
            (Some(format!("term `{term}`")), rest)
        }
        rest => (None, rest),
    };
    let keys: Vec<String> = rest.iter().filter_map(key).collect();
    let keys = Some(keys.join(".")).filter(|keys| !keys.is_empty()).map(|keys| format!("`{keys}`"));
    let parts: Vec<String> = [lead, keys].into_iter().flatten().collect();
    Some(parts.join(", ")).filter(|place| !place.is_empty())
}
