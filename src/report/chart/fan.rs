//! The provider's result by size of panel: a fan for each contract.

use super::{
    Caption,
    axis::{Scale, to_float},
    look::{self, AXIS, BLUE, GRID, INK, MUTED, VERMILLION},
    no_chart,
    svg::{Anchor, Point, Stroke, Svg, Text, polyline},
};
use crate::{
    compare::{Comparison, ContractResult, SizeResult},
    error::Result,
    report::{
        findings::{Effect, ends},
        numbers::{self, Unseen, count, percent},
    },
};

/// From the outermost band to the innermost: lower level, upper level, opacity.
const BANDS: [(&str, &str, f64); 3] =
    [("0.01", "0.99", 0.16), ("0.05", "0.95", 0.26), ("0.25", "0.75", 0.42)];
/// At most about so many marks on the scale of results.
const TICKS: usize = 8;
const GAP: f64 = 22.0;
const NAME: Text = Text { size: 12.5, bold: true, ..Text::PLAIN };
/// Thickness of the bands where there is one size.
const BAR: f64 = 26.0;

/// A result as a share of what the payer pays.
fn share(row: &SizeResult, level: &str) -> Result<f64> {
    if row.outlay.mean <= 0.0 {
        return Err(no_chart("the payer pays nothing on average, so a share of what it pays has no meaning"));
    }
    let result = row.margin_quantiles.get(level).ok_or_else(|| no_chart("a quantile is missing"))?;
    Ok(result.mean / row.outlay.mean)
}

/// The width that holds nine in ten of the provider's yearly results under each contract.
fn spreads(comparison: &Comparison) -> Result<Vec<Effect<'_>>> {
    let contracts = comparison.contracts.iter();
    contracts
        .filter_map(|contract| Some((contract, comparison.at_panel(contract)?)))
        .map(|(contract, row)| {
            Ok(Effect { of: share(row, "0.95")? - share(row, "0.05")?, under: &contract.name })
        })
        .collect()
}

pub(super) fn caption(comparison: &Comparison) -> Result<Caption> {
    let spreads = spreads(comparison)?;
    let (narrow, wide) = ends(&spreads).ok_or_else(|| no_chart("there is no contract"))?;
    let (narrowest, widest) = (percent(narrow.of, 1), percent(wide.of, 1));
    let years = "nine years in ten of the provider's result span";
    let found = if spreads.len() == 1 {
        format!("{years} {widest} of outlay")
    } else if widest == narrowest {
        format!("{years} {widest} of outlay under every contract")
    } else if narrow.of <= 0.0 || wide.of / narrow.of < 1.05 {
        format!("{years} {narrowest} of outlay under {} and {widest} under {}", narrow.under, wide.under)
    } else {
        let times = wide.of / narrow.of;
        format!(
            "the provider's result spreads {times:.1} times as wide under {} as under {}",
            wide.under, narrow.under
        )
    };
    let span = if widest == narrowest {
        String::new()
    } else {
        format!(" (90 years: from {narrowest} to {widest} of outlay wide)")
    };
    let panel = count(comparison.basis.panel);
    Ok(Caption {
        title: format!("On panels of {panel} people, {found}"),
        subtitle: format!(
            "The provider's result in a year, as a share of what the payer pays. The shades hold 50, 90 and 98 of 100 \
             years{span}; the dark line is the median, and below the dashed line is a deficit. Labels are for {panel} \
             people."
        ),
    })
}

/// What is the same for every fan: the scales of a plot whose upper left corner is at zero.
struct Plot {
    /// What the labels at its left take.
    labels: f64,
    width: f64,
    height: f64,
    sizes: Vec<usize>,
    across: Scale,
    up: Scale,
}

impl Plot {
    fn new(comparison: &Comparison, room: f64, height: f64) -> Result<Self> {
        let rows = || comparison.contracts.iter().flat_map(|contract| &contract.by_size);
        let lows = rows().map(|row| share(row, "0.01")).collect::<Result<Vec<_>>>()?;
        let highs = rows().map(|row| share(row, "0.99")).collect::<Result<Vec<_>>>()?;
        let low = lows.into_iter().fold(0.0, f64::min);
        let high = highs.into_iter().fold(0.0, f64::max);
        let mut sizes = comparison.sizes.clone();
        sizes.sort_unstable();
        let ends = sizes.first().zip(sizes.last());
        let (first, last) = ends.map_or((1.0, 1.0), |(first, last)| (to_float(*first), to_float(*last)));
        let (first, last) = if first < last { (first, last) } else { (first / 2.0, last * 2.0) };
        // The label needs room above the highest fan.
        let up = Scale::new(low * 1.06, high + (high - low) * 0.16, height, 0.0);
        let widths =
            up.ticks(TICKS).into_iter().map(|tick| Text::PLAIN.width(&signed_percent(tick, up.step(TICKS))));
        let labels = widths.fold(40.0, f64::max) + 12.0;
        let width = room - labels - 8.0;
        Ok(Self { labels, width, height, sizes, across: Scale::new(first.ln(), last.ln(), 0.0, width), up })
    }

    fn x(&self, size: usize) -> f64 {
        self.across.at(to_float(size).ln())
    }

    /// The points of a level from the smallest panel to the largest.
    fn points(&self, contract: &ContractResult, level: &str, (left, top): Point) -> Result<Vec<Point>> {
        let mut rows: Vec<&SizeResult> = contract.by_size.iter().collect();
        rows.sort_by_key(|row| row.size);
        rows.into_iter()
            .map(|row| Ok((left + self.x(row.size), top + self.up.at(share(row, level)?))))
            .collect()
    }
}

pub(super) fn draw(comparison: &Comparison, svg: &mut Svg) -> Result<()> {
    let contracts = &comparison.contracts;
    let columns = if look::is_narrow(svg.width()) || contracts.len() == 1 { 1 } else { 2 };
    let each = (svg.inner_width() - GAP * (to_float(columns) - 1.0)) / to_float(columns);
    let height = if columns == 2 { 215.0 } else { 180.0 };
    let plot = Plot::new(comparison, each, height)?;
    for row in contracts.chunks(columns) {
        let names: Vec<Vec<String>> =
            row.iter().map(|contract| look::wrap(&contract.name, each, NAME.size, true)).collect();
        let above = 16.0 * to_float(names.iter().map(Vec::len).max().unwrap_or(1));
        for (place, (contract, name)) in row.iter().zip(names).enumerate() {
            let left = Svg::LEFT + to_float(place) * (each + GAP);
            for (line, text) in name.iter().enumerate() {
                svg.text((left, svg.top() + 12.0 + 16.0 * to_float(line)), text, NAME);
            }
            let corner = (left + plot.labels, svg.top() + above + 4.0);
            draw_axes(&plot, corner, svg);
            draw_fan(&plot, contract, corner, svg)?;
            draw_label(comparison, contract, (corner.0 + plot.width - 2.0, corner.1 + 11.0), svg);
        }
        svg.advance(above + 4.0 + height + 54.0);
    }
    svg.advance(-12.0);
    Ok(())
}

fn draw_label(comparison: &Comparison, contract: &ContractResult, at: Point, svg: &mut Svg) {
    let Some(row) = comparison.at_panel(contract) else { return };
    let (chance, draws) = (row.probability_of_deficit, comparison.basis.draws);
    let chance = match numbers::unseen(chance, draws) {
        Some((Unseen::Below, bound)) => format!("fewer than {bound}"),
        Some((Unseen::Above, bound)) => format!("more than {bound}"),
        None => percent(chance.mean, 0),
    };
    let style = Text { anchor: Anchor::End, halo: true, ..Text::PLAIN };
    svg.text(at, &format!("deficit in {chance} of years"), style);
}

fn draw_axes(plot: &Plot, (left, top): Point, svg: &mut Svg) {
    let bottom = top + plot.height;
    let step = plot.up.step(TICKS);
    for tick in plot.up.ticks(TICKS) {
        let y = top + plot.up.at(tick);
        svg.line((left, y), (left + plot.width, y), Stroke(GRID, 1.0, None));
        svg.text_beside(
            (left - 6.0, y),
            &signed_percent(tick, step),
            Text { anchor: Anchor::End, ..Text::PLAIN },
        );
    }
    svg.line((left, top), (left, bottom), Stroke(AXIS, 1.0, None));
    svg.line((left, bottom), (left + plot.width, bottom), Stroke(AXIS, 1.0, None));
    // The largest size first, then the smallest: the others where there is room between.
    let mut taken: Vec<(f64, f64)> = Vec::new();
    let last = plot.sizes.len().saturating_sub(1);
    let order = [last, 0].into_iter().chain(1..last);
    for size in order.filter_map(|place| plot.sizes.get(place)) {
        let (x, text) = (plot.x(*size), count(size));
        svg.line((left + x, bottom), (left + x, bottom + 4.0), Stroke(AXIS, 1.0, None));
        let half = Text::PLAIN.width(&text) / 2.0;
        let middle = x.min(plot.width - half + 6.0).max(half - 6.0);
        let span = (middle - half, middle + half);
        if taken.iter().all(|(from, to)| span.1 + 6.0 < *from || span.0 > *to + 6.0) {
            taken.push(span);
            svg.text((left + middle, bottom + 16.0), &text, Text { anchor: Anchor::Middle, ..Text::PLAIN });
        }
    }
    let title = Text { anchor: Anchor::Middle, fill: MUTED, ..Text::PLAIN };
    svg.text((left + plot.width / 2.0, bottom + 31.0), "people in the panel", title);
}

fn signed_percent(share: f64, step: f64) -> String {
    let text = percent(share, percent_digits(step));
    if share > step / 2.0 { format!("+{text}") } else { text }
}

/// Decimals that tell two ticks this far apart from each other, in percent.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to 12
fn percent_digits(step: f64) -> usize {
    (-(100.0 * step).log10()).ceil().clamp(0.0, 12.0) as usize
}

fn draw_fan(plot: &Plot, contract: &ContractResult, corner: Point, svg: &mut Svg) -> Result<()> {
    let zero = corner.1 + plot.up.at(0.0);
    let median = plot.points(contract, "0.5", corner)?;
    let zero_line = |svg: &mut Svg| {
        svg.line((corner.0, zero), (corner.0 + plot.width, zero), Stroke(VERMILLION, 1.6, Some("5 3")));
    };
    for (low, high, opacity) in BANDS {
        let (lower, upper) = (plot.points(contract, low, corner)?, plot.points(contract, high, corner)?);
        // Sizes between were not worked out: a straight line only joins what was.
        if let ([(x, bottom)], [(_, top)]) = (lower.as_slice(), upper.as_slice()) {
            svg.rect((x - BAR / 2.0, *top), (BAR, bottom - top), BLUE, opacity);
        } else {
            let back: Vec<Point> = lower.into_iter().rev().collect();
            svg.area(
                &format!("{}{}Z", polyline(&upper), polyline(&back).replacen('M', "L", 1)),
                BLUE,
                opacity,
            );
        }
    }
    zero_line(svg);
    if let [(x, y)] = median.as_slice() {
        let ends = [(x - BAR / 2.0, *y), (x + BAR / 2.0, *y)];
        svg.trace(&polyline(&ends), Stroke(INK, 2.0, None));
    } else {
        svg.trace(&polyline(&median), Stroke(INK, 1.8, None));
    }
    Ok(())
}
