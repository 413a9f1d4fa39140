//! Every published row of the Medicare Shared Savings Program and of ACO REACH, settled again.
//!
//! The files lie in `../shared/data/us`, or where `CAPITATION_DATA` says; without them these tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

#[path = "support/data.rs"]
mod data;

use std::path::PathBuf;

use capitation::contract::Programme;
use capitation::datasets::mssp::{self, MsspResult};
use capitation::datasets::{Results, reach};
use capitation::reproduce::{ChosenRate, OtherTracks, Reproduced, Verdict, reproduce_mssp, reproduce_reach};
use rust_decimal::Decimal;

use data::published_data;

fn data(file: &str) -> Option<PathBuf> {
    published_data(&format!("us/{file}"))
}

fn published(year: i16) -> Option<Results<MsspResult>> {
    Some(mssp::read(data(&format!("mssp_puf_py{year}.csv"))?, None).unwrap())
}

/// Every row that neither comes out to the dollar nor lies within rounding, with its reason.
fn listed(rows: &[Reproduced]) -> Vec<String> {
    let unlike = |row: &&Reproduced| matches!(row.verdict, Verdict::Explained(_) | Verdict::Missed(_));
    let told = |row: &Reproduced| format!("{} {} ({}) {}", row.year, row.aco, row.track, row.verdict);
    rows.iter().filter(unlike).map(told).collect()
}

/// The table of the field notes, section 2.2: rows, savers, losers, to the dollar, within rounding, explained.
///
/// The first number of `exact` there is of savers alone; here rows in which nothing is paid or owed count too.
const SHARED_SAVINGS: [(i16, [usize; 6]); 9] = [
    (2014, [333, 92, 0, 28 + 241, 64, 0]),
    (2015, [392, 120, 0, 27 + 272, 93, 0]),
    (2016, [432, 134, 4, 23 + 4 + 294, 111, 0]),
    (2017, [472, 162, 11, 27 + 10 + 299, 135 + 1, 0]),
    // Losses of one-sided ACOs are listed, 59 and 50 of them, and nothing is owed.
    (2018, [548, 205, 11, 30 + 10 + 273 + 59, 175 + 1, 0]),
    (2019, [475, 239, 6, 37 + 5 + 180 + 50, 202, 1]),
    (2020, [513, 345, 1, 102 + 1 + 167, 243, 0]),
    (2021, [475, 274, 15, 274 + 12 + 186, 0, 3]),
    (2022, [482, 304, 15, 304 + 14 + 163, 0, 1]),
];

#[test]
fn every_shared_savings_row_reproduces() {
    let files: Option<Vec<_>> = SHARED_SAVINGS.iter().map(|(year, _)| published(*year)).collect();
    let Some(files) = files else { return };
    let reproduction = reproduce_mssp(&files).unwrap();
    let (all, counts) = (&reproduction.rows, reproduction.counts());
    for line in listed(all) {
        println!("{line}");
    }
    for count in &counts {
        println!("{count:?}");
    }
    assert_eq!(all.len(), 4122);
    for (count, (year, expected)) in counts.iter().zip(SHARED_SAVINGS) {
        let found =
            [count.rows, count.savers, count.losers, count.exact, count.within_rounding, count.explained];
        assert_eq!((count.year, found, count.missed), (year, expected, 0));
    }
    // Explained are only losses below their limit by benchmark, on tracks that participant revenue limits.
    for row in all.iter().filter(|row| matches!(row.verdict, Verdict::Explained(_))) {
        assert!(row.settled < row.published && row.published <= Decimal::ZERO, "{row:?}");
        assert!(row.track == "Track 1+" || row.track.starts_with("BASIC"), "{row:?}");
    }
}

/// The intervals are narrow: a wrong rule would fall out of them.
#[test]
fn rounding_leaves_little_room() {
    let Some(rows) = published(2018) else { return };
    let settled = reproduce_mssp(std::slice::from_ref(&rows)).unwrap();
    let mut widths: Vec<Decimal> = settled
        .rows
        .iter()
        .filter(|row| row.gross.1 > Decimal::ZERO)
        .map(|row| row.interval.1 - row.interval.0)
        .collect();
    widths.sort_unstable();
    let median = widths.get(widths.len() / 2).unwrap();
    // The field notes print a median of $234 from the middle to an end.
    assert!(*median < Decimal::from(600), "{median}");

    // A sharing rate one per cent off, or sequestration forgotten, loses nearly every saver.
    let mut wrong = rows.clone();
    for row in &mut wrong.rows {
        row.quality.value *= Decimal::new(99, 2);
    }
    let lost = reproduce_mssp(&[wrong]).unwrap();
    let lost = lost.rows.iter().filter(|row| matches!(row.verdict, Verdict::Missed(_))).count();
    assert!(lost > 180, "{lost}");
}

#[test]
fn the_table_of_minimum_rates_gives_every_one_sided_rate_but_one() {
    let (mut by_table, mut below) = (0, Vec::new());
    for (year, _) in SHARED_SAVINGS {
        let Some(rows) = published(year) else { return };
        let programme = Programme::named("mssp").unwrap().year(year).unwrap();
        for row in &rows.rows {
            let track = programme.track(&row.track).unwrap();
            if !track.choices().iter().any(|(name, _)| *name == "one-sided minimum rate") {
                continue;
            }
            let tracks = OtherTracks::new(&rows, row, ChosenRate::BySize).unwrap().settle().unwrap().tracks;
            let own = tracks.iter().find(|track| track.is_own).unwrap();
            if row.beneficiaries < Decimal::from(500) {
                below.push((row.year, row.beneficiaries));
                continue;
            }
            let apart = (own.minimum_rate - row.minimum_rate.value).abs();
            assert!(apart <= row.minimum_rate.half_unit, "{} {}: {apart}", row.year, row.aco);
            by_table += 1;
        }
    }
    assert_eq!(by_table, 3204);
    assert_eq!(below, [(2017, Decimal::from(152))]);
}

#[test]
fn every_reach_row_reproduces() {
    let Some(path) = data("aco_reach_py2021_py2022.csv") else { return };
    let rows = reach::read(path, None).unwrap();
    let reproduction = reproduce_reach(&[rows]).unwrap();
    let (all, counts) = (&reproduction.rows, reproduction.counts());
    println!("{:#?}", listed(all));
    let counts: Vec<_> = counts.iter().map(|c| (c.year, c.rows, c.exact, c.explained, c.missed)).collect();
    assert_eq!(counts, [(2021, 53, 53, 0, 0), (2022, 99, 98, 1, 0)]);
    let forfeited = all.iter().find(|row| matches!(row.verdict, Verdict::Explained(_))).unwrap();
    assert!(forfeited.published.is_zero() && forfeited.settled > Decimal::ZERO);
}

/// Settled under its own track with its own minimum rate, a row gives what it gave; on a track with a larger share, more.
#[test]
fn a_row_on_every_track_of_its_year() {
    let Some(rows) = published(2022) else { return };
    let settled = reproduce_mssp(std::slice::from_ref(&rows)).unwrap();
    for (row, own) in rows.rows.iter().zip(&settled.rows) {
        let tracks = OtherTracks::new(&rows, row, ChosenRate::AsItHad).unwrap().settle().unwrap().tracks;
        assert_eq!(tracks.len(), 6);
        assert!(tracks.iter().all(|track| track.published.is_some() == track.is_own));
        let on = |name: &str| tracks.iter().find(|track| track.track == name).unwrap();
        assert_eq!(on(&row.track).net, own.settled, "{}", row.aco);
        assert!(on(&row.track).is_own);
        // Of two tracks with the same gate, the one that shares more pays more.
        assert!(on("ENHANCED").net.max(Decimal::ZERO) >= on("BASIC E").net.max(Decimal::ZERO));
        // Levels of the BASIC track differ in the limit alone.
        assert!(on("BASIC C").net >= on("BASIC D").net && on("BASIC D").net >= on("BASIC E").net);
        assert!(on("BASIC A").net >= Decimal::ZERO && on("BASIC A").limit_on_losses.is_none());
        assert!(on("BASIC E").revenue_may_limit && !on("ENHANCED").revenue_may_limit);
    }
}

/// At the minimum rate itself a saving counts, however many digits the rate has; a hair below it does not.
#[test]
fn the_cliff_stands_upright() {
    let Some(rows) = published(2018) else { return };
    for row in rows.rows.iter().take(40) {
        let asked = OtherTracks::new(&rows, row, ChosenRate::BySize).unwrap();
        for track in asked.settle().unwrap().tracks {
            let at = track.minimum_rate;
            // Below nothing there is a loss.
            if at.is_zero() {
                continue;
            }
            let payments = asked.payments(&[at, at - Decimal::new(1, 9)]).unwrap();
            let (_, paid) = payments.iter().find(|(name, _)| *name == track.track).unwrap();
            // Where the standard was not met nothing is shared on either side.
            assert!(paid[1].is_zero(), "{} {}: {paid:?}", row.aco, track.track);
            assert!(
                paid[0] > Decimal::ZERO || track.sharing_rate.is_zero(),
                "{} {}: {paid:?}",
                row.aco,
                track.track
            );
        }
    }
}
