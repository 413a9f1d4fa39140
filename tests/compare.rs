//! The comparison on small made-up populations: laws that hold to the cent, refusals in their words, and what is
//! left out about too few people.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail
#![allow(clippy::cast_precision_loss, clippy::float_cmp)] // small whole numbers

use std::ops::ControlFlow;

use capitation::compare::{Comparison, ContractResult, MarginalCost, SizeResult};
use capitation::exposure::Date;
use capitation::money::RoundingMode;
use capitation::population::{Columns, Population};
use capitation::{Compare, Contract, Currency, Error, ErrorKind};
use rust_decimal::Decimal;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn make(columns: &Columns<'_>) -> Population {
    Population::from_columns(columns, Currency::new("USD").unwrap(), RoundingMode::HalfUp).unwrap()
}

/// Forty people: costs from 1.10 to 1,600.00, rising with the square, every fourth with an admission, every fifth
/// there for half a year.
fn columns<'a>() -> Columns<'a> {
    let people = || (1..=40).map(f64::from);
    Columns::new()
        .member_months(
            "months",
            people().map(|k| if k % 5.0 == 0.0 { 6.0 } else { 12.0 }).collect::<Vec<_>>(),
        )
        .cost("cost", people().map(|k| if k == 1.0 { 1.1 } else { k * k }).collect::<Vec<_>>())
        .activity("admissions", "adm", people().map(|k| f64::from(k % 4.0 == 0.0)).collect::<Vec<_>>())
}

fn population() -> Population {
    make(&columns())
}

fn contract(name: &str, text: &str) -> Contract {
    let head = "currency = \"USD\"\nperiod = { start = 2026-01-01, end = 2026-12-31 }\n\
                parties = { payer = \"payer\", provider = \"provider\" }\nbears = { \"actual cost\" = \"provider\" }";
    Contract::from_toml(&format!("name = \"{name}\"\n{head}\n{text}")).unwrap()
}

fn term(name: &str, unit: &str, value: &str) -> String {
    format!("[terms.\"{name}\"]\nunit = \"{unit}\"\nsource = \"Illustration\"\nvalues = {value}\n")
}

/// A clause, to the cent, on which the payer pays the provider.
fn paid(name: &str, rule: &str) -> String {
    format!(
        "{}round = {{ mode = \"half_up\", places = 2 }}\npays = {{ from = \"payer\", to = \"provider\" }}\n",
        clause(name, rule)
    )
}

fn clause(name: &str, rule: &str) -> String {
    format!("[[clause]]\nname = \"{name}\"\nrule.{rule}\n")
}

/// Payment by results: 1,234.50 an admission.
fn activity() -> Contract {
    let rule = "times = { of = \"admissions\", by = \"price\" }";
    contract(
        "activity",
        &format!(
            "inputs = {{ \"admissions\" = \"count\", \"actual cost\" = \"money\" }}\nscaled = \"price\"\n{}{}",
            term("price", "money per count", "\"1234.50\""),
            paid("payment", rule)
        ),
    )
}

/// Capitation at 30.00 a member month.
fn capitation() -> Contract {
    let rule = "times = { of = \"member months\", by = \"price\" }";
    contract(
        "capitation",
        &format!(
            "inputs = {{ \"member months\" = \"count\", \"actual cost\" = \"money\" }}\nscaled = \"price\"\n{}{}",
            term("price", "money per count", "\"30.00\""),
            paid("envelope", rule)
        ),
    )
}

/// Capitation, and what one person costs above the attachment for twelve months comes back.
fn stop_loss(attachment: &str) -> Contract {
    let layer =
        "per_person = { of = \"actual cost\", layer = { above = \"attachment\" }, annualised = true }";
    contract(
        "stop-loss",
        &format!(
            "inputs = {{ \"member months\" = \"count\", \"actual cost\" = \"money\" }}\nscaled = \"price\"\n{}{}{}{}",
            term("price", "money per count", "\"30.00\""),
            term("attachment", "money", &format!("\"{attachment}\"")),
            paid("envelope", "times = { of = \"member months\", by = \"price\" }"),
            paid("recovery", layer)
        ),
    )
}

/// The share `k` of a capitation of 30.00 and the rest of activity at 1,234.50, both to the cent.
fn blend(k: &str) -> Contract {
    contract(
        "blend",
        &format!(
            "inputs = {{ \"admissions\" = \"count\", \"member months\" = \"count\", \"actual cost\" = \"money\" }}\n\
             {}{}{}{}{}{}{}{}{}",
            term("capitation price", "money per count", "\"30.00\""),
            term("activity price", "money per count", "\"1234.50\""),
            term("share of envelope", "share", &format!("\"{k}\"")),
            term("whole", "share", "\"1\""),
            clause("envelope", "times = { of = \"member months\", by = \"capitation price\" }"),
            clause("activity", "times = { of = \"admissions\", by = \"activity price\" }"),
            clause("share of activity", "difference = { of = \"whole\", less = \"share of envelope\" }"),
            paid("paid for people", "times = { of = \"envelope\", by = \"share of envelope\" }"),
            paid("paid for activity", "times = { of = \"activity\", by = \"share of activity\" }"),
        ),
    )
}

/// A bonus alone: half of what care costs less than a fixed benchmark, where that is at least the minimum rate.
fn one_sided(benchmark: &str, rate: &str) -> Contract {
    contract(
        "one-sided",
        &format!(
            "inputs = {{ \"actual cost\" = \"money\" }}\nscaled = \"benchmark\"\n{}{}{}{}{}{}{}",
            term("benchmark", "money", &format!("\"{benchmark}\"")),
            term("minimum savings rate", "share", &format!("\"{rate}\"")),
            term("sharing rate", "share", "\"0.5\""),
            clause("savings", "difference = { of = \"benchmark\", less = \"actual cost\" }"),
            clause("minimum savings", "times = { of = \"benchmark\", by = \"minimum savings rate\" }"),
            clause(
                "savings that count",
                "gate = { of = \"savings\", measure = \"savings\", at_least = \"minimum savings\" }"
            ),
            paid("bonus", "times = { of = \"savings that count\", by = \"sharing rate\" }"),
        ),
    )
}

fn run(population: &Population, contracts: &[Contract]) -> Comparison {
    Compare::new(population, contracts).sizes([50, 200], 200).draws(400).run().unwrap()
}

fn of<'a>(comparison: &'a Comparison, contract: &str) -> &'a ContractResult {
    comparison.contract(contract).unwrap()
}

fn marginal_cost() -> MarginalCost {
    MarginalCost::new(decimal("0.6")).unwrap().with_unit_cost("admissions", decimal("1000")).unwrap()
}

#[track_caller]
fn assert_close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance, "{a} and {b} are {:e} apart", (a - b).abs());
}

fn effect(contract: &ContractResult, what: &str) -> [f64; 2] {
    let event = contract.marginal.iter().find(|event| event.what == what).unwrap();
    [event.results[0].mean, event.results[1].mean]
}

#[test]
fn outlays_are_equal_and_so_are_margins_between_two_parties() {
    let contracts = [activity(), capitation(), stop_loss("900.00")];
    let comparison = run(&population(), &contracts);
    let at = |contract: &ContractResult| -> SizeResult { contract.by_size[1].clone() };
    let reference = at(&comparison.contracts[0]);
    assert!(comparison.contracts[0].solved.is_none());
    assert_close(comparison.contracts[0].by_size[0].outlay_residual.unwrap().mean, 0.0, 0.0);
    for contract in &comparison.contracts[1..] {
        let solved = contract.solved.as_ref().unwrap();
        assert_eq!((solved.term.as_str(), solved.written), ("price", decimal("30.00")));
        assert!(solved.residual.abs() <= 1e-6, "{}: {:e}", contract.name, solved.residual);
        let here = at(contract);
        assert_close(here.outlay_residual.unwrap().mean, solved.residual, 1e-12);
        assert_close(here.outlay.mean, reference.outlay.mean, 1e-6 * reference.outlay.mean);
        // Margin is outlay less cost, and the cost is the same people's.
        assert_close(here.provider_margin.mean, reference.provider_margin.mean, 1e-6 * reference.outlay.mean);
        // At the other size the term is kept, and what is left is shown.
        let other = &contract.by_size[0];
        let common = comparison.contracts[0].by_size[0].outlay.mean;
        assert_close(other.outlay_residual.unwrap().mean, other.outlay.mean / common - 1.0, 1e-12);
        assert!(other.outlay_residual.unwrap().mean.abs() > 1e-6);
    }
}

/// The solved term is written back: settling the changed contract gives the years, and the statement names it.
#[test]
fn the_solved_term_is_the_one_that_is_settled() {
    let comparison = run(&population(), &[activity(), capitation()]);
    let result = of(&comparison, "capitation");
    let solved = result.solved.as_ref().unwrap().solved;
    assert_ne!(solved, decimal("30.00"));
    let [year] = &result.by_year[..] else { panic!("a population without years is one") };
    // 32 people for twelve months and 8 for six.
    assert_eq!(year.member_months, Some(decimal("432")));
    let strategy = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    assert_eq!(year.outlay, Some((solved * decimal("432")).round_dp_with_strategy(2, strategy)));
    assert_eq!(result.statement.as_ref().unwrap().amount("price"), Some(solved));
    assert!(result.words.contains(&solved.to_string()));
}

#[test]
fn as_written_leaves_the_terms_alone() {
    let (population, contracts) = (population(), [activity(), capitation()]);
    let comparison = Compare::new(&population, &contracts).sizes([200], 200).draws(400).as_written();
    let comparison = comparison.run().unwrap();
    assert!(!comparison.basis.neutral);
    assert!(comparison.contracts.iter().all(|contract| contract.solved.is_none()));
    let envelope = of(&comparison, "capitation").by_year[0].outlay;
    assert_eq!(envelope, Some(decimal("12960.00"))); // 432 months at 30.00
    let residual = of(&comparison, "capitation").by_size[0].outlay_residual.unwrap().mean;
    // 200 people have 10.8 months each at 30.00; a quarter of them an admission at 1,234.50.
    let expected = 10.8 * 30.0 / (0.25 * 1234.50) - 1.0;
    // Four standard errors: 400 panels of 200 people whose chance of an admission is a quarter.
    assert_close(residual, expected, 4.0 * (3.0_f64 / 80_000.0).sqrt() * (1.0 + expected));
}

/// The whole argument in one row: what one more, one fewer and a dollar saved do to each party.
#[test]
fn the_marginal_dollar_is_price_less_marginal_cost_under_activity_and_cost_alone_under_capitation() {
    let (population, contracts) = (population(), [activity(), capitation()]);
    let compare = Compare::new(&population, &contracts).sizes([200], 200).draws(400);
    let comparison = compare.marginal_cost(marginal_cost()).run().unwrap();
    // Marginal cost is 0.6 of 1,000; a step is a whole number of admissions, so that nothing is rounded.
    let exact = 1e-9;
    for (name, more, saved) in
        [("activity", [-1234.5, 634.5], [0.0, 1.0]), ("capitation", [0.0, -600.0], [0.0, 1.0])]
    {
        let result = of(&comparison, name);
        for party in [0, 1] {
            assert_close(effect(result, "one admission more")[party], more[party], exact);
            assert_close(effect(result, "one admission avoided")[party], -more[party], exact);
            assert_close(effect(result, "one dollar of cost saved")[party], saved[party], 1e-9);
        }
        assert!(result.marginal.iter().flat_map(|event| &event.results).all(|effect| effect.se < 1e-3));
    }
    assert_eq!(comparison.basis.marginal_share, Some(decimal("0.6")));
}

#[test]
fn without_a_marginal_cost_only_the_saved_dollar_is_told() {
    let comparison = run(&population(), &[activity()]);
    let told: Vec<&str> = comparison.contracts[0].marginal.iter().map(|event| event.what.as_str()).collect();
    assert_eq!(told, ["one dollar of cost saved"]);
    assert!(
        comparison.assumptions.iter().any(|a| a.what == "marginal share of cost" && a.value == "not given")
    );
}

/// A dollar is saved where dollars are spent: the provider keeps what is saved on people below the attachment,
/// which is prorated for who was there half a year, and the payer what is saved on those above it.
#[test]
fn with_stop_loss_the_provider_keeps_the_share_of_dollars_below_the_attachment() {
    let comparison = run(&population(), &[stop_loss("900.00")]);
    let (mut below, mut all) = (0.0, 0.0);
    for k in 1..=40 {
        let cost = if k == 1 { 1.1 } else { f64::from(k * k) };
        let attachment = if k % 5 == 0 { 450.0 } else { 900.0 };
        all += cost;
        // The person at the attachment loses a dollar below it.
        below += if cost <= attachment { cost } else { 0.0 };
    }
    let [payer, provider] = effect(of(&comparison, "stop-loss"), "one dollar of cost saved");
    // What comes back is rounded to the cent in each panel, after a step of a thousand dollars.
    assert_close(provider, below / all, 1e-5);
    assert_close(payer, 1.0 - below / all, 1e-5);
}

/// Law T10: a blend is linear in its share, at both ends the pure contract, and so is what it rewards.
#[test]
fn a_blend_is_linear_in_its_share() {
    let population = population();
    let measured = |contract: Contract| {
        let contracts = [contract];
        let compare = Compare::new(&population, &contracts).sizes([200], 200).draws(400).as_written();
        let comparison = compare.marginal_cost(marginal_cost()).run().unwrap();
        let result = &comparison.contracts[0];
        let at = &result.by_size[0];
        let [payer, provider] = effect(result, "one admission more");
        [at.outlay.mean, at.provider_margin.mean, payer, provider]
    };
    let (pure_activity, pure_capitation) = (measured(activity()), measured(capitation()));
    for k in ["0", "0.25", "0.6", "1"] {
        let share: f64 = k.parse().unwrap();
        for (place, mixed) in measured(blend(k)).into_iter().enumerate() {
            let expected = (1.0 - share) * pure_activity[place] + share * pure_capitation[place];
            // Each of the two payments is rounded to the cent.
            assert_close(mixed, expected, 0.02);
        }
    }
}

/// Where nobody saves anything chance alone pays a bonus: with a normal cost, s · sd · φ(MSR/sd).
#[test]
fn one_sided_sharing_pays_for_chance() {
    // Uniform costs: the cost of 500 people is normal to far more digits than are drawn here.
    let costs: Vec<f64> = (0..1_000).map(|k| f64::from(k) + 0.5).collect();
    let population = make(&Columns::new().member_months("m", vec![12.0; 1_000]).cost("c", costs).activity(
        "none",
        "n",
        vec![0.0; 1_000],
    ));
    let (size, share) = (500.0, 0.5);
    let benchmark = 500.0 * size;
    let deviation = ((1e6 - 1.0) / 12.0_f64).sqrt() * f64::sqrt(size);
    for rate in [0.0, 0.02, 0.04] {
        let contracts = [one_sided("250000.00", &rate.to_string())];
        let compare = Compare::new(&population, &contracts).sizes([500], 500).draws(20_000).as_written();
        let paid = compare.run().unwrap().contracts[0].by_size[0].outlay;
        let z: f64 = rate * benchmark / deviation;
        let expected = share * deviation * (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt();
        // Four standard errors, and a thousandth for the normal approximation.
        assert_close(paid.mean, expected, 4.0 * paid.se + 1e-3 * expected);
        assert!(paid.se < 0.03 * expected, "{paid:?}");
    }
}

#[test]
fn risk_is_shared_out_whole_and_capitation_leaves_it_with_the_provider() {
    // Whole years: with exposure certain a member month carries no risk.
    let people = || (1..=40).map(f64::from);
    let columns = Columns::new()
        .member_months("months", vec![12.0; 40])
        .cost("cost", people().map(|k| k * k).collect::<Vec<_>>())
        .activity("admissions", "adm", people().map(|k| f64::from(k > 30.0)).collect::<Vec<_>>());
    let comparison = run(&make(&columns), &[activity(), capitation(), stop_loss("900.00"), blend_scaled()]);
    for contract in &comparison.contracts {
        for row in &contract.by_size {
            let variance: f64 = row.parties.iter().map(|p| p.share_of_variance.unwrap().mean).sum();
            let tail: f64 = row.parties.iter().map(|p| p.share_of_tail.unwrap().mean).sum();
            assert_close(variance, 1.0, 1e-9);
            assert_close(tail, 1.0, 1e-9);
        }
    }
    let provider = |name: &str| of(&comparison, name).by_size[1].parties[1].share_of_variance.unwrap().mean;
    assert_close(provider("capitation"), 1.0, 1e-12);
    assert!(provider("activity") < provider("blend") && provider("blend") < 1.0);
    assert!(provider("stop-loss") < 1.0);
}

fn blend_scaled() -> Contract {
    let mut document = blend("0.5").document().clone();
    document.scaled = Some("activity price".to_owned());
    Contract::new(document).unwrap()
}

#[test]
fn results_of_all_parties_are_less_the_cost() {
    let population = population();
    let comparison = run(&population, &[activity(), capitation(), stop_loss("900.00")]);
    for contract in &comparison.contracts {
        for (row, reference) in contract.by_size.iter().zip(&comparison.contracts[0].by_size) {
            let cost = reference.parties[1].bears.mean;
            let together: f64 = row.parties.iter().map(|party| party.result.mean).sum();
            assert_close(together, -cost, 1e-9 * cost);
            assert_close(row.parties[1].bears.mean, cost, 0.0);
            let margin = row.parties[1].gets.mean - row.parties[1].pays.mean - row.parties[1].bears.mean;
            assert_close(row.provider_margin.mean, margin, 1e-9 * cost);
        }
    }
}

/// Thirty people in the first year and ten in the second.
/// Thirty people in 2020, twelve of them in 2021 and ten in 2022.
fn three_years<'a>() -> Columns<'a> {
    let years = [(2020, 30), (2021, 12), (2022, 10)];
    let rows = || years.iter().flat_map(|(year, people)| (0..*people).map(move |id| (*year, id)));
    Columns::new()
        .person("id", rows().map(|(_, id)| id).collect::<Vec<i64>>())
        .year("year", rows().map(|(year, _)| year).collect::<Vec<i64>>())
        .member_months("m", vec![12.0; 52])
        .cost("c", (0..52).map(|row| 10.0 * f64::from(row)).collect::<Vec<_>>())
        .activity("admissions", "a", vec![1.0; 52])
}

/// Ten people are too few, and the total of all years would give them away if theirs were the one year left out.
#[test]
fn years_are_settled_exactly_and_those_of_ten_people_are_left_out() {
    let comparison = run(&make(&three_years()), &[activity(), capitation()]);
    for contract in &comparison.contracts {
        let [first, withheld @ ..] = &contract.by_year[..] else { panic!("three years") };
        assert_eq!((first.year, first.members, first.suppressed), (Some(2020), Some(30), false));
        assert_eq!(first.cost, Some(decimal("4350.00")));
        assert_eq!(first.outlay.unwrap(), first.cost.unwrap() + first.margin.unwrap());
        assert_eq!(withheld.iter().map(|year| year.year).collect::<Vec<_>>(), [Some(2021), Some(2022)]);
        for year in withheld {
            assert!(year.suppressed && year.members.is_none() && year.member_months.is_none());
            assert_eq!((year.outlay, year.cost, year.margin), (None, None, None));
        }
    }
    assert_eq!(of(&comparison, "activity").by_year[0].outlay, Some(decimal("37035.00"))); // 30 at 1,234.50
}

/// A statement is as telling as a total: it is of the first year that may be shown.
#[test]
fn no_statement_is_about_ten_people() {
    let years = (0..40).map(|row| 2019 + i64::from(row >= 5) + i64::from(row >= 11)).collect::<Vec<i64>>();
    let columns = columns().person("id", (0..40).collect::<Vec<i64>>()).year("y", years);
    let comparison = run(&make(&columns), &[capitation()]);
    let result = &comparison.contracts[0];
    assert_eq!(result.by_year.iter().map(|year| year.suppressed).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(result.statement_of.as_deref(), Some("the population's year 2021"));
    let months = result.by_year[2].member_months.unwrap();
    assert_eq!(months, decimal("312")); // 23 people for twelve months and 6 for six
}

#[test]
fn the_same_seed_gives_the_same_bits_on_one_thread_and_on_two() {
    let (population, contracts) = (population(), [activity(), stop_loss("900.00")]);
    let json = |threads, seed| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let compare = Compare::new(&population, &contracts).sizes([50, 200], 200).draws(300).seed(seed);
        pool.install(|| compare.marginal_cost(marginal_cost()).run().unwrap().to_json().unwrap())
    };
    let once = json(1, 7);
    assert_eq!(once, json(2, 7));
    assert_eq!(once, json(2, 7));
    assert_ne!(once, json(1, 8));
}

#[test]
fn it_stops_when_told_and_tells_how_far_it_is() {
    let (population, contracts) = (population(), [activity()]);
    let compare = Compare::new(&population, &contracts).sizes([20], 20).draws(1_000);
    let mut told = Vec::new();
    let all = compare.run_with(|done, of| {
        told.push((done, of));
        ControlFlow::Continue(())
    });
    assert!(all.unwrap().is_some());
    assert_eq!(told.last(), Some(&(1_000, 1_000)));
    assert!(compare.run_with(|_, _| ControlFlow::Break(())).unwrap().is_none());
}

#[test]
fn what_results_rest_on_is_told() {
    let population = make(&columns().weight("w", (1..=40).map(f64::from).collect::<Vec<_>>()));
    let comparison = run(&population, &[activity(), capitation()]);
    for what in
        ["population", "panels", "common shocks", "budget neutral", "capitation: price", "year by year"]
    {
        assert!(comparison.assumptions.iter().any(|known| known.what == what), "{what}");
    }
    let stamp = &comparison.stamp;
    assert_eq!((stamp.seed, stamp.contracts.len()), (1, 2));
    assert_eq!(stamp.contracts["capitation"], capitation().fingerprint());
}

/// Years of one person share the person's chance to be drawn, and so what is saved on them.
#[test]
fn a_dollar_is_saved_by_the_chance_of_each_year_to_be_drawn() {
    // Ten people with one year of 300.00 and ten with two of 100.00 and 500.00, of which 400.00 is the attachment.
    let columns = Columns::new()
        .person("id", (0..30).map(|row| if row < 20 { row } else { row - 10 }).collect::<Vec<i64>>())
        .year("y", (0..30).map(|row| 2020 + row / 20).collect::<Vec<i64>>())
        .member_months("m", vec![12.0; 30])
        .cost("c", [[300.0; 10], [100.0; 10], [500.0; 10]].concat());
    let comparison = run(&make(&columns), &[stop_loss("400.00")]);
    let [_, provider] = effect(of(&comparison, "stop-loss"), "one dollar of cost saved");
    // 300 + (100 + 500)/2 a pair of people, of which 500/2 is above.
    assert_close(provider, 350.0 / 600.0, 1e-4);
}

/// What the payer bears is what the payer lays out: a contract that leaves cost with it is not cheaper for that.
#[test]
fn cost_that_the_payer_bears_is_outlay() {
    let mut document = capitation().document().clone();
    document.name = "cost borne by the payer".to_owned();
    document.bears["actual cost"] = "payer".to_owned();
    let (population, contracts) = (population(), [Contract::new(document).unwrap()]);
    let comparison =
        Compare::new(&population, &contracts).sizes([50], 50).draws(100).as_written().run().unwrap();
    let result = &comparison.contracts[0];
    let (at, year) = (&result.by_size[0], &result.by_year[0]);
    assert_close(at.outlay.mean, at.parties[0].pays.mean + at.parties[0].bears.mean, 1e-6);
    assert_eq!(year.outlay, Some(decimal("35100.10"))); // 12,960.00 and 22,140.10 of cost
    assert_eq!((year.cost, year.margin), (Some(Decimal::ZERO), Some(decimal("12960.00"))));
}

/// An envelope is so much for each member month: the ratio is certain, although neither of the two is.
#[test]
fn a_rate_for_each_member_month_has_the_error_of_a_ratio() {
    let comparison = run(&population(), &[capitation()]);
    let rate = comparison.basis.outlay_per_member_month;
    assert_close(rate.mean, 30.0, 1e-9);
    assert!(rate.se < 1e-9 && comparison.contracts[0].by_size[1].outlay.se > 1.0, "{rate:?}");
    assert_eq!(comparison.contracts[0].by_year[0].member_months, Some(decimal("432")));
}

#[test]
fn few_people_have_no_curve_and_are_left_out() {
    let capitation = [capitation()];
    let refused = |people: usize, size: usize, words: &str| {
        let population = make(&columns_of(people));
        let compare = Compare::new(&population, &capitation).sizes([size], size).draws(100);
        assert_refused(&compare, ErrorKind::Comparison, words);
        assert!(compare.least_reported(1).run().is_ok());
    };
    refused(
        10,
        50,
        "comparison: it would be about 10 people, and nothing is told of fewer than 11; give more people, or lower `least_reported` where that is allowed",
    );
    refused(
        40,
        10,
        "comparison: panels of 10 would show single people, and nothing is told of fewer than 11; name larger panels, or lower `least_reported` where that is allowed",
    );
    // Two points would stand for fewer than eleven people each.
    let twenty = run(&make(&columns_of(20)), &capitation);
    assert!(twenty.concentration.unwrap().people.lorenz.is_empty());
}

/// People who all cost the same make every panel alike: what is drawn is what is settled, to the penny, gates that are
/// met exactly included (£93 against £100 is the 7 % that is asked).
#[test]
fn a_drawn_panel_of_people_who_are_alike_is_settled_alike() {
    for (benchmark, cost, rate) in
        [("100.00", 93.0, "0.07"), ("100.00", 86.0, "0.14"), ("1.00", 0.72, "0.28")]
    {
        let shared = contract(
            "shared",
            &format!(
                "inputs = {{ \"members\" = \"count\", \"actual cost\" = \"money\" }}\n{}{}{}{}{}{}",
                term("benchmark each", "money per count", &format!("\"{benchmark}\"")),
                term("minimum savings rate", "share", &format!("\"{rate}\"")),
                clause("benchmark", "times = { of = \"members\", by = \"benchmark each\" }"),
                clause("savings", "difference = { of = \"benchmark\", less = \"actual cost\" }"),
                clause("minimum savings", "times = { of = \"benchmark\", by = \"minimum savings rate\" }"),
                paid(
                    "bonus",
                    "gate = { of = \"savings\", measure = \"savings\", at_least = \"minimum savings\" }"
                ),
            ),
        );
        let population = make(&Columns::new().member_months("m", vec![1.0; 20]).cost("c", vec![cost; 20]));
        let comparison = Compare::new(&population, &[shared]).sizes([20], 20).draws(20).run().unwrap();
        let result = &comparison.contracts[0];
        let settled: f64 = result.by_year[0].margin.unwrap().to_string().parse().unwrap();
        assert_close(result.by_size[0].provider_margin.mean, settled, 1e-9);
        assert!(result.by_year[0].outlay.unwrap() > decimal("0"), "the gate is met to the penny");
    }
}

/// What three people cost above an attachment is about three people, however many are settled; about nobody, it is
/// nothing.
#[test]
fn an_attachment_that_few_people_pass_withholds_the_year() {
    let stop_loss = |attachment: &str| {
        Contract::builder("stop-loss", "USD", "2026-04-01", "2027-03-31")
            .capitation("10.00", "Illustration")
            .stop_loss(&capitation::contract::StopLoss::above(attachment, "Illustration"))
            .build()
            .unwrap()
    };
    let costs = (0..40).map(|row| if row < 3 { 5_000.0 } else { 100.0 }).collect::<Vec<f64>>();
    let population = make(&Columns::new().member_months("m", vec![12.0; 40]).cost("c", costs));
    let withheld = |attachment: &str| {
        let result = &run(&population, &[stop_loss(attachment)]).contracts[0];
        assert_eq!(result.statement.is_none(), result.by_year[0].suppressed);
        result.by_year[0].suppressed
    };
    assert_eq!(["50", "1000", "6000"].map(withheld), [false, true, false]);
}

/// The years that are left out are together about enough people too.
#[test]
fn years_left_out_do_not_give_away_a_small_group() {
    let years = (0..40).map(|row| 2019 + i64::from(row >= 20) + i64::from(row >= 36)).collect::<Vec<i64>>();
    let few = (0..40).map(|row| if row < 37 { years[row] } else { 2022 }).collect::<Vec<i64>>();
    let columns = columns().person("id", (0..40).collect::<Vec<i64>>()).year("y", few);
    let comparison = run(&make(&columns), &[capitation()]);
    let shown: Vec<(Option<i64>, bool)> =
        comparison.contracts[0].by_year.iter().map(|year| (year.year, year.suppressed)).collect();
    // Twenty, sixteen, one and three: one and three are four, so the sixteen go too.
    let expected = [(2019, false), (2020, true), (2021, true), (2022, true)];
    assert_eq!(shown, expected.map(|(year, out)| (Some(year), out)));
}

fn columns_of<'a>(people: usize) -> Columns<'a> {
    let columns = Columns::new().member_months("m", vec![12.0; people]).cost("c", vec![5.0; people]);
    columns.activity("admissions", "a", vec![1.0; people])
}

/// A term that moves nothing is left as it is where the outlay is the common one already.
#[test]
fn a_flat_term_is_kept_where_it_fits() {
    let mut document = capitation().document().clone();
    document.name = "the same".to_owned();
    document.terms.insert("idle".to_owned(), document.terms["price"].clone());
    document.scaled = Some("idle".to_owned());
    let comparison = run(&population(), &[capitation(), Contract::new(document).unwrap()]);
    let solved = comparison.contracts[1].solved.as_ref().unwrap();
    assert_eq!((solved.solved, solved.written), (decimal("30"), decimal("30.00")));
}

// Refusals, each in its words.

fn small<'a>(population: &'a Population, contracts: &'a [Contract]) -> Compare<'a> {
    Compare::new(population, contracts).sizes([50], 50).draws(100)
}

#[track_caller]
fn assert_refused(compare: &Compare<'_>, kind: ErrorKind, words: &str) {
    let error: Error = compare.run().unwrap_err();
    println!("{error}");
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, words));
}

#[test]
fn contracts_that_cannot_stand_side_by_side_are_refused() {
    let population = population();
    assert_refused(
        &small(&population, &[]),
        ErrorKind::Comparison,
        "comparison: there is no contract; give at least one; two make a comparison",
    );
    assert_refused(
        &small(&population, &[activity(), capitation(), activity()]),
        ErrorKind::Comparison,
        "comparison: two contracts are called `activity`; give each its own name, since results are told apart by it",
    );
    let mut pounds = capitation().document().clone();
    pounds.currency = Currency::new("GBP").unwrap();
    assert_refused(
        &small(&population, &[activity(), Contract::new(pounds).unwrap()]),
        ErrorKind::Currency,
        "contract `capitation`: it is in GBP, and the population is in USD; convert one of them first, at a rate and date you can state",
    );
    let mut unborne = capitation().document().clone();
    unborne.bears.clear();
    assert_refused(
        &small(&population, &[Contract::new(unborne).unwrap()]),
        ErrorKind::Comparison,
        "comparison: contract `capitation` does not say who bears the cost of care; add bears = { \"actual cost\" = \"provider\" }",
    );
    assert_refused(
        &Compare::new(&population, &[activity()]).sizes([50, 60], 55),
        ErrorKind::Comparison,
        "comparison: the panel of 55 at which outlays are made equal is not among the sizes; name one of the sizes",
    );
    assert_refused(
        &small(&population, &[activity()]).given("quality", Decimal::ONE),
        ErrorKind::Comparison,
        "comparison: no contract asks for the given `quality`; take it away, or correct its name",
    );
    assert_refused(
        &Compare::new(&population, &[activity()]).sizes([50, 50], 50),
        ErrorKind::Range,
        "panel sizes: 50 follows 50; give distinct sizes in ascending order",
    );
    assert_refused(
        &small(&population, &[activity()]).on("2027-01-01".parse::<Date>().unwrap()),
        ErrorKind::Period,
        "contract `activity`: 2027-01-01 is outside its period, 2026-01-01 to 2026-12-31; choose a day that the contract covers",
    );
}

#[test]
fn a_term_that_changes_needs_a_day() {
    let text = format!(
        "inputs = {{ \"member months\" = \"count\", \"actual cost\" = \"money\" }}\n{}{}",
        term("price", "money per count", "{ 2026-01-01 = \"30.00\", 2026-07-01 = \"33.00\" }"),
        paid("envelope", "times = { of = \"member months\", by = \"price\" }")
    );
    let (population, contracts) = (population(), [contract("dated", &text)]);
    let compare = Compare::new(&population, &contracts).sizes([50], 50).draws(100);
    assert_refused(
        &compare,
        ErrorKind::Period,
        "contract `dated`: a term changes on 2026-07-01, and no day is named; name the day whose terms apply",
    );
    let on = |day: &str| {
        let comparison = compare.clone().on(day.parse().unwrap()).run().unwrap();
        comparison.contracts[0].by_year[0].outlay.unwrap().to_string()
    };
    assert_eq!((on("2026-06-30"), on("2026-07-01")), ("12960.00".to_owned(), "14256.00".to_owned()));
}

/// A contract that pays `rule`, with these inputs beside actual cost.
fn paying(inputs: &str, terms: &str, rule: &str) -> Contract {
    contract(
        "other",
        &format!("inputs = {{ {inputs}, \"actual cost\" = \"money\" }}\n{terms}{}", paid("payment", rule)),
    )
}

#[test]
fn inputs_that_nobody_gives_or_in_another_unit_are_refused() {
    let population = population();
    let price = term("price", "money per count", "\"1\"");
    let amount = term("amount", "money", "\"100.00\"");
    assert_refused(
        &small(
            &population,
            &[paying("\"bed days\" = \"count\"", &price, "times = { of = \"bed days\", by = \"price\" }")],
        ),
        ErrorKind::Experience,
        "contract `other`, input `bed days`: the population has no such measure, and it is not given; say which column counts it, as activity or setting, or give it with `given`; the population has `member months`, `members`, `actual cost`, `admissions`",
    );
    assert_refused(
        &small(&population, &[paying("\"admissions\" = \"money\"", "", "sum = [\"admissions\"]")]),
        ErrorKind::Unit,
        "contract `other`, input `admissions`: the contract wants money, and the population counts it as count; rename the column or the input",
    );
    let quality =
        [paying("\"quality\" = \"share\"", &amount, "times = { of = \"amount\", by = \"quality\" }")];
    assert_refused(
        &small(&population, &quality).given("quality", decimal("1.5")),
        ErrorKind::Range,
        "given `quality`: 1.5 is not a share; give a number from 0 to 1",
    );
    assert_refused(
        &small(&population, &[capitation()]).given("member months", decimal("600")),
        ErrorKind::Experience,
        "given `member months`: the population has a measure of that name; take it away, or rename the column or the input",
    );
    let days = [paying("\"days\" = \"count\"", &price, "times = { of = \"days\", by = \"price\" }")];
    assert_refused(
        &small(&population, &days).given("days", decimal("-5")),
        ErrorKind::Range,
        "given `days`: -5 is negative; give a count of at least 0",
    );
    let limits = "[limits]\n\"fee\" = { least = \"0\", why = \"it is paid to the provider\" }\n";
    let limited = paying("\"fee\" = \"money\"", limits, "sum = [\"fee\"]");
    assert_refused(
        &small(&population, std::slice::from_ref(&limited)).given("fee", decimal("-5000000")),
        ErrorKind::Range,
        "contract `other`, input `fee`: -$5,000,000.00 is below $0.00, the least that it can be: it is paid to the provider; give at least $0.00",
    );
    assert_refused(
        &small(&population, &[limited]).given("fee", decimal("100.005")),
        ErrorKind::Value,
        "contract `other`, input `fee`: 100.005 is not in whole cents; round it before, and say so: half up it is 100.01",
    );
    let half = small(&population, &quality).given("quality", decimal("0.5")).run().unwrap();
    assert_close(half.contracts[0].by_size[0].outlay.mean, 50.0, 1e-9);
    assert_eq!(half.contracts[0].by_year[0].outlay, Some(decimal("50.00")));
    assert!(half.assumptions.iter().any(|known| known.what == "input `quality`" && known.value == "0.5"));
    let fee = [paying("\"fee\" = \"money\"", "", "sum = [\"fee\"]")];
    assert_refused(
        &small(&population, &fee).given("fee", Decimal::MAX),
        ErrorKind::Arithmetic,
        "contract `other`, input `fee`, amount: the result is larger than 28 digits hold; check the amounts and their units for a slip",
    );
}

#[test]
fn a_layer_needs_its_measure_and_its_classes() {
    let layer = |threshold: &str| {
        let rule = "per_person = { of = \"drugs\", layer = { above = \"attachment\" }, annualised = false }";
        [paying("\"drugs\" = \"money\"", threshold, rule)]
    };
    let all = layer(&term("attachment", "money", "\"5.00\""));
    let population = population();
    assert_refused(
        &Compare::new(&population, &all).sizes([50], 50).draws(100).given("drugs", Decimal::TEN),
        ErrorKind::Unknown,
        "contract `other`, population: there is no measure `drugs`; use one of `member months`, `members`, `actual cost`, `admissions`, or give a column that name",
    );
    let by_class = layer(
        "[terms.attachment]\nunit = \"money\"\nsource = \"Illustration\"\nby_class = { old = \"5.00\" }\n",
    );
    let columns = || columns().cost("cost", vec![40.0; 40]).setting("drugs", "rx", vec![10.0; 40]);
    let without = make(&columns());
    assert_refused(
        &Compare::new(&without, &by_class).sizes([50], 50).draws(100),
        ErrorKind::Experience,
        "contract `other`, clause `payment`: its thresholds differ by class, and the people have no class; give each person's class",
    );
    let other = make(&columns().class("band", [vec!["old"; 39], vec!["young"]].concat()));
    assert_refused(
        &Compare::new(&other, &by_class).sizes([50], 50).draws(100),
        ErrorKind::Experience,
        "contract `other`, clause `payment`: there is no threshold for class `young`; add the class to the term, or correct the class of the people",
    );
    let old = make(&columns().class("band", vec!["old"; 40]));
    let comparison = Compare::new(&old, &by_class).sizes([50], 50).draws(100).run().unwrap();
    assert_close(comparison.contracts[0].by_size[0].outlay.mean, 250.0, 0.0); // 50 people, 5.00 each
}

#[test]
fn a_table_that_begins_above_small_panels_is_refused() {
    let population = population();
    let table = "[terms.fee]\nunit = \"money\"\nof = \"count\"\nsource = \"Illustration\"\n\
                 steps = [{ from = 100, value = \"5.00\" }]\n";
    let contracts =
        [paying("\"members\" = \"count\"", table, "lookup = { of = \"members\", table = \"fee\" }")];
    let words = "comparison: a clause has no value in a drawn panel: a division by zero, a key below the first row of a table, or bands of a negative base; floor the divisor or the base, or add the missing row; larger panels make it rarer";
    let compare = Compare::new(&population, &contracts).draws(100);
    assert_refused(&compare.clone().sizes([50, 100], 100), ErrorKind::Arithmetic, words);
    // The table is long enough for these panels; that it is too short for the forty people is told beside the year.
    let comparison = compare.sizes([100], 100).run().unwrap();
    assert_close(comparison.contracts[0].by_size[0].outlay.mean, 5.0, 0.0);
    let year = &comparison.contracts[0].by_year[0];
    assert_eq!(
        year.problem.as_deref(),
        Some(
            "clause `payment`: the key is below the first row of the table; add the row that applies, or check the key"
        )
    );
    assert!(year.outlay.is_none() && comparison.contracts[0].statement.is_none());
    assert!(comparison.stamp.method.ends_with("; no year could be settled for itself"));
    let fee = term("fee", "money", "\"100.00\"");
    let divided = clause("fee for one", "per = { of = \"fee\", by = \"admissions\" }");
    let rule = "times = { of = \"fee for one\", by = \"members\" }";
    let inputs = "\"admissions\" = \"count\", \"members\" = \"count\"";
    let per =
        [paying(inputs, &format!("{fee}{divided}round = {{ mode = \"half_up\", places = 2 }}\n"), rule)];
    // Panels of two people: most have no admission.
    assert_refused(
        &Compare::new(&population, &per).least_reported(2).sizes([2], 2).draws(100),
        ErrorKind::Arithmetic,
        words,
    );
}

#[test]
fn where_no_value_of_the_scaled_term_gives_the_common_outlay_it_says_so() {
    let population = population();
    let run = |other: Contract, words: &str| {
        let contracts = [capitation(), other];
        let compare = Compare::new(&population, &contracts).sizes([50], 50).draws(100);
        assert_refused(&compare, ErrorKind::Comparison, words);
        assert!(compare.as_written().run().is_ok());
    };
    let fixed = |scaled: &str, rule: &str| {
        let terms = [
            term("amount", "money", "\"30000.00\""),
            term("trigger", "ratio", "\"2\""),
            term("threshold", "ratio", "\"3\""),
        ];
        let payment = paid("payment", rule);
        contract(
            "fixed",
            &format!("inputs = {{ \"actual cost\" = \"money\" }}\n{scaled}\n{}{payment}", terms.concat()),
        )
    };
    run(
        fixed("", "sum = [\"amount\"]"),
        "contract `fixed`: it does not say which term a budget-neutral comparison scales; add scaled = \"...\" to the contract, or compare contracts as they are written",
    );
    run(
        fixed("scaled = \"trigger\"", "sum = [\"amount\"]"),
        "contract `fixed`: no value of `trigger` from a thousandth to a thousand times 2 gives the common outlay; scale another term, or compare contracts as they are written",
    );
    let gate = "gate = { of = \"amount\", measure = \"trigger\", at_least = \"threshold\" }";
    let contracts = [capitation(), fixed("scaled = \"trigger\"", gate)];
    let compare = Compare::new(&population, &contracts).sizes([50], 50).draws(100);
    let error = compare.run().unwrap_err();
    println!("{error}");
    assert_eq!((error.kind(), error.place()), (ErrorKind::Comparison, "contract `fixed`"));
    assert!(error.problem().starts_with("the outlay jumps past the common one at `trigger` = "));
    assert_eq!(
        error.remedy(),
        "draw more panels, or scale a term that the contract's gate does not depend on"
    );
}

#[test]
fn there_is_no_scaling_to_nothing() {
    let population = population();
    let contracts = [one_sided("1.00", "0.5"), capitation()];
    assert_refused(
        &small(&population, &contracts),
        ErrorKind::Comparison,
        "contract `capitation`: the first contract costs the payer nothing, so there is no outlay to scale it to; put another contract first, or compare contracts as they are written",
    );
}

#[test]
fn a_marginal_cost_out_of_range_is_refused() {
    let words = |error: Error| (error.kind(), error.to_string());
    for bad in ["1.2", "-0.1"] {
        assert_eq!(
            words(MarginalCost::new(decimal(bad)).unwrap_err()),
            (
                ErrorKind::Range,
                format!(
                    "marginal share of cost: {bad} is not a share; give a number from 0 (every cost is fixed) to 1 (every cost goes with the unit)"
                )
            )
        );
    }
    let share = MarginalCost::new(Decimal::ONE).unwrap();
    assert_eq!(
        words(share.clone().with_unit_cost("admissions", decimal("-5")).unwrap_err()),
        (
            ErrorKind::Range,
            "unit cost of `admissions`: -5 is negative; give what one costs on average, at least 0"
                .to_owned()
        )
    );
    let (population, contracts) = (population(), [activity()]);
    let slip = share.clone().with_unit_cost("admisions", decimal("5")).unwrap();
    assert_refused(
        &small(&population, &contracts).marginal_cost(slip),
        ErrorKind::Comparison,
        "comparison: the population does not count `admisions`, which has a unit cost; take it away, or correct its name",
    );
    let huge = share.with_unit_cost("admissions", Decimal::MAX).unwrap();
    assert_refused(
        &Compare::new(&population, &contracts).sizes([50], 50).draws(100).marginal_cost(huge),
        ErrorKind::Arithmetic,
        "amount: the result is larger than 28 digits hold; check the amounts and their units for a slip",
    );
}

/// A regulator's contract has its own word for cost: a column that is all of it moves with it, one that is a part stays.
#[test]
fn a_dollar_saved_is_saved_under_every_name_of_the_whole_cost() {
    let cost: Vec<f64> = (1..=40).map(|k| f64::from(k * k)).collect();
    let half: Vec<f64> = cost.iter().map(|cost| cost / 2.0).collect();
    let people = make(
        &columns()
            .cost("cost", cost.clone())
            .setting("expenditure", "spent", cost)
            .setting("part", "half", half),
    );
    let shared = |of: &str| {
        let terms =
            format!("{}{}", term("benchmark", "money", "\"90000.00\""), term("rate", "share", "\"0.5\""));
        let clauses = format!(
            "[[clause]]\nname = \"saved\"\nrule.difference = {{ of = \"benchmark\", less = \"{of}\" }}\n{}",
            paid("share", "times = { of = \"saved\", by = \"rate\" }")
        );
        contract(
            "shared",
            &format!("inputs = {{ \"{of}\" = \"money\", \"actual cost\" = \"money\" }}\n{terms}{clauses}"),
        )
    };
    for (of, expected) in [("expenditure", 0.5), ("part", 0.0)] {
        let contracts = [shared(of)];
        let comparison = small(&people, &contracts).as_written().run().unwrap();
        let saved = &comparison.contracts[0].marginal[0].results;
        let payer = saved.iter().find(|effect| effect.party == "payer").unwrap();
        assert_close(payer.mean, -expected, 1e-9);
    }
}

/// Of forty people only ten have a weight: every panel would be about those ten.
#[test]
fn people_without_weight_hide_nobody() {
    let weights = |people: usize| (0..40).map(|row| f64::from(row < people)).collect::<Vec<_>>();
    let few = make(&columns().weight("w", weights(10)));
    assert_refused(
        &small(&few, &[capitation()]),
        ErrorKind::Comparison,
        "comparison: it would be about 10 people, and nothing is told of fewer than 11; give more people, or lower `least_reported` where that is allowed",
    );
    assert_eq!(make(&columns().weight("w", weights(11))).people_weighed(), 11);
    assert!(small(&make(&columns().weight("w", weights(11))), &[capitation()]).run().is_ok());
}

#[test]
fn a_residual_needs_an_outlay_to_be_a_part_of() {
    let nothing = contract(
        "nothing",
        &format!(
            "inputs = {{ \"actual cost\" = \"money\" }}\n{}{}",
            term("free", "money", "\"0.00\""),
            paid("payment", "sum = [\"free\"]")
        ),
    );
    let contracts = [nothing, capitation()];
    let population = population();
    let comparison = small(&population, &contracts).as_written().run().unwrap();
    assert!(comparison.contracts.iter().all(|contract| contract.by_size[0].outlay_residual.is_none()));
    let paid = [capitation()];
    let paid = small(&population, &paid).as_written().run().unwrap();
    assert_eq!(paid.contracts[0].by_size[0].outlay_residual.unwrap().mean, 0.0);
}

/// What changes a result is in the stamp.
#[test]
fn the_stamp_tells_what_was_given() {
    let population = population();
    let contracts = [activity()];
    let run = |cost: &str| {
        let marginal =
            MarginalCost::new(decimal("0.6")).unwrap().with_unit_cost("admissions", decimal(cost)).unwrap();
        small(&population, &contracts).marginal_cost(marginal).run().unwrap()
    };
    let (one, other) = (run("500"), run("5000"));
    assert_eq!(one.stamp.unit_costs["admissions"], "500");
    assert_eq!(other.stamp.unit_costs["admissions"], "5000");
    assert_eq!(one.stamp.terms_of.len(), 1);
    let text = one.to_string();
    assert!(text.contains(&one.stamp.population) && text.contains("seed"), "{text}");
}
