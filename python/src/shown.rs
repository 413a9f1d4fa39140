//! What the package's Python code makes of a compiled object: tables, and what a notebook shows.

use pyo3::{PyTypeInfo, prelude::*};

/// A function of `capitation.tables` on this object: Arrow tables.
pub(crate) fn by_tables<'py, T: PyTypeInfo>(
    function: &str,
    object: &Bound<'py, T>,
) -> PyResult<Bound<'py, PyAny>> {
    object.py().import("capitation.tables")?.call_method1(function, (object,))
}

/// A function, or a class, of a module of the package on this object.
pub(crate) fn by<'py, T: PyTypeInfo>(
    module: &str,
    function: &str,
    object: &Bound<'py, T>,
) -> PyResult<Bound<'py, PyAny>> {
    object.py().import(module)?.call_method1(function, (object,))
}

/// A function of `capitation.shown` on this object: the HTML that a notebook shows.
pub(crate) fn by_shown<'py, T: PyTypeInfo>(
    function: &str,
    object: &Bound<'py, T>,
) -> PyResult<Bound<'py, PyAny>> {
    object.py().import("capitation.shown")?.call_method1(function, (object,))
}
