//! Contracts and people brought together: which measure feeds which input, and results over drawn panels.

use std::borrow::Cow;

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::places_of;
use crate::{
    contract::{Contract, PersonLayerOn, Plan, Reading, Role, Unit},
    decimal,
    error::{Error, ErrorKind, Result},
    exposure::Date,
    population::{Measure, MeasureUnit, Population},
    risk::panels::PanelSums,
    settlement::{PreparedLayer, check_range, to_counted},
};

/// Where an input comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    /// The same in every panel.
    Given(f64),
    /// A measured column, added up over the panel.
    Column(usize),
}

/// One summed column: a measure of the population, or a layer of each person's cost.
#[derive(Debug)]
pub(super) struct Column<'a> {
    /// The measure, or the measure that the layer is taken of.
    pub(super) measure: String,
    /// The layer, with its thresholds ready.
    pub(super) layer: Option<(PersonLayerOn, PreparedLayer)>,
    values: Cow<'a, [i64]>,
    /// What one step is worth: a penny is 1, a millionth of a count is 1e-6.
    scale: f64,
}

/// The columns that all contracts together need.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    population: &'a Population,
    given: &'a IndexMap<String, Decimal>,
    columns: Vec<Column<'a>>,
}

/// A contract whose inputs are found: a function from column sums to every party's result.
#[derive(Debug, Clone)]
pub(super) struct Priced {
    pub(super) reading: Reading<f64>,
    pub(super) inputs: Vec<Source>,
    pub(super) layers: Vec<usize>,
    pub(super) transfers: Vec<(usize, usize, usize)>,
    pub(super) bears: Vec<(usize, usize)>,
    pub(super) payers: Vec<usize>,
    pub(super) providers: Vec<usize>,
    pub(super) parties: usize,
}

/// Each party's ledger over all draws, in minor units.
#[derive(Debug, Clone)]
pub(super) struct Ledgers {
    pub(super) pays: Vec<Vec<f64>>,
    pub(super) gets: Vec<Vec<f64>>,
    pub(super) bears: Vec<Vec<f64>>,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(population: &'a Population, given: &'a IndexMap<String, Decimal>) -> Self {
        Self { population, given, columns: Vec::new() }
    }

    pub(super) fn population(&self) -> &'a Population {
        self.population
    }

    pub(super) fn columns(&self) -> Vec<&[i64]> {
        self.columns.iter().map(|column| column.values.as_ref()).collect()
    }

    /// The values of a column in the unit of a reading: pence, or a count.
    #[allow(clippy::cast_precision_loss)] // pence and millionths of one row are far below 2^53
    pub(super) fn amounts(&self, place: usize) -> Vec<f64> {
        let column = self.columns.get(place);
        column
            .map_or_else(Vec::new, |column| column.values.iter().map(|v| *v as f64 * column.scale).collect())
    }

    pub(super) fn column(&self, place: usize) -> Option<&Column<'a>> {
        self.columns.get(place)
    }

    /// The place of a measure's own column, adding it if no contract has asked for it yet.
    pub(super) fn measure(&mut self, name: &str) -> Option<usize> {
        let known = self.columns.iter().position(|c| c.layer.is_none() && c.measure == name);
        if known.is_some() {
            return known;
        }
        let measure = self.population.measures().get(name)?;
        self.columns.push(Column {
            measure: name.to_owned(),
            layer: None,
            values: Cow::Borrowed(measure.values()),
            scale: step(measure),
        });
        Some(self.columns.len() - 1)
    }

    pub(super) fn add(&mut self, contract: &Contract, on: Date) -> Result<Priced> {
        let plan = contract.plan(on)?;
        // Exposure and size are wanted of every panel, whatever the contract asks for.
        for name in [crate::population::MEMBER_MONTHS, crate::population::ACTUAL_COST] {
            self.measure(name);
        }
        let inputs = contract
            .document()
            .inputs
            .iter()
            .map(|(name, unit)| self.source(name, *unit, contract))
            .collect::<Result<Vec<_>>>()?;
        let layers = plan
            .person_layers()
            .iter()
            .map(|layer| self.layer(layer, contract))
            .collect::<Result<Vec<_>>>()?;
        Ok(Priced::new(contract, &plan, inputs, layers))
    }

    fn source(&mut self, name: &str, unit: Unit, contract: &Contract) -> Result<Source> {
        if let Some(amount) = self.given.get(name) {
            if self.population.measures().contains_key(name) {
                return Err(Error::new(
                    ErrorKind::Experience,
                    format!("given `{name}`"),
                    "the population has a measure of that name",
                    "take it away, or rename the column or the input",
                ));
            }
            let place = || format!("given `{name}`");
            check_range(*amount, unit)
                .map_err(|(problem, remedy)| Error::new(ErrorKind::Range, place(), problem, remedy))?;
            let counted = to_counted(*amount, unit, contract.currency().exponent())
                .map_err(|why| why.within(place()))?;
            return Ok(Source::Given(decimal::to_f64(counted)));
        }
        let found = self.population.measures().get(name).map(Measure::unit);
        let fits = matches!(
            (found, unit),
            (Some(MeasureUnit::Money), Unit::Money) | (Some(MeasureUnit::Count), Unit::Count)
        );
        if fits && let Some(place) = self.measure(name) {
            return Ok(Source::Column(place));
        }
        let place = format!("contract `{}`, input `{name}`", contract.name());
        let known: Vec<String> =
            self.population.measures().keys().map(|known| format!("`{known}`")).collect();
        Err(match found {
            Some(other) => Error::new(
                ErrorKind::Unit,
                place,
                format!("the contract wants {unit}, and the population counts it as {other:?}")
                    .to_lowercase(),
                "rename the column or the input",
            ),
            None => Error::new(
                ErrorKind::Experience,
                place,
                "the population has no such measure, and it is not given",
                format!(
                    "say which column counts it, as activity or setting, or give it with `given`; the population has {}",
                    known.join(", ")
                ),
            ),
        })
    }

    fn layer(&mut self, layer: &PersonLayerOn, contract: &Contract) -> Result<usize> {
        let same = |column: &Column<'_>| {
            column.layer.as_ref().is_some_and(|(known, _)| {
                (&known.input, &known.above, &known.limit, known.annualised)
                    == (&layer.input, &layer.above, &layer.limit, layer.annualised)
            })
        };
        if let Some(place) = self.columns.iter().position(same) {
            return Ok(place);
        }
        let place = || format!("contract `{}`", contract.name());
        let classes = self.population.classes();
        let ready = PreparedLayer::new(layer, classes.map(crate::population::Classes::labels))
            .map_err(|why| why.within(place()))?;
        let amounts = self.population.measure(&layer.input).map_err(|why| why.within(place()))?;
        let months = self.population.measure(crate::population::MEMBER_MONTHS)?;
        let codes = classes.map_or(&[][..], crate::population::Classes::codes);
        let values = amounts
            .values()
            .iter()
            .zip(months.values())
            .enumerate()
            .map(|(row, (amount, months))| ready.take(*amount, *months, codes.get(row).copied().unwrap_or(0)))
            .collect();
        self.columns.push(Column {
            measure: layer.input.clone(),
            layer: Some((layer.clone(), ready)),
            values: Cow::Owned(values),
            scale: step(amounts),
        });
        Ok(self.columns.len() - 1)
    }
}

/// What one step of a measure is worth in a reading: money is counted in minor units already.
fn step(measure: &Measure) -> f64 {
    match measure.unit() {
        MeasureUnit::Money => 1.0,
        MeasureUnit::Count => 1e-6,
    }
}

impl Priced {
    /// The columns that the contract's inputs and layers are read from.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> {
        let inputs = self.inputs.iter().filter_map(|source| match source {
            Source::Column(place) => Some(*place),
            Source::Given(_) => None,
        });
        inputs.chain(self.layers.iter().copied())
    }

    fn new(contract: &Contract, plan: &Plan, inputs: Vec<Source>, layers: Vec<usize>) -> Self {
        let layout = contract.layout();
        Self {
            reading: plan.reading(),
            inputs,
            layers,
            transfers: layout.transfers.iter().map(|t| (t.amount, t.from, t.to)).collect(),
            bears: layout.bears.clone(),
            payers: places_of(contract, Role::Payer),
            providers: places_of(contract, Role::Provider),
            parties: contract.document().parties.len(),
        }
    }
}

/// Drawn panels: the sums of every column, by size and draw.
#[derive(Debug)]
pub(super) struct Panelled<'a> {
    sums: &'a PanelSums,
    scales: Vec<f64>,
}

impl<'a> Panelled<'a> {
    pub(super) fn new(prepared: &Prepared<'_>, sums: &'a PanelSums) -> Self {
        Self { sums, scales: prepared.columns.iter().map(|column| column.scale).collect() }
    }

    pub(super) fn draws(&self) -> usize {
        self.sums.draws()
    }

    /// The sum of a column in one draw, in the unit of a reading.
    pub(super) fn value(&self, size: usize, column: usize, draw: usize) -> f64 {
        let scale = self.scales.get(column).copied().unwrap_or(1.0);
        // Dividing by a million rounds once; multiplying by a millionth would round twice.
        let sum = self.sums.of(size, column).get(draw).copied().unwrap_or(0.0);
        if scale < 1.0 { sum / (1.0 / scale).round() } else { sum }
    }

    /// Every draw of one column.
    pub(super) fn series(&self, size: usize, column: usize) -> Vec<f64> {
        (0..self.draws()).map(|draw| self.value(size, column, draw)).collect()
    }

    /// Each party's ledger under a contract in every panel of a size; `shift` may move each column's sum.
    pub(super) fn ledgers(&self, priced: &Priced, size: usize, shift: &[f64]) -> Result<Ledgers> {
        let blank = || vec![vec![0.0; self.draws()]; priced.parties];
        let mut ledgers = Ledgers { pays: blank(), gets: blank(), bears: blank() };
        let add = |rows: &mut Vec<Vec<f64>>, party: usize, draw: usize, amount: f64| {
            if let Some(slot) = rows.get_mut(party).and_then(|row| row.get_mut(draw)) {
                *slot += amount;
            }
        };
        self.each(priced, &priced.reading, size, shift, |draw, amounts| {
            let amount = |place: usize| amounts.get(place).copied().unwrap_or(f64::NAN);
            for &(place, from, to) in &priced.transfers {
                add(&mut ledgers.pays, from, draw, amount(place));
                add(&mut ledgers.gets, to, draw, amount(place));
            }
            for &(place, party) in &priced.bears {
                add(&mut ledgers.bears, party, draw, amount(place));
            }
        })?;
        ledgers.check()?;
        Ok(ledgers)
    }

    /// The payers' outlay under a contract, read with other terms, in every panel of a size, added up over the draws.
    pub(super) fn total_outlay(&self, priced: &Priced, reading: &Reading<f64>, size: usize) -> Result<f64> {
        let mut total = 0.0;
        // What each amount counts for, by whether payers pay it, are paid it or bear it.
        let of_payer = |party: &usize| f64::from(u8::from(priced.payers.contains(party)));
        let transfers =
            priced.transfers.iter().map(|(place, from, to)| (*place, of_payer(from) - of_payer(to)));
        let borne = priced.bears.iter().map(|(place, party)| (*place, of_payer(party)));
        let counted: Vec<(usize, f64)> = transfers.chain(borne).filter(|(_, times)| *times != 0.0).collect();
        self.each(priced, reading, size, &[], |_, amounts| {
            for &(place, times) in &counted {
                total += times * amounts.get(place).copied().unwrap_or(f64::NAN);
            }
        })?;
        if total.is_finite() { Ok(total) } else { Err(not_finite()) }
    }

    fn each(
        &self,
        priced: &Priced,
        reading: &Reading<f64>,
        size: usize,
        shift: &[f64],
        mut take: impl FnMut(usize, &[f64]),
    ) -> Result<()> {
        let value = |column: usize, draw: usize| {
            self.value(size, column, draw) + shift.get(column).copied().unwrap_or(0.0)
        };
        let (mut inputs, mut layers, mut amounts) = (Vec::new(), Vec::new(), Vec::new());
        for draw in 0..self.draws() {
            inputs.clear();
            inputs.extend(priced.inputs.iter().map(|source| match source {
                Source::Given(amount) => *amount,
                Source::Column(column) => value(*column, draw),
            }));
            layers.clear();
            layers.extend(priced.layers.iter().map(|column| value(*column, draw)));
            reading.run(&inputs, &layers, &mut amounts)?;
            take(draw, &amounts);
        }
        Ok(())
    }
}

impl Ledgers {
    /// A party's result in every draw.
    pub(super) fn result(&self, party: usize) -> Vec<f64> {
        let row = |rows: &[Vec<f64>]| rows.get(party).cloned().unwrap_or_default();
        let (pays, gets, bears) = (row(&self.pays), row(&self.gets), row(&self.bears));
        gets.iter().zip(&pays).zip(&bears).map(|((gets, pays), bears)| gets - pays - bears).collect()
    }

    /// The results of several parties together in every draw.
    pub(super) fn together(&self, parties: &[usize]) -> Vec<f64> {
        let draws = self.pays.first().map_or(0, Vec::len);
        let mut sum = vec![0.0; draws];
        for party in parties {
            for (slot, result) in sum.iter_mut().zip(self.result(*party)) {
                *slot += result;
            }
        }
        sum
    }

    /// What these parties pay less what they are paid, and the cost that they bear, in every draw.
    pub(super) fn outlay(&self, parties: &[usize]) -> Vec<f64> {
        let draws = self.pays.first().map_or(0, Vec::len);
        let mut sum = vec![0.0; draws];
        for party in parties {
            for (slot, result) in sum.iter_mut().zip(self.result(*party)) {
                *slot -= result;
            }
        }
        sum
    }

    fn check(&self) -> Result<()> {
        let all = self.pays.iter().chain(&self.gets).chain(&self.bears).flatten();
        if all.copied().all(f64::is_finite) { Ok(()) } else { Err(not_finite()) }
    }
}

fn not_finite() -> Error {
    Error::new(
        ErrorKind::Arithmetic,
        "comparison",
        "a clause has no value in a drawn panel: a division by zero, a key below the first row of a table, or bands of a negative base",
        "floor the divisor or the base, or add the missing row; larger panels make it rarer",
    )
}
