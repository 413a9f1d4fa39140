//! A body below a point and a Pareto tail above it.

use super::law::{Part, Positive};
use super::nodes::{Ask, Nodes};
use super::special::Level;
use super::tail::Tail;
use super::{Law, Result};

/// P(X ≤ x) is c B(x) up to the threshold of the tail, with B the body's; a share `above` of costs is in the tail.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spliced {
    pub(super) body: Law,
    pub(super) tail: Tail,
    pub(super) above: f64,
    /// c: what the body's chances are multiplied by.
    factor: f64,
    /// The chance that the body alone gives to a cost above the threshold.
    of_body: f64,
}

impl Spliced {
    /// With `above` of costs in the tail; the body must have some below the threshold.
    pub(super) fn new(body: Law, tail: Tail, above: f64) -> Self {
        let law = body.positive();
        let factor = (1.0 - above) / law.cdf(tail.threshold);
        let of_body = law.survival(tail.threshold);
        Self { body, tail, above, factor, of_body }
    }

    /// With the share above the threshold that the body itself has there.
    pub(super) fn continued(body: Law, tail: Tail) -> Self {
        let above = body.positive().survival(tail.threshold);
        Self { body, tail, above, factor: 1.0, of_body: above }
    }

    pub(super) fn scaled(&self, factor: f64) -> Result<Self> {
        Ok(Self { body: self.body.scaled(factor)?, tail: self.tail.scaled(factor), ..*self })
    }

    /// The share above the threshold where it is not the body's own.
    pub(super) fn free_share(&self) -> Option<f64> {
        (self.factor.to_bits() != 1.0_f64.to_bits()).then_some(self.above)
    }

    fn is_body(&self, x: f64) -> bool {
        x <= self.tail.threshold
    }

    /// The body's survival beyond what it is at the threshold, integrated from `d` to there.
    fn between(&self, d: f64) -> f64 {
        let (law, at) = (self.body.positive(), self.tail.threshold);
        let whole = if law.mean().is_finite() {
            law.excess(d) - law.excess(at)
        } else {
            law.limited(at) - law.limited(d)
        };
        whole - (at - d) * self.of_body
    }
}

impl Positive for Spliced {
    fn cdf(&self, x: f64) -> f64 {
        if self.is_body(x) {
            self.factor * self.body.positive().cdf(x)
        } else {
            1.0 - self.above * self.tail.survival(x)
        }
    }

    fn survival(&self, x: f64) -> f64 {
        if self.is_body(x) {
            self.above + self.factor * (self.body.positive().survival(x) - self.of_body)
        } else {
            self.above * self.tail.survival(x)
        }
    }

    fn at_least(&self, x: f64) -> f64 {
        if self.is_body(x) {
            self.above + self.factor * (self.body.positive().at_least(x) - self.of_body)
        } else {
            self.above * self.tail.survival(x)
        }
    }

    fn at(&self, level: Level) -> f64 {
        if level.above < self.above {
            return self.tail.at(Level::above(level.above / self.above));
        }
        let above = (level.above - self.above) / self.factor + self.of_body;
        self.body.positive().at(Level { below: level.below / self.factor, above }).min(self.tail.threshold)
    }

    fn mean(&self) -> f64 {
        self.factor * self.body.positive().part(self.tail.threshold).first + self.above * self.tail.mean()
    }

    fn second(&self) -> f64 {
        self.factor * self.body.positive().part(self.tail.threshold).second + self.above * self.tail.second()
    }

    fn part(&self, x: f64) -> Part {
        let body = self.body.positive().part(x.min(self.tail.threshold));
        let tail = if self.is_body(x) { Part::default() } else { self.tail.part(x) };
        let both = |body, tail| self.factor * body + self.above * tail;
        Part {
            mass: self.cdf(x),
            first: both(body.first, tail.first),
            second: both(body.second, tail.second),
        }
    }

    fn limited(&self, d: f64) -> f64 {
        if self.is_body(d) {
            return self.part(d).first + d * self.survival(d);
        }
        self.factor * self.body.positive().part(self.tail.threshold).first + self.above * self.tail.limited(d)
    }

    fn limited_second(&self, d: f64) -> f64 {
        if self.is_body(d) {
            return self.part(d).second + d * d * self.survival(d);
        }
        let body = self.body.positive().part(self.tail.threshold).second;
        self.factor * body + self.above * self.tail.limited_second(d)
    }

    fn excess(&self, d: f64) -> f64 {
        let at = self.tail.threshold;
        if self.is_body(d) {
            return self.factor * self.between(d) + self.above * (at - d + self.tail.excess(at));
        }
        self.above * self.tail.excess(d)
    }

    fn gini(&self) -> f64 {
        1.0 - self.squared_survival(f64::INFINITY) / self.mean()
    }

    fn kinks(&self) -> Vec<f64> {
        let mut kinks = self.body.positive().kinks();
        kinks.extend(self.tail.kinks());
        kinks
    }

    fn squared_survival(&self, x: f64) -> f64 {
        let to = x.min(self.tail.threshold);
        // The survival is c times the body's and a constant.
        let (law, constant) = (self.body.positive(), self.above - self.factor * self.of_body);
        let body = self.factor * self.factor * law.squared_survival(to)
            + constant * (2.0 * self.factor * law.limited(to) + constant * to);
        if self.is_body(x) {
            return body;
        }
        body + self.above * self.above * (self.tail.squared_survival(x) - self.tail.threshold)
    }

    fn nodes_below(&self, ask: &Ask<'_>, factor: f64, into: &mut Nodes) {
        let at = self.tail.threshold;
        // An atom of the body at the threshold itself is in the body.
        let of_body = Ask { to: ask.to.min(at.next_up()), ..*ask };
        self.body.positive().nodes_below(&of_body, factor * self.factor, into);
        if ask.to > at {
            self.tail.nodes_below(ask, factor * self.above, into);
        }
    }
}
