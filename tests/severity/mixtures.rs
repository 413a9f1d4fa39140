//! A person of one kind or another, against closed forms and sums worked out by hand.

use capitation::ErrorKind;
use capitation::risk::{
    aggregate::{Aggregate, Count, RiskCell},
    severity::Severity,
};

use crate::relative;

/// With a chance of 0.75 exponential of mean 1,000, with 0.25 of mean 5,000.
fn exponentials() -> Severity {
    let of = |mean: f64| Severity::gamma(1.0, mean).unwrap();
    Severity::mixture(vec![(3.0, of(1_000.0)), (1.0, of(5_000.0))]).unwrap()
}

#[test]
fn two_exponential_laws_in_closed_form() {
    let law = exponentials();
    // E X = 750 + 1,250 and E X² = 2 × (0.75 × 10⁶ + 0.25 × 25 × 10⁶).
    assert!(relative(law.mean(), 2_000.0) < 1e-14);
    assert!(relative(law.limited_second_moment(f64::INFINITY), 1.4e7) < 1e-13);
    let survival = |x: f64| 0.75 * (-x / 1_000.0).exp() + 0.25 * (-x / 5_000.0).exp();
    let excess = |x: f64| 750.0 * (-x / 1_000.0).exp() + 1_250.0 * (-x / 5_000.0).exp();
    for x in [1.0, 700.0, 4_000.0, 30_000.0, 150_000.0] {
        assert!(relative(law.survival(x), survival(x)) < 1e-12, "{x}");
        assert!(relative(law.excess_mean(x), excess(x)) < 1e-12, "{x}");
        let at = law.upper_quantile(survival(x)).unwrap();
        assert!(relative(at, x) < 1e-12, "{at} {x}");
    }
    // ∫ S² = 0.75² × 500 + 0.25² × 2,500 + 2 × 0.75 × 0.25 / (1/1,000 + 1/5,000): 281.25 + 156.25 + 312.5.
    assert!(relative(law.gini().unwrap(), 1.0 - 750.0 / 2_000.0) < 1e-10, "{}", law.gini().unwrap());
}

/// A tail of index ξ = 1/2 beside an exponential law: ∫ (1 + x/2)⁻² e^{−x} dx = 2 − 4 e² E₁(2), with E₁(2) = 0.0489005107080611195672.
#[test]
fn a_tail_beside_a_light_law() {
    let tail = Severity::generalized_pareto(0.0, 0.5, 1.0).unwrap();
    let light = Severity::gamma(1.0, 1.0).unwrap();
    let law = Severity::mixture(vec![(1.0, tail.clone()), (1.0, light.clone())]).unwrap();
    // ∫ (1 + x/2)⁻⁴ dx = 2/3 and ∫ e^{−2x} dx = 1/2; the mean is (2 + 1)/2.
    let crossed = 2.0 - 4.0 * 2.0_f64.exp() * 0.048_900_510_708_061_12;
    let expected = 1.0 - (2.0 / 3.0 + 0.5 + 2.0 * crossed) / 4.0 / 1.5;
    assert!((law.gini().unwrap() - expected).abs() < 1e-9, "{} {expected}", law.gini().unwrap());
}

/// Of five people three cost 10, 20 and nothing, and two cost 20: the same as all of them in one table.
#[test]
fn costs_that_were_seen_are_one_table() {
    let one = Severity::empirical(&[10.0, 0.0, 20.0], None).unwrap();
    let other = Severity::certain(20.0).unwrap();
    let law = Severity::mixture(vec![(3.0, one), (2.0, other)]).unwrap();
    assert!((law.zeros() - 0.2).abs() < 1e-15);
    assert!((law.cdf(10.0) - 0.4).abs() < 1e-15 && (law.mean() - 14.0).abs() < 1e-14);
    // Of the ten pairs one differs by 10, three by 20 and three by 10 again: 2 × (10 + 60 + 30)/(2 × 25 × 14).
    assert!((law.gini().unwrap() - 200.0 / 700.0).abs() < 1e-14);
    let all = Severity::empirical(&[10.0, 0.0, 20.0, 20.0, 20.0], None).unwrap();
    for level in [0.1, 0.2, 0.3, 0.4, 0.6, 1.0] {
        assert_eq!(law.quantile(level).unwrap(), all.quantile(level).unwrap(), "{level}");
    }
}

/// A jump of one kind lies among the costs of another: the quantile stays there as long as the jump lasts.
#[test]
fn a_quantile_stays_at_an_atom() {
    let law = Severity::mixture(vec![
        (0.5, Severity::gamma(1.0, 100.0).unwrap()),
        (0.5, Severity::certain(100.0).unwrap()),
    ])
    .unwrap();
    // Half of 1 − 1/e lies below 100, and a half at it.
    let below = 0.5 * (1.0 - (-1.0_f64).exp());
    for level in [below + 1e-9, 0.5, below + 0.5 - 1e-9] {
        assert_eq!(law.quantile(level).unwrap(), 100.0, "{level}");
    }
    assert!(law.quantile(below - 1e-9).unwrap() < 100.0 && law.quantile(below + 0.5 + 1e-9).unwrap() > 100.0);
}

#[test]
fn a_mixture_of_one_is_that_one_and_of_mixtures_is_flat() {
    let law = || Severity::lognormal(7.0, 1.5).unwrap().with_zeros(0.1).unwrap();
    let never = || Severity::certain(0.0).unwrap();
    assert_eq!(Severity::mixture(vec![(2.0, law()), (0.0, exponentials())]).unwrap(), law());
    assert_eq!(
        Severity::mixture(vec![(0.5, law()), (0.5, never())]).unwrap(),
        law().with_zeros(0.5).unwrap()
    );
    assert_eq!(Severity::mixture(vec![(1.0, never())]).unwrap().mean(), 0.0);
    let nested = Severity::mixture(vec![(0.6, exponentials()), (0.4, law())]).unwrap();
    let of = |mean: f64| Severity::gamma(1.0, mean).unwrap();
    let flat = Severity::mixture(vec![(0.45, of(1_000.0)), (0.15, of(5_000.0)), (0.4, law())]).unwrap();
    for x in [10.0, 2_000.0, 80_000.0] {
        assert!(relative(nested.survival(x), flat.survival(x)) < 1e-14);
    }
    assert!(!serde_json::to_string(&nested).unwrap().contains(r#""cost":{"mixture":[{"weight":0.6"#));
}

#[test]
fn mixtures_that_cannot_be_are_refused() {
    let law = || Severity::certain(1.0).unwrap();
    for (parts, expected) in [
        (vec![], "severity, mixture: it is of nothing; give at least one law with its weight"),
        (
            vec![(0.5, law()), (-0.5, law())],
            "severity, mixture: the weight of law 1 (the first is 0) is -0.5; give weights of 0 or more",
        ),
        (
            vec![(f64::NAN, law())],
            "severity, mixture: the weight of law 0 (the first is 0) is NaN; give weights of 0 or more",
        ),
        (
            vec![(0.0, law())],
            "severity, mixture: its weights add up to 0; give at least one law a weight above 0",
        ),
    ] {
        let why = Severity::mixture(parts).unwrap_err();
        assert_eq!((why.kind(), why.to_string().as_str()), (ErrorKind::Range, expected));
    }
}

/// Costs that come as a Poisson number of a mixture are those of each kind, which come apart from each other (field notes, T30).
#[test]
fn a_compound_poisson_sum_of_a_mixture_is_that_of_its_kinds() {
    let smooth = || Severity::lognormal(7.0, 1.2).unwrap();
    let light = || Severity::gamma(0.8, 3_000.0).unwrap().with_zeros(0.3).unwrap();
    let lumps =
        || Severity::empirical(&[0.0, 400.0, 1_000.0, 25_000.0], Some(&[1.0, 5.0, 2.0, 1.0])).unwrap();
    for (name, one, other) in [
        ("smooth", smooth(), light()),
        ("lumps", smooth(), lumps()),
        ("both lumps", lumps(), lumps().scaled(0.37).unwrap()),
    ] {
        for costs in [2.0, 15.0, 300.0, 20_000.0] {
            let law = Severity::mixture(vec![(0.6, one.clone()), (0.4, other.clone())]).unwrap();
            let of = |cells: &[RiskCell]| Aggregate::new(cells).unwrap();
            let cell = |share: f64, law: &Severity| {
                RiskCell::new(Count::Poisson(share * costs), law.clone()).limited(200_000.0)
            };
            let (mixed, apart) = (of(&[cell(1.0, &law)]), of(&[cell(0.6, &one), cell(0.4, &other)]));
            assert!(relative(mixed.mean(), apart.mean()) < 1e-12, "{name}");
            assert!(relative(mixed.standard_deviation(), apart.standard_deviation()) < 1e-12, "{name}");
            let mut furthest = 0.0_f64;
            for step in 0..400_u16 {
                let at = mixed.mean() + (f64::from(step) / 50.0 - 3.0) * mixed.standard_deviation() + 0.123;
                furthest = furthest.max((mixed.cdf(at) - apart.cdf(at)).abs());
            }
            let (told, methods) = (mixed.error() + apart.error(), (mixed.method(), apart.method()));
            // Where nothing else than one cost of 400 has come, lies a lump.
            if name == "lumps" && costs < 100.0 {
                let jump = 0.4 * 5.0 / 9.0 * costs * (-costs * (0.6 + 0.4 * 8.0 / 9.0)).exp();
                let found = mixed.cdf(400.0 + 1e-6) - mixed.cdf(400.0 - 1e-6);
                let slack = 2.0 * mixed.error() + 1e-6;
                assert!(found > jump - slack, "{costs}: {found:e} is not {jump:e}, {slack:e} is told");
            }
            println!("{name}, {costs}: {furthest:.1e} where {told:.1e} is told, {methods:?}");
            assert!(furthest <= told, "{name}, {costs}: {furthest:e} {told:e} {methods:?}");
        }
    }
}
