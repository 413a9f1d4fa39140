//! The most deprived fifth on a page: its people and cost, and what a month of theirs leaves the provider.

use serde::Serialize;

use super::{
    numbers::{Frame, Shown, count, group, owed, percent},
    page::Effect,
};
use crate::{
    compare::{Comparison, Segment, SegmentActivity, Segments},
    risk::measures::Estimate,
};

const NONE: &str = "\u{2013}";
const WITHHELD: &str = "withheld";

/// A population by deprivation.
#[derive(Serialize)]
pub(super) struct Deprived<'a> {
    column: &'a str,
    scale: &'a str,
    activities: Vec<&'a str>,
    rows: Vec<SegmentView<'a>>,
    /// What is left on Core20, on everybody else, and the difference: under plain prices, then under each contract.
    prices: Vec<Selection<'a>>,
    contracts: Vec<Selection<'a>>,
}

#[derive(Serialize)]
struct SegmentView<'a> {
    name: &'a str,
    withheld: bool,
    people: String,
    months: String,
    share_of_months: String,
    cost: String,
    share_of_cost: String,
    cost_per_month: Shown,
    activity: Vec<Shown>,
}

#[derive(Serialize)]
struct Selection<'a> {
    name: &'a str,
    core20: Option<Effect>,
    others: Option<Effect>,
    apart: Option<Effect>,
}

impl Comparison {
    pub(super) fn deprived<'a>(&self, segments: &'a Segments) -> Deprived<'a> {
        let (core20, others) = (segments.core20(), segments.segment("everybody else"));
        let felt = |value: Option<Estimate>| value.map(|value| self.felt(value));
        let of = |row: Option<&Segment>, what: fn(&Segment) -> Option<Estimate>| felt(row.and_then(what));
        let mut prices = vec![Selection {
            name: "a price per head, the same for everybody",
            core20: of(core20, |row| row.equal_price),
            others: of(others, |row| row.equal_price),
            apart: felt(segments.equal_price),
        }];
        if segments.rows.iter().any(|row| row.need_weighted_price.is_some()) {
            prices.push(Selection {
                name: "a price per head weighted for need",
                core20: of(core20, |row| row.need_weighted_price),
                others: of(others, |row| row.need_weighted_price),
                apart: felt(segments.need_weighted_price),
            });
        }
        let contracts = segments.selection.iter().enumerate().map(|(place, apart)| {
            let margin = |row: Option<&Segment>| felt(row.and_then(|row| row.contracts.get(place)?.margin));
            Selection {
                name: &apart.contract,
                core20: margin(core20),
                others: margin(others),
                apart: felt(apart.margin),
            }
        });
        let first = segments.rows.first();
        Deprived {
            column: &segments.column,
            scale: &segments.scale,
            activities: first.map_or_else(Vec::new, |row| {
                row.activity.iter().map(|each| each.activity.as_str()).collect()
            }),
            rows: segments.rows.iter().map(|row| self.segment_view(row)).collect(),
            prices,
            contracts: contracts.collect(),
        }
    }

    fn segment_view<'a>(&self, row: &'a Segment) -> SegmentView<'a> {
        let none = || NONE.to_owned();
        let share = |share: Option<f64>| share.map_or_else(none, |share| percent(share, 1));
        let cost = row.cost_per_member_month.map(|cost| Frame::money(self.currency).show(cost));
        // A segment of nobody costs nothing that could be withheld.
        let activity = |each: &SegmentActivity| match (each.per_thousand_years, each.total) {
            (Some(rate), _) => Frame::default().show(rate),
            (None, Some(_)) => Shown::from(none()),
            (None, None) => Shown::from(WITHHELD.to_owned()),
        };
        SegmentView {
            name: &row.name,
            withheld: row.suppressed,
            people: row.people.map_or_else(|| WITHHELD.to_owned(), count),
            months: row.member_months.map_or_else(none, in_groups),
            share_of_months: share(row.share_of_member_months),
            cost: row.cost.map_or_else(none, |cost| owed(cost, self.currency)),
            share_of_cost: share(row.share_of_cost),
            cost_per_month: cost.unwrap_or_else(|| Shown::from(none())),
            activity: row.activity.iter().map(activity).collect(),
        }
    }
}

fn in_groups(months: rust_decimal::Decimal) -> String {
    group(&format!("{:.1}", months.round_dp(1)))
}

#[cfg(test)]
mod tests {
    use super::in_groups;

    #[test]
    fn the_point_is_no_digit() {
        let months = |text: &str| in_groups(text.parse().unwrap());
        assert_eq!((months("50878.46"), months("242027.1")), ("50,878.5".to_owned(), "242,027.1".to_owned()));
        assert_eq!((months("720"), months("1000.04")), ("720.0".to_owned(), "1,000.0".to_owned()));
    }
}
