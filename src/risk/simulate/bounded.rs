//! Whether results have a mean and a variance where costs have none.

use super::path::{Asked, Rebased};
use crate::{
    contract::Unit,
    error::{Error, ErrorKind, Result},
    risk::{
        aggregate::RiskCell,
        question::{Amount, Layer},
    },
};

/// Costs of one person beyond anything that a contract looks at, in minor units: its last line has begun.
const FAR: [f64; 2] = [1_125_899_906_842_624.0, 2_251_799_813_685_248.0];
/// A result that rises by less than this part of a cost does not rise with it.
const FLAT: f64 = 1e-6;
/// The level at which costs without a mean are cut for those of the other people.
const LEVEL: f64 = 0.99;

/// Refuses a contract of which an amount rises without end with the cost of one person, where that has no mean or variance:
/// what drawn years would come to is then a matter of how many are drawn.
pub(super) fn check(asked: &Asked<'_>, rebased: &[Rebased<'_>], member_months: f64) -> Result<()> {
    let question = &asked.question;
    let heavy = question.cells.iter().enumerate().filter(|(_, cell)| !cell.has_variance());
    let base = typical(asked);
    for (cell, _) in heavy {
        let with = |cost: f64| -> Vec<f64> {
            let of =
                |amount: &Amount| amount.of.get(cell).copied().flatten().map_or(0.0, |layer| layer.of(cost));
            base.iter().zip(&question.amounts).map(|(base, amount)| base + of(amount)).collect()
        };
        let usual: Vec<f64> = rebased.iter().map(|rebased| rebased.amount(0, &[], member_months)).collect();
        let [near, far] = FAR.map(|cost| read(asked, rebased, &with(cost), &usual));
        let (near, far) = (near?, far?);
        rises(asked, &near, &far)?;
        for (place, rebased_input) in rebased.iter().enumerate() {
            let at = |amounts: &[f64]| amounts.get(rebased_input.of).copied().unwrap_or(0.0);
            if (at(&far.0) - at(&near.0)).abs() <= FLAT * (FAR[1] - FAR[0]) {
                continue;
            }
            let raised = |cost: f64| {
                let mut inputs = usual.clone();
                if let Some(input) = inputs.get_mut(place) {
                    *input += if rebased_input.is_money { cost } else { cost / member_months };
                }
                read(asked, rebased, &base, &inputs)
            };
            let [near, far] = FAR.map(raised);
            rises(asked, &near?, &far?)?;
        }
    }
    Ok(())
}

/// Amounts of the waterfall, and results of the parties.
type Read = (Vec<f64>, Vec<f64>);

fn read(asked: &Asked<'_>, rebased: &[Rebased<'_>], totals: &[f64], raised: &[f64]) -> Result<Read> {
    let (costs, layers) = totals.split_at_checked(asked.question.measures()).unwrap_or_default();
    let mut inputs = asked.question.inputs::<f64>(costs)?;
    for (rebased, amount) in rebased.iter().zip(raised) {
        if let Some(input) = inputs.get_mut(rebased.input) {
            *input = *amount;
        }
    }
    let mut amounts = Vec::new();
    asked.reading.run(&inputs, layers, &mut amounts)?;
    let results = asked.question.results(&amounts)?.into_iter().map(|(.., result)| result).collect();
    Ok((amounts, results))
}

fn rises(asked: &Asked<'_>, near: &Read, far: &Read) -> Result<()> {
    let contract = asked.question.contract;
    let layout = contract.layout();
    let is_rising = |near: f64, far: f64| (far - near).abs() > FLAT * (FAR[1] - FAR[0]);
    let refused = |place: String| {
        let problem = "its mean or its variance is infinite";
        let remedy = "cap each person's cost (a stop-loss, a truncation), or give a tail index that has both";
        Err(Error::new(ErrorKind::Range, place, problem, remedy))
    };
    let parties = contract.document().parties.keys().zip(near.1.iter().zip(&far.1));
    for (name, (near, far)) in parties {
        if is_rising(*near, *far) {
            return refused(format!("party `{name}`"));
        }
    }
    let amounts = layout.names.iter().zip(&layout.units).zip(near.0.iter().zip(&far.0));
    for ((name, unit), (near, far)) in amounts.skip(layout.inputs + layout.terms) {
        if *unit == Unit::Money && is_rising(*near, *far) {
            return refused(format!("clause `{name}`"));
        }
    }
    Ok(())
}

/// What all people come to, costs being cut where they have no mean.
fn typical(asked: &Asked<'_>) -> Vec<f64> {
    let cells = &asked.question.cells;
    let of_cell = |(cell, layer): (&RiskCell, &Option<Layer>)| {
        let (Some(Layer { above, limit }), Some((count, severity))) = (layer, cell.alike()) else {
            return 0.0;
        };
        let most = severity.quantile(LEVEL).unwrap_or(0.0);
        let upto = |cost: f64| severity.limited_mean(cost.min(most));
        count.cumulants()[0] * (upto(above + limit) - upto(*above)).max(0.0)
    };
    let of = |amount: &Amount| cells.iter().zip(&amount.of).map(of_cell).sum();
    asked.question.amounts.iter().map(of).collect()
}
