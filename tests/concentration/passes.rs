//! One pass, two passes, parts and wholes.

use capitation::ErrorKind;
use capitation::concentration::{
    Boundary, Denominator, STANDARD_SHARES, Tally, concentration, ranked_concentration,
};
use proptest::prelude::*;

use crate::oracle::{self, amounts, bits, weighted_rows};

/// Splits rows into chunks by where the cuts fall.
fn chunks<'a>(values: &'a [f64], cuts: &[usize]) -> Vec<&'a [f64]> {
    let mut cuts: Vec<_> = cuts.iter().map(|cut| cut % (values.len() + 1)).collect();
    cuts.extend([0, values.len()]);
    cuts.sort_unstable();
    cuts.windows(2).map(|cut| &values[cut[0]..cut[1]]).collect()
}

proptest! {
    #[test]
    fn concentration_equals_the_oracle((values, weights) in weighted_rows(), p in 0.0..=1.0_f64) {
        let found = concentration(&values, Some(&weights)).unwrap();
        prop_assert!(found.is_exact());
        prop_assert!((found.top_share(p).unwrap() - oracle::top_share(&values, &weights, p)).abs() < 1e-12);
        prop_assert!((found.gini() - oracle::gini(&values, &weights)).abs() < 1e-12);
        prop_assert!((found.held_by(p).unwrap() - oracle::held_by(&values, &weights, p)).abs() < 1e-9);
        prop_assert_eq!(found.left_out(), weights.iter().filter(|w| **w == 0.0).count() as u64);
        let ones = vec![1.0; values.len()];
        let plain = concentration(&values, None).unwrap();
        prop_assert!((plain.top_share(p).unwrap() - oracle::top_share(&values, &ones, p)).abs() < 1e-12);
        prop_assert!((plain.gini() - oracle::gini(&values, &ones)).abs() < 1e-12);
        prop_assert_eq!(bits(&plain), bits(&concentration(&values, Some(&ones)).unwrap()));
    }

    #[test]
    fn one_pass_bounds_hold_the_truth_and_a_second_pass_finds_it(
        (values, weights) in weighted_rows(), p in 0.0..=1.0_f64, weighted in any::<bool>(),
    ) {
        let weights = if weighted { weights } else { vec![1.0; values.len()] };
        let tally = if weighted { Tally::weighted(&values, &weights) } else { Tally::of(&values) }.unwrap();
        let first = tally.concentration().unwrap();
        let slack = 1e-12;
        let share = first.top_share_bounds(p).unwrap();
        let truth = oracle::top_share(&values, &weights, p);
        prop_assert!(share.low() - slack <= truth && truth <= share.high() + slack, "{share:?} {truth}");
        prop_assert!(share.low() <= share.value() && share.value() <= share.high());
        let gini = first.gini_bounds();
        let truth = oracle::gini(&values, &weights);
        prop_assert!(gini.low() - slack <= truth && truth <= gini.high() + slack, "{gini:?} {truth}");
        let held = first.held_by_bounds(p).unwrap();
        let truth = oracle::held_by(&values, &weights, p);
        prop_assert!(held.low() - 1e-9 <= truth && truth <= held.high() + 1e-9, "{held:?} {truth}");
        // No bin is wider than 1/4096 of its values.
        prop_assert!(share.error() < 2.5e-4 && gini.error() < 2.5e-4);

        let mut boundary = tally.boundary(&[p]).unwrap();
        if weighted { boundary.add_weighted(&values, &weights).unwrap() } else { boundary.add(&values) }
        let second = tally.refine(&boundary).unwrap();
        let share = second.top_share_bounds(p).unwrap();
        prop_assert_eq!(share.error(), 0.0);
        prop_assert!((share.value() - oracle::top_share(&values, &weights, p)).abs() < 1e-12);
        prop_assert_eq!(second.held_by_bounds(0.5).unwrap().error(), 0.0);
        prop_assert!((second.half_held_by() - oracle::held_by(&values, &weights, 0.5)).abs() < 1e-9);
    }

    #[test]
    fn a_tally_of_parts_is_the_tally_of_the_whole(
        values in amounts(300), cuts in proptest::collection::vec(any::<usize>(), 0..6), turn in any::<usize>(),
    ) {
        let whole = Tally::of(&values).unwrap();
        let mut parts = chunks(&values, &cuts);
        let by = turn % parts.len();
        parts.rotate_left(by);
        // Chunks added one after the other, in another order.
        let mut added = Tally::new();
        for part in &parts {
            added.add(part).unwrap();
        }
        // Parts merged from the left and from the right: associative and commutative.
        let (mut left, mut right) = (Tally::new(), Tally::new());
        for part in &parts {
            let tally = Tally::of(part).unwrap();
            left.merge(&tally).unwrap();
            let mut before = tally;
            before.merge(&right).unwrap();
            right = before;
        }
        let text = serde_json::to_string(&left).unwrap();
        let read: Tally = serde_json::from_str(&text).unwrap();
        for tally in [&added, &left, &right, &read] {
            prop_assert_eq!(tally, &whole);
            prop_assert_eq!(bits(&tally.concentration().unwrap()), bits(&whole.concentration().unwrap()));
            prop_assert_eq!(serde_json::to_string(tally).unwrap(), text.clone());
        }
        // The second pass too.
        let shares = [0.1, 0.3, 0.77];
        let mut once = whole.boundary(&shares).unwrap();
        let mut merged = once.clone();
        once.add(&values);
        for part in parts {
            let mut one = whole.boundary(&shares).unwrap();
            one.add(part);
            let text = serde_json::to_string(&one).unwrap();
            merged.merge(&serde_json::from_str::<Boundary>(&text).unwrap()).unwrap();
        }
        prop_assert_eq!(&merged, &once);
        prop_assert_eq!(bits(&read.refine(&merged).unwrap()), bits(&whole.refine(&once).unwrap()));
    }

    #[test]
    fn a_weighted_tally_of_parts_is_the_tally_of_the_whole((values, weights) in weighted_rows(), at in any::<usize>()) {
        let whole = Tally::weighted(&values, &weights).unwrap();
        let at = at % values.len();
        let first = Tally::weighted(&values[..at], &weights[..at]).unwrap();
        let mut second = Tally::weighted(&values[at..], &weights[at..]).unwrap();
        second.merge(&first).unwrap();
        let read: Tally = serde_json::from_str(&serde_json::to_string(&second).unwrap()).unwrap();
        let mut added = first.clone();
        added.add_weighted(&values[at..], &weights[at..]).unwrap();
        for tally in [&second, &read, &added] {
            prop_assert_eq!(tally, &whole);
            prop_assert_eq!(bits(&tally.concentration().unwrap()), bits(&whole.concentration().unwrap()));
        }
        let mut once = whole.boundary(&STANDARD_SHARES).unwrap();
        let mut parted = once.clone();
        once.add_weighted(&values, &weights).unwrap();
        parted.add_weighted(&values[at..], &weights[at..]).unwrap();
        parted.add_weighted(&values[..at], &weights[..at]).unwrap();
        prop_assert_eq!(bits(&whole.refine(&once).unwrap()), bits(&whole.refine(&parted).unwrap()));
    }

    #[test]
    fn a_refused_chunk_leaves_the_tally_as_it_was(
        values in amounts(100), more in amounts(100), at in any::<usize>(),
        bad in prop_oneof![Just(-1.0), Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY)],
    ) {
        let mut tally = Tally::of(&values).unwrap();
        let before = tally.clone();
        let at = at % (more.len() + 1);
        let mut chunk = more.clone();
        chunk.insert(at, bad);
        let error = tally.add(&chunk).unwrap_err();
        prop_assert_eq!(error.kind(), ErrorKind::Row);
        let row = format!("row {at} ");
        prop_assert!(error.place().contains(&row));
        prop_assert_eq!(&tally, &before);
        tally.add(&more).unwrap();
        prop_assert_eq!(tally, Tally::of(&[values, more].concat()).unwrap());
    }
}

/// Costs with a fifth at zero and a long tail, by a fixed recipe (xorshift; four uniforms add up to nearly a normal).
fn costs(n: usize) -> Vec<f64> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut uniform = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / 9_007_199_254_740_992.0
    };
    let mut cost = || {
        let z = (uniform() + uniform() + uniform() + uniform() - 2.0) * 3.0_f64.sqrt();
        if uniform() < 0.2 { 0.0 } else { (7.0 + 1.534 * z).exp() }
    };
    (0..n).map(|_| cost()).collect()
}

#[test]
fn many_rows_without_sorting_equal_the_oracle() {
    let values = costs(600_000);
    let ones = vec![1.0; values.len()];
    let found = concentration(&values, None).unwrap();
    for p in STANDARD_SHARES {
        let share = found.top_share_bounds(p).unwrap();
        assert_eq!(share.error(), 0.0);
        assert!((share.value() - oracle::top_share(&values, &ones, p)).abs() < 1e-12);
    }
    assert_eq!(found.held_by_bounds(0.5).unwrap().error(), 0.0);
    assert!((found.half_held_by() - oracle::held_by(&values, &ones, 0.5)).abs() < 1e-12);
    // What is documented of everything else.
    for p in [0.003, 0.07, 0.44, 0.81] {
        let (share, truth) = (found.top_share_bounds(p).unwrap(), oracle::top_share(&values, &ones, p));
        assert!(
            share.error() < 2e-8 && (share.value() - truth).abs() <= share.error() + 1e-12,
            "{p} {share:?}"
        );
    }
    let (gini, truth) = (found.gini_bounds(), oracle::rank_gini(&values));
    assert!(gini.error() < 5e-9, "{gini:?}");
    assert!((gini.value() - truth).abs() < 1e-10, "{gini:?} {truth}");

    let weighted = concentration(&values, Some(&vec![0.7; values.len()])).unwrap();
    assert!((weighted.gini() - truth).abs() < 1e-10);
    assert!((weighted.top_share(0.05).unwrap() - found.top_share(0.05).unwrap()).abs() < 1e-13);
}

#[test]
fn a_bin_takes_more_rows_than_64_bits_could_sum() {
    // 18.9 million people at the same price, whose lower bits are nearly all set.
    let price = f64::from_bits(100.0_f64.to_bits() | 0xff_ffff_fff0);
    let mut values = vec![price; (1 << 24) + (1 << 21)];
    let mut tally = Tally::of(&values).unwrap();
    let found = tally.concentration().unwrap();
    assert!((found.total() / (price * values.len() as f64) - 1.0).abs() < 1e-15);
    let mut chunked = Tally::new();
    for chunk in values.chunks(1 << 20) {
        chunked.add(chunk).unwrap();
    }
    assert_eq!(chunked, tally);
    values.push(-0.5);
    let error = tally.add(&values).unwrap_err();
    assert!(error.place().contains("row 18874368 "), "{error}");
    assert_eq!(tally, chunked);
}

#[test]
fn tallies_that_do_not_belong_together_are_refused() {
    let values = [5.0, 5.0003, 5.0005, 9.0];
    let mut tally = Tally::of(&values).unwrap();
    let weighted = Tally::weighted(&values, &[1.0; 4]).unwrap();
    assert_eq!(tally.merge(&weighted).unwrap_err().kind(), ErrorKind::Statistic);
    assert_eq!(tally.rows(), 4);
    // A second pass over other rows is found out.
    let mut boundary = tally.boundary(&[0.5]).unwrap();
    boundary.add(&[5.0, 5.0003, 9.0]);
    let error = tally.refine(&boundary).unwrap_err();
    assert!(error.problem().contains("counted 3 rows, the second 2"), "{error}");
    let mut boundary = tally.boundary(&[0.5]).unwrap();
    boundary.add(&[5.0, 5.0004, 5.0005, 9.0]);
    assert!(tally.refine(&boundary).is_err());
    let other = Tally::of(&[7.0, 7.0001, 7.0002]).unwrap().boundary(&[0.5]).unwrap();
    assert!(boundary.merge(&other).is_err());
}

#[test]
fn written_tallies_are_checked_when_read() {
    let good = serde_json::to_string(&Tally::of(&[5.5, 5.5001, 0.0]).unwrap()).unwrap();
    assert!(serde_json::from_str::<Tally>(&good).is_ok());
    for bad in [
        r#"{"fine":11,"left_out":0,"bins":"empty"}"#,
        r#"{"fine":12,"left_out":0,"bins":{"counted":[[5,1,0,0],[5,1,0,0]]}}"#,
        r#"{"fine":12,"left_out":0,"bins":{"counted":[[5,0,0,0]]}}"#,
        r#"{"fine":12,"left_out":0,"bins":{"counted":[[5,1,1099511627776,0]]}}"#,
        r#"{"fine":12,"left_out":0,"bins":{"counted":[[8384512,1,0,0]]}}"#,
        r#"{"fine":12,"left_out":0,"bins":{"counted":[[5,1099511627777,0,0]]}}"#,
        r#"{"fine":12,"left_out":0,"bins":{"weighted":[[5,1,[0,0,0,0],[0,0,0,0]]]}}"#,
        r#"{"fine":12,"left_out":0,"bins":{"weighted":[[5,1,[0,0,0,1],[0,0,0,0]]]}}"#,
        r#"{"fine":12,"left_out":0,"bins":"empty","more":1}"#,
    ] {
        assert!(serde_json::from_str::<Tally>(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_stamp_tells_the_values_and_the_method() {
    let costs = [3.0, 1.1, 0.0, 250.0, 1.100_001, 8.0];
    let found = concentration(&costs, None).unwrap();
    let stamp = found.stamp();
    assert_eq!(stamp.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(
        stamp.method,
        "every amount ranked by itself; of everybody; the person on a boundary counted in part"
    );
    assert_eq!(stamp.values.len(), "sha256:".len() + 64);

    // The order of the rows says nothing; any amount, any weight does.
    let mut turned = costs;
    turned.reverse();
    assert_eq!(concentration(&turned, None).unwrap().stamp(), stamp);
    let mut other = costs;
    other[4] = 1.100_002;
    assert_ne!(concentration(&other, None).unwrap().stamp().values, stamp.values);
    let weighted = concentration(&costs, Some(&[1.0, 1.0, 2.0, 1.0, 1.0, 1.0])).unwrap();
    assert_ne!(weighted.stamp().values, stamp.values);
    let users = found.users().stamp();
    assert_ne!(users.values, stamp.values);
    assert!(users.method.contains("of users only"), "{users}");

    // Chunks say nothing either.
    let whole = Tally::of(&costs).unwrap();
    let mut parts = Tally::of(&costs[4..]).unwrap();
    parts.merge(&Tally::of(&costs[..4]).unwrap()).unwrap();
    let once = whole.concentration().unwrap().stamp();
    assert_eq!(parts.concentration().unwrap().stamp(), once);
    assert!(once.method.starts_with("amounts in bins"), "{once}");
    let mut boundary = whole.boundary(&STANDARD_SHARES).unwrap();
    boundary.add(&costs);
    assert!(whole.refine(&boundary).unwrap().stamp().method.contains("one by one"));

    let ranked =
        ranked_concentration(&[6.0, 5.0, 4.0, 3.0, 2.0, 1.0], &costs, None, Denominator::Users).unwrap();
    assert!(
        ranked.stamp().method.starts_with("ranked by another variable, ties in proportion; of users only")
    );
}
