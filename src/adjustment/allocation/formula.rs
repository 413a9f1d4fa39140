//! The formula of an allocation: a contract that is settled for many places at once.

use rust_decimal::Decimal;

use super::{Allocation, Places, made::Made};
use crate::{
    adjustment::amounts::{ratio, rounded, sum, times},
    contract::{Contract, Dated, Programme, Reading, Unit},
    decimal::Exact,
    error::{Error, ErrorKind, Result},
    money::Money,
    settlement::{Experience, Statement, to_counted, to_written},
};

/// The input that counts people.
const REGISTERED: &str = "registered list";
/// The term that says how much follows avoidable mortality.
const SHARE: &str = "health inequalities share";
/// The clause by which money is shared out.
const WEIGHTED: &str = "overall weighted population";
/// The clause that is paid.
const TARGET: &str = "target";
/// Decimals to which a normalised population is rounded.
const NORMALISED: i32 = 9;

/// A formula by which money is shared out among places: a contract that goes from the registered list and weighted
/// populations of one place to its target.
///
/// The arithmetic is the contract's alone. It must ask for the input `registered list`, and have clauses
/// `overall weighted population` and `target`; what else it asks for are columns of the [`Places`] by the same names.
#[derive(Debug, Clone)]
pub struct Formula {
    contract: Contract,
    inputs: Vec<(String, Unit)>,
    reading: Reading<Decimal>,
    weighted: usize,
    target: usize,
}

impl Formula {
    /// The formula that a contract holds, with the terms of its first day.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) where it lacks one of the three names; [`Experience`](ErrorKind::Experience) where it acts on
    /// people one by one.
    pub fn of(contract: Contract) -> Result<Self> {
        let plan = contract.plan(contract.period().start)?;
        let layout = contract.layout();
        let at = |name: &str| {
            layout.place(name).ok_or_else(|| {
                let problem = format!("it has no `{name}`");
                let remedy =
                    format!("a formula asks for `{REGISTERED}` and gives `{WEIGHTED}` and `{TARGET}`");
                Error::new(ErrorKind::Unknown, format!("contract `{}`", contract.name()), problem, remedy)
            })
        };
        at(REGISTERED)?;
        let (weighted, target) = (at(WEIGHTED)?, at(TARGET)?);
        if !plan.person_layers().is_empty() {
            return Err(Error::new(
                ErrorKind::Experience,
                format!("contract `{}`", contract.name()),
                "a clause acts on each person, and places have no people one by one",
                "use a formula of totals alone",
            ));
        }
        let inputs = contract.document().inputs.iter().map(|(name, unit)| (name.clone(), *unit)).collect();
        Ok(Self { inputs, reading: plan.reading(), weighted, target, contract })
    }

    /// NHS England's core allocation by need, from the programme `nhs-allocation`.
    ///
    /// # Errors
    /// [`Period`](ErrorKind::Period) for a financial year, named by the year in which it begins, that the programme does not have.
    pub fn nhs_core(year: i16) -> Result<Self> {
        Self::of(Programme::named("nhs-allocation")?.year(year)?.track("core")?.contract()?)
    }

    /// The contract.
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// The columns that places must have, in the order of the contract.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.inputs.iter().map(|(name, _)| name.as_str())
    }

    /// The columns of weighted populations: every count but the registered list.
    pub fn weighted_columns(&self) -> impl Iterator<Item = &str> {
        let counts = self.inputs.iter().filter(|(name, unit)| *unit == Unit::Count && name != REGISTERED);
        counts.map(|(name, _)| name.as_str())
    }

    /// The part that follows avoidable mortality, where the formula has one.
    pub fn inequality_share(&self) -> Option<Decimal> {
        let term = self.contract.document().terms.get(SHARE)?;
        term.values.as_ref()?.on(self.contract.period().start).map(|share| share.0)
    }

    /// The same formula with another part that follows avoidable mortality; its statements say that it was asked.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) where the formula has no such term; [`Range`](ErrorKind::Range) where it is not a share.
    pub fn with_inequality_share(&self, share: Decimal) -> Result<Self> {
        let mut document = self.contract.document().clone();
        let (Some(was), Some(term)) = (self.inequality_share(), document.terms.get_mut(SHARE)) else {
            let place = format!("contract `{}`", self.contract.name());
            let remedy = "use a formula that has it, such as that of `nhs-allocation`";
            return Err(Error::new(ErrorKind::Unknown, place, format!("it has no term `{SHARE}`"), remedy));
        };
        if was != share {
            term.values = Some(Dated::Always(Exact(share)));
            term.source = format!("As asked; the formula has {was}");
            document.name = format!("{}, {SHARE} {share} as asked", document.name);
        }
        Self::of(Contract::new(document)?)
    }

    /// The places with each weighted population brought to the sum of the registered list, and by what each was multiplied.
    ///
    /// Half up to nine decimals: sums are met to less than a person.
    ///
    /// # Errors
    /// [`Column`](ErrorKind::Column) where one is missing, [`Row`](ErrorKind::Row) where a number has no meaning,
    /// [`Arithmetic`](ErrorKind::Arithmetic) where a weighted population is zero everywhere.
    pub fn normalised(&self, places: &Places) -> Result<(Places, Vec<(String, Decimal)>)> {
        self.check(places)?;
        let registered = sum(REGISTERED, column(places, REGISTERED)?)?;
        let (mut made, mut factors) = (places.clone(), Vec::new());
        for name in self.weighted_columns() {
            let values = column(places, name)?;
            let people = sum(name, values)?;
            if people.is_zero() {
                let remedy = "give a weighted population above zero for at least one place";
                let place = format!("column `{name}`");
                return Err(Error::new(ErrorKind::Arithmetic, place, "it adds up to nothing", remedy));
            }
            let factor = ratio(name, registered, people)?;
            let scaled = |value: &Decimal| rounded(name, times(name, *value, factor)?, NORMALISED);
            made = made.replaced(name, values.iter().map(scaled).collect::<Result<_>>()?);
            factors.push((name.to_owned(), factor));
        }
        Ok((made, factors))
    }

    /// What each place is due at the formula's own amount for one weighted head, to the penny.
    ///
    /// # Errors
    /// [`Column`](ErrorKind::Column) where the places lack a column; [`Row`](ErrorKind::Row) where a list or an index is not above
    /// zero, or a weighted population is below it; [`Arithmetic`](ErrorKind::Arithmetic) naming the place where an amount cannot
    /// be held exactly.
    pub fn targets(&self, places: &Places) -> Result<Allocation> {
        self.allocate(places, None)
    }

    /// A total in whole pennies shared out by weighted population, without loss, by largest remainder.
    ///
    /// Weighted populations are taken with as many digits as they times the total can hold; the place given first wins where
    /// remainders tie.
    ///
    /// # Errors
    /// As [`targets`](Self::targets); [`Currency`](ErrorKind::Currency) where the total is in another currency,
    /// [`Range`](ErrorKind::Range) where it is below zero, [`Arithmetic`](ErrorKind::Arithmetic) where it is not whole pennies or
    /// nobody has any need.
    pub fn divide(&self, places: &Places, total: Money) -> Result<Allocation> {
        self.allocate(places, Some(total))
    }

    fn allocate(&self, places: &Places, total: Option<Money>) -> Result<Allocation> {
        self.check(places)?;
        let exponent = self.contract.currency().exponent();
        let columns = self.columns().map(|name| column(places, name)).collect::<Result<Vec<_>>>()?;
        let (mut inputs, mut amounts) = (Vec::new(), Vec::new());
        let mut lines = Vec::with_capacity(places.len());
        let registered = column(places, REGISTERED)?;
        for (row, (code, registered)) in places.codes().iter().zip(registered).enumerate() {
            inputs.clear();
            for (values, (_, unit)) in columns.iter().zip(&self.inputs) {
                inputs.push(to_counted(values.get(row).copied().unwrap_or_default(), *unit, exponent)?);
            }
            self.reading
                .run(&inputs, &[], &mut amounts)
                .and_then(|()| self.contract.check_limits(&amounts))
                .map_err(|why| why.within(format!("place `{code}`")))?;
            let amount = |at: usize| amounts.get(at).copied().unwrap_or_default();
            let target = to_written(amount(self.target), Unit::Money, exponent)?;
            lines.push((code.clone(), *registered, amount(self.weighted), target));
        }
        Allocation::new(lines, total, places, Made::of(self, places, total)?, self.contract.currency())
    }

    /// The registered list.
    pub(super) fn registered(places: &Places) -> Result<&[Decimal]> {
        column(places, REGISTERED)
    }

    /// The columns of weighted people.
    pub(super) fn weighted<'a>(&self, places: &'a Places) -> Result<Vec<(&str, &'a [Decimal])>> {
        self.weighted_columns().map(|name| Ok((name, column(places, name)?))).collect()
    }

    /// The statement of one place: every line from its weighted populations to its target.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) where there is no such place; otherwise as [`targets`](Self::targets).
    pub fn statement(&self, places: &Places, place: &str) -> Result<Statement> {
        self.check(places)?;
        let row = places.codes().iter().position(|code| code == place).ok_or_else(|| {
            let near = crate::text::nearest(place, places.codes().iter().map(String::as_str));
            let remedy =
                near.map_or("name one of the places".to_owned(), |near| format!("did you mean `{near}`?"));
            Error::new(ErrorKind::Unknown, "places", format!("there is no place `{place}`"), remedy)
        })?;
        let mut experience = Experience::new();
        for name in self.columns() {
            let value = column(places, name)?.get(row).copied().unwrap_or_default();
            experience = experience.with_decimal(name, value);
        }
        self.contract.settle(&experience, self.contract.period().start)
    }

    /// That every column is there, and every number has a meaning.
    fn check(&self, places: &Places) -> Result<()> {
        for (name, unit) in &self.inputs {
            let may_be_zero = *unit == Unit::Count && name != REGISTERED;
            let is_wrong = |value: &Decimal| {
                value.is_sign_negative() && !value.is_zero() || value.is_zero() && !may_be_zero
            };
            let values = column(places, name)?;
            let mut wrong = places.codes().iter().zip(values).filter(|(_, value)| is_wrong(value));
            let Some((code, value)) = wrong.next() else { continue };
            let least = if may_be_zero { "is below zero" } else { "is not above zero" };
            let problem = match wrong.count() {
                0 => format!("{value} {least}"),
                more => format!("{value} {least} (and {more} more like it)"),
            };
            let remedy = "correct the number, or leave the place out";
            return Err(Error::new(ErrorKind::Row, format!("place `{code}`, {name}"), problem, remedy));
        }
        Ok(())
    }
}

/// A column that the formula needs.
fn column<'a>(places: &'a Places, name: &str) -> Result<&'a [Decimal]> {
    places.columns().get(name).map(Vec::as_slice).ok_or_else(|| {
        let known: Vec<&str> = places.columns().keys().map(String::as_str).collect();
        let near = crate::text::nearest(name, known.iter().copied());
        let remedy = match near {
            Some(near) => format!("did you mean it by `{near}`?"),
            None => "give it, one value for each place".to_owned(),
        };
        Error::new(ErrorKind::Column, "places", format!("there is no column `{name}`"), remedy)
    })
}
