//! Programmes in several files: what a programme includes, put together with its own.

use indexmap::IndexMap;
use serde::Deserialize;

use super::document::{Choice, Editions, Part, ProgrammeDocument, ProgrammeExample};
use crate::{
    contract::{Limit, Unit, read},
    error::{Error, ErrorKind, Result},
};

/// A file that a programme includes: any of what the programme's own file may hold, except its head and its tracks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Included {
    each: IndexMap<String, Vec<String>>,
    inputs: IndexMap<String, Unit>,
    measured: IndexMap<String, String>,
    limits: IndexMap<String, Limit>,
    bears: IndexMap<String, String>,
    terms: IndexMap<String, Editions>,
    part: Vec<Part>,
    choice: Vec<Choice>,
    example: Vec<ProgrammeExample>,
}

/// The programme with everything that it includes. `find` gives the text of a file and what to call it.
pub(super) fn together(
    mut document: ProgrammeDocument,
    mut find: impl FnMut(&str) -> Result<(String, String)>,
) -> Result<ProgrammeDocument> {
    for name in std::mem::take(&mut document.include) {
        let (text, file) = find(&name)?;
        let more: Included = read::toml_document(&text, &file)?;
        let place = |why: Error| why.within(&file);
        add("list", &mut document.each, more.each).map_err(place)?;
        add("input", &mut document.inputs, more.inputs).map_err(place)?;
        add("measured", &mut document.measured, more.measured).map_err(place)?;
        add("limit", &mut document.limits, more.limits).map_err(place)?;
        add("bears", &mut document.bears, more.bears).map_err(place)?;
        add("term", &mut document.terms, more.terms).map_err(place)?;
        document.part.extend(more.part);
        document.choice.extend(more.choice);
        document.example.extend(more.example);
    }
    Ok(document)
}

/// Names in two files are one name twice: neither file would say what holds.
fn add<T>(kind: &str, to: &mut IndexMap<String, T>, more: IndexMap<String, T>) -> Result<()> {
    for (name, one) in more {
        if to.contains_key(&name) {
            return Err(Error::new(
                ErrorKind::Name,
                format!("{kind} `{name}`"),
                "it is in another file of the programme too",
                "write it in one of them",
            ));
        }
        to.insert(name, one);
    }
    Ok(())
}
