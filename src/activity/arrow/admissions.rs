//! Which column of a table of admissions is what.

use arrow_array::RecordBatch;

use super::{columns::Column, lines::find};
use crate::{
    activity::{Admission, Admissions, Coded, Fault},
    error::{Error, ErrorKind, Result},
};

/// How a table says which admissions are emergencies, and which are elective.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HowAdmitted {
    /// A column of admission methods, by the codes of the NHS Data Dictionary.
    Method(String),
    /// A column for each: booleans, or 1 and 0.
    Flags {
        /// Whether it is an emergency.
        emergency: String,
        /// Whether it is from a waiting list.
        elective: String,
    },
}

/// Which column of a table of admissions is what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmissionNames {
    /// The patient, by text or whole number.
    pub patient: String,
    /// The day of admission.
    pub admitted: String,
    /// The day of discharge.
    pub discharged: String,
    /// How patients came.
    pub how: HowAdmitted,
    /// Which admissions are outside the rule.
    pub excluded: Option<String>,
}

impl Admissions<'static> {
    /// The admissions of a table, row by row (feature `arrow`).
    ///
    /// # Errors
    /// As [`Admissions::new`]; [`ErrorKind::Column`] for a column that is not there or of the wrong type;
    /// [`ErrorKind::Row`] for a value that is missing (null, NaN, or a text of nothing but space), and for an admission method that is no code.
    pub fn from_record_batches(batches: &[RecordBatch], names: &AdmissionNames) -> Result<Self> {
        let (mut patients, mut admitted, mut discharged) = (Vec::new(), Vec::new(), Vec::new());
        let (mut emergency, mut elective, mut excluded) = (Vec::new(), Vec::new(), Vec::new());
        for batch in batches {
            let first_row = admitted.len();
            let get = |name| whole(batch, name, first_row);
            patients.extend(get(&names.patient)?.texts()?);
            let days = |name| get(name).and_then(|column| column.days()?.all(&column));
            let flags = |name| get(name).and_then(|column| column.flags()?.all(&column));
            admitted.extend_from_slice(&days(&names.admitted)?);
            discharged.extend_from_slice(&days(&names.discharged)?);
            match &names.how {
                HowAdmitted::Method(method) => {
                    for (row, code) in get(method)?.texts()?.iter().enumerate() {
                        let how = Admission::of_code(code).ok_or_else(|| no_method(first_row + row, code))?;
                        emergency.push(how == Admission::Emergency);
                        elective.push(how == Admission::Elective);
                    }
                }
                HowAdmitted::Flags { emergency: one, elective: other } => {
                    emergency.extend(flags(one)?);
                    elective.extend(flags(other)?);
                }
            }
            if let Some(name) = &names.excluded {
                excluded.extend(flags(name)?);
            }
        }
        let made = Self::new(Coded::of(patients), (admitted, discharged), (emergency, elective))?;
        if names.excluded.is_some() { made.excluding(excluded) } else { Ok(made) }
    }
}

/// A column that has all its values.
fn whole<'a>(batch: &'a RecordBatch, name: &'a str, first_row: usize) -> Result<Column<'a>> {
    let column = find(batch, name, first_row)?;
    match column.missing().first() {
        None => Ok(column),
        Some(row) => Err(column.wrong_value(*row, "the value is missing", "fill it, or leave the row out")),
    }
}

fn no_method(row: usize, code: &str) -> Error {
    Error::new(
        ErrorKind::Row,
        format!("row {row} (the first row is 0)"),
        format!("admission method `{code}` {}", Fault::UnknownMethod.problem()),
        Fault::UnknownMethod.remedy(),
    )
}
