//! The answer: top shares, Lorenz curve and Gini coefficient of one set of people.

use super::bin;
use super::boundary::Atom;
use super::bounded::Bounded;
use super::check;
use super::ranked::Denominator;
use super::stamp::{Known, Stamp};
use super::steps::{Builder, Steps};
use super::wide::Wide;
use crate::error::{Error, ErrorKind, Result};

/// How unequally an amount, such as a year's cost, is spread over people.
///
/// **Definitions.** People are ranked from the dearest to the cheapest. The top share s(p) is the part of the total
/// that the first p of all people hold. Where p ends inside a person (or inside a row that stands for several people),
/// that person counts by the fraction needed, so s is continuous, concave, and goes from s(0) = 0 to s(1) = 1. People
/// with the same amount need no rule: whichever of them is taken, the sum is the same. People who cost nothing are
/// people: they are in every denominator. [`users`](Self::users) gives the same statistics without them.
///
/// The Gini coefficient is the mean absolute difference between two people, drawn with replacement, divided by twice
/// the mean: G = Σᵢ Σⱼ wᵢ wⱼ |xᵢ − xⱼ| / (2 W² x̄). It is the population form: no n/(n − 1), so that replication does
/// not change it, and one person who holds everything among n gives (n − 1)/n.
///
/// A weight is the number of people that a row stands for.
///
/// **Errors.** With at most 262,144 rows everything is exact, up to the last rounding of a double (about 1e-15). With
/// more, the share of people of [`STANDARD_SHARES`](super::STANDARD_SHARES) and
/// [`half_held_by`](Self::half_held_by) are exact too; any other statistic comes from bins at most 1/4096 of their
/// value wide, and its `_bounds` say how wrong it can be: for costs that spread over several doublings about 1e-8 for
/// a share and 5e-9 for the Gini coefficient, with an estimate inside that is usually a thousand times closer.
#[derive(Debug, Clone, PartialEq)]
pub struct Concentration {
    steps: Steps,
    gini: Bounded,
    left_out: u64,
    known: Known,
    among: Denominator,
}

impl Concentration {
    pub(super) fn new(steps: Steps, left_out: u64, known: Known) -> Self {
        Self { gini: steps.gini(), steps, left_out, known, among: Denominator::Everyone }
    }

    /// The concentration by sorting: everything exact.
    pub(super) fn sorted(values: &[f64], weights: Option<&[f64]>) -> Result<Self> {
        let mut left_out = 0;
        let mut rows = Vec::with_capacity(values.len());
        if let Some(weights) = weights {
            check::columns(values, weights)?;
            for (value, weight) in values.iter().zip(weights) {
                if *weight > 0.0 {
                    rows.push((value.abs().to_bits(), bin::weight(*weight)));
                } else {
                    left_out += 1;
                }
            }
        } else {
            for (at, value) in values.iter().enumerate() {
                check::value(at, *value)?;
                rows.push((value.abs().to_bits(), Wide::rows(1)));
            }
        }
        rows.sort_unstable_by_key(|(bits, _)| std::cmp::Reverse(*bits));
        let power = rows.first().map_or(0, |(bits, _)| bin::exponent(bin::key(*bits)));
        let mut builder = Builder::new(power, rows.len());
        for same in rows.chunk_by(|(one, _), (other, _)| one == other) {
            // Exact sums: the order of those who hold the same does not matter.
            let mut atom = Atom::default();
            for (_, weight) in same {
                atom.rows += 1;
                atom.weight = atom.weight.plus(*weight).unwrap_or_default();
            }
            if let Some((bits, _)) = same.first() {
                builder.atom(*bits, &atom);
            }
        }
        Ok(Self::new(builder.finish(left_out)?, left_out, Known::OneByOne))
    }

    /// The share of the total that the dearest `people` (a share of all people, 0 to 1) hold.
    ///
    /// ```
    /// use capitation::concentration::concentration;
    /// // Of four people one cost 80 and one 20: the dearest 1.5 of them hold 80 + half of 20.
    /// let costs = concentration(&[0.0, 80.0, 0.0, 20.0], None)?;
    /// assert_eq!(costs.top_share(0.375)?, 0.9);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    ///
    /// # Errors
    /// `people` is not a number from 0 to 1.
    pub fn top_share(&self, people: f64) -> Result<f64> {
        self.top_share_bounds(people).map(Bounded::value)
    }

    /// [`top_share`](Self::top_share) with the bounds that surely hold it.
    ///
    /// # Errors
    /// `people` is not a number from 0 to 1.
    pub fn top_share_bounds(&self, people: f64) -> Result<Bounded> {
        check::share("share of people", people)?;
        Ok(self.steps.top_share(people))
    }

    /// The Gini coefficient, 0 where all hold the same, close to 1 where one holds all.
    pub fn gini(&self) -> f64 {
        self.gini.value()
    }

    /// [`gini`](Self::gini) with the bounds that surely hold it.
    pub fn gini_bounds(&self) -> Bounded {
        self.gini
    }

    /// The Lorenz curve at `points` evenly spaced shares of people: pairs of (share of people, share of the total that
    /// the cheapest such people hold), from (0, 0) to (1, 1).
    ///
    /// # Errors
    /// Fewer than two points.
    pub fn lorenz(&self, points: u32) -> Result<Vec<(f64, f64)>> {
        if points < 2 {
            return Err(Error::new(
                ErrorKind::Range,
                "points of the Lorenz curve",
                format!("{points} do not make a curve"),
                "ask for at least 2",
            ));
        }
        let last = points - 1;
        let point = |at: u32| {
            let people = f64::from(at) / f64::from(last);
            let above = f64::from(last - at) / f64::from(last);
            (people, 1.0 - self.steps.top_share(above).value())
        };
        Ok((0..points).map(point).collect())
    }

    /// The smallest share of people that holds half of the total.
    pub fn half_held_by(&self) -> f64 {
        self.steps.held_by(0.5).value()
    }

    /// The smallest share of people that holds `amount` (a share of the total, 0 to 1).
    ///
    /// # Errors
    /// `amount` is not a number from 0 to 1.
    pub fn held_by(&self, amount: f64) -> Result<f64> {
        self.held_by_bounds(amount).map(Bounded::value)
    }

    /// [`held_by`](Self::held_by) with the bounds that surely hold it.
    ///
    /// # Errors
    /// `amount` is not a number from 0 to 1.
    pub fn held_by_bounds(&self, amount: f64) -> Result<Bounded> {
        check::share("share of the total", amount)?;
        Ok(self.steps.held_by(amount))
    }

    /// The sum of all amounts, each times its weight, in the unit they were given in.
    pub fn total(&self) -> f64 {
        self.steps.total()
    }

    /// The number of people: the sum of the weights, or of the rows where there are no weights.
    pub fn people(&self) -> f64 {
        self.steps.people()
    }

    /// The number of rows, those of weight 0 aside.
    pub fn rows(&self) -> u64 {
        self.steps.rows()
    }

    /// Rows that stayed out because their weight is 0.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The share of people who hold nothing.
    pub fn zero_share(&self) -> f64 {
        self.steps.zero_people() / self.steps.people()
    }

    /// The same total over its users: the people who hold more than nothing.
    ///
    /// With a share q of people at zero, s(p) of the users is s(p (1 − q)) of everybody, and G = q + (1 − q) G of the
    /// users.
    #[must_use]
    pub fn users(&self) -> Self {
        let steps = self.steps.users();
        Self { gini: steps.gini(), steps, among: Denominator::Users, ..*self }
    }

    /// What made these statistics: version, hash of the values, method.
    pub fn stamp(&self) -> Stamp {
        Stamp::of(&self.steps, self.known, self.among)
    }

    /// Whether every amount is known one by one, so that every statistic is exact.
    pub fn is_exact(&self) -> bool {
        self.steps.is_exact()
    }
}
