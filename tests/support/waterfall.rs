//! Free waterfalls: contracts over every rule of the closed set, put together so that their units fit.
//!
//! Each clause draws a rule and picks its operands among the names above that have a fitting unit, so that nearly
//! every draw is a contract. It shrinks by dropping clauses, to plainer rules and to earlier names; terms and
//! inputs that no clause uses are left out, so that a counterexample is short.

use std::fmt;

use capitation::{
    Contract, Currency,
    contract::{Clause, Document, Pays, PersonLayer, Role, Rule, Term, Unit},
    exposure::{Date, Period},
    money::{Rounding, RoundingMode},
};
use indexmap::IndexMap;
use proptest::{collection::vec, prelude::*, sample::Index, sample::select};

use super::{draft::first_day, terms::terms};

/// What every free waterfall may ask for.
const INPUTS: [(&str, Unit); 6] = [
    ("member months", Unit::Count),
    ("actual cost", Unit::Money),
    ("drug cost", Unit::Money),
    ("activity", Unit::Count),
    ("quality", Unit::Share),
    ("need", Unit::Ratio),
];

/// What a shape of contracts may go without.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Without {
    /// Sums split into whole pennies.
    Splits,
    /// Thresholds of one person's amount prorated by months, and so rounded to the penny.
    Proration,
    /// Roundings of money and prices, and quotients that would need one.
    MoneyRoundings,
    /// Clauses that act on each person.
    People,
}

/// Which of the rules and roundings are drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape(&'static [Without]);

impl Shape {
    /// Every rule.
    pub(crate) const ALL: Self = Self(&[]);

    /// Every rule but these.
    pub(crate) const fn without(these: &'static [Without]) -> Self {
        Self(these)
    }

    fn has(self, what: Without) -> bool {
        !self.0.contains(&what)
    }
}

/// A contract, with the unit of each clause.
#[derive(Clone)]
pub(crate) struct Waterfall {
    pub(crate) contract: Contract,
    pub(crate) units: IndexMap<String, Unit>,
}

impl fmt::Debug for Waterfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{}", self.contract.to_toml().unwrap())
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Sum,
    Difference,
    Cap,
    Floor,
    Times,
    Layer,
    Gate,
    Per,
    Bands,
    RelativeBands,
    Lookup,
    Split,
    PerPerson,
}

const KINDS: [Kind; 13] = [
    Kind::Sum,
    Kind::Difference,
    Kind::Cap,
    Kind::Floor,
    Kind::Times,
    Kind::Layer,
    Kind::Gate,
    Kind::Per,
    Kind::Bands,
    Kind::RelativeBands,
    Kind::Lookup,
    Kind::Split,
    Kind::PerPerson,
];

/// A clause before its names are picked.
#[derive(Debug, Clone)]
struct Seed {
    kind: Kind,
    picks: [Index; 4],
    rounding: Option<(RoundingMode, i32)>,
    pays: Option<[Index; 2]>,
}

fn seed() -> impl Strategy<Value = Seed> {
    let rounding = prop::option::of((select(&MODES[..]), 0i32..=2));
    let pays = prop::option::weighted(0.3, any::<[Index; 2]>());
    (select(&KINDS[..]), any::<[Index; 4]>(), rounding, pays).prop_map(|(kind, picks, rounding, pays)| Seed {
        kind,
        picks,
        rounding,
        pays,
    })
}

/// Every way to round.
pub(crate) const MODES: [RoundingMode; 6] = [
    RoundingMode::HalfUp,
    RoundingMode::HalfEven,
    RoundingMode::Down,
    RoundingMode::Up,
    RoundingMode::Floor,
    RoundingMode::Ceiling,
];

/// The roles of the parties after the payer and the provider.
const OTHERS: [(&str, Role); 2] = [("pool", Role::Pool), ("reinsurer", Role::Reinsurer)];

/// A contract before its names are picked, valid or not.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    shape: Shape,
    currency: Currency,
    parties: usize,
    bearers: [Index; 2],
    terms: IndexMap<String, Term>,
    seeds: Vec<Seed>,
    paid: Index,
}

/// Documents that are nearly always contracts.
pub(crate) fn draws(shape: Shape) -> impl Strategy<Value = Draw> {
    select(vec!["GBP", "JPY", "BHD"]).prop_flat_map(move |code| {
        let currency = Currency::new(code).unwrap();
        // What comes first shrinks first: clauses before the terms that they may not use any more.
        let drawn = (vec(seed(), 1..9), 2usize..=4, any::<[Index; 2]>(), any::<Index>());
        (drawn, terms(currency.exponent())).prop_map(move |((seeds, parties, bearers, paid), terms)| Draw {
            shape,
            currency,
            parties,
            bearers,
            terms,
            seeds,
            paid,
        })
    })
}

/// Free waterfalls over the rules of a shape.
pub(crate) fn waterfalls(shape: Shape) -> impl Strategy<Value = Waterfall> {
    draws(shape).prop_filter_map("not a contract", Draw::waterfall)
}

impl Draw {
    /// The contract, where it is one.
    pub(crate) fn waterfall(self) -> Option<Waterfall> {
        let mut builder = Builder::new(self.terms, self.currency, self.shape);
        let parties: Vec<(String, Role)> = [("payer", Role::Payer), ("provider", Role::Provider)]
            .into_iter()
            .chain(OTHERS)
            .take(self.parties)
            .map(|(name, role)| (name.to_owned(), role))
            .collect();
        for seed in &self.seeds {
            builder.add(seed, &parties);
        }
        builder.pay(self.paid);
        let bears: IndexMap<String, String> = ["actual cost", "drug cost"]
            .into_iter()
            .zip(self.bearers)
            .map(|(input, bearer)| (input.to_owned(), bearer.get(&parties).0.clone()))
            .collect();
        let (clauses, terms) = (builder.clauses, builder.terms);
        let reads = |name: &str| clauses.iter().any(|c| c.rule.operands().iter().any(|o| *o == name));
        let document = Document {
            name: "free waterfall".to_owned(),
            about: None,
            currency: self.currency,
            period: Period { start: first_day(), end: Date::new(2027, 3, 31).unwrap() },
            parties: parties.into_iter().collect(),
            inputs: INPUTS
                .iter()
                .filter(|(name, _)| reads(name) || bears.contains_key(*name))
                .map(|(name, unit)| ((*name).to_owned(), *unit))
                .collect(),
            measured: IndexMap::new(),
            limits: IndexMap::new(),
            bears,
            scaled: None,
            terms: terms.into_iter().filter(|(name, _)| reads(name)).collect(),
            clause: clauses,
            example: Vec::new(),
        };
        Contract::new(document).ok().map(|contract| Waterfall { contract, units: builder.units })
    }
}

/// The names so far, and the clauses.
struct Builder {
    shape: Shape,
    exponent: i32,
    terms: IndexMap<String, Term>,
    names: Vec<(String, Unit)>,
    clauses: Vec<Clause>,
    units: IndexMap<String, Unit>,
}

impl Builder {
    fn new(terms: IndexMap<String, Term>, currency: Currency, shape: Shape) -> Self {
        let inputs = INPUTS.iter().map(|(name, unit)| ((*name).to_owned(), *unit));
        let numbers = terms.iter().filter(|(_, term)| term.values.is_some());
        let names = inputs.chain(numbers.map(|(name, term)| (name.clone(), term.unit))).collect();
        let exponent = i32::try_from(currency.exponent()).unwrap();
        Self { shape, exponent, terms, names, clauses: Vec::new(), units: IndexMap::new() }
    }

    fn pick(&self, index: Index, fits: impl Fn(Unit) -> bool) -> Option<(String, Unit)> {
        let fitting: Vec<&(String, Unit)> = self.names.iter().filter(|(_, unit)| fits(*unit)).collect();
        if fitting.is_empty() { None } else { Some((*index.get(&fitting)).clone()) }
    }

    fn pick_like(&self, index: Index, unit: Unit) -> Option<String> {
        self.pick(index, |other| other.fits(unit)).map(|(name, _)| name)
    }

    fn push(&mut self, rule: Rule, unit: Unit, round: Option<Rounding>, pays: Option<Pays>) {
        let name = format!("line {}", self.clauses.len() + 1);
        self.clauses.push(Clause { round, pays, ..Clause::new(name.clone(), rule) });
        self.units.insert(name.clone(), unit);
        self.names.push((name, unit));
    }

    fn add(&mut self, seed: &Seed, parties: &[(String, Role)]) {
        let Some((rule, unit)) = self.rule(seed) else { return };
        let pays = seed.pays.filter(|_| unit == Unit::Money).and_then(|[from, to]| {
            let (from, to) = (&from.get(parties).0, &to.get(parties).0);
            (from != to).then(|| Pays { from: from.clone(), to: to.clone() })
        });
        let needed = matches!(seed.kind, Kind::Per | Kind::Lookup) || pays.is_some();
        let (mode, coarser) = seed.rounding.unwrap_or((RoundingMode::HalfUp, 0));
        // Money to the minor unit or tens of it, so that it can be paid; other amounts to four decimals or fewer.
        let places = if unit == Unit::Money { self.exponent - coarser } else { 4 - coarser };
        let rounds = !unit.has_money() || self.shape.has(Without::MoneyRoundings);
        let wanted = rounds && (needed || seed.rounding.is_some());
        self.push(rule, unit, wanted.then_some(Rounding { mode, places }), pays.filter(|_| rounds));
    }

    /// The last clause: some amount of money, to the minor unit, from the payer to the provider.
    fn pay(&mut self, paid: Index) {
        let (name, _) = self.pick(paid, |unit| unit == Unit::Money).unwrap();
        let round = self.shape.has(Without::MoneyRoundings).then_some(Rounding::half_up(self.exponent));
        let pays = Pays { from: "payer".to_owned(), to: "provider".to_owned() };
        self.push(Rule::Sum(vec![name]), Unit::Money, round, Some(pays));
    }

    fn rule(&self, seed: &Seed) -> Option<(Rule, Unit)> {
        let [a, b, c, e] = seed.picks;
        let any = |_: Unit| true;
        let money = |index| self.pick_like(index, Unit::Money);
        let of_sum = |unit: Unit| if unit == Unit::Share { Unit::Ratio } else { unit };
        let first = || self.pick(a, any);
        Some(match seed.kind {
            Kind::Sum => {
                let (of, unit) = first()?;
                let more: Option<Vec<String>> =
                    [b, c].into_iter().take(1 + e.index(2)).map(|i| self.pick_like(i, unit)).collect();
                (Rule::Sum(std::iter::once(of).chain(more?).collect()), of_sum(unit))
            }
            Kind::Difference => {
                let (of, unit) = first()?;
                (Rule::Difference { of, less: self.pick_like(b, unit)? }, of_sum(unit))
            }
            Kind::Cap | Kind::Floor => {
                let (of, unit) = first()?;
                let (at, other) = self.pick(b, |other| other.fits(unit))?;
                let unit = if unit == other { unit } else { of_sum(Unit::Share) };
                (if seed.kind == Kind::Cap { Rule::Cap { of, at } } else { Rule::Floor { of, at } }, unit)
            }
            Kind::Times => {
                let (of, unit) = first()?;
                let (by, other) = self.pick(b, |other| unit.times(other).is_some())?;
                (Rule::Times { of, by }, unit.times(other)?)
            }
            Kind::Per => {
                let money_result = |unit: Option<Unit>| unit.is_some_and(Unit::has_money);
                let allowed = |unit: Option<Unit>| {
                    unit.is_some() && (self.shape.has(Without::MoneyRoundings) || !money_result(unit))
                };
                let (of, unit) = first()?;
                let (by, other) = self.pick(b, |other| allowed(unit.per(other)))?;
                (Rule::Per { of, by }, unit.per(other)?)
            }
            Kind::Layer => {
                let (of, unit) = first()?;
                let above = self.pick_like(b, unit);
                let limit = self.pick_like(c, unit).filter(|_| e.index(2) == 0);
                (Rule::Layer { of, above, limit }, unit)
            }
            Kind::Gate => {
                let (of, unit) = first()?;
                let (measure, measured) = self.pick(b, any)?;
                let at_least = self.pick_like(c, measured)?;
                let otherwise = self.pick(e, |other| other == unit).map(|(name, _)| name);
                (Rule::Gate { of, measure, at_least, otherwise: otherwise.filter(|_| e.index(2) == 0) }, unit)
            }
            Kind::Bands => {
                let (gains, losses) = ("gain bands".to_owned(), "loss bands".to_owned());
                (Rule::Bands { of: money(a)?, base: None, gains, losses }, Unit::Money)
            }
            Kind::RelativeBands => {
                let (of, unit) = first()?;
                let base = Some(self.pick_like(b, unit)?);
                let (gains, losses) = ("relative gain bands".to_owned(), "relative loss bands".to_owned());
                (Rule::Bands { of, base, gains, losses }, of_sum(unit))
            }
            Kind::Lookup => {
                let tables: Vec<(&String, &Term)> = self
                    .terms
                    .iter()
                    .filter(|(_, term)| term.of.is_some())
                    .filter(|(_, term)| self.shape.has(Without::MoneyRoundings) || !term.unit.has_money())
                    .collect();
                let (table, term) = *a.get(&tables);
                (Rule::Lookup { of: self.pick_like(b, term.of?)?, table: table.clone() }, term.unit)
            }
            Kind::Split => self.split(seed.picks)?,
            Kind::PerPerson => self.per_person(seed.picks)?,
        })
    }

    fn split(&self, [sum, first, second, third]: [Index; 4]) -> Option<(Rule, Unit)> {
        // Only whole pennies can be split: an input, or a line that was rounded to them.
        let rounded = |clause: &Clause| clause.round.is_some_and(|round| round.places <= self.exponent);
        let whole =
            |name: &str| name.ends_with("cost") || self.clauses.iter().any(|c| c.name == name && rounded(c));
        let sums: Vec<&String> = (self.names.iter())
            .filter(|(name, unit)| *unit == Unit::Money && whole(name))
            .map(|(name, _)| name)
            .collect();
        let (part, unit) = self.pick(first, |_| true)?;
        let mut among = vec![part.clone()];
        for weight in [second, third].into_iter().filter_map(|index| self.pick_like(index, unit)) {
            if !among.contains(&weight) {
                among.push(weight);
            }
        }
        let of = (*sum.get(&sums)).clone();
        self.shape.has(Without::Splits).then_some((Rule::Split { of, among, part }, Unit::Money))
    }

    fn per_person(&self, [input, above, limit, annualised]: [Index; 4]) -> Option<(Rule, Unit)> {
        let of = ["actual cost", "drug cost"][input.index(2)].to_owned();
        let threshold = |index: Index| ["attachment", "limit by class", "ceiling"][index.index(3)].to_owned();
        let above = (above.index(4) > 0).then(|| threshold(above));
        let limit = (above.is_none() || limit.index(2) > 0).then(|| threshold(limit));
        let annualised = self.shape.has(Without::Proration) && annualised.index(2) == 0;
        let rule = Rule::PerPerson { of, layer: PersonLayer { above, limit }, annualised };
        self.shape.has(Without::People).then_some((rule, Unit::Money))
    }
}
