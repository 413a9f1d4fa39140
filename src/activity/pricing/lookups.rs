//! Distinct texts, looked up once.

use std::sync::Arc;

use twox_hash::XxHash3_64;

use crate::activity::lines::Coded;

/// What was found for the distinct texts of the columns of one part of a table: the next part, which mostly has the same
/// texts in the same places, need not look for them again. Only for parts that are priced alike.
#[derive(Debug, Default)]
pub(crate) struct Lookups {
    pub(super) codes: Known<u32>,
    pub(super) methods: Known<u8>,
    pub(super) classes: Known<u8>,
    pub(super) points: Known<u8>,
    pub(super) providers: Known<u32>,
}

/// The texts of one column, and what was found for them.
#[derive(Debug)]
pub(super) struct Known<T> {
    texts: Vec<Box<str>>,
    found: Found<T>,
}

/// What was found for each distinct text of a column, by its place.
#[derive(Debug, Clone)]
pub(super) struct Found<T> {
    pub(super) values: Arc<[T]>,
    /// Its hash, which says the column too.
    pub(super) hashes: Arc<[u64]>,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { texts: Vec::new(), found: Found { values: Arc::default(), hashes: Arc::default() } }
    }
}

impl<T: Clone> Known<T> {
    /// What is found for the texts of a column.
    pub(super) fn of(&mut self, column: &str, coded: &Coded<'_>, find: impl FnMut(&str) -> T) -> Found<T> {
        let (known, texts) = (&self.texts, &coded.values);
        if known.len() != texts.len() || known.iter().zip(texts).any(|(known, text)| **known != **text) {
            let seed = XxHash3_64::oneshot(column.as_bytes());
            let hash = |text: &str| XxHash3_64::oneshot_with_seed(seed, text.trim().as_bytes());
            self.found = Found { values: coded.map(find).into(), hashes: coded.map(hash).into() };
            self.texts = coded.map(|text| text.into());
        }
        self.found.clone()
    }
}
