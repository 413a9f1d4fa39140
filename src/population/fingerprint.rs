//! A fingerprint of the checked columns, to stamp results with.

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::columns::{Columns, Ids};
use super::measure::Measure;
use super::people::Classes;

/// One column to be hashed: what it is for, the caller's name, the values.
pub(crate) struct Part<'a> {
    pub(crate) role: String,
    pub(crate) column: &'a str,
    pub(crate) values: Values<'a>,
}

pub(crate) enum Values<'a> {
    Integers(&'a [i64]),
    Floats(&'a [f64]),
    Texts(&'a [&'a str]),
    Codes(&'a [u32], &'a [String]),
}

impl Part<'_> {
    /// The hash of one column. Every text is preceded by its length, every number is eight bytes, lowest first.
    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        text(&mut hash, &self.role);
        text(&mut hash, self.column);
        match self.values {
            Values::Integers(values) => numbers(&mut hash, b"i", values, i64::to_le_bytes),
            // Zero has two signs in floats and one meaning.
            Values::Floats(values) => numbers(&mut hash, b"f", values, |value| (value + 0.0).to_le_bytes()),
            Values::Texts(values) => {
                hash.update(b"t");
                hash.update((values.len() as u64).to_le_bytes());
                for value in values {
                    text(&mut hash, value);
                }
            }
            Values::Codes(codes, labels) => {
                hash.update(b"c");
                for label in labels {
                    text(&mut hash, label);
                }
                numbers(&mut hash, b"i", codes, |code| u64::from(code).to_le_bytes());
            }
        }
        hash.finalize().into()
    }
}

fn text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text.as_bytes());
}

fn numbers<T: Copy>(hash: &mut Sha256, kind: &[u8], values: &[T], bytes: impl Fn(T) -> [u8; 8]) {
    hash.update(kind);
    hash.update((values.len() as u64).to_le_bytes());
    let mut buffer = Vec::with_capacity(8 * 1024);
    for chunk in values.chunks(1024) {
        buffer.clear();
        for &value in chunk {
            buffer.extend_from_slice(&bytes(value));
        }
        hash.update(&buffer);
    }
}

/// The parts of a table that are not measures: who, when, which class, with what weight.
pub(crate) fn keys<'a>(
    columns: &'a Columns<'_>,
    need: Option<&'a [i64]>,
    classes: Option<&'a Classes>,
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
    if let Some(classes) = classes {
        let values = Values::Codes(classes.codes(), classes.labels());
        parts.push(Part { role: "class".to_owned(), column: classes.column(), values });
    }
    if let Some(column) = &columns.weight {
        let values = Values::Floats(&column.values);
        parts.push(Part { role: "weight".to_owned(), column: &column.name, values });
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
    let mut hash = Sha256::new();
    text(&mut hash, "capitation population 1");
    text(&mut hash, currency);
    for digest in digests {
        hash.update(digest);
    }
    hash.finalize().iter().fold("sha256:".to_owned(), |mut hex, byte| {
        for digit in [byte >> 4, byte & 15] {
            hex.extend(char::from_digit(u32::from(digit), 16));
        }
        hex
    })
}
