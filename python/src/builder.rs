//! Contracts built in the field's words.

use capitation::{
    Contract,
    contract::{
        BasePayment, Bound as LimitBound, ContractBuilder, Gate, Limit, Role, SharedLosses, SharedSavings,
        SharingBands, StopLoss,
    },
    decimal::Exact,
};
use indexmap::IndexMap;
use pyo3::{exceptions::PyValueError, prelude::*, types::PyString};

use crate::{contract::PyContract, decimals::Number, errors::OrRaise};

impl Number {
    fn text(&self) -> String {
        self.0.to_string()
    }
}

/// Pairs of a name and an exact number, as the builder takes them.
fn pairs(values: &IndexMap<String, Number>) -> Vec<(String, String)> {
    values.iter().map(|(name, value)| (name.clone(), value.text())).collect()
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect()
}

/// A minimum rate: one number, or a rate by number of members.
#[derive(FromPyObject)]
pub(crate) enum PyGate {
    #[pyo3(transparent)]
    BySize(Vec<(Number, Number)>),
    #[pyo3(transparent)]
    Fixed(Number),
}

impl PyGate {
    fn gate(&self) -> Gate {
        match self {
            Self::Fixed(rate) => Gate::fixed(&rate.text()),
            Self::BySize(points) => {
                let points: Vec<(String, String)> =
                    points.iter().map(|(size, rate)| (size.text(), rate.text())).collect();
                Gate::by_size(&borrowed(&points))
            }
        }
    }
}

type PyBands = Vec<(Option<Number>, Number)>;

fn bands(bands: &PyBands) -> SharingBands {
    bands.iter().fold(SharingBands::new(), |all, (upto, share)| match upto {
        Some(upto) => all.upto(&upto.text(), &share.text()),
        None => all.beyond(&share.text()),
    })
}

/// A base payment made apart, to be blended.
#[pyclass(name = "BasePayment", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyBasePayment {
    inner: BasePayment,
}

#[pymethods]
impl PyBasePayment {
    #[staticmethod]
    fn activity(prices: IndexMap<String, Number>, source: &str) -> Self {
        Self { inner: BasePayment::activity(&borrowed(&pairs(&prices)), source) }
    }

    #[staticmethod]
    fn activity_with_marginal_rate(
        prices: IndexMap<String, Number>,
        baseline: Number,
        rate: Number,
        source: &str,
    ) -> Self {
        let prices = pairs(&prices);
        let inner = BasePayment::activity_with_marginal_rate(
            &borrowed(&prices),
            &baseline.text(),
            &rate.text(),
            source,
        );
        Self { inner }
    }

    #[staticmethod]
    fn capitation(price_per_member_month: Number, source: &str) -> Self {
        Self { inner: BasePayment::capitation(&price_per_member_month.text(), source) }
    }

    #[staticmethod]
    fn need_weighted_capitation(
        price_per_member_month: Number,
        area_member_months: Number,
        area_need_weighted_member_months: Number,
        source: &str,
    ) -> Self {
        let inner = BasePayment::need_weighted_capitation(
            &price_per_member_month.text(),
            &area_member_months.text(),
            &area_need_weighted_member_months.text(),
            source,
        );
        Self { inner }
    }

    #[staticmethod]
    fn block(amount: Number, source: &str) -> Self {
        Self { inner: BasePayment::block(&amount.text(), source) }
    }
}

/// A contract in the field's words, built step by step; each step gives a new builder.
#[pyclass(name = "ContractBuilder", module = "capitation", frozen)]
#[derive(Debug)]
pub(crate) struct PyContractBuilder {
    inner: ContractBuilder,
}

impl PyContractBuilder {
    fn then(&self, act: impl FnOnce(ContractBuilder) -> ContractBuilder) -> Self {
        Self { inner: act(self.inner.clone()) }
    }
}

#[pymethods]
impl PyContractBuilder {
    #[new]
    #[pyo3(signature = (name, *, currency, first_day, last_day))]
    fn new(
        name: &str,
        currency: &str,
        first_day: &Bound<'_, PyAny>,
        last_day: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let (first, last) = (first_day.str()?.to_string(), last_day.str()?.to_string());
        Ok(Self { inner: Contract::builder(name, currency, &first, &last) })
    }

    fn about(&self, text: &str) -> Self {
        self.then(|b| b.about(text))
    }

    fn between(&self, payer: &str, provider: &str) -> Self {
        self.then(|b| b.between(payer, provider))
    }

    fn base(&self, payment: &PyBasePayment) -> Self {
        self.then(|b| b.base(&payment.inner))
    }

    fn activity(&self, prices: IndexMap<String, Number>, source: &str) -> Self {
        self.base(&PyBasePayment::activity(prices, source))
    }

    fn activity_with_marginal_rate(
        &self,
        prices: IndexMap<String, Number>,
        baseline: Number,
        rate: Number,
        source: &str,
    ) -> Self {
        self.base(&PyBasePayment::activity_with_marginal_rate(prices, baseline, rate, source))
    }

    fn capitation(&self, price_per_member_month: Number, source: &str) -> Self {
        self.base(&PyBasePayment::capitation(price_per_member_month, source))
    }

    fn need_weighted_capitation(
        &self,
        price_per_member_month: Number,
        area_member_months: Number,
        area_need_weighted_member_months: Number,
        source: &str,
    ) -> Self {
        self.base(&PyBasePayment::need_weighted_capitation(
            price_per_member_month,
            area_member_months,
            area_need_weighted_member_months,
            source,
        ))
    }

    fn block(&self, amount: Number, source: &str) -> Self {
        self.base(&PyBasePayment::block(amount, source))
    }

    fn blend(&self, share: Number, first: &PyBasePayment, second: &PyBasePayment, source: &str) -> Self {
        self.then(|b| b.blend(&share.text(), &first.inner, &second.inner, source))
    }

    #[pyo3(signature = (attachment, source, *, provider_keeps=None, premium_per_member_month=None, carried_by="payer"))]
    fn stop_loss(
        &self,
        attachment: PyAttachment,
        source: &str,
        provider_keeps: Option<Number>,
        premium_per_member_month: Option<Number>,
        carried_by: &str,
    ) -> PyResult<Self> {
        let mut terms = match attachment {
            PyAttachment::ByClass(classes) => StopLoss::above_by_class(&borrowed(&pairs(&classes)), source),
            PyAttachment::All(amount) => StopLoss::above(&amount.text(), source),
        };
        if let Some(share) = provider_keeps {
            terms = terms.provider_keeps(&share.text());
        }
        if let Some(premium) = premium_per_member_month {
            terms = terms.premium_per_member_month(&premium.text());
        }
        let carrier = match carried_by {
            "payer" => Role::Payer,
            "pool" => Role::Pool,
            "reinsurer" => Role::Reinsurer,
            other => {
                return Err(PyValueError::new_err(format!(
                    "carried_by=\"{other}\"; name payer, pool or reinsurer"
                )));
            }
        };
        let terms = terms.carried_by(carrier);
        Ok(self.then(|b| b.stop_loss(&terms)))
    }

    fn carve_out(&self, setting: &str, source: &str) -> Self {
        self.then(|b| b.carve_out(setting, source))
    }

    fn corridor(&self, gains: PyBands, losses: PyBands, source: &str) -> Self {
        self.then(|b| b.corridor(&bands(&gains), &bands(&losses), source))
    }

    #[pyo3(signature = (benchmark_per_member_month, sharing_rate, source, *, minimum_rate=None, limit=None,
        quality_scaled=false, loss_rate=None, minimum_loss_rate=None, loss_limit=None))]
    #[allow(clippy::too_many_arguments)] // one for each term of the arrangement
    fn shared_savings(
        &self,
        benchmark_per_member_month: Number,
        sharing_rate: Number,
        source: &str,
        minimum_rate: Option<PyGate>,
        limit: Option<Number>,
        quality_scaled: bool,
        loss_rate: Option<Number>,
        minimum_loss_rate: Option<PyGate>,
        loss_limit: Option<Number>,
    ) -> PyResult<Self> {
        let mut savings = SharedSavings::of(&benchmark_per_member_month.text(), &sharing_rate.text(), source);
        if let Some(gate) = minimum_rate {
            savings = savings.gate(gate.gate());
        }
        if let Some(limit) = limit {
            savings = savings.limit(&limit.text());
        }
        if quality_scaled {
            savings = savings.quality_scaled();
        }
        let Some(rate) = loss_rate else {
            if minimum_loss_rate.is_some() || loss_limit.is_some() {
                return Err(PyValueError::new_err(
                    "a minimum loss rate or a loss limit needs a `loss_rate`; without one there is no sharing of losses",
                ));
            }
            return Ok(self.then(|b| b.shared_savings(&savings)));
        };
        let mut losses = SharedLosses::of(&rate.text(), source);
        if let Some(gate) = minimum_loss_rate {
            losses = losses.gate(gate.gate());
        }
        if let Some(limit) = loss_limit {
            losses = losses.limit(&limit.text());
        }
        Ok(self.then(|b| b.two_sided(&savings, &losses)))
    }

    fn split_among(&self, parts: IndexMap<String, Number>, source: &str) -> Self {
        self.then(|b| b.split_among(&borrowed(&pairs(&parts)), source))
    }

    fn withhold(&self, rate: Number, source: &str) -> Self {
        self.then(|b| b.withhold(&rate.text(), source))
    }

    fn adjust(&self, label: &str, rate: Number, source: &str) -> Self {
        self.then(|b| b.adjust(label, &rate.text(), source))
    }

    fn cap(&self, amount: Number, source: &str) -> Self {
        self.then(|b| b.cap(&amount.text(), source))
    }

    fn floor(&self, amount: Number, source: &str) -> Self {
        self.then(|b| b.floor(&amount.text(), source))
    }

    fn scaled(&self, term: &str) -> Self {
        self.then(|b| b.scaled(term))
    }

    #[pyo3(signature = (amount, *, least=None, most=None, why=None))]
    fn limit(
        &self,
        amount: &str,
        least: Option<PyBound>,
        most: Option<PyBound>,
        why: Option<String>,
    ) -> Self {
        let limit = Limit { least: least.map(|least| least.0), most: most.map(|most| most.0), why };
        self.then(|b| b.limit(amount, limit))
    }

    fn unverified(&self, term: &str) -> Self {
        self.then(|b| b.unverified(term))
    }

    fn build(&self) -> PyResult<PyContract> {
        self.inner.clone().build().or_raise().map(|inner| PyContract { inner })
    }
}

/// One end of a limit: an exact number, or the name of another amount.
pub(crate) struct PyBound(LimitBound);

impl<'a, 'py> FromPyObject<'a, 'py> for PyBound {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return Ok(Self(LimitBound::from(object.str()?.to_str()?)));
        }
        object.extract::<Number>().map(|number| Self(LimitBound::Number(Exact(number.0))))
    }
}

/// An attachment: one amount, or one for each class of person.
#[derive(FromPyObject)]
pub(crate) enum PyAttachment {
    #[pyo3(transparent)]
    ByClass(IndexMap<String, Number>),
    #[pyo3(transparent)]
    All(Number),
}
