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
    population::Population,
    settlement::{Experience, Statement},
};

/// Groups of fewer people are not reported by default: the cell-size rule of CMS, which the input's being about
/// people's health makes ours.
pub(super) const LEAST_REPORTED: usize = 11;

/// A statement, and what it is of in words.
type Settled = (String, Statement);

/// Every year's settlement, and the statement of the first that is about enough people to be shown.
pub(super) fn settle(
    contract: &Contract,
    population: &Population,
    given: &IndexMap<String, Decimal>,
    day: Date,
) -> Result<(Vec<YearResult>, Option<Settled>)> {
    let years: Vec<Option<i64>> = match population.years() {
        [] => vec![None],
        years => years.iter().copied().map(Some).collect(),
    };
    let mut rows = Vec::new();
    let mut first = None;
    for year in years {
        let members = year.map_or(population.len(), |year| population.rows_in(year).len());
        let settled = Experience::of(population, contract, year, given)
            .and_then(|experience| contract.settle(&experience, day));
        // A year that cannot be settled (too few people for a table, say) is told, and the others go on.
        match settled {
            Ok(statement) => {
                rows.push(YearResult::of(&statement, year, members)?);
                if members >= LEAST_REPORTED {
                    let of = year.map_or("the whole population".to_owned(), |year| {
                        format!("the population's year {year}")
                    });
                    first.get_or_insert((of, statement));
                }
            }
            Err(why) => rows.push(YearResult::refused(year, members, &why)),
        }
    }
    Ok((rows, first))
}

impl YearResult {
    fn of(statement: &Statement, year: Option<i64>, members: usize) -> Result<Self> {
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
        let outlay = decimal::subtract(paid, back).map_err(|why| inexact("year", why))?;
        Ok(Self {
            year,
            members,
            member_months: statement.amount(crate::population::MEMBER_MONTHS),
            outlay: Some(outlay),
            cost: Some(sum(Role::Provider, |party| party.borne)?),
            margin: Some(sum(Role::Provider, |party| party.surplus)?),
            suppressed: false,
            problem: None,
        }
        .guarded())
    }

    fn refused(year: Option<i64>, members: usize, why: &crate::Error) -> Self {
        Self {
            year,
            members,
            member_months: None,
            outlay: None,
            cost: None,
            margin: None,
            suppressed: false,
            problem: Some(why.to_string()),
        }
        .guarded()
    }

    /// Amounts about too few people are taken out.
    fn guarded(self) -> Self {
        if self.members >= LEAST_REPORTED {
            return self;
        }
        Self { member_months: None, outlay: None, cost: None, margin: None, suppressed: true, ..self }
    }
}
