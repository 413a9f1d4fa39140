//! The comparison as a page: one self-contained HTML file with charts, and each chart as SVG.
//!
//! A service that links the crate writes it with the feature `report`, and needs nothing else: no browser, no script,
//! no font, no Python.
//!
//! ```
//! # use capitation::{Compare, Contract, Currency, Population, money::RoundingMode, population::Columns};
//! # let columns = Columns::new().member_months("months", vec![12.0; 16]).cost("cost", vec![30.0, 500.0].repeat(8));
//! # let population = Population::from_columns(&columns, Currency::new("USD")?, RoundingMode::HalfUp)?;
//! # let contracts = [Contract::from_toml(include_str!("../examples/contracts/capitation.toml"))?];
//! use capitation::report::Chart;
//!
//! let comparison = Compare::new(&population, &contracts).sizes([100, 1_000], 1_000).draws(200).run()?;
//! let page: String = comparison.to_html()?;
//! let fan: String = comparison.to_svg(Chart::MarginFan, 720)?;
//! # assert!(page.starts_with("<!doctype html>") && fan.starts_with("<svg"));
//! # Ok::<(), capitation::Error>(())
//! ```

mod chart;
mod deprived;
mod findings;
mod numbers;
mod page;

pub use chart::{Caption, Chart};
