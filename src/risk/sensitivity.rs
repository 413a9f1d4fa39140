//! What a party's result hangs on: each assumption at a low and a high value, all others as they are (a tornado).
//!
//! The low and high values are the caller's: how far an assumption may be off is a judgement, or a standard error, and none is
//! made up here. One assumption is moved at a time; what two of them do together is not in it.

mod assumption;

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Serialize;

pub use assumption::Assumption;

use super::{cost_model::CostModel, outlook::OutlookStamp};
use crate::{
    contract::Contract,
    error::{Error, ErrorKind, Result},
    exposure::Date,
};

/// What a party comes to under one set of assumptions, in major units.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// The mean result.
    pub mean: f64,
    /// Its standard deviation.
    pub standard_deviation: f64,
    /// The probability of a result below zero.
    pub probability_of_deficit: f64,
    /// The fair premium of a stop-loss on the party's own result, that pays deficits above the retention: E[(−R − d)⁺].
    pub stop_loss: f64,
    /// How far probabilities may be from the true ones.
    pub error: f64,
}

/// One of the figures, to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Figure {
    /// The mean result.
    Mean,
    /// Its standard deviation.
    StandardDeviation,
    /// The probability of a deficit.
    ProbabilityOfDeficit,
    /// The stop-loss premium.
    StopLoss,
}

/// One assumption at both its values.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SensitivityRow {
    /// What is assumed.
    pub assumption: String,
    /// At the low value.
    pub low: Figures,
    /// At the high value.
    pub high: Figures,
}

/// What a party's result hangs on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Sensitivity {
    /// The party.
    pub party: String,
    /// What the party bears of a deficit before its stop-loss pays, in major units.
    pub retention: f64,
    /// With all assumptions as they are.
    pub base: Figures,
    /// By assumption, that which moves the mean most first.
    pub rows: Vec<SensitivityRow>,
    /// What it was made of.
    pub stamp: OutlookStamp,
}

impl Figures {
    /// One of them.
    pub fn of(&self, figure: Figure) -> f64 {
        match figure {
            Figure::Mean => self.mean,
            Figure::StandardDeviation => self.standard_deviation,
            Figure::ProbabilityOfDeficit => self.probability_of_deficit,
            Figure::StopLoss => self.stop_loss,
        }
    }
}

impl SensitivityRow {
    /// How far a figure goes from the low value to the high one.
    pub fn swing(&self, figure: Figure) -> f64 {
        self.high.of(figure) - self.low.of(figure)
    }
}

impl Sensitivity {
    /// The same sorted by how far another figure goes, the farthest first.
    #[must_use]
    pub fn sorted_by(mut self, figure: Figure) -> Self {
        self.rows.sort_by(|one, two| two.swing(figure).abs().total_cmp(&one.swing(figure).abs()));
        self
    }
}

impl Contract {
    /// What a party's result hangs on: its figures with each assumption at its low and at its high value, under a cost model
    /// and with the terms of a day. The stop-loss pays deficits above the retention, in major units.
    ///
    /// # Errors
    /// As [`outlook`](Self::outlook), with the assumption named; [`ErrorKind::Unknown`] where there is no such party, risk cell,
    /// shock, term or input; [`ErrorKind::Range`] for a retention below 0 and a value that cannot be;
    /// [`ErrorKind::Statistic`] where only the mean of the result is known; [`ErrorKind::Experience`] without an assumption.
    ///
    /// ```
    /// use capitation::{Contract, risk::{cost_model::CostModel, sensitivity::Assumption, severity::Severity}};
    /// let contract = Contract::read("templates/corridor.toml")?;
    /// let person = Severity::lognormal(0.0, 1.5)?.with_zeros(0.15)?.rescaled_to(4_900.0)?;
    /// let model = CostModel::new(contract.currency()).cell("all", 8_000, person)?;
    /// let assumed = [
    ///     Assumption::people(7_800, 8_200),
    ///     Assumption::costs(0.97, 1.03),
    ///     Assumption::term("price per member month", "410.00".parse()?, "415.00".parse()?),
    /// ];
    /// let day = contract.period().start;
    /// let found = contract.sensitivity(&model, &Default::default(), day, "provider", 0.0, &assumed)?;
    /// assert_eq!(found.rows[0].assumption, "what people cost (× 0.97 to 1.03)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sensitivity(
        &self,
        model: &CostModel,
        given: &IndexMap<String, Decimal>,
        on: Date,
        party: &str,
        retention: f64,
        assumptions: &[Assumption],
    ) -> Result<Sensitivity> {
        if !(retention >= 0.0 && retention.is_finite()) {
            let problem = format!("the retention is {retention}");
            return Err(Error::new(ErrorKind::Range, "stop-loss", problem, "give an amount of at least 0"));
        }
        if assumptions.is_empty() {
            let remedy = "give at least one, such as what people cost times 0.97 and 1.03";
            return Err(Error::new(ErrorKind::Experience, "sensitivity", "no assumption is moved", remedy));
        }
        let figures = |contract: &Self, model: &CostModel, given: &IndexMap<String, Decimal>| {
            figures(contract, model, given, on, party, retention)
        };
        let row = |assumption: &Assumption| -> Result<SensitivityRow> {
            let [low, high] = assumption.both(self, model, given).map(|moved| {
                let (contract, model, given) = moved?;
                figures(&contract, &model, &given)
            });
            Ok(SensitivityRow { assumption: assumption.name(), low: low?, high: high? })
        };
        let named = |assumption: &Assumption| {
            row(assumption).map_err(|why| why.within(format!("assumption {}", assumption.name())))
        };
        let found = Sensitivity {
            party: party.to_owned(),
            retention,
            base: figures(self, model, given)?,
            rows: assumptions.iter().map(named).collect::<Result<_>>()?,
            stamp: OutlookStamp::of(self, model, given, on),
        };
        Ok(found.sorted_by(Figure::Mean))
    }
}

fn figures(
    contract: &Contract,
    model: &CostModel,
    given: &IndexMap<String, Decimal>,
    on: Date,
    party: &str,
    retention: f64,
) -> Result<Figures> {
    let outlook = contract.outlook(model, given, on)?;
    let party = outlook.party(party)?;
    let beyond = party.probability_below(-retention)?;
    // E[(−R − d)⁺] is that probability × the mean of the years it is of, above the retention.
    let is_some = beyond > 0.0 && beyond < 1.0;
    let worst = if is_some { party.mean_of_worst(1.0 - beyond)? } else { party.mean() };
    Ok(Figures {
        mean: party.mean(),
        standard_deviation: party.standard_deviation()?,
        probability_of_deficit: party.probability_of_deficit()?,
        stop_loss: (beyond * (-worst - retention)).max(0.0),
        error: party.method()?.1,
    })
}
