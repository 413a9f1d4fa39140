"""Tables to files: CSV, Parquet and a workbook, each with the stamp that says where they come from."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capitation import tables, words

if TYPE_CHECKING:
    from os import PathLike

    from capitation.model import ComparisonData
    from capitation.tables import Column, Kind, Table


def to_csv(data: ComparisonData, folder: str | PathLike[str]) -> list[Path]:
    """Write one CSV file a table, in UTF-8; exact amounts keep all their digits. The stamp is `stamp.csv`."""
    written = []
    for table in tables.tables(data):
        path = _inside(folder, f"{table.name}.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([column.name for column in table.columns])
            writer.writerows([_plain(value) for value in row] for row in table.rows())
        written.append(path)
    return written


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def to_parquet(data: ComparisonData, folder: str | PathLike[str]) -> list[Path]:
    """Write one Parquet file a table; each has the stamp in its schema's metadata (`capitation.stamp`)."""
    import pyarrow.parquet as pq

    stamp = tables.stamp_items(data)
    written = []
    for table in tables.tables(data):
        path = _inside(folder, f"{table.name}.parquet")
        pq.write_table(tables.frame(table, stamp), path)
        written.append(path)
    return written


def _inside(folder: str | PathLike[str], name: str) -> Path:
    directory = Path(folder)
    directory.mkdir(parents=True, exist_ok=True)
    return directory / name


def to_xlsx(data: ComparisonData, path: str | PathLike[str]) -> Path:
    """Write one workbook with a sheet a table: numbers as numbers, money and percentages in their formats.

    A workbook holds 15 digits of a number; CSV and Parquet hold all of an exact amount.
    """
    import xlsxwriter

    target = Path(path)
    # A contract called "=1+1" is a text, and a source with a link in it is one too.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with target.open("wb") as file, xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": "Contracts compared", "comments": f"capitation {data.stamp.version}"})
        formats = {
            kind: book.add_format({"num_format": text, "valign": "top"})
            for kind, text in _formats(data.currency).items()
        }
        text = book.add_format({"valign": "top"})
        wrapped = book.add_format({"valign": "top", "text_wrap": True})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for table in tables.tables(data):
            sheet = book.add_worksheet(table.name)
            _head(sheet, table, head)
            for index, column in enumerate(table.columns):
                width = _width(column)
                sheet.set_column(index, index, width)
                for row, value in enumerate(column.values):
                    kind = column.kind_at(row)
                    style = formats.get(kind, wrapped if width >= _WIDEST else text)
                    _write(sheet, row + 1, index, value, style)
    return target


_WIDEST = 60.0


def _formats(currency: str) -> dict[Kind, str]:
    sign = f'"{words.symbol(currency)}"'
    places = "0." + "0" * words.minor_digits(currency) if words.minor_digits(currency) else "0"
    money = f"{sign}#,##{places};[Red]-{sign}#,##{places}"
    return {
        "count": "#,##0",
        "amount": money,
        "year": "0",
        "quantity": "General",
        "money": money,
        "share": "0.0%",
        "tiny": "0.0E+00",
        "number": "0.0000",
    }


def _head(sheet: Any, table: Table, style: Any) -> None:
    for index, column in enumerate(table.columns):
        sheet.write_string(0, index, column.name.replace("_", " "), style)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)
    if len(table):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write(sheet: Any, row: int, index: int, value: Any, style: Any) -> None:
    match value:
        case None:
            sheet.write_blank(row, index, None, style)
        case bool():
            sheet.write_boolean(row, index, value, style)
        case str():
            sheet.write_string(row, index, value, style)
        case _:
            sheet.write_number(row, index, float(value), style)


def _width(column: Column) -> float:
    """Wide enough for the values, and for the longest word of the head."""
    longest = max((len(str(value)) for value in column.values if value is not None), default=0)
    head = max(len(word) for word in column.name.split("_")) + 3
    return float(max(head, min(longest + 2, _WIDEST if column.kind == "text" else 18)))
