//! Contracts that are settled on thousands of rows: resolved once, and read as exact decimals.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::Stamp;
use crate::{
    contract::{Contract, Programme, ProgrammeYear, Reading, TrackYear},
    datasets::Results,
    error::{Error, ErrorKind, Result},
    settlement::{Experience, Statement, to_counted, to_written},
};

/// What is chosen of a track.
pub(super) type Choices = Vec<(&'static str, &'static str)>;

/// A contract ready to be settled on rows.
#[derive(Debug)]
pub(super) struct Prepared {
    contract: Contract,
    inputs: Vec<String>,
    reading: Reading<Decimal>,
}

impl Prepared {
    pub(super) fn of(track: &TrackYear) -> Result<Self> {
        let contract = track.contract()?;
        let plan = contract.plan(track.on())?;
        let inputs = plan.inputs().map(str::to_owned).collect();
        Ok(Self { inputs, reading: plan.reading(), contract })
    }

    /// The whole statement on a row whose inputs are given by name.
    pub(super) fn statement(&self, given: &dyn Fn(&str) -> Option<Decimal>) -> Result<Statement> {
        let mut experience = Experience::new();
        for name in &self.inputs {
            experience = experience.with_decimal(name, self.input(name, given)?);
        }
        self.contract.settle(&experience, self.contract.period().start)
    }

    fn input(&self, name: &str, given: &dyn Fn(&str) -> Option<Decimal>) -> Result<Decimal> {
        given(name).ok_or_else(|| {
            Error::new(
                ErrorKind::Experience,
                format!("contract `{}`, input `{name}`", self.contract.name()),
                match self.contract.document().measured.get(name) {
                    Some(measured) => {
                        format!("the results file does not tell it: {}", measured.trim_end_matches('.'))
                    }
                    None => "the results file does not tell it".to_owned(),
                },
                "add the column as the regulator publishes it, or settle the contract itself",
            )
        })
    }

    /// Every amount on a row whose inputs are given by name.
    pub(super) fn settle(&self, given: &dyn Fn(&str) -> Option<Decimal>) -> Result<Amounts<'_>> {
        let exponent = self.contract.currency().exponent();
        let input = |name: &String| {
            let value = self.input(name, given)?;
            let unit = self.contract.document().inputs.get(name).copied();
            unit.map_or(Ok(value), |unit| to_counted(value, unit, exponent))
        };
        let inputs = self.inputs.iter().map(input).collect::<Result<Vec<_>>>()?;
        let mut amounts = Vec::new();
        self.reading.run(&inputs, &[], &mut amounts)?;
        Ok(Amounts { of: self, amounts })
    }
}

/// The amounts of one settlement.
#[derive(Debug)]
pub(super) struct Amounts<'a> {
    of: &'a Prepared,
    amounts: Vec<Decimal>,
}

impl Amounts<'_> {
    /// An amount by name, money in dollars; zero where the contract has no such line.
    pub(super) fn get(&self, name: &str) -> Result<Decimal> {
        let layout = self.of.contract.layout();
        let Some(place) = layout.place(name) else { return Ok(Decimal::ZERO) };
        let amount = self.amounts.get(place).copied().unwrap_or_default();
        match layout.units.get(place) {
            Some(unit) => to_written(amount, *unit, self.of.contract.currency().exponent()),
            None => Ok(amount),
        }
    }
}

/// The contracts that a file's rows have needed so far.
#[derive(Debug)]
pub(super) struct Contracts {
    programme: Programme,
    years: IndexMap<i16, ProgrammeYear>,
    prepared: IndexMap<(i16, String, Choices), Prepared>,
}

impl Contracts {
    pub(super) fn of(programme: &str) -> Result<Self> {
        let programme = Programme::named(programme)?;
        Ok(Self { programme, years: IndexMap::new(), prepared: IndexMap::new() })
    }

    /// What made the results of these files.
    pub(super) fn stamp<R>(&self, files: &[Results<R>], method: String) -> Stamp {
        let mut unverified: Vec<String> = self
            .prepared
            .iter()
            .flat_map(|((_, track, _), ready)| {
                ready.contract.unverified().map(move |term| format!("{track}: {term}"))
            })
            .collect();
        unverified.sort_unstable();
        unverified.dedup();
        Stamp {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            programme: (self.programme.name().to_owned(), self.programme.fingerprint().to_owned()),
            files: files.iter().map(|file| (file.file.clone(), file.fingerprint.clone())).collect(),
            method,
            unverified,
        }
    }

    pub(super) fn year(&mut self, year: i16) -> Result<&ProgrammeYear> {
        if !self.years.contains_key(&year) {
            self.years.insert(year, self.programme.year(year)?);
        }
        self.years.get(&year).ok_or_else(|| no_such_year(year))
    }

    /// The contract of a track with those of these choices that the track has.
    pub(super) fn get(
        &mut self,
        year: i16,
        track: &str,
        choices: &[(&'static str, &'static str)],
    ) -> Result<&Prepared> {
        let key = (year, track.to_owned(), choices.to_vec());
        if !self.prepared.contains_key(&key) {
            let mut chosen = self.year(year)?.track(track)?;
            for (choice, option) in choices {
                if chosen.choices().iter().any(|(name, _)| name == choice) {
                    chosen = chosen.choose(choice, option)?;
                }
            }
            self.prepared.insert(key.clone(), Prepared::of(&chosen)?);
        }
        self.prepared.get(&key).ok_or_else(|| no_such_year(year))
    }
}

fn no_such_year(year: i16) -> Error {
    Error::new(ErrorKind::Period, format!("year {year}"), "there is no contract", "ask for another year")
}
