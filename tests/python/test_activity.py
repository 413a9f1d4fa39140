"""Activity priced by a tariff, from tables of any library."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import capitation as cap

if TYPE_CHECKING:
    from pathlib import Path

# Very major knee procedures at elective prices of 2017/18; all else is made up.
PRICES = {
    "HRG code": ["HN22E", "DZ11V", "VB09Z"],
    "HRG name": ["Very Major Knee Procedures", "Lobar Pneumonia", None],
    "Combined day case / ordinary elective spell tariff (£)": ["£5,528", "1200", "-"],
    "Ordinary elective long stay trim point (days)": [7, 10, None],
    "Non-elective spell tariff (£)": [6342.0, 1482.0, None],
    "Non-elective long stay trim point (days)": [37, 13, None],
    "Per day long stay payment (for days exceeding trim point) (£)": [227, 213, None],
    "Reduced short stay emergency tariff applicable?": ["No", "Yes", None],
    "% applied in calculation of reduced short stay emergency tariff": [None, "45%", None],
}
SPELLS = {
    "hrg": ["HN22E", "DZ11V", "DZ11V", "HN22E"],
    "method": [11, 21, 28, 12],
    "class": [1, 1, 1, 2],
    "nights": [10, 1, 14, 0],
    "age": [67, 80, 80, 50],
    "trust": ["RXA", "RXB", "RXB", "RXA"],
    "discharged": [dt.date(2017, 4, 30), dt.date(2018, 3, 31), dt.date(2017, 12, 1), dt.date(2017, 4, 1)],
    "cost": [7000.0, 500.5, 3000.0, 4000.0],
}
FACTORS: dict[str, Decimal | int | str] = {"RXA": "1", "RXB": Decimal("1.179944")}


def tariff() -> cap.Tariff:
    return cap.Tariff.from_table(pl.DataFrame(PRICES), year=2017)


def price(table: Any, **more: Any) -> cap.PricedActivity:
    return tariff().price(
        table,
        mff=cap.MarketForces(FACTORS),
        code="hrg",
        admission_method="method",
        patient_class="class",
        stay="nights",
        age="age",
        provider="trust",
        **more,
    )


@pytest.mark.parametrize(
    "library", [pl.DataFrame, pd.DataFrame, pa.table], ids=["polars", "pandas", "pyarrow"]
)
def test_each_line_has_its_payment_and_rule(library: type) -> None:
    priced = price(library(SPELLS), date="discharged", cost="cost")
    # £5,528 + 3 × £227 = £6,209; £1,482 × 0.45 = £666.90, × 1.179944 = £786.9047;
    # (£1,482 + £213) × 1.179944 = £2,000.00508; £5,528.
    payments = [Decimal("6209.00"), Decimal("786.90"), Decimal("2000.01"), Decimal("5528.00")]
    frame = priced.to_frame()
    assert frame["payment"].to_pylist() == payments
    assert frame["rule"].to_pylist() == [
        "combined day case and ordinary elective price",
        "reduced short-stay emergency price",
        "non-elective price",
        "combined day case and ordinary elective price",
    ]
    assert frame["long_stay_days"].to_pylist() == [3, 0, 1, 0]
    assert priced.total == sum(payments)
    assert len(priced) == 4
    assert pl.DataFrame(priced)["payment"].sum() == priced.total
    assert priced.explain(2) == (
        "DZ11V Lobar Pneumonia, non-elective price: £1,482.00 + 1 day above 13 at £213.00 = £1,695.00; "
        "× 1.179944 (market forces factor) = £2,000.01"
    )


def test_totals_by_provider_month_and_rule() -> None:
    columns: Any = {
        "code": "hrg",
        "admission_method": "method",
        "patient_class": "class",
        "stay": "nights",
        "age": "age",
        "provider": "trust",
        "date": "discharged",
        "cost": "cost",
    }
    table = pa.table(SPELLS)
    whole = tariff().totals(table, mff=cap.MarketForces(FACTORS), **columns)
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=1))
    parts = tariff().totals(reader, mff=cap.MarketForces(FACTORS), **columns)
    expected = [
        (
            "RXA",
            4,
            "combined day case and ordinary elective price",
            2,
            Decimal("11737.00"),
            3,
            Decimal("11000.00"),
        ),
        ("RXB", 12, "non-elective price", 1, Decimal("2000.01"), 1, Decimal("3000.00")),
        ("RXB", 3, "reduced short-stay emergency price", 1, Decimal("786.90"), 0, Decimal("500.50")),
    ]
    for totals in (whole, parts):
        rows = totals.to_frame().to_pylist()
        assert [tuple(row.values()) for row in rows] == expected
        assert totals.total == price(table).total
        assert totals.cost == Decimal("14500.50")
        assert totals.lines == 4


def test_dictionaries_texts_and_numbers_are_read_alike() -> None:
    plain = price(pl.DataFrame(SPELLS)).total
    frame = pl.DataFrame(SPELLS)
    coded = frame.with_columns(
        pl.col("hrg").cast(pl.Categorical),
        pl.col("method").cast(pl.String),
        pl.col("trust").cast(pl.Categorical),
    )
    small = frame.with_columns(pl.col("nights").cast(pl.Int16), pl.col("age").cast(pl.UInt8))
    floats = frame.with_columns(pl.col("age").cast(pl.Float64), pl.col("method").cast(pl.Float64))
    assert price(coded).total == price(small).total == price(floats).total == plain


def test_stays_from_dates() -> None:
    table = pl.DataFrame(SPELLS).with_columns(
        admitted=pl.col("discharged") - pl.duration(days=pl.col("nights")),
        written=pl.col("discharged").cast(pl.String),
    )
    columns: Any = {"code": "hrg", "admission_method": "method", "patient_class": "class", "age": "age"}
    by_dates = tariff().price(table, mff=None, **columns, admitted="admitted", discharged="written")
    by_nights = tariff().price(table, mff=None, **columns, stay="nights")
    assert by_dates.to_frame().to_pylist() == by_nights.to_frame().to_pylist()


def test_what_cannot_be_priced_is_refused_with_its_row_or_collected() -> None:
    faulty = pl.DataFrame(SPELLS | {"hrg": ["HN22E", "XX99Z", "DZ11V", None], "nights": [10, 1, -3, 0]})
    with pytest.raises(cap.ActivityError, match=r"row 1 .*`XX99Z` is not in the tariff") as caught:
        price(faulty)
    assert caught.value.kind == "row"
    priced = price(faulty, on_error="collect", cost="cost")
    assert priced.to_frame()["payment"].to_pylist() == [Decimal("6209.00"), None, None, None]
    assert priced.unpriced().to_pylist() == [
        {"reason": "is missing", "about": "code", "lines": 1, "cost": Decimal("4000.00"), "first_row": 3},
        {
            "reason": "is not in the tariff",
            "about": "XX99Z",
            "lines": 1,
            "cost": Decimal("500.50"),
            "first_row": 1,
        },
        {
            "reason": "is a length of stay below zero",
            "about": "",
            "lines": 1,
            "cost": Decimal("3000.00"),
            "first_row": 2,
        },
    ]
    with pytest.raises(cap.ActivityError, match="is missing"):
        priced.explain(3)
    for row in (4, -1):
        with pytest.raises(cap.ActivityError, match=f"row {row}: there are 4 lines"):
            priced.explain(row)


def test_a_missing_age_matters_only_where_the_price_depends_on_it() -> None:
    ages = pl.DataFrame(SPELLS | {"age": [None, 80, None, None]})
    assert price(ages).total == price(pl.DataFrame(SPELLS)).total
    needed = pl.DataFrame(SPELLS | {"age": [67, None, 80, 50]})
    with pytest.raises(cap.ActivityError, match=r"row 1 .*-1 is not an age|row 1 .*age"):
        price(needed)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"code": "hrg"}, "it is not said once how it is found"),
        ({"code": "hrg", "admission_method": "method"}, "go together"),
        ({"code": "hrg", "point": "class", "length": "nights"}, "there is no column `length` to name"),
        ({"point": "class"}, "name the column with the codes"),
        ({"code": "hgr", "point": "class"}, "did you mean `hrg`?"),
        (
            {"code": "hrg", "admission_method": "method", "patient_class": "class", "age": "age"},
            "it is not said once how long patients stayed",
        ),
    ],
)
def test_columns_that_are_refused(columns: Any, message: str) -> None:
    with pytest.raises((cap.ActivityError, TypeError), match=message.replace("?", r"\?")):
        tariff().price(pl.DataFrame(SPELLS), mff=None, **columns)


def test_a_financial_year_by_its_own_tariff() -> None:
    late = pl.DataFrame(SPELLS).with_columns(discharged=pl.lit(dt.date(2018, 4, 1)))
    with pytest.raises(
        cap.ActivityError, match=r"outside the tariff's financial year; price each financial year"
    ):
        price(late, date="discharged")


def test_flagged_prices_are_refused_by_name_or_left_out() -> None:
    table = pl.DataFrame({"hrg": ["A", "B"], "price": [100.0, 90.5], "flag": ["ok", "corrupt"]})
    columns = {"code": "hrg", "combined": "price"}
    with pytest.raises(cap.ActivityError, match=r"1 price cannot be used: B \(combined is corrupt\)"):
        cap.Tariff.from_table(table, year=2017, columns=columns, flags={"combined": "flag"})
    read = cap.Tariff.from_table(
        table, year=2017, columns=columns, flags={"combined": "flag"}, on_error="collect"
    )
    assert read.withheld == [("B", "combined", "corrupt")]
    assert (len(read), read.year, repr(read)) == (2, "2017/18", "Tariff(2017/18, 2 codes, 1 price left out)")
    done = pl.DataFrame({"hrg": ["A", "B"], "pod": ["day_case", "day_case"], "n": [2.0, 1.0]})
    priced = read.price(done, mff=None, code="hrg", point="pod", units="n", on_error="collect")
    assert priced.total == Decimal("200.00")
    assert priced.unpriced().column("reason").to_pylist() == ["was left out when the tariff was read"]
    with pytest.raises(cap.ActivityError, match=r"`B` as a day case: its combined \(corrupt\) was left out"):
        read.price(done, mff=None, code="hrg", point="pod", units="n")
    with pytest.raises(TypeError, match="there is no column `prise` to name"):
        cap.Tariff.from_table(table, year=2017, columns={"prise": "price"})


def test_a_short_stay_whose_price_was_left_out_has_none() -> None:
    table = pl.DataFrame(PRICES).with_columns(flag=pl.Series(["ok", "corrupt", "ok"]))
    read = cap.Tariff.from_table(table, year=2017, flags={"non_elective": "flag"}, on_error="collect")
    assert read.withheld == [("DZ11V", "non_elective", "corrupt")]
    columns: dict[str, Any] = {
        "code": "hrg",
        "admission_method": "method",
        "patient_class": "class",
        "stay": "nights",
    }
    priced = read.price(pl.DataFrame(SPELLS), mff=None, age="age", on_error="collect", **columns)
    assert priced.unpriced().column("reason").to_pylist() == ["was left out when the tariff was read"]
    assert priced.unpriced().column("lines").to_pylist() == [2]
    best = pl.DataFrame({"code": ["A"], "combined": [1.0], "top_up": [0.2], "flag": ["suspect"]})
    with pytest.raises(
        cap.ActivityError, match="price `top_up`: it is suspect, and lines would be paid another"
    ):
        cap.Tariff.from_table(best, year=2017, flags={"top_up": "flag"}, on_error="collect")


def test_a_flag_that_finds_no_price_is_refused() -> None:
    table = pl.DataFrame({"code": ["A", "B"], "combined": [1.0, 99.0], "flag": ["OK", "corrupt"]})
    with pytest.raises(cap.ActivityError, match=r"flag column `flag`: .* `day_case` can be used"):
        cap.Tariff.from_table(table, year=2017, flags={"day_case": "flag"}, on_error="collect")
    with pytest.raises(cap.ActivityError, match="did you mean `flag`"):
        cap.Tariff.from_table(table, year=2017, flags={"day_case": "flags"}, on_error="collect")
    read = cap.Tariff.from_table(table, year=2017, flags={"combined": "flag"}, on_error="collect")
    assert read.withheld == [("B", "combined", "corrupt")]


def test_columns_that_are_not_used_are_listed_and_those_of_best_practice_refused() -> None:
    table = pl.DataFrame(PRICES | {"Chapter": ["H", "D", "V"]})
    assert cap.Tariff.from_table(table, year=2017).unused == ["Chapter"]
    assert tariff().unused == []
    with pytest.raises(cap.ActivityError, match="column `BPT Flag`: it speaks of best-practice prices"):
        cap.Tariff.from_table(table.rename({"Chapter": "BPT Flag"}), year=2017)


@pytest.mark.parametrize(
    ("price", "message"),
    [
        ("1829,50", "`1829,50` is no number"),
        ("1_000", "`1_000` is no number"),
        ("25%", "`25%` is no number"),
        (True, "it has the type Boolean"),
    ],
)
def test_what_is_no_price(price: Any, message: str) -> None:
    with pytest.raises(cap.ActivityError, match=message):
        cap.Tariff.from_table(pl.DataFrame({"code": ["A"], "combined": [price]}), year=2017)


@pytest.mark.parametrize(
    ("column", "values", "problem"),
    [
        ("units", [1.0, 1.0, 1.0, 1.0, 1.0, -1.0], "`-1` is not a number of units"),
        ("units", [1.0, 1.0, 1.0, 1.0, 1.0, 1e9 + 1], "`1000000001` is not a number of units"),
        ("units", [1.0, 1.0, 1.0, 1.0, 1.0, 1e-7], "`0.0000001` is not a number of units"),
        ("stay", [0.0, 0.0, 0.0, 0.0, 0.0, 0.5], "`0.5` is not a whole number"),
        ("date", ["2017-05-01"] * 5 + ["May"], "`May` is no date"),
        ("date", ["2017-05-01"] * 5 + [None], "`date` is missing"),
    ],
)
def test_a_value_that_cannot_be_is_told_by_its_row_in_the_table_or_collected(
    column: str, values: list[Any], problem: str
) -> None:
    rows = pa.table({"code": ["HN22E"] * 6, "point": ["elective"] * 6, "cost": [1.0] * 6, "value": values})
    table = pa.Table.from_batches(rows.to_batches(max_chunksize=2))
    names: Any = {"mff": None, "code": "code", "point": "point", column: "value"}
    for ask in (tariff().price, tariff().totals):
        with pytest.raises(cap.ActivityError, match=r"row 5 \(the first row is 0\)"):
            ask(table, **names)
        result = ask(table, **names, cost="cost", on_error="collect")
        assert result.total == 5 * Decimal("5528.00")
        (left,) = result.unpriced().to_pylist()
        assert (left["lines"], left["first_row"], left["cost"]) == (1, 5, Decimal("1.00"))
        assert problem in result._repr_html_()
    for cost in (-1.0, None):
        wrong = rows.set_column(2, "cost", pa.array([1.0] * 5 + [cost]))
        chunked = pa.Table.from_batches(wrong.to_batches(max_chunksize=2))
        with pytest.raises(cap.ActivityError, match=r"column `cost`, row 5"):
            tariff().price(chunked, **names, cost="cost", on_error="collect")


def test_moments_in_a_zone_of_their_own_are_refused() -> None:
    # Half past midnight of 1 April 2018 in London is the evening before in UTC, and another financial year.
    moment = pl.Series([dt.datetime(2018, 3, 31, 23, 30)]).dt.replace_time_zone("UTC")
    table = pl.DataFrame({"code": ["HN22E"], "point": ["elective"], "day": moment})
    names: Any = {"mff": None, "code": "code", "point": "point", "date": "day"}
    assert tariff().price(table, **names).total == Decimal("5528.00")
    london = table.with_columns(pl.col("day").dt.convert_time_zone("Europe/London"))
    with pytest.raises(cap.ActivityError, match="zone `Europe/London`, and not days; give the local date"):
        tariff().price(london, **names)
    local = london.with_columns(pl.col("day").dt.date())
    with pytest.raises(cap.ActivityError, match="outside the tariff's financial year"):
        tariff().price(local, **names)


def test_sheets_of_one_year_are_one_tariff() -> None:
    clinics = pl.DataFrame({"tfc": ["110"], "first": ["150"], "again": ["62.35"]})
    sheet = cap.Tariff.from_table(
        clinics, year=2017, columns={"code": "tfc", "first_attendance": "first", "follow_up": "again"}
    )
    both = tariff().with_sheet(sheet)
    done = pl.DataFrame({"tfc": ["110", "110"], "pod": ["first_attendance", "follow_up"], "n": [1, 3]})
    # £150 + 3 × £62.35 = £337.05.
    assert both.price(done, mff=None, code="tfc", point="pod", units="n").total == Decimal("337.05")
    with pytest.raises(cap.ActivityError, match="two sheets have it"):
        both.with_sheet(sheet)


def test_factors() -> None:
    table = pl.DataFrame({"provider_code": ["RXA", "RXB"], "mff_factor": [1.0, 1.179944]})
    factors = cap.MarketForces.from_table(table, provider="provider_code", factor="mff_factor")
    assert (factors["RXB"], len(factors)) == (Decimal("1.179944"), 2)
    assert factors.fingerprint == cap.MarketForces(FACTORS).fingerprint
    assert repr(factors) == "MarketForces(2 providers)"
    texts = cap.MarketForces.from_table(table.cast(pl.String), provider="provider_code", factor="mff_factor")
    assert texts.fingerprint == factors.fingerprint
    with pytest.raises(KeyError):
        factors["RXC"]
    with pytest.raises(cap.ActivityError, match=r"0\.9255 is below 1; give the payment index"):
        cap.MarketForces({"RXA": "0.9255"})


def test_results_show_themselves_and_carry_their_stamp() -> None:
    priced = price(pl.DataFrame(SPELLS))
    stamp = json.loads(priced.to_frame().schema.metadata[b"capitation.stamp"])
    assert stamp["tariff"] == f"2017/18, {tariff().fingerprint}"
    assert stamp["market forces factor"] == cap.MarketForces(FACTORS).fingerprint
    assert stamp["rounding"] == "each line to the penny, half up"
    assert re.fullmatch("4, lines:[0-9a-f]{16}", stamp["lines"])
    columns: dict[str, Any] = {
        "code": "hrg",
        "admission_method": "method",
        "patient_class": "class",
        "stay": "nights",
    }
    columns |= {"age": "age", "provider": "trust", "mff": cap.MarketForces(FACTORS)}
    for table in (pl.DataFrame(SPELLS), pd.DataFrame(SPELLS)[::-1]):
        made = tariff().totals(table, **columns).to_frame()
        assert json.loads(made.schema.metadata[b"capitation.stamp"])["lines"] == stamp["lines"]
    bare = tariff().totals(pl.DataFrame(SPELLS), fingerprint=False, **columns)
    assert (
        json.loads(bare.to_frame().schema.metadata[b"capitation.stamp"])["lines"]
        == "4, without a fingerprint"
    )
    assert repr(priced) == "PricedActivity(4 lines, tariff of 2017/18)"
    assert "£14,523.91" in priced._repr_html_()
    done = pl.DataFrame({"hrg": ["VB09Z"], "pod": ["emergency_attendance"]})
    totals = tariff().totals(done, mff=None, code="hrg", point="pod", on_error="collect")
    shown = totals._repr_html_()
    assert "`VB09Z` has no price in the tariff" in shown
    assert "first row (the first is 0)" in shown
    assert "none: prices are before it" in shown
    assert totals.cost is None
    assert repr(totals) == "ActivityTotals(1 lines, 1 without a price, tariff of 2017/18)"


ADMISSIONS = {
    "nhs": ["a", "a", "b", "a", "b"],
    "in": [
        dt.date(2017, 5, 1),
        dt.date(2017, 5, 20),
        dt.date(2017, 5, 1),
        dt.date(2017, 9, 1),
        dt.date(2017, 5, 2),
    ],
    "out": [
        dt.date(2017, 5, 5),
        dt.date(2017, 5, 22),
        dt.date(2017, 5, 4),
        dt.date(2017, 9, 2),
        dt.date(2017, 5, 3),
    ],
    "method": ["11", "21", "28", "2A", "21"],
}


def test_readmissions_and_what_they_were_paid() -> None:
    table = pl.DataFrame(ADMISSIONS)
    found = cap.readmissions(table, patient="nhs", admitted="in", discharged="out", admission_method="method")
    assert found.to_frame().to_pylist() == [
        {"sequel": "apart", "index_row": None, "days": None},
        {"sequel": "after_elective", "index_row": 0, "days": 15},
        {"sequel": "apart", "index_row": None, "days": None},
        {"sequel": "apart", "index_row": None, "days": None},
        {"sequel": "overlap", "index_row": None, "days": None},
    ]
    assert repr(found) == "Readmissions(1 of 5 admissions, within 30 days)"
    flags = table.with_columns(e=pl.col("method") != "11", p=pl.col("method") == "11")
    by_flags = cap.readmissions(
        flags, patient="nhs", admitted="in", discharged="out", emergency="e", elective="p"
    )
    assert by_flags.to_frame().to_pylist() == found.to_frame().to_pylist()
    spells = table.with_columns(hrg=pl.lit("DZ11V"), kind=pl.lit("1"), age=pl.lit(70))
    columns: dict[str, Any] = {"code": "hrg", "admission_method": "method", "patient_class": "kind"}
    columns |= {"admitted": "in", "discharged": "out", "age": "age"}
    priced = tariff().price(spells, mff=None, **columns)
    totals = {row["sequel"]: (row["admissions"], row["payment"]) for row in found.totals(priced).to_pylist()}
    # The readmission of two days is paid in full; those of one day at £1,482 × 0.45, and £1,200 for the elective one.
    assert totals["after_elective"] == (1, Decimal("1482.00"))
    assert totals["overlap"] == (1, Decimal("666.90"))
    assert totals["apart"] == (3, Decimal("1200.00") + Decimal("1482.00") + Decimal("666.90"))
    assert found.totals().to_pylist()[0] == {
        "sequel": "apart",
        "admissions": 3,
        "payment": None,
        "unpriced": None,
    }
    # A readmission that no price is known of is counted beside what the others were paid.
    partly = spells.with_columns(hrg=pl.Series(["DZ11V", "??", "DZ11V", "DZ11V", "DZ11V"]))
    some = tariff().price(partly, mff=None, on_error="collect", **columns)
    counted = {row["sequel"]: (row["payment"], row["unpriced"]) for row in found.totals(some).to_pylist()}
    assert counted["after_elective"] == (Decimal("0.00"), 1)
    assert counted["overlap"] == (Decimal("666.90"), 0)


def test_admissions_that_are_refused() -> None:
    table = pl.DataFrame(ADMISSIONS)
    names: Any = {"patient": "nhs", "admitted": "in", "discharged": "out"}
    with pytest.raises(TypeError, match="said once how patients came"):
        cap.readmissions(table, **names)
    with pytest.raises(cap.ActivityError, match=r"row 0 .*the discharge is before the admission"):
        cap.readmissions(table, patient="nhs", admitted="out", discharged="in", admission_method="method")
    unknown = table.with_columns(method=pl.lit("99"))
    with pytest.raises(cap.ActivityError, match="admission method `99`"):
        cap.readmissions(unknown, **names, admission_method="method")
    with pytest.raises(cap.ActivityError, match=r"within_days: -1 is no number of days"):
        cap.readmissions(table, **names, admission_method="method", within_days=-1)
    gap = table.with_columns(out=pl.when(pl.col("nhs") == "b").then(None).otherwise(pl.col("out")))
    with pytest.raises(cap.ActivityError, match=r"column `out`, row 2 .*missing"):
        cap.readmissions(gap, **names, admission_method="method")


def test_totals_of_a_parquet_file(tmp_path: Path) -> None:
    table = pl.DataFrame(SPELLS)
    path = tmp_path / "spells.parquet"
    table.write_parquet(path)
    columns: Any = {
        "code": "hrg",
        "admission_method": "method",
        "patient_class": "class",
        "stay": "nights",
        "age": "age",
        "provider": "trust",
        "date": "discharged",
    }
    factors = cap.MarketForces(FACTORS)
    by_table = tariff().totals(table, mff=factors, **columns).to_frame()
    for source in (path, str(path)):
        assert tariff().totals(source, mff=factors, **columns).to_frame().equals(by_table)
    with pytest.raises(cap.ActivityError, match="cannot be read"):
        tariff().totals(tmp_path / "nowhere.parquet", mff=factors, **columns)
    table.write_parquet(tmp_path / "zipped.parquet", compression="gzip")
    with pytest.raises(
        cap.ActivityError, match="compression is none of those that are read; write it with zstd"
    ):
        tariff().totals(tmp_path / "zipped.parquet", mff=factors, **columns)
    # A dot in a name is no path into a column.
    table.rename({"hrg": "spell.hrg"}).write_parquet(path)
    by_dots = tariff().totals(path, mff=factors, **(columns | {"code": "spell.hrg"}))
    assert by_dots.to_frame().equals(by_table)


@pytest.mark.parametrize("year", [3_000_000, 2**70, True, "2017"])
def test_a_year_is_an_int(year: Any) -> None:
    with pytest.raises(ValueError, match="is not a year; give an int such as 2019, for 2019/20 too"):
        cap.Tariff.from_table(pl.DataFrame(PRICES), year=year)


def test_an_age_that_nobody_has_is_missing_for_each() -> None:
    nobody = SPELLS | {"age": [None] * 4}
    groups = [price(library(nobody), on_error="collect").unpriced() for library in (pa.table, pl.DataFrame)]
    assert groups[0] == groups[1]
    (group,) = pl.DataFrame(groups[0]).to_dicts()
    # Of the four only the short stay of an emergency has a price that depends on it.
    assert (group["about"], group["reason"], group["lines"], group["first_row"]) == (
        "age",
        "is missing",
        1,
        1,
    )


def test_a_result_shows_itself_where_its_total_has_too_many_digits() -> None:
    dear = pl.DataFrame({"code": ["A"], "combined": [1e7]})
    # A line of £10 million × 999,999,999 is nearly 10¹⁸ pence: twenty of them pass what 64 bits hold, 1.8 × 10¹⁹.
    many = pl.DataFrame({"code": ["A"] * 20, "point": ["day_case"] * 20, "units": [999_999_999.0] * 20})
    priced = cap.Tariff.from_table(dear, year=2017).price(
        many, mff=None, code="code", point="point", units="units"
    )
    with pytest.raises(cap.ActivityError):
        _ = priced.total
    assert "bits" in priced._repr_html_()
