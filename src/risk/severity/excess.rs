//! What people cost above an attachment, where a factor that is not known multiplies each cost.

use super::{
    Nodes, Severity,
    special::{normal_below, normal_density},
};

/// A standard normal number is farther from nought than this with probability 1e-16.
const FAR: i32 = 9;
/// Points of it for a step of one: of smooth functions the sum is then right to rounding.
const STEPS: i32 = 16;
/// The same where a cost varies more than the factor does: the sum is right to rounding then with a quarter of them.
const STEPS_OF_WIDE: i32 = 4;
/// The same where lumps of the cost leave kinks: what these come to falls with the square of it.
const STEPS_AT_LUMPS: i32 = 512;

/// E[(F·X − a)⁺], where F is lognormal with mean 1 and this deviation of its logarithm, and independent of the cost X.
///
/// With Z a standard normal number and F = exp(sZ − s²/2) it is E[F (X − a/F)⁺]; what F weighs is a normal number about s in
/// place of 0, so that it is E[(X − a·exp(−sZ − s²/2))⁺]. Equally spaced points are right to the last digits where that
/// is smooth (Trefethen and Weideman, The exponentially convergent trapezoidal rule, SIAM Review 56, 2014). Of a lump it is the
/// price of an option (Black, The pricing of commodity contracts, J. Financial Economics 3, 1976).
pub(in crate::risk) fn excess_mean(cost: &Severity, attachment: f64, spread: f64) -> f64 {
    let mean = cost.mean();
    if spread == 0.0 || attachment <= 0.0 || mean.is_infinite() {
        return cost.excess_mean(attachment);
    }
    if cost.is_lumps() {
        let mut lumps = Nodes::default();
        cost.nodes(&[], f64::INFINITY, 0.0, &mut lumps);
        return lumps.expect(|lump| of_lump(lump, attachment, spread));
    }
    let is_wide = cost.smooth_part().is_some_and(|part| part > spread);
    let steps = match (cost.has_lumps(), is_wide) {
        (true, _) => STEPS_AT_LUMPS,
        (false, true) => STEPS_OF_WIDE,
        (false, false) => STEPS,
    };
    let (mut sum, mut weights) = (0.0, 0.0);
    for place in -FAR * steps..=FAR * steps {
        let z = f64::from(place) / f64::from(steps);
        let weight = normal_density(z);
        sum += weight * cost.excess_mean(attachment * (-spread * z - 0.5 * spread * spread).exp());
        weights += weight;
    }
    sum / weights
}

/// E[(F·x − a)⁺] of one cost.
fn of_lump(cost: f64, attachment: f64, spread: f64) -> f64 {
    let z = (cost / attachment).ln() / spread;
    let (above, below) = (z + 0.5 * spread, z - 0.5 * spread);
    (cost * normal_below(above) - attachment * normal_below(below)).max(0.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)] // a test may fail
mod tests {
    use super::*;

    /// ∫ (f − a/x)⁺ x over the density of a lognormal f, by Simpson's rule in its logarithm.
    fn by_simpson(cost: f64, attachment: f64, spread: f64) -> f64 {
        let at = |z: f64| {
            let factor = (spread * z - 0.5 * spread * spread).exp();
            (factor * cost - attachment).max(0.0) * (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt()
        };
        // From where it begins, so that there is no kink.
        let from = ((attachment / cost).ln() + 0.5 * spread * spread) / spread;
        let step = (12.0 - from) / 4_000.0;
        let weight = |place: i32| match place {
            0 | 4_000 => 1.0,
            odd if odd % 2 == 1 => 4.0,
            _ => 2.0,
        };
        (0..=4_000).map(|place| weight(place) * at(from + f64::from(place) * step)).sum::<f64>() * step / 3.0
    }

    #[track_caller]
    fn near(found: f64, expected: f64, within: f64) {
        assert!((found / expected - 1.0).abs() < within, "{found} is not {expected} within {within:e}");
    }

    /// One certain cost, below, at and above the attachment.
    #[test]
    fn of_a_lump_it_is_an_option() {
        for cost in [900.0, 1_000.0, 1_250.0] {
            for spread in [0.05, 0.2, 0.8] {
                let found = excess_mean(&Severity::certain(cost).unwrap(), 1_000.0, spread);
                near(found, by_simpson(cost, 1_000.0, spread), 1e-8);
            }
        }
    }

    /// A lognormal cost times a lognormal factor is lognormal: σ² + s², and the mean stays.
    #[test]
    fn of_a_lognormal_cost_it_is_a_closed_form() {
        for (attachment, spread) in [(20_000.0, 0.01), (20_000.0, 0.3), (500_000.0, 0.1), (100.0, 1.5)] {
            let cost = Severity::lognormal(7.0, 1.5).unwrap().with_zeros(0.2).unwrap();
            let (wider, mean) = (1.5_f64.hypot(spread), 7.0 - 0.5 * spread * spread);
            let closed = Severity::lognormal(mean, wider).unwrap().with_zeros(0.2).unwrap();
            near(excess_mean(&cost, attachment, spread), closed.excess_mean(attachment), 1e-11);
        }
    }

    /// A lump among smooth costs: its part is the option's.
    #[test]
    fn a_lump_among_others_counts_as_itself() {
        let smooth = Severity::lognormal(6.0, 1.2).unwrap();
        let lump = Severity::certain(1_040.0).unwrap();
        let both = Severity::mixture(vec![(0.7, smooth.clone()), (0.3, lump.clone())]).unwrap();
        let of = |cost: &Severity| excess_mean(cost, 1_000.0, 0.1);
        near(of(&both), 0.7 * of(&smooth) + 0.3 * of(&lump), 1e-6);
    }
}
