//! Layers of each person's amount: taken one by one, and together the whole.

use capitation::{
    contract::{PersonLayer, Rule, Unit},
    settlement::{Experience, People},
};
use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use crate::support::{
    config,
    draft::{Draft, d, first_day},
    happened::experiences,
    waterfall::{Shape, waterfalls},
};

fn per_person(above: Option<&str>, limit: Option<&str>, annualised: bool) -> Rule {
    let layer = PersonLayer { above: above.map(Into::into), limit: limit.map(Into::into) };
    Rule::PerPerson { of: "actual cost".into(), layer, annualised }
}

proptest! {
    #![proptest_config(config())]

    /// The sum that is settled is the one worked out person by person.
    #[test]
    fn layers_are_taken_person_by_person(waterfall in waterfalls(Shape::ALL), happened in experiences()) {
        let contract = &waterfall.contract;
        let plan = contract.plan(happened.on()).unwrap();
        let Ok(statement) = contract.settle(&happened.experience(contract), happened.on()) else { return Ok(()) };
        let unit = Decimal::new(1, contract.currency().exponent());
        for (layer, sum) in plan.person_layers().iter().zip(happened.layers(&plan)) {
            let clause = contract.document().clause.iter().find(|c| c.name == layer.clause).unwrap();
            if clause.round.is_none() {
                prop_assert_eq!(statement.amount(&layer.clause), Some(sum * unit), "{}", layer.clause);
            }
        }
    }

    /// T18: X = min(X, L) + (X − L)⁺ for each person, recoveries, an attachment of zero and short stays included.
    #[test]
    fn t18_layers_of_each_person_add_up(
        people in vec((1i64..=12_000_000, -1_000i64..100_000), 0..8),
        attachment in prop_oneof![Just(0i64), 0i64..50_000],
        annualised in any::<bool>(),
    ) {
        let contract = Draft::new("individual stop-loss")
            .value("attachment", Unit::Money, Decimal::new(attachment, 2))
            .clause("below", per_person(None, Some("attachment"), annualised))
            .clause("above", per_person(Some("attachment"), None, annualised))
            .paid()
            .contract();
        let (months, costs): (Vec<i64>, Vec<i64>) = people.into_iter().unzip();
        let people = People::new(months).unwrap().with_amount("actual cost", costs).unwrap();
        let statement = contract.settle(&Experience::new().with_people(people), first_day()).unwrap();
        let amount = |name| statement.amount(name).unwrap();
        prop_assert_eq!(amount("below") + amount("above"), amount("actual cost"));
    }
}

/// A penny recovered under an attachment of nothing lies below it and not above it too.
#[test]
fn a_recovery_does_not_reach_an_attachment_of_zero() {
    let contract = Draft::new("individual stop-loss")
        .value("attachment", Unit::Money, d("0"))
        .clause("below", per_person(None, Some("attachment"), false))
        .clause("above", per_person(Some("attachment"), None, false))
        .paid()
        .contract();
    let people = People::new(vec![12_000_000]).unwrap().with_amount("actual cost", vec![-1]).unwrap();
    let statement = contract.settle(&Experience::new().with_people(people), first_day()).unwrap();
    assert_eq!((statement.amount("below"), statement.amount("above")), (Some(d("-0.01")), Some(d("0"))));
}
