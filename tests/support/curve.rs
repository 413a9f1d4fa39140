//! A number that is a function of one amount not yet known: a payoff curve.
//!
//! The amount counts whole pence between two ends, so a curve is a list of pieces, each a line from one penny to
//! the penny before the next piece. A jump lies between two pennies and needs no value of its own. Lines have
//! decimal coefficients and are exact; what a rounding may add is bounded by `slack`, since a rounded line is a
//! stair of as many pieces as pennies.

use capitation::{
    decimal::Inexact,
    money::{self, Rounding, RoundingMode},
    number::{Number, Refused},
};
use rust_decimal::Decimal;

/// The line a + b·x from the penny `from` on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Piece {
    pub(crate) from: i64,
    a: Decimal,
    b: Decimal,
}

/// Pieces in order; the last ends at `to`, which is included.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Curve {
    pub(crate) pieces: Vec<Piece>,
    to: i64,
    /// How far the curve may be from the settled amount at any penny; none where it is not bounded.
    pub(crate) slack: Option<Decimal>,
}

/// A number that is known, or a curve.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Payoff {
    Known(Decimal),
    Curve(Curve),
}
use Payoff::Known;

impl Payoff {
    /// The unknown amount itself, from one penny to another.
    pub(crate) fn unknown(from: i64, to: i64) -> Self {
        let line = Piece { from, a: Decimal::ZERO, b: Decimal::ONE };
        Self::Curve(Curve { pieces: vec![line], to, slack: Some(Decimal::ZERO) })
    }

    /// The value at a penny, and how far it may be from the settled one.
    pub(crate) fn at(&self, x: i64) -> (Decimal, Option<Decimal>) {
        match self {
            Known(value) => (*value, Some(Decimal::ZERO)),
            Self::Curve(curve) => (curve.piece(x).value(x), curve.slack),
        }
    }

    /// The pennies at which a piece begins.
    pub(crate) fn knots(&self) -> Vec<i64> {
        match self {
            Known(_) => Vec::new(),
            Self::Curve(curve) => curve.pieces.iter().map(|piece| piece.from).collect(),
        }
    }

    /// Both on the same pieces; none where both are known.
    fn together(&self, other: &Self) -> Option<(Curve, Curve)> {
        let (one, two) = match (self, other) {
            (Known(_), Known(_)) => return None,
            (Self::Curve(one), Self::Curve(two)) => (one.clone(), two.clone()),
            (Self::Curve(one), Known(value)) => (one.clone(), one.constant(*value)),
            (Known(value), Self::Curve(two)) => (two.constant(*value), two.clone()),
        };
        let mut knots: Vec<i64> = one.pieces.iter().chain(&two.pieces).map(|piece| piece.from).collect();
        knots.sort_unstable();
        knots.dedup();
        Some((one.refined(&knots), two.refined(&knots)))
    }

    /// Piece by piece, where the slack of the result is worked out from both.
    fn combined(
        &self,
        other: &Self,
        slack: impl Fn(&Curve, &Curve) -> Option<Decimal>,
        piece: impl Fn(Piece, Piece) -> Result<(Decimal, Decimal), Refused>,
    ) -> Result<Self, Refused> {
        let (one, two) = self.together(other).ok_or(Refused::NotLinear)?;
        let lines = one.pieces.iter().zip(&two.pieces).map(|(p, q)| {
            let (a, b) = piece(*p, *q)?;
            Ok(Piece { from: p.from, a, b })
        });
        let pieces = lines.collect::<Result<Vec<_>, Refused>>()?;
        Ok(Self::Curve(Curve { pieces, to: one.to, slack: slack(&one, &two) }.simplified()))
    }
}

impl Piece {
    fn value(&self, x: i64) -> Decimal {
        self.a + self.b * Decimal::from(x)
    }
}

impl Curve {
    fn piece(&self, x: i64) -> Piece {
        self.pieces[self.pieces.partition_point(|piece| piece.from <= x).max(1) - 1]
    }

    fn constant(&self, value: Decimal) -> Self {
        let line = Piece { from: self.pieces[0].from, a: value, b: Decimal::ZERO };
        Self { pieces: vec![line], to: self.to, slack: Some(Decimal::ZERO) }
    }

    fn refined(&self, knots: &[i64]) -> Self {
        let pieces = knots.iter().map(|from| Piece { from: *from, ..self.piece(*from) }).collect();
        Self { pieces, ..self.clone() }
    }

    fn simplified(mut self) -> Self {
        self.pieces.dedup_by(|next, before| next.a == before.a && next.b == before.b);
        self
    }

    /// The last penny of each piece.
    fn ends(&self) -> impl Iterator<Item = i64> {
        let next = self.pieces.iter().skip(1).map(|piece| piece.from - 1);
        next.chain(std::iter::once(self.to))
    }

    /// The most that the curve is from zero.
    fn size(&self) -> Decimal {
        let ends = self.pieces.iter().zip(self.ends());
        let values = ends.flat_map(|(piece, end)| [piece.value(piece.from).abs(), piece.value(end).abs()]);
        values.max().unwrap_or_default()
    }
}

/// The first penny from `from` to `end` at which a line that rises is at least zero, or one that falls is below.
fn crossing(line: Piece, from: i64, end: i64) -> Option<i64> {
    let passes = |x: i64| line.value(x) >= Decimal::ZERO;
    if passes(from) == passes(end) {
        return None;
    }
    let (mut before, mut after) = (from, end);
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if passes(middle) == passes(from) { before = middle } else { after = middle }
    }
    Some(after)
}

impl Number for Payoff {
    type Error = Refused;

    fn exact(value: Decimal) -> Self {
        Known(value)
    }

    fn plus(&self, other: &Self) -> Result<Self, Refused> {
        if let (Known(a), Known(b)) = (self, other) {
            return a.plus(b).map(Known);
        }
        let slack = |p: &Curve, q: &Curve| Some(p.slack? + q.slack?);
        self.combined(other, slack, |p, q| Ok((p.a.plus(&q.a)?, p.b.plus(&q.b)?)))
    }

    fn minus(&self, other: &Self) -> Result<Self, Refused> {
        if let (Known(a), Known(b)) = (self, other) {
            return a.minus(b).map(Known);
        }
        let slack = |p: &Curve, q: &Curve| Some(p.slack? + q.slack?);
        self.combined(other, slack, |p, q| Ok((p.a.minus(&q.a)?, p.b.minus(&q.b)?)))
    }

    fn times(&self, by: &Self) -> Result<Self, Refused> {
        if let (Known(a), Known(b)) = (self, by) {
            return a.times(b).map(Known);
        }
        let slack = |p: &Curve, q: &Curve| {
            let (one, two) = (p.slack?, q.slack?);
            if one.is_zero() && two.is_zero() {
                return Some(Decimal::ZERO);
            }
            Some(p.size().checked_mul(two)? + q.size().checked_mul(one)? + one.checked_mul(two)?)
        };
        self.combined(by, slack, |p, q| match (p.b.is_zero(), q.b.is_zero()) {
            (_, true) => Ok((p.a.times(&q.a)?, p.b.times(&q.a)?)),
            (true, false) => Ok((p.a.times(&q.a)?, p.a.times(&q.b)?)),
            (false, false) => Err(Refused::NotLinear),
        })
    }

    fn per(&self, by: &Self, rounding: Option<Rounding>) -> Result<Self, Refused> {
        let by = match (self, by) {
            (Known(a), Known(b)) => return a.per(b, rounding).map(Known),
            (_, Known(by)) if by.is_zero() => return Err(Inexact::DivisionByZero.into()),
            (_, Known(by)) => *by,
            _ => return Err(Refused::NotLinear),
        };
        // Without a rounding the quotient must come out even at every penny, and a line's is not known to.
        let rounding = rounding.ok_or(Refused::Unrounded)?;
        let divided = |value: Decimal| value.checked_div(by).ok_or(Refused::Inexact(Inexact::Overflow));
        // The coefficients are cut, so that products with them are exact; at 10⁹ pence that is below 10⁻⁹.
        let tiny = Decimal::new(1, 9);
        let slack = |p: &Curve, _: &Curve| Some(p.slack?.checked_div(by.abs())? + tiny);
        let quotient = self.combined(&Known(by), slack, |p, _| {
            Ok((divided(p.a)?.round_dp(16), divided(p.b)?.round_dp(18)))
        })?;
        quotient.rounded(rounding)
    }

    fn choose(measure: &Self, threshold: &Self, then: &Self, other: &Self) -> Result<Self, Refused> {
        let gap = match measure.minus(threshold)? {
            Known(gap) => return Ok(if gap >= Decimal::ZERO { then.clone() } else { other.clone() }),
            Self::Curve(gap) => gap,
        };
        let mut knots: Vec<i64> = gap.pieces.iter().map(|piece| piece.from).collect();
        let ends = gap.pieces.iter().zip(gap.ends());
        knots.extend(ends.filter_map(|(piece, end)| crossing(*piece, piece.from, end)));
        for side in [then, other] {
            knots.extend(side.knots());
        }
        knots.sort_unstable();
        knots.dedup();
        let side = |payoff: &Self| match payoff {
            Known(value) => gap.constant(*value).refined(&knots),
            Self::Curve(curve) => curve.refined(&knots),
        };
        let (then, other) = (side(then), side(other));
        let sides = knots.iter().zip(then.pieces.iter().zip(&other.pieces));
        let pieces = sides
            .map(|(x, (then, other))| if gap.piece(*x).value(*x) >= Decimal::ZERO { *then } else { *other })
            .collect();
        // A measure that may be off by part of a penny may pass a gate that the settlement does not.
        let sure = gap.slack == Some(Decimal::ZERO);
        let slack = then.slack.zip(other.slack).filter(|_| sure).map(|(a, b)| a.max(b));
        Ok(Self::Curve(Curve { pieces, to: gap.to, slack }.simplified()))
    }

    /// Whichever side is taken near the crossing, the other is as near as the slack.
    fn smaller(&self, other: &Self) -> Result<Self, Refused> {
        Ok(bounded(Self::choose(self, other, other, self)?, self, other))
    }

    fn larger(&self, other: &Self) -> Result<Self, Refused> {
        Ok(bounded(Self::choose(self, other, self, other)?, self, other))
    }

    fn where_at_least(self, measure: &Self, first: &Self) -> Result<Self, Refused> {
        match measure.minus(first)? {
            Known(gap) if gap >= Decimal::ZERO => Ok(self),
            Self::Curve(gap)
                if (gap.pieces.iter().zip(gap.ends()))
                    .all(|(p, end)| p.value(p.from) >= Decimal::ZERO && p.value(end) >= Decimal::ZERO) =>
            {
                Ok(self)
            }
            _ => Err(Refused::BelowLeast),
        }
    }

    fn rounded(&self, rounding: Rounding) -> Result<Self, Refused> {
        let curve = match self {
            Known(value) => return value.rounded(rounding).map(Known),
            Self::Curve(curve) => curve,
        };
        let step = step_of(rounding);
        let whole = |value: Decimal| value.checked_rem(step).is_some_and(|rest| rest.is_zero());
        let flat_or_whole = |piece: &Piece| piece.b.is_zero() || whole(piece.a) && whole(piece.b);
        if curve.slack == Some(Decimal::ZERO) && curve.pieces.iter().all(flat_or_whole) {
            let round = |piece: &Piece| {
                let a = if piece.b.is_zero() { rounding.apply(piece.a)? } else { piece.a };
                Ok(Piece { a, ..*piece })
            };
            let pieces = curve.pieces.iter().map(round).collect::<Result<_, Refused>>()?;
            return Ok(Self::Curve(Curve { pieces, ..curve.clone() }.simplified()));
        }
        let most = match rounding.mode {
            RoundingMode::HalfUp | RoundingMode::HalfEven => step / Decimal::TWO,
            _ => step,
        };
        Ok(Self::Curve(Curve { slack: curve.slack.map(|slack| slack + most), ..curve.clone() }))
    }

    fn split(&self, weights: &[Self]) -> Result<Vec<Self>, Refused> {
        let known: Option<Vec<Decimal>> =
            weights.iter().map(|w| if let Known(w) = w { Some(*w) } else { None }).collect();
        let known = known.ok_or(Refused::NotLinear)?;
        if let Known(sum) = self {
            return Ok(money::split_exactly(*sum, &known)?.into_iter().map(Known).collect());
        }
        let total = Known(known.iter().sum());
        // A part is less than a penny from its share.
        let to_the_penny = Rounding { mode: RoundingMode::Down, places: 0 };
        known.iter().map(|weight| self.times(&Known(*weight))?.per(&total, Some(to_the_penny))).collect()
    }
}

fn bounded(chosen: Payoff, one: &Payoff, two: &Payoff) -> Payoff {
    let slack = |payoff: &Payoff| match payoff {
        Known(_) => Some(Decimal::ZERO),
        Payoff::Curve(curve) => curve.slack,
    };
    match chosen {
        Known(value) => Known(value),
        Payoff::Curve(curve) => {
            let slack = slack(one).zip(slack(two)).map(|(a, b)| a.max(b));
            Payoff::Curve(Curve { slack, ..curve })
        }
    }
}

/// The step to which a rounding rounds.
fn step_of(rounding: Rounding) -> Decimal {
    match u32::try_from(rounding.places) {
        Ok(places) => Decimal::new(1, places),
        Err(_) => Decimal::from(10u64.pow(rounding.places.unsigned_abs())),
    }
}
