//! Who bears the risk, without sampling: each party's share of it, before and after each term of a contract.
//!
//! Shares are by Euler's theorem on homogeneous functions (Tasche 1999, Risk contributions and performance measurement), as
//! those of [drawn results](super::transfer::risk_shares): Cov(Rᵢ, ΣR)/Var(ΣR) of the variance, and E[Rᵢ − E Rᵢ | worst
//! years]/E[ΣR − E ΣR | worst years] of the tail. What is paid between parties is in no sum of all, so that ΣR is what care
//! costs those who bear it, and is a line in what people cost. The shares sum to one; a negative one hedges.
//!
//! A party's result is f(T) + Y, f being lines end to end and T and Y sums over the same people. Nothing is drawn:
//!
//! - where T and ΣR are one sum, both shares are closed sums over the lines;
//! - Cov(Y, ΣR) is a difference of two variances, and Cov(f(T), S) the slope of E[F(T + hS)] at h = 0 with F′ = f;
//! - E[Y | S in its worst years] is the slope of the tail value of S + hY.
//!
//! Slopes are taken by differences over three steps to either side, and the error that is told says how well they agree and
//! what the distributions' own errors may come to. A slope asks for distributions that are smooth.
//!
//! Two answers are missing, and errors say so: shares where results depend on two amounts that vary apart and one of them is
//! lumpy; and shares of the tail where f bends along a sum other than all costs (a corridor on what a stop-loss leaves). Draw
//! years then.

mod antiderivative;
mod euler;
mod slope;
mod sums;

use std::sync::Arc;

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Serialize;

use euler::Whole;
use slope::Found;
use sums::Parts;

use super::{
    cost_model::CostModel,
    measures::check_level,
    outlook::OutlookStamp,
    question::{Question, no_party},
    valued::{Laws, Moved, Valued},
};
use crate::{
    contract::{Contract, Role},
    decimal::to_f64,
    error::{Error, ErrorKind, Result},
    exposure::Date,
    number::{Number as _, Payoff, Shape},
};

/// Which years of all parties together are the worst.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Tail {
    /// Those that one year in so many belongs to: the worst 1 − level, 0.95 for the worst twentieth.
    Worst(f64),
    /// Those in which all parties together lose more than an attachment, in major units.
    Above(f64),
}

/// A share of the risk.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Share {
    /// The share; below 0 where the party hedges.
    pub share: f64,
    /// About how far it may be from the true one.
    pub error: f64,
}

/// What one party has of the risk of all.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PartyShare {
    /// The party.
    pub party: String,
    /// Its role.
    pub role: Role,
    /// Its mean result, in major units.
    pub mean: f64,
    /// Its share of the variance.
    pub variance: Share,
    /// Its shares of the tails that were asked for, in their order.
    pub tails: Vec<Share>,
    /// How far roundings of the contract may move its result, in major units; nothing where there is no bound.
    pub slack: Option<f64>,
}

/// Who bears the risk when the contract is followed down to a clause.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TransferRow {
    /// The last clause that is paid; none where nothing is paid yet, and who bears a cost has all its risk.
    pub clause: Option<String>,
    /// Every party, in the contract's order.
    pub parties: Vec<PartyShare>,
}

/// Who bears the risk, before and after each clause that moves money.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RiskTransfer {
    /// Before any payment, and after each in the order of the contract. The last row is the whole contract.
    pub rows: Vec<TransferRow>,
    /// The tails, in the order of the shares.
    pub tails: Vec<Tail>,
    /// What it was made of.
    pub stamp: OutlookStamp,
}

impl TransferRow {
    /// One party.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] where the contract has no such party.
    pub fn party(&self, name: &str) -> Result<&PartyShare> {
        let found = self.parties.iter().find(|party| party.party == name);
        found.ok_or_else(|| no_party(name, self.parties.iter().map(|party| party.party.as_str())))
    }
}

impl RiskTransfer {
    /// The row of the whole contract.
    pub fn whole(&self) -> Option<&TransferRow> {
        self.rows.last()
    }

    /// The row down to a clause.
    ///
    /// # Errors
    /// [`ErrorKind::Unknown`] where no such clause is paid.
    pub fn after(&self, clause: &str) -> Result<&TransferRow> {
        self.rows.iter().find(|row| row.clause.as_deref() == Some(clause)).ok_or_else(|| {
            let paid = self.rows.iter().filter_map(|row| row.clause.as_ref());
            let known: Vec<String> = paid.map(|name| format!("`{name}`")).collect();
            let problem = format!("no clause `{clause}` is paid");
            Error::new(ErrorKind::Unknown, "clause", problem, format!("paid are {}", known.join(", ")))
        })
    }
}

impl Contract {
    /// Who bears the risk under a cost model and with the terms of a day: before any payment, and after each clause that moves
    /// money, as if the contract ended there. `given` has every other input, in major units, as for an
    /// [outlook](Self::outlook).
    ///
    /// # Errors
    /// As [`outlook`](Self::outlook); [`ErrorKind::Statistic`] where nobody bears a cost that varies, and where a result depends
    /// on two amounts that vary apart of which one is lumpy, or, where tails are asked for, has a threshold on another amount than
    /// all costs; [`ErrorKind::Range`] for a level that is not between 0 and 1, and
    /// an attachment that all years, or none, are above.
    ///
    /// ```
    /// use capitation::{Contract, risk::{cost_model::CostModel, severity::Severity, shares::Tail}};
    /// let contract = Contract::read("templates/corridor.toml")?;
    /// let person = Severity::lognormal(0.0, 1.5)?.with_zeros(0.15)?.rescaled_to(4_900.0)?;
    /// let model = CostModel::new(contract.currency()).cell("all", 8_000, person)?;
    /// let day = contract.period().start;
    /// let risk = contract.risk_transfer(&model, &Default::default(), day, &[Tail::Worst(0.95)])?;
    /// // A capitation leaves all risk with the provider; the corridor takes some of it back, and more in bad years.
    /// assert!((risk.after("envelope")?.party("provider")?.variance.share - 1.0).abs() < 1e-12);
    /// let provider = risk.after("corridor settlement")?.party("provider")?;
    /// assert!(provider.variance.share < 0.9 && provider.tails[0].share < provider.variance.share);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn risk_transfer(
        &self,
        model: &CostModel,
        given: &IndexMap<String, Decimal>,
        on: Date,
        tails: &[Tail],
    ) -> Result<RiskTransfer> {
        let question = Question::new(self, model, given, on)?;
        let laws = Laws::of_cells(model, Arc::clone(&question.cells));
        let valued = Valued::new(question, &laws)?;
        let payoffs = valued.payoffs(&valued.reading(), &Moved::NOT)?;
        let table = Table::new(&valued, &payoffs, tails)?;
        let mut rows = vec![table.row(None, 0)?];
        let layout = self.layout();
        let mut paid = 0;
        for same in layout.transfers.chunk_by(|one, two| one.amount == two.amount) {
            paid += same.len();
            let clause = same.first().and_then(|transfer| layout.names.get(transfer.amount)).cloned();
            rows.push(table.row(clause, paid)?);
        }
        let stamp = OutlookStamp::of(self, model, given, on);
        Ok(RiskTransfer { rows, tails: tails.to_vec(), stamp })
    }

    /// Each party's share of the risk under the whole contract: the last row of [`risk_transfer`](Self::risk_transfer).
    ///
    /// # Errors
    /// As there.
    pub fn risk_shares(
        &self,
        model: &CostModel,
        given: &IndexMap<String, Decimal>,
        on: Date,
        tails: &[Tail],
    ) -> Result<Vec<PartyShare>> {
        let question = Question::new(self, model, given, on)?;
        let laws = Laws::of_cells(model, Arc::clone(&question.cells));
        let valued = Valued::new(question, &laws)?;
        let payoffs = valued.payoffs(&valued.reading(), &Moved::NOT)?;
        Ok(Table::new(&valued, &payoffs, tails)?.row(None, usize::MAX)?.parties)
    }
}

/// Shares of one contract, each result worked out once.
struct Table<'a> {
    valued: &'a Valued<'a>,
    payoffs: &'a [Payoff],
    whole: Whole<'a>,
    /// The worst years as a share of all.
    worst: Vec<f64>,
    known: std::cell::RefCell<Vec<(Shape, Known)>>,
}

/// The mean of a result and its shares.
#[derive(Clone)]
struct Known {
    mean: f64,
    variance: Share,
    tails: Vec<Share>,
}

impl<'a> Table<'a> {
    fn new(valued: &'a Valued<'a>, payoffs: &'a [Payoff], tails: &[Tail]) -> Result<Self> {
        let mut all = Payoff::zero();
        for (name, _, result) in valued.question.results_of(payoffs, 0)? {
            all =
                all.plus(&result).map_err(|why| crate::contract::refused(format!("party `{name}`"), why))?;
        }
        let all = Parts::of(&all.shape()?, valued.question.amounts.len());
        let whole = Whole::new(valued, &all)?;
        // What is certain of the losses of all lies before the sum.
        let share = |tail: &Tail| match *tail {
            Tail::Worst(level) => check_level(level).map(|()| 1.0 - level),
            Tail::Above(amount) => above(&whole, amount, amount * valued.question.model.minor() + all.level),
        };
        let worst = tails.iter().map(share).collect::<Result<_>>()?;
        Ok(Self { valued, payoffs, whole, worst, known: std::cell::RefCell::default() })
    }

    fn row(&self, clause: Option<String>, paid: usize) -> Result<TransferRow> {
        let minor = self.valued.question.model.minor();
        let parties =
            self.valued.question.results_of(self.payoffs, paid)?.into_iter().map(|(name, role, result)| {
                let place = || format!("party `{name}`");
                let shape = result.shape().map_err(|why| why.within(place()))?;
                let slack = shape.slack.map(|slack| to_f64(slack) / minor);
                let Known { mean, variance, tails } = self.known(shape).map_err(|why| why.within(place()))?;
                Ok(PartyShare { party: name.to_owned(), role, mean: mean / minor, variance, tails, slack })
            });
        Ok(TransferRow { parties: parties.collect::<Result<_>>()?, clause })
    }

    fn known(&self, shape: Shape) -> Result<Known> {
        if let Some((_, known)) = self.known.borrow().iter().find(|(other, _)| *other == shape) {
            return Ok(known.clone());
        }
        let mean = self.valued.mean(&shape)?;
        let parts = Parts::of(&shape, self.valued.question.amounts.len());
        let whole = &self.whole;
        let variance = whole.law().standard_deviation().powi(2);
        let tails = whole.tails(&parts, &self.worst)?;
        let tail = |(share, tail): (&f64, Found)| Ok(over(tail, whole.worst(*share)?));
        let known = Known {
            mean,
            variance: over(whole.covariance(&parts)?, Found { value: variance, error: 0.0 }),
            tails: self.worst.iter().zip(tails).map(tail).collect::<Result<_>>()?,
        };
        self.known.borrow_mut().push((shape, known.clone()));
        Ok(known)
    }
}

/// A part over the whole.
fn over(part: Found, whole: Found) -> Share {
    let share = part.value / whole.value;
    Share { share, error: (part.error + share.abs() * whole.error) / whole.value }
}

/// The share of years in which the sum is above an amount.
fn above(whole: &Whole<'_>, attachment: f64, amount: f64) -> Result<f64> {
    let above = 1.0 - whole.law().cdf(amount);
    // Below its own error a probability is none.
    if above > whole.law().error().max(1e-9) && above < 1.0 {
        return Ok(above);
    }
    let problem = if above >= 1.0 {
        format!("all years are above the attachment of {attachment}")
    } else {
        format!("the probability of a year above the attachment of {attachment} is too small to be told")
    };
    let remedy = "give an attachment that all parties together may lose more than, and may not";
    Err(Error::new(ErrorKind::Range, "tail", problem, remedy))
}
