//! What the package's Python code makes of a compiled object: tables, and what a notebook shows.

use pyo3::{PyTypeInfo, prelude::*};

/// A function of `capitation.tables` on this object.
pub(crate) fn by_tables<'py, T: PyTypeInfo>(
    function: &str,
    object: &Bound<'py, T>,
) -> PyResult<Bound<'py, PyAny>> {
    object.py().import("capitation.tables")?.call_method1(function, (object,))
}
