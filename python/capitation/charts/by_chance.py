"""Savings by chance alone beside those that were paid for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from capitation import words
from capitation.charts import look

if TYPE_CHECKING:
    from capitation.by_chance import AcosByChance


def by_year(by_chance: AcosByChance, *, width: int = 720) -> look.ChartType:
    """The share of ACOs that crosses by chance alone, as a band, beside the share that did, year by year.

    Args:
        by_chance: the ACOs.
        width: in pixels.
    """
    rows = by_chance.to_frame().to_pylist()
    top = max(max(row["crossed"], row["by_chance_most"]) for row in rows) * 1.12 or 1.0
    years = [str(row["year"]) for row in rows]
    shown = [
        {
            "year": str(row["year"]),
            "least": row["by_chance_least"],
            "most": row["by_chance_most"],
            "crossed": row["crossed"],
            "band": words.band(row["by_chance_least"], row["by_chance_most"]),
            "did": words.percent(row["crossed"], 0),
        }
        for row in rows
    ]
    base = alt.Chart(look.data(shown))
    axis = alt.Axis(title=None, labelAngle=0, labelOverlap=True, grid=False)
    x = alt.X("year:N", sort=years, axis=axis)
    y_axis = alt.Axis(title="share of the ACOs", labelExpr=look.percent_labels(0), tickCount=6)
    scale = alt.Scale(domain=[0, top], nice=False)
    wide = not look.is_narrow(width)
    layers = [
        base.mark_bar(color=look.BLUE, width=18 if wide else 10, minBandSize=2).encode(
            x=x, y=alt.Y("least:Q", scale=scale, axis=y_axis), y2="most:Q"
        ),
        base.mark_tick(color=look.VERMILLION, thickness=3, opacity=1, width=30 if wide else 18).encode(
            x=x, y=alt.Y("crossed:Q", scale=scale, axis=y_axis)
        ),
    ]
    if wide:
        label = base.mark_text(dy=-9, color=look.VERMILLION, fontWeight="bold", fontSize=11)
        layers.append(label.encode(x=x, y=alt.Y("crossed:Q", scale=scale), text="did:N"))
        label = base.mark_text(dy=-8, color=look.BLUE, fontSize=11)
        layers.append(label.encode(x=x, y=alt.Y("most:Q", scale=scale), text="band:N"))
    chart = alt.layer(*layers).properties(width=width - 60, height=300)
    return look.finish(chart, look.Caption(_finding(rows), _SUBTITLE), width)


_SUBTITLE = (
    "Red: the share of ACOs whose savings reached their own minimum rate. Blue: the share that would by chance alone, "
    "with nothing saved, at each one's size; from the least to the most that people's costs may vary. Modelled."
)


def _finding(rows: list[dict[str, float]]) -> str:
    first, last = rows[0], rows[-1]
    told = [
        f"{words.band(row['by_chance_least'], row['by_chance_most'])} of ACOs in {row['year']:.0f}"
        for row in ([first, last] if len(rows) > 1 else [first])
    ]
    return f"By chance alone savings cross the minimum rate for {', '.join(told)}"
