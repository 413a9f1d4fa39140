//! Who costs: how unequally an amount is spread over people.
//!
//! Three things decide what a statement such as "5 % of people are half of the cost" means, and all three are
//! arguments here:
//!
//! - the **ranking variable**: people ranked by the amount itself ([`concentration`]) or by another variable
//!   ([`ranked_concentration`]);
//! - the **denominator**: everybody, or users only ([`Concentration::users`], [`Denominator`]);
//! - the **window**: years of people, or people over all their years ([`total_by_person`]). The top share of sums is
//!   never above the weighted mean of the top shares of the years, so the two are different statistics.
//!
//! Nothing is sorted beyond 262,144 rows. A first pass counts the rows in bins chosen by the bits of the amount (a
//! [`Tally`], mergeable and serialisable), a second looks at the people in the few bins that a share cuts through (a
//! [`Boundary`]).
//!
//! Method: top shares and Lorenz curve as in Wodchis et al., CMAJ 2016; 188: 182–188, and the AHRQ MEPS statistical
//! briefs (for example #560), with the boundary person counted fractionally.

mod bin;
mod boundary;
mod bounded;
mod check;
mod curve;
mod pages;
mod person;
mod ranked;
mod stamp;
mod steps;
mod tally;
mod twofold;
mod wide;
mod written;

pub use boundary::Boundary;
pub use bounded::Bounded;
pub use curve::Concentration;
pub use person::total_by_person;
pub use ranked::{Denominator, RankedConcentration, ranked_concentration, top_share_ranked_by};
pub use stamp::Stamp;
pub use tally::Tally;

use crate::error::Result;

/// The shares of people that [`concentration`] makes exact at any number of rows.
pub const STANDARD_SHARES: [f64; 6] = [0.01, 0.05, 0.10, 0.20, 0.30, 0.50];

/// Rows up to which sorting is quick, and exact everywhere.
const SORTED_ROWS: usize = 1 << 18;

/// How `values`, one a person, are spread over people.
///
/// `values` are amounts of 0 or more in any unit. `weights` is the number of people that each row stands for, as in a
/// survey; without it every row is one person. Rows of weight 0 stay out and are counted. See [`Concentration`] for
/// the definitions and for what is exact.
///
/// ```
/// use capitation::concentration::concentration;
/// let year = concentration(&[0.0, 0.0, 35.0, 120.0, 845.0], None)?;
/// assert_eq!(year.top_share(0.2)?, 0.845);
/// assert_eq!(year.zero_share(), 0.4);
/// assert!((year.gini() - 0.724).abs() < 1e-12);
/// # Ok::<(), capitation::Error>(())
/// ```
///
/// # Errors
/// - a negative, infinite or missing (NaN) amount or weight, or a weight above 0 outside 2⁻⁶⁴ to 2⁴⁸, naming its row;
/// - columns of different lengths;
/// - no rows, no weight above 0, or nothing but zeros, since a share of nothing is undefined;
/// - a total that is larger than any double.
pub fn concentration(values: &[f64], weights: Option<&[f64]>) -> Result<Concentration> {
    if values.len() <= SORTED_ROWS {
        return Concentration::sorted(values, weights);
    }
    match weights {
        None => {
            let tally = Tally::of(values)?;
            let mut boundary = tally.boundary(&STANDARD_SHARES)?;
            boundary.add(values);
            tally.refine(&boundary)
        }
        Some(weights) => {
            let tally = Tally::weighted(values, weights)?;
            let mut boundary = tally.boundary(&STANDARD_SHARES)?;
            boundary.add_weighted(values, weights)?;
            tally.refine(&boundary)
        }
    }
}
