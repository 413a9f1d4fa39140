//! General practice in England: the global sum and the Quality and Outcomes Framework at, below and above every bound, by
//! hand; and files of payments as they may come.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

#[path = "support/file.rs"]
mod file;

use capitation::contract::{Programme, TrackYear};
use capitation::datasets::gp::{self, GpContract};
use capitation::exposure::Date;
use capitation::reproduce::gp::{GpReason, GpVerdict};
use capitation::reproduce::reproduce_gp;
use capitation::settlement::Statement;
use capitation::{Error, ErrorKind, Experience};
use rust_decimal::Decimal;

use file::File;

fn track(name: &str, year: i16, choices: &[(&str, &str)]) -> TrackYear {
    let track = Programme::named("nhs-primary-care").unwrap().year(year).unwrap().track(name).unwrap();
    choices.iter().fold(track, |track, (choice, option)| track.choose(choice, option).unwrap())
}

fn happened(given: &[(&str, &str)]) -> Experience<'static> {
    given.iter().fold(Experience::new(), |all, (input, amount)| all.with(*input, amount).unwrap())
}

fn settled(track: &TrackYear, given: &[(&str, &str)]) -> Statement {
    track.contract().unwrap().settle(&happened(given), track.on()).unwrap()
}

fn amount(statement: &Statement, clause: &str) -> Decimal {
    statement.amount(clause).unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Pounds for a weighted patient and the share for out-of-hours care, as the field notes and the sources of the programme
/// have them: the year, at the opening, after the pay award, the share.
const RATES: [(i16, &str, &str, &str); 8] = [
    (2019, "89.88", "89.88", "0.0482"),
    (2020, "93.46", "93.46", "0.0477"),
    (2021, "96.78", "96.78", "0.0475"),
    (2022, "99.70", "99.70", "0.0475"),
    (2023, "102.28", "104.73", "0.0475"),
    (2024, "107.57", "112.50", "0.0475"),
    (2025, "121.79", "123.34", "0.0475"),
    (2026, "130.07", "130.07", "0.047"),
];

/// Of 1,200 weighted patients a month's payment is 100 times the rate.
#[test]
fn the_global_sum_of_each_year() {
    for (year, opening, latest, share) in RATES {
        for (rate, option) in [(opening, "at the opening"), (latest, "as published")] {
            let given = [("weighted patients", "1200"), ("months paid", "1")];
            let opted =
                settled(&track("GMS", year, &[("rate", option), ("out of hours", "opted out")]), &given);
            let provided = settled(&track("GMS", year, &[("rate", option)]), &given);
            let month = decimal(rate) * decimal("100");
            assert_eq!(amount(&provided, "global sum"), month, "{year} {option}");
            let kept = month - amount(&opted, "global sum");
            assert!((kept - month * decimal(share)).abs() <= decimal("0.005"), "{year} {option}: {kept}");
        }
    }
    // What is not certain says so, and nothing else does.
    let unverified = |year: i16| {
        let contract = track("GMS", year, &[("out of hours", "opted out")]).contract().unwrap();
        contract.unverified().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(unverified(2021), ["out-of-hours share"]);
    assert_eq!(unverified(2025), Vec::<String>::new());
    let observed = track("GMS at the observed median", 2020, &[]).contract().unwrap();
    assert_eq!(observed.unverified().collect::<Vec<_>>(), ["observed median rate"]);
}

/// The rate of 2015/16 rose on 1 October: £75.77 and £76.51 × 100 × 6 months.
#[test]
fn a_rate_that_rises_within_the_year_holds_from_its_day() {
    let contract = track("GMS", 2015, &[]).contract().unwrap();
    let given = happened(&[("weighted patients", "1200"), ("months paid", "6")]);
    let on = |month| {
        let statement = contract.settle(&given, Date::new(2015, month, 1).unwrap()).unwrap();
        amount(&statement, "global sum")
    };
    assert_eq!((on(4), on(9), on(10)), (decimal("45462"), decimal("45462"), decimal("45906")));
}

/// Five and a half months of £104.73 ÷ 12 for 8,123.4567 weighted patients come to a part of a penny.
#[test]
fn a_part_of_a_month_is_paid_to_the_penny() {
    let contract = track("GMS", 2024, &[]).contract().unwrap();
    let given = happened(&[("weighted patients", "8123.4567"), ("months paid", "5.5")]);
    let paid = amount(&contract.settle(&given, contract.period().start).unwrap(), "global sum");
    assert_eq!(paid, paid.round_dp(2));
    let monthly = happened(&[("weighted patients", "8123.4567"), ("months paid", "1")]);
    let monthly = amount(&contract.settle(&monthly, contract.period().start).unwrap(), "global sum");
    assert!((paid - monthly * decimal("5.5")).abs() <= decimal("0.005"), "{paid} {monthly}");
}

/// Nothing is known of a share for 2014/15, nor of a rate at the opening before 2018/19: they are given, or not on offer.
#[test]
fn what_is_not_known_is_asked_for() {
    let contract = track("GMS", 2014, &[("out of hours", "opted out")]).contract().unwrap();
    assert!(contract.document().inputs.contains_key("agreed out-of-hours share"));
    let error = contract
        .settle(&happened(&[("weighted patients", "1200"), ("months paid", "12")]), contract.period().start)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Experience);
    assert!(error.to_string().contains("agreed out-of-hours share"), "{error}");
    let error = track("GMS", 2017, &[]).choose("rate", "at the opening").unwrap_err();
    assert!(error.to_string().contains("it has no option `at the opening`"), "{error}");
    // Two sources of the average list disagree, and neither is taken unless it is named.
    let contract = track("QOF", 2026, &[("aspiration", "none")]).contract().unwrap();
    assert!(contract.document().inputs.contains_key("agreed average list"));
    // No average list is known for these years.
    for year in [2022, 2023, 2025] {
        let inputs = track("QOF", year, &[]).contract().unwrap().document().inputs.clone();
        assert!(inputs.contains_key("agreed average list"), "{year}");
    }
    let tracks = Programme::named("nhs-primary-care").unwrap().year(2023).unwrap();
    assert_eq!(tracks.tracks().collect::<Vec<_>>(), ["GMS", "QOF", "QOF indicator"]);
}

/// 20 points from 40 to 90 %, at £220.62 and the average list: at, below, between and above the thresholds.
#[test]
fn points_are_linear_between_the_thresholds() {
    let cases = [
        ("0", "0", "0.00"),
        ("399", "0", "0.00"),
        ("400", "0", "0.00"),
        // 1/500 of 20 points.
        ("401", "0.04", "8.82"),
        ("650", "10", "2206.20"),
        ("899", "19.96", "4403.58"),
        ("900", "20", "4412.40"),
        ("1000", "20", "4412.40"),
    ];
    let other = track("QOF indicator", 2024, &[("indicator", "not clinical")]);
    for (counted, points, pounds) in cases {
        let statement = settled(
            &other,
            &[
                ("registered patients", "9964"),
                ("patients counted", counted),
                ("patients eligible", "1000"),
                ("lower threshold", "0.40"),
                ("upper threshold", "0.90"),
                ("points available", "20"),
            ],
        );
        assert_eq!(amount(&statement, "points achieved"), decimal(points), "{counted}");
        assert_eq!(amount(&statement, "payment for the indicator"), decimal(pounds), "{counted}");
    }
}

/// An indicator with nobody eligible, or without a range, has no payment that could be meant.
#[test]
fn an_indicator_that_cannot_be_right_is_refused() {
    let other = track("QOF indicator", 2024, &[("indicator", "not clinical")]);
    let refused = |eligible: &str, upper: &str| {
        let given = happened(&[
            ("registered patients", "9964"),
            ("patients counted", "0"),
            ("patients eligible", eligible),
            ("lower threshold", "0.40"),
            ("upper threshold", upper),
            ("points available", "20"),
        ]);
        other.contract().unwrap().settle(&given, other.on()).unwrap_err()
    };
    // Nobody eligible; no range; thresholds the wrong way round.
    let cases = [
        (refused("0", "0.90"), ErrorKind::Arithmetic, "`patients eligible`, which is 0"),
        (refused("100", "0.40"), ErrorKind::Arithmetic, "`range between the thresholds`, which is 0"),
        (refused("100", "0.30"), ErrorKind::Range, "0.4 is above `upper threshold`, which is 0.3"),
    ];
    for (error, kind, clause) in cases {
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(clause), "{error}");
    }
    assert!(refused("100", "1.40").to_string().contains("upper threshold"));
}

/// The indicators of a year, each on its own, come to the year's achievement payment within a penny for each.
#[test]
fn indicators_add_up_to_the_year() {
    let indicator = track("QOF indicator", 2024, &[]);
    // Patients counted of 200, points, prevalence here and in the nation; thresholds of 45 and 85 %.
    let indicators =
        [("123", "17", "0.061", "0.053"), ("171", "9", "0.143", "0.149"), ("150", "5", "0.022", "0.019")];
    let (mut points, mut pounds) = (Decimal::ZERO, Decimal::ZERO);
    for (counted, available, here, nation) in indicators {
        let statement = settled(
            &indicator,
            &[
                ("registered patients", "12345"),
                ("patients counted", counted),
                ("patients eligible", "200"),
                ("lower threshold", "0.45"),
                ("upper threshold", "0.85"),
                ("points available", available),
                ("prevalence in the practice", here),
                ("national prevalence", nation),
            ],
        );
        points += amount(&statement, "points that count");
        pounds += amount(&statement, "payment for the indicator");
    }
    // 7.0125 × 61/53 = 8.07099, 9 × 143/149 = 8.63758 and 3.75 × 22/19 = 4.34211 points.
    assert_eq!(points.round_dp(4), decimal("21.0507"));
    // × £220.62 × 12,345/9,964 = £5,753.98.
    assert!((pounds - decimal("5753.98")).abs() <= decimal("0.02"), "{pounds}");
    let year = settled(
        &track("QOF", 2024, &[("aspiration", "none")]),
        &[
            ("registered patients", "12345"),
            ("clinical points after prevalence", &points.to_string()),
            ("other points", "0"),
        ],
    );
    let apart = amount(&year, "balance of achievement") - pounds;
    assert!(apart.abs() <= decimal("0.02"), "{apart}");
}

const HEAD: &str = "year,practice_code,region,ccg_or_sub_icb,contract_type,dispensing,rurality,registered_patients,weighted_patients,global_sum,mpig_correction,pms_balance,qof_payment,premises,local_incentive_schemes,total_payments,total_payments_minus_deductions";

/// A made-up row: year, practice, region, contract, list, global sum, PMS balance.
fn row(year: &str, practice: &str, region: &str, contract: &str, list: &str, sum: &str, pms: &str) -> String {
    format!(
        "{year},{practice},{region},Somewhere,{contract},No,Urban,{list},{list},{sum},0.0,{pms},0.0,0.0,0.0,0.0,0.0"
    )
}

/// Three practices at £100 make the median; each other one is there for one verdict.
#[test]
fn every_verdict_by_hand() {
    let rows = [
        row("2018/19", "A", "NORTH", "GMS", "1200", "120000.0", "0.0"),
        row("2018/19", "B", "NORTH", "GMS", "1200", "120000.0", "0.0"),
        row("2018/19", "C", "NORTH", "GMS", "1200", "120000.0", "0.0"),
        // Exactly 1 % above and below is within; a penny more is not.
        row("2018/19", "D", "NORTH", "GMS", "1200", "121200.0", "0.0"),
        row("2018/19", "E", "NORTH", "GMS", "1200", "118800.0", "0.0"),
        row("2018/19", "F", "NORTH", "GMS", "1200", "121200.01", "0.0"),
        row("2018/19", "G", "LONDON COMMISSIONING REGION", "GMS", "1200", "123600.0", "0.0"),
        // Less, with a PMS balance of more than 1 %, which goes before London; and with one of a few pounds.
        row("2018/19", "H", "LONDON COMMISSIONING REGION", "GMS", "1200", "60000.0", "60000.0"),
        row("2018/19", "I", "NORTH", "GMS", "1200", "60000.0", "12.0"),
        // More, and a PMS balance is no reason for that.
        row("2018/19", "J", "NORTH", "GMS", "1200", "150000.0", "60000.0"),
        // It is not there the year after, or has no patients then.
        row("2018/19", "K", "NORTH", "GMS", "1200", "60000.0", "0.0"),
        row("2018/19", "L", "NORTH", "GMS", "1200", "60000.0", "0.0"),
        row("2018/19", "M", "NORTH", "PMS", "1200", "120000.0", "0.0"),
        row("2018/19", "N", "NORTH", "UNKNOWN", "1200", "120000.0", "0.0"),
        row("2018/19", "O", "NORTH", "GMS", "0.0", "120000.0", "0.0"),
        row("2018/19", "P", "NORTH", "GMS", "1200", "-100.0", "0.0"),
    ];
    let after = "ABCDEFGHIJMNOP"
        .chars()
        .map(|p| row("2019/20", &p.to_string(), "NORTH", "GMS", "1200", "132000.0", "0.0"));
    let closed = row("2019/20", "L", "NORTH", "GMS", "0.0", "0.0", "0.0");
    let text =
        [HEAD.to_owned()].into_iter().chain(rows).chain(after).chain([closed]).collect::<Vec<_>>().join("\n");
    let file = File::new("made up.csv", &text);
    let reproduction = reproduce_gp(&[gp::read(&file.path).unwrap()]).unwrap();
    let verdicts: Vec<GpVerdict> = reproduction.rows.iter().take(16).map(|row| row.verdict).collect();
    let differs = GpVerdict::Differs;
    assert_eq!(
        verdicts,
        [
            [GpVerdict::Near; 5].as_slice(),
            &[
                differs(GpReason::Unexplained),
                differs(GpReason::London),
                differs(GpReason::TwoContracts),
                differs(GpReason::Unexplained),
                differs(GpReason::Unexplained),
                differs(GpReason::OpenedOrClosed),
                differs(GpReason::OpenedOrClosed),
                GpVerdict::OtherContract,
                GpVerdict::OtherContract,
                GpVerdict::WithoutListOrSum,
                GpVerdict::WithoutListOrSum,
            ],
        ]
        .concat()
    );
    let [year, next] = reproduction.years.as_slice() else { unreachable!() };
    assert_eq!(
        (year.practices, year.compared, year.within_1, year.within_2, year.within_5),
        (16, 12, 5, 6, 7)
    );
    assert_eq!(year.median_rate, Some(decimal("100")));
    assert_eq!(reproduction.rows[6].difference, Some(decimal("0.03")));
    // An even number: the mean of the two in the middle. The 14 of the next year are all alike.
    assert_eq!(
        (next.year, next.compared, next.within_1, next.median_rate),
        (2019, 14, 14, Some(decimal("110")))
    );
    // London apart: ten practices, the middle two at £100 and £100.
    assert_eq!((year.outside_london.compared, year.outside_london.within_1), (10, 5));
}

#[test]
fn words_for_every_verdict() {
    let verdicts = [
        (GpVerdict::Near, "within 1 %"),
        (GpVerdict::Differs(GpReason::OpenedOrClosed), "differs: opened or closed"),
        (GpVerdict::Differs(GpReason::TwoContracts), "differs: paid less, and under a PMS contract too"),
        (GpVerdict::Differs(GpReason::London), "differs: in London"),
        (
            GpVerdict::Differs(GpReason::Unexplained),
            "differs: unexplained; the files do not tell who opted out",
        ),
        (GpVerdict::OtherContract, "not compared: it is not on a GMS contract"),
        (GpVerdict::WithoutListOrSum, "not compared: it has no weighted list or no global sum"),
    ];
    for (verdict, words) in verdicts {
        assert!(verdict.to_string().starts_with(words), "{verdict}");
    }
    assert_eq!(GpContract::Apms.to_string(), "APMS");
}

fn refused(text: &str) -> Error {
    let file = File::new("payments.csv", text);
    gp::read(&file.path).and_then(|rows| reproduce_gp(&[rows])).unwrap_err()
}

#[test]
fn a_bad_file_is_refused_by_line_and_column() {
    let good = row("2018/19", "A", "NORTH", "GMS", "1200", "120000.0", "0.0");
    let with = |bad: String| format!("{HEAD}\n{good}\n{bad}\n");
    let other = |from: &str, to: &str| with(good.replace(",A,", ",B,").replacen(from, to, 1));
    let cases = [
        (
            format!("{}\n{good}", HEAD.replace("global_sum", "sum")),
            ErrorKind::Column,
            "there is no column for the global sum; name it `global_sum`",
        ),
        (
            other("2018/19", "2018"),
            ErrorKind::Row,
            ", line 3, financial year (`year`): `2018` is not a financial year; write it as 2014/15",
        ),
        (other("2018/19", "2018/20"), ErrorKind::Row, "`2018/20` is not a financial year"),
        (
            other("GMS", "GP"),
            ErrorKind::Row,
            ", line 3, kind of contract (`contract_type`): `GP` is not a kind of contract that is known; use `GMS`, `PMS`, `APMS` or `UNKNOWN`",
        ),
        (
            other(",No,", ",Never,"),
            ErrorKind::Row,
            ", line 3, whether it dispenses (`dispensing`): `never` is neither `yes` nor `no`; use one of the two, or `unknown`",
        ),
        (
            other("Urban", "Suburb"),
            ErrorKind::Row,
            ", line 3, rurality (`rurality`): `suburb` is neither `rural` nor `urban`",
        ),
        (
            other("1200", "-1"),
            ErrorKind::Row,
            ", line 3, registered patients (`registered_patients`): -1 is below zero",
        ),
        (
            other("120000.0", "1e5"),
            ErrorKind::Row,
            ", line 3, global sum (`global_sum`): `1e5` is not a number",
        ),
        (
            other("120000.0", ""),
            ErrorKind::Row,
            ", line 3, global sum (`global_sum`): there is no value, or it is suppressed",
        ),
        (other(",B,", ",,"), ErrorKind::Row, ", line 3, practice (`practice_code`): there is no code"),
        (
            with(good.clone()),
            ErrorKind::Row,
            ", line 3, practice (`practice_code`): it is on line 2 too, in the same year; keep one row for each practice and year",
        ),
        (
            format!("{HEAD}\n{}", good.replace("2018/19", "2012/13")),
            ErrorKind::Period,
            "it has no track in 2012/13; ask for a year from 2014/15 to 2026/27",
        ),
    ];
    for (text, kind, words) in cases {
        let error = refused(&text);
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.kind(), kind, "{error}");
        // No message names a practice.
        assert!(!error.to_string().contains("`A`") && !error.to_string().contains("`B`"), "{error}");
    }
    let file = File::new("payments.csv", &format!("{HEAD}\n{good}\n"));
    let read = gp::read(&file.path).unwrap();
    let error = reproduce_gp(&[read.clone(), read]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "payments.csv, line 2: the practice is in another file too, in the same year; give each year once"
    );
    assert!(reproduce_gp(&[]).unwrap_err().to_string().contains("no file is given"));
}
