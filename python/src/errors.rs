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
create_exception!(capitation, ActivityError, CapitationError, "Activity, or a tariff, that cannot be right.");
create_exception!(capitation, ResultsError, CapitationError, "A results file that cannot be right.");
create_exception!(
    capitation,
    RiskError,
    CapitationError,
    "A law of costs, a cost model, or a question to an outlook, that cannot be."
);

/// The class of exceptions of a call, where the call says more than the kind of the error does.
#[derive(Clone, Copy)]
pub(crate) enum Room {
    /// By the kind of the error.
    Any,
    /// A table of people.
    Population,
    /// A statistic.
    Statistic,
    /// A published results file.
    Results,
    /// Activity, a tariff, market forces factors.
    Activity,
    /// A law of costs, a cost model, an outlook.
    Risk,
}

/// Whether what is wrong is collected (`"collect"`) or raised (`"raise"`).
pub(crate) fn collects(on_error: &str) -> PyResult<bool> {
    match on_error {
        "raise" => Ok(false),
        "collect" => Ok(true),
        other => Err(PyValueError::new_err(format!("on_error=\"{other}\"; name \"raise\" or \"collect\""))),
    }
}

/// The exception of an error, with `kind`, `place`, `problem` and `remedy` as attributes.
pub(crate) fn raise(error: &Error) -> PyErr {
    raise_in(Room::Any, error)
}

fn raise_in(room: Room, error: &Error) -> PyErr {
    let text = error.to_string();
    let exception = match (room, error.kind()) {
        (Room::Population, _) | (Room::Any, ErrorKind::Column | ErrorKind::Row) => {
            PopulationError::new_err(text)
        }
        (Room::Statistic, _) | (Room::Any, ErrorKind::Statistic) => StatisticError::new_err(text),
        (Room::Results, _) => ResultsError::new_err(text),
        (Room::Activity, _) => ActivityError::new_err(text),
        (Room::Risk, _) => RiskError::new_err(text),
        (Room::Any, kind) => by_kind(kind, text),
    };
    describe(&exception, error);
    exception
}

fn by_kind(kind: ErrorKind, text: String) -> PyErr {
    match kind {
        ErrorKind::Experience | ErrorKind::Arithmetic => SettlementError::new_err(text),
        ErrorKind::Comparison | ErrorKind::Currency => ComparisonError::new_err(text),
        ErrorKind::File
        | ErrorKind::Syntax
        | ErrorKind::Value
        | ErrorKind::Name
        | ErrorKind::Unknown
        | ErrorKind::Unit
        | ErrorKind::Range
        | ErrorKind::Period => ContractError::new_err(text),
        _ => CapitationError::new_err(text),
    }
}

fn describe(exception: &PyErr, error: &Error) {
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
}

/// A core result as a Python result.
pub(crate) trait OrRaise<T> {
    /// The value, or the exception of the error's kind.
    fn or_raise(self) -> PyResult<T>;
    /// The value, or the exception of a room.
    fn or_raise_in(self, room: Room) -> PyResult<T>;
}

impl<T> OrRaise<T> for capitation::Result<T> {
    fn or_raise(self) -> PyResult<T> {
        self.or_raise_in(Room::Any)
    }

    fn or_raise_in(self, room: Room) -> PyResult<T> {
        self.map_err(|error| raise_in(room, &error))
    }
}
