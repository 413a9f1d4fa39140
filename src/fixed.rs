//! Floats into whole steps: minor units of money, millionths of a count.

use crate::money::RoundingMode;

/// Steps in one when counts, months and need are held to six decimals.
pub(crate) const MILLION: f64 = 1_000_000.0;

/// The most steps one value may have: an `f64` tells all decimals of 15 digits apart, but not all of 16.
pub(crate) const LARGEST: f64 = 999_999_999_999_999.0;

/// The number of steps of one `scale`-th in `value`, rounded as named; `value` is not negative and at most
/// [`LARGEST`] steps.
///
/// A float stands for the decimal that was written, not for the binary fraction beside it: 1.10 is 110 cents
/// also when rounded up, and 2.675 is a tie. So the value is compared with the floats nearest to the step below
/// it and to the tie, and never multiplied into a product that has an error of its own.
#[allow(clippy::cast_possible_truncation)] // at most 10¹⁵ by what callers have checked
#[allow(clippy::float_cmp)] // equal floats stand for the same decimal
pub(crate) fn steps(value: f64, scale: f64, rounding: RoundingMode) -> i64 {
    let mut below = (value * scale).floor();
    if below / scale > value {
        below -= 1.0;
    } else if (below + 1.0) / scale <= value {
        below += 1.0;
    }
    let whole = below as i64;
    if below / scale == value {
        return whole;
    }
    let tie = (2.0 * below + 1.0) / (2.0 * scale);
    let up = match rounding {
        RoundingMode::HalfUp => value >= tie,
        RoundingMode::HalfEven => value > tie || (value == tie && whole % 2 == 1),
        RoundingMode::Up | RoundingMode::Ceiling => true,
        RoundingMode::Down | RoundingMode::Floor => false,
    };
    whole + i64::from(up)
}

/// A sum of floats that does not lose the small ones (Neumaier 1974).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    pub(crate) fn add(&mut self, value: f64) {
        let total = self.total + value;
        self.lost += if self.total.abs() >= value.abs() {
            (self.total - total) + value
        } else {
            (value - total) + self.total
        };
        self.total = total;
    }

    pub(crate) fn value(self) -> f64 {
        self.total + self.lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_float_is_read_as_the_decimal_it_was_written_as() {
        use RoundingMode::{Ceiling, Down, Floor, HalfEven, HalfUp, Up};
        // 1.10 lies above and 1.15 below its decimal in binary; 2.675 and 1.005 are ties only in decimal.
        for mode in [HalfUp, HalfEven, Down, Up, Floor, Ceiling] {
            assert_eq!(steps(1.10, 100.0, mode), 110);
            assert_eq!(steps(1.15, 100.0, mode), 115);
            assert_eq!(steps(0.0, 100.0, mode), 0);
            assert_eq!(steps(9_999_999_999_999.99, 100.0, mode), 999_999_999_999_999);
        }
        assert_eq!(steps(2.675, 100.0, HalfUp), 268);
        assert_eq!(steps(1.005, 100.0, HalfUp), 101);
        assert_eq!(steps(2.675, 100.0, HalfEven), 268);
        assert_eq!(steps(2.665, 100.0, HalfEven), 266);
        assert_eq!(steps(2.671, 100.0, Up), 268);
        assert_eq!(steps(2.679, 100.0, Down), 267);
        assert_eq!(steps(1.0 / 3.0, MILLION, HalfUp), 333_333);
        assert_eq!(steps(2.0 / 3.0, MILLION, HalfUp), 666_667);
    }

    proptest! {
        /// What was written in whole cents comes back in whole cents, whatever the rounding.
        #[test]
        fn whole_cents_are_never_changed(cents in 0_i64..900_000_000_000_000) {
            let written: f64 = format!("{}.{:02}", cents / 100, cents % 100).parse().unwrap();
            for mode in [RoundingMode::HalfUp, RoundingMode::Down, RoundingMode::Up, RoundingMode::HalfEven] {
                prop_assert_eq!(steps(written, 100.0, mode), cents);
            }
        }

        /// Ties of three decimals go up, as they do on paper.
        #[test]
        fn written_ties_go_up(cents in 0_i64..9_000_000_000_000) {
            let written: f64 = format!("{}.{:02}5", cents / 100, cents % 100).parse().unwrap();
            prop_assert_eq!(steps(written, 100.0, RoundingMode::HalfUp), cents + 1);
        }
    }
}
