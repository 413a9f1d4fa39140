//! How one statement leads from the first payment to the provider's surplus or deficit.

use rust_decimal::Decimal;

use super::{
    Caption,
    axis::Scale,
    look::{BLUE, GREEN, LINE, ORANGE, VERMILLION},
    no_chart,
    rows::Rows,
    svg::{Stroke, Svg, Text},
};
use crate::{
    compare::{Comparison, ContractResult},
    decimal,
    error::{Error, ErrorKind, Result},
    money::{Currency, inexact},
    report::numbers::{compact, percent, tick},
    settlement::{Party, Statement},
};

const NAMES: f64 = 210.0;
const THICK: f64 = 22.0;

pub(super) fn find<'a>(comparison: &'a Comparison, contract: &str) -> Result<&'a ContractResult> {
    comparison.contract(contract).ok_or_else(|| {
        let names: Vec<String> =
            comparison.contracts.iter().map(|known| format!("`{}`", known.name)).collect();
        Error::new(
            ErrorKind::Comparison,
            "chart",
            format!("no contract is called `{contract}`"),
            format!("the contracts are {}", names.join(", ")),
        )
    })
}

/// One payment to or from the providers, or the cost that they bear.
struct Step {
    name: String,
    amount: Decimal,
    /// Whether it is the cost of care, which is not income.
    cost: bool,
}

/// A statement as its providers see it.
struct Account<'a> {
    steps: Vec<Step>,
    surplus: Decimal,
    statement: &'a Statement,
}

impl<'a> Account<'a> {
    fn of(result: &'a ContractResult) -> Result<Self> {
        let name = &result.name;
        if !result.parties.iter().any(|party| result.is_provider(&party.name)) {
            return Err(no_chart(format!("contract `{name}` has no party whose role is provider")));
        }
        let statement = result.statement.as_ref().ok_or_else(|| {
            no_chart(format!("contract `{name}` has no year that could be settled and may be shown"))
        })?;
        let mut steps = payments(result, statement);
        let parties = || statement.parties().iter().filter(|party| result.is_provider(&party.name));
        let sum = |of: fn(&Party) -> Decimal| {
            let sum = parties().try_fold(Decimal::ZERO, |sum, party| decimal::add(sum, of(party)));
            sum.map_err(|why| inexact("chart", why))
        };
        let (outside, borne) = (sum(|party| party.outside_income)?, sum(|party| party.borne)?);
        if !outside.is_zero() {
            steps.push(Step { name: "outside income".to_owned(), amount: outside, cost: false });
        }
        if !borne.is_zero() {
            steps.push(Step { name: "cost of care".to_owned(), amount: -borne, cost: true });
        }
        Ok(Self { steps, surplus: sum(|party| party.surplus)?, statement })
    }

    fn income(&self) -> f64 {
        self.steps.iter().filter(|step| !step.cost).map(|step| decimal::to_f64(step.amount)).sum()
    }
}

/// Payments between the providers and others; those between two providers leave them together as they were.
fn payments(result: &ContractResult, statement: &Statement) -> Vec<Step> {
    let moved = statement.lines().iter().filter(|line| !line.amount.is_zero()).filter_map(|line| {
        let pays = line.pays.as_ref()?;
        let (amount, other) = match (result.is_provider(&pays.to), result.is_provider(&pays.from)) {
            (true, false) => (line.amount, &pays.from),
            (false, true) => (-line.amount, &pays.to),
            _ => return None,
        };
        let way = if amount.is_sign_negative() { "to" } else { "from" };
        Some(Step { name: format!("{}, {way} {other}", line.name), amount, cost: false })
    });
    moved.collect()
}

pub(super) fn caption(result: &ContractResult) -> Result<Caption> {
    let account = Account::of(result)?;
    let (name, surplus) = (&result.name, decimal::to_f64(account.surplus));
    let title = if account.surplus.is_zero() {
        format!("{name}: the provider comes out even")
    } else {
        let kind = if surplus > 0.0 { "surplus" } else { "deficit" };
        let size = compact(surplus.abs(), account.statement.currency());
        let income = account.income();
        let part = if income > 0.0 {
            format!(", {} of its income", percent(surplus.abs() / income, 1))
        } else {
            String::new()
        };
        format!("{name}: the provider is left with a {kind} of {size}{part}")
    };
    Ok(Caption {
        title,
        subtitle: format!(
            "Statement for {}, on the terms of {}. Blue is money in, orange is money out.",
            result.statement_of.as_deref().unwrap_or("the population"),
            account.statement.on()
        ),
    })
}

/// A bar from one level to the next.
struct Bar<'a> {
    name: &'a str,
    start: f64,
    end: f64,
    colour: &'static str,
    label: String,
}

impl<'a> Bar<'a> {
    fn of(account: &'a Account<'_>) -> Vec<Self> {
        let currency = account.statement.currency();
        let mut level = 0.0;
        let mut bars = Vec::new();
        for step in &account.steps {
            let amount = decimal::to_f64(step.amount);
            let colour = if amount > 0.0 { BLUE } else { ORANGE };
            let label = compact(amount, currency);
            bars.push(Bar { name: &step.name, start: level, end: level + amount, colour, label });
            level += amount;
        }
        // What is left, of the exact sum: that of floats may be off in its last digit.
        let left = decimal::to_f64(account.surplus);
        let (name, colour) = if left >= 0.0 { ("surplus", GREEN) } else { ("deficit", VERMILLION) };
        bars.push(Bar { name, start: 0.0, end: left, colour, label: compact(left, currency) });
        bars
    }
}

pub(super) fn draw(result: &ContractResult, svg: &mut Svg) -> Result<()> {
    let account = Account::of(result)?;
    let bars = Bar::of(&account);
    let rows = Rows::new(bars.iter().map(|bar| bar.name), svg, NAMES, THICK);
    let scale = scale(&bars, &rows);
    draw_axis(account.statement.currency(), &rows, &scale, svg);
    let links = rows.iter().zip(rows.iter().skip(1));
    for (bar, (row, next)) in bars.iter().zip(links) {
        let x = scale.at(bar.end);
        svg.line((x, row.bottom), (x, next.top), Stroke(LINE, 1.0, Some("2 2")));
    }
    for (bar, row) in bars.iter().zip(rows.iter()) {
        let (start, end) = (scale.at(bar.start), scale.at(bar.end));
        let (left, right) = (start.min(end), start.max(end));
        svg.rect((left, row.top), (right - left, row.bottom - row.top), bar.colour, 1.0);
        let label = Text { bold: true, halo: true, ..Text::PLAIN };
        svg.text_beside((right + 5.0, row.middle()), &bar.label, label);
    }
    rows.draw_rule(scale.at(0.0), svg);
    rows.draw_names(svg);
    svg.advance(rows.height(false));
    Ok(())
}

/// The amounts on the pixels, with room for the amount that stands to the right of its bar.
fn scale(bars: &[Bar<'_>], rows: &Rows) -> Scale {
    let low = bars.iter().map(|bar| bar.start.min(bar.end)).fold(0.0, f64::min);
    let high = bars.iter().map(|bar| bar.start.max(bar.end)).fold(0.0, f64::max);
    let label = Text { bold: true, ..Text::PLAIN };
    let widest = bars.iter().map(|bar| label.width(&bar.label)).fold(0.0, f64::max) + 8.0;
    let room = widest.min(rows.plot / 2.0);
    let all = if high > low { high - low } else { 1.0 };
    Scale::new(low, high + all * room / (rows.plot - room), rows.left, rows.right())
}

fn draw_axis(currency: Currency, rows: &Rows, scale: &Scale, svg: &mut Svg) {
    rows.draw_axis(scale, "", |value| tick(value, currency), svg);
}
