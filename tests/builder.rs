//! The builders: each makes the arrangement of its template, reproduces the template's worked examples clause by
//! clause, and pays every party the same.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail

use std::path::Path;

use capitation::{
    Contract, ErrorKind,
    contract::{
        BasePayment, ContractBuilder, Example, Gate, Role, SharedLosses, SharedSavings, SharingBands,
        StopLoss,
    },
    settlement::{Experience, People, Statement},
};
use proptest::prelude::*;
use rust_decimal::{Decimal, prelude::ToPrimitive};

const PRICES: [(&str, &str); 2] = [("admissions", "2500.00"), ("visits", "150.00")];
const HERE: &str = "Illustration";

fn start() -> ContractBuilder {
    Contract::builder("Built", "GBP", "2026-04-01", "2027-03-31")
}

fn savings() -> SharedSavings {
    SharedSavings::of("400.00", "0.5", HERE)
}

fn experience(example: &Example) -> Experience<'static> {
    let mut experience = Experience::new();
    for (name, amount) in &example.given {
        experience = experience.with_decimal(name, amount.0);
    }
    if example.people.is_empty() {
        return experience;
    }
    let scaled = |value: Decimal, by: i64| (value * Decimal::from(by)).to_i64().unwrap();
    let people = &example.people;
    let months: Vec<i64> = people.iter().map(|person| scaled(person.months.0, 1_000_000)).collect();
    let costs: Vec<i64> = people.iter().map(|person| scaled(person.amounts["actual cost"].0, 100)).collect();
    let mut columns = People::new(months).unwrap().with_amount("actual cost", costs).unwrap();
    if people.iter().any(|person| person.class.is_some()) {
        let labels: Vec<String> = people.iter().map(|person| person.class.clone().unwrap()).collect();
        let codes: Vec<u32> = (0..).take(labels.len()).collect();
        columns = columns.with_class(codes, labels).unwrap();
    }
    experience.with_people(columns)
}

fn settle(contract: &Contract, example: &Example) -> Statement {
    contract.settle(&experience(example), contract.period().start).unwrap_or_else(|why| panic!("{why}"))
}

/// The builder's contract reproduces the template's examples and pays every party the same.
fn same_as_template(file: &str, built: ContractBuilder) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(file);
    let template = Contract::read(path).unwrap();
    let mut document = built.build().unwrap_or_else(|why| panic!("{file}: {why}")).document().clone();
    document.example.clone_from(&template.document().example);
    let contract = Contract::new(document).unwrap_or_else(|why| panic!("{file}: {why}"));
    for result in contract.check_examples().unwrap_or_else(|why| panic!("{file}: {why}")) {
        assert!(result.holds(), "{file}: {result:?}");
    }
    for example in &template.document().example {
        let (of_template, of_built) = (settle(&template, example), settle(&contract, example));
        for party in of_template.parties() {
            let built = of_built.parties().iter().find(|built| built.name == party.name);
            assert_eq!(built, Some(party), "{file}, example `{}`", example.name);
        }
        assert_eq!(of_built.parties().len(), of_template.parties().len(), "{file}");
    }
    assert_eq!(Contract::from_toml(&contract.to_toml().unwrap()).unwrap(), contract, "{file}");
}

fn on(contract: &Contract, given: &[(&str, &str)]) -> Statement {
    let experience = given.iter().fold(Experience::new(), |so_far, (name, amount)| {
        so_far.with(*name, amount).unwrap_or_else(|why| panic!("{why}"))
    });
    contract.settle(&experience, contract.period().start).unwrap_or_else(|why| panic!("{why}"))
}

fn surplus(statement: &Statement, party: &str) -> String {
    statement.surplus(party).unwrap().amount().to_string()
}

fn amount(statement: &Statement, clause: &str) -> String {
    statement.amount(clause).unwrap_or_else(|| panic!("no clause `{clause}`")).to_string()
}

#[test]
fn base_payments_are_their_templates() {
    same_as_template(
        "activity.toml",
        start().activity(&[("admissions", "2500.00"), ("visits", "150.25")], HERE),
    );
    same_as_template(
        "activity-marginal-rate.toml",
        start().activity_with_marginal_rate(&PRICES, "1900000.00", "0.30", HERE),
    );
    same_as_template("capitation.toml", start().capitation("412.50", HERE));
    same_as_template(
        "capitation-need-weighted.toml",
        start().need_weighted_capitation("400.00", "1200000", "1500000", HERE),
    );
    same_as_template("block.toml", start().block("4800000.00", HERE));
}

#[test]
fn a_blend_is_its_template() {
    let (envelope, activity) =
        (BasePayment::capitation("400.00", HERE), BasePayment::activity(&PRICES, HERE));
    same_as_template("blend.toml", start().blend("0.6", &envelope, &activity, HERE));
}

/// Law T10: the blend is linear in k and its ends are the pure systems.
#[test]
fn the_ends_of_a_blend_are_the_pure_systems() {
    let given = [("member months", "12.5"), ("admissions", "3"), ("visits", "7"), ("actual cost", "9999.99")];
    let blend = |k: &str| {
        let (envelope, activity) =
            (BasePayment::capitation("412.51", HERE), BasePayment::activity(&PRICES, HERE));
        let contract = start().blend(k, &envelope, &activity, HERE).build().unwrap();
        surplus(&on(&contract, &given), "provider")
    };
    // By hand: 12.5 × 412.51 = 5,156.375, half up 5,156.38; 3 × 2,500 + 7 × 150 = 8,550.
    assert_eq!(blend("1"), "-4843.61");
    assert_eq!(blend("0"), "-1449.99");
    assert_eq!(blend("0.5"), "-3146.80");
}

#[test]
fn stop_loss_is_its_template() {
    let terms = |stop_loss: StopLoss| {
        stop_loss.provider_keeps("0.10").premium_per_member_month("5.00").carried_by(Role::Reinsurer)
    };
    same_as_template(
        "stop-loss.toml",
        start().capitation("412.50", HERE).stop_loss(&terms(StopLoss::above("100000.00", HERE))),
    );
    let classes = [("child", "50000.00"), ("adult", "100000.00")];
    same_as_template(
        "stop-loss-by-class.toml",
        start().capitation("412.50", HERE).stop_loss(&terms(StopLoss::above_by_class(&classes, HERE))),
    );
}

#[test]
fn a_corridor_is_its_template() {
    let gains = SharingBands::new().upto("0.02", "1").upto("0.06", "0.5").beyond("0");
    let losses = SharingBands::new().upto("0.01", "1").upto("0.05", "0.5").beyond("0.2");
    same_as_template("corridor.toml", start().capitation("412.50", HERE).corridor(&gains, &losses, HERE));
}

#[test]
fn shared_savings_are_their_templates() {
    let activity = || start().activity(&PRICES, HERE);
    let one_sided = savings().gate(Gate::fixed("0.03")).limit("0.10");
    same_as_template("shared-savings.toml", activity().shared_savings(&one_sided));
    let two_percent = savings().gate(Gate::fixed("0.02")).limit("0.10");
    let losses = SharedLosses::of("0.3", HERE).gate(Gate::fixed("0.02")).limit("0.04");
    same_as_template("shared-savings-two-sided.toml", activity().two_sided(&two_percent, &losses));
    same_as_template("quality-scaled-share.toml", activity().shared_savings(&two_percent.quality_scaled()));
}

#[test]
fn a_gate_by_size_is_its_template() {
    let template = Contract::from_toml(include_str!("../templates/shared-savings-by-size.toml")).unwrap();
    let Some(capitation::contract::Dated::Always(points)) =
        &template.document().terms["minimum savings rate by members"].points
    else {
        panic!("the table has one set of points");
    };
    let points: Vec<(String, String)> =
        points.iter().map(|point| (point.at.to_string(), point.value.to_string())).collect();
    let built = Contract::builder("Built", "USD", "2026-04-01", "2027-03-31")
        .activity(&PRICES, HERE)
        .shared_savings(&savings().gate(Gate::BySize(points)).limit("0.10"));
    same_as_template("shared-savings-by-size.toml", built);
}

#[test]
fn changes_of_the_payment_are_their_templates() {
    same_as_template("quality-withhold.toml", start().capitation("400.00", HERE).withhold("0.02", HERE));
    same_as_template(
        "carve-out.toml",
        start().capitation("400.00", HERE).carve_out("pharmacy cost", HERE).corridor(
            &SharingBands::new().beyond("1"),
            &SharingBands::new().beyond("1"),
            HERE,
        ),
    );
    let adjusted = start()
        .block("1000000.00", HERE)
        .adjust("uplift", "0.025", HERE)
        .adjust("efficiency", "-0.011", HERE)
        .adjust("sequestration", "-0.02", HERE)
        // A cap that never bites brings the last balance into the statement.
        .cap("1000000000", HERE);
    same_as_template("percentage-adjustment.toml", adjusted);
    same_as_template(
        "cap-and-floor.toml",
        start().activity(&PRICES, HERE).cap("2000000.00", HERE).floor("1500000.00", HERE),
    );
}

#[test]
fn a_split_is_its_template() {
    same_as_template(
        "split-among-providers.toml",
        start().capitation("400.00", HERE).split_among(&[("hospital", "2"), ("community trust", "1")], HERE),
    );
}

#[test]
fn the_order_of_the_calls_is_the_order_of_the_arithmetic() {
    let block = || start().block("1000000.00", HERE);
    let given = [("actual cost", "0")];
    // By hand: cut by 2 % to 980,000, below the cap; or capped to 990,000 and then cut to 970,200.
    let cut_first = block().adjust("sequestration", "-0.02", HERE).cap("990000.00", HERE).build().unwrap();
    let cap_first = block().cap("990000.00", HERE).adjust("sequestration", "-0.02", HERE).build().unwrap();
    assert_eq!(surplus(&on(&cut_first, &given), "provider"), "980000.00");
    assert_eq!(surplus(&on(&cap_first, &given), "provider"), "970200.00");
}

#[test]
fn savings_are_measured_after_what_was_carved_out_before() {
    let contract = start()
        .activity(&PRICES, HERE)
        .carve_out("pharmacy cost", HERE)
        .carve_out("dental cost", HERE)
        .shared_savings(&savings())
        .build()
        .unwrap();
    let given = [
        ("admissions", "10"),
        ("visits", "0"),
        ("member months", "120"),
        ("actual cost", "50000.00"),
        ("pharmacy cost", "4000.00"),
        ("dental cost", "1000.00"),
    ];
    let statement = on(&contract, &given);
    // By hand: 120 × 400 = 48,000; 50,000 − 5,000 = 45,000; half of 3,000.
    assert_eq!(amount(&statement, "cost after carve-out of dental cost"), "45000.00");
    assert_eq!(amount(&statement, "shared savings"), "1500.00");
    // 25,000 for activity + 5,000 + 1,500 − 50,000.
    assert_eq!(surplus(&statement, "provider"), "-18500.00");
}

#[test]
fn a_corridor_shares_what_stop_loss_leaves() {
    let contract = start()
        .capitation("1000.00", HERE)
        .stop_loss(&StopLoss::above("10000.00", HERE).premium_per_member_month("50.00"))
        .corridor(
            &SharingBands::new().beyond("0.5"),
            &SharingBands::new().upto("0.10", "1").beyond("0"),
            HERE,
        )
        .build()
        .unwrap();
    let people = People::new(vec![12_000_000]).unwrap().with_amount("actual cost", vec![2_500_000]).unwrap();
    let statement = contract.settle(&Experience::new().with_people(people), contract.period().start).unwrap();
    // By hand: envelope 12,000; premium 600; recovery 15,000; cost left 10,600; gain 1,400, half of it paid back.
    assert_eq!(amount(&statement, "cost after stop-loss recovery"), "10600.00");
    assert_eq!(amount(&statement, "corridor settlement"), "700.00");
    assert_eq!(surplus(&statement, "provider"), "700.00");
    assert_eq!(surplus(&statement, "payer"), "-25700.00");
}

#[test]
fn parties_have_the_names_they_are_given() {
    let contract = start().between("NHS Somerset", "Yeovil").block("100.00", HERE).build().unwrap();
    let statement = on(&contract, &[("actual cost", "40.00")]);
    assert_eq!(
        (surplus(&statement, "NHS Somerset"), surplus(&statement, "Yeovil")),
        ("-100.00".into(), "60.00".into())
    );
}

#[test]
fn the_lead_provider_keeps_its_own_part_of_a_split() {
    let contract = start()
        .block("100.00", HERE)
        .split_among(&[("provider", "3"), ("hospital", "1")], HERE)
        .build()
        .unwrap();
    let statement = on(&contract, &[("actual cost", "60.00")]);
    assert_eq!(
        (surplus(&statement, "provider"), surplus(&statement, "hospital")),
        ("30.00".into(), "10.00".into())
    );
}

#[test]
fn two_caps_have_two_names() {
    let contract = start().block("100.00", HERE).cap("90.00", HERE).cap("80.00", HERE).build().unwrap();
    let statement = on(&contract, &[("actual cost", "0")]);
    assert_eq!(amount(&statement, "payment above the cap (2)"), "10.00");
    assert_eq!(surplus(&statement, "provider"), "80.00");
}

#[test]
fn an_unverified_term_is_told_by_the_contract() {
    let contract = start().block("100.00", "From memory").unverified("block amount").build().unwrap();
    assert_eq!(contract.unverified().collect::<Vec<_>>(), ["block amount"]);
}

#[test]
fn the_term_that_is_scaled_is_that_of_the_base_unless_it_is_named() {
    let scaled = |built: ContractBuilder| built.build().unwrap().document().scaled.clone().unwrap();
    assert_eq!(scaled(start().activity(&PRICES, HERE)), "price level");
    assert_eq!(scaled(start().capitation("1", HERE)), "price per member month");
    assert_eq!(scaled(start().block("1", HERE)), "block amount");
    let named =
        start().activity(&PRICES, HERE).shared_savings(&savings()).scaled("benchmark per member month");
    assert_eq!(scaled(named), "benchmark per member month");
}

#[test]
fn what_cannot_be_built_is_refused_with_the_way_out() {
    let refused = |built: ContractBuilder, kind: ErrorKind, words: &str| {
        let why = built.build().unwrap_err();
        assert_eq!((why.kind(), why.to_string().as_str()), (kind, words));
    };
    let block = || start().block("100.00", HERE);
    refused(
        start().cap("1", HERE),
        ErrorKind::Name,
        "contract `Built`, base payment: there is none yet; begin with `activity`, `capitation`, \
         `need_weighted_capitation`, `block` or `blend`",
    );
    refused(
        block().capitation("1", HERE),
        ErrorKind::Name,
        "contract `Built`, clause `envelope`: the contract has a base payment already; keep one, or join two of \
         them with `blend`",
    );
    refused(
        start().capitation("£412.50", HERE),
        ErrorKind::Value,
        "contract `Built`, term `price per member month`: `£412.50` is not a decimal number; write 412.50, \
         without separators or signs of currency",
    );
    refused(
        start().capitation("412.50", " "),
        ErrorKind::Value,
        "contract `Built`, term `price per member month`: it has no source; say where the number is written",
    );
    refused(
        block().withhold("2", HERE),
        ErrorKind::Range,
        "contract `Built`, term `withhold rate`: 2 is not a share; write a number from 0 to 1, or use unit \
         \"ratio\" for a factor that may exceed 1",
    );
    refused(
        block().stop_loss(&StopLoss::above("10000", HERE)).carve_out("pharmacy cost", HERE),
        ErrorKind::Name,
        "contract `Built`, carve-out: there is a stop-loss already, and both would pay for the same cost; keep one \
         of them, or measure the actual cost without the care setting",
    );
    refused(
        block().split_among(&[("hospital", "1")], HERE).cap("1", HERE),
        ErrorKind::Name,
        "contract `Built`, clause `payment above the cap`: the result has been split among providers, and it would \
         change after that; call `split_among` last",
    );
    refused(
        start().activity(&[("actual cost", "1")], HERE).shared_savings(&savings()),
        ErrorKind::Name,
        "contract `Built`, input `actual cost`: it is measured as count already, and money is needed; give one of \
         them another name",
    );
    refused(
        block().corridor(&SharingBands::new().upto("0.1", "1"), &SharingBands::new().beyond("1"), HERE),
        ErrorKind::Value,
        "contract `Built`, term `provider's share of a gain`: the last band has an end, and what lies beyond it is \
         not said; add a last band without `upto`, such as { share = \"0\" }",
    );
    refused(
        Contract::builder("Built", "GBP", "2026-04-31", "2027-03-31").block("1", HERE),
        ErrorKind::Value,
        "contract `Built`, first day, date: `2026-04-31` is not a date; write year, month and day: 2026-04-01",
    );
    refused(
        Contract::builder("Built", "pounds", "2026-04-01", "2027-03-31").block("1", HERE),
        ErrorKind::Value,
        "contract `Built`, currency: `pounds` is not a currency code; write the three capital letters of ISO 4217, \
         such as GBP or USD",
    );
}

/// One call of a modifier.
#[derive(Debug, Clone)]
enum Modifier {
    StopLoss { attachment: u32, keeps: u8, premium: u32, carrier: Role },
    CarveOut,
    Corridor { ends: [u8; 2], shares: [u8; 3] },
    Savings { gate: u8, rate: u8, limit: u8, is_two_sided: bool },
    Withhold(u8),
    Adjust(i8),
    Cap(u32),
    Floor(u32),
}

fn percent(hundredths: impl Into<i64>) -> String {
    Decimal::new(hundredths.into(), 2).to_string()
}

fn pounds(pence: u32) -> String {
    Decimal::new(pence.into(), 2).to_string()
}

impl Modifier {
    fn call(&self, place: usize, built: ContractBuilder) -> ContractBuilder {
        match self {
            Self::StopLoss { attachment, keeps, premium, carrier } => built.stop_loss(
                &StopLoss::above(&pounds(*attachment), HERE)
                    .provider_keeps(&percent(*keeps))
                    .premium_per_member_month(&pounds(*premium))
                    .carried_by(*carrier),
            ),
            Self::CarveOut => built.carve_out("pharmacy cost", HERE),
            Self::Corridor { ends: [first, second], shares: [a, b, c] } => {
                let second = i64::from(*first) + i64::from(*second) + 1;
                let bands = SharingBands::new()
                    .upto(&percent(i64::from(*first) + 1), &percent(*a))
                    .upto(&percent(second + 1), &percent(*b))
                    .beyond(&percent(*c));
                built.corridor(&bands, &SharingBands::new().beyond(&percent(*b)), HERE)
            }
            Self::Savings { gate, rate, limit, is_two_sided } => {
                let (gate, rate, limit) = (Gate::fixed(&percent(*gate)), percent(*rate), percent(*limit));
                let savings = SharedSavings::of("40.00", &rate, HERE).gate(gate.clone()).limit(&limit);
                if *is_two_sided {
                    built.two_sided(&savings, &SharedLosses::of(&rate, HERE).gate(gate).limit(&limit))
                } else {
                    built.shared_savings(&savings)
                }
            }
            Self::Withhold(rate) => built.withhold(&percent(*rate), HERE),
            Self::Adjust(rate) => built.adjust(&format!("adjustment {place}"), &percent(*rate), HERE),
            Self::Cap(amount) => built.cap(&pounds(*amount), HERE),
            Self::Floor(amount) => built.floor(&pounds(*amount), HERE),
        }
    }
}

fn modifier() -> impl Strategy<Value = Modifier> {
    let carrier = prop::sample::select(vec![Role::Payer, Role::Pool, Role::Reinsurer]);
    prop_oneof![
        (1u32..5_000_000, 0u8..=100, 0u32..1_000, carrier).prop_map(
            |(attachment, keeps, premium, carrier)| Modifier::StopLoss {
                attachment,
                keeps,
                premium,
                carrier
            }
        ),
        Just(Modifier::CarveOut),
        (any::<[u8; 2]>(), [0u8..=100, 0u8..=100, 0u8..=100])
            .prop_map(|(ends, shares)| Modifier::Corridor { ends, shares }),
        (0u8..=10, 0u8..=100, 0u8..=20, any::<bool>()).prop_map(|(gate, rate, limit, is_two_sided)| {
            Modifier::Savings { gate, rate, limit, is_two_sided }
        }),
        (0u8..=100).prop_map(Modifier::Withhold),
        (-50i8..=50).prop_map(Modifier::Adjust),
        (0u32..10_000_000).prop_map(Modifier::Cap),
        (0u32..10_000_000).prop_map(Modifier::Floor),
    ]
}

fn base_payment() -> impl Strategy<Value = BasePayment> {
    prop_oneof![
        Just(BasePayment::activity(&PRICES, HERE)),
        Just(BasePayment::activity_with_marginal_rate(&PRICES, "7500.00", "0.3", HERE)),
        (0u32..100_000).prop_map(|price| BasePayment::capitation(&pounds(price), HERE)),
        (0u32..10_000_000).prop_map(|amount| BasePayment::block(&pounds(amount), HERE)),
    ]
}

proptest! {
    /// Laws T1 and T2: transfers net to zero, and all surpluses together are the cost turned round, whatever is called
    /// in whatever order; and what is built is written and read back.
    #[test]
    fn money_is_only_moved(
        first in base_payment(),
        second in base_payment(),
        share in 0u8..=100,
        modifiers in prop::collection::vec(modifier(), 0..7),
        people in prop::collection::vec((1i64..=12_000_000, 0i64..10_000_000), 1..6),
        pharmacy in 0i64..1_000_000,
        score in 0u8..=100,
        counts in [0u32..50, 0u32..500],
    ) {
        let built = start().blend(&percent(share), &first, &second, HERE);
        let calls = modifiers.iter().enumerate();
        let built = calls.fold(built, |built, (place, modifier)| modifier.call(place, built));
        let built = built.split_among(&[("provider", "1"), ("hospital", "2"), ("clinic", "0.5")], HERE);
        let contract = match built.build() {
            Ok(contract) => contract,
            // Stop-loss and a carve-out, or either twice, would pay for one cost twice.
            Err(why) => {
                let twice = ["both would pay for the same cost", "would be paid for twice"];
                prop_assert!(twice.iter().any(|words| why.problem().contains(words)), "{why}");
                return Ok(());
            }
        };
        prop_assert_eq!(&Contract::from_toml(&contract.to_toml().unwrap()).unwrap(), &contract);
        prop_assert_eq!(&Contract::from_json(&serde_json::to_string(&contract).unwrap()).unwrap(), &contract);

        let (months, costs): (Vec<i64>, Vec<i64>) = people.into_iter().unzip();
        let cost = Decimal::new(costs.iter().sum(), 2);
        let mut experience =
            Experience::new().with_people(People::new(months).unwrap().with_amount("actual cost", costs).unwrap());
        let more = [
            ("admissions", counts[0].into()),
            ("visits", counts[1].into()),
            ("pharmacy cost", Decimal::new(pharmacy, 2)),
            ("quality score", Decimal::new(score.into(), 2)),
            ("members", Decimal::ONE),
        ];
        for (name, amount) in more {
            if contract.document().inputs.contains_key(name) {
                experience = experience.with_decimal(name, amount);
            }
        }
        match contract.settle(&experience, contract.period().start) {
            Ok(statement) => {
                let sum = |of: fn(&capitation::settlement::Party) -> Decimal| -> Decimal {
                    statement.parties().iter().map(of).sum()
                };
                prop_assert_eq!(sum(|party| party.paid), sum(|party| party.received));
                prop_assert_eq!(sum(|party| party.surplus), -cost);
            }
            // A payment that repayments have turned negative is no base for a corridor.
            Err(why) => prop_assert!(why.to_string().contains("the base of its bands is negative"), "{why}"),
        }
    }
}

#[test]
fn a_setting_is_carved_out_once_and_the_whole_cost_never() {
    let refused = |settings: &[&str]| {
        let built =
            settings.iter().fold(start().block("1", HERE), |built, setting| built.carve_out(setting, HERE));
        built.build().unwrap_err().to_string()
    };
    assert!(refused(&["drug cost", "drug cost"]).contains("`drug cost` is carved out already"));
    assert!(refused(&["actual cost"]).contains("all of the cost is carved out"));
}
