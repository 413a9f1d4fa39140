//! Base payments: what is paid before anything is shared, capped or adjusted.

use super::{draft::Draft, excess, times};
use crate::{
    contract::{Rule, Unit},
    error::{Error, ErrorKind, Result},
};

/// A base payment: for activity, for people, or a fixed sum.
///
/// ```
/// use capitation::{Contract, contract::BasePayment};
/// let envelope = BasePayment::capitation("14.31", "Contract, schedule 3");
/// let activity = BasePayment::activity(&[("admissions", "891.25"), ("visits", "24.86")], "Price list 2026");
/// let contract = Contract::builder("Half and half", "USD", "2026-01-01", "2026-12-31")
///     .blend("0.5", &envelope, &activity, "Contract, clause 7")
///     .build()?;
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasePayment {
    kind: Kind,
    source: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Activity { prices: Vec<(String, String)>, marginal: Option<MarginalRate> },
    Capitation { price: String },
    NeedWeighted { price: String, area: String, area_weighted: String },
    Block { amount: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct MarginalRate {
    baseline: String,
    rate: String,
}

impl BasePayment {
    fn new(kind: Kind, source: &str) -> Self {
        Self { kind, source: source.to_owned() }
    }

    /// A price for each activity done, such as `("admissions", "891.25")`.
    pub fn activity(prices: &[(&str, &str)], source: &str) -> Self {
        Self::new(Kind::Activity { prices: owned(prices), marginal: None }, source)
    }

    /// As [`activity`](Self::activity) up to a baseline in money at list prices, and at a fraction of the price above it.
    pub fn activity_with_marginal_rate(
        prices: &[(&str, &str)],
        baseline: &str,
        rate: &str,
        source: &str,
    ) -> Self {
        let marginal = Some(MarginalRate { baseline: baseline.to_owned(), rate: rate.to_owned() });
        Self::new(Kind::Activity { prices: owned(prices), marginal }, source)
    }

    /// A price for each member month.
    pub fn capitation(price_per_member_month: &str, source: &str) -> Self {
        Self::new(Kind::Capitation { price: price_per_member_month.to_owned() }, source)
    }

    /// A price for each need-weighted member month, normalised by the whole area's member months before and after
    /// weighting.
    pub fn need_weighted_capitation(
        price_per_member_month: &str,
        area_member_months: &str,
        area_need_weighted_member_months: &str,
        source: &str,
    ) -> Self {
        let kind = Kind::NeedWeighted {
            price: price_per_member_month.to_owned(),
            area: area_member_months.to_owned(),
            area_weighted: area_need_weighted_member_months.to_owned(),
        };
        Self::new(kind, source)
    }

    /// A fixed sum.
    pub fn block(amount: &str, source: &str) -> Self {
        Self::new(Kind::Block { amount: amount.to_owned() }, source)
    }

    /// Writes the payment and gives the name of the clause that holds it; no money moves on it yet.
    pub(super) fn write(&self, draft: &mut Draft) -> Result<String> {
        match &self.kind {
            Kind::Activity { prices, marginal } => self.write_activity(draft, prices, marginal.as_ref()),
            Kind::Capitation { price } => {
                let months = draft.input("member months", Unit::Count)?;
                self.write_envelope(draft, &months, price)
            }
            Kind::NeedWeighted { price, area, area_weighted } => {
                let weighted = draft.input("need-weighted member months", Unit::Count)?;
                let area = draft.term("member months of the whole area", Unit::Count, area, &self.source)?;
                let area_weighted = draft.term(
                    "need-weighted member months of the whole area",
                    Unit::Count,
                    area_weighted,
                    &self.source,
                )?;
                // Ten decimals leave a millionth of a month in ten thousand; the months themselves have six.
                let normalisation =
                    draft.rounded_to(10, "normalisation", Rule::Per { of: area, by: area_weighted });
                let months =
                    draft.rounded_to(6, "normalised member months", times(&weighted, &normalisation));
                self.write_envelope(draft, &months, price)
            }
            Kind::Block { amount } => {
                let amount = draft.term("block amount", Unit::Money, amount, &self.source)?;
                draft.scale_by_default(&amount);
                Ok(draft.rounded("block payment", Rule::Sum(vec![amount])))
            }
        }
    }

    fn write_envelope(&self, draft: &mut Draft, months: &str, price: &str) -> Result<String> {
        let price = draft.term("price per member month", Unit::MoneyPerCount, price, &self.source)?;
        draft.scale_by_default(&price);
        Ok(draft.rounded("envelope", times(months, &price)))
    }

    fn write_activity(
        &self,
        draft: &mut Draft,
        prices: &[(String, String)],
        marginal: Option<&MarginalRate>,
    ) -> Result<String> {
        if prices.is_empty() {
            return Err(Error::new(
                ErrorKind::Value,
                "payment for activity",
                "no activity has a price",
                "name at least one, such as (\"admissions\", \"891.25\")",
            ));
        }
        let mut values = Vec::new();
        for (activity, price) in prices {
            let count = draft.input(activity, Unit::Count)?;
            let price =
                draft.term(&format!("price of {activity}"), Unit::MoneyPerCount, price, &self.source)?;
            values.push(draft.clause(&format!("value of {activity}"), times(&count, &price)));
        }
        let mut value = draft.clause("activity at list prices", Rule::Sum(values));
        if let Some(MarginalRate { baseline, rate }) = marginal {
            let baseline = draft.term("baseline at list prices", Unit::Money, baseline, &self.source)?;
            let rate = draft.term("marginal rate", Unit::Share, rate, &self.source)?;
            let within = draft
                .clause("activity up to the baseline", Rule::Cap { of: value.clone(), at: baseline.clone() });
            let above = draft.clause("activity above the baseline", excess(&value, &baseline));
            let above =
                draft.clause("activity above the baseline at the marginal rate", times(&above, &rate));
            value = draft.clause("activity as it counts", Rule::Sum(vec![within, above]));
        }
        let level = draft.term("price level", Unit::Ratio, "1", "Prices as they are listed")?;
        draft.scale_by_default(&level);
        Ok(draft.rounded("payment for activity", times(&value, &level)))
    }
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}
