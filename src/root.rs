//! Where a function of one term crosses zero.

use rust_decimal::Decimal;

use crate::{decimal::Exact, error::Result};

/// A float to fifteen digits, and at most twelve decimals.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 0 and 12
pub(crate) fn decimal_of(value: f64) -> Option<Decimal> {
    let places = (14.0 - value.abs().log10().floor()).clamp(0.0, 12.0) as usize;
    format!("{value:.places$}").parse::<Exact>().ok().map(|exact| exact.0.normalize())
}

/// A value of the term, and how far the outlay is then from the common one.
pub(crate) type Tried = (f64, f64);

/// Two values between which the outlay crosses the common one.
pub(crate) fn bracket(
    start: f64,
    outlay_at: &mut impl FnMut(f64) -> Result<f64>,
) -> Result<Option<(Tried, Tried)>> {
    let at_start = outlay_at(start)?;
    if at_start == 0.0 {
        return Ok(Some(((start, at_start), (start, at_start))));
    }
    let (mut below, mut above) = ((start, at_start), (start, at_start));
    for _ in 0..10 {
        let down = below.0 / 2.0;
        let next = (down, outlay_at(down)?);
        if next.1 * below.1 <= 0.0 {
            return Ok(Some((next, below)));
        }
        below = next;
        let up = above.0 * 2.0;
        let next = (up, outlay_at(up)?);
        if next.1 * above.1 <= 0.0 {
            return Ok(Some((above, next)));
        }
        above = next;
    }
    Ok(None)
}

/// The crossing between two values, by false position with the Illinois correction; a jump ends it where the
/// two values meet.
pub(crate) fn find(
    mut low: Tried,
    mut high: Tried,
    close: f64,
    outlay_at: &mut impl FnMut(f64) -> Result<f64>,
) -> Result<f64> {
    let mut kept_low = false;
    let mut kept_high = false;
    for round in 0..120 {
        if low.1 == 0.0 {
            return Ok(low.0);
        }
        let width = high.0 - low.0;
        if high.1 == 0.0 || width.abs() <= 1e-15 * high.0.abs() {
            return Ok(if high.1.abs() < low.1.abs() { high.0 } else { low.0 });
        }
        let secant = high.0 - high.1 * width / (high.1 - low.1);
        // Halving now and then keeps a staircase of gates from holding one end for ever.
        let next =
            if round % 4 == 3 || !(secant > low.0 && secant < high.0) { low.0 + width / 2.0 } else { secant };
        let value = outlay_at(next)?;
        if value.abs() <= close {
            return Ok(next);
        }
        if value * low.1 < 0.0 {
            high = (next, value);
            if kept_low {
                low.1 /= 2.0;
            }
            (kept_low, kept_high) = (true, false);
        } else {
            low = (next, value);
            if kept_high {
                high.1 /= 2.0;
            }
            (kept_low, kept_high) = (false, true);
        }
    }
    Ok(low.0 + (high.0 - low.0) / 2.0)
}
