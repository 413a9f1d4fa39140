//! What varies from one contract of a family to the next.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::{
    contract::{Band, Dated, Document, SharingBands, Unit},
    decimal::Exact,
    error::{Error, ErrorKind, Result},
    money::Currency,
};

/// Steps from one point of an axis to the next, between which a path may lie.
pub(super) const STEPS: u32 = 1_024;
/// Decimals of a share.
const SHARES: u32 = 3;

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

impl Axis {
    /// The place of its last point, in steps from the first.
    pub(super) fn end(&self) -> u32 {
        u32::try_from(self.points.len().saturating_sub(1)).unwrap_or(u32::MAX).saturating_mul(STEPS)
    }

    /// What is set at a place, in steps from the first point. Between two points that set the same terms each lies between
    /// theirs, rounded as such terms are written; between others there is nothing.
    pub(super) fn at(&self, place: u32, document: &Document) -> Option<(String, Vec<Setting>)> {
        let (point, part) = (usize::try_from(place / STEPS).ok()?, Decimal::from(place % STEPS));
        let (label, settings) = self.points.get(point)?;
        if part.is_zero() {
            return Some((label.clone(), settings.clone()));
        }
        let (next_label, next) = self.points.get(point + 1)?;
        let part = part.checked_div(STEPS.into())?;
        let to = |one: &Setting| {
            let other = next.iter().find(|other| other.term == one.term)?;
            one.towards(other, part, document)
        };
        let between: Vec<Setting> = settings.iter().map(to).collect::<Option<_>>()?;
        if next.len() != settings.len() {
            return None;
        }
        let label = match between.as_slice() {
            [Setting { to: To::Value(value), .. }] => value.to_string(),
            _ => format!("{} of the way from {label} to {next_label}", part.round_dp(4)),
        };
        Some((label, between))
    }
}

/// Decimals of a term of this unit that lies between others: whole major units, minor ones of a price, a thousandth of a part.
fn places(unit: Unit, currency: Currency) -> u32 {
    match unit {
        Unit::Money | Unit::Count => 0,
        Unit::MoneyPerCount => currency.exponent(),
        Unit::Ratio | Unit::Share => SHARES,
    }
}

/// Part of the way from one number to another, rounded.
fn towards(one: Exact, other: Exact, part: Decimal, places: u32) -> Option<Exact> {
    let way = other.0.checked_sub(one.0)?.checked_mul(part)?;
    let rounded =
        one.0.checked_add(way)?.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    Some(Exact(rounded.normalize()))
}

impl Setting {
    /// The same term part of the way to another setting of it; nothing where one has other bands than the other.
    fn towards(&self, other: &Self, part: Decimal, document: &Document) -> Option<Self> {
        let places = places(document.terms.get(&self.term)?.unit, document.currency);
        let to = match (&self.to, &other.to) {
            (To::Value(one), To::Value(other)) => To::Value(towards(*one, *other, part, places)?),
            (To::Bands(ones), To::Bands(others)) if ones.len() == others.len() => {
                let band = |(one, other): (&Band, &Band)| {
                    let upto = match (one.upto, other.upto) {
                        (Some(one), Some(other)) => Some(towards(one, other, part, places)?),
                        (None, None) => None,
                        _ => return None,
                    };
                    Some(Band { upto, share: towards(one.share, other.share, part, SHARES)? })
                };
                To::Bands(ones.iter().zip(others).map(band).collect::<Option<_>>()?)
            }
            _ => return None,
        };
        Some(Self { term: self.term.clone(), to })
    }

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
