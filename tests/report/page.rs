//! The page as a document: what it asks for, what it shows, and what it keeps to itself.

use std::collections::HashSet;

use capitation::report::Chart;
use capitation::risk::measures::Estimate;
use capitation::{Comparison, ErrorKind};

use crate::made::{self, NAMES, PANEL, columns, contracts, marginal_cost, people, renamed, whole};
use crate::seen::{cells, elements, section};

#[test]
fn it_asks_for_nothing_from_elsewhere() {
    let page = whole().to_html().unwrap();
    let addresses: HashSet<&str> =
        page.split("//").skip(1).map(|rest| rest.split(['"', ' ', '<']).next().unwrap()).collect();
    assert_eq!(addresses, HashSet::from(["www.w3.org/2000/svg"]));
    for word in ["<script", "<link", "<img", "<iframe", "@import", "url(", " src=", " onload=", "javascript:"]
    {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.len() < 300_000, "{}", page.len());
}

#[test]
fn it_is_well_formed_and_its_links_lead_somewhere() {
    let elements = elements(&whole().to_html().unwrap());
    let ids: Vec<&str> =
        elements.iter().map(|element| element.get("id")).filter(|id| !id.is_empty()).collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    let links: Vec<&str> =
        elements.iter().filter(|element| element.name == "a").map(|link| link.get("href")).collect();
    assert_eq!(links.len(), 8);
    assert!(links.iter().all(|link| ids.contains(&link.strip_prefix('#').unwrap())));
}

/// As a name of a contract, of parties, inputs, terms, clauses and sources, and in what a contract says of itself.
#[test]
fn a_name_is_text_wherever_it_stands() {
    let nasty = r"<script>alert('1')</script> & <b>";
    let (people, contracts) = (
        people(&columns(1.0), "USD"),
        contracts(&NAMES[..2], |text| {
            let text = text.replace("payer = \"payer\"", &format!("\"payer {nasty}\" = \"payer\""));
            let text = text.replace("from = \"payer\"", &format!("from = \"payer {nasty}\""));
            let text = text.replace("source = \"", &format!("source = \"{nasty} "));
            let text = text.replace("envelope", &format!("envelope {nasty}"));
            let text = text.replace("[[clause]]", &format!("[[clause]]\nabout = \"why {nasty}\""));
            text.replace("name = \"Capitation\"", &format!("name = \"{nasty}\""))
                .replace("about = \"", &format!("about = \"{nasty}"))
        }),
    );
    let comparison = made::asked(&people, &contracts).marginal_cost(marginal_cost()).run().unwrap();
    let page = comparison.to_html().unwrap();
    assert!(!page.contains("<script") && !page.contains("<b>"));
    let elements = elements(&page);
    assert!(elements.iter().all(|element| element.name != "script" && element.name != "b"));
    let said = &elements[0].text;
    for text in
        [nasty.to_owned(), format!("payer {nasty}"), format!("envelope {nasty}"), format!("why {nasty};")]
    {
        assert!(said.contains(&text), "{text}");
    }
    let quoted = renamed(comparison, 0, "\"><i x='");
    let pictures = quoted.to_html().unwrap();
    assert!(crate::seen::elements(&pictures).iter().all(|element| element.name != "i"));
}

/// A number of a page, and its error, as numbers.
fn read(shown: &str) -> (f64, Option<f64>, usize) {
    let plain = |text: &str| text.replace(['$', ',', '+', '%', '\u{a0}', ' '], "").replace('\u{2212}', "-");
    let (number, error) = shown
        .split_once('±')
        .map_or((plain(shown), None), |(number, error)| (plain(number), Some(plain(error))));
    let places = number.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    (number.parse().unwrap(), error.map(|error| error.parse().unwrap()), places)
}

fn assert_shows(shown: &str, value: Estimate, scale: f64) {
    let (number, error, places) = read(shown);
    // The last digit of a number given to hundreds is worth a hundred: its error has two figures.
    let worth = match error {
        Some(error) if places == 0 && error >= 100.0 => 10f64.powf(error.log10().floor() - 1.0),
        _ => 0.1f64.powi(i32::try_from(places).unwrap()),
    };
    assert!((number - value.mean * scale).abs() <= 0.5001 * worth, "{shown} for {value:?}");
    if let Some(error) = error {
        assert!((error - value.se * scale).abs() <= 0.06 * value.se * scale, "{shown} for {value:?}");
    }
}

#[test]
fn numbers_shown_are_the_numbers_to_the_place_shown() {
    let comparison = whole();
    let page = comparison.to_html().unwrap();
    let (compared, marginal, risk) =
        (cells(&page, "compared"), cells(&page, "marginal"), cells(&page, "risk"));
    let at = |cells: &[(String, String, String)], group: &str, column: &str, place: usize| {
        let found = cells.iter().filter(|(g, c, _)| g == group && c == column);
        found.map(|(_, _, text)| text.clone()).nth(place).unwrap()
    };
    let mut seen = 0;
    for (nth, contract) in comparison.contracts.iter().enumerate() {
        let panel = contract.by_size.iter().find(|row| row.size == PANEL).unwrap();
        assert_shows(&at(&compared, "", "payer's outlay", nth), panel.outlay, 1.0);
        assert_shows(&at(&compared, "", "provider's margin", nth), panel.provider_margin, 1.0);
        assert_shows(&at(&compared, "", "standard deviation of margin", nth), panel.margin_sd, 1.0);
        for (place, row) in contract.by_size.iter().enumerate() {
            let cell = |column| at(&compared, &contract.name, column, place);
            if 0.0 < row.probability_of_deficit.mean && row.probability_of_deficit.mean < 1.0 {
                assert_shows(&cell("chance of a deficit"), row.probability_of_deficit, 100.0);
            }
            assert_shows(&cell("residual of outlay"), row.outlay_residual.unwrap(), 100.0);
            assert_shows(&cell("mean of the worst 5 %"), row.tvar95_of_deficit, 1.0);
            assert_shows(&cell("mean of the worst 1 %"), row.tvar99_of_deficit, 1.0);
            assert_shows(&cell("margin, a member and month"), row.margin_per_member_month, 1.0);
        }
        for (place, party) in panel.parties.iter().enumerate() {
            let cell = |column| at(&risk, &contract.name, column, place);
            assert_shows(&cell("pays"), party.pays, 1.0);
            assert_shows(&cell("result"), party.result, 1.0);
            assert_shows(&cell("share of variance"), party.share_of_variance.unwrap(), 100.0);
            assert_shows(&cell("share of the tail"), party.share_of_tail.unwrap(), 100.0);
        }
        for event in &contract.marginal {
            for (place, effect) in event.results.iter().enumerate() {
                let value = Estimate { mean: effect.mean, se: effect.se };
                assert_shows(&at(&marginal, &contract.name, &event.what, place), value, 1.0);
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 4 * 5 * 2);
}

#[test]
fn every_exact_amount_is_shown() {
    let comparison = whole();
    let page = comparison.to_html().unwrap();
    let (years, shown) = (cells(&page, "years"), cells(&page, "contracts"));
    let plain = |text: &str| text.replace(['$', ','], "").replace('\u{2212}', "-");
    let mut lines = shown.iter().filter(|(_, column, _)| column == "amount");
    for contract in &comparison.contracts {
        for line in contract.statement.as_ref().unwrap().lines() {
            let (_, _, amount) = lines.next().unwrap();
            let digits = plain(amount).replace(" each", "");
            let read: rust_decimal::Decimal = match digits.strip_suffix("\u{a0}%") {
                Some(percent) => {
                    percent.parse::<rust_decimal::Decimal>().unwrap() / rust_decimal::Decimal::ONE_HUNDRED
                }
                None => digits.parse().unwrap(),
            };
            assert_eq!(read, line.amount, "{}: {}", contract.name, line.name);
        }
        let of_contract: Vec<&String> =
            years.iter().filter(|(_, column, _)| *column == contract.name).map(|(_, _, text)| text).collect();
        assert_eq!(of_contract.len(), contract.by_year.len());
        for (text, year) in of_contract.into_iter().zip(&contract.by_year) {
            let (margin, outlay) = (year.margin.unwrap(), year.outlay.unwrap());
            assert_eq!(plain(text), format!("{margin:.2}{outlay:.2} paid"));
        }
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn signs_are_coloured_by_what_they_mean() {
    let page = whole().to_html().unwrap();
    let mut coloured = 0;
    for element in elements(section(&page, "marginal")).iter().filter(|element| element.name == "td") {
        let first = element.text.chars().next().unwrap();
        match element.get("class") {
            "gain" => assert_eq!(first, '+'),
            "loss" => assert_eq!(first, '\u{2212}'),
            _ => continue,
        }
        coloured += 1;
    }
    assert!(coloured > 20, "{coloured}");
}

/// Nine people in the third year: nothing of it is shown, nor of the year that would give it away.
#[test]
fn a_year_of_few_people_shows_none_of_its_amounts() {
    let years: Vec<i64> =
        (0..480).map(|row| if row >= 471 { 2026 } else { 2024 + i64::from(row >= 300) }).collect();
    let columns = columns(1.0).person("person", (0..480).collect::<Vec<i64>>()).year("year", years);
    let (people, contracts) = (people(&columns, "USD"), contracts(&NAMES[..2], |text| text));
    let comparison = made::asked(&people, &contracts).run().unwrap();
    let page = comparison.to_html().unwrap();
    let rows = section(&page, "years");
    let withheld: Vec<&str> =
        rows.split("<tr>").filter(|row| row.contains(">2026<") || row.contains(">2025<")).collect();
    assert_eq!(withheld.len(), 2);
    for row in withheld {
        assert_eq!(row.matches("class=\"withheld\">withheld</span>").count(), 2, "{row}");
        assert!(row.contains("<span>withheld</span>") && !row.contains('$'), "{row}");
    }
    assert!(rows.contains(">300<"), "{rows}");
}

#[test]
fn what_is_missing_is_said() {
    let mut bare = whole();
    bare.concentration = None;
    bare.basis.marginal_share = None;
    for contract in &mut bare.contracts {
        (contract.statement, contract.statement_of) = (None, None);
        contract.marginal.clear();
        for party in contract.by_size.iter_mut().flat_map(|row| &mut row.parties) {
            (party.share_of_variance, party.share_of_tail) = (None, None);
        }
        contract.by_year[0].problem = Some("the table begins at 5,000".to_owned());
        contract.by_year[0].margin = None;
    }
    let page = bare.to_html().unwrap();
    elements(&page);
    assert_eq!(page.matches("No chart: ").count(), 2 + 4);
    assert_eq!(page.matches("not settled: the table begins at 5,000").count(), 4);
    assert!(page.contains("marginal_share") && page.contains("varies in too few of the drawn panels"));
    assert!(bare.headline().starts_with("Total cost varies in too few"));
    assert_eq!(page.matches("<svg").count(), 2);
}

#[test]
fn one_contract_as_it_is_written() {
    let (people, contracts) = (people(&columns(1.0), "USD"), contracts(&NAMES[..1], |text| text));
    let comparison =
        made::asked(&people, &contracts).marginal_cost(marginal_cost()).as_written().run().unwrap();
    let page = comparison.to_html().unwrap();
    assert!(!page.contains("Budget neutral") && page.contains("1 contract on one population, in USD"));
    assert_eq!(comparison.headline(), "One admission avoided costs the provider $357");
    assert_eq!(page.matches("<svg").count(), 2 * 4);
}

#[test]
fn what_was_changed_and_does_not_hold_together_is_refused() {
    let refused = |change: fn(&mut Comparison)| {
        let mut comparison = whole();
        change(&mut comparison);
        let why = comparison.to_html().unwrap_err();
        assert_eq!(why.kind(), ErrorKind::Comparison);
        assert_eq!(comparison.to_svg(Chart::MarginFan, 720).unwrap_err(), why);
        why.to_string()
    };
    assert!(refused(|c| c.contracts.clear()).contains("no contract"));
    assert!(refused(|c| c.basis.panel = 7).contains("panel of 7 is not among its sizes"));
    assert!(
        refused(|c| c.contracts[1].by_size[0].margin_sd.mean = f64::NAN)
            .contains("contract `Capitation`, panels of 100")
    );
    assert!(
        refused(|c| c.contracts[0].by_year[0].suppressed = true)
            .contains("a year that is withheld has amounts")
    );
    assert!(refused(|c| c.contracts[0].name = "Capitation".to_owned()).contains("reference"));
}
