//! Names written once for every member of a list: `risk score, {type}` for each enrolment type.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::document::{Editions, Part, ProgrammeDocument, Track};
use crate::{
    contract::{Clause, Pays, Rule},
    error::{Error, ErrorKind, Result},
    text::nearest,
};

/// The members that stand for the lists of one name.
type Members<'a> = Vec<(&'a str, &'a str)>;

/// The lists of a programme, by name.
#[derive(Clone, Copy)]
struct Lists<'a>(&'a IndexMap<String, Vec<String>>);

/// The same programme with every name that holds a list in braces written out for each of its members.
///
/// Inputs, terms and clauses are repeated for the lists in their own names, in the order of the lists. Where a `sum`, or
/// the weights of a `split`, name a list that the clause's name does not, all of its members are meant.
pub(super) fn written_out(document: &ProgrammeDocument) -> Result<ProgrammeDocument> {
    let lists = Lists(&document.each);
    lists.check()?;
    let part = |part: &Part| {
        let place = |why: Error| why.within(format!("part `{}`", part.name));
        Ok(Part { name: part.name.clone(), clause: lists.clauses(&part.clause).map_err(place)? })
    };
    let track = |track: &Track| {
        let place = |why: Error| why.within(format!("track `{}`", track.name));
        Ok(Track { terms: lists.terms(&track.terms).map_err(place)?, ..track.clone() })
    };
    let mut whole = ProgrammeDocument {
        each: IndexMap::new(),
        inputs: lists.names("input", &document.inputs, |unit, _| Ok(*unit))?,
        measured: lists.names("measured", &document.measured, |text, members| lists.put(text, members))?,
        limits: lists.names("limit", &document.limits, |limit, members| {
            limit.try_map(|text| lists.put(text, members))
        })?,
        bears: lists.names("bears", &document.bears, |party, members| lists.put(party, members))?,
        terms: lists.terms(&document.terms)?,
        part: document.part.iter().map(part).collect::<Result<_>>()?,
        track: document.track.iter().map(track).collect::<Result<_>>()?,
        ..document.clone()
    };
    for example in &mut whole.example {
        let place = |why: Error| why.within(format!("example `{}`", example.name));
        example.given = lists.amounts(&example.given).map_err(place)?;
        example.gives = lists.amounts(&example.gives).map_err(place)?;
    }
    Ok(whole)
}

impl<'a> Lists<'a> {
    fn check(self) -> Result<()> {
        for (list, members) in self.0 {
            let refuse = |problem: String, remedy: &str| {
                Err(Error::new(ErrorKind::Name, format!("each `{list}`"), problem, remedy))
            };
            let texts = std::iter::once(list).chain(members);
            if texts.clone().any(|text| text.trim().is_empty() || text.contains(['{', '}'])) {
                return refuse("a name is blank or has braces in it".to_owned(), "write plain names");
            }
            if members.is_empty() {
                return refuse("it has no members".to_owned(), "name them, or take the list away");
            }
            let twice =
                members.iter().enumerate().find(|(at, name)| members.iter().take(*at).any(|n| n == *name));
            if let Some((_, name)) = twice {
                return refuse(format!("`{name}` is a member twice"), "name each member once");
            }
        }
        Ok(())
    }

    /// The lists that a text names in braces, each once, in order.
    fn of(self, text: &str) -> Result<Vec<(&'a str, &'a [String])>> {
        let mut found: Vec<(&str, &[String])> = Vec::new();
        let mut rest = text;
        while let Some((_, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(|| {
                let problem = format!("`{text}` opens a brace and does not close it");
                Error::new(ErrorKind::Name, "", problem, "write the name of a list in braces, such as {type}")
            })?;
            let (name, members) = self.0.get_key_value(name).ok_or_else(|| self.unknown(text, name))?;
            if !found.iter().any(|(known, _)| known == name) {
                found.push((name, members));
            }
            rest = after;
        }
        Ok(found)
    }

    fn unknown(self, text: &str, name: &str) -> Error {
        let known = self.0.keys().map(String::as_str);
        let remedy = if let Some(near) = nearest(name, known.clone()) {
            format!("did you mean `{{{near}}}`?")
        } else if self.0.is_empty() {
            "add the list under `each`".to_owned()
        } else {
            let all: Vec<String> = known.map(|name| format!("`{{{name}}}`")).collect();
            format!("add the list under `each`, or use one of {}", all.join(", "))
        };
        Error::new(
            ErrorKind::Unknown,
            "",
            format!("`{text}` names a list `{name}`, and there is none"),
            remedy,
        )
    }

    /// Every way to put members in the place of the lists of a text, the first list slowest.
    fn ways(self, text: &str) -> Result<Vec<Members<'a>>> {
        let mut ways = vec![Members::new()];
        for (list, members) in self.of(text)? {
            let with = |way: &Members<'a>| -> Vec<Members<'a>> {
                members.iter().map(|member| [&way[..], &[(list, member.as_str())]].concat()).collect()
            };
            ways = ways.iter().flat_map(with).collect();
        }
        Ok(ways)
    }

    /// A text with members in the place of its lists.
    fn put(self, text: &str, members: &Members<'_>) -> Result<String> {
        let put = |text: String, (list, member): &(&str, &str)| text.replace(&format!("{{{list}}}"), member);
        let done = members.iter().fold(text.to_owned(), put);
        match self.of(&done)?.first() {
            None => Ok(done),
            Some((list, _)) => Err(Error::new(
                ErrorKind::Name,
                "",
                format!("`{text}` names the list `{{{list}}}`, which the name that it belongs to does not"),
                "put the list into that name too; only a sum takes all members of a list together",
            )),
        }
    }

    /// A map by names, with a value made for each of the names written out.
    fn names<T, U>(
        self,
        kind: &str,
        named: &IndexMap<String, T>,
        value: impl Fn(&T, &Members<'a>) -> Result<U>,
    ) -> Result<IndexMap<String, U>> {
        let mut out = IndexMap::with_capacity(named.len());
        for (name, one) in named {
            let place = |why: Error| why.within(format!("{kind} `{name}`"));
            for members in self.ways(name).map_err(place)? {
                let full = self.put(name, &members).map_err(place)?;
                if out.contains_key(&full) {
                    let problem = format!("`{full}` is written twice");
                    return Err(place(Error::new(ErrorKind::Name, "", problem, "write each name once")));
                }
                out.insert(full, value(one, &members).map_err(place)?);
            }
        }
        Ok(out)
    }

    /// Amounts of an example: where two names are written out to the same one, that with fewer lists goes before.
    fn amounts<T: Copy>(self, named: &IndexMap<String, T>) -> Result<IndexMap<String, T>> {
        let mut by_lists: BTreeMap<usize, IndexMap<String, T>> = BTreeMap::new();
        for (name, amount) in named {
            let lists = self.of(name).map_err(|why| why.within(format!("amount `{name}`")))?.len();
            by_lists.entry(lists).or_default().insert(name.clone(), *amount);
        }
        let mut out = IndexMap::new();
        for alike in by_lists.values().rev() {
            out.extend(self.names("amount", alike, |amount, _| Ok(*amount))?);
        }
        Ok(out)
    }

    fn terms(self, terms: &IndexMap<String, Editions>) -> Result<IndexMap<String, Editions>> {
        self.names("term", terms, |editions, members| {
            let mut editions = editions.clone();
            for term in editions.values_mut() {
                term.about = term.about.as_deref().map(|about| self.put(about, members)).transpose()?;
                term.source = self.put(&term.source, members)?;
            }
            Ok(editions)
        })
    }

    fn clauses(self, clauses: &[Clause]) -> Result<Vec<Clause>> {
        let mut out = Vec::with_capacity(clauses.len());
        for clause in clauses {
            let place = |why: Error| why.within(format!("clause `{}`", clause.name));
            for members in self.ways(&clause.name).map_err(place)? {
                out.push(self.clause(clause, &members).map_err(place)?);
            }
        }
        Ok(out)
    }

    fn clause(self, clause: &Clause, members: &Members<'_>) -> Result<Clause> {
        let put = |text: &String| self.put(text, members);
        Ok(Clause {
            name: put(&clause.name)?,
            rule: self.rule(&clause.rule, members)?,
            about: clause.about.as_ref().map(put).transpose()?,
            source: clause.source.as_ref().map(put).transpose()?,
            row: clause.row.as_ref().map(put).transpose()?,
            pays: clause.pays.as_ref().map(|pays| self.pays(pays, members)).transpose()?,
            ..clause.clone()
        })
    }

    fn pays(self, pays: &Pays, members: &Members<'_>) -> Result<Pays> {
        Ok(Pays { from: self.put(&pays.from, members)?, to: self.put(&pays.to, members)? })
    }

    fn rule(self, rule: &Rule, members: &Members<'_>) -> Result<Rule> {
        let put = |name: &String| self.put(name, members);
        match rule {
            Rule::Sum(parts) => self.all(parts, members).map(Rule::Sum),
            Rule::Split { of, among, part } => {
                Ok(Rule::Split { of: put(of)?, among: self.all(among, members)?, part: put(part)? })
            }
            one_by_one => one_by_one.try_map(put, put, put),
        }
    }

    /// Names of which each is written out for the lists that are left in it.
    fn all(self, names: &[String], members: &Members<'_>) -> Result<Vec<String>> {
        let mut out = Vec::with_capacity(names.len());
        for name in names {
            for left in self.ways(name)? {
                let fixed = |list: &str| members.iter().find(|(known, _)| *known == list);
                // A list that the clause itself is repeated for stands for the clause's own member.
                if left.iter().all(|way| fixed(way.0).is_none_or(|own| own == way)) {
                    out.push(self.put(name, &left)?);
                }
            }
        }
        Ok(out)
    }
}
