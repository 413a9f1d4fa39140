//! The bins of a tally: one for each value of a double's upper 24 bits.

use super::twofold::{Twofold, scaled};
use super::wide::{UNIT, Wide};

/// Bits of the fraction that choose a bin: 4,096 bins for each doubling of the value.
pub(super) const FINE: u32 = 12;

/// Bits below those, which a bin only sums.
pub(super) const COARSE: u32 = 52 - FINE;

/// The lower bits, all set.
pub(super) const RESIDUE: u64 = (1 << COARSE) - 1;

/// What is known of the rows whose values share their upper bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bin {
    /// The upper bits of every value in it.
    pub(super) key: u32,
    /// How many rows.
    pub(super) rows: u64,
    /// The sum of their weights.
    pub(super) weight: Wide,
    /// The sum of weight × the lower bits of the value, as an integer.
    pub(super) residue: Wide,
}

/// The bin of a value, from its bits.
pub(super) fn key(bits: u64) -> u32 {
    u32::try_from(bits >> COARSE).unwrap_or(u32::MAX)
}

/// The smallest value of a bin.
pub(super) fn lowest(key: u32) -> f64 {
    f64::from_bits(u64::from(key) << COARSE)
}

/// The largest value of a bin.
pub(super) fn highest(key: u32) -> f64 {
    f64::from_bits((u64::from(key) << COARSE) | RESIDUE)
}

/// The power of two that values of this bin are counted from: its exponent, where 1.0 has 0.
pub(super) fn exponent(key: u32) -> i32 {
    i32::try_from((key >> FINE).max(1)).unwrap_or(i32::MAX) - 1023
}

impl Bin {
    /// The same bin, found in two tallies. Nothing where the sums would overflow.
    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        Some(Self {
            key: self.key,
            rows: self.rows.checked_add(other.rows)?,
            weight: self.weight.plus(other.weight)?,
            residue: self.residue.plus(other.residue)?,
        })
    }

    /// The sum of weight × value, divided by 2^`power`.
    pub(super) fn amount(&self, power: i32) -> Twofold {
        let implicit = if self.key >> FINE == 0 { 0 } else { 1 << FINE };
        let upper = implicit | (self.key & ((1 << FINE) - 1));
        let coarse = (self.weight.twofold() * f64::from(upper)).scaled(-FINE.cast_signed());
        (coarse + self.residue.twofold().scaled(-52)).scaled(exponent(self.key) - power)
    }

    /// Whether the bin alone says what every value in it is: they are all its smallest, or it holds one row.
    pub(super) fn is_exact(&self) -> bool {
        self.rows == 1 || self.residue.is_zero()
    }

    /// The least and the greatest value that the bin can hold, divided by 2^`power`.
    pub(super) fn range(&self, power: i32) -> (f64, f64) {
        (scaled(lowest(self.key), -power), scaled(highest(self.key), -power))
    }
}

/// The whole-number fraction of a weight and the power of two it is shifted by in a [`Wide`].
///
/// For weights from 2⁻⁶⁴ to below 2⁴⁸ the shift lies between 0 and 111 and no bit is lost.
fn parts(weight: f64) -> (u128, u32) {
    let bits = weight.to_bits();
    let fraction = (bits & ((1 << 52) - 1)) | (1 << 52);
    let biased = u32::try_from(bits >> 52).unwrap_or(0);
    (u128::from(fraction), (biased + UNIT).saturating_sub(1075))
}

/// A weight, exactly.
pub(super) fn weight(weight: f64) -> Wide {
    let (fraction, shift) = parts(weight);
    Wide::shifted(fraction, shift)
}

/// Weight × the lower bits of a value, exactly.
pub(super) fn residue(weight: f64, bits: u64) -> Wide {
    let (fraction, shift) = parts(weight);
    Wide::shifted(fraction * u128::from(bits & RESIDUE), shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(value: f64, weight_of: f64) -> Bin {
        let bits = value.to_bits();
        Bin { key: key(bits), rows: 1, weight: weight(weight_of), residue: residue(weight_of, bits) }
    }

    #[test]
    fn a_bin_of_one_row_gives_back_weight_times_value() {
        for value in [0.0, 1.0, 0.1, 1234.56, 9.87e-305, 4e-320, 1.7e308] {
            for weight in [1.0, 3.0, 0.001, 6e-20, 2.5e14] {
                let bin = one(value, weight);
                let power = exponent(bin.key);
                let expected = scaled(value, -power) * weight;
                let found = bin.amount(power).value();
                assert!(
                    (found - expected).abs() <= 2.3e-16 * expected,
                    "{value} x {weight}: {found} {expected}"
                );
                let (low, high) = (lowest(bin.key), highest(bin.key));
                assert!(low <= value && value <= high);
            }
        }
    }

    #[test]
    fn the_least_and_the_largest_weight_keep_every_bit() {
        for of in [scaled(1.0, -64), f64::from_bits(scaled(1.0, 48).to_bits() - 1), 1.0 / 3.0] {
            assert_eq!(weight(of).twofold().value().to_bits(), of.to_bits());
        }
    }
}
