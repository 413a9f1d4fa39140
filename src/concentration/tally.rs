//! The first pass: a histogram on the bits of the value, whose sums are whole numbers.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::bin::{self, Bin, COARSE};
use super::boundary::Boundary;
use super::check;
use super::curve::Concentration;
use super::pages::Pages;
use super::stamp::Known;
use super::steps::{Builder, Steps};
use super::wide::{UNIT, Wide};
use super::written::Written;
use crate::error::{Error, ErrorKind, Result};

/// Rows of one bin whose lower bits surely sum to less than 2⁶⁴: 2²⁴ × (2⁴⁰ − 1).
const SAFE_ROWS: u64 = 1 << 24;

/// Rows counted between two looks at how full the bins are.
const BLOCK: usize = 1 << 22;

/// Rows up to which every sum surely fits: 2⁴⁰, about 1.1e12.
const MOST_ROWS: u64 = 1 << 40;

/// What a first pass over the amounts leaves behind: from it follow every top share and the Gini coefficient
/// within narrow bounds, and, with a second pass over the people at the boundary, top shares without error.
///
/// Non-negative doubles have the order of their bits, so the upper 24 bits of a value (sign, exponent and 12 bits of
/// the fraction) choose its bin: 4,096 bins for each doubling, each 1/4096 to 1/8192 of its values wide. Nothing is
/// sorted. A bin keeps the number of rows, the sum of their weights and the sum of weight × the lower 40 bits, all as
/// integers and without rounding.
///
/// **Guarantee.** Because the sums are exact, a tally depends only on which rows went into it. Any split of the rows
/// into chunks, added or merged in any order and by any number of threads or machines, gives an equal tally, and equal
/// tallies give the same bits in every statistic. A tally written with serde and read back is equal too.
///
/// A chunk that is refused leaves the tally as it was. A tally holds rows with weights or rows without, not both, and
/// at most 2⁴⁰ of them. Amounts below 5e-312 share the bin of zero and count as zero, and so do
/// those that are not 1e-300 of the largest.
///
/// ```
/// use capitation::concentration::Tally;
/// let north = Tally::of(&[0.0, 120.0, 80.0])?;
/// let south = Tally::of(&[0.0, 9_800.0])?;
/// let mut all = north.clone();
/// all.merge(&south)?;
/// assert_eq!(all, Tally::of(&[9_800.0, 80.0, 0.0, 0.0, 120.0])?);
/// assert_eq!(all.concentration()?.top_share(0.2)?, 0.98);
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Tally {
    rows: u64,
    left_out: u64,
    weighted: Option<bool>,
    bins: Vec<Bin>,
    pending: Pending,
}

/// Rows that are in the table of the hot loop and not yet in the sorted bins.
#[derive(Debug, Clone, Default)]
enum Pending {
    #[default]
    None,
    Counted(CountedPages),
    Weighted(Pages<Weighted>),
}

/// A bin of rows without weights. `sum` is the sum of the values' bits, modulo 2⁶⁴.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    sum: u64,
    rows: u64,
}

impl Counted {
    fn bin(&self, key: u32) -> Bin {
        // The upper bits are the same in all rows: what is left is below 2⁶⁴ and so is not modulo anything.
        let upper = (u64::from(key) << COARSE).wrapping_mul(self.rows);
        let residue = u128::from(self.sum.wrapping_sub(upper));
        Bin { key, rows: self.rows, weight: Wide::rows(self.rows), residue: Wide::shifted(residue, UNIT) }
    }
}

/// A bin of rows with weights.
#[derive(Debug, Clone, Copy, Default)]
struct Weighted {
    rows: u64,
    weight: Wide,
    residue: Wide,
}

impl Weighted {
    fn bin(&self, key: u32) -> Bin {
        Bin { key, rows: self.rows, weight: self.weight, residue: self.residue }
    }
}

/// Bins of rows without weights, and how many more rows they can surely take.
#[derive(Debug, Clone)]
struct CountedPages {
    pages: Pages<Counted>,
    room: u64,
}

impl CountedPages {
    fn new() -> Self {
        Self { pages: Pages::new(), room: SAFE_ROWS }
    }

    /// Looks whether `rows` more fit.
    fn fits(&mut self, rows: u64) -> bool {
        if rows > self.room {
            let fullest = self.pages.bins().map(|(_, slot)| slot.rows).max().unwrap_or(0);
            self.room = SAFE_ROWS.saturating_sub(fullest);
        }
        rows <= self.room
    }

    /// Counts rows that fit. At a value that is refused it takes back what it counted and gives its row.
    fn count(&mut self, values: &[f64]) -> Result<(), usize> {
        for (at, value) in values.iter().enumerate() {
            let bits = value.to_bits();
            if let Some(slot) = self.pages.slot(bits) {
                slot.sum = slot.sum.wrapping_add(bits);
                slot.rows = slot.rows.wrapping_add(1);
            } else if !self.count_new(*value) {
                self.withdraw(values.get(..at).unwrap_or_default());
                return Err(at);
            }
        }
        self.room = self.room.saturating_sub(length(values));
        Ok(())
    }

    /// Counts a value whose page is not there yet, if it is an amount. Minus zero is zero.
    #[cold]
    #[inline(never)]
    fn count_new(&mut self, value: f64) -> bool {
        let amount = value.is_finite() && value >= 0.0;
        if amount {
            let bits = value.abs().to_bits();
            self.pages.open(bits);
            if let Some(slot) = self.pages.slot(bits) {
                slot.sum = slot.sum.wrapping_add(bits);
                slot.rows = slot.rows.wrapping_add(1);
            }
        }
        amount
    }

    fn withdraw(&mut self, values: &[f64]) {
        for value in values {
            let bits = value.abs().to_bits();
            if let Some(slot) = self.pages.slot(bits) {
                slot.sum = slot.sum.wrapping_sub(bits);
                slot.rows = slot.rows.wrapping_sub(1);
            }
        }
    }

    fn bins(&self) -> impl Iterator<Item = Bin> + Clone {
        self.pages.bins().filter(|(_, slot)| slot.rows > 0).map(|(key, slot)| slot.bin(key))
    }
}

impl Tally {
    /// A tally of nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The tally of these amounts, one a person.
    ///
    /// # Errors
    /// A negative, infinite or missing (NaN) amount, naming its row.
    pub fn of(values: &[f64]) -> Result<Self> {
        let mut tally = Self::new();
        tally.add(values)?;
        tally.settle()?;
        Ok(tally)
    }

    /// The tally of these amounts, each standing for `weight` people.
    ///
    /// # Errors
    /// As [`add_weighted`](Self::add_weighted).
    pub fn weighted(values: &[f64], weights: &[f64]) -> Result<Self> {
        let mut tally = Self::new();
        tally.add_weighted(values, weights)?;
        tally.settle()?;
        Ok(tally)
    }

    /// Adds rows without weights.
    ///
    /// # Errors
    /// A negative, infinite or missing (NaN) amount, naming its row in this chunk; a tally that holds weights.
    pub fn add(&mut self, values: &[f64]) -> Result<()> {
        if values.is_empty() {
            return Ok(());
        }
        let weighted = self.kind(Some(false))?;
        let rows = self.room_for(length(values))?;
        let mut counted = match std::mem::take(&mut self.pending) {
            Pending::Counted(counted) => counted,
            Pending::None | Pending::Weighted(_) => CountedPages::new(),
        };
        let outcome = if counted.fits(length(values)) {
            counted.count(values)
        } else {
            self.pending = Pending::Counted(counted);
            self.settle()?;
            counted = CountedPages::new();
            self.count_many(&mut counted, values)?
        };
        self.pending = Pending::Counted(counted);
        match outcome {
            Ok(()) => {
                (self.weighted, self.rows) = (weighted, rows);
                Ok(())
            }
            Err(at) => check::value(at, values.get(at).copied().unwrap_or(f64::NAN)),
        }
    }

    /// Counts more rows than a bin could take at once. Nothing may be pending.
    fn count_many(&mut self, counted: &mut CountedPages, values: &[f64]) -> Result<Result<(), usize>> {
        let kept = self.bins.clone();
        for (block, chunk) in values.chunks(BLOCK).enumerate() {
            if !counted.fits(length(chunk)) {
                self.bins = merged(&self.bins, counted.bins())?;
                *counted = CountedPages::new();
            }
            if let Err(at) = counted.count(chunk) {
                self.bins = kept;
                *counted = CountedPages::new();
                return Ok(Err(block * BLOCK + at));
            }
        }
        Ok(Ok(()))
    }

    /// Adds rows with weights; rows of weight 0 stay out and are counted in [`left_out`](Self::left_out).
    ///
    /// # Errors
    /// A negative, infinite or missing (NaN) amount or weight, or a weight above 0 outside 2⁻⁶⁴ to 2⁴⁸, naming its
    /// row in this chunk; columns of different lengths; a tally that holds rows without weights.
    pub fn add_weighted(&mut self, values: &[f64], weights: &[f64]) -> Result<()> {
        check::columns(values, weights)?;
        if values.is_empty() {
            return Ok(());
        }
        self.weighted = self.kind(Some(true))?;
        self.room_for(length(values))?;
        let mut pages = match std::mem::take(&mut self.pending) {
            Pending::Weighted(pages) => pages,
            Pending::None | Pending::Counted(_) => Pages::<Weighted>::new(),
        };
        for (value, weight) in values.iter().zip(weights) {
            if *weight <= 0.0 {
                self.left_out += 1;
                continue;
            }
            let bits = value.abs().to_bits();
            pages.open(bits);
            if let Some(slot) = pages.slot(bits) {
                // Neither sum can overflow below 2⁴⁰ rows.
                slot.rows += 1;
                slot.weight = slot.weight.plus(bin::weight(*weight)).unwrap_or_default();
                slot.residue = slot.residue.plus(bin::residue(*weight, bits)).unwrap_or_default();
            }
            self.rows += 1;
        }
        self.pending = Pending::Weighted(pages);
        Ok(())
    }

    /// Adds everything that another tally counted.
    ///
    /// # Errors
    /// One has weights and the other has none; more than 2⁴⁰ rows together. Either leaves this tally as it was.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        let weighted = self.kind(other.weighted)?;
        let rows = self.room_for(other.rows)?;
        self.settle()?;
        self.bins = merged(&self.bins, other.settled()?.iter().copied())?;
        (self.weighted, self.rows) = (weighted, rows);
        self.left_out += other.left_out;
        Ok(())
    }

    /// Rows counted so far, those of weight 0 aside.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Rows that stayed out because their weight is 0.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The concentration as far as this one pass knows it, with bounds.
    ///
    /// # Errors
    /// No rows, no weight above 0, or nothing but zeros: a share of nothing is undefined.
    pub fn concentration(&self) -> Result<Concentration> {
        self.curve(None)
    }

    /// What a second pass must look at for the shares held by these `shares` of people, and for the share of people
    /// that holds half, to be exact.
    ///
    /// # Errors
    /// A share outside 0 to 1; nothing to share, as in [`concentration`](Self::concentration).
    pub fn boundary(&self, shares: &[f64]) -> Result<Boundary> {
        let bins = self.settled()?;
        let steps = self.ranking(&bins, None)?;
        let mut keys = Vec::new();
        for share in shares {
            check::share("share of people", *share)?;
            keys.push(steps.at_people(*share));
        }
        keys.push(steps.at_amount(0.5));
        // Steps run from the dearest bin to the cheapest.
        let keys = keys.into_iter().filter_map(|step| bins.iter().rev().nth(step));
        Ok(Boundary::around(keys.filter(|bin| !bin.is_exact()).map(|bin| bin.key)))
    }

    /// The concentration with everything that a second pass found, exact at the shares it was made for.
    ///
    /// ```
    /// use capitation::concentration::Tally;
    /// let costs = [3.0, 1.1, 1.100_001, 0.0, 250.0];
    /// let tally = Tally::of(&costs)?;
    /// let mut boundary = tally.boundary(&[0.5])?;
    /// boundary.add(&costs);
    /// let exact = tally.refine(&boundary)?;
    /// assert_eq!(exact.top_share_bounds(0.5)?.error(), 0.0);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    ///
    /// # Errors
    /// The second pass did not see the rows that the first one saw; nothing to share.
    pub fn refine(&self, boundary: &Boundary) -> Result<Concentration> {
        self.curve(Some(boundary))
    }

    fn curve(&self, boundary: Option<&Boundary>) -> Result<Concentration> {
        let bins = self.settled()?;
        if let Some(boundary) = boundary {
            boundary.check(&bins)?;
        }
        let known = if boundary.is_some() { Known::BinnedWithBoundary } else { Known::Binned };
        Ok(Concentration::new(self.ranking(&bins, boundary)?, self.left_out, known))
    }

    /// The people by bin, or one by one where a second pass found them, from the dearest to the cheapest.
    fn ranking(&self, bins: &[Bin], boundary: Option<&Boundary>) -> Result<Steps> {
        let power = bins.last().map_or(0, |bin| bin::exponent(bin.key));
        let mut builder = Builder::new(power, bins.len());
        for bin in bins.iter().rev() {
            match boundary.and_then(|boundary| boundary.atoms(bin.key)) {
                Some(atoms) => atoms.rev().for_each(|(bits, atom)| builder.atom(*bits, atom)),
                None => builder.bin(bin),
            }
        }
        builder.finish(self.left_out)
    }

    /// Whether rows have weights, if rows of this kind can be added.
    fn kind(&self, weighted: Option<bool>) -> Result<Option<bool>> {
        match (self.weighted, weighted) {
            (Some(held), Some(given)) if held != given => Err(Error::new(
                ErrorKind::Statistic,
                "tally",
                "some rows have weights and others have none",
                "give every row a weight, 1 where it stands for itself",
            )),
            (held, given) => Ok(held.or(given)),
        }
    }

    /// The number of rows with these, if a tally can hold them.
    fn room_for(&self, rows: u64) -> Result<u64> {
        let together = self.rows.saturating_add(rows);
        if together <= MOST_ROWS {
            return Ok(together);
        }
        Err(Error::new(
            ErrorKind::Arithmetic,
            "tally",
            format!("{together} rows are more than the {MOST_ROWS} whose sums are exact"),
            "keep one tally for each part of the people",
        ))
    }

    /// Moves what is pending into the sorted bins.
    fn settle(&mut self) -> Result<()> {
        if !matches!(self.pending, Pending::None) {
            self.bins = self.settled()?.into_owned();
            self.pending = Pending::None;
        }
        Ok(())
    }

    /// Every bin that holds somebody, in ascending order.
    fn settled(&self) -> Result<Cow<'_, [Bin]>> {
        Ok(match &self.pending {
            Pending::None => Cow::Borrowed(&self.bins),
            Pending::Counted(counted) => Cow::Owned(merged(&self.bins, counted.bins())?),
            Pending::Weighted(pages) => {
                let bins = pages.bins().filter(|(_, slot)| slot.rows > 0).map(|(key, slot)| slot.bin(key));
                Cow::Owned(merged(&self.bins, bins)?)
            }
        })
    }
}

/// Two tallies are equal if the same rows went into them, however and in whatever order.
impl PartialEq for Tally {
    fn eq(&self, other: &Self) -> bool {
        let same =
            self.weighted == other.weighted && (self.rows, self.left_out) == (other.rows, other.left_out);
        same && matches!((self.settled(), other.settled()), (Ok(ours), Ok(others)) if ours == others)
    }
}

impl From<Tally> for Written {
    fn from(tally: Tally) -> Self {
        // Bins that cannot be added up, which no tally reaches, are written as none.
        let bins = tally.settled().unwrap_or_default();
        Self::new(tally.weighted, tally.left_out, &bins)
    }
}

impl TryFrom<Written> for Tally {
    type Error = Error;
    fn try_from(written: Written) -> Result<Self> {
        let (weighted, left_out, bins) = written.read()?;
        let rows = bins.iter().fold(0, |rows: u64, bin| rows.saturating_add(bin.rows));
        let empty = Self::new();
        Ok(Self { rows: empty.room_for(rows)?, left_out, weighted, bins, ..empty })
    }
}

/// The bins of two ascending lists in one.
fn merged(left: &[Bin], right: impl Iterator<Item = Bin> + Clone) -> Result<Vec<Bin>> {
    let mut bins = Vec::with_capacity(left.len() + right.clone().count());
    if left.is_empty() {
        bins.extend(right);
        return Ok(bins);
    }
    let mut left = left.iter().copied().peekable();
    let mut right = right.peekable();
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return Ok(bins),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => one.key.cmp(&other.key),
        };
        let one = if order.is_le() { left.next() } else { None };
        let other = if order.is_ge() { right.next() } else { None };
        match (one, other) {
            (Some(one), Some(other)) => bins.push(one.plus(&other).ok_or_else(too_large)?),
            (one, other) => bins.extend(one.or(other)),
        }
    }
}

fn too_large() -> Error {
    Error::new(
        ErrorKind::Arithmetic,
        "tally",
        "the sums of a bin do not fit 256 bits",
        "keep one tally for each part of the people",
    )
}

/// The number of rows of a column.
fn length(values: &[f64]) -> u64 {
    u64::try_from(values.len()).unwrap_or(u64::MAX)
}
