//! Contracts in the field's words.
//!
//! A builder starts with one base payment (activity at price, capitation, a block, or a blend of two) and adds
//! modifiers. What it makes is an ordinary contract: inputs, terms and clauses that can be printed, changed
//! and kept. The modifiers act in the order in which they are called, on what stands at that point:
//!
//! - *payment*: what the payer pays the provider so far. Percentages, the cap, the floor, the withhold and the bounds
//!   of a corridor are taken of it.
//! - *cost*: the actual cost, less what is carved out and recovered from stop-loss, plus the stop-loss premium.
//!   Shared savings are measured on it, and payment less cost is the result that a corridor and a split share.

mod balance;
mod base;
mod draft;
mod savings;
mod sharing;
mod stop_loss;

pub use base::BasePayment;
pub use savings::{Gate, SharedLosses, SharedSavings};
pub use sharing::SharingBands;
pub use stop_loss::StopLoss;

use draft::Draft;

use super::{Contract, Limit, Rule, Unit};
use crate::error::Result;

/// Builds a contract from a base payment and modifiers, in the order of the calls.
///
/// Amounts and rates are decimals in text, as in a contract file, and rates are fractions: `"0.02"` is 2 %. Each
/// call says where its numbers are written. The first fault is kept, and [`build`](Self::build) returns it.
///
/// The parties are called "payer" and "provider" unless [`between`](Self::between) names them, and the provider bears
/// the input "actual cost".
///
/// ```
/// use capitation::{Contract, contract::{SharingBands, StopLoss, Role}};
/// let contract = Contract::builder("Integrated care", "GBP", "2026-04-01", "2027-03-31")
///     .capitation("412.50", "Contract, schedule 3")
///     .stop_loss(
///         &StopLoss::above("100000", "Contract, schedule 4")
///             .premium_per_member_month("5.00")
///             .provider_keeps("0.10")
///             .carried_by(Role::Reinsurer),
///     )
///     .corridor(
///         &SharingBands::new().upto("0.02", "1").upto("0.06", "0.5").beyond("0"),
///         &SharingBands::new().upto("0.02", "1").beyond("0.2"),
///         "Contract, schedule 5",
///     )
///     .build()?;
/// assert!(contract.explain().contains("reinsurer pays provider"));
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ContractBuilder {
    draft: Result<Draft>,
}

impl Contract {
    /// Begins a contract in the field's words: its name, its currency by ISO code, its first and its last day.
    pub fn builder(name: &str, currency: &str, first_day: &str, last_day: &str) -> ContractBuilder {
        let draft = Draft::new(name, currency, first_day, last_day);
        ContractBuilder { draft: draft.map_err(|why| why.within(format!("contract `{name}`"))) }
    }
}

/// Who the contract is between, and the base payment: there is exactly one.
impl ContractBuilder {
    /// What the contract is for, in a sentence or two.
    pub fn about(self, text: &str) -> Self {
        self.then(|draft| {
            draft.describe(text);
            Ok(())
        })
    }

    /// The names of the payer and the provider; called before the base payment.
    pub fn between(self, payer: &str, provider: &str) -> Self {
        self.then(|draft| draft.name_parties(payer, provider))
    }

    /// A base payment made apart; the four that follow are short for it.
    pub fn base(self, base: &BasePayment) -> Self {
        self.then(|draft| {
            let line = base.write(draft)?;
            draft.pay_provider(&line)?;
            draft.start_payment(&line)
        })
    }

    /// Payment for activity: each activity's price for each one done, such as `("admissions", "891.25")`.
    ///
    /// The sum at list prices is multiplied by a term "price level" of 1, which a comparison scales.
    pub fn activity(self, prices: &[(&str, &str)], source: &str) -> Self {
        self.base(&BasePayment::activity(prices, source))
    }

    /// Payment for activity, in full up to a baseline in money at list prices, and above it at a marginal rate: `"0.3"`
    /// pays three tenths of the price.
    pub fn activity_with_marginal_rate(
        self,
        prices: &[(&str, &str)],
        baseline: &str,
        rate: &str,
        source: &str,
    ) -> Self {
        self.base(&BasePayment::activity_with_marginal_rate(prices, baseline, rate, source))
    }

    /// Capitation: a price for each member month.
    pub fn capitation(self, price_per_member_month: &str, source: &str) -> Self {
        self.base(&BasePayment::capitation(price_per_member_month, source))
    }

    /// Capitation by need: a price for each need-weighted member month, normalised so that the weights of the
    /// whole area average one. The last two numbers are the area's member months before and after weighting.
    pub fn need_weighted_capitation(
        self,
        price_per_member_month: &str,
        area_member_months: &str,
        area_need_weighted_member_months: &str,
        source: &str,
    ) -> Self {
        self.base(&BasePayment::need_weighted_capitation(
            price_per_member_month,
            area_member_months,
            area_need_weighted_member_months,
            source,
        ))
    }

    /// A block: a fixed sum.
    pub fn block(self, amount: &str, source: &str) -> Self {
        self.base(&BasePayment::block(amount, source))
    }

    /// A blend of two base payments: `share` of the first, and the rest of the whole, exactly, of the second.
    pub fn blend(self, share: &str, first: &BasePayment, second: &BasePayment, source: &str) -> Self {
        self.then(|draft| {
            let first = first.write(draft)?;
            let second = second.write(draft)?;
            let share = draft.term(&format!("share of {first}"), Unit::Share, share, source)?;
            let part = draft.rounded(&format!("blended part of {first}"), times(&first, &share));
            draft.pay_provider(&part)?;
            let given_up = draft.rounded(&format!("{second} given up"), times(&second, &share));
            let rest = draft.clause(&format!("blended part of {second}"), difference(&second, &given_up));
            draft.start_payment(&part)?;
            draft.pay_provider(&rest)?;
            draft.add_to_payment(&rest, "blended payment")
        })
    }
}

/// Who bears which cost.
impl ContractBuilder {
    /// Individual stop-loss: a carrier pays what one person's annual cost is above an attachment.
    ///
    /// It acts on each person's whole actual cost and so cannot be joined with a carve-out.
    pub fn stop_loss(self, terms: &StopLoss) -> Self {
        self.then(|draft| terms.write(draft))
    }

    /// A care setting carved out: the payer reimburses its cost, an input in money that is part of the actual cost.
    pub fn carve_out(self, setting: &str, source: &str) -> Self {
        self.then(|draft| draft.carve_out(setting, source))
    }
}

/// Sharing of a gain or a loss.
impl ContractBuilder {
    /// A corridor on the result so far: the provider keeps its share of each band, and the rest is settled with the
    /// payer. The bounds are fractions of the payment so far.
    pub fn corridor(self, gains: &SharingBands, losses: &SharingBands, source: &str) -> Self {
        self.then(|draft| sharing::corridor(draft, gains, losses, source))
    }

    /// One-sided sharing of savings against a benchmark: a bonus, and never a repayment.
    pub fn shared_savings(self, savings: &SharedSavings) -> Self {
        self.then(|draft| savings.write(draft).map(|_| ()))
    }

    /// Two-sided sharing: of savings, and of losses against the same benchmark.
    pub fn two_sided(self, savings: &SharedSavings, losses: &SharedLosses) -> Self {
        self.then(|draft| {
            let measured = savings.write(draft)?;
            losses.write(draft, &measured)
        })
    }

    /// The result so far, passed on to other providers by weights, to the last penny; nothing can follow it.
    pub fn split_among(self, parts: &[(&str, &str)], source: &str) -> Self {
        self.then(|draft| sharing::split_among(draft, parts, source))
    }
}

/// Changes of the payment so far.
impl ContractBuilder {
    /// A quality withhold: a fraction of the payment so far goes back, and is earned by the quality score.
    pub fn withhold(self, rate: &str, source: &str) -> Self {
        self.then(|draft| {
            let payment = draft.payment()?;
            let score = draft.input("quality score", Unit::Share)?;
            let rate = draft.term("withhold rate", Unit::Share, rate, source)?;
            let withheld = draft.rounded("quality withhold", times(&payment, &rate));
            draft.pay_back(&withheld)?;
            draft.take_from_payment(&withheld, "payment after the withhold")?;
            let earned = draft.rounded("withhold earned back", times(&withheld, &score));
            draft.pay_provider(&earned)?;
            draft.add_to_payment(&earned, "payment after quality")
        })
    }

    /// A percentage of the payment so far, under its own name: an uplift of `"0.025"`, an efficiency requirement of
    /// `"-0.011"`, a sequestration of `"-0.02"`.
    pub fn adjust(self, label: &str, rate: &str, source: &str) -> Self {
        self.then(|draft| {
            let payment = draft.payment()?;
            let rate = draft.term(&format!("rate of {label}"), Unit::Ratio, rate, source)?;
            let change = draft.rounded(label, times(&payment, &rate));
            draft.pay_provider(&change)?;
            draft.add_to_payment(&change, &format!("payment after {label}"))
        })
    }

    /// The most that the payment so far can be.
    pub fn cap(self, amount: &str, source: &str) -> Self {
        self.then(|draft| {
            let payment = draft.payment()?;
            let cap = draft.term("cap on the payment", Unit::Money, amount, source)?;
            let above = draft.rounded("payment above the cap", excess(&payment, &cap));
            draft.pay_back(&above)?;
            draft.take_from_payment(&above, "payment after the cap")
        })
    }

    /// The least that the payment so far can be.
    pub fn floor(self, amount: &str, source: &str) -> Self {
        self.then(|draft| {
            let payment = draft.payment()?;
            let floor = draft.term("floor under the payment", Unit::Money, amount, source)?;
            let top_up = draft.rounded("top-up to the floor", excess(&floor, &payment));
            draft.pay_provider(&top_up)?;
            draft.add_to_payment(&top_up, "payment after the floor")
        })
    }
}

/// The whole.
impl ContractBuilder {
    /// The term that a budget-neutral comparison scales, where it is not that of the base payment.
    pub fn scaled(self, term: &str) -> Self {
        self.then(|draft| {
            draft.scale(term);
            Ok(())
        })
    }

    /// What an input, or what a clause makes of inputs, can be at all: what is given beyond is refused.
    pub fn limit(self, amount: &str, limit: Limit) -> Self {
        self.then(|draft| {
            draft.limit(amount, limit);
            Ok(())
        })
    }

    /// Marks a term whose source could not be checked; statements say so.
    pub fn unverified(self, term: &str) -> Self {
        self.then(|draft| draft.mark_unverified(term))
    }

    /// The contract.
    ///
    /// # Errors
    /// The first fault of the calls: text that is not a decimal, a base payment missing or twice, a modifier that
    /// cannot stand where it was called; then as [`Contract::new`].
    pub fn build(self) -> Result<Contract> {
        self.draft?.finish()
    }

    fn then(self, act: impl FnOnce(&mut Draft) -> Result<()>) -> Self {
        let draft = self.draft.and_then(|mut draft| {
            act(&mut draft).map_err(|why| draft.locate(why))?;
            Ok(draft)
        });
        Self { draft }
    }
}

fn times(of: &str, by: &str) -> Rule {
    Rule::Times { of: of.to_owned(), by: by.to_owned() }
}

fn difference(of: &str, less: &str) -> Rule {
    Rule::Difference { of: of.to_owned(), less: less.to_owned() }
}

/// What `of` is above `above`, and nothing below it.
fn excess(of: &str, above: &str) -> Rule {
    Rule::Layer { of: of.to_owned(), above: Some(above.to_owned()), limit: None }
}
