//! What a contract may come to, against settlement of certain costs, of drawn years, and against itself.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

use capitation::{
    Contract, ErrorKind,
    decimal::to_f64,
    money::Currency,
    random::{Purpose, Stream},
    risk::{cost_model::CostModel, measures, outlook::Outlook, severity::Severity},
    settlement::{Experience, People},
};
use indexmap::IndexMap;
use rust_decimal::Decimal;

/// Templates that ask for nothing but member months, which the model has, and what people cost.
const OF_COST: [&str; 3] = ["capitation", "corridor", "stop-loss"];
/// Savings on a benchmark that is given.
const SHARED: [&str; 2] = ["shared-savings", "shared-savings-two-sided"];

fn template(name: &str) -> Contract {
    Contract::read(format!("{}/templates/{name}.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// 150 people below 65 and 50 above, whose mean is near the £4,950 a year that the templates pay.
fn model(contract: &Contract) -> CostModel {
    let person = |mean: f64, zeros: f64| {
        Severity::lognormal(0.0, 1.5).unwrap().with_zeros(zeros).unwrap().rescaled_to(mean).unwrap()
    };
    CostModel::new(contract.currency())
        .cell("under 65", 150, person(3_300.0, 0.2))
        .unwrap()
        .cell("65 and over", 50, person(9_900.0, 0.05))
        .unwrap()
}

fn outlook(contract: &Contract, model: &CostModel, given: &[(&str, &str)]) -> Outlook {
    let given: IndexMap<String, Decimal> =
        given.iter().map(|(name, amount)| ((*name).to_owned(), d(amount))).collect();
    contract.outlook(model, &given, contract.period().start).unwrap()
}

#[track_caller]
fn near(found: f64, expected: f64, within: f64, what: &str) {
    assert!((found - expected).abs() <= within, "{what}: {found} is not {expected} within {within:e}");
}

/// What each party came to in drawn years, by exact settlement of every person.
fn drawn(contract: &Contract, given: &[(&str, &str)], years: u64) -> IndexMap<String, Vec<f64>> {
    let minor = |mean: f64, zeros: f64| {
        let severity = Severity::lognormal(0.0, 1.5).unwrap().with_zeros(zeros).unwrap();
        severity.rescaled_to(mean * 100.0).unwrap()
    };
    let cells = [(150, minor(3_300.0, 0.2)), (50, minor(9_900.0, 0.05))];
    let mut results: IndexMap<String, Vec<f64>> = IndexMap::new();
    for year in 0..years {
        let mut stream = Stream::new(7, Purpose::new(*b"outlook!"), [0, 0], year);
        let mut costs: Vec<i64> = Vec::new();
        for (people, severity) in &cells {
            #[allow(clippy::cast_possible_truncation)] // pence
            costs.extend((0..*people).map(|_| severity.quantile(stream.next_unit()).unwrap().round() as i64));
        }
        let people = People::new(vec![12_000_000; costs.len()]).unwrap();
        let people = people.with_amount("actual cost", costs).unwrap();
        let mut happened = Experience::new().with_people(people);
        for (name, amount) in given {
            happened = happened.with(*name, amount).unwrap();
        }
        let statement = contract.settle(&happened, contract.period().start).unwrap();
        for party in statement.parties() {
            results.entry(party.name.clone()).or_default().push(to_f64(party.surplus));
        }
    }
    results
}

fn within_four_errors(contract: &Contract, given: &[(&str, &str)]) {
    let outlook = outlook(contract, &model(contract), given);
    for (name, results) in drawn(contract, given, 4_000) {
        let party = outlook.party(&name).unwrap();
        let is = |found: f64, drawn: measures::Estimate, what: &str| {
            let what = format!("{}, {name}, {what}", contract.name());
            near(found, drawn.mean, 4.0 * drawn.se + 1e-9 * found.abs() + 0.01, &what);
        };
        is(party.mean(), measures::mean(&results).unwrap(), "mean");
        is(
            party.standard_deviation().unwrap(),
            measures::standard_deviation(&results).unwrap(),
            "standard deviation",
        );
        let deficit = measures::probability_of_deficit(&results).unwrap();
        is(party.probability_of_deficit().unwrap(), deficit, "probability of deficit");
        let levels = [0.05, 0.25, 0.5, 0.75, 0.95];
        for (level, quantile) in levels.into_iter().zip(measures::quantiles(&results, &levels).unwrap()) {
            is(party.quantile(level).unwrap(), quantile, &format!("quantile {level}"));
        }
        // The mean of the worst twentieth, and its standard error from the shortfalls.
        let at = party.quantile(0.05).unwrap();
        let short: Vec<f64> = results.iter().map(|result| (result - at).min(0.0)).collect();
        let short = measures::mean(&short).unwrap();
        let worst = measures::Estimate { mean: at + short.mean / 0.05, se: short.se / 0.05 };
        is(party.mean_of_worst(0.95).unwrap(), worst, "mean of the worst twentieth");
    }
}

#[test]
fn drawn_years_are_settled_to_the_same_distribution() {
    for name in OF_COST {
        within_four_errors(&template(name), &[]);
    }
}

#[test]
fn drawn_years_of_shared_savings() {
    for name in SHARED {
        let contract = template(name);
        let inputs = contract.document().inputs.keys().cloned().collect::<Vec<_>>();
        assert!(inputs.iter().any(|input| input == "actual cost"), "{inputs:?}");
        let given: Vec<(&str, &str)> = inputs
            .iter()
            .filter(|name| *name != "actual cost" && *name != "member months")
            .map(|name| {
                let amount = match name.as_str() {
                    "benchmark" => "1000000.00",
                    _ => "1",
                };
                (name.as_str(), amount)
            })
            .collect();
        within_four_errors(&contract, &given);
    }
}

/// Under a cost that is certain every party gets what is settled, to the penny.
#[test]
fn a_certain_cost_is_settled_to_the_penny() {
    for name in OF_COST {
        let contract = template(name);
        for pence in [1_i64, 99_999, 412_500, 495_000, 600_001, 15_000_017] {
            let severity = Severity::certain(to_f64(Decimal::new(pence, 2))).unwrap();
            let model = CostModel::new(contract.currency()).cell("all", 24, severity).unwrap();
            let outlook = outlook(&contract, &model, &[]);
            let people = People::new(vec![12_000_000; 24]).unwrap();
            let people = people.with_amount("actual cost", vec![pence; 24]).unwrap();
            let settled =
                contract.settle(&Experience::new().with_people(people), contract.period().start).unwrap();
            for party in settled.parties() {
                let found = outlook.party(&party.name).unwrap();
                let slack = found.slack().unwrap();
                let what = format!("{name}, {}, {pence}", party.name);
                near(found.mean(), to_f64(party.surplus), slack + 1e-6, &what);
                near(found.quantile(0.5).unwrap(), found.mean(), 1e-6, &what);
                near(found.standard_deviation().unwrap(), 0.0, 1e-4, &what);
            }
        }
    }
}

/// All parties together lose what care costs, whatever the contract.
#[test]
fn a_contract_moves_money_and_makes_none() {
    for name in OF_COST {
        let contract = template(name);
        let outlook = outlook(&contract, &model(&contract), &[]);
        let sum: f64 = outlook.parties().iter().map(capitation::risk::outlook::PartyOutlook::mean).sum();
        // 150 × 3,300 + 50 × 9,900.
        near(sum, -990_000.0, 0.02, name);
        for party in outlook.parties() {
            let (method, error) = party.method().unwrap();
            // The reinsurer has the few people above the attachment, and their tail has no end: a grid holds that less well.
            let bound = if party.name() == "reinsurer" { 1e-4 } else { 2e-8 };
            assert!(error < bound, "{name}, {}, {method:?}, {error:e}", party.name());
        }
    }
}

/// More risk is passed on by a lower attachment; the premium that pays for it is its expectation.
#[test]
fn what_a_stop_loss_is_worth() {
    let contract = template("stop-loss");
    let outlook = outlook(&contract, &model(&contract), &[]);
    let clause = |name: &str| outlook.clauses().iter().find(|(known, _)| known == name).unwrap().1;
    let person = |mean: f64, zeros: f64| {
        Severity::lognormal(0.0, 1.5).unwrap().with_zeros(zeros).unwrap().rescaled_to(mean).unwrap()
    };
    let above = 150.0 * person(3_300.0, 0.2).excess_mean(100_000.0)
        + 50.0 * person(9_900.0, 0.05).excess_mean(100_000.0);
    near(clause("cost above the attachment"), above, 1e-6 * above, "the sum of each person's");
    near(clause("stop-loss recovery"), 0.9 * above, 0.01, "nine tenths of it");
    let alone = template("capitation");
    let alone = self::outlook(&alone, &model(&alone), &[]);
    let spread = |of: &Outlook| of.party("provider").unwrap().standard_deviation().unwrap();
    assert!(spread(&outlook) < 0.95 * spread(&alone));
}

/// The stamp tells one question from another, and the same one from none.
#[test]
fn an_outlook_says_what_it_was_made_of() {
    let contract = template("corridor");
    let one = outlook(&contract, &model(&contract), &[]);
    assert_eq!(one.stamp(), outlook(&contract, &model(&contract), &[]).stamp());
    assert_eq!((one.stamp().people, &one.stamp().contract), (200, &contract.fingerprint()));
    let person = Severity::certain(5.0).unwrap();
    let more = model(&contract).cell("others", 1, person).unwrap();
    let other = outlook(&contract, &more, &[]);
    assert_ne!(one.stamp().model, other.stamp().model);
    assert_eq!(other.stamp().people, 201);
    let given = outlook(&contract, &more, &[("member months", "2412")]);
    assert_eq!(given.stamp().given.get("member months").map(String::as_str), Some("2412"));
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let contract = template("corridor");
    let day = contract.period().start;
    let refused = |model: &CostModel, given: &[(&str, &str)]| {
        let given: IndexMap<String, Decimal> =
            given.iter().map(|(name, amount)| ((*name).to_owned(), d(amount))).collect();
        let why = contract.outlook(model, &given, day).unwrap_err();
        (why.kind(), why.to_string())
    };
    let nobody = CostModel::new(contract.currency());
    assert_eq!(
        refused(&nobody, &[]),
        (
            ErrorKind::Experience,
            "cost model: it has no risk cell; give at least one cell with people".to_owned()
        )
    );
    let people = model(&contract);
    let (kind, said) = refused(&people, &[("quality", "1")]);
    assert_eq!(kind, ErrorKind::Experience);
    assert_eq!(said, "input `quality`: the contract does not ask for it; leave it out, or correct its name");
    let (_, said) = refused(&people, &[("actual cost", "1")]);
    assert_eq!(said, "input `actual cost`: the cost model has it; leave it out");
    let (_, said) = refused(&people.clone().of_input("expenditure"), &[]);
    assert_eq!(
        said,
        "cost model: the contract does not ask for `expenditure`; name what people cost: one of `member months`, `actual cost`"
    );
    let dollars = CostModel::new(Currency::new("USD").unwrap());
    assert_eq!(refused(&dollars, &[]).0, ErrorKind::Currency);
    let endless =
        CostModel::new(contract.currency()).cell("all", 5, Severity::pareto(1.5, 10.0).unwrap()).unwrap();
    let (kind, said) = refused(&endless, &[]);
    assert_eq!(kind, ErrorKind::Range);
    assert!(said.contains("its mean or its variance is infinite; cap each person's cost"), "{said}");
    let severity = || Severity::certain(1.0).unwrap();
    assert_eq!(nobody.clone().cell("a", 0, severity()).unwrap_err().kind(), ErrorKind::Range);
    let twice = nobody.cell("a", 1, severity()).unwrap().cell("a", 1, severity());
    assert_eq!(twice.unwrap_err().kind(), ErrorKind::Name);
    let outlook = outlook(&contract, &people, &[]);
    assert_eq!(outlook.party("trust").unwrap_err().kind(), ErrorKind::Unknown);
    assert_eq!(outlook.party("provider").unwrap().quantile(1.0).unwrap_err().kind(), ErrorKind::Range);
}
