//! The most deprived fifth on the page: there with a column of deprivation, its numbers as they are, what is withheld left out.

use capitation::population::{Columns, DeprivationScale};
use capitation::{Comparison, report::Chart};

use crate::made::{NAMES, asked, columns, contracts, marginal_cost, people, whole};
use crate::seen::{cells, elements, section, unescaped};

/// The people of the other tests, by decile: nine in ten of the dearest are in the first fifth, and `last` people in the
/// last fifth.
fn deprived<'a>(last: i64) -> Columns<'a> {
    let decile = |row: i64| {
        let person = row / 2;
        let first = if person % 9 == 1 && person % 10 != 0 { 1.0 } else { 3.0 };
        if person < last { 9.0 } else { first }
    };
    let need = |row: i64| if row / 2 % 9 == 1 { 3.0 } else { 0.75 };
    columns(1.0).need("need", (0..480).map(need).collect::<Vec<f64>>()).deprivation(
        "imd",
        DeprivationScale::Decile,
        (0..480).map(decile).collect::<Vec<f64>>(),
    )
}

pub(crate) fn compared(last: i64) -> Comparison {
    let (people, contracts) = (people(&deprived(last), "USD"), contracts(&NAMES, |text| text));
    asked(&people, &contracts).marginal_cost(marginal_cost()).run().unwrap()
}

#[test]
fn a_page_without_the_column_says_nothing_of_it() {
    assert!(!whole().to_html().unwrap().contains("Core20"));
}

#[test]
fn the_section_is_told_of_at_the_start_and_is_well_formed() {
    let comparison = compared(60);
    let page = comparison.to_html().unwrap();
    let all = elements(&page);
    let link = all.iter().find(|element| element.get("href") == "#core20").unwrap();
    assert_eq!(link.text, "The most deprived fifth");
    assert!(all.iter().any(|element| element.get("id") == "core20"));
    // The chart of the contracts is as it would be without.
    let fan = comparison.to_svg(Chart::MarginFan, 720).unwrap();
    assert!(!fan.contains("Core20"));
}

/// A difference is told where it is two of its standard errors away from nothing, and only there.
#[test]
fn the_sentence_of_it_tells_what_is_clear() {
    // By parity nobody is dearer than another but by chance.
    let even: Vec<f64> = (0..480).map(|row| f64::from(1 + 4 * (row / 2 % 2))).collect();
    let people = people(&columns(1.0).deprivation("imd", DeprivationScale::Quintile, even), "USD");
    let contracts = contracts(&NAMES[..2], |text| text);
    let chance = asked(&people, &contracts).run().unwrap();
    for (comparison, is_clear) in [(compared(60), true), (chance, false)] {
        let segments = comparison.segments.as_ref().unwrap();
        let row = segments.core20().unwrap();
        let said = format!(
            "Core20, the most deprived fifth of the nation, has {:.1}\u{a0}% of the member months and {:.1}\u{a0}% of the cost; ",
            100.0 * row.share_of_member_months.unwrap(),
            100.0 * row.share_of_cost.unwrap()
        );
        let lead = comparison.lead().pop().unwrap();
        let rest = lead.strip_prefix(&said).unwrap();
        let mut apart = segments.selection.iter().filter_map(|each| each.margin);
        assert_eq!(apart.any(|margin| margin.mean.abs() >= 2.0 * margin.se), is_clear);
        assert_eq!(rest.starts_with("a member month of theirs leaves the provider $"), is_clear, "{rest}");
        assert_eq!(rest.contains(" (± $"), is_clear, "{rest}");
        assert_eq!(rest.contains("cannot be told from another's"), !is_clear, "{rest}");
    }
}

#[test]
fn it_shows_what_the_comparison_holds() {
    let comparison = compared(60);
    let page = comparison.to_html().unwrap();
    let cells = cells(&page, "core20");
    let of = |label: &str| -> Vec<&str> {
        cells.iter().filter(|(_, known, _)| known == label).map(|(_, _, text)| text.as_str()).collect()
    };
    let segments = comparison.segments.as_ref().unwrap();
    let people: Vec<String> = segments.rows.iter().map(|row| row.people.unwrap().to_string()).collect();
    assert_eq!(of("people"), people);
    assert_eq!(of("cost").len(), 7);
    assert_eq!(of("admissions, a thousand").len(), 7);
    // Two prices and four contracts.
    assert_eq!(of("Core20 less everybody else").len(), 6);
    let capitation = cells.iter().filter(|(group, _, _)| group.starts_with("The contracts"));
    assert_eq!(capitation.count(), 12);
    // The dearest are in it: a price per head that is the same for everybody loses on them, and one for need less.
    let [plain, weighted] = [of("Core20")[0], of("Core20")[1]];
    assert!(plain.starts_with('\u{2212}') && plain != weighted, "{plain} {weighted}");
    let first = elements(section(&page, "core20"));
    let loss = first.iter().find(|element| element.get("data-label") == "Core20").unwrap();
    assert_eq!(loss.get("class"), "loss");
}

/// Four people are in the last fifth: they are withheld, and with them the fifth that would give them away.
#[test]
fn what_is_withheld_is_not_on_the_page() {
    let comparison = compared(4);
    let page = comparison.to_html().unwrap();
    let segments = comparison.segments.as_ref().unwrap();
    let silent: Vec<&str> =
        segments.rows.iter().filter(|row| row.suppressed).map(|row| row.name.as_str()).collect();
    assert_eq!(silent, ["second fifth", "least deprived fifth"]);
    let text = unescaped(section(&page, "core20"));
    for name in silent {
        let row = text.split("<tr>").find(|row| row.contains(&format!(">{name}<"))).unwrap();
        let row = row.split("</tr>").next().unwrap();
        assert!(row.contains("withheld"), "{row}");
        assert!(
            !row.split("</th>").nth(1).unwrap().contains(|letter: char| letter.is_ascii_digit()),
            "{row}"
        );
    }
}

/// Core20 itself among the few, or everybody else, whom Core20 would give away: the first sentence of it says either.
#[test]
fn why_core20_is_withheld() {
    for in_core20 in [8, 472] {
        let fifths: Vec<f64> = (0..480).map(|row| if row < in_core20 { 1.0 } else { 5.0 }).collect();
        let people = people(&columns(1.0).deprivation("imd", DeprivationScale::Quintile, fifths), "USD");
        let contracts = contracts(&NAMES[..2], |text| text);
        let comparison = asked(&people, &contracts).run().unwrap();
        assert_eq!(
            comparison.lead().last().unwrap(),
            "Core20, the most deprived fifth of the nation, is withheld: it, or everybody else, is about too few people."
        );
        let segments = comparison.segments.unwrap();
        assert!(segments.selection.iter().all(|each| each.margin.is_none()));
        assert_eq!((segments.equal_price, segments.need_weighted_price), (None, None));
    }
}
