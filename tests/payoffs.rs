//! Which contracts are read as payoffs of amounts not yet known, which are refused and why; and that a payoff is what is
//! owed, in decimals and in floats, at every knot, the steps beside it and amounts drawn at random.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail

#[path = "support/ways.rs"]
mod ways;

use std::{collections::BTreeSet, path::Path};

use capitation::{
    Contract, Number,
    contract::{Example, Plan, Programme, Unit},
    decimal::to_f64,
    exposure::Date,
    number::{Domain, Payoff, Span},
    random::{Purpose, Stream},
};
use rust_decimal::Decimal;
use ways::ways;

/// A contract on a day with one worked example, some amounts of which are not known.
struct Question {
    plan: Plan,
    inputs: Vec<Decimal>,
    layers: Vec<Decimal>,
    /// Places among inputs, and then sums over people.
    unknown: Vec<usize>,
    domain: Domain,
}

/// Money of an example in minor units; what varies is half to twice of it.
fn question(contract: &Contract, example: &Example, on: Date, unknown: &[&str]) -> Question {
    let plan = contract.plan(on).unwrap();
    let document = contract.document();
    let minor = Decimal::from(10u64.pow(contract.currency().exponent()));
    let counted = |name: &str| -> (Decimal, Unit) {
        let unit = document.inputs[name];
        let value = example.given.get(name).map_or_else(
            || {
                let people = example.people.iter().map(|person| match name {
                    "member months" => person.months.0,
                    _ => person.amounts.get(name).map_or(Decimal::ZERO, |amount| amount.0),
                });
                people.sum()
            },
            |value| value.0,
        );
        (if unit.has_money() { value * minor } else { value }, unit)
    };
    let mut inputs: Vec<Decimal> = plan.inputs().map(|name| counted(name).0).collect();
    // The part above or below a threshold: some part of what it is of.
    let layers: Vec<Decimal> = plan
        .person_layers()
        .iter()
        .map(|layer| (counted(&layer.input).0 * Decimal::new(7, 1)).round())
        .collect();
    let mut places = Vec::new();
    let mut spans = Vec::new();
    let span = |value: Decimal, places: u32| {
        let (half, twice) = (value / Decimal::TWO, value * Decimal::TWO);
        Span { least: half.round_dp(places), most: twice.round_dp(places), places }
    };
    for name in unknown {
        if let Some(place) = document.inputs.get_index_of(*name) {
            let (value, unit) = counted(name);
            let decimals = match unit {
                Unit::Money => 0,
                Unit::Count => 1,
                _ => 4,
            };
            inputs[place] = value.round_dp(decimals);
            places.push(place);
            spans.push(span(value, decimals));
        } else {
            let layer = plan.person_layers().iter().position(|layer| layer.clause == *name).unwrap();
            places.push(inputs.len() + layer);
            spans.push(span(layers[layer], 0));
        }
    }
    Question { plan, inputs, layers, unknown: places, domain: Domain::new(&spans).unwrap() }
}

impl Question {
    fn amounts<N: Number>(&self, unknown: &[N]) -> (Vec<N>, Vec<N>) {
        let mut all: Vec<N> = self.inputs.iter().chain(&self.layers).map(|value| N::exact(*value)).collect();
        for (place, value) in self.unknown.iter().zip(unknown) {
            all[*place] = value.clone();
        }
        let layers = all.split_off(self.inputs.len());
        (all, layers)
    }

    fn payoffs(&self) -> Result<Vec<Payoff>, String> {
        let unknown: Vec<Payoff> =
            (0..self.unknown.len()).map(|i| Payoff::unknown(i, &self.domain).unwrap()).collect();
        let (inputs, layers) = self.amounts(&unknown);
        let mut payoffs = Vec::new();
        self.plan.reading().run(&inputs, &layers, &mut payoffs).map_err(|why| why.to_string())?;
        Ok(payoffs)
    }

    /// Amounts of the domain on their steps.
    #[allow(clippy::cast_possible_truncation)] // below 2^53
    fn drawn(&self, stream: &mut Stream) -> Vec<Decimal> {
        let draw = |span: &Span, unit: f64| {
            let part = Decimal::new((unit * 1e9) as i64, 9);
            (span.least + (span.most - span.least) * part).round_dp(span.places)
        };
        self.domain.spans().iter().map(|span| draw(span, stream.next_unit())).collect()
    }

    /// The first and last step of every piece of a payoff and the steps beside them, with one amount moved to be there.
    fn knots(&self, payoff: &Payoff, around: &[Decimal]) -> Vec<Vec<Decimal>> {
        let shape = payoff.shape().unwrap();
        let mut found = Vec::new();
        for t in shape.pieces.iter().flat_map(|piece| [piece.first, piece.last]) {
            for (place, (d, span)) in shape.direction.iter().zip(self.domain.spans()).enumerate() {
                if d.is_zero() {
                    continue;
                }
                let others = shape.direction.iter().zip(around).enumerate().filter(|(i, _)| *i != place);
                let rest: Decimal = others.map(|(_, (d, z))| d * z).sum();
                let near = ((t - rest) / d).round_dp(span.places);
                let step = Decimal::new(1, span.places);
                for amount in [near - step, near, near + step] {
                    if span.least <= amount && amount <= span.most {
                        let mut amounts = around.to_vec();
                        amounts[place] = amount;
                        found.push(amounts);
                    }
                }
            }
        }
        found
    }

    /// Every amount is the settled one within its bound, in decimals and in floats.
    fn check(&self, payoffs: &[Payoff], unknown: &[Decimal], name: &str) {
        let (inputs, layers) = self.amounts(unknown);
        let (mut exact, mut float) = (Vec::new(), Vec::new());
        self.plan
            .reading::<Decimal>()
            .run(&inputs, &layers, &mut exact)
            .unwrap_or_else(|why| panic!("{name}: {why}"));
        let floats = |numbers: &[Decimal]| numbers.iter().map(|n| to_f64(*n)).collect::<Vec<f64>>();
        self.plan.reading::<f64>().run(&floats(&inputs), &floats(&layers), &mut float).unwrap();
        for (place, ((exact, float), payoff)) in exact.iter().zip(float).zip(payoffs).enumerate() {
            let (value, slack) = payoff.value(unknown).unwrap();
            let Some(slack) = slack else { continue };
            assert!(
                (value - exact).abs() <= slack,
                "{name}, amount {place} at {unknown:?}: {exact}, {value} ± {slack}"
            );
            // A float has 16 digits, and what it strays may take a rounding to the next step: one minor unit.
            let bound = to_f64(slack) + 1e-9 * to_f64(value.abs()) + 1.0;
            assert!(
                (float - to_f64(value)).abs() <= bound,
                "{name}, amount {place} at {unknown:?}: {float}, {value}"
            );
        }
    }
}

/// Reads a contract and checks it at knots and at random; what is refused is told.
fn read(contract: &Contract, example: &Example, on: Date, unknown: &[&str], draws: usize, seen: &mut Seen) {
    let name = format!("{} ({})", contract.name(), unknown.join(", "));
    let question = question(contract, example, on, unknown);
    let payoffs = match question.payoffs() {
        Ok(payoffs) => payoffs,
        Err(why) => {
            seen.refused.insert(format!("{name}: {why}"));
            return;
        }
    };
    seen.read += 1;
    seen.amounts += payoffs.len();
    seen.unbounded += payoffs.iter().filter(|payoff| payoff.slack().is_none()).count();
    let mut stream = Stream::new(5, Purpose::new(*b"payoff\0\0"), [0, 0], 0);
    for _ in 0..draws {
        let around = question.drawn(&mut stream);
        question.check(&payoffs, &around, &name);
        for payoff in &payoffs {
            for amounts in question.knots(payoff, &around) {
                question.check(&payoffs, &amounts, &name);
                seen.knots += 1;
            }
        }
    }
}

#[derive(Default)]
struct Seen {
    read: usize,
    amounts: usize,
    unbounded: usize,
    knots: usize,
    refused: BTreeSet<String>,
}

impl Seen {
    fn checked(&self, read: usize, knots: usize) {
        println!(
            "{} read, {} amounts, {} unbounded, {} knots",
            self.read, self.amounts, self.unbounded, self.knots
        );
        assert!(self.read >= read && self.knots >= knots, "{} {}", self.read, self.knots);
        assert_eq!(self.unbounded, 0);
    }
}

/// Inputs of money that a payer or a provider bears, and sums over people.
fn costs(contract: &Contract, on: Date) -> Vec<String> {
    let plan = contract.plan(on).unwrap();
    let document = contract.document();
    let borne = document.bears.keys().filter(|name| document.inputs.contains_key(*name)).cloned();
    borne.chain(plan.person_layers().iter().map(|layer| layer.clause.clone())).collect()
}

fn contracts() -> Vec<Contract> {
    let folder = |folder: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> = ["templates", "examples/contracts", "examples/replays"]
        .iter()
        .flat_map(|name| std::fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    files.iter().map(|file| Contract::read(file).unwrap()).collect()
}

/// One unknown: each cost and each sum over people by itself, and each count of activity. Then all costs and sums over
/// people together, and a cost with a count.
#[test]
fn every_template_is_read() {
    let mut seen = Seen::default();
    for contract in contracts() {
        for example in &contract.document().example {
            let on = example.on.unwrap_or(contract.period().start);
            let costs = costs(&contract, on);
            let counts: Vec<String> = contract
                .document()
                .inputs
                .iter()
                .filter(|(name, unit)| **unit == Unit::Count && !name.starts_with("member"))
                .map(|(name, _)| name.clone())
                .collect();
            for name in costs.iter().chain(&counts) {
                read(&contract, example, on, &[name], 3, &mut seen);
            }
            let all: Vec<&str> = costs.iter().map(String::as_str).collect();
            if all.len() > 1 {
                read(&contract, example, on, &all, 3, &mut seen);
            }
            for count in &counts {
                let both: Vec<&str> = all.iter().take(2).copied().chain([count.as_str()]).collect();
                read(&contract, example, on, &both, 3, &mut seen);
            }
        }
    }
    // Money for each insured is no piecewise linear function of the insured.
    let clause = "clause `saving for each insured`: both factors vary with the cost; multiply by a number that is known, \
                  or simulate instead";
    let unknown = ["actual cost, insured", "insured"];
    let refused = unknown.map(|unknown| format!("Gesundes Kinzigtal, 2012 and 2013 ({unknown}): {clause}"));
    assert_eq!(seen.refused, BTreeSet::from(refused));
    seen.checked(300, 30_000);
}

#[test]
fn every_worked_example_of_a_programme_is_read() {
    let mut seen = Seen::default();
    for name in Programme::names() {
        for (contract, example) in Programme::named(name).unwrap().examples().unwrap() {
            let on = example.on.unwrap_or(contract.period().start);
            let costs = costs(&contract, on);
            for name in &costs {
                read(&contract, &example, on, &[name], 3, &mut seen);
            }
        }
    }
    assert_eq!(seen.refused, BTreeSet::new());
    seen.checked(35, 10_000);
}

/// What is made up for a track: flags that are set, rates of a half, twelve thousand people, and money in round sums.
fn made_up(contract: &Contract) -> Example {
    let mut example = contract.document().example.first().cloned().unwrap_or_else(|| Example {
        name: "made up".to_owned(),
        source: "made up".to_owned(),
        on: None,
        given: indexmap::IndexMap::new(),
        people: Vec::new(),
        gives: indexmap::IndexMap::new(),
    });
    example.people.clear();
    example.on = None;
    for (name, unit) in &contract.document().inputs {
        let value = match unit {
            Unit::Share if ["met", "applied", "sharing"].iter().any(|flag| name.contains(flag)) => "1",
            Unit::Share => "0.5",
            Unit::Ratio => "1.1",
            Unit::Count => "12000",
            Unit::MoneyPerCount => "9000.25",
            Unit::Money => "104000000.07",
        };
        example.given.insert(name.clone(), value.parse().unwrap());
    }
    example
}

/// The last year of every track, chosen in every way.
#[test]
fn every_track_is_read() {
    let mut seen = Seen::default();
    for programme in Programme::names().map(|name| Programme::named(name).unwrap()) {
        let mut tracks = BTreeSet::new();
        for year in programme.years().into_iter().rev() {
            let year = programme.year(year).unwrap();
            for track in year.tracks() {
                if !tracks.insert(track.to_owned()) {
                    continue;
                }
                for way in ways(&year.track(track).unwrap()) {
                    let contract = way.contract().unwrap();
                    let (example, on) = (made_up(&contract), contract.period().start);
                    for cost in costs(&contract, on) {
                        read(&contract, &example, on, &[&cost], 1, &mut seen);
                    }
                }
            }
        }
    }
    assert_eq!(seen.refused, BTreeSet::new());
    seen.checked(1_400, 60_000);
}
