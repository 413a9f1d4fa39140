//! From names to places: the checks that make a document a contract.

mod head;
mod limits;
mod names;
mod terms;
mod units;

use super::{
    document::{Clause, Document},
    rule::Rule,
    unit::Unit,
};
use crate::{
    error::{Error, ErrorKind},
    money::Rounding,
};
pub(crate) use limits::{BoundAt, End, Limited};
use names::{Names, did_you_mean, index_of, unknown_party};

/// Where in a document a fault is, so that a reader can name the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum At {
    Key(&'static str),
    Party(String),
    Input(String),
    Limit(String),
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
            Self::Limit(name) => write!(f, "limit of `{name}`"),
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
    /// What amounts are held against.
    pub(crate) limits: Vec<Limited>,
}

impl Layout {
    /// The place of an amount by name.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    pub(crate) fn of(document: &Document) -> Checked<Self> {
        head::check(document)?;
        head::check_payments(document)?;
        Self::resolve(document)
    }

    /// As [`of`](Self::of), of clauses among which none need pay anyone.
    pub(crate) fn of_calculation(document: &Document) -> Checked<Self> {
        head::check(document)?;
        Self::resolve(document)
    }

    fn resolve(document: &Document) -> Checked<Self> {
        let mut names = Names::default();
        for (name, unit) in &document.inputs {
            names.define(name, *unit, At::Input(name.clone()))?;
        }
        for (name, term) in &document.terms {
            terms::check(name, term, document)?;
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
            limits: Vec::new(),
        };
        for (index, clause) in document.clause.iter().enumerate() {
            layout.add_clause(index, clause, document, &mut names)?;
        }
        layout.names = names.order;
        layout.units = names.units;
        layout.add_bearers(document)?;
        layout.add_scaled(document)?;
        layout.limits = limits::of(document, &layout)?;
        head::check_examples(document)?;
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
        let unit = units::of(&clause.rule, names, document)
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
                        did_you_mean(
                            input,
                            "declare it under `inputs`, or name one of",
                            document.inputs.keys(),
                        ),
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

/// A rounding in decimals of the counted unit; the error is the places that have no meaning.
fn counted(round: Rounding, unit: Unit, document: &Document) -> Result<Rounding, i32> {
    if !(-12..=12).contains(&round.places) {
        return Err(round.places);
    }
    let exponent = i32::try_from(document.currency.exponent()).unwrap_or(0);
    Ok(Rounding { places: round.places - if unit.has_money() { exponent } else { 0 }, ..round })
}
