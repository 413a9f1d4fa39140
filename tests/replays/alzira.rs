//! Alzira: the rules are those that WISH describes; capita and people those of a BMJ rapid response (420, about 250,000).

use super::{amount, contract, d, settle, surplus, with_term};

fn given<'a>(elsewhere: &'a str, outsiders: &'a str, cost: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("people", "250000"),
        ("capita", "420"),
        ("cost of residents elsewhere", elsewhere),
        ("outsiders at regional average cost", outsiders),
        ("actual cost", cost),
    ]
}

fn year(elsewhere: &str, outsiders: &str, cost: &str) -> capitation::Statement {
    settle(&contract("alzira"), &given(elsewhere, outsiders, cost))
}

/// 250,000 × 420 = 105m; 7.5 % is 7.875m; so the limit is met at a cost of 97.125m.
#[test]
fn profit_stops_at_seven_and_a_half_per_cent_of_turnover() {
    for (cost, kept, back) in [
        ("97125000.01", "7874999.99", "0"),
        ("97125000.00", "7875000.00", "0"),
        ("97124999.99", "7875000.00", "0.01"),
        ("52500000.00", "7875000.00", "44625000.00"),
    ] {
        let settled = year("0", "0", cost);
        assert_eq!(amount(&settled, "profit kept"), d(kept), "{cost}");
        assert_eq!(amount(&settled, "profit back to the government"), d(back), "{cost}");
        assert_eq!(surplus(&settled, "concession"), d(kept), "{cost}");
    }
}

/// Of a gain and a loss of the same 78.75m a tenth of the gain is kept, and the whole of the loss.
#[test]
fn a_loss_has_no_limit() {
    let (gain, loss) = (year("0", "0", "26250000"), year("0", "0", "183750000"));
    assert_eq!(amount(&gain, "profit"), d("78750000"));
    assert_eq!(amount(&loss, "profit"), d("-78750000"));
    assert_eq!(amount(&gain, "profit kept"), d("7875000"));
    assert_eq!(amount(&loss, "profit kept"), d("-78750000"));
}

/// A thousand of care to a resident elsewhere costs a thousand; a thousand to an outsider, at home, brings in 800.
#[test]
fn a_resident_who_leaves_costs_more_than_an_outsider_brings() {
    let quiet = surplus(&year("0", "0", "100000000"), "concession");
    assert_eq!(surplus(&year("1000", "0", "100000000"), "concession") - quiet, d("-1000"));
    assert_eq!(surplus(&year("0", "1000", "100000000"), "concession") - quiet, d("800"));
    // The outsider's care pays where it costs less than that: 700 here.
    assert_eq!(surplus(&year("0", "1000", "100000700"), "concession") - quiet, d("100"));
}

/// What turnover is was not published. Of 105 + 8 with 10 charged, 7.5 % is 8.475m, or 7.725m after the charge.
#[test]
fn turnover_is_unverified_and_both_readings_are_shown() {
    let given = given("10000000", "10000000", "50000000");
    let before = settle(&contract("alzira"), &given);
    let after = settle(&with_term("alzira", "part of the charge taken off turnover", "1"), &given);
    assert_eq!(before.unverified(), ["part of the charge taken off turnover"]);
    assert_eq!(amount(&before, "profit kept"), d("8475000"));
    assert_eq!(amount(&after, "profit kept"), d("7725000"));
}

/// A year at the capita of the second tender beside those of the first: 379 / 225 = 1.684 and 379 / 204 = 1.858.
#[test]
fn the_second_tender_paid_two_thirds_more() {
    let income = |capita| {
        let mut given = given("0", "0", "0");
        given[1].1 = capita;
        amount(&settle(&contract("alzira"), &given), "capita payment")
    };
    assert_eq!(income("379"), d("94750000"));
    assert_eq!((income("379") / income("225")).round_dp(3), d("1.684"));
    assert_eq!((income("379") / income("204")).round_dp(3), d("1.858"));
}
