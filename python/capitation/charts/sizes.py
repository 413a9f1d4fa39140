"""How the risk of a panel goes with its size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from capitation import words
from capitation.charts import look
from capitation.outlooks import chance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capitation.reserves import PanelSizes


def _at_most(value: float, high: float) -> float:
    return min(max(value, 0.0), high)


def people_axis(low: int, high: int, plot: float) -> alt.X:
    """The field `people` on a scale of tens, from the smallest panel to the largest.

    Args:
        low: people in the smallest.
        high: people in the largest.
        plot: width of the plot in pixels.
    """
    axis = alt.Axis(
        title=look.wrap("people in the panel (each step of the scale is ten times as many)", plot - 20, 11.5),
        values=[10**power for power in range(8) if low <= 10**power <= high] or [low, high],
        labelExpr="format(datum.value, ',')",
        grid=False,
    )
    return alt.X("people:Q", scale=alt.Scale(type="log", domain=[low, high], nice=False), axis=axis)


def lines_legend(width: int, *, columns: int) -> alt.Legend:
    """What lines there are, above the chart: below each other where it is narrow."""
    return alt.Legend(
        title=None,
        orient="top",
        symbolType="stroke",
        symbolStrokeWidth=3,
        columns=1 if look.is_narrow(width) else columns,
    )


def panel_sizes(sizes: PanelSizes, *, width: int = 720) -> look.ChartType:
    """How likely an overspend is, by the size of the panel on a scale of tens.

    Args:
        sizes: what panels may cost.
        width: in pixels.

    Raises:
        ValueError: there are fewer than two sizes.
    """
    rows = sorted(sizes.rows, key=lambda row: row.people)
    if len(rows) < 2 or rows[0].people == rows[-1].people:
        raise ValueError("a chart by size needs at least two sizes; give more")
    plot = width - 60
    lines: list[tuple[str, str, list[float], Sequence[int]]] = [
        ("more than expected", look.BLUE, [row.overspend for row in rows], []),
        ("a tenth more than expected", look.VERMILLION, [row.overspend_by_a_tenth for row in rows], []),
        ("a tenth more, if costs were normal", look.LINE, [row.by_a_tenth_if_normal for row in rows], [5, 4]),
    ]
    top = max(max(values) for _, _, values, _ in lines) * 1.12
    x = people_axis(rows[0].people, rows[-1].people, plot)
    y_axis = alt.Axis(title="probability in a year", labelExpr=look.percent_labels(0), tickCount=6)
    y = alt.Y("chance:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=y_axis)
    layers: list[Any] = []
    for name, _, values, dash in lines:
        data = [
            {"people": row.people, "chance": _at_most(value, 1.0)}
            for row, value in zip(rows, values, strict=True)
        ]
        drawn = alt.Chart(look.data([row | {"line": name} for row in data]))
        scale = alt.Scale(domain=[line[0] for line in lines], range=[line[1] for line in lines])
        legend = lines_legend(width, columns=3)
        mark = drawn.mark_line(
            strokeWidth=2.5, strokeDash=list(dash) or [1, 0], point={"size": 26, "filled": True}
        )
        layers.append(mark.encode(x=x, y=y, color=alt.Color("line:N", scale=scale, legend=legend)))
    worst = max(rows, key=lambda row: row.overspend_by_a_tenth)
    peak = alt.Chart(
        look.data(
            [
                {
                    "people": worst.people,
                    "chance": worst.overspend_by_a_tenth,
                    "text": f"{chance(worst.overspend_by_a_tenth)} at {worst.people:,}",
                }
            ]
        )
    )
    layers.append(
        peak.mark_point(
            filled=True, fill="white", stroke=look.VERMILLION, strokeWidth=2, size=70, opacity=1
        ).encode(x=x, y=y)
    )
    layers.append(
        peak.mark_text(align="center", dy=16, fontWeight="bold", color=look.VERMILLION).encode(
            x=x, y=y, text="text:N"
        )
    )
    chart = alt.layer(*layers).properties(width=plot, height=300)
    return look.finish(chart, look.Caption(_sizes_finding(sizes), _sizes_subtitle(sizes)), width)


def _sizes_finding(sizes: PanelSizes) -> str:
    rows = sorted(sizes.rows, key=lambda row: row.people)
    first, last = rows[0], rows[-1]
    chances = {chance(row.overspend_by_a_tenth) for row in rows}
    if len(chances) == 1:
        return f"The chance of an overspend by a tenth is {chances.pop()} at every size"
    worst = max(rows, key=lambda row: row.overspend_by_a_tenth)
    if worst.people in (first.people, last.people):
        way = "falls" if worst.people == first.people else "rises"
        return (
            f"The chance of an overspend by a tenth {way} from {chance(first.overspend_by_a_tenth)} at "
            f"{first.people:,} to {chance(last.overspend_by_a_tenth)} at {last.people:,}"
        )
    return (
        f"The chance of an overspend by a tenth rises before it falls: {chance(first.overspend_by_a_tenth)} at "
        f"{first.people:,}, {chance(worst.overspend_by_a_tenth)} at {worst.people:,}, "
        f"{chance(last.overspend_by_a_tenth)} at {last.people:,}"
    )


def _sizes_subtitle(sizes: PanelSizes) -> str:
    first = min(sizes.rows, key=lambda row: row.people)
    half = words.percent(first.median, 0)
    if first.median > _MOST_UNDERSPEND:
        why = (
            f"Half of the panels of {first.people:,} cost at most {half} of the mean: what goes with size is how far "
            "costs spread and little else."
        )
        return f"{why} {_moved(sizes)}{_DOTS}"
    why = (
        "Why: a few people have most of the cost. Most small panels have none of them and underspend "
        f"(half of those of {first.people:,} cost at most {half} of the mean); as people are added, one of the few is "
        "ever more likely to be there; then the average takes over."
    )
    return f"{why} {_moved(sizes)}{_DOTS}"


_MOST_UNDERSPEND = 0.9
"""Where half of the smallest panels cost more than this part of the mean, they do not wait for one dear person."""
_DOTS = "Dots: the sizes that were worked out; lines between them only join them."


def _moved(sizes: PanelSizes) -> str:
    moved = sizes.stamp["costs moved together by"]
    return "" if moved == "nothing" else f"What moves all costs together is not averaged away: {moved}. "
