//! Laws of any cost base.

use proptest::prelude::*;

use super::*;

/// Points of delivery that every cost base of the laws has.
const POINTS: [&str; 4] = ["non_elective", "elective", "day_case", "emergency_attendance"];

/// Activity as planned and as it was, unit cost and price in pence: of each point.
fn some_lines() -> impl Strategy<Value = Vec<CostLine>> {
    let one = (1_u32..50_000, 0_u32..50_000, 1_u32..2_000_000, 0_u32..2_000_000);
    prop::collection::vec(one, POINTS.len()).prop_map(|rows| {
        let line = |(point, (plan, actual, cost, price)): (&&str, (u32, u32, u32, u32))| CostLine {
            code: "HRG".to_owned(),
            point: (*point).to_owned(),
            plan: plan.into(),
            actual: Some(actual.into()),
            unit_cost: Decimal::new(cost.into(), 2),
            price: Some(Decimal::new(price.into(), 2)),
        };
        POINTS.iter().zip(rows).map(line).collect()
    })
}

fn settled(lines: &[CostLine], share: u32) -> (CostBase, UnderContracts) {
    let share = MarginalShare::of_all(Decimal::new(share.into(), 2)).unwrap();
    let base = CostBase::new(gbp(), lines, &share).unwrap();
    let contracts = [
        ("results", track("payment by results", 2019)),
        ("blended", track("blended emergency payment", 2019)),
        ("marginal rate", track("marginal rate", 2013)),
        ("block", track("block", 2019)),
    ];
    let mut under = base.under(contracts.iter().map(|(name, contract)| (*name, contract)));
    under = under.change(Change::actual()).set("block amount");
    under = under.taken("baseline value", Quantity::value().at_points(["non_elective"]).at_plan());
    for point in POINTS {
        under = under.case("HRG", point);
    }
    let under = under.settle().unwrap();
    (base, under)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every pound that the payer pays arrives, cost is what lines cost, and block pays the same whatever is done.
    #[test]
    fn money_is_conserved(lines in some_lines(), share in 0_u32..=100) {
        let (base, under) = settled(&lines, share);
        for contract in &under.contracts {
            for outcome in &contract.outcomes {
                prop_assert_eq!(outcome.outlay, outcome.payment + outcome.others);
                prop_assert_eq!(
                    outcome.outlay,
                    outcome.fixed_cost + outcome.marginal_cost + outcome.result + outcome.others
                );
            }
            for effect in &contract.spells {
                let saved = -effect.marginal_cost * Decimal::from(effect.cases);
                prop_assert_eq!(effect.hospital + effect.payer + effect.others, saved);
            }
        }
        let plan = base.total(&Change::plan()).unwrap();
        let done: Decimal = lines.iter().map(|line| line.price.unwrap() * line.actual.unwrap()).sum();
        prop_assert_eq!(under.outcome("results", "actual").unwrap().payment, done);
        prop_assert_eq!(under.outcome("block", "actual").unwrap().payment, plan.income);
        prop_assert_eq!(plan.fixed + plan.marginal, plan.cost);
    }

    /// What one case more does is the difference between two years that were settled each by itself.
    #[test]
    fn one_case_more_is_the_difference_of_two_settlements(
        mut lines in some_lines(), share in 0_u32..=100, at in 0_usize..4,
    ) {
        let (_, first) = settled(&lines, share);
        let actual = lines[at].actual.unwrap();
        lines[at].actual = Some(actual + Decimal::ONE);
        let (_, second) = settled(&lines, share);
        for (one, other) in first.contracts.iter().zip(&second.contracts) {
            let effect = one.spells.iter().find(|effect| {
                (effect.change.as_str(), effect.point.as_str(), effect.cases) == ("actual", POINTS[at], 1)
                    && effect.code.is_some()
            });
            let (before, after) = (&one.outcomes[1], &other.outcomes[1]);
            let effect = effect.unwrap();
            prop_assert_eq!(effect.hospital, after.result - before.result, "{}", one.name);
            prop_assert_eq!(effect.payer, before.outlay - after.outlay, "{}", one.name);
        }
    }
}
