//! Whole numbers in whatever width they lie in memory.

use std::borrow::Cow;

/// A column of whole numbers, borrowed or owned, of any width.
#[derive(Debug, Clone)]
pub enum Whole<'a> {
    /// Of 8 bits.
    I8(Cow<'a, [i8]>),
    /// Of 16 bits.
    I16(Cow<'a, [i16]>),
    /// Of 32 bits.
    I32(Cow<'a, [i32]>),
    /// Of 64 bits.
    I64(Cow<'a, [i64]>),
    /// Of 8 bits, without a sign.
    U8(Cow<'a, [u8]>),
    /// Of 16 bits, without a sign.
    U16(Cow<'a, [u16]>),
    /// Of 32 bits, without a sign.
    U32(Cow<'a, [u32]>),
    /// Of 64 bits, without a sign.
    U64(Cow<'a, [u64]>),
}

/// The same for each width.
macro_rules! for_each_width {
    ($whole:expr, $values:ident => $body:expr) => {
        match $whole {
            Whole::I8($values) => $body,
            Whole::I16($values) => $body,
            Whole::I32($values) => $body,
            Whole::I64($values) => $body,
            Whole::U8($values) => $body,
            Whole::U16($values) => $body,
            Whole::U32($values) => $body,
            Whole::U64($values) => $body,
        }
    };
}

macro_rules! from_slices {
    ($($kind:ty => $variant:ident),*) => {
        $(
            impl<'a> From<&'a [$kind]> for Whole<'a> {
                fn from(values: &'a [$kind]) -> Self {
                    Self::$variant(Cow::Borrowed(values))
                }
            }

            impl From<Vec<$kind>> for Whole<'_> {
                fn from(values: Vec<$kind>) -> Self {
                    Self::$variant(Cow::Owned(values))
                }
            }
        )*
    };
}

from_slices!(i8 => I8, i16 => I16, i32 => I32, i64 => I64, u8 => U8, u16 => U16, u32 => U32, u64 => U64);

impl Whole<'_> {
    /// How many there are.
    pub fn len(&self) -> usize {
        for_each_width!(self, values => values.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number in a row; nothing beyond the end, and where it needs more than 64 bits with a sign.
    #[allow(clippy::unnecessary_fallible_conversions, clippy::useless_conversion)] // one width needs neither
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        for_each_width!(self, values => values.get(row).and_then(|&value| i64::try_from(value).ok()))
    }

    /// Puts the numbers from `start` on into `out`, as 32 bits; what does not fit becomes `none`.
    #[allow(clippy::unnecessary_fallible_conversions, clippy::useless_conversion)]
    #[inline]
    pub(crate) fn fill(&self, start: usize, none: i32, out: &mut [i32]) {
        for_each_width!(self, values => {
            for (out, &value) in out.iter_mut().zip(values.get(start..).unwrap_or_default()) {
                *out = i32::try_from(value).unwrap_or(none);
            }
        });
    }

    /// Adds what `map` holds at each number from `start` on to `sums`, modulo 2⁶⁴.
    #[allow(clippy::unnecessary_fallible_conversions, clippy::useless_conversion)]
    #[inline]
    pub(crate) fn add_mapped(&self, start: usize, map: &[u64], sums: &mut [u64]) {
        for_each_width!(self, values => {
            for (sum, &value) in sums.iter_mut().zip(values.get(start..).unwrap_or_default()) {
                let place = usize::try_from(value).unwrap_or(usize::MAX);
                *sum = sum.wrapping_add(map.get(place).copied().unwrap_or(0));
            }
        });
    }

    /// Puts what `map` holds at each number from `start` on into `out`; `none` where it holds nothing.
    #[allow(clippy::unnecessary_fallible_conversions, clippy::useless_conversion)]
    #[inline]
    pub(crate) fn fill_mapped<T: Copy>(&self, start: usize, map: &[T], none: T, out: &mut [T]) {
        for_each_width!(self, values => {
            for (out, &value) in out.iter_mut().zip(values.get(start..).unwrap_or_default()) {
                let place = usize::try_from(value).unwrap_or(usize::MAX);
                *out = map.get(place).copied().unwrap_or(none);
            }
        });
    }
}
