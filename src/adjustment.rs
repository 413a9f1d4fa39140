//! What a population needs: the amount that its cost of care is measured against.
//!
//! - [`BaseYears`] is the benchmark of the Medicare Shared Savings Program worked out from what beneficiaries cost before
//!   the agreement began. The arithmetic is the programme's, in `programmes/mssp/benchmark.toml`; what is here names its
//!   inputs, settles it and reads the result back.
//! - [`Formula`] shares money out among [`Places`] by need, as NHS England's core allocation does
//!   (`programmes/nhs/allocation.toml`), and an [`Allocation`] says who is due what and who gains by another formula.
//! - [`PaceOfChange`] goes from what places get to what they should: distance from target, one year, and many.
//! - [`Gradient`] is the cost of care by age, sex and deprivation, and says what an envelope without deprivation takes from
//!   the poorest, and what a health-inequalities share gives back.

mod allocation;
mod amounts;
mod base_years;
mod enrolment;
mod gradient;
mod pace;

pub use allocation::{Allocation, ComponentSum, Effect, Formula, Gain, Made, Places, Target};
pub use base_years::{
    Agreement, BaseYears, Ends, From2024, Prospective, TypeBenchmark, TypeYears, UpdatedBenchmark, Years,
};
pub use enrolment::{ByType, EnrolmentType};
pub use gradient::{Envelope, FifthEnvelope, FifthGivenBack, GivenBack, Gradient, PeopleOf, fifth_name};
pub use pace::{Moved, PaceOfChange, PacePath, PaceYear, Policy, Reached};
