//! How likely a deficit is under a price that was set before the cost was known: the contract settled on drawn costs,
//! against probabilities of the normal distribution taken from its printed table; what a limit on gains alone takes away; and
//! how much of a deficit is chance.

#![allow(clippy::cast_precision_loss)] // numbers of people and draws

use std::ops::ControlFlow;
use std::path::Path;

use super::{amount, contract, surplus};
use capitation::money::RoundingMode;
use capitation::population::{Columns, Population};
use capitation::random::{Purpose, Stream};
use capitation::risk::measures::{Estimate, mean, probability_of_deficit, standard_deviation};
use capitation::risk::panels::{Panels, draw_sums};
use capitation::{Contract, Currency, Experience, Statement};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

/// The price of year one, in pounds.
const YEAR_ONE: f64 = 152e6;
/// 250,000 people at 420, in euros.
const TURNOVER: f64 = 105e6;
const DRAWS: u64 = 4_000;

/// A standard normal number: Box and Muller (1958).
fn normal(item: u64) -> f64 {
    let mut stream = Stream::new(7, Purpose::new(*b"baseline"), [0, 0], item);
    let radius = (-2.0 * (1.0 - stream.next_unit()).ln()).sqrt();
    radius * (std::f64::consts::TAU * stream.next_unit()).cos()
}

/// The year settled on a cost of this many pounds or euros.
fn settled(contract: &Contract, given: &[(&str, &str)], cost: f64) -> Statement {
    let given = given.iter().try_fold(Experience::new(), |given, (name, value)| given.with(*name, value));
    let cost = Decimal::from_f64(cost).unwrap().round_dp(2);
    contract.settle(&given.unwrap().with_decimal("actual cost", cost), contract.period().start).unwrap()
}

/// How often the partnership ends the year in deficit where its cost has the mean of year one's price and this
/// deviation, both as parts of that price, and is paid this part of it.
fn deficit(deviation: f64, price: &str) -> Estimate {
    let contract = contract("unitingcare");
    let given = [
        ("price against year one", price),
        ("months of the year", "12"),
        ("share withheld for outcomes", "0"),
        ("share of outcomes met", "0"),
    ];
    let results = (0..DRAWS).map(|item| {
        let statement = settled(&contract, &given, YEAR_ONE * (1.0 + deviation * normal(item)));
        surplus(&statement, "partnership").to_f64().unwrap()
    });
    probability_of_deficit(&results.collect::<Vec<_>>()).unwrap()
}

/// P = Φ((1 − price) / deviation): Φ(0) = 0.5, Φ(0.5) = 0.6915, Φ(1) = 0.8413, Φ(2) = 0.9772 (any printed table).
#[test]
fn the_contract_is_in_deficit_as_often_as_the_table_says() {
    for (deviation, price, expected) in [
        (0.05, "1", 0.5),
        (0.20, "1", 0.5),
        (0.05, "0.95", 0.8413),
        (0.10, "0.95", 0.6915),
        (0.10, "0.90", 0.8413),
        (0.20, "0.90", 0.6915),
        (0.05, "0.90", 0.9772),
    ] {
        let found = deficit(deviation, price);
        println!("sd {deviation}, price {price}: {:.4} ± {:.4}, table {expected}", found.mean, found.se);
        assert!((found.mean - expected).abs() <= 4.0 * found.se + 5e-5, "{found:?} against {expected}");
    }
}

/// At a price of what is expected, a better baseline makes deficits smaller and no rarer; at a falling price it makes
/// them certain, and a worse one only likely.
#[test]
fn a_known_cost_makes_a_falling_price_a_certain_loss() {
    let known = deficit(0.02, "0.90");
    let unknown = deficit(0.20, "0.90");
    assert!(known.mean > 0.999 && unknown.mean < 0.75, "{known:?} {unknown:?}");
}

/// Alzira at a capita equal to expected cost: what goes back, on average, is a part sd · (φ(k) − k · (1 − Φ(k))) of turnover
/// with k = 0.075 / sd. At 10 %: 0.1 × (0.3011 − 0.75 × 0.2266) = 0.01312; at 20 %: 0.2 × (0.3719 − 0.375 × 0.3538) = 0.04784.
#[test]
fn a_limit_on_gains_alone_is_a_price_cut() {
    let contract = contract("alzira");
    let given = [
        ("people", "250000"),
        ("capita", "420"),
        ("cost of residents elsewhere", "0"),
        ("outsiders at regional average cost", "0"),
    ];
    for (deviation, expected) in [(0.10, 0.013_12), (0.20, 0.047_84)] {
        let back = (0..DRAWS).map(|item| {
            let statement = settled(&contract, &given, TURNOVER * (1.0 + deviation * normal(item)));
            amount(&statement, "profit back to the government").to_f64().unwrap() / TURNOVER
        });
        let found = mean(&back.collect::<Vec<_>>()).unwrap();
        println!("sd {deviation}: {:.5} ± {:.5}, by hand {expected}", found.mean, found.se);
        assert!((found.mean - expected).abs() <= 4.0 * found.se + 1e-5, "{found:?} against {expected}");
    }
}

/// The people of the RAND Health Insurance Experiment, and none where the table is absent.
fn people() -> Option<Population> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/people/randhie_cameron_trivedi.csv.gz");
    let Ok(file) = std::fs::File::open(&path) else {
        println!("skipped: {} is absent", path.display());
        return None;
    };
    let mut table = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let headers = table.headers().unwrap().clone();
    let places = ["zper", "year", "time", "meddol"]
        .map(|name| headers.iter().position(|header| header == name).unwrap());
    let mut columns: [Vec<f64>; 4] = Default::default();
    for record in table.records() {
        let record = record.unwrap();
        for (column, &place) in columns.iter_mut().zip(&places) {
            column.push(record[place].parse().unwrap());
        }
    }
    let [person, year, time, cost] = columns;
    #[allow(clippy::cast_possible_truncation)] // whole numbers
    let whole = |values: Vec<f64>| values.into_iter().map(|value| value as i64).collect::<Vec<_>>();
    let columns = Columns::new()
        .person("zper", whole(person))
        .year("year", whole(year))
        .member_months("time x 12", time.iter().map(|time| 12.0 * time).collect::<Vec<_>>())
        .cost("meddol", cost);
    Some(Population::from_columns(&columns, Currency::new("USD").unwrap(), RoundingMode::HalfUp).unwrap())
}

/// The deviation of a panel's cost as a part of its mean falls as 1 / √n. These people's own is 4.3 times their mean:
/// 3.05 % of a panel of 20,000, 1.91 % of 50,000, 1.35 % of 100,000. The least of the published gaps is
/// five times the largest of these.
#[test]
fn chance_is_small_beside_what_was_asked() {
    let Some(people) = people() else { return };
    let sizes = [20_000, 50_000, 100_000];
    let cost = people.measure("actual cost").unwrap().values();
    let panels = Panels::new(sizes, 1_000, 11).unwrap();
    let sums = draw_sums(&people, &[cost], &panels, |_, _| ControlFlow::Continue(())).unwrap().unwrap();
    // £16m in eight months of £152m a year is the least of the published gaps: 15.8 %.
    let gap = 24.0 / 152.0;
    for (place, size) in sizes.into_iter().enumerate() {
        let drawn = sums.of(place, 0);
        let (each, spread) = (mean(drawn).unwrap().mean, standard_deviation(drawn).unwrap());
        let (part, se) = (spread.mean / each, spread.se / each);
        println!("{size} people: chance alone {:.2} % ± {:.2} of the cost", 100.0 * part, 100.0 * se);
        let by_hand = 4.31 / (size as f64).sqrt();
        assert!((part - by_hand).abs() <= 4.0 * se + 0.005 * by_hand, "{size}: {part} ± {se}, {by_hand}");
        assert!(gap > 4.5 * (part + 4.0 * se), "{size}: {part} ± {se}");
    }
}
