"""What a party's result hangs on: each assumption at a low and a high value, all others as they are (a tornado)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from capitation import tables, words
from capitation.model import Record
from capitation.outlooks import Stamp as OutlookStamp
from capitation.outlooks import chance
from capitation.shown import table_and_notes

if TYPE_CHECKING:
    import pyarrow as pa

    from capitation._capitation import Contract
    from capitation.charts import ChartType

FigureName: TypeAlias = Literal["mean", "standard_deviation", "probability_of_deficit", "stop_loss"]
"""One of the figures of a result."""
FIGURES: dict[FigureName, str] = {
    "mean": "mean result",
    "standard_deviation": "standard deviation",
    "probability_of_deficit": "probability of a deficit",
    "stop_loss": "stop-loss premium",
}
"""The figures in words."""
_KINDS: dict[str, tables.Kind] = {
    name: "share" if name == "probability_of_deficit" else "money" for name in FIGURES
}
_ROWS: dict[str, tables.Kind] = {
    "assumption": "text",
    **{f"{name}_{end}": kind for name, kind in _KINDS.items() for end in ("low", "base", "high")},
}


class Figures(Record, frozen=True, kw_only=True):
    """What a party comes to under one set of assumptions, in major units."""

    mean: float
    standard_deviation: float
    probability_of_deficit: float
    stop_loss: float
    """The fair premium of a stop-loss on the party's own result, that pays deficits above the retention."""
    error: float
    """How far probabilities may be from the true ones."""

    def of(self, figure: FigureName) -> float:
        """One of them."""
        return float(getattr(self, figure))


class SensitivityRow(Record, frozen=True, kw_only=True):
    """One assumption at both its values."""

    assumption: str
    low: Figures
    high: Figures

    def swing(self, figure: FigureName = "mean") -> float:
        """How far a figure goes from the low value to the high one."""
        return self.high.of(figure) - self.low.of(figure)


class _Found(Record, frozen=True, kw_only=True):
    party: str
    retention: float
    base: Figures
    rows: tuple[SensitivityRow, ...]
    stamp: OutlookStamp


class Sensitivity:
    """What a party's result hangs on, that which moves it most first: `Contract.sensitivity` makes it."""

    def __init__(self, text: str, contract: Contract, by: FigureName) -> None:
        """Read what the core says."""
        found = msgspec.json.decode(text, type=_Found)
        self.party: str = found.party
        """Whose result it is."""
        self.retention: float = found.retention
        """What it bears of a deficit before its stop-loss pays, in major units."""
        self.base: Figures = found.base
        """With all assumptions as they are."""
        self.rows: tuple[SensitivityRow, ...] = found.rows
        """By assumption, that which moves the figure `by` most first."""
        self.by: FigureName = by
        """The figure they are sorted by."""
        self.contract: str = contract.name
        """The contract's name."""
        self.currency: str = contract.currency
        """The currency of every amount."""
        self._stamp = found.stamp

    @property
    def stamp(self) -> dict[str, str]:
        """What it was made of: the version, the contract, the cost model and what was given."""
        return self._stamp.told(self.contract)

    @property
    def plot(self) -> SensitivityPlots:
        """Charts of it: `tornado`."""
        return SensitivityPlots(self)

    def to_frame(self) -> pa.Table:
        """One row for each assumption, with the stamp in the metadata.

        Columns: assumption, and of mean, standard_deviation, probability_of_deficit and stop_loss each _low, _base and
        _high; money in major units.
        """
        rows = [
            [row.assumption, *(at.of(figure) for figure in FIGURES for at in (row.low, self.base, row.high))]
            for row in self.rows
        ]
        return tables.frame(tables.of("sensitivity", "what a result hangs on", _ROWS, rows), self.stamp)

    def told(self, figure: FigureName, value: float, *, plus: bool = False) -> str:
        """A figure in words."""
        if figure == "probability_of_deficit":
            return words.percent(value, plus=True) if plus else chance(value)
        return words.money(value, self.currency, digits=0, plus=plus)

    def _told(self) -> tuple[str, list[str], list[list[str]], list[str]]:
        head = ["assumption", *(f"{name}, {end}" for name in FIGURES.values() for end in ("low", "high"))]

        def told(name: str, low: Figures, high: Figures) -> list[str]:
            return [name, *(self.told(figure, at.of(figure)) for figure in FIGURES for at in (low, high))]

        rows = [
            told("as assumed", self.base, self.base),
            *(told(row.assumption, row.low, row.high) for row in self.rows),
        ]
        notes = [
            f"Low and high are at the assumption's low and high value. The stop-loss pays deficits above "
            f"{words.money(self.retention, self.currency, digits=0)}.",
            words.listed(self.stamp),
        ]
        return f"{self.contract}: what the result of {self.party} hangs on", head, rows, notes

    def _repr_html_(self) -> str:
        return table_and_notes(*self._told())

    def __repr__(self) -> str:
        """The table as text."""
        caption, head, rows, notes = self._told()
        return "\n".join([caption, *words.columns([head, *rows]), "", *notes])


class SensitivityPlots:
    """Charts of what a result hangs on, each an Altair chart."""

    def __init__(self, sensitivity: Sensitivity) -> None:
        """Charts of this."""
        self._sensitivity = sensitivity

    def __call__(self, **options: Any) -> ChartType:
        """As `tornado`."""
        return self.tornado(**options)

    def tornado(self, **options: Any) -> ChartType:
        """A figure at the low and the high value of each assumption, that which moves it most on top.

        Args:
            **options: `width` in pixels; `figure`, that which the rows were sorted by unless told otherwise.

        Raises:
            ValueError: there is no such figure.
        """
        from capitation.charts import sensitivity

        return sensitivity.tornado(self._sensitivity, **options)
