"""What a result hangs on, against sums by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import capitation as cap
from capitation import Assumption, Contract, CostModel, Severity, Shock, charts

CAPITATION = Contract.read(Path(__file__).parents[2] / "templates" / "capitation.toml")


def person(sigma: float) -> Severity:
    return Severity.lognormal(0.0, sigma).with_zeros(0.2).rescaled_to(4_900.0)


def model() -> CostModel:
    return CostModel("GBP").cell("all", 8_000, person(1.5)).with_shock(Shock.multiplicative("trend", 0.02))


ASSUMED = [
    Assumption.people(7_000, 9_000),
    Assumption.spread("trend", 0.0, 0.04),
    Assumption.costs(0.99, 1.01),
    Assumption.term("price per member month", "412.00", "412.50"),
    Assumption.law("all", person(1.4), person(1.6)).named("tail"),
]


def test_means_by_hand() -> None:
    """8,000 people at 12 x 412.50 = 4,950 less 4,900: 400,000; costs x 0.99 are 4,851, x 1.01 are 4,949."""
    found = CAPITATION.sensitivity(model(), ASSUMED)
    assert found.base.mean == pytest.approx(400_000, abs=1e-3)
    assert [row.assumption for row in found.rows[:3]] == [
        "what people cost (× 0.99 to 1.01)",
        "the number of people (7000 to 9000)",
        "`price per member month` (412.00 to 412.50)",
    ]
    costs, people, price = found.rows[:3]
    assert (costs.low.mean, costs.high.mean) == pytest.approx((8_000 * 99, 8_000), abs=1e-3)
    assert (people.low.mean, people.high.mean) == pytest.approx((350_000, 450_000), abs=1e-3)
    assert (price.low.mean, price.high.mean) == pytest.approx((352_000, 400_000), abs=1e-3)
    assert costs.swing() == pytest.approx(-784_000, abs=1e-2)
    by_spread = CAPITATION.sensitivity(model(), ASSUMED, by="standard_deviation")
    assert by_spread.rows[0].assumption == "the spread of `trend` (0 to 0.04)"
    assert by_spread.rows[0].swing("standard_deviation") > 0


def test_other_assumptions() -> None:
    """Zeros of 0.25 in place of 0.2: 4,900 x 0.75/0.8 = 4,593.75 a person; two models are themselves."""
    zeros = CAPITATION.sensitivity(model(), [Assumption.zeros("all", 0.2, 0.25)]).rows[0]
    assert zeros.high.mean == pytest.approx(8_000 * 356.25, abs=1e-2)
    two = [model(), CostModel("GBP").cell("all", 8_000, person(1.2))]
    row = CAPITATION.sensitivity(model(), [Assumption.model("who is covered", *two)]).rows[0]
    assert row.assumption == "who is covered"
    assert row.low == CAPITATION.sensitivity(model(), ASSUMED[:1]).base
    savings = Contract.read(Path(__file__).parents[2] / "templates" / "shared-savings.toml")
    given = {"admissions": 10_000, "visits": 20_000}
    found = savings.sensitivity(model(), [Assumption.given("admissions", 9_000, 11_000)], given=given)
    assert found.rows[0].swing() > 0
    assert "admissions 10000" in found.stamp["given"]


def test_the_table_and_the_chart() -> None:
    found = CAPITATION.sensitivity(model(), ASSUMED, retention=100_000)
    frame = found.to_frame()
    assert frame.num_rows == len(ASSUMED)
    first = frame.to_pylist()[0]
    assert (first["mean_low"], first["mean_base"]) == (found.rows[0].low.mean, found.base.mean)
    assert json.loads(frame.schema.metadata[b"capitation.stamp"]) == found.stamp
    assert "hangs on" in found._repr_html_()
    assert "deficits above £100,000" in repr(found)
    said = charts.said(found.plot())
    assert said.startswith(
        "The provider's mean result hangs most on what people cost (× 0.99 to 1.01): from £8.0k to £792k"
    )
    for figure in ("standard_deviation", "probability_of_deficit", "stop_loss"):
        assert "<svg" in charts.to_svg(found.plot.tornado(figure=figure, width=380))
    with pytest.raises(ValueError, match="'tvar' is no figure"):
        found.plot.tornado(figure="tvar")


def test_assumptions_are_values() -> None:
    assert Assumption.costs(0.9, 1.1) == Assumption.costs(0.9, 1.1)
    assert Assumption.costs(0.9, 1.1).named("trend").name == "trend"
    assert repr(Assumption.people(1, 2)) == "Assumption(the number of people (1 to 2))"


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(cap.RiskError, match="winter"):
        CAPITATION.sensitivity(model(), [Assumption.spread("winter", 0.0, 0.1)])
    with pytest.raises(cap.RiskError, match="nurse"):
        CAPITATION.sensitivity(model(), ASSUMED[:1], party="nurse")
    with pytest.raises(cap.RiskError, match="retention is -1"):
        CAPITATION.sensitivity(model(), ASSUMED[:1], retention=-1)
    with pytest.raises(cap.SettlementError, match="no assumption is moved"):
        CAPITATION.sensitivity(model(), [])
    with pytest.raises(ValueError, match="`tvar` is no figure"):
        CAPITATION.sensitivity(model(), ASSUMED[:1], by="tvar")  # type: ignore[arg-type]
    with pytest.raises(cap.RiskError, match="low: -1 is not a whole number from 0 to 4294967295"):
        Assumption.people(-1, 3)
    with pytest.raises(TypeError, match=r"high=2\.5 is no whole number"):
        Assumption.people(1, 2.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="an amount must be exact"):
        Assumption.term("price per member month", 412.0, 413)  # type: ignore[arg-type]
