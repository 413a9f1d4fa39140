"""Who gains and who loses by another health-inequalities share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import altair as alt

from capitation import words
from capitation.charts import look
from capitation.charts.rows import Rows, beside_bars

if TYPE_CHECKING:
    from capitation.allocations import Effect, Gain

_NAMES = 190


def gains_and_losses(effect: Effect, *, width: int = 720, ends: int = 8) -> look.ChartType:
    """Those who gain and who lose the most, as a part of what they were due before.

    Args:
        effect: who gains and who loses.
        width: in pixels.
        ends: how many places are shown of each end; all where there are not more than twice as many.
    """
    ranked = effect.ranked()
    places = ranked if len(ranked) <= 2 * ends else [*ranked[:ends], *ranked[-ends:]]
    rows = Rows([place.place for place in places], width=width, names_width=_NAMES, thick=16)
    bars = [_bar(place, effect.currency, rows.above) | rows.bar(at) for at, place in enumerate(places)]
    scale = beside_bars([bar["part"] for bar in bars], [bar["text"] for bar in bars], rows.plot, size=11.5)
    x = alt.X("part:Q", scale=scale, axis=_axis(rows.above))
    base = alt.Chart(look.data(bars))
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=["gains", "loses"], range=[look.BLUE, look.VERMILLION]),
        legend=None,
    )
    layers: list[Any] = [
        base.mark_rect().encode(x=x, x2="nothing:Q", y=rows.y("top"), y2="bottom:Q", color=colour),
        rows.rules([0.0], scale),
    ]
    sides: list[tuple[str, Literal["left", "right"], int]] = [("gains", "left", 5), ("loses", "right", -5)]
    for kind, align, dx in sides:
        text = base.transform_filter(f"datum.kind === '{kind}'")
        layers.append(
            text.mark_text(align=align, dx=dx).encode(
                x=alt.X("part:Q", scale=scale), y=rows.y("middle"), text="text:N"
            )
        )
    layers.append(rows.names())
    chart = alt.layer(*layers).properties(width=rows.plot, height=rows.height)
    return look.finish(chart, look.Caption(effect.finding(), _subtitle(effect, len(places))), width)


def _bar(gain: Gain, currency: str, narrow: bool) -> dict[str, Any]:
    part = float(gain.part or 0)
    money = ("+" if gain.gain > 0 else "") + words.compact(float(gain.gain), currency)
    return {
        "part": part,
        "nothing": 0.0,
        "kind": "loses" if part < 0 else "gains",
        # A phone has no room for both.
        "text": money if narrow else f"{money}; {_each(gain, currency)} a head",
    }


def _each(gain: Gain, currency: str) -> str:
    return words.money(gain.per_head, currency, digits=0 if abs(gain.per_head) >= 10 else 2, plus=True)


def _subtitle(effect: Effect, shown: int) -> str:
    people = f"{effect.people_who_gain / 1_000_000:,.1f} million people live where there is more"
    less = f"{effect.people_who_lose / 1_000_000:,.1f} million where there is less"
    more = len(effect.places) - shown
    cut = f" The {more:,} places between are left out." if more else ""
    return f"Change of what each place is due, as a part of it: {people}, {less}.{cut}"


def _axis(narrow: bool) -> alt.Axis:
    return alt.Axis(
        title=None, tickCount=4 if narrow else 7, labelExpr=look.percent_labels(1, "+"), grid=not narrow
    )
