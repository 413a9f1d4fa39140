//! The table a first pass writes to: one page of bins for each doubling of the value, made when first met.

use super::bin::{COARSE, FINE};

const PAGE: usize = 1 << FINE;

/// A page that is not there, and an index no table reaches.
const ABSENT: u32 = u32::MAX;

/// Bins found by the upper 24 bits of a double in two steps: its sign and exponent give the page, its leading
/// fraction bits the place in it.
#[derive(Debug, Clone)]
pub(super) struct Pages<S> {
    first: Box<[u32; 4096]>,
    slots: Vec<S>,
}

impl<S: Copy + Default> Pages<S> {
    pub(super) fn new() -> Self {
        Self { first: Box::new([ABSENT; 4096]), slots: Vec::new() }
    }

    /// The bin of a value, if its page is there.
    #[inline]
    pub(super) fn slot(&mut self, bits: u64) -> Option<&mut S> {
        let first = self.first.get(page(bits)).copied().unwrap_or(ABSENT);
        self.slots.get_mut(first as usize + place(bits))
    }

    /// Makes the page of a value. A page that is there stays as it is.
    #[cold]
    pub(super) fn open(&mut self, bits: u64) {
        let next = u32::try_from(self.slots.len()).unwrap_or(ABSENT);
        if let Some(first) = self.first.get_mut(page(bits)).filter(|first| **first == ABSENT) {
            *first = next;
            self.slots.resize(self.slots.len() + PAGE, S::default());
        }
    }

    /// Every bin there is with its key, in ascending order.
    pub(super) fn bins(&self) -> impl Iterator<Item = (u32, &S)> + Clone {
        let pages = (0_u32..).zip(self.first.iter()).filter(|(_, first)| **first != ABSENT);
        pages.flat_map(|(page, first)| {
            let slots = self.slots.iter().skip(*first as usize).take(PAGE);
            (page << FINE..).zip(slots)
        })
    }
}

/// The sign and the exponent: 12 bits.
#[allow(clippy::cast_possible_truncation, reason = "12 bits fit any usize")]
fn page(bits: u64) -> usize {
    (bits >> 52) as usize
}

/// The leading fraction bits.
#[allow(clippy::cast_possible_truncation, reason = "the mask leaves 12 bits")]
fn place(bits: u64) -> usize {
    (bits >> COARSE) as usize & (PAGE - 1)
}
