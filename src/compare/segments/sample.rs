//! Ratios of what is drawn, with the error of the people they were measured on.

use crate::{
    population::{MEMBER_MONTHS, Population},
    risk::panels::chances,
};

use super::withheld::{Set, fifth};

/// The people as they are drawn: each row with its chance.
pub(super) struct Sample<'a> {
    population: &'a Population,
    sets: Vec<Set>,
    chances: Vec<f64>,
    months: Vec<f64>,
}

/// A sum over another of one set of rows, each row counting by its chance to be drawn.
pub(super) struct Ratio<'v> {
    set: Set,
    above: &'v [f64],
    below: &'v [f64],
    /// The ratio.
    pub(super) value: f64,
    whole: f64,
}

impl<'a> Sample<'a> {
    pub(super) fn new(population: &'a Population, fifths: &[u8]) -> Self {
        #[allow(clippy::cast_precision_loss)] // at most 12 million
        let months = |values: &[i64]| values.iter().map(|months| *months as f64 / 1e6).collect();
        Self {
            population,
            sets: fifths.iter().map(|number| fifth(*number)).collect(),
            chances: chances(population),
            months: population.measures().get(MEMBER_MONTHS).map_or_else(Vec::new, |m| months(m.values())),
        }
    }

    /// Each row's member months.
    pub(super) fn months(&self) -> &[f64] {
        &self.months
    }

    /// The sum of values over the member months of the same rows; none where nobody in the set can be drawn.
    pub(super) fn a_month<'v>(&'v self, set: Set, values: &'v [f64]) -> Option<Ratio<'v>> {
        self.ratio(set, values, &self.months)
    }

    pub(super) fn ratio<'v>(&self, set: Set, above: &'v [f64], below: &'v [f64]) -> Option<Ratio<'v>> {
        let sum = |values: &[f64]| -> f64 {
            let rows = values.iter().zip(&self.chances).zip(&self.sets);
            rows.filter(|(_, of)| **of & set != 0).map(|((value, chance), _)| value * chance).sum()
        };
        let whole = sum(below);
        (whole > 0.0).then(|| Ratio { set, above, below, value: sum(above) / whole, whole })
    }

    /// The standard error of a weighted sum of ratios over other people like these: each person's rows go together, and
    /// what is linear in them stands for each ratio (Cochran, Sampling Techniques, 3rd ed., 1977, 2.11 and 6.3).
    #[allow(clippy::cast_precision_loss)] // people are far below 2^53
    pub(super) fn error(&self, of: &[(f64, &Ratio<'_>)]) -> f64 {
        let all = of.iter().fold(0, |set, (_, ratio)| set | ratio.set);
        let (mut squares, mut people) = (0.0, 0_usize);
        for person in 0..self.population.people() {
            let (mut residual, mut seen) = (0.0, false);
            for row in self.population.rows_of_person(person).iter().map(|row| *row as usize) {
                let at = |values: &[f64]| values.get(row).copied().unwrap_or(0.0);
                let set = self.sets.get(row).copied().unwrap_or(0);
                let chance = at(&self.chances);
                seen |= set & all != 0 && chance > 0.0;
                for (times, ratio) in of.iter().filter(|(_, ratio)| ratio.set & set != 0) {
                    let apart = at(ratio.above) - ratio.value * at(ratio.below);
                    residual += times * chance * apart / ratio.whole;
                }
            }
            squares += residual * residual;
            people += usize::from(seen);
        }
        if people > 1 { (squares * people as f64 / (people - 1) as f64).sqrt() } else { 0.0 }
    }
}
