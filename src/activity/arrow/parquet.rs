//! Totals of activity in a Parquet file (feature `parquet`).

use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use arrow_array::RecordBatch;
use parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
    },
    errors::ParquetError,
};
use rayon::prelude::*;

use super::LineNames;
use crate::{
    activity::{Pricing, Totals, pricing::Lookups},
    error::{Error, ErrorKind, Result},
};

/// Rows that are decoded at a time: few enough for the cache, many enough that looking up the codes of a dictionary does
/// not count.
const ROWS: usize = 1 << 16;

impl Pricing<'_> {
    /// As [`totals`](Self::totals), of the lines in a Parquet file, which need not fit into memory (feature `parquet`).
    ///
    /// Row groups are read on the threads there are, and only the columns that are named.
    ///
    /// # Errors
    /// [`ErrorKind::File`] where the file cannot be read, or is damaged; as [`LineNames::read`] and [`Pricing::totals`].
    pub fn totals_of_parquet(&self, path: impl AsRef<Path>, names: &LineNames) -> Result<Totals> {
        let path = path.as_ref();
        let open = || File::open(path).map_err(|why| unreadable(path, &why));
        let file = open()?;
        let metadata = decoded(path, || ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()))?;
        // What is wrong with the columns is said of all that the file has, and not only of those that are read.
        names.read(&RecordBatch::new_empty(metadata.schema().clone()))?;
        // By place: a name with a dot would be taken for a path.
        let fields = metadata.schema().fields().iter().enumerate();
        let is_named = |name: &str| names.columns().any(|named| named == name);
        let places: Vec<usize> =
            fields.filter(|(_, field)| is_named(field.name())).map(|(place, _)| place).collect();
        let mut first_row = 0;
        let mut groups = Vec::new();
        for (group, meta) in metadata.metadata().row_groups().iter().enumerate() {
            groups.push((group, first_row));
            // A damaged file may say any number.
            first_row = usize::try_from(meta.num_rows()).unwrap_or_default().saturating_add(first_row);
        }
        let of_threads: Vec<Result<(Totals, Lookups)>> = groups
            .into_par_iter()
            .fold(
                || Ok((Totals::new(self), Lookups::default())),
                |state: Result<(Totals, Lookups)>, (group, first_row)| {
                    let (mut totals, mut known) = state?;
                    let builder =
                        ParquetRecordBatchReaderBuilder::new_with_metadata(open()?, metadata.clone());
                    let columns = ProjectionMask::roots(builder.parquet_schema(), places.iter().copied());
                    let builder = builder.with_projection(columns).with_row_groups(vec![group]);
                    let mut reader = decoded(path, || builder.with_batch_size(ROWS).build())?;
                    let mut row = first_row;
                    while let Some(batch) = decoded(path, || reader.next().transpose())? {
                        self.add_from((&mut totals, &mut known), &names.read_from(&batch, row)?, row)?;
                        row += batch.num_rows();
                    }
                    Ok((totals, known))
                },
            )
            .collect();
        // Threads have the row groups in their order: the first error is of the first rows.
        let mut totals = Totals::new(self);
        of_threads.into_iter().try_for_each(|other| totals.merge(other?.0))?;
        Ok(totals)
    }
}

/// What the decoder gives; its panic, which bytes that were changed can bring about, is an error like its others.
///
/// What the decoder was working on may be left half done by a panic, and is safe to leave: the error ends the reading, and
/// nothing asks it again. The process's hook still prints the panic to stderr.
fn decoded<T, E: Into<ParquetError>>(path: &Path, decode: impl FnOnce() -> Result<T, E>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(result) => result.map_err(|why| unreadable(path, &why.into())),
        Err(_) => Err(unreadable(path, &"it is damaged")),
    }
}

fn unreadable(path: &Path, why: &dyn std::fmt::Display) -> Error {
    let why = why.to_string();
    let place = path.display().to_string();
    // The decoder's words for a compression that it was built without.
    if why.contains("Disabled feature") {
        let problem = "its compression is none of those that are read";
        return Error::new(
            ErrorKind::File,
            place,
            problem,
            "write it with zstd or snappy, or without compression",
        );
    }
    let remedy = "check the path, and that the file is Parquet that was written to its end";
    Error::new(ErrorKind::File, place, format!("it cannot be read ({why})"), remedy)
}
