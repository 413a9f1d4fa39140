//! The document that a builder is writing.

use indexmap::IndexMap;

use super::balance::{Balance, Sign};
use crate::{
    contract::{Clause, Contract, Document, Limit, Pays, Role, Rule, Term, Unit},
    decimal::Exact,
    error::{Error, ErrorKind, Result},
    exposure::{Date, Period},
    money::{Currency, Rounding},
};

/// The input that the provider bears.
pub(super) const ACTUAL_COST: &str = "actual cost";

/// A contract being written, with its two running balances.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    document: Document,
    payer: String,
    provider: String,
    payment: Option<Balance>,
    cost: Balance,
    /// What acts on the whole actual cost, and so can stand only alone.
    cost_rule: Option<&'static str>,
    is_split: bool,
}

impl Draft {
    pub(super) fn new(name: &str, currency: &str, first_day: &str, last_day: &str) -> Result<Self> {
        let day = |key: &str, text: &str| text.parse::<Date>().map_err(|why| why.within(key));
        let document = Document {
            name: name.to_owned(),
            about: None,
            currency: Currency::new(currency)?,
            period: Period { start: day("first day", first_day)?, end: day("last day", last_day)? },
            parties: IndexMap::new(),
            inputs: IndexMap::new(),
            measured: IndexMap::new(),
            limits: IndexMap::new(),
            bears: IndexMap::new(),
            scaled: None,
            terms: IndexMap::new(),
            clause: Vec::new(),
            example: Vec::new(),
        };
        let mut draft = Self {
            document,
            payer: String::new(),
            provider: String::new(),
            payment: None,
            cost: Balance::new(ACTUAL_COST),
            cost_rule: None,
            is_split: false,
        };
        draft.name_parties("payer", "provider")?;
        Ok(draft)
    }

    pub(super) fn describe(&mut self, text: &str) {
        self.document.about = Some(text.to_owned());
    }

    pub(super) fn name_parties(&mut self, payer: &str, provider: &str) -> Result<()> {
        if self.payment.is_some() {
            return Err(refuse("parties", "they are named after the base payment", "name them before it"));
        }
        if payer == provider {
            return Err(refuse(
                "parties",
                format!("`{payer}` is both payer and provider"),
                "name two different parties",
            ));
        }
        (self.payer, self.provider) = (payer.to_owned(), provider.to_owned());
        let parties = [(payer.to_owned(), Role::Payer), (provider.to_owned(), Role::Provider)];
        self.document.parties = parties.into_iter().collect();
        Ok(())
    }

    /// The party of a role; a pool or a reinsurer joins the contract when it is first named.
    pub(super) fn party(&mut self, role: Role) -> String {
        match role {
            Role::Payer => self.payer.clone(),
            Role::Provider => self.provider.clone(),
            Role::Pool | Role::Reinsurer => {
                let name = role.to_string();
                self.document.parties.entry(name.clone()).or_insert(role);
                name
            }
        }
    }

    /// Another provider, which joins the contract.
    pub(super) fn join_as_provider(&mut self, name: &str) {
        self.document.parties.entry(name.to_owned()).or_insert(Role::Provider);
    }

    pub(super) fn provider(&self) -> &str {
        &self.provider
    }

    /// A measured amount, declared where it is not yet.
    pub(super) fn input(&mut self, name: &str, unit: Unit) -> Result<String> {
        match self.document.inputs.get(name) {
            Some(known) if *known != unit => Err(Error::new(
                ErrorKind::Name,
                format!("input `{name}`"),
                format!("it is measured as {known} already, and {unit} is needed"),
                "give one of them another name",
            )),
            _ => {
                self.document.inputs.insert(name.to_owned(), unit);
                Ok(name.to_owned())
            }
        }
    }

    /// A number that was agreed, under this name or the next that is free.
    pub(super) fn term(&mut self, name: &str, unit: Unit, value: &str, source: &str) -> Result<String> {
        let value = exact(name, value)?;
        Ok(self.add_term(name, Term::value(unit, value, source)))
    }

    pub(super) fn add_term(&mut self, name: &str, term: Term) -> String {
        let name = self.free(name);
        self.document.terms.insert(name.clone(), term);
        name
    }

    /// A clause under this name or the next that is free.
    pub(super) fn clause(&mut self, name: &str, rule: Rule) -> String {
        let name = self.free(name);
        self.document.clause.push(Clause::new(name.clone(), rule));
        name
    }

    /// A clause rounded half up to the minor unit.
    pub(super) fn rounded(&mut self, name: &str, rule: Rule) -> String {
        let places = i32::try_from(self.document.currency.exponent()).unwrap_or(2);
        self.rounded_to(places, name, rule)
    }

    pub(super) fn rounded_to(&mut self, places: i32, name: &str, rule: Rule) -> String {
        let name = self.clause(name, rule);
        if let Some(clause) = self.document.clause.last_mut() {
            clause.round = Some(Rounding::half_up(places));
        }
        name
    }

    fn free(&self, name: &str) -> String {
        let is_taken = |name: &str| {
            self.document.inputs.contains_key(name)
                || self.document.terms.contains_key(name)
                || self.document.clause.iter().any(|clause| clause.name == name)
        };
        if !is_taken(name) {
            return name.to_owned();
        }
        // A thousand of a kind is a slip; the contract's own check then says that the name is taken.
        let free = (2..1_000).map(|count| format!("{name} ({count})")).find(|name| !is_taken(name));
        free.unwrap_or_else(|| name.to_owned())
    }

    /// Money moves on a clause.
    pub(super) fn pays(&mut self, line: &str, from: &str, to: &str) -> Result<()> {
        if self.is_split {
            return Err(refuse(
                format!("clause `{line}`"),
                "the result has been split among providers, and it would change after that",
                "call `split_among` last",
            ));
        }
        if let Some(clause) = self.document.clause.iter_mut().find(|clause| clause.name == line) {
            clause.pays = Some(Pays { from: from.to_owned(), to: to.to_owned() });
        }
        Ok(())
    }

    pub(super) fn pay_provider(&mut self, line: &str) -> Result<()> {
        let (from, to) = (self.payer.clone(), self.provider.clone());
        self.pays(line, &from, &to)
    }

    pub(super) fn pay_back(&mut self, line: &str) -> Result<()> {
        let (from, to) = (self.provider.clone(), self.payer.clone());
        self.pays(line, &from, &to)
    }

    pub(super) fn start_payment(&mut self, line: &str) -> Result<()> {
        if self.payment.is_some() {
            return Err(refuse(
                format!("clause `{line}`"),
                "the contract has a base payment already",
                "keep one, or join two of them with `blend`",
            ));
        }
        self.payment = Some(Balance::new(line));
        Ok(())
    }

    pub(super) fn add_to_payment(&mut self, line: &str, after: &str) -> Result<()> {
        self.change_payment(line, Sign::Plus, after)
    }

    pub(super) fn take_from_payment(&mut self, line: &str, after: &str) -> Result<()> {
        self.change_payment(line, Sign::Minus, after)
    }

    fn change_payment(&mut self, line: &str, sign: Sign, after: &str) -> Result<()> {
        self.payment.as_mut().ok_or_else(no_base)?.change(line, sign, after);
        Ok(())
    }

    /// The payment as it stands.
    pub(super) fn payment(&mut self) -> Result<String> {
        let mut balance = self.payment.take().ok_or_else(no_base)?;
        let name = balance.current(|name, rule| self.clause(name, rule));
        self.payment = Some(balance);
        Ok(name)
    }

    pub(super) fn add_to_cost(&mut self, line: &str) {
        self.cost.change(line, Sign::Plus, &format!("cost after {line}"));
    }

    pub(super) fn take_from_cost(&mut self, line: &str) {
        self.cost.change(line, Sign::Minus, &format!("cost after {line}"));
    }

    /// The cost as it stands.
    pub(super) fn cost(&mut self) -> Result<String> {
        self.input(ACTUAL_COST, Unit::Money)?;
        let mut balance = self.cost.clone();
        let name = balance.current(|name, rule| self.clause(name, rule));
        self.cost = balance;
        Ok(name)
    }

    /// Payment less cost as they stand.
    pub(super) fn result(&mut self, name: &str) -> Result<String> {
        let (payment, cost) = (self.payment()?, self.cost()?);
        Ok(self.rounded(name, super::difference(&payment, &cost)))
    }

    /// Stop-loss and a carve-out would both pay for one person's carved-out cost.
    pub(super) fn claim_cost(&mut self, rule: &'static str) -> Result<()> {
        self.payment.as_ref().ok_or_else(no_base)?;
        match self.cost_rule {
            Some("carve-out") if rule == "carve-out" => Ok(()),
            Some(other) => Err(refuse(
                rule,
                format!("there is a {other} already, and both would pay for the same cost"),
                "keep one of them, or measure the actual cost without the care setting",
            )),
            None => {
                self.cost_rule = Some(rule);
                Ok(())
            }
        }
    }

    pub(super) fn carve_out(&mut self, setting: &str, source: &str) -> Result<()> {
        self.claim_cost("carve-out")?;
        if setting == ACTUAL_COST {
            return Err(refuse(
                "carve-out",
                "all of the cost is carved out, and nothing is left to be paid for",
                "name a care setting whose cost is part of the actual cost",
            ));
        }
        if self.document.clause.iter().any(|clause| clause.name == format!("carve-out of {setting}")) {
            return Err(refuse(
                "carve-out",
                format!("`{setting}` is carved out already, and would be paid for twice"),
                "carve each setting out once",
            ));
        }
        let setting = self.input(setting, Unit::Money)?;
        let line = self.rounded(&format!("carve-out of {setting}"), Rule::Sum(vec![setting]));
        if let Some(clause) = self.document.clause.last_mut() {
            clause.source = Some(source.to_owned());
        }
        self.pay_provider(&line)?;
        self.take_from_cost(&line);
        Ok(())
    }

    pub(super) fn close(&mut self) {
        self.is_split = true;
    }

    pub(super) fn scale(&mut self, term: &str) {
        self.document.scaled = Some(term.to_owned());
    }

    /// The term that is scaled unless the caller or an earlier base payment names one.
    pub(super) fn scale_by_default(&mut self, term: &str) {
        self.document.scaled.get_or_insert_with(|| term.to_owned());
    }

    pub(super) fn limit(&mut self, amount: &str, limit: Limit) {
        self.document.limits.insert(amount.to_owned(), limit);
    }

    pub(super) fn mark_unverified(&mut self, name: &str) -> Result<()> {
        if let Some(term) = self.document.terms.get_mut(name) {
            term.unverified = true;
            return Ok(());
        }
        let known: Vec<String> = self.document.terms.keys().map(|name| format!("`{name}`")).collect();
        Err(refuse(
            format!("term `{name}`"),
            "there is no such term yet",
            format!("name one of {}", known.join(", ")),
        ))
    }

    /// The same error, in this contract.
    pub(super) fn locate(&self, why: Error) -> Error {
        why.within(format!("contract `{}`", self.document.name))
    }

    pub(super) fn finish(mut self) -> Result<Contract> {
        if self.payment.is_none() {
            return Err(self.locate(no_base()));
        }
        self.input(ACTUAL_COST, Unit::Money).map_err(|why| self.locate(why))?;
        self.document.bears.insert(ACTUAL_COST.to_owned(), self.provider.clone());
        let name = self.document.name.clone();
        Contract::new(self.document).map_err(|why| why.within(format!("contract `{name}`")))
    }
}

/// A decimal in text, strictly.
pub(super) fn exact(name: &str, text: &str) -> Result<Exact> {
    text.parse().map_err(|why: crate::decimal::NotADecimal| {
        let words = why.to_string();
        let (problem, remedy) = words.split_once("; ").unwrap_or((&words, "write it as it is printed"));
        Error::new(ErrorKind::Value, format!("term `{name}`"), problem, remedy)
    })
}

pub(super) fn refuse(
    place: impl Into<String>,
    problem: impl Into<String>,
    remedy: impl Into<String>,
) -> Error {
    Error::new(ErrorKind::Name, place, problem, remedy)
}

fn no_base() -> Error {
    refuse(
        "base payment",
        "there is none yet",
        "begin with `activity`, `capitation`, `need_weighted_capitation`, `block` or `blend`",
    )
}
