//! Every template and example contract reproduces its worked examples and is written back as it was read.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail

use std::path::{Path, PathBuf};

use capitation::Contract;

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|why| panic!("{}: {why}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    files
}

fn check(folder: &str, fewest_examples: usize) -> usize {
    let files = files(folder);
    for file in &files {
        let contract = Contract::read(file).unwrap_or_else(|why| panic!("{why}"));
        let shown = file.display();
        let examples = contract.document().example.len();
        assert!(examples >= fewest_examples, "{shown} has {examples} worked examples");
        for result in contract.check_examples().unwrap_or_else(|why| panic!("{shown}: {why}")) {
            assert!(
                result.holds(),
                "{shown}, example `{}`: `{}` should be {} and came to {}",
                result.example,
                result.clause,
                result.expected,
                result.came_to
            );
        }
        let written = contract.to_toml().unwrap();
        let again = Contract::from_toml(&written).unwrap_or_else(|why| panic!("{shown}: {why}\n{written}"));
        assert_eq!(again, contract, "{shown} does not read back");
        assert_eq!(again.fingerprint(), contract.fingerprint(), "{shown}");
    }
    files.len()
}

#[test]
fn every_template_reproduces_its_worked_examples() {
    assert_eq!(check("templates", 2), 21);
}

#[test]
fn every_example_contract_reproduces_its_worked_examples() {
    assert_eq!(check("examples/contracts", 1), 7);
}

#[test]
fn every_replayed_contract_reproduces_its_worked_examples() {
    assert_eq!(check("examples/replays", 2), 4);
}

/// A comparison scales one term of each contract to the same outlay; a replayed contract keeps what was agreed.
#[test]
fn what_is_compared_names_the_term_that_is_scaled() {
    for file in files("templates").into_iter().chain(files("examples/contracts")) {
        let contract = Contract::read(&file).unwrap();
        assert!(contract.document().scaled.is_some(), "{} names no term that is scaled", file.display());
    }
}
