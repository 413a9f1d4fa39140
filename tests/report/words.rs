//! What the headline, the lead and the titles of the charts say, and that it turns with the numbers.

use capitation::compare::ConcentrationRow;
use capitation::money::RoundingMode;
use capitation::population::Columns;
use capitation::report::Chart;
use capitation::risk::measures::Estimate;
use capitation::{Compare, Comparison, Contract, Currency, ErrorKind, Population};

use crate::made::{
    NAMES, PANEL, asked, columns, contracts, marginal_cost, on_provider, people, renamed, whole,
};

const AVOIDED: &str = "one admission avoided";

#[test]
fn the_headline_says_whom_an_avoided_case_pays() {
    let comparison = whole();
    assert!(on_provider(&comparison.contracts[0], AVOIDED) < -356.0);
    assert!(on_provider(&comparison.contracts[1], AVOIDED) > 534.0);
    let headline = "One admission avoided costs the provider $357 under Payment by results and earns it $535 under Capitation";
    assert_eq!(comparison.headline(), headline);
    assert!(comparison.to_html().unwrap().contains(&format!("<h1>{headline}</h1>")));
}

#[test]
fn the_headline_turns_with_the_numbers() {
    let mut comparison = whole();
    let (first, others) = comparison.contracts.split_at_mut(1);
    std::mem::swap(&mut first[0].marginal, &mut others[0].marginal);
    assert_eq!(
        comparison.headline(),
        "One admission avoided costs the provider $357 under Capitation and earns it $535 under Payment by results"
    );
    comparison.contracts.truncate(2);
    comparison.contracts[0].marginal = comparison.contracts[1].marginal.clone();
    assert_eq!(comparison.headline(), "One admission avoided costs the provider $357");
    for effect in
        comparison.contracts.iter_mut().flat_map(|c| &mut c.marginal).flat_map(|event| &mut event.results)
    {
        effect.mean = 0.0;
    }
    assert_eq!(comparison.headline(), "One admission avoided neither costs nor earns the provider anything");
    let provider = &mut comparison.contracts[0].marginal[1].results[1];
    (provider.mean, provider.se) = (12.5, 0.1);
    assert_eq!(
        comparison.headline(),
        "One admission avoided earns the provider from $0.00 to $12.50, by the contract"
    );
    comparison.contracts[0].marginal.clear();
    assert_eq!(comparison.headline(), comparison.caption(Chart::Risk).unwrap().title);
}

#[test]
fn the_lead_says_what_differs() {
    let comparison = whole();
    let lead = comparison.lead();
    let each = comparison.basis.outlay_per_member_month.mean;
    assert_eq!(
        lead[0],
        format!(
            "All 4 contracts cost the payer the same on average, ${each:.2} a member and month: what differs is who \
             carries the risk, and whom the next case pays."
        )
    );
    let titles =
        [Chart::Risk, Chart::MarginFan, Chart::Lorenz].map(|chart| comparison.caption(chart).unwrap().title);
    assert_eq!(lead[1..], titles.map(|title| format!("{title}.")));
    let (people, contracts) = (people(&columns(1.0), "USD"), contracts(&NAMES[..2], |text| text));
    let written = asked(&people, &contracts).as_written().run().unwrap();
    assert!(
        written.lead()[0].starts_with("The 2 contracts are compared as they are written, and do not cost")
    );
    assert_eq!(written.lead().len(), 3);
}

fn spread(comparison: &Comparison, place: usize) -> f64 {
    let row = comparison.contracts[place].by_size.iter().find(|row| row.size == PANEL).unwrap();
    (row.margin_quantiles["0.95"].mean - row.margin_quantiles["0.05"].mean) / row.outlay.mean
}

#[test]
fn the_fan_names_the_widest_and_the_narrowest() {
    let comparison = whole();
    let spreads: Vec<(f64, usize)> = (0..4).map(|place| (spread(&comparison, place), place)).collect();
    let widest = spreads.iter().copied().fold((0.0, 0), |a, b| if b.0 > a.0 { b } else { a });
    let narrowest = spreads.iter().copied().fold((9.0, 0), |a, b| if b.0 < a.0 { b } else { a });
    let name = |place: usize| comparison.contracts[place].name.as_str();
    let ends = format!(
        "{:.1} times as wide under {} as under {}",
        widest.0 / narrowest.0,
        name(widest.1),
        name(narrowest.1)
    );
    let title = |comparison: &Comparison| comparison.caption(Chart::MarginFan).unwrap().title;
    assert!(title(&comparison).ends_with(&ends), "{} {ends}", title(&comparison));
    let other = renamed(comparison.clone(), widest.1, "was wide");
    assert!(title(&other).contains("as wide under was wide as under"));
}

#[test]
fn what_is_equal_is_not_compared() {
    let mut comparison = whole();
    comparison.contracts.truncate(1);
    let twin = comparison.contracts[0].clone();
    comparison.contracts.push(twin);
    let twins = renamed(comparison, 1, "twin");
    let fan = twins.caption(Chart::MarginFan).unwrap();
    assert!(fan.title.ends_with("of outlay under every contract") && !fan.subtitle.contains("90 years:"));
    assert!(twins.caption(Chart::Risk).unwrap().title.ends_with("of the risk under every contract"));
}

#[test]
fn a_hedge_is_explained() {
    let shared = |shares: [f64; 2]| {
        let mut comparison = whole();
        for row in comparison.contracts.iter_mut().flat_map(|contract| &mut contract.by_size) {
            for (party, share) in row.parties.iter_mut().zip(shares) {
                party.share_of_variance = Some(Estimate { mean: share, se: 0.01 });
            }
        }
        comparison
    };
    assert!(!shared([0.3, 0.7]).caption(Chart::Risk).unwrap().subtitle.contains("hedges"));
    let comparison = shared([-0.3, 1.3]);
    let caption = comparison.caption(Chart::Risk).unwrap();
    assert_eq!(caption.title, "The provider carries 130\u{a0}% of the risk under every contract");
    assert!(caption.subtitle.ends_with("A bar left of zero hedges: that party gains when cost is high."));
    assert_ne!(comparison.caption(Chart::RiskOfTail).unwrap().title, caption.title);
}

#[test]
fn the_statement_ends_at_its_surplus() {
    let comparison = whole();
    let amounts = [2_500_000.0, 1_234.5, 12.0];
    for contract in &comparison.contracts {
        let surplus = contract.statement.as_ref().unwrap().surplus("provider").unwrap().amount();
        let title = comparison.caption(Chart::Statement(&contract.name)).unwrap().title;
        let kind = if surplus.is_sign_negative() { "deficit" } else { "surplus" };
        let size: f64 = surplus.abs().to_string().parse().unwrap();
        let short = if size >= 999.5 { format!("${:.1}k", size / 1e3) } else { format!("${size:.0}") };
        assert!(amounts[0] > size && title.contains(&format!("a {kind} of {short}")), "{title}: {surplus}");
    }
}

#[test]
fn the_lorenz_curve_tells_person_years_from_people() {
    let comparison = whole();
    let found = comparison.concentration.as_ref().unwrap();
    let held = |row: &ConcentrationRow| {
        let found = row.top.iter().find(|(people, _)| (people - 0.05).abs() < 1e-9);
        format!("{:.1}\u{a0}%", 100.0 * found.unwrap().1)
    };
    let (by_year, by_person) = (held(&found.person_years), held(&found.people));
    assert_ne!(by_year, by_person);
    let caption = comparison.caption(Chart::Lorenz).unwrap();
    assert_eq!(
        caption.title,
        format!(
            "The costliest 5\u{a0}% of person-years hold {by_year} of cost; the costliest 5\u{a0}% of people, over all \
             their years, {by_person}"
        )
    );
    assert!(caption.subtitle.starts_with("480 person-years of 240 people. Gini 0."));
    for width in [340, 720] {
        let svg = comparison.to_svg(Chart::Lorenz, width).unwrap();
        assert!(
            svg.contains(&format!("top 5\u{a0}%: {by_year}"))
                && svg.contains(&format!("top 5\u{a0}%: {by_person}"))
        );
    }
    // Five in a hundred of 100 people are too few to be told of.
    let mut few = whole();
    for row in few.concentration.iter_mut().flat_map(|found| [&mut found.person_years, &mut found.people]) {
        row.top.retain(|(people, _)| *people > 0.05);
    }
    let half = 100.0 * found.person_years.half_held_by;
    let title = few.caption(Chart::Lorenz).unwrap().title;
    assert_eq!(title, format!("{half:.1}\u{a0}% of person-years hold half of the cost"));
}

#[test]
fn a_chart_that_is_not_there_says_why() {
    let comparison = whole();
    let why = comparison.caption(Chart::Statement("Kapitation")).unwrap_err();
    assert_eq!(why.kind(), ErrorKind::Comparison);
    assert!(
        why.to_string().starts_with(
            "chart: no contract is called `Kapitation`; the contracts are `Payment by results`,"
        )
    );
    let why = comparison.to_svg(Chart::Lorenz, 100).unwrap_err();
    assert_eq!((why.kind(), why.remedy()), (ErrorKind::Range, "name a width from 240 to 4000"));
    let (people, contracts) = (people(&columns(0.0), "USD"), contracts(&["capitation"], |text| text));
    let free = asked(&people, &contracts).marginal_cost(marginal_cost()).run().unwrap();
    assert!(
        free.caption(Chart::Lorenz).unwrap_err().problem().starts_with("nobody in this population costs")
    );
    assert!(free.caption(Chart::Risk).unwrap_err().problem().starts_with("total cost does not vary"));
}

/// One dear person among five thousand, in panels of twenty: hardly any panel has the risk, and that is what is said.
#[test]
fn a_risk_that_few_panels_have_is_not_called_none() {
    let mut cost = vec![10.0; 5_000];
    cost[17] = 1_000_000.0;
    let columns = Columns::new().member_months("months", vec![12.0; 5_000]).cost("cost", cost);
    let people =
        Population::from_columns(&columns, Currency::new("USD").unwrap(), RoundingMode::HalfUp).unwrap();
    let contracts = [Contract::from_toml(include_str!("../../examples/contracts/capitation.toml")).unwrap()];
    let rare = Compare::new(&people, &contracts).sizes([20], 20).draws(300).seed(1).run().unwrap();
    let problem = rare.caption(Chart::Risk).unwrap_err();
    assert!(problem.problem().starts_with("total cost varies in too few of the drawn panels"), "{problem}");
    assert!(rare.headline().starts_with("Total cost varies in too few"), "{}", rare.headline());
}
