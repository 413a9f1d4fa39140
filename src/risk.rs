//! What may happen: one person's cost and what many cost together as distributions, what a contract makes of them, without
//! sampling or in drawn years, panels drawn from a population, measures of a result, and who bears the risk.

pub mod aggregate;
pub mod chance;
pub mod cost_model;
pub mod design;
pub mod frontier;
pub mod measures;
pub mod normal;
pub mod outlook;
pub mod panel_size;
pub mod panels;
pub mod performance;
pub mod power;
mod question;
pub mod reserve;
mod result_risk;
pub mod sensitivity;
pub mod severity;
pub mod shares;
pub mod simulate;
pub mod transfer;
mod valued;

pub use result_risk::ResultRisk;
