//! A published file as columns that are found by any of their names.

use std::{borrow::Cow, path::Path};

use rust_decimal::Decimal;

use super::Results;
use super::number::{self, Cell, Numbers};
use crate::{
    error::{Error, ErrorKind, Result},
    exposure::Date,
    fingerprint::Fingerprint,
};

/// A column: what it is, and the names it has been published under.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) what: &'static str,
    pub(super) names: &'static [&'static str],
}

/// What a file is and where it comes from, in the words of errors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    /// What it is.
    pub(super) is: &'static str,
    /// Whose names its columns have, as an aside.
    pub(super) named: &'static str,
    /// What a cell is compared with.
    pub(super) source: &'static str,
}

/// A file as a regulator publishes it.
pub(super) const REGULATOR: Kind = Kind {
    is: "the CSV as the regulator publishes it",
    named: ", as the regulator does",
    source: "the regulator's file",
};

/// What the numbers of a column may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Range {
    Any,
    NotNegative,
    Positive,
    /// From 0 to 1; a column in per cent is divided by 100.
    Share,
}

/// A published file: its header and its rows.
#[derive(Debug)]
pub(super) struct Published {
    kind: Kind,
    file: String,
    fingerprint: String,
    header: Vec<String>,
    rows: Vec<csv::StringRecord>,
    /// The line on which each row begins, from 1.
    lines: Vec<usize>,
}

/// A name without what differs from year to year: capitals, underscores, blanks.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Published {
    pub(super) fn read(path: &Path, kind: Kind) -> Result<Self> {
        let shown = path.display().to_string();
        let unreadable = |why: String| {
            let remedy = format!("check the path; the file is {}", kind.is);
            Error::new(ErrorKind::File, shown.clone(), format!("it cannot be read ({why})"), remedy)
        };
        let bytes = std::fs::read(path).map_err(|why| unreadable(why.to_string()))?;
        let mut fingerprint = Fingerprint::default();
        fingerprint.bytes(&bytes);
        let fingerprint = fingerprint.written();
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        // Names in some years' files are in the western code page.
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0,
        };
        // One kind of line end, so that lines are counted alike.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let header = reader.headers().map_err(|why| unreadable(why.to_string()))?;
        let header: Vec<String> = header.iter().map(plain).collect();
        let rows = reader.records().collect::<std::result::Result<Vec<_>, _>>();
        let mut rows = rows.map_err(|why| unreadable(why.to_string()))?;
        while rows.last().is_some_and(is_below_the_table) {
            rows.pop();
        }
        let lines = lines(&text, &rows);
        if let Some((row, line)) = rows.iter().zip(&lines).find(|(row, _)| row.len() != header.len()) {
            return Err(Error::new(
                ErrorKind::Row,
                format!("{shown}, line {line}"),
                format!("it has {} cells where the header has {}", row.len(), header.len()),
                format!("give the file whole: {}", kind.is),
            ));
        }
        if rows.is_empty() {
            return Err(Error::new(ErrorKind::File, shown, "it has no rows", "give the whole file"));
        }
        Ok(Self { kind, file: shown, fingerprint, header, rows, lines })
    }

    /// The file with what was made of each of its rows.
    pub(super) fn results<R>(&self, row: impl FnMut(usize) -> Result<R>) -> Result<Results<R>> {
        let name = Path::new(&self.file).file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(Results {
            file: name.unwrap_or_else(|| self.file.clone()),
            fingerprint: self.fingerprint.clone(),
            rows: self.each(row)?,
        })
    }

    /// Something of every row.
    pub(super) fn each<T>(&self, row: impl FnMut(usize) -> Result<T>) -> Result<Vec<T>> {
        (0..self.rows.len()).map(row).collect()
    }

    pub(super) fn find(&self, column: Column) -> Option<usize> {
        let mut names = column.names.iter().map(|name| plain(name));
        names.find_map(|name| self.header.iter().position(|known| *known == name))
    }

    pub(super) fn require(&self, column: Column) -> Result<usize> {
        self.find(column).ok_or_else(|| {
            let names: Vec<String> = column.names.iter().map(|name| format!("`{name}`")).collect();
            Error::new(
                ErrorKind::Column,
                self.file.clone(),
                format!("there is no column for the {}", column.what),
                format!("name it {}{}", names.join(" or "), self.kind.named),
            )
        })
    }

    pub(super) fn text(&self, row: usize, at: usize) -> &str {
        self.rows.get(row).and_then(|record| record.get(at)).map_or("", str::trim)
    }

    /// The line on which a row begins, from 1.
    pub(super) fn line(&self, row: usize) -> usize {
        self.lines.get(row).copied().unwrap_or_default()
    }

    /// Where a cell is, in words.
    pub(super) fn place(&self, row: usize, column: Column) -> String {
        let (line, name) = (self.line(row), column.names.first().unwrap_or(&""));
        format!("{}, line {line}, {} (`{name}`)", self.file, column.what)
    }

    pub(super) fn refuse(&self, row: usize, column: Column, problem: String, remedy: &str) -> Error {
        Error::new(ErrorKind::Row, self.place(row, column), problem, remedy)
    }

    /// A column of numbers in which any may be missing.
    pub(super) fn numbers(&self, column: Column, range: Range) -> Result<Option<Numbers>> {
        self.find(column).map(|at| self.numbers_at(at, column, range, None)).transpose()
    }

    /// A column of numbers in which `word` stands for a value.
    pub(super) fn numbers_or_word(
        &self,
        column: Column,
        range: Range,
        word: (&str, Decimal),
    ) -> Result<Numbers> {
        self.numbers_at(self.require(column)?, column, range, Some(word))
    }

    /// A column of numbers in which none may be missing.
    pub(super) fn all_numbers(&self, column: Column, range: Range) -> Result<Numbers> {
        let numbers = self.numbers_at(self.require(column)?, column, range, None)?;
        match numbers.values.iter().position(Option::is_none) {
            None => Ok(numbers),
            Some(row) => Err(self.refuse(
                row,
                column,
                "there is no value, or it is suppressed".to_owned(),
                &format!("leave the row out of the file, or fill it from {}", self.kind.source),
            )),
        }
    }

    fn numbers_at(
        &self,
        at: usize,
        column: Column,
        range: Range,
        word: Option<(&str, Decimal)>,
    ) -> Result<Numbers> {
        let mut values = Vec::with_capacity(self.rows.len());
        // Rows in which a word stands for a value that is already a share.
        let mut worded = Vec::new();
        let (mut marked, mut unmarked) = (false, None);
        for row in 0..self.rows.len() {
            let text = self.text(row, at);
            let value = match (number::cell(text), word) {
                (Cell::Missing, _) => None,
                (Cell::Number { value, percent }, _) => {
                    marked |= percent;
                    // What is above 1 can only be in per cent.
                    if !percent && !value.is_zero() && value.abs() <= Decimal::ONE {
                        unmarked = unmarked.or(Some(row));
                    }
                    Some(value)
                }
                (Cell::Other, Some((known, value))) if text.eq_ignore_ascii_case(known) => {
                    worded.push((row, value));
                    None
                }
                (Cell::Other, _) => {
                    let problem = format!("`{text}` is not a number");
                    return Err(self.refuse(row, column, problem, "correct the cell, or leave the row out"));
                }
            };
            values.push(value);
        }
        if let Some(row) = unmarked.filter(|_| marked) {
            let problem = format!("`{}` has no percent sign, and other rows have one", self.text(row, at));
            return Err(self.refuse(row, column, problem, "write all rows in the same way"));
        }
        if marked || (range == Range::Share && is_percent(&values)) {
            for value in values.iter_mut().flatten() {
                *value = value.checked_mul(Decimal::new(1, 2)).unwrap_or(*value);
            }
        }
        let half_unit = number::half_unit(&values);
        for (row, value) in worded {
            if let Some(cell) = values.get_mut(row) {
                *cell = Some(value);
            }
        }
        let numbers = Numbers { values, half_unit };
        self.check(&numbers, column, range)?;
        Ok(numbers)
    }

    fn check(&self, numbers: &Numbers, column: Column, range: Range) -> Result<()> {
        let zero = Decimal::ZERO;
        for (row, value) in numbers.values.iter().enumerate() {
            let Some(value) = value else { continue };
            let problem = match range {
                Range::NotNegative | Range::Share if *value < zero => "is below zero",
                Range::Positive if *value <= zero => "is not above zero",
                Range::Share if *value > Decimal::ONE => "is more than 1, which is all of it",
                _ => continue,
            };
            let remedy = format!("compare the cell with {}", self.kind.source);
            return Err(self.refuse(row, column, format!("{} {problem}", value.normalize()), &remedy));
        }
        Ok(())
    }

    /// A column of 1 and 0, where it is there; a blank is `blank`.
    pub(super) fn flags(&self, column: Column) -> Result<Option<Vec<Option<bool>>>> {
        let Some(at) = self.find(column) else { return Ok(None) };
        let flag = |row: usize| match number::cell(self.text(row, at)) {
            Cell::Missing => Ok(None),
            Cell::Number { value, .. } if value == Decimal::ONE => Ok(Some(true)),
            Cell::Number { value, .. } if value.is_zero() => Ok(Some(false)),
            _ => {
                let text = self.text(row, at);
                match text.to_ascii_lowercase().as_str() {
                    "yes" | "y" | "true" => Ok(Some(true)),
                    "no" | "n" | "false" => Ok(Some(false)),
                    _ => {
                        let problem = format!("`{text}` is neither 1 nor 0");
                        Err(self.refuse(row, column, problem, "write 1 for yes and 0 for no"))
                    }
                }
            }
        };
        (0..self.rows.len()).map(flag).collect::<Result<Vec<_>>>().map(Some)
    }

    /// A column in which anything but a blank or a zero is a mark, where it is there.
    pub(super) fn marks(&self, column: Column) -> Option<Vec<bool>> {
        let at = self.find(column)?;
        let mark = |row: usize| match number::cell(self.text(row, at)) {
            Cell::Missing => false,
            Cell::Number { value, .. } => !value.is_zero(),
            Cell::Other => !matches!(self.text(row, at).to_ascii_lowercase().as_str(), "no" | "n" | "false"),
        };
        Some((0..self.rows.len()).map(mark).collect())
    }

    /// The year in a cell that holds a date as the regulator writes it, month, day and year, where it can be read.
    pub(super) fn year_of_day(&self, row: usize, at: usize) -> Option<i16> {
        let day = self.text(row, at).split_whitespace().next()?;
        let parts: Vec<i16> = day.split('/').map_while(|part| part.parse().ok()).collect();
        match parts.as_slice() {
            // Two digits of a year are of this century: the programmes began in 2012.
            [_, _, year] if *year < 100 => Some(year + 2000),
            [_, _, year] => Some(*year),
            _ => day.get(..10)?.parse::<Date>().ok().map(Date::year),
        }
    }

    /// The year that all rows are about: from a column, from the caller, or from the file's name.
    pub(super) fn years(&self, column: Column, given: Option<i16>) -> Result<Vec<i16>> {
        if let Some(at) = self.find(column) {
            let year = |row: usize| {
                let text = self.text(row, at);
                let year = text.strip_suffix(".0").unwrap_or(text).parse::<i16>().ok();
                year.filter(|year| (2000..2100).contains(year)).ok_or_else(|| {
                    self.refuse(
                        row,
                        column,
                        format!("`{text}` is not a year"),
                        "write four digits, such as 2022",
                    )
                })
            };
            return (0..self.rows.len()).map(year).collect();
        }
        let year = given.or_else(|| year_in(&self.file)).ok_or_else(|| {
            Error::new(
                ErrorKind::Value,
                self.file.clone(),
                "neither a column nor the file's name tells the performance year",
                "give the year",
            )
        })?;
        Ok(vec![year; self.rows.len()])
    }
}

/// Whether a column of shares is in per cent without the sign, as in some years: most that are not zero are above 1.
fn is_percent(values: &[Option<Decimal>]) -> bool {
    let some = || values.iter().flatten().filter(|value| !value.is_zero());
    some().filter(|value| **value > Decimal::ONE).count() * 2 > some().count()
}

/// Whether a last line is not of the table: a spreadsheet leaves nothing but commas there, and a regulator a note in one
/// cell. A word alone may be the rest of a row that was cut off, and several lines in one cell the rest of a file.
fn is_below_the_table(row: &csv::StringRecord) -> bool {
    let mut told = row.iter().map(str::trim).filter(|cell| !cell.is_empty());
    match (told.next(), told.next()) {
        (None, _) => true,
        (Some(note), None) => !note.contains('\n') && (note.starts_with('*') || note.contains(' ')),
        _ => false,
    }
}

/// The line on which each row begins; empty lines before it are not its own.
fn lines(text: &str, rows: &[csv::StringRecord]) -> Vec<usize> {
    let (mut at, mut line) = (0, 1);
    let begins = |row: &csv::StringRecord| {
        let begin = row.position().map_or(at, |position| usize::try_from(position.byte()).unwrap_or(at));
        let begin = text.get(begin..).map_or(begin, |rest| text.len() - rest.trim_start_matches('\n').len());
        line += text.get(at..begin).map_or(0, |passed| passed.matches('\n').count());
        at = begin;
        line
    };
    rows.iter().map(begins).collect()
}

/// The one year that a file's name has in it.
fn year_in(file: &str) -> Option<i16> {
    let name = Path::new(file).file_name()?.to_str()?;
    let mut years = name
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 4 && digits.starts_with("20"))
        .filter_map(|digits| digits.parse::<i16>().ok());
    let year = years.next()?;
    years.all(|other| other == year).then_some(year)
}
