//! Rows left out of a population, counted and listed.

use std::collections::BTreeSet;
use std::fmt;

use super::fault::Fault;

/// The rows of one column that have one fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    pub(crate) column: String,
    pub(crate) fault: Fault,
    pub(crate) rows: Vec<usize>,
}

impl Rejection {
    /// The caller's name of the column.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// What is wrong with these rows.
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// The rows of the table as handed over, the first being 0, in ascending order.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }
}

/// The rows that were left out, by reason; a row with two faults is listed under both and counted once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rejected {
    pub(crate) reasons: Vec<Rejection>,
    pub(crate) rows: BTreeSet<usize>,
}

impl Rejected {
    pub(crate) fn add(&mut self, column: &str, fault: Fault, row: usize) {
        self.rows.insert(row);
        let known = self.reasons.iter_mut().find(|known| known.fault == fault && known.column == column);
        match known {
            Some(known) => known.rows.push(row),
            None => {
                self.reasons.push(Rejection { column: column.to_owned(), fault, rows: vec![row] });
            }
        }
    }

    /// How many rows were left out.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether every row was kept.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows of the table as handed over, the first being 0, in ascending order.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.rows.iter().copied()
    }

    /// The rows by column and fault, in the order in which they were found.
    pub fn reasons(&self) -> &[Rejection] {
        &self.reasons
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows left out", self.len())?;
        for reason in &self.reasons {
            let first = reason.rows.first().copied().unwrap_or_default();
            write!(
                f,
                "\n  {} in column `{}`: a value {}, first in row {first} (the first row is 0)",
                reason.rows.len(),
                reason.column,
                reason.fault
            )?;
        }
        Ok(())
    }
}
