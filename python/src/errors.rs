//! Errors of the core as Python exceptions: one base, one class for each room.

use capitation::{Error, ErrorKind};
use pyo3::{create_exception, exceptions::PyValueError, prelude::*};

create_exception!(capitation, CapitationError, PyValueError, "Base of every refusal of this package.");
create_exception!(capitation, ContractError, CapitationError, "A contract that does not hold together.");
create_exception!(capitation, PopulationError, CapitationError, "A table of people that cannot be right.");
create_exception!(capitation, SettlementError, CapitationError, "A settlement that cannot be made exactly.");
create_exception!(
    capitation,
    ComparisonError,
    CapitationError,
    "Contracts that cannot be compared as asked."
);
create_exception!(
    capitation,
    StatisticError,
    CapitationError,
    "A statistic that is undefined on its values."
);

/// The exception of an error, with `kind`, `place`, `problem` and `remedy` as attributes.
pub(crate) fn raise(error: &Error) -> PyErr {
    let text = error.to_string();
    let exception = match error.kind() {
        ErrorKind::Column | ErrorKind::Row => PopulationError::new_err(text),
        ErrorKind::Experience | ErrorKind::Arithmetic => SettlementError::new_err(text),
        ErrorKind::Comparison | ErrorKind::Currency => ComparisonError::new_err(text),
        ErrorKind::Statistic => StatisticError::new_err(text),
        ErrorKind::File
        | ErrorKind::Syntax
        | ErrorKind::Value
        | ErrorKind::Name
        | ErrorKind::Unknown
        | ErrorKind::Unit
        | ErrorKind::Range
        | ErrorKind::Period => ContractError::new_err(text),
        _ => CapitationError::new_err(text),
    };
    Python::attach(|py| {
        let value = exception.value(py);
        let parts = [
            ("kind", format!("{:?}", error.kind()).to_lowercase()),
            ("place", error.place().to_owned()),
            ("problem", error.problem().to_owned()),
            ("remedy", error.remedy().to_owned()),
        ];
        for (name, part) in parts {
            // Without the attribute the message still says everything.
            let _ = value.setattr(name, part);
        }
    });
    exception
}

/// A core result as a Python result.
pub(crate) trait OrRaise<T> {
    fn or_raise(self) -> PyResult<T>;
}

impl<T> OrRaise<T> for capitation::Result<T> {
    fn or_raise(self) -> PyResult<T> {
        self.map_err(|error| raise(&error))
    }
}
