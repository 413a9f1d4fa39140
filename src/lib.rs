//! How health care is paid for.

pub mod contract;
pub mod decimal;
pub mod error;
pub mod exposure;
pub mod money;
pub mod number;
pub mod settlement;

pub use contract::Contract;
pub use error::{Error, ErrorKind, Result};
pub use money::{Currency, Money};
pub use number::Number;
