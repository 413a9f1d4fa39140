//! A contract that is written down reads back to itself.

use capitation::{
    Contract, ErrorKind,
    contract::{Document, Unit},
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::support::{
    config,
    draft::{Draft, times},
    happened::experiences,
    waterfall::{Shape, waterfalls},
};

fn reads_back(contract: &Contract, again: &Contract) -> Result<(), TestCaseError> {
    prop_assert_eq!(contract, again);
    prop_assert_eq!(contract.fingerprint(), again.fingerprint());
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_contract_reads_back_from_toml_and_json(waterfall in waterfalls(Shape::ALL), happened in experiences()) {
        let contract = &waterfall.contract;
        reads_back(contract, &Contract::from_toml(&contract.to_toml().unwrap()).unwrap())?;
        let again = Contract::from_json(&serde_json::to_string(contract).unwrap()).unwrap();
        reads_back(contract, &again)?;
        // A statement can be explained whatever it holds.
        if let Ok(statement) = contract.settle(&happened.experience(contract), happened.on()) {
            prop_assert!(statement.explain().contains("Parties"));
            prop_assert!(!statement.explain().contains("-0.00 ") && !statement.explain().contains("-£0.00"));
            // TOML writes classes with one value before those with dates, so only JSON keeps the order of words.
            prop_assert_eq!(contract.explain(), again.explain());
            let again = again.settle(&happened.experience(&again), happened.on()).unwrap();
            prop_assert_eq!(statement.explain(), again.explain());
        }
    }

    /// Names may hold any characters: quotes, points, line ends, other scripts.
    #[test]
    fn names_of_any_characters_survive(names in prop::array::uniform8(any::<String>()), about in any::<String>()) {
        let [contract, price, months, envelope, payer, provider, source, row] = &names;
        let mut document: Document = Draft::new("capitation")
            .input("member months", Unit::Count)
            .value("price", Unit::MoneyPerCount, Decimal::ONE)
            .clause("envelope", times("member months", "price"))
            .paid()
            .contract()
            .into();
        document.name.clone_from(contract);
        document.about = Some(about.clone());
        let parties = document.parties.values().copied().collect::<Vec<_>>();
        document.parties = [payer, provider].into_iter().cloned().zip(parties).collect();
        document.inputs.clear();
        document.inputs.insert(months.clone(), Unit::Count);
        document.bears.clear();
        let mut term = document.terms.swap_remove("price").unwrap();
        term.source.clone_from(source);
        document.terms.insert(price.clone(), term);
        let clause = &mut document.clause[0];
        clause.name.clone_from(envelope);
        clause.rule = times(months, price);
        clause.row = Some(row.clone());
        clause.source = Some(source.clone());
        let pays = clause.pays.as_mut().unwrap();
        (pays.from, pays.to) = (payer.clone(), provider.clone());
        match Contract::new(document) {
            Ok(contract) => {
                reads_back(&contract, &Contract::from_toml(&contract.to_toml().unwrap()).unwrap())?;
                let json = serde_json::to_string(&contract).unwrap();
                reads_back(&contract, &Contract::from_json(&json).unwrap())?;
            }
            Err(why) => {
                let blank = |name: &String| name.trim() != name || name.trim().is_empty();
                let kinds = [ErrorKind::Name, ErrorKind::Value, ErrorKind::Unknown];
                prop_assert!(kinds.contains(&why.kind()), "{why}");
                let twice = (0..names.len()).any(|i| names[..i].contains(&names[i]));
                prop_assert!(names.iter().any(blank) || twice, "{why}");
            }
        }
    }
}

/// Inputs, terms and parties stay in the order of the file, and so do the lines of a statement.
#[test]
fn a_file_keeps_its_order() {
    let text = Draft::new("capitation")
        .input("member months", Unit::Count)
        .value("price", Unit::MoneyPerCount, Decimal::ONE)
        .value("fee", Unit::Money, Decimal::ONE)
        .clause("envelope", times("member months", "price"))
        .paid()
        .contract()
        .to_toml()
        .unwrap();
    let contract = Contract::from_toml(&text).unwrap();
    let document = contract.document();
    assert!(document.parties.keys().eq(["payer", "provider"]));
    assert!(document.inputs.keys().eq(["actual cost", "member months"]));
    assert!(document.terms.keys().eq(["price", "fee"]));
}
