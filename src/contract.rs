//! What is agreed: contracts as data.
//!
//! A contract is inputs (what must be measured), terms (what was agreed, dated and with its source) and clauses
//! (what follows, in order). Each clause gives one new name to one [`Rule`] over names above it, so a contract
//! is a waterfall that can be read from top to bottom, and there is nothing else underneath.

mod builder;
mod document;
mod layout;
mod limit;
mod plan;
mod programme;
mod read;
mod rule;
mod term;
mod unit;
pub(crate) mod words;

use std::{path::Path, sync::Arc};

use serde::{Deserialize, Serialize};

pub use builder::{BasePayment, ContractBuilder, Gate, SharedLosses, SharedSavings, SharingBands, StopLoss};
pub use document::{Clause, Document, Example, ExamplePerson, Pays, Role};
pub use limit::{Bound, Limit};
pub use plan::{PersonLayerOn, Plan, Reading, Threshold};
pub use programme::{
    Choice, Editions, Part, Programme, ProgrammeDocument, ProgrammeExample, ProgrammeYear, Track, TrackYear,
    YearBegins,
};
pub use rule::{PersonLayer, Rule};
pub use term::{Band, Dated, Point, Step, Term};
pub use unit::Unit;

pub(crate) use layout::Layout;
pub(crate) use plan::refused;

use crate::{
    decimal::Exact,
    error::Result,
    exposure::{Date, Period},
    fingerprint::Fingerprint,
    money::Currency,
};

/// An agreement between parties on who pays whom for what, checked: every name is defined once and above its
/// use, every unit fits, every share is a share, every limit names an input, every term has a source and a value on the first day.
///
/// ```
/// use capitation::Contract;
/// let contract = Contract::from_toml(r#"
/// name = "Capitation"
/// currency = "GBP"
/// period = { start = 2026-04-01, end = 2027-03-31 }
/// parties = { commissioner = "payer", trust = "provider" }
/// inputs = { "member months" = "count", "actual cost" = "money" }
/// bears = { "actual cost" = "trust" }
///
/// [terms."price per member month"]
/// unit = "money per count"
/// source = "Contract, schedule 3, table 1"
/// values = { 2026-04-01 = "412.50" }
///
/// [[clause]]
/// name = "envelope"
/// rule.times = { of = "member months", by = "price per member month" }
/// pays = { from = "commissioner", to = "trust" }
/// "#)?;
/// assert_eq!(contract.name(), "Capitation");
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Document", into = "Document")]
pub struct Contract {
    document: Document,
    layout: Arc<Layout>,
}

/// Two contracts are the same if what is agreed is the same; only the order of the clauses is part of it.
impl PartialEq for Contract {
    fn eq(&self, other: &Self) -> bool {
        self.document == other.document
    }
}

impl Eq for Contract {}

impl TryFrom<Document> for Contract {
    type Error = crate::Error;

    fn try_from(document: Document) -> Result<Self> {
        Self::new(document)
    }
}

impl From<Contract> for Document {
    fn from(contract: Contract) -> Self {
        contract.document
    }
}

impl Contract {
    /// A contract from its parts.
    ///
    /// # Errors
    /// The first fault: a name that is used twice or not known, units that do not fit, a share outside 0 to 1,
    /// bands that fall, a period reversed, a term without a source or without a value on the first day.
    pub fn new(document: Document) -> Result<Self> {
        let layout = Layout::of(&document).map_err(|fault| fault.error)?;
        Ok(Self { document, layout: Arc::new(layout) })
    }

    /// The first part of a contract, in which nobody need pay yet: it can be settled, and does not read back as a file.
    ///
    /// # Errors
    /// As [`Contract::new`].
    pub(crate) fn calculation(document: Document) -> Result<Self> {
        let layout = Layout::of_calculation(&document).map_err(|fault| fault.error)?;
        Ok(Self { document, layout: Arc::new(layout) })
    }

    /// A contract from a file: TOML, or JSON where the name ends in `.json`.
    ///
    /// # Errors
    /// [`File`](crate::ErrorKind::File) where it cannot be read; otherwise as [`Contract::new`], with the file and the line.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        read::file(path.as_ref())
    }

    /// A contract from TOML.
    ///
    /// # Errors
    /// As [`Contract::new`], with the line.
    pub fn from_toml(text: &str) -> Result<Self> {
        read::toml(text, "contract")
    }

    /// A contract from JSON.
    ///
    /// # Errors
    /// As [`Contract::new`].
    pub fn from_json(text: &str) -> Result<Self> {
        read::json(text, "contract")
    }

    /// The contract as a TOML file that reads back to it.
    ///
    /// # Errors
    /// [`Syntax`](crate::ErrorKind::Syntax) where a name cannot be written as TOML.
    pub fn to_toml(&self) -> Result<String> {
        read::to_toml(&self.document)
    }

    /// What the contract is called.
    pub fn name(&self) -> &str {
        &self.document.name
    }

    /// The currency of every amount.
    pub fn currency(&self) -> Currency {
        self.document.currency
    }

    /// The days it covers.
    pub fn period(&self) -> Period {
        self.document.period
    }

    /// The contract as it is written.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The contract with the terms of one day.
    ///
    /// # Errors
    /// [`Period`](crate::ErrorKind::Period) where the day is outside the contract or a term has no value on it.
    pub fn plan(&self, on: Date) -> Result<Plan> {
        Plan::new(&self.document, &self.layout, on)
    }

    /// The days in the period on which a term changes, without the first.
    pub fn changes(&self) -> Vec<Date> {
        let mut days: Vec<Date> = self
            .document
            .terms
            .values()
            .flat_map(Term::days)
            .filter(|day| *day > self.document.period.start && *day <= self.document.period.end)
            .collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The names of terms, and then of clauses, whose source could not be checked.
    pub fn unverified(&self) -> impl Iterator<Item = &str> {
        let terms = self.document.terms.iter().filter(|(_, term)| term.unverified);
        let clauses = self.document.clause.iter().filter(|clause| clause.unverified);
        terms.map(|(name, _)| name.as_str()).chain(clauses.map(|clause| clause.name.as_str()))
    }

    /// The contract in words: who pays whom for what, clause by clause, with every term and its source.
    pub fn explain(&self) -> String {
        words::contract(&self.document)
    }

    /// A fingerprint of what was agreed: `sha256:` and the digest of the contract as JSON with sorted keys, so
    /// that it is the same for the same contract however its file is laid out.
    pub fn fingerprint(&self) -> String {
        let mut json = serde_json::to_value(&self.document).unwrap_or_default();
        json.sort_all_objects();
        let mut fingerprint = Fingerprint::default();
        fingerprint.bytes(json.to_string().as_bytes());
        fingerprint.written()
    }

    /// The JSON Schema of the contract format.
    pub fn schema() -> serde_json::Value {
        schemars::schema_for!(Document).to_value()
    }

    /// The contract with another value of its scaled term, for the whole period.
    ///
    /// # Errors
    /// As [`Contract::new`].
    pub(crate) fn with_term(&self, name: &str, value: Exact) -> Result<Self> {
        let mut document = self.document.clone();
        if let Some(term) = document.terms.get_mut(name) {
            term.values = Some(Dated::Always(value));
            term.source = format!("scaled to the common outlay; written in {}", term.source);
        }
        Self::new(document)
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }
}
