//! From names to places: the checks that make a document a contract.

use std::collections::HashMap;

use super::{
    document::{Clause, Document, Role},
    rule::Rule,
    term::{Band, Dated, Term},
    unit::Unit,
};
use crate::{
    decimal::Exact,
    error::{Error, ErrorKind},
    money::Rounding,
};
use rust_decimal::Decimal;

/// Where in a document a fault is, so that a reader can name the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum At {
    Key(&'static str),
    Party(String),
    Input(String),
    Bears(String),
    Term(String),
    Clause(usize, String),
    Example(usize, String),
}

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Key(key) => write!(f, "`{key}`"),
            Self::Party(name) => write!(f, "party `{name}`"),
            Self::Input(name) => write!(f, "input `{name}`"),
            Self::Bears(name) => write!(f, "bears `{name}`"),
            Self::Term(name) => write!(f, "term `{name}`"),
            Self::Clause(_, name) => write!(f, "clause `{name}`"),
            Self::Example(_, name) => write!(f, "example `{name}`"),
        }
    }
}

/// A fault of a document at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) at: At,
    pub(crate) error: Error,
}

fn fault(at: At, kind: ErrorKind, problem: impl Into<String>, remedy: impl Into<String>) -> Fault {
    let error = Error::new(kind, at.to_string(), problem, remedy);
    Fault { at, error }
}

type Checked<T> = Result<T, Fault>;

/// One clause with its names resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) rule: Rule<usize>,
    /// In decimals of the counted unit: pence, not pounds.
    pub(crate) round: Option<Rounding>,
    /// The place of the sum over people, for a rule that acts on each person.
    pub(crate) over_people: Option<usize>,
}

/// Money that moves on a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Transfer {
    pub(crate) amount: usize,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// A contract with names resolved to places: inputs first, then single-number terms, then clauses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) names: Vec<String>,
    pub(crate) units: Vec<Unit>,
    pub(crate) inputs: usize,
    pub(crate) terms: usize,
    pub(crate) steps: Vec<Step>,
    /// Names of the terms that are tables.
    pub(crate) tables: Vec<String>,
    /// Names of the terms that are thresholds of one person's amount.
    pub(crate) thresholds: Vec<String>,
    /// Clauses that act on each person, by place among the steps.
    pub(crate) over_people: Vec<usize>,
    pub(crate) transfers: Vec<Transfer>,
    /// Which party bears which input, by places.
    pub(crate) bears: Vec<(usize, usize)>,
    pub(crate) scaled: Option<usize>,
}

impl Layout {
    /// The place of an amount by name.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    pub(crate) fn of(document: &Document) -> Checked<Self> {
        check_head(document)?;
        let mut names = Names::default();
        for (name, unit) in &document.inputs {
            names.define(name, *unit, At::Input(name.clone()))?;
        }
        for (name, term) in &document.terms {
            check_term(name, term, document)?;
            if term.values.is_some() {
                names.define(name, term.unit, At::Term(name.clone()))?;
            } else {
                names.reserve(name, At::Term(name.clone()))?;
            }
        }
        let mut layout = Self {
            inputs: document.inputs.len(),
            terms: names.units.len() - document.inputs.len(),
            names: Vec::new(),
            units: Vec::new(),
            steps: Vec::new(),
            tables: Vec::new(),
            thresholds: Vec::new(),
            over_people: Vec::new(),
            transfers: Vec::new(),
            bears: Vec::new(),
            scaled: None,
        };
        for (index, clause) in document.clause.iter().enumerate() {
            layout.add_clause(index, clause, document, &mut names)?;
        }
        layout.names = names.order;
        layout.units = names.units;
        layout.add_bearers(document)?;
        layout.add_scaled(document)?;
        check_examples(document)?;
        Ok(layout)
    }

    fn add_clause(
        &mut self,
        index: usize,
        clause: &Clause,
        document: &Document,
        names: &mut Names,
    ) -> Checked<()> {
        let at = At::Clause(index, clause.name.clone());
        let refuse = |kind, problem: String, remedy: &str| fault(at.clone(), kind, problem, remedy);
        let tables = &mut self.tables;
        let thresholds = &mut self.thresholds;
        let is_person_rule = matches!(clause.rule, Rule::PerPerson { .. });
        let rule = clause.rule.try_map(
            |name| names.place(name, document, &at),
            |name| match document.terms.get(name) {
                Some(term) if term.bands.is_some() || term.steps.is_some() || term.points.is_some() => {
                    Ok(index_of(tables, name))
                }
                Some(_) => Err(refuse(
                    ErrorKind::Name,
                    format!("term `{name}` is not a table"),
                    "name a term with `bands`, `steps` or `points`",
                )),
                None => Err(names.unknown(name, document, &at)),
            },
            |name| match (document.inputs.get_index_of(name), document.terms.get(name)) {
                (Some(place), _) => Ok(place),
                (None, Some(term)) if term.values.is_some() || term.by_class.is_some() => {
                    Ok(index_of(thresholds, name))
                }
                (None, Some(_)) => Err(refuse(
                    ErrorKind::Name,
                    format!("term `{name}` is a table and cannot be a threshold"),
                    "name a term with `values` or `by_class`",
                )),
                (None, None) if names.places.contains_key(name.as_str()) => Err(refuse(
                    ErrorKind::Name,
                    format!("clause `{name}` is known only after people are added up"),
                    "use a term as the threshold, and an input as the amount",
                )),
                (None, None) => Err(names.unknown(name, document, &at)),
            },
        )?;
        let unit = unit_of(&clause.rule, names, document)
            .map_err(|(kind, problem, remedy)| fault(at.clone(), kind, problem, remedy))?;
        if let Rule::Lookup { table, .. } = &clause.rule
            && document.terms.get(table).is_some_and(|t| t.points.is_some())
            && clause.round.is_none()
        {
            return Err(refuse(
                ErrorKind::Value,
                "a value between two points seldom comes out even, and no rounding is named".to_owned(),
                "add a rounding, such as round = { mode = \"half_up\", places = 4 }",
            ));
        }
        let round = clause.round.map(|r| counted(r, unit, document)).transpose().map_err(|places| {
            refuse(
                ErrorKind::Range,
                format!("a rounding to {places} places has no meaning here"),
                "write places from -12 to 12",
            )
        })?;
        let place = names.define(&clause.name, unit, at.clone())?;
        if is_person_rule {
            self.over_people.push(self.steps.len());
        }
        let over_people = is_person_rule.then(|| self.over_people.len() - 1);
        self.steps.push(Step { rule, round, over_people });
        if let Some(pays) = &clause.pays {
            if unit != Unit::Money {
                return Err(refuse(
                    ErrorKind::Unit,
                    format!("a payment is money, and this is {unit}"),
                    "take `pays` away, or multiply up to money first",
                ));
            }
            let party = |name: &str| {
                document.parties.get_index_of(name).ok_or_else(|| unknown_party(at.clone(), name, document))
            };
            let (from, to) = (party(&pays.from)?, party(&pays.to)?);
            if from == to {
                return Err(refuse(
                    ErrorKind::Name,
                    format!("`{}` pays itself", pays.from),
                    "name two different parties",
                ));
            }
            self.transfers.push(Transfer { amount: place, from, to });
        }
        Ok(())
    }

    fn add_bearers(&mut self, document: &Document) -> Checked<()> {
        for (input, party) in &document.bears {
            let at = At::Bears(input.clone());
            let place = match document.inputs.get_full(input) {
                Some((place, _, Unit::Money)) => place,
                Some((_, _, unit)) => {
                    return Err(fault(
                        at,
                        ErrorKind::Unit,
                        format!("a cost is money, and this is {unit}"),
                        "name an input of unit money",
                    ));
                }
                None => {
                    return Err(fault(
                        at,
                        ErrorKind::Unknown,
                        format!("`{input}` is not an input"),
                        listed("declare it under `inputs`; there are", document.inputs.keys()),
                    ));
                }
            };
            let bearer =
                document.parties.get_index_of(party).ok_or_else(|| unknown_party(at, party, document))?;
            self.bears.push((place, bearer));
        }
        Ok(())
    }

    fn add_scaled(&mut self, document: &Document) -> Checked<()> {
        let Some(name) = &document.scaled else { return Ok(()) };
        let at = At::Key("scaled");
        let is_number = document.terms.get(name).is_some_and(|term| term.values.is_some());
        if !is_number {
            return Err(fault(
                at,
                ErrorKind::Unknown,
                format!("`{name}` is not a term with `values`"),
                "name the price level, the envelope or the benchmark",
            ));
        }
        if self.thresholds.contains(name) {
            return Err(fault(
                at,
                ErrorKind::Name,
                format!("`{name}` is a threshold of each person's amount"),
                "scale the price level, the envelope or the benchmark instead",
            ));
        }
        self.scaled = self.place(name);
        Ok(())
    }
}

/// Names in order, with the place where each was defined.
#[derive(Default)]
struct Names {
    order: Vec<String>,
    units: Vec<Unit>,
    places: HashMap<String, usize>,
    reserved: HashMap<String, At>,
}

impl Names {
    fn define(&mut self, name: &str, unit: Unit, at: At) -> Checked<usize> {
        self.reserve(name, at)?;
        let place = self.order.len();
        self.order.push(name.to_owned());
        self.units.push(unit);
        self.places.insert(name.to_owned(), place);
        Ok(place)
    }

    fn reserve(&mut self, name: &str, at: At) -> Checked<()> {
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

    fn place(&self, name: &str, document: &Document, at: &At) -> Checked<usize> {
        if let Some(place) = self.places.get(name) {
            return Ok(*place);
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

    fn unknown(&self, name: &str, document: &Document, at: &At) -> Fault {
        let later = document.clause.iter().any(|clause| clause.name == name);
        let remedy = if later {
            format!("move clause `{name}` above it")
        } else {
            match nearest(name, self.order.iter().map(String::as_str)) {
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

fn index_of(list: &mut Vec<String>, name: &str) -> usize {
    list.iter().position(|known| known == name).unwrap_or_else(|| {
        list.push(name.to_owned());
        list.len() - 1
    })
}

/// The known name that is nearest in spelling, if it is near at all.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    known
        .map(|candidate| (edits(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(name.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance.
fn edits(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(b.chars()) {
            let cost = (diagonal + usize::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            left = cost;
            *cell = cost;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

fn listed<'a>(lead: &str, names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    format!("{lead} {}", names.join(", "))
}

fn unknown_party(at: At, name: &str, document: &Document) -> Fault {
    let remedy = listed("name one of", document.parties.keys());
    fault(at, ErrorKind::Unknown, format!("`{name}` is not a party"), remedy)
}

/// A rounding in decimals of the counted unit; the error is the places that have no meaning.
fn counted(round: Rounding, unit: Unit, document: &Document) -> Result<Rounding, i32> {
    if !(-12..=12).contains(&round.places) {
        return Err(round.places);
    }
    let exponent = i32::try_from(document.currency.exponent()).unwrap_or(0);
    Ok(Rounding { places: round.places - if unit.has_money() { exponent } else { 0 }, ..round })
}

fn check_head(document: &Document) -> Checked<()> {
    let missing =
        |key, problem: &str, remedy: &str| Err(fault(At::Key(key), ErrorKind::Value, problem, remedy));
    if document.name.trim().is_empty() {
        return missing("name", "the contract has no name", "name it as the parties do");
    }
    if document.period.end < document.period.start {
        return Err(fault(
            At::Key("period"),
            ErrorKind::Period,
            format!("it ends on {}, before it starts on {}", document.period.end, document.period.start),
            "swap the two dates",
        ));
    }
    if document.parties.len() < 2 {
        return missing("parties", "a contract has at least two parties", "name a payer and a provider");
    }
    if let Some((name, _)) = document.parties.iter().find(|(name, _)| name.trim().is_empty()) {
        return Err(fault(
            At::Party(name.clone()),
            ErrorKind::Name,
            "the name is blank",
            "give the party a name",
        ));
    }
    for role in [Role::Payer, Role::Provider] {
        if !document.parties.values().any(|known| *known == role) {
            return Err(fault(
                At::Key("parties"),
                ErrorKind::Value,
                format!("no party is the {role}"),
                format!("write parties = {{ name = \"{role}\", ... }}"),
            ));
        }
    }
    if document.clause.is_empty() {
        return missing("clause", "the contract has no clauses", "add at least one [[clause]]");
    }
    if !document.clause.iter().any(|clause| clause.pays.is_some()) {
        return missing(
            "clause",
            "no clause pays anyone",
            "add `pays = { from = ..., to = ... }` where money moves",
        );
    }
    Ok(())
}

fn check_term(name: &str, term: &Term, document: &Document) -> Checked<()> {
    let at = || At::Term(name.to_owned());
    if term.source.trim().is_empty() {
        return Err(fault(at(), ErrorKind::Value, "it has no source", "say where the number is written"));
    }
    let forms = [
        term.values.is_some(),
        term.bands.is_some(),
        term.steps.is_some(),
        term.points.is_some(),
        term.by_class.is_some(),
    ];
    if forms.iter().filter(|form| **form).count() != 1 {
        return Err(fault(
            at(),
            ErrorKind::Value,
            "it needs exactly one of `values`, `bands`, `steps`, `points` and `by_class`",
            "keep the one that was agreed",
        ));
    }
    if (term.steps.is_some() || term.points.is_some()) != term.of.is_some() {
        return Err(fault(
            at(),
            ErrorKind::Unit,
            "`of` is the unit of the key of `steps` or `points`, and goes with them alone",
            "add `of = \"count\"` to a table, or take it away",
        ));
    }
    if let Some(values) = &term.values {
        check_dates(name, values, document)?;
        for (_, value) in values.iter() {
            check_share(name, term.unit, value)?;
        }
    }
    if let Some(classes) = &term.by_class {
        for (class, values) in classes {
            check_dates(name, values, document)?;
            if values.iter().any(|(_, value)| value.0 < Decimal::ZERO) {
                return Err(fault(
                    at(),
                    ErrorKind::Range,
                    format!("the threshold of class `{class}` is negative"),
                    "write an amount of at least 0",
                ));
            }
        }
    }
    if let Some(bands) = &term.bands {
        check_dates(name, bands, document)?;
        bands.iter().try_for_each(|(_, bands)| check_bands(name, bands))?;
    }
    if let Some(steps) = &term.steps {
        check_dates(name, steps, document)?;
        for (_, rows) in steps.iter() {
            check_keys(name, "steps", rows.iter().map(|row| &row.from))?;
            rows.iter().try_for_each(|row| check_share(name, term.unit, &row.value))?;
        }
    }
    if let Some(points) = &term.points {
        check_dates(name, points, document)?;
        for (_, rows) in points.iter() {
            check_keys(name, "points", rows.iter().map(|row| &row.at))?;
            rows.iter().try_for_each(|row| check_share(name, term.unit, &row.value))?;
        }
    }
    Ok(())
}

fn check_dates<T>(name: &str, values: &Dated<T>, document: &Document) -> Checked<()> {
    let start = document.period.start;
    let problem = if values.is_empty() {
        "it has no value".to_owned()
    } else if values.on(start).is_none() {
        let first = values.iter().next().and_then(|(day, _)| day);
        format!(
            "its first value holds from {}, after the contract starts on {start}",
            first.map_or_else(String::new, |day| day.to_string())
        )
    } else {
        return Ok(());
    };
    Err(fault(
        At::Term(name.to_owned()),
        ErrorKind::Period,
        problem,
        format!("add the value that holds on {start}"),
    ))
}

fn check_share(name: &str, unit: Unit, value: &Exact) -> Checked<()> {
    if unit == Unit::Share && !(Decimal::ZERO..=Decimal::ONE).contains(&value.0) {
        return Err(fault(
            At::Term(name.to_owned()),
            ErrorKind::Range,
            format!("{value} is not a share"),
            "write a number from 0 to 1, or use unit \"ratio\" for a factor that may exceed 1",
        ));
    }
    Ok(())
}

fn check_bands(name: &str, bands: &[Band]) -> Checked<()> {
    let refuse =
        |kind, problem: String, remedy: &str| Err(fault(At::Term(name.to_owned()), kind, problem, remedy));
    let Some((last, inner)) = bands.split_last() else {
        return refuse(ErrorKind::Value, "it has no bands".to_owned(), "add at least { share = \"...\" }");
    };
    if last.upto.is_some() {
        return refuse(
            ErrorKind::Value,
            "the last band has an end, and what lies beyond it is not said".to_owned(),
            "add a last band without `upto`, such as { share = \"0\" }",
        );
    }
    let mut below = Decimal::ZERO;
    for band in inner {
        let Some(upto) = band.upto else {
            return refuse(
                ErrorKind::Value,
                "a band before the last has no end".to_owned(),
                "give every band but the last an `upto`",
            );
        };
        if upto.0 <= below {
            return refuse(
                ErrorKind::Range,
                format!("the bands fall: {upto} follows {below}"),
                "put the bands in rising order of `upto`, each above zero",
            );
        }
        below = upto.0;
    }
    bands.iter().try_for_each(|band| check_share(name, Unit::Share, &band.share))
}

fn check_keys<'a>(name: &str, form: &str, keys: impl Iterator<Item = &'a Exact>) -> Checked<()> {
    let keys: Vec<&Exact> = keys.collect();
    let falls = keys.windows(2).find_map(|pair| match pair {
        [a, b] if a.0 >= b.0 => Some((*a, *b)),
        _ => None,
    });
    let (kind, problem) = match (keys.len(), falls) {
        (0, _) => (ErrorKind::Value, format!("`{form}` has no rows")),
        (_, Some((a, b))) => (ErrorKind::Range, format!("the keys of `{form}` do not rise: {b} follows {a}")),
        _ => return Ok(()),
    };
    Err(fault(At::Term(name.to_owned()), kind, problem, "write the rows in rising order of their keys"))
}

fn check_examples(document: &Document) -> Checked<()> {
    for (index, example) in document.example.iter().enumerate() {
        let at = At::Example(index, example.name.clone());
        if let Some(name) =
            example.gives.keys().find(|name| !document.clause.iter().any(|c| c.name == **name))
        {
            return Err(fault(
                at,
                ErrorKind::Unknown,
                format!("`{name}` is not a clause"),
                "name the clause whose amount is known",
            ));
        }
        if example.gives.is_empty() {
            return Err(fault(
                at,
                ErrorKind::Value,
                "it gives nothing",
                "add the amounts that must come out under `gives`",
            ));
        }
        if let Some(on) = example.on
            && !document.period.contains(on)
        {
            return Err(fault(
                at,
                ErrorKind::Period,
                format!("{on} is outside the contract, {}", document.period),
                "choose a day that the contract covers",
            ));
        }
    }
    Ok(())
}

type UnitFault = (ErrorKind, String, &'static str);

/// The unit of what a rule gives, or why its operands do not fit.
fn unit_of(rule: &Rule, names: &Names, document: &Document) -> Result<Unit, UnitFault> {
    let unit = |name: &String| {
        let place = names.places.get(name).copied().unwrap_or(usize::MAX);
        names.units.get(place).copied().unwrap_or(Unit::Ratio)
    };
    let mismatch = |what: &str, a: &String, b: &String| -> UnitFault {
        (
            ErrorKind::Unit,
            format!("{what}: `{a}` is {} and `{b}` is {}", unit(a), unit(b)),
            "use two amounts of the same unit",
        )
    };
    let alike = |what: &str, a: &String, b: &String| {
        if unit(a).fits(unit(b)) { Ok(wider(unit(a), unit(b))) } else { Err(mismatch(what, a, b)) }
    };
    match rule {
        Rule::Sum(parts) => {
            let Some((first, rest)) = parts.split_first() else {
                return Err((ErrorKind::Value, "a sum of nothing".to_owned(), "name what is added up"));
            };
            rest.iter()
                .try_fold(unit(first), |sum, part| {
                    alike("a sum needs one unit", first, part).map(|u| wider(sum, u))
                })
                .map(|u| if rest.is_empty() { u } else { sum_unit(u) })
        }
        Rule::Difference { of, less } => alike("a difference needs one unit", of, less).map(sum_unit),
        Rule::Times { of, by } => unit(of).times(unit(by)).ok_or_else(|| {
            (
                ErrorKind::Unit,
                format!(
                    "{} × {} has no meaning: `{of}` is {} and `{by}` is {}",
                    unit(of),
                    unit(by),
                    unit(of),
                    unit(by)
                ),
                "multiply by a ratio, a share, or a price for each thing counted",
            )
        }),
        Rule::Per { of, by } => unit(of).per(unit(by)).ok_or_else(|| {
            (
                ErrorKind::Unit,
                format!(
                    "{} per {} has no meaning: `{of}` is {} and `{by}` is {}",
                    unit(of),
                    unit(by),
                    unit(of),
                    unit(by)
                ),
                "divide by a ratio, a count, or an amount of the same unit",
            )
        }),
        Rule::Cap { of, at } => alike("a cap needs the unit of what it caps", of, at),
        Rule::Floor { of, at } => alike("a floor needs the unit of what it holds up", of, at),
        Rule::Gate { of, measure, at_least, otherwise } => {
            alike("a threshold needs the unit of its measure", measure, at_least)?;
            match otherwise {
                Some(other) => alike("both sides of a gate need one unit", of, other),
                None => Ok(unit(of)),
            }
        }
        Rule::Layer { of, above, limit } => {
            if above.is_none() && limit.is_none() {
                return Err((
                    ErrorKind::Value,
                    "a layer without an attachment and without a limit is the amount itself".to_owned(),
                    "add `above`, `limit` or both",
                ));
            }
            for bound in [above, limit].into_iter().flatten() {
                alike("a layer needs one unit", of, bound)?;
            }
            Ok(unit(of))
        }
        Rule::Bands { of, base, gains, losses } => {
            let bound = if base.is_some() { Unit::Ratio } else { unit(of) };
            if let Some(base) = base {
                alike("bands need a base of the amount's unit", of, base)?;
            }
            for name in [gains, losses] {
                let term = document.terms.get(name);
                let Some(term) = term.filter(|t| t.bands.is_some()) else {
                    return Err((
                        ErrorKind::Name,
                        format!("term `{name}` has no bands"),
                        "name a term with `bands`",
                    ));
                };
                if !term.unit.fits(bound) {
                    return Err((
                        ErrorKind::Unit,
                        format!("the bounds of `{name}` are {}, and {bound} is needed", term.unit),
                        "give the term the unit of `of`, or of a ratio where there is a `base`",
                    ));
                }
            }
            Ok(sum_unit(unit(of)))
        }
        Rule::Lookup { of, table } => {
            let term = document.terms.get(table).and_then(|term| Some((term, term.of?)));
            match term {
                Some((term, key)) if key.fits(unit(of)) => Ok(term.unit),
                Some((_, key)) => Err((
                    ErrorKind::Unit,
                    format!("`{table}` is looked up by {key}, and `{of}` is {}", unit(of)),
                    "look it up by an amount of its own unit",
                )),
                None => Err((
                    ErrorKind::Name,
                    format!("term `{table}` cannot be looked up"),
                    "name a term with `steps` or `points`",
                )),
            }
        }
        Rule::Split { of, among, part } => {
            if unit(of) != Unit::Money {
                return Err((
                    ErrorKind::Unit,
                    format!("a split divides money, and `{of}` is {}", unit(of)),
                    "split an amount of money",
                ));
            }
            if !among.contains(part) {
                return Err((
                    ErrorKind::Unknown,
                    format!("`{part}` is not among the weights"),
                    "name one of `among` as `part`",
                ));
            }
            if let Some(name) =
                among.iter().enumerate().find_map(|(i, a)| among.iter().take(i).find(|b| *b == a))
            {
                return Err((
                    ErrorKind::Name,
                    format!("`{name}` is a weight twice"),
                    "name each weight once",
                ));
            }
            if let Some(first) = among.first() {
                among
                    .iter()
                    .try_for_each(|other| alike("weights need one unit", first, other).map(|_| ()))?;
            }
            Ok(Unit::Money)
        }
        Rule::PerPerson { of, layer, .. } => {
            if document.inputs.get(of) != Some(&Unit::Money) {
                return Err((
                    ErrorKind::Unit,
                    format!("`{of}` is not an input of unit money"),
                    "name the cost that is measured person by person",
                ));
            }
            let bounds: Vec<&String> = [&layer.above, &layer.limit].into_iter().flatten().collect();
            if bounds.is_empty() {
                return Err((
                    ErrorKind::Value,
                    "the layer has no attachment and no limit".to_owned(),
                    "add `above`, `limit` or both",
                ));
            }
            for name in bounds {
                match document.terms.get(name) {
                    Some(term) if term.unit == Unit::Money => {
                        let negative =
                            term.values.iter().flat_map(Dated::iter).any(|(_, v)| v.0 < Decimal::ZERO);
                        if negative {
                            return Err((
                                ErrorKind::Range,
                                format!("the threshold `{name}` is negative"),
                                "write an amount of at least 0",
                            ));
                        }
                    }
                    Some(term) => {
                        return Err((
                            ErrorKind::Unit,
                            format!("the threshold `{name}` is {}, and money is needed", term.unit),
                            "give the term the unit money",
                        ));
                    }
                    None => {
                        return Err((
                            ErrorKind::Name,
                            format!("the threshold `{name}` is not a term"),
                            "declare it under `terms`",
                        ));
                    }
                }
            }
            Ok(Unit::Money)
        }
    }
}

/// Of a ratio and a share, the ratio.
fn wider(a: Unit, b: Unit) -> Unit {
    if a == b {
        a
    } else if a.fits(Unit::Ratio) {
        Unit::Ratio
    } else {
        a
    }
}

/// A sum or difference of shares may leave the range of a share.
fn sum_unit(unit: Unit) -> Unit {
    if unit == Unit::Share { Unit::Ratio } else { unit }
}
