//! Who carries the risk: each party's share under each contract.

use super::{
    Caption,
    axis::Scale,
    look, no_chart,
    rows::{Row, Rows},
    svg::{Anchor, Stroke, Svg, Text, polyline},
};
use crate::{
    compare::{Comparison, ContractResult, PartyAtSize},
    contract::Role,
    error::Result,
    report::{
        findings::{Effect, ends},
        numbers::{count, percent},
    },
};

/// What is shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// The variance of total cost.
    Variance,
    /// Its dearest twentieth of years.
    Tail,
}

impl Measure {
    fn of(self, party: &PartyAtSize) -> Option<f64> {
        let share = if self == Self::Variance { party.share_of_variance } else { party.share_of_tail };
        share.map(|share| share.mean)
    }
}

const NAMES: f64 = 190.0;
const THICK: f64 = 28.0;

/// What all providers of a contract carry together on panels of this size; none where there is no risk to share.
pub(in crate::report) fn provider_share(contract: &ContractResult, size: usize) -> Option<f64> {
    share_of_providers(contract, size, Measure::Variance)
}

fn share_of_providers(contract: &ContractResult, size: usize, measure: Measure) -> Option<f64> {
    let parties = contract.at(size)?.parties.iter();
    let providers: Vec<&PartyAtSize> = parties.filter(|party| contract.is_provider(&party.name)).collect();
    let shares: Option<Vec<f64>> = providers.iter().map(|party| measure.of(party)).collect();
    shares.filter(|shares| !shares.is_empty()).map(|shares| shares.iter().sum())
}

pub(super) fn caption(comparison: &Comparison, measure: Measure) -> Result<Caption> {
    let panel = comparison.basis.panel;
    let shares: Vec<Effect<'_>> = comparison
        .contracts
        .iter()
        .filter_map(|contract| {
            Some(Effect { of: share_of_providers(contract, panel, measure)?, under: &contract.name })
        })
        .collect();
    let bars = bars(comparison, measure);
    let (least, most) = ends(&shares).ok_or_else(|| no_chart(no_share(comparison)))?;
    let (what, whole) = match measure {
        Measure::Variance => ("risk", "variance of total cost"),
        Measure::Tail => ("deficit of the dearest years", "dearest twentieth of years"),
    };
    let providers =
        |contract: &ContractResult| contract.parties.iter().filter(|p| p.role == Role::Provider).count();
    let alone = comparison.contracts.iter().all(|contract| providers(contract) == 1);
    let who = if alone { "The provider carries" } else { "The providers together carry" };
    let (low, high) = (percent(least.of, 0), percent(most.of, 0));
    let found = if low == high {
        let under = if shares.len() > 1 { "every contract" } else { most.under };
        format!("{who} {high} of the {what} under {under}")
    } else {
        format!("{who} {high} of the {what} under {} and {low} under {}", most.under, least.under)
    };
    let hedges = bars.iter().flat_map(|(_, bars)| bars).any(|bar| bar.end < -0.005);
    let hedge = if hedges { " A bar left of zero hedges: that party gains when cost is high." } else { "" };
    Ok(Caption {
        title: found,
        subtitle: format!(
            "Shares of the {whole} on panels of {} people, by Euler allocation; they sum to 100\u{a0}%.{hedge}",
            count(panel)
        ),
    })
}

/// Why nobody's share of the risk can be told.
fn no_share(comparison: &Comparison) -> &'static str {
    let panel = comparison.basis.panel;
    let at_panel = comparison.contracts.iter().filter_map(|contract| contract.at(panel));
    if at_panel.flat_map(|row| &row.parties).any(|party| party.bears.se > 0.0) {
        "total cost varies in too few of the drawn panels to tell who carries the risk"
    } else {
        "total cost does not vary, so there is no risk to share"
    }
}

/// A party's share, from where to where it is drawn.
struct Bar<'a> {
    party: &'a str,
    start: f64,
    end: f64,
}

impl Bar<'_> {
    fn share(&self) -> f64 {
        self.end - self.start
    }
}

/// Shares above zero one after the other to the right, and hedges to the left.
fn bars(comparison: &Comparison, measure: Measure) -> Vec<(&ContractResult, Vec<Bar<'_>>)> {
    let of_contract = |contract| {
        let (mut left, mut right) = (0.0, 0.0);
        let mut bars = Vec::new();
        for party in &comparison.at_panel(contract)?.parties {
            let Some(share) = measure.of(party) else { continue };
            let end = if share < 0.0 { &mut left } else { &mut right };
            let start = *end;
            *end += share;
            bars.push(Bar { party: &party.name, start, end: *end });
        }
        Some((contract, bars)).filter(|(_, bars)| !bars.is_empty())
    };
    comparison.contracts.iter().filter_map(of_contract).collect()
}

pub(super) fn draw(comparison: &Comparison, measure: Measure, svg: &mut Svg) {
    let bars = bars(comparison, measure);
    let colours: Vec<(&str, &'static str)> = look::party_colours(comparison).into_iter().collect();
    draw_legend(&colours, svg);
    let rows = Rows::new(bars.iter().map(|(contract, _)| contract.name.as_str()), svg, NAMES, THICK);
    let ends = || bars.iter().flat_map(|(_, bars)| bars).map(|bar| bar.end);
    let (low, high) = (ends().fold(0.0, f64::min), ends().fold(1.0, f64::max));
    let scale = Scale::new(low - 0.005, high + 0.005, rows.left, rows.right());
    let label = |tick: f64| if tick.abs() < 1e-9 { format!("0{}", "\u{a0}%") } else { percent(tick, 0) };
    rows.draw_axis(&scale, "share of the risk in total cost", label, svg);
    for (row, (_, bars)) in rows.iter().zip(&bars) {
        for bar in bars {
            let colour = colours.iter().find(|(name, _)| *name == bar.party).map_or(look::MUTED, |(_, c)| *c);
            draw_bar(bar, row, colour, &scale, svg);
        }
    }
    rows.draw_rule(scale.at(0.0), svg);
    rows.draw_rule(scale.at(1.0), svg);
    rows.draw_names(svg);
    svg.advance(rows.height(true));
}

/// A bar says whose it is and how much it is, as far as there is room for it.
fn draw_bar(bar: &Bar<'_>, row: &Row, colour: &'static str, scale: &Scale, svg: &mut Svg) {
    let (start, end) = (scale.at(bar.start), scale.at(bar.end));
    let (left, width) = (start.min(end), (end - start).abs());
    svg.rect((left, row.top), (width, row.bottom - row.top), colour, 1.0);
    // A white edge keeps neighbours apart.
    svg.trace(&polyline(&[(end, row.top), (end, row.bottom)]), Stroke("white", 1.0, None));
    let style = Text { bold: true, fill: look::ink_on(colour), anchor: Anchor::Middle, ..Text::PLAIN };
    let share = percent(bar.share(), 0);
    let texts = [format!("{} {share}", bar.party), share];
    if let Some(text) = texts.iter().find(|text| style.width(text) + 8.0 < width) {
        svg.text_beside((left + width / 2.0, row.middle()), text, style);
    }
}

fn draw_legend(colours: &[(&str, &'static str)], svg: &mut Svg) {
    let style = Text { size: 12.0, ..Text::PLAIN };
    let room = svg.inner_width();
    let mut x = Svg::LEFT;
    for (name, colour) in colours {
        let lines = look::wrap(name, room - 16.0, style.size, false);
        let width = lines.iter().map(|line| style.width(line)).fold(0.0, f64::max) + 16.0;
        if x > Svg::LEFT && x + width > Svg::LEFT + room {
            x = Svg::LEFT;
            svg.advance(18.0);
        }
        svg.rect((x, svg.top()), (10.0, 10.0), colour, 1.0);
        for (place, line) in lines.iter().enumerate() {
            if place > 0 {
                svg.advance(16.0);
            }
            svg.text_beside((x + 16.0, svg.top() + 5.0), line, style);
        }
        x += width + 18.0;
    }
    svg.advance(22.0);
}
