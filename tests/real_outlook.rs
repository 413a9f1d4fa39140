//! A cost model fitted to real people of two years, against panels of other people of the year after: the survey MEPS.
//!
//! Fitted to 2012 and 2013 without anybody who is also in 2014, re-scaled to the mean of 2014, and put beside panels drawn from
//! the people of 2014. People are told apart by `dupersid` and `panel`; a panel of the survey lasts two years, so that those left
//! out are the second half of 2013.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail

#[path = "support/data.rs"]
mod data;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use capitation::Contract;
use capitation::money::{Currency, RoundingMode};
use capitation::population::{Columns, Population};
use capitation::risk::aggregate::{Aggregate, Count, RiskCell};
use capitation::risk::cost_model::{By, CostModel, Fitting, Law};
use capitation::risk::panels::{PanelSums, Panels, draw_sums};
use indexmap::IndexMap;

use data::published_data;

/// Sizes of panels, the standard deviation of their mean cost over the mean (2.925/√N, of the 2014 people), and the probability
/// that it is more than 10 % above (field notes, 3.4).
const PUBLISHED: [(u32, f64, f64); 5] = [
    (100, 0.2925, 0.311),
    (500, 0.1308, 0.214),
    (1_000, 0.0925, 0.142),
    (5_000, 0.0414, 0.011),
    (10_000, 0.0292, 0.001),
];
/// The standard error of a coverage of 90 % is then 0.2 points.
const DRAWS: usize = 20_000;
const DIAGNOSES: [&str; 12] = [
    "hibpdx", "chddx", "angidx", "midx", "ohrtdx", "strkdx", "emphdx", "choldx", "cancerdx", "diabdx",
    "arthdx", "asthdx",
];

/// A row of the survey.
struct Row {
    person: i64,
    year: i64,
    weight: f64,
    cost: f64,
    cell: String,
}

fn rows() -> Option<&'static [Row]> {
    static ROWS: OnceLock<Option<Vec<Row>>> = OnceLock::new();
    ROWS.get_or_init(read).as_deref()
}

fn read() -> Option<Vec<Row>> {
    let path = published_data("people/meps_2012_2014.csv.gz")?;
    let mut table =
        csv::Reader::from_reader(flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()));
    let headers = table.headers().unwrap().clone();
    let place = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let places = ["dupersid", "panel", "year", "weight", "totexp", "age", "sex"].map(place);
    let diagnoses = DIAGNOSES.map(place);
    let row = |record: csv::StringRecord| {
        let whole = |at: usize| record[places[at]].parse::<i64>().unwrap();
        let number = |at: usize| record[places[at]].parse::<f64>().unwrap();
        let age = match whole(5) {
            i64::MIN..0 => "age not known",
            0..18 => "0 to 17",
            18..45 => "18 to 44",
            45..65 => "45 to 64",
            _ => "65 and over",
        };
        let sex = if whole(6) == 1 { "men" } else { "women" };
        let is_ill = diagnoses.iter().any(|at| &record[*at] == "1");
        let condition = if is_ill { "with a condition" } else { "without one" };
        Row {
            person: whole(1) * 1_000_000_000 + whole(0),
            year: whole(2),
            weight: number(3),
            cost: number(4),
            cell: format!("{age}, {sex}, {condition}"),
        }
    };
    Some(table.records().map(|record| row(record.unwrap())).collect())
}

fn population(of: &[&Row]) -> Population {
    let column = |each: fn(&Row) -> f64| of.iter().map(|row| each(row)).collect::<Vec<_>>();
    let columns = Columns::new()
        .person("dupersid and panel", of.iter().map(|row| row.person).collect::<Vec<_>>())
        .year("year", of.iter().map(|row| row.year).collect::<Vec<_>>())
        .member_months("a year each", vec![12.0; of.len()])
        .cost("totexp", column(|row| row.cost))
        .weight("weight", column(|row| row.weight))
        .cell("age, sex, condition", of.iter().map(|row| row.cell.as_str()).collect::<Vec<_>>());
    Population::from_columns(&columns, Currency::new("USD").unwrap(), RoundingMode::HalfUp).unwrap()
}

/// The people to fit to, and those of 2014.
fn halves() -> Option<&'static (Population, Population)> {
    static HALVES: OnceLock<Option<(Population, Population)>> = OnceLock::new();
    let halves = || {
        let rows = rows()?;
        let later: BTreeSet<i64> = rows.iter().filter(|row| row.year == 2014).map(|row| row.person).collect();
        let before: Vec<&Row> =
            rows.iter().filter(|row| row.year < 2014 && !later.contains(&row.person)).collect();
        let after: Vec<&Row> = rows.iter().filter(|row| row.year == 2014).collect();
        Some((population(&before), population(&after)))
    };
    HALVES.get_or_init(halves).as_ref()
}

fn mean(people: &Population) -> f64 {
    CostModel::from_population(people, &Fitting::default()).unwrap().fits()[0].mean.mean
}

/// Of each law the model that is asked about: of a person of any cell, by chance.
fn fitting(people: u32) -> Fitting {
    Fitting::of("actual cost")
        .in_years([2012, 2013])
        .by(By::Cell)
        .person_years()
        .random_composition()
        .people(people)
}

fn model(fitting: &Fitting) -> CostModel {
    CostModel::from_population(&halves().unwrap().0, fitting).unwrap()
}

fn sum(model: &CostModel) -> Aggregate {
    let cell = |cell: &capitation::risk::cost_model::CostCell| {
        RiskCell::new(Count::People(f64::from(cell.people())), cell.severity().clone())
    };
    Aggregate::new(&model.cells().iter().map(cell).collect::<Vec<_>>()).unwrap()
}

/// What drawn panels of the 2014 people cost, by size, in dollars.
fn drawn() -> &'static PanelSums {
    static DRAWN: OnceLock<PanelSums> = OnceLock::new();
    DRAWN.get_or_init(|| {
        let people = &halves().unwrap().1;
        let sizes = PUBLISHED.map(|(size, ..)| size as usize);
        let cost = people.measure("actual cost").unwrap().values();
        let panels = Panels::new(sizes, DRAWS, 20_141).unwrap();
        draw_sums(people, &[cost], &panels, |_, _| ControlFlow::Continue(())).unwrap().unwrap()
    })
}

#[allow(clippy::cast_precision_loss)] // numbers of draws
fn coverage(sum: &Aggregate, size: usize) -> f64 {
    let (low, high) = (sum.quantile(0.05).unwrap(), sum.quantile(0.95).unwrap());
    let held = drawn().of(size, 0).iter().filter(|cents| (low..=high).contains(&(**cents / 100.0))).count();
    held as f64 / DRAWS as f64
}

/// 48.7 % of the 2014 people are also in 2013. By survey weights the mean of 2014 is 7.7 % above that of 2012 and 2013, and 7.4 %
/// above that of the people of those years who are not in 2014.
#[test]
fn who_is_fitted_to_and_who_is_not() {
    let (Some(rows), Some((before, after))) = (rows(), halves()) else { return };
    let all: Vec<&Row> = rows.iter().filter(|row| row.year < 2014).collect();
    let left_out = all.len() - before.len();
    #[allow(clippy::cast_precision_loss)] // numbers of people
    let share = left_out as f64 / after.len() as f64;
    assert_eq!((before.len(), after.len(), left_out), (58_947, 34_875, 16_967));
    assert!((share - 0.487).abs() < 5e-4, "{share}");
    let of = |people: &Population| {
        CostModel::from_population(people, &Fitting::default().person_years()).unwrap().fits()[0].mean
    };
    let (fitted, whole, later) = (of(before), of(&population(&all)), of(after));
    println!("mean of 2014 {later:?}, of those fitted {fitted:?}, of all of 2012 and 2013 {whole:?}");
    // The means of field notes 1.2: $4,309 and $4,436 together, and $4,708.
    let people = CostModel::from_population(before, &Fitting::default()).unwrap().fits()[0].people;
    println!("{people} people with a weight");
    assert!((later.mean - 4_708.0).abs() < 0.5);
    assert!(
        (later.mean / whole.mean - 1.077).abs() < 5e-4 && (later.mean / fitted.mean - 1.074).abs() < 5e-4
    );
}

#[test]
fn panels_of_other_people_a_year_later_are_foreseen() {
    let Some((_, after)) = halves() else { return };
    let mean = mean(after);
    println!("people, sd, of published, P(+10 %), published, coverage of 90 %, and not re-scaled");
    let mut missed = Vec::new();
    for (place, (people, deviation, above)) in PUBLISHED.into_iter().enumerate() {
        let fitted = model(&fitting(people));
        let before = sum(&fitted);
        let sum = sum(&fitted.rescaled_to(mean).unwrap());
        assert!(sum.error() < 1e-6, "{people}: {:e}", sum.error());
        let found = sum.standard_deviation() / sum.mean();
        let beyond = 1.0 - sum.cdf(1.1 * sum.mean());
        let (held, unscaled) = (coverage(&sum, place), coverage(&before, place));
        println!(
            "{people}: {found:.4}, {:.3}, {beyond:.4}, {above}, {held:.4}, {unscaled:.4} ({:?}, {:.1e})",
            found / deviation,
            sum.method(),
            sum.error()
        );
        for (what, holds) in [
            ("standard deviation", (found / deviation - 1.0).abs() <= 0.05),
            ("probability of 10 % more", (beyond - above).abs() <= 0.02),
            ("coverage", (0.88..=0.92).contains(&held)),
            ("a trend that is missed covers less", unscaled < held),
        ] {
            if !holds {
                missed.push(format!("{people}: {what}"));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

/// What the choices of the fit are worth: by person instead of by row, by other laws of the tail, and with a composition that is
/// fixed. They are told, and the differences that must be are asserted.
///
/// The costs as they were seen are taken above: 55,884 weighted rows have a tail of their own, whose dearest ($537,000, of which
/// one row is 2 % of the variance) are beyond those of 2014 ($358,000), and the spread is 3 % too wide. A generalised Pareto tail
/// fitted above 99 % (ξ = .34 ± .08) has more beyond the dearest than there was in any year, and is 12 % too wide; lognormal laws
/// fitted to shares 14 % and 22 %. Each person once gives those of the first panel, seen in 2012 alone, twice the part in the fit
/// that the survey's weights give them; with its dear year the spread is then 6.5 % too wide, more than the 5 % that are asked.
#[test]
fn other_choices_beside_it() {
    let Some((before, after)) = halves() else { return };
    let mean = mean(after);
    let of = |name: &str, fitting: Fitting| {
        let fitted = CostModel::from_population(before, &fitting).unwrap();
        let sum = sum(&fitted.rescaled_to(mean).unwrap());
        let (found, held) = (sum.standard_deviation() / sum.mean(), coverage(&sum, 2));
        println!(
            "{name}: sd {found:.4}, {:.3} of published, P(+10 %) {:.4}, coverage {held:.4}",
            found / PUBLISHED[2].1,
            1.0 - sum.cdf(1.1 * sum.mean())
        );
        (found, fitted)
    };
    let (rows, _) = of("as fitted", fitting(1_000));
    let plain = || Fitting::of("actual cost").by(By::Cell).random_composition().people(1_000);
    let (people, _) = of("each person once", plain());
    let fixed = Fitting::of("actual cost").by(By::Cell).person_years().people(1_000);
    let (fixed, _) = of("a composition that is fixed", fixed);
    // Of 16 cells the least have too few people above their 99 % for a tail of their own: it is one of everybody.
    let everybody = |law| Fitting::of("actual cost").person_years().people(1_000).law(law);
    let (_, tailed) = of("costs with a tail above 99 %", everybody(Law::EmpiricalWithTail { at: 0.99 }));
    println!("tail {:?}", tailed.fits()[0].fit.as_ref().unwrap().parameter("xi").unwrap());
    of("lognormal with a tail above 99 %", everybody(Law::Spliced { at: 0.99 }));
    of("lognormal to shares of everybody", everybody(Law::LognormalToShares));
    let (_, shares) = of("lognormal to shares of each cell", fitting(1_000).law(Law::LognormalToShares));
    let (logarithms, _) = of("lognormal in each cell", fitting(1_000).law(Law::Lognormal));
    // To fix who is on the panel takes what lies between cells out of the spread; logarithms put too much into the tail.
    assert!(fixed < rows && rows < people && rows < logarithms, "{fixed} {rows} {people} {logarithms}");
    assert_eq!(shares.fits().len(), model(&fitting(1_000)).fits().len());
    for fit in shares.fits() {
        println!("{}: {} people, {:.0} ± {:.0}", fit.cell, fit.people, fit.mean.mean, fit.mean.se);
        assert!(fit.people >= 11 && fit.mean.se < fit.mean.mean);
    }
}

/// The provider of a price per head bears what people cost: its result varies as their sum does. Where the price is what they cost
/// on average, the deficit is less likely than not, since costs are skewed.
#[test]
fn an_outlook_of_real_people() {
    if halves().is_none() {
        return;
    }
    let contract = Contract::read("examples/contracts/capitation.toml").unwrap();
    let outlook = |model: &CostModel| {
        contract
            .outlook(model, &IndexMap::new(), contract.period().start)
            .unwrap()
            .party("provider")
            .unwrap()
            .clone()
    };
    let model = model(&fitting(1_000));
    let paid = outlook(&model).mean() + model.mean();
    let fair = model.rescaled_to(paid / 1_000.0).unwrap();
    let (provider, sum) = (outlook(&fair), sum(&fair));
    assert!(provider.mean().abs() < 0.01, "{}", provider.mean());
    let spread = provider.standard_deviation().unwrap() / sum.standard_deviation();
    assert!((spread - 1.0).abs() < 1e-6, "{spread}");
    let deficit = provider.probability_of_deficit().unwrap();
    println!("a deficit at a fair price with {deficit:.4}");
    assert!((deficit - (1.0 - sum.cdf(paid))).abs() < 1e-5 && (0.45..0.5).contains(&deficit), "{deficit}");
}
