//! A hospital's cost base under contracts: by hand, as laws, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

mod counted;
#[path = "../support/file.rs"]
mod file;
mod laws;
mod refused;

use capitation::{
    Contract, Currency, Error, ErrorKind,
    activity::{MarketForces, Pricing, Tariff, TariffRow},
    contract::Programme,
    datasets::costs::CostRow,
    hospital::{Change, CostBase, CostLine, MarginalShare, PublishedCosts, Quantity, Under, UnderContracts},
};
use file::File;
use rust_decimal::Decimal;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn gbp() -> Currency {
    Currency::new("GBP").unwrap()
}

fn line(code: &str, point: &str, plan: &str, unit_cost: &str, price: &str) -> CostLine {
    CostLine {
        code: code.to_owned(),
        point: point.to_owned(),
        plan: d(plan),
        actual: None,
        unit_cost: d(unit_cost),
        price: (!price.is_empty()).then(|| d(price)),
    }
}

/// | point | plan | unit cost | share | price | income | cost | fixed | marginal |
/// |---|---|---|---|---|---|---|---|---|
/// | non-elective | 10,000 | 3,000 | 0.4 | 2,700 | 27.0m | 30m | 18.0m | 12.0m |
/// | elective | 4,000 | 4,000 | 0.5 | 3,600 | 14.4m | 16m | 8.0m | 8.0m |
/// | day case | 20,000 | 900 | 0.6 | 1,000 | 20.0m | 18m | 7.2m | 10.8m |
/// | attendances | 60,000 | 200 | 0.25 | 180 | 10.8m | 12m | 9.0m | 3.0m |
/// | all of these | | | | | 72.2m | 76m | 42.2m | 33.8m |
/// | critical care | 500 | 1,500 | 0.3 | none | | 0.75m | | |
fn base() -> CostBase {
    let lines = [
        line("AA", "non_elective", "10000", "3000", "2700"),
        line("AA", "elective", "4000", "4000", "3600"),
        line("BB", "day_case", "20000", "900", "1000"),
        line("VB", "emergency_attendance", "60000", "200", "180"),
        line("XC", "critical_care", "500", "1500", ""),
    ];
    let shares = [
        ("non_elective", d("0.4")),
        ("elective", d("0.5")),
        ("day_case", d("0.6")),
        ("emergency_attendance", d("0.25")),
        ("critical_care", d("0.3")),
    ];
    CostBase::new(gbp(), &lines, &MarginalShare::by_point(shares).unwrap()).unwrap()
}

fn track(track: &str, year: i16) -> Contract {
    Programme::named("nhs-acute").unwrap().year(year).unwrap().track(track).unwrap().contract().unwrap()
}

fn capitation() -> Contract {
    Contract::from_toml(include_str!("../../templates/capitation.toml")).unwrap()
}

/// Emergencies a tenth below plan, planned care a twentieth above.
fn shift() -> Change {
    let change = Change::named("shift").by("non_elective", d("-0.1")).unwrap();
    change.by("elective", d("0.05")).unwrap().by("day_case", d("0.05")).unwrap()
}

/// Payment by results first; block and capitation cost the payer the same at plan.
fn four(base: &CostBase) -> UnderContracts {
    let contracts = [
        ("results", track("payment by results", 2019)),
        ("blended", track("blended emergency payment", 2019)),
        ("block", track("block", 2019)),
        ("capitation", capitation()),
    ];
    base.under(contracts.iter().map(|(name, contract)| (*name, contract)))
        .change(shift())
        .set("block amount")
        .given("member months", d("240000"))
        .budget_neutral()
        .settle()
        .unwrap()
}

#[test]
fn price_beside_cost_in_all_by_point_and_by_code() {
    let base = base();
    let all = base.total(&Change::plan()).unwrap();
    assert_eq!((all.income, all.cost), (d("72200000"), d("76000000")));
    assert_eq!((all.fixed, all.marginal), (d("42200000"), d("33800000")));
    assert_eq!(all.price_to_cost(), Some(d("0.95"))); // 72.2 ÷ 76
    assert_eq!(all.power_over_volume(), Some(d("-1.136095"))); // (33.8 − 72.2) ÷ 33.8 = −1.13609467…
    // A line without a price is counted beside the others, and never priced at cost.
    let left = &all.without_price;
    assert_eq!((left.lines, left.activity, left.cost), (1, d("500"), d("750000")));
    assert_eq!(base.without_price().map(|line| line.code.as_str()).collect::<Vec<_>>(), ["XC"]);

    let points = base.by_point(&Change::plan()).unwrap();
    let of = |name: &str| points.iter().find(|point| point.name == name).unwrap();
    assert_eq!(of("non_elective").power_over_volume(), Some(d("-1.25"))); // (1,200 − 2,700) ÷ 1,200
    assert_eq!(of("day_case").price_to_cost(), Some(d("1.111111"))); // 1,000 ÷ 900
    assert_eq!((of("critical_care").price_to_cost(), of("critical_care").power_over_volume()), (None, None));

    let codes = base.by_code(&Change::plan()).unwrap();
    // AA is 27.0 and 14.4: 41.4m of income; 30 and 16: 46m of cost.
    assert_eq!(
        (codes[0].name.as_str(), codes[0].income, codes[0].cost),
        ("AA", d("41400000"), d("46000000"))
    );
}

#[test]
fn fixed_cost_stays_and_marginal_cost_goes_with_activity() {
    let all = base().total(&shift()).unwrap();
    // Income: −2.7m, +0.72m, +1.0m. Marginal cost: −1.2m, +0.4m, +0.54m.
    assert_eq!(all.income, d("71220000"));
    assert_eq!((all.fixed, all.marginal, all.cost), (d("42200000"), d("33540000"), d("75740000")));
}

#[test]
fn four_contracts_at_plan_and_after_a_shift() {
    let under = four(&base());
    // At plan each pays 72.2m for what costs 76m.
    for contract in &under.contracts {
        let plan = &contract.outcomes[0];
        assert_eq!((plan.payment, plan.outlay, plan.result), (d("72200000"), d("72200000"), d("-3800000")));
        assert_eq!((plan.result_against_plan, plan.outlay_against_plan), (Decimal::ZERO, Decimal::ZERO));
    }
    // After the shift, cost is 75.74m. Results pay 71.22m. Blended pays a fifth of the 2.7m less, and planned care in full:
    // 72.2 − 0.54 + 1.72 = 73.38m. Block and capitation pay what they paid.
    for (name, payment, result) in [
        ("results", "71220000", "-4520000"),
        ("blended", "73380000", "-2360000"),
        ("block", "72200000", "-3540000"),
        ("capitation", "72200000", "-3540000"),
    ] {
        let outcome = under.outcome(name, "shift").unwrap();
        assert_eq!((outcome.payment, outcome.result), (d(payment), d(result)), "{name}");
        assert_eq!((outcome.fixed_cost, outcome.marginal_cost), (d("42200000"), d("33540000")));
    }
}

/// DESIGN.md, section 3: by results (mc − p) ÷ mc, block and capitation 1, a share s of the price (mc − s·p) ÷ mc.
#[test]
fn one_case_less() {
    let under = four(&base());
    // Hospital, payer, power: an admission costs £1,200 at the margin and has a price of £2,700; blended pays £540 of it.
    for (name, point, hospital, payer, power) in [
        ("results", "non_elective", "-1500", "2700", "-1.25"),
        ("blended", "non_elective", "660", "540", "0.55"),
        ("block", "non_elective", "1200", "0", "1"),
        ("capitation", "non_elective", "1200", "0", "1"),
        // Elective care is paid in full under both: £2,000 − £3,600.
        ("results", "elective", "-1600", "3600", "-0.8"),
        ("blended", "elective", "-1600", "3600", "-0.8"),
        // An attendance: £50 at the margin, £180, a fifth of it £36.
        ("results", "emergency_attendance", "-130", "180", "-2.6"),
        ("blended", "emergency_attendance", "14", "36", "0.28"),
    ] {
        let effect = under.of_one_less(name, point).unwrap();
        assert_eq!((effect.hospital, effect.payer), (d(hospital), d(payer)), "{name}, {point}");
        assert_eq!(effect.power_over_volume, Some(d(power)), "{name}, {point}");
        // What is saved is shared out, and nothing else.
        assert_eq!(effect.hospital + effect.payer + effect.others, effect.marginal_cost);
    }
    // Nothing is done at plan in critical care that has a price.
    assert_eq!(under.of_one_less("results", "critical_care"), None);
}

/// At the baseline a case less loses the full price and a case more brings 30 % of it (field notes, section 1.4).
#[test]
fn a_case_less_and_a_case_more_at_the_baseline_of_the_marginal_rate() {
    let (base, contract) = (base(), track("marginal rate", 2013));
    let emergencies = Quantity::value().at_points(["non_elective"]).at_plan();
    let under =
        base.under([("marginal rate", &contract)]).taken("baseline value", emergencies).settle().unwrap();
    let of = |cases: i8| {
        let spells = &under.contracts[0].spells;
        spells.iter().find(|effect| effect.point == "non_elective" && effect.cases == cases).unwrap()
    };
    // −2,700 + 1,200, and 810 − 1,200.
    assert_eq!((of(-1).hospital, of(-1).payer), (d("-1500"), d("2700")));
    assert_eq!((of(1).hospital, of(1).payer, of(1).others), (d("-390"), d("-2700"), d("1890")));
    // What is above the baseline is retained for managing demand: the payer pays it to the fund.
    assert_eq!(of(1).hospital + of(1).payer + of(1).others, -of(1).marginal_cost);
    assert_eq!(of(1).power_over_volume, None);
}

#[test]
fn what_was_set_and_what_inputs_were_taken_from_is_told() {
    let under = four(&base());
    let set = under.contract("block").unwrap().set.as_ref().unwrap();
    assert_eq!((set.name.as_str(), set.is_term, set.value), ("block amount", false, d("72200000")));
    assert_eq!(set.residual, Decimal::ZERO);
    // 72,200,000 ÷ 240,000 = 300.8333…
    let set = under.contract("capitation").unwrap().set.as_ref().unwrap();
    assert_eq!(
        (set.name.as_str(), set.is_term, set.value),
        ("price per member month", true, d("300.8333333333"))
    );
    assert_eq!((set.written, set.residual), (Some(d("412.50")), Decimal::ZERO));
    assert!(under.contract("results").unwrap().set.is_none());
    // The blended contract costs the same as it stands: its forecast is the plan.
    let blended = under.contract("blended").unwrap();
    let of = |name: &str| blended.inputs.iter().find(|taken| taken.input == name).unwrap();
    assert_eq!(
        of("forecast value of emergency admissions").from,
        "value at full price of non_elective, short_stay_emergency, non_elective_long_stay_days, at plan"
    );
    assert!(of("value of day cases").by_name);
    assert_eq!(of("value of day cases").at_plan, d("20000000"));
    // Critical care is "all other services", and has no price.
    assert_eq!(of("value of all other services").from, "value at full price of critical_care");
    assert_eq!(of("value of all other services").at_plan, Decimal::ZERO);

    let text = under.to_string();
    for said in [
        "block: input `block amount` is set to 72200000, so that it costs the payer the same at plan, exactly",
        "left out for want of a price: 1 of 5 lines, with activity of 500 that costs 750000",
        "-£1,500.00 | £2,700.00",
        "0.4 of non_elective",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
}

#[test]
fn contracts_as_written_are_left_alone() {
    let (base, block) = (base(), track("block", 2019));
    let under = base.under([("block", &block)]).given("block amount", d("80000000")).settle().unwrap();
    assert_eq!(under.outcome("block", "plan").unwrap().result, d("4000000"));
    assert!(under.contracts[0].set.is_none());
}

#[test]
fn prices_by_a_tariff_with_and_without_the_market_forces_factor() {
    let row = TariffRow {
        code: "AA".to_owned(),
        combined: Some(d("3600")),
        non_elective: Some(d("2700.01")),
        ..TariffRow::default()
    };
    let tariff = Tariff::new(2017, vec![row]).unwrap();
    let before = base().priced_by_tariff(&Pricing::new(&tariff, None), None).unwrap();
    assert_eq!(before.lines()[0].price, Some(d("2700.01")));
    let factors = MarketForces::new([("RXA", d("1.0325"))]).unwrap();
    let after = base().priced_by_tariff(&Pricing::new(&tariff, Some(&factors)), Some("RXA")).unwrap();
    // 2,700.01 × 1.0325 = 2,787.760325, to the penny; so each spell is paid.
    assert_eq!(after.lines()[0].price, Some(d("2787.76")));
    // What the tariff lacks has no price, whatever was given before, and says why.
    let why: Vec<_> = before.without_price().map(|line| line.without_price.clone().unwrap()).collect();
    assert_eq!(why.len(), 3);
    assert_eq!(before.lines()[2].without_price.as_deref(), Some("code `BB` is not in the tariff"));
    assert_eq!(
        before.lines()[4].without_price.as_deref(),
        Some("`critical_care` is not a point of delivery")
    );
    assert!(before.priced_by()[1].contains("none"), "{:?}", before.priced_by());
    assert!(after.priced_by()[1].starts_with("market forces factor of RXA, sha256:"));
    assert_ne!(before.fingerprint(), after.fingerprint());

    let refused = |why: capitation::Result<CostBase>| why.unwrap_err().to_string();
    // Of a mean case nobody knows whether it is a specialised service.
    let topped = TariffRow {
        code: "AA".to_owned(),
        combined: Some(d("3600")),
        top_up: Some(d("0.24")),
        ..TariffRow::default()
    };
    let topped = Tariff::new(2017, vec![topped]).unwrap();
    assert!(
        refused(base().priced_by_tariff(&Pricing::new(&topped, None), None))
            .contains("price the spells line by line, and give each line's mean price")
    );
    assert!(
        refused(base().priced_by_tariff(&Pricing::new(&tariff, Some(&factors)), None))
            .contains("name the provider whose factor applies")
    );
    assert!(
        refused(base().priced_by_tariff(&Pricing::new(&tariff, None), Some("RXA")))
            .contains("there are no market forces factors")
    );
    assert!(
        refused(base().priced_by_tariff(&Pricing::new(&tariff, Some(&factors)), Some("RXB")))
            .contains("provider `RXB` has no market forces factor")
    );
}

#[test]
fn unit_costs_are_kept_to_a_hundredth_of_a_penny_and_the_difference_is_told() {
    let lines =
        [line("AA", "elective", "1000", "10.00006", "9"), line("BB", "elective", "100", "0.33333", "1")];
    let base = CostBase::new(gbp(), &lines, &MarginalShare::of_all(d("1")).unwrap()).unwrap();
    assert_eq!((base.lines()[0].unit_cost, base.lines()[1].unit_cost), (d("10.0001"), d("0.3333")));
    // 1,000 × 0.00004 − 100 × 0.00003
    assert_eq!(base.rounding_difference(), d("0.037"));
}

#[test]
fn published_costs_add_up_over_services_and_leave_out_what_has_no_cost() {
    let text = "year,setting,currency code,activity,unit cost,total cost\n\
                2017/18,CL,WF01A,100,50,5000\n2017/18,CL,WF01A,50,80,4000\n2017/18,CL,WF02A,7,,\n2017/18,EL,HN22E,3,3333.33,10000\n";
    let file = File::new("costs.csv", text);
    let rows: Vec<CostRow> = capitation::datasets::costs::read(&file.path).unwrap().rows;
    let costs = PublishedCosts::of(&rows, &[("CL", "first_attendance")]).unwrap();
    // 9,000 ÷ 150 = 60.
    assert_eq!(costs.lines, [line("WF01A", "first_attendance", "150", "60", "")]);
    let left: Vec<_> = costs.left_out.iter().map(|row| (row.code.as_str(), row.reason)).collect();
    assert_eq!(left, [("WF02A", "no cost is printed")]);
    // 10,000 ÷ 3 is kept to a hundredth of a penny, and 3 × 3,333.3333 lacks a hundredth of one.
    let thirds = PublishedCosts::of(&rows, &[("EL", "elective")]).unwrap();
    let base = CostBase::new(gbp(), &thirds.lines, &MarginalShare::of_all(d("0.4")).unwrap()).unwrap();
    assert_eq!(base.rounding_difference(), d("-0.0001"));
    let refused = |points: &[(&str, &str)]| PublishedCosts::of(&rows, points).unwrap_err().to_string();
    assert_eq!(
        refused(&[("CL", "first_attendance"), ("DC", "day_case")]),
        "setting `DC`: no row is of it; the settings are CL, EL"
    );
    assert_eq!(
        refused(&[("el", "elective")]),
        "setting `el`: no row is of it; did you mean `EL`? the settings are CL, EL"
    );
    assert_eq!(
        refused(&[("EL", "elective"), ("EL", "day_case")]),
        "setting `EL`: it is named twice; leave one"
    );
    // A year of several is named.
    let mut years = rows.clone();
    years[0].year = Some("2014/15".to_owned());
    let points = [("CL", "first_attendance")];
    let of = |year| PublishedCosts::of_year(&years, year, &points).map(|costs| costs.lines);
    assert_eq!(of(Some("2017/18")).unwrap(), [line("WF01A", "first_attendance", "50", "80", "")]);
    let why = |year| of(year).unwrap_err().to_string();
    assert_eq!(why(None), "published costs: its rows are of 2014/15, 2017/18; name one year");
    assert_eq!(why(Some("2016/17")), "published costs: no row is of 2016/17; name one of 2014/15, 2017/18");
}
