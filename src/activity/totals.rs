//! What was paid, by provider, month and rule.

use indexmap::IndexSet;
use serde::{Serialize, Serializer};

use super::{
    delivery::PricedBy,
    lines::Lines,
    pricing::{Finding, NO_GROUP, NO_RULE, Paid, Pricing, Sink},
    unpriced::Unpriced,
};
use crate::error::{Error, ErrorKind, Result};

/// Months a year.
const MONTHS: usize = 12;
/// Rules a line can be paid by.
const RULES: usize = PricedBy::ALL.len();

/// What the lines of one provider, month and rule were paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// How many lines there are.
    pub lines: u64,
    /// What they were paid, in pence.
    pub payment: u64,
    /// Days above the trim point of lines that are one spell; those of lines of many units, and lines that are days
    /// themselves, are not among them.
    pub long_stay_days: u64,
}

impl Cell {
    fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            lines: self.lines.checked_add(other.lines)?,
            payment: self.payment.checked_add(other.payment).filter(|sum| i64::try_from(*sum).is_ok())?,
            long_stay_days: self.long_stay_days.checked_add(other.long_stay_days)?,
        })
    }
}

/// What was paid, by provider, month and rule, as whole pence; and what has no price.
///
/// Totals of parts of a table are added up to the totals of the table ([`Totals::merge`]), on one machine or many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Totals {
    year: String,
    tariff: String,
    market_forces: Option<String>,
    /// Whether lines have dates; nothing before the first.
    dated: Option<bool>,
    /// Whether lines have costs.
    costed: Option<bool>,
    providers: IndexSet<String>,
    /// By rule, and within it by provider and month: most lines are paid by few rules, whose cells lie close together.
    cells: [Vec<Cell>; RULES],
    /// The cost of priced lines in pence, for each cell, where costs are known.
    costs: [Vec<u64>; RULES],
    unpriced: Unpriced,
    rows: usize,
    #[serde(serialize_with = "as_written")]
    activity: Option<u64>,
    /// The place of each distinct provider of the lines at hand.
    #[serde(skip)]
    groups: Vec<u32>,
}

impl Totals {
    /// Nothing yet, to which parts of a table are added.
    pub fn new(pricing: &Pricing<'_>) -> Self {
        Self {
            year: pricing.tariff.year(),
            tariff: pricing.tariff.fingerprint().to_owned(),
            market_forces: pricing.factors.map(|factors| factors.fingerprint().to_owned()),
            dated: None,
            costed: None,
            providers: IndexSet::new(),
            cells: Default::default(),
            costs: Default::default(),
            unpriced: Unpriced::default(),
            rows: 0,
            activity: pricing.no_lines(),
            groups: Vec::new(),
        }
    }

    /// Adds the next parts of a table, in their order, on the threads there are.
    ///
    /// # Errors
    /// As [`Pricing::totals`].
    pub fn add(&mut self, pricing: &Pricing<'_>, parts: &[Lines<'_>]) -> Result<()> {
        pricing.add(self, parts)
    }

    /// Adds the totals of another part of the same table.
    ///
    /// # Errors
    /// [`ErrorKind::Column`] where one has dates or costs and the other not; [`ErrorKind::Period`] where they are by
    /// other tariffs or factors; [`ErrorKind::Arithmetic`] where a total needs more than 63 bits.
    pub fn merge(&mut self, other: Self) -> Result<()> {
        if (&self.tariff, &self.market_forces) != (&other.tariff, &other.market_forces) {
            return Err(Error::new(
                ErrorKind::Period,
                "totals",
                format!("one is by the tariff of {}, the other by another of {}", self.year, other.year),
                "add up totals that were made by the same tariff and factors",
            ));
        }
        if let (Some(dated), Some(costed)) = (other.dated, other.costed) {
            self.agree(dated, costed)?;
        }
        for (provider, place) in other.providers.iter().zip(0..) {
            let into = self.place_of(provider);
            for (cells, others) in self.cells.iter_mut().zip(&other.cells) {
                for (cell, more) in of_provider_mut(cells, into).iter_mut().zip(of_provider(others, place)) {
                    *cell = cell.plus(*more).ok_or_else(overflow)?;
                }
            }
            for (costs, others) in self.costs.iter_mut().zip(&other.costs) {
                for (cost, more) in of_provider_mut(costs, into).iter_mut().zip(of_provider(others, place)) {
                    *cost = cost.checked_add(*more).ok_or_else(overflow)?;
                }
            }
        }
        self.unpriced.merge(other.unpriced);
        self.rows += other.rows;
        self.activity = self.activity.zip(other.activity).map(|(sum, more)| sum.wrapping_add(more));
        Ok(())
    }

    /// The financial year of the tariff.
    pub fn year(&self) -> &str {
        &self.year
    }

    /// The fingerprint of the tariff.
    pub fn tariff(&self) -> &str {
        &self.tariff
    }

    /// The fingerprint of the lines: the same for the same lines in any order, in one part or many; nothing where it was
    /// not asked for.
    pub fn activity(&self) -> Option<String> {
        self.activity.map(written)
    }

    /// The fingerprint of the market forces factors; nothing where prices are before them.
    pub fn market_forces(&self) -> Option<&str> {
        self.market_forces.as_deref()
    }

    /// How many lines there were, priced or not.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whether lines have dates: without, every month is the first.
    pub fn is_dated(&self) -> bool {
        self.dated == Some(true)
    }

    /// Whether lines have costs.
    pub fn is_costed(&self) -> bool {
        self.costed == Some(true)
    }

    /// The lines without a price.
    pub fn unpriced(&self) -> &Unpriced {
        &self.unpriced
    }

    /// Everything that was paid.
    ///
    /// # Errors
    /// [`ErrorKind::Arithmetic`] where it needs more than 63 bits.
    pub fn total(&self) -> Result<Cell> {
        self.cells
            .iter()
            .flatten()
            .try_fold(Cell::default(), |sum, cell| sum.plus(*cell))
            .ok_or_else(overflow)
    }

    /// What the priced lines cost, in pence; nothing where costs are not known.
    pub fn cost(&self) -> Option<u128> {
        self.is_costed().then(|| self.costs.iter().flatten().map(|cost| u128::from(*cost)).sum())
    }

    /// What was paid by each rule, those without lines left out.
    ///
    /// # Errors
    /// As [`Totals::total`].
    pub fn by_rule(&self) -> Result<Vec<(PricedBy, Cell)>> {
        let mut by_rule = Vec::new();
        for (rule, cells) in PricedBy::ALL.into_iter().zip(&self.cells) {
            let sum =
                cells.iter().try_fold(Cell::default(), |sum, cell| sum.plus(*cell)).ok_or_else(overflow)?;
            if sum.lines > 0 {
                by_rule.push((rule, sum));
            }
        }
        Ok(by_rule)
    }

    /// Each provider, month (1 is April) and rule that has lines: what was paid, and what it cost where costs are known.
    /// Providers are in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, usize, PricedBy, Cell, Option<u64>)> {
        let mut providers: Vec<(&str, usize)> =
            self.providers.iter().enumerate().map(|(place, provider)| (provider.as_str(), place)).collect();
        providers.sort_unstable();
        providers.into_iter().flat_map(move |(provider, place)| {
            (0..MONTHS).flat_map(move |month| {
                PricedBy::ALL.into_iter().filter_map(move |rule| {
                    let at = place * MONTHS + month;
                    let cell =
                        self.cells.get(rule.place())?.get(at).copied().filter(|cell| cell.lines > 0)?;
                    let cost = self.costs.get(rule.place()).and_then(|costs| costs.get(at).copied());
                    Some((provider, month + 1, rule, cell, cost))
                })
            })
        })
    }

    fn place_of(&mut self, provider: &str) -> usize {
        if let Some(place) = self.providers.get_index_of(provider) {
            return place;
        }
        let (place, _) = self.providers.insert_full(provider.to_owned());
        let cells = self.providers.len() * MONTHS;
        for of_rule in &mut self.cells {
            of_rule.resize(cells, Cell::default());
        }
        if self.is_costed() {
            for of_rule in &mut self.costs {
                of_rule.resize(cells, 0);
            }
        }
        place
    }

    /// Takes note of which columns there are; parts of one table have the same.
    fn agree(&mut self, dated: bool, costed: bool) -> Result<()> {
        let differs = |what: &str| {
            let problem = format!("some parts of the table have {what} and others have not");
            Error::new(ErrorKind::Column, "activity", problem, "give parts of one table")
        };
        if *self.dated.get_or_insert(dated) != dated {
            return Err(differs("dates"));
        }
        if *self.costed.get_or_insert(costed) != costed {
            return Err(differs("costs"));
        }
        Ok(())
    }

    /// Adds up the costs of the lines that were priced.
    fn add_costs(&mut self, lines: &Lines<'_>, start: usize, paid: &Paid<'_>) -> Result<()> {
        let Some(costs) = &lines.cost else { return Ok(()) };
        let known = paid.rules.iter().zip(paid.providers).zip(paid.months).zip(costs.iter().skip(start));
        for (((rule, (_, group)), month), cost) in known.filter(|(((rule, _), _), _)| **rule != NO_RULE) {
            let sum =
                self.costs.get_mut(usize::from(*rule)).and_then(|sums| sums.get_mut(place(*group, *month)));
            if let (Some(sum), Ok(cost)) = (sum, u64::try_from(*cost)) {
                *sum = sum.checked_add(cost).ok_or_else(overflow)?;
            }
        }
        Ok(())
    }
}

impl Sink for Totals {
    fn begin(&mut self, lines: &Lines<'_>) -> Result<()> {
        self.agree(lines.date.is_some(), lines.cost.is_some())?;
        let places: Vec<usize> = match &lines.provider {
            Some(provider) => provider.values.iter().map(|name| self.place_of(name.trim())).collect(),
            None => vec![self.place_of("")],
        };
        self.groups = places.into_iter().map(|place| u32::try_from(place).unwrap_or(NO_GROUP)).collect();
        Ok(())
    }

    fn groups(&self) -> &[u32] {
        &self.groups
    }

    fn take(&mut self, lines: &Lines<'_>, start: usize, paid: &Paid<'_>) -> Result<()> {
        let mut highest = 0;
        let known = paid
            .payments
            .iter()
            .zip(paid.rules)
            .zip(paid.long_stay_days)
            .zip(paid.providers)
            .zip(paid.months);
        for ((((payment, rule), days), (_, group)), month) in known {
            // A line without a price has no rule, and so no cell.
            let cells = self.cells.get_mut(usize::from(*rule));
            if let Some(cell) = cells.and_then(|cells| cells.get_mut(place(*group, *month))) {
                cell.lines += 1;
                // The highest payment has 42 bits: a sum that leaves 63 is seen before it leaves 64.
                cell.payment = cell.payment.wrapping_add(*payment);
                highest |= cell.payment;
                cell.long_stay_days += u64::from(*days);
            }
        }
        self.rows += paid.payments.len();
        self.activity = self.activity.map(|sum| sum.wrapping_add(paid.fingerprint));
        if i64::try_from(highest).is_err() {
            return Err(overflow());
        }
        self.add_costs(lines, start, paid)
    }

    fn reject(&mut self, row: usize, finding: Finding, cost: Option<i64>) {
        self.unpriced.add(row, finding, cost);
    }
}

/// The fingerprint of lines as it is written.
pub(super) fn written(activity: u64) -> String {
    format!("lines:{activity:016x}")
}

#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref)] // as serde gives it
fn as_written<S: Serializer>(activity: &Option<u64>, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    activity.map(written).serialize(serializer)
}

/// The place of a cell among those of its rule; beyond the last where there is none.
#[inline]
fn place(group: u32, month: u8) -> usize {
    group as usize * MONTHS + usize::from(month)
}

/// The months of a provider.
fn of_provider<T>(of_rule: &[T], provider: usize) -> &[T] {
    of_rule.get(provider * MONTHS..(provider + 1) * MONTHS).unwrap_or_default()
}

fn of_provider_mut<T>(of_rule: &mut [T], provider: usize) -> &mut [T] {
    of_rule.get_mut(provider * MONTHS..(provider + 1) * MONTHS).unwrap_or_default()
}

fn overflow() -> Error {
    let remedy = "price fewer lines at a time, and add up the totals as decimals";
    Error::new(ErrorKind::Arithmetic, "totals", "a sum needs more than 63 bits of pence", remedy)
}
