//! Everything that the results of a comparison rest on, in words.

use super::{Assumption, Compare, ContractResult, marginal::STEP};
use crate::population::Deprivation;

fn assumption(what: impl Into<String>, value: impl Into<String>, why: impl Into<String>) -> Assumption {
    Assumption { what: what.into(), value: value.into(), why: why.into() }
}

pub(super) fn register(asked: &Compare<'_>, contracts: &[ContractResult]) -> Vec<Assumption> {
    let mut register = people(asked);
    register.extend(money(asked, contracts));
    register.extend(margin(asked));
    if let Some(day) = asked.on {
        register.push(assumption("terms", format!("those of {day}"), "the day named by the caller"));
    }
    for (input, amount) in &asked.given {
        register.push(assumption(
            format!("input `{input}`"),
            amount.to_string(),
            "given by the caller, the same in every panel",
        ));
    }
    for contract in asked.contracts {
        for name in contract.unverified() {
            register.push(assumption(
                format!("{}: {name}", contract.name()),
                "unverified",
                "the source could not be checked",
            ));
        }
    }
    register
}

fn people(asked: &Compare<'_>) -> Vec<Assumption> {
    let population = asked.population;
    let chosen =
        if population.weights().is_some() { "in proportion to their weight" } else { "each equally likely" };
    let mut register = vec![
        assumption(
            "population",
            format!("{} people, {} person-years", population.people(), population.len()),
            "the people to come are taken to be like them, and independent of each other",
        ),
        assumption(
            "panels",
            format!("people drawn with replacement, {chosen}, each with one of their years"),
            "a person is drawn, not a person-year, so that nobody's several years count as several people",
        ),
        assumption(
            "common shocks",
            "none",
            "a hard winter or a pay award moves everybody at once and does not shrink with the panel; here chance alone is at work",
        ),
    ];
    for difference in population.rounding_differences() {
        if difference.rows_changed > 0 {
            register.push(assumption(
                format!("column `{}` in whole steps", difference.column),
                format!("total changed by {:+.6}", difference.difference),
                format!("{} values were rounded at the door", difference.rows_changed),
            ));
        }
    }
    register.extend(population.deprivation().map(|column| {
        assumption(
            "deprivation",
            format!("column `{}`, read as {}{}", column.column(), column.scale(), doubt(column)),
            "1 is the most deprived; fifths are the nation's, so a local population need not have a fifth of its people in each; a person of a segment comes with the segment's average cost and activity, all of it, at the prices of the comparison",
        )
    }));
    if population.weights().is_some() {
        register.push(assumption(
            "year by year",
            "unweighted",
            "what is owed is settled on the people as they are; weights enter the drawn panels alone",
        ));
    }
    register
}

/// Where the numbers would fit a coarser scale, that they would.
fn doubt(column: &Deprivation) -> String {
    let coarser = column.doubt();
    coarser.map_or_else(String::new, |coarser| {
        format!("; no value is above {}: is it a {coarser}?", coarser.last())
    })
}

fn money(asked: &Compare<'_>, contracts: &[ContractResult]) -> Vec<Assumption> {
    let mut register = Vec::new();
    let reference = contracts.first().map_or("", |c| c.name.as_str());
    if contracts.len() < 2 {
        return register;
    }
    if asked.neutral {
        register.push(assumption(
            "budget neutral",
            format!("in panels of {}", asked.panel),
            format!("each contract's scaled term is solved so that the payer's expected outlay is that of `{reference}`"),
        ));
        for contract in contracts {
            if let Some(solved) = &contract.solved {
                register.push(assumption(
                    format!("{}: {}", contract.name, solved.term),
                    format!("{} (written {})", solved.solved.round_dp(6), solved.written.normalize()),
                    format!("solved; residual {:+.1e} of the outlay", solved.residual),
                ));
            }
        }
    } else {
        register.push(assumption("budget neutral", "no", "contracts are compared as they are written"));
    }
    register
}

fn margin(asked: &Compare<'_>) -> Vec<Assumption> {
    let step = assumption(
        "effect at the margin",
        format!("the mean over a step of {:.0} % of the panel's activity or cost", STEP * 100.0),
        "a gate is crossed in some panels only; a single unit would cross it in almost none of the drawn ones",
    );
    let Some(marginal) = &asked.marginal else {
        let not_given = assumption(
            "marginal share of cost",
            "not given",
            "what one admission more or less does is not computed, since it depends on it",
        );
        return vec![not_given, step];
    };
    let mut register = vec![assumption(
        "marginal share of cost",
        marginal.share().to_string(),
        "the part of an average unit's cost that comes and goes with the unit; the rest stays",
    )];
    for (activity, cost) in marginal.unit_costs() {
        register.push(assumption(
            format!("average cost of one of `{activity}`"),
            cost.to_string(),
            "given by the caller; a price is not a cost",
        ));
    }
    register.push(step);
    register.push(assumption(
        "cost at the margin",
        "actual cost",
        "what is added or saved is added to or taken from actual cost, and from a care setting that is all of it; the cost of any other care setting stays",
    ));
    register
}
