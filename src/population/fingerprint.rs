//! A fingerprint of the checked columns, to stamp results with.

use rayon::prelude::*;

use super::columns::{Columns, Ids};
use super::deprivation::Deprivation;
use super::measure::Measure;
use super::people::Classes;
use crate::fingerprint::Fingerprint;

/// One column to be hashed: what it is for, the caller's name, the values.
pub(crate) struct Part<'a> {
    pub(crate) role: String,
    pub(crate) column: &'a str,
    pub(crate) values: Values<'a>,
}

pub(crate) enum Values<'a> {
    Integers(&'a [i64]),
    Floats(&'a [f64]),
    Fifths(&'a [u8]),
    Texts(&'a [&'a str]),
    Codes(&'a [u32], &'a [String]),
}

impl Part<'_> {
    /// The hash of one column.
    fn digest(&self) -> [u8; 32] {
        let mut hash = Fingerprint::default();
        hash.text(&self.role);
        hash.text(self.column);
        match self.values {
            Values::Integers(values) => hash.numbers(b"i", values, i64::to_le_bytes),
            // Zero has two signs in floats and one meaning.
            Values::Floats(values) => hash.numbers(b"f", values, |value| (value + 0.0).to_le_bytes()),
            Values::Fifths(values) => hash.numbers(b"i", values, |fifth| u64::from(fifth).to_le_bytes()),
            Values::Texts(values) => {
                hash.bytes(b"t");
                hash.length(values.len());
                for value in values {
                    hash.text(value);
                }
            }
            Values::Codes(codes, labels) => {
                hash.bytes(b"c");
                for label in labels {
                    hash.text(label);
                }
                hash.numbers(b"i", codes, |code| u64::from(code).to_le_bytes());
            }
        }
        hash.digest()
    }
}

/// The parts of a table that are not measures: who, when, which class and cell, with what weight, how deprived.
pub(crate) fn keys<'a>(
    columns: &'a Columns<'_>,
    need: Option<&'a [i64]>,
    [classes, cells]: [Option<&'a Classes>; 2],
    deprivation: Option<&'a Deprivation>,
) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    if let Some((column, ids)) = &columns.person {
        let values = match ids {
            Ids::Integers(values) => Values::Integers(values),
            Ids::Strings(values) => Values::Texts(values),
        };
        parts.push(Part { role: "person".to_owned(), column, values });
    }
    if let Some(column) = &columns.year {
        let values = Values::Integers(&column.values);
        parts.push(Part { role: "year".to_owned(), column: &column.name, values });
    }
    if let (Some(column), Some(need)) = (&columns.need, need) {
        parts.push(Part { role: "need".to_owned(), column: &column.name, values: Values::Integers(need) });
    }
    for (role, classes) in [("class", classes), ("cell", cells)] {
        if let Some(classes) = classes {
            let values = Values::Codes(classes.codes(), classes.labels());
            parts.push(Part { role: role.to_owned(), column: classes.column(), values });
        }
    }
    if let Some(column) = &columns.weight {
        let values = Values::Floats(&column.values);
        parts.push(Part { role: "weight".to_owned(), column: &column.name, values });
    }
    if let Some(column) = deprivation {
        let role = format!("deprivation by {}", column.scale());
        parts.push(Part { role, column: column.column(), values: Values::Fifths(column.fifths()) });
    }
    parts
}

/// A measure as a part.
pub(crate) fn measure<'a>(name: &str, measure: &'a Measure) -> Part<'a> {
    Part {
        role: format!("measure {name}"),
        column: measure.column(),
        values: Values::Integers(measure.values()),
    }
}

/// The fingerprint of all parts, whatever their order: `sha256:` and 64 hexadecimal digits.
pub(crate) fn of(currency: &str, parts: &[Part<'_>]) -> String {
    let mut digests: Vec<[u8; 32]> = parts.par_iter().map(Part::digest).collect();
    digests.sort_unstable();
    let mut hash = Fingerprint::of("capitation population 1");
    hash.text(currency);
    for digest in digests {
        hash.bytes(&digest);
    }
    hash.written()
}
