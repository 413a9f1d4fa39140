"""Horizontal bars with names of any length: each row is as high as its own name asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt

from capitation.charts import look

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE = 15
_SPACE = 16


class Row(NamedTuple):
    """Where a bar lies, in pixels from the top, and its name: its lines, and where the first one stands."""

    top: float
    bottom: float
    name: list[str]
    name_at: float

    @property
    def middle(self) -> float:
        """Half way down the bar."""
        return (self.top + self.bottom) / 2


class Rows:
    """Rows below each other: names stand left of their bars, and above them where there is no room."""

    def __init__(self, names: Sequence[str], *, width: int, names_width: int, thick: int) -> None:
        """Lays the rows out.

        Args:
            names: of the bars, from the top.
            width: pixels that the chart may fill.
            names_width: pixels for the names, where they stand at the left.
            thick: pixels from the top of a bar to its bottom.
        """
        self.above = look.is_narrow(width)
        self.plot = width - 40 - (0 if self.above else names_width)
        self._rows: list[Row] = []
        level = 0.0
        for name in names:
            lines = look.wrap(name, self.plot if self.above else names_width - 12, 12)
            text = _LINE * len(lines)
            height = text + 8 + thick + _SPACE - 6 if self.above else max(thick + _SPACE, text + 8)
            top = level + (text + 8 if self.above else (height - thick) / 2)
            # The middle of text is that of its first line.
            name_at = level + (4 if self.above else (height - text + _LINE) / 2)
            self._rows.append(Row(top, top + thick, lines, name_at))
            level += height
        self.height = level

    def __getitem__(self, place: int) -> Row:
        """The row at this place from the top."""
        return self._rows[place]

    def y(self, field: str) -> alt.Y:
        """The encoding of a field that holds pixels from the top."""
        return alt.Y(
            f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, self.height], reverse=True, nice=False)
        )

    def bar(self, place: int) -> dict[str, Any]:
        """The fields of a mark in this row: `top`, `bottom` and `middle`."""
        row = self[place]
        return {"top": row.top, "bottom": row.bottom, "middle": row.middle}

    def names(self) -> alt.Chart:
        """The names of all rows."""
        rows = alt.Chart(look.data([{"at": row.name_at, "text": row.name} for row in self._rows]))
        if self.above:
            mark = rows.mark_text(
                align="left", baseline="top", fontSize=12, fontWeight="bold", lineHeight=_LINE
            )
        else:
            mark = rows.mark_text(align="right", baseline="middle", fontSize=12, lineHeight=_LINE)
        named: alt.Chart = mark.encode(x=alt.value(0 if self.above else -10), y=self.y("at"), text="text:N")
        return named

    def rules(self, at: Sequence[float], scale: alt.Scale) -> alt.Chart:
        """Upright lines at these places: through all rows, or only over the bars where names lie between."""
        over_bars = [(row.top - 3, row.bottom + 3) for row in self._rows]
        spans = over_bars if self.above else [(0.0, self.height)]
        lines = [{"at": x, "top": top, "bottom": bottom} for x in at for top, bottom in spans]
        ruled: alt.Chart = (
            alt.Chart(look.data(lines))
            .mark_rule(color=look.INK, strokeWidth=1.2)
            .encode(x=alt.X("at:Q", scale=scale), y=self.y("top"), y2="bottom:Q")
        )
        return ruled


def beside_bars(
    amounts: Sequence[float], texts: Sequence[str], plot: float, *, size: float, gap: float = 10
) -> alt.Scale:
    """A scale with nought on it, and room beside the bars for the text at the end of each.

    Args:
        amounts: where the bars end.
        texts: what stands there.
        plot: width of the plot in pixels.
        size: of the text, in pixels.
        gap: pixels between a bar and its text, and after it.
    """
    low, high = min(0.0, *amounts), max(0.0, *amounts)
    left, right = low < 0, high > 0 or low == high
    span = (high - low) or 1.0
    beside = gap + max(look.text_width(text, size) for text in texts)
    room = span * beside / max(plot - beside * (left + right), plot * 0.2)
    return alt.Scale(domain=[low - room * left, high + room * right], nice=False, zero=False)
