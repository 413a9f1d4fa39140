//! The statement of a settlement: every line with its rule, its operands, its amount and its source.

use std::fmt::Write;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Experience, to_counted, to_written};
use crate::{
    contract::{Contract, Plan, Role, Rule, Unit, words},
    decimal,
    error::{Error, ErrorKind, Result},
    exposure::Date,
    money::{Currency, Money, inexact},
};

/// What a line of a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineRole {
    /// Something measured.
    Input,
    /// Something agreed.
    Term,
    /// Something that follows.
    Clause,
}

/// Money that moves on a line; a negative amount moves the other way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// The party that pays.
    pub from: String,
    /// The party that is paid.
    pub to: String,
}

/// One line of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The name of the amount.
    pub name: String,
    /// What it is.
    pub role: LineRole,
    /// The rule in words, for a clause; where a term was agreed, for a term.
    pub words: String,
    /// The amounts that went in, by name.
    #[serde(deserialize_with = "decimal::read_named")]
    pub operands: Vec<(String, Decimal)>,
    /// The amount, money in major units.
    #[serde(deserialize_with = "decimal::read")]
    pub amount: Decimal,
    /// Its unit.
    pub unit: Unit,
    /// How it was rounded.
    pub rounding: Option<String>,
    /// Whether a cap, a floor, a gate or a limit made a difference.
    pub note: Option<String>,
    /// Where it is written.
    pub source: Option<String>,
    /// Whether the line, or a term that it uses, has a source that could not be checked.
    pub unverified: bool,
    /// The row of the regulator's own statement.
    pub row: Option<String>,
    /// What the amount is, in a sentence.
    pub about: Option<String>,
    /// The parties between which it moves.
    pub pays: Option<Payment>,
}

/// What a settlement comes to for one party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The party.
    pub name: String,
    /// What it does.
    pub role: Role,
    /// What it is paid under the contract, in major units.
    #[serde(deserialize_with = "decimal::read")]
    pub received: Decimal,
    /// What it pays under the contract.
    #[serde(deserialize_with = "decimal::read")]
    pub paid: Decimal,
    /// The cost of care that it bears.
    #[serde(deserialize_with = "decimal::read")]
    pub borne: Decimal,
    /// What it receives from outside the contract.
    #[serde(deserialize_with = "decimal::read")]
    pub outside_income: Decimal,
    /// Received + outside income − paid − borne.
    #[serde(deserialize_with = "decimal::read")]
    pub surplus: Decimal,
}

/// What is owed, line by line, and what it comes to for each party.
///
/// Transfers between parties sum to zero, and the outside income of all parties equals the cost that they bear
/// plus the sum of their surpluses, exactly.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Statement {
    contract: String,
    fingerprint: String,
    currency: Currency,
    on: Date,
    people: Option<usize>,
    /// The fingerprint of the population, where the experience was taken from one.
    population: Option<String>,
    lines: Vec<Line>,
    parties: Vec<Party>,
    version: String,
    unverified: Vec<String>,
    /// None where the statement was read back: a bridge from it tells its lines, not its causes.
    #[serde(skip)]
    pub(super) settled: Option<Settled>,
}

/// What a statement was made from, kept to be able to run it again with one thing changed.
#[derive(Debug, Clone)]
pub(super) struct Settled {
    pub(super) contract: Contract,
    pub(super) plan: Plan,
    pub(super) over_people: Vec<Decimal>,
    /// In minor units, in the places of the layout.
    pub(super) amounts: Vec<Decimal>,
}

impl Statement {
    pub(super) fn new(
        contract: &Contract,
        plan: Plan,
        on: Date,
        over_people: Vec<Decimal>,
        amounts: Vec<Decimal>,
        experience: &Experience<'_>,
    ) -> Result<Self> {
        let settled = Settled { contract: contract.clone(), plan, over_people, amounts };
        Ok(Self {
            contract: contract.name().to_owned(),
            fingerprint: contract.fingerprint(),
            currency: contract.currency(),
            on,
            people: experience.people_given(),
            population: experience.population().map(str::to_owned),
            lines: settled.lines()?,
            parties: settled.parties(experience)?,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            unverified: contract.unverified().map(str::to_owned).collect(),
            settled: Some(settled),
        })
    }

    /// The name of the contract.
    pub fn contract(&self) -> &str {
        &self.contract
    }

    /// The currency of every amount of money.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The day whose terms apply.
    pub fn on(&self) -> Date {
        self.on
    }

    /// Every line: inputs, then terms, then clauses in order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// What it comes to for each party.
    pub fn parties(&self) -> &[Party] {
        &self.parties
    }

    /// Names of the contract's terms whose source could not be checked.
    pub fn unverified(&self) -> &[String] {
        &self.unverified
    }

    /// An amount by the name of its line, money in major units.
    pub fn amount(&self, name: &str) -> Option<Decimal> {
        self.lines.iter().find(|line| line.name == name).map(|line| line.amount)
    }

    /// What a party receives less what it pays under the contract.
    pub fn net(&self, party: &str) -> Option<Money> {
        let party = self.parties.iter().find(|known| known.name == party)?;
        let net = decimal::subtract(party.received, party.paid).ok()?;
        Some(Money::new(net, self.currency))
    }

    /// What is left to a party after what it pays and the cost that it bears.
    pub fn surplus(&self, party: &str) -> Option<Money> {
        let party = self.parties.iter().find(|known| known.name == party)?;
        Some(Money::new(party.surplus, self.currency))
    }

    /// The statement as text, a line each: name, amount, rule, what bit, who pays whom, source.
    pub fn explain(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_explained(&mut out);
        out
    }

    fn write_explained(&self, out: &mut String) -> std::fmt::Result {
        let shown: Vec<(String, &Line)> = self.lines.iter().map(|line| (self.show(line), line)).collect();
        let name_width = self.lines.iter().map(|line| line.name.chars().count()).max().unwrap_or(0);
        let width = shown.iter().map(|(text, _)| text.chars().count()).max().unwrap_or(0);
        writeln!(out, "{}, terms of {}", self.contract, self.on)?;
        let mut role = None;
        for (text, line) in &shown {
            if role != Some(line.role) {
                role = Some(line.role);
                let title = match line.role {
                    LineRole::Input => "Measured",
                    LineRole::Term => "Agreed",
                    LineRole::Clause => "Follows",
                };
                writeln!(out, "\n{title}")?;
            }
            write!(out, "  {:<name_width$}  {text:>width$}", line.name)?;
            for part in remarks(line) {
                write!(out, "  {part}")?;
            }
            writeln!(out)?;
            if let Some(about) = &line.about {
                writeln!(out, "      {about}")?;
            }
        }
        writeln!(out, "\nParties")?;
        for party in &self.parties {
            let money = |amount| Money::new(amount, self.currency);
            writeln!(
                out,
                "  {} ({}): received {}, paid {}, bears {}, outside income {}: surplus {}",
                party.name,
                party.role,
                money(party.received),
                money(party.paid),
                money(party.borne),
                money(party.outside_income),
                money(party.surplus)
            )?;
        }
        if !self.unverified.is_empty() {
            writeln!(out, "\nUnverified: {}", self.unverified.join(", "))?;
        }
        writeln!(out, "\ncapitation {}, contract {}", self.version, self.fingerprint)?;
        if let Some(population) = &self.population {
            writeln!(out, "population {population}")?;
        }
        Ok(())
    }

    fn show(&self, line: &Line) -> String {
        words::value(decimal::Exact(line.amount), line.unit, self.currency)
    }
}

impl Settled {
    fn exponent(&self) -> u32 {
        self.contract.currency().exponent()
    }

    fn counted(&self, place: usize) -> Decimal {
        self.amounts.get(place).copied().unwrap_or_default()
    }

    fn written(&self, place: usize) -> Result<Decimal> {
        let layout = self.contract.layout();
        let unit = layout.units.get(place).copied().unwrap_or(Unit::Ratio);
        to_written(self.counted(place), unit, self.exponent())
    }

    fn lines(&self) -> Result<Vec<Line>> {
        let layout = self.contract.layout();
        let document = self.contract.document();
        let mut lines = Vec::with_capacity(layout.names.len());
        for (place, (name, unit)) in layout.names.iter().zip(&layout.units).enumerate() {
            let amount = self.written(place).map_err(|why| why.within(format!("line `{name}`")))?;
            let blank = Line {
                name: name.clone(),
                role: LineRole::Input,
                words: "measured".to_owned(),
                operands: Vec::new(),
                amount,
                unit: *unit,
                rounding: None,
                note: None,
                source: None,
                unverified: false,
                row: None,
                about: document.measured.get(name).cloned(),
                pays: None,
            };
            let clause = place.checked_sub(layout.inputs + layout.terms);
            lines.push(match (clause, document.terms.get(name)) {
                (None, Some(term)) => Line {
                    role: LineRole::Term,
                    words: "agreed".to_owned(),
                    source: Some(term.source.clone()),
                    unverified: term.unverified,
                    about: term.about.clone(),
                    ..blank
                },
                (None, None) => blank,
                (Some(index), _) => self.clause_line(index, blank)?,
            });
        }
        Ok(lines)
    }

    fn clause_line(&self, index: usize, blank: Line) -> Result<Line> {
        let layout = self.contract.layout();
        let document = self.contract.document();
        let (Some(clause), Some(step)) = (document.clause.get(index), layout.steps.get(index)) else {
            return Ok(blank);
        };
        let mut operands = Vec::new();
        let mut sources: Vec<String> = clause.source.iter().cloned().collect();
        let mut unverified = clause.unverified;
        for name in clause.rule.operands() {
            if let Some(place) = layout.place(name) {
                operands.push((name.clone(), self.written(place)?));
            }
            if let Some(term) = document.terms.get(name) {
                unverified |= term.unverified;
                if term.values.is_none() && !sources.contains(&term.source) {
                    sources.push(term.source.clone());
                }
            }
        }
        Ok(Line {
            role: LineRole::Clause,
            words: words::rule(&clause.rule),
            operands,
            rounding: clause.round.map(|r| words::rounding(r, blank.unit, document.currency)),
            note: self.note(&step.rule, self.counted(layout.inputs + layout.terms + index)),
            source: if sources.is_empty() { None } else { Some(sources.join("; ")) },
            unverified,
            row: clause.row.clone(),
            about: clause.about.clone(),
            pays: clause.pays.as_ref().map(|p| Payment { from: p.from.clone(), to: p.to.clone() }),
            ..blank
        })
    }

    /// What the rule's bound did on these amounts.
    fn note(&self, rule: &Rule<usize>, result: Decimal) -> Option<String> {
        let at = |place: &usize| self.counted(*place);
        let name = |place: &usize| self.contract.layout().names.get(*place).cloned().unwrap_or_default();
        match rule {
            Rule::Cap { of, at: cap } if at(of) > at(cap) => {
                Some(format!("the cap bit: {} is more", name(of)))
            }
            Rule::Floor { of, at: floor } if at(of) < at(floor) => {
                Some(format!("the floor bit: {} is less", name(of)))
            }
            Rule::Gate { measure, at_least, .. } => Some(if at(measure) >= at(at_least) {
                format!("the gate is passed: {} reaches {}", name(measure), name(at_least))
            } else {
                format!("the gate is not passed: {} is below {}", name(measure), name(at_least))
            }),
            Rule::Layer { of, above, limit } => {
                if above.as_ref().is_some_and(|above| at(of) <= at(above)) {
                    Some("nothing lies in the layer".to_owned())
                } else if limit.as_ref().is_some_and(|limit| result == at(limit)) {
                    Some("the layer is full".to_owned())
                } else {
                    None
                }
            }
            Rule::Bands { of, .. } if at(of).is_zero() => Some("neither gain nor loss".to_owned()),
            Rule::Bands { of, .. } if at(of).is_sign_negative() => Some("a loss".to_owned()),
            Rule::Bands { .. } => Some("a gain".to_owned()),
            _ => None,
        }
    }

    fn parties(&self, experience: &Experience<'_>) -> Result<Vec<Party>> {
        let layout = self.contract.layout();
        let document = self.contract.document();
        let exponent = self.exponent();
        let mut ledgers = vec![Ledger::default(); document.parties.len()];
        let add = |ledger: Option<&mut Decimal>, amount: Decimal| -> Result<()> {
            if let Some(sum) = ledger {
                *sum = decimal::add(*sum, amount).map_err(|why| inexact("parties", why))?;
            }
            Ok(())
        };
        for transfer in &layout.transfers {
            let amount = self.counted(transfer.amount);
            let name = layout.names.get(transfer.amount).map_or("", String::as_str);
            whole_minor_units_paid(name, amount, self.contract.currency())?;
            add(ledgers.get_mut(transfer.from).map(|l| &mut l.paid), amount)?;
            add(ledgers.get_mut(transfer.to).map(|l| &mut l.received), amount)?;
        }
        for (input, party) in &layout.bears {
            add(ledgers.get_mut(*party).map(|l| &mut l.borne), self.counted(*input))?;
        }
        for (name, amount) in experience.outside_income() {
            let counted = to_counted(*amount, Unit::Money, exponent)?;
            let place = document.parties.get_index_of(name).unwrap_or(usize::MAX);
            add(ledgers.get_mut(place).map(|l| &mut l.outside_income), counted)?;
        }
        document
            .parties
            .iter()
            .zip(ledgers)
            .map(|((name, role), ledger)| ledger.party(name, *role, exponent))
            .collect()
    }
}

/// What stands behind the amount of a line.
fn remarks(line: &Line) -> Vec<String> {
    let mut remarks = Vec::new();
    if line.role == LineRole::Clause {
        remarks.push(format!("= {}", line.words));
    }
    remarks.extend(line.rounding.iter().map(|rounding| format!("rounded {rounding}")));
    remarks.extend(line.note.iter().map(|note| format!("[{note}]")));
    remarks.extend(line.pays.iter().map(|pays| format!("{} pays {}", pays.from, pays.to)));
    remarks.extend(line.source.iter().map(|source| format!("({source})")));
    if line.unverified {
        remarks.push("[unverified]".to_owned());
    }
    remarks
}

/// A payment of part of a penny cannot be made.
fn whole_minor_units_paid(name: &str, amount: Decimal, currency: Currency) -> Result<()> {
    if amount.fract().is_zero() {
        return Ok(());
    }
    let exponent = currency.exponent();
    let shown = to_written(amount, Unit::Money, exponent)?;
    Err(Error::new(
        ErrorKind::Experience,
        format!("clause `{name}`"),
        format!("{shown} is to be paid, which is not in whole {}", currency.minor_units()),
        format!("round the clause: round = {{ mode = \"half_up\", places = {exponent} }}"),
    ))
}

#[derive(Debug, Clone, Copy, Default)]
struct Ledger {
    received: Decimal,
    paid: Decimal,
    borne: Decimal,
    outside_income: Decimal,
}

impl Ledger {
    fn party(self, name: &str, role: Role, exponent: u32) -> Result<Party> {
        let surplus = decimal::add(self.received, self.outside_income)
            .and_then(|income| decimal::subtract(income, self.paid))
            .and_then(|left| decimal::subtract(left, self.borne))
            .map_err(|why| inexact(format!("party `{name}`"), why))?;
        let written = |amount| to_written(amount, Unit::Money, exponent);
        Ok(Party {
            name: name.to_owned(),
            role,
            received: written(self.received)?,
            paid: written(self.paid)?,
            borne: written(self.borne)?,
            outside_income: written(self.outside_income)?,
            surplus: written(surplus)?,
        })
    }
}
