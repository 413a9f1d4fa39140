//! What is refused of a cost base.

use super::*;

#[track_caller]
pub(super) fn refused(what: Result<impl std::fmt::Debug, Error>, kind: ErrorKind, said: &str) {
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
fn an_input_is_taken_from_points_that_are_there_once_and_priced() {
    let (base, rate) = (base(), track("marginal rate", 2014));
    let asked = |points: &[&str]| {
        let baseline = Quantity::value().at_points(points.iter().copied()).at_plan();
        base.under([("rate", &rate)]).taken("baseline value", baseline).settle().map(|_| ())
    };
    asked(&["non_elective"]).unwrap();
    refused(
        asked(&["non_elective", "non_elective"]),
        ErrorKind::Name,
        "input `baseline value`: `non_elective` is named twice, and would be counted twice; name it once",
    );
    refused(
        asked(&[]),
        ErrorKind::Name,
        "input `baseline value`: it is taken from no point of delivery; name the points of delivery, or leave them out for \
         all",
    );
    refused(
        asked(&["critical_care"]),
        ErrorKind::Comparison,
        "input `baseline value`: no line of `critical_care` has a price, so that its activity is left out; price its lines, \
         or leave it out here",
    );
    let change = Change::named("fewer").by("critical_care", d("-0.5")).unwrap();
    refused(
        base.under([("results", &track("payment by results", 2014))]).change(change).settle().map(|_| ()),
        ErrorKind::Comparison,
        "change `fewer`: no line of `critical_care` has a price, so that its activity is left out; price its lines, or \
         leave it out here",
    );
}

/// Elective care alone is paid more than the block, so that no fixed element makes both cost the same.
#[test]
fn an_amount_that_would_have_to_be_below_zero_is_not_set() {
    let (base, block, aligned) = (base(), track("block", 2023), track("aligned payment and incentive", 2023));
    let under = base.under([("block", &block), ("aligned", &aligned)]).given("block amount", d("100"));
    let under = under.given("elective value in 2019/20", d("30000000")).covered_by("fixed element");
    let why = under.set("fixed element").budget_neutral().settle().unwrap_err();
    assert_eq!(why.kind(), ErrorKind::Comparison);
    let said = why.to_string();
    let begins = "contract `aligned`: `fixed element` would have to be -";
    assert!(said.starts_with(begins), "{said}");
    assert!(said.contains("for it to cost the payer 100.00 at plan: -£"), "{said}");
    assert!(said.contains(" is below £0.00, the least that it can be"), "{said}");
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
                .covered_by("fixed element")
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

/// What would come under "all other services" for want of a point of delivery of its name.
#[test]
fn a_point_that_is_nearly_known_is_refused() {
    let share = MarginalShare::of_all(d("0.4")).unwrap();
    let made =
        |point: &str| CostBase::new(gbp(), &[line("AA", point, "10", "100", "90")], &share).map(|_| ());
    for (point, meant) in [
        ("Non_elective", "non_elective"),
        ("non-elective", "non_elective"),
        ("Non Elective", "non_elective"),
        ("nonelectiv", "non_elective"),
        ("Daycase", "day_case"),
        ("day cases", "day_case"),
        ("NEL", "non_elective"),
        ("nes", "short_stay_emergency"),
        ("EL", "elective"),
        ("DC", "day_case"),
        ("AE", "emergency_attendance"),
        ("A&E", "emergency_attendance"),
        ("emergency admissions", "non_elective"),
        ("Elective Inpatients", "elective"),
        ("Non-Elective Inpatient - Long Stay", "non_elective"),
    ] {
        refused(
            made(point),
            ErrorKind::Unknown,
            &format!(
                "point of delivery `{point}`: it is not one that tariffs and contracts know; did you mean `{meant}`? rename \
                 it, or give it a name that is not nearly one of theirs"
            ),
        );
    }
    for other in ["critical_care", "maternity", "non_elective_maternity", "CL", "renal dialysis"] {
        made(other).unwrap();
    }
}

/// A baseline at or above the value of emergency admissions costs the same whatever it is.
#[test]
fn an_input_that_does_not_set_the_outlay_is_refused() {
    let base = base();
    let (results, marginal) = (track("payment by results", 2014), track("marginal rate", 2014));
    let under = base.under([("pbr", &results), ("mr", &marginal)]);
    refused(
        under.set("baseline value").settle().map(|_| ()),
        ErrorKind::Comparison,
        "contract `mr`: `baseline value` does not decide what it costs: at 72200000 and at 72922000 it costs the payer \
         72200000 at plan; give the amount, set another input, or compare contracts as they are written",
    );
}

#[test]
fn two_inputs_of_a_contract_cannot_both_be_set() {
    let (base, results, aligned) =
        (base(), track("payment by results", 2019), track("aligned payment and incentive", 2023));
    let under = base.under([("results", &results), ("aligned", &aligned)]).covered_by("fixed element");
    refused(
        under.set("fixed element").set("elective value in 2019/20").settle().map(|_| ()),
        ErrorKind::Comparison,
        "contract `aligned`: both `fixed element` and `elective value in 2019/20` are to be set, and one outlay decides one \
         amount; set one of them and give the other",
    );
}
