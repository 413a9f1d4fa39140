//! T3: every amount of money times k makes every payment times k. Percentages and counts stay as they are.
//!
//! A rounding to the penny, and so a split into whole pennies and a threshold prorated to the penny, is not scaled
//! with the money. The law therefore holds in two forms: for any k where no money is rounded; and for k = 10ᵐ where
//! each rounding of money is m places coarser.

use capitation::{
    Contract,
    contract::{Dated, Document, Term, Unit},
    decimal::Exact,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::support::{
    config,
    happened::{Happened, Person, whole_years},
    waterfall::{Shape, Waterfall, Without, waterfalls},
};

fn scaled<T: Clone>(values: &mut Option<Dated<T>>, scale: impl Fn(&mut T)) {
    match values {
        None => {}
        Some(Dated::Always(value)) => scale(value),
        Some(Dated::From(values)) => values.values_mut().for_each(scale),
    }
}

fn scale_term(term: &mut Term, k: Decimal) {
    let times = |value: &mut Exact| value.0 *= k;
    if term.unit.has_money() {
        scaled(&mut term.values, times);
        scaled(&mut term.bands, |bands| bands.iter_mut().flat_map(|band| &mut band.upto).for_each(times));
        scaled(&mut term.steps, |rows| rows.iter_mut().for_each(|row| times(&mut row.value)));
        scaled(&mut term.points, |rows| rows.iter_mut().for_each(|row| times(&mut row.value)));
        for class in term.by_class.iter_mut().flat_map(|classes| classes.values_mut()) {
            let mut values = Some(class.clone());
            scaled(&mut values, times);
            *class = values.unwrap();
        }
    }
    if term.of.is_some_and(Unit::has_money) {
        scaled(&mut term.steps, |rows| rows.iter_mut().for_each(|row| times(&mut row.from)));
        scaled(&mut term.points, |rows| rows.iter_mut().for_each(|row| times(&mut row.at)));
    }
}

/// The contract with every money term times k, and every rounding of money this many places coarser.
fn scale_contract(waterfall: &Waterfall, k: i64, coarser: i32) -> Contract {
    let mut document: Document = waterfall.contract.document().clone();
    for term in document.terms.values_mut() {
        scale_term(term, Decimal::from(k));
    }
    for clause in &mut document.clause {
        if let Some(round) = clause.round.as_mut().filter(|_| waterfall.units[&clause.name].has_money()) {
            round.places -= coarser;
        }
    }
    Contract::new(document).unwrap()
}

fn scale_happened(happened: &Happened, k: i64) -> Happened {
    let person = |p: &Person| Person { cost: p.cost * k, drugs: p.drugs * k, ..*p };
    let people = happened.people.iter().map(person).collect();
    Happened { people, outside: happened.outside.map(|minor| minor * k), ..happened.clone() }
}

proptest! {
    #![proptest_config(config())]

    /// For any whole k, where no money is rounded; a statement, which pays whole pennies, is asked for only where
    /// they come out whole.
    #[test]
    fn t3_unrounded_payments_are_homogeneous(
        waterfall in waterfalls(Shape::without(&[Without::Splits, Without::Proration, Without::MoneyRoundings])),
        happened in whole_years(),
        k in 1i64..1_000,
    ) {
        let (contract, happened_k) = (&waterfall.contract, scale_happened(&happened, k));
        let contract_k = scale_contract(&waterfall, k, 0);
        let once = amounts(contract, &happened);
        let times_k = amounts(&contract_k, &happened_k);
        if let (Some(once), Some(times_k)) = (once, times_k) {
            let inputs = contract.document().inputs.values().copied();
            let terms = contract.document().terms.values().filter(|t| t.values.is_some()).map(|t| t.unit);
            let units: Vec<Unit> = inputs.chain(terms).chain(waterfall.units.values().copied()).collect();
            prop_assert_eq!(units.len(), once.len());
            for ((unit, a), b) in units.iter().zip(&once).zip(&times_k) {
                let k = if unit.has_money() { Decimal::from(k) } else { Decimal::ONE };
                prop_assert_eq!(a * k, *b);
            }
        }
        let once = contract.settle(&happened.experience(contract), happened.on());
        let times_k = contract_k.settle(&happened_k.experience(&contract_k), happened.on());
        if let (Ok(once), Ok(times_k)) = (once, times_k) {
            for (a, b) in once.parties().iter().zip(times_k.parties()) {
                prop_assert_eq!(a.surplus * Decimal::from(k), b.surplus);
            }
        }
    }

    /// For k = 10ᵐ with every rounding of money m places coarser, on the settled statement.
    #[test]
    fn t3_payments_rounded_to_scaled_steps_are_homogeneous(
        waterfall in waterfalls(Shape::without(&[Without::Splits, Without::Proration])),
        happened in whole_years(),
        m in 1u32..4,
    ) {
        let (k, contract) = (10i64.pow(m), &waterfall.contract);
        let contract_k = scale_contract(&waterfall, k, m.cast_signed());
        let happened_k = scale_happened(&happened, k);
        let once = contract.settle(&happened.experience(contract), happened.on());
        let times_k = contract_k.settle(&happened_k.experience(&contract_k), happened.on());
        match (once, times_k) {
            (Ok(once), Ok(times_k)) => {
                for (a, b) in once.lines().iter().zip(times_k.lines()) {
                    let k = if a.unit.has_money() { Decimal::from(k) } else { Decimal::ONE };
                    prop_assert_eq!(a.amount * k, b.amount, "{}", a.name);
                }
                for (a, b) in once.parties().iter().zip(times_k.parties()) {
                    prop_assert_eq!(a.surplus * Decimal::from(k), b.surplus, "{}", a.name);
                }
            }
            // A larger number may need more digits than there are, and one not whole may become whole.
            (once, times_k) => prop_assume!(once.is_err() || times_k.is_err()),
        }
    }
}

/// Every amount of the waterfall in counted units, where it can be evaluated.
fn amounts(contract: &Contract, happened: &Happened) -> Option<Vec<Decimal>> {
    let plan = contract.plan(happened.on()).ok()?;
    let mut amounts = Vec::new();
    plan.reading::<Decimal>().run(&happened.counted(contract), &happened.layers(&plan), &mut amounts).ok()?;
    Some(amounts)
}
