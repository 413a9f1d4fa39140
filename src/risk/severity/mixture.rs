//! A person of whom only the chances are known to be of one kind or another.

use super::law::{Part, Positive};
use super::nodes::{Ask, Nodes};
use super::special::Level;
use super::{Law, Result};

/// Laws of a cost above 0, each with the chance that a cost is of it. None of them is a mixture itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mixture {
    parts: Vec<Component>,
}

/// One law of a mixture.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Component {
    /// As it was given, times the chance of a cost.
    pub(super) weight: f64,
    chance: f64,
    pub(super) law: Law,
}

impl Mixture {
    /// Of laws with weights above 0, of which there are some.
    pub(super) fn new(parts: Vec<(f64, Law)>) -> Self {
        let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
        let part = |(weight, law)| Component { weight, chance: weight / total, law };
        Self { parts: parts.into_iter().map(part).collect() }
    }

    pub(super) fn scaled(&self, factor: f64) -> Result<Self> {
        let part = |part: &Component| Ok(Component { law: part.law.scaled(factor)?, ..part.clone() });
        Ok(Self { parts: self.parts.iter().map(part).collect::<Result<_>>()? })
    }

    pub(super) fn laws(&self) -> impl Iterator<Item = &Law> {
        self.parts.iter().map(|part| &part.law)
    }

    pub(super) fn into_parts(self) -> Vec<Component> {
        self.parts
    }

    fn sum(&self, of: impl Fn(&dyn Positive) -> f64) -> f64 {
        self.parts.iter().map(|part| part.chance * of(part.law.positive())).sum()
    }
}

/// ∫₀ˣ S(t) T(t) dt of two laws. It is E[L(min(X, x))], with L the limited mean of the other law: over the atoms of
/// one that has some, since the limited mean has a kink at every atom.
fn crossed(one: &Law, other: &Law, x: f64) -> f64 {
    let (over, limited) = if matches!(one, Law::Empirical(_)) { (one, other) } else { (other, one) };
    let (over, limited) = (over.positive(), limited.positive());
    let mut nodes = Nodes::default();
    let kinks = limited.kinks();
    over.nodes_below(&Ask { breaks: &kinks, to: x, frequency: 0.0 }, 1.0, &mut nodes);
    let below = nodes.expect(|cost| limited.limited(cost));
    below + if x.is_finite() { over.at_least(x) * limited.limited(x) } else { 0.0 }
}

/// ∫₀ˣ S(t)² dt.
fn squared(law: &Law, x: f64) -> f64 {
    let law = law.positive();
    if x.is_finite() { law.squared_survival(x) } else { (1.0 - law.gini()) * law.mean() }
}

impl Positive for Mixture {
    fn cdf(&self, x: f64) -> f64 {
        self.sum(|law| law.cdf(x))
    }

    fn survival(&self, x: f64) -> f64 {
        self.sum(|law| law.survival(x))
    }

    fn at_least(&self, x: f64) -> f64 {
        self.sum(|law| law.at_least(x))
    }

    /// Between the least and the most of its laws' quantiles: the first float with enough below it.
    fn at(&self, level: Level) -> f64 {
        let ends = self.parts.iter().map(|part| part.law.positive().at(level));
        let (low, high) = ends.fold((f64::INFINITY, 0.0_f64), |(low, high), at| (low.min(at), high.max(at)));
        // A level that is met but for rounding is met.
        let enough = 1.0 - 8.0 * f64::EPSILON;
        let is_met = |x: f64| {
            if level.below < level.above {
                self.cdf(x) >= enough * level.below
            } else {
                enough * self.survival(x) <= level.above
            }
        };
        if high.is_infinite() || is_met(low) {
            return if high.is_infinite() { high } else { low };
        }
        // Floats above 0 are in the order of their bits.
        let (mut below, mut met) = (low.to_bits(), high.to_bits());
        while met - below > 1 {
            let middle = below + (met - below) / 2;
            if is_met(f64::from_bits(middle)) { met = middle } else { below = middle }
        }
        f64::from_bits(met)
    }

    fn mean(&self) -> f64 {
        self.sum(|law| law.mean())
    }

    fn second(&self) -> f64 {
        self.sum(|law| law.second())
    }

    fn part(&self, x: f64) -> Part {
        let parts = self.parts.iter().map(|part| (part.chance, part.law.positive().part(x)));
        parts.fold(Part::default(), |sum, (chance, part)| Part {
            mass: sum.mass + chance * part.mass,
            first: sum.first + chance * part.first,
            second: sum.second + chance * part.second,
        })
    }

    fn limited(&self, d: f64) -> f64 {
        self.sum(|law| law.limited(d))
    }

    fn limited_second(&self, d: f64) -> f64 {
        self.sum(|law| law.limited_second(d))
    }

    fn excess(&self, d: f64) -> f64 {
        self.sum(|law| law.excess(d))
    }

    fn kinks(&self) -> Vec<f64> {
        self.parts.iter().flat_map(|part| part.law.positive().kinks()).collect()
    }

    fn gini(&self) -> f64 {
        1.0 - self.squared_survival(f64::INFINITY) / self.mean()
    }

    fn squared_survival(&self, x: f64) -> f64 {
        let mut sum = 0.0;
        for (place, one) in self.parts.iter().enumerate() {
            sum += one.chance * one.chance * squared(&one.law, x);
            for other in self.parts.iter().skip(place + 1) {
                sum += 2.0 * one.chance * other.chance * crossed(&one.law, &other.law, x);
            }
        }
        sum
    }

    fn nodes_below(&self, ask: &Ask<'_>, factor: f64, into: &mut Nodes) {
        let mut all = Nodes::default();
        for part in &self.parts {
            part.law.positive().nodes_below(ask, factor * part.chance, &mut all);
        }
        let mut pairs: Vec<(f64, f64)> = all.pairs().collect();
        pairs.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        for (value, weight) in pairs {
            into.push(value, weight);
        }
    }
}
