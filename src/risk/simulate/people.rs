//! What the people of a cost model cost in drawn years.

use std::collections::HashMap;

use rayon::prelude::*;

use super::{atoms::Atoms, table::Table};
use crate::{
    error::{Error, ErrorKind, Result},
    random::{Purpose, Stream},
    risk::{
        aggregate::RiskCell,
        question::{Amount, Layer},
        severity::Severity,
    },
};

/// 2⁻³² and 2³².
const STEP: f64 = 1.0 / WORDS;
const WORDS: f64 = 4_294_967_296.0;
/// 2⁵²: adding it and taking it away again leaves the nearest whole number of a smaller one.
const WHOLE: f64 = 4_503_599_627_370_496.0;
/// 2⁵³: a float holds every whole number up to it.
pub(super) const EXACT: f64 = 9_007_199_254_740_992.0;
/// People whose costs are drawn before they are added up.
const BLOCK: usize = 512;
/// The most forms of laws that have a table; 64 KiB each.
const TABLES: usize = 128;
/// A form of fewer people has none: making it asks the law some thousands of times.
const FEW: u64 = 8;
/// Of a cell in which fewer have a cost every cost is asked of the law, with more digits than 32 bits have.
const RARE: f64 = 1.0 / 64.0;

/// Everyone whose costs are drawn, by risk cell.
#[derive(Debug)]
pub(super) struct People {
    seed: u64,
    cells: Vec<Cell>,
    forms: Vec<Form>,
}

#[derive(Debug)]
struct Cell {
    people: u32,
    chance: f64,
    form: usize,
    scale: f64,
}

/// A law of costs above 0, of scale one.
#[derive(Debug)]
struct Form {
    severity: Severity,
    way: Way,
}

/// How a cost is found.
#[derive(Debug)]
enum Way {
    Table(Table),
    Atoms(Atoms),
    /// Each is asked of the law.
    Asked,
}

/// Which sums a contract needs of a cell: what its people cost, and layers of it.
#[derive(Debug)]
pub(super) struct Sums(Vec<OfCell>);

/// Where the costs of a cell are added up, and where layers of them.
type OfCell = (Option<usize>, Vec<(usize, Layer)>);

impl Sums {
    pub(super) fn of(amounts: &[Amount], measures: usize, cells: usize) -> Self {
        let of_cell = |cell: usize| {
            let layers = amounts.iter().enumerate().filter_map(|(place, amount)| {
                amount.of.get(cell).copied().flatten().map(|layer| (place, layer))
            });
            let (costs, layers): (Vec<_>, Vec<_>) = layers.partition(|(place, _)| *place < measures);
            (costs.first().map(|(place, _)| *place), layers)
        };
        Self((0..cells).map(of_cell).collect())
    }
}

impl People {
    pub(super) fn new(cells: &[RiskCell], people: &[u32], seed: u64) -> Self {
        let mut known: HashMap<String, usize> = HashMap::new();
        let (mut forms, mut counts, mut made) = (Vec::new(), Vec::new(), Vec::new());
        // People who differ were refused.
        let alike = cells.iter().zip(people).filter_map(|(cell, people)| Some((cell.alike()?.1, people)));
        for (severity, people) in alike {
            let chance = severity.chance_of_cost();
            // Atoms go with their chances.
            let (form, scale) =
                if severity.lumps().is_some() { (severity.clone(), 1.0) } else { severity.form() };
            // A severity that was made is always written.
            let written = serde_json::to_string(&form).unwrap_or_default();
            let place = *known.entry(written).or_insert_with(|| {
                forms.push(form);
                counts.push(0_u64);
                forms.len() - 1
            });
            let fast = if chance < RARE { 0 } else { u64::from(*people) };
            if let Some(count) = counts.get_mut(place) {
                *count += fast;
            }
            made.push(Cell { people: *people, chance, form: place, scale });
        }
        let mut order: Vec<usize> = (0..forms.len()).collect();
        order.sort_by_key(|place| std::cmp::Reverse(counts.get(*place).copied()));
        let mut has_table = vec![false; forms.len()];
        for place in order.into_iter().take(TABLES) {
            if let Some(has) = has_table.get_mut(place) {
                *has = counts.get(place).is_some_and(|count| *count >= FEW);
            }
        }
        let form = |(severity, has_table): (Severity, bool)| {
            let way = match Atoms::of(&severity) {
                Some(atoms) => Way::Atoms(atoms),
                // A table would smooth the atoms of a mixture.
                None if has_table && !severity.has_lumps() => Way::Table(Table::of(&severity)),
                None => Way::Asked,
            };
            Form { severity, way }
        };
        let forms = forms.into_par_iter().zip(has_table).map(form).collect();
        Self { seed, cells: made, forms }
    }

    /// Adds up what everyone costs in a year of a scenario, and layers of it: whole minor units, each cost multiplied by the
    /// factor of the cell before it is rounded.
    pub(super) fn add(
        &self,
        [scenario, year]: [u64; 2],
        factors: &[f64],
        sums: &Sums,
        totals: &mut [f64],
    ) -> Result<()> {
        let mut costs = [0.0; BLOCK];
        for (((place, cell), factor), (cost, layers)) in
            self.cells.iter().enumerate().zip(factors).zip(&sums.0)
        {
            let mut drawing = Drawing::new(self, cell, [scenario, year], place as u64, *factor);
            let mut left = cell.people as usize;
            while left > 0 {
                let block = costs.get_mut(..left.min(BLOCK)).unwrap_or_default();
                drawing.fill(block);
                let mut add = |place: usize, sum: f64| {
                    if let Some(total) = totals.get_mut(place) {
                        *total += sum;
                    }
                };
                if let Some(place) = cost {
                    add(*place, sum(block, |cost| cost));
                }
                for (place, Layer { above, limit }) in layers {
                    // As `Layer::of`, in a form of which the compiler makes one instruction for several costs.
                    let of = |cost: f64| {
                        let over = cost - above;
                        let over = if over > 0.0 { over } else { 0.0 };
                        if over < *limit { over } else { *limit }
                    };
                    add(*place, sum(block, of));
                }
                left -= block.len();
            }
        }
        let is_held = |total: &f64| *total <= EXACT;
        if totals.iter().all(is_held) { Ok(()) } else { Err(too_large(scenario, year)) }
    }
}

/// In eight sums side by side. Of whole numbers every order gives the same; of others this one is always taken.
#[inline]
fn sum(costs: &[f64], of: impl Fn(f64) -> f64) -> f64 {
    let (eights, rest) = costs.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for eight in eights {
        for (sum, cost) in sums.iter_mut().zip(eight) {
            *sum += of(*cost);
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|cost| of(*cost)).sum::<f64>()
}

fn too_large(scenario: u64, year: u64) -> Error {
    Error::new(
        ErrorKind::Arithmetic,
        format!("scenario {scenario}, year {year} (the first are 0)"),
        "what people cost comes to more than 9,007,199,254,740,992 minor units, up to which sums are exact",
        "give a law with a lighter tail, or one that ends; or check the unit of the costs",
    )
}

/// The costs of one cell in one year, drawn in order.
struct Drawing<'a> {
    people: &'a People,
    cell: &'a Cell,
    form: Option<&'a Form>,
    coordinates: [u64; 2],
    item: u64,
    scale: f64,
    stream: Stream,
    drawn: u64,
}

impl<'a> Drawing<'a> {
    fn new(people: &'a People, cell: &'a Cell, coordinates: [u64; 2], item: u64, factor: f64) -> Self {
        let stream = Stream::new(people.seed, Purpose::PEOPLE, coordinates, item);
        let (form, scale) = (people.forms.get(cell.form), factor * cell.scale);
        Self { people, cell, form, coordinates, item, scale, stream, drawn: 0 }
    }

    /// The costs of the next people; whole blocks but for the last.
    fn fill(&mut self, costs: &mut [f64]) {
        let mut bytes = [0; 4 * BLOCK];
        let pairs = 8 * costs.len().div_ceil(2);
        let words = bytes.get_mut(..pairs).unwrap_or_default();
        self.stream.fill(words);
        let (words, _) = words.as_chunks();
        match self.form.map(|form| &form.way) {
            Some(Way::Table(table)) if self.cell.chance >= RARE => self.by_table(table, words, costs),
            Some(Way::Atoms(atoms)) => self.by_atoms(atoms, words, costs),
            _ => {
                let limit = self.cell.chance * WORDS;
                for ((place, word), cost) in (self.drawn..).zip(words).zip(costs.iter_mut()) {
                    let word = u32::from_le_bytes(*word);
                    *cost = if f64::from(word) >= limit { 0.0 } else { self.asked(word, place) };
                }
            }
        }
        self.drawn += costs.len() as u64;
    }

    #[inline(never)]
    fn by_table(&self, table: &Table, words: &[[u8; 4]], costs: &mut [f64]) {
        let (step, scale) = (STEP / self.cell.chance, self.scale);
        for ((place, word), cost) in (self.drawn..).zip(words).zip(costs) {
            let word = u32::from_le_bytes(*word);
            let whole = (table.at((f64::from(word) + 0.5) * step) * scale + WHOLE) - WHOLE;
            *cost = if whole < WHOLE { whole } else { self.asked(word, place) };
        }
    }

    #[inline(never)]
    fn by_atoms(&self, atoms: &Atoms, words: &[[u8; 4]], costs: &mut [f64]) {
        for ((place, word), cost) in (self.drawn..).zip(words).zip(costs) {
            let word = u32::from_le_bytes(*word);
            let found = atoms.at(word);
            let found = if found.is_nan() { self.searched(atoms, word, place) } else { found };
            let whole = (found * self.scale + WHOLE) - WHOLE;
            *cost = if whole < WHOLE { whole } else { self.asked(word, place) };
        }
    }

    #[cold]
    fn searched(&self, atoms: &Atoms, word: u32, place: u64) -> f64 {
        atoms.search(word).unwrap_or_else(|| atoms.at_place(u64::from(word) << 32 | self.finer(place) >> 32))
    }

    /// 64 bits more of a person's place.
    #[cold]
    fn finer(&self, place: u64) -> u64 {
        let mut finer = Stream::new(self.people.seed, Purpose::FINER, self.coordinates, self.item);
        finer.seek(place);
        finer.next_u64()
    }

    /// The cost by the law itself, with the upper 53 of 64 bits more.
    #[cold]
    #[allow(clippy::cast_precision_loss)] // 53 bits are held exactly
    fn asked(&self, word: u32, place: u64) -> f64 {
        let finer = ((self.finer(place) >> 11) as f64 + 0.5) / EXACT;
        let of_all = (f64::from(word) + finer) * STEP;
        let Some(Form { severity, .. }) = self.form else { return f64::NAN };
        // Atoms have the chance of a cost in them, other forms are of those who have one.
        let share = of_all * severity.chance_of_cost() / self.cell.chance;
        if share > 1.0 {
            return 0.0;
        }
        (severity.upper_quantile(share).unwrap_or(f64::NAN) * self.scale).round_ties_even()
    }
}
