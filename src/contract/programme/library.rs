//! The programmes that come with this crate.

use crate::error::{Error, ErrorKind, Result};

/// A programme that comes with the crate.
pub(super) struct Shipped {
    /// The name by which it is asked for.
    pub(super) name: &'static str,
    /// Its file, under `programmes/`.
    pub(super) file: &'static str,
    pub(super) text: &'static str,
}

/// Every one of them.
pub(super) const ALL: [Shipped; 4] = [
    Shipped { name: "mssp", file: "mssp.toml", text: include_str!("../../../programmes/mssp.toml") },
    Shipped { name: "reach", file: "reach.toml", text: include_str!("../../../programmes/reach.toml") },
    Shipped { name: "lead", file: "lead.toml", text: include_str!("../../../programmes/lead.toml") },
    Shipped {
        name: "nhs-acute",
        file: "nhs/acute.toml",
        text: include_str!("../../../programmes/nhs/acute.toml"),
    },
];

/// The files that they include, under `programmes/`.
const INCLUDED: [(&str, &str); 10] = [
    ("mssp/benchmark.toml", include_str!("../../../programmes/mssp/benchmark.toml")),
    ("mssp/examples.toml", include_str!("../../../programmes/mssp/examples.toml")),
    ("mssp/expenditure.toml", include_str!("../../../programmes/mssp/expenditure.toml")),
    ("mssp/settlement.toml", include_str!("../../../programmes/mssp/settlement.toml")),
    ("nhs/acute/activity.toml", include_str!("../../../programmes/nhs/acute/activity.toml")),
    ("nhs/acute/elective.toml", include_str!("../../../programmes/nhs/acute/elective.toml")),
    ("nhs/acute/emergency.toml", include_str!("../../../programmes/nhs/acute/emergency.toml")),
    ("nhs/acute/examples.toml", include_str!("../../../programmes/nhs/acute/examples.toml")),
    ("nhs/acute/price-steps.toml", include_str!("../../../programmes/nhs/acute/price-steps.toml")),
    ("nhs/acute/prices.toml", include_str!("../../../programmes/nhs/acute/prices.toml")),
];

impl Shipped {
    /// What its file is called in an error.
    pub(super) fn shown(&self) -> String {
        format!("programmes/{}", self.file)
    }

    /// The text of a file that it includes, which lies where it says beside its own, and what to call it.
    pub(super) fn included(&self, name: &str) -> Result<(String, String)> {
        let folder = self.file.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let path = format!("{folder}{name}");
        let shown = format!("programmes/{path}");
        let found = INCLUDED.iter().find(|(known, _)| *known == path);
        let (_, text) = found.ok_or_else(|| {
            let remedy = "add it to the files that come with the crate";
            Error::new(ErrorKind::File, &shown, "a programme includes it, and it is not there", remedy)
        })?;
        Ok(((*text).to_owned(), shown))
    }
}
