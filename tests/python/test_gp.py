"""What general practices in England were paid: read, and settled again as weighted list x rate."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import capitation as cap
from capitation import cli

DATA = Path(os.environ.get("CAPITATION_DATA", Path(__file__).parents[3] / "shared" / "data"))
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is absent")

HEAD = (
    "year,practice_code,region,ccg_or_sub_icb,contract_type,dispensing,rurality,registered_patients,weighted_patients,"
    "global_sum,mpig_correction,pms_balance,qof_payment,premises,local_incentive_schemes,total_payments,"
    "total_payments_minus_deductions"
)
ROWS = [
    "2018/19,P1,NORTH,CCG,GMS,No,Urban,1210.0,1200.0,120000.0,0.0,0.0,9000.5,0.0,0.0,130000.0,129000.0",
    "2018/19,P2,NORTH,CCG,GMS,Yes,Rural,1210.0,1200.0,120000.0,0.0,0.0,9000.5,0.0,0.0,130000.0,129000.0",
    "2018/19,P3,LONDON,CCG,GMS,Unknown,,1210.0,1200.0,123600.0,0.0,0.0,9000.5,0.0,0.0,130000.0,129000.0",
    "2018/19,P4,NORTH,CCG,PMS,No,Urban,1210.0,1200.0,0.0,0.0,120000.0,9000.5,0.0,0.0,130000.0,129000.0",
    "2018/19,P5,NORTH,CCG,GMS,No,Urban,0.0,0.0,0.0,0.0,0.0,9000.5,0.0,0.0,130000.0,129000.0",
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "payments.csv"
    path.write_text("\n".join([HEAD, *ROWS]), encoding="utf-8")
    return path


def test_one_documented_table(file: Path) -> None:
    payments = cap.datasets.gp_payments(file)
    assert len(payments) == 5
    assert repr(payments) == "GpPayments(payments.csv: 5 rows)"
    frame = pl.DataFrame(payments)
    assert frame["year"].to_list() == [2018] * 5
    assert frame["line"].to_list() == [2, 3, 4, 5, 6]
    assert frame["contract"].to_list() == ["gms", "gms", "gms", "pms", "gms"]
    assert frame["dispensing"].to_list() == [False, True, None, False, False]
    assert frame["rural"].to_list() == [False, True, None, False, False]
    assert frame["global_sum"].to_list()[:3] == [Decimal("120000.00")] * 2 + [Decimal("123600.00")]
    assert frame["qof"].to_list()[0] == Decimal("9000.50")
    documented = cap.datasets.gp_payments.__doc__ or ""
    assert all(f"`{column}`" in documented for column in frame.columns)
    metadata = payments.to_frame().schema.metadata
    assert metadata is not None
    assert payments.files[0].fingerprint in metadata[b"capitation.stamp"].decode()


def test_every_practice_has_one_verdict(file: Path) -> None:
    reproduction = cap.datasets.gp_payments(file).reproduce()
    rows = pl.DataFrame(reproduction.to_frame())
    assert rows["comes_out"].to_list() == ["within 1 %"] * 2 + ["differs"] + ["not compared"] * 2
    reasons = [None, None, "London", "not on a GMS contract", "no weighted list or no global sum"]
    assert rows["reason"].to_list() == reasons
    # 1,200 patients at the median of £100, £100 and £103.
    assert rows["settled"].to_list()[:3] == [Decimal("120000.00")] * 3
    assert rows["difference"].to_list()[2] == Decimal("0.03")
    assert rows["settled"].to_list()[3:] == [None, None]
    [listed] = reproduction.listed
    assert (listed.line, listed.london, listed.reason) == (4, True, "London")
    [year] = reproduction.years
    assert (year.practices, year.other_contracts, year.without_list_or_sum, year.compared) == (5, 1, 1, 3)
    counts = pl.DataFrame(reproduction.to_frame("counts")).to_dicts()[0]
    assert (counts["within_1"], counts["london"], counts["unexplained"]) == (2, 1, 0)
    assert (counts["outside_london"], counts["outside_london_within_1"]) == (2, 2)
    assert counts["median_rate"] == Decimal(100)
    metadata = reproduction.to_frame("counts").schema.metadata
    assert metadata is not None
    assert b"NHS primary care sha256:" in metadata[b"capitation.stamp"]
    with pytest.raises(ValueError, match="name rows or counts"):
        reproduction.to_frame("all")


def test_no_practice_is_named_where_results_are_shown(file: Path) -> None:
    reproduction = cap.datasets.gp_payments(file).reproduce()
    shown = [str(reproduction), reproduction._repr_html_(), pl.DataFrame(reproduction.to_frame()).write_csv()]
    assert repr(reproduction) == shown[0]
    last = shown[0].splitlines()[3].split()
    assert last[:6] == ["2018/19", "5", "1", "1", "3", "£100.00"]
    # Within 1 % two of three; outside London both; and one is in London.
    assert [cell for cell in last[6:] if cell != "%"] == [
        "66.7",
        "66.7",
        "100.0",
        "100.0",
        "0",
        "0",
        "1",
        "0",
    ]
    assert "sha256:" in shown[1]
    for text in shown[:2]:
        assert "Fewer than 30 practices are compared in 2018/19" in text
    for text in shown:
        assert not any(f"P{practice}" in text for practice in range(1, 6))


def test_bad_files_are_refused(file: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("\n".join([HEAD, ROWS[0], ROWS[1].replace("1200.0", "many")]), encoding="utf-8")
    with pytest.raises(
        cap.ResultsError, match=r"line 3, weighted patients \(`weighted_patients`\): `many` is not"
    ):
        cap.datasets.gp_payments(bad)
    with pytest.raises(cap.ResultsError, match="the practice is in another file too, in the same year"):
        cap.datasets.gp_payments(file, file).reproduce()
    with pytest.raises(cap.ResultsError, match="no file is given"):
        cap.datasets.gp_payments().reproduce()


def test_an_amount_that_cannot_be_held_names_its_line(tmp_path: Path) -> None:
    large = ROWS[1].replace("P2", "P6").replace("1200.0,120000.0", "1000000000000000000000000000.0,1.0")
    file = tmp_path / "payments.csv"
    file.write_text("\n".join([HEAD, *ROWS, large]), encoding="utf-8")
    said = (
        "2018/19, line 7: weighted list 1000000000000000000000000000 and global sum 1: .* compare both with"
    )
    with pytest.raises(cap.CapitationError, match=said):
        cap.datasets.gp_payments(file).reproduce()


def test_errors_speak_of_the_file_that_it_is(tmp_path: Path) -> None:
    file = tmp_path / "payments.csv"
    file.write_text(f"{HEAD.replace('practice_code', 'code')}\n{ROWS[0]}", encoding="utf-8")
    with pytest.raises(cap.ResultsError, match=r"no column for the practice; name it `practice_code`$"):
        cap.datasets.gp_payments(file)
    with pytest.raises(cap.ResultsError, match="one CSV with a row for each practice and year, joined from"):
        cap.datasets.gp_payments(tmp_path / "none.csv")
    with pytest.raises(cap.ResultsError, match="University of York's paper 147"):
        cap.datasets.deprivation_costs(tmp_path / "none.csv")
    with pytest.raises(cap.ResultsError, match="as the regulator publishes it"):
        cap.datasets.mssp_results(tmp_path / "none.csv")


def test_the_shell_prints_the_years(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["reproduce", "gp", str(file)]) == 0
    out = capsys.readouterr().out
    assert "NHS primary care: published payments settled again" in out
    assert "No file tells who opted out" in out.replace("\n", " ")
    rows = file.with_name("rows.csv")
    assert cli.main(["reproduce", "gp", str(file), "--rows", str(rows)]) == 0
    assert "5 rows written to" in capsys.readouterr().err
    assert rows.read_text(encoding="utf-8").splitlines()[3] == (
        '2018,4,true,1200.00,123600.00,120000.00,0.03,"differs","London"'
    )
    assert cli.main(["reproduce", "gp", str(file), "--rows", str(file.parent / "none" / "rows.csv")]) == 1
    assert "there is no folder" in capsys.readouterr().err
    assert cli.main(["reproduce", "gp", str(file), "--year", "2018"]) == 2
    assert "each row of their file tells its own" in capsys.readouterr().err


@needs_data
def test_seven_years_of_practices() -> None:
    payments = cap.datasets.gp_payments(DATA / "nhs" / "gp_practice_payments_2014_15_to_2020_21.csv")
    assert len(payments) == 52_194
    reproduction = payments.reproduce()
    rates = [round(year.median_rate, 2) for year in reproduction.years if year.median_rate is not None]
    expected = ["70.11", "72.57", "76.57", "81.25", "84.95", "85.85", "89.29"]
    assert rates == [Decimal(rate) for rate in expected]
    for year in reproduction.years:
        assert year.practices == year.other_contracts + year.without_list_or_sum + year.compared
        differ = year.differ
        reasons = differ.opened_or_closed + differ.two_contracts + differ.london + differ.unexplained
        assert year.compared == year.within_1 + reasons
    assert sum(year.practices for year in reproduction.years) == 52_194
    assert len(reproduction.listed) == sum(year.compared - year.within_1 for year in reproduction.years)
    assert reproduction.to_frame().num_rows == 52_194


def test_contracts_of_general_practice() -> None:
    year = cap.programme("nhs-primary-care", 2023)
    contract = year.contract("GMS", {"rate": "at the opening", "out of hours": "opted out"})
    statement = contract.settle({"weighted patients": 1_200, "months paid": 12})
    # £102.28 x 100 a month, less 4.75 %, which NHS England prints as £4.86 a patient.
    assert statement["out-of-hours deduction"] == Decimal("485.83")
    assert statement["global sum"] == Decimal("116906.04")


def test_contracts_of_integrated_budgets() -> None:
    contract = cap.programme("nhs-integrated", 2017).contract("Pooled budget", {"balance": "by contribution"})
    statement = contract.settle(
        {
            "contribution of the NHS": "139000000.00",
            "contribution of the council": "39000000.00",
            "spend from the shared part": "177000000.00",
        }
    )
    assert statement["balance to the NHS"] == Decimal("780898.88")
    assert statement["balance to the council"] == Decimal("219101.12")
    assert statement.net("pooled fund") == 0
