//! The gamma law.

use std::f64::consts::PI;

use super::law::{Part, Positive};
use super::nodes::{Ask, Floor, Growth, Nodes, Panels, Rectangle, Scaled, Smooth, excess};
use super::special::{Level, gamma_above, gamma_below, ln_gamma, ln_gamma_at_mean, sine_up_to};

/// Density x^{a − 1} e^{−x/θ} / (Γ(a) θᵃ).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Gamma {
    pub(super) shape: f64,
    pub(super) scale: f64,
    /// ln Γ(a).
    constant: f64,
    /// ln of aᵃ e⁻ᵃ/Γ(a).
    at_mean: f64,
}

/// −ln of what is left out at both ends.
const LEFT_OUT: f64 = 40.0;

impl Gamma {
    pub(super) fn new(shape: f64, scale: f64) -> Self {
        Self { shape, scale, constant: ln_gamma(shape), at_mean: ln_gamma_at_mean(shape) }
    }

    /// ln of the quantile of scale 1, by Newton's method on logarithms inside a bracket.
    fn ln_at(&self, level: Level) -> f64 {
        let low_half = level.below < level.above;
        let target = if low_half { level.below.ln() } else { level.above.ln() };
        // P(a, x) ≤ xᵃ/Γ(a + 1), so the quantile is no smaller.
        let mut low = (level.below.ln() + self.constant + self.shape.ln()) / self.shape;
        let mut high = low.max(self.shape.ln());
        while high < 700.0 && gamma_above(self.shape, high.exp()) > level.above {
            high += 1.0;
        }
        let mut place = if low_half { low } else { high };
        for _ in 0..200 {
            let x = place.exp();
            let density = (self.shape * place - x - self.constant).exp();
            // How far the logarithm of the chance is above its target, growing with `place`, and its slope.
            let (over, slope) = if low_half {
                let found = gamma_below(self.shape, x);
                (found.ln() - target, density / found)
            } else {
                let found = gamma_above(self.shape, x);
                (target - found.ln(), density / found)
            };
            if over > 0.0 {
                high = place;
            } else {
                low = place;
            }
            let step = over / slope;
            let next = place - step;
            let inside = next > low && next < high;
            let next = if inside { next } else { f64::midpoint(low, high) };
            if (next - place).abs() <= 2e-16 * (1.0 + place.abs()) {
                return next;
            }
            place = next;
        }
        place
    }
}

impl Positive for Gamma {
    fn cdf(&self, x: f64) -> f64 {
        gamma_below(self.shape, x / self.scale)
    }

    fn survival(&self, x: f64) -> f64 {
        gamma_above(self.shape, x / self.scale)
    }

    fn at(&self, level: Level) -> f64 {
        if level.below <= 0.0 {
            return 0.0;
        }
        if level.above <= 0.0 {
            return f64::INFINITY;
        }
        self.scale * self.ln_at(level).exp()
    }

    fn mean(&self) -> f64 {
        self.shape * self.scale
    }

    fn second(&self) -> f64 {
        self.shape * (self.shape + 1.0) * self.scale * self.scale
    }

    fn part(&self, x: f64) -> Part {
        let x = x / self.scale;
        Part {
            mass: gamma_below(self.shape, x),
            first: self.mean() * gamma_below(self.shape + 1.0, x),
            second: self.second() * gamma_below(self.shape + 2.0, x),
        }
    }

    fn excess(&self, d: f64) -> f64 {
        let x = d / self.scale;
        let survival = gamma_above(self.shape, x);
        // a Q(a + 1, x) − x Q(a, x), by the recurrence of Q.
        let part = x / self.shape;
        let away = part - 1.0;
        let logarithm = if part < 0.5 { part.ln() } else { away.ln_1p() };
        let density = (self.at_mean + self.shape * (logarithm - away)).exp();
        let difference = (self.shape - x) * survival + if x > 0.0 { density } else { 0.0 };
        if difference < 0.25 * density { excess(self, d, survival) } else { self.scale * difference }
    }

    fn gini(&self) -> f64 {
        let halves = ln_gamma(self.shape + 0.5) - self.constant;
        halves.exp() / (self.shape * PI.sqrt())
    }

    fn nodes_below(&self, ask: &Ask<'_>, factor: f64, into: &mut Nodes) {
        let cuts = || ask.breaks.iter().copied().filter(|cut| *cut > 0.0 && *cut < ask.to);
        let last = self.end(self.place(cuts().fold(self.scale, f64::max)));
        let (to, second) = if ask.to.is_finite() {
            (self.place(ask.to).min(last), self.limited_second(ask.to))
        } else {
            (last, self.second())
        };
        let smallest = cuts().fold(second.sqrt(), f64::min).min(1.0 / ask.frequency);
        let start = self.start(smallest).min(to);
        let lump = self.part(self.cost(start));
        if lump.mass > 0.0 {
            into.push(lump.first / lump.mass, factor * lump.mass);
        }
        let panels = Panels { law: self, frequency: ask.frequency, floor: Floor::of(second), factor };
        panels.fill(start, to, ask.breaks, into);
    }
}

/// In v = ln(x/(a θ)) the density is aᵃ e⁻ᵃ/Γ(a) · exp(a (v − eᵛ + 1)): no digits are lost at large shapes.
impl Smooth for Gamma {
    fn place(&self, cost: f64) -> f64 {
        (cost / self.mean()).ln()
    }

    fn cost(&self, place: f64) -> f64 {
        self.mean() * place.exp()
    }

    #[inline]
    fn weight(&self, place: f64) -> (f64, f64) {
        // Near the mean the difference keeps the digits, far below it the power does.
        let (grown, power) = if place > -0.5 {
            let grown = place.exp_m1();
            (grown, 1.0 + grown)
        } else {
            let power = place.exp();
            (power - 1.0, power)
        };
        ((self.at_mean + self.shape * (place - grown)).exp(), self.mean() * power)
    }

    #[inline]
    fn growth(&self, within: Rectangle, turning: bool) -> Growth {
        let cosine = within.beside.min(PI).cos();
        // The largest of v − eᵛ cos.
        let peak = if cosine > 0.0 { (-cosine.ln()).clamp(within.low, within.high) } else { within.high };
        let weight = self.at_mean + self.shape * (peak - peak.exp() * cosine + 1.0);
        let cost = self.mean().ln() + within.high;
        let turn = if turning { cost.exp() * sine_up_to(within.beside) } else { 0.0 };
        Growth { weight, cost, turn }
    }

    fn end(&self, from: f64) -> f64 {
        let start = (self.shape * from.exp()).max(self.shape + 2.0);
        let mut beyond = start;
        // The logarithm of the density of the second moment, relative to where it starts.
        while (self.shape + 1.0) * (beyond / start).ln() - (beyond - start) > -LEFT_OUT {
            beyond += LEFT_OUT / 4.0;
        }
        (beyond / self.shape).ln()
    }

    fn faint(&self) -> f64 {
        self.end(f64::NEG_INFINITY)
    }

    fn above(&self, cost: f64) -> f64 {
        self.survival(cost)
    }
}

impl Scaled for Gamma {
    fn moved(&self, log: f64) -> f64 {
        log
    }

    /// Below it all costs are put into one node, at their mean: the second moment that is lost must not be seen beside the
    /// square of the smallest cost.
    fn start(&self, smallest: f64) -> f64 {
        let square = (smallest / self.scale).max(1e-150).powi(2);
        let of_mass = self.constant + self.shape.ln();
        (square.ln() + of_mass - LEFT_OUT) / (self.shape + 2.0) - self.shape.ln()
    }
}
