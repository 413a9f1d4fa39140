//! What the property tests share: contracts and experiences drawn at random, and numbers of the tests' own.

pub(crate) mod draft;
pub(crate) mod happened;
pub(crate) mod terms;
pub(crate) mod tracked;
pub(crate) mod waterfall;

use proptest::test_runner::{Config, FileFailurePersistence};

/// The usual configuration, with counterexamples kept beside the test's own file.
pub(crate) fn config() -> Config {
    let beside = FileFailurePersistence::WithSource("proptest-regressions");
    Config {
        failure_persistence: Some(Box::new(beside)),
        // Settling takes microseconds, and a contract has many parts to do without.
        max_shrink_iters: 50_000,
        ..Config::default()
    }
}
