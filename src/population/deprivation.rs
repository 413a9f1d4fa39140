//! How deprived the place is where each row's person lives: fifths of the nation, the first the most deprived.

use std::fmt;
use std::str::FromStr;

use super::columns::{Column, Columns};
use super::fault::{Fault, Finding, Sink};
use crate::error::{Error, ErrorKind, Result};
use crate::text::nearest;

/// How many fifths there are.
pub const FIFTHS: usize = 5;

/// What the numbers of a column of deprivation are. On each scale 1 is the most deprived, as on the English, Welsh and
/// Scottish Indices of Multiple Deprivation.
///
/// There is no default: the same 2 is the second fifth of five and within the first of ten.
///
/// ```
/// use capitation::population::DeprivationScale;
/// let scale: DeprivationScale = "decile".parse()?;
/// assert_eq!((scale.fifth(2), scale.fifth(3), scale.fifth(11)), (Some(1), Some(2), None));
/// // The 2019 index of England ranks 32,844 small areas; the most deprived fifth of them are 6,568.
/// let scale: DeprivationScale = "rank of 32844".parse()?;
/// assert_eq!((scale.fifth(6_568), scale.fifth(6_569)), (Some(1), Some(2)));
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeprivationScale {
    /// From 1 to 5.
    Quintile,
    /// From 1 to 10.
    Decile,
    /// From 1 to 100, whole numbers.
    Percentile,
    /// From 1 to the number of areas that are ranked, which is given.
    Rank {
        /// How many areas the index ranks: not those in the table, but all of them.
        of: u32,
    },
}

impl DeprivationScale {
    /// The last value of the scale: the least deprived.
    pub fn last(self) -> u32 {
        match self {
            Self::Quintile => 5,
            Self::Decile => 10,
            Self::Percentile => 100,
            Self::Rank { of } => of,
        }
    }

    /// The next scale with fewer steps.
    fn coarser(self) -> Option<Self> {
        match self {
            Self::Quintile => None,
            Self::Decile => Some(Self::Quintile),
            Self::Percentile => Some(Self::Decile),
            Self::Rank { of } => Some(Self::Percentile).filter(|coarser| coarser.last() < of),
        }
    }

    /// The fifth that a value lies in, from 1, the most deprived, to 5; none where the value is not on the scale.
    ///
    /// A value lies in a fifth where all of its part of the scale does: rank r of n is in the first where 5 r ≤ n, as
    /// the deciles that are published with the indices are cut.
    #[allow(clippy::cast_possible_truncation)] // from 1 to 5
    pub fn fifth(self, value: u32) -> Option<u8> {
        let whole = u64::from(self.last());
        let fifth = (5 * u64::from(value)).div_ceil(whole.max(1));
        (1..=self.last()).contains(&value).then_some(fifth as u8)
    }
}

impl fmt::Display for DeprivationScale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quintile => f.write_str("quintile"),
            Self::Decile => f.write_str("decile"),
            Self::Percentile => f.write_str("percentile"),
            Self::Rank { of } => write!(f, "rank of {of}"),
        }
    }
}

impl FromStr for DeprivationScale {
    type Err = Error;

    /// Reads `quintile`, `decile`, `percentile` or `rank of N`, N being how many areas the index ranks.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] where it is another word, or a rank of fewer than five areas.
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "quintile" => return Ok(Self::Quintile),
            "decile" => return Ok(Self::Decile),
            "percentile" => return Ok(Self::Percentile),
            _ => {}
        }
        let ranked = text.strip_prefix("rank of ").and_then(|areas| areas.parse::<u32>().ok());
        if let Some(of) = ranked.filter(|areas| *areas >= 5) {
            return Ok(Self::Rank { of });
        }
        let near = nearest(text, ["quintile", "decile", "percentile"].into_iter());
        let meant = near.map_or_else(String::new, |near| format!("; was `{near}` meant?"));
        Err(Error::new(
            ErrorKind::Unknown,
            "scale of deprivation",
            format!("`{text}` is not a scale of deprivation{meant}"),
            "say quintile, decile, percentile, or rank of N with the number of areas that the index ranks; \
             1 is the most deprived on each",
        ))
    }
}

/// A fifth of the nation by deprivation for each row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deprivation {
    column: String,
    scale: DeprivationScale,
    fifths: Vec<u8>,
    doubt: Option<DeprivationScale>,
}

impl Deprivation {
    /// The fifths of a column whose every value has been found to be on its scale.
    pub(super) fn new(column: &Column<'_, f64>, scale: DeprivationScale) -> Self {
        let fifths = column.values.iter().map(|value| fifth_of(*value, scale).unwrap_or_default());
        let coarser = scale.coarser();
        let fits = |coarser: &DeprivationScale| {
            column.values.iter().all(|value| *value <= f64::from(coarser.last()))
        };
        Self { column: column.name.clone(), scale, fifths: fifths.collect(), doubt: coarser.filter(fits) }
    }

    /// The caller's name of the column.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// What its numbers are.
    pub fn scale(&self) -> DeprivationScale {
        self.scale
    }

    /// The coarser scale that the numbers would fit too: a column of deciles in which none is above 5 may be of quintiles.
    /// It may also be of a place where everybody is among the more deprived half, so it is accepted, and pointed out.
    pub fn doubt(&self) -> Option<DeprivationScale> {
        self.doubt
    }

    /// The fifth of each row, from 1, the most deprived, to 5.
    pub fn fifths(&self) -> &[u8] {
        &self.fifths
    }

    /// How many rows are in each fifth, the most deprived first. Nothing is withheld: it is the caller's own table.
    pub fn rows(&self) -> [usize; FIFTHS] {
        let mut rows = [0; FIFTHS];
        for fifth in &self.fifths {
            if let Some(count) = rows.get_mut(usize::from(*fifth).wrapping_sub(1)) {
                *count += 1;
            }
        }
        rows
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a whole number from 1 to a u32
fn fifth_of(value: f64, scale: DeprivationScale) -> Option<u8> {
    let on_scale = value.fract() == 0.0 && value >= 1.0 && value <= f64::from(scale.last());
    if on_scale { scale.fifth(value as u32) } else { None }
}

/// Looks for what is not a whole number of the column's scale: nobody is put into a fifth by rounding.
pub(super) fn scan(columns: &Columns<'_>, sink: &mut Sink<'_>) -> Result<()> {
    let Some((column, scale)) = &columns.deprivation else { return Ok(()) };
    for (row, &value) in column.values.iter().enumerate() {
        let fault = if value.is_nan() {
            Fault::Missing
        } else if value.is_infinite() {
            Fault::Infinite
        } else if fifth_of(value, *scale).is_none() {
            Fault::OffScale
        } else {
            continue;
        };
        let shown = format_args!("{value}, for a {scale} from 1 to {},", scale.last());
        let value: &dyn fmt::Display = if fault == Fault::OffScale { &shown } else { &value };
        sink(&Finding::new(&column.name, row, fault, value))?;
    }
    Ok(())
}
