//! Budgets for a whole population and budgets that are pooled: bounds by hand, and money that is conserved between all
//! parties to the penny, whatever happened.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

use capitation::contract::Programme;
use capitation::settlement::{Party, Statement};
use capitation::{Contract, Experience};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn contract(track: &str, choices: &[(&str, &str)]) -> Contract {
    let track = Programme::named("nhs-integrated").unwrap().year(2024).unwrap().track(track).unwrap();
    let chosen = choices.iter().fold(track, |track, (choice, option)| track.choose(choice, option).unwrap());
    chosen.contract().unwrap()
}

fn settled(contract: &Contract, given: &[(&str, Decimal)]) -> Statement {
    let all = Experience::new();
    let happened = given.iter().fold(all, |all, (input, amount)| all.with_decimal(*input, *amount));
    contract.settle(&happened, contract.period().start).unwrap()
}

fn amount(statement: &Statement, clause: &str) -> Decimal {
    statement.amount(clause).unwrap()
}

fn net(statement: &Statement, party: &str) -> Decimal {
    statement.net(party).unwrap().amount()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn pence(pence: i64) -> Decimal {
    Decimal::new(pence, 2)
}

/// Transfers net to zero, and what care costs beyond what the payers paid is what the others lack.
fn conserves(statement: &Statement) -> Result<(), TestCaseError> {
    let total = |of: fn(&Party) -> Decimal| -> Decimal { statement.parties().iter().map(of).sum() };
    prop_assert_eq!(total(|party| party.received), total(|party| party.paid));
    prop_assert_eq!(total(|party| party.surplus) + total(|party| party.borne), Decimal::ZERO);
    for party in statement.parties() {
        prop_assert!(party.received.scale() <= 2 && party.paid.scale() <= 2, "{:?}", party);
    }
    Ok(())
}

const SHARED: [(&str, &str); 3] = [
    ("improvement", "part of the budget"),
    ("acute activity outside the budget", "shared"),
    ("sub-contracting", "part on block, part by activity"),
];

const MONEY: [&str; 5] = [
    "budget before",
    "target for acute spend",
    "acute spend",
    "cost of own services",
    "agreed value, hospital",
];

proptest! {
    /// Commissioner's outlay = what all providers have in hand; the provider's result is what it kept.
    #[test]
    fn a_whole_population_budget_conserves_money(
        money in prop::array::uniform5(0_i64..20_000_000_000),
        values in prop::array::uniform5(0_i64..5_000_000_000),
        costs in prop::array::uniform3(0_i64..5_000_000_000),
        shares in prop::array::uniform10(0_i64..=1_000),
        growth in prop::array::uniform2(-50_i64..=100),
    ) {
        let share = |at: usize| Decimal::new(shares[at], 3);
        let mut given: Vec<(&str, Decimal)> = MONEY.into_iter().zip(money.map(pence)).collect();
        given.extend([
            ("agreed value, community provider", pence(values[0])),
            ("agreed value, mental health provider", pence(values[1])),
            ("activity at price, hospital", pence(values[2])),
            ("activity at price, community provider", pence(values[3])),
            ("activity at price, mental health provider", pence(values[4])),
            ("cost, hospital", pence(costs[0])),
            ("cost, community provider", pence(costs[1])),
            ("cost, mental health provider", pence(costs[2])),
            ("population growth", Decimal::new(growth[0], 3)),
            ("allocation growth for a person", Decimal::new(growth[1], 3)),
            ("efficiency", share(0) / Decimal::from(5)),
            ("share held for improvement", share(1)),
            ("improvement achieved", share(2)),
            ("provider's share of a gain", share(3)),
            ("provider's share of a loss", share(4)),
            ("cap on a gain", share(5)),
            ("collar on a loss", share(6)),
            ("share on block, hospital", share(7)),
            ("share on block, community provider", share(8)),
            ("share on block, mental health provider", share(9)),
        ]);
        let statement = settled(&contract("Whole population budget", &SHARED), &given);
        conserves(&statement)?;
        let providers = ["integrated provider", "hospital", "community provider", "mental health provider"];
        let in_hand: Decimal = providers.iter().map(|party| net(&statement, party)).sum();
        prop_assert_eq!(in_hand, -net(&statement, "commissioner"));
        let paid = amount(&statement, "income") + amount(&statement, "acute spend");
        prop_assert_eq!(in_hand, paid);
        // The result of the provider is its surplus; so are those of the others, but for acute care outside the budget.
        let surplus = |party: &str| statement.surplus(party).unwrap().amount();
        prop_assert_eq!(amount(&statement, "result"), surplus("integrated provider"));
        prop_assert_eq!(amount(&statement, "result, community provider"), surplus("community provider"));
        let hospital = amount(&statement, "result, hospital") + amount(&statement, "acute spend");
        prop_assert_eq!(hospital, surplus("hospital"));
        // Held for improvement: never above a tenth, to the half penny.
        let tenth = amount(&statement, "whole population annual payment") / Decimal::TEN;
        prop_assert!(amount(&statement, "held for improvement") <= tenth + decimal("0.005"));
    }

    /// A fund is empty in the end: what was paid in is what was spent and what was paid back.
    #[test]
    fn a_pooled_budget_is_empty_in_the_end(
        money in prop::array::uniform7(1_i64..20_000_000_000),
        shares in prop::array::uniform3(0_i64..=1_000),
        way in prop::sample::select(vec!["by agreed shares", "by contribution", "by shares of underspend and overspend"]),
        ring in prop::bool::ANY,
    ) {
        let fences = if ring { "one for each party" } else { "none" };
        let contract = contract("Pooled budget", &[("balance", way), ("ring-fences", fences)]);
        let all = [
            ("contribution of the NHS", pence(money[0])),
            ("contribution of the council", pence(money[1])),
            ("spend from the shared part", pence(money[2])),
            ("ring-fenced for the NHS", pence(money[3])),
            ("ring-fenced for the council", pence(money[4])),
            ("spend from the NHS ring-fence", pence(money[5])),
            ("spend from the council ring-fence", pence(money[6])),
            ("NHS share of a balance", Decimal::new(shares[0], 3)),
            ("NHS share of an underspend", Decimal::new(shares[1], 3)),
            ("NHS share of an overspend", Decimal::new(shares[2], 3)),
        ];
        let read = |name: &str| contract.document().inputs.contains_key(name);
        let given: Vec<(&str, Decimal)> = all.into_iter().filter(|(name, _)| read(name)).collect();
        let statement = settled(&contract, &given);
        conserves(&statement)?;
        prop_assert_eq!(net(&statement, "pooled fund"), Decimal::ZERO);
        let fenced = if ring { money[5] + money[6] } else { 0 };
        let spent = pence(money[2] + fenced);
        prop_assert_eq!(net(&statement, "care providers"), spent);
        prop_assert_eq!(-net(&statement, "commissioner") - net(&statement, "council"), spent);
        let (nhs, council) = (amount(&statement, "balance to the NHS"), amount(&statement, "balance to the council"));
        prop_assert_eq!(nhs + council, amount(&statement, "balance"));
        // Nobody gains from an overspend, nor loses from an underspend.
        prop_assert!(nhs.is_zero() || council.is_zero() || (nhs > Decimal::ZERO) == (council > Decimal::ZERO));
    }
}

/// Half of a gain or loss on a target of £50m and a budget of £100m, capped at 2 % and collared at 1 %: at, below and above.
#[test]
fn the_collar_and_the_cap() {
    let shared = [("improvement", "none"), ("acute activity outside the budget", "shared")];
    let contract = contract("Whole population budget", &shared);
    let cases = [
        ("45999999.98", "2000000.00"),
        ("46000000.00", "2000000.00"),
        ("46000000.02", "1999999.99"),
        ("49999999.99", "0.01"),
        ("50000000.00", "0.00"),
        ("50000000.01", "-0.01"),
        ("51999999.98", "-999999.99"),
        ("52000000.00", "-1000000.00"),
        ("60000000.00", "-1000000.00"),
    ];
    for (spend, share) in cases {
        let statement = settled(
            &contract,
            &[
                ("budget before", decimal("100000000")),
                ("population growth", Decimal::ZERO),
                ("allocation growth for a person", Decimal::ZERO),
                ("efficiency", Decimal::ZERO),
                ("target for acute spend", decimal("50000000")),
                ("acute spend", decimal(spend)),
                ("provider's share of a gain", decimal("0.5")),
                ("provider's share of a loss", decimal("0.5")),
                ("cap on a gain", decimal("0.02")),
                ("collar on a loss", decimal("0.01")),
                ("cost of own services", decimal("100000000")),
            ],
        );
        assert_eq!(amount(&statement, "gain or loss share"), decimal(share), "{spend}");
    }
}

/// A budget is the next year's budget before: three years at 1 % efficiency and nothing else.
#[test]
fn a_budget_rolls_forward_year_by_year() {
    let contract = contract("Whole population budget", &[("improvement", "none")]);
    let mut budget = decimal("1000000.00");
    for _ in 0..3 {
        let given = [
            ("budget before", budget),
            ("population growth", Decimal::ZERO),
            ("allocation growth for a person", Decimal::ZERO),
            ("efficiency", decimal("0.01")),
            ("cost of own services", Decimal::ZERO),
        ];
        budget = amount(&settled(&contract, &given), "whole population annual payment");
    }
    // 1,000,000 × 0.99 × 0.99 × 0.99.
    assert_eq!(budget, decimal("970299.00"));
}

/// What could not be confirmed is an input or says so: the largest part that can be held for improvement, and that the factors of the budget multiply.
#[test]
fn what_is_unverified_says_so() {
    let contract = contract("Whole population budget", &SHARED);
    assert_eq!(
        contract.unverified().collect::<Vec<_>>(),
        ["most that can be held for improvement", "whole population annual payment"]
    );
    for input in ["cap on a gain", "collar on a loss", "provider's share of a gain", "efficiency"] {
        assert!(contract.document().inputs.contains_key(input), "{input}");
    }
}

/// Without contributions there is nothing to divide a balance by.
#[test]
fn a_balance_by_contributions_needs_one() {
    let contract = contract("Pooled budget", &[("balance", "by contribution")]);
    let nothing = ["contribution of the NHS", "contribution of the council"];
    let happened =
        nothing.iter().fold(Experience::new(), |all, input| all.with_decimal(*input, Decimal::ZERO));
    let happened = happened.with_decimal("spend from the shared part", Decimal::ONE);
    let error = contract.settle(&happened, contract.period().start).unwrap_err();
    assert!(error.to_string().contains("balance to the NHS"), "{error}");
}
