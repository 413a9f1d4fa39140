//! What varies from one contract of a family to the next.

use crate::{
    contract::{Band, Dated, Document, SharingBands},
    decimal::Exact,
    error::{Error, ErrorKind, Result},
};

/// One thing that varies: a term, or several that vary together.
///
/// ```
/// use capitation::{contract::SharingBands, risk::frontier::{Axis, Setting}};
/// let attachment = Axis::of_term("attachment", &["25000", "50000", "100000"])?;
/// let half = SharingBands::new().upto("0.02", "1").beyond("0.5");
/// let corridor = Axis::new("corridor")
///     .point("none beyond 2 %", vec![
///         Setting::bands("provider's share of a gain", &SharingBands::new().upto("0.02", "1").beyond("0"))?,
///         Setting::bands("provider's share of a loss", &SharingBands::new().upto("0.02", "1").beyond("0"))?,
///     ])
///     .point("half beyond 2 %", vec![
///         Setting::bands("provider's share of a gain", &half)?,
///         Setting::bands("provider's share of a loss", &half)?,
///     ]);
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    pub(super) name: String,
    pub(super) points: Vec<(String, Vec<Setting>)>,
}

/// A term with what it is set to.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    term: String,
    to: To,
}

#[derive(Debug, Clone, PartialEq)]
enum To {
    Value(Exact),
    Bands(Vec<Band>),
}

impl Axis {
    /// Something under a name of its own, without a point yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), points: Vec::new() }
    }

    /// A term that is a single number, with its values as a contract file writes them.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] for text that is not a decimal.
    pub fn of_term(term: &str, values: &[&str]) -> Result<Self> {
        let point = |value: &&str| Ok(((*value).to_owned(), vec![Setting::value(term, value)?]));
        Ok(Self { name: term.to_owned(), points: values.iter().map(point).collect::<Result<_>>()? })
    }

    /// One more point: what it is called, and the terms that are set there.
    #[must_use]
    pub fn point(mut self, label: impl Into<String>, settings: Vec<Setting>) -> Self {
        self.points.push((label.into(), settings));
        self
    }
}

impl Setting {
    /// A term that is a single number.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] for text that is not a decimal.
    pub fn value(term: &str, value: &str) -> Result<Self> {
        let exact = value.parse::<Exact>().map_err(|why| {
            let words = why.to_string();
            let (problem, remedy) = words.split_once("; ").unwrap_or((&words, "write it as it is printed"));
            Error::new(ErrorKind::Value, format!("term `{term}`"), problem, remedy)
        })?;
        Ok(Self { term: term.to_owned(), to: To::Value(exact) })
    }

    /// A term that is bands.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] for text that is not a decimal.
    pub fn bands(term: &str, bands: &SharingBands) -> Result<Self> {
        Ok(Self { term: term.to_owned(), to: To::Bands(bands.bands_of(term)?) })
    }

    /// Puts it into a contract, for the whole period.
    pub(super) fn set(&self, document: &mut Document) -> Result<()> {
        let place = || format!("term `{}`", self.term);
        let Some(term) = document.terms.get_mut(&self.term) else {
            let known: Vec<String> = document.terms.keys().map(|name| format!("`{name}`")).collect();
            let problem = format!("the contract `{}` has no such term", document.name);
            let remedy = format!("vary one of {}", known.join(", "));
            return Err(Error::new(ErrorKind::Unknown, place(), problem, remedy));
        };
        match &self.to {
            To::Value(value) if term.values.is_some() => term.values = Some(Dated::Always(*value)),
            To::Bands(bands) if term.bands.is_some() => term.bands = Some(Dated::Always(bands.clone())),
            To::Value(_) => {
                let remedy = "give it bands, or vary a term with `values`";
                return Err(Error::new(ErrorKind::Value, place(), "it is not a single number", remedy));
            }
            To::Bands(_) => {
                let remedy = "give it a value, or vary a term with `bands`";
                return Err(Error::new(ErrorKind::Value, place(), "it has no bands", remedy));
            }
        }
        Ok(())
    }
}
