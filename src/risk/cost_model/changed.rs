//! A cost model with one of its parts as another.

use super::{CostCell, CostModel, Shock, ShockKind};
use crate::{
    error::{Error, ErrorKind, Result},
    risk::severity::Severity,
};

impl CostModel {
    /// The same with nothing that moves costs together: no shocks, no covariance of cells, and means that are known.
    ///
    /// # Errors
    /// None that a model which was made can have.
    pub fn by_chance_alone(&self) -> Result<Self> {
        let cells = self.cells.iter().map(|cell| cell.clone().mean_error(0.0)).collect::<Result<_>>()?;
        Ok(Self { cells, shocks: Vec::new(), correlated: None, ..self.clone() })
    }

    /// The same with another spread of a shock, which is left out for 0.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] where there is no such shock; [`ErrorKind::Range`] as for a new one.
    pub fn with_spread(&self, shock: &str, spread: f64) -> Result<Self> {
        let Some(place) = self.shocks.iter().position(|other| other.name() == shock) else {
            return Err(unknown("shock", shock, self.shocks.iter().map(Shock::name)));
        };
        let mut shocks = self.shocks.clone();
        if spread == 0.0 {
            shocks.remove(place);
        } else if let Some(old) = shocks.get_mut(place) {
            let new = match old.kind() {
                ShockKind::Additive => Shock::additive(shock, spread)?,
                ShockKind::Multiplicative => Shock::multiplicative(shock, spread)?,
            };
            *old = Shock { cells: old.cells.clone(), ..new };
        }
        Ok(Self { shocks, ..self.clone() })
    }

    /// The same with another law of what one person of a cell costs.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] where there is no such cell.
    pub fn with_law(&self, cell: &str, law: Severity) -> Result<Self> {
        self.with_changed(cell, |cell| Ok(cell.with_severity(law)))
    }

    /// The same with another part of a cell's people who cost nothing; what one costs who costs something stays as it is.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] where there is no such cell; [`ErrorKind::Range`] for a part that is not from 0 to 1.
    pub fn with_zeros(&self, cell: &str, zeros: f64) -> Result<Self> {
        self.with_changed(cell, |cell| {
            let severity = cell.severity().without_zeros().with_zeros(zeros)?;
            Ok(cell.with_severity(severity))
        })
    }

    fn with_changed(&self, name: &str, change: impl FnOnce(&CostCell) -> Result<CostCell>) -> Result<Self> {
        let mut cells = self.cells.clone();
        match cells.iter_mut().find(|cell| cell.name() == name) {
            Some(cell) if cell.is_of_different_people() => {
                return Err(super::not_alike(cell, "another law is one"));
            }
            Some(cell) => *cell = change(cell)?,
            None => return Err(unknown("risk cell", name, self.cells.iter().map(CostCell::name))),
        }
        // What was fitted is not what is there now.
        Ok(Self { cells, fits: Vec::new(), ..self.clone() })
    }
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
    let remedy =
        if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
    Error::new(ErrorKind::Unknown, "cost model", format!("it has no {what} `{name}`"), remedy)
}
