//! The programmes that come with the crate: every contract they can make is one, and the printed examples come out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

#[path = "support/ways.rs"]
mod ways;

use std::path::Path;

use capitation::ErrorKind;
use capitation::contract::{Contract, Programme};
use capitation::settlement::ExampleResult;
use ways::ways;

fn all() -> Vec<Programme> {
    Programme::names().map(|name| Programme::named(name).unwrap()).collect()
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

/// A programme without choices says nothing of choices.
#[test]
fn a_year_in_words() {
    let words = |name: &str, year| Programme::named(name).unwrap().year(year).unwrap().explain();
    assert!(
        words("mssp", 2022).contains("\nChoices, each with its options, the default first\n  benchmark: ")
    );
    assert!(!words("nhs-allocation", 2021).contains("Choices"));
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
    assert_eq!(contract.name(), "Small, all, 2021/22");

    let late = Programme::from_toml(&SMALL.replace(".2020-04-01]", ".2021-04-01]")).unwrap();
    let error = late.year(2020).unwrap().track("all").unwrap().contract().unwrap_err();
    assert_eq!(
        error.to_string(),
        "programme `Small`, track `all` in 2020/21, term `fee`: it has no edition on 2020-04-01; add the edition that was in force, with its citation"
    );
    let edition = "[terms.\"fee\".2021-10-01]\nunit = \"money per count\"\nsource = \"Schedule 2\"\nvalues = \"11.00\"\n\n[[part]]";
    let within = Programme::from_toml(&SMALL.replacen("[[part]]", edition, 1)).unwrap();
    assert!(within.year(2020).unwrap().track("all").unwrap().contract().is_ok());
    let error = within.year(2021).unwrap().track("all").unwrap().contract().unwrap_err();
    assert!(error.to_string().contains("an edition begins on 2021-10-01, within the year"), "{error}");
}

/// A fee for each kind of person, written once.
const LISTED: &str = r#"
name = "Listed"
about = "A fee for each month, by kind of person and season."
currency = "GBP"
year_begins = "04-01"
parties = { commissioner = "payer", trust = "provider" }
each = { "kind" = ["child", "adult"], "season" = ["summer", "winter"] }
inputs = { "months, {kind}, {season}" = "count" }
measured = { "months, {kind}, {season}" = "Months of cover of each {kind} in {season}." }

[terms."fee, {kind}".2020-04-01]
about = "The fee for a month of a {kind}."
unit = "money per count"
source = "Schedule 1"
values = "10.00"

[[part]]
name = "envelope"

[[part.clause]]
name = "months, {kind}"
about = "Summer and winter."
rule.sum = ["months, {kind}, {season}"]

[[part.clause]]
name = "fees, {kind}"
about = "The fees of every {kind}."
rule.times = { of = "months, {kind}", by = "fee, {kind}" }
source = "Schedule 1, {kind}"

[[part.clause]]
name = "payment"
rule.sum = ["fees, {kind}"]
pays = { from = "commissioner", to = "trust" }

[[part.clause]]
name = "payment for winter"
rule.sum = ["months, {kind}, winter"]

[[track]]
name = "all"
about = "Everybody."
period = { start = 2020-04-01, end = 2022-03-31 }
parts = ["envelope"]

[[example]]
name = "five months of each, and seven of adults in winter"
source = "By hand: (5 + 5 + 5 + 7) × 10"
track = "all"
year = 2020
given = { "months, {kind}, {season}" = 5, "months, {kind}, winter" = 6, "months, child, winter" = 5, "months, adult, winter" = 7 }
gives = { "months, child" = 10, "payment" = "220.00", "payment for winter" = 12 }
"#;

#[test]
fn a_name_with_a_list_is_written_once_and_stands_for_each() {
    let listed = Programme::from_toml(LISTED).unwrap();
    let contract = listed.year(2020).unwrap().track("all").unwrap().contract().unwrap();
    let document = contract.document();
    assert_eq!(
        document.inputs.keys().collect::<Vec<_>>(),
        ["months, child, summer", "months, child, winter", "months, adult, summer", "months, adult, winter"]
    );
    assert_eq!(document.measured["months, adult, winter"], "Months of cover of each adult in winter.");
    assert_eq!(document.terms["fee, child"].about.as_deref(), Some("The fee for a month of a child."));
    let names: Vec<&str> = document.clause.iter().map(|clause| clause.name.as_str()).collect();
    assert_eq!(
        names,
        ["months, child", "months, adult", "fees, child", "fees, adult", "payment", "payment for winter"]
    );
    assert_eq!(document.clause[3].source.as_deref(), Some("Schedule 1, adult"));
    assert!(listed.document().inputs.contains_key("months, {kind}, {season}"));
    let (contract, example) = listed.examples().unwrap().remove(0);
    let mut document = contract.document().clone();
    document.example = vec![example];
    let results = Contract::new(document).unwrap().check_examples().unwrap();
    assert!(results.iter().all(ExampleResult::holds), "{results:?}");
}

#[test]
fn a_list_that_cannot_be_right_is_refused() {
    let cases = [
        (
            "name = \"fees, {kind}\"",
            "name = \"fees, {kinds}\"",
            "programme, part `envelope`, clause `fees, {kinds}`: `fees, {kinds}` names a list `kinds`, and there is none; did you mean `{kind}`?",
        ),
        (
            "by = \"fee, {kind}\"",
            "by = \"fee, {season}\"",
            "clause `fees, {kind}`: `fee, {season}` names the list `{season}`, which the name that it belongs to does not; put the list into that name too; only a sum takes all members of a list together",
        ),
        (
            "about = \"The fees of every {kind}.\"",
            "about = \"The fees of every {season}.\"",
            "names the list `{season}`, which the name that it belongs to does not",
        ),
        (
            "name = \"fees, {kind}\"",
            "name = \"fees, {kind\"",
            "`fees, {kind` opens a brace and does not close it; write the name of a list in braces, such as {type}",
        ),
        (
            "[\"child\", \"adult\"]",
            "[]",
            "programme, each `kind`: it has no members; name them, or take the list away",
        ),
        (
            "[\"child\", \"adult\"]",
            "[\"child\", \"child\"]",
            "programme, each `kind`: `child` is a member twice; name each member once",
        ),
        (
            "[\"child\", \"adult\"]",
            "[\"{season}\"]",
            "programme, each `kind`: a name is blank or has braces in it; write plain names",
        ),
        (
            "inputs = { ",
            "inputs = { \"months, child, winter\" = \"count\", ",
            "input `months, {kind}, {season}`: `months, child, winter` is written twice; write each name once",
        ),
        (
            "each = {",
            "include = [\"more.toml\"]\neach = {",
            "programme: it includes `more.toml`, and a text has no files beside it; read the programme from its file, or write everything into one text",
        ),
    ];
    for (from, to, words) in cases {
        assert!(LISTED.contains(from), "{from}");
        let error = Programme::from_toml(&LISTED.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn options_may_be_on_offer_from_a_day() {
    let dated = SMALL.replace(
        "{ \"fee\" = [\"envelope\"] }",
        "{ \"fee\" = [\"envelope\"], \"later\" = { 2021-04-01 = [\"envelope\"] } }",
    );
    let programme = Programme::from_toml(&dated).unwrap();
    let options = |year| programme.year(year).unwrap().track("all").unwrap().choices()[0].1.len();
    assert_eq!((options(2020), options(2021)), (1, 2));
    let later = programme.year(2021).unwrap().track("all").unwrap().choose("way", "later").unwrap();
    assert_eq!(later.contract().unwrap().document().clause.len(), 1);
    let error = programme.year(2020).unwrap().track("all").unwrap().choose("way", "later").unwrap_err();
    assert!(error.to_string().contains("it has no option `later`; use one of `fee`"), "{error}");
    let error = Programme::from_toml(&dated.replace("default = \"fee\"", "default = \"later\"")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "programme, choice `way`: its default, `later`, is on offer from a date only; give the default one list of parts"
    );
}

/// The files of the crate read from disk are the programmes that come with it.
#[test]
fn a_programme_is_read_with_the_files_that_it_includes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programmes");
    for name in Programme::names() {
        let read = Programme::read(folder.join(format!("{}.toml", name.replacen('-', "/", 1)))).unwrap();
        assert_eq!(read, Programme::named(name).unwrap());
    }
    let own = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(own.path().join("parts")).unwrap();
    let (head, rest) = SMALL.split_once("[[part]]").unwrap();
    let (part, tail) = rest.split_once("[[choice]]").unwrap();
    let including = head.replace("year_begins", "include = [\"parts/fee.toml\"]\nyear_begins");
    std::fs::write(own.path().join("small.toml"), format!("{including}[[choice]]{tail}")).unwrap();
    let with = |text: &str| {
        std::fs::write(own.path().join("parts/fee.toml"), text).unwrap();
        Programme::read(own.path().join("small.toml"))
    };
    let part = format!("[[part]]{part}");
    let together = with(&part).unwrap();
    assert_eq!(together.document(), Programme::from_toml(SMALL).unwrap().document());
    // What is included is part of what the fingerprint is of.
    let changed = with(&format!("# Another text.\n{part}")).unwrap();
    assert_ne!(changed.fingerprint(), together.fingerprint());
    let refused = [
        (part.replace("clause", "clauses"), "parts/fee.toml, line 4, "),
        (
            format!("[inputs]\n\"months\" = \"count\"\n{part}"),
            "parts/fee.toml, input `months`: it is in another file of the programme too; write it in one of them",
        ),
        (format!("name = \"Small\"\n{part}"), "unknown field `name`"),
    ];
    for (text, words) in refused {
        let error = with(&text).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    std::fs::remove_file(own.path().join("parts/fee.toml")).unwrap();
    assert_eq!(Programme::read(own.path().join("small.toml")).unwrap_err().kind(), ErrorKind::File);
}
