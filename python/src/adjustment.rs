//! The benchmark of the Medicare Shared Savings Program from its base years.

use capitation::{
    Error, ErrorKind,
    adjustment::{
        Agreement, BaseYears, ByType, Ends, EnrolmentType, From2024, Prospective, TypeYears, Years,
    },
};
use indexmap::IndexMap;
use pyo3::{exceptions::PyValueError, prelude::*};
use rust_decimal::Decimal;

use crate::{decimals::Number, errors::OrRaise, programme::FirstYear, statement::PyStatement};

/// A `TypeYears` of the Python package, by its attributes.
#[derive(FromPyObject)]
pub(crate) struct TypeInput {
    expenditure: [Number; 3],
    risk_score: [Number; 4],
    national: [Number; 4],
    regional: [Number; 4],
    national_weight: [Number; 2],
    person_years: [Number; 2],
}

/// A `Prospective` of the Python package, by its attributes.
#[derive(FromPyObject)]
pub(crate) struct ProspectiveInput {
    trend: Number,
    demographic_risk_score: [Number; 2],
    weight_of_growth: Number,
}

/// A `From2024` of the Python package, by its attributes.
#[derive(FromPyObject)]
pub(crate) struct From2024Input {
    prior_savings: [Number; 3],
    proration: Number,
    guardrail: bool,
    types: IndexMap<String, ProspectiveInput>,
}

fn three(numbers: &[Number; 3]) -> [Decimal; 3] {
    numbers.each_ref().map(|number| number.0)
}

fn years([one, two, three, performance]: &[Number; 4]) -> Years {
    Years { base: [one.0, two.0, three.0], performance: performance.0 }
}

fn ends([base_year_3, performance]: &[Number; 2]) -> Ends {
    Ends { base_year_3: base_year_3.0, performance: performance.0 }
}

/// Something of each enrolment type, by the type's name; exactly the four.
fn by_type<I, T>(given: &IndexMap<String, I>, make: impl Fn(&I) -> T) -> capitation::Result<ByType<T>> {
    let names = EnrolmentType::ALL.map(EnrolmentType::name);
    if let Some(unknown) = given.keys().find(|name| !names.contains(&name.as_str())) {
        let problem = format!("`{unknown}` is not an enrolment type");
        let remedy = format!("name {}", names.join(", "));
        return Err(Error::new(ErrorKind::Unknown, "types", problem, remedy));
    }
    ByType::try_of(|of| {
        given.get(of.name()).map(&make).ok_or_else(|| {
            let remedy = "give each of the four; no person years and risk scores of 1 where there is nobody";
            Error::new(ErrorKind::Unknown, "types", format!("`{of}` is missing"), remedy)
        })
    })
}

/// The benchmark as JSON, and its statement.
#[pyfunction]
#[pyo3(name = "_mssp_benchmark")]
pub(crate) fn mssp_benchmark(
    performance_year: FirstYear,
    agreement_period: u32,
    regional_adjustment_period: u32,
    types: IndexMap<String, TypeInput>,
    from_2024: Option<From2024Input>,
) -> PyResult<(String, PyStatement)> {
    let asked = || -> capitation::Result<_> {
        let types = by_type(&types, |of| TypeYears {
            expenditure: three(&of.expenditure),
            risk_score: years(&of.risk_score),
            national: years(&of.national),
            regional: years(&of.regional),
            national_weight: ends(&of.national_weight),
            person_years: ends(&of.person_years),
        })?;
        let agreement = match &from_2024 {
            None => Agreement::Before2024,
            Some(more) => Agreement::from(From2024 {
                prior_savings: three(&more.prior_savings),
                proration: more.proration.0,
                guardrail: more.guardrail,
                types: by_type(&more.types, |of| Prospective {
                    trend: of.trend.0,
                    demographic_risk_score: ends(&of.demographic_risk_score),
                    weight_of_growth: of.weight_of_growth.0,
                })?,
            }),
        };
        BaseYears {
            performance_year: performance_year.0,
            agreement_period,
            regional_adjustment_period,
            types,
            agreement,
        }
        .settle()
    };
    let benchmark = asked().or_raise()?;
    let of = |name: EnrolmentType| (name.name(), benchmark.types.get(name));
    let types: IndexMap<_, _> = EnrolmentType::ALL.into_iter().map(of).collect();
    let json = serde_json::to_string(&(types, benchmark.per_person_year, benchmark.total))
        .map_err(|why| PyValueError::new_err(why.to_string()))?;
    Ok((json, PyStatement { inner: benchmark.statement }))
}
