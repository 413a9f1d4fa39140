//! The JSON Schema of the contract format, checked in so that editors can use it.

#![allow(clippy::unwrap_used)] // a test may fail

use std::path::Path;

use capitation::Contract;

/// `UPDATE=1 cargo test --test schema` writes the schema anew.
#[test]
fn the_schema_that_is_checked_in_is_the_schema_of_the_format() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/contract.schema.json");
    let schema = format!("{:#}\n", Contract::schema());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &schema).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap_or_default(),
        schema,
        "run UPDATE=1 cargo test --test schema"
    );
}
