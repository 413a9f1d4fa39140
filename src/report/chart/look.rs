//! What all charts share: colours, and how wide text is.
//!
//! Source of the palette: Okabe, Ito, "Color Universal Design" (2008), <https://jfly.uni-koeln.de/color/>.

use indexmap::IndexMap;

use crate::{compare::Comparison, contract::Role};

pub(super) const INK: &str = "#1f2933";
pub(super) const MUTED: &str = "#5a6672";
pub(super) const GRID: &str = "#e4e8ec";
pub(super) const AXIS: &str = "#b8c0c8";
pub(super) const LINE: &str = "#9aa5b1";
pub(super) const BLUE: &str = "#0072B2";
pub(super) const VERMILLION: &str = "#D55E00";
pub(super) const GREEN: &str = "#009E73";
pub(super) const ORANGE: &str = "#E69F00";
const PINK: &str = "#CC79A7";
const SKY: &str = "#56B4E9";
const BROWN: &str = "#8c6d31";
const VIOLET: &str = "#5b5b8c";
/// White text is readable on these; the others take dark text.
const DARK: [&str; 6] = [BLUE, VERMILLION, GREEN, BROWN, VIOLET, MUTED];
const SPARE: [&str; 4] = [ORANGE, SKY, BROWN, VIOLET];

/// Size of type in pixels.
pub(super) const SMALL: f64 = 11.5;
/// A chart with less room than this is laid out for a phone.
const NARROW: f64 = 560.0;

pub(super) fn is_narrow(width: f64) -> bool {
    width < NARROW
}

/// The colour of text that is readable on this one.
pub(super) fn ink_on(colour: &str) -> &'static str {
    if DARK.contains(&colour) { "white" } else { INK }
}

/// A colour for each party of any contract: that of its role, or a spare one where the role's is taken.
pub(super) fn party_colours(comparison: &Comparison) -> IndexMap<&str, &'static str> {
    let mut colours: IndexMap<&str, &'static str> = IndexMap::new();
    let mut spare = SPARE.into_iter();
    for party in comparison.contracts.iter().flat_map(|contract| &contract.parties) {
        if colours.contains_key(party.name.as_str()) {
            continue;
        }
        let own = match party.role {
            Role::Payer => BLUE,
            Role::Provider => VERMILLION,
            Role::Pool => GREEN,
            Role::Reinsurer => PINK,
        };
        let taken = colours.values().any(|colour| *colour == own);
        colours.insert(&party.name, if taken { spare.next().unwrap_or(MUTED) } else { own });
    }
    colours
}

/// Widths of printable ASCII from the space on, in thousandths of the size of the type. Source: Adobe's font metrics of
/// Helvetica, which Arial and Liberation Sans share.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

fn width_of(letter: char) -> f64 {
    let place = usize::try_from(u32::from(letter).wrapping_sub(32)).unwrap_or(usize::MAX);
    let width = WIDTHS.get(place).copied().unwrap_or(match letter {
        '\u{a0}' => 278,
        // Letters of Latin, Greek and Cyrillic script and signs of currency; those of other scripts are mostly square.
        '\u{a1}'..='\u{52f}' | '\u{2000}'..='\u{22ff}' => 600,
        _ => 1000,
    });
    f64::from(width)
}

/// How wide text of this size is, with a little over for other fonts.
pub(super) fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    let sum: f64 = text.chars().map(width_of).sum();
    sum * size / 1000.0 * if bold { 1.1 } else { 1.03 }
}

/// Lines no wider than this; a word that is longer is broken.
pub(super) fn wrap(text: &str, width: f64, size: f64, bold: bool) -> Vec<String> {
    let fits = |line: &str| text_width(line, size, bold) <= width;
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    // A number and its sign stay together.
    for word in text.split(|letter: char| letter.is_whitespace() && letter != '\u{a0}') {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        lines.extend(Some(std::mem::take(&mut line)).filter(|line| !line.is_empty()));
        for letter in word.chars() {
            if !line.is_empty() && !fits(&format!("{line}{letter}")) {
                lines.push(std::mem::take(&mut line));
            }
            line.push(letter);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_lose_no_letter() {
        let text = "Capitation with  stop-loss, a corridor of 5\u{a0}% and a Supercalifragilisticexpialidocious arrangement";
        for width in [60.0, 120.0, 900.0] {
            let lines = wrap(text, width, 12.0, true);
            assert!(lines.iter().all(|line| text_width(line, 12.0, true) <= width), "{lines:?}");
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            assert_eq!(letters(&lines.concat()), letters(text));
            assert!(lines.iter().any(|line| line.contains("5\u{a0}%")));
        }
        assert_eq!(wrap("", 100.0, 12.0, false), [""]);
    }
}
