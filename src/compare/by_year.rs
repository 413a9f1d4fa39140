//! What each contract would have paid for the population as it is, year by year, exactly.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::result::YearResult;
use crate::{
    contract::{Contract, Role},
    decimal,
    error::Result,
    exposure::Date,
    money::inexact,
    population::{Classes, MEMBER_MONTHS, Population},
    settlement::{Experience, PreparedLayer, Statement},
};

/// A statement, and what it is of in words.
type Settled = (String, Statement);

/// Every year's settlement, and the statement of the first that is about enough people to be shown.
pub(super) fn settle(
    contract: &Contract,
    population: &Population,
    given: &IndexMap<String, Decimal>,
    day: Date,
    least: usize,
) -> Result<(Vec<YearResult>, Option<Settled>)> {
    let years: Vec<Option<i64>> = match population.years() {
        [] => vec![None],
        years => years.iter().copied().map(Some).collect(),
    };
    let mut rows = Vec::new();
    let mut statements = Vec::new();
    for year in &years {
        let settled = Experience::of(population, contract, *year, given)
            .and_then(|experience| contract.settle(&experience, day));
        // A year that cannot be settled (too few people for a table, say) is told, and the others go on.
        match settled {
            Ok(statement) => {
                rows.push(YearResult::of(&statement, *year, population)?);
                statements.push(Some(statement));
            }
            Err(why) => {
                rows.push(YearResult::refused(*year, &why));
                statements.push(None);
            }
        }
    }
    let about =
        years.iter().map(|year| about(contract, population, *year, day)).collect::<Result<Vec<_>>>()?;
    let members: Vec<usize> = years.iter().map(|year| members(population, *year)).collect();
    suppress(&mut rows, &members, &about, least);
    let mut shown = rows.iter().zip(statements).filter(|(row, _)| !row.suppressed);
    let first = shown.find_map(|(row, statement)| Some((row.year, statement?))).map(|(year, statement)| {
        let of =
            year.map_or("the whole population".to_owned(), |year| format!("the population's year {year}"));
        (of, statement)
    });
    Ok((rows, first))
}

/// The least number of people that any amount of a year is about: all of them, or those above an attachment, where
/// there are any.
fn about(contract: &Contract, population: &Population, year: Option<i64>, day: Date) -> Result<usize> {
    let rows = population.rows_of_year(year);
    let classes = population.classes();
    let months = population.measure(MEMBER_MONTHS)?.values();
    let mut least = rows.len();
    for layer in contract.plan(day)?.person_layers() {
        let ready = PreparedLayer::new(layer, classes.map(Classes::labels))?;
        let amounts = population.measure(&layer.input)?.values();
        let touched = rows.iter().filter(|row| {
            let of = |column: &[i64]| column.get(**row).copied().unwrap_or_default();
            let class = classes.and_then(|classes| classes.codes().get(**row)).copied().unwrap_or_default();
            let amount = of(amounts);
            let taken = ready.take(amount, of(months), class);
            // What a limit cuts off is as telling as what lies above an attachment.
            if layer.above.is_some() { taken > 0 } else { taken < amount }
        });
        least = least.min(Some(touched.count()).filter(|count| *count > 0).unwrap_or(least));
    }
    Ok(least)
}

/// Takes out what is about fewer than the least number of people, and then the smallest other years until what is left
/// out is about enough people, in more than one year: the total of all years is known, and would give it away.
fn suppress(rows: &mut [YearResult], members: &[usize], about: &[usize], least: usize) {
    for ((row, members), about) in rows.iter_mut().zip(members).zip(about) {
        if *about < least {
            row.withhold();
        } else {
            row.members = Some(*members);
        }
    }
    loop {
        let withheld = || rows.iter().zip(about).filter(|(row, _)| row.suppressed);
        let people: usize = withheld().map(|(_, about)| about).sum();
        let years = withheld().count();
        if years == 0 || (years > 1 && people >= least) {
            return;
        }
        let others = rows.iter_mut().zip(members).filter(|(row, _)| !row.suppressed);
        let Some((smallest, _)) = others.min_by_key(|(_, members)| **members) else { return };
        smallest.withhold();
    }
}

fn members(population: &Population, year: Option<i64>) -> usize {
    year.map_or(population.len(), |year| population.rows_in(year).len())
}

/// Whatever the contract asks for, a year has its member months.
fn member_months(population: &Population, year: Option<i64>) -> Result<Decimal> {
    let months = population.measure(MEMBER_MONTHS)?;
    let millionths: i128 = match year {
        None => months.total().into(),
        Some(year) => {
            let rows = population.rows_in(year).iter();
            rows.filter_map(|row| months.values().get(*row as usize)).map(|m| i128::from(*m)).sum()
        }
    };
    Ok(Decimal::try_from_i128_with_scale(millionths, 6).unwrap_or(Decimal::MAX).normalize())
}

impl YearResult {
    fn of(statement: &Statement, year: Option<i64>, population: &Population) -> Result<Self> {
        let sum = |role: Role, value: fn(&crate::settlement::Party) -> Decimal| {
            statement
                .parties()
                .iter()
                .filter(|party| party.role == role)
                .try_fold(Decimal::ZERO, |sum, party| decimal::add(sum, value(party)))
                .map_err(|why| inexact("year", why))
        };
        let paid = sum(Role::Payer, |party| party.paid)?;
        let back = sum(Role::Payer, |party| party.received)?;
        let borne = sum(Role::Payer, |party| party.borne)?;
        let outlay = decimal::subtract(paid, back)
            .and_then(|net| decimal::add(net, borne))
            .map_err(|why| inexact("year", why))?;
        Ok(Self {
            year,
            members: None,
            member_months: Some(member_months(population, year)?),
            outlay: Some(outlay),
            cost: Some(sum(Role::Provider, |party| party.borne)?),
            margin: Some(sum(Role::Provider, |party| party.surplus)?),
            suppressed: false,
            problem: None,
        })
    }

    fn refused(year: Option<i64>, why: &crate::Error) -> Self {
        Self {
            year,
            members: None,
            member_months: None,
            outlay: None,
            cost: None,
            margin: None,
            suppressed: false,
            problem: Some(why.to_string()),
        }
    }

    /// Leaves the year and nothing else; a message may hold an amount too.
    fn withhold(&mut self) {
        *self = Self {
            year: self.year,
            members: None,
            member_months: None,
            outlay: None,
            cost: None,
            margin: None,
            suppressed: true,
            problem: None,
        };
    }
}
