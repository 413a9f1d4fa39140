//! Arrow data from any Python library: the only unsafe code of the project.
//!
//! A library offers its data by the [Arrow PyCapsule interface]: a method that gives a capsule with a C
//! struct in it. Polars, pandas 3, pyarrow and `DuckDB` all do. Here the struct is moved out of its capsule and
//! handed to `arrow-array`, which owns and releases it from then on.
//!
//! [Arrow PyCapsule interface]: https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html
#![allow(unsafe_code)] // a C struct crosses the border; every block says why it is sound

use std::ffi::CStr;

use arrow_array::{
    ArrayReader, ArrayRef, RecordBatch, RecordBatchIterator,
    ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi},
    ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream},
    make_array,
};
use arrow_schema::{ArrowError, DataType, Field, FieldRef};
use capitation::{Error, ErrorKind, Result};
use pyo3::{prelude::*, types::PyCapsule};

/// The chunks of a table or of one column, with the field that describes them. A table is of type struct.
#[derive(Debug)]
pub(crate) struct Chunks {
    pub(crate) field: FieldRef,
    pub(crate) arrays: Vec<ArrayRef>,
}

impl Chunks {
    /// Reads all that a Python object gives.
    ///
    /// # Errors
    /// [`ErrorKind::Column`] where the object does not speak Arrow, or its library fails while it does.
    pub(crate) fn read(object: &Bound<'_, PyAny>) -> Result<Self> {
        if speaks(object, "__arrow_c_stream__") {
            Self::from_stream(object)
        } else if speaks(object, "__arrow_c_array__") {
            Self::from_array(object)
        } else {
            let kind =
                object.get_type().fully_qualified_name().map_or_else(|_| "?".to_owned(), |n| n.to_string());
            Err(Error::new(
                ErrorKind::Column,
                "table",
                format!("{kind} is not a table that speaks Arrow"),
                "give a DataFrame of polars or of pandas 3, a pyarrow Table, or a DuckDB relation",
            ))
        }
    }

    fn from_stream(object: &Bound<'_, PyAny>) -> Result<Self> {
        let reader = Self::reader(object)?;
        let field = reader.field().clone();
        let arrays = reader.collect::<std::result::Result<_, _>>().map_err(|error| arrow(&error))?;
        Ok(Self { field, arrays })
    }

    /// The stream of an object. A column of nulls alone has no buffers in Arrow, and polars (2.1) gives one: such a table
    /// is taken by way of pyarrow.
    fn reader(object: &Bound<'_, PyAny>) -> Result<ArrayStreamReader> {
        let reader = Self::stream_of(object)?;
        if has_nulls_alone(reader.field()) && object.hasattr("to_arrow").unwrap_or(false) {
            let table = object.call_method0("to_arrow").map_err(|error| python(object, &error))?;
            return Self::stream_of(&table);
        }
        Ok(reader)
    }

    fn stream_of(object: &Bound<'_, PyAny>) -> Result<ArrayStreamReader> {
        let capsule = object.call_method0("__arrow_c_stream__").map_err(|error| python(object, &error))?;
        let stream = {
            let pointer = pointer(&capsule, c"arrow_array_stream").map_err(|error| python(object, &error))?;
            // SAFETY: a capsule of this name holds an initialised `ArrowArrayStream` (its specification), it
            // lives as long as `capsule`, and nobody else uses it while the interpreter is attached. Moving it
            // out leaves a released stream behind, which the capsule's destructor skips.
            unsafe { FFI_ArrowArrayStream::from_raw(pointer.cast()) }
        };
        // `ArrayStreamReader` calls this function without asking whether it is there.
        if stream.get_next().is_none() {
            return Err(arrow(&ArrowError::CDataInterface("the stream has no `get_next`".to_owned())));
        }
        ArrayStreamReader::try_new(stream).map_err(|error| arrow(&error))
    }

    fn from_array(object: &Bound<'_, PyAny>) -> Result<Self> {
        let pair = object.call_method0("__arrow_c_array__").map_err(|error| python(object, &error))?;
        let (schema, array): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
            pair.extract().map_err(|error| python(object, &error))?;
        let schema_pointer = pointer(&schema, c"arrow_schema").map_err(|error| python(object, &error))?;
        let array_pointer = pointer(&array, c"arrow_array").map_err(|error| python(object, &error))?;
        // SAFETY: as above, for the two structs that describe one array.
        let (schema, array) = unsafe {
            (FFI_ArrowSchema::from_raw(schema_pointer.cast()), FFI_ArrowArray::from_raw(array_pointer.cast()))
        };
        if array.is_released() {
            return Err(arrow(&ArrowError::CDataInterface("the array was already taken".to_owned())));
        }
        let field = Field::try_from(&schema).map_err(|error| arrow(&error))?;
        // SAFETY: both structs come from one call of `__arrow_c_array__`, so the schema describes the array.
        let data = unsafe { from_ffi(array, &schema) }.map_err(|error| arrow(&error))?;
        Ok(Self { field: field.into(), arrays: vec![make_array(data)] })
    }
}

/// Whether it is a column without a type, or a table with one.
fn has_nulls_alone(field: &Field) -> bool {
    match field.data_type() {
        DataType::Null => true,
        DataType::Struct(columns) => columns.iter().any(|column| column.data_type().is_null()),
        _ => false,
    }
}

fn speaks(object: &Bound<'_, PyAny>, method: &str) -> bool {
    // A class has the method too, but cannot be asked for data.
    !object.is_instance_of::<pyo3::types::PyType>() && object.hasattr(method).unwrap_or(false)
}

/// The pointer in a capsule of this name; another name is refused, as the specification asks.
fn pointer(capsule: &Bound<'_, PyAny>, name: &CStr) -> PyResult<*mut std::ffi::c_void> {
    Ok(capsule.cast::<PyCapsule>()?.pointer_checked(Some(name))?.as_ptr())
}

fn python(object: &Bound<'_, PyAny>, error: &PyErr) -> Error {
    let kind = object.get_type().fully_qualified_name().map_or_else(|_| "?".to_owned(), |n| n.to_string());
    Error::new(
        ErrorKind::Column,
        "table",
        format!("{kind} could not give its data: {error}"),
        "check that every column has one type, or turn the table into a pyarrow Table first",
    )
}

fn arrow(error: &ArrowError) -> Error {
    Error::new(
        ErrorKind::Column,
        "table",
        format!("its data could not be read as Arrow: {error}"),
        "update the library it comes from, or turn it into a pyarrow Table first",
    )
}

/// A table that is given part by part, and need not be in memory as a whole.
#[derive(Debug)]
pub(crate) enum Parts {
    Stream(ArrayStreamReader),
    Whole(std::vec::IntoIter<ArrayRef>),
}

impl Parts {
    /// Begins to read what a Python object gives.
    ///
    /// # Errors
    /// As [`Chunks::read`].
    pub(crate) fn open(object: &Bound<'_, PyAny>) -> Result<Self> {
        if speaks(object, "__arrow_c_stream__") {
            return Chunks::reader(object).map(Self::Stream);
        }
        Ok(Self::Whole(Chunks::read(object)?.arrays.into_iter()))
    }

    /// The next part.
    ///
    /// # Errors
    /// [`ErrorKind::Column`] where the library that it comes from fails.
    pub(crate) fn next_part(&mut self) -> Result<Option<ArrayRef>> {
        match self {
            Self::Stream(reader) => reader.next().transpose().map_err(|error| arrow(&error)),
            Self::Whole(parts) => Ok(parts.next()),
        }
    }
}

/// A record batch as a capsule, for Python libraries that speak Arrow.
///
/// # Errors
/// Where the interpreter cannot make a capsule.
pub(crate) fn capsule(py: Python<'_>, batch: RecordBatch) -> PyResult<Bound<'_, PyCapsule>> {
    let schema = batch.schema();
    let reader = RecordBatchIterator::new([Ok(batch)], schema);
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
}
