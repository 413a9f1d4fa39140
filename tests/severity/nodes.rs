//! Nodes of quadrature against closed forms, against 30 digits, and against ten times as many nodes.

use capitation::risk::severity::{Nodes, Severity};
use proptest::prelude::*;

use crate::{laws, relative};

/// E[e^{iuX}; X > 0] by nodes: its real and imaginary part.
fn wave(nodes: &Nodes, u: f64) -> (f64, f64) {
    (nodes.expect(|x| (u * x).cos()), nodes.expect(|x| (u * x).sin()))
}

fn nodes_of(law: &Severity, breaks: &[f64], to: f64, frequency: f64) -> Nodes {
    let mut nodes = Nodes::default();
    law.nodes(breaks, to, frequency, &mut nodes);
    assert!(nodes.values.is_sorted(), "{law:?} to {to}");
    assert!(nodes.weights.iter().all(|weight| *weight >= 0.0), "{law:?}");
    nodes
}

#[test]
fn moments_below_a_cap_are_exact() {
    for (name, law) in laws() {
        for cap in [0.5, 100.0, 2_000.0, 4_000.0, 150_000.0, 1e7] {
            for breaks in [&[][..], &[20_000.0, 700.0, 1e9, -4.0]] {
                for frequency in [0.0, 30.0 / cap] {
                    let nodes = nodes_of(&law, breaks, cap, frequency);
                    let place = format!("{name} below {cap} with {} nodes", nodes.values.len());
                    let weights = nodes.expect(|_| 1.0);
                    assert!((weights - law.chance_of_cost()).abs() < 1e-14, "{place}: {weights}");
                    // The closed form of a gamma law with a small shape has an error of 5e-14 itself.
                    let tolerance = if name.contains("gamma") { 6e-14 } else { 2e-14 };
                    let first = relative(nodes.expect(|x| x), law.limited_mean(cap));
                    assert!(first < tolerance, "{place}: {first:e}");
                    let second = relative(nodes.expect(|x| x * x), law.limited_second_moment(cap));
                    assert!(second < tolerance, "{place}: {second:e}");
                }
            }
        }
    }
}

#[test]
fn moments_without_a_cap_are_exact_where_they_exist() {
    for (name, law) in laws() {
        let nodes = nodes_of(&law, &[], f64::INFINITY, 0.0);
        assert!((nodes.expect(|_| 1.0) - law.chance_of_cost()).abs() < 1e-14, "{name}");
        if law.mean().is_finite() {
            assert!(relative(nodes.expect(|x| x), law.mean()) < 2e-14, "{name}");
        }
        let second = law.limited_second_moment(f64::INFINITY);
        if second.is_finite() {
            assert!(relative(nodes.expect(|x| x * x), second) < 2e-14, "{name}");
        }
    }
}

/// What lies between two attachments, and above the higher, far out as well.
#[test]
fn functions_with_kinks_at_the_breaks_are_exact() {
    for (name, law) in laws() {
        for (low, high) in [(100.0, 5_000.0), (1_000.0, 1e5), (60_000.0, 1e6), (1e-4, 1.0)] {
            let cap = 1e8;
            let nodes = nodes_of(&law, &[high, low], cap, 0.0);
            let layer = nodes.expect(|x| (x.min(high) - low).max(0.0));
            let expected = law.excess_mean(low) - law.excess_mean(high);
            if expected.is_finite() && expected > 1e-3 * law.excess_mean(low) {
                assert!(relative(layer, expected) < 2e-12, "{name} {low} {high}: {layer} {expected}");
            }
            // Terms are chances of 1 at most times the layer.
            let limited = law.limited_mean(high) - law.limited_mean(low);
            assert!((layer - limited).abs() < 1e-14 * (high + law.limited_mean(high)), "{name} {low} {high}");
            let excess = nodes.expect(|x| (x - high).max(0.0));
            let expected = law.limited_mean(cap) - law.limited_mean(high);
            assert!((excess - expected).abs() < 3e-14 * law.limited_mean(cap), "{name} above {high}");
        }
    }
}

/// The frequencies up to the one that was asked for, against the same law cut into 150 further panels.
#[test]
fn waves_agree_with_ten_times_as_many_nodes() {
    for (name, law) in laws() {
        for cap in [3_000.0, 150_000.0] {
            for radians in [0.1, 5.0, 60.0, 900.0] {
                let frequency = radians / cap;
                let nodes = nodes_of(&law, &[], cap, frequency);
                let cuts: Vec<f64> = (1..=150_u8).map(|k| cap * 0.9_f64.powi(i32::from(k))).collect();
                let finer = nodes_of(&law, &cuts, cap, 2.0 * frequency);
                for part in [0.01, 0.3, 0.77, 1.0] {
                    let (real, imaginary) = wave(&nodes, part * frequency);
                    let (finely_real, finely_imaginary) = wave(&finer, part * frequency);
                    let away = (real - finely_real).hypot(imaginary - finely_imaginary);
                    // The phases themselves are rounded: half a digit of up to 900 radians.
                    let place = format!("{name}, cap {cap}, {radians} radians, {} nodes", nodes.values.len());
                    assert!(away < 1e-14 + 1.2e-16 * radians, "{place}: {away:e}");
                }
            }
        }
    }
}

/// E e^{iu min(X, cap)} by mpmath with 30 digits, of the lognormal and of the generalised Pareto law.
#[test]
fn waves_agree_with_thirty_digits() {
    let lognormal = |mu, sigma| Severity::lognormal(mu, sigma).unwrap();
    let tail = |u, xi, beta| Severity::generalized_pareto(u, xi, beta).unwrap();
    for (law, cap, u, real, imaginary) in [
        (lognormal(7.0, 1.534), 150_000.0, 1e-6, 0.999_955_542_375_298_448, 0.003_488_425_003_010_751_06),
        (lognormal(7.0, 1.534), 150_000.0, 1e-4, 0.885_620_186_763_376_209, 0.205_330_915_056_125_722),
        (lognormal(7.0, 1.534), 150_000.0, 2e-3, 0.167_668_652_224_640_406, 0.291_349_503_610_329_848),
        (lognormal(0.0, 1.0), 50.0, 1.0, 0.340_343_907_748_527_391, 0.507_174_313_129_342_351),
        (tail(10.0, 0.497, 6.975), 1_000.0, 0.01, 0.952_967_809_250_206_129, 0.211_548_087_753_184_18),
        (tail(10.0, 0.497, 6.975), 1_000.0, 0.3, -0.237_768_900_642_347_609, -0.295_715_598_486_333_032),
        (tail(0.0, 1.5, 3.0), 10_000.0, 0.01, 0.906_782_273_282_099_956, 0.111_137_471_176_540_857),
        (tail(5.0, -0.3, 4.0), 15.0, 2.0, 0.055_267_924_015_299_928_4, -0.119_117_274_008_409_482),
    ] {
        let nodes = nodes_of(&law, &[], cap, u);
        let found = wave(&nodes, u);
        let away = (found.0 - real).hypot(found.1 - imaginary);
        assert!(
            away < 1e-14 + 1.2e-16 * u * cap,
            "{law:?} at {u}: {away:e} with {} nodes",
            nodes.values.len()
        );
    }
}

/// (1 − iuθ)^−a, by its modulus and its angle.
#[test]
fn waves_of_the_gamma_law_agree_with_its_closed_form() {
    for shape in [0.001, 0.05, 0.5, 1.0, 2.5, 30.0, 900.0] {
        for turns in [1e-4_f64, 0.1, 1.0, 10.0, 300.0] {
            let scale = 250.0;
            let u = turns / scale;
            let law = Severity::gamma(shape, scale).unwrap();
            let nodes = nodes_of(&law, &[], f64::INFINITY, u);
            let (modulus, angle) = (turns.hypot(1.0).powf(-shape), shape * turns.atan());
            let (real, imaginary) = wave(&nodes, u);
            let away = (real - modulus * angle.cos()).hypot(imaginary - modulus * angle.sin());
            let rounding = 2e-16 * (turns * shape).max(turns);
            assert!(
                away < 2e-14 + rounding,
                "shape {shape}, u θ {turns}: {away:e}, {} nodes",
                nodes.values.len()
            );
        }
    }
}

#[test]
fn nodes_are_few_where_little_is_asked() {
    let person = Severity::lognormal(7.0, 1.534).unwrap();
    let nodes = nodes_of(&person, &[], 150_000.0, 1e-6);
    assert!(nodes.values.len() <= 48, "{}", nodes.values.len());
    // Two or three nodes for a wave, and some for the law itself.
    let nodes = nodes_of(&person, &[], 150_000.0, 6_000.0 / 150_000.0);
    assert!(nodes.values.len() <= 3_600, "{}", nodes.values.len());
}

#[test]
fn atoms_are_their_own_nodes() {
    let law = Severity::empirical(&[10.0, 0.0, 30.0, 30.0, 70.0], Some(&[2.0, 4.0, 1.0, 2.0, 1.0])).unwrap();
    let nodes = nodes_of(&law, &[20.0], 30.0, 5.0);
    assert_eq!(nodes.values, [10.0, 30.0]);
    assert!(relative(nodes.weights[0], 0.2) < 1e-15 && relative(nodes.weights[1], 0.4) < 1e-15);
    let nodes = nodes_of(&law, &[], f64::INFINITY, 5.0);
    assert_eq!(nodes.values, [10.0, 30.0, 70.0]);
    assert_eq!(nodes_of(&Severity::certain(0.0).unwrap(), &[], 5.0, 1.0), Nodes::default());
    let all_at_nought = nodes_of(&law, &[], 0.0, 1.0);
    assert_eq!((all_at_nought.values[0], all_at_nought.expect(|_| 1.0)), (0.0, law.chance_of_cost()));
}

#[test]
fn nodes_are_filled_again_and_whatever_is_asked_there_is_an_end() {
    let mut nodes = Nodes::default();
    for (_, law) in laws() {
        for (to, frequency) in [(1e4, -0.01), (1e-200, 1.0), (0.0, 1.0), (-5.0, 1.0)] {
            law.nodes(&[f64::INFINITY, -1.0, 0.0], to, frequency, &mut nodes);
            assert!((nodes.expect(|_| 1.0) - law.chance_of_cost()).abs() < 1e-13, "{law:?} {to} {frequency}");
            assert!(nodes.values.iter().all(|value| *value <= to));
        }
        for (breaks, to, frequency) in
            [([1.0], 9.0, f64::NAN), ([1.0], f64::NAN, 0.1), ([f64::NAN], 9.0, 0.1)]
        {
            law.nodes(&breaks, to, frequency, &mut nodes);
            assert!(nodes.expect(|x| x).is_nan(), "{law:?}");
        }
    }
    let law = Severity::lognormal(0.0, 1.0).unwrap();
    law.nodes(&[], 1e6, f64::INFINITY, &mut nodes);
    assert!(nodes.values.len() < 2_000_000);
}

/// A law of any kind with parameters far and wide, in units of its own.
fn any_law() -> impl Strategy<Value = Severity> {
    prop_oneof![
        (0.02_f64..4.0).prop_map(|sigma| Severity::lognormal(0.0, sigma).unwrap()),
        (-2.9_f64..2.9).prop_map(|digits| Severity::gamma(10.0_f64.powf(digits), 1.0).unwrap()),
        (-1.5_f64..2.5, 0.0_f64..5.0).prop_map(|(xi, u)| Severity::generalized_pareto(u, xi, 1.0).unwrap()),
        (0.3_f64..2.5, 1.0_f64..30.0, -0.3_f64..0.9).prop_map(|(sigma, at, xi)| Severity::lognormal(
            0.0, sigma
        )
        .unwrap()
        .with_tail(at, xi, at)
        .unwrap()),
    ]
}

proptest! {
    #[test]
    fn nodes_of_any_law_give_its_moments_and_its_waves(
        law in any_law(), top in 0.0_f64..8.0, parts in (0.0_f64..1.0, 0.0_f64..1.0), radians in 0.0_f64..300.0,
    ) {
        let cap = law.upper_quantile(10.0_f64.powf(-top)).unwrap().max(1e-6);
        let breaks = [parts.0 * cap, parts.1 * cap];
        let frequency = radians / cap;
        let nodes = nodes_of(&law, &breaks, cap, frequency);
        // What lies above the cap is from a closed form, which for gamma laws is right to 1e-12.
        let within = if format!("{law:?}").contains("Gamma") { 1e-12 } else { 2e-14 };
        let mass = nodes.expect(|_| 1.0);
        prop_assert!((mass - 1.0).abs() < within, "{mass} {cap}");
        // Laws of gamma and of Pareto have errors of 1e-12 in their closed forms at the ends of these ranges.
        prop_assert!(relative(nodes.expect(|x| x), law.limited_mean(cap)) < 1e-12);
        prop_assert!(relative(nodes.expect(|x| x * x), law.limited_second_moment(cap)) < 1e-12);
        let above = nodes.expect(|x| (x - breaks[0]).max(0.0));
        let expected = law.limited_mean(cap) - law.limited_mean(breaks[0]);
        prop_assert!((above - expected).abs() < 1e-12 * law.limited_mean(cap));
        let cuts: Vec<f64> = (0..60_u8).map(|k| cap * 0.8_f64.powi(i32::from(k))).chain(breaks).collect();
        let finer = nodes_of(&law, &cuts, cap, 2.0 * frequency);
        for part in [0.2, 1.0] {
            let (real, imaginary) = wave(&nodes, part * frequency);
            let (finely_real, finely_imaginary) = wave(&finer, part * frequency);
            let away = (real - finely_real).hypot(imaginary - finely_imaginary);
            prop_assert!(away < within + 1.2e-16 * radians, "{away:e} with {} nodes", nodes.values.len());
        }
    }
}
