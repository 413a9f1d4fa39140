//! Concentration against closed forms, a naive sorting oracle and the laws that hold for every set of people.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]
#![allow(
    clippy::float_cmp,
    clippy::cast_precision_loss,
    reason = "what is exact is compared exactly, and counts are far below 2⁵³"
)]

mod closed_forms;
mod laws;
mod oracle;
mod passes;

use capitation::ErrorKind;
use capitation::concentration::{
    Concentration, Denominator, concentration, ranked_concentration, total_by_person,
};

#[test]
fn every_refusal_names_the_place_and_the_way_out() {
    let of = |found: capitation::Result<Concentration>| found.unwrap_err().to_string();
    for (refused, expected) in [
        (of(concentration(&[], None)), "values: there are no rows; give the amount of at least one person"),
        (
            of(concentration(&[0.0, 0.0], None)),
            "values: all 2 amounts are 0, and a share of nothing is undefined; ask only where something was spent",
        ),
        (
            of(concentration(&[1.0, -3.5], None)),
            "values, row 1 (the first is row 0): -3.5 is negative; \
             give amounts of 0 or more, with credits netted or left out beforehand",
        ),
        (
            of(concentration(&[1.0, 2.0, f64::NAN], None)),
            "values, row 2 (the first is row 0): NaN is not a number that can be summed; \
             give amounts of 0 or more, with credits netted or left out beforehand",
        ),
        (
            of(concentration(&[f64::INFINITY], None)),
            "values, row 0 (the first is row 0): inf is not a number that can be summed; \
             give amounts of 0 or more, with credits netted or left out beforehand",
        ),
        (
            of(concentration(&[1.0, 2.0], Some(&[1.0]))),
            "weights: 1 rows beside 2 rows of values; give one for each value, in the same order",
        ),
        (
            of(concentration(&[1.0, 2.0], Some(&[1.0, -1.0]))),
            "weights, row 1 (the first is row 0): -1 is negative; give weights of 0 or more; 0 leaves a row out",
        ),
        (
            of(concentration(&[1.0, 2.0], Some(&[f64::NAN, 1.0]))),
            "weights, row 0 (the first is row 0): NaN is not a number; give weights of 0 or more; 0 leaves a row out",
        ),
        (
            of(concentration(&[1.0, 2.0], Some(&[0.0, 0.0]))),
            "weights: all 2 weights are 0; give at least one row a weight above 0",
        ),
        (
            of(concentration(&[1.0, 2.0], Some(&[1e-30, 1.0]))),
            "weights, row 0 (the first is row 0): 1e-30 is outside 5.421010862427522e-20 to 2.81474976710656e14; \
             multiply all weights by one number: shares do not depend on it",
        ),
        (
            of(concentration(&[1e308, 1e308], None)),
            "values: the total is larger than any double; give the amounts in a larger unit",
        ),
    ] {
        assert_eq!(refused, expected);
    }
    let found = concentration(&[1.0, 2.0], None).unwrap();
    for share in [-0.1, 1.1, f64::NAN] {
        assert_eq!(found.top_share(share).unwrap_err().kind(), ErrorKind::Range);
        assert_eq!(found.held_by(share).unwrap_err().kind(), ErrorKind::Range);
    }
    assert_eq!(found.lorenz(1).unwrap_err().kind(), ErrorKind::Range);
    assert_eq!(total_by_person(&[1], &[1.0, 2.0]).unwrap_err().kind(), ErrorKind::Column);
    let ranked = ranked_concentration(&[1.0, f64::NAN], &[1.0, 2.0], None, Denominator::Users).unwrap_err();
    assert_eq!(ranked.place(), "ranking, row 1 (the first is row 0)");
}
