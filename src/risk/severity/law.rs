//! What every law of a cost above 0 can be asked.

use super::nodes::{Ask, Nodes};
use super::special::Level;

/// The mass, the first and the second moment of the part of a law at or below an amount.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part {
    pub(super) mass: f64,
    pub(super) first: f64,
    pub(super) second: f64,
}

/// The law of a cost above 0. Amounts asked about are at least 0 and finite; the mean is finite where a share is asked.
pub(super) trait Positive {
    /// P(X ≤ x).
    fn cdf(&self, x: f64) -> f64;

    /// P(X > x), with its digits also where it is tiny.
    fn survival(&self, x: f64) -> f64;

    /// P(X ≥ x): more than the survival where there is an atom.
    fn at_least(&self, x: f64) -> f64 {
        self.survival(x)
    }

    /// The quantile.
    fn at(&self, level: Level) -> f64;

    /// E[X], infinite where the tail is that heavy.
    fn mean(&self) -> f64;

    /// E[X²], infinite where the tail is that heavy.
    fn second(&self) -> f64;

    /// The part at or below `x`.
    fn part(&self, x: f64) -> Part;

    /// E[min(X, d)].
    fn limited(&self, d: f64) -> f64 {
        self.part(d).first + d * self.survival(d)
    }

    /// E[min(X, d)²].
    fn limited_second(&self, d: f64) -> f64 {
        self.part(d).second + d * d * self.survival(d)
    }

    /// E[(X − d)⁺], with its digits also where it is tiny.
    fn excess(&self, d: f64) -> f64;

    /// The Gini coefficient.
    fn gini(&self) -> f64;

    /// ∫₀ˣ S(t)² dt, of which the Gini coefficient of a law with another tail is made: x S(x)² + 2 E[X S(X); X ≤ x].
    fn squared_survival(&self, x: f64) -> f64 {
        let mut nodes = Nodes::default();
        self.nodes_below(&Ask { breaks: &[], to: x, frequency: 0.0 }, 1.0, &mut nodes);
        let below: f64 = nodes.pairs().map(|(value, weight)| weight * value * self.survival(value)).sum();
        x * self.survival(x).powi(2) + 2.0 * below
    }

    /// Where its distribution function has kinks between which it is analytic, but for atoms.
    fn kinks(&self) -> Vec<f64> {
        Vec::new()
    }

    /// Adds nodes for the part below `ask.to`, which stays out itself, their weights times `factor`.
    fn nodes_below(&self, ask: &Ask<'_>, factor: f64, into: &mut Nodes);
}
