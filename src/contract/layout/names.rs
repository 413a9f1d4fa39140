//! Names in order, and what to say of one that is not known.

use std::collections::HashMap;

use super::{At, Checked, Fault, fault};
use crate::{
    contract::{Document, Unit},
    error::ErrorKind,
    text::nearest,
};

/// Names in order, with the place where each was defined.
#[derive(Default)]
pub(super) struct Names {
    pub(super) order: Vec<String>,
    pub(super) units: Vec<Unit>,
    pub(super) places: HashMap<String, usize>,
    reserved: HashMap<String, At>,
}

impl Names {
    pub(super) fn define(&mut self, name: &str, unit: Unit, at: At) -> Checked<usize> {
        self.reserve(name, at)?;
        let place = self.order.len();
        self.order.push(name.to_owned());
        self.units.push(unit);
        self.places.insert(name.to_owned(), place);
        Ok(place)
    }

    pub(super) fn reserve(&mut self, name: &str, at: At) -> Checked<()> {
        if name.trim().is_empty() || name.trim() != name {
            return Err(fault(
                at,
                ErrorKind::Name,
                "the name is blank or has blanks around it",
                "give it a name",
            ));
        }
        if let Some(first) = self.reserved.get(name) {
            return Err(fault(
                at,
                ErrorKind::Name,
                format!("the name `{name}` is defined twice, first as {first}"),
                "give one of them another name",
            ));
        }
        self.reserved.insert(name.to_owned(), at);
        Ok(())
    }

    pub(super) fn place(&self, name: &str, document: &Document, at: &At) -> Checked<usize> {
        if let Some(place) = self.places.get(name) {
            return Ok(*place);
        }
        if document.terms.get(name).is_some_and(|term| term.by_class.is_some()) {
            return Err(fault(
                at.clone(),
                ErrorKind::Name,
                format!("term `{name}` has an amount for each class, and a single amount is needed here"),
                "use it as a threshold in `rule.per_person`",
            ));
        }
        if document.terms.contains_key(name) {
            return Err(fault(
                at.clone(),
                ErrorKind::Name,
                format!("term `{name}` is a table, and a single amount is needed here"),
                "look a value up in it with `rule.lookup` or `rule.bands` first",
            ));
        }
        Err(self.unknown(name, document, at))
    }

    pub(super) fn unknown(&self, name: &str, document: &Document, at: &At) -> Fault {
        let later = document.clause.iter().any(|clause| clause.name == name);
        if matches!(at, At::Clause(_, clause) if clause == name) {
            return fault(
                at.clone(),
                ErrorKind::Unknown,
                format!("`{name}` is the name that the clause itself defines"),
                "use an amount above it",
            );
        }
        let remedy = if later {
            format!("move clause `{name}` above it")
        } else {
            match nearest(name, self.order.iter().chain(document.terms.keys()).map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "declare it under `inputs` or `terms`, or define it in a clause above".to_owned(),
            }
        };
        fault(
            at.clone(),
            ErrorKind::Unknown,
            format!("`{name}` is not an input, a term or an earlier clause"),
            remedy,
        )
    }
}

pub(super) fn index_of(list: &mut Vec<String>, name: &str) -> usize {
    list.iter().position(|known| known == name).unwrap_or_else(|| {
        list.push(name.to_owned());
        list.len() - 1
    })
}

/// The known name that was meant, or all of them after a lead.
pub(super) fn did_you_mean<'a>(
    name: &str,
    lead: &str,
    known: impl Iterator<Item = &'a String> + Clone,
) -> String {
    if let Some(near) = nearest(name, known.clone().map(String::as_str)) {
        return format!("did you mean `{near}`?");
    }
    let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
    format!("{lead} {}", known.join(", "))
}

pub(super) fn unknown_party(at: At, name: &str, document: &Document) -> Fault {
    let remedy = did_you_mean(name, "name one of", document.parties.keys());
    fault(at, ErrorKind::Unknown, format!("`{name}` is not a party"), remedy)
}
