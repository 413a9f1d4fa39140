//! A contract resolved for one day, and its readings.

use std::sync::Arc;

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::{
    document::Document,
    layout::Layout,
    rule::{Above, Rule, Stopped, TableOf},
    unit::Unit,
};
use crate::{
    decimal::{self, Exact, Inexact},
    error::{Error, ErrorKind, Result},
    exposure::Date,
    money::{self, inexact, power_of_ten},
    number::{Number, Refused},
};

/// A threshold of one person's amount, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Threshold {
    /// One for everybody.
    All(Decimal),
    /// One for each class of person.
    ByClass(IndexMap<String, Decimal>),
}

/// What a clause takes of each person's amount before people are added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonLayerOn {
    /// The clause.
    pub clause: String,
    /// The input that is measured person by person.
    pub input: String,
    /// Where the layer begins.
    pub above: Option<Threshold>,
    /// How much the layer holds.
    pub limit: Option<Threshold>,
    /// Whether the thresholds are for twelve months and prorated by member months.
    pub annualised: bool,
}

/// A contract with the terms of one day: everything that is needed to settle, to simulate or to price it.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(crate) layout: Arc<Layout>,
    pub(crate) terms: Vec<Decimal>,
    tables: Vec<TableOf<Decimal>>,
    layers: Vec<PersonLayerOn>,
}

impl Plan {
    pub(crate) fn new(document: &Document, layout: &Arc<Layout>, on: Date) -> Result<Self> {
        if !document.period.contains(on) {
            return Err(Error::new(
                ErrorKind::Period,
                format!("contract `{}`", document.name),
                format!("{on} is outside its period, {}", document.period),
                "choose a day that the contract covers",
            ));
        }
        let resolver = Resolver { document, on };
        let terms = layout
            .names
            .iter()
            .skip(layout.inputs)
            .take(layout.terms)
            .map(|name| resolver.value(name))
            .collect::<Result<_>>()?;
        let tables = layout.tables.iter().map(|name| resolver.table(name)).collect::<Result<_>>()?;
        let mut layers = Vec::new();
        for &step in &layout.over_people {
            let Some(Rule::PerPerson { of, layer, annualised }) = document.clause.get(step).map(|c| &c.rule)
            else {
                continue;
            };
            let threshold =
                |name: &Option<String>| name.as_ref().map(|name| resolver.threshold(name)).transpose();
            layers.push(PersonLayerOn {
                clause: document.clause.get(step).map(|c| c.name.clone()).unwrap_or_default(),
                input: of.clone(),
                above: threshold(&layer.above)?,
                limit: threshold(&layer.limit)?,
                annualised: *annualised,
            });
        }
        Ok(Self { layout: Arc::clone(layout), terms, tables, layers })
    }

    /// What clauses take of each person's amount, in the order of the clauses.
    pub fn person_layers(&self) -> &[PersonLayerOn] {
        &self.layers
    }

    /// The names of the inputs, in the order in which a reading takes them.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        self.layout.names.iter().take(self.layout.inputs).map(String::as_str)
    }

    pub(crate) fn table(&self, place: usize) -> Option<&TableOf<Decimal>> {
        self.tables.get(place)
    }

    pub(crate) fn copy_table(&mut self, from: &Self, place: usize) {
        if let (Some(to), Some(table)) = (self.tables.get_mut(place), from.tables.get(place)) {
            to.clone_from(table);
        }
    }

    pub(crate) fn set_term_at(&mut self, place: usize, value: Decimal) {
        if let Some(term) = self.terms.get_mut(place) {
            *term = value;
        }
    }

    /// The contract as a function of its inputs, in one kind of number.
    pub fn reading<N: Number>(&self) -> Reading<N> {
        let pairs = |rows: &[(Decimal, Decimal)]| {
            rows.iter().map(|(key, value)| (N::exact(*key), N::exact(*value))).collect()
        };
        Reading {
            layout: Arc::clone(&self.layout),
            terms: self.terms.iter().map(|term| N::exact(*term)).collect(),
            tables: self
                .tables
                .iter()
                .map(|table| match table {
                    TableOf::Bands(bands) => TableOf::Bands(
                        bands.iter().map(|(upto, share)| (upto.map(N::exact), N::exact(*share))).collect(),
                    ),
                    TableOf::Steps(rows) => TableOf::Steps(pairs(rows)),
                    TableOf::Points(rows) => TableOf::Points(pairs(rows)),
                })
                .collect(),
        }
    }
}

struct Resolver<'a> {
    document: &'a Document,
    on: Date,
}

impl Resolver<'_> {
    fn missing(&self, name: &str) -> Error {
        Error::new(
            ErrorKind::Period,
            format!("term `{name}`"),
            format!("it has no value on {}", self.on),
            "add the value that holds on that day",
        )
    }

    /// A written amount in the unit it is counted in: money in minor units.
    fn counted(&self, name: &str, value: Exact, unit: Unit) -> Result<Decimal> {
        if !unit.has_money() {
            return Ok(value.0);
        }
        power_of_ten(self.document.currency.exponent())
            .and_then(|step| decimal::multiply(value.0, step))
            .map_err(|why| inexact(format!("term `{name}`"), why))
    }

    fn value(&self, name: &str) -> Result<Decimal> {
        let term = self.document.terms.get(name);
        let value = term.and_then(|term| Some((term, term.values.as_ref()?.on(self.on)?)));
        let (term, value) = value.ok_or_else(|| self.missing(name))?;
        self.counted(name, *value, term.unit)
    }

    fn threshold(&self, name: &str) -> Result<Threshold> {
        let Some((term, classes)) =
            self.document.terms.get(name).and_then(|term| Some((term, term.by_class.as_ref()?)))
        else {
            return self.value(name).map(Threshold::All);
        };
        let mut out = IndexMap::new();
        for (class, values) in classes {
            let value = values.on(self.on).ok_or_else(|| self.missing(name))?;
            out.insert(class.clone(), self.counted(name, *value, term.unit)?);
        }
        Ok(Threshold::ByClass(out))
    }

    fn table(&self, name: &str) -> Result<TableOf<Decimal>> {
        let term = self.document.terms.get(name).ok_or_else(|| self.missing(name))?;
        let key = term.of.unwrap_or(Unit::Ratio);
        if let Some(bands) = &term.bands {
            let bands = bands.on(self.on).ok_or_else(|| self.missing(name))?;
            let rows = bands.iter().map(|band| {
                let upto = band.upto.map(|upto| self.counted(name, upto, term.unit)).transpose()?;
                Ok((upto, band.share.0))
            });
            return rows.collect::<Result<_>>().map(TableOf::Bands);
        }
        let row = |at: Exact, value: Exact| {
            Ok((self.counted(name, at, key)?, self.counted(name, value, term.unit)?))
        };
        if let Some(steps) = &term.steps {
            let rows = steps.on(self.on).ok_or_else(|| self.missing(name))?;
            return rows.iter().map(|r| row(r.from, r.value)).collect::<Result<_>>().map(TableOf::Steps);
        }
        let points = term.points.as_ref().and_then(|points| points.on(self.on));
        let rows = points.ok_or_else(|| self.missing(name))?;
        rows.iter().map(|r| row(r.at, r.value)).collect::<Result<_>>().map(TableOf::Points)
    }
}

/// A contract as a function of its inputs, in one kind of number: every amount from the first input to the last
/// clause.
#[derive(Debug, Clone)]
pub struct Reading<N> {
    layout: Arc<Layout>,
    terms: Vec<N>,
    tables: Vec<TableOf<N>>,
}

impl<N: Number> Reading<N> {
    /// Evaluates the waterfall: `amounts` becomes inputs, terms and clauses, in order, with money in minor units.
    ///
    /// `inputs` are in the order of [`Plan::inputs`]; `over_people` are the sums over people of the layers of
    /// [`Plan::person_layers`], in their order. The buffer is reused, so that a million runs allocate nothing.
    ///
    /// # Errors
    /// The clause that could not be evaluated, and why.
    pub fn run(&self, inputs: &[N], over_people: &[N], amounts: &mut Vec<N>) -> Result<()> {
        amounts.clear();
        amounts.extend_from_slice(inputs);
        amounts.extend_from_slice(&self.terms);
        for step in &self.layout.steps {
            let above = Above {
                amounts,
                tables: &self.tables,
                over_people: step.over_people.and_then(|place| over_people.get(place)),
            };
            let value = step.rule.eval(&above, step.round).map_err(|why| self.stopped(amounts, why))?;
            amounts.push(value);
        }
        Ok(())
    }

    /// Puts a number in the place of a term.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] where there is no such term with a single number.
    pub fn set_term(&mut self, name: &str, value: N) -> Result<()> {
        let place = self.layout.place(name).and_then(|place| place.checked_sub(self.layout.inputs));
        match place.and_then(|place| self.terms.get_mut(place)) {
            Some(term) => {
                *term = value;
                Ok(())
            }
            None => Err(Error::new(
                ErrorKind::Unknown,
                format!("term `{name}`"),
                "there is no such term with `values`",
                "name a single number of the contract",
            )),
        }
    }

    #[cold]
    fn stopped(&self, amounts: &[N], why: Stopped<N::Error>) -> Error {
        let place = amounts.len();
        let clause = self.layout.names.get(place).map_or("", String::as_str);
        let at = format!("clause `{clause}`");
        let step = place.checked_sub(self.layout.inputs + self.layout.terms);
        let rule = step.and_then(|step| self.layout.steps.get(step)).map(|step| &step.rule);
        match why {
            Stopped::Number(why) => match (why.into(), rule) {
                (Refused::BelowLeast, Some(Rule::Bands { .. })) => Error::new(
                    ErrorKind::Range,
                    at,
                    "the base of its bands is negative, and fractions of it have no order",
                    "put a floor under the base first",
                ),
                (Refused::Inexact(Inexact::DivisionByZero), Some(Rule::Per { by, .. })) => {
                    self.by_zero(at, *by)
                }
                (why, _) => refused(at, why),
            },
            Stopped::NoSuchPlace => Error::new(
                ErrorKind::Experience,
                at,
                "an amount that it needs was not given",
                "give every input, and the people where a clause acts on each person",
            ),
        }
    }
}

impl<N> Reading<N> {
    /// What to say of a quotient whose divisor is nought.
    fn by_zero(&self, at: String, by: usize) -> Error {
        let name = self.layout.names.get(by).map_or("", String::as_str);
        let remedy = if by < self.layout.inputs {
            format!("give `{name}` above 0")
        } else {
            format!("correct what `{name}` is made of")
        };
        Error::new(ErrorKind::Arithmetic, at, format!("it is divided by `{name}`, which is 0"), remedy)
    }
}

/// A number's refusal as an error at a place.
pub(crate) fn refused(at: impl Into<String>, why: Refused) -> Error {
    match why {
        Refused::Inexact(why) => money::inexact(at, why),
        Refused::Unrounded => Error::new(
            ErrorKind::Arithmetic,
            at,
            "the quotient does not come out even",
            "say how it is rounded: round = { mode = \"half_up\", places = 4 }",
        ),
        Refused::BelowLeast => Error::new(
            ErrorKind::Range,
            at,
            "the key is below the first row of the table",
            "add the row that applies, or check the key",
        ),
        Refused::NotLinear => Error::new(
            ErrorKind::Arithmetic,
            at,
            "both factors vary with the cost",
            "multiply by a number that is known, or simulate instead",
        ),
        Refused::Apart => Error::new(
            ErrorKind::Arithmetic,
            at,
            "it depends on amounts that vary apart from each other",
            "give all of them but one as known, or simulate instead",
        ),
    }
}
