//! What a health-inequalities share gives back.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Envelope, FIFTHS, fifth_name};
use crate::{
    adjustment::amounts::{divide, minus, per_head, quotient, ratio, rounded, sum, times},
    error::{Error, ErrorKind, Result},
    money::{Currency, Money},
};

/// Decimals of an amount by which whole pennies are divided.
const WEIGHT: i32 = 4;
/// Decimals of a share that is solved for.
const SOLVED: i32 = 6;

/// What a health-inequalities share does to one fifth. Amounts are in pounds, whole pennies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FifthGivenBack {
    /// The fifth, from 1, the most deprived.
    pub quintile: u8,
    /// What it is called: the first is Core20.
    pub name: String,
    /// How many people there are.
    pub people: Decimal,
    /// What they are given by age and sex alone.
    pub before: Decimal,
    /// What they are given with the share.
    pub after: Decimal,
    /// What the share gives them; below zero takes from them.
    pub given: Decimal,
    /// The same for one person; none where there is nobody.
    pub given_per_head: Option<Decimal>,
    /// What they are given beside what their care costs; below zero they are still short.
    pub beside_cost: Decimal,
}

/// A health-inequalities share of an envelope by age and sex alone, shared out by an index of each fifth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GivenBack {
    /// The part of the whole that follows the index.
    pub share: Decimal,
    /// Fifth by fifth, the most deprived first. What is given adds up to nothing.
    pub fifths: Vec<FifthGivenBack>,
    /// The currency: pounds.
    pub currency: Currency,
}

impl Envelope {
    /// What is given back where a part of the envelope by age and sex alone is shared out by people times an index of their
    /// fifth instead: such as avoidable mortality, which NHS England's allocation uses. There is no default index.
    ///
    /// # Errors
    /// [`Range`](ErrorKind::Range) where the share is not from 0 to 1, or an index is below zero or all are zero.
    pub fn given_back(&self, share: Decimal, index: &[Decimal; FIFTHS]) -> Result<GivenBack> {
        if share < Decimal::ZERO || share > Decimal::ONE {
            let problem = format!("{share} is not a share");
            let remedy = "write a number from 0 to 1";
            return Err(Error::new(ErrorKind::Range, "health-inequalities share", problem, remedy));
        }
        let place = "given back";
        let by_index = self.by_index(index)?;
        let rest = minus(place, Decimal::ONE, share)?;
        let mut weights = Vec::with_capacity(FIFTHS);
        for (fifth, by_index) in self.fifths.iter().zip(&by_index) {
            let kept = times(place, fifth.without_deprivation, rest)?;
            let given = rounded(place, times(place, *by_index, share)?, WEIGHT)?;
            weights.push(sum(place, &[kept, given])?);
        }
        let total = Money::new(self.without_deprivation, self.currency);
        let mut fifths = Vec::with_capacity(FIFTHS);
        for (fifth, after) in self.fifths.iter().zip(divide(place, total, &weights, WEIGHT)?) {
            let given = minus(place, after, fifth.without_deprivation)?;
            let none = fifth.people.is_zero();
            let each = || per_head(place, given, fifth.people, self.currency);
            fifths.push(FifthGivenBack {
                quintile: fifth.quintile,
                name: fifth.name.clone(),
                people: fifth.people,
                before: fifth.without_deprivation,
                after,
                given,
                given_per_head: if none { None } else { Some(each()?) },
                beside_cost: minus(place, after, fifth.with_deprivation)?,
            });
        }
        Ok(GivenBack { share, fifths, currency: self.currency })
    }

    /// The share that would make one fifth whole: give it what its care costs, by this index. Half up to six decimals; 0 where it is
    /// not short, and none where no share up to 1 does.
    ///
    /// # Errors
    /// As [`given_back`](Self::given_back); [`Range`](ErrorKind::Range) where there is no such fifth.
    pub fn share_that_makes_whole(&self, quintile: u8, index: &[Decimal; FIFTHS]) -> Result<Option<Decimal>> {
        let place = fifth_name(quintile);
        let by_index = self.by_index(index)?;
        let found = self.fifths.iter().zip(&by_index).find(|(fifth, _)| fifth.quintile == quintile);
        let (fifth, by_index) = found.ok_or_else(|| {
            let problem = format!("there is no fifth {quintile}");
            Error::new(ErrorKind::Range, "fifth", problem, "name one from 1, the most deprived, to 5")
        })?;
        let short = minus(place, fifth.with_deprivation, fifth.without_deprivation)?;
        if short <= Decimal::ZERO {
            return Ok(Some(Decimal::ZERO));
        }
        // (1 − share) × before + share × by index = cost.
        let gained = minus(place, *by_index, fifth.without_deprivation)?;
        if gained < short {
            return Ok(None);
        }
        quotient(place, short, gained, SOLVED).map(Some)
    }

    /// The whole envelope by age and sex alone, shared out by people times their index.
    fn by_index(&self, index: &[Decimal; FIFTHS]) -> Result<Vec<Decimal>> {
        let place = "index of deprivation";
        if let Some(wrong) = index.iter().find(|value| **value < Decimal::ZERO) {
            let problem = format!("{wrong} is below zero");
            return Err(Error::new(
                ErrorKind::Range,
                place,
                problem,
                "give each fifth an index of 0 or more",
            ));
        }
        let weighted = self.fifths.iter().zip(index);
        let weighted =
            weighted.map(|(fifth, index)| times(place, fifth.people, *index)).collect::<Result<Vec<_>>>()?;
        let all = sum(place, &weighted)?;
        if all.is_zero() {
            let problem = "it is zero for everybody";
            return Err(Error::new(
                ErrorKind::Range,
                place,
                problem,
                "give a fifth with people an index above 0",
            ));
        }
        let part = |weight: &Decimal| {
            // A share of fourteen decimals of a hundred thousand million pounds is right to a tenth of a penny.
            times(place, rounded(place, ratio(place, *weight, all)?, 14)?, self.without_deprivation)
        };
        weighted.iter().map(part).collect()
    }
}
