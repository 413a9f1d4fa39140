//! What a provider keeps of a saved pound, against closed forms, integrals by hand and drawn years.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

use capitation::{
    Contract, ErrorKind,
    random::{Purpose, Stream},
    risk::{
        aggregate::{Aggregate, Count, RiskCell},
        cost_model::CostModel,
        measures,
        power::{Power, Saving},
        severity::Severity,
    },
};
use indexmap::IndexMap;
use rust_decimal::Decimal;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A contract of a payer and a provider that bears the actual cost, by its inputs, terms and clauses.
fn contract(inputs: &str, terms: &[(&str, &str, &str)], clauses: &str) -> Contract {
    let term = |(name, unit, value): &(&str, &str, &str)| {
        format!("[terms.\"{name}\"]\nunit = \"{unit}\"\nsource = \"Test\"\nvalues = \"{value}\"\n")
    };
    let terms = terms.iter().map(term).collect::<Vec<_>>().concat();
    let text = format!(
        "name = \"Test\"\ncurrency = \"GBP\"\nperiod = {{ start = 2026-04-01, end = 2027-03-31 }}\n\
         parties = {{ payer = \"payer\", provider = \"provider\" }}\ninputs = {{ {inputs} }}\n\
         bears = {{ \"actual cost\" = \"provider\" }}\n{terms}\n{clauses}"
    );
    Contract::from_toml(&text).unwrap()
}

fn pays(name: &str, rule: &str) -> String {
    format!("[[clause]]\nname = \"{name}\"\n{rule}\npays = {{ from = \"payer\", to = \"provider\" }}\n")
}

fn reimbursement() -> Contract {
    contract("\"actual cost\" = \"money\"", &[], &pays("reimbursement", "rule.sum = [\"actual cost\"]"))
}

fn by_results() -> Contract {
    let inputs = "\"actual cost\" = \"money\", \"activity price\" = \"money\"";
    contract(inputs, &[], &pays("payment for activity", "rule.sum = [\"activity price\"]"))
}

/// Payment by results, and a share of what activity costs less at its prices than a benchmark; of what it costs more too.
fn shared_on_price(share: &str) -> Contract {
    let inputs = "\"actual cost\" = \"money\", \"activity price\" = \"money\"";
    let terms = [("benchmark", "money", "5000000.00"), ("share", "share", share)];
    let clauses = [
        pays("payment for activity", "rule.sum = [\"activity price\"]"),
        "[[clause]]\nname = \"saving\"\nrule.difference = { of = \"benchmark\", less = \"activity price\" }\n".to_owned(),
        pays("shared", "rule.times = { of = \"saving\", by = \"share\" }\nround = { mode = \"half_up\", places = 2 }"),
    ];
    contract(inputs, &terms, &clauses.concat())
}

fn template(name: &str) -> Contract {
    Contract::read(format!("{}/templates/{name}.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn person() -> Severity {
    Severity::lognormal(0.0, 1.5).unwrap().with_zeros(0.2).unwrap().rescaled_to(4_950.0).unwrap()
}

/// A thousand people whose mean is what the templates pay; the price of their activity is 1.1 of its cost.
fn model(contract: &Contract) -> CostModel {
    let model = CostModel::new(contract.currency()).cell("all", 1_000, person()).unwrap();
    if contract.document().inputs.contains_key("activity price") {
        return model.proportional("activity price", d("1.1")).unwrap();
    }
    model
}

fn power_of(contract: &Contract, saved: &str) -> Power {
    let saving = Saving::of(d(saved)).unwrap();
    let day = contract.period().start;
    contract.power(&model(contract), &IndexMap::new(), day, "provider", &saving).unwrap()
}

#[track_caller]
fn near(found: f64, expected: f64, within: f64, what: &str) {
    assert!((found - expected).abs() <= within, "{what}: {found} is not {expected} within {within:e}");
}

/// The table of the docs, with p = 1.1 mc: the slack of roundings, a penny of a million pounds, is all that is off.
#[test]
fn the_powers_of_the_four_kinds_of_payment() {
    let zero = "0.09090909090909"; // 1 − mc/p = 1 − 1/1.1
    let rows = [
        ("cost reimbursement", reimbursement(), 0.0, 0.0),
        ("payment by results", by_results(), 1.0, (1.0 - 1.1) / 1.0),
        ("capitation", template("capitation"), 1.0, 1.0),
        ("a share of 0.4", shared_on_price("0.4"), 1.0, 1.0 - 1.1 + 0.4 * 1.1),
        ("a share of 1 − mc/p", shared_on_price(zero), 1.0, 0.0),
    ];
    for (name, contract, unit_cost, volume) in rows {
        let power = power_of(&contract, "0.01");
        near(power.unit_cost, unit_cost, 1e-6, &format!("{name}, unit cost"));
        near(power.volume, volume, 1e-6, &format!("{name}, volume"));
        assert!(power.slack.unwrap() < 1e-6, "{name}: {:?}", power.slack);
        assert!(power.held.is_empty());
    }
}

/// Individual stop-loss at 100,000 of which the provider keeps a tenth above: E[X; X < A] + 0.1 E[X; X > A] of E[X].
#[test]
fn a_pound_saved_above_the_attachment_is_the_carriers() {
    let stop_loss = template("stop-loss");
    let (attachment, sigma) = (100_000.0_f64, 1.5);
    // The share of cost of those below A under a lognormal law is Φ((ln A − μ)/σ − σ).
    let mu = (4_950.0_f64 / 0.8).ln() - sigma * sigma / 2.0;
    let z = (attachment.ln() - mu) / sigma - sigma;
    let below = 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
    let expected = below + 0.1 * (1.0 - below);
    assert!(expected < 0.9, "the attachment matters: {expected}");
    let small = power_of(&stop_loss, "0.000001");
    near(small.unit_cost, expected, 2e-5, "a small saving");
    assert_eq!(small.unit_cost.to_bits(), small.volume.to_bits());
    // Of one per cent: what is kept of each person is E[min(X, A)] + 0.1 E[(X − A)⁺], before and after.
    let kept = |severity: &Severity| {
        let capped = severity.limited_mean(attachment);
        capped + 0.1 * (severity.mean() - capped)
    };
    let after = person().rescaled_to(4_950.0 * 0.99).unwrap();
    let of_one = (kept(&person()) - kept(&after)) / (0.01 * 4_950.0);
    near(power_of(&stop_loss, "0.01").unit_cost, of_one, 1e-6, "one per cent");
}

/// What the corridor of the template leaves the provider of a gain or a loss against 12,000 months at 412.50.
fn kept(cost: f64) -> f64 {
    let envelope = 12_000.0 * 412.5;
    let gain = envelope - cost;
    let band = |from: f64, to: f64| (gain.abs() / envelope - from).clamp(0.0, to - from) * envelope;
    if gain >= 0.0 {
        band(0.0, 0.02) + 0.5 * band(0.02, 0.06)
    } else {
        -(band(0.0, 0.01) + 0.5 * band(0.01, 0.05) + 0.2 * band(0.05, 1e9))
    }
}

#[test]
fn a_corridor_against_an_integral_and_drawn_years() {
    let corridor = template("corridor");
    let found = power_of(&corridor, "0.01").volume;
    let cell = RiskCell::new(Count::People(1_000.0), person());
    let sum = Aggregate::new(&[cell]).unwrap();
    // ∫ (kept(0.99 s) − kept(s)) f(s) ds by midpoints, over 0.01 E[S].
    let steps = 60_000;
    let (low, high) = (sum.quantile(1e-9).unwrap(), sum.quantile(1.0 - 1e-9).unwrap());
    let width = (high - low) / f64::from(steps);
    let of = |step: i32| {
        let s = low + (f64::from(step) + 0.5) * width;
        (kept(0.99 * s) - kept(s)) * sum.density(s)
    };
    let by_hand = (0..steps).map(of).sum::<f64>() * width / (0.01 * sum.mean());
    near(found, by_hand, 2e-6, "integral");
    // Its limit is the expectation of the slope: bands of slope 0, 1/2, 1, 1/2 and 1/5 with the costs that lie in them.
    let envelope = 12_000.0 * 412.5;
    let ends = [0.94, 0.98, 1.01, 1.05].map(|part| cost_below(&sum, part * envelope));
    let slopes = 0.5 * (ends[1] - ends[0]) + (ends[2] - ends[1]) + 0.5 * (ends[3] - ends[2]);
    let limit = (slopes + 0.2 * (sum.mean() - ends[3])) / sum.mean();
    near(power_of(&corridor, "0.00001").volume, limit, 3e-5, "limit");
    // The same people before and after.
    let differences: Vec<f64> = (0..1_500)
        .map(|year| {
            let mut stream = Stream::new(11, Purpose::new(*b"power..."), [0, 0], year);
            let total: f64 = (0..1_000).map(|_| person_at(stream.next_unit())).sum();
            (kept(0.99 * total) - kept(total)) / (0.01 * sum.mean())
        })
        .collect();
    let drawn = measures::mean(&differences).unwrap();
    near(found, drawn.mean, 4.0 * drawn.se, "drawn years");
    assert!(drawn.se < 0.03);
}

/// E[S; S ≤ x] = x P(S ≤ x) − E(x − S)⁺, and E(x − S)⁺ = x − E S + E(S − x)⁺.
fn cost_below(sum: &Aggregate, x: f64) -> f64 {
    x * sum.cdf(x) - (x - sum.mean() + sum.stop_loss(x))
}

fn person_at(level: f64) -> f64 {
    thread_local!(static PERSON: Severity = person());
    PERSON.with(|person| person.quantile(level).unwrap())
}

/// A gate: what is shared begins with a jump, and the jump times the density is part of the power.
#[test]
fn a_gate_counts_by_its_jump_times_the_density() {
    let inputs = "\"actual cost\" = \"money\"";
    let terms =
        [("benchmark", "money", "4950000.00"), ("least", "money", "99000.00"), ("share", "share", "0.5")];
    let clauses = [
        pays("reimbursement", "rule.sum = [\"actual cost\"]"),
        "[[clause]]\nname = \"saving\"\nrule.difference = { of = \"benchmark\", less = \"actual cost\" }\n".to_owned(),
        "[[clause]]\nname = \"counts\"\nrule.gate = { of = \"saving\", measure = \"saving\", at_least = \"least\" }\n"
            .to_owned(),
        pays("shared", "rule.times = { of = \"counts\", by = \"share\" }\nround = { mode = \"half_up\", places = 2 }"),
    ];
    let gated = contract(inputs, &terms, &clauses.concat());
    let sum = Aggregate::new(&[RiskCell::new(Count::People(1_000.0), person())]).unwrap();
    let gate = 4_950_000.0 - 99_000.0;
    let slope = 0.5 * cost_below(&sum, gate) / sum.mean();
    let jump = 0.5 * 99_000.0 * gate * sum.density(gate) / sum.mean();
    near(power_of(&gated, "0.00001").volume, slope + jump, 3e-5, "slope and jump");
    assert!(jump > 0.02, "{jump}");
}

/// Where cost is certain the step decides which side of a kink a pound is saved on.
#[test]
fn a_certain_cost_is_saved_where_it_is() {
    let corridor = template("corridor");
    let at = |mean: f64, saved: &str| {
        let person = Severity::certain(mean).unwrap();
        let model = CostModel::new(corridor.currency()).cell("all", 1_000, person).unwrap();
        let saving = Saving::of(d(saved)).unwrap();
        let day = corridor.period().start;
        corridor.power(&model, &IndexMap::new(), day, "provider", &saving).unwrap().volume
    };
    near(at(4_950.0, "0.01"), 1.0, 1e-6, "in the band of gains that is kept");
    near(at(4_950.0 * 0.95, "0.01"), (0.06 - 0.05) * 0.5 / 0.0095 * 0.95, 1e-6, "half of a gain");
    near(at(4_950.0 * 0.9, "0.01"), 0.0, 1e-6, "beyond the last band");
    near(at(4_950.0 * 1.2, "0.01"), 0.2, 1e-6, "a fifth of a loss");
}

/// What was given does not move, and is listed.
#[test]
fn what_is_held_is_said() {
    let blend = template("blend");
    let given: IndexMap<String, Decimal> =
        [("admissions", "400"), ("visits", "6000")].map(|(n, x)| (n.to_owned(), d(x))).into();
    let power =
        blend.power(&model(&blend), &given, blend.period().start, "provider", &Saving::default()).unwrap();
    assert_eq!(power.held, ["admissions", "visits"]);
    let json = serde_json::to_value(&power).unwrap();
    assert_eq!(json["saved"], "0.01");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let capitation = template("capitation");
    let day = capitation.period().start;
    let ask = |model: &CostModel, party: &str| {
        let why = capitation.power(model, &IndexMap::new(), day, party, &Saving::default()).unwrap_err();
        (why.kind(), why.to_string())
    };
    let people = model(&capitation);
    assert_eq!(
        ask(&people, "trust"),
        (
            ErrorKind::Unknown,
            "party: the contract has no party `trust`; its parties are `payer`, `provider`".to_owned()
        )
    );
    let free = CostModel::new(capitation.currency());
    let free = free.cell("all", 5, Severity::certain(0.0).unwrap()).unwrap();
    assert_eq!(
        ask(&free, "provider"),
        (ErrorKind::Statistic, "cost model: nobody costs anything; give at least one cell a cost".to_owned())
    );
    let endless = CostModel::new(capitation.currency());
    let endless = endless.cell("all", 5, Severity::pareto(0.9, 10.0).unwrap()).unwrap();
    assert_eq!(
        ask(&endless, "provider").1,
        "cost model: the mean cost is infinite; give a tail that has a mean"
    );
    assert_eq!(
        Saving::of(d("0")).unwrap_err().to_string(),
        "saving: 0 of the cost is saved; give a part from 0.000001 to 0.5, 0.01 for 1 %"
    );
}
