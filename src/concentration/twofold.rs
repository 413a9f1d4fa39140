//! Sums and products to about 32 digits: a double and the rounding error it left behind.

use std::ops::{Add, Mul};

/// The unevaluated sum of two doubles that do not overlap.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Twofold {
    high: f64,
    low: f64,
}

impl Twofold {
    pub(super) const ZERO: Self = Self { high: 0.0, low: 0.0 };

    /// The nearest double.
    pub(super) fn value(self) -> f64 {
        self.high + self.low
    }

    /// Times 2^`power`, without rounding as long as the result is a normal double.
    #[inline]
    pub(super) fn scaled(self, power: i32) -> Self {
        Self { high: scaled(self.high, power), low: scaled(self.low, power) }
    }
}

/// `high` + `low`, where `high` is the larger.
fn renormalised(high: f64, low: f64) -> Twofold {
    let sum = high + low;
    Twofold { high: sum, low: low - (sum - high) }
}

/// The sum and its rounding error (Knuth's two-sum).
fn two_sum(x: f64, y: f64) -> (f64, f64) {
    let sum = x + y;
    let part = sum - x;
    (sum, (x - (sum - part)) + (y - part))
}

/// The upper 26 bits of a double and the rest (Veltkamp's split).
fn split(x: f64) -> (f64, f64) {
    let spread = 134_217_729.0 * x;
    let high = spread - (spread - x);
    (high, x - high)
}

/// The product and its rounding error (Dekker's two-product).
fn two_product(x: f64, y: f64) -> (f64, f64) {
    let product = x * y;
    let (xh, xl) = split(x);
    let (yh, yl) = split(y);
    (product, ((xh * yh - product) + xh * yl + xl * yh) + xl * yl)
}

impl From<f64> for Twofold {
    fn from(value: f64) -> Self {
        Self { high: value, low: 0.0 }
    }
}

impl Add<f64> for Twofold {
    type Output = Self;
    fn add(self, other: f64) -> Self {
        let (sum, error) = two_sum(self.high, other);
        renormalised(sum, error + self.low)
    }
}

impl Add for Twofold {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let (sum, error) = two_sum(self.high, other.high);
        renormalised(sum, error + (self.low + other.low))
    }
}

impl Mul<f64> for Twofold {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        let (product, error) = two_product(self.high, factor);
        renormalised(product, error + self.low * factor)
    }
}

/// 2^`power`, for powers that a normal double holds.
#[inline]
fn power_of_two(power: i32) -> f64 {
    let biased = u64::try_from(power.clamp(-1022, 1023) + 1023).unwrap_or(0);
    f64::from_bits(biased << 52)
}

/// `x` × 2^`power`.
#[inline]
pub(super) fn scaled(mut x: f64, mut power: i32) -> f64 {
    while power < -1022 {
        x *= power_of_two(-1022);
        power += 1022;
    }
    while power > 1023 {
        x *= power_of_two(1023);
        power -= 1023;
    }
    x * power_of_two(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_keeps_what_a_double_drops() {
        let sum = Twofold::from(1e16) + 1.0 + 1.0 + -1e16;
        assert_eq!(sum.value().to_bits(), 2.0_f64.to_bits());
    }

    #[test]
    fn a_product_keeps_its_rounding_error() {
        // (1 + 2⁻³⁰)² = 1 + 2⁻²⁹ + 2⁻⁶⁰, of which a double drops the last term.
        let x = 1.0 + scaled(1.0, -30);
        let rest = Twofold::from(x) * x + -1.0 + -scaled(1.0, -29);
        assert_eq!(rest.value().to_bits(), scaled(1.0, -60).to_bits());
    }

    #[test]
    fn scaling_reaches_both_ends() {
        assert_eq!(
            scaled(f64::MAX, -2045).to_bits(),
            (f64::MAX * 2f64.powi(-1000) * 2f64.powi(-1045)).to_bits()
        );
        assert_eq!(scaled(f64::from_bits(1), 1074).to_bits(), 1.0_f64.to_bits());
    }
}
