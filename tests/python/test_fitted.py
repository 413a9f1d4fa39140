"""Cost models made of people: who is in which cell, and what one costs there."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import polars as pl
import pytest

import capitation as cap
from capitation import CostModel, Population, Severity, Shock

if TYPE_CHECKING:
    from collections.abc import Callable


def forty(**columns: Any) -> Population:
    """29 young people who cost 0, 10, ..., 280, one old who costs 290, and ten old who cost 1,000 to 1,090."""
    table = pl.DataFrame(
        {
            "months": [12.0] * 40,
            "cost": [10.0 * k + (0.0 if k < 30 else 700.0) for k in range(40)],
            "age": ["young" if k < 29 else "old" for k in range(40)],
            "type": ["aged" if k % 2 else "disabled" for k in range(40)],
            "fifth": [1 if k < 20 else 5 for k in range(40)],
            "year": [2025] * 40,
        }
    )
    named = {"cell": "age", "class_": "type", "year": "year", "currency": "GBP"}
    named |= {"deprivation": "fifth", "deprivation_scale": "quintile"}
    return Population.from_table(table, cost="cost", member_months="months", **(named | columns))


def test_everybody_is_one_cell() -> None:
    made = CostModel.from_population(forty())
    assert (len(made), made.people, made.currency, made.input) == (1, 40, "GBP", "actual cost")
    # 10 x (0 + 1 + ... + 39) + 10 x 700 = 7,800 + 7,000.
    assert made.mean == pytest.approx(14_800.0, rel=1e-12)
    [fit] = made.fits
    assert (fit.cell, fit.people, fit.share, fit.fit) == ("everybody", 40, 1.0, None)
    assert fit.mean.mean == pytest.approx(370.0)


def test_cells_have_their_people_and_their_costs() -> None:
    made = CostModel.from_population(forty(), by="cell", people=4_000)
    rows = made.to_frame().to_pylist()
    assert [(row["cell"], row["people"]) for row in rows] == [("old", 1_100), ("young", 2_900)]
    # Young: 10 x (0 + ... + 28)/29 = 140. Old: (290 + 10,450)/11.
    assert [row["mean"] for row in rows] == pytest.approx([10_740 / 11, 140.0])
    fits = made.fits
    assert [fit.people for fit in fits] == [11, 29]
    assert [fit.share for fit in fits] == pytest.approx([11 / 40, 29 / 40])
    young = fits.of("young")
    # The variance of 0, 10, ..., 280 is 100 x (29² − 1)/12 = 7,000, and that of the sample 29/28 of it: 7,250.
    assert young.mean.se == pytest.approx(math.sqrt(7_250 / 29))
    # 40 people are few: their errors are carried, unless it is said that they are not.
    assert rows[1]["mean_error"] == pytest.approx(math.sqrt(7_250 / 29) / 140.0)
    sure = CostModel.from_population(forty(), by="cell", mean_errors=False)
    assert sure.to_frame()["mean_error"].to_pylist() == [0.0, 0.0]


def test_several_columns_make_a_cell_of_each_combination() -> None:
    table = pl.DataFrame(
        {
            "cost": [float(10 + k) for k in range(48)],
            "months": [12.0] * 48,
            "age": ["old", "young"] * 24,
            "type": ["aged"] * 24 + ["disabled"] * 24,
        }
    )
    people = Population.from_table(
        table, cost="cost", member_months="months", cell="age", class_="type", currency="GBP"
    )
    made = CostModel.from_population(people, by=["cell", "class"])
    rows = made.to_frame().to_pylist()
    assert [(row["cell"], row["class"], row["people"]) for row in rows] == [
        ("old, aged", "aged", 12),
        ("old, disabled", "disabled", 12),
        ("young, aged", "aged", 12),
        ("young, disabled", "disabled", 12),
    ]
    # 10, 12, ..., 32.
    assert rows[0]["mean"] == pytest.approx(21.0)
    by_fifth = CostModel.from_population(forty(), by="deprivation")
    assert by_fifth.to_frame()["cell"].to_pylist() == ["most deprived fifth", "least deprived fifth"]


@pytest.mark.parametrize("law", ["lognormal", "gamma", "lognormal_to_shares"])
def test_a_law_is_fitted_to_each_cell(law: Any) -> None:
    made = CostModel.from_population(forty(), by="cell", law=law)
    for fit, (*_, severity, _) in zip(made.fits, made._cells(), strict=True):
        assert fit.fit is not None
        assert fit.fit.severity == severity
        assert fit.fit.goodness.mean.observed == pytest.approx(fit.mean.mean)
    young = made.fits.of("young").fit
    assert young is not None
    # One of 29 has no cost.
    assert young.severity.zeros == pytest.approx(1 / 29)
    if law == "gamma":
        # The likeliest gamma law has the mean of those with a cost, 4,060/28.
        assert young.severity.mean == pytest.approx(140.0)


def test_a_lognormal_cell_is_the_fit_of_its_costs() -> None:
    made = CostModel.from_population(forty(), law="lognormal").fits[0].fit
    alone = cap.fit_severity([10.0 * k + (0.0 if k < 30 else 700.0) for k in range(40)], law="lognormal")
    assert made is not None
    assert made.severity == alone.severity
    assert made.parameters == alone.parameters


def test_a_tail_begins_at_its_share() -> None:
    # The quantiles of a Pareto law of shape 2.5.
    costs = [1_000 * (1 - (k + 0.5) / 400) ** -0.4 for k in range(400)]
    table = pl.DataFrame({"cost": costs, "months": [12.0] * 400})
    people = Population.from_table(table, cost="cost", member_months="months", currency="GBP")
    seen = Severity.empirical([round(cost, 2) for cost in costs])
    for law in ("spliced", "empirical_with_tail"):
        made = CostModel.from_population(people, law=law, at=0.9)
        fit = made.fits[0].fit
        assert fit is not None
        # One in ten costs more than the threshold, by the law as it was seen.
        threshold = seen.quantile(0.9)
        assert fit.severity.survival(threshold) == pytest.approx(0.1, abs=0.0026)
        with pytest.raises(TypeError, match=f'law="{law}" needs at: the share of people'):
            CostModel.from_population(people, law=law)


def test_who_is_on_the_panel_may_be_drawn() -> None:
    """One cell with the mean of all, whose law is the mixture of those of the cells."""
    made = CostModel.from_population(forty(), by="cell", people=7, random_composition=True)
    assert (len(made), made.people) == (1, 7)
    assert made.mean == pytest.approx(7 * 370.0)
    assert len(made.fits) == 2


def test_weights_and_years_count() -> None:
    """A person seen for two years is no likelier than one seen for one, unless rows count."""
    table = pl.DataFrame(
        {
            "person": [k // 2 for k in range(24)] + list(range(12, 36)),
            "year": [2024 + k % 2 for k in range(24)] + [2025] * 24,
            "cost": [100.0] * 24 + [400.0] * 24,
            "months": [12.0] * 48,
        }
    )
    people = Population.from_table(
        table, cost="cost", member_months="months", person="person", year="year", currency="GBP"
    )
    # 12 people of 100 and 24 of 400: (1,200 + 9,600)/36; 24 rows of each: 250; in 2024 100 alone.
    assert CostModel.from_population(people, people=1).mean == pytest.approx(300.0)
    assert CostModel.from_population(people, people=1, person_years=True).mean == pytest.approx(250.0)
    assert CostModel.from_population(people, people=1, years=[2024]).mean == pytest.approx(100.0)
    with pytest.raises(cap.RiskError, match="nobody is there in 1999; its years are 2024, 2025"):
        CostModel.from_population(people, years=[1999])


def test_parts_of_a_year_are_refused_until_it_is_said_what_they_are() -> None:
    table = pl.DataFrame({"cost": [float(k) for k in range(40)], "months": [12.0] * 20 + [6.0] * 20})
    people = Population.from_table(table, cost="cost", member_months="months", currency="GBP")
    with pytest.raises(cap.RiskError, match="20 of 40 rows are of less than twelve months"):
        CostModel.from_population(people)
    apart = CostModel.from_population(people, partial_years="apart").to_frame().to_pylist()
    assert [(row["cell"], row["people"], row["months_each"]) for row in apart] == [
        ("everybody", 20, 12),
        ("everybody, part of the year", 20, 6),
    ]
    [whole] = CostModel.from_population(people, partial_years="as_they_are").to_frame().to_pylist()
    assert (whole["people"], whole["months_each"], whole["mean"]) == (40, 9, pytest.approx(19.5))


def test_a_model_goes_to_another_level_of_costs() -> None:
    made = CostModel.from_population(forty(), by="cell").with_shock(Shock.additive("drift", 3.0))
    raised = made.scaled(1.05)
    assert raised.mean == pytest.approx(1.05 * 14_800.0)
    assert raised.shocks[0].spread == pytest.approx(3.15)
    assert raised.to_frame()["mean_error"] == made.to_frame()["mean_error"]
    assert made.rescaled_to(500.0).mean == pytest.approx(40 * 500.0)
    # The fits are of the people as they were seen.
    assert raised.fits.of("young").mean == made.fits.of("young").mean
    assert made.fingerprint != raised.fingerprint


def test_fits_are_a_table() -> None:
    made = CostModel.from_population(forty(), by="cell", law="lognormal")
    frame = made.fits.to_frame()
    assert json.loads(frame.schema.metadata[b"capitation.stamp"]) == made.fits.stamp
    assert made.fits.stamp["cost model"] == made.fingerprint
    rows = frame.to_pylist()
    assert [(row["cell"], row["people"]) for row in rows] == [("old", 11), ("young", 29)]
    old = made.fits[0]
    assert old.fit is not None
    assert rows[0]["kolmogorov_smirnov"] == old.fit.goodness.kolmogorov_smirnov
    assert rows[0]["gini_fitted"] == old.fit.goodness.gini.fitted
    assert [fit.cell for fit in made.fits[:1]] == ["old"]
    shown = "".join(ElementTree.fromstring(made.fits._repr_html_()).itertext())
    for text in (shown, repr(made.fits)):
        assert "young" in text
        assert "Severity.lognormal(" in text
    assert repr(old).startswith("CellFit('old', 11 people, mean 976.36 ± ")
    seen = CostModel.from_population(forty()).fits
    assert "the costs that were seen" in repr(seen)
    assert seen.to_frame()["gini_fitted"].to_pylist() == [None]
    alone = CostModel("GBP").cell("all", 10, Severity.certain(1.0)).fits
    assert (len(alone), repr(alone)) == (0, "no fits: the model was not made of people")
    with pytest.raises(KeyError, match="the model was not made of people"):
        alone.of("all")
    with pytest.raises(KeyError, match="there is no fit of risk cell 'newborn'; there are old, young"):
        made.fits.of("newborn")
    with pytest.raises(ValueError, match="no cost that was observed is kept"):
        old.fit.plot.tail()


def test_a_model_of_people_is_drawn(request: pytest.FixtureRequest) -> None:
    """What 200 people like these cost on average: 200 x 370, against an envelope of 990,000."""
    contract = cap.Contract.read(request.config.rootpath / "templates" / "capitation.toml")
    made = CostModel.from_population(forty(), by="cell", people=200, mean_errors=False)
    drawn = contract.simulate(made, seed=4, years=2_000).party("provider").mean
    assert abs(drawn.mean - (990_000.0 - 200 * 370.0)) < 4 * drawn.se
    assert 0 < drawn.se < 100


@pytest.mark.parametrize(
    ("ask", "kind", "message"),
    [
        (
            lambda: CostModel.from_population(forty(cell=None), by="cell"),
            cap.RiskError,
            "the population has no column of risk cells; name one with `cell` when the population is read",
        ),
        (
            lambda: CostModel.from_population(forty(), by=["cell", "age"]),  # type: ignore[list-item]
            ValueError,
            'by="age"; name "cell", "class" or "deprivation"',
        ),
        (
            lambda: CostModel.from_population(forty(), by=3),  # type: ignore[arg-type]
            TypeError,
            'by=3 is no column, nor a list of them; name "cell", "class" or "deprivation"',
        ),
        (
            lambda: CostModel.from_population(forty(), law="pareto"),  # type: ignore[arg-type]
            ValueError,
            'law="pareto"; name "empirical", "lognormal", "gamma", "lognormal_to_shares", "spliced" or',
        ),
        (
            lambda: CostModel.from_population(forty(), law="gamma", at=0.9),
            TypeError,
            'law="gamma" has no tail of its own (at=0.9); leave at out',
        ),
        (
            lambda: CostModel.from_population(forty(), partial_years="dropped"),  # type: ignore[arg-type]
            ValueError,
            'partial_years="dropped"; name "as_they_are" or "apart"',
        ),
        (
            lambda: CostModel.from_population(forty(), input="inpatient cost"),
            cap.RiskError,
            "inpatient cost",
        ),
        (
            lambda: CostModel.from_population(forty(), input="member months"),
            cap.RiskError,
            "`member months` is a count; name a cost: `actual cost`, or a care setting",
        ),
        (
            lambda: CostModel.from_population(forty(cell="type", class_="age"), by=["cell", "class"]),
            cap.RiskError,
            "it is of fewer than 11 people; make cells larger",
        ),
        (
            lambda: CostModel.from_population(forty(), by="cell", people=1),
            cap.RiskError,
            "risk cell `old`: of 1 people 0.28 are in it; give a larger panel",
        ),
        (
            lambda: CostModel.from_population(forty(), people=-1),
            cap.RiskError,
            "people: -1 is not a whole number from 0 to 4294967295; correct the number",
        ),
        (lambda: CostModel.from_population(forty(), people=1.5), TypeError, "people=1.5 is no whole number"),  # type: ignore[arg-type]
        (lambda: CostModel.from_population(forty(), years=[]), cap.RiskError, "no year is named"),
        (
            lambda: CostModel.from_population(forty()).rescaled_to(0.0),
            cap.RiskError,
            "0 is no mean; give the mean of a person year, above 0",
        ),
        (lambda: CostModel.from_population(forty()).scaled(-1.0), cap.RiskError, "-1"),
        (lambda: forty(cell="wing"), cap.PopulationError, "wing"),
    ],
)
def test_what_cannot_be_fitted_is_refused(
    ask: Callable[[], Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=re.escape(message)):
        ask()
