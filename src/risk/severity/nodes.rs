//! Nodes of quadrature for the characteristic function of a cost.
//!
//! A smooth law is integrated in a variable in which everything is analytic: (ln x − μ)/σ for the lognormal, ln x for
//! the gamma, the cumulative hazard for a Pareto tail. The range is cut at the breaks, and every panel gets the number
//! of Gauss–Legendre nodes that the error bound on an ellipse around it asks for (Trefethen 2013, Approximation Theory
//! and Approximation Practice, theorem 19.3); a panel that would need more than 64 is halved.

use std::f64::consts::PI;
use std::num::NonZeroUsize;
use std::sync::OnceLock;

use gauss_quad::GaussLegendre;

use super::law::Positive;

/// The most nodes of a panel.
const MOST: usize = 64;

/// Nodes after which panels are no longer halved.
pub(in crate::risk) const LIMIT: usize = 1 << 20;

/// −ln of the error that a panel may have, relative to what is asked for: 3e-17 before rounding.
const DIGITS: f64 = 38.0;

/// Points and weights that stand for the costs above 0 in an expectation: E[g(X); X > 0] ≈ Σ weight × g(value).
///
/// It is filled by [`Severity::nodes`](super::Severity::nodes), which says for which g, and kept to be filled again
/// without asking for memory.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Nodes {
    /// Costs, ascending, in the unit of the law.
    pub values: Vec<f64>,
    /// The weight of each; together they are the probability of a cost.
    pub weights: Vec<f64>,
}

impl Nodes {
    /// Σ weight × g(value).
    ///
    /// ```
    /// use capitation::risk::severity::{Nodes, Severity};
    /// let law = Severity::lognormal(0.0, 1.0)?;
    /// let mut nodes = Nodes::default();
    /// law.nodes(&[2.0], 1e6, 0.0, &mut nodes);
    /// let above_two = nodes.expect(|cost| (cost - 2.0).max(0.0));
    /// assert!((above_two / law.excess_mean(2.0) - 1.0).abs() < 1e-12);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn expect(&self, g: impl Fn(f64) -> f64) -> f64 {
        self.pairs().map(|(value, weight)| weight * g(value)).sum()
    }

    /// Values with their weights.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.values.iter().copied().zip(self.weights.iter().copied())
    }

    pub(super) fn clear(&mut self) {
        self.values.clear();
        self.weights.clear();
    }

    pub(super) fn push(&mut self, value: f64, weight: f64) {
        self.values.push(value);
        self.weights.push(weight);
    }
}

/// What nodes are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask<'a> {
    /// Where functions may have kinks, in any order.
    pub(super) breaks: &'a [f64],
    /// Where the range ends; above 0, infinite if need be.
    pub(super) to: f64,
    /// The highest frequency.
    pub(super) frequency: f64,
}

/// How large the integrand can be in a rectangle of the complex plane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Growth {
    /// ln of the modulus of the weight.
    pub(super) weight: f64,
    /// ln of the modulus of the cost.
    pub(super) cost: f64,
    /// The modulus of the cost's imaginary part.
    pub(super) turn: f64,
}

/// The places from `low` to `high`, and up to `beside` off the real line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rectangle {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) beside: f64,
}

/// A law in a variable in which its integrand is analytic.
pub(super) trait Smooth {
    /// The variable at a cost.
    fn place(&self, cost: f64) -> f64;
    /// The cost at a value of the variable.
    fn cost(&self, place: f64) -> f64;
    /// The density of the variable there, and the cost.
    fn weight(&self, place: f64) -> (f64, f64);
    /// Upper bounds of the integrand in a rectangle; `turn` need not be given where `turning` is false.
    fn growth(&self, within: Rectangle, turning: bool) -> Growth;
    /// Beyond this place nothing counts, not even in the second moment of what is above `from`.
    fn end(&self, from: f64) -> f64;
    /// Beyond this place the chance of a cost is below 1e-17: waves are not followed there, since nobody can see them.
    fn faint(&self) -> f64;
    /// The chance of a cost above this one.
    fn above(&self, cost: f64) -> f64;
}

/// One that is moved, and not bent, where all costs are multiplied by a factor.
pub(super) trait Scaled: Smooth {
    /// By how much, for a factor with this logarithm.
    fn moved(&self, log: f64) -> f64;
    /// Where what counts begins, if costs far below this one make no difference.
    fn start(&self, smallest: f64) -> f64;
}

/// Ellipses around −1 to 1, each with the logarithm of its size, and its upper half cut into rectangles.
struct Ellipses([(f64, [Rectangle; SECTORS]); SIZES.len()]);

const SECTORS: usize = 9;
/// Where sectors end, in parts of the half: narrow at the end with the largest costs.
const ENDS: [f64; SECTORS] = [0.03, 0.07, 0.12, 0.18, 0.26, 0.36, 0.5, 0.7, 1.0];
const SIZES: [f64; 8] = [0.18, 0.3, 0.45, 0.6, 0.8, 1.05, 1.4, 2.0];

impl Ellipses {
    fn get() -> &'static Self {
        static MADE: OnceLock<Ellipses> = OnceLock::new();
        MADE.get_or_init(|| {
            Self(SIZES.map(|size| {
                let mut start = 0.0_f64;
                (
                    size,
                    ENDS.map(|end| {
                        let (from, to) = (PI * start, PI * end);
                        start = end;
                        // Up to the middle of the half it gets higher, and from there lower.
                        let top = if end <= 0.5 { to.sin() } else { from.sin() };
                        let (low, high) = (size.cosh() * to.cos(), size.cosh() * from.cos());
                        Rectangle { low, high, beside: size.sinh() * top }
                    }),
                )
            }))
        })
    }
}

/// Nodes and weights of Gauss–Legendre on −1 to 1, computed once.
fn rule(count: usize) -> &'static [(f64, f64)] {
    static RULES: [OnceLock<Vec<(f64, f64)>>; MOST] = [const { OnceLock::new() }; MOST];
    let Some((slot, degree)) = RULES.get(count.wrapping_sub(1)).zip(NonZeroUsize::new(count)) else {
        return &[];
    };
    slot.get_or_init(|| GaussLegendre::new(degree).into_iter().collect())
}

/// The panels of one law.
pub(super) struct Panels<'a, S> {
    pub(super) law: &'a S,
    pub(super) frequency: f64,
    /// What errors count relative to.
    pub(super) floor: Floor,
    /// What weights are multiplied by.
    pub(super) factor: f64,
}

/// ln of the smallest expectations that must come out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Floor {
    /// Of a function of size 1.
    pub(super) chance: f64,
    /// Of the square of the cost.
    pub(super) second: f64,
}

impl Floor {
    /// Everything, with this second moment.
    pub(super) fn of(second: f64) -> Self {
        Self { chance: 0.0, second: second.max(f64::MIN_POSITIVE).ln() }
    }

    /// Of what is above a cost.
    pub(super) fn above(cost: f64, survival: f64) -> Self {
        let chance = survival.ln().max(-650.0);
        Self { chance, second: chance + 2.0 * cost.ln() }
    }
}

impl<S: Smooth> Panels<'_, S> {
    /// Adds the nodes from one place to another, cut at the breaks.
    pub(super) fn fill(&self, from: f64, to: f64, breaks: &[f64], into: &mut Nodes) {
        let faint = if self.frequency > 0.0 { self.law.faint() } else { f64::INFINITY };
        let mut cuts: Vec<(f64, Floor)> = Vec::new();
        let mut cut_at = |place: f64, floor: &dyn Fn() -> Floor| {
            if place > from && place < to {
                cuts.push((place, floor()));
            }
        };
        cut_at(faint, &|| self.floor);
        for cost in breaks.iter().copied().filter(|cost| *cost > 0.0) {
            // What is above a break alone is to be right as well.
            cut_at(self.law.place(cost), &|| Floor::above(cost, self.law.above(cost)));
        }
        cuts.sort_unstable_by(|(first, _), (second, _)| first.total_cmp(second));
        let (mut start, mut floor) = (from, self.floor);
        for (end, next) in cuts.into_iter().chain([(to, self.floor)]) {
            self.panel(start, end, floor, if start < faint { self.frequency } else { 0.0 }, into);
            start = end;
            floor = Floor { chance: floor.chance.min(next.chance), second: floor.second.min(next.second) };
        }
    }

    fn panel(&self, from: f64, to: f64, floor: Floor, frequency: f64, into: &mut Nodes) {
        let (middle, half) = (f64::midpoint(from, to), 0.5 * (to - from));
        if half <= 0.0 || !half.is_finite() {
            return;
        }
        let count = self.count(middle, half, floor, frequency);
        let divisible = from < middle && middle < to;
        if count > MOST && divisible && into.values.len() < LIMIT {
            self.panel(from, middle, floor, frequency, into);
            self.panel(middle, to, floor, frequency, into);
            return;
        }
        for (node, weight) in rule(count.min(MOST)) {
            let (density, cost) = self.law.weight(middle + half * node);
            into.push(cost, self.factor * half * weight * density);
        }
    }

    /// The nodes that a panel needs, from the growth of its integrand on ellipses; more than [`MOST`] where it is to
    /// be halved.
    fn count(&self, middle: f64, half: f64, floor: Floor, frequency: f64) -> usize {
        let turning = frequency > 0.0;
        let mut best = f64::INFINITY;
        for (size, sectors) in &Ellipses::get().0 {
            let mut largest = f64::NEG_INFINITY;
            for sector in sectors {
                let (low, high) = (middle + half * sector.low, middle + half * sector.high);
                let growth = self.law.growth(Rectangle { low, high, beside: half * sector.beside }, turning);
                let turned = if turning { frequency * growth.turn } else { 0.0 };
                largest = largest
                    .max(growth.weight + (turned - floor.chance).max(2.0 * growth.cost - floor.second));
            }
            let constant = (64.0 / 15.0 * half).ln() - (-(-2.0 * size).exp_m1()).ln();
            let needed = (largest + constant + DIGITS) / (2.0 * size);
            if needed > 1.3 * best {
                break;
            }
            best = best.min(needed);
        }
        whole(best.clamp(1.0, 1e6)) + 1
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 1 to a million
fn whole(count: f64) -> usize {
    count.ceil() as usize
}

/// E[(X − d)⁺] by nodes above `d` alone: no digits are lost in a difference.
pub(super) fn excess<S: Smooth + Positive>(law: &S, d: f64, survival: f64) -> f64 {
    if survival <= 0.0 {
        return 0.0;
    }
    let from = law.place(d);
    let to = law.end(from);
    let panels = Panels { law, frequency: 0.0, floor: Floor::above(d, survival), factor: 1.0 };
    let mut nodes = Nodes::default();
    panels.fill(from, to, &[], &mut nodes);
    nodes.pairs().map(|(cost, weight)| weight * (cost - d)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ∫ e^{-x} cos(9x) over −1 to 1, by its antiderivative, and the length of the range.
    #[test]
    fn rules_integrate_to_the_last_bits() {
        for count in 24..=MOST {
            let rule = rule(count);
            let length: f64 = rule.iter().map(|(_, weight)| weight).sum();
            assert!((length - 2.0).abs() < 2e-15, "{count}: {length}");
            let found: f64 = rule.iter().map(|(x, weight)| weight * (-x).exp() * (9.0 * x).cos()).sum();
            let at = |x: f64| (-x).exp() * (9.0 * (9.0 * x).sin() - (9.0 * x).cos()) / 82.0;
            assert!((found - (at(1.0) - at(-1.0))).abs() < 2e-15, "{count}: {found}");
        }
    }
}
