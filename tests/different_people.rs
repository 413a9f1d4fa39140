//! People who all differ, sorted into a few laws, against the same people one by one.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

use capitation::{
    Contract, ErrorKind,
    contract::{SharingBands, StopLoss},
    money::Currency,
    risk::{
        cost_model::{CostCell, CostModel, Shock},
        outlook::PartyOutlook,
        panel_size::by_panel_size,
        power::Saving,
        reserve::{Loading, aggregate_stop_loss, individual_stop_loss},
        severity::Severity,
        simulate::Simulation,
    },
};
use indexmap::IndexMap;

fn pounds() -> Currency {
    Currency::new("GBP").unwrap()
}

/// Stop-loss at 100,000 for each person.
fn contract(price: &str) -> Contract {
    Contract::builder("Capitation with stop-loss", "GBP", "2026-04-01", "2027-03-31")
        .capitation(price, "Test")
        .stop_loss(&StopLoss::above("100000", "Test"))
        .build()
        .unwrap()
}

/// The fraction of (row + 1) × φ: numbers spread evenly between 0 and 1.
fn even(row: u32, by: f64) -> f64 {
    (f64::from(row + 1) * by).fract()
}

/// Expected costs about 2,000 whose logarithms have the standard deviation 0.8, and chances that rise with them, and vary
/// beside; every fiftieth person costs nothing.
fn people(count: u32) -> (Vec<f64>, Vec<f64>) {
    let risk = Severity::lognormal(0.0, 1.0).unwrap();
    let of = |row: u32| {
        let normal = risk.quantile(even(row, 0.618_033_988_749_895)).unwrap().ln();
        let chance = (0.78 + 0.08 * normal + 0.1 * (even(row, 0.754_877_666_246_693) - 0.5)).clamp(0.3, 0.98);
        let expected = if row % 50 == 7 { 0.0 } else { 2_000.0 * chance * (0.8 * normal - 0.32).exp() };
        (expected, chance)
    };
    (0..count).map(of).unzip()
}

/// The same people, at most 250 to a cell, which are taken one by one.
fn one_by_one(shape: &Severity, (expected, chances): &(Vec<f64>, Vec<f64>)) -> CostModel {
    let pieces = expected.chunks(250).zip(chances.chunks(250)).enumerate();
    pieces.fold(CostModel::new(pounds()), |model, (place, (expected, chances))| {
        let cell = CostCell::of_people(format!("piece {place}"), shape, expected, Some(chances)).unwrap();
        model.with_cell(cell).unwrap()
    })
}

fn sorted(shape: &Severity, (expected, chances): &(Vec<f64>, Vec<f64>)) -> CostModel {
    CostModel::of_people(pounds(), shape, expected, Some(chances)).unwrap()
}

fn provider(contract: &Contract, model: &CostModel) -> PartyOutlook {
    let day = contract.period().start;
    contract.outlook(model, &IndexMap::new(), day).unwrap().party("provider").unwrap().clone()
}

/// Means and deviations within 1e-9, probabilities within the errors that are told, which are below `told`.
#[track_caller]
fn same(one: &PartyOutlook, other: &PartyOutlook, told: f64) {
    let (errors, spread) =
        (one.method().unwrap().1 + other.method().unwrap().1, other.standard_deviation().unwrap());
    assert!(one.method().unwrap().1 < told, "{:e}", one.method().unwrap().1);
    assert!((one.mean() - other.mean()).abs() < 1e-9 * spread, "{} {}", one.mean(), other.mean());
    assert!((one.standard_deviation().unwrap() / spread - 1.0).abs() < 1e-8);
    for deviations in [-4.0, -2.0, -1.0, -0.3, 0.0, 0.7, 1.5, 3.0] {
        let at = other.mean() + deviations * spread;
        let (found, expected) = (one.probability_below(at).unwrap(), other.probability_below(at).unwrap());
        assert!((found - expected).abs() <= errors, "{deviations}: {:e} of {errors:e}", found - expected);
    }
    let (found, expected) = (one.quantile(0.01).unwrap(), other.quantile(0.01).unwrap());
    assert!((found - expected).abs() < 1e-6 * spread, "{found} {expected}");
}

#[test]
fn people_who_are_sorted_are_those_one_by_one() {
    let contract = contract("150.00");
    for (count, shape, told) in [
        (600, Severity::lognormal(0.0, 1.3).unwrap(), 1e-6),
        (500, Severity::lognormal(3.0, 1.3).unwrap(), 1e-6),
        (500, Severity::lognormal(0.0, 0.6).unwrap(), 1e-6),
        (500, Severity::gamma(0.7, 1.0).unwrap(), 1e-6),
        (400, Severity::gamma(12.0, 1.0).unwrap(), 1e-6),
    ] {
        let people = people(count);
        same(
            &provider(&contract, &sorted(&shape, &people)),
            &provider(&contract, &one_by_one(&shape, &people)),
            told,
        );
    }
}

#[test]
fn what_moves_costs_together_moves_all_of_them() {
    let (contract, shape) = (contract("150.00"), Severity::lognormal(0.0, 1.3).unwrap());
    let people = people(600);
    let shocked = |model: CostModel| model.with_shock(Shock::multiplicative("trend", 0.03).unwrap()).unwrap();
    let (one, other) = (shocked(sorted(&shape, &people)), shocked(one_by_one(&shape, &people)));
    same(&provider(&contract, &one), &provider(&contract, &other), 1e-6);
}

/// 10,000 people who do not differ at all are a cell of 10,000.
#[test]
fn people_who_do_not_differ_are_a_cell() {
    let shape = Severity::lognormal(0.0, 1.3).unwrap().with_zeros(0.2).unwrap();
    let model = CostModel::of_people(pounds(), &shape, &vec![1_600.0; 10_000], None).unwrap();
    let alike = CostModel::new(pounds()).cell("all", 10_000, shape.rescaled_to(1_600.0).unwrap()).unwrap();
    let contract = contract("133.33");
    same(&provider(&contract, &model), &provider(&contract, &alike), 1e-8);
    assert!((model.mean() / alike.mean() - 1.0).abs() < 1e-13);
}

#[test]
fn powers_and_premiums_are_those_of_the_same_people() {
    let (contract, shape) = (contract("150.00"), Severity::lognormal(0.0, 1.3).unwrap());
    let people = people(600);
    let (one, other) = (sorted(&shape, &people), one_by_one(&shape, &people));
    let day = contract.period().start;
    let power = |model: &CostModel| {
        contract.power(model, &IndexMap::new(), day, "provider", &Saving::default()).unwrap().unit_cost
    };
    assert!((power(&one) - power(&other)).abs() < 1e-6, "{} {}", power(&one), power(&other));
    let loading = || Loading::of(0.2).unwrap();
    let individual = |model: &CostModel| individual_stop_loss(model, 50_000.0, loading()).unwrap().premium;
    assert!((individual(&one) / individual(&other) - 1.0).abs() < 1e-8);
    let aggregate = |model: &CostModel| aggregate_stop_loss(model, 1_400_000.0, loading()).unwrap().premium;
    assert!(
        (aggregate(&one) / aggregate(&other) - 1.0).abs() < 1e-6,
        "{} {}",
        aggregate(&one),
        aggregate(&other)
    );
}

/// The law of many is that of twice as many halves, and of another year's prices.
#[test]
fn a_panel_of_another_size_has_its_part_of_each() {
    let shape = Severity::lognormal(0.0, 1.3).unwrap();
    let (expected, chances) = people(600);
    let twice = (expected.repeat(2), chances.repeat(2));
    let contract = contract("150.00");
    let larger = sorted(&shape, &(expected, chances)).of_size(1_200).unwrap();
    same(&provider(&contract, &larger), &provider(&contract, &sorted(&shape, &twice)), 1e-6);
    let dearer = larger.scaled(1.1).unwrap();
    assert!((dearer.mean() / larger.mean() - 1.1).abs() < 1e-12);
}

#[test]
fn rows_that_cannot_be_are_refused_by_their_number() {
    let shape = Severity::lognormal(0.0, 1.3).unwrap();
    let refused = |expected: &[f64], chances: &[f64]| {
        CostModel::of_people(pounds(), &shape, expected, Some(chances)).unwrap_err().to_string()
    };
    for (expected, chances, row) in [
        ([1.0, -1.0], [0.5, 0.5], "row 1"),
        ([f64::NAN, 1.0], [0.5, 0.5], "row 0"),
        ([1.0, f64::INFINITY], [0.5, 0.5], "row 1"),
        ([1.0, 1.0], [0.5, 1.1], "row 1"),
        ([1.0, 1.0], [0.0, 0.5], "row 0"),
    ] {
        let problem = refused(&expected, &chances);
        assert!(problem.contains(row), "{problem}");
    }
    assert!(refused(&[1.0], &[0.5, 0.5]).contains("there are 2 of them and 1 expected costs"));
    assert!(CostModel::of_people(pounds(), &shape, &[0.0, 3.0], Some(&[0.0, 1.0])).is_ok());
    let of =
        |shape: &Severity| CostModel::of_people(pounds(), shape, &[1.0], Some(&[0.5])).unwrap_err().kind();
    assert_eq!(of(&shape.clone().with_zeros(0.1).unwrap()), ErrorKind::Value);
    assert_eq!(of(&Severity::certain(3.0).unwrap()), ErrorKind::Value);
    assert_eq!(of(&Severity::lomax(2.5, 1.0).unwrap()), ErrorKind::Value);
    let narrow = Severity::lognormal(0.0, 0.001).unwrap();
    let means: Vec<f64> = (0..300).map(|row| f64::from(row + 1)).collect();
    let problem = CostModel::of_people(pounds(), &narrow, &means, None).unwrap_err().to_string();
    assert!(problem.contains("too far apart"), "{problem}");
    assert_eq!(CostModel::of_people(pounds(), &shape, &[], None).unwrap_err().kind(), ErrorKind::Range);
}

#[test]
fn questions_of_people_who_are_alike_are_refused() {
    let (contract, shape) = (contract("150.00"), Severity::lognormal(0.0, 1.3).unwrap());
    let model = sorted(&shape, &people(300));
    let day = contract.period().start;
    let why =
        contract.simulate(&model, &IndexMap::new(), day, &Simulation::new(100, 1).unwrap()).unwrap_err();
    assert_eq!(why.kind(), ErrorKind::Value);
    assert!(why.to_string().contains("its people differ"), "{why}");
    let changed = model.with_zeros("people", 0.1).unwrap_err();
    assert!(changed.to_string().contains("its people differ"), "{changed}");
    assert_eq!(by_panel_size(&model, &[100]).unwrap_err().kind(), ErrorKind::Value);
}

/// Costs are rare, and so are the chances of a few people not: the sum is lumpy, chances are sorted into bands, and what nobody costs
/// has a probability.
#[test]
fn rare_costs_of_people_with_very_different_chances_are_those_one_by_one() {
    let (contract, shape) = (contract("15.00"), Severity::lognormal(0.0, 1.1).unwrap());
    let of = |row: u32| {
        let chance =
            if row % 40 == 3 { 0.9 } else { 0.001 + 0.05 * even(row, 0.754_877_666_246_693).powi(4) };
        (chance * 3_000.0 * (even(row, 0.618_033_988_749_895) * 3.0 - 1.0).exp(), chance)
    };
    let people: (Vec<f64>, Vec<f64>) = (0..600).map(of).unzip();
    same(
        &provider(&contract, &sorted(&shape, &people)),
        &provider(&contract, &one_by_one(&shape, &people)),
        1e-4,
    );
}

/// What is paid above an attachment varies apart from what a corridor shares below it.
#[test]
fn results_in_two_amounts_are_those_one_by_one() {
    let bands = || SharingBands::new().upto("0.05", "1").beyond("0.5");
    let contract = Contract::builder("Stop-loss and corridor", "GBP", "2026-04-01", "2027-03-31")
        .capitation("150.00", "Test")
        .stop_loss(&StopLoss::above("1500", "Test"))
        .corridor(&bands(), &bands(), "Test")
        .build()
        .unwrap();
    let shape = Severity::lognormal(0.0, 0.8).unwrap();
    let people = people(300);
    let payer = |model: &CostModel| {
        let day = contract.period().start;
        contract.outlook(model, &IndexMap::new(), day).unwrap().party("payer").unwrap().clone()
    };
    let (one, other) = (payer(&sorted(&shape, &people)), payer(&one_by_one(&shape, &people)));
    let (deviation, expected) = (one.standard_deviation().unwrap(), other.standard_deviation().unwrap());
    assert!((deviation / expected - 1.0).abs() < 1e-7, "{deviation} {expected}");
    for level in [0.01, 0.3, 0.9] {
        let (found, expected) = (one.quantile(level).unwrap(), other.quantile(level).unwrap());
        assert!((found - expected).abs() < 1e-6 * deviation, "{level}: {found} {expected}");
    }
}

/// Nobody who costs anything, and a single person.
#[test]
fn the_least_panels_are_worked_out() {
    let (contract, shape) = (contract("150.00"), Severity::lognormal(0.0, 0.8).unwrap());
    let nobody = CostModel::of_people(pounds(), &shape, &[0.0; 3], None).unwrap();
    // Three people at 12 × 150.
    assert!((provider(&contract, &nobody).mean() - 5_400.0).abs() < 1e-6);
    let one = CostModel::of_people(pounds(), &shape, &[1_800.0], Some(&[0.4])).unwrap();
    assert_eq!(one.people(), 1);
    // Who has no cost leaves all of the gain.
    assert!((1.0 - provider(&contract, &one).probability_below(1_799.9).unwrap() - 0.6).abs() < 1e-6);
}
