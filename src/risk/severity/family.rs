//! One law at many scales.
//!
//! All of them share their nodes, so that what is asked at each node, a wave or a layer, is worked out once for all scales.

use super::law::Positive;
use super::nodes::{Ask, Floor, Growth, Nodes, Panels, Rectangle, Scaled, Smooth};
use super::{Law, Severity};

/// Weights below this are none.
const NOTHING: f64 = 1e-17;
/// Widest part of the scales, as logarithms, in which what is asked of a law is a polynomial of the sixth degree of the
/// logarithm but for a part in 10⁹: of the deviation of a lognormal law, and of that of a gamma law's logarithm.
const PART: f64 = 0.28;
/// The same where the deviation is wide, and the mean itself bends.
const WIDEST: [f64; 2] = [0.45, 0.3];

/// Points that stand for the costs above 0 of a law at several scales.
#[derive(Debug, Clone, Default)]
pub(crate) struct Family {
    /// Costs, in the unit of the law; the last is where costs are cut, if they are.
    pub(crate) values: Vec<f64>,
    /// A row for each scale, one after another, each as long as the values.
    pub(crate) weights: Vec<f64>,
}

impl Severity {
    /// What [`nodes`](Self::nodes) tells of the law at each of several scales, given as logarithms, of those who have a cost;
    /// none of a law that is neither lognormal nor gamma.
    pub(crate) fn family(&self, logs: &[f64], breaks: &[f64], to: f64, frequency: f64) -> Option<Family> {
        let ask = Ask { breaks, to, frequency: frequency.abs() };
        match &self.law {
            Law::Lognormal(law) => Some(of(law, logs, &ask)),
            Law::Gamma(law) => Some(of(law, logs, &ask)),
            _ => None,
        }
    }

    /// How wide a part of scales, as logarithms, may be for polynomials of the sixth degree; none of a law that is neither
    /// lognormal nor gamma.
    pub(crate) fn smooth_part(&self) -> Option<f64> {
        let [lognormal, gamma] = WIDEST;
        match &self.law {
            Law::Lognormal(law) => Some((PART * law.sigma).min(lognormal)),
            Law::Gamma(law) => Some((PART / law.shape.sqrt()).min(gamma)),
            _ => None,
        }
    }
}

fn of<S: Scaled + Positive>(law: &S, logs: &[f64], ask: &Ask<'_>) -> Family {
    if ask.to <= 0.0 || logs.is_empty() {
        return Family { values: vec![0.0], weights: vec![1.0; logs.len()] };
    }
    let shifts: Vec<f64> = logs.iter().map(|log| law.moved(*log)).collect();
    let ends = |all: &[f64]| {
        all.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), value| (l.min(*value), h.max(*value)))
    };
    let ((low, high), (low_log, high_log)) = (ends(&shifts), ends(logs));
    let spread = Spread { law, low, high, scale: high_log.exp() };
    let middle = f64::midpoint(low_log, high_log).exp();
    let cuts = || ask.breaks.iter().copied().filter(|cut| *cut > 0.0 && *cut < ask.to);
    let last = spread.end(law.place(cuts().fold(law.mean() * spread.scale, f64::max)));
    let (to, second) = if ask.to.is_finite() {
        (law.place(ask.to).min(last), law.limited_second(ask.to / middle))
    } else {
        (last, law.second())
    };
    let second = middle * middle * second;
    let smallest = cuts().fold(second.sqrt(), f64::min).min(1.0 / ask.frequency);
    let start = (law.start(smallest / low_log.exp()) + low).min(to);
    let mut nodes = Nodes::default();
    let panels = Panels { law: &spread, frequency: ask.frequency, floor: Floor::of(second), factor: 1.0 };
    panels.fill(start, to, ask.breaks, &mut nodes);
    let first = law.cost(start);
    let below = |log: &f64| {
        let scale = log.exp();
        scale * law.part(first / scale).first / first
    };
    let has_below = below(&low_log) > NOTHING || below(&high_log) > NOTHING;
    let values = has_below.then_some(first).into_iter();
    let values = values.chain(nodes.values.iter().map(|place| law.cost(*place)));
    let values = values.chain(ask.to.is_finite().then_some(ask.to)).collect();
    let mut weights = Vec::with_capacity(logs.len() * (nodes.values.len() + 2));
    for (log, shift) in logs.iter().zip(&shifts) {
        weights.extend(has_below.then(|| below(log)));
        weights.extend(nodes.pairs().map(|(place, weight)| weight * law.weight(place - shift).0));
        weights.extend(ask.to.is_finite().then(|| law.at_least(ask.to / log.exp())));
    }
    Family { values, weights }
}

/// A law at all scales from one to another, as places.
struct Spread<'a, S> {
    law: &'a S,
    low: f64,
    high: f64,
    /// The highest scale.
    scale: f64,
}

impl<S: Smooth + Positive> Smooth for Spread<'_, S> {
    fn place(&self, cost: f64) -> f64 {
        self.law.place(cost)
    }

    fn cost(&self, place: f64) -> f64 {
        self.law.cost(place)
    }

    /// The place itself: costs and densities differ by scale.
    fn weight(&self, place: f64) -> (f64, f64) {
        (1.0, place)
    }

    /// The highest weight that any of the scales has in the rectangle is that of one scale in a wider one.
    fn growth(&self, within: Rectangle, turning: bool) -> Growth {
        let wider = Rectangle { low: within.low - self.high, high: within.high - self.low, ..within };
        Growth { weight: self.law.growth(wider, false).weight, ..self.law.growth(within, turning) }
    }

    fn end(&self, from: f64) -> f64 {
        self.law.end(from - self.high) + self.high
    }

    fn faint(&self) -> f64 {
        self.law.faint() + self.high
    }

    fn above(&self, cost: f64) -> f64 {
        self.law.above(cost / self.scale)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail
mod tests {
    use super::*;

    /// At each scale the nodes of all are as good as those of the law at that scale alone: for a wave, below a cap, and for
    /// what lies above a break.
    #[test]
    fn each_scale_is_the_law_at_that_scale() {
        let logs = [-3.0, -1.2, 0.0, 0.4, 3.1];
        for law in [
            Severity::lognormal(0.3, 1.3).unwrap(),
            Severity::lognormal(-1.0, 0.3).unwrap(),
            Severity::gamma(0.4, 2.0).unwrap(),
            Severity::gamma(9.0, 0.2).unwrap(),
        ] {
            for (to, frequency) in [(30.0, 0.7), (30.0, 0.0), (f64::INFINITY, 0.05), (2.0, 9.0)] {
                let family = law.family(&logs, &[5.0], to, frequency).unwrap();
                let rows = family.weights.chunks(family.values.len());
                for (log, row) in logs.iter().zip(rows) {
                    let mut alone = Nodes::default();
                    law.scaled(log.exp()).unwrap().nodes(&[5.0], to, frequency, &mut alone);
                    let of = |g: &dyn Fn(f64) -> f64| -> f64 {
                        family.values.iter().zip(row).map(|(value, weight)| weight * g(*value)).sum()
                    };
                    let near = |what: &str, g: &dyn Fn(f64) -> f64, size: f64| {
                        let (found, expected) = (of(g), alone.expect(g));
                        assert!(
                            (found - expected).abs() < 2e-13 * size,
                            "{what} at {log} to {to}: {found} is not {expected}"
                        );
                    };
                    near("sine", &|x| (frequency * x).sin(), 1.0);
                    near("cosine", &|x| 1.0 - (frequency * x).cos(), 1.0);
                    near("mean", &|x| x, alone.expect(|x| x));
                    near("second moment", &|x| x * x, alone.expect(|x| x * x).max(1.0));
                    near(
                        "above the break",
                        &|x| (x - 5.0).max(0.0),
                        alone.expect(|x| (x - 5.0).max(0.0)).max(1.0),
                    );
                }
            }
        }
    }
}
