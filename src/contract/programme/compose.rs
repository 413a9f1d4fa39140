//! From the parts that a track names to a contract.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::{TrackYear, document::Editions};
use crate::{
    contract::{Bound, Clause, Document, Limit, Term},
    error::{Error, ErrorKind, Result},
};

/// The document of a track in a year: its clauses, all or up to one, and of inputs and terms those that the clauses read.
pub(super) fn compose(track: &TrackYear, last: Option<&str>) -> Result<Document> {
    let programme = track.written_out();
    let mut clauses = clauses(track);
    if let Some(last) = last {
        let at = clauses.iter().position(|clause| clause.name == last).ok_or_else(|| {
            Error::new(
                ErrorKind::Unknown,
                format!("clause `{last}`"),
                "there is none of this name",
                "choose the options that bring it in",
            )
        })?;
        clauses.truncate(at + 1);
    }
    let mut read = names_read(&clauses);
    let is_clause = |name: &str| clauses.iter().any(|clause| clause.name == name);
    let of_an_amount = |name: &str| is_clause(name) || read.contains(name);
    let limits = programme.limits.iter().filter(|(name, _)| of_an_amount(name));
    let limits: Vec<(&String, &Limit)> = limits.collect();
    // A limit may name a term that no clause reads.
    let bounds = limits.iter().flat_map(|(_, limit)| limit.bounds()).filter_map(Bound::name);
    read.extend(bounds.filter(|name| programme.terms.contains_key(*name)));
    let mut inputs = IndexMap::new();
    let mut terms = IndexMap::new();
    for (name, unit) in &programme.inputs {
        if read.contains(name.as_str()) {
            inputs.insert(name.clone(), *unit);
        }
    }
    let own = track.track().map(|own| &own.terms).into_iter().flatten();
    for (name, editions) in own.chain(&programme.terms) {
        if read.contains(name.as_str()) && !terms.contains_key(name) {
            terms.insert(name.clone(), in_force(name, editions, track)?);
        }
    }
    // An amount that this contract does not have cannot be held against.
    let is_there = |name: &str| inputs.contains_key(name) || terms.contains_key(name) || is_clause(name);
    let limits = limits
        .into_iter()
        .filter_map(|(name, limit)| Some((name.clone(), limit.keeping(is_there)?)))
        .collect();
    let kept = |names: &IndexMap<String, String>| {
        let kept = names.iter().filter(|(name, _)| inputs.contains_key(*name));
        kept.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    Ok(Document {
        name: name(track),
        about: track.track().map(|own| own.about.clone()),
        currency: programme.currency,
        period: track.days,
        parties: programme.parties.clone(),
        measured: kept(&programme.measured),
        limits,
        bears: kept(&programme.bears),
        inputs,
        scaled: None,
        terms,
        clause: clauses,
        example: Vec::new(),
    })
}

/// The programme, the track, the year, and whatever was chosen.
fn name(track: &TrackYear) -> String {
    let chosen = track.chosen.iter().map(|(choice, option)| format!("{choice} {option}"));
    let head = [track.written_out().name.clone(), track.name().to_owned(), track.year.said()];
    head.into_iter().chain(chosen).collect::<Vec<_>>().join(", ")
}

/// The clauses of every part in order, with each choice replaced by the parts of its option.
fn clauses(track: &TrackYear) -> Vec<Clause> {
    let programme = track.written_out();
    let parts = track.sequence().iter().flat_map(|name| match programme.choice(name) {
        Some(choice) => {
            let option = track.chosen.get(name).unwrap_or(&choice.default);
            choice.parts(option, track.days.start)
        }
        None => std::slice::from_ref(name),
    });
    parts.filter_map(|name| programme.part(name)).flat_map(|part| part.clause.clone()).collect()
}

/// Every name that a clause reads and no clause above it defines.
fn names_read(clauses: &[Clause]) -> HashSet<&str> {
    let mut defined: HashSet<&str> = HashSet::new();
    let mut read: HashSet<&str> = HashSet::new();
    for clause in clauses {
        let operands = clause.rule.operands().into_iter().map(String::as_str);
        read.extend(operands.filter(|name| !defined.contains(name)));
        defined.insert(&clause.name);
    }
    read
}

/// The edition of a term that holds on the first day of the year, and through it.
fn in_force(name: &str, editions: &Editions, track: &TrackYear) -> Result<Term> {
    let refuse = |problem: String, remedy: &str| {
        Err(Error::new(ErrorKind::Period, format!("term `{name}`"), problem, remedy))
    };
    let first = track.days.start;
    if let Some((day, _)) = editions.iter().find(|(day, _)| first < **day && **day <= track.days.end) {
        let problem = format!("an edition begins on {day}, within the year");
        return refuse(problem, "date editions by the first day of a year, or give one edition dated values");
    }
    match editions.range(..=first).next_back() {
        Some((_, term)) => Ok(term.clone()),
        None => refuse(
            format!("it has no edition on {first}"),
            "add the edition that was in force, with its citation",
        ),
    }
}
