//! Costs and prices that have moved.

use rust_decimal::Decimal;

use crate::risk::question::{Amount, Layer};

/// What costs, and what prices that are proportional to them, are multiplied by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::risk) struct Moved {
    pub(super) cost: Decimal,
    pub(super) price: Decimal,
}

impl Moved {
    /// As the model has them.
    pub(in crate::risk) const NOT: Self = Self { cost: Decimal::ONE, price: Decimal::ONE };

    /// Each case costs this part of what it did, and is paid as before.
    pub(in crate::risk) fn inside_cases(part: Decimal) -> Self {
        Self { cost: part, price: Decimal::ONE }
    }
}

/// The layers of what people cost before, which times the part are the layers of what they cost now.
pub(super) fn amounts(amounts: &[Amount], part: f64) -> Vec<Amount> {
    let wider = |layer: &Layer| {
        if *layer == Layer::ALL {
            return *layer;
        }
        Layer { above: layer.above / part, limit: layer.limit / part }
    };
    let of =
        |amount: &Amount| Amount { of: amount.of.iter().map(|layer| layer.as_ref().map(wider)).collect() };
    amounts.iter().map(of).collect()
}
