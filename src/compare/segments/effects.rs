//! What a person more of a segment brings to the provider, and costs the payer, under a contract.

use super::{
    sample::Sample,
    withheld::{Set, Spread},
};
use crate::{
    compare::{
        marginal::STEP,
        neutral::Neutral,
        prepared::{Column, Ledgers, Panelled, Prepared},
    },
    error::Result,
    population::{ACTUAL_COST, MEMBER_MONTHS, MEMBERS, NEED_WEIGHTED},
    risk::measures::{Estimate, mean},
};

/// One contract in panels of one size.
pub(super) struct Effects<'a> {
    neutral: &'a Neutral,
    prepared: &'a Prepared<'a>,
    panelled: &'a Panelled<'a>,
    size: usize,
    base: Ledgers,
    /// The columns that the contract reads, in the order of their places.
    columns: Vec<Used>,
    /// A hundredth of a panel's member months.
    months: f64,
}

/// A column that a contract reads.
struct Used {
    place: usize,
    /// What one unit more of it does, in the unit of a reading.
    slope: Both,
    /// Each row's amount.
    amounts: Vec<f64>,
}

/// Something of the providers and of the payers.
#[derive(Debug, Clone, Copy, Default)]
struct Both {
    margin: f64,
    outlay: f64,
}

/// What a member month more of a segment does in every panel, in the unit of a reading.
#[derive(Debug)]
pub(super) struct Effect {
    pub(super) margin: Vec<f64>,
    pub(super) outlay: Vec<f64>,
}

/// The mean over panels in major units; the error is that of the draws and of the people.
pub(super) fn over_panels(changes: &[f64], people: f64, major: f64) -> Result<Estimate> {
    let drawn = mean(changes)?;
    Ok(Estimate { mean: drawn.mean * major, se: drawn.se.hypot(people) * major })
}

impl<'a> Effects<'a> {
    pub(super) fn new(
        neutral: &'a Neutral,
        prepared: &'a Prepared<'a>,
        panelled: &'a Panelled<'a>,
        size: usize,
    ) -> Result<Self> {
        let base = panelled.ledgers(&neutral.priced, size, &[])?;
        let mut made = Self { neutral, prepared, panelled, size, base, columns: Vec::new(), months: 0.0 };
        let mut places: Vec<usize> = neutral.priced.columns().collect();
        places.sort_unstable();
        places.dedup();
        for place in 0..prepared.columns().len() {
            let step = mean(&panelled.series(size, place))?.mean * STEP;
            let is_months = matches!(prepared.column(place),
                Some(Column { layer: None, measure, .. }) if measure == MEMBER_MONTHS);
            if is_months {
                made.months = step;
            }
            if places.binary_search(&place).is_ok() {
                let slope = if step > 0.0 { made.slope(place, step)? } else { Both::default() };
                made.columns.push(Used { place, slope, amounts: prepared.amounts(place) });
            }
        }
        Ok(made)
    }

    /// What one unit more of a column does on average.
    fn slope(&self, place: usize, step: f64) -> Result<Both> {
        let (margin, outlay) = self.changes(&self.shift([(place, step)]), step)?;
        Ok(Both { margin: mean(&margin)?.mean, outlay: mean(&outlay)?.mean })
    }

    /// So much more of each of these columns, and of no other.
    fn shift(&self, more: impl IntoIterator<Item = (usize, f64)>) -> Vec<f64> {
        let mut shift = vec![0.0; self.prepared.columns().len()];
        for (place, amount) in more {
            if let Some(slot) = shift.get_mut(place) {
                *slot = amount;
            }
        }
        shift
    }

    /// What a shift of the columns changes in every panel, over a number of steps.
    fn changes(&self, shift: &[f64], steps: f64) -> Result<(Vec<f64>, Vec<f64>)> {
        let moved = self.panelled.ledgers(&self.neutral.priced, self.size, shift)?;
        let apart = |after: Vec<f64>, before: Vec<f64>| -> Vec<f64> {
            after.iter().zip(&before).map(|(after, before)| (after - before) / steps).collect()
        };
        let (providers, payers) = (&self.neutral.priced.providers, &self.neutral.priced.payers);
        Ok((
            apart(moved.together(providers), self.base.together(providers)),
            apart(moved.outlay(payers), self.base.outlay(payers)),
        ))
    }

    /// What each row is worth at the slopes of the columns: to the providers, and in outlay.
    pub(super) fn worth(&self) -> (Vec<f64>, Vec<f64>) {
        let rows = self.prepared.population().len();
        let (mut margin, mut outlay) = (vec![0.0; rows], vec![0.0; rows]);
        for Used { slope, amounts, .. } in &self.columns {
            for ((margin, outlay), amount) in margin.iter_mut().zip(&mut outlay).zip(amounts) {
                *margin += slope.margin * amount;
                *outlay += slope.outlay * amount;
            }
        }
        (margin, outlay)
    }

    /// What one member month more of a set does: the mean over a step of one per cent of a panel's member months, each
    /// with what the average member month of the set has. None where nobody in the set can be drawn.
    pub(super) fn of(&self, set: Set, sample: &Sample<'_>) -> Result<Option<Effect>> {
        if sample.a_month(set, sample.months()).is_none() {
            return Ok(None);
        }
        let more = self.columns.iter().map(|Used { place, amounts, .. }| {
            (*place, sample.a_month(set, amounts).map_or(0.0, |ratio| ratio.value * self.months))
        });
        let shift = self.shift(more);
        let (margin, outlay) = self.changes(&shift, self.months)?;
        Ok(Some(Effect { margin, outlay }))
    }

    /// What a contract tells of a set rests on every column that it reads: on those who were admitted, on those above
    /// an attachment. Gives the people that each is about, where that is not everybody.
    pub(super) fn spreads(&self, fifths: &[u8]) -> Vec<Spread> {
        let population = self.prepared.population();
        let columns = self.prepared.columns();
        let spread = |place: usize| {
            let column = self.prepared.column(place)?;
            let values = columns.get(place)?;
            let value = |row: usize| values.get(row).copied().unwrap_or(0);
            match &column.layer {
                Some((layer, _)) => {
                    let whole = population.measures().get(&column.measure)?.values();
                    let amount = |row: usize| whole.get(row).copied().unwrap_or(0);
                    // What a limit cuts off is as telling as what lies above an attachment.
                    let above = layer.above.is_some();
                    Some(Spread::of(population, fifths, |row| {
                        if above { value(row) > 0 } else { value(row) < amount(row) }
                    }))
                }
                None if is_of_everybody(&column.measure) => None,
                None => Some(Spread::of(population, fifths, |row| value(row) > 0)),
            }
        };
        self.neutral.priced.columns().filter_map(spread).collect()
    }
}

/// Whether a measure is of all people, so that how many have some of it tells nothing.
fn is_of_everybody(measure: &str) -> bool {
    [MEMBER_MONTHS, MEMBERS, ACTUAL_COST, NEED_WEIGHTED].contains(&measure)
}
