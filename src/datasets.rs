//! What regulators publish: results files read as they are, into one documented table.
//!
//! - [`mssp`]: the performance-year financial and quality results of the Medicare Shared Savings Program, any year;
//! - [`reach`]: the results of ACO REACH and Direct Contracting;
//! - [`costs`]: reference costs and the National Cost Collection of the English NHS;
//! - [`gp`]: what the NHS paid every general practice in England, by year;
//! - [`deprivation`]: what the NHS spends on people by age, sex and deprivation.
//!
//! A file is read whole or not at all. Column names differ by year, numbers come with thousands separators and percent
//! signs, and what is suppressed is marked in several ways; every fault names the file, the line and the column.

pub mod costs;
pub mod deprivation;
pub mod gp;
pub mod mssp;
mod number;
mod published;
pub mod reach;

pub use number::Rounded;

use serde::Serialize;

/// A results file as it was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Results<R> {
    /// The name of the file, without its folder.
    pub file: String,
    /// `sha256:` and the digest of the file's bytes.
    pub fingerprint: String,
    /// Its rows, in order.
    pub rows: Vec<R>,
}
