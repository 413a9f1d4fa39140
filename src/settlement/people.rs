//! People one by one: exposure, class and costs, where a clause acts on each person.

use std::borrow::Cow;

use indexmap::IndexMap;
use rust_decimal::Decimal;

use crate::{
    contract::{PersonLayerOn, Threshold},
    decimal::Exact,
    error::{Error, ErrorKind, Result},
    exposure::MONTHS_A_YEAR,
};

/// Millionths: exposure is held to six decimals of a month.
pub(crate) const MILLION: i64 = 1_000_000;
/// Twelve months in millionths.
const YEAR: i64 = MONTHS_A_YEAR as i64 * MILLION;

/// A layer without an attachment: it takes recoveries (negative amounts) too, which one that begins at zero does not.
const FROM_THE_BOTTOM: i64 = i64::MIN;

/// Each person's class, as a place in a list of labels.
type Classes<'a> = (Cow<'a, [u32]>, Cow<'a, [String]>);

/// People as columns, each row one person's year.
#[derive(Debug, Clone, Default)]
pub struct People<'a> {
    /// Member months in millionths.
    months: Cow<'a, [i64]>,
    /// Their sum.
    all_months: i128,
    /// Whether everybody was there for twelve months, so that nothing is prorated.
    whole_years: bool,
    class: Option<Classes<'a>>,
    /// Minor units.
    amounts: IndexMap<String, Cow<'a, [i64]>>,
}

impl<'a> People<'a> {
    /// People with these member months, in millionths of a month, each above 0 and at most twelve months.
    ///
    /// # Errors
    /// [`ErrorKind::Row`] for an exposure outside that range.
    pub fn new(months: impl Into<Cow<'a, [i64]>>) -> Result<Self> {
        let months = months.into();
        let (mut all_months, mut below, mut outside) = (0_i128, 0_i64, 0_i64);
        for chunk in months.chunks(CHUNK) {
            let mut sum = 0_i64;
            // The sign of either difference tells an exposure outside the range, and a difference from a year that it
            // is a part of one; without a branch a processor takes several at a time.
            for &months in chunk {
                let left = YEAR.wrapping_sub(months);
                below |= left;
                outside |= left | months.wrapping_sub(1);
                sum = sum.wrapping_add(months);
            }
            all_months += i128::from(sum);
        }
        if outside < 0
            && let Some((row, &bad)) = months.iter().enumerate().find(|(_, m)| !(1..=YEAR).contains(*m))
        {
            return Err(Error::new(
                ErrorKind::Row,
                format!("person {row}"),
                format!("an exposure of {} months", Decimal::new(bad, 6).normalize()),
                "give months above 0 and at most 12; a longer stay is several years",
            ));
        }
        Ok(Self { months, all_months, whole_years: below == 0, class: None, amounts: IndexMap::new() })
    }

    /// The same people with an amount each, in minor units, under the name of the contract's input.
    ///
    /// # Errors
    /// [`ErrorKind::Column`] where there is not one amount a person.
    pub fn with_amount(mut self, name: impl Into<String>, minor: impl Into<Cow<'a, [i64]>>) -> Result<Self> {
        let (name, minor) = (name.into(), minor.into());
        self.check_length(&name, minor.len())?;
        self.amounts.insert(name, minor);
        Ok(self)
    }

    /// The same people with a class each, as places in a list of labels.
    ///
    /// # Errors
    /// [`ErrorKind::Column`] where there is not one class a person, or a place is not in the list.
    pub fn with_class(
        mut self,
        codes: impl Into<Cow<'a, [u32]>>,
        labels: impl Into<Cow<'a, [String]>>,
    ) -> Result<Self> {
        let (codes, labels) = (codes.into(), labels.into());
        self.check_length("class", codes.len())?;
        if let Some(code) = codes.iter().find(|code| **code as usize >= labels.len()) {
            return Err(Error::new(
                ErrorKind::Column,
                "class",
                format!("code {code} has no label"),
                "give a label for every code",
            ));
        }
        self.class = Some((codes, labels));
        Ok(self)
    }

    fn check_length(&self, name: &str, length: usize) -> Result<()> {
        if length == self.months.len() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Column,
            format!("column `{name}`"),
            format!("{length} values for {} people", self.months.len()),
            "give one value a person",
        ))
    }

    /// How many people there are.
    pub fn len(&self) -> usize {
        self.months.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.months.is_empty()
    }

    /// All member months.
    pub(super) fn member_months(&self) -> Decimal {
        Decimal::try_from_i128_with_scale(self.all_months, 6).unwrap_or(Decimal::MAX).normalize()
    }

    /// The total of an amount in minor units.
    pub(super) fn total(&self, name: &str) -> Option<Decimal> {
        let amounts = self.amounts.get(name)?;
        let sum = sum_by(amounts, &self.months, |a, _| a, |a, _| a);
        Decimal::try_from_i128_with_scale(sum, 0).ok()
    }

    /// The sum over people of a layer of each one's amount, in minor units.
    pub(super) fn sum_of_layer(&self, layer: &PersonLayerOn) -> Result<Decimal> {
        let place = format!("clause `{}`", layer.clause);
        let amounts = self.amounts.get(&layer.input).ok_or_else(|| {
            Error::new(
                ErrorKind::Experience,
                place.clone(),
                format!(
                    "it acts on each person's `{}`, which is not among the people's amounts",
                    layer.input
                ),
                "give that amount for each person",
            )
        })?;
        let prepared = PreparedLayer::new(layer, self.class.as_ref().map(|(_, labels)| labels.as_ref()))?;
        let sum: i128 = match &self.class {
            Some((codes, _)) if !prepared.uniform() => {
                let rows = amounts.iter().zip(self.months.iter()).zip(codes.iter());
                rows.map(|((a, m), c)| i128::from(prepared.take(*a, *m, *c))).sum()
            }
            _ => prepared.sum_uniform(amounts, &self.months, self.whole_years),
        };
        Decimal::try_from_i128_with_scale(sum, 0)
            .map_err(|_| crate::money::inexact(place, crate::decimal::Inexact::Overflow))
    }
}

/// A layer ready to be taken of millions of people: thresholds as whole minor units by class code.
#[derive(Debug, Clone)]
pub(crate) struct PreparedLayer {
    above: Vec<i64>,
    limit: Vec<i64>,
    annualised: bool,
}

impl PreparedLayer {
    /// `labels` are the classes in the order of their codes.
    pub(crate) fn new(layer: &PersonLayerOn, labels: Option<&[String]>) -> Result<Self> {
        let place = || format!("clause `{}`", layer.clause);
        let whole = |value: &Decimal| {
            i64::try_from(value.normalize()).ok().filter(|_| value.fract().is_zero()).ok_or_else(|| {
                Error::new(
                    ErrorKind::Range,
                    place(),
                    format!(
                        "a threshold of {} is not a whole number of minor units that can be held",
                        value.normalize()
                    ),
                    "write the threshold to the penny",
                )
            })
        };
        let prepare = |threshold: Option<&Threshold>, absent: i64| -> Result<Vec<i64>> {
            match (threshold, labels) {
                (None, _) => Ok(vec![absent]),
                (Some(Threshold::All(value)), _) => Ok(vec![whole(value)?]),
                (Some(Threshold::ByClass(by_class)), Some(labels)) => labels
                    .iter()
                    .map(|label| match by_class.get(label) {
                        Some(value) => whole(value),
                        None => Err(Error::new(
                            ErrorKind::Experience,
                            place(),
                            format!("there is no threshold for class `{label}`"),
                            "add the class to the term, or correct the class of the people",
                        )),
                    })
                    .collect(),
                (Some(Threshold::ByClass(_)), None) => Err(Error::new(
                    ErrorKind::Experience,
                    place(),
                    "its thresholds differ by class, and the people have no class",
                    "give each person's class",
                )),
            }
        };
        Ok(Self {
            above: prepare(layer.above.as_ref(), FROM_THE_BOTTOM)?,
            limit: prepare(layer.limit.as_ref(), i64::MAX)?,
            annualised: layer.annualised,
        })
    }

    fn uniform(&self) -> bool {
        self.above.len() == 1 && self.limit.len() == 1
    }

    /// What the layer takes of one person's amount.
    pub(crate) fn take(&self, amount: i64, months: i64, class: u32) -> i64 {
        let of = |thresholds: &[i64]| {
            let place = if thresholds.len() == 1 { 0 } else { class as usize };
            thresholds.get(place).copied().unwrap_or(0)
        };
        self.between(amount, months, of(&self.above), of(&self.limit))
    }

    fn between(&self, amount: i64, months: i64, above: i64, limit: i64) -> i64 {
        let (above, limit) = if self.annualised && months != YEAR {
            (prorate(above, months), prorate(limit, months))
        } else {
            (above, limit)
        };
        let beyond = if above == FROM_THE_BOTTOM { amount } else { amount.saturating_sub(above).max(0) };
        beyond.min(limit)
    }

    /// The sum over people who have one threshold each way, the same for all.
    fn sum_uniform(&self, amounts: &[i64], months: &[i64], whole_years: bool) -> i128 {
        let above = self.above.first().copied().unwrap_or(FROM_THE_BOTTOM);
        let limit = self.limit.first().copied().unwrap_or(i64::MAX);
        let exact = |a, m| self.between(a, m, above, limit);
        let plain = whole_years || !self.annualised;
        let quick = |threshold: i64| (0..=LARGEST_QUICK).contains(&threshold);
        // To an amount that is not below zero the bottom is zero.
        let above = if above == FROM_THE_BOTTOM { 0 } else { above };
        match (above, limit) {
            (0, i64::MAX) => sum_by(amounts, months, |a, _| a, exact),
            (0.., i64::MAX) if plain => sum_by(amounts, months, |a, _| beyond(a, above), exact),
            (0.., 0..) if plain => sum_by(amounts, months, |a, _| beyond(a, above).min(limit), exact),
            (0.., i64::MAX) if quick(above) => {
                sum_by(amounts, months, |a, m| beyond(a, prorate_quickly(above, m)), exact)
            }
            (0, _) if quick(limit) => sum_by(amounts, months, |a, m| a.min(prorate_quickly(limit, m)), exact),
            _ => amounts.iter().zip(months).map(|(a, m)| i128::from(exact(*a, *m))).sum(),
        }
    }
}

/// People added up at a time.
const CHUNK: usize = 1 << 12;
/// An amount below this one is small: a chunk of them adds up to less than 2⁶³.
const SMALL: u64 = 1 << 51;

/// The exact sum of what is taken of each amount: `quick` of amounts from 0 to [`SMALL`], which must leave them there and not
/// stop at others, and `exact` of a chunk that holds any other. Without a check for each, a processor adds several at a time.
fn sum_by(
    amounts: &[i64],
    months: &[i64],
    quick: impl Fn(i64, i64) -> i64,
    exact: impl Fn(i64, i64) -> i64,
) -> i128 {
    let chunks = amounts.chunks(CHUNK).zip(months.chunks(CHUNK));
    let of_chunk = |(amounts, months): (&[i64], &[i64])| {
        let rows = || amounts.iter().zip(months);
        let (mut sum, mut bits) = (0_i64, 0_i64);
        for (&amount, &months) in rows() {
            bits |= amount;
            sum = sum.wrapping_add(quick(amount, months));
        }
        if bits.cast_unsigned() < SMALL {
            return i128::from(sum);
        }
        rows().map(|(a, m)| i128::from(exact(*a, *m))).sum()
    };
    chunks.map(of_chunk).sum()
}

/// What a small amount has beyond a threshold that is not below zero.
fn beyond(amount: i64, threshold: i64) -> i64 {
    let beyond = amount.wrapping_sub(threshold);
    // The sign, spread over all bits, clears what is below zero: to compare 64 bits costs a processor more.
    beyond & !(beyond >> 63)
}

/// The largest threshold whose product with a year of exposure is a whole number of 64 bits: seven billion pounds.
const LARGEST_QUICK: i64 = (i64::MAX - YEAR / 2) / YEAR;

/// As [`prorate`], for thresholds up to [`LARGEST_QUICK`]: dividing a number of 64 bits by a constant is a product.
fn prorate_quickly(threshold: i64, months: i64) -> i64 {
    let product = threshold * months + YEAR / 2;
    (product.cast_unsigned() / YEAR.cast_unsigned()).cast_signed()
}

/// A twelve-month threshold for a part of the year, half up to the minor unit.
fn prorate(threshold: i64, months: i64) -> i64 {
    if threshold == i64::MAX || threshold == FROM_THE_BOTTOM {
        return threshold;
    }
    let product = i128::from(threshold) * i128::from(months);
    let year = i128::from(YEAR);
    i64::try_from((product + year / 2) / year).unwrap_or(i64::MAX)
}

/// A person's exposure in millionths of a month, from a written number.
pub(crate) fn months_from(written: Exact, place: &str) -> Result<i64> {
    let scaled = crate::decimal::multiply(written.0, Decimal::from(MILLION)).ok();
    scaled.filter(|m| m.fract().is_zero()).and_then(|m| i64::try_from(m).ok()).ok_or_else(|| {
        Error::new(
            ErrorKind::Range,
            place,
            format!("an exposure of {written} months"),
            "give months above 0 and at most 12, with at most six decimals",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(above: Option<i64>, limit: Option<i64>, annualised: bool) -> PersonLayerOn {
        let all = |v: i64| Threshold::All(Decimal::from(v));
        PersonLayerOn {
            clause: "layer".into(),
            input: "cost".into(),
            above: above.map(all),
            limit: limit.map(all),
            annualised,
        }
    }

    /// 42 CFR 425.604(a)(4) as v11 §3.3 applies it: six months at 150,000 are 300,000 a year; truncated at
    /// 219,966.13 a year they count half of it.
    #[test]
    fn a_half_year_is_truncated_at_half_the_annual_threshold() {
        let people = People::new(vec![6 * MILLION]).unwrap().with_amount("cost", vec![15_000_000]).unwrap();
        let truncated = people.sum_of_layer(&layer(None, Some(21_996_613), true)).unwrap();
        assert_eq!(truncated, Decimal::from(10_998_307)); // 109,983.065 half up
        let not_annual = people.sum_of_layer(&layer(None, Some(21_996_613), false)).unwrap();
        assert_eq!(not_annual, Decimal::from(15_000_000));
    }

    #[test]
    fn layers_below_and_above_an_attachment_add_up() {
        let costs = vec![0, 5, 10, 11, 250];
        let people = People::new(vec![12 * MILLION; 5]).unwrap().with_amount("cost", costs).unwrap();
        let below = people.sum_of_layer(&layer(None, Some(10), false)).unwrap();
        let above = people.sum_of_layer(&layer(Some(10), None, false)).unwrap();
        let first = people.sum_of_layer(&layer(Some(10), Some(100), false)).unwrap();
        assert_eq!((below, above, first), (Decimal::from(35), Decimal::from(241), Decimal::from(101)));
    }

    proptest::proptest! {
        /// Sums made many at a time are those made one by one, for the largest amounts and thresholds too.
        #[test]
        fn sums_are_those_of_one_person_after_another(
            rows in proptest::collection::vec((amount(), 1..=YEAR, proptest::bool::ANY), 0..40),
            above in proptest::option::of(threshold()),
            limit in proptest::option::of(threshold()),
            annualised in proptest::bool::ANY,
            whole in proptest::bool::ANY,
        ) {
            let months: Vec<i64> = rows.iter().map(|(_, m, part)| if whole || !part { YEAR } else { *m }).collect();
            let amounts: Vec<i64> = rows.iter().map(|(amount, ..)| *amount).collect();
            let people = People::new(&months[..]).unwrap().with_amount("cost", &amounts[..]).unwrap();
            let layer = layer(above, limit, annualised);
            let ready = PreparedLayer::new(&layer, None).unwrap();
            let one_by_one: i128 = amounts.iter().zip(&months).map(|(a, m)| i128::from(ready.take(*a, *m, 0))).sum();
            let total: i128 = amounts.iter().map(|a| i128::from(*a)).sum();
            proptest::prop_assert_eq!(people.sum_of_layer(&layer).unwrap(), Decimal::from(one_by_one));
            proptest::prop_assert_eq!(people.total("cost").unwrap(), Decimal::from(total));
            proptest::prop_assert_eq!(people.member_months(), Decimal::new(months.iter().sum(), 6));
        }
    }

    fn amount() -> impl proptest::strategy::Strategy<Value = i64> {
        proptest::prop_oneof![4 => 0..100_000_000_i64, 1 => proptest::num::i64::ANY, 1 => -5..5_i64]
    }

    fn threshold() -> impl proptest::strategy::Strategy<Value = i64> {
        let edge = LARGEST_QUICK - 2..LARGEST_QUICK + 3;
        proptest::prop_oneof![4 => 0..100_000_000_i64, 1 => edge, 1 => 0..=i64::MAX]
    }

    #[test]
    fn exposure_outside_a_year_is_refused() {
        for bad in [0, -1, 12 * MILLION + 1] {
            assert_eq!(People::new(vec![MILLION, bad]).unwrap_err().kind(), ErrorKind::Row, "{bad}");
        }
    }
}
