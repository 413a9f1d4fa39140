"""The most deprived fifth (Core20): from a column of a table to every face of a comparison."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pyarrow.parquet as pq
import pytest

import capitation as cap
from capitation import cli, model, tables

if TYPE_CHECKING:
    from pathlib import Path

BY_DEPRIVATION = ["segments", "segment_activity", "segment_contracts"]


@pytest.fixture(scope="module")
def table(people_table: pl.DataFrame) -> pl.DataFrame:
    """The people of the other tests: a quarter of them in the first two tenths, four people in the last."""
    decile = pl.when(pl.col("person") < 4).then(10).otherwise(1 + pl.col("person") % 8)
    return people_table.with_columns(imd=decile, need=1 + (pl.col("person") % 8 < 2))


def read(table: pl.DataFrame, **changed: Any) -> cap.Population:
    asked: dict[str, Any] = {
        "person": "person",
        "year": "year",
        "member_months": "member_months",
        "cost": "cost",
        "currency": "GBP",
        "activity": {"admissions": "adm", "visits": "gp"},
        "need": "need",
        "deprivation": "imd",
        "deprivation_scale": "decile",
    }
    return cap.Population.from_table(table, **(asked | changed))


@pytest.fixture(scope="module")
def compared(table: pl.DataFrame, contracts: list[cap.Contract]) -> cap.Comparison:
    people = read(table, currency="USD")
    return cap.compare(people, contracts, sizes=(100,), panel=100, draws=60, progress=None)


def a_month(rows: pl.DataFrame) -> float:
    """What these rows cost for each member month."""
    return float(str(rows["cost"].sum())) / float(str(rows["member_months"].sum()))


def test_rows_of_each_fifth(table: pl.DataFrame) -> None:
    people = read(table)
    # Of people 4 to 299, 37 have each of the remainders 0 to 7; two years each, two tenths a fifth.
    assert people.fifths == [148, 148, 148, 148, 8]
    assert "Core20" in people._repr_html_()
    plain = read(table, deprivation=None, deprivation_scale=None)
    assert plain.fifths is None
    assert "Core20" not in plain._repr_html_()
    assert plain.fingerprint != people.fingerprint


def test_the_scale_has_to_be_said_and_right(table: pl.DataFrame) -> None:
    with pytest.raises(cap.PopulationError, match="column `imd`: its scale of deprivation is not said"):
        read(table, deprivation_scale=None)
    with pytest.raises(cap.PopulationError, match="`decile` is the scale of no column"):
        read(table, deprivation=None)
    with pytest.raises(cap.PopulationError, match="was `decile` meant"):
        read(table, deprivation_scale="deciles")
    with pytest.raises(
        cap.PopulationError, match=r"column `imd`, row 0 .*: 10, for a quintile from 1 to 5, is not"
    ):
        read(table, deprivation_scale="quintile")
    holes = table.with_columns(imd=pl.when(pl.col("person") == 7).then(None).otherwise(pl.col("imd")))
    with pytest.raises(cap.PopulationError, match="column `imd`"):
        read(holes)
    left = read(holes, on_error="collect")
    assert (len(left), left.rejected) == (598, [("imd", "is not a value", [14, 15])])
    ranks = table.with_columns(imd=pl.col("imd") * 3284)
    assert read(ranks, deprivation_scale="rank of 32844").fifths == [148, 148, 148, 148, 8]


def test_what_it_says_of_core20(compared: cap.Comparison, table: pl.DataFrame) -> None:
    segments = compared.data.segments
    assert segments is not None
    core20, all_of_them = segments.segment("Core20"), segments.segment("everybody")
    inside = table.filter(pl.col("imd") <= 2)
    cents = inside.select((pl.col("cost") * 100).round().cast(pl.Int64).sum()).item()
    assert core20.cost == Decimal(cents) / 100
    assert core20.people == inside["person"].n_unique()
    assert core20.member_months == Decimal(str(inside["member_months"].sum()))
    # Two years each, and no weights: cost as drawn is cost as it was.
    assert core20.cost_per_member_month is not None
    assert core20.cost_per_member_month.mean == pytest.approx(a_month(inside))
    whole = a_month(table)
    assert core20.equal_price is not None
    assert core20.equal_price.mean == pytest.approx(whole - core20.cost_per_member_month.mean)
    assert core20.need is not None
    assert core20.need.mean == pytest.approx(2)
    assert all_of_them.equal_price == model.Estimate(mean=0.0, se=0.0)
    # Four people are in the last fifth: it is withheld, and with it the smallest of the others but the first.
    silent = [row.name for row in segments.rows if row.suppressed]
    assert "least deprived fifth" in silent
    assert "Core20" not in silent
    assert len(silent) == 2
    with pytest.raises(KeyError, match="the segments are `Core20`"):
        segments.segment("Core 20")


def test_tables_of_segments(compared: cap.Comparison, comparison: cap.Comparison) -> None:
    names = [table.name for table in tables.tables(compared.data)]
    assert names == [*tables.NAMES, *BY_DEPRIVATION]
    assert [table.name for table in tables.tables(comparison.data)] == list(tables.NAMES)
    with pytest.raises(ValueError, match="no column of deprivation"):
        comparison.to_frame("segments")
    with pytest.raises(ValueError, match="segment_contracts"):
        compared.to_frame("segment")
    rows = compared.to_frame("segments").to_pylist()
    assert [row["segment"] for row in rows][:3] == ["Core20", "everybody else", "everybody"]
    assert rows[-1]["segment"] == "Core20 less everybody else"
    apart = rows[0]["equal_price"] - rows[1]["equal_price"]
    assert rows[-1]["equal_price"] == pytest.approx(apart)
    effects = {
        (row["contract"], row["segment"]): row for row in compared.to_frame("segment_contracts").to_pylist()
    }
    assert len(effects) == 3 * 8
    core20, others = (effects["Capitation", name]["margin"] for name in ("Core20", "everybody else"))
    assert effects["Capitation", "Core20 less everybody else"]["margin"] == pytest.approx(core20 - others)
    activity = compared.to_frame("segment_activity").to_pylist()
    assert {row["activity"] for row in activity} == {"admissions", "visits"}
    for row in rows:
        if row["suppressed"]:
            assert {key for key, value in row.items() if value is not None} == {
                "segment",
                "fifths",
                "suppressed",
            }


def test_every_face_has_it(compared: cap.Comparison, comparison: cap.Comparison, tmp_path: Path) -> None:
    for text in (str(compared), compared._repr_html_(), compared.to_html()):
        assert "The most deprived fifth (Core20)" in text
    for text in (str(comparison), comparison._repr_html_(), comparison.to_html(), comparison.to_json()):
        assert "Core20" not in text
    assert "segments" not in json.loads(comparison.to_json())
    again = cap.Comparison.from_json(compared.to_json())
    assert again.data == compared.data
    assert again.to_html() == compared.to_html()
    # As the typed records write it too, with and without.
    for each in (compared, comparison):
        assert cap.Comparison.from_json(each.data.to_json().decode()).data == each.data
    assert {path.stem for path in compared.to_csv(tmp_path / "csv")} >= set(BY_DEPRIVATION)
    assert {path.stem for path in compared.to_parquet(tmp_path / "parquet")} >= set(BY_DEPRIVATION)
    kept = pq.read_table(tmp_path / "parquet" / "segments.parquet")
    assert kept.to_pylist() == compared.to_frame("segments").to_pylist()
    assert b"capitation.stamp" in kept.schema.metadata
    book = openpyxl.load_workbook(compared.to_xlsx(tmp_path / "book.xlsx"))
    assert book.sheetnames[-3:] == BY_DEPRIVATION


def test_in_a_shell(
    table: pl.DataFrame, example_paths: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.parquet"
    table.write_parquet(file)
    asked = ["compare", *map(str, example_paths[:2]), "--population", str(file), "--currency", "USD"]
    asked += [
        "--activity",
        "admissions=adm",
        "--activity",
        "visits=gp",
        "--sizes",
        "100",
        "--panel",
        "100",
        "--draws",
        "50",
    ]
    assert cli.main([*asked, "--deprivation", "imd=decile"]) == 0
    told = capsys.readouterr()
    assert "deprivation = `imd`, read as decile" in told.err
    assert "The most deprived fifth (Core20)" in told.out
    assert cli.main([*asked, "--deprivation", "imd"]) == 2
    assert "it says no scale; write COLUMN=SCALE" in capsys.readouterr().err
    assert cli.main([*asked, "--deprivation", "imd=quintile"]) == 1
    assert "for a quintile from 1 to 5" in capsys.readouterr().err
