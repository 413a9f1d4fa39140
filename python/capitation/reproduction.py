"""Published results settled again, and one ACO's year on the other tracks."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from capitation import shown, tables, words
from capitation.results import GpReproductionData, MsspRow, OnEveryTrack, ReproductionData, YearCount

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from altair.typing import ChartType

    from capitation._capitation import _MsspResults
    from capitation.results import GpReproducedRow, GpYear, ReproducedRow, ReproductionStamp, TrackRow
    from capitation.tables import Kind

_COUNTS: dict[str, Kind] = {
    "year": "year",
    "rows": "count",
    "savers": "count",
    "losers": "count",
    "exact": "count",
    "within_rounding": "count",
    "explained": "count",
    "missed": "count",
}
_HEAD = ["year", "rows", "savings", "losses", "to the dollar", "within rounding", "explained", "missed"]
"""The counts of a year as they are shown."""
_ROWS: dict[str, Kind] = {
    "year": "year",
    "aco": "text",
    "name": "text",
    "track": "text",
    "gross_published": "amount",
    "gross_settled": "amount",
    "published": "amount",
    "settled": "amount",
    "least": "amount",
    "most": "amount",
    "comes_out": "text",
    "reason": "text",
}


class Reproduction:
    """Every published row beside what its contract gives: to the dollar, within rounding, or with the reason.

    A notebook shows it as a table; `print` gives the same as text.
    """

    def __init__(self, text: str) -> None:
        """Read what the core has settled."""
        self.data, self.counts = msgspec.json.decode(
            text, type=tuple[ReproductionData, tuple[YearCount, ...]]
        )

    @property
    def listed(self) -> list[ReproducedRow]:
        """The rows that neither come out to the dollar nor lie within rounding, each with its reason."""
        return [row for row in self.data.rows if row.reason is not None]

    @property
    def missed(self) -> int:
        """How many rows differ for no reason that the data show."""
        return sum(count.missed for count in self.counts)

    def to_frame(self, table: str = "rows") -> pa.Table:
        """`rows`, or the `counts` of each year, in Arrow.

        Raises:
            ValueError: there is no such table.
        """
        about = _items(self.data.stamp)
        if table == "counts":
            counts = [msgspec.structs.astuple(count) for count in self.counts]
            return tables.frame(tables.of("counts", "rows of each year", _COUNTS, counts), about)
        if table != "rows":
            raise ValueError(f"there is no table `{table}`; name rows or counts")
        return tables.frame(
            tables.of("rows", "published and settled", _ROWS, map(_row, self.data.rows)), about
        )

    def __str__(self) -> str:
        """The counts of each year, and every row that is listed."""
        lines = [f"{self.data.stamp.programme[0]}: published results settled again", ""]
        lines += words.columns([_HEAD, *self._counted()])
        lines += ["", *self._about_listed()]
        return "\n".join(lines)

    def _counted(self) -> list[list[str]]:
        rows = [[str(count.year), *map("{:,}".format, _numbers(count))] for count in self.counts]
        if len(rows) > 1:
            totals = [sum(column) for column in zip(*map(_numbers, self.counts), strict=True)]
            rows.append(["all", *map("{:,}".format, totals)])
        return rows

    def _about_listed(self) -> list[str]:
        if not self.listed:
            return ["Every row comes out to the dollar or within the rounding of what was published."]
        lines = ["Rows that neither come out to the dollar nor lie within rounding:"]
        for row in self.listed:
            amounts = (
                f"published {words.money(row.published, 'USD')}, settled {words.money(row.settled, 'USD')}"
            )
            lines.append(
                f"  {row.year} {row.aco} {row.name} ({row.track}): {amounts}; {row.comes_out}: {row.reason}"
            )
        return lines

    def __repr__(self) -> str:
        """The same as text."""
        return str(self)

    def _repr_html_(self) -> str:
        stamp = self.data.stamp
        notes = [*self._about_listed(), _in_words(stamp)]
        caption = f"{stamp.programme[0]}: published results settled again"
        return shown.table_and_notes(caption, _HEAD, self._counted(), notes)


def _items(stamp: ReproductionStamp) -> dict[str, str]:
    """Where results come from: enough to make them again."""
    return {
        "capitation": stamp.version,
        "programme": " ".join(stamp.programme),
        **stamp.files,
        "method": stamp.method,
        "unverified terms": ", ".join(stamp.unverified) or "none",
    }


def _in_words(stamp: ReproductionStamp) -> str:
    return words.listed(_items(stamp))


def _numbers(count: YearCount) -> list[int]:
    return list(msgspec.structs.astuple(count))[1:]


def _row(row: ReproducedRow) -> tuple[Any, ...]:
    return (
        row.year, row.aco, row.name, row.track, *row.gross, row.published, row.settled, *row.interval,
        row.comes_out, row.reason,
    )  # fmt: skip


_GP_YEARS: dict[str, Kind] = {
    "year": "year",
    "practices": "count",
    "other_contracts": "count",
    "without_list_or_sum": "count",
    "compared": "count",
    "median_rate": "quantity",
    "within_1": "count",
    "within_2": "count",
    "within_5": "count",
    "published": "amount",
    "settled": "amount",
    "opened_or_closed": "count",
    "two_contracts": "count",
    "london": "count",
    "unexplained": "count",
    "outside_london": "count",
    "outside_london_median_rate": "quantity",
    "outside_london_within_1": "count",
}
_GP_HEAD = [
    "year", "practices", "not GMS", "no list or sum", "compared", "median rate", "within 1 %", "2 %", "5 %",
    "outside London, 1 %", "opened or closed", "two contracts", "London", "unexplained",
]  # fmt: skip
"""A year as it is shown."""
_GP_ROWS: dict[str, Kind] = {
    "year": "year",
    "line": "count",
    "in_london": "flag",
    "weighted_patients": "quantity",
    "published": "amount",
    "settled": "amount",
    "difference": "quantity",
    "comes_out": "text",
    "reason": "text",
}
_GP_NOTE = (
    "Each year: practices = not GMS + no list or sum + compared; compared = within 1 % + opened or closed "
    "+ two contracts (less global sum, and a PMS payment too) + London + unexplained. Outside London is settled at the "
    "median of its own. No file tells who opted out of out-of-hours care. Rows are told by their line in the file, "
    "never by the practice."
)

# Practices of a year whose shares within a bound say something.
_FEW = 30


class GpReproduction:
    """What general practices were paid beside weighted list x the median rate; differences with their reason.

    A notebook shows it as a table; `print` gives the same as text. `GpPayments.reproduce` makes it.
    """

    def __init__(self, text: str) -> None:
        """Read what the core has settled."""
        self.data = msgspec.json.decode(text, type=GpReproductionData)

    @property
    def years(self) -> tuple[GpYear, ...]:
        """Each year, counted; the counts add up to all practices."""
        return self.data.years

    @property
    def listed(self) -> list[GpReproducedRow]:
        """The practices that lie further than 1 %, each with its reason."""
        return [row for row in self.data.rows if row.comes_out == "differs"]

    def to_frame(self, table: str = "rows") -> pa.Table:
        """`rows`, or the `counts` of each year, in Arrow; money in pounds, differences from 0 as parts of 1.

        Raises:
            ValueError: there is no such table.
        """
        about = _items(self.data.stamp)
        if table == "counts":
            years = map(_gp_year, self.years)
            return tables.frame(tables.of("counts", "practices of each year", _GP_YEARS, years), about)
        if table != "rows":
            raise ValueError(f"there is no table `{table}`; name rows or counts")
        rows = map(_gp_row, self.data.rows)
        return tables.frame(tables.of("rows", "published and settled, in pounds", _GP_ROWS, rows), about)

    def __str__(self) -> str:
        """Each year, counted by how its practices compare."""
        caption = f"{self.data.stamp.programme[0]}: published payments settled again"
        notes = [_GP_NOTE, *_few_practices(self.years)]
        return "\n".join([caption, "", *words.columns([_GP_HEAD, *map(_gp_shown, self.years)]), "", *notes])

    def __repr__(self) -> str:
        """The same as text."""
        return str(self)

    def _repr_html_(self) -> str:
        stamp = self.data.stamp
        caption = f"{stamp.programme[0]}: published payments settled again"
        years = [_gp_shown(year) for year in self.years]
        return shown.table_and_notes(
            caption, _GP_HEAD, years, [_GP_NOTE, *_few_practices(self.years), _in_words(stamp)]
        )


def _few_practices(years: Sequence[GpYear]) -> list[str]:
    """That shares of few practices say little: the median is taken from the very rates that are set beside it."""
    few = [f"{year.year}/{(year.year + 1) % 100:02}" for year in years if 0 < year.compared < _FEW]
    if not few:
        return []
    return [
        f"Fewer than {_FEW} practices are compared in {', '.join(few)}: the median is one of their own, so that the "
        "shares hold nearly by construction there."
    ]


def _gp_year(year: GpYear) -> tuple[Any, ...]:
    *counts, differ, outside = msgspec.structs.astuple(year)
    return (*counts, *msgspec.structs.astuple(differ), *msgspec.structs.astuple(outside))


def _gp_row(row: GpReproducedRow) -> tuple[Any, ...]:
    *published, _ = msgspec.structs.astuple(row)
    return (*published, row.comes_out, row.reason)


def _gp_shown(year: GpYear) -> list[str]:
    def share(part: int, whole: int) -> str:
        return words.percent(part / whole) if whole else ""

    differ, outside = year.differ, year.outside_london
    reasons = (differ.opened_or_closed, differ.two_contracts, differ.london, differ.unexplained)
    sizes = (year.practices, year.other_contracts, year.without_list_or_sum, year.compared)
    return [
        f"{year.year}/{(year.year + 1) % 100:02}",
        *map("{:,}".format, sizes),
        "" if year.median_rate is None else words.money(year.median_rate, "GBP"),
        *(share(part, year.compared) for part in (year.within_1, year.within_2, year.within_5)),
        share(outside.within_1, outside.compared),
        *map("{:,}".format, reasons),
    ]


_TRACKS: dict[str, Kind] = {
    "track": "text",
    "is_own": "flag",
    "minimum_rate": "quantity",
    "sharing_rate": "quantity",
    "loss_rate": "quantity",
    "gross": "amount",
    "limit_on_savings": "amount",
    "limit_on_losses": "amount",
    "revenue_may_limit": "flag",
    "net": "amount",
    "published": "amount",
}


class OtherTracks:
    """One ACO's published year on every track of that year: what it would have been paid, or owed below zero.

    A notebook shows it as a table; `print` gives the same as text. `MsspResults.other_tracks` makes it.
    """

    def __init__(
        self,
        core: _MsspResults,
        aco: str,
        year: int | None,
        minimum_rate: Decimal | int | str,
        participant_revenue: Decimal | int | str | None,
    ) -> None:
        """Settle one row on every track."""
        self._core = core
        self._asked = (aco, year, minimum_rate, participant_revenue)
        self.row, settled, _ = self._settle([])
        self.tracks, self.stamp = settled.tracks, settled.stamp

    def _settle(
        self, rates: Sequence[Decimal]
    ) -> tuple[MsspRow, OnEveryTrack, tuple[tuple[str, tuple[Decimal, ...]], ...]]:
        text = self._core.other_tracks(*self._asked, list(rates))
        kind = tuple[MsspRow, OnEveryTrack, tuple[tuple[str, tuple[Decimal, ...]], ...]]
        row, settled, payments = msgspec.json.decode(text, type=kind)
        return row, settled, payments

    @property
    def savings_rate(self) -> Decimal:
        """Savings as a part of the benchmark; below zero a loss."""
        return self.row.difference.value / self.row.benchmark.value

    def payments(self, savings_rates: Sequence[Decimal | int | str]) -> dict[str, list[Decimal]]:
        """What each track would pay at these savings, as parts of the benchmark; below zero is a loss, and is owed."""
        rates = [Decimal(rate) for rate in savings_rates]
        return {track: list(paid) for track, paid in self._settle(rates)[2]}

    def to_frame(self) -> pa.Table:
        """One row a track, in Arrow; money in dollars, rates from 0 to 1."""
        rows = map(msgspec.structs.astuple, self.tracks)
        about = f"{self.row.name} ({self.row.aco}), {self.row.year}, on every track"
        return tables.frame(tables.of("other_tracks", about, _TRACKS, rows), _items(self.stamp))

    @property
    def plot(self) -> OtherTracksPlots:
        """Charts of this year on every track."""
        return OtherTracksPlots(self)

    def _caption(self) -> str:
        row = self.row
        saved = words.percent(float(self.savings_rate), 2)
        benchmark = words.money(row.benchmark.value, "USD", digits=0)
        return (
            f"{row.name} ({row.aco}), {row.year}: {saved} of a benchmark of {benchmark} saved, on {row.track}"
        )

    def _table(self) -> tuple[list[str], list[list[str]]]:
        head = ["track", "minimum rate", "share of savings", "share of loss", "paid (−: owed)", ""]
        return head, [_track_row(track) for track in self.tracks]

    def __str__(self) -> str:
        """The table as text."""
        head, rows = self._table()
        return "\n".join([self._caption(), "", *words.columns([head, *rows])])

    def __repr__(self) -> str:
        """The table as text."""
        return str(self)

    def _repr_html_(self) -> str:
        head, rows = self._table()
        return shown.table_and_notes(self._caption(), head, rows, [_in_words(self.stamp)])


def _track_row(track: TrackRow) -> list[str]:
    def rate(value: Decimal | None) -> str:
        return "" if value is None else words.percent(float(value), 2)

    notes = ["its own track"] if track.is_own else []
    if track.published is not None and abs(track.published - track.net) > 1:
        notes.append(f"published: {words.money(track.published, 'USD')}")
    if track.revenue_may_limit and track.net < 0:
        notes.append("at most: participant revenue, which is not published, may limit it")
    if track.net >= track.limit_on_savings > 0:
        notes.append("at the limit")
    if track.limit_on_losses is not None and track.net == -track.limit_on_losses:
        notes.append("at the limit by benchmark")
    paid = words.money(track.net, "USD")
    return [
        track.track,
        rate(track.minimum_rate),
        rate(track.sharing_rate),
        rate(track.loss_rate),
        paid,
        "; ".join(notes),
    ]


class OtherTracksPlots:
    """Charts of one ACO's year on every track, each an Altair chart."""

    def __init__(self, tracks: OtherTracks) -> None:
        """Charts of this year."""
        self._tracks = tracks

    def payment(self, **options: Any) -> ChartType:
        """What each track pays against the savings rate, with the cliff at the minimum rate and the limits."""
        from capitation.charts import payment

        return payment.by_savings_rate(self._tracks, **options)
