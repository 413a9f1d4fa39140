//! Contract files in TOML and JSON, with every error on its line.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::{
    Contract,
    document::Document,
    layout::{At, Layout},
};
use crate::error::{Error, ErrorKind, Result};

const SEE_SCHEMA: &str = "`capitation schema` prints the format";

pub(super) fn file(path: &Path) -> Result<Contract> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|why| {
        Error::new(
            ErrorKind::File,
            shown.clone(),
            format!("the contract file cannot be read ({why})"),
            "check the path, and that the file is UTF-8 text",
        )
    })?;
    let is_json = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
    if is_json { json(&text, &shown) } else { toml(&text, &shown) }
}

pub(super) fn toml(text: &str, file: &str) -> Result<Contract> {
    let syntax = |error: &toml::de::Error, path: Option<String>| {
        let line = error.span().map(|span| line_of(text, span.start));
        Error::new(
            ErrorKind::Syntax,
            place(file, line, path),
            error.message().replace('\n', ", "),
            remedy_for(error.message()),
        )
    };
    let deserializer = toml::de::Deserializer::parse(text).map_err(|e| syntax(&e, None))?;
    let document: Document = serde_path_to_error::deserialize(deserializer).map_err(|e| {
        let path = e.path().to_string();
        syntax(e.inner(), Some(path))
    })?;
    build(document, |at| place(file, line_at(text, at), Some(at.to_string())))
}

pub(super) fn json(text: &str, file: &str) -> Result<Contract> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let document: Document = serde_path_to_error::deserialize(&mut deserializer).map_err(|e| {
        let (inner, path) = (e.inner().to_string(), e.path().to_string());
        // The message ends with the position, which is told at the front.
        let message = inner.split(" at line ").next().unwrap_or(&inner).to_owned();
        let line = Some(e.inner().line()).filter(|line| *line > 0);
        let remedy = remedy_for(&message);
        Error::new(ErrorKind::Syntax, place(file, line, Some(path)), message, remedy)
    })?;
    deserializer.end().map_err(|e| {
        Error::new(
            ErrorKind::Syntax,
            place(file, Some(e.line()), None),
            e.to_string(),
            "keep one contract a file",
        )
    })?;
    build(document, |at| place(file, None, Some(at.to_string())))
}

fn build(document: Document, locate: impl Fn(&At) -> String) -> Result<Contract> {
    match Layout::of(&document) {
        Ok(layout) => Ok(Contract { document, layout: layout.into() }),
        Err(fault) => Err(Error::new(
            fault.error.kind(),
            locate(&fault.at),
            fault.error.problem(),
            fault.error.remedy(),
        )),
    }
}

pub(super) fn to_toml(document: &Document) -> Result<String> {
    toml::to_string_pretty(document).map_err(|why| {
        Error::new(
            ErrorKind::Syntax,
            format!("contract `{}`", document.name),
            format!("it cannot be written as TOML ({why})"),
            "write it as JSON instead",
        )
    })
}

fn place(file: &str, line: Option<usize>, path: Option<String>) -> String {
    let mut place = file.to_owned();
    if let Some(line) = line {
        place = format!("{place}, line {line}");
    }
    match path {
        Some(path) if path.starts_with(|c: char| c.is_ascii_lowercase()) && path.contains('`') => {
            format!("{place}, {path}")
        }
        Some(path) if !path.is_empty() && path != "." => format!("{place}, `{}`", path.trim_matches('`')),
        _ => place,
    }
}

/// The way out of what serde says.
fn remedy_for(message: &str) -> String {
    if message.contains("binary float")
        || message.contains("is not a decimal")
        || message.contains("more digits")
    {
        "amounts and rates are decimals in quotes, or integers".to_owned()
    } else if message.contains("unknown field") || message.contains("unknown variant") {
        format!("correct the spelling or take it away; {SEE_SCHEMA}")
    } else if message.contains("missing field") {
        format!("add it; {SEE_SCHEMA}")
    } else {
        format!("write it as the format asks; {SEE_SCHEMA}")
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The line of a place in a TOML document.
fn line_at(text: &str, at: &At) -> Option<usize> {
    let root = DeTable::parse(text).ok()?;
    let table = root.get_ref();
    let key_line = |table: &DeTable<'_>, key: &str| {
        let (key, _) = table.iter().find(|(known, _)| known.get_ref() == key)?;
        Some(line_of(text, key.span().start))
    };
    let inside = |section: &str, key: &str| {
        let (_, value) = table.iter().find(|(known, _)| known.get_ref() == section)?;
        match value.get_ref() {
            DeValue::Table(inner) => key_line(inner, key),
            _ => None,
        }
    };
    let element = |section: &str, index: usize| {
        let (_, value) = table.iter().find(|(known, _)| known.get_ref() == section)?;
        match value.get_ref() {
            DeValue::Array(items) => Some(line_of(text, items.get(index)?.span().start)),
            _ => None,
        }
    };
    match at {
        At::Key(key) => key_line(table, key),
        At::Party(name) => inside("parties", name),
        At::Input(name) => inside("inputs", name),
        At::Bears(name) => inside("bears", name),
        At::Term(name) => inside("terms", name),
        At::Clause(index, _) => element("clause", *index),
        At::Example(index, _) => element("example", *index),
    }
}
