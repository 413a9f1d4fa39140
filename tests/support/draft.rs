//! Short ways to write a contract in a test.

use capitation::{
    Contract, Currency,
    contract::{Band, Clause, Document, Pays, Role, Rule, Term, Unit},
    decimal::Exact,
    exposure::{Date, Period},
    money::Rounding,
    settlement::{Experience, Statement},
};
use indexmap::IndexMap;
use rust_decimal::Decimal;

/// The first day of every contract of these tests.
pub(crate) fn first_day() -> Date {
    Date::new(2026, 4, 1).unwrap()
}

/// A number as it is written.
pub(crate) fn d(text: &str) -> Decimal {
    text.parse::<Exact>().unwrap().0
}

/// A contract between a payer and a provider that bears `actual cost`, being written.
pub(crate) struct Draft(Document);

impl Draft {
    pub(crate) fn new(name: &str) -> Self {
        let parties = [("payer", Role::Payer), ("provider", Role::Provider)];
        let document = Document {
            name: name.to_owned(),
            about: None,
            currency: Currency::new("GBP").unwrap(),
            period: Period { start: first_day(), end: Date::new(2027, 3, 31).unwrap() },
            parties: parties.map(|(party, role)| (party.to_owned(), role)).into_iter().collect(),
            inputs: IndexMap::new(),
            measured: IndexMap::new(),
            limits: IndexMap::new(),
            bears: IndexMap::new(),
            scaled: None,
            terms: IndexMap::new(),
            clause: Vec::new(),
            example: Vec::new(),
        };
        Self(document).input("actual cost", Unit::Money).bears("actual cost", "provider")
    }

    pub(crate) fn input(mut self, name: &str, unit: Unit) -> Self {
        self.0.inputs.insert(name.to_owned(), unit);
        self
    }

    pub(crate) fn party(mut self, name: &str, role: Role) -> Self {
        self.0.parties.insert(name.to_owned(), role);
        self
    }

    fn bears(mut self, input: &str, party: &str) -> Self {
        self.0.bears.insert(input.to_owned(), party.to_owned());
        self
    }

    pub(crate) fn value(self, name: &str, unit: Unit, value: Decimal) -> Self {
        self.term(name, Term::value(unit, Exact(value), "schedule 1"))
    }

    pub(crate) fn term(mut self, name: &str, term: Term) -> Self {
        self.0.terms.insert(name.to_owned(), term);
        self
    }

    pub(crate) fn clause(mut self, name: &str, rule: Rule) -> Self {
        self.0.clause.push(Clause::new(name, rule));
        self
    }

    /// Rounds the last clause.
    pub(crate) fn rounded(mut self, rounding: Rounding) -> Self {
        self.0.clause.last_mut().unwrap().round = Some(rounding);
        self
    }

    /// Lets the payer pay the provider the amount of the last clause.
    pub(crate) fn paid(self) -> Self {
        self.pays("payer", "provider")
    }

    pub(crate) fn pays(mut self, from: &str, to: &str) -> Self {
        self.0.clause.last_mut().unwrap().pays = Some(Pays { from: from.to_owned(), to: to.to_owned() });
        self
    }

    pub(crate) fn contract(self) -> Contract {
        Contract::new(self.0).unwrap()
    }
}

/// Bands of these widths and shares in percent, one after another, and a share beyond them; widths have so many decimals.
pub(crate) fn adjoining(unit: Unit, inner: &[(i64, i64)], beyond: i64, places: u32) -> Term {
    let share = |percent| Exact(Decimal::new(percent, 2));
    let mut end = 0;
    let mut all: Vec<Band> = Vec::new();
    for (width, percent) in inner {
        end += width;
        all.push(Band { upto: Some(Exact(Decimal::new(end, places))), share: share(*percent) });
    }
    all.push(Band { upto: None, share: share(beyond) });
    Term::bands(unit, all, "schedule 1")
}

/// Settles on these inputs, with the terms of the first day.
pub(crate) fn settle(contract: &Contract, inputs: &[(&str, Decimal)]) -> Statement {
    let experience = inputs
        .iter()
        .fold(Experience::new(), |experience, (name, amount)| experience.with_decimal(*name, *amount));
    contract.settle(&experience, first_day()).unwrap()
}

pub(crate) fn sum(parts: &[&str]) -> Rule {
    Rule::Sum(parts.iter().map(ToString::to_string).collect())
}

pub(crate) fn times(of: &str, by: &str) -> Rule {
    Rule::Times { of: of.into(), by: by.into() }
}

pub(crate) fn difference(of: &str, less: &str) -> Rule {
    Rule::Difference { of: of.into(), less: less.into() }
}

pub(crate) fn cap(of: &str, at: &str) -> Rule {
    Rule::Cap { of: of.into(), at: at.into() }
}

pub(crate) fn floor(of: &str, at: &str) -> Rule {
    Rule::Floor { of: of.into(), at: at.into() }
}

pub(crate) fn gate(of: &str, measure: &str, at_least: &str) -> Rule {
    Rule::Gate { of: of.into(), measure: measure.into(), at_least: at_least.into(), otherwise: None }
}

pub(crate) fn layer(of: &str, above: Option<&str>, limit: Option<&str>) -> Rule {
    Rule::Layer { of: of.into(), above: above.map(Into::into), limit: limit.map(Into::into) }
}

pub(crate) fn bands(of: &str, base: Option<&str>, gains: &str, losses: &str) -> Rule {
    Rule::Bands { of: of.into(), base: base.map(Into::into), gains: gains.into(), losses: losses.into() }
}

pub(crate) fn lookup(of: &str, table: &str) -> Rule {
    Rule::Lookup { of: of.into(), table: table.into() }
}
