//! Sums of weights as 256-bit integers: exact, so that their order cannot matter.

use serde::{Deserialize, Serialize};

use super::twofold::{Twofold, scaled};

/// The lowest bit of a weight in a [`Wide`] counts 2⁻¹¹⁶, which is the last bit of 2⁻⁶⁴.
pub(super) const UNIT: u32 = 116;

/// An unsigned 256-bit integer, its lowest 64 bits first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Wide([u64; 4]);

/// The low and the high 64 bits.
#[allow(clippy::cast_possible_truncation, reason = "cutting the high half off is the purpose")]
fn halves(value: u128) -> (u64, u64) {
    (value as u64, (value >> 64) as u64)
}

impl Wide {
    pub(super) const ZERO: Self = Self([0; 4]);

    /// `value` × 2^`shift`. The caller keeps the result below 2²⁵⁶.
    pub(super) fn shifted(value: u128, shift: u32) -> Self {
        let bits = shift % 64;
        let (low, middle) = halves(value << bits);
        let (high, _) = if bits == 0 { (0, 0) } else { halves(value >> (128 - bits)) };
        match shift / 64 {
            0 => Self([low, middle, high, 0]),
            1 => Self([0, low, middle, high]),
            2 => Self([0, 0, low, middle]),
            _ => Self([0, 0, 0, low]),
        }
    }

    /// A number of rows of weight one.
    pub(super) fn rows(rows: u64) -> Self {
        Self::shifted(u128::from(rows), UNIT)
    }

    pub(super) fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// The sum, or nothing where it would pass 2²⁵⁶.
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let mut carry = false;
        let mut out = self.0;
        for (limb, add) in out.iter_mut().zip(other.0) {
            let (sum, over) = limb.overflowing_add(add);
            let (sum, again) = sum.overflowing_add(u64::from(carry));
            *limb = sum;
            carry = over || again;
        }
        (!carry).then_some(Self(out))
    }

    /// The product, or nothing where it would pass 2²⁵⁶.
    pub(super) fn times(self, factor: u64) -> Option<Self> {
        let mut carry = 0;
        let mut out = self.0;
        for limb in &mut out {
            let (low, high) = halves(u128::from(*limb) * u128::from(factor) + u128::from(carry));
            *limb = low;
            carry = high;
        }
        (carry == 0).then_some(Self(out))
    }

    /// The low and the high 64 bits of what lies from bit `shift`, at least 64 and below 128, upwards.
    pub(super) fn above(self, shift: u32) -> (u64, u64) {
        let [_, a, b, c] = self.0;
        let bits = shift % 64;
        let low = (u128::from(b) << 64 | u128::from(a)) >> bits;
        let high = (u128::from(c) << 64 | u128::from(b)) >> bits;
        (halves(low).0, halves(high).0)
    }

    /// Whether this is at most `other`.
    pub(super) fn at_most(self, other: Self) -> bool {
        self.0.iter().rev().le(other.0.iter().rev())
    }

    /// The number in units of one rather than 2⁻¹¹⁶, to about 32 digits.
    pub(super) fn twofold(self) -> Twofold {
        let mut sum = Twofold::ZERO;
        // 2³² at a time: each half of a limb is a whole number that a double holds. Most halves are zero.
        for (limb, power) in self.0.into_iter().zip([-116, -52, 12, 76]).rev().filter(|(limb, _)| *limb != 0)
        {
            for (half, power) in [(limb >> 32, power + 32), (limb & 0xffff_ffff, power)] {
                if half != 0 {
                    sum = sum + scaled(f64::from(u32::try_from(half).unwrap_or(u32::MAX)), power);
                }
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addition_and_multiplication_agree_with_128_bits() {
        let a = 0x0123_4567_89ab_cdef_u128 << 40;
        let b = u128::from(u64::MAX) << 30;
        assert_eq!(Wide::shifted(a, 60).plus(Wide::shifted(b, 60)), Some(Wide::shifted(a + b, 60)));
        assert_eq!(Wide::shifted(a, 3).times(1000), Some(Wide::shifted(a * 1000, 3)));
        assert_eq!(Wide([u64::MAX; 4]).plus(Wide::shifted(1, 0)), None);
        assert_eq!(Wide([u64::MAX; 4]).times(2), None);
    }

    #[test]
    fn shifts_move_by_limbs_and_by_bits() {
        assert_eq!(Wide::shifted(1, 0), Wide([1, 0, 0, 0]));
        assert_eq!(Wide::shifted(1, 64), Wide([0, 1, 0, 0]));
        assert_eq!(Wide::shifted(3, 127), Wide([0, 1 << 63, 1, 0]));
        assert_eq!(Wide::shifted(u128::MAX, 4), Wide([!15, u64::MAX, 15, 0]));
        assert_eq!(Wide::shifted(1, 200), Wide([0, 0, 0, 256]));
    }

    #[test]
    fn order_is_by_value() {
        assert!(Wide([9, 0, 0, 0]).at_most(Wide([0, 1, 0, 0])));
        assert!(!Wide([0, 1, 0, 0]).at_most(Wide([9, 0, 0, 0])));
        assert!(Wide([9, 1, 0, 0]).at_most(Wide([9, 1, 0, 0])));
    }

    #[test]
    fn a_row_of_weight_one_counts_one() {
        assert_eq!(Wide::rows(50_000_001).twofold().value().to_bits(), 50_000_001.0_f64.to_bits());
    }
}
