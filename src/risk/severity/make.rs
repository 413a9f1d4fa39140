//! Constructors, which refuse what cannot be, and what is made of a law.

use super::empirical::Empirical;
use super::gamma::Gamma;
use super::lognormal::Lognormal;
use super::mixture::Mixture;
use super::spliced::Spliced;
use super::tail::Tail;
use super::{Law, Severity, refused};
use crate::error::Result;

/// |ln| of a second moment up to which a float holds it with all that is made of it.
const LARGEST: f64 = 600.0;

/// Shapes of gamma laws whose functions are right to 1e-12.
const SHAPES: std::ops::RangeInclusive<f64> = 0.001..=1_000.0;

impl Severity {
    /// A cost whose logarithm is normal with mean `mu` and standard deviation `sigma`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`](crate::ErrorKind::Range) when `sigma` is not above 0, or a float cannot hold the second
    /// moment.
    pub fn lognormal(mu: f64, sigma: f64) -> Result<Self> {
        Law::lognormal(mu, sigma).map(Self::of)
    }

    /// A lognormal law with this mean and coefficient of variation (the standard deviation over the mean).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`](crate::ErrorKind::Range) when either is not above 0, or as [`lognormal`](Self::lognormal).
    pub fn lognormal_of_mean(mean: f64, variation: f64) -> Result<Self> {
        positive("lognormal, mean", mean, "a mean above 0")?;
        positive("lognormal, variation", variation, "a coefficient of variation above 0, such as 1.7")?;
        let variance = (variation * variation).ln_1p();
        Self::lognormal(mean.ln() - 0.5 * variance, variance.sqrt())
    }

    /// A gamma law: mean `shape` × `scale`, coefficient of variation 1/√`shape`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`](crate::ErrorKind::Range) when `shape` is not from 0.001 to 1,000 or `scale` not above 0.
    pub fn gamma(shape: f64, scale: f64) -> Result<Self> {
        Law::gamma(shape, scale).map(Self::of)
    }

    /// The Pareto law of type I: P(X > x) = (`minimum`/x)^`alpha` from `minimum`, above 0. The mean is infinite for an
    /// `alpha` of 1 or less.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`](crate::ErrorKind::Range) when `alpha` or `minimum` is not above 0.
    pub fn pareto(alpha: f64, minimum: f64) -> Result<Self> {
        positive("Pareto (type I), alpha", alpha, "an index above 0, such as 2")?;
        positive("Pareto (type I), minimum", minimum, "the least cost there is, above 0")?;
        Law::tail(minimum, 1.0 / alpha, minimum / alpha).map(Self::of)
    }

    /// The Pareto law of type II (Lomax): P(X > x) = (1 + x/`scale`)^−`alpha`. The mean is infinite for an `alpha` of 1
    /// or less.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`](crate::ErrorKind::Range) when `alpha` or `scale` is not above 0.
    pub fn lomax(alpha: f64, scale: f64) -> Result<Self> {
        positive("Lomax (Pareto type II), alpha", alpha, "an index above 0, such as 2")?;
        positive("Lomax (Pareto type II), scale", scale, "an amount above 0")?;
        Law::tail(0.0, 1.0 / alpha, scale / alpha).map(Self::of)
    }

    /// The generalised Pareto law: P(X > x) = (1 + `xi` (x − `threshold`)/`beta`)^(−1/`xi`) from `threshold`, which is
    /// exponential for `xi` = 0 and ends at `threshold` − `beta`/`xi` for `xi` < 0. The mean is infinite for
    /// a `xi` of 1 or more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`](crate::ErrorKind::Range) when `threshold` is below 0, `xi` not from −10 to 10 or `beta` not
    /// above 0.
    pub fn generalized_pareto(threshold: f64, xi: f64, beta: f64) -> Result<Self> {
        Law::tail(threshold, xi, beta).map(Self::of)
    }

    /// Costs as `body` up to `at`, and a generalised Pareto tail above it in which a share `above` of costs lies.
    ///
    /// The probability of no cost is the body's. A body of atoms and a tail fitted above a high point are one law.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`](crate::ErrorKind::Range) when `at` or `beta` is not above 0, `xi` not from −10 to 10,
    /// `above` not between 0 and 1, the body has no cost up to `at`, or is itself spliced.
    ///
    /// ```
    /// use capitation::risk::severity::Severity;
    /// let body = Severity::lognormal(7.0, 1.5)?;
    /// let law = Severity::spliced(body, 50_000.0, 0.01, 0.35, 28_000.0)?;
    /// assert!((law.survival(50_000.0) - 0.01).abs() < 1e-15);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn spliced(body: Self, at: f64, above: f64, xi: f64, beta: f64) -> Result<Self> {
        if !(above > 0.0 && above < 1.0) {
            let problem = format!("{above} is not a share of costs between 0 and 1");
            return Err(refused(
                "spliced, above",
                &problem,
                "give the share of costs above the point, such as 0.01",
            ));
        }
        let tail = body.tail_from(at, xi, beta)?;
        Ok(Self { zeros: body.zeros, law: Law::Spliced(Box::new(Spliced::new(body.law, tail, above))) })
    }

    /// This law up to `at`, and a generalised Pareto tail in place of its own above it: as many costs lie there as
    /// before.
    ///
    /// # Errors
    ///
    /// As [`spliced`](Self::spliced), and when the law itself has no cost above `at`.
    pub fn with_tail(self, at: f64, xi: f64, beta: f64) -> Result<Self> {
        let tail = self.tail_from(at, xi, beta)?;
        if self.law.positive().survival(at) <= 0.0 {
            let problem = format!("the body has no cost above {at}");
            return Err(refused("spliced, at", &problem, "splice lower, or say what share lies above"));
        }
        Ok(Self { zeros: self.zeros, law: Law::Spliced(Box::new(Spliced::continued(self.law, tail))) })
    }

    fn tail_from(&self, at: f64, xi: f64, beta: f64) -> Result<Tail> {
        positive("spliced, at", at, "the amount at which the tail begins, above 0")?;
        if matches!(self.law, Law::Spliced(_)) {
            let problem = "the body has a tail of its own already";
            return Err(refused("spliced, body", problem, "give a body of one law, or of atoms"));
        }
        if self.law.positive().cdf(at) <= 0.0 {
            let problem = format!("the body has no cost up to {at}");
            return Err(refused("spliced, at", &problem, "splice at a higher amount, or use the tail alone"));
        }
        check_tail("spliced", xi, beta)?;
        Ok(Tail { threshold: at, xi, beta })
    }

    /// The costs of the people of a risk cell, each with its weight (without weights each counts once). Costs of 0 are
    /// the probability of no cost; rows of weight 0 stay out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`](crate::ErrorKind::Range) when there are no costs, a cost or weight is negative or not
    /// finite (the row is named, the first being 0), lengths differ, or no weight is above 0.
    pub fn empirical(costs: &[f64], weights: Option<&[f64]>) -> Result<Self> {
        if weights.is_some_and(|weights| weights.len() != costs.len()) {
            let problem = format!("{} weights for {} costs", weights.map_or(0, <[f64]>::len), costs.len());
            return Err(refused("empirical, weights", &problem, "give one weight for each cost"));
        }
        let mut atoms = Vec::with_capacity(costs.len());
        let (mut without, mut with) = (0.0, 0.0);
        for (row, cost) in costs.iter().copied().enumerate() {
            let weight = weights.and_then(|weights| weights.get(row)).copied().unwrap_or(1.0);
            amount("cost", row, cost)?;
            amount("weight", row, weight)?;
            if weight > 0.0 && cost > 0.0 {
                with += weight;
                atoms.push((cost, weight));
            } else {
                without += weight;
            }
        }
        let total = with + without;
        if !(total > 0.0 && f64::is_finite(total)) {
            let problem = format!("the weights of {} costs add up to {total}", costs.len());
            return Err(refused("empirical", &problem, "give at least one cost with a weight above 0"));
        }
        Ok(Self { zeros: without / total, law: Law::Empirical(Empirical::new(atoms)) })
    }

    /// The cost of a person drawn from a population of several kinds: each with its weight, and the law of those of that
    /// kind. Weights need not add up to 1; kinds of weight 0 stay out.
    ///
    /// A mixture of costs that were seen is one law of costs that were seen. A mixture of mixtures is one of all of their
    /// kinds. The Gini coefficient of one with other laws is by quadrature, right to 1e-9.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`](crate::ErrorKind::Range) when there is no kind, a weight is negative or not finite (the kind is
    /// named by its place, the first being 0), or no weight is above 0.
    ///
    /// ```
    /// use capitation::risk::severity::Severity;
    /// // A fifth of people is older, and costs three times as much.
    /// let (young, old) = (Severity::lognormal(7.0, 1.6)?, Severity::lognormal(7.0, 1.6)?.scaled(3.0)?);
    /// let anybody = Severity::mixture(vec![(0.8, young.clone()), (0.2, old)])?;
    /// assert!((anybody.mean() / young.mean() - 1.4).abs() < 1e-14);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn mixture(parts: Vec<(f64, Self)>) -> Result<Self> {
        let place = "mixture";
        if parts.is_empty() {
            return Err(refused(place, "it is of nothing", "give at least one law with its weight"));
        }
        let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
        let bad = parts.iter().position(|(weight, _)| !(*weight >= 0.0 && weight.is_finite()));
        if let Some((at, (weight, _))) = bad.and_then(|at| Some((at, parts.get(at)?))) {
            let problem = format!("the weight of law {at} (the first is 0) is {weight}");
            return Err(refused(place, &problem, "give weights of 0 or more"));
        }
        if !(total > 0.0 && total.is_finite()) {
            let problem = format!("its weights add up to {total}");
            return Err(refused(place, &problem, "give at least one law a weight above 0"));
        }
        let zeros: f64 = parts.iter().map(|(weight, law)| weight * law.zeros).sum::<f64>() / total;
        let mut laws = Vec::new();
        for (weight, Self { zeros, law }) in parts {
            law.into_kinds(weight * (1.0 - zeros), &mut laws);
        }
        Ok(Self { zeros: zeros.min(1.0), law: Law::mixture(laws) })
    }

    /// A cost that is known: of 0 where there is none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`](crate::ErrorKind::Range) when the amount is negative or not finite.
    pub fn certain(amount: f64) -> Result<Self> {
        Self::empirical(&[amount], None)
    }

    /// This law for those who have any chance of a cost, and a further share `share` of people without one: the
    /// probability of no cost is `share` + (1 − `share`) × what it was.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`](crate::ErrorKind::Range) when `share` is not from 0 to 1.
    pub fn with_zeros(self, share: f64) -> Result<Self> {
        if !(0.0..=1.0).contains(&share) {
            let problem = format!("{share} is not a probability");
            return Err(refused("probability of no cost", &problem, "give a number from 0 to 1"));
        }
        Ok(Self { zeros: share + (1.0 - share) * self.zeros, ..self })
    }

    /// The law of those who have a cost.
    #[must_use]
    pub fn without_zeros(&self) -> Self {
        Self { zeros: 0.0, law: self.law.clone() }
    }

    /// The law of `factor` × X: other units of money, another year's prices.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`](crate::ErrorKind::Range) when `factor` is not above 0, or a float cannot hold the moments
    /// of the scaled law.
    pub fn scaled(&self, factor: f64) -> Result<Self> {
        positive("factor", factor, "a factor above 0, such as 100 from pounds to pence")?;
        Ok(Self { zeros: self.zeros, law: self.law.scaled(factor)? })
    }

    /// The same law with this mean.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`](crate::ErrorKind::Range) when `mean` is not above 0;
    /// [`ErrorKind::Statistic`](crate::ErrorKind::Statistic) when the mean that the law has is 0 or infinite.
    pub fn rescaled_to(&self, mean: f64) -> Result<Self> {
        positive("mean", mean, "the mean that the law is to have, above 0")?;
        self.check_mean("a mean to rescale")?;
        self.scaled(mean / self.mean())
    }

    fn of(law: Law) -> Self {
        Self { zeros: 0.0, law }
    }
}

impl Law {
    pub(super) fn lognormal(mu: f64, sigma: f64) -> Result<Self> {
        positive("lognormal, sigma", sigma, "a standard deviation of the logarithm above 0, such as 1.5")?;
        let second = 2.0 * mu + 2.0 * sigma * sigma;
        if !(second.abs() <= LARGEST && mu.abs() <= LARGEST / 2.0) {
            let problem =
                format!("with mu {mu} and sigma {sigma} the second moment is no number that can be held");
            return Err(refused("lognormal", &problem, "check that mu is the mean of the logarithm"));
        }
        Ok(Self::Lognormal(Lognormal { mu, sigma }))
    }

    pub(super) fn gamma(shape: f64, scale: f64) -> Result<Self> {
        if !SHAPES.contains(&shape) {
            let remedy = "give a shape from 0.001 to 1,000; a cost that hardly varies is `certain`";
            return Err(refused("gamma, shape", &format!("{shape} is out of range"), remedy));
        }
        positive("gamma, scale", scale, "an amount above 0: the mean over the shape")?;
        Ok(Self::Gamma(Gamma::new(shape, scale)))
    }

    pub(super) fn tail(threshold: f64, xi: f64, beta: f64) -> Result<Self> {
        if !(threshold >= 0.0 && threshold.is_finite()) {
            let problem = format!("{threshold} is no amount from which costs begin");
            return Err(refused("generalised Pareto, threshold", &problem, "give an amount of at least 0"));
        }
        check_tail("generalised Pareto", xi, beta)?;
        Ok(Self::Tail(Tail { threshold, xi, beta }))
    }

    /// One law of several, each with a weight above 0; without any of them there never is a cost.
    pub(super) fn mixture(mut laws: Vec<(f64, Self)>) -> Self {
        if laws.len() == 1
            && let Some((_, only)) = laws.pop()
        {
            return only;
        }
        if !laws.iter().all(|(_, law)| matches!(law, Self::Empirical(_))) {
            return Self::Mixture(Mixture::new(laws));
        }
        let mut atoms = Vec::new();
        for (weight, law) in &laws {
            if let Self::Empirical(law) = law {
                atoms.extend(law.atoms().map(|(value, chance)| (value, weight * chance)));
            }
        }
        Self::Empirical(Empirical::new(atoms))
    }

    /// Adds what it is a mixture of, or itself, with these weights.
    fn into_kinds(self, weight: f64, kinds: &mut Vec<(f64, Self)>) {
        match self {
            Self::Mixture(mixture) => {
                let parts = mixture.into_parts();
                let total: f64 = parts.iter().map(|part| part.weight).sum();
                for part in parts {
                    part.law.into_kinds(weight * part.weight / total, kinds);
                }
            }
            law if weight > 0.0 => kinds.push((weight, law)),
            _ => {}
        }
    }

    /// The law of scale one, and the scale.
    pub(super) fn form(&self) -> (Self, f64) {
        match self {
            Self::Lognormal(law) => (Self::Lognormal(Lognormal { mu: 0.0, ..*law }), law.mu.exp()),
            Self::Gamma(law) => (Self::Gamma(Gamma::new(law.shape, 1.0)), law.scale),
            Self::Tail(law) => {
                let of_one = Tail { threshold: law.threshold / law.beta, xi: law.xi, beta: 1.0 };
                (Self::Tail(of_one), law.beta)
            }
            Self::Empirical(_) | Self::Spliced(_) | Self::Mixture(_) => (self.clone(), 1.0),
        }
    }

    pub(super) fn scaled(&self, factor: f64) -> Result<Self> {
        let held = |amount: f64| {
            let place = "factor, largest amount";
            positive(place, amount, "a factor that leaves amounts that can be held").map(|()| amount)
        };
        Ok(match self {
            Self::Lognormal(law) => Self::lognormal(law.mu + factor.ln(), law.sigma)?,
            Self::Gamma(law) => Self::gamma(law.shape, factor * law.scale)?,
            Self::Tail(law) => Self::tail(factor * law.threshold, law.xi, factor * law.beta)?,
            Self::Empirical(law) => {
                for value in law.values.first().into_iter().chain(law.values.last()) {
                    held(factor * value)?;
                }
                Self::Empirical(law.scaled(factor))
            }
            Self::Spliced(law) => {
                held(factor * law.tail.threshold)?;
                held(factor * law.tail.beta)?;
                Self::Spliced(Box::new(law.scaled(factor)?))
            }
            Self::Mixture(law) => Self::Mixture(law.scaled(factor)?),
        })
    }
}

fn positive(place: &str, value: f64, needed: &str) -> Result<()> {
    if value > 0.0 && value <= 1e150 {
        return Ok(());
    }
    Err(refused(place, &format!("{value} is out of range"), &format!("give {needed}")))
}

fn check_tail(place: &str, xi: f64, beta: f64) -> Result<()> {
    if !(-10.0..=10.0).contains(&xi) {
        let remedy = "give a tail index from -10 to 10, such as 0.3: 1 over the index alpha of a Pareto law";
        return Err(refused(&format!("{place}, xi"), &format!("{xi} is no tail index"), remedy));
    }
    positive(&format!("{place}, beta"), beta, "an amount above 0: the scale of the excesses")
}

fn amount(what: &str, row: usize, value: f64) -> Result<()> {
    if (0.0..=1e150).contains(&value) {
        return Ok(());
    }
    let problem = format!("{value} is no {what}");
    let place = format!("empirical, {what} of row {row} (the first is 0)");
    Err(refused(&place, &problem, "give amounts of 0 or more, and leave out what is missing"))
}
