//! Laws that hold for every set of people.

use capitation::concentration::{
    Concentration, Denominator, STANDARD_SHARES, Tally, concentration, ranked_concentration,
    top_share_ranked_by, total_by_person,
};
use proptest::prelude::*;

use crate::oracle::{amount, amounts, bits, weighted_rows};

proptest! {
    /// s is continuous, non-decreasing and concave, s(0) = 0, s(1) = 1, s(p) ≥ p; and `held_by` is its inverse.
    #[test]
    fn top_shares_rise_ever_more_slowly(values in amounts(200), one_pass in any::<bool>()) {
        let found = if one_pass { Tally::of(&values).unwrap().concentration() } else { concentration(&values, None) };
        let found = found.unwrap();
        let s: Vec<_> = (0..=97).map(|i| found.top_share(f64::from(i) / 97.0).unwrap()).collect();
        prop_assert_eq!((s[0], s[97]), (0.0, 1.0));
        for (i, three) in s.windows(3).enumerate() {
            prop_assert!(three[1] - three[0] >= -1e-13);
            prop_assert!(three[1] - three[0] >= three[2] - three[1] - 1e-13, "{i}: {three:?}");
        }
        for (i, s) in (0_u32..).zip(&s) {
            prop_assert!(*s >= f64::from(i) / 97.0 - 1e-13);
        }
        for p in [0.0, 0.2, 0.9, 1.0] {
            let held = found.held_by(p).unwrap();
            prop_assert!((found.top_share(held).unwrap() - p).abs() < 1e-9, "{p} {held}");
        }
    }

    /// Order, scale and replication do not matter; order and a power of two do not change a bit.
    #[test]
    fn shares_do_not_depend_on_order_scale_or_replication(
        values in amounts(150), scale in 0.001..1000.0_f64, power in -200_i32..200, turn in any::<usize>(),
    ) {
        let found = concentration(&values, None).unwrap();
        let mut turned = values.clone();
        let by = turn % values.len();
        turned.rotate_left(by);
        turned.reverse();
        prop_assert_eq!(bits(&concentration(&turned, None).unwrap()), bits(&found));
        let times = |by: f64| values.iter().map(|v| v * by).collect::<Vec<_>>();
        let doubled = concentration(&times(2_f64.powi(power)), None).unwrap();
        prop_assert_eq!(&bits(&doubled)[1..], &bits(&found)[1..]);
        let scaled = concentration(&times(scale), None).unwrap();
        let twice = concentration(&[values.clone(), values.clone()].concat(), None).unwrap();
        let as_weight = concentration(&values, Some(&vec![0.3; values.len()])).unwrap();
        for other in [scaled, twice, as_weight] {
            prop_assert!((other.gini() - found.gini()).abs() < 1e-12);
            for p in STANDARD_SHARES {
                prop_assert!((other.top_share(p).unwrap() - found.top_share(p).unwrap()).abs() < 1e-12);
            }
        }
    }

    /// Pigou–Dalton: money moved from a richer to a poorer person, without changing places, lowers the Gini.
    #[test]
    fn a_transfer_from_rich_to_poor_lowers_the_gini(
        values in amounts(60), i in any::<usize>(), j in any::<usize>(), part in 0.01..0.49_f64,
    ) {
        let (i, j) = (i % values.len(), j % values.len());
        let (rich, poor) = if values[i] >= values[j] { (i, j) } else { (j, i) };
        prop_assume!(values[rich] - values[poor] > 1e-3 * values.iter().sum::<f64>());
        let mut moved = values.clone();
        let gift = part * (values[rich] - values[poor]);
        moved[rich] -= gift;
        moved[poor] += gift;
        let (before, after) = (concentration(&values, None).unwrap(), concentration(&moved, None).unwrap());
        prop_assert!(after.gini() < before.gini());
        for p in STANDARD_SHARES {
            prop_assert!(after.top_share(p).unwrap() <= before.top_share(p).unwrap() + 1e-13);
        }
    }

    /// With a part q of people who cost nothing, G = q + (1 − q) G⁺ and s(p) = s⁺(min(1, p/(1 − q))).
    #[test]
    fn people_who_cost_nothing_widen_the_gap(values in amounts(150), zeros in 0_usize..100, p in 0.0..=1.0_f64) {
        let users = concentration(&values, None).unwrap().users();
        let mut all = values.clone();
        all.extend(std::iter::repeat_n(0.0, zeros));
        let everyone = concentration(&all, None).unwrap();
        let q = everyone.zero_share();
        prop_assert_eq!(users.zero_share(), 0.0);
        prop_assert_eq!(users.total(), everyone.total());
        prop_assert!((everyone.people() * (1.0 - q) - users.people()).abs() < 1e-9);
        prop_assert!((everyone.gini() - (q + (1.0 - q) * users.gini())).abs() < 1e-12);
        let share = users.top_share((p / (1.0 - q)).min(1.0)).unwrap();
        prop_assert!((everyone.top_share(p).unwrap() - share).abs() < 1e-12);
    }

    /// The top share and the Gini of a sum of years are at most the weighted means of the years'.
    #[test]
    fn longer_windows_are_less_concentrated(
        years in proptest::collection::vec((amount(), amount()), 2..120), p in 0.0..=1.0_f64,
    ) {
        let (mut first, mut second): (Vec<_>, Vec<_>) = years.into_iter().unzip();
        first.push(3.0);
        second.push(5.0);
        let ids: Vec<_> = (0..first.len()).chain(0..second.len()).collect();
        let (_, both) = total_by_person(&ids, &[first.clone(), second.clone()].concat()).unwrap();
        let of = |values: &[f64]| concentration(values, None).unwrap();
        let (one, other, sum) = (of(&first), of(&second), of(&both));
        let top = |c: &Concentration| c.top_share(p).unwrap() * c.total();
        prop_assert!(top(&sum) <= (top(&one) + top(&other)) * (1.0 + 1e-12));
        let spread = |c: &Concentration| c.gini() * c.total();
        prop_assert!(spread(&sum) <= (spread(&one) + spread(&other)) * (1.0 + 1e-12));
    }

    /// Whoever is chosen by another variable holds at most what the dearest hold; ranked by itself, the same. So the
    /// group that was dearest last year never costs more this year than this year's dearest.
    #[test]
    fn no_other_ranking_beats_its_own(
        (values, weights) in weighted_rows(), other in proptest::collection::vec(-3_i8..9, 121), p in 0.0..=1.0_f64,
    ) {
        let ranking: Vec<_> = other.iter().take(values.len()).map(|r| f64::from(*r)).collect();
        let of = |ranking: &[f64]| {
            top_share_ranked_by(ranking, &values, Some(&weights), Denominator::Everyone, p).unwrap()
        };
        let own = concentration(&values, Some(&weights)).unwrap();
        prop_assert!(of(&ranking) <= own.top_share(p).unwrap() + 1e-12);
        prop_assert!((of(&values) - own.top_share(p).unwrap()).abs() < 1e-12);
        // Everybody tied: everybody by the same fraction.
        prop_assert!((of(&vec![1.0; values.len()]) - p).abs() < 1e-12);
        let users = ranked_concentration(&values, &values, Some(&weights), Denominator::Users).unwrap();
        prop_assert!((users.top_share(p).unwrap() - own.users().top_share(p).unwrap()).abs() < 1e-12);
        prop_assert!((users.people() / own.users().people() - 1.0).abs() < 1e-12);
        prop_assert_eq!(users.rows(), own.users().rows());
    }

    /// Rows that tie in the ranking may come in any order.
    #[test]
    fn ties_in_the_ranking_do_not_depend_on_order(
        rows in proptest::collection::vec((0_u8..3, amount()), 2..60), p in 0.0..=1.0_f64,
    ) {
        let of = |rows: &[(u8, f64)]| {
            let ranking: Vec<_> = rows.iter().map(|row| f64::from(row.0)).chain([1.0]).collect();
            let values: Vec<_> = rows.iter().map(|row| row.1).chain([2.5]).collect();
            top_share_ranked_by(&ranking, &values, None, Denominator::Everyone, p).unwrap()
        };
        let reversed: Vec<_> = rows.iter().rev().copied().collect();
        prop_assert_eq!(of(&rows).to_bits(), of(&reversed).to_bits());
    }
}
