//! The lognormal law.

use super::law::{Part, Positive};
use super::nodes::{Ask, Floor, Growth, Nodes, Panels, Rectangle, Scaled, Smooth, excess};
use super::special::{Level, normal_at, normal_below, normal_density, sine_up_to};

/// ln X is normal with this mean and standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lognormal {
    pub(super) mu: f64,
    pub(super) sigma: f64,
}

/// Beyond so many standard deviations the normal law has less than 1e-17.
const FAR: f64 = 8.6;

impl Positive for Lognormal {
    fn cdf(&self, x: f64) -> f64 {
        normal_below(self.place(x))
    }

    fn survival(&self, x: f64) -> f64 {
        normal_below(-self.place(x))
    }

    fn at(&self, level: Level) -> f64 {
        self.cost(normal_at(level))
    }

    fn mean(&self) -> f64 {
        (self.mu + 0.5 * self.sigma * self.sigma).exp()
    }

    fn second(&self) -> f64 {
        (2.0 * self.mu + 2.0 * self.sigma * self.sigma).exp()
    }

    fn part(&self, x: f64) -> Part {
        let z = self.place(x);
        Part {
            mass: normal_below(z),
            first: self.mean() * normal_below(z - self.sigma),
            second: self.second() * normal_below(z - 2.0 * self.sigma),
        }
    }

    fn excess(&self, d: f64) -> f64 {
        let z = self.place(d);
        let above = self.mean() * normal_below(self.sigma - z);
        let survival = normal_below(-z);
        let difference = above - d * survival;
        if z > -FAR && difference < 0.25 * above { excess(self, d, survival) } else { difference }
    }

    fn gini(&self) -> f64 {
        libm::erf(0.5 * self.sigma)
    }

    fn nodes_below(&self, ask: &Ask<'_>, factor: f64, into: &mut Nodes) {
        let kink =
            ask.breaks.iter().fold(0.0, |most: f64, cut| if *cut < ask.to { most.max(*cut) } else { most });
        let last = self.end(self.place(kink));
        let (to, second) = if ask.to.is_finite() {
            (self.place(ask.to).min(last), self.limited_second(ask.to))
        } else {
            (last, self.second())
        };
        let panels = Panels { law: self, frequency: ask.frequency, floor: Floor::of(second), factor };
        panels.fill(-FAR, to, ask.breaks, into);
    }
}

impl Smooth for Lognormal {
    fn place(&self, cost: f64) -> f64 {
        (cost.ln() - self.mu) / self.sigma
    }

    fn cost(&self, place: f64) -> f64 {
        (self.mu + self.sigma * place).exp()
    }

    #[inline]
    fn weight(&self, place: f64) -> (f64, f64) {
        (normal_density(place), self.cost(place))
    }

    #[inline]
    fn growth(&self, within: Rectangle, turning: bool) -> Growth {
        let cost = self.mu + self.sigma * within.high;
        let turn = if turning { cost.exp() * sine_up_to(self.sigma * within.beside) } else { 0.0 };
        let nearest = 0.0_f64.clamp(within.low, within.high);
        // −0.918… is −ln √(2π).
        let weight = 0.5 * (within.beside * within.beside - nearest * nearest) - 0.918;
        Growth { weight, cost, turn }
    }

    fn end(&self, from: f64) -> f64 {
        from.max(0.0).hypot(FAR) + 2.0 * self.sigma
    }

    fn faint(&self) -> f64 {
        FAR
    }

    fn above(&self, cost: f64) -> f64 {
        self.survival(cost)
    }
}

impl Scaled for Lognormal {
    fn moved(&self, log: f64) -> f64 {
        log / self.sigma
    }

    fn start(&self, _: f64) -> f64 {
        -FAR
    }
}
