"""People come in from every library alike; what cannot be right is refused, with its place and a way out."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import capitation as cap

ROWS: dict[str, list[Any]] = {
    "id": ["a", "a", "b"],
    "yr": [2024, 2025, 2024],
    "months": [12.0, 6.5, 12.0],
    "spent": [100.0, 0.0, 12.34],
    "adm": [1, 0, 0],
}


def population(table: Any = None, **changed: Any) -> cap.Population:
    named: dict[str, Any] = {
        "person": "id",
        "year": "yr",
        "member_months": "months",
        "cost": "spent",
        "currency": "GBP",
        "activity": {"admissions": "adm"},
    }
    return cap.Population.from_table(pl.DataFrame(ROWS) if table is None else table, **(named | changed))


def refused(column: str, values: list[Any]) -> str:
    with pytest.raises(cap.PopulationError) as caught:
        population(pl.DataFrame(ROWS | {column: values}, strict=False))
    return str(caught.value)


@pytest.mark.parametrize(
    "library", [pl.DataFrame, pd.DataFrame, pa.table], ids=["polars", "pandas", "pyarrow"]
)
def test_every_library_gives_the_same_people(library: Any) -> None:
    found = population(library(ROWS))
    assert found.fingerprint == population().fingerprint
    assert (len(found), found.people, found.years, found.currency) == (3, 2, [2024, 2025], "GBP")
    assert found.measures == ["member months", "members", "actual cost", "admissions"]
    assert found.total("actual cost") == Decimal("112.34")
    assert found.total("member months") == Decimal("30.5")
    assert found.total("admissions") == 1


def test_another_value_is_another_fingerprint() -> None:
    other = population(pl.DataFrame(ROWS | {"spent": [100.0, 0.0, 12.35]}))
    assert other.fingerprint != population().fingerprint


def test_fractions_of_a_penny_are_rounded_once_and_reported() -> None:
    found = population(pl.DataFrame(ROWS | {"spent": [1.004, 0.0, 2.006]}))
    assert found.total("actual cost") == Decimal("3.01")
    [(column, difference, rows)] = [each for each in found.rounding_differences if each[0] == "spent"]
    assert (column, rows) == ("spent", 2)
    assert difference == pytest.approx(0.0, abs=1e-12)


def test_person_years_are_twelve_months() -> None:
    table = pl.DataFrame(ROWS | {"months": [1.0, 0.5, 1.0]})
    found = population(table, member_months=None, person_years="months")
    assert found.total("member months") == 30


def test_an_empty_table() -> None:
    with pytest.raises(
        cap.PopulationError, match="the table has no rows; give one row for each person and year"
    ):
        population(pl.DataFrame(ROWS).clear())


def test_a_missing_column_names_those_there_are() -> None:
    with pytest.raises(cap.PopulationError) as caught:
        population(cost="spend")
    assert str(caught.value) == (
        "column `spend`: the table has no such column; "
        "did you mean `spent`? the columns are `id`, `yr`, `months`, `spent`, `adm`"
    )
    assert caught.value.kind == "column"
    assert caught.value.place == "column `spend`"
    assert caught.value.problem == "the table has no such column"
    assert caught.value.remedy.startswith("did you mean")


def test_a_wrong_type() -> None:
    message = refused("spent", ["100", "0", "12"])
    assert message.startswith("column `spent`: it has the type")
    assert message.endswith("give numbers")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1.0, math.nan, 2.0], "column `spent`, row 1 (the first row is 0): NaN is not a value; fill it"),
        ([1.0, 2.0, math.inf], "column `spent`, row 2 (the first row is 0): inf is not finite; correct"),
        ([-0.01, 2.0, 3.0], "column `spent`, row 0 (the first row is 0): -0.01 is below zero; net refunds"),
        ([1.0, None, 3.0], "column `spent`, row 1: the value is missing (null, or NaN in pandas); fill"),
    ],
    ids=["NaN", "infinity", "negative", "null"],
)
def test_a_cost_that_cannot_be_right(values: list[Any], said: str) -> None:
    assert refused("spent", values).startswith(said)


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (0.0, "0 is not an exposure above 0 member months; give months of cover"),
        (-1.0, "-1 is not an exposure above 0 member months; give months of cover"),
        (12.5, "12.5 is more than the 12 member months of a year; give months, not days"),
        (math.nan, "NaN is not a value"),
    ],
    ids=["zero", "negative", "above twelve", "NaN"],
)
def test_an_exposure_that_cannot_be_right(months: float, said: str) -> None:
    message = refused("months", [12.0, months, 12.0])
    assert message.startswith(f"column `months`, row 1 (the first row is 0): {said}")


def test_a_person_has_one_row_a_year() -> None:
    message = refused("yr", [2024, 2024, 2024])
    assert message == (
        "column `id`, row 1 (the first row is 0): person `a` of year 2024, seen before in row 0, has two "
        "rows for one year; add up the rows of each person and year before they come here"
    )


def test_a_year_is_whole() -> None:
    assert "row 0: 2024.5 is not a whole number" in refused("yr", [2024.5, 1.0, 2.0])


def test_bad_rows_can_be_left_out_and_are_listed() -> None:
    table = pl.DataFrame(ROWS | {"spent": [-1.0, 5.0, math.nan]})
    found = population(table, on_error="collect")
    assert len(found) == 1
    assert {(column, *rows) for column, _, rows in found.rejected} == {("spent", 0), ("spent", 2)}
    assert population().rejected == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"currency": "pounds"}, "`pounds` is not a currency code"),
        ({"rounding": "nearest"}, "`nearest` is not a rounding; name half_up"),
        ({"on_error": "ignore"}, 'name "raise" or "collect"'),
        ({"person_years": "months"}, "give exposure once"),
        ({"member_months": None}, "give exposure once"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_asked_for(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        population(**changed)


def test_a_dict_is_not_a_table() -> None:
    with pytest.raises(cap.PopulationError, match="not a table that speaks Arrow"):
        population(ROWS)


@pytest.mark.parametrize(
    "table",
    [
        pl.DataFrame({"cost": [5.0, None, 6.0], "m": [12, 12, 12]}),
        pd.DataFrame({"cost": [5.0, float("nan"), 6.0], "m": [12, 12, 12]}),
    ],
    ids=["polars", "pandas"],
)
def test_a_null_is_a_row_left_out_where_bad_rows_are_collected(table: Any) -> None:
    asked: dict[str, Any] = {"cost": "cost", "member_months": "m", "currency": "USD"}
    with pytest.raises(cap.PopulationError, match="column `cost`, row 1"):
        cap.Population.from_table(table, **asked)
    people = cap.Population.from_table(table, **asked, on_error="collect")
    assert len(people) == 2
    assert [(column, rows) for column, _, rows in people.rejected] == [("cost", [1])]
