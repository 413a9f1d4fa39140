//! Cost by age, sex and deprivation, and what a capitation without deprivation takes from the poorest.

mod envelope;
mod given_back;

pub use envelope::{Envelope, FifthEnvelope};
pub use given_back::{FifthGivenBack, GivenBack};

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::amounts::{plus, ratio, times};
use crate::{
    datasets::deprivation::{CostCell, Sex},
    error::{Error, ErrorKind, Result},
    fingerprint::Fingerprint,
    money::Currency,
};

/// How many fifths there are.
const FIFTHS: usize = 5;

/// What a fifth of neighbourhoods by deprivation is called: the most deprived is Core20, NHS England's name for it.
///
/// Source: NHS England, `Core20PLUS5`: the most deprived 20 % of the national population by the Index of Multiple Deprivation.
pub fn fifth_name(quintile: u8) -> &'static str {
    match quintile {
        1 => "Core20 (most deprived fifth)",
        2 => "second most deprived fifth",
        3 => "middle fifth",
        4 => "second least deprived fifth",
        5 => "least deprived fifth",
        _ => "no fifth",
    }
}

/// People and their cost per head in each fifth.
type Fifths = [(Decimal, Decimal); FIFTHS];

/// People of one age, sex and fifth of deprivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeopleOf {
    /// Age in years; one above the highest of the gradient is refused.
    pub age: u8,
    /// Sex.
    pub sex: Sex,
    /// The fifth of neighbourhoods by deprivation, from 1, the most deprived, to 5.
    pub quintile: u8,
    /// How many there are; not below zero, with at most three decimals.
    pub people: Decimal,
}

/// What care costs for one person of each age, sex and fifth of deprivation in one year.
///
/// ```no_run
/// use capitation::adjustment::Gradient;
/// use capitation::datasets::deprivation;
///
/// let cells = deprivation::read("nhs_cost_by_age_sex_imd_quintile.csv")?.rows;
/// let gradient = Gradient::of(&cells, "2014/15")?;
/// let nation = gradient.envelope(&gradient.people())?;
/// for fifth in &nation.fifths {
///     println!("{}: £{} by age and sex alone", fifth.name, fifth.difference);
/// }
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gradient {
    year: String,
    /// People and cost per head of each fifth, by age and sex.
    cells: IndexMap<(u8, Sex), Fifths>,
    /// The mean cost of each age and sex over all fifths.
    means: IndexMap<(u8, Sex), Decimal>,
    oldest: u8,
    currency: Currency,
    fingerprint: String,
}

impl Gradient {
    /// The gradient of one year, from cells as [`read`](crate::datasets::deprivation::read) gives them.
    ///
    /// # Errors
    /// [`Period`](ErrorKind::Period) where no cell is of that year, with the years there are; [`Row`](ErrorKind::Row) where an age
    /// and sex lacks a fifth or has one twice, or a population is not above zero.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a CostCell>, year: &str) -> Result<Self> {
        let mut found: IndexMap<_, [Option<(Decimal, Decimal)>; FIFTHS]> = IndexMap::new();
        let mut years: Vec<&str> = Vec::new();
        for cell in cells {
            if !years.contains(&cell.year.as_str()) {
                years.push(&cell.year);
            }
            if cell.year != year {
                continue;
            }
            let place = || format!("age {}, {}, fifth {} of {year}", cell.age, cell.sex, cell.quintile);
            let fifths = found.entry((cell.age, cell.sex)).or_default();
            let at = usize::from(cell.quintile).checked_sub(1).and_then(|at| fifths.get_mut(at));
            match at {
                Some(empty @ None) if cell.population > Decimal::ZERO => {
                    *empty = Some((cell.population, cell.cost_per_head));
                }
                Some(None) => {
                    return Err(row(place(), "it has no people", "leave the age out of every fifth"));
                }
                Some(Some(_)) => return Err(row(place(), "it is there before", "leave one of the two out")),
                None => return Err(row(place(), "there are five fifths", "number them 1 to 5")),
            }
        }
        if found.is_empty() {
            let problem = format!("there is no cell of {year}");
            let remedy = format!("ask for one of {}", years.join(", "));
            return Err(Error::new(ErrorKind::Period, "gradient", problem, remedy));
        }
        let mut gradient = Self {
            year: year.to_owned(),
            oldest: found.keys().map(|(age, _)| *age).max().unwrap_or_default(),
            cells: IndexMap::new(),
            means: IndexMap::new(),
            currency: Currency::new("GBP")?,
            fingerprint: String::new(),
        };
        let mut fingerprint = Fingerprint::of("gradient 1");
        fingerprint.text(year);
        for ((age, sex), fifths) in found {
            let place = format!("age {age}, {sex} of {year}");
            let missing = || row(place.clone(), "a fifth is missing", "give all five, or leave the age out");
            let all = fifths.into_iter().collect::<Option<Vec<_>>>().ok_or_else(missing)?;
            let all = Fifths::try_from(all).map_err(|_| missing())?;
            let (mut people, mut cost) = (Decimal::ZERO, Decimal::ZERO);
            for (count, each) in &all {
                for text in [age.to_string(), sex.to_string(), count.normalize().to_string()] {
                    fingerprint.text(&text);
                }
                fingerprint.text(&each.normalize().to_string());
                people = plus(&place, people, *count)?;
                cost = plus(&place, cost, times(&place, *count, *each)?)?;
            }
            gradient.means.insert((age, sex), ratio(&place, cost, people)?);
            gradient.cells.insert((age, sex), all);
        }
        gradient.fingerprint = fingerprint.written();
        Ok(gradient)
    }

    /// The financial year of its costs.
    pub fn year(&self) -> &str {
        &self.year
    }

    /// `sha256:` and the digest of its year and cells, in their order.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The people that its costs were measured on: by age, sex and fifth.
    pub fn people(&self) -> Vec<PeopleOf> {
        let of = |(&(age, sex), fifths): (&(u8, Sex), &Fifths)| {
            let fifths = (1..).zip(*fifths);
            fifths
                .map(move |(quintile, (people, _))| PeopleOf { age, sex, quintile, people })
                .collect::<Vec<_>>()
        };
        self.cells.iter().flat_map(of).collect()
    }
}

fn row(place: String, problem: &str, remedy: &str) -> Error {
    Error::new(ErrorKind::Row, place, problem, remedy)
}
