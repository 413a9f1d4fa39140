//! A contract in drawn years, against closed forms, the outlook, settlement, and paths worked out by hand.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

use std::ops::ControlFlow;

use capitation::{
    Contract, ErrorKind,
    decimal::to_f64,
    risk::{
        cost_model::{CostCell, CostModel, Shock},
        measures::Estimate,
        severity::Severity,
        simulate::{PartyDraws, Rebase, Simulated, Simulation},
    },
    settlement::{Experience, People},
};
use indexmap::IndexMap;
use rust_decimal::Decimal;

fn template(name: &str) -> Contract {
    Contract::read(format!("{}/templates/{name}.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn lognormal(mean: f64, sigma: f64, zeros: f64) -> Severity {
    Severity::lognormal(0.0, sigma).unwrap().with_zeros(zeros).unwrap().rescaled_to(mean).unwrap()
}

/// People below 65 and above, whose mean is near the £4,950 a year that the templates pay.
fn model(contract: &Contract) -> CostModel {
    CostModel::new(contract.currency())
        .cell("under 65", 150, lognormal(3_300.0, 1.5, 0.2))
        .unwrap()
        .cell("65 and over", 50, lognormal(9_900.0, 1.5, 0.05))
        .unwrap()
}

fn given(amounts: &[(&str, &str)]) -> IndexMap<String, Decimal> {
    amounts.iter().map(|(name, amount)| ((*name).to_owned(), d(amount))).collect()
}

fn simulate(contract: &Contract, model: &CostModel, amounts: &[(&str, &str)], how: &Simulation) -> Simulated {
    contract.simulate(model, &given(amounts), contract.period().start, how).unwrap()
}

#[track_caller]
fn within_errors(found: Estimate, expected: f64, what: &str) {
    let off = (found.mean - expected).abs();
    assert!(off <= 4.0 * found.se + 1e-9 * expected.abs(), "{what}: {found:?} is not {expected}");
}

/// A contract in which the provider is paid for nothing and bears all: its result is less the sum.
fn bearer() -> Contract {
    let text = r#"
name = "Bearer"
currency = "GBP"
period = { start = 2026-04-01, end = 2029-03-31 }
parties = { payer = "payer", provider = "provider" }
inputs = { "actual cost" = "money", "fee" = "money" }
bears = { "actual cost" = "provider" }

[[clause]]
name = "payment"
rule.sum = ["fee"]
pays = { from = "payer", to = "provider" }
"#;
    Contract::from_toml(text).unwrap()
}

/// Mean and standard deviation of a sum are those of one cost, times people and the root of it.
#[test]
fn sums_have_the_moments_of_their_laws() {
    let contract = bearer();
    let laws = [
        ("lognormal", lognormal(2_000.0, 1.2, 0.2)),
        ("gamma", Severity::gamma(0.4, 5_000.0).unwrap().with_zeros(0.1).unwrap()),
        ("generalised Pareto", Severity::generalized_pareto(100.0, 0.15, 2_000.0).unwrap()),
        ("atoms", Severity::empirical(&[0.0, 10.0, 250.0, 90_000.0], Some(&[3.0, 5.0, 2.0, 0.01])).unwrap()),
        ("rare", Severity::gamma(2.0, 40_000.0).unwrap().with_zeros(0.995).unwrap()),
        ("spliced", Severity::spliced(lognormal(2_000.0, 1.2, 0.2), 20_000.0, 0.01, 0.1, 9_000.0).unwrap()),
        (
            "atoms with a tail",
            Severity::empirical(&[0.0, 400.0, 3_000.0], None).unwrap().with_zeros(0.1).unwrap(),
        ),
    ];
    let how = Simulation::new(4_000, 3).unwrap();
    for (name, law) in laws {
        let law = if name == "atoms with a tail" {
            Severity::spliced(law, 5_000.0, 0.02, 0.1, 9_000.0).unwrap()
        } else {
            law
        };
        let people = 300;
        let mean = law.mean();
        let variance = law.limited_second_moment(f64::INFINITY) - mean * mean;
        let model = CostModel::new(contract.currency()).cell("all", people, law).unwrap();
        let drawn = simulate(&contract, &model, &[("fee", "0")], &how);
        let provider = drawn.party("provider").unwrap();
        let people = f64::from(people);
        within_errors(provider.mean().unwrap(), -people * mean, name);
        within_errors(provider.standard_deviation().unwrap(), (people * variance).sqrt(), name);
    }
}

/// Templates that ask for nothing but member months, which the model has, and what people cost.
const OF_COST: [&str; 3] = ["capitation", "corridor", "stop-loss"];

fn against_the_outlook(contract: &Contract, amounts: &[(&str, &str)]) {
    let model = model(contract);
    let exact = contract.outlook(&model, &given(amounts), contract.period().start).unwrap();
    let drawn = simulate(contract, &model, amounts, &Simulation::new(20_000, 5).unwrap());
    for party in drawn.parties() {
        let is = |found: Estimate, exact: f64, what: &str| {
            let what = format!("{}, {}, {what}", contract.name(), party.name());
            let off = (found.mean - exact).abs();
            assert!(off <= 4.0 * found.se + 0.02, "{what}: {found:?} is not {exact}");
        };
        let outlook = exact.party(party.name()).unwrap();
        assert_eq!(outlook.role(), party.role());
        is(party.mean().unwrap(), outlook.mean(), "mean");
        is(party.standard_deviation().unwrap(), outlook.standard_deviation().unwrap(), "standard deviation");
        is(party.probability_of_deficit().unwrap(), outlook.probability_of_deficit().unwrap(), "deficit");
        is(
            party.probability_below(-50_000.0).unwrap(),
            outlook.probability_below(-50_000.0).unwrap(),
            "ruin",
        );
        let levels = [0.05, 0.25, 0.5, 0.75, 0.95];
        for (level, found) in levels.into_iter().zip(party.quantiles(&levels).unwrap()) {
            is(found, outlook.quantile(level).unwrap(), &format!("quantile {level}"));
        }
        is(party.mean_of_worst(0.95).unwrap(), outlook.mean_of_worst(0.95).unwrap(), "worst twentieth");
    }
    for ((name, found), (other, exact)) in drawn.clauses().iter().zip(exact.clauses()) {
        assert_eq!(name, other);
        within_errors(*found, *exact, name);
    }
}

#[test]
fn drawn_years_agree_with_the_outlook() {
    for name in OF_COST {
        against_the_outlook(&template(name), &[]);
    }
    for name in ["shared-savings", "shared-savings-two-sided"] {
        against_the_outlook(&template(name), &[("admissions", "250"), ("visits", "1500")]);
    }
}

/// Under a cost that is certain every party gets what is settled, to the penny, in every drawn year.
#[test]
fn a_certain_cost_is_settled_to_the_penny() {
    for name in OF_COST {
        let contract = template(name);
        for pence in [1_i64, 99_999, 412_500, 495_000, 600_001, 15_000_017] {
            let severity = Severity::certain(to_f64(Decimal::new(pence, 2))).unwrap();
            let model = CostModel::new(contract.currency()).cell("all", 24, severity).unwrap();
            let drawn = simulate(&contract, &model, &[], &Simulation::new(2, 1).unwrap());
            let people = People::new(vec![12_000_000; 24]).unwrap();
            let people = people.with_amount("actual cost", vec![pence; 24]).unwrap();
            let happened = Experience::new().with_people(people);
            let settled = contract.settle(&happened, contract.period().start).unwrap();
            for party in settled.parties() {
                let owed = to_f64(party.surplus * Decimal::ONE_HUNDRED);
                assert_eq!(
                    drawn.party(&party.name).unwrap().draws(),
                    [owed; 2],
                    "{name}, {}, {pence}",
                    party.name
                );
            }
        }
    }
}

/// Two people see the same in both contracts, whatever is done with it.
#[test]
fn two_contracts_see_the_same_people() {
    let (bearer, paid) = (bearer(), template("capitation"));
    let model = model(&bearer);
    let how = Simulation::new(500, 9).unwrap();
    let one = simulate(&bearer, &model, &[("fee", "0")], &how);
    let same = simulate(&bearer, &model, &[("fee", "0")], &how);
    assert_eq!(one, same);
    let other = simulate(&paid, &model, &[], &how);
    // 200 people for 12 months at 412.50.
    let payment = 200.0 * 12.0 * 41_250.0;
    let cost_of = |drawn: &Simulated| drawn.party("provider").unwrap().draws().to_vec();
    for (one, other) in cost_of(&one).into_iter().zip(cost_of(&other)) {
        assert_eq!((other - payment).to_bits(), one.to_bits());
    }
    let another_seed = simulate(&bearer, &model, &[("fee", "0")], &Simulation::new(500, 10).unwrap());
    assert_ne!(cost_of(&one), cost_of(&another_seed));
}

/// Person i of cell c costs the quantile at the i-th 32 bits of the published stream.
#[test]
fn draws_are_where_the_stream_says() {
    use capitation::random::{Purpose, Stream};
    let contract = bearer();
    let law = lognormal(2_000.0, 1.4, 0.3);
    let model = CostModel::new(contract.currency()).cell("some", 40, law.clone()).unwrap();
    let model = model.cell("others", 1_001, law.scaled(3.0).unwrap()).unwrap();
    let how = Simulation::new(3, 77).unwrap().horizon(2).unwrap();
    let drawn = simulate(&contract, &model, &[("fee", "0")], &how);
    for year in 0..2_u16 {
        for (scenario, found) in (0_u64..).zip(drawn.party_in("provider", year).unwrap().draws()) {
            let mut sum = 0.0;
            for (cell, people, scale) in [(0, 40_u32, 100.0), (1, 1_001, 300.0)] {
                let mut stream = Stream::new(77, Purpose::PEOPLE, [scenario, year.into()], cell);
                for _ in 0..people.div_ceil(2) {
                    let draw = stream.next_u64();
                    #[allow(clippy::cast_possible_truncation)] // its two halves
                    for word in [draw as u32, (draw >> 32) as u32] {
                        let share = (f64::from(word) + 0.5) / 4_294_967_296.0;
                        sum += (scale * law.upper_quantile(share).unwrap()).round();
                    }
                }
                if people % 2 == 1 {
                    // The last half belongs to nobody.
                    stream.seek(u64::from(people / 2));
                    let share = (stream.next_u64() >> 32) as f64;
                    sum -= (scale * law.upper_quantile((share + 0.5) / 4_294_967_296.0).unwrap()).round();
                }
            }
            // A polynomial is within 5e-7 of a cost, and one in some thousands rounds to another penny.
            assert!((found + sum).abs() < 3e-7 * sum, "{found} is not {sum}");
        }
    }
}

/// Var(F Σx) = E F² (n Var x + n² μ²) − n² μ² of a factor common to all, with E F² = e^(s²); and what is added has its own.
#[test]
fn shocks_widen_the_sum_as_the_formula_says() {
    let contract = bearer();
    let law = lognormal(2_000.0, 1.0, 0.2);
    let (mean, second) = (law.mean(), law.limited_second_moment(f64::INFINITY));
    let (n, variance) = (400.0, second - mean * mean);
    let plain = || CostModel::new(contract.currency()).cell("all", 400, law.clone()).unwrap();
    let how = Simulation::new(20_000, 21).unwrap();
    let spread = |model: &CostModel| {
        let drawn = simulate(&contract, model, &[("fee", "0")], &how);
        let provider = drawn.party("provider").unwrap();
        within_errors(provider.mean().unwrap(), -n * mean, "mean");
        provider.standard_deviation().unwrap()
    };
    let of_factor = |log: f64| (log.exp() * (n * variance + (n * mean).powi(2)) - (n * mean).powi(2)).sqrt();
    within_errors(spread(&plain()), of_factor(0.0), "no shock");
    let shocked = plain().with_shock(Shock::multiplicative("trend", 0.08).unwrap()).unwrap();
    within_errors(spread(&shocked), of_factor(0.0064), "multiplicative");
    let twice = shocked.with_shock(Shock::multiplicative("winter", 0.06).unwrap()).unwrap();
    within_errors(spread(&twice), of_factor(0.01), "two of them");
    let added = plain().with_shock(Shock::additive("drift", 250.0).unwrap()).unwrap();
    within_errors(spread(&added), (n * variance + (n * 250.0).powi(2)).sqrt(), "additive");
    let cell = CostCell::new("all", 400, law.clone()).unwrap().mean_error(0.07).unwrap();
    let unsure = CostModel::new(contract.currency()).with_cell(cell).unwrap();
    within_errors(spread(&unsure), of_factor(0.0049), "a mean that is not known");
    // Two cells of 200: the logarithms have variances .01 and .04 and a covariance of .01.
    let two = CostModel::new(contract.currency()).cell("a", 200, law.clone()).unwrap();
    let two = two.cell("b", 200, law.clone()).unwrap().correlated(&[[0.01, 0.01], [0.01, 0.04]]).unwrap();
    let half = n * mean / 2.0;
    let own = |log: f64| log.exp() * n * variance / 2.0 + half * half * (log.exp() - 1.0);
    let both = own(0.01) + own(0.04) + 2.0 * half * half * (0.01_f64.exp() - 1.0);
    within_errors(spread(&two), both.sqrt(), "correlated");
}

/// What is not known of a mean is the same in all years; a shock is another in each.
#[test]
fn years_share_what_is_not_known_and_nothing_else() {
    let contract = bearer();
    let law = || lognormal(2_000.0, 0.5, 0.0);
    let how = Simulation::new(10_000, 4).unwrap().horizon(2).unwrap();
    let covariance = |model: &CostModel| {
        let drawn = simulate(&contract, model, &[("fee", "0")], &how);
        let year = |year| drawn.party_in("provider", year).unwrap().draws().to_vec();
        let (first, second) = (year(0), year(1));
        let mean = |of: &[f64]| of.iter().sum::<f64>() / 10_000.0;
        let (a, b) = (mean(&first), mean(&second));
        let products: Vec<f64> = first.iter().zip(&second).map(|(x, y)| (x - a) * (y - b) / 1e4).collect();
        capitation::risk::measures::mean(&products).unwrap()
    };
    let cell = CostCell::new("all", 100, law()).unwrap().mean_error(0.1).unwrap();
    let unsure = CostModel::new(contract.currency()).with_cell(cell).unwrap();
    // (n μ)² (e^(τ²) − 1).
    within_errors(
        covariance(&unsure),
        200_000.0_f64.powi(2) * (0.01_f64.exp() - 1.0),
        "a mean that is not known",
    );
    let shocked = CostModel::new(contract.currency()).cell("all", 100, law()).unwrap();
    let shocked = shocked.with_shock(Shock::multiplicative("trend", 0.1).unwrap()).unwrap();
    within_errors(covariance(&shocked), 0.0, "a shock");
}

/// The provider gets a benchmark and bears the cost.
fn benchmarked(unit: &str) -> Contract {
    let clause = if unit == "money" {
        r#"rule.sum = ["benchmark"]"#
    } else {
        r#"rule.times = { of = "member months", by = "benchmark" }
round = { mode = "half_up", places = 2 }"#
    };
    let months = if unit == "money" { "" } else { r#""member months" = "count", "# };
    Contract::from_toml(&format!(
        r#"
name = "Benchmarked"
currency = "GBP"
period = {{ start = 2026-04-01, end = 2031-03-31 }}
parties = {{ payer = "payer", provider = "provider" }}
inputs = {{ {months}"actual cost" = "money", "benchmark" = "{unit}" }}
bears = {{ "actual cost" = "provider" }}

[[clause]]
name = "target"
{clause}
pays = {{ from = "payer", to = "provider" }}

[[clause]]
name = "saving"
rule.difference = {{ of = "target", less = "actual cost" }}
"#
    ))
    .unwrap()
}

/// 24 people of 1,000 a year, which grows by a tenth; 288 member months.
fn certain() -> CostModel {
    CostModel::new(benchmarked("money").currency())
        .cell("all", 24, Severity::certain(1_000.0).unwrap())
        .unwrap()
}

fn path(contract: &Contract, how: &Simulation) -> [f64; 3] {
    let drawn = simulate(contract, &certain(), &[], how);
    let of = |party: &PartyDraws| party.draws()[0] / 100.0;
    let year = |year| of(drawn.party_in("provider", year).unwrap());
    [year(0), year(1), of(drawn.party("provider").unwrap())]
}

#[track_caller]
fn pounds(found: [f64; 3], expected: [f64; 3]) {
    for (found, expected) in found.into_iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
    }
}

/// Worked out by hand. Costs are 24,000 in the first year and 26,400 in the second; base years cost 80, 82 and 85 a member
/// month, of which 0.1, 0.3 and 0.6 count, and are brought forward by a twentieth a year.
#[test]
fn a_benchmark_is_rebased_as_by_hand() {
    let base = || Rebase::new("benchmark", [0.1, 0.3, 0.6], [80.0, 82.0, 85.0]).unwrap().trend(0.05).unwrap();
    let two = || Simulation::new(2, 1).unwrap().horizon(2).unwrap().trend(0.1).unwrap();
    let contract = benchmarked("money");
    // First: (0.1·80·1.157625 + 0.3·82·1.1025 + 0.6·85·1.05)·288 = 89.9325·288 = 25,900.56.
    // Second, of 82, 85 and 24,000/288: (0.1·82·1.157625 + 0.3·85·1.1025 + 0.6·83.3…·1.05)·288 = 90.106275·288 = 25,950.6072.
    let every_year = two().rebase(base()).unwrap();
    pounds(path(&contract, &every_year), [1_900.56, -449.39, 1_451.17]);
    // The second year counts for 1/1.035 of the first: 449.39/1.035 = 434.1932….
    pounds(
        path(&contract, &every_year.clone().discount(0.035).unwrap()),
        [1_900.56, -449.39, 1_900.56 - 449.39 / 1.035],
    );
    // Base years that stay are brought forward once more: 89.9325·1.05·288 = 27,195.588.
    pounds(path(&contract, &two().rebase(base().every(2).unwrap()).unwrap()), [1_900.56, 795.59, 2_696.15]);
    // Half of the saving of 1,900.56 is added back: 0.6·1.05·0.5·1,900.56 = 598.6764 more than 25,950.6072.
    let back = base().add_back("saving", 0.5).unwrap();
    pounds(path(&contract, &two().rebase(back).unwrap()), [1_900.56, 149.28, 2_049.84]);
    // A rate is not rounded, but the payment is.
    pounds(path(&benchmarked("money per count"), &every_year), [1_900.56, -449.39, 1_451.17]);
    // Of what was paid instead of what was spent: 0.6·1.05·25,900.56 = 16,317.3528 in place of 15,120.
    let of_target = base().of("target");
    pounds(path(&contract, &two().rebase(of_target).unwrap()), [1_900.56, 747.96, 2_648.52]);
}

/// Terms are those of the same day a year later, and after the last that the period covers those of the last.
#[test]
fn later_years_have_later_terms() {
    let contract = Contract::from_toml(
        r#"
name = "Dated"
currency = "GBP"
period = { start = 2026-04-01, end = 2028-03-31 }
parties = { payer = "payer", provider = "provider" }
inputs = { "member months" = "count", "actual cost" = "money" }
bears = { "actual cost" = "provider" }

[terms."price"]
unit = "money per count"
source = "Schedule 1"
values = { 2026-04-01 = "100", 2027-04-01 = "110" }

[[clause]]
name = "payment"
rule.times = { of = "member months", by = "price" }
pays = { from = "payer", to = "provider" }
"#,
    )
    .unwrap();
    let how = Simulation::new(2, 1).unwrap().horizon(4).unwrap();
    let drawn = simulate(&contract, &certain(), &[], &how);
    let days: Vec<String> = drawn.stamp().terms_of.iter().map(ToString::to_string).collect();
    assert_eq!(days, ["2026-04-01", "2027-04-01", "2027-04-01", "2027-04-01"]);
    for (year, payment) in [(0, 28_800.0), (1, 31_680.0), (2, 31_680.0), (3, 31_680.0)] {
        let (name, paid) = &drawn.clauses_in(year).unwrap()[0];
        assert_eq!((name.as_str(), paid.mean, paid.se), ("payment", payment, 0.0));
    }
}

/// Shares of risk add up to one, and what pays for nothing bears all of it.
#[test]
fn the_shares_of_risk_add_up() {
    let contract = template("corridor");
    let drawn = simulate(&contract, &model(&contract), &[], &Simulation::new(2_000, 2).unwrap());
    let shares = drawn.risk_shares(0.95).unwrap();
    let sum: f64 = shares.iter().map(|(_, share)| share.variance.unwrap().mean).sum();
    let tail: f64 = shares.iter().map(|(_, share)| share.tail.unwrap().mean).sum();
    assert!((sum - 1.0).abs() < 1e-9 && (tail - 1.0).abs() < 1e-9, "{sum}, {tail}");
    let bearer = bearer();
    let alone = simulate(&bearer, &model(&bearer), &[("fee", "0")], &Simulation::new(200, 2).unwrap());
    let shares = alone.risk_shares(0.9).unwrap();
    assert!((shares[1].1.variance.unwrap().mean - 1.0).abs() < 1e-12);
}

#[test]
fn progress_is_told_and_can_stop() {
    let contract = template("corridor");
    let (model, how) = (model(&contract), Simulation::new(500, 2).unwrap());
    let mut told = Vec::new();
    let run = contract.simulate_with(&model, &given(&[]), contract.period().start, &how, |done, all| {
        told.push((done, all));
        ControlFlow::Continue(())
    });
    assert_eq!(run.unwrap().unwrap(), simulate(&contract, &model, &[], &how));
    assert!(told.len() > 10 && told.is_sorted() && told.last() == Some(&(500, 500)), "{told:?}");
    let mut calls = 0;
    let stopped = contract.simulate_with(&model, &given(&[]), contract.period().start, &how, |_, _| {
        calls += 1;
        ControlFlow::Break(())
    });
    assert!(stopped.unwrap().is_none() && calls == 1);
}

#[test]
fn a_simulation_says_what_it_was_made_of() {
    let contract = benchmarked("money");
    let base = Rebase::new("benchmark", [1.0], [80.0])
        .unwrap()
        .trend(0.05)
        .unwrap()
        .add_back("saving", 0.5)
        .unwrap();
    let how = Simulation::new(3, 8).unwrap().horizon(2).unwrap().trend(0.1).unwrap().rebase(base).unwrap();
    let drawn = simulate(&contract, &certain(), &[], &how);
    let stamp = drawn.stamp();
    assert_eq!((stamp.years, stamp.seed, stamp.people, stamp.trend.as_str()), (3, 8, 24, "0.1"));
    assert_eq!((&stamp.contract, &stamp.model), (&contract.fingerprint(), &certain().fingerprint()));
    assert!(stamp.given.is_empty());
    let said = stamp.rebased.get("benchmark").unwrap();
    assert_eq!(
        said,
        "what people cost per member month of the latest years, weighted 1, with 0.5 of `saving`, brought forward by 0.05 a \
         year, every 1 years, from 80"
    );
    assert_eq!(drawn.simulation(), &how);
    assert!(serde_json::to_string(stamp).unwrap().contains("\"seed\":8"));
}

/// A tail without a mean is of use below a cap only.
#[test]
fn costs_without_a_mean_need_a_cap() {
    let endless = |alpha: f64| Severity::pareto(alpha, 3_000.0).unwrap();
    let bearer = bearer();
    let how = Simulation::new(200, 1).unwrap();
    for alpha in [0.9, 1.5] {
        let model = CostModel::new(bearer.currency()).cell("all", 20, endless(alpha)).unwrap();
        let why = bearer.simulate(&model, &given(&[("fee", "0")]), bearer.period().start, &how).unwrap_err();
        assert_eq!(why.kind(), ErrorKind::Range);
        assert_eq!(
            why.to_string(),
            "party `provider`: its mean or its variance is infinite; cap each person's cost (a stop-loss, a truncation), or \
             give a tail index that has both"
        );
    }
    // All above an attachment is another's: the provider's result has a mean, and the reinsurer's has none.
    let stop_loss = template("stop-loss");
    let model = CostModel::new(stop_loss.currency()).cell("all", 20, endless(1.5)).unwrap();
    let why = stop_loss.simulate(&model, &given(&[]), stop_loss.period().start, &how).unwrap_err();
    assert_eq!(why.kind(), ErrorKind::Range);
    // A contract that pays and bears costs up to a limit alone has both, and agrees with the outlook.
    let capped = Contract::from_toml(
        r#"
name = "Capped"
currency = "GBP"
period = { start = 2026-04-01, end = 2027-03-31 }
parties = { payer = "payer", provider = "provider" }
inputs = { "actual cost" = "money" }

[terms."limit"]
unit = "money"
source = "Schedule 1"
values = "50000"

[[clause]]
name = "cost up to the limit"
rule.per_person = { of = "actual cost", layer = { limit = "limit" }, annualised = false }
pays = { from = "provider", to = "payer" }
"#,
    )
    .unwrap();
    let drawn = simulate(&capped, &model, &[], &Simulation::new(5_000, 1).unwrap());
    let mean = drawn.party("provider").unwrap().mean().unwrap();
    within_errors(mean, -20.0 * endless(1.5).limited_mean(50_000.0), "capped");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let said = |why: capitation::Error| (why.kind(), why.to_string());
    let (range, name) = (ErrorKind::Range, ErrorKind::Name);
    assert_eq!(
        said(Simulation::new(0, 1).unwrap_err()),
        (range, "drawn years: no year is drawn; draw at least 2, better 10,000".to_owned())
    );
    assert_eq!(
        said(Simulation::new(1, 1).unwrap_err()),
        (
            range,
            "drawn years: one drawn year has no standard error; draw at least 2, better 10,000".to_owned()
        )
    );
    let how = || Simulation::new(10, 1).unwrap();
    assert_eq!(
        said(how().horizon(0).unwrap_err()),
        (range, "horizon: it is 0 years; give a number of years from 1 to 100".to_owned())
    );
    assert_eq!(
        said(how().trend(f64::NAN).unwrap_err()),
        (
            range,
            "trend of costs: it is NaN a year; give a share above -1 and up to 1, 0.04 for 4 %".to_owned()
        )
    );
    assert_eq!(how().discount(-1.0).unwrap_err().kind(), range);
    let base = || Rebase::new("benchmark", [1.0], [80.0]).unwrap();
    assert_eq!(said(how().rebase(base()).unwrap().rebase(base()).unwrap_err()).0, name);
    let rebase =
        |weights: &[f64], history: &[f64]| said(Rebase::new("benchmark", weights, history).unwrap_err()).1;
    assert_eq!(
        rebase(&[0.1, 0.3], &[80.0, 82.0]),
        "rebased input `benchmark`: its weights add up to 0.4; give weights that add up to 1, such as 0.1, 0.3, 0.6"
    );
    assert_eq!(
        rebase(&[0.5, 0.5], &[80.0]),
        "rebased input `benchmark`: 2 base years have a weight and 1 a cost; give the cost per member month of each base year \
         before the first contract year"
    );
    assert_eq!(rebase(&[], &[]), "rebased input `benchmark`: it has no base years; give a weight for each");
    assert!(rebase(&[1.5, -0.5], &[1.0, 1.0]).contains("1.5 is not a weight"));
    assert!(rebase(&[1.0], &[f64::INFINITY]).contains("inf is no cost per member month"));
    assert_eq!(
        said(base().every(0).unwrap_err()).1,
        "rebased input `benchmark`: it is rebased every 0 years; give at least 1"
    );
    assert_eq!(base().add_back("saving", 2.0).unwrap_err().kind(), range);

    let contract = benchmarked("money");
    let refused = |amounts: &[(&str, &str)], how: &Simulation| {
        said(contract.simulate(&certain(), &given(amounts), contract.period().start, how).unwrap_err())
    };
    assert_eq!(
        refused(&[], &how()),
        (
            ErrorKind::Experience,
            "input `benchmark`: it was not given, and the cost model does not have it; give it as money"
                .to_owned()
        )
    );
    assert_eq!(
        refused(&[("benchmark", "1")], &how().rebase(base()).unwrap()),
        (
            ErrorKind::Experience,
            "input `benchmark`: it is given, and rebased; leave one of them out".to_owned()
        )
    );
    assert_eq!(
        refused(&[], &how().rebase(base().of("target cost")).unwrap()),
        (
            ErrorKind::Unknown,
            "rebased input `benchmark`: the contract has no input or clause `target cost`; name an amount of the contract"
                .to_owned()
        )
    );
    let other = Rebase::new("baseline", [1.0], [80.0]).unwrap();
    let (kind, words) = refused(&[("benchmark", "1")], &how().rebase(other).unwrap());
    assert_eq!(kind, ErrorKind::Experience, "{words}");
    let months = Rebase::new("actual cost", [1.0], [80.0]).unwrap();
    let (_, words) = refused(&[("benchmark", "1")], &how().rebase(months).unwrap());
    assert_eq!(words, "input `actual cost`: the cost model has it; leave it out");

    let drawn = simulate(&contract, &certain(), &[("benchmark", "24000")], &how());
    assert_eq!(said(drawn.party("trust").unwrap_err()).0, ErrorKind::Unknown);
    assert_eq!(
        said(drawn.party_in("provider", 1).unwrap_err()),
        (
            range,
            "contract year: 1 years were drawn, and it is 1; give a year from 0, or a longer horizon"
                .to_owned()
        )
    );
    let provider = drawn.party("provider").unwrap();
    assert_eq!(provider.mean_of_worst(1.0).unwrap_err().kind(), range);
    assert_eq!(provider.quantiles(&[1.5]).unwrap_err().kind(), range);
    assert_eq!(provider.probability_below(f64::NAN).unwrap_err().kind(), range);

    let huge = Severity::certain(1e13).unwrap();
    let huge = CostModel::new(contract.currency()).cell("all", 24, huge).unwrap();
    let why =
        contract.simulate(&huge, &given(&[("benchmark", "1")]), contract.period().start, &how()).unwrap_err();
    assert_eq!(
        said(why),
        (
            ErrorKind::Arithmetic,
            "scenario 0, year 0 (the first are 0): what people cost comes to more than 9,007,199,254,740,992 minor units, up to \
             which sums are exact; give a law with a lighter tail, or one that ends; or check the unit of the costs"
                .to_owned()
        )
    );
}
