//! The payment of a line, in whole numbers.

/// What multiplies the price of one unit, each in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts {
    /// The market forces factor.
    pub(crate) factor: u32,
    /// How many units the line stands for.
    pub(crate) units: u64,
    /// The top-up, as a share of the price.
    pub(crate) top_up: u32,
}

/// One, in millionths.
pub(crate) const MILLION: u64 = 1_000_000;

/// Pence owed for a unit price in pence at a factor in millionths: rounded once, half up.
///
/// A unit price is at most 4 × 10¹¹ pence and a factor below 10⁷, so the product has at most 62 bits.
#[inline]
pub(crate) fn at_factor(unit: u64, factor: u32) -> u64 {
    (unit * u64::from(factor) + MILLION / 2) / MILLION
}

/// Pence owed for a unit price in pence: rounded once, half up; nothing where it needs more than 63 bits.
#[inline]
pub(crate) fn owed(unit: u64, parts: Parts) -> Option<u64> {
    if parts.units == MILLION && parts.top_up == 0 {
        return Some(at_factor(unit, parts.factor));
    }
    let million = u128::from(MILLION);
    let product = u128::from(unit)
        .checked_mul(u128::from(parts.factor))?
        .checked_mul(u128::from(parts.units))?
        .checked_mul(million + u128::from(parts.top_up))?;
    let scale = million * million * million;
    let pence = product.checked_add(scale / 2)? / scale;
    u64::try_from(pence).ok().filter(|pence| i64::try_from(*pence).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Parts = Parts { factor: 1_000_000, units: MILLION, top_up: 0 };

    #[test]
    fn half_a_penny_goes_up_and_less_goes_down() {
        // £1.00 at 1.005 is £1.005; at 1.004999 it is £1.004999.
        assert_eq!(at_factor(100, 1_005_000), 101);
        assert_eq!(at_factor(100, 1_004_999), 100);
        // The same with the product in parts: £1.00 × 0.5 units × 2.01 = £1.005 with a top-up of 101 %.
        let parts = Parts { factor: 1_000_000, units: 500_000, top_up: 1_010_000 };
        assert_eq!(owed(100, parts), Some(101));
    }

    #[test]
    fn a_unit_a_factor_and_a_top_up() {
        // £5,528 + 3 days at £227 = £6,209; × 1.24 = £7,699.16; × 1.032 = £7,945.53312.
        let parts = Parts { factor: 1_032_000, units: MILLION, top_up: 240_000 };
        assert_eq!(owed(620_900, parts), Some(794_553));
        // Ten of them are £79,455.3312: the line is rounded, not the unit.
        assert_eq!(owed(620_900, Parts { units: 10 * MILLION, ..parts }), Some(7_945_533));
    }

    #[test]
    fn what_cannot_be_held_is_nothing() {
        assert_eq!(owed(400_000_000_000, PLAIN), Some(400_000_000_000));
        let parts = Parts { units: u64::MAX, ..PLAIN };
        assert_eq!(owed(400_000_000_000, parts), None);
        assert_eq!(owed(1_000_000_000, Parts { factor: 9_999_999, ..parts }), None);
    }
}
