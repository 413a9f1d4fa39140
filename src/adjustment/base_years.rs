//! From base years to the updated benchmark of the Medicare Shared Savings Program.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{ByType, EnrolmentType};
use crate::{
    contract::{Programme, TrackYear},
    error::{Error, ErrorKind, Result},
    settlement::{Experience, Statement},
};

/// A number in each of the three base years and in the performance year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Years {
    /// In base years 1, 2 and 3; the third is the year before the agreement period.
    pub base: [Decimal; 3],
    /// In the performance year.
    pub performance: Decimal,
}

/// A number in base year 3 and in the performance year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// In base year 3.
    pub base_year_3: Decimal,
    /// In the performance year.
    pub performance: Decimal,
}

/// What was measured of one enrolment type. Money is in dollars for one person year.
///
/// Of a type in which the ACO has nobody, give no person years and risk scores of 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeYears {
    /// What CMS paid in base years 1, 2 and 3 for those who would have been assigned, truncated and completed.
    pub expenditure: [Decimal; 3],
    /// The prospective HCC risk score, renormalised so that the mean of all assignable beneficiaries of the type is 1.
    pub risk_score: Years,
    /// What CMS paid for all assignable beneficiaries of the nation.
    pub national: Years,
    /// What CMS paid for assignable beneficiaries of the ACO's counties, at a risk score of 1.
    pub regional: Years,
    /// The weight of national growth, from 0 to 1: the ACO's share of its region.
    pub national_weight: Ends,
    /// Person years of the ACO's beneficiaries.
    pub person_years: Ends,
}

/// When the agreement period began, and what the rules of that time ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Agreement {
    /// On or after 2019-07-01 and before 2024-01-01: 42 CFR 425.601.
    Before2024,
    /// On or after 2024-01-01: 42 CFR 425.652 to 425.660.
    From2024(Box<From2024>),
}

impl From<From2024> for Agreement {
    fn from(asked: From2024) -> Self {
        Self::From2024(Box::new(asked))
    }
}

/// What agreements from 2024 ask for besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct From2024 {
    /// Dollars saved for one person year in the performance years that are now base years 1, 2 and 3; below zero lost.
    /// An ACO that was not in the programme saved 0.
    pub prior_savings: [Decimal; 3],
    /// The part of prior savings that counts, from 0 to 1, where the ACO has grown since.
    pub proration: Decimal,
    /// Whether CMS applied the guardrail: then the prospective trend does not count.
    pub guardrail: bool,
    /// What is asked for of each enrolment type.
    pub types: ByType<Prospective>,
}

/// What agreements from 2024 ask for of one enrolment type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prospective {
    /// The accountable care prospective trend from base year 3 to the performance year: 1.1 for 10 % growth.
    pub trend: Decimal,
    /// The demographic risk score, renormalised.
    pub demographic_risk_score: Ends,
    /// The weight of the type where growth in risk is taken on the whole: column `RR_weight` of the results file.
    pub weight_of_growth: Decimal,
}

/// What the benchmark of a performance year is worked out from.
///
/// ```
/// use capitation::adjustment::{Agreement, BaseYears, ByType, Ends, TypeYears, Years};
/// use rust_decimal::Decimal;
///
/// let steady = |dollars: i64, later: i64| Years { base: [dollars.into(); 3], performance: later.into() };
/// let each = TypeYears {
///     expenditure: [1000.into(); 3],
///     risk_score: steady(1, 1),
///     national: steady(1000, 1047),
///     regional: steady(1000, 1083),
///     national_weight: Ends { base_year_3: Decimal::ONE, performance: Decimal::new(767, 3) },
///     person_years: Ends { base_year_3: 250.into(), performance: 250.into() },
/// };
/// let base_years = BaseYears {
///     performance_year: 2022,
///     agreement_period: 1,
///     regional_adjustment_period: 1,
///     types: ByType::all(each),
///     agreement: Agreement::Before2024,
/// };
/// let benchmark = base_years.settle()?;
/// // 0.767 × 1.047 + 0.233 × 1.083 = 1.055388: section 4.1.2 of the CMS methodology prints 1.055.
/// assert_eq!(benchmark.types.aged_dual.updated, Decimal::new(1_055_388, 3));
/// assert_eq!(benchmark.per_person_year, Decimal::new(105_539, 2));
/// assert_eq!(benchmark.total, Decimal::new(1_055_388, 0));
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseYears {
    /// The performance year, from 2019.
    pub performance_year: i16,
    /// Which agreement period of the ACO it is: 1 weighs the base years 10, 30 and 60; later ones, rebased, alike.
    pub agreement_period: u32,
    /// Which agreement period subject to the regional adjustment it is, from 1.
    pub regional_adjustment_period: u32,
    /// What was measured of each enrolment type.
    pub types: ByType<TypeYears>,
    /// When the agreement period began.
    pub agreement: Agreement,
}

/// The benchmark of one enrolment type, in dollars for one person year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TypeBenchmark {
    /// The weighted mean of the base years at the risk and prices of base year 3.
    pub historical: Decimal,
    /// What is added for the region, or for prior savings; below zero taken away.
    pub adjustment: Decimal,
    /// The benchmark at the risk and prices of the performance year.
    pub updated: Decimal,
}

/// The updated benchmark, and the statement of every step to it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct UpdatedBenchmark {
    /// Of each enrolment type.
    pub types: ByType<TypeBenchmark>,
    /// Of all together, in dollars for one person year, to the cent.
    pub per_person_year: Decimal,
    /// Of all person years, in dollars, to the cent.
    pub total: Decimal,
    /// Every line from base years to benchmark. Nobody pays in it: the contract of a track goes on from here.
    pub statement: Statement,
}

/// The programme's choice between the ways to a benchmark.
const CHOICE: &str = "benchmark";
/// The last line of the way.
const LAST: &str = "benchmark per person year";

impl BaseYears {
    /// The updated benchmark.
    ///
    /// # Errors
    /// [`Range`](ErrorKind::Range) where a number has no meaning: a risk score, an expenditure of nation or region or a
    /// growth that is not above zero, a weight that is not a share, no person years, no such period;
    /// [`Period`](ErrorKind::Period) where the programme has no track in that year; [`Unknown`](ErrorKind::Unknown) for an agreement
    /// from 2024 in an earlier year; [`Arithmetic`](ErrorKind::Arithmetic) where an amount cannot be held exactly.
    pub fn settle(&self) -> Result<UpdatedBenchmark> {
        // The way is the same on every track that began with it.
        let track = self.choose(Programme::named("mssp")?.year(self.performance_year)?.track("BASIC A")?)?;
        let statement = track.up_to(LAST)?.settle(&self.experience()?, track.on())?;
        let amount = |name: &str| {
            statement.amount(name).ok_or_else(|| {
                let problem = "the benchmark has no such line";
                Error::new(
                    ErrorKind::Unknown,
                    format!("line `{name}`"),
                    problem,
                    "correct the programme file",
                )
            })
        };
        let types = ByType::try_of(|of| {
            Ok::<_, Error>(TypeBenchmark {
                historical: amount(&format!("historical benchmark, {of}"))?,
                adjustment: amount(&format!("adjustment, {of}"))?,
                updated: amount(&format!("updated benchmark, {of}"))?,
            })
        })?;
        let (per_person_year, total) = (amount(LAST)?, amount("benchmark")?);
        Ok(UpdatedBenchmark { types, per_person_year, total, statement })
    }

    /// A track whose contract begins with the base years, so that one statement goes from them to the payment.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) where the track does not work its benchmark out of base years, or not by the rules of
    /// this agreement in that year.
    pub fn choose(&self, track: TrackYear) -> Result<TrackYear> {
        track.choose(
            CHOICE,
            match self.agreement {
                Agreement::Before2024 => "from base years, agreement before 2024",
                Agreement::From2024(_) => "from base years, agreement from 2024",
            },
        )
    }

    /// The inputs by the names under which contracts know them. To settle the contract of a track that was
    /// [chosen](Self::choose), add what happened in the performance year.
    ///
    /// # Errors
    /// [`Range`](ErrorKind::Range) as [`settle`](Self::settle).
    pub fn experience(&self) -> Result<Experience<'static>> {
        let mut inputs = Inputs(Experience::new());
        inputs.period("agreement period", self.agreement_period)?;
        inputs.period("regional adjustment period", self.regional_adjustment_period)?;
        for (of, years) in self.types.iter() {
            inputs.base(&format!("expenditure per person year, {of}"), &years.expenditure);
            inputs.years("risk score", of, &years.risk_score)?;
            inputs.years("national expenditure per person year", of, &years.national)?;
            inputs.years("regional expenditure per person year", of, &years.regional)?;
            inputs.ends("national weight", of, &years.national_weight);
            inputs.ends("person years", of, &years.person_years);
        }
        self.check_person_years()?;
        if let Agreement::From2024(more) = &self.agreement {
            inputs.base("prior savings per person year", &more.prior_savings);
            inputs.add("proration of prior savings".to_owned(), more.proration);
            inputs.add("guardrail applied".to_owned(), u8::from(more.guardrail).into());
            for (of, years) in more.types.iter() {
                inputs.positive(format!("prospective trend, {of}"), years.trend)?;
                let Ends { base_year_3, performance } = years.demographic_risk_score;
                inputs.positive(format!("demographic risk score, {of}, base year 3"), base_year_3)?;
                inputs.positive(format!("demographic risk score, {of}, performance year"), performance)?;
                inputs.add(format!("weight of growth in risk, {of}"), years.weight_of_growth);
            }
        }
        Ok(inputs.0)
    }

    /// Nobody in any type leaves nothing to divide by.
    fn check_person_years(&self) -> Result<()> {
        let is_some =
            |of: fn(&Ends) -> Decimal| self.types.iter().any(|(_, t)| of(&t.person_years) > Decimal::ZERO);
        if is_some(|ends| ends.base_year_3) && is_some(|ends| ends.performance) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Range,
            "person years",
            "there are none in base year 3, or none in the performance year",
            "give those of at least one enrolment type",
        ))
    }
}

/// Inputs by name, as they are put together.
struct Inputs(Experience<'static>);

impl Inputs {
    fn add(&mut self, name: String, value: Decimal) {
        self.0 = std::mem::take(&mut self.0).with_decimal(name, value);
    }

    /// A number that others are divided by or multiplied with, in which zero is a slip.
    fn positive(&mut self, name: String, value: Decimal) -> Result<()> {
        if value > Decimal::ZERO {
            self.add(name, value);
            return Ok(());
        }
        let remedy = "give what was measured; 1 for the risk score of a type in which there is nobody";
        Err(Error::new(
            ErrorKind::Range,
            format!("input `{name}`"),
            format!("{value} is not above zero"),
            remedy,
        ))
    }

    fn period(&mut self, name: &str, period: u32) -> Result<()> {
        if period == 0 {
            let problem = "there is no agreement period 0";
            return Err(Error::new(ErrorKind::Range, format!("input `{name}`"), problem, "count from 1"));
        }
        self.add(name.to_owned(), period.into());
        Ok(())
    }

    fn base(&mut self, name: &str, years: &[Decimal; 3]) {
        for (number, value) in (1..).zip(years) {
            self.add(format!("{name}, base year {number}"), *value);
        }
    }

    fn years(&mut self, name: &str, of: EnrolmentType, years: &Years) -> Result<()> {
        for (number, value) in (1..).zip(&years.base) {
            self.positive(format!("{name}, {of}, base year {number}"), *value)?;
        }
        self.positive(format!("{name}, {of}, performance year"), years.performance)
    }

    fn ends(&mut self, name: &str, of: EnrolmentType, ends: &Ends) {
        self.add(format!("{name}, {of}, base year 3"), ends.base_year_3);
        self.add(format!("{name}, {of}, performance year"), ends.performance);
    }
}
