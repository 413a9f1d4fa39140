//! On what basis contracts are set side by side.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::FrontierPoint;
use crate::{
    decimal,
    error::{Error, ErrorKind, Result},
    risk::{measures::check_level, power::Saving},
};

/// What contracts cost the payer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Outlay {
    /// On average, what care costs: each contract's scaled term is solved for it.
    #[default]
    ExpectedCost,
    /// On average this amount in major units, for which each contract's scaled term is solved.
    Amount(Decimal),
    /// What comes of each contract as it is written.
    AsWritten,
}

/// Which of the two powers counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PowerOver {
    /// Over volume: what prevention pays.
    #[default]
    Volume,
    /// Over unit cost.
    UnitCost,
}

/// Which measure of the provider's risk counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RiskBy {
    /// The standard deviation of the result a head.
    #[default]
    StandardDeviation,
    /// The mean loss of the worst years a head.
    Tvar,
    /// The probability of a deficit.
    Deficit,
    /// The probability of a deficit beyond the reserve.
    BeyondReserve,
}

/// On what basis contracts are set side by side: whose power and risk, and what they cost the payer.
///
/// ```
/// use capitation::risk::frontier::{Basis, Outlay};
/// let basis = Basis::of("provider").level(0.99)?.reserve("250000".parse()?)?;
/// let as_written = basis.clone().outlay(Outlay::AsWritten);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Basis {
    pub(super) provider: String,
    pub(super) outlay: Outlay,
    pub(super) saving: Saving,
    pub(super) level: f64,
    pub(super) reserve: Decimal,
    pub(super) fixed_cost: Decimal,
    pub(super) premium: Option<Premium>,
    pub(super) power: PowerOver,
    pub(super) risk: RiskBy,
}

/// A premium that is solved: its term, and what is loaded on what the carrier expects to pay.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Premium {
    pub(super) term: String,
    pub(super) loading: Decimal,
}

impl Basis {
    /// The power and the risk of this party; every contract costs the payer what care is expected to cost, one per cent is saved,
    /// the tail is the worst twentieth of years, and there is no reserve and no fixed cost.
    pub fn of(provider: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            outlay: Outlay::default(),
            saving: Saving::default(),
            level: 0.95,
            reserve: Decimal::ZERO,
            fixed_cost: Decimal::ZERO,
            premium: None,
            power: PowerOver::default(),
            risk: RiskBy::default(),
        }
    }

    /// What every contract costs the payer.
    #[must_use]
    pub fn outlay(self, outlay: Outlay) -> Self {
        Self { outlay, ..self }
    }

    /// How much is saved to see what the provider keeps of it.
    #[must_use]
    pub fn saving(self, saving: Saving) -> Self {
        Self { saving, ..self }
    }

    /// The tail is the worst 1 − `level` of years.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a level that is not between 0 and 1.
    pub fn level(self, level: f64) -> Result<Self> {
        check_level(level)?;
        Ok(Self { level, ..self })
    }

    /// What the provider has to meet a deficit with, in major units.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] below zero.
    pub fn reserve(self, reserve: Decimal) -> Result<Self> {
        Ok(Self { reserve: not_negative("reserve", reserve)?, ..self })
    }

    /// What the provider's work costs whatever its volume, in major units: borne beside what people cost in the model, which
    /// is then what goes with their cases.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] below zero.
    pub fn fixed_cost(self, cost: Decimal) -> Result<Self> {
        Ok(Self { fixed_cost: not_negative("fixed cost", cost)?, ..self })
    }

    /// A term that is the premium of a reinsurer or a pool, solved in each contract that has it: the carrier keeps this part
    /// of what it expects to pay out, 0 for a fair premium.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for a loading below zero.
    pub fn premium(self, term: impl Into<String>, loading: Decimal) -> Result<Self> {
        let loading = not_negative("loading", loading)?;
        Ok(Self { premium: Some(Premium { term: term.into(), loading }), ..self })
    }

    /// By which power and which risk a contract is better than another.
    #[must_use]
    pub fn by(self, power: PowerOver, risk: RiskBy) -> Self {
        Self { power, risk, ..self }
    }
}

impl Basis {
    /// The power that counts.
    pub(in crate::risk) fn power_of(&self, point: &FrontierPoint) -> f64 {
        match self.power {
            PowerOver::Volume => point.power.volume,
            PowerOver::UnitCost => point.power.unit_cost,
        }
    }

    /// The risk that counts.
    pub(in crate::risk) fn risk_of(&self, point: &FrontierPoint) -> f64 {
        match self.risk {
            RiskBy::StandardDeviation => point.risk.standard_deviation,
            RiskBy::Tvar => point.risk.tvar,
            RiskBy::Deficit => point.risk.probability_of_deficit,
            RiskBy::BeyondReserve => point.risk.probability_beyond_reserve,
        }
    }

    /// What it says, by name.
    pub(super) fn told(&self) -> IndexMap<String, String> {
        let power = match self.power {
            PowerOver::Volume => "volume",
            PowerOver::UnitCost => "unit cost",
        };
        let risk = match self.risk {
            RiskBy::StandardDeviation => "standard deviation",
            RiskBy::Tvar => "mean of the worst years",
            RiskBy::Deficit => "probability of a deficit",
            RiskBy::BeyondReserve => "probability of a deficit beyond the reserve",
        };
        let premium = self.premium.as_ref().map_or_else(
            || "as written".to_owned(),
            |premium| format!("{} solved with a loading of {}", premium.term, premium.loading),
        );
        let told = [
            ("provider", self.provider.clone()),
            ("saving", self.saving.part().to_string()),
            ("level of the tail", self.level.to_string()),
            ("reserve", self.reserve.to_string()),
            ("fixed cost", self.fixed_cost.to_string()),
            ("premium", premium),
            ("efficient by", format!("power over {power}, {risk}")),
        ];
        told.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Whether every contract costs the payer the same.
    pub(in crate::risk) fn is_common(&self) -> bool {
        self.outlay != Outlay::AsWritten
    }
}

/// An amount of money, or a part, that is not below zero.
pub(in crate::risk) fn not_negative(what: &str, amount: Decimal) -> Result<Decimal> {
    if decimal::to_f64(amount) >= 0.0 {
        return Ok(amount);
    }
    let problem = format!("{amount} is below zero");
    Err(Error::new(ErrorKind::Range, what, problem, "give 0 or more"))
}
