//! The checks of a term: its form, its dates, its ranges.

use rust_decimal::Decimal;

use super::{At, Checked, fault};
use crate::{
    contract::{Band, Dated, Document, Term, Unit},
    decimal::Exact,
    error::ErrorKind,
};

pub(super) fn check(name: &str, term: &Term, document: &Document) -> Checked<()> {
    let at = || At::Term(name.to_owned());
    if term.source.trim().is_empty() {
        return Err(fault(at(), ErrorKind::Value, "it has no source", "say where the number is written"));
    }
    let forms = [
        ("`values`", term.values.is_some()),
        ("`bands`", term.bands.is_some()),
        ("`steps`", term.steps.is_some()),
        ("`points`", term.points.is_some()),
        ("`by_class`", term.by_class.is_some()),
    ];
    let forms: Vec<&str> =
        forms.into_iter().filter(|(_, is_given)| *is_given).map(|(form, _)| form).collect();
    if forms.is_empty() {
        return Err(fault(
            at(),
            ErrorKind::Value,
            "it has no value",
            "add `values`, or one of `bands`, `steps`, `points` and `by_class`",
        ));
    }
    if forms.len() > 1 {
        return Err(fault(
            at(),
            ErrorKind::Value,
            format!("it has {}, and a term has one of them", forms.join(" and ")),
            "keep the one that was agreed, and name the other a term of its own",
        ));
    }
    if (term.steps.is_some() || term.points.is_some()) != term.of.is_some() {
        return Err(fault(
            at(),
            ErrorKind::Unit,
            "`of` is the unit of the key of `steps` or `points`, and goes with them alone",
            "add `of = \"count\"` to a table, or take it away",
        ));
    }
    if let Some(values) = &term.values {
        check_dates(name, values, document)?;
        for (_, value) in values.iter() {
            check_share(name, term.unit, value)?;
        }
    }
    if let Some(classes) = &term.by_class {
        if classes.is_empty() {
            return Err(fault(at(), ErrorKind::Value, "it has no class", "give the threshold of each class"));
        }
        for (class, values) in classes {
            check_dates(name, values, document)?;
            if values.iter().any(|(_, value)| value.0 < Decimal::ZERO) {
                return Err(fault(
                    at(),
                    ErrorKind::Range,
                    format!("the threshold of class `{class}` is negative"),
                    "write an amount of at least 0",
                ));
            }
        }
    }
    if let Some(bands) = &term.bands {
        check_dates(name, bands, document)?;
        bands.iter().try_for_each(|(_, bands)| check_bands(name, bands))?;
    }
    if let Some(steps) = &term.steps {
        check_dates(name, steps, document)?;
        for (_, rows) in steps.iter() {
            check_keys(name, "steps", rows.iter().map(|row| &row.from))?;
            rows.iter().try_for_each(|row| check_share(name, term.unit, &row.value))?;
        }
    }
    if let Some(points) = &term.points {
        check_dates(name, points, document)?;
        for (_, rows) in points.iter() {
            check_keys(name, "points", rows.iter().map(|row| &row.at))?;
            rows.iter().try_for_each(|row| check_share(name, term.unit, &row.value))?;
        }
    }
    Ok(())
}

fn check_dates<T>(name: &str, values: &Dated<T>, document: &Document) -> Checked<()> {
    let start = document.period.start;
    let problem = if values.is_empty() {
        "it has no value".to_owned()
    } else if values.on(start).is_none() {
        let first = values.iter().next().and_then(|(day, _)| day);
        format!(
            "its first value holds from {}, after the contract starts on {start}",
            first.map_or_else(String::new, |day| day.to_string())
        )
    } else {
        return Ok(());
    };
    Err(fault(
        At::Term(name.to_owned()),
        ErrorKind::Period,
        problem,
        format!("add the value that holds on {start}"),
    ))
}

fn check_share(name: &str, unit: Unit, value: &Exact) -> Checked<()> {
    if unit == Unit::Share && !(Decimal::ZERO..=Decimal::ONE).contains(&value.0) {
        return Err(fault(
            At::Term(name.to_owned()),
            ErrorKind::Range,
            format!("{value} is not a share"),
            "write a number from 0 to 1, or use unit \"ratio\" for a factor that may exceed 1",
        ));
    }
    Ok(())
}

fn check_bands(name: &str, bands: &[Band]) -> Checked<()> {
    let refuse =
        |kind, problem: String, remedy: &str| Err(fault(At::Term(name.to_owned()), kind, problem, remedy));
    let Some((last, inner)) = bands.split_last() else {
        return refuse(ErrorKind::Value, "it has no bands".to_owned(), "add at least { share = \"...\" }");
    };
    if last.upto.is_some() {
        return refuse(
            ErrorKind::Value,
            "the last band has an end, and what lies beyond it is not said".to_owned(),
            "add a last band without `upto`, such as { share = \"0\" }",
        );
    }
    let mut below = Decimal::ZERO;
    for band in inner {
        let Some(upto) = band.upto else {
            return refuse(
                ErrorKind::Value,
                "a band before the last has no end".to_owned(),
                "give every band but the last an `upto`",
            );
        };
        if upto.0 <= below {
            return refuse(
                ErrorKind::Range,
                format!("the bands fall: {upto} follows {below}"),
                "put the bands in rising order of `upto`, each above zero",
            );
        }
        below = upto.0;
    }
    bands.iter().try_for_each(|band| check_share(name, Unit::Share, &band.share))
}

fn check_keys<'a>(name: &str, form: &str, keys: impl Iterator<Item = &'a Exact>) -> Checked<()> {
    let keys: Vec<&Exact> = keys.collect();
    let falls = keys.windows(2).find_map(|pair| match pair {
        [a, b] if a.0 >= b.0 => Some((*a, *b)),
        _ => None,
    });
    let (kind, problem) = match (keys.len(), falls) {
        (0, _) => (ErrorKind::Value, format!("`{form}` has no rows")),
        (_, Some((a, b))) => (ErrorKind::Range, format!("the keys of `{form}` do not rise: {b} follows {a}")),
        _ => return Ok(()),
    };
    Err(fault(At::Term(name.to_owned()), kind, problem, "write the rows in rising order of their keys"))
}
