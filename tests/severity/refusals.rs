//! What cannot be is refused, with the value and the way out.

use capitation::ErrorKind;
use capitation::risk::severity::Severity;

#[test]
fn refusals_name_the_place_the_value_and_the_way_out() {
    let body = || Severity::lognormal(7.0, 1.5).unwrap();
    let law = |found: capitation::Result<Severity>| found.unwrap_err().to_string();
    let number = |found: capitation::Result<f64>| found.unwrap_err().to_string();
    for (found, expected) in [
        (
            law(Severity::lognormal(7.0, 0.0)),
            "severity, lognormal, sigma: 0 is out of range; give a standard deviation of the logarithm above 0, such as 1.5",
        ),
        (
            law(Severity::lognormal(f64::NAN, 1.0)),
            "severity, lognormal: with mu NaN and sigma 1 the second moment is no number that can be held; check that mu is the mean of the logarithm",
        ),
        (
            law(Severity::gamma(0.0, 1.0)),
            "severity, gamma, shape: 0 is out of range; give a shape from 0.001 to 1,000; a cost that hardly varies is `certain`",
        ),
        (
            law(Severity::pareto(-2.0, 1.0)),
            "severity, Pareto (type I), alpha: -2 is out of range; give an index above 0, such as 2",
        ),
        (
            law(Severity::generalized_pareto(0.0, 11.0, 1.0)),
            "severity, generalised Pareto, xi: 11 is no tail index; give a tail index from -10 to 10, such as 0.3: 1 over the index alpha of a Pareto law",
        ),
        (
            law(Severity::empirical(&[1.0, -2.0], None)),
            "severity, empirical, cost of row 1 (the first is 0): -2 is no cost; give amounts of 0 or more, and leave out what is missing",
        ),
        (
            law(Severity::empirical(&[1.0], Some(&[0.0]))),
            "severity, empirical: the weights of 1 costs add up to 0; give at least one cost with a weight above 0",
        ),
        (
            law(Severity::empirical(&[1.0], Some(&[1.0, 2.0]))),
            "severity, empirical, weights: 2 weights for 1 costs; give one weight for each cost",
        ),
        (
            law(body().with_zeros(1.2)),
            "severity, probability of no cost: 1.2 is not a probability; give a number from 0 to 1",
        ),
        (
            law(Severity::spliced(Severity::pareto(2.0, 50.0).unwrap(), 40.0, 0.1, 0.3, 5.0)),
            "severity, spliced, at: the body has no cost up to 40; splice at a higher amount, or use the tail alone",
        ),
        (
            law(Severity::spliced(body(), 40.0, 1.0, 0.3, 5.0)),
            "severity, spliced, above: 1 is not a share of costs between 0 and 1; give the share of costs above the point, such as 0.01",
        ),
        (
            law(Severity::certain(3.0).unwrap().with_tail(5.0, 0.3, 1.0)),
            "severity, spliced, at: the body has no cost above 5; splice lower, or say what share lies above",
        ),
        (
            law(body().with_tail(9.0, 0.3, 1.0).unwrap().with_tail(20.0, 0.3, 1.0)),
            "severity, spliced, body: the body has a tail of its own already; give a body of one law, or of atoms",
        ),
        (
            law(body().scaled(-1.0)),
            "severity, factor: -1 is out of range; give a factor above 0, such as 100 from pounds to pence",
        ),
        (number(body().quantile(1.5)), "severity, level: 1.5 is not a level; give a level from 0 to 1"),
        (
            number(body().top_share(-0.1)),
            "severity, share of people: -0.1 is not a share; give a share from 0 to 1",
        ),
        (
            number(Severity::lomax(1.0, 5.0).unwrap().gini()),
            "severity, the Gini coefficient: the mean is infinite; use a tail with ξ below 1 (α above 1), or ask about costs below a cap",
        ),
        (
            law(Severity::certain(0.0).unwrap().rescaled_to(5.0)),
            "severity, a mean to rescale: there is no cost at all; use a law with a cost",
        ),
    ] {
        assert_eq!(found, expected);
    }
    let infinite = Severity::pareto(0.9, 1.0).unwrap();
    assert!(infinite.mean().is_infinite() && infinite.limited_mean(1e6).is_finite());
    assert_eq!(infinite.top_share(0.01).unwrap_err().kind(), ErrorKind::Statistic);
}
