"""Capital by the size of the panel; populations where cost models are asked for; fits that bring their errors."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import polars as pl
import pytest

import capitation as cap
from capitation import CostModel, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

PERSON = Severity.lognormal(7.0, 1.3).with_zeros(0.2)


def population() -> cap.Population:
    """Forty people with costs that rise."""
    table = pl.DataFrame({"months": [12.0] * 40, "cost": [100.0 * row for row in range(40)]})
    return cap.Population.from_table(table, cost="cost", member_months="months", currency="GBP")


def test_capital_falls_by_head_with_the_size(template: Callable[[str], cap.Contract]) -> None:
    """Each row is what `capital` says of that size, and a head needs less in a larger panel."""
    contract = template("capitation")
    model = CostModel("GBP").cell("all", 8_000, PERSON)
    found = cap.capital_by_panel_size(contract, model, [1_000, 8_000])
    alone = cap.capital(contract.outlook(model), "provider").one_in(200)
    assert found.rows[1].capital[1].quantile == pytest.approx(alone.quantile, rel=1e-12)
    assert [row.people for row in found.rows] == [1_000, 8_000]
    heads = [row.capital[1].quantile / row.people for row in found.rows]
    assert heads[0] > heads[1]
    rows = found.to_frame().to_pylist()
    assert [(row["people"], row["one_in"]) for row in rows] == [
        (1_000, 20),
        (1_000, 200),
        (8_000, 20),
        (8_000, 200),
    ]
    assert all(row["quantile_error"] >= 0 for row in rows)
    assert "for one year in 200" in repr(found)
    assert "8,000" in found._repr_html_()
    with pytest.raises(TypeError, match="given is made for each size"):
        cap.capital_by_panel_size(contract, model, [1], given={})  # type: ignore[arg-type]


def test_stop_loss_of_a_panel_falls_by_head_with_the_size() -> None:
    """Each row is what `stop_loss_premium` says of that size, and a head costs less in a larger panel."""
    model = CostModel("GBP").cell("all", 8_000, PERSON)
    found = cap.premiums_by_panel_size(model, [1_000, 8_000], attachment=1.1, loading=0.15)
    mean = 8_000 * PERSON.mean
    alone = cap.stop_loss_premium(model, 1.1 * mean, on="all together", loading=0.15)
    small, large = found.rows
    assert large.people == 8_000
    assert large.attachment == pytest.approx(1.1 * mean, rel=1e-12)
    assert large.fair == pytest.approx(alone.fair, abs=alone.fair_error + large.fair_error)
    assert large.premium == pytest.approx(1.15 * large.fair, rel=1e-12)
    assert small.per_member_month > 2 * large.per_member_month
    rows = found.to_frame().to_pylist()
    assert [row["people"] for row in rows] == [1_000, 8_000]
    assert rows[1]["fair"] == large.fair
    assert "Stop-loss above 110\xa0% of what a panel is expected to cost" in repr(found)
    assert "8,000" in found._repr_html_()
    with pytest.raises(cap.RiskError, match="the attachment is NaN"):
        cap.premiums_by_panel_size(model, [10], attachment=float("nan"))
    with pytest.raises(TypeError, match="sizes=10 is one value"):
        cap.premiums_by_panel_size(model, 10, attachment=1.1)  # type: ignore[arg-type]


def test_panels_in_whole_people_say_in_what_they_differ(template: Callable[[str], cap.Contract]) -> None:
    """A quarter is dear: four people have one of them, three have one too, and one has none."""
    young, old = Severity.gamma(2.0, 1_650.0), Severity.gamma(2.0, 4_950.0)
    model = CostModel("GBP").cell("young", 7_500, young).cell("old", 2_500, old)
    contract = template("capitation")
    found = cap.capital_by_panel_size(contract, model, [1, 3, 4])
    # (2 × 3,300 + 9,900) / 3 = 5,500 a head beside 4,950; 3,300 is a third less.
    told = (
        "at 1 people a head costs 33.3 % less than of all, and nobody is of old; "
        "at 3 people a head costs 11.1 % more than of all."
    )
    assert f"Panels have whole people of each risk cell: {told}" in repr(found)
    assert told in repr(cap.risk_by_panel_size(contract, model, [1, 3, 4]))
    assert "whole people" not in repr(cap.risk_by_panel_size(contract, model, [4, 8]))


def test_a_population_is_a_cost_model(template: Callable[[str], cap.Contract]) -> None:
    """The costs of its people as they were, with the error of so few people's mean."""
    people, contract = population(), template("capitation")
    model = CostModel.of(people)
    assert model == CostModel.from_population(people)
    assert CostModel.of(model) is model
    of_people = contract.outlook(people).party("provider")
    assert of_people.mean == contract.outlook(model).party("provider").mean
    with pytest.raises(
        TypeError, match="a str says nothing of what people will cost; give a CostModel, or a Population"
    ):
        contract.outlook("people")  # type: ignore[arg-type]


def test_a_fit_brings_the_error_of_its_mean() -> None:
    """The law alone does not, and the error may be given."""
    draw = random.Random(7)
    costs = [draw.gammavariate(0.5, 4_000.0) for _ in range(400)]
    fit = cap.fit_severity(costs, law="gamma")
    assert fit.people == pytest.approx(400)
    assert fit.mean_error is not None
    # A gamma law's deviation is its mean over the root of its shape.
    assert fit.mean_error == pytest.approx((2 / 400) ** 0.5, rel=0.2)

    def error(model: CostModel) -> float:
        return model.to_frame().to_pylist()[0]["mean_error"]  # type: ignore[no-any-return]

    empty = CostModel("GBP")
    assert error(empty.cell("all", 8_000, fit)) == fit.mean_error
    assert error(empty.cell("all", 8_000, fit.severity)) == 0
    assert error(empty.cell("all", 8_000, fit, mean_error=0.02)) == 0.02
    assert error(empty.cell("all", 8_000, cap.lognormal_to_shares({0.05: 0.5}, zeros=0.2, mean=900))) == 0
    with pytest.raises(TypeError, match="risk cell `all`: a float is no law of costs"):
        empty.cell("all", 5, 3.0)  # type: ignore[arg-type]


def test_a_frontier_of_references_alone_is_refused(template: Callable[[str], cap.Contract]) -> None:
    """The reason is that of the first contract."""
    family = cap.Family.of({"mine": template("shared-savings")})
    with pytest.raises(cap.RiskError, match="contract `mine`"):
        cap.frontier(family, CostModel("GBP").cell("all", 800, PERSON))


def test_the_frontier_is_drawn_as_it_is_judged(template: Callable[[str], cap.Contract]) -> None:
    """Axes, points and the dark line follow the power and the risk asked for; a float does too."""
    contract = template("stop-loss")
    family = cap.Family.grid(contract, {"attachment": ["20000", "50000", "100000"]})
    model = CostModel("GBP").cell("all", 800, PERSON)
    found = cap.frontier(family, model, risk="deficit", power="unit cost", reserve=1_500.0)
    assert found.by == ("unit cost", "deficit")
    point = found.points[0]
    assert (found.power_of(point), found.risk_of(point)) == (
        point.power.unit_cost,
        point.risk.probability_of_deficit,
    )
    drawn = found.plot.frontier().to_json()
    assert "risk: probability of a deficit in a year" in drawn
    assert "saved inside cases" in drawn


def test_sizes_are_points_that_straight_lines_join() -> None:
    """Nothing is drawn between them that was not worked out."""
    sizes = cap.panel_sizes(CostModel("GBP").cell("all", 800, PERSON), [30, 1_000, 30_000])
    drawn = sizes.plot.overspend().to_json()
    assert "monotone" not in drawn
    assert "lines between them only join them" in drawn.replace('",\n      "', " ")


def test_lumps_are_drawn_beside_the_bars_in_one_unit() -> None:
    """One that is likelier than every bar ends at the top; a rare one is low, and can be seen."""
    from capitation.charts.outlook import stems

    heights = [stem["height"] for stem in stems([(1.0, 0.5), (2.0, 0.01), (3.0, 1e-6)], 0.02)]
    assert heights == [1.12, 0.5, 0.02]


def test_a_carrier_that_loses_is_told(template: Callable[[str], cap.Contract]) -> None:
    """A stop-loss from 2,000 on at the price of one from 100,000 is no bargain that anybody would give."""
    contract = template("stop-loss")
    family = cap.Family.grid(contract, {"attachment": ["2000", "100000"]})
    model = CostModel("GBP").cell("all", 800, PERSON.rescaled_to(4_000))
    assert "`reinsurer` loses" in repr(cap.frontier(family, model))
    fair = cap.frontier(family, model, premium=("stop-loss premium per member month", "0"))
    assert "loses" not in repr(fair)


def test_capital_that_no_year_asks_for_is_none(template: Callable[[str], cap.Contract]) -> None:
    """What is left of a year that is a gain is no capital; and without a size nothing is told."""
    contract = template("capitation")
    outlook = contract.outlook(CostModel("GBP").cell("all", 800, Severity.gamma(0.5, 2_000.0)))
    needs = cap.capital(outlook, one_in=[20])
    assert needs.one_in(20).quantile < 0
    assert "none, £" in repr(needs)
    for ask in (lambda: cap.capital(outlook, one_in=[]), lambda: cap.panel_sizes(CostModel("GBP"), [])):
        with pytest.raises(ValueError, match="there are none"):
            ask()
