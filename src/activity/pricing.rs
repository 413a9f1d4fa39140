//! Bringing lines and tariff together.

mod arithmetic;
mod block;
mod diagnosis;
mod fingerprint;
mod lookups;
mod prepared;

use rayon::prelude::*;

use super::{
    lines::Lines,
    market_forces::MarketForces,
    priced::{Priced, PricedLine},
    tariff::Tariff,
    totals::Totals,
};
use crate::error::{Error, ErrorKind, Result};

pub(crate) use arithmetic::Parts;
pub(crate) use block::{NO_GROUP, NO_RULE, Paid, Sink};
pub(crate) use diagnosis::Finding;
pub(crate) use lookups::Lookups;
use prepared::Prepared;

/// A tariff and the providers' factors, ready to price lines.
///
/// ```
/// use capitation::activity::{Coded, Done, Lines, MarketForces, Pricing, Stay, Tariff, TariffRow};
/// # let knee = TariffRow {
/// #     code: "HN22E".to_owned(),
/// #     combined: Some("5528".parse().unwrap()),
/// #     elective_trim_days: Some(7),
/// #     daily_rate: Some("227".parse().unwrap()),
/// #     ..TariffRow::default()
/// # };
/// # let tariff = Tariff::new(2017, vec![knee])?;
/// let factors = MarketForces::new([("RXA", "1.032".parse().unwrap())])?;
/// let lines = Lines::new(
///     Coded::of(["HN22E"]),
///     Done::Spells {
///         method: Coded::of(["11"]),
///         class: Coded::of(["1"]),
///         stay: Stay::Nights(vec![10_i16].into()),
///         age: None,
///     },
/// )?
/// .provider(Coded::of(["RXA"]))?;
///
/// let pricing = Pricing::new(&tariff, Some(&factors));
/// assert_eq!(
///     pricing.line(&[lines], 0)?.to_string(),
///     "HN22E, combined day case and ordinary elective price: £5,528.00 + 3 days above 7 at £227.00 = £6,209.00; \
///      × 1.032 (market forces factor) = £6,407.69"
/// );
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Pricing<'t> {
    pub(crate) tariff: &'t Tariff,
    pub(crate) factors: Option<&'t MarketForces>,
    collecting: bool,
    fingerprinting: bool,
}

/// Lines are shared out among threads in pieces of this many.
const PIECE: usize = 1 << 18;

impl<'t> Pricing<'t> {
    /// Pricing by this tariff, at the factors of these providers; without factors, before the market forces factor.
    pub fn new(tariff: &'t Tariff, factors: Option<&'t MarketForces>) -> Self {
        Self { tariff, factors, collecting: false, fingerprinting: true }
    }

    /// Lines without a price are counted and listed, where they would end the pricing otherwise.
    #[must_use]
    pub fn collecting(mut self) -> Self {
        self.collecting = true;
        self
    }

    /// Results do not say which lines they are of: a fifth faster, and an auditor cannot tell.
    #[must_use]
    pub fn without_fingerprint(mut self) -> Self {
        self.fingerprinting = false;
        self
    }

    /// What an empty result has for its fingerprint.
    pub(crate) fn no_lines(&self) -> Option<u64> {
        self.fingerprinting.then_some(0)
    }

    /// The payment of each line, over parts of one table in their order.
    ///
    /// # Errors
    /// [`ErrorKind::Row`] for the first line without a price, unless they are collected; [`ErrorKind::Column`] for a
    /// column that this tariff or these factors need.
    pub fn price(&self, parts: &[Lines<'_>]) -> Result<Priced> {
        let mut priced = Priced::begin(self, parts.iter().map(Lines::len).sum());
        let mut known = Lookups::default();
        for lines in parts {
            let first_row = priced.len();
            self.run(&Prepared::of(self, lines, &mut known)?, 0..lines.len(), first_row, &mut priced)?;
        }
        Ok(priced)
    }

    /// The payment of one line, with every number that made it; rows count from 0 over all parts.
    ///
    /// # Errors
    /// As [`Pricing::price`], for this line, whether or not others are collected; [`ErrorKind::Range`] where there is no
    /// such row.
    pub fn line(&self, parts: &[Lines<'_>], row: usize) -> Result<PricedLine> {
        let mut first_row = 0;
        for lines in parts {
            if row - first_row < lines.len() {
                return Prepared::of(self, lines, &mut Lookups::default())?.line(row - first_row, row);
            }
            first_row += lines.len();
        }
        let problem = format!("there are {first_row} lines");
        Err(Error::new(ErrorKind::Range, format!("row {row}"), problem, "give a row from 0 to one less"))
    }

    /// Payments by provider, month and rule, over parts of one table in their order, without keeping the lines.
    ///
    /// Runs on the threads there are; the result does not depend on how many. Tables that do not fit into memory are
    /// added part by part: [`Totals::add`].
    ///
    /// # Errors
    /// As [`Pricing::price`]; [`ErrorKind::Column`] where some parts have dates or costs and others have not;
    /// [`ErrorKind::Arithmetic`] where a total needs more than 63 bits.
    pub fn totals(&self, parts: &[Lines<'_>]) -> Result<Totals> {
        let mut totals = Totals::new(self);
        self.add(&mut totals, parts)?;
        Ok(totals)
    }

    /// Adds the next parts of a table to totals.
    pub(crate) fn add(&self, totals: &mut Totals, parts: &[Lines<'_>]) -> Result<()> {
        let mut known = Lookups::default();
        let prepared =
            parts.iter().map(|part| Prepared::of(self, part, &mut known)).collect::<Result<Vec<_>>>()?;
        let mut first_row = totals.rows();
        let mut pieces = Vec::new();
        for (part, prepared) in parts.iter().zip(&prepared) {
            let starts = (0..part.len()).step_by(PIECE);
            pieces.extend(starts.map(|start| (prepared, start..part.len().min(start + PIECE), first_row)));
            first_row += part.len();
        }
        // Each thread adds up its own run of pieces; whole numbers come out alike in any order.
        let of_threads: Vec<Result<Totals>> = pieces
            .into_par_iter()
            .fold(
                || Ok(Totals::new(self)),
                |totals: Result<Totals>, (prepared, rows, first_row)| {
                    let mut totals = totals?;
                    self.run(prepared, rows, first_row, &mut totals)?;
                    Ok(totals)
                },
            )
            .collect();
        // The first error is of the first rows: threads have them in their order.
        of_threads.into_iter().try_for_each(|other| totals.merge(other?))
    }

    /// Adds lines of which the first is this row of its table.
    #[cfg(feature = "parquet")]
    pub(crate) fn add_from(
        &self,
        (totals, known): (&mut Totals, &mut Lookups),
        lines: &Lines<'_>,
        first_row: usize,
    ) -> Result<()> {
        self.run(&Prepared::of(self, lines, known)?, 0..lines.len(), first_row, totals)
    }

    /// Prices some rows of prepared lines, block by block.
    fn run<S: Sink>(
        &self,
        prepared: &Prepared<'_, 't>,
        rows: std::ops::Range<usize>,
        first_row: usize,
        sink: &mut S,
    ) -> Result<()> {
        sink.begin(prepared.lines)?;
        prepared.each_block(rows, sink, |row, sink| {
            let finding = prepared.diagnose(row);
            if self.collecting {
                sink.reject(first_row + row, finding, prepared.cost(row));
                Ok(())
            } else {
                Err(finding.refusal(first_row + row))
            }
        })
    }
}
