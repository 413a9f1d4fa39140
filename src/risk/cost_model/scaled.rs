//! A cost model at another level of costs.

use super::{CostModel, Shock, ShockKind};
use crate::{
    decimal,
    error::{Error, ErrorKind, Result},
    exposure::MONTHS_A_YEAR,
};

impl CostModel {
    /// The same where each person costs so many times as much: another year's prices, a trend. What shocks add is money of the
    /// year they were given for and is multiplied too; spreads of factors, and errors of means, are relative and stay.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] when the factor is not above 0, or a float cannot hold what comes out.
    ///
    /// ```
    /// use capitation::{money::Currency, risk::{cost_model::CostModel, severity::Severity}};
    /// let model = CostModel::new(Currency::new("GBP")?).cell("all", 1_000, Severity::gamma(0.5, 4_000.0)?)?;
    /// assert!((model.scaled(1.05)?.mean() - 2_100_000.0).abs() < 1e-6);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn scaled(&self, factor: f64) -> Result<Self> {
        let cells = self.cells.iter().map(|cell| cell.scaled(factor)).collect::<Result<_>>()?;
        let shock = |shock: &Shock| match shock.kind() {
            ShockKind::Additive => Shock { spread: factor * shock.spread, ..shock.clone() },
            ShockKind::Multiplicative => shock.clone(),
        };
        Ok(Self { cells, shocks: self.shocks.iter().map(shock).collect(), ..self.clone() })
    }

    /// The same with this mean of a person year over all cells, in major units: every cell's costs are multiplied by one
    /// factor, so that what cells cost beside each other stays.
    ///
    /// What is known of the mean by then is known of all cells together: errors of the cells' means stay as they are, and a
    /// model whose mean is certain is fitted [without them](super::Fitting::mean_errors).
    ///
    /// # Errors
    /// [`ErrorKind::Range`] when the mean is not above 0; [`ErrorKind::Statistic`] when that of the model is 0 or infinite.
    pub fn rescaled_to(&self, mean: f64) -> Result<Self> {
        if !(mean > 0.0 && mean.is_finite()) {
            let remedy = "give the mean of a person year, above 0, in major units such as dollars";
            return Err(refused(ErrorKind::Range, &format!("{mean} is no mean"), remedy));
        }
        let years = decimal::to_f64(self.member_months()) / f64::from(MONTHS_A_YEAR);
        let own = self.mean() / years;
        if !(own > 0.0 && own.is_finite()) {
            let problem = format!("its own mean is {own}");
            return Err(refused(
                ErrorKind::Statistic,
                &problem,
                "give it cells with a cost and a finite mean",
            ));
        }
        self.scaled(mean / own)
    }
}

fn refused(kind: ErrorKind, problem: &str, remedy: &str) -> Error {
    Error::new(kind, "cost model, a mean to rescale to", problem, remedy)
}
