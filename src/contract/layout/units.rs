//! The unit of what a rule gives, or why its operands do not fit.

use rust_decimal::Decimal;

use super::names::Names;
use crate::{
    contract::{Dated, Document, PersonLayer, Rule, Unit},
    error::ErrorKind,
};

/// The kind, the problem and the remedy.
pub(super) type UnitFault = (ErrorKind, String, &'static str);

pub(super) fn of(rule: &Rule, names: &Names, document: &Document) -> Result<Unit, UnitFault> {
    let units = Units { names, document };
    match rule {
        Rule::Sum(parts) => units.sum(parts),
        Rule::Difference { of, less } => units.alike("a difference needs one unit", of, less).map(summed),
        Rule::Times { of, by } => units.product(of, by),
        Rule::Per { of, by } => units.quotient(of, by),
        Rule::Cap { of, at } => units.alike("a cap needs the unit of what it caps", of, at),
        Rule::Floor { of, at } => units.alike("a floor needs the unit of what it holds up", of, at),
        Rule::Gate { of, measure, at_least, otherwise } => {
            units.alike("a threshold needs the unit of its measure", measure, at_least)?;
            match otherwise {
                Some(other) => units.alike("both sides of a gate need one unit", of, other),
                None => Ok(units.unit(of)),
            }
        }
        Rule::Layer { of, above, limit } => units.layer(of, above.as_ref(), limit.as_ref()),
        Rule::Bands { of, base, gains, losses } => units.bands(of, base.as_ref(), gains, losses),
        Rule::Lookup { of, table } => units.lookup(of, table),
        Rule::Split { of, among, part } => units.split(of, among, part),
        Rule::PerPerson { of, layer, .. } => units.per_person(of, layer),
    }
}

/// Of a ratio and a share, the ratio.
fn wider(a: Unit, b: Unit) -> Unit {
    if a == b {
        a
    } else if a.fits(Unit::Ratio) {
        Unit::Ratio
    } else {
        a
    }
}

/// A sum or difference of shares may leave the range of a share.
fn summed(unit: Unit) -> Unit {
    if unit == Unit::Share { Unit::Ratio } else { unit }
}

struct Units<'a> {
    names: &'a Names,
    document: &'a Document,
}

impl Units<'_> {
    fn unit(&self, name: &str) -> Unit {
        let place = self.names.places.get(name).copied().unwrap_or(usize::MAX);
        self.names.units.get(place).copied().unwrap_or(Unit::Ratio)
    }

    /// The unit of two amounts that are added or compared.
    fn alike(&self, what: &str, a: &str, b: &str) -> Result<Unit, UnitFault> {
        let (first, second) = (self.unit(a), self.unit(b));
        if first.fits(second) {
            return Ok(wider(first, second));
        }
        Err((
            ErrorKind::Unit,
            format!("{what}: `{a}` is {first} and `{b}` is {second}"),
            "use two amounts of the same unit",
        ))
    }

    fn sum(&self, parts: &[String]) -> Result<Unit, UnitFault> {
        let Some((first, rest)) = parts.split_first() else {
            return Err((ErrorKind::Value, "a sum of nothing".to_owned(), "name what is added up"));
        };
        let unit = rest.iter().try_fold(self.unit(first), |sum, part| {
            self.alike("a sum needs one unit", first, part).map(|unit| wider(sum, unit))
        })?;
        Ok(if rest.is_empty() { unit } else { summed(unit) })
    }

    fn product(&self, of: &str, by: &str) -> Result<Unit, UnitFault> {
        let (a, b) = (self.unit(of), self.unit(by));
        a.times(b).ok_or_else(|| {
            (
                ErrorKind::Unit,
                format!("{a} × {b} has no meaning: `{of}` is {a} and `{by}` is {b}"),
                "multiply by a ratio, a share, or a price for each thing counted",
            )
        })
    }

    fn quotient(&self, of: &str, by: &str) -> Result<Unit, UnitFault> {
        let (a, b) = (self.unit(of), self.unit(by));
        a.per(b).ok_or_else(|| {
            (
                ErrorKind::Unit,
                format!("{a} ÷ {b} has no meaning: `{of}` is {a} and `{by}` is {b}"),
                "divide by a ratio, a share, or an amount of the same unit, or money by a count",
            )
        })
    }

    fn layer(&self, of: &str, above: Option<&String>, limit: Option<&String>) -> Result<Unit, UnitFault> {
        if above.is_none() && limit.is_none() {
            return Err((
                ErrorKind::Value,
                "a layer without an attachment and without a limit is the amount itself".to_owned(),
                "add `above`, `limit` or both",
            ));
        }
        for bound in [above, limit].into_iter().flatten() {
            self.alike("a layer needs one unit", of, bound)?;
        }
        Ok(self.unit(of))
    }

    fn bands(&self, of: &str, base: Option<&String>, gains: &str, losses: &str) -> Result<Unit, UnitFault> {
        let bound = if base.is_some() { Unit::Ratio } else { self.unit(of) };
        if let Some(base) = base {
            self.alike("bands need a base of the amount's unit", of, base)?;
        }
        for name in [gains, losses] {
            let Some(term) = self.document.terms.get(name).filter(|term| term.bands.is_some()) else {
                return Err((
                    ErrorKind::Name,
                    format!("term `{name}` has no bands"),
                    "name a term with `bands`",
                ));
            };
            if !term.unit.fits(bound) {
                return Err((
                    ErrorKind::Unit,
                    format!("the bounds of `{name}` are {}, and {bound} is needed", term.unit),
                    "with a `base` the bounds are ratios, and without one they have the unit of `of`",
                ));
            }
        }
        Ok(summed(self.unit(of)))
    }

    fn lookup(&self, of: &str, table: &str) -> Result<Unit, UnitFault> {
        let term = self.document.terms.get(table).and_then(|term| Some((term, term.of?)));
        match term {
            Some((term, key)) if key.fits(self.unit(of)) => Ok(term.unit),
            Some((_, key)) => Err((
                ErrorKind::Unit,
                format!("`{table}` is looked up by {key}, and `{of}` is {}", self.unit(of)),
                "look it up by an amount of its own unit",
            )),
            None => Err((
                ErrorKind::Name,
                format!("term `{table}` cannot be looked up"),
                "name a term with `steps` or `points`",
            )),
        }
    }

    fn split(&self, of: &str, among: &[String], part: &String) -> Result<Unit, UnitFault> {
        if self.unit(of) != Unit::Money {
            return Err((
                ErrorKind::Unit,
                format!("a split divides money, and `{of}` is {}", self.unit(of)),
                "split an amount of money",
            ));
        }
        if !among.contains(part) {
            return Err((
                ErrorKind::Unknown,
                format!("`{part}` is not among the weights"),
                "name one of `among` as `part`",
            ));
        }
        let twice = among.iter().enumerate().find(|(i, name)| among.iter().take(*i).any(|n| n == *name));
        if let Some((_, name)) = twice {
            return Err((ErrorKind::Name, format!("`{name}` is a weight twice"), "name each weight once"));
        }
        among.iter().try_for_each(|other| self.alike("weights need one unit", part, other).map(|_| ()))?;
        Ok(Unit::Money)
    }

    fn per_person(&self, of: &str, layer: &PersonLayer) -> Result<Unit, UnitFault> {
        if self.document.inputs.get(of) != Some(&Unit::Money) {
            return Err((
                ErrorKind::Unit,
                format!("`{of}` is not an input of unit money"),
                "name the cost that is measured person by person",
            ));
        }
        if layer.above.is_none() && layer.limit.is_none() {
            return Err((
                ErrorKind::Value,
                "the layer has no attachment and no limit".to_owned(),
                "add `above`, `limit` or both",
            ));
        }
        [&layer.above, &layer.limit].into_iter().flatten().try_for_each(|name| self.threshold(name))?;
        Ok(Unit::Money)
    }

    fn threshold(&self, name: &str) -> Result<(), UnitFault> {
        match self.document.terms.get(name) {
            Some(term) if term.unit == Unit::Money => {
                let is_negative = term.values.iter().flat_map(Dated::iter).any(|(_, v)| v.0 < Decimal::ZERO);
                if is_negative {
                    return Err((
                        ErrorKind::Range,
                        format!("the threshold `{name}` is negative"),
                        "write an amount of at least 0",
                    ));
                }
                Ok(())
            }
            Some(term) => Err((
                ErrorKind::Unit,
                format!("the threshold `{name}` is {}, and money is needed", term.unit),
                "give the term the unit money",
            )),
            None => Err((
                ErrorKind::Name,
                format!("the threshold `{name}` is not a term"),
                "declare it under `terms`",
            )),
        }
    }
}
