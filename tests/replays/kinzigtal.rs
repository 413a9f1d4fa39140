//! Gesundes Kinzigtal: figures are those of the company, July 2014 (2012, the insured of AOK) and December 2015 (2013, of
//! AOK and LKK).

use super::{amount, contract, d, settle, surplus};
use rust_decimal::Decimal;

fn year(insured: &str, expected: &str, actual: &str, shares: [&str; 2]) -> capitation::Statement {
    settle(
        &contract("kinzigtal"),
        &[
            ("insured", insured),
            ("expected cost", expected),
            ("actual cost", actual),
            ("share of a saving", shares[0]),
            ("share of a loss", shares[1]),
        ],
    )
}

/// Whether a quotient of two rounded figures can be what was printed: all three within half of their last digit.
fn can_be(of: (&str, &str), by: (&str, &str), quotient: (&str, &str)) -> bool {
    let ends =
        |(value, half): (&str, &str)| -> (Decimal, Decimal) { (d(value) - d(half), d(value) + d(half)) };
    let ((low, high), (least, most), (from, to)) = (ends(of), ends(by), ends(quotient));
    low / most <= to && from <= high / least
}

/// 5.5m / 33,000 = 166.67 and 5.5 / 75.5 = 7.3 %. 170 is printed: the same number to the nearest ten, or to the
/// nearest euro within the rounding of 5.5m (to 0.1m) and 33,000 (to a thousand).
#[test]
fn the_saving_of_2013() {
    let settled = year("33000", "75500000", "70000000", ["0", "0"]);
    assert_eq!(amount(&settled, "saving"), d("5500000"));
    assert_eq!(amount(&settled, "saving for each insured"), d("166.67"));
    assert_eq!((amount(&settled, "saving") / amount(&settled, "expected cost")).round_dp(3), d("0.073"));
    assert!(can_be(("5500000", "50000"), ("33000", "500"), ("170", "5")));
    assert!(can_be(("5500000", "50000"), ("33000", "500"), ("170", "0.5")));
    assert!(!can_be(("5500000", "0"), ("33000", "0"), ("170", "0.5")), "not without rounding");
}

/// 4.6m / 31,000 = 148.39 where 146 is printed. Rounding alone can make the difference: 4.6m stands for 4.55m to 4.65m,
/// and 31,000 for 30,500 to 31,500, which gives 144.4 to 152.5. Only the difference of the two costs was printed: the
/// expected cost here is an illustration near 4.6 / "almost seven" per cent.
#[test]
fn the_saving_of_2012() {
    let settled = year("31000", "66000000", "61400000", ["0", "0"]);
    assert_eq!(amount(&settled, "saving for each insured"), d("148.39"));
    assert!(can_be(("4600000", "50000"), ("31000", "500"), ("146", "0.5")));
    // Not if there were 31,000 to the last one: 4.55m / 31,000 is 146.77. They were more.
    assert!(!can_be(("4600000", "50000"), ("31000", "0"), ("146", "0.5")));
    // Almost seven per cent of a cost above 65m.
    assert_eq!((d("4.55") / d("0.07")).round_dp(1), d("65.0"));
}

/// The insurer keeps what it does not share, and bears the whole cost of care either way.
#[test]
fn what_is_not_shared_stays_with_the_insurer() {
    for (share, paid) in [("0", "0"), ("0.25", "1375000"), ("0.5", "2750000"), ("1", "5500000")] {
        let settled = year("33000", "75500000", "70000000", [share, "0"]);
        assert_eq!(surplus(&settled, "management company"), d(paid));
        assert_eq!(surplus(&settled, "insurer"), d("-70000000") - d(paid));
    }
    let dear = year("33000", "75500000", "76500000", ["0.5", "0.2"]);
    assert_eq!(surplus(&dear, "management company"), d("-200000"));
}
