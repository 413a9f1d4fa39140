"""Published results: read as CMS prints them, settled again, and settled on other tracks."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import capitation as cap
from capitation import charts
from capitation.charts import payment

DATA = Path(os.environ.get("CAPITATION_DATA", Path(__file__).parents[3] / "shared" / "data"))
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is absent")

HEAD = (
    "ACO_ID,ACO_Name,Current_Track,N_AB,MinSavPerc,BnchmkMinExp,GenSaveLoss,EarnSaveLoss,Met_QPS,QualScore,"
    "UpdatedBnchmk,ABtotBnchmk,ABtotExp,FinalShareRate,N_AB_Year_PY"
)
ROWS = [
    'X1,"One, Inc.",E,"20,000",1.00%,"5,000,000","5,000,000","2,450,000",1,91.00%,"5,000","100,000,000",'
    '"95,000,000",50.00%,"20,000"',
    'X2,Two,EN,"20,000",0.00%,"-5,000,000","-5,000,000","-2,000,000",1,91.00%,"5,000","100,000,000",'
    '"105,000,000",75.00%,"20,000"',
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "results PY 2022.csv"
    path.write_text("\n".join([HEAD, *ROWS]), encoding="utf-8")
    return path


@needs_data
def test_every_published_row_reproduces() -> None:
    results = cap.datasets.mssp_results(*sorted((DATA / "us").glob("mssp_puf_py*.csv")))
    assert len(results) == 4_122
    reproduction = results.reproduce()
    assert reproduction.missed == 0
    assert [(c.year, c.exact, c.within_rounding, c.explained) for c in reproduction.counts[-2:]] == [
        (2021, 472, 0, 3),
        (2022, 481, 0, 1),
    ]
    assert {row.aco for row in reproduction.listed if row.year == 2021} == {"A1515", "A2820", "A4627"}
    frame = pl.DataFrame(reproduction.to_frame())
    assert frame.filter(pl.col("comes_out") == "exact").height == 3_092
    # To the dollar, as published.
    paid = frame.filter((pl.col("year") == 2022) & (pl.col("aco") == "A1001"))
    assert paid["published"].to_list() == [Decimal("45867446.00")]
    assert "all   4,122" in str(reproduction)
    assert "participant revenue" in reproduction._repr_html_()


@needs_data
def test_every_reach_row_reproduces() -> None:
    reproduction = cap.datasets.reach_results(DATA / "us" / "aco_reach_py2021_py2022.csv").reproduce()
    assert [(c.exact, c.explained, c.missed) for c in reproduction.counts] == [(53, 0, 0), (98, 1, 0)]


def test_one_table_of_any_file(file: Path) -> None:
    results = cap.datasets.mssp_results(file)
    frame = pl.DataFrame(results)
    assert frame["track"].to_list() == ["BASIC E", "ENHANCED"]
    assert frame["name"].to_list() == ["One, Inc.", "Two"]
    assert frame["benchmark"].to_list() == [Decimal("100000000.00")] * 2
    assert frame["quality_score"].to_list() == [Decimal("0.91")] * 2
    assert frame["year"].to_list() == [2022, 2022]
    assert frame["months"].to_list() == [Decimal("12.00")] * 2
    documented = cap.datasets.mssp_results.__doc__ or ""
    assert all(f"`{column}`" in documented for column in frame.columns)
    metadata = results.to_frame().schema.metadata
    assert metadata is not None
    assert results.files[0].fingerprint in metadata[b"capitation.stamp"].decode()


def test_columns_of_reach_are_documented() -> None:
    from capitation.datasets import _REACH

    documented = cap.datasets.reach_results.__doc__ or ""
    assert all(f"`{column}`" in documented for column in _REACH)


def test_a_row_is_settled_line_by_line(file: Path) -> None:
    statement = cap.datasets.mssp_results(file).statement("X1")
    assert statement["gross savings"] == Decimal("5000000.00")
    assert statement["shared savings"] == Decimal("2450000.00")
    lines = {line["name"]: line for line in statement.lines}
    assert (
        lines["sequestration"]["about"]
        == "What sequestration takes of that share; it comes before the limit."
    )
    assert "section 4.2, step 8" in lines["sequestration"]["source"]
    assert "ABtotBnchmk" in lines["benchmark"]["about"]


def test_what_would_another_track_have_paid(file: Path) -> None:
    results = cap.datasets.mssp_results(file)
    tracks = results.other_tracks("X1", minimum_rate="0.01")
    net = {track.track: track.net for track in tracks.tracks}
    # 5 % saved of 100 million: 40, 50 and 75 % of it, less 2 %.
    assert net["BASIC A"] == Decimal("1960000.00")
    assert net["BASIC E"] == Decimal("2450000.00")
    assert net["ENHANCED"] == Decimal("3675000.00")
    assert "its own track" in str(tracks)
    assert tracks.stamp.files == {file.name: results.files[0].fingerprint}
    assert "minimum rate 0.01; participant revenue not known" in tracks.stamp.method
    assert results.files[0].fingerprint in tracks._repr_html_()
    # One-sided tracks have the rate of the table, 2.5 % for 20,000; others the one that was chosen.
    rates = {track.track: track.minimum_rate for track in tracks.tracks}
    assert (rates["BASIC A"], rates["BASIC E"]) == (Decimal("0.025"), Decimal("0.01"))
    by_default, by_size = results.other_tracks("X1"), results.other_tracks("X1", minimum_rate="by size")
    assert [track.minimum_rate for track in by_default.tracks[4:]] == [Decimal("0.01"), Decimal("0.01")]
    # Its own track keeps its own rate.
    assert [track.minimum_rate for track in by_size.tracks[4:]] == [Decimal("0.01"), Decimal("0.025")]
    assert [track.published for track in by_size.tracks[4:]] == [Decimal(2_450_000), None]
    with pytest.raises(ValueError, match='give "as it had", "by size" or a share'):
        results.other_tracks("X1", minimum_rate="large")


def test_a_loss_that_revenue_may_limit_is_bounded_by_the_benchmark(file: Path) -> None:
    results = cap.datasets.mssp_results(file)
    net = {track.track: track for track in results.other_tracks("Two", minimum_rate=0).tracks}
    # 30 % of 5 million is above 1 % of the benchmark, and below 4 %.
    assert net["BASIC C"].net == Decimal("-1000000.00")
    assert net["BASIC E"].net == Decimal("-1500000.00")
    assert net["BASIC E"].revenue_may_limit
    known = {
        t.track: t for t in results.other_tracks("X2", minimum_rate=0, participant_revenue=10_000_000).tracks
    }
    assert known["BASIC E"].net == Decimal("-800000.00")
    assert not known["BASIC E"].revenue_may_limit


def test_the_cliff_and_the_limits_are_where_they_belong(file: Path) -> None:
    tracks = cap.datasets.mssp_results(file).other_tracks("X1", minimum_rate="0.02")
    paid = tracks.payments(["0.0199999", "0.02", "0.3", "-0.02", "-0.0199999", "-0.3"])
    assert paid["ENHANCED"][:3] == [Decimal(0), Decimal("1470000.00"), Decimal("20000000.00")]
    assert paid["ENHANCED"][3:] == [Decimal("-800000.00"), Decimal(0), Decimal("-12000000.00")]
    assert paid["BASIC A"][3:] == [Decimal(0)] * 3
    for width in (720, 340):
        chart = payment.by_savings_rate(tracks, width=width)
        assert charts.said(chart).startswith(
            "BASIC E paid $2.5m; ENHANCED would have come to $3.7m, BASIC A to $2.0m. One, Inc., 2022: 5.00"
        )
        assert "BASIC A, B" in charts.to_svg(chart)


def test_bad_files_and_questions_are_refused(file: Path, tmp_path: Path) -> None:
    with pytest.raises(cap.ResultsError, match="ACO `X9`: it is not in the files"):
        cap.datasets.mssp_results(file).other_tracks("X9")
    with pytest.raises(
        cap.ResultsError, match="ACO `X1`: it is there more than once, for 2022, 2022; say which year"
    ):
        cap.datasets.mssp_results(file, file).other_tracks("X1")
    with pytest.raises(cap.ResultsError, match="ACO `X1`: it is not there for 2021; it is for 2022"):
        cap.datasets.mssp_results(file).other_tracks("X1", year=2021)
    with pytest.raises(cap.ResultsError, match="minimum rate: 2 is not from 0 to 1"):
        cap.datasets.mssp_results(file).other_tracks("X1", minimum_rate=2)
    with pytest.raises(TypeError, match="must be exact"):
        cap.datasets.mssp_results(file).other_tracks("X1", minimum_rate=0.02)  # type: ignore[arg-type]
    bad = tmp_path / "2022.csv"
    bad.write_text("\n".join([HEAD, ROWS[0].replace("91.00%", "191.00%")]), encoding="utf-8")
    with pytest.raises(
        cap.ResultsError, match=r"line 2, quality score \(`QualScore`\): 1\.91 is more than 1"
    ):
        cap.datasets.mssp_results(bad)
    with pytest.raises(cap.ResultsError, match="no file is given"):
        cap.datasets.mssp_results().reproduce()
    with pytest.raises(ValueError, match="name rows or counts"):
        cap.datasets.mssp_results(file).reproduce().to_frame("all")
