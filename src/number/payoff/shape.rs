//! A payoff as the lines that it is made of.

use rust_decimal::Decimal;

use super::{Form, Payoff, line::with_ends, varying::Varying};
use crate::{
    decimal::{Inexact, to_f64},
    number::Refused,
};

/// What a payoff is made of: f(t) + r·Z, with t = d·Z.
///
/// All of a payoff that varies with t alone is in the lines; the remainder r has an entry for each amount, all of them nought
/// unless the payoff varies in another direction too.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// d: primitive whole numbers, one for each amount of the domain; the first that is not nought is above it. All are
    /// noughts where nothing varies with t.
    pub direction: Vec<Decimal>,
    /// f, in the order of t, from the least of t to the most. At least one.
    pub pieces: Vec<Piece>,
    /// r, one for each amount.
    pub remainder: Vec<Decimal>,
    /// How far the payoff may be from what is settled, anywhere; `None` where there is no bound.
    pub slack: Option<Decimal>,
}

/// One line of a curve: `level + slope × t`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The first t at which the line holds: its knot belongs to it.
    pub first: Decimal,
    /// The last t at which it holds, on the last step before the next line.
    pub last: Decimal,
    /// Where the line meets or jumps from the one before it among all numbers: at `first`, or less than a step below it
    /// (a third of a penny is no amount).
    pub at: Decimal,
    /// Its value at t = 0.
    pub level: Decimal,
    /// What it rises by with t.
    pub slope: Decimal,
}

/// The same in floats, for whoever integrates: from where the line before ends to where the next begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Its value at t = 0.
    pub level: f64,
    /// What it rises by with t.
    pub slope: f64,
}

impl Shape {
    /// The pieces in floats, end to end.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch> {
        let next = self.pieces.iter().skip(1).map(|piece| piece.at);
        let ends = next.chain(self.pieces.last().map(|piece| piece.last));
        self.pieces.iter().zip(ends).map(|(piece, end)| Stretch {
            from: to_f64(piece.at),
            to: to_f64(end),
            level: to_f64(piece.level),
            slope: to_f64(piece.slope),
        })
    }
}

impl Payoff {
    /// What the payoff is made of. A known number is one piece of no direction.
    ///
    /// Divisors are divided out: what does not come out even is rounded to 28 digits.
    ///
    /// # Errors
    /// [`ErrorKind::Arithmetic`](crate::ErrorKind::Arithmetic) where an end cannot be held.
    pub fn shape(&self) -> crate::Result<Shape> {
        match &self.0 {
            Form::Known(value) => Ok(Shape {
                direction: Vec::new(),
                pieces: vec![level(*value)],
                remainder: Vec::new(),
                slack: Some(Decimal::ZERO),
            }),
            Form::Varying(number) => shape_of(number).map_err(|why| {
                let why = if let Refused::Inexact(why) = why { why } else { Inexact::Overflow };
                crate::money::inexact("payoff", why)
            }),
        }
    }
}

fn level(value: Decimal) -> Piece {
    Piece { first: Decimal::ZERO, last: Decimal::ZERO, at: Decimal::ZERO, level: value, slope: Decimal::ZERO }
}

fn shape_of(number: &Varying) -> Result<Shape, Refused> {
    let noughts = || vec![Decimal::ZERO; number.domain.spans().len()];
    let out = |x: Decimal| x.checked_div(number.over).ok_or(Inexact::Overflow);
    let (direction, lines, remainder) = match (number.lines(), &number.curve) {
        (Ok(Some((direction, lines))), _) => (direction, lines, noughts()),
        (Err(Refused::Apart), Some(curve)) => {
            let (lines, rest) = number.folded(curve)?;
            let remainder = rest.iter().map(|r| out(*r)).collect::<Result<_, _>>()?;
            (curve.direction.clone(), lines.into(), remainder)
        }
        (Ok(None), _) => {
            let pieces = vec![level(out(number.constant)?)];
            return Ok(Shape { direction: noughts(), pieces, remainder: noughts(), slack: number.slack });
        }
        (Err(why), _) => return Err(why),
    };
    let pieces = with_ends(&lines, direction.last).map(|(line, end)| {
        Ok(Piece {
            first: direction.at(line.from)?,
            last: direction.at(end)?,
            at: line.at,
            level: out(line.a)?,
            slope: out(line.b)?,
        })
    });
    let pieces = pieces.collect::<Result<_, Refused>>()?;
    Ok(Shape { direction: direction.by.clone(), pieces, remainder, slack: number.slack })
}
