//! The algebra of payoffs: at every amount a sum is the sum of the values, a choice is the choice by the values, and what is
//! near is within its bound.

use capitation::{
    Number,
    money::{Rounding, RoundingMode},
    number::{Domain, Payoff, Refused, Span},
};
use proptest::{collection::vec, prelude::*, sample::select};
use rust_decimal::Decimal;

use crate::support::{config, draft::d, waterfall::MODES};

/// Two amounts of money and a count of tenths.
fn domain() -> Domain {
    Domain::new(&[Span::money(-200, 900), Span::money(0, 500), Span::counted(0, 40, 1)]).unwrap()
}

fn unknown(place: usize) -> Payoff {
    Payoff::unknown(place, &domain()).unwrap()
}

/// One step of a number: all act on the number so far, so that it stays a function of one direction.
#[derive(Debug, Clone, Copy)]
enum Act {
    Times(i64),
    Plus(i64),
    Minus(i64),
    PlusOwn(i64),
    AtMost(i64),
    AtLeast(i64),
    Gate(i64, i64),
    /// A gate that is met at or below.
    Below(i64, i64),
    Rounded(RoundingMode, i32),
    Per(i64, RoundingMode, i32),
}

fn act() -> impl Strategy<Value = Act> {
    let modes = || select(&MODES[..]);
    let level = || -1000i64..1000;
    prop_oneof![
        (-300i64..300).prop_map(Act::Times),
        level().prop_map(Act::Plus),
        level().prop_map(Act::Minus),
        (-3i64..3).prop_map(Act::PlusOwn),
        level().prop_map(Act::AtMost),
        level().prop_map(Act::AtLeast),
        (level(), level()).prop_map(|(at, other)| Act::Gate(at, other)),
        (level(), level()).prop_map(|(at, other)| Act::Below(at, other)),
        (modes(), -2i32..3).prop_map(|(mode, places)| Act::Rounded(mode, places)),
        (1i64..40, modes(), -1i32..3).prop_map(|(by, mode, places)| Act::Per(by, mode, places)),
    ]
}

/// The steps taken in any number, from one that varies; `own` is what is added back.
fn taken<N: Number>(start: &N, acts: &[Act]) -> Result<N, Refused> {
    let exact = |value: i64| N::exact(Decimal::from(value));
    let refused = Into::<Refused>::into;
    let mut number = start.clone();
    for act in acts {
        number = match act {
            Act::Times(by) => number.times(&N::exact(Decimal::new(*by, 2))),
            Act::Plus(level) => number.plus(&exact(*level)),
            Act::Minus(level) => exact(*level).minus(&number),
            Act::PlusOwn(by) => number.plus(&start.times(&exact(*by)).map_err(refused)?),
            Act::AtMost(level) => number.smaller(&exact(*level)),
            Act::AtLeast(level) => number.larger(&exact(*level)),
            Act::Gate(at, other) => N::choose(&number, &exact(*at), &number, &exact(*other)),
            Act::Below(at, other) => N::choose(&exact(*at), &number, &number, &exact(*other)),
            Act::Rounded(mode, places) => number.rounded(Rounding { mode: *mode, places: *places }),
            Act::Per(by, mode, places) => {
                number.per(&exact(*by), Some(Rounding { mode: *mode, places: *places }))
            }
        }
        .map_err(refused)?;
    }
    Ok(number)
}

/// A linear number of the three amounts.
fn start<N: Number>(amounts: &[N], by: [i64; 3]) -> N {
    let part = |i: usize| amounts[i].times(&N::exact(Decimal::from(by[i]))).map_err(Into::into);
    let parts: Result<Vec<N>, Refused> = (0..3).map(part).collect();
    let parts = parts.unwrap();
    parts[0]
        .plus(&parts[1])
        .and_then(|sum| sum.plus(&parts[2]))
        .map_err(Into::into)
        .unwrap_or_else(|why: Refused| panic!("{why:?}"))
}

fn at() -> impl Strategy<Value = [Decimal; 3]> {
    (-200i64..=900, 0i64..=500, 0i64..=400).prop_map(|(x, y, z)| [x.into(), y.into(), Decimal::new(z, 1)])
}

fn direction() -> impl Strategy<Value = [i64; 3]> {
    prop_oneof![
        3 => Just([1, 0, 0]),
        1 => Just([0, 0, -1]),
        3 => (-4i64..4, -4i64..4, -4i64..4).prop_map(|(x, y, z)| [x, y, z]),
    ]
}

fn value(payoff: &Payoff, at: &[Decimal]) -> (Decimal, Option<Decimal>) {
    payoff.value(at).unwrap()
}

proptest! {
    #![proptest_config(config())]

    /// Any steps, rounded or not: the decimal at every amount, within the bound.
    #[test]
    fn any_steps_are_the_decimal_within_the_bound(by in direction(), acts in vec(act(), 1..8), points in vec(at(), 1..20)) {
        let unknown = [0, 1, 2].map(unknown);
        match taken(&start(&unknown, by), &acts) {
            Err(why) => prop_assert!(matches!(why, Refused::Inexact(_)), "{why:?}"),
            Ok(payoff) => for point in points {
                let exact = taken(&start(&point, by), &acts).unwrap();
                let (value, slack) = value(&payoff, &point);
                if let Some(slack) = slack {
                    prop_assert!((value - exact).abs() <= slack, "{exact} {value} ± {slack} at {point:?}");
                }
            }
        }
    }

    /// (a + b) − b = a, max + min = a + b, and a − a is nought and known, where a and b bend in one direction.
    #[test]
    fn sums_and_ends(by in direction(), one in vec(act(), 0..5), two in vec(act(), 0..5), point in at()) {
        let unknown = [0, 1, 2].map(unknown);
        let unrounded = |acts: Vec<Act>| -> Vec<Act> {
            acts.into_iter().filter(|act| !matches!(act, Act::Rounded(..) | Act::Per(..))).collect()
        };
        let first = start(&unknown, by);
        let (a, b) = (taken(&first, &unrounded(one)).unwrap(), taken(&first, &unrounded(two)).unwrap());
        let sum = a.plus(&b).unwrap();
        prop_assert_eq!(value(&sum.minus(&b).unwrap(), &point), value(&a, &point));
        let ends = a.larger(&b).unwrap().plus(&a.smaller(&b).unwrap()).unwrap();
        prop_assert_eq!(value(&ends, &point), value(&sum, &point));
        prop_assert_eq!(a.minus(&a).unwrap().known(), Some(Decimal::ZERO));
        // What bends no more is linear again: one piece.
        prop_assert_eq!(sum.minus(&a).unwrap().minus(&b).unwrap().known(), Some(Decimal::ZERO));
    }

    /// A remainder that both branches share stays outside, whatever direction it has.
    #[test]
    fn a_shared_remainder_stays_outside(threshold in -100i64..800, r in -5i64..5, s in -5i64..5, point in at()) {
        let [cost, excess, count] = [0, 1, 2].map(unknown);
        let known = |value: i64| Payoff::from(Decimal::from(value));
        let rest = excess.times(&known(r)).unwrap().plus(&count.times(&known(s)).unwrap()).unwrap();
        let (then, other) = (rest.plus(&cost).unwrap(), rest.plus(&known(7)).unwrap());
        let inside = Payoff::choose(&cost, &known(threshold), &then, &other).unwrap();
        let alone = Payoff::choose(&cost, &known(threshold), &cost, &known(7)).unwrap();
        prop_assert_eq!(value(&inside, &point), value(&alone.plus(&rest).unwrap(), &point));
        let shape = inside.shape().unwrap();
        prop_assert_eq!(shape.remainder, [0, r, s].map(Decimal::from));
    }
}

/// By hand: a corridor on 3·cost − 2·excess, whose direction is (3, −2, 0) however it is scaled.
#[test]
fn a_direction_is_in_primitive_numbers() {
    let [cost, excess, _] = [0, 1, 2].map(unknown);
    let exact = |text: &str| Payoff::from(d(text));
    let gap = cost.times(&exact("0.06")).unwrap().minus(&excess.times(&exact("0.04")).unwrap()).unwrap();
    let bent = exact("0").minus(&gap).unwrap().smaller(&exact("0")).unwrap();
    let shape = bent.shape().unwrap();
    assert_eq!(shape.direction, [d("3"), d("-2"), d("0")]);
    // t from 3·(−200) − 2·500 to 3·900: below nought there is no gain, above it 0.02·t is lost.
    let pieces: Vec<_> = shape.pieces.iter().map(|p| (p.first, p.last, p.level, p.slope)).collect();
    assert_eq!(pieces, [(d("-1600"), d("0"), d("0"), d("0")), (d("1"), d("2700"), d("0"), d("-0.02"))]);
    assert_eq!(shape.pieces[1].at, d("0"));
}

/// By hand, a third of a cost rounded half up to tens of pence: 135 / 3 = 45 is 50, and 134 / 3 = 44.7 is 40.
#[test]
fn a_gate_on_a_rounded_amount_turns_at_the_penny_of_the_settlement() {
    let cost = unknown(0);
    let third = cost.per(&Decimal::from(3).into(), Some(Rounding::half_up(-1))).unwrap();
    let counts = Payoff::choose(&third, &Decimal::from(50).into(), &cost, &Payoff::zero()).unwrap();
    let at = |pence: i64| value(&counts, &[pence.into(), Decimal::ZERO, Decimal::ZERO]);
    assert_eq!(at(135), (d("135"), Some(Decimal::ZERO)));
    assert_eq!(at(134), (Decimal::ZERO, Some(Decimal::ZERO)));
}

/// Domains of two directions meet: each refusal by its name.
#[test]
fn what_is_not_of_the_form_is_refused_by_name() {
    let [cost, excess, _] = [0, 1, 2].map(unknown);
    let hundred = Payoff::from(Decimal::ONE_HUNDRED);
    let refused = |result: Result<Payoff, Refused>| result.unwrap_err();
    assert_eq!(refused(cost.times(&excess)), Refused::NotLinear);
    assert_eq!(refused(cost.times(&cost)), Refused::NotLinear);
    assert_eq!(refused(hundred.per(&cost, Some(Rounding::half_up(2)))), Refused::NotLinear);
    let capped = cost.smaller(&hundred).unwrap();
    let other = excess.smaller(&hundred).unwrap();
    // Curves of two directions.
    assert_eq!(refused(capped.plus(&other)), Refused::Apart);
    assert_eq!(refused(Payoff::choose(&cost, &hundred, &other, &hundred)), Refused::Apart);
    // A remainder that the branches do not share, along another direction than the gap.
    assert_eq!(refused(Payoff::choose(&cost, &hundred, &excess, &hundred)), Refused::Apart);
    // A gap that bends in one direction and varies in another.
    let both = capped.plus(&excess).unwrap();
    assert_eq!(refused(both.smaller(&hundred)), Refused::Apart);
    // But one that is on one side everywhere is decided: at most 100 + 500.
    assert_eq!(both.smaller(&Decimal::from(601).into()).unwrap().shape().unwrap(), both.shape().unwrap());
    // A third of every cost does not come out even; an eighth does.
    assert_eq!(refused(cost.per(&Decimal::from(3).into(), None)), Refused::Unrounded);
    let eighth = cost.per(&Decimal::from(8).into(), None).unwrap();
    assert_eq!(value(&eighth, &[d("1"), d("0"), d("0")]), (d("0.125"), Some(Decimal::ZERO)));
    assert_eq!(refused(cost.clone().where_at_least(&cost, &Payoff::zero())), Refused::BelowLeast);
    assert!(cost.clone().where_at_least(&cost, &Decimal::from(-200).into()).is_ok());
    // Numbers of two domains.
    let elsewhere = Payoff::unknown(0, &Domain::new(&[Span::money(0, 10)]).unwrap()).unwrap();
    assert_eq!(refused(cost.plus(&elsewhere)), Refused::Apart);
}

/// A rate that is flat on each piece may multiply a saving, and may divide one.
#[test]
fn a_stepped_rate_times_a_saving_is_legal() {
    let cost = unknown(0);
    let exact = |text: &str| Payoff::from(d(text));
    let rate = Payoff::choose(&cost, &exact("300"), &exact("0.5"), &exact("0.25")).unwrap();
    let share = cost.times(&rate).unwrap();
    let divided = cost.per(&rate, Some(Rounding::half_up(0))).unwrap();
    let at = |payoff: &Payoff, pence: i64| value(payoff, &[pence.into(), Decimal::ZERO, Decimal::ZERO]).0;
    assert_eq!((at(&share, 299), at(&share, 300)), (d("74.75"), d("150")));
    assert_eq!((at(&divided, 299), at(&divided, 300)), (d("1196"), d("600")));
}

#[test]
fn domains_and_amounts_that_cannot_be_are_refused() {
    let error = |spans: &[Span]| Domain::new(spans).unwrap_err().to_string();
    assert_eq!(error(&[]), "domain: it has no amount; give the span of each amount that is not yet known");
    assert_eq!(
        error(&[Span::money(2, 1)]),
        "amount 0 of the domain: its least, 2, is above its most, 1; give the smaller end first"
    );
    assert_eq!(
        error(&[Span::money(0, 1), Span::counted(d("0.05"), 1, 1)]),
        "amount 1 of the domain: its ends, 0.05 and 1, do not have 1 decimals; round the ends to the step in which the \
         amount is counted"
    );
    assert_eq!(
        Payoff::unknown(3, &domain()).unwrap_err().to_string(),
        "amount 3 of the domain: the domain has 3, counted from 0; name one of them"
    );
    let cost = unknown(0);
    let wrong = |amounts: &[Decimal]| cost.value(amounts).unwrap_err().to_string();
    assert_eq!(
        wrong(&[d("0.5"), d("0"), d("0")]),
        "amount 0 of the domain: 0.5 is not between -200 and 900 with at most 0 decimals; give an amount of the domain, or \
         make the payoff on a wider one"
    );
    assert_eq!(
        wrong(&[d("0")]),
        "payoff: 1 amounts are given, and it varies with 3; give each amount of its domain"
    );
}
