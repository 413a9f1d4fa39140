"""A hospital's prices beside its costs, and what is left to it when activity differs from plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from capitation import words
from capitation.charts import look
from capitation.charts.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capitation.hospital import UnderContracts
    from capitation.hospital_model import CostSummary

_COLOURS = (look.BLUE, look.VERMILLION, look.GREEN, look.PINK, look.ORANGE, look.VIOLET, look.BROWN)
_NAMES = 170


def price_finding(points: Sequence[CostSummary]) -> str:
    """Where the price is below cost, and where it is above marginal cost all the same."""
    below = [each.name for each in points if each.price_to_cost is not None and each.price_to_cost < 1]
    loses = [
        each.name for each in points if each.power_over_volume is not None and each.power_over_volume < 0
    ]
    priced = sum(each.lines > 0 for each in points)
    told = f"At {_count(len(below), priced)} points of delivery the price is below cost"
    return f"{told}; paid by results, at {_count(len(loses), priced)} a case less loses more than it saves"


def _count(some: int, all_: int) -> str:
    return "none of the" if some == 0 else f"all {all_}" if some == all_ else f"{some} of {all_}"


def price_beside_cost(points: Sequence[CostSummary], currency: str, *, width: int = 720) -> look.ChartType:
    """The price of a mean case beside its fixed and marginal cost, as parts of its cost, by point of delivery.

    Args:
        points: the cost base by point of delivery; those without a price or without cost are left out.
        currency: of every amount.
        width: pixels that the chart may fill.

    Raises:
        ValueError: no point of delivery has a price and a cost.
    """
    shown = [each for each in points if each.lines > 0 and each.cost > 0 and each.activity > 0]
    if not shown:
        raise ValueError("no point of delivery has a price and a cost; price the lines first")
    rows = Rows([each.name.replace("_", " ") for each in shown], width=width, names_width=_NAMES, thick=26)
    bars: list[dict[str, Any]] = []
    prices: list[dict[str, Any]] = []
    for place, each in enumerate(shown):
        marginal, ratio = float(each.marginal / each.cost), float(each.income / each.cost)
        case, price = each.cost / each.activity, each.income / each.activity
        parts = (("marginal cost", 0.0, marginal), ("fixed cost", marginal, 1.0))
        for part, start, end in parts:
            amount = words.compact(float(case) * (end - start), currency)
            bars.append({"part": part, "start": start, "end": end, "half": (start + end) / 2, "text": amount}
                        | rows.bar(place))  # fmt: skip
        text = f"price {words.compact(float(price), currency)}"
        prices.append({"ratio": ratio, "text": text, "part": "price"} | rows.bar(place))
    most = max(1.0, *(each["ratio"] for each in prices))
    # Room for the price's own words, right of its mark.
    most += most * look.text_width("price £99.9k", 12) / max(rows.plot - 100.0, 100.0)
    scale = alt.Scale(domain=[0, most], nice=False)
    ticks = [step / 4 for step in range(int(most * 4) + 1)]
    axis = alt.Axis(
        labelExpr=look.percent_labels(), title="part of the cost of a case", grid=False, values=ticks
    )
    colours = {"marginal cost": look.BLUE, "fixed cost": look.SKY, "price": look.VERMILLION}
    colour = alt.Color(
        "part:N",
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=alt.Legend(
            title=None, orient="top", symbolType="square", offset=6, columns=1 if rows.above else 3
        ),
    )
    fits = [
        bar | {"ink": look.ink_on(colours[bar["part"]])}
        for bar in bars
        if (bar["end"] - bar["start"]) * rows.plot / most > look.text_width(bar["text"]) + 6
        and not _is_crossed(bar, prices, rows.plot / most)
    ]
    low, high = "top", "bottom:Q"
    chart = alt.layer(
        alt.Chart(look.data(bars))
        .mark_rect(stroke="white", strokeWidth=1)
        .encode(x=alt.X("start:Q", scale=scale, axis=axis), x2="end:Q", y=rows.y(low), y2=high, color=colour),
        alt.Chart(look.data(fits))
        .mark_text(fontWeight="bold")
        .encode(
            x=alt.X("half:Q", scale=scale),
            y=rows.y("middle"),
            text="text:N",
            color=alt.Color("ink:N", scale=None),
        ),
        alt.Chart(
            look.data([{**each, "top": each["top"] - 4, "bottom": each["bottom"] + 4} for each in prices])
        )
        .mark_rule(strokeWidth=4, color=look.VERMILLION)
        .encode(x=alt.X("ratio:Q", scale=scale), y=rows.y(low), y2=high),
        alt.Chart(look.data([{**each, "at": max(each["ratio"], 1.0)} for each in prices]))
        .mark_text(align="left", dx=7, fontWeight="bold", color=look.VERMILLION)
        .encode(x=alt.X("at:Q", scale=scale), y=rows.y("middle"), text="text:N"),
        rows.names(),
    ).properties(width=rows.plot, height=rows.height)
    subtitle = (
        "Of the mean case at plan, lines with a price. Where the price lies right of marginal cost, a hospital paid by "
        "results loses the difference with each case that does not come."
    )
    chart = chart.resolve_scale(color="independent")
    return look.finish(chart, look.Caption(price_finding(shown), subtitle), width)


def _is_crossed(bar: dict[str, Any], prices: Sequence[dict[str, Any]], pixels: float) -> bool:
    """Whether the mark of the price would lie on the words of a bar."""
    half = look.text_width(bar["text"]) / 2 + 4
    return any(
        price["middle"] == bar["middle"] and abs(price["ratio"] - bar["half"]) * pixels < half
        for price in prices
    )


def result_finding(under: UnderContracts) -> str:
    """Where a change of activity matters most, and where least."""
    names = [outcome.change for outcome in under.contracts[0].outcomes]
    if len(names) < 2:
        best = max(under.contracts, key=lambda each: each.outcomes[0].result)
        return f"At plan {best.name} leaves the hospital {_money(best.outcomes[0].result, under)}"
    change = max(
        range(1, len(names)),
        key=lambda at: max(abs(each.outcomes[at].result_against_plan) for each in under.contracts),
    )
    moved = {each.name: each.outcomes[change].result_against_plan for each in under.contracts}
    least = min(under.contracts, key=lambda each: moved[each.name])
    most = max(under.contracts, key=lambda each: moved[each.name])
    named = names[change][:1].upper() + names[change][1:]
    if moved[least.name] == moved[most.name]:
        return f"{named}: {_moved(least, change, under)} under every contract"
    first, last = (f"{_moved(each, change, under)} under {each.name}" for each in (least, most))
    return f"{named}: {first}, {last}"


def _moved(contract: Any, change: int, under: UnderContracts) -> str:
    moved = contract.outcomes[change].result_against_plan
    amount = words.compact(abs(float(moved)), under.currency)
    return "nothing lost" if moved == 0 else f"{amount} lost" if moved < 0 else f"{amount} gained"


def _money(value: Any, under: UnderContracts) -> str:
    return words.compact(float(value), under.currency)


def result_by_change(under: UnderContracts, *, width: int = 720) -> look.ChartType:
    """What is left to the hospital at plan and at each change of activity, a mark a contract.

    Changes have no order, so that no line joins them. Contracts stand side by side, so that none hides another.

    Args:
        under: a cost base under contracts.
        width: pixels that the chart may fill.
    """
    narrow = look.is_narrow(width)
    names = [outcome.change for outcome in under.contracts[0].outcomes]
    # Contracts that come to the same at every change are one line.
    by_line: dict[tuple[float, ...], list[str]] = {}
    for each in under.contracts:
        line = tuple(float(outcome.result) / 1e6 for outcome in each.outcomes)
        by_line.setdefault(line, []).append(each.name)
    results = {", ".join(same): line for line, same in by_line.items()}
    low = min(0.0, *(value for values in results.values() for value in values))
    high = max(0.0, *(value for values in results.values() for value in values))
    room = 0.06 * (high - low) or 1.0
    height = 300 if narrow else 340
    plot = width - 78
    step = plot / len(names)
    # Places in pixels, so that the names have the room they need.
    at = {place: (place + 0.5) * step for place in range(len(names))}
    apart = min(14.0, 0.6 * step / len(results))
    beside = {name: (place - (len(results) - 1) / 2) * apart for place, name in enumerate(results)}
    x_scale = alt.Scale(domain=[0, plot], nice=False)
    y = alt.Y(
        "result:Q",
        scale=alt.Scale(domain=[low - room, high + room], nice=False),
        axis=alt.Axis(
            title=f"payment − cost, {words.symbol(under.currency).strip()}m", format=",~f", grid=True
        ),
    )
    colours = {name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(results)}
    points = [
        {"contract": name, "at": at[place] + beside[name], "result": value}
        for name, values in results.items()
        for place, value in enumerate(values)
    ]
    wrapped = [look.wrap(name, step - 8, 11.5) for name in names]
    # Below the names of the changes.
    legend = alt.Legend(
        title=None,
        orient="bottom",
        columns=1,
        symbolType="circle",
        labelLimit=width - 60,
        offset=12 + 14 * max(len(text) for text in wrapped),
    )
    colour = alt.Color(
        "contract:N",
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=legend,
    )
    nothing = alt.Chart(look.data([{"result": 0}])).mark_rule(color=look.LINE).encode(y=y)
    x = alt.X("at:Q", scale=x_scale, axis=None)
    drawn = alt.Chart(look.data(points))
    layers: list[Any] = [
        nothing,
        drawn.mark_point(filled=True, size=90, opacity=1, stroke="white").encode(x=x, y=y, color=colour),
    ]
    below = [{"at": at[place], "text": text} for place, text in enumerate(wrapped)]
    layers.append(
        alt.Chart(look.data(below))
        .mark_text(align="center", baseline="top", dy=6, lineHeight=14, fontSize=11.5)
        .encode(x=x, y=alt.value(height), text="text:N")
    )
    chart = alt.layer(*layers).properties(width=plot, height=height)
    subtitle = (
        f"Cost: what is fixed stays as planned, and {under.stamp['marginal']} goes with the case. "
        "Below zero the hospital has a deficit on the work that has a price."
    )
    return look.finish(chart, look.Caption(result_finding(under), subtitle), width)
