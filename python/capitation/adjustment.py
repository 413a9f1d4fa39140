"""What a population needs: allocations by need, the pace of change, and the benchmark of shared savings.

- `allocation` shares money out among places by need, as NHS England's core allocation does, and says who gains by
  another health-inequalities share; `pace_of_change` brings places from what they get to what they should. What
  deprivation costs, and what a capitation without it takes from the poorest, is in
  `datasets.deprivation_costs(path).envelope(year)`.
- `mssp_benchmark` is the benchmark of the Medicare Shared Savings Program. The arithmetic is data, in
  `programmes/mssp/benchmark.toml`: per enrolment type, what base years cost is brought to the risk and the prices
  of base year 3, weighed, adjusted for the region or for prior savings, and updated to the performance year. Every
  stage is a line of the statement, with its citation.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from capitation._capitation import _mssp_benchmark
from capitation.allocations import Allocation, Effect, Gain, Target, allocation
from capitation.model import Record
from capitation.pace import Moved, PaceOfChange, PaceYear, Policy, Reached, pace_of_change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from capitation._capitation import Statement

__all__ = [
    "ENROLMENT_TYPES",
    "Allocation",
    "Effect",
    "From2024",
    "Gain",
    "Moved",
    "MsspBenchmark",
    "PaceOfChange",
    "PaceYear",
    "Policy",
    "Prospective",
    "Reached",
    "Target",
    "TypeBenchmark",
    "TypeYears",
    "allocation",
    "mssp_benchmark",
    "pace_of_change",
]

_Number = Decimal | int | str

ENROLMENT_TYPES = ("ESRD", "disabled", "aged/dual", "aged/non-dual")
"""The enrolment types of Medicare, in the order in which they apply."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeYears:
    """What was measured of one enrolment type; money in dollars for one person year, as exact numbers.

    Of a type in which the ACO has nobody, give no person years and risk scores of 1.
    """

    expenditure: tuple[_Number, _Number, _Number]
    """What CMS paid in base years 1, 2 and 3 for those who would have been assigned, truncated and completed."""
    risk_score: tuple[_Number, _Number, _Number, _Number]
    """In base years 1, 2, 3 and the performance year, renormalised: that of all assignable beneficiaries is 1."""
    national: tuple[_Number, _Number, _Number, _Number]
    """What CMS paid for all assignable beneficiaries of the nation, in the same years."""
    regional: tuple[_Number, _Number, _Number, _Number]
    """What CMS paid in the ACO's counties, at a risk score of 1, in the same years."""
    national_weight: tuple[_Number, _Number]
    """The weight of national growth, from 0 to 1, in base year 3 and the performance year."""
    person_years: tuple[_Number, _Number]
    """Person years of the ACO's beneficiaries, in base year 3 and the performance year."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prospective:
    """What agreements from 2024 ask for of one enrolment type."""

    trend: _Number
    """The accountable care prospective trend from base year 3 to the performance year: "1.1" for 10 % growth."""
    demographic_risk_score: tuple[_Number, _Number]
    """In base year 3 and the performance year, renormalised."""
    weight_of_growth: _Number
    """The weight of the type where growth in risk is taken on the whole: RR_weight of the results file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class From2024:
    """What agreement periods that began on 2024-01-01 or later ask for besides."""

    prior_savings: tuple[_Number, _Number, _Number]
    """Dollars saved for one person year in the performance years that are now base years; below zero lost."""
    proration: _Number
    """The part of prior savings that counts, from 0 to 1, where the ACO has grown since."""
    guardrail: bool
    """Whether CMS applied the guardrail: then the prospective trend does not count."""
    types: Mapping[str, Prospective]
    """What is asked for of each enrolment type."""


class TypeBenchmark(Record, frozen=True, kw_only=True):
    """The benchmark of one enrolment type, in dollars for one person year."""

    historical: Decimal
    """The weighted mean of the base years, at the risk and prices of base year 3."""
    adjustment: Decimal
    """What is added for the region or for prior savings; below zero taken away."""
    updated: Decimal
    """The benchmark at the risk and prices of the performance year."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MsspBenchmark:
    """The updated benchmark, and the statement of every step to it."""

    types: dict[str, TypeBenchmark]
    """Of each enrolment type."""
    per_person_year: Decimal
    """Of all together, in dollars for one person year, to the cent."""
    total: Decimal
    """Of all person years, in dollars, to the cent."""
    statement: Statement
    """Every line from base years to benchmark, with its rule and citation."""


def mssp_benchmark(
    performance_year: int,
    *,
    agreement_period: int,
    regional_adjustment_period: int,
    types: Mapping[str, TypeYears],
    from_2024: From2024 | None = None,
) -> MsspBenchmark:
    """The benchmark of a performance year, from what beneficiaries cost in the base years.

    To settle a whole year with it, choose `{"benchmark": "from base years, agreement before 2024"}` (or `agreement
    from 2024`) of a track: its contract then goes from the base years to the payment in one statement.

    Args:
        performance_year: from 2019.
        agreement_period: which of the ACO's it is: 1 weighs the base years 10, 30 and 60; later ones, rebased, alike.
        regional_adjustment_period: which agreement period subject to the regional adjustment it is, from 1.
        types: what was measured of each of `ENROLMENT_TYPES`.
        from_2024: where the agreement period began on 2024-01-01 or later.

    Raises:
        ContractError: a number that has no meaning (a risk score of 0, a weight above 1), a type that is missing, a
            year without the programme.
        SettlementError: an amount that cannot be held exactly.
        TypeError: a float, which is not exact, naming the field.
    """
    try:
        text, statement = _mssp_benchmark(
            performance_year, agreement_period, regional_adjustment_period, dict(types), from_2024
        )
    except TypeError as why:
        raise TypeError(_reason(why)) from None
    kind = tuple[dict[str, TypeBenchmark], Decimal, Decimal]
    of_types, per_person_year, total = msgspec.json.decode(text, type=kind)
    return MsspBenchmark(types=of_types, per_person_year=per_person_year, total=total, statement=statement)


def _reason(why: BaseException) -> str:
    """What is wrong with a field, and which one it is."""
    field = next((word for word in str(why).split() if "Input." in word), "")
    while why.__cause__ is not None:
        why = why.__cause__
    return f"{field.rpartition('.')[2]}: {why}" if field else str(why)
