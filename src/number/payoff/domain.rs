//! What amounts are not yet known, and between which ends each of them lies.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::direction::Direction;
use crate::{
    decimal,
    error::{Error, ErrorKind, Result},
};

/// The finest step of an amount: twelve decimals.
const FINEST: u32 = 12;

/// The ends between which an amount lies, and the step it is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The least it can be: money in minor units.
    pub least: Decimal,
    /// The most it can be.
    pub most: Decimal,
    /// How many decimals it can have: none for money in whole minor units, up to 12 for counts.
    pub places: u32,
}

impl Span {
    /// Money, in whole minor units (pence, cents) from `least` to `most`.
    pub fn money(least: impl Into<Decimal>, most: impl Into<Decimal>) -> Self {
        Self::counted(least, most, 0)
    }

    /// A count or a ratio with this many decimals.
    pub fn counted(least: impl Into<Decimal>, most: impl Into<Decimal>, places: u32) -> Self {
        Self { least: least.into(), most: most.into(), places }
    }

    /// Whether an amount lies between the ends and on a step.
    pub(super) fn holds(&self, amount: Decimal) -> bool {
        self.least <= amount && amount <= self.most && amount.normalize().scale() <= self.places
    }
}

/// The amounts that are not yet known, of the same people: each with its [`Span`]. Copies are cheap, and the numbers of
/// one reading must share one domain.
#[derive(Debug, Clone)]
pub struct Domain(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    spans: Vec<Span>,
    /// The direction of each amount by itself.
    axes: Vec<Arc<Direction>>,
}

impl Domain {
    /// A domain of these amounts, in the order in which [`Payoff::value`](super::Payoff::value) takes them.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] where there is no amount, a least is above its most, an end has more decimals than its amount, or
    /// an amount has more than 12.
    pub fn new(spans: &[Span]) -> Result<Self> {
        if spans.is_empty() {
            return Err(Error::new(
                ErrorKind::Range,
                "domain",
                "it has no amount",
                "give the span of each amount that is not yet known",
            ));
        }
        for (place, span) in spans.iter().enumerate() {
            let wrong = |problem: String, remedy: &str| {
                Err(Error::new(ErrorKind::Range, format!("amount {place} of the domain"), problem, remedy))
            };
            if span.places > FINEST {
                return wrong(format!("it has {} decimals", span.places), "count it with at most 12");
            }
            if span.least > span.most {
                let problem = format!("its least, {}, is above its most, {}", span.least, span.most);
                return wrong(problem, "give the smaller end first");
            }
            if !(span.holds(span.least) && span.holds(span.most)) {
                let problem = format!(
                    "its ends, {} and {}, do not have {} decimals",
                    span.least, span.most, span.places
                );
                return wrong(problem, "round the ends to the step in which the amount is counted");
            }
        }
        let alone = |place: usize| {
            let by = (0..spans.len()).map(|i| Decimal::from(u8::from(i == place))).collect();
            Direction::new(by, spans).map(Arc::new).map_err(|_| {
                Error::new(
                    ErrorKind::Range,
                    format!("amount {place} of the domain"),
                    "it has more steps than can be counted",
                    "give it narrower ends or fewer decimals",
                )
            })
        };
        let axes = (0..spans.len()).map(alone).collect::<Result<_>>()?;
        Ok(Self(Arc::new(Inner { spans: spans.to_vec(), axes })))
    }

    /// The span of each amount.
    pub fn spans(&self) -> &[Span] {
        &self.0.spans
    }

    pub(super) fn axis(&self, place: usize) -> Option<&Arc<Direction>> {
        self.0.axes.get(place)
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.spans == other.0.spans
    }

    /// The least and the most of Σ r·Z.
    pub(super) fn ends(&self, by: &[Decimal]) -> std::result::Result<(Decimal, Decimal), decimal::Inexact> {
        ends(by, self.spans())
    }
}

/// The least and the most of Σ r·Z over these spans.
pub(super) fn ends(
    by: &[Decimal],
    spans: &[Span],
) -> std::result::Result<(Decimal, Decimal), decimal::Inexact> {
    by.iter().zip(spans).filter(|(r, _)| !r.is_zero()).try_fold(
        (Decimal::ZERO, Decimal::ZERO),
        |(low, high), (r, span)| {
            let (one, two) = (decimal::multiply(*r, span.least)?, decimal::multiply(*r, span.most)?);
            Ok((decimal::add(low, one.min(two))?, decimal::add(high, one.max(two))?))
        },
    )
}
