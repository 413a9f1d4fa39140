//! A distribution that is worked out when it is first asked for: not everybody asks for each party's, and one of two amounts
//! takes seconds.

use std::sync::{Arc, OnceLock};

use super::{Curve, Laws, is_apart};
use crate::{error::Result, number::Shape, risk::question::Amount};

/// The distribution of a party's result.
#[derive(Debug)]
pub(in crate::risk) struct Later {
    laws: Arc<Laws>,
    amounts: Arc<[Amount]>,
    shape: Shape,
    mean: f64,
    found: OnceLock<Result<Option<Curve>>>,
}

impl Later {
    pub(super) fn new(laws: Arc<Laws>, amounts: Arc<[Amount]>, shape: Shape, mean: f64) -> Self {
        Self { laws, amounts, shape, mean, found: OnceLock::new() }
    }

    /// The distribution; none where it is of two amounts that vary apart, in lumps.
    pub(in crate::risk) fn curve(&self) -> Result<Option<&Curve>> {
        let found = self.found.get_or_init(|| self.work_out());
        found.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    fn work_out(&self) -> Result<Option<Curve>> {
        let Self { laws, amounts, shape, mean, .. } = self;
        if is_apart(shape) {
            return laws.of_both(amounts, shape, *mean);
        }
        let law = laws.of(amounts, &shape.direction)?;
        Ok(Some(Curve::new(shape.stretches().collect(), Arc::clone(&law.sum))))
    }
}
