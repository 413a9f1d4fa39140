//! The costs that were seen, each with its weight.

use super::law::{Part, Positive};
use super::nodes::{Ask, Nodes};
use super::special::Level;
use crate::fixed::Sum;

/// Atoms above 0, ascending and distinct; none where there never is a cost.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Empirical {
    pub(super) values: Vec<f64>,
    /// As they were given, those of equal values added up.
    pub(super) weights: Vec<f64>,
    chances: Vec<f64>,
    /// P(X ≤ x) of each atom.
    up_to: Vec<f64>,
    /// P(X ≥ x) of each atom.
    from: Vec<f64>,
}

impl Empirical {
    /// Of atoms above 0 with weights above 0, in any order.
    pub(super) fn new(mut atoms: Vec<(f64, f64)>) -> Self {
        atoms.sort_by(|(first, _), (second, _)| first.total_cmp(second));
        let (mut values, mut weights): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
        for (value, weight) in atoms {
            match (values.last(), weights.last_mut()) {
                (Some(last), Some(sum)) if last.to_bits() == value.to_bits() => *sum += weight,
                _ => {
                    values.push(value);
                    weights.push(weight);
                }
            }
        }
        let total = sum(weights.iter().copied());
        let chances = weights.iter().map(|weight| weight / total).collect();
        let up_to = running(weights.iter(), total);
        let mut from = running(weights.iter().rev(), total);
        from.reverse();
        Self { values, weights, chances, up_to, from }
    }

    pub(super) fn scaled(&self, factor: f64) -> Self {
        let values = self.values.iter().map(|value| factor * value).collect();
        Self { values, ..self.clone() }
    }

    /// Atoms with their chances.
    pub(super) fn atoms(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.values.iter().copied().zip(self.chances.iter().copied())
    }

    /// How many atoms are at or below an amount.
    fn count_up_to(&self, x: f64) -> usize {
        self.values.partition_point(|value| *value <= x)
    }

    fn moment(&self, power: impl Fn(f64) -> f64) -> f64 {
        sum(self.atoms().map(|(value, chance)| chance * power(value)))
    }

    /// The gaps between atoms, from 0 to the last: lower end, upper end, and the chance of a cost at or above the upper.
    fn gaps(&self) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        let lower = std::iter::once(0.0).chain(self.values.iter().copied());
        lower.zip(&self.values).zip(&self.from).map(|((lower, upper), from)| (lower, *upper, *from))
    }
}

fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let mut sum = Sum::default();
    values.for_each(|value| sum.add(value));
    sum.value()
}

fn running<'a>(weights: impl Iterator<Item = &'a f64>, total: f64) -> Vec<f64> {
    let mut sum = Sum::default();
    weights
        .map(|weight| {
            sum.add(*weight);
            (sum.value() / total).min(1.0)
        })
        .collect()
}

impl Positive for Empirical {
    fn cdf(&self, x: f64) -> f64 {
        self.count_up_to(x).checked_sub(1).and_then(|last| self.up_to.get(last)).copied().unwrap_or(0.0)
    }

    fn survival(&self, x: f64) -> f64 {
        self.from.get(self.count_up_to(x)).copied().unwrap_or(0.0)
    }

    fn at_least(&self, x: f64) -> f64 {
        self.from.get(self.values.partition_point(|value| *value < x)).copied().unwrap_or(0.0)
    }

    fn at(&self, level: Level) -> f64 {
        // A level that is met but for rounding is met.
        let enough = 1.0 - 4.0 * f64::EPSILON;
        let place = if level.below < level.above {
            self.up_to.partition_point(|up_to| *up_to < enough * level.below)
        } else {
            self.from.partition_point(|from| enough * *from > level.above).saturating_sub(1)
        };
        self.values.get(place).or(self.values.last()).copied().unwrap_or(0.0)
    }

    fn mean(&self) -> f64 {
        self.moment(|value| value)
    }

    fn second(&self) -> f64 {
        self.moment(|value| value * value)
    }

    fn part(&self, x: f64) -> Part {
        let below = || self.atoms().take(self.count_up_to(x));
        Part {
            mass: self.cdf(x),
            first: sum(below().map(|(value, chance)| chance * value)),
            second: sum(below().map(|(value, chance)| chance * value * value)),
        }
    }

    fn excess(&self, d: f64) -> f64 {
        sum(self.atoms().skip(self.count_up_to(d)).map(|(value, chance)| chance * (value - d)))
    }

    fn gini(&self) -> f64 {
        let below = std::iter::once(0.0).chain(self.up_to.iter().copied());
        let spread =
            sum(self.gaps().zip(below).map(|((low, high, from), below)| (high - low) * from * below));
        spread / self.mean()
    }

    fn squared_survival(&self, x: f64) -> f64 {
        sum(self.gaps().map(|(low, high, from)| (high.min(x) - low.min(x)) * from * from))
    }

    fn nodes_below(&self, ask: &Ask<'_>, factor: f64, into: &mut Nodes) {
        for (value, chance) in self.atoms().take_while(|(value, _)| *value < ask.to) {
            into.push(value, factor * chance);
        }
    }
}
