//! The comparison on the people of the RAND Health Insurance Experiment: budget neutrality, the bonus that chance
//! alone pays, the marginal pound, and who carries the risk.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail
#![allow(clippy::cast_precision_loss)] // numbers of people

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::OnceLock;

use capitation::compare::{Comparison, MarginalCost};
use capitation::money::RoundingMode;
use capitation::population::{Columns, Population};
use capitation::risk::measures::{Estimate, mean, probability_of_deficit, standard_deviation};
use capitation::risk::panels::{PanelSums, Panels, draw_sums};
use capitation::{Compare, Contract, Currency};

const CONTRACTS: [&str; 7] = [
    "payment-by-results",
    "capitation",
    "capitation-stop-loss-corridor",
    "shared-savings-one-sided",
    "shared-savings-two-sided",
    "blend",
    "block",
];

/// The experiment's person-years, and none where the table is absent.
fn people() -> Option<&'static Population> {
    static PEOPLE: OnceLock<Option<Population>> = OnceLock::new();
    PEOPLE.get_or_init(read).as_ref()
}

fn read() -> Option<Population> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/people/randhie_cameron_trivedi.csv.gz");
    let Ok(file) = std::fs::File::open(&path) else {
        println!("skipped: {} is absent", path.display());
        return None;
    };
    let mut table = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let headers = table.headers().unwrap().clone();
    let places = ["zper", "year", "time", "meddol", "totadm", "mdvis"]
        .map(|name| headers.iter().position(|header| header == name).unwrap());
    let mut columns: [Vec<f64>; 6] = Default::default();
    for record in table.records() {
        let record = record.unwrap();
        for (column, &place) in columns.iter_mut().zip(&places) {
            column.push(record[place].parse().unwrap());
        }
    }
    let [person, year, time, cost, admissions, visits] = columns;
    #[allow(clippy::cast_possible_truncation)] // whole numbers
    let whole = |values: Vec<f64>| values.into_iter().map(|value| value as i64).collect::<Vec<_>>();
    let columns = Columns::new()
        .person("zper", whole(person))
        .year("year", whole(year))
        .member_months("time x 12", time.iter().map(|time| 12.0 * time).collect::<Vec<_>>())
        .cost("meddol", cost)
        .activity("admissions", "totadm", admissions)
        .activity("visits", "mdvis", visits);
    Some(Population::from_columns(&columns, Currency::new("USD").unwrap(), RoundingMode::HalfUp).unwrap())
}

fn contracts() -> Vec<Contract> {
    CONTRACTS.map(|name| Contract::read(format!("examples/contracts/{name}.toml")).unwrap()).to_vec()
}

fn marginal_cost() -> MarginalCost {
    let cost = MarginalCost::new("0.6".parse().unwrap()).unwrap();
    let cost = cost.with_unit_cost("admissions", "891.25".parse().unwrap()).unwrap();
    cost.with_unit_cost("visits", "24.86".parse().unwrap()).unwrap()
}

/// All contracts in panels of the default sizes, 2,000 times.
fn compared() -> Option<&'static Comparison> {
    static COMPARED: OnceLock<Option<Comparison>> = OnceLock::new();
    let run = || {
        let contracts = contracts();
        let compare = Compare::new(people()?, &contracts).draws(2_000).marginal_cost(marginal_cost());
        Some(compare.run().unwrap())
    };
    COMPARED.get_or_init(run).as_ref()
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}

fn sums(population: &Population, measures: &[&str], sizes: &[usize], draws: usize, seed: u64) -> PanelSums {
    let columns: Vec<&[i64]> =
        measures.iter().map(|name| population.measure(name).unwrap().values()).collect();
    let panels = Panels::new(sizes, draws, seed).unwrap();
    draw_sums(population, &columns, &panels, |_, _| ControlFlow::Continue(())).unwrap().unwrap()
}

fn expected(population: &Population, measure: &str) -> f64 {
    expected_of(population, population.measure(measure).unwrap().values())
}

/// What one drawn person has on average: the mean over people of the mean over each one's years.
fn expected_of(population: &Population, values: &[i64]) -> f64 {
    let of_person = |person| {
        let rows = population.rows_of_person(person);
        rows.iter().map(|row| values[*row as usize] as f64).sum::<f64>() / rows.len() as f64
    };
    (0..population.people()).map(of_person).sum::<f64>() / population.people() as f64
}

#[test]
fn every_contract_costs_the_payer_the_same() {
    let Some(comparison) = compared() else { return };
    let place = comparison.sizes.iter().position(|size| *size == comparison.basis.panel).unwrap();
    let reference = &comparison.contracts[0].by_size[place];
    for contract in &comparison.contracts {
        let at = &contract.by_size[place];
        let solved = contract.solved.as_ref();
        println!(
            "{}: {:?}, residual {:+.1e}",
            contract.name,
            solved.map(|s| (&s.term, s.solved)),
            at.outlay_residual.unwrap().mean
        );
        assert_eq!(solved.is_none(), contract.name == comparison.basis.reference);
        assert!(solved.is_none_or(|solved| solved.residual.abs() <= 1e-6));
        assert!(at.outlay_residual.unwrap().mean.abs() <= 1e-6, "{}", contract.name);
        // Outlay is margin and cost, so with two parties the margin is common to the same residual.
        assert!(close(
            at.provider_margin.mean,
            reference.provider_margin.mean,
            1.001e-6 * reference.outlay.mean
        ));
        for row in &contract.by_size {
            let residual =
                row.outlay.mean / comparison.contracts[0].by_size[index(comparison, row.size)].outlay.mean;
            assert!(close(row.outlay_residual.unwrap().mean, residual - 1.0, 1e-12));
        }
    }
}

fn index(comparison: &Comparison, size: usize) -> usize {
    comparison.sizes.iter().position(|known| *known == size).unwrap()
}

/// What a contract is worth grows with the panel in proportion, but for a block (written for one size) and where a
/// gate or a band meets a smaller spread: those leave a residual, and it is shown.
#[test]
fn other_sizes_keep_the_solved_term_and_show_what_is_left() {
    let Some(comparison) = compared() else { return };
    let residuals = |name: &str| -> Vec<f64> {
        let contract = comparison.contract(name).unwrap();
        contract.by_size.iter().map(|row| row.outlay_residual.unwrap().mean).collect()
    };
    // The block of 5,000 people is ten times the outlay of 500, and a quarter of that of 20,000.
    let block = residuals("Block");
    assert!(close(block[0], 9.0, 0.3) && close(block[1], 1.5, 0.03) && close(block[3], -0.75, 0.003));
    // The bonus is a larger part of a small panel's cost, and the price level was solved for panels of 5,000.
    let bonus = residuals("One-sided shared savings");
    println!("one-sided shared savings: {bonus:?}");
    assert!(bonus[0] > bonus[1] && bonus[1] > 0.002 && bonus[3] < -0.002);
}

/// The solved term is what the years are settled with, to the cent.
#[test]
fn the_solved_term_is_what_is_settled() {
    let Some(comparison) = compared() else { return };
    let capitation = comparison.contract("Capitation").unwrap();
    let price = capitation.solved.as_ref().unwrap().solved;
    for year in &capitation.by_year {
        let envelope = year.member_months.unwrap() * price;
        let cents = envelope.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
        assert_eq!(year.outlay.unwrap(), cents);
    }
    assert!(capitation.words.contains(&price.to_string()), "{}", capitation.words);
    let line = capitation.statement.as_ref().unwrap().amount("price per member month").unwrap();
    assert_eq!(line, price);
}

#[test]
fn the_years_add_up() {
    let Some(comparison) = compared() else { return };
    for contract in &comparison.contracts {
        let members: Vec<usize> = contract.by_year.iter().map(|year| year.members.unwrap()).collect();
        assert_eq!(members, [5_638, 5_575, 5_548, 1_715, 1_714]);
        for year in &contract.by_year {
            assert!(!year.suppressed && year.problem.is_none());
            assert_eq!(year.outlay.unwrap(), year.cost.unwrap() + year.margin.unwrap(), "{}", contract.name);
        }
        let cost: rust_decimal::Decimal = contract.by_year.iter().map(|year| year.cost.unwrap()).sum();
        assert_eq!(cost.to_string(), "3463955.97");
    }
}

/// A transfer is a transfer: what the parties have together is the cost of care, whatever the contract.
#[test]
fn the_parties_together_have_the_cost_of_care() {
    let (Some(population), Some(comparison)) = (people(), compared()) else { return };
    let panels = sums(population, &["actual cost"], &comparison.sizes, 2_000, 1);
    for contract in &comparison.contracts {
        for (place, row) in contract.by_size.iter().enumerate() {
            let cost = mean(panels.of(place, 0)).unwrap().mean / 100.0;
            let together: f64 = row.parties.iter().map(|party| party.result.mean).sum();
            assert!(close(together, -cost, 1e-9 * cost), "{}: {together} {cost}", contract.name);
            let flows: f64 = row.parties.iter().map(|party| party.gets.mean - party.pays.mean).sum();
            assert!(flows.abs() <= 1e-9 * cost);
        }
    }
}

/// The experiment's average admission at 891.25 costs the provider 0.6 of that where there is one less.
#[test]
fn the_marginal_pound_tells_the_contracts_apart() {
    let Some(comparison) = compared() else { return };
    let effect = |contract: &str, what: &str, party: usize| {
        let contract = comparison.contract(contract).unwrap();
        contract.marginal.iter().find(|event| event.what == what).unwrap().results[party].mean
    };
    let by_size = |name: &str, what: &str| [effect(name, what, 0), effect(name, what, 1)];
    let near = |name: &str, what: &str, expected: [f64; 2]| {
        let found = by_size(name, what);
        assert!((0..2).all(|party| close(found[party], expected[party], 1e-9)), "{name}: {found:?}");
    };
    near("Payment by results", "one admission more", [-891.25, 356.50]);
    near("Payment by results", "one admission avoided", [891.25, -356.50]);
    near("Capitation", "one admission more", [0.0, -534.75]);
    near("Capitation", "one admission avoided", [0.0, 534.75]);
    near("Block", "one admission avoided", [0.0, 534.75]);
    // 0.6 of 24.86, which is not whole cents.
    near("Capitation", "one visit avoided", [0.0, 14.916]);
    for name in ["Payment by results", "Capitation", "Block", "Blend of capitation and payment by results"] {
        near(name, "one dollar of cost saved", [0.0, 1.0]);
    }
    // Law T42: a share of savings softens what payment by results rewards, and does not turn it round at these terms.
    let shared = effect("One-sided shared savings", "one admission avoided", 1);
    assert!(shared > -356.50 && shared < 0.0);
    // The corridor and the stop-loss take a part of every dollar saved, a share of savings adds to it.
    let saved = |name| effect(name, "one dollar of cost saved", 1);
    assert!(
        saved("Capitation with stop-loss and a corridor") < 1.0 && saved("One-sided shared savings") > 1.0
    );
}

#[test]
fn risk_is_shared_out_whole() {
    let Some(comparison) = compared() else { return };
    for contract in &comparison.contracts {
        for row in &contract.by_size {
            let variance: f64 = row.parties.iter().map(|p| p.share_of_variance.unwrap().mean).sum();
            let tail: f64 = row.parties.iter().map(|p| p.share_of_tail.unwrap().mean).sum();
            assert!(
                close(variance, 1.0, 1e-9) && close(tail, 1.0, 1e-9),
                "{}: {variance} {tail}",
                contract.name
            );
        }
    }
    let provider = |name: &str| -> Vec<Estimate> {
        let rows = &comparison.contract(name).unwrap().by_size;
        rows.iter().map(|row| row.parties[1].share_of_variance.unwrap()).collect()
    };
    // Exposure varies a little, and with it the envelope: it hedges a thousandth of the cost.
    assert!(provider("Capitation").iter().all(|share| close(share.mean, 1.0, 2e-3)));
    assert!(provider("Block").iter().all(|share| close(share.mean, 1.0, 1e-9)));
    for share in provider("Payment by results") {
        // Admissions and visits follow a part of what moves cost: two thirds stay with the provider, at every size.
        assert!(close(share.mean, 0.67, 4.0 * share.se), "{share:?}");
    }
    // A band of the result covers more of a small panel's spread than of a large one's.
    let corridor = provider("Capitation with stop-loss and a corridor");
    assert!(corridor.windows(2).all(|pair| pair[0].mean < pair[1].mean) && corridor[3].mean < 1.0);
}

/// How many panels are drawn: enough for a test, or as many as `DRAWS` says, for the figures told here.
fn draws() -> usize {
    std::env::var("DRAWS").ok().and_then(|draws| draws.parse().ok()).unwrap_or(4_000)
}

/// The expected bonus of one-sided sharing where nobody saves anything, as a part of expected cost: chance alone
/// pays it. The benchmark is the expected cost, for each member or for each member month.
fn bonus(base: &str, sizes: &[usize], draws: usize) -> Option<Vec<Estimate>> {
    let population = people()?;
    let per_unit = expected(population, "actual cost") / expected(population, base);
    let panels = sums(population, &["actual cost", base], sizes, draws, 3);
    let of_size = |(place, size): (usize, &usize)| {
        let (cost, units) = (panels.of(place, 0), panels.of(place, 1));
        let whole = expected(population, "actual cost") * *size as f64;
        let paid = cost.iter().zip(units).map(|(cost, units)| {
            let benchmark = units * per_unit;
            let saved = benchmark - cost;
            if saved >= 0.03 * benchmark { 0.5 * saved / whole } else { 0.0 }
        });
        mean(&paid.collect::<Vec<_>>()).unwrap()
    };
    Some(sizes.iter().enumerate().map(of_size).collect())
}

/// Per cent of expected cost, from 1,000,000 panels (200,000 of 20,000 people) with `DRAWS=1000000`: size, bonus,
/// and its standard error. Drawing person-years in place of people, as a quicker reckoning would, gives 3.46, 1.72,
/// 1.00 and 0.32 (standard errors 0.014, 0.012, 0.012, 0.009), since someone seen for five years counts five times.
const BONUS: [(usize, f64, f64); 4] =
    [(500, 3.6154, 0.0046), (2_000, 1.7931, 0.0026), (5_000, 1.0535, 0.0017), (20_000, 0.3567, 0.0019)];

#[test]
fn chance_alone_pays_a_bonus_that_falls_with_the_panel() {
    let sizes = BONUS.map(|(size, ..)| size);
    let Some(measured) = bonus("members", &sizes, draws()) else { return };
    let population = people().unwrap();
    let cost = population.measure("actual cost").unwrap().values();
    let squares: Vec<i64> = cost.iter().map(|cost| cost * cost).collect();
    let each = expected(population, "actual cost");
    let variation = (expected_of(population, &squares) - each * each).sqrt() / each;
    for ((size, long, its_se), Estimate { mean, se }) in BONUS.into_iter().zip(measured) {
        // s · sd · φ(MSR/sd), with cost taken as normal: too high in small panels, whose cost is skewed.
        let deviation = variation / (size as f64).sqrt();
        let normal =
            0.5 * deviation * (-(0.03 / deviation).powi(2) / 2.0).exp() / std::f64::consts::TAU.sqrt();
        println!("{size} people: {:.3} % ± {:.3}, normal {:.3} %", 100.0 * mean, 100.0 * se, 100.0 * normal);
        let error = 4.0 * (100.0 * se).hypot(its_se);
        assert!(close(100.0 * mean, long, error), "{size}: {mean} against {long} %");
        assert!(close(100.0 * normal, long, 0.045 * long), "{size}: {normal} against {long} %");
    }
}

/// P(cost > budget + 10 %) against the size of the panel.
fn overspend(sizes: &[usize], draws: usize) -> Option<Vec<Estimate>> {
    let population = people()?;
    let each = expected(population, "actual cost");
    let panels = sums(population, &["actual cost"], sizes, draws, 5);
    let of_size = |(place, size): (usize, &usize)| {
        let left: Vec<f64> =
            panels.of(place, 0).iter().map(|cost| 1.1 * each * *size as f64 - cost).collect();
        let deviation = standard_deviation(panels.of(place, 0)).unwrap().mean / each / *size as f64;
        println!("{size} people: sd {deviation:.4} of the mean");
        probability_of_deficit(&left).unwrap()
    };
    Some(sizes.iter().enumerate().map(of_size).collect())
}

/// Not a law: a larger panel is not always safer. Of one person's cost most is far below the mean, so that few alone
/// are over budget, but hundreds are, together, more often than thousands. From 200,000 panels: 0.154 for one
/// person, 0.220 (3), 0.270 (10), 0.285 (30), 0.291 (100), 0.272 (300), 0.208 (1,000), 0.104 (3,000), 0.014 (10,000),
/// each ± 0.001.
#[test]
fn the_chance_of_overspending_rises_with_the_panel_before_it_falls() {
    let Some(measured) = overspend(&[1, 10, 100, 1_000, 10_000], draws()) else { return };
    let apart = |low: Estimate, high: Estimate| {
        assert!(high.mean - low.mean > 5.0 * low.se.hypot(high.se), "{low:?} {high:?}");
    };
    apart(measured[0], measured[1]);
    apart(measured[0], measured[2]);
    apart(measured[3], measured[2]);
    apart(measured[4], measured[3]);
}
