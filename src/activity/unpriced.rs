//! Lines without a price, counted and listed.

use std::fmt;

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

use super::{fault::Fault, pricing::Finding};

/// Lines that have no price for one reason, about one code, provider or value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnpricedGroup {
    /// Why they have none.
    pub fault: Fault,
    /// The code, provider or value it is about; empty where the fault is not about one.
    pub subject: String,
    /// How many lines there are.
    pub lines: u64,
    /// What they cost in pence; nothing where costs are not known.
    pub cost: Option<i128>,
    /// The first of them, the first row being 0.
    pub first_row: usize,
}

/// The lines without a price, by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unpriced {
    groups: IndexMap<(Fault, String), UnpricedGroup>,
}

impl Unpriced {
    pub(crate) fn add(&mut self, row: usize, finding: Finding, cost: Option<i64>) {
        let key = (finding.fault, finding.subject);
        self.join(UnpricedGroup {
            fault: key.0,
            subject: key.1,
            lines: 1,
            cost: cost.map(i128::from),
            first_row: row,
        });
    }

    fn join(&mut self, group: UnpricedGroup) {
        let Some(known) = self.groups.get_mut(&(group.fault, group.subject.clone())) else {
            self.groups.insert((group.fault, group.subject.clone()), group);
            return;
        };
        known.lines += group.lines;
        known.first_row = known.first_row.min(group.first_row);
        // A line costs at most 10¹³ pence: no number of lines leaves 128 bits.
        known.cost = known.cost.zip(group.cost).map(|(a, b)| a + b);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (_, group) in other.groups {
            self.join(group);
        }
    }

    /// How many lines have no price.
    pub fn lines(&self) -> u64 {
        self.groups.values().map(|group| group.lines).sum()
    }

    /// Whether every line has a price.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// What they cost in pence; nothing where costs are not known.
    pub fn cost(&self) -> Option<i128> {
        self.groups.values().map(|group| group.cost).sum()
    }

    /// The groups: by fault, then the most lines first, then by subject.
    pub fn groups(&self) -> Vec<&UnpricedGroup> {
        let mut groups: Vec<&UnpricedGroup> = self.groups.values().collect();
        groups.sort_by(|a, b| {
            a.fault.cmp(&b.fault).then(b.lines.cmp(&a.lines)).then_with(|| a.subject.cmp(&b.subject))
        });
        groups
    }

    /// How many lines have each fault, faults without any left out.
    pub fn by_fault(&self) -> Vec<(Fault, u64)> {
        let lines =
            |fault| self.groups.values().filter(|group| group.fault == fault).map(|group| group.lines).sum();
        Fault::ALL.into_iter().map(|fault| (fault, lines(fault))).filter(|(_, lines)| *lines > 0).collect()
    }
}

impl Serialize for Unpriced {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.groups())
    }
}

impl fmt::Display for Unpriced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lines without a price", self.lines())?;
        for group in self.groups() {
            let about =
                if group.subject.is_empty() { String::new() } else { format!("`{}` ", group.subject) };
            let (lines, problem, first) = (group.lines, group.fault.problem(), group.first_row);
            write!(f, "\n  {lines}: {about}{problem}, first in row {first} (the first row is 0)")?;
        }
        Ok(())
    }
}
