//! Published values of the programmes for England, each beside its source: a digit that changes in a programme fails here.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

use std::collections::BTreeSet;

use capitation::contract::{Dated, Programme};
use rust_decimal::Decimal;

/// A term, and its values by the year from which each holds, with the source of each.
type Published = (&'static str, &'static str, &'static [(i16, &'static str, &'static str)]);

const PRIMARY_CARE: &str = "nhs-primary-care";

const PUBLISHED: [Published; 8] = [
    (
        PRIMARY_CARE,
        "value of a point",
        &[
            (2021, "201.16", "Larking Gowen, 15 April 2021"),
            (2022, "207.56", "NHS England, implementing the 2023/24 changes: the value before"),
            (2023, "213.43", "NHS England, implementing the 2023/24 changes"),
            (
                2024,
                "220.62",
                "Practice Index, 2024/25; NHS England, implementing the 2025/26 changes: the value before",
            ),
            (2025, "225.49", "NHS England, implementing the 2025/26 changes, 7"),
            (2026, "227.95", "GP contract 2026/27 as announced"),
        ],
    ),
    (
        PRIMARY_CARE,
        "published average list",
        &[
            (2021, "9103", "Quality and Outcomes Framework 2021/22"),
            (2024, "9964", "Practice Index, 2024/25"),
        ],
    ),
    (
        PRIMARY_CARE,
        "published rate per weighted patient",
        &[
            (2014, "73.56", "BMA, GP contract payments 2015/16"),
            (2015, "75.77", "BMA, GP contract payments 2015/16: 1 April"),
            (2016, "80.59", "BMA, GP funding changes 2016/17"),
            (2017, "85.35", "GPonline, 7 February 2017"),
            (2018, "88.96", "BMA, GP contract agreement England 2018/19"),
            (2019, "89.88", "Gloucestershire LMC, 2019"),
            (2020, "93.46", "Lentells, 2020/21"),
            (2021, "96.78", "Larking Gowen, 15 April 2021"),
            (2022, "99.70", "NHS England, implementing the 2023/24 changes: the rate before"),
            (2023, "104.73", "Pulse, October 2023"),
            (2024, "112.50", "NHS England, implementing the 2025/26 changes: the rate before"),
            (2025, "123.34", "Surrey and Sussex LMCs, award of 2025/26"),
            (2026, "130.07", "GP contract 2026/27 as announced"),
        ],
    ),
    (
        PRIMARY_CARE,
        "rate at the opening of the year",
        &[
            (2018, "87.92", "BMA, GP contract agreement England 2018/19"),
            (2019, "89.88", "Gloucestershire LMC, 2019"),
            (2020, "93.46", "Lentells, 2020/21"),
            (2021, "96.78", "Larking Gowen, 15 April 2021"),
            (2022, "99.70", "AISMA, 2022/23"),
            (2023, "102.28", "NHS England, implementing the 2023/24 changes, 6.1"),
            (2024, "107.57", "Practice Index, 2024/25"),
            (2025, "121.79", "NHS England, implementing the 2025/26 changes, 6.1"),
            (2026, "130.07", "GP contract 2026/27 as announced"),
        ],
    ),
    (
        PRIMARY_CARE,
        "out-of-hours share",
        &[
            (2015, "0.0539", "Medeconomics, 2016/17"),
            (2016, "0.0515", "BMA, GP funding changes 2016/17"),
            (2017, "0.0492", "Forshaws: £4.19922 of £85.35"),
            (2018, "0.0487", "Forshaws: £4.281704 of £87.92"),
            (2019, "0.0482", "Lentells, 2020/21: before"),
            (2020, "0.0477", "Lentells, 2020/21"),
            (2021, "0.0475", "AISMA, 2022/23; Larking Gowen disagrees"),
            (2022, "0.0475", "NHS England, implementing the 2023/24 changes, 6.2"),
            (2024, "0.0475", "Practice Index, 2024/25"),
            (2025, "0.0475", "NHS England, implementing the 2025/26 changes, 6.2: £5.78 of £121.79"),
            (2026, "0.047", "GP contract 2026/27 as announced"),
        ],
    ),
    (
        PRIMARY_CARE,
        "observed median rate",
        &[
            (2014, "70.11", "NHS Payments to General Practice, 2014/15"),
            (2015, "72.57", "NHS Payments to General Practice, 2015/16"),
            (2016, "76.57", "NHS Payments to General Practice, 2016/17"),
            (2017, "81.25", "NHS Payments to General Practice, 2017/18: the median is 81.2462"),
            (2018, "84.95", "NHS Payments to General Practice, 2018/19"),
            (2019, "85.85", "NHS Payments to General Practice, 2019/20"),
            (2020, "89.29", "NHS Payments to General Practice, 2020/21"),
            (2021, "92.36", "NHS Payments to General Practice, 2021/22"),
            (2022, "95.09", "NHS Payments to General Practice, 2022/23"),
        ],
    ),
    (
        "nhs-acute",
        "marginal rate",
        &[
            (2010, "0.30", "HFMA, 3 October 2013"),
            (2015, "0.30", "NHS England, March 2015: the tariff of 2014/15 goes on"),
            (2016, "0.70", "HFMA, 1 February 2016"),
        ],
    ),
    ("nhs-acute", "elective recovery target", &[(2022, "1.04", "HFMA, 25 February 2022 and 31 March 2022")]),
];

/// Every edition of these terms, of the programme and of its tracks, and no other.
#[test]
fn published_values_are_those_of_the_programmes() {
    for (programme, term, published) in PUBLISHED {
        let programme = Programme::named(programme).unwrap();
        let document = programme.document();
        let of_tracks = document.track.iter().flat_map(|track| &track.terms);
        let found = document.terms.iter().chain(of_tracks).filter(|(name, _)| *name == term);
        let held: BTreeSet<(i16, Decimal)> = found
            .flat_map(|(_, editions)| editions)
            .map(|(day, edition)| match edition.values.as_ref().unwrap() {
                Dated::Always(value) => (day.year(), value.0),
                Dated::From(values) => (day.year(), values.values().next().unwrap().0),
            })
            .collect();
        let printed: BTreeSet<(i16, Decimal)> =
            published.iter().map(|(year, value, _)| (*year, value.parse().unwrap())).collect();
        assert_eq!(held, printed, "{term}");
    }
}

/// The rate of 2015/16 rose within the year (Medeconomics, GMS funding 2016/17).
#[test]
fn the_second_half_of_2015_has_a_rate_of_its_own() {
    let programme = Programme::named(PRIMARY_CARE).unwrap();
    let contract = programme.year(2015).unwrap().track("GMS").unwrap().contract().unwrap();
    let rate = &contract.document().terms["published rate per weighted patient"];
    let Some(Dated::From(values)) = &rate.values else { panic!("{rate:?}") };
    let values: Vec<String> = values.iter().map(|(day, value)| format!("{day} {value}")).collect();
    assert_eq!(values, ["2015-04-01 75.77", "2015-10-01 76.51"]);
}
