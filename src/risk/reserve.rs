//! What a provider must hold to bear the risk of a contract, and what it costs to pass it on.

mod premium;

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::Serialize;

pub use premium::{
    Loading, StopLossPremium, aggregate_stop_loss, individual_stop_loss, premiums_by_panel_size,
};

use super::{cost_model::CostModel, normal::Normal, outlook::PartyOutlook};
use crate::{
    contract::Contract,
    error::{Error, ErrorKind, Result},
    exposure::Date,
};

/// The years that reserves are commonly held for: one in 20, and one in 200 as in Solvency II (Directive 2009/138/EC, art. 101).
pub const ONE_IN: [u32; 2] = [20, 200];

/// The least error of a distribution that is told, as a part of the probability of a year.
const LEAST_ERROR: f64 = 1e-9;

/// The capital that meets a party's deficit in all but one year of so many. Amounts are in major units, and below 0 where even
/// such a year is a gain.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Capital {
    /// One year of how many is not met.
    pub one_in: u32,
    /// The deficit that is exceeded in one year of so many at most: its value at risk.
    pub quantile: f64,
    /// The mean deficit of the worst years, one of so many: its tail value at risk.
    pub tvar: f64,
    /// How far `quantile` may be off, from the error of the distribution.
    pub quantile_error: f64,
    /// How far `tvar` may be off by the same error where years are not so bad.
    pub tvar_error: f64,
    /// The first by the normal approximation.
    pub quantile_if_normal: f64,
    /// The second by the normal approximation.
    pub tvar_if_normal: f64,
}

/// The capital that a party needs for one year of each of so many.
///
/// # Errors
/// [`ErrorKind::Range`] for fewer than 2 years; [`ErrorKind::Statistic`] where only the mean of the party's result is known, or
/// its distribution no better than to the probability of such a year.
///
/// ```
/// use capitation::{Contract, risk::{cost_model::CostModel, reserve::{ONE_IN, capital}, severity::Severity}};
/// let contract = Contract::read("templates/corridor.toml")?;
/// let person = Severity::lognormal(0.0, 1.5)?.rescaled_to(4_950.0)?;
/// let model = CostModel::new(contract.currency()).cell("all", 8_000, person)?;
/// let outlook = contract.outlook(&model, &Default::default(), contract.period().start)?;
/// let [twenty, two_hundred] = capital(outlook.party("provider")?, &ONE_IN)?[..] else { panic!() };
/// assert!(twenty.quantile < twenty.tvar && twenty.tvar < two_hundred.tvar);
/// # Ok::<(), capitation::Error>(())
/// ```
pub fn capital(party: &PartyOutlook, one_in: &[u32]) -> Result<Vec<Capital>> {
    let (_, error) = party.method()?;
    let deficit = Normal::new(-party.mean(), party.standard_deviation()?)?;
    let each = |one_in: &u32| {
        if *one_in < 2 {
            let problem = format!("one year in {one_in} is every year");
            return Err(Error::new(
                ErrorKind::Range,
                "capital",
                problem,
                "give at least 2, such as 20 or 200",
            ));
        }
        let worst = 1.0 / f64::from(*one_in);
        if error >= worst {
            let problem = format!(
                "the distribution of `{}` is right to {error:.0e}, and one year in {one_in} is a probability of {worst:.0e}",
                party.name()
            );
            let remedy = "ask for years that are less rare, or draw years instead (`simulate`)";
            return Err(Error::new(ErrorKind::Statistic, "capital", problem, remedy));
        }
        let (quantile, tvar) = (-party.quantile(worst)?, -party.mean_of_worst(1.0 - worst)?);
        // What rounding leaves of it tells nothing.
        let off = error.max(LEAST_ERROR * worst);
        let shift = |level: f64| Ok::<f64, Error>((-party.quantile(level)? - quantile).abs());
        let shifted = |level: f64| Ok::<f64, Error>(-party.mean_of_worst(1.0 - level)? * level);
        let tvar_if_shifted = (shifted(worst + off)? - shifted(off)?) / worst;
        Ok(Capital {
            one_in: *one_in,
            quantile,
            tvar,
            quantile_error: shift(worst - off)?.max(shift(worst + off)?),
            tvar_error: (tvar_if_shifted - tvar).abs(),
            quantile_if_normal: deficit.quantile(1.0 - worst)?,
            tvar_if_normal: deficit.tvar(1.0 - worst)?,
        })
    };
    one_in.iter().map(each).collect()
}

/// What a party needs under a contract with a panel of one size.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CapitalOfSize {
    /// How many people.
    pub people: u32,
    /// The mean result of the party, in major units.
    pub mean: f64,
    /// Its standard deviation.
    pub standard_deviation: f64,
    /// The probability of a deficit.
    pub probability_of_deficit: f64,
    /// The capital for each of the years that were asked for.
    pub capital: Vec<Capital>,
}

/// The capital that a party needs under a contract for one year in 20 and one in 200, by the size of the panel: the people of
/// the model in their proportions. `given` makes the other inputs for a number of people, since amounts of a whole panel (a
/// benchmark, a block) are others for another size.
///
/// # Errors
/// As [`CostModel::of_size`], [`Contract::outlook`] and [`capital`].
pub fn capital_by_panel_size(
    contract: &Contract,
    model: &CostModel,
    given: impl Fn(u32) -> IndexMap<String, Decimal>,
    on: Date,
    party: &str,
    sizes: &[u32],
) -> Result<Vec<CapitalOfSize>> {
    let row = |people: &u32| -> Result<CapitalOfSize> {
        let outlook = contract.outlook(&model.of_size(*people)?, &given(*people), on)?;
        let party = outlook.party(party)?;
        Ok(CapitalOfSize {
            people: *people,
            mean: party.mean(),
            standard_deviation: party.standard_deviation()?,
            probability_of_deficit: party.probability_of_deficit()?,
            capital: capital(party, &ONE_IN)?,
        })
    };
    let of = |people: &u32| row(people).map_err(|why| why.within(format!("{people} people")));
    sizes.iter().map(of).collect()
}
