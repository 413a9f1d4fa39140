//! Core20 and the fifths in a comparison: figures worked out by hand, and what is withheld cannot be worked out.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail

use capitation::compare::{Comparison, SegmentEffect, Segments};
use capitation::money::RoundingMode;
use capitation::population::{Columns, DeprivationScale, Population};
use capitation::risk::measures::Estimate;
use capitation::{Compare, Contract, Currency};
use proptest::prelude::*;
use serde_json::{Value, json};

fn make(columns: &Columns<'_>) -> Population {
    Population::from_columns(columns, Currency::new("GBP").unwrap(), RoundingMode::HalfUp).unwrap()
}

/// Twelve people in each of the first, third and last fifth, all year. Core20: six cost 960 and six 1,440; the third
/// fifth 480 each, the last 240. Everybody in Core20 is admitted once, and `others` people of the third fifth.
fn columns<'a>(others: u32) -> Columns<'a> {
    let people = || 0..36_u32;
    let cost = |k: u32| match k {
        0..=5 => 960.0,
        6..=11 => 1_440.0,
        12..=23 => 480.0,
        _ => 240.0,
    };
    Columns::new()
        .member_months("months", vec![12.0; 36])
        .cost("cost", people().map(cost).collect::<Vec<f64>>())
        .activity(
            "admissions",
            "adm",
            people().map(|k| f64::from(u8::from(k < 12 + others))).collect::<Vec<_>>(),
        )
        .deprivation("imd", DeprivationScale::Decile, people().map(decile).collect::<Vec<f64>>())
}

/// Deciles 1 and 2 are Core20, 5 and 6 the third fifth, 9 and 10 the last.
fn decile(k: u32) -> f64 {
    f64::from([1, 5, 9][(k / 12) as usize] + k % 2)
}

fn with_need<'a>() -> Columns<'a> {
    let need = (0..36).map(|k| if k < 12 { 2.0 } else { 0.8 });
    columns(12).need("need", need.collect::<Vec<f64>>())
}

fn contract(name: &str, input: &str, unit: &str, price: &str) -> Contract {
    Contract::from_toml(&format!(
        "name = \"{name}\"\ncurrency = \"GBP\"\nperiod = {{ start = 2026-04-01, end = 2027-03-31 }}\n\
         parties = {{ payer = \"payer\", provider = \"provider\" }}\nbears = {{ \"actual cost\" = \"provider\" }}\n\
         inputs = {{ \"{input}\" = \"{unit}\", \"actual cost\" = \"money\" }}\n\
         [terms.price]\nunit = \"money per count\"\nsource = \"Illustration\"\nvalues = \"{price}\"\n\
         [[clause]]\nname = \"payment\"\nrule.times = {{ of = \"{input}\", by = \"price\" }}\n\
         round = {{ mode = \"half_up\", places = 2 }}\npays = {{ from = \"payer\", to = \"provider\" }}\n"
    ))
    .unwrap()
}

fn envelope() -> Contract {
    contract("envelope", "member months", "count", "30.00")
}

fn weighted() -> Contract {
    contract("weighted", "need-weighted member months", "count", "45.00")
}

fn results() -> Contract {
    contract("results", "admissions", "count", "1000.00")
}

/// An envelope, and what a person costs above 1,000 in a year comes back.
fn stop_loss() -> Contract {
    let mut text = envelope().to_toml().unwrap().replace("name = \"envelope\"", "name = \"stop-loss\"");
    text.push_str(
        "[terms.attachment]\nunit = \"money\"\nsource = \"Illustration\"\nvalues = \"1000.00\"\n\
         [[clause]]\nname = \"recovery\"\nrule.per_person = { of = \"actual cost\", layer = { above = \"attachment\" }, annualised = false }\n\
         pays = { from = \"payer\", to = \"provider\" }\n",
    );
    Contract::from_toml(&text).unwrap()
}

/// What is spent on care, up to a limit on the whole panel.
fn capped() -> Contract {
    Contract::from_toml(
        "name = \"capped\"\ncurrency = \"GBP\"\nperiod = { start = 2026-04-01, end = 2027-03-31 }\n\
         parties = { payer = \"payer\", provider = \"provider\" }\nbears = { \"actual cost\" = \"provider\" }\n\
         inputs = { \"actual cost\" = \"money\" }\n\
         [terms.limit]\nunit = \"money\"\nsource = \"Illustration\"\nvalues = \"100.00\"\n\
         [[clause]]\nname = \"payment\"\nrule.cap = { of = \"actual cost\", at = \"limit\" }\n\
         pays = { from = \"payer\", to = \"provider\" }\n",
    )
    .unwrap()
}

fn run(people: &Population, contracts: &[Contract]) -> Comparison {
    Compare::new(people, contracts).sizes([100], 100).draws(50).as_written().run().unwrap()
}

fn segments(columns: &Columns<'_>, contracts: &[Contract]) -> Segments {
    run(&make(columns), contracts).segments.unwrap()
}

fn near(found: impl Into<Option<Estimate>>, mean: f64, se: f64) {
    let found = found.into().unwrap();
    assert!((found.mean - mean).abs() < 1e-6, "{found:?}, not {mean}");
    assert!((found.se - se).abs() < 1e-6, "{found:?}, not ± {se}");
}

fn decimal(text: &str) -> rust_decimal::Decimal {
    text.parse().unwrap()
}

#[test]
fn who_they_are_and_what_they_cost() {
    let found = segments(&with_need(), &[envelope()]);
    assert_eq!((found.column.as_str(), found.scale.as_str()), ("imd", "decile"));
    let names: Vec<(&str, &[u8])> =
        found.rows.iter().map(|row| (row.name.as_str(), &row.fifths[..])).collect();
    assert_eq!(
        names,
        [
            ("Core20", &[1][..]),
            ("everybody else", &[2, 3, 4, 5]),
            ("everybody", &[1, 2, 3, 4, 5]),
            ("second fifth", &[2]),
            ("third fifth", &[3]),
            ("fourth fifth", &[4]),
            ("least deprived fifth", &[5]),
        ]
    );
    let core20 = found.core20().unwrap();
    assert_eq!((core20.people, core20.person_years), (Some(12), Some(12)));
    // 12 × 12 months of 432; 6 × 960 + 6 × 1,440 = 14,400 of 14,400 + 12 × 480 + 12 × 240 = 23,040.
    assert_eq!((core20.member_months, core20.cost), (Some(decimal("144")), Some(decimal("14400.00"))));
    assert_eq!((core20.share_of_member_months, core20.share_of_cost), (Some(1.0 / 3.0), Some(0.625)));
    // 14,400 / 144 = 100. Each of the twelve is 240 from 12 × 100: √(12/11 × 12 × (240/144)²) = 6.0302.
    near(core20.cost_per_member_month, 100.0, (12.0 / 11.0 * 12.0 * (240.0_f64 / 144.0).powi(2)).sqrt());
    let others = found.segment("everybody else").unwrap();
    assert_eq!((others.people, others.cost), (Some(24), Some(decimal("8640.00"))));
    // 8,640 / 288 = 30; each is 120 from 12 × 30.
    near(others.cost_per_member_month, 30.0, (24.0 / 23.0 * 24.0 * (120.0_f64 / 288.0).powi(2)).sqrt());
    // Nobody is in the second and fourth fifth: these have no people, and no cost a head.
    let second = found.segment("second fifth").unwrap();
    assert_eq!((second.people, second.cost, second.suppressed), (Some(0), Some(decimal("0.00")), false));
    assert_eq!((second.cost_per_member_month, second.contracts[0].margin), (None, None));
    // Twelve were admitted of twelve: one a year each.
    let admitted = &core20.activity[0];
    assert_eq!((admitted.activity.as_str(), admitted.total), ("admissions", Some(decimal("12"))));
    near(admitted.per_thousand_years, 1000.0, 0.0);
}

#[test]
fn what_a_price_per_head_leaves() {
    let found = segments(&with_need(), &[envelope()]);
    let (core20, others) = (found.core20().unwrap(), found.segment("everybody else").unwrap());
    // 23,040 / 432 = 53.33 a month for everybody, against 100 and 30.
    let at = |row: Option<Estimate>| row.unwrap().mean;
    assert!((at(core20.equal_price) - (160.0 / 3.0 - 100.0)).abs() < 1e-9);
    assert!((at(others.equal_price) - (160.0 / 3.0 - 30.0)).abs() < 1e-9);
    // Residuals of the two are of different people: 36/35 × (12 × (240/144)² + 24 × (120/288)²).
    let squares = 12.0 * (240.0_f64 / 144.0).powi(2) + 24.0 * (120.0_f64 / 288.0).powi(2);
    near(found.equal_price, -70.0, (36.0 / 35.0 * squares).sqrt());
    // Need-weighted months: 144 × 2 + 288 × 0.8 = 518.4, so 23,040 / 518.4 = 44.44: 88.89 − 100 and 35.56 − 30.
    near(core20.need, 2.0, 0.0);
    assert!((at(core20.need_weighted_price) - (23_040.0 / 518.4 * 2.0 - 100.0)).abs() < 1e-9);
    assert!((at(others.need_weighted_price) - (23_040.0 / 518.4 * 0.8 - 30.0)).abs() < 1e-9);
    assert!((at(found.need_weighted_price) - (23_040.0 / 518.4 * 1.2 - 70.0)).abs() < 1e-9);
    // On everybody a price that pays for everybody's cost leaves nothing.
    let all = found.segment("everybody").unwrap();
    near(all.equal_price, 0.0, 0.0);
    near(all.need_weighted_price, 0.0, 0.0);
}

#[test]
fn what_each_contract_leaves_on_a_month_of_theirs() {
    let contracts = [envelope(), weighted(), results(), stop_loss(), capped()];
    let found = segments(&with_need(), &contracts);
    let of = |segment: &str, contract: &str| -> SegmentEffect {
        let row = found.segment(segment).unwrap();
        row.contracts.iter().find(|each| each.contract == contract).unwrap().clone()
    };
    let mean = |segment: &str, contract: &str| of(segment, contract).margin.unwrap().mean;
    // 30 a month against 100 and 30; on everybody against 53.33. Nothing is drawn in it: the error is the people's.
    near(of("Core20", "envelope").margin, -70.0, (144.0_f64 / 11.0 * (240.0_f64 / 144.0).powi(2)).sqrt());
    near(of("Core20", "envelope").outlay, 30.0, 0.0);
    assert!(mean("everybody else", "envelope").abs() < 1e-6);
    assert!((mean("everybody", "envelope") - (30.0 - 160.0 / 3.0)).abs() < 1e-6);
    // 45 a weighted month: 90 − 100 and 36 − 30.
    assert!((mean("Core20", "weighted") + 10.0).abs() < 1e-6);
    assert!((mean("everybody else", "weighted") - 6.0).abs() < 1e-6);
    // One admission of 1,000 for each of twelve months, and for twelve people of 24.
    assert!((mean("Core20", "results") - (1_000.0 / 12.0 - 100.0)).abs() < 1e-6);
    assert!((mean("everybody else", "results") - (500.0 / 12.0 - 30.0)).abs() < 1e-6);
    // Six people are above the attachment: too few for anything to be told of them, of all, or of all others. That nobody
    // is above it in a fifth is no secret: 30 against 40 and against 20.
    for row in &found.rows {
        let margin = match row.name.as_str() {
            "third fifth" => Some(-10.0),
            "least deprived fifth" => Some(10.0),
            _ => None,
        };
        let told = row.contracts[3].margin.map(|margin| (margin.mean * 1e6).round() / 1e6);
        assert_eq!((told, row.contracts[3].outlay.is_some()), (margin, margin.is_some()), "{}", row.name);
    }
    // Every panel of a hundred is beyond the limit: what is spent more is the provider's.
    assert!((mean("Core20", "capped") + 100.0).abs() < 1e-6);
    near(of("everybody else", "capped").outlay, 0.0, 0.0);
    let apart: Vec<Option<f64>> = found
        .selection
        .iter()
        .map(|each| each.margin.map(|margin| (margin.mean * 1e6).round() / 1e6))
        .collect();
    // 83.33 − 100 less 41.67 − 30 is 41.67 − 70 = −28.33.
    assert_eq!(apart, [Some(-70.0), Some(-16.0), Some(-28.333_333), None, Some(-70.0)]);
}

/// Someone with two years has one chance, half of it in each; a row of weight 3 stands for three people.
#[test]
fn rates_count_people_as_they_are_drawn() {
    let of = |columns: Columns<'_>| {
        let core20 = segments(&columns, &[envelope()]).core20().unwrap().clone();
        (core20.cost_per_member_month.unwrap().mean, core20.cost.unwrap(), core20.people)
    };
    // Twelve people with 1,200 in one year, twelve with 600 and 1,800 less 480 in two: (1,200 + 960) / 2 / 12 = 90.
    let ids: Vec<i64> = (0..12).chain((0..12).flat_map(|k| [12 + k, 12 + k])).collect();
    let years: Vec<i64> = (0..12).map(|_| 2024).chain((0..24).map(|k| 2024 + k % 2)).collect();
    let cost: Vec<f64> = vec![1_200.0; 12].into_iter().chain([600.0, 1_320.0].repeat(12)).collect();
    let two_years = Columns::new()
        .person("id", ids)
        .year("year", years)
        .member_months("months", vec![12.0; 36])
        .cost("cost", cost)
        .deprivation("imd", DeprivationScale::Quintile, vec![1.0; 36]);
    assert_eq!(of(two_years), (90.0, decimal("37440.00"), Some(24)));
    // Of Core20, six at 960 with weight 3 and six at 1,440 with weight 1: (3 × 80 + 120) / 4 = 90.
    let weights = (0..36).map(|k| if k < 6 { 3.0 } else { 1.0 });
    assert_eq!(
        of(columns(12).weight("w", weights.collect::<Vec<f64>>())),
        (90.0, decimal("14400.00"), Some(12))
    );
}

/// Three people of the third fifth were admitted, and nobody of the last: the first fifth's twelve would give them away.
#[test]
fn few_who_have_an_activity_are_withheld_with_what_would_give_them_away() {
    let found = segments(&columns(3), &[envelope(), results()]);
    for row in &found.rows {
        let (is_told, admitted) = (row.name == "everybody", &row.activity[0]);
        let nobody = ["second fifth", "fourth fifth", "least deprived fifth"].contains(&row.name.as_str());
        assert_eq!(admitted.total.is_some(), is_told || nobody, "{}", row.name);
        // So is what a price for each admission would give away.
        assert_eq!(
            row.contracts[1].margin.is_some(),
            is_told || row.name == "least deprived fifth",
            "{}",
            row.name
        );
        assert!(!row.suppressed);
    }
    let all = found.segment("everybody").unwrap();
    assert_eq!(all.activity[0].total, Some(decimal("15")));
    assert_eq!(found.selection[1].margin, None);
    assert!(found.selection[0].margin.is_some());
}

#[test]
fn nothing_is_told_without_the_column_and_an_old_comparison_still_reads() {
    let plain = Columns::new().member_months("m", vec![12.0; 20]).cost("c", vec![5.0; 20]);
    let comparison = run(&make(&plain), &[envelope()]);
    assert!(comparison.segments.is_none());
    let saved = comparison.to_json().unwrap();
    assert!(!saved.contains("segments"), "{saved}");
    assert!(Comparison::from_json(&saved).unwrap().segments.is_none());
    assert!(!comparison.to_string().contains("Core20"));
}

#[test]
fn a_saved_comparison_has_them_and_is_checked() {
    let comparison = run(&make(&with_need()), &[envelope(), results()]);
    let saved = comparison.to_json().unwrap();
    let read = Comparison::from_json(&saved).unwrap();
    assert_eq!(read.segments, comparison.segments);
    assert_eq!(read.to_json().unwrap(), saved);
    let refused = |place: &str, value: Value| {
        let mut json: Value = serde_json::from_str(&saved).unwrap();
        *json.pointer_mut(place).unwrap() = value;
        Comparison::from_json(&json.to_string()).unwrap_err().to_string()
    };
    let withheld = refused("/segments/rows/0/suppressed", json!(true));
    assert!(
        withheld.starts_with("comparison, segment `Core20`: it is withheld and has amounts;"),
        "{withheld}"
    );
    let share = refused("/segments/rows/0/share_of_cost", json!(1.5));
    assert!(share.contains("its shares are not from 0 to 1"), "{share}");
    let float = refused("/segments/rows/0/cost", json!(0.5));
    assert!(float.contains("0.5 is a binary float"), "{float}");
    let other = refused("/segments/rows/1/contracts/0/contract", json!("another"));
    assert!(other.contains("segment `everybody else`: it is not told of each contract"), "{other}");
    let negative = refused("/segments/selection/1/margin/se", json!(-1.0));
    assert!(negative.contains("an estimate is not a number with a standard error"), "{negative}");
}

/// A column that is said to be of deciles and goes to 5 may be of quintiles: nothing is refused, and every report says it.
#[test]
fn a_column_that_may_be_on_another_scale_is_pointed_out() {
    let said = |scale: DeprivationScale, values: &[f64]| {
        let columns = Columns::new().member_months("m", vec![12.0; 20]).cost("c", vec![5.0; 20]);
        let columns = columns.deprivation("imd", scale, values.repeat(20 / values.len()));
        let assumptions = run(&make(&columns), &[envelope()]).assumptions;
        assumptions.into_iter().find(|each| each.what == "deprivation").unwrap().value
    };
    assert_eq!(said(DeprivationScale::Decile, &[1.0, 6.0]), "column `imd`, read as decile");
    assert_eq!(said(DeprivationScale::Quintile, &[1.0, 5.0]), "column `imd`, read as quintile");
    assert_eq!(
        said(DeprivationScale::Decile, &[1.0, 5.0]),
        "column `imd`, read as decile; no value is above 5: is it a quintile?"
    );
    assert_eq!(
        said(DeprivationScale::Percentile, &[3.0, 10.0]),
        "column `imd`, read as percentile; no value is above 10: is it a decile?"
    );
    assert_eq!(
        said(DeprivationScale::Rank { of: 32_844 }, &[3.0, 99.0]),
        "column `imd`, read as rank of 32844; no value is above 100: is it a percentile?"
    );
}

#[test]
fn the_text_has_them() {
    let text = run(&make(&with_need()), &[envelope(), results()]).to_string();
    let line = text.lines().find(|line| line.starts_with("Core20")).unwrap();
    assert!(line.contains("33.3 %") && line.contains("62.5 %"), "{line}");
    assert!(line.contains("100.00 ± 6.03") && line.contains("-70.00 ± 6.03"), "{line}");
    let second = text.lines().find(|line| line.starts_with("second fifth")).unwrap();
    assert!(second.contains('–') && !second.contains("withheld"), "{second}");
}

// What is withheld cannot be worked out.

/// Which people have something in which fifths, as the numbers of those in any of a set of fifths.
fn in_any(people: &[u8], set: u8) -> usize {
    people.iter().filter(|of| **of & set != 0).count()
}

/// Whether a total over `wanted` fifths follows from those over `known` sets of them, by adding and taking away with any
/// factors; fifths of nobody are known to be nothing.
fn follows(known: &[u8], wanted: u8, empty: u8) -> bool {
    let row = |set: u8| -> Vec<f64> {
        (0..5).map(|place| f64::from(u8::from((set & !empty) >> place & 1 == 1))).collect()
    };
    let rank = |sets: &[u8]| {
        let mut rows: Vec<Vec<f64>> = sets.iter().map(|set| row(*set)).collect();
        let mut rank = 0;
        for place in 0..5 {
            let Some(pivot) = (rank..rows.len()).find(|at| rows[*at][place].abs() > 1e-9) else { continue };
            rows.swap(rank, pivot);
            let top = rows[rank].clone();
            for below in &mut rows[rank + 1..] {
                let times = below[place] / top[place];
                below.iter_mut().zip(&top).for_each(|(value, top)| *value -= times * top);
            }
            rank += 1;
        }
        rank
    };
    let with: Vec<u8> = known.iter().copied().chain([wanted]).collect();
    rank(&with) == rank(known)
}

/// Every total that follows from what is told is about nobody or about enough people.
fn assert_safe(told: &[u8], people: &[u8], least: usize, what: &str) {
    let empty =
        (0..5).map(|place| 1 << place).filter(|fifth| in_any(people, *fifth) == 0).fold(0, |all, f| all | f);
    for set in 1..32_u8 {
        let about = in_any(people, set);
        if about > 0 && about < least {
            assert!(
                !follows(told, set, empty),
                "{what}: {set:05b} is about {about} people, told are {told:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn what_is_withheld_does_not_follow_from_what_is_told(
        // The fifths of each person's two years, and whether there is an admission in each.
        rows in proptest::collection::vec((1..=5_u8, 1..=5_u8, 0..4_u8, 0..3_u8, any::<bool>()), 12..60),
        least in 1..12_usize,
    ) {
        // Most people stay, and some fifths are rare.
        let stays = |(from, to, adm, rare, moves): (u8, u8, u8, u8, bool)| {
            let from = if rare == 0 { from } else { 1 + from % 2 };
            (from, if moves && rare == 0 { to } else { from }, adm)
        };
        let rows: Vec<(u8, u8, u8)> = rows.into_iter().map(stays).collect();
        let both = |of: fn(&(u8, u8, u8)) -> [f64; 2]| rows.iter().flat_map(of).collect::<Vec<f64>>();
        let count = i64::try_from(rows.len()).unwrap();
        let columns = Columns::new()
            .person("id", (0..count).flat_map(|k| [k, k]).collect::<Vec<i64>>())
            .year("year", (0..count).flat_map(|_| [2024, 2025]).collect::<Vec<i64>>())
            .member_months("m", vec![12.0; 2 * rows.len()])
            .cost("c", vec![100.0; 2 * rows.len()])
            .activity("admissions", "a", both(|(_, _, adm)| [f64::from(adm & 1), f64::from(adm >> 1)]))
            .deprivation("q", DeprivationScale::Quintile, both(|(from, to, _)| [f64::from(*from), f64::from(*to)]));
        let people = make(&columns);
        let comparison = Compare::new(&people, &[envelope(), results()])
            .sizes([12], 12).draws(2).as_written().least_reported(least).run().unwrap();
        let found = comparison.segments.unwrap();
        let set = |fifths: &[u8]| fifths.iter().fold(0_u8, |set, fifth| set | 1 << (fifth - 1));
        let everybody: Vec<u8> = rows.iter().map(|(from, to, _)| set(&[*from, *to])).collect();
        let admitted: Vec<u8> = rows.iter().map(|(from, to, adm)| {
            set(if adm & 1 == 1 { std::slice::from_ref(from) } else { &[] })
                | set(if adm >> 1 == 1 { std::slice::from_ref(to) } else { &[] })
        }).collect();
        // The total of everybody is known from elsewhere.
        let told = |of: &dyn Fn(&capitation::compare::Segment) -> bool| -> Vec<u8> {
            found.rows.iter().filter(|row| of(row)).map(|row| set(&row.fifths)).chain([31]).collect()
        };
        assert_safe(&told(&|row| row.cost.is_some()), &everybody, least, "cost");
        assert_safe(&told(&|row| row.contracts[0].margin.is_some()), &everybody, least, "envelope");
        if in_any(&admitted, 31) >= least {
            assert_safe(&told(&|row| row.activity[0].total.is_some()), &admitted, least, "admissions");
            assert_safe(&told(&|row| row.contracts[1].margin.is_some()), &admitted, least, "payment for them");
        } else {
            let total = found.segment("everybody").unwrap().activity[0].total;
            prop_assert_eq!(total.is_some(), in_any(&admitted, 31) == 0);
        }
        // Nor do the numbers of people tell how few moved.
        let people_of = |name: &str| found.segment(name).and_then(|row| row.people);
        if let (Some(core20), Some(others), Some(all)) =
            (people_of("Core20"), people_of("everybody else"), people_of("everybody"))
        {
            let moved = core20 + others - all;
            prop_assert!(moved == 0 || moved >= least);
        }
    }
}
