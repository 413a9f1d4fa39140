//! Totals of activity in a Parquet file (feature `parquet`).

use std::{fs::File, path::Path};

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
    /// [`ErrorKind::File`] where the file cannot be read; as [`LineNames::read`] and [`Pricing::totals`].
    pub fn totals_of_parquet(&self, path: impl AsRef<Path>, names: &LineNames) -> Result<Totals> {
        let path = path.as_ref();
        let open = || File::open(path).map_err(|why| unreadable(path, &why));
        let metadata = ArrowReaderMetadata::load(&open()?, ArrowReaderOptions::new());
        let metadata = metadata.map_err(|why| unreadable(path, &why))?;
        // What is wrong with the columns is said of all that the file has, and not only of those that are read.
        names.read(&RecordBatch::new_empty(metadata.schema().clone()))?;
        let mut first_row = 0;
        let mut groups = Vec::new();
        for (group, meta) in metadata.metadata().row_groups().iter().enumerate() {
            groups.push((group, first_row));
            first_row += usize::try_from(meta.num_rows()).unwrap_or_default();
        }
        let of_threads: Vec<Result<(Totals, Lookups)>> = groups
            .into_par_iter()
            .fold(
                || Ok((Totals::new(self), Lookups::default())),
                |state: Result<(Totals, Lookups)>, (group, first_row)| {
                    let (mut totals, mut known) = state?;
                    let builder =
                        ParquetRecordBatchReaderBuilder::new_with_metadata(open()?, metadata.clone());
                    let columns = ProjectionMask::columns(builder.parquet_schema(), names.columns());
                    let builder = builder.with_projection(columns).with_row_groups(vec![group]);
                    let reader = builder.with_batch_size(ROWS).build();
                    let mut row = first_row;
                    for batch in reader.map_err(|why| unreadable(path, &why))? {
                        let batch = batch.map_err(|why| unreadable(path, &ParquetError::from(why)))?;
                        self.add_from((&mut totals, &mut known), &names.read(&batch)?, row)?;
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

fn unreadable(path: &Path, why: &dyn std::fmt::Display) -> Error {
    let remedy = "check the path, and that the file is Parquet that was written to its end";
    Error::new(ErrorKind::File, path.display().to_string(), format!("it cannot be read ({why})"), remedy)
}
