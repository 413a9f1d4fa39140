//! A result as a function of sums over the same people, and the directions of those.

use rust_decimal::Decimal;

use crate::{
    decimal,
    number::{Shape, Stretch},
    risk::aggregate::{Aggregate, Method},
};

/// Two directions are one where their parts differ by less than this, of the largest.
const SAME: f64 = 1e-13;

/// A result as a function of two sums: f(t) + y. A line is in y.
#[derive(Debug)]
pub(super) struct Parts {
    /// Nothing where all of it is a line.
    pub(super) bent: Option<(Vec<f64>, Vec<Stretch>)>,
    pub(super) linear: Vec<f64>,
    pub(super) level: f64,
}

impl Parts {
    pub(super) fn of(shape: &Shape, amounts: usize) -> Self {
        let at = |by: &[Decimal], place: usize| by.get(place).copied().map_or(0.0, decimal::to_f64);
        let each = |slope: f64| -> Vec<f64> {
            (0..amounts)
                .map(|place| slope * at(&shape.direction, place) + at(&shape.remainder, place))
                .collect()
        };
        let lines: Vec<Stretch> = shape.stretches().collect();
        match lines.as_slice() {
            [line] => Self { bent: None, linear: each(line.slope), level: line.level },
            _ => Self {
                bent: Some((shape.direction.iter().copied().map(decimal::to_f64).collect(), lines)),
                linear: each(0.0),
                level: 0.0,
            },
        }
    }
}

/// By how much one direction is a multiple of another; nothing where it points elsewhere.
pub(super) fn multiple(of: &[f64], by: &[f64]) -> Option<f64> {
    let largest = |by: &[f64]| by.iter().fold(0.0_f64, |most, part| most.max(part.abs()));
    let (place, pivot) =
        by.iter().enumerate().max_by(|(_, one), (_, two)| one.abs().total_cmp(&two.abs()))?;
    let ratio = of.get(place)? / pivot;
    let near = SAME * largest(of).max(f64::MIN_POSITIVE);
    of.iter().zip(by).all(|(of, by)| (of - ratio * by).abs() <= near).then_some(ratio)
}

/// A direction as a multiple of another, and what is left beside it: its size, and its direction with 1 as its largest part.
/// Parties who share one amount are so seen to do so.
pub(super) fn beside(of: &[f64], by: &[f64]) -> (f64, Option<(f64, Vec<f64>)>) {
    if let Some(times) = multiple(of, by) {
        return (times, None);
    }
    let widest = |parts: &[f64]| {
        let each = parts.iter().copied().enumerate();
        each.max_by(|(_, one), (_, two)| one.abs().total_cmp(&two.abs())).unwrap_or((0, 0.0))
    };
    let (place, pivot) = widest(by);
    let times = of.get(place).copied().unwrap_or_default() / pivot;
    let rest: Vec<f64> = of.iter().zip(by).map(|(of, by)| of - times * by).collect();
    let (_, size) = widest(&rest);
    (times, Some((size, rest.into_iter().map(|part| part / size).collect())))
}

/// Whether a sum has a density, so that a slope of what is made of it is one.
pub(super) fn is_smooth(sum: &Aggregate) -> bool {
    matches!(sum.method(), Method::Cosines(_))
}
