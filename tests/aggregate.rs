//! The distribution of a sum against closed forms and published values.

#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

use capitation::{
    ErrorKind,
    risk::{
        aggregate::{Aggregate, Count, Method, RiskCell},
        severity::Severity,
    },
};

#[track_caller]
fn near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} is not {expected} within {within:e}");
}

fn one(count: Count, severity: Severity) -> Aggregate {
    Aggregate::new(&[RiskCell::new(count, severity)]).unwrap()
}

fn lumps(severity: &[(f64, f64)]) -> Severity {
    let (costs, weights): (Vec<f64>, Vec<f64>) = severity.iter().copied().unzip();
    Severity::empirical(&costs, Some(&weights)).unwrap()
}

/// P(S = k units) for k = 0, 1, …
#[track_caller]
fn is_published(sum: &Aggregate, unit: f64, expected: &[f64], within: f64) {
    let mut before = 0.0;
    for (k, probability) in (0..).zip(expected) {
        let at = sum.cdf(f64::from(k) * unit);
        near(at - before, *probability, within);
        before = at;
    }
}

/// Klugman, Panjer and Willmot, Loss Models, the dental example: units of 25, at most eight claims. The values are exact.
#[test]
fn the_dental_claims_of_loss_models() {
    let count = Count::Table(vec![0.05, 0.10, 0.15, 0.20, 0.25, 0.15, 0.06, 0.03, 0.01]);
    let severity = [0.15, 0.20, 0.25, 0.125, 0.075, 0.05, 0.05, 0.05, 0.025, 0.025];
    let costs: Vec<(f64, f64)> = (1..).map(|k| f64::from(k) * 25.0).zip(severity).collect();
    let sum = one(count, lumps(&costs));
    assert!(matches!(sum.method(), Method::Exact(_)));
    let expected = [
        0.05,
        0.015,
        0.023_375,
        0.034_675,
        0.032_576_562_5,
        0.035_786_390_625,
        0.039_807_870_937_5,
        0.043_562_315_632_8,
        0.047_518_001_281_6,
        0.049_033_801_470_3,
    ];
    is_published(&sum, 25.0, &expected, 6e-14);
    near(sum.mean(), 314.5, 1e-10);
    near(sum.standard_deviation().powi(2), 36_716.5, 1e-8);
    for (level, quantile) in [(0.5, 300.0), (0.9, 575.0), (0.95, 650.0), (0.99, 825.0)] {
        near(sum.quantile(level).unwrap(), quantile, 1e-9);
    }
    for (level, mean) in [(0.9, 700.317), (0.95, 766.890), (0.99, 924.785)] {
        near(tail_mean(&sum, level), mean, 5e-4);
    }
    for (attachment, premium) in [(100.0, 222.660_625), (500.0, 20.504_731_593_6)] {
        near(sum.stop_loss(attachment), premium, 1e-9);
    }
}

/// E[S | S > quantile]: what R's actuar calls CTE, which is not the tail value at risk where a lump lies at the quantile.
fn tail_mean(sum: &Aggregate, level: f64) -> f64 {
    let at = sum.quantile(level).unwrap();
    at + sum.stop_loss(at) / (1.0 - sum.cdf(at))
}

/// Severity 1, 2, 3 with .5, .3, .2: exact fractions.
#[test]
fn other_laws_of_the_number_of_claims() {
    let severity = || lumps(&[(1.0, 0.5), (2.0, 0.3), (3.0, 0.2)]);
    let negative_binomial = one(Count::NegativeBinomial { size: 3.0, ratio: 1.0 }, severity());
    let fractions = [
        1.0 / 8.0,
        3.0 / 32.0,
        33.0 / 320.0,
        29.0 / 256.0,
        4_959.0 / 51_200.0,
        17_853.0 / 204_800.0,
        311.0 / 4_096.0,
    ];
    is_published(&negative_binomial, 1.0, &fractions, 5e-14);
    let binomial = one(Count::People(10.0), severity().with_zeros(0.8).unwrap());
    let expected = [0.107_374_182_4, 0.134_217_728, 0.156_028_108_8, 0.169_449_881_6, 0.138_380_574_72];
    is_published(&binomial, 1.0, &expected, 6e-12);
    // Geometric with p = .4 is negative binomial of size 1 and ratio .6/.4.
    let geometric = one(Count::NegativeBinomial { size: 1.0, ratio: 1.5 }, severity());
    is_published(&geometric, 1.0, &[0.4, 0.12, 0.108, 0.102, 0.064_44, 0.050_652], 5e-14);
    // A Poisson number of mean 3 whose probability of none is .3.
    let none = (-3.0_f64).exp();
    let mut probability = none;
    let table = (1..80).map(|n| {
        probability *= 3.0 / f64::from(n);
        probability * 0.7 / (1.0 - none)
    });
    let modified = one(Count::Table(std::iter::once(0.3).chain(table).collect()), severity());
    is_published(&modified, 1.0, &[0.3, 0.055_015_481_3, 0.074_270_899_8, 0.092_150_931_2], 6e-11);
}

/// Σ e^−λ λⁿ/n! P(shape × n, x) for a whole shape, where P(k, x) = 1 − e^−x Σ_{j<k} xʲ/j!.
fn poisson_of_gammas(mean: f64, shape: u32, x: f64) -> f64 {
    let mut count = (-mean).exp();
    let mut sum = count;
    for n in 1..400 {
        count *= mean / f64::from(n);
        let (mut term, mut below) = ((-x).exp(), 0.0);
        for j in 0..shape * n {
            below += term;
            term *= x / f64::from(j + 1);
        }
        sum += count * (1.0 - below);
    }
    sum
}

/// Ten claims are expected: the lump at no claim at all and few claims make a grid of it. Published to five digits.
#[test]
fn few_gammas() {
    let sum = one(Count::Poisson(10.0), Severity::gamma(2.0, 1.0).unwrap());
    near(sum.mean(), 20.0, 1e-12);
    near(sum.standard_deviation().powi(2), 60.0, 1e-11);
    near(sum.skewness(), 0.516_398, 5e-7);
    for (x, probability) in
        [(10.0, 0.084_19), (20.0, 0.534_46), (30.0, 0.894_35), (40.0, 0.987_79), (50.0, 0.999_17)]
    {
        near(sum.cdf(x), probability, 5e-6);
    }
    assert!(sum.error() < 2e-8, "{:e}", sum.error());
    for x in [0.0, 0.5, 5.0, 12.5, 20.0, 33.0, 60.0] {
        near(sum.cdf(x), poisson_of_gammas(10.0, 2, x), sum.error());
    }
}

/// A hundred claims: cosines, to ten digits over the body, and premiums to eight digits far out.
#[test]
fn many_exponentials_and_gammas() {
    for shape in [1, 2] {
        let sum = one(Count::Poisson(100.0), Severity::gamma(f64::from(shape), 1.0).unwrap());
        assert!(matches!(sum.method(), Method::Cosines(_)), "{:?}", sum.method());
        assert!(sum.error() < 1e-10, "{:e}", sum.error());
        for times in [0.5, 0.7, 0.9, 1.0, 1.1, 1.3, 1.6] {
            let x = times * sum.mean();
            near(sum.cdf(x), poisson_of_gammas(100.0, shape, x), 1e-12);
        }
        let far = sum.quantile(0.999).unwrap();
        // E(S − d)⁺ by Simpson's rule on the survival function.
        let steps = 2_000_u32;
        let width = 120.0 / f64::from(steps);
        let weight = |k: u32| if k == 0 || k == steps { 1.0 } else { 2.0 + 2.0 * f64::from(k % 2) };
        let survival = |k: u32| 1.0 - poisson_of_gammas(100.0, shape, far + f64::from(k) * width);
        let premium: f64 = (0..=steps).step_by(1).map(|k| weight(k) * survival(k)).sum::<f64>() * width / 3.0;
        near(sum.stop_loss(far) / premium, 1.0, 1e-8);
    }
}

/// Heavy lognormals: the published quantiles are of a grid, and the first is rounded to the unit.
#[test]
fn a_hundred_heavy_lognormals() {
    let sum = one(Count::Poisson(100.0), Severity::lognormal(0.0, 2.0).unwrap());
    for (level, quantile, within) in [
        (0.5, 628.0, 0.6),
        (0.9, 1_160.0, 0.5),
        (0.95, 1_451.0, 0.5),
        (0.99, 2_488.0, 0.5),
        (0.999, 5_852.75, 0.5),
    ] {
        near(sum.quantile(level).unwrap(), quantile, within);
    }
    assert!(sum.error() < 3e-5);
}

/// 80,000 claims of mean 2,500, each up to 150,000: what a grid that is not asked for gets wrong by 13 %.
#[test]
fn the_claims_of_an_accountable_care_organisation() {
    let mu = 2_500.0_f64.ln() - 1.534 * 1.534 / 2.0;
    let severity = Severity::lognormal(mu, 1.534).unwrap();
    let cell = |costs: f64| RiskCell::new(Count::Poisson(costs), severity.clone()).limited(150_000.0);
    let sum = Aggregate::new(&[cell(80_000.0)]).unwrap();
    near(sum.mean(), 197_825_110.0, 0.5);
    near(sum.standard_deviation(), 1_978_905.0, 0.5);
    near(sum.quantile(0.99).unwrap(), 202_476_952.2, 0.05);
    assert!(sum.error() < 1e-13);
    // In eight cells it is the same sum.
    let parts = Aggregate::new(&vec![cell(10_000.0); 8]).unwrap();
    near(parts.quantile(0.99).unwrap() / sum.quantile(0.99).unwrap(), 1.0, 1e-13);
    near(parts.tvar(0.99).unwrap() / sum.tvar(0.99).unwrap(), 1.0, 1e-12);
}

/// Costs of 100,001 and 150,000: no common step, and yet clusters 50,000 apart that a smooth curve would not show. By the
/// multinomial law of how many of 400 people have which.
#[test]
fn lumps_near_a_common_step() {
    let severity = lumps(&[(100_001.0, 0.5), (150_000.0, 0.5)]).with_zeros(0.9).unwrap();
    let sum = one(Count::People(400.0), severity);
    let log_factorial = |n: u32| (1..=n).map(|k| f64::from(k).ln()).sum::<f64>();
    let exact = |x: f64| -> f64 {
        let mut sum = 0.0;
        for one in 0..=120_u32 {
            for other in 0..=120_u32 {
                if f64::from(one) * 100_001.0 + f64::from(other) * 150_000.0 <= x {
                    let none = 400 - one - other;
                    let ways =
                        log_factorial(400) - log_factorial(one) - log_factorial(other) - log_factorial(none);
                    sum += (ways + f64::from(one + other) * 0.05_f64.ln() + f64::from(none) * 0.9_f64.ln())
                        .exp();
                }
            }
        }
        sum
    };
    for x in [4_000_000.0, 4_975_000.0, 5_000_100.0, 5_025_000.0, 6_100_000.0] {
        near(sum.cdf(x), exact(x), sum.error());
    }
    assert!(!matches!(sum.method(), Method::Cosines(_)), "{:?}", sum.method());
}

/// Costs in whole units of 1,000, far apart: the line that cosines draw through the lumps is told as their error.
#[test]
fn many_lumps_on_a_step() {
    let costs: Vec<(f64, f64)> = (1..200).map(|k| (f64::from(k * k) * 1_000.0, 1.0 / f64::from(k))).collect();
    let severity = || lumps(&costs).with_zeros(0.5).unwrap();
    let sum = one(Count::People(3_000.0), severity());
    let unit = one(Count::People(3_000.0), severity().scaled(0.001).unwrap());
    let steps = |x: f64| unit.cdf((x / 1_000.0).floor());
    for times in [0.9, 0.98, 1.0, 1.05] {
        let x = (times * sum.mean() / 1_000.0).floor() * 1_000.0 + 1.0;
        near(sum.cdf(x), steps(x), sum.error() + unit.error());
    }
}

/// Skewness is of all there is, however far beyond the range that is followed: of n people who each have a cost with chance
/// p, κ₃ = n (p m₃ − 3 p² m₁ m₂ + 2 p³ m₁³), where mₖ = exp(kμ + k²σ²/2). A generalised Pareto tail of ξ ≥ 1/3 has none.
#[test]
fn skewness_is_of_all_there_is() {
    let (mu, p) = (7.0, 0.8);
    for (sigma, people) in [(2.2_f64, 1_000.0), (2.6, 1_000.0), (1.5, 50_000.0)] {
        let m = |k: f64| p * (k * mu + k * k * sigma * sigma / 2.0).exp();
        let (first, second, third) = (m(1.0), m(2.0), m(3.0));
        let variance = people * (second - first * first);
        let expected = people * (third - 3.0 * first * second + 2.0 * first.powi(3)) / variance.powf(1.5);
        let law = Severity::lognormal(mu, sigma).unwrap().with_zeros(0.2).unwrap();
        let sum = one(Count::People(people), law);
        near(sum.skewness() / expected, 1.0, 1e-8);
    }
    let skewness = |xi: f64, limit: f64| {
        let law = Severity::generalized_pareto(0.0, xi, 2_000.0).unwrap();
        Aggregate::new(&[RiskCell::new(Count::People(10_000.0), law).limited(limit)]).unwrap().skewness()
    };
    assert!(skewness(0.35, f64::INFINITY).is_infinite() && skewness(0.45, f64::INFINITY).is_infinite());
    assert!(skewness(0.3, f64::INFINITY).is_finite() && skewness(0.45, 1e6).is_finite());
}

#[test]
fn what_is_certain_is_certain() {
    let sum = one(Count::People(12.0), Severity::certain(100.0).unwrap());
    assert_eq!((sum.method(), sum.mean(), sum.error()), (Method::Certain, 1_200.0, 0.0));
    near(sum.cdf(1_199.0), 0.0, 0.0);
    near(sum.cdf(1_200.0), 1.0, 0.0);
    assert_eq!(
        (sum.quantile(0.3).unwrap(), sum.stop_loss(1_000.0), sum.tvar(0.9).unwrap()),
        (1_200.0, 200.0, 1_200.0)
    );
}

#[test]
fn what_cannot_be_is_refused() {
    let person = || Severity::lognormal(0.0, 1.0).unwrap();
    let refused = |cells: &[RiskCell]| {
        let why = Aggregate::new(cells).unwrap_err();
        (why.kind(), why.to_string())
    };
    assert_eq!(
        refused(&[]),
        (ErrorKind::Experience, "risk cells: there are none; give at least one cell with people".to_owned())
    );
    let endless = RiskCell::new(Count::Poisson(5.0), Severity::pareto(0.9, 1.0).unwrap());
    assert_eq!(
        refused(std::slice::from_ref(&endless)),
        (
            ErrorKind::Range,
            "cost: its mean or its variance is infinite; cap each person's cost (a stop-loss, a truncation), or give a \
             tail index that has both"
                .to_owned()
        )
    );
    assert!(Aggregate::new(&[endless.limited(100.0)]).is_ok());
    for (count, said) in [
        (Count::People(0.0), "risk cell 0: number of people is 0; give a number of people above 0"),
        (Count::Poisson(f64::NAN), "mean number of costs is NaN"),
        (Count::NegativeBinomial { size: 1.0, ratio: -1.0 }, "ratio is -1"),
        (Count::Table(vec![0.5, 0.4]), "its probabilities add up to 0.9"),
        (Count::Table(vec![1.5, -0.5]), "the probability of 0 costs is 1.5"),
    ] {
        let (kind, why) = refused(&[RiskCell::new(count, person())]);
        assert!(kind == ErrorKind::Range && why.contains(said), "{why}");
    }
    let (_, why) = refused(&[RiskCell::new(Count::People(1.0), person()).limited(-1.0)]);
    assert_eq!(why, "risk cell 0: its limit is -1; give a limit of at least 0");
    let sum = one(Count::People(100.0), person());
    assert_eq!(sum.quantile(1.5).unwrap_err().kind(), ErrorKind::Range);
    assert_eq!(sum.tvar(1.0).unwrap_err().kind(), ErrorKind::Range);
}
