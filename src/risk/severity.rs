//! One person's cost in a year as a distribution.
//!
//! Costs are floats in whatever unit of money the caller counts in: a severity is an estimate, and amounts that are
//! owed are not made of it. An individual stop-loss, a truncation or a co-payment acts on one person before anything is
//! added up, and so its price is a question to this law: [`Severity::excess_mean`], [`Severity::limited_mean`].
//!
//! | law | parameters | P(X > x) where there is a cost |
//! |---|---|---|
//! | [`Severity::lognormal`] | mean and standard deviation of ln X | Φ((μ − ln x)/σ) |
//! | [`Severity::gamma`] | shape a, scale θ: mean a θ | Q(a, x/θ) |
//! | [`Severity::pareto`] | type I: α, minimum m | (m/x)^α from m |
//! | [`Severity::lomax`] | type II: α, scale θ | (1 + x/θ)^−α |
//! | [`Severity::generalized_pareto`] | threshold u, ξ, β | (1 + ξ (x − u)/β)^(−1/ξ) from u |
//! | [`Severity::spliced`], [`Severity::with_tail`] | a body up to u, a tail from there | |
//! | [`Severity::empirical`], [`Severity::certain`] | costs and weights | |
//! | [`Severity::mixture`] | weights and laws: a person of one kind or another | Σ of theirs |
//!
//! Each may have a probability of no cost ([`Severity::with_zeros`]).

mod empirical;
pub(super) mod excess;
mod family;
pub mod fit;
mod gamma;
mod law;
mod lognormal;
mod make;
mod mixture;
pub(super) mod nodes;
pub(super) mod special;
mod spliced;
mod tail;
mod written;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use empirical::Empirical;
pub(crate) use family::Family;
use gamma::Gamma;
use law::Positive;
use lognormal::Lognormal;
use mixture::Mixture;
use nodes::Ask;
pub use nodes::Nodes;
use special::Level;
use spliced::Spliced;
use tail::Tail;
use written::Written;

/// The law of one person's cost in a year, in any unit of money.
///
/// Closed forms are right to 1e-12 relative, tails included: a survival of 1e-15 has its digits, and so has the mean
/// above an attachment out there. What a float cannot say of an amount remains: one part in 10¹⁶ of `d` changes
/// [`excess_mean`](Self::excess_mean) by d · P(X > d) / E(X − d)⁺ as many parts. Amounts that are not a number give none.
///
/// ```
/// use capitation::risk::severity::Severity;
/// // 15 % of people cost nothing, and 5 % hold half of the cost.
/// let person = Severity::lognormal(7.0, 1.564726)?.with_zeros(0.15)?.rescaled_to(4_700.0)?;
/// assert!((person.top_share(0.05)? - 0.5).abs() < 1e-6);
/// // What a stop-loss at 100,000 is worth, per person and year.
/// assert!((person.excess_mean(100_000.0) - 310.987).abs() < 0.001);
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Severity {
    /// The probability of no cost.
    zeros: f64,
    law: Law,
}

#[derive(Debug, Clone, PartialEq)]
enum Law {
    Lognormal(Lognormal),
    Gamma(Gamma),
    Tail(Tail),
    Empirical(Empirical),
    Spliced(Box<Spliced>),
    Mixture(Mixture),
}

impl Law {
    /// The tail index of its heaviest tail: below 0 or none where costs have an end or fall as fast as any exponent.
    fn heaviest(&self) -> f64 {
        match self {
            Self::Tail(tail) => tail.xi,
            Self::Spliced(law) => law.tail.xi.max(law.body.heaviest()),
            Self::Mixture(law) => law.laws().map(Self::heaviest).fold(f64::NEG_INFINITY, f64::max),
            Self::Lognormal(_) | Self::Gamma(_) | Self::Empirical(_) => f64::NEG_INFINITY,
        }
    }

    fn has_atoms(&self) -> bool {
        match self {
            Self::Empirical(_) => true,
            Self::Spliced(law) => law.body.has_atoms(),
            Self::Mixture(law) => law.laws().any(Self::has_atoms),
            Self::Lognormal(_) | Self::Gamma(_) | Self::Tail(_) => false,
        }
    }

    fn positive(&self) -> &dyn Positive {
        match self {
            Self::Lognormal(law) => law,
            Self::Gamma(law) => law,
            Self::Tail(law) => law,
            Self::Empirical(law) => law,
            Self::Spliced(law) => &**law,
            Self::Mixture(law) => law,
        }
    }
}

impl Severity {
    /// Whether E[X³] is finite.
    pub(crate) fn has_third_moment(&self) -> bool {
        self.law.heaviest() < 1.0 / 3.0
    }

    /// The probability of no cost.
    pub fn zeros(&self) -> f64 {
        self.zeros
    }

    /// The probability of a cost, 1 less [`zeros`](Self::zeros).
    pub fn chance_of_cost(&self) -> f64 {
        1.0 - self.zeros
    }

    /// P(X ≤ x).
    pub fn cdf(&self, x: f64) -> f64 {
        if x.is_nan() {
            f64::NAN
        } else if x < 0.0 {
            0.0
        } else if x.is_infinite() {
            1.0
        } else if x == 0.0 {
            self.zeros
        } else {
            self.zeros + self.mixed(|law| law.cdf(x))
        }
    }

    /// P(X > x).
    pub fn survival(&self, x: f64) -> f64 {
        if x.is_nan() {
            f64::NAN
        } else if x < 0.0 {
            1.0
        } else if x.is_infinite() {
            0.0
        } else if x == 0.0 {
            self.chance_of_cost()
        } else {
            self.mixed(|law| law.survival(x))
        }
    }

    /// The least cost that a share `p` of people do not exceed; infinite at 1 where costs have no end.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`] when `p` is not from 0 to 1.
    pub fn quantile(&self, p: f64) -> Result<f64> {
        if !(0.0..=1.0).contains(&p) {
            return Err(refused("level", &format!("{p} is not a level"), "give a level from 0 to 1"));
        }
        Ok(self.at(Level { below: p, above: 1.0 - p }))
    }

    /// The least cost that no more than a share `q` of people exceed: the quantile of 1 − q, with its digits also where
    /// q is tiny.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`] when `q` is not from 0 to 1.
    pub fn upper_quantile(&self, q: f64) -> Result<f64> {
        if !(0.0..=1.0).contains(&q) {
            return Err(refused(
                "share of people",
                &format!("{q} is not a share"),
                "give a share from 0 to 1",
            ));
        }
        Ok(self.at(Level::above(q)))
    }

    fn at(&self, level: Level) -> f64 {
        let chance = self.chance_of_cost();
        if level.below <= self.zeros && (self.zeros > 0.0 || level.below > 0.0) || chance <= 0.0 {
            return 0.0;
        }
        let below = ((level.below - self.zeros) / chance).max(0.0);
        self.law.positive().at(Level { below, above: level.above / chance })
    }

    /// The mean; infinite where the tail is that heavy (ξ ≥ 1, α ≤ 1), which is of use below a cap only.
    pub fn mean(&self) -> f64 {
        self.mixed(|law| law.mean())
    }

    /// E[min(X, d)]: the mean below a cap. Without one (`d` infinite) it is the mean.
    pub fn limited_mean(&self, d: f64) -> f64 {
        if d <= 0.0 || d.is_nan() {
            d
        } else if d.is_infinite() {
            self.mean()
        } else {
            self.mixed(|law| law.limited(d))
        }
    }

    /// E[min(X, d)²]. With `d` infinite it is the second moment, itself infinite for ξ ≥ 1/2.
    pub fn limited_second_moment(&self, d: f64) -> f64 {
        if d <= 0.0 || d.is_nan() {
            d * d
        } else if d.is_infinite() {
            self.mixed(|law| law.second())
        } else {
            self.mixed(|law| law.limited_second(d))
        }
    }

    /// E[(X − d)⁺]: what a stop-loss above `d` is worth. Infinite where the mean is.
    pub fn excess_mean(&self, d: f64) -> f64 {
        if d <= 0.0 || d.is_nan() {
            self.mean() - d
        } else if d.is_infinite() {
            0.0
        } else {
            self.mixed(|law| law.excess(d))
        }
    }

    /// The share of all cost that the share `p` of people with the highest costs have. People with the cost at the edge
    /// count in part.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`] when `p` is not from 0 to 1; [`ErrorKind::Statistic`] when the mean is 0 or infinite.
    pub fn top_share(&self, p: f64) -> Result<f64> {
        if !(0.0..=1.0).contains(&p) {
            return Err(refused(
                "share of people",
                &format!("{p} is not a share"),
                "give a share from 0 to 1",
            ));
        }
        self.check_mean("a share of the cost")?;
        let of_users = p / self.chance_of_cost();
        if p == 0.0 || of_users >= 1.0 {
            return Ok(if p == 0.0 { 0.0 } else { 1.0 });
        }
        let law = self.law.positive();
        let edge = law.at(Level::above(of_users));
        Ok(((law.excess(edge) + edge * of_users) / law.mean()).min(1.0))
    }

    /// The Gini coefficient over all people, those without a cost included.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Statistic`] when the mean is 0 or infinite.
    pub fn gini(&self) -> Result<f64> {
        self.check_mean("the Gini coefficient")?;
        Ok(self.zeros + self.mixed(|law| law.gini()))
    }

    /// Fills `into` with nodes of quadrature for the costs above 0: Σ weight × g(value) is the expectation of
    /// g(min(X, `to`)) where there is a cost, and of 0 where there is none.
    ///
    /// It holds to 1e-14 relative for g(x) = e^{iux} with |u| ≤ `frequency` (of 1, its largest size), for x and x², and
    /// for functions with kinks at the `breaks`. Everything at or above `to` is one node at `to`. The weights add up to
    /// the probability of a cost. An empirical law gives its atoms. (What lies above `to` is a closed form; that of the
    /// gamma law is right to 5e-14 up to a shape of 30 and to 1e-12 up to 1,000.)
    ///
    /// The number of nodes grows with `frequency` × `to`, about one for every 2 radians; without a `to` (infinite)
    /// waves are followed up to a chance of 1e-17 of a larger cost, which is far in a heavy tail: give a cap there.
    /// Beyond a million nodes panels are no longer halved, and faster waves are not resolved. Where `to`,
    /// `frequency` or a break is not a number there is one node, which is none either.
    ///
    /// ```
    /// use capitation::risk::severity::{Nodes, Severity};
    /// let law = Severity::gamma(0.5, 2_000.0)?.with_zeros(0.2)?;
    /// let mut nodes = Nodes::default();
    /// law.nodes(&[10_000.0], 50_000.0, 0.001, &mut nodes);
    /// // The characteristic function of a gamma law is (1 − iuθ)^−a: at u θ = 1 the square of its modulus is 1/√2.
    /// let (cosine, sine) = (nodes.expect(|x| (x / 2_000.0).cos()), nodes.expect(|x| (x / 2_000.0).sin()));
    /// assert!(((cosine * cosine + sine * sine) / 0.64 - 0.5_f64.sqrt()).abs() < 1e-10); // e⁻²⁵ is beyond the cap
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn nodes(&self, breaks: &[f64], to: f64, frequency: f64, into: &mut Nodes) {
        into.clear();
        let chance = self.chance_of_cost();
        if chance <= 0.0 {
            return;
        }
        if to.is_nan() || frequency.is_nan() || breaks.iter().any(|cut| cut.is_nan()) {
            into.push(f64::NAN, chance);
            return;
        }
        if to <= 0.0 {
            into.push(to, chance);
            return;
        }
        let law = self.law.positive();
        law.nodes_below(&Ask { breaks, to, frequency: frequency.abs() }, chance, into);
        let beyond = if to.is_finite() { law.at_least(to) } else { 0.0 };
        if beyond > 0.0 {
            into.push(to, chance * beyond);
        }
    }

    /// Whether costs are lumps: single amounts, each with its probability.
    pub(crate) fn is_lumps(&self) -> bool {
        matches!(self.law, Law::Empirical(_))
    }

    /// Whether some costs are lumps.
    pub(crate) fn has_lumps(&self) -> bool {
        self.law.has_atoms()
    }

    /// Whether this cost, above 0, is a lump: whether it has a probability for itself.
    pub(crate) fn is_lump(&self, cost: f64) -> bool {
        let law = self.law.positive();
        law.at_least(cost) > law.survival(cost)
    }

    /// The law of costs above 0 with a scale of one, and its scale: those that differ in scale alone have one form. Laws of
    /// atoms and spliced ones are forms of their own.
    pub(crate) fn form(&self) -> (Self, f64) {
        let (law, scale) = self.law.form();
        (Self { zeros: 0.0, law }, scale)
    }

    /// The atoms of a law of lumps, ascending, each with P(X ≥ x); the law may have a tail above them all.
    pub(crate) fn lumps(&self) -> Option<Vec<(f64, f64)>> {
        let (atoms, upto) = match &self.law {
            Law::Empirical(law) => (law, f64::INFINITY),
            Law::Spliced(law) => match &law.body {
                Law::Empirical(body) => (body, law.tail.threshold),
                _ => return None,
            },
            _ => return None,
        };
        let values = atoms.values.iter().copied().take_while(|value| *value <= upto);
        Some(values.map(|value| (value, self.mixed(|law| law.at_least(value)))).collect())
    }

    /// What the law of costs above 0 says, times the chance of one.
    fn mixed(&self, of: impl Fn(&dyn Positive) -> f64) -> f64 {
        let chance = self.chance_of_cost();
        if chance > 0.0 { chance * of(self.law.positive()) } else { 0.0 }
    }

    fn check_mean(&self, what: &str) -> Result<()> {
        let mean = self.mean();
        if mean > 0.0 && mean.is_finite() {
            return Ok(());
        }
        let (problem, remedy) = if mean > 0.0 {
            ("the mean is infinite", "use a tail with ξ below 1 (α above 1), or ask about costs below a cap")
        } else {
            ("there is no cost at all", "use a law with a cost")
        };
        Err(Error::new(ErrorKind::Statistic, format!("severity, {what}"), problem, remedy))
    }
}

/// The standard normal number that a share `below` of all lie below.
pub(super) fn normal_quantile(below: f64) -> f64 {
    special::normal_at(Level { below, above: 1.0 - below })
}

fn refused(place: &str, problem: &str, remedy: &str) -> Error {
    Error::new(ErrorKind::Range, format!("severity, {place}"), problem, remedy)
}
