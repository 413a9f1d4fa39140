//! How much of what care costs less a provider keeps: the power of a contract.
//!
//! Power is 1 − dPayment/dCost for a party that bears the cost, averaged over the pounds that people cost (Newhouse, Reimbursing
//! Health Plans and Health Providers: Efficiency in Production versus Selection, J. Econ. Lit. 34, 1996; Geruso and `McGuire`,
//! Tradeoffs in the design of health plan payment systems, J. Health Econ. 47, 2016). There are two of it, since a pound can
//! be saved in two ways:
//!
//! | contract, at a price p for a case of resource cost mc | over unit cost | over volume |
//! |---|---|---|
//! | cost reimbursement | 0 | 0 |
//! | payment by results | 1 | (mc − p)/mc |
//! | capitation | 1 | 1 |
//! | payment by results, and a share s of what activity costs less at its prices | 1 | (mc − p + s·p)/mc, zero at s = 1 − mc/p |
//!
//! Both are worked out on the whole distribution of cost and not at its mean, as the effect of a saving of the same part of what
//! each person costs (one per cent of it, unless told otherwise):
//!
//! ```text
//! power = (E[result after] − E[result before]) / (part saved × E[cost])
//! ```
//!
//! So a pound is as likely to be saved in one person as in another who costs as much, and one saved in a person who stays
//! above the attachment of an individual stop-loss saves the carrier a pound and the provider none. As the saving becomes
//! small this is the expectation of the slope of what the provider keeps, and of its jumps times the density there; a step is
//! taken because a gate that few years come near has a density that no one should rely on, and lumps have none.

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    cost_model::CostModel,
    question::{Question, no_party},
    valued::{Laws, Moved, PartyPayoff, Valued},
};
use crate::{
    contract::{Contract, Reading},
    decimal,
    error::{Error, ErrorKind, Result},
    exposure::Date,
    number::Payoff,
    population::MEMBER_MONTHS,
};

/// What a party keeps of a pound by which care costs less. 1 is all of it, 0 nothing; below 0 the party is worse off for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Power {
    /// Of a pound saved inside cases: their number and what is paid for each stay as they are.
    pub unit_cost: f64,
    /// Of a pound of resource cost saved by a case that is avoided, with which goes what is paid for it.
    pub volume: f64,
    /// The part of all cost that is saved.
    pub saved: Decimal,
    /// Inputs that were given and do not move with cost, in the contract's order. Where one of them counts activity, give the
    /// model what it is in proportion to cost, or the power over volume leaves out what is paid for it.
    pub held: Vec<String>,
    /// How far roundings of the contract may move each power; nothing where there is no bound.
    pub slack: Option<f64>,
}

/// How much is saved to see what a party keeps of it.
///
/// ```
/// use capitation::risk::power::Saving;
/// let one_in_a_thousand = Saving::of("0.001".parse()?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saving {
    part: Decimal,
}

impl Default for Saving {
    /// One per cent.
    fn default() -> Self {
        Self { part: Decimal::new(1, 2) }
    }
}

impl Saving {
    /// This part of what each person costs, 0.01 for 1 %.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for one that is not from 0.000001 to 0.5.
    pub fn of(part: Decimal) -> Result<Self> {
        if part >= Decimal::new(1, 6) && part <= Decimal::new(5, 1) {
            return Ok(Self { part });
        }
        let problem = format!("{part} of the cost is saved");
        Err(Error::new(ErrorKind::Range, "saving", problem, "give a part from 0.000001 to 0.5, 0.01 for 1 %"))
    }

    /// The part of the cost that is saved.
    pub fn part(&self) -> Decimal {
        self.part
    }

    fn left(&self) -> Decimal {
        Decimal::ONE - self.part
    }
}

impl Contract {
    /// What a party keeps of a pound by which care costs less, under a cost model and with the terms of a day.
    ///
    /// `given` has every other input, in major units, as for an [outlook](Self::outlook). What the model has in proportion to
    /// cost (`activity price`) stays as it is when a pound is saved inside a case, and goes with a case that is avoided: what
    /// people cost in the model is then taken as what goes with their cases, mc, and the ratio as p/mc.
    ///
    /// # Errors
    /// As [`outlook`](Self::outlook); [`ErrorKind::Unknown`] where the contract has no such party; [`ErrorKind::Statistic`] where
    /// nobody costs anything.
    ///
    /// ```
    /// use capitation::{Contract, risk::{cost_model::CostModel, power::Saving, severity::Severity}};
    /// let contract = Contract::read("templates/stop-loss.toml")?;
    /// let person = Severity::lognormal(7.3, 1.6)?.with_zeros(0.15)?;
    /// let model = CostModel::new(contract.currency()).cell("all", 8_000, person)?;
    /// let day = contract.period().start;
    /// let power = contract.power(&model, &Default::default(), day, "provider", &Saving::default())?;
    /// // A tenth of what is saved above the attachment, where 15 % of pounds are, and all of what is saved below.
    /// assert!((power.unit_cost - 0.86).abs() < 0.01);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn power(
        &self,
        model: &CostModel,
        given: &IndexMap<String, Decimal>,
        on: Date,
        party: &str,
        saving: &Saving,
    ) -> Result<Power> {
        let laws = Laws::new(model)?;
        let cells = laws.cells();
        let question = Question::with_cells(self, model, given, on, || Ok(cells))?;
        let valued = Valued::new(question, &laws)?;
        let reading = valued.reading();
        let results = valued.results(&reading, &Moved::NOT)?;
        let before = party_of(&results, party)?;
        power(&valued, &reading, before, saving)
    }
}

/// One party's result.
pub(super) fn party_of<'r, 'a>(results: &'r [PartyPayoff<'a>], name: &str) -> Result<&'r PartyPayoff<'a>> {
    let found = results.iter().find(|party| party.name == name);
    found.ok_or_else(|| no_party(name, results.iter().map(|party| party.name)))
}

/// The power of a contract for a party whose result before the saving is known.
pub(super) fn power(
    valued: &Valued<'_>,
    reading: &Reading<Payoff>,
    party: &PartyPayoff<'_>,
    saving: &Saving,
) -> Result<Power> {
    let model = valued.question.model;
    let saved = decimal::to_f64(saving.part) * valued.expected_cost()?;
    let left = decimal::to_f64(saving.left());
    let before = valued.mean(&party.shape)?;
    let volume = (valued.mean_after(&party.shape, left)? - before) / saved;
    let unit_cost = if model.proportions().is_empty() {
        volume
    } else {
        let after = valued.results(reading, &Moved::inside_cases(saving.left()))?;
        (valued.mean_within(&party_of(&after, party.name)?.shape, left)? - before) / saved
    };
    let given = |name: &&String| valued.question.given.contains_key(*name) && *name != MEMBER_MONTHS;
    let held = valued.question.contract.document().inputs.keys().filter(given).cloned().collect();
    let slack = party.shape.slack.map(|slack| 2.0 * decimal::to_f64(slack) / saved);
    Ok(Power { unit_cost, volume, saved: saving.part, held, slack })
}
