//! Units of amounts, checked when a contract is read.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What an amount is measured in.
///
/// A product or quotient of two units is a unit or it is refused: money × money has no meaning, and neither has
/// members × pounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Unit {
    /// An amount in the contract's currency.
    #[serde(rename = "money")]
    Money,
    /// A number of things: member months, admissions, people.
    #[serde(rename = "count")]
    Count,
    /// A plain number: a price level, a need index, a growth factor.
    #[serde(rename = "ratio")]
    Ratio,
    /// A plain number from 0 to 1: a sharing rate, a quality score, a withhold.
    #[serde(rename = "share")]
    Share,
    /// A price: money for each thing counted.
    #[serde(rename = "money per count")]
    MoneyPerCount,
}

impl Unit {
    /// Every unit there is.
    pub const ALL: [Self; 5] = [Self::Money, Self::Count, Self::Ratio, Self::Share, Self::MoneyPerCount];

    /// Powers of money and of count.
    fn dimensions(self) -> (i8, i8) {
        match self {
            Self::Money => (1, 0),
            Self::Count => (0, 1),
            Self::Ratio | Self::Share => (0, 0),
            Self::MoneyPerCount => (1, -1),
        }
    }

    fn of_dimensions(dimensions: (i8, i8)) -> Option<Self> {
        [Self::Money, Self::Count, Self::Ratio, Self::MoneyPerCount]
            .into_iter()
            .find(|unit| unit.dimensions() == dimensions)
    }

    /// The unit of a product, where it has one.
    pub fn times(self, by: Self) -> Option<Self> {
        let ((a, b), (c, d)) = (self.dimensions(), by.dimensions());
        Self::of_dimensions((a + c, b + d))
    }

    /// The unit of a quotient, where it has one.
    pub fn per(self, by: Self) -> Option<Self> {
        let ((a, b), (c, d)) = (self.dimensions(), by.dimensions());
        Self::of_dimensions((a - c, b - d))
    }

    /// Whether amounts of the two units can be added and compared.
    pub fn fits(self, other: Self) -> bool {
        self.dimensions() == other.dimensions()
    }

    /// Whether it is an amount of money, or of money for each of something.
    pub fn has_money(self) -> bool {
        self.dimensions().0 == 1
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Money => "money",
            Self::Count => "count",
            Self::Ratio => "ratio",
            Self::Share => "share",
            Self::MoneyPerCount => "money per count",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_quotients_have_a_meaning_or_are_refused() {
        use Unit::{Count, Money, MoneyPerCount, Ratio, Share};
        assert_eq!(Count.times(MoneyPerCount), Some(Money));
        assert_eq!(Share.times(Share), Some(Ratio));
        assert_eq!(Money.per(Count), Some(MoneyPerCount));
        assert_eq!(Money.per(Money), Some(Ratio));
        assert_eq!(Money.per(MoneyPerCount), Some(Count));
        assert_eq!(Money.times(Money), None);
        assert_eq!(Money.times(Count), None);
        assert_eq!(Ratio.per(Money), None);
    }
}
