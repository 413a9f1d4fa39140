//! What may happen: panels drawn from a population, measures of a result, and who bears the risk.

pub mod aggregate;
pub mod measures;
pub mod panels;
pub mod transfer;
