//! A hospital's cost base under contracts: by hand, as laws, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

use capitation::{
    Contract, Currency, Error, ErrorKind,
    activity::{MarketForces, Pricing, Tariff, TariffRow},
    contract::Programme,
    datasets::costs::CostRow,
    hospital::{Change, CostBase, CostLine, MarginalShare, PublishedCosts, Quantity, Under, UnderContracts},
};
use proptest::prelude::*;
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
    Contract::from_toml(include_str!("../templates/capitation.toml")).unwrap()
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
                2017/18,CL,WF01A,100,50,5000\n2017/18,CL,WF01A,50,80,4000\n2017/18,CL,WF02A,7,,\n2017/18,EL,HN22E,3,5000,15000\n";
    let path = std::env::temp_dir().join(format!("capitation-costs-{}.csv", std::process::id()));
    std::fs::write(&path, text).unwrap();
    let rows: Vec<CostRow> = capitation::datasets::costs::read(&path).unwrap().rows;
    std::fs::remove_file(&path).unwrap();
    let costs = PublishedCosts::of(&rows, &[("CL", "first_attendance")]).unwrap();
    // 9,000 ÷ 150 = 60.
    assert_eq!(costs.lines, [line("WF01A", "first_attendance", "150", "60", "")]);
    let left: Vec<_> = costs.left_out.iter().map(|row| (row.code.as_str(), row.reason)).collect();
    assert_eq!(left, [("WF02A", "no cost is printed")]);
}

#[track_caller]
fn refused(what: Result<impl std::fmt::Debug, Error>, kind: ErrorKind, said: &str) {
    let why = what.unwrap_err();
    assert_eq!((why.kind(), why.to_string().as_str()), (kind, said));
}

#[test]
fn lines_that_cannot_be_right_are_refused() {
    let share = MarginalShare::of_all(d("0.4")).unwrap();
    let new = |lines: &[CostLine]| CostBase::new(gbp(), lines, &share);
    let good = line("AA", "elective", "10", "100", "90");
    refused(
        new(&[]),
        ErrorKind::Column,
        "cost base: it has no lines; give a line for each currency and point of delivery",
    );
    refused(
        new(&[good.clone(), good.clone()]),
        ErrorKind::Row,
        "cost base, `AA` at `elective`: it has two rows; add them up into one",
    );
    refused(
        new(&[line("AA", "elective", "-1", "100", "90")]),
        ErrorKind::Row,
        "cost base, `AA` at `elective`: its planned activity, -1, is not from 0 to a thousand million; net corrections \
         against what they correct, and check the unit",
    );
    refused(
        new(&[line("AA", "elective", "1", "100", "90.12345")]),
        ErrorKind::Row,
        "cost base, `AA` at `elective`: its price, 90.12345, has more than 4 decimals; give it as it was counted or \
         agreed",
    );
    refused(
        new(&[line(" ", "elective", "1", "100", "90")]),
        ErrorKind::Row,
        "cost base, ` ` at `elective`: it lacks its code or its point of delivery; give both for each line",
    );
    let with_actual = CostLine { code: "BB".to_owned(), actual: Some(d("9")), ..good.clone() };
    refused(
        new(&[good, with_actual]),
        ErrorKind::Row,
        "cost base, `BB` at `elective`: some lines have their actual activity and others have not; give it for every \
         line, nought where nothing was done, or for none",
    );
}

#[test]
fn the_marginal_share_has_no_default() {
    let lines = [line("AA", "elective", "10", "100", "90"), line("AA", "day_case", "10", "100", "90")];
    let by = |shares: &[(&str, &str)]| {
        let shares = shares.iter().map(|(point, share)| (*point, d(share)));
        CostBase::new(gbp(), &lines, &MarginalShare::by_point(shares)?)
    };
    refused(
        by(&[("elective", "0.4")]),
        ErrorKind::Unknown,
        "marginal share of `day_case`: it is not given; give a share from 0 to 1 for each point of delivery, or one for \
         all",
    );
    refused(
        by(&[("elective", "0.4"), ("day_case", "0.4"), ("day_cases", "0.4")]),
        ErrorKind::Unknown,
        "marginal share of `day_cases`: no line is of this point; did you mean `day_case`? the points are elective, \
         day_case",
    );
    refused(
        by(&[("elective", "40"), ("day_case", "0.4")]),
        ErrorKind::Range,
        "marginal share of `elective`: 40 is not a share; give a number from 0 (every cost is fixed) to 1 (every cost \
         goes with the case), such as 0.35",
    );
}

#[test]
fn questions_that_cannot_be_answered_are_refused() {
    let base = base();
    let (results, block) = (track("payment by results", 2019), track("block", 2019));
    let aligned = track("aligned payment and incentive", 2023);
    let asked = |under: Under<'_>| under.settle().map(|_| ());
    refused(
        asked(base.under([("block", &block)])),
        ErrorKind::Experience,
        "contract `block`, input `block amount`: it is money, and its name does not say what of the cost base it is; give \
         it, take it from a quantity of the cost base, or set it to cost the payer the same at plan",
    );
    refused(
        asked(base.under([("block", &block)]).given("blok amount", d("1"))),
        ErrorKind::Experience,
        "input `blok amount`: no contract asks for it; did you mean `block amount`?",
    );
    refused(
        asked(base.under([("block", &block)]).set("block amount")),
        ErrorKind::Comparison,
        "contract `block`: its input `block amount` is to be set, and it is the first contract, which sets the outlay; \
         put another contract first, or give the amount",
    );
    refused(
        asked(
            base.under([("a", &results), ("aligned", &aligned)])
                .budget_neutral()
                .given("fixed element", d("1"))
                .given("elective value in 2019/20", d("1")),
        ),
        ErrorKind::Comparison,
        "contract `aligned`: it names no term that may be scaled, and no input of it is to be set; name the input that is set \
         to cost the payer the same at plan, such as `block amount`",
    );
    refused(
        asked(base.under([("block", &block)]).taken("block amount", Quantity::number())),
        ErrorKind::Unit,
        "contract `block`, input `block amount`: it is money, and number of everything is count; take a quantity of its \
         unit, or give it",
    );
    refused(
        asked(
            base.under([("block", &block)]).taken("block amount", Quantity::value().at_points(["electiv"])),
        ),
        ErrorKind::Unknown,
        "input `block amount`: no line is of `electiv`; did you mean `elective`? the points are non_elective, elective, \
         day_case, emergency_attendance, critical_care",
    );
    refused(
        asked(base.under([("a", &results)]).change(Change::named("more").by("maternity", d("0.1")).unwrap())),
        ErrorKind::Unknown,
        "change `more`: no line is of `maternity`; the points are non_elective, elective, day_case, \
         emergency_attendance, critical_care",
    );
    refused(
        asked(base.under([("a", &results)]).change(Change::actual())),
        ErrorKind::Experience,
        "change `actual`: actual activity is not given; give each line's actual activity, or a change by point of \
         delivery",
    );
    refused(
        asked(base.under([("a", &results), ("a", &results)])),
        ErrorKind::Name,
        "contract `a`: there are two of this name; give each contract a name of its own",
    );
    refused(
        asked(base.under([("a", &results)]).hospital("commissioner")),
        ErrorKind::Experience,
        "contract `a`, hospital `commissioner`: it is no provider of this contract; name the provider that bears the \
         cost; the same in every contract",
    );
    refused(
        asked(base.under([("a", &results)]).case("XC", "critical_care")),
        ErrorKind::Unknown,
        "case of `XC` at `critical_care`: it has no price; name a line that has a price",
    );
}

#[test]
fn what_cannot_be_put_side_by_side_is_refused() {
    let (base, results) = (base(), track("payment by results", 2019));
    let asked = |under: Under<'_>| under.settle().map(|_| ());
    // What a capita pays does not depend on the cost of care.
    let capita = capitation();
    let both = base.under([("a", &results), ("capita", &capita)]);
    let why = asked(both.given("member months", d("240000")).set("actual cost")).unwrap_err().to_string();
    assert!(
        why.starts_with(
            "contract `capita`: no value of `actual cost` was found at which it costs the payer 72200000"
        ),
        "{why}"
    );
    let none: [(&str, &Contract); 0] = [];
    refused(
        asked(base.under(none)),
        ErrorKind::Comparison,
        "cost base under contracts: there are no contracts; give at least one",
    );
    let unpriced = [line("AA", "elective", "1", "1", "")];
    let unpriced = CostBase::new(gbp(), &unpriced, &MarginalShare::of_all(d("0.4")).unwrap()).unwrap();
    refused(
        asked(unpriced.under([("a", &results)])),
        ErrorKind::Comparison,
        "cost base: no line has a price; price the lines by a tariff, or give prices",
    );
    let dollars = [line("AA", "elective", "1", "1", "1")];
    let dollars =
        CostBase::new(Currency::new("USD").unwrap(), &dollars, &MarginalShare::of_all(d("0.4")).unwrap());
    refused(
        asked(dollars.unwrap().under([("a", &results)])),
        ErrorKind::Currency,
        "contract `a`: it is in GBP, and the cost base in USD; convert one of them first, at a rate and date you can \
         state",
    );
    refused(
        Change::named("gone").by("elective", d("-1.5")),
        ErrorKind::Range,
        "change `gone` at `elective`: -1.5 is not a share of plan from -1 to 10 with at most four decimals; write -0.1 \
         for a tenth below plan",
    );
}

/// Points of delivery that every cost base of the laws has.
const POINTS: [&str; 4] = ["non_elective", "elective", "day_case", "emergency_attendance"];

/// Activity as planned and as it was, unit cost and price in pence: of each point.
fn some_lines() -> impl Strategy<Value = Vec<CostLine>> {
    let one = (1_u32..50_000, 0_u32..50_000, 1_u32..2_000_000, 0_u32..2_000_000);
    prop::collection::vec(one, POINTS.len()).prop_map(|rows| {
        let line = |(point, (plan, actual, cost, price)): (&&str, (u32, u32, u32, u32))| CostLine {
            code: "HRG".to_owned(),
            point: (*point).to_owned(),
            plan: plan.into(),
            actual: Some(actual.into()),
            unit_cost: Decimal::new(cost.into(), 2),
            price: Some(Decimal::new(price.into(), 2)),
        };
        POINTS.iter().zip(rows).map(line).collect()
    })
}

fn settled(lines: &[CostLine], share: u32) -> (CostBase, UnderContracts) {
    let share = MarginalShare::of_all(Decimal::new(share.into(), 2)).unwrap();
    let base = CostBase::new(gbp(), lines, &share).unwrap();
    let contracts = [
        ("results", track("payment by results", 2019)),
        ("blended", track("blended emergency payment", 2019)),
        ("marginal rate", track("marginal rate", 2013)),
        ("block", track("block", 2019)),
    ];
    let mut under = base.under(contracts.iter().map(|(name, contract)| (*name, contract)));
    under = under.change(Change::actual()).set("block amount");
    under = under.taken("baseline value", Quantity::value().at_points(["non_elective"]).at_plan());
    for point in POINTS {
        under = under.case("HRG", point);
    }
    let under = under.settle().unwrap();
    (base, under)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every pound that the payer pays arrives, cost is what lines cost, and block pays the same whatever is done.
    #[test]
    fn money_is_conserved(lines in some_lines(), share in 0_u32..=100) {
        let (base, under) = settled(&lines, share);
        for contract in &under.contracts {
            for outcome in &contract.outcomes {
                prop_assert_eq!(outcome.outlay, outcome.payment + outcome.others);
                prop_assert_eq!(
                    outcome.outlay,
                    outcome.fixed_cost + outcome.marginal_cost + outcome.result + outcome.others
                );
            }
            for effect in &contract.spells {
                let saved = -effect.marginal_cost * Decimal::from(effect.cases);
                prop_assert_eq!(effect.hospital + effect.payer + effect.others, saved);
            }
        }
        let plan = base.total(&Change::plan()).unwrap();
        let done: Decimal = lines.iter().map(|line| line.price.unwrap() * line.actual.unwrap()).sum();
        prop_assert_eq!(under.outcome("results", "actual").unwrap().payment, done);
        prop_assert_eq!(under.outcome("block", "actual").unwrap().payment, plan.income);
        prop_assert_eq!(plan.fixed + plan.marginal, plan.cost);
    }

    /// What one case more does is the difference between two years that were settled each by itself.
    #[test]
    fn one_case_more_is_the_difference_of_two_settlements(
        mut lines in some_lines(), share in 0_u32..=100, at in 0_usize..4,
    ) {
        let (_, first) = settled(&lines, share);
        let actual = lines[at].actual.unwrap();
        lines[at].actual = Some(actual + Decimal::ONE);
        let (_, second) = settled(&lines, share);
        for (one, other) in first.contracts.iter().zip(&second.contracts) {
            let effect = one.spells.iter().find(|effect| {
                (effect.change.as_str(), effect.point.as_str(), effect.cases) == ("actual", POINTS[at], 1)
                    && effect.code.is_some()
            });
            let (before, after) = (&one.outcomes[1], &other.outcomes[1]);
            let effect = effect.unwrap();
            prop_assert_eq!(effect.hospital, after.result - before.result, "{}", one.name);
            prop_assert_eq!(effect.payer, before.outlay - after.outlay, "{}", one.name);
        }
    }
}
