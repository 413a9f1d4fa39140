//! A window of several years: one total for each person.

use std::hash::Hash;

use indexmap::IndexMap;

use super::check;
use super::twofold::Twofold;
use crate::error::Result;

/// Totals the rows of each person, so that shares over a window of several years are shares of people.
///
/// Gives the people in the order in which they first appear, and the total of each, beside one another. A person is
/// anything that can be told apart: a number, a string, a row index of another table.
///
/// ```
/// use capitation::concentration::{concentration, total_by_person};
/// let (people, totals) = total_by_person(&["ann", "bo", "ann"], &[30.0, 50.0, 40.0])?;
/// assert_eq!((people, totals.as_slice()), (vec!["ann", "bo"], &[70.0, 50.0][..]));
/// assert_eq!(concentration(&totals, None)?.people(), 2.0);
/// # Ok::<(), capitation::Error>(())
/// ```
///
/// # Errors
/// Columns of different lengths; a negative, infinite or missing (NaN) amount, naming its row.
pub fn total_by_person<K: Hash + Eq + Clone>(people: &[K], values: &[f64]) -> Result<(Vec<K>, Vec<f64>)> {
    check::lengths("people", people.len(), values.len())?;
    let mut totals: IndexMap<&K, Twofold> = IndexMap::new();
    for (at, (person, value)) in people.iter().zip(values).enumerate() {
        check::value(at, *value)?;
        let total = totals.entry(person).or_default();
        *total = *total + *value;
    }
    Ok(totals.into_iter().map(|(person, total)| (person.clone(), total.value())).unzip())
}
