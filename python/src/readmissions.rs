//! Sequences of admissions: which are readmissions.

use capitation::{
    Error, ErrorKind,
    activity::{
        Admissions, Following, Sequel, SequelTotal,
        arrow::{AdmissionNames, HowAdmitted},
        readmission_totals,
    },
};
use pyo3::{exceptions::PyTypeError, prelude::*};

use crate::{
    activity::{PyPriced, pence},
    columns::batches,
    decimals::to_python,
    errors::{OrRaise, Room},
    shown::by_tables,
};

/// Sequel, admissions, payment, admissions without a price.
type TotalsRow<'py> = (&'static str, u64, Option<Bound<'py, PyAny>>, Option<u64>);

/// What each admission is to those of the same patient before it.
#[pyclass(name = "Readmissions", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyReadmissions {
    inner: Vec<Following>,
    within_days: u32,
}

#[pyfunction(name = "readmissions")]
#[pyo3(signature = (table, *, patient, admitted, discharged, admission_method=None, emergency=None, elective=None,
    excluded=None, within_days=30))]
#[allow(clippy::too_many_arguments)] // one for each column, all by name
pub(crate) fn readmissions(
    py: Python<'_>,
    table: &Bound<'_, PyAny>,
    patient: String,
    admitted: String,
    discharged: String,
    admission_method: Option<String>,
    emergency: Option<String>,
    elective: Option<String>,
    excluded: Option<String>,
    within_days: i64,
) -> PyResult<PyReadmissions> {
    let days = u32::try_from(within_days).map_err(|_| {
        let problem = format!("{within_days} is no number of days after a discharge");
        Error::new(ErrorKind::Range, "within_days", problem, "give whole days, such as 30")
    });
    let within_days = days.or_raise_in(Room::Activity)?;
    let how = match (admission_method, emergency, elective) {
        (Some(method), None, None) => HowAdmitted::Method(method),
        (None, Some(emergency), Some(elective)) => HowAdmitted::Flags { emergency, elective },
        _ => {
            let problem = "name admission_method, or both emergency and elective: it must be said once how patients came";
            return Err(PyTypeError::new_err(problem));
        }
    };
    let names = AdmissionNames { patient, admitted, discharged, how, excluded };
    let batches = batches(table).or_raise_in(Room::Activity)?;
    let found =
        py.detach(|| Ok(Admissions::from_record_batches(&batches, &names)?.readmissions(within_days)));
    Ok(PyReadmissions { inner: found.or_raise_in(Room::Activity)?, within_days })
}

#[pymethods]
impl PyReadmissions {
    fn __len__(&self) -> usize {
        self.inner.len()
    }

    #[getter]
    fn within_days(&self) -> u32 {
        self.within_days
    }

    /// Sequel, row of the index and days, for each admission.
    #[getter]
    fn _rows(&self) -> Vec<(&'static str, Option<usize>, Option<u32>)> {
        self.inner.iter().map(|each| (each.sequel.name(), each.index, each.days)).collect()
    }

    /// Sequel, admissions, and where payments are given what they were paid and how many have no price.
    #[pyo3(signature = (priced=None))]
    fn _totals<'py>(&self, py: Python<'py>, priced: Option<&PyPriced>) -> PyResult<Vec<TotalsRow<'py>>> {
        let payments = priced.map_or_else(|| vec![None; self.inner.len()], |priced| priced.inner.payments());
        let totals = readmission_totals(&self.inner, &payments).or_raise_in(Room::Activity)?;
        let total = |(sequel, total): (Sequel, SequelTotal)| {
            let payment = priced.map(|_| to_python(py, pence(total.payment))).transpose()?;
            Ok((sequel.name(), total.admissions, payment, priced.map(|_| total.unpriced)))
        };
        totals.into_iter().map(total).collect()
    }

    fn to_frame<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        by_tables("readmissions_frame", slf)
    }

    #[pyo3(signature = (priced=None))]
    fn totals<'py>(
        slf: &Bound<'py, Self>,
        priced: Option<&Bound<'py, PyPriced>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("capitation.tables")?.call_method1("readmission_totals_frame", (slf, priced))
    }

    fn __repr__(&self) -> String {
        let count = self.inner.iter().filter(|each| each.sequel.is_readmission()).count();
        format!("Readmissions({count} of {} admissions, within {} days)", self.inner.len(), self.within_days)
    }
}
