//! What cannot be asked.

use capitation::{
    Contract, ErrorKind,
    risk::{
        cost_model::CostModel,
        severity::Severity,
        simulate::{Rebase, Simulation},
    },
};

use crate::{
    bearer, given,
    paths::{benchmarked, certain},
    simulate, template, within_errors,
};

/// A tail without a mean is of use below a cap only.
#[test]
fn costs_without_a_mean_need_a_cap() {
    let endless = |alpha: f64| Severity::pareto(alpha, 3_000.0).unwrap();
    let bearer = bearer();
    let how = Simulation::new(200, 1).unwrap();
    for alpha in [0.9, 1.5] {
        let model = CostModel::new(bearer.currency()).cell("all", 20, endless(alpha)).unwrap();
        let why = bearer.simulate(&model, &given(&[("fee", "0")]), bearer.period().start, &how).unwrap_err();
        assert_eq!(why.kind(), ErrorKind::Range);
        assert_eq!(
            why.to_string(),
            "party `provider`: its mean or its variance is infinite; cap each person's cost (a stop-loss, a truncation), or \
             give a tail index that has both"
        );
    }
    // All above an attachment is another's: the provider's result has a mean, and the reinsurer's has none.
    let stop_loss = template("stop-loss");
    let model = CostModel::new(stop_loss.currency()).cell("all", 20, endless(1.5)).unwrap();
    let why = stop_loss.simulate(&model, &given(&[]), stop_loss.period().start, &how).unwrap_err();
    assert_eq!(why.kind(), ErrorKind::Range);
    // A contract that pays and bears costs up to a limit alone has both, and agrees with the outlook.
    let capped = Contract::from_toml(
        r#"
name = "Capped"
currency = "GBP"
period = { start = 2026-04-01, end = 2027-03-31 }
parties = { payer = "payer", provider = "provider" }
inputs = { "actual cost" = "money" }

[terms."limit"]
unit = "money"
source = "Schedule 1"
values = "50000"

[[clause]]
name = "cost up to the limit"
rule.per_person = { of = "actual cost", layer = { limit = "limit" }, annualised = false }
pays = { from = "provider", to = "payer" }
"#,
    )
    .unwrap();
    let drawn = simulate(&capped, &model, &[], &Simulation::new(5_000, 1).unwrap());
    let mean = drawn.party("provider").unwrap().mean().unwrap();
    within_errors(mean, -20.0 * endless(1.5).limited_mean(50_000.0), "capped");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let said = |why: capitation::Error| (why.kind(), why.to_string());
    let (range, name) = (ErrorKind::Range, ErrorKind::Name);
    assert_eq!(
        said(Simulation::new(0, 1).unwrap_err()),
        (range, "drawn years: no year is drawn; draw at least 2, better 10,000".to_owned())
    );
    assert_eq!(
        said(Simulation::new(1, 1).unwrap_err()),
        (
            range,
            "drawn years: one drawn year has no standard error; draw at least 2, better 10,000".to_owned()
        )
    );
    let how = || Simulation::new(10, 1).unwrap();
    assert_eq!(
        said(how().horizon(0).unwrap_err()),
        (range, "horizon: it is 0 years; give a number of years from 1 to 100".to_owned())
    );
    assert_eq!(
        said(how().trend(f64::NAN).unwrap_err()),
        (
            range,
            "trend of costs: it is NaN a year; give a share above -1 and up to 1, 0.04 for 4 %".to_owned()
        )
    );
    assert_eq!(how().discount(-1.0).unwrap_err().kind(), range);
    let base = || Rebase::new("benchmark", [1.0], [80.0]).unwrap();
    assert_eq!(said(how().rebase(base()).unwrap().rebase(base()).unwrap_err()).0, name);
    let rebase =
        |weights: &[f64], history: &[f64]| said(Rebase::new("benchmark", weights, history).unwrap_err()).1;
    assert_eq!(
        rebase(&[0.1, 0.3], &[80.0, 82.0]),
        "rebased input `benchmark`: its weights add up to 0.4; give weights that add up to 1, such as 0.1, 0.3, 0.6"
    );
    assert_eq!(
        rebase(&[0.5, 0.5], &[80.0]),
        "rebased input `benchmark`: 2 base years have a weight and 1 a cost; give the cost per member month of each base year \
         before the first contract year"
    );
    assert_eq!(rebase(&[], &[]), "rebased input `benchmark`: it has no base years; give a weight for each");
    assert!(rebase(&[1.5, -0.5], &[1.0, 1.0]).contains("1.5 is not a weight"));
    assert!(rebase(&[1.0], &[f64::INFINITY]).contains("inf is no cost per member month"));
    assert_eq!(
        said(base().every(0).unwrap_err()).1,
        "rebased input `benchmark`: it is rebased every 0 years; give at least 1"
    );
    assert_eq!(base().add_back("saving", 2.0).unwrap_err().kind(), range);
}

#[test]
fn what_does_not_fit_the_contract_is_refused() {
    let said = |why: capitation::Error| (why.kind(), why.to_string());
    let how = || Simulation::new(10, 1).unwrap();
    let base = || Rebase::new("benchmark", [1.0], [80.0]).unwrap();
    let contract = benchmarked("money");
    let refused = |amounts: &[(&str, &str)], how: &Simulation| {
        said(contract.simulate(&certain(), &given(amounts), contract.period().start, how).unwrap_err())
    };
    assert_eq!(
        refused(&[], &how()),
        (
            ErrorKind::Experience,
            "input `benchmark`: it was not given, and the cost model does not have it; give it as money"
                .to_owned()
        )
    );
    assert_eq!(
        refused(&[("benchmark", "1")], &how().rebase(base()).unwrap()),
        (
            ErrorKind::Experience,
            "input `benchmark`: it is given, and rebased; leave one of them out".to_owned()
        )
    );
    assert_eq!(
        refused(&[], &how().rebase(base().of("target cost")).unwrap()),
        (
            ErrorKind::Unknown,
            "rebased input `benchmark`: the contract has no input or clause `target cost`; name an amount of the contract"
                .to_owned()
        )
    );
    let other = Rebase::new("baseline", [1.0], [80.0]).unwrap();
    let (kind, words) = refused(&[("benchmark", "1")], &how().rebase(other).unwrap());
    assert_eq!(kind, ErrorKind::Experience, "{words}");
    let months = Rebase::new("actual cost", [1.0], [80.0]).unwrap();
    let (_, words) = refused(&[("benchmark", "1")], &how().rebase(months).unwrap());
    assert_eq!(words, "input `actual cost`: the cost model has it; leave it out");

    let drawn = simulate(&contract, &certain(), &[("benchmark", "24000")], &how());
    let range = ErrorKind::Range;
    assert_eq!(said(drawn.party("trust").unwrap_err()).0, ErrorKind::Unknown);
    assert_eq!(
        said(drawn.party_in("provider", 1).unwrap_err()),
        (
            range,
            "contract year: 1 years were drawn, and it is 1; give a year from 0, or a longer horizon"
                .to_owned()
        )
    );
    let provider = drawn.party("provider").unwrap();
    assert_eq!(provider.mean_of_worst(1.0).unwrap_err().kind(), range);
    assert_eq!(provider.quantiles(&[1.5]).unwrap_err().kind(), range);
    assert_eq!(provider.probability_below(f64::NAN).unwrap_err().kind(), range);

    let huge = Severity::certain(1e13).unwrap();
    let huge = CostModel::new(contract.currency()).cell("all", 24, huge).unwrap();
    let why =
        contract.simulate(&huge, &given(&[("benchmark", "1")]), contract.period().start, &how()).unwrap_err();
    assert_eq!(
        said(why),
        (
            ErrorKind::Arithmetic,
            "scenario 0, year 0 (the first are 0): what people cost comes to more than 9,007,199,254,740,992 minor units, up to \
             which sums are exact; give a law with a lighter tail, or one that ends; or check the unit of the costs"
                .to_owned()
        )
    );
}
