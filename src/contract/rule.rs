//! The closed set of rules, and the only place where their arithmetic is written.

use serde::{Deserialize, Serialize};

use crate::{money::Rounding, number::Number};

/// What a clause does with the names above it.
///
/// `A` is how a name is held: `String` as written, `usize` once names are resolved to places in the list of
/// amounts. There are no numbers in a rule: each one it needs is an input, a term or an earlier clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule<A = String> {
    /// All of these together.
    Sum(Vec<A>),
    /// One amount less another.
    Difference {
        /// What is taken from.
        of: A,
        /// What is taken away.
        less: A,
    },
    /// A product.
    Times {
        /// The amount.
        of: A,
        /// What it is multiplied by.
        by: A,
    },
    /// A quotient; needs `round` unless it comes out even.
    Per {
        /// The amount.
        of: A,
        /// What it is divided by.
        by: A,
    },
    /// At most.
    Cap {
        /// The amount.
        of: A,
        /// The most it can be.
        at: A,
    },
    /// At least.
    Floor {
        /// The amount.
        of: A,
        /// The least it can be.
        at: A,
    },
    /// All or nothing at a threshold: `of` where the measure is at least the threshold, else `otherwise` or zero.
    Gate {
        /// The amount that is let through.
        of: A,
        /// What is measured.
        measure: A,
        /// The threshold; a measure equal to it passes.
        at_least: A,
        /// What is given where the threshold is not reached; zero where it is left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        otherwise: Option<A>,
    },
    /// The part of an amount above an attachment and within a limit.
    Layer {
        /// The amount.
        of: A,
        /// Where the layer begins; without it the layer has no bottom, and takes negative amounts too.
        #[serde(skip_serializing_if = "Option::is_none")]
        above: Option<A>,
        /// How much the layer holds; without end where it is left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<A>,
    },
    /// A piecewise-linear share of a gain (above zero) and of a loss (below zero).
    Bands {
        /// The gain or loss.
        of: A,
        /// What the bands' bounds are fractions of; where it is left out they are amounts.
        #[serde(skip_serializing_if = "Option::is_none")]
        base: Option<A>,
        /// The bands of a gain.
        gains: A,
        /// The bands of a loss.
        losses: A,
    },
    /// A value from a table.
    Lookup {
        /// The key.
        of: A,
        /// The table: a term with `steps` or `points`.
        table: A,
    },
    /// One part of a sum divided by weights into whole pennies without loss.
    Split {
        /// The sum.
        of: A,
        /// The weights of all parts.
        among: Vec<A>,
        /// The weight whose part this is.
        part: A,
    },
    /// A layer of each person's own amount, summed over people.
    PerPerson {
        /// The input that is measured person by person.
        of: A,
        /// The layer of each person's amount.
        layer: PersonLayer<A>,
        /// Whether the thresholds are for twelve months, and are prorated by each person's member months.
        annualised: bool,
    },
}

/// The layer of one person's amount; its thresholds are terms, one for all or one for each class of person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonLayer<A = String> {
    /// Where the layer begins; without it the layer has no bottom, and takes negative amounts too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<A>,
    /// How much the layer holds; without end where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<A>,
}

impl<A> Rule<A> {
    /// The same rule with each name held in another way: an amount by `amount`, bands and tables by `table`, a
    /// person's input and thresholds by `person`.
    ///
    /// # Errors
    /// The first error of the three.
    pub(crate) fn try_map<B, E>(
        &self,
        mut amount: impl FnMut(&A) -> Result<B, E>,
        mut table: impl FnMut(&A) -> Result<B, E>,
        mut person: impl FnMut(&A) -> Result<B, E>,
    ) -> Result<Rule<B>, E> {
        let a = &mut amount;
        Ok(match self {
            Self::Sum(parts) => Rule::Sum(parts.iter().map(a).collect::<Result<_, _>>()?),
            Self::Difference { of, less } => Rule::Difference { of: a(of)?, less: a(less)? },
            Self::Times { of, by } => Rule::Times { of: a(of)?, by: a(by)? },
            Self::Per { of, by } => Rule::Per { of: a(of)?, by: a(by)? },
            Self::Cap { of, at } => Rule::Cap { of: a(of)?, at: a(at)? },
            Self::Floor { of, at } => Rule::Floor { of: a(of)?, at: a(at)? },
            Self::Gate { of, measure, at_least, otherwise } => Rule::Gate {
                of: a(of)?,
                measure: a(measure)?,
                at_least: a(at_least)?,
                otherwise: otherwise.as_ref().map(a).transpose()?,
            },
            Self::Layer { of, above, limit } => Rule::Layer {
                of: a(of)?,
                above: above.as_ref().map(&mut *a).transpose()?,
                limit: limit.as_ref().map(a).transpose()?,
            },
            Self::Bands { of, base, gains, losses } => Rule::Bands {
                of: a(of)?,
                base: base.as_ref().map(a).transpose()?,
                gains: table(gains)?,
                losses: table(losses)?,
            },
            Self::Lookup { of, table: name } => Rule::Lookup { of: a(of)?, table: table(name)? },
            Self::Split { of, among, part } => Rule::Split {
                of: a(of)?,
                among: among.iter().map(&mut *a).collect::<Result<_, _>>()?,
                part: a(part)?,
            },
            Self::PerPerson { of, layer, annualised } => Rule::PerPerson {
                of: person(of)?,
                layer: PersonLayer {
                    above: layer.above.as_ref().map(&mut person).transpose()?,
                    limit: layer.limit.as_ref().map(person).transpose()?,
                },
                annualised: *annualised,
            },
        })
    }

    /// The names that the rule reads, in the order in which they are written.
    pub fn operands(&self) -> Vec<&A> {
        match self {
            Self::Sum(parts) => parts.iter().collect(),
            Self::Difference { of, less } => vec![of, less],
            Self::Times { of, by } | Self::Per { of, by } => vec![of, by],
            Self::Cap { of, at } | Self::Floor { of, at } => vec![of, at],
            Self::Gate { of, measure, at_least, otherwise } => {
                [Some(of), Some(measure), Some(at_least), otherwise.as_ref()].into_iter().flatten().collect()
            }
            Self::Layer { of, above, limit } => {
                [Some(of), above.as_ref(), limit.as_ref()].into_iter().flatten().collect()
            }
            Self::Bands { of, base, gains, losses } => {
                [Some(of), base.as_ref(), Some(gains), Some(losses)].into_iter().flatten().collect()
            }
            Self::Lookup { of, table } => vec![of, table],
            Self::Split { of, among, .. } => std::iter::once(of).chain(among).collect(),
            Self::PerPerson { of, layer, .. } => {
                [Some(of), layer.above.as_ref(), layer.limit.as_ref()].into_iter().flatten().collect()
            }
        }
    }
}

/// A band with its numbers in a reading's own kind.
pub(crate) type BandOf<N> = (Option<N>, N);

/// A table with its numbers in a reading's own kind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TableOf<N> {
    /// Bands of a share.
    Bands(Vec<BandOf<N>>),
    /// Values from a key on.
    Steps(Vec<(N, N)>),
    /// Points of a line.
    Points(Vec<(N, N)>),
}

/// What a rule is evaluated on: the amounts above it, the tables, and the sums over people made beforehand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Above<'a, N> {
    pub(crate) amounts: &'a [N],
    pub(crate) tables: &'a [TableOf<N>],
    pub(crate) over_people: Option<&'a N>,
}

/// Why a rule gave no value: the number refused, or a place does not exist (which a checked contract rules out).
pub(crate) enum Stopped<E> {
    Number(E),
    NoSuchPlace,
}

impl<E> From<E> for Stopped<E> {
    fn from(why: E) -> Self {
        Self::Number(why)
    }
}

impl Rule<usize> {
    /// The value of the rule. A rounding is passed in because a quotient and its rounding are one operation; it
    /// is applied to every other rule too.
    pub(crate) fn eval<N: Number>(
        &self,
        above: &Above<'_, N>,
        rounding: Option<Rounding>,
    ) -> Result<N, Stopped<N::Error>> {
        let value = match self {
            Self::Per { of, by } => return Ok(above.get(*of)?.per(above.get(*by)?, rounding)?),
            Self::Lookup { of, table } => return above.look_up(*of, *table, rounding),
            Self::Sum(parts) => above.sum(parts)?,
            Self::Difference { of, less } => above.get(*of)?.minus(above.get(*less)?)?,
            Self::Times { of, by } => above.get(*of)?.times(above.get(*by)?)?,
            Self::Cap { of, at } => above.get(*of)?.smaller(above.get(*at)?)?,
            Self::Floor { of, at } => above.get(*of)?.larger(above.get(*at)?)?,
            Self::Gate { of, measure, at_least, otherwise } => {
                let zero = N::zero();
                let other = otherwise.map_or(Ok(&zero), |name| above.get(name))?;
                N::choose(above.get(*measure)?, above.get(*at_least)?, above.get(*of)?, other)?
            }
            Self::Layer { of, above: from, limit } => {
                let from = from.map(|name| above.get(name)).transpose()?;
                let limit = limit.map(|name| above.get(name)).transpose()?;
                layer(above.get(*of)?, from, limit)?
            }
            Self::Bands { of, base, gains, losses } => above.share_of(*of, *base, *gains, *losses)?,
            Self::Split { of, among, part } => above.part_of(*of, among, *part)?,
            Self::PerPerson { .. } => above.over_people.ok_or(Stopped::NoSuchPlace)?.clone(),
        };
        Ok(match rounding {
            Some(rounding) => value.rounded(rounding)?,
            None => value,
        })
    }
}

/// The part of `of` above `from` (zero where there is none) and within `limit` (without end where there is none).
pub(crate) fn layer<N: Number>(of: &N, from: Option<&N>, limit: Option<&N>) -> Result<N, N::Error> {
    let beyond = match from {
        Some(from) => of.minus(from)?.larger(&N::zero())?,
        None => of.clone(),
    };
    match limit {
        Some(limit) => beyond.smaller(limit),
        None => Ok(beyond),
    }
}

impl<N: Number> Above<'_, N> {
    fn get(&self, place: usize) -> Result<&N, Stopped<N::Error>> {
        self.amounts.get(place).ok_or(Stopped::NoSuchPlace)
    }

    fn sum(&self, parts: &[usize]) -> Result<N, Stopped<N::Error>> {
        let (first, rest) = parts.split_first().ok_or(Stopped::NoSuchPlace)?;
        let mut sum = self.get(*first)?.clone();
        for part in rest {
            sum = sum.plus(self.get(*part)?)?;
        }
        Ok(sum)
    }

    fn bands(&self, table: usize) -> Result<&[BandOf<N>], Stopped<N::Error>> {
        match self.tables.get(table) {
            Some(TableOf::Bands(bands)) => Ok(bands),
            _ => Err(Stopped::NoSuchPlace),
        }
    }

    /// The share of a gain, less the share of a loss.
    fn share_of(
        &self,
        of: usize,
        base: Option<usize>,
        gains: usize,
        losses: usize,
    ) -> Result<N, Stopped<N::Error>> {
        let amount = self.get(of)?;
        let base = base.map(|name| self.get(name)).transpose()?;
        let gain = banded(&amount.larger(&N::zero())?, base, self.bands(gains)?)?;
        let opposite = N::zero().minus(amount)?;
        let loss = banded(&opposite.larger(&N::zero())?, base, self.bands(losses)?)?;
        let shared = gain.minus(&loss)?;
        Ok(match base {
            // Fractions of a negative base would fall where they should rise.
            Some(base) => shared.where_at_least(base, &N::zero())?,
            None => shared,
        })
    }

    fn part_of(&self, of: usize, among: &[usize], part: usize) -> Result<N, Stopped<N::Error>> {
        let weights = among.iter().map(|w| self.get(*w).cloned()).collect::<Result<Vec<_>, _>>()?;
        let which = among.iter().position(|w| *w == part).ok_or(Stopped::NoSuchPlace)?;
        let parts = self.get(of)?.split(&weights)?;
        parts.into_iter().nth(which).ok_or(Stopped::NoSuchPlace)
    }

    fn look_up(&self, of: usize, table: usize, rounding: Option<Rounding>) -> Result<N, Stopped<N::Error>> {
        let key = self.get(of)?;
        let (first, value) = match self.tables.get(table) {
            Some(TableOf::Steps(rows)) => {
                let (first, rest) = rows.split_first().ok_or(Stopped::NoSuchPlace)?;
                let mut value = first.1.clone();
                for (from, step) in rest {
                    value = N::choose(key, from, step, &value)?;
                }
                let value = rounding.map_or(Ok(value.clone()), |r| value.rounded(r))?;
                (&first.0, value)
            }
            Some(TableOf::Points(points)) => {
                let ((first, _), (_, last)) =
                    points.first().zip(points.last()).ok_or(Stopped::NoSuchPlace)?;
                let mut value = rounding.map_or(Ok(last.clone()), |r| last.rounded(r))?;
                // From the right: each segment holds below its right end.
                for pair in points.windows(2).rev() {
                    let [left, right] = pair else { continue };
                    let between = interpolate(key, left, right, rounding)?;
                    value = N::choose(key, &right.0, &value, &between)?;
                }
                (first, value)
            }
            _ => return Err(Stopped::NoSuchPlace),
        };
        Ok(value.where_at_least(key, first)?)
    }
}

/// What the bands give of an amount that is not negative.
fn banded<N: Number>(amount: &N, base: Option<&N>, bands: &[BandOf<N>]) -> Result<N, N::Error> {
    let mut shared = N::zero();
    let mut below = N::zero();
    for (upto, share) in bands {
        let within = match upto {
            Some(upto) => {
                let end = match base {
                    Some(base) => base.times(upto)?,
                    None => upto.clone(),
                };
                amount.smaller(&end)?
            }
            None => amount.clone(),
        };
        shared = shared.plus(&within.minus(&below)?.times(share)?)?;
        below = within;
    }
    Ok(shared)
}

/// The value between two points: (v₀·(x₁ − x) + v₁·(x − x₀)) / (x₁ − x₀).
fn interpolate<N: Number>(
    key: &N,
    (x0, v0): &(N, N),
    (x1, v1): &(N, N),
    rounding: Option<Rounding>,
) -> Result<N, N::Error> {
    let from_left = v0.times(&x1.minus(key)?)?;
    let from_right = v1.times(&key.minus(x0)?)?;
    from_left.plus(&from_right)?.per(&x1.minus(x0)?, rounding)
}
