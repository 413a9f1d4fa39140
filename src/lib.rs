//! How health care is paid for.

pub mod decimal;
pub mod error;
pub mod money;
pub mod number;

pub use error::{Error, ErrorKind, Result};
pub use money::{Currency, Money};
pub use number::Number;
