//! The Python module `capitation._capitation`: arguments in, results out, errors into exceptions.

#![allow(clippy::needless_pass_by_value, reason = "arguments come from Python by value")]

mod activity;
mod adjustment;
mod allocation;
mod arrow;
mod builder;
mod chance;
mod columns;
mod compare;
mod concentration;
mod contract;
mod cost_model;
mod costs;
mod decimals;
mod errors;
mod fitting;
mod frontier;
mod gradient;
mod hospital;
mod outlook;
mod population;
mod programme;
mod progress;
mod readmissions;
mod reserve;
mod results;
mod severity;
mod shares;
mod shown;
mod simulate;
mod statement;

use pyo3::prelude::*;

/// The compiled half of the package.
#[pymodule]
mod _capitation {
    #[pymodule_export]
    use super::activity::{PyMarketForces, PyPriced, PyTariff, PyTotals};
    #[pymodule_export]
    use super::adjustment::mssp_benchmark;
    #[pymodule_export]
    use super::allocation::{PyAllocation, pace_of_change};
    #[pymodule_export]
    use super::builder::{PyBasePayment, PyContractBuilder};
    #[pymodule_export]
    use super::chance::_savings_by_chance;
    #[pymodule_export]
    use super::columns::{_read_column, _read_series};
    #[pymodule_export]
    use super::compare::{_currency, PyComparison, compare};
    #[pymodule_export]
    use super::concentration::{
        PyConcentration, PyRankedConcentration, concentration_of, ranked_concentration_of,
    };
    #[pymodule_export]
    use super::contract::PyContract;
    #[pymodule_export]
    use super::cost_model::{PyCostModel, PyShock};
    #[pymodule_export]
    use super::costs::PyCosts;
    #[pymodule_export]
    use super::errors::{
        ActivityError, CapitationError, ComparisonError, ContractError, PopulationError, ResultsError,
        RiskError, SettlementError, StatisticError,
    };
    #[pymodule_export]
    use super::frontier::{PyDesign, PyFamily, PyFrontier, PyPower};
    #[pymodule_export]
    use super::gradient::{PyDeprivationCosts, PyEnvelope};
    #[pymodule_export]
    use super::hospital::PyCostBase;
    #[pymodule_export]
    use super::outlook::{PyOutlook, PyPartyOutlook};
    #[pymodule_export]
    use super::population::PyPopulation;
    #[pymodule_export]
    use super::programme::{PyProgramme, programme_of, programmes};
    #[pymodule_export]
    use super::readmissions::{PyReadmissions, readmissions};
    #[pymodule_export]
    use super::reserve::{
        _capital, _capital_by_panel_size, _panel_sizes, _premiums_by_panel_size, _stop_loss_premium,
    };
    #[pymodule_export]
    use super::results::{PyGpPayments, PyMsspResults, PyReachResults};
    #[pymodule_export]
    use super::severity::{_fit_severity, _lognormal_to_shares, PySeverity};
    #[pymodule_export]
    use super::shares::{_risk_by_panel_size, PyAssumption};
    #[pymodule_export]
    use super::statement::{PyBridge, PyStatement};
    // Drawn years.
    #[pymodule_export]
    use super::simulate::{PyPartyDraws, PyRebase, PySimulated};

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        // Timings of a debug build say nothing.
        module.add("_debug_build", cfg!(debug_assertions))
    }
}
