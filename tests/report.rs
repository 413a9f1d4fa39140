//! The report: self-contained, safe with any name, true to the numbers, and whole with gaps and odd numbers.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail

#[path = "report/core20.rs"]
mod core20;
#[path = "report/made.rs"]
mod made;
#[path = "report/page.rs"]
mod page;
#[path = "report/pictures.rs"]
mod pictures;
#[path = "report/seen.rs"]
mod seen;
#[path = "report/words.rs"]
mod words;
