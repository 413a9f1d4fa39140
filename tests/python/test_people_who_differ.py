"""Cost models of people who all differ."""

from __future__ import annotations

import array
from typing import TYPE_CHECKING

import pytest

import capitation as cap
from capitation import CostModel, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

SHAPE = Severity.lognormal(0.0, 1.3)


def test_people_are_rows() -> None:
    """A column of expected costs and one of chances are people with their mean."""
    expected, chances = [310.0, 4_800.0, 0.0], [0.6, 0.95, 0.0]
    model = CostModel.of_people("GBP", SHAPE, expected, chances)
    assert (model.people, len(model), model.input) == (3, 1, "actual cost")
    assert model.mean == pytest.approx(5_110.0, rel=1e-12)
    columns = array.array("d", expected), array.array("d", chances)
    assert CostModel.of_people("GBP", SHAPE, *columns) == model
    assert CostModel.of_people("GBP", SHAPE, expected, chances, input="expenditure").input == "expenditure"


def test_people_who_do_not_differ_are_a_cell(template: Callable[[str], cap.Contract]) -> None:
    """Two thousand who are alike have the outlook of a cell of two thousand."""
    contract = template("stop-loss")
    shape = SHAPE.with_zeros(0.2)
    alike = CostModel("GBP").cell("all", 2_000, shape.rescaled_to(4_800.0))
    people = CostModel.of_people("GBP", shape, [4_800.0] * 2_000)
    one, other = (contract.outlook(model).party("provider") for model in (people, alike))
    assert one.mean == pytest.approx(other.mean, rel=1e-9)
    assert one.probability_of_deficit == pytest.approx(other.probability_of_deficit, abs=1e-8)


def test_a_row_that_cannot_be_is_refused_by_its_number() -> None:
    """Negative means, and chances that are none."""
    with pytest.raises(cap.RiskError, match="row 1"):
        CostModel.of_people("GBP", SHAPE, [1.0, -1.0])
    with pytest.raises(cap.RiskError, match="row 0"):
        CostModel.of_people("GBP", SHAPE, [1.0], [1.5])


def test_a_model_tells_that_its_people_differ() -> None:
    """The table has the average law, and says so."""
    model = CostModel.of_people("GBP", SHAPE, [310.0, 4_800.0], [0.6, 0.95])
    assert (
        model.to_frame().to_pylist()[0]["severity"].startswith("people differ, on average Severity.lognormal")
    )
    assert "people differ" in model._repr_html_()
