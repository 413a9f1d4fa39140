//! A payoff of one, two or three unknown amounts is the settlement at all of them, for every contract.

use capitation::{
    Contract, Number,
    contract::{Plan, Unit},
    number::{Domain, Payoff, Span},
};
use proptest::{collection::vec, prelude::*, strategy::ValueTree, test_runner::TestRunner};
use rust_decimal::Decimal;

use crate::support::{
    config,
    happened::{Happened, experiences},
    waterfall::{Shape, waterfalls},
};

/// Which amounts of a contract are not known, and the experience that gives the others.
struct Question {
    plan: Plan,
    inputs: Vec<Decimal>,
    layers: Vec<Decimal>,
    /// Places among inputs, and then layers.
    unknown: Vec<usize>,
    domain: Domain,
}

/// What comes of reading a contract.
enum Answer {
    Payoffs(Vec<Payoff>),
    Refused(String),
}

impl Question {
    fn new(contract: &Contract, happened: &Happened, picks: &[prop::sample::Index]) -> Self {
        let plan = contract.plan(happened.on()).unwrap();
        let (inputs, layers) = (happened.counted(contract), happened.layers(&plan));
        let mut unknown: Vec<usize> =
            picks.iter().map(|pick| pick.index(inputs.len() + layers.len())).collect();
        unknown.sort_unstable();
        unknown.dedup();
        let document = contract.document();
        let span = |place: &usize| match document.inputs.get_index(*place) {
            None | Some((_, Unit::Money)) => {
                let value = inputs.iter().chain(&layers).nth(*place).unwrap();
                Span::money(value - Decimal::from(40_000), value + Decimal::from(300_000))
            }
            Some((_, Unit::Count)) => Span::counted(0, 5_000, 1),
            Some((_, Unit::Share)) => Span::counted(0, 1, 3),
            Some(_) => Span::counted(0, 3, 4),
        };
        let spans: Vec<Span> = unknown.iter().map(span).collect();
        Self { plan, inputs, layers, unknown, domain: Domain::new(&spans).unwrap() }
    }

    /// Inputs and layers in one kind of number, with these for the unknown.
    fn amounts<N: Number>(&self, unknown: &[N]) -> (Vec<N>, Vec<N>) {
        let known = self.inputs.iter().chain(&self.layers).map(|value| N::exact(*value));
        let mut all: Vec<N> = known.collect();
        for (place, value) in self.unknown.iter().zip(unknown) {
            all[*place] = value.clone();
        }
        let layers = all.split_off(self.inputs.len());
        (all, layers)
    }

    fn read(&self) -> Answer {
        let unknown: Vec<Payoff> =
            (0..self.unknown.len()).map(|i| Payoff::unknown(i, &self.domain).unwrap()).collect();
        let (inputs, layers) = self.amounts(&unknown);
        let mut payoffs = Vec::new();
        match self.plan.reading::<Payoff>().run(&inputs, &layers, &mut payoffs) {
            Ok(()) => Answer::Payoffs(payoffs),
            Err(why) => Answer::Refused(why.to_string()),
        }
    }

    /// The amounts of the domain at these parts of the way from least to most, on a step.
    fn at(&self, parts: &[f64]) -> Vec<Decimal> {
        let spans = self.domain.spans().iter().zip(parts);
        spans
            .map(|(span, part)| {
                let part = Decimal::try_from(*part).unwrap();
                (span.least + (span.most - span.least) * part).round_dp(span.places).min(span.most)
            })
            .collect()
    }

    /// The amounts at the first and the last step of every piece, where one amount can be moved to be there.
    fn knots(&self, payoff: &Payoff, around: &[Decimal]) -> Vec<Vec<Decimal>> {
        let shape = payoff.shape().unwrap();
        let spans = self.domain.spans();
        let mut found = Vec::new();
        for t in shape.pieces.iter().take(60).flat_map(|piece| [piece.first, piece.last]) {
            for (place, (d, span)) in shape.direction.iter().zip(spans).enumerate() {
                if d.is_zero() {
                    continue;
                }
                let rest: Decimal =
                    (0..spans.len()).filter(|i| *i != place).map(|i| shape.direction[i] * around[i]).sum();
                let amount = (t - rest) / d;
                if span.least <= amount && amount <= span.most && amount == amount.round_dp(span.places) {
                    let mut amounts = around.to_vec();
                    amounts[place] = amount;
                    found.push(amounts);
                }
            }
        }
        found
    }

    /// Whether every amount at these unknowns is within its bound of the settled one, and how many had one.
    fn agrees(&self, payoffs: &[Payoff], unknown: &[Decimal]) -> Result<usize, String> {
        let (inputs, layers) = self.amounts(unknown);
        let mut settled = Vec::new();
        if let Err(why) = self.plan.reading::<Decimal>().run(&inputs, &layers, &mut settled) {
            // An amount at which a contract cannot be settled has no bound in the curve.
            let digits = why.to_string().contains("digits");
            let none = payoffs.iter().any(|payoff| payoff.slack().is_none());
            return if digits || none { Ok(0) } else { Err(format!("settled at {unknown:?}: {why}")) };
        }
        let mut bounded = 0;
        for (place, (exact, payoff)) in settled.iter().zip(payoffs).enumerate() {
            let (value, slack) = payoff.value(unknown).map_err(|why| why.to_string())?;
            let Some(slack) = slack else { continue };
            bounded += 1;
            if (value - exact).abs() > slack {
                return Err(format!("amount {place} at {unknown:?}: {exact}, {value} ± {slack}"));
            }
        }
        Ok(bounded)
    }
}

proptest! {
    #![proptest_config(config())]

    /// For every contract, any amounts of which are not known: at random amounts and at every knot.
    #[test]
    fn a_payoff_is_the_settlement_at_every_amount(
        waterfall in waterfalls(Shape::ALL),
        happened in experiences(),
        picks in vec(any::<prop::sample::Index>(), 1..=3),
        parts in vec(vec(0.0..=1.0f64, 3), 4),
    ) {
        let question = Question::new(&waterfall.contract, &happened, &picks);
        if let Answer::Payoffs(payoffs) = question.read() {
            for parts in &parts {
                let around = question.at(parts);
                let knots = payoffs.iter().flat_map(|payoff| question.knots(payoff, &around)).take(200);
                for amounts in knots.chain([around.clone()]) {
                    if let Err(why) = question.agrees(&payoffs, &amounts) {
                        prop_assert!(false, "{why}");
                    }
                }
            }
        }
    }
}

/// How many of the free waterfalls are read as curves of one unknown amount, and why the others are not.
#[test]
fn most_waterfalls_are_read_and_nearly_all_amounts_are_bounded() {
    let mut runner = TestRunner::deterministic();
    let (mut read, mut amounts, mut bounded, mut exact) = (0u32, 0u32, 0u32, 0u32);
    let mut refused: std::collections::BTreeMap<String, u32> = std::collections::BTreeMap::new();
    for _ in 0..400 {
        let waterfall = waterfalls(Shape::ALL).new_tree(&mut runner).unwrap().current();
        let happened = experiences().new_tree(&mut runner).unwrap().current();
        let pick = any::<prop::sample::Index>().new_tree(&mut runner).unwrap().current();
        let question = Question::new(&waterfall.contract, &happened, &[pick]);
        match question.read() {
            Answer::Refused(why) => {
                let why = why.split_once(": ").map_or(why.clone(), |(_, why)| why.to_owned());
                *refused.entry(why).or_default() += 1;
            }
            Answer::Payoffs(payoffs) => {
                read += 1;
                for payoff in payoffs {
                    amounts += 1;
                    bounded += u32::from(payoff.slack().is_some());
                    exact += u32::from(payoff.slack() == Some(Decimal::ZERO));
                }
            }
        }
    }
    println!(
        "{read} of 400 read; of {amounts} amounts {bounded} are bounded and {exact} exact; refused: {refused:#?}"
    );
    assert!(read > 200, "{read}");
    assert!(f64::from(bounded) > 0.95 * f64::from(amounts), "{bounded} of {amounts}");
}
