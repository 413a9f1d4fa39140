//! Who bears the risk, worked out without sampling: against drawn years, closed forms, and itself.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail

use capitation::{
    Contract, ErrorKind,
    risk::{
        cost_model::{CostModel, Shock},
        severity::Severity,
        shares::{RiskTransfer, Tail, TransferRow},
        simulate::Simulation,
    },
};
use indexmap::IndexMap;

const TAILS: [Tail; 2] = [Tail::Worst(0.95), Tail::Worst(0.8)];

fn template(name: &str) -> Contract {
    Contract::read(format!("{}/templates/{name}.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn person(mean: f64, zeros: f64) -> Severity {
    Severity::lognormal(0.0, 1.5).unwrap().with_zeros(zeros).unwrap().rescaled_to(mean).unwrap()
}

/// Three quarters below 65 and a quarter above, whose mean is near the £4,950 a year that the templates pay.
fn model(contract: &Contract, people: u32) -> CostModel {
    CostModel::new(contract.currency())
        .cell("under 65", 3 * people / 4, person(3_300.0, 0.2))
        .unwrap()
        .cell("65 and over", people / 4, person(9_900.0, 0.05))
        .unwrap()
}

fn shocked(contract: &Contract, people: u32) -> CostModel {
    model(contract, people).with_shock(Shock::multiplicative("trend", 0.03).unwrap()).unwrap()
}

fn transfer(contract: &Contract, model: &CostModel, tails: &[Tail]) -> RiskTransfer {
    contract.risk_transfer(model, &IndexMap::new(), contract.period().start, tails).unwrap()
}

#[track_caller]
fn near(found: f64, expected: f64, within: f64, what: &str) {
    assert!((found - expected).abs() <= within, "{what}: {found} is not {expected} within {within:e}");
}

/// Stop-loss, and a corridor on what is left to the provider: its result bends along an amount other than what care costs.
fn stop_loss_and_corridor() -> Contract {
    let stop_loss =
        std::fs::read_to_string(format!("{}/templates/stop-loss.toml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let (text, _) = stop_loss.split_once("[[example]]").unwrap();
    let more = r#"
[[clause]]
name = "result before the corridor"
rule.difference = { of = "envelope", less = "cost kept" }

[[clause]]
name = "provider's share of the result"
rule.bands = { of = "result before the corridor", base = "envelope", gains = "gains", losses = "losses" }

[[clause]]
name = "corridor settlement"
rule.difference = { of = "result before the corridor", less = "provider's share of the result" }
round = { mode = "half_up", places = 2 }
pays = { from = "provider", to = "payer" }
"#;
    let kept = "\n[[clause]]\nname = \"cost kept\"\nrule.difference = { of = \"actual cost\", less = \"stop-loss recovery\" }\n";
    let terms = r#"
[terms."gains"]
unit = "ratio"
source = "Test"
bands = [{ upto = "0.02", share = "1" }, { upto = "0.06", share = "0.5" }, { share = "0" }]

[terms."losses"]
unit = "ratio"
source = "Test"
bands = [{ upto = "0.01", share = "1" }, { upto = "0.05", share = "0.5" }, { share = "0.2" }]
"#;
    let (head, clauses) = text.split_once("[[clause]]").unwrap();
    Contract::from_toml(&format!("{head}{terms}\n[[clause]]{clauses}{kept}{more}")).unwrap()
}

fn adds_up(row: &TransferRow, within: f64) {
    let sum =
        |of: &dyn Fn(&capitation::risk::shares::PartyShare) -> f64| row.parties.iter().map(of).sum::<f64>();
    let what = format!("{:?}", row.clause);
    near(sum(&|party| party.variance.share), 1.0, within, &what);
    for place in 0..row.parties[0].tails.len() {
        near(sum(&|party| party.tails[place].share), 1.0, within, &format!("{what}, tail {place}"));
    }
}

fn within_four_errors(contract: &Contract, model: &CostModel, years: u32) {
    let (given, on) = (IndexMap::new(), contract.period().start);
    let how = Simulation::new(years as usize, 11).unwrap();
    let drawn = contract.simulate(model, &given, on, &how).unwrap();
    let exact = contract.risk_shares(model, &given, on, &TAILS).unwrap();
    for (place, level) in [0.95, 0.8].into_iter().enumerate() {
        for (party, (name, drawn)) in exact.iter().zip(drawn.risk_shares(level).unwrap()) {
            let what = format!("{}, {name}", contract.name());
            let (variance, tail) = (drawn.variance.unwrap(), drawn.tail.unwrap());
            near(party.variance.share, variance.mean, 4.0 * variance.se + 1e-9, &format!("{what}, variance"));
            near(party.tails[place].share, tail.mean, 4.0 * tail.se + 1e-9, &format!("{what}, {level}"));
        }
    }
}

#[test]
fn drawn_years_have_the_same_shares() {
    for name in ["capitation", "corridor", "stop-loss"] {
        let contract = template(name);
        within_four_errors(&contract, &model(&contract, 2_000), 4_000);
    }
}

#[test]
fn drawn_years_that_are_moved_have_the_same_shares() {
    for name in ["capitation", "corridor", "stop-loss"] {
        let contract = template(name);
        within_four_errors(&contract, &shocked(&contract, 2_000), 4_000);
    }
}

/// Euler: the parts add up to the whole, after every payment.
#[test]
fn shares_add_up_to_one() {
    for name in ["capitation", "corridor", "stop-loss"] {
        let contract = template(name);
        for model in [model(&contract, 8_000), shocked(&contract, 8_000)] {
            for row in &transfer(&contract, &model, &TAILS).rows {
                adds_up(row, 1e-8);
            }
        }
    }
}

/// What is paid whatever happens moves no risk: who bears the cost has it all, and the others none.
#[test]
fn a_capitation_leaves_all_risk_with_the_provider() {
    let contract = template("capitation");
    for row in &transfer(&contract, &shocked(&contract, 1_000), &TAILS).rows {
        for party in &row.parties {
            let all = if party.party == "provider" { 1.0 } else { 0.0 };
            for share in party.tails.iter().chain([&party.variance]) {
                near(share.share, all, 1e-12, &party.party);
            }
        }
    }
}

/// The stop-loss takes from the variance, and the corridor from what is left, along another amount than all costs: the shares
/// of the variance are those of drawn years, and add up.
#[test]
fn each_term_takes_its_part() {
    let contract = stop_loss_and_corridor();
    let (model, given, on) = (model(&contract, 8_000), IndexMap::new(), contract.period().start);
    let risk = transfer(&contract, &model, &[]);
    let of = |clause: &str, party: &str| risk.after(clause).unwrap().party(party).unwrap().variance;
    let (premium, recovery) = (of("stop-loss premium", "provider"), of("stop-loss recovery", "provider"));
    let corridor = of("corridor settlement", "provider");
    near(premium.share, 1.0, 1e-12, "before the stop-loss");
    assert!(corridor.share < recovery.share && recovery.share < 0.7, "{corridor:?} after {recovery:?}");
    assert!(corridor.error < 1e-5, "{corridor:?}");
    // The reinsurer has what the provider no longer has, and the corridor does not touch it.
    near(of("stop-loss recovery", "reinsurer").share, 1.0 - recovery.share, 1e-9, "reinsurer");
    near(of("corridor settlement", "reinsurer").share, 1.0 - recovery.share, 1e-9, "reinsurer");
    risk.rows.iter().for_each(|row| adds_up(row, 1e-8));
    let how = Simulation::new(2_000, 11).unwrap();
    let drawn = contract.simulate(&model, &given, on, &how).unwrap().risk_shares(0.95).unwrap();
    for (party, (name, drawn)) in risk.whole().unwrap().parties.iter().zip(drawn) {
        let drawn = drawn.variance.unwrap();
        near(party.variance.share, drawn.mean, 4.0 * drawn.se, &name);
    }
    let why = contract.risk_shares(&model, &given, on, &TAILS).unwrap_err();
    assert_eq!(why.kind(), ErrorKind::Statistic);
    assert!(why.to_string().contains("ask for no tails"), "{why}");
}

/// An attachment at a quantile is the tail of its level: all lose what care costs, less nothing.
#[test]
fn an_attachment_is_a_tail() {
    let contract = template("corridor");
    let model = model(&contract, 8_000);
    let outlook = contract.outlook(&model, &IndexMap::new(), contract.period().start).unwrap();
    // Before the corridor the provider has 8,000 × 4,950 less the cost.
    let capitation = template("capitation");
    let alone = capitation.outlook(&model, &IndexMap::new(), capitation.period().start).unwrap();
    let cost = 8_000.0 * 4_950.0 - alone.party("provider").unwrap().quantile(0.05).unwrap();
    let risk = transfer(&contract, &model, &[Tail::Worst(0.95), Tail::Above(cost)]);
    for party in &risk.whole().unwrap().parties {
        near(party.tails[1].share, party.tails[0].share, 1e-7, &party.party);
        near(party.mean, outlook.party(&party.party).unwrap().mean(), 1e-4, &party.party);
    }
}

#[test]
fn refused() {
    let contract = template("corridor");
    let (model, given, on) = (model(&contract, 2_000), IndexMap::new(), contract.period().start);
    let kind = |tail| contract.risk_shares(&model, &given, on, &[tail]).unwrap_err().kind();
    assert_eq!(kind(Tail::Worst(1.0)), ErrorKind::Range);
    assert_eq!(kind(Tail::Worst(f64::NAN)), ErrorKind::Range);
    assert_eq!(kind(Tail::Above(1e12)), ErrorKind::Range);
    assert_eq!(kind(Tail::Above(-1.0)), ErrorKind::Range);
    let certain =
        CostModel::new(contract.currency()).cell("all", 10, Severity::certain(5_000.0).unwrap()).unwrap();
    let why = contract.risk_shares(&certain, &given, on, &[]).unwrap_err();
    assert_eq!(why.kind(), ErrorKind::Statistic);
    // Of a hundred people few are above the attachment: their corridor bends along a lumpy sum.
    let both = stop_loss_and_corridor();
    let few = CostModel::new(both.currency()).cell("all", 3, person(4_950.0, 0.5)).unwrap();
    let why = both.risk_shares(&few, &given, on, &[]).unwrap_err();
    assert_eq!(why.kind(), ErrorKind::Statistic);
    assert!(why.to_string().contains("draw years instead"), "{why}");
}
