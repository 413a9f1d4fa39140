//! The programmes that come with this crate.

use crate::error::{Error, ErrorKind, Result};

/// The name of each programme and its file.
pub(super) const ALL: [(&str, &str); 7] = [
    ("mssp", include_str!("../../../programmes/mssp.toml")),
    ("reach", include_str!("../../../programmes/reach.toml")),
    ("lead", include_str!("../../../programmes/lead.toml")),
    ("nhs-acute", include_str!("../../../programmes/nhs/acute.toml")),
    ("nhs-primary-care", include_str!("../../../programmes/nhs/primary-care.toml")),
    ("nhs-allocation", include_str!("../../../programmes/nhs/allocation.toml")),
    ("nhs-integrated", include_str!("../../../programmes/nhs/integrated.toml")),
];

/// The file of a programme, as it is shown: a dash in the name is a folder.
pub(super) fn shown(name: &str) -> String {
    format!("programmes/{}.toml", name.replacen('-', "/", 1))
}

/// The files that they include.
const INCLUDED: [(&str, &str); 18] = [
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
    ("nhs/acute/roll-forward.toml", include_str!("../../../programmes/nhs/acute/roll-forward.toml")),
    ("nhs/integrated/examples.toml", include_str!("../../../programmes/nhs/integrated/examples.toml")),
    ("nhs/integrated/pooled.toml", include_str!("../../../programmes/nhs/integrated/pooled.toml")),
    (
        "nhs/integrated/whole-population.toml",
        include_str!("../../../programmes/nhs/integrated/whole-population.toml"),
    ),
    ("nhs/primary-care/examples.toml", include_str!("../../../programmes/nhs/primary-care/examples.toml")),
    (
        "nhs/primary-care/global-sum.toml",
        include_str!("../../../programmes/nhs/primary-care/global-sum.toml"),
    ),
    (
        "nhs/primary-care/outcomes-framework.toml",
        include_str!("../../../programmes/nhs/primary-care/outcomes-framework.toml"),
    ),
    ("nhs/primary-care/rates.toml", include_str!("../../../programmes/nhs/primary-care/rates.toml")),
];

/// The text of a file that a programme includes, which lies where it says beside the programme's own, and what to call it.
pub(super) fn included(programme: &str, name: &str) -> Result<(String, String)> {
    let folder = programme.split_once('-').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let path = format!("{folder}{name}");
    let shown = format!("programmes/{path}");
    let found = INCLUDED.iter().find(|(known, _)| *known == path);
    let (_, text) = found.ok_or_else(|| {
        let remedy = "add it to the files that come with the crate";
        Error::new(ErrorKind::File, &shown, "a programme includes it, and it is not there", remedy)
    })?;
    Ok(((*text).to_owned(), shown))
}
