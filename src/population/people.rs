//! Rows grouped: by person, by year, by class.

use std::collections::HashMap;

use super::columns::{Column, Columns, Ids};
use super::fault::{self, Sink};
use crate::error::Result;

/// Row numbers grouped by a small index: the rows of group `g` stand together, in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Groups {
    offsets: Vec<u32>,
    rows: Vec<u32>,
}

impl Groups {
    /// The rows of each of `count` groups, `of` giving the group of each row.
    #[allow(clippy::cast_possible_truncation)] // the number of rows has been checked to fit a u32
    fn new(of: &[u32], count: usize) -> Self {
        let mut offsets = vec![0_u32; count + 1];
        for &group in of {
            if let Some(size) = offsets.get_mut(group as usize + 1) {
                *size += 1;
            }
        }
        let mut running = 0;
        for offset in &mut offsets {
            running += *offset;
            *offset = running;
        }
        let mut next = offsets.clone();
        let mut rows = vec![0_u32; of.len()];
        for (row, &group) in of.iter().enumerate() {
            if let Some(place) = next.get_mut(group as usize) {
                if let Some(slot) = rows.get_mut(*place as usize) {
                    *slot = row as u32;
                }
                *place += 1;
            }
        }
        Self { offsets, rows }
    }

    pub(crate) fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    pub(crate) fn rows_of(&self, group: usize) -> &[u32] {
        match (self.offsets.get(group), self.offsets.get(group + 1)) {
            (Some(&start), Some(&end)) => self.rows.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    pub(crate) fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    pub(crate) fn rows(&self) -> &[u32] {
        &self.rows
    }
}

/// Who each row is about, people being numbered in the order in which they first appear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct People {
    pub(crate) of_row: Vec<u32>,
    pub(crate) groups: Groups,
}

impl People {
    #[allow(clippy::cast_possible_truncation)] // the number of rows has been checked to fit a u32
    pub(crate) fn new(ids: Option<&Ids<'_>>, rows: usize) -> Self {
        let (of_row, count) = match ids {
            None => ((0..rows as u32).collect(), rows),
            Some(Ids::Integers(ids)) => number(ids),
            Some(Ids::Strings(ids)) => number(ids),
        };
        Self { groups: Groups::new(&of_row, count), of_row }
    }

    /// Reports every pair of rows about one person and one year, the earlier row of each pair first.
    ///
    /// The rows of a person are few, so they are sorted by year in one small buffer.
    pub(crate) fn repeats(&self, columns: &Columns<'_>, sink: &mut Sink<'_>) -> Result<()> {
        let mut found: Vec<(u32, u32)> = Vec::new();
        let mut dated: Vec<(i64, u32)> = Vec::new();
        for person in 0..self.groups.len() {
            let rows = self.groups.rows_of(person);
            if rows.len() < 2 {
                continue;
            }
            dated.clear();
            dated.extend(rows.iter().map(|&row| {
                let year = columns.year.as_ref().and_then(|column| column.values.get(row as usize));
                (year.copied().unwrap_or_default(), row)
            }));
            dated.sort_unstable();
            for pair in dated.windows(2) {
                if let [(a, first), (b, second)] = *pair
                    && a == b
                {
                    found.push((second, first));
                }
            }
        }
        found.sort_unstable();
        for (second, first) in found {
            fault::report_repeat(columns, first as usize, second as usize, sink)?;
        }
        Ok(())
    }
}

/// Numbers distinct values in the order in which they first appear.
#[allow(clippy::cast_possible_truncation)] // the number of rows has been checked to fit a u32
fn number<T: std::hash::Hash + Eq + Copy>(values: &[T]) -> (Vec<u32>, usize) {
    let mut numbers: HashMap<T, u32> = HashMap::with_capacity(values.len());
    let mut last: Option<(T, u32)> = None;
    let of_row = values
        .iter()
        .map(|&value| {
            // Tables are usually sorted by person: then most rows need no look-up.
            if let Some((before, number)) = last
                && before == value
            {
                return number;
            }
            let next = numbers.len() as u32;
            let number = *numbers.entry(value).or_insert(next);
            last = Some((value, number));
            number
        })
        .collect();
    (of_row, numbers.len())
}

/// Rows by year, the years ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Calendar {
    pub(crate) of_row: Vec<i64>,
    pub(crate) years: Vec<i64>,
    groups: Groups,
}

impl Calendar {
    pub(crate) fn new(column: &Column<'_, i64>) -> Self {
        let (years, codes) = sorted_codes(&column.values);
        Self { of_row: column.values.to_vec(), groups: Groups::new(&codes, years.len()), years }
    }

    pub(crate) fn rows_in(&self, year: i64) -> &[u32] {
        self.years.binary_search(&year).map_or(&[], |index| self.groups.rows_of(index))
    }
}

/// A class, or a cell, for each row, as a code into sorted labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes {
    column: String,
    labels: Vec<String>,
    codes: Vec<u32>,
}

impl Classes {
    pub(crate) fn new(column: &Column<'_, &str>) -> Self {
        let (labels, codes) = sorted_codes(&column.values);
        let labels = labels.into_iter().map(str::to_owned).collect();
        Self { column: column.name.clone(), labels, codes }
    }

    /// The caller's name of the column.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// The distinct classes, in ascending order.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// One code a row: an index into [`labels`](Self::labels).
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The class of a row.
    pub fn label(&self, row: usize) -> Option<&str> {
        self.codes.get(row).and_then(|&code| self.labels.get(code as usize)).map(String::as_str)
    }
}

/// The distinct values in ascending order, and for each row the place of its value among them.
#[allow(clippy::cast_possible_truncation)] // the number of rows has been checked to fit a u32
fn sorted_codes<T: std::hash::Hash + Ord + Copy>(values: &[T]) -> (Vec<T>, Vec<u32>) {
    let (mut codes, count) = number(values);
    let mut firsts: Vec<Option<T>> = vec![None; count];
    for (&value, &code) in values.iter().zip(&codes) {
        if let Some(slot) = firsts.get_mut(code as usize) {
            *slot = Some(value);
        }
    }
    let mut order: Vec<(T, u32)> =
        firsts.into_iter().enumerate().filter_map(|(code, value)| Some((value?, code as u32))).collect();
    order.sort_unstable();
    let mut place = vec![0_u32; count];
    for (rank, &(_, code)) in order.iter().enumerate() {
        if let Some(slot) = place.get_mut(code as usize) {
            *slot = rank as u32;
        }
    }
    for code in &mut codes {
        *code = place.get(*code as usize).copied().unwrap_or_default();
    }
    (order.into_iter().map(|(value, _)| value).collect(), codes)
}
