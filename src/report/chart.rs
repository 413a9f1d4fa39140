//! The charts of a comparison: what each says, and its picture.
//!
//! The small drawing library below is our own. `plotters`, tried with its SVG backend alone, rounds every point to
//! whole pixels, writes a dashed line as many short ones, cuts the last label of an axis, and has no halo behind text,
//! no slanted text, no wrapping and no accessible name; what is hard in these charts is where their labels go, and that
//! would have been left to do.

mod axis;
mod fan;
mod look;
mod lorenz;
mod risk;
mod rows;
mod statement;
mod svg;

use std::ops::RangeInclusive;

pub(super) use self::risk::provider_share;
use self::svg::Svg;
use crate::{
    compare::Comparison,
    error::{Error, ErrorKind, Result},
};

/// A chart of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Chart<'a> {
    /// The provider's result under each contract, by size of panel.
    MarginFan,
    /// Each party's share of the variance of total cost, under each contract.
    Risk,
    /// Each party's share of the dearest twentieth of years.
    RiskOfTail,
    /// How unequal cost is, with the top 5 % and the lower half marked.
    Lorenz,
    /// How the statement of the contract of this name leads from the first payment to the provider's surplus.
    Statement(&'a str),
}

/// What a chart says: its finding as a sentence without a full stop, and how it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caption {
    /// The finding, worked out from the numbers.
    pub title: String,
    /// How the chart is read, in whole sentences.
    pub subtitle: String,
}

/// Widths that a chart can be laid out for, in pixels.
const WIDTHS: RangeInclusive<u32> = 240..=4_000;

impl Comparison {
    /// What a chart says.
    ///
    /// It needs the feature `report`.
    ///
    /// # Errors
    /// [`ErrorKind::Comparison`] where there is no such chart, saying why: nobody costs anything, say, or no year may be
    /// shown.
    pub fn caption(&self, chart: Chart<'_>) -> Result<Caption> {
        match chart {
            Chart::MarginFan => fan::caption(self),
            Chart::Risk => risk::caption(self, risk::Measure::Variance),
            Chart::RiskOfTail => risk::caption(self, risk::Measure::Tail),
            Chart::Lorenz => lorenz::caption(self),
            Chart::Statement(contract) => statement::caption(statement::find(self, contract)?),
        }
    }

    /// A chart as SVG, laid out for this width in pixels: 720 suits a page, 340 a phone.
    ///
    /// Its title says the finding, and so does its accessible name. Colours are those of Okabe and Ito, told apart by
    /// colour-blind readers. It needs the feature `report`.
    ///
    /// # Errors
    /// As [`Comparison::caption`]; [`ErrorKind::Range`] for a width below 240 or above 4,000.
    pub fn to_svg(&self, chart: Chart<'_>, width: u32) -> Result<String> {
        self.check()?;
        if !WIDTHS.contains(&width) {
            return Err(Error::new(
                ErrorKind::Range,
                "chart",
                format!("{width} pixels are too few or too many"),
                format!("name a width from {} to {}", WIDTHS.start(), WIDTHS.end()),
            ));
        }
        self.picture(chart, width)
    }

    /// The chart of a comparison that holds together.
    pub(super) fn picture(&self, chart: Chart<'_>, width: u32) -> Result<String> {
        let caption = self.caption(chart)?;
        let mut svg = Svg::titled(&caption, f64::from(width));
        match chart {
            Chart::MarginFan => fan::draw(self, &mut svg)?,
            Chart::Risk => risk::draw(self, risk::Measure::Variance, &mut svg),
            Chart::RiskOfTail => risk::draw(self, risk::Measure::Tail, &mut svg),
            Chart::Lorenz => lorenz::draw(self, &mut svg)?,
            Chart::Statement(contract) => statement::draw(statement::find(self, contract)?, &mut svg)?,
        }
        Ok(svg.finish())
    }
}

/// Why a chart is not there.
fn no_chart(why: impl Into<String>) -> Error {
    Error::new(
        ErrorKind::Comparison,
        "chart",
        why,
        "read the tables, or compare on other people or contracts",
    )
}
