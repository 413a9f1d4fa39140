"""A fitted law of one person's cost beside what was observed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt

from capitation import words
from capitation.charts import look
from capitation.charts.rows import Rows

if TYPE_CHECKING:
    from capitation.fits import SeverityFit

_NAMES = 150
_POINTS = 240
# The least chance that is drawn of a law that has no end.
_LEAST = 1e-7


def _share(value: float | None) -> str:
    return "no mean, and so no share" if value is None else words.percent(value)


def finding(fit: SeverityFit) -> str:
    """Where the law and what was observed are farthest apart, in points of a percentage."""
    tops = [top for top in fit.goodness.top_shares if top.cost.observed is not None]
    if not tops:
        return "There is no share of the cost to compare"

    def apart(top: Any) -> float:
        return math.inf if top.cost.fitted is None else abs(top.cost.fitted - top.cost.observed)

    worst = max(tops, key=apart)
    people = words.percent(worst.people, 0 if worst.people >= 0.01 else 1)
    if worst.cost.fitted is None:
        return "The fitted law has no mean: its tail is too heavy for a share of the cost"
    if apart(worst) < 0.0005:
        return f"The law meets what was observed: the top {people} have {_share(worst.cost.observed)} of the cost"
    return (
        f"The law puts {_share(worst.cost.fitted)} of the cost on the top {people}, "
        f"where {_share(worst.cost.observed)} was observed"
    )


def shares(fit: SeverityFit, *, width: int = 720) -> look.ChartType:
    """What the people with the highest costs have of all cost: observed beside fitted.

    Args:
        fit: a fitted law.
        width: in pixels.
    """
    tops = fit.goodness.top_shares
    names = [f"top {words.percent(top.people, 0 if top.people >= 0.01 else 1)} of people" for top in tops]
    rows = Rows(names, width=width, names_width=_NAMES, thick=16)
    dots = [
        {"observed": top.cost.observed, "fitted": top.cost.fitted, "text": _told(top.cost)} | rows.bar(place)
        for place, top in enumerate(tops)
    ]
    both = [dot for dot in dots if dot["observed"] is not None and dot["fitted"] is not None]
    for dot in both:
        dot["far"] = max(dot["observed"], dot["fitted"])
    # Room for the words right of the dots.
    most = 1.0 + look.text_width("97.2 %, 99.9 % fitted") / max(rows.plot - 150.0, 150.0)
    scale = alt.Scale(domain=[0, most], nice=False)
    axis = alt.Axis(
        title="share of all cost",
        values=[0, 0.25, 0.5, 0.75, 1],
        labelExpr=look.percent_labels(),
        grid=not rows.above,
    )
    base = alt.Chart(look.data(both))
    layers: list[Any] = [
        base.mark_rule(color=look.LINE, strokeWidth=2).encode(
            x=alt.X("observed:Q", scale=scale, axis=axis), x2="fitted:Q", y=rows.y("middle")
        ),
        base.mark_point(filled=True, color=look.BLUE, size=90, opacity=1).encode(
            x=alt.X("fitted:Q", scale=scale), y=rows.y("middle")
        ),
        base.mark_point(filled=True, fill="white", stroke=look.INK, strokeWidth=2, size=70, opacity=1).encode(
            x=alt.X("observed:Q", scale=scale), y=rows.y("middle")
        ),
        base.mark_text(align="left", dx=9).encode(
            x=alt.X("far:Q", scale=scale), y=rows.y("middle"), text="text:N"
        ),
        rows.names(),
    ]
    chart = alt.layer(*layers).properties(width=rows.plot, height=rows.height)
    return look.finish(chart, look.Caption(finding(fit), _subtitle(fit, "White: observed; blue:")), width)


def _told(cost: Any) -> str:
    return f"{_share(cost.observed)}, {_share(cost.fitted)} fitted"


def _subtitle(fit: SeverityFit, before: str) -> str:
    return f"{before} {fit.stamp['method']}."


def _ticks(low: float, high: float, *, tens: bool = False) -> list[float]:
    """Powers of ten within a range, and 2 and 5 times each where there is room."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps = (1.0,) if tens or last - first > 4 else (1.0, 2.0, 5.0)
    found = [step * 10.0**power for power in range(first, last + 1) for step in steps]
    return [tick for tick in found if low <= tick <= high]


def tail(fit: SeverityFit, *, width: int = 720) -> look.ChartType:
    """How many people cost more than an amount: observed beside fitted, both on scales of tens.

    Args:
        fit: a fitted law.
        width: in pixels.

    Raises:
        ValueError: no observed cost is kept: the law was fitted to shares, or to a risk cell.
    """
    if fit.observed is None:
        raise ValueError("no cost that was observed is kept with this fit; ask for .plot.shares()")
    least = fit.observed.quantile(min(fit.observed.zeros + 0.05 * (1 - fit.observed.zeros), 1.0))
    most = fit.observed.quantile(1.0)
    # Somewhat beyond the largest cost, where the law is all there is.
    ratio = (2.0 * most / least) ** (1 / _POINTS)
    costs = [least * ratio**place for place in range(_POINTS + 1)]
    lines = {
        "observed": (fit.observed.survival(costs), look.INK),
        "fitted": (fit.severity.survival(costs), look.BLUE),
    }
    rows = [
        {"cost": cost, "above": above, "law": name}
        for name, (survival, _) in lines.items()
        for cost, above in zip(costs, survival, strict=True)
        if above >= _LEAST
    ]
    label = "replace(replace(format(datum.value, '~s'), 'G', 'bn'), 'M', 'm')"
    x = alt.X(
        "cost:Q",
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(
            title="cost of a person in a year", labelExpr=label, grid=False, values=_ticks(least, costs[-1])
        ),
    )
    y = alt.Y(
        "above:Q",
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(
            title="part of people who cost more",
            labelExpr=look.percent_labels(6),
            values=_ticks(min(row["above"] for row in rows), 1.0, tens=True),
        ),
    )
    legend = alt.Legend(title=None, orient="bottom", symbolType="stroke")
    colour = alt.Color(
        "law:N",
        scale=alt.Scale(domain=list(lines), range=[colour for _, colour in lines.values()]),
        legend=legend,
    )
    plot = width - 84
    drawn = alt.Chart(look.data(rows)).mark_line(strokeWidth=2.2, clip=True).encode(x=x, y=y, color=colour)
    chart = drawn.properties(width=plot, height=280 if look.is_narrow(width) else 340)
    subtitle = _subtitle(fit, "Both scales go by tens; costs of the least twentieth are left out. Fitted:")
    return look.finish(chart, look.Caption(finding(fit), subtitle), width)
