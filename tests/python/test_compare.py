"""The main job from Python: one call, a result that shows itself, and tables that leave with their stamp."""

from __future__ import annotations

import csv
import json
import pickle
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import capitation as cap
from capitation import comparison as face
from capitation import shown, tables

if TYPE_CHECKING:
    import threading
    from pathlib import Path

NAMES = ["Payment by results", "Capitation", "Capitation with stop-loss and a corridor"]


def small(people: cap.Population, contracts: Any, **changed: Any) -> cap.Comparison:
    asked: dict[str, Any] = {"sizes": (100,), "panel": 100, "draws": 50, "progress": None}
    return cap.compare(people, contracts, **(asked | changed))


# The face.


def test_it_shows_itself(comparison: cap.Comparison) -> None:
    for text in (str(comparison), repr(comparison), comparison._repr_html_()):
        assert all(name in text for name in NAMES)
        assert "The marginal pound" in text
        assert "one admission avoided" in text
    html = comparison._repr_html_()
    assert "<script" not in html
    assert html.count("<table") == html.count("</table>") == 2
    assert comparison.data.stamp.population in html


def test_html_shows_names_as_they_are(people: cap.Population, contracts: list[cap.Contract]) -> None:
    toml = contracts[0].to_toml().replace("Payment by results", "<b>P&L</b>", 1)
    html = small(people, cap.Contract.from_toml(toml))._repr_html_()
    assert "&lt;b&gt;P&amp;L&lt;/b&gt;" in html
    assert "<b>" not in html
    assert "it needs unit_costs, and marginal_share" in html


def test_its_parts(comparison: cap.Comparison) -> None:
    assert comparison.contract("Capitation").solved is not None
    with pytest.raises(KeyError, match="no contract is called `Block`"):
        comparison.contract("Block")
    assert json.loads(comparison.to_json())["currency"] == "USD"
    again = pickle.loads(pickle.dumps(comparison))
    assert again.data == comparison.data
    assert str(again) == str(comparison)


def test_charts(comparison: cap.Comparison) -> None:
    plot = comparison.plot
    for chart in (plot.margin_fan(), plot.lorenz(), plot.risk(width=400), plot.statement("Capitation")):
        assert chart.to_dict(validate=False)
    with pytest.raises(KeyError, match="Block"):
        plot.statement("Block")


def test_a_report_needs_nothing_else(comparison: cap.Comparison, tmp_path: Path) -> None:
    text = comparison.to_html(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == text
    assert all(name in text for name in NAMES)
    assert comparison.data.stamp.population in text


# What it says.


def test_contracts_cost_the_payer_the_same(comparison: cap.Comparison) -> None:
    first = comparison.data.contracts[0].at(400)
    assert comparison.data.contracts[0].solved is None
    for contract in comparison.data.contracts[1:]:
        assert contract.solved is not None
        assert abs(contract.solved.residual) < 1e-6
        at = contract.at(400)
        assert at.outlay.mean == pytest.approx(first.outlay.mean, rel=1e-6)
        assert at.provider_margin.mean == pytest.approx(first.provider_margin.mean, abs=1e-6 * at.outlay.mean)


def test_as_written_nothing_is_scaled(people: cap.Population, contracts: list[cap.Contract]) -> None:
    found = small(people, contracts, neutral=False)
    assert all(contract.solved is None for contract in found.data.contracts)
    assert "As written" in found._repr_html_()


def test_the_marginal_pound(comparison: cap.Comparison) -> None:
    frame = pl.DataFrame(comparison.to_frame("marginal"))
    avoided = frame.filter((pl.col("event") == "one admission avoided") & (pl.col("party") == "provider"))
    effect = dict(avoided.select("contract", "effect").iter_rows())
    # Price 891.25, of whose cost 0.6 goes: payment by results loses the rest, an envelope keeps the saving.
    assert effect["Payment by results"] == pytest.approx(-0.4 * 891.25, abs=0.01)
    assert effect["Capitation"] == pytest.approx(0.6 * 891.25, abs=0.01)
    sums = frame.group_by("contract", "event").agg(pl.col("effect").sum())
    social = dict(
        sums.filter(pl.col("event") == "one dollar of cost saved").select("contract", "effect").iter_rows()
    )
    assert list(social.values()) == pytest.approx([1.0] * 3)


def test_the_seed_decides(people: cap.Population, contracts: list[cap.Contract]) -> None:
    one = small(people, contracts, seed=3)
    assert small(people, contracts, seed=3).to_json() == one.to_json()
    assert small(people, contracts, seed=4).to_json() != one.to_json()


# What is refused.


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"unit_costs": {"admissions": 1}}, cap.ComparisonError, "unit_costs: marginal_share is missing"),
        ({"marginal_share": 0.6}, TypeError, "0.6 is a float, and an amount must be exact"),
        ({"marginal_share": "1.6"}, cap.CapitationError, "1.6 is not a share"),
        ({"panel": 200}, cap.ComparisonError, "200 .* is not among the sizes"),
        ({"on": "2020-01-01"}, cap.CapitationError, "2020-01-01 is outside its period"),
    ],
    ids=str,
)
def test_refusals(
    people: cap.Population,
    contracts: list[cap.Contract],
    changed: dict[str, Any],
    error: type[Exception],
    said: str,
) -> None:
    with pytest.raises(error, match=said) as caught:
        small(people, contracts, **changed)
    if isinstance(caught.value, cap.CapitationError):
        assert str(caught.value) == f"{caught.value.place}: {caught.value.problem}; {caught.value.remedy}"


def test_the_mistakes_of_a_first_try(
    people: cap.Population, people_table: pl.DataFrame, contracts: list[cap.Contract]
) -> None:
    with pytest.raises(TypeError, match="a DataFrame is not a population; name its columns first"):
        cap.compare(people_table, contracts)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"'a\.toml' is not a contract; read it first"):
        small(people, ["a.toml"])
    with pytest.raises(cap.ComparisonError, match="there is no contract"):
        small(people, [])
    with pytest.raises(cap.ComparisonError, match="two contracts are called `Capitation`"):
        small(people, [contracts[1], contracts[1]])


def test_currencies_do_not_mix(people: cap.Population, contracts: list[cap.Contract]) -> None:
    pounds = cap.Contract.from_toml(contracts[1].to_toml().replace('"USD"', '"GBP"'))
    with pytest.raises(cap.ComparisonError) as caught:
        small(people, pounds)
    assert "GBP" in str(caught.value)
    assert "USD" in str(caught.value)


def test_a_term_that_needs_a_column_the_people_lack(
    people_table: pl.DataFrame, contracts: list[cap.Contract]
) -> None:
    bare = cap.Population.from_table(people_table, cost="cost", member_months="member_months", currency="USD")
    with pytest.raises(cap.CapitationError, match="admissions"):
        small(bare, contracts[0])


# Long work.


def test_progress_is_told(people: cap.Population, contracts: list[cap.Contract]) -> None:
    told: list[tuple[int, int]] = []
    small(people, contracts, progress=lambda done, of: told.append((done, of)))
    assert told
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_an_exception_of_the_callback_stops_the_work(
    people: cap.Population, contracts: list[cap.Contract]
) -> None:
    class EnoughError(Exception):
        pass

    calls = []

    def stop(done: int, of: int) -> None:
        calls.append((done, of))
        raise EnoughError

    with pytest.raises(EnoughError):
        small(people, contracts, draws=5_000, progress=stop)
    assert len(calls) == 1


def test_ctrl_c_stops_the_work(
    people: cap.Population, contracts: list[cap.Contract], interrupted: threading.Timer
) -> None:
    interrupted.start()
    with pytest.raises(KeyboardInterrupt):
        small(people, contracts, sizes=(20_000,), panel=20_000, draws=1_000_000)


def test_a_bar_comes_when_it_takes_long_and_goes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bar = face._Bar()
    bar(1, 10)
    bar.close()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(face._Bar, "patience", 0.0)
    bar = face._Bar()
    bar(5, 10)
    bar.close()
    shown = capsys.readouterr().err
    assert "5 of 10" in shown
    assert shown.endswith(" \r")
    assert face._bar() is None  # nobody watches a captured stderr


# Tables that leave.


def test_frames(comparison: cap.Comparison) -> None:
    for name in tables.NAMES:
        frame = comparison.to_frame(name)
        assert frame.num_rows > 0, name
        assert json.loads(frame.schema.metadata[b"capitation.stamp"])["seed"] == "1"
        assert pl.DataFrame(frame).shape == pd.DataFrame(frame.to_pandas()).shape == frame.shape
    summary = comparison.to_frame()
    assert summary["contract"].to_pylist() == NAMES
    shares = summary["provider_share_of_variance"].to_pylist()
    payers = summary["payer_share_of_variance"].to_pylist()
    assert [a + b for a, b in zip(shares, payers, strict=True)] == pytest.approx([1.0] * 3)
    assert comparison.to_frame("by_size").num_rows == 6
    years = comparison.to_frame("by_year")
    assert years.schema.field("outlay").type == pa.decimal128(38, 2)
    costs = dict.fromkeys(NAMES, Decimal(0))
    for row in years.to_pylist():
        costs[row["contract"]] += row["cost"]
    assert set(costs.values()) == {sum(years["cost"].to_pylist()) / 3}
    with pytest.raises(ValueError, match="there is no table `margin`; name one of summary, by_size"):
        comparison.to_frame("margin")


def test_decimals_of_any_width_stay_exact() -> None:
    values = (Decimal("9" * 27 + ".5"), None, Decimal("0." + "0" * 20 + "1"))
    column = tables.Column("amount", "quantity", values)
    frame = tables.frame(tables.Table("t", "a test", (column,)))
    assert frame["amount"].to_pylist() == list(values)


def test_parquet_keeps_the_stamp(comparison: cap.Comparison, tmp_path: Path) -> None:
    written = comparison.to_parquet(tmp_path / "out")
    assert sorted(path.stem for path in written) == sorted(tables.NAMES)
    for path in written:
        frame = pq.read_table(path)
        assert frame.equals(comparison.to_frame(path.stem))
        stamp = json.loads(frame.schema.metadata[b"capitation.stamp"])
        assert stamp["population"] == comparison.data.stamp.population
        assert stamp["contract: Capitation"].startswith("sha256:")
        assert stamp["capitation"] == cap.__version__


def test_csv_keeps_every_digit(comparison: cap.Comparison, tmp_path: Path) -> None:
    written = comparison.to_csv(tmp_path / "out")
    assert {path.name for path in written} == {f"{name}.csv" for name in tables.NAMES}
    with (tmp_path / "out" / "by_year.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    exact = comparison.to_frame("by_year").to_pylist()
    assert [Decimal(row["cost"]) for row in rows] == [row["cost"] for row in exact]
    assert {row["suppressed"] for row in rows} == {"false"}
    with (tmp_path / "out" / "stamp.csv").open(encoding="utf-8", newline="") as file:
        assert dict(list(csv.reader(file))[1:]) == tables.stamp_items(comparison.data)
    read = pl.read_csv(tmp_path / "out" / "summary.csv")
    assert read["outlay"].to_list() == comparison.to_frame()["outlay"].to_pylist()


def test_a_workbook_has_numbers_and_not_texts(comparison: cap.Comparison, tmp_path: Path) -> None:
    path = comparison.to_xlsx(tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == list(tables.NAMES)
    for name in tables.NAMES:
        sheet = book[name]
        table = tables.table(comparison.data, name)
        assert sheet.freeze_panes == "B2"
        assert (sheet.max_row, sheet.max_column) == (len(table) + 1, len(table.columns))
        assert [cell.value for cell in sheet[1]] == [
            column.name.replace("_", " ") for column in table.columns
        ]
        for column, cells in zip(table.columns, sheet.iter_cols(min_row=2), strict=True):
            for value, cell in zip(column.values, cells, strict=True):
                if value is None:
                    assert cell.value is None
                elif isinstance(value, (bool, str)):
                    assert cell.value == value
                else:
                    assert cell.data_type == "n"
                    assert cell.value == pytest.approx(float(value), rel=1e-12)
    cells = {cell.value: sheet.cell(2, cell.column) for sheet in (book["summary"],) for cell in sheet[1]}
    assert cells["outlay"].number_format.startswith('"$"#,##0.00')
    assert cells["probability of deficit"].number_format == "0.0%"
    assert cells["panel"].number_format == "#,##0"
    assert book["by_year"].column_dimensions["A"].width > 20


def test_a_formula_in_a_name_stays_a_text(
    people: cap.Population, contracts: list[cap.Contract], tmp_path: Path
) -> None:
    toml = contracts[1].to_toml().replace('"Capitation"', '"=1+1"', 1)
    path = small(people, cap.Contract.from_toml(toml)).to_xlsx(tmp_path / "book.xlsx")
    cell = openpyxl.load_workbook(path)["summary"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


# Statements and the rest, as a notebook shows them.


def test_a_statement_as_a_frame(people: cap.Population, contracts: list[cap.Contract]) -> None:
    statement = contracts[2].settle(people, year=2024)
    frame = tables.statement_frame(statement)
    assert frame["line"].to_pylist() == statement.keys()
    assert frame["amount"].to_pylist() == [statement[name] for name in frame["line"].to_pylist()]
    paid = [row for row in frame.to_pylist() if row["from"] is not None]
    assert sum(row["amount"] * (1 if row["to"] == "provider" else -1) for row in paid) == statement.net(
        "provider"
    )


def test_what_a_notebook_shows(people: cap.Population, contracts: list[cap.Contract]) -> None:
    statement = contracts[2].settle(people, year=2024)
    page = shown.statement_html(statement)
    names = statement.keys()
    assert all(name in page for name in names)
    assert "surplus" in page
    assert "Gini" in shown.concentration_html(cap.concentration([1.0, 2.0]))
    assert "stop-loss" in shown.contract_html(contracts[2])
    assert people.fingerprint in shown.population_html(people)
    assert "provider" in shown.bridge_html(statement.bridge(statement, "provider"))


@pytest.mark.parametrize(
    ("name", "number"), [("seed", -1), ("seed", 2**64), ("draws", -1), ("panel", -1), ("sizes", (2**70,))]
)
def test_numbers_out_of_range_are_refused_in_words(
    people: cap.Population, contracts: list[cap.Contract], name: str, number: object
) -> None:
    asked: dict[str, Any] = {name: number}
    with pytest.raises(cap.ComparisonError, match=f"{name}: .* is not a whole number from"):
        cap.compare(people, contracts, **asked)


def test_a_curve_has_a_reasonable_number_of_points() -> None:
    for points in (-1, 4_000_000_000):
        with pytest.raises(ValueError, match="ask for 2 to 100000"):
            cap.concentration([1.0, 2.0]).lorenz(points)


def test_every_table_says_what_made_it(
    people: cap.Population, contracts: list[cap.Contract], comparison: cap.Comparison
) -> None:
    stamp = json.loads(comparison.to_frame("marginal").schema.metadata[b"capitation.stamp"])
    assert (stamp["unit cost: admissions"], stamp["unit cost: visits"]) == ("891.25", "24.86")
    assert stamp[f"terms of: {contracts[0].name}"].count("-") == 2
    statement = contracts[1].settle({"member months": 12_000, "actual cost": "170000.00"})
    made = json.loads(statement.to_frame().schema.metadata[b"capitation.stamp"])
    assert made["capitation"] == cap.__version__
    assert made["contract's fingerprint"] == contracts[1].fingerprint
    assert people.fingerprint in str(comparison)
