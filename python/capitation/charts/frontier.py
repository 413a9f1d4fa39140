"""Power against risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from capitation import words
from capitation.arguments import listed
from capitation.charts import look
from capitation.frontiers import REFERENCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from capitation.frontiers import Frontier, FrontierPoint

_HEIGHT = 380
# By the measure of risk that contracts are judged by: what the axis says.
_RISKS = {
    "standard deviation": "risk: standard deviation of the provider's result, a person a year",
    "tvar": "risk: mean loss of the worst years, a person a year",
    "deficit": "risk: probability of a deficit in a year",
    "beyond reserve": "risk: probability of a deficit beyond the reserve in a year",
}
_POWERS = {
    "volume": "power: what the provider keeps of a saved case",
    "unit cost": "power: what the provider keeps of a pound saved inside cases",
}


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
    named = [point for point in frontier.points if point.label in REFERENCES]
    efficient = {point.member for point in frontier.efficient}
    plot = width - 60
    rows = {point.member: _row(frontier, point) for point in frontier.points}
    risks, powers = [row["risk"] for row in rows.values()], [row["power"] for row in rows.values()]
    left, right, top, bottom = min(0.0, *risks), max(0.0, *risks), max(1.0, *powers), min(0.0, *powers)
    room = right - left or 1.0
    x_scale = alt.Scale(domain=[left - 0.02 * room, right + 0.06 * room], nice=False, zero=False)
    y_scale = alt.Scale(domain=[bottom - 0.06, top + 0.09], nice=False, zero=False)
    sign = look.quoted(words.symbol(frontier.currency))
    by_power, by_risk = frontier.by
    is_money = by_risk in {"standard deviation", "tvar"}
    x_axis = alt.Axis(
        title=look.wrap(_RISKS[by_risk], plot - 20, 11.5),
        labelExpr=f"{sign} + format(datum.value, ',~r')" if is_money else look.percent_labels(1),
        tickCount=5 if look.is_narrow(width) else 8,
        grid=True,
    )
    y_axis = alt.Axis(title=_POWERS[by_power], labelExpr=look.percent_labels(0), tickCount=6)
    x = alt.X("risk:Q", scale=x_scale, axis=x_axis)
    y = alt.Y("power:Q", scale=y_scale, axis=y_axis)
    layers: list[Any] = []
    pale = [point for point in frontier.points if point.member not in efficient]
    if pale:
        dots = alt.Chart(look.data([rows[point.member] for point in pale]))
        layers.append(dots.mark_circle(color=look.SKY, size=26, opacity=0.5).encode(x=x, y=y))
    best = alt.Chart(look.data([rows[point.member] for point in frontier.efficient]))
    layers.append(best.mark_line(color=look.INK, strokeWidth=2).encode(x=x, y=y, order=alt.Order("risk:Q")))
    layers.append(best.mark_circle(color=look.INK, size=34, opacity=1).encode(x=x, y=y))
    told = [*named, *(point for point in marked if point not in named)]
    if told:
        rings = alt.Chart(look.data([rows[point.member] for point in told]))
        layers.append(
            rings.mark_point(filled=True, fill=look.ORANGE, stroke=look.INK, size=110, opacity=1).encode(
                x=x, y=y
            )
        )
    for point, label in _labels(told, rows):
        row = rows[point.member]
        is_right = row["risk"] > left + 0.6 * room
        text = alt.Chart(look.data([row | {"text": look.wrap(label, 0.42 * plot, 11.5)}]))
        # References stand at the ends of the line; what is marked may lie anywhere, and is named below.
        below = not is_right or point.label not in REFERENCES
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


def _row(frontier: Frontier, point: FrontierPoint) -> dict[str, Any]:
    return {"risk": frontier.risk_of(point), "power": frontier.power_of(point), "contract": point.label}


def _labels(
    points: Sequence[FrontierPoint], rows: dict[int, dict[str, Any]]
) -> Iterator[tuple[FrontierPoint, str]]:
    """What stands beside each point: contracts at one place share it."""
    places: dict[tuple[float, float], list[FrontierPoint]] = {}
    for point in points:
        row = rows[point.member]
        places.setdefault((round(row["risk"], 9), round(row["power"], 9)), []).append(point)
    for together in places.values():
        yield together[0], ", ".join(point.label for point in together)


def _finding(frontier: Frontier) -> str:
    """How many are beaten, and what the most power costs in risk beside half of it."""
    beaten = len(frontier.points) - len(frontier.efficient)
    half = next((point for point in frontier.efficient if frontier.power_of(point) >= 0.5), None)
    most = max(frontier.points, key=frontier.power_of)
    told = f"{beaten:,} of {len(frontier.points):,} contracts are beaten by another"
    if (
        half is None
        or half.member == most.member
        or frontier.risk_of(most) <= 0
        or frontier.risk_of(half) < 0
    ):
        return told
    part = words.percent(frontier.risk_of(half) / frontier.risk_of(most), 0)
    power = words.percent(frontier.power_of(half), 0)
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
