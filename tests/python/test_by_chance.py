"""Savings by chance alone: against the normal case, and beside what was published."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import capitation as cap
from capitation import Severity

DATA = Path(__file__).parents[3] / "shared" / "data" / "us"


def person(variation: float) -> Severity:
    return Severity.lognormal(0.0, math.sqrt(math.log(1 + variation**2))).rescaled_to(10_000)


def test_the_normal_case_and_the_skewed_one() -> None:
    law = person(1.7)
    found = cap.savings_by_chance(law, people=5_000, minimum_rate=0.02)
    assert found.deviation == pytest.approx(1.7 / math.sqrt(5_000), rel=1e-12)
    z = 0.02 / found.deviation
    assert found.normal == pytest.approx(math.erfc(z / math.sqrt(2)) / 2, rel=1e-12)
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    assert found.normal_payout == pytest.approx(found.deviation * density, rel=1e-12)
    assert found.error < 1e-9
    capped = cap.savings_by_chance(law, people=5_000, minimum_rate=0.02, cap=float(law.quantile(0.99)))
    assert capped.deviation < found.deviation
    assert capped.probability < found.probability


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(
        cap.RiskError, match=r"minimum savings rate: 1 is no rate; give a share of the benchmark"
    ):
        cap.savings_by_chance(person(1.7), people=5_000, minimum_rate=1.0)
    with pytest.raises(cap.RiskError):
        cap.savings_by_chance(person(1.7), people=0, minimum_rate=0.02)
    with pytest.raises(cap.RiskError):
        cap.savings_by_chance(Severity.pareto(1.5, 10.0), people=100, minimum_rate=0.02)


@pytest.fixture(scope="module")
def results() -> cap.datasets.MsspResults:
    paths = [DATA / f"mssp_puf_py{year}.csv" for year in (2014, 2022)]
    if not all(path.exists() for path in paths):
        pytest.skip("no published results at ../shared/data")
    return cap.datasets.mssp_results(*paths)


def test_acos_that_cross_by_chance(results: cap.datasets.MsspResults) -> None:
    found = results.by_chance(person(1.8), person(1.6))
    frame = found.to_frame()
    first, last = frame.to_pylist()
    assert (first["year"], last["year"]) == (2014, 2022)
    for year in (first, last):
        assert 0 < year["by_chance_least"] < year["by_chance_most"] < year["crossed"] < 1
    rows = found.to_frame("rows").to_pylist()
    assert len(rows) == len(results) == first["acos"] + last["acos"]
    in_2014 = [row for row in rows if row["year"] == 2014]
    assert sum(row["by_chance_most"] for row in in_2014) / len(in_2014) == pytest.approx(
        first["by_chance_most"], rel=1e-12
    )
    one = in_2014[0]
    law = person(1.6)
    alone = cap.savings_by_chance(
        law, people=one["people"], minimum_rate=one["minimum_rate"], cap=float(law.quantile(0.99))
    )
    assert one["by_chance_least"] == alone.probability
    assert "modelled" in found.stamp["method"]
    assert "Modelled" in found._repr_html_()
    with pytest.raises(ValueError, match="there is no table `aco`"):
        found.to_frame("aco")
    with pytest.raises(ValueError, match="needs a law of one person's cost"):
        results.by_chance()
    with pytest.raises(cap.RiskError, match="level"):
        results.by_chance(law, percentile=1.2)


def test_the_chart_tells_the_band(results: cap.datasets.MsspResults) -> None:
    chart = results.by_chance(person(1.6), person(1.8)).plot.by_year(width=390).to_dict()
    assert "By chance alone savings cross the minimum rate for 0.9" in " ".join(chart["title"]["text"])
