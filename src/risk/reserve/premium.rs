//! What stop-loss is worth.

use serde::Serialize;

use crate::{
    decimal,
    error::{Error, ErrorKind, Result},
    exposure::MONTHS_A_YEAR,
    risk::{
        aggregate::RiskCell,
        cost_model::{CostCell, CostModel},
        normal::Normal,
    },
};

/// What a carrier adds to what it expects to pay: none, unless it is stated.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Loading(f64);

impl Loading {
    /// None: the premium is fair.
    pub const NONE: Self = Self(0.0);

    /// This part of what is expected to be paid, 0.15 for 15 %.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] for one that is not finite or below 0.
    pub fn of(part: f64) -> Result<Self> {
        if part.is_finite() && part >= 0.0 {
            return Ok(Self(part));
        }
        let problem = format!("the loading is {part}");
        Err(Error::new(ErrorKind::Range, "premium", problem, "give 0 or more, 0.15 for 15 %"))
    }
}

/// What a stop-loss costs for a year, in major units.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StopLossPremium {
    /// How many people it is for.
    pub people: u64,
    /// Where it begins: of one person's cost in twelve months, or of the cost of all.
    pub attachment: f64,
    /// What the carrier expects to pay: the fair premium.
    pub fair: f64,
    /// How far `fair` may be from what the model says.
    pub fair_error: f64,
    /// The loading, as a part of the fair premium.
    pub loading: Loading,
    /// The premium with its loading.
    pub premium: f64,
    /// The premium with its loading for each month of membership.
    pub per_member_month: f64,
    /// The fair premium by the normal approximation of the sum; nothing for individual stop-loss, of which there is none.
    pub fair_if_normal: Option<f64>,
}

/// What the expectation of individual costs may be off by, as a part of it: of smooth laws and without a shock, and under one of
/// laws with kinks or lumps.
const SMOOTH: f64 = 1e-9;
const KINKED: f64 = 1e-5;
/// What the mean of a sum may be off by, as a part of it.
const ROUNDING: f64 = 1e-14;

/// The premium of an individual stop-loss: people × E[(F·X − a)⁺], where the attachment is for twelve months and prorated by
/// member months, as a contract's is unless it says otherwise.
///
/// The factor F of a cell is of all that multiplies its costs: shocks, a covariance, and a mean that is not known. None of them
/// changes what people cost on average, and each makes more of it lie above an attachment. An additive shock is no single
/// person's cost, and stop-loss of each person does not see it. The expectation is right to 1e-9 of it for lognormal and gamma laws,
/// and where nothing moves costs together; to 1e-5 for others.
///
/// # Errors
/// [`ErrorKind::Range`] for an attachment that is not a finite number of at least 0, and where a mean is infinite.
///
/// ```
/// use capitation::{money::Currency, risk::{cost_model::CostModel, reserve::{Loading, individual_stop_loss}, severity::Severity}};
/// let person = Severity::lognormal(7.0, 1.564726)?.with_zeros(0.15)?.rescaled_to(4_700.0)?;
/// let model = CostModel::new(Currency::new("USD")?).cell("all", 1_000, person)?;
/// let premium = individual_stop_loss(&model, 100_000.0, Loading::of(0.2)?)?;
/// assert!((premium.fair - 310_987.0).abs() < 1.0);
/// assert!((premium.premium / premium.fair - 1.2).abs() < 1e-12);
/// # Ok::<(), capitation::Error>(())
/// ```
pub fn individual_stop_loss(model: &CostModel, attachment: f64, loading: Loading) -> Result<StopLossPremium> {
    check(attachment)?;
    let (costs, shocks) = (model.in_units(1.0)?, model.moved());
    let of = |(place, (cell, costs)): (usize, (&CostCell, &RiskCell))| {
        let year = decimal::to_f64(cell.member_months_each()) / f64::from(MONTHS_A_YEAR);
        costs.excess_mean(attachment * year, shocks.variance_of(place).sqrt())
    };
    let fair: f64 = model.cells().iter().zip(&costs).enumerate().map(of).sum();
    let is_smooth = model.cells().iter().all(|cell| cell.severity().smooth_part().is_some());
    let off = if is_smooth || shocks.widest() == 0.0 { SMOOTH } else { KINKED };
    premium(model, attachment, [fair, off * fair], None, loading)
}

/// The premium of an aggregate stop-loss on what all people cost together: E[(S − a)⁺], where S is moved by every shock and by
/// means that are not known.
///
/// # Errors
/// As [`individual_stop_loss`], and [`ErrorKind::Range`] where a variance is infinite.
pub fn aggregate_stop_loss(model: &CostModel, attachment: f64, loading: Loading) -> Result<StopLossPremium> {
    check(attachment)?;
    let sum = model.total_cost(f64::INFINITY)?;
    let normal = Normal::new(sum.mean(), sum.standard_deviation())?;
    // It is the mean less what lies below the attachment: what the distribution function is off by, over all amounts up to there.
    let (low, high) = sum.range();
    let fair = sum.stop_loss(attachment);
    let below = sum.error() * (attachment.min(high) - low).max(0.0) + ROUNDING * sum.mean();
    // Beyond the range it is only known to be less than at its end.
    let beyond = if attachment > high { fair } else { 0.0 };
    premium(model, attachment, [fair, below + beyond], Some(normal.stop_loss(attachment)), loading)
}

fn premium(
    model: &CostModel,
    attachment: f64,
    [fair, fair_error]: [f64; 2],
    fair_if_normal: Option<f64>,
    loading: Loading,
) -> Result<StopLossPremium> {
    if !fair.is_finite() {
        let remedy = "give a tail that has a mean";
        return Err(Error::new(
            ErrorKind::Range,
            "premium",
            "what the carrier expects to pay is infinite",
            remedy,
        ));
    }
    let premium = fair * (1.0 + loading.0);
    Ok(StopLossPremium {
        people: model.people(),
        attachment,
        fair,
        fair_error,
        loading,
        premium,
        per_member_month: premium / decimal::to_f64(model.member_months()),
        fair_if_normal,
    })
}

fn check(attachment: f64) -> Result<()> {
    if attachment.is_finite() && attachment >= 0.0 {
        return Ok(());
    }
    let problem = format!("the attachment is {attachment}");
    Err(Error::new(ErrorKind::Range, "stop-loss", problem, "give an amount of at least 0"))
}

/// Premiums of an aggregate stop-loss by the size of the panel, which begins at this part of what the panel is expected to cost,
/// 1.1 for a tenth above it.
///
/// # Errors
/// As [`aggregate_stop_loss`] and [`CostModel::of_size`].
pub fn premiums_by_panel_size(
    model: &CostModel,
    sizes: &[u32],
    attachment: f64,
    loading: Loading,
) -> Result<Vec<StopLossPremium>> {
    let row = |people: &u32| {
        let model = model.of_size(*people)?;
        aggregate_stop_loss(&model, attachment * model.mean(), loading)
    };
    sizes.iter().map(row).collect()
}
