//! The most power within a limit, and the price of the limit.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

use capitation::{
    Contract, ErrorKind,
    contract::SharingBands,
    risk::{
        cost_model::CostModel,
        design::{Design, Limits, Measure, design},
        frontier::{Axis, Basis, Family, Setting},
        severity::Severity,
    },
};
use indexmap::IndexMap;
use rust_decimal::Decimal;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn corridor() -> Contract {
    Contract::read(format!("{}/templates/corridor.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn model() -> CostModel {
    let person = Severity::lognormal(0.0, 1.5).unwrap().rescaled_to(4_950.0).unwrap();
    CostModel::new(corridor().currency()).cell("all", 4_000, person).unwrap()
}

/// The provider keeps a share of every gain and loss: 0, a tenth, … all of it.
fn shares() -> Family {
    let both = ["provider's share of a gain", "provider's share of a loss"];
    let axis = (0..=10).fold(Axis::new("share"), |axis, tenths| {
        let share = format!("{}.{}", tenths / 10, tenths % 10);
        let bands = SharingBands::new().beyond(&share);
        axis.point(share, both.map(|term| Setting::bands(term, &bands).unwrap()).into())
    });
    Family::grid(&corridor(), &[axis]).unwrap()
}

fn designed(limits: &Limits) -> capitation::Result<Design> {
    design(&shares(), &model(), &IndexMap::new(), corridor().period().start, &Basis::of("provider"), limits)
}

#[track_caller]
fn near(found: f64, expected: f64, within: f64, what: &str) {
    assert!((found - expected).abs() <= within, "{what}: {found} is not {expected} within {within:e}");
}

/// Under linear sharing the deviation is the share of that of all cost, and so is the power: a limit of 0.55 of it is met by
/// a half, and one tenth of power more costs one twentieth of the deviation more than the limit.
#[test]
fn a_limit_and_its_price() {
    let person = Severity::lognormal(0.0, 1.5).unwrap().rescaled_to(4_950.0).unwrap();
    let second = person.limited_second_moment(f64::INFINITY);
    let whole = ((second - 4_950.0 * 4_950.0) / 4_000.0).sqrt();
    let design = designed(&Limits::new().standard_deviation(0.55 * whole).unwrap()).unwrap();
    assert_eq!(design.chosen.label, "share 0.5");
    assert_eq!(design.unlimited.label, "share 1.0");
    near(design.chosen.power.volume, 0.5, 1e-6, "power");
    near(design.power_given_up, 0.5, 1e-6, "power given up");
    assert!(design.outlay_difference.abs() < 1e-9);
    let [price] = design.prices.as_slice() else { panic!("{:?}", design.prices) };
    assert_eq!(price.measure, Measure::StandardDeviation);
    near(price.chosen, 0.5 * whole, 1e-6 * whole, "deviation");
    near(price.power_lost, 0.5, 1e-6, "lost by it alone");
    let next = price.next.as_ref().unwrap();
    assert_eq!(design.frontier.points[next.place].label, "share 0.6");
    near(next.measure, 0.6 * whole, 1e-6 * whole, "next");
    near(next.power_per_unit * whole, 0.1 / 0.05, 1e-4, "shadow price");
    // The contract can be settled: its envelope is the expected cost, 4,000 × 4,950.
    let envelope = design.contract.document().terms["price per member month"].values.clone().unwrap();
    let (_, price) = envelope.iter().next().unwrap();
    near(capitation::decimal::to_f64(price.0), 412.5, 1e-3, "price per member month");
    let json = serde_json::to_value(&design).unwrap();
    assert_eq!(json["prices"][0]["measure"], "standard_deviation");
}

/// With two limits each has the price of the power that it alone costs, and one that does not bind has none.
#[test]
fn a_limit_that_does_not_bind_costs_nothing() {
    let limits = Limits::new().probability_of_deficit(0.05).unwrap().reserve(d("400000")).unwrap();
    let alone = designed(&limits).unwrap();
    let share = alone.chosen.power.volume;
    assert!(share > 0.05 && share < 0.95, "{share}");
    assert!(alone.chosen.risk.probability_beyond_reserve <= 0.05);
    let next = alone.prices[0].next.as_ref().unwrap();
    assert!(alone.frontier.points[next.place].risk.probability_beyond_reserve > 0.05);
    let both = designed(&limits.clone().standard_deviation(1e6).unwrap()).unwrap();
    assert_eq!(both.chosen, alone.chosen);
    let [deficit, deviation] = both.prices.as_slice() else { panic!("{:?}", both.prices) };
    assert_eq!((deviation.power_lost.to_bits(), &deviation.next), (0.0_f64.to_bits(), &None));
    near(deficit.power_lost, 1.0 - share, 1e-6, "the other");
    // A larger reserve never costs power.
    let more = designed(&limits.reserve(d("800000")).unwrap()).unwrap();
    assert!(more.chosen.power.volume >= share);
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let refused = |limits: &Limits| {
        let why = designed(limits).unwrap_err();
        (why.kind(), why.to_string())
    };
    assert_eq!(
        refused(&Limits::new()),
        (
            ErrorKind::Range,
            "limits: there is none; limit the probability of a deficit, the tail or the standard deviation"
                .to_owned()
        )
    );
    let whole = Family::of([(
        "all of it",
        Contract::read(format!("{}/templates/capitation.toml", env!("CARGO_MANIFEST_DIR"))).unwrap(),
    )]);
    let limits = Limits::new().probability_of_deficit(0.05).unwrap();
    let day = corridor().period().start;
    let why = design(&whole, &model(), &IndexMap::new(), day, &Basis::of("provider"), &limits).unwrap_err();
    let said = why.to_string();
    assert!(
        said.starts_with("limits: none of 1 contracts is within them; the nearest, `all of it`, has a probability of a deficit above the reserve of 0.4"),
        "{said}"
    );
    assert!(said.ends_with(
        "where 0.05 is the most; allow more, hold a larger reserve, or put safer contracts into the family"
    ));
    assert_eq!(
        Limits::new().probability_of_deficit(1.2).unwrap_err().to_string(),
        "probability of deficit: 1.2 is not a probability; give one from 0 to 1, 0.05 for 5 %"
    );
    assert_eq!(Limits::new().reserve(d("-5")).unwrap_err().kind(), ErrorKind::Range);
    assert_eq!(Limits::new().standard_deviation(-1.0).unwrap_err().kind(), ErrorKind::Range);
    assert_eq!(Limits::new().tvar(f64::NAN).unwrap_err().kind(), ErrorKind::Range);
}
