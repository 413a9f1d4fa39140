"""Columns cross from every library that speaks Arrow; a refusal names the column, the row and the way out."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from capitation import _capitation as core

FLOATS = [1.0, 2.5, -0.0]


def read(table: object, name: str, kind: str = "floats") -> list[Any]:
    result: list[Any] = core._read_column(table, name, kind)
    return result


def refused(table: object, name: str, kind: str = "floats") -> str:
    with pytest.raises(ValueError, match=r".") as caught:
        core._read_column(table, name, kind)
    return str(caught.value)


@pytest.mark.parametrize(
    "table",
    [
        pl.DataFrame({"cost": FLOATS}),
        pd.DataFrame({"cost": FLOATS}),
        pa.table({"cost": FLOATS}),
        pa.RecordBatch.from_pydict({"cost": FLOATS}),
        pa.table({"cost": FLOATS}).to_reader(),
    ],
    ids=["polars", "pandas", "pyarrow table", "pyarrow batch", "pyarrow reader"],
)
def test_every_library(table: object) -> None:
    assert read(table, "cost") == FLOATS


def test_duckdb_like_decimals_become_the_nearest_float() -> None:
    values = [Decimal("0.10"), Decimal("123456789012345.67"), Decimal("-7.00")]
    table = pa.table({"cost": pa.array(values, pa.decimal128(38, 2))})
    assert read(table, "cost") == [0.1, 123456789012345.67, -7.0]
    whole = pa.table({"n": pa.array([Decimal(5), Decimal(-3)], pa.decimal128(38, 0))})
    assert read(whole, "n", "integers") == [5, -3]


@pytest.mark.parametrize(
    "kind", [pa.int8(), pa.uint8(), pa.int32(), pa.uint64(), pa.float16(), pa.float32(), pa.float64()]
)
def test_every_number_type(kind: pa.DataType) -> None:
    table = pa.table(
        {
            "n": pa.array(np.array([0, 1, 100]), kind)
            if kind != pa.float16()
            else pa.array(np.array([0, 1, 100], dtype=np.float16))
        }
    )
    assert read(table, "n") == [0.0, 1.0, 100.0]
    assert read(table, "n", "integers") == [0, 1, 100]
    assert read(table, "n", "strings") == ["0", "1", "100"]


def test_booleans_are_zero_and_one() -> None:
    assert read(pl.DataFrame({"died": [True, False]}), "died") == [1.0, 0.0]


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["a", "b", "a"], pa.string()),
        pa.array(["a", "b", "a"], pa.large_string()),
        pa.array(["a", "b", "a"], pa.string_view()),
        pa.array(["a", "b", "a"]).dictionary_encode(),
        pa.chunked_array([["a"], ["b", "a"]]),
    ],
    ids=["string", "large", "view", "dictionary", "chunks"],
)
def test_every_text_type(column: pa.Array) -> None:
    assert read(pa.table({"who": column}), "who", "strings") == ["a", "b", "a"]


def test_categoricals() -> None:
    assert read(pl.DataFrame({"sex": pl.Series(["f", "m"], dtype=pl.Categorical)}), "sex", "strings") == [
        "f",
        "m",
    ]
    assert read(pd.DataFrame({"sex": pd.Categorical(["f", "m", "f"])}), "sex", "strings") == ["f", "m", "f"]
    assert read(pd.DataFrame({"n": pd.Categorical([30, 10, 30])}), "n") == [30.0, 10.0, 30.0]


def test_slices_and_chunks_keep_their_order() -> None:
    table = pa.concat_tables([pa.table({"n": range(5)}), pa.table({"n": range(5, 9)})]).slice(3, 4)
    assert read(table, "n", "integers") == [3, 4, 5, 6]


def test_empty_table() -> None:
    assert read(pl.DataFrame({"cost": pl.Series([], dtype=pl.Float64)}), "cost") == []


def test_missing_column_names_the_columns_and_the_nearest() -> None:
    table = pl.DataFrame({"meddol": [1.0], "year": [1]})
    assert refused(table, "medol") == (
        "column `medol`: the table has no such column; "
        "did you mean `meddol`? the columns are `meddol`, `year`"
    )
    assert "did you mean" not in refused(table, "inpatient days")
    assert refused(pl.DataFrame({"Cost": [1]}), "cost").count("did you mean `Cost`?") == 1


def test_column_there_twice() -> None:
    table = pa.table([pa.array([1]), pa.array([2])], names=["cost", "cost"])
    assert "more than one column" in refused(table, "cost")


def test_wrong_type_names_the_type() -> None:
    table = pl.DataFrame({"cost": ["12.50"], "when": pl.Series([0]).cast(pl.Date)})
    assert re.fullmatch(r"column `cost`: it has the type \w+ \(texts\); give numbers", refused(table, "cost"))
    assert "Date32" in refused(table, "when")
    assert "Boolean" in refused(pl.DataFrame({"b": [True]}), "b", "strings")


def test_nulls_name_the_first_row_across_chunks() -> None:
    table = pa.table({"cost": pa.chunked_array([[1.0, 2.0], [3.0, None, None]])})
    assert refused(table, "cost").startswith("column `cost`, row 3: the value is missing")
    assert "row 1" in refused(pd.DataFrame({"cost": [1.0, float("nan")]}), "cost")
    for nothing in (pa.table({"cost": pa.nulls(2)}), pl.DataFrame({"cost": [None, None], "other": [1, 2]})):
        assert "row 0" in refused(nothing, "cost")
    with_null_in_dictionary = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["a", None]))
    assert "row 1" in refused(pa.table({"who": with_null_in_dictionary}), "who", "strings")


def test_numbers_that_are_not_whole() -> None:
    assert "row 1: 2.5 is not a whole number" in refused(
        pl.DataFrame({"year": [1.0, 2.5]}), "year", "integers"
    )
    assert "needs more than 64 bits" in refused(
        pa.table({"n": pa.array([2**64 - 1], pa.uint64())}), "n", "integers"
    )
    assert "not a whole number" in refused(pl.DataFrame({"n": [1e300]}), "n", "integers")


@pytest.mark.parametrize("thing", [None, 3, {"cost": [1.0]}, [1.0], pl.DataFrame], ids=str)
def test_what_does_not_speak_arrow(thing: object) -> None:
    assert "is not a table that speaks Arrow" in refused(thing, "cost")


def test_a_column_is_not_a_table() -> None:
    assert "single column" in refused(pl.Series([1.0]), "cost")


def test_a_library_that_fails_is_reported() -> None:
    class Broken:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            raise RuntimeError("connection lost")

    class Impostor:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return 42

    assert "connection lost" in refused(Broken(), "cost")
    assert "Broken" in refused(Broken(), "cost")
    assert "could not give its data" in refused(Impostor(), "cost")


@pytest.mark.parametrize(
    "values",
    [
        pl.Series([1.0, 2.5, -0.0]),
        pd.Series(FLOATS),
        pa.array(FLOATS),
        pa.chunked_array([[1.0], [2.5, -0.0]]),
        pl.DataFrame({"x": FLOATS}),
    ],
    ids=["polars", "pandas", "array", "chunked", "one-column table"],
)
def test_series(values: object) -> None:
    assert core._read_series(values) == FLOATS


def test_reading_many_times_keeps_no_memory() -> None:
    table = pa.table({"x": pa.array(np.zeros(1000))})
    before = pa.total_allocated_bytes()
    for _ in range(300):
        read(table, "x")
    assert pa.total_allocated_bytes() == before
