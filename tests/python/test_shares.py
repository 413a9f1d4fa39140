"""Who bears the risk, and what of it is chance: against closed forms and itself."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import capitation as cap
from capitation import Contract, CostModel, Severity, Shock, charts
from capitation.shares import BEFORE

TEMPLATES = Path(__file__).parents[2] / "templates"


def contract(name: str) -> Contract:
    return Contract.read(TEMPLATES / f"{name}.toml")


def model(people: int = 8_000) -> CostModel:
    person = Severity.lognormal(0.0, 1.5).with_zeros(0.2).rescaled_to(4_900.0)
    return CostModel("GBP").cell("all", people, person)


def test_the_corridor_takes_a_part_back() -> None:
    found = contract("corridor").risk_transfer(model(), worst=[0.95], above=[40_000_000])
    assert found.measures == ("variance", "worst 5\u00a0%", "losses above £40,000,000")
    assert [row.clause for row in found.rows] == [None, "envelope", "corridor settlement"]
    for row in found.rows:
        for place in range(3):
            shares = [(party.variance, *party.tails)[place].share for party in row.parties]
            assert math.fsum(shares) == pytest.approx(1.0, abs=1e-8)
    # A capitation leaves all risk with the provider; the corridor takes some, and more of the worst years.
    assert found.after("envelope").party("provider").variance.share == pytest.approx(1.0, abs=1e-12)
    provider = found.whole.party("provider")
    assert 0 < provider.tails[0].share < provider.variance.share < 0.95
    with pytest.raises(KeyError, match="no clause bonus is paid; paid are envelope, corridor settlement"):
        found.after("bonus")
    with pytest.raises(KeyError, match="no party nurse"):
        found.whole.party("nurse")


def test_the_table_and_the_chart_of_shares() -> None:
    found = contract("corridor").risk_transfer(model())
    frame = found.to_frame()
    assert frame.num_rows == 3 * 2 * 2
    rows = frame.to_pylist()
    assert rows[0]["after"] == BEFORE
    provider = [row for row in rows if row["party"] == "provider" and row["measure"] == "variance"]
    assert [row["step"] for row in provider] == [0, 1, 2]
    assert provider[-1]["share"] == found.whole.party("provider").variance.share
    stamp = json.loads(frame.schema.metadata[b"capitation.stamp"])
    assert stamp == found.stamp
    assert stamp["people"] == "8,000"
    assert "who bears the risk" in found._repr_html_()
    assert BEFORE in repr(found)
    for width in (360, 720):
        assert "<svg" in charts.to_svg(found.plot.shares(width=width))
    said = charts.said(found.plot())
    part = f"{100 * found.whole.party('provider').variance.share:.0f}\u00a0%"
    assert f"The provider's share of the risk (variance) goes from 100\u00a0% to {part}" in said
    assert "worst 5" in charts.said(found.plot.shares(measure="worst 5\u00a0%"))
    with pytest.raises(ValueError, match="there is no share of 'tvar'; name one of variance"):
        found.plot.shares(measure="tvar")


def test_what_moves_no_risk_is_said() -> None:
    found = contract("capitation").risk_transfer(model(), worst=[])
    assert found.measures == ("variance",)
    assert "No payment moves risk: provider has 100" in charts.said(found.plot())


def test_shares_that_cannot_be_are_refused() -> None:
    with pytest.raises(cap.RiskError):
        contract("corridor").risk_transfer(model(), worst=[1.0])
    with pytest.raises(cap.RiskError, match="too small to be told"):
        contract("corridor").risk_transfer(model(), above=[1e12])


def test_chance_is_pooled_away_and_the_rest_is_not() -> None:
    """Var(FS) = exp(s²) Var(S) + (exp(s²) − 1) E[S]², with E[S] = 4,900 a person; chance goes with the root."""
    moved = model().with_shock(Shock.multiplicative("trend", 0.03))
    sizes = [8_000, 50_000, 300_000]
    found = cap.risk_by_panel_size(contract("capitation"), moved, sizes)
    one = found.rows[0].by_chance / math.sqrt(8_000)
    factor = math.exp(0.03**2)
    for row, people in zip(found.rows, sizes, strict=True):
        assert row.people == people
        assert row.by_chance == pytest.approx(one * math.sqrt(people), rel=1e-9)
        variance = factor * row.by_chance**2 + (factor - 1) * (4_900 * people) ** 2
        assert row.with_all == pytest.approx(math.sqrt(variance), rel=1e-9)
        assert row.performance == pytest.approx(1 - row.by_chance**2 / variance, rel=1e-9)
    assert found.to_frame()["people"].to_pylist() == sizes
    assert "trend" in found.stamp["costs moved together by"]
    said = charts.said(found.plot())
    assert "of the provider's variance at 8,000 people" in said
    assert "8,000" in found._repr_html_()
    assert "sd by chance" in repr(found)
    assert "<svg" in charts.to_svg(found.plot.by_size(width=360))
    every = contract("capitation").risk_by_source(moved)
    assert [row.party for row in every.rows] == ["payer", "provider"]
    assert every.rows[0].performance is None
    assert every.rows[1].with_all == pytest.approx(found.rows[0].with_all, rel=1e-12)
    with pytest.raises(ValueError, match="of one party and two sizes or more"):
        every.plot()


def test_inputs_are_made_for_each_size() -> None:
    savings = contract("shared-savings")

    def given(people: int) -> dict[str, int]:
        return {"admissions": people, "visits": 3 * people}

    found = cap.risk_by_panel_size(savings, model(), [5_000, 10_000], given=given)
    for row in found.rows:
        outlook = savings.outlook(model(row.people), given=given(row.people))
        assert row.mean == pytest.approx(outlook.party("provider").mean, rel=1e-9)
    with pytest.raises(TypeError, match="given is made for each size"):
        cap.risk_by_panel_size(savings, model(), [5_000], given={"admissions": 1})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="sizes=5000 is one value"):
        cap.risk_by_panel_size(savings, model(), 5_000)  # type: ignore[arg-type]
    with pytest.raises(cap.RiskError, match="0 people"):
        cap.risk_by_panel_size(contract("capitation"), model(), [0])
    with pytest.raises(cap.RiskError, match="no party `nurse`"):
        cap.risk_by_panel_size(contract("capitation"), model(), [100], party="nurse")


def test_what_is_no_list_is_said() -> None:
    corridor, people = contract("corridor"), model(2_000)
    with pytest.raises(
        TypeError, match=r"worst=0.95 is no list of levels, such as 0.95; write worst=\[...\]"
    ):
        corridor.risk_transfer(people, worst=0.95)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"is no list of capitation.Assumption; write assumptions=\[...\]"):
        corridor.sensitivity(people, cap.Assumption.costs(0.9, 1.1))  # type: ignore[arg-type]
    with pytest.raises(
        ValueError, match="sizes: -5 is out of range; give numbers of people from 0 to 4,294,967,295"
    ):
        cap.risk_by_panel_size(corridor, people, [-5])
    with pytest.raises(TypeError, match=r"sizes: 1.5 is no whole number; give numbers of people"):
        cap.panel_sizes(people, [1.5])  # type: ignore[list-item]
