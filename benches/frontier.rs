//! Ten thousand contracts over one population: power, risk and outlay of each, budget neutral.
//!
//! `cargo bench --bench frontier`

#![allow(clippy::unwrap_used, clippy::cast_precision_loss)] // a benchmark may fail

use std::time::Instant;

use capitation::{
    Contract,
    contract::{SharingBands, StopLoss},
    risk::{
        cost_model::CostModel,
        frontier::{Axis, Basis, Family, Setting, frontier},
        severity::Severity,
    },
};
use indexmap::IndexMap;

fn template() -> Contract {
    let bands = || SharingBands::new().upto("0.02", "1").beyond("0.5");
    let stop_loss = StopLoss::above("100000", "Benchmark");
    Contract::builder("Capitation with stop-loss and corridor", "GBP", "2026-04-01", "2027-03-31")
        .capitation("412.50", "Benchmark")
        .stop_loss(&stop_loss)
        .corridor(&bands(), &bands(), "Benchmark")
        .build()
        .unwrap()
}

fn model() -> CostModel {
    let mut model = CostModel::new(template().currency());
    for cell in 0..12_u32 {
        let mean = 900.0 * 1.32_f64.powi(i32::try_from(cell).unwrap());
        let zeros = 0.3 - 0.02 * f64::from(cell);
        let person = Severity::lognormal(0.0, 1.5).unwrap().with_zeros(zeros).unwrap();
        model = model.cell(cell.to_string(), 8_000 - 600 * cell, person.rescaled_to(mean).unwrap()).unwrap();
    }
    model
}

/// Ten attachments, ten bands of gains and ten of losses, each with ten shares beyond: ten sets of layers.
fn family() -> Family {
    let hundredths = |n: usize| format!("0.{n:02}");
    let attachments: Vec<String> = (1..=10).map(|k| (k * 25_000).to_string()).collect();
    let attachments: Vec<&str> = attachments.iter().map(String::as_str).collect();
    let side = |name: &str, term: &str, shares: &[usize]| {
        let mut axis = Axis::new(name);
        for width in 1..=10 {
            for share in shares {
                let bands = SharingBands::new().upto(&hundredths(width), "1").beyond(&hundredths(10 * share));
                let setting = Setting::bands(term, &bands).unwrap();
                axis = axis.point(format!("{width} % then {share} tenths"), vec![setting]);
            }
        }
        axis
    };
    let axes = [
        Axis::of_term("attachment", &attachments).unwrap(),
        side("gains", "provider's share of a gain", &[0, 5]),
        side("losses", "provider's share of a loss", &[0, 2, 4, 6, 8]),
    ];
    Family::grid(&template(), &axes).unwrap()
}

fn main() {
    let (model, day) = (model(), template().period().start);
    for round in 0..3 {
        let start = Instant::now();
        let family = family();
        let built = start.elapsed();
        let found = frontier(&family, &model, &IndexMap::new(), day, &Basis::of("provider")).unwrap();
        let all = start.elapsed();
        println!(
            "round {round}: {} contracts of {} people in 12 cells, {} efficient, {} refused: built {:.3} s, in all {:.3} s",
            found.points.len(),
            model.people(),
            found.efficient.len(),
            found.refused.len(),
            built.as_secs_f64(),
            all.as_secs_f64()
        );
    }
}
