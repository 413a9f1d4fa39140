//! Several years in a row.

use capitation::{
    Contract,
    risk::{
        cost_model::{CostCell, CostModel, Shock},
        severity::Severity,
        simulate::{PartyDraws, Rebase, Simulation},
    },
};

use crate::{bearer, lognormal, simulate, within_errors};

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
pub(crate) fn benchmarked(unit: &str) -> Contract {
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
pub(crate) fn certain() -> CostModel {
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
