use super::*;

/// The panel of an accountable care organisation: 80,000 claimants, lognormal costs with a mean of 2,500 and a deviation of
/// the logarithm of 1.534, each up to 150,000.
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

#[test]
#[ignore = "a timing"]
fn how_long_the_panel_takes() {
    let gl = gauss_legendre(48);
    let (mu, sigma, cap) = (2500.0_f64.ln() - 1.534 * 1.534 / 2.0, 1.534, 150_000.0_f64);
    let a = (cap.ln() - mu) / sigma;
    let cdf = |x: f64| 0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2);
    let build = || {
        let (m, h) = ((a - 8.5) / 2.0, (a + 8.5) / 2.0);
        let (mut values, mut weights) = (Vec::with_capacity(49), Vec::with_capacity(49));
        for (t, g) in &gl {
            let z = m + h * t;
            values.push((mu + sigma * z).exp());
            weights.push(g * h * (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt());
        }
        values.push(cap);
        weights.push(cdf(-a));
        Nodes(vec![Weighted { count: Count::People(80_000.0), lumps: 1, values, weights }])
    };
    let sum = Aggregate::of(&build()).unwrap();
    eprintln!("{:?} mean {} sd {} error {:e} p99 {}", sum.method(), sum.mean(), sum.standard_deviation(), sum.error(), sum.quantile(0.99).unwrap());
    for _ in 0..3 {
        let begun = std::time::Instant::now();
        let mut x = 0.0;
        for _ in 0..2000 {
            let sum = Aggregate::of(&build()).unwrap();
            x += sum.quantile(0.99).unwrap();
        }
        eprintln!("{:.2} µs {x}", begun.elapsed().as_secs_f64() / 2000.0 * 1e6);
    }
}

fn gauss_legendre(n: usize) -> Vec<(f64, f64)> {
    (0..n)
        .map(|i| {
            let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (n as f64 + 0.5)).cos();
            let mut slope = 0.0;
            for _ in 0..20 {
                let (mut p0, mut p1) = (1.0, x);
                for k in 2..=n {
                    let k = k as f64;
                    (p0, p1) = (p1, ((2.0 * k - 1.0) * x * p1 - (k - 1.0) * p0) / k);
                }
                slope = n as f64 * (x * p1 - p0) / (x * x - 1.0);
                x -= p1 / slope;
            }
            (x, 2.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect()
}
