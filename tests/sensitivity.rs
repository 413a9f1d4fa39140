//! What a result hangs on, and what of its risk is chance: against closed forms, sums by hand, and itself.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail

use capitation::{
    Contract, ErrorKind,
    risk::{
        cost_model::{CostModel, Shock},
        performance::risk_by_panel_size,
        sensitivity::{Assumption, Figure, Sensitivity},
        severity::Severity,
    },
};
use indexmap::IndexMap;
use rust_decimal::Decimal;

fn template(name: &str) -> Contract {
    Contract::read(format!("{}/templates/{name}.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn person(sigma: f64) -> Severity {
    Severity::lognormal(0.0, sigma).unwrap().with_zeros(0.2).unwrap().rescaled_to(4_900.0).unwrap()
}

fn model(contract: &Contract, people: u32) -> CostModel {
    CostModel::new(contract.currency()).cell("all", people, person(1.5)).unwrap()
}

fn trend(spread: f64) -> Shock {
    Shock::multiplicative("trend", spread).unwrap()
}

#[track_caller]
fn near(found: f64, expected: f64, within: f64, what: &str) {
    assert!((found - expected).abs() <= within, "{what}: {found} is not {expected} within {within:e}");
}

fn sensitivity(
    contract: &Contract,
    model: &CostModel,
    retention: f64,
    assumed: &[Assumption],
) -> Sensitivity {
    let given = IndexMap::new();
    contract.sensitivity(model, &given, contract.period().start, "provider", retention, assumed).unwrap()
}

/// Of a capitation all means are lines: N × (4,950 − 4,900) at first, 4,900 × 1.01 = 4,949, 4,900 × 0.75/0.8 = 4,593.75.
#[test]
fn means_by_hand() {
    let contract = template("capitation");
    let model = model(&contract, 8_000).with_shock(trend(0.02)).unwrap();
    let assumed = [
        Assumption::people(7_000, 9_000),
        Assumption::spread("trend", 0.0, 0.04),
        Assumption::zeros("all", 0.2, 0.25),
        Assumption::costs(0.99, 1.01),
        Assumption::term("price per member month", d("412.00"), d("412.50")),
        Assumption::law("all", person(1.4), person(1.6)).named("tail"),
    ];
    let found = sensitivity(&contract, &model, 0.0, &assumed);
    near(found.base.mean, 400_000.0, 1e-3, "as it is");
    let row = |start: &str| found.rows.iter().find(|row| row.assumption.starts_with(start)).unwrap();
    let by_hand = [
        ("the number of people", 350_000.0, 450_000.0),
        ("the spread", 400_000.0, 400_000.0),
        ("the share of", 400_000.0, 8_000.0 * 356.25),
        ("what people cost", 8_000.0 * 99.0, 8_000.0),
        ("`price", 400_000.0 - 8_000.0 * 6.0, 400_000.0),
        ("tail", 400_000.0, 400_000.0),
    ];
    for (start, low, high) in by_hand {
        near(row(start).low.mean, low, 1e-3, start);
        near(row(start).high.mean, high, 1e-3, start);
    }
    // The widest first: zeros 2,450,000, costs 784,000, people 100,000, price 48,000.
    let order: Vec<bool> = found
        .rows
        .windows(2)
        .map(|two| two[0].swing(Figure::Mean).abs() >= two[1].swing(Figure::Mean).abs())
        .collect();
    assert!(order.iter().all(|is| *is));
    assert!(
        found.rows[0].assumption.starts_with("the share of")
            && found.rows[1].assumption.starts_with("what people")
    );
    // A wider tail and a wider trend do not move the mean, and do move the deviation.
    for start in ["the spread", "tail"] {
        assert!(
            row(start).swing(Figure::StandardDeviation) > 0.0 && row(start).swing(Figure::StopLoss) > 0.0
        );
    }
    let by_deviation = found.clone().sorted_by(Figure::StandardDeviation);
    assert!(by_deviation.rows[0].assumption.starts_with("the spread"));
}

/// Ten people who cost 5,000 or nothing, half of the time: the deficit of a capitation of 4,950 × 10 = 49,500 is 500 where all
/// ten cost, 1 in 1,024. By a retention of 200 the stop-loss pays 300 of it.
#[test]
fn a_stop_loss_of_the_result_by_hand() {
    let contract = template("capitation");
    let half = Severity::certain(5_000.0).unwrap().with_zeros(0.5).unwrap();
    let model = CostModel::new(contract.currency()).cell("all", 10, half).unwrap();
    let assumed = [Assumption::zeros("all", 0.0, 0.5)];
    for (retention, paid) in [(0.0, 500.0), (200.0, 300.0)] {
        let found = sensitivity(&contract, &model, retention, &assumed);
        near(found.base.stop_loss, paid / 1_024.0, 1e-8, "one in 1,024");
        near(found.base.probability_of_deficit, 1.0 / 1_024.0, 1e-12, "deficit");
        near(found.rows[0].low.stop_loss, paid, 1e-9, "certain");
        near(found.rows[0].high.stop_loss, found.base.stop_loss, 0.0, "as it is");
    }
}

/// An input at another value is what the outlook makes of that value.
#[test]
fn an_input_that_is_given() {
    let contract = template("shared-savings");
    let (model, on) = (model(&contract, 8_000), contract.period().start);
    let given = |admissions: &str| {
        IndexMap::from([("admissions".to_owned(), d(admissions)), ("visits".to_owned(), d("20000"))])
    };
    let assumed = [Assumption::given("admissions", d("9000"), d("11000"))];
    let found = contract.sensitivity(&model, &given("10000"), on, "provider", 0.0, &assumed).unwrap();
    let at = |admissions: &str| {
        contract.outlook(&model, &given(admissions), on).unwrap().party("provider").unwrap().mean()
    };
    assert!(found.rows[0].swing(Figure::Mean) > 0.0);
    near(found.rows[0].low.mean, at("9000"), 0.0, "low");
    near(found.base.mean, at("10000"), 0.0, "as it is");
    near(found.rows[0].high.mean, at("11000"), 0.0, "high");
}

#[test]
fn refused() {
    let contract = template("capitation");
    let (model, given, on) = (model(&contract, 100), IndexMap::new(), contract.period().start);
    let why = |assumed: &[Assumption], retention: f64| {
        contract.sensitivity(&model, &given, on, "provider", retention, assumed).unwrap_err()
    };
    let unknown = [
        Assumption::spread("winter", 0.0, 0.1),
        Assumption::law("young", person(1.4), person(1.6)),
        Assumption::zeros("young", 0.1, 0.2),
        Assumption::term("attachment", d("1"), d("2")),
        Assumption::given("benchmark", d("1"), d("2")),
    ];
    for assumption in unknown {
        let name = assumption.name();
        let found = why(&[assumption], 0.0);
        assert_eq!(found.kind(), ErrorKind::Unknown, "{found}");
        assert!(found.to_string().contains(&name), "{found}");
    }
    for assumption in
        [Assumption::costs(0.0, 1.0), Assumption::people(0, 10), Assumption::zeros("all", 0.1, 1.2)]
    {
        assert_eq!(why(&[assumption], 0.0).kind(), ErrorKind::Range);
    }
    assert_eq!(why(&[], 0.0).kind(), ErrorKind::Experience);
    assert_eq!(why(&[Assumption::costs(0.9, 1.1)], -1.0).kind(), ErrorKind::Range);
}

/// Under a capitation the result is a line in cost: with a factor F of mean 1 and E[F²] = exp(s²),
/// Var(FS) = exp(s²) Var(S) + (exp(s²) − 1) E[S]². Chance falls with the root of the people, the rest does not.
#[test]
fn chance_pools_away_and_performance_does_not() {
    let contract = template("capitation");
    let model = model(&contract, 8_000).with_shock(trend(0.03)).unwrap();
    let sizes = [8_000, 40_000, 150_000, 300_000, 1_500_000];
    let rows = risk_by_panel_size(
        &contract,
        &model,
        |_| IndexMap::new(),
        contract.period().start,
        "provider",
        &sizes,
    );
    let rows = rows.unwrap();
    let one = rows[0].by_chance / 8_000.0_f64.sqrt();
    let factor = (0.03_f64 * 0.03).exp();
    let mut before = 0.0;
    for (row, people) in rows.iter().zip(sizes) {
        assert_eq!(row.people, u64::from(people));
        let (people, what) = (f64::from(people), format!("{people} people"));
        near(row.by_chance / (one * people.sqrt()), 1.0, 1e-9, &what);
        let cost = 4_900.0 * people;
        let all = factor * row.by_chance.powi(2) + (factor - 1.0) * cost * cost;
        near(row.with_all / all.sqrt(), 1.0, 1e-9, &what);
        let performance = row.performance.unwrap();
        assert!(performance > before, "{what}: {performance} after {before}");
        before = performance;
        // What is not pooled away is 3 % of the cost at any size.
        let rest = (row.with_all.powi(2) - row.by_chance.powi(2)).sqrt() / cost;
        near(rest, 0.03, 0.0005, &what);
    }
    assert!(before > 0.99, "a million and a half: {before}");
}

/// Nothing is known badly: all of it is chance. Who bears nothing has none.
#[test]
fn without_shocks_all_is_chance() {
    let contract = template("capitation");
    let rows =
        contract.risk_by_source(&model(&contract, 100), &IndexMap::new(), contract.period().start).unwrap();
    for row in rows {
        assert_eq!(row.performance, if row.party == "provider" { Some(0.0) } else { None });
    }
}
