//! What was meant by a name that is not known; tables as text.

use std::fmt;

/// The known name that is nearest in spelling, if it is near at all; capitals do not count.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let letters = wanted.chars().count();
    known
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            // Two letters that changed places are one slip.
            let slips = strsim::damerau_levenshtein(&wanted, &lower);
            (slips <= letters.max(lower.chars().count()) / 3).then_some((slips, candidate))
        })
        .min_by_key(|&(slips, _)| slips)
        .map(|(_, candidate)| candidate)
}

/// Rows under a head, in columns as wide as they need: the first to the left, the others to the right.
pub(crate) fn write_table(f: &mut fmt::Formatter<'_>, rows: &[Vec<String>]) -> fmt::Result {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for (index, row) in rows.iter().enumerate() {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if column == 0 {
                write!(f, "{cell:<width$}")?;
            } else {
                write!(f, "  {cell:>width$}")?;
            }
        }
        writeln!(f)?;
        if index == 0 {
            writeln!(f, "{}", "─".repeat(widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1)))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn what_is_near_and_what_is_not() {
        let near = |name| nearest(name, ["Cost", "year", "member months", "prévention"].into_iter());
        assert_eq!(near("cost"), Some("Cost"));
        assert_eq!(near("yaer"), Some("year"));
        assert_eq!(near("member_month"), Some("member months"));
        assert_eq!(near("prevention"), Some("prévention"));
        assert_eq!((near("id"), near("admissions"), near("")), (None, None, None));
    }
}
