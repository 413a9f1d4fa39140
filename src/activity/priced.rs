//! The payment of each line, with the rule that made it.

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

use super::{
    delivery::PricedBy,
    lines::Lines,
    pricing::{Finding, NO_RULE, Paid, Parts, Pricing, Sink},
    tariff::{Entry, Tariff},
    totals::written,
    unpriced::Unpriced,
};
use crate::{
    error::{Error, ErrorKind, Result},
    money::grouped,
};

/// The payment of each line, in the order of the lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    year: String,
    tariff: String,
    market_forces: Option<String>,
    payments: Vec<u64>,
    rules: Vec<u8>,
    long_stay_days: Vec<u32>,
    unpriced: Unpriced,
    activity: Option<u64>,
}

impl Priced {
    pub(crate) fn begin(pricing: &Pricing<'_>, rows: usize) -> Self {
        Self {
            year: pricing.tariff.year(),
            tariff: pricing.tariff.fingerprint().to_owned(),
            market_forces: pricing.factors.map(|factors| factors.fingerprint().to_owned()),
            payments: Vec::with_capacity(rows),
            rules: Vec::with_capacity(rows),
            long_stay_days: Vec::with_capacity(rows),
            unpriced: Unpriced::default(),
            activity: pricing.no_lines(),
        }
    }

    /// The financial year of the tariff.
    pub fn year(&self) -> &str {
        &self.year
    }

    /// The fingerprint of the tariff.
    pub fn tariff(&self) -> &str {
        &self.tariff
    }

    /// The fingerprint of the lines: the same for the same lines in any order, in one part or many; nothing where it was
    /// not asked for.
    pub fn activity(&self) -> Option<String> {
        self.activity.map(written)
    }

    /// The fingerprint of the market forces factors; nothing where prices are before them.
    pub fn market_forces(&self) -> Option<&str> {
        self.market_forces.as_deref()
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.payments.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.payments.is_empty()
    }

    /// The payment of a line in pence; nothing where it has no price.
    pub fn payment(&self, row: usize) -> Option<u64> {
        self.rule(row).and_then(|_| self.payments.get(row).copied())
    }

    /// The payment of each line in pence; nothing where it has no price.
    pub fn payments(&self) -> Vec<Option<u64>> {
        (0..self.len()).map(|row| self.payment(row)).collect()
    }

    /// The rule that a line was paid by; nothing where it has no price.
    pub fn rule(&self, row: usize) -> Option<PricedBy> {
        self.rules.get(row).and_then(|rule| PricedBy::at(*rule))
    }

    /// The days of a spell above the trim point, 0 for a line of many units; nothing where it has no price.
    pub fn long_stay_days(&self, row: usize) -> Option<u32> {
        self.rule(row).and_then(|_| self.long_stay_days.get(row).copied())
    }

    /// Everything that was paid, in pence.
    ///
    /// # Errors
    /// [`ErrorKind::Arithmetic`] where it needs more than 64 bits.
    pub fn total(&self) -> Result<u64> {
        let sum = self.payments.iter().try_fold(0_u64, |sum, payment| sum.checked_add(*payment));
        sum.ok_or_else(|| {
            let remedy = "price fewer lines at a time";
            Error::new(
                ErrorKind::Arithmetic,
                "total of the lines",
                "it needs more than 64 bits of pence",
                remedy,
            )
        })
    }

    /// The lines without a price.
    pub fn unpriced(&self) -> &Unpriced {
        &self.unpriced
    }
}

impl Sink for Priced {
    fn begin(&mut self, _: &Lines<'_>) -> Result<()> {
        Ok(())
    }

    fn groups(&self) -> &[u32] {
        &[]
    }

    fn take(&mut self, _: &Lines<'_>, _: usize, paid: &Paid<'_>) -> Result<()> {
        self.payments.extend_from_slice(paid.payments);
        self.rules.extend_from_slice(paid.rules);
        self.long_stay_days.extend_from_slice(paid.long_stay_days);
        self.activity = self.activity.map(|sum| sum.wrapping_add(paid.fingerprint));
        debug_assert!(
            paid.payments.iter().zip(paid.rules).all(|(pence, rule)| *rule != NO_RULE || *pence == 0)
        );
        Ok(())
    }

    fn reject(&mut self, row: usize, finding: Finding, cost: Option<i64>) {
        self.unpriced.add(row, finding, cost);
    }
}

/// The payment of one line with every number that made it; it prints as a sum that a reader can follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PricedLine {
    /// The code.
    pub code: String,
    /// What the code is, where the tariff says.
    pub name: Option<String>,
    /// The rule.
    pub rule: PricedBy,
    /// The price of one unit, in pounds.
    pub price: Decimal,
    /// Days above the trim point.
    pub long_stay_days: u32,
    /// The trim point in days, where the price has one.
    pub trim_days: Option<u32>,
    /// What each of them is paid, in pounds; nothing where there are none.
    pub daily_rate: Option<Decimal>,
    /// How many spells, attendances or days the line stands for.
    pub units: Decimal,
    /// The top-up, as a share of the price.
    pub top_up: Decimal,
    /// The market forces factor; 1 where prices are before it.
    pub market_forces_factor: Decimal,
    /// The payment, in pounds, rounded to the penny, half up.
    pub payment: Decimal,
}

/// So many millionths, or pence.
fn parts(count: u64, places: u32) -> Decimal {
    Decimal::from_i128_with_scale(i128::from(count), places)
}

impl PricedLine {
    pub(crate) fn of(tariff: &Tariff, code: &str, entry: &Entry, days: u32, by: Parts, payment: u64) -> Self {
        Self {
            code: code.trim().to_owned(),
            name: tariff.name(code.trim()).map(str::to_owned),
            rule: entry.rule(),
            price: parts(u64::from(entry.price()), 2),
            long_stay_days: days,
            trim_days: entry.trim(),
            daily_rate: (days > 0).then(|| parts(u64::from(entry.daily_rate()), 2)),
            units: parts(by.units, 6).normalize(),
            top_up: parts(u64::from(by.top_up), 6).normalize(),
            market_forces_factor: parts(u64::from(by.factor), 6).normalize(),
            payment: parts(payment, 2),
        }
    }
}

/// An amount as it is printed: £1,234.56.
fn pounds(amount: Decimal) -> String {
    let written = format!("{amount:.2}");
    let (whole, pence) = written.split_once('.').unwrap_or((&written, "00"));
    format!("£{}.{pence}", grouped(whole))
}

impl fmt::Display for PricedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        write!(f, "{}{name}, {}: {}", self.code, self.rule, pounds(self.price))?;
        if let (Some(rate), Some(trim)) = (self.daily_rate, self.trim_days) {
            let days = self.long_stay_days;
            let unit = self.price + rate * Decimal::from(days);
            let word = if days == 1 { "day" } else { "days" };
            write!(f, " + {days} {word} above {trim} at {} = {}", pounds(rate), pounds(unit))?;
        }
        let mut factors = Vec::new();
        if self.units != Decimal::ONE {
            factors.push(format!("× {} (units)", self.units));
        }
        if !self.top_up.is_zero() {
            factors.push(format!("× {} (top-up)", Decimal::ONE + self.top_up));
        }
        if self.market_forces_factor != Decimal::ONE {
            factors.push(format!("× {} (market forces factor)", self.market_forces_factor));
        }
        if factors.is_empty() {
            return Ok(());
        }
        write!(f, "; {} = {}", factors.join(" "), pounds(self.payment))
    }
}
