//! The laws of payment contracts, as properties of generated contracts on generated experiences.
//!
//! Each test is named for its law. A law that holds only under conditions states them where it is tested; a
//! sentence that sounds like a law and is false is a comment with its counterexample worked out.
//! Every property runs 256 cases, or as many as `PROPTEST_CASES` says. A counterexample that was found is kept in
//! a `.proptest-regressions` file beside the test and is tried first from then on.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may fail

#[path = "support/support.rs"]
mod support;

#[path = "laws/activity.rs"]
mod activity;
#[path = "laws/anonymity.rs"]
mod anonymity;
#[path = "laws/arithmetic.rs"]
mod arithmetic;
#[path = "laws/capitation.rs"]
mod capitation;
#[path = "laws/conservation.rs"]
mod conservation;
#[path = "laws/format.rs"]
mod format;
#[path = "laws/homogeneity.rs"]
mod homogeneity;
#[path = "laws/layers.rs"]
mod layers;
#[path = "laws/payoff.rs"]
mod payoff;
#[path = "laws/payoff_algebra.rs"]
mod payoff_algebra;
#[path = "laws/readings.rs"]
mod readings;
#[path = "laws/rules.rs"]
mod rules;
#[path = "laws/sharing.rs"]
mod sharing;
#[path = "laws/three_readings.rs"]
mod three_readings;
#[path = "laws/unknowns.rs"]
mod unknowns;
