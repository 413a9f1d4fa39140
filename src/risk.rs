//! What may happen: panels drawn from a population, measures of a result, who bears the risk, and one
//! person's cost as a distribution.

pub mod aggregate;
pub mod measures;
pub mod panels;
pub mod severity;
pub mod transfer;
