//! Experiences that cannot be settled, each with its message.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

use capitation::{
    Contract, ErrorKind,
    contract::{Clause, Document, Rule, SharedSavings, StopLoss, Term, Unit},
    exposure::Date,
    settlement::{Experience, People},
};

const HERE: &str = "Illustration";

fn capitation() -> Contract {
    Contract::builder("Capitation", "GBP", "2026-04-01", "2027-03-31")
        .capitation("412.50", HERE)
        .build()
        .unwrap()
}

fn stop_loss(terms: &StopLoss) -> Contract {
    Contract::builder("Stop-loss", "GBP", "2026-04-01", "2027-03-31")
        .capitation("412.50", HERE)
        .stop_loss(terms)
        .build()
        .unwrap()
}

/// Capitation with its document changed.
fn changed(change: impl FnOnce(&mut Document)) -> Contract {
    let mut document = capitation().document().clone();
    change(&mut document);
    Contract::new(document).unwrap()
}

fn given(inputs: &[(&str, &str)]) -> Experience<'static> {
    inputs.iter().fold(Experience::new(), |so_far, (name, amount)| so_far.with(*name, amount).unwrap())
}

fn a_year() -> Experience<'static> {
    given(&[("member months", "12"), ("actual cost", "100.00")])
}

fn person(months: i64, pence: i64) -> People<'static> {
    People::new(vec![months]).unwrap().with_amount("actual cost", vec![pence]).unwrap()
}

fn refused(contract: &Contract, experience: &Experience<'_>, kind: ErrorKind, words: &str) {
    refused_on(contract, experience, contract.period().start, kind, words);
}

fn refused_on(contract: &Contract, experience: &Experience<'_>, on: Date, kind: ErrorKind, words: &str) {
    let Err(why) = contract.settle(experience, on) else { panic!("settled, and should say: {words}") };
    assert_eq!((why.to_string().as_str(), why.kind()), (words, kind));
}

#[test]
fn a_missing_input() {
    refused(
        &capitation(),
        &given(&[("member months", "12")]),
        ErrorKind::Experience,
        "input `actual cost`: contract `Capitation` needs it, and it was not given; give it as money",
    );
}

/// One correction is enough, however many are missing.
#[test]
fn several_missing_inputs() {
    refused(
        &capitation(),
        &given(&[]),
        ErrorKind::Experience,
        "inputs: contract `Capitation` needs 2 more than were given; give `member \
         months` as count, `actual cost` as money",
    );
}

/// In every contract alike: a line that is rounded, one that is not and one that is split.
#[test]
fn money_in_parts_of_a_penny() {
    refused(
        &capitation(),
        &given(&[("member months", "12"), ("actual cost", "100.005")]),
        ErrorKind::Value,
        "input `actual cost`: 100.005 is not in whole pence; round it before, and say \
         so: half up it is 100.01",
    );
    refused(
        &capitation(),
        &given(&[("member months", "12"), ("actual cost", "-100.005")]),
        ErrorKind::Value,
        "input `actual cost`: -100.005 is not in whole pence; round it before, and say \
         so: half up it is -100.01",
    );
}

#[test]
fn an_input_that_the_contract_does_not_ask_for() {
    refused(
        &capitation(),
        &a_year().with("visits", "7").unwrap(),
        ErrorKind::Experience,
        "input `visits`: contract `Capitation` does not ask for it; it asks for `member months`, `actual cost`",
    );
}

#[test]
fn income_of_somebody_who_is_no_party() {
    refused(
        &capitation(),
        &a_year().with_outside_income("council", 1.into()),
        ErrorKind::Experience,
        "outside income of `council`: contract `Capitation` has no such party; its parties are `payer`, `provider`",
    );
}

#[test]
fn a_negative_count() {
    refused(
        &capitation(),
        &given(&[("member months", "-1"), ("actual cost", "0")]),
        ErrorKind::Range,
        "input `member months`: -1 is negative; give a count of at least 0",
    );
}

#[test]
fn a_negative_cost_is_a_recovery_and_settles() {
    let recovery = given(&[("member months", "0"), ("actual cost", "-5.00")]);
    let contract = capitation();
    let statement = contract.settle(&recovery, contract.period().start).unwrap();
    assert_eq!(statement.surplus("provider").unwrap().to_string(), "£5.00");
}

#[test]
fn a_share_above_one() {
    let contract = Contract::builder("Withhold", "GBP", "2026-04-01", "2027-03-31")
        .capitation("412.50", HERE)
        .withhold("0.02", HERE)
        .build()
        .unwrap();
    refused(
        &contract,
        &a_year().with("quality score", "1.5").unwrap(),
        ErrorKind::Range,
        "input `quality score`: 1.5 is not a share; give a number from 0 to 1",
    );
}

#[test]
fn a_total_that_the_people_do_not_add_up_to() {
    let contract = stop_loss(&StopLoss::above("10000", HERE));
    for (input, total) in [("actual cost", "100.01"), ("member months", "11.5")] {
        let experience = given(&[(input, total)]).with_people(person(12_000_000, 10_000));
        let why = contract.settle(&experience, contract.period().start).unwrap_err();
        assert_eq!((why.kind(), why.place()), (ErrorKind::Experience, format!("input `{input}`").as_str()));
        assert!(why.problem().contains("the people add up to"), "{why}");
        assert_eq!(why.remedy(), "correct one of the two, or give the people alone");
    }
}

#[test]
fn no_people_where_a_clause_acts_on_each() {
    refused(
        &stop_loss(&StopLoss::above("10000", HERE)),
        &a_year(),
        ErrorKind::Experience,
        "clause `cost above the attachment`: contract `Stop-loss` acts on each person's `actual cost`, and no people \
         were given; give the people's months and costs one by one",
    );
}

#[test]
fn people_without_the_cost_that_a_clause_acts_on() {
    refused(
        &stop_loss(&StopLoss::above("10000", HERE)),
        &given(&[("actual cost", "0")]).with_people(People::new(vec![12_000_000]).unwrap()),
        ErrorKind::Experience,
        "clause `cost above the attachment`: it acts on each person's `actual cost`, which is not among the people's \
         amounts; give that amount for each person",
    );
}

#[test]
fn a_class_without_a_threshold_and_people_without_a_class() {
    let contract = stop_loss(&StopLoss::above_by_class(&[("child", "5000"), ("adult", "10000")], HERE));
    let of_class = person(12_000_000, 10_000).with_class(vec![0], vec!["pensioner".to_owned()]).unwrap();
    refused(
        &contract,
        &Experience::new().with_people(of_class),
        ErrorKind::Experience,
        "clause `cost above the attachment`: there is no threshold for class `pensioner`; add the class to the term, \
         or correct the class of the people",
    );
    refused(
        &contract,
        &Experience::new().with_people(person(12_000_000, 10_000)),
        ErrorKind::Experience,
        "clause `cost above the attachment`: its thresholds differ by class, and the people have no class; give each \
         person's class",
    );
}

#[test]
fn a_threshold_in_parts_of_a_penny() {
    refused(
        &stop_loss(&StopLoss::above("10000.005", HERE)),
        &Experience::new().with_people(person(12_000_000, 10_000)),
        ErrorKind::Range,
        "clause `cost above the attachment`: a threshold of 1000000.5 is not a whole number of minor units that can \
         be held; write the threshold to the penny",
    );
}

#[test]
fn an_exposure_outside_a_year() {
    for (months, shown) in [(0, "0"), (-1_500_000, "-1.5"), (12_000_001, "12.000001")] {
        let why = People::new(vec![6_000_000, months]).unwrap_err();
        assert_eq!(
            why.to_string(),
            format!(
                "person 1: an exposure of {shown} months; give months above 0 and at most 12; a longer stay is \
                 several years"
            )
        );
    }
}

#[test]
fn a_payment_of_part_of_a_penny() {
    let unrounded = changed(|document| document.clause[0].round = None);
    refused(
        &unrounded,
        &given(&[("member months", "0.0001"), ("actual cost", "0")]),
        ErrorKind::Experience,
        "clause `envelope`: 0.04125 is to be paid, which is not in whole pence; round the clause: \
         round = { mode = \"half_up\", places = 2 }",
    );
}

#[test]
fn a_quotient_that_does_not_come_out_even_and_a_division_by_zero() {
    let per_month = changed(|document| {
        let rule = Rule::Per { of: "actual cost".into(), by: "member months".into() };
        document.clause.push(Clause::new("cost per member month", rule));
    });
    refused(
        &per_month,
        &given(&[("member months", "3"), ("actual cost", "100.00")]),
        ErrorKind::Arithmetic,
        "clause `cost per member month`: the quotient does not come out even; say how it is rounded: round = { mode \
         = \"half_up\", places = 4 }",
    );
    refused(
        &per_month,
        &given(&[("member months", "0"), ("actual cost", "100.00")]),
        ErrorKind::Arithmetic,
        "clause `cost per member month`: it is divided by `member months`, which is 0; give `member months` above 0",
    );
}

#[test]
fn a_product_of_30_digits() {
    refused(
        &capitation(),
        &given(&[("member months", "12345678901234.567890123456"), ("actual cost", "0")]),
        ErrorKind::Arithmetic,
        "clause `envelope`: the result has more digits than can be held exactly; round one of its operands earlier \
         with `round`, or give an input with fewer digits",
    );
    refused(
        &capitation(),
        &given(&[("member months", "9999999999999999999999999999"), ("actual cost", "0")]),
        ErrorKind::Arithmetic,
        "clause `envelope`: the result is larger than 28 digits hold; check the amounts and their units for a slip",
    );
}

#[test]
fn a_key_below_the_table() {
    let table = include_str!("../templates/shared-savings-by-size.toml");
    refused(
        &Contract::from_toml(table).unwrap(),
        &given(&[
            ("admissions", "0"),
            ("visits", "0"),
            ("member months", "5988"),
            ("members", "499"),
            ("actual cost", "0"),
        ]),
        ErrorKind::Range,
        "clause `minimum savings rate`: the key is below the first row of the table; add the row that applies, or \
         check the key",
    );
}

#[test]
fn a_negative_base_of_bands() {
    let contract = changed(|document| {
        let half = Term::value(Unit::Ratio, "-0.5".parse().unwrap(), HERE);
        document.terms.insert("sign".into(), half);
        let band = capitation::contract::Band { upto: None, share: "1".parse().unwrap() };
        document.terms.insert("bands".into(), Term::bands(Unit::Ratio, vec![band], HERE));
        document.clause.push(Clause::new("base", Rule::Times { of: "envelope".into(), by: "sign".into() }));
        let (gains, losses) = ("bands".to_owned(), "bands".to_owned());
        let rule = Rule::Bands { of: "actual cost".into(), base: Some("base".into()), gains, losses };
        document.clause.push(Clause::new("share", rule));
    });
    refused(
        &contract,
        &a_year(),
        ErrorKind::Range,
        "clause `share`: the base of its bands is negative, and fractions of it have no order; put a floor under the \
         base first",
    );
}

#[test]
fn a_split_by_weights_of_nothing() {
    let contract = Contract::builder("Split", "GBP", "2026-04-01", "2027-03-31")
        .block("100", HERE)
        .split_among(&[("hospital", "0"), ("clinic", "0")], HERE)
        .build()
        .unwrap();
    refused(
        &contract,
        &given(&[("actual cost", "0")]),
        ErrorKind::Arithmetic,
        "clause `part of hospital`: its weights add up to 0, so that nobody gets a part; give a weight above 0 to one of them",
    );
}

#[test]
fn a_day_outside_the_period() {
    let contract = capitation();
    refused_on(
        &contract,
        &a_year(),
        Date::new(2027, 4, 1).unwrap(),
        ErrorKind::Period,
        "contract `Capitation`: 2027-04-01 is outside its period, 2026-04-01 to 2027-03-31; choose a day that the \
         contract covers",
    );
}

#[test]
fn text_that_is_not_a_decimal() {
    for (text, problem) in
        [("1e3", "`1e3`"), ("NaN", "`NaN`"), ("inf", "`inf`"), ("1,000", "`1,000`"), ("", "``")]
    {
        let why = Experience::new().with("actual cost", text).unwrap_err();
        assert_eq!(why.kind(), ErrorKind::Value);
        let words = why.to_string();
        assert!(
            words.starts_with(&format!("input `actual cost`: {problem} is not a decimal number")),
            "{words}"
        );
    }
}

#[test]
fn a_benchmark_that_nobody_measured_months_for() {
    let contract = Contract::builder("Savings", "GBP", "2026-04-01", "2027-03-31")
        .block("100", HERE)
        .shared_savings(&SharedSavings::of("400", "0.5", HERE))
        .build()
        .unwrap();
    refused(
        &contract,
        &given(&[("actual cost", "0")]),
        ErrorKind::Experience,
        "input `member months`: contract `Savings` needs it, and it was not given; give it as count",
    );
}
