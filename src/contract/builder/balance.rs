//! A running balance: an amount that lines are added to and taken from, written out only where it is used.

use crate::contract::Rule;

/// Which way a line changes a balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
}

/// A line that has not been written into the balance yet.
#[derive(Debug, Clone)]
struct Pending {
    line: String,
    sign: Sign,
    /// What the balance is called once the line is in it.
    after: String,
}

/// The name of a running balance, with the lines that still have to be brought in.
#[derive(Debug, Clone)]
pub(super) struct Balance {
    name: String,
    pending: Vec<Pending>,
}

impl Balance {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), pending: Vec::new() }
    }

    pub(super) fn change(&mut self, line: &str, sign: Sign, after: &str) {
        self.pending.push(Pending { line: line.to_owned(), sign, after: after.to_owned() });
    }

    /// The name of the balance as it stands; the clauses that bring it up to date go to `write`, which gives the
    /// name that each was given.
    pub(super) fn current(&mut self, mut write: impl FnMut(&str, Rule) -> String) -> String {
        for Pending { line, sign, after } in self.pending.drain(..) {
            let rule = match sign {
                Sign::Plus => Rule::Sum(vec![self.name.clone(), line]),
                Sign::Minus => Rule::Difference { of: self.name.clone(), less: line },
            };
            self.name = write(&after, rule);
        }
        self.name.clone()
    }
}
