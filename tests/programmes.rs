//! The programmes that come with the crate: every contract they can make is one, and the printed examples come out.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use capitation::ErrorKind;
use capitation::contract::{Contract, Programme, TrackYear};

fn all() -> Vec<Programme> {
    Programme::names().map(|name| Programme::named(name).unwrap()).collect()
}

/// Every way to choose, one option of each choice.
fn ways(track: &TrackYear) -> Vec<TrackYear> {
    let mut ways = vec![track.clone()];
    for (choice, options) in track.choices() {
        let with = |way: &TrackYear| -> Vec<TrackYear> {
            options.iter().map(|option| way.clone().choose(choice, option).unwrap()).collect()
        };
        ways = ways.iter().flat_map(with).collect();
    }
    ways
}

fn contracts() -> Vec<Contract> {
    let mut contracts = Vec::new();
    for programme in all() {
        for year in programme.years() {
            let year = programme.year(year).unwrap();
            for track in year.tracks() {
                for way in ways(&year.track(track).unwrap()) {
                    contracts.push(way.contract().unwrap_or_else(|why| panic!("{why}")));
                }
            }
        }
    }
    contracts
}

#[test]
fn every_track_year_and_choice_is_a_contract_that_reads_back() {
    let contracts = contracts();
    assert!(contracts.len() > 500, "{}", contracts.len());
    for contract in contracts.iter().step_by(17) {
        assert_eq!(&Contract::from_toml(&contract.to_toml().unwrap()).unwrap(), contract);
    }
}

#[test]
fn every_line_of_every_contract_explains_itself() {
    for contract in contracts() {
        let document = contract.document();
        for name in document.inputs.keys() {
            assert!(document.measured.contains_key(name), "{}: input `{name}`", document.name);
        }
        for (name, term) in &document.terms {
            assert!(term.about.is_some(), "{}: term `{name}`", document.name);
            assert!(!term.source.trim().is_empty());
            // What is from memory says so.
            assert_eq!(
                term.unverified,
                term.source.contains("memory") || term.source.contains("was not at hand"),
                "{name}"
            );
        }
        for clause in &document.clause {
            assert!(clause.about.is_some(), "{}: clause `{}`", document.name, clause.name);
            let cited = clause.source.is_some()
                || clause.rule.operands().iter().any(|name| document.terms.contains_key(*name));
            assert!(cited, "{}: clause `{}` has no citation", document.name, clause.name);
        }
    }
}

#[test]
fn the_printed_examples_come_out() {
    let mut settled = 0;
    for programme in all() {
        for (contract, example) in programme.examples().unwrap() {
            let mut document = contract.document().clone();
            document.example = vec![example];
            for result in Contract::new(document).unwrap().check_examples().unwrap() {
                assert!(result.holds(), "{}: {result:?}", programme.name());
                settled += 1;
            }
        }
    }
    assert!(settled >= 30, "{settled}");
}

#[test]
fn the_tracks_of_each_year() {
    let mssp = Programme::named("mssp").unwrap();
    let tracks = |year| mssp.year(year).unwrap().tracks().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(tracks(2014), ["Track 1", "Track 2"]);
    assert_eq!(tracks(2018), ["Track 1", "Track 1+", "Track 2", "Track 3"]);
    let basic = ["BASIC A", "BASIC B", "BASIC C", "BASIC D", "BASIC E", "ENHANCED"];
    assert_eq!(tracks(2020), [&["Track 1", "Track 1+", "Track 2", "Track 3"][..], &basic].concat());
    assert_eq!(tracks(2024), basic);
    assert_eq!(Programme::named("reach").unwrap().years(), (2021..=2026).collect::<Vec<_>>());
    assert_eq!(Programme::named("lead").unwrap().years(), (2027..=2036).collect::<Vec<_>>());
}

#[test]
fn what_is_not_there_is_refused_with_what_is() {
    let mssp = Programme::named("mssp").unwrap();
    let year = mssp.year(2022).unwrap();
    let refused = [
        (
            Programme::named("msssp").unwrap_err(),
            "programmes: there is no programme `msssp`; did you mean `mssp`?",
        ),
        (
            mssp.year(2031).unwrap_err(),
            "programme `Medicare Shared Savings Program`: it has no track in 2031; ask for a year from 2014 to 2024",
        ),
        (
            year.track("BASIC F").unwrap_err(),
            "programme `Medicare Shared Savings Program`: it has no track `BASIC F` in 2022; did you mean `BASIC A`?",
        ),
        (
            year.track("Track 1").unwrap_err(),
            "programme `Medicare Shared Savings Program`: it has no track `Track 1` in 2022; use one of `BASIC A`, `BASIC B`, `BASIC C`, `BASIC D`, `BASIC E`, `ENHANCED`",
        ),
        (
            year.track("BASIC E").unwrap().choose("minimum rates", "by size").unwrap_err(),
            "programme `Medicare Shared Savings Program`, track `BASIC E`: it has no choice `minimum rates`; did you mean `minimum rate`?",
        ),
        (
            year.track("BASIC E").unwrap().choose("minimum rate", "0.02").unwrap_err(),
            "programme `Medicare Shared Savings Program`, track `BASIC E`, choice `minimum rate`: it has no option `0.02`; use one of `chosen`, `by size`, `set by CMS`",
        ),
    ];
    for (error, words) in refused {
        assert_eq!(error.to_string(), words);
    }
    assert_eq!(mssp.year(2031).unwrap_err().kind(), ErrorKind::Period);
}

/// The smallest programme that there can be.
const SMALL: &str = r#"
name = "Small"
about = "A fee for each month."
currency = "GBP"
year_begins = "04-01"
parties = { commissioner = "payer", trust = "provider" }
inputs = { "months" = "count" }
measured = { "months" = "Months of cover." }

[terms."fee".2020-04-01]
unit = "money per count"
source = "Schedule 1"
values = "10.00"

[[part]]
name = "envelope"

[[part.clause]]
name = "payment"
rule.times = { of = "months", by = "fee" }
pays = { from = "commissioner", to = "trust" }

[[choice]]
name = "way"
about = "How."
default = "fee"
options = { "fee" = ["envelope"] }

[[track]]
name = "all"
about = "Everybody."
period = { start = 2020-04-01, end = 2022-03-31 }
parts = ["way"]
"#;

#[test]
fn a_programme_file_that_cannot_be_right_is_refused() {
    assert!(Programme::from_toml(SMALL).is_ok());
    let cases = [
        (
            "parts = [\"way\"]",
            "parts = [\"ways\"]",
            "programme, track `all`: there is no part or choice `ways`; add the part, or correct the name",
        ),
        (
            "\"fee\" = [\"envelope\"]",
            "\"fee\" = [\"envelop\"]",
            "programme, choice `way`: there is no part `envelop`; add the part, or correct the name",
        ),
        (
            "default = \"fee\"",
            "default = \"fees\"",
            "programme, choice `way`: its default, `fees`, is not one of its options; name one of the options as the default",
        ),
        (
            "name = \"way\"",
            "name = \"envelope\"",
            "programme, `envelope`: `envelope` is the name of an earlier part or choice; give each a name of its own",
        ),
        (
            "end = 2022-03-31",
            "end = 2019-03-31",
            "programme, track `all`: its period ends before it starts; swap the two dates",
        ),
        (
            "parts = [\"way\"]",
            "parts = { 2021-04-01 = [\"way\"] }",
            "programme, track `all`: it has no parts on 2020-04-01, its first day; date the first list of parts by then",
        ),
        (
            "\"04-01\"",
            "\"02-29\"",
            "programme, line 5, `year_begins`: `02-29` is not a day of the year; write month and day, such as 04-01",
        ),
        ("values = \"10.00\"", "values = 10.00", "10 is a binary float"),
        ("about = \"How.\"", "abuot = \"How.\"", "unknown field `abuot`"),
    ];
    for (from, to, words) in cases {
        assert!(SMALL.contains(from));
        let error = Programme::from_toml(&SMALL.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn years_begin_where_the_programme_says_and_terms_hold_for_all_of_one() {
    let small = Programme::from_toml(SMALL).unwrap();
    assert_eq!(small.years(), [2020, 2021]);
    let contract = small.year(2021).unwrap().track("all").unwrap().contract().unwrap();
    assert_eq!(contract.period().to_string(), "2021-04-01 to 2022-03-31");
    assert_eq!(contract.name(), "Small, all, 2021");

    let late = Programme::from_toml(&SMALL.replace(".2020-04-01]", ".2021-04-01]")).unwrap();
    let error = late.year(2020).unwrap().track("all").unwrap().contract().unwrap_err();
    assert_eq!(
        error.to_string(),
        "programme `Small`, track `all` in 2020, term `fee`: it has no edition on 2020-04-01; add the edition that was in force, with its citation"
    );
    let edition = "[terms.\"fee\".2021-10-01]\nunit = \"money per count\"\nsource = \"Schedule 2\"\nvalues = \"11.00\"\n\n[[part]]";
    let within = Programme::from_toml(&SMALL.replacen("[[part]]", edition, 1)).unwrap();
    assert!(within.year(2020).unwrap().track("all").unwrap().contract().is_ok());
    let error = within.year(2021).unwrap().track("all").unwrap().contract().unwrap_err();
    assert!(error.to_string().contains("an edition begins on 2021-10-01, within the year"), "{error}");
}
