//! The comparison as text: a row a contract.

use std::fmt;

use super::{Comparison, ContractResult, Segment};
use crate::{contract::Role, money::grouped, risk::measures::Estimate, text::write_table};

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let basis = &self.basis;
        writeln!(
            f,
            "{} contract{}, panels of {} members, {} draws, in {}",
            self.contracts.len(),
            if self.contracts.len() == 1 { "" } else { "s" },
            grouped(&basis.panel.to_string()),
            grouped(&basis.draws.to_string()),
            self.currency
        )?;
        if basis.neutral {
            writeln!(
                f,
                "Budget neutral: each pays what `{}` pays, on average over panels.",
                basis.reference
            )?;
        }
        writeln!(f)?;
        let mut rows = vec![header()];
        rows.extend(self.contracts.iter().map(|contract| self.row(contract)));
        write_table(f, &rows)?;
        self.write_marginal(f)?;
        self.write_segments(f)?;
        let stamp = &self.stamp;
        writeln!(
            f,
            "\ncapitation {}; {}; seed {}; population {}",
            stamp.version, stamp.method, stamp.seed, stamp.population
        )
    }
}

fn header() -> Vec<String> {
    [
        "contract",
        "outlay",
        "provider margin",
        "sd of margin",
        "P(deficit)",
        "TVaR 95 %",
        "provider's risk",
        "payer's risk",
    ]
    .map(str::to_owned)
    .to_vec()
}

#[allow(clippy::cast_precision_loss)] // draws are far below 2^53
impl Comparison {
    /// A probability that was seen in no draw, or in all, is not known to be 0 or 1: with 95 % certainty it is within
    /// 3/n of it, by the rule of three.
    fn chance(&self, probability: Estimate) -> String {
        let percent = 100.0 * probability.mean;
        let within = (300.0 / self.basis.draws as f64).min(100.0);
        if probability.mean <= 0.0 {
            format!("below {within:.2} %")
        } else if probability.mean >= 1.0 {
            format!("above {:.2} %", 100.0 - within)
        } else {
            format!("{percent:.1} % ± {:.1}", 100.0 * probability.se)
        }
    }

    fn row(&self, contract: &ContractResult) -> Vec<String> {
        let Some(at) = contract.by_size.iter().find(|row| row.size == self.basis.panel) else {
            return vec![contract.name.clone()];
        };
        let share = |role: Role| {
            let parties = contract.parties.iter().zip(&at.parties).filter(|(party, _)| party.role == role);
            let shares: Option<Vec<f64>> = parties.map(|(_, p)| Some(p.share_of_variance?.mean)).collect();
            shares.map_or_else(|| "none".to_owned(), |shares| percent(shares.iter().sum()))
        };
        vec![
            contract.name.clone(),
            estimate(at.outlay),
            estimate(at.provider_margin),
            estimate(at.margin_sd),
            self.chance(at.probability_of_deficit),
            estimate(at.tvar95_of_deficit),
            share(Role::Provider),
            share(Role::Payer),
        ]
    }

    fn write_marginal(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.contracts.first().filter(|c| !c.marginal.is_empty()) else { return Ok(()) };
        writeln!(f, "\nThe marginal pound: what it does to each party\n")?;
        let mut head = vec!["contract".to_owned(), "party".to_owned()];
        head.extend(first.marginal.iter().map(|event| event.what.clone()));
        let mut rows = vec![head];
        for contract in &self.contracts {
            for (place, party) in contract.parties.iter().enumerate() {
                let name = if place == 0 { contract.name.clone() } else { String::new() };
                let mut row = vec![name, party.name.clone()];
                let effects = contract.marginal.iter().filter_map(|event| event.results.get(place));
                row.extend(effects.map(|effect| cents(effect.mean, effect.se)));
                rows.push(row);
            }
        }
        write_table(f, &rows)
    }
}

impl Comparison {
    fn write_segments(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(segments) = &self.segments else { return Ok(()) };
        writeln!(
            f,
            "\nThe most deprived fifth (Core20): what a member month of a segment leaves the provider\n"
        )?;
        let mut head =
            ["segment", "share of months", "share of cost", "cost a month"].map(str::to_owned).to_vec();
        head.extend(self.contracts.iter().map(|contract| contract.name.clone()));
        let mut rows = vec![head];
        let withheld = |row: &Segment| if row.suppressed { "withheld" } else { "–" }.to_owned();
        for row in &segments.rows {
            let part = |share: Option<f64>| {
                share.map_or_else(|| withheld(row), |share| format!("{:.1} %", 100.0 * share))
            };
            let cost = row.cost_per_member_month.map(amount);
            let mut cells = vec![row.name.clone(), part(row.share_of_member_months), part(row.share_of_cost)];
            cells.push(cost.unwrap_or_else(|| withheld(row)));
            cells.extend(row.contracts.iter().map(|each| match each.margin {
                Some(margin) => cents(margin.mean, margin.se),
                None if row.cost_per_member_month.is_some() => "withheld".to_owned(),
                None => withheld(row),
            }));
            rows.push(cells);
        }
        write_table(f, &rows)
    }
}

/// An amount with its standard error, to the cent, without a plus.
fn amount(value: Estimate) -> String {
    cents(value.mean, value.se).trim_start_matches('+').to_owned()
}

/// A share in whole per cent, without a sign on zero.
fn percent(share: f64) -> String {
    let percent = (100.0 * share).round();
    format!("{:.0} %", if percent == 0.0 { 0.0 } else { percent })
}

/// An amount with its standard error, in whole units.
fn estimate(value: Estimate) -> String {
    let sign = if value.mean <= -0.5 { "-" } else { "" };
    let mean = grouped(&format!("{:.0}", value.mean.abs()));
    format!("{sign}{mean} ± {}", grouped(&format!("{:.0}", value.se)))
}

fn cents(mean: f64, se: f64) -> String {
    let mean = if mean.abs() < 0.005 { 0.0 } else { mean };
    if se < 0.005 { format!("{mean:+.2}") } else { format!("{mean:+.2} ± {se:.2}") }
}
