//! The results of ACO REACH and Direct Contracting, settled again.

use rust_decimal::Decimal;

use super::settled::Contracts;
use super::{METHOD, Reproduced, Reproduction, Verdict, not_empty, same_to_the_dollar};
use crate::{
    datasets::{Results, reach::ReachResult},
    error::Result,
};

/// Settles every row under the contract of its track and year. Money is published to the fraction of a cent, so
/// there is no interval to speak of.
///
/// # Errors
/// A year that the programme does not have, or an amount that cannot be held exactly, naming the row.
pub fn reproduce(files: &[Results<ReachResult>]) -> Result<Reproduction> {
    not_empty(files)?;
    let mut contracts = Contracts::of("reach")?;
    let mut settle = |row: &ReachResult| {
        one(&mut contracts, row).map_err(|why| why.within(format!("{} of {}", row.aco, row.year)))
    };
    let rows = files.iter().flat_map(|file| &file.rows).map(&mut settle).collect::<Result<_>>()?;
    Ok(Reproduction { rows, stamp: contracts.stamp(files, METHOD.to_owned()) })
}

fn one(contracts: &mut Contracts, row: &ReachResult) -> Result<Reproduced> {
    let amounts = contracts.get(row.year, &row.track, &[])?.settle(&|name| input(row, name))?;
    let (gross, shared) = (amounts.get("gross savings")?, amounts.get("shared savings")?);
    let paid = amounts.get("settlement")?;
    let published = row.paid.value;
    let unlike = |what: &str, found: Decimal, published: Decimal| {
        Verdict::Missed(format!("{what} {found} come out, {published} were published"))
    };
    let verdict = if !same_to_the_dollar(gross, row.gross.value) {
        unlike("gross savings of", gross, row.gross.value)
    } else if !same_to_the_dollar(shared, row.shared.value) {
        unlike("shared savings of", shared, row.shared.value)
    } else if same_to_the_dollar(paid, published) {
        Verdict::Exact
    } else if published.is_zero() && paid > Decimal::ZERO && row.retention > Decimal::ZERO {
        let why = "nothing was paid, although savings were shared: the retention withhold was forfeited";
        Verdict::Explained(why.to_owned())
    } else {
        unlike("payments of", paid, published)
    };
    Ok(Reproduced {
        year: row.year,
        aco: row.aco.clone(),
        name: row.name.clone(),
        track: row.track.clone(),
        gross: (row.gross.value, gross),
        published,
        settled: paid,
        interval: (paid, paid),
        verdict,
    })
}

fn input(row: &ReachResult, name: &str) -> Option<Decimal> {
    match name {
        "benchmark" => Some(row.benchmark.value),
        "increase for health equity" => Some(row.increase),
        "decrease for health equity" => Some(row.decrease),
        "cost of care" => Some(row.cost.value),
        _ => None,
    }
}
