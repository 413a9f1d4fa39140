//! What people will cost, by risk cell.

use crate::{
    decimal,
    error::{Error, ErrorKind, Result},
    fingerprint::Fingerprint,
    money::Currency,
    population::ACTUAL_COST,
    risk::{
        aggregate::{Count, RiskCell},
        severity::Severity,
    },
};

/// What people will cost in a year: how many there are in each risk cell, and the law of what one costs, in major units
/// (pounds, dollars). Each is there for the whole year.
///
/// ```
/// use capitation::{money::Currency, risk::{outlook::CostModel, severity::Severity}};
/// let older = Severity::lognormal(7.6, 1.5)?.with_zeros(0.05)?;
/// let model = CostModel::new(Currency::new("GBP")?)
///     .cell("under 65", 40_000, Severity::lognormal(6.2, 1.7)?.with_zeros(0.2)?)?
///     .cell("65 and over", 10_000, older)?;
/// assert_eq!(model.people(), 50_000);
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CostModel {
    currency: Currency,
    measure: String,
    cells: Vec<Cell>,
}

#[derive(Debug, Clone, PartialEq)]
struct Cell {
    name: String,
    people: u32,
    severity: Severity,
}

impl CostModel {
    /// Nobody yet. What people cost is the contract's input `actual cost`.
    pub fn new(currency: Currency) -> Self {
        Self { currency, measure: ACTUAL_COST.to_owned(), cells: Vec::new() }
    }

    /// The same where what people cost is another input of the contract, such as `expenditure`.
    #[must_use]
    pub fn of_input(mut self, measure: impl Into<String>) -> Self {
        self.measure = measure.into();
        self
    }

    /// The same with a cell of people more.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] without people; [`ErrorKind::Name`] where there is a cell of that name.
    pub fn cell(mut self, name: impl Into<String>, people: u32, severity: Severity) -> Result<Self> {
        let name = name.into();
        let place = format!("risk cell `{name}`");
        if people == 0 {
            return Err(Error::new(
                ErrorKind::Range,
                place,
                "nobody is in it",
                "leave it out, or give its people",
            ));
        }
        if self.cells.iter().any(|cell| cell.name == name) {
            return Err(Error::new(
                ErrorKind::Name,
                place,
                "it is there twice",
                "give each cell a name of its own",
            ));
        }
        self.cells.push(Cell { name, people, severity });
        Ok(self)
    }

    /// How many people there are.
    pub fn people(&self) -> u64 {
        self.cells.iter().map(|cell| u64::from(cell.people)).sum()
    }

    /// The currency of the costs.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// What tells it from any other: SHA-256 over its currency, its input and its cells.
    pub fn fingerprint(&self) -> String {
        let mut fingerprint = Fingerprint::of("cost model 1");
        fingerprint.text(self.currency.code());
        fingerprint.text(&self.measure);
        fingerprint.length(self.cells.len());
        for cell in &self.cells {
            fingerprint.text(&cell.name);
            fingerprint.bytes(&u64::from(cell.people).to_le_bytes());
            // A severity that was made is always written.
            fingerprint.text(&serde_json::to_string(&cell.severity).unwrap_or_default());
        }
        fingerprint.written()
    }

    /// The input of a contract that people's costs add up to.
    pub(super) fn measure(&self) -> &str {
        &self.measure
    }

    /// The cells with costs in minor units.
    pub(super) fn in_minor_units(&self) -> Result<Vec<RiskCell>> {
        if self.cells.is_empty() {
            let remedy = "give at least one cell with people";
            return Err(Error::new(ErrorKind::Experience, "cost model", "it has no risk cell", remedy));
        }
        let minor = crate::money::power_of_ten(self.currency.exponent()).map_or(f64::NAN, decimal::to_f64);
        let of = |cell: &Cell| {
            let severity = cell
                .severity
                .scaled(minor)
                .map_err(|why| why.within(format!("risk cell `{}`", cell.name)))?;
            Ok(RiskCell::new(Count::People(f64::from(cell.people)), severity))
        };
        self.cells.iter().map(of).collect()
    }
}
