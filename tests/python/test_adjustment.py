"""The benchmark from base years: the printed blend, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

import capitation as cap
from capitation.adjustment import ENROLMENT_TYPES, From2024, Prospective, TypeYears, mssp_benchmark

STEADY = TypeYears(
    expenditure=(1000, 1000, 1000),
    risk_score=(1, 1, 1, 1),
    national=(1000, 1000, 1000, 1047),
    regional=(1000, 1000, 1000, 1083),
    national_weight=(1, "0.767"),
    person_years=(250, 250),
)


def asked(
    one: TypeYears = STEADY, year: int = 2022, from_2024: From2024 | None = None
) -> cap.adjustment.MsspBenchmark:
    return mssp_benchmark(
        year,
        agreement_period=1,
        regional_adjustment_period=1,
        types=dict.fromkeys(ENROLMENT_TYPES, one),
        from_2024=from_2024,
    )


def test_the_printed_blend() -> None:
    # CMS methodology v11, section 4.1.2: 0.767 of 1.047 and 0.233 of 1.083 is 1.055.
    benchmark = asked()
    assert benchmark.types["ESRD"].updated == Decimal("1055.388")
    assert benchmark.types["ESRD"].historical == 1000
    assert benchmark.per_person_year == Decimal("1055.39")
    assert benchmark.total == Decimal("1055388.00")
    lines = {line["name"]: line for line in benchmark.statement.lines}
    assert lines["historical benchmark, aged/dual"]["source"].startswith("42 CFR 425.601")
    assert "person year" in lines["benchmark per person year"]["about"]


def test_the_limit_on_risk_is_one_sided() -> None:
    # 5 % more risk counts as 3 %; 5 % less as 5 % less.
    more = asked(replace(STEADY, risk_score=(1, 1, 1, "1.05"))).types["disabled"].updated
    less = asked(replace(STEADY, risk_score=(1, 1, 1, "0.95"))).types["disabled"].updated
    assert more == Decimal("1055.388") * Decimal("1.03")
    assert less == Decimal("1055.388") * Decimal("0.95")


def test_a_third_of_the_update_is_prospective_from_2024() -> None:
    each = Prospective(trend="1.0853880", demographic_risk_score=(1, 1), weight_of_growth="0.25")
    more = From2024(
        prior_savings=(0, 0, 0), proration=1, guardrail=False, types=dict.fromkeys(ENROLMENT_TYPES, each)
    )
    # Two thirds of 1.055388 and one of 1.085388.
    assert asked(year=2024, from_2024=more).types["aged/dual"].updated == Decimal("1065.388")
    assert asked(year=2024, from_2024=replace(more, guardrail=True)).types["aged/dual"].updated == Decimal(
        "1055.388"
    )


def test_what_has_no_meaning_is_refused() -> None:
    with pytest.raises(cap.ContractError, match="risk score, ESRD, base year 2`: 0 is not above zero"):
        asked(replace(STEADY, risk_score=(1, 0, 1, 1)))
    with pytest.raises(cap.ContractError, match="types: `disabled` is missing"):
        mssp_benchmark(2022, agreement_period=1, regional_adjustment_period=1, types={"ESRD": STEADY})
    with pytest.raises(cap.ContractError, match="`aged` is not an enrolment type; name ESRD, disabled"):
        mssp_benchmark(2022, agreement_period=1, regional_adjustment_period=1, types={"aged": STEADY})
    with pytest.raises(TypeError, match=r"national_weight: 0\.767 is a float, and an amount must be exact"):
        asked(replace(STEADY, national_weight=(1, 0.767)))  # type: ignore[arg-type]
    with pytest.raises(cap.ContractError, match="it has no track"):
        asked(year=2013)
