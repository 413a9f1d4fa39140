//! Where the published files are that tests read.

use std::path::PathBuf;

/// A file of `../shared/data`, or of the folder that `CAPITATION_DATA` names; without the folder it says so, and gives
/// nothing.
pub(crate) fn published_data(path: &str) -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let data = std::env::var_os("CAPITATION_DATA").map_or(beside, PathBuf::from);
    if !data.is_dir() {
        println!("skipped: ../shared/data is absent");
        return None;
    }
    Some(data.join(path))
}
