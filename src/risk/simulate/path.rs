//! One scenario: the years of a contract, one after the other.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::{
    bounded,
    how::Simulation,
    people::{People, Sums},
    rebase::Rebase,
    shocks::Shocks,
};
use crate::{
    contract::{Contract, Reading, Unit},
    decimal,
    error::{Error, ErrorKind, Result},
    exposure::Date,
    population::MEMBER_MONTHS,
    risk::{cost_model::CostModel, question::Question},
};

/// What is the same in every scenario.
#[derive(Debug)]
pub(super) struct Paths<'a> {
    how: &'a Simulation,
    /// One for each day whose terms apply.
    asked: Vec<Asked<'a>>,
    /// Of each contract year, its day and which of the questions is asked.
    years: Vec<(Date, usize)>,
    rebased: Vec<Rebased<'a>>,
    people: People,
    shocks: Shocks,
    member_months: f64,
    /// The places of the clauses that are amounts of money.
    clauses: Vec<usize>,
}

/// A contract with the terms of a day.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) question: Question<'a>,
    pub(super) reading: Reading<f64>,
    sums: Sums,
}

/// Where the amounts of a rebased input are.
#[derive(Debug)]
pub(super) struct Rebased<'a> {
    rebase: &'a Rebase,
    pub(super) input: usize,
    pub(super) is_money: bool,
    pub(super) of: usize,
    savings: Option<(usize, f64)>,
    /// In minor units.
    history: Vec<f64>,
}

/// What every party and every clause came to in each year of a scenario, in minor units.
#[derive(Debug, Default)]
pub(super) struct Path {
    pub(super) results: Vec<f64>,
    pub(super) clauses: Vec<f64>,
}

/// What is given, and nought for inputs that are rebased.
pub(super) fn with_rebased(
    given: &IndexMap<String, Decimal>,
    how: &Simulation,
) -> Result<IndexMap<String, Decimal>> {
    let mut all = given.clone();
    for Rebase { input, .. } in &how.rebased {
        if all.insert(input.clone(), Decimal::ZERO).is_some() {
            let place = format!("input `{input}`");
            return Err(Error::new(
                ErrorKind::Experience,
                place,
                "it is given, and rebased",
                "leave one of them out",
            ));
        }
    }
    Ok(all)
}

impl<'a> Paths<'a> {
    pub(super) fn new(
        contract: &'a Contract,
        model: &'a CostModel,
        given: &'a IndexMap<String, Decimal>,
        on: Date,
        how: &'a Simulation,
    ) -> Result<Self> {
        model.check_alike("drawn years are")?;
        let mut asked: Vec<Asked<'a>> = Vec::new();
        let mut years: Vec<(Date, usize)> = Vec::new();
        for year in 0..how.horizon {
            let day = on.years_later(year)?;
            match years.last() {
                Some(last) if !contract.period().contains(day) => years.push(*last),
                _ => {
                    asked.push(Asked::new(Question::new(contract, model, given, day)?));
                    years.push((day, asked.len() - 1));
                }
            }
        }
        let months = given.get(MEMBER_MONTHS).copied().unwrap_or_else(|| model.member_months());
        let layout = contract.layout();
        let names = layout.names.iter().zip(&layout.units).enumerate().skip(layout.inputs + layout.terms);
        let clauses = names.filter(|(_, (_, unit))| **unit == Unit::Money).map(|(place, _)| place).collect();
        let rebased =
            how.rebased.iter().map(|rebase| Rebased::new(rebase, contract, model)).collect::<Result<_>>()?;
        let cells = asked.first().map(|asked| &*asked.question.cells).unwrap_or_default();
        let counts: Vec<u32> = model.cells().iter().map(crate::risk::cost_model::CostCell::people).collect();
        let (people, shocks) = (People::new(cells, &counts, how.seed), Shocks::new(model, how.seed));
        Ok(Self {
            how,
            asked,
            years,
            rebased,
            people,
            shocks,
            member_months: decimal::to_f64(months),
            clauses,
        })
    }

    /// The day of each year whose terms apply.
    pub(super) fn days(&self) -> impl Iterator<Item = Date> {
        self.years.iter().map(|(day, _)| *day)
    }

    /// Refuses results without a mean or a variance.
    pub(super) fn check(&self) -> Result<()> {
        self.asked.iter().try_for_each(|asked| bounded::check(asked, &self.rebased, self.member_months))
    }

    /// The places of the clauses that are amounts of money.
    pub(super) fn clauses(&self) -> &[usize] {
        &self.clauses
    }

    /// Draws a scenario and settles its years.
    pub(super) fn of(&self, scenario: u64) -> Result<Path> {
        let mut path = Path::default();
        let mut earlier: Vec<Vec<f64>> = vec![Vec::new(); self.rebased.len()];
        let mut amounts = Vec::new();
        for (year, (_, asked)) in (0_u16..).zip(&self.years) {
            let Some(asked) = self.asked.get(*asked) else { continue };
            let totals = self.totals(asked, scenario, year)?;
            let (costs, layers) = totals.split_at_checked(asked.question.measures()).unwrap_or_default();
            let mut inputs = asked.question.inputs::<f64>(costs)?;
            for (rebased, earlier) in self.rebased.iter().zip(&earlier) {
                if let Some(input) = inputs.get_mut(rebased.input) {
                    *input = rebased.amount(year, earlier, self.member_months);
                }
            }
            asked.reading.run(&inputs, layers, &mut amounts)?;
            let results = asked.question.results(&amounts)?;
            if results.iter().any(|(.., result)| !result.is_finite()) {
                return Err(Self::no_number(&asked.question, &amounts, scenario, year));
            }
            path.results.extend(results.into_iter().map(|(.., result)| result));
            let at = |place: &usize| amounts.get(*place).copied().unwrap_or(f64::NAN);
            path.clauses.extend(self.clauses.iter().map(at));
            for (rebased, earlier) in self.rebased.iter().zip(&mut earlier) {
                let savings = rebased.savings.map_or(0.0, |(place, share)| share * at(&place));
                earlier.push((at(&rebased.of) + savings) / self.member_months);
            }
        }
        Ok(path)
    }

    /// What people cost, by input, and layers of it.
    fn totals(&self, asked: &Asked<'_>, scenario: u64, year: u16) -> Result<Vec<f64>> {
        let (growth, at) = (self.how.growth(year), u64::from(year));
        let mut factors = self.shocks.factors(scenario, at);
        for factor in &mut factors {
            *factor *= growth;
        }
        let mut totals = vec![0.0; asked.question.amounts.len()];
        self.people.add([scenario, at], &factors, &asked.sums, &mut totals)?;
        if let Some(first) = totals.first_mut() {
            *first += (growth * self.shocks.added(scenario, at)).round_ties_even();
        }
        Ok(totals)
    }

    #[cold]
    fn no_number(question: &Question<'_>, amounts: &[f64], scenario: u64, year: u16) -> Error {
        let layout = question.contract.layout();
        let named = layout.names.iter().zip(amounts).find(|(_, amount)| !amount.is_finite());
        let what = named.map_or("a result", |(name, _)| name.as_str());
        let problem = format!("it is no number in scenario {scenario}, year {year} (the first are 0)");
        let remedy = "see that nothing is divided by 0, and that tables begin low enough and bands have no negative base";
        Error::new(ErrorKind::Arithmetic, format!("clause `{what}`"), problem, remedy)
    }
}

impl<'a> Asked<'a> {
    fn new(question: Question<'a>) -> Self {
        let reading = question.plan.reading::<f64>();
        let sums = Sums::of(&question.amounts, question.measures(), question.cells.len());
        Self { question, reading, sums }
    }
}

impl<'a> Rebased<'a> {
    fn new(rebase: &'a Rebase, contract: &Contract, model: &CostModel) -> Result<Self> {
        let layout = contract.layout();
        let refused = |kind, problem: String, remedy: &str| {
            Error::new(kind, format!("rebased input `{}`", rebase.input), problem, remedy)
        };
        let money = |name: &str| {
            let is_amount = |place: &usize| *place < layout.inputs || *place >= layout.inputs + layout.terms;
            let place = layout.place(name).filter(is_amount).ok_or_else(|| {
                let problem = format!("the contract has no input or clause `{name}`");
                refused(ErrorKind::Unknown, problem, "name an amount of the contract")
            })?;
            if layout.units.get(place) == Some(&Unit::Money) {
                return Ok(place);
            }
            let problem = format!("`{name}` is no amount of money");
            Err(refused(ErrorKind::Unit, problem, "name an amount of money of the contract"))
        };
        let inputs = &contract.document().inputs;
        let Some((input, _, unit)) = inputs.get_full(&rebase.input) else {
            let known: Vec<String> = inputs.keys().map(|name| format!("`{name}`")).collect();
            let remedy = format!("name one of its inputs: {}", known.join(", "));
            return Err(refused(ErrorKind::Unknown, "the contract does not ask for it".to_owned(), &remedy));
        };
        if !unit.has_money() {
            let remedy = "name an input that is money, or money per count";
            return Err(refused(ErrorKind::Unit, format!("it is a {unit}, and costs are money"), remedy));
        }
        let of = money(rebase.of.as_deref().unwrap_or(model.measure()))?;
        let savings = rebase.savings.as_ref().map(|(name, share)| Ok((money(name)?, *share))).transpose()?;
        let history = rebase.history.iter().map(|cost| cost * model.minor()).collect();
        Ok(Self { rebase, input, is_money: *unit == Unit::Money, of, savings, history })
    }

    /// The input of a year, in minor units.
    pub(super) fn amount(&self, year: u16, earlier: &[f64], member_months: f64) -> f64 {
        let each = self.rebase.amount(year, &self.history, earlier);
        if self.is_money { (each * member_months).round_ties_even() } else { each }
    }
}
