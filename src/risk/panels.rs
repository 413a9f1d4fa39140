//! Panels of people drawn from a population, of several sizes at once.

use std::ops::ControlFlow;

use rayon::prelude::*;

use crate::error::{Error, ErrorKind, Result};
use crate::population::Population;
use crate::random::{Purpose, Stream, place};

/// An `f64` holds every whole number up to this one, 2⁵³.
const EXACT: i64 = 9_007_199_254_740_992;

/// How many panels of which sizes are drawn, and from which seed.
///
/// # How a panel is drawn
///
/// Person `k` of draw `d` is drawn with replacement: each person of the population with equal chance, or, where
/// rows have survey weights, in proportion to the mean of the person's weights; then one of that person's rows with
/// equal chance, or in proportion to the rows' weights. So someone seen for five years is no likelier than someone
/// seen for one. A panel of size N is the first N people of its draw: panels of all sizes are nested, and a
/// difference between sizes is not a difference between people.
///
/// The number used is draw `k` of the [`Stream`] of the seed, [`Purpose::PANELS`], coordinates `[0, 0]` and item
/// `d`: the upper half of its product with the number of rows is a row, and the lower half decides by the row's
/// threshold between it and its alias (Walker 1977, built as by Vose 1991). It depends on neither the number of
/// draws, the sizes, nor the number of threads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panels {
    sizes: Vec<usize>,
    draws: usize,
    seed: u64,
}

impl Panels {
    /// Panels of these sizes (people, ascending, distinct, at least 1), drawn `draws` times (at least 2).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Range`] when a size or the number of draws is not as said.
    pub fn new(sizes: impl Into<Vec<usize>>, draws: usize, seed: u64) -> Result<Self> {
        let sizes = sizes.into();
        let refuse =
            |place: &str, problem, remedy: &str| Err(Error::new(ErrorKind::Range, place, problem, remedy));
        if sizes.is_empty() {
            return refuse("panel sizes", "there are none".to_owned(), "give at least one number of people");
        }
        if sizes.contains(&0) {
            return refuse(
                "panel sizes",
                "a panel of 0 people has no cost".to_owned(),
                "give sizes of at least 1",
            );
        }
        for pair in sizes.windows(2) {
            if let [before, after] = pair
                && before >= after
            {
                let problem = format!("{after} follows {before}");
                return refuse("panel sizes", problem, "give distinct sizes in ascending order");
            }
        }
        if draws < 2 {
            return refuse(
                "draws",
                format!("{draws} is too few for a standard error"),
                "draw at least 2, better 10,000",
            );
        }
        Ok(Self { sizes, draws, seed })
    }

    /// The sizes in people, ascending.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// How many times panels are drawn.
    pub fn draws(&self) -> usize {
        self.draws
    }

    /// The seed of the streams.
    pub fn seed(&self) -> u64 {
        self.seed
    }
}

/// The sums of each measure over the people of each panel.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelSums {
    sizes: Vec<usize>,
    measures: usize,
    draws: usize,
    values: Vec<f64>,
}

impl PanelSums {
    /// The sizes in people, ascending.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// How many measures were added up.
    pub fn measures(&self) -> usize {
        self.measures
    }

    /// How many panels of each size there are.
    pub fn draws(&self) -> usize {
        self.draws
    }

    /// One sum a draw, of the `measure`-th column over the panels of the `size`-th size (both from 0): whole steps
    /// of the measure (minor units, millionths), exact. Empty when there is no such size or measure.
    pub fn of(&self, size: usize, measure: usize) -> &[f64] {
        if size >= self.sizes.len() || measure >= self.measures {
            return &[];
        }
        let start = (size * self.measures + measure) * self.draws;
        self.values.get(start..start + self.draws).unwrap_or_default()
    }
}

/// Draws panels and adds up the measures of their people; `None` when `progress` asked to stop.
///
/// `measures` are columns of one whole number a row, such as [`Measure::values`]. `progress` is called on the
/// calling thread with the draws done and the draws to do, about a hundred times. Sums are of whole numbers, so the
/// result is the same to the bit on any number of threads.
///
/// [`Measure::values`]: crate::population::Measure::values
///
/// # Errors
///
/// [`ErrorKind::Column`] when a measure is not as long as the population; [`ErrorKind::Range`] when the sums do not
/// fit into memory; [`ErrorKind::Arithmetic`] when a sum might be too large to hold, or is beyond the 2⁵³ up to
/// which an `f64` is exact.
///
/// ```
/// use std::ops::ControlFlow;
/// use capitation::money::{Currency, RoundingMode};
/// use capitation::population::{Columns, Population};
/// use capitation::risk::panels::{Panels, draw_sums};
/// # fn main() -> capitation::Result<()> {
/// let columns = Columns::new().member_months("months", vec![12.0; 3]).cost("cost", vec![0.0, 1.0, 8.0]);
/// let population = Population::from_columns(&columns, Currency::new("GBP")?, RoundingMode::HalfUp)?;
/// let cost = population.measure("actual cost")?.values();
/// let panels = Panels::new([10, 100], 50, 1)?;
/// let sums = draw_sums(&population, &[cost], &panels, |_, _| ControlFlow::Continue(()))?;
/// let hundreds = sums.as_ref().map_or(&[][..], |sums| sums.of(1, 0));
/// assert_eq!(hundreds.len(), 50);
/// assert!(hundreds.iter().all(|&pence| pence <= 80_000.0));
/// # Ok(())
/// # }
/// ```
pub fn draw_sums(
    population: &Population,
    measures: &[&[i64]],
    panels: &Panels,
    mut progress: impl FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Option<PanelSums>> {
    let records = Records::new(population.len(), measures)?;
    let largest = panels.sizes.last().copied().unwrap_or_default();
    records.check_range(largest)?;
    let table = Alias::new(population);

    let mut values = room_for(&[panels.sizes.len(), measures.len(), panels.draws])?;
    let batch = batch_of(panels.draws, largest);
    let mut done = 0;
    while done < panels.draws {
        let end = (done + batch).min(panels.draws);
        let drawn: Result<Vec<Vec<f64>>> = (done..end)
            .into_par_iter()
            .map(|draw| {
                let stream = Stream::new(panels.seed, Purpose::PANELS, [0, 0], draw as u64);
                exact(&records.sums(stream, &table, &panels.sizes), draw)
            })
            .collect();
        for (draw, sums) in (done..end).zip(drawn?) {
            for (series, sum) in values.chunks_exact_mut(panels.draws).zip(sums) {
                if let Some(slot) = series.get_mut(draw) {
                    *slot = sum;
                }
            }
        }
        done = end;
        if progress(done, panels.draws).is_break() {
            return Ok(None);
        }
    }
    let (sizes, draws) = (panels.sizes.clone(), panels.draws);
    Ok(Some(PanelSums { sizes, measures: measures.len(), draws, values }))
}

/// Zeros for so many sizes, measures and draws.
fn room_for(counts: &[usize]) -> Result<Vec<f64>> {
    let refuse = || {
        let words: Vec<String> = counts.iter().map(ToString::to_string).collect();
        let problem = format!("{} sums do not fit into memory", words.join(" x "));
        Error::new(ErrorKind::Range, "panel sums", problem, "draw fewer panels")
    };
    let count = counts.iter().try_fold(1_usize, |product, &count| product.checked_mul(count));
    let count = count.ok_or_else(refuse)?;
    let mut values = Vec::new();
    values.try_reserve_exact(count).map_err(|_| refuse())?;
    values.resize(count, 0.0);
    Ok(values)
}

/// Draws between two reports: a hundredth of all, but no more than some ten million people, and enough to share.
fn batch_of(draws: usize, people: usize) -> usize {
    let threads = rayon::current_num_threads();
    let most = (10_000_000 / people.max(1)).max(1);
    draws.div_ceil(100).min(most).max(4 * threads)
}

#[allow(clippy::cast_precision_loss)] // refused where it would lose
fn exact(sums: &[i64], draw: usize) -> Result<Vec<f64>> {
    sums.iter()
        .map(|&sum| {
            if sum.unsigned_abs() <= EXACT.unsigned_abs() {
                Ok(sum as f64)
            } else {
                Err(Error::new(
                    ErrorKind::Arithmetic,
                    format!("draw {draw}"),
                    format!("a sum of {sum} is beyond 9,007,199,254,740,992, up to which it is exact"),
                    "draw smaller panels, or check the unit of the column",
                ))
            }
        })
        .collect()
}

/// The measures of each row together, so that one person is one or two lines of memory.
struct Records {
    width: usize,
    values: Vec<i64>,
}

impl Records {
    fn new(rows: usize, measures: &[&[i64]]) -> Result<Self> {
        for (index, column) in measures.iter().enumerate() {
            if column.len() != rows {
                return Err(Error::new(
                    ErrorKind::Column,
                    format!("measure {index} (the first is 0)"),
                    format!("it has {} rows where the population has {rows}", column.len()),
                    "give one value for each row of the population",
                ));
            }
        }
        let mut values = Vec::with_capacity(rows * measures.len());
        for row in 0..rows {
            values.extend(measures.iter().filter_map(|column| column.get(row)));
        }
        Ok(Self { width: measures.len(), values })
    }

    /// Refuses what might overflow, so that adding up need not look.
    fn check_range(&self, people: usize) -> Result<()> {
        let largest = self.values.iter().map(|value| value.unsigned_abs()).max().unwrap_or_default();
        let bound = u128::from(largest) * people as u128;
        if i64::try_from(bound).is_ok() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Arithmetic,
            "panel sums",
            format!("{people} people of {largest} each could pass 9,223,372,036,854,775,807"),
            "draw smaller panels, or check the unit of the column",
        ))
    }

    fn sums(&self, stream: Stream, table: &Alias, sizes: &[usize]) -> Vec<i64> {
        // The compiler unrolls what it knows the width of.
        match self.width {
            0 => Vec::new(),
            1 => self.add::<1>(stream, table, sizes),
            2 => self.add::<2>(stream, table, sizes),
            3 => self.add::<3>(stream, table, sizes),
            4 => self.add::<4>(stream, table, sizes),
            5 => self.add::<5>(stream, table, sizes),
            6 => self.add::<6>(stream, table, sizes),
            7 => self.add::<7>(stream, table, sizes),
            8 => self.add::<8>(stream, table, sizes),
            _ => self.add_any(stream, table, sizes),
        }
    }

    /// The sums at each size, size by size, of records of `W` values.
    fn add<const W: usize>(&self, mut stream: Stream, table: &Alias, sizes: &[usize]) -> Vec<i64> {
        let (records, _) = self.values.as_chunks::<W>();
        let mut sums = Vec::with_capacity(sizes.len() * W);
        let (mut running, mut people) = ([0_i64; W], 0);
        for &size in sizes {
            for _ in people..size {
                if let Some(record) = records.get(table.row(stream.next_u64())) {
                    for (sum, value) in running.iter_mut().zip(record) {
                        *sum += value;
                    }
                }
            }
            people = size;
            sums.extend_from_slice(&running);
        }
        sums
    }

    fn add_any(&self, mut stream: Stream, table: &Alias, sizes: &[usize]) -> Vec<i64> {
        let mut sums = Vec::with_capacity(sizes.len() * self.width);
        let (mut running, mut people) = (vec![0_i64; self.width], 0);
        for &size in sizes {
            for _ in people..size {
                let start = table.row(stream.next_u64()) * self.width;
                if let Some(record) = self.values.get(start..start + self.width) {
                    for (sum, value) in running.iter_mut().zip(record) {
                        *sum += value;
                    }
                }
            }
            people = size;
            sums.extend_from_slice(&running);
        }
        sums
    }
}

/// An alias table over rows (Walker 1977): a place is kept below its threshold and gives way to its alias above.
struct Alias {
    rows: u32,
    places: Vec<(u64, u32)>,
}

impl Alias {
    fn new(population: &Population) -> Self {
        Self::of(&chances(population))
    }

    /// Vose's construction: places below the mean are topped up from places above it, in row order.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    fn of(chances: &[f64]) -> Self {
        let rows = chances.len();
        let scale = rows as f64 / chances.iter().sum::<f64>();
        let mut scaled: Vec<f64> = chances.iter().map(|chance| chance * scale).collect();
        let mut places: Vec<(u64, u32)> = (0..rows as u32).map(|row| (u64::MAX, row)).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..rows).rev().partition(|&row| scaled.get(row).is_some_and(|&chance| chance < 1.0));
        while let (Some(&below), Some(&above)) = (small.last(), large.last()) {
            small.pop();
            let Some(&chance) = scaled.get(below) else { break };
            if let Some(place) = places.get_mut(below) {
                // A float converts to the nearest whole number within range.
                *place = ((chance * 2.0_f64.powi(64)) as u64, above as u32);
            }
            if let Some(left) = scaled.get_mut(above) {
                *left -= 1.0 - chance;
                if *left < 1.0 {
                    large.pop();
                    small.push(above);
                }
            }
        }
        Self { rows: rows as u32, places }
    }

    #[inline]
    fn row(&self, number: u64) -> usize {
        let (row, rest) = place(number, self.rows);
        match self.places.get(row as usize) {
            Some(&(threshold, alias)) if rest >= threshold => alias as usize,
            _ => row as usize,
        }
    }
}

/// The chance of each row, up to a common factor: the mean weight of its person times its share of the person's
/// weight, which is its own weight over the number of the person's rows.
pub(crate) fn chances(population: &Population) -> Vec<f64> {
    let weights = population.weights();
    // The largest is 1, so that no factor is lost when all are tiny.
    let largest =
        weights.map_or(1.0, |weights| weights.iter().fold(0.0_f64, |most, &weight| most.max(weight)));
    population
        .person_of_row()
        .iter()
        .enumerate()
        .map(|(row, &person)| {
            let rows = population.rows_of_person(person as usize).len();
            let weight = weights.and_then(|weights| weights.get(row)).map_or(1.0, |weight| weight / largest);
            #[allow(clippy::cast_precision_loss)] // a few rows a person
            let share = weight / rows.max(1) as f64;
            share
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::cast_precision_loss)] // close enough to 1e-12
    /// The chance that the table gives each row: its own part below the threshold, and what others pass on.
    fn implied(table: &Alias) -> Vec<f64> {
        let rows = table.places.len();
        let mut implied = vec![0.0; rows];
        for (row, &(threshold, alias)) in table.places.iter().enumerate() {
            let kept = threshold as f64 / 2.0_f64.powi(64);
            implied[row] += kept / rows as f64;
            implied[alias as usize] += (1.0 - kept) / rows as f64;
        }
        implied
    }

    proptest::proptest! {
        /// The table gives every row its chance.
        #[test]
        fn the_alias_table_keeps_every_chance(chances in proptest::collection::vec(0.0_f64..10.0, 1..60)) {
            proptest::prop_assume!(chances.iter().sum::<f64>() > 0.0);
            let total: f64 = chances.iter().sum();
            for (implied, chance) in implied(&Alias::of(&chances)).iter().zip(&chances) {
                proptest::prop_assert!((implied - chance / total).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_row_without_weight_is_never_drawn() {
        let table = Alias::of(&[0.0, 1.0, 0.0, 3.0]);
        let mut stream = Stream::new(3, Purpose::PANELS, [0, 0], 0);
        let drawn: Vec<usize> = (0..10_000).map(|_| table.row(stream.next_u64())).collect();
        assert!(drawn.iter().all(|row| row % 2 == 1));
        let ones = drawn.iter().filter(|&&row| row == 1).count();
        // 2,500 expected, standard deviation 43.
        assert!((2_300..2_700).contains(&ones), "{ones}");
    }
}
