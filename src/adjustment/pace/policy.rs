//! What was decided about the pace.

use rust_decimal::Decimal;

use crate::error::{Error, ErrorKind, Result};

/// How fast places are brought to their targets. Every number is the user's: there is no default pace.
///
/// Growth of a place = common growth + convergence. Convergence closes the part `closes` of the distance from target in a
/// year, beyond the tolerance `within`: of the gap between the opening, grown as the total grows, and the target of this
/// year's total. So 1 lands on target, and where nothing else binds 1 − `closes` of each distance is left, whatever the total
/// grows by. It is at most `at_most` of the opening allocation either way. Common growth is what the total then allows;
/// whoever would grow by less than `least_growth` is held there, and all others make room: where limits or the floor bind
/// for some, common growth moves all others by the same rate.
///
/// That growth is common growth and convergence is how allocations are published; the measure of the gap is this crate's
/// own, since no source was at hand that says on which year's money NHS England takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// The part of the distance from target that a year closes, from 0 to 1.
    pub closes: Decimal,
    /// The distance from target that is let alone, 0 or above: within it there is no convergence, and beyond it only the
    /// rest counts.
    pub within: Decimal,
    /// The most that convergence adds or takes in a year, as a part of the opening allocation; without end where there is
    /// none.
    pub at_most: Option<Decimal>,
    /// The least growth of any place, such as 0.01 for 1 %; below zero a fall that is borne; without end where there is
    /// none.
    pub least_growth: Option<Decimal>,
}

impl Policy {
    /// A policy that closes this part of every distance in a year, without tolerance, limit or floor.
    pub const fn closing(part: Decimal) -> Self {
        Self { closes: part, within: Decimal::ZERO, at_most: None, least_growth: None }
    }

    /// The same that lets alone what is within this distance from target.
    #[must_use]
    pub const fn beyond(mut self, within: Decimal) -> Self {
        self.within = within;
        self
    }

    /// The same that adds or takes at most this part of the opening allocation in a year.
    #[must_use]
    pub const fn at_most(mut self, part: Decimal) -> Self {
        self.at_most = Some(part);
        self
    }

    /// The same in which every place grows by at least this much.
    #[must_use]
    pub const fn growing_at_least(mut self, growth: Decimal) -> Self {
        self.least_growth = Some(growth);
        self
    }

    pub(super) fn check(&self) -> Result<()> {
        let refuse = |what: &str, value: Decimal, remedy: &str| {
            let problem = format!("{value} has no meaning here");
            Err(Error::new(ErrorKind::Range, format!("policy, {what}"), problem, remedy))
        };
        let (zero, one) = (Decimal::ZERO, Decimal::ONE);
        if self.closes < zero || self.closes > one {
            return refuse("part of the gap closed in a year", self.closes, "give a number from 0 to 1");
        }
        if self.within < zero || self.within >= one {
            return refuse("tolerance", self.within, "give a number from 0 to below 1");
        }
        if let Some(most) = self.at_most.filter(|most| *most < zero || *most > one) {
            return refuse("most convergence of a year", most, "give a number from 0 to 1");
        }
        match self.least_growth {
            Some(growth) if growth <= -one => refuse("least growth", growth, "give a number above -1"),
            _ => Ok(()),
        }
    }
}
