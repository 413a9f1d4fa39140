//! What holds for every law.

use proptest::prelude::*;

use crate::{laws, relative};

const AMOUNTS: [f64; 12] =
    [1e-3, 1.0, 54.0, 120.0, 900.0, 1_234.0, 3_999.0, 4_000.0, 20_000.0, 35_000.0, 81_000.0, 2e6];

#[test]
fn a_cap_and_what_is_above_it_add_up() {
    for (name, law) in laws() {
        let mean = law.mean();
        for d in AMOUNTS {
            let both = law.limited_mean(d) + law.excess_mean(d);
            assert!(relative(both, mean) < 1e-12, "{name} at {d}: {both} and {mean}");
        }
        assert_eq!(law.limited_mean(f64::INFINITY), mean, "{name}");
        assert_eq!(law.excess_mean(0.0), mean, "{name}");
        assert_eq!(law.limited_mean(0.0), 0.0, "{name}");
    }
}

#[test]
fn below_and_above_add_up() {
    for (name, law) in laws() {
        for x in AMOUNTS {
            assert!((law.cdf(x) + law.survival(x) - 1.0).abs() < 1e-14, "{name} at {x}");
        }
        assert_eq!((law.cdf(-1.0), law.survival(-1.0)), (0.0, 1.0), "{name}");
        assert_eq!((law.cdf(f64::INFINITY), law.survival(f64::INFINITY)), (1.0, 0.0), "{name}");
        assert!(law.cdf(f64::NAN).is_nan() && law.limited_mean(f64::NAN).is_nan(), "{name}");
    }
}

/// E min(X, d) grows, by less and less, at the rate P(X > d), which is taken at the middle of a small step.
#[test]
fn the_mean_below_a_cap_grows_at_the_rate_of_survival() {
    for (name, law) in laws() {
        let mut before = (0.0, f64::INFINITY);
        for d in AMOUNTS {
            let limited = law.limited_mean(d);
            let slope = (limited - before.1.min(0.0).max(before.0)) / d;
            assert!(limited >= before.0 && slope <= 1.0, "{name} at {d}");
            before = (limited, slope);
            if name.contains("atom") || name == "certain" {
                continue;
            }
            let step = 1e-4 * d;
            if [900.0, 20_000.0, 4_000.0].iter().any(|kink| (d - kink).abs() <= step) {
                continue;
            }
            let slope = (law.limited_mean(d + step) - law.limited_mean(d - step)) / (2.0 * step);
            assert!((slope - law.survival(d)).abs() < 1e-6, "{name} at {d}: {slope} {}", law.survival(d));
            let square = law.limited_second_moment(d + step) - law.limited_second_moment(d - step);
            let slope = square / (2.0 * step) / (2.0 * d);
            assert!((slope - law.survival(d)).abs() < 1e-6, "{name} at {d}: {slope}");
        }
    }
}

/// Concave: what a cap adds falls from step to step.
#[test]
fn the_mean_below_a_cap_is_concave() {
    for (name, law) in laws() {
        let at: Vec<f64> = (0..200_u8).map(|step| law.limited_mean(250.0 * f64::from(step))).collect();
        for three in at.windows(3) {
            let rounding = 1e-15 * three[2];
            assert!(three[2] - three[1] <= three[1] - three[0] + rounding, "{name}: {three:?}");
        }
    }
}

#[test]
fn more_people_hold_more_and_none_hold_less_than_their_share() {
    for (name, law) in laws() {
        if law.mean().is_infinite() {
            continue;
        }
        let mut before = 0.0;
        for share in [0.0, 1e-6, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0] {
            let held = law.top_share(share).unwrap();
            assert!(held >= before && held >= share - 1e-14 && held <= 1.0, "{name} at {share}: {held}");
            before = held;
        }
        // The Gini coefficient is twice the area between the Lorenz curve and the diagonal: 2 ∫ s(p) dp − 1.
        let steps = 20_000_u16;
        let area: f64 =
            (0..steps).map(|step| law.top_share((f64::from(step) + 0.5) / f64::from(steps)).unwrap()).sum();
        let gini = 2.0 * area / f64::from(steps) - 1.0;
        assert!((gini - law.gini().unwrap()).abs() < 3e-4, "{name}: {gini} {}", law.gini().unwrap());
    }
}

#[test]
fn what_is_written_is_read_back_the_same() {
    for (name, law) in laws() {
        let written = serde_json::to_string(&law).unwrap();
        let read: capitation::risk::severity::Severity = serde_json::from_str(&written).unwrap();
        assert_eq!(read, law, "{name}: {written}");
    }
    for refused in [
        r#"{"cost":{"lognormal":{"mu":7,"sigma":-1}}}"#,
        r#"{"zeros":1.5,"cost":{"gamma":{"shape":1,"scale":1}}}"#,
        r#"{"cost":{"gamma":{"shape":1,"scale":1,"rate":2}}}"#,
        r#"{"cost":{"empirical":{"values":[1],"weights":[-1]}}}"#,
    ] {
        assert!(serde_json::from_str::<capitation::risk::severity::Severity>(refused).is_err(), "{refused}");
    }
}

proptest! {
    #[test]
    fn quantiles_invert(law in 0..laws().len(), p in 1e-6_f64..0.999_999_9) {
        let (name, law) = &laws()[law];
        let x = law.quantile(p).unwrap();
        if name.contains("atom") || *name == "certain" {
            prop_assert!(law.cdf(x) >= p - 1e-13 && (x == 0.0 || law.cdf(x.next_down()) < p + 1e-13), "{name} {p} {x}");
        } else if x > 0.0 {
            prop_assert!((law.cdf(x) - p).abs() <= 1e-13, "{name} at {p}: {x} {}", law.cdf(x));
        } else {
            prop_assert!(law.cdf(0.0) >= p, "{name} at {p}");
        }
    }

    #[test]
    fn tails_invert(law in 0..laws().len(), digits in 0.0_f64..15.0) {
        let (name, law) = &laws()[law];
        let q = 10.0_f64.powf(-digits);
        let x = law.upper_quantile(q).unwrap();
        let end = *name == "ending tail" && q < 1e-7; // amounts there are too coarse to tell the chances
        if !name.contains("atom") && *name != "certain" && x > 0.0 && !end {
            prop_assert!(relative(law.survival(x), q) <= 1e-11, "{name} at {q}: {x} {}", law.survival(x));
        }
    }

    /// Pence instead of pounds change the unit and nothing else.
    #[test]
    fn scaling_scales(law in 0..laws().len(), factor in 1e-3_f64..1e3, x in 1.0_f64..50_000.0) {
        let (name, law) = &laws()[law];
        let scaled = law.scaled(factor).unwrap();
        let y = factor * x;
        prop_assert!(relative(scaled.mean(), factor * law.mean()) < 1e-13, "{}", name);
        prop_assert!((scaled.survival(y) - law.survival(x)).abs() < 1e-13, "{} at {}", name, x);
        prop_assert!(relative(scaled.limited_mean(y), factor * law.limited_mean(x)) < 1e-12, "{}", name);
        prop_assert!(
            relative(scaled.limited_second_moment(y), factor * factor * law.limited_second_moment(x)) < 1e-12,
            "{}", name
        );
        prop_assert_eq!(scaled.zeros(), law.zeros());
    }

    #[test]
    fn zeros_are_those_who_cost_nothing(law in 0..laws().len(), share in 0.0_f64..1.0, d in 1.0_f64..50_000.0) {
        let (name, law) = &laws()[law];
        let fewer = law.clone().with_zeros(share).unwrap();
        prop_assert!((fewer.zeros() - (share + (1.0 - share) * law.zeros())).abs() < 1e-15);
        prop_assert!((fewer.survival(d) - (1.0 - share) * law.survival(d)).abs() < 1e-14, "{}", name);
        let expected = (1.0 - share) * law.limited_mean(d);
        prop_assert!((fewer.limited_mean(d) - expected).abs() < 1e-15 * d, "{}", name);
        prop_assert!(fewer.cdf(0.0) == fewer.zeros());
    }

    #[test]
    fn a_law_takes_the_mean_it_is_given(law in 0..laws().len(), mean in 1.0_f64..1e6) {
        let (name, law) = &laws()[law];
        match law.rescaled_to(mean) {
            Ok(law) => prop_assert!(relative(law.mean(), mean) < 1e-13, "{}: {}", name, law.mean()),
            Err(_) => prop_assert!(law.mean().is_infinite()),
        }
    }
}
