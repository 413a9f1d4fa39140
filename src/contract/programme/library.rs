//! The programmes that come with this crate.

use crate::error::{Error, ErrorKind, Result};

/// The name of each programme and its file.
pub(super) const ALL: [(&str, &str); 4] = [
    ("mssp", include_str!("../../../programmes/mssp.toml")),
    ("reach", include_str!("../../../programmes/reach.toml")),
    ("lead", include_str!("../../../programmes/lead.toml")),
    ("nhs-allocation", include_str!("../../../programmes/nhs/allocation.toml")),
];

/// The file of a programme, as it is shown: a dash in the name is a folder.
pub(super) fn shown(name: &str) -> String {
    format!("programmes/{}.toml", name.replacen('-', "/", 1))
}

/// The files that they include.
const INCLUDED: [(&str, &str); 4] = [
    ("mssp/benchmark.toml", include_str!("../../../programmes/mssp/benchmark.toml")),
    ("mssp/examples.toml", include_str!("../../../programmes/mssp/examples.toml")),
    ("mssp/expenditure.toml", include_str!("../../../programmes/mssp/expenditure.toml")),
    ("mssp/settlement.toml", include_str!("../../../programmes/mssp/settlement.toml")),
];

/// The text of a file that one of them includes, and what to call it.
pub(super) fn included(name: &str) -> Result<(String, String)> {
    let shown = format!("programmes/{name}");
    let found = INCLUDED.iter().find(|(known, _)| *known == name);
    let (_, text) = found.ok_or_else(|| {
        let remedy = "add it to the files that come with the crate";
        Error::new(ErrorKind::File, &shown, "a programme includes it, and it is not there", remedy)
    })?;
    Ok(((*text).to_owned(), shown))
}
