//! Activity priced by a tariff: each rule at its edges, what is refused, and the laws of the totals.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

use std::slice::from_ref;

use capitation::{
    ErrorKind,
    activity::{
        Coded, Done, Fault, Lines, MarketForces, PointOfDelivery, PricedBy, Pricing, Stay, Tariff, TariffRow,
        Totals,
    },
};
use proptest::prelude::*;
use rust_decimal::Decimal;

#[allow(clippy::unnecessary_wraps, reason = "the prices of a row are there or not")]
fn pounds(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

/// Prices made up for the test, near those of 2017/18.
fn rows() -> Vec<TariffRow> {
    vec![
        // Very major knee procedures: £5,528, trim point 7, £227 a day.
        TariffRow {
            code: "HN22E".to_owned(),
            combined: pounds("5528"),
            elective_trim_days: Some(7),
            non_elective: pounds("6342"),
            non_elective_trim_days: Some(37),
            daily_rate: pounds("227"),
            short_stay_applies: Some(false),
            ..TariffRow::default()
        },
        TariffRow {
            code: "DZ11V".to_owned(),
            name: Some("Lobar pneumonia".to_owned()),
            day_case: pounds("400"),
            elective: pounds("1200.50"),
            elective_trim_days: Some(10),
            non_elective: pounds("1482"),
            non_elective_trim_days: Some(13),
            daily_rate: pounds("213"),
            short_stay_applies: Some(true),
            short_stay_share: pounds("0.45"),
            ..TariffRow::default()
        },
        // No trim point, no daily rate.
        TariffRow { code: "ZZ01A".to_owned(), non_elective: pounds("100"), ..TariffRow::default() },
        TariffRow {
            code: "ZZ02A".to_owned(),
            non_elective: pounds("100"),
            non_elective_trim_days: Some(5),
            ..TariffRow::default()
        },
        TariffRow {
            code: "110".to_owned(),
            first_attendance: pounds("150"),
            follow_up: pounds("62.35"),
            outpatient_procedure: pounds("130"),
            ..TariffRow::default()
        },
        TariffRow { code: "VB09Z".to_owned(), emergency_attendance: pounds("113"), ..TariffRow::default() },
    ]
}

fn tariff() -> Tariff {
    Tariff::new(2017, rows()).unwrap()
}

/// One spell: code, admission method, patient classification, nights, age.
fn spell(
    code: &'static str,
    method: &'static str,
    class: &'static str,
    nights: i16,
    age: i16,
) -> Lines<'static> {
    let done = Done::Spells {
        method: Coded::of([method]),
        class: Coded::of([class]),
        stay: Stay::Nights(vec![nights].into()),
        age: Some(vec![age].into()),
    };
    Lines::new(Coded::of([code]), done).unwrap()
}

/// One line that says its point of delivery.
fn point(code: &'static str, point: &'static str, units: i64) -> Lines<'static> {
    let done =
        Done::Points { point: Coded::of([point]), stay: None, units: Some(vec![units * 1_000_000].into()) };
    Lines::new(Coded::of([code]), done).unwrap()
}

fn pence(lines: &Lines<'_>) -> (u64, PricedBy, u32) {
    let tariff = tariff();
    let priced = Pricing::new(&tariff, None).price(from_ref(lines)).unwrap();
    (priced.payment(0).unwrap(), priced.rule(0).unwrap(), priced.long_stay_days(0).unwrap())
}

#[test]
fn each_rule_at_its_edges() {
    let cases = [
        // The combined price for both; days above 7: (10 − 7) × £227 = £681.
        (spell("HN22E", "11", "2", 0, 60), 552_800, PricedBy::Combined, 0),
        (spell("HN22E", "12", "1", 7, 60), 552_800, PricedBy::Combined, 0),
        (spell("HN22E", "13", "1", 8, 60), 575_500, PricedBy::Combined, 1),
        (spell("HN22E", "11", "1", 10, 60), 620_900, PricedBy::Combined, 3),
        // A day case that stayed a night is an ordinary spell.
        (spell("DZ11V", "11", "2", 0, 60), 40_000, PricedBy::DayCase, 0),
        (spell("DZ11V", "11", "2", 1, 60), 120_050, PricedBy::Elective, 0),
        // £1,482 × 0.45 = £666.90 for adults of under two days.
        (spell("DZ11V", "21", "1", 0, 19), 66_690, PricedBy::ShortStay, 0),
        (spell("DZ11V", "2A", "1", 1, 130), 66_690, PricedBy::ShortStay, 0),
        (spell("DZ11V", "21", "1", 1, 18), 148_200, PricedBy::NonElective, 0),
        (spell("DZ11V", "21", "1", 2, 19), 148_200, PricedBy::NonElective, 0),
        // Maternity and transfers are no emergencies.
        (spell("DZ11V", "31", "1", 1, 30), 148_200, PricedBy::NonElective, 0),
        (spell("DZ11V", "81", "1", 1, 30), 148_200, PricedBy::NonElective, 0),
        // The short-stay price does not apply to this code.
        (spell("HN22E", "21", "1", 1, 80), 634_200, PricedBy::NonElective, 0),
        // (20 − 13) × £213 = £1,491.
        (spell("DZ11V", "28", "1", 13, 80), 148_200, PricedBy::NonElective, 0),
        (spell("DZ11V", "28", "1", 20, 80), 297_300, PricedBy::NonElective, 7),
        // An age beyond reason does not matter where no price depends on it.
        (spell("DZ11V", "28", "1", 20, -7), 297_300, PricedBy::NonElective, 7),
        // No stay, no need for a trim point.
        (spell("ZZ01A", "31", "1", 0, 30), 10_000, PricedBy::NonElective, 0),
        (spell("ZZ02A", "31", "1", 5, 30), 10_000, PricedBy::NonElective, 0),
    ];
    for (at, (lines, payment, rule, days)) in cases.iter().enumerate() {
        assert_eq!(pence(lines), (*payment, *rule, *days), "case {at}");
    }
}

#[test]
fn attendances_and_lines_of_many_units() {
    let cases = [
        (point("110", "first_attendance", 1), 15_000, PricedBy::FirstAttendance),
        // 3 × £62.35 = £187.05.
        (point("110", "follow_up", 3), 18_705, PricedBy::FollowUp),
        (point("110", "outpatient_procedure", 2), 26_000, PricedBy::OutpatientProcedure),
        (point("VB09Z", "emergency_attendance", 10), 113_000, PricedBy::EmergencyAttendance),
        // 250 days at £213 = £53,250.
        (point("DZ11V", "non_elective_long_stay_days", 250), 5_325_000, PricedBy::LongStayDays),
        (point("DZ11V", "short_stay_emergency", 2), 133_380, PricedBy::ShortStay),
        (point("HN22E", "day_case", 0), 0, PricedBy::Combined),
    ];
    for (at, (lines, payment, rule)) in cases.iter().enumerate() {
        assert_eq!(pence(lines), (*payment, *rule, 0), "case {at}");
    }
}

#[test]
fn market_forces_and_the_line_in_words() {
    let tariff = tariff();
    let forces =
        MarketForces::new([("RXA", "1.032".parse().unwrap()), ("RXB", "1.179944".parse().unwrap())]).unwrap();
    let pricing = Pricing::new(&tariff, Some(&forces));
    let lines = spell("DZ11V", "28", "1", 14, 80).provider(Coded::of(["RXB"])).unwrap();
    // £1,482 + £213 = £1,695; × 1.179944 = £2,000.00508.
    assert_eq!(pricing.price(from_ref(&lines)).unwrap().payment(0), Some(200_001));
    assert_eq!(
        pricing.line(from_ref(&lines), 0).unwrap().to_string(),
        "DZ11V Lobar pneumonia, non-elective price: £1,482.00 + 1 day above 13 at £213.00 = £1,695.00; \
         × 1.179944 (market forces factor) = £2,000.01"
    );
    let other = spell("DZ11V", "28", "1", 14, 80).provider(Coded::of(["RXC"])).unwrap();
    let why = pricing.price(from_ref(&other)).unwrap_err();
    assert_eq!(
        why.to_string(),
        "row 0 (the first row is 0): provider `RXC` has no market forces factor; did you mean `RXA`? otherwise add the \
         provider to the factors; another provider's factor is not its own"
    );
    let nobody = pricing.price(&[spell("DZ11V", "28", "1", 14, 80)]).unwrap_err();
    assert_eq!((nobody.kind(), nobody.place()), (ErrorKind::Column, "provider"));
}

#[test]
fn best_practice_and_top_ups_ask_for_their_columns() {
    let mut rows = rows();
    let hip = rows.first_mut().unwrap();
    hip.best_practice = pounds("6000");
    hip.best_practice_where = Some("EL/NE".to_owned());
    hip.top_up = pounds("0.24");
    let tariff = Tariff::new(2017, rows).unwrap();
    let pricing = Pricing::new(&tariff, None);
    let plain = || spell("HN22E", "11", "1", 10, 60);
    assert_eq!(pricing.price(&[plain()]).unwrap_err().place(), "best practice");
    let met = plain().best_practice(vec![true]).unwrap();
    assert_eq!(pricing.price(from_ref(&met)).unwrap_err().place(), "specialised");
    let paid = |met: bool, specialised: bool, nights: i16, class: &'static str| {
        let lines = spell("HN22E", "11", class, nights, 60);
        let lines = lines.best_practice(vec![met]).unwrap().specialised(vec![specialised]).unwrap();
        let priced = pricing.price(from_ref(&lines)).unwrap();
        assert_eq!(
            pricing.line(from_ref(&lines), 0).unwrap().payment,
            Decimal::new(i64::try_from(priced.payment(0).unwrap()).unwrap(), 2)
        );
        (priced.payment(0).unwrap(), priced.rule(0).unwrap())
    };
    assert_eq!(paid(false, false, 10, "1"), (620_900, PricedBy::Combined));
    // £6,000 + 3 × £227 = £6,681.
    assert_eq!(paid(true, false, 10, "1"), (668_100, PricedBy::BestPractice));
    // × 1.24 = £8,284.44; £6,209 × 1.24 = £7,699.16.
    assert_eq!(paid(true, true, 10, "1"), (828_444, PricedBy::BestPractice));
    assert_eq!(paid(false, true, 10, "1"), (769_916, PricedBy::Combined));
    // It is not for day cases.
    assert_eq!(paid(true, false, 0, "2"), (552_800, PricedBy::Combined));
}

/// The fault of one line, and the message of its refusal.
fn fault_of(lines: &Lines<'_>) -> (Fault, String) {
    let tariff = tariff();
    let message = Pricing::new(&tariff, None).price(from_ref(lines)).unwrap_err().to_string();
    let priced = Pricing::new(&tariff, None).collecting().price(from_ref(lines)).unwrap();
    assert_eq!((priced.payment(0), priced.rule(0), priced.total().unwrap()), (None, None, 0));
    assert_eq!(priced.unpriced().lines(), 1);
    (priced.unpriced().groups().first().unwrap().fault, message)
}

#[test]
fn what_cannot_be_priced_is_refused_or_collected() {
    let dates = |admitted: i32, discharged: i32| {
        let done = Done::Spells {
            method: Coded::of(["21"]),
            class: Coded::of(["1"]),
            stay: Stay::Dates { admitted: vec![admitted].into(), discharged: vec![discharged].into() },
            age: Some(vec![40_i16].into()),
        };
        Lines::new(Coded::of(["DZ11V"]), done).unwrap().date(vec![discharged]).unwrap()
    };
    // 1 April 2017 is day 17,257, 31 March 2018 day 17,621.
    let ok =
        Pricing::new(&tariff(), None).price(&[dates(17_250, 17_257)]).map(|priced| priced.total().unwrap());
    assert_eq!(ok, Ok(148_200));
    let cases = [
        (spell("HN22X", "11", "1", 1, 60), Fault::UnknownCode, "did you mean `HN22E`?"),
        (
            spell("VB09Z", "11", "1", 1, 60),
            Fault::NoPrice,
            "`VB09Z` as an ordinary elective spell has no price",
        ),
        (spell("ZZ01A", "31", "1", 1, 60), Fault::NoTrimPoint, "add the trim point"),
        (spell("ZZ02A", "31", "1", 6, 60), Fault::NoDailyRate, "add the daily rate"),
        (spell("HN22E", "11", "3", 0, 60), Fault::RegularAttender, "regular attender"),
        (spell("HN22E", "99", "1", 0, 60), Fault::UnknownMethod, "admission method `99`"),
        (spell("HN22E", "11", "9", 0, 60), Fault::UnknownClass, "patient classification `9`"),
        (spell("HN22E", "11", "1", -1, 60), Fault::NegativeStay, "-1 days is a length of stay below zero"),
        (spell("DZ11V", "21", "1", 1, 7001), Fault::AgeOutOfRange, "7001 is not an age"),
        (spell("DZ11V", "21", "1", 1, -1), Fault::AgeOutOfRange, "-1 is not an age"),
        (point("110", "first", 1), Fault::UnknownPoint, "`first` is not a point of delivery"),
        (point("110", "follow_up", -1), Fault::UnitsOutOfRange, "number of units"),
        (
            point("110", "follow_up", 9_000_000_000_000),
            Fault::UnitsOutOfRange,
            "9000000000000 is not a number of units",
        ),
        (
            dates(17_300, 17_299),
            Fault::DischargeBeforeAdmission,
            "2017-05-14 to 2017-05-13 is a discharge before the admission",
        ),
        (dates(17_250, 17_256), Fault::OutsideYear, "outside the tariff's financial year"),
        (dates(17_600, 17_622), Fault::OutsideYear, "2018-04-01, beside 2017/18, is outside"),
        (dates(-2_000_000_000, 17_300), Fault::StayTooLong, "a day beyond the calendar to 2017-05-14"),
        (spell("DZ11V", "21", "1", 9, 60).missing(vec![(0, "code")]), Fault::Missing, "the code is missing"),
    ];
    for (at, (lines, fault, words)) in cases.iter().enumerate() {
        let (found, message) = fault_of(lines);
        assert_eq!(found, *fault, "case {at}: {message}");
        assert!(message.contains(words), "case {at}: {message}");
    }
}

#[test]
fn a_tariff_that_says_nothing_of_short_stays_does_not_pay_them_in_full() {
    let mut row = rows().remove(1);
    (row.short_stay_applies, row.short_stay_share) = (None, None);
    let tariff = Tariff::new(2017, vec![row]).unwrap();
    let pricing = Pricing::new(&tariff, None).collecting();
    let fault = |lines: &Lines<'_>| {
        let priced = pricing.price(from_ref(lines)).unwrap();
        let fault = priced.unpriced().groups().first().map(|group| group.fault);
        (priced.payment(0), fault)
    };
    assert_eq!(fault(&spell("DZ11V", "21", "1", 1, 40)), (None, Some(Fault::NoShortStayPrice)));
    assert_eq!(fault(&spell("DZ11V", "21", "1", 2, 40)), (Some(148_200), None));
    assert_eq!(fault(&spell("DZ11V", "21", "1", 1, 4)), (Some(148_200), None));
    // Without an age it cannot be known.
    let done = Done::Spells {
        method: Coded::of(["21"]),
        class: Coded::of(["1"]),
        stay: Stay::Nights(vec![1_i16].into()),
        age: None,
    };
    assert_eq!(fault(&Lines::new(Coded::of(["DZ11V"]), done).unwrap()), (None, Some(Fault::Missing)));
}

/// What an emergency is paid by rows that say different things of short stays and best practice: £1,000 in full, £800 at
/// best practice, £450 reduced; a day case of it £100.
#[test]
fn a_short_stay_is_never_paid_in_full_but_where_the_row_says_so() {
    let row = |applies: Option<bool>, best: Option<&str>| TariffRow {
        code: "AA01A".to_owned(),
        combined: pounds("100"),
        elective_trim_days: Some(5),
        non_elective: pounds("1000"),
        non_elective_trim_days: Some(5),
        daily_rate: pounds("10"),
        short_stay_applies: applies,
        short_stay: applies.filter(|applies| *applies).and_then(|_| pounds("450")),
        best_practice: best.and_then(|_| pounds("800")),
        best_practice_where: best.map(str::to_owned),
        ..TariffRow::default()
    };
    // Another code with a reduced price changes nothing.
    let other = TariffRow { code: "ZZ99Z".to_owned(), ..row(Some(true), Some("NE")) };
    let paid = |row: TariffRow, (class, nights, age): (&'static str, i16, i16), met: bool| {
        let tariff = Tariff::new(2017, vec![row, other.clone()]).unwrap();
        let lines = spell("AA01A", "21", class, nights, age).best_practice(vec![met]).unwrap();
        let priced = Pricing::new(&tariff, None).collecting().price(&[lines]).unwrap();
        let fault = priced.unpriced().groups().first().map(|group| group.fault);
        priced.payment(0).map(|pence| pence / 100).ok_or_else(|| fault.unwrap())
    };
    let (night, day_case, no_age) = (("1", 1, 50), ("2", 0, 50), ("1", 1, -1));
    let (yes, no, unsaid) = (Some(true), Some(false), None);
    for (best, met) in [(None, false), (None, true), (Some("EL"), true), (Some("NE/DC"), false)] {
        assert_eq!(paid(row(yes, best), night, met), Ok(450), "{best:?} {met}");
        assert_eq!(paid(row(yes, best), day_case, met), Ok(450), "{best:?} {met}");
        assert_eq!(paid(row(yes, best), no_age, met), Err(Fault::AgeOutOfRange), "{best:?} {met}");
        assert_eq!(paid(row(no, best), night, met), Ok(1000), "{best:?} {met}");
        assert_eq!(paid(row(no, best), day_case, met), Ok(100), "{best:?} {met}");
        assert_eq!(paid(row(no, best), no_age, met), Ok(1000), "{best:?} {met}");
        assert_eq!(paid(row(unsaid, best), night, met), Err(Fault::NoShortStayPrice), "{best:?} {met}");
        assert_eq!(paid(row(unsaid, best), no_age, met), Err(Fault::AgeOutOfRange), "{best:?} {met}");
        assert_eq!(paid(row(unsaid, best), ("1", 2, 50), met), Ok(1000), "{best:?} {met}");
    }
    // The best-practice price of the setting, where its criteria are met: of both prices no rule says which.
    for (best, (its_own, full), (other, other_full)) in
        [("NE", (night, 800), (day_case, 100)), ("DC", (day_case, 800), (night, 1000))]
    {
        let best = Some(best);
        assert_eq!(paid(row(yes, best), its_own, true), Err(Fault::ShortStayOrBestPractice));
        assert_eq!(paid(row(yes, best), other, true), Ok(450));
        assert_eq!(paid(row(no, best), its_own, true), Ok(full));
        assert_eq!(paid(row(no, best), other, true), Ok(other_full));
        assert_eq!(paid(row(unsaid, best), its_own, true), Err(Fault::NoShortStayPrice));
        // Where nothing is reduced the age says nothing, known or not.
        for age in [-1, 10, 50] {
            assert_eq!(paid(row(no, best), (its_own.0, its_own.1, age), true), Ok(full));
            assert_eq!(paid(row(no, best), (other.0, other.1, age), true), Ok(other_full));
        }
        assert_eq!(paid(row(yes, best), (its_own.0, its_own.1, -1), true), Err(Fault::AgeOutOfRange));
    }
    let best = Some("NE");
    // Longer, or younger: £800 + 2 × £10.
    assert_eq!(paid(row(yes, best), ("1", 7, 50), true), Ok(820));
    assert_eq!(paid(row(yes, best), ("1", 1, 18), true), Ok(800));
}

#[test]
fn a_reduced_price_of_nothing_is_no_price() {
    let free = |share: &str| {
        let row = TariffRow { short_stay_applies: None, short_stay_share: pounds(share), ..rows().remove(1) };
        let tariff = Tariff::new(2017, vec![row]).unwrap();
        let priced =
            Pricing::new(&tariff, None).collecting().price(&[spell("DZ11V", "21", "1", 1, 40)]).unwrap();
        (priced.payment(0), priced.unpriced().groups().first().map(|group| group.fault))
    };
    // A hundred-thousandth of 148,200 pence is 1.482 pence, a millionth 0.1482.
    assert_eq!(free("0.00001"), (Some(1), None));
    assert_eq!(free("0.000001"), (None, Some(Fault::NoShortStayPrice)));
    assert_eq!(free("0"), (None, Some(Fault::NoShortStayPrice)));
}

#[test]
fn a_payment_that_cannot_be_held_says_so() {
    let dear = TariffRow {
        code: "AA01A".to_owned(),
        first_attendance: pounds("10000000"),
        top_up: pounds("1"),
        ..TariffRow::default()
    };
    let tariff = Tariff::new(2017, vec![dear]).unwrap();
    let forces = MarketForces::new([("RXA", pounds("9.9").unwrap())]).unwrap();
    let line = |units| {
        let lines = point("AA01A", "first_attendance", units).provider(Coded::of(["RXA"])).unwrap();
        lines.specialised(vec![true]).unwrap()
    };
    let pricing = Pricing::new(&tariff, Some(&forces));
    // 10⁹ pence × 9.9 × 2 × 4 × 10⁸ = 7.92 × 10¹⁸, below 2⁶³ = 9.22 × 10¹⁸.
    assert_eq!(pricing.price(&[line(400_000_000)]).unwrap().payment(0), Some(7_920_000_000_000_000_000));
    assert_eq!(
        pricing.price(&[line(500_000_000)]).unwrap_err().to_string(),
        "row 0 (the first row is 0): the payment for 500000000 units comes to more than can be held exactly; check the \
         units, or price the line in parts"
    );
}

#[test]
fn tariffs_that_are_refused() {
    type Change = &'static dyn Fn(&mut TariffRow);
    let refused = |change: &dyn Fn(&mut TariffRow)| {
        let mut row = rows().remove(1);
        change(&mut row);
        Tariff::new(2017, vec![row]).unwrap_err().to_string()
    };
    let twice = Tariff::new(2017, rows().into_iter().chain(rows()).collect()).unwrap_err().to_string();
    assert_eq!(twice, "tariff, code `HN22E`: it has two rows; leave one row for each code");
    let cases: [(&str, Change); 11] = [
        ("tariff, code `DZ11V`, price `elective`: 10.005 is not in whole pence", &|row| {
            row.elective = pounds("10.005");
        }),
        ("price `non_elective`: -1 is not from 0 to £10000000", &|row| row.non_elective = pounds("-1")),
        ("price `daily_rate`: 100001 is not from 0 to £100000", &|row| row.daily_rate = pounds("100001")),
        ("0 days is not a trim point", &|row| row.elective_trim_days = Some(0)),
        ("45 is not a share", &|row| row.short_stay_share = pounds("45")),
        ("the reduced price applies, and there is none", &|row| row.short_stay_share = None),
        // Of £1,482: more than it, and not 45 % of it, which is £666.90.
        ("it is more than the non-elective price, 148200 pence", &|row| row.short_stay = pounds("1483")),
        ("it is 66500 pence, and `short_stay_share` of the non-elective price 66690", &|row| {
            row.short_stay = pounds("665");
        }),
        ("`` does not say where it applies", &|row| row.best_practice = pounds("9")),
        ("24 is not a top-up", &|row| row.top_up = pounds("24")),
        ("code `-`: it is no code", &|row| row.code = "-".to_owned()),
    ];
    for (words, change) in cases {
        let message = refused(change);
        assert!(message.contains(words), "{message}");
    }
    assert!(Tariff::new(2017, vec![]).unwrap_err().to_string().contains("it has no rows"));
    for year in [i16::MAX, 9_999, 999, 0, -1] {
        let why = Tariff::new(year, rows()).unwrap_err();
        assert_eq!(
            (why.kind(), why.problem()),
            (ErrorKind::Period, format!("{year} is no financial year").as_str())
        );
    }
    assert_eq!(Tariff::new(9_998, rows()).unwrap().year(), "9998/99");
    let sheet = Tariff::new(2018, rows()).unwrap();
    assert_eq!(tariff().with_sheet(sheet).unwrap_err().kind(), ErrorKind::Period);
    assert!(tariff().with_sheet(tariff()).unwrap_err().to_string().contains("two sheets have it"));
}

#[test]
fn factors_that_are_refused() {
    let refused = |factor: &str| {
        MarketForces::new([("RXA", factor.parse::<Decimal>().unwrap())]).unwrap_err().to_string()
    };
    assert_eq!(
        refused("0.9255"),
        "market forces factor of `RXA`: 0.9255 is below 1; give the payment index, in which the lowest trust has 1; the \
         allocation index is another"
    );
    assert!(refused("10").contains("10 is 10 or more"));
    assert!(refused("1.0000001").contains("too many digits"));
    let twice = MarketForces::new([("RXA", Decimal::ONE), ("RXA ", Decimal::ONE)]).unwrap_err();
    assert!(twice.to_string().contains("it has two rows"));
    assert!(MarketForces::new(Vec::<(String, Decimal)>::new()).is_err());
}

#[test]
fn every_point_of_delivery_is_priced_by_its_own_column() {
    let price = |at: i64| Some(Decimal::from(at));
    let row = TariffRow {
        code: "A".to_owned(),
        day_case: price(1),
        elective: price(2),
        elective_trim_days: Some(5),
        non_elective: price(4),
        non_elective_trim_days: Some(5),
        short_stay: price(3),
        daily_rate: price(5),
        outpatient_procedure: price(7),
        first_attendance: price(8),
        follow_up: price(9),
        first_multi_professional: price(10),
        follow_up_multi_professional: price(11),
        emergency_attendance: price(12),
        ..TariffRow::default()
    };
    let tariff = Tariff::new(2017, vec![row]).unwrap();
    let paid = PointOfDelivery::ALL.map(|of| {
        let lines = point("A", of.name(), 1);
        Pricing::new(&tariff, None).price(from_ref(&lines)).unwrap().total().unwrap() / 100
    });
    assert_eq!(paid, [1, 2, 4, 3, 5, 5, 7, 8, 9, 10, 11, 12]);
}

/// A line drawn at random, faults among them.
type Drawn = (usize, usize, usize, i16, i16, usize, i32, i64);

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let line = (
        0_usize..7,
        0_usize..6,
        0_usize..4,
        -1_i16..60,
        -1_i16..131,
        0_usize..4,
        17_250_i32..17_630,
        0_i64..500_000,
    );
    prop::collection::vec(line, 0..3000)
}

fn table(drawn: &[Drawn]) -> Lines<'static> {
    const CODES: [&str; 7] = ["HN22E", "DZ11V", "ZZ01A", "ZZ02A", "110", "VB09Z", "unknown"];
    const METHODS: [&str; 6] = ["11", "21", "2B", "31", "81", "99"];
    const CLASSES: [&str; 4] = ["1", "2", "3", "8"];
    const PROVIDERS: [&str; 4] = ["RXA", "RXB", "RXC", "nobody"];
    let coded = |texts: &[&'static str], of: fn(&Drawn) -> usize| {
        let keys: Vec<i16> = drawn.iter().map(|line| i16::try_from(of(line)).unwrap()).collect();
        Coded { keys: keys.into(), values: texts.iter().map(|text| (*text).into()).collect() }
    };
    let done = Done::Spells {
        method: coded(&METHODS, |line| line.1),
        class: coded(&CLASSES, |line| line.2),
        stay: Stay::Nights(drawn.iter().map(|line| line.3).collect::<Vec<_>>().into()),
        age: Some(drawn.iter().map(|line| line.4).collect::<Vec<_>>().into()),
    };
    let lines = Lines::new(coded(&CODES, |line| line.0), done).unwrap();
    let lines = lines.provider(coded(&PROVIDERS, |line| line.5)).unwrap();
    let lines = lines.date(drawn.iter().map(|line| line.6).collect::<Vec<_>>()).unwrap();
    lines.cost(drawn.iter().map(|line| line.7).collect::<Vec<_>>()).unwrap()
}

fn forces() -> MarketForces {
    let factors = [("RXA", "1"), ("RXB", "1.032"), ("RXC", "1.179944")];
    MarketForces::new(factors.map(|(provider, factor)| (provider, factor.parse().unwrap()))).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// The total is the sum of the lines, each line alone comes out as it does among others, every line is priced or
    /// listed, and so is every cost.
    #[test]
    fn a_total_is_the_sum_of_its_lines(drawn in drawn()) {
        let (tariff, forces, lines) = (tariff(), forces(), table(&drawn));
        let pricing = Pricing::new(&tariff, Some(&forces)).collecting();
        let priced = pricing.price(from_ref(&lines)).unwrap();
        let totals = pricing.totals(from_ref(&lines)).unwrap();
        prop_assert_eq!(totals.rows(), drawn.len());
        prop_assert_eq!(totals.total().unwrap().payment, priced.total().unwrap());
        prop_assert_eq!(totals.total().unwrap().lines + totals.unpriced().lines(), drawn.len() as u64);
        prop_assert_eq!(totals.unpriced(), priced.unpriced());
        let by_rule: u64 = totals.by_rule().unwrap().iter().map(|(_, cell)| cell.payment).sum();
        let by_cell: u64 = totals.iter().map(|(_, _, _, cell, _)| cell.payment).sum();
        prop_assert_eq!((by_rule, by_cell), (priced.total().unwrap(), priced.total().unwrap()));
        let all_costs: i64 = drawn.iter().map(|line| line.7).sum();
        let unpriced = totals.unpriced().cost().unwrap_or_default();
        let costs = i128::try_from(totals.cost().unwrap_or_default()).unwrap() + unpriced;
        prop_assert_eq!(costs, i128::from(all_costs));
        for row in 0..drawn.len() {
            let line = pricing.line(from_ref(&lines), row).ok();
            let payment = line.as_ref().map(|line| line.payment * Decimal::ONE_HUNDRED);
            prop_assert_eq!(payment, priced.payment(row).map(Decimal::from), "row {}", row);
            prop_assert_eq!(line.as_ref().map(|line| line.rule), priced.rule(row));
            prop_assert_eq!(line.map(|line| line.long_stay_days), priced.long_stay_days(row));
        }
    }

    /// Parts of a table in any cut, on any number of threads, give the totals of the table.
    #[test]
    fn parts_add_up_to_the_table(drawn in drawn(), cut in 0.0..1.0_f64, threads in 1_usize..4) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let cut = (cut * drawn.len() as f64) as usize;
        let (tariff, forces, whole) = (tariff(), forces(), table(&drawn));
        let pricing = Pricing::new(&tariff, Some(&forces)).collecting();
        let parts = [table(&drawn[..cut]), table(&drawn[cut..])];
        let expected = pricing.totals(&[whole]).unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let together = pool.install(|| pricing.totals(&parts)).unwrap();
        let mut one_by_one = Totals::new(&pricing);
        for part in &parts {
            one_by_one.add(&pricing, from_ref(part)).unwrap();
        }
        for made in [together, one_by_one] {
            prop_assert_eq!(made.total(), expected.total());
            prop_assert_eq!(made.unpriced().groups(), expected.unpriced().groups());
            prop_assert!(made.iter().eq(expected.iter()));
            prop_assert_eq!(made.rows(), expected.rows());
            prop_assert_eq!(made.activity(), expected.activity());
        }
    }

    /// The fingerprint of lines is theirs in any order, by line or in totals, and of no others.
    #[test]
    fn a_fingerprint_is_of_these_lines_in_any_order(
        (drawn, mut others) in drawn().prop_flat_map(|drawn| (Just(drawn.clone()), Just(drawn).prop_shuffle())),
        change in (0_usize..8, any::<prop::sample::Index>()),
    ) {
        let (tariff, forces) = (tariff(), forces());
        let pricing = Pricing::new(&tariff, Some(&forces)).collecting();
        let of = |drawn: &[Drawn]| pricing.totals(&[table(drawn)]).unwrap().activity().unwrap();
        let known = of(&drawn);
        prop_assert_eq!(&pricing.price(&[table(&drawn)]).unwrap().activity().unwrap(), &known);
        prop_assert_eq!(of(&others), known.clone());
        prop_assume!(!others.is_empty());
        let (column, row) = (change.0, change.1.index(others.len()));
        let line = &mut others[row];
        match column {
            0 => line.0 = (line.0 + 1) % 7,
            // 21 and 2B are both emergencies, 31 and 81 both neither.
            1 => line.1 = [1, 3, 3, 5, 5, 0][line.1],
            2 => line.2 = (line.2 + 1) % 4,
            3 => line.3 += 1,
            4 => line.4 += 1,
            5 => line.5 = (line.5 + 1) % 4,
            6 => line.6 += 1,
            _ => line.7 += 1,
        }
        prop_assert_ne!(of(&others), known.clone());
        others.pop();
        prop_assert_ne!(of(&others), known);
    }
}

/// Texts and dictionaries in any order, with space around them, are the same lines; a value that is missing is told by what
/// it is, whatever stands in its place.
#[test]
fn a_fingerprint_does_not_depend_on_how_lines_lie_in_memory() {
    let (tariff, forces) = (tariff(), forces());
    let of = |code: Coded<'static>, nights: Vec<i16>, missing: &[(usize, &'static str)]| {
        let done = Done::Spells {
            method: Coded::of(["11", "21"]),
            class: Coded::of(["1", "1"]),
            stay: Stay::Nights(nights.into()),
            age: Some(vec![40_u8, 50].into()),
        };
        let lines = Lines::new(code, done).unwrap().provider(Coded::of(["RXA", "RXB"])).unwrap();
        let pricing = Pricing::new(&tariff, Some(&forces)).collecting();
        pricing.price(&[lines.missing(missing.to_vec())]).unwrap().activity().unwrap()
    };
    let known = of(Coded::of(["HN22E", "DZ11V"]), vec![4, 20], &[]);
    let other =
        Coded { keys: vec![2_u8, 0].into(), values: vec![" DZ11V".into(), "unused".into(), "HN22E ".into()] };
    assert_eq!(of(other, vec![4, 20], &[]), known);
    let swapped = of(Coded::of(["DZ11V", "HN22E"]), vec![4, 20], &[]);
    assert_ne!(swapped, known);
    let missing = [(1, "length of stay")];
    let without = of(Coded::of(["HN22E", "DZ11V"]), vec![4, 20], &missing);
    assert_eq!(of(Coded::of(["HN22E", "DZ11V"]), vec![4, -7], &missing), without);
    assert_ne!(without, known);
    assert_ne!(of(Coded::of(["HN22E", "DZ11V"]), vec![4, 20], &[(1, "code")]), without);
    // A line that lacks a value is told from another that lacks it too.
    assert_ne!(of(Coded::of(["HN22E", "ZZ01A"]), vec![4, 20], &missing), without);
    let units = |units: Option<i64>| {
        let done = Done::Points {
            point: Coded::of(["follow_up"]),
            stay: None,
            units: units.map(|units| vec![units].into()),
        };
        let lines = Lines::new(Coded::of(["110"]), done).unwrap();
        Pricing::new(&tariff, None).price(&[lines]).unwrap().activity().unwrap()
    };
    assert_eq!(units(None), units(Some(1_000_000)));
    assert_ne!(units(None), units(Some(0)));
    // Results carry it: one that was stamped before is still of these lines.
    assert_eq!(known, "lines:26b10b43048ee418");
}

#[test]
fn the_first_row_without_a_price_is_named_whatever_the_threads() {
    let mut drawn: Vec<Drawn> = vec![(0, 0, 0, 1, 40, 0, 17_300, 1); 700_000];
    for row in [650_000, 300_001, 699_999] {
        drawn[row].0 = 6;
    }
    let (tariff, forces, lines) = (tariff(), forces(), table(&drawn));
    let why = Pricing::new(&tariff, Some(&forces)).totals(&[lines]).unwrap_err();
    assert_eq!(why.place(), "row 300001 (the first row is 0)");
}
