//! Rounding, quotients and splits against whole-number arithmetic, up to the last digit that a decimal holds.

use capitation::{
    decimal::{self, Inexact},
    money::{Rounding, RoundingMode, split_exactly},
    number::{Number, Refused},
};
use proptest::{collection::vec, prelude::*, sample::select};
use rust_decimal::Decimal;

use crate::support::{config, waterfall::MODES};

fn modes() -> impl Strategy<Value = RoundingMode> {
    select(&MODES[..])
}

/// The largest mantissa of a decimal, 2⁹⁶ − 1.
const MOST: i128 = (1 << 96) - 1;

/// Whole numbers of every length, and those beside powers of ten, their halves and the largest.
fn mantissas() -> impl Strategy<Value = i128> {
    let any_length =
        (0u32..96, any::<u128>()).prop_map(|(bits, digits)| (digits & ((1 << (bits + 1)) - 1)).cast_signed());
    let beside = |centre: i128| (-2i128..=2).prop_map(move |step| centre + step);
    let powers = (1u32..=28).prop_flat_map(move |power| {
        (select(vec![1i128, 2, 5]), beside(0)).prop_map(move |(lead, step)| lead * 10i128.pow(power) + step)
    });
    let size = prop_oneof![any_length, powers, beside(MOST - 2)];
    (size, any::<bool>()).prop_map(|(size, negative)| {
        let size = size.min(MOST);
        if negative { -size } else { size }
    })
}

fn decimals() -> impl Strategy<Value = Decimal> {
    (mantissas(), 0u32..=28)
        .prop_map(|(digits, scale)| Decimal::try_from_i128_with_scale(digits, scale).unwrap())
}

/// n/d rounded to a whole number, d above zero.
fn whole(n: i128, d: i128, mode: RoundingMode) -> i128 {
    let (below, rest) = (n.div_euclid(d), n.rem_euclid(d));
    if rest == 0 {
        return below;
    }
    // Of 2·rest and d without leaving the range.
    let half = rest.cmp(&(d - rest));
    let up = match mode {
        RoundingMode::HalfUp => half.is_gt() || half.is_eq() && n > 0,
        RoundingMode::HalfEven => half.is_gt() || half.is_eq() && below % 2 != 0,
        RoundingMode::Down => n < 0,
        RoundingMode::Up => n > 0,
        RoundingMode::Floor => false,
        RoundingMode::Ceiling => true,
    };
    below + i128::from(up)
}

/// The number as a fraction of whole numbers, times 10^`places`, where both stay in range.
fn fraction(n: Decimal, d: Decimal, places: i32) -> Option<(i128, i128)> {
    let power = d.scale().cast_signed() - n.scale().cast_signed() + places;
    let shift = 10i128.checked_pow(power.unsigned_abs())?;
    let (mut top, mut bottom) = (n.mantissa(), d.mantissa());
    if power >= 0 {
        top = top.checked_mul(shift)?;
    } else {
        bottom = bottom.checked_mul(shift)?;
    }
    Some(if bottom < 0 { (-top, -bottom) } else { (top, bottom) })
}

/// A whole number of steps of 10^−`places` as a decimal, where it is one.
fn of_steps(steps: i128, places: i32) -> Option<Decimal> {
    let (mut steps, mut scale) = match u32::try_from(places) {
        Ok(places) => (steps, places),
        Err(_) => (steps.checked_mul(10i128.checked_pow(places.unsigned_abs())?)?, 0),
    };
    while steps.unsigned_abs() > MOST.unsigned_abs() && scale > 0 && steps % 10 == 0 {
        (steps, scale) = (steps / 10, scale - 1);
    }
    Decimal::try_from_i128_with_scale(steps, scale).ok()
}

proptest! {
    #![proptest_config(config())]

    /// A number is rounded to the step that whole-number arithmetic gives, however many digits it has.
    #[test]
    fn rounding_is_exact_to_the_last_digit(value in decimals(), mode in modes(), places in -15i32..=12) {
        let Some((n, d)) = fraction(value, Decimal::ONE, places) else { return Ok(()) };
        let expected = of_steps(whole(n, d, mode), places);
        match (Rounding { mode, places }.apply(value), expected) {
            (Ok(rounded), Some(expected)) => prop_assert_eq!(rounded, expected),
            // Nothing is lost where a number has too many digits, but not every one that fits is given.
            (Err(_), _) => prop_assert!(value.abs() > Decimal::from(10u64.pow(18))),
            (Ok(rounded), None) => prop_assert!(false, "{rounded} cannot be held"),
        }
    }

    /// A quotient is rounded once.
    #[test]
    fn a_quotient_is_exact_to_the_last_digit(
        n in decimals(), d in decimals(), mode in modes(), places in -15i32..=12,
    ) {
        prop_assume!(!d.is_zero());
        let Some((top, bottom)) = fraction(n, d, places) else { return Ok(()) };
        let expected = of_steps(whole(top, bottom, mode), places);
        match (n.per(&d, Some(Rounding { mode, places })), expected) {
            (Ok(rounded), expected) => prop_assert_eq!(Some(rounded), expected),
            (Err(why), _) => prop_assert!(matches!(why, Refused::Inexact(_))),
        }
    }

    /// A quotient that needs no rounding is one that multiplies back.
    #[test]
    fn an_unrounded_quotient_multiplies_back(n in decimals(), d in decimals()) {
        match n.per(&d, None) {
            Ok(quotient) => prop_assert_eq!(decimal::multiply(quotient, d), Ok(n)),
            Err(why) => prop_assert!(matches!(why, Refused::Unrounded | Refused::Inexact(_))),
        }
    }

    /// Sums, differences and products are exact or an error: they undo each other.
    #[test]
    fn arithmetic_undoes_itself(a in decimals(), b in decimals()) {
        if let Ok(sum) = decimal::add(a, b) {
            prop_assert_eq!(decimal::subtract(sum, b).unwrap_or(a), a);
            prop_assert_eq!(decimal::add(b, a), Ok(sum));
        }
        if let Ok(product) = decimal::multiply(a, b) {
            prop_assert_eq!(decimal::multiply(b, a), Ok(product));
            let (n, d) = (a.normalize(), b.normalize());
            if let Some(digits) = n.mantissa().checked_mul(d.mantissa()) {
                let expected = Decimal::try_from_i128_with_scale(digits, n.scale() + d.scale());
                prop_assert_eq!(Ok(product), expected.or_else(|_| of_steps(digits, (n.scale() + d.scale()).cast_signed()).ok_or(())));
            }
        }
    }

    /// Parts of numbers of up to 28 digits lose nothing, keep the sign, give nothing for nothing, and give no less
    /// for more; what cannot be worked out exactly is refused.
    #[test]
    fn a_split_of_huge_numbers_is_lossless_or_refused(
        sum in mantissas(),
        weights in vec(prop_oneof![4 => decimals(), 1 => Just(Decimal::ZERO)], 1..6),
    ) {
        let sum = Decimal::try_from_i128_with_scale(sum, 0).unwrap();
        let weights: Vec<Decimal> = weights.iter().map(Decimal::abs).collect();
        match split_exactly(sum, &weights) {
            Ok(parts) => {
                let total = parts.iter().try_fold(Decimal::ZERO, |total, part| decimal::add(total, *part));
                prop_assert_eq!(total, Ok(sum));
                for (part, weight) in parts.iter().zip(&weights) {
                    prop_assert!(part.fract().is_zero() && (part.is_zero() || part.is_sign_negative() == sum.is_sign_negative()));
                    prop_assert!(!weight.is_zero() || part.is_zero(), "{part} for nothing");
                }
                for (i, j) in (0..parts.len()).flat_map(|i| (0..parts.len()).map(move |j| (i, j))) {
                    prop_assert!(weights[i] <= weights[j] || parts[i].abs() >= parts[j].abs());
                }
            }
            Err(why) => {
                let nothing = weights.iter().all(Decimal::is_zero);
                prop_assert_eq!(why == Inexact::NoWeight, nothing);
            }
        }
    }
}

/// Zero has no sign in what is printed.
#[test]
fn a_rounding_to_zero_prints_without_a_sign() {
    for mode in MODES {
        for places in [-2, 0, 2] {
            let rounded = Rounding { mode, places }.apply(Decimal::new(-1, 6)).unwrap();
            assert!(
                !rounded.is_zero() || rounded.to_string().trim_matches(['0', '.']).is_empty(),
                "{mode} {places}: {rounded}"
            );
        }
    }
}
