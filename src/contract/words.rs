//! A contract, and each of its rules, in words.

use std::fmt::Write;

use super::{
    document::{Clause, Document},
    limit::Bound,
    rule::Rule,
    term::{Band, Dated, Term},
    unit::Unit,
};
use crate::{
    decimal::Exact,
    money::{Currency, Money, Rounding},
};

/// A rule in words, with the names that it uses.
pub(crate) fn rule(rule: &Rule) -> String {
    match rule {
        Rule::Sum(parts) => parts.join(" + "),
        Rule::Difference { of, less } => format!("{of} − {less}"),
        Rule::Times { of, by } => format!("{of} × {by}"),
        Rule::Per { of, by } => format!("{of} ÷ {by}"),
        Rule::Cap { of, at } => format!("{of}, at most {at}"),
        Rule::Floor { of, at } => format!("{of}, at least {at}"),
        Rule::Gate { of, measure, at_least, otherwise } => {
            let other = otherwise.as_deref().unwrap_or("nothing");
            format!("{of} if {measure} is at least {at_least}, otherwise {other}")
        }
        Rule::Layer { of, above, limit } => layer(of, above.as_deref(), limit.as_deref()),
        Rule::Bands { of, base, gains, losses } => {
            let base = base.as_ref().map_or_else(String::new, |base| format!(", in fractions of {base}"));
            format!("share of {of}: {gains} on a gain, {losses} on a loss{base}")
        }
        Rule::Lookup { of, table } => format!("{table} at {of}"),
        Rule::Split { of, among, part } => format!("part of {of} for {part}, among {}", among.join(", ")),
        Rule::PerPerson { of, layer: bounds, annualised } => {
            let what =
                layer(&format!("each person's {of}"), bounds.above.as_deref(), bounds.limit.as_deref());
            let annual = if *annualised { " for twelve months, prorated by member months" } else { "" };
            format!("{what}{annual}, added up over people")
        }
    }
}

fn layer(of: &str, above: Option<&str>, limit: Option<&str>) -> String {
    match (above, limit) {
        (Some(above), Some(limit)) => format!("{of} above {above}, up to {limit} of it"),
        (Some(above), None) => format!("{of} above {above}"),
        (None, Some(limit)) => format!("{of} up to {limit}"),
        (None, None) => of.to_owned(),
    }
}

/// A rounding of an amount of this unit in words.
pub(crate) fn rounding(rounding: Rounding, unit: Unit, currency: Currency) -> String {
    let minor = i32::try_from(currency.exponent()).unwrap_or(2);
    match (unit.has_money(), rounding.places) {
        (true, 0) => format!("{} to whole {currency}", rounding.mode),
        (true, places) if places == minor => format!("{} to the minor unit", rounding.mode),
        _ => rounding.to_string(),
    }
}

/// A written value with its unit.
pub(crate) fn value(value: Exact, unit: Unit, currency: Currency) -> String {
    match unit {
        Unit::Money => Money::new(value.0, currency).to_string(),
        Unit::MoneyPerCount => format!("{} each", Money::new(value.0, currency)),
        Unit::Share => percent(value),
        Unit::Count | Unit::Ratio => value.0.normalize().to_string(),
    }
}

fn percent(share: Exact) -> String {
    match crate::decimal::multiply(share.0, rust_decimal::Decimal::ONE_HUNDRED) {
        Ok(percent) => format!("{} %", percent.normalize()),
        Err(_) => share.to_string(),
    }
}

/// The whole contract.
pub(super) fn contract(document: &Document) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_contract(&mut out, document);
    out
}

fn write_contract(out: &mut String, document: &Document) -> std::fmt::Result {
    writeln!(out, "{}", document.name)?;
    if let Some(about) = &document.about {
        writeln!(out, "{about}")?;
    }
    writeln!(out, "\nIt covers {}, in {}.", document.period, document.currency)?;
    let parties: Vec<String> =
        document.parties.iter().map(|(name, role)| format!("{name} ({role})")).collect();
    writeln!(out, "Parties: {}.", parties.join(", "))?;
    for (cost, party) in &document.bears {
        writeln!(out, "The {party} bears the {cost}.")?;
    }
    let inputs: Vec<String> =
        document.inputs.iter().map(|(name, unit)| input_in_words(name, *unit, document)).collect();
    writeln!(out, "Measured: {}.", inputs.join(", "))?;
    writeln!(out, "\nWhat was agreed")?;
    for (name, term) in &document.terms {
        let doubt = if term.unverified { " [unverified]" } else { "" };
        writeln!(out, "  {name}: {} ({}){doubt}", term_in_words(term, document.currency), term.source)?;
    }
    writeln!(out, "\nWhat follows")?;
    for (index, clause) in document.clause.iter().enumerate() {
        writeln!(out, "  {}. {}", index + 1, clause_in_words(clause, document))?;
    }
    if let Some(scaled) = &document.scaled {
        writeln!(out, "\nA budget-neutral comparison scales the {scaled}.")?;
    }
    Ok(())
}

/// An input with its unit and, where it has one, its limit.
fn input_in_words(name: &str, unit: Unit, document: &Document) -> String {
    match range_in_words(name, document) {
        Some(range) => format!("{name} ({unit}, {range})"),
        None => format!("{name} ({unit})"),
    }
}

/// What an amount can be at all, where that is limited.
fn range_in_words(name: &str, document: &Document) -> Option<String> {
    let limit = document.limits.get(name)?;
    let bound = |bound: &Bound| match bound {
        Bound::Number(number) => number.to_string(),
        Bound::Amount(name) => name.clone(),
    };
    match (&limit.least, &limit.most) {
        (Some(least), Some(most)) => Some(format!("from {} to {}", bound(least), bound(most))),
        (Some(least), None) => Some(format!("at least {}", bound(least))),
        (None, Some(most)) => Some(format!("at most {}", bound(most))),
        (None, None) => None,
    }
}

fn clause_in_words(clause: &Clause, document: &Document) -> String {
    let mut text = format!("{} = {}", clause.name, rule(&clause.rule));
    if let Some(round) = clause.round {
        // The unit of a clause decides how its rounding reads; money is by far the most common.
        let unit = if round.places == i32::try_from(document.currency.exponent()).unwrap_or(2) {
            Unit::Money
        } else {
            Unit::Ratio
        };
        let _ = write!(text, ", rounded {}", rounding(round, unit, document.currency));
    }
    if let Some(range) = range_in_words(&clause.name, document) {
        let _ = write!(text, "; it must be {range}");
    }
    if let Some(pays) = &clause.pays {
        let _ = write!(text, "; {} pays {}", pays.from, pays.to);
    }
    if let Some(source) = &clause.source {
        let _ = write!(text, " ({source})");
    }
    if clause.unverified {
        text.push_str(" [unverified]");
    }
    text
}

/// A term's values in words.
pub(crate) fn term_in_words(term: &Term, currency: Currency) -> String {
    let show = |v: Exact| value(v, term.unit, currency);
    if let Some(values) = &term.values {
        dated(values, |v| show(*v))
    } else if let Some(bands) = &term.bands {
        dated(bands, |bands| bands_in_words(bands, term.unit, currency))
    } else if let Some(steps) = &term.steps {
        dated(steps, |rows| {
            let rows: Vec<String> =
                rows.iter().map(|r| format!("{} from {}", show(r.value), r.from)).collect();
            rows.join(", ")
        })
    } else if let Some(points) = &term.points {
        dated(points, |rows| {
            let rows: Vec<String> = rows.iter().map(|r| format!("{} at {}", show(r.value), r.at)).collect();
            format!("{}; in between by interpolation", rows.join(", "))
        })
    } else if let Some(classes) = &term.by_class {
        let classes: Vec<String> =
            classes.iter().map(|(class, v)| format!("{class} {}", dated(v, |v| show(*v)))).collect();
        classes.join(", ")
    } else {
        String::new()
    }
}

fn bands_in_words(bands: &[Band], unit: Unit, currency: Currency) -> String {
    let mut below: Option<Exact> = None;
    let mut parts = Vec::new();
    let bound = |v: Exact| match unit {
        Unit::Ratio | Unit::Share => percent(v),
        _ => value(v, unit, currency),
    };
    for band in bands {
        let share = percent(band.share);
        parts.push(match (below, band.upto) {
            (None, Some(upto)) => format!("{share} up to {}", bound(upto)),
            (Some(from), Some(upto)) => format!("{share} from {} to {}", bound(from), bound(upto)),
            (Some(from), None) => format!("{share} beyond {}", bound(from)),
            (None, None) => format!("{share} of all"),
        });
        below = band.upto;
    }
    parts.join(", ")
}

fn dated<T>(values: &Dated<T>, show: impl Fn(&T) -> String) -> String {
    let parts: Vec<String> = values
        .iter()
        .map(|(day, value)| match day {
            Some(day) => format!("{} from {day}", show(value)),
            None => show(value),
        })
        .collect();
    parts.join("; ")
}
