//! What every general practice in England was paid, 2014/15 to 2020/21, settled again as weighted list × rate.
//!
//! The file lies in `../shared/data/nhs`, or where `CAPITATION_DATA` says; without it these tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

#[path = "support/data.rs"]
mod data;

use std::collections::HashMap;

use capitation::Experience;
use capitation::contract::Programme;
use capitation::datasets::Results;
use capitation::datasets::gp::{self, GpContract, GpPayment};
use capitation::reproduce::gp::{GpReason, GpVerdict, GpYear};
use capitation::reproduce::{GpReproduction, reproduce_gp};
use rust_decimal::{Decimal, RoundingStrategy};

use data::published_data;

fn payments() -> Option<Results<GpPayment>> {
    Some(gp::read(published_data("nhs/gp_practice_payments_2014_15_to_2020_21.csv")?).unwrap())
}

fn reproduced() -> Option<(Results<GpPayment>, GpReproduction)> {
    let file = payments()?;
    let reproduction = reproduce_gp(std::slice::from_ref(&file)).unwrap();
    Some((file, reproduction))
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn penny(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// A share in per cent, to a tenth of a point.
fn share(of: usize, all: usize) -> Decimal {
    let share = Decimal::from(1000 * of) / Decimal::from(all);
    share.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero) / Decimal::TEN
}

/// The field notes, section 2.2: the yearly median rate, the shares of GMS practices within 1, 2 and 5 % of weighted
/// list × that rate, and the share of those outside London within 1 % of weighted list × the median of their own.
///
/// The notes print £81.24 for 2017/18; the median is 81.2462, and to the penny £81.25.
const MEDIANS_AND_SHARES: [(i16, &str, [&str; 3], &str); 7] = [
    (2014, "70.11", ["61.3", "75.9", "87.6"], "73.6"),
    (2015, "72.57", ["66.4", "77.7", "88.2"], "77.1"),
    (2016, "76.57", ["47.8", "66.0", "80.7"], "54.1"),
    (2017, "81.25", ["52.9", "71.2", "86.5"], "60.5"),
    (2018, "84.95", ["73.3", "76.9", "87.4"], "84.1"),
    (2019, "85.85", ["75.6", "78.6", "89.5"], "86.7"),
    (2020, "89.29", ["77.5", "80.5", "91.0"], "88.5"),
];

#[test]
fn the_yearly_medians_and_shares_come_out() {
    let Some((_, reproduction)) = reproduced() else { return };
    assert_eq!(reproduction.years.len(), MEDIANS_AND_SHARES.len());
    for (year, (of, median, shares, outside)) in reproduction.years.iter().zip(MEDIANS_AND_SHARES) {
        assert_eq!(year.year, of);
        assert_eq!(penny(year.median_rate.unwrap()), decimal(median), "{of}");
        let found = [year.within_1, year.within_2, year.within_5].map(|within| share(within, year.compared));
        assert_eq!(found, shares.map(decimal), "{of}");
        let london = year.outside_london;
        assert_eq!(share(london.within_1, london.compared), decimal(outside), "{of}");
    }
}

/// All rows, other contracts, GMS without list or global sum, compared; then of those compared within 1 %, opened or
/// closed, under two contracts, in London, unexplained; and those outside London.
///
/// Rows and kinds of contract are the file's own counts; the rest was counted apart from this crate, in Python, with the
/// reasons by their definitions.
const COUNTS: [(i16, [usize; 4], [usize; 5], usize); 7] = [
    (2014, [7959, 3479, 28, 4452], [2729, 85, 7, 669, 962], 3754),
    (2015, [7841, 2949, 22, 4870], [3234, 114, 10, 642, 870], 4189),
    (2016, [7763, 2462, 159, 5142], [2460, 117, 224, 584, 1757], 4477),
    (2017, [7543, 2374, 173, 4996], [2641, 125, 33, 582, 1615], 4347),
    (2018, [7279, 2200, 146, 4933], [3617, 152, 43, 614, 507], 4287),
    (2019, [7001, 2084, 146, 4771], [3609, 95, 33, 596, 438], 4151),
    (2020, [6808, 2088, 37, 4683], [3630, 1, 42, 587, 423], 4086),
];

fn counts(year: &GpYear) -> (i16, [usize; 4], [usize; 5], usize) {
    let differ = year.differ;
    (
        year.year,
        [year.practices, year.other_contracts, year.without_list_or_sum, year.compared],
        [year.within_1, differ.opened_or_closed, differ.two_contracts, differ.london, differ.unexplained],
        year.outside_london.compared,
    )
}

/// Not one of the 52,194 rows is lost: every row has one verdict, in the order of the file, and each year adds up.
#[test]
fn every_row_is_counted_once() {
    let Some((file, reproduction)) = reproduced() else { return };
    assert_eq!(file.rows.len(), 52_194);
    assert_eq!(reproduction.rows.len(), file.rows.len());
    for (at, (published, settled)) in file.rows.iter().zip(&reproduction.rows).enumerate() {
        assert_eq!(settled.line, at + 2, "the header is line 1");
        assert_eq!((settled.line, settled.year), (published.line, published.year));
        assert_eq!(settled.published, published.global_sum);
        assert_eq!(
            settled.settled.is_some(),
            matches!(settled.verdict, GpVerdict::Near | GpVerdict::Differs(_))
        );
        assert_eq!(settled.verdict == GpVerdict::OtherContract, published.contract != GpContract::Gms);
    }
    assert_eq!(reproduction.years.iter().map(counts).collect::<Vec<_>>(), COUNTS);
    for (_, [all, other, without, compared], parts, _) in COUNTS {
        assert_eq!(all, other + without + compared);
        assert_eq!(compared, parts.iter().sum::<usize>());
    }
    assert_eq!(COUNTS.iter().map(|(_, [all, ..], ..)| all).sum::<usize>(), 52_194);
    assert_eq!(COUNTS.iter().map(|(_, [.., compared], ..)| compared).sum::<usize>(), 33_847);
}

/// A file that lacks one row of a year is seen in its counts.
#[test]
fn a_lost_row_is_seen() {
    let Some((mut file, whole)) = reproduced() else { return };
    let at = whole.rows.iter().position(|row| row.verdict == GpVerdict::Near).unwrap();
    let year = file.rows.remove(at).year;
    let reproduction = reproduce_gp(&[file]).unwrap();
    let of = |from: &GpReproduction| from.years.iter().find(|one| one.year == year).map(counts).unwrap();
    assert_eq!(of(&reproduction).1[0] + 1, of(&whole).1[0]);
    assert_ne!(of(&reproduction), of(&whole));
}

/// The field notes: a second cluster lies 2 to 3 % above, and 92 % of it is in London in 2020/21.
#[test]
fn london_is_the_cluster_above() {
    let Some((_, reproduction)) = reproduced() else { return };
    let is_above = |difference: Decimal| difference >= decimal("0.02") && difference <= decimal("0.03");
    let last = reproduction.rows.iter().filter(|row| row.year == 2020);
    let cluster: Vec<_> = last.filter(|row| row.difference.is_some_and(is_above)).collect();
    let london = cluster.iter().filter(|row| row.london).count();
    println!("{london} of {} practices 2 to 3 % above are in London", cluster.len());
    assert_eq!(share(london, cluster.len()).round(), decimal("92"));
}

/// Who is on two contracts is paid less and by so much more of another kind; who opened or closed is not there next door.
#[test]
fn reasons_are_what_the_rows_show() {
    let Some((file, reproduction)) = reproduced() else { return };
    let has_patients = |practice: &str, year: i16| {
        file.rows
            .iter()
            .any(|row| row.practice == practice && row.year == year && row.registered > Decimal::ZERO)
    };
    let mut seen = [0, 0];
    for (published, settled) in file.rows.iter().zip(&reproduction.rows) {
        match settled.verdict {
            GpVerdict::Differs(GpReason::TwoContracts) => {
                assert!(settled.difference.unwrap() < decimal("-0.01"));
                assert!(published.pms_balance * decimal("100") > settled.settled.unwrap());
                seen[0] += 1;
            }
            GpVerdict::Differs(GpReason::OpenedOrClosed) if settled.year == 2018 => {
                let (before, after) = (settled.year - 1, settled.year + 1);
                assert!(
                    !has_patients(&published.practice, before) || !has_patients(&published.practice, after)
                );
                seen[1] += 1;
            }
            _ => {}
        }
    }
    assert_eq!(seen, [7 + 10 + 224 + 33 + 43 + 33 + 42, 152]);
}

/// What the contract gives for a weighted patient at the published rate, opted out of out-of-hours care.
fn as_published(year: i16) -> Decimal {
    let track = Programme::named("nhs-primary-care").unwrap().year(year).unwrap().track("GMS").unwrap();
    let contract = track.choose("out of hours", "opted out").unwrap().contract().unwrap();
    // Two halves of a year, each on its own day; of 1,200,000 patients, so that a penny does not count.
    let of_half = |day| {
        let half =
            Experience::new().with("weighted patients", "1200000").unwrap().with("months paid", "6").unwrap();
        contract.settle(&half, day).unwrap().amount("global sum").unwrap()
    };
    let first = contract.period().start;
    let later = contract.changes().first().copied().unwrap_or(first);
    (of_half(first) + of_half(later)) / decimal("1200000")
}

/// The medians are not the contract's rate. Yet the rate as it was published, less the share for out-of-hours care, is
/// what the median practice outside London was paid, within 0.7 %: in 2016/17 and 2017/18 within 0.1 %.
#[test]
fn published_rates_give_what_practices_were_paid() {
    let Some((file, reproduction)) = reproduced() else { return };
    for year in reproduction.years.iter().filter(|year| year.year >= 2015) {
        let (rate, paid) = (as_published(year.year), year.outside_london.median_rate.unwrap());
        let apart = paid / rate - Decimal::ONE;
        let outside =
            file.rows.iter().zip(&reproduction.rows).filter(|(row, settled)| {
                row.year == year.year && settled.settled.is_some() && !settled.london
            });
        let near = outside.filter(|(row, _)| {
            (row.global_sum / (row.weighted * rate) - Decimal::ONE).abs() <= decimal("0.01")
        });
        println!(
            "{}: contract {} a weighted patient, median paid outside London {} ({} %), {} % within 1 %",
            year.year,
            rate.round_dp(4),
            paid.round_dp(4),
            (apart * Decimal::ONE_HUNDRED).round_dp(2),
            share(near.count(), year.outside_london.compared),
        );
        let bound = if matches!(year.year, 2016 | 2017) { "0.001" } else { "0.007" };
        assert!(apart.abs() <= decimal(bound), "{}: {apart}", year.year);
    }
}

/// Why so few come out in 2017/18: its file prints the lists of the last quarter, a quarter and a half later than the mean
/// of the four that were paid for. With lists 3/8 of the way back to those of the year before, 77.9 % of practices outside
/// London are within 1 % of their median and not 60.5 %; in 2018/19 the same makes it worse.
#[test]
fn lists_of_one_year_are_those_of_its_last_quarter() {
    let Some((file, reproduction)) = reproduced() else { return };
    let lists: HashMap<(&str, i16), Decimal> =
        file.rows.iter().map(|row| ((row.practice.as_str(), row.year), row.weighted)).collect();
    let near = |year: i16, back: Decimal| {
        let outside = file
            .rows
            .iter()
            .zip(&reproduction.rows)
            .filter(|(row, settled)| row.year == year && settled.settled.is_some() && !settled.london);
        let rate = |(row, _): (&GpPayment, _)| {
            let before = lists.get(&(row.practice.as_str(), year - 1)).copied().unwrap_or_default();
            let before = if before.is_zero() { row.weighted } else { before };
            row.global_sum / (row.weighted - back * (row.weighted - before))
        };
        let mut rates: Vec<Decimal> = outside.map(rate).collect();
        rates.sort_unstable();
        let median = (rates[(rates.len() - 1) / 2] + rates[rates.len() / 2]) / Decimal::TWO;
        let is_near = |rate: &&Decimal| (**rate / median - Decimal::ONE).abs() <= decimal("0.01");
        share(rates.iter().filter(is_near).count(), rates.len())
    };
    assert_eq!((near(2017, Decimal::ZERO), near(2017, decimal("0.375"))), (decimal("60.5"), decimal("77.9")));
    assert_eq!((near(2018, Decimal::ZERO), near(2018, decimal("0.375"))), (decimal("84.1"), decimal("70.5")));
}

#[test]
fn the_file_is_read_whole() {
    let Some(file) = payments() else { return };
    let sum = |of: fn(&GpPayment) -> Decimal, year: i16| -> Decimal {
        file.rows.iter().filter(|row| row.year == year).map(of).sum()
    };
    // The field notes: the Quality and Outcomes Framework came to £722m in 2014/15.
    assert_eq!((sum(|row| row.qof, 2014) / decimal("1000000")).round(), decimal("722"));
    // Weighted lists are normalised to registered ones.
    for year in 2014..=2020 {
        let beside = sum(|row| row.weighted, year) / sum(|row| row.registered, year);
        assert!((beside - Decimal::ONE).abs() < decimal("0.001"), "{year}: {beside}");
    }
    assert_eq!(file.file, "gp_practice_payments_2014_15_to_2020_21.csv");
    let kinds = [GpContract::Gms, GpContract::Pms, GpContract::Apms, GpContract::Unknown];
    let counted = kinds.map(|kind| file.rows.iter().filter(|row| row.contract == kind).count());
    assert_eq!(counted, [34_558, 15_565, 1_636, 435]);
}
