//! One error type a reader can act on: where it is, what is wrong, and the way out.

use std::fmt;

/// What went wrong, as a closed list that code can match on.
///
/// The words for a person are in the [`Error`]; a kind only says which sort of mistake it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file could not be read or written.
    File,
    /// A contract file is not well-formed, or has a key or a shape that the format does not know.
    Syntax,
    /// An amount, a rate or a date is not written as the format asks.
    Value,
    /// A name is used twice, or where another kind of name is needed.
    Name,
    /// A rule refers to something that is not an input, a term or an earlier clause.
    Unknown,
    /// Two amounts cannot be combined: their units do not fit.
    Unit,
    /// A number lies outside the range that has a meaning.
    Range,
    /// A period is reversed, or a date is not covered by a term.
    Period,
    /// A sum, product or quotient cannot be held exactly, or does not exist.
    Arithmetic,
    /// What was measured does not fit what the contract asks for.
    Experience,
    /// A column of a population is missing or has the wrong type.
    Column,
    /// A row of a population holds a value that cannot be right.
    Row,
    /// Two currencies meet.
    Currency,
    /// Contracts cannot be compared as asked.
    Comparison,
    /// A statistic is undefined on these values.
    Statistic,
}

impl ErrorKind {
    /// Every kind there is, for tests and for bindings that map kinds to exceptions.
    pub const ALL: [Self; 15] = [
        Self::File,
        Self::Syntax,
        Self::Value,
        Self::Name,
        Self::Unknown,
        Self::Unit,
        Self::Range,
        Self::Period,
        Self::Arithmetic,
        Self::Experience,
        Self::Column,
        Self::Row,
        Self::Currency,
        Self::Comparison,
        Self::Statistic,
    ];
}

/// What every fallible call of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A refusal: where, what, and the way out, each in words.
///
/// It prints as `place: problem; remedy`, in lower case and without a full stop, so that a caller can put
/// it inside a sentence.
///
/// ```
/// use capitation::{Error, ErrorKind};
/// let error = Error::new(ErrorKind::Range, "term `sharing rate`", "1.2 is not a share", "write a number from 0 to 1");
/// assert_eq!(error.to_string(), "term `sharing rate`: 1.2 is not a share; write a number from 0 to 1");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    place: String,
    problem: String,
    remedy: String,
}

impl Error {
    /// An error of this kind at this place.
    pub fn new(
        kind: ErrorKind,
        place: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { kind, place: place.into(), problem: problem.into(), remedy: remedy.into() }
    }

    /// Which sort of mistake it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Where it is: a file and line, a clause, a column and row.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// What to do about it.
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    /// The same error, found inside a larger place: `outer, place`.
    #[must_use]
    pub fn within(mut self, outer: impl fmt::Display) -> Self {
        self.place =
            if self.place.is_empty() { outer.to_string() } else { format!("{outer}, {}", self.place) };
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.place, self.problem, self.remedy)
    }
}

impl std::error::Error for Error {}
