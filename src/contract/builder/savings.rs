//! Shared savings and losses against a benchmark.

use super::{
    difference,
    draft::{Draft, exact},
    excess, times,
};
use crate::{
    contract::{Point, Rule, Term, Unit},
    error::Result,
};

/// The least saving or loss that counts, as a fraction of the benchmark.
///
/// A saving equal to it counts, and then the whole of it does, not only the part above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// One rate for every panel.
    Fixed(String),
    /// A rate by number of members, interpolated between points.
    BySize(Vec<(String, String)>),
}

impl Gate {
    /// One rate for every panel, such as `"0.03"`.
    pub fn fixed(rate: &str) -> Self {
        Self::Fixed(rate.to_owned())
    }

    /// A rate by number of members, such as `("5000", "0.039")`; between two points it is interpolated, beyond the
    /// last one the last rate holds, and below the first one there is none.
    pub fn by_size(points: &[(&str, &str)]) -> Self {
        Self::BySize(points.iter().map(|(n, rate)| ((*n).to_owned(), (*rate).to_owned())).collect())
    }

    /// The name of the rate.
    fn write(&self, draft: &mut Draft, name: &str, source: &str) -> Result<String> {
        match self {
            Self::Fixed(rate) => draft.term(name, Unit::Share, rate, source),
            Self::BySize(points) => {
                let members = draft.input("members", Unit::Count)?;
                let points = points
                    .iter()
                    .map(|(at, value)| Ok(Point { at: exact(name, at)?, value: exact(name, value)? }))
                    .collect::<Result<_>>()?;
                let term = Term::points(Unit::Count, Unit::Share, points, source);
                let table = draft.add_term(&format!("{name} by members"), term);
                Ok(draft.rounded_to(6, name, Rule::Lookup { of: members, table }))
            }
        }
    }
}

/// Sharing of savings against a benchmark for each member month.
///
/// Without a gate every saving counts; without a limit there is none. The saving is the benchmark less the cost
/// as it stands where the modifier is called: after stop-loss and carve-outs that were called before it.
///
/// ```
/// use capitation::{Contract, contract::{Gate, SharedSavings}};
/// let contract = Contract::builder("Shared savings", "USD", "2026-01-01", "2026-12-31")
///     .activity(&[("admissions", "891.25"), ("visits", "24.86")], "Price list 2026")
///     .shared_savings(
///         &SharedSavings::of("14.31", "0.5", "Contract, clause 9").gate(Gate::fixed("0.03")).limit("0.10"),
///     )
///     .build()?;
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "it is passed to `shared_savings` or `two_sided`"]
pub struct SharedSavings {
    benchmark: String,
    side: Side,
    is_quality_scaled: bool,
}

/// Sharing of losses against the benchmark of the savings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "it is passed to `two_sided`"]
pub struct SharedLosses {
    side: Side,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Side {
    rate: String,
    gate: Option<Gate>,
    limit: Option<String>,
    source: String,
}

impl Side {
    fn new(rate: &str, source: &str) -> Self {
        Self { rate: rate.to_owned(), gate: None, limit: None, source: source.to_owned() }
    }
}

/// What savings are measured by, for losses to be measured by the same.
#[derive(Debug)]
pub(super) struct Measured {
    benchmark: String,
    cost: String,
}

/// What the clauses of one side are called.
struct Words {
    amount: &'static str,
    gate_rate: &'static str,
    gate: &'static str,
    counts: &'static str,
    share: &'static str,
    limit_rate: &'static str,
    limit: &'static str,
    shared: &'static str,
}

const SAVINGS: Words = Words {
    amount: "savings",
    gate_rate: "minimum savings rate",
    gate: "minimum savings",
    counts: "savings that count",
    share: "provider's share of savings",
    limit_rate: "shared savings limit",
    limit: "limit on shared savings",
    shared: "shared savings",
};

const LOSSES: Words = Words {
    amount: "loss",
    gate_rate: "minimum loss rate",
    gate: "minimum loss",
    counts: "loss that counts",
    share: "provider's share of the loss",
    limit_rate: "shared loss limit",
    limit: "limit on the shared loss",
    shared: "shared loss",
};

impl SharedSavings {
    /// A benchmark for each member month and the provider's share of what care costs less.
    pub fn of(benchmark_per_member_month: &str, sharing_rate: &str, source: &str) -> Self {
        Self {
            benchmark: benchmark_per_member_month.to_owned(),
            side: Side::new(sharing_rate, source),
            is_quality_scaled: false,
        }
    }

    /// The least saving that counts.
    pub fn gate(mut self, gate: Gate) -> Self {
        self.side.gate = Some(gate);
        self
    }

    /// The most that is shared, as a fraction of the benchmark.
    pub fn limit(mut self, share_of_benchmark: &str) -> Self {
        self.side.limit = Some(share_of_benchmark.to_owned());
        self
    }

    /// The sharing rate is a maximum, multiplied by the quality score before the limit.
    pub fn quality_scaled(mut self) -> Self {
        self.is_quality_scaled = true;
        self
    }

    pub(super) fn write(&self, draft: &mut Draft) -> Result<Measured> {
        draft.payment()?;
        let source = &self.side.source;
        let months = draft.input("member months", Unit::Count)?;
        let price = draft.term("benchmark per member month", Unit::MoneyPerCount, &self.benchmark, source)?;
        let benchmark = draft.rounded("benchmark", times(&months, &price));
        let measured = Measured { benchmark, cost: draft.cost()? };
        let mut rate = draft.term("savings sharing rate", Unit::Share, &self.side.rate, source)?;
        if self.is_quality_scaled {
            let score = draft.input("quality score", Unit::Share)?;
            rate = draft.clause("sharing rate after quality", times(&rate, &score));
        }
        let saved = (&measured.benchmark, &measured.cost);
        let shared = self.side.write(draft, &SAVINGS, &measured.benchmark, saved, &rate)?;
        draft.pay_provider(&shared)?;
        draft.add_to_payment(&shared, "payment after shared savings")?;
        Ok(measured)
    }
}

impl SharedLosses {
    /// The provider's share of what care costs more.
    pub fn of(sharing_rate: &str, source: &str) -> Self {
        Self { side: Side::new(sharing_rate, source) }
    }

    /// The least loss that counts.
    pub fn gate(mut self, gate: Gate) -> Self {
        self.side.gate = Some(gate);
        self
    }

    /// The most that is paid back, as a fraction of the benchmark.
    pub fn limit(mut self, share_of_benchmark: &str) -> Self {
        self.side.limit = Some(share_of_benchmark.to_owned());
        self
    }

    pub(super) fn write(&self, draft: &mut Draft, measured: &Measured) -> Result<()> {
        let rate = draft.term("loss sharing rate", Unit::Share, &self.side.rate, &self.side.source)?;
        let lost = (&measured.cost, &measured.benchmark);
        let shared = self.side.write(draft, &LOSSES, &measured.benchmark, lost, &rate)?;
        draft.pay_back(&shared)?;
        draft.take_from_payment(&shared, "payment after the shared loss")
    }
}

impl Side {
    /// Writes the share of what the first amount is above the second, and gives the clause that holds it.
    fn write(
        &self,
        draft: &mut Draft,
        words: &Words,
        benchmark: &str,
        (more, less): (&String, &String),
        rate: &str,
    ) -> Result<String> {
        let counts = match &self.gate {
            Some(gate) => {
                let gate_rate = gate.write(draft, words.gate_rate, &self.source)?;
                let amount = draft.clause(words.amount, difference(more, less));
                let least = draft.clause(words.gate, times(benchmark, &gate_rate));
                let rule =
                    Rule::Gate { of: amount.clone(), measure: amount, at_least: least, otherwise: None };
                draft.clause(words.counts, rule)
            }
            None => draft.clause(words.counts, excess(more, less)),
        };
        let Some(limit) = &self.limit else {
            return Ok(draft.rounded(words.shared, times(&counts, rate)));
        };
        let limit = draft.term(words.limit_rate, Unit::Share, limit, &self.source)?;
        let share = draft.clause(words.share, times(&counts, rate));
        let limit = draft.clause(words.limit, times(benchmark, &limit));
        Ok(draft.rounded(words.shared, Rule::Cap { of: share, at: limit }))
    }
}
