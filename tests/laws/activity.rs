//! Payment for activity: linear at a price, concave with a marginal rate.

use capitation::{Contract, contract::Unit};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::support::{
    config,
    draft::{Draft, cap, d, layer, settle, sum, times},
};

/// Two kinds of activity at a price each, in pence.
fn payment_by_results(admission: i64, attendance: i64) -> Contract {
    Draft::new("payment by results")
        .input("admissions", Unit::Count)
        .input("attendances", Unit::Count)
        .value("price of an admission", Unit::MoneyPerCount, Decimal::new(admission, 2))
        .value("price of an attendance", Unit::MoneyPerCount, Decimal::new(attendance, 2))
        .clause("admitted", times("admissions", "price of an admission"))
        .clause("attended", times("attendances", "price of an attendance"))
        .clause("payment", sum(&["admitted", "attended"]))
        .paid()
        .contract()
}

fn paid_for(contract: &Contract, admissions: i64, attendances: i64) -> Decimal {
    let counts = [("admissions", admissions.into()), ("attendances", attendances.into())];
    let [admissions, attendances] = counts;
    let statement = settle(contract, &[admissions, attendances, ("actual cost", Decimal::ZERO)]);
    statement.parties()[1].received
}

/// f(a, b) = p·min(a, b) + m·p·(a − b)⁺, in pence: the price is whole pounds and the rate whole percent, so that
/// every payment is whole pence without rounding.
struct Marginal {
    price: i64,
    percent: i64,
}

impl Marginal {
    fn pay(&self, activity: i64, baseline: i64) -> Decimal {
        let contract = Draft::new("marginal rate")
            .input("admissions", Unit::Count)
            .value("price", Unit::MoneyPerCount, Decimal::from(self.price))
            .value("marginal rate", Unit::Share, Decimal::new(self.percent, 2))
            .value("baseline", Unit::Count, Decimal::from(baseline))
            .clause("within the baseline", cap("admissions", "baseline"))
            .clause("above the baseline", layer("admissions", Some("baseline"), None))
            .clause("marginal price", times("price", "marginal rate"))
            .clause("at full price", times("within the baseline", "price"))
            .clause("at the marginal rate", times("above the baseline", "marginal price"))
            .clause("payment", sum(&["at full price", "at the marginal rate"]))
            .paid()
            .contract();
        let inputs = [("admissions", Decimal::from(activity)), ("actual cost", Decimal::ZERO)];
        settle(&contract, &inputs).parties()[1].received
    }
}

fn marginal() -> impl Strategy<Value = Marginal> {
    (0i64..5_000, 0i64..=100).prop_map(|(price, percent)| Marginal { price, percent })
}

impl std::fmt::Debug for Marginal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "£{} and {} % above the baseline", self.price, self.percent)
    }
}

const COUNT: std::ops::Range<i64> = 0..100_000;

proptest! {
    #![proptest_config(config())]

    /// T6: with no threshold, marginal rate, cap, trim or guarantee, and prices in whole pence.
    #[test]
    fn t6_payment_by_results_is_linear(
        prices in (0i64..1_000_000, 0i64..1_000_000),
        a in (COUNT, COUNT),
        b in (COUNT, COUNT),
        k in 0i64..1_000,
    ) {
        let contract = payment_by_results(prices.0, prices.1);
        let pay = |activity: (i64, i64)| paid_for(&contract, activity.0, activity.1);
        prop_assert_eq!(pay((a.0 + b.0, a.1 + b.1)), pay(a) + pay(b));
        prop_assert_eq!(pay((k * a.0, k * a.1)), Decimal::from(k) * pay(a));
        prop_assert_eq!(pay((0, 0)), Decimal::ZERO);
    }

    /// T7: more activity never pays less, and each further case pays no more than the one before.
    #[test]
    fn t7_a_marginal_rate_is_increasing_and_concave(
        tariff in marginal(), baseline in COUNT, activity in COUNT, step in 1i64..10_000,
    ) {
        let pay = |activity| tariff.pay(activity, baseline);
        let (low, middle, high) = (pay(activity), pay(activity + step), pay(activity + 2 * step));
        prop_assert!(low <= middle && middle <= high);
        prop_assert!(middle - low >= high - middle);
    }

    /// T7: with one baseline for both, two kinds of activity are together paid no more than apart.
    #[test]
    fn t7_with_one_baseline_pay_is_subadditive(
        tariff in marginal(), baseline in COUNT, a in COUNT, b in COUNT,
    ) {
        prop_assert!(tariff.pay(a + b, baseline) <= tariff.pay(a, baseline) + tariff.pay(b, baseline));
    }

    /// T7: splitting a provider together with its baseline never raises pay.
    #[test]
    fn t7_with_the_baseline_split_pay_is_superadditive(
        tariff in marginal(), a in (COUNT, COUNT), b in (COUNT, COUNT),
    ) {
        let apart = tariff.pay(a.0, a.1) + tariff.pay(b.0, b.1);
        prop_assert!(apart <= tariff.pay(a.0 + b.0, a.1 + b.1));
    }
}

/// F10, "payment by results is linear", is false with a marginal rate: at £100, half above a baseline of 10, ten
/// cases pay £1,000 and twenty pay £1,500.
#[test]
fn f10_a_marginal_rate_is_not_linear() {
    let tariff = Marginal { price: 100, percent: 50 };
    assert_eq!((tariff.pay(10, 10), tariff.pay(20, 10)), (d("1000"), d("1500")));
}
