//! The page: every number as it is shown, and the template that lays it out.

use indexmap::{IndexMap, IndexSet};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, syntax::SyntaxConfig, value::Serde};
use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    chart::{Chart, provider_share},
    deprived::Deprived,
    findings::half_a_unit,
    numbers::{self, Frame, Shown, amount, chance, count, in_percent, owed, percent},
};
use crate::{
    compare::{
        Assumption, Comparison, ConcentrationRow, ContractResult, PartyAtSize, PartyEffect, SizeResult,
        Stamp, YearResult,
    },
    decimal,
    error::{Error, ErrorKind, Result},
    risk::measures::Estimate,
    settlement::{Line, Party},
};

/// The width of a chart on a page and on a phone, in pixels.
const WIDE: u32 = 720;
const NARROW: u32 = 340;
const TEMPLATE: &str = include_str!("page.html.j2");

impl Comparison {
    /// The comparison as one HTML file: it needs nothing but a browser, reads on a phone, and prints.
    ///
    /// It needs the feature `report`. Writing it is the caller's: `std::fs::write("report.html", page)?`.
    ///
    /// # Errors
    /// [`ErrorKind::Comparison`] where the comparison was changed and no longer holds together. A chart that cannot be
    /// drawn is no error: its place says why.
    pub fn to_html(&self) -> Result<String> {
        self.check()?;
        let page = Page::of(self)?;
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        syntax
            .and_then(|syntax| {
                environment.set_syntax(syntax);
                environment.render_str(TEMPLATE, Serde(page))
            })
            .map_err(|why| {
                Error::new(ErrorKind::Comparison, "report", why.to_string(), "report it with the comparison")
            })
    }
}

#[derive(Serialize)]
struct Page<'a> {
    headline: String,
    lead: Vec<String>,
    currency: &'a str,
    /// The contract that the others are scaled to, where they are.
    reference: Option<&'a str>,
    panel: String,
    draws: String,
    least_reported: usize,
    scaled: Vec<Scaled<'a>>,
    contracts: Vec<ContractView<'a>>,
    events: Vec<&'a str>,
    marginal_share: Option<String>,
    costs: Vec<Costs<'a>>,
    years: Vec<Year<'a>>,
    core20: Option<Deprived<'a>>,
    fan: Figure,
    risk: Figure,
    lorenz: Figure,
    assumptions: &'a [Assumption],
    stamp: StampView<'a>,
}

#[derive(Serialize)]
struct StampView<'a> {
    version: &'a str,
    seed: u64,
    method: &'a str,
    population: &'a str,
    contracts: Vec<(&'a str, &'a str)>,
    unverified: &'a [String],
}

/// A chart for a page and for a phone, or the reason why there is none.
#[derive(Serialize)]
struct Figure {
    wide: Option<Value>,
    narrow: Option<Value>,
    absent: Option<String>,
}

#[derive(Serialize)]
struct Scaled<'a> {
    contract: &'a str,
    term: &'a str,
    written: String,
    solved: String,
    residual: String,
}

#[derive(Serialize)]
struct ContractView<'a> {
    name: &'a str,
    words: &'a str,
    panel: SizeView<'a>,
    sizes: Vec<SizeView<'a>>,
    effects: Vec<(&'a str, Vec<Option<Effect>>)>,
    figure: Figure,
    statement: Option<StatementView<'a>>,
}

#[derive(Serialize)]
struct SizeView<'a> {
    size: String,
    outlay: Shown,
    residual: Shown,
    margin: Shown,
    deviation: Shown,
    margin_per_member_month: Shown,
    chance: Shown,
    worst_twentieth: Shown,
    worst_hundredth: Shown,
    share: String,
    parties: Vec<PartyView<'a>>,
}

#[derive(Serialize)]
struct PartyView<'a> {
    name: &'a str,
    pays: Shown,
    gets: Shown,
    bears: Shown,
    result: Shown,
    variance: Shown,
    tail: Shown,
}

/// What an event does to a party: the number, and whether the party gains, loses or feels nothing.
#[derive(Serialize)]
pub(super) struct Effect {
    shown: Shown,
    sign: &'static str,
}

#[derive(Serialize)]
struct Costs<'a> {
    people: String,
    kind: &'a str,
    top: Vec<(String, String)>,
    gini: String,
    half: String,
}

/// A year of the population under every contract.
#[derive(Serialize)]
struct Year<'a> {
    name: String,
    members: String,
    results: Vec<YearView<'a>>,
}

#[derive(Serialize)]
struct YearView<'a> {
    contract: &'a str,
    withheld: bool,
    problem: Option<&'a str>,
    margin: Option<String>,
    outlay: Option<String>,
}

#[derive(Serialize)]
struct StatementView<'a> {
    of: &'a str,
    on: String,
    lines: Vec<LineView<'a>>,
    parties: Vec<Balance<'a>>,
}

#[derive(Serialize)]
struct LineView<'a> {
    name: &'a str,
    words: &'a str,
    moves: Option<String>,
    remarks: String,
    unverified: bool,
    amount: String,
}

#[derive(Serialize)]
struct Balance<'a> {
    name: &'a str,
    role: String,
    received: String,
    paid: String,
    bears: String,
    outside_income: String,
    surplus: String,
}

impl<'a> Page<'a> {
    fn of(data: &'a Comparison) -> Result<Self> {
        let events: IndexSet<&str> =
            data.contracts.iter().flat_map(|c| &c.marginal).map(|event| event.what.as_str()).collect();
        let events: Vec<&str> = events.into_iter().collect();
        let contracts = data
            .contracts
            .iter()
            .map(|contract| data.contract_view(contract, &events))
            .collect::<Result<_>>()?;
        let basis = &data.basis;
        let found = data.concentration.as_ref();
        Ok(Self {
            headline: data.headline(),
            lead: data.lead(),
            currency: data.currency.code(),
            reference: basis.neutral.then_some(basis.reference.as_str()).filter(|_| data.contracts.len() > 1),
            panel: count(basis.panel),
            draws: count(basis.draws),
            scaled: data.contracts.iter().filter_map(scaled).collect(),
            contracts,
            events,
            least_reported: basis.least_reported,
            marginal_share: basis.marginal_share.map(|share| percent(decimal::to_f64(share), 0)),
            costs: found.map_or_else(Vec::new, |found| {
                vec![
                    costs("person-years", &found.person_years),
                    costs("people, over all their years", &found.people),
                ]
            }),
            years: data.years(),
            core20: data.segments.as_ref().map(|segments| data.deprived(segments)),
            fan: data.figure(Chart::MarginFan)?,
            risk: data.figure(Chart::Risk)?,
            lorenz: data.figure(Chart::Lorenz)?,
            assumptions: &data.assumptions,
            stamp: stamp(&data.stamp),
        })
    }
}

fn stamp(stamp: &Stamp) -> StampView<'_> {
    StampView {
        version: &stamp.version,
        seed: stamp.seed,
        method: &stamp.method,
        population: &stamp.population,
        contracts: stamp.contracts.iter().map(|(name, hash)| (name.as_str(), hash.as_str())).collect(),
        unverified: &stamp.unverified,
    }
}

fn scaled(contract: &ContractResult) -> Option<Scaled<'_>> {
    let solved = contract.solved.as_ref()?;
    Some(Scaled {
        contract: &contract.name,
        term: &solved.term,
        written: solved.written.to_string(),
        solved: solved.solved.to_string(),
        residual: if solved.residual == 0.0 {
            "0".to_owned()
        } else {
            format!("{:.0e}", solved.residual).replace('-', "\u{2212}")
        },
    })
}

fn costs<'a>(kind: &'a str, row: &ConcentrationRow) -> Costs<'a> {
    Costs {
        people: count(row.people),
        kind,
        top: row.top.iter().map(|(people, cost)| (percent(*people, 0), percent(*cost, 1))).collect(),
        gini: format!("{:.3}", row.gini),
        half: percent(row.half_held_by, 1),
    }
}

impl Comparison {
    fn figure(&self, chart: Chart<'_>) -> Result<Figure> {
        let drawn = self
            .picture(chart, WIDE)
            .and_then(|wide| self.picture(chart, NARROW).map(|narrow| [wide, narrow]));
        match drawn {
            Ok([wide, narrow]) => Ok(Figure {
                wide: Some(Value::from_safe_string(wide)),
                narrow: Some(Value::from_safe_string(narrow)),
                absent: None,
            }),
            Err(why) if why.kind() == ErrorKind::Comparison => {
                Ok(Figure { wide: None, narrow: None, absent: Some(why.problem().to_owned()) })
            }
            Err(why) => Err(why),
        }
    }

    fn contract_view<'a>(&self, contract: &'a ContractResult, events: &[&str]) -> Result<ContractView<'a>> {
        let panel = self.at_panel(contract).ok_or_else(|| {
            Error::new(ErrorKind::Comparison, "report", "the panel is missing", "run the comparison again")
        })?;
        let words = contract.words.trim();
        Ok(ContractView {
            name: &contract.name,
            words: words.strip_prefix(contract.name.as_str()).unwrap_or(words).trim(),
            panel: self.size_view(contract, panel),
            sizes: contract.by_size.iter().map(|row| self.size_view(contract, row)).collect(),
            effects: self.effects(contract, events),
            figure: self.figure(Chart::Statement(&contract.name))?,
            statement: self.statement_view(contract),
        })
    }

    fn size_view<'a>(&self, contract: &ContractResult, row: &'a SizeResult) -> SizeView<'a> {
        let money = Frame::money(self.currency);
        SizeView {
            size: count(row.size),
            outlay: money.show(row.outlay),
            residual: row.outlay_residual.map_or_else(
                || Shown::from("\u{2013}".to_owned()),
                |residual| Frame::percent(2).signed().show(in_percent(residual)),
            ),
            margin: money.show(row.provider_margin),
            deviation: money.show(row.margin_sd),
            margin_per_member_month: money.show(row.margin_per_member_month),
            chance: chance(row.probability_of_deficit, self.basis.draws),
            worst_twentieth: money.show(row.tvar95_of_deficit),
            worst_hundredth: money.show(row.tvar99_of_deficit),
            share: provider_share(contract, row.size)
                .map_or_else(|| "\u{2013}".to_owned(), |share| percent(share, 0)),
            parties: row.parties.iter().map(|party| party_view(party, &money)).collect(),
        }
    }

    /// What each event does to each party; none where the contract does not tell it.
    fn effects<'a>(
        &self,
        contract: &'a ContractResult,
        events: &[&str],
    ) -> Vec<(&'a str, Vec<Option<Effect>>)> {
        let of = |event: &str, party: &str| {
            let event = contract.marginal.iter().find(|known| known.what == event)?;
            event.results.iter().find(|effect| effect.party == party).map(|effect| self.effect(effect))
        };
        let parties = contract.parties.iter().map(|party| party.name.as_str());
        parties.map(|party| (party, events.iter().map(|event| of(event, party)).collect())).collect()
    }

    fn effect(&self, effect: &PartyEffect) -> Effect {
        self.felt(Estimate { mean: effect.mean, se: effect.se })
    }

    /// An amount that someone gains or loses.
    pub(super) fn felt(&self, effect: Estimate) -> Effect {
        // Less than half a penny, or within two standard errors of nothing, is neither a gain nor a loss.
        let least = half_a_unit(numbers::minor_digits(self.currency)).max(2.0 * effect.se);
        let sign = if effect.mean.abs() < least {
            ""
        } else if effect.mean > 0.0 {
            "gain"
        } else {
            "loss"
        };
        Effect { shown: Frame::money(self.currency).signed().show(effect), sign }
    }

    fn years(&self) -> Vec<Year<'_>> {
        let mut years: IndexMap<Option<i64>, Vec<YearView<'_>>> = IndexMap::new();
        let mut members: IndexMap<Option<i64>, String> = IndexMap::new();
        for year in self.contracts.iter().flat_map(|contract| &contract.by_year) {
            years.entry(year.year).or_default();
            if let Some(people) = year.members.filter(|_| !year.suppressed) {
                members.entry(year.year).or_insert_with(|| count(people));
            }
        }
        for (number, views) in &mut years {
            for contract in &self.contracts {
                let found = contract.by_year.iter().find(|year| year.year == *number);
                views.push(self.year_view(&contract.name, found));
            }
        }
        let named = years.into_iter().map(|(number, results)| Year {
            name: number.map_or_else(|| "all rows".to_owned(), |number| number.to_string()),
            members: members.get(&number).cloned().unwrap_or_else(|| "withheld".to_owned()),
            results,
        });
        named.collect()
    }

    fn year_view<'a>(&self, contract: &'a str, year: Option<&'a YearResult>) -> YearView<'a> {
        let money = |of: fn(&YearResult) -> Option<Decimal>| {
            let shown = year.filter(|year| !year.suppressed)?;
            of(shown).map(|amount| owed(amount, self.currency))
        };
        YearView {
            contract,
            withheld: year.is_some_and(|year| year.suppressed),
            problem: year.and_then(|year| year.problem.as_deref()),
            margin: money(|year| year.margin),
            outlay: money(|year| year.outlay),
        }
    }

    fn statement_view<'a>(&self, contract: &'a ContractResult) -> Option<StatementView<'a>> {
        let statement = contract.statement.as_ref()?;
        Some(StatementView {
            of: contract.statement_of.as_deref().unwrap_or("the population"),
            on: statement.on().to_string(),
            lines: statement.lines().iter().map(|line| self.line_view(line)).collect(),
            parties: statement.parties().iter().map(|party| self.balance(party)).collect(),
        })
    }

    fn line_view<'a>(&self, line: &'a Line) -> LineView<'a> {
        let rounded = line.rounding.as_ref().map(|how| format!("rounded {how}"));
        let remarks = [line.note.clone(), line.about.clone(), line.source.clone(), rounded];
        LineView {
            name: &line.name,
            words: &line.words,
            moves: line.pays.as_ref().map(|pays| format!("{} → {}", pays.from, pays.to)),
            remarks: remarks.into_iter().flatten().collect::<Vec<_>>().join("; "),
            unverified: line.unverified,
            amount: amount(line.amount, line.unit, self.currency),
        }
    }

    fn balance<'a>(&self, party: &'a Party) -> Balance<'a> {
        let owed = |amount| owed(amount, self.currency);
        Balance {
            name: &party.name,
            role: party.role.to_string(),
            received: owed(party.received),
            paid: owed(party.paid),
            bears: owed(party.borne),
            outside_income: owed(party.outside_income),
            surplus: owed(party.surplus),
        }
    }
}

fn party_view<'a>(party: &'a PartyAtSize, money: &Frame) -> PartyView<'a> {
    let share = |share: Option<Estimate>| {
        share.map_or_else(|| Shown::from("–".to_owned()), |share| Frame::percent(1).show(in_percent(share)))
    };
    PartyView {
        name: &party.name,
        pays: money.show(party.pays),
        gets: money.show(party.gets),
        bears: money.show(party.bears),
        result: money.show(party.result),
        variance: share(party.share_of_variance),
        tail: share(party.share_of_tail),
    }
}
