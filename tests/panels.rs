//! Drawn panels: known answers, the same bits on any number of threads, and the RAND experiment's spread.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail
#![allow(clippy::cast_precision_loss, clippy::float_cmp)] // sums are whole numbers

use std::ops::ControlFlow;
use std::path::Path;

use capitation::ErrorKind;
use capitation::money::{Currency, RoundingMode};
use capitation::population::{Columns, Population};
use capitation::risk::measures::{mean, probability_of_deficit, standard_deviation};
use capitation::risk::panels::{PanelSums, Panels, draw_sums};
use capitation::risk::transfer::risk_shares;

fn make(columns: &Columns<'_>) -> Population {
    Population::from_columns(columns, Currency::new("USD").unwrap(), RoundingMode::HalfUp).unwrap()
}

fn population(rows: usize) -> Population {
    make(&Columns::new().member_months("m", vec![12.0; rows]).cost("c", vec![0.0; rows]))
}

fn draw(population: &Population, measures: &[&[i64]], panels: &Panels) -> PanelSums {
    draw_sums(population, measures, panels, |_, _| ControlFlow::Continue(())).unwrap().unwrap()
}

/// Computed from the published stream by a separate implementation in Python.
#[test]
fn panels_are_where_the_contract_says() {
    let panels = Panels::new([5, 12], 3, 42).unwrap();
    let sums = draw(&population(4), &[&[1, 10, 100, 1000]], &panels);
    assert_eq!([sums.of(0, 0), sums.of(1, 0)], [[1_310.0, 2_111.0, 1_121.0], [4_431.0, 4_512.0, 2_424.0]]);
    let people = make(
        &Columns::new()
            .person("id", vec![1, 1, 2])
            .year("y", vec![1, 2, 1])
            .member_months("m", vec![12.0; 3])
            .cost("c", vec![0.0; 3]),
    );
    let sums = draw(&people, &[&[1, 10, 100]], &panels);
    assert_eq!([sums.of(0, 0), sums.of(1, 0)], [[230.0, 401.0, 221.0], [651.0, 912.0, 534.0]]);
}

#[test]
fn the_same_bits_come_on_one_thread_and_on_two() {
    let population = population(1_000);
    let cost: Vec<i64> = (0..1_000).map(|row| row * row).collect();
    let columns: Vec<&[i64]> = vec![&cost; 10];
    for width in [1, 3, 8, 10] {
        let panels = Panels::new([10, 333], 500, 7).unwrap();
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| draw(&population, &columns[..width], &panels))
        };
        let (one, two) = (on(1), on(2));
        assert_eq!(one, two);
        // Fewer draws, other sizes and other columns beside it do not change a panel.
        let fewer = draw(&population, &[&cost], &Panels::new([333, 400], 20, 7).unwrap());
        assert_eq!(fewer.of(0, 0), &one.of(1, width - 1)[..20]);
    }
}

#[test]
fn panels_are_nested_and_exact() {
    let population = population(3);
    let panels = Panels::new([1, 2, 50], 100, 1).unwrap();
    // Powers of a thousand count the people drawn of each row.
    let sums = draw(&population, &[&[1, 1_000, 1_000_000], &[1, 1, 1], &[-1, -1_000, -1_000_000]], &panels);
    for draw in 0..100 {
        let counts = |size: usize| {
            let sum = sums.of(size, 0)[draw];
            [sum % 1e3, (sum / 1e3).floor() % 1e3, (sum / 1e6).floor()]
        };
        for (size, people) in panels.sizes().iter().enumerate() {
            assert_eq!(counts(size).iter().sum::<f64>(), *people as f64);
            assert_eq!(sums.of(size, 1)[draw], *people as f64);
            assert_eq!(sums.of(size, 2)[draw], -sums.of(size, 0)[draw]);
        }
        for (smaller, larger) in [(0, 1), (1, 2)] {
            assert!(counts(smaller).iter().zip(counts(larger)).all(|(a, b)| *a <= b));
        }
    }
    assert!(sums.of(3, 0).is_empty() && sums.of(0, 3).is_empty());
    assert_eq!((sums.sizes(), sums.measures(), sums.draws()), (&[1, 2, 50][..], 3, 100));
}

/// A person with three rows is as likely as one with one row; weights change that as the rule says.
#[test]
fn people_are_drawn_first_and_then_one_of_their_years() {
    let columns = || {
        Columns::new()
            .person("id", vec![1, 1, 1, 2])
            .year("y", vec![1, 2, 3, 1])
            .member_months("m", vec![12.0; 4])
            .cost("c", vec![0.0; 4])
    };
    let rows: [Vec<i64>; 4] = [vec![1, 0, 0, 0], vec![0, 1, 0, 0], vec![0, 0, 1, 0], vec![0, 0, 0, 1]];
    let rows: Vec<&[i64]> = rows.iter().map(Vec::as_slice).collect();
    let panels = Panels::new([100], 2_000, 3).unwrap();
    // With weights 1, 2, 3 and 4 the people have mean weights 2 and 4; person 1's third is in proportion to 1, 2, 3.
    for (columns, expected) in [
        (columns(), [1.0 / 6.0, 1.0 / 6.0, 1.0 / 6.0, 0.5]),
        (columns().weight("w", vec![1.0, 2.0, 3.0, 4.0]), [1.0 / 18.0, 2.0 / 18.0, 3.0 / 18.0, 2.0 / 3.0]),
    ] {
        let sums = draw(&make(&columns), &rows, &panels);
        for (row, expected) in expected.iter().enumerate() {
            let share = mean(sums.of(0, row)).unwrap();
            assert!((share.mean / 100.0 - expected).abs() < 4.0 * share.se / 100.0, "{row}: {share:?}");
        }
    }
}

#[test]
fn a_caller_can_stop() {
    let population = population(10);
    let panels = Panels::new([10], 1_000, 1).unwrap();
    let column = vec![1; 10];
    let mut seen = Vec::new();
    let stopped = draw_sums(&population, &[&column], &panels, |done, total| {
        seen.push((done, total));
        if seen.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(stopped.unwrap(), None);
    assert!(seen.len() == 2 && seen[1].0 < 1_000 && seen[1].1 == 1_000, "{seen:?}");
    let mut last = 0;
    let _ = draw_sums(&population, &[&column], &panels, |done, _| {
        last = done;
        ControlFlow::Continue(())
    });
    assert_eq!(last, 1_000);
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let population = population(2);
    let two = Panels::new([1, 2_000], 2, 1).unwrap();
    let try_draw = |column: &[i64]| {
        draw_sums(&population, &[column], &two, |_, _| ControlFlow::Continue(())).unwrap_err()
    };
    let cases = [
        (
            Panels::new([], 10, 1).unwrap_err(),
            ErrorKind::Range,
            "panel sizes: there are none; give at least one number of people",
        ),
        (
            Panels::new([0, 5], 10, 1).unwrap_err(),
            ErrorKind::Range,
            "panel sizes: a panel of 0 people has no cost; give sizes of at least 1",
        ),
        (
            Panels::new([5, 5], 10, 1).unwrap_err(),
            ErrorKind::Range,
            "panel sizes: 5 follows 5; give distinct sizes in ascending order",
        ),
        (
            Panels::new([5], 1, 1).unwrap_err(),
            ErrorKind::Range,
            "draws: 1 is too few for a standard error; draw at least 2, better 10,000",
        ),
        (
            try_draw(&[1]),
            ErrorKind::Column,
            "measure 0 (the first is 0): it has 1 rows where the population has 2; give one value for each row of the population",
        ),
        (
            try_draw(&[i64::MIN, 0]),
            ErrorKind::Arithmetic,
            "panel sums: 2000 people of 9223372036854775808 each could pass 9,223,372,036,854,775,807; draw smaller panels, or check the unit of the column",
        ),
        (
            try_draw(&[4_600_000_000_000_000; 2]),
            ErrorKind::Arithmetic,
            "draw 0: a sum of 9200000000000000000 is beyond 9,007,199,254,740,992, up to which it is exact; draw smaller panels, or check the unit of the column",
        ),
        (
            draw_sums(&population, &[&[1, 1]], &Panels::new([1], usize::MAX, 1).unwrap(), |_, _| {
                ControlFlow::Continue(())
            })
            .unwrap_err(),
            ErrorKind::Range,
            "panel sums: 1 x 1 x 18446744073709551615 sums do not fit into memory; draw fewer panels",
        ),
    ];
    for (error, kind, words) in cases {
        println!("{error}");
        assert_eq!((error.kind(), error.to_string().as_str()), (kind, words));
    }
}

/// Weights count by their proportions, down to the smallest float there is.
#[test]
fn only_the_proportions_of_weights_matter() {
    let columns = |unit: f64| {
        let weights = [1.0, 3.0, 0.0].map(|weight| weight * unit);
        Columns::new()
            .person("id", vec![1, 2, 3])
            .member_months("m", vec![12.0; 3])
            .cost("c", vec![0.0; 3])
            .weight("w", weights.to_vec())
    };
    let panels = Panels::new([50], 40, 3).unwrap();
    let [one, tiny, huge] = [1.0, f64::from_bits(1), 1e14]
        .map(|unit| draw(&make(&columns(unit)), &[&[1, 100, 1_000_000]], &panels));
    assert_eq!(one, tiny);
    assert_eq!(one, huge);
    assert!(one.of(0, 0).iter().all(|&sum| sum < 1e6));
}

/// The RAND experiment: with each person equally likely and one year a person, the mean cost is $172.756 and the
/// coefficient of variation 4.26874 (computed with Python), so a panel of N has a relative spread of 4.26874/√N.
#[test]
fn the_spread_of_rand_panels_is_cv_over_root_n() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/people/randhie_cameron_trivedi.csv.gz");
    let Ok(file) = std::fs::File::open(&path) else {
        println!("skipped: {} is absent", path.display());
        return;
    };
    let mut table = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let headers = table.headers().unwrap().clone();
    let places = ["time", "meddol", "zper", "year"]
        .map(|name| headers.iter().position(|header| header == name).unwrap());
    let (mut months, mut cost, mut person, mut year) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for record in table.records() {
        let record = record.unwrap();
        months.push(12.0 * record[places[0]].parse::<f64>().unwrap());
        cost.push(record[places[1]].parse::<f64>().unwrap());
        person.push(record[places[2]].parse::<i64>().unwrap());
        year.push(record[places[3]].parse::<i64>().unwrap());
    }
    let columns = Columns::new()
        .person("zper", person)
        .year("year", year)
        .member_months("12 x time", months)
        .cost("meddol", cost);
    let population = make(&columns);
    let cost = population.measure("actual cost").unwrap().values();
    let members = population.measure("members").unwrap().values();
    let panels = Panels::new([500, 2_000, 5_000], 4_000, 1).unwrap();
    let sums = draw(&population, &[cost, members], &panels);
    for (size, people) in [500.0, 2_000.0, 5_000.0].into_iter().enumerate() {
        let per_person: Vec<f64> = sums.of(size, 0).iter().map(|cents| cents / people).collect();
        let (centre, spread) = (mean(&per_person).unwrap(), standard_deviation(&per_person).unwrap());
        let theory = 17_275.615_973_16 * 4.268_739_559_6 / f64::sqrt(people);
        println!(
            "{people}: mean {:.2} ± {:.2} cents, relative spread {:.5} ± {:.5}, CV/sqrt(N) {:.5}",
            centre.mean,
            centre.se,
            spread.mean / centre.mean,
            spread.se / centre.mean,
            theory / 17_275.615_973_16
        );
        assert!((centre.mean - 17_275.615_973_16).abs() < 4.0 * centre.se);
        assert!((spread.mean - theory).abs() < 4.0 * spread.se);
        assert!(sums.of(size, 1).iter().all(|&members| members == people * 1e6));
        let result: Vec<f64> = per_person.iter().map(|cost| 17_275.615_973_16 - cost).collect();
        let deficit = probability_of_deficit(&result).unwrap();
        println!("    probability of a deficit at a fair price {:.4} ± {:.4}", deficit.mean, deficit.se);
        let (provider, payer): (Vec<f64>, Vec<f64>) =
            result.iter().map(|result| (result.max(-2_000.0), result.min(-2_000.0) + 2_000.0)).unzip();
        for share in risk_shares(&[&provider, &payer], 0.95).unwrap() {
            println!("    {share:?}");
        }
    }
}
