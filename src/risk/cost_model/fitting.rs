//! How a cost model is to be made of people.

use crate::population::ACTUAL_COST;

/// How a cost model is to be made of people: which costs, of which years, in which cells, by which law.
///
/// # Weights
///
/// Survey weights are respected. As in [`Panels`](crate::risk::panels::Panels), a person is drawn, in proportion to the
/// mean of the person's weights, and then one of that person's years: someone who was seen for five years is no likelier than
/// someone seen for one. Of a survey whose weights stand for the nation in each year, every row is to count by its own weight
/// instead ([`person_years`](Self::person_years)), as its publisher says of pooled years (AHRQ, MEPS HC-036, section 4.0).
///
/// # Parts of a year
///
/// What someone cost in a part of a year is not what that person costs in a year, and twelve months over three times it is no
/// better: those who die, or are born, are dear for a short time. So such people are refused until it is said what they are
/// to be: [`PartialYears`].
///
/// ```
/// use capitation::risk::cost_model::{By, Fitting, Law};
/// let fitting = Fitting::of("actual cost")
///     .in_years([2024, 2025])
///     .by(By::Class)
///     .law(Law::Spliced { at: 0.99 })
///     .people(10_000);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Fitting {
    pub(super) measure: String,
    pub(super) years: Option<Vec<i64>>,
    pub(super) by: Vec<By>,
    pub(super) law: Law,
    pub(super) people: Option<u32>,
    pub(super) is_random: bool,
    pub(super) counts_rows: bool,
    pub(super) mean_errors: Option<bool>,
    pub(super) partial_years: PartialYears,
}

/// A column of a population that makes cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum By {
    /// The column of risk cells.
    Cell,
    /// The column of classes, by which a contract's thresholds may differ: cells keep their class.
    Class,
    /// The fifths of the nation by deprivation.
    Deprivation,
}

/// The law of a cell's costs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Law {
    /// The costs that were seen, with their weights: no one costs more than the dearest person of the table.
    #[default]
    Empirical,
    /// Lognormal, by maximum likelihood. Its largest costs are too large for those of whole populations: see
    /// [`fit`](crate::risk::severity::fit).
    Lognormal,
    /// Gamma, by maximum likelihood.
    Gamma,
    /// Lognormal with the cell's own mean and with top shares that are nearest to the cell's own.
    LognormalToShares,
    /// A lognormal body up to a quantile of the cell's people, and a generalised Pareto tail above it.
    Spliced {
        /// The share of people up to which the body goes, such as 0.99.
        at: f64,
    },
    /// The costs that were seen up to a quantile of the cell's people, and a generalised Pareto tail above it.
    EmpiricalWithTail {
        /// The share of people up to whom costs are as they were seen, such as 0.99.
        at: f64,
    },
}

/// What is done with people who are there for a part of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PartialYears {
    /// They are refused, with their number.
    #[default]
    Refused,
    /// Their costs are taken as they are, and each cell's people are there for their mean months. Total cost and member months
    /// are right; a contract's annual thresholds meet all at the mean months.
    AsTheyAre,
    /// They are cells of their own, there for their mean months, so that annual thresholds meet the others at twelve.
    Apart,
}

impl Fitting {
    /// To what people cost by this measure of the population, an amount of money: `actual cost`, or a care setting. It is the
    /// contract's input of that name. All years, one cell, the law of the costs that were seen, as many people as there are.
    pub fn of(measure: impl Into<String>) -> Self {
        Self {
            measure: measure.into(),
            years: None,
            by: Vec::new(),
            law: Law::default(),
            people: None,
            is_random: false,
            counts_rows: false,
            mean_errors: None,
            partial_years: PartialYears::default(),
        }
    }

    /// To these years alone.
    #[must_use]
    pub fn in_years(mut self, years: impl Into<Vec<i64>>) -> Self {
        self.years = Some(years.into());
        self
    }

    /// In a cell for each value of a column; of several columns, for each combination that there is.
    #[must_use]
    pub fn by(mut self, column: By) -> Self {
        self.by.push(column);
        self
    }

    /// By this law in each cell.
    #[must_use]
    pub fn law(mut self, law: Law) -> Self {
        self.law = law;
        self
    }

    /// For a panel of so many people, of whom each cell has its share, to the nearest whole person (the largest remainders).
    #[must_use]
    pub fn people(mut self, people: u32) -> Self {
        self.people = Some(people);
        self
    }

    /// Where it is not known who is on the panel: each person is of any cell with the cell's chance, so that there is one cell,
    /// a mixture of them all.
    #[must_use]
    pub fn random_composition(mut self) -> Self {
        self.is_random = true;
        self
    }

    /// Where each row counts by its own weight, and not each person.
    #[must_use]
    pub fn person_years(mut self) -> Self {
        self.counts_rows = true;
        self
    }

    /// Whether cells carry the standard errors of their means. Where it is not said, they do if fewer than 10,000 people were
    /// seen in all: then the mean may be off by more than chance moves a panel of some thousands.
    #[must_use]
    pub fn mean_errors(mut self, carried: bool) -> Self {
        self.mean_errors = Some(carried);
        self
    }

    /// What is done with people who are there for a part of a year.
    #[must_use]
    pub fn partial_years(mut self, partial_years: PartialYears) -> Self {
        self.partial_years = partial_years;
        self
    }
}

impl Default for Fitting {
    /// To the cost that every population has.
    fn default() -> Self {
        Self::of(ACTUAL_COST)
    }
}
