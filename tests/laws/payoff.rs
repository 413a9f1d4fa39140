//! A payoff curve is a number too: a contract evaluated once on an unknown cost is the settlement at every cost.

use capitation::{
    Contract, ErrorKind,
    contract::{Point, Step, Term, Unit},
    decimal::Exact,
    money::Rounding,
    number::{Domain, Payoff, Span},
    settlement::Experience,
};
use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use crate::support::{
    config,
    draft::{
        Draft, adjoining, bands, cap, d, difference, first_day, floor, gate, layer, lookup, settle, sum,
        times,
    },
};

/// A provider's cost in pence, up to £10 million.
const LOW: i64 = 0;
const HIGH: i64 = 1_000_000_000;

/// That cost.
fn unknown() -> Payoff {
    Payoff::unknown(0, &Domain::new(&[Span::money(LOW, HIGH)]).unwrap()).unwrap()
}

/// The value at a cost, and how far it may be from what is settled.
fn at(payoff: &Payoff, cost: i64) -> (Decimal, Option<Decimal>) {
    payoff.value(&[cost.into()]).unwrap()
}

/// The pennies at which a piece begins.
fn knots(payoff: &Payoff) -> Vec<i64> {
    payoff.shape().unwrap().pieces.iter().map(|piece| i64::try_from(piece.first).unwrap()).collect()
}

/// The parameters of a contract with every rule that bends or breaks: money in pence, rates in hundredths.
#[derive(Debug, Clone)]
struct Agreed {
    months: i64,
    price: i64,
    cap: i64,
    floor: i64,
    attachment: i64,
    limit: i64,
    minimum: i64,
    bands: Vec<(i64, i64)>,
    beyond: i64,
    steps: Vec<(i64, i64)>,
    points: Vec<(i64, i64)>,
    rate: i64,
}

fn agreed() -> impl Strategy<Value = Agreed> {
    let rows = || vec((1i64..300_000_000, 0i64..=100), 1..4);
    let money = || 0i64..HIGH;
    let numbers = (1i64..100_000, 1i64..10_000, money(), money(), money(), money(), 0i64..10_000_000);
    let tables = (vec((1i64..20, 0i64..=100), 0..3), 0i64..=100, rows(), rows(), 0i64..=100);
    (numbers, tables).prop_map(
        |((months, price, cap, floor, attachment, limit, minimum), (bands, beyond, steps, points, rate))| {
            Agreed {
                months,
                price,
                cap,
                floor,
                attachment,
                limit,
                minimum,
                bands,
                beyond,
                steps,
                points,
                rate,
            }
        },
    )
}

fn pounds(pence: i64) -> Exact {
    Exact(Decimal::new(pence, 2))
}

fn percent(hundredths: i64) -> Exact {
    Exact(Decimal::new(hundredths, 2))
}

/// Keys that rise from zero by the first number of each row.
fn rising(rows: &[(i64, i64)]) -> impl Iterator<Item = (Exact, Exact)> {
    rows.iter().scan(0, |key, (width, value)| {
        let row = (pounds(*key), percent(*value));
        *key += width;
        Some(row)
    })
}

impl Agreed {
    fn contract(&self) -> Contract {
        let steps = Term {
            of: Some(Unit::Money),
            values: None,
            steps: Some(capitation::contract::Dated::Always(
                rising(&self.steps).map(|(from, value)| Step { from, value }).collect(),
            )),
            ..Term::value(Unit::Share, Exact(Decimal::ZERO), "schedule 1")
        };
        let points = rising(&self.points).map(|(at, value)| Point { at, value }).collect();
        let money = |draft: Draft, name: &str, pence: i64| draft.value(name, Unit::Money, pounds(pence).0);
        let draft = Draft::new("every bend")
            .input("member months", Unit::Count)
            .value("price per member month", Unit::MoneyPerCount, pounds(self.price).0)
            .value("sharing rate", Unit::Share, percent(self.rate).0)
            .term("corridor", adjoining(Unit::Ratio, &self.bands, self.beyond, 2))
            .term("withheld by cost", steps)
            .term("bonus by cost", Term::points(Unit::Money, Unit::Share, points, "schedule 3"));
        let draft = money(draft, "most", self.cap);
        let draft = money(draft, "least", self.floor);
        let draft = money(draft, "attachment", self.attachment);
        let draft = money(draft, "limit", self.limit);
        let draft = money(draft, "minimum saving", self.minimum);
        draft
            .clause("envelope", times("member months", "price per member month"))
            .paid()
            .clause("cost up to the most", cap("actual cost", "most"))
            .clause("cost from the least", floor("cost up to the most", "least"))
            .clause("reinsured", layer("actual cost", Some("attachment"), Some("limit")))
            .paid()
            .clause("saving", difference("envelope", "cost from the least"))
            .clause("saving at the minimum", gate("saving", "saving", "minimum saving"))
            .clause(
                "in the corridor",
                bands("saving at the minimum", Some("envelope"), "corridor", "corridor"),
            )
            .clause("shared", times("in the corridor", "sharing rate"))
            .rounded(Rounding::half_up(2))
            .paid()
            .clause("withheld", lookup("actual cost", "withheld by cost"))
            .clause("withheld saving", times("cost from the least", "withheld"))
            .rounded(Rounding::half_up(2))
            .paid()
            .clause("bonus rate", lookup("actual cost", "bonus by cost"))
            .rounded(Rounding::half_up(4))
            .clause("bonus", times("envelope", "bonus rate"))
            .rounded(Rounding::half_up(2))
            .paid()
            .clause("payment", sum(&["envelope", "reinsured", "shared", "withheld saving", "bonus"]))
            .contract()
    }

    /// Every amount as a curve of the cost.
    fn curves(&self) -> Vec<Payoff> {
        let mut curves = Vec::new();
        let inputs = [unknown(), Payoff::from(Decimal::from(self.months))];
        let plan = self.contract().plan(first_day()).unwrap();
        plan.reading::<Payoff>().run(&inputs, &[], &mut curves).unwrap();
        curves
    }
}

proptest! {
    #![proptest_config(config())]

    /// At every knot of every curve, at the pennies beside it and anywhere else, each clause is the settled amount
    /// within half a penny a rounding.
    #[test]
    fn the_curve_at_a_cost_is_the_settlement(agreed in agreed(), anywhere in vec(LOW..=HIGH, 8)) {
        let (contract, curves) = (agreed.contract(), agreed.curves());
        let plan = contract.plan(first_day()).unwrap();
        let reading = plan.reading::<Decimal>();
        let knots = curves.iter().flat_map(knots).flat_map(|x| [x - 1, x, x + 1]);
        let mut costs: Vec<i64> = knots.filter(|x| (LOW..=HIGH).contains(x)).chain(anywhere).collect();
        costs.sort_unstable();
        costs.dedup();
        let mut settled = Vec::new();
        for cost in costs {
            reading.run(&[cost.into(), agreed.months.into()], &[], &mut settled).unwrap();
            for (place, (exact, curve)) in settled.iter().zip(&curves).enumerate() {
                let (value, slack) = at(curve, cost);
                let slack = slack.expect("no gate is on a rounded measure");
                prop_assert!((value - exact).abs() <= slack, "amount {place} at {cost}: {exact}, {value} ± {slack}");
            }
        }
    }

    /// The bound is half a penny for each rounding of money, and for a rounded rate half a step of it times the
    /// envelope it is taken of.
    #[test]
    fn the_slack_is_half_a_penny_a_rounding(agreed in agreed()) {
        let contract = agreed.contract();
        let inputs = contract.document().inputs.len();
        let terms = contract.document().terms.values().filter(|term| term.values.is_some()).count();
        let curves = agreed.curves();
        let slack = |clause: &str| {
            let place = contract.document().clause.iter().position(|c| c.name == clause).unwrap();
            curves[inputs + terms + place].slack().unwrap()
        };
        for exact in ["envelope", "cost from the least", "reinsured", "saving at the minimum", "in the corridor", "withheld"] {
            prop_assert_eq!(slack(exact), Decimal::ZERO, "{}", exact);
        }
        let half = d("0.5");
        prop_assert!(slack("shared") <= half && slack("withheld saving") <= half);
        let envelope = Decimal::from(agreed.months * agreed.price);
        let bonus = half + envelope * d("0.000050002");
        prop_assert!(slack("bonus") <= bonus);
        prop_assert!(slack("payment") <= half + half + bonus);
    }

    /// A statement and the curve are of one contract: the settled payment is the curve's at the cost, in pounds.
    #[test]
    fn the_curve_at_a_cost_is_the_statement(agreed in agreed(), cost in LOW..=HIGH) {
        let contract = agreed.contract();
        let inputs = [("actual cost", pounds(cost).0), ("member months", agreed.months.into())];
        let statement = settle(&contract, &inputs);
        let (value, slack) = at(&agreed.curves().pop().unwrap(), cost);
        let settled = statement.amount("payment").unwrap() * Decimal::ONE_HUNDRED;
        prop_assert!((value - settled).abs() <= slack.unwrap());
    }
}

/// Cost times a rate that varies with cost is no longer piecewise linear: refused, and the clause is named.
#[test]
fn a_product_of_two_unknowns_is_refused_by_clause() {
    let contract = Draft::new("cost times its own index")
        .value("expected cost", Unit::Money, d("1000"))
        .clause(
            "cost index",
            capitation::contract::Rule::Per { of: "actual cost".into(), by: "expected cost".into() },
        )
        .rounded(Rounding::half_up(4))
        .clause("indexed cost", times("actual cost", "cost index"))
        .rounded(Rounding::half_up(2))
        .paid()
        .contract();
    let plan = contract.plan(first_day()).unwrap();
    let mut curves = Vec::new();
    let error = plan.reading::<Payoff>().run(&[unknown()], &[], &mut curves).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Arithmetic);
    assert_eq!(
        error.to_string(),
        "clause `indexed cost`: both factors vary with the cost; multiply by a number that is known, or simulate \
         instead"
    );
    // The same contract settles: there the cost is known.
    let happened = Experience::new().with_decimal("actual cost", d("1500"));
    let statement = contract.settle(&happened, first_day()).unwrap();
    assert_eq!(statement.amount("indexed cost"), Some(d("2250")));
}

/// A sum of pennies that is not known yet is split to within a penny of each part.
#[test]
fn a_split_of_a_curve_is_within_a_penny() {
    let split = |part: &str| capitation::contract::Rule::Split {
        of: "actual cost".into(),
        among: vec!["one".into(), "two".into(), "three".into()],
        part: part.into(),
    };
    let contract = Draft::new("split")
        .value("one", Unit::Ratio, d("1"))
        .value("two", Unit::Ratio, d("2"))
        .value("three", Unit::Ratio, d("4"))
        .clause("first", split("one"))
        .paid()
        .clause("second", split("two"))
        .paid()
        .contract();
    let plan = contract.plan(first_day()).unwrap();
    let mut curves = Vec::new();
    plan.reading::<Payoff>().run(&[unknown()], &[], &mut curves).unwrap();
    let mut settled = Vec::new();
    for cost in (0..200).chain([HIGH - 1, HIGH]) {
        plan.reading::<Decimal>().run(&[cost.into()], &[], &mut settled).unwrap();
        for (exact, curve) in settled.iter().zip(&curves) {
            let (value, slack) = at(curve, cost);
            assert!((value - exact).abs() <= slack.unwrap() && slack.unwrap() <= d("1.0000001"), "{cost}");
        }
    }
}
