//! Spells in memory priced by a tariff, to totals by provider, month and rule.
//!
//! `RAYON_NUM_THREADS=1 cargo bench --features parquet --bench pricing`, after `python benches/peers/pricing.py` has made
//! the data; that script does the same work in polars, `DuckDB` and `NumPy`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a benchmark may fail

use std::{fs::File, path::PathBuf, time::Instant};

use arrow_array::RecordBatch;
use capitation::activity::{
    Lines, MarketForces, Pricing, Tariff,
    arrow::{LineNames, TariffColumn, TariffNames},
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

const ROUNDS: usize = 5;

fn read(name: &str) -> Option<Vec<RecordBatch>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/bench/pricing");
    let file = File::open(folder.join(name)).ok()?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().with_batch_size(1_000_000).build();
    Some(reader.unwrap().map(Result::unwrap).collect())
}

fn main() {
    let (Some(prices), Some(providers), Some(spells)) =
        (read("tariff.parquet"), read("providers.parquet"), read("spells.parquet"))
    else {
        println!("there is no data: run python benches/peers/pricing.py first");
        return;
    };
    let heads = TariffNames::new().with(TariffColumn::Code, "hrg");
    let tariff = Tariff::from_record_batches(2017, &prices, &heads).unwrap();
    let factors = MarketForces::from_record_batches(&providers, "provider", "mff").unwrap();
    let names = LineNames::new("hrg")
        .spells("admission_method", "patient_class")
        .stay("stay")
        .age("age")
        .provider("provider")
        .date("discharged");
    let lines: Vec<Lines<'_>> = spells.iter().map(|batch| names.read(batch).unwrap()).collect();
    let pricing = Pricing::new(&tariff, Some(&factors));
    measure("with the fingerprint of the lines", &pricing, &lines);
    measure("without it", &pricing.without_fingerprint(), &lines);
}

#[allow(clippy::cast_precision_loss)] // below 2^53 by far
fn measure(what: &str, pricing: &Pricing<'_>, lines: &[Lines<'_>]) {
    println!("{what}:");
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let totals = pricing.totals(lines).unwrap();
        let taken = begun.elapsed().as_secs_f64();
        least = least.min(taken);
        let total = totals.total().unwrap();
        let a_line = taken * 1e9 / totals.rows() as f64;
        println!("  {taken:.3} s, {a_line:.2} ns a line, {} pence", total.payment);
    }
    println!("  least: {least:.3} s");
}
