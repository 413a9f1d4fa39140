//! The generalised Pareto law above a threshold, which both Pareto laws are cases of.

use super::law::{Part, Positive};
use super::nodes::{Ask, Floor, Growth, Nodes, Panels, Rectangle, Smooth};
use super::special::{Level, exp_m1_over, sine_up_to};

/// P(X > x) = (1 + ξ (x − u)/β)^{−1/ξ} above the threshold u.
///
/// Everything is written in the cumulative hazard h = −ln P(X > x), in which the excess is β (e^{ξh} − 1)/ξ: no case of
/// its own is needed at ξ = 0, where it is exponential.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tail {
    pub(super) threshold: f64,
    pub(super) xi: f64,
    pub(super) beta: f64,
}

/// Beyond this hazard nothing is left: e⁻⁴⁰ is 4e-18.
const FAR: f64 = 40.0;

impl Tail {
    pub(super) fn scaled(&self, factor: f64) -> Self {
        Self { threshold: factor * self.threshold, beta: factor * self.beta, ..*self }
    }

    /// The hazard at an excess, infinite at and beyond the end of a law with ξ < 0.
    fn hazard(&self, excess: f64) -> f64 {
        let grown = self.xi * excess / self.beta;
        if grown <= -1.0 || excess.is_infinite() {
            return f64::INFINITY;
        }
        if grown == 0.0 { excess / self.beta } else { excess / self.beta * (grown.ln_1p() / grown) }
    }

    fn excess_at(&self, hazard: f64) -> f64 {
        if hazard.is_infinite() {
            return if self.xi < 0.0 { -self.beta / self.xi } else { f64::INFINITY };
        }
        self.beta * hazard * exp_m1_over(self.xi * hazard)
    }

    /// E[min(Y, y)] of the excess, at its hazard: β ∫ e^{(ξ − 1) h} dh.
    fn limited_excess(&self, hazard: f64) -> f64 {
        if hazard.is_infinite() {
            return self.mean_excess();
        }
        self.beta * hazard * exp_m1_over((self.xi - 1.0) * hazard)
    }

    /// E[min(Y, y)²]: 2 ∫ y S(y) dy.
    fn limited_square(&self, hazard: f64) -> f64 {
        if hazard.is_infinite() {
            return self.second_excess();
        }
        let (xi, beta) = (self.xi, self.beta);
        if (xi * hazard).abs() > 0.5 {
            let to = |rate: f64| hazard * exp_m1_over(rate * hazard);
            return 2.0 * beta * beta * (to(2.0 * xi - 1.0) - to(xi - 1.0)) / xi;
        }
        let mut nodes = Nodes::default();
        self.panels(f64::INFINITY, 0.0, 1.0).fill(0.0, hazard.min(2.0 * FAR), &[], &mut nodes);
        let excess = |cost: f64| cost - self.threshold;
        let below: f64 = nodes.pairs().map(|(cost, weight)| weight * excess(cost).powi(2)).sum();
        below + self.excess_at(hazard).powi(2) * (-hazard).exp()
    }

    fn mean_excess(&self) -> f64 {
        if self.xi < 1.0 { self.beta / (1.0 - self.xi) } else { f64::INFINITY }
    }

    fn second_excess(&self) -> f64 {
        if self.xi < 0.5 {
            2.0 * self.beta * self.beta / ((1.0 - self.xi) * (1.0 - 2.0 * self.xi))
        } else {
            f64::INFINITY
        }
    }

    fn panels(&self, to: f64, frequency: f64, factor: f64) -> Panels<'_, Self> {
        // The second moment is never far below the square of this.
        let second = (self.threshold + self.beta.min(to - self.threshold)).powi(2);
        Panels { law: self, frequency, floor: Floor::of(second), factor }
    }
}

impl Positive for Tail {
    fn cdf(&self, x: f64) -> f64 {
        if x <= self.threshold { 0.0 } else { -(-self.place(x)).exp_m1() }
    }

    fn survival(&self, x: f64) -> f64 {
        if x <= self.threshold { 1.0 } else { (-self.place(x)).exp() }
    }

    fn at(&self, level: Level) -> f64 {
        let hazard = if level.below < level.above { -(-level.below).ln_1p() } else { -level.above.ln() };
        self.cost(hazard.max(0.0))
    }

    fn mean(&self) -> f64 {
        self.threshold + self.mean_excess()
    }

    fn second(&self) -> f64 {
        // A threshold of nothing times an infinite mean would be no number.
        if self.xi >= 0.5 {
            return f64::INFINITY;
        }
        self.threshold * (self.threshold + 2.0 * self.mean_excess()) + self.second_excess()
    }

    fn part(&self, x: f64) -> Part {
        let survival = self.survival(x);
        Part {
            mass: self.cdf(x),
            first: self.limited(x) - x * survival,
            second: self.limited_second(x) - x * x * survival,
        }
    }

    fn limited(&self, d: f64) -> f64 {
        if d <= self.threshold { d } else { self.threshold + self.limited_excess(self.place(d)) }
    }

    fn limited_second(&self, d: f64) -> f64 {
        if d <= self.threshold {
            return d * d;
        }
        let hazard = self.place(d);
        self.threshold * (self.threshold + 2.0 * self.limited_excess(hazard)) + self.limited_square(hazard)
    }

    fn excess(&self, d: f64) -> f64 {
        if self.xi >= 1.0 {
            return f64::INFINITY;
        }
        if d <= self.threshold {
            return self.threshold - d + self.mean_excess();
        }
        let beyond = (self.beta + self.xi * (d - self.threshold)).max(0.0);
        beyond / (1.0 - self.xi) * self.survival(d)
    }

    fn gini(&self) -> f64 {
        self.beta / ((1.0 - self.xi) * (2.0 - self.xi)) / self.mean()
    }

    fn kinks(&self) -> Vec<f64> {
        // A law with ξ < 0 has an end.
        let end = self.excess_at(f64::INFINITY);
        [self.threshold, self.threshold + end].into_iter().filter(|kink| kink.is_finite()).collect()
    }

    fn squared_survival(&self, x: f64) -> f64 {
        if x <= self.threshold {
            return x;
        }
        let hazard = self.place(x);
        self.threshold
            + if hazard.is_infinite() {
                self.beta / (2.0 - self.xi)
            } else {
                self.beta * hazard * exp_m1_over((self.xi - 2.0) * hazard)
            }
    }

    fn nodes_below(&self, ask: &Ask<'_>, factor: f64, into: &mut Nodes) {
        if ask.to <= self.threshold {
            return;
        }
        let kinks = ask.breaks.iter().filter(|cut| **cut > self.threshold && **cut < ask.to);
        let kinks = kinks.map(|cut| self.place(*cut)).filter(|place| place.is_finite());
        let last = self.end(kinks.fold(0.0, f64::max));
        let to = if ask.to.is_finite() { self.place(ask.to).min(last) } else { last };
        self.panels(ask.to, ask.frequency, factor).fill(0.0, to, ask.breaks, into);
    }
}

impl Smooth for Tail {
    fn place(&self, cost: f64) -> f64 {
        self.hazard(cost - self.threshold)
    }

    fn cost(&self, place: f64) -> f64 {
        self.threshold + self.excess_at(place)
    }

    #[inline]
    fn weight(&self, place: f64) -> (f64, f64) {
        ((-place).exp(), self.cost(place))
    }

    #[inline]
    fn growth(&self, within: Rectangle, _: bool) -> Growth {
        let (xi, beside) = (self.xi.abs(), within.beside);
        let grown = (self.xi * if self.xi > 0.0 { within.high } else { within.low }).exp();
        // |sin(ξ h)/ξ| is no more than h, and (e^{ξh} − 1)/ξ no more than the path to it.
        let turned = if xi * beside < 1e-3 { beside } else { sine_up_to(xi * beside) / xi };
        let furthest = within.high.abs().max(within.low.abs()) + beside;
        let size = self.beta * furthest * grown.max(1.0);
        Growth { weight: -within.low, cost: (self.threshold + size).ln(), turn: self.beta * grown * turned }
    }

    fn end(&self, from: f64) -> f64 {
        // The rate at which the second moment dies out, or the first where there is no second.
        let rate = [1.0 - 2.0 * self.xi, 1.0 - self.xi].into_iter().find(|rate| *rate >= 0.05).unwrap_or(1.0);
        from + FAR / rate.min(1.0)
    }

    fn faint(&self) -> f64 {
        FAR
    }

    fn above(&self, cost: f64) -> f64 {
        self.survival(cost)
    }
}
