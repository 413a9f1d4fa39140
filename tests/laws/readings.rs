//! The readings of a contract tell one story: `f64` within a stated bound of `Decimal`.

use capitation::{Contract, contract::Unit, decimal::to_f64, money::Rounding};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use rust_decimal::Decimal;

use crate::support::{
    config,
    draft::{Draft, difference, first_day, gate, times},
    happened::{Happened, experiences},
    tracked::Tracked,
    waterfall::{Shape, Without, waterfalls},
};

/// One amount in three readings.
struct Amount {
    exact: Decimal,
    float: f64,
    bound: f64,
}

/// Every amount of the contract, where it can be evaluated exactly.
fn read(contract: &Contract, happened: &Happened) -> Option<Vec<Amount>> {
    // Bands of a negative base are refused by a settlement alone.
    contract.settle(&happened.experience(contract), happened.on()).ok()?;
    let plan = contract.plan(happened.on()).ok()?;
    let (inputs, layers) = (happened.counted(contract), happened.layers(&plan));
    let mut exact = Vec::new();
    plan.reading::<Decimal>().run(&inputs, &layers, &mut exact).ok()?;
    let floats = |numbers: &[Decimal]| numbers.iter().map(|n| to_f64(*n)).collect::<Vec<f64>>();
    let mut float = Vec::new();
    plan.reading::<f64>().run(&floats(&inputs), &floats(&layers), &mut float).unwrap();
    let tracked = |numbers: &[Decimal]| {
        use capitation::Number;
        numbers.iter().map(|n| Tracked::exact(*n)).collect::<Vec<_>>()
    };
    let mut bounds = Vec::new();
    plan.reading::<Tracked>().run(&tracked(&inputs), &tracked(&layers), &mut bounds).ok()?;
    let amounts = exact.into_iter().zip(float).zip(bounds);
    Some(amounts.map(|((exact, float), bound)| Amount { exact, float, bound: bound.error }).collect())
}

proptest! {
    #![proptest_config(config())]

    /// For every contract: no further apart than the errors of its own operations, roundings and choices allow.
    #[test]
    fn floats_are_within_their_bound_of_decimals(waterfall in waterfalls(Shape::ALL), happened in experiences()) {
        for amount in read(&waterfall.contract, &happened).into_iter().flatten() {
            // A decimal that is no double is itself half a last place away from its own float.
            let reading = f64::EPSILON * to_f64(amount.exact.abs());
            let gap = (amount.float - to_f64(amount.exact)).abs();
            let bound = amount.bound + reading;
            prop_assert!(gap <= bound || bound.is_infinite(), "{} {} {bound:e}", amount.exact, amount.float);
        }
    }

    /// A gate on whole pence, met or missed by one of them, decides alike: 0.03 is no double, and its product with
    /// a benchmark is one only after it is rounded to the penny.
    #[test]
    fn gates_on_whole_pence_decide_alike(
        benchmark in 0i64..1_000_000_000_000, rate in 0i64..=10_000, beyond in -1i64..=1,
    ) {
        let contract = Draft::new("minimum savings rate")
            .input("benchmark", Unit::Money)
            .value("minimum savings rate", Unit::Share, Decimal::new(rate, 4))
            .clause("minimum saving", times("benchmark", "minimum savings rate"))
            .rounded(Rounding::half_up(2))
            .clause("saving", difference("benchmark", "actual cost"))
            .clause("saving at the minimum", gate("saving", "saving", "minimum saving"))
            .paid()
            .contract();
        let minimum = (Decimal::from(benchmark) * Decimal::new(rate, 4))
            .round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
        let cost = Decimal::from(benchmark) - minimum - Decimal::from(beyond);
        let plan = contract.plan(first_day()).unwrap();
        let (mut exact, mut float) = (Vec::new(), Vec::new());
        let inputs = [cost, Decimal::from(benchmark)];
        plan.reading::<Decimal>().run(&inputs, &[], &mut exact).unwrap();
        plan.reading::<f64>().run(&inputs.map(to_f64), &[], &mut float).unwrap();
        prop_assert_eq!(to_f64(*exact.last().unwrap()).to_bits(), float.last().unwrap().to_bits());
        prop_assert_eq!(!exact.last().unwrap().is_zero(), beyond >= 0 && minimum + Decimal::from(beyond) != Decimal::ZERO);
    }
}

/// The bound is worth having: nearly all paid amounts have one below a tenth of a penny, and are the same number.
#[test]
fn the_bound_is_sharp_for_most_amounts() {
    let mut runner = TestRunner::deterministic();
    let (mut amounts, mut sharp, mut same) = (0u32, 0u32, 0u32);
    for _ in 0..500 {
        let waterfall =
            waterfalls(Shape::without(&[Without::Splits])).new_tree(&mut runner).unwrap().current();
        let happened = experiences().new_tree(&mut runner).unwrap().current();
        let Some(read) = read(&waterfall.contract, &happened) else { continue };
        for amount in read {
            amounts += 1;
            sharp += u32::from(amount.bound <= 1e-9 * (1.0 + amount.float.abs()));
            same += u32::from(to_f64(amount.exact).to_bits() == (amount.float + 0.0).to_bits());
        }
    }
    println!("of {amounts} amounts {sharp} have a sharp bound and {same} are the same to the bit");
    assert!(amounts > 2_000 && f64::from(sharp) > 0.95 * f64::from(amounts), "{sharp} of {amounts}");
    assert!(f64::from(same) > 0.95 * f64::from(amounts), "{same} of {amounts}");
}
