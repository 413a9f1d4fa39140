//! Cost models fitted to people: weights, cells, errors of means and parts of a year worked out by hand, and what is refused.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail

use std::ops::ControlFlow;

use capitation::decimal::to_f64;
use capitation::money::{Currency, RoundingMode};
use capitation::population::{Columns, DeprivationScale, Population};
use capitation::risk::cost_model::{By, CostModel, Fitting, Law, PartialYears, Shock};
use capitation::risk::measures;
use capitation::risk::panels::{Panels, draw_sums};
use capitation::risk::severity::Severity;
use capitation::{ErrorKind, Result};

#[track_caller]
fn near(found: f64, expected: f64, within: f64, what: &str) {
    assert!((found - expected).abs() <= within, "{what}: {found} is not {expected} within {within:e}");
}

fn population(columns: &Columns<'_>) -> Population {
    Population::from_columns(columns, Currency::new("USD").unwrap(), RoundingMode::HalfUp).unwrap()
}

fn of_costs(costs: Vec<f64>) -> Columns<'static> {
    Columns::new().member_months("months", vec![12.0; costs.len()]).cost("cost", costs)
}

/// 0, 10, …, 100: eleven people, who cost 50 on average.
fn eleven() -> Vec<f64> {
    (0..11).map(|k| 10.0 * f64::from(k)).collect()
}

fn fit(columns: &Columns<'_>, fitting: &Fitting) -> Result<CostModel> {
    CostModel::from_population(&population(columns), fitting)
}

/// Squares from the mean of 50 add up to 11,000: the error is √(11,000 × 11/10)/11 = 10, of the mean a fifth.
#[test]
fn the_error_of_a_mean_by_hand() {
    let model = fit(&of_costs(eleven()), &Fitting::default()).unwrap();
    let [cell] = model.cells() else { panic!("one cell") };
    assert_eq!((cell.name(), cell.people(), model.fits()[0].people), ("everybody", 11, 11));
    near(model.fits()[0].mean.mean, 50.0, 1e-12, "mean");
    near(model.fits()[0].mean.se, 10.0, 1e-12, "error");
    near(cell.relative_error(), 0.2, 1e-14, "relative");
    assert!(model.fits()[0].fit.is_none());
    let certain = fit(&of_costs(eleven()), &Fitting::default().mean_errors(false)).unwrap();
    near(certain.cells()[0].relative_error(), 0.0, 0.0, "asked for none");
}

/// The same people seen twice are still eleven: the error does not fall.
#[test]
fn a_person_seen_twice_is_one_person() {
    let columns = of_costs([eleven(), eleven()].concat())
        .person("id", (0..22).map(|row| row % 11).collect::<Vec<i64>>())
        .year("year", (0..22).map(|row| 2024 + row / 11).collect::<Vec<i64>>());
    for fitting in [Fitting::default(), Fitting::default().person_years()] {
        let model = fit(&columns, &fitting).unwrap();
        assert_eq!((model.people(), model.fits()[0].people), (11, 11));
        near(model.fits()[0].mean.se, 10.0, 1e-12, "error");
    }
}

/// Six people of weight 1 cost nothing and six of weight 2 cost 30: the mean is 360/18 = 20. Weighted deviations are −20 and
/// +20, so that the error is √(12 × 400 × 12/11)/18.
#[test]
fn weights_are_respected() {
    let each = |of: fn(bool) -> f64| (0..12).map(|row| of(row < 6)).collect::<Vec<f64>>();
    let columns = of_costs(each(|first| if first { 0.0 } else { 30.0 }))
        .weight("w", each(|first| if first { 1.0 } else { 2.0 }));
    let model = fit(&columns, &Fitting::default().people(900)).unwrap();
    near(model.fits()[0].mean.mean, 20.0, 1e-13, "mean");
    near(model.fits()[0].mean.se, (4_800.0_f64 * 12.0 / 11.0).sqrt() / 18.0, 1e-13, "error");
    near(model.cells()[0].severity().zeros(), 1.0 / 3.0, 1e-15, "no cost");
    near(model.mean(), 18_000.0, 1e-9, "900 × 20");
}

/// Eleven people seen in two years cost 100 in each, eleven seen once cost nothing: a drawn person costs 50 on average, a drawn
/// person year 2/3 of 100. Of the second year alone both are 100.
#[test]
fn people_are_drawn_and_then_their_years() {
    let costs = [vec![100.0; 22], vec![0.0; 11]].concat();
    let ids = (0..33).map(|row| if row < 22 { row % 11 } else { row }).collect::<Vec<i64>>();
    let years = (0..33).map(|row| if (11..22).contains(&row) { 2025 } else { 2024 }).collect::<Vec<i64>>();
    let columns = of_costs(costs).person("id", ids).year("year", years);
    let mean = |fitting: Fitting| fit(&columns, &fitting).unwrap().fits()[0].mean.mean;
    near(mean(Fitting::default()), 50.0, 1e-12, "people");
    near(mean(Fitting::default().person_years()), 200.0 / 3.0, 1e-12, "person years");
    near(mean(Fitting::default().in_years([2025])), 100.0, 1e-12, "one year");
    near(mean(Fitting::default().in_years([2024])), 50.0, 1e-12, "the other");
}

/// 30 people at 100 and 20 at 300, for a panel of 7: 4.2 and 2.8 people are 4 and 3.
fn two_cells() -> Columns<'static> {
    let rows = 0..50;
    let cost = rows.clone().map(|row| if row < 30 { 100.0 } else { 300.0 }).collect();
    let cell = rows.map(|row| if row < 30 { "well" } else { "ill" }).collect::<Vec<_>>();
    of_costs(cost).cell("health", cell)
}

#[test]
fn a_panel_has_whole_people_of_each_cell() {
    let model = fit(&two_cells(), &Fitting::default().by(By::Cell).people(7)).unwrap();
    let cells: Vec<_> = model.cells().iter().map(|cell| (cell.name(), cell.people())).collect();
    assert_eq!(cells, [("ill", 3), ("well", 4)]);
    near(model.mean(), 1_300.0, 1e-9, "3 × 300 + 4 × 100");
    let shares: Vec<f64> = model.fits().iter().map(|fit| fit.share).collect();
    near(shares[0], 0.4, 1e-15, "ill");
    near(shares[1], 0.6, 1e-15, "well");
}

/// Drawn by chance, one of the panel costs 100 or 300: a mean of 180 and a variance of 0.6 × 0.4 × 200² = 9,600, where each cell
/// by itself has none.
#[test]
fn a_drawn_composition_varies() {
    let drawn = fit(&two_cells(), &Fitting::default().by(By::Cell).random_composition()).unwrap();
    let [cell] = drawn.cells() else { panic!("one cell") };
    let law = cell.severity();
    near(law.mean(), 180.0, 1e-12, "mean");
    near(law.limited_second_moment(f64::INFINITY) - 180.0 * 180.0, 9_600.0, 1e-9, "variance");
    assert_eq!((cell.people(), drawn.fits().len()), (50, 2));
    // √(50 × 9,600/49/50) on 180.
    near(cell.relative_error(), (9_600.0_f64 / 49.0).sqrt() / 180.0, 1e-14, "error");
    let fixed = fit(&two_cells(), &Fitting::default().by(By::Cell)).unwrap();
    near(fixed.cells()[0].severity().limited_second_moment(f64::INFINITY), 90_000.0, 1e-9, "no spread");
    assert_eq!(fixed.cells()[0].relative_error().to_bits(), 0.0_f64.to_bits());
}

#[test]
fn cells_by_class_and_deprivation() {
    let rows = || 0..44;
    let columns = of_costs(rows().map(|row| f64::from(row) + 1.0).collect())
        .class("age", rows().map(|row| if row % 2 == 0 { "aged" } else { "disabled" }).collect::<Vec<_>>())
        .deprivation(
            "imd",
            DeprivationScale::Quintile,
            rows().map(|row| if row < 22 { 1.0 } else { 5.0 }).collect::<Vec<_>>(),
        );
    let model = fit(&columns, &Fitting::default().by(By::Class).by(By::Deprivation)).unwrap();
    let names: Vec<_> = model.cells().iter().map(capitation::risk::cost_model::CostCell::name).collect();
    assert_eq!(
        names,
        [
            "aged, most deprived fifth",
            "aged, least deprived fifth",
            "disabled, most deprived fifth",
            "disabled, least deprived fifth"
        ]
    );
    // 1, 3, …, 21 and the even ones above 22: 24, …, 44.
    near(model.fits()[0].mean.mean, 11.0, 1e-12, "first");
    near(model.fits()[3].mean.mean, 34.0, 1e-12, "last");
}

/// 12 people for the whole year at 120 and 12 for three months at 90.
fn partly() -> Columns<'static> {
    let is_whole = |row: i32| row < 12;
    Columns::new()
        .member_months(
            "months",
            (0..24).map(|row| if is_whole(row) { 12.0 } else { 3.0 }).collect::<Vec<_>>(),
        )
        .cost("cost", (0..24).map(|row| if is_whole(row) { 120.0 } else { 90.0 }).collect::<Vec<_>>())
}

#[test]
fn parts_of_a_year_are_said_to_be_one_thing_or_another() {
    let why = fit(&partly(), &Fitting::default()).unwrap_err();
    assert_eq!(why.kind(), ErrorKind::Experience);
    assert_eq!(
        why.to_string(),
        "cost model of a population: 12 of 24 rows are of less than twelve months; say what they are with `partial_years`: as they are, or apart; to leave them out loses those who died or were born"
    );
    let together = fit(&partly(), &Fitting::default().partial_years(PartialYears::AsTheyAre)).unwrap();
    near(to_f64(together.cells()[0].member_months_each()), 7.5, 0.0, "mean months");
    near(together.mean(), 24.0 * 105.0, 1e-9, "what all cost");
    let apart = fit(&partly(), &Fitting::default().partial_years(PartialYears::Apart)).unwrap();
    let cells: Vec<_> =
        apart.cells().iter().map(|cell| (cell.name(), to_f64(cell.member_months_each()))).collect();
    assert_eq!(cells, [("everybody", 12.0), ("everybody, part of the year", 3.0)]);
    near(apart.mean(), 24.0 * 105.0, 1e-9, "what all cost");
    // 12 × 12 + 12 × 3 months are 15 years, which cost 2,520: 168 each.
    near(apart.rescaled_to(336.0).unwrap().mean(), 2.0 * 2_520.0, 1e-9, "twice as much");
}

/// Errors of means are carried by fits to fewer than 10,000 people, unless it is said.
#[test]
fn errors_of_means_are_carried_by_small_fits() {
    let carried = |people: i32, fitting: Fitting| {
        let costs = (0..people).map(|k| f64::from(k % 100)).collect();
        fit(&of_costs(costs), &fitting).unwrap().cells()[0].relative_error() > 0.0
    };
    assert!(carried(9_999, Fitting::default()) && !carried(10_000, Fitting::default()));
    assert!(carried(10_000, Fitting::default().mean_errors(true)));
    // The size of the panel has no part in it.
    assert!(!carried(10_000, Fitting::default().people(50)));
}

/// 2,000 quantiles of a lognormal law with a fifth of people without a cost.
fn lognormal_people() -> Columns<'static> {
    let law = Severity::lognormal(7.0, 1.5).unwrap().with_zeros(0.2).unwrap();
    of_costs((0..2_000).map(|k| law.quantile((f64::from(k) + 0.5) / 2_000.0).unwrap()).collect())
}

#[test]
fn laws_meet_what_they_are_fitted_to() {
    let of = |law: Law| fit(&lognormal_people(), &Fitting::default().law(law)).unwrap();
    let seen = of(Law::Empirical).cells()[0].severity().clone();
    let found = |law: Law| {
        let model = of(law);
        let fit = model.fits()[0].fit.clone().unwrap();
        assert_eq!(&fit.severity, model.cells()[0].severity());
        fit
    };
    let lognormal = found(Law::Lognormal);
    near(lognormal.parameter("mu").unwrap().value, 7.0, 1e-3, "mu");
    near(lognormal.parameter("sigma").unwrap().value, 1.5, 5e-3, "sigma");
    // The likelihood of a gamma law is at its greatest with the mean of the sample.
    near(found(Law::Gamma).severity.mean() / seen.mean(), 1.0, 1e-12, "mean by gamma");
    let shares = found(Law::LognormalToShares);
    near(shares.severity.mean() / seen.mean(), 1.0, 1e-12, "mean by shares");
    for share in &shares.goodness.top_shares {
        near(share.cost.fitted.unwrap(), share.cost.observed.unwrap(), 0.012, "top share");
    }
    for law in [Law::Spliced { at: 0.98 }, Law::EmpiricalWithTail { at: 0.98 }] {
        let fit = found(law);
        let at = seen.quantile(0.98).unwrap();
        near(fit.severity.survival(at), seen.survival(at), 1e-12, "what lies above");
        near(fit.severity.limited_mean(at) / seen.limited_mean(at), 1.0, 5e-3, "what lies below");
    }
    let tailed = found(Law::EmpiricalWithTail { at: 0.98 });
    let median = seen.quantile(0.5).unwrap();
    near(tailed.severity.cdf(median), seen.cdf(median), 1e-14, "as they were seen");
    assert!(tailed.goodness.anderson_darling.is_none() && tailed.parameter("xi").is_some());
}

/// Panels drawn from a population, with weights and with people seen once or twice, have the mean and the spread of its model.
#[test]
fn drawn_panels_have_the_law_of_the_model() {
    let ids: Vec<i64> = (0..60).map(|row| if row < 40 { row } else { row - 40 }).collect();
    let years: Vec<i64> = (0..60).map(|row| 2024 + row / 40).collect();
    let costs: Vec<f64> = (0..60).map(|row| f64::from((row * row * 37) % 1_009)).collect();
    let weights: Vec<f64> = (0..60).map(|row| f64::from(row % 7)).collect();
    let people = population(&of_costs(costs).person("id", ids).year("year", years).weight("w", weights));
    let fitting = Fitting::default().people(50).mean_errors(false);
    let model = CostModel::from_population(&people, &fitting).unwrap();
    let panels = Panels::new([50], 40_000, 3).unwrap();
    let cost = people.measure("actual cost").unwrap().values();
    let sums = draw_sums(&people, &[cost], &panels, |_, _| ControlFlow::Continue(())).unwrap().unwrap();
    let drawn: Vec<f64> = sums.of(0, 0).iter().map(|cents| cents / 100.0).collect();
    let mean = measures::mean(&drawn).unwrap();
    near(model.mean(), mean.mean, 4.0 * mean.se, "mean");
    let law = model.cells()[0].severity();
    let variance = law.limited_second_moment(f64::INFINITY) - law.mean().powi(2);
    let spread = measures::standard_deviation(&drawn).unwrap();
    near((50.0 * variance).sqrt(), spread.mean, 4.0 * spread.se, "standard deviation");
}

#[test]
fn a_model_is_rescaled_as_a_whole() {
    let model = fit(&two_cells(), &Fitting::default().by(By::Cell).people(50)).unwrap();
    let winter = Shock::additive("winter", 5.0).unwrap();
    let model = model.with_shock(winter).unwrap().with_shock(Shock::multiplicative("trend", 0.02).unwrap());
    let model = model.unwrap();
    let scaled = model.rescaled_to(270.0).unwrap();
    near(scaled.mean(), 50.0 * 270.0, 1e-9, "mean");
    let means: Vec<f64> = scaled.cells().iter().map(|cell| cell.severity().mean()).collect();
    near(means[0] / means[1], 3.0, 1e-13, "beside each other");
    let spreads: Vec<f64> = scaled.shocks().iter().map(Shock::spread).collect();
    near(spreads[0], 7.5, 1e-13, "money");
    near(spreads[1], 0.02, 0.0, "a factor");
    assert_ne!(scaled.fingerprint(), model.fingerprint());
    assert_eq!(scaled.fits(), model.fits());
    assert_eq!(model.rescaled_to(0.0).unwrap_err().kind(), ErrorKind::Range);
    assert_eq!(model.scaled(f64::NAN).unwrap_err().kind(), ErrorKind::Range);
    let nobody = CostModel::new(Currency::new("USD").unwrap());
    assert_eq!(nobody.rescaled_to(5.0).unwrap_err().kind(), ErrorKind::Statistic);
}

#[test]
fn what_would_mislead_is_refused() {
    let refused = |columns: &Columns<'_>, fitting: &Fitting| {
        let why = fit(columns, fitting).unwrap_err();
        (why.kind(), why.to_string())
    };
    let people = || of_costs(eleven());
    let (kind, said) = refused(&people(), &Fitting::of("drugs"));
    assert_eq!(kind, ErrorKind::Unknown);
    assert!(said.starts_with("population: there is no measure `drugs`"), "{said}");
    let visits = people().activity("visits", "v", vec![1.0; 11]);
    assert_eq!(
        refused(&visits, &Fitting::of("visits")),
        (
            ErrorKind::Unit,
            "cost model of a population: `visits` is a count; name a cost: `actual cost`, or a care setting"
                .to_owned()
        )
    );
    assert_eq!(
        refused(&people(), &Fitting::default().by(By::Cell)),
        (
            ErrorKind::Column,
            "cost model of a population: the population has no column of risk cells; name one with `cell` when the population is read".to_owned()
        )
    );
    assert_eq!(refused(&people(), &Fitting::default().by(By::Deprivation)).0, ErrorKind::Column);
    assert_eq!(refused(&people(), &Fitting::default().in_years([2025])).0, ErrorKind::Column);
    let dated = people().year("year", vec![2025; 11]);
    assert_eq!(
        refused(&dated, &Fitting::default().in_years([2025, 2026])),
        (
            ErrorKind::Unknown,
            "cost model of a population: nobody is there in 2026; its years are 2025".to_owned()
        )
    );
    let few = of_costs(vec![5.0; 20])
        .cell("c", (0..20).map(|k| if k < 10 { "few" } else { "many" }).collect::<Vec<_>>());
    assert_eq!(
        refused(&few, &Fitting::default().by(By::Cell)),
        (
            ErrorKind::Statistic,
            "risk cell `few`: it is of fewer than 11 people; make cells larger: fewer columns, or wider values of a column; nothing is told of so few people".to_owned()
        )
    );
    let (kind, said) = refused(&of_costs(vec![0.0; 11]), &Fitting::default());
    assert_eq!(kind, ErrorKind::Statistic);
    assert!(said.starts_with("risk cell `everybody`: nobody in it has a cost"), "{said}");
    let (kind, said) = refused(&of_costs(vec![5.0; 11]), &Fitting::default().law(Law::Gamma));
    assert_eq!(kind, ErrorKind::Statistic);
    assert!(said.starts_with("risk cell `everybody`, severity, fit of costs: 1 different costs"), "{said}");
    let (kind, said) = refused(&two_cells(), &Fitting::default().by(By::Cell).people(1));
    assert_eq!(kind, ErrorKind::Range);
    assert_eq!(
        said,
        "risk cell `ill`: of 1 people 0.40 are in it; give a larger panel, make cells larger, or draw who is on it (`random_composition`)"
    );
    assert_eq!(refused(&people(), &Fitting::default().people(0)).0, ErrorKind::Range);
    // One of eleven has a cost and hardly a weight: the error is √(11/10 × (1 + 10/10²)) = 1.1 times the mean.
    let one =
        |cost: f64, others: f64| (0..11).map(|k| if k == 0 { cost } else { others }).collect::<Vec<_>>();
    let unknown = of_costs(one(100.0, 0.0)).weight("w", one(1e-6, 1.0));
    let (kind, said) = refused(&unknown, &Fitting::default());
    assert_eq!(kind, ErrorKind::Statistic);
    assert!(
        said.starts_with("risk cell `everybody`: the standard error of its mean is 1.10 times"),
        "{said}"
    );
}
