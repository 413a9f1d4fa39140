//! Market forces factors: what a provider's unavoidable costs add to every national price.

use std::collections::HashMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::{
    error::{Error, ErrorKind, Result},
    fingerprint::Fingerprint,
    text::nearest,
};

/// Factors are counted in millionths.
pub(crate) const ONE: u32 = 1_000_000;
/// No factor reaches this.
const BELOW: u32 = 10 * ONE;

/// The payment market forces factor of each provider: 1 or more, to six decimals.
///
/// A payment factor is scaled so that the lowest trust has 1. An allocation factor, which lies around 1, is another
/// index and is refused where it is below 1.
#[derive(Debug, Clone)]
pub struct MarketForces {
    providers: Vec<Box<str>>,
    /// In millionths.
    factors: Vec<u32>,
    by_provider: HashMap<Box<str>, u32>,
    fingerprint: String,
}

impl MarketForces {
    /// The factors of these providers.
    ///
    /// # Errors
    /// [`ErrorKind::Row`] naming the provider: for one without a name or there twice, and for a factor below 1, of 10 or
    /// more, or with more than six decimals. [`ErrorKind::Column`] without providers.
    pub fn new<P: Into<String>>(factors: impl IntoIterator<Item = (P, Decimal)>) -> Result<Self> {
        let mut fingerprint = Fingerprint::of("market forces factors 1");
        let mut made = Self {
            providers: vec![],
            factors: vec![],
            by_provider: HashMap::new(),
            fingerprint: String::new(),
        };
        for ((provider, factor), place) in factors.into_iter().zip(0_u32..) {
            let provider: String = provider.into();
            let provider = provider.trim();
            let refuse = |problem: String, remedy: &str| {
                Error::new(ErrorKind::Row, format!("market forces factor of `{provider}`"), problem, remedy)
            };
            if provider.is_empty() {
                return Err(refuse("the provider has no name".to_owned(), "give each provider's code"));
            }
            let millionths = factor.checked_mul(Decimal::from(ONE)).filter(|value| value.fract().is_zero());
            let Some(millionths) = millionths.and_then(|value| value.to_i64()) else {
                let remedy = "give it as published, with at most six decimals";
                return Err(refuse(format!("{factor} has too many digits"), remedy));
            };
            if millionths < i64::from(ONE) {
                let remedy = "give the payment index, in which the lowest trust has 1; the allocation index is another";
                return Err(refuse(format!("{factor} is below 1"), remedy));
            }
            let Some(millionths) = u32::try_from(millionths).ok().filter(|value| *value < BELOW) else {
                return Err(refuse(
                    format!("{factor} is 10 or more"),
                    "check the unit: 3 % above the lowest is 1.03",
                ));
            };
            if made.by_provider.insert(provider.into(), place).is_some() {
                return Err(refuse("it has two rows".to_owned(), "leave one row for each provider"));
            }
            fingerprint.text(provider);
            fingerprint.text(&millionths.to_string());
            made.providers.push(provider.into());
            made.factors.push(millionths);
        }
        if made.providers.is_empty() {
            let remedy =
                "give a row for each provider; prices before the factor are asked for by giving no table";
            return Err(Error::new(ErrorKind::Column, "market forces factors", "there are none", remedy));
        }
        made.fingerprint = fingerprint.written();
        Ok(made)
    }

    /// The factor of a provider.
    pub fn factor(&self, provider: &str) -> Option<Decimal> {
        Some(Decimal::new(i64::from(self.millionths_of(provider)?), 6).normalize())
    }

    /// The providers, in the order of the table.
    pub fn providers(&self) -> impl ExactSizeIterator<Item = &str> {
        self.providers.iter().map(|provider| &**provider)
    }

    /// `sha256:` and the digest of the factors.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The factor of a provider in millionths.
    pub(crate) fn millionths_of(&self, provider: &str) -> Option<u32> {
        self.factors.get(usize::try_from(*self.by_provider.get(provider.trim())?).ok()?).copied()
    }

    pub(crate) fn nearest(&self, provider: &str) -> Option<&str> {
        nearest(provider, self.providers())
    }
}
