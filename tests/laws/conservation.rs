//! A contract moves money between parties and neither makes nor loses any.

use capitation::{
    Contract, ErrorKind,
    contract::{Role, Rule},
    settlement::{Experience, People, Statement},
};
use proptest::{collection::vec, prelude::*, strategy::ValueTree, test_runner::TestRunner};
use rust_decimal::Decimal;

use crate::support::{
    config,
    happened::{Happened, experiences},
    waterfall::{Shape, Without, draws, waterfalls},
};

/// Why a settlement may be refused; anything else is a fault.
const DOCUMENTED: [ErrorKind; 4] =
    [ErrorKind::Experience, ErrorKind::Range, ErrorKind::Period, ErrorKind::Arithmetic];

/// The statement, where the contract settles.
fn settled(contract: &Contract, happened: &Happened) -> Result<Option<Statement>, TestCaseError> {
    match contract.settle(&happened.experience(contract), happened.on()) {
        Ok(statement) => Ok(Some(statement)),
        Err(why) => {
            prop_assert!(DOCUMENTED.contains(&why.kind()), "{why}");
            Ok(None)
        }
    }
}

/// Transfers net to zero, and what comes from outside is what care costs and what is left.
fn conserves(statement: &Statement) -> Result<(), TestCaseError> {
    let total = |of: fn(&capitation::settlement::Party) -> Decimal| -> Decimal {
        statement.parties().iter().map(of).sum()
    };
    prop_assert_eq!(total(|p| p.received), total(|p| p.paid), "transfers");
    prop_assert_eq!(total(|p| p.outside_income), total(|p| p.borne) + total(|p| p.surplus), "surplus");
    let (payers, others): (Vec<_>, Vec<_>) = statement.parties().iter().partition(|p| p.role == Role::Payer);
    let payer = payers[0];
    let outlay = payer.paid - payer.received + payer.borne;
    let outside: Decimal = others.iter().map(|p| p.outside_income).sum();
    let surplus: Decimal = others.iter().map(|p| p.surplus).sum();
    prop_assert_eq!(outlay + outside, total(|p| p.borne) + surplus, "outlay");
    Ok(())
}

/// The strategies would be worth little if most of what they draw were refused.
#[test]
fn most_draws_are_contracts_that_settle() {
    let mut runner = TestRunner::deterministic();
    let (mut contracts, mut statements) = (0, 0);
    for _ in 0..500 {
        let draw = draws(Shape::ALL).new_tree(&mut runner).unwrap().current();
        let happened = experiences().new_tree(&mut runner).unwrap().current();
        let Some(waterfall) = draw.waterfall() else { continue };
        contracts += 1;
        let contract = &waterfall.contract;
        statements += usize::from(contract.settle(&happened.experience(contract), happened.on()).is_ok());
    }
    println!("of 500 draws {contracts} are contracts and {statements} settle");
    assert!(contracts >= 475, "{contracts} of 500 draws are contracts");
    assert!(statements >= 350, "{statements} of 500 draws settle");
}

proptest! {
    #![proptest_config(config())]

    /// For every contract and every input that settles, to the last digit.
    #[test]
    fn money_is_conserved(waterfall in waterfalls(Shape::ALL), happened in experiences()) {
        if let Some(statement) = settled(&waterfall.contract, &happened)? {
            conserves(&statement)?;
        }
    }

    /// T1: every transfer nets to zero, and the parts of a sum that is split are the sum.
    #[test]
    fn t1_parts_of_a_split_are_the_whole(
        sum in -1_000_000_000i64..1_000_000_000,
        weights in vec(0i64..1_000_000, 2..5),
        places in 0u32..6,
    ) {
        use crate::support::draft::{Draft, settle};
        use capitation::contract::Unit;
        prop_assume!(weights.iter().any(|w| *w > 0));
        let names: Vec<String> = (1..=weights.len()).map(|i| format!("trust {i}")).collect();
        let mut draft = Draft::new("split").input("surplus", Unit::Money);
        for (name, weight) in names.iter().zip(&weights) {
            draft = draft
                .party(name, Role::Provider)
                .value(&format!("{name} weight"), Unit::Ratio, Decimal::new(*weight, places));
        }
        let among: Vec<String> = names.iter().map(|name| format!("{name} weight")).collect();
        for name in &names {
            let rule =
                Rule::Split { of: "surplus".into(), among: among.clone(), part: format!("{name} weight") };
            draft = draft.clause(&format!("{name} share"), rule).pays("payer", name);
        }
        let sum = Decimal::new(sum, 2);
        let statement = settle(&draft.contract(), &[("surplus", sum), ("actual cost", Decimal::ZERO)]);
        let received: Decimal = statement.parties().iter().map(|p| p.received).sum();
        prop_assert_eq!(received, sum);
        conserves(&statement)?;
        // Nobody is more than a penny away from a fair share.
        let total: Decimal = weights.iter().map(|w| Decimal::from(*w)).sum();
        for (name, weight) in names.iter().zip(&weights) {
            let part = statement.amount(&format!("{name} share")).unwrap();
            let gap = part * total - sum * Decimal::from(*weight);
            prop_assert!(gap.abs() < Decimal::new(1, 2) * total, "{name} is given {part}");
        }
    }

    /// T2: what all parties are left with is what comes in less what care costs, whatever the contract.
    #[test]
    fn t2_the_sum_of_surpluses_does_not_depend_on_the_contract(
        one in waterfalls(Shape::ALL),
        other in waterfalls(Shape::ALL),
        happened in experiences(),
    ) {
        // The same money in the same currency from outside: the parties of both contracts are paid the same.
        let happened = Happened { outside: [happened.outside[0], happened.outside[1], 0, 0], ..happened };
        let unit = |contract: &Contract| Decimal::new(1, contract.currency().exponent());
        let left = |statement: &Statement, contract: &Contract| -> Decimal {
            statement.parties().iter().map(|p| p.surplus).sum::<Decimal>() / unit(contract)
        };
        let one_left = settled(&one.contract, &happened)?.map(|s| left(&s, &one.contract));
        let other_left = settled(&other.contract, &happened)?.map(|s| left(&s, &other.contract));
        if let (Some(one_left), Some(other_left)) = (one_left, other_left) {
            prop_assert_eq!(one_left, other_left);
            let cost: i64 = happened.people.iter().map(|p| p.cost + p.drugs).sum();
            prop_assert_eq!(one_left, Decimal::from(happened.outside.iter().sum::<i64>() - cost));
        }
    }

    /// A contract that acts on nobody alone needs only the totals.
    #[test]
    fn people_and_their_totals_settle_alike(
        waterfall in waterfalls(Shape::without(&[Without::People])),
        happened in experiences(),
    ) {
        let contract = &waterfall.contract;
        let one_by_one = contract.settle(&happened.experience(contract), happened.on());
        let in_total = contract.settle(&happened.in_total(contract), happened.on());
        match (one_by_one, in_total) {
            (Ok(a), Ok(b)) => {
                prop_assert_eq!(a.lines(), b.lines());
                prop_assert_eq!(a.parties(), b.parties());
            }
            (a, b) => prop_assert_eq!(a.err(), b.err()),
        }
    }

    /// Amounts of any size and any number of decimals settle and are conserved, or are refused in words.
    #[test]
    fn huge_and_tiny_amounts_are_settled_or_refused(
        waterfall in waterfalls(Shape::ALL),
        happened in experiences(),
        amounts in prop::array::uniform3((any::<i128>(), 0u32..=28)),
        costs in vec((any::<i64>(), any::<i64>()), 12),
        outside in (any::<i128>(), 0u32..=28),
    ) {
        let contract = &waterfall.contract;
        let decimal = |(digits, places): (i128, u32)| {
            Decimal::try_from_i128_with_scale(digits >> 33, places).unwrap()
        };
        let mut experience = Experience::new().with_outside_income("payer", decimal(outside));
        for (name, amount) in ["activity", "quality", "need"].into_iter().zip(amounts) {
            if contract.document().inputs.contains_key(name) {
                experience = experience.with_decimal(name, decimal(amount));
            }
        }
        let months: Vec<i64> = happened.people.iter().map(|p| p.months).collect();
        let column = |of: fn(&(i64, i64)) -> i64| costs.iter().map(of).take(months.len()).collect::<Vec<_>>();
        let people = People::new(months.clone())
            .and_then(|p| p.with_amount("actual cost", column(|c| c.0)))
            .and_then(|p| p.with_amount("drug cost", column(|c| c.1)))
            .unwrap();
        match contract.settle(&experience.with_people(people), happened.on()) {
            Ok(statement) => {
                // Adding up here must itself be exact, or it says nothing.
                let total = |of: fn(&capitation::settlement::Party) -> Decimal| -> Option<Decimal> {
                    statement.parties().iter().try_fold(Decimal::ZERO, |sum, p| {
                        capitation::decimal::add(sum, of(p)).ok()
                    })
                };
                if let (Some(received), Some(paid)) = (total(|p| p.received), total(|p| p.paid)) {
                    prop_assert_eq!(received, paid);
                }
                let outside = total(|p| p.outside_income);
                let used = total(|p| p.borne)
                    .and_then(|borne| capitation::decimal::add(borne, total(|p| p.surplus)?).ok());
                if let (Some(outside), Some(used)) = (outside, used) {
                    prop_assert_eq!(outside, used);
                }
            }
            Err(why) => prop_assert!(DOCUMENTED.contains(&why.kind()), "{}", why),
        }
    }
}

/// A day outside the contract has no terms.
#[test]
fn a_day_outside_the_contract_is_refused() {
    let mut runner = TestRunner::deterministic();
    let waterfall = waterfalls(Shape::ALL).new_tree(&mut runner).unwrap().current();
    let happened = experiences().new_tree(&mut runner).unwrap().current();
    let contract = &waterfall.contract;
    let day = capitation::exposure::Date::new(2027, 4, 1).unwrap();
    let error = contract.settle(&happened.experience(contract), day).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Period);
}
