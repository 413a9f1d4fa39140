//! Power against risk: against outlooks of each contract, closed forms, and the definition of what beats what.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

use capitation::{
    Contract, ErrorKind,
    contract::SharingBands,
    risk::{
        ResultRisk,
        aggregate::{Aggregate, Count, RiskCell},
        cost_model::{CostModel, Shock},
        frontier::{
            Axis, Basis, Family, Frontier, FrontierPoint, Outlay, PowerOver, RiskBy, Setting, frontier,
        },
        power::Saving,
        severity::Severity,
        simulate::Simulation,
    },
};
use indexmap::IndexMap;
use rust_decimal::Decimal;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn template(name: &str) -> Contract {
    Contract::read(format!("{}/templates/{name}.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn person(mean: f64, zeros: f64) -> Severity {
    Severity::lognormal(0.0, 1.5).unwrap().with_zeros(zeros).unwrap().rescaled_to(mean).unwrap()
}

/// 1,500 people below 65 and 500 above, of £4,950 a year on average.
fn model() -> CostModel {
    CostModel::new(template("capitation").currency())
        .cell("under 65", 1_500, person(3_300.0, 0.2))
        .unwrap()
        .cell("65 and over", 500, person(9_900.0, 0.05))
        .unwrap()
}

fn nothing() -> IndexMap<String, Decimal> {
    IndexMap::new()
}

fn on() -> capitation::exposure::Date {
    template("capitation").period().start
}

#[track_caller]
fn near(found: f64, expected: f64, within: f64, what: &str) {
    assert!((found - expected).abs() <= within, "{what}: {found} is not {expected} within {within:e}");
}

fn point<'f>(of: &'f Frontier, label: &str) -> &'f FrontierPoint {
    of.points.iter().find(|point| point.label == label).unwrap_or_else(|| panic!("no {label}"))
}

/// Corridors of several widths, symmetric, with a share kept beyond.
fn corridors(widths: &[&str], shares: &[&str]) -> Axis {
    let mut axis = Axis::new("corridor");
    for width in widths {
        for share in shares {
            let bands = SharingBands::new().upto(width, "1").beyond(share);
            let both = ["provider's share of a gain", "provider's share of a loss"];
            let settings = both.map(|term| Setting::bands(term, &bands).unwrap()).into();
            axis = axis.point(format!("{width} then {share}"), settings);
        }
    }
    axis
}

/// Every number of a point is that of an outlook of the point's own contract, and of its power.
#[test]
fn a_point_is_the_outlook_of_its_contract() {
    points_are_outlooks(&model());
}

/// And so it is where everybody's costs are moved together, and what is below a cap is not what it was.
#[test]
fn a_point_is_the_outlook_of_its_contract_under_a_shock() {
    points_are_outlooks(&model().with_shock(Shock::multiplicative("trend", 0.2).unwrap()).unwrap());
}

fn points_are_outlooks(model: &CostModel) {
    let basis = Basis::of("provider").reserve(d("500000")).unwrap().level(0.9).unwrap();
    let stop_loss = Axis::of_term("attachment", &["20000", "100000"]).unwrap();
    let family = Family::grid(&template("stop-loss"), &[stop_loss]).unwrap();
    let family = family
        .and(Family::grid(&template("corridor"), &[corridors(&["0.01", "0.05"], &["0", "0.5"])]).unwrap());
    let frontier = frontier(&family, model, &nothing(), on(), &basis).unwrap();
    assert!(frontier.refused.is_empty(), "{:?}", frontier.refused);
    assert_eq!(frontier.points.len(), 6);
    for point in &frontier.points {
        let contract = family.contract_of(point).unwrap();
        let outlook = contract.outlook(model, &nothing(), on()).unwrap();
        let risk = ResultRisk::of(&outlook, "provider", 0.9, 500_000.0).unwrap();
        let what = &point.label;
        near(point.risk.mean, risk.mean, 1e-6, what);
        near(point.risk.standard_deviation, risk.standard_deviation, 1e-6 * risk.standard_deviation, what);
        near(point.risk.tvar, risk.tvar, 1e-5 * risk.tvar.abs(), what);
        near(point.risk.probability_of_deficit, risk.probability_of_deficit, 1e-9, what);
        near(point.risk.probability_beyond_reserve, risk.probability_beyond_reserve, 1e-9, what);
        near(point.outlay, -outlook.party("payer").unwrap().mean(), 0.01, what);
        // What care costs, 2,000 × 4,950, to the millionth that is promised.
        near(point.outlay, 9_900_000.0, 9.9, what);
        let power = contract.power(model, &nothing(), on(), "provider", &Saving::default()).unwrap();
        near(point.power.volume, power.volume, 1e-9, what);
    }
}

/// The three references, at a price of activity of 1.25 its marginal cost: a fifth of the expected cost is fixed.
#[test]
fn the_references_stand_where_theory_puts_them() {
    let model = model().proportional("activity price", d("1.25")).unwrap();
    // 9,900,000 go with cases and 2,475,000 do not: payment by results breaks even at 1.25.
    let basis = Basis::of("provider").fixed_cost(d("2475000")).unwrap();
    let alone = Family::of([("alone", template("capitation"))]);
    let family = alone.with_references(&model, &basis).unwrap();
    let frontier = frontier(&family, &model, &nothing(), on(), &basis).unwrap();
    assert!(frontier.refused.is_empty(), "{:?}", frontier.refused);
    let cells = [(1_500.0, person(3_300.0, 0.2)), (500.0, person(9_900.0, 0.05))];
    let cells = cells.map(|(people, person)| RiskCell::new(Count::People(people), person));
    let spread = Aggregate::new(&cells).unwrap().standard_deviation() / 2_000.0;
    let rows = [
        ("cost reimbursement", 0.0, 0.0, 0.0),
        ("full capitation", 1.0, 1.0, spread),
        // (mc − p)/mc, and what is left of a case more is (p − mc)/mc of its cost.
        ("payment by results", 1.0, -0.25, 0.25 * spread),
    ];
    for (label, unit_cost, volume, deviation) in rows {
        let point = point(&frontier, label);
        near(point.power.unit_cost, unit_cost, 1e-6, label);
        near(point.power.volume, volume, 1e-6, label);
        near(point.risk.standard_deviation, deviation, 1e-6 * spread, label);
        near(point.risk.mean, 0.0, 0.01, label);
        near(point.outlay, 12_375_000.0, 12.4, label);
    }
    let price = &point(&frontier, "payment by results").solved;
    assert!(price.is_empty(), "a price of 1 is the common outlay as it is written: {price:?}");
    // Its worst years are those of the least activity: an outlook of it says the same, less the fixed cost.
    let contract = family.contract_of(point(&frontier, "payment by results")).unwrap();
    let outlook = contract.outlook(&model, &nothing(), on()).unwrap();
    let worst = (outlook.party("provider").unwrap().mean_of_worst(0.95).unwrap() - 2_475_000.0) / 2_000.0;
    let tvar = point(&frontier, "payment by results").risk.tvar;
    near(tvar, -worst, 1e-6 * tvar, "the worst years of payment by results");
    // Activity paid by results loses by prevention and has a risk: cost reimbursement beats it on power over volume.
    let by_results = point(&frontier, "payment by results");
    let beaten_by = &frontier.points[by_results.beaten_by.unwrap()];
    assert_eq!(beaten_by.label, "cost reimbursement");
    let names: Vec<&str> = frontier.efficient().map(|point| point.label.as_str()).collect();
    assert_eq!((names[0], names[names.len() - 1]), ("cost reimbursement", "full capitation"));
}

/// By the definition, over all pairs: a point is beaten if and only if another is nowhere worse and somewhere better.
#[test]
fn what_is_beaten_is_beaten_by_the_definition() {
    let axes = [corridors(&["0.005", "0.01", "0.02", "0.04"], &["0", "0.25", "0.5", "0.75"])];
    let mut family = Family::grid(&template("corridor"), &axes).unwrap();
    // Lopsided ones are beaten by others: gains kept and losses shared, or the other way about.
    let (keep, share) =
        (SharingBands::new().beyond("1"), SharingBands::new().upto("0.01", "1").beyond("0.1"));
    for (way, gain, loss) in [("one way", &keep, &share), ("the other", &share, &keep)] {
        let settings = vec![
            Setting::bands("provider's share of a gain", gain).unwrap(),
            Setting::bands("provider's share of a loss", loss).unwrap(),
        ];
        let lopsided = Axis::new("lopsided").point(way, settings);
        family = family.and(Family::grid(&template("corridor"), &[lopsided]).unwrap());
    }
    for (outlay, by) in [
        (Outlay::ExpectedCost, RiskBy::StandardDeviation),
        (Outlay::ExpectedCost, RiskBy::Tvar),
        (Outlay::AsWritten, RiskBy::StandardDeviation),
        (Outlay::AsWritten, RiskBy::Deficit),
    ] {
        let basis = Basis::of("provider").outlay(outlay).by(PowerOver::Volume, by);
        let frontier = frontier(&family, &model(), &nothing(), on(), &basis).unwrap();
        let risk = |point: &FrontierPoint| match by {
            RiskBy::Tvar => point.risk.tvar,
            RiskBy::Deficit => point.risk.probability_of_deficit,
            _ => point.risk.standard_deviation,
        };
        let outlay = |point: &FrontierPoint| if outlay == Outlay::AsWritten { point.outlay } else { 0.0 };
        // Amounts that differ by a part in 10⁸ are the same here, where the crate takes 10⁹: none lies between.
        let beats = |one: &FrontierPoint, two: &FrontierPoint| {
            let less = |a: f64, b: f64| a < b - 1e-8 * b.abs().max(1e-3);
            let worse = less(one.power.volume, two.power.volume)
                || less(risk(two), risk(one))
                || less(outlay(two), outlay(one));
            let better = less(two.power.volume, one.power.volume)
                || less(risk(one), risk(two))
                || less(outlay(one), outlay(two));
            !worse && better
        };
        for (place, point) in frontier.points.iter().enumerate() {
            let is_beaten = frontier.points.iter().any(|other| beats(other, point));
            assert_eq!(point.beaten_by.is_some(), is_beaten, "{}, {by:?}", point.label);
            assert_eq!(frontier.efficient.contains(&place), !is_beaten, "{}", point.label);
            if let Some(other) = point.beaten_by {
                assert!(beats(&frontier.points[other], point), "{}", point.label);
            }
        }
        let risks: Vec<f64> = frontier.efficient().map(risk).collect();
        assert!(risks.windows(2).all(|two| two[0] <= two[1] + 1e-9 * two[1].abs()), "{risks:?}");
        assert!(frontier.efficient.len() > 3 && frontier.efficient.len() < frontier.points.len());
    }
}

/// A fair premium is what the reinsurer expects to pay: nine tenths of E(X − d)⁺ of each, a month; and a loading beside it.
#[test]
fn a_premium_is_solved_to_its_loading() {
    let attachments = Axis::of_term("attachment", &["20000", "50000"]).unwrap();
    let family = Family::grid(&template("stop-loss"), &[attachments]).unwrap();
    let of = |loading: &str| {
        let basis = Basis::of("provider").premium("stop-loss premium per member month", d(loading)).unwrap();
        frontier(&family, &model(), &nothing(), on(), &basis).unwrap()
    };
    let (fair, loaded) = (of("0"), of("0.15"));
    for ((point, loaded), attachment) in fair.points.iter().zip(&loaded.points).zip([20_000.0, 50_000.0]) {
        let people = [(1_500.0, person(3_300.0, 0.2)), (500.0, person(9_900.0, 0.05))];
        let above: f64 = people.iter().map(|(many, person)| many * person.excess_mean(attachment)).sum();
        let month = 0.9 * above / 24_000.0;
        let premium = |point: &FrontierPoint| {
            let solved = point.solved.iter().find(|it| it.term == "stop-loss premium per member month");
            capitation::decimal::to_f64(solved.unwrap().solved)
        };
        near(premium(point), month, 1e-6, &point.label);
        near(premium(loaded), 1.15 * month, 1e-6, &loaded.label);
        // Reinsurance takes from variance, and costs its loading (evidence F20).
        near(point.risk.mean, 0.0, 0.02, &point.label);
        near(loaded.risk.mean, -0.15 * month * 12.0, 0.02, &loaded.label);
        near(loaded.risk.standard_deviation, point.risk.standard_deviation, 1e-6, &loaded.label);
    }
    assert!(fair.points[0].risk.standard_deviation < fair.points[1].risk.standard_deviation);
    assert!(fair.points[0].power.volume < fair.points[1].power.volume);
}

/// The corridor's settlement is with a reinsurer, who takes a premium for it.
fn reinsured_corridor() -> Contract {
    let path = format!("{}/templates/corridor.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let (rules, _) = text.split_once("[[example]]").unwrap();
    let rules =
        rules.replace(r#"provider = "provider" }"#, r#"provider = "provider", carrier = "reinsurer" }"#);
    let rules = rules.replace(r#"to = "payer" }"#, r#"to = "carrier" }"#);
    let premium = r#"
[[clause]]
name = "premium"
rule.times = { of = "member months", by = "premium per member month" }
pays = { from = "provider", to = "carrier" }
[terms."premium per member month"]
unit = "money per count"
source = "Illustration"
values = "5.00"
"#;
    Contract::from_toml(&format!("{rules}{premium}")).unwrap()
}

/// What the carrier pays hangs on the price, which is solved too: the premium is fair at the price that is found.
#[test]
fn a_premium_is_fair_at_the_price_that_is_solved() {
    let carried = [
        Setting::bands("provider's share of a gain", &SharingBands::new().beyond("1")).unwrap(),
        Setting::bands("provider's share of a loss", &SharingBands::new().upto("0.05", "1").beyond("0"))
            .unwrap(),
    ];
    let cover = Axis::new("cover").point("losses beyond 5 %", carried.into());
    let family = Family::grid(&reinsured_corridor(), &[cover]).unwrap();
    // People cost less than the contract pays as it is written.
    let model =
        CostModel::new(template("capitation").currency()).cell("all", 2_000, person(4_600.0, 0.0)).unwrap();
    let basis = Basis::of("provider").premium("premium per member month", d("0.1")).unwrap();
    let found = frontier(&family, &model, &nothing(), on(), &basis).unwrap();
    let [point] = &found.points[..] else { panic!("{found:?}") };
    near(point.outlay, 9.2e6, 1.0, "outlay");
    let contract = family.contract_of(point).unwrap();
    let outlook = contract.outlook(&model, &nothing(), on()).unwrap();
    let of = |name: &str| outlook.clauses().iter().find(|(clause, _)| clause == name).unwrap().1;
    let (premium, paid) = (of("premium"), -of("corridor settlement"));
    assert!(paid > 50_000.0, "{paid}");
    near(premium / paid, 1.1, 1e-5, "premium");
    assert!(point.solved.iter().all(|term| term.residual.abs() < 1e-6), "{:?}", point.solved);
}

/// A carrier that is expected to be paid by the corridor has no premium.
#[test]
fn a_premium_below_nought_is_refused() {
    let gains = [
        Setting::bands("provider's share of a gain", &SharingBands::new().beyond("0.5")).unwrap(),
        Setting::bands("provider's share of a loss", &SharingBands::new().beyond("1")).unwrap(),
    ];
    let axis = Axis::new("cover").point("half of gains, no loss", gains.into());
    let family = Family::grid(&reinsured_corridor(), &[axis]).unwrap();
    let model =
        CostModel::new(template("capitation").currency()).cell("all", 2_000, person(4_600.0, 0.0)).unwrap();
    let basis = Basis::of("provider").premium("premium per member month", d("0")).unwrap();
    let why = frontier(&family, &model, &nothing(), on(), &basis).unwrap_err().to_string();
    assert!(why.contains("which would be below nought; leave the premium as it is written"), "{why}");
}

/// Beside contracts as they are written, references pay what care is expected to cost.
#[test]
fn references_beside_contracts_as_written_pay_for_the_expected_cost() {
    let model = model().proportional("activity payment", d("0.9")).unwrap();
    let basis = Basis::of("provider").outlay(Outlay::AsWritten);
    let family = Family::of([("as it is", template("capitation"))]).with_references(&model, &basis).unwrap();
    let found = frontier(&family, &model, &nothing(), on(), &basis).unwrap();
    near(point(&found, "as it is").outlay, 9.9e6, 1e-6, "412.50 × 24,000");
    for label in ["cost reimbursement", "full capitation", "payment by results"] {
        near(point(&found, label).outlay, 9.9e6, 1e-3, label);
    }
}

/// What is called by its name is one contract.
#[test]
fn contracts_are_told_apart_by_their_labels() {
    let axis = || [Axis::of_term("attachment", &["20000", "50000"]).unwrap()];
    let grid = || Family::grid(&template("stop-loss"), &axis()).unwrap();
    let ask = |family: &Family| frontier(family, &model(), &nothing(), on(), &Basis::of("provider"));
    let why = ask(&grid().and(grid())).unwrap_err();
    assert_eq!(
        why.to_string(),
        "family: two contracts are called `attachment 20000`; name each of its parts, as in family.named(\"...\"), before they \
         are put together"
    );
    let both = grid().and(grid().named("again"));
    let labels: Vec<String> = ask(&both).unwrap().points.into_iter().map(|point| point.label).collect();
    let expected =
        ["attachment 20000", "attachment 50000", "again, attachment 20000", "again, attachment 50000"];
    assert_eq!(labels, expected);
}

/// Where payment by results breaks even at every volume, what solving its price leaves is no deficit.
#[test]
fn what_solving_leaves_is_no_deficit() {
    for ratio in ["0.0003", "0.0007"] {
        let people =
            CostModel::new(template("capitation").currency()).cell("all", 1_999, person(4_950.0, 0.0));
        let model = people.unwrap().proportional("activity payment", d(ratio)).unwrap();
        let basis = Basis::of("provider");
        let family =
            Family::of([("capitation", template("capitation"))]).with_references(&model, &basis).unwrap();
        let found = frontier(&family, &model, &nothing(), on(), &basis).unwrap();
        let risk = &point(&found, "payment by results").risk;
        assert!(risk.mean.abs() < 1e-6 && risk.probability_of_deficit == 0.0, "{ratio}: {risk:?}");
    }
}

/// A corridor on all that people cost, beside which the payer pays what each costs above an attachment: the provider's result is
/// f(T) + Y, of two amounts that vary apart.
fn corridor_beside_stop_loss() -> Contract {
    let path = format!("{}/templates/corridor.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let (rules, _) = text.split_once("[[example]]").unwrap();
    let (terms, clauses) = rules.split_once("[[clause]]").unwrap();
    let attachment = "[terms.attachment]\nunit = \"money\"\nsource = \"Illustration\"\nvalues = \"20000.00\"";
    let stop_loss = r#"
[[clause]]
name = "stop-loss"
rule.per_person = { of = "actual cost", layer = { above = "attachment" }, annualised = true }
pays = { from = "payer", to = "provider" }
"#;
    Contract::from_toml(&format!("{terms}{attachment}\n\n[[clause]]{clauses}{stop_loss}")).unwrap()
}

/// Results in two amounts have their risk too: that of their outlook, and of drawn years.
#[test]
fn a_result_in_two_amounts_is_a_point() {
    let axes = [
        Axis::of_term("attachment", &["40000", "60000"]).unwrap(),
        corridors(&["0.01", "0.03"], &["0.5", "0.8"]),
    ];
    let template = corridor_beside_stop_loss();
    let light = Severity::gamma(0.3, 16_500.0).unwrap();
    let model = CostModel::new(template.currency()).cell("all", 20_000, light).unwrap();
    let family = Family::grid(&template, &axes).unwrap();
    let basis = Basis::of("provider").reserve(d("200000")).unwrap().level(0.9).unwrap();
    let frontier = frontier(&family, &model, &nothing(), on(), &basis).unwrap();
    assert!(frontier.refused.is_empty(), "{:?}", frontier.refused);
    assert_eq!(frontier.points.len(), 8);
    for (place, point) in frontier.points.iter().enumerate() {
        let contract = family.contract_of(point).unwrap();
        let what = &point.label;
        near(point.outlay, 99_000_000.0, 99.0, what);
        if place % 3 != 0 {
            continue;
        }
        let outlook = contract.outlook(&model, &nothing(), on()).unwrap();
        let risk = ResultRisk::of(&outlook, "provider", 0.9, 200_000.0).unwrap();
        near(point.risk.mean, risk.mean, 1e-6, what);
        near(point.risk.standard_deviation, risk.standard_deviation, 1e-6 * risk.standard_deviation, what);
        near(point.risk.tvar, risk.tvar, 1e-5 * risk.tvar.abs(), what);
        near(point.risk.probability_of_deficit, risk.probability_of_deficit, 1e-6, what);
        near(point.risk.probability_beyond_reserve, risk.probability_beyond_reserve, 1e-6, what);
        let how = Simulation::new(3_000, 7).unwrap();
        let drawn = contract.simulate(&model, &nothing(), on(), &how).unwrap();
        let drawn = drawn.party("provider").unwrap();
        let (spread, worst, deficit) = (
            drawn.standard_deviation().unwrap(),
            drawn.mean_of_worst(0.9).unwrap(),
            drawn.probability_of_deficit().unwrap(),
        );
        near(20_000.0 * point.risk.standard_deviation, spread.mean, 4.0 * spread.se, what);
        near(-20_000.0 * point.risk.tvar, worst.mean, 4.0 * worst.se, what);
        near(point.risk.probability_of_deficit, deficit.mean, 4.0 * deficit.se, what);
    }
}

/// Where two amounts come in lumps, as those of few people do, the reason is told.
#[test]
fn two_amounts_in_lumps_are_refused_with_the_reason() {
    let contract = corridor_beside_stop_loss();
    let family = Family::of([("corridor", template("corridor")), ("both", contract)]);
    let few = CostModel::new(template("corridor").currency()).cell("all", 20, person(4_950.0, 0.2)).unwrap();
    let basis = Basis::of("provider").outlay(Outlay::AsWritten);
    let frontier = frontier(&family, &few, &nothing(), on(), &basis).unwrap();
    assert_eq!((frontier.points.len(), frontier.refused.len()), (1, 1));
    assert_eq!(
        frontier.refused[0].reason,
        "party `provider`: its result depends on two amounts that vary apart, in lumps or with a heavy tail: only its mean is \
         worked out; ask for its mean, or draw years instead (`simulate`)"
    );
}

/// The same bits on one thread and on two.
#[test]
fn threads_change_nothing() {
    let shares = Axis::of_term("provider's share above the attachment", &["0", "0.1", "0.5"]).unwrap();
    let attachments = Axis::of_term("attachment", &["20000", "50000"]).unwrap();
    let family = Family::grid(&template("stop-loss"), &[attachments, shares]).unwrap();
    let on_threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let basis = Basis::of("provider");
        pool.install(|| frontier(&family, &model(), &nothing(), on(), &basis).unwrap())
    };
    let (one, two) = (on_threads(1), on_threads(2));
    assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&two).unwrap());
    assert_eq!(one.points[3].settings["attachment"], "50000");
}

/// What cannot be read is listed with the reason, and the rest is told.
#[test]
fn what_cannot_be_read_is_listed() {
    let family = Family::of([("capitation", template("capitation")), ("blend", template("blend"))]);
    let frontier = frontier(&family, &model(), &nothing(), on(), &Basis::of("provider")).unwrap();
    assert_eq!((frontier.points.len(), frontier.refused.len()), (1, 1));
    let refused = &frontier.refused[0];
    assert_eq!((refused.member, refused.label.as_str()), (1, "blend"));
    assert_eq!(
        refused.reason,
        "input `admissions`: it was not given, and the cost model does not have it; give it as count"
    );
    let json = serde_json::to_value(&frontier).unwrap();
    assert_eq!(json["stamp"]["people"], 2_000);
    assert_eq!(json["stamp"]["outlay"], "9900000.00");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let capitation = Family::of([("capitation", template("capitation"))]);
    let ask = |family: &Family, given: &IndexMap<String, Decimal>, basis: &Basis| {
        let why = frontier(family, &model(), given, on(), basis).unwrap_err();
        (why.kind(), why.to_string())
    };
    let basis = Basis::of("provider");
    let nobody = Family::of(Vec::<(&str, Contract)>::new());
    assert_eq!(
        ask(&nobody, &nothing(), &basis),
        (ErrorKind::Range, "family: it has no contract; give at least one".to_owned())
    );
    let given: IndexMap<String, Decimal> = [("quality".to_owned(), d("1"))].into();
    assert_eq!(
        ask(&capitation, &given, &basis).1,
        "input `quality`: no contract of the family asks for it; leave it out, or correct its name"
    );
    assert_eq!(
        ask(&capitation, &nothing(), &Basis::of("trust")).1,
        "capitation, party: the contract has no party `trust`; its parties are `payer`, `provider`"
    );
    let premium = basis.clone().premium("premium", d("0")).unwrap();
    assert_eq!(
        ask(&capitation, &nothing(), &premium).1,
        "premium `premium`: no contract of the family has such a term; name the term of the premium, or leave it out"
    );
    let price = basis.clone().premium("price per member month", d("0")).unwrap();
    assert_eq!(ask(&capitation, &nothing(), &price).0, ErrorKind::Value);
    let nought = basis.clone().outlay(Outlay::Amount(d("0")));
    assert_eq!(ask(&capitation, &nothing(), &nought).0, ErrorKind::Range);
    assert_eq!(basis.clone().level(1.5).unwrap_err().kind(), ErrorKind::Range);
    assert_eq!(
        basis.clone().reserve(d("-1")).unwrap_err().to_string(),
        "reserve: -1 is below zero; give 0 or more"
    );
    assert_eq!(basis.premium("premium", d("-0.1")).unwrap_err().kind(), ErrorKind::Range);
    let corridor = template("corridor");
    let grid = |axis: Axis| Family::grid(&corridor, &[axis]).unwrap_err().to_string();
    assert_eq!(
        grid(Axis::of_term("attachment", &["1"]).unwrap()),
        "term `attachment`: the contract `Capitation with a corridor` has no such term; vary one of `price per member month`, \
         `provider's share of a gain`, `provider's share of a loss`"
    );
    assert_eq!(
        grid(Axis::of_term("provider's share of a gain", &["1"]).unwrap()),
        "term `provider's share of a gain`: it is not a single number; give it bands, or vary a term with `values`"
    );
    assert_eq!(grid(Axis::new("corridor")), "axis `corridor`: it has no point; give at least one value");
    assert!(Axis::of_term("attachment", &["1e5"]).is_err());
    let other = Family::of([("other", corridor.clone())]);
    let found = frontier(&capitation, &model(), &nothing(), on(), &Basis::of("provider")).unwrap();
    assert_eq!(other.contract_of(&found.points[0]).unwrap_err().kind(), ErrorKind::Unknown);
}
