//! Fits against optima found with 30 digits, against published costs, and what follows from the definitions.

use capitation::ErrorKind;
use capitation::risk::severity::fit::{self, Fit};
use capitation::risk::severity::{Nodes, Severity};

use crate::data::published_data;
use crate::relative;

const TWELVE: [f64; 12] = [12.0, 25.0, 31.0, 48.0, 60.0, 77.0, 95.0, 130.0, 180.0, 260.0, 410.0, 900.0];

/// Estimates and standard errors, by name.
fn assert_parameters(fit: &Fit, expected: &[(&str, f64, f64)], within: f64) {
    for (name, value, se) in expected {
        let found = fit.parameter(name).unwrap();
        assert!(relative(found.value, *value) < within, "{name}: {} and {value}", found.value);
        let error = found.se.unwrap();
        assert!(relative(error, *se) < within.max(1e-7), "error of {name}: {error} and {se}");
    }
}

/// Root of the scores, and the inverse of the matrix of second derivatives, by mpmath.
#[test]
fn a_gamma_law_is_at_the_maximum_of_its_likelihood() {
    let fit = fit::gamma(&TWELVE, None).unwrap();
    let expected = [
        ("shape", 0.856_057_649_882_764, 0.303_428_459_798),
        ("scale", 216.885_704_709_366, 102.414_913_102),
    ];
    assert_parameters(&fit, &expected, 1e-11);
    assert!(relative(fit.log_likelihood.unwrap(), -74.587_062_631_341_8) < 1e-13);
}

#[test]
fn a_pareto_tail_is_at_the_maximum_of_its_likelihood() {
    let fit = fit::gpd(&TWELVE, None, 10.0).unwrap();
    let expected =
        [("xi", 0.500_510_122_547_594, 0.470_697_613_801), ("beta", 97.778_658_068_705_7, 52.109_118_490_9)];
    assert_parameters(&fit, &expected, 1e-7);
    assert!(relative(fit.log_likelihood.unwrap(), -72.998_597_467_422) < 1e-13);
}

/// The body is a lognormal law that is cut off at 200, of the nine costs below; ten costs above are the tail's affair.
#[test]
fn a_spliced_body_is_at_the_maximum_of_its_cut_likelihood() {
    let mut costs = TWELVE[..9].to_vec();
    costs.extend([210.0, 230.0, 260.0, 290.0, 350.0, 420.0, 500.0, 700.0, 1_000.0, 2_400.0, 0.0]);
    let fit = fit::spliced(&costs, None, 200.0).unwrap();
    let body =
        [("mu", 4.322_815_963_445_04, 0.645_708_452_034), ("sigma", 1.028_734_051_557_9, 0.433_680_457_518)];
    for (name, value, se) in body {
        let found = fit.parameter(name).unwrap();
        assert!(relative(found.value, value) < 1e-9, "{name}: {}", found.value);
        // By differences of second order.
        assert!(relative(found.se.unwrap(), se) < 1e-5, "{name}: {:?}", found.se);
    }
    let tail = fit::gpd(&costs, None, 200.0).unwrap();
    for name in ["xi", "beta"] {
        let (alone, spliced) = (tail.parameter(name).unwrap(), fit.parameter(name).unwrap());
        assert!(relative(alone.value, spliced.value) < 1e-12, "{name}");
        assert!(relative(alone.se.unwrap(), spliced.se.unwrap()) < 1e-9, "{name}");
    }
    assert!((fit.severity.zeros() - 0.05).abs() < 1e-15);
    assert!(relative(fit.severity.survival(200.0), 0.95 * 10.0 / 19.0) < 1e-13);
    // Σ ln f, with the cut body's likelihood by mpmath: 9 (ln 9/19) + body + 10 (ln 10/19) + tail.
    let expected = 9.0 * (9.0_f64 / 19.0).ln() - 46.082_962_837_041_8
        + 10.0 * (10.0_f64 / 19.0).ln()
        + tail.log_likelihood.unwrap();
    assert!(relative(fit.log_likelihood.unwrap(), expected) < 1e-12);
}

/// The textbook sums of Kolmogorov and Smirnov, and of Anderson and Darling, for ascending costs:
/// −n − Σ (2i − 1)(ln Fᵢ + ln(1 − Fₙ₊₁₋ᵢ))/n.
fn textbook(costs: &[f64], law: &Severity) -> (f64, f64) {
    let (mut n, mut largest, mut sum) = (0.0, 0.0_f64, 0.0);
    let count: f64 = costs.iter().map(|_| 1.0).sum();
    for (cost, mirrored) in costs.iter().zip(costs.iter().rev()) {
        n += 1.0;
        let below = law.cdf(*cost);
        largest = largest.max(n / count - below).max(below - (n - 1.0) / count);
        sum += (2.0 * n - 1.0) * (below.ln() + law.survival(*mirrored).ln());
    }
    (largest, -count - sum / count)
}

#[test]
fn distances_are_those_of_the_textbook() {
    let fit = fit::lognormal(&TWELVE, None).unwrap();
    let (largest, squared) = textbook(&TWELVE, &fit.severity);
    assert!(relative(fit.goodness.kolmogorov_smirnov.unwrap(), largest) < 1e-12);
    assert!(relative(fit.goodness.anderson_darling.unwrap(), squared) < 1e-11);
    // People without a cost change neither.
    let mut with_zeros = TWELVE.to_vec();
    with_zeros.extend([0.0; 4]);
    let other = fit::lognormal(&with_zeros, None).unwrap();
    assert!(relative(other.goodness.kolmogorov_smirnov.unwrap(), largest) < 1e-12);
    assert!(relative(other.goodness.anderson_darling.unwrap(), squared) < 1e-11);
    assert!(relative(other.parameter("zeros").unwrap().se.unwrap(), (0.25_f64 * 0.75 / 16.0).sqrt()) < 1e-14);
}

/// A row of weight 2 is two rows in every estimate; in errors it is not, since weights are a survey's.
#[test]
fn weights_count_people() {
    let weights: Vec<f64> = (0..12_u8).map(|row| f64::from(1 + row % 3)).collect();
    let mut repeated = Vec::new();
    for (cost, weight) in TWELVE.iter().zip(&weights) {
        let mut left = *weight;
        while left > 0.0 {
            repeated.push(*cost);
            left -= 1.0;
        }
    }
    for (weighted, one_by_one) in [
        (fit::lognormal(&TWELVE, Some(&weights)), fit::lognormal(&repeated, None)),
        (fit::gamma(&TWELVE, Some(&weights)), fit::gamma(&repeated, None)),
        (fit::gpd(&TWELVE, Some(&weights), 10.0), fit::gpd(&repeated, None, 10.0)),
    ] {
        let (weighted, one_by_one) = (weighted.unwrap(), one_by_one.unwrap());
        for (one, other) in weighted.parameters.iter().zip(&one_by_one.parameters) {
            assert!(relative(one.value, other.value) < 1e-9 || one.value == other.value, "{one:?} {other:?}");
            // (Σw)²/Σw² is 24²/56; there are 24 rows.
            let (one, other) = (one.se.unwrap(), other.se.unwrap());
            assert!((one - other * (24.0_f64 * 56.0 / 576.0).sqrt()).abs() < 1e-8 * (1.0 + one));
        }
        let observed = |fit: &Fit| fit.goodness.top_shares[2].cost.observed.unwrap();
        assert!(relative(observed(&weighted), observed(&one_by_one)) < 1e-13);
    }
}

/// Costs at the middles of 4,000 equal parts of a law are that law again, but for what lies beyond the last.
#[test]
fn a_law_is_found_in_its_own_costs() {
    let costs = |law: &Severity| -> Vec<f64> {
        (0..4_000_u16).map(|part| law.quantile((f64::from(part) + 0.5) / 4_000.0).unwrap()).collect()
    };
    let law = Severity::lognormal(7.0, 1.5).unwrap();
    let found = fit::lognormal(&costs(&law), None).unwrap();
    assert!((found.parameter("sigma").unwrap().value - 1.5).abs() < 1e-3);
    let law = Severity::gamma(0.4, 5_000.0).unwrap();
    assert!((fit::gamma(&costs(&law), None).unwrap().parameter("shape").unwrap().value - 0.4).abs() < 1e-3);
    for (xi, beta) in [(0.4, 1_000.0), (0.0, 50.0), (-0.25, 3.0), (1.2, 10.0)] {
        let law = Severity::generalized_pareto(20.0, xi, beta).unwrap();
        let fit = fit::gpd(&costs(&law), None, 20.0).unwrap();
        let (of_xi, of_beta) = (fit.parameter("xi").unwrap(), fit.parameter("beta").unwrap());
        assert!((of_xi.value - xi).abs() < 4e-3, "{xi}: {of_xi:?}");
        assert!((of_beta.value / beta - 1.0).abs() < 5e-3, "{beta}: {of_beta:?}");
        // (1 + ξ)²/n and 2 β² (1 + ξ)/n: Smith 1987, Annals of Statistics 15, 1174–1207. Towards ξ = −1/2, where they
        // cease to exist, observed errors come close to these more slowly.
        let within = if xi < 0.0 { 0.06 } else { 0.02 };
        assert!(relative(of_xi.se.unwrap(), (1.0 + xi) / 4_000.0_f64.sqrt()) < within, "{of_xi:?}");
        assert!(relative(of_beta.se.unwrap(), beta * ((1.0 + xi) / 2_000.0).sqrt()) < within, "{of_beta:?}");
    }
}

/// 5 % hold half, 15 % have no cost: σ = 1.564726. Without zeros 1.644854; 1 % hold 30 %: 1.801947.
#[test]
fn shares_are_met() {
    for (shares, zeros, sigma) in
        [([(0.05, 0.5)], 0.15, 1.564_726), ([(0.05, 0.5)], 0.0, 1.644_854), ([(0.01, 0.3)], 0.0, 1.801_947)]
    {
        let fit = fit::lognormal_to_shares(&shares, zeros, 4_700.0).unwrap();
        let found = fit.parameter("sigma").unwrap();
        assert!((found.value - sigma).abs() < 5e-7 && found.se.is_none(), "{found:?}");
        assert!(fit.distance.unwrap() < 1e-15);
        assert!(relative(fit.severity.mean(), 4_700.0) < 1e-14);
        let top = fit.goodness.top_shares[0].cost;
        assert!((top.observed.unwrap() - top.fitted.unwrap()).abs() < 1e-14);
        let mu = fit.parameter("mu").unwrap().value;
        let same = Severity::lognormal(mu, found.value).unwrap().with_zeros(zeros).unwrap();
        assert!(relative(same.mean(), 4_700.0) < 1e-13);
    }
    // Shares of MEPS 2012, as published here: one lognormal law meets all of them within a point.
    let shares = [(0.01, 0.2273), (0.05, 0.4996), (0.10, 0.6604), (0.20, 0.8203), (0.50, 0.9728)];
    let fit = fit::lognormal_to_shares(&shares, 0.153, 4_309.0).unwrap();
    assert!((fit.parameter("sigma").unwrap().value - 1.565).abs() < 0.02, "{fit:?}");
    assert!(fit.distance.unwrap() < 0.015 && fit.parameter("sigma").unwrap().se.unwrap() < 0.05, "{fit:?}");
    // The residuals are least there: a little to either side they are larger.
    let squares = |sigma: f64| -> f64 {
        let law = Severity::lognormal(0.0, sigma).unwrap().with_zeros(0.153).unwrap();
        shares.iter().map(|(people, cost)| (law.top_share(*people).unwrap() - cost).powi(2)).sum()
    };
    let sigma = fit.parameter("sigma").unwrap().value;
    assert!(squares(sigma) < squares(sigma + 1e-4) && squares(sigma) < squares(sigma - 1e-4));
}

#[test]
fn fits_that_cannot_be_are_refused() {
    let refusal = |found: capitation::Result<Fit>| found.unwrap_err().to_string();
    for (found, expected) in [
        (
            refusal(fit::lognormal(&[5.0, 5.0, 0.0], None)),
            "severity, fit of costs: 1 different costs above 0 have no spread; give more costs, or use `certain` or `empirical`",
        ),
        (
            refusal(fit::gpd(&TWELVE, None, 100.0)),
            "severity, fit of a tail: 5 different costs exceed 100; give a lower threshold: ten are needed, better a hundred",
        ),
        (
            refusal(fit::gpd(&TWELVE, None, -1.0)),
            "severity, fit, threshold: -1 is no amount that costs can exceed; give an amount of at least 0",
        ),
        (
            refusal(fit::lognormal_to_shares(&[(0.05, 0.04)], 0.0, 1.0)),
            "severity, fit to shares: 0.05 of people cannot have 0.04 of the cost where 0 have none; give shares of all people, the highest costs first, between 0 and 1",
        ),
        (
            refusal(fit::lognormal_to_shares(&[], 0.0, 1.0)),
            "severity, fit to shares: there are none; give at least one, such as (0.05, 0.5)",
        ),
    ] {
        assert_eq!(found, expected);
    }
    // Costs that crowd at their end have a likelihood without a maximum.
    let crowded: Vec<f64> = (1..=400_u16).map(|row| (f64::from(row) / 400.0).powf(0.1)).collect();
    assert_eq!(fit::gpd(&crowded, None, 0.0).unwrap_err().kind(), ErrorKind::Statistic);
}

/// The numbers of a column of a packed table.
fn columns(file: &str, names: &[&str]) -> Option<Vec<Vec<f64>>> {
    let file = std::fs::File::open(published_data(&format!("people/{file}"))?).unwrap();
    let mut table = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let header = table.headers().unwrap().clone();
    let at: Vec<usize> =
        names.iter().map(|name| header.iter().position(|column| column == *name).unwrap()).collect();
    let mut columns = vec![Vec::new(); names.len()];
    for row in table.records() {
        let row = row.unwrap();
        for (column, at) in columns.iter_mut().zip(&at) {
            column.push(row[*at].parse().unwrap());
        }
    }
    Some(columns)
}

/// Claims over 25,000 dollars of the Society of Actuaries' study of 1991, as measured beforehand by other code: ξ, β and
/// the number above the threshold.
#[test]
fn large_claims_of_1991_have_the_tail_that_was_measured() {
    let Some(columns) = columns("soa_large_claims_1991.csv.gz", &["size"]) else { return };
    for (threshold, xi, beta, count) in
        [(1e5, 0.351, 56_472.0, 7_860), (2e5, 0.314, 93_870.0, 2_013), (4e5, 0.382, 142_489.0, 397)]
    {
        assert_eq!(columns[0].iter().filter(|claim| **claim > threshold).count(), count);
        let fit = fit::gpd(&columns[0], None, threshold).unwrap();
        let (of_xi, of_beta) = (fit.parameter("xi").unwrap(), fit.parameter("beta").unwrap());
        println!("{threshold}: {of_xi:?} {of_beta:?} {:?}", fit.goodness);
        let mut above: Vec<f64> = columns[0].iter().copied().filter(|claim| *claim > threshold).collect();
        above.sort_unstable_by(f64::total_cmp);
        let (largest, squared) = textbook(&above, &fit.severity);
        assert!(relative(fit.goodness.kolmogorov_smirnov.unwrap(), largest) < 1e-10, "{threshold}");
        assert!(relative(fit.goodness.anderson_darling.unwrap(), squared) < 1e-7, "{threshold}");
        assert!((of_xi.value - xi).abs() <= 6e-4, "{of_xi:?}");
        assert!(relative(of_beta.value, beta) <= 1e-4, "{of_beta:?}");
    }
}

/// What the documentation says of the American survey: ln cost of people with a cost has a standard deviation of 1.70 to
/// 1.73, and a law with that puts too much on the top. A tail above the 99th percentile mends it.
#[test]
fn the_logarithms_of_a_survey_mislead_and_a_tail_does_not() {
    let Some(columns) = columns("meps_2012_2014.csv.gz", &["year", "totexp", "weight"]) else { return };
    for year in [2012.0, 2013.0, 2014.0] {
        let of = |column: usize| -> Vec<f64> {
            columns[column].iter().zip(&columns[0]).filter(|(_, of)| **of == year).map(|(x, _)| *x).collect()
        };
        let (costs, weights) = (of(1), of(2));
        let fit = fit::lognormal(&costs, Some(&weights)).unwrap();
        let sigma = fit.parameter("sigma").unwrap().value;
        let top = fit.goodness.top_shares[0].cost;
        println!("{year}: sigma {sigma}, top 1 % {top:?}, mean {:?}", fit.goodness.mean);
        assert!((1.695..=1.735).contains(&sigma), "{year}: {sigma}");
        assert!(top.fitted.unwrap() > 0.28 && top.observed.unwrap() < 0.235, "{year}: {top:?}");
        let mean = fit.goodness.mean;
        let over = mean.fitted.unwrap() / mean.observed.unwrap() - 1.0;
        assert!((0.08..0.13).contains(&over), "{year}: {over}");

        // Unweighted, as it was measured: ξ from 0.23 to 0.36 above the 99th percentile.
        let edge = Severity::empirical(&costs, None).unwrap().upper_quantile(0.01).unwrap();
        let xi = fit::gpd(&costs, None, edge).unwrap().parameter("xi").unwrap().value;
        assert!((0.225..=0.365).contains(&xi), "{year}: {xi}");

        let spliced = fit::spliced(&costs, Some(&weights), edge).unwrap();
        println!("{year}: spliced at {edge}: {:?} {:?}", spliced.parameters, spliced.goodness);
        let (before, after) = (&fit.goodness, &spliced.goodness);
        assert!(after.anderson_darling.unwrap() < before.anderson_darling.unwrap(), "{year}");
        let off = |cost: fit::Compared| (cost.fitted.unwrap() - cost.observed.unwrap()).abs();
        assert!(off(after.top_shares[0].cost) < 0.02 && off(after.gini) < 0.01, "{year}: {after:?}");
        assert!(off(after.mean) < 0.03 * after.mean.observed.unwrap(), "{year}: {:?}", after.mean);
        // It is a law like any other.
        let mut nodes = Nodes::default();
        spliced.severity.nodes(&[100_000.0], 1e6, 1e-5, &mut nodes);
        assert!(relative(nodes.expect(|x| x), spliced.severity.limited_mean(1e6)) < 1e-13);
    }
}
