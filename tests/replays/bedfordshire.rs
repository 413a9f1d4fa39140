//! Bedfordshire: figures are those of HSJ 5073686 and 5076545 and of the commissioner's notice of 15 April 2014.

use capitation::Experience;

use super::{amount, contract, d, settle, surplus};

fn year(leave: &str, cost_leaves: &str, guaranteed: &str, cost: &str) -> capitation::Statement {
    settle(
        &contract("bedfordshire-msk"),
        &[
            ("part of referrals that leave", leave),
            ("part of the cost that leaves", cost_leaves),
            ("guaranteed income", guaranteed),
            ("trust's cost before", "10000000"),
            ("trust's cost", cost),
            ("prime provider's other cost", "14000000"),
        ],
    )
}

/// 120 / 5 = 24 against about 27: 11 % less from the first day, if the sum was spread evenly.
#[test]
fn the_price_began_a_ninth_below_what_was_paid() {
    let settled = year("0.30", "0.4", "0", "8800000");
    assert_eq!(amount(&settled, "price of a year"), d("24000000"));
    assert_eq!(amount(&settled, "cut against the year before"), d("3000000"));
    let cut = amount(&settled, "cut against the year before") / amount(&settled, "paid a year before");
    assert_eq!(cut.round_dp(2), d("0.11"));
}

/// 30 % × £10m × (1 − m), by hand; and the same as the trust's surplus falls by when its cost falls by 3m × m.
#[test]
fn the_trust_loses_what_stays_of_the_cost() {
    let before = surplus(&year("0", "0", "0", "10000000"), "trust");
    for (share, cost, loss) in [
        ("0", "10000000", "3000000"),
        ("0.2", "9400000", "2400000"),
        ("0.4", "8800000", "1800000"),
        ("0.6", "8200000", "1200000"),
        ("0.8", "7600000", "600000"),
        ("1", "7000000", "0"),
    ] {
        let after = year("0.30", share, "0", cost);
        assert_eq!(amount(&after, "trust's loss"), d(loss), "marginal share {share}");
        assert_eq!(before - surplus(&after, "trust"), d(loss), "marginal share {share}");
    }
}

/// The trust planned a deficit of £2.8m: if no cost left, the loss would double it and more; it equals the plan
/// where a fifteenth of the cost leaves, 3 × (1 − m) = 2.8.
#[test]
fn the_loss_beside_the_planned_deficit() {
    assert!(amount(&year("0.30", "0.06", "0", "9820000"), "trust's loss") > d("2800000"));
    assert!(amount(&year("0.30", "0.07", "0", "9790000"), "trust's loss") < d("2800000"));
}

/// A guarantee of the whole income would have cost the prime provider the £3m that left: an eighth of its £24m.
#[test]
fn a_guarantee_turns_the_loss_over_to_the_prime_provider() {
    let (without, with) = (year("0.30", "0.4", "0", "8800000"), year("0.30", "0.4", "10000000", "8800000"));
    assert_eq!(amount(&with, "top-up to the guaranteed income"), d("3000000"));
    assert_eq!(surplus(&without, "prime provider") - surplus(&with, "prime provider"), d("3000000"));
    assert_eq!(amount(&with, "trust's loss"), d("-1200000"));
    assert_eq!(
        amount(&with, "top-up to the guaranteed income") / amount(&with, "price of a year"),
        d("0.125")
    );
}

/// What the trust loses and what its care costs are one assumption: a cost left as it was, beside a part that leaves, is refused.
#[test]
fn a_cost_that_does_not_follow_the_part_that_leaves_is_refused() {
    let given = [
        ("part of referrals that leave", "0.30"),
        ("part of the cost that leaves", "0.4"),
        ("guaranteed income", "0"),
        ("trust's cost before", "10000000"),
        ("trust's cost", "10000000"),
        ("prime provider's other cost", "14000000"),
    ];
    let happened =
        given.iter().fold(Experience::new(), |all, (name, amount)| all.with(*name, amount).unwrap());
    let contract = contract("bedfordshire-msk");
    assert_eq!(
        contract.settle(&happened, contract.period().start).unwrap_err().to_string(),
        "input `trust's cost`: £10,000,000.00 is above `cost that stays`, which is £8,800,000.00: it is the cost before \
         less the part that leaves; give at most £8,800,000.00, or correct `cost that stays`"
    );
}
