//! The benchmark of the Medicare Shared Savings Program from its base years: printed and hand-worked figures, and laws.
//!
//! Dollars are for one person year. Where no other figure is given, every enrolment type has cost $1,000 in every year,
//! at a risk score of 1, as nation and region did: then the benchmark is $1,000.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]
#![allow(clippy::large_types_passed_by_value, reason = "a test may copy a few numbers")]

#[path = "support/data.rs"]
mod data;

use capitation::adjustment::{
    Agreement, BaseYears, ByType, Ends, EnrolmentType, From2024, Prospective, TypeYears, UpdatedBenchmark,
    Years,
};
use capitation::contract::Programme;
use capitation::decimal::Exact;
use capitation::settlement::People;

use capitation::{ErrorKind, Experience};
use proptest::prelude::*;
use rust_decimal::Decimal;

use data::published_data;

fn d(text: &str) -> Decimal {
    text.parse::<Exact>().unwrap().0
}

fn years(base: [&str; 3], performance: &str) -> Years {
    Years { base: base.map(d), performance: d(performance) }
}

fn ends(base_year_3: &str, performance: &str) -> Ends {
    Ends { base_year_3: d(base_year_3), performance: d(performance) }
}

fn steady() -> TypeYears {
    let thousand = years(["1000"; 3], "1000");
    TypeYears {
        expenditure: thousand.base,
        risk_score: years(["1"; 3], "1"),
        national: thousand,
        regional: thousand,
        national_weight: ends("0.5", "0.5"),
        person_years: ends("100", "100"),
    }
}

fn before(one: TypeYears) -> BaseYears {
    BaseYears {
        performance_year: 2022,
        agreement_period: 1,
        regional_adjustment_period: 1,
        types: ByType::all(one),
        agreement: Agreement::Before2024,
    }
}

fn from_2024(one: TypeYears) -> (BaseYears, From2024) {
    let each = Prospective {
        trend: Decimal::ONE,
        demographic_risk_score: ends("1", "1"),
        weight_of_growth: d("0.25"),
    };
    let more = From2024 {
        prior_savings: [Decimal::ZERO; 3],
        proration: Decimal::ONE,
        guardrail: false,
        types: ByType::all(each),
    };
    (BaseYears { performance_year: 2024, ..before(one) }, more)
}

fn settle_2024((base_years, more): &(BaseYears, From2024)) -> UpdatedBenchmark {
    BaseYears { agreement: more.clone().into(), ..base_years.clone() }.settle().unwrap()
}

fn line(benchmark: &UpdatedBenchmark, name: &str) -> Decimal {
    benchmark.statement.amount(name).unwrap_or_else(|| panic!("no line `{name}`"))
}

/// CMS methodology v11, section 4.1.2: national 1.047 at a weight of 0.767 and regional 1.083 give 1.055.
/// 0.767 × 1.047 + 0.233 × 1.083 = 0.803049 + 0.252339 = 1.055388.
#[test]
fn the_printed_blend() {
    let one = TypeYears {
        national: years(["1000"; 3], "1047"),
        regional: years(["1000"; 3], "1083"),
        national_weight: ends("0.5", "0.767"),
        ..steady()
    };
    let benchmark = before(one).settle().unwrap();
    for of in EnrolmentType::ALL {
        assert_eq!(line(&benchmark, &format!("update, {of}")), d("1.055388"));
        assert_eq!(line(&benchmark, &format!("update, {of}")).round_dp(3), d("1.055"));
        assert_eq!(benchmark.types.get(of).updated, d("1055.388"));
    }
    assert_eq!((benchmark.per_person_year, benchmark.total), (d("1055.39"), d("422155.20")));
}

/// Base year 1: $900 at risk 0.8 is $1,125 at risk 1; the nation grew by 1,000/800 = 1.25, the region by 1, half of each is
/// 1.125: $1,265.625. Base year 2: $950 × 1.125 = $1,068.75. Base year 3: $1,000.
/// 10/30/60: 126.5625 + 320.625 + 600 = 1,047.1875. Alike: 3,334.375 / 3 = 1,111.458333.
#[test]
fn base_years_at_the_risk_and_prices_of_the_third() {
    let one = TypeYears {
        expenditure: [d("900"), d("950"), d("1000")],
        risk_score: years(["0.8", "1", "1"], "1"),
        national: years(["800", "800", "1000"], "1000"),
        ..steady()
    };
    let first = before(one).settle().unwrap();
    assert_eq!(line(&first, "trended expenditure, ESRD, base year 1"), d("1265.625"));
    assert_eq!(line(&first, "trended expenditure, ESRD, base year 2"), d("1068.75"));
    assert_eq!(first.types.esrd.historical, d("1047.1875"));
    for period in [2, 3, 7] {
        let rebased = BaseYears { agreement_period: period, ..before(one) }.settle().unwrap();
        assert_eq!(rebased.types.esrd.historical, d("1111.458333"));
    }
}

/// An ACO whose region cost $100 more, or less, at a national $10,000: the limits of $500 are far.
#[test]
fn the_weight_of_the_region_rises_by_period() {
    let adjusted = |region: &str, period: u32| {
        let one = TypeYears {
            national: years(["10000"; 3], "10000"),
            regional: years([region; 3], region),
            ..steady()
        };
        let base_years = BaseYears { regional_adjustment_period: period, ..before(one) };
        base_years.settle().unwrap().types.disabled.adjustment
    };
    let lower: Vec<Decimal> = (1..=5).map(|period| adjusted("1100", period)).collect();
    let higher: Vec<Decimal> = (1..=5).map(|period| adjusted("900", period)).collect();
    assert_eq!(lower, ["35", "50", "50", "50", "50"].map(d));
    assert_eq!(higher, ["-15", "-25", "-35", "-50", "-50"].map(d));
}

/// Half of the difference against 5 % of a national $1,000, which is $50: at a difference of $100 the limit holds exactly.
#[test]
fn the_regional_adjustment_stops_at_its_limits() {
    let adjusted = |region: &str| {
        let one = TypeYears { regional: years([region; 3], region), ..steady() };
        let benchmark = BaseYears { regional_adjustment_period: 4, ..before(one) }.settle().unwrap();
        let bit = |name: &str| {
            let line = benchmark.statement.lines().iter().find(|line| line.name == name).unwrap();
            line.note.as_ref().is_some_and(|note| note.contains(" bit: "))
        };
        let is_bit = bit("regional adjustment within its upper limit, ESRD") || bit("adjustment, ESRD");
        (benchmark.types.esrd.adjustment, is_bit)
    };
    assert_eq!(adjusted("1099.98"), (d("49.99"), false));
    assert_eq!(adjusted("1100"), (d("50"), false));
    assert_eq!(adjusted("1100.02"), (d("50"), true));
    assert_eq!(adjusted("5000"), (d("50"), true));
    assert_eq!(adjusted("900.02"), (d("-49.99"), false));
    assert_eq!(adjusted("900"), (d("-50"), false));
    assert_eq!(adjusted("899.98"), (d("-50"), true));
    // The region is compared at the ACO's risk: $900 at a risk of 1.2 are $1,080, and half of the $80 are $40.
    let sick =
        TypeYears { risk_score: years(["1.2"; 3], "1.2"), regional: years(["900"; 3], "900"), ..steady() };
    let benchmark = BaseYears { regional_adjustment_period: 4, ..before(sick) }.settle().unwrap();
    assert_eq!(benchmark.types.esrd.adjustment, d("40"));
}

/// ESRD $40 below its region for 100 person years, disabled above it for 200: at $20 above they balance, and the ACO is
/// lower-spending with 35 %; a cent more, and it is higher-spending with 15 % on every type.
#[test]
fn lower_spending_is_by_all_types_together() {
    let adjustments = |disabled: &str| {
        let mut base_years = before(steady());
        base_years.types.esrd.regional = years(["1040"; 3], "1040");
        base_years.types.disabled =
            TypeYears { expenditure: [d(disabled); 3], person_years: ends("200", "200"), ..steady() };
        let types = base_years.settle().unwrap().types;
        (types.esrd.adjustment, types.disabled.adjustment, types.aged_dual.adjustment)
    };
    assert_eq!(adjustments("1020"), (d("14"), d("-7"), d("0")));
    assert_eq!(adjustments("1020.01"), (d("6"), d("-3.0015"), d("0")));
}

/// That the benchmark rises with what base years cost sounds like a law and is none: in the case above one cent more
/// halves the adjustment of every type, and where ESRD has grown since, the benchmark falls.
/// 300 × 1,014 + 1 × 1,013 + 2 × 1,000 = 307,213; 300 × 1,006 + 1 × 1,017.0085 + 2 × 1,000 = 304,817.0085.
#[test]
fn a_cent_more_of_history_can_lower_the_benchmark() {
    let total = |disabled: &str| {
        let one = TypeYears { person_years: ends("100", "1"), ..steady() };
        let mut base_years = before(one);
        base_years.types.esrd =
            TypeYears { regional: years(["1040"; 3], "1040"), person_years: ends("100", "300"), ..steady() };
        base_years.types.disabled =
            TypeYears { expenditure: [d(disabled); 3], person_years: ends("200", "1"), ..steady() };
        base_years.settle().unwrap().total
    };
    assert_eq!(total("1020"), d("307213.00"));
    assert_eq!(total("1020.01"), d("304817.01"));
}

/// Risk may grow by 3 % and fall without limit, each type alone.
#[test]
fn growth_in_risk_is_limited_upwards_alone() {
    let updated = |score: &str| {
        let mut base_years = before(steady());
        base_years.types.aged_dual.risk_score = years(["1"; 3], score);
        let types = base_years.settle().unwrap().types;
        assert_eq!(types.aged_non_dual.updated, d("1000"));
        types.aged_dual.updated
    };
    let found = ["1.02", "1.03", "1.0301", "1.5", "0.97", "0.5"].map(updated);
    assert_eq!(found, ["1020", "1030", "1030", "1030", "970", "500"].map(d));
}

/// Agreements from 2024: demographic growth of 1 % and 3 points are 1.04 on the whole. One type at 1.10 and three at 1
/// are 1.025 on the whole, and count in full; one at 1.20 makes 1.05, and is held to 1.04 alone.
#[test]
fn growth_in_risk_of_agreements_from_2024_is_limited_on_the_whole() {
    let updated = |score: &str| {
        let (mut base_years, mut more) = from_2024(steady());
        base_years.types.esrd.risk_score = years(["1"; 3], score);
        for one in [
            &mut more.types.esrd,
            &mut more.types.disabled,
            &mut more.types.aged_dual,
            &mut more.types.aged_non_dual,
        ] {
            one.demographic_risk_score = ends("1", "1.01");
        }
        let types = settle_2024(&(base_years, more)).types;
        (types.esrd.updated, types.disabled.updated)
    };
    assert_eq!(updated("1.10"), (d("1100"), d("1000")));
    assert_eq!(updated("1.16"), (d("1160"), d("1000")));
    assert_eq!(updated("1.20"), (d("1040"), d("1000")));
}

/// Two thirds of 1.05 and a third of 1.08 are 1.06; a prospective trend like the rest changes nothing, and under the
/// guardrail it does not count.
#[test]
fn the_three_way_update() {
    let grown =
        TypeYears { national: years(["1000"; 3], "1060"), regional: years(["1000"; 3], "1040"), ..steady() };
    let updated = |trend: &str| {
        let (base_years, mut more) = from_2024(grown);
        more.types.esrd.trend = d(trend);
        settle_2024(&(base_years, more)).types.esrd.updated
    };
    assert_eq!((updated("1.08"), updated("1.05"), updated("1.02")), (d("1060"), d("1050"), d("1040")));
    assert_eq!(before(grown).settle().unwrap().types.esrd.updated, d("1050"));
    let (base_years, mut more) = from_2024(grown);
    (more.types.esrd.trend, more.guardrail) = (d("1.02"), true);
    assert_eq!(settle_2024(&(base_years, more)).types.esrd.updated, d("1050"));
}

/// Agreements from 2024: the larger of the regional adjustment, 35 % of the difference up to $50, and half of prior
/// savings, up to $50 too; never less than nothing on the whole.
#[test]
fn the_larger_of_region_and_prior_savings() {
    let adjustment = |region: &str, savings: [&str; 3], proration: &str| {
        let one = TypeYears { regional: years([region; 3], region), ..steady() };
        let (base_years, mut more) = from_2024(one);
        (more.prior_savings, more.proration) = (savings.map(d), d(proration));
        settle_2024(&(base_years, more)).types.aged_dual.adjustment
    };
    // 35 % of $100 is $35; half of (30 + 60 + 90)/3 is $30, half of (60 + 60 + 90)/3 is $35, of (63 + 60 + 90)/3 $35.50.
    assert_eq!(adjustment("1100", ["30", "60", "90"], "1"), d("35"));
    assert_eq!(adjustment("1100", ["60", "60", "90"], "1"), d("35"));
    assert_eq!(adjustment("1100", ["63", "60", "90"], "1"), d("35.5"));
    // Of an ACO that has grown by half, two thirds count: half of 0.6 × $71 is $21.30.
    assert_eq!(adjustment("1100", ["63", "60", "90"], "0.6"), d("35"));
    assert_eq!(adjustment("1000", ["63", "60", "90"], "0.6"), d("21.3"));
    assert_eq!(adjustment("1000", ["500", "500", "500"], "1"), d("50"));
    // A region that costs less would lower the benchmark: it is offset, whether or not something was saved.
    assert_eq!(adjustment("900", ["0", "0", "0"], "1"), d("0"));
    assert_eq!(adjustment("900", ["60", "60", "60"], "1"), d("30"));
    // Prior losses are not made good.
    assert_eq!(adjustment("1000", ["-90", "30", "0"], "1"), d("0"));
    assert_eq!(adjustment("1100", ["-90", "-90", "-90"], "1"), d("35"));
}

/// Where all types together are above nothing, one type may be lowered by 1.5 % of a national $1,000 and raised by 5 %.
#[test]
fn the_limits_of_agreements_from_2024() {
    let adjusted = |disabled: &str| {
        let one = TypeYears { regional: years(["2000"; 3], "2000"), ..steady() };
        let (mut base_years, more) = from_2024(one);
        base_years.types.disabled.regional = years([disabled; 3], disabled);
        let types = settle_2024(&(base_years, more)).types;
        (types.disabled.adjustment, types.esrd.adjustment)
    };
    // 35 % of $42.80 is $14.98, of $42.90 $15.015.
    assert_eq!(adjusted("957.2"), (d("-14.98"), d("50")));
    assert_eq!(adjusted("957.1"), (d("-15"), d("50")));
    assert_eq!(adjusted("1"), (d("-15"), d("50")));
}

#[test]
fn what_has_no_meaning_is_refused() {
    type Spoil = fn(&mut BaseYears);
    let cases: [(Spoil, ErrorKind, &str); 9] = [
        (
            |b| b.types.esrd.risk_score.base = [d("1"), d("0"), d("1")],
            ErrorKind::Range,
            "input `risk score, ESRD, base year 2`: 0 is not above zero; give what was measured; 1 for the risk score of a type in which there is nobody",
        ),
        (|b| b.types.disabled.regional.performance = d("-1"), ErrorKind::Range, "-1 is not above zero"),
        (|b| b.types.esrd.national_weight.performance = d("1.2"), ErrorKind::Range, "1.2 is not a share"),
        (|b| b.types.esrd.person_years.base_year_3 = d("-1"), ErrorKind::Range, "-1 is negative"),
        (
            |b| b.types = ByType::all(TypeYears { person_years: ends("100", "0"), ..steady() }),
            ErrorKind::Range,
            "person years: there are none in base year 3, or none in the performance year; give those of at least one enrolment type",
        ),
        (|b| b.agreement_period = 0, ErrorKind::Range, "there is no agreement period 0; count from 1"),
        (|b| b.regional_adjustment_period = 0, ErrorKind::Range, "there is no agreement period 0"),
        (|b| b.performance_year = 2031, ErrorKind::Period, "it has no track in 2031"),
        (
            |b| b.agreement = from_2024(steady()).1.into(),
            ErrorKind::Unknown,
            "it has no option `from base years, agreement from 2024`",
        ),
    ];
    for (spoil, kind, words) in cases {
        let mut base_years = before(steady());
        spoil(&mut base_years);
        let error = base_years.settle().unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.kind(), kind, "{error}");
    }
    let mut early = before(steady());
    early.performance_year = 2018;
    assert!(early.settle().unwrap_err().to_string().contains("it has no track `BASIC A` in 2018"));
}

/// One statement from base years to payment. BASIC B of 2022: a benchmark of 400 × $1,000, $360,000 spent, minimum rate
/// of 12.2 % at 400 beneficiaries is not in the table, so 20,000 beneficiaries with 2.5 %: 40 % of $40,000 less 2 %.
#[test]
fn from_base_years_to_the_payment() {
    let base_years = before(steady());
    let track = Programme::named("mssp").unwrap().year(2022).unwrap().track("BASIC B").unwrap();
    let contract = base_years.choose(track).unwrap().contract().unwrap();
    let happened = base_years.experience().unwrap();
    let happened = happened.with("assigned beneficiaries", "20000").unwrap();
    let happened = happened.with("expenditure", "360000.00").unwrap();
    let happened = happened.with("quality standard met", "1").unwrap();
    let statement = contract.settle(&happened, contract.period().start).unwrap();
    assert_eq!(statement.amount("benchmark"), Some(d("400000.00")));
    assert_eq!(statement.net("ACO").unwrap().to_string(), "$15,680.00");
    assert!(statement.lines().iter().all(|line| !line.name.contains('{')));

    // Tracks whose agreements began before July 2019 had other rules.
    let earlier = Programme::named("mssp").unwrap().year(2020).unwrap().track("Track 1").unwrap();
    assert_eq!(base_years.choose(earlier).unwrap_err().kind(), ErrorKind::Unknown);
}

/// What is from memory is marked where it is used.
#[test]
fn the_statement_says_what_could_not_be_checked() {
    assert!(before(steady()).settle().unwrap().statement.unverified().is_empty());
    let later = settle_2024(&from_2024(steady()));
    assert_eq!(later.statement.unverified(), ["growth in risk above demographic growth"]);
}

/// What people cost in all: cents, months and enrolment type of each.
fn expenditure(year: i16, rows: &[(i64, i64, &str)]) -> capitation::Result<Decimal> {
    let track = Programme::named("mssp")?.year(year)?.track("BASIC B")?;
    let contract = track.choose("expenditure", "from people")?.contract()?;
    let mut labels: Vec<String> = Vec::new();
    let codes = rows.iter().map(|(_, _, class)| {
        let known = labels.iter().position(|label| label == class).unwrap_or_else(|| {
            labels.push((*class).to_owned());
            labels.len() - 1
        });
        u32::try_from(known).unwrap()
    });
    let codes: Vec<u32> = codes.collect();
    let months: Vec<i64> = rows.iter().map(|(_, months, _)| months * 1_000_000).collect();
    let costs: Vec<i64> = rows.iter().map(|(cents, _, _)| *cents).collect();
    let people =
        People::new(months)?.with_class(codes, labels)?.with_amount("cost of beneficiaries", costs)?;
    let happened = Experience::new().with_people(people).with("assigned beneficiaries", "20000")?;
    let happened = happened.with("benchmark", "1000000.00")?.with("quality standard met", "1")?;
    let statement = contract.settle(&happened, contract.period().start)?;
    Ok(statement.amount("expenditure").unwrap())
}

/// CMS methodology v11, section 3.3. A year of each type above its threshold of 2022: the four add up to 1,010,861.02, and
/// 1.013 of it is 1,024,002.21. Half a year at $150,000 is $300,000 a year: of the threshold of $219,966.13 half a year is
/// 109,983.07, completed 111,412.85.
#[test]
fn costs_are_truncated_by_enrolment_type() {
    let whole = EnrolmentType::ALL.map(|of| (90_000_000, 12, of.name()));
    assert_eq!(expenditure(2022, &whole).unwrap(), d("1024002.21"));
    assert_eq!(expenditure(2022, &[(15_000_000, 6, "aged/dual")]).unwrap(), d("111412.85"));
    assert_eq!(expenditure(2022, &[(10_000_000, 6, "aged/dual")]).unwrap(), d("101300.00"));
    // Half a year at $150,000 in 2021: 104,464.57 × 1.013 = 105,822.61.
    assert_eq!(expenditure(2021, &[(15_000_000, 6, "aged/dual")]).unwrap(), d("105822.61"));
    // CMS truncates below zero too, at −219,966.13; the format takes what is below zero in full.
    let taken_back = (-30_000_000, 12, "aged/dual");
    let others = [(20_000_000, 12, "aged/dual"); 2];
    assert_eq!(expenditure(2022, &[taken_back, others[0], others[1]]).unwrap(), d("101300.00"));
    let error = expenditure(2022, &[taken_back]).unwrap_err().to_string();
    assert!(
        error.contains("clause `expenditure`: -$303,900.00 is below $0.00, the least that it can be"),
        "{error}"
    );
    let error = expenditure(2021, &[(15_000_000, 6, "ESRD")]).unwrap_err();
    assert!(error.to_string().contains("there is no threshold for class `ESRD`"), "{error}");
    let track = Programme::named("mssp").unwrap().year(2023).unwrap().track("BASIC B").unwrap();
    assert!(track.choose("expenditure", "from people").is_err());
}

/// A county's name and its dollars for one person year, risk score and person years of each enrolment type.
type County = (String, ByType<Option<[Decimal; 3]>>);

/// The counties of 2018, base year 3 of agreements that began in July 2019. A county in which CMS suppresses one of a
/// type's numbers has none of it.
fn counties() -> Option<Vec<County>> {
    let bytes = std::fs::read(published_data("us/mssp_county_ffs_2018.csv")?).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let county = |row: csv::StringRecord| {
        let number = |at: usize| row.get(at).unwrap().replace(',', "").parse::<Exact>().ok().map(|n| n.0);
        let mut first = (5..).step_by(3);
        let types = ByType::try_of(|_| {
            let at = first.next().unwrap();
            let all = (number(at), number(at + 1), number(at + 2));
            Ok::<_, ()>(if let (Some(spent), Some(score), Some(count)) = all {
                Some([spent, score, count])
            } else {
                None
            })
        });
        (format!("{}, {}", row.get(2).unwrap(), row.get(1).unwrap()), types.unwrap())
    };
    Some(rows.records().map(|row| county(row.unwrap())).collect())
}

/// Regional expenditure from the county file: each county's dollars at a risk score of 1, weighted by where the ACO's
/// beneficiaries live. A quarter in Autauga and three quarters in Baldwin, aged/non-dual:
/// 9,388.28 / 1.04037 / 4 + 9,459.36 / 1.01092 × 3/4 = 2,255.995463 + 7,017.884699 = 9,273.880162.
#[test]
fn the_county_file_is_the_region_of_base_year_3() {
    let Some(counties) = counties() else { return };
    assert_eq!(counties.len(), 3219);
    let of = |name: &str| counties.iter().find(|(county, _)| county == name).unwrap().1;
    let (autauga, baldwin) = (of("Autauga, Alabama"), of("Baldwin, Alabama"));
    let mut base_years = before(steady());
    base_years.types = ByType::try_of(|of| {
        let at_one = |county: &ByType<Option<[Decimal; 3]>>| {
            let [spent, score, _] = county.get(of).unwrap();
            spent / score
        };
        let regional = (at_one(&autauga) + at_one(&baldwin) * Decimal::from(3)) / Decimal::from(4);
        let regional = regional.round_dp(6);
        // The scores are renormalised: over the nation their mean is 1.
        let nation = counties.iter().filter_map(|(_, types)| *types.get(of));
        let (spent, score, count) = nation
            .fold((Decimal::ZERO, Decimal::ZERO, Decimal::ZERO), |(spent, score, count), [s, r, n]| {
                (spent + s * n, score + r * n, count + n)
            });
        let (national, mean) = ((spent / count).round_dp(6), score / count);
        assert!((mean - Decimal::ONE).abs() < Decimal::new(2, 4), "{of}: {mean}");
        let still = |value: Decimal| Years { base: [value; 3], performance: value };
        let score = Decimal::new(105, 2);
        Ok::<_, ()>(TypeYears {
            // $100 below the region at the ACO's own risk.
            expenditure: [regional * score - Decimal::ONE_HUNDRED; 3],
            risk_score: still(score),
            national: still(national),
            regional: still(regional),
            ..steady()
        })
    })
    .unwrap();
    assert_eq!(base_years.types.aged_non_dual.regional.performance, d("9273.880162"));
    let benchmark = base_years.settle().unwrap();
    for (of, one) in base_years.types.iter() {
        // 35 % of the $100, far below 5 % of what the nation spent; all but the rounding of the sixth decimal.
        let apart = benchmark.types.get(of).updated - one.expenditure[2] - Decimal::from(35);
        assert!(apart.abs() < Decimal::new(1, 5), "{of}: {apart}");
    }
}

fn tenths(range: std::ops::Range<i64>) -> impl Strategy<Value = Decimal> {
    range.prop_map(|n| Decimal::new(n, 1))
}

fn thousandths(range: std::ops::Range<i64>) -> impl Strategy<Value = Decimal> {
    range.prop_map(|n| Decimal::new(n, 3))
}

fn each_year(
    of: impl Strategy<Value = Decimal>,
    later: impl Strategy<Value = Decimal>,
) -> impl Strategy<Value = Years> {
    (prop::collection::vec(of, 3), later)
        .prop_map(|(base, performance)| Years { base: base.try_into().unwrap(), performance })
}

fn one_type() -> impl Strategy<Value = TypeYears> {
    let dollars = || tenths(5_000..1_000_000);
    let score = || thousandths(500..2_000);
    let share = || thousandths(0..1_001);
    let count = || tenths(0..100_000);
    (
        prop::collection::vec(dollars(), 3),
        each_year(score(), score()),
        each_year(dollars(), dollars()),
        each_year(dollars(), dollars()),
        (share(), share()),
        (count(), count()),
    )
        .prop_map(|(expenditure, risk_score, national, regional, weights, counts)| TypeYears {
            expenditure: expenditure.try_into().unwrap(),
            risk_score,
            national,
            regional,
            national_weight: Ends { base_year_3: weights.0, performance: weights.1 },
            // Never nobody at all.
            person_years: Ends { base_year_3: counts.0 + Decimal::ONE, performance: counts.1 + Decimal::ONE },
        })
}

fn any_before() -> impl Strategy<Value = BaseYears> {
    ([one_type(), one_type(), one_type(), one_type()], 1..4_u32, 1..6_u32).prop_map(
        |([esrd, disabled, aged_dual, aged_non_dual], agreement_period, regional_adjustment_period)| {
            let types = ByType { esrd, disabled, aged_dual, aged_non_dual };
            BaseYears { agreement_period, regional_adjustment_period, types, ..before(steady()) }
        },
    )
}

fn changed(base_years: &BaseYears, change: impl Fn(&TypeYears) -> TypeYears) -> BaseYears {
    let types = ByType::try_of(|of| Ok::<_, ()>(change(base_years.types.get(of)))).unwrap();
    BaseYears { types, ..base_years.clone() }
}

proptest! {
    /// What cost the same in every base year, while risk and prices stood still, is the historical benchmark.
    #[test]
    fn a_steady_past_is_its_own_benchmark(base_years in any_before()) {
        let still = changed(&base_years, |one| TypeYears {
            expenditure: [one.expenditure[2]; 3],
            risk_score: Years { base: [one.risk_score.base[2]; 3], ..one.risk_score },
            national: Years { base: [one.national.base[2]; 3], ..one.national },
            regional: Years { base: [one.regional.base[2]; 3], ..one.regional },
            ..*one
        });
        let benchmark = still.settle().unwrap();
        for (of, one) in still.types.iter() {
            prop_assert_eq!(benchmark.types.get(of).historical, one.expenditure[2]);
        }
    }

    /// In a currency of a tenth of the worth, every amount is ten times as large. A step for one person year is rounded to
    /// 0.000001, which ten times over and through the steps that follow stays below a cent.
    #[test]
    fn the_benchmark_is_in_the_currency_of_what_it_is_made_of(base_years in any_before()) {
        let ten = |value: Decimal| value * Decimal::TEN;
        let years = |of: Years| Years { base: of.base.map(ten), performance: ten(of.performance) };
        let tenfold = changed(&base_years, |one| TypeYears {
            expenditure: one.expenditure.map(ten),
            national: years(one.national),
            regional: years(one.regional),
            ..*one
        });
        let (plain, tenfold) = (base_years.settle().unwrap(), tenfold.settle().unwrap());
        for of in EnrolmentType::ALL {
            let apart = ten(plain.types.get(of).updated) - tenfold.types.get(of).updated;
            prop_assert!(apart.abs() < Decimal::new(1, 2), "{}", apart);
        }
    }

    /// Enrolment types are names: which is called which changes nothing else.
    #[test]
    fn types_exchanged_are_results_exchanged(base_years in any_before()) {
        let ByType { esrd, disabled, aged_dual, aged_non_dual } = base_years.types;
        let types = ByType { esrd: disabled, disabled: aged_dual, aged_dual: aged_non_dual, aged_non_dual: esrd };
        let (plain, turned) =
            (base_years.settle().unwrap(), BaseYears { types, ..base_years.clone() }.settle().unwrap());
        prop_assert_eq!(plain.types.esrd, turned.types.aged_non_dual);
        prop_assert_eq!(plain.types.disabled, turned.types.esrd);
        prop_assert_eq!((plain.total, plain.per_person_year), (turned.total, turned.per_person_year));
    }

    /// A prospective trend equal to national and regional growth leaves the two-way update as it is.
    #[test]
    fn a_prospective_trend_like_the_rest_changes_nothing(base_years in any_before()) {
        let two_way = base_years.settle().unwrap();
        let (_, mut more) = from_2024(steady());
        let update = |of: EnrolmentType| line(&two_way, &format!("update, {of}"));
        more.types = ByType::try_of(|of| Ok::<_, ()>(Prospective { trend: update(of), ..more.types.esrd })).unwrap();
        let base_years = BaseYears { performance_year: 2024, ..base_years };
        let three_way = settle_2024(&(base_years, more));
        for of in EnrolmentType::ALL {
            let found = line(&three_way, &format!("update, {of}"));
            prop_assert_eq!(found, update(of));
        }
    }

    /// Adjustments stay within 5 % of national expenditure, and growth in risk within 3 %.
    #[test]
    fn limits_hold_everywhere(base_years in any_before()) {
        let benchmark = base_years.settle().unwrap();
        for (of, one) in base_years.types.iter() {
            let limit = one.national.base[2] * Decimal::new(5, 2);
            prop_assert!(benchmark.types.get(of).adjustment.abs() <= limit);
            let growth = line(&benchmark, &format!("growth in risk, {of}"));
            prop_assert!(growth <= Decimal::new(103, 2));
        }
    }
}
