//! How health care is paid for.

pub mod error;

pub use error::{Error, ErrorKind, Result};
