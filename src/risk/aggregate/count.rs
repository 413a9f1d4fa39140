//! How many costs there are.

use num_complex::Complex;

use crate::error::{Error, ErrorKind, Result};

/// How many costs a risk cell has in a year.
///
/// Of people it is certain how many there are; whether one has a cost is a matter of the severity, which has its own
/// probability of none. The other laws are those of the (a, b, 0) class, by which compound distributions are published
/// (Klugman, Panjer and Willmot, Loss Models), and a table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Count {
    /// So many people, each with one cost, which may be nothing.
    People(f64),
    /// A Poisson number of costs with this mean.
    Poisson(f64),
    /// A negative binomial number of costs: mean `size × ratio`, variance `size × ratio × (1 + ratio)`.
    NegativeBinomial {
        /// The parameter r, above 0.
        size: f64,
        /// The parameter β, above 0.
        ratio: f64,
    },
    /// The probability of 0, 1, 2… costs; they add up to 1.
    Table(Vec<f64>),
}

/// How far the probabilities of a table may be from adding up to 1, and are then made to.
const SUM: f64 = 1e-9;

/// Where the logarithm's series needs no more than seven terms, and these.
const SMALL: f64 = 4e-3;
const SERIES: [f64; 7] = [1.0 / 7.0, -1.0 / 6.0, 0.2, -0.25, 1.0 / 3.0, -0.5, 1.0];

impl Count {
    /// The same, checked.
    pub(super) fn checked(&self, place: &str) -> Result<Self> {
        let above_zero = |name: &str, value: f64| {
            if value > 0.0 && value.is_finite() {
                return Ok(());
            }
            let problem = format!("{name} is {value}");
            Err(Error::new(ErrorKind::Range, place, problem, format!("give a {name} above 0")))
        };
        match self {
            Self::People(people) => above_zero("number of people", *people)?,
            Self::Poisson(mean) => above_zero("mean number of costs", *mean)?,
            Self::NegativeBinomial { size, ratio } => {
                above_zero("size", *size)?;
                above_zero("ratio", *ratio)?;
            }
            Self::Table(probabilities) => {
                let bad = probabilities.iter().position(|p| !(0.0..=1.0).contains(p));
                if let Some((costs, p)) = bad.and_then(|at| Some((at, probabilities.get(at)?))) {
                    let problem = format!("the probability of {costs} costs is {p}");
                    return Err(Error::new(ErrorKind::Range, place, problem, "give one from 0 to 1"));
                }
                let sum: f64 = probabilities.iter().sum();
                if (sum - 1.0).abs() > SUM {
                    let problem = format!("its probabilities add up to {sum}");
                    return Err(Error::new(
                        ErrorKind::Range,
                        place,
                        problem,
                        "give one for each number, 1 in all",
                    ));
                }
                return Ok(Self::Table(probabilities.iter().map(|p| p / sum).collect()));
            }
        }
        Ok(self.clone())
    }

    /// The first three cumulants.
    pub(crate) fn cumulants(&self) -> [f64; 3] {
        match self {
            Self::People(people) => [*people, 0.0, 0.0],
            Self::Poisson(mean) => [*mean; 3],
            Self::NegativeBinomial { size, ratio } => {
                let (mean, more) = (size * ratio, 1.0 + ratio);
                [mean, mean * more, mean * more * (1.0 + 2.0 * ratio)]
            }
            Self::Table(probabilities) => {
                let moment = |about: f64, power: i32| -> f64 {
                    let each = (0_u32..).zip(probabilities);
                    each.map(|(costs, p)| p * (f64::from(costs) - about).powi(power)).sum()
                };
                let mean = moment(0.0, 1);
                [mean, moment(mean, 2), moment(mean, 3)]
            }
        }
    }

    /// The most that there can be.
    pub(super) fn most(&self) -> f64 {
        match self {
            Self::People(people) => *people,
            Self::Poisson(_) | Self::NegativeBinomial { .. } => f64::INFINITY,
            #[allow(clippy::cast_precision_loss)] // a table is short
            Self::Table(probabilities) => probabilities.len().saturating_sub(1) as f64,
        }
    }

    /// The logarithm of E[(1 + δ)^N], where the characteristic function of one cost is 1 + δ: kept apart from 1, no digit
    /// is lost where δ is small.
    pub(super) fn log_generating(&self, delta: Complex<f64>) -> Complex<f64> {
        match self {
            Self::People(people) => ln_1p(delta) * people,
            Self::Poisson(mean) => delta * mean,
            Self::NegativeBinomial { size, ratio } => ln_1p(-delta * ratio) * -size,
            Self::Table(probabilities) => {
                let one = delta + 1.0;
                let sum = probabilities.iter().rev().fold(Complex::ZERO, |sum, p| sum * one + p);
                sum.ln()
            }
        }
    }

    /// The same of a real δ, for a bound of the tail; infinite where there is no such moment.
    pub(super) fn log_generating_real(&self, delta: f64) -> f64 {
        match self {
            Self::People(people) => people * delta.ln_1p(),
            Self::Poisson(mean) => mean * delta,
            Self::NegativeBinomial { size, ratio } => {
                let left = -ratio * delta;
                if left > -1.0 { -size * left.ln_1p() } else { f64::INFINITY }
            }
            Self::Table(probabilities) => {
                probabilities.iter().rev().fold(0.0, |sum, p| sum * (1.0 + delta) + p).ln()
            }
        }
    }
}

/// The logarithm of 1 + z, with all digits where z is small.
pub(super) fn ln_1p(z: Complex<f64>) -> Complex<f64> {
    if z.norm_sqr() < SMALL * SMALL {
        // The series to the last bit.
        let series = SERIES.iter().fold(Complex::<f64>::ZERO, |sum, by| sum * z + *by);
        return series * z;
    }
    let one = z + 1.0;
    // Near −1 the digits are in 1 + z, and elsewhere in z.
    let size = if one.norm_sqr() < 0.25 {
        one.norm().ln()
    } else {
        0.5 * (z.re * (2.0 + z.re) + z.im * z.im).ln_1p()
    };
    Complex::new(size, z.im.atan2(one.re))
}
