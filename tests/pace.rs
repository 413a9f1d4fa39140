//! Distance from target and the pace of change: worked out by hand, and what holds of every policy.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

use capitation::adjustment::{PaceOfChange, PaceYear, Policy};
use capitation::{Currency, ErrorKind, Money};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn d(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn pounds(text: &str) -> Money {
    Money::parse(text, Currency::new("GBP").unwrap()).unwrap()
}

fn pence(pence: u64) -> Money {
    Money::from_minor(pence.into(), Currency::new("GBP").unwrap()).unwrap()
}

fn pace(openings: &[&str], weights: &[&str]) -> PaceOfChange {
    let openings: Vec<Money> = openings.iter().map(|text| pounds(text)).collect();
    let weights: Vec<Decimal> = weights.iter().map(|text| d(text)).collect();
    PaceOfChange::new((1..=openings.len()).map(|n| n.to_string()), &openings, &weights).unwrap()
}

fn allocations(year: &PaceYear) -> Vec<String> {
    year.places.iter().map(|place| place.allocation.to_string()).collect()
}

/// Evidence to the Commons Health Committee, PEX 15: in 2010/11 London was 8.1 % over target by £1bn, and the East Midlands
/// 5.8 % under it by £390m; so the targets were about £12.35bn and £6.72bn.
#[test]
fn distance_is_opening_by_target_less_one() {
    let rest = "67000.00";
    let pace = pace(&["13346.00", "6334.00", rest], &["12346", "6724", "67610"]);
    let [london, midlands, _] = pace.distances().unwrap()[..] else { unreachable!() };
    assert_eq!(london.round_dp(3), d("0.081"));
    assert_eq!(midlands.round_dp(3), d("-0.058"));
}

/// Openings 120, 100, 80 with equal targets of 100; £315 next year, 5 % more. All by hand.
#[test]
fn one_year_under_each_rule() {
    let pace = pace(&["120.00", "100.00", "80.00"], &["1", "1", "1"]);
    let total = pounds("315.00");
    // Half of each gap of £20, 5 % more like all: 126 − 10.50, 105, 84 + 10.50.
    let half = Policy::closing(d("0.5"));
    let year = pace.year(&half, total).unwrap();
    assert_eq!(allocations(&year), ["115.50", "105.00", "94.50"]);
    assert_eq!((year.common_growth, year.total), (d("0.05"), d("315")));
    assert_eq!(year.places[0].distance_before, d("0.2"));
    assert_eq!(year.places[0].convergence, d("-0.0875"));
    // 115.5 / 105 − 1: half of 20 %.
    assert_eq!(year.places[0].distance_after, d("0.1"));
    // At most 5 % either way: −6 and +4 leave £2, which is 2/300 for all: 120 × 1.056667 − 6 = 120.80, 105.67 and 88.53.
    let year = pace.year(&half.at_most(d("0.05")), total).unwrap();
    assert_eq!(allocations(&year), ["120.80", "105.67", "88.53"]);
    // Within 10 % nothing: gaps of £10.50 beyond it, half closed: 126 − 5.25, 105, 84 + 5.25.
    let year = pace.year(&half.beyond(d("0.1")), total).unwrap();
    assert_eq!(allocations(&year), ["120.75", "105.00", "89.25"]);
    // Growth of at least 2 %: the first is held at 122.40; £192.60 is left for 180 + 10.50, 2.10/180 = 1.1667 %; that is less
    // than 2 % for the second too: held at 102.00; the third gets what is left, 90.60.
    let year = pace.year(&half.growing_at_least(d("0.02")), total).unwrap();
    assert_eq!(allocations(&year), ["122.40", "102.00", "90.60"]);
    assert_eq!(year.places.iter().map(|place| place.held).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(year.places[2].growth, d("0.1325"));
}

/// Targets of 105 each: 110 and 90 land on them where a year closes all.
#[test]
fn closing_all_of_the_gap_lands_on_target() {
    let pace = pace(&["110.00", "90.00"], &["1", "1"]);
    for total in ["210.00", "200.00", "150.00", "310.00"] {
        let year = pace.year(&Policy::closing(Decimal::ONE), pounds(total)).unwrap();
        assert!(year.places.iter().all(|place| place.allocation == place.target), "{total}: {year:?}");
        assert!(year.places.iter().all(|place| place.distance_after.is_zero()));
    }
}

/// Weights may be shares of one, or of a million, and as fine as they come: 144 of 400 is 36 %.
#[test]
fn small_weights_are_not_rounded_away() {
    let openings = ["144.00", "256.00"];
    for weights in
        [["0.00000144", "0.00000256"], ["0.36", "0.64"], ["36", "64"], ["14400000000", "25600000000"]]
    {
        let distances = pace(&openings, &weights).distances().unwrap();
        assert_eq!(distances, [Decimal::ZERO, Decimal::ZERO], "{weights:?}");
    }
    // £74bn by shares with ten decimals: 0.0000000123 of it is £910.20.
    let pace = pace(&["1000.00", "73999999000.00"], &["0.0000000123", "0.9999999877"]);
    assert_eq!(pace.targets(pounds("74000000000.00")).unwrap()[0], d("910.20"));
}

#[test]
fn a_total_that_pays_just_the_least_and_one_that_does_not() {
    let pace = pace(&["120.00", "100.01", "80.00"], &["1", "1", "1"]);
    let policy = Policy::closing(d("0.5")).growing_at_least(d("0.03"));
    // 123.60, 103.0103 up to 103.02, 82.40.
    let year = pace.year(&policy, pounds("309.02")).unwrap();
    assert_eq!(allocations(&year), ["123.60", "103.02", "82.40"]);
    let error = pace.year(&policy, pounds("309.00")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "total: £309.00 does not pay the least growth for all: it is £0.02 short; raise the total, or lower the least growth"
    );
    assert_eq!(error.kind(), ErrorKind::Range);
}

/// A fifth of the distance a year, and 5 % more for all: 110 × 1.05 − 0.2 × 10.50 = 113.4 beside a target of 105 is 8 % over
/// after 10 %. Each year leaves 0.8 of the distance.
#[test]
fn years_until_near() {
    let pace = pace(&["110000.00", "90000.00", "100000.00"], &["1", "1", "1"]);
    let mut total = d("300000");
    let totals: Vec<Money> = (0..12)
        .map(|_| {
            total = (total * d("1.05")).round_dp(2);
            Money::new(total, Currency::new("GBP").unwrap())
        })
        .collect();
    let path = pace.path(&Policy::closing(d("0.2")), &totals).unwrap();
    for (number, year) in (1..).zip(&path.years) {
        let expected = 0.1 * 0.8f64.powi(number);
        let found: f64 = year.places[0].distance_after.to_string().parse().unwrap();
        assert!((found - expected).abs() < 1e-6, "year {number}: {found} for {expected}");
    }
    let reached = path.reached(d("0.02")).unwrap();
    // 0.1 × 0.8^n ≤ 0.02 from n = ln 5 / −ln 0.8 = 7.21.
    assert_eq!(reached.iter().map(|place| place.years).collect::<Vec<_>>(), [Some(8), Some(8), Some(0)]);
    assert_eq!(path.reached(d("0.001")).unwrap()[0].years, None);
    assert_eq!(path.reached(d("-1")).unwrap_err().kind(), ErrorKind::Range);
}

#[test]
fn what_has_no_meaning_is_refused() {
    let gbp = [pounds("1.00"), pounds("2.00")];
    let ones = [Decimal::ONE; 2];
    let new = |codes: [&str; 2], openings: &[Money], weights: &[Decimal]| {
        PaceOfChange::new(codes, openings, weights).unwrap_err().to_string()
    };
    assert!(new(["a", "a"], &gbp, &ones).contains("place `a` is there before"));
    assert!(new(["a", "b"], &gbp[..1], &ones).contains("it has 1 rows where there are 2 places"));
    assert!(
        new(["a", "b"], &gbp, &[Decimal::ONE, Decimal::ZERO])
            .contains("place `b`, weight: 0 is not above zero")
    );
    assert!(new(["a", "b"], &[pounds("1.00"), pounds("0.00")], &ones).contains("£0.00 is not above zero"));
    assert!(
        new(["a", "b"], &[pounds("1.00"), pounds("1.005")], &ones).contains("£1.005 is not whole pennies")
    );
    let dollars = Money::parse("1.00", Currency::new("USD").unwrap()).unwrap();
    assert!(new(["a", "b"], &[pounds("1.00"), dollars], &ones).contains("USD meets GBP"));
    let pace = PaceOfChange::new(["a", "b"], &gbp, &ones).unwrap();
    assert_eq!(pace.year(&Policy::closing(d("0.1")), dollars).unwrap_err().kind(), ErrorKind::Currency);
    assert_eq!(pace.year(&Policy::closing(d("0.1")), pounds("-1.00")).unwrap_err().kind(), ErrorKind::Range);
    for policy in [
        Policy::closing(d("1.1")),
        Policy::closing(d("0.1")).beyond(d("-0.1")),
        Policy::closing(d("0.1")).at_most(d("2")),
        Policy::closing(d("0.1")).growing_at_least(d("-1")),
    ] {
        assert_eq!(pace.year(&policy, pounds("3.00")).unwrap_err().kind(), ErrorKind::Range);
    }
    assert_eq!(pace.path(&Policy::closing(d("0.1")), &[]).unwrap_err().kind(), ErrorKind::Period);
}

/// The opening total and so many per cent more, in whole pence.
fn grown(pace: &PaceOfChange, per_cent: u64) -> Money {
    let minor = pace.opening().unwrap().minor().unwrap();
    pence((minor * (Decimal::ONE + d("0.01") * Decimal::from(per_cent))).round().try_into().unwrap())
}

/// Openings in pence and weights of two to eight places.
fn drawn() -> impl Strategy<Value = PaceOfChange> {
    prop::collection::vec((100_000u64..100_000_000_000, 1u32..1_000_000), 2..9).prop_map(|places| {
        let openings: Vec<Money> = places.iter().map(|(opening, _)| pence(*opening)).collect();
        // Targets between half and twice of the openings.
        let weights: Vec<Decimal> = places
            .iter()
            .map(|(opening, draw)| {
                Decimal::from(*opening) * (d("0.5") + Decimal::from(*draw) * d("0.0000015"))
            })
            .map(|weight| (weight / Decimal::from(1000)).round_dp(3))
            .collect();
        PaceOfChange::new((0..places.len()).map(|n| n.to_string()), &openings, &weights).unwrap()
    })
}

fn policies() -> impl Strategy<Value = Policy> {
    let part = |hundredths: u32| Decimal::from(hundredths) / Decimal::ONE_HUNDRED;
    (0u32..=90, 0u32..20, prop::option::of(0u32..30), prop::option::of(0u32..=2)).prop_map(
        move |(closes, within, most, least)| Policy {
            closes: part(closes),
            within: part(within),
            at_most: most.map(part),
            least_growth: least.map(part),
        },
    )
}

/// A penny beside a place's target.
fn penny(target: Decimal) -> Decimal {
    d("0.0100001") / target
}

proptest! {
    /// The total is met to the penny and nobody falls below the least growth.
    #[test]
    fn the_budget_is_kept_and_the_floor_holds(pace in drawn(), policy in policies(), growth in 3u64..12) {
        let total = grown(&pace, growth);
        let year = pace.year(&policy, total).unwrap();
        let sum: Decimal = year.places.iter().map(|place| place.allocation).sum();
        prop_assert_eq!(sum, total.amount());
        for place in &year.places {
            prop_assert!(place.allocation.scale() <= 2 && place.allocation >= Decimal::ZERO);
            if let Some(least) = policy.least_growth {
                prop_assert!(place.allocation >= place.opening * (Decimal::ONE + least), "{:?}", place);
            }
        }
    }

    /// Whoever was further over target is not nearer to it afterwards than another, but for a penny.
    #[test]
    fn the_order_of_distances_is_kept(pace in drawn(), policy in policies(), growth in 3u64..12) {
        let total = grown(&pace, growth);
        let year = pace.year(&policy, total).unwrap();
        // Where floors leave the others less than this, closing a gap overshoots: whoever was over ends under.
        let grew = total.amount() / pace.opening().unwrap().amount();
        prop_assume!(policy.closes * grew <= Decimal::ONE + year.common_growth);
        let mut places = year.places;
        places.sort_by_key(|place| place.distance_before);
        for pair in places.windows(2) {
            let slack = penny(pair[0].target) + penny(pair[1].target) + penny(pair[0].opening) + penny(pair[1].opening);
            prop_assert!(pair[0].distance_after <= pair[1].distance_after + slack * Decimal::TWO, "{:?}", pair);
        }
    }

    /// With neither tolerance nor floor nor limit, every distance shrinks to 1 − closes of itself, whatever the growth: a place
    /// on target stays there, and where all of it is closed everybody is on target.
    #[test]
    fn every_gap_shrinks_alike(pace in drawn(), closes in 0u32..=100, growth in 0u64..12) {
        let closes = Decimal::from(closes) / Decimal::ONE_HUNDRED;
        let total = grown(&pace, growth);
        let year = pace.year(&Policy::closing(closes), total).unwrap();
        for place in &year.places {
            let expected = place.distance_before * (Decimal::ONE - closes);
            let slack = penny(place.target) * Decimal::from(4);
            prop_assert!((place.distance_after - expected).abs() <= slack, "{:?} for {}", place, expected);
        }
    }

    /// Equal growth leaves every distance where it was.
    #[test]
    fn equal_growth_changes_no_distance(pace in drawn(), growth in 0u64..12) {
        let total = grown(&pace, growth);
        for place in pace.year(&Policy::closing(Decimal::ZERO), total).unwrap().places {
            prop_assert!((place.distance_after - place.distance_before).abs() <= penny(place.target) * Decimal::from(4));
        }
    }
}
