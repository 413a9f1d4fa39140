"""Distance from target before and after the pace of change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from capitation import words
from capitation.charts import look
from capitation.charts.rows import Rows

if TYPE_CHECKING:
    from capitation.pace import PaceOfChange

_NAMES = 190


def before_and_after(pace: PaceOfChange, *, width: int = 720, most: int = 20) -> look.ChartType:
    """Each place's distance from target before the first year and after the last.

    Args:
        pace: the years.
        width: in pixels.
        most: how many places are shown: those that begin farthest from their targets.
    """
    places = pace.farthest(most)
    rows = Rows([place.place for place in places], width=width, names_width=_NAMES, thick=12)
    dots = [
        {"before": float(place.opening_distance), "after": float(place.closing_distance)} | rows.bar(at)
        for at, place in enumerate(places)
    ]
    ends = [dot[end] for dot in dots for end in ("before", "after")] + [
        0.0,
        float(pace.near),
        -float(pace.near),
    ]
    room = 0.06 * ((max(ends) - min(ends)) or 0.01)
    scale = alt.Scale(domain=[min(ends) - room, max(ends) + room], nice=False, zero=False)
    base = alt.Chart(look.data(dots))
    axis = alt.Axis(
        title="distance from target (above zero: more than the target)",
        tickCount=4 if rows.above else 7,
        labelExpr=look.percent_labels(1, "+"),
        grid=not rows.above,
    )
    near = alt.Chart(
        look.data([{"low": -float(pace.near), "high": float(pace.near), "top": 0.0, "to": rows.height}])
    )
    layers: list[Any] = [
        near.mark_rect(color=look.GRID, opacity=0.7).encode(
            x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", y=rows.y("top"), y2="to:Q"
        ),
        rows.rules([0.0], scale),
        base.mark_rule(color=look.LINE, strokeWidth=2).encode(
            x=alt.X("before:Q", scale=scale), x2="after:Q", y=rows.y("middle")
        ),
        base.mark_point(
            filled=True, fill="white", stroke=look.MUTED, strokeWidth=2, size=70, opacity=1
        ).encode(x=alt.X("before:Q", scale=scale), y=rows.y("middle")),
        base.mark_point(filled=True, color=look.BLUE, size=90, opacity=1).encode(
            x=alt.X("after:Q", scale=scale), y=rows.y("middle")
        ),
        rows.names(),
    ]
    chart = alt.layer(*layers).properties(width=rows.plot, height=rows.height)
    return look.finish(chart, look.Caption(pace.finding(), _subtitle(pace, len(places))), width)


def _subtitle(pace: PaceOfChange, shown: int) -> str:
    first, last = pace.years[0], pace.years[-1]
    opening = sum(place.opening for place in first.places)
    total = f"{words.compact(float(opening), pace.currency)} grows to {words.compact(float(last.total), pace.currency)}"
    more = len(pace.reached) - shown
    cut = f" The {more:,} that begin nearer are left out." if more else ""
    return f"White: before; blue: after. Within the grey band a place counts as near. {total}.{cut}"
