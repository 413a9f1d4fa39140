//! Contract files that are refused, each with its message beside it in `tests/refused`.
//!
//! `UPDATE=1 cargo test --test refused` writes the messages anew; read each one aloud before keeping it.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

use std::path::{Path, PathBuf};

use capitation::Contract;

#[test]
fn every_refused_contract_says_where_and_what_and_the_way_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refused");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    assert!(files.len() >= 60, "{} files", files.len());
    let mut wrong = Vec::new();
    for file in files {
        let shown = file.file_name().unwrap().to_string_lossy().into_owned();
        let Err(why) = Contract::read(&file) else { panic!("{shown} is accepted") };
        for part in [why.place(), why.problem(), why.remedy()] {
            assert!(!part.trim().is_empty(), "{shown}: {why}");
        }
        // The message names the file as it was given; the folder differs from machine to machine.
        let message = why.to_string().replace(&format!("{}/", folder.display()), "") + "\n";
        let beside = file.with_extension("txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&beside, &message).unwrap();
        }
        let expected = std::fs::read_to_string(&beside).unwrap_or_default();
        if message != expected {
            wrong.push(format!("{shown}\n  expected {expected}  came to  {message}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_missing_file_and_a_json_file_name_the_place_too() {
    let missing = Contract::read("no/such/contract.toml").unwrap_err().to_string();
    assert!(missing.starts_with("no/such/contract.toml: the contract file cannot be read"), "{missing}");
    let json = r#"{ "name": "Capitation",
        "currency": "GBP",
        "period": { "start": "2026-04-01", "end": "2027-03-31" },
        "parties": { "payer": "payer", "provider": "provider" },
        "inputs": { "actual cost": "money" },
        "terms": { "block amount": { "unit": "money", "source": "Schedule 3", "values": 412.5 } },
        "clause": [] }"#;
    assert_eq!(
        Contract::from_json(json).unwrap_err().to_string(),
        "contract, line 6, term `block amount`, `values`: 412.5 is a binary float, which cannot hold most amounts \
         exactly; put it in quotes: \"412.5\""
    );
}
