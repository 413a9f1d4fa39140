//! The gradient of cost by deprivation. What comes out goes to Python as JSON.

use std::path::PathBuf;

use capitation::{
    Error, ErrorKind,
    adjustment::{Envelope, Gradient, PeopleOf},
    datasets::{
        Results,
        deprivation::{self, CostCell, Sex},
    },
    table::Table,
};
use pyo3::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::{
    columns::batches,
    decimals::Number,
    errors::{OrRaise, Room},
    results::json,
};

/// Decimals kept of a number of people that comes as a float.
const PEOPLE: u32 = 3;

/// A file of cost by age, sex and deprivation.
#[pyclass(name = "_DeprivationCosts", module = "capitation._capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyDeprivationCosts {
    file: Results<CostCell>,
}

#[pymethods]
impl PyDeprivationCosts {
    #[new]
    fn new(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let file = py.detach(|| deprivation::read(path)).or_raise_in(Room::Results)?;
        Ok(Self { file })
    }

    fn to_json(&self) -> PyResult<String> {
        json(&self.file)
    }

    /// The envelope of the file's own people, or of those in a table.
    fn envelope(
        &self,
        year: &str,
        table: Option<&Bound<'_, PyAny>>,
        columns: [String; 4],
    ) -> PyResult<PyEnvelope> {
        let gradient = Gradient::of(&self.file.rows, year).or_raise_in(Room::Results)?;
        let people = match table {
            None => gradient.people(),
            Some(table) => {
                let batches = batches(table).or_raise()?;
                Table::new(&batches).and_then(|table| read_people(&table, &columns)).or_raise()?
            }
        };
        gradient.envelope(&people).or_raise().map(|inner| PyEnvelope { inner })
    }
}

/// An envelope with deprivation and without.
#[pyclass(name = "_Envelope", module = "capitation._capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyEnvelope {
    inner: Envelope,
}

#[pymethods]
impl PyEnvelope {
    fn to_json(&self) -> PyResult<String> {
        json(&self.inner)
    }

    fn given_back(&self, share: Number, index: [Number; 5]) -> PyResult<String> {
        let index = index.map(|index| index.0);
        json(&self.inner.given_back(share.0, &index).or_raise()?)
    }

    fn share_that_makes_whole(&self, quintile: i64, index: [Number; 5]) -> PyResult<String> {
        // What no fifth is numbered is refused as any other is.
        let quintile = u8::try_from(quintile).unwrap_or_default();
        let index = index.map(|index| index.0);
        json(&self.inner.share_that_makes_whole(quintile, &index).or_raise()?)
    }
}

/// People by age, sex and fifth from a table.
fn read_people(
    table: &Table,
    [age, sex, quintile, people]: &[String; 4],
) -> capitation::Result<Vec<PeopleOf>> {
    let ages = table.integers(age)?;
    let sexes = table.strings(sex)?;
    let quintiles = table.integers(quintile)?;
    let counts = table.floats(people)?;
    let refuse = |row: usize, what: &str, value: &str, remedy: &str| {
        let place = format!("row {row} (the first is 0), {what}");
        Error::new(ErrorKind::Row, place, format!("`{value}` cannot be right"), remedy)
    };
    let mut found = Vec::with_capacity(ages.len());
    let rows = ages.iter().zip(&sexes).zip(quintiles.iter().zip(counts.iter()));
    for (row, ((age, sex), (quintile, people))) in rows.enumerate() {
        let count = people.to_string().parse::<Decimal>().ok().filter(|_| people.is_finite());
        let small = |number: &i64| u8::try_from(*number).ok();
        found.push(PeopleOf {
            age: small(age).ok_or_else(|| refuse(row, "age", &age.to_string(), "give years from 0"))?,
            sex: Sex::read(sex).ok_or_else(|| refuse(row, "sex", sex, "write F or M"))?,
            quintile: small(quintile)
                .ok_or_else(|| refuse(row, "fifth", &quintile.to_string(), "number fifths 1 to 5"))?,
            people: count
                .ok_or_else(|| refuse(row, "people", &people.to_string(), "give how many there are"))?
                .round_dp_with_strategy(PEOPLE, RoundingStrategy::MidpointAwayFromZero),
        });
    }
    Ok(found)
}
