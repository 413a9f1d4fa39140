//! One hospital's emergency care under each English contract: what the trust is left with when admissions differ from plan.
//!
//! `cargo run --example nhs_hospital`. An illustration: 25,000 admissions are planned, at a tariff of £2,000 each. They cost
//! £800 each and £28,750,000 whatever is done. A price is not a cost: an admission avoided under payment by results loses
//! the trust £2,000 and saves it £800.

use capitation::{Experience, Result, contract::Programme};
use rust_decimal::Decimal;

const PLAN: u32 = 25_000;
const PRICE: u32 = 2_000;
const MARGINAL_COST: u32 = 800;
const FIXED_COST: u32 = 28_750_000;

/// Track, year, whether there is a break-glass clause, and the amount that was agreed at plan.
const ARRANGEMENTS: [(&str, i16, bool, &str); 7] = [
    ("payment by results", 2018, false, ""),
    ("marginal rate", 2014, false, "baseline value"),
    ("marginal rate", 2018, false, "baseline value"),
    ("blended emergency payment", 2019, false, "forecast value of emergency admissions"),
    ("blended emergency payment", 2019, true, "forecast value of emergency admissions"),
    ("block", 2020, false, "block amount"),
    ("aligned payment and incentive", 2023, false, "fixed element"),
];

fn main() -> Result<()> {
    println!("{:<58}{:>16}{:>16}{:>16}", "Surplus of the trust", "10 % fewer", "as planned", "10 % more");
    for (track, year, glass, agreed) in ARRANGEMENTS {
        let mut chosen =
            Programme::named("nhs-acute")?.year(year)?.track(track)?.choose("actual cost", "given")?;
        let mut label = format!("{track}, {year}/{}", year - 1999);
        if glass {
            chosen = chosen.choose("break-glass", "full price beyond a band")?;
            label += ", break-glass at 5 %";
        }
        let contract = chosen.contract()?;
        print!("{label:<58}");
        for admissions in [PLAN * 9 / 10, PLAN, PLAN * 11 / 10] {
            let mut happened = Experience::new();
            for input in contract.document().inputs.keys() {
                let amount = match input.as_str() {
                    "value of emergency admissions" => Decimal::from(admissions * PRICE),
                    "actual cost" => Decimal::from(FIXED_COST + admissions * MARGINAL_COST),
                    "break-glass band" => Decimal::new(5, 2),
                    name if name == agreed => Decimal::from(PLAN * PRICE),
                    _ => Decimal::ZERO,
                };
                happened = happened.with_decimal(input.clone(), amount);
            }
            let statement = contract.settle(&happened, contract.period().start)?;
            print!("{:>16}", statement.surplus("trust").map_or(String::new(), |left| left.to_string()));
        }
        println!();
    }
    Ok(())
}
