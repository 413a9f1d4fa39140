//! Money shared out among places, and the pace of change. What comes out goes to Python as JSON.

use capitation::{
    Currency, Error, ErrorKind, Money,
    adjustment::{Allocation, Formula, PaceOfChange, Places, Policy},
    table::Table,
};
use indexmap::IndexMap;
use pyo3::prelude::*;
use rust_decimal::Decimal;

use crate::{
    columns::batches, contract::PyContract, decimals::Number, errors::OrRaise, results::json,
    statement::PyStatement,
};

/// Places with the formula and the total by which money is shared out among them.
#[pyclass(name = "_Allocation", module = "capitation._capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyAllocation {
    formula: Formula,
    places: Places,
    total: Option<Money>,
    factors: Vec<(String, Decimal)>,
}

impl PyAllocation {
    /// The allocation at the formula's share for health inequalities, or at another, by place or by larger place.
    fn made(&self, share: Option<&Number>, by: Option<&str>) -> capitation::Result<Allocation> {
        let asked = share.map(|share| self.formula.with_inequality_share(share.0)).transpose()?;
        let formula = asked.as_ref().unwrap_or(&self.formula);
        let made = match self.total {
            Some(total) => formula.divide(&self.places, total)?,
            None => formula.targets(&self.places)?,
        };
        by.map_or(Ok(made.clone()), |group| made.by(group))
    }
}

#[pymethods]
impl PyAllocation {
    #[new]
    fn new(
        table: &Bound<'_, PyAny>,
        contract: &PyContract,
        place: &str,
        columns: IndexMap<String, String>,
        groups: IndexMap<String, String>,
        total: Option<Number>,
        normalise: bool,
    ) -> PyResult<Self> {
        let batches = batches(table).or_raise()?;
        let contract = contract.inner.clone();
        let total = total.map(|total| Money::new(total.0, contract.currency()));
        table
            .py()
            .detach(|| {
                let formula = Formula::of(contract)?;
                let places = read_places(&Table::new(&batches)?, &formula, place, &columns, &groups)?;
                let (places, factors) =
                    if normalise { formula.normalised(&places)? } else { (places, Vec::new()) };
                Ok(Self { formula, places, total, factors })
            })
            .or_raise()
    }

    fn groups(&self) -> Vec<String> {
        self.places.groups().keys().cloned().collect()
    }

    /// The share, the factors of normalised populations, and the allocation.
    fn allocation(&self, py: Python<'_>, share: Option<Number>, by: Option<&str>) -> PyResult<String> {
        let made = py.detach(|| self.made(share.as_ref(), by)).or_raise()?;
        let share = share.map(|share| share.0).or_else(|| self.formula.inequality_share());
        json(&(share, &self.factors, made))
    }

    /// What one share gives beside another.
    fn effect(
        &self,
        py: Python<'_>,
        before: Option<Number>,
        after: Number,
        by: Option<&str>,
    ) -> PyResult<String> {
        let effect = py.detach(|| self.made(Some(&after), by)?.beside(&self.made(before.as_ref(), by)?));
        json(&effect.or_raise()?)
    }

    fn need_within(&self, py: Python<'_>, share: Option<Number>, group: &str) -> PyResult<String> {
        json(&py.detach(|| self.made(share.as_ref(), None)?.need_within(group)).or_raise()?)
    }

    fn statement(&self, share: Option<Number>, place: &str) -> PyResult<PyStatement> {
        let statement = || match share {
            Some(share) => self.formula.with_inequality_share(share.0)?.statement(&self.places, place),
            None => self.formula.statement(&self.places, place),
        };
        statement().or_raise().map(|inner| PyStatement { inner })
    }
}

/// Places from a table: columns of the formula by their names, or by what the table calls them.
fn read_places(
    table: &Table,
    formula: &Formula,
    place: &str,
    columns: &IndexMap<String, String>,
    groups: &IndexMap<String, String>,
) -> capitation::Result<Places> {
    if let Some(unknown) = columns.keys().find(|name| !formula.columns().any(|known| known == name.as_str()))
    {
        let known: Vec<String> = formula.columns().map(|name| format!("`{name}`")).collect();
        let problem = format!("the formula does not ask for `{unknown}`");
        let remedy = format!("it asks for {}", known.join(", "));
        return Err(Error::new(ErrorKind::Unknown, "columns", problem, remedy));
    }
    let mut places = Places::new(table.strings(place)?)?;
    for name in formula.columns() {
        let column = columns.get(name).map_or(name, String::as_str);
        places = places.with_floats(name, &table.floats(column)?)?;
    }
    for (group, column) in groups {
        places = places.with_group(group, table.strings(column)?)?;
    }
    Ok(places)
}

/// What was decided about the pace: the part closed, the tolerance, the most, and the least growth.
type Decided = (Number, Number, Option<Number>, Option<Number>);

/// Openings and weights as they are given.
type Given = (Vec<String>, Vec<f64>, Vec<f64>);

/// What each year gives, and when each place comes near.
#[pyfunction]
#[pyo3(name = "_pace_of_change")]
pub(crate) fn pace_of_change(
    py: Python<'_>,
    table: &Bound<'_, PyAny>,
    columns: [String; 3],
    currency: &str,
    policy: Decided,
    totals: Vec<Number>,
    near: Number,
) -> PyResult<String> {
    let batches = batches(table).or_raise()?;
    let currency = Currency::new(currency).or_raise()?;
    let (closes, within, at_most, least_growth) = policy;
    let policy = Policy {
        closes: closes.0,
        within: within.0,
        at_most: at_most.map(|most| most.0),
        least_growth: least_growth.map(|least| least.0),
    };
    let totals: Vec<Money> = totals.iter().map(|total| Money::new(total.0, currency)).collect();
    let made = py.detach(|| {
        let [place, opening, weight] = &columns;
        let table = Table::new(&batches)?;
        let codes = table.strings(place)?.into_iter().map(Into::into).collect();
        let given = (codes, table.floats(opening)?.into_owned(), table.floats(weight)?.into_owned());
        let path = pace_of(given, currency)?.path(&policy, &totals)?;
        let reached = path.reached(near.0)?;
        Ok((path, reached))
    });
    json(&made.or_raise()?)
}

/// Openings as they are written, to the penny, and weights half up to nine decimals, as columns of places.
fn pace_of((codes, openings, weights): Given, currency: Currency) -> capitation::Result<PaceOfChange> {
    let places = Places::new(codes)?.with_floats("weight", &weights)?;
    let written = |(code, opening): (&String, &f64)| {
        // The shortest digits of a float are those that it was written with.
        opening.to_string().parse::<Decimal>().map(|amount| Money::new(amount, currency)).map_err(|_| {
            let problem = format!("{opening} is not an amount");
            Error::new(ErrorKind::Row, format!("place `{code}`, opening"), problem, "correct the cell")
        })
    };
    let openings =
        places.codes().iter().zip(&openings).map(written).collect::<capitation::Result<Vec<_>>>()?;
    let weights = places.columns().get("weight").cloned().unwrap_or_default();
    PaceOfChange::new(places.codes().to_vec(), &openings, &weights)
}
