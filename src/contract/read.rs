//! Contract files in TOML and JSON, with every error on its line.

mod words;

use serde::de::DeserializeOwned;
use serde_path_to_error::Path;
use toml::de::{DeTable, DeValue};

use super::{
    Contract,
    document::Document,
    layout::{At, Layout},
};
use crate::error::{Error, ErrorKind, Result};
use words::Says;

/// The text of a file of this kind.
pub(super) fn text(path: &std::path::Path, kind: &str) -> Result<String> {
    std::fs::read_to_string(path).map_err(|why| {
        Error::new(
            ErrorKind::File,
            path.display().to_string(),
            format!("the {kind} file cannot be read ({why})"),
            "check the path, and that the file is UTF-8 text",
        )
    })
}

pub(super) fn file(path: &std::path::Path) -> Result<Contract> {
    let shown = path.display().to_string();
    let text = text(path, "contract")?;
    let is_json = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
    if is_json { json(&text, &shown) } else { toml(&text, &shown) }
}

pub(super) fn toml(text: &str, file: &str) -> Result<Contract> {
    let document: Document = toml_document(text, file)?;
    build(document, |at| place(file, line_at(text, at), Some(at.to_string())))
}

/// What a TOML text says, before any check, with a fault of its form on its line.
pub(super) fn toml_document<T: DeserializeOwned>(text: &str, file: &str) -> Result<T> {
    let refuse = |error: &toml::de::Error, path: Option<&Path>| {
        let says = Says::of(error.message(), error.span().and_then(|span| text.get(span)));
        let is_root = path.is_some_and(|path| path.iter().next().is_none());
        let line = error.span().filter(|_| !is_root).map(|span| line_of(text, span.start));
        let named =
            path.and_then(|path| words::place(path, |section, index| name_in_toml(text, section, index)));
        Error::new(ErrorKind::Syntax, place(file, line, named), says.problem, says.remedy)
    };
    let deserializer = toml::de::Deserializer::parse(text).map_err(|e| refuse(&e, None))?;
    serde_path_to_error::deserialize(deserializer).map_err(|e| refuse(e.inner(), Some(e.path())))
}

pub(super) fn json(text: &str, file: &str) -> Result<Contract> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let document: Document = serde_path_to_error::deserialize(&mut deserializer).map_err(|e| {
        let inner = e.inner().to_string();
        // The message ends with the position, which is told at the front.
        let says = Says::of(inner.split(" at line ").next().unwrap_or(&inner), None);
        let line = Some(e.inner().line()).filter(|line| *line > 0);
        let named = words::place(e.path(), |section, index| name_in_json(text, section, index));
        Error::new(ErrorKind::Syntax, place(file, line, named), says.problem, says.remedy)
    })?;
    deserializer.end().map_err(|e| {
        Error::new(
            ErrorKind::Syntax,
            place(file, Some(e.line()), None),
            "something follows the contract",
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

fn place(file: &str, line: Option<usize>, named: Option<String>) -> String {
    let line = line.map(|line| format!("line {line}"));
    let parts: Vec<String> = [Some(file.to_owned()), line, named].into_iter().flatten().collect();
    parts.join(", ")
}

/// The name of an element of a list, such as `clause` or `example`.
fn name_in_toml(text: &str, section: &str, index: usize) -> Option<String> {
    let root = DeTable::parse(text).ok()?;
    let DeValue::Array(items) = root.get_ref().get(section)?.get_ref() else { return None };
    let DeValue::Table(item) = items.get(index)?.get_ref() else { return None };
    match item.get("name")?.get_ref() {
        DeValue::String(name) => Some(name.to_string()),
        _ => None,
    }
}

fn name_in_json(text: &str, section: &str, index: usize) -> Option<String> {
    let root: serde_json::Value = serde_json::from_str(text).ok()?;
    root.get(section)?.get(index)?.get("name")?.as_str().map(str::to_owned)
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
        At::Limit(name) => inside("limits", name),
        At::Bears(name) => inside("bears", name),
        At::Term(name) => inside("terms", name),
        At::Clause(index, _) => element("clause", *index),
        At::Example(index, _) => element("example", *index),
    }
}
