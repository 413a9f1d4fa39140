//! T4: who is who changes labels and nothing else.

use capitation::{Contract, contract::Document};
use indexmap::IndexMap;
use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use crate::support::{
    config,
    happened::{Happened, experiences},
    waterfall::{Shape, waterfalls},
};

proptest! {
    #![proptest_config(config())]

    /// People in another order.
    #[test]
    fn t4_people_are_anonymous(
        waterfall in waterfalls(Shape::ALL),
        (happened, people) in experiences().prop_flat_map(|h| (Just(h.clone()), Just(h.people).prop_shuffle())),
    ) {
        let contract = &waterfall.contract;
        let shuffled = Happened { people, ..happened.clone() };
        let a = contract.settle(&happened.experience(contract), happened.on());
        let b = contract.settle(&shuffled.experience(contract), happened.on());
        match (a, b) {
            (Ok(a), Ok(b)) => {
                prop_assert_eq!(a.lines(), b.lines());
                prop_assert_eq!(a.parties(), b.parties());
            }
            (a, b) => prop_assert_eq!(a.err(), b.err()),
        }
    }

    /// Parties in another order, and under other names.
    #[test]
    fn t4_parties_are_anonymous(
        waterfall in waterfalls(Shape::ALL),
        happened in experiences(),
        turn in 1usize..4,
    ) {
        let contract = &waterfall.contract;
        let called = |name: &str| format!("the {name}");
        let mut document: Document = contract.document().clone();
        let count = document.parties.len();
        let parties: IndexMap<_, _> = document.parties.iter().map(|(n, r)| (called(n), *r)).collect();
        document.parties = (0..count)
            .map(|i| parties.get_index((i + turn) % count).unwrap())
            .map(|(name, role)| (name.clone(), *role))
            .collect();
        document.bears.values_mut().for_each(|name| *name = called(name));
        for pays in document.clause.iter_mut().flat_map(|clause| &mut clause.pays) {
            (pays.from, pays.to) = (called(&pays.from), called(&pays.to));
        }
        let renamed = Contract::new(document).unwrap();
        let happened = Happened { outside: [0; 4], ..happened };
        let a = contract.settle(&happened.experience(contract), happened.on());
        let b = renamed.settle(&happened.experience(&renamed), happened.on());
        if let (Ok(a), Ok(b)) = (a, b) {
            for party in a.parties() {
                prop_assert_eq!(a.surplus(&party.name), b.surplus(&called(&party.name)), "{}", party.name);
            }
        }
    }

    /// Weights in another order: each keeps its part, except that of equal remainders the earlier is given the odd
    /// penny, so that parts may differ by one penny among those that tie.
    #[test]
    fn t4_the_order_of_a_split_only_settles_ties(
        sum in -100_000i64..100_000,
        (weights, order) in vec(0u32..50, 2..8)
            .prop_flat_map(|w| (Just(w.clone()), Just((0..w.len()).collect::<Vec<_>>()).prop_shuffle())),
    ) {
        let total: i64 = weights.iter().map(|w| i64::from(*w)).sum();
        prop_assume!(total > 0);
        let exact: Vec<Decimal> = weights.iter().map(|w| Decimal::from(*w)).collect();
        let shuffled: Vec<Decimal> = order.iter().map(|i| exact[*i]).collect();
        let parts = capitation::money::split_exactly(Decimal::from(sum), &exact).unwrap();
        let other = capitation::money::split_exactly(Decimal::from(sum), &shuffled).unwrap();
        let remainder = |weight: u32| (sum.abs() * i64::from(weight)) % total;
        for (place, i) in order.iter().enumerate() {
            let ties = weights.iter().filter(|w| remainder(**w) == remainder(weights[*i])).count() > 1;
            let gap = (parts[*i] - other[place]).abs();
            prop_assert!(gap <= Decimal::ONE);
            prop_assert!(ties || gap.is_zero(), "part {i} of {sum} among {weights:?}");
        }
    }
}
