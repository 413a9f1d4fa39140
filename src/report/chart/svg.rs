//! A picture as SVG text: a title that says the finding, and below it lines, areas and labels.

use std::fmt::Write;

use super::{
    Caption,
    look::{self, INK, MUTED, SMALL},
};

const FONT: &str = "Helvetica, Arial, 'Liberation Sans', sans-serif";
/// Space around the picture, in pixels.
const PADDING: f64 = 6.0;
/// The middle of small letters lies this part of their size above the line that they stand on.
const MIDDLE: f64 = 0.35;

/// A point, in pixels from the left and from the top.
pub(super) type Point = (f64, f64);

#[derive(Debug)]
pub(super) struct Svg {
    said: String,
    body: String,
    width: f64,
    /// Where the next thing begins.
    top: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) fill: &'static str,
    pub(super) anchor: Anchor,
    /// White around the letters, so that lines below do not disturb them.
    pub(super) halo: bool,
    /// Degrees clockwise.
    pub(super) angle: f64,
}

impl Text {
    pub(super) const PLAIN: Self =
        Self { size: SMALL, bold: false, fill: INK, anchor: Anchor::Start, halo: false, angle: 0.0 };

    pub(super) fn width(&self, text: &str) -> f64 {
        look::text_width(text, self.size, self.bold)
    }
}

/// How a line is drawn: its colour, its width, and its dashes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stroke(pub(super) &'static str, pub(super) f64, pub(super) Option<&'static str>);

impl Svg {
    /// The left end of what can be drawn on.
    pub(super) const LEFT: f64 = PADDING;

    /// A picture of this width that begins with its title.
    pub(super) fn titled(caption: &Caption, width: f64) -> Self {
        let said = format!("{}. {}", caption.title, caption.subtitle);
        let mut svg = Self { said, body: String::new(), width, top: PADDING };
        let title = Text { size: 15.0, bold: true, ..Text::PLAIN };
        for line in look::wrap(&caption.title, svg.inner_width(), title.size, true) {
            svg.text((PADDING, svg.top + 14.0), &line, title);
            svg.top += 19.0;
        }
        let subtitle = Text { size: 12.0, fill: MUTED, ..Text::PLAIN };
        svg.top += 3.0;
        for line in look::wrap(&caption.subtitle, svg.inner_width(), subtitle.size, false) {
            svg.text((PADDING, svg.top + 12.0), &line, subtitle);
            svg.top += 16.0;
        }
        svg.top += 14.0;
        svg
    }

    /// What there is between the paddings.
    pub(super) fn inner_width(&self) -> f64 {
        self.width - 2.0 * PADDING
    }

    pub(super) fn width(&self) -> f64 {
        self.width
    }

    /// Where the next thing begins.
    pub(super) fn top(&self) -> f64 {
        self.top
    }

    /// Leaves what was drawn behind: the next thing begins this much further down.
    pub(super) fn advance(&mut self, height: f64) {
        self.top += height;
    }

    /// Text whose letters stand on this height.
    pub(super) fn text(&mut self, (x, y): Point, text: &str, style: Text) {
        let anchor = match style.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let bold = if style.bold { " font-weight=\"bold\"" } else { "" };
        let halo = if style.halo {
            " paint-order=\"stroke\" stroke=\"white\" stroke-width=\"3\" stroke-linejoin=\"round\""
        } else {
            ""
        };
        let turned = if style.angle == 0.0 {
            String::new()
        } else {
            format!(" transform=\"rotate({} {} {})\"", n(style.angle), n(x), n(y))
        };
        self.write(format_args!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{anchor}{bold}{halo}{turned}>{}</text>",
            n(x),
            n(y),
            n(style.size),
            style.fill,
            escaped(text)
        ));
    }

    /// Text whose small letters have their middle at this height.
    pub(super) fn text_beside(&mut self, (x, y): Point, text: &str, style: Text) {
        self.text((x, y + MIDDLE * style.size), text, style);
    }

    pub(super) fn line(&mut self, (x1, y1): Point, (x2, y2): Point, stroke: Stroke) {
        self.write(format_args!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"{}/>",
            n(x1),
            n(y1),
            n(x2),
            n(y2),
            stroked(stroke)
        ));
    }

    pub(super) fn rect(&mut self, (x, y): Point, (width, height): Point, fill: &str, opacity: f64) {
        let opacity = if opacity < 1.0 { format!(" fill-opacity=\"{opacity:.2}\"") } else { String::new() };
        self.write(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"{opacity}/>",
            n(x),
            n(y),
            n(width),
            n(height)
        ));
    }

    pub(super) fn dot(&mut self, (x, y): Point, radius: f64, fill: &str) {
        self.write(format_args!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{fill}\"/>",
            n(x),
            n(y),
            n(radius)
        ));
    }

    /// A line along this path.
    pub(super) fn trace(&mut self, path: &str, stroke: Stroke) {
        self.write(format_args!("<path d=\"{path}\" fill=\"none\"{}/>", stroked(stroke)));
    }

    /// What lies inside this path.
    pub(super) fn area(&mut self, path: &str, fill: &str, opacity: f64) {
        self.write(format_args!("<path d=\"{path}\" fill=\"{fill}\" fill-opacity=\"{opacity:.2}\"/>"));
    }

    fn write(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.body.write_fmt(element);
    }

    pub(super) fn finish(self) -> String {
        let (width, height) = (n(self.width), n(self.top + PADDING));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{}\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"{FONT}\">\
             <rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>{}</svg>",
            escaped(&self.said),
            self.body
        )
    }
}

fn stroked(Stroke(colour, width, dashes): Stroke) -> String {
    let dashes = dashes.map_or_else(String::new, |dashes| format!(" stroke-dasharray=\"{dashes}\""));
    format!(" stroke=\"{colour}\" stroke-width=\"{}\"{dashes}", n(width))
}

/// A number of pixels, to a hundredth.
pub(super) fn n(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text as it stands in XML, which has no place for control characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

/// A path through these points in straight lines.
pub(super) fn polyline(points: &[Point]) -> String {
    let mut path = String::new();
    for (place, (x, y)) in points.iter().enumerate() {
        let _ = write!(path, "{}{},{}", if place == 0 { "M" } else { "L" }, n(*x), n(*y));
    }
    path
}
