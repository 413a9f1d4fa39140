//! What is done: spells and attendances, the tariff that prices them, and what payment by results pays for each.
//!
//! A [`Tariff`] is the user's: a table in the shape of Annex A of the National Tariff, checked at the door. [`Lines`] are
//! the activity, and [`Pricing`] brings the two together with the providers' [`MarketForces`]: line by line with the
//! rule that made each payment ([`Pricing::price`]), or as totals by provider and month ([`Pricing::totals`]).
//!
//! What cannot be priced is refused with its row, or collected with counts, codes and value; nothing is priced at a
//! price that is not its own. Amounts are whole pence from end to end, so that a total is the sum of its lines.
//!
//! The payment of a line, with one rounding to the penny, half up, at its end:
//!
//! ```text
//! (price + daily rate × days above the trim point) × units × (1 + top-up) × market forces factor
//! ```
//!
//! Source of the order of the arithmetic: NHS England and NHS Improvement, 2017/18 and 2018/19 National Tariff Payment
//! System, Annex A, as several public implementations of it encode it.

mod admission;
#[cfg(feature = "arrow")]
pub mod arrow;
mod delivery;
mod fault;
mod lines;
mod market_forces;
mod priced;
mod pricing;
mod readmissions;
mod tariff;
mod totals;
mod unpriced;
mod whole;

pub use admission::{Admission, PatientClass};
pub use delivery::{PointOfDelivery, PricedBy};
pub use fault::Fault;
pub use lines::{Coded, Done, Lines, Stay};
pub use market_forces::MarketForces;
pub use priced::{Priced, PricedLine};
pub use pricing::Pricing;
pub use readmissions::{Admissions, Following, Sequel, SequelTotal, readmission_totals};
pub use tariff::{Tariff, TariffRow, Withheld};
pub use totals::{Cell, Totals};
pub use unpriced::{Unpriced, UnpricedGroup};
pub use whole::Whole;
