//! Prices rolled forward, year by year and as a chain.

use crate::data::published_data;
use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{contract, d, net, settle};

const FIRST: i16 = 2016;
const LAST: i16 = 2025;

fn label(year: i16) -> String {
    format!("{year}/{:02}", (year + 1) % 100)
}

/// The block of a year from that of an earlier one.
fn rolled(from: i16, to: i16, amount: Decimal) -> Decimal {
    let option = format!("rolled forward from {}", label(from));
    let contract = contract("block", to, &[("block amount", &option)]);
    net(&settle(&contract, &[("block amount of the base year", amount)]), "trust")
}

/// (1 + uplift) × (1 − efficiency), worked out by hand.
#[test]
fn the_step_of_each_year() {
    let steps = [
        (2016, "1.010380"),   // 1.031 × 0.98
        (2017, "1.000580"),   // 1.021 × 0.98
        (2018, "1.000580"),   // the same
        (2019, "1.026582"),   // 1.038 × 0.989
        (2020, "1.013725"),   // 1.025 × 0.989
        (2021, "1.019659"),   // 1.031 × 0.989
        (2022, "1.016692"),   // 1.028 × 0.989
        (2023, "1.017681"),   // 1.029 × 0.989
        (2024, "1.005813"),   // 1.017 × 0.989
        (2025, "1.02733400"), // 1.0483 × 0.98
    ];
    assert_eq!(steps.map(|(year, _)| year).to_vec(), (FIRST..=LAST).collect::<Vec<_>>());
    for (year, step) in steps {
        assert_eq!(rolled(year - 1, year, d("100000000.00")), d(step) * d("100000000.00"), "{}", label(year));
    }
}

/// A chain in one statement is the years one after the other. Each of ten years alone is rounded to the penny, half a
/// penny at most, and later steps raise it by less than 1.15; the chain's own levels are rounded at the tenth place, ten
/// times half of 1p on £100 million, raised alike, and the payment once: 12p bounds both together.
#[test]
fn a_chain_is_its_years_one_after_the_other() {
    let mut block = d("100000000.00");
    for year in FIRST..=LAST {
        block = rolled(year - 1, year, block);
        let chain = rolled(FIRST - 1, year, d("100000000.00"));
        assert!((chain - block).abs() <= d("0.12"), "{}: {chain} and {block}", label(year));
    }
    // 1.01038 × 1.00058² × 1.026582 × 1.013725 × 1.019659 × 1.016692 × 1.017681 × 1.005813 × 1.027334 = 1.147590948507
    assert!((block - d("114759094.85")).abs() <= d("0.12"), "{block}");
}

#[test]
fn a_statement_lists_the_factors_that_it_uses_and_no_other() {
    let contract = contract("block", 2024, &[("block amount", "rolled forward from 2022/23")]);
    let terms: Vec<&str> = contract.document().terms.keys().map(String::as_str).collect();
    let factors = ["2023/24", "2024/25"]
        .map(|year| ["cost uplift", "efficiency"].map(|factor| format!("{factor} factor, {year}")));
    let expected: Vec<String> = std::iter::once("whole".to_owned()).chain(factors.concat()).collect();
    assert_eq!(terms, expected);
}

/// Activity at the prices of 2017/18, paid at those of 2018/19: £1,000,000.00 × 1.00058.
#[test]
fn values_at_the_tariff_of_an_earlier_year() {
    let contract = contract("payment by results", 2018, &[("activity", "rolled forward from 2017/18")]);
    let given = [
        ("value of day cases at prices of the base year", d("1000000.00")),
        ("value of emergency admissions at prices of the base year", d("3000000.00")),
    ];
    assert_eq!(net(&settle(&contract, &given), "trust"), d("1000580.00") + d("3001740.00"));
}

#[test]
fn prices_are_rolled_forward_only() {
    let track = super::programme().year(2018).unwrap().track("block").unwrap();
    for from in ["rolled forward from 2018/19", "rolled forward from 2014/15"] {
        let error = track.clone().choose("block amount", from).unwrap_err().to_string();
        assert!(error.contains("it has no option"), "{error}");
    }
}

/// The non-elective prices of each HRG in 2017/18 and 2018/19, in pounds.
fn tariffs() -> Option<Vec<(String, Decimal, Decimal)>> {
    let mut table =
        csv::Reader::from_path(published_data("nhs/national_tariff_hrg_2017_18_2018_19.csv")?).unwrap();
    let heads = table.headers().unwrap().clone();
    let column = |name| heads.iter().position(|head| head == name).unwrap();
    let [hrg, first, second] =
        ["hrg", "non_elective_price_2017_18", "non_elective_price_2018_19"].map(column);
    let rows =
        table.records().map(Result::unwrap).filter(|row| !row[first].is_empty() && !row[second].is_empty());
    Some(rows.map(|row| (row[hrg].to_owned(), d(&row[first]), d(&row[second]))).collect())
}

/// The published tariffs: from 2017/18 to 2018/19 all prices of a subchapter moved by one factor, within the rounding of
/// both to the pound, and by more than the general level. The rest differs by subchapter, as contributions for clinical
/// negligence do; the programme's level leaves it out and says so.
#[test]
fn the_general_level_is_below_the_factor_of_every_subchapter() {
    let Some(tariffs) = tariffs() else { return };
    // Five HRGs are at nought in both years: they have no price.
    let (priced, unpriced): (Vec<_>, Vec<_>) = tariffs.iter().partition(|(_, before, _)| !before.is_zero());
    assert_eq!((priced.len(), unpriced.len()), (2298, 5));
    assert!(unpriced.iter().all(|(_, _, after)| after.is_zero()), "{unpriced:?}");
    let general = rolled(2017, 2018, d("100000000.00")) / d("100000000.00");
    let half = d("0.5");
    let mut factors: BTreeMap<&str, (Decimal, Decimal)> = BTreeMap::new();
    for (hrg, before, after) in priced {
        let (least, most) = ((after - half) / (before + half), (after + half) / (before - half));
        let factor = factors.entry(&hrg[..2]).or_insert((least, most));
        *factor = (factor.0.max(least), factor.1.min(most));
    }
    assert_eq!(factors.len(), 61);
    for (subchapter, (least, most)) in &factors {
        assert!(least <= most, "{subchapter}: no one factor gives all prices");
        assert!(*least > general, "{subchapter}: {least} to {most}");
    }
    let lowest = factors.values().map(|(least, _)| *least).min().unwrap();
    let highest = factors.values().map(|(_, most)| *most).max().unwrap();
    assert_eq!((lowest.round_dp(4), highest.round_dp(4)), (d("1.0021"), d("1.0362")));
}

/// Given factors of 4.83 % and 2 %: 1.0483 × 0.98 = 1.027334; of £100m, and of £10m of day cases, £102,733,400 and
/// £10,273,340, which the published factors of 2025/26 give too.
#[test]
fn a_fixed_element_and_elective_care_are_rolled_forward_by_one_level() {
    let rolled = [("fixed element amount", "rolled forward"), ("elective activity", "rolled forward")];
    let amounts = [
        ("fixed element of the base year", d("100000000")),
        ("value of day cases at prices of the base year", d("10000000")),
    ];
    for (level, more) in [
        ("given", vec![("price level", d("1.027334"))]),
        ("by given factors", vec![("cost uplift factor", d("0.0483")), ("efficiency factor", d("0.02"))]),
        ("from 2024/25", vec![]),
    ] {
        let chosen = [rolled[0], rolled[1], ("price level", level)];
        let given = [amounts.to_vec(), more].concat();
        let settled = settle(&contract("aligned payment and incentive", 2025, &chosen), &given);
        assert_eq!(settled.amount("payment of the fixed element"), Some(d("102733400.00")), "{level}");
        assert_eq!(settled.amount("payment for elective care"), Some(d("10273340.00")), "{level}");
        assert_eq!(net(&settled, "trust"), d("113006740.00"), "{level}");
    }
    // Outside a fixed element the same, and where nothing is rolled forward no level is asked for.
    let activity = contract("activity-based payment", 2025, &[rolled[1], ("price level", "from 2024/25")]);
    assert_eq!(net(&settle(&activity, &amounts[1..]), "trust"), d("10273340.00"));
    let plain = contract("aligned payment and incentive", 2025, &[]);
    assert!(!plain.document().inputs.contains_key("price level"));
}

/// £10m of admissions and a forecast of £9m, both at prices of 2018/19: × 1.026582 (3.8 % and 1.1 %) 10,265,820 and
/// 9,239,238; the forecast and a fifth of 1,026,582 above it are 9,444,554.40.
#[test]
fn a_blended_payment_is_rolled_forward_with_its_forecast() {
    let given = [
        ("value of emergency admissions at prices of the base year", d("10000000")),
        ("forecast value of emergency admissions at prices of the base year", d("9000000")),
    ];
    let factors = [given[0], given[1], ("cost uplift factor", d("0.038")), ("efficiency factor", d("0.011"))];
    for (option, given) in
        [("rolled forward from 2018/19", &given[..]), ("rolled forward by given factors", &factors)]
    {
        let contract = contract("blended emergency payment", 2019, &[("activity and forecast", option)]);
        let settled = settle(&contract, given);
        assert_eq!(net(&settled, "trust"), d("9444554.40"), "{option}");
        assert_eq!(settled.amount("fixed payment for urgent and emergency care"), Some(d("9239238.00")));
    }
}
