//! The result as text: a row a contract.

use std::fmt;

use rust_decimal::Decimal;

use super::{
    change::PLAN,
    result::{SetAmount, SpellEffect, UnderContracts},
};
use crate::{
    money::{Currency, Money, Rounding, RoundingMode, grouped},
    text::write_table,
};

impl fmt::Display for UnderContracts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let contracts = self.contracts.len();
        writeln!(
            f,
            "A cost base under {contracts} contract{}, in {}",
            if contracts == 1 { "" } else { "s" },
            self.currency
        )?;
        writeln!(
            f,
            "\nPrice beside cost at plan; power over volume is (marginal cost − price) / marginal cost\n"
        )?;
        write_table(f, &self.price_rows())?;
        writeln!(f, "\nWhat is left to the hospital: payment − cost\n")?;
        write_table(f, &self.result_rows())?;
        writeln!(f, "\nOne case less, at plan: what it does to the hospital | to the payer\n")?;
        write_table(f, &self.case_rows())?;
        for contract in &self.contracts {
            if let Some(set) = &contract.set {
                writeln!(f, "\n{}: {}", contract.name, said(set))?;
            }
        }
        let stamp = &self.stamp;
        writeln!(f, "\nMarginal: {}", stamp.marginal_share)?;
        for note in &stamp.notes {
            writeln!(f, "{note}")?;
        }
        for contract in self.contracts.iter().filter(|contract| !contract.unverified.is_empty()) {
            writeln!(f, "{}, unverified: {}", contract.name, contract.unverified.join(", "))?;
        }
        writeln!(
            f,
            "capitation {}; cost base {}; prices: {}",
            stamp.version,
            stamp.cost_base,
            stamp.prices.join("; ")
        )
    }
}

fn said(set: &SetAmount) -> String {
    let what = if set.is_term { "term" } else { "input" };
    let written =
        set.written.map_or_else(String::new, |written| format!(" (written {})", written.normalize()));
    let left = if set.residual.is_zero() {
        "exactly".to_owned()
    } else {
        format!("to within {}", set.residual.abs().normalize())
    };
    format!(
        "{what} `{}` is set to {}{written}, so that it costs the payer the same at plan, {left}",
        set.name, set.value
    )
}

impl UnderContracts {
    fn price_rows(&self) -> Vec<Vec<String>> {
        let head = ["point of delivery", "activity", "income", "fixed", "marginal", "price / cost", "power"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for at in self.points.iter().filter(|at| at.lines > 0) {
            rows.push(vec![
                at.name.clone(),
                whole(at.activity),
                whole(at.income),
                whole(at.fixed),
                whole(at.marginal),
                hundredths(at.price_to_cost()),
                hundredths(at.power_over_volume()),
            ]);
        }
        rows
    }

    fn result_rows(&self) -> Vec<Vec<String>> {
        let mut head = vec!["contract".to_owned(), format!("outlay at {PLAN}")];
        let changes = self.contracts.first().into_iter().flat_map(|contract| &contract.outcomes);
        head.extend(changes.map(|outcome| outcome.change.clone()));
        let mut rows = vec![head];
        for contract in &self.contracts {
            let outlay = contract.outcomes.first().map_or_else(String::new, |outcome| whole(outcome.outlay));
            let mut row = vec![contract.name.clone(), outlay];
            row.extend(contract.outcomes.iter().map(|outcome| whole(outcome.result)));
            rows.push(row);
        }
        rows
    }

    fn case_rows(&self) -> Vec<Vec<String>> {
        let of = |effect: &&SpellEffect| effect.change == PLAN && effect.cases < 0;
        let mut head = vec!["contract".to_owned()];
        let first = self.contracts.first().into_iter().flat_map(|contract| contract.spells.iter().filter(of));
        head.extend(first.map(|effect| match &effect.code {
            Some(code) => format!("{code}, {}", effect.point),
            None => effect.point.clone(),
        }));
        let mut rows = vec![head];
        for contract in &self.contracts {
            let mut row = vec![contract.name.clone()];
            let effects = contract.spells.iter().filter(of);
            row.extend(effects.map(|effect| {
                format!("{} | {}", money(effect.hospital, self.currency), money(effect.payer, self.currency))
            }));
            rows.push(row);
        }
        rows
    }
}

/// In whole units, half up.
fn whole(amount: Decimal) -> String {
    let rounded = Rounding::half_up(0).apply(amount).unwrap_or(amount);
    let sign = if rounded < Decimal::ZERO { "-" } else { "" };
    format!("{sign}{}", grouped(&rounded.abs().to_string()))
}

fn money(amount: Decimal, currency: Currency) -> String {
    Money::new(amount, currency).to_minor_unit(RoundingMode::HalfUp).to_string()
}

fn hundredths(ratio: Option<Decimal>) -> String {
    ratio.map_or_else(
        || "none".to_owned(),
        |ratio| format!("{:.2}", Rounding::half_up(2).apply(ratio).unwrap_or(ratio)),
    )
}
