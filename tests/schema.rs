//! The JSON Schemas of the contract and programme formats, checked in so that editors can use them.

#![allow(clippy::unwrap_used)] // a test may fail

use std::path::Path;

use capitation::{Contract, contract::Programme};

/// `UPDATE=1 cargo test --test schema` writes the schemas anew.
#[test]
fn the_schemas_that_are_checked_in_are_those_of_the_formats() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    for (file, schema) in
        [("contract.schema.json", Contract::schema()), ("programme.schema.json", Programme::schema())]
    {
        let (path, schema) = (folder.join(file), format!("{schema:#}\n"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &schema).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(kept, schema, "{file}: run UPDATE=1 cargo test --test schema");
    }
}
