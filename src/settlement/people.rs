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
        if let Some((row, &bad)) = months.iter().enumerate().find(|(_, m)| !(1..=YEAR).contains(*m)) {
            return Err(Error::new(
                ErrorKind::Row,
                format!("person {row}"),
                format!("an exposure of {} months", Decimal::new(bad, 6).normalize()),
                "give months above 0 and at most 12; a longer stay is several years",
            ));
        }
        Ok(Self { months, class: None, amounts: IndexMap::new() })
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
        let sum: i128 = self.months.iter().map(|m| i128::from(*m)).sum();
        Decimal::try_from_i128_with_scale(sum, 6).unwrap_or(Decimal::MAX).normalize()
    }

    /// The total of an amount in minor units.
    pub(super) fn total(&self, name: &str) -> Option<Decimal> {
        let sum: i128 = self.amounts.get(name)?.iter().map(|a| i128::from(*a)).sum();
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
            _ => prepared.sum_uniform(amounts, &self.months),
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

    fn sum_uniform(&self, amounts: &[i64], months: &[i64]) -> i128 {
        let (above, limit) =
            (self.above.first().copied().unwrap_or(0), self.limit.first().copied().unwrap_or(i64::MAX));
        let rows = amounts.iter().zip(months);
        rows.map(|(a, m)| i128::from(self.between(*a, *m, above, limit))).sum()
    }
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

    #[test]
    fn exposure_outside_a_year_is_refused() {
        for bad in [0, -1, 12 * MILLION + 1] {
            assert_eq!(People::new(vec![MILLION, bad]).unwrap_err().kind(), ErrorKind::Row, "{bad}");
        }
    }
}
