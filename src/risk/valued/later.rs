//! A distribution that is worked out when it is first asked for: one of two amounts takes seconds, and not everybody asks.

use std::sync::{Arc, OnceLock};

use super::{Curve, Laws};
use crate::{error::Result, number::Shape, risk::question::Amount};

/// The distribution of a party's result.
#[derive(Debug)]
pub(in crate::risk) enum Later {
    /// Of one amount.
    Known(Curve),
    /// Of two that vary apart.
    Asked(Box<OfBoth>),
}

/// What a distribution of two amounts is made of.
#[derive(Debug)]
pub(in crate::risk) struct OfBoth {
    laws: Arc<Laws>,
    amounts: Vec<Amount>,
    shape: Shape,
    mean: f64,
    found: OnceLock<Result<Option<Curve>>>,
}

impl Later {
    pub(super) fn of_both(laws: Arc<Laws>, amounts: Vec<Amount>, shape: Shape, mean: f64) -> Self {
        Self::Asked(Box::new(OfBoth { laws, amounts, shape, mean, found: OnceLock::new() }))
    }

    /// The distribution; none where its parts are lumpy.
    pub(in crate::risk) fn curve(&self) -> Result<Option<&Curve>> {
        match self {
            Self::Known(curve) => Ok(Some(curve)),
            Self::Asked(both) => {
                let OfBoth { laws, amounts, shape, mean, found } = both.as_ref();
                let found = found.get_or_init(|| laws.of_both(amounts, shape, *mean));
                found.as_ref().map(Option::as_ref).map_err(Clone::clone)
            }
        }
    }
}
