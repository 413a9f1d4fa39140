//! Concentration of real people's costs, against published and independently computed figures.
//!
//! The data lie in `../shared/data`, or where `CAPITATION_DATA` says; without them these tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

#[path = "support/data.rs"]
mod data;

use std::collections::HashMap;

use capitation::concentration::{Concentration, Tally, concentration, total_by_person};

use data::published_data;

/// The columns of a table that were asked for, as numbers.
fn columns(file: &str, names: &[&str]) -> Option<Vec<Vec<f64>>> {
    let file = std::fs::File::open(published_data(&format!("people/{file}"))?).unwrap();
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let header = reader.headers().unwrap().clone();
    let at: Vec<_> =
        names.iter().map(|name| header.iter().position(|column| column == *name).unwrap()).collect();
    let mut columns = vec![Vec::new(); names.len()];
    for row in reader.records() {
        let row = row.unwrap();
        for (column, at) in columns.iter_mut().zip(&at) {
            column.push(row[*at].parse().unwrap());
        }
    }
    Some(columns)
}

fn assert_shares(what: &str, found: &Concentration, printed: &[(f64, f64)], within: f64) {
    for (p, printed) in printed {
        let found = found.top_share(*p).unwrap();
        assert!((found - printed).abs() <= within, "{what}: top {p} hold {found}, not {printed}");
    }
}

#[test]
fn rand_health_insurance_experiment() {
    let Some(table) = columns("randhie_cameron_trivedi.csv.gz", &["zper", "meddol"]) else { return };
    let years = concentration(&table[1], None).unwrap();
    assert_eq!(years.rows(), 20_190);
    let printed = [(0.01, 0.292), (0.05, 0.575), (0.10, 0.723), (0.50, 0.972)];
    assert_shares("person-years", &years, &printed, 0.0005);
    assert!((years.gini() - 0.814).abs() <= 0.0005, "Gini {}", years.gini());
    assert!((years.total() / years.people() - 171.567_897).abs() < 1e-6);

    // People over all their years are another statistic, and a lower one.
    let ids: Vec<_> = table[0].iter().map(|id| id.to_bits()).collect();
    let (people, totals) = total_by_person(&ids, &table[1]).unwrap();
    assert_eq!(people.len(), 5_912);
    let all_years = concentration(&totals, None).unwrap();
    // One, five and ten per cent of 5,912 people end inside a person; the whole people around them, by a plain sort.
    assert_shares("people", &all_years, &[(0.01, 0.2065), (0.05, 0.4474), (0.10, 0.5978)], 0.0001);
    for (people, held) in [
        (59.0, 0.206_225_611_789_607),
        (60.0, 0.208_191_299_239_418),
        (295.0, 0.447_033_112_707_624),
        (296.0, 0.447_675_703_126_845),
        (591.0, 0.597_740_181_471_174),
        (592.0, 0.598_138_625_301_081),
    ] {
        assert!((all_years.top_share(people / 5_912.0).unwrap() - held).abs() < 1e-12);
    }

    // A tally of the years says the same.
    let tally = Tally::of(&table[1]).unwrap();
    let mut boundary = tally.boundary(&[0.01, 0.05, 0.10, 0.50]).unwrap();
    boundary.add(&table[1]);
    let refined = tally.refine(&boundary).unwrap();
    for (p, _) in printed {
        assert!((refined.top_share(p).unwrap() - years.top_share(p).unwrap()).abs() < 1e-14);
    }
    assert!((refined.gini() - years.gini()).abs() <= refined.gini_bounds().error());
    assert!(refined.gini_bounds().error() < 1e-8);
}

#[test]
fn medical_expenditure_panel_survey() {
    let Some(table) = columns("meps_2012_2014.csv.gz", &["year", "totexp", "weight"]) else { return };
    let mut years: HashMap<u64, (Vec<f64>, Vec<f64>)> = HashMap::new();
    for ((year, cost), weight) in table[0].iter().zip(&table[1]).zip(&table[2]) {
        let (costs, weights) = years.entry(year.to_bits()).or_default();
        costs.push(*cost);
        weights.push(*weight);
    }
    // Top 1, 5, 10, 20, 30, 50 %; Gini, people at zero, mean, people who hold half. AHRQ, Statistical Briefs #481 and
    // #480, prints 22.7 and 21.5 % for the top 1 % of 2012 and 2013.
    for (year, shares, gini, zero, mean, half) in [
        (2012.0_f64, [0.2273, 0.4996, 0.6604, 0.8203, 0.9015, 0.9728], 0.7873, 0.153, 4309.0, 0.0501),
        (2013.0, [0.2146, 0.4871, 0.6492, 0.8154, 0.8978, 0.9715], 0.7812, 0.156, 4436.0, 0.0530),
        (2014.0, [0.2277, 0.5044, 0.6624, 0.8208, 0.9007, 0.9720], 0.7877, 0.149, 4708.0, 0.0490),
    ] {
        let (costs, weights) = &years[&year.to_bits()];
        let found = concentration(costs, Some(weights)).unwrap();
        let printed: Vec<_> = [0.01, 0.05, 0.10, 0.20, 0.30, 0.50].into_iter().zip(shares).collect();
        assert_shares(&year.to_string(), &found, &printed, 0.0001);
        assert!((found.gini() - gini).abs() <= 0.0001, "{year}: Gini {}", found.gini());
        assert!((found.zero_share() - zero).abs() <= 0.0005, "{year}: zero {}", found.zero_share());
        assert!((found.total() / found.people() - mean).abs() <= 0.5);
        assert!((found.half_held_by() - half).abs() <= 0.0001, "{year}: half {}", found.half_held_by());
        assert!(found.left_out() > 0);
    }
}
