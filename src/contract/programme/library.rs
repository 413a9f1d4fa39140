//! The programmes that come with this crate.

/// The name of each programme and its file.
pub(super) const ALL: [(&str, &str); 3] = [
    ("mssp", include_str!("../../../programmes/mssp.toml")),
    ("reach", include_str!("../../../programmes/reach.toml")),
    ("lead", include_str!("../../../programmes/lead.toml")),
];
