//! Top 1, 5, 10 and 50 % and the Gini coefficient of 50 million people's costs, on one core.
//!
//! `cargo bench --bench concentration [-- millions [file]]`; peers on the same people: `benches/peers/concentration.py`.
//! A file of little-endian doubles, as the peers' script writes it, takes the place of the costs drawn here.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss, reason = "a benchmark may stop where it stands")]

use std::time::Instant;

use capitation::concentration::{Concentration, Tally, concentration};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

const SHARES: [f64; 4] = [0.01, 0.05, 0.10, 0.50];

/// A fifth of people at zero, the others lognormal with a logarithm of mean 7 and standard deviation 1.534.
fn costs(n: usize) -> Vec<f64> {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut uniform = || ((random.next_u64() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0;
    let mut values = Vec::with_capacity(n + 1);
    while values.len() < n {
        // Box and Muller's pair of normal deviates.
        let radius = (-2.0 * uniform().ln()).sqrt();
        let angle = uniform() * std::f64::consts::TAU;
        for z in [radius * angle.cos(), radius * angle.sin()] {
            values.push(if uniform() < 0.2 { 0.0 } else { (7.0 + 1.534 * z).exp() });
        }
    }
    values.truncate(n);
    values
}

fn read(path: &str) -> Vec<f64> {
    let bytes = std::fs::read(path).unwrap();
    bytes.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect()
}

/// Seconds that this thread has been on a core, where the system (Linux) tells.
fn on_core() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1e9
}

/// The quickest of five runs, in seconds on the clock and on the core, and the last result.
fn seconds<T>(mut run: impl FnMut() -> T) -> (f64, f64, T) {
    let (mut clock, mut core) = (f64::INFINITY, f64::INFINITY);
    let mut last = None;
    for _ in 0..5 {
        let (start, started) = (on_core(), Instant::now());
        last = Some(std::hint::black_box(run()));
        clock = clock.min(started.elapsed().as_secs_f64());
        core = core.min(on_core() - start);
    }
    (clock, core, last.unwrap())
}

fn print(what: &str, (clock, core, found): (f64, f64, Concentration)) {
    let shares = SHARES.map(|p| found.top_share(p).unwrap());
    let error = SHARES.map(|p| found.top_share_bounds(p).unwrap().error()).into_iter().fold(0.0, f64::max);
    let gini = found.gini_bounds();
    println!(
        "{what:32} {clock:.3} s (cpu {core:.3})  top {shares:.9?} within {error:.1e}  Gini {:.12} within {:.1e}",
        gini.value(),
        gini.error()
    );
}

/// The Gini coefficient by sorting, summed in blocks with a compensation, for the error that the bins really make.
fn sorted_gini(values: &mut [f64]) -> f64 {
    values.sort_unstable_by_key(|value| value.to_bits());
    let n = values.len() as f64;
    let (mut total, mut ranked) = ((0.0, 0.0), (0.0, 0.0));
    let add = |sum: &mut (f64, f64), x: f64| {
        let next = sum.0 + x;
        sum.1 += if sum.0 >= x { (sum.0 - next) + x } else { (x - next) + sum.0 };
        sum.0 = next;
    };
    for (rank, value) in values.iter().enumerate() {
        add(&mut total, *value);
        // 2 i − n − 1 is a whole number: the differences of ranks need no subtraction at the end.
        add(&mut ranked, (2.0 * rank as f64 + 1.0 - n) / n * value);
    }
    (ranked.0 + ranked.1) / (total.0 + total.1)
}

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let millions = arguments.first().map_or(50.0, |text| text.parse::<f64>().unwrap());
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of people")]
    let mut values = arguments.get(1).map_or_else(|| costs((millions * 1e6) as usize), |path| read(path));
    println!("{} people, best of five", values.len());
    print("one pass (tally)", seconds(|| Tally::of(&values).unwrap().concentration().unwrap()));
    print("both passes (concentration)", seconds(|| concentration(&values, None).unwrap()));
    let tally = Tally::of(&values).unwrap();
    let (clock, core, text) = seconds(|| serde_json::to_string(&tally).unwrap());
    println!("{:32} {clock:.3} s (cpu {core:.3})  {} bytes", "tally to JSON", text.len());
    let found = concentration(&values, None).unwrap().gini();
    let exact = sorted_gini(&mut values);
    println!("Gini by sorting {exact:.15}: the bins' estimate is {:.1e} away", (found - exact).abs());
}
