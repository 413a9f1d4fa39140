//! How health care is paid for.

pub mod compare;
pub mod concentration;
pub mod contract;
pub mod decimal;
pub mod error;
pub mod exposure;
pub mod money;
pub mod number;
pub mod population;
pub mod random;
pub mod risk;
pub mod settlement;

pub use compare::{Compare, Comparison};
pub use concentration::{Concentration, concentration};
pub use contract::Contract;
pub use error::{Error, ErrorKind, Result};
pub use money::{Currency, Money};
pub use number::Number;
pub use population::Population;
pub use settlement::{Experience, Statement};
