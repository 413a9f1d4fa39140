//! Priced work that a contract counts in no input: it is paid for by what is named, or the question is refused.

use super::{refused::refused, *};

/// The elective tracks of 2023/24 count day cases and ordinary elective admissions: £34.4m of £72.2m.
fn elective(name: &str) -> Contract {
    track(name, 2023)
}

#[test]
fn priced_work_that_nothing_pays_for_is_refused() {
    let (base, by_activity) = (base(), elective("activity-based payment"));
    refused(
        base.under([("abp", &by_activity)]).settle().map(|_| ()),
        ErrorKind::Comparison,
        "contract `abp`: no input counts non_elective (activity 10000, at full price 27000000, cost 30000000) or \
         emergency_attendance (activity 60000, at full price 10800000, cost 12000000): they would cost and be paid \
         nothing; name the input or term that pays for them (covered by), such as a fixed element, take an input from a \
         quantity of them, or leave their lines out of the cost base",
    );
    // Without those lines it is 34.4m for what costs 34m.
    let lines = [
        line("AA", "elective", "4000", "4000", "3600"),
        line("BB", "day_case", "20000", "900", "1000"),
        line("XC", "critical_care", "500", "1500", ""),
    ];
    let elective = CostBase::new(gbp(), &lines, &MarginalShare::of_all(d("0.4")).unwrap()).unwrap();
    let under = elective.under([("abp", &by_activity)]).settle().unwrap();
    assert_eq!(under.outcome("abp", "plan").unwrap().result, d("400000"));
    assert!(under.contracts[0].not_counted.is_empty());
}

#[test]
fn a_fixed_element_that_is_named_pays_for_what_no_input_counts() {
    let (base, aligned, results) =
        (base(), elective("aligned payment and incentive"), track("payment by results", 2019));
    let asked = || {
        let contracts = [("results", &results), ("aligned", &aligned)];
        base.under(contracts).set("fixed element").given("elective value in 2019/20", d("30000000"))
    };
    let why = asked().settle().unwrap_err().to_string();
    assert!(why.starts_with("contract `aligned`: no input counts non_elective"), "{why}");

    let under = asked().covered_by("fixed element").settle().unwrap();
    // 72.2m less the 34.4m that is paid by activity.
    let contract = under.contract("aligned").unwrap();
    assert_eq!(contract.set.as_ref().unwrap().value, d("37800000"));
    let told: Vec<_> = contract
        .not_counted
        .iter()
        .map(|at| (at.point.as_str(), at.activity, at.income, at.cost, at.paid_by.join(", ")))
        .collect();
    let fixed = || "fixed element".to_owned();
    assert_eq!(
        told,
        [
            ("non_elective", d("10000"), d("27000000"), d("30000000"), fixed()),
            ("emergency_attendance", d("60000"), d("10800000"), d("12000000"), fixed()),
        ]
    );
    assert!(under.contract("results").unwrap().not_counted.is_empty());
    let note = "aligned: `fixed element` pays for what no input counts: non_elective (activity 10000, at full price \
                27000000, cost 30000000), emergency_attendance (activity 60000, at full price 10800000, cost 12000000)";
    assert!(under.stamp.notes.iter().any(|said| said == note), "{:#?}", under.stamp.notes);
    assert!(under.to_string().contains(note));
}

#[test]
fn a_quantity_that_an_input_is_taken_from_counts_its_points() {
    let (base, aligned) = (base(), elective("aligned payment and incentive"));
    let rest = Quantity::cost().at_points(["non_elective", "emergency_attendance"]).at_plan();
    let under = base
        .under([("aligned", &aligned)])
        .taken("fixed element", rest.clone())
        .given("elective value in 2019/20", d("30000000"))
        .settle()
        .unwrap();
    assert!(under.contracts[0].not_counted.is_empty());
    // 42m of cost and 34.4m of elective care, for what costs 76m.
    assert_eq!(under.outcome("aligned", "plan").unwrap().result, d("400000"));
    refused(
        base.under([("aligned", &aligned)])
            .taken("fixed element", rest)
            .given("elective value in 2019/20", d("30000000"))
            .covered_by("fixed element")
            .settle()
            .map(|_| ()),
        ErrorKind::Comparison,
        "contract `aligned`, covered by `fixed element`: it is cost of non_elective, emergency_attendance, at plan, and \
         pays for nothing else; name an input that is given or set, or a term",
    );
}

#[test]
fn what_pays_for_the_rest_must_be_there() {
    let (base, aligned) = (base(), elective("aligned payment and incentive"));
    refused(
        base.under([("aligned", &aligned)]).covered_by("fixed elements").settle().map(|_| ()),
        ErrorKind::Experience,
        "covered by `fixed elements`: no contract has such an input or term; did you mean `fixed element`?",
    );
}

/// Days above the trim point are no admissions: counted by number, nothing pays for them.
#[test]
fn days_are_not_counted_by_a_number_of_admissions() {
    let toml = r#"
        name = "By number"
        currency = "GBP"
        period = { start = 2019-04-01, end = 2020-03-31 }
        parties = { commissioner = "payer", trust = "provider" }
        inputs = { "emergency admissions" = "count", "price" = "money per count" }
        [[clause]]
        name = "payment"
        rule.times = { of = "emergency admissions", by = "price" }
        round = { mode = "half_up", places = 2 }
        pays = { from = "commissioner", to = "trust" }
    "#;
    let contract = Contract::from_toml(toml).unwrap();
    let lines = [
        line("AA", "non_elective", "100", "3000", "2700"),
        line("AA", "non_elective_long_stay_days", "50", "300", "200"),
    ];
    let base = CostBase::new(gbp(), &lines, &MarginalShare::of_all(d("0.4")).unwrap()).unwrap();
    let asked = || base.under([("by number", &contract)]).given("price", d("2800"));
    let why = asked().settle().unwrap_err().to_string();
    assert!(why.contains("no input counts non_elective_long_stay_days (activity 50"), "{why}");
    // The mean price of an admission with its days: 2,700 + 10,000 ÷ 100.
    let under = asked().covered_by("price").settle().unwrap();
    assert_eq!(under.outcome("by number", "plan").unwrap().payment, d("280000"));
}

#[test]
fn what_all_other_services_are_and_what_is_nought_is_told() {
    let under = four(&base());
    let notes = &under.stamp.notes;
    let has = |said: &str| assert!(notes.iter().any(|note| note == said), "{said}\n{notes:#?}");
    has("`all other services` under results, blended: critical_care, which has no price");
    has(
        "nought at plan under results, blended: value of same-day emergency care, value of outpatient procedures, value of \
         first outpatient attendances, value of follow-up attendances, value of all other services",
    );
    has("nought at plan under blended: forecast value of same-day emergency care");
    has("block, capitation: no input counts activity; what is paid is for all of it");
}

#[test]
fn less_than_one_case_is_told() {
    let lines = [line("AA", "elective", "0.5", "100", "90"), line("AA", "day_case", "10", "100", "90")];
    let base = CostBase::new(gbp(), &lines, &MarginalShare::of_all(d("0.4")).unwrap()).unwrap();
    let results = track("payment by results", 2019);
    let under = base.under([("results", &results)]).settle().unwrap();
    assert_eq!(under.of_one_less("results", "elective"), None);
    let note = "no case less of elective: fewer than one is planned";
    assert!(under.stamp.notes.iter().any(|said| said == note), "{:#?}", under.stamp.notes);
}

#[test]
fn what_pays_nothing_pays_for_nothing() {
    let (base, aligned, results) =
        (base(), elective("aligned payment and incentive"), track("payment by results", 2019));
    let asked = |fixed: &str, covered_by: &str| {
        let contracts = [("results", &results), ("aligned", &aligned)];
        let under = base.under(contracts).given("fixed element", d(fixed));
        under.given("elective value in 2019/20", d("30000000")).covered_by(covered_by).settle().map(|_| ())
    };
    asked("37800000", "fixed element").unwrap();
    refused(
        asked("0", "fixed element"),
        ErrorKind::Comparison,
        "contract `aligned`, covered by `fixed element`: it is nought, and pays for nothing; give the amount that pays for \
         what no input counts",
    );
    let why = asked("37800000", "elective value in 2019/20").unwrap_err().to_string();
    assert!(
        why.contains("covered by `elective value in 2019/20`: it pays for nothing: at 30000000 and"),
        "{why}"
    );
    // The price of what is counted pays for no other work.
    let why = asked("37800000", "part of the unit price").unwrap_err().to_string();
    assert!(
        why.contains("covered by `part of the unit price`: it pays for what is counted alone: at 1 and"),
        "{why}"
    );
}

#[test]
fn an_input_is_asked_for_once_and_in_whole_pence() {
    let (base, results, block) = (base(), track("payment by results", 2019), track("block", 2019));
    let contracts = || [("results", &results), ("block", &block)];
    refused(
        base.under(contracts()).given("block amount", d("5")).set("block amount").settle().map(|_| ()),
        ErrorKind::Experience,
        "input `block amount`: it is asked for more than once; give it, take it from a quantity of the cost base, or set it: \
         one of them",
    );
    refused(
        base.under(contracts()).given("block amount", d("5.001")).settle().map(|_| ()),
        ErrorKind::Value,
        "contract `block`, input `block amount`: 5.001 is not in whole pence; round it \
         before, and say so: half up it is 5.00",
    );
}

#[test]
fn names_that_hold_a_point_of_delivery_are_refused() {
    for (name, meant) in [
        ("Non-elective Long Stay", "non_elective"),
        ("Non-elective Short Stay", "short_stay_emergency"),
        ("non-elective inpatients", "non_elective"),
        ("Non-elective excess bed days", "non_elective_long_stay_days"),
        ("emergencies", "non_elective"),
        ("accident and emergency", "emergency_attendance"),
        ("emergency department attendances", "emergency_attendance"),
    ] {
        let lines = [line("AA", name, "1", "1", "1")];
        let why = CostBase::new(gbp(), &lines, &MarginalShare::of_all(d("0.4")).unwrap()).unwrap_err();
        assert!(why.to_string().contains(&format!("did you mean `{meant}`?")), "{name}: {why}");
    }
}
