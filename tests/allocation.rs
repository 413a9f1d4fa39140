//! Money shared out among places by need: worked out by hand, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

use capitation::adjustment::{Formula, Places};
use capitation::contract::{Contract, Programme};
use capitation::{Currency, ErrorKind, Money};
use rust_decimal::Decimal;

fn d(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn pounds(text: &str) -> Money {
    Money::parse(text, Currency::new("GBP").unwrap()).unwrap()
}

/// Three places of a thousand people: the second has avoidable mortality of 1.5, the third half of it; the third lies where
/// care costs 10 % more.
fn three() -> Places {
    let of = |numbers: [&str; 3]| numbers.map(d).to_vec();
    let mut places = Places::new(["mean", "poor", "rich"]).unwrap();
    for name in Formula::nhs_core(2021).unwrap().columns() {
        let values = match name {
            "weighted population, avoidable mortality" => of(["1000", "1500", "500"]),
            "market forces factor" => of(["1", "1", "1.1"]),
            "emergency ambulance cost adjustment" => of(["1", "1", "1"]),
            _ => of(["1000", "1000", "1000"]),
        };
        places = places.with(name, values).unwrap();
    }
    places.with_group("board", ["north", "north", "south"]).unwrap()
}

fn with(column: &str, values: [&str; 3]) -> Places {
    let mut places = Places::new(["mean", "poor", "rich"]).unwrap();
    for (name, known) in three().columns() {
        let values = if name == column { values.map(d).to_vec() } else { known.clone() };
        places = places.with(name, values).unwrap();
    }
    places
}

/// h = 0.884545009 and p = 0.120462301. At the mean 0.9 (h · 999.999999 + p · 1000) + 0.1 · 1000 (h + p); poor health adds
/// 0.1 · 500 (h + p); a cost of 1.1 multiplies h.
#[test]
fn weighted_people_by_hand() {
    let found = Formula::nhs_core(2021).unwrap().targets(&three()).unwrap();
    let weighted: Vec<String> =
        found.places.iter().map(|place| place.weighted.normalize().to_string()).collect();
    // 0.9 · 1005.0073091155 + 0.1 · 1005.00731
    assert_eq!(weighted[0], "1005.007309204");
    // + 0.1 · 500 · 1.00500731 = 50.2503655
    assert_eq!(weighted[1], "1055.257674704");
    // Unavoidable cost 1.1: use = 0.884545009 · 1099.9999989 + 120.462301 = 1093.461809927; mortality = 500 · (0.9729995099 +
    // 0.120462301) = 546.73090545; 0.9 of the one and 0.1 of the other. Half a unit in the tenth place is the rounding.
    let rich = d("0.9") * d("1093.4618099270005") + d("0.1") * d("546.73090545");
    assert!((found.places[2].weighted - rich).abs() <= d("0.0000000002"), "{}", found.places[2].weighted);
    // × £1,255.6754258.
    assert_eq!(found.places[1].target, d("1325061.13"));
    assert_eq!(found.places[1].per_head, d("1325.06"));
    assert_eq!(found.target, found.places.iter().map(|place| place.target).sum::<Decimal>());
}

#[test]
fn the_odd_penny_goes_to_the_largest_remainder_and_none_is_lost() {
    let formula = Formula::nhs_core(2021).unwrap();
    let same = with("weighted population, avoidable mortality", ["1000"; 3]);
    let same = same.clone().with("spare", vec![Decimal::ZERO; 3]).unwrap();
    let cheap = formula.divide(&same, pounds("100.00")).unwrap();
    // The third is dearer; of the first two the first wins the tie.
    assert_eq!(cheap.target, d("100"));
    assert!(cheap.places[2].target > cheap.places[0].target);
    assert!(cheap.places[0].target - cheap.places[1].target <= d("0.01"));
    assert_eq!(formula.divide(&same, pounds("0.02")).unwrap().target, d("0.02"));
    let error = formula.divide(&same, pounds("100.005")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Arithmetic);
    assert_eq!(formula.divide(&same, pounds("-1.00")).unwrap_err().kind(), ErrorKind::Range);
    let dollars = Money::parse("100.00", Currency::new("USD").unwrap()).unwrap();
    assert_eq!(formula.divide(&same, dollars).unwrap_err().kind(), ErrorKind::Currency);
}

#[test]
fn need_beside_all_and_beside_the_board() {
    let found = Formula::nhs_core(2021).unwrap().targets(&three()).unwrap();
    let north = &found.by("board").unwrap().places[0];
    assert_eq!((north.places, north.registered), (2, d("2000")));
    // 1005.007309204 / ((1005.007309204 + 1055.257674704) / 2) = 0.975610
    assert_eq!(found.need_within("board").unwrap()[0], d("0.975610"));
    // A board of one place has its own mean.
    assert_eq!(found.need_within("board").unwrap()[2], Decimal::ONE);
    let error = found.by("bord").unwrap_err();
    assert_eq!(error.to_string(), "places: they are not grouped by `bord`; did you mean `board`?");
}

/// Without the share nothing follows mortality; with all of it nothing else does.
#[test]
fn the_share_from_nothing_to_all() {
    let formula = Formula::nhs_core(2021).unwrap();
    let at = |share: &str| {
        let asked = formula.with_inequality_share(d(share)).unwrap();
        assert_eq!(asked.inequality_share(), Some(d(share)));
        asked.divide(&three(), pounds("3000.00")).unwrap()
    };
    let (none, all) = (at("0"), at("1"));
    assert_eq!(none.places[0].target, none.places[1].target);
    // 1000 · 1.00500731, 1500 · 1.00500731 and 500 · 1.09346181 of 3,059.24918: £985.5431, £1,478.3147 and £536.1422; the
    // penny that is left goes to the largest remainder, 0.47.
    assert_eq!(
        all.places.iter().map(|place| place.target).collect::<Vec<_>>(),
        ["985.54", "1478.32", "536.14"].map(d)
    );
    let effect = all.beside(&none).unwrap();
    assert_eq!(effect.gained, effect.lost);
    assert_eq!((effect.people_who_gain, effect.people_who_lose), (d("2000"), d("1000")));
    assert_eq!(effect.places[1].per_head, (effect.places[1].gain / d("1000")).round_dp(2));
    for wrong in ["-0.1", "1.1"] {
        assert_eq!(formula.with_inequality_share(d(wrong)).unwrap_err().kind(), ErrorKind::Range);
    }
}

#[test]
fn populations_are_brought_to_the_list() {
    let formula = Formula::nhs_core(2021).unwrap();
    let (normalised, factors) =
        formula.normalised(&with("weighted population, maternity", ["500", "600", "400"])).unwrap();
    let (name, factor) = &factors[3];
    assert_eq!((name.as_str(), *factor), ("weighted population, maternity", d("2")));
    assert_eq!(normalised.columns()[name], [d("1000"), d("1200"), d("800")]);
    // Avoidable mortality adds up to the list as it is.
    assert_eq!(factors[5].1, Decimal::ONE);
    let nobody = with("weighted population, maternity", ["0", "0", "0"]);
    assert_eq!(formula.normalised(&nobody).unwrap_err().kind(), ErrorKind::Arithmetic);
}

#[test]
fn what_cannot_be_right_is_refused() {
    let formula = Formula::nhs_core(2021).unwrap();
    let refused = |places: &Places| formula.targets(places).unwrap_err().to_string();
    assert_eq!(
        refused(&with("registered list", ["1000", "0", "-1"])),
        "place `poor`, registered list: 0 is not above zero (and 1 more like it); correct the number, or leave the place out"
    );
    assert_eq!(
        refused(&with("weighted population, maternity", ["0", "-1", "1"])),
        "place `poor`, weighted population, maternity: -1 is below zero; correct the number, or leave the place out"
    );
    assert!(
        refused(&with("market forces factor", ["1", "1", "0"]))
            .starts_with("place `rich`, market forces factor")
    );
    let short = Places::new(["a"]).unwrap().with("registered lists", vec![Decimal::ONE]).unwrap();
    assert_eq!(
        refused(&short),
        "places: there is no column `registered list`; did you mean it by `registered lists`?"
    );
    let kind = |places: capitation::Result<Places>| places.unwrap_err().kind();
    assert_eq!(kind(Places::new(Vec::<String>::new())), ErrorKind::Name);
    assert_eq!(kind(Places::new(["a", " "])), ErrorKind::Name);
    assert_eq!(kind(three().with("registered list", vec![Decimal::ONE; 3])), ErrorKind::Name);
    assert_eq!(kind(three().with("other", vec![Decimal::ONE; 2])), ErrorKind::Column);
    for float in [f64::NAN, f64::INFINITY, 1e12] {
        assert_eq!(kind(three().with_floats("other", &[1.0, float, 1.0])), ErrorKind::Row);
    }
    let twice = Places::new(["a", "b", "a", "b", "a"]).unwrap_err();
    assert_eq!(
        twice.to_string(),
        "row 2 (the first is 0): place `a` is there before; 3 rows in all repeat an earlier place; give each place one row: \
         add up the rows of one place first"
    );
    let none = three().with_group("network", ["one", "", " "]).unwrap_err();
    assert!(none.to_string().contains("place `poor`: it belongs to no network, and 1 more do not"), "{none}");
    let unknown = formula.statement(&three(), "por").unwrap_err();
    assert_eq!(unknown.to_string(), "places: there is no place `por`; did you mean `poor`?");
    let apart = formula.targets(&three()).unwrap();
    let fewer = formula.targets(&three()).unwrap().by("board").unwrap();
    assert_eq!(apart.beside(&fewer).unwrap_err().kind(), ErrorKind::Comparison);
}

#[test]
fn any_contract_with_the_names_is_a_formula() {
    let text = include_str!("../templates/capitation.toml");
    let error = Formula::of(Contract::from_toml(text).unwrap()).unwrap_err();
    assert!(error.to_string().contains("it has no `registered list`"), "{error}");
    let simple = r#"
name = "By list alone"
currency = "GBP"
period = { start = 2026-04-01, end = 2027-03-31 }
parties = { commissioner = "payer", place = "provider" }
inputs = { "registered list" = "count", "weighted population, age" = "count" }

[terms."amount"]
unit = "money per count"
source = "Test"
values = "10.00"

[[clause]]
name = "overall weighted population"
rule.sum = ["registered list", "weighted population, age"]

[[clause]]
name = "target"
rule.times = { of = "overall weighted population", by = "amount" }
round = { mode = "half_up", places = 2 }
pays = { from = "commissioner", to = "place" }
"#;
    let formula = Formula::of(Contract::from_toml(simple).unwrap()).unwrap();
    let places = Places::new(["a"]).unwrap().with_floats("registered list", &[3.0]).unwrap();
    let places = places.with_floats("weighted population, age", &[1.5]).unwrap();
    assert_eq!(formula.targets(&places).unwrap().target, d("45.00"));
    assert_eq!(formula.with_inequality_share(d("0.1")).unwrap_err().kind(), ErrorKind::Unknown);
}

/// Floats are held to nine decimals, as such columns are published; and what places are made of has a fingerprint.
#[test]
fn columns_of_floats_are_those_of_decimals() {
    let decimals = Places::new(["a"]).unwrap().with("x", vec![d("14223.289060000")]).unwrap();
    let floats = Places::new(["a"]).unwrap().with_floats("x", &[14_223.289_06]).unwrap();
    assert_eq!(decimals.columns()["x"], floats.columns()["x"]);
    assert_eq!(decimals.fingerprint(), floats.fingerprint());
    assert_ne!(Places::new(["b"]).unwrap().fingerprint(), Places::new(["a"]).unwrap().fingerprint());
}

/// The amount is of one year: another is refused, and names which there are.
#[test]
fn other_years_are_refused() {
    let error = Formula::nhs_core(2025).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Period);
    assert!(error.to_string().contains("it has no track in 2025/26; ask for 2021/22"), "{error}");
    assert_eq!(Programme::named("nhs-allocation").unwrap().years(), [2021]);
}
