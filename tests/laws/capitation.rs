//! Payment for people: by exposure alone, additive over them, and blended with payment for activity.

use capitation::{Contract, contract::Unit, money::Rounding};
use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use crate::support::{
    config,
    draft::{Draft, d, difference, gate, layer, settle, sum, times},
    happened::MILLION,
};

/// A price for each need-weighted member month, in hundredths of a penny; the payment is to the penny.
fn envelope(price: i64) -> Contract {
    Draft::new("capitation")
        .input("need-weighted member months", Unit::Count)
        .input("admissions", Unit::Count)
        .value("price per member month", Unit::MoneyPerCount, Decimal::new(price, 4))
        .value("price of an admission", Unit::MoneyPerCount, d("891.25"))
        .clause("envelope", times("need-weighted member months", "price per member month"))
        .clause("payment", sum(&["envelope"]))
        .rounded(Rounding::half_up(2))
        .paid()
        .clause("value of activity", times("admissions", "price of an admission"))
        .contract()
}

/// The envelope before and after it is rounded, for months in millionths.
fn paid_for(contract: &Contract, months: i64) -> (Decimal, Decimal) {
    paid_with(contract, months, 0, 0)
}

fn paid_with(contract: &Contract, months: i64, admissions: i64, cost: i64) -> (Decimal, Decimal) {
    let inputs = [
        ("need-weighted member months", Decimal::new(months, 6)),
        ("admissions", admissions.into()),
        ("actual cost", Decimal::new(cost, 2)),
    ];
    let statement = settle(contract, &inputs);
    (statement.amount("envelope").unwrap(), statement.amount("payment").unwrap())
}

/// A blend of a fee for activity and an envelope, at k in percent; prices are whole pounds, so that each part is
/// whole pence without rounding.
fn blend(k: i64, months: i64, admissions: i64) -> Decimal {
    let contract = Draft::new("blend")
        .input("member months", Unit::Count)
        .input("admissions", Unit::Count)
        .value("price per member month", Unit::MoneyPerCount, d("14"))
        .value("price of an admission", Unit::MoneyPerCount, d("891"))
        .value("whole", Unit::Ratio, Decimal::ONE)
        .value("share of the envelope", Unit::Share, Decimal::new(k, 2))
        .clause("envelope", times("member months", "price per member month"))
        .clause("activity at price", times("admissions", "price of an admission"))
        .clause("share of activity", difference("whole", "share of the envelope"))
        .clause("blended activity", times("activity at price", "share of activity"))
        .clause("blended envelope", times("envelope", "share of the envelope"))
        .clause("payment", sum(&["blended activity", "blended envelope"]))
        .paid()
        .contract();
    let inputs =
        [("member months", months.into()), ("admissions", admissions.into()), ("actual cost", d("1000.00"))];
    settle(&contract, &inputs).parties()[1].received
}

const MONTHS: std::ops::Range<i64> = 0..10_000_000 * MILLION;
const PRICE: std::ops::Range<i64> = 0..10_000_000;

proptest! {
    #![proptest_config(config())]

    /// T5: exact before rounding; after it, three roundings of half a penny are less than two pence apart. The
    /// price is one number over the whole span.
    #[test]
    fn t5_payment_for_two_spans_is_the_sum(price in PRICE, one in MONTHS, other in MONTHS) {
        let contract = envelope(price);
        let (one, other, both) =
            (paid_for(&contract, one), paid_for(&contract, other), paid_for(&contract, one + other));
        prop_assert_eq!(both.0, one.0 + other.0);
        prop_assert!((both.1 - one.1 - other.1).abs() <= d("0.01"));
    }

    /// T5: whole months at a price in whole pence are exact after rounding too.
    #[test]
    fn t5_whole_months_at_whole_pence_are_exact(price in 0i64..100_000, one in 0i64..1_000_000, other in 0i64..1_000_000) {
        let contract = envelope(price * 100);
        let paid = |months: i64| paid_for(&contract, months * MILLION).1;
        prop_assert_eq!(paid(one + other), paid(one) + paid(other));
    }

    /// T8: given exposure and need fixed before the period, and no outlier payment.
    #[test]
    fn t8_capitation_does_not_depend_on_activity_or_cost(
        price in PRICE, months in MONTHS, activity in (0i64..1_000_000, 0i64..1_000_000), cost in any::<(i32, i32)>(),
    ) {
        let contract = envelope(price);
        let one = paid_with(&contract, months, activity.0, cost.0.into());
        let other = paid_with(&contract, months, activity.1, cost.1.into());
        prop_assert_eq!(one, other);
    }

    /// T9: exact before rounding; each panel's payment is within half a penny, so n panels and their union are
    /// within (n + 1)/2 pence.
    #[test]
    fn t9_capitation_is_additive_over_disjoint_members(price in PRICE, panels in vec(1..12_000 * MILLION, 1..10)) {
        let contract = envelope(price);
        let apart: Vec<_> = panels.iter().map(|months| paid_for(&contract, *months)).collect();
        let together = paid_for(&contract, panels.iter().sum());
        prop_assert_eq!(together.0, apart.iter().map(|paid| paid.0).sum::<Decimal>());
        let gap = together.1 - apart.iter().map(|paid| paid.1).sum::<Decimal>();
        let roundings = Decimal::from(panels.len() + 1);
        prop_assert!(gap.abs() <= roundings * d("0.005"), "{gap}");
    }

    /// T10: on whole pence, R(k) lies on the line from R(0) to R(1); the ends are the pure contracts.
    #[test]
    fn t10_a_blend_is_linear_in_its_weight(k in 0i64..=100, months in 0i64..1_000_000, admissions in 0i64..100_000) {
        let pay = |k| blend(k, months, admissions);
        prop_assert_eq!(pay(0), Decimal::from(admissions * 891));
        prop_assert_eq!(pay(100), Decimal::from(months * 14));
        prop_assert_eq!(Decimal::from(100) * pay(k), Decimal::from(100 - k) * pay(0) + Decimal::from(k) * pay(100));
    }
}

/// F6, "splitting a panel never changes total payment", is false for anything with a positive part, a threshold, a
/// cap or a rounding. Half of any saving is shared: a panel that saves £100 beside one that loses £100 is paid £50
/// apart and nothing together. With a minimum of £150, two panels that save £100 each are paid nothing apart and
/// £100 together.
#[test]
fn f6_splitting_a_panel_changes_what_is_shared() {
    let shared = |minimum: &str, saving: &str| {
        let contract = Draft::new("one-sided sharing")
            .input("saving", Unit::Money)
            .value("nothing", Unit::Money, d("0"))
            .value("minimum saving", Unit::Money, d(minimum))
            .value("sharing rate", Unit::Share, d("0.5"))
            .clause("gain", layer("saving", Some("nothing"), None))
            .clause("gain at the minimum", gate("gain", "saving", "minimum saving"))
            .clause("shared saving", times("gain at the minimum", "sharing rate"))
            .paid()
            .contract();
        settle(&contract, &[("saving", d(saving)), ("actual cost", d("0"))]).parties()[1].received
    };
    assert_eq!((shared("0", "100") + shared("0", "-100"), shared("0", "0")), (d("50"), d("0")));
    assert_eq!((shared("150", "100") + shared("150", "100"), shared("150", "200")), (d("0"), d("100")));
}

/// F6 by rounding alone: one member month at £0.005 is a penny, and two are a penny too.
#[test]
fn f6_splitting_a_panel_changes_what_is_rounded() {
    let contract = envelope(50);
    let paid = |months: i64| paid_for(&contract, months * MILLION).1;
    assert_eq!((paid(1) + paid(1), paid(2)), (d("0.02"), d("0.01")));
}

/// F9, "capitation is independent of activity", is false with an outlier payment: the part of cost above £1,000 is
/// paid on top of the envelope.
#[test]
fn f9_an_outlier_payment_makes_capitation_depend_on_cost() {
    let contract = Draft::new("capitation with outliers")
        .input("member months", Unit::Count)
        .value("price per member month", Unit::MoneyPerCount, d("100"))
        .value("outlier threshold", Unit::Money, d("1000"))
        .clause("envelope", times("member months", "price per member month"))
        .paid()
        .clause("outlier payment", layer("actual cost", Some("outlier threshold"), None))
        .paid()
        .contract();
    let paid = |cost: &str| {
        settle(&contract, &[("member months", d("12")), ("actual cost", d(cost))]).parties()[1].received
    };
    assert_eq!((paid("1000"), paid("1001")), (d("1200"), d("1201")));
}
