//! What an amount can be at all: declared in the contract, and refused beyond.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test stops where something is not as it must be

use std::collections::HashMap;

use capitation::contract::{Bound, Contract, Document, Limit, Programme, TrackYear, Unit};
use capitation::error::{ErrorKind, Result};
use capitation::settlement::{Experience, Statement};
use rust_decimal::Decimal;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// An indicator of which those counted are among those eligible, and a year of at most twelve months.
fn indicator() -> Contract {
    Contract::from_toml(
        r#"
        name = "Indicator"
        currency = "GBP"
        period = { start = 2026-04-01, end = 2027-03-31 }
        parties = { commissioner = "payer", practice = "provider" }
        inputs = { "counted" = "count", "eligible" = "count", "months" = "ratio", "price" = "money" }

        [limits]
        "counted" = { most = "eligible", why = "they are among them" }
        "months" = { least = "0", most = "12", why = "a year has twelve months" }
        "price" = { least = "0" }
        "payment" = { most = "most that is paid" }

        [terms."most that is paid"]
        unit = "money"
        source = "Schedule 3"
        values = "1000.00"

        [[clause]]
        name = "payment"
        rule.times = { of = "price", by = "months" }
        round = { mode = "half_up", places = 2 }
        pays = { from = "commissioner", to = "practice" }
        "#,
    )
    .unwrap()
}

fn settled(contract: &Contract, given: &[(&str, &str)]) -> Result<Statement> {
    let mut happened = Experience::new();
    for (name, amount) in given {
        happened = happened.with(*name, amount)?;
    }
    contract.settle(&happened, contract.period().start)
}

fn of_the_indicator(changed: &[(&str, &str)]) -> Result<Statement> {
    let mut given = vec![("counted", "60"), ("eligible", "100"), ("months", "12"), ("price", "10.00")];
    for (name, amount) in changed {
        given.iter_mut().find(|(known, _)| known == name).unwrap().1 = amount;
    }
    settled(&indicator(), &given)
}

#[test]
fn what_lies_beyond_is_refused_with_its_name_the_value_the_limit_and_why() {
    for (name, amount, message) in [
        (
            "counted",
            "150",
            "input `counted`: 150 is above `eligible`, which is 100: they are among them; give at most 100, or correct `eligible`",
        ),
        (
            "months",
            "24",
            "input `months`: 24 is above 12, the most that it can be: a year has twelve months; give at most 12",
        ),
        (
            "months",
            "-3",
            "input `months`: -3 is below 0, the least that it can be: a year has twelve months; give at least 0",
        ),
        (
            "price",
            "-0.01",
            "input `price`: -£0.01 is below £0.00, the least that it can be; give at least £0.00",
        ),
        (
            "price",
            "100.00",
            "clause `payment`: £1,200.00 is above `most that is paid`, which is £1,000.00; correct what it is made of: `price`, `months`",
        ),
    ] {
        let why = of_the_indicator(&[(name, amount)]).unwrap_err();
        assert_eq!((why.to_string().as_str(), why.kind()), (message, ErrorKind::Range));
    }
    for (name, amount) in
        [("counted", "100"), ("months", "12"), ("months", "0"), ("price", "0"), ("price", "83.33")]
    {
        of_the_indicator(&[(name, amount)]).unwrap();
    }
}

#[test]
fn limits_are_part_of_what_was_agreed() {
    let contract = indicator();
    assert_eq!(Contract::from_toml(&contract.to_toml().unwrap()).unwrap(), contract);
    let json = serde_json::to_string(&contract).unwrap();
    assert_eq!(Contract::from_json(&json).unwrap(), contract);
    let words = contract.explain();
    assert!(words.contains("counted (count, at most eligible), eligible (count), months (ratio, from 0 to 12), price (money, at least 0)"), "{words}");
    assert!(words.contains("payment = price × months, rounded half up to the minor unit; it must be at most most that is paid"), "{words}");
    let mut without: Document = contract.document().clone();
    without.limits.clear();
    let without = Contract::new(without).unwrap();
    assert_ne!(without.fingerprint(), contract.fingerprint());
    // A contract that says nothing of limits has the fingerprint that it had before there were any.
    assert!(!serde_json::to_string(&without).unwrap().contains("limits"));
}

#[test]
fn a_limit_of_a_programme_names_what_the_programme_has() {
    let programme = include_str!("../programmes/nhs/allocation.toml");
    let limited =
        |line: &str| Programme::from_toml(&programme.replace("[limits]", &format!("[limits]\n{line}")));
    for (line, message) in [
        (
            r#""list" = { most = "1" }"#,
            "programme, limit of `list`: `list` is neither an input nor a clause; declare it under `inputs`, or correct the name",
        ),
        (
            r#""registered list" = { most = "people" }"#,
            "programme, limit of `registered list`: `people` is neither a decimal nor an input, a term or a clause; write a plain decimal, or correct the name",
        ),
    ] {
        assert_eq!(limited(line).unwrap_err().to_string(), message);
    }
    // A term that no clause reads comes into the contract with the limit that names it.
    let term = "[terms.\"people of England\".2021-04-01]\nunit = \"count\"\nsource = \"Definition\"\nvalues = \"60000000\"";
    let text = programme.replace(
        "[limits]",
        &format!("{term}\n\n[limits]\n\"registered list\" = {{ most = \"people of England\" }}"),
    );
    let year = Programme::from_toml(&text).unwrap().year(2021).unwrap();
    let contract = year.track("core").unwrap().contract().unwrap();
    assert!(contract.document().terms.contains_key("people of England"));
}

/// A track with its defaults, and with each option of each choice.
fn ways(track: &TrackYear) -> Vec<TrackYear> {
    let options = |(choice, options): (&str, Vec<&str>)| -> Vec<TrackYear> {
        options.iter().map(|option| track.clone().choose(choice, option).unwrap()).collect()
    };
    let mut ways: Vec<TrackYear> = track.choices().into_iter().flat_map(options).collect();
    ways.push(track.clone());
    ways
}

/// Every contract of a programme, and the replays.
fn contracts() -> Vec<Contract> {
    let mut all = Vec::new();
    for programme in Programme::names() {
        let programme = Programme::named(programme).unwrap();
        for year in programme.years() {
            let year = programme.year(year).unwrap();
            for track in year.tracks() {
                all.extend(ways(&year.track(track).unwrap()).iter().map(|way| way.contract().unwrap()));
            }
        }
    }
    let replays = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/replays")).unwrap();
    let replays = replays
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"));
    all.extend(replays.map(|path| Contract::read(path).unwrap()));
    all
}

/// Amounts within every limit: the least that a number allows, and nought where none is named.
fn within(contract: &Contract) -> HashMap<String, Decimal> {
    let least = |limit: &Limit| match &limit.least {
        Some(Bound::Number(number)) => number.0.max(Decimal::ZERO),
        _ => Decimal::ZERO,
    };
    let document = contract.document();
    let amount = |name: &String| document.limits.get(name).map_or(Decimal::ZERO, least);
    document.inputs.keys().map(|name| (name.clone(), amount(name))).collect()
}

fn happened(amounts: &HashMap<String, Decimal>) -> Experience<'static> {
    amounts.iter().fold(Experience::new(), |so_far, (name, amount)| so_far.with_decimal(name, *amount))
}

/// What a settlement says of the limit of an input, if anything: another fault, such as a division by nought, is another matter.
fn said_of(contract: &Contract, input: &str, amounts: &HashMap<String, Decimal>) -> Option<String> {
    let why = contract.settle(&happened(amounts), contract.period().start).err()?;
    let is_limit = why.kind() == ErrorKind::Range && why.place() == format!("input `{input}`");
    is_limit.then(|| why.problem().to_owned())
}

/// Just beyond and at the limit itself, for every limit of every contract that there is.
#[test]
fn every_declared_limit_refuses_just_beyond_and_accepts_at_the_limit() {
    let mut held = 0;
    for contract in contracts() {
        let limits = &contract.document().limits;
        for (name, unit) in &contract.document().inputs {
            let Some(limit) = limits.get(name) else { continue };
            let step = if *unit == Unit::Count { Decimal::ONE } else { d("0.01") };
            for (bound, beyond) in [(&limit.least, -step), (&limit.most, step)] {
                let mut amounts = within(&contract);
                let at = match bound {
                    Some(Bound::Number(number)) => number.0,
                    // The other amount is put at something that both can be.
                    Some(Bound::Amount(other)) if amounts.contains_key(other) => {
                        let both = if *unit == Unit::Share { d("0.5") } else { Decimal::from(100) };
                        amounts.insert(other.clone(), both);
                        both
                    }
                    _ => continue,
                };
                amounts.insert(name.clone(), at);
                assert_eq!(said_of(&contract, name, &amounts), None, "{}, `{name}` at {at}", contract.name());
                amounts.insert(name.clone(), at + beyond);
                let said = said_of(&contract, name, &amounts);
                assert!(said.is_some(), "{}, `{name}` at {}", contract.name(), at + beyond);
                held += 1;
            }
        }
    }
    assert!(held > 1000, "{held}");
}

fn of_a_track(
    programme: &str,
    year: i16,
    track: &str,
    chosen: &[(&str, &str)],
    given: &[(&str, &str)],
) -> String {
    let mut track = Programme::named(programme).unwrap().year(year).unwrap().track(track).unwrap();
    for (choice, option) in chosen {
        track = track.choose(choice, option).unwrap();
    }
    let contract = track.contract().unwrap();
    let mut amounts = within(&contract);
    for (name, amount) in given {
        assert!(
            amounts.insert((*name).to_owned(), d(amount)).is_some(),
            "`{name}` is no input of {}",
            contract.name()
        );
    }
    match contract.settle(&happened(&amounts), contract.period().start) {
        Ok(_) => panic!("{}: {given:?} settled", contract.name()),
        Err(why) => why.to_string(),
    }
}

/// In the builder too, once the amount is there.
#[test]
fn limits_in_the_builder() {
    let limit = Limit { least: Some(Bound::from("0")), most: Some(Bound::from("envelope")), why: None };
    let built = |amount: &str| {
        let builder = Contract::builder("Capitation", "GBP", "2026-04-01", "2027-03-31");
        builder.capitation("412.50", "Schedule 3").limit(amount, limit.clone()).build()
    };
    let why = settled(&built("actual cost").unwrap(), &[("member months", "1"), ("actual cost", "412.51")]);
    assert_eq!(
        why.unwrap_err().to_string(),
        "input `actual cost`: £412.51 is above `envelope`, which is £412.50; give at most £412.50, or correct `envelope`"
    );
    assert!(built("cost").unwrap_err().to_string().contains("`cost` is neither an input nor a clause"));
}

const ACUTE: &str = "nhs-acute";

/// Pairs of names, or of an input and its amount.
type Pairs = &'static [(&'static str, &'static str)];

/// A programme, its year and track, what is chosen of it, what is given, and how the refusal begins.
type Impossible = (&'static str, i16, &'static str, Pairs, Pairs, &'static str);

/// What was paid without a word before limits were there.
const IMPOSSIBLE: [Impossible; 23] = [
    (
        ACUTE,
        2011,
        "payment by results",
        &[("readmissions", "unpaid after elective stays and above a threshold")],
        &[("value of emergency admissions", "100"), ("readmissions after an elective stay", "150")],
        "input `readmissions after an elective stay`: £150.00 is above `value of emergency admissions`, which is £100.00",
    ),
    (
        ACUTE,
        2011,
        "payment by results",
        &[("readmissions", "unpaid after elective stays and above a threshold")],
        &[
            ("value of emergency admissions", "100"),
            ("readmissions after an elective stay", "60"),
            ("other readmissions", "60"),
        ],
        "clause `readmissions within 30 days`: £120.00 is above `value of emergency admissions`, which is £100.00",
    ),
    (
        ACUTE,
        2011,
        "payment by results",
        &[("readmissions", "unpaid after elective stays and above a threshold")],
        &[("threshold of other readmissions", "-500")],
        "input `threshold of other readmissions`: -£500.00 is below £0.00",
    ),
    (
        ACUTE,
        2011,
        "payment by results",
        &[
            ("readmissions", "unpaid after elective stays and above a threshold"),
            ("activity", "by number and price"),
        ],
        &[("readmissions after an elective stay", "150")],
        "input `readmissions after an elective stay`: £150.00 is above `value of emergency admissions`, which is £0.00",
    ),
    (
        ACUTE,
        2022,
        "aligned payment and incentive",
        &[],
        &[("elective allocation", "-4000000")],
        "input `elective allocation`: -£4,000,000.00 is below £0.00",
    ),
    (
        ACUTE,
        2014,
        "marginal rate",
        &[],
        &[("baseline value", "-10000000")],
        "input `baseline value`: -£10,000,000.00 is below £0.00",
    ),
    (
        ACUTE,
        2014,
        "marginal rate",
        &[("baseline", "adjusted")],
        &[("baseline value as first set", "499"), ("adjustment of the baseline", "-500")],
        "clause `baseline value`: -£1.00 is below £0.00",
    ),
    (
        ACUTE,
        2024,
        "aligned payment and incentive",
        &[("payment limit", "set by the commissioner")],
        &[("limit on the elective payment", "-1")],
        "input `limit on the elective payment`: -£1.00 is below £0.00",
    ),
    (
        ACUTE,
        2023,
        "aligned payment and incentive",
        &[("elective target", "of the system")],
        &[("elective target of the system", "114")],
        "input `elective target of the system`: 114 is above 2, the most that it can be: it is a ratio to 2019/20, 1.14 for 114 %",
    ),
    (
        ACUTE,
        2024,
        "block",
        &[("block amount", "rolled forward by given factors")],
        &[("block amount of the base year", "100"), ("cost uplift factor", "4.83")],
        "input `cost uplift factor`: 4.83 is above 0.2, the most that it can be: it is a part of the price, 0.028 for 2.8 %",
    ),
    (
        "nhs-primary-care",
        2024,
        "GMS",
        &[],
        &[("months paid", "24")],
        "input `months paid`: 24 is above 12, the most that it can be: a year has twelve months",
    ),
    ("nhs-primary-care", 2024, "GMS", &[], &[("months paid", "-3")], "input `months paid`: -3 is below 0"),
    (
        "nhs-primary-care",
        2024,
        "QOF indicator",
        &[],
        &[("patients counted", "150"), ("patients eligible", "100")],
        "input `patients counted`: 150 is above `patients eligible`, which is 100",
    ),
    (
        "nhs-primary-care",
        2024,
        "QOF indicator",
        &[],
        &[("points available", "636")],
        "input `points available`: 636 is above 635, the most that it can be",
    ),
    (
        "nhs-primary-care",
        2024,
        "GMS",
        &[("weighted list", "from a table of ages")],
        &[
            ("patients, males 0 to 4", "100"),
            ("workload, males 0 to 4", "1"),
            ("national workload of a patient", "1"),
            ("patients in their first year", "7000"),
        ],
        "input `patients in their first year`: 7000 is above `registered patients`, which is 100",
    ),
    (
        "nhs-integrated",
        2020,
        "Whole population budget",
        &[],
        &[("population growth", "-2")],
        "input `population growth`: -2 is below -0.2",
    ),
    (
        "nhs-integrated",
        2020,
        "Whole population budget",
        &[],
        &[("efficiency", "1")],
        "input `efficiency`: 1 is above 0.2, the most that it can be: it is a part of the budget, 0.02 for 2 %",
    ),
    (
        ACUTE,
        2013,
        "payment by results",
        &[("readmissions", "unpaid as far as avoidable")],
        &[
            ("value of emergency admissions", "100"),
            ("readmissions after an elective stay", "80"),
            ("other readmissions", "80"),
            ("avoidable share of readmissions after an elective stay", "0.5"),
            ("avoidable share of other readmissions", "0.5"),
        ],
        "clause `readmissions within 30 days`: £160.00 is above `value of emergency admissions`, which is £100.00",
    ),
    // £100,000 + 30 % × £900,000 were paid for the admissions, and £500,000 are not to be: all of them were avoidable.
    (
        ACUTE,
        2014,
        "marginal rate",
        &[
            ("readmissions", "unpaid as far as avoidable"),
            ("order of readmissions", "after the marginal rate"),
        ],
        &[
            ("value of emergency admissions", "1000000"),
            ("baseline value", "100000"),
            ("readmissions after an elective stay", "500000"),
            ("avoidable share of readmissions after an elective stay", "1"),
        ],
        "clause `payment for emergency admissions`: -£130,000.00 is below £0.00, the least that it can be",
    ),
    (
        ACUTE,
        2022,
        "aligned payment and incentive",
        &[],
        &[
            ("fixed element", "100"),
            ("elective value in 2019/20", "1000000"),
            ("elective allocation", "1000000"),
        ],
        "clause `payment in all`: -£749,900.00 is below £0.00, the least that it can be",
    ),
    (
        "nhs-integrated",
        2020,
        "Pooled budget",
        &[],
        &[("contribution of the NHS", "-50")],
        "input `contribution of the NHS`: -£50.00 is below £0.00",
    ),
    (
        "nhs-allocation",
        2021,
        "core",
        &[],
        &[("market forces factor", "-1")],
        "input `market forces factor`: -1 is below 0.5",
    ),
    (
        "nhs-allocation",
        2021,
        "core",
        &[],
        &[("market forces factor", "94.46")],
        "input `market forces factor`: 94.46 is above 2",
    ),
];

#[test]
fn inputs_that_cannot_be_are_refused_by_name() {
    for (programme, year, track, chosen, given, says) in IMPOSSIBLE {
        let said = of_a_track(programme, year, track, chosen, given);
        assert!(said.starts_with(says), "{said}\n  should begin {says}");
    }
}

#[test]
fn a_negative_amount_stays_where_it_has_a_meaning() {
    let track = Programme::named("nhs-acute").unwrap().year(2014).unwrap().track("marginal rate").unwrap();
    let contract = track.choose("baseline", "adjusted").unwrap().contract().unwrap();
    let mut amounts = within(&contract);
    amounts.insert("baseline value as first set".to_owned(), d("500"));
    amounts.insert("adjustment of the baseline".to_owned(), d("-500"));
    contract.settle(&happened(&amounts), contract.period().start).unwrap();
}

/// A divisor that is nought is named, with what to give.
#[test]
fn a_divisor_of_nought_is_named() {
    let said = of_a_track("nhs-primary-care", 2024, "QOF indicator", &[], &[("registered patients", "100")]);
    assert_eq!(
        said,
        "clause `achievement`: it is divided by `patients eligible`, which is 0; give `patients eligible` above 0"
    );
}
