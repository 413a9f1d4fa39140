//! The results of the Medicare Shared Savings Program, settled again.

use rust_decimal::Decimal;

use super::settled::{Choices, Contracts};
use super::{METHOD, Reproduced, Reproduction, Verdict, not_empty, same_to_the_dollar};
use crate::{
    datasets::{Results, Rounded, mssp::MsspResult},
    decimal,
    error::{ErrorKind, Result},
    money::inexact,
    settlement::Statement,
};

/// How a published minimum rate can have come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MinimumRate {
    BySize,
    Chosen,
    SetByCms,
}

/// The end of what published numbers can have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Least,
    Published,
    Most,
}

/// Settles every row under the contract of its track and year.
///
/// # Errors
/// A year or a track that the programme does not have, or an amount that cannot be held exactly, naming the row.
pub fn reproduce(files: &[Results<MsspResult>]) -> Result<Reproduction> {
    not_empty(files)?;
    let mut contracts = Contracts::of("mssp")?;
    let mut settle = |row: &MsspResult| {
        one(&mut contracts, row).map_err(|why| why.within(format!("{} of {}", row.aco, row.year)))
    };
    let rows = files.iter().flat_map(|file| &file.rows).map(&mut settle).collect::<Result<_>>()?;
    Ok(Reproduction { rows, stamp: contracts.stamp(files, METHOD.to_owned()) })
}

/// The statement of one row under the contract of its own track and year: every line with its rule, its citation and
/// what it was made of. Where participant revenue limits a loss, which CMS does not publish, it is limited by the
/// benchmark alone.
///
/// # Errors
/// As [`reproduce`].
pub fn statement(row: &MsspResult) -> Result<Statement> {
    let mut contracts = Contracts::of("mssp")?;
    let rate = minimum_rate(&mut contracts, row)?;
    let ready = contracts.get(row.year, &row.track, &choices(rate))?;
    ready.statement(&|name| input(row, name, End::Published))
}

fn one(contracts: &mut Contracts, row: &MsspResult) -> Result<Reproduced> {
    let (rate, middle) = as_published(contracts, row)?;
    let least = Settled::of(contracts, row, rate, End::Least)?;
    let most = Settled::of(contracts, row, rate, End::Most)?;
    let published = row.earned;
    let interval = (
        less(least.net, published.half_unit)?,
        less(most.net, Decimal::ZERO.saturating_sub(published.half_unit))?,
    );
    let verdict = match problem(row, rate, &middle)? {
        Some(why) => Verdict::Missed(why),
        None if same_to_the_dollar(middle.net, published.value) => Verdict::Exact,
        None if interval.0 <= published.value && published.value <= interval.1 => Verdict::WithinRounding,
        None => unlike(row, &middle),
    };
    Ok(Reproduced {
        year: row.year,
        aco: row.aco.clone(),
        name: row.name.clone(),
        track: row.track.clone(),
        gross: (row.gross.value, middle.gross),
        published: published.value,
        settled: middle.net,
        interval,
        verdict,
    })
}

pub(super) fn less(of: Decimal, take: Decimal) -> Result<Decimal> {
    decimal::subtract(of, take).map_err(|why| inexact("published amounts", why))
}

/// What does not come out on the way to the payment.
fn problem(row: &MsspResult, rate: MinimumRate, settled: &Settled) -> Result<Option<String>> {
    let difference = less(row.benchmark.value, row.expenditure.value)?;
    if !same_to_the_dollar(difference, row.difference.value) {
        let published = row.difference.value;
        return Ok(Some(format!("benchmark less expenditure is {difference}, published as {published}")));
    }
    let apart = less(settled.minimum_rate, row.minimum_rate.value)?.abs();
    if rate != MinimumRate::SetByCms && apart > row.minimum_rate.half_unit {
        let (found, published) = (settled.minimum_rate.normalize(), row.minimum_rate.value.normalize());
        return Ok(Some(format!("the minimum rate is {found}, published as {published}")));
    }
    // Some years list the losses of one-sided ACOs, of which nothing is owed.
    let is_listed = !settled.is_two_sided && row.gross.value < Decimal::ZERO;
    let gross = if is_listed { row.difference.value } else { settled.gross };
    if !same_to_the_dollar(gross, row.gross.value) {
        let published = row.gross.value;
        return Ok(Some(format!(
            "gross savings or losses are {}, published as {published}",
            gross.normalize()
        )));
    }
    Ok(None)
}

/// Why a payment that does not come out may yet be right, where the published data show it.
fn unlike(row: &MsspResult, settled: &Settled) -> Verdict {
    let published = row.earned.value;
    let owes_less = settled.net < Decimal::ZERO && (settled.net..=Decimal::ZERO).contains(&published);
    if owes_less && settled.has_revenue_limit {
        let says = match row.limited_by_revenue {
            Some(true) => "CMS marks the loss as limited by participant revenue",
            _ => {
                "the loss is less than its limit by benchmark allows, as where participant revenue limits it"
            }
        };
        return Verdict::Explained(format!("{says}; that revenue is not published"));
    }
    if owes_less && row.ended_early {
        let why =
            "the agreement ended within the year and the loss is owed by months, which are not published";
        return Verdict::Explained(why.to_owned());
    }
    if row.ended_early && settled.net > Decimal::ZERO && published.is_zero() {
        let why = "the agreement ended within the year, and then savings are not shared";
        return Verdict::Explained(why.to_owned());
    }
    let settled = settled.net;
    Verdict::Missed(format!("{settled} comes out, {published} was published"))
}

/// A row as it was published, settled, and how its minimum rate came about.
///
/// One-sided tracks and populations too small for a choice have the rate of the table, others one they chose: 0, or 0.5 %
/// to 2 % by halves. Below the table only CMS knows.
fn as_published(contracts: &mut Contracts, row: &MsspResult) -> Result<(MinimumRate, Settled)> {
    let published = row.minimum_rate.value;
    let halves = published.checked_mul(Decimal::from(200)).unwrap_or(published);
    let is_choice = published <= Decimal::new(2, 2) && halves.fract().is_zero();
    let has_choice = contracts
        .year(row.year)?
        .track(&row.track)?
        .choices()
        .iter()
        .any(|(name, _)| *name == "minimum rate");
    let first = if has_choice && is_choice { MinimumRate::Chosen } else { MinimumRate::BySize };
    let rate = match Settled::of(contracts, row, first, End::Published) {
        Err(why) if why.kind() == ErrorKind::Range => MinimumRate::SetByCms,
        settled => return Ok((first, settled?)),
    };
    Ok((rate, Settled::of(contracts, row, rate, End::Published)?))
}

/// How a row's minimum rate came about.
pub(super) fn minimum_rate(contracts: &mut Contracts, row: &MsspResult) -> Result<MinimumRate> {
    as_published(contracts, row).map(|(rate, _)| rate)
}

/// What comes out of one settlement of a row.
#[derive(Debug)]
struct Settled {
    minimum_rate: Decimal,
    /// Gross savings, less a gross loss.
    gross: Decimal,
    /// What is paid, less what is owed.
    net: Decimal,
    is_two_sided: bool,
    has_revenue_limit: bool,
}

impl Settled {
    fn of(contracts: &mut Contracts, row: &MsspResult, rate: MinimumRate, end: End) -> Result<Self> {
        let choices = choices(rate);
        let track = contracts.year(row.year)?.track(&row.track)?;
        let has = |choice: &str| track.choices().iter().any(|(name, _)| *name == choice);
        let (is_two_sided, has_revenue_limit) = (has("minimum rate"), has("loss limit"));
        let amounts = contracts.get(row.year, &row.track, &choices)?.settle(&|name| input(row, name, end))?;
        Ok(Self {
            minimum_rate: amounts.get("minimum rate")?,
            gross: less(amounts.get("gross savings")?, amounts.get("gross loss")?)?,
            net: less(amounts.get("shared savings")?, amounts.get("shared loss")?)?,
            is_two_sided,
            has_revenue_limit,
        })
    }
}

/// The loss of a row on its own track, within the limit by benchmark and before relief; zero without one.
pub(super) fn own_loss(row: &MsspResult) -> Result<Decimal> {
    let mut contracts = Contracts::of("mssp")?;
    let rate = minimum_rate(&mut contracts, row)?;
    let ready = contracts.get(row.year, &row.track, &choices(rate))?;
    ready.settle(&|name| input(row, name, End::Published))?.get("loss within the limit")
}

fn choices(rate: MinimumRate) -> Choices {
    let rate = match rate {
        MinimumRate::BySize => "by size",
        MinimumRate::Chosen => "chosen",
        MinimumRate::SetByCms => "set by CMS",
    };
    let one_sided = if rate == "chosen" { "by size" } else { rate };
    vec![
        ("one-sided minimum rate", one_sided),
        ("minimum rate", rate),
        // Revenue of participants is not published.
        ("loss limit", "by benchmark alone"),
        ("extreme circumstances", "as granted"),
    ]
}

/// What the row tells of an input of the contract, at one end of what the published numbers can have been. More is
/// paid, or less owed, the more is saved, the better the quality and the more is relieved.
pub(super) fn input(row: &MsspResult, name: &str, end: End) -> Option<Decimal> {
    let flag = |set: bool| Some(if set { Decimal::ONE } else { Decimal::ZERO });
    match name {
        "assigned beneficiaries" => Some(row.beneficiaries),
        "benchmark" => Some(row.benchmark.value),
        "expenditure" => row.benchmark.value.checked_sub(at(row.difference, end)),
        "chosen minimum rate" | "minimum rate set by CMS" => Some(row.minimum_rate.value),
        "quality standard met" => flag(row.standard_met),
        "alternative quality standard met" => row.alternative_met.and_then(flag),
        "quality score" => Some(at(row.quality, end).clamp(Decimal::ZERO, Decimal::ONE)),
        "reduced sharing" => flag(row.reduced_sharing),
        "guardrail applied" => row.guardrail.and_then(flag),
        "year of the agreement" => row.agreement_year,
        "relief granted" => {
            let half = if row.relief.is_zero() { Decimal::ZERO } else { Decimal::new(5, 1) };
            Some(at(Rounded { value: row.relief, half_unit: half }, end).max(Decimal::ZERO))
        }
        _ => None,
    }
}

fn at(number: Rounded, end: End) -> Decimal {
    match end {
        End::Least => number.low(),
        End::Published => number.value,
        End::Most => number.high(),
    }
}
