//! A year of payments to practices, counted.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{GpReason, GpReproduced, GpVerdict, at_line, is_compared, median_rate, settle};
use crate::{datasets::gp::GpPayment, decimal, error::Result, money::inexact, reproduce::settled::Prepared};

/// Practices that lie further than 1 % from weighted list × rate, by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct GpReasons {
    /// Opened or closed.
    pub opened_or_closed: usize,
    /// Paid under a PMS contract too.
    pub two_contracts: usize,
    /// In London.
    pub london: usize,
    /// For no reason that the files show.
    pub unexplained: usize,
}

impl GpReasons {
    fn count(&mut self, why: GpReason) {
        *match why {
            GpReason::OpenedOrClosed => &mut self.opened_or_closed,
            GpReason::TwoContracts => &mut self.two_contracts,
            GpReason::London => &mut self.london,
            GpReason::Unexplained => &mut self.unexplained,
        } += 1;
    }
}

/// Practices outside London, settled at the median rate of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct OutsideLondon {
    /// Practices that are compared.
    pub compared: usize,
    /// The median of what they were paid for a weighted patient, in pounds.
    pub median_rate: Option<Decimal>,
    /// Those within 1 %.
    pub within_1: usize,
}

/// One year: all rows = on other contracts + without list or global sum + compared; compared = within 1 % + all reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GpYear {
    /// The year in which the financial year begins.
    pub year: i16,
    /// All rows.
    pub practices: usize,
    /// Rows that are not on a GMS contract.
    pub other_contracts: usize,
    /// GMS practices without a weighted list or a global sum.
    pub without_list_or_sum: usize,
    /// GMS practices with both: those that are compared.
    pub compared: usize,
    /// The median of what these were paid for a weighted patient, in pounds, to twelve decimals.
    pub median_rate: Option<Decimal>,
    /// Those within 1 % of weighted list × that rate.
    pub within_1: usize,
    /// Those within 2 %, which are those within 1 % and more.
    pub within_2: usize,
    /// Those within 5 %.
    pub within_5: usize,
    /// What all compared practices were paid, in pounds.
    pub published: Decimal,
    /// What comes out for them, in pounds.
    pub settled: Decimal,
    /// Those further than 1 %, by reason.
    pub differ: GpReasons,
    /// Practices outside London alone.
    pub outside_london: OutsideLondon,
}

/// A part of an amount.
pub(super) fn per_cent(of: Decimal, per_cent: i64) -> Result<Decimal> {
    decimal::multiply(of, Decimal::new(per_cent, 2)).map_err(|why| inexact("global sum", why))
}

/// Whether what was paid differs from what comes out by at most so many per cent of the latter.
pub(super) fn is_within(published: Decimal, settled: Decimal, bound: i64) -> Result<bool> {
    let apart = decimal::subtract(published, settled).map_err(|why| inexact("global sum", why))?;
    Ok(apart.abs() <= per_cent(settled, bound)?)
}

/// Practices outside London, settled at their own median rate.
pub(super) fn outside_london(contract: &Prepared, rows: &[&GpPayment]) -> Result<OutsideLondon> {
    let outside = || rows.iter().copied().filter(|row| is_compared(row) && !row.is_in_london());
    let mut found = OutsideLondon { median_rate: median_rate(outside())?, ..OutsideLondon::default() };
    let Some(rate) = found.median_rate else { return Ok(found) };
    for row in outside() {
        found.compared += 1;
        let is_near = settle(contract, row, rate).and_then(|settled| is_within(row.global_sum, settled, 1));
        found.within_1 += usize::from(is_near.map_err(|why| at_line(row, &why))?);
    }
    Ok(found)
}

/// The rows of a year, counted by how they compare.
pub(super) fn counted<'a>(
    year: i16,
    median_rate: Option<Decimal>,
    outside_london: OutsideLondon,
    rows: impl Iterator<Item = &'a GpReproduced>,
) -> Result<GpYear> {
    let mut counted = GpYear {
        year,
        practices: 0,
        other_contracts: 0,
        without_list_or_sum: 0,
        compared: 0,
        median_rate,
        within_1: 0,
        within_2: 0,
        within_5: 0,
        published: Decimal::ZERO,
        settled: Decimal::ZERO,
        differ: GpReasons::default(),
        outside_london,
    };
    let add = |sum, amount| decimal::add(sum, amount).map_err(|why| inexact("global sums of a year", why));
    for row in rows {
        counted.practices += 1;
        match row.verdict {
            GpVerdict::OtherContract => counted.other_contracts += 1,
            GpVerdict::WithoutListOrSum => counted.without_list_or_sum += 1,
            GpVerdict::Near => {}
            GpVerdict::Differs(why) => counted.differ.count(why),
        }
        let Some(settled) = row.settled else { continue };
        counted.compared += 1;
        counted.within_1 += usize::from(row.verdict == GpVerdict::Near);
        counted.within_2 += usize::from(is_within(row.published, settled, 2)?);
        counted.within_5 += usize::from(is_within(row.published, settled, 5)?);
        counted.published = add(counted.published, row.published)?;
        counted.settled = add(counted.settled, settled)?;
    }
    Ok(counted)
}
