//! Horizontal bars with names of any length: each row is as high as its own name asks for.

use super::{
    axis::{Scale, to_float},
    look::{self, AXIS, GRID, INK, MUTED},
    svg::{Anchor, Stroke, Svg, Text},
};

const LINE: f64 = 15.0;
const SPACE: f64 = 16.0;
const NAME: f64 = 12.0;

/// Where a bar lies, in pixels from the top of the picture, and its name.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) top: f64,
    pub(super) bottom: f64,
    name: Vec<String>,
    /// The middle of the name's first line.
    name_at: f64,
}

impl Row {
    pub(super) fn middle(&self) -> f64 {
        f64::midpoint(self.top, self.bottom)
    }
}

/// Rows below each other: names stand left of their bars, and above them where there is no room.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) above: bool,
    /// The left end of the bars.
    pub(super) left: f64,
    /// What there is for the bars.
    pub(super) plot: f64,
    bars: Vec<Row>,
    top: f64,
    bottom: f64,
}

impl Rows {
    /// Lays the rows out from where the picture is: `names_width` pixels for names at the left, `thick` for each bar.
    pub(super) fn new<'a>(
        names: impl Iterator<Item = &'a str>,
        svg: &Svg,
        names_width: f64,
        thick: f64,
    ) -> Self {
        let above = look::is_narrow(svg.width());
        let left = Svg::LEFT + if above { 2.0 } else { names_width };
        // The last label of the axis is as wide as it likes.
        let plot = Svg::LEFT + svg.inner_width() - left - 22.0;
        let mut level = svg.top();
        let mut bars = Vec::new();
        for name in names {
            let name = look::wrap(name, if above { plot } else { names_width - 12.0 }, NAME, above);
            let text = LINE * to_float(name.len());
            let height =
                if above { text + 4.0 + thick + SPACE - 2.0 } else { (thick + SPACE).max(text + 8.0) };
            let top = level + if above { text + 4.0 } else { (height - thick) / 2.0 };
            let name_at = level + if above { LINE / 2.0 } else { f64::midpoint(height - text, LINE) };
            bars.push(Row { top, bottom: top + thick, name, name_at });
            level += height;
        }
        Self { above, left, plot, bars, top: svg.top(), bottom: level }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Row> {
        self.bars.iter()
    }

    pub(super) fn right(&self) -> f64 {
        self.left + self.plot
    }

    pub(super) fn draw_names(&self, svg: &mut Svg) {
        let (x, style) = if self.above {
            (self.left - 2.0, Text { size: NAME, bold: true, ..Text::PLAIN })
        } else {
            (self.left - 10.0, Text { size: NAME, anchor: Anchor::End, ..Text::PLAIN })
        };
        for row in &self.bars {
            for (place, line) in row.name.iter().enumerate() {
                svg.text_beside((x, row.name_at + LINE * to_float(place)), line, style);
            }
        }
    }

    /// Upright lines at this place: through all rows, or only over the bars where names lie between.
    pub(super) fn draw_rule(&self, x: f64, svg: &mut Svg) {
        let stroke = Stroke(INK, 1.2, None);
        if self.above {
            for row in &self.bars {
                svg.line((x, row.top - 3.0), (x, row.bottom + 3.0), stroke);
            }
        } else {
            svg.line((x, self.top), (x, self.bottom), stroke);
        }
    }

    /// The scale below the rows, with as many labels as there is room for.
    pub(super) fn draw_axis(&self, scale: &Scale, title: &str, label: impl Fn(f64) -> String, svg: &mut Svg) {
        let fits = |ticks: &[f64]| {
            let widest = ticks.iter().map(|tick| Text::PLAIN.width(&label(*tick))).fold(0.0, f64::max);
            ticks.windows(2).all(|pair| match pair {
                [one, other] => scale.at(*other) - scale.at(*one) > widest + 10.0,
                _ => true,
            })
        };
        let ticks =
            (2..=10).rev().map(|most| scale.ticks(most)).find(|ticks| fits(ticks)).unwrap_or_default();
        let bottom = self.bottom;
        for tick in ticks {
            let x = scale.at(tick);
            if !self.above {
                svg.line((x, self.top), (x, bottom), Stroke(GRID, 1.0, None));
            }
            svg.line((x, bottom), (x, bottom + 4.0), Stroke(AXIS, 1.0, None));
            let text = label(tick);
            let half = Text::PLAIN.width(&text) / 2.0;
            let x = x.max(Svg::LEFT + half).min(Svg::LEFT + svg.inner_width() - half);
            svg.text((x, bottom + 17.0), &text, Text { anchor: Anchor::Middle, ..Text::PLAIN });
        }
        svg.line((self.left, bottom), (self.right(), bottom), Stroke(AXIS, 1.0, None));
        let style = Text { anchor: Anchor::Middle, fill: MUTED, ..Text::PLAIN };
        if !title.is_empty() {
            svg.text((self.left + self.plot / 2.0, bottom + 33.0), title, style);
        }
    }

    /// How high the rows and their scale are.
    pub(super) fn height(&self, titled: bool) -> f64 {
        self.bottom - self.top + if titled { 38.0 } else { 22.0 }
    }
}
