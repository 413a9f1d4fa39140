//! The charts as pictures: each at both widths, nothing cut off, no label on another, and sound with odd numbers.

use capitation::Comparison;
use capitation::report::Chart;

use crate::made::{NAMES, PANEL, asked, columns, contracts, marginal_cost, people, renamed, whole};
use crate::seen::{Element, elements};

const LONG: &str = "Full-risk population-based capitation with an annual need adjustment, a quality incentive and a \
                    Supercalifragilisticexpialidocious-arrangement \"A\" & 'B' <script>";

fn charts(comparison: &Comparison) -> Vec<Chart<'_>> {
    let statements = comparison.contracts.iter().map(|contract| Chart::Statement(&contract.name));
    [Chart::MarginFan, Chart::Risk, Chart::RiskOfTail, Chart::Lorenz].into_iter().chain(statements).collect()
}

#[test]
fn every_chart_is_there_for_a_page_and_for_a_phone_and_says_its_finding() {
    let comparison = whole();
    let page = elements(&comparison.to_html().unwrap());
    let pictures: Vec<&Element> = page.iter().filter(|element| element.name == "svg").collect();
    assert_eq!(pictures.len(), 2 * (3 + 4));
    for chart in charts(&comparison).into_iter().filter(|chart| *chart != Chart::RiskOfTail) {
        let caption = comparison.caption(chart).unwrap();
        let said = format!("{}. {}", caption.title, caption.subtitle);
        let drawn = pictures.iter().filter(|svg| svg.get("aria-label") == said);
        let widths: Vec<&str> = drawn.map(|svg| svg.get("width")).collect();
        assert_eq!(widths, ["720", "340"], "{said}");
    }
    assert!(pictures.iter().all(|svg| svg.get("role") == "img"));
    let shown = |class: &str| page.iter().filter(|element| element.get("class") == class).count();
    assert_eq!((shown("wide"), shown("narrow")), (7, 7));
}

/// Where text lies: left, right, top and bottom. The width is a little less than that of Helvetica.
fn extent(text: &Element) -> [f64; 4] {
    let (x, y, size) = (text.number("x"), text.number("y"), text.number("font-size"));
    let letter = |letter: char| match letter {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | ' ' | '.' | ',' | ':' | '\'' | '\u{a0}' | '(' | ')' | '-' => 0.22,
        'm' | 'w' | 'M' | 'W' | '%' => 0.72,
        _ => 0.48,
    };
    let width = size * text.text.chars().map(letter).sum::<f64>();
    let left = match text.get("text-anchor") {
        "end" => x - width,
        "middle" => x - width / 2.0,
        _ => x,
    };
    [left, left + width, y - 0.72 * size, y]
}

/// No number is broken, no text is cut off, and none lies on another.
fn assert_sound(svg: &str, width: f64) {
    for word in ["NaN", "inf", "e+", "1e"] {
        assert!(!svg.contains(word), "{word} in {svg}");
    }
    let elements = elements(svg);
    assert!((elements[0].number("width") - width).abs() < 1e-9);
    let height = elements[0].number("height");
    let mut taken: Vec<([f64; 4], &str)> = Vec::new();
    for text in elements.iter().filter(|element| element.name == "text") {
        if text.attributes.contains_key("transform") {
            continue;
        }
        let here = extent(text);
        assert!(
            here[0] >= 0.0 && here[1] <= width && here[2] >= 0.0 && here[3] <= height,
            "cut off: {text:?} {here:?}"
        );
        for (there, other) in &taken {
            let apart =
                here[0] >= there[1] || there[0] >= here[1] || here[2] >= there[3] || there[2] >= here[3];
            assert!(apart, "`{}` lies on `{other}`", text.text);
        }
        taken.push((here, &text.text));
    }
    for (attribute, most) in
        [("x", width), ("x1", width), ("x2", width), ("cx", width), ("y", height), ("y2", height)]
    {
        for element in elements.iter().filter(|element| element.attributes.contains_key(attribute)) {
            assert!((-1.0..=most + 1.0).contains(&element.number(attribute)), "{element:?}");
        }
    }
}

fn assert_all_sound(comparison: &Comparison) -> usize {
    let mut drawn = 0;
    for chart in charts(comparison) {
        for width in [340, 720] {
            let Ok(svg) = comparison.to_svg(chart, width) else { continue };
            assert_sound(&svg, f64::from(width));
            drawn += 1;
        }
    }
    elements(&comparison.to_html().unwrap());
    drawn
}

#[test]
fn nothing_is_cut_off_and_no_label_lies_on_another() {
    assert_eq!(assert_all_sound(&whole()), 2 * 8);
}

#[test]
fn a_long_name_is_whole_and_pushes_nothing_aside() {
    let comparison = renamed(renamed(whole(), 0, LONG), 1, &LONG[..90]);
    assert_eq!(assert_all_sound(&comparison), 2 * 8);
    let letters = |text: &str| text.split_whitespace().collect::<String>();
    for chart in [Chart::MarginFan, Chart::Risk, Chart::Statement(LONG)] {
        for width in [340, 720] {
            let svg = elements(&comparison.to_svg(chart, width).unwrap());
            assert!(letters(&svg[0].text).contains(&letters(LONG)), "{chart:?} {width}");
        }
    }
}

/// The first label, the median and the end of a statement stand at heights that follow the numbers.
#[test]
fn pictures_follow_the_numbers() {
    let comparison = whole();
    let svg = comparison.to_svg(Chart::Risk, 720).unwrap();
    for contract in &comparison.contracts {
        let row = contract.by_size.iter().find(|row| row.size == PANEL).unwrap();
        for party in &row.parties {
            let share = 100.0 * party.share_of_variance.unwrap().mean;
            assert!(share < 15.0 || svg.contains(&format!("{} {share:.0}\u{a0}%", party.name)), "{share}");
        }
    }
    // The bars of a contract are as wide as the shares of its parties.
    let bars: Vec<f64> = elements(&svg)
        .iter()
        .filter(|element| element.name == "rect" && element.get("height") == "28")
        .map(|bar| bar.number("width"))
        .collect();
    let shares: Vec<f64> = comparison
        .contracts
        .iter()
        .flat_map(|contract| &contract.by_size.iter().find(|row| row.size == PANEL).unwrap().parties)
        .map(|party| party.share_of_variance.unwrap().mean)
        .collect();
    assert_eq!(bars.len(), shares.len());
    let pixels = bars[0] / shares[0];
    for (bar, share) in bars.iter().zip(&shares) {
        assert!((bar - pixels * share.abs()).abs() < 0.02, "{bars:?} {shares:?}");
    }
}

#[test]
fn one_size_is_a_chart_too() {
    let (people, contracts) = (people(&columns(1.0), "USD"), contracts(&NAMES, |text| text));
    let comparison = asked(&people, &contracts).sizes([PANEL], PANEL).run().unwrap();
    assert_eq!(assert_all_sound(&comparison), 2 * 8);
    let svg = comparison.to_svg(Chart::MarginFan, 340).unwrap();
    assert_eq!(svg.matches(">400</text>").count(), 4);
}

#[test]
fn many_sizes_leave_out_labels_and_not_marks() {
    let (people, contracts) = (people(&columns(1.0), "USD"), contracts(&NAMES[..1], |text| text));
    let sizes: Vec<usize> = (1..=40).map(|size| 25 * size).collect();
    let comparison = asked(&people, &contracts).sizes(sizes, 500).draws(20).run().unwrap();
    assert_all_sound(&comparison);
}

#[test]
fn nothing_paid_and_nothing_spent_is_no_panic() {
    let (people, contracts) = (people(&columns(0.0), "USD"), contracts(&["capitation"], |text| text));
    let comparison = asked(&people, &contracts).run().unwrap();
    assert_eq!(assert_all_sound(&comparison), 2 * 2); // the fan, and the statement
    let fan = comparison.to_svg(Chart::MarginFan, 720).unwrap();
    assert!(fan.contains("deficit in fewer than 1.50\u{a0}% of years"));
    let mut even = whole();
    for row in even.contracts.iter_mut().flat_map(|contract| &mut contract.by_size) {
        for margin in row.margin_quantiles.values_mut() {
            margin.mean = 0.0;
        }
    }
    assert_eq!(assert_all_sound(&even), 2 * 8);
}

#[test]
fn all_cost_the_same() {
    let columns = columns(1.0).cost("cost", vec![250.0; 480]);
    let (people, contracts) = (people(&columns, "USD"), contracts(&NAMES[..2], |text| text));
    let comparison = asked(&people, &contracts).run().unwrap();
    // Total cost does not vary: there is no risk to share.
    assert_eq!(assert_all_sound(&comparison), 2 * 4);
}

/// From a few cents to the largest sums that are exact.
#[test]
fn huge_and_tiny_amounts() {
    for unit in [1e-2, 1e4, 1e7] {
        let (people, contracts) = (people(&columns(unit), "USD"), contracts(&NAMES[..2], |text| text));
        let comparison = asked(&people, &contracts).run().unwrap();
        assert_eq!(assert_all_sound(&comparison), 2 * 6, "{unit}");
    }
}

/// Yen have no minor unit, dinars three decimals of it.
#[test]
fn other_currencies() {
    for (code, places, sign) in [("JPY", "0", "¥"), ("KWD", "3", "KWD ")] {
        let change = |text: String| {
            text.replace("\"USD\"", &format!("\"{code}\""))
                .replace("places = 2", &format!("places = {places}"))
        };
        let (people, contracts) = (people(&columns(1.0), code), contracts(&NAMES[..3], change));
        let comparison = asked(&people, &contracts).marginal_cost(marginal_cost()).run().unwrap();
        assert_eq!(assert_all_sound(&comparison), 2 * 7);
        let page = comparison.to_html().unwrap();
        let margin = comparison.contracts[0].by_year[0].outlay.unwrap();
        let digits = margin.to_string();
        assert!(page.contains(sign) && !page.contains('$') && digits.len() > 3);
        let decimals = crate::seen::cells(&page, "years")
            .iter()
            .filter_map(|(_, column, text)| {
                (column == "Capitation")
                    .then(|| text.split_once(sign)?.1.split_once('.'))
                    .flatten()
                    .map(|_| ())
            })
            .count();
        assert_eq!(decimals, if code == "JPY" { 0 } else { 2 });
    }
}
