//! What the risk room refuses, and what it carries along without being asked.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

use capitation::{
    Contract, ErrorKind,
    money::Currency,
    risk::{
        cost_model::{CostCell, CostModel, Shock},
        panel_size::by_panel_size,
        power::Saving,
        reserve::{Loading, aggregate_stop_loss, capital},
        severity::{Severity, fit},
        simulate::Simulation,
    },
};
use indexmap::IndexMap;
use rust_decimal::Decimal;

fn pounds() -> Currency {
    Currency::new("GBP").unwrap()
}

fn template(name: &str) -> Contract {
    Contract::read(format!("templates/{name}.toml")).unwrap()
}

fn model(severity: Severity) -> CostModel {
    CostModel::new(pounds()).cell("all", 1_000, severity).unwrap()
}

fn person() -> Severity {
    Severity::lognormal(7.0, 1.3).unwrap()
}

fn given(name: &str, amount: &str) -> IndexMap<String, Decimal> {
    [(name.to_owned(), amount.parse().unwrap())].into()
}

/// A Pareto law of the second kind with α up to 1 has no mean, wherever it begins; with α up to 2 no variance.
#[test]
fn laws_without_a_mean_are_refused_where_they_begin_at_nought() {
    let contract = template("capitation");
    let day = contract.period().start;
    for law in [
        Severity::lomax(0.8, 100.0).unwrap(),
        Severity::lomax(1.9, 100.0).unwrap().with_zeros(0.5).unwrap(),
        Severity::generalized_pareto(0.0, 1.0, 5.0).unwrap(),
    ] {
        assert!(law.limited_second_moment(f64::INFINITY).is_infinite());
        let why = contract.outlook(&model(law), &IndexMap::new(), day).unwrap_err();
        assert_eq!(why.kind(), ErrorKind::Range);
        assert!(why.to_string().contains("its mean or its variance is infinite"), "{why}");
    }
}

/// As settlement refuses them.
#[test]
fn inputs_that_cannot_be_are_refused() {
    let refused = |name: &str, input: &str, amount: &str| {
        let contract = template(name);
        let day = contract.period().start;
        contract.outlook(&model(person()), &given(input, amount), day).unwrap_err()
    };
    for score in ["1.8", "-1"] {
        let why = refused("quality-withhold", "quality score", score);
        assert_eq!(why.kind(), ErrorKind::Range);
        assert!(why.to_string().contains("is not a share"), "{why}");
    }
    let why = refused("capitation", "member months", "5");
    assert_eq!(why.kind(), ErrorKind::Experience);
    assert!(why.to_string().contains("add up to 12000"), "{why}");
    let contract = template("capitation");
    let same = given("member months", "12000");
    assert!(contract.outlook(&model(person()), &same, contract.period().start).is_ok());
}

#[test]
fn shocks_that_no_year_could_have_are_refused() {
    let contract = template("capitation");
    let refused = |model: &CostModel| {
        let day = contract.period().start;
        let why = contract.outlook(model, &IndexMap::new(), day).unwrap_err();
        assert_eq!(why.kind(), ErrorKind::Range, "{why}");
        let drawn = Simulation::new(100, 1).unwrap();
        assert_eq!(contract.simulate(model, &IndexMap::new(), day, &drawn).unwrap_err(), why);
        assert_eq!(by_panel_size(model, &[100]).unwrap_err().kind(), why.kind());
        assert_eq!(
            aggregate_stop_loss(model, 1e6, Loading::of(0.1).unwrap()).unwrap_err().kind(),
            why.kind()
        );
        why.to_string()
    };
    let with = |shock: Shock| model(person()).with_shock(shock).unwrap();
    // About 2,550 a person: an amount of 5,000 is above it in most years.
    let why = refused(&with(Shock::additive("award", 5_000.0).unwrap()));
    assert!(why.contains("below nought in 30."), "{why}");
    let winter = || Shock::multiplicative("winter", 0.6).unwrap();
    let both = with(winter()).with_shock(Shock::multiplicative("trend", 0.3).unwrap()).unwrap();
    // √(0.6² + 0.3²)
    let why = refused(&both);
    assert!(why.contains("risk cell `all` by 0.67"), "{why}");
    let why = Shock::multiplicative("winter", 0.8).unwrap_err().to_string();
    assert_eq!(why, "shock `winter`: its spread is 0.8; give one above 0 and up to 0.6, 0.05 for 5 %");
    let why = refused(&model(person()).correlated(&[[1.0]]).unwrap());
    assert!(why.contains("risk cell `all` by 1.00"), "{why}");
    // Two that are one, and a second covariance.
    let two = model(person()).cell("more", 500, person()).unwrap();
    let same = two.clone().correlated(&[[0.04, 0.04], [0.04, 0.04]]).unwrap_err().to_string();
    assert!(same.contains("it is not positive definite"), "{same}");
    let once = two.correlated(&[[0.04, 0.02], [0.02, 0.04]]).unwrap();
    let twice = once.correlated(&[[0.04, 0.02], [0.02, 0.04]]).unwrap_err().to_string();
    assert!(twice.contains("there is one already"), "{twice}");
    let none = Shock::additive("award", 50.0).unwrap().of_cells(Vec::<String>::new());
    assert_eq!(model(person()).with_shock(none).unwrap_err().kind(), ErrorKind::Value);
}

/// A contract that caps each person's cost for the provider leaves what has no variance with the carrier, who is named.
#[test]
fn the_party_whose_costs_have_no_variance_is_named() {
    let contract = template("stop-loss");
    let heavy = Severity::pareto(1.5, 900.0).unwrap();
    let why = contract.outlook(&model(heavy), &IndexMap::new(), contract.period().start).unwrap_err();
    assert!(why.to_string().contains("party `") && why.to_string().contains("infinite"), "{why}");
}

/// Activity that goes with cost: a spell to 5,000 pounds and three visits to a thousand.
#[test]
fn activity_may_be_proportional_to_cost() {
    let contract = template("activity");
    let day = contract.period().start;
    let by = |ratio: &str| ratio.parse::<Decimal>().unwrap();
    let model = |law: Severity| {
        model(law)
            .proportional("admissions", by("0.0002"))
            .unwrap()
            .proportional("visits", by("0.003"))
            .unwrap()
    };
    let certain =
        contract.outlook(&model(Severity::certain(2_000.0).unwrap()), &IndexMap::new(), day).unwrap();
    // 400 × 2,500 + 6,000 × 150.25 − 2,000,000.
    assert!((certain.party("provider").unwrap().mean() + 98_500.0).abs() < 1e-6);
    // Of a pound that is avoided 0.0002 × 2,500 + 0.003 × 150.25 = 0.95075 is not paid.
    let power =
        contract.power(&model(person()), &IndexMap::new(), day, "provider", &Saving::default()).unwrap();
    assert!((power.unit_cost - 1.0).abs() < 1e-9 && (power.volume - 0.049_25).abs() < 1e-9, "{power:?}");
    assert_eq!(power.held, Vec::<String>::new());
}

/// Fifty years have half a year that is one of the worst hundredth.
#[test]
fn tails_that_were_hardly_drawn_have_no_estimate() {
    let contract = template("capitation");
    let day = contract.period().start;
    let drawn = |years: usize| {
        let how = Simulation::new(years, 7).unwrap();
        let all = contract.simulate(&model(person()), &IndexMap::new(), day, &how).unwrap();
        all.party("provider").unwrap().clone()
    };
    let (few, many) = (drawn(50), drawn(500));
    for why in [
        few.mean_of_worst(0.99).unwrap_err(),
        few.quantiles(&[0.01]).unwrap_err(),
        few.quantiles(&[1.0]).unwrap_err(),
    ] {
        assert_eq!(why.kind(), ErrorKind::Statistic, "{why}");
    }
    assert!(few.mean_of_worst(0.99).unwrap_err().to_string().contains("draw at least 500 years"));
    assert!(many.mean_of_worst(0.99).unwrap().se > 0.0);
    assert!(few.quantiles(&[0.1, 0.9]).is_ok());
}

#[test]
fn no_amount_has_no_probability() {
    let contract = template("capitation");
    let outlook = contract.outlook(&model(person()), &IndexMap::new(), contract.period().start).unwrap();
    let provider = outlook.party("provider").unwrap();
    assert_eq!(provider.probability_below(f64::NAN).unwrap_err().kind(), ErrorKind::Range);
}

/// A year that is rarer than the distribution is right is not told; the error of others is that of the distribution.
#[test]
fn capital_comes_with_its_error() {
    let contract = template("stop-loss");
    let day = contract.period().start;
    let shock = Shock::multiplicative("winter", 0.3).unwrap();
    let outlook =
        contract.outlook(&model(person()).with_shock(shock).unwrap(), &IndexMap::new(), day).unwrap();
    let reinsurer = outlook.party("reinsurer").unwrap();
    let (_, error) = reinsurer.method().unwrap();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // some hundreds
    let beyond = (2.0 / error) as u32;
    let why = capital(reinsurer, &[beyond]).unwrap_err();
    assert!(
        why.to_string().contains("its distribution") || why.to_string().contains("the distribution of"),
        "{why}"
    );
    let [year] = capital(reinsurer, &[20]).unwrap()[..] else { panic!() };
    let levels = [0.05 - error, 0.05 + error].map(|level| -reinsurer.quantile(level).unwrap());
    let off = levels.map(|amount| (amount - year.quantile).abs()).into_iter().fold(0.0, f64::max);
    assert!((year.quantile_error - off).abs() <= 1e-9 * off, "{} {off}", year.quantile_error);
    assert!(year.tvar_error > 0.0);
}

/// What was fitted to few people is not known better than they tell.
#[test]
fn a_fit_to_few_people_brings_the_error_of_its_mean() {
    // A gamma law's own deviation over its mean is 1/√a.
    let law = Severity::gamma(0.25, 8_000.0).unwrap();
    let costs = |people: u32| -> Vec<f64> {
        (0..people).map(|row| law.quantile((f64::from(row) + 0.5) / f64::from(people)).unwrap()).collect()
    };
    let cell = |people: u32| {
        let fit = fit::gamma(&costs(people), None).unwrap();
        (
            fit.mean_error,
            CostCell::new("all", 50_000, fit.severity.clone()).unwrap().known_from(&fit).unwrap(),
        )
    };
    let (error, few) = cell(400);
    assert!((error.unwrap() * 20.0 / 2.0 - 1.0).abs() < 0.05, "{error:?}");
    assert_eq!(Some(few.relative_error()), error);
    assert!(cell(10_000).1.relative_error().abs() < f64::EPSILON);
}
