//! People who all differ, sorted by their scale and their chance of a cost.

use std::{f64::consts::PI, sync::Arc};

use rayon::prelude::*;

use crate::{
    error::{Error, ErrorKind, Result},
    fingerprint::Fingerprint,
    fixed::Sum,
    risk::{
        aggregate::{Band, Different, POINTS, POWERS, Part, RiskCell},
        measures::as_float,
        severity::Severity,
    },
};

/// Up to so many people each have a law for themselves, and so do those of a part that holds no more than it has points.
const FEW: usize = 256;
/// With this variance of the number of costs, the characteristic function of the sum has died out where chances would ask for bands.
const MANY: f64 = 10_000.0;
/// Where bands of chances end: within one, a chance and its complement differ little beside themselves.
const ENDS: [f64; 9] = [0.02, 0.05, 0.12, 0.25, 0.5, 0.75, 0.88, 0.94, 0.97];
/// The most parts of scales.
const MOST: f64 = 2_048.0;
/// Rows that are looked at for what chances are like.
const SAMPLE: usize = 1_000;
/// People are sorted in pieces of so many, whatever the threads.
const PIECE: usize = 8_192;

/// People who differ, whose costs have one shape, in the proportions in which they were given.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sorted {
    /// With a mean of 1 where there is a cost.
    shape: Severity,
    people: f64,
    /// The mean cost of a person, and the chance of one.
    mean: f64,
    chance: f64,
    parts: Arc<[Part]>,
}

impl Sorted {
    pub(super) fn new(shape: &Severity, expected: &[f64], chances: Option<&[f64]>) -> Result<Self> {
        let wide = check_shape(shape, expected, chances)?;
        let rows = Rows { expected, chances, of_shape: shape.chance_of_cost() };
        // What is left where a shape has its zeros taken off has a mean of its own.
        let shape = shape.without_zeros().rescaled_to(1.0)?;
        let Seen { mean, chance, parts } = rows.sorted(wide)?;
        let people = as_float(expected.len());
        Ok(Self { shape, people, mean: mean / people, chance: chance / people, parts: parts.into() })
    }

    pub(super) fn mean_each(&self) -> f64 {
        self.mean
    }

    /// The law of someone with the mean chance and the mean cost.
    pub(super) fn average(&self) -> Result<Severity> {
        if self.chance <= 0.0 {
            return self.shape.clone().with_zeros(1.0);
        }
        self.shape.rescaled_to(self.mean / self.chance)?.with_zeros((1.0 - self.chance).clamp(0.0, 1.0))
    }

    /// So many people in these proportions, whose costs are multiplied by a factor.
    pub(super) fn cell(&self, people: f64, factor: f64) -> RiskCell {
        let different = Different::new(Arc::clone(&self.parts), self.people, people / self.people);
        RiskCell::different(different, self.shape.clone(), factor)
    }

    /// What results depend on.
    pub(super) fn written_to(&self, fingerprint: &mut Fingerprint) {
        fingerprint.text("people who differ");
        let mut numbers = |tag: &[u8], of: &[f64]| {
            fingerprint.numbers(tag, of, |number: f64| number.to_bits().to_le_bytes());
        };
        numbers(b"mean", &[self.people, self.mean, self.chance]);
        for part in &*self.parts {
            numbers(b"scales", &part.logs);
            for band in &part.bands {
                numbers(b"chances", &[band.people, band.centre, band.reach]);
                numbers(b"sums", band.sums.as_flattened());
            }
        }
    }
}

/// How wide a part of scales may be.
fn check_shape(shape: &Severity, expected: &[f64], chances: Option<&[f64]>) -> Result<f64> {
    let refused =
        |problem: String, remedy: &str| Err(Error::new(ErrorKind::Value, "shape of costs", problem, remedy));
    let Some(wide) = shape.smooth_part() else {
        let problem = "people are sorted by the scale of a lognormal or a gamma law, and it is neither";
        return refused(problem.to_owned(), "give one of these, or cells of people who are alike");
    };
    if !(shape.mean() > 0.0 && shape.mean().is_finite()) {
        return refused(format!("its mean is {}", shape.mean()), "give one with a mean above 0");
    }
    let Some(chances) = chances else { return Ok(wide) };
    if shape.zeros() > 0.0 {
        let problem =
            format!("it has a chance of {} of no cost, and people have chances of their own", shape.zeros());
        return refused(problem, "give the shape of costs above 0 alone");
    }
    if chances.len() != expected.len() {
        let problem = format!("there are {} of them and {} expected costs", chances.len(), expected.len());
        let remedy = "give one of each for every person";
        return Err(Error::new(ErrorKind::Value, "chances of a cost", problem, remedy));
    }
    Ok(wide)
}

/// The columns that were given.
#[derive(Clone, Copy)]
struct Rows<'a> {
    expected: &'a [f64],
    chances: Option<&'a [f64]>,
    of_shape: f64,
}

/// What columns come to: the sum of expected costs, that of chances, and the people.
struct Seen {
    mean: f64,
    chance: f64,
    parts: Vec<Part>,
}

impl Rows<'_> {
    fn chance(&self, row: usize) -> f64 {
        self.chances.map_or(self.of_shape, |chances| chances.get(row).copied().unwrap_or(f64::NAN))
    }

    /// Someone for themselves.
    fn one(&self, row: usize) -> Option<Part> {
        let (mean, chance) = (self.expected.get(row).copied()?, self.chance(row));
        let mut sums = [0.0; POWERS];
        sums[0] = 1.0;
        let band = Band { people: 1.0, centre: chance, reach: 0.0, sums: vec![sums] };
        (mean > 0.0).then(|| Part { logs: vec![(mean / chance).ln()], bands: vec![band] })
    }

    fn sorted(&self, wide: f64) -> Result<Seen> {
        let rows = self.expected.len();
        let grid = Grid::new(self, wide);
        let piece = |at: usize| grid.piece(self, at * PIECE..((at + 1) * PIECE).min(rows));
        let pieces: Vec<Result<Piece>> = (0..rows.div_ceil(PIECE)).into_par_iter().map(piece).collect();
        let pieces = pieces.into_iter().collect::<Result<Vec<Piece>>>()?;
        let sum = |of: fn(&Piece) -> f64| {
            let mut sum = Sum::default();
            for piece in &pieces {
                sum.add(of(piece));
            }
            sum.value()
        };
        let (mean, chance) = (sum(|piece| piece.mean), sum(|piece| piece.chance));
        let parts = if rows <= FEW {
            (0..rows).filter_map(|row| self.one(row)).collect()
        } else {
            grid.parts(&pieces, |row| self.one(row))?
        };
        Ok(Seen { mean, chance, parts })
    }
}

fn bad_row(row: usize, mean: f64, chance: f64) -> Error {
    let refused = |place: &str, problem: String, remedy: &str| {
        Error::new(ErrorKind::Range, format!("{place}, row {row}"), problem, remedy)
    };
    if !(mean >= 0.0 && mean.is_finite()) {
        let remedy = "give a mean cost of at least 0, in major units such as pounds";
        return refused("expected costs", format!("{mean} is no mean cost"), remedy);
    }
    if !(0.0..=1.0).contains(&chance) {
        let problem = format!("{chance} is no probability");
        return refused("chances of a cost", problem, "give a number from 0 to 1");
    }
    let problem = format!("{mean} is expected of someone whose chance of a cost is {chance}");
    refused("expected costs", problem, "give a chance above 0, or an expected cost of 0")
}

/// Parts of scales of one width, by bands of chances.
struct Grid {
    wide: f64,
    centres: Vec<f64>,
    is_banded: bool,
}

/// Some people, sorted.
struct Piece {
    mean: f64,
    chance: f64,
    /// The first of their parts, counted from a scale of one on.
    first: f64,
    /// A row of bands for each part.
    heaps: Vec<Heap>,
}

/// People of one part and band.
#[derive(Clone)]
struct Heap {
    people: usize,
    /// Their rows, of the first few.
    rows: [usize; POINTS],
    reach: f64,
    /// By power of what chances differ by: sums of Chebyshev's polynomials of their places in the part.
    sums: [[f64; POINTS]; POWERS],
}

impl Heap {
    const EMPTY: Self = Self { people: 0, rows: [0; POINTS], reach: 0.0, sums: [[0.0; POINTS]; POWERS] };

    #[inline]
    fn add(&mut self, row: usize, place: f64, difference: f64) {
        if let Some(slot) = self.rows.get_mut(self.people) {
            *slot = row;
        }
        self.people += 1;
        self.reach = self.reach.max(difference.abs());
        let mut polynomials = [1.0; POINTS];
        let (mut before, mut now) = (1.0, place);
        for polynomial in polynomials.iter_mut().skip(1) {
            *polynomial = now;
            (before, now) = (now, 2.0 * place * now - before);
        }
        let mut power = 1.0;
        for sums in &mut self.sums {
            for (sum, polynomial) in sums.iter_mut().zip(&polynomials) {
                *sum += power * polynomial;
            }
            power *= difference;
        }
    }

    fn merge(&mut self, other: &Self) {
        for (slot, row) in self.rows.iter_mut().skip(self.people).zip(&other.rows) {
            *slot = *row;
        }
        self.people += other.people;
        self.reach = self.reach.max(other.reach);
        for (sums, others) in self.sums.iter_mut().zip(&other.sums) {
            sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
        }
    }

    fn rows(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().copied().take(self.people)
    }
}

impl Grid {
    /// Whether chances are sorted into bands, and about which chances, is a matter of a sample of the rows.
    fn new(rows: &Rows<'_>, wide: f64) -> Self {
        let all = rows.expected.len();
        let sample: Vec<f64> = (0..all).step_by((all / SAMPLE).max(1)).map(|row| rows.chance(row)).collect();
        let mean =
            |of: &dyn Fn(f64) -> f64| sample.iter().map(|p| of(*p)).sum::<f64>() / as_float(sample.len());
        let is_banded = as_float(all) * mean(&|p| p * (1.0 - p)) < MANY;
        let bounds = || std::iter::once(0.0).chain(ENDS).zip(ENDS.into_iter().chain([1.0]));
        let centres = if is_banded {
            bounds().map(|(from, to)| f64::midpoint(from, to)).collect()
        } else {
            vec![mean(&|p| p).clamp(0.0, 1.0)]
        };
        Self { wide, centres, is_banded }
    }

    fn piece(&self, rows: &Rows<'_>, some: std::ops::Range<usize>) -> Result<Piece> {
        let (mut mean, mut chance_of_all) = (0.0, 0.0);
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut logs = Vec::with_capacity(some.len());
        for row in some.clone() {
            let (expected, chance) = (rows.expected.get(row).copied().unwrap_or(f64::NAN), rows.chance(row));
            let scale = expected / chance;
            let is_right = (0.0..=1.0).contains(&chance) && scale.is_finite() && expected >= 0.0;
            let is_nobody = expected == 0.0 && chance == 0.0;
            if !(is_right || is_nobody) {
                return Err(bad_row(row, expected, chance));
            }
            if expected > 0.0 {
                let at = scale.ln() / self.wide;
                mean += expected;
                chance_of_all += chance;
                (low, high) = (low.min(at), high.max(at));
                logs.push((row, at, chance));
            }
        }
        let first = if low <= high { low.floor() } else { 0.0 };
        let parts = if low <= high { high.floor() - first + 1.0 } else { 0.0 };
        let mut heaps = vec![Heap::EMPTY; self.held(parts)? * self.centres.len()];
        for (row, at, chance) in logs {
            self.add(&mut heaps, row, at - first, chance);
        }
        Ok(Piece { mean, chance: chance_of_all, first, heaps })
    }

    /// So many parts, if they can be held.
    fn held(&self, parts: f64) -> Result<usize> {
        if parts > MOST {
            let apart = (parts * self.wide).exp();
            let problem = format!(
                "they are up to {apart:.0} times as high for one person as for another, where there is a cost: too far apart for a shape as narrow as this"
            );
            let remedy = "give a wider shape, or cells of people who are alike";
            return Err(Error::new(ErrorKind::Range, "expected costs", problem, remedy));
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most 2,048
        Ok(parts as usize)
    }

    #[inline]
    fn add(&self, heaps: &mut [Heap], row: usize, at: f64, chance: f64) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the parts
        let part = at as usize;
        let place = 2.0 * (at - as_float(part)) - 1.0;
        let band = if self.is_banded { ENDS.iter().take_while(|end| chance > **end).count() } else { 0 };
        let centre = self.centres.get(band).copied().unwrap_or_default();
        if let Some(heap) = heaps.get_mut(part * self.centres.len() + band) {
            heap.add(row, place, chance - centre);
        }
    }

    /// The parts that hold somebody: few people have a law each.
    fn parts(&self, pieces: &[Piece], one: impl Fn(usize) -> Option<Part>) -> Result<Vec<Part>> {
        let bands = self.centres.len();
        let each = || pieces.iter().filter(|piece| !piece.heaps.is_empty());
        let first = each().map(|piece| piece.first).fold(f64::INFINITY, f64::min);
        let last =
            each().map(|piece| piece.first + as_float(piece.heaps.len() / bands)).fold(first, f64::max);
        let mut all = vec![Heap::EMPTY; self.held(if first < last { last - first } else { 0.0 })? * bands];
        for piece in each() {
            let from = self.held(piece.first - first)? * bands;
            all.iter_mut().skip(from).zip(&piece.heaps).for_each(|(heap, other)| heap.merge(other));
        }
        let mut parts = Vec::new();
        for (place, heaps) in all.chunks(bands).enumerate() {
            let few = heaps.iter().filter(|heap| heap.people <= POINTS);
            parts.extend(few.flat_map(Heap::rows).filter_map(&one));
            let many = heaps.iter().zip(&self.centres).filter(|(heap, _)| heap.people > POINTS);
            let bands: Vec<Band> = many.map(|(heap, centre)| band(heap, *centre)).collect();
            if !bands.is_empty() {
                let middle = self.wide * (first + as_float(place) + 0.5);
                let logs = points().map(|point| middle + 0.5 * self.wide * point).collect();
                parts.push(Part { logs, bands });
            }
        }
        Ok(parts)
    }
}

/// Chebyshev's points.
fn points() -> impl Iterator<Item = f64> {
    (0..POINTS).map(|at| (PI * (as_float(at) + 0.5) / as_float(POINTS)).cos())
}

/// Sums of polynomials as weights at the points.
fn band(heap: &Heap, centre: f64) -> Band {
    let at = |point: f64| {
        let angle = point.acos();
        heap.sums.map(|sums| {
            let terms = sums.iter().enumerate();
            let term = |(degree, sum): (usize, &f64)| {
                let half = if degree == 0 { 1.0 } else { 2.0 };
                half * sum * (as_float(degree) * angle).cos()
            };
            terms.map(term).sum::<f64>() / as_float(POINTS)
        })
    };
    Band { people: as_float(heap.people), centre, reach: heap.reach, sums: points().map(at).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of places in one part and chances about one, weights reproduce Σ place^a × difference^m up to the powers of
    /// the place and of the difference that there are points and sums for.
    #[test]
    fn weights_keep_powers_of_places_and_chances() {
        let people: Vec<(f64, f64)> = (1..40)
            .map(|row| ((f64::from(row) * 0.618).fract() * 2.0 - 1.0, (f64::from(row) * 0.7).fract() - 0.4))
            .collect();
        let mut heap = Heap::EMPTY;
        people.iter().enumerate().for_each(|(row, (place, difference))| heap.add(row, *place, *difference));
        let band = band(&heap, 0.4);
        for power in 0..POINTS {
            for of_chance in 0..POWERS {
                let to = |x: f64, power: usize| x.powi(i32::try_from(power).unwrap_or(0));
                let expected: f64 = people
                    .iter()
                    .map(|(place, difference)| to(*place, power) * to(*difference, of_chance))
                    .sum();
                let found: f64 =
                    points().zip(&band.sums).map(|(point, sums)| to(point, power) * sums[of_chance]).sum();
                assert!((found - expected).abs() < 1e-12, "{power} {of_chance}: {found} is not {expected}");
            }
        }
    }
}
