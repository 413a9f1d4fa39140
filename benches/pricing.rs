//! Spells in memory priced by a tariff, to totals by provider, month and rule.
//!
//! `RAYON_NUM_THREADS=1 cargo bench --features parquet --bench pricing`, after `python benches/peers/pricing.py` has made
//! the data; that script does the same work in polars, `DuckDB` and `NumPy`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a benchmark may fail

use std::{fs::File, path::PathBuf, time::Instant};

use arrow_array::RecordBatch;
use capitation::activity::{
    Lines, MarketForces, Pricing, Tariff, Totals,
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

#[allow(clippy::cast_precision_loss)] // below 2^53 by far
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
    let lines: Vec<Lines<'_>> = names.read_all(&spells).unwrap();
    let pricing = Pricing::new(&tariff, Some(&factors));
    // By the wall clock, on the threads that RAYON_NUM_THREADS says.
    let bare = pricing.without_fingerprint();
    let (stamped, rows) = least(|| pricing.totals(&lines).unwrap());
    let (outside, _) = least(|| bare.totals(&lines).unwrap());
    let (inside, _) = least(|| bare.totals(&names.read_all(&spells).unwrap()).unwrap());
    for (what, taken) in [
        ("lines read before, with their fingerprint", stamped),
        ("lines read before", outside),
        ("lines read in it", inside),
    ] {
        println!("{what}: {taken:.3} s, {:.2} ns a line", taken * 1e9 / rows as f64);
    }
}

/// The least time of several rounds, and how many lines there were.
fn least(price: impl Fn() -> Totals) -> (f64, usize) {
    let mut least = f64::INFINITY;
    let mut rows = 0;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let totals = price();
        least = least.min(begun.elapsed().as_secs_f64());
        rows = totals.rows();
        println!("{} pence", totals.total().unwrap().payment);
    }
    (least, rows)
}
