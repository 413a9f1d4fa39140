//! Contracts between the points of a grid: against a frontier that is known, and against the grid itself.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail

use capitation::{
    Contract, ErrorKind,
    contract::SharingBands,
    risk::{
        ResultRisk,
        aggregate::{Aggregate, Count, RiskCell},
        cost_model::CostModel,
        frontier::{Axis, Basis, Family, FrontierPath, Outlay, Setting, path},
        severity::Severity,
    },
};
use indexmap::IndexMap;

fn template(name: &str) -> Contract {
    Contract::read(format!("{}/templates/{name}.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn person() -> Severity {
    Severity::gamma(0.3, 16_500.0).unwrap()
}

/// 2,000 people of £4,950 a year on average.
fn model() -> CostModel {
    CostModel::new(template("capitation").currency()).cell("all", 2_000, person()).unwrap()
}

fn path_of(family: &Family, basis: &Basis, levels: usize) -> capitation::Result<FrontierPath> {
    path(family, &model(), &IndexMap::new(), template("capitation").period().start, basis, levels)
}

#[track_caller]
fn near(found: f64, expected: f64, within: f64, what: &str) {
    assert!((found - expected).abs() <= within, "{what}: {found} is not {expected} within {within:e}");
}

/// The provider keeps a share of every gain and loss, no more.
fn sharing(shares: &[&str]) -> Axis {
    let both = ["provider's share of a gain", "provider's share of a loss"];
    shares.iter().fold(Axis::new("share"), |axis, share| {
        let bands = SharingBands::new().beyond(share);
        axis.point(*share, both.map(|term| Setting::bands(term, &bands).unwrap()).into())
    })
}

/// Of a share s of everything the power is s and the deviation s·σ: a straight line, to the thousandth of a share.
#[test]
fn shares_of_everything_are_a_straight_line() {
    let family = Family::grid(&template("corridor"), &[sharing(&["0", "0.25", "1"])]).unwrap();
    let found = path_of(&family, &Basis::of("provider"), 11).unwrap();
    let all = Aggregate::new(&[RiskCell::new(Count::People(2_000.0), person())]).unwrap();
    let spread = all.standard_deviation() / 2_000.0;
    assert_eq!(found.path.len(), 11);
    for (tenth, at) in (0_u8..=10).zip(&found.path) {
        let point = &found.frontier.points[at.place];
        let (what, share) = (&point.label, f64::from(tenth) / 10.0);
        near(at.level, share * spread, 1e-6 * spread, what);
        near(point.power.volume, point.risk.standard_deviation / spread, 1e-6, what);
        // A thousandth less where the risk of the share itself is above the level by a rounding.
        near(point.power.volume, share, 0.001_5, what);
        assert!(point.risk.standard_deviation <= at.level * (1.0 + 1e-8), "{what}");
        let thousandths = 1_000.0 * point.power.volume;
        near(thousandths, thousandths.round(), 1e-4, what);
        let contract = found.family().contract_of(point).unwrap();
        assert_eq!(contract.document().terms["provider's share of a gain"].unit.to_string(), "ratio");
    }
    assert!(found.looked_at > 20 && found.looked_at < 500, "{}", found.looked_at);
    // 3 of the grid, and those that are between.
    assert!(found.frontier.points.len() > 10 && found.frontier.points.len() <= 14);
    assert!(found.frontier.refused.is_empty(), "{:?}", found.frontier.refused);
}

/// Stop-loss at an attachment with a share above it, at a premium of a fifth above what is expected: no contract of the grid
/// beats one of the path, at no level is there less power than the grid has, and at some there is more.
#[test]
fn no_contract_of_the_grid_beats_the_path() {
    let axes = [
        Axis::of_term("attachment", &["20000", "40000", "80000"]).unwrap(),
        Axis::of_term("provider's share above the attachment", &["0", "0.5"]).unwrap(),
    ];
    let family = Family::grid(&template("stop-loss"), &axes).unwrap();
    let premium = "stop-loss premium per member month";
    let basis = Basis::of("provider").premium(premium, "0.2".parse().unwrap()).unwrap();
    let found = path_of(&family, &basis, 6).unwrap();
    let of = |place: usize| &found.frontier.points[place];
    let risk = |place: usize| of(place).risk.standard_deviation;
    let power = |place: usize| of(place).power.volume;
    let mut gained = 0.0_f64;
    for at in &found.path {
        let point = of(at.place);
        assert!(point.beaten_by.is_none_or(|by| by >= family.len()), "{point:?}");
        let within = |place: &usize| risk(*place) <= at.level * (1.0 + 1e-9);
        let of_grid = (0..family.len()).filter(within).map(power).fold(f64::NEG_INFINITY, f64::max);
        assert!(power(at.place) >= of_grid - 1e-9, "{} {of_grid}", power(at.place));
        gained = gained.max(power(at.place) - of_grid);
        near(point.outlay, 9_900_000.0, 9.9, &point.label);
    }
    assert!(gained > 0.01, "{gained}");
    assert!(
        found.path.is_sorted_by(|one, two| one.level < two.level && power(one.place) <= power(two.place))
    );
    // Each is a contract that could be signed, with its own outlook.
    let point = of(found.path[3].place);
    let whole: u32 = point.settings["attachment"].parse().unwrap();
    assert!((20_000..=80_000).contains(&whole));
    assert!(point.settings["provider's share above the attachment"].len() <= "0.125".len());
    let contract = found.family().contract_of(point).unwrap();
    let outlook = contract.outlook(&model(), &IndexMap::new(), contract.period().start).unwrap();
    let told = ResultRisk::of(&outlook, "provider", 0.95, 0.0).unwrap();
    near(point.risk.standard_deviation, told.standard_deviation, 1e-6 * told.standard_deviation, "deviation");
    near(point.risk.tvar, told.tvar, 1e-5 * told.tvar.abs(), "worst years");
    // The same bits again.
    let again = path_of(&family, &basis, 6).unwrap();
    assert_eq!(serde_json::to_string(&found).unwrap(), serde_json::to_string(&again).unwrap());
}

/// Points that set different terms have nothing between them, and the path is of the grid's own contracts.
#[test]
fn between_points_of_other_kinds_there_is_nothing() {
    let bands = |bands: SharingBands| Setting::bands("provider's share of a loss", &bands).unwrap();
    let axis = Axis::new("losses")
        .point("none", vec![bands(SharingBands::new().beyond("0"))])
        .point("two bands", vec![bands(SharingBands::new().upto("0.02", "1").beyond("0.5"))]);
    let family = Family::grid(&template("corridor"), &[axis]).unwrap();
    let found = path_of(&family, &Basis::of("provider"), 4).unwrap();
    assert_eq!((found.looked_at, found.frontier.points.len()), (0, 2));
    assert_eq!(found.path.len(), 4);
}

#[test]
fn what_is_no_path_is_refused() {
    let family = Family::grid(&template("corridor"), &[sharing(&["0", "1"])]).unwrap();
    let basis = Basis::of("provider");
    let said = |family: &Family, basis: &Basis, levels: usize| {
        let why = path_of(family, basis, levels).unwrap_err();
        (why.kind(), why.to_string())
    };
    assert_eq!(
        said(&family, &basis, 1),
        (
            ErrorKind::Range,
            "path: so few levels of risk make none: 1; give at least 2, the least risk and the most"
                .to_owned()
        )
    );
    assert_eq!(
        said(&family, &basis.clone().outlay(Outlay::AsWritten), 5).1,
        "path: contracts cost the payer what they do, and more power may be only dearer; let all of them cost the same"
    );
    let alone = Family::of([("corridor", template("corridor"))]);
    assert_eq!(
        said(&alone, &basis, 5),
        (
            ErrorKind::Value,
            "path: the family has no grid between whose points a contract could lie; vary terms of a template \
             (`Family::grid`)"
                .to_owned()
        )
    );
    let nobody = Family::of(Vec::<(&str, Contract)>::new());
    assert_eq!(said(&nobody, &basis, 5).1, "family: it has no contract; give at least one");
}
