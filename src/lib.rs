//! How health care is paid for: payment by results, capitation envelopes, and the contracts between them.
//!
//! A contract is data: what is measured, what was agreed, and what follows, clause by clause. It is settled exactly:
//!
//! ```
//! use capitation::{Contract, Experience, exposure::Date};
//!
//! let contract = Contract::from_toml(include_str!("../templates/capitation.toml"))?;
//! let happened = Experience::new().with("member months", "12000")?.with("actual cost", "4700000.00")?;
//! let statement = contract.settle(&happened, Date::new(2026, 4, 1)?)?;
//!
//! assert_eq!(statement.surplus("provider").unwrap().to_string(), "£250,000.00");
//! println!("{}", statement.explain());
//! # Ok::<(), capitation::Error>(())
//! ```
//!
//! and contracts are compared on the same people with [`Compare`], where each is scaled to cost the payer the same and
//! what differs is who carries the risk.
//!
//! | question | room |
//! |---|---|
//! | What is agreed? | [`contract`] |
//! | Who is covered? | [`population`] |
//! | What is done, and what is paid for it by results? | [`activity`] |
//! | Who costs? | [`mod@concentration`] |
//! | What is owed? | [`settlement`] |
//! | What is it measured against? | [`adjustment`] |
//! | What may happen, and who bears it? | [`risk`] |
//! | Which contract does what to whom? | [`compare`] |
//! | What does a hospital's work cost, and what is it paid? | [`hospital`] |
//! | What is a reader told? | `report`, with the feature of that name |
//!
//! People come in as slices; with the feature `arrow` also as record batches of the crate `arrow`. With the feature
//! `report` a comparison is written as a page with charts (`Comparison::to_html`).
//!
//! Money that is owed is exact or an error; floats are for estimates, and each carries its standard error. Nothing
//! here panics on input.

#![forbid(unsafe_code)]

pub mod activity;
pub mod adjustment;
pub mod compare;
pub mod concentration;
pub mod contract;
pub mod datasets;
pub mod decimal;
pub mod error;
pub mod exposure;
mod fingerprint;
mod fixed;
pub mod hospital;
pub mod money;
pub mod number;
pub mod population;
pub mod random;
#[cfg(feature = "report")]
pub mod report;
pub mod reproduce;
pub mod risk;
mod root;
pub mod settlement;
#[cfg(feature = "arrow")]
pub mod table;
mod text;

pub use compare::{Compare, Comparison};
pub use concentration::{Concentration, concentration};
pub use contract::Contract;
pub use error::{Error, ErrorKind, Result};
pub use money::{Currency, Money};
pub use number::Number;
pub use population::Population;
pub use settlement::{Experience, Statement};

/// The example of the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
