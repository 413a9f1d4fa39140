//! One price with what may be added to it, as it stands in the table that lines are priced from.

use crate::activity::delivery::PricedBy;

/// The marks that stand where there is no number.
const NONE: u32 = u32::MAX;

/// What is paid for one line at one point of delivery: sixteen bytes, so that the four of nearly every line of a code
/// lie in one line of the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// In pence.
    price: u32,
    /// In days. A price without long-stay days has a trim point beyond every stay; a spell that lacks its trim point has
    /// 0, and no daily rate.
    trim: u32,
    /// In pence.
    daily_rate: u32,
    rule: PricedBy,
}

/// What is missing for a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gap {
    Price,
    TrimPoint,
    DailyRate,
}

impl Entry {
    pub(crate) const EMPTY: Self = Self::flat(NONE, PricedBy::Combined);

    /// A price alone.
    pub(crate) const fn flat(price: u32, rule: PricedBy) -> Self {
        Self { price, trim: NONE, daily_rate: 0, rule }
    }

    /// A price of a spell, whose days above a trim point are paid for.
    ///
    /// Without a trim point every day is above it at a rate that there is not: a stay that would need one has no price.
    pub(crate) fn spell(price: u32, rule: PricedBy, trim: Option<u32>, daily_rate: Option<u32>) -> Self {
        let daily_rate = if trim.is_some() { daily_rate.unwrap_or(NONE) } else { NONE };
        Self { price, trim: trim.unwrap_or(0), daily_rate, rule }
    }

    /// The days above the trim point.
    #[inline]
    fn long_stay_days(&self, stay: u32) -> u32 {
        stay.saturating_sub(self.trim)
    }

    /// Pence for a stay of this many days, and how many are above the trim point; nothing where a number is missing.
    #[inline]
    #[allow(clippy::needless_bitwise_bool)] // see below
    pub(crate) fn pence(&self, stay: u32) -> Option<(u64, u32)> {
        let days = self.long_stay_days(stay);
        // Without branches, for they could not be foreseen: kinds of spells follow one another at random.
        let is_missing = (self.price == NONE) | ((days > 0) & (self.daily_rate == NONE));
        let pence = u64::from(self.price) + u64::from(days) * u64::from(self.daily_rate);
        (!is_missing).then_some((pence, days))
    }

    pub(crate) fn rule(&self) -> PricedBy {
        self.rule
    }

    /// In pence.
    pub(crate) fn price(&self) -> u32 {
        self.price
    }

    pub(crate) fn daily_rate(&self) -> u32 {
        self.daily_rate
    }

    /// In days, where there is one.
    pub(crate) fn trim(&self) -> Option<u32> {
        (self.trim > 0 && self.trim < NONE).then_some(self.trim)
    }

    /// Why there is no price for a stay.
    pub(crate) fn gap(&self, stay: u32) -> Option<Gap> {
        if self.price == NONE {
            Some(Gap::Price)
        } else if self.long_stay_days(stay) == 0 || self.daily_rate != NONE {
            None
        } else if self.trim == 0 {
            Some(Gap::TrimPoint)
        } else {
            Some(Gap::DailyRate)
        }
    }
}
