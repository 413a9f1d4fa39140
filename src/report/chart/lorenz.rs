//! Who costs: the Lorenz curves of cost, by person-year and by person.

use super::{
    Caption,
    axis::{Scale, to_float},
    look::{self, AXIS, BLUE, GRID, LINE, MUTED, VERMILLION},
    no_chart,
    svg::{Anchor, Point, Stroke, Svg, Text, polyline},
};
use crate::{
    compare::{Comparison, ConcentrationRow, Concentrations},
    error::Result,
    report::numbers::{count, percent},
};

const TOP: f64 = 0.05;
const AXIS_WIDTH: f64 = 52.0;
const LABEL: f64 = 14.0;

fn concentrations(comparison: &Comparison) -> Result<&Concentrations> {
    let found = comparison.concentration.as_ref();
    found
        .filter(|found| [&found.person_years, &found.people].iter().all(|row| row.lorenz.len() > 1))
        .ok_or_else(|| {
            no_chart("nobody in this population costs anything, or it has too few people to tell who does")
        })
}

fn one_year_each(found: &Concentrations) -> bool {
    found.person_years.people == found.people.people
}

/// The share of cost that this top share of people holds, where it was computed.
fn held_by(row: &ConcentrationRow, top: f64) -> Option<f64> {
    row.top.iter().find(|(people, _)| (people - top).abs() < 1e-9).map(|(_, cost)| *cost)
}

pub(super) fn caption(comparison: &Comparison) -> Result<Caption> {
    let found = concentrations(comparison)?;
    let (years, people) = (&found.person_years, &found.people);
    let title = match (held_by(years, TOP), held_by(people, TOP)) {
        (Some(_), Some(held)) if one_year_each(found) => {
            format!("The costliest 5\u{a0}% of people hold {} of cost", percent(held, 1))
        }
        (Some(by_year), Some(by_person)) => format!(
            "The costliest 5\u{a0}% of person-years hold {} of cost; the costliest 5\u{a0}% of people, over all their \
             years, {}",
            percent(by_year, 1),
            percent(by_person, 1)
        ),
        _ => format!("{} of person-years hold half of the cost", percent(years.half_held_by, 1)),
    };
    let subtitle = if one_year_each(found) {
        format!(
            "{} people. Gini {:.3}; {} of them hold half of the cost.",
            count(people.people),
            people.gini,
            percent(people.half_held_by, 1)
        )
    } else {
        format!(
            "{} person-years of {} people. Gini {:.3} by person-year and {:.3} by person: who is costly changes from \
             year to year, which makes two statistics.",
            count(years.people),
            count(people.people),
            years.gini,
            people.gini
        )
    };
    Ok(Caption { title, subtitle })
}

/// A curve with its name and colour.
struct Series<'a> {
    name: &'static str,
    colour: &'static str,
    row: &'a ConcentrationRow,
}

impl Series<'_> {
    /// Where the curve is as high as this.
    fn reaches(&self, height: f64) -> f64 {
        along(self.row.lorenz.iter().map(|(x, y)| (*y, *x)), height)
    }

    /// How high the curve is at this share of people.
    fn height(&self, people: f64) -> f64 {
        along(self.row.lorenz.iter().copied(), people)
    }
}

/// The value at a place of a rising line, which is 1 beyond its end.
fn along(points: impl Iterator<Item = (f64, f64)>, at: f64) -> f64 {
    let mut before: Option<(f64, f64)> = None;
    for (x1, y1) in points {
        if x1 >= at {
            return match before {
                Some((x0, y0)) if x1 > x0 => y0 + (y1 - y0) * (at - x0) / (x1 - x0),
                _ => y1,
            };
        }
        before = Some((x1, y1));
    }
    1.0
}

/// The plot: shares of people across, shares of cost up.
struct Plot {
    across: Scale,
    up: Scale,
}

impl Plot {
    fn at(&self, (people, cost): (f64, f64)) -> Point {
        (self.across.at(people), self.up.at(cost))
    }
}

pub(super) fn draw(comparison: &Comparison, svg: &mut Svg) -> Result<()> {
    let found = concentrations(comparison)?;
    let mut series = vec![Series { name: "people, all years", colour: BLUE, row: &found.people }];
    if one_year_each(found) {
        series = vec![Series { name: "people", colour: BLUE, row: &found.people }];
    } else {
        let row = &found.person_years;
        series.insert(0, Series { name: "person-years", colour: VERMILLION, row });
    }
    let side = (svg.inner_width() - AXIS_WIDTH - 6.0).min(480.0);
    let height = side * if look::is_narrow(svg.width()) { 0.95 } else { 0.8 };
    let (left, top) = (Svg::LEFT + AXIS_WIDTH, svg.top() + 4.0);
    let plot =
        Plot { across: Scale::new(0.0, 1.0, left, left + side), up: Scale::new(0.0, 1.0, top + height, top) };
    draw_axes(&plot, side, height, svg);
    for curve in &series {
        let points: Vec<Point> = curve.row.lorenz.iter().map(|point| plot.at(*point)).collect();
        svg.trace(&polyline(&points), Stroke(curve.colour, 2.4, None));
    }
    draw_top(&plot, &series, svg);
    draw_half(&plot, &series, svg);
    svg.advance(height + 44.0);
    Ok(())
}

fn draw_axes(plot: &Plot, side: f64, height: f64, svg: &mut Svg) {
    let (left, bottom) = plot.at((0.0, 0.0));
    let (right, top) = plot.at((1.0, 1.0));
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (_, y) = plot.at((0.0, share));
        svg.line((left, y), (right, y), Stroke(GRID, 1.0, None));
        svg.text_beside((left - 6.0, y), &percent(share, 0), Text { anchor: Anchor::End, ..Text::PLAIN });
    }
    for share in [0.0, 0.25, 0.5, 0.75, 0.95] {
        let (x, _) = plot.at((share, 0.0));
        svg.line((x, bottom), (x, bottom + 4.0), Stroke(AXIS, 1.0, None));
        svg.text((x, bottom + 16.0), &percent(share, 0), Text { anchor: Anchor::Middle, ..Text::PLAIN });
    }
    svg.line((left, top), (left, bottom), Stroke(AXIS, 1.0, None));
    svg.line((left, bottom), (right, bottom), Stroke(AXIS, 1.0, None));
    let title = Text { anchor: Anchor::Middle, fill: MUTED, ..Text::PLAIN };
    let below = "share of people or person-years, least costly first";
    svg.text((left + side / 2.0, bottom + 33.0), below, title);
    let beside = (left - AXIS_WIDTH + 11.0, top + height / 2.0);
    svg.text(beside, "share of all cost", Text { angle: -90.0, ..title });
    svg.line((left, bottom), (right, top), Stroke(LINE, 1.2, Some("4 4")));
    // The label lies along the line, whatever the shape of the picture.
    let angle = -(height / side).atan().to_degrees();
    let (x, y) = plot.at((0.3, 0.3));
    svg.text((x - 5.0, y - 5.0), "if all cost the same", Text { angle, ..title });
    let (five, _) = plot.at((1.0 - TOP, 0.0));
    svg.line((five, top), (five, bottom), Stroke(MUTED, 1.0, Some("2 3")));
}

/// What the top 5 % hold: the points, and left of every curve what they say, with a line to each.
fn draw_top(plot: &Plot, series: &[Series<'_>], svg: &mut Svg) {
    let mut marked: Vec<(&Series<'_>, f64, Point)> = Vec::new();
    for curve in series {
        if let Some(held) = held_by(curve.row, TOP) {
            marked.push((curve, held, plot.at((1.0 - TOP, 1.0 - held))));
        }
    }
    marked.sort_by(|a, b| a.2.1.total_cmp(&b.2.1));
    let mut lowest = plot.at((0.0, 1.0)).1 + LABEL;
    for (curve, held, point) in marked {
        // Labels that would lie on each other are moved apart.
        let y = point.1.max(lowest);
        lowest = y + 2.0 * LABEL + 4.0;
        let share = plot.up_share(y + LABEL);
        let clear = series.iter().map(|other| other.reaches(share)).fold(1.0 - TOP, f64::min) - 0.03;
        let x = plot.at((clear, 0.0)).0;
        svg.line((x, y), point, Stroke(curve.colour, 1.0, None));
        svg.dot(point, 4.4, curve.colour);
        let style = Text { bold: true, fill: curve.colour, anchor: Anchor::End, halo: true, ..Text::PLAIN };
        svg.text((x - 4.0, y - 3.0), curve.name, style);
        svg.text((x - 4.0, y - 3.0 + LABEL), &format!("top 5\u{a0}%: {}", percent(held, 1)), style);
    }
}

impl Plot {
    /// The share of cost at this height of the picture.
    fn up_share(&self, y: f64) -> f64 {
        let (bottom, top) = (self.up.at(0.0), self.up.at(1.0));
        ((bottom - y) / (bottom - top)).clamp(0.0, 1.0)
    }
}

/// What the lower half holds: above the curves where they are low there, and else in the empty corner below.
fn draw_half(plot: &Plot, series: &[Series<'_>], svg: &mut Svg) {
    let marked: Vec<(&Series<'_>, f64)> =
        series.iter().filter_map(|curve| Some((curve, 1.0 - held_by(curve.row, 0.5)?))).collect();
    let highest = series.iter().map(|curve| curve.height(0.53)).fold(0.0, f64::max);
    let lowest = marked.iter().map(|(_, half)| *half).fold(1.0, f64::min);
    let above = highest < 0.2;
    for (place, (curve, half)) in marked.iter().enumerate() {
        let point = plot.at((0.5, *half));
        svg.dot(point, 4.4, curve.colour);
        let style = Text {
            bold: true,
            fill: curve.colour,
            anchor: if above { Anchor::End } else { Anchor::Start },
            halo: true,
            ..Text::PLAIN
        };
        let nth = to_float(place) * (LABEL + 2.0);
        let at = if above {
            let (x, y) = plot.at((0.53, highest.max(0.085) + 0.03));
            (x, y - nth)
        } else {
            let (x, y) = plot.at((0.53, lowest));
            (x, y + 22.0 + nth)
        };
        svg.text(at, &format!("lower half: {}", percent(*half, 1)), style);
    }
}
