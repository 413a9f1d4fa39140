use super::*;
use crate::risk::severity::Severity;

struct Nodes(Vec<Weighted>);

impl Costs for Nodes {
    fn weighted(&self, _: f64, _: f64) -> Vec<Weighted> {
        self.0.clone()
    }

    fn moments(&self) -> (f64, f64) {
        let [mean, variance, _] = total(&self.0);
        (mean, variance)
    }
}

fn lumps(count: Count, costs: &[(f64, f64)]) -> Nodes {
    let (values, weights): (Vec<f64>, Vec<f64>) = costs.iter().copied().unzip();
    Nodes(vec![Weighted { count, lumps: values.len(), values, weights }])
}

fn near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() <= within, "{found} is not {expected} within {within:e}");
}

/// Loss Models, the dental example: units of 25, at most eight claims.
#[test]
fn the_dental_claims_of_loss_models() {
    let count = Count::Table(vec![0.05, 0.10, 0.15, 0.20, 0.25, 0.15, 0.06, 0.03, 0.01]);
    let severity = [0.15, 0.20, 0.25, 0.125, 0.075, 0.05, 0.05, 0.05, 0.025, 0.025];
    let costs: Vec<(f64, f64)> = (1..).map(|k| f64::from(k) * 25.0).zip(severity).collect();
    let sum = Aggregate::of(&lumps(count, &costs)).unwrap();
    let expected = [
        0.05,
        0.015,
        0.023375,
        0.034675,
        0.0325765625,
        0.035786390625,
        0.0398078709375,
        0.0435623156328,
        0.0475180012816,
        0.0490338014703,
    ];
    let mut before = 0.0;
    for (k, probability) in (0..).zip(expected) {
        let at = sum.cdf(f64::from(k) * 25.0);
        near(at - before, probability, 5e-14);
        before = at;
    }
    near(sum.mean(), 314.5, 1e-10);
    near(sum.standard_deviation().powi(2), 36_716.5, 1e-8);
    for (level, quantile) in [(0.5, 300.0), (0.9, 575.0), (0.95, 650.0), (0.99, 825.0)] {
        near(sum.quantile(level).unwrap(), quantile, 1e-9);
    }
    for (attachment, premium) in [(100.0, 222.660625), (500.0, 20.5047315936)] {
        near(sum.stop_loss(attachment), premium, 1e-9);
    }
}

/// Compound Poisson(10) of gamma(2, 1): exact values by the mixture of gamma laws.
#[test]
fn a_compound_poisson_of_gammas() {
    let severity = Severity::gamma(2.0, 1.0).unwrap();
    let sum = Aggregate::new(&[RiskCell::new(Count::Poisson(10.0), severity)]).unwrap();
    near(sum.mean(), 20.0, 1e-12);
    near(sum.standard_deviation().powi(2), 60.0, 1e-11);
    near(sum.skewness(), 0.516_398, 5e-7);
    for (x, probability) in
        [(10.0, 0.08419), (20.0, 0.53446), (30.0, 0.89435), (40.0, 0.98779), (50.0, 0.99917)]
    {
        near(sum.cdf(x), probability, 5e-6);
    }
    eprintln!("{:?} {:e}", sum.method(), sum.error());
    // P(N = n) times the gamma law of 2n: the sum of erlang laws.
    for x in [5.0, 12.5, 20.0, 33.0, 60.0] {
        eprintln!("{x} {:e}", sum.cdf(x) - poisson_of_gammas(10.0, x));
        near(sum.cdf(x), poisson_of_gammas(10.0, x), sum.error().max(1e-10));
    }
}

/// Σ e^−λ λⁿ/n! P(2n, x), where P(k, x) = 1 − e^−x Σ_{j<k} xʲ/j!.
fn poisson_of_gammas(mean: f64, x: f64) -> f64 {
    let mut count = (-mean).exp();
    let mut sum = count;
    for n in 1..200 {
        count *= mean / f64::from(n);
        let (mut term, mut below) = ((-x).exp(), 0.0);
        for j in 0..2 * n {
            below += term;
            term *= x / f64::from(j + 1);
        }
        sum += count * (1.0 - below);
    }
    sum
}

/// Compound Poisson(100) of lognormal(0, 2).
#[test]
fn a_compound_poisson_of_heavy_lognormals() {
    let severity = Severity::lognormal(0.0, 2.0).unwrap();
    let sum = Aggregate::new(&[RiskCell::new(Count::Poisson(100.0), severity)]).unwrap();
    eprintln!("{:?} {:e}", sum.method(), sum.error());
    for (level, quantile) in
        [(0.5, 628.5), (0.9, 1_160.0), (0.95, 1_451.0), (0.99, 2_488.0), (0.999, 5_853.0)]
    {
        near(sum.quantile(level).unwrap(), quantile, 0.5);
    }
}

/// 80,000 claimants, lognormal costs of mean 2,500 and deviation of the logarithm 1.534, each up to 150,000.
#[test]
fn the_panel_of_an_accountable_care_organisation() {
    let sum = Aggregate::new(&[panel()]).unwrap();
    eprintln!(
        "{:?} {:e} {} {} {}",
        sum.method(),
        sum.error(),
        sum.mean(),
        sum.standard_deviation(),
        sum.quantile(0.99).unwrap()
    );
    near(sum.mean(), 197_825_110.0, 0.5);
    near(sum.standard_deviation(), 1_978_905.0, 0.5);
    near(sum.quantile(0.99).unwrap(), 202_476_952.2, 0.05);
}

fn panel() -> RiskCell {
    let mu = 2_500.0_f64.ln() - 1.534 * 1.534 / 2.0;
    RiskCell::new(Count::Poisson(80_000.0), Severity::lognormal(mu, 1.534).unwrap()).limited(150_000.0)
}

#[test]
#[ignore = "a timing"]
fn how_long_the_panel_takes() {
    let cells = [panel()];
    for _ in 0..3 {
        let begun = std::time::Instant::now();
        let mut x = 0.0;
        for _ in 0..2000 {
            let sum = Aggregate::new(&cells).unwrap();
            x += sum.quantile(0.99).unwrap();
        }
        eprintln!("{:.2} µs {x}", begun.elapsed().as_secs_f64() / 2000.0 * 1e6);
    }
}

#[test]
#[ignore = "a timing"]
fn how_long_a_grid_takes() {
    let cells = [RiskCell::new(Count::Poisson(10.0), Severity::gamma(2.0, 1.0).unwrap())];
    let begun = std::time::Instant::now();
    let sum = Aggregate::new(&cells).unwrap();
    eprintln!("grid {:.2} ms {:?}", begun.elapsed().as_secs_f64() * 1e3, sum.method());
}
