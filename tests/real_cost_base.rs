//! Real unit costs beside real prices: orthopaedics in 2025/26, and admitted care of the English NHS in 2017/18.
//!
//! The files lie in `../shared/data/nhs`, or where `CAPITATION_DATA` says; without them these tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

#[path = "support/data.rs"]
mod data;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use capitation::{
    Contract, Currency,
    activity::{
        MarketForces, Pricing, Tariff,
        arrow::{TariffColumn, TariffNames},
    },
    contract::Programme,
    datasets::costs,
    hospital::{Change, CostBase, CostLine, CostSummary, MarginalShare, PublishedCosts},
};
use rust_decimal::Decimal;

use data::published_data;

fn data(file: &str) -> Option<PathBuf> {
    published_data(&format!("nhs/{file}"))
}

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The columns of a file, as texts.
fn table(file: &str) -> Option<RecordBatch> {
    let mut reader = csv::Reader::from_path(data(file)?).unwrap();
    let head: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let columns = head.into_iter().enumerate().map(|(place, name)| {
        let cells = StringArray::from_iter_values(rows.iter().map(|row| &row[place]));
        (name, Arc::new(cells) as ArrayRef)
    });
    Some(RecordBatch::try_from_iter(columns).unwrap())
}

/// No share of marginal cost is published: ours shows what follows from one.
fn base(lines: &[CostLine], share: &str) -> CostBase {
    let share = MarginalShare::of_all(d(share)).unwrap();
    CostBase::new(Currency::new("GBP").unwrap(), lines, &share).unwrap()
}

fn point(base: &CostBase, name: &str) -> CostSummary {
    let points = base.by_point(&Change::plan()).unwrap();
    points.into_iter().find(|point| point.name == name).unwrap()
}

fn thousandths(ratio: Option<Decimal>) -> String {
    format!("{:.3}", ratio.unwrap().round_dp(3))
}

/// Unit costs of 2024/25 at the elective unit prices of 2025/26, before the market forces factor: 62 orthopaedic HRGs as
/// day cases and ordinary elective spells.
fn orthopaedics() -> Option<Vec<CostLine>> {
    let mut prices = csv::Reader::from_path(data(ORTHOPAEDIC_PRICES)?).unwrap();
    let prices: BTreeMap<String, Decimal> =
        prices.records().map(Result::unwrap).map(|row| (row[0].to_owned(), d(&row[3]))).collect();
    assert_eq!(prices.len(), 62);
    let rows = costs::read(data("ncc_national_schedule_2024_25.csv")?).unwrap().rows;
    let points = [("Daycase", "day_case"), ("Elective Inpatients", "elective")];
    let mut published = PublishedCosts::of(&rows, &points).unwrap();
    published.lines.retain_mut(|line| {
        line.price = prices.get(&line.code).copied();
        line.price.is_some()
    });
    // Every HRG has ordinary elective spells. 17 have no day cases to count: 8 have no row, and 9 a cost without activity.
    let of = |point: &str| published.lines.iter().filter(|line| line.point == point).count();
    assert_eq!((of("elective"), of("day_case")), (62, 45));
    Some(published.lines)
}

const ORTHOPAEDIC_PRICES: &str = "nhsps_2025_26_elective_unit_prices_orthopaedic_subset.csv";

/// Field notes, section 1.1: 0.85 by activity, 0.814 for ordinary elective spells alone.
#[test]
fn orthopaedic_prices_are_below_cost() {
    let Some(lines) = orthopaedics() else { return };
    let base = base(&lines, "0.4");
    let all = base.total(&Change::plan()).unwrap();
    assert_eq!(all.activity, d("261789"));
    assert_eq!(thousandths(all.price_to_cost()), "0.850");
    assert_eq!(thousandths(point(&base, "elective").price_to_cost()), "0.814");
    // It is ordinary spells that the price does not pay for: day cases are paid more than they cost.
    assert_eq!(thousandths(point(&base, "day_case").price_to_cost()), "1.036");
    // £1,521.8m for £1,790.8m. The price of each HRG is a whole pound, so that income is exact.
    assert_eq!(all.income, d("1521810633"));
    let printed = d("1790791482.01");
    // Unit costs to a hundredth of a penny: half of one for each of 261,789 spells is £13.09.
    assert!((all.cost - printed).abs() < d("13.10"), "{}", all.cost);
}

/// A price below full cost still pays more than marginal cost as long as the marginal share is below 0.85: then a lost
/// spell is a loss, although every spell loses money.
#[test]
fn an_orthopaedic_spell_lost_is_a_loss_although_its_price_is_below_its_cost() {
    let Some(lines) = orthopaedics() else { return };
    let results = Programme::named("nhs-acute").unwrap().year(2023).unwrap();
    let results = results.track("activity-based payment").unwrap().contract().unwrap();
    for (share, is_loss) in [("0.4", true), ("0.8", true), ("0.9", false)] {
        let base = base(&lines, share);
        let under = base.under([("results", &results)]).settle().unwrap();
        assert!(under.outcome("results", "plan").unwrap().result < d("-268000000"));
        // Both points together: income less marginal cost.
        let all = base.total(&Change::plan()).unwrap();
        assert_eq!(all.income > all.marginal, is_loss, "{share}");
        let elective = under.of_one_less("results", "elective").unwrap();
        // 0.814 of cost: a share of 0.8 is below it, one of 0.9 above.
        assert_eq!(elective.hospital < Decimal::ZERO, is_loss, "{share}");
    }
}

/// Reference costs of 2017/18 and the tariff of the same year, in its usable prices.
fn admitted_care() -> Option<(CostBase, Tariff)> {
    let rows = costs::read(data("reference_costs_hrg_2014_15_and_2017_18.csv")?).unwrap().rows;
    let rows: Vec<_> = rows.into_iter().filter(|row| row.year.as_deref() == Some("2017/18")).collect();
    let points = [
        ("DC", "day_case"),
        ("EL", "elective"),
        ("NEL", "non_elective"),
        ("EL_XS", "elective_long_stay_days"),
        ("NEL_XS", "non_elective_long_stay_days"),
    ];
    let published = PublishedCosts::of(&rows, &points).unwrap();
    assert!(published.left_out.is_empty(), "{:?}", published.left_out);
    let names = TariffNames::new()
        .with(TariffColumn::Code, "hrg")
        .with(TariffColumn::Combined, "dc_el_combined_price_2017_18")
        .with(TariffColumn::ElectiveTrimDays, "elective_trim_point_days")
        .with(TariffColumn::NonElective, "non_elective_price_2017_18")
        .with(TariffColumn::NonElectiveTrimDays, "non_elective_trim_point_days")
        .with(TariffColumn::DailyRate, "long_stay_payment_per_day")
        .flag(TariffColumn::Combined, "dc_el_price_flag");
    let list = table("national_tariff_hrg_2017_18_2018_19.csv")?;
    let tariff = Tariff::from_record_batches_collecting(2017, &[list], &names).unwrap();
    Some((base(&published.lines, "0.4"), tariff))
}

/// Price before the market forces factor beside cost, over the activity with a usable price: worked out from the two files
/// with floats by another program (income and cost in millions of pounds).
#[test]
fn reference_costs_of_2017_18_at_the_tariff_of_2017_18() {
    let Some((base, tariff)) = admitted_care() else { return };
    let base = base.priced_by_tariff(&Pricing::new(&tariff, None), None).unwrap();
    for (name, lines, without, income, cost, ratio) in [
        ("elective", 2007, 497, "3043.396", "4040.286", "0.753"),
        ("day_case", 1792, 399, "2790.258", "2813.495", "0.992"),
        ("non_elective", 1929, 438, "9362.521", "9659.469", "0.969"),
    ] {
        let at = point(&base, name);
        assert_eq!((at.lines, at.without_price.lines), (lines, without), "{name}");
        let millions = |amount: Decimal| format!("{:.3}", (amount / d("1000000")).round_dp(3));
        assert_eq!((millions(at.income), millions(at.cost)), (income.to_owned(), cost.to_owned()), "{name}");
        assert_eq!(thousandths(at.price_to_cost()), ratio, "{name}");
    }
    // What has no price says why, and none is priced at cost.
    let mut reasons: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    let known = [
        "is not in the tariff",
        "has no price in the tariff",
        "has no daily rate in the tariff",
        "was left out when the tariff was read",
    ];
    for line in base.without_price() {
        let why = line.without_price.as_deref().unwrap();
        *reasons.entry(known.into_iter().find(|reason| why.ends_with(reason))).or_default() += 1;
    }
    assert!(!reasons.contains_key(&None), "{reasons:?}");
    // Lines of codes that the list marks as corrupt.
    assert_eq!(reasons.get(&Some(known[3])), Some(&66), "{reasons:?}");

    // With the factor of a provider every price rises by it, to the penny: the ratio too, to a thousandth.
    let factors = MarketForces::new([("RXX", d("1.053"))]).unwrap();
    let after = base.clone().priced_by_tariff(&Pricing::new(&tariff, Some(&factors)), Some("RXX")).unwrap();
    let risen = point(&after, "non_elective").income / point(&base, "non_elective").income;
    assert!((risen - d("1.053")).abs() < d("0.00001"), "{risen}");
}

/// A tenth fewer non-elective spells in 2017/18, at a marginal share of 0.4: payment by results loses England's hospitals
/// price less marginal cost, block gives them the marginal cost.
#[test]
fn the_same_year_under_results_blended_and_block() {
    let Some((base, tariff)) = admitted_care() else { return };
    let base = base.priced_by_tariff(&Pricing::new(&tariff, None), None).unwrap();
    let track = |name: &str| -> Contract {
        Programme::named("nhs-acute").unwrap().year(2019).unwrap().track(name).unwrap().contract().unwrap()
    };
    let (results, blended, block) =
        (track("payment by results"), track("blended emergency payment"), track("block"));
    let fewer = Change::named("fewer").by("non_elective", d("-0.1")).unwrap();
    let with_days = Change::named("fewer, with their days").by("non_elective", d("-0.1")).unwrap();
    let with_days = with_days.by("non_elective_long_stay_days", d("-0.1")).unwrap();
    let under = base
        .under([("results", &results), ("blended", &blended), ("block", &block)])
        .change(fewer)
        .change(with_days)
        .set("block amount")
        .budget_neutral()
        .settle()
        .unwrap();
    let at = point(&base, "non_elective");
    let (price, saved) = (at.income / Decimal::TEN, at.marginal / Decimal::TEN);
    let gained = |contract: &str| under.outcome(contract, "fewer").unwrap().result_against_plan;
    // Payments are to the penny, so that each change may be half a penny away.
    let near = |one: Decimal, other: Decimal| (one - other).abs() <= d("0.01");
    assert!(near(gained("results"), saved - price), "{} {}", gained("results"), saved - price);
    assert!(near(gained("blended"), saved - price * d("0.2")), "{}", gained("blended"));
    assert!(near(gained("block"), saved), "{}", gained("block"));
    // £936m of income against £386m of marginal cost.
    assert!(gained("results") < Decimal::ZERO && gained("blended") > Decimal::ZERO);
    // In millions, as the README has them: spells alone, and with the days above their trim points.
    let millions = |change: &str| {
        ["results", "blended", "block"].map(|contract| {
            let moved = under.outcome(contract, change).unwrap().result_against_plan;
            (moved / d("1000000")).round().to_string()
        })
    };
    assert_eq!(millions("fewer"), ["-550", "199", "386"]);
    assert_eq!(millions("fewer, with their days"), ["-583", "226", "428"]);
}
