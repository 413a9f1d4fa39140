//! Distributions whose top shares and Gini coefficient are known.

use capitation::concentration::{Concentration, Tally, concentration};

const SHARES: [f64; 5] = [0.01, 0.05, 0.10, 0.20, 0.50];

/// A lognormal as amounts evenly spaced in the logarithm, each with the weight of its density (a trapezoid sum, which
/// on a normal density is exact to 1e-15), and a part of people at zero.
fn lognormal(sigma: f64, zeros: f64) -> (Vec<f64>, Vec<f64>) {
    let step = 1e-4;
    let z = |i: i32| f64::from(i) * step;
    let density = |z: f64| (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt() * step * (1.0 - zeros);
    let mut rows: Vec<_> = (-80_000..=80_000).map(|i| ((sigma * z(i)).exp(), density(z(i)))).collect();
    rows.push((0.0, zeros));
    rows.into_iter().unzip()
}

/// A Pareto distribution as the means of `n` groups with the same number of people.
fn pareto(alpha: f64, n: u32) -> Vec<f64> {
    let above = |i: u32| (f64::from(i) / f64::from(n)).powf(1.0 - 1.0 / alpha);
    (0..n).map(|i| above(i + 1) - above(i)).collect()
}

fn assert_printed(found: &Concentration, printed: [f64; 6]) {
    for (p, printed) in SHARES.into_iter().zip(printed) {
        let found = found.top_share(p).unwrap();
        assert!((found - printed).abs() < 6e-5, "top {p}: {found}, not {printed}");
    }
    assert!((found.gini() - printed[5]).abs() < 6e-5, "Gini {}, not {}", found.gini(), printed[5]);
}

#[test]
fn lognormals_have_the_top_shares_of_the_normal_integral() {
    // s(p) = Φ(σ − z), Gini = 2 Φ(σ/√2) − 1; with a part q at zero s(p) = s⁺(p/(1 − q)), G = q + (1 − q) G⁺.
    for (sigma, zeros, printed) in [
        (1.644_854, 0.0, [0.2478, 0.5000, 0.6418, 0.7891, 0.9500, 0.7552]),
        (1.801_947, 0.0, [0.3000, 0.5624, 0.6986, 0.8316, 0.9642, 0.7974]),
        (1.564_726, 0.15, [0.2420, 0.5000, 0.6472, 0.8004, 0.9631, 0.7717]),
    ] {
        let (values, weights) = lognormal(sigma, zeros);
        let found = concentration(&values, Some(&weights)).unwrap();
        assert_printed(&found, printed);
        assert!((found.zero_share() - zeros).abs() < 1e-12);
        assert!((found.people() - 1.0).abs() < 1e-12);
        // The same by a tally that sees each row once, and by both passes.
        let tally = Tally::weighted(&values, &weights).unwrap();
        assert_printed(&tally.concentration().unwrap(), printed);
        let mut boundary = tally.boundary(&SHARES).unwrap();
        boundary.add_weighted(&values, &weights).unwrap();
        assert_printed(&tally.refine(&boundary).unwrap(), printed);
    }
}

#[test]
fn a_twentieth_holds_half_where_the_model_says_so() {
    let (values, weights) = lognormal(1.644_853_626_951, 0.0);
    let found = concentration(&values, Some(&weights)).unwrap();
    assert!((found.half_held_by() - 0.05).abs() < 1e-8, "{}", found.half_held_by());
    assert!((found.top_share(0.05).unwrap() - 0.5).abs() < 1e-8);
}

#[test]
fn paretos_have_power_law_shares() {
    // s(p) = p^(1 − 1/α), Gini = 1/(2α − 1). The larger grid goes through the tally.
    for n in [200_000, 300_000] {
        for (alpha, printed) in [
            (1.301_030, [0.3445, 0.5000, 0.5870, 0.6891, 0.8518, 0.6242]),
            (1.353_985, [0.3000, 0.4569, 0.5477, 0.6566, 0.8343, 0.5855]),
            (1.160_964, [0.5281, 0.6601, 0.7267, 0.8000, 0.9084, 0.7565]),
        ] {
            let found = concentration(&pareto(alpha, n), None).unwrap();
            assert_printed(&found, printed);
            for p in SHARES {
                let exact = p.powf(1.0 - 1.0 / alpha);
                assert!((found.top_share(p).unwrap() - exact).abs() < 1e-11);
            }
            let exact = 0.5_f64.powf(alpha / (alpha - 1.0));
            assert!((found.half_held_by() - exact).abs() < 1e-6, "{}", found.half_held_by());
        }
    }
}

#[test]
fn an_even_spread_has_a_gini_of_one_third() {
    let values: Vec<_> = (1..=100_000).map(|i| f64::from(i) - 0.5).collect();
    let found = concentration(&values, None).unwrap();
    // (1 − 1/n²)/3; Lorenz curve x²; half is held by those above √½.
    assert!((found.gini() - (1.0 - 1e-10) / 3.0).abs() < 1e-14, "{}", found.gini());
    for (x, y) in found.lorenz(101).unwrap() {
        assert!((y - x * x).abs() < 1e-12);
    }
    assert!((found.half_held_by() - (1.0 - 0.5_f64.sqrt())).abs() < 1e-9);
}

#[test]
fn the_smallest_cases() {
    let one = concentration(&[7.0], None).unwrap();
    assert_eq!((one.gini(), one.top_share(0.25).unwrap(), one.half_held_by()), (0.0, 0.25, 0.5));
    // One of five holds all: G = 4/5, and nobody else is needed for all of it.
    let holder = concentration(&[0.0, -0.0, 3.0, 0.0, 0.0], None).unwrap();
    assert!((holder.gini() - 0.8).abs() < 1e-15);
    assert_eq!((holder.zero_share(), holder.held_by(1.0).unwrap()), (0.8, 0.2));
    assert_eq!(holder.top_share(0.1).unwrap(), 0.5);
    assert_eq!(holder.lorenz(6).unwrap()[4], (0.8, 0.0));
    assert_eq!(holder.users().people(), 1.0);
    let same = concentration(&[0.125; 1000], None).unwrap();
    assert!(same.gini() < 1e-15 && (same.top_share(0.3).unwrap() - 0.3).abs() < 1e-15);
    assert_eq!((same.total(), same.people(), same.rows()), (125.0, 1000.0, 1000));
}

#[test]
fn the_ends_of_the_double_do_not_break_it() {
    let huge = concentration(&[1e308, 3e307, 4e-320, 0.0], None).unwrap();
    assert!((huge.top_share(0.25).unwrap() - 10.0 / 13.0).abs() < 1e-15);
    let tiny = [4e-310, 1.2e-309, 0.0];
    for found in [concentration(&tiny, None), Tally::of(&tiny).and_then(|tally| tally.concentration())] {
        assert!((found.unwrap().top_share(1.0 / 3.0).unwrap() - 0.75).abs() < 1e-12);
    }
}
