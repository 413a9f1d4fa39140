//! What a comparison gives.

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    Compare, assumptions, by_year, marginal,
    neutral::Neutral,
    prepared::{Ledgers, Panelled, Prepared},
    segments::{self, Segments},
};
use crate::{
    concentration::{Concentration, concentration},
    contract::{Contract, Role},
    decimal,
    error::Result,
    exposure::Date,
    money::Currency,
    population::{ACTUAL_COST, MEMBER_MONTHS, Population},
    risk::{
        measures::{self, Estimate},
        panels::Panels,
        transfer::risk_shares,
    },
    settlement::Statement,
};

/// Levels at which the provider's result is shown.
pub(super) const QUANTILES: [(&str, f64); 7] = [
    ("0.01", 0.01),
    ("0.05", 0.05),
    ("0.25", 0.25),
    ("0.5", 0.5),
    ("0.75", 0.75),
    ("0.95", 0.95),
    ("0.99", 0.99),
];
/// The level of the tail in which risk is shared out.
const TAIL: f64 = 0.95;
/// Top groups that concentration is shown for.
const TOPS: [f64; 4] = [0.01, 0.05, 0.10, 0.50];

/// Contracts side by side on one population. Estimates are in major units for a whole panel and one year.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Comparison {
    /// The currency of every amount.
    pub currency: Currency,
    /// What was asked, and the common outlay.
    pub basis: Basis,
    /// The panel sizes.
    pub sizes: Vec<usize>,
    /// Each contract's results, in the order given.
    pub contracts: Vec<ContractResult>,
    /// Who costs: of person-years and of people. None where all costs are zero or there are too few people.
    pub concentration: Option<Concentrations>,
    /// The people by deprivation, the most deprived fifth first; none where the population has no such column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segments: Option<Segments>,
    /// Everything that the results rest on.
    pub assumptions: Vec<Assumption>,
    /// What made the results.
    pub stamp: Stamp,
}

/// What was asked of a comparison.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Whether outlays were made equal.
    pub neutral: bool,
    /// The contract whose outlay is the common one.
    pub reference: String,
    /// The panel size at which they were made equal.
    pub panel: usize,
    /// Drawn panels of each size.
    pub draws: usize,
    /// The seed of the draws.
    pub seed: u64,
    /// The fewest people that anything is told of.
    pub least_reported: usize,
    /// The share of an average unit's cost that goes with the unit, where it was given.
    #[serde(deserialize_with = "decimal::read_option")]
    pub marginal_share: Option<Decimal>,
    /// The reference contract's outlay for each member month.
    pub outlay_per_member_month: Estimate,
}

/// The term that was solved so that the outlay is the common one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Solved {
    /// The term.
    pub term: String,
    /// Its value in the contract.
    #[serde(deserialize_with = "decimal::read")]
    pub written: Decimal,
    /// Its value in the comparison.
    #[serde(deserialize_with = "decimal::read")]
    pub solved: Decimal,
    /// What is left of the difference, as a part of the common outlay.
    pub residual: f64,
}

/// A party of a contract.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyRow {
    /// Its name.
    pub name: String,
    /// What it does.
    pub role: Role,
}

/// One contract's results.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractResult {
    /// The contract.
    pub name: String,
    /// The contract in words.
    pub words: String,
    /// Its parties.
    pub parties: Vec<PartyRow>,
    /// What was solved; nothing for the reference, and for contracts compared as written.
    pub solved: Option<Solved>,
    /// Results at each panel size.
    pub by_size: Vec<SizeResult>,
    /// What one unit more or less does to each party, in panels of the named size.
    pub marginal: Vec<Marginal>,
    /// What the contract comes to on the population as it is, year by year.
    pub by_year: Vec<YearResult>,
    /// What the statement is of: the first year that could be settled, in words.
    pub statement_of: Option<String>,
    /// The statement of the first year.
    pub statement: Option<Statement>,
}

/// Results in panels of one size.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeResult {
    /// Members of the panel.
    pub size: usize,
    /// What payers pay less what they are paid back, and the cost of care that they bear.
    pub outlay: Estimate,
    /// How far that is from the common outlay at this size, as a part of it.
    pub outlay_residual: Option<Estimate>,
    /// The providers' receipts less payments and cost.
    pub provider_margin: Estimate,
    /// Its standard deviation over panels.
    pub margin_sd: Estimate,
    /// Its quantiles over panels.
    pub margin_quantiles: IndexMap<String, Estimate>,
    /// The payers' outlay for each member month.
    pub outlay_per_member_month: Estimate,
    /// The margin for each member.
    pub margin_per_member: Estimate,
    /// The margin for each member month.
    pub margin_per_member_month: Estimate,
    /// The probability that it is below zero.
    pub probability_of_deficit: Estimate,
    /// The mean of the worst twentieth of deficits, a surplus counting as no deficit.
    pub tvar95_of_deficit: Estimate,
    /// The mean of the worst hundredth.
    pub tvar99_of_deficit: Estimate,
    /// Each party's flows, result and share of risk.
    pub parties: Vec<PartyAtSize>,
}

/// One party in panels of one size.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyAtSize {
    /// The party.
    pub name: String,
    /// What it pays under the contract.
    pub pays: Estimate,
    /// What it is paid.
    pub gets: Estimate,
    /// The cost of care that it bears.
    pub bears: Estimate,
    /// Gets less pays less bears.
    pub result: Estimate,
    /// Its share of the variance of all parties' results together.
    pub share_of_variance: Option<Estimate>,
    /// Its share of their worst twentieth.
    pub share_of_tail: Option<Estimate>,
}

/// What something at the margin does to one party, in major units.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyEffect {
    /// The party.
    pub party: String,
    /// What it does on average.
    pub mean: f64,
    /// The standard error.
    pub se: f64,
}

/// One thing that happens at the margin.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marginal {
    /// What happens: one admission more, one avoided, one pound of cost saved.
    pub what: String,
    /// The activity, where it is one.
    pub activity: Option<String>,
    /// What it does to each party.
    pub results: Vec<PartyEffect>,
}

/// A contract settled on the population of one year.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YearResult {
    /// The year; none where the population has no years.
    pub year: Option<i64>,
    /// Rows of that year; none where they are withheld.
    pub members: Option<usize>,
    /// Member months.
    #[serde(deserialize_with = "decimal::read_option")]
    pub member_months: Option<Decimal>,
    /// What payers pay less what they are paid back, and the cost of care that they bear.
    #[serde(deserialize_with = "decimal::read_option")]
    pub outlay: Option<Decimal>,
    /// The cost that providers bear.
    #[serde(deserialize_with = "decimal::read_option")]
    pub cost: Option<Decimal>,
    /// The providers' surplus.
    #[serde(deserialize_with = "decimal::read_option")]
    pub margin: Option<Decimal>,
    /// Whether everything is withheld: the year, or what lies above an attachment in it, is about fewer than eleven
    /// people, or it would give such a year away.
    pub suppressed: bool,
    /// Why the year could not be settled.
    pub problem: Option<String>,
}

/// How concentrated cost is, of person-years and of people over all their years: two different statistics.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concentrations {
    /// Of person-years.
    pub person_years: ConcentrationRow,
    /// Of people, each over all years.
    pub people: ConcentrationRow,
}

/// How concentrated one kind of cost is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcentrationRow {
    /// How many there are, those of weight zero left out.
    pub people: u64,
    /// The share of cost that the top share of people holds.
    pub top: Vec<(f64, f64)>,
    /// Gini's coefficient.
    pub gini: f64,
    /// The smallest share of people that holds half of the cost.
    pub half_held_by: f64,
    /// Points of the Lorenz curve: share of people, ascending in cost, and share of cost. Between two of them are at
    /// least eleven people; none where there are too few.
    pub lorenz: Vec<(f64, f64)>,
}

/// Something that the results rest on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumption {
    /// What is assumed.
    pub what: String,
    /// Its value.
    pub value: String,
    /// Why, or what follows.
    pub why: String,
}

/// What made the results, so that they can be made again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamp {
    /// The version of this crate.
    pub version: String,
    /// The fingerprint of the population's columns.
    pub population: String,
    /// The fingerprint of each contract as it was given.
    pub contracts: IndexMap<String, String>,
    /// The seed of the draws.
    pub seed: u64,
    /// How the estimates were made.
    pub method: String,
    /// Inputs that were given, as they were given.
    pub given: IndexMap<String, String>,
    /// The average cost of one of each activity, as it was given.
    pub unit_costs: IndexMap<String, String>,
    /// The day whose terms apply, by contract.
    pub terms_of: IndexMap<String, Date>,
    /// Terms whose source could not be checked, by contract.
    pub unverified: Vec<String>,
}

pub(super) fn assemble(
    asked: &Compare<'_>,
    panels: &Panels,
    days: &[Date],
    prepared: &Prepared<'_>,
    panelled: &Panelled<'_>,
    neutrals: &[Neutral],
    at: usize,
) -> Result<Comparison> {
    let sizes = panels.sizes();
    let mut contracts = Vec::with_capacity(neutrals.len());
    // The reference contract's outlay in every panel, by size.
    let mut common: Vec<Vec<f64>> = Vec::new();
    for ((contract, neutral), day) in asked.contracts.iter().zip(neutrals).zip(days) {
        let settled = neutral.contract.as_ref().unwrap_or(contract);
        let mut by_size = Vec::with_capacity(sizes.len());
        for (place, size) in sizes.iter().enumerate() {
            let at_size = AtSize { contract, neutral, prepared, panelled, place };
            let (result, outlays) = at_size.result(*size, common.get(place).map(Vec::as_slice))?;
            by_size.push(result);
            if common.len() == place {
                common.push(outlays);
            }
        }
        let (by_year, statement) =
            by_year::settle(settled, asked.population, &asked.given, *day, asked.least_reported)?;
        contracts.push(ContractResult {
            name: contract.name().to_owned(),
            words: settled.explain(),
            parties: party_rows(contract),
            solved: neutral.solved.as_ref().map(|s| Solved {
                term: s.term.clone(),
                written: s.written,
                solved: s.solved,
                residual: s.residual,
            }),
            by_size,
            marginal: marginal::effects(
                contract,
                neutral,
                prepared,
                panelled,
                (at, asked.panel),
                asked.marginal.as_ref(),
            )?,
            statement_of: statement.as_ref().map(|(of, _)| of.clone()),
            statement: statement.map(|(_, statement)| statement),
            by_year,
        });
    }
    let basis = basis(asked, &contracts, at);
    let settled = what_was_settled(&contracts);
    Ok(Comparison {
        currency: asked.population.currency(),
        assumptions: assumptions::register(asked, &contracts),
        basis,
        sizes: sizes.to_vec(),
        contracts,
        concentration: concentrations(asked.population, asked.least_reported)?,
        segments: segments::segments(asked, prepared, panelled, neutrals, at)?,
        stamp: stamp(asked, days, settled),
    })
}

fn party_rows(contract: &Contract) -> Vec<PartyRow> {
    let parties = contract.document().parties.iter();
    parties.map(|(name, role)| PartyRow { name: name.clone(), role: *role }).collect()
}

fn basis(asked: &Compare<'_>, contracts: &[ContractResult], at: usize) -> Basis {
    let outlay = contracts.first().and_then(|c| c.by_size.get(at)).map(|row| row.outlay_per_member_month);
    Basis {
        neutral: asked.neutral,
        reference: contracts.first().map(|c| c.name.clone()).unwrap_or_default(),
        panel: asked.panel,
        draws: asked.draws,
        seed: asked.seed,
        least_reported: asked.least_reported,
        marginal_share: asked.marginal.as_ref().map(super::MarginalCost::share),
        outlay_per_member_month: outlay.unwrap_or(Estimate { mean: 0.0, se: 0.0 }),
    }
}

/// Each draw's member months.
fn months(prepared: &Prepared<'_>, panelled: &Panelled<'_>, size: usize) -> Vec<f64> {
    let is_months = |place: &usize| {
        prepared.column(*place).is_some_and(|c| c.layer.is_none() && c.measure == MEMBER_MONTHS)
    };
    let place = (0..prepared.columns().len()).find(is_months).unwrap_or(0);
    panelled.series(size, place)
}

/// What to say of the statements: a year that cannot be settled alone has none.
fn what_was_settled(contracts: &[ContractResult]) -> &'static str {
    let told = || contracts.iter().flat_map(|contract| &contract.by_year).filter(|year| !year.suppressed);
    match told().filter(|year| year.problem.is_some()).count() {
        0 => "statements settled exactly",
        some if some < told().count() => "statements settled exactly, of the years that can be",
        _ => "no year could be settled for itself",
    }
}

fn stamp(asked: &Compare<'_>, days: &[Date], settled: &str) -> Stamp {
    let named = |amounts: &IndexMap<String, Decimal>| {
        amounts.iter().map(|(name, amount)| (name.clone(), amount.to_string())).collect()
    };
    let unverified = asked
        .contracts
        .iter()
        .flat_map(|contract| contract.unverified().map(move |term| format!("{}: {term}", contract.name())));
    Stamp {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        population: asked.population.fingerprint().to_owned(),
        contracts: asked.contracts.iter().map(|c| (c.name().to_owned(), c.fingerprint())).collect(),
        seed: asked.seed,
        method: format!("{} drawn panels of each size, the same for all contracts; {settled}", asked.draws),
        given: named(&asked.given),
        unit_costs: asked.marginal.as_ref().map(|marginal| named(marginal.unit_costs())).unwrap_or_default(),
        terms_of: asked.contracts.iter().zip(days).map(|(c, day)| (c.name().to_owned(), *day)).collect(),
        unverified: unverified.collect(),
    }
}

fn scaled(estimate: Estimate, by: f64) -> Estimate {
    Estimate { mean: estimate.mean * by, se: estimate.se * by.abs() }
}

/// The mean of one result over the mean of another, whose standard error is that of the residual from the ratio
/// (Cochran, Sampling Techniques, 3rd ed., 1977, 2.11): what moves both moves the ratio less.
fn ratio(of: &[f64], per: &[f64]) -> Result<Estimate> {
    let (above, below) = (measures::mean(of)?.mean, measures::mean(per)?.mean);
    let ratio = above / below;
    let residual: Vec<f64> = of.iter().zip(per).map(|(of, per)| of - ratio * per).collect();
    Ok(Estimate { mean: ratio, se: measures::mean(&residual)?.se / below.abs() })
}

/// How far outlays are from the common ones of the same panels, as a part of them; none where these are not above zero.
fn residual(outlays: &[f64], common: &[f64]) -> Result<Option<Estimate>> {
    let whole = measures::mean(common)?.mean;
    if whole <= 0.0 {
        return Ok(None);
    }
    let apart: Vec<f64> = outlays.iter().zip(common).map(|(outlay, common)| outlay - common).collect();
    let apart = measures::mean(&apart)?;
    Ok(Some(scaled(apart, 1.0 / whole)))
}

/// One contract in panels of one size.
struct AtSize<'a> {
    contract: &'a Contract,
    neutral: &'a Neutral,
    prepared: &'a Prepared<'a>,
    panelled: &'a Panelled<'a>,
    place: usize,
}

#[allow(clippy::cast_precision_loss)] // panels are far below 2^53
impl AtSize<'_> {
    /// The results, and the outlay in every panel.
    fn result(&self, size: usize, common: Option<&[f64]>) -> Result<(SizeResult, Vec<f64>)> {
        let major = 10f64.powi(-i32::try_from(self.contract.currency().exponent()).unwrap_or(0));
        let ledgers = self.panelled.ledgers(&self.neutral.priced, self.place, &[])?;
        let outlays = ledgers.outlay(&self.neutral.priced.payers);
        let outlay = scaled(measures::mean(&outlays)?, major);
        let margin = ledgers.together(&self.neutral.priced.providers);
        let mean_margin = scaled(measures::mean(&margin)?, major);
        let levels: Vec<f64> = QUANTILES.iter().map(|(_, level)| *level).collect();
        let quantiles = measures::quantiles(&margin, &levels)?;
        let months = months(self.prepared, self.panelled, self.place);
        let result = SizeResult {
            size,
            outlay,
            outlay_residual: residual(&outlays, common.unwrap_or(&outlays))?,
            provider_margin: mean_margin,
            margin_sd: scaled(measures::standard_deviation(&margin)?, major),
            margin_quantiles: QUANTILES
                .iter()
                .zip(quantiles)
                .map(|((name, _), value)| ((*name).to_owned(), scaled(value, major)))
                .collect(),
            margin_per_member: scaled(mean_margin, 1.0 / size.max(1) as f64),
            margin_per_member_month: scaled(ratio(&margin, &months)?, major),
            outlay_per_member_month: scaled(ratio(&outlays, &months)?, major),
            probability_of_deficit: measures::probability_of_deficit(&margin)?,
            tvar95_of_deficit: scaled(measures::tail_value_of_deficit(&margin, 0.95)?, major),
            tvar99_of_deficit: scaled(measures::tail_value_of_deficit(&margin, 0.99)?, major),
            parties: self.parties(&ledgers, major)?,
        };
        Ok((result, outlays))
    }

    fn parties(&self, ledgers: &Ledgers, major: f64) -> Result<Vec<PartyAtSize>> {
        let names = self.contract.document().parties.keys();
        let results: Vec<Vec<f64>> = (0..names.len()).map(|place| ledgers.result(place)).collect();
        let rows: Vec<&[f64]> = results.iter().map(Vec::as_slice).collect();
        let shares = risk_shares(&rows, TAIL)?;
        let mean = |rows: &[Vec<f64>], place: usize| {
            measures::mean(rows.get(place).map_or(&[][..], Vec::as_slice)).map(|e| scaled(e, major))
        };
        names
            .enumerate()
            .map(|(place, name)| {
                let share = shares.get(place);
                Ok(PartyAtSize {
                    name: name.clone(),
                    pays: mean(&ledgers.pays, place)?,
                    gets: mean(&ledgers.gets, place)?,
                    bears: mean(&ledgers.bears, place)?,
                    result: mean(&results, place)?,
                    share_of_variance: share.and_then(|s| s.variance),
                    share_of_tail: share.and_then(|s| s.tail),
                })
            })
            .collect()
    }
}

/// None where all costs are zero, since a share of nothing has no meaning, and where it would be about too few people.
#[allow(clippy::cast_precision_loss)] // pence of one person are far below 2^53
fn concentrations(population: &Population, least: usize) -> Result<Option<Concentrations>> {
    let cost = population.measure(ACTUAL_COST)?;
    if cost.total() == 0 || population.people_weighed() < least {
        return Ok(None);
    }
    let floats = |values: &[i64]| values.iter().map(|v| *v as f64).collect::<Vec<f64>>();
    let rows = concentration(&floats(cost.values()), population.weights())?;
    let totals = population.person_totals(ACTUAL_COST)?;
    let weights = population.weights().map(|weights| person_weights(population, weights));
    let people = concentration(&floats(&totals), weights.as_deref())?;
    Ok(Some(Concentrations { person_years: row(&rows, least)?, people: row(&people, least)? }))
}

/// A person's weight is the mean of the weights of the person's rows, as it is where panels are drawn.
#[allow(clippy::cast_precision_loss)]
fn person_weights(population: &Population, weights: &[f64]) -> Vec<f64> {
    (0..population.people())
        .map(|person| {
            let rows = population.rows_of_person(person);
            let sum: f64 = rows.iter().filter_map(|row| weights.get(*row as usize)).sum();
            sum / rows.len().max(1) as f64
        })
        .collect()
}

#[allow(clippy::cast_precision_loss)]
fn row(concentration: &Concentration, least: usize) -> Result<ConcentrationRow> {
    let people = concentration.rows();
    // A step of the curve must stand for enough people; of fewer than two steps there is no curve.
    let points = u32::try_from(people / (least.max(1) as u64)).unwrap_or(u32::MAX).min(200);
    let tops = TOPS.iter().filter(|share| **share * people as f64 >= least as f64);
    Ok(ConcentrationRow {
        people,
        top: tops.map(|share| Ok((*share, concentration.top_share(*share)?))).collect::<Result<_>>()?,
        gini: concentration.gini(),
        half_held_by: concentration.half_held_by(),
        lorenz: if points < 2 { Vec::new() } else { concentration.lorenz(points)? },
    })
}

impl Comparison {
    /// A contract's results by its name.
    pub fn contract(&self, name: &str) -> Option<&ContractResult> {
        self.contracts.iter().find(|contract| contract.name == name)
    }

    /// The comparison as JSON, for reports and other languages.
    ///
    /// # Errors
    /// [`Arithmetic`](crate::ErrorKind::Arithmetic) where a number is not finite, which a finished comparison rules out.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|why| {
            crate::Error::new(
                crate::ErrorKind::Arithmetic,
                "comparison",
                format!("it cannot be written as JSON ({why})"),
                "report it with the contracts used",
            )
        })
    }
}
