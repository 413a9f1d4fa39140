//! A party's result in points, and how lopsided it is.

use super::{DistributionPoint, PartyOutlook};
use crate::error::{Error, ErrorKind, Result};

/// The most points that can be asked for.
const MOST: u32 = 100_000;

impl PartyOutlook {
    /// The skewness of the result: its third central moment over the cube of its standard deviation, below zero where bad
    /// years are farther from the mean than good ones; 0 where nothing varies.
    ///
    /// # Errors
    /// As [`standard_deviation`](Self::standard_deviation).
    pub fn skewness(&self) -> Result<f64> {
        Ok(self.curve()?.skewness(self.mean))
    }

    /// The distribution of the result in points, in major units: so many amounts at equal distances, from the one that the
    /// worst of 10,000 years falls short of to the one that the best exceeds; and between them zero and every lump, an
    /// amount that has a probability of its own.
    ///
    /// # Errors
    /// As [`standard_deviation`](Self::standard_deviation), and [`ErrorKind::Range`] for fewer than 2 points or more than
    /// 100,000.
    ///
    /// ```
    /// use capitation::{Contract, risk::{cost_model::CostModel, severity::Severity}};
    /// let contract = Contract::read("templates/stop-loss.toml")?;
    /// // One person costs 120,000 in one year of ten, and nothing in the others.
    /// let person = Severity::certain(120_000.0)?.with_zeros(0.9)?;
    /// let model = CostModel::new(contract.currency()).cell("all", 1, person)?;
    /// let outlook = contract.outlook(&model, &Default::default(), contract.period().start)?;
    /// // The reinsurer keeps the premium, 12 × 5, in nine years of ten.
    /// let points = outlook.party("reinsurer")?.distribution(3)?;
    /// let kept = points.iter().find(|point| point.amount == 60.0);
    /// assert!(kept.is_some_and(|point| (point.at_most - point.below - 0.9).abs() < 1e-12));
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn distribution(&self, points: u32) -> Result<Vec<DistributionPoint>> {
        if !(2..=MOST).contains(&points) {
            let problem = format!("{points} points were asked for");
            return Err(Error::new(ErrorKind::Range, "distribution", problem, "ask for 2 to 100,000"));
        }
        let mut found = self.curve()?.points(points);
        for point in &mut found {
            point.amount /= self.minor;
            point.density *= self.minor;
        }
        Ok(found)
    }
}
