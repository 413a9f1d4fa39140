//! Tables and columns of Python, for the reading of the core.

use arrow_array::{Array, ArrayRef, RecordBatch, cast::AsArray};
use arrow_schema::{DataType, Schema};
use capitation::{
    Error, ErrorKind, Result,
    table::{Series, Table},
};
use pyo3::{
    conversion::FromPyObjectOwned,
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBytes, PyString},
};

use crate::{
    arrow::Chunks,
    errors::{OrRaise, Room},
};

/// The values of a list, in place of which one value or another kind of them was perhaps given.
pub(crate) fn list<'py, T: FromPyObjectOwned<'py>>(
    object: &Bound<'py, PyAny>,
    argument: &str,
    of: &str,
) -> PyResult<Vec<T>> {
    object.extract::<Vec<T>>().map_err(|_| {
        let given = object.repr().map_or_else(|_| String::new(), |text| text.to_string());
        PyTypeError::new_err(format!("{argument}={given} is no list of {of}; write {argument}=[...]"))
    })
}

/// The record batches of a table that speaks Arrow: at least one, so that its columns are known.
///
/// # Errors
/// [`ErrorKind::Column`] where the object is not such a table, or is a single column.
pub(crate) fn batches(table: &Bound<'_, PyAny>) -> Result<Vec<RecordBatch>> {
    batches_of(&Chunks::read(table)?)
}

fn batches_of(chunks: &Chunks) -> Result<Vec<RecordBatch>> {
    let DataType::Struct(fields) = chunks.field.data_type() else {
        return Err(single_column(chunks.field.data_type()));
    };
    if chunks.arrays.is_empty() {
        return Ok(vec![RecordBatch::new_empty(Schema::new(fields.clone()).into())]);
    }
    chunks.arrays.iter().map(batch).collect()
}

fn single_column(kind: &DataType) -> Error {
    let problem = format!("it is a single column of type {kind}");
    Error::new(ErrorKind::Column, "table", problem, "give a table with named columns")
}

/// One part of a table.
///
/// # Errors
/// [`ErrorKind::Column`] where it is a single column, or has rows that are null as a whole.
pub(crate) fn batch(chunk: &ArrayRef) -> Result<RecordBatch> {
    let Some(rows) = chunk.as_struct_opt() else { return Err(single_column(chunk.data_type())) };
    // The conversion would panic.
    if rows.null_count() > 0 {
        return Err(Error::new(
            ErrorKind::Column,
            "table",
            format!("{} rows are null as a whole", rows.null_count()),
            "remove them",
        ));
    }
    Ok(rows.into())
}

/// A single column: a series, an array, or a table with one column; errors name it `what`.
///
/// # Errors
/// [`ErrorKind::Column`] where the object does not speak Arrow, or is a table with more columns.
pub(crate) fn series(object: &Bound<'_, PyAny>, what: &str) -> Result<Series> {
    let chunks = Chunks::read(object)?;
    let DataType::Struct(fields) = chunks.field.data_type() else {
        return Ok(Series::new(what, chunks.arrays));
    };
    let [field] = fields.as_ref() else {
        return Err(Error::new(
            ErrorKind::Column,
            what,
            format!("it is a table of {} columns", fields.len()),
            "give one column of it",
        ));
    };
    Table::new(&batches_of(&chunks)?)?.column(field.name()).cloned()
}

/// A column that speaks Arrow, or any sequence of numbers (a list, an array).
///
/// # Errors
/// The exception of the room where it is not one column of numbers without nulls.
pub(crate) fn numbers(object: &Bound<'_, PyAny>, what: &str, room: Room) -> PyResult<Vec<f64>> {
    if object.hasattr("__arrow_c_stream__")? || object.hasattr("__arrow_c_array__")? {
        let series = series(object, what).or_raise_in(room)?;
        return Ok(series.floats().or_raise_in(room)?.into_owned());
    }
    let is_text = object.is_instance_of::<PyString>() || object.is_instance_of::<PyBytes>();
    if is_text || object.try_iter().is_err() {
        let given = object.repr()?;
        return Err(PyTypeError::new_err(format!("{what}={given} is no column: give a list of numbers")));
    }
    object.extract()
}

/// Reads named columns of a table as the package does, for tests: `kind` is floats, integers or strings.
#[pyfunction]
pub(crate) fn _read_column<'py>(
    table: &Bound<'py, PyAny>,
    name: &str,
    kind: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let py = table.py();
    let table = Table::new(&batches(table).map_err(refused)?).map_err(refused)?;
    match kind {
        "floats" => table.floats(name).map_err(refused)?.into_owned().into_pyobject(py),
        "integers" => table.integers(name).map_err(refused)?.into_owned().into_pyobject(py),
        _ => table.strings(name).map_err(refused)?.into_pyobject(py),
    }
}

/// Reads one column that stands alone, for tests.
#[pyfunction]
pub(crate) fn _read_series(values: &Bound<'_, PyAny>) -> PyResult<Vec<f64>> {
    let series = series(values, "values").map_err(refused)?;
    Ok(series.floats().map_err(refused)?.into_owned())
}

fn refused(error: Error) -> PyErr {
    pyo3::exceptions::PyValueError::new_err(error.to_string())
}
