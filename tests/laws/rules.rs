//! Rules against an arithmetic of their own: every reading shares the rule, so none can find a fault in it.

use capitation::{
    contract::{Point, Term, Unit},
    decimal::Exact,
    money::Rounding,
};
use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use crate::support::{
    config,
    draft::{Draft, adjoining, bands, cap, floor, gate, layer, lookup, settle},
};

fn pounds(pence: i64) -> Decimal {
    Decimal::new(pence, 2)
}

/// Bands with widths in pence and shares in percent; the last has no width.
#[derive(Debug, Clone)]
struct Corridor {
    inner: Vec<(i64, i64)>,
    beyond: i64,
}

fn corridors() -> impl Strategy<Value = Corridor> {
    (vec((1i64..60, 0i64..=100), 0..4), 0i64..=100).prop_map(|(inner, beyond)| Corridor { inner, beyond })
}

impl Corridor {
    fn term(&self) -> Term {
        adjoining(Unit::Money, &self.inner, self.beyond, 2)
    }

    /// Hundredths of a penny, each penny at the share of the band it lies in.
    fn penny_by_penny(&self, pence: i64) -> i64 {
        let share = |penny: i64| {
            let mut end = 0;
            let inner = self.inner.iter().find(|(width, _)| {
                end += width;
                penny < end
            });
            inner.map_or(self.beyond, |(_, share)| *share)
        };
        (0..pence).map(share).sum()
    }
}

fn shared(result: i64, gains: &Corridor, losses: &Corridor) -> Decimal {
    let contract = Draft::new("corridor")
        .input("result", Unit::Money)
        .term("gains", gains.term())
        .term("losses", losses.term())
        .clause("shared", bands("result", None, "gains", "losses"))
        .clause("payment", bands("result", None, "gains", "losses"))
        .rounded(Rounding::half_up(2))
        .paid()
        .contract();
    settle(&contract, &[("result", pounds(result)), ("actual cost", Decimal::ZERO)]).amount("shared").unwrap()
}

proptest! {
    #![proptest_config(config())]

    /// A corridor is the sum of its pennies, each at the share of its band; a loss is shared with a minus.
    #[test]
    fn bands_are_the_sum_of_their_pennies(result in -300i64..300, gains in corridors(), losses in corridors()) {
        let expected = gains.penny_by_penny(result.max(0)) - losses.penny_by_penny((-result).max(0));
        prop_assert_eq!(shared(result, &gains, &losses), Decimal::new(expected, 4));
    }

    /// T20: bands that mirror share a gain as they share a loss.
    #[test]
    fn t20_a_corridor_that_mirrors_is_symmetric(result in 0i64..300, corridor in corridors()) {
        prop_assert_eq!(shared(result, &corridor, &corridor), -shared(-result, &corridor, &corridor));
    }

    /// Between two points a value lies on the line through them; beyond the last it stays.
    #[test]
    fn a_table_of_points_is_a_line(points in vec((1i64..500, 0i64..=1_000_000), 1..5), members in 0i64..2_500) {
        let mut at = 0;
        let rows: Vec<(i64, i64)> = points
            .iter()
            .map(|(width, value)| {
                let row = (at, *value);
                at += width;
                row
            })
            .collect();
        let line = rows.iter().map(|(at, value)| Point { at: Exact((*at).into()), value: Exact(pounds(*value)) });
        let contract = Draft::new("fee by size")
            .input("members", Unit::Count)
            .term("fee by size", Term::points(Unit::Count, Unit::Money, line.collect(), "schedule 1"))
            .clause("fee", lookup("members", "fee by size"))
            .rounded(Rounding::half_up(2))
            .paid()
            .contract();
        let inputs = [("members", members.into()), ("actual cost", Decimal::ZERO)];
        let fee = settle(&contract, &inputs).amount("fee").unwrap();
        let right = rows.iter().position(|(at, _)| members < *at);
        let expected = match right {
            None => rows.last().unwrap().1,
            Some(right) => {
                let ((x, v), (y, w)) = (rows[right - 1], rows[right]);
                // Half up to the penny, in whole numbers: values are not negative.
                let (rise, run) = ((w - v) * (members - x), y - x);
                (2 * (v * run + rise) + run).div_euclid(2 * run)
            }
        };
        prop_assert_eq!(fee, pounds(expected));
    }

    /// Cap, floor, layer and gate beside whole-number arithmetic; T18: X = min(X, L) + (X − L)⁺.
    #[test]
    fn bounds_are_what_they_say(x in -1_000i64..1_000, at in -1_000i64..1_000, limit in 0i64..1_000) {
        let contract = Draft::new("bounds")
            .input("x", Unit::Money)
            .value("bound", Unit::Money, pounds(at))
            .value("limit", Unit::Money, pounds(limit))
            .clause("capped", cap("x", "bound"))
            .clause("floored", floor("x", "bound"))
            .clause("above", layer("x", Some("bound"), None))
            .clause("within", layer("x", Some("bound"), Some("limit")))
            .clause("beneath", layer("x", None, Some("limit")))
            .clause("passed", gate("x", "x", "bound"))
            .paid()
            .contract();
        let statement = settle(&contract, &[("x", pounds(x)), ("actual cost", Decimal::ZERO)]);
        let above = if x > at { x - at } else { 0 };
        let expected = [
            ("capped", if x < at { x } else { at }),
            ("floored", if x > at { x } else { at }),
            ("above", above),
            ("within", if above < limit { above } else { limit }),
            ("beneath", if x < limit { x } else { limit }),
            ("passed", if x >= at { x } else { 0 }),
        ];
        for (clause, pence) in expected {
            prop_assert_eq!(statement.amount(clause), Some(pounds(pence)), "{}", clause);
        }
        prop_assert_eq!(statement.amount("capped").unwrap() + statement.amount("above").unwrap(), pounds(x));
    }
}
