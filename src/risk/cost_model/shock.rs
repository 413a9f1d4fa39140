//! What moves the costs of many people together.

use std::fmt;

use super::WIDEST;
use crate::error::{Error, ErrorKind, Result};

/// What moves the costs of many people together in a year, and cannot be pooled away: a hard winter, a pay award, an error of
/// the trend, drift in coding.
///
/// ```
/// use capitation::risk::cost_model::Shock;
/// // Everything may cost 3 % more or less than was thought, and those above 65 another 2 %.
/// let trend = Shock::multiplicative("trend", 0.03)?;
/// let winter = Shock::multiplicative("winter", 0.02)?.of_cells(["65 and over"]);
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Shock {
    pub(super) name: String,
    pub(super) kind: ShockKind,
    pub(super) spread: f64,
    pub(super) cells: Option<Vec<String>>,
}

/// How a shock acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShockKind {
    /// What each person costs is multiplied by one lognormal factor of mean 1, before any threshold.
    Multiplicative,
    /// An amount for each person year, normal with mean 0, is added to what all cost together, and to no single person's
    /// cost: thresholds do not see it.
    Additive,
}

impl Shock {
    /// A factor of mean 1 on what each person costs: lognormal, with this standard deviation of its logarithm (0.05 for 5 %).
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a spread that is not above 0, or above 0.6.
    pub fn multiplicative(name: impl Into<String>, spread: f64) -> Result<Self> {
        Self::new(
            name.into(),
            ShockKind::Multiplicative,
            spread,
            WIDEST,
            "give one above 0 and up to 0.6, 0.05 for 5 %",
        )
    }

    /// An amount for each person year: normal, with mean 0 and this standard deviation in major units.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a spread that is not above 0.
    pub fn additive(name: impl Into<String>, spread: f64) -> Result<Self> {
        let remedy = "give an amount above 0 for each person year";
        Self::new(name.into(), ShockKind::Additive, spread, f64::MAX, remedy)
    }

    fn new(name: String, kind: ShockKind, spread: f64, most: f64, remedy: &str) -> Result<Self> {
        if spread > 0.0 && spread <= most {
            return Ok(Self { name, kind, spread, cells: None });
        }
        Err(Error::new(
            ErrorKind::Range,
            format!("shock `{name}`"),
            format!("its spread is {spread:?}"),
            remedy,
        ))
    }

    /// The same where it moves these risk cells alone.
    #[must_use]
    pub fn of_cells(self, cells: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { cells: Some(cells.into_iter().map(Into::into).collect()), ..self }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it acts.
    pub fn kind(&self) -> ShockKind {
        self.kind
    }

    /// Its standard deviation: of the factor's logarithm, or of the amount for a person year in major units.
    pub fn spread(&self) -> f64 {
        self.spread
    }

    /// The cells that it moves; all of them where none are named.
    pub fn cells(&self) -> Option<&[String]> {
        self.cells.as_deref()
    }

    pub(super) fn moves(&self, cell: &str) -> bool {
        self.cells.as_ref().is_none_or(|cells| cells.iter().any(|name| name == cell))
    }
}

/// In words: `trend, a factor with a spread of 3 %`.
impl fmt::Display for Shock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ShockKind::Multiplicative => {
                // Without the roundings of a product with 100.
                let percent = (self.spread * 1e8).round() / 1e6;
                write!(f, "{}, a factor with a spread of {percent} %", self.name)?;
            }
            ShockKind::Additive => {
                write!(f, "{}, an amount with a spread of {} a person year", self.name, self.spread)?;
            }
        }
        match &self.cells {
            None => Ok(()),
            Some(cells) => write!(f, " (of {} alone)", cells.join(", ")),
        }
    }
}
