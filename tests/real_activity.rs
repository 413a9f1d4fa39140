//! Reference costs and the National Cost Collection, loaded; and 2017/18 activity at the 2017/18 tariff.
//!
//! The files lie in `../shared/data/nhs`, or where `CAPITATION_DATA` says; without them these tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

#[path = "support/data.rs"]
mod data;

use std::{path::PathBuf, slice::from_ref, sync::Arc};

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use capitation::{
    activity::{
        Fault, PricedBy, Pricing, Tariff, Totals,
        arrow::{LineNames, TariffColumn, TariffNames},
    },
    datasets::costs::{self, CostRow},
};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

use data::published_data;

fn data(file: &str) -> Option<PathBuf> {
    published_data(&format!("nhs/{file}"))
}

/// The price list as a table of texts, as a spreadsheet gives it.
fn price_list() -> Option<RecordBatch> {
    let mut reader = csv::Reader::from_path(data("national_tariff_hrg_2017_18_2018_19.csv")?).unwrap();
    let head: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let columns = head.into_iter().enumerate().map(|(place, name)| {
        let cells = StringArray::from_iter_values(rows.iter().map(|row| &row[place]));
        (name, Arc::new(cells) as ArrayRef)
    });
    Some(RecordBatch::try_from_iter(columns).unwrap())
}

fn names() -> TariffNames {
    TariffNames::new()
        .with(TariffColumn::Code, "hrg")
        .with(TariffColumn::Name, "hrg_name")
        .with(TariffColumn::Combined, "dc_el_combined_price_2017_18")
        .with(TariffColumn::ElectiveTrimDays, "elective_trim_point_days")
        .with(TariffColumn::NonElective, "non_elective_price_2017_18")
        .with(TariffColumn::NonElectiveTrimDays, "non_elective_trim_point_days")
        .with(TariffColumn::DailyRate, "long_stay_payment_per_day")
        .flag(TariffColumn::Combined, "dc_el_price_flag")
}

fn tariff() -> Option<Tariff> {
    Some(Tariff::from_record_batches_collecting(2017, &[price_list()?], &names()).unwrap())
}

fn reference_costs() -> Option<Vec<CostRow>> {
    let rows = costs::read(data("reference_costs_hrg_2014_15_and_2017_18.csv")?).unwrap().rows;
    Some(rows.into_iter().filter(|row| row.year.as_deref() == Some("2017/18")).collect())
}

fn sum(rows: &[CostRow], of: impl Fn(&CostRow) -> Option<Decimal>) -> Decimal {
    rows.iter().filter_map(of).sum()
}

#[test]
fn the_cost_collection_adds_up() {
    let Some(path) = data("ncc_national_schedule_2024_25.csv") else { return };
    let rows = costs::read(path).unwrap().rows;
    assert_eq!(rows.len(), 13_362);
    // £99.179bn, as NHS England printed it.
    assert_eq!((sum(&rows, |row| row.cost) / Decimal::from(1_000_000)).round(), Decimal::from(99_179));
    assert_eq!(rows.iter().filter(|row| row.unit_cost.is_none()).count(), 1_820);
}

/// Settings of the reference costs with activity in thousands and cost in millions (field notes, sections 1.1 and 1.3).
#[test]
fn reference_costs_add_up() {
    let Some(rows) = reference_costs() else { return };
    let of = |setting: &str| {
        let rows: Vec<CostRow> = rows.iter().filter(|row| row.setting == setting).cloned().collect();
        let (activity, cost) = (sum(&rows, |row| row.activity), sum(&rows, |row| row.cost));
        (
            (activity / Decimal::from(1_000)).round().to_i64().unwrap(),
            (cost / Decimal::from(1_000_000)).round().to_i64(),
        )
    };
    assert_eq!(of("AE"), (19_950, Some(3_198)));
    assert_eq!(of("CL").1, Some(7_513));
    assert_eq!(of("NCL").1, Some(1_803));
}

#[test]
fn the_price_list_is_refused_by_name_where_it_is_corrupt() {
    let Some(list) = price_list() else { return };
    let why = Tariff::from_record_batches(2017, &[list], &names()).unwrap_err().to_string();
    assert!(
        why.starts_with("tariff, code `AA33D`: 39 prices cannot be used: AA33D (combined is suspect), "),
        "{why}"
    );
    assert!(
        why.contains("CA60A (combined is corrupt)") && why.contains("UZ01Z (combined is no_national_price)")
    );
    let tariff = tariff().unwrap();
    assert_eq!(tariff.len(), 2_303);
    let of = |reason: &str| tariff.withheld().iter().filter(|price| price.reason == reason).count();
    assert_eq!((of("suspect"), of("corrupt"), of("no_national_price")), (19, 15, 5));
}

/// The settings of the reference costs by our names; regular attenders have no point of delivery.
const POINTS: [(&str, &str); 9] = [
    ("DC", "day_case"),
    ("EL", "elective"),
    ("NEL", "non_elective"),
    ("NES", "short_stay_emergency"),
    ("EL_XS", "elective_long_stay_days"),
    ("NEL_XS", "non_elective_long_stay_days"),
    ("OPROC", "outpatient_procedure"),
    ("CL", "first_attendance"),
    ("AE", "emergency_attendance"),
];

/// The rows of one setting at the tariff, and their activity.
fn priced(rows: &[CostRow], tariff: &Tariff, setting: &str) -> (Totals, Decimal, Decimal) {
    let point = POINTS.iter().find(|(known, _)| *known == setting).unwrap().1;
    let rows: Vec<&CostRow> = rows.iter().filter(|row| row.setting == setting).collect();
    // Six decimals are what units have: three rows of accident and emergency are printed with more.
    let float = |value: Option<Decimal>| value.unwrap().round_dp(6).to_string().parse::<f64>().unwrap();
    let batch = RecordBatch::try_from_iter([
        ("code", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row.code))) as ArrayRef),
        ("point", Arc::new(StringArray::from_iter_values(rows.iter().map(|_| point)))),
        ("activity", Arc::new(Float64Array::from_iter_values(rows.iter().map(|row| float(row.activity))))),
        ("cost", Arc::new(Float64Array::from_iter_values(rows.iter().map(|row| float(row.cost))))),
    ])
    .unwrap();
    let names = LineNames::new("code").point("point").units("activity").cost("cost");
    let lines = names.read(&batch).unwrap();
    let pricing = Pricing::new(tariff, None).collecting();
    let totals = pricing.totals(from_ref(&lines)).unwrap();
    let by_line = pricing.price(from_ref(&lines)).unwrap();
    let activity = |row: &&CostRow| row.activity.unwrap();
    let matched = rows.iter().enumerate().filter(|(at, _)| by_line.payment(*at).is_some());
    (totals, matched.map(|(_, row)| activity(row)).sum(), rows.iter().map(activity).sum())
}

fn percent(part: Decimal, whole: Decimal) -> String {
    let share = part * Decimal::ONE_HUNDRED / whole;
    format!("{:.1}", share.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero))
}

/// What the activity of 2017/18 is paid at the prices of 2017/18, in pounds: each row's activity × the price of its code,
/// where the list has one that its flag says is usable (elective care and day cases: the combined price; long stays: the
/// daily rate). Prices and activity are whole, and so are the sums. They were added up apart from this package, in exact
/// decimals, from the same two files.
#[test]
fn what_the_activity_of_2017_18_is_paid() {
    let (Some(rows), Some(tariff)) = (reference_costs(), tariff()) else { return };
    for (setting, lines, pounds) in [
        ("DC", 1_792, 2_790_257_832),
        ("EL", 2_007, 3_043_396_376),
        ("NEL", 1_929, 9_362_521_289),
        ("EL_XS", 1_602, 76_692_908),
        ("NEL_XS", 1_744, 749_685_557),
    ] {
        let (totals, ..) = priced(&rows, &tariff, setting);
        let total = totals.total().unwrap();
        assert_eq!((total.lines, total.payment), (lines, pounds * 100), "{setting}");
    }
}

/// Shares of activity with a usable price, as the field notes count them: 72.8 % of elective spells (79.3 % have their
/// code in the list), 77.7 % of long non-elective ones, 57.1 % of day cases (60.1 %).
#[test]
fn activity_of_2017_18_at_the_tariff_of_2017_18() {
    let (Some(rows), Some(tariff)) = (reference_costs(), tariff()) else { return };
    for (setting, share, by_code) in [("EL", "72.8", "79.3"), ("NEL", "77.7", "77.7"), ("DC", "57.1", "60.1")]
    {
        let (totals, matched, all) = priced(&rows, &tariff, setting);
        assert_eq!(percent(matched, all), share, "{setting}");
        // The rest is in the list without a usable price, or not in it.
        let known = |code: &str| tariff.name(code).is_some();
        let of = |row: &&CostRow| row.setting == setting && known(&row.code);
        let in_list: Decimal = rows.iter().filter(of).filter_map(|row| row.activity).sum();
        assert_eq!(percent(in_list, all), by_code, "{setting}");
        let faults: Vec<Fault> = totals.unpriced().by_fault().into_iter().map(|(fault, _)| fault).collect();
        let expected = [Fault::UnknownCode, Fault::NoPrice, Fault::Withheld];
        assert!(faults.iter().all(|fault| expected.contains(fault)), "{faults:?}");
        // Every pound of cost is beside a payment or listed.
        let cost = totals.cost().unwrap().to_i128().unwrap() + totals.unpriced().cost().unwrap();
        let published: Decimal =
            rows.iter().filter(|row| row.setting == setting).filter_map(|row| row.cost).sum();
        let rounding = Decimal::from(rows.len()) / Decimal::TWO;
        assert!((Decimal::from(cost) - published * Decimal::ONE_HUNDRED).abs() < rounding);
    }
}

#[test]
fn days_above_the_trim_point_are_paid_at_the_daily_rate() {
    let (Some(rows), Some(tariff)) = (reference_costs(), tariff()) else { return };
    for setting in ["EL_XS", "NEL_XS"] {
        let (totals, days, _) = priced(&rows, &tariff, setting);
        let by_rule = totals.by_rule().unwrap();
        assert_eq!(by_rule.iter().map(|(rule, _)| *rule).collect::<Vec<_>>(), [PricedBy::LongStayDays]);
        // The published rates are £208 to £436 a day.
        let a_day = Decimal::from(by_rule[0].1.payment) / days / Decimal::ONE_HUNDRED;
        assert!((Decimal::from(208)..=Decimal::from(436)).contains(&a_day), "{setting}: {a_day}");
    }
}

#[test]
fn what_the_list_does_not_price_is_reported_and_never_paid() {
    let (Some(rows), Some(tariff)) = (reference_costs(), tariff()) else { return };
    for (setting, in_list) in [
        ("NES", Fault::NoShortStayPrice),
        ("OPROC", Fault::NoPrice),
        ("CL", Fault::NoPrice),
        ("AE", Fault::NoPrice),
    ] {
        let (totals, matched, _) = priced(&rows, &tariff, setting);
        assert_eq!((totals.total().unwrap().payment, matched), (0, Decimal::ZERO), "{setting}");
        let lines = rows.iter().filter(|row| row.setting == setting).count();
        assert_eq!(totals.unpriced().lines(), lines as u64);
        let faults: Vec<Fault> = totals.unpriced().by_fault().into_iter().map(|(fault, _)| fault).collect();
        assert!(
            faults.iter().all(|fault| [Fault::UnknownCode, in_list].contains(fault)),
            "{setting}: {faults:?}"
        );
    }
    // At the full non-elective price short stays would have been paid 2.61 times what they cost (where they are priced).
    let short: Vec<CostRow> = rows
        .iter()
        .filter(|row| row.setting == "NES")
        .cloned()
        .map(|mut row| {
            row.setting = "NEL".to_owned();
            row
        })
        .collect();
    let (totals, ..) = priced(&short, &tariff, "NEL");
    let ratio = Decimal::from(totals.total().unwrap().payment)
        / Decimal::from(totals.cost().unwrap().to_u64().unwrap());
    assert_eq!(format!("{:.2}", ratio.round_dp(2)), "2.61");
}
