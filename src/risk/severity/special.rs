//! The functions that the closed forms need, from the libraries that were measured to be accurate.
//!
//! Against 25 digits of mpmath 1.3: `erfc` of `libm` 2e-14 relative down to 1e-31 (that of `statrs` is off by 1e-10),
//! the quantile of the normal law 2e-16, the incomplete gamma functions of `statrs` 1e-12 relative in both tails for
//! shapes from 0.001 to 1,000 (5e-14 up to a shape of 30).

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_2, SQRT_2, TAU};

use statrs::function::{erf, gamma};

/// A place in a law, by what lies below it and what lies above: the smaller of the two keeps its digits.
#[derive(Debug, Clone, Copy)]
pub(in crate::risk) struct Level {
    pub(in crate::risk) below: f64,
    pub(in crate::risk) above: f64,
}

impl Level {
    pub(super) fn above(above: f64) -> Self {
        Self { below: 1.0 - above, above }
    }
}

/// P(Z ≤ z) of the normal law.
pub(in crate::risk) fn normal_below(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// The density of the normal law.
pub(in crate::risk) fn normal_density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / TAU.sqrt()
}

/// The quantile of the normal law.
pub(in crate::risk) fn normal_at(level: Level) -> f64 {
    if level.below < level.above {
        -SQRT_2 * erf::erfc_inv(2.0 * level.below)
    } else {
        SQRT_2 * erf::erfc_inv(2.0 * level.above)
    }
}

/// The regularised lower incomplete gamma function P(a, x), for a > 0 and x ≥ 0.
pub(super) fn gamma_below(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x.is_infinite() { 1.0 } else { gamma::checked_gamma_lr(shape, x).unwrap_or(f64::NAN) }
}

/// The regularised upper incomplete gamma function Q(a, x), for a > 0 and x ≥ 0.
pub(super) fn gamma_above(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    if x.is_infinite() { 0.0 } else { gamma::checked_gamma_ur(shape, x).unwrap_or(f64::NAN) }
}

/// ln Γ(x) for x > 0.
pub(super) fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// ln of aᵃ e⁻ᵃ/Γ(a), by Stirling's series where the terms of its definition cancel.
pub(super) fn ln_gamma_at_mean(a: f64) -> f64 {
    if a < 15.0 {
        return a * (a.ln() - 1.0) - ln_gamma(a);
    }
    let square = 1.0 / (a * a);
    let coefficients =
        [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0];
    let series = coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * square + coefficient);
    0.5 * (a / TAU).ln() - series / a
}

/// (eˣ − 1)/x, which is 1 at 0.
pub(super) fn exp_m1_over(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { x.exp_m1() / x }
}

/// The largest sine of the angles from 0 to this one.
pub(super) fn sine_up_to(angle: f64) -> f64 {
    if angle < FRAC_PI_2 { angle.sin() } else { 1.0 }
}
