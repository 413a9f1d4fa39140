"""What care cost the English NHS, by currency and setting: reference costs and the National Cost Collection."""

from __future__ import annotations

from decimal import Decimal
from os import PathLike, fspath
from typing import TYPE_CHECKING

import msgspec

from capitation import tables
from capitation._capitation import __version__, _Costs
from capitation.arguments import mapped
from capitation.hospital import CostBase
from capitation.model import Record
from capitation.results import ResultsFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from capitation._capitation import _Number
    from capitation.tables import Kind


class CostRow(Record, frozen=True, kw_only=True):
    """What the activity of one currency in one setting cost, over all providers; money in pounds."""

    year: str | None
    """The financial year as printed, where there is a column of it."""
    setting: str
    """The setting or department as printed."""
    code: str
    description: str
    service: str | None
    activity: Decimal | None
    """How many spells, attendances or days there were."""
    unit_cost: Decimal | None
    cost: Decimal | None


class LeftOut(Record, frozen=True, kw_only=True):
    """A published row that makes no line of a cost base."""

    code: str
    setting: str
    activity: Decimal | None
    cost: Decimal | None
    reason: str


_ROWS: dict[str, Kind] = {
    "year": "text",
    "setting": "text",
    "code": "text",
    "description": "text",
    "service": "text",
    "activity": "quantity",
    "unit_cost": "quantity",
    "cost": "quantity",
}


class Costs:
    """Published unit costs, row by row; `datasets.costs` reads them, and `cost_base` makes a cost base of them."""

    def __init__(self, core: _Costs) -> None:
        """Take over what the core has read."""
        self._core = core
        self.file = msgspec.json.decode(core.to_json(), type=ResultsFile[CostRow])
        """The file, with its fingerprint and its rows as typed records."""

    @property
    def settings(self) -> list[str]:
        """The settings or departments as printed."""
        return list(dict.fromkeys(row.setting for row in self.file.rows))

    def cost_base(
        self,
        points: Mapping[str, str],
        *,
        marginal_share: _Number | Mapping[str, _Number],
        year: int | str | None = None,
    ) -> tuple[CostBase, list[LeftOut]]:
        """The cost base of the settings that are named, without prices, and the rows that make no line of it.

        Rows of one code and point of delivery (several services) are added up; a unit cost is cost over activity, to
        four decimals, half up.

        Args:
            points: the point of delivery of each setting, as in {"Daycase": "day_case"}; other settings are left out.
            marginal_share: as `capitation.cost_base` takes it.
            year: the financial year (2017 or "2017/18"), where the file has several.

        Raises:
            ResultsError: no row is of a setting or of the year, or rows are of several years and none is named.
            ActivityError: as `capitation.cost_base`.
        """
        if isinstance(year, bool):
            raise TypeError(f'year={year} is not a year; give an int, or a text such as "2017/18"')
        said = f"{year}/{(year + 1) % 100:02}" if isinstance(year, int) else year
        core, left = self._core.cost_base(
            said, list(mapped("points", points, '{"Daycase": "day_case"}').items()), marginal_share
        )
        return CostBase(core), msgspec.json.decode(left, type=list[LeftOut])

    def to_frame(self) -> pa.Table:
        """All rows in Arrow, as published: year, setting, code, description, service, activity, unit cost and cost."""
        rows = map(msgspec.structs.astuple, self.file.rows)
        stamp = {"capitation": __version__, self.file.file: self.file.fingerprint}
        return tables.frame(tables.of("costs", "published costs, in pounds", _ROWS, rows), stamp)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The same table for any library that speaks Arrow."""
        return self.to_frame().__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.file.rows)

    def __repr__(self) -> str:
        """The file, its rows and its settings."""
        return f"Costs({self.file.file}: {len(self):,} rows, {len(self.settings)} settings)"


def costs(path: str | PathLike[str]) -> Costs:
    """Read a schedule of unit costs: reference costs, or the National Cost Collection.

    It has columns of setting or department code, currency code (or HRG) and total cost (or cost), and may have those of
    financial year, description, service code, activity and unit cost.

    Raises:
        ResultsError: naming the file, the line and the column. Nothing is half read.
    """
    return Costs(_Costs(fspath(path)))
