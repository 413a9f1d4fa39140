"""Power against risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from capitation import words
from capitation.arguments import listed
from capitation.charts import look

if TYPE_CHECKING:
    from collections.abc import Iterable

    from capitation.frontiers import Frontier, FrontierPoint

_HEIGHT = 380
_REFERENCES = ("cost reimbursement", "payment by results", "full capitation")


def power_and_risk(frontier: Frontier, *, mark: Iterable[str] = (), width: int = 720) -> look.ChartType:
    """The provider's risk for each person against its power over volume.

    Args:
        frontier: what to show.
        mark: contracts to name beside the references.
        width: in pixels.

    Raises:
        KeyError: a contract is marked that is not there.
    """
    marked = [frontier.point(label) for label in listed("mark", mark, "contracts")]
    named = [point for point in frontier.points if point.label in _REFERENCES]
    efficient = {point.member for point in frontier.efficient}
    plot = width - 60
    risks = [point.risk.standard_deviation for point in frontier.points]
    powers = [point.power.volume for point in frontier.points]
    right, top, bottom = max(risks) or 1.0, max(1.0, *powers), min(0.0, *powers)
    x_scale = alt.Scale(domain=[-0.02 * right, 1.06 * right], nice=False, zero=False)
    y_scale = alt.Scale(domain=[bottom - 0.06, top + 0.09], nice=False, zero=False)
    sign = look.quoted(words.symbol(frontier.currency))
    x_axis = alt.Axis(
        title=look.wrap(
            "risk: standard deviation of the provider's result, a person a year", plot - 20, 11.5
        ),
        labelExpr=f"{sign} + format(datum.value, ',~r')",
        tickCount=5 if look.is_narrow(width) else 8,
        grid=True,
    )
    y_axis = alt.Axis(
        title="power: what the provider keeps of a saved case", labelExpr=look.percent_labels(0), tickCount=6
    )
    x = alt.X("risk:Q", scale=x_scale, axis=x_axis)
    y = alt.Y("power:Q", scale=y_scale, axis=y_axis)
    layers: list[Any] = []
    pale = [point for point in frontier.points if point.member not in efficient]
    if pale:
        dots = alt.Chart(look.data([_row(point) for point in pale]))
        layers.append(dots.mark_circle(color=look.SKY, size=26, opacity=0.5).encode(x=x, y=y))
    best = alt.Chart(look.data([_row(point) for point in frontier.efficient]))
    layers.append(best.mark_line(color=look.INK, strokeWidth=2).encode(x=x, y=y, order=alt.Order("risk:Q")))
    layers.append(best.mark_circle(color=look.INK, size=34, opacity=1).encode(x=x, y=y))
    told = [*named, *(point for point in marked if point not in named)]
    if told:
        rings = alt.Chart(look.data([_row(point) for point in told]))
        layers.append(
            rings.mark_point(filled=True, fill=look.ORANGE, stroke=look.INK, size=110, opacity=1).encode(
                x=x, y=y
            )
        )
    for point in told:
        is_right = point.risk.standard_deviation > 0.6 * right
        text = alt.Chart(look.data([_row(point) | {"text": look.wrap(point.label, 0.42 * plot, 11.5)}]))
        # References stand at the ends of the line; what is marked may lie anywhere, and is named below.
        below = not is_right or point.label not in _REFERENCES
        halo: dict[str, Any] = {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}
        for options in (halo, {}):
            mark_text = text.mark_text(
                align="right" if is_right else "left",
                baseline="top" if below else "bottom",
                dx=-10 if is_right else 12,
                dy=6 if below else -4,
                fontWeight="bold",
                lineHeight=13,
                **options,
            )
            layers.append(mark_text.encode(x=x, y=y, text="text:N"))
    chart = alt.layer(*layers).properties(width=plot, height=_HEIGHT)
    return look.finish(chart, look.Caption(_finding(frontier), _subtitle(frontier)), width)


def _row(point: FrontierPoint) -> dict[str, Any]:
    return {"risk": point.risk.standard_deviation, "power": point.power.volume, "contract": point.label}


def _finding(frontier: Frontier) -> str:
    """How many are beaten, and what the most power costs in risk beside half of it."""
    beaten = len(frontier.points) - len(frontier.efficient)
    half = next((point for point in frontier.efficient if point.power.volume >= 0.5), None)
    most = max(frontier.points, key=lambda point: point.power.volume)
    told = f"{beaten:,} of {len(frontier.points):,} contracts are beaten by another"
    if half is None or half.member == most.member or most.risk.standard_deviation <= 0:
        return told
    part = words.percent(half.risk.standard_deviation / most.risk.standard_deviation, 0)
    power = words.percent(half.power.volume, 0)
    return f"{power} of the power can be had for {part} of the risk of {most.label}; {told}"


def _subtitle(frontier: Frontier) -> str:
    outlay = (
        "each as it is written"
        if frontier.stamp["outlay"] == "as written"
        else "each costs the payer the same"
    )
    people = frontier.stamp["people"]
    return (
        f"{people} people, {outlay}. Dark line: contracts that none beats (more power at no more risk); "
        f"pale: the others; orange: named contracts."
    )
