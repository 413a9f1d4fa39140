//! A hospital's cost base beside its prices, and under each contract: what is left when activity differs from plan.
//!
//! A [`CostBase`] is a table by currency (HRG, attendance type) and point of delivery: planned and actual activity, what
//! one costs, which share of that goes when one is not done, and a price, by a tariff or given. A price is not a cost, and
//! a line without a price is counted with its cost and never priced at it.
//!
//! [`CostBase::under`] settles contracts on it, at plan and at changes of activity, exactly: what the hospital is paid,
//! what it is left with, what it costs the payer, and what one spell less does to each of them.
//!
//! ```
//! use capitation::{Contract, Currency, hospital::{Change, CostBase, CostLine, MarginalShare}};
//! # fn main() -> capitation::Result<()> {
//! let line = |point: &str, plan: i64, unit_cost: i64, price: i64| CostLine {
//!     code: "all".to_owned(),
//!     point: point.to_owned(),
//!     plan: plan.into(),
//!     actual: None,
//!     unit_cost: unit_cost.into(),
//!     price: Some(price.into()),
//! };
//! let lines = [line("non_elective", 10_000, 3_000, 2_700), line("day_case", 20_000, 900, 1_000)];
//! // 40 % of a case's cost goes when the case does: an estimate that is the hospital's own.
//! let base = CostBase::new(Currency::new("GBP")?, &lines, &MarginalShare::of_all("0.4".parse().unwrap())?)?;
//!
//! let year = capitation::contract::Programme::named("nhs-acute")?.year(2019)?;
//! let results = year.track("payment by results")?.contract()?;
//! let blended = year.track("blended emergency payment")?.contract()?;
//! let under = base
//!     .under([("payment by results", &results), ("blended", &blended)])
//!     .change(Change::named("emergencies a tenth below plan").by("non_elective", "-0.1".parse().unwrap())?)
//!     .settle()?;
//!
//! // One admission less: by results the trust loses £2,700 and saves £1,200; blended it loses a fifth of £2,700.
//! let loss = |contract| under.of_one_less(contract, "non_elective").unwrap().hospital;
//! assert_eq!((loss("payment by results"), loss("blended")), ((-1_500).into(), 660.into()));
//! println!("{under}");
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "arrow")]
mod arrow;
mod change;
mod cost_base;
mod counted;
mod marginal_share;
mod meant;
mod neutral;
mod notes;
mod priced;
mod published;
mod quantity;
mod result;
mod settled;
mod summary;
mod table;
mod tally;
mod under;

#[cfg(feature = "arrow")]
pub use arrow::CostNames;
pub use change::Change;
pub use cost_base::{CostBase, CostLine, CostedLine};
pub use marginal_share::MarginalShare;
pub use published::{LeftOut, PublishedCosts};
pub use quantity::Quantity;
pub use result::{
    InputTaken, NotCounted, Outcome, SetAmount, SpellEffect, Stamp, UnderContract, UnderContracts,
};
pub use summary::{CostSummary, WithoutPrice};
pub use under::Under;

use rust_decimal::{Decimal, RoundingStrategy};

use crate::{
    decimal::{self, Inexact},
    error::Result,
    money::{Rounding, inexact},
};

/// Decimals of a ratio of two amounts, half up.
const RATIO_PLACES: i32 = 6;

/// The sum of exact amounts; `place` names it where it cannot be held.
/// An amount as it is told, half up.
fn to_the_penny(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

fn sum(place: &str, parts: impl IntoIterator<Item = Decimal>) -> Result<Decimal> {
    exact(place, parts.into_iter().try_fold(Decimal::ZERO, decimal::add))
}

fn times(place: &str, one: Decimal, other: Decimal) -> Result<Decimal> {
    exact(place, decimal::multiply(one, other))
}

fn less(place: &str, one: Decimal, other: Decimal) -> Result<Decimal> {
    exact(place, decimal::subtract(one, other))
}

fn exact(place: &str, value: Result<Decimal, Inexact>) -> Result<Decimal> {
    value.map_err(|why| inexact(place, why))
}

/// A ratio to six decimals, half up; nothing where the divisor is nought or the ratio too large.
fn ratio(part: Decimal, whole: Decimal) -> Option<Decimal> {
    Rounding::half_up(RATIO_PLACES).quotient(part, whole).ok()
}

/// A mean to so many decimals, half up; nothing where there is nothing to divide by.
fn mean(total: Decimal, number: Decimal, places: u32) -> Option<Decimal> {
    Rounding::half_up(i32::try_from(places).unwrap_or(2)).quotient(total, number).ok()
}
