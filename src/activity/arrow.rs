//! Activity and tariffs from Arrow record batches (feature `arrow`).
//!
//! [`LineNames`] says which column of a table of activity is what; [`TariffNames`] which column of a price list.

mod admissions;
mod cell;
mod columns;
mod factors;
mod lines;
#[cfg(feature = "parquet")]
mod parquet;
mod payments;
mod tariff;

pub use admissions::{AdmissionNames, HowAdmitted};
pub use lines::LineNames;
pub use tariff::{TariffColumn, TariffNames};
